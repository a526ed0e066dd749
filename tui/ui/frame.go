package ui

import (
	"strings"

	"simscope/texts"
)

// Pane is a thin box with a title and a note in its upper border.
type Pane struct {
	Title Line
	// Note stands at the right of the upper border; it is left out when narrow.
	Note string
	// Foot stands at the right of the lower border, for a position.
	Foot string
	// Focus says that this pane has the keys.
	Focus bool
	// Pad is the number of blank cells at each side inside.
	Pad int
	// Danger draws the border in the look of danger.
	Danger bool
}

// Inner is the size of what fits in a pane of w by h. A pane too small for a
// border is all inside.
func (p Pane) Inner(w, h int) (iw, ih int) {
	if w < 4+2*p.Pad || h < 3 {
		return max(w, 0), max(h, 0)
	}
	return w - 2 - 2*p.Pad, h - 2
}

// View draws the pane around body, which is cut or padded to what fits.
func (p Pane) View(th *Theme, w, h int, body string) string {
	iw, ih := p.Inner(w, h)
	if iw == w {
		return FitBlock(body, w, h)
	}
	g := &th.Glyphs
	tok := Border
	switch {
	case p.Danger:
		tok = Bad
	case p.Focus:
		tok = BorderFocus
	}
	side := th.paint(tok, g.V, false)
	left, right := side+spaces(p.Pad), spaces(p.Pad)+side
	out := make([]string, 0, h)
	out = append(out, p.top(th, tok, w))
	for _, l := range strings.Split(FitBlock(body, iw, ih), "\n") {
		out = append(out, left+l+right)
	}
	return strings.Join(append(out, p.bottom(th, tok, w)), "\n")
}

func (p Pane) top(th *Theme, tok Token, w int) string {
	g := &th.Glyphs
	title := p.Title
	if p.Focus {
		title = bolder(title)
	}
	title = title.Truncate(g, w-6)
	tw := title.Width()
	if tw == 0 {
		return th.paint(tok, g.TL+strings.Repeat(g.H, w-2)+g.TR, false)
	}
	note := Clean(p.Note)
	nw := Width(note)
	free := w - 4 - tw // TL, blank, title, blank … TR
	if nw > 0 && nw+4 > free {
		note, nw = "", 0
	}
	b := th.paint(tok, g.TL, false) + " " + title.Render(th, tw) + " "
	if nw > 0 {
		return b + th.paint(tok, strings.Repeat(g.H, free-nw-3), false) + " " +
			th.paint(Muted, note, false) + " " + th.paint(tok, g.H+g.TR, false)
	}
	return b + th.paint(tok, strings.Repeat(g.H, free)+g.TR, false)
}

func (p Pane) bottom(th *Theme, tok Token, w int) string {
	g := &th.Glyphs
	foot := Clean(p.Foot)
	fw := Width(foot)
	if fw == 0 || fw+6 > w {
		return th.paint(tok, g.BL+strings.Repeat(g.H, w-2)+g.BR, false)
	}
	return th.paint(tok, g.BL+strings.Repeat(g.H, w-5-fw), false) + " " +
		th.paint(Muted, foot, false) + " " + th.paint(tok, g.H+g.BR, false)
}

// bolder gives the ordinary text of a line the look of a title.
func bolder(l Line) Line {
	out := make(Line, len(l))
	for i, s := range l {
		if s.Tok == Text {
			s.Tok = Title
		}
		out[i] = s
	}
	return out
}

// Rule is a pane's upper border alone: a line with a title at the left and a
// note at the right, for a part that needs no box.
func Rule(th *Theme, title, note string, focus bool, w int) string {
	g := &th.Glyphs
	if w <= 0 {
		return ""
	}
	tok, tt := Border, Text
	if focus {
		tok, tt = BorderFocus, Title
	}
	title, note = Clean(title), Clean(note)
	l := L(S(tok, g.H))
	if title != "" {
		l = append(l, S(tt, " "+title+" "))
	}
	fill := w - l.Width()
	if nw := Width(note); nw > 0 && nw+4 <= fill {
		l = l.Add(tok, strings.Repeat(g.H, fill-nw-1)).Add(Muted, " "+note)
	} else {
		l = l.Add(tok, strings.Repeat(g.H, max(fill, 0)))
	}
	return l.Render(th, w)
}

// Part is a piece of the header line.
type Part struct {
	Line Line
	// Rank is the order of staying: the lowest leaves first when it is narrow.
	Rank int
	// Right puts it at the right end.
	Right bool
}

// Header draws the first line: parts three cells apart, the least important
// left out until the rest fits; it never wraps.
func Header(th *Theme, parts []Part, w int) string {
	if w <= 0 {
		return ""
	}
	kept := append([]Part(nil), parts...)
	for len(kept) > 1 && headerWidth(kept) > w {
		least := 0
		for i, p := range kept {
			if p.Rank <= kept[least].Rank {
				least = i
			}
		}
		kept = append(kept[:least], kept[least+1:]...)
	}
	var left, right Line
	for _, p := range kept {
		side := &left
		if p.Right {
			side = &right
		}
		if len(*side) > 0 {
			*side = side.Gap(3)
		}
		*side = append(*side, p.Line...)
	}
	left = append(L(S(Text, " ")), left...)
	if len(right) > 0 {
		right = right.Gap(1)
	}
	return Spread(&th.Glyphs, left, right, w, 0).Render(th, w)
}

func headerWidth(parts []Part) int {
	n := 1
	for _, p := range parts {
		n += p.Line.Width() + 3
	}
	return n
}

// Tab is one of the screens.
type Tab struct{ Key, Name string }

// Tabs draws the second line. Where the names do not fit, they stand closer, and
// then the last ones are left out, as many as it takes; the active one always
// keeps its name.
func Tabs(th *Theme, tabs []Tab, active int, right Line, w int) string {
	if w <= 0 {
		return ""
	}
	rw := right.Width()
	named := len(tabs)
	l := tabLine(tabs, active, named, 2)
	for tight := false; l.Width()+rw+2 > w && named > 0; tight = true {
		if tight {
			named--
		}
		l = tabLine(tabs, active, named, 1)
	}
	if rw > 0 {
		right = append(Line{}, right...).Gap(1)
	}
	return Spread(&th.Glyphs, l, right, w, l.Width()).Render(th, w)
}

// tabLine gives a name to the first tabs and the active one.
func tabLine(tabs []Tab, active, named, gap int) Line {
	l := L(S(Text, " "))
	for i, t := range tabs {
		if i > 0 {
			l = l.Gap(gap)
		}
		switch {
		case i == active:
			l = l.Add(Accent, t.Key+" ").Add(Title, t.Name)
		case i < named:
			l = l.Add(Muted, t.Key+" "+t.Name)
		default:
			l = l.Add(Muted, t.Key)
		}
	}
	return l
}

// Hint is a key and what it does.
type Hint struct {
	Key, Does string
	// Off greys it: it cannot be done now.
	Off bool
}

// HintLine draws the last line: hints in the order of their importance, the
// last ones left out when narrow, and right at the right end.
func HintLine(th *Theme, hints []Hint, right Line, w int) string {
	if w <= 0 {
		return ""
	}
	g := &th.Glyphs
	room := w - 1
	if rw := right.Width(); rw > 0 && rw+2 <= w {
		right = append(Line{}, right...).Gap(1)
		room -= rw + 3
	} else {
		right = nil
	}
	l := hintSpans(g, hints, room)
	return Spread(g, append(L(S(Text, " ")), l...), right, w, 0).Render(th, w)
}

// hintSpans is as many hints as fit in room cells, two cells apart.
func hintSpans(g *Glyphs, hints []Hint, room int) Line {
	var l Line
	used := 0
	for _, h := range hints {
		key := ShowKey(g, h.Key)
		n := Width(key) + 1 + Width(Clean(h.Does))
		if used > 0 {
			n += 2
		}
		if used+n > room {
			break
		}
		if used > 0 {
			l = l.Gap(2)
		}
		kt, dt := Accent, Muted
		if h.Off {
			kt, dt = Dim, Dim
		}
		l = l.Add(kt, key).Add(dt, " "+h.Does)
		used += n
	}
	return l
}

// Centre draws lines in the middle of w by h cells, each kept at the left of
// a common column, for empty states and the like.
func Centre(th *Theme, lines []Line, w, h int) string {
	if w <= 0 || h <= 0 {
		return ""
	}
	widest := 0
	for _, l := range lines {
		widest = max(widest, l.Width())
	}
	left := max((w-widest)/2, 0)
	out := make([]Line, max((h-len(lines))/3, 0))
	for _, l := range lines {
		out = append(out, append(L(S(Text, spaces(left))), l...))
	}
	return RenderLines(th, out, w, h)
}

// Empty draws a state with nothing in it: one sentence, and the keys that
// lead on.
func Empty(th *Theme, sentence string, hints []Hint, w, h int) string {
	lines := Paragraph(Text, sentence, max(min(w-4, 64), 1))
	if len(hints) > 0 {
		lines = append(lines, nil, hintSpans(&th.Glyphs, hints, w))
	}
	return Centre(th, lines, w, h)
}

// TooSmall is what stands on a terminal on which the screen would be half
// readable: what it needs and what there is.
func TooSmall(th *Theme, needW, needH, w, h int) string {
	say := texts.Say("ui.small", "needw", needW, "needh", needH, "w", w, "h", h)
	return Centre(th, Paragraph(Text, say, max(w, 1)), w, h)
}
