package log

import (
	"simscope/texts"
	"simscope/tui/ui"
)

// View implements kit.Screen.
func (m *Model) View(w, h int) string {
	if w <= 0 || h <= 0 {
		return ""
	}
	th := m.env.Theme
	foot := m.filterLines(w)
	body := h - 1 - len(foot)
	if body < 1 { // a few lines: the rows alone
		return ui.FitBlock(m.rows(w, h), w, h)
	}
	m.list.Focus = m.details.focus == onRows && !m.list.Follow && !m.filter.typing
	head := ui.Rule(th, texts.Say("log.title"), m.note(false, w), m.details.focus == onRows, w)
	parts := []string{head, m.body(w, body)}
	for _, l := range foot {
		parts = append(parts, l.Render(th, w))
	}
	return ui.FitBlock(ui.Above(parts...), w, h)
}

// Rows that the upper part keeps while details are open, and the fewest lines
// in which both have room.
const (
	rowsAbove = 3
	splitFrom = 8
)

func (m *Model) body(w, h int) string {
	switch {
	case m.src.Len() == 0:
		return m.empty(w, h)
	case !m.details.open:
		return m.rows(w, h)
	case h < splitFrom && m.details.focus == onRows:
		return m.rows(w, h)
	case h < splitFrom:
		return m.detailsView(w, h)
	}
	top := max(h*2/5, rowsAbove)
	return ui.Above(m.rows(w, top), m.detailsView(w, h-top))
}

func (m *Model) rows(w, h int) string { return m.list.View(m.env.Theme, w, h) }

// empty is a state with its reason and the key that leads on.
func (m *Model) empty(w, h int) string {
	th := m.env.Theme
	switch {
	case m.src.filtered:
		return ui.Empty(th, texts.Say("log.none"), []ui.Hint{{Key: "esc", Does: texts.Say("log.none.does")}}, w, h)
	case m.env.Opening:
		return ui.Empty(th, texts.Say("log.opening"), nil, w, h)
	}
	return ui.Empty(th, texts.Say("log.empty"), []ui.Hint{{Key: "r", Does: texts.Say("log.empty.does")}}, w, h)
}

// Strip is the log at the bottom of every screen, in exactly w by h cells, h
// at least 2: a rule, and the newest rows of all, the last one lowest.
func (m *Model) Strip(w, h int) string {
	if w <= 0 || h <= 0 {
		return ""
	}
	th := m.env.Theme
	out := []string{ui.Rule(th, texts.Say("log.title"), m.note(true, w), false, w)}
	v, name := m.src.view, m.namer()
	if v.Len() == 0 {
		out = append(out, ui.Tok(ui.Muted, "  "+texts.Say("log.empty")).Render(th, w))
	}
	for i := max(v.Len()-(h-1), 0); i < v.Len(); i++ {
		e, ok := v.At(i)
		if !ok {
			continue
		}
		l := row(&th.Glyphs, e, name, false, max(w-2, 0)).Truncate(&th.Glyphs, w-2)
		out = append(out, append(ui.L(ui.S(ui.Text, " ")), l...).Render(th, w))
	}
	return ui.FitBlock(ui.Above(out...), w, h)
}
