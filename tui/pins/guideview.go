package pins

import (
	"strings"

	"simscope/card"
	"simscope/texts"
	"simscope/tui/app"
	"simscope/tui/kit"
	"simscope/tui/ui"
)

// View implements ui.Dialog.
func (d *guide) View(th *ui.Theme, w, h int) string {
	g := &th.Glyphs
	d.Title = texts.Say("pins.title."+operations[d.op].id, d.lock.args("card", d.cardName(g))...)
	d.Steps = d.Steps[:0]
	for _, s := range operations[d.op].steps {
		d.Steps = append(d.Steps, d.stepName(s))
	}
	d.Current = d.at
	d.Failed = d.ended || d.told != nil && !d.told.good
	d.Standing = d.standing(g)
	d.Hints = d.hints()
	d.Body = d.body
	if d.told != nil && d.told.good && w >= stepsBeside {
		d.Current++ // the last step is done, too
	}
	d.room = h - 2 - 2 - 1 // border, tries and keys, the blank line above
	if w < stepsBeside {
		d.room -= 2 // steps are a line above
	}
	return d.StepDialog.View(th, w, h)
}

// stepsBeside is the width from which the steps stand beside the body.
const stepsBeside = 54

func (d *guide) stepName(s step) string {
	if s == stepCurrent {
		switch {
		case d.op == card.PINUnblock:
			return texts.Say("pins.step.puk")
		case d.lock.isKey():
			return texts.Say("pins.step.key")
		case d.op != card.PINChange:
			return texts.Say("pins.step.pin")
		}
	}
	return texts.Say("pins.step." + stepNames[s])
}

// cardName is the card's ICCID with its middle left out, or its reader.
func (d *guide) cardName(g *ui.Glyphs) string {
	if d.iccid != "" {
		return g.TruncateMiddle(d.iccid, 9)
	}
	return d.env.Reader.ID.Name
}

// standing says at every step how many tries there are.
func (d *guide) standing(g *ui.Glyphs) ui.Line {
	t := d.tries()
	if d.told != nil {
		t = d.told.after
	}
	few := 1
	if d.op == card.PINUnblock {
		few = carefulPUK
	}
	l := ui.L(ui.S(ui.Text, d.secretName()+"  "))
	if d.told != nil {
		l = l.Add(ui.Muted, texts.Say("pins.standing.now")+" ")
	}
	l = append(l, triesWords(g, t, few)...)
	if d.op == card.PINUnblock && d.told == nil {
		id, tok := d.lock.state()
		l = l.Add(ui.Muted, "   "+d.lock.name+" ").Add(tok, texts.Say("pins.state."+id))
	}
	return l
}

func (d *guide) hints() []ui.Hint {
	hint := func(key, id string) ui.Hint { return ui.Hint{Key: key, Does: texts.Say("pins.hint." + id)} }
	leave := hint("esc", "leave")
	switch {
	case d.ended:
		return []ui.Hint{hint("esc", "close")}
	case d.waiting() && d.request.Queued(d.env):
		return []ui.Hint{kit.WithdrawHint()}
	case d.waiting():
		return []ui.Hint{{Key: "esc", Does: texts.Say("pins.hint.give_up"), Off: d.request.TooEarly(d.env)}}
	}
	switch d.step() {
	case stepWhat:
		return []ui.Hint{hint("enter", "on"), leave}
	case stepCurrent, stepNew, stepAgain:
		out := []ui.Hint{{Key: "enter", Does: texts.Say("pins.hint.on"), Off: !d.in.Complete()}, leave}
		if d.at > 0 {
			out = append(out, hint("shift+tab", "back"))
		}
		if d.lock.isKey() {
			out = append(out, hint("tab", pick(d.in.Mode == ui.KeyHex, "digits", "hex")))
		}
		return out
	case stepCheck:
		if d.careful() {
			return []ui.Hint{{Key: "enter", Does: texts.Say("pins.hint.send"), Off: d.word.Value() != lastWord}, leave}
		}
		return []ui.Hint{hint("enter", pick(d.onSend, "send", "leave_check")), hint("tab", "other"), leave}
	}
	out := []ui.Hint{hint("enter", "close")}
	if d.tellNext {
		out = append(out, hint("c", "change_now"))
	}
	return out
}

// page collects the lines of a body; the tail is what must be seen.
type page struct {
	w     int
	lines []ui.Line
	tail  []ui.Line
}

// fit is the page in at most room lines: blank lines go first, then what
// stands last before the tail.
func (p *page) fit(room int) []ui.Line {
	all := append(append([]ui.Line{}, p.lines...), p.tail...)
	if len(all) <= room {
		return all
	}
	var lines []ui.Line
	for _, l := range p.lines {
		if len(l) > 0 {
			lines = append(lines, l)
		}
	}
	tail := p.tail
	if len(tail) > 0 && len(tail[0]) == 0 && len(lines)+len(tail) > room {
		tail = tail[1:]
	}
	lines = lines[:max(min(len(lines), room-len(tail)), 0)]
	return append(lines, tail...)
}

func (p *page) say(tok ui.Token, id string, args ...any) {
	p.text(tok, texts.Say(id, args...))
}

func (p *page) text(tok ui.Token, s string) {
	if s != "" {
		p.lines = append(p.lines, ui.Paragraph(tok, s, max(p.w, 1))...)
	}
}

func (p *page) gap() { p.lines = append(p.lines, nil) }

// body is the page of the current step in w cells.
func (d *guide) body(th *ui.Theme, w int) []ui.Line {
	p := &page{w: w}
	switch {
	case d.ended:
		p.say(ui.Bad, "pins.ended")
		p.gap()
		p.say(ui.Text, "pins.ended.more")
	case d.waiting():
		d.waitBody(p)
	case d.told != nil:
		d.resultBody(p, th)
	case d.step() == stepWhat:
		p.say(ui.Title, "pins.what."+operations[d.op].id, d.secretArgs()...)
		p.gap()
		p.say(ui.Text, d.aboutID(), d.secretArgs()...)
		p.gap()
		d.cost(p)
	case d.step() == stepCheck:
		d.checkBody(p, th)
	default:
		d.typeBody(p, th)
	}
	return p.fit(max(d.room, 1))
}

// aboutID names the sentence of what an operation means; turning PIN1 off
// opens the card, another lock only what it protects.
func (d *guide) aboutID() string {
	if d.op == card.PINDisable && d.lock.pin.Ref != card.RefPIN1 {
		return "pins.about.disable_other"
	}
	return "pins.about." + operations[d.op].id
}

// cost says what a mistake costs.
func (d *guide) cost(p *page) {
	t, kind := d.tries(), "pin"
	switch {
	case d.op == card.PINUnblock && d.lock.pin.Ref == card.RefPIN1:
		kind = "puk"
	case d.op == card.PINUnblock:
		kind = "puk_other"
	case d.lock.isKey():
		kind = "key"
	}
	id, tok := "many", ui.Text
	switch {
	case !d.careful() && !t.Known:
		id = "full"
	case !t.Known:
		id, tok = "unknown", ui.Bad
	case t.Left <= 1:
		id, tok = "last", ui.Bad
	case d.careful():
		tok = ui.Bad
	}
	p.text(tok, texts.Say("pins.cost."+kind+"."+id, append(d.secretArgs(), "n", t.Left)...))
}

func (d *guide) typeBody(p *page, th *ui.Theme) {
	step, args := stepNames[d.step()], d.secretArgs()
	switch {
	case d.step() == stepCurrent && d.op == card.PINUnblock:
		step = "puk"
	case d.step() == stepCurrent && d.lock.isKey():
		step = pick(d.in.Mode == ui.KeyHex, "key_hex", "key_digits")
	case d.step() == stepCurrent && d.op == card.PINEnable:
		step = "existing"
	case d.step() == stepAgain && d.proposed:
		step = "proposed"
	}
	p.say(ui.Title, "pins.type."+step, args...)
	p.gap()
	// A low mark for each digit of a key would not fit: it wraps by itself.
	p.lines = append(p.lines, append(ui.T(" "), d.in.Line(&th.Glyphs)...))
	p.gap()
	switch {
	case d.in.PasteRefused:
		p.say(ui.Warn, "pins.type.paste")
	case d.hint != "":
		p.say(ui.Warn, d.hint, args...)
	default:
		p.say(ui.Muted, "pins.type."+step+".form", args...)
	}
	if d.weak != "" && d.step() == stepAgain {
		p.gap()
		p.say(ui.Warn, "pins.weak."+d.weak)
		p.say(ui.Muted, "pins.weak.again")
		return
	}
	if d.step() == stepCurrent {
		p.gap()
		d.cost(p)
	}
}

func (d *guide) checkBody(p *page, th *ui.Theme) {
	g := &th.Glyphs
	field := func(id string, value ui.Line) {
		p.lines = append(p.lines, append(ui.Tok(ui.Muted, g.Pad(texts.Say("pins.check."+id), 8)), value...))
	}
	p.say(ui.Title, "pins.check.ask."+operations[d.op].id, d.secretArgs()...)
	if d.iccid != "" {
		field("card", ui.T(g.TruncateMiddle(d.iccid, 9)))
		field("iccid", ui.T(grouped(d.iccid)))
	} else {
		field("card", ui.Tok(ui.Warn, texts.Say("pins.check.no_iccid")))
	}
	field("reader", ui.T(d.env.Reader.ID.Name).Truncate(g, max(p.w-8, 1)))
	p.gap()
	d.cost(p)
	switch {
	case d.op == card.PINUnblock:
		p.say(ui.Text, "pins.check.turns_on", d.secretArgs()...)
	case d.op == card.PINDisable && d.lock.pin.Ref == card.RefPIN1:
		p.say(ui.Warn, "pins.check.opens", d.secretArgs()...)
	}
	if d.weak != "" {
		p.say(ui.Warn, "pins.weak."+d.weak)
	}
	p.tail = append([]ui.Line{nil}, d.checkAnswer(th)...)
}

// checkAnswer is the word to type, or the two buttons.
func (d *guide) checkAnswer(th *ui.Theme) []ui.Line {
	g := &th.Glyphs
	if d.careful() {
		ask := ui.Tok(ui.Bad, texts.Say("pins.check.word", "word", lastWord)+" ")
		return []ui.Line{append(ask, d.word.Line(g, len(lastWord)+1)...)}
	}
	button := func(on bool, id string, tok ui.Token) ui.Line {
		name := texts.Say(id, d.lock.args("card", d.cardName(g))...)
		if on {
			return ui.L(ui.S(ui.Cursor, " "+g.Cursor+" "+name+" "))
		}
		return ui.L(ui.S(tok, "   "+name+" "))
	}
	tok := ui.Text
	if d.op == card.PINDisable || d.op == card.PINUnblock {
		tok = ui.Bad
	}
	return []ui.Line{
		button(!d.onSend, "pins.check.leave", ui.Text),
		button(d.onSend, "pins.title."+operations[d.op].id, tok),
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

func (d *guide) waitBody(p *page) {
	if d.request.Queued(d.env) {
		p.say(ui.Title, "wait.turn")
		return
	}
	p.say(ui.Title, "pins.wait", d.secretArgs()...)
	p.gap()
	waited := d.request.Waited(d.env)
	switch {
	case d.request.GaveUp:
		p.say(ui.Warn, "pins.wait.gave_up")
	case waited >= app.AbandonAfter:
		p.say(ui.Warn, "pins.wait.late", "n", int(waited.Seconds()))
	case d.asked:
		p.say(ui.Warn, "pins.wait.esc")
	case waited >= app.NameAfter:
		p.say(ui.Muted, "pins.wait.some", "n", int(waited.Seconds()))
	}
}

func (d *guide) resultBody(p *page, th *ui.Theme) {
	glyph := th.Glyphs.Bad
	switch d.told.tok {
	case ui.Good:
		glyph = th.Glyphs.Good
	case ui.Warn:
		glyph = th.Glyphs.Warn
	}
	p.text(d.told.tok, glyph+" "+d.told.head)
	for _, l := range d.told.lines {
		p.gap()
		p.text(ui.Text, l)
	}
	if d.told.good && d.weak != "" {
		p.gap()
		p.say(ui.Warn, "pins.weak."+d.weak)
	}
}
