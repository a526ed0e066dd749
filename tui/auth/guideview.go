package auth

import (
	"encoding/hex"
	"strings"

	"simscope/card/auth"
	"simscope/texts"
	"simscope/tui/app"
	"simscope/tui/kit"
	"simscope/tui/ui"
)

// faultWords puts what is wrong with something typed into a sentence.
func faultWords(err error) string {
	return app.Explain(err, "").Answer
}

func hexOf(b []byte) string { return strings.ToUpper(hex.EncodeToString(b)) }

// View implements ui.Dialog.
func (d *guide) View(th *ui.Theme, w, h int) string {
	g := &th.Glyphs
	name := d.env.Reader.ID.Name
	if d.iccid != "" {
		name = g.TruncateMiddle(d.iccid, 9)
	}
	d.Title = texts.Say("auth.guide.title", "card", name)
	d.Steps = d.Steps[:0]
	for _, id := range stepIDs {
		d.Steps = append(d.Steps, texts.Say("auth.step."+id))
	}
	d.Current = int(d.at)
	d.Failed = d.ended || d.told != nil
	d.Standing = d.standing()
	d.Hints = d.hints()
	d.Body = d.body
	d.room = h - 5
	if w < 54 {
		d.room -= 2
	}
	return d.StepDialog.View(th, w, h)
}

// standing says at every step what is asked and with which keys.
func (d *guide) standing() ui.Line {
	if d.at == stepAsk || d.ended {
		return nil
	}
	a := d.ask()
	l := ui.Tok(ui.Text, texts.Say("auth.context."+a.id())).Add(ui.Muted, "  "+a.name)
	if d.m.keys != nil && !d.source.none && d.at > stepKeys {
		l = l.Add(ui.Muted, "  "+d.m.keys.from)
	}
	return l
}

func (d *guide) hints() []ui.Hint {
	hint := func(key, id string) ui.Hint { return ui.Hint{Key: key, Does: texts.Say("auth.key." + id)} }
	leave, back := hint("esc", "leave"), hint("shift+tab", "back")
	switch {
	case d.ended:
		return []ui.Hint{hint("esc", "close")}
	case d.waiting() && d.request.Queued(d.env):
		return []ui.Hint{kit.WithdrawHint()}
	case d.waiting():
		return []ui.Hint{{Key: "esc", Does: texts.Say("pins.hint.give_up"), Off: d.request.TooEarly(d.env)}}
	}
	switch d.at {
	case stepAsk:
		out := []ui.Hint{hint("enter", "on")}
		if len(d.m.places(d.ask().context)) > 1 {
			out = append(out, hint("u", "elsewhere"))
		}
		return append(out, leave)
	case stepKeys:
		return []ui.Hint{hint("enter", "on"), back, leave}
	case stepNumbers:
		return []ui.Hint{hint("enter", "on"), hint("tab", "field"), back, leave}
	case stepCheck:
		if d.careful() {
			return []ui.Hint{{Key: "enter", Does: texts.Say("auth.key.send"), Off: d.word.Value() != texts.Say("auth.far.word")}, leave}
		}
		if d.onSend {
			return []ui.Hint{hint("enter", "send"), hint("tab", "other"), leave}
		}
		return []ui.Hint{hint("enter", "leave"), hint("tab", "other")}
	}
	if d.pin != nil {
		return []ui.Hint{hint("v", "verify"), hint("enter", "close")}
	}
	return []ui.Hint{hint("enter", "close")}
}

// page collects lines of w cells.
type page struct {
	w     int
	lines []ui.Line
}

func (p *page) text(tok ui.Token, s string) {
	if s != "" {
		p.lines = append(p.lines, ui.Paragraph(tok, s, max(p.w, 1))...)
	}
}

func (p *page) say(tok ui.Token, id string, args ...any) { p.text(tok, texts.Say(id, args...)) }

func (p *page) gap() { p.lines = append(p.lines, nil) }

// choices draws rows of which one is chosen, as many as there is room for.
func (p *page) choices(g *ui.Glyphs, rows []string, at, room int) {
	from := 0
	if len(rows) > room {
		from = max(min(at-room/2, len(rows)-room), 0)
	}
	for i := from; i < min(from+room, len(rows)); i++ {
		if i == at {
			p.lines = append(p.lines, ui.L(ui.S(ui.Cursor, " "+g.Cursor+" "+rows[i]+" ")))
		} else {
			p.lines = append(p.lines, ui.Tok(ui.Text, "   "+rows[i]))
		}
	}
}

func (d *guide) body(th *ui.Theme, w int) []ui.Line {
	p, g := &page{w: w}, &th.Glyphs
	switch {
	case d.ended:
		p.say(ui.Bad, "pins.ended")
		p.say(ui.Text, "auth.ended.more")
	case d.waiting():
		d.waitBody(p)
	case d.told != nil:
		p.text(ui.Bad, g.Bad+" "+d.told.Answer)
		p.gap()
		p.text(ui.Text, d.told.Next)
	case d.at == stepAsk:
		p.say(ui.Title, "auth.ask")
		p.gap()
		var rows []string
		for _, a := range d.asks {
			rows = append(rows, g.Pad(texts.Say("auth.context."+a.id()), 21)+a.name)
		}
		p.choices(g, rows, d.asked, max(d.room-4, 1))
		p.gap()
		p.say(ui.Muted, "auth.about."+d.ask().id())
	case d.at == stepKeys:
		d.keysBody(p, g)
	case d.at == stepNumbers:
		d.numbersBody(p, g)
	case d.at == stepCheck:
		d.checkBody(p, g)
	}
	if d.fault != "" && d.at != stepCheck {
		p.gap()
		p.text(ui.Warn, g.Warn+" "+d.fault)
	}
	return p.lines
}

func (d *guide) keysBody(p *page, g *ui.Glyphs) {
	s := &d.source
	t, _ := s.kind()
	want := 32
	switch s.part {
	case partChoice:
		p.say(ui.Title, "auth.keys")
		var rows []string
		for _, c := range s.choices {
			row := texts.Say("auth.source." + c)
			if c == fromHeld {
				row = texts.Say("auth.source.held", "from", d.m.keys.from)
			}
			rows = append(rows, row)
		}
		p.choices(g, rows, s.choice, max(d.room-2, 1))
	case partK, partOperator:
		name := "K"
		if s.part == partOperator {
			name, want = t.operator, 2*t.bytes
		}
		p.say(ui.Title, "auth.type.key", "name", name)
		p.gap()
		p.lines = append(p.lines, append(ui.T(" "), s.in.Line(g).Add(ui.Muted, "  "+texts.Say("auth.typed.of", "n", s.in.Len(), "of", want))...))
		p.gap()
		p.say(ui.Muted, "auth.type.key.form", "name", name, "n", want)
		if s.in.Len() == 0 && s.inUse(d, s.part).Len() > 0 {
			p.say(ui.Muted, "auth.type.key.held")
		}
	case partFile:
		p.lines = append(p.lines, s.file.Lines(g, p.w)...)
	}
}

func (d *guide) numbersBody(p *page, g *ui.Glyphs) {
	p.say(ui.Title, "auth.numbers")
	p.gap()
	width := 6
	for _, f := range d.fields {
		width = max(width, len(f.name)+2)
	}
	for i := range d.fields {
		f := &d.fields[i]
		f.in.Focus = i == d.field
		tok := ui.Muted
		if f.in.Focus {
			tok = ui.Accent
		}
		p.lines = append(p.lines, append(ui.Tok(tok, g.Pad(f.name, width)), f.in.Line(g, p.w-width)...))
	}
	p.gap()
	name := d.fields[d.field].name
	p.say(ui.Muted, d.aboutField(name), "limit", d.fields[d.field].max)
	if ms, known := d.m.ms(d.ask().app); name == "SQN" {
		if known {
			at := auth.PlaceOf(ms, d.m.indexBits())
			p.say(ui.Muted, "auth.about.SQN.known", "sqn", ms, "seq", at.SEQ, "ind", at.IND)
		} else {
			p.say(ui.Muted, "auth.about.SQN.unknown")
		}
	}
}

// aboutField is the identifier of what there is to know of a field.
func (d *guide) aboutField(name string) string {
	switch {
	case name == "RAND" && d.ask().context == auth.ContextNAF:
		return "auth.about.RAND.boot"
	case name == "RAND 1" || name == "RAND 2":
		return "auth.about.RAND"
	case name == "RAND 3":
		return "auth.about.RAND.third"
	}
	return "auth.about." + name
}

// checkWidth is the column of names on the check page.
const checkWidth = 10

func (d *guide) checkBody(p *page, g *ui.Glyphs) {
	row := func(name, value string) {
		p.lines = append(p.lines, ui.Tok(ui.Muted, g.Pad(name, checkWidth)).Add(ui.Text, value))
	}
	if n := 1 + len(d.q.More); n > 1 {
		p.say(ui.Title, "auth.check.several", "n", n)
	} else {
		p.say(ui.Title, "auth.check")
	}
	row(texts.Say("pins.check.card"), grouped(d.iccid))
	if d.q.Context == auth.ContextNAF {
		row(texts.Say("auth.row.service"), g.Truncate(serviceName(d.q.NAFID), max(p.w-checkWidth, 1)))
		row("IMPI", g.TruncateMiddle(string(d.q.IMPI), max(p.w-checkWidth, 1)))
	} else {
		row("RAND", hexOf(d.q.RAND[:]))
	}
	for _, r := range d.q.More {
		row("", hexOf(r[:]))
	}
	if d.q.Context.Token() && len(d.q.AUTN) == 0 {
		at := auth.PlaceOf(d.q.SQN, d.m.indexBits())
		row("SQN", texts.Say("auth.sqn", "sqn", d.q.SQN, "seq", at.SEQ, "ind", at.IND))
		row("AMF", hexOf(d.q.AMF[:]))
	}
	if len(d.q.AUTN) > 0 {
		row("AUTN", hexOf(d.q.AUTN))
	}
	if e := d.q.EAP; e != nil {
		row(texts.Say("auth.row.identity"), g.TruncateMiddle(e.Identity, max(p.w-checkWidth, 1)))
	}
	tok := ui.Text
	if d.careful() {
		tok = ui.Bad
	}
	switch {
	case d.jump != nil:
		p.text(tok, app.JumpWords(*d.jump))
	case d.q.Context.Token():
		p.say(tok, "auth.jump.foreign")
	case d.q.Context == auth.ContextNAF:
		p.say(tok, "auth.jump.naf")
	default:
		p.say(tok, "auth.jump.none")
	}
	if ref, locked := d.lock(); locked {
		p.say(ui.Warn, "auth.locked", "name", ref)
	}
	if !d.careful() {
		p.gap()
		p.choices(g, []string{texts.Say("auth.check.leave"), texts.Say("auth.check.send")}, map[bool]int{true: 1}[d.onSend], 2)
		return
	}
	p.say(ui.Bad, map[bool]string{true: "auth.far", false: "auth.far.foreign"}[d.jump != nil])
	p.lines = append(p.lines, append(ui.Tok(ui.Bad, texts.Say("auth.check.word", "word", texts.Say("auth.far.word"))+" "), d.word.Line(g, 9)...))
}

func (d *guide) waitBody(p *page) {
	if d.request.Queued(d.env) {
		p.say(ui.Title, "wait.turn")
		return
	}
	p.say(ui.Title, "auth.wait")
	p.gap()
	waited := d.request.Waited(d.env)
	switch {
	case d.request.GaveUp:
		p.say(ui.Warn, "auth.wait.gave_up")
	case waited >= app.AbandonAfter:
		p.say(ui.Warn, "pins.wait.late", "n", int(waited.Seconds()))
	case d.late:
		p.say(ui.Warn, "auth.wait.esc")
	case waited >= app.NameAfter:
		p.say(ui.Muted, "pins.wait.some", "n", int(waited.Seconds()))
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
