//go:build !cgo && !windows

package pcsc

import (
	"context"
	"errors"
	"testing"
	"time"

	"simscope/card"
)

func TestUnavailable(t *testing.T) {
	if Available() {
		t.Fatal("a build without cgo says it can talk to PC/SC")
	}
	p := New()
	_, err := p.List(within(t, time.Second))
	wantKind(t, err, card.KindServiceDown)
	if !errors.Is(err, ErrUnavailable) {
		t.Errorf("%v", err)
	}
	_, err = p.Open(within(t, time.Second), card.ReaderID{Provider: Name, Name: "A"}, card.OpenOptions{})
	if wantKind(t, err, card.KindServiceDown); !errors.Is(err, ErrUnavailable) {
		t.Errorf("%v", err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	var told error
	p.Watch(ctx, func(u card.Update) { told = u.Err; cancel() })
	wantKind(t, told, card.KindServiceDown)
	if m, ok := p.Diagnose(within(t, time.Second)).Missing(); !ok || m.ID != TextUnavailable {
		t.Errorf("missing: %+v", m)
	}
}
