package tui

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	tea "charm.land/bubbletea/v2"

	"simscope/card"
	"simscope/tui/app"
)

// homeKeyA is the public test key of 3GPP TS 33.501 annex C.4.3.
const homeKeyA = "c53c22208b61860b06c62e5406a7b330c2b577aa5558981510d128247d38bd1d"

// longHex is what differs each time in a SUCI.
var longHex = regexp.MustCompile(`[0-9a-f]{8,}`)

func withoutChance(screen string) string {
	return longHex.ReplaceAllStringFunc(screen, func(s string) string {
		if strings.Contains("999990123456789 5a8d38864820197c3394b92613b20b91633cbd897119273bf8e4a6f4eec0a650", s) {
			return s
		}
		return strings.Repeat("h", len(s))
	})
}

// pin1 verifies PIN1 through the guide.
func (r *rig) pin1() {
	r.t.Helper()
	r.keys("3", "enter")
	r.until(`PIN1`)
	r.keys("1234", "enter", "enter")
	r.until(`PIN1 was right`)
	r.keys("enter")
	r.settle()
}

func (r *rig) identity() {
	r.t.Helper()
	r.keys("I")
	if r.m.shown != app.ScreenIdentity {
		r.t.Fatalf("on %s", r.m.shown)
	}
	r.until(`on the air`)
	r.settle()
}

func TestIdentityScreen(t *testing.T) {
	for _, size := range [][2]int{{80, 24}, {120, 40}, {60, 15}} {
		r := newRig(t, size[0], size[1], card.ReadOnly)
		r.open("1")
		r.keys("L", "L") // without the log
		r.identity()
		golden(t, fmt.Sprintf("identity-locked-%dx%d", size[0], size[1]), r.screen())
		r.pin1()
		r.identity()
		r.until(`hidden on the air`)
		golden(t, fmt.Sprintf("identity-%dx%d", size[0], size[1]), withoutChance(r.screen()))
	}
}

func keyFile(t *testing.T, text string) string {
	t.Helper()
	name := filepath.Join(t.TempDir(), "k")
	if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return name
}

func TestIdentityIsProved(t *testing.T) {
	r := newRig(t, 120, 40, card.ReadOnly)
	r.open("1")
	r.keys("L", "L")
	r.pin1()
	r.identity()
	for name, c := range map[string]struct{ text, says string }{
		"an empty file": {"", `Private key: missing`},
		"text":          {"hello", `not hexadecimal`},
		"a public key":  {"02" + homeKeyA, `public key or a certificate`},
		"too short":     {homeKeyA[2:], `length is 31`},
	} {
		r.keys("p")
		r.until(`Open with the home network`)
		r.keys(keyFile(t, c.text), "enter")
		r.until(c.says)
		if s := r.screen(); strings.Contains(s, "opens the SUCI") {
			t.Errorf("%s:\n%s", name, s)
		}
		r.keys("esc")
	}
	r.keys("p")
	r.keys("/nonexistent/key", "enter")
	r.until(`was not read`)
	r.keys("esc")
	r.keys("p")
	r.keys(keyFile(t, strings.Repeat("42", 32)), "enter")
	r.until(`belongs to none of the card's keys`)
	r.keys("p")
	r.keys(keyFile(t, homeKeyA), "enter")
	r.until(`works from end to end: the key opens the SUCI to 999990123456789`)
	golden(t, "identity-proved-120x40", withoutChance(r.screen()))
	if s := r.screen(); strings.Contains(s, homeKeyA[:10]) {
		t.Errorf("the key is on the screen:\n%s", s)
	}
	r.keys("enter")
	if r.m.shown != app.ScreenFiles || !strings.Contains(r.screen(), "EF.SUCI_Calc_Info") {
		t.Errorf("on %s:\n%s", r.m.shown, r.screen())
	}
}

// What a key would open is not there where nothing is known, and where the
// card is no USIM the reason stands there.
func TestIdentityWithout(t *testing.T) {
	r := newRig(t, 120, 40, card.ReadOnly)
	r.open("1")
	r.identity()
	r.keys("p")
	if s := r.screen(); !strings.Contains(s, "There is no SUCI") || !strings.Contains(s, "needs PIN1") {
		t.Errorf("without PIN1:\n%s", s)
	}
	r.keys("esc")
	if r.m.shown != app.ScreenOverview {
		t.Errorf("esc leads to %s", r.m.shown)
	}
	r = newRig(t, 80, 24, card.ReadOnly)
	r.open("2")
	r.keys("I")
	r.until(`Only a USIM`)
}

func TestIdentityAsksAgain(t *testing.T) {
	r := newRig(t, 120, 40, card.ReadOnly)
	r.open("1")
	r.pin1()
	r.identity()
	first := longHex.FindString(r.screen())
	r.send(tea.KeyPressMsg{Code: 'r', Mod: tea.ModCtrl})
	r.until(`hidden on the air`)
	for range 50 {
		if longHex.FindString(r.screen()) != first {
			return
		}
		r.until(`hidden on the air`)
		select {
		case e := <-r.events:
			r.send(e)
		default:
		}
	}
	t.Error("the SUCI stays the same")
}
