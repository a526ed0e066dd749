// Package messages is the screen of the short messages on the card: a list by
// boxes that can be searched, the whole message under the cursor, and dialogs
// that delete for good, write over what was deleted, mark as read and export.
//
// It shows what the reading of the card found. The list is made beside the
// drawing, whenever a file it comes from changes; a change of the card becomes
// a plan on its worker and is handed to the dialog of package change.
package messages

import (
	"context"
	"fmt"
	"path"
	"slices"

	tea "charm.land/bubbletea/v2"

	"simscope/fs"
	"simscope/fs/messages"
	"simscope/texts"
	"simscope/tui/app"
	"simscope/tui/change"
	"simscope/tui/kit"
	"simscope/tui/ui"
)

// sources are the files that the list comes from: messages, reports, and what
// names and numbers of phone books lie in.
var sources = []string{
	"EF.SMS", "EF.SMSR", "EF.PBR", "EF.ADN", "EF.EXT1", "EF.ANR", "EF.IAP", "EF.PBC",
}

// Model is the screen.
type Model struct {
	env *kit.Env
	kit.Browser
	number int // of the card the rest is about

	list     messages.List
	built    bool // the list was made at least once
	building bool
	again    bool // something changed while it was made

	box  box
	rows []messages.Message // those of the box that match

	lines detailLines
	shown string // key of the message in the detail pane
	width int    // cells that its lines were broken for
}

// builtMsg is the list, made beside everything else.
type builtMsg struct {
	number int
	list   messages.List
}

// showPlan is the dialog of a plan; tests put their own in its place.
var showPlan = change.New

// errChanged says that a message is not the one that was shown any more.
var errChanged = fmt.Errorf("the message changed: %w", fs.ErrNotRead)

// New makes the screen.
func New(env *kit.Env) *Model {
	m := &Model{env: env}
	m.Find = ui.Input{Prompt: "/", Hint: texts.Say("messages.find.hint"), Limit: 60}
	m.forget()
	return m
}

// forget drops what belongs to a card that is gone.
func (m *Model) forget() {
	m.number = m.env.Number
	m.list, m.built, m.building, m.again = messages.List{}, false, false, false
	m.box, m.rows = boxAll, nil
	m.lines, m.shown, m.width = nil, "", 0
	m.Reset(
		ui.Column{Min: 1, Max: 1},
		ui.Column{Title: texts.Say("messages.col.state"), Max: 10, Drop: 2},
		ui.Column{Title: texts.Say("messages.col.time"), Min: 11, Max: 11, Drop: 1},
		ui.Column{Title: texts.Say("messages.col.who"), Min: 10, Max: 20},
		ui.Column{Title: texts.Say("messages.col.text"), Min: 22},
	)
}

// Update implements kit.Screen.
func (m *Model) Update(msg tea.Msg) tea.Cmd {
	if m.number != m.env.Number {
		m.forget()
	}
	switch msg := msg.(type) {
	case app.OpenedEvent:
		if msg.Number == m.number {
			return m.build()
		}
	case app.FilesEvent:
		if msg.Number == m.number && slices.ContainsFunc(msg.Nodes, isSource) {
			return m.build()
		}
	case change.DoneMsg:
		return m.build()
	case builtMsg:
		return m.take(msg)
	case app.AnswerEvent:
		if msg.Answer.Card == m.number {
			return m.answered(msg.Answer)
		}
	case kit.GoMsg:
		if b, ok := boxNamed(msg.Filter); ok && msg.Screen == app.ScreenMessages {
			m.box, m.Open, m.Browser.Typing = b, false, false
			m.Find.Reset()
			m.fill()
		}
	}
	return nil
}

// isSource reports whether the list comes from a file.
func isSource(n fs.Node) bool { return slices.Contains(sources, path.Base(n.Catalogue)) }

// build makes the list anew in a command.
func (m *Model) build() tea.Cmd {
	switch {
	case m.env.Card == nil:
		return nil
	case m.building:
		m.again = true
		return nil
	}
	m.building = true
	c, number := m.env.Card, m.number
	return func() tea.Msg { return builtMsg{number, c.Messages()} }
}

// take takes the list over, and has it made again if it is old by now.
func (m *Model) take(msg builtMsg) tea.Cmd {
	if msg.number != m.number {
		return nil
	}
	m.list, m.built, m.building = msg.list, true, false
	m.fill()
	if m.again {
		m.again = false
		return m.build()
	}
	return nil
}

// answered takes what came of a request of this screen.
func (m *Model) answered(a app.Answer) tea.Cmd {
	good, cmd := m.Answered(a, texts.Say("tried.show_messages"))
	if !good {
		return cmd
	}
	p, ok := a.Value.(*fs.Plan)
	switch {
	case !ok:
		return m.build()
	case len(p.Steps) == 0:
		return kit.Toast(ui.Text, texts.Say("messages.nothing"))
	}
	return kit.Push(showPlan(m.env, p))
}

// fill makes the rows of the box that match what is searched for.
func (m *Model) fill() {
	m.rows = nil
	var rows []ui.TableRow
	for _, x := range m.list.Messages {
		if m.box.has(x) && x.Matches(m.Find.Value()) {
			m.rows = append(m.rows, x)
			rows = append(rows, ui.TableRow{Key: keyOf(x), Cells: m.cells(x)})
		}
	}
	m.Table.SetRows(rows)
	m.Table.Sync()
	m.shown = ""
	if len(m.rows) == 0 {
		m.Open = false
	}
}

// keyOf is what a message is known by while the list changes: where it lies.
func keyOf(x messages.Message) string {
	return fmt.Sprint(x.Parts[0].Path, " ", x.Parts[0].Record)
}

// selected is the message under the cursor.
func (m *Model) selected() (messages.Message, bool) {
	i, ok := m.Table.Selected()
	if !ok || i >= len(m.rows) {
		return messages.Message{}, false
	}
	return m.rows[i], true
}

// Typing implements kit.Screen.
func (m *Model) Typing() bool { return m.Browser.Typing }

// Paste implements kit.Screen.
func (m *Model) Paste(text string) tea.Cmd {
	m.Browser.Paste(text, m.fill)
	return nil
}

// Key implements kit.Screen.
func (m *Model) Key(msg tea.KeyPressMsg) (handled bool, cmd tea.Cmd) { return m.Keys(msg, m.fill), nil }

// Do implements kit.Screen.
func (m *Model) Do(verb, args string) tea.Cmd {
	switch verb {
	case "messages.open":
		m.Enter()
	case "messages.find":
		m.Search(args, m.fill)
	case "messages.box":
		m.box = m.box.next()
		m.Open = false
		m.fill()
	case "messages.reload":
		m.reload()
	case "messages.export":
		return kit.Push(newExport(m.env, slices.Clone(m.rows), m.box.title()))
	case "messages.wipe":
		m.plan(func(l messages.List) (*fs.Plan, error) { return l.Wipe() })
	}
	x, ok := m.selected()
	if !ok {
		return nil
	}
	switch verb {
	case "messages.delete":
		m.plan(same(x, func(l messages.List, n int) (*fs.Plan, error) { return l.Delete(n) }))
	case "messages.read":
		m.plan(same(x, messages.List.MarkRead))
	case "messages.raw":
		return kit.GoFile(m.place(x).Path)
	case "messages.copy":
		return m.copy(x)
	}
	return nil
}

// place is where the line under the cursor lies, else the first part.
func (m *Model) place(x messages.Message) messages.Place {
	if i, ok := m.Detail.Selected(); ok && m.Open && i < len(m.lines) && m.lines[i].Place != nil {
		return *m.lines[i].Place
	}
	return x.Parts[0]
}

func (m *Model) copy(x messages.Message) tea.Cmd {
	text := x.Text
	if text == "" {
		text = x.Data.String()
	}
	cmd, say, ok := ui.Copy(text, m.env.Var)
	tok := ui.Good
	if !ok {
		tok = ui.Warn
	}
	return tea.Batch(cmd, kit.Toast(tok, say))
}

// reload reads the messages and phone books again.
func (m *Model) reload() {
	m.Ask(m.env, "read messages", func(ctx context.Context, c *app.Card) (any, error) {
		return nil, c.ReadMessages(ctx, true)
	})
}

// plan makes a plan on the card's worker, of the messages as they are then.
func (m *Model) plan(make func(l messages.List) (*fs.Plan, error)) {
	m.Asking = m.env.Submit("plan messages", func(_ context.Context, c *app.Card) (any, error) {
		return make(c.Messages())
	})
}

// same makes a plan for one message, provided that it is still the one that
// was shown: other parts or another text under its number are another message.
func same(x messages.Message, make func(l messages.List, n int) (*fs.Plan, error)) func(l messages.List) (*fs.Plan, error) {
	return func(l messages.List) (*fs.Plan, error) {
		for _, now := range l.Messages {
			if slices.Equal(now.Parts, x.Parts) && now.Text == x.Text && now.Time == x.Time && now.Party == x.Party {
				return make(l, now.N)
			}
		}
		return nil, errChanged
	}
}

// State implements kit.Screen.
func (m *Model) State(s *app.State) {
	x, ok := m.selected()
	s.AnyMessage = len(m.list.Messages) > 0
	s.HasMessage, s.NewMessage = ok, ok && x.Unread()
	s.HasDeleted = m.list.Deleted() > 0
}

// Hints implements kit.Screen.
func (m *Model) Hints() []string {
	switch {
	case m.env.Card == nil || m.Browser.Typing:
		return nil
	case len(m.list.Files) == 0:
		return []string{"refresh"}
	}
	var hints []string
	x, ok := m.selected()
	if ok && !m.Open {
		hints = append(hints, "messages.open")
	}
	if ok && x.Unread() {
		hints = append(hints, "messages.read")
	}
	if ok {
		hints = append(hints, "messages.delete", "messages.copy")
	}
	if m.Open {
		return append(hints, "messages.raw")
	}
	if len(m.denied()) > 0 {
		hints = append(hints, "verify")
	}
	hints = append(hints, "messages.box", "messages.find", "messages.export")
	if m.list.Deleted() > 0 {
		hints = append(hints, "messages.wipe")
	}
	return hints
}

// Right implements kit.Screen.
func (m *Model) Right() ui.Line {
	if m.env.Card == nil || len(m.rows) == 0 {
		return nil
	}
	return ui.Tok(ui.Muted, m.Table.Position())
}
