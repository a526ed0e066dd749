// Package overview is the screen that answers at a glance whose card is open
// and whether it is well. It works from what was read already, and what was not
// read it does not claim; only what a chip says of itself it asks for.
package overview

import (
	"context"

	tea "charm.land/bubbletea/v2"

	"simscope/card"
	"simscope/texts"
	"simscope/tui/app"
	"simscope/tui/kit"
	"simscope/tui/ui"
)

// Model is the screen. What it shows is worked out when something new is
// known, not when it is drawn.
type Model struct {
	env *kit.Env
	// number is the card that the rest is about.
	number int
	// asked says that the card was asked about its PINs.
	asked   bool
	digests map[card.Path]digest
	chip    *app.Chip // what the chip said of itself, nil until it was asked
	book    holding   // the contacts
	stale   bool      // files of a phone book changed since they were counted

	guards []card.Path // files that the card did not give away

	head  headline
	rows  []row
	list  ui.List // holds the selection
	moved bool    // by the person: from then on the cursor stays
}

// New makes the screen.
func New(env *kit.Env) *Model {
	m := &Model{env: env, digests: map[card.Path]digest{}}
	m.list = ui.NewList(source{m})
	m.list.Focus = true
	return m
}

// source tells the list of the rows' identities; the drawing is View's.
type source struct{ m *Model }

func (s source) Len() int            { return len(s.m.rows) }
func (s source) Key(i int) string    { return s.m.rows[i].id }
func (s source) Row(int, int) ui.Row { return ui.Row{} }

// Update implements kit.Screen.
func (m *Model) Update(msg tea.Msg) tea.Cmd {
	if m.number != m.env.Number || m.env.Card == nil {
		m.forget()
	}
	switch msg := msg.(type) {
	case app.OpenedEvent:
		if msg.Number != m.env.Number || m.env.Card == nil {
			return nil
		}
		for _, n := range m.env.Card.Files.Tree().All() {
			m.take(n)
		}
		if m.env.Card.Session.Kind() == card.KindOther {
			m.askChip()
		}
	case app.FilesEvent:
		if msg.Number != m.env.Number || m.env.Card == nil {
			return nil
		}
		for _, n := range msg.Nodes {
			m.take(n)
		}
	case app.AnswerEvent:
		if msg.Answer.Card != m.env.Number {
			return nil
		}
		m.asked = m.asked || msg.Answer.Verb == "pin status"
		if chip, ok := msg.Answer.Value.(app.Chip); ok && msg.Answer.Err == nil {
			m.chip = &chip
		}
	case kit.PINsMsg, kit.SubscriberMsg:
	default:
		return nil
	}
	m.rebuild()
	return nil
}

// forget drops everything of a card that is not open any more.
func (m *Model) forget() {
	m.number, m.asked, m.moved, m.chip = m.env.Number, false, false, nil
	m.head, m.rows, m.guards = headline{}, nil, nil
	m.book, m.stale = holding{}, false
	clear(m.digests)
	m.list.Sync()
}

// rebuild works out what is shown.
func (m *Model) rebuild() {
	if m.env.Card == nil {
		return
	}
	if m.stale {
		m.book, m.stale = countContacts(m.env.Card.Files), false
	}
	v := gather(m.env, m.digests, m.asked, m.chip)
	v.book = m.book
	m.head, m.guards = v.headline(), v.guards()
	m.rows = append(v.facts(), v.findings()...)
	m.list.Sync()
	if m.moved {
		return
	}
	for _, r := range m.rows {
		if r.finding && r.to.screen != "" {
			m.list.Select(r.id)
			return
		}
	}
}

// selected is the row under the cursor.
func (m *Model) selected() (row, bool) {
	i, ok := m.list.Selected()
	if !ok || m.env.Card == nil {
		return row{}, false
	}
	return m.rows[i], true
}

// Key implements kit.Screen.
func (m *Model) Key(msg tea.KeyPressMsg) (bool, tea.Cmd) {
	if m.env.Card == nil || !m.list.Update(msg) {
		return false, nil
	}
	m.moved = true
	return true, nil
}

// Paste implements kit.Screen.
func (m *Model) Paste(string) tea.Cmd { return nil }

// Typing implements kit.Screen.
func (m *Model) Typing() bool { return false }

// Do implements kit.Screen.
func (m *Model) Do(verb, _ string) tea.Cmd {
	r, ok := m.selected()
	if !ok {
		return nil
	}
	switch verb {
	case "overview.open":
		return r.to.cmd()
	case "overview.subscriber":
		dir, ok := m.env.Card.Files.NextSubscriber()
		if !ok {
			return nil
		}
		return tea.Batch(
			func() tea.Msg { return kit.SubscriberMsg{} },
			kit.Toast(ui.Text, texts.Say("overview.subscriber", "name", m.env.Name(dir))),
		)
	case "overview.chip":
		m.askChip()
	case "overview.copy":
		cmd, say, ok := ui.Copy(r.plain(&m.env.Theme.Glyphs), m.env.Var)
		tok := ui.Good
		if !ok {
			tok = ui.Warn
		}
		return tea.Batch(cmd, kit.Toast(tok, say))
	}
	return nil
}

// askChip asks what the chip says of itself. Of a SIM only when the person
// wants to know: it leaves another application selected.
func (m *Model) askChip() {
	vars := m.env.Var
	m.env.Submit("chip data", func(ctx context.Context, c *app.Card) (any, error) { return c.ReadChip(ctx, vars) })
}

// State implements kit.Screen: no verb of this screen asks for more than a
// card.
func (m *Model) State(*app.State) {}

// Guards implements kit.Guarded.
func (m *Model) Guards() []card.Path {
	if m.env.Card == nil {
		return nil
	}
	return m.guards
}

// Hints implements kit.Screen.
func (m *Model) Hints() []string {
	out := []string{"overview.open", "overview.copy", "overview.chip"}
	if m.env.Card != nil && len(m.env.Card.Files.Subscriptions()) > 1 {
		out = append(out, "overview.subscriber")
	}
	return out
}

// Right implements kit.Screen.
func (m *Model) Right() ui.Line {
	if m.env.Card == nil {
		return nil
	}
	return ui.Tok(ui.Muted, m.list.Position())
}

// target is where a row leads to; the zero target leads nowhere.
type target struct {
	screen string
	path   card.Path
	file   bool
	filter string        // of the screen's list
	guide  *kit.GuideMsg // what is begun instead, here
}

func toScreen(name string) target { return target{screen: name} }

// toGuide is the guided operation on a PIN: a dialog over this screen, which
// shows afterwards what has changed.
func toGuide(op card.PINOp, ref card.PINRef, aid card.AID) target {
	return target{screen: app.ScreenPINs, guide: &kit.GuideMsg{Op: op, Ref: ref, App: aid}}
}

// toDeleted is the list of messages that were deleted.
func toDeleted() target { return target{screen: app.ScreenMessages, filter: "deleted"} }

func toFile(p card.Path) target { return target{screen: app.ScreenFiles, path: p, file: true} }

func (t target) cmd() tea.Cmd {
	switch {
	case t.screen == "":
		return kit.Toast(ui.Muted, texts.Say("overview.nowhere"))
	case t.file:
		return kit.GoFile(t.path)
	case t.guide != nil:
		return func() tea.Msg { return *t.guide }
	case t.filter != "":
		return kit.GoFiltered(t.screen, t.filter)
	}
	return kit.Go(t.screen)
}
