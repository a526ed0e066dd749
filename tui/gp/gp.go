// Package gp is the screen that answers who can manage a card, and with what
// keys: its security domains, keys, certificates and production data, which
// apps of a phone may reach it, and, once a secure channel was opened with keys
// that the person has, what is installed on it.
package gp

import (
	"context"
	"fmt"
	"strings"

	tea "charm.land/bubbletea/v2"

	"simscope/card"
	"simscope/texts"
	"simscope/tui/app"
	"simscope/tui/kit"
	"simscope/tui/ui"
)

// Model is the screen.
type Model struct {
	env    *kit.Env
	number int    // of the card the rest is about
	asked  uint64 // the request that is under way, 0 for none
	data   *app.GP
	failed string // why nothing was read, in words
	tree   ui.Tree
	lines  map[string]app.GPLine // of the tree's nodes, by key
	guide  *guide                // the dialog of keys opened last
}

// New makes the screen.
func New(env *kit.Env) *Model {
	m := &Model{env: env}
	m.tree.Focus = true
	return m
}

// Shown is called when the screen comes up: the card is asked the first time.
// Where a second PIN or a local key is verified, asking waits for the person,
// for selecting another application may lock it again.
func (m *Model) Shown() {
	m.turn()
	if m.env.Card != nil && m.data == nil && m.failed == "" && !m.careful() {
		m.ask()
	}
}

// careful reports whether something local to an application is verified.
func (m *Model) careful() bool {
	for ref := card.RefPIN2; ref <= card.RefPIN2+0x0D; ref++ {
		if ref.Local() && m.env.Card.Session.Verified(ref) {
			return true
		}
	}
	return false
}

// turn drops what is of another card.
func (m *Model) turn() {
	if m.number != m.env.Number {
		m.number, m.asked, m.data, m.failed = m.env.Number, 0, nil, ""
		m.fill()
	}
}

func (m *Model) ask() {
	if m.asked != 0 {
		return
	}
	m.failed = ""
	m.asked = m.env.Submit("gp", func(ctx context.Context, c *app.Card) (any, error) { return c.ReadGP(ctx) })
}

// Update implements kit.Screen.
func (m *Model) Update(msg tea.Msg) tea.Cmd {
	e, ok := msg.(app.AnswerEvent)
	if !ok || e.Answer.Card != m.env.Number || m.asked == 0 || e.Answer.ID != m.asked {
		return nil
	}
	m.turn()
	m.asked = 0
	if e.Answer.Err != nil {
		m.failed = app.Explain(e.Answer.Err, texts.Say("gp.tried")).String()
		return nil
	}
	if g, is := e.Answer.Value.(app.GP); is {
		if m.data != nil {
			g.Session = m.data.Session
		}
		m.data = &g
		m.fill()
	}
	return nil
}

// opened takes over what a secure channel told.
func (m *Model) opened(s app.GPSession) {
	m.turn()
	if m.data == nil {
		return
	}
	m.data.Session = &s
	m.fill()
	m.tree.Select(app.GPRegistry)
}

// Wipe clears keys that were typed and not sent. The root calls it at its end.
func (m *Model) Wipe() {
	if m.guide != nil {
		m.guide.wipe()
	}
}

// fill makes the tree anew.
func (m *Model) fill() {
	m.lines = map[string]app.GPLine{}
	var roots []*ui.Node
	if m.data != nil {
		for _, s := range m.data.Sections(m.env.Now()) {
			roots = append(roots, m.section(s))
		}
	}
	m.tree.SetRoots(roots)
	for _, r := range roots {
		if m.tree.Node() == nil || !m.tree.IsOpen(r.Key) {
			m.tree.Open(r.Key, true)
		}
	}
}

func (m *Model) section(s app.GPSection) *ui.Node {
	n := &ui.Node{Key: s.ID, Name: ui.Tok(ui.Title, s.Title), Branch: true}
	look := 0
	for i, l := range s.Lines {
		if l.Level == app.LevelLook {
			look++
		}
		n.Children = append(n.Children, m.node(fmt.Sprintf("%s.%d", s.ID, i), l))
	}
	if look > 0 {
		n.Name = n.Name.Add(ui.Warn, "  "+m.env.Theme.Glyphs.Warn+" "+texts.Say("gp.look", "n", look))
	}
	return n
}

// labelWidth is the column of labels.
const labelWidth = 25

func (m *Model) node(key string, l app.GPLine) *ui.Node {
	g := &m.env.Theme.Glyphs
	m.lines[key] = l
	sign, tok, text := g.None, ui.Muted, ui.Text
	switch l.Level {
	case app.LevelLook:
		sign, tok = g.Warn, ui.Warn
	case app.LevelGood:
		sign, tok = g.Good, ui.Good
	case app.LevelUnknown:
		sign, text = "?", ui.Muted
	case app.LevelNote:
		text = ui.Muted
	}
	n := &ui.Node{Key: key, Sign: sign, SignTok: tok, Branch: len(l.Children) > 0}
	if l.Label != "" {
		n.Name = n.Name.Add(ui.Muted, g.Pad(l.Label, labelWidth))
	}
	row := l.Text
	if l.Short != "" {
		row = l.Short
	}
	n.Name = n.Name.Add(text, row)
	for i, c := range l.Children {
		n.Children = append(n.Children, m.node(fmt.Sprintf("%s.%d", key, i), c))
	}
	if n.Branch {
		m.tree.Open(key, true)
	}
	return n
}

// selected is the line under the cursor.
func (m *Model) selected() (app.GPLine, bool) {
	if n := m.tree.Node(); n != nil {
		l, ok := m.lines[n.Key]
		return l, ok
	}
	return app.GPLine{}, false
}

// Key implements kit.Screen.
func (m *Model) Key(msg tea.KeyPressMsg) (bool, tea.Cmd) {
	if m.data == nil {
		return false, nil
	}
	// Enter on a line is swallowed: it would ask the card again.
	return m.tree.Update(msg) || msg.Keystroke() == "enter", nil
}

// Paste implements kit.Screen.
func (m *Model) Paste(string) tea.Cmd { return nil }

// Typing implements kit.Screen.
func (m *Model) Typing() bool { return false }

// Do implements kit.Screen.
func (m *Model) Do(verb, _ string) tea.Cmd {
	m.turn()
	switch verb {
	case "gp.read":
		m.ask()
	case "gp.next":
		m.next()
	case "gp.copy":
		return m.copy()
	case "gp.ask":
		return kit.Push(newRuleDialog(m))
	case "gp.list":
		m.guide = newGuide(m)
		return kit.Push(m.guide)
	}
	return nil
}

// next goes to the next section.
func (m *Model) next() {
	n := m.tree.Node()
	if n == nil {
		return
	}
	roots := m.data.Sections(m.env.Now())
	for i, s := range roots {
		if n.Key == s.ID || strings.HasPrefix(n.Key, s.ID+".") {
			m.tree.Select(roots[(i+1)%len(roots)].ID)
			return
		}
	}
}

func (m *Model) copy() tea.Cmd {
	l, ok := m.selected()
	if !ok {
		return nil
	}
	vars := m.env.Vars
	if vars == nil {
		vars = func(string) string { return "" }
	}
	cmd, say, sent := ui.Copy(ui.Clean(l.Text), vars)
	tok := ui.Good
	if !sent {
		tok = ui.Warn
	}
	return tea.Batch(cmd, kit.Toast(tok, say))
}

// State implements kit.Screen.
func (m *Model) State(s *app.State) {
	m.turn()
	_, s.HasLine = m.selected()
	s.HasGP = m.data != nil
}

// Hints implements kit.Screen.
func (m *Model) Hints() []string {
	if m.data == nil {
		return []string{"gp.read"}
	}
	return []string{"gp.list", "gp.next", "gp.ask", "gp.copy", "refresh"}
}

// Right implements kit.Screen.
func (m *Model) Right() ui.Line {
	if m.data == nil {
		return nil
	}
	return ui.Tok(ui.Muted, m.tree.Position())
}
