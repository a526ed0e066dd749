package contacts

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"simscope/card"
	"simscope/card/virtual"
	"simscope/internal/phonebook"
	"simscope/tui/app"
	"simscope/tui/kit/kittest"
	"simscope/tui/ui"
	"simscope/tui/ui/uitest"
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

// hiding has a contact that is marked as hidden: 星辰.
func hiding() *virtual.Image {
	img := open()
	phonebook.File(img, phonebook.PBC1).Records[1] = virtual.Hex{0, 1}
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
	{"detail", open, func(r *rig) { r.Keys("down", "enter", "down") }},
	{"find", open, func(r *rig) { r.Keys("/"); r.Types("7700 900 4") }},
	{"nomatch", open, func(r *rig) { r.Keys("/"); r.Types("zzz"); r.Keys("enter") }},
	{"plain", func() *virtual.Image { return phonebook.Plain(phonebook.Always) }, func(*rig) {}},
	{"empty", erased, func(*rig) {}},
	{"hidden", hiding, func(*rig) {}},
	{"hidden-shown", hiding, func(r *rig) { r.Keys("H", "down") }},
	{"none", bare, func(*rig) {}},
	{"denied", func() *virtual.Image { return phonebook.Image(phonebook.AfterPIN1) }, func(*rig) {}},
	{"hostile", hostile, func(r *rig) { r.Keys("enter") }},
	{"new", open, func(r *rig) {
		r.Keys("n")
		r.Dialog("the form is there", func(d ui.Dialog) bool { return d != nil })
		r.Types("Dilan 星辰")
	}},
	{"refused", open, func(r *rig) {
		r.Keys("down", "e")
		r.Dialog("the form is there", func(d ui.Dialog) bool { return d != nil })
		r.Types("星辰移动星辰移动")
		r.Keys("enter")
		r.Until("it is refused", func() bool { f, ok := r.Dialogs.Top().(*form); return ok && len(f.wrong) > 0 })
	}},
	{"export", open, func(r *rig) {
		r.Keys("x")
		r.Dialog("the question is there", func(d ui.Dialog) bool { return d != nil })
	}},
	{"import", open, func(r *rig) {
		r.Keys("i")
		r.Dialog("the question is there", func(d ui.Dialog) bool { return d != nil })
		r.Keys("tab")
	}},
}

func TestScreens(t *testing.T) {
	for _, s := range scenes {
		t.Run(s.name, func(t *testing.T) {
			r := newRig(t, s.img())
			r.m.View(120, 37)
			s.do(r)
			r.Pictures(s.name, sizes, r.m.fill)
		})
	}
}

func TestMain(m *testing.M) {
	showPlan = kittest.ShowPlan
	os.Exit(m.Run())
}

// confirm carries out the plan in the dialog on top, on the card's worker.
func (r *rig) confirm() {
	r.T.Helper()
	var d *kittest.PlanDialog
	r.Dialog("the plan is shown", func(x ui.Dialog) bool { p, ok := x.(*kittest.PlanDialog); d = p; return ok })
	r.Dialogs.Remove(d)
	if err := r.Env.Card.Session.SetMode(card.WriteArmed); err != nil {
		r.T.Fatal(err)
	}
	r.Env.Submit("write", func(ctx context.Context, c *app.Card) (any, error) { return c.Files.Apply(ctx, d.Plan, nil) })
}

func TestNewContact(t *testing.T) {
	r := newRig(t, open())
	r.Keys("n")
	r.Dialog("the form is there", func(d ui.Dialog) bool { return d != nil })
	r.Types("Dan")
	r.Shows("3 of 14 bytes")
	r.Keys("down")
	r.Types("+44 7700 900789")
	r.Shows("12 of 100 digits")
	r.Keys("enter")
	r.confirm()
	r.Until("the contact is in the list", func() bool { r.m.look(); return len(r.m.rows) == 5 })
	r.Shows("Dan", "+447700900789", "5 contacts, 7 places free")
}

func TestEditAndDelete(t *testing.T) {
	r := newRig(t, open())
	r.Keys("e")
	r.Dialog("the form is there", func(d ui.Dialog) bool { return d != nil })
	r.Keys("ctrl+u")
	r.Types("Ada L.")
	r.Keys("enter")
	r.confirm()
	r.Until("the name is changed", func() bool { r.m.look(); return r.m.rows[0].Name == "Ada L." })
	r.Keys("d")
	r.confirm()
	r.Until("the contact is gone", func() bool { r.m.look(); return len(r.m.rows) == 3 })
}

// Nothing changed in the form is no plan.
func TestNothingChanged(t *testing.T) {
	r := newRig(t, open())
	for range 3 {
		r.Keys("e")
		r.Dialog("the form is there", func(d ui.Dialog) bool { return d != nil })
		r.Keys("enter")
		r.Dialog("the form is closed", func(d ui.Dialog) bool { return d == nil })
		r.Until("it is said", func() bool { return len(r.Toasts) > 0 })
		if r.Toasts[0] != "Nothing to change." {
			t.Fatal(r.Toasts)
		}
		r.Toasts = nil
		r.Keys("down")
	}
}

// Enter shows the contact; from its lines one goes to the file they lie in.
func TestGoToFile(t *testing.T) {
	r := newRig(t, open())
	r.Keys("down", "enter", "down", "down", "o")
	r.Until("the file is asked for", func() bool { return r.Went != nil })
	if got := r.Env.Name(r.Went.Path); r.Went.Screen != app.ScreenFiles || got != "MF/DF.TELECOM/DF.PHONEBOOK/EF.ANR(4F68)" {
		t.Errorf("%s %s", r.Went.Screen, got)
	}
	r.Keys("esc")
	if r.m.Open {
		t.Error("esc does not go back")
	}
}

func TestFiles(t *testing.T) {
	name := filepath.Join(t.TempDir(), "all.csv")
	r := newRig(t, open())
	transferred := func(key string) {
		r.Keys(key)
		r.Dialog("the question is there", func(d ui.Dialog) bool { return d != nil })
		r.Keys("ctrl+u")
		r.Types(name)
	}
	transferred("x")
	r.Keys("enter")
	r.Dialog("it is written", func(d ui.Dialog) bool { return d == nil })
	b, err := os.ReadFile(name)
	if err != nil || !strings.Contains(string(b), "星辰,+447700900123,+447700900456,work") {
		t.Fatalf("%s %v", b, err)
	}
	transferred("x")
	r.Keys("enter")
	r.Until("it is refused", func() bool { return r.Dialogs.Top().(*transfer).wrong != "" })
	r.Keys("ctrl+u")
	r.Types(name + ".xls")
	r.Keys("enter")
	r.Shows("A file that ends in .xls is not what can be written: vcf, csv.")
	r.Keys("esc")
	if err := os.WriteFile(name, []byte("name,number\nDan,5550104\nAda,+447700900123456789012345\nA name that is too long,1\n\"Eve,2\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	transferred("i")
	r.Keys("enter")
	r.Until("the plan is made", func() bool { d, ok := r.Dialogs.Top().(*transfer); return ok && d.plan != nil })
	r.Shows("Added: 1. Shortened: 0. There already: 1. Left out: 1.", "Line 3, Ada: is there already.", "needs 23 bytes;", "there is room for 14",
		"Line 5: A quotation mark opens")
	// What was left out can be taken shortened.
	r.Keys("tab")
	r.Until("the plan is made anew", func() bool { d, ok := r.Dialogs.Top().(*transfer); return ok && !d.busy })
	r.Shows("Added: 1. Shortened: 1. There already: 1. Left out: 0.", "What does not fit is shortened; numbers never.")
	r.Keys("tab")
	r.Until("the plan is made anew", func() bool { d, ok := r.Dialogs.Top().(*transfer); return ok && !d.busy })
	r.Keys("enter")
	r.confirm()
	r.Until("the contact is in the list", func() bool { r.m.look(); return len(r.m.rows) == 5 })
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
	r.Keys("n")
	r.Dialog("the form is there", func(d ui.Dialog) bool { return d != nil })
	r.Env.Card, r.Env.Number = nil, r.Env.Number+1
	r.Feed(struct{}{})
	if r.Dialogs.Len() != 0 || len(r.m.rows) != 0 {
		t.Errorf("%d dialogs, %d contacts", r.Dialogs.Len(), len(r.m.rows))
	}
	uitest.Exact(t, "gone", r.m.View(80, 21), 80, 21)
}

// What is marked as hidden is neither shown nor written before it is asked for.
func TestHiddenContacts(t *testing.T) {
	r := newRig(t, hiding())
	has := func(want bool) {
		t.Helper()
		if got := strings.Contains(r.See(120, 37), "星辰"); got != want {
			t.Errorf("星辰 is shown: %v, want %v", got, want)
		}
		name := filepath.Join(t.TempDir(), "out.vcf")
		r.Keys("x")
		r.Dialog("the question is there", func(d ui.Dialog) bool { return d != nil })
		r.Keys("ctrl+u")
		r.Types(name)
		r.Keys("enter")
		r.Dialog("it is written", func(d ui.Dialog) bool { return d == nil })
		b, err := os.ReadFile(name)
		if got := strings.Contains(string(b), "星辰"); err != nil || got != want || !strings.Contains(string(b), "Ada") {
			t.Errorf("星辰 is written: %v, want %v, %v", got, want, err)
		}
	}
	has(false)
	r.Keys("H")
	has(true)
	r.Keys("H")
	has(false)
	v, _ := app.FindVerb("contacts.hidden")
	if v.Reason(app.State{CardOpen: true, HasBook: true}) == "" {
		t.Error("it can be asked for where nothing is hidden")
	}
}
