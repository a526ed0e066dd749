package ota

import (
	"encoding/hex"

	tea "charm.land/bubbletea/v2"

	"simscope/card/ota"
	"simscope/card/safe"
	"simscope/crypto/scp80"
	"simscope/texts"
	"simscope/tui/kit"
	"simscope/tui/ui"
)

// keyDialog asks for the keys that the packet, or the one from a log, takes.
type keyDialog struct {
	m      *Model
	number int
	names  []string
	algs   []scp80.Algorithm
	in     []ui.KeyInput
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
	d.in = make([]ui.KeyInput, len(d.names))
	for i := range d.in {
		d.in[i].Hex = true
	}
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
		d.in[i].Reset()
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
			d.in[d.at].Update(msg)
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
			d.in[d.at].Update(msg)
		}
	}
	return false, nil
}

// take checks the keys and hands them to the screen. All are looked at before
// one is taken out of its input.
func (d *keyDialog) take() bool {
	for i, name := range d.names {
		n := d.in[i].Len()
		err := ota.CheckKey(name, d.algs[i], n/2)
		if n%2 != 0 {
			err = &ota.InputError{Field: name, ID: "odd"}
		}
		if err != nil {
			d.at, d.err = i, err
			return false
		}
	}
	got := map[string]safe.Secret{}
	for i, name := range d.names {
		digits := d.in[i].Take()
		digits.Use(func(b []byte) {
			key := make([]byte, hex.DecodedLen(len(b)))
			_, _ = hex.Decode(key, b) // the input takes nothing else
			got[name] = safe.NewSecret(key)
		})
		digits.Clear()
	}
	d.m.setKeys(got["KIc"], got["KID"])
	return true
}

// keyLine is what was typed as dots, and how many digits they are.
func (d *keyDialog) keyLine(i int, g *ui.Glyphs) ui.Line {
	l := d.in[i].Line(g)
	if i != d.at {
		l = l[:len(l)-1] // without the cursor
	}
	return l.Add(ui.Muted, "  "+texts.Say("ota.key.digits", "n", d.in[i].Len()))
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
		lines = append(lines, ui.Tok(tok, texts.Say("ota.key.name", "name", name, "algorithm", d.algs[i])), d.keyLine(i, &th.Glyphs), nil)
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
