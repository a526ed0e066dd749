package ui

import (
	"strconv"
	"strings"

	tea "charm.land/bubbletea/v2"
)

// Source is what a list shows. Keys are the identity of rows: the selection
// stays on its key when rows come and go.
type Source interface {
	Len() int
	Key(i int) string
	// Row is drawn only when it is seen; w is the width it gets.
	Row(i, w int) Row
}

// Finder is a Source that knows where a key is without being searched.
type Finder interface {
	Find(key string) (i int, ok bool)
}

// Row is one row: text at the left, and at the right end what is secondary.
type Row struct{ Left, Right Line }

// Rows is a Source held in memory.
type Rows []struct {
	ID string
	Row
}

// Len implements Source.
func (r Rows) Len() int { return len(r) }

// Key implements Source.
func (r Rows) Key(i int) string { return r[i].ID }

// Row implements Source.
func (r Rows) Row(i, _ int) Row { return r[i].Row }

// scrollMargin is how many rows stay visible beyond the selection.
const scrollMargin = 2

// wheelRows is how far one notch of the wheel goes.
const wheelRows = 3

// List is a list of which only the visible rows are made.
// Call Sync after the source changed.
type List struct {
	// Focus says that this list has the keys.
	Focus bool
	// Follow keeps the selection on the last row while the source grows;
	// moving up ends it.
	Follow bool

	src     Source
	keep    func(i int) bool
	shown   []int // source indexes that pass the filter; nil without one
	scanned int   // how much of the source is in shown
	sel     int   // position among the shown rows
	key     string
	top     int
	height  int // of the last drawing, 0 before the first
}

// NewList makes a list of src.
func NewList(src Source) List {
	l := List{src: src}
	l.Sync()
	return l
}

// SetSource replaces the source; the selection stays on its key.
func (l *List) SetSource(src Source) {
	l.src = src
	l.refilter()
	l.Sync()
}

// SetFilter keeps the rows for which keep is true; nil shows all. keep gets
// the index in the source.
func (l *List) SetFilter(keep func(i int) bool) {
	l.keep = keep
	l.refilter()
	l.Sync()
}

func (l *List) refilter() { l.shown, l.scanned = nil, 0 }

// Refilter runs the filter anew over all rows, for a source that changed other
// than by growing at its end.
func (l *List) Refilter() {
	l.refilter()
	l.Sync()
}

// Sync takes notice of a source that changed: it filters what is new and
// finds the selected key again. A key that has gone leaves the selection at
// its place.
func (l *List) Sync() {
	l.filterNew()
	n := l.Len()
	if n == 0 {
		l.sel, l.top = 0, 0
		return
	}
	if l.Follow {
		l.set(n - 1)
		return
	}
	if l.key != "" {
		if i, ok := l.find(l.key); ok {
			if i != l.sel {
				l.top += i - l.sel
				l.sel = i
			}
			l.settle()
			return
		}
	}
	l.set(min(l.sel, n-1))
}

func (l *List) filterNew() {
	if l.keep == nil || l.src == nil {
		l.shown = nil
		return
	}
	n := l.src.Len()
	if n < l.scanned {
		l.shown, l.scanned = nil, 0
	}
	if l.shown == nil {
		l.shown = []int{}
	}
	for ; l.scanned < n; l.scanned++ {
		if l.keep(l.scanned) {
			l.shown = append(l.shown, l.scanned)
		}
	}
}

// find looks at the old place first, then above it (rows that were dropped
// from the front), then below.
func (l *List) find(key string) (int, bool) {
	n := l.Len()
	if l.sel < n && l.src.Key(l.index(l.sel)) == key {
		return l.sel, true
	}
	if f, ok := l.src.(Finder); ok && l.shown == nil {
		i, ok := f.Find(key)
		return i, ok && i >= 0 && i < n
	}
	for i := min(l.sel, n) - 1; i >= 0; i-- {
		if l.src.Key(l.index(i)) == key {
			return i, true
		}
	}
	for i := l.sel + 1; i < n; i++ {
		if l.src.Key(l.index(i)) == key {
			return i, true
		}
	}
	return 0, false
}

// Len is the number of rows shown.
func (l *List) Len() int {
	switch {
	case l.src == nil:
		return 0
	case l.keep != nil:
		return len(l.shown)
	}
	return l.src.Len()
}

// index is the source index of the shown row i.
func (l *List) index(i int) int {
	if l.keep != nil {
		return l.shown[i]
	}
	return i
}

// Selected is the source index of the selected row; ok is false when the list
// is empty.
func (l *List) Selected() (i int, ok bool) {
	if l.sel >= l.Len() {
		return 0, false
	}
	return l.index(l.sel), true
}

// SelectedKey is the identity of the selected row, empty when there is none.
func (l *List) SelectedKey() string {
	if i, ok := l.Selected(); ok {
		return l.src.Key(i)
	}
	return ""
}

// Select puts the selection on a key and reports whether it is shown.
func (l *List) Select(key string) bool {
	if l.src == nil {
		return false
	}
	i, ok := l.find(key)
	if ok {
		l.Follow = false
		l.set(i)
	}
	return ok
}

// SelectAt puts the selection on the shown row i, clamped.
func (l *List) SelectAt(i int) { l.set(i) }

// RowAt is the shown row at the line y of the view, for a mouse.
func (l *List) RowAt(y int) (i int, ok bool) {
	i = l.top + y
	return i, y >= 0 && y < l.height && i < l.Len()
}

func (l *List) set(i int) {
	n := l.Len()
	if n == 0 {
		return
	}
	l.sel = min(max(i, 0), n-1)
	l.key = l.src.Key(l.index(l.sel))
	l.settle()
}

// settle moves the window so that the selection and its margin are in it.
func (l *List) settle() {
	if l.height == 0 {
		return // not drawn yet: the window begins at the top
	}
	h := l.height
	m := min(scrollMargin, (h-1)/2)
	l.top = min(l.top, l.sel-m)
	l.top = max(l.top, l.sel+m-h+1)
	l.top = max(min(l.top, l.Len()-h), 0)
}

// Update moves the selection and reports whether the message was for it.
func (l *List) Update(msg tea.Msg) bool {
	switch m := msg.(type) {
	case tea.KeyPressMsg:
		return l.Key(m.String())
	case tea.MouseWheelMsg:
		switch m.Button {
		case tea.MouseWheelUp:
			l.move(-wheelRows)
		case tea.MouseWheelDown:
			l.move(wheelRows)
		default:
			return false
		}
		return true
	}
	return false
}

// Key moves the selection by a keystroke and reports whether it was one of
// the list's.
func (l *List) Key(key string) bool {
	page := max(l.height-1, 1)
	switch key {
	case "up", "k":
		l.move(-1)
	case "down", "j":
		l.move(1)
	case "pgup", "ctrl+b":
		l.move(-page)
	case "pgdown", "ctrl+f":
		l.move(page)
	case "ctrl+u":
		l.move(-max(page/2, 1))
	case "ctrl+d":
		l.move(max(page/2, 1))
	case "home", "g":
		l.move(-l.Len())
	case "end", "G":
		l.move(l.Len())
	default:
		return false
	}
	return true
}

func (l *List) move(by int) {
	if by < 0 {
		l.Follow = false
	}
	l.set(l.sel + by)
}

// Position is where the selection is, as "12/40"; empty for an empty list.
func (l *List) Position() string {
	n := l.Len()
	if n == 0 {
		return ""
	}
	return strconv.Itoa(l.sel+1) + "/" + strconv.Itoa(n)
}

// View draws the visible rows. The first cell is the cursor's, the last one
// stays blank.
func (l *List) View(th *Theme, w, h int) string {
	if w <= 0 || h <= 0 {
		return ""
	}
	if l.height != h {
		l.height = h
		l.settle()
	}
	out := make([]string, h)
	for y := range out {
		i := l.top + y
		if i >= l.Len() {
			out[y] = spaces(w)
			continue
		}
		row := l.src.Row(l.index(i), max(w-2, 0))
		out[y] = drawRow(th, row, w, i == l.sel, l.Focus)
	}
	return strings.Join(out, "\n")
}

// drawRow draws a row with the cursor's cell before it. Without the keys the
// selected row keeps its bar but not its background.
func drawRow(th *Theme, r Row, w int, selected, focus bool) string {
	g := &th.Glyphs
	line := Spread(g, r.Left, r.Right, w-2, 8)
	switch {
	case selected && focus && th.Style(Selection).Reverse && w > 1:
		// A reversed half block would be the other half: the sign stays as it is.
		return th.paint(Accent, g.Cursor, false) + line.RenderSelected(th, w-1)
	case selected && focus:
		return append(L(S(Accent, g.Cursor)), line...).RenderSelected(th, w)
	case selected:
		return append(L(S(Muted, g.Cursor)), line...).Render(th, w)
	}
	return append(L(S(Text, " ")), line...).Render(th, w)
}
