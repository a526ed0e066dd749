// Package identity is the screen that answers whether a subscriber's number is
// hidden on the air in 5G, and whether hiding works. It shows the SUCI that
// the card computes, or a phone from its files, taken apart; with the home
// network's private key, from a file, it opens it and compares.
package identity

import (
	"context"

	tea "charm.land/bubbletea/v2"

	"simscope/card"
	"simscope/fs"
	"simscope/texts"
	"simscope/tui/app"
	"simscope/tui/kit"
	"simscope/tui/ui"
)

// Model is the screen. It keeps what was found out of one subscription; keys
// are not kept.
type Model struct {
	env    *kit.Env
	number int       // of the card the rest is about
	dir    card.Path // and of its subscription
	asking uint64
	stale  bool // more may be readable than was
	known  bool
	found  app.HiddenIdentity
	failed *app.Problem
	proof  *proof
	top    int // first line that is shown
	lines  int // how many there were when last drawn
	room   int
}

// proof is what came of opening the SUCI, in words.
type proof struct {
	works, clear bool
	say, next    string
}

// New makes the screen.
func New(env *kit.Env) *Model { return &Model{env: env, stale: true} }

// Update implements kit.Screen.
func (m *Model) Update(msg tea.Msg) tea.Cmd {
	if m.number != m.env.Number {
		m.forget()
	}
	switch msg := msg.(type) {
	case app.OpenedEvent, kit.PINsMsg, kit.SubscriberMsg:
		m.stale = true
	case app.AnswerEvent:
		if msg.Answer.Card == m.env.Number && msg.Answer.ID == m.asking && m.asking != 0 {
			m.answered(msg.Answer)
		}
	case provedMsg:
		if msg.err == nil && msg.number == m.number && msg.suci == m.found.SUCI.String() {
			m.proof, m.top = &msg.proof, 0
		}
	}
	return nil
}

func (m *Model) forget() {
	*m = Model{env: m.env, number: m.env.Number, stale: true}
}

func (m *Model) answered(a app.Answer) {
	m.asking, m.known, m.failed, m.proof, m.top = 0, false, nil, nil, 0
	if a.Err != nil {
		p := app.Explain(a.Err, texts.Say("tried.suci"))
		m.failed = &p
		return
	}
	m.found, m.known = a.Value.(app.HiddenIdentity)
	if m.known && m.found.From != "" && m.found.Hidden() == fs.No {
		m.proof = prove(m.found, app.HomeKey{}) // nothing is hidden: no key is needed
	}
}

// load finds out what is not known yet, or all of it again.
func (m *Model) load(again bool) {
	if m.env.Card == nil || m.asking != 0 {
		return
	}
	dir, _ := m.env.Card.Files.Subscriber()
	if m.number != m.env.Number {
		m.forget()
	}
	if dir == m.dir && !m.stale && !again {
		return
	}
	m.dir, m.stale = dir, false
	m.asking = m.env.Submit("hidden identity", func(ctx context.Context, c *app.Card) (any, error) {
		return c.HiddenIdentity(ctx, dir, app.WantSUCI)
	})
}

// Key implements kit.Screen: what does not fit is scrolled; the screen is no
// tab, and is left to the first one.
func (m *Model) Key(msg tea.KeyPressMsg) (bool, tea.Cmd) {
	if k := msg.Keystroke(); k == "esc" || k == "backspace" {
		return true, kit.Go(app.ScreenOverview)
	}
	step := map[string]int{"down": 1, "j": 1, "up": -1, "k": -1, "pgdown": m.room, "pgup": -m.room, "home": -m.lines, "end": m.lines}
	n, ok := step[msg.Keystroke()]
	if ok {
		m.top = max(min(m.top+n, m.lines-m.room), 0)
	}
	return ok, nil
}

// Paste implements kit.Screen.
func (m *Model) Paste(string) tea.Cmd { return nil }

// Typing implements kit.Screen.
func (m *Model) Typing() bool { return false }

// Do implements kit.Screen.
func (m *Model) Do(verb, _ string) tea.Cmd {
	switch verb {
	case "identity.load":
		m.load(false)
	case "identity.reload":
		m.load(true)
	case "identity.prove":
		return kit.Push(newKeyDialog(m.env, m.found))
	case "identity.copy":
		cmd, say, ok := ui.Copy(m.found.SUCI.String(), m.env.Vars)
		if !ok {
			return kit.Toast(ui.Warn, say)
		}
		return tea.Batch(cmd, kit.Toast(ui.Good, say))
	case "identity.open":
		if len(m.found.Files) > 0 {
			return kit.GoFile(m.found.Files[len(m.found.Files)-1])
		}
	}
	return nil
}

// State implements kit.Screen.
func (m *Model) State(s *app.State) {
	s.HasSUCI = m.known && m.found.From != ""
	s.IsHidden = s.HasSUCI && m.found.Hidden() == fs.Yes
	s.HasFile = m.known && len(m.found.Files) > 0
}

// Hints implements kit.Screen.
func (m *Model) Hints() []string {
	all := []string{"identity.prove", "identity.copy", "identity.open", "refresh"}
	if m.known && len(m.found.Unread) > 0 {
		return append([]string{"go.pins"}, all...)
	}
	return all
}

// Right implements kit.Screen.
func (m *Model) Right() ui.Line {
	switch {
	case m.asking != 0:
		return ui.Tok(ui.Muted, texts.Say("identity.reading"))
	case m.lines > m.room:
		return ui.Tok(ui.Muted, texts.Say("identity.more", "n", min(m.top+m.room, m.lines), "all", m.lines))
	}
	return nil
}
