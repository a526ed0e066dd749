package files

import (
	"strconv"
	"strings"

	tea "charm.land/bubbletea/v2"

	"simscope/card"
	"simscope/fs"
	"simscope/texts"
	"simscope/tui/kit"
	"simscope/tui/ui"
)

// Do implements kit.Screen.
func (m *Model) Do(verb, args string) tea.Cmd {
	n, ok := m.selected()
	switch verb {
	case "files.open":
		return m.openSelected(n, ok)
	case "files.bytes":
		m.toggleRaw()
	case "files.all":
		m.all = !m.all
		m.rebuild()
		m.show()
	case "files.read-all":
		return m.doReadAll()
	case "files.scan":
		return m.askScan()
	case "files.find":
		m.startFind(args)
		if args != "" {
			return m.filter()
		}
	case "files.copy":
		return m.copyBytes()
	case "files.copy-path":
		if ok {
			return m.copyText(m.env.Name(n.Path))
		}
	case "files.export":
		return m.export(n, ok)
	case "files.edit":
		return m.edit()
	case "files.add", "files.remove", "files.up", "files.down":
		return m.changeNetworks(strings.TrimPrefix(verb, "files."))
	case "files.clear":
		return m.clearFile()
	case "files.reveal":
		return m.confirmKeys(n, ok)
	}
	return nil
}

// openSelected opens a directory, or reads a file again.
func (m *Model) openSelected(n fs.Node, ok bool) tea.Cmd {
	if !ok {
		m.tree.Key("enter") // the row of what is switched off
		return nil
	}
	if n.Dir {
		m.tree.Open(m.tree.SelectedKey(), true)
	}
	m.front = m.front || !m.wide && !n.Dir
	m.fetch(n, false)
	return nil
}

// toggleRaw switches between the value and its bytes.
func (m *Model) toggleRaw() {
	if m.file.state != "" {
		return
	}
	m.raw = !m.raw
	if m.table != nil {
		at := m.table.SelectedKey()
		m.table = nil
		m.fillTable()
		m.table.Select(at)
	}
	if m.file.part() == nil || m.focus == onTree {
		return
	}
	m.focus = onValue
	if stops := m.stops(); len(stops) > 0 {
		m.setFocus(stops[len(stops)-1])
		if !m.raw {
			m.followByte()
			m.setFocus(stops[max(len(stops)-2, 0)])
		}
	}
	if m.focus == onTree {
		m.focus = onBytes
	}
}

func (m *Model) doReadAll() tea.Cmd {
	if m.reading() && m.walk.id == 0 {
		m.readAll(true)
		return kit.Toast(ui.Text, texts.Say("files.walk.later"))
	}
	if !m.reading() {
		m.readAll(true)
		m.rebuild()
	}
	return nil
}

func (m *Model) startFind(query string) {
	m.leaveFile()
	m.find.typing = query == ""
	m.find.input.SetValue(query)
	if query == "" {
		m.find.query = ""
		m.tree.SetFilter(nil)
	}
}

// copyBytes copies what is shown: a record, or the whole file.
func (m *Model) copyBytes() tea.Cmd {
	if m.file.state == "secret" {
		return kit.Toast(ui.Warn, texts.Say("files.secret.refused"))
	}
	p := m.file.part()
	if p == nil && m.table != nil && m.file.state == "" {
		if row, ok := m.table.SelectedRow(); ok {
			for i := range m.file.parts {
				if row.Key == strconv.Itoa(i) {
					p = &m.file.parts[i]
				}
			}
		}
	}
	if p == nil || len(p.data) == 0 {
		return kit.Toast(ui.Warn, texts.Say("files.copy.nothing"))
	}
	return m.copyText(strings.ReplaceAll(pairs(p.data), " ", ""))
}

func (m *Model) copyText(text string) tea.Cmd {
	cmd, say, ok := ui.Copy(text, m.env.Var)
	if !ok {
		return kit.Toast(ui.Warn, say)
	}
	return tea.Batch(cmd, kit.Toast(ui.Good, say))
}

// export asks for a file name. Files of keys go out only while they are
// revealed.
func (m *Model) export(n fs.Node, ok bool) tea.Cmd {
	if !ok || n.Dir {
		return nil
	}
	e := exported{files: m.env.Card.Files, path: n.Path, now: m.env.Now(), iccid: m.env.Identity.ICCID}
	if card.SecretFile(n.Path) {
		if m.keys.path != n.Path || m.keys.content == nil {
			return kit.Toast(ui.Warn, texts.Say("files.secret.refused"))
		}
		e.secret = copyContent(m.keys.content)
	}
	if n.Content == nil && e.secret == nil {
		return kit.Toast(ui.Warn, texts.Say("files.export.nothing"))
	}
	return kit.Push(newExportDialog(m.env.Name(n.Path), e, m.env))
}
