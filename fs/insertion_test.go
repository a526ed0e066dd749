package fs

import (
	"context"
	"errors"
	"io"
	"testing"

	"simscope/card"
)

// noiseCard answers every command with the next bytes of a tape: a length,
// that many bytes and a status word. At its end the card is gone.
type noiseCard struct{ tape []byte }

func (n *noiseCard) Info() card.Info                             { return card.Info{Protocol: card.ProtocolT0} }
func (n *noiseCard) Begin(context.Context) error                 { return nil }
func (n *noiseCard) End(context.Context) error                   { return nil }
func (n *noiseCard) Close(context.Context, bool) error           { return nil }
func (n *noiseCard) Reset(context.Context, card.ResetKind) error { return nil }
func (n *noiseCard) Transmit(_ context.Context, _ []byte) ([]byte, error) {
	if len(n.tape) == 0 {
		return nil, &card.TransportError{Kind: card.KindGone, Op: "transmit"}
	}
	size := min(int(n.tape[0]), len(n.tape)-1)
	out := append([]byte(nil), n.tape[1:1+size]...)
	n.tape = n.tape[1+size:]
	// One answer in two is a plain success, or nothing would ever be read.
	if size%2 == 0 {
		out = append(out, 0x90, 0x00)
	}
	return out, nil
}

// FuzzInsertion puts a card in that says anything at all.
func FuzzInsertion(f *testing.F) {
	tape := func(parts ...[]byte) []byte {
		var out []byte
		for _, p := range parts {
			out = append(append(out, byte(len(p))), p...)
		}
		return out
	}
	mf := fcp("7821", 0x3F00, -1, "")
	iccid := fcp("4121", 0x2FE2, 10, "")
	dir := fcp("4221001402", 0x2F00, 40, "")
	f.Add(tape(append(mf, 0x90, 0), mf, iccid, unhex("98990921436587092143"), dir, unhex("61144F0CA0000000871002FF44FF12895004"), fcp("7821", 0x7FF0, -1, "")))
	f.Add(tape(unhex("6E0090"), unhex("00001234 3F00 01 0000000000 09 13 02 20 04 00 83 8A 83 8A")))
	f.Fuzz(func(t *testing.T, b []byte) {
		ctx := context.Background()
		s, err := card.Open(ctx, &noiseCard{b}, card.Options{})
		if err != nil {
			return
		}
		c := New(s, nil)
		_ = c.Discover(ctx)
		_ = c.Walk(ctx, WalkOptions{All: true, Limits: Limits{APDUs: 2000, Bytes: 1 << 16}})
		_ = c.Identity()
		for _, n := range c.Tree().All() {
			_ = c.Name(n.Path)
			a := c.Access(n.Path)
			_ = c.Security(n.Path.App).Satisfied(a.For(OpUpdate))
			if n.FCP != nil {
				checkBounds(t, *n.FCP)
			}
			if n.Content != nil && len(n.Content.Binary) > MaxFileSize {
				t.Fatalf("%s has %d bytes", n.Path, len(n.Content.Binary))
			}
		}
		if err := c.Snapshot(SnapshotOptions{}).Write(io.Discard); err != nil {
			t.Fatal(err)
		}
		var le *LimitError
		if err := c.Walk(ctx, WalkOptions{Limits: Limits{APDUs: 1}}); errors.As(err, &le) && le.Limit != 1 {
			t.Fatal(le)
		}
	})
}
