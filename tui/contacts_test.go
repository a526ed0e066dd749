package tui

import (
	"strings"
	"testing"

	"simscope/card"
	"simscope/tui/app"
)

// C shows the contacts; the tab names its key, and without the PIN the screen
// says what is in the way.
func TestContactsTab(t *testing.T) {
	r := newRig(t, 80, 24, card.ReadOnly)
	r.open("1")
	r.keys("C")
	if r.m.shown != app.ScreenContacts {
		t.Fatalf("%s is shown", r.m.shown)
	}
	s := r.screen()
	for _, want := range []string{"C Contacts", "before a PIN is verified"} {
		if !strings.Contains(s, want) {
			t.Errorf("%q is missing:\n%s", want, s)
		}
	}
}
