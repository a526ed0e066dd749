package pins

import (
	"fmt"
	"strings"
	"testing"

	"github.com/charmbracelet/x/ansi"

	"simscope/card"
	"simscope/card/cardtest"
	"simscope/card/virtual"
	"simscope/tui/app"
	"simscope/tui/ui"
	"simscope/tui/ui/uitest"
)

var sizes = [][2]int{{80, 21}, {80, 15}, {120, 31}, {60, 12}, {40, 12}}

// pages are states of the screen, each on a card of its own.
var pages = []struct {
	name, image string
	change      func(*virtual.Image)
	keys        func(r *rig)
}{
	{"list", "everyday", canaryCard, func(*rig) {}},
	{"key", "everyday", canaryCard, func(r *rig) { r.m.table.Select("0A/") }},
	{"blocked", "blocked", canaryCard, func(*rig) {}},
	{"open", "empty", canaryCard, func(*rig) {}},
	{"gsm", "gsm", canaryCard, func(r *rig) { r.keys("<down>") }},
	{"bare", "everyday", noTemplates, func(*rig) {}},
	{"universal", "everyday", universal(0x08), func(*rig) {}},
	{"change-what", "everyday", canaryCard, func(r *rig) { r.do("pins.change") }},
	{"change-new", "everyday", canaryCard, func(r *rig) { r.do("pins.change"); r.keys("<enter>" + canaryPIN + "<enter>6049") }},
	{"change-weak", "everyday", canaryCard, func(r *rig) { r.do("pins.change"); r.keys("<enter>" + canaryPIN + "<enter>1984<enter>") }},
	{"change-check", "everyday", canaryCard, func(r *rig) {
		r.do("pins.change")
		r.keys("<enter>" + canaryPIN + "<enter>" + canaryNew + "<enter>" + canaryNew + "<enter>")
	}},
	{"unblock-check", "blocked", canaryCard, func(r *rig) {
		r.do("pins.unblock")
		r.keys("<enter>" + canaryPUK + "<enter>" + canaryNew + "<enter>" + canaryNew + "<enter>")
	}},
	{"unblock-last", "blocked", edit(virtual.RefPIN1, func(p *virtual.PIN) { p.UnblockTries = 2 }), func(r *rig) {
		r.do("pins.unblock")
		r.keys("<enter>" + canaryPUK + "<enter>" + canaryNew + "<enter>" + canaryNew + "<enter>LA")
	}},
	{"wrong", "everyday", canaryCard, func(r *rig) {
		r.do("pins.verify")
		r.keys(canaryBad + "<enter><enter>")
		r.result()
	}},
	{"key-typed", "everyday", canaryCard, func(r *rig) {
		r.m.table.Select("0A/")
		r.do("pins.verify")
		r.keys(canaryKey[:5])
	}},
}

// universal is a card whose PIN1 is off, with a Universal PIN of that usage.
func universal(usage byte) func(*virtual.Image) {
	return func(img *virtual.Image) {
		edit(virtual.RefPIN1, func(p *virtual.PIN) { p.Enabled = false })(img)
		edit(virtual.RefUniversal, func(p *virtual.PIN) { p.Enabled, p.Usage = true, usage })(img)
	}
}

func exact(t *testing.T, what, view string, w, h int) {
	t.Helper()
	uitest.Exact(t, what, view, w, h)
	for _, gap := range []string{"<pins.", "<verb.", "<ui.", "{name}", "{puk}", "{secret}", "{n}", "{app}", "{left}", "{card}"} {
		if strings.Contains(view, gap) {
			t.Errorf("%s at %dx%d shows %q:\n%s", what, w, h, gap, view)
		}
	}
}

// TestGolden holds the pictures, and that each is exactly as large as asked
// for at any size.
func TestGolden(t *testing.T) {
	for _, p := range pages {
		t.Run(p.name, func(t *testing.T) {
			r := newRig(t, p.image, p.change)
			p.keys(r)
			var b strings.Builder
			for _, s := range sizes {
				fmt.Fprintf(&b, "%dx%d\n%s\n", s[0], s[1], trimmed(r.screen(s[0], s[1])))
			}
			th, err := ui.NewTheme(ui.ThemeOptions{Name: "monochrome", ASCII: true})
			if err != nil {
				t.Fatal(err)
			}
			plain := r.env.Theme
			r.env.Theme = th
			r.m.refresh()
			fmt.Fprintf(&b, "ascii\n%s", trimmed(r.screen(80, 18)))
			golden(t, p.name, b.String())
			r.env.Theme = plain
			for w := 1; w <= 130; w += 7 {
				for h := 1; h <= 32; h += 1 + h/8 {
					exact(t, p.name, ansi.Strip(r.dialogs.View(plain, r.m.View(w, h), w, h)), w, h)
				}
			}
		})
	}
}

// trimmed takes blanks off the ends of lines.
func trimmed(s string) string {
	lines := strings.Split(s, "\n")
	for i := range lines {
		lines[i] = strings.TrimRight(lines[i], " ")
	}
	return strings.Join(lines, "\n")
}

func TestUniversalPIN(t *testing.T) {
	r := newRig(t, "everyday", universal(0x08))
	r.sees("PIN1 is off, but the Universal PIN stands in for it, 3 tries left.", "· off, replaced")
	r = newRig(t, "everyday", universal(0x00))
	r.sees("PIN1 is off: anyone who holds this card can use it.", "· not in use", "! off")
	r = newRig(t, "everyday", func(img *virtual.Image) {
		universal(0x08)(img)
		edit(virtual.RefUniversal, func(p *virtual.PIN) { p.Tries = 0 })(img)
	})
	r.sees("PIN1 is off, and the Universal PIN that stands in for it is blocked.")
}

// TestUnknownStaysUnknown shows what a card does not tell as not told.
func TestUnknownStaysUnknown(t *testing.T) {
	r := newRig(t, "everyday", nil)
	set := func(p ...app.PIN) {
		r.env.PINs = p
		r.m.refresh()
	}
	set(app.PIN{Ref: card.RefPIN1})
	r.sees("The card does not tell whether PIN1 is on.", "· not told", "PIN1 (SIM PIN) · not told not told not told")
	set(app.PIN{Ref: card.RefPIN1, Known: true, Enabled: true})
	r.sees("PIN1 is on; the card does not tell how many tries are left.")
	set(app.PIN{Ref: card.RefPIN1, Known: true, Enabled: true, Tries: card.Tries{Verified: true}})
	r.sees("open", "The card takes it as verified although this session did not do it.")
	set(app.PIN{Ref: card.RefPIN1, Known: true, Enabled: true, Tries: card.Tries{Known: true, Blocked: true}})
	r.sees("PIN1 is blocked; the card does not tell how many tries PUK1 has.")
	set(app.PIN{Ref: card.RefPIN1, Known: true, Enabled: true, Tries: card.Tries{Absent: true}})
	r.sees("– not there", "none", "The card names PIN1 but knows no such reference")
	set(app.PIN{Ref: card.RefADM1, Tries: card.Tries{Known: true, Blocked: true}})
	r.sees("✗ blocked", "cannot be administered ever again")
	set(app.PIN{Ref: 0x81, App: "\xA0A", In: []card.AID{"\xA0A"}, Known: true, Enabled: true},
		app.PIN{Ref: 0x81, App: "\xA0B", In: []card.AID{"\xA0B"}, Known: true, Enabled: true})
	r.sees("PIN2 of A041")
}

func TestEmptyStates(t *testing.T) {
	r := newRig(t, "everyday", nil)
	r.env.PINs = nil
	r.m.refresh()
	r.sees("The card is being asked for its locks", "ctrl-r")
	r.feed(app.AnswerEvent{Answer: app.Answer{
		Card: r.env.Number, Verb: "pin status", Value: []app.PIN(nil),
		Err: &card.TransportError{Kind: card.KindBusy, Op: "begin"},
	}})
	r.sees("Another program uses the card")
	r.env.Card = nil
	r.m.Update(nil)
	r.sees("No card is open")
	r.env.Opening = true
	r.sees("The card is being opened")
	for _, size := range [][2]int{{1, 1}, {2, 5}, {30, 3}, {80, 15}} {
		exact(t, "empty", r.m.View(size[0], size[1]), size[0], size[1])
	}
	if r.m.Hints() != nil || r.m.Do("pins.verify", "") != nil {
		t.Error("something is offered without a card")
	}
}

// TestOtherCard is a card that neither class reaches, and one with an MF and
// nothing of a UICC.
func TestOtherCard(t *testing.T) {
	otherCard(t, func([]byte) ([]byte, error) { return []byte{0x6A, 0x82}, nil })
	otherCard(t, cardtest.PlainFiles().Answer(true))
}

func otherCard(t *testing.T, answer cardtest.Answer) {
	t.Helper()
	mf := cardtest.NewFunc(t, answer)
	// The list of readers is that of a reader with a card in it.
	img, err := virtual.OpenBuiltin("everyday")
	if err != nil {
		t.Fatal(err)
	}
	virt, err := virtual.NewProvider(virtual.Slot{Name: "bench", Image: img})
	if err != nil {
		t.Fatal(err)
	}
	r := rigOver(t, &oneCard{virt, mf}, virt)
	r.sees("This card has no PIN that simscope knows how to ask for.")
}
