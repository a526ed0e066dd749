package ota

import (
	"encoding/hex"
	"errors"
	"strings"

	tea "charm.land/bubbletea/v2"

	"simscope/card/ota"
	"simscope/card/safe"
	"simscope/crypto/scp80"
	"simscope/texts"
	"simscope/tui/kit"
	"simscope/tui/ui"
)

// maxKeyDigits is the length of the longest key, with room to tell that one is
// too long.
const maxKeyDigits = 66

// keyInput takes the hex digits of a key as dots. They lie in a buffer of
// fixed size behind two pointers, where no way of printing finds them. A key
// may be pasted: nobody types 32 digits without a slip.
type keyInput struct{ box **keyBox }

type keyBox struct {
	b [maxKeyDigits]byte
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
		if c := s[i]; strings.IndexByte("0123456789abcdefABCDEF", c) >= 0 && box.n < maxKeyDigits {
			box.b[box.n] = c
			box.n++
		}
	}
}

func (k *keyInput) update(msg tea.Msg) {
	switch msg := msg.(type) {
	case tea.PasteMsg:
		k.put(msg.Content)
	case tea.KeyPressMsg:
		switch msg.String() {
		case "backspace", "ctrl+h":
			if k.len() > 0 {
				box := *k.box
				box.n--
				box.b[box.n] = 0
			}
		case "ctrl+u":
			k.reset()
		default:
			if msg.Mod&^tea.ModShift == 0 {
				k.put(msg.Text)
			}
		}
	}
}

// take hands the key over and empties the input. An error leaves it.
func (k *keyInput) take(name string, a scp80.Algorithm) (safe.Secret, error) {
	if k.box == nil {
		return safe.Secret{}, ota.CheckKey(name, a, 0)
	}
	digits := (*k.box).b[:(*k.box).n]
	key := make([]byte, hex.DecodedLen(len(digits)))
	if _, err := hex.Decode(key, digits); errors.Is(err, hex.ErrLength) {
		clear(key)
		return safe.Secret{}, &ota.InputError{Field: name, ID: "odd"}
	}
	if err := ota.CheckKey(name, a, len(key)); err != nil {
		clear(key)
		return safe.Secret{}, err
	}
	k.reset()
	return safe.NewSecret(key), nil
}

// line is a dot for each byte typed, and how many digits they are.
func (k *keyInput) line(g *ui.Glyphs, focus bool) ui.Line {
	l := ui.Tok(ui.Secret, strings.Repeat(g.Dot, (k.len()+1)/2))
	if focus {
		l = l.Add(ui.Cursor, "_")
	}
	return l.Add(ui.Muted, "  "+texts.Say("ota.key.digits", "n", k.len()))
}

// keyDialog asks for the keys that the packet, or the one from a log, takes.
type keyDialog struct {
	m      *Model
	number int
	names  []string
	algs   []scp80.Algorithm
	in     []keyInput
	at     int
	err    error
}

func newKeyDialog(m *Model) *keyDialog {
	d := &keyDialog{m: m, number: m.number}
	spi, kic, kid := m.req.SPI, m.req.KIc, m.req.KID
	if m.log != nil && m.log.opened != nil {
		spi, kic, kid = m.log.opened.SPI, m.log.opened.KIc, m.log.opened.KID
	}
	needsC, needsD := ota.Request{SPI: spi}.Needs()
	if needsC {
		d.names, d.algs = append(d.names, "KIc"), append(d.algs, scp80.Cipher(kic))
	}
	if needsD {
		d.names, d.algs = append(d.names, "KID"), append(d.algs, scp80.Checksum(scp80.CC, kid))
	}
	d.in = make([]keyInput, len(d.names))
	return d
}

// Size implements ui.Dialog.
func (d *keyDialog) Size(w, h int) (dw, dh int) { return min(72, w), min(14, h) }

// Escape implements ui.Escaper: what was typed is cleared.
func (d *keyDialog) Escape() (bool, tea.Cmd) {
	d.wipe()
	return true, nil
}

func (d *keyDialog) wipe() {
	for i := range d.in {
		d.in[i].reset()
	}
}

// Update implements ui.Dialog.
func (d *keyDialog) Update(msg tea.Msg) (done bool, cmd tea.Cmd) {
	if d.number != d.m.env.Number {
		d.wipe()
		return true, nil
	}
	switch msg := msg.(type) {
	case tea.KeyPressMsg:
		return d.key(msg)
	case tea.PasteMsg:
		if d.at < len(d.in) {
			d.err = nil
			d.in[d.at].update(msg)
		}
	}
	return false, nil
}

func (d *keyDialog) key(msg tea.KeyPressMsg) (bool, tea.Cmd) {
	switch msg.Keystroke() {
	case "ctrl+c":
		d.wipe()
		return true, kit.Do("quit")
	case "tab", "down":
		d.at = min(d.at+1, max(len(d.in)-1, 0))
	case "shift+tab", "up":
		d.at = max(d.at-1, 0)
	case "enter":
		if d.at < len(d.in)-1 {
			d.at++
			return false, nil
		}
		return d.take(), nil
	default:
		if d.at < len(d.in) {
			d.err = nil
			d.in[d.at].update(msg)
		}
	}
	return false, nil
}

// take checks the keys and hands them to the screen.
func (d *keyDialog) take() bool {
	got := map[string]safe.Secret{}
	for i, name := range d.names {
		// Both are looked at before either is taken out of its input.
		probe := d.in[i].len()
		if probe%2 != 0 {
			d.at, d.err = i, &ota.InputError{Field: name, ID: "odd"}
			return false
		}
		if err := ota.CheckKey(name, d.algs[i], probe/2); err != nil {
			d.at, d.err = i, err
			return false
		}
	}
	for i, name := range d.names {
		s, err := d.in[i].take(name, d.algs[i])
		if err != nil {
			d.at, d.err = i, err
			return false
		}
		got[name] = s
	}
	d.m.setKeys(got["KIc"], got["KID"])
	return true
}

// View implements ui.Dialog.
func (d *keyDialog) View(th *ui.Theme, w, h int) string {
	p := ui.Pane{Title: ui.Tok(ui.Title, texts.Say("ota.key.title")), Focus: true, Pad: 1}
	iw, ih := p.Inner(w, h)
	var lines []ui.Line
	if len(d.names) == 0 {
		lines = ui.Paragraph(ui.Text, texts.Say("ota.key.none"), iw)
	}
	for i, name := range d.names {
		tok := ui.Muted
		if i == d.at {
			tok = ui.Title
		}
		lines = append(lines, ui.Tok(tok, texts.Say("ota.key.name", "name", name, "algorithm", d.algs[i])), d.in[i].line(&th.Glyphs, i == d.at), nil)
	}
	if d.err != nil {
		lines = append(lines, ui.Paragraph(ui.Bad, d.err.Error(), iw)...)
	} else {
		lines = append(lines, ui.Paragraph(ui.Muted, texts.Say("ota.key.about"), iw)...)
	}
	return p.View(th, w, h, ui.Above(ui.RenderLines(th, lines, iw, ih-1), hintLine(th, iw, "enter", "take", "tab", "other", "esc", "leave")))
}

// hintLine is keys and what they do, "ota.hint."+word.
func hintLine(th *ui.Theme, w int, pairs ...string) string {
	var hints []ui.Hint
	for i := 0; i+1 < len(pairs); i += 2 {
		hints = append(hints, ui.Hint{Key: pairs[i], Does: texts.Say("ota.hint." + pairs[i+1])})
	}
	return ui.HintLine(th, hints, nil, w)
}
