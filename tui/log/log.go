// Package log is the screen that answers "what was just said?": the log of
// every exchange with cards, as a strip at the bottom of the other screens and
// in full with filter, details, export, recording and commands sent by hand.
//
// It shows what card/trace has put into words and withheld. It talks to no
// card itself, and it never sees a secret byte: the log holds none.
package log

import (
	"slices"
	"strconv"

	tea "charm.land/bubbletea/v2"

	"simscope/card"
	"simscope/card/trace"
	"simscope/fs"
	"simscope/texts"
	"simscope/tui/app"
	"simscope/tui/kit"
	"simscope/tui/ui"
)

// Model is the screen.
type Model struct {
	env     *kit.Env
	src     *source
	list    ui.List
	filter  filter
	details details
	marks   map[uint64]bool
	// history is what was sent by hand in this session, oldest first.
	history []string
}

var _ kit.Screen = (*Model)(nil)

// RecordMsg asks the root to record the session to a file, or to stop when
// Name is empty.
type RecordMsg struct{ Name string }

// New makes the screen. It follows the log at first.
func New(env *kit.Env) *Model {
	m := &Model{env: env, marks: map[uint64]bool{}}
	m.src = &source{m: m, view: env.Hub.Log.View()}
	m.list = ui.NewList(m.src)
	m.list.Follow = true
	m.list.Sync()
	return m
}

// namer names files as the open card does. What it returns can be used on any
// goroutine, also after the card was changed.
func (m *Model) namer() trace.Namer {
	if m.env.Card == nil {
		return fs.Name
	}
	return m.env.Card.Files.Name
}

// Update implements kit.Screen.
func (m *Model) Update(msg tea.Msg) tea.Cmd {
	switch msg := msg.(type) {
	case app.LogEvent:
		return m.grew()
	case app.OpenedEvent:
		// Another card may call the same files by other names.
		m.details.forget()
		return tea.Batch(m.grew(), m.refilter())
	case matchedMsg:
		return m.matched(msg)
	case vocabularyMsg:
		m.filter.voc = msg.voc
		m.filter.suggest()
	}
	return nil
}

// grew takes notice of new rows, and of old ones that were dropped.
func (m *Model) grew() tea.Cmd {
	m.src.take(m.env.Hub.Log.View())
	for n := range m.marks {
		if n < m.src.view.First() {
			delete(m.marks, n)
		}
	}
	m.list.Sync()
	m.refresh()
	return m.matchNew()
}

// selected is the number of the selected row and the exchange in it.
func (m *Model) selected() (uint64, card.Exchange, bool) {
	i, ok := m.list.Selected()
	if !ok {
		return 0, card.Exchange{}, false
	}
	n := m.src.number(i)
	e, ok := m.src.view.Row(n)
	return n, e, ok
}

// EscClears implements kit.Narrowed.
func (m *Model) EscClears() bool { return !m.details.open && m.filter.active() }

// Key implements kit.Screen.
func (m *Model) Key(msg tea.KeyPressMsg) (bool, tea.Cmd) {
	if m.filter.typing {
		return true, m.typeFilter(msg)
	}
	switch key := msg.String(); {
	case key == "esc" && m.details.open:
		m.details.close()
		return true, nil
	case key == "esc" && m.EscClears():
		return true, m.clearFilter()
	case m.details.open && (key == "tab" || key == "shift+tab"):
		m.details.next(key == "tab")
		return true, nil
	}
	if m.details.open && m.details.focus != onRows {
		return m.details.key(msg), nil
	}
	used := m.list.Update(msg)
	if used {
		m.refresh()
	}
	return used, nil
}

// Paste implements kit.Screen.
func (m *Model) Paste(text string) tea.Cmd {
	if !m.filter.typing {
		return nil
	}
	m.filter.input.Update(tea.PasteMsg{Content: text})
	return m.edited()
}

// Typing implements kit.Screen.
func (m *Model) Typing() bool { return m.filter.typing }

// Do implements kit.Screen.
func (m *Model) Do(verb, _ string) tea.Cmd {
	switch verb {
	case "log.open":
		m.openDetails()
	case "log.find":
		return m.openFilter()
	case "log.follow":
		return m.follow()
	case "log.mark":
		m.mark()
	case "log.next-mark":
		return m.toMark(true)
	case "log.prev-mark":
		return m.toMark(false)
	case "log.goto":
		return m.goFile()
	case "log.copy":
		return m.copyRow()
	case "log.export":
		return kit.Push(newExport(m))
	case "log.record":
		return m.record()
	case "log.send":
		return kit.Push(newSend(m))
	}
	return nil
}

func (m *Model) follow() tea.Cmd {
	m.list.Follow = !m.list.Follow
	m.list.Sync()
	m.refresh()
	if m.list.Follow {
		return kit.Toast(ui.Text, texts.Say("log.follow.on"))
	}
	return kit.Toast(ui.Text, texts.Say("log.follow.off"))
}

// mark marks the selected row or takes its mark away, and moves on.
func (m *Model) mark() {
	n, _, ok := m.selected()
	if !ok {
		return
	}
	if m.marks[n] {
		delete(m.marks, n)
	} else {
		m.marks[n] = true
	}
	if !m.list.Follow {
		m.list.Key("down")
	}
	m.refresh()
}

// toMark goes to the nearest marked row that the filter shows.
func (m *Model) toMark(on bool) tea.Cmd {
	if len(m.marks) == 0 {
		return kit.Toast(ui.Warn, texts.Say("log.marks.none"))
	}
	at, _, ok := m.selected()
	var all []uint64
	for n := range m.marks {
		if _, shown := m.src.exact(n); ok && shown && (on && n > at || !on && n < at) {
			all = append(all, n)
		}
	}
	if len(all) == 0 {
		return kit.Toast(ui.Warn, texts.Say("log.marks.end"))
	}
	to := slices.Max(all)
	if on {
		to = slices.Min(all)
	}
	m.list.Select(strconv.FormatUint(to, 10))
	m.refresh()
	return nil
}

func (m *Model) goFile() tea.Cmd {
	_, e, ok := m.selected()
	switch {
	case !ok || !e.HasFile:
		return kit.Toast(ui.Warn, texts.Say("log.goto.none"))
	case m.env.Card == nil:
		return kit.Toast(ui.Warn, texts.Say("log.goto.no_card"))
	}
	return kit.GoFile(e.File)
}

// copyRow copies the bytes of a row, withheld ones as dots.
func (m *Model) copyRow() tea.Cmd {
	_, e, ok := m.selected()
	text := ""
	if ok {
		text = rowHex(e)
	}
	if text == "" {
		return kit.Toast(ui.Warn, texts.Say("log.copy.none"))
	}
	cmd, say, ok := ui.Copy(text, m.env.Vars)
	tok := ui.Good
	if !ok {
		tok = ui.Warn
	}
	return tea.Batch(cmd, kit.Toast(tok, say))
}

// rowHex is "command > response SW" in hex pairs.
func rowHex(e card.Exchange) string {
	e = trace.Redact(e)
	text := trace.HexText(e, false, 0, len(e.Command))
	if len(e.Response) > 0 || e.SW != 0 {
		if text != "" {
			text += " > "
		}
		text += trace.HexText(e, true, 0, len(e.Response))
	}
	if e.SW != 0 {
		if len(e.Response) > 0 {
			text += " "
		}
		text += e.SW.String()
	}
	return text
}

// State implements kit.Screen.
func (m *Model) State(s *app.State) { s.HasRows = m.src.Len() > 0 }

// Hints implements kit.Screen.
func (m *Model) Hints() []string {
	return []string{"log.open", "log.find", "log.follow", "log.mark", "log.export", "log.send", "help"}
}

// Right implements kit.Screen. While following it is empty: the number of
// rows stands above them, and twice would be twice the bytes for each row.
func (m *Model) Right() ui.Line {
	switch {
	case m.details.open && m.details.focus != onRows:
		return ui.Tok(ui.Muted, m.details.position())
	case m.list.Follow:
		return nil
	}
	return ui.Tok(ui.Muted, m.list.Position())
}
