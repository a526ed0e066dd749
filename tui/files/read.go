package files

import (
	"context"
	"errors"
	"slices"
	"time"

	tea "charm.land/bubbletea/v2"

	"simscope/card"
	"simscope/fs"
	"simscope/texts"
	"simscope/tui/app"
	"simscope/tui/kit"
	"simscope/tui/ui"
)

// settleAfter is how long the selection rests before its file is read, so
// that a held arrow key does not become a stream of commands.
const settleAfter = 120 * time.Millisecond

// tellAfter is how long a reading lasts before the screen speaks of it.
const tellAfter = 300 * time.Millisecond

// settledMsg says that the selection rests since it moved for the n-th time.
type settledMsg struct{ moves int }

// progressMsg says how far a reading of the whole card is.
type progressMsg struct {
	number int
	p      fs.Progress
}

// request is a reading of one file that is under way or has failed.
type request struct {
	id    uint64 // 0: none
	path  card.Path
	auto  bool // nobody asked; the selection rested there
	since time.Time
	wrong string // how the last one ended, in words
	rules map[card.Path]bool
}

// rights follows which PINs are fulfilled, so that refused files are asked
// for again only when that changed.
type rights struct {
	pins   []app.PIN
	gained int               // how often something was fulfilled anew
	denied map[card.Path]int // gained when the file was refused last
}

// walk is a reading of the whole card that this screen began.
type walk struct {
	id   uint64
	all  bool
	at   fs.Progress
	next *bool // begin another, with all or not, when the reading under way ends
}

// reading reports whether the whole card is being read.
func (m *Model) reading() bool { return m.env.Walk.Running || m.walk.id != 0 }

// settled reads the selected file if something of it is not known.
func (m *Model) settled() tea.Cmd {
	n, ok := m.selected()
	if !ok || m.env.Card == nil || m.asked.id != 0 && m.asked.path == n.Path {
		return nil
	}
	if m.lacking(n) {
		m.fetch(n, true)
	}
	return nil
}

// lacking reports whether looking at the file now could tell more.
func (m *Model) lacking(n fs.Node) bool {
	switch n.State {
	case fs.NotLookedAt:
		return true
	case fs.Present:
		if !n.Dir {
			return true
		}
	case fs.Denied:
		if m.rights.gained > m.rights.denied[n.Path] {
			return true
		}
	case fs.ServiceOff, fs.Absent:
		return false
	}
	a := m.env.Card.Files.Access(n.Path)
	return a.Why == "access.why.rule_not_read" && !m.asked.rules[n.Path]
}

// fetch asks for a file: its description, its content and its access rule; for
// what a directory holds only when somebody opened it.
func (m *Model) fetch(n fs.Node, auto bool) {
	p := n.Path
	rules := m.asked.rules
	if rules == nil {
		rules = map[card.Path]bool{}
	}
	rules[p] = true
	m.extra[p] = true // its row stays, also when the card turns out not to have it
	look := !auto || m.looks(n)
	id := m.env.Submit("read file", func(ctx context.Context, c *app.Card) (any, error) {
		if look {
			n, err := c.Files.ReadFile(ctx, p, false)
			if err != nil {
				return nil, err
			}
			if n.Dir && !auto && !n.Scanned && n.State.Exists() {
				if _, err := c.Files.Children(ctx, p); err != nil {
					return nil, err
				}
			}
		}
		_, err := c.Files.LoadAccess(ctx, p)
		return nil, err
	})
	m.asked = request{id: id, path: p, auto: auto, since: m.env.Now(), rules: rules}
	m.rights.denied[p] = m.rights.gained
}

// looks reports whether the file itself is to be read, not its rule alone.
func (m *Model) looks(n fs.Node) bool {
	switch n.State {
	case fs.Read, fs.Secret, fs.Failed:
		return false
	case fs.Present:
		return !n.Dir
	}
	return true
}

// answered takes what came of a request of this screen, or of one that
// matters to it.
func (m *Model) answered(a app.Answer) tea.Cmd {
	var cmds []tea.Cmd
	if pins, ok := a.Value.([]app.PIN); ok && pins != nil {
		cmds = append(cmds, m.pinsRead(pins))
	}
	switch {
	case a.ID == 0:
	case a.ID == m.planAsked:
		cmds = append(cmds, m.planned(a))
	case a.ID == m.asked.id:
		m.asked.id, m.asked.wrong = 0, ""
		if a.Err != nil && !errors.Is(a.Err, context.Canceled) {
			m.asked.wrong = app.Explain(a.Err, texts.Say("files.read.tried", "file", m.env.Name(m.asked.path))).String()
		}
		m.rebuild()
		m.show()
	case a.ID == m.keys.asked:
		cmds = append(cmds, m.keysCame(a))
	case a.ID == m.scan.id:
		cmds = append(cmds, m.scanEnded(a))
	case a.ID == m.walk.id:
		cmds = append(cmds, m.walked(a), m.scanWaits())
	case a.Verb == "read card":
		// The root's reading of the card has ended; what was put off begins.
		m.rebuild()
		m.show()
		m.begin(a.Err)
		cmds = append(cmds, m.scanWaits())
	}
	return tea.Batch(cmds...)
}

// scanWaits begins the scan that was put off while the card was read.
func (m *Model) scanWaits() tea.Cmd {
	if m.scan.waits && !m.reading() {
		return m.beginScan()
	}
	return nil
}

// pinsRead notices PINs that were fulfilled since last time. Refused files
// are then worth another look.
func (m *Model) pinsRead(pins []app.PIN) tea.Cmd {
	before := m.rights.pins
	m.rights.pins = pins
	m.rebuild()
	if before == nil || !gained(before, pins) || m.env.Card == nil {
		return nil
	}
	m.rights.gained++
	for _, n := range m.env.Card.Files.Tree().All() {
		if n.State == fs.Denied {
			m.readAll(false)
			break
		}
	}
	return m.settled()
}

// gained reports whether a PIN is open now that was not before.
func gained(before, now []app.PIN) bool {
	for _, p := range now {
		i := slices.IndexFunc(before, func(q app.PIN) bool { return q.Ref == p.Ref && q.App == p.App })
		if !p.Locked() && (i < 0 || before[i].Locked()) {
			return true
		}
	}
	return false
}

// readAll reads the whole card in the background, after what is being read
// already; with all also what its services say is off.
func (m *Model) readAll(all bool) {
	if m.reading() {
		if m.walk.next != nil {
			all = all || *m.walk.next
		}
		m.walk.next = &all
		return
	}
	number, hub := m.env.Number, m.env.Hub
	id := hub.Background("read all", func(ctx context.Context, c *app.Card) (any, error) {
		if err := c.Files.RefreshPINs(ctx); err != nil {
			return nil, err
		}
		return nil, c.Files.Walk(ctx, fs.WalkOptions{All: all, Progress: func(p fs.Progress) {
			hub.Tell(progressMsg{number, p})
		}})
	})
	m.walk = walk{id: id, all: all}
}

// begin starts the reading that was put off, unless the one before it was
// stopped.
func (m *Model) begin(err error) {
	next := m.walk.next
	m.walk.next = nil
	if next != nil && err == nil {
		m.readAll(*next)
	}
}

func (m *Model) walked(a app.Answer) tea.Cmd {
	w := m.walk
	m.walk.id = 0
	m.rebuild()
	m.show()
	m.begin(a.Err)
	switch {
	case errors.Is(a.Err, context.Canceled):
		return kit.Toast(ui.Text, texts.Say("files.walk.stopped"))
	case a.Err != nil:
		return kit.Toast(ui.Warn, app.Explain(a.Err, texts.Say("files.walk.tried")).String())
	case w.all:
		return kit.Toast(ui.Good, texts.Say("files.walk.done", "n", m.present()))
	}
	return nil
}

// present is the number of files the card has.
func (m *Model) present() int {
	n := 0
	for _, x := range m.env.Card.Files.Tree().All() {
		if x.State.Exists() && !x.Dir {
			n++
		}
	}
	return n
}
