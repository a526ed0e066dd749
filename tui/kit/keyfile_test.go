package kit

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	tea "charm.land/bubbletea/v2"

	"simscope/card"
	"simscope/card/safe"
	"simscope/store/keyfile"
	"simscope/tui/app"
	"simscope/tui/ui"
)

// code is an administrative code taken from an entry.
type code struct{ s safe.Secret }

func (c *code) Clear() { c.s.Clear() }

func takeCode(e *keyfile.Card) (*code, error) {
	s, err := app.EntryAdmin(e, card.RefADM1)
	return &code{s}, err
}

// writeKeys makes a key file with one card.
func writeKeys(t *testing.T) string {
	t.Helper()
	keyfile.Work = 10
	t.Cleanup(func() { keyfile.Work = 0 })
	lock, err := keyfile.Passphrase(safe.NewSecret([]byte("words")))
	if err != nil {
		t.Fatal(err)
	}
	name := filepath.Join(t.TempDir(), "keys.age")
	file := &keyfile.File{Cards: []keyfile.Card{
		{ICCID: "89999900123456789013", ADM: []keyfile.ADM{{PIN: "adm1", Value: safe.NewSecret([]byte("80706049")), Digits: true}}},
		{ICCID: "89990011223344556674"},
	}}
	if err := keyfile.Create(name, file, lock); err != nil {
		t.Fatal(err)
	}
	return name
}

// typeInto types a line and Enter, and gives the answer if there is one.
func typeInto(k *KeyFile[*code], s, iccid string) (*code, bool, string) {
	k.Paste(tea.PasteMsg{Content: s})
	cmd := k.Key("enter", tea.KeyPressMsg{Code: tea.KeyEnter}, iccid, "", takeCode)
	if cmd == nil {
		return nil, false, ""
	}
	return k.Opened(cmd().(KeyFileMsg[*code]))
}

// TestKeyFile: the file, then its passphrase, then the entry of the card; and
// a fault is told and can be mended.
func TestKeyFile(t *testing.T) {
	const iccid = "89999900123456789013"
	name := writeKeys(t)
	k := &KeyFile[*code]{}
	k.Start()
	if _, ok, fault := typeInto(k, name, iccid); ok || fault != "" {
		t.Fatalf("%v %s", ok, fault)
	}
	if _, ok, fault := typeInto(k, "other", iccid); ok || !strings.Contains(fault, "does not open") {
		t.Errorf("%v %s", ok, fault)
	}
	k.Paste(tea.PasteMsg{Content: "wo"})
	for _, l := range append(k.Lines(&ui.GlyphsUnicode, 60), ui.T(fmt.Sprintf("%v %+v %#v", k, *k, *k))) {
		if strings.Contains(ui.RenderLines(&ui.Theme{Glyphs: ui.GlyphsUnicode}, []ui.Line{l}, 60, 1), "words") {
			t.Errorf("%v shows the passphrase", l)
		}
	}
	got, ok, fault := typeInto(k, "rds", iccid)
	if !ok || fault != "" || got.s.Len() != 8 {
		t.Fatalf("%v %s", ok, fault)
	}
}

func TestKeyFileFaults(t *testing.T) {
	name := writeKeys(t)
	plain := filepath.Join(t.TempDir(), "plain.json")
	if err := os.WriteFile(plain, []byte("{}"), 0o600); err != nil {
		t.Fatal(err)
	}
	for what, tc := range map[string]struct{ name, iccid, says string }{
		"another card":  {name, "89990000000000000000", "no keys of this card"},
		"no code":       {name, "89990011223344556674", "no ADM1"},
		"not encrypted": {plain, "", "not encrypted"},
		"not there":     {filepath.Join(t.TempDir(), "none"), "", "no such file"},
	} {
		k := &KeyFile[*code]{}
		k.Start()
		_, ok, fault := typeInto(k, tc.name, tc.iccid)
		if fault == "" && !ok {
			_, ok, fault = typeInto(k, "words", tc.iccid)
		}
		if ok || !strings.Contains(fault, tc.says) {
			t.Errorf("%s: %v, %q", what, ok, fault)
		}
	}
}

// TestKeyFileLeft: what comes after the page was left is cleared and not
// taken.
func TestKeyFileLeft(t *testing.T) {
	k := &KeyFile[*code]{}
	k.Start()
	typeInto(k, writeKeys(t), "")
	k.Paste(tea.PasteMsg{Content: "words"})
	cmd := k.Key("enter", tea.KeyPressMsg{}, "89999900123456789013", "", takeCode)
	k.Wipe()
	msg := cmd().(KeyFileMsg[*code])
	if _, ok, _ := k.Opened(msg); ok || !msg.taken || msg.keys.s.Len() != 0 {
		t.Errorf("%v, %d bytes left", ok, msg.keys.s.Len())
	}
}
