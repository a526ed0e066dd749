package app

import (
	"fmt"
	"regexp"
	"strings"
	"testing"

	"simscope/card"
	"simscope/texts"
)

var screens = []string{ScreenReaders, ScreenOverview, ScreenFiles, ScreenPINs, ScreenLog, ScreenContacts, ScreenLimits, ScreenGP}

// states are all that preconditions can meet.
func states() []State {
	var out []State
	for bits := range 1 << 11 {
		on := func(i int) bool { return bits>>i&1 == 1 }
		for _, mode := range []card.WriteMode{card.ReadOnly, card.WriteArmed, card.ReadOnlyLocked} {
			out = append(out, State{
				CardOpen: on(0), CardBusy: on(1), HasFile: on(2), HasReaders: on(3), HasPIN: on(4), PINKnown: on(5),
				PINEnabled: on(6), PINBlocked: on(7), IsKey: on(8), HasRows: on(9), Recording: on(10), Mode: mode,
			})
		}
	}
	return out
}

func TestVerbsHaveTexts(t *testing.T) {
	reasons := map[string]bool{}
	for _, s := range states() {
		for _, v := range Verbs {
			if id := v.Why(s); id != "" {
				reasons[id] = true
			}
		}
	}
	if len(reasons) < 8 {
		t.Errorf("only the reasons %v", reasons)
	}
	for id := range reasons {
		if !texts.Has(id) || !strings.HasPrefix(id, "reason.") {
			t.Errorf("%s has no sentence", id)
		}
	}
	for _, v := range Verbs {
		for _, s := range []string{v.Title(), v.Group(), v.Hint(), v.Reason(State{})} {
			if strings.ContainsAny(s, "<>{}") {
				t.Errorf("%s: %q", v.ID, s)
			}
		}
		if n := len(v.Title()); n == 0 || n > 46 || v.Group() == "" {
			t.Errorf("%s: a title of %d letters, which must stand in 46 for a terminal of 80, in group %q", v.ID, n, v.Group())
		}
		if hint := texts.Maybe("verb." + v.ID + ".hint"); hint != "" && (len(hint) > 20 || v.Key == "") {
			t.Errorf("%s: the hint %q is too long, or has no key to stand behind", v.ID, hint)
		}
	}
	for id := range texts.All() {
		name, ok := strings.CutPrefix(id, "verb.")
		if !ok {
			continue
		}
		name = strings.TrimSuffix(name, ".hint")
		if _, ok := FindVerb(name); !ok {
			t.Errorf("%s is the sentence of no verb", id)
		}
	}
	for _, s := range screens {
		if !texts.Has("group." + s) {
			t.Errorf("screen %s has no name", s)
		}
	}
}

func TestVerbsAreUnique(t *testing.T) {
	ids := map[string]bool{}
	keys := map[string]string{} // screen and key
	for _, v := range Verbs {
		if ids[v.ID] {
			t.Errorf("%s stands twice", v.ID)
		}
		ids[v.ID] = true
		if v.Why == nil {
			t.Errorf("%s has no precondition", v.ID)
		}
		if v.Screen != ScreenAny {
			if !strings.HasPrefix(v.ID, v.Screen+".") && v.ID != "doctor" {
				t.Errorf("%s belongs to screen %s", v.ID, v.Screen)
			}
		}
		if v.Key == "" {
			continue
		}
		on := []string{v.Screen}
		if v.Screen == ScreenAny {
			on = screens
		}
		for _, s := range on {
			at := s + " " + v.Key
			if other, taken := keys[at]; taken {
				t.Errorf("on %s, %q is %s and %s", s, v.Key, other, v.ID)
			}
			keys[at] = v.ID
		}
	}
}

func TestVerbKeysAreFound(t *testing.T) {
	for _, v := range Verbs {
		on := []string{v.Screen}
		if v.Screen == ScreenAny {
			on = append(screens, ScreenAny)
		}
		for _, s := range on {
			got, ok := VerbFor(s, v.Key)
			if ok != (v.Key != "") || ok && got.ID != v.ID {
				t.Errorf("%q on %q: %s, %v, want %s", v.Key, s, got.ID, ok, v.ID)
			}
		}
	}
	for _, key := range []string{"", "ctrl+c", "ctrl+z", "j", "k", "up", "f13"} {
		for _, s := range screens {
			if v, ok := VerbFor(s, key); ok {
				t.Errorf("%q on %s is %s", key, s, v.ID)
			}
		}
	}
	if _, ok := FindVerb("no.such"); ok {
		t.Error("found what is not there")
	}
}

func TestVerbsOfTheCommandLine(t *testing.T) {
	form := regexp.MustCompile(`^[a-z]+( [a-z-]+)?$`)
	for _, v := range Verbs {
		if v.CLI != "" && !form.MatchString(v.CLI) {
			t.Errorf("%s: %q", v.ID, v.CLI)
		}
	}
}

func TestPreconditions(t *testing.T) {
	open := State{CardOpen: true, HasPIN: true, PINKnown: true, PINEnabled: true}
	with := func(f func(*State)) State { s := open; f(&s); return s }
	for _, tt := range []struct {
		verb string
		s    State
		want string
	}{
		{"go.files", State{}, "reason.no_card"},
		{"go.log", State{}, ""},
		{"files.bytes", open, "reason.no_file"},
		{"files.bytes", with(func(s *State) { s.HasFile = true }), ""},
		{"pins.verify", State{}, "reason.no_card"},
		{"pins.verify", State{CardOpen: true}, "reason.no_pin"},
		{"pins.verify", open, ""},
		{"pins.verify", with(func(s *State) { s.PINBlocked = true }), "reason.pin_blocked"},
		{"pins.verify", with(func(s *State) { s.PINEnabled = false }), "reason.pin_off"},
		{"pins.verify", with(func(s *State) { s.Mode = card.ReadOnlyLocked }), ""},
		{"pins.verify", with(func(s *State) { s.IsKey, s.PINKnown = true, false }), ""},
		{"pins.change", with(func(s *State) { s.Mode = card.ReadOnlyLocked }), "reason.locked"},
		{"pins.change", with(func(s *State) { s.IsKey = true }), "reason.is_key"},
		{"pins.toggle", with(func(s *State) { s.PINKnown = false }), "reason.pin_unknown"},
		{"pins.toggle", with(func(s *State) { s.PINEnabled = false }), ""},
		{"pins.unblock", with(func(s *State) { s.PINBlocked = true }), ""},
		{"pins.unblock", with(func(s *State) { s.Mode = card.ReadOnlyLocked }), "reason.locked"},
		{"arm", open, ""},
		{"arm", with(func(s *State) { s.Mode = card.ReadOnlyLocked }), "reason.locked"},
		{"arm", State{}, "reason.no_card"},
		{"stop", open, "reason.idle"},
		{"stop", with(func(s *State) { s.CardBusy = true }), ""},
		{"readers.open", State{}, "reason.no_readers"},
		{"readers.open", State{HasReaders: true}, ""},
		{"log.open", State{}, "reason.no_rows"},
		{"log.open", State{HasRows: true}, ""},
		{"quit", State{CardBusy: true}, ""},
	} {
		v, ok := FindVerb(tt.verb)
		if !ok {
			t.Errorf("no verb %s", tt.verb)
			continue
		}
		if got := v.Why(tt.s); got != tt.want || (v.Reason(tt.s) == "") != (tt.want == "") {
			t.Errorf("%s in %s: %q (%s), want %q", tt.verb, fmt.Sprintf("%+v", tt.s), got, v.Reason(tt.s), tt.want)
		}
	}
}
