package files

import (
	"time"

	tea "charm.land/bubbletea/v2"

	"simscope/card"
	"simscope/fs"
	"simscope/texts"
	"simscope/tui/app"
	"simscope/tui/kit"
	"simscope/tui/ui"
)

// pane is the part of the screen that has the keys.
type pane int

const (
	onTree pane = iota
	onValue
	onBytes
)

// narrow is the width below which tree and file are shown one at a time.
const narrow = 100

// Model is the screen.
type Model struct {
	env    *kit.Env
	number int // of the card whose files are shown

	tree  ui.Tree
	roots []*ui.Node
	nodes map[string]fs.Node // of the rows, by key
	extra map[card.Path]bool // shown although they are not in the tree yet
	all   bool               // show absent files and free records

	focus pane
	wide  bool // as last drawn
	front bool // narrow: the file is before the tree
	raw   bool // bytes instead of the value

	file   file // what the right side is about
	values ui.List
	laid   layout // for which values were laid out
	textW  int    // width of the text as last drawn
	table  *ui.Table
	hex    ui.HexView

	find   find
	asked  request
	rights rights
	walk   walk
	scan   scan
	keys   revealed
	moves  int // of the selection, to tell the last of a run of keys
	began  int // moves when the card was opened

	planAsked uint64 // the request for a plan that is to be shown
}

// New makes the screen.
func New(env *kit.Env) *Model {
	m := &Model{env: env, wide: true}
	m.find.input = ui.Input{Prompt: "/", Hint: texts.Say("files.find.hint"), Limit: 80}
	m.forget()
	return m
}

// forget drops what belongs to a card that is gone.
func (m *Model) forget() {
	m.hide()
	m.keys = revealed{shown: m.keys.shown}
	m.number = m.env.Number
	m.tree = ui.Tree{}
	m.roots, m.nodes, m.extra = nil, map[string]fs.Node{}, map[card.Path]bool{}
	m.focus, m.front, m.raw = onTree, false, false
	m.file, m.laid, m.table, m.hex = file{}, layout{}, nil, ui.HexView{}
	m.values = ui.NewList(nil)
	m.planAsked = 0
	m.asked, m.rights, m.walk = request{}, rights{denied: map[card.Path]int{}}, walk{}
	m.scan = scan{begun: map[card.Path]*fs.Scan{}, far: map[card.Path]fs.ScanProgress{}}
	m.find.clear()
	m.moves++
	m.began = m.moves
}

// Update implements kit.Screen.
func (m *Model) Update(msg tea.Msg) tea.Cmd {
	if m.number != m.env.Number {
		m.forget()
	}
	switch msg := msg.(type) {
	case app.OpenedEvent:
		if msg.Number == m.env.Number && msg.Card != nil {
			m.opened()
		}
	case app.FilesEvent:
		if msg.Number == m.env.Number {
			m.changed(msg.Nodes)
		}
	case app.AnswerEvent:
		if msg.Answer.Card == m.env.Number {
			return m.answered(msg.Answer)
		}
	case kit.PINsMsg:
		return m.pinsRead(msg.PINs)
	case kit.GoMsg:
		if msg.Screen == app.ScreenFiles && msg.HasPath {
			cmd := m.goTo(msg.Path)
			m.goIn(msg.Path, msg.At)
			return cmd
		}
	case settledMsg:
		if msg.moves == m.moves {
			return m.settled()
		}
	case progressMsg:
		if msg.number == m.env.Number && m.walk.id != 0 {
			m.walk.at = msg.p
		}
	case scanMsg:
		if msg.number == m.env.Number && m.scan.id != 0 {
			moved := percent(m.scan.at) != percent(msg.p)
			if m.scan.at = msg.p; moved {
				m.rebuild()
			}
		}
	case ui.ConfirmedMsg:
		switch {
		case msg.ID == confirmReveal && msg.OK:
			m.askKeys()
		case msg.ID == confirmScan && msg.OK:
			return m.beginScan()
		}
	case hideMsg:
		if msg.shown == m.keys.shown {
			m.hide()
		}
	}
	return nil
}

// opened begins with the ICCID's file selected and the subscriber's directory
// open: what is known at once, and what people come for.
func (m *Model) opened() {
	m.tree.Open(key(card.Path{}), true)
	if dir, ok := m.env.Card.Files.Subscriber(); ok {
		m.tree.Open(key(dir), true)
	}
	m.rebuild()
	m.tree.Select(key(card.PathOf("", card.FIDICCID)))
	m.show()
}

// changed takes over what became known of files.
func (m *Model) changed(nodes []fs.Node) {
	for _, n := range nodes {
		m.find.stale(n.Path)
	}
	m.rebuild()
	m.show()
}

// selected is the node under the cursor; ok is false on no row and on a row
// that is no file.
func (m *Model) selected() (fs.Node, bool) {
	n, ok := m.nodes[m.tree.SelectedKey()]
	return n, ok
}

// settleTop brings the top of the tree in sight as long as the selection was
// not moved: rows come above the first one, and nobody looks at it yet. The
// height must be known.
func (m *Model) settleTop() {
	at := m.tree.SelectedKey()
	m.tree.SelectAt(0)
	m.tree.Select(at)
}

// moved follows the selection: the file is shown at once, and read when the
// keys have come to rest.
func (m *Model) moved() tea.Cmd {
	m.hide()
	m.raw = false
	m.show()
	m.moves++
	if m.asked.auto {
		m.env.Hub.Cancel(m.asked.id)
	}
	at := m.moves
	return tea.Tick(settleAfter, func(time.Time) tea.Msg { return settledMsg{at} })
}

// goTo shows a file that another screen named.
func (m *Model) goTo(p card.Path) tea.Cmd {
	if m.env.Card == nil {
		return nil
	}
	p = m.known(p)
	m.find.clear()
	m.tree.SetFilter(nil)
	m.extra[p] = true
	m.rebuild()
	if !m.tree.Reveal(key(p)) {
		delete(m.extra, p)
		m.rebuild()
		return kit.Toast(ui.Warn, texts.Say("files.go.nowhere", "file", m.env.Name(p)))
	}
	m.focus, m.front = onTree, true
	return m.moved()
}

// known is p with the application's identifier as the tree has it; a log may
// carry the beginning of one.
func (m *Model) known(p card.Path) card.Path {
	if p.App == "" {
		return p
	}
	for _, r := range m.env.Card.Files.Tree().Roots() {
		if a := r.Path.App; a != "" && (a.HasPrefix(p.App) || p.App.HasPrefix(a)) {
			return card.PathOf(a, p.FIDs()...)
		}
	}
	return p
}

// State implements kit.Screen.
func (m *Model) State(s *app.State) {
	n, ok := m.selected()
	s.HasFile = ok && !n.Dir
	s.NoEdit, s.Clearable = m.noEdit(), m.clearable() != ""
	s.Networks = m.listsNetworks()
}

// Guards implements kit.Guarded.
func (m *Model) Guards() []card.Path {
	n, ok := m.selected()
	if !ok || n.Dir || n.State != fs.Denied {
		return nil
	}
	return []card.Path{n.Path}
}

// Hints implements kit.Screen.
func (m *Model) Hints() []string {
	n, ok := m.selected()
	switch {
	case m.find.typing:
		return nil
	case m.scan.id != 0:
		return []string{"stop", "files.open", "files.find"}
	case !ok || n.Dir:
		return []string{"files.open", "files.find", "files.all", "files.read-all", "files.scan"}
	case len(m.Guards()) > 0:
		return []string{"verify", "files.open", "files.find", "files.all"}
	case m.file.state != "":
		return []string{"files.open", "files.find", "files.all"}
	}
	if m.listsNetworks() {
		return []string{"files.open", "files.bytes", "files.edit", "files.add", "files.find", "files.copy", "files.export"}
	}
	return []string{"files.open", "files.bytes", "files.edit", "files.find", "files.copy", "files.export"}
}

// Right implements kit.Screen.
func (m *Model) Right() ui.Line {
	if m.env.Card == nil {
		return nil
	}
	if m.scan.id != 0 {
		return m.scanLine()
	}
	if m.walk.id != 0 {
		return ui.Progress(&m.env.Theme.Glyphs, texts.Say("files.walk.doing"), m.walk.at.Done, m.walk.at.Total)
	}
	return nil
}
