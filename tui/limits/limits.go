// Package limits is the screen that answers what a card restricts: whom one
// can call with it, which networks and access points it uses, what it costs,
// and what an operator has locked. It works from what was read; what was not
// it calls unknown, with what is missing.
package limits

import (
	"fmt"

	tea "charm.land/bubbletea/v2"

	"simscope/card"
	"simscope/fs"
	"simscope/texts"
	"simscope/tui/app"
	"simscope/tui/kit"
	"simscope/tui/ui"
)

// Model is the screen.
type Model struct {
	env    *kit.Env
	number int // of the card the rest is about
	stale  bool
	all    []fs.Restriction
	closed []card.Path // files of what is not known that the card refused
	list   ui.List
}

// New makes the screen.
func New(env *kit.Env) *Model {
	m := &Model{env: env, stale: true}
	m.list = ui.NewList(source{m})
	m.list.Focus = true
	return m
}

// Update implements kit.Screen. The list is made anew when it is looked at.
func (m *Model) Update(msg tea.Msg) tea.Cmd {
	switch msg := msg.(type) {
	case app.FilesEvent:
		m.stale = m.stale || msg.Number == m.env.Number
	case app.OpenedEvent, app.AnswerEvent, kit.PINsMsg:
		m.stale = true
	}
	return nil
}

// refresh brings the list up to date.
func (m *Model) refresh() {
	if m.number != m.env.Number {
		m.number, m.stale = m.env.Number, true
		m.list = ui.NewList(source{m})
		m.list.Focus = true
	}
	switch {
	case m.env.Card == nil:
		m.all, m.closed, m.stale = nil, nil, true
	case m.stale:
		m.all, m.stale = m.env.Card.Restrictions(), false
		m.closed = m.refused(m.all...)
	default:
		return
	}
	m.list.Refilter()
}

// selected is the restriction under the cursor.
func (m *Model) selected() (fs.Restriction, bool) {
	if i, ok := m.list.Selected(); ok && i < len(m.all) {
		return m.all[i], true
	}
	return fs.Restriction{}, false
}

// Key implements kit.Screen.
func (m *Model) Key(msg tea.KeyPressMsg) (bool, tea.Cmd) {
	m.refresh()
	return m.list.Update(msg), nil
}

// Paste implements kit.Screen.
func (m *Model) Paste(string) tea.Cmd { return nil }

// Typing implements kit.Screen.
func (m *Model) Typing() bool { return false }

// Do implements kit.Screen.
func (m *Model) Do(verb, _ string) tea.Cmd {
	m.refresh()
	r, ok := m.selected()
	if !ok || verb != "limits.open" {
		return nil
	}
	if len(r.Files) == 0 {
		return kit.Toast(ui.Text, texts.Say("limits.no_file"))
	}
	return kit.GoFile(r.Files[0])
}

// State implements kit.Screen.
func (m *Model) State(s *app.State) {
	m.refresh()
	r, ok := m.selected()
	s.HasFile = ok && len(r.Files) > 0
}

// Guards implements kit.Guarded: those of the selected line come first.
func (m *Model) Guards() []card.Path {
	m.refresh()
	if r, ok := m.selected(); ok {
		return append(m.refused(r), m.closed...)
	}
	return m.closed
}

// refused lists the files of restrictions that the card refused to read.
func (m *Model) refused(list ...fs.Restriction) []card.Path {
	var out []card.Path
	for _, r := range list {
		for _, p := range r.Files {
			if n, _ := m.env.Card.Files.Tree().Get(p); n.State == fs.Denied {
				out = append(out, p)
			}
		}
	}
	return out
}

// Hints implements kit.Screen.
func (m *Model) Hints() []string {
	if len(m.Guards()) > 0 {
		return []string{"limits.open", "verify"}
	}
	return []string{"limits.open"}
}

// Right implements kit.Screen.
func (m *Model) Right() ui.Line { return ui.Tok(ui.Muted, m.list.Position()) }

// source is the list of restrictions.
type source struct{ m *Model }

// Len implements ui.Source.
func (s source) Len() int { return len(s.m.all) }

// Key implements ui.Source.
func (s source) Key(i int) string { return fmt.Sprint(s.m.all[i].Place, "#", s.m.all[i].ID) }

// Row implements ui.Source.
func (s source) Row(i, w int) ui.Row { return s.m.row(s.m.all[i], w) }
