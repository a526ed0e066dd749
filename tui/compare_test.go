package tui

import (
	"fmt"
	"strings"
	"testing"

	"simscope/card"
	"simscope/card/virtual"
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

// threeUSIMs is the card of two subscriptions with a third.
func threeUSIMs(t *testing.T) *virtual.Image {
	t.Helper()
	img, err := virtual.OpenBuiltin("dual")
	if err != nil {
		t.Fatal(err)
	}
	third := img.Apps[1]
	adf := *third.ADF
	third.AID, third.ADF = "\xA0\x00\x00\x00\x87\x10\x02\xFF\x86\xFF\xFF\x89\x00\x00\x03\x00", &adf
	img.Apps = append(img.Apps, third)
	for _, f := range img.MF.Children {
		if f.FID == 0x2F00 {
			f.Records = append(f.Records, append(virtual.Hex{0x61, 0x12, 0x4F, 0x10}, third.AID...))
		}
	}
	return img
}

// Of three subscriptions a person chooses which two stand beside each other.
func TestCompareChooses(t *testing.T) {
	r := newRigOf(t, 80, 24, card.ReadOnly, []virtual.Slot{{Name: "everyday", Image: threeUSIMs(t)}})
	r.open("1")
	r.keys(":", "compare", "enter")
	sides := func(left, right string) {
		t.Helper()
		r.until("Two of 3 subscriptions")
		for _, l := range strings.Split(r.screen(), "\n") {
			if strings.Contains(l, "File  ") {
				if f := strings.Fields(strings.Trim(l, " │▌")); len(f) != 4 || f[2] != left || f[3] != right {
					t.Errorf("%v, want %s and %s", f, left, right)
				}
			}
		}
	}
	sides("ADF.USIM", "ADF.USIM#2")
	r.keys("r")
	sides("ADF.USIM", "ADF.USIM#3")
	r.keys("l")
	sides("ADF.USIM#2", "ADF.USIM#3")
	r.keys("r")
	sides("ADF.USIM#2", "ADF.USIM")
	if s := r.screen(); !strings.Contains(s, "needs PIN") {
		t.Errorf("why something is not compared is not said:\n%s", s)
	}
	r.keys("esc", "u", "u", ":", "compare", "enter")
	sides("ADF.USIM#3", "ADF.USIM") // it begins with the one spoken of
}
