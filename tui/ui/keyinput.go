package ui

import (
	"strings"

	tea "charm.land/bubbletea/v2"

	"simscope/card/safe"
)

// maxKeyDigits is the most digits of a key: 32 bytes.
const maxKeyDigits = 64

// KeyInput takes a key in hex digits as dots. What was typed lies in a buffer
// of fixed size behind two pointers, where no way of printing finds it. Unlike
// a PIN a key may be pasted: nobody types 32 digits without a slip. Copies
// share the digits.
type KeyInput struct{ box **keyBox }

type keyBox struct {
	b [maxKeyDigits]byte
	n int
}

// Len is the number of digits typed.
func (k *KeyInput) Len() int {
	if k.box == nil {
		return 0
	}
	return (*k.box).n
}

// Reset overwrites the digits.
func (k *KeyInput) Reset() {
	if k.box != nil {
		**k.box = keyBox{}
	}
}

// Update takes digits, pastes and deletion and reports whether the message was
// for it. Enter, Esc and Tab are the dialog's.
func (k *KeyInput) Update(msg tea.Msg) bool {
	switch msg := msg.(type) {
	case tea.PasteMsg:
		k.put(msg.Content)
		return true
	case tea.KeyPressMsg:
		switch msg.String() {
		case "backspace", "ctrl+h":
			if k.Len() > 0 {
				box := *k.box
				box.n--
				box.b[box.n] = 0
			}
			return true
		case "ctrl+u":
			k.Reset()
			return true
		}
		if msg.Text != "" && msg.Mod&^tea.ModShift == 0 {
			k.put(msg.Text)
			return true
		}
	}
	return false
}

// put takes the hex digits of s and leaves out the rest.
func (k *KeyInput) put(s string) {
	if k.box == nil {
		box := &keyBox{}
		k.box = &box
	}
	box := *k.box
	for i := range len(s) {
		if c := s[i]; c != ' ' && HexOnly(rune(c)) && box.n < maxKeyDigits {
			box.b[box.n] = c
			box.n++
		}
	}
}

// Take hands over the digits, in ASCII, and empties the input.
func (k *KeyInput) Take() safe.Secret {
	defer k.Reset()
	if k.Len() == 0 {
		return safe.Secret{}
	}
	return safe.NewSecret(append(make([]byte, 0, maxKeyDigits), (*k.box).b[:(*k.box).n]...))
}

// Line is a dot for each byte typed, and the cursor.
func (k *KeyInput) Line(g *Glyphs) Line {
	return Tok(Secret, strings.Repeat(g.Dot, (k.Len()+1)/2)).Add(Cursor, "_")
}
