package ui

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"
)

type holder struct {
	pin  PINInput
	pins []PINInput
}

func typePIN(mode PINMode, digits string) *PINInput {
	p := &PINInput{Mode: mode}
	for _, r := range digits {
		p.Update(press(string(r)))
	}
	return p
}

// TestPINIsNeverShown prints the input in every way there is.
func TestPINIsNeverShown(t *testing.T) {
	const canary = "86420975"
	p := typePIN(PINDigits, canary)
	h := holder{*p, []PINInput{*p}}
	js, err := json.Marshal([]any{p, h, &h})
	if err != nil {
		t.Fatal(err)
	}
	out := string(js) + p.View(theme(t, "dark", false), 40)
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%X", "%d", "%t", "%c", "%U", "%p", "%e"} {
		for _, x := range []any{p, *p, h, &h, []any{h}, map[string]any{"a": h}, p.box, &p.box} {
			out += fmt.Sprintf(verb, x)
		}
	}
	for _, leak := range []string{canary, "56 54 52 50 48", "3836343230", "38 36 34 32", "0x38, 0x36"} {
		if strings.Contains(out, leak) {
			t.Errorf("%q is in the output", leak)
		}
	}
	if got := strings.Count(ansi.Strip(p.View(theme(t, "dark", false), 40)), "•"); got != 8 {
		t.Errorf("%d dots", got)
	}
}

func TestPINInput(t *testing.T) {
	for _, c := range []struct {
		mode     PINMode
		typed    string
		complete bool
		want     string
	}{
		{PINDigits, "123", false, ""},
		{PINDigits, "1234", true, "1234"},
		{PINDigits, "12a3-4", true, "1234"},
		{PINDigits, "1234567890", true, "12345678"},
		{PUKDigits, "1234567", false, ""},
		{PUKDigits, "12345678", true, "12345678"},
		{KeyHex, "0123456789abCDE", false, ""},
		{KeyHex, "0123456789abCDEF", true, "\x01\x23\x45\x67\x89\xab\xcd\xef"},
		{KeyHex, "xyz", false, ""},
	} {
		p := typePIN(c.mode, c.typed)
		var box *pinBox
		if p.box != nil {
			box = *p.box
		}
		if p.Complete() != c.complete {
			t.Errorf("%q: complete %v", c.typed, p.Complete())
		}
		p.Take().Use(func(b []byte) {
			if string(b) != c.want {
				t.Errorf("%q gives %x", c.typed, b)
			}
		})
		if p.Len() != 0 || box != nil && box.b != [16]byte{} {
			t.Errorf("%q is still there after Take", c.typed)
		}
	}
}

func TestPINEditing(t *testing.T) {
	p := typePIN(PINDigits, "12345")
	p.Update(press("backspace"))
	if !p.Same(typePIN(PINDigits, "1234")) || (*p.box).b[4] != 0 {
		t.Error("backspace leaves the digit")
	}
	if p.Same(typePIN(PINDigits, "1235")) || (&PINInput{}).Same(&PINInput{}) {
		t.Error("Same")
	}
	if !p.Update(tea.PasteMsg{Content: "9999"}) || p.Len() != 4 || !p.PasteRefused {
		t.Error("a paste was taken")
	}
	p.Update(tea.KeyPressMsg{Code: tea.KeyKp7, Text: "7"})
	if !p.Same(typePIN(PINDigits, "12347")) {
		t.Error("the keypad")
	}
	if p.Update(tea.KeyPressMsg{Code: '1', Mod: tea.ModCtrl}) || p.Update(press("enter")) || p.Update(press("x")) {
		t.Error("keys that are not its own")
	}
	p.Reset()
	if (*p.box).b != [16]byte{} || p.PasteRefused {
		t.Error("Reset")
	}
}
