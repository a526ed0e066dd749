package cli

import (
	"fmt"
	"io"
	"strings"

	"simscope/card/safe"

	"github.com/charmbracelet/x/ansi"
)

// table writes columns that line up by terminal cells. Every cell is made
// safe; the last column is not padded.
type table struct {
	w    io.Writer
	rows [][]string
}

func newTable(w io.Writer) *table { return &table{w: w} }

func (t *table) row(cells ...string) {
	for i, c := range cells {
		cells[i] = safe.Text(c)
	}
	t.rows = append(t.rows, cells)
}

func (t *table) flush() {
	var width []int
	for _, r := range t.rows {
		for i, c := range r {
			if i == len(width) {
				width = append(width, 0)
			}
			width[i] = max(width[i], ansi.StringWidth(c))
		}
	}
	for _, r := range t.rows {
		var b strings.Builder
		for i, c := range r {
			b.WriteString(c)
			if i < len(r)-1 {
				b.WriteString(strings.Repeat(" ", width[i]-ansi.StringWidth(c)+2))
			}
		}
		fmt.Fprintln(t.w, strings.TrimRight(b.String(), " "))
	}
}
