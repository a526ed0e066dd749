package auth

import (
	"strings"

	tea "charm.land/bubbletea/v2"

	"simscope/card/auth"
	"simscope/card/safe"
	"simscope/texts"
	"simscope/tui/ui"
)

// maxTyped is the most characters of a secret: a key of 32 bytes with spaces
// in it is still told as such; a passphrase is shorter.
const maxTyped = 128

// keyInput takes a secret as dots. What was typed lies in a buffer of fixed
// size behind two pointers, where no way of printing finds it. A key of 32
// digits may be pasted: nobody types it without a slip.
type keyInput struct{ box **keyBox }

type keyBox struct {
	b [maxTyped]byte
	n int
}

func (k *keyInput) len() int {
	if k.box == nil {
		return 0
	}
	return (*k.box).n
}

func (k *keyInput) reset() {
	if k.box != nil {
		**k.box = keyBox{}
	}
}

func (k *keyInput) put(s string) {
	if k.box == nil {
		box := &keyBox{}
		k.box = &box
	}
	box := *k.box
	for i := range len(s) {
		if c := s[i]; c >= 0x20 && c != 0x7F && box.n < maxTyped {
			box.b[box.n] = c
			box.n++
		}
	}
}

// Update takes characters, pastes and deletion.
func (k *keyInput) Update(msg tea.Msg) bool {
	switch msg := msg.(type) {
	case tea.PasteMsg:
		k.put(strings.TrimSpace(msg.Content))
		return true
	case tea.KeyPressMsg:
		switch msg.String() {
		case "backspace", "ctrl+h":
			if k.len() > 0 {
				box := *k.box
				box.n--
				box.b[box.n] = 0
			}
			return true
		case "ctrl+u":
			k.reset()
			return true
		}
		if msg.Text != "" && msg.Mod&^tea.ModShift == 0 {
			k.put(msg.Text)
			return true
		}
	}
	return false
}

// key reads what was typed as hex digits and empties the input.
func (k *keyInput) key(name string, sizes ...int) (safe.Secret, error) {
	defer k.reset()
	if k.box == nil {
		return safe.Secret{}, &auth.KeyError{Field: name}
	}
	return auth.HexKey(name, (*k.box).b[:(*k.box).n], sizes...)
}

// words hands over what was typed and empties the input.
func (k *keyInput) words() safe.Secret {
	defer k.reset()
	if k.len() == 0 {
		return safe.Secret{}
	}
	return safe.NewSecret(append([]byte(nil), (*k.box).b[:(*k.box).n]...))
}

// line is a dot for each two characters typed, and how many they are.
func (k *keyInput) line(g *ui.Glyphs, want int) ui.Line {
	l := ui.Tok(ui.Secret, strings.Repeat(g.Dot, (k.len()+1)/2)).Add(ui.Cursor, "_")
	if want > 0 {
		return l.Add(ui.Muted, "  "+texts.Say("auth.typed.of", "n", k.len(), "of", want))
	}
	return l
}
