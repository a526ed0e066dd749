package files

import (
	"fmt"

	"simscope/fs/ef"
	"simscope/texts"
	"simscope/tui/ui"
)

// layout is what the rows of fields were laid out for.
type layout struct {
	done bool
	w    int
	rows valueRows
}

// valueRow is one line of a field or of something that does not fit; both may
// take several lines.
type valueRow struct {
	key   string
	line  ui.Line
	field int // index, -1 for none
	marks ui.Range
}

// valueRows is the source of the list of fields.
type valueRows []valueRow

// Len implements ui.Source.
func (r valueRows) Len() int { return len(r) }

// Key implements ui.Source.
func (r valueRows) Key(i int) string { return r[i].key }

// Row implements ui.Source.
func (r valueRows) Row(i, _ int) ui.Row { return ui.Row{Left: r[i].line} }

// maxLabel bounds the column of labels where values need the room.
const maxLabel = 26

// layValues lays the fields of the open part out for a width.
func (m *Model) layValues(w int) valueRows {
	if m.laid.done && m.laid.w == w {
		return m.laid.rows
	}
	var rows valueRows
	if p := m.file.part(); p != nil {
		rows = m.fieldRows(p, w)
		rows = append(rows, m.flagRows(p, w)...)
	}
	m.laid = layout{true, w, rows}
	m.values.SetSource(rows)
	return rows
}

func (m *Model) fieldRows(p *part, w int) valueRows {
	lw, vw := 0, 0
	for i, f := range p.Fields {
		lw = max(lw, 2*f.Depth+ui.Width(ui.Clean(f.Label)))
		vw = max(vw, ui.Width(ui.Clean(p.value(i)))+3+ui.Width(ui.Clean(f.Note)))
	}
	// Labels get more than their share where values leave it to them.
	least := min(maxLabel, max(w/3, 6))
	if m.env.Card.Files.TableName(m.file.node.Path) != "" {
		least = max(w/2, 6) // the names of services say most
	}
	lw = min(lw, max(least, w-3-vw))
	var out valueRows
	for i, f := range p.Fields {
		tok := ui.Text
		if f.Secret {
			tok = ui.Secret
		}
		label := ui.Line{}.Gap(2*f.Depth).Add(ui.Muted, f.Label).Truncate(&m.env.Theme.Glyphs, lw)
		for j, l := range valueLines(tok, p.value(i), f.Note, max(w-lw-3, 4)) {
			if j > 0 {
				label = nil
			}
			line := append(ui.Line{}, label...).Gap(lw + 3 - label.Width())
			out = append(out, valueRow{
				key: rowKey("f", i, j), line: append(line, l...), field: i,
				marks: ui.Range{From: f.Offset, To: f.Offset + f.Length},
			})
		}
	}
	return out
}

// valueLines is a value with its note in grey, behind it where both fit in a
// line, else below it.
func valueLines(tok ui.Token, value, note string, w int) []ui.Line {
	value, note = ui.Clean(value), ui.Clean(note)
	if note != "" && value != "" && ui.Width(value)+3+ui.Width(note) <= w {
		return []ui.Line{ui.L(ui.S(tok, value), ui.S(ui.Muted, "   "+note))}
	}
	var out []ui.Line
	if value != "" || note == "" {
		out = ui.Paragraph(tok, value, w)
	}
	if note != "" {
		out = append(out, ui.Paragraph(ui.Muted, note, w)...)
	}
	if len(out) == 0 {
		out = []ui.Line{nil}
	}
	return out
}

// flagRows are what does not fit the specification, and what was strange.
func (m *Model) flagRows(p *part, w int) valueRows {
	var out valueRows
	n := 0
	add := func(sentence string, marks ui.Range) {
		for j, l := range ui.Paragraph(ui.Warn, sentence, max(w-2, 4)) {
			lead := "  "
			if j == 0 {
				lead = m.env.Theme.Glyphs.Warn + " "
			}
			line := append(ui.L(ui.S(ui.Warn, lead)), l...)
			out = append(out, valueRow{key: rowKey("w", n, j), line: line, field: -1, marks: marks})
		}
		n++
	}
	for _, f := range p.Flags {
		add(f.String(), ui.Range{From: f.Offset, To: f.Offset + f.Length})
	}
	for _, s := range m.file.oddly {
		add(s, ui.Range{})
	}
	return out
}

func rowKey(kind string, i, j int) string { return fmt.Sprintf("%s%d.%d", kind, i, j) }

// summary is the sentence where no field says more.
func (m *Model) summary(p *part) string {
	switch {
	case !m.file.known && p.Empty:
		return texts.Say("files.value.unknown_empty")
	case !m.file.known:
		if s := ef.Looks(p.data); s != "" && !p.secret {
			return texts.Say("files.value.looks", "what", s)
		}
		return texts.Say("files.value.unknown")
	case p.Empty:
		return texts.Say("files.value.empty")
	case len(p.Fields) == 0 && p.Summary != "":
		return p.Summary
	}
	return ""
}
