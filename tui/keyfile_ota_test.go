package tui

import (
	"encoding/hex"
	"path/filepath"
	"strings"
	"testing"

	tea "charm.land/bubbletea/v2"

	"simscope/card"
	"simscope/card/safe"
	"simscope/store/keyfile"
	"simscope/tui/app"
)

// otaKeyFile makes a key file of the everyday card with the sets 1, whose keys
// are right, and 2, which has no KID.
func otaKeyFile(t *testing.T) string {
	t.Helper()
	keyfile.Work = 10
	t.Cleanup(func() { keyfile.Work = 0 })
	lock, err := keyfile.Passphrase(safe.NewSecret([]byte("two words")))
	if err != nil {
		t.Fatal(err)
	}
	key := func(digits string) safe.Secret {
		b, err := hex.DecodeString(digits)
		if err != nil {
			t.Fatal(err)
		}
		return safe.NewSecret(b)
	}
	name := filepath.Join(t.TempDir(), "keys.age")
	file := &keyfile.File{Cards: []keyfile.Card{{ICCID: "89999900123456789013", OTA: []keyfile.KeySet{
		{Version: 1, KIC: key(otaKIc), KID: key(otaKID)}, {Version: 2, KIC: key(otaKIc)},
	}}}}
	if err := keyfile.Create(name, file, lock); err != nil {
		t.Fatal(err)
	}
	return name
}

// The workbench takes the keys that its packet names out of a key file, whose
// passphrase is dots; a set that is not there is told, and nothing is sent by
// it.
func TestOTAWithKeyFile(t *testing.T) {
	name := otaKeyFile(t)
	ctrlF := tea.KeyPressMsg{Code: 'f', Mod: tea.ModCtrl}
	for _, size := range []string{"80x24", "120x40"} {
		r := otaRig(t, map[string]int{"80x24": 80, "120x40": 120}[size], map[string]int{"80x24": 24, "120x40": 40}[size], card.ReadOnly)
		r.value(5, "2")
		r.value(3, "aes:2")
		r.press("p")
		golden(t, "ota-keys-"+size, r.screen())
		r.press("40")
		r.send(ctrlF)
		golden(t, "ota-keyfile-"+size, r.screen())
		r.press(name, "enter")
		r.until(`Passphrase`)
		r.press("two words")
		if s := r.screen(); strings.Contains(s, "two words") || !strings.Contains(s, "•••••") {
			t.Fatalf("the passphrase:\n%s", s)
		}
		r.press("enter")
		r.until(`has no KID`)
		// Back to typing: what was typed before is gone.
		r.send(tea.KeyPressMsg{Code: tea.KeyTab, Mod: tea.ModShift})
		r.until(`0 hex digits`)
		r.press("esc")
		r.value(3, "aes:1")
		r.press("p")
		r.send(ctrlF)
		r.press(name, "enter")
		r.until(`Passphrase`)
		r.press("two words", "enter")
		r.until(`keys +given`)
		if r.envelopes() != 0 {
			t.Fatal("something was sent")
		}
		if s := r.sendOTA(); !strings.Contains(s, "checksum is right") || r.envelopes() != 1 {
			t.Errorf("%d messages:\n%s", r.envelopes(), s)
		}
	}
}

// What a key file brings after the program was left is dropped.
func TestOTAKeyFileIsWiped(t *testing.T) {
	name := otaKeyFile(t)
	r := otaRig(t, 80, 24, card.ReadOnly)
	r.press("p")
	r.send(tea.KeyPressMsg{Code: 'f', Mod: tea.ModCtrl})
	r.press(name, "enter")
	r.until(`Passphrase`)
	r.press("two wo")
	r.m.screens[app.ScreenOTA].(interface{ Wipe() }).Wipe()
	if s := r.screen(); strings.Contains(s, "•") {
		t.Errorf("the passphrase is left:\n%s", s)
	}
}
