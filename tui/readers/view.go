package readers

import (
	"fmt"

	"simscope/card"
	"simscope/card/pcsc"
	"simscope/card/safe"
	"simscope/texts"
	"simscope/tui/ui"
)

// source draws the rows.
type source struct{ m *Model }

func (s source) Len() int         { return len(s.m.rows) }
func (s source) Key(i int) string { return s.m.rows[i].key }

// nameWidth is the column of reader names.
const nameWidth = 34

func (s source) Row(i, w int) ui.Row {
	m, r := s.m, s.m.rows[i]
	g := &m.env.Theme.Glyphs
	l := ui.L(ui.S(ui.Muted, fmt.Sprintf("%d  ", i+1)))
	if i >= 9 {
		l = ui.L(ui.S(ui.Text, "   "))
	}
	if r.file {
		return ui.Row{Left: l.Add(ui.Text, texts.Say("readers.file"))}
	}
	nw := min(nameWidth, max(w-24, 10))
	l = l.Add(ui.Text, g.Pad(r.reader.ID.Name, nw)+"  ")
	tok := ui.Text
	switch r.reader.State {
	case card.ReaderEmpty, card.ReaderUnknown:
		tok = ui.Muted
	case card.ReaderMute, card.ReaderExclusive:
		tok = ui.Warn
	}
	if about := m.about(r.reader); about != "" {
		return ui.Row{Left: l.Add(ui.Muted, about)}
	}
	return ui.Row{Left: l.Add(tok, stateWords(r.reader))}
}

// about is what is known of the card: of the open one its identity, of a
// demonstration card what it shows.
func (m *Model) about(r card.Reader) string {
	if m.env.Card != nil && r.ID == m.env.Reader.ID {
		s := texts.Say("readers.open")
		if id := m.env.Identity; id.ICCID != "" {
			s += "  " + id.ICCID
		}
		return s
	}
	if r.ID.Provider == "virtual" {
		return texts.Maybe("demo." + r.About + ".about")
	}
	return ""
}

func stateWords(r card.Reader) string { return texts.Say("readers." + r.State.String()) }

// View implements kit.Screen.
func (m *Model) View(w, h int) string {
	th := m.env.Theme
	head := []ui.Line{nil, ui.L(ui.S(ui.Title, " "+texts.Say("readers.title"))), nil}
	trouble := m.trouble(w)
	if m.doctor {
		lines := append(head[:2:2], nil)
		for _, f := range m.diagnosis.Facts {
			lines = append(lines, m.fact(f, w)...)
		}
		return ui.RenderLines(th, lines, w, h)
	}
	rows := min(len(m.rows), max(h-len(head)-len(trouble)-1, 1))
	body := m.list.View(th, w, rows)
	if m.opening {
		body = ui.Above(body, ui.L(ui.S(ui.Accent, "    "+texts.Say("readers.ask_file")+" ")).Render(th, min(w, 14))+m.name.View(th, max(w-14, 1)))
		rows++
	}
	rest := max(h-len(head)-rows, 0)
	parts := []string{ui.RenderLines(th, head, w, min(len(head), h)), body}
	if rest > 0 {
		parts = append(parts, ui.RenderLines(th, trouble, w, rest))
	}
	return ui.FitBlock(ui.Above(parts...), w, h)
}

// trouble is why there is no card, and what mends it.
func (m *Model) trouble(w int) []ui.Line {
	var out []ui.Line
	if p := m.env.Trouble; p != nil {
		out = append(out, nil)
		out = append(out, m.para(ui.Bad, m.env.Theme.Glyphs.Bad+" ", p.String(), w)...)
	}
	if m.env.Opening {
		out = append(out, nil, ui.Tok(ui.Muted, "  "+texts.Say("readers.opening", "reader", m.env.Reader.ID.Name)))
	}
	if f, ok := m.diagnosis.Missing(); ok && !m.env.Demo && m.asked {
		out = append(out, nil)
		out = append(out, m.fact(f, w)...)
	}
	return out
}

func (m *Model) para(tok ui.Token, sign, text string, w int) []ui.Line {
	var out []ui.Line
	for i, l := range ui.Wrap(text, max(w-6, 10)) {
		lead := sign
		if i > 0 {
			lead = "  "
		}
		out = append(out, ui.L(ui.S(tok, "  "+lead), ui.S(ui.Text, l)))
	}
	return out
}

// fact is one finding, with the commands that mend it.
func (m *Model) fact(f pcsc.Fact, w int) []ui.Line {
	g := &m.env.Theme.Glyphs
	sign, tok := g.Good, ui.Good
	switch f.Level {
	case pcsc.LevelHint:
		sign, tok = g.None, ui.Muted
	case pcsc.LevelMissing:
		sign, tok = g.Warn, ui.Warn
	}
	out := m.para(tok, sign+" ", safe.Text(texts.Say(f.ID, f.Args...)), w)
	for _, x := range f.Fixes {
		for _, l := range ui.Wrap(texts.Say(x.ID), max(w-8, 10)) {
			out = append(out, ui.Tok(ui.Muted, "    "+l))
		}
		for _, c := range x.Commands {
			for _, l := range ui.Wrap(c, max(w-10, 10)) {
				out = append(out, ui.Tok(ui.Accent, "      "+l))
			}
		}
	}
	return out
}
