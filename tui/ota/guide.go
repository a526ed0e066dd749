package ota

import (
	"context"
	"errors"

	tea "charm.land/bubbletea/v2"

	"simscope/card"
	"simscope/card/ota"
	"simscope/crypto/scp80"
	"simscope/texts"
	"simscope/tui/app"
	"simscope/tui/kit"
	"simscope/tui/ui"
)

// The pages of sending.
const (
	pageWhat = iota
	pageCheck
	pageResult
)

var pageNames = [...]string{"what", "check", "result"}

// guide sends one packet: what it is and may do, the card it is for, and what
// came back. It is sent once; Esc leaves before that, and waits after it.
type guide struct {
	m      *Model
	env    *kit.Env
	number int // of the card it is about
	iccid  string
	req    ota.Request
	built  *ota.Built
	file   card.Path
	isFile bool

	at     int
	onSend bool
	word   ui.Input

	sent    bool
	request kit.Sent
	asked   bool
	told    bool
	out     ota.Outcome
	answer  ota.Answer
	err     error
	ended   bool // the card went away before anything was sent
}

func newGuide(m *Model) *guide {
	d := &guide{
		m: m, env: m.env, number: m.number, iccid: m.env.Identity.ICCID, req: m.req, built: m.built,
		file: m.file, isFile: m.hasFile,
	}
	d.word = ui.Input{Limit: 8, Focus: true}
	return d
}

// newResult shows the last answer again.
func newResult(m *Model) *guide {
	d := newGuide(m)
	d.at, d.sent, d.told = pageResult, true, true
	d.req, d.out, d.answer, d.file, d.isFile = m.last.req, m.last.out, m.last.answer, m.last.file, m.last.isFile
	return d
}

func (d *guide) waiting() bool { return d.sent && !d.told }

// checkCard ends the dialog when its card is no longer the open one.
func (d *guide) checkCard() {
	if !d.sent && (d.env.Card == nil || d.env.Number != d.number || d.built == nil) {
		d.ended = true
	}
}

// Escape implements ui.Escaper. Before sending, and while the packet waits for
// its turn, it leaves and sends nothing; after it, it waits for the truth.
func (d *guide) Escape() (leave bool, cmd tea.Cmd) {
	if !d.waiting() {
		return true, nil
	}
	if d.request.Withdraw(d.env) {
		d.sent = false
		return true, kit.Withdrawn()
	}
	d.asked = true
	return d.request.Escape(d.env), nil
}

// Size implements ui.Dialog.
func (d *guide) Size(w, h int) (dw, dh int) { return min(76, w), min(18, h) }

// Update implements ui.Dialog.
func (d *guide) Update(msg tea.Msg) (done bool, cmd tea.Cmd) {
	switch msg := msg.(type) {
	case app.AnswerEvent:
		if a := msg.Answer; d.waiting() && a.Card == d.number && a.ID == d.request.ID {
			d.answered(a)
		}
	case tea.KeyPressMsg:
		d.checkCard()
		return d.key(msg)
	default:
		d.checkCard()
	}
	return false, nil
}

func (d *guide) key(msg tea.KeyPressMsg) (done bool, cmd tea.Cmd) {
	k := msg.Keystroke()
	switch {
	case k == "ctrl+c":
		return !d.waiting(), kit.Do("quit")
	case d.ended:
		return k == "enter", nil
	case d.waiting():
		return false, nil
	case d.at == pageResult:
		return k == "enter", nil
	case d.at == pageWhat:
		if k == "enter" {
			d.at = pageCheck
		}
		return false, nil
	case k == "shift+tab" && d.req.Careful():
		d.at = pageWhat
		return false, nil
	}
	return d.checkKey(k, msg), nil
}

func (d *guide) checkKey(k string, msg tea.KeyPressMsg) (done bool) {
	if d.req.Careful() {
		switch {
		case k == "enter" && d.word.Value() == texts.Say("ota.confirm.word"):
			d.send()
		case k == "enter" && d.word.Value() == "":
			return true
		case k != "enter":
			d.word.Update(msg)
		}
		return false
	}
	switch k {
	case "tab", "shift+tab", "up", "down", "left", "right", "j", "k":
		d.onSend = !d.onSend
	case "enter":
		if !d.onSend {
			return true
		}
		d.send()
	}
	return false
}

// send hands the packet to the card's worker.
func (d *guide) send() {
	built, number := d.built, d.number
	d.at = pageResult
	d.request = kit.Sent{At: d.env.Now()}
	d.request.ID = d.env.Hub.SubmitCritical("ota send", func(ctx context.Context, c *app.Card) (any, error) {
		if c.Number != number {
			return ota.Outcome{}, card.ErrOtherCard
		}
		return c.SendOTA(ctx, built, true)
	})
	d.sent = true
	if d.request.ID == 0 {
		d.answered(app.Answer{Err: card.ErrOtherCard})
	}
}

// answered opens what the card said with the keys that the packet was made
// with. A counter that the card may have taken is the last one from now on.
func (d *guide) answered(a app.Answer) {
	d.told, d.err = true, a.Err
	d.out, _ = a.Value.(ota.Outcome)
	if d.err != nil {
		return
	}
	if d.m.number != d.number {
		d.answer = ota.Answer{State: ota.NoKeys, Bytes: d.out.Data}
		return
	}
	d.answer = ota.Open(d.req, d.m.keys, d.out)
	d.m.answered(&lastSent{req: d.req, out: d.out, answer: d.answer, file: d.file, isFile: d.isFile})
}

// answered takes the answer to a packet over into the screen. A counter that
// the card is proven to have taken is the last one known.
func (m *Model) answered(l *lastSent) {
	m.last = l
	if l.answer.State.ByKey() && l.answer.Response.Status == scp80.PoROK && l.req.Concern() != ota.CounterNone {
		last := l.req.Counter
		m.req.Last = &last
	}
	m.rebuild()
}

// lost reports whether what became of the packet is not known.
func (d *guide) lost() bool {
	var lost *card.LostError
	return errors.As(d.err, &lost)
}
