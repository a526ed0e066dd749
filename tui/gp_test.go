package tui

import (
	"fmt"
	"os"
	"strings"
	"testing"

	tea "charm.land/bubbletea/v2"

	"simscope/card"
	"simscope/card/virtual"
	"simscope/tui/app"
	"simscope/tui/ui"
)

// domains puts the test card of security domains in the place of the one that
// is no SIM, and opens it.
func domains(t *testing.T, w, h int, mode card.WriteMode) *rig {
	t.Helper()
	f, err := os.Open("../card/globalplatform/testdata/card.json")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	img, err := virtual.ReadImage(f)
	if err != nil {
		t.Fatal(err)
	}
	c, err := virtual.New(img, virtual.Options{})
	if err != nil {
		t.Fatal(err)
	}
	r := newRig(t, w, h, mode)
	r.until(`Which card\?`)
	list, err := r.cards.List(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	at := len(list) - 1
	name := list[at].ID.Name
	if _, err := r.cards.Remove(name); err != nil {
		t.Fatal(err)
	}
	if err := r.cards.Insert(name, c, "other"); err != nil {
		t.Fatal(err)
	}
	r.until(fmt.Sprintf(`%d  other`, at+1))
	r.open(fmt.Sprint(at + 1))
	return r
}

func TestGPScreen(t *testing.T) {
	for _, size := range [][2]int{{80, 24}, {120, 40}} {
		r := domains(t, size[0], size[1], card.ReadOnly)
		r.keys("KLL") // how much was said hangs on when the card was seen
		r.until(`Who can manage this card`)
		r.settle()
		golden(t, fmt.Sprintf("gp-%dx%d", size[0], size[1]), r.screen())
		r.keys("nn")
		r.keys("jjj")
		golden(t, fmt.Sprintf("gp-rule-%dx%d", size[0], size[1]), r.screen())
		if s := r.screen(); strings.ContainsAny(s, "\x1b\u202e") {
			t.Errorf("the card's text reaches the terminal: %q", s)
		}
	}
}

// A card without domains is asked when the screen comes up, and says that
// nothing is known.
func TestGPScreenOfASIM(t *testing.T) {
	r := newRig(t, 100, 30, card.ReadOnlyLocked)
	r.open("4") // the blank card
	r.keys("K")
	r.until(`who manages the card is not known`)
	if r.m.shown != app.ScreenGP || !strings.Contains(r.screen(), "K Keys") {
		t.Errorf("on %s:\n%s", r.m.shown, r.screen())
	}
	for range 50 {
		r.keys("j", "enter")
	}
	r.keys("2")
	if strings.Contains(r.screen(), "K Keys") {
		t.Error("the line of tabs still names the screen")
	}
}

func TestGPScreenWidths(t *testing.T) {
	r := domains(t, 100, 30, card.ReadOnly)
	r.keys("K")
	r.until(`Who can manage this card`)
	for _, h := range []int{15, 16, 24, 40} {
		for w := 60; w <= 130; w += 7 {
			r.send(tea.WindowSizeMsg{Width: w, Height: h})
			for i, l := range strings.Split(r.m.content(), "\n") {
				if got := ui.Width(l); got != w {
					t.Fatalf("%dx%d: line %d has %d cells: %q", w, h, i, got, l)
				}
			}
		}
	}
}

// Keys that are typed open the channel, and what is installed stands in a
// tree; wrong ones are explained, and the card is asked once for each time the
// person says so.
func TestGPWithKeys(t *testing.T) {
	const right, wrong = "404142434445464748494A4B4C4D4E4F", "1F1E1D1C1B1A19181716151413121110"
	r := newRig(t, 120, 40, card.ReadOnly)
	r.open("1")
	r.keys("KLL") // the log would show challenges, which are random
	r.until(`Listed keys`)
	r.settle()
	type_ := func(key string) {
		r.keys("o", "enter", key)
		if s := r.screen(); strings.Contains(s, key[:6]) || !strings.Contains(s, "32 digits") {
			t.Fatalf("typing:\n%s", s)
		}
		r.keys("enter", "enter", "enter")
	}
	type_(wrong)
	golden(t, "gp-check-120x40", r.screen())
	r.keys("enter") // the harmless button
	if ops := r.m.env.Card.Ops.Rows(); len(ops) != 0 {
		t.Fatalf("Enter sent something: %+v", ops)
	}
	type_(wrong)
	r.keys("tab", "enter")
	r.until(`These are not the card's keys`)
	if ops := r.m.env.Card.Ops.Rows(); len(ops) != 1 || ops[0].Op.Header[1] != 0x50 {
		t.Fatalf("%+v", ops)
	}
	golden(t, "gp-wrong-120x40", r.screen())
	r.keys("enter")
	type_(right)
	r.keys("tab", "enter")
	r.until(`opened with SCP03`)
	if ops := r.m.env.Card.Ops.Rows(); len(ops) != 3 {
		t.Fatalf("%+v", ops)
	}
	r.keys("enter")
	r.settle()
	golden(t, "gp-registry-120x40", r.screen())
	if !r.m.env.Card.Session.NeedsReset() {
		t.Error("the card would be left open")
	}
}

func TestGPWithKeysSmall(t *testing.T) {
	r := newRig(t, 80, 24, card.ReadOnly)
	r.open("1")
	r.keys("KLL")
	r.until(`Listed keys`)
	r.settle()
	r.keys("o", "down")
	golden(t, "gp-set-80x24", r.screen())
	const key = "404142434445464748494A4B4C4D4E4F"
	r.keys("enter")
	for _, name := range []string{"ENC", "MAC", "DEK"} {
		for typed, want := range map[string]string{"40": name + " has 1 bytes, not 16", key + "5": name + " has an odd number of hex"} {
			r.keys(typed, "enter")
			if !strings.Contains(r.screen(), want) {
				t.Errorf("want %q:\n%s", want, r.screen())
			}
		}
		r.keys(key, "enter")
	}
	r.keys("esc")
	if r.m.dialogs.Len() != 0 {
		t.Error("Esc does not leave")
	}
}

// A session that is read-only for good says why it does not.
func TestGPWithKeysLocked(t *testing.T) {
	r := newRig(t, 100, 30, card.ReadOnlyLocked)
	r.open("1")
	r.keys("K")
	r.until(`Listed keys`)
	r.keys("o")
	if r.m.dialogs.Len() != 0 || !strings.Contains(r.screen(), "--read-only") {
		t.Errorf("%s", r.screen())
	}
}

// TestGPAskRule: one rule is asked for as a phone looks it up; what is typed
// wrongly is told, and nothing is asked.
func TestGPAskRule(t *testing.T) {
	const vault, signer = "F053434F50451101", "EA38E15AAFB101A740B17758091B491A397E0E9C1C443181AB6683A65F852B96"
	for _, size := range [][2]int{{80, 24}, {120, 40}} {
		r := newRig(t, size[0], size[1], card.ReadOnly)
		r.open("1")
		r.keys("KLL")
		r.until(`Listed keys`)
		r.settle()
		r.keys("a", "F0", "enter")
		r.see("An AID has 10 to 32 hex digits")
		r.keys(vault[2:], "tab", "00", "enter")
		r.see("The hash of a certificate has 40 hex digits")
		r.clear()
		r.send(tea.PasteMsg{Content: signer})
		r.keys("enter")
		r.see("This rule decides")
		golden(t, fmt.Sprintf("gp-ask-%dx%d", size[0], size[1]), r.screen())
		r.clear()
		r.keys("enter")
		r.see("No rule decides")
		if n := len(r.m.env.Card.Ops.Rows()); n != 0 {
			t.Errorf("%d commands that count or change", n)
		}
		r.keys("esc")
		if r.m.dialogs.Len() != 0 {
			t.Error("it cannot be left")
		}
	}
}
