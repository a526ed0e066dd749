package auth

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	tea "charm.land/bubbletea/v2"

	"simscope/card/auth"
	"simscope/card/safe"
	"simscope/store/keyfile"
)

const testK = "465B5CE8B199B49FAA5F0A2EE238A6BC"

func typed(s string) *keyInput {
	in := &keyInput{}
	for _, c := range s {
		in.Update(tea.KeyPressMsg{Code: c, Text: string(c)})
	}
	return in
}

// TestKeyInputIsNotPrinted by any verb, also nested, and is empty after it was
// taken.
func TestKeyInputIsNotPrinted(t *testing.T) {
	in := typed(testK)
	nested := struct {
		a keyInput
		b *keyInput
	}{*in, in}
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%x", "%q", "%d"} {
		out := fmt.Sprintf(verb, in) + fmt.Sprintf(verb, nested)
		for _, leak := range []string{"465B", "465b", "52 54 53"} {
			if strings.Contains(out, leak) {
				t.Errorf("%s prints %s", verb, out)
			}
		}
	}
	box := *in.box
	k, err := in.key("K", 16)
	if err != nil || k.Len() != 16 || in.len() != 0 || *box != (keyBox{}) {
		t.Errorf("%v, %d left", err, in.len())
	}
}

// TestKeyInputEdits: backspace, ctrl+u, a paste with blanks around it, and no
// more than it holds.
func TestKeyInputEdits(t *testing.T) {
	in := typed("4657")
	in.Update(tea.KeyPressMsg{Code: tea.KeyBackspace})
	in.Update(tea.KeyPressMsg{Code: tea.KeyBackspace})
	in.Update(tea.PasteMsg{Content: "5B" + testK[4:] + " \n"})
	if k, err := in.key("K", 16); err != nil || k.Len() != 16 {
		t.Errorf("%v", err)
	}
	in = typed("46")
	in.Update(tea.KeyPressMsg{Code: 'u', Mod: tea.ModCtrl})
	if _, err := in.key("K", 16); err == nil || in.len() != 0 {
		t.Error("nothing was taken for a key")
	}
	in.Update(tea.PasteMsg{Content: strings.Repeat("0", 1000)})
	if in.len() != maxTyped {
		t.Errorf("%d characters", in.len())
	}
	if in.Update(tea.KeyPressMsg{Code: tea.KeyEnter}) {
		t.Error("enter was taken")
	}
}

// TestReadKeys opens a key file for the card that is open, and says what is
// wrong with others.
func TestReadKeys(t *testing.T) {
	keyfile.Work = 10
	defer func() { keyfile.Work = 0 }()
	dir := t.TempDir()
	k, err := auth.HexKey("K", []byte(testK), 16)
	if err != nil {
		t.Fatal(err)
	}
	op, _ := auth.HexKey("OPc", []byte(testK), 16)
	pass := func(s string) safe.Secret { return safe.NewSecret([]byte(s)) }
	lock, err := keyfile.Passphrase(pass("words"))
	if err != nil {
		t.Fatal(err)
	}
	name := filepath.Join(dir, "keys.age")
	file := &keyfile.File{Cards: []keyfile.Card{
		{Label: "bench", ICCID: "89999900123456789013", Subscriber: auth.Subscriber{Algorithm: auth.Milenage, K: k, OPc: op}, SQN: &keyfile.SQN{IndexBits: 4, Last: 0x20, HasLast: true}},
		{ICCID: "89990011223344556674", ADM: []keyfile.ADM{{PIN: "adm1", Value: pass("1234"), Digits: true}}},
	}}
	if err := keyfile.Create(name, file, lock); err != nil {
		t.Fatal(err)
	}
	if _, needs, err := readKeys(name, safe.Secret{}, false, "", ""); err != nil || !needs {
		t.Errorf("%v, %v", needs, err)
	}
	got, _, err := readKeys(name, pass("words"), true, "89999900123456789013", "")
	if err != nil || got.sub.K.Len() != 16 || got.indexBits != 4 || !got.hasMS || got.ms != 0x20 {
		t.Errorf("%+v, %v", got, err)
	}
	plain := filepath.Join(dir, "plain.json")
	if err := os.WriteFile(plain, []byte("{}"), 0o600); err != nil {
		t.Fatal(err)
	}
	for what, tc := range map[string]struct{ name, pass, iccid, says string }{
		"wrong words":   {name, "other", "89999900123456789013", "does not open"},
		"another card":  {name, "words", "89990000000000000000", "no keys of this card"},
		"no subscriber": {name, "words", "89990011223344556674", "no keys of this card"},
		"not encrypted": {plain, "words", "", "not encrypted"},
		"not there":     {filepath.Join(dir, "none"), "words", "", "no such file"},
	} {
		if _, _, err := readKeys(tc.name, pass(tc.pass), true, tc.iccid, ""); err == nil || !strings.Contains(faultWords(err), tc.says) {
			t.Errorf("%s: %v: %q", what, err, faultWords(err))
		}
	}
}
