package ui

import (
	"crypto/subtle"
	"strings"

	tea "charm.land/bubbletea/v2"

	"simscope/card/safe"
)

// PINMode says what a PINInput takes.
type PINMode uint8

const (
	// PINDigits takes 4 to 8 decimal digits: a PIN (TS 102 221 clause 9.5.1).
	PINDigits PINMode = iota
	// PUKDigits takes exactly 8 decimal digits: an unblock PIN.
	PUKDigits
	// KeyHex takes exactly 16 hexadecimal digits: an administrative code of 8
	// bytes as issuers print it.
	KeyHex
)

var pinLimits = [...]struct{ least, most int }{PINDigits: {4, 8}, PUKDigits: {8, 8}, KeyHex: {16, 16}}

// PINInput takes a secret one key at a time. The digits lie in a buffer of
// fixed size behind a pointer, never in a string, so that no way of printing
// the input shows them. It does not take a paste: that would leave the secret
// in the clipboard and in the terminal's history. Copies share the digits.
type PINInput struct {
	Mode  PINMode
	Focus bool
	// PasteRefused says that somebody tried to paste; the screen tells why.
	PasteRefused bool

	// fmt prints what a pointer to a struct points to when the verb does not
	// suit a pointer (%s), also in an unexported field; it never follows two.
	box **pinBox
}

type pinBox struct {
	b [16]byte
	n int
}

// Len is the number of digits typed.
func (p *PINInput) Len() int {
	if p.box == nil {
		return 0
	}
	return (*p.box).n
}

// Limits are the fewest and the most digits it takes.
func (p *PINInput) Limits() (least, most int) {
	l := pinLimits[p.Mode]
	return l.least, l.most
}

// Complete reports whether what was typed can be sent.
func (p *PINInput) Complete() bool {
	least, most := p.Limits()
	return p.Len() >= least && p.Len() <= most
}

// Reset overwrites the digits.
func (p *PINInput) Reset() {
	if p.box != nil {
		**p.box = pinBox{}
	}
	p.PasteRefused = false
}

// Update takes digits and backspace and reports whether the message was for
// it. Enter, Esc and Tab are the dialog's.
func (p *PINInput) Update(msg tea.Msg) bool {
	switch m := msg.(type) {
	case tea.PasteMsg:
		p.PasteRefused = true
		return true
	case tea.KeyPressMsg:
		switch m.String() {
		case "backspace", "ctrl+h":
			p.drop()
			return true
		case "ctrl+u":
			p.Reset()
			return true
		}
		if m.Mod&^tea.ModShift == 0 {
			return p.put(keyRune(m))
		}
	}
	return false
}

// keyRune is the character of a key; the keypad's digits have codes of their
// own.
func keyRune(m tea.KeyPressMsg) rune {
	if m.Code >= tea.KeyKp0 && m.Code <= tea.KeyKp9 {
		return '0' + m.Code - tea.KeyKp0
	}
	for _, r := range m.Text {
		return r
	}
	return m.Code
}

func (p *PINInput) put(r rune) bool {
	digit := r >= '0' && r <= '9'
	letter := r >= 'a' && r <= 'f' || r >= 'A' && r <= 'F'
	if !digit && (p.Mode != KeyHex || !letter) {
		return false
	}
	if p.box == nil {
		box := &pinBox{}
		p.box = &box
	}
	box := *p.box
	if _, most := p.Limits(); box.n < most {
		box.b[box.n] = byte(r)
		box.n++
	}
	return true
}

func (p *PINInput) drop() {
	if p.Len() > 0 {
		box := *p.box
		box.n--
		box.b[box.n] = 0
	}
}

// Take hands the secret over and empties the input: the ASCII digits of a
// PIN or PUK, not padded; the 8 bytes of a key. It is empty when what was
// typed is not complete.
func (p *PINInput) Take() safe.Secret {
	defer p.Reset()
	if !p.Complete() {
		return safe.Secret{}
	}
	typed := (*p.box).b[:(*p.box).n]
	if p.Mode != KeyHex {
		return safe.NewSecret(append([]byte(nil), typed...))
	}
	b := make([]byte, len(typed)/2)
	for i := range b {
		b[i] = nibble(typed[2*i])<<4 | nibble(typed[2*i+1])
	}
	return safe.NewSecret(b)
}

func nibble(c byte) byte {
	switch {
	case c >= 'a':
		return c - 'a' + 10
	case c >= 'A':
		return c - 'A' + 10
	}
	return c - '0'
}

// Same reports whether two inputs hold the same digits, for "once more".
func (p *PINInput) Same(q *PINInput) bool {
	if p.Len() == 0 || p.Len() != q.Len() {
		return false
	}
	return subtle.ConstantTimeCompare((*p.box).b[:], (*q.box).b[:]) == 1
}

// Line is a dot for each digit, the cursor, and a low mark for each that is
// still needed.
func (p *PINInput) Line(g *Glyphs) Line {
	least, most := p.Limits()
	l := Tok(Secret, strings.Repeat(g.Dot+" ", p.Len()))
	need := least - p.Len()
	if p.Focus && p.Len() < most {
		l = l.Add(Cursor, "_").Gap(1)
		need--
	}
	return l.Add(Muted, strings.Repeat("_ ", max(need, 0)))
}

// View draws the input in exactly w cells.
func (p *PINInput) View(th *Theme, w int) string {
	if w <= 0 {
		return ""
	}
	return p.Line(&th.Glyphs).Render(th, w)
}
