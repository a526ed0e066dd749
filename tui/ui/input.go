package ui

import (
	"strings"
	"unicode"

	tea "charm.land/bubbletea/v2"
)

// Input is a line of text that is typed. The zero value is ready.
type Input struct {
	// Prompt stands before the text, in grey Hint in its place while empty.
	Prompt, Hint string
	// Limit is the number of characters it takes; 0 is 4096.
	Limit int
	// Accept says which characters it takes; nil takes all that can be shown.
	Accept func(r rune) bool
	// Focus draws the cursor.
	Focus bool

	text []rune
	at   int
}

const inputLimit = 4096

// Value is what was typed.
func (in *Input) Value() string { return string(in.text) }

// SetValue replaces the text and puts the cursor at its end.
func (in *Input) SetValue(s string) {
	in.text, in.at = nil, 0
	in.insert(s)
}

// Reset empties it.
func (in *Input) Reset() { in.text, in.at = nil, 0 }

// HexOnly is an Accept for hexadecimal digits and spaces.
func HexOnly(r rune) bool { return r == ' ' || r < 0x80 && unicode.Is(unicode.ASCII_Hex_Digit, r) }

func (in *Input) insert(s string) {
	limit := in.Limit
	if limit <= 0 {
		limit = inputLimit
	}
	var ok []rune
	for _, r := range Clean(strings.Join(strings.Fields(s), " ")) {
		if (in.Accept == nil || in.Accept(r)) && len(in.text)+len(ok) < limit {
			ok = append(ok, r)
		}
	}
	in.text = append(in.text[:in.at:in.at], append(ok, in.text[in.at:]...)...)
	in.at += len(ok)
}

// Update edits the text and reports whether the message was for it. Enter,
// Esc, Tab, up and down are not.
func (in *Input) Update(msg tea.Msg) bool {
	switch m := msg.(type) {
	case tea.PasteMsg:
		in.insert(m.Content)
		return true
	case tea.KeyPressMsg:
		if in.Key(m.String()) {
			return true
		}
		if m.Text != "" && m.Mod&^tea.ModShift == 0 {
			if m.Text == " " {
				in.space()
			} else {
				in.insert(m.Text)
			}
			return true
		}
	}
	return false
}

// space is typed as it is: insert folds blanks, which is right for a paste.
func (in *Input) space() {
	if limit := in.Limit; limit > 0 && len(in.text) >= limit || len(in.text) >= inputLimit ||
		in.Accept != nil && !in.Accept(' ') {
		return
	}
	in.text = append(in.text[:in.at:in.at], append([]rune{' '}, in.text[in.at:]...)...)
	in.at++
}

// Key handles an editing keystroke.
func (in *Input) Key(key string) bool {
	switch key {
	case "left", "ctrl+b":
		in.at = max(in.at-1, 0)
	case "right", "ctrl+f":
		in.at = min(in.at+1, len(in.text))
	case "home", "ctrl+a":
		in.at = 0
	case "end", "ctrl+e":
		in.at = len(in.text)
	case "backspace", "ctrl+h":
		in.cut(in.at-1, in.at)
	case "delete", "ctrl+d":
		in.cut(in.at, in.at+1)
	case "ctrl+u":
		in.cut(0, in.at)
	case "ctrl+k":
		in.cut(in.at, len(in.text))
	case "ctrl+w":
		in.cut(in.wordStart(), in.at)
	default:
		return false
	}
	return true
}

func (in *Input) wordStart() int {
	i := in.at
	for i > 0 && in.text[i-1] == ' ' {
		i--
	}
	for i > 0 && in.text[i-1] != ' ' {
		i--
	}
	return i
}

func (in *Input) cut(from, to int) {
	from, to = max(from, 0), min(to, len(in.text))
	if from >= to {
		return
	}
	in.text = append(in.text[:from:from], in.text[to:]...)
	in.at = from
}

// Line is the input as a line of at most w cells; a long text is moved so
// that the cursor is seen.
func (in *Input) Line(g *Glyphs, w int) Line {
	l := Tok(Accent, in.Prompt).Truncate(g, w)
	room := w - l.Width()
	if room <= 0 {
		return l
	}
	if len(in.text) == 0 {
		if !in.Focus {
			return l.Add(Muted, g.Truncate(in.Hint, room))
		}
		return l.Add(Cursor, " ").Add(Muted, g.Truncate(in.Hint, room-1))
	}
	before, under, after := string(in.text[:in.at]), " ", ""
	if in.at < len(in.text) {
		under = firstCluster(string(in.text[in.at:]))
		after = string(in.text[in.at+len([]rune(under)):])
	}
	if !in.Focus {
		return l.Add(Text, g.Truncate(string(in.text), room))
	}
	under = Clean(under)
	before = tailCells(Clean(before), max(room-Width(under), 0))
	after = headCells(Clean(after), max(room-Width(before)-Width(under), 0))
	return l.Add(Text, before).Add(Cursor, under).Add(Text, after)
}

// View draws the input in exactly w cells.
func (in *Input) View(th *Theme, w int) string {
	if w <= 0 {
		return ""
	}
	return in.Line(&th.Glyphs, w).Render(th, w)
}
