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
		r.keys("K")
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
