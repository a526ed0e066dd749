package ota

import (
	"strings"

	"simscope/card/ota"
	"simscope/texts"
	"simscope/tui/app"
	"simscope/tui/ui"
)

const (
	// narrow is the width below which one pane is shown at a time.
	narrow    = 100
	nameWidth = 10
	// The packet takes what the bytes leave, of which 16 stand in a row, as much
	// as it has words for.
	leastForm  = 44
	mostForm   = 60
	bytesWidth = 76
)

// View implements kit.Screen.
func (m *Model) View(w, h int) string {
	th := m.env.Theme
	if m.env.Card == nil {
		return m.noCard(w, h)
	}
	m.refresh()
	m.narrow = w < narrow
	switch {
	case w >= narrow:
		form := min(max(w-bytesWidth, leastForm), mostForm)
		return ui.Beside(m.formPane(th, form, h), m.bytesPane(th, w-form, h))
	case m.onBytes:
		return m.bytesPane(th, w, h)
	}
	return m.formPane(th, w, h)
}

func (m *Model) noCard(w, h int) string {
	say := texts.Say("files.no_card")
	if m.env.Trouble != nil {
		say = m.env.Trouble.String()
	}
	var hints []ui.Hint
	if v, ok := app.FindVerb("go.readers"); ok {
		hints = append(hints, ui.Hint{Key: v.Key, Does: v.Hint()})
	}
	return ui.Empty(m.env.Theme, say, hints, w, h)
}

// formPane has the answer in its first line: whether the packet can be sent.
func (m *Model) formPane(th *ui.Theme, w, h int) string {
	p := ui.Pane{Title: ui.T(texts.Say("ota.title")), Foot: m.list.Position(), Focus: !m.onBytes}
	if m.narrow {
		p.Note = texts.Say("ota.other_pane")
	}
	iw, ih := p.Inner(w, h)
	m.list.Focus = p.Focus
	head := m.verdict(&th.Glyphs, iw)
	below := m.about(max(iw-2, 1))
	n := min(len(below)+1, max(ih/3, 0))
	if ih < 10 {
		n = 0
	}
	body := ui.Above(
		ui.RenderLines(th, head, iw, len(head)),
		m.list.View(th, iw, max(ih-len(head)-n, 1)),
	)
	if n > 0 {
		body = ui.Above(body, ui.RenderLines(th, indent(append([]ui.Line{nil}, below...)), iw, n))
	}
	return p.View(th, w, h, body)
}

// verdict says in a line whether the packet can be sent, or what is missing.
func (m *Model) verdict(g *ui.Glyphs, w int) []ui.Line {
	id, tok, sign := "ota.verdict.ready", ui.Good, g.Good
	switch m.noSend() {
	case "":
		if c := m.req.Concern(); c == ota.CounterLow || c == ota.CounterSkips {
			id, tok, sign = "ota.verdict.low", ui.Warn, g.Warn
		}
	case "reason.ota_keys":
		id, tok, sign = "ota.verdict.keys", ui.Warn, g.Warn
	case "reason.ota_counter":
		id, tok, sign = "ota.verdict.counter", ui.Warn, g.Warn
	case "reason.ota_fault":
		id, tok, sign = "ota.verdict.fault", ui.Bad, g.Bad
	}
	return []ui.Line{ui.Tok(tok, " "+sign+" "+texts.Say(id)).Truncate(g, w), nil}
}

// about explains the selected row: what is wrong with the packet comes first.
func (m *Model) about(w int) []ui.Line {
	if m.noSend() == "reason.ota_fault" && m.fault != nil {
		return ui.Paragraph(ui.Bad, errorWords(m.fault), w)
	}
	i, ok := m.list.Selected()
	if !ok || i >= len(m.rows) {
		return nil
	}
	switch r := m.rows[i]; {
	case r.id == "counter" && (m.hasCounter || m.req.Concern() == "none"):
		return ui.Paragraph(ui.Text, app.OTACounter(m.req), w)
	case r.command:
		return ui.Paragraph(ui.Muted, app.OTANotes(m.req, 1)[1], w)
	case r.id == "spi": // the row has no room for all its words
		return ui.Paragraph(ui.Text, strings.ReplaceAll(r.value, ",", ", "), w)
	default:
		return ui.Paragraph(ui.Muted, texts.Maybe("ota.row."+r.id+".about"), w)
	}
}

func (m *Model) drawRow(r row, w int) ui.Row {
	g := &m.env.Theme.Glyphs
	name := ""
	if !r.command {
		name = texts.Say("ota.row." + r.id)
	} else if r.id == "command0" {
		name = texts.Say("ota.row.script")
	}
	tok := r.tok
	if r.command {
		tok = ui.Text
	}
	return ui.Row{Left: ui.Tok(ui.Muted, g.Pad(name, nameWidth)).Add(tok, g.Truncate(r.value, max(w-nameWidth-2, 1)))}
}

// bytesPane has the fields above, the bytes of all below.
func (m *Model) bytesPane(th *ui.Theme, w, h int) string {
	title := "ota.bytes.own"
	if m.log != nil {
		title = "ota.bytes.log"
	}
	p := ui.Pane{Title: ui.T(texts.Say(title)), Foot: m.bytes.position(), Focus: m.onBytes, Note: m.bytesNote()}
	iw, ih := p.Inner(w, h)
	v := &m.bytes
	if len(v.fields) == 0 {
		say := texts.Say("ota.bytes.none")
		if m.fault != nil {
			say = errorWords(m.fault)
		}
		return p.View(th, w, h, ui.Empty(th, say, nil, iw, ih))
	}
	about := ui.Paragraph(ui.Muted, m.fieldAbout(), max(iw-2, 1))
	if len(about) > 2 {
		about = about[:2]
	}
	rows := min(v.hex.RowsFor(iw-2), max((ih-3)*2/5, 1))
	list := ih - rows - 4
	if list < 3 {
		rows, list = max(ih-4-3, 1), 3
	}
	var lines []ui.Line
	v.settle(list)
	for i := v.top; i < min(v.top+list, len(v.fields)); i++ {
		lines = append(lines, v.line(&th.Glyphs, i, iw))
	}
	var drawn []string
	for i, l := range lines {
		if v.top+i == v.at && m.onBytes {
			drawn = append(drawn, l.RenderSelected(th, iw))
		} else {
			drawn = append(drawn, l.Render(th, iw))
		}
	}
	body := ui.Above(
		ui.FitBlock(ui.Above(drawn...), iw, list),
		ui.RenderLines(th, indent(append([]ui.Line{nil}, about...)), iw, 3),
		ui.FitBlock(pad(v.hex.View(th, iw-2, rows)), iw, rows),
	)
	return p.View(th, w, h, ui.FitBlock(body, iw, ih))
}

// bytesNote says how the packet from a log opened; a response is told with its
// status.
func (m *Model) bytesNote() string {
	switch {
	case m.log == nil && m.built != nil && len(m.built.Envelopes) > 1:
		return texts.Say("ota.bytes.part", "of", len(m.built.Envelopes))
	case m.log == nil && m.built == nil:
		return texts.Say("ota.bytes.preview")
	case m.log != nil && m.log.opened != nil:
		return texts.Say("ota.opened." + string(m.log.opened.State))
	case m.log != nil && m.log.answer != nil:
		words, _ := answerWords(*m.log.answer, nil)
		return words + ": " + texts.Say("ota.opened."+string(m.log.answer.State))
	}
	return ""
}

func (m *Model) fieldAbout() string {
	v := &m.bytes
	if v.at >= len(v.fields) {
		return ""
	}
	f := v.fields[v.at]
	s := texts.Say("ota.about." + f.ID)
	if f.inner {
		s += " " + texts.Say("ota.bytes.inside")
	}
	return s
}

func indent(lines []ui.Line) []ui.Line {
	out := make([]ui.Line, len(lines))
	for i, l := range lines {
		out[i] = append(ui.T(" "), l...)
	}
	return out
}

// pad puts a blank before each row of the bytes.
func pad(block string) string { return ui.Beside(blank(block), block) }

func blank(block string) string {
	n := 1
	for _, c := range block {
		if c == '\n' {
			n++
		}
	}
	return ui.FitBlock("", 1, n)
}

// settle keeps the selected field in sight.
func (v *bytesView) settle(h int) {
	v.top = max(min(v.top, v.at), v.at-h+1)
	v.top = max(min(v.top, len(v.fields)-h), 0)
}

// line is a field: its name by depth, and its value or how long it is.
func (v *bytesView) line(g *ui.Glyphs, i, w int) ui.Line {
	f := v.fields[i]
	tok := ui.Text
	if f.inner {
		tok = ui.Good
	}
	name := texts.Say("ota.field." + f.ID)
	mark := " "
	if i == v.at {
		mark = g.Cursor
	}
	depth := min(f.Depth, 4)
	l := ui.L(ui.S(ui.Accent, mark)).Gap(2*depth).Add(tok, name)
	l = l.Gap(max(20-l.Width(), 1))
	value := f.Value
	if value == "" && !f.inner {
		value = texts.Say("ota.bytes.length", "n", f.Len)
	}
	return l.Add(ui.Muted, g.Truncate(value, max(w-l.Width()-1, 1)))
}
