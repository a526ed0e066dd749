package tui

import (
	"fmt"
	"strings"
	"testing"

	"simscope/card"
	"simscope/tui/app"
)

func TestCompareSubscriptions(t *testing.T) {
	for _, size := range [][2]int{{80, 24}, {120, 40}} {
		r := newRig(t, size[0], size[1], card.ReadOnly)
		r.open("1")
		r.keys(":", "compare", "enter")
		r.until("Two subscriptions")
		golden(t, fmt.Sprintf("compare-%dx%d", size[0], size[1]), r.screen())
		r.keys("enter")
		if r.m.shown != app.ScreenFiles || r.m.dialogs.Len() != 0 {
			t.Errorf("on %s with %d dialogs", r.m.shown, r.m.dialogs.Len())
		}
	}
}

// u speaks of the next subscription: header and overview follow, and it comes
// round again.
func TestNextSubscription(t *testing.T) {
	r := newRig(t, 120, 40, card.ReadOnly)
	r.open("1")
	first := r.m.env.Identity
	r.keys("u")
	if id := r.m.env.Identity; id.SPN == first.SPN || !strings.Contains(r.screen(), "USIM#2") || !strings.Contains(r.screen(), id.SPN) {
		t.Errorf("speaks of %q, was %q:\n%s", id.SPN, first.SPN, r.screen())
	}
	r.keys("u")
	if id := r.m.env.Identity; id.SPN != first.SPN {
		t.Errorf("not round: %q", id.SPN)
	}
}
