package ota

import (
	"encoding/hex"
	"slices"
	"strings"

	tea "charm.land/bubbletea/v2"

	"simscope/card/ota"
	"simscope/card/safe"
	"simscope/crypto/scp80"
	"simscope/store/keyfile"
	"simscope/texts"
	"simscope/tui/app"
	"simscope/tui/kit"
	"simscope/tui/ui"
)

// keyDialog asks for the keys that the packet, or the one from a log, takes:
// they are typed, or come from a key file.
type keyDialog struct {
	m        *Model
	number   int
	kic, kid byte // indicators of the packet
	names    []string
	algs     []scp80.Algorithm
	in       []ui.KeyInput
	at       int
	err      error

	inFile bool // they come from a file
	file   kit.KeyFile[*fileKeys]
	fault  string // of the file, in words
}

// fileKeys are the keys of packets out of a key file.
type fileKeys struct{ ota.Keys }

// Clear overwrites them.
func (k *fileKeys) Clear() { k.Keys.Clear() }

func newKeyDialog(m *Model) *keyDialog {
	d := &keyDialog{m: m, number: m.number}
	spi, kic, kid := m.req.SPI, m.req.KIc, m.req.KID
	if m.log != nil && m.log.opened != nil {
		spi, kic, kid = m.log.opened.SPI, m.log.opened.KIc, m.log.opened.KID
	}
	d.kic, d.kid = kic, kid
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
	d.file.Wipe()
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
	case kit.KeyFileMsg[*fileKeys]:
		return d.fileOpened(msg), nil
	case tea.KeyPressMsg:
		return d.key(msg)
	case tea.PasteMsg:
		switch {
		case d.inFile:
			d.file.Paste(msg)
		case d.at < len(d.in):
			d.err = nil
			d.in[d.at].Update(msg)
		}
	}
	return false, nil
}

// fileKey takes a key while the file is asked for. Its sets are those that KIc
// and KID of the packet name.
func (d *keyDialog) fileKey(msg tea.KeyPressMsg) tea.Cmd {
	k := msg.Keystroke()
	if k == "shift+tab" {
		d.file.Wipe()
		d.inFile, d.fault = false, ""
		return nil
	}
	d.fault = ""
	id, kic, kid := d.m.env.Identity, d.kic, d.kid
	needsC, needsD := slices.Contains(d.names, "KIc"), slices.Contains(d.names, "KID")
	return d.file.Key(k, msg, id.ICCID, id.IMSI, func(e *keyfile.Card) (*fileKeys, error) {
		keys, err := app.EntryOTA(e, kic, kid, needsC, needsD)
		return &fileKeys{keys}, err
	})
}

// fileOpened hands keys of a file to the screen.
func (d *keyDialog) fileOpened(msg kit.KeyFileMsg[*fileKeys]) (done bool) {
	keys, ok, fault := d.file.Opened(msg)
	if fault != "" {
		d.fault = fault
	}
	if ok {
		d.wipe()
		d.m.setKeys(keys.KIc, keys.KID)
	}
	return ok
}

func (d *keyDialog) key(msg tea.KeyPressMsg) (bool, tea.Cmd) {
	switch k := msg.Keystroke(); {
	case k == "ctrl+c":
		d.wipe()
		return true, kit.Do("quit")
	case d.inFile:
		return false, d.fileKey(msg)
	case k == "ctrl+f" && len(d.names) > 0:
		d.wipe()
		d.inFile, d.at, d.err = true, 0, nil
		d.file.Start()
	case k == "tab", k == "down":
		d.at = min(d.at+1, max(len(d.in)-1, 0))
	case k == "shift+tab", k == "up":
		d.at = max(d.at-1, 0)
	case k == "enter":
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
	if d.inFile {
		return d.fileView(th, p, w, h)
	}
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
		lines = append(lines, ui.Paragraph(ui.Bad, errorWords(d.err), iw)...)
	} else {
		lines = append(lines, ui.Paragraph(ui.Muted, texts.Say("ota.key.about"), iw)...)
	}
	hints := []string{"enter", "take", "tab", "other", "ctrl+f", "file", "esc", "leave"}
	if len(d.names) == 0 {
		hints = []string{"esc", "leave"}
	}
	return p.View(th, w, h, ui.Above(ui.RenderLines(th, lines, iw, ih-1), hintLine(th, iw, hints...)))
}

// fileView is the dialog while the file is asked for, and which sets of it are
// taken.
func (d *keyDialog) fileView(th *ui.Theme, p ui.Pane, w, h int) string {
	iw, ih := p.Inner(w, h)
	lines := append(d.file.Lines(&th.Glyphs, iw), nil)
	if d.fault != "" {
		lines = append(lines, ui.Paragraph(ui.Warn, th.Glyphs.Warn+" "+d.fault, iw)...)
	} else {
		lines = append(lines, ui.Paragraph(ui.Muted, texts.Say("ota.key.sets", "sets", d.sets()), iw)...)
	}
	return p.View(th, w, h, ui.Above(ui.RenderLines(th, lines, iw, ih-1), hintLine(th, iw, "enter", "on", "shift+tab", "type", "esc", "leave")))
}

// sets names the key sets that the packet takes.
func (d *keyDialog) sets() string {
	by := map[string]byte{"KIc": d.kic, "KID": d.kid}
	var out []string
	for i, name := range d.names {
		out = append(out, texts.Say("ota.key.set", "name", name, "version", scp80.KeyVersion(by[name]), "algorithm", d.algs[i]))
	}
	return strings.Join(out, "; ")
}

// hintLine is keys and what they do, "ota.hint."+word.
func hintLine(th *ui.Theme, w int, pairs ...string) string {
	var hints []ui.Hint
	for i := 0; i+1 < len(pairs); i += 2 {
		hints = append(hints, ui.Hint{Key: pairs[i], Does: texts.Say("ota.hint." + pairs[i+1])})
	}
	return ui.HintLine(th, hints, nil, w)
}
