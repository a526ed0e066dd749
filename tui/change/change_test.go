package change

import (
	"context"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"simscope/card"
	"simscope/fs"
	"simscope/tui/app"
)

func spn(c *fs.Card, ctx context.Context, aid card.AID) (*fs.Plan, error) {
	return c.PlanSPN(ctx, aid, "Moon Mobile", true, false)
}

var pictures = []struct {
	name string
	mode card.WriteMode
	pins []string
	make func(*fs.Card, context.Context, card.AID) (*fs.Plan, error)
	do   func(r *rig)
}{
	{"permit", card.ReadOnly, []string{"1234"}, (*fs.Card).PlanClearLocation, func(*rig) {}},
	{"locked", card.ReadOnlyLocked, []string{"1234"}, (*fs.Card).PlanClearLocation, func(*rig) {}},
	{"plan", card.ReadOnly, []string{"1234"}, (*fs.Card).PlanClearLocation, func(r *rig) { r.keys("tab", "enter") }},
	{"needs", card.WriteArmed, []string{"1234"}, spn, func(*rig) {}},
	{"done", card.WriteArmed, []string{"1234"}, (*fs.Card).PlanClearLocation, func(r *rig) {
		r.keys("tab", "enter")
		r.until("it is done", func() bool { return r.top().told })
	}},
	{"unknown", card.WriteArmed, []string{"1234"}, (*fs.Card).PlanClearLocation, func(r *rig) {
		r.tap.lose = 2
		r.keys("tab", "enter")
		r.until("it is told", func() bool { return r.top().told })
	}},
}

func TestPictures(t *testing.T) {
	for _, p := range pictures {
		t.Run(p.name, func(t *testing.T) {
			r := newRig(t, p.mode, p.pins...)
			r.show(r.plan(p.make))
			p.do(r)
			golden(t, p.name, r.screen(80, 24)+"\n"+r.screen(120, 40))
			// In any size it is as large as asked for, and nothing breaks.
			for _, size := range [][2]int{{40, 12}, {20, 5}, {1, 1}} {
				if got := r.screen(size[0], size[1]); strings.Count(got, "\n") != size[1]-1 {
					t.Errorf("%dx%d has %d lines", size[0], size[1], strings.Count(got, "\n")+1)
				}
			}
		})
	}
}

// READ-ONLY: the change is permitted for itself, Enter alone never does
// anything, and the session is READ-ONLY afterwards as before.
func TestPermitThenChangeThenUndo(t *testing.T) {
	r := newRig(t, card.ReadOnly, "1234")
	p := r.plan((*fs.Card).PlanClearLocation)
	r.show(p)
	r.keys("enter")
	if r.dialogs.Len() != 0 || r.tap.sent() != 0 {
		t.Fatal("Enter permitted it")
	}
	r.show(p)
	r.keys("tab", "enter")
	if r.top().at != pagePlan {
		t.Fatal("it was not permitted")
	}
	r.keys("enter")
	if r.dialogs.Len() != 0 || r.tap.sent() != 0 {
		t.Fatal("Enter changed the card")
	}
	r.show(p)
	r.keys("tab", "enter", "tab", "enter")
	r.until("it is done", func() bool { return r.top().told })
	r.sees("Done, and read back")
	if len(r.done) != 1 || !r.done[0].Result.Done() || r.done[0].Plan != p || r.tap.sent() != len(p.Steps) {
		t.Fatalf("%+v, %d updates", r.done, r.tap.sent())
	}
	if m := r.env.Card.Session.Mode(); m != card.ReadOnly {
		t.Errorf("the session is %s afterwards", m)
	}
	r.keys("u")
	r.until("the way back was looked at", func() bool { return r.top() != nil && r.top().ready })
	r.sees("Take back")
	r.keys("tab", "enter", "tab", "enter")
	r.until("it is taken back", func() bool { return r.top().told })
	if len(r.done) != 2 || !r.done[1].Result.Done() {
		t.Fatalf("%+v", r.done)
	}
	n, _ := r.env.Card.Files.Tree().Get(p.Steps[0].Path)
	if at := p.Steps[0].Offset; !slices.Equal(n.Content.Binary[at:at+len(p.Steps[0].Old)], p.Steps[0].Old) {
		t.Errorf("the file holds %s", n.Content.Binary)
	}
}

func TestLocked(t *testing.T) {
	r := newRig(t, card.ReadOnlyLocked, "1234")
	r.show(r.plan((*fs.Card).PlanClearLocation))
	r.sees("--read-only")
	r.keys("tab", "enter")
	if r.tap.sent() != 0 || r.dialogs.Len() != 0 {
		t.Error("it went on")
	}
}

// A PIN that is missing keeps the button off; p asks for its check, and once
// it was verified the plan can be carried out.
func TestVerifyLeadsOn(t *testing.T) {
	r := newRig(t, card.WriteArmed, "1234")
	p := r.plan(spn)
	d := r.show(p)
	r.sees("ADM1", "p verify ADM1")
	r.keys("tab", "enter")
	if d.sent {
		t.Fatal("sent without the key")
	}
	r.sees("a PIN is missing")
	r.keys("p")
	if len(r.verify) != 1 || r.verify[0].Ref != card.RefADM1 {
		t.Fatalf("%+v", r.verify)
	}
	r.check(card.RefADM1, "\x9F\x1C\x20\xD4\x7A\x3B\x55\xE8")
	r.feed(pinsMsg(r))
	r.until("it can be done", d.can)
	r.keys("enter")
	r.until("it is done", func() bool { return d.told })
	r.sees("Done, and read back")
}

// Enter while the card is still looked at sends nothing, then or later: the
// dialog says so, and a second Enter, when it can be done, is taken.
func TestEnterWhilePreparing(t *testing.T) {
	r := newRig(t, card.WriteArmed, "1234")
	p := r.plan((*fs.Card).PlanClearLocation)
	hold := make(chan struct{})
	free := sync.OnceFunc(func() { close(hold) })
	defer free()
	r.env.Submit("test", func(context.Context, *app.Card) (any, error) { <-hold; return nil, nil })
	d := New(r.env, p).(*dialog)
	r.dialogs.Push(d)
	r.sees("Looking at what the card has")
	r.keys("tab", "enter")
	if d.ready || d.sent || !d.held {
		t.Fatalf("ready %v, sent %v, held %v", d.ready, d.sent, d.held)
	}
	r.sees("press enter again")
	free()
	r.until("the plan was looked at", func() bool { return d.ready })
	if d.sent || r.tap.sent() != 0 {
		t.Fatal("the Enter that came too early was carried out")
	}
	r.sees("Enter changes it now")
	r.keys("enter")
	r.until("it is done", func() bool { return d.told })
	if !d.res.Done() {
		t.Errorf("%+v", d.res)
	}
}

// An answer that is lost is unknown; going on passes over what was done.
func TestLostAnswerThenGoOn(t *testing.T) {
	r := newRig(t, card.WriteArmed, "1234")
	p := r.plan((*fs.Card).PlanClearLocation)
	r.tap.lose = 2
	d := r.show(p)
	r.keys("tab", "enter")
	r.until("it is told", func() bool { return d.told })
	r.sees("not known", "a go on")
	if d.res.Steps[0].State != fs.StepDone || d.res.Steps[1].State != fs.StepUnknown {
		t.Fatalf("%+v", d.res)
	}
	before := r.tap.sent()
	r.keys("a")
	r.until("it is told again", func() bool { return d.told })
	if !d.res.Done() || r.tap.sent()-before != len(p.Steps)-2 {
		t.Errorf("%+v, %d more updates", d.res, r.tap.sent()-before)
	}
	if undo := p.Undo(d.res); len(undo.Steps) != len(p.Steps) {
		t.Errorf("%d of %d steps can be taken back", len(undo.Steps), len(p.Steps))
	}
}

// Esc after sending waits; given up after a while, the step is unknown.
func TestEscWhileSent(t *testing.T) {
	r := newRig(t, card.WriteArmed, "1234")
	hold := make(chan struct{})
	r.tap.hold = hold
	d := r.show(r.plan((*fs.Card).PlanClearLocation))
	r.keys("tab", "enter")
	r.until("it is sent", func() bool { return r.tap.sent() == 1 || len(r.events) > 0 })
	r.keys("esc")
	if r.dialogs.Len() != 1 {
		t.Fatal("left while the answer is not known")
	}
	r.sees("waited for")
	for r.tap.sent() == 0 {
		time.Sleep(time.Millisecond)
	}
	r.now = r.now.Add(app.AbandonAfter)
	r.keys("esc")
	r.until("it is given up", func() bool { return d.told })
	r.sees("not known")
	if d.res.Steps[0].State != fs.StepUnknown {
		t.Errorf("%+v", d.res)
	}
	close(hold)
}

// Without its card the dialog ends, and sends nothing.
func TestCardGone(t *testing.T) {
	r := newRig(t, card.WriteArmed, "1234")
	d := r.show(r.plan((*fs.Card).PlanClearLocation))
	r.env.Card, r.env.Number = nil, r.env.Number+1
	r.keys("tab")
	if !d.ended {
		t.Fatal("it goes on")
	}
	r.sees("The card is gone")
	r.keys("enter")
	if r.dialogs.Len() != 0 || r.tap.sent() != 0 {
		t.Error("not left, or something was sent")
	}
}

// Keys are dots in every picture and print.
func TestKeysAreDots(t *testing.T) {
	r := newRig(t, card.WriteArmed, "1234")
	p := r.env.Card.Files.NewPlan("keys")
	sub, _ := r.env.Card.Files.Subscriber()
	p.Steps = []fs.Step{{Path: sub.Child(0x6F08), Old: fs.Hex{0x5A, 0xC3}, New: fs.Hex{0x96, 0xA7}}}
	r.show(p)
	r.sees("••••")
	r.keys("down", "tab", "enter")
	r.screen(120, 40)
	for _, secret := range []string{"5AC3", "5A C3", "96A7", "96 A7", "90 195", "150 167"} {
		if strings.Contains(r.seen.String(), secret) {
			t.Errorf("%s was shown", secret)
		}
	}
}

// The answer may come before the dialog stands on the screen: it is not
// missed.
func TestLookedAtBeforeItStands(t *testing.T) {
	r := newRig(t, card.WriteArmed, "1234")
	d := New(r.env, r.plan((*fs.Card).PlanClearFPLMN)).(*dialog)
	id := d.preparer
	for passed := false; !passed; {
		select {
		case e := <-r.events:
			a, ok := e.(app.AnswerEvent)
			passed = ok && a.Answer.ID == id
		case <-time.After(10 * time.Second):
			t.Fatal("the card is not looked at")
		}
	}
	r.dialogs.Push(d)
	d.View(r.env.Theme, 100, 30)
	if !d.can() {
		t.Errorf("ready %v, needs %v, %v", d.ready, d.needs, d.failed)
	}
}
