package pins

import (
	"context"

	tea "charm.land/bubbletea/v2"

	"simscope/card"
	"simscope/card/safe"
	"simscope/texts"
	"simscope/tui/app"
	"simscope/tui/kit"
	"simscope/tui/ui"
)

// carefulPUK is how few tries of a PUK count as the last ones, as in the
// session that refuses to spend them unconfirmed.
const carefulPUK = 3

// lastWord is typed to spend a try that may be the last.
const lastWord = "LAST"

// step is one page of a guided operation.
type step int

const (
	stepWhat step = iota
	stepCurrent
	stepNew
	stepAgain
	stepCheck
	stepResult
)

// stepNames are the last parts of identifiers.
var stepNames = [...]string{"what", "current", "new", "again", "check", "result"}

// operations are the guided operations by card.PINOp: the part of identifiers
// and the pages.
var operations = [...]struct {
	id    string
	steps []step
}{
	card.PINVerify:  {"verify", []step{stepCurrent, stepCheck, stepResult}},
	card.PINChange:  {"change", []step{stepWhat, stepCurrent, stepNew, stepAgain, stepCheck, stepResult}},
	card.PINDisable: {"disable", []step{stepWhat, stepCurrent, stepCheck, stepResult}},
	card.PINEnable:  {"enable", []step{stepWhat, stepCurrent, stepCheck, stepResult}},
	card.PINUnblock: {"unblock", []step{stepWhat, stepCurrent, stepNew, stepAgain, stepCheck, stepResult}},
}

// guide is the dialog of one operation on one lock. Secrets are typed into in
// and wait in current and next until they are sent or the dialog is left.
type guide struct {
	ui.StepDialog
	env    *kit.Env
	number int // of the card it is about
	lock   lock
	op     card.PINOp
	iccid  string // as it was when the dialog was opened

	at            int // index into the operation's steps
	room          int // lines that the body has, as drawn last
	in            ui.PINInput
	current, next safe.Secret
	proposed      bool   // next was proposed; it is typed once to prove it was noted
	weak          string // why the new PIN is easily guessed
	hint          string // identifier of what is wrong with what was typed

	word   ui.Input // the typed word of a last try
	onSend bool     // the button that sends has the focus

	ended    bool // the card went away before anything was sent
	sent     bool
	request  kit.Sent
	asked    bool // Esc was pressed while the answer is awaited
	told     *told
	tellNext bool // the result offers to change the PIN
}

func newGuide(env *kit.Env, op card.PINOp, l lock) *guide {
	d := &guide{env: env, number: env.Number, lock: l, op: op, iccid: env.Identity.ICCID}
	d.word = ui.Input{Limit: len(lastWord), Focus: true, Accept: func(r rune) bool { return r >= 'A' && r <= 'Z' || r >= 'a' && r <= 'z' }}
	d.in.Focus = true
	d.enter(0)
	return d
}

// step is the page shown.
func (d *guide) step() step { return operations[d.op].steps[d.at] }

// find is the index of a page.
func (d *guide) find(s step) int {
	for i, x := range operations[d.op].steps {
		if x == s {
			return i
		}
	}
	return 0
}

// enter shows the page of that index, with its input empty.
func (d *guide) enter(at int) {
	d.at, d.hint = at, ""
	d.in.Reset()
	switch d.step() {
	case stepCurrent:
		d.in.Mode = d.currentMode()
	case stepNew, stepAgain:
		d.in.Mode = ui.PINDigits
	case stepCheck:
		d.word.Reset()
		d.onSend = !d.careful() && (d.op == card.PINVerify || d.op == card.PINChange || d.op == card.PINEnable)
	}
}

func (d *guide) currentMode() ui.PINMode {
	switch {
	case d.op == card.PINUnblock:
		return ui.PUKDigits
	case d.lock.isKey():
		return ui.KeyHex
	}
	return ui.PINDigits
}

// tries is the count of the secret that is asked for: the PIN's or the PUK's.
func (d *guide) tries() card.Tries {
	if d.op == card.PINUnblock {
		return d.lock.pin.Unblock
	}
	return d.lock.pin.Tries
}

// careful reports whether the next wrong try may be the last, or is one of
// the last of a PUK: then a word must be typed.
func (d *guide) careful() bool {
	t := d.tries()
	if d.op != card.PINUnblock && t.Verified && d.lock.pin.Verified {
		return false // it was right in this session, so its count is full
	}
	few := 1
	if d.op == card.PINUnblock {
		few = carefulPUK
	}
	return !t.Known || t.Left <= few
}

// waiting reports whether something was sent and its answer is not known.
func (d *guide) waiting() bool { return d.sent && d.told == nil }

// checkCard ends the dialog when its card is no longer the open one. What was
// sent is still waited for: its answer comes also then.
func (d *guide) checkCard() {
	if d.sent || d.ended || d.env.Card != nil && d.env.Number == d.number {
		return
	}
	d.ended = true
	d.wipe()
}

// wipe clears what was typed and not sent.
func (d *guide) wipe() {
	if d.waiting() {
		return // the worker has it and clears it
	}
	d.in.Reset()
	d.current.Clear()
	d.next.Clear()
}

// Escape implements ui.Escaper. Before sending, and while the request waits for
// its turn, it leaves and sends nothing; after it, it waits for the truth.
func (d *guide) Escape() (leave bool, cmd tea.Cmd) {
	if !d.waiting() {
		d.wipe()
		return true, nil
	}
	if d.request.Withdraw(d.env) {
		d.sent = false
		d.wipe()
		return true, kit.Withdrawn()
	}
	d.asked = true
	return d.request.Escape(d.env), nil
}

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
	case tea.PasteMsg:
		if d.typing() {
			d.in.Update(msg)
		}
	default:
		d.checkCard()
	}
	return false, nil
}

func (d *guide) typing() bool {
	return !d.ended && d.step() >= stepCurrent && d.step() <= stepAgain
}

func (d *guide) key(msg tea.KeyPressMsg) (done bool, cmd tea.Cmd) {
	k := msg.Keystroke()
	switch {
	case k == "ctrl+c":
		// What was sent is finished by the hub on the way out; the root says so.
		done = !d.waiting()
		d.wipe()
		return done, kit.Do("quit")
	case d.ended:
		return k == "enter", nil
	case d.waiting():
		return false, nil
	}
	switch d.step() {
	case stepWhat:
		if k == "enter" {
			d.enter(d.at + 1)
		}
	case stepCurrent, stepNew, stepAgain:
		d.typeKey(k, msg)
	case stepCheck:
		return d.checkKey(k, msg)
	case stepResult:
		return d.resultKey(k)
	}
	return false, nil
}

func (d *guide) typeKey(k string, msg tea.KeyPressMsg) {
	switch k {
	case "enter":
		if !d.in.Complete() {
			d.hint = "pins.type.short"
			return
		}
		d.take()
	case "shift+tab":
		d.back()
	case "tab":
		if d.lock.isKey() && d.step() == stepCurrent {
			d.in.Reset()
			if d.in.Mode == ui.KeyHex {
				d.in.Mode = ui.PUKDigits
			} else {
				d.in.Mode = ui.KeyHex
			}
		}
	default:
		d.hint = ""
		d.in.PasteRefused = false
		d.in.Update(msg)
	}
}

// back goes to the page before; what was typed there is asked for again.
func (d *guide) back() {
	if d.at == 0 {
		return
	}
	switch d.step() {
	case stepNew:
		d.current.Clear()
	case stepAgain:
		d.next.Clear()
		d.proposed, d.weak = false, ""
	}
	d.enter(d.at - 1)
}

// take keeps what was typed and goes on.
func (d *guide) take() {
	typed := d.in.Take()
	switch d.step() {
	case stepCurrent:
		d.current.Clear()
		d.current = typed
		if d.proposed {
			d.enter(d.find(stepAgain))
			return
		}
	case stepNew:
		d.next.Clear()
		d.next = typed
		before := safe.Secret{}
		if d.op == card.PINChange {
			before = d.current
		}
		d.weak = weakness(d.next, before)
	case stepAgain:
		same := sameSecret(typed, d.next)
		typed.Clear()
		if !same {
			d.differs()
			return
		}
	}
	d.enter(d.at + 1)
}

// differs has the new PIN typed anew. A proposed one stays, for it was not
// typed but read.
func (d *guide) differs() {
	if d.proposed {
		d.enter(d.find(stepAgain))
		d.hint = "pins.type.not_proposed"
		return
	}
	d.next.Clear()
	d.weak = ""
	d.enter(d.find(stepNew))
	d.hint = "pins.type.differs"
}

func (d *guide) checkKey(k string, msg tea.KeyPressMsg) (done bool, cmd tea.Cmd) {
	if d.careful() {
		switch {
		case k == "enter" && d.word.Value() == lastWord:
			d.send()
		case k == "enter" && d.word.Value() == "":
			d.wipe()
			return true, nil
		default:
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

func (d *guide) resultKey(k string) (done bool, cmd tea.Cmd) {
	switch {
	case k == "enter":
		return true, nil
	case k == "c" && d.tellNext && !d.ended:
		return true, kit.Do("pins.change")
	}
	return false, nil
}

// send hands the request to the card's worker, which clears the secrets.
func (d *guide) send() {
	req := card.PINRequest{
		Op: d.op, Ref: d.lock.pin.Ref, App: d.lock.pin.App,
		Current: d.current, New: d.next, LastTry: d.careful(),
	}
	number := d.number
	d.enter(d.find(stepResult))
	d.request.ID = d.env.Hub.SubmitCritical("pin "+operations[d.op].id, func(ctx context.Context, c *app.Card) (any, error) {
		defer req.Current.Clear()
		defer req.New.Clear()
		if c.Number != number {
			return Done{PINs: c.PINs()}, card.ErrOtherCard
		}
		out, err := c.DoPIN(ctx, req)
		return Done{Outcome: out, PINs: c.PINs()}, err
	})
	d.sent, d.request.At = true, d.env.Now()
	if d.request.ID == 0 {
		d.answered(app.Answer{Err: card.ErrOtherCard})
	}
}

// answered takes over what the card said.
func (d *guide) answered(a app.Answer) {
	got, _ := a.Value.(Done)
	// A request that never began did not clear its secrets.
	d.current.Clear()
	d.next.Clear()
	d.told = d.tell(got, a.Err)
	d.tellNext = d.op == card.PINEnable && d.told.good && texts.Has("pins.hint.change_now")
}
