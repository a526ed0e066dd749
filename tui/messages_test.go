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
	if s := r.screen(); !strings.Contains(s, "M Messages") || !strings.Contains(s, "3 verify it") {
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
