package ui

import "strings"

// Span is a piece of text with one look.
type Span struct {
	Tok  Token
	Text string
}

// Line is one line of text in spans. It names no colour, so it can be kept
// while the theme changes, and it is never nested.
type Line []Span

// S makes a span.
func S(t Token, text string) Span { return Span{t, text} }

// L makes a line of spans.
func L(spans ...Span) Line { return spans }

// T is a line of ordinary text.
func T(text string) Line { return Line{{Text, text}} }

// Tok is a line in one look.
func Tok(t Token, text string) Line { return Line{{t, text}} }

// Add appends a span.
func (l Line) Add(t Token, text string) Line { return append(l, Span{t, text}) }

// Gap appends n blank cells.
func (l Line) Gap(n int) Line { return append(l, Span{Text, spaces(n)}) }

// Plain is the text of the line, cleaned.
func (l Line) Plain() string {
	var b strings.Builder
	for _, s := range l {
		b.WriteString(Clean(s.Text))
	}
	return b.String()
}

// Width is the number of cells of the line.
func (l Line) Width() int {
	n := 0
	for _, s := range l {
		n += Width(Clean(s.Text))
	}
	return n
}

// Truncate cuts the line to at most w cells, with an ellipsis where something
// is missing.
func (l Line) Truncate(g *Glyphs, w int) Line {
	if w <= 0 {
		return nil
	}
	if l.Width() <= w {
		return l
	}
	var out Line
	left := w - 1
	for _, s := range l {
		text := Clean(s.Text)
		n := Width(text)
		if n > left {
			return append(out, Span{s.Tok, headCells(text, left) + g.Ellipsis})
		}
		out = append(out, Span{s.Tok, text})
		left -= n
	}
	return out
}

// Render draws the line in exactly w cells.
func (l Line) Render(th *Theme, w int) string { return l.render(th, w, false) }

// RenderSelected draws the line in exactly w cells on the selection.
func (l Line) RenderSelected(th *Theme, w int) string { return l.render(th, w, true) }

func (l Line) render(th *Theme, w int, selected bool) string {
	if w <= 0 {
		return ""
	}
	l = l.Truncate(&th.Glyphs, w)
	var b strings.Builder
	n := 0
	for _, s := range l {
		text := Clean(s.Text)
		n += Width(text)
		b.WriteString(th.paint(s.Tok, text, selected))
	}
	if n < w {
		b.WriteString(th.paint(Text, spaces(w-n), selected))
	}
	// Letters of two spans may have joined into one.
	return Fit(b.String(), w)
}

// Spread puts right at the right end of w cells and left before it. Where
// both do not fit, left is cut, but keeps at least keep cells; where that is
// impossible right is left out.
func Spread(g *Glyphs, left, right Line, w, keep int) Line {
	rw := right.Width()
	if rw == 0 || rw+1+min(keep, left.Width()) > w {
		return left.Truncate(g, w)
	}
	left = left.Truncate(g, w-rw-1)
	out := append(Line{}, left...).Gap(w - rw - left.Width())
	return append(out, right...)
}

// MarkMatch gives text in the look t with the letters at the given positions
// (in runes, ascending) in the look of an accent.
func MarkMatch(t Token, text string, at []int) Line {
	if len(at) == 0 {
		return Tok(t, text)
	}
	var out Line
	next := 0
	for i, r := range []rune(text) {
		tok := t
		if next < len(at) && at[next] == i {
			tok = Accent
			next++
		}
		if n := len(out); n > 0 && out[n-1].Tok == tok {
			out[n-1].Text += string(r)
		} else {
			out = append(out, Span{tok, string(r)})
		}
	}
	return out
}

// Paragraph wraps text into lines of one look.
func Paragraph(t Token, text string, w int) []Line {
	var out []Line
	for _, l := range Wrap(text, w) {
		out = append(out, Tok(t, l))
	}
	return out
}

// RenderLines draws lines as a block of exactly h lines of w cells.
func RenderLines(th *Theme, lines []Line, w, h int) string {
	if w <= 0 || h <= 0 {
		return ""
	}
	out := make([]string, h)
	for i := range out {
		if i < len(lines) {
			out[i] = lines[i].Render(th, w)
		} else {
			out[i] = spaces(w)
		}
	}
	return strings.Join(out, "\n")
}
