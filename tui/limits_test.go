package tui

import (
	"fmt"
	"strings"
	"testing"

	"simscope/card"
	"simscope/tui/app"
)

// X shows what limits the card; what a PIN hides stays unknown, says so, and
// leads to the file.
func TestLimitsScreen(t *testing.T) {
	for _, size := range [][2]int{{80, 24}, {120, 40}, {60, 15}} {
		r := newRig(t, size[0], size[1], card.ReadOnly)
		r.open("1")
		r.keys("X")
		if r.m.shown != app.ScreenLimits {
			t.Fatalf("on %s", r.m.shown)
		}
		golden(t, fmt.Sprintf("limits-%dx%d", size[0], size[1]), r.screen())
	}
}

func TestLimitsLeadToTheFile(t *testing.T) {
	r := newRig(t, 120, 40, card.ReadOnly)
	r.open("1")
	r.keys("X")
	if s := r.screen(); !strings.Contains(s, "needs PIN1") || !strings.Contains(s, "Fixed dialling") {
		t.Fatalf("the missing PIN is not told:\n%s", s)
	}
	r.keys("enter")
	if r.m.shown != app.ScreenFiles || !strings.Contains(r.screen(), "EF.UST") {
		t.Errorf("on %s:\n%s", r.m.shown, r.screen())
	}
}

// The screen of a blocked card begins with the PIN that is blocked.
func TestLimitsOfABlockedCard(t *testing.T) {
	r := newRig(t, 120, 40, card.ReadOnly)
	r.open("3")
	r.keys("X")
	r.until("PIN1 is blocked +No phone can use the card")
	r.keys("enter") // no file stands behind it
	if r.m.shown != app.ScreenLimits {
		t.Errorf("on %s", r.m.shown)
	}
}
