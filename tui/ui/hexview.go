package ui

import (
	"fmt"
	"strings"

	tea "charm.land/bubbletea/v2"
)

// Range is the bytes [From, To).
type Range struct{ From, To int }

// Has reports whether byte i is in the range.
func (r Range) Has(i int) bool { return i >= r.From && i < r.To }

// HexView shows bytes: offset, pairs, text. Bytes in Hidden are never drawn.
type HexView struct {
	Data []byte
	// Base is the offset of the first byte.
	Base int
	// Marked are the bytes of the selected field.
	Marked []Range
	// Hidden are bytes that stay secret; they are drawn as dots.
	Hidden []Range
	// Field tells which field a byte belongs to, or -1; may be nil.
	Field func(i int) int
	// Focus shows the cursor and takes keys.
	Focus bool

	cursor, top    int
	height, perRow int
}

// Cursor is the byte under the cursor.
func (v *HexView) Cursor() int { return max(min(v.cursor, len(v.Data)-1), 0) }

// SetCursor moves the cursor to byte i, clamped.
func (v *HexView) SetCursor(i int) {
	v.cursor = max(min(i, len(v.Data)-1), 0)
	v.settle()
}

// FieldAt is the field of the byte under the cursor, -1 when there is none.
func (v *HexView) FieldAt() int {
	if v.Field == nil || len(v.Data) == 0 {
		return -1
	}
	return v.Field(v.Cursor())
}

// Update moves the cursor and reports whether the message was for it.
func (v *HexView) Update(msg tea.Msg) bool {
	if k := keyOf(msg); k != "" {
		return v.Key(k)
	}
	return false
}

// Key moves the cursor by a keystroke.
func (v *HexView) Key(key string) bool {
	row := max(v.perRow, 1)
	page := row * max(v.height-1, 1)
	by := 0
	switch key {
	case "left", "h":
		by = -1
	case "right", "l":
		by = 1
	case "up", "k":
		by = -row
	case "down", "j":
		by = row
	case "pgup", "ctrl+b":
		by = -page
	case "pgdown", "ctrl+f":
		by = page
	case "ctrl+u":
		by = -max(page/2/row, 1) * row
	case "ctrl+d":
		by = max(page/2/row, 1) * row
	case "home", "g":
		by = -len(v.Data)
	case "end", "G":
		by = len(v.Data)
	default:
		return false
	}
	v.SetCursor(v.Cursor() + by)
	return true
}

// Position is where the cursor is, as "12/40"; empty without bytes.
func (v *HexView) Position() string {
	if len(v.Data) == 0 {
		return ""
	}
	return fmt.Sprintf("%d/%d", v.Cursor()+1, len(v.Data))
}

// RowsFor is how many lines the bytes need at a width.
func (v *HexView) RowsFor(w int) int {
	n := v.fit(w)
	return (len(v.Data) + n - 1) / n
}

func (v *HexView) digits() int {
	return max(len(fmt.Sprintf("%X", v.Base+max(len(v.Data)-1, 0))), 4)
}

// fit is how many bytes a row holds at a width.
func (v *HexView) fit(w int) int {
	for _, n := range []int{16, 8, 4, 2} {
		if v.rowWidth(min(n, max(len(v.Data), 1))) <= w {
			return n
		}
	}
	return 1
}

// rowWidth is the cells of a row of n bytes: offset, pairs and text, two
// blanks between them.
func (v *HexView) rowWidth(n int) int { return v.digits() + 2 + 3*n - 1 + 2 + n }

func (v *HexView) settle() {
	row, h := max(v.perRow, 1), max(v.height, 1)
	at := v.Cursor() / row
	v.top = max(min(v.top, at), at-h+1)
	v.top = max(min(v.top, (len(v.Data)+row-1)/row-h), 0)
}

// View draws the visible rows.
func (v *HexView) View(th *Theme, w, h int) string {
	if w <= 0 || h <= 0 {
		return ""
	}
	if n := v.fit(w); n != v.perRow || h != v.height {
		v.perRow, v.height = n, h
	}
	v.settle()
	out := make([]string, h)
	for y := range out {
		from := (v.top + y) * v.perRow
		if from >= len(v.Data) {
			out[y] = spaces(w)
			continue
		}
		out[y] = v.row(th, from, w).Render(th, w)
	}
	return strings.Join(out, "\n")
}

func (v *HexView) row(th *Theme, from, w int) Line {
	cols := v.perRow
	if v.rowWidth(cols) > w { // a short file in a narrow place needs no empty columns
		cols = max(min(cols, len(v.Data)), 1)
	}
	l := L(S(Muted, fmt.Sprintf("%0*X", v.digits(), v.Base+from)), S(Text, "  "))
	var text Line
	for i := from; i < from+cols; i++ {
		if i >= len(v.Data) {
			l = l.Gap(2)
		} else {
			tok, pair, char := v.byteAt(th, i)
			l = l.Add(tok, pair)
			text = text.Add(v.textTok(tok), char)
		}
		if i+1 < from+cols {
			l = l.Add(v.gapTok(i), " ")
		}
	}
	return append(l.Gap(2), text...)
}

func (v *HexView) byteAt(th *Theme, i int) (tok Token, pair, char string) {
	b := v.Data[i]
	pair, char = fmt.Sprintf("%02X", b), "."
	if b >= 0x20 && b < 0x7F {
		char = string(rune(b))
	}
	hidden := in(v.Hidden, i)
	if hidden {
		pair, char = th.Glyphs.Dot+th.Glyphs.Dot, th.Glyphs.Dot
	}
	switch {
	case v.Focus && i == v.Cursor():
		tok = Cursor
	case hidden:
		tok = Secret
	case in(v.Marked, i):
		tok = Mark
	}
	return tok, pair, char
}

// textTok is the look of the text column: as the pair, but grey at rest.
func (v *HexView) textTok(pair Token) Token {
	if pair == Text {
		return Muted
	}
	return pair
}

// gapTok joins the highlight of two marked neighbours.
func (v *HexView) gapTok(i int) Token {
	if i+1 < len(v.Data) && in(v.Marked, i) && in(v.Marked, i+1) && !in(v.Hidden, i) && !in(v.Hidden, i+1) {
		return Mark
	}
	return Text
}

func in(rs []Range, i int) bool {
	for _, r := range rs {
		if r.Has(i) {
			return true
		}
	}
	return false
}
