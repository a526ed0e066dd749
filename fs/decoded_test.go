package fs

import (
	"context"
	"testing"

	"simscope/card"
	"simscope/card/safe"
	"simscope/card/virtual"
)

// Every file of the demonstration cards that holds something is decoded, and
// nothing is wrong with it but that deleted messages are still there. Virtual
// card and decoders were written apart; this is where they meet.
func TestDemonstrationCardsDecode(t *testing.T) {
	ctx := context.Background()
	for _, b := range virtual.Builtin() {
		if b.ID == "empty" { // erased files hold no values
			continue
		}
		c := openBuiltin(t, b.ID, nil)
		if err := c.Discover(ctx); err != nil {
			t.Fatal(err)
		}
		for _, app := range append(c.Applications(), Application{}) {
			req := card.PINRequest{Op: card.PINVerify, Ref: card.RefPIN1, App: app.AID, Current: safe.NewSecret([]byte("1234"))}
			_, _ = c.Session().PIN(ctx, req) // where it is on and not blocked
		}
		if err := c.Walk(ctx, WalkOptions{All: true, Secrets: true}); err != nil {
			t.Fatal(err)
		}
		files := 0
		for _, n := range c.Tree().All() {
			if n.Content == nil || n.Catalogue == "" {
				continue
			}
			files++
			d, ok := c.Decode(n.Path)
			if !ok {
				t.Errorf("%s: %s is not decoded", b.ID, c.Name(n.Path))
			}
			for i, p := range d.Parts {
				for _, f := range p.Flags {
					if f.ID != "flag.sms.deleted" {
						t.Errorf("%s: %s part %d: %s", b.ID, c.Name(n.Path), i+1, f)
					}
				}
			}
		}
		t.Logf("%s: %d files", b.ID, files)
	}
}
