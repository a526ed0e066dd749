package files

import (
	"strings"

	tea "charm.land/bubbletea/v2"

	"simscope/card"
	"simscope/fs"
	"simscope/texts"
	"simscope/tui/ui"
)

// find is the search over the tree.
type find struct {
	input  ui.Input
	typing bool
	query  string // as it filters, in lower case
	hay    map[card.Path]string
	rows   int // that match
}

// shortHex is the fewest digits with which bytes are searched; fewer are
// everywhere.
const shortHex = 4

func (f *find) clear() {
	f.input.Reset()
	f.typing, f.query = false, ""
}

// active reports whether the line of the search is shown.
func (f *find) active() bool { return f.typing || f.query != "" }

// EscClears implements kit.Narrowed.
func (m *Model) EscClears() bool { return m.focus == onTree && m.find.query != "" }

// stale forgets what is searched of a file of which something new is known.
func (f *find) stale(p card.Path) { delete(f.hay, p) }

// findKey handles keys while the search is typed: enter keeps what is found,
// esc shows all again.
func (m *Model) findKey(msg tea.KeyPressMsg) tea.Cmd {
	switch k := msg.String(); k {
	case "enter":
		m.find.typing = false
		return nil
	case "esc":
		at := m.tree.SelectedKey()
		m.find.clear()
		m.tree.SetFilter(nil)
		m.tree.Reveal(at)
		return nil
	case "up", "down", "pgup", "pgdown":
		was := m.tree.SelectedKey()
		if m.tree.Key(k); m.tree.SelectedKey() != was {
			return m.moved()
		}
		return nil
	}
	m.find.input.Update(msg)
	return m.filter()
}

// Paste implements kit.Screen.
func (m *Model) Paste(text string) tea.Cmd {
	if !m.find.typing {
		return nil
	}
	m.find.input.Update(tea.PasteMsg{Content: text})
	return m.filter()
}

// filter narrows the tree to what was typed and goes to the best match.
func (m *Model) filter() tea.Cmd {
	m.find.query = strings.ToLower(strings.TrimSpace(m.find.input.Value()))
	if m.find.query == "" {
		m.tree.SetFilter(nil)
		return nil
	}
	was := m.tree.SelectedKey()
	// The tree leaves a row that is hidden for one that happens to be near.
	m.tree.SetFilter(func(n *ui.Node) bool { return m.matches(n.Key) })
	found := m.found()
	m.find.rows = len(found)
	if len(found) == 0 {
		return nil
	}
	best := m.bestMatch(found, was)
	m.tree.Select(best)
	if best == was {
		return nil
	}
	return m.moved()
}

// bestMatch is the match that is meant most likely: a file of that name, then
// one with it in its name, then any; the row that is selected already among
// equals, else the first.
func (m *Model) bestMatch(found []string, selected string) string {
	rank := func(key string) int {
		name := strings.ToLower(m.nodes[key].Name)
		switch {
		case strings.Contains(m.find.query, "/") && strings.HasSuffix(strings.ToLower(m.env.Name(m.nodes[key].Path)), m.find.query):
			return 0
		case name == m.find.query, strings.TrimPrefix(name, "ef.") == m.find.query:
			return 0
		case strings.Contains(name, m.find.query):
			return 1
		}
		return 2
	}
	best := found[0]
	for _, k := range found[1:] {
		if rank(k) < rank(best) {
			best = k
		}
	}
	if m.matches(selected) && rank(selected) == rank(best) {
		return selected
	}
	return best
}

// findNext goes to the next match, or the one before, round the end.
func (m *Model) findNext(forward bool) tea.Cmd {
	found := m.found()
	if len(found) == 0 {
		return nil
	}
	order := map[string]int{}
	m.eachRow(func(n *ui.Node) { order[n.Key] = len(order) })
	here := order[m.tree.SelectedKey()]
	next := found[0]
	if forward {
		for i := len(found) - 1; i >= 0; i-- {
			if order[found[i]] > here {
				next = found[i]
			}
		}
	} else {
		next = found[len(found)-1]
		for _, k := range found {
			if order[k] < here {
				next = k
			}
		}
	}
	was := m.tree.SelectedKey()
	if !m.tree.Reveal(next) || next == was {
		return nil
	}
	m.leaveFile()
	return m.moved()
}

// found are the keys of the rows that match, in the order of the tree.
func (m *Model) found() []string {
	var out []string
	m.eachRow(func(n *ui.Node) {
		if m.matches(n.Key) {
			out = append(out, n.Key)
		}
	})
	return out
}

func (m *Model) eachRow(do func(*ui.Node)) {
	var visit func(ns []*ui.Node)
	visit = func(ns []*ui.Node) {
		for _, n := range ns {
			do(n)
			visit(n.Children)
		}
	}
	visit(m.roots)
}

// matches reports whether a row has the query in its name, identifier,
// description or in what was read of it.
func (m *Model) matches(key string) bool {
	n, ok := m.nodes[key]
	if !ok || m.find.query == "" {
		return false
	}
	if strings.Contains(m.find.query, "/") && m.onPath(n) {
		return true
	}
	hay, ok := m.find.hay[n.Path]
	if !ok {
		hay = m.haystack(n)
		if m.find.hay == nil {
			m.find.hay = map[card.Path]string{}
		}
		m.find.hay[n.Path] = hay
	}
	words, raw, _ := strings.Cut(hay, "\x00")
	if strings.Contains(words, m.find.query) {
		return true
	}
	hex := strings.ReplaceAll(m.find.query, " ", "")
	return len(hex) >= shortHex && strings.Trim(hex, "0123456789abcdef") == "" && strings.Contains(raw, hex)
}

// onPath reports whether the path of a file, in names or identifiers, has the
// query in it.
func (m *Model) onPath(n fs.Node) bool {
	for _, path := range []string{m.env.Name(n.Path), n.Path.String()} {
		if strings.Contains(strings.ToLower(path), m.find.query) {
			return true
		}
	}
	return false
}

// haystack is what a file is found by: words, then its bytes in hex. Of files
// that hold keys nothing but the name is searched.
func (m *Model) haystack(n fs.Node) string {
	var words, raw strings.Builder
	for _, s := range []string{n.Name, fid(n).String(), m.aboutOf(n)} {
		words.WriteString(s + "\n")
	}
	if e, ok := n.Entry(); ok {
		words.WriteString(e.Description + "\n")
	}
	if !card.SecretFile(n.Path) && n.Content != nil {
		if d, ok := m.env.Card.Files.Decode(n.Path); ok {
			for _, p := range d.Parts {
				words.WriteString(p.Summary + "\n" + strings.Join(p.Columns, "\n") + "\n")
				for _, f := range p.Fields {
					// Numbers are written with blanks and searched without.
					words.WriteString(f.Value + "\n" + strings.ReplaceAll(f.Value, " ", "") + "\n" + f.Note + "\n")
				}
			}
		}
		raw.WriteString(n.Content.Binary.String() + "\n")
		for _, r := range n.Content.Records {
			raw.WriteString(r.String() + "\n")
		}
		for _, o := range n.Content.Objects {
			raw.WriteString(o.Value.String() + "\n")
		}
	}
	return strings.ToLower(words.String() + "\x00" + raw.String())
}

// findLine is the line of the search at the foot of the tree.
func (m *Model) findLine(th *ui.Theme, w int) string {
	m.find.input.Focus = m.find.typing
	count := ui.Line{}
	if m.find.query != "" {
		m.find.rows = len(m.found())
		count = ui.Tok(ui.Muted, texts.Say("files.find.count", "n", m.find.rows))
	}
	room := max(w-count.Width()-3, 0)
	line := append(ui.Line{}.Gap(1), m.find.input.Line(&th.Glyphs, room)...)
	return ui.Spread(&th.Glyphs, line, count.Gap(1), w, 8).Render(th, w)
}
