// Package auth is the screen of a card's authentication: what the card
// answers stands left, what the host computes right, and the likely reason of
// a difference above. It guides through every question in one dialog: what is
// asked, with which keys and numbers, how far the card's sequence number
// moves; and nothing follows by itself.
//
// Keys that were typed or read from a file live in safe.Secret until the card
// changes, they are forgotten, or the program ends.
package auth

import (
	"context"
	"slices"
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"

	"simscope/card"
	"simscope/card/auth"
	"simscope/crypto/aka"
	"simscope/texts"
	"simscope/tui/app"
	"simscope/tui/kit"
	"simscope/tui/ui"
)

// Identifiers of this screen's questions.
const (
	confirmReveal = "auth.reveal"
	confirmProbe  = "auth.probe"
)

// revealFor is how long keys are shown, as on Files.
const revealFor = 10 * time.Second

// Model is the screen.
type Model struct {
	env    *kit.Env
	number int // of the card the rest is about
	keys   *held
	// results are the answers so far that the same keys explain together, the
	// latest last.
	results []*app.AuthResult
	probe   *auth.Probe
	probing uint64
	guide   *guide
	top     int // first line shown
	lines   int // that there are, and room for them, as drawn last
	room    int
	// shown counts revelations, so that an old timer ends none; reveal says
	// that keys are shown now.
	shown  int
	reveal bool
	left   uint64 // the question whose dialog was left before its answer came
	random func() [aka.RANDSize]byte
}

// held are the keys in use.
type held struct {
	sub       auth.Subscriber
	from      string // where they came from, in words
	amf       *[aka.AMFSize]byte
	indexBits int
	// ms is SQN_MS where hasMS; told says that the card itself told it. A file's
	// may be old, or of another card: it bounds no jump.
	ms          aka.SQN
	hasMS, told bool
}

// Clear overwrites the keys.
func (k *held) Clear() { k.sub.Clear() }

// hideMsg ends the n-th revelation.
type hideMsg struct{ shown int }

// New makes the screen.
func New(env *kit.Env) *Model { return &Model{env: env, random: app.RandomRAND} }

// last is the latest answer, nil when there is none.
func (m *Model) last() *app.AuthResult {
	if len(m.results) == 0 {
		return nil
	}
	return m.results[len(m.results)-1]
}

// Update implements kit.Screen.
func (m *Model) Update(msg tea.Msg) tea.Cmd {
	m.follow()
	switch msg := msg.(type) {
	case hideMsg:
		if msg.shown == m.shown {
			m.reveal = false
		}
	case ui.ConfirmedMsg:
		return m.confirmed(msg)
	case app.AnswerEvent:
		return m.answered(msg.Answer)
	}
	return nil
}

// follow forgets what was about another card.
func (m *Model) follow() {
	if m.number != m.env.Number || m.env.Card == nil {
		m.number = m.env.Number
		m.forget()
		m.probe, m.probing = nil, 0
	}
	if m.guide != nil {
		m.guide.checkCard()
	}
}

// forget overwrites keys and answers.
func (m *Model) forget() {
	for _, r := range m.results {
		r.Clear()
	}
	m.results, m.reveal, m.top = nil, false, 0
	m.drop()
}

// drop overwrites the keys alone.
func (m *Model) drop() {
	if m.keys != nil {
		m.keys.sub.Clear()
		m.keys = nil
	}
}

// use takes other keys; what earlier answers said of the old ones is no
// evidence any more.
func (m *Model) use(k *held) {
	if m.keys != k {
		m.forget()
		m.keys = k
	}
}

// take keeps a new answer.
func (m *Model) take(r *app.AuthResult) {
	if l := m.last(); l != nil && l.App != r.App {
		for _, old := range m.results {
			old.Clear()
		}
		m.results = nil
	}
	m.results = append(m.results, r)
	m.probe, m.reveal, m.top = nil, false, 0
	m.shown++
}

// evidence is what earlier answers of an application say, copied for the
// worker.
func (m *Model) evidence(in card.AID) []auth.Evidence {
	var out []auth.Evidence
	for _, r := range m.results {
		if r.App != in {
			continue
		}
		for _, one := range append(slices.Clone(r.Rounds), r) {
			if one.Vector != nil && one.Context != auth.ContextNAF {
				e := one.Evidence()
				e.Answer = e.Answer.Clone()
				out = append(out, e)
			}
		}
	}
	return out
}

// ms is SQN_MS of an application, where the card has told it.
func (m *Model) ms(in card.AID) (aka.SQN, bool) {
	if m.env.Card != nil {
		if n, ok := m.env.Card.SQN(in); ok {
			return n, true
		}
	}
	if m.keys != nil && m.keys.told {
		return m.keys.ms, m.keys.hasMS
	}
	return 0, false
}

// used is the highest number that is known to have been used, by the card's
// word or by that of the key file.
func (m *Model) used(in card.AID) (aka.SQN, bool) {
	if n, ok := m.ms(in); ok || m.keys == nil {
		return n, ok
	}
	return m.keys.ms, m.keys.hasMS
}

func (m *Model) indexBits() int {
	if m.keys != nil {
		return m.keys.indexBits
	}
	return aka.DefaultIndexBits
}

// next is the sequence number that follows the latest AUTS.
func (m *Model) next() (aka.SQN, bool) {
	r := m.last()
	if r == nil || m.keys == nil || r.Answer.Result != auth.SyncFailure || !r.Finding.HasSQN {
		return 0, false
	}
	return auth.Next(r.Finding.SQN, auth.PlaceOf(r.Finding.SQN, m.indexBits()).IND, m.indexBits())
}

// Do implements kit.Screen.
func (m *Model) Do(verb, _ string) tea.Cmd {
	if m.env.Card == nil {
		return nil
	}
	switch verb {
	case "auth.run":
		return m.start(newGuide(m))
	case "auth.gsm":
		return m.start(m.preset(auth.ContextGSM, 0))
	case "auth.naf":
		return m.start(m.service())
	case "auth.eap":
		return m.start(m.choosing(func(a ask) bool { return a.eap != "" }))
	case "auth.resync":
		if n, ok := m.next(); ok {
			return m.start(m.preset(m.last().Context, n))
		}
	case "auth.probe":
		return m.askProbe()
	case "auth.reveal":
		return m.askReveal()
	case "auth.forget":
		m.forget()
		return kit.Toast(ui.Good, texts.Say("auth.forgotten"))
	}
	return nil
}

func (m *Model) start(d *guide) tea.Cmd {
	if len(d.asks) == 0 {
		return kit.Toast(ui.Warn, texts.Say("auth.none"))
	}
	m.guide = d
	return kit.Push(d)
}

func (m *Model) askProbe() tea.Cmd {
	steps := m.env.Card.ProbePlan()
	if len(steps) == 0 {
		return kit.Toast(ui.Warn, texts.Say("auth.none"))
	}
	var parts []string
	for _, s := range steps {
		parts = append(parts, app.ProbeWords(m.env.Card, s))
	}
	text := texts.Say("auth.probe.before", "n", len(steps)) + " " + strings.Join(parts, "; ") + ". " + texts.Say("auth.probe.warn")
	return kit.Push(&ui.Confirm{
		ID: confirmProbe, Danger: true, Word: texts.Say("auth.probe.word"),
		Title: texts.Say("auth.probe.title"), Text: text, Action: texts.Say("auth.probe.yes"),
	})
}

func (m *Model) askReveal() tea.Cmd {
	return kit.Push(&ui.Confirm{
		ID: confirmReveal, Danger: true,
		Title:  texts.Say("auth.reveal.title"),
		Text:   texts.Say("files.reveal.text", "seconds", int(revealFor.Seconds())),
		Action: texts.Say("files.reveal.yes"),
	})
}

func (m *Model) confirmed(msg ui.ConfirmedMsg) tea.Cmd {
	switch {
	case !msg.OK || m.env.Card == nil:
	case msg.ID == confirmReveal:
		m.shown++
		m.reveal = true
		at := m.shown
		return tea.Tick(revealFor, func(time.Time) tea.Msg { return hideMsg{at} })
	case msg.ID == confirmProbe:
		steps := m.env.Card.ProbePlan()
		m.probing = m.env.Hub.SubmitCritical("probe", func(ctx context.Context, c *app.Card) (any, error) {
			return c.Probe(ctx, steps)
		})
	}
	return nil
}

func (m *Model) answered(a app.Answer) tea.Cmd {
	if r, ok := a.Value.(*app.AuthResult); ok && r != nil && a.ID == m.left {
		m.late(a, r)
		return nil
	}
	if a.Card != m.env.Number || m.probing == 0 || a.ID != m.probing {
		return nil
	}
	m.probing = 0
	if p, ok := a.Value.(auth.Probe); ok && len(p.Steps) > 0 {
		m.probe, m.top = &p, 0
	}
	if a.Err != nil {
		return kit.Toast(ui.Bad, app.Explain(a.Err, texts.Say("auth.probe.title")).String())
	}
	return nil
}

// late takes an answer that came after its dialog was left. The card gave it, and
// may have moved by it; that of a card that is gone is cleared.
func (m *Model) late(a app.Answer, r *app.AuthResult) {
	m.left = 0
	if a.Err != nil || a.Card != m.env.Number {
		r.Clear()
		return
	}
	m.take(r)
}

// Key implements kit.Screen: the arrows move about in what does not fit.
func (m *Model) Key(msg tea.KeyPressMsg) (bool, tea.Cmd) {
	by := map[string]int{"up": -1, "k": -1, "down": 1, "j": 1, "pgup": -m.room, "pgdown": m.room, "home": -m.lines, "end": m.lines}[msg.Keystroke()]
	if by == 0 {
		return false, nil
	}
	m.top = max(min(m.top+by, m.lines-m.room), 0)
	return true, nil
}

// Paste implements kit.Screen.
func (m *Model) Paste(string) tea.Cmd { return nil }

// Typing implements kit.Screen: all typing is done in the dialog.
func (m *Model) Typing() bool { return false }

// State implements kit.Screen.
func (m *Model) State(s *app.State) {
	_, s.CanResync = m.next()
	s.HasAnswer = m.last() != nil
	s.HasKeys = m.keys != nil
}

// Hints implements kit.Screen.
func (m *Model) Hints() []string {
	if c := m.env.Card; c != nil && c.Session.Kind() == card.KindOther {
		return nil
	}
	out := []string{"auth.run"}
	r := m.last()
	if _, ok := m.next(); ok {
		out = append(out, "auth.resync")
	}
	if r != nil && r.Answer.Result == auth.MACFailure {
		out = append(out, "auth.gsm")
	}
	if r != nil && r.Context == auth.ContextGBA && r.Answer.Result == auth.Success {
		out = append(out, "auth.naf")
	}
	if r != nil {
		out = append(out, "auth.reveal")
	}
	return append(out, "auth.probe", "auth.eap")
}

// Right implements kit.Screen.
func (m *Model) Right() ui.Line {
	var out ui.Line
	if n := m.lines - m.room - m.top; n > 0 && (m.probe != nil || m.last() != nil) {
		out = ui.Tok(ui.Muted, texts.Say("auth.below", "n", n)+"  ")
	}
	if m.keys != nil {
		out = out.Add(ui.Secret, texts.Say("auth.held"))
	}
	return out
}

// Wipe overwrites every key; the root calls it when the program is left.
func (m *Model) Wipe() {
	if m.guide != nil {
		m.guide.wipe()
	}
	m.forget()
}
