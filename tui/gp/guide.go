package gp

import (
	"context"
	"strings"

	tea "charm.land/bubbletea/v2"

	"simscope/card"
	"simscope/card/globalplatform"
	"simscope/card/safe"
	"simscope/store/keyfile"
	"simscope/texts"
	"simscope/tui/app"
	"simscope/tui/kit"
	"simscope/tui/ui"
)

// step is one page of the dialog.
type step int

const (
	stepSet step = iota
	stepENC
	stepMAC
	stepDEK
	stepCheck
	stepResult
)

// stepIDs are the last parts of identifiers.
var stepIDs = [...]string{"set", "enc", "mac", "dek", "check", "result"}

// guide is the dialog that opens a secure channel with the person's keys and
// lists what is installed. Keys wait in it until they are sent or it is left.
type guide struct {
	ui.StepDialog
	m      *Model
	number int // of the card it is about

	at       step
	sets     []int // key versions to choose from, 0 for the card's choice
	set      int
	security int
	kdf      int
	in       ui.KeyInput
	file     kit.KeyFile[*fileKeys]
	inFile   bool // the keys are taken from a file, not typed
	version  int  // of the keys, 0 for the card's choice
	keys     [3]safe.Secret
	fault    string // what is wrong with what was typed
	onSend   bool   // the button that sends has the focus

	ended   bool // the card went away before anything was sent
	sent    bool
	request kit.Sent
	done    *app.GPSession
	told    *app.Problem
}

func newGuide(m *Model) *guide {
	return &guide{m: m, number: m.env.Number, sets: append([]int{0}, m.data.ChannelKeys()...), in: ui.KeyInput{Hex: true}}
}

// fileKeys are the keys of a set in a key file.
type fileKeys struct {
	set     globalplatform.KeySet
	version int
}

// Clear overwrites them.
func (k *fileKeys) Clear() { k.set.Clear() }

func (d *guide) waiting() bool { return d.sent && d.done == nil && d.told == nil }

// wipe clears what was typed and not sent.
func (d *guide) wipe() {
	d.in.Reset()
	d.file.Wipe()
	if d.sent {
		return // they are the request's
	}
	for i := range d.keys {
		d.keys[i].Clear()
		d.keys[i] = safe.Secret{}
	}
}

// checkCard ends the dialog when its card is no longer the open one.
func (d *guide) checkCard() {
	if !d.sent && !d.ended && (d.m.env.Card == nil || d.m.env.Number != d.number) {
		d.ended = true
		d.wipe()
	}
}

// Escape implements ui.Escaper. Before sending, and while the request waits for
// its turn, it leaves and sends nothing; after it, it waits for the truth.
func (d *guide) Escape() (leave bool, cmd tea.Cmd) {
	if !d.waiting() {
		d.wipe()
		return true, nil
	}
	if d.request.Withdraw(d.m.env) {
		d.sent = false
		d.wipe()
		return true, kit.Withdrawn()
	}
	return d.request.Escape(d.m.env), nil
}

// Update implements ui.Dialog.
func (d *guide) Update(msg tea.Msg) (done bool, cmd tea.Cmd) {
	switch msg := msg.(type) {
	case app.AnswerEvent:
		if a := msg.Answer; d.waiting() && a.Card == d.number && a.ID == d.request.ID {
			d.answered(a)
		}
	case kit.KeyFileMsg[*fileKeys]:
		d.fileOpened(msg)
	case tea.KeyPressMsg:
		d.checkCard()
		return d.key(msg)
	case tea.PasteMsg:
		switch {
		case d.ended:
		case d.filing():
			d.file.Paste(msg)
		case d.typing():
			d.in.Update(msg)
		}
	default:
		d.checkCard()
	}
	return false, nil
}

// filing says that the file is asked for.
func (d *guide) filing() bool { return d.inFile && d.at == stepENC }

func (d *guide) typing() bool { return !d.ended && !d.inFile && d.at >= stepENC && d.at <= stepDEK }

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
	case d.at == stepResult:
		return k == "enter", nil
	case k == "shift+tab" && d.at > stepSet:
		d.back()
	case d.filing():
		return false, d.askFile(k, msg)
	case d.typing():
		d.typed(k, msg)
	case d.at == stepSet:
		d.choose(k)
	default:
		return d.check(k)
	}
	return false, nil
}

// back goes to the page before; what was typed there is typed anew.
func (d *guide) back() {
	d.in.Reset()
	d.at--
	d.fault = ""
	if d.inFile {
		d.clearFrom(stepENC)
		d.file.Wipe()
		d.at, d.inFile = stepSet, false
	}
	if d.typing() {
		d.clearFrom(d.at)
	}
}

// clearFrom drops the keys of a page and those behind it, of which some may be
// the same.
func (d *guide) clearFrom(s step) {
	for i := int(s - stepENC); i < len(d.keys); i++ {
		if i == 0 || d.keys[i] != d.keys[i-1] {
			d.keys[i].Clear()
		}
		d.keys[i] = safe.Secret{}
	}
}

func (d *guide) choose(k string) {
	switch k {
	case "up", "k":
		d.set = (d.set + len(d.sets) - 1) % len(d.sets)
	case "down", "j":
		d.set = (d.set + 1) % len(d.sets)
	case "enter":
		d.at, d.version = stepENC, d.sets[d.set]
	case "f":
		d.at, d.version, d.inFile = stepENC, d.sets[d.set], true
		d.file.Start()
	}
}

// askFile takes a key while the file is asked for. Its set is the one of the
// version that was chosen, or the only one.
func (d *guide) askFile(k string, msg tea.KeyPressMsg) tea.Cmd {
	d.fault = ""
	id, version := d.m.env.Identity, d.sets[d.set]
	return d.file.Key(k, msg, id.ICCID, id.IMSI, func(e *keyfile.Card) (*fileKeys, error) {
		set, n, err := app.EntryGP(e, version)
		return &fileKeys{set, n}, err
	})
}

// fileOpened takes over the keys of a file.
func (d *guide) fileOpened(msg kit.KeyFileMsg[*fileKeys]) {
	keys, ok, fault := d.file.Opened(msg)
	d.fault = fault
	if ok {
		d.keys = [3]safe.Secret{keys.set.ENC, keys.set.MAC, keys.set.DEK}
		d.at, d.version, d.onSend = stepCheck, keys.version, false
	}
}

// typed takes digits; Enter takes the key, and repeats the one before where
// nothing was typed.
func (d *guide) typed(k string, msg tea.KeyPressMsg) {
	if k != "enter" {
		d.fault = ""
		d.in.Update(msg)
		return
	}
	i := int(d.at - stepENC)
	if d.in.Len() == 0 && i > 0 {
		d.keys[i] = d.keys[i-1]
	} else {
		key, err := app.GPKey(strings.ToUpper(stepIDs[d.at]), d.in.Take())
		if err != nil {
			d.fault = app.Explain(err, "").Answer
			return
		}
		if i > 0 && key.Len() != d.keys[0].Len() {
			key.Clear()
			d.fault = texts.Say("gp.cause.key_length")
			return
		}
		d.keys[i] = key
	}
	d.at++
	d.onSend = false
}

// check is the page before sending.
func (d *guide) check(k string) (done bool, cmd tea.Cmd) {
	switch k {
	case "p":
		d.security = (d.security + 1) % len(app.GPSecurities)
	case "m":
		d.kdf = (d.kdf + 1) % len(app.GPKDFs)
	case "tab", "left", "right":
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

func (d *guide) send() {
	keys := d.keys
	o := app.GPOpening{Version: d.version, Security: app.GPSecurities[d.security], KDF: app.GPKDFs[d.kdf], Keys: keys}
	number := d.number
	d.at, d.sent, d.request.At = stepResult, true, d.m.env.Now()
	d.request.ID = d.m.env.Hub.SubmitCritical("gp list", func(ctx context.Context, c *app.Card) (any, error) {
		defer o.Clear()
		if c.Number != number {
			return app.GPSession{}, card.ErrOtherCard
		}
		return c.OpenDomainWith(ctx, o)
	})
	if d.request.ID == 0 {
		d.answered(app.Answer{Err: card.ErrOtherCard})
	}
}

// answered takes over what the card said.
func (d *guide) answered(a app.Answer) {
	// A request that never began did not clear its keys.
	for _, k := range d.keys {
		k.Clear()
	}
	if a.Err != nil {
		p := app.Explain(a.Err, texts.Say("gp.guide.tried"))
		d.told = &p
		return
	}
	if s, ok := a.Value.(app.GPSession); ok {
		d.done = &s
		d.m.opened(s)
	}
}
