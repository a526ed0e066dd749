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
	// limit bounds how wide a column gets, 0 for none: a single long cell does
	// not push what stands behind the others out of sight.
	limit int
}

func newTable(w io.Writer) *table { return &table{w: w} }

// fieldLimit is the widest value of a decoded file behind which others line up.
const fieldLimit = 36

// newFields is a table of the fields of a decoded file.
func newFields(w io.Writer) *table { return &table{w: w, limit: fieldLimit} }

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
			if n := ansi.StringWidth(c); t.limit == 0 || n <= t.limit {
				width[i] = max(width[i], n)
			}
		}
	}
	for _, r := range t.rows {
		var b strings.Builder
		for i, c := range r {
			b.WriteString(c)
			if i < len(r)-1 {
				b.WriteString(strings.Repeat(" ", max(width[i]-ansi.StringWidth(c), 0)+2))
			}
		}
		fmt.Fprintln(t.w, strings.TrimRight(b.String(), " "))
	}
}
