package auth

import (
	"context"
	"errors"
	"slices"

	tea "charm.land/bubbletea/v2"

	"simscope/card"
	"simscope/card/auth"
	"simscope/crypto/aka"
	"simscope/texts"
	"simscope/tui/app"
	"simscope/tui/kit"
	"simscope/tui/ui"
)

// step is one page of the dialog.
type step int

const (
	stepAsk step = iota
	stepKeys
	stepNumbers
	stepCheck
	stepAnswer
)

// stepIDs are the last parts of identifiers.
var stepIDs = [...]string{"ask", "keys", "numbers", "check", "answer"}

// guide is the dialog of one question to a card's algorithm.
type guide struct {
	ui.StepDialog
	m      *Model
	env    *kit.Env
	number int // of the card it is about
	iccid  string

	at    step
	room  int
	asks  []ask
	asked int // index of the question
	source
	fields []field // RAND, SQN, AMF, names
	field  int
	q      app.AuthQuestion
	jump   *auth.Jump
	fault  string // what is wrong with what was typed, in words

	word   ui.Input
	onSend bool

	ended   bool
	sent    bool
	request kit.Sent
	lent    func() // clears the copies of secrets that went with the question
	late    bool   // Esc was pressed while the answer is awaited
	told    *app.Problem
	pin     *auth.PINNeededError
}

func newGuide(m *Model) *guide {
	d := &guide{m: m, env: m.env, number: m.env.Number, iccid: m.env.Identity.ICCID}
	d.word = ui.Input{Limit: 8, Focus: true}
	d.asks = m.questions()
	return d
}

// choosing is a guide that stands on a question.
func (m *Model) choosing(fits func(ask) bool) *guide {
	d := newGuide(m)
	d.asked = max(slices.IndexFunc(d.asks, fits), 0)
	return d
}

// service is a guide that asks for the key of a service. After a bootstrapping
// it goes to the application that took it, and begins at the names: the keys are
// those in use.
func (m *Model) service() *guide {
	d := m.choosing(func(a ask) bool { return a.context == auth.ContextNAF })
	if len(d.asks) == 0 || d.ask().context != auth.ContextNAF {
		return d
	}
	l := m.last()
	if l == nil || l.Context != auth.ContextGBA || l.Answer.Result != auth.Success {
		return d
	}
	d.asks[d.asked].app, d.asks[d.asked].name = l.App, m.appName(l.App)
	if m.keys != nil {
		d.source.offer(m, d.ask())
		d.toNumbers()
	}
	return d
}

// preset is a guide that begins at its check page: a step that follows an
// answer, with the keys in use.
func (m *Model) preset(c auth.Context, sqn aka.SQN) *guide {
	d := newGuide(m)
	l := m.last()
	for i, a := range d.asks {
		if l != nil && l.App != "" {
			// What follows an answer goes to the application that gave it, also
			// where another subscription was chosen since.
			if in, fits := m.env.Card.AuthApp(a.context, l.App); fits {
				a.app, a.name = in, m.env.Name(card.PathOf(in))
				d.asks[i] = a
			}
		}
		if a.eap == "" && (a.context == c || c == auth.ContextGSM && a.context == auth.ContextSIM) {
			d.asked = i
			d.q = app.AuthQuestion{Context: a.context, App: a.app, RAND: m.random(), SQN: sqn, AMF: d.amf()}
			if l != nil && l.Context == c {
				d.q.AMF, d.q.EAP = l.AMF, l.EAP
			}
			d.toCheck()
			return d
		}
	}
	d.asks = nil
	return d
}

// ask is the question that was chosen.
func (d *guide) ask() ask { return d.asks[d.asked] }

func (d *guide) waiting() bool { return d.sent && d.told == nil }

// checkCard ends the dialog when its card is no longer the open one.
func (d *guide) checkCard() {
	if d.sent || d.ended || d.env.Card != nil && d.env.Number == d.number {
		return
	}
	d.ended = true
	d.wipe()
}

// wipe clears what was typed and is not in use.
func (d *guide) wipe() { d.source.wipe() }

// Escape implements ui.Escaper. Before sending, and while the question waits
// for its turn, it leaves and sends nothing; after it, it waits for the truth.
func (d *guide) Escape() (leave bool, cmd tea.Cmd) {
	if !d.waiting() {
		d.wipe()
		return true, nil
	}
	if d.request.Withdraw(d.env) {
		d.lent()
		d.sent = false
		d.wipe()
		return true, kit.Withdrawn()
	}
	d.late = true
	if !d.request.Escape(d.env) {
		return false, nil
	}
	d.m.left = d.request.ID
	return true, nil
}

// Update implements ui.Dialog.
func (d *guide) Update(msg tea.Msg) (done bool, cmd tea.Cmd) {
	switch msg := msg.(type) {
	case app.AnswerEvent:
		if a := msg.Answer; d.waiting() && a.Card == d.number && a.ID == d.request.ID {
			return d.answered(a), nil
		}
	case kit.KeyFileMsg[*held]:
		d.fileOpened(msg)
	case tea.KeyPressMsg:
		d.checkCard()
		return d.key(msg)
	case tea.PasteMsg:
		d.paste(msg)
	default:
		d.checkCard()
	}
	return false, nil
}

func (d *guide) paste(msg tea.PasteMsg) {
	switch {
	case d.ended || d.sent:
	case d.at == stepKeys:
		d.source.paste(msg)
	case d.at == stepNumbers:
		d.fields[d.field].in.Update(msg)
	}
}

func (d *guide) key(msg tea.KeyPressMsg) (done bool, cmd tea.Cmd) {
	k := msg.Keystroke()
	switch {
	case k == "ctrl+c":
		done = !d.waiting()
		d.wipe()
		return done, kit.Do("quit")
	case d.ended:
		return k == "enter", nil
	case d.waiting():
		return false, nil
	}
	switch d.at {
	case stepAsk:
		d.askKey(k)
	case stepKeys:
		cmd = d.keysKey(k, msg)
	case stepNumbers:
		d.numbersKey(k, msg)
	case stepCheck:
		return d.checkKey(k, msg)
	case stepAnswer:
		return d.answerKey(k)
	}
	return false, cmd
}

func move(at, n int, k string) int {
	switch k {
	case "up", "k":
		return (at + n - 1) % n
	case "down", "j":
		return (at + 1) % n
	}
	return at
}

func (d *guide) askKey(k string) {
	d.asked = move(d.asked, len(d.asks), k)
	switch k {
	case "u":
		a := d.m.elsewhere(d.ask())
		d.asks[d.asked] = a
		for i, other := range d.asks { // what follows is about it as well
			if in, fits := d.env.Card.AuthApp(other.context, a.app); fits && other.app != "" {
				d.asks[i].app, d.asks[i].name = in, a.name
			}
		}
	case "enter":
		d.toKeys()
	}
}

// toKeys offers the sources of keys that fit the question.
func (d *guide) toKeys() {
	d.at, d.fault = stepKeys, ""
	d.source.offer(d.m, d.ask())
}

func (d *guide) keysKey(k string, msg tea.KeyPressMsg) tea.Cmd {
	if k == "shift+tab" {
		if !d.source.back() {
			d.at = stepAsk
		}
		d.fault = ""
		return nil
	}
	got, ok, cmd, err := d.source.key(d, k, msg)
	switch {
	case err != nil:
		d.fault = faultWords(err)
	case ok:
		if got != nil {
			d.m.use(got)
		}
		d.toNumbers()
	case k != "enter" || cmd != nil:
		d.fault = ""
	}
	return cmd
}

// amf is that of the card's network, or with the separation bit of 3GPP
// TS 33.401 clause 6.1.
func (d *guide) amf() [aka.AMFSize]byte {
	if k := d.m.keys; k != nil && k.amf != nil {
		return *k.amf
	}
	return [aka.AMFSize]byte{0x80, 0}
}

// toCheck shows what would be sent and what it would do.
func (d *guide) toCheck() {
	d.at, d.fault, d.jump = stepCheck, "", nil
	d.word.Reset()
	if d.q.Context.Token() && len(d.q.AUTN) == 0 {
		ms, known := d.m.ms(d.q.App)
		j := auth.JumpTo(known, ms, d.q.SQN, d.m.indexBits())
		d.jump = &j
	}
	// Enter sends only what moves nothing.
	d.onSend = !d.q.Context.Token() || d.jump != nil && d.q.SQN == 0
}

// careful reports whether a word must be typed: the card's number goes far,
// or how far it goes is not known.
func (d *guide) careful() bool {
	return d.jump != nil && d.jump.Far || d.q.Context.Token() && d.jump == nil
}

// lock is the PIN that keeps the application closed, as far as is known: with
// it closed nothing is sent.
func (d *guide) lock() (card.PINRef, bool) {
	for _, p := range d.env.PINs {
		named := d.q.App == "" || p.App == d.q.App || slices.Contains(p.In, d.q.App)
		if named && p.Ref.Kind() == card.PINApplication && p.Known && p.Locked() {
			return p.Ref, true
		}
	}
	return 0, false
}

// verify leads to the guided check of a PIN; the question is asked anew after
// it.
func (d *guide) verify(ref card.PINRef) (done bool, cmd tea.Cmd) {
	d.wipe()
	return true, kit.Verify(ref, d.q.App)
}

func (d *guide) checkKey(k string, msg tea.KeyPressMsg) (done bool, cmd tea.Cmd) {
	if ref, locked := d.lock(); locked && k == "v" {
		return d.verify(ref)
	}
	if k == "shift+tab" && d.careful() && d.fields != nil {
		d.at = stepNumbers
		return false, nil
	}
	if d.careful() {
		switch {
		case k == "enter" && d.word.Value() == texts.Say("auth.far.word"):
			d.send()
		case k == "enter" && d.word.Value() == "":
			d.wipe()
			return true, nil
		case k != "enter":
			d.word.Update(msg)
		}
		return false, nil
	}
	switch k {
	case "tab", "shift+tab", "up", "down", "left", "right", "j", "k", "h", "l":
		d.onSend = !d.onSend
	case "enter":
		if !d.onSend {
			d.wipe()
			return true, nil
		}
		d.send()
	}
	return false, nil
}

// lend copies what goes with the question: the keys in use, and what earlier
// answers said.
func (d *guide) lend() (q app.AuthQuestion, before []auth.Evidence) {
	q = d.q
	if k := d.m.keys; k != nil && !d.source.none {
		sub := k.sub.Clone()
		q.Keys = &sub
		before = d.m.evidence(q.App)
	}
	d.lent = func() {
		if q.Keys != nil {
			q.Keys.Clear()
		}
		for _, e := range before {
			e.Answer.Clear()
		}
	}
	return q, before
}

// send hands the question to the card's worker, once.
func (d *guide) send() {
	q, before := d.lend()
	lent, number := d.lent, d.number
	d.at = stepAnswer
	d.request.ID = d.env.Hub.SubmitCritical("authenticate", func(ctx context.Context, c *app.Card) (any, error) {
		defer lent()
		if c.Number != number {
			return nil, card.ErrOtherCard
		}
		if q.EAP != nil {
			return c.AuthenticateEAP(ctx, q, before)
		}
		return c.Authenticate(ctx, q, before)
	})
	d.sent, d.request.At = true, d.env.Now()
	if d.request.ID == 0 {
		d.answered(app.Answer{Err: card.ErrOtherCard})
	}
}

// answered takes over what the card said; an answer is shown on the screen
// itself, so that the dialog is done.
func (d *guide) answered(a app.Answer) bool {
	d.lent() // a question that never began did not
	if r, ok := a.Value.(*app.AuthResult); ok && r != nil && a.Err == nil {
		d.m.take(r)
		d.sent = false
		d.wipe()
		return true
	}
	err := a.Err
	if err == nil {
		err = card.ErrOtherCard
	}
	errors.As(err, &d.pin)
	p := app.Explain(err, "")
	var round *app.RoundError
	if errors.As(err, &round) {
		p.Answer = texts.Say("auth.round", "n", round.Round, "of", round.Of) + " " + p.Answer
	}
	if d.pin != nil {
		p.Next = texts.Say("auth.locked.next")
	}
	d.told = &p
	return false
}

func (d *guide) answerKey(k string) (done bool, cmd tea.Cmd) {
	switch {
	case k == "v" && d.pin != nil && len(d.pin.Refs) > 0:
		return d.verify(d.pin.Refs[0])
	case k == "enter":
		return true, nil
	}
	return false, nil
}
