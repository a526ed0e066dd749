package ui

import (
	"slices"
	"strings"

	tea "charm.land/bubbletea/v2"
)

// Area is a text of several lines that is typed. The zero value is ready.
type Area struct {
	// Limit is the number of characters it takes; 0 is 65536.
	Limit int
	// Focus draws the cursor.
	Focus bool

	lines    [][]rune
	row, col int
	top      int // first line shown
	height   int // lines drawn last
}

const areaLimit = 1 << 16

// Value is what was typed.
func (a *Area) Value() string {
	out := make([]string, len(a.lines))
	for i, l := range a.lines {
		out[i] = string(l)
	}
	return strings.Join(out, "\n")
}

// SetValue replaces the text and puts the cursor at its beginning.
func (a *Area) SetValue(s string) {
	a.lines, a.row, a.col, a.top = nil, 0, 0, 0
	a.insert(s)
	a.row, a.col = 0, 0
}

// Position is the line and column of the cursor, from 1 on.
func (a *Area) Position() (row, col int) { return a.row + 1, a.col + 1 }

func (a *Area) settle() {
	if len(a.lines) == 0 {
		a.lines = [][]rune{nil}
	}
	a.row = max(min(a.row, len(a.lines)-1), 0)
	a.col = max(min(a.col, len(a.lines[a.row])), 0)
	if a.height > 0 {
		a.top = max(min(a.top, a.row), a.row-a.height+1)
	}
	a.top = max(min(a.top, len(a.lines)-a.height), 0)
}

func (a *Area) size() int {
	n := 0
	for _, l := range a.lines {
		n += len(l) + 1
	}
	return n
}

// insert puts text at the cursor. Tabs become blanks; what cannot be shown is
// left out.
func (a *Area) insert(s string) {
	a.settle()
	limit := a.Limit
	if limit <= 0 {
		limit = areaLimit
	}
	room := limit - a.size()
	for i, part := range strings.Split(strings.NewReplacer("\r\n", "\n", "\r", "\n", "\t", "  ").Replace(s), "\n") {
		if i > 0 && room > 0 {
			rest := slices.Clone(a.lines[a.row][a.col:])
			a.lines[a.row] = a.lines[a.row][:a.col:a.col]
			a.lines = slices.Insert(a.lines, a.row+1, rest)
			a.row, a.col = a.row+1, 0
			room--
		}
		typed := []rune(Clean(part))
		typed = typed[:min(len(typed), max(room, 0))]
		room -= len(typed)
		a.lines[a.row] = slices.Insert(slices.Clip(a.lines[a.row]), a.col, typed...)
		a.col += len(typed)
	}
}

// Update edits the text and reports whether the message was for it. Esc, Tab
// and keys with Ctrl that edit nothing are not.
func (a *Area) Update(msg tea.Msg) bool {
	switch m := msg.(type) {
	case tea.PasteMsg:
		a.insert(m.Content)
		return true
	case tea.KeyPressMsg:
		if a.Key(m.String()) {
			return true
		}
		if m.Text != "" && m.Mod&^tea.ModShift == 0 {
			a.insert(m.Text)
			return true
		}
	}
	return false
}

// Key handles an editing keystroke.
func (a *Area) Key(key string) bool {
	a.settle()
	line := a.lines[a.row]
	switch key {
	case "enter":
		a.insert("\n" + string(line[:indent(line, a.col)]))
	case "up":
		a.row--
	case "down":
		a.row++
	case "pgup":
		a.row -= max(a.height-1, 1)
	case "pgdown":
		a.row += max(a.height-1, 1)
	case "left":
		a.step(-1)
	case "right":
		a.step(1)
	case "home", "ctrl+a":
		a.col = 0
	case "end", "ctrl+e":
		a.col = len(line)
	case "backspace", "ctrl+h":
		if a.step(-1) {
			a.cut()
		}
	case "delete", "ctrl+d":
		a.cut()
	case "ctrl+u":
		a.lines[a.row], a.col = line[a.col:], 0
	case "ctrl+k":
		a.lines[a.row] = line[:a.col:a.col]
	default:
		return false
	}
	a.settle()
	return true
}

// indent is how many blanks the line begins with, before the cursor.
func indent(line []rune, col int) int {
	n := 0
	for n < min(col, len(line)) && line[n] == ' ' {
		n++
	}
	return n
}

// step moves the cursor by one character, over the end of a line too, and
// reports whether it moved.
func (a *Area) step(by int) bool {
	switch at := a.col + by; {
	case at < 0 && a.row == 0, at > len(a.lines[a.row]) && a.row == len(a.lines)-1:
		return false
	case at < 0:
		a.row--
		a.col = len(a.lines[a.row])
	case at > len(a.lines[a.row]):
		a.row, a.col = a.row+1, 0
	default:
		a.col = at
	}
	return true
}

// cut deletes the character under the cursor, or the end of the line.
func (a *Area) cut() {
	line := a.lines[a.row]
	switch {
	case a.col < len(line):
		a.lines[a.row] = slices.Delete(slices.Clone(line), a.col, a.col+1)
	case a.row+1 < len(a.lines):
		a.lines[a.row] = slices.Concat(line, a.lines[a.row+1])
		a.lines = slices.Delete(a.lines, a.row+1, a.row+2)
	}
}

// View draws the text in exactly w by h cells; a long line is moved so that
// the cursor is seen.
func (a *Area) View(th *Theme, w, h int) string {
	if w <= 0 || h <= 0 {
		return ""
	}
	a.height = h
	a.settle()
	lines := make([]Line, 0, h)
	for i := a.top; i < min(a.top+h, len(a.lines)); i++ {
		if i != a.row || !a.Focus {
			lines = append(lines, T(string(a.lines[i])).Truncate(&th.Glyphs, w))
			continue
		}
		in := Input{Focus: true, text: a.lines[i], at: a.col, Limit: areaLimit}
		lines = append(lines, in.Line(&th.Glyphs, w))
	}
	return RenderLines(th, lines, w, h)
}
