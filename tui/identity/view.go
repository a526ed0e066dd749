package identity

import (
	"encoding/hex"
	"fmt"

	"simscope/fs"
	"simscope/texts"
	"simscope/tui/app"
	"simscope/tui/ui"
)

// labelWidth is the column of names; wideAnswer is the width from which the
// answer has the subscription's name beside it.
const (
	labelWidth = 20
	wideAnswer = 80
)

// View implements kit.Screen: the answer, then why, then the SUCI taken apart.
func (m *Model) View(w, h int) string {
	th := m.env.Theme
	if m.env.Card == nil {
		return m.noCard(w, h)
	}
	if m.failed != nil {
		return ui.Empty(th, m.failed.String(), hints("go.overview"), w, h)
	}
	if !m.known {
		say := texts.Say("identity.reading")
		if m.asking == 0 {
			say = texts.Say("identity.not_asked")
		}
		return ui.Empty(th, say, hints("refresh"), w, h)
	}
	head := append(ui.Line{}.Gap(1), m.answer(&th.Glyphs)...)
	var place ui.Line
	if w >= wideAnswer {
		place = ui.Tok(ui.Muted, m.found.Place)
	}
	rule := ui.Tok(ui.Border, rep(th.Glyphs.H, w)).Render(th, w)
	body := m.body(max(w-4, 1))
	m.lines, m.room = len(body), max(h-2, 0)
	m.top = max(min(m.top, m.lines-m.room), 0)
	return ui.FitBlock(ui.Above(
		ui.Spread(&th.Glyphs, head, place, w, 12).Render(th, w), rule,
		ui.RenderLines(th, body[m.top:], w, m.room)), w, h)
}

func rep(s string, n int) (out string) {
	for range n {
		out += s
	}
	return out
}

func (m *Model) noCard(w, h int) string {
	say := texts.Say("files.no_card")
	if m.env.Trouble != nil {
		say = m.env.Trouble.String()
	}
	return ui.Empty(m.env.Theme, say, hints("go.readers"), w, h)
}

func hints(ids ...string) []ui.Hint {
	var out []ui.Hint
	for _, id := range ids {
		if v, ok := app.FindVerb(id); ok {
			out = append(out, ui.Hint{Key: v.Key, Does: v.Hint()})
		}
	}
	return out
}

// answer is the first line.
func (m *Model) answer(g *ui.Glyphs) ui.Line {
	sign, tok := "?", ui.Muted
	switch m.found.Hidden() {
	case fs.Yes:
		sign, tok = g.Good, ui.Good
	case fs.No:
		sign, tok = g.Warn, ui.Warn
	}
	return ui.L(ui.S(tok, sign+" "), ui.S(ui.Title, m.found.Answer()))
}

// body is everything below the answer, in lines of at most w cells behind the
// margin.
func (m *Model) body(w int) []ui.Line {
	var out []ui.Line
	add := func(lines ...ui.Line) {
		for _, l := range lines {
			out = append(out, append(ui.Line{}.Gap(1), l...))
		}
	}
	if p := m.proofLines(w); len(p) > 0 {
		add(p...)
		add(nil)
	}
	for _, n := range m.found.Notes() {
		add(ui.Paragraph(ui.Text, n, w)...)
	}
	if m.found.From == "" {
		return out
	}
	add(nil)
	for _, p := range app.IdentityParts(m.found.SUCI) {
		add(m.part(p, w)...)
	}
	if m.found.Calc == nil || len(m.found.Calc.Keys) == 0 {
		return out
	}
	add(nil)
	for _, k := range m.found.Calc.Keys {
		add(m.part(app.IdentityPart{
			Name: texts.Say("identity.key", "id", k.ID), Value: hex.EncodeToString(k.Key),
			Note: texts.Say("identity.key.bytes", "n", len(k.Key)),
		}, w)...)
	}
	return out
}

// part is a name and its value, which goes on below itself where it is long.
func (m *Model) part(p app.IdentityPart, w int) []ui.Line {
	g := &m.env.Theme.Glyphs
	room := max(w-labelWidth, 8)
	var out []ui.Line
	for i, text := range chunks(p.Value, room) {
		name := ""
		if i == 0 {
			name = p.Name
		}
		out = append(out, ui.Tok(ui.Muted, g.Pad(name, labelWidth)).Add(ui.Text, text))
	}
	last := len(out) - 1
	if note := p.Note; note != "" && out[last].Width()+2+ui.Width(note) <= w {
		out[last] = out[last].Add(ui.Muted, "  "+note)
	}
	return out
}

// chunks cuts a value to pieces of n characters.
func chunks(s string, n int) []string {
	r := []rune(s)
	out := []string{}
	for len(r) > n {
		out, r = append(out, string(r[:n])), r[n:]
	}
	return append(out, string(r))
}

// proofLines say whether hiding works, or how to find out.
func (m *Model) proofLines(w int) []ui.Line {
	g := &m.env.Theme.Glyphs
	switch p := m.proof; {
	case p == nil && m.found.Hidden() == fs.Yes:
		return ui.Paragraph(ui.Muted, texts.Say("identity.unproved", "key", keyOf("identity.prove")), w)
	case p == nil:
		return nil
	case p.works:
		return mark(ui.Good, g.Good, p.say, w)
	case p.clear:
		return mark(ui.Warn, g.Warn, p.say, w)
	default:
		out := mark(ui.Bad, g.Bad, p.say, w)
		if p.next != "" {
			out = append(out, ui.Paragraph(ui.Muted, p.next, w)...)
		}
		return out
	}
}

// mark puts a sign before the first line of a paragraph.
func mark(tok ui.Token, sign, text string, w int) []ui.Line {
	out := ui.Paragraph(ui.Text, text, max(w-2, 1))
	for i := range out {
		lead := ui.L(ui.S(ui.Text, "  "))
		if i == 0 {
			lead = ui.L(ui.S(tok, sign+" "))
		}
		out[i] = append(lead, out[i]...)
	}
	return out
}

func keyOf(id string) string {
	v, _ := app.FindVerb(id)
	return fmt.Sprint(v.Key)
}
