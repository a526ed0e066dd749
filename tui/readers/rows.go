package readers

import (
	"fmt"
	"strings"

	"simscope/card"
	"simscope/card/trace"
	"simscope/card/virtual"
	"simscope/texts"
	"simscope/tui/app"
	"simscope/tui/ui"
)

// The groups of rows, in the order in which they are listed. Their headings
// are the texts "readers.group.<name>".
const (
	groupReaders = "readers"
	groupDemo    = "demo"
	groupFiles   = "files"
)

var groups = []string{groupReaders, groupDemo, groupFiles}

// row is one line of the list.
type row struct {
	key    string
	group  string
	reader card.Reader
	file   bool // the line that opens a file
}

// groupOf tells readers with cards of this world from those of files and from
// the demonstration cards, which are the built-in ones.
func groupOf(r card.Reader) string {
	switch r.ID.Provider {
	case app.ExtraName, trace.ProviderName:
		return groupFiles
	case virtual.ProviderName:
		if r.About != "" && !texts.Has("demo."+r.About+".about") {
			return groupFiles
		}
		return groupDemo
	}
	return groupReaders
}

func (m *Model) rebuild() {
	m.rows = m.rows[:0]
	for _, group := range groups {
		for _, r := range m.env.Seen.Readers {
			if groupOf(r) == group {
				key := fmt.Sprint(r.ID.Provider, "/", r.ID.Host, "/", r.ID.Name, "/", r.ID.Ordinal)
				m.rows = append(m.rows, row{key: key, group: group, reader: r})
			}
		}
	}
	m.rows = append(m.rows, row{key: "file", group: groupFiles, file: true})
	m.list.Sync()
}

// source draws the rows.
type source struct{ m *Model }

func (s source) Len() int         { return len(s.m.rows) }
func (s source) Key(i int) string { return s.m.rows[i].key }

// digits is the number of rows that have a key of their own.
const digits = 9

// lead is the width of the number before a row.
const lead = 3

func (s source) Row(i, w int) ui.Row {
	m, r := s.m, s.m.rows[i]
	g := &m.env.Theme.Glyphs
	l := ui.Tok(ui.Muted, fmt.Sprintf("%-*d", lead, i+1))
	if i >= digits {
		l = ui.T(spaces(lead))
	}
	if r.file {
		return ui.Row{Left: l.Add(ui.Text, texts.Say("readers.file"))}
	}
	nw := m.nameWidth(w - lead - 2)
	// The end of a reader's name is what tells two of a kind apart.
	name := g.TruncateMiddle(r.reader.ID.Name, nw)
	l = l.Add(ui.Text, name).Gap(nw - ui.Width(name) + 2)
	return ui.Row{Left: append(l, m.about(r.reader)...)}
}

// widestName keeps what is said of a card near its reader on a wide screen.
const widestName = 44

// nameWidth is the width of the column of names where w cells are for names
// and what is said of them: what is said of them yields last.
func (m *Model) nameWidth(w int) int {
	names, abouts := 0, 0
	for _, r := range m.rows {
		if !r.file {
			names = max(names, ui.Width(ui.Clean(r.reader.ID.Name)))
			abouts = max(abouts, m.about(r.reader).Width())
		}
	}
	return max(min(names, widestName, max(w-abouts, w*2/5)), 1)
}

// about is what is known of the card: of the open one its identity, of a
// demonstration card what it shows, of others what the reader says.
func (m *Model) about(r card.Reader) ui.Line {
	current := r.ID == m.env.Reader.ID
	switch {
	case m.env.Card != nil && current:
		id := m.env.Identity
		l := ui.Tok(ui.Good, texts.Say("readers.open"))
		if id.ICCID != "" {
			l = l.Add(ui.Muted, "  "+fours(id.ICCID))
		}
		if id.SPN != "" {
			l = l.Add(ui.Muted, "  "+id.SPN)
		}
		return l
	case m.env.Opening && current:
		return ui.Tok(ui.Muted, texts.Say("readers.being_opened"))
	}
	switch groupOf(r) {
	case groupDemo:
		if s := texts.Maybe("demo." + r.About + ".about"); s != "" {
			return ui.Tok(ui.Muted, s)
		}
	case groupFiles:
		kind := r.About
		if r.ID.Provider != app.ExtraName {
			kind = r.ID.Provider
		}
		if s := texts.Maybe("readers.file." + kind); s != "" {
			return ui.Tok(ui.Muted, s)
		}
	}
	tok := ui.Text
	switch r.State {
	case card.ReaderEmpty, card.ReaderUnknown:
		tok = ui.Muted
	case card.ReaderMute, card.ReaderExclusive:
		tok = ui.Warn
	}
	return ui.Tok(tok, stateWords(r))
}

func stateWords(r card.Reader) string { return texts.Say("readers." + r.State.String()) }

// fours is an identifier in groups of four characters.
func fours(s string) string {
	var b strings.Builder
	for i, r := range []rune(s) {
		if i > 0 && i%4 == 0 {
			b.WriteByte(' ')
		}
		b.WriteRune(r)
	}
	return b.String()
}

// spaces is n blank cells.
func spaces(n int) string { return strings.Repeat(" ", max(n, 0)) }
