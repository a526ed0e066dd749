// Package pins is the screen of the card's locks: which there are, whether
// they are closed and how many tries they have. It guides through every
// operation on a PIN in one dialog: what it costs is said before a secret is
// typed, the card is named before anything is sent, and what the card
// answered is told after.
//
// It knows locks, tries and sentences. It must not know APDUs: operations go
// to app.Card.DoPIN on the card's worker. Secrets that were typed live only
// in ui.PINInput and safe.Secret, and are cleared on every way out.
package pins

import (
	"context"
	"crypto/rand"
	"io"
	"slices"

	tea "charm.land/bubbletea/v2"

	"simscope/card"
	"simscope/texts"
	"simscope/tui/app"
	"simscope/tui/kit"
	"simscope/tui/ui"
)

// Model is the screen.
type Model struct {
	env    *kit.Env
	table  *ui.Table
	locks  []lock
	number int             // of the card the rest is about
	asked  map[string]bool // locks whose tries were asked for by hand
	asking uint64          // the question that is under way
	// verifyNext is the key of the lock to verify once its tries are known.
	verifyNext string
	failed     *app.Problem // why the state of the PINs could not be read
	guide      *guide       // the dialog that was opened last
	offer      *proposal    // the proposal that was shown last
	random     io.Reader
}

// Done is what the worker answers after an operation on a PIN.
type Done struct {
	Outcome card.PINOutcome
	PINs    []app.PIN
}

// asked is what the worker answers to a question for tries.
type asked struct {
	key  string
	pins []app.PIN
}

// New makes the screen.
func New(env *kit.Env) *Model {
	m := &Model{env: env, asked: map[string]bool{}, random: rand.Reader}
	m.table = ui.NewTable(
		ui.Column{Title: texts.Say("pins.col.lock"), Min: 6},
		ui.Column{Title: texts.Say("pins.col.state"), Min: 9},
		ui.Column{Title: texts.Say("pins.col.tries"), Min: 7},
		ui.Column{Title: texts.Say("pins.col.puk"), Min: 7},
		ui.Column{Title: texts.Say("pins.col.protects"), Drop: 1},
	)
	m.table.Focus = true
	return m
}

// Update implements kit.Screen.
func (m *Model) Update(msg tea.Msg) tea.Cmd {
	m.follow()
	var cmd tea.Cmd
	if a, ok := msg.(app.AnswerEvent); ok {
		cmd = m.answered(a.Answer)
	}
	m.refresh()
	if g, ok := msg.(kit.GuideMsg); ok {
		return tea.Batch(cmd, m.lead(g))
	}
	if _, ok := msg.(kit.PINsMsg); ok && m.verifyNext != "" {
		return tea.Batch(cmd, m.verifyAsked())
	}
	return cmd
}

// lead begins the operation that something else on the screen waits for.
func (m *Model) lead(g kit.GuideMsg) tea.Cmd {
	for _, l := range m.locks {
		if l.pin.Ref != g.Ref || g.Ref.Local() && l.pin.App != g.App && !slices.Contains(l.pin.In, g.App) || m.env.Card == nil {
			continue
		}
		m.table.Select(l.key)
		switch {
		case g.Op == card.PINUnblock:
			return m.unblock(l)
		case l.pin.Tries.Blocked:
			return kit.Toast(ui.Warn, texts.Say("reason.pin_blocked"))
		case g.Op == card.PINVerify:
			return m.Do("pins.verify", "")
		case g.Op == card.PINEnable && l.pin.Known && !l.pin.Enabled:
			return m.toggle(l)
		}
		return m.start(g.Op, l)
	}
	return kit.Toast(ui.Warn, texts.Say("change.no_lock", "name", g.Ref))
}

// verifyAsked opens the dialog that waited for the tries of its lock, unless
// the person has gone on to another one.
func (m *Model) verifyAsked() tea.Cmd {
	key := m.verifyNext
	m.verifyNext = ""
	if l, ok := m.selected(); ok && l.key == key {
		return m.start(card.PINVerify, l)
	}
	return nil
}

// follow forgets what was about another card, and ends dialogs about it.
func (m *Model) follow() {
	if m.number != m.env.Number {
		m.number = m.env.Number
		m.asked, m.asking, m.failed, m.verifyNext = map[string]bool{}, 0, nil, ""
	}
	if m.guide != nil {
		m.guide.checkCard()
	}
	if m.offer != nil && m.env.Card == nil {
		m.offer.wipe()
	}
}

// answered takes over the state of the PINs that an answer brings.
func (m *Model) answered(a app.Answer) tea.Cmd {
	if a.Card != m.env.Number || m.env.Card == nil {
		return nil
	}
	switch v := a.Value.(type) {
	case Done:
		return tellPINs(v.PINs)
	case asked:
		if a.ID == m.asking {
			m.asking = 0
		}
		if a.Err != nil {
			m.verifyNext = ""
			return kit.Toast(ui.Bad, app.Explain(a.Err, texts.Say("pins.asking_for")).String())
		}
		m.asked[v.key] = true
		return tellPINs(v.pins)
	case []app.PIN:
		m.failed = nil
		if a.Err != nil {
			p := app.Explain(a.Err, texts.Say("pins.reading"))
			m.failed = &p
		}
	}
	return nil
}

func tellPINs(pins []app.PIN) tea.Cmd {
	return func() tea.Msg { return kit.PINsMsg{PINs: pins} }
}

// refresh makes the rows of what is known now.
func (m *Model) refresh() {
	m.locks = locksOf(m.env)
	rows := make([]ui.TableRow, 0, len(m.locks))
	for _, l := range m.locks {
		rows = append(rows, m.row(l))
	}
	m.table.SetRows(rows)
	m.table.Sync()
}

// selected is the lock under the cursor.
func (m *Model) selected() (lock, bool) {
	i, ok := m.table.Selected()
	if !ok || i >= len(m.locks) {
		return lock{}, false
	}
	return m.locks[i], true
}

// Key implements kit.Screen.
func (m *Model) Key(msg tea.KeyPressMsg) (handled bool, cmd tea.Cmd) {
	return m.table.Update(msg), nil
}

// Paste implements kit.Screen.
func (m *Model) Paste(string) tea.Cmd { return nil }

// Typing implements kit.Screen: all typing is done in dialogs.
func (m *Model) Typing() bool { return false }

// Do implements kit.Screen.
func (m *Model) Do(verb, _ string) tea.Cmd {
	m.refresh()
	if verb == "pins.propose" {
		return m.propose()
	}
	l, ok := m.selected()
	if !ok || m.env.Card == nil {
		return nil
	}
	switch verb {
	case "pins.verify":
		if l.isKey() && !l.told() && !m.asked[l.key] {
			// The tries are shown before the key is asked for.
			m.verifyNext = l.key
			return m.ask(l)
		}
		return m.start(card.PINVerify, l)
	case "pins.change":
		return m.start(card.PINChange, l)
	case "pins.toggle":
		return m.toggle(l)
	case "pins.unblock":
		return m.unblock(l)
	case "pins.ask":
		return m.ask(l)
	}
	return nil
}

// start opens the dialog of an operation.
func (m *Model) start(op card.PINOp, l lock) tea.Cmd {
	m.guide = newGuide(m.env, op, l)
	return kit.Push(m.guide)
}

func (m *Model) toggle(l lock) tea.Cmd {
	switch {
	case l.gsm && l.pin.Ref == card.RefPIN2:
		return l.notice("pins.notice.chv2")
	case l.pin.Enabled:
		return m.start(card.PINDisable, l)
	}
	return m.start(card.PINEnable, l)
}

func (m *Model) unblock(l lock) tea.Cmd {
	switch {
	case l.pin.Unblock.Blocked:
		return l.notice("pins.notice.puk_blocked")
	case l.pin.Unblock.Absent:
		return l.notice("pins.notice.no_puk")
	}
	return m.start(card.PINUnblock, l)
}

// notice says why something cannot be done with a lock.
func (l lock) notice(id string) tea.Cmd {
	return kit.Push(&ui.Notice{
		Title: texts.Say(id+".title", l.args()...), Text: texts.Say(id, l.args()...), Tok: ui.Text,
	})
}

// ask asks for the tries of a key, or for the state of all PINs.
func (m *Model) ask(l lock) tea.Cmd {
	if m.asking != 0 {
		return nil
	}
	key, pin := l.key, l.pin
	m.asking = m.env.Submit("pin tries", func(ctx context.Context, c *app.Card) (any, error) {
		if pin.Ref.Kind() != card.PINAdm {
			pins, err := c.ReadPINs(ctx)
			return asked{key, pins}, err
		}
		_, err := c.ReadTries(ctx, pin)
		return asked{key, c.PINs()}, err
	})
	m.refresh()
	return nil
}

// State implements kit.Screen.
func (m *Model) State(s *app.State) {
	l, ok := m.selected()
	if !ok {
		return
	}
	s.HasPIN = true
	s.IsKey = l.isKey()
	// Whether a key is "on" means nothing: it is there to be verified.
	s.PINKnown = l.pin.Known && !s.IsKey
	s.PINEnabled = l.pin.Enabled
	s.PINBlocked = l.pin.Tries.Blocked
}

// Hints implements kit.Screen: what the selected lock needs comes first.
func (m *Model) Hints() []string {
	l, ok := m.selected()
	switch {
	case m.env.Card == nil:
		return nil
	case !ok:
		return []string{"refresh"}
	case l.isKey():
		return []string{"pins.verify", "pins.ask"}
	case l.pin.Tries.Blocked:
		return []string{"pins.unblock", "pins.propose"}
	case l.pin.Known && !l.pin.Enabled:
		return []string{"pins.toggle", "pins.unblock", "pins.propose"}
	}
	if l.gsm && l.pin.Ref == card.RefPIN2 {
		return []string{"pins.verify", "pins.change", "pins.unblock", "pins.propose"}
	}
	return []string{"pins.verify", "pins.change", "pins.toggle", "pins.unblock", "pins.propose"}
}

// Right implements kit.Screen.
func (m *Model) Right() ui.Line {
	if m.env.Card == nil || len(m.locks) == 0 {
		return nil
	}
	return ui.Tok(ui.Muted, m.table.Position())
}

// Wipe clears every secret that was typed or proposed and not sent. The root
// may call it when the program is left; it is called by itself when the card
// goes.
func (m *Model) Wipe() {
	if m.guide != nil {
		m.guide.wipe()
	}
	if m.offer != nil {
		m.offer.wipe()
	}
}
