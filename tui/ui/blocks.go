package ui

import (
	"image/color"
	"strings"

	"github.com/charmbracelet/x/ansi"
)

// Block is one cell of a picture: a sign with the colour it is drawn in and
// the one behind it; nil is the terminal's own.
type Block struct {
	Rune       rune
	Ink, Paper color.Color
}

// Blocks draws a row of a picture. In a theme without colours, or with ASCII,
// the signs must tell all there is.
func (th *Theme) Blocks(row []Block) string {
	var out strings.Builder
	for _, b := range row {
		if th.Mono || b.Ink == nil && b.Paper == nil {
			out.WriteRune(b.Rune)
			continue
		}
		s := ansi.NewStyle()
		if b.Ink != nil {
			s = s.ForegroundColor(b.Ink)
		}
		if b.Paper != nil {
			s = s.BackgroundColor(b.Paper)
		}
		out.WriteString(s.String() + string(b.Rune) + ansi.ResetStyle)
	}
	return out.String()
}

// ASCII reports whether the theme keeps to ASCII.
func (th *Theme) ASCII() bool { return th.ascii }
