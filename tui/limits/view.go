package limits

import (
	"strings"

	"simscope/fs"
	"simscope/texts"
	"simscope/tui/app"
	"simscope/tui/ui"
)

// titleWidth is the column of names.
const titleWidth = 40

// wideRow is the width from which a row names its subscriber.
const wideRow = 100

// View implements kit.Screen: the answer, the list, and below it what the
// selected one means.
func (m *Model) View(w, h int) string {
	th := m.env.Theme
	m.refresh()
	if m.env.Card == nil {
		return m.noCard(w, h)
	}
	if len(m.all) == 0 {
		return ui.Empty(th, texts.Say("limits.none"), hints("go.files", "go.pins"), w, h)
	}
	head := append(ui.Line{}.Gap(1), m.answer(&th.Glyphs)...)
	below := m.details(max(w-2, 1))
	room := h - 2
	dh := min(len(below)+1, max(room/2, 1))
	if room < 8 {
		dh = 0
	}
	lines := []ui.Line{nil}
	for _, l := range below {
		lines = append(lines, append(ui.Line{}.Gap(1), l...))
	}
	rule := ui.Tok(ui.Border, strings.Repeat(th.Glyphs.H, w)).Render(th, w)
	parts := []string{head.Render(th, w), rule, m.list.View(th, w, room-dh)}
	if dh > 0 {
		r, _ := m.selected()
		parts = append(parts, ui.Rule(th, r.Title, m.place(r), false, w), ui.RenderLines(th, lines[1:], w, dh-1))
	}
	return ui.FitBlock(ui.Above(parts...), w, h)
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

// answer is the first line: what limits the card, in numbers.
func (m *Model) answer(g *ui.Glyphs) ui.Line {
	var on, safety, unknown int
	for _, r := range m.all {
		switch {
		case r.State == fs.Yes && r.Safety:
			safety++
			on++
		case r.State == fs.Yes:
			on++
		case r.State == fs.Unknown:
			unknown++
		}
	}
	l := ui.Tok(ui.Title, texts.Say("limits.answer", "n", on))
	if on == 0 {
		l = ui.Tok(ui.Title, texts.Say("limits.answer.none"))
	}
	if safety > 0 {
		l = l.Add(ui.Muted, "   ").Add(ui.Warn, g.Warn+" "+texts.Say("limits.answer.safety", "n", safety))
	}
	if unknown > 0 {
		l = l.Add(ui.Muted, "   "+texts.Say("limits.answer.unknown", "n", unknown))
	}
	return l
}

// row is state, name and sentence.
func (m *Model) row(r fs.Restriction, w int) ui.Row {
	g := &m.env.Theme.Glyphs
	sign, tok, name := g.None, ui.Muted, ui.Muted
	switch {
	case r.State == fs.Yes && r.Safety:
		sign, tok, name = g.Warn, ui.Warn, ui.Text
	case r.State == fs.Yes:
		sign, tok, name = g.Dot, ui.Accent, ui.Text
	case r.State == fs.Unknown:
		sign = "?"
	}
	tw := min(titleWidth, max(w/3, 8))
	l := ui.L(ui.S(tok, sign+" ")).Add(name, g.Truncate(r.Title, tw))
	text := r.Text
	if r.State == fs.Unknown && r.Why != "" {
		text = r.Why
	}
	row := ui.Row{Left: l.Gap(tw+4-l.Width()).Add(ui.Muted, text)}
	if w >= wideRow {
		row.Right = ui.Tok(ui.Muted, m.place(r))
	}
	return row
}

// place names the subscriber that a restriction belongs to, where the card has
// several.
func (m *Model) place(r fs.Restriction) string {
	for _, x := range m.all {
		if x.Place != r.Place {
			return r.Place
		}
	}
	return ""
}

// details say what the selected one means and what follows.
func (m *Model) details(w int) []ui.Line {
	r, ok := m.selected()
	if !ok {
		return nil
	}
	g := &m.env.Theme.Glyphs
	out := ui.Paragraph(ui.Text, r.Text, w)
	if r.Why != "" {
		out = append(out, ui.Paragraph(ui.Text, r.Why, w)...)
	}
	if r.Follows != "" {
		out = append(out, ui.Paragraph(ui.Muted, r.Follows, w)...)
	}
	if r.Safety && r.State == fs.Yes {
		out = append(out, ui.L(ui.S(ui.Warn, g.Warn+" "), ui.S(ui.Text, texts.Say("limits.safety"))))
	}
	if len(r.Values) > 0 {
		out = append(out, ui.Paragraph(ui.Text, strings.Join(r.Values, " "+g.Sep+" "), w)...)
	}
	var files []string
	for _, p := range r.Files {
		files = append(files, m.env.Name(p))
	}
	if len(files) > 0 {
		out = append(out, ui.Paragraph(ui.Muted, texts.Say("limits.files", "files", strings.Join(files, ", ")), w)...)
	}
	return out
}
