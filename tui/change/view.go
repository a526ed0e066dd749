package change

import (
	"errors"
	"strings"

	"simscope/card"
	"simscope/card/safe"
	"simscope/fs"
	"simscope/texts"
	"simscope/tui/app"
	"simscope/tui/ui"
)

// stepsBeside is the width from which the pages stand beside the body.
const stepsBeside = 70

// View implements ui.Dialog.
func (d *dialog) View(th *ui.Theme, w, h int) string {
	d.take()
	s := ui.StepDialog{
		Title: safe.Text(d.plan.Title), Current: d.current(), Hints: d.hints(), Standing: d.standing(&th.Glyphs),
		Failed: d.ended || d.told && (d.err != nil || !d.res.Done()),
	}
	for p := pagePermit; p <= pageResult; p++ {
		if p > pagePermit || d.permit {
			s.Steps = append(s.Steps, texts.Say("change.page."+pageNames[p]))
		}
	}
	room := h - 2 - 2 - 1 // border, what stands and keys, the blank line above
	if w < stepsBeside-16 {
		room -= 2 // the pages are a line above
	}
	if d.told && !s.Failed {
		s.Current++ // the last page is done, too
	}
	s.Body = func(th *ui.Theme, w int) []ui.Line { return d.body(th, w, max(room, 1)) }
	return s.View(th, w, h)
}

func (d *dialog) current() int {
	if d.permit {
		return int(d.at)
	}
	return int(d.at) - 1
}

func (d *dialog) standing(g *ui.Glyphs) ui.Line {
	l := ui.Tok(ui.Muted, texts.Say("change.card")+" ").Add(ui.Text, g.TruncateMiddle(d.iccid, 9))
	l = l.Add(ui.Muted, "   "+stepCount(len(d.plan.Steps)))
	if d.rows > d.room {
		l = l.Add(ui.Muted, "   "+texts.Say("change.more"))
	}
	return l
}

func stepCount(n int) string {
	return texts.Say("change.steps", "n", n)
}

func (d *dialog) hints() []ui.Hint {
	hint := func(key, id string) ui.Hint { return ui.Hint{Key: key, Does: texts.Say("change.hint." + id)} }
	switch {
	case d.ended, d.at == pagePermit && d.mode == card.ReadOnlyLocked:
		return []ui.Hint{hint("esc", "close")}
	case d.waiting():
		return []ui.Hint{{Key: "esc", Does: texts.Say("change.hint.give_up"), Off: d.request.TooEarly(d.env)}}
	case d.at == pageResult:
		out := []ui.Hint{hint("enter", "close")}
		if d.undoable() {
			out = append(out, hint("u", "undo"))
		}
		if d.again() {
			out = append(out, hint("a", "again"))
		}
		return out
	}
	id := "leave"
	switch {
	case d.onDo && d.at == pagePermit:
		id = "permit"
	case d.onDo:
		id = "do"
	}
	out := []ui.Hint{{Key: "enter", Does: texts.Say("change.hint." + id), Off: d.onDo && d.at == pagePlan && !d.can()}, hint("tab", "other")}
	if d.at == pagePlan && len(d.needs) > 0 {
		out = append(out, ui.Hint{Key: "p", Does: texts.Say("change.hint.verify", "name", d.needs[0].Ref)})
	}
	if d.onDo {
		out = append(out, hint("esc", "leave"))
	}
	return out
}

// text collects lines of a body.
type text struct {
	w     int
	lines []ui.Line
}

func (t *text) say(tok ui.Token, s string) {
	if s != "" {
		t.lines = append(t.lines, ui.Paragraph(tok, s, max(t.w, 1))...)
	}
}

func (t *text) gap() { t.lines = append(t.lines, nil) }

// indented puts a paragraph in by some cells.
func (t *text) indented(n int, tok ui.Token, s string) {
	for _, l := range ui.Paragraph(tok, s, max(t.w-n, 1)) {
		t.lines = append(t.lines, append(ui.T(strings.Repeat(" ", n)), l...))
	}
}

// body is the page in w cells: its text, scrolled to what is looked at, and
// the buttons, which are always seen.
func (d *dialog) body(th *ui.Theme, w, room int) []ui.Line {
	t := &text{w: w}
	var tail []ui.Line
	switch {
	case d.ended:
		t.say(ui.Bad, texts.Say("change.ended"))
		t.say(ui.Text, texts.Say("change.ended.more"))
	case d.at == pagePermit:
		d.permitBody(t)
		if d.mode != card.ReadOnlyLocked {
			tail = d.buttons(th, w, "change.do.permit", ui.Warn)
		}
	case d.at == pagePlan:
		d.planBody(t, th)
		tail = d.buttons(th, w, "change.do.go", ui.Bad)
	default:
		d.resultBody(t, th)
	}
	d.rows, d.room = len(t.lines), max(room-len(tail), 1)
	d.top = max(min(d.top, d.rows-d.room), 0)
	shown := t.lines[d.top:min(d.top+d.room, d.rows)]
	return append(append([]ui.Line{}, shown...), tail...)
}

func (d *dialog) buttons(th *ui.Theme, w int, id string, tok ui.Token) []ui.Line {
	g := &th.Glyphs
	button := func(on bool, name string, tok ui.Token) ui.Line {
		if on {
			return ui.L(ui.S(ui.Cursor, " "+g.Cursor+" "+name+" "))
		}
		return ui.L(ui.S(tok, "   "+name+" "))
	}
	if d.at == pagePlan && !d.can() {
		tok = ui.Muted
	}
	name := texts.Say(id, "card", g.TruncateMiddle(d.iccid, 9))
	return []ui.Line{d.heldLine().Truncate(g, w), append(button(!d.onDo, texts.Say("change.do.leave"), ui.Text).Gap(2), button(d.onDo, name, tok)...)}
}

// heldLine says why an Enter did nothing, and when it does something. It stands
// in the blank line above the buttons, which are always seen.
func (d *dialog) heldLine() ui.Line {
	id, tok := "", ui.Warn
	switch {
	case !d.held:
		return nil
	case d.failed != nil:
		id, tok = "failed", ui.Bad
	case !d.ready:
		id = "preparing"
	case len(d.plan.Steps) == 0:
		id = "nothing"
	case len(d.needs) > 0:
		id = "needs"
	case !d.can():
		id, tok = "cannot", ui.Bad
	default:
		id, tok = "ready", ui.Text
	}
	return ui.Tok(tok, texts.Say("change.held."+id))
}

func (d *dialog) permitBody(t *text) {
	if d.mode == card.ReadOnlyLocked {
		t.say(ui.Warn, texts.Say("change.locked"))
		t.say(ui.Text, texts.Say("change.locked.more"))
		return
	}
	t.say(ui.Title, texts.Say("change.permit"))
	t.gap()
	t.say(ui.Text, texts.Say("change.permit.more", "n", stepCount(len(d.plan.Steps))))
	t.gap()
	t.say(ui.Muted, texts.Say("change.permit.w"))
}

func (d *dialog) planBody(t *text, th *ui.Theme) {
	switch {
	case len(d.plan.Steps) == 0:
		t.say(ui.Good, th.Glyphs.Good+" "+texts.Say("plan.out.nothing"))
		return
	case d.failed != nil:
		t.say(ui.Bad, app.Explain(d.failed, "").String())
		t.gap()
	case !d.ready:
		t.say(ui.Muted, texts.Say("change.preparing"))
		t.gap()
	}
	if len(d.needs) > 0 {
		var names []string
		for _, n := range d.needs {
			names = append(names, n.Ref.String())
		}
		t.say(ui.Warn, th.Glyphs.Warn+" "+texts.Say("change.needs", "names", strings.Join(names, ", ")))
		t.gap()
	}
	d.problemLines(t, th)
	why := ""
	for i, v := range d.views {
		if v.Why != "" && v.Why != why {
			t.say(ui.Text, v.Why)
			t.gap()
			why = v.Why
		}
		d.stepLines(t, th, i, v)
	}
}

// problemLines lists what Check found, the gravest first. Missing rights that
// a PIN helps with are said once, above.
func (d *dialog) problemLines(t *text, th *ui.Theme) {
	said := map[string]bool{}
	for _, sev := range []fs.Severity{fs.Fatal, fs.Confirm, fs.Note} {
		for _, pr := range d.problems {
			s := safe.Text(pr.String())
			if pr.Severity != sev || said[s] {
				continue
			}
			said[s] = true
			switch sev {
			case fs.Fatal:
				t.say(ui.Bad, th.Glyphs.Bad+" "+s)
			case fs.Confirm:
				t.say(ui.Warn, th.Glyphs.Warn+" "+s)
			default:
				t.say(ui.Muted, th.Glyphs.None+" "+s)
			}
		}
	}
	if len(said) > 0 {
		t.gap()
	}
}

// stepLines are a step: where, what its bytes mean before and after, the
// bytes.
func (d *dialog) stepLines(t *text, th *ui.Theme, i int, v fs.StepView) {
	g := &th.Glyphs
	head := ui.L(ui.S(ui.Title, v.File), ui.S(ui.Muted, ", "+v.Place))
	if d.sent {
		head = append(d.stateSign(g, i), head...)
	}
	t.lines = append(t.lines, head.Truncate(g, t.w))
	if v.Hidden {
		t.lines = append(t.lines, ui.T("  ").Add(ui.Secret, v.OldHex+" "+arrow(g)+" "+v.NewHex))
		return
	}
	if v.Decoded && v.Old != v.New && !(len(v.Fields) == 1 && v.Fields[0].Old == v.Old && v.Fields[0].New == v.New) {
		t.indented(2, ui.Text, v.Old+" "+arrow(g)+" "+v.New)
	}
	for _, c := range v.Fields {
		t.indented(2, ui.Text, c.Label+": "+orNone(c.Old)+" "+arrow(g)+" "+orNone(c.New))
	}
	t.indented(2, ui.Muted, pairs(v.OldHex)+" "+arrow(g)+" "+pairs(v.NewHex))
	t.gap()
}

// arrow stands between what was and what will be.
func arrow(g *ui.Glyphs) string {
	if g.Crumb == ">" { // signs of ASCII only
		return "->"
	}
	return "→"
}

func orNone(s string) string {
	if s == "" {
		return texts.Say("plan.no_field")
	}
	return s
}

// maxShown is how many bytes of a step are shown; a whole picture would bury
// the rest.
const maxShown = 64

// pairs writes hex digits in pairs, so that they wrap.
func pairs(s string) string {
	if s == "" {
		return texts.Say("plan.no_object")
	}
	var b strings.Builder
	for i := 0; i+2 <= len(s); i += 2 {
		if i/2 == maxShown {
			return b.String() + " " + texts.Say("change.bytes_more", "n", len(s)/2-maxShown)
		}
		if i > 0 {
			b.WriteByte(' ')
		}
		b.WriteString(s[i : i+2])
	}
	return b.String()
}

// stateSign is what became of a step so far.
func (d *dialog) stateSign(g *ui.Glyphs, i int) ui.Line {
	if i >= len(d.res.Steps) {
		return nil
	}
	switch d.res.Steps[i].State {
	case fs.StepDone, fs.StepAlready:
		return ui.Tok(ui.Good, g.Good+" ")
	case fs.StepFailed:
		return ui.Tok(ui.Bad, g.Bad+" ")
	case fs.StepUnknown:
		return ui.Tok(ui.Warn, g.Warn+" ")
	}
	return ui.Tok(ui.Muted, g.None+" ")
}

func (d *dialog) resultBody(t *text, th *ui.Theme) {
	g := &th.Glyphs
	if d.waiting() {
		d.waitBody(t, g)
	} else {
		d.verdict(t, g)
	}
	t.gap()
	for i, v := range d.views {
		head := append(d.stateSign(g, i), ui.S(ui.Text, v.File), ui.S(ui.Muted, ", "+v.Place))
		t.lines = append(t.lines, head.Truncate(g, t.w))
		if i >= len(d.res.Steps) || !d.told {
			continue
		}
		r := d.res.Steps[i]
		b, _ := r.State.MarshalText()
		word := texts.Say("plan.state." + string(b))
		if r.SW != 0 {
			word += "  " + app.Status([4]byte{0, card.InsUpdateBinary}, true, r.SW)
		}
		t.indented(2, ui.Muted, word)
	}
}

func (d *dialog) waitBody(t *text, g *ui.Glyphs) {
	t.lines = append(t.lines, ui.Progress(g, texts.Say("change.doing"), d.done, len(d.plan.Steps)))
	waited := d.request.Waited(d.env)
	switch {
	case d.request.GaveUp:
		t.say(ui.Warn, texts.Say("change.wait.gave_up"))
	case waited >= app.AbandonAfter:
		t.say(ui.Warn, texts.Say("change.wait.late", "n", int(waited.Seconds())))
	case d.asked:
		t.say(ui.Warn, texts.Say("change.wait.esc"))
	}
}

// verdict is the first line of the result, and what to do where it did not
// come out.
func (d *dialog) verdict(t *text, g *ui.Glyphs) {
	if d.err == nil && d.res.Done() {
		id := "change.done"
		if !d.res.Any(fs.StepDone) {
			id = "change.done.already"
		}
		t.say(ui.Good, g.Good+" "+texts.Say(id))
		return
	}
	var lost *card.LostError
	switch {
	case errors.As(d.err, &lost) || d.res.Any(fs.StepUnknown):
		t.say(ui.Warn, g.Warn+" "+texts.Say("change.unknown"))
	case d.res.Any(fs.StepDone):
		t.say(ui.Bad, g.Bad+" "+texts.Say("change.partly"))
	default:
		t.say(ui.Bad, g.Bad+" "+texts.Say("change.none"))
	}
	if d.err != nil {
		t.say(ui.Text, app.Explain(d.err, "").String())
	}
}
