package files

import (
	"bytes"
	"encoding/hex"
	"fmt"
	"strings"

	"simscope/card"
	"simscope/fs"
	"simscope/fs/ef"
	"simscope/texts"
	"simscope/tui/ui"
)

// file is what the right side shows: the selected node with its content taken
// apart.
type file struct {
	node  fs.Node
	has   bool
	about string
	// state names why there is no content to show (a text "files.state."), or
	// is empty.
	state string

	parts   []part // one, or one for each record or object
	records bool   // parts are chosen from a table
	open    int    // the part that is open: an index, or -1 for the table
	decoder ef.Decoder
	known   bool     // there is a decoder for it
	oddly   []string // sentences about the file as a whole
	notes   []string // sentences on what it means on this card
	belongs []string // sentences on the services it belongs to
}

// part is a file's content, or one record or object of it.
type part struct {
	name string // "3", or a tag
	data []byte
	ef.Decoded
	secret bool
}

// show takes the selected file's content apart. The record that is open stays
// open while the file is the same.
func (m *Model) show() {
	n, ok := m.selected()
	open := -1
	if ok && m.file.has && m.file.node.Path == n.Path {
		open = m.file.open
	} else {
		m.focus = onTree
		m.hex, m.values, m.table = ui.HexView{}, ui.NewList(nil), nil
	}
	m.file = file{node: n, has: ok, open: open}
	m.laid = layout{}
	if !ok {
		m.front = false
		return
	}
	f := &m.file
	f.about = m.aboutOf(n)
	f.oddly = oddities(n)
	f.notes, f.belongs = m.notesOn(n), m.belongsTo(n)
	if n.Dir {
		f.state = "dir"
		return
	}
	content := n.Content
	if card.SecretFile(n.Path) {
		content = nil
		if m.keys.path == n.Path {
			content = m.keys.content
		}
	}
	if content == nil {
		f.state = stateID(n)
		m.focus = onTree
		return
	}
	m.takeApart(content)
	m.fill()
}

// stateID is the state in words: the end of "files.state.…".
func stateID(n fs.Node) string {
	switch {
	case card.SecretFile(n.Path) && n.State.Exists() && n.State != fs.Denied:
		return "secret"
	case n.State == fs.Read:
		return "present"
	case n.State == fs.Failed && n.SW == 0:
		return "undescribed"
	}
	return n.State.String()
}

func (m *Model) aboutOf(n fs.Node) string {
	e, ok := m.env.Card.Files.Entry(n.Path)
	if ok {
		if s := e.About(); s != "" {
			return s
		}
	}
	if n.Path.IsRoot() && n.Path.App != "" {
		if a, ok := m.env.Card.Files.Application(n.Path.App); ok && a.Title != "" {
			return texts.Say("files.about.app", "name", a.Title)
		}
	}
	if n.Dir {
		return texts.Say("files.about.dir_unknown")
	}
	return texts.Say("files.about.unknown")
}

// oddities are the sentences of what was strange about the file as a whole.
func oddities(n fs.Node) []string {
	var out []string
	flags := n.Flags
	if n.FCP != nil {
		flags = append(append([]fs.Flag{}, flags...), n.FCP.Flags...)
		switch l := n.FCP.LifeCycle; l {
		case fs.LifeUnknown, fs.LifeActivated:
		default:
			out = append(out, texts.Say("files.life", "state", l.String()))
		}
	}
	for _, f := range flags {
		out = append(out, texts.Say(f.ID, f.Args...))
	}
	return out
}

// takeApart makes the parts of a content.
func (m *Model) takeApart(c *fs.Content) {
	f := &m.file
	n := f.node
	files := m.env.Card.Files
	f.decoder, f.known = files.Decoder(n.Path)
	objects := n.Structure() == fs.BERTLV
	f.known = f.known && f.decoder.Record == n.Structure().HasRecords() && (objects || !f.decoder.Object)
	secret := card.SecretFile(n.Path)
	add := func(name string, data []byte, decode func(ef.Context) ef.Decoded) {
		p := part{name: name, data: data, secret: secret}
		if f.known {
			p.Decoded = decode(files.DecodeContext(n.Path))
		} else {
			p.Empty = bytes.Count(data, []byte{0xFF}) == len(data)
		}
		f.parts = append(f.parts, p)
	}
	switch {
	case n.Structure().HasRecords():
		f.records = true
		for i, r := range c.Records {
			add(fmt.Sprint(i+1), r, func(x ef.Context) ef.Decoded { return f.decoder.Decode(r, x) })
		}
	case len(c.Objects) > 0 || objects:
		f.records = true
		for _, o := range c.Objects {
			add(fmt.Sprintf("%X", uint64(o.Tag)), o.Value, func(x ef.Context) ef.Decoded { return fs.DecodeObject(f.decoder, o, x) })
		}
	default:
		add("", c.Binary, func(x ef.Context) ef.Decoded { return f.decoder.Decode(c.Binary, x) })
	}
	m.noteServices()
	if !f.records {
		f.open = 0
	}
	if f.open >= len(f.parts) {
		f.open = -1
	}
}

// part is what is open, nil for the table.
func (f *file) part() *part {
	if f.open < 0 || f.open >= len(f.parts) {
		return nil
	}
	return &f.parts[f.open]
}

// fill gives table and bytes what is to be shown in them.
func (m *Model) fill() {
	f := &m.file
	if f.records {
		m.fillTable()
	}
	p := f.part()
	if p == nil {
		m.hex.Data = nil
		if m.focus == onBytes {
			m.focus = onValue
		}
		return
	}
	if !bytes.Equal(m.hex.Data, p.data) {
		m.hex = ui.HexView{Data: p.data}
	}
	m.hex.Field = p.fieldAt
	if m.textW > 0 {
		m.layValues(m.textW) // keys may come before the next picture
	}
	if m.raw && m.focus == onValue {
		m.focus = onBytes
	}
}

// fieldAt is the field that byte i belongs to: the smallest one, for fields
// may hold others.
func (p *part) fieldAt(i int) int {
	best := -1
	for j, f := range p.Fields {
		if f.Length > 0 && i >= f.Offset && i < f.Offset+f.Length &&
			(best < 0 || f.Length < p.Fields[best].Length) {
			best = j
		}
	}
	return best
}

// value is a field's value; a key's bytes where the file is revealed, for
// only then is a secret part there at all.
func (p *part) value(i int) string {
	f := p.Fields[i]
	if f.Secret && p.secret && f.Offset >= 0 && f.Length > 0 && f.Offset+f.Length <= len(p.data) {
		return pairs(p.data[f.Offset : f.Offset+f.Length])
	}
	return f.Value
}

// pairs writes bytes as pairs of hex digits with blanks between them.
func pairs(b []byte) string {
	s := strings.ToUpper(hex.EncodeToString(b))
	var out strings.Builder
	for i := 0; i < len(s); i += 2 {
		if i > 0 {
			out.WriteByte(' ')
		}
		out.WriteString(s[i : i+2])
	}
	return out.String()
}

// fillTable makes the rows of a file of records. Free records are counted,
// and shown with everything else that is not there.
func (m *Model) fillTable() {
	f := &m.file
	if m.table == nil {
		m.table = ui.NewTable(m.columns()...)
	}
	var rows []ui.TableRow
	for i := range f.parts {
		p := &f.parts[i]
		if p.Empty && !m.all && !m.raw {
			continue
		}
		rows = append(rows, ui.TableRow{Key: fmt.Sprint(i), Cells: m.cells(p)})
	}
	m.table.SetRows(rows)
}

// columnTime holds times, which are shown to the minute.
const columnTime = "ef.column.time"

// leaves is the order in which columns leave when it is narrow, the highest
// first; others stay.
var leaves = map[string]int{columnTime: 3, "ef.column.service": 2, "ef.column.status": 1, "ef.column.aid": 1}

// columns are the number and what the decoder names, or the bytes.
func (m *Model) columns() []ui.Column {
	f := &m.file
	title := texts.Say("files.column.record")
	if !f.node.Structure().HasRecords() {
		title = texts.Say("files.column.tag")
	}
	cols := []ui.Column{{Title: title, Min: 3, Right: f.node.Structure().HasRecords()}}
	if !f.known || m.raw || len(f.decoder.Headers) == 0 {
		return append(cols, ui.Column{Title: texts.Say("files.column.bytes"), Min: 8})
	}
	for _, h := range f.decoder.Headers {
		cols = append(cols, ui.Column{Title: texts.Say(h), Min: 4, Drop: leaves[h]})
	}
	return cols
}

func (m *Model) cells(p *part) []ui.Line {
	tok := ui.Text
	if p.Empty {
		tok = ui.Muted
	}
	out := []ui.Line{ui.Tok(ui.Muted, p.name)}
	switch {
	case !m.file.known || m.raw || len(m.file.decoder.Headers) == 0 && p.Summary == "":
		return append(out, ui.Tok(tok, pairs(p.data)))
	case p.Empty:
		return append(out, ui.Tok(tok, texts.Say("files.record.free")))
	case len(m.file.decoder.Headers) == 0:
		return append(out, ui.Tok(tok, p.Summary))
	}
	for i, c := range p.Columns {
		if i < len(m.file.decoder.Headers) && m.file.decoder.Headers[i] == columnTime {
			c = minute(c)
		}
		l := ui.Tok(tok, c)
		if i == 0 && len(p.Flags) > 0 {
			l = l.Add(ui.Warn, " "+m.env.Theme.Glyphs.Warn)
		}
		out = append(out, l)
	}
	return out
}

// free is the number of free records that are not shown.
func (m *Model) free() int {
	if m.all || m.raw {
		return 0
	}
	n := 0
	for i := range m.file.parts {
		if m.file.parts[i].Empty {
			n++
		}
	}
	return n
}

// minute is a time of ISO 8601 to the minute, as the phone's clock showed it;
// the whole of it stands in the record.
func minute(s string) string {
	if len(s) >= 16 && s[10] == 'T' && s[13] == ':' {
		return s[:10] + " " + s[11:16]
	}
	return s
}
