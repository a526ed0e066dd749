package gp

import (
	"context"
	"errors"
	"slices"

	tea "charm.land/bubbletea/v2"

	"simscope/card"
	"simscope/card/globalplatform"
	"simscope/texts"
	"simscope/tui/app"
	"simscope/tui/kit"
	"simscope/tui/ui"
)

// ruleDialog asks the access rule application master for the rule of one app and
// one application of the card. Nothing is counted and nothing changes.
type ruleDialog struct {
	m      *Model
	number int // of the card it is about
	in     [2]ui.Input
	at     int
	fault  string
	asked  uint64
	lines  []string // what the card said, a sentence each
	failed string
}

// Fields of the dialog.
const (
	ruleAID = iota
	ruleSigner
)

var ruleFields = [...]string{"aid", "signer"}

func newRuleDialog(m *Model) *ruleDialog {
	d := &ruleDialog{m: m, number: m.env.Number}
	for i, id := range ruleFields {
		d.in[i] = ui.Input{Limit: 128, Hint: texts.Say("gp.ask." + id + ".hint")}
	}
	return d
}

// Size implements ui.Dialog.
func (d *ruleDialog) Size(w, h int) (dw, dh int) { return min(76, w), min(18, h) }

// reference is what is asked about; a fault moves to its field.
func (d *ruleDialog) reference() (globalplatform.Reference, bool) {
	ref, err := globalplatform.ParseReference(d.in[ruleAID].Value(), d.in[ruleSigner].Value())
	var odd *globalplatform.ReferenceError
	if errors.As(err, &odd) {
		d.at = slices.Index(ruleFields[:], odd.Field)
		d.fault = texts.Say("gp.ask." + odd.Field + ".bad")
	}
	return ref, err == nil
}

// Update implements ui.Dialog.
func (d *ruleDialog) Update(msg tea.Msg) (done bool, cmd tea.Cmd) {
	if d.number != d.m.env.Number {
		return true, nil
	}
	switch msg := msg.(type) {
	case app.AnswerEvent:
		if a := msg.Answer; d.asked != 0 && a.ID == d.asked && a.Card == d.number {
			d.answered(a)
		}
	case tea.KeyPressMsg:
		return d.key(msg)
	case tea.PasteMsg:
		d.typed(msg)
	}
	return false, nil
}

func (d *ruleDialog) typed(msg tea.Msg) {
	if d.in[d.at].Update(msg) {
		d.fault, d.lines, d.failed = "", nil, ""
	}
}

func (d *ruleDialog) key(msg tea.KeyPressMsg) (done bool, cmd tea.Cmd) {
	switch k := msg.Keystroke(); k {
	case "ctrl+c":
		return true, kit.Do("quit")
	case "tab", "shift+tab", "up", "down":
		d.at = 1 - d.at
	case "enter":
		if d.asked == 0 {
			d.ask()
		}
	default:
		d.typed(msg)
	}
	return false, nil
}

func (d *ruleDialog) ask() {
	ref, ok := d.reference()
	if !ok {
		return
	}
	number := d.number
	d.fault, d.lines, d.failed = "", nil, ""
	d.asked = d.m.env.Submit("gp rule", func(ctx context.Context, c *app.Card) (any, error) {
		if c.Number != number {
			return nil, card.ErrOtherCard
		}
		asked, found, sw, err := c.AskRules(ctx, ref)
		if err != nil {
			return nil, err
		}
		var out []string
		for _, a := range asked {
			out = append(out, app.AskedWords(a))
		}
		return append(out, app.AskedVerdict(asked, found, sw)), nil
	})
	if d.asked == 0 {
		d.failed = app.Explain(card.ErrOtherCard, "").Answer
	}
}

func (d *ruleDialog) answered(a app.Answer) {
	d.asked = 0
	d.lines, _ = a.Value.([]string)
	if a.Err != nil {
		d.failed = app.Explain(a.Err, texts.Say("tried.rules")).String()
	}
}

// View implements ui.Dialog.
func (d *ruleDialog) View(th *ui.Theme, w, h int) string {
	p := ui.Pane{Title: ui.Tok(ui.Title, texts.Say("gp.ask.title")), Focus: true, Pad: 1}
	iw, ih := p.Inner(w, h)
	g := &th.Glyphs
	var lines []ui.Line
	for i, id := range ruleFields {
		d.in[i].Focus = i == d.at
		tok := ui.Muted
		if d.in[i].Focus {
			tok = ui.Title
		}
		lines = append(lines, append(ui.Tok(tok, g.Pad(texts.Say("gp.ask."+id), ruleLabel)), d.in[i].Line(g, max(iw-ruleLabel, 1))...))
	}
	lines = append(lines, nil)
	say := func(tok ui.Token, s string) { lines = append(lines, ui.Paragraph(tok, s, iw)...) }
	switch {
	case d.fault != "":
		say(ui.Warn, g.Warn+" "+d.fault)
	case d.failed != "":
		say(ui.Bad, d.failed)
	case d.asked != 0:
		say(ui.Muted, texts.Say("gp.ask.asking"))
	case len(d.lines) > 0:
		for _, l := range d.lines[:len(d.lines)-1] {
			say(ui.Text, l)
		}
		lines = append(lines, nil)
		say(ui.Title, d.lines[len(d.lines)-1])
	default:
		say(ui.Muted, texts.Say("gp.ask.about"))
	}
	keys := []ui.Hint{
		{Key: "enter", Does: texts.Say("gp.ask.enter")}, {Key: "tab", Does: texts.Say("gp.hint.other")}, {Key: "esc", Does: texts.Say("gp.hint.close")},
	}
	return p.View(th, w, h, ui.Above(ui.RenderLines(th, lines, iw, ih-1), ui.HintLine(th, keys, nil, iw)))
}

// ruleLabel is the width of a field's name.
const ruleLabel = 14
