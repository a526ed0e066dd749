package tui

import (
	"context"
	"strings"
	"testing"

	"simscope/card"
	"simscope/fs"
	"simscope/tui/app"
	"simscope/tui/change"
	"simscope/tui/kit"
)

// TestChangeWaitsForAKey goes the whole way: a plan that needs the issuer's
// key leads to its check, which stands before it, and then can be done.
func TestChangeWaitsForAKey(t *testing.T) {
	r := newRig(t, 100, 30, card.ReadOnly)
	r.open("1")
	r.settle()
	type made struct {
		plan *fs.Plan
		err  error
	}
	got := make(chan made, 1)
	r.m.env.Submit("plan", func(ctx context.Context, c *app.Card) (any, error) {
		p, err := c.Files.PlanSPN(ctx, "", "Moon Mobile", true, false)
		got <- made{p, err}
		return nil, err
	})
	m := <-got
	if m.err != nil {
		t.Fatal(m.err)
	}
	r.send(kit.PushMsg{Dialog: change.New(r.m.env, m.plan)})
	r.until(`Permit this one change`)
	r.keys("tab", "enter")
	r.until(`First verify ADM1`)
	r.keys("p")
	r.until(`10 (tries )?left`)
	r.until(`Verify`)
	if r.m.dialogs.Len() != 2 {
		t.Fatalf("%d dialogs:\n%s", r.m.dialogs.Len(), r.screen())
	}
	r.keys("9F1C20D47A3B55E8", "enter", "enter")
	r.until(`close`)
	r.settle()
	r.keys("enter")
	r.until(`Sets the operator name`)
	r.settle()
	if strings.Contains(r.screen(), "First verify") {
		t.Fatalf("it still waits:\n%s", r.screen())
	}
	r.keys("tab", "enter")
	r.until(`Done, and read back`)
	if mode := r.m.env.Card.Session.Mode(); mode != card.ReadOnly {
		t.Errorf("the session is %s afterwards", mode)
	}
	if strings.Contains(r.screen(), "9F1C20D4") {
		t.Error("the key is on the screen")
	}
}
