package overview

import (
	"strings"

	"simscope/texts"
	"simscope/tui/app"
	"simscope/tui/ui"
)

// View implements kit.Screen.
func (m *Model) View(w, h int) string {
	if w <= 0 || h <= 0 {
		return ""
	}
	th := m.env.Theme
	if m.env.Card == nil || m.number != m.env.Number {
		return m.away(w, h)
	}
	g := &th.Glyphs
	top := ui.Spread(g, append(ui.T(" "), m.head.left.line(g)...), m.head.right.line(g).Gap(1), w, keepName)
	parts := []string{top.Render(th, w)}
	rest := h - 1
	if rest >= ruleFrom {
		parts = append(parts, ui.L(ui.S(ui.Text, " "), ui.S(ui.Border, strings.Repeat(g.H, max(w-2, 0)))).Render(th, w))
		rest--
	}
	if rest > 0 {
		parts = append(parts, m.body(w, rest))
	}
	return ui.FitBlock(ui.Above(parts...), w, h)
}

const (
	// keepName is how many cells of the operator stay beside the verdict.
	keepName = 8
	// ruleFrom is the height from which a line below the first is worth it.
	ruleFrom = 12
)

// away is the screen without a card.
func (m *Model) away(w, h int) string {
	th := m.env.Theme
	v, _ := app.FindVerb("go.readers")
	hints := []ui.Hint{{Key: v.Key, Does: v.Hint()}}
	switch {
	case m.env.Opening:
		return ui.Empty(th, texts.Say("overview.opening", "reader", m.env.Reader.ID.Name), nil, w, h)
	case m.env.Trouble != nil:
		return ui.Empty(th, m.env.Trouble.String(), hints, w, h)
	case m.env.Card != nil:
		return ui.Empty(th, texts.Say("overview.opening", "reader", m.env.Reader.ID.Name), nil, w, h)
	}
	return ui.Empty(th, texts.Say("overview.no_card"), hints, w, h)
}

// drawn is a line of the screen and the row it belongs to.
type drawn struct {
	row  int
	line ui.Line
}

// The steps in which rows give way when there is little room.
const (
	roomy   = iota // everything, a blank line before the findings
	compact        // the first locks only
	short          // findings in one line
	tight          // a fact in one line
)

// giveWay is the order in which facts are cut to one line.
var giveWay = []string{"card", "locks", "network", "inside", "imsi", "iccid"}

// body is facts above and findings below. What does not fit in the tightest
// form is scrolled, each half for itself, so that both are seen.
func (m *Model) body(w, h int) string {
	var all [][]drawn
	n := 0
	for level := roomy; level <= short; level++ {
		all, n = m.lines(w, level)
		if level == roomy {
			n++
		}
		if n <= h {
			return m.whole(all, w, h, level == roomy)
		}
	}
	for _, id := range giveWay {
		for i, r := range m.rows {
			if r.id == id && n > h {
				less := m.row(i, w, tight)
				n += len(less) - len(all[i])
				all[i] = less
			}
		}
	}
	return m.whole(all, w, h, false)
}

// whole draws facts, perhaps a blank line, and findings in w by h cells.
func (m *Model) whole(all [][]drawn, w, h int, blank bool) string {
	var facts, looks []drawn
	for i, lines := range all {
		if m.rows[i].finding {
			looks = append(looks, lines...)
		} else {
			facts = append(facts, lines...)
		}
	}
	if blank {
		facts = append(facts, drawn{row: -1})
	}
	lower := max(h-len(facts), min(len(looks), max(h/3, min(3, h-1))))
	switch {
	case lower <= 0 || len(looks) == 0:
		return m.draw(facts, w, h)
	case lower >= h:
		return m.draw(looks, w, h)
	}
	return m.draw(facts, w, h-lower) + "\n" + m.draw(looks, w, lower)
}

// lines draws all rows at a level and counts their lines.
func (m *Model) lines(w, level int) (all [][]drawn, n int) {
	for i := range m.rows {
		all = append(all, m.row(i, w, level))
		n += len(all[i])
	}
	return all, n
}

// row draws one row.
func (m *Model) row(i, w, level int) []drawn {
	g := &m.env.Theme.Glyphs
	lw := labelWide
	if w < labelNarrowBelow {
		lw = labelNarrow
	}
	// The cursor and the scroll mark take a cell each.
	in := max(w-2-lw, 0)
	r := m.rows[i]
	if !r.finding {
		return lineUp(i, g, r.label, lw, flow(g, r, in, level))
	}
	title := ""
	if i == 0 || !m.rows[i-1].finding {
		title = label("look")
	}
	return lineUp(i, g, title, lw, look(g, r, in, level))
}

// Cells of the column of labels.
const (
	labelWide        = 11
	labelNarrow      = 9
	labelNarrowBelow = 72
)

// lineUp puts a label before the first line and blanks before the others.
func lineUp(i int, g *ui.Glyphs, label string, lw int, lines []ui.Line) []drawn {
	out := make([]drawn, len(lines))
	for j, l := range lines {
		first := ui.S(ui.Muted, g.Pad(label, lw-1)+" ")
		if j > 0 {
			first = ui.S(ui.Text, strings.Repeat(" ", lw))
		}
		out[j] = drawn{i, append(ui.L(first), l...)}
	}
	return out
}

// between is the gap between groups of a row.
const between = 3

// flow puts the groups of a fact into lines of w cells. In one line what does
// not fit is left out whole.
func flow(g *ui.Glyphs, r row, w, level int) []ui.Line {
	groups := r.all
	if level >= compact && len(r.brief) > 0 {
		groups = r.brief
	}
	var out []ui.Line
	var line ui.Line
	for i, s := range groups {
		l := s.line(g)
		switch {
		case i == 0:
			line = l
		case line.Width()+between+l.Width() <= w-keepFor(level, i, len(groups)):
			line = append(line.Gap(between), l...)
		case level >= tight:
			return []ui.Line{append(line.Truncate(g, max(w-2, 0)), ui.S(ui.Muted, " "+g.Ellipsis))}
		default:
			out = append(out, line)
			line = l
		}
	}
	return append(out, line)
}

// keepFor is the room that a line which is the only one keeps for its ellipsis
// while more may follow.
func keepFor(level, i, n int) int {
	if level >= tight && i < n-1 {
		return 2
	}
	return 0
}

// look is a finding: sign, sentence, and at the right what enter does.
func look(g *ui.Glyphs, r row, w, level int) []ui.Line {
	sign, tok := r.mark.glyph(g)
	var right ui.Line
	if r.verb != "" {
		right = ui.L(ui.S(ui.Accent, "enter"), ui.S(ui.Muted, " "+r.verb))
	}
	room := max(w-right.Width()-4, 8)
	sentences := []string{r.text}
	if level < short {
		sentences = ui.Wrap(r.text, room)
	}
	var out []ui.Line
	for i, s := range sentences {
		if i > 0 {
			out = append(out, ui.L(ui.S(ui.Text, "  "+s)))
			continue
		}
		textTok := ui.Text
		if r.to.screen == "" {
			textTok = ui.Muted
		}
		out = append(out, ui.Spread(g, ui.L(ui.S(tok, sign+" "), ui.S(textTok, s)), right, w, 16))
	}
	return out
}

// draw draws lines in w by h cells, moved so that the selected row is seen,
// with a mark where more is above or below.
func (m *Model) draw(lines []drawn, w, h int) string {
	th := m.env.Theme
	sel, _ := m.list.Selected()
	from := 0
	for i, d := range lines {
		if d.row == sel && i >= h {
			from = i - h + 1
		}
	}
	out := make([]string, h)
	for y := range out {
		i := from + y
		if i >= len(lines) {
			out[y] = strings.Repeat(" ", w)
			continue
		}
		more := ""
		switch {
		case y == 0 && from > 0:
			more = th.Glyphs.Up
		case y == h-1 && i < len(lines)-1:
			more = th.Glyphs.Down
		}
		out[y] = drawLine(th, lines[i].line, w, lines[i].row == sel, more)
	}
	return strings.Join(out, "\n")
}

// drawLine is one line between the cursor's cell and the scroll mark's.
func drawLine(th *ui.Theme, l ui.Line, w int, selected bool, more string) string {
	g := &th.Glyphs
	l = l.Truncate(g, max(w-2, 0))
	if more != "" {
		l = append(ui.Line{}, l...).Gap(max(w-2-l.Width(), 0)).Add(ui.Muted, more)
	}
	switch {
	case selected && th.Style(ui.Selection).Reverse && w > 1:
		// A reversed half block would be the other half: the sign stays as it is.
		return th.Paint(ui.Accent, g.Cursor) + l.RenderSelected(th, w-1)
	case selected:
		return append(ui.L(ui.S(ui.Accent, g.Cursor)), l...).RenderSelected(th, w)
	}
	return append(ui.L(ui.S(ui.Text, " ")), l...).Render(th, w)
}
