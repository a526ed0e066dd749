package pins

import (
	"errors"
	"io"

	tea "charm.land/bubbletea/v2"

	"simscope/card"
	"simscope/card/safe"
	"simscope/texts"
	"simscope/tui/kit"
	"simscope/tui/ui"
)

// errRandom says that no PIN could be made of the random source.
var errRandom = errors.New("the random source gives nothing of use")

// propose makes and shows a PIN that is hard to guess.
func (m *Model) propose() tea.Cmd {
	d := &proposal{env: m.env, random: m.random, digits: card.MaxPIN, number: m.env.Number}
	if l, ok := m.selected(); ok {
		d.target(m, l)
	}
	if err := d.another(); err != nil {
		return kit.Toast(ui.Bad, texts.Say("pins.propose.failed"))
	}
	m.offer = d
	return kit.Push(d)
}

// proposal shows a PIN once. The digits are drawn from the secret and kept
// nowhere else.
type proposal struct {
	env    *kit.Env
	number int
	random io.Reader
	digits int
	pin    safe.Secret
	// use starts an operation with the PIN; nil with why it cannot be used.
	use  func(safe.Secret) tea.Cmd
	does string // what use does, in words
	why  string
}

// target finds out in which operation on a lock the PIN can be used.
func (d *proposal) target(m *Model, l lock) {
	op, why := card.PINChange, ""
	p := l.pin
	switch {
	case l.isKey():
		why = "key"
	case m.env.Card.Session.Mode() == card.ReadOnlyLocked:
		why = "locked"
	case p.Tries.Blocked && (p.Unblock.Blocked || p.Unblock.Absent):
		why = "lost"
	case p.Tries.Blocked:
		op = card.PINUnblock
	case p.Known && !p.Enabled:
		why = "off"
	}
	if why != "" {
		d.why = texts.Say("pins.propose.why."+why, l.args()...)
		return
	}
	d.does = texts.Say("pins.propose.use."+operations[op].id, l.args()...)
	d.use = func(pin safe.Secret) tea.Cmd {
		g := newGuide(m.env, op, l)
		g.next, g.proposed = pin, true
		m.guide = g
		return kit.Push(g)
	}
}

// maxDraws bounds how many PINs are drawn until one is not easily guessed.
const maxDraws = 100

// another replaces the PIN by a new one.
func (d *proposal) another() error {
	d.pin.Clear()
	for range maxDraws {
		pin, err := randomPIN(d.random, d.digits)
		if err != nil {
			return err
		}
		if weakness(pin, safe.Secret{}) == "" {
			d.pin = pin
			return nil
		}
		pin.Clear()
	}
	return errRandom
}

// randomPIN draws digits, each as likely as the others.
func randomPIN(random io.Reader, digits int) (safe.Secret, error) {
	out := make([]byte, 0, digits)
	var b [1]byte
	for tries := 0; len(out) < digits; tries++ {
		if _, err := io.ReadFull(random, b[:]); err != nil {
			return safe.Secret{}, err
		}
		if b[0] < 250 { // 250 is a multiple of 10: the rest would favour digits
			out = append(out, '0'+b[0]%10)
		} else if tries > 64*digits {
			return safe.Secret{}, errRandom
		}
	}
	clear(b[:])
	return safe.NewSecret(out), nil
}

func (d *proposal) wipe() { d.pin.Clear() }

// Escape implements ui.Escaper.
func (d *proposal) Escape() (leave bool, cmd tea.Cmd) {
	d.wipe()
	return true, nil
}

// Update implements ui.Dialog.
func (d *proposal) Update(msg tea.Msg) (done bool, cmd tea.Cmd) {
	if d.gone() {
		d.wipe()
	}
	k, ok := msg.(tea.KeyPressMsg)
	if !ok {
		return false, nil
	}
	switch k.Keystroke() {
	case "ctrl+c":
		d.wipe()
		return true, kit.Do("quit")
	case "enter":
		d.wipe()
		return true, nil
	case "n", "s":
		if d.gone() {
			return false, nil
		}
		if k.Keystroke() == "s" {
			d.digits = card.MaxPIN + card.MinPIN - d.digits
		}
		if err := d.another(); err != nil {
			return true, kit.Toast(ui.Bad, texts.Say("pins.propose.failed"))
		}
	case "u":
		if d.use != nil && !d.gone() && d.pin.Len() > 0 {
			pin := d.pin
			d.pin = safe.Secret{} // the guide has it now and clears it
			return true, d.use(pin)
		}
	}
	return false, nil
}

func (d *proposal) gone() bool { return d.env.Card == nil || d.env.Number != d.number }

// Size implements ui.Dialog.
func (d *proposal) Size(w, h int) (dw, dh int) { return min(66, w), min(15, h) }

// View implements ui.Dialog.
func (d *proposal) View(th *ui.Theme, w, h int) string {
	pane := ui.Pane{Title: ui.Tok(ui.Title, texts.Say("pins.propose.title")), Focus: true, Pad: 1}
	iw, ih := pane.Inner(w, h)
	p := &page{w: iw}
	hints := []ui.Hint{{Key: "enter", Does: texts.Say("pins.hint.close")}}
	if d.pin.Len() == 0 {
		p.say(ui.Text, "pins.propose.gone")
	} else {
		hints = append(hints,
			ui.Hint{Key: "n", Does: texts.Say("pins.hint.another")},
			ui.Hint{Key: "s", Does: texts.Say(pick(d.digits == card.MaxPIN, "pins.hint.short", "pins.hint.long"))},
			ui.Hint{Key: "u", Does: texts.Say("pins.hint.use"), Off: d.use == nil})
		d.body(p)
	}
	if ih > len(p.lines)+2 {
		p.lines = append([]ui.Line{nil}, p.lines...)
	}
	if ih < 2 {
		return pane.View(th, w, h, ui.RenderLines(th, p.lines, iw, ih))
	}
	return pane.View(th, w, h, ui.Above(ui.RenderLines(th, p.lines, iw, ih-1), ui.HintLine(th, hints, nil, iw)))
}

func (d *proposal) body(p *page) {
	p.lines = append(p.lines, ui.L(ui.S(ui.Text, "   "), ui.S(ui.Title, d.shown())))
	p.gap()
	p.say(ui.Text, "pins.propose.note")
	p.gap()
	if d.use != nil {
		p.text(ui.Text, d.does)
	} else {
		p.text(ui.Muted, d.why)
	}
}

// shown is the PIN in groups of four. It is the one place where digits are
// drawn: a proposal is there to be read.
func (d *proposal) shown() string {
	s := ""
	d.pin.Use(func(b []byte) { s = grouped(string(b)) })
	return s
}
