package files

import (
	"strconv"

	"simscope/card"
	"simscope/tui/kit"
)

// goIn opens the record or object that another screen named and puts the
// cursor on the bytes. A file that was not read, or that has changed since,
// stays as it is.
func (m *Model) goIn(p card.Path, at kit.Place) {
	if at == (kit.Place{}) || m.env.Card == nil {
		return
	}
	if n, ok := m.selected(); !ok || n.Path != m.known(p) || m.file.state != "" {
		return
	}
	if m.file.records {
		i := m.partAt(at)
		if i < 0 {
			return
		}
		m.openPart(i)
	}
	part := m.file.part()
	if part == nil || at.Length == 0 || at.Offset < 0 || at.Offset+at.Length > len(part.data) {
		return
	}
	m.enterFile()
	m.hex.SetCursor(at.Offset)
	m.followByte()
	if m.hex.FieldAt() < 0 {
		m.focus = onBytes
	}
}

// partAt is the index of a record or object, -1 where there is none.
func (m *Model) partAt(at kit.Place) int {
	name := at.Object
	if at.Record > 0 {
		name = strconv.Itoa(at.Record)
	}
	for i := range m.file.parts {
		if m.file.parts[i].name == name {
			return i
		}
	}
	return -1
}
