package fs

import (
	"bytes"
	"context"
	"testing"

	"simscope/card"
)

// Between two steps of a plan another program selects something else, which
// nobody is told of: each step still writes the file that it is for.
func TestApplyWhileAnotherProgramSelects(t *testing.T) {
	for id, selects := range map[string][]string{
		"everyday": {"00A4040010A0000000871002FF86FFFF8900000200"},
		"gsm":      {"A0A40000023F00", "A0A40000027F10"},
	} {
		t.Run(id, func(t *testing.T) {
			b := newBench(t, id)
			ctx := context.Background()
			c, cut := b.open(card.Options{}, userPIN)
			p, err := c.PlanClearLocation(ctx, "")
			if err != nil {
				t.Fatal(err)
			}
			more, err := c.PlanClearFPLMN(ctx, "")
			if err != nil {
				t.Fatal(err)
			}
			if p.Steps = append(p.Steps, more.Steps...); len(p.Steps) < 2 {
				t.Fatalf("%d steps", len(p.Steps))
			}
			res, err := c.Apply(ctx, p, func(int, StepResult) {
				for _, s := range selects {
					if r, err := cut.Transport.Transmit(ctx, unhex(s)); err != nil || r[0] != 0x61 && r[0] != 0x9F && r[0] != 0x90 {
						t.Fatalf("%s: %X, %v", s, r, err)
					}
				}
			})
			if err != nil || !res.Done() || res.Any(StepAlready) {
				t.Fatalf("%v %v", states(res), err)
			}
			again, _ := b.open(card.Options{}, userPIN)
			for _, s := range p.Steps {
				n, err := again.Fetch(ctx, s.Path)
				if have, _ := n.bytesAt(s); err != nil || !bytes.Equal(have, s.New) {
					t.Errorf("%s: %X (%v), want %X", c.Name(s.Path), have, err, []byte(s.New))
				}
			}
		})
	}
}
