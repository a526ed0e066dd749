package auth

import (
	"fmt"
	"strings"
	"testing"

	tea "charm.land/bubbletea/v2"

	"simscope/card/auth"
	"simscope/card/safe"
	"simscope/store/keyfile"
	"simscope/tui/ui"
)

const testK = "465B5CE8B199B49FAA5F0A2EE238A6BC"

// TestTakeKey reads what was typed, says what is wrong with it, and leaves
// nothing.
func TestTakeKey(t *testing.T) {
	in := &ui.KeyInput{}
	for _, tc := range []struct{ typed, says string }{
		{testK, ""}, {"", "K"}, {"46 5B", "spaces"}, {"465B", "2 bytes"}, {"hello", "hex"},
	} {
		in.Update(tea.PasteMsg{Content: tc.typed})
		k, err := takeKey(in, "K", 16)
		if (err == nil) != (tc.says == "") || err == nil && k.Len() != 16 || err != nil && !strings.Contains(err.Error(), tc.says) || in.Len() != 0 {
			t.Errorf("%q: %v, %d left", tc.typed, err, in.Len())
		}
	}
}

// TestHeldIn takes the subscriber's keys, and refuses an entry without.
func TestHeldIn(t *testing.T) {
	k, _ := auth.HexKey("K", []byte(testK), 16)
	e := &keyfile.Card{
		Label: "bench", Subscriber: auth.Subscriber{Algorithm: auth.Milenage, K: k, OPc: k.Clone()},
		SQN: &keyfile.SQN{IndexBits: 4, Last: 0x20, HasLast: true},
	}
	got, err := heldIn(e)
	if err != nil || got.sub.K.Len() != 16 || got.indexBits != 4 || !got.hasMS || got.ms != 0x20 {
		t.Errorf("%+v, %v", got, err)
	}
	e.Clear()
	if got.sub.K.Len() != 16 {
		t.Error("the keys are the file's")
	}
	if s := fmt.Sprintf("%+v %#v", got, *got); strings.Contains(strings.ToUpper(s), testK[:8]) {
		t.Error("a key is printed")
	}
	if _, err := heldIn(&keyfile.Card{Label: "x", ADM: []keyfile.ADM{{PIN: "adm1", Value: safe.NewSecret([]byte("1234")), Digits: true}}}); err == nil {
		t.Error("an entry without a subscriber was taken")
	}
}
