package svg

import (
	"fmt"
	"image/color"
	"strings"
	"unicode/utf8"

	uv "github.com/charmbracelet/ultraviolet"
	"github.com/charmbracelet/x/ansi"
)

// glyph is one cell made ready to draw: colours resolved, reverse, faint and
// hidden worked in.
type glyph struct {
	text   string // empty where nothing is drawn: blanks and second halves
	char   rune   // the first character of text, 0 when empty
	width  int
	fg, bg color.RGBA
	bold   bool
	italic bool
	rule   rule
}

// rule is the lines drawn under and through a cell.
type rule struct {
	under  ansi.Underline
	colour color.RGBA
	strike bool
	ink    color.RGBA
}

func (d *drawing) glyphs(s Screen, y int) []glyph {
	row := make([]glyph, len(s.Cells[y]))
	for x, c := range s.Cells[y] {
		row[x] = d.glyph(c, s.Cursor.Visible && s.Cursor.X == x && s.Cursor.Y == y)
		if c.Width == 0 && x > 0 && row[x-1].width == 2 { // the second half looks like the first
			row[x].bg, row[x].rule = row[x-1].bg, row[x-1].rule
		}
	}
	return row
}

func (d *drawing) glyph(c uv.Cell, cursor bool) glyph {
	st := c.Style
	g := glyph{
		fg:     d.theme.resolve(st.Fg, d.theme.Foreground),
		bg:     d.theme.resolve(st.Bg, d.theme.Background),
		width:  c.Width,
		bold:   st.Attrs&uv.AttrBold != 0,
		italic: st.Attrs&uv.AttrItalic != 0,
	}
	if st.Attrs&uv.AttrReverse != 0 {
		g.fg, g.bg = g.bg, g.fg
	}
	if st.Attrs&uv.AttrFaint != 0 {
		g.fg = blend(g.fg, g.bg, 55)
	}
	if cursor {
		g.fg, g.bg = g.bg, g.fg
	}
	if st.Underline != 0 {
		g.rule.under = st.Underline
		g.rule.colour = d.theme.resolve(st.UnderlineColor, g.fg)
	}
	if st.Attrs&uv.AttrStrikethrough != 0 {
		g.rule.strike, g.rule.ink = true, g.fg
	}
	if text := strings.TrimSpace(c.Content); text != "" && st.Attrs&uv.AttrConceal == 0 {
		g.text = text
		g.char, _ = utf8.DecodeRuneInString(text)
	}
	return g
}

// line is one horizontal line of a rule, y pixels below the top of the row.
type line struct {
	y      int
	dashes string
	colour color.RGBA
}

func (r rule) lines() []line {
	var out []line
	switch r.under {
	case ansi.UnderlineNone:
	case ansi.UnderlineDouble:
		out = append(out, line{18, "", r.colour}, line{20, "", r.colour})
	case ansi.UnderlineDotted:
		out = append(out, line{19, "1 1", r.colour})
	case ansi.UnderlineDashed, ansi.UnderlineCurly:
		out = append(out, line{19, "3 2", r.colour})
	default:
		out = append(out, line{19, "", r.colour})
	}
	if r.strike {
		out = append(out, line{11, "", r.ink})
	}
	return out
}

// isShape tells whether a character is drawn as a vector and not as text.
func isShape(r rune) bool {
	if r == 0 {
		return false
	}
	if _, ok := boxRects(r); ok {
		return true
	}
	_, stroked := strokes[r]
	_, filled := fills[r]
	return stroked || filled
}

// ligates holds the characters that JetBrains Mono may join to one drawing
// when they stand together; a terminal does not.
const ligates = "!#$%&*+-./:;<=>?@\\^_|~[]{}()"

// simple tells whether the text font has the character at exactly one cell of
// width: ASCII and Latin.
func simple(g glyph) bool {
	return g.width == 1 && g.char > ' ' && g.char < 0x250 && g.text == string(g.char)
}

// text writes the characters of a row: runs of plain letters that look alike
// together, everything else in the middle of its own cell or cells.
func (d *drawing) text(row []glyph, y int) {
	for x := 0; x < len(row); {
		g := row[x]
		switch {
		case g.text == "" || isShape(g.char):
			x++
		case !simple(g):
			d.put(g, float64(x)*cellW+float64(max(g.width, 1))*cellW/2, y, g.text, "middle", 0)
			x++
		default:
			end := runEnd(row, x)
			d.put(g, float64(x*cellW), y, runText(row[x:end]), "", end-x)
			x = end
		}
	}
}

// runEnd finds the end of the run of plain characters that begins at x. A run
// may hold single blanks, and ends before two that could be joined.
func runEnd(row []glyph, x int) int {
	first, end := row[x], x+1
	for i := x + 1; i < len(row); i++ {
		g := row[i]
		if g.text == "" && g.width == 1 && row[i-1].text != "" {
			continue // a blank belongs to the run only when a letter follows
		}
		if !simple(g) || g.fg != first.fg || g.bold != first.bold || g.italic != first.italic {
			break
		}
		if ligature(row[i-1]) && ligature(g) {
			break
		}
		end = i + 1
	}
	return end
}

func ligature(g glyph) bool { return g.text != "" && strings.ContainsRune(ligates, g.char) }

func runText(run []glyph) string {
	var out strings.Builder
	for _, g := range run {
		if g.text == "" {
			out.WriteByte(' ')
			continue
		}
		out.WriteString(g.text)
	}
	return out.String()
}

// put writes text at x. cells is its length, which viewers that know
// textLength keep to even when the font is another one.
func (d *drawing) put(g glyph, x float64, y int, text, anchor string, cells int) {
	attrs := ""
	if anchor != "" {
		attrs += fmt.Sprintf(" text-anchor=\"%s\"", anchor)
	}
	if cells > 1 {
		attrs += fmt.Sprintf(" textLength=\"%d\"", cells*cellW)
	}
	if g.width == 2 {
		attrs += " font-size=\"18.5\"" // fills two cells, and still one row
	}
	if g.bold {
		attrs += " font-weight=\"bold\""
	}
	if g.italic {
		attrs += " font-style=\"italic\""
	}
	fmt.Fprintf(&d.out, "<text x=\"%s\" y=\"%d\"%s fill=\"%s\">%s</text>\n",
		tenths(int(x*10)), y*cellH+baseline, attrs, hex(g.fg), escape(text))
}
