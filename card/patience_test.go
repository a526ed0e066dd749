package card_test

import (
	"context"
	"errors"
	"testing"

	"simscope/card"
	"simscope/card/cardtest"
)

// A step that is told to stop does so between two commands: the one under way
// is not broken off, and the next is not sent.
func TestStopsBetweenTwoCommands(t *testing.T) {
	s, _, _ := open(t, cardtest.Script{{"80F2000C00", "9000"}})
	soft, stop := context.WithCancel(t.Context())
	ctx := card.WithHard(soft, t.Context())
	status := card.Command{CLA: 0x80, INS: card.InsStatus, P2: 0x0C}
	err := s.Read(ctx, "status", func(x *card.Tx) error {
		if _, err := x.Send(status); err != nil {
			return err
		}
		stop()
		_, err := x.Send(status)
		return err
	})
	if !errors.Is(err, context.Canceled) {
		t.Errorf("%v", err)
	}
	if err := s.Read(ctx, "status", func(*card.Tx) error { return nil }); !errors.Is(err, context.Canceled) {
		t.Errorf("a new step begins: %v", err)
	}
}
