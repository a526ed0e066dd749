package ota

import (
	"encoding/hex"
	"fmt"
	"strconv"
	"strings"

	tea "charm.land/bubbletea/v2"

	"simscope/card/ota"
	"simscope/crypto/scp80"
	"simscope/texts"
	"simscope/tui/app"
	"simscope/tui/kit"
	"simscope/tui/ui"
)

// What the dialog edits besides rows of the packet.
const (
	fieldFile = "file"
	fieldAsk  = "ask"
	fieldLog  = "log"
)

// editDialog changes one value of the packet. What is wrong with it is said
// below while it is typed; Enter takes it.
type editDialog struct {
	m     *Model
	id    string
	input ui.Input
	err   error
}

func newEdit(m *Model, id string) *editDialog {
	d := &editDialog{m: m, id: id}
	d.input = ui.Input{Prompt: "> ", Focus: true, Hint: texts.Maybe("ota.edit." + id + ".hint")}
	d.input.SetValue(m.valueOf(id))
	return d
}

// valueOf is what is typed for a row as it is now.
func (m *Model) valueOf(id string) string {
	r := m.req
	switch id {
	case "tar":
		if t, ok := ota.TargetOf(r.TAR); ok && t.TAR == r.TAR {
			return t.Name
		}
		return r.TAR.String()
	case "spi":
		return ota.WordsOf(r.SPI)
	case "kic":
		return ota.IndicatorOf(r.KIc, scp80.Cipher(r.KIc))
	case "kid":
		check := r.SPI.Security().Check
		if check == scp80.NoCheck {
			check = scp80.CC
		}
		return ota.IndicatorOf(r.KID, scp80.Checksum(check, r.KID))
	case "counter":
		// Where the card is known to have taken one, the next is proposed: what
		// it took last it refuses.
		if r.Last != nil && *r.Last < scp80.MaxCounter && (!m.hasCounter || r.Counter <= *r.Last) {
			return fmt.Sprint(*r.Last + 1)
		}
		if m.hasCounter {
			return fmt.Sprint(r.Counter)
		}
	case "last":
		if r.Last != nil {
			return fmt.Sprint(*r.Last)
		}
	}
	return ""
}

// set takes a value over. The packet is left as it was where it is wrong.
func (m *Model) set(id, s string) (tea.Cmd, error) {
	r := m.req
	var err error
	switch id {
	case "tar":
		r.TAR, err = ota.ParseTAR(s)
	case "spi":
		r.SPI, err = ota.ParseSPI(s)
	case "kic":
		r.KIc, err = ota.ParseIndicator("KIc", s)
	case "kid":
		r.KID, err = ota.ParseIndicator("KID", s)
	case "counter", "last":
		return nil, m.setCounter(id, s)
	case fieldFile:
		return nil, m.setFile(s)
	case fieldAsk:
		if r.Script, err = ota.Question(strings.TrimSpace(s), 0); err == nil {
			r.TAR, m.hasFile = scp80.TARRAM, false
		}
	case fieldLog:
		return nil, m.setLog(s)
	}
	if err != nil {
		return nil, err
	}
	m.req = r
	m.rebuild()
	return nil, nil
}

// setCounter takes a number over; an empty one is not known.
func (m *Model) setCounter(id, s string) error {
	s = strings.TrimSpace(s)
	n, err := strconv.ParseUint(s, 10, 64)
	if s != "" && (err != nil || n > scp80.MaxCounter) {
		return &ota.InputError{Field: "counter", ID: "counter", Args: []any{"limit", uint64(scp80.MaxCounter)}}
	}
	switch {
	case id == "last" && s == "":
		m.req.Last = nil
	case id == "last":
		m.req.Last = &n
	default:
		m.req.Counter, m.req.Reference, m.hasCounter = n, byte(n), s != ""
	}
	m.rebuild()
	return nil
}

// setFile has the script read a file of the card. How long it is the card
// tells, on its worker.
func (m *Model) setFile(s string) error {
	if m.env.Card == nil {
		return &ota.InputError{Field: "file", ID: "no_card"}
	}
	p, err := m.env.Card.Files.Resolve(s)
	if err != nil {
		return err
	}
	m.req.TAR = app.OTATarget(p)
	m.lookUp(p)
	return nil
}

// setLog shows a packet from a log.
func (m *Model) setLog(s string) error {
	s = strings.NewReplacer(" ", "", ":", "").Replace(s)
	b, err := hex.DecodeString(s)
	if err != nil {
		id := "hex"
		if len(s)%2 != 0 {
			id = "odd"
		}
		return &ota.InputError{Field: texts.Say("ota.edit.log"), ID: id}
	}
	l, err := newLogged(b, m.req, m.keys)
	if err != nil {
		return err
	}
	m.log, m.onBytes, m.bytes.at = l, true, 0
	m.showBytes()
	return nil
}

// Size implements ui.Dialog.
func (d *editDialog) Size(w, h int) (dw, dh int) { return min(76, w), min(14, h) }

// Update implements ui.Dialog.
func (d *editDialog) Update(msg tea.Msg) (done bool, cmd tea.Cmd) {
	if k, ok := msg.(tea.KeyPressMsg); ok {
		switch k.Keystroke() {
		case "ctrl+c":
			return true, kit.Do("quit")
		case "enter":
			cmd, d.err = d.m.set(d.id, d.input.Value())
			return d.err == nil, cmd
		}
	}
	if d.input.Update(msg) {
		d.err = nil
	}
	return false, nil
}

// View implements ui.Dialog.
func (d *editDialog) View(th *ui.Theme, w, h int) string {
	p := ui.Pane{Title: ui.Tok(ui.Title, texts.Say("ota.edit."+d.id)), Focus: true, Pad: 1}
	iw, ih := p.Inner(w, h)
	lines := []ui.Line{d.input.Line(&th.Glyphs, iw), nil}
	if d.err != nil {
		lines = append(lines, ui.Paragraph(ui.Bad, errorWords(d.err), iw)...)
		lines = append(lines, nil)
	}
	lines = append(lines, ui.Paragraph(ui.Muted, texts.Say("ota.edit."+d.id+".about", "words", ota.SPIWords(), "names", ota.AlgorithmNames(), "targets", ota.TargetNames()), iw)...)
	return p.View(th, w, h, ui.Above(ui.RenderLines(th, lines, iw, ih-1), hintLine(th, iw, "enter", "take", "esc", "leave")))
}

func errorWords(err error) string {
	p := app.Explain(err, "")
	return p.Answer
}

// scriptDialog edits the commands, one in hex a line.
type scriptDialog struct {
	m    *Model
	area ui.Area
	err  error
}

func newScript(m *Model) *scriptDialog {
	d := &scriptDialog{m: m, area: ui.Area{Focus: true}}
	var lines []string
	for _, b := range m.req.Script {
		lines = append(lines, strings.ToUpper(hex.EncodeToString(b)))
	}
	d.area.SetValue(strings.Join(lines, "\n"))
	return d
}

// Size implements ui.Dialog.
func (d *scriptDialog) Size(w, h int) (dw, dh int) { return min(88, w), min(20, h) }

// Update implements ui.Dialog.
func (d *scriptDialog) Update(msg tea.Msg) (done bool, cmd tea.Cmd) {
	if k, ok := msg.(tea.KeyPressMsg); ok {
		switch k.Keystroke() {
		case "ctrl+c":
			return true, kit.Do("quit")
		case "ctrl+s":
			s, err := ota.ParseScript(strings.Split(d.area.Value(), "\n"))
			if d.err = err; err != nil {
				return false, nil
			}
			d.m.req.Script, d.m.hasFile = s, false
			d.m.rebuild()
			return true, nil
		}
	}
	if d.area.Update(msg) {
		d.err = nil
	}
	return false, nil
}

// View implements ui.Dialog.
func (d *scriptDialog) View(th *ui.Theme, w, h int) string {
	p := ui.Pane{Title: ui.Tok(ui.Title, texts.Say("ota.script.title")), Focus: true, Pad: 1}
	iw, ih := p.Inner(w, h)
	say := ui.Paragraph(ui.Muted, texts.Say("ota.script.about"), iw)
	if d.err != nil {
		say = ui.Paragraph(ui.Bad, errorWords(d.err), iw)
	}
	n := min(len(say), max(ih-4, 1))
	return p.View(th, w, h, ui.Above(
		d.area.View(th, iw, max(ih-n-2, 1)), ui.RenderLines(th, append([]ui.Line{nil}, say...), iw, n+1),
		hintLine(th, iw, "ctrl+s", "take", "esc", "leave"),
	))
}
