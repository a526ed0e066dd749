package auth

import (
	"strconv"
	"strings"

	"simscope/card"
	"simscope/card/auth"
	"simscope/card/safe"
	"simscope/texts"
	"simscope/tui/app"
	"simscope/tui/ui"
)

// View implements kit.Screen.
func (m *Model) View(w, h int) string {
	if w <= 0 || h <= 0 {
		return ""
	}
	m.follow()
	th := m.env.Theme
	if s, hints := m.nothing(); s != "" {
		return ui.FitBlock(ui.Empty(th, s, hints, w, h), w, h)
	}
	answer, tok := m.verdict()
	head := ui.Paragraph(tok, answer, max(w-2, 1))
	head = head[:min(len(head), 3)]
	for i := range head {
		head[i] = append(ui.T(" "), head[i]...)
	}
	if h > 9 {
		head = append(head, nil)
	}
	lines := m.details(&th.Glyphs, w)
	m.lines, m.room = len(lines), max(h-len(head), 1)
	m.top = max(min(m.top, m.lines-m.room), 0)
	return ui.Above(ui.RenderLines(th, head, w, len(head)), ui.RenderLines(th, lines[m.top:], w, h-len(head)))
}

// nothing is the sentence where there is nothing to show, with the keys that
// lead on.
func (m *Model) nothing() (string, []ui.Hint) {
	readers := ui.Hint{Key: "r", Does: texts.Say("verb.go.readers.hint")}
	switch {
	case m.env.Opening:
		return texts.Say("pins.empty.opening"), nil
	case m.env.Trouble != nil && m.env.Card == nil:
		return m.env.Trouble.String(), []ui.Hint{readers}
	case m.env.Card == nil:
		return texts.Say("auth.empty.no_card"), []ui.Hint{readers}
	case m.env.Card.Session.Kind() == card.KindOther:
		return texts.Say("auth.empty.other"), []ui.Hint{readers}
	case m.probing != 0:
		return texts.Say("auth.empty.probing"), nil
	case m.probe != nil || m.last() != nil:
		return "", nil
	}
	return texts.Say("auth.empty"), []ui.Hint{
		{Key: "enter", Does: texts.Say("verb.auth.run.hint")},
		{Key: "p", Does: texts.Say("verb.auth.probe.hint")},
		{Key: "e", Does: texts.Say("verb.auth.eap.hint")},
	}
}

// verdict answers the screen's question: do card and host agree, and if not,
// why.
func (m *Model) verdict() (string, ui.Token) {
	g := &m.env.Theme.Glyphs
	if m.probe != nil {
		found := app.ProbeFound(m.env.Card, *m.probe)
		if len(found) == 0 {
			return texts.Say("auth.probe.nothing"), ui.Warn
		}
		return found[0], ui.Title
	}
	r := m.last()
	switch {
	case r.Context == auth.ContextNAF && r.Answer.Result == auth.NotNow:
		return g.Warn + " " + texts.Say("auth.alone.not_bootstrapped"), ui.Warn
	case r.Context == auth.ContextNAF && r.Finding.ID == auth.FoundUnknown:
		return g.Bad + " " + texts.Say("auth.why.service"), ui.Bad
	case r.Finding.ID == "":
		return texts.Say("auth.alone." + r.Answer.Result.ID()), ui.Title
	case r.Finding.ID == auth.FoundNotNew, r.Finding.ID == auth.FoundFar:
		return app.Why(r.Finding, r.SQN), ui.Title
	case r.Finding.ID == auth.FoundSame && !r.Finding.Unchecked:
		return g.Good + " " + app.Why(r.Finding, r.SQN), ui.Good
	case r.Finding.ID == auth.FoundNothing:
		return texts.Say("auth.alone." + r.Answer.Result.ID()), ui.Title
	case r.Finding.ID == auth.FoundLittle, r.Finding.ID == auth.FoundUnknown, r.Finding.ID == auth.FoundSeveral:
		return g.Warn + " " + app.Why(r.Finding, r.SQN), ui.Warn
	}
	return g.Bad + " " + app.Why(r.Finding, r.SQN), ui.Bad
}

// nameWidth is the column of names.
const nameWidth = 11

// details are the lines below the verdict.
func (m *Model) details(g *ui.Glyphs, w int) []ui.Line {
	p := &page{w: w - 2}
	if m.probe != nil {
		m.probeLines(p, g)
	} else {
		r := m.last()
		m.answerLines(p, g, r)
		m.numberLines(p, g, r)
		m.derivedLines(p, g, r)
		m.nextLines(p, r)
	}
	for i, l := range p.lines {
		if len(l) > 0 {
			p.lines[i] = append(ui.T(" "), l...)
		}
	}
	return p.lines
}

func (m *Model) answerLines(p *page, g *ui.Glyphs, r *app.AuthResult) {
	tok := ui.Text
	if r.Answer.Result != auth.Success {
		tok = ui.Warn
	}
	p.lines = append(p.lines, ui.Tok(ui.Text, texts.Say("auth.context."+questionID(r))).Add(ui.Muted, "  "+m.appName(r.App)+"  ").
		Add(tok, texts.Say("auth.result."+r.Answer.Result.ID())).Add(ui.Muted, "  "+r.Answer.SW.String()))
	if len(r.Fields) == 0 {
		return
	}
	p.gap()
	words := p.w >= 96 // room for the state in a word
	// On 80 cells 16 bytes go into each column, and no cell is left.
	col := max((p.w+1-nameWidth-4)/2, 8)
	if words {
		col = (p.w - nameWidth - 25) / 2
	}
	p.lines = append(p.lines, ui.Tok(ui.Muted, g.Pad("", nameWidth)+g.Pad(texts.Say("auth.col.card"), col)+"  "+g.Pad(texts.Say("auth.col.host"), col)))
	for _, f := range r.Fields {
		lines := m.fieldLines(g, f, col)
		if words {
			lines[0] = lines[0].Add(ui.Muted, " "+texts.Say("auth.state."+f.State.ID()))
		}
		p.lines = append(p.lines, lines...)
	}
}

// questionID names what was asked, in the identifiers of sentences.
func questionID(r *app.AuthResult) string {
	if r.EAP != nil {
		return string(r.EAP.Method)
	}
	return r.Context.String()
}

// fieldLines are one value on both sides: hidden unless keys are shown now, and
// then the bytes that differ stand out. What is longer than a column goes on
// below.
func (m *Model) fieldLines(g *ui.Glyphs, f auth.Field, col int) []ui.Line {
	step := rowBytes(col)
	rows := 1
	if m.reveal {
		rows = max((max(f.Card.Len(), f.Host.Len())+step-1)/step, 1)
	}
	out := make([]ui.Line, rows)
	for i := range out {
		name := ""
		if i == 0 {
			name = f.Name
		}
		l := ui.Tok(ui.Text, g.Pad(name, nameWidth))
		out[i] = append(append(l, m.value(g, f.Card, f.Host, i*step, col)...).Gap(2), m.value(g, f.Host, f.Card, i*step, col)...)
	}
	switch f.State {
	case auth.Same:
		out[0] = out[0].Add(ui.Good, " "+g.Good)
	case auth.Differs:
		out[0] = out[0].Add(ui.Bad, " "+g.Bad)
	default:
		out[0] = out[0].Add(ui.Muted, " "+g.None)
	}
	return out
}

// rowBytes is how many bytes go into a row of col cells: whole groups of eight,
// where there is room for one.
func rowBytes(col int) int {
	if n := col / 2 / 8 * 8; n > 0 {
		return n
	}
	return max(col/2, 1)
}

// value is as much of a secret, from a byte on, as goes into col cells, with
// what differs from the other side's marked.
func (m *Model) value(g *ui.Glyphs, s, other safe.Secret, from, col int) (l ui.Line) {
	switch {
	case s.Len() == 0 && from == 0:
		return ui.Tok(ui.Muted, g.Pad("–", col))
	case s.Len() <= from:
		return ui.Line(nil).Gap(col)
	case !m.reveal:
		return ui.Tok(ui.Secret, g.Pad(strings.Repeat(g.Dot, 4), col))
	}
	s.Use(func(b []byte) {
		other.Use(func(o []byte) {
			to := min(from+rowBytes(col), len(b))
			for i := from; i < to; i++ {
				tok := ui.Text
				if len(o) > 0 && (i >= len(o) || o[i] != b[i]) {
					tok = ui.Bad
				}
				l = l.Add(tok, hexOf(b[i:i+1]))
			}
			l = l.Gap(col - 2*(to-from))
		})
	})
	return l
}

// derivedLines are the keys that follow from CK and IK.
func (m *Model) derivedLines(p *page, g *ui.Glyphs, r *app.AuthResult) {
	if len(r.Derived) == 0 {
		return
	}
	p.gap()
	p.say(ui.Muted, "auth.derived")
	col := max(p.w-derivedWidth, 8)
	for _, k := range r.Derived {
		l := ui.Tok(ui.Text, g.Pad(k.Name, derivedWidth))
		if !m.reveal {
			p.lines = append(p.lines, l.Add(ui.Secret, strings.Repeat(g.Dot, 4)).Add(ui.Muted, "  "+g.Truncate(k.Bound, max(col-6, 1))))
			continue
		}
		for from := 0; from < k.Value.Len(); from += rowBytes(col) {
			p.lines = append(p.lines, append(l, m.value(g, k.Value, safe.Secret{}, from, col)...))
			l = ui.Line(nil).Gap(derivedWidth)
		}
	}
}

// derivedWidth is the column of names of what is derived.
const derivedWidth = 14

// numberLines are the numbers of the question, and what the card's sequence
// number is now.
func (m *Model) numberLines(p *page, g *ui.Glyphs, r *app.AuthResult) {
	row := func(name, value, note string) {
		p.lines = append(p.lines, ui.Tok(ui.Muted, g.Pad(name, nameWidth)).Add(ui.Text, value).Add(ui.Muted, note))
	}
	p.gap()
	names := func(name, value string) { row(name, g.TruncateMiddle(value, max(p.w-nameWidth, 1)), "") }
	if r.Context == auth.ContextNAF {
		names(texts.Say("auth.row.service"), serviceName(r.NAFID))
		names("IMPI", string(r.IMPI))
	}
	for i, one := range r.Rounds {
		row("RAND "+strconv.Itoa(i+1), hexOf(one.RAND[:]), "")
	}
	switch n := len(r.Rounds); {
	case n > 0:
		row("RAND "+strconv.Itoa(n+1), hexOf(r.RAND[:]), "")
	case r.Context != auth.ContextNAF || r.Vector != nil: // without keys nobody looks at it
		row("RAND", hexOf(r.RAND[:]), "")
	}
	if e := r.EAP; e != nil {
		if e.Method == auth.EAPSIM {
			row("NONCE_MT", hexOf(e.Nonce[:]), "")
		}
		names(texts.Say("auth.row.identity"), e.Identity)
		if e.Network != "" {
			names(texts.Say("auth.row.network"), e.Network)
		}
	}
	if len(r.AUTN) > 0 {
		row("AUTN", hexOf(r.AUTN), "")
	}
	if r.Made {
		row("AMF", hexOf(r.AMF[:]), "")
	}
	if len(r.Answer.AUTS) > 0 {
		row("AUTS", hexOf(r.Answer.AUTS), "")
	}
	bits := m.indexBits()
	at := func(n string, place auth.Place) string {
		return n + "   " + texts.Say("auth.place", "seq", strconv.FormatUint(place.SEQ, 10), "ind", place.IND, "of", 1<<bits)
	}
	if r.Made {
		row(texts.Say("auth.row.sent"), at(r.SQN.String(), auth.PlaceOf(r.SQN, bits)), "")
	}
	ms, known := m.ms(r.App)
	if !known || !r.Context.Token() {
		return
	}
	row("SQN_MS", at(ms.String(), auth.PlaceOf(ms, bits)), "")
	if r.Made && r.Answer.Result == auth.SyncFailure {
		j := auth.JumpTo(true, ms, r.SQN, bits)
		id := "auth.row.behind"
		if j.Ahead > 0 {
			id = "auth.row.ahead"
		}
		row("", texts.Say(id, "n", strconv.FormatUint(j.Ahead, 10)), "")
	}
}

// nextLines are the steps that follow, each the person's to take.
func (m *Model) nextLines(p *page, r *app.AuthResult) {
	if n, ok := m.next(); ok {
		p.gap()
		p.say(ui.Text, "auth.then.resync", "sqn", n)
	}
	if r.Context == auth.ContextGBA && r.Answer.Result == auth.Success {
		p.gap()
		p.say(ui.Text, "auth.then.naf")
	}
	if r.Finding.ID == auth.FoundLittle || r.Finding.ID == auth.FoundUnknown && r.Context != auth.ContextGSM {
		p.gap()
		p.say(ui.Text, "auth.then.gsm")
	}
}

// serviceName is NAF_ID as it is read: the name, and its protocol behind it.
func serviceName(id []byte) string {
	n := max(len(id)-protocolSize, 0)
	return string(id[:n]) + "  " + hexOf(id[n:])
}

// probeWidth is the column of results, as long as the longest of those that
// belong to every card.
const probeWidth = 35

func (m *Model) probeLines(p *page, g *ui.Glyphs) {
	for i, f := range app.ProbeFound(m.env.Card, *m.probe) {
		if i > 0 {
			p.text(ui.Text, f)
		}
	}
	p.gap()
	for _, s := range m.probe.Steps {
		name := texts.Say("auth.context."+s.Context.String()) + "  " + app.ProbeApp(m.env.Card, s.ProbeStep)
		tok := ui.Text
		if !s.Answered {
			tok = ui.Muted
		}
		words := app.ProbeResultWords(s)
		l := ui.Tok(ui.Text, g.Pad(g.Truncate(name, 34), 36)).Add(tok, words)
		p.lines = append(p.lines, l.Gap(max(probeWidth-ui.Width(words), 0)).Add(ui.Muted, "  "+s.SW.String()))
	}
	p.gap()
	p.say(ui.Muted, "auth.probe.sent", "n", len(m.probe.Steps))
}
