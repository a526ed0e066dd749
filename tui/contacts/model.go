// Package contacts is the screen of the card's phone book: a list that can be
// searched, what is known of the contact under the cursor, and dialogs that
// add, change, delete, export and import.
//
// It knows contacts and sentences. It must not write a card: a change becomes
// a plan on the card's worker and is handed to the dialog of package change.
package contacts

import (
	"context"
	"errors"
	"strconv"

	tea "charm.land/bubbletea/v2"

	"simscope/card"
	"simscope/fs"
	"simscope/fs/contacts"
	"simscope/texts"
	"simscope/tui/app"
	"simscope/tui/change"
	"simscope/tui/kit"
	"simscope/tui/ui"
)

// Model is the screen.
type Model struct {
	env *kit.Env
	kit.Browser
	number int // of the card the rest is about

	stale  bool // the card has something new
	survey contacts.Survey
	at     int  // which book
	hidden bool // contacts that are marked as hidden are shown too
	rows   []contacts.Contact

	lines detailLines
	shown string // key of the contact in the detail pane
}

// showPlan is the dialog of a plan; tests put their own in its place.
var showPlan = change.New

// planned is what the worker answers to a change: the plan, or what does not
// fit.
type planned struct {
	plan    *fs.Plan
	refused *contacts.RefusedError
	items   []contacts.Item // of an import
}

// New makes the screen.
func New(env *kit.Env) *Model {
	m := &Model{env: env}
	m.Find = ui.Input{Prompt: "/", Hint: texts.Say("contacts.find.hint"), Limit: 60}
	m.forget()
	return m
}

// forget drops what belongs to a card that is gone.
func (m *Model) forget() {
	m.number, m.stale = m.env.Number, true
	m.survey, m.at, m.rows, m.hidden = contacts.Survey{}, 0, nil, false
	m.lines, m.shown = nil, ""
	m.Reset(
		ui.Column{Title: texts.Say("contacts.col.name"), Min: 10, Max: 32},
		ui.Column{Title: texts.Say("contacts.col.number"), Min: 14, Max: 26},
		ui.Column{Title: texts.Say("contacts.col.more"), Drop: 1},
	)
}

// Update implements kit.Screen.
func (m *Model) Update(msg tea.Msg) tea.Cmd {
	if m.number != m.env.Number {
		m.forget()
	}
	switch msg := msg.(type) {
	case app.OpenedEvent, app.FilesEvent, kit.PINsMsg:
		m.stale = true
	case app.AnswerEvent:
		if msg.Answer.Card == m.env.Number {
			m.stale = true
			return m.answered(msg.Answer)
		}
	}
	return nil
}

// answered takes what came of a request of this screen.
func (m *Model) answered(a app.Answer) tea.Cmd {
	good, cmd := m.Answered(a, texts.Say("tried.contacts"))
	if !good {
		return cmd
	}
	if v, ok := a.Value.(planned); ok {
		return m.proceed(v)
	}
	return nil
}

// proceed shows a plan, or why there is none.
func (m *Model) proceed(v planned) tea.Cmd {
	switch {
	case v.refused != nil:
		return kit.Toast(ui.Warn, v.refused.Error())
	case len(v.plan.Steps) == 0:
		return kit.Toast(ui.Text, texts.Say("out.contacts.same"))
	}
	return kit.Push(showPlan(m.env, v.plan))
}

// look brings the screen up to date with what is known of the card.
func (m *Model) look() {
	if !m.stale {
		return
	}
	m.stale = false
	if m.env.Card == nil {
		m.survey = contacts.Survey{}
	} else {
		kind, dir := contacts.Kind(""), card.Path{}
		if b := m.book(); b != nil {
			kind, dir = b.Kind, b.Dir
		}
		m.survey = contacts.Find(m.env.Card.Files)
		m.choose(kind, dir)
	}
	m.fill()
}

// choose stays with the book that was shown, or takes the first with contacts.
func (m *Model) choose(kind contacts.Kind, dir card.Path) {
	m.at = 0
	for i, b := range m.survey.Books {
		if kind == "" && b == m.survey.Pick("") || kind != "" && b.Kind == kind && b.Dir == dir {
			m.at = i
			return
		}
	}
}

// book is the phone book that is shown, or nil.
func (m *Model) book() *contacts.Book {
	if m.at >= len(m.survey.Books) {
		return nil
	}
	return m.survey.Books[m.at]
}

// withheld counts the contacts that are marked as hidden; with shown, none
// where they are shown.
func (m *Model) withheld(shown bool) int {
	b := m.book()
	if b == nil || shown && m.hidden {
		return 0
	}
	return len(b.Contacts) - len(b.Shown(false))
}

// fill makes the rows of the book that match what is searched for.
func (m *Model) fill() {
	m.rows = m.rows[:0]
	var rows []ui.TableRow
	if b := m.book(); b != nil {
		for _, c := range b.Shown(m.hidden) {
			if c.Matches(m.Find.Value()) {
				m.rows = append(m.rows, c)
				rows = append(rows, ui.TableRow{Key: strconv.Itoa(c.N), Cells: cells(c)})
			}
		}
	}
	m.Table.SetRows(rows)
	m.Table.Sync()
	m.shown = ""
	m.follow()
}

// follow fills the detail pane with the contact under the cursor.
func (m *Model) follow() {
	key := m.Table.SelectedKey()
	if m.shown == key && key != "" {
		return
	}
	m.shown, m.lines = key, nil
	if c, ok := m.selected(); ok {
		m.lines = m.describe(c)
	} else {
		m.Open = false
	}
	m.Detail.SetSource(m.lines)
	m.Detail.Sync()
}

// selected is the contact under the cursor.
func (m *Model) selected() (contacts.Contact, bool) {
	i, ok := m.Table.Selected()
	if !ok || i >= len(m.rows) {
		return contacts.Contact{}, false
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
func (m *Model) Key(msg tea.KeyPressMsg) (handled bool, cmd tea.Cmd) {
	m.look()
	handled = m.Keys(msg, m.fill)
	m.follow()
	return handled, nil
}

// Do implements kit.Screen.
func (m *Model) Do(verb, args string) tea.Cmd {
	m.look()
	b := m.book()
	c, ok := m.selected()
	switch verb {
	case "contacts.open":
		m.Enter()
	case "contacts.find":
		m.Search(args, m.fill)
	case "contacts.book":
		if len(m.survey.Books) > 1 {
			m.at = (m.at + 1) % len(m.survey.Books)
			m.fill()
		}
	case "contacts.hidden":
		m.hidden = !m.hidden
		m.fill()
	case "contacts.reload":
		m.reload()
	}
	if b == nil {
		return nil
	}
	switch verb {
	case "contacts.new":
		return kit.Push(newForm(m.env, b, nil))
	case "contacts.export":
		return kit.Push(newExport(m.env, b, b.Shown(m.hidden)))
	case "contacts.import":
		return kit.Push(newImport(m.env, b))
	}
	if !ok {
		return nil
	}
	switch verb {
	case "contacts.edit":
		return kit.Push(newForm(m.env, b, &c))
	case "contacts.delete":
		m.Asking = plan(m.env, b, func(b *contacts.Book) (planned, error) {
			p, err := b.Delete(c.N)
			return planned{plan: p}, err
		})
	case "contacts.raw":
		return kit.GoFile(m.place(c))
	}
	return nil
}

// place is the file of the line under the cursor, or that of the entry.
func (m *Model) place(c contacts.Contact) card.Path {
	if i, ok := m.Detail.Selected(); ok && m.Open && i < len(m.lines) && m.lines[i].Place != nil {
		return m.lines[i].Place.Path
	}
	return c.Place().Path
}

// reload reads the phone books anew.
func (m *Model) reload() {
	m.Ask(m.env, "read contacts", func(ctx context.Context, c *app.Card) (any, error) {
		_, err := contacts.Load(ctx, c.Files, true)
		return nil, err
	})
}

// plan makes a plan on the card's worker, from the book as it is then, with
// the access rules that tell whether it will be permitted. What was not read
// yet of the book is read first: what belongs to a contact would stay behind.
func plan(env *kit.Env, b *contacts.Book, make func(b *contacts.Book) (planned, error)) uint64 {
	kind, dir := b.Kind, b.Dir
	return env.Submit("plan contact", func(ctx context.Context, c *app.Card) (any, error) {
		s, err := contacts.Load(ctx, c.Files, false)
		if err != nil {
			return nil, err
		}
		for _, now := range s.Books {
			if now.Kind != kind || now.Dir != dir {
				continue
			}
			v, err := make(now)
			var refused *contacts.RefusedError
			if errors.As(err, &refused) {
				return planned{refused: refused}, nil
			}
			if err != nil {
				return nil, err
			}
			return v, contacts.LoadRights(ctx, c.Files, v.plan)
		}
		return nil, fs.ErrNotRead
	})
}

// State implements kit.Screen.
func (m *Model) State(s *app.State) {
	m.look()
	s.HasBook = m.book() != nil
	_, s.HasContact = m.selected()
	s.HasHidden = m.withheld(false) > 0
	s.ManyBooks = len(m.survey.Books) > 1
}

// Hints implements kit.Screen.
func (m *Model) Hints() []string {
	switch {
	case m.env.Card == nil || m.Browser.Typing:
		return nil
	case m.book() == nil:
		return []string{"refresh"}
	case m.Open:
		return []string{"contacts.raw", "contacts.edit", "contacts.delete"}
	}
	hints := []string{"contacts.open", "contacts.new", "contacts.edit", "contacts.delete", "contacts.find", "contacts.export", "contacts.import"}
	if m.withheld(false) > 0 {
		hints = append(hints, "contacts.hidden")
	}
	if len(m.survey.Books) > 1 {
		hints = append(hints, "contacts.book")
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
