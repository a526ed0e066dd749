package ui

// Column describes one column of a table.
type Column struct {
	Title string
	// Min and Max are the cells it gets at least and at most; Max 0 is no limit.
	Min, Max int
	// Right aligns to the right, for numbers.
	Right bool
	// Middle cuts in the middle, for paths and identifiers.
	Middle bool
	// Drop is the order of leaving when it is narrow: the highest goes first;
	// 0 never goes.
	Drop int
}

const columnGap = 2

// Widths shares w cells between columns whose contents want natural cells
// each. A width of 0 means that the column is left out. The sum of widths and
// gaps is at most w.
func Widths(cols []Column, natural []int, w int) []int {
	out := make([]int, len(cols))
	kept := make([]bool, len(cols))
	for i := range cols {
		kept[i] = true
	}
	for comfort(cols, natural, kept) > w {
		worst := -1
		for i, c := range cols {
			if kept[i] && c.Drop > 0 && (worst < 0 || c.Drop >= cols[worst].Drop) {
				worst = i
			}
		}
		if worst < 0 {
			break
		}
		kept[worst] = false
	}
	left := w
	first := true
	for i := range cols {
		if !kept[i] {
			continue
		}
		if !first {
			left -= columnGap
		}
		out[i] = max(min(colMin(cols[i], natural[i]), left), 0)
		left -= out[i]
		first = false
	}
	grow(cols, natural, kept, out, left)
	return out
}

// grow hands what is left to the columns that want more, a cell to each in
// turn.
func grow(cols []Column, natural []int, kept []bool, out []int, left int) {
	for left > 0 {
		grew := false
		for i := range cols {
			if kept[i] && out[i] > 0 && out[i] < colWant(cols[i], natural[i]) && left > 0 {
				out[i]++
				left--
				grew = true
			}
		}
		if !grew {
			return
		}
	}
}

func colWant(c Column, natural int) int {
	n := max(natural, c.Min, Width(c.Title))
	if c.Max > 0 {
		n = min(n, max(c.Max, c.Min))
	}
	return n
}

// colMin is what a column keeps: no more than its contents need.
func colMin(c Column, natural int) int {
	if c.Min > 0 {
		return c.Min
	}
	return min(colWant(c, natural), 4)
}

// comfortable is the width below which a column is tiresome to read: rather
// than that, others leave.
const comfortable = 14

func comfort(cols []Column, natural []int, kept []bool) int {
	n := -columnGap
	for i := range cols {
		if kept[i] {
			n += max(colMin(cols[i], natural[i]), min(colWant(cols[i], natural[i]), comfortable)) + columnGap
		}
	}
	return n
}

// ColumnsLine puts cells into columns of the given widths.
func ColumnsLine(g *Glyphs, cols []Column, widths []int, cells []Line) Line {
	var out Line
	for i := range cols {
		if widths[i] <= 0 {
			continue
		}
		if out != nil {
			out = out.Gap(columnGap)
		}
		var cell Line
		if i < len(cells) {
			cell = cells[i]
		}
		out = append(out, alignCell(g, cols[i], cell, widths[i])...)
	}
	return out
}

func alignCell(g *Glyphs, c Column, cell Line, w int) Line {
	if c.Middle && cell.Width() > w && len(cell) > 0 {
		cell = Tok(cell[0].Tok, g.TruncateMiddle(cell.Plain(), w))
	}
	cell = cell.Truncate(g, w)
	gap := w - cell.Width()
	if c.Right {
		return append(Line{{Text, spaces(gap)}}, cell...)
	}
	return append(append(Line{}, cell...), Span{Text, spaces(gap)})
}
