package contacts

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"simscope/card"
	"simscope/card/virtual"
	"simscope/fs"
	"simscope/internal/phonebook"
	"simscope/tui/app"
	"simscope/tui/kit"
	"simscope/tui/ui"
)

func open() *virtual.Image { return phonebook.Image(phonebook.Always) }

// sizes are the body of 80x24 with and without the log, of 120x40, and what is
// small.
var sizes = [][2]int{{120, 37}, {80, 21}, {80, 15}, {40, 12}}

func bare() *virtual.Image {
	img := open()
	img.MF.Children = img.MF.Children[:len(img.MF.Children)-1]
	return img
}

func erased() *virtual.Image {
	img := open()
	for _, f := range []virtual.FID{phonebook.ADN1, phonebook.ADN2} {
		phonebook.File(img, f).Records = nil
	}
	return img
}

// hostile holds what a card can do to a screen.
func hostile() *virtual.Image {
	img := open()
	copy(phonebook.File(img, phonebook.ADN1).Records[0], []byte{0x80, 0x00, 0x1B, 0x00, 0x5B, 0x20, 0x2E, 0x00, 0x9B, 0x00, 0x07, 0xFF, 0xFF, 0xFF})
	phonebook.File(img, phonebook.EXT1).Records[0][12] = 1
	return img
}

// scenes are states of the screen that people meet.
var scenes = []struct {
	name string
	img  func() *virtual.Image
	do   func(r *rig)
}{
	{"list", open, func(*rig) {}},
	{"detail", open, func(r *rig) { r.keys("down", "enter", "down") }},
	{"find", open, func(r *rig) { r.keys("/"); r.types("7700 900 4") }},
	{"nomatch", open, func(r *rig) { r.keys("/"); r.types("zzz"); r.keys("enter") }},
	{"plain", func() *virtual.Image { return phonebook.Plain(phonebook.Always) }, func(*rig) {}},
	{"empty", erased, func(*rig) {}},
	{"none", bare, func(*rig) {}},
	{"denied", func() *virtual.Image { return phonebook.Image(phonebook.AfterPIN1) }, func(*rig) {}},
	{"hostile", hostile, func(r *rig) { r.keys("enter") }},
	{"new", open, func(r *rig) {
		r.keys("n")
		r.dialog("the form is there", func(d ui.Dialog) bool { return d != nil })
		r.types("Dilan 星辰")
	}},
	{"refused", open, func(r *rig) {
		r.keys("down", "e")
		r.dialog("the form is there", func(d ui.Dialog) bool { return d != nil })
		r.types("星辰移动星辰移动")
		r.keys("enter")
		r.until("it is refused", func() bool { f, ok := r.dialogs.Top().(*form); return ok && len(f.wrong) > 0 })
	}},
	{"export", open, func(r *rig) {
		r.keys("x")
		r.dialog("the question is there", func(d ui.Dialog) bool { return d != nil })
	}},
	{"import", open, func(r *rig) {
		r.keys("i")
		r.dialog("the question is there", func(d ui.Dialog) bool { return d != nil })
		r.keys("tab")
	}},
}

func TestScreens(t *testing.T) {
	for _, s := range scenes {
		t.Run(s.name, func(t *testing.T) {
			r := newRig(t, s.img())
			r.m.View(120, 37)
			s.do(r)
			var b strings.Builder
			for _, ascii := range []bool{false, true} {
				r.env.Theme = theme(t, ascii)
				r.m.fill()
				for _, size := range sizes {
					if ascii && size[0] != 80 {
						continue
					}
					exact(t, s.name, r.m.View(size[0], size[1]), size[0], size[1])
					fmt.Fprintf(&b, "%dx%d\n%s\n", size[0], size[1], r.screen(size[0], size[1]))
				}
			}
			golden(t, s.name, b.String())
		})
	}
}

// planDialog stands in for the dialog of changes, which has its own tests.
type planDialog struct {
	ui.Notice
	plan *fs.Plan
}

func TestMain(m *testing.M) {
	showPlan = func(_ *kit.Env, p *fs.Plan) ui.Dialog { return &planDialog{plan: p} }
	os.Exit(m.Run())
}

// confirm carries out the plan in the dialog on top, on the card's worker.
func (r *rig) confirm() {
	r.t.Helper()
	var d *planDialog
	r.dialog("the plan is shown", func(x ui.Dialog) bool { p, ok := x.(*planDialog); d = p; return ok })
	r.dialogs.Remove(d)
	if err := r.env.Card.Session.SetMode(card.WriteArmed); err != nil {
		r.t.Fatal(err)
	}
	r.env.Submit("write", func(ctx context.Context, c *app.Card) (any, error) { return c.Files.Apply(ctx, d.plan, nil) })
}

func TestNewContact(t *testing.T) {
	r := newRig(t, open())
	r.keys("n")
	r.dialog("the form is there", func(d ui.Dialog) bool { return d != nil })
	r.types("Dan")
	r.shows("3 of 14 bytes")
	r.keys("down")
	r.types("+44 7700 900789")
	r.shows("12 of 100 digits")
	r.keys("enter")
	r.confirm()
	r.until("the contact is in the list", func() bool { r.m.look(); return len(r.m.rows) == 5 })
	r.shows("Dan", "+447700900789", "5 contacts, 7 places free")
}

func TestEditAndDelete(t *testing.T) {
	r := newRig(t, open())
	r.keys("e")
	r.dialog("the form is there", func(d ui.Dialog) bool { return d != nil })
	r.keys("ctrl+u")
	r.types("Ada L.")
	r.keys("enter")
	r.confirm()
	r.until("the name is changed", func() bool { r.m.look(); return r.m.rows[0].Name == "Ada L." })
	r.keys("d")
	r.confirm()
	r.until("the contact is gone", func() bool { r.m.look(); return len(r.m.rows) == 3 })
}

// Nothing changed in the form is no plan.
func TestNothingChanged(t *testing.T) {
	r := newRig(t, open())
	for range 3 {
		r.keys("e")
		r.dialog("the form is there", func(d ui.Dialog) bool { return d != nil })
		r.keys("enter")
		r.dialog("the form is closed", func(d ui.Dialog) bool { return d == nil })
		r.until("it is said", func() bool { return len(r.toasts) > 0 })
		if r.toasts[0] != "Nothing to change." {
			t.Fatal(r.toasts)
		}
		r.toasts = nil
		r.keys("down")
	}
}

// Enter shows the contact; from its lines one goes to the file they lie in.
func TestGoToFile(t *testing.T) {
	r := newRig(t, open())
	r.keys("down", "enter", "down", "down", "o")
	r.until("the file is asked for", func() bool { return r.went != nil })
	if got := r.env.Name(r.went.Path); r.went.Screen != app.ScreenFiles || got != "MF/DF.TELECOM/DF.PHONEBOOK/EF.ANR(4F68)" {
		t.Errorf("%s %s", r.went.Screen, got)
	}
	r.keys("esc")
	if r.m.Open {
		t.Error("esc does not go back")
	}
}

func TestFiles(t *testing.T) {
	name := filepath.Join(t.TempDir(), "all.csv")
	r := newRig(t, open())
	transferred := func(key string) {
		r.keys(key)
		r.dialog("the question is there", func(d ui.Dialog) bool { return d != nil })
		r.keys("ctrl+u")
		r.types(name)
	}
	transferred("x")
	r.keys("enter")
	r.dialog("it is written", func(d ui.Dialog) bool { return d == nil })
	b, err := os.ReadFile(name)
	if err != nil || !strings.Contains(string(b), "星辰,+447700900123,+447700900456,work") {
		t.Fatalf("%s %v", b, err)
	}
	transferred("x")
	r.keys("enter")
	r.until("it is refused", func() bool { return r.dialogs.Top().(*transfer).wrong != "" })
	r.keys("esc")
	if err := os.WriteFile(name, []byte("name,number\nDan,5550104\nAda,+447700900123456789012345\nA name that is too long,1\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	transferred("i")
	r.keys("enter")
	r.until("the plan is made", func() bool { d, ok := r.dialogs.Top().(*transfer); return ok && d.plan != nil })
	r.shows("Added: 1. Shortened: 0. There already: 1. Left out: 1.", "Entry 2, Ada: is there already.", "needs 23 bytes;", "there is room for 14")
	r.keys("enter")
	r.confirm()
	r.until("the contact is in the list", func() bool { r.m.look(); return len(r.m.rows) == 5 })
}

// With --read-only nothing that changes the card can be begun.
func TestLocked(t *testing.T) {
	for _, id := range []string{"contacts.new", "contacts.edit", "contacts.delete", "contacts.import"} {
		v, _ := app.FindVerb(id)
		s := app.State{CardOpen: true, HasBook: true, HasContact: true}
		if v.Reason(s) != "" {
			t.Errorf("%s: %s", id, v.Reason(s))
		}
		if s.Mode = card.ReadOnlyLocked; v.Reason(s) == "" {
			t.Errorf("%s can be begun with --read-only", id)
		}
	}
}

// A card that goes takes its dialogs and contacts with it.
func TestCardGone(t *testing.T) {
	r := newRig(t, open())
	r.keys("n")
	r.dialog("the form is there", func(d ui.Dialog) bool { return d != nil })
	r.env.Card, r.env.Number = nil, r.env.Number+1
	r.feed(struct{}{})
	if r.dialogs.Len() != 0 || len(r.m.rows) != 0 {
		t.Errorf("%d dialogs, %d contacts", r.dialogs.Len(), len(r.m.rows))
	}
	exact(t, "gone", r.m.View(80, 21), 80, 21)
}
