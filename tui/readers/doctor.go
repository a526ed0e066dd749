package readers

import (
	"fmt"

	"simscope/texts"
	"simscope/tui/ui"
)

// doctorKey scrolls and closes the view of all that was found out. It keeps
// the keys that would act on the list behind it.
func (m *Model) doctorKey(k string) bool {
	switch k {
	case "esc", "d":
		m.doctor = false
	case "up", "k":
		m.doctorTop--
	case "down", "j":
		m.doctorTop++
	case "pgup", "ctrl+b":
		m.doctorTop -= doctorPage
	case "pgdown", "ctrl+f", "space":
		m.doctorTop += doctorPage
	case "home", "g":
		m.doctorTop = 0
	case "end", "G", "shift+g":
		m.doctorTop = doctorEnd
	case "enter", "i", "1", "2", "3", "4", "5", "6", "7", "8", "9":
	default:
		return false
	}
	return true
}

const (
	doctorPage = 10
	// doctorEnd is further down than there are lines; drawing brings it back.
	doctorEnd = 1 << 20
)

// doctorView is every fact, with what mends it.
func (m *Model) doctorView(w, h int) string {
	th := m.env.Theme
	head := []ui.Line{nil, ui.L(ui.S(ui.Title, " "+texts.Say("readers.doctor"))), nil}
	keys := ui.T("  ").Add(ui.Accent, "esc").Add(ui.Muted, " "+texts.Say("readers.doctor_close"))
	if h < 15 {
		head = head[1:2]
	}
	if h < 4 {
		head = nil
	}
	lines := m.facts(w)
	room := h - len(head)
	if h >= 4 {
		room -= 2 // a blank line and the keys
	}
	room = max(room, 1)
	m.doctorTop = max(min(m.doctorTop, len(lines)-room), 0)
	m.doctorAt = ""
	end := min(m.doctorTop+room, len(lines))
	if len(lines) > room {
		m.doctorAt = fmt.Sprintf("%d-%d/%d", m.doctorTop+1, end, len(lines))
		keys = keys.Add(ui.Accent, "   "+th.Glyphs.Up+th.Glyphs.Down).Add(ui.Muted, " "+texts.Say("readers.doctor_scroll"))
	}
	out := append(head[:len(head):len(head)], lines[m.doctorTop:end]...)
	if h >= 4 {
		for len(out) < h-1 {
			out = append(out, nil)
		}
		out = append(out, keys)
	}
	return ui.RenderLines(th, out, w, h)
}

func (m *Model) facts(w int) []ui.Line {
	if len(m.diagnosis.Facts) == 0 {
		return m.para(ui.Muted, m.env.Theme.Glyphs.None, texts.Say("readers.doctor_looking"), w)
	}
	var out []ui.Line
	for i, f := range m.diagnosis.Facts {
		for j, piece := range m.factPieces(f, "", w) {
			if j == 0 && (i == 0 || len(f.Fixes) == 0) {
				piece = piece[1:] // without the blank line
			}
			out = append(out, piece...)
		}
	}
	return out
}
