package ef

import (
	"image/color"
	"strings"
)

// Cell is one character of a picture in a terminal: two points, one above the
// other. A colour whose A is 0 is transparent.
type Cell struct {
	Rune        rune // '▀', '▄', '█' or ' '
	Top, Bottom color.NRGBA
}

// Ink is the colour that the rune is drawn in, Paper the one behind it; ok is
// false where the terminal's own shows.
func (c Cell) Ink() (ink color.NRGBA, ok bool) {
	if c.Rune == '▄' {
		return c.Bottom, true
	}
	return c.Top, c.Rune != ' '
}

// Paper is the colour behind the rune; ok is false where the terminal's own
// shows.
func (c Cell) Paper() (paper color.NRGBA, ok bool) {
	return c.Bottom, c.Rune == '▀' && c.Bottom.A != 0
}

// Mono is the rune for a picture without colours in the two of the terminal:
// dark points are drawn, the others left.
func (c Cell) Mono() rune {
	top, bottom := c.Top.A != 0 && c.Top.R < 0x80, c.Bottom.A != 0 && c.Bottom.R < 0x80
	switch {
	case top && bottom:
		return '█'
	case top:
		return '▀'
	case bottom:
		return '▄'
	}
	return ' '
}

func cellOf(top, bottom color.NRGBA) Cell {
	c := Cell{Rune: '▀', Top: top, Bottom: bottom}
	switch {
	case top.A == 0 && bottom.A == 0:
		c.Rune = ' '
	case top.A == 0:
		c.Rune = '▄'
	case top == bottom:
		c.Rune = '█'
	}
	return c
}

// HalfBlocks draws the picture into rows of cells, two points in each. A
// picture that is wider than columns or higher than 2*rows points is made
// smaller in proportion; 0 is no limit.
func (m Image) HalfBlocks(columns, rows int) [][]Cell {
	m = m.fit(columns, 2*rows)
	var out [][]Cell
	for y := 0; y < m.Height; y += 2 {
		line := make([]Cell, m.Width)
		for x := range line {
			line[x] = cellOf(m.At(x, y), m.At(x, y+1))
		}
		out = append(out, line)
	}
	return out
}

// shades are from nothing to dark.
const shades = " .:-=+*#%@"

// ASCII draws the picture in plain characters, two points one above the other
// in each: of a picture without colours ' for the upper, . for the lower, # for
// both; else by how dark they are. Limits are those of HalfBlocks.
func (m Image) ASCII(columns, rows int) []string {
	whole := m.Mono && (columns <= 0 || m.Width <= columns) && (rows <= 0 || m.Height <= 2*rows)
	m = m.fit(columns, 2*rows)
	var out []string
	for y := 0; y < m.Height; y += 2 {
		line := make([]byte, m.Width)
		for x := range line {
			top, bottom := darkness(m.At(x, y)), darkness(m.At(x, y+1))
			if whole {
				line[x] = " '.#"[bitIf(top > 0, 0)|bitIf(bottom > 0, 1)]
			} else {
				line[x] = shades[(top+bottom)*(len(shades)-1)/(2*0xFF)]
			}
		}
		out = append(out, strings.TrimRight(string(line), " "))
	}
	return out
}

// darkness is 0 for white and for what is transparent, 255 for black.
func darkness(c color.NRGBA) int {
	if c.A == 0 {
		return 0
	}
	return 0xFF - (299*int(c.R)+587*int(c.G)+114*int(c.B))/1000
}

// fit makes the picture small enough for width by height points; a limit that
// is not above 0 is none.
func (m Image) fit(width, height int) Image {
	w, h := m.Width, m.Height
	if width > 0 && w > width {
		w, h = width, max(m.Height*width/m.Width, 1)
	}
	if height > 0 && h > height {
		w, h = max(m.Width*height/m.Height, 1), height
		if width > 0 {
			w = min(w, width)
		}
	}
	if w == m.Width && h == m.Height {
		return m
	}
	out := Image{Width: w, Height: h, Mono: m.Mono, Pixels: make([]color.NRGBA, w*h)}
	for y := range h {
		for x := range w {
			out.Pixels[y*w+x] = m.mean(x*m.Width/w, y*m.Height/h, (x+1)*m.Width/w, (y+1)*m.Height/h)
		}
	}
	return out
}

// mean is the colour of a rectangle: transparent where most of it is.
func (m Image) mean(x0, y0, x1, y1 int) color.NRGBA {
	r, g, b, n, all := 0, 0, 0, 0, 0
	for y := y0; y < y1; y++ {
		for x := x0; x < x1; x++ {
			c := m.At(x, y)
			all++
			if c.A != 0 {
				r, g, b, n = r+int(c.R), g+int(c.G), b+int(c.B), n+1
			}
		}
	}
	if n == 0 || 2*n < all {
		return color.NRGBA{}
	}
	return color.NRGBA{R: byte(r / n), G: byte(g / n), B: byte(b / n), A: 0xFF}
}
