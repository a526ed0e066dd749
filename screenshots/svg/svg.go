package svg

import (
	"bytes"
	"encoding/xml"
	"fmt"
	"strconv"
	"strings"
)

// The window around the screen, in pixels.
const (
	padding   = 14 // between the window's edge and the cells
	barHeight = 36
	corner    = 10
)

// fonts come in the order in which a character is looked for: signs that are
// one cell wide are in DejaVu, where they are not as wide as in a CJK font.
const fonts = "'JetBrains Mono','DejaVu Sans Mono','Noto Sans Mono CJK SC',monospace"

// Draw gives the picture of a screen with a title in its window's bar.
func Draw(s Screen, t Theme, title string) []byte {
	cols, rows := s.size()
	width, height := cols*cellW+2*padding, rows*cellH+2*padding+barHeight
	d := &drawing{theme: t}
	d.window(width, height, title)
	fmt.Fprintf(&d.out, "<g transform=\"translate(%d %d)\">\n", padding, padding+barHeight)
	cells := make([][]glyph, rows)
	for y := range s.Cells {
		cells[y] = d.glyphs(s, y)
	}
	for y, row := range cells {
		d.backgrounds(row, y)
	}
	for y, row := range cells {
		d.shapes(row, y)
		d.text(row, y)
		d.rules(row, y)
	}
	d.out.WriteString("</g>\n</svg>\n")
	return d.out.Bytes()
}

type drawing struct {
	theme Theme
	out   bytes.Buffer
}

func (d *drawing) window(width, height int, title string) {
	t := d.theme
	fmt.Fprintf(&d.out, `<svg xmlns="http://www.w3.org/2000/svg" width="%d" height="%d" viewBox="0 0 %d %d" font-family="%s" font-size="16.667" style="font-variant-ligatures:none">`+"\n",
		width, height, width, height, fonts)
	fmt.Fprintf(&d.out, "<rect x=\".5\" y=\".5\" width=\"%d\" height=\"%d\" rx=\"%d\" fill=\"%s\"/>\n",
		width-1, height-1, corner, hex(t.Background))
	fmt.Fprintf(&d.out, "<path d=\"M.5 %dV%d.5Q.5 .5 %d.5 .5H%d.5Q%d.5 .5 %d.5 %d.5V%dZ\" fill=\"%s\"/>\n",
		barHeight, corner, corner, width-corner-1, width-1, width-1, corner, barHeight, hex(t.Bar))
	for i, c := range []int{9, 11, 10} { // red, yellow, green
		fmt.Fprintf(&d.out, "<circle cx=\"%d\" cy=\"%d\" r=\"6\" fill=\"%s\"/>\n",
			20+i*20, barHeight/2, hex(t.Palette[c]))
	}
	fmt.Fprintf(&d.out, "<text x=\"%d\" y=\"%d\" font-size=\"13\" text-anchor=\"middle\" fill=\"%s\">%s</text>\n",
		width/2, barHeight/2+5, hex(t.Title), escape(title))
	fmt.Fprintf(&d.out, "<rect x=\".5\" y=\".5\" width=\"%d\" height=\"%d\" rx=\"%d\" fill=\"none\" stroke=\"%s\"/>\n",
		width-1, height-1, corner, hex(t.Frame))
}

// backgrounds fills the cells whose background is not the terminal's own.
func (d *drawing) backgrounds(row []glyph, y int) {
	for x := 0; x < len(row); {
		from, bg := x, row[x].bg
		for x < len(row) && row[x].bg == bg {
			x++
		}
		if bg == d.theme.Background {
			continue
		}
		fmt.Fprintf(&d.out, "<rect x=\"%d\" y=\"%d\" width=\"%d\" height=\"%d\" fill=\"%s\" shape-rendering=\"crispEdges\"/>\n",
			from*cellW, y*cellH, (x-from)*cellW, cellH, hex(bg))
	}
}

// shapes draws line drawing and block characters as vectors, so that they
// meet from cell to cell and from row to row whatever the fonts are.
func (d *drawing) shapes(row []glyph, y int) {
	for x := 0; x < len(row); {
		if !isShape(row[x].char) {
			x++
			continue
		}
		from := x
		for x < len(row) && isShape(row[x].char) && row[x].fg == row[from].fg &&
			shade(row[x].char) == shade(row[from].char) {
			x++
		}
		d.shapeRun(row[from:x], from, y)
	}
}

func (d *drawing) shapeRun(run []glyph, x, y int) {
	var path, fill, stroke strings.Builder
	var rects []rect
	for i, g := range run {
		left, top := (x+i)*cellW, y*cellH
		if cell, ok := boxRects(g.char); ok {
			for _, r := range cell {
				rects = join(rects, rect{r.x + left*10, r.y + top*10, r.w, r.h})
			}
		} else if shape, ok := fills[g.char]; ok {
			fill.WriteString(move(shape, left, top))
		} else {
			stroke.WriteString(move(strokes[g.char], left, top))
		}
	}
	for _, r := range rects {
		fmt.Fprintf(&path, "M%s %sh%sv%sh-%sz", tenths(r.x), tenths(r.y), tenths(r.w), tenths(r.h), tenths(r.w))
	}
	colour := hex(run[0].fg)
	if part := shade(run[0].char); part < 100 {
		colour += fmt.Sprintf("\" fill-opacity=\".%02d", part)
	}
	if path.Len() > 0 {
		fmt.Fprintf(&d.out, "<path d=\"%s\" fill=\"%s\" shape-rendering=\"crispEdges\"/>\n", path.String(), colour)
	}
	if fill.Len() > 0 {
		fmt.Fprintf(&d.out, "<path d=\"%s\" fill=\"%s\"/>\n", fill.String(), colour)
	}
	if stroke.Len() > 0 {
		fmt.Fprintf(&d.out, "<path d=\"%s\" fill=\"none\" stroke=\"%s\"/>\n", stroke.String(), colour)
	}
}

// join appends r, or lengthens a rectangle of the same height that ends where
// r begins.
func join(rects []rect, r rect) []rect {
	for i := len(rects) - 1; i >= 0 && i >= len(rects)-4; i-- {
		last := &rects[i]
		if last.y == r.y && last.h == r.h && last.x+last.w == r.x {
			last.w += r.w
			return rects
		}
	}
	return append(rects, r)
}

// move shifts a path that uses M, L, Q, H, V and Z with absolute places.
func move(path string, dx, dy int) string {
	var out strings.Builder
	axis := 0
	for i := 0; i < len(path); {
		c := path[i]
		if c >= 'A' && c <= 'Z' {
			out.WriteByte(c)
			i++
			axis = 0
			if c == 'V' {
				axis = 1
			}
			continue
		}
		if c == ' ' {
			i++
			continue
		}
		end := i
		for end < len(path) && (path[end] == '.' || path[end] >= '0' && path[end] <= '9') {
			end++
		}
		v, _ := strconv.ParseFloat(path[i:end], 64)
		if last := out.String(); last[len(last)-1] < 'A' {
			out.WriteByte(' ')
		}
		out.WriteString(strconv.FormatFloat(v+float64([2]int{dx, dy}[axis]), 'f', -1, 64))
		axis = 1 - axis
		i = end
	}
	return out.String()
}

// rules draws underlines and strikes.
func (d *drawing) rules(row []glyph, y int) {
	for x := 0; x < len(row); {
		from, u := x, row[x].rule
		for x < len(row) && row[x].rule == u {
			x++
		}
		for _, l := range u.lines() {
			dashed := ""
			if l.dashes != "" {
				dashed = fmt.Sprintf(" stroke-dasharray=\"%s\"", l.dashes)
			}
			fmt.Fprintf(&d.out, "<path d=\"M%d %s.5H%d\" stroke=\"%s\"%s/>\n",
				from*cellW, strconv.Itoa(y*cellH+l.y), x*cellW, hex(l.colour), dashed)
		}
	}
}

// tenths writes a number of tenths of a pixel.
func tenths(n int) string {
	if n%10 == 0 {
		return strconv.Itoa(n / 10)
	}
	return fmt.Sprintf("%d.%d", n/10, n%10)
}

func escape(s string) string {
	var out bytes.Buffer
	_ = xml.EscapeText(&out, []byte(s))
	return out.String()
}
