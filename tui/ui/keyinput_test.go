package ui

import (
	"fmt"
	"strings"
	"testing"

	tea "charm.land/bubbletea/v2"
)

func TestKeyInput(t *testing.T) {
	k := KeyInput{Hex: true}
	for _, r := range "40x1 4g2" {
		k.Update(tea.KeyPressMsg{Code: r, Text: string(r)})
	}
	if k.Len() != 5 {
		t.Errorf("%d digits", k.Len())
	}
	k.Update(tea.KeyPressMsg{Code: tea.KeyBackspace})
	k.Update(tea.PasteMsg{Content: "AABB ccdd\n" + strings.Repeat("e", 100)})
	if k.Len() != maxKeyDigits || k.Line(&GlyphsUnicode).Width() != maxKeyDigits/2+1 {
		t.Errorf("%d digits", k.Len())
	}
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%x", "%d"} {
		if s := strings.ToLower(fmt.Sprintf(verb, &k) + fmt.Sprintf(verb, k)); strings.Contains(s, "aabbcc") || strings.Contains(s, "97 97 98") || strings.Contains(s, "616162") {
			t.Errorf("%s shows it: %s", verb, s)
		}
	}
	got := k.Take()
	got.Use(func(b []byte) {
		if !strings.HasPrefix(string(b), "4014AABBccddeee") {
			t.Errorf("%q", b)
		}
	})
	if k.Len() != 0 || k.Take().Len() != 0 {
		t.Error("it is not emptied")
	}
}

// TestKeyInputOfWords takes a passphrase as it is, and no more than it holds.
func TestKeyInputOfWords(t *testing.T) {
	var k KeyInput
	for _, r := range "two w" {
		k.Update(tea.KeyPressMsg{Code: r, Text: string(r)})
	}
	k.Update(tea.PasteMsg{Content: " \tords \n"})
	got := k.Take()
	got.Use(func(b []byte) {
		if string(b) != "two words" {
			t.Errorf("%q", b)
		}
	})
	k.Update(tea.PasteMsg{Content: strings.Repeat("0", 1000)})
	box := *k.box
	if k.Len() != maxTyped || k.Update(tea.KeyPressMsg{Code: tea.KeyEnter}) {
		t.Errorf("%d characters", k.Len())
	}
	k.Update(tea.KeyPressMsg{Code: 'u', Mod: tea.ModCtrl})
	if k.Len() != 0 || *box != (keyBox{}) {
		t.Error("it is not overwritten")
	}
}
