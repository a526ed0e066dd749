package tui

import (
	"strings"
	"testing"

	"simscope/card"
	"simscope/tui/app"
	"simscope/tui/kit"
)

// M shows the messages; the tab names its key, and without the PIN the screen
// says what is in the way. A link to part of the list goes there.
func TestMessagesTab(t *testing.T) {
	r := newRig(t, 80, 24, card.ReadOnly)
	r.open("1")
	r.settle()
	r.keys("M")
	if r.m.shown != app.ScreenMessages {
		t.Fatalf("%s is shown", r.m.shown)
	}
	r.until(`only after PIN1`)
	if s := r.screen(); !strings.Contains(s, "M Messages") || !strings.Contains(s, "v verify PIN1") {
		t.Error(s)
	}
	r.keys("1")
	r.send(kit.GoMsg{Screen: app.ScreenMessages, Filter: "deleted"})
	if r.m.shown != app.ScreenMessages {
		t.Errorf("%s is shown", r.m.shown)
	}
	for _, tt := range []struct{ verb, why string }{{"messages.wipe", "Cannot write over all deleted messages: no messages were read"}, {"messages.read", "Cannot mark this message as read: no messages were read"}} {
		r.m.do(tt.verb, "")
		if s := r.screen(); !strings.Contains(s, tt.why) {
			t.Errorf("%s: %s", tt.verb, s)
		}
	}
}

// What a PIN keeps closed is opened where one sees that it is closed: on the
// overview by its line, elsewhere by one key. Where nothing waits for a PIN the
// key says so.
func TestVerifyWhereItIsMissed(t *testing.T) {
	r := newRig(t, 80, 24, card.ReadOnly)
	r.open("1")
	r.settle()
	for _, tt := range []struct {
		name string
		keys []string
	}{
		{"its line on the overview", []string{"1", "down", "enter"}},
		{"the key on the overview", []string{"1", "v"}},
		{"contacts", []string{"C", "v"}},
		{"messages", []string{"M", "v"}},
		{"limits", []string{"X", "v"}},
	} {
		r.keys(tt.keys...)
		if s := r.screen(); !strings.Contains(s, "Verify PIN1 of 8999…9013") {
			t.Errorf("%s: no guided check:\n%s", tt.name, s)
		}
		r.keys("esc")
	}
	r.keys("4", "v")
	if s := r.screen(); !strings.Contains(s, "nothing here waits for one") {
		t.Error(s)
	}
}
