package readers

import (
	"strings"

	"simscope/texts"
	"simscope/tui/ui"
)

// density says what a list of readers leaves out where lines are few.
type density int

// The densities, the airiest first.
const (
	airy    density = iota
	compact         // no blank lines around the title
	dense           // none between groups
	bare            // no headings
	densest = bare
)

// View implements kit.Screen.
func (m *Model) View(w, h int) string {
	if w <= 0 || h <= 0 {
		return ""
	}
	if m.doctor {
		return m.doctorView(w, h)
	}
	foot := m.foot(w)
	d, list := airy, m.lines(w, airy)
	for d < densest && headHeight(d)+len(list.drawn)+footNeed(foot) > h {
		d++
		list = m.lines(w, d)
	}
	head := m.head(d)
	if h < 3 { // one thing alone: the list
		head, foot = nil, nil
	}
	room := max(h-len(head)-footNeed(foot), min(3, h-len(head)))
	shown := m.window(list, room)
	rest := h - len(head) - len(shown)
	out := append([]string{}, ui.RenderLines(m.env.Theme, head, w, len(head)))
	out = append(out, shown...)
	out = append(out, ui.RenderLines(m.env.Theme, m.fit(foot, rest, w), w, rest))
	return ui.FitBlock(ui.Above(out...), w, h)
}

// head is the title.
func (m *Model) head(d density) []ui.Line {
	title := ui.L(ui.S(ui.Title, " "+texts.Say("readers.title")))
	if d == airy {
		return []ui.Line{nil, title, nil}
	}
	return []ui.Line{title}
}

func headHeight(d density) int {
	if d == airy {
		return 3
	}
	return 1
}

// listLines are the lines of the list as they are drawn, with those that must
// be seen: from keep to keepTo, exclusive.
type listLines struct {
	drawn        []string
	keep, keepTo int
}

// lines draws the whole list with its headings, and the line for the name of
// a file behind the row that asks for it.
func (m *Model) lines(w int, d density) listLines {
	th := m.env.Theme
	rows := strings.Split(m.list.View(th, w, len(m.rows)), "\n")
	at, _ := m.list.Selected()
	var l listLines
	group := ""
	for i, r := range m.rows {
		start := len(l.drawn)
		if r.group != group && d < bare {
			if group != "" && d < dense {
				l.drawn = append(l.drawn, ui.Fit("", w))
			}
			l.drawn = append(l.drawn, m.heading(r.group).Render(th, w))
		}
		group = r.group
		l.drawn = append(l.drawn, rows[i])
		if i == at {
			l.keep, l.keepTo = start, len(l.drawn)
		}
		if r.file && m.naming {
			l.drawn = append(l.drawn, m.nameLine(w), m.nameHint().Render(th, w))
			l.keep, l.keepTo = start, len(l.drawn)
		}
	}
	return l
}

// heading names a group. While there is no card in any reader, that of the
// demonstration cards says that they need none.
func (m *Model) heading(group string) ui.Line {
	l := ui.Tok(ui.Muted, " "+texts.Say("readers.group."+group))
	if group != groupDemo || m.env.Demo || m.usable() {
		return l
	}
	for i, r := range m.rows {
		if r.group == groupDemo && i < digits {
			g := &m.env.Theme.Glyphs
			return l.Add(ui.Muted, " "+g.Sep+" "+texts.Say("readers.demo_needs")+" ").
				Add(ui.Accent, string(rune('1'+i))).Add(ui.Muted, " "+texts.Say("readers.demo_opens"))
		}
	}
	return l
}

// usable reports whether some reader has a card that can be opened.
func (m *Model) usable() bool {
	for _, r := range m.rows {
		if r.group == groupReaders && canOpen(r.reader.State) {
			return true
		}
	}
	return false
}

// nameLine is where the name of a file is typed, under the names of readers.
func (m *Model) nameLine(w int) string {
	th := m.env.Theme
	l := ui.T(spaces(1+lead)).Add(ui.Muted, texts.Say("readers.ask_file")+" ")
	n := min(l.Width(), w)
	return l.Render(th, n) + m.name.View(th, w-n)
}

func (m *Model) nameHint() ui.Line {
	indent := spaces(1 + lead + ui.Width(texts.Say("readers.ask_file")) + 1)
	return ui.L(ui.S(ui.Accent, indent+"enter"), ui.S(ui.Muted, " "+texts.Say("readers.name_open")+"   "),
		ui.S(ui.Accent, "esc"), ui.S(ui.Muted, " "+texts.Say("readers.name_cancel")))
}

// window is the part of the list that fits into h lines, moved no further
// than what must be seen asks for.
func (m *Model) window(l listLines, h int) []string {
	h = min(max(h, 0), len(l.drawn))
	// Of what must be seen the last line counts most: the cursor, or the name
	// that is typed, whose hint is behind it.
	last := l.keepTo
	if m.naming && l.keepTo-l.keep > h {
		last--
	}
	m.top = min(m.top, l.keep)
	m.top = max(m.top, last-h)
	m.top = max(min(m.top, len(l.drawn)-h), 0)
	return l.drawn[m.top : m.top+h]
}
