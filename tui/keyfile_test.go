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
)

// The dialog takes the set of the chosen version out of a key file, whose
// passphrase is dots, and goes on to its check.
func TestGPWithKeyFile(t *testing.T) {
	keyfile.Work = 10
	defer func() { keyfile.Work = 0 }()
	lock, err := keyfile.Passphrase(safe.NewSecret([]byte("two words")))
	if err != nil {
		t.Fatal(err)
	}
	key := func() safe.Secret {
		b, _ := hex.DecodeString("404142434445464748494A4B4C4D4E4F")
		return safe.NewSecret(b)
	}
	name := filepath.Join(t.TempDir(), "keys.age")
	file := &keyfile.File{Cards: []keyfile.Card{{ICCID: "89999900123456789013", GP: []keyfile.KeySet{
		{Version: 48, KIC: key(), KID: key()}, {Version: 49, KIC: key(), KID: key(), DEK: key()},
	}}}}
	if err := keyfile.Create(name, file, lock); err != nil {
		t.Fatal(err)
	}
	for _, size := range [][2]int{{80, 24}, {120, 40}} {
		r := newRig(t, size[0], size[1], card.ReadOnly)
		r.open("1")
		r.keys("KLL")
		r.until(`Listed keys`)
		r.settle()
		r.keys("o", "f", name, "enter")
		r.until(`Passphrase`)
		r.keys("two words")
		if s := r.screen(); strings.Contains(s, "two words") || !strings.Contains(s, "•••••") {
			t.Fatalf("the passphrase:\n%s", s)
		}
		r.keys("enter")
		r.until(`several security domain key sets`)
		r.send(tea.KeyPressMsg{Code: tea.KeyTab, Mod: tea.ModShift})
		r.keys("down", "f", name, "enter")
		r.until(`Passphrase`)
		r.keys("two words", "enter")
		r.until(`keys of version 0x30, 16 bytes each`)
		if ops := r.m.env.Card.Ops.Rows(); len(ops) != 0 {
			t.Fatalf("something was sent: %+v", ops)
		}
		r.keys("tab", "enter")
		r.until(`opened with SCP03`)
	}
}
