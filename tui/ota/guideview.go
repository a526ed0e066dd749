package ota

import (
	"fmt"
	"strings"

	"simscope/card/ota"
	"simscope/texts"
	"simscope/tui/app"
	"simscope/tui/kit"
	"simscope/tui/ui"
)

// View implements ui.Dialog.
func (d *guide) View(th *ui.Theme, w, h int) string {
	s := ui.StepDialog{
		Title: texts.Say("ota.guide.title", "card", th.Glyphs.TruncateMiddle(d.iccid, 9)), Current: d.at, Hints: d.hints(),
		Failed: d.ended || d.told && !d.good(),
	}
	for _, n := range pageNames {
		s.Steps = append(s.Steps, texts.Say("ota.guide.step."+n))
	}
	room := h - 2 - 2
	if w < 54 {
		room -= 2
	}
	if d.told && !s.Failed && w >= 54 {
		s.Current++
	}
	s.Body = func(th *ui.Theme, w int) []ui.Line { return d.body(th, w, max(room, 1)) }
	return s.View(th, w, h)
}

func (d *guide) good() bool { return d.err == nil && app.OTADone(d.answer, d.req.Script) }

func (d *guide) hints() []ui.Hint {
	hint := func(key, id string) ui.Hint { return ui.Hint{Key: key, Does: texts.Say("ota.hint." + id)} }
	switch {
	case d.ended, d.told:
		return []ui.Hint{hint("enter", "close")}
	case d.waiting() && d.request.Queued(d.env):
		return []ui.Hint{kit.WithdrawHint()}
	case d.waiting():
		return []ui.Hint{{Key: "esc", Does: texts.Say("ota.hint.give_up"), Off: d.request.TooEarly(d.env)}}
	case d.at == pageWhat:
		return []ui.Hint{hint("enter", "on"), hint("esc", "leave")}
	case d.req.Careful():
		return []ui.Hint{{Key: "enter", Does: texts.Say("ota.hint.send"), Off: d.word.Value() != texts.Say("ota.confirm.word")}, hint("esc", "leave")}
	case d.onSend:
		return []ui.Hint{hint("enter", "send"), hint("tab", "other"), hint("esc", "leave")}
	}
	return []ui.Hint{hint("enter", "leave"), hint("tab", "other")}
}

// page collects the lines of a body.
type page struct {
	w     int
	lines []ui.Line
}

func (p *page) text(tok ui.Token, s string) {
	if s != "" {
		p.lines = append(p.lines, ui.Paragraph(tok, s, max(p.w, 1))...)
	}
}

func (p *page) field(g *ui.Glyphs, id, value string) {
	const column = 11
	lines := ui.Paragraph(ui.Text, value, max(p.w-column, 1))
	for i, l := range lines {
		name := ""
		if i == 0 {
			name = texts.Say("ota.guide.field." + id)
		}
		p.lines = append(p.lines, append(ui.Tok(ui.Muted, g.Pad(name, column)), l...))
	}
}

// body is the page in w cells. Buttons, at the end, are always seen.
func (d *guide) body(th *ui.Theme, w, room int) []ui.Line {
	p := &page{w: w}
	var tail []ui.Line
	switch {
	case d.ended:
		p.text(ui.Bad, texts.Say("ota.guide.ended"))
	case d.waiting():
		d.waitBody(p)
	case d.told:
		d.resultBody(p, th)
	case d.at == pageWhat:
		p.text(ui.Title, texts.Say("ota.guide.what", "target", ota.TARWords(d.req.TAR)))
		p.lines = append(p.lines, nil)
		for _, n := range app.OTANotes(d.req, len(d.built.Envelopes)) {
			p.text(ui.Text, n)
		}
		p.text(ui.Muted, texts.Say("ota.first"))
	default:
		tail = d.checkBody(p, th)
	}
	lines := p.lines
	if len(lines)+len(tail) > room {
		lines = lines[:max(room-len(tail), 0)]
	}
	return append(append([]ui.Line{}, lines...), tail...)
}

func (d *guide) checkBody(p *page, th *ui.Theme) []ui.Line {
	g := &th.Glyphs
	p.text(ui.Title, texts.Say("ota.guide.ask"))
	iccid := grouped(d.iccid)
	if d.iccid == "" {
		iccid = texts.Say("ota.guide.no_iccid")
	}
	p.field(g, "iccid", iccid)
	p.field(g, "reader", d.env.Reader.ID.Name)
	p.field(g, "target", ota.TARWords(d.req.TAR))
	if d.req.Concern() != ota.CounterNone {
		p.field(g, "counter", fmt.Sprint(d.req.Counter))
	}
	effect := "ota.effect.changes"
	if d.req.Script.Reads() {
		effect = "ota.effect.reads"
	}
	p.field(g, "effect", texts.Say(effect))
	if d.req.Careful() {
		p.text(ui.Bad, app.OTACounter(d.req))
		ask := ui.Tok(ui.Bad, texts.Say("ota.guide.word", "word", texts.Say("ota.confirm.word"))+" ")
		return []ui.Line{nil, append(ask, d.word.Line(g, 10)...)}
	}
	button := func(on bool, id string) ui.Line {
		name := texts.Say("ota.guide." + id)
		if on {
			return ui.L(ui.S(ui.Cursor, " "+g.Cursor+" "+name+" "))
		}
		return ui.L(ui.S(ui.Text, "   "+name+" "))
	}
	return []ui.Line{nil, button(!d.onSend, "leave"), button(d.onSend, "send")}
}

func (d *guide) waitBody(p *page) {
	if d.request.Queued(d.env) {
		p.text(ui.Title, texts.Say("wait.turn"))
		return
	}
	p.text(ui.Title, texts.Say("ota.guide.wait"))
	waited := d.request.Waited(d.env)
	switch {
	case d.request.GaveUp:
		p.text(ui.Warn, texts.Say("ota.guide.wait.gave_up"))
	case waited >= app.AbandonAfter:
		p.text(ui.Warn, texts.Say("ota.guide.wait.late", "n", int(waited.Seconds())))
	case d.asked:
		p.text(ui.Warn, texts.Say("ota.guide.wait.esc"))
	}
}

// resultBody tells what came back: what it proves stands before what it says.
func (d *guide) resultBody(p *page, th *ui.Theme) {
	g := &th.Glyphs
	if d.err != nil {
		id := "ota.guide.refused"
		if d.lost() {
			id = "ota.guide.lost"
		}
		p.text(ui.Bad, g.Bad+" "+texts.Say(id))
		pr := app.Explain(d.err, "")
		p.text(ui.Text, pr.Answer)
		if !d.lost() {
			p.text(ui.Muted, texts.Say("ota.first"))
		}
		return
	}
	a := d.answer
	head, tok := answerWords(a, d.req.Script)
	glyph := map[ui.Token]string{ui.Good: g.Good, ui.Bad: g.Bad, ui.Warn: g.Warn}[tok]
	p.text(tok, glyph+" "+head)
	for _, s := range []string{texts.Say("ota.answer." + string(a.State)), texts.Maybe("ota.why." + a.Why)} {
		p.text(ui.Text, s)
	}
	if a.Claim != nil {
		p.text(ui.Text, texts.Say("ota.claim", "status", app.OTAStatus(*a.Claim)))
	}
	p.text(ui.Muted, app.OTANext(a))
	d.scriptResult(p, g)
	if d.out.Pending && !strings.HasPrefix(string(a.State), "silent") {
		p.text(ui.Muted, texts.Say("ota.pending"))
	}
}

// scriptResult is what the commands brought, decoded where the file is known.
func (d *guide) scriptResult(p *page, g *ui.Glyphs) {
	a := d.answer
	if a.Result == nil {
		return
	}
	p.field(g, "script", texts.Say("ota.result.count", "n", a.Result.Executed, "of", len(d.req.Script)))
	data, sw, ok := a.Last()
	if !ok {
		return
	}
	p.field(g, "sw", sw.String()+"  "+app.OTAMeaning(a, d.req.Script, len(a.Result.Answers)-1))
	if len(data) > 0 {
		p.field(g, "data", fmt.Sprintf("%X", data))
	}
	if c := d.env.Card; c != nil && d.env.Number == d.number && d.isFile && app.OTADone(a, d.req.Script) {
		d.decoded(p, g, c, data)
	}
}

// decoded adds the fields of the file that was read.
func (d *guide) decoded(p *page, g *ui.Glyphs, c *app.Card, data []byte) {
	got, ok := c.OTADecode(d.file, data)
	if !ok {
		return
	}
	p.text(ui.Muted, c.Files.Name(d.file))
	for _, f := range got.Fields {
		p.lines = append(p.lines, ui.L(ui.S(ui.Muted, g.Pad("  "+f.Label, 16)), ui.S(ui.Text, f.Value)).Truncate(g, p.w))
	}
}

// grouped writes an ICCID in groups of four.
func grouped(s string) string {
	var b strings.Builder
	for i, r := range s {
		if i > 0 && i%4 == 0 {
			b.WriteByte(' ')
		}
		b.WriteRune(r)
	}
	return b.String()
}
