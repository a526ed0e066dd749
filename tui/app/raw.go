package app

import (
	"context"
	"errors"
	"fmt"

	"simscope/card"
)

// ErrGuarded says that a command must go through its own verb: it holds a
// secret, or could spend one.
var ErrGuarded = errors.New("PIN, key and authentication commands with data go through their own verbs")

// Raw is the answer to an APDU sent by hand.
type Raw struct {
	Command card.Command
	Data    []byte
	SW      card.SW
	Masked  bool // Data holds keys or an answer that is withheld
	// Earlier is the file that an earlier step made current, where the command
	// acts on that: another program may have selected another one since. HasEarlier
	// says that it is so.
	Earlier    card.Path
	HasEarlier bool
}

// CheckRaw reads an APDU and refuses the ones that only guarded verbs may
// send. It does not repeat the bytes in the error: they could be a secret.
func CheckRaw(apdu []byte) (card.Command, error) {
	c, err := card.ParseCommand(apdu)
	if err != nil {
		return c, err
	}
	switch card.RiskOf(c) {
	case card.RiskCount, card.RiskAuth:
		return card.Command{}, fmt.Errorf("%s: %w", card.InsName(c), ErrGuarded)
	}
	return c, nil
}

// SendRaw sends APDUs one after the other in one step. It stops at the first
// that does not come through; what was answered until then is returned.
func (c *Card) SendRaw(ctx context.Context, cmds []card.Command) ([]Raw, error) {
	var out []Raw
	run := c.Session.Read
	for _, cmd := range cmds {
		if card.RiskOf(cmd) != card.RiskNone {
			run = func(ctx context.Context, step string, f func(*card.Tx) error) error {
				return c.Session.Act(ctx, step, card.RiskNone, f)
			}
		}
	}
	err := run(ctx, "apdu", func(x *card.Tx) error {
		out = out[:0]
		selected := map[int]bool{} // in this step, by logical channel
		for _, cmd := range cmds {
			channel := card.ClassOf(cmd.CLA).Channel
			earlier, on := x.OnCurrent(cmd)
			on = on && !selected[channel]
			r, err := x.Send(cmd)
			if err != nil {
				return err
			}
			selected[channel] = selected[channel] || card.Selects(cmd) && r.OK()
			out = append(out, Raw{Command: cmd, Data: r.Data, SW: r.SW, Masked: r.Secret, Earlier: earlier, HasEarlier: on})
		}
		return nil
	})
	return out, err
}
