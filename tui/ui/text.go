package ui

import (
	"strings"
	"unicode"

	"github.com/charmbracelet/x/ansi"

	"simscope/card/safe"
)

// Clean makes s one harmless line (safe.Text) that takes the same number of
// cells in every terminal as far as that can be had: emoji whose width
// terminals do not agree on lose their modifiers, marks without a letter get
// a dotted circle.
func Clean(s string) string {
	if plainASCII(s) {
		return s
	}
	s = safe.Text(s)
	if plainASCII(s) {
		return s
	}
	var b strings.Builder
	b.Grow(len(s))
	for c := range clusters(s) {
		b.WriteString(cleanCluster(c))
	}
	return b.String()
}

func cleanCluster(c string) string {
	if len(c) == 1 {
		return c
	}
	first := []rune(c)[0]
	w := ansi.StringWidth(c)
	switch {
	case firstCluster(" "+c) != " " && unicode.IsMark(first):
		return "◌" + c // else it joins to what stands before it, a border too
	case firstCluster(" "+c) != " ", firstCluster(c+" ") != c:
		return "?" // joins before or behind
	case w == ansi.StringWidthWc(c) && w > 0:
		return c
	case w > 0 && (unicode.IsLetter(first) || unicode.IsMark(first) || first == '◌'):
		return c // a syllable: its marks are its meaning
	}
	base := string(first)
	if w = ansi.StringWidth(base); w > 0 && w == ansi.StringWidthWc(base) {
		return base
	}
	return "?"
}

func plainASCII(s string) bool {
	for i := 0; i < len(s); i++ {
		if s[i] < 0x20 || s[i] >= 0x7F {
			return false
		}
	}
	return true
}

// clusters yields the user-perceived characters of a text without escape
// sequences.
func clusters(s string) func(yield func(string) bool) {
	return func(yield func(string) bool) {
		for s != "" {
			c, _ := ansi.FirstGraphemeCluster(s, ansi.GraphemeWidth)
			if c == "" || !yield(c) {
				return
			}
			s = s[len(c):]
		}
	}
}

// Width is the number of cells of s; escape sequences take none.
func Width(s string) int {
	if plainASCII(s) {
		return len(s)
	}
	return ansi.StringWidth(s)
}

func spaces(n int) string { return strings.Repeat(" ", max(n, 0)) }

// Fit cuts or pads s, which may be styled, to exactly w cells.
func Fit(s string, w int) string {
	if w <= 0 {
		return ""
	}
	n := Width(s)
	if n > w {
		s = ansi.Truncate(s, w, "")
		n = Width(s)
	}
	return s + spaces(w-n)
}

// FitBlock cuts or pads s to exactly h lines of exactly w cells.
func FitBlock(s string, w, h int) string {
	if w <= 0 || h <= 0 {
		return ""
	}
	return block(strings.Split(s, "\n"), w, h)
}

func block(lines []string, w, h int) string {
	if w <= 0 || h <= 0 {
		return ""
	}
	out := make([]string, h)
	for i := range out {
		if i < len(lines) {
			out[i] = Fit(lines[i], w)
		} else {
			out[i] = spaces(w)
		}
	}
	return strings.Join(out, "\n")
}

// Beside puts views of equal height side by side. Their lines must have their
// full width, as those of every View have.
func Beside(views ...string) string {
	var rows []string
	for n, v := range views {
		for i, l := range strings.Split(v, "\n") {
			switch {
			case n == 0:
				rows = append(rows, l)
			case i < len(rows):
				rows[i] += l
			}
		}
	}
	return strings.Join(rows, "\n")
}

// Above puts views one above the other; empty ones are left out.
func Above(views ...string) string {
	kept := views[:0:0]
	for _, v := range views {
		if v != "" {
			kept = append(kept, v)
		}
	}
	return strings.Join(kept, "\n")
}

// Pad cleans s and makes it exactly w cells wide, text at the left, cut with
// an ellipsis.
func (g *Glyphs) Pad(s string, w int) string {
	s = g.Truncate(s, w)
	return s + spaces(w-Width(s))
}

// PadLeft is Pad with the text at the right, for numbers.
func (g *Glyphs) PadLeft(s string, w int) string {
	s = g.Truncate(s, w)
	return spaces(w-Width(s)) + s
}

// Truncate cleans s and cuts it to at most w cells, with an ellipsis at the
// end where something is missing.
func (g *Glyphs) Truncate(s string, w int) string {
	s = Clean(s)
	switch {
	case w <= 0:
		return ""
	case Width(s) <= w:
		return s
	}
	return headCells(s, w-1) + g.Ellipsis
}

// TruncateMiddle is Truncate with the ellipsis in the middle, for paths and
// identifiers, whose ends tell most.
func (g *Glyphs) TruncateMiddle(s string, w int) string {
	s = Clean(s)
	switch {
	case w <= 0:
		return ""
	case Width(s) <= w:
		return s
	}
	head := w / 2
	return headCells(s, head) + g.Ellipsis + tailCells(s, w-1-head)
}

// headCells is the longest beginning of at most w cells.
func headCells(s string, w int) string {
	n, end := 0, 0
	for c := range clusters(s) {
		if n += Width(c); n > w {
			break
		}
		end += len(c)
	}
	return s[:end]
}

// tailCells is the longest end of at most w cells.
func tailCells(s string, w int) string {
	rest := Width(s)
	start := 0
	for c := range clusters(s) {
		if rest <= w {
			break
		}
		rest -= Width(c)
		start += len(c)
	}
	return s[start:]
}

// cutCells is the cells [from, to) of a plain text, exactly to-from of them:
// a wide character that is cut in two leaves a space, a short text is padded.
func cutCells(s string, from, to int) string {
	var b strings.Builder
	at, out := 0, from
	for c := range clusters(s) {
		w := Width(c)
		if at+w > to {
			break
		}
		if at >= from {
			b.WriteString(spaces(at - out))
			b.WriteString(c)
			out = at + w
		}
		at += w
	}
	b.WriteString(spaces(to - out))
	return b.String()
}

// Wrap cleans s and breaks it at spaces into lines of at most w cells; words
// that are longer, and text without spaces, are broken where the line ends.
// A line feed in s begins a new line.
func Wrap(s string, w int) []string {
	if w <= 0 {
		return nil
	}
	var out []string
	for para := range strings.SplitSeq(s, "\n") {
		out = append(out, wrapLine(Clean(para), w)...)
	}
	return out
}

func wrapLine(s string, w int) []string {
	var out []string
	line := ""
	for _, word := range strings.Fields(s) {
		sep := ""
		if line != "" {
			sep = " "
		}
		if Width(line)+len(sep)+Width(word) <= w {
			line += sep + word
			continue
		}
		if line != "" {
			out = append(out, line)
		}
		for {
			head := headCells(word, w)
			if head == "" { // one character wider than the line
				head = firstCluster(word)
			}
			if len(head) == len(word) {
				break
			}
			out = append(out, head)
			word = word[len(head):]
		}
		line = word
	}
	return append(out, line)
}

func firstCluster(s string) string {
	for c := range clusters(s) {
		return c
	}
	return s
}
