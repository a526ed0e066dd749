package svg

import uv "github.com/charmbracelet/ultraviolet"

// Screen is what a terminal shows at one moment: rows of equal length, the
// second half of a wide character being a cell of width 0.
type Screen struct {
	Cells  [][]uv.Cell
	Cursor Cursor
}

// Cursor is the position of the text cursor, in cells from the top left.
type Cursor struct {
	X, Y    int
	Visible bool
}

// size gives columns and rows.
func (s Screen) size() (cols, rows int) {
	for _, row := range s.Cells {
		cols = max(cols, len(row))
	}
	return cols, len(s.Cells)
}
