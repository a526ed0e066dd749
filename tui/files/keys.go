package files

import (
	"strconv"
	"strings"

	tea "charm.land/bubbletea/v2"

	"simscope/tui/ui"
)

// Typing implements kit.Screen.
func (m *Model) Typing() bool { return m.find.typing }

// Key implements kit.Screen.
func (m *Model) Key(msg tea.KeyPressMsg) (bool, tea.Cmd) {
	if m.env.Card == nil {
		return false, nil
	}
	k := msg.String()
	if m.find.typing {
		return true, m.findKey(msg)
	}
	switch k {
	case "tab":
		return m.turn(1), nil
	case "shift+tab":
		return m.turn(-1), nil
	case "n", "N":
		if m.find.query != "" {
			return true, m.findNext(k == "n")
		}
		return false, nil
	}
	switch m.where() {
	case onTree:
		return m.treeKey(msg, k)
	case onBytes:
		return m.bytesKey(msg, k)
	}
	return m.valueKey(msg, k)
}

// where is the part that has the keys: on a narrow screen the one in front.
func (m *Model) where() pane {
	if !m.wide && m.front && m.focus == onTree {
		return onValue
	}
	return m.focus
}

// stops are the parts that can have the keys now.
func (m *Model) stops() []pane {
	out := []pane{onTree}
	if !m.wide {
		out = nil
		if !m.front {
			return nil
		}
	}
	if m.file.state != "" || !m.file.has {
		return out
	}
	p := m.file.part()
	switch {
	case p == nil:
		return append(out, onValue)
	case m.raw || len(p.Fields)+len(p.Flags)+len(m.file.oddly) == 0:
		return append(out, onBytes)
	}
	return append(out, onValue, onBytes)
}

// turn gives the keys to the next part, and reports whether there is another.
func (m *Model) turn(by int) bool {
	stops := m.stops()
	if len(stops) < 2 {
		return false
	}
	at := 0
	for i, s := range stops {
		if s == m.where() {
			at = i
		}
	}
	m.setFocus(stops[(at+by+len(stops))%len(stops)])
	return true
}

func (m *Model) setFocus(p pane) {
	m.focus = p
	if p == onBytes {
		m.followField()
	}
}

// enterFile moves to the file, and reports whether there is something in it
// to move to.
func (m *Model) enterFile() bool {
	was := m.front
	m.front = true
	for _, s := range m.stops() {
		if s != onTree {
			m.setFocus(s)
			return true
		}
	}
	m.front = was
	return false
}

// leaveFile goes back to the tree.
func (m *Model) leaveFile() { m.focus, m.front = onTree, false }

func (m *Model) treeKey(msg tea.KeyPressMsg, k string) (bool, tea.Cmd) {
	n, isFile := m.selected()
	switch {
	case k == "esc" && m.EscClears():
		m.find.clear()
		m.tree.SetFilter(nil)
		m.tree.Reveal(key(n.Path))
		return true, nil
	case isFile && !n.Dir && (k == "enter" || k == "right" || k == "l"):
		if m.enterFile() {
			return true, nil
		}
		if k != "enter" && !m.wide {
			m.front = true
			return true, nil
		}
		return false, nil
	}
	was := m.tree.SelectedKey()
	if !m.tree.Update(msg) {
		return false, nil
	}
	if m.tree.SelectedKey() != was {
		return true, m.moved()
	}
	if n.Dir && m.tree.IsOpen(was) && !n.Scanned && !m.reading() && m.asked.id == 0 {
		m.fetch(n, false)
	}
	return true, nil
}

func (m *Model) valueKey(msg tea.KeyPressMsg, k string) (bool, tea.Cmd) {
	switch k {
	case "esc", "backspace", "left", "h":
		return true, m.back()
	}
	p := m.file.part()
	switch {
	case m.file.state != "":
		return false, nil
	case p == nil && (k == "enter" || k == "right" || k == "l"):
		if i, err := strconv.Atoi(m.table.SelectedKey()); err == nil {
			m.openPart(i)
		}
		return true, nil
	case p == nil:
		return m.table.Update(msg), nil
	case k == "right" || k == "l":
		m.setFocus(onBytes)
		return true, nil
	}
	return m.values.Update(msg), nil
}

func (m *Model) bytesKey(msg tea.KeyPressMsg, k string) (bool, tea.Cmd) {
	switch k {
	case "esc", "backspace":
		return true, m.back()
	}
	if !m.hex.Update(msg) {
		return false, nil
	}
	m.followByte()
	return true, nil
}

// back leaves the record, then the file.
func (m *Model) back() tea.Cmd {
	if m.file.records && m.file.part() != nil {
		m.openPart(-1)
		return nil
	}
	m.leaveFile()
	return nil
}

// openPart opens a record or object; -1 is the table of them.
func (m *Model) openPart(i int) {
	m.file.open = i
	m.laid = layout{}
	m.values = ui.NewList(nil)
	m.focus = onValue
	m.hex = ui.HexView{}
	m.fill()
	if m.file.part() != nil {
		for _, s := range m.stops() {
			if s != onTree {
				m.setFocus(s)
				break
			}
		}
	}
}

// followByte selects the field of the byte under the cursor.
func (m *Model) followByte() {
	i := m.hex.FieldAt()
	if i < 0 {
		return
	}
	if cur := m.values.SelectedKey(); !strings.HasPrefix(cur, strings.TrimSuffix(rowKey("f", i, 0), "0")) {
		m.values.Select(rowKey("f", i, 0))
	}
}

// followField puts the byte cursor on the selected field.
func (m *Model) followField() {
	if i, ok := m.values.Selected(); ok && i < len(m.laid.rows) {
		if r := m.laid.rows[i].marks; r.To > r.From && !r.Has(m.hex.Cursor()) {
			m.hex.SetCursor(r.From)
		}
	}
}
