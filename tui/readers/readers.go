// Package readers is the screen that asks which card: the readers with what is
// in them, the demonstration cards, files, and, where something is missing,
// the reason and the command that mends it. It powers no card and asks the
// card service nothing but what lies between it and a card.
package readers

import (
	"context"
	"fmt"
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"

	"simscope/card"
	"simscope/card/pcsc"
	"simscope/texts"
	"simscope/tui/app"
	"simscope/tui/kit"
	"simscope/tui/ui"
)

// Model is the screen.
type Model struct {
	env  *kit.Env
	list ui.List
	rows []row
	told bool // the readers were told of at least once
	top  int  // first line of the list that is seen
	// moved says that the person moved the selection: it no longer follows
	// the likeliest card.
	moved bool

	// diagnosis is what lies between the program and a card; it is asked for
	// anew when the service's readers change.
	diagnosis pcsc.Diagnosis
	asks      int // questions asked; an answer to an earlier one is stale
	seenState string
	doctor    bool
	doctorTop int
	doctorAt  string // what part of it is seen

	naming bool
	name   ui.Input

	// activities lists the calls to the service that are under way.
	activities func() []pcsc.Activity
}

// diagnosedMsg brings what was found out, with the number of the question.
type diagnosedMsg struct {
	ask int
	d   pcsc.Diagnosis
}

// New makes the screen.
func New(env *kit.Env) *Model {
	m := &Model{env: env, activities: pcsc.Activities}
	m.name = ui.Input{Hint: texts.Say("readers.file_hint"), Focus: true}
	m.list = ui.NewList(source{m})
	m.list.Focus = true
	m.rebuild()
	return m
}

// Update implements kit.Screen.
func (m *Model) Update(msg tea.Msg) tea.Cmd {
	switch msg := msg.(type) {
	case app.ReadersEvent:
		m.told = true
		m.rebuild()
		if !m.moved {
			m.list.SelectAt(m.first())
		}
		return m.diagnose()
	case app.OpenedEvent:
		m.rebuild()
		if m.env.Card != nil {
			m.doctor = false
			m.name.Reset()
		}
	case diagnosedMsg:
		if msg.ask == m.asks {
			m.diagnosis = msg.d
		}
	}
	return nil
}

// first is the row a person most likely wants: the reader of the card that is
// open or was lost, else the first card in a reader.
func (m *Model) first() int {
	for i, r := range m.rows {
		if !r.file && r.reader.ID == m.env.Reader.ID {
			return i
		}
	}
	for i, r := range m.rows {
		if r.reader.State.HasCard() {
			return i
		}
	}
	return 0
}

// diagnose looks for what is missing whenever what the service says changed.
func (m *Model) diagnose() tea.Cmd {
	state := fmt.Sprint(m.env.Seen.Problems["pcsc"])
	for _, r := range m.rows {
		if r.group == groupReaders {
			state += fmt.Sprint("\n", r.key, r.reader.State)
		}
	}
	if m.env.Demo || m.asks > 0 && state == m.seenState {
		return nil
	}
	m.seenState = state
	return m.ask()
}

// diagnoseTime bounds how long the card service is waited for.
const diagnoseTime = 3 * time.Second

// ask makes the command that finds out what is missing.
func (m *Model) ask() tea.Cmd {
	m.asks++
	n := m.asks
	return func() tea.Msg {
		ctx, cancel := context.WithTimeout(context.Background(), diagnoseTime)
		defer cancel()
		return diagnosedMsg{n, pcsc.New().Diagnose(ctx)}
	}
}

// selected is the row under the cursor.
func (m *Model) selected() (row, bool) {
	i, ok := m.list.Selected()
	if !ok || i >= len(m.rows) {
		return row{}, false
	}
	return m.rows[i], true
}

// Key implements kit.Screen: digits choose a row, arrows move.
func (m *Model) Key(msg tea.KeyPressMsg) (bool, tea.Cmd) {
	switch {
	case m.naming:
		return true, m.typeName(msg)
	case m.doctor:
		return m.doctorKey(msg.Keystroke()), nil
	}
	k := msg.Keystroke()
	if len(k) == 1 && k[0] >= '1' && k[0] <= '9' {
		if i := int(k[0] - '1'); i < len(m.rows) {
			m.list.SelectAt(i)
			m.moved = true
			return true, m.choose()
		}
		return true, nil
	}
	moved := m.list.Update(msg)
	m.moved = m.moved || moved
	return moved, nil
}

// typeName edits the name of a file. The name stays until a card is open, so
// that a mistake in it can be mended.
func (m *Model) typeName(msg tea.KeyPressMsg) tea.Cmd {
	switch msg.Keystroke() {
	case "esc":
		m.naming = false
	case "enter":
		m.naming = false
		if name := strings.TrimSpace(m.name.Value()); name != "" {
			return func() tea.Msg { return kit.OpenFileMsg{Name: name} }
		}
	default:
		m.name.Update(msg)
	}
	return nil
}

// Paste implements kit.Screen.
func (m *Model) Paste(text string) tea.Cmd {
	if m.naming {
		m.name.Update(tea.PasteMsg{Content: text})
	}
	return nil
}

// Typing implements kit.Screen.
func (m *Model) Typing() bool { return m.naming }

// choose opens what is under the cursor.
func (m *Model) choose() tea.Cmd {
	r, ok := m.selected()
	switch {
	case !ok:
		return nil
	case r.file:
		m.naming, m.moved = true, true
		return nil
	}
	switch r.reader.State {
	case card.ReaderEmpty:
		return kit.Toast(ui.Warn, texts.Say("readers.nothing_here"))
	case card.ReaderExclusive:
		return kit.Toast(ui.Warn, texts.Say("readers.kept"))
	}
	return func() tea.Msg { return kit.OpenMsg{Reader: r.reader} }
}

// Do implements kit.Screen.
func (m *Model) Do(verb, _ string) tea.Cmd {
	switch verb {
	case "readers.open":
		m.doctor = false
		return m.choose()
	case "readers.details":
		r, ok := m.selected()
		switch {
		case !ok:
		case r.file:
			return kit.Toast(ui.Text, texts.Say("readers.file_about"))
		default:
			return kit.Push(m.details(r.reader))
		}
	case "doctor":
		m.doctor, m.doctorTop = !m.doctor, 0
		if m.doctor {
			return m.ask()
		}
	}
	return nil
}

// State implements kit.Screen.
func (m *Model) State(s *app.State) { s.HasReaders = len(m.rows) > 0 }

// Hints implements kit.Screen.
func (m *Model) Hints() []string {
	if m.doctor {
		return []string{"doctor", "help"}
	}
	return []string{"readers.open", "readers.details", "doctor", "help"}
}

// Right implements kit.Screen.
func (m *Model) Right() ui.Line {
	if m.doctor {
		return ui.Tok(ui.Muted, m.doctorAt)
	}
	return ui.Tok(ui.Muted, m.list.Position())
}
