// Package search is the dialog that looks for a text, a number, a network or
// bytes on the whole card. What it found stays when it is closed, so that one
// can go on to the next place from any screen.
//
// It knows hits and sentences. It sends nothing to the card: it looks through
// what was read, again whenever more was, on a goroutine of its own.
package search

import (
	"context"
	"fmt"
	"time"

	tea "charm.land/bubbletea/v2"

	"simscope/card/safe"
	"simscope/fs"
	"simscope/texts"
	"simscope/tui/app"
	"simscope/tui/kit"
	"simscope/tui/ui"
)

// typed is how long typing rests before the search begins.
const typed = 150 * time.Millisecond

// again is how long news of files is gathered before the search begins anew.
const again = 500 * time.Millisecond

// Model is the dialog.
type Model struct {
	env    *kit.Env
	number int // of the card the rest is about
	input  ui.Input
	table  *ui.Table

	query  string // what hits are about
	known  bool   // query has something to look for
	hits   []fs.Hit
	left   fs.Unsearched
	run    int // counts searches, so that a late answer is known
	cancel context.CancelFunc
	busy   bool
	stale  bool // more was read since the search began
	at     int  // hit that was gone to last, -1 before the first
}

type (
	// foundMsg is what the run-th search found.
	foundMsg struct {
		run  int
		hits []fs.Hit
		left fs.Unsearched
	}
	// restMsg begins a search when nothing was typed since.
	restMsg struct{ value string }
	// againMsg begins the search anew after more was read.
	againMsg struct{ run int }
)

// New makes the dialog.
func New(env *kit.Env) *Model {
	m := &Model{env: env}
	m.input = ui.Input{Prompt: "/", Hint: texts.Say("search.hint"), Limit: 120, Focus: true}
	m.forget()
	return m
}

func (m *Model) forget() {
	m.stop()
	m.number = m.env.Number
	m.table = ui.NewTable(
		ui.Column{Title: texts.Say("search.column.file"), Min: 16},
		ui.Column{Title: texts.Say("search.column.field"), Min: 8, Drop: 1},
		ui.Column{Title: texts.Say("search.column.value"), Min: 12},
	)
	m.table.Focus = true
	m.query, m.known, m.hits, m.left = "", false, nil, fs.Unsearched{}
	m.at = -1
}

// stop ends a search under way; its answer is not waited for.
func (m *Model) stop() {
	if m.cancel != nil {
		m.cancel()
	}
	m.cancel, m.busy, m.stale = nil, false, false
	m.run++
}

// Start begins with words, or with what was looked for last.
func (m *Model) Start(words string) tea.Cmd {
	m.follow()
	if words == "" {
		if m.input.Value() == "" {
			return nil
		}
		return m.search()
	}
	m.input.SetValue(words)
	return m.search()
}

// Hits is the number of places found.
func (m *Model) Hits() int { return len(m.hits) }

// Step goes to the next place, or the one before, round the end.
func (m *Model) Step(forward bool) tea.Cmd {
	n := len(m.hits)
	switch {
	case n == 0:
		return nil
	case forward:
		m.at = (m.at + 1) % n
	default:
		m.at = (max(m.at, 0) - 1 + n) % n
	}
	m.table.SelectAt(m.at)
	return tea.Batch(m.goTo(m.hits[m.at]),
		kit.Toast(ui.Text, texts.Say("search.step", "n", m.at+1, "of", n, "what", safe.Text(m.query))))
}

func (m *Model) goTo(h fs.Hit) tea.Cmd {
	return kit.GoPlace(h.Path, kit.Place{Record: h.Record, Object: h.Object, Offset: h.Offset, Length: h.Length})
}

// follow forgets what was found on another card.
func (m *Model) follow() {
	if m.number != m.env.Number {
		m.forget()
	}
}

// Update implements ui.Dialog. It is called for messages also while the
// dialog is closed.
func (m *Model) Update(msg tea.Msg) (done bool, cmd tea.Cmd) {
	m.follow()
	switch msg := msg.(type) {
	case tea.KeyPressMsg:
		return m.key(msg)
	case tea.PasteMsg:
		m.input.Update(msg)
		return false, m.changed()
	case tea.MouseWheelMsg:
		m.table.Update(msg)
	case restMsg:
		if msg.value == m.input.Value() && msg.value != m.query {
			return false, m.search()
		}
	case foundMsg:
		return false, m.found(msg)
	case app.FilesEvent:
		if msg.Number == m.env.Number && m.known {
			return false, m.more()
		}
	case againMsg:
		if msg.run == m.run && m.stale && !m.busy {
			return false, m.search()
		}
	}
	return false, nil
}

func (m *Model) key(msg tea.KeyPressMsg) (done bool, cmd tea.Cmd) {
	switch k := msg.String(); k {
	case "enter":
		if m.query != m.input.Value() {
			return false, m.search()
		}
		i, ok := m.table.Selected()
		if !ok {
			return false, nil
		}
		m.at = i
		return true, m.goTo(m.hits[i])
	case "up", "down", "pgup", "pgdown":
		m.table.Key(k)
		return false, nil
	case "ctrl+r":
		if m.left.Unread > 0 && !m.env.Walk.Running {
			return false, kit.Do("files.read-all")
		}
		return false, nil
	}
	if m.input.Update(msg) {
		return false, m.changed()
	}
	return false, nil
}

// changed waits until typing rests.
func (m *Model) changed() tea.Cmd {
	value := m.input.Value()
	return tea.Tick(typed, func(time.Time) tea.Msg { return restMsg{value} })
}

// more searches again soon, for more was read.
func (m *Model) more() tea.Cmd {
	waits := m.stale
	m.stale = true
	if waits || m.busy {
		return nil // there is one on the way that sees it, or ends and asks
	}
	return m.later()
}

func (m *Model) later() tea.Cmd {
	run := m.run
	return tea.Tick(again, func(time.Time) tea.Msg { return againMsg{run} })
}

// search begins a search for what is typed and ends the one under way. What
// was found for the same words stays until the answer is there.
func (m *Model) search() tea.Cmd {
	m.stop()
	value := m.input.Value()
	if value != m.query {
		m.hits, m.at = nil, -1
		m.table.SetRows(nil)
	}
	q, ok := fs.ParseQuery(value)
	m.query, m.known = value, ok
	if !ok || m.env.Card == nil {
		return nil
	}
	ctx, cancel := context.WithCancel(context.Background())
	m.cancel, m.busy = cancel, true
	run, files := m.run, m.env.Card.Files
	return func() tea.Msg {
		return foundMsg{run, files.Find(ctx, q), files.Unsearched()}
	}
}

// found takes the answer of the search that is under way; of others nothing
// is wanted any more.
func (m *Model) found(msg foundMsg) tea.Cmd {
	if msg.run != m.run {
		return nil
	}
	m.cancel()
	m.cancel, m.busy = nil, false
	gone := ""
	if m.at >= 0 && m.at < len(m.hits) {
		gone = hitKey(m.hits[m.at])
	}
	m.hits, m.left, m.at = msg.hits, msg.left, -1
	rows := make([]ui.TableRow, 0, len(m.hits))
	for i, h := range m.hits {
		rows = append(rows, m.row(h))
		if hitKey(h) == gone {
			m.at = i
		}
	}
	m.table.SetRows(rows)
	if m.stale {
		return m.later()
	}
	return nil
}

// hitKey tells a place from others, so that the selection stays on it when
// more are found.
func hitKey(h fs.Hit) string {
	return fmt.Sprint(h.Path, "#", h.Record, "#", h.Object, "#", h.Field, "#", h.Offset)
}
