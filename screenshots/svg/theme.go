package svg

import (
	"fmt"
	"image/color"

	"github.com/charmbracelet/x/ansi"
)

// Theme is the colours of a terminal and of the window around it.
type Theme struct {
	Name       string
	Foreground color.RGBA
	Background color.RGBA
	Frame      color.RGBA // border of the window
	Bar        color.RGBA // title bar
	Title      color.RGBA // text in the title bar
	Palette    [16]color.RGBA
}

// Themes are the terminals that a picture can be taken on.
var Themes = map[string]Theme{
	"dark": {
		Name:       "dark",
		Foreground: rgb(0xd7dae0), Background: rgb(0x16181d),
		Frame: rgb(0x3a3f4b), Bar: rgb(0x21242b), Title: rgb(0x9aa1ad),
		Palette: palette(
			0x21242b, 0xe06c75, 0x98c379, 0xe5c07b, 0x61afef, 0xc678dd, 0x56b6c2, 0xc8ccd4,
			0x5c6370, 0xf07a84, 0xa9d68a, 0xf0cd8a, 0x74bcf5, 0xd48ae6, 0x69c6d1, 0xffffff),
	},
	"light": {
		Name:       "light",
		Foreground: rgb(0x24292f), Background: rgb(0xfdfdfc),
		Frame: rgb(0xc8ccd2), Bar: rgb(0xeceef0), Title: rgb(0x5b636d),
		Palette: palette(
			0x24292f, 0xb3261e, 0x1f7a3a, 0x8a5a00, 0x0b57b0, 0x8239a8, 0x0b7285, 0x6e7781,
			0x57606a, 0xcf222e, 0x2da44e, 0xa86b00, 0x218bff, 0xa475f9, 0x1b9aaa, 0xf6f8fa),
	},
}

func rgb(v uint32) color.RGBA {
	return color.RGBA{R: uint8(v >> 16), G: uint8(v >> 8), B: uint8(v), A: 0xff}
}

func palette(v ...uint32) (p [16]color.RGBA) {
	for i := range p {
		p[i] = rgb(v[i])
	}
	return p
}

// resolve gives the colour that c stands for on this terminal, or def for nil.
// The sixteen named colours are the theme's, the other 240 are xterm's.
func (t Theme) resolve(c color.Color, def color.RGBA) color.RGBA {
	switch c := c.(type) {
	case nil:
		return def
	case ansi.BasicColor:
		return t.Palette[c&15]
	case ansi.IndexedColor:
		if c < 16 {
			return t.Palette[c]
		}
	}
	r, g, b, _ := c.RGBA()
	return color.RGBA{R: uint8(r >> 8), G: uint8(g >> 8), B: uint8(b >> 8), A: 0xff}
}

// blend mixes a and b, with share of a in percent.
func blend(a, b color.RGBA, share int) color.RGBA {
	mix := func(x, y uint8) uint8 { return uint8((int(x)*share + int(y)*(100-share)) / 100) }
	return color.RGBA{R: mix(a.R, b.R), G: mix(a.G, b.G), B: mix(a.B, b.B), A: 0xff}
}

func hex(c color.RGBA) string { return fmt.Sprintf("#%02x%02x%02x", c.R, c.G, c.B) }
