package gp

import (
	"strings"

	"simscope/texts"
	"simscope/tui/app"
	"simscope/tui/ui"
)

// maxDetails are the lines that the selected one gets below the tree.
const maxDetails = 8

// View implements kit.Screen: the question with its answer, what is known by
// sections, and below it all of the selected line.
func (m *Model) View(w, h int) string {
	th := m.env.Theme
	m.turn()
	switch {
	case m.env.Card == nil:
		say := texts.Say("files.no_card")
		if m.env.Trouble != nil {
			say = m.env.Trouble.String()
		}
		return ui.Empty(th, say, hints("go.readers"), w, h)
	case m.data == nil && m.failed != "":
		return ui.Empty(th, m.failed, hints("gp.read"), w, h)
	case m.data == nil && m.asked != 0:
		return ui.Empty(th, texts.Say("gp.asking"), hints("stop"), w, h)
	case m.data == nil:
		return ui.Empty(th, texts.Say("gp.careful"), hints("gp.read"), w, h)
	}
	lines := append([]ui.Line{ui.L(ui.S(ui.Text, " "), ui.S(ui.Title, texts.Say("gp.question")))}, m.answer(w)...)
	head := min(len(lines), max(h-4, 1))
	parts := []string{ui.RenderLines(th, lines, w, head), ui.Tok(ui.Border, strings.Repeat(th.Glyphs.H, w)).Render(th, w)}
	room := h - head - 1
	// The same for every line, so that nothing moves with the cursor.
	dh := min(room/3, maxDetails)
	if room < 8 {
		dh = 0
	}
	parts = append(parts, m.tree.View(th, w, room-dh))
	if dh > 0 {
		l, _ := m.selected()
		parts = append(parts, ui.Rule(th, l.Label, "", false, w), ui.RenderLines(th, m.details(max(w-2, 1)), w, dh-1))
	}
	return ui.FitBlock(ui.Above(parts...), w, h)
}

// answer is the answer to the question, wrapped.
func (m *Model) answer(w int) []ui.Line {
	a := m.data.Answer()
	g := &m.env.Theme.Glyphs
	sign, tok := " ", ui.Text
	switch a.Level {
	case app.LevelLook:
		sign, tok = g.Warn, ui.Warn
	case app.LevelUnknown:
		sign, tok = "?", ui.Muted
	case app.LevelGood:
		sign, tok = g.Good, ui.Good
	}
	var out []ui.Line
	for i, s := range ui.Wrap(a.Text, max(w-4, 1)) {
		if i > 0 {
			sign = " "
		}
		out = append(out, ui.L(ui.S(ui.Text, " "), ui.S(tok, sign), ui.S(ui.Text, " "+s)))
	}
	return out
}

// details are the selected line in full and what explains it.
func (m *Model) details(w int) []ui.Line {
	l, ok := m.selected()
	if !ok {
		if n := m.tree.Node(); n != nil {
			l.Text = texts.Maybe("gp.about." + n.Key)
		}
	}
	out := ui.Paragraph(ui.Text, l.Text, w)
	for _, s := range l.More {
		out = append(out, ui.Paragraph(ui.Muted, s, w)...)
	}
	for i := range out {
		out[i] = append(ui.L(ui.S(ui.Text, " ")), out[i]...)
	}
	return out
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
