package ui

import (
	"strings"

	tea "charm.land/bubbletea/v2"

	"simscope/card/safe"
)

// The most characters of a secret: a key of 32 bytes as digits and two more, so
// that one that is too long is told and not cut; and twice that where it may be
// anything.
const (
	maxKeyDigits = 66
	maxTyped     = 128
)

// KeyInput takes a key or a passphrase as dots. What was typed lies in a buffer
// of fixed size behind two pointers, where no way of printing finds it. Unlike
// a PIN it may be pasted: nobody types 32 digits without a slip. Copies share
// the characters.
type KeyInput struct {
	// Hex leaves out whatever is no hex digit, spaces of a paste too. Without
	// it all characters are taken, but for blanks around a paste.
	Hex bool
	box **keyBox
}

type keyBox struct {
	b [maxTyped]byte
	n int
}

// Len is the number of characters typed.
func (k *KeyInput) Len() int {
	if k.box == nil {
		return 0
	}
	return (*k.box).n
}

// Reset overwrites them.
func (k *KeyInput) Reset() {
	if k.box != nil {
		**k.box = keyBox{}
	}
}

// Update takes characters, pastes and deletion and reports whether the message was
// for it. Enter, Esc and Tab are the dialog's.
func (k *KeyInput) Update(msg tea.Msg) bool {
	switch msg := msg.(type) {
	case tea.PasteMsg:
		k.put(strings.TrimSpace(msg.Content))
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

// put takes the characters of s that are to be taken.
func (k *KeyInput) put(s string) {
	if k.box == nil {
		box := &keyBox{}
		k.box = &box
	}
	box, limit := *k.box, maxTyped
	if k.Hex {
		limit = maxKeyDigits
	}
	for i := range len(s) {
		c := s[i]
		ok := c >= 0x20 && c != 0x7F
		if k.Hex {
			ok = c != ' ' && HexOnly(rune(c))
		}
		if ok && box.n < limit {
			box.b[box.n] = c
			box.n++
		}
	}
}

// Take hands over what was typed and empties the input.
func (k *KeyInput) Take() safe.Secret {
	defer k.Reset()
	if k.Len() == 0 {
		return safe.Secret{}
	}
	return safe.NewSecret(append(make([]byte, 0, maxTyped), (*k.box).b[:(*k.box).n]...))
}

// Line is a dot for each two characters typed, and the cursor.
func (k *KeyInput) Line(g *Glyphs) Line {
	return Tok(Secret, strings.Repeat(g.Dot, (k.Len()+1)/2)).Add(Cursor, "_")
}
