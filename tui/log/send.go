package log

import (
	"context"
	"encoding/hex"
	"errors"
	"slices"
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"

	"simscope/card"
	"simscope/card/safe"
	"simscope/card/trace"
	"simscope/texts"
	"simscope/tui/app"
	"simscope/tui/ui"
)

// sendDialog is where a command is written by hand and sent, and its answer
// read. Commands that hold secrets are refused before anything is sent.
type sendDialog struct {
	m     *Model
	input ui.Input
	check check
	at    int    // in the history; its length is the line being written
	draft string // what was written before going back

	asked  request
	answer *app.Raw
	hex    ui.HexView
	tok    ui.Token // of say
	say    string   // what came instead of an answer, or of the wait
}

// request is what was sent and is not answered yet; id is 0 when there is none.
type request struct {
	id       uint64
	number   int
	critical bool
	since    time.Time
	text     string
}

// check is what can be said of a line as it is typed.
type check struct {
	cmd  card.Command
	can  bool // it is a command that may be sent now
	tok  ui.Token
	sign string // glyph
	say  string
	more string // behind it, in grey
}

const (
	sendDialogWidth  = 88
	sendDialogHeight = 20
	maxHistory       = 200
	maxAPDUDigits    = 3 * 4096 // pairs with blanks; the longest that is typed or pasted
)

func newSend(m *Model) *sendDialog {
	d := &sendDialog{m: m, at: len(m.history)}
	d.input = ui.Input{
		Prompt: "> ", Hint: texts.Say("log.send.hint"), Accept: ui.HexOnly, Limit: maxAPDUDigits, Focus: true,
	}
	d.look()
	return d
}

// look checks the line.
func (d *sendDialog) look() { d.check = d.m.checkLine(d.input.Value()) }

func (m *Model) checkLine(text string) check {
	digits := strings.ReplaceAll(text, " ", "")
	switch {
	case m.env.Card == nil:
		return check{tok: ui.Warn, sign: m.env.Theme.Glyphs.Warn, say: texts.Say("log.send.no_card")}
	case digits == "":
		return check{}
	case len(digits)%2 == 1:
		return check{tok: ui.Muted, say: texts.Say("log.send.half")}
	}
	apdu, err := hex.DecodeString(digits)
	if err != nil {
		return check{tok: ui.Muted, say: texts.Say("log.send.half")}
	}
	cmd, err := app.CheckRaw(apdu)
	return m.checkCommand(apdu, cmd, err)
}

func (m *Model) checkCommand(apdu []byte, cmd card.Command, err error) check {
	g := &m.env.Theme.Glyphs
	switch {
	case errors.Is(err, app.ErrGuarded):
		name := card.InsName(card.Command{CLA: apdu[0], INS: apdu[1]})
		return check{tok: ui.Bad, sign: g.Bad, say: texts.Say("log.send.guarded", "ins", name)}
	case err != nil:
		return check{tok: ui.Muted, say: texts.Say("log.send.wrong", "why", safe.Text(err.Error()))}
	}
	c := check{cmd: cmd, say: trace.Summary(card.Exchange{Command: apdu, SW: card.SWDone}, m.namer()).Title}
	if card.RiskOf(cmd) == card.RiskNone {
		c.can, c.tok, c.sign, c.more = true, ui.Good, g.Good, texts.Say("log.send.reads")
		return c
	}
	c.tok, c.sign, c.more = ui.Warn, g.Warn, texts.Say("log.send.changes")
	switch m.env.Card.Session.Mode() {
	case card.WriteArmed:
		c.can = true
	case card.ReadOnlyLocked:
		c.say, c.more = c.say+". "+texts.Say("log.send.locked"), ""
	default:
		c.say, c.more = c.say+". "+texts.Say("log.send.arm"), ""
	}
	return c
}

// Update implements ui.Dialog.
func (d *sendDialog) Update(msg tea.Msg) (bool, tea.Cmd) {
	switch msg := msg.(type) {
	case app.AnswerEvent:
		d.answered(msg.Answer)
	case app.OpenedEvent:
		if d.asked.id != 0 && d.asked.number != d.m.env.Number {
			d.asked = request{}
			d.tok, d.say = ui.Warn, texts.Say("log.send.gone")
		}
		d.look()
	case tea.PasteMsg:
		d.input.Update(msg)
		d.look()
	case tea.KeyPressMsg:
		d.key(msg)
	}
	return false, nil
}

func (d *sendDialog) key(msg tea.KeyPressMsg) {
	switch msg.String() {
	case "enter":
		d.send()
	case "up":
		d.recall(-1)
	case "down":
		d.recall(1)
	case "pgup", "pgdown":
		d.hex.Update(msg)
	default:
		if d.input.Update(msg) {
			d.at = len(d.m.history)
			d.look()
		}
	}
}

// recall goes through what was sent before.
func (d *sendDialog) recall(by int) {
	h := d.m.history
	to := min(max(d.at+by, 0), len(h))
	if to == d.at {
		return
	}
	if d.at >= len(h) {
		d.draft = d.input.Value()
	}
	d.at = to
	text := d.draft
	if to < len(h) {
		text = h[to]
	}
	d.input.SetValue(text)
	d.look()
}

// send gives the command to the card's worker. One that may change the card
// comes to its end also when the program is left meanwhile.
func (d *sendDialog) send() {
	if d.asked.id != 0 {
		return
	}
	d.look()
	if !d.check.can {
		return
	}
	cmd := d.check.cmd
	run := func(ctx context.Context, c *app.Card) (any, error) { return c.SendRaw(ctx, []card.Command{cmd}) }
	r := request{number: d.m.env.Number, since: d.m.env.Now(), text: strings.TrimSpace(d.input.Value())}
	if r.critical = card.RiskOf(cmd) != card.RiskNone; r.critical {
		r.id = d.m.env.Hub.SubmitCritical("apdu", run)
	} else {
		r.id = d.m.env.Submit("apdu", run)
	}
	d.answer, d.say = nil, ""
	if r.id == 0 {
		d.tok, d.say = ui.Warn, texts.Say("log.send.no_card")
		return
	}
	d.asked = r
	d.tok, d.say = ui.Muted, texts.Say("log.send.running")
}

func (d *sendDialog) answered(a app.Answer) {
	if d.asked.id == 0 || a.ID != d.asked.id || a.Card != d.asked.number {
		return
	}
	r := d.asked
	d.asked, d.say = request{}, ""
	raws, _ := a.Value.([]app.Raw)
	switch {
	case a.Err != nil:
		d.tok, d.say = ui.Bad, app.Explain(a.Err, "").String()
		return
	case len(raws) == 0:
		d.tok, d.say = ui.Bad, texts.Say("log.send.gone")
		return
	}
	d.answer = &raws[0]
	d.hex = ui.HexView{}
	if !d.answer.Masked {
		d.hex.Data = d.answer.Data
	}
	if d.m.withheld(d.answer.Command) {
		d.input.Reset()
	} else {
		d.m.remember(r.text)
	}
	d.at, d.draft = len(d.m.history), ""
	d.look()
}

// withheld reports whether the log held back bytes of the command that was
// just sent: then nothing else keeps it either.
func (m *Model) withheld(cmd card.Command) bool {
	v := m.env.Hub.Log.View()
	head := []byte{cmd.CLA, cmd.INS, cmd.P1, cmd.P2}
	for i := v.Len() - 1; i >= max(v.Len()-32, 0); i-- {
		e, _ := v.At(i)
		// The class may carry a channel, so it is not compared.
		if len(e.Command) < 4 || !slices.Equal(e.Command[1:4], head[1:]) {
			continue
		}
		return slices.ContainsFunc(e.Hidden, func(s card.Span) bool { return !s.Response && s.Len > 0 })
	}
	return true // not in the log: nothing says that it may be kept
}

// remember puts a line at the end of the history, once.
func (m *Model) remember(text string) {
	m.history = slices.DeleteFunc(m.history, func(s string) bool { return s == text })
	m.history = append(m.history, text)
	if n := len(m.history) - maxHistory; n > 0 {
		m.history = m.history[n:]
	}
}

// Escape implements ui.Escaper: a command that only reads is given up, one
// that may change the card is waited for while there is hope.
func (d *sendDialog) Escape() (bool, tea.Cmd) {
	r := d.asked
	if r.id == 0 {
		return true, nil
	}
	if r.critical && d.m.env.Now().Sub(r.since) < app.AbandonAfter {
		d.tok, d.say = ui.Warn, texts.Say("log.send.stopping")
		return false, nil
	}
	d.m.env.Hub.Cancel(r.id)
	return true, nil
}

// Size implements ui.Dialog.
func (d *sendDialog) Size(w, h int) (dw, dh int) {
	return min(sendDialogWidth, w), min(sendDialogHeight, h)
}

// View implements ui.Dialog.
func (d *sendDialog) View(th *ui.Theme, w, h int) string {
	pane := ui.Pane{Title: ui.Tok(ui.Title, texts.Say("log.send.title")), Focus: true, Pad: 1}
	iw, ih := pane.Inner(w, h)
	lines := append([]ui.Line{d.input.Line(&th.Glyphs, iw)}, d.checkLines(iw)...)
	for len(lines) < min(4, ih-4) {
		lines = append(lines, nil)
	}
	lines = append(lines, d.result(&th.Glyphs, iw)...)
	hints := []ui.Hint{
		{Key: "enter", Does: texts.Say("log.send.do"), Off: !d.check.can || d.asked.id != 0},
		{Key: "up", Does: texts.Say("log.send.history"), Off: len(d.m.history) == 0},
		{Key: "esc", Does: texts.Say("log.close")},
	}
	rest := ih - 1 - len(lines)
	if len(d.hex.Data) == 0 || d.answer == nil || rest < 1 {
		return pane.View(th, w, h, withHints(th, lines, hints, iw, ih))
	}
	if d.hex.RowsFor(iw) > rest {
		hints = append(hints, ui.Hint{Key: "pgdown", Does: texts.Say("log.send.scroll")})
	}
	return pane.View(th, w, h, ui.Above(
		ui.RenderLines(th, lines, iw, len(lines)), d.hex.View(th, iw, rest), ui.HintLine(th, hints, nil, iw),
	))
}

// checkLines are the command in words, or why it cannot be sent.
func (d *sendDialog) checkLines(w int) []ui.Line {
	c := d.check
	if c.say == "" {
		return nil
	}
	if c.can {
		return []ui.Line{ui.L(ui.S(c.tok, c.sign+" "), ui.S(ui.Text, c.say), ui.S(ui.Muted, "  "+c.more))}
	}
	if c.sign == "" {
		return ui.Paragraph(c.tok, c.say, w)
	}
	var out []ui.Line
	for i, l := range ui.Wrap(c.say, max(w-2, 1)) {
		lead := c.sign + " "
		if i > 0 {
			lead = "  "
		}
		out = append(out, ui.L(ui.S(c.tok, lead), ui.S(ui.Text, l)))
	}
	return out
}

// result is the answer in words, or what there is instead of it.
func (d *sendDialog) result(g *ui.Glyphs, w int) []ui.Line {
	a := d.answer
	if a == nil {
		if d.say == "" {
			return nil
		}
		return ui.Paragraph(d.tok, d.say, w)
	}
	st := trace.Meaning(a.Command, a.SW)
	line := statusLine(g, trace.Line{SW: a.SW.String(), SWText: st.Text, Class: st.Class}, w)
	var earlier []ui.Line
	if a.HasEarlier {
		earlier = ui.Paragraph(ui.Warn, g.Warn+" "+texts.Say("log.send.earlier", "file", d.m.env.Name(a.Earlier)), w)
	}
	switch {
	case a.Masked:
		return append(append([]ui.Line{line}, earlier...), nil, ui.L(ui.S(ui.Secret, dots(g)+" "+texts.Say("log.send.masked"))))
	case len(a.Data) == 0:
		return append([]ui.Line{line.Add(ui.Muted, "  "+texts.Say("log.send.no_data"))}, earlier...)
	}
	return append(append([]ui.Line{line.Add(ui.Muted, "  "+texts.Say("log.detail.bytes", "n", len(a.Data)))}, earlier...), nil)
}
