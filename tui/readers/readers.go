// Package readers is the screen that asks which card: the readers with what is
// in them, the demonstration cards, files, and, where something is missing,
// the reason and the command that mends it.
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
	// diagnosis is what lies between the program and a card; it is asked for
	// anew when the readers change.
	diagnosis pcsc.Diagnosis
	asked     bool
	seenState string
	doctor    bool
	moved     bool // the person moved the selection
	opening   bool
	name      ui.Input
}

// row is one line of the list.
type row struct {
	key    string
	reader card.Reader
	file   bool // the line that opens a file
}

// diagnosedMsg brings what was found out.
type diagnosedMsg struct{ d pcsc.Diagnosis }

// New makes the screen.
func New(env *kit.Env) *Model {
	m := &Model{env: env}
	m.list = ui.NewList(source{m})
	m.list.Focus = true
	m.rebuild()
	return m
}

// Update implements kit.Screen.
func (m *Model) Update(msg tea.Msg) tea.Cmd {
	switch msg := msg.(type) {
	case app.ReadersEvent:
		m.rebuild()
		if !m.moved {
			m.list.SelectAt(m.first())
		}
		return m.diagnose()
	case app.OpenedEvent:
		m.rebuild()
	case diagnosedMsg:
		m.diagnosis = msg.d
	}
	return nil
}

// first is the row a person most likely wants: the first card in a reader.
func (m *Model) first() int {
	for i, r := range m.rows {
		if r.reader.State.HasCard() {
			return i
		}
	}
	return 0
}

// diagnose looks for what is missing whenever what the service says changed.
func (m *Model) diagnose() tea.Cmd {
	state := fmt.Sprint(len(m.env.Seen.Readers), m.env.Seen.Problems["pcsc"])
	if m.env.Demo || m.asked && state == m.seenState {
		return nil
	}
	m.asked, m.seenState = true, state
	return diagnose
}

// diagnoseTime bounds how long the card service is waited for.
const diagnoseTime = 3 * time.Second

func diagnose() tea.Msg {
	ctx, cancel := context.WithTimeout(context.Background(), diagnoseTime)
	defer cancel()
	return diagnosedMsg{pcsc.New().Diagnose(ctx)}
}

func (m *Model) rebuild() {
	m.rows = m.rows[:0]
	for _, r := range m.env.Seen.Readers {
		key := fmt.Sprint(r.ID.Provider, "/", r.ID.Name, "/", r.ID.Ordinal)
		m.rows = append(m.rows, row{key: key, reader: r})
	}
	m.rows = append(m.rows, row{key: "file", file: true})
	m.list.Sync()
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
	if m.opening {
		return true, m.typeName(msg)
	}
	k := msg.Keystroke()
	if m.doctor && (k == "esc" || k == "d") {
		m.doctor = false
		return true, nil
	}
	if len(k) == 1 && k[0] >= '1' && k[0] <= '9' {
		if i := int(k[0] - '1'); i < len(m.rows) {
			m.list.SelectAt(i)
			return true, m.choose()
		}
		return true, nil
	}
	moved := m.list.Update(msg)
	m.moved = m.moved || moved
	return moved, nil
}

func (m *Model) typeName(msg tea.KeyPressMsg) tea.Cmd {
	switch msg.Keystroke() {
	case "esc":
		m.opening = false
	case "enter":
		name := strings.TrimSpace(m.name.Value())
		m.opening = false
		m.name.Reset()
		if name != "" {
			return func() tea.Msg { return kit.OpenFileMsg{Name: name} }
		}
	default:
		m.name.Update(msg)
	}
	return nil
}

// Paste implements kit.Screen.
func (m *Model) Paste(text string) tea.Cmd {
	if m.opening {
		m.name.Update(tea.PasteMsg{Content: text})
	}
	return nil
}

// Typing implements kit.Screen.
func (m *Model) Typing() bool { return m.opening }

// choose opens what is under the cursor.
func (m *Model) choose() tea.Cmd {
	r, ok := m.selected()
	switch {
	case !ok:
		return nil
	case r.file:
		m.opening = true
		return nil
	}
	switch r.reader.State {
	case card.ReaderEmpty:
		return kit.Toast(ui.Warn, texts.Say("readers.empty"))
	case card.ReaderExclusive:
		return kit.Toast(ui.Warn, texts.Say("problem.transport.busy"))
	}
	return func() tea.Msg { return kit.OpenMsg{Reader: r.reader} }
}

// Do implements kit.Screen.
func (m *Model) Do(verb, _ string) tea.Cmd {
	switch verb {
	case "readers.open":
		return m.choose()
	case "readers.details":
		if r, ok := m.selected(); ok && !r.file {
			return kit.Push(&ui.Notice{Title: r.reader.ID.Name, Text: m.details(r.reader)})
		}
	case "doctor":
		m.doctor = !m.doctor
		return diagnose
	}
	return nil
}

func (m *Model) details(r card.Reader) string {
	lines := []string{
		texts.Say("readers.provider", "name", texts.Say("provider."+r.ID.Provider)),
		texts.Say("readers.state", "state", stateWords(r)),
	}
	if len(r.ATR) > 0 {
		lines = append(lines, "ATR "+fmt.Sprintf("% X", r.ATR))
		a, err := card.ParseATR(r.ATR)
		for _, b := range a.Bytes {
			lines = append(lines, fmt.Sprintf("%-4s %02X  %s", b.Name, b.Value, texts.Say("atr."+b.ID, b.Args...)))
		}
		if err != nil {
			lines = append(lines, err.Error())
		}
	}
	return strings.Join(lines, "\n")
}

// State implements kit.Screen.
func (m *Model) State(s *app.State) { s.HasReaders = len(m.rows) > 0 }

// Hints implements kit.Screen.
func (m *Model) Hints() []string {
	return []string{"readers.open", "readers.details", "doctor", "help"}
}

// Right implements kit.Screen.
func (m *Model) Right() ui.Line { return ui.Tok(ui.Muted, m.list.Position()) }
