package ui

import "strings"

// Table is a list in columns under a header.
type Table struct {
	List
	cols []Column
	rows []TableRow
	wide []int // natural width of each column
}

// TableRow is a row of a table; cells beyond the columns are not shown.
type TableRow struct {
	Key   string
	Cells []Line
}

type tableSource struct {
	t      *Table
	widths []int
	g      *Glyphs
}

func (s *tableSource) Len() int         { return len(s.t.rows) }
func (s *tableSource) Key(i int) string { return s.t.rows[i].Key }

func (s *tableSource) Row(i, _ int) Row {
	return Row{Left: ColumnsLine(s.g, s.t.cols, s.widths, s.t.rows[i].Cells)}
}

// NewTable makes an empty table.
func NewTable(cols ...Column) *Table {
	t := &Table{cols: cols, wide: make([]int, len(cols))}
	t.List = NewList(nil)
	return t
}

// SetRows replaces the rows; the selection stays on its key.
func (t *Table) SetRows(rows []TableRow) {
	t.rows = rows
	for i := range t.cols {
		t.wide[i] = 0
		for _, r := range rows {
			if i < len(r.Cells) {
				t.wide[i] = max(t.wide[i], r.Cells[i].Width())
			}
		}
	}
	if t.src == nil {
		t.List.SetSource(&tableSource{t: t, widths: make([]int, len(t.cols)), g: &GlyphsUnicode})
		return
	}
	t.List.Refilter()
}

// SelectedRow is the selected row; ok is false when there is none.
func (t *Table) SelectedRow() (TableRow, bool) {
	if i, ok := t.Selected(); ok {
		return t.rows[i], true
	}
	return TableRow{}, false
}

// View draws the header and the rows below it.
func (t *Table) View(th *Theme, w, h int) string {
	if w <= 0 || h <= 0 {
		return ""
	}
	widths := Widths(t.cols, t.wide, max(w-2, 0))
	if s, ok := t.src.(*tableSource); ok {
		s.widths, s.g = widths, &th.Glyphs
	}
	titles := make([]Line, len(t.cols))
	for i, c := range t.cols {
		titles[i] = Tok(Muted, c.Title)
	}
	head := ColumnsLine(&th.Glyphs, t.cols, widths, titles)
	first := append(L(S(Text, " ")), head...).Render(th, w)
	if h == 1 {
		return first
	}
	return strings.Join([]string{first, t.List.View(th, w, h-1)}, "\n")
}
