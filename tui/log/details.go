package log

import (
	"strconv"
	"strings"

	tea "charm.land/bubbletea/v2"

	"simscope/card"
	"simscope/card/trace"
	"simscope/texts"
	"simscope/tui/ui"
)

// place is the part of the screen that has the keys.
type place int

const (
	onRows place = iota
	onFields
	onCommand
	onResponse
)

// details is the lower half: one row's fields and bytes, each pointing at the
// other.
type details struct {
	open  bool
	focus place
	made  bool // what follows belongs to row number
	theme *ui.Theme

	number uint64
	e      card.Exchange
	line   trace.Line
	fields map[string]trace.Field
	tree   ui.Tree
	sides  [2]ui.HexView // command, response with the status word behind it
}

func (d *details) close() {
	d.open, d.focus = false, onRows
	d.forget()
}

func (d *details) forget() { d.made = false }

// openDetails opens the details of the selected row; when they are open, it
// goes on to the next part of them.
func (m *Model) openDetails() {
	d := &m.details
	switch {
	case !d.open:
		m.list.Follow = false
		d.open, d.focus = true, onFields
		m.refresh()
	case d.focus == onFields && d.selected().Response && len(d.sides[1].Data) > 0:
		d.focus = onResponse
	case d.focus == onFields && len(d.sides[0].Data) > 0:
		d.focus = onCommand
	default:
		d.focus = onFields
	}
}

// refresh makes the details of the selected row when it is another one.
func (m *Model) refresh() {
	d := &m.details
	if !d.open {
		return
	}
	n, e, ok := m.selected()
	if !ok {
		d.close()
		return
	}
	if d.made && d.number == n && d.theme == m.env.Theme {
		return
	}
	another := d.number != n
	d.made, d.number, d.theme = true, n, m.env.Theme
	d.e = trace.Redact(e)
	d.line = trace.Explain(d.e, m.namer())
	d.build(&m.env.Theme.Glyphs)
	before := d.sides
	d.sides = [2]ui.HexView{d.side(false), d.side(true)}
	if another {
		d.tree.SelectAt(0)
	} else { // drawn anew for another theme or with other names
		for i := range d.sides {
			d.sides[i].SetCursor(before[i].Cursor())
		}
	}
	d.point()
}

// side is the bytes of one side. The status word is two bytes of the answer.
func (d *details) side(response bool) ui.HexView {
	v := ui.HexView{Data: d.e.Command}
	if response {
		v.Data = append([]byte(nil), d.e.Response...)
		if d.e.SW != 0 {
			v.Data = append(v.Data, d.e.SW.SW1(), d.e.SW.SW2())
		}
	}
	for _, s := range d.e.Hidden {
		if s.Response == response {
			v.Hidden = append(v.Hidden, ui.Range{From: s.Off, To: s.Off + s.Len})
		}
	}
	return v
}

// mostName is how far right values begin at most in the list of fields; the
// value of a longer name follows it at once.
const mostName = 24

// nameWidth is the cells that the names of fields need, with their depth.
func nameWidth(fs []trace.Field, depth int) int {
	n := 0
	for _, f := range fs {
		if w := 2*depth + ui.Width(f.Name); w <= mostName && f.Value != "" {
			n = max(n, w)
		}
		n = max(n, nameWidth(f.Sub, depth+1))
	}
	return n
}

// build makes the tree of the fields, all of it open.
func (d *details) build(g *ui.Glyphs) {
	d.fields = map[string]trace.Field{}
	cells := nameWidth(d.line.Detail, 0)
	var branches []string
	var nodes func(fs []trace.Field, at string, depth int) []*ui.Node
	nodes = func(fs []trace.Field, at string, depth int) []*ui.Node {
		var out []*ui.Node
		for i, f := range fs {
			key := at + strconv.Itoa(i)
			d.fields[key] = f
			n := &ui.Node{Key: key, Name: fieldLine(g, f, cells-2*depth), Branch: len(f.Sub) > 0}
			if n.Branch {
				branches = append(branches, key)
				n.Children = nodes(f.Sub, key+"/", depth+1)
			}
			out = append(out, n)
		}
		return out
	}
	d.tree.SetRoots(nodes(d.line.Detail, "", 0))
	for _, b := range branches {
		d.tree.Open(b, true)
	}
}

// fieldLine is a field's name and value, in the theme's own dots where bytes
// are withheld.
func fieldLine(g *ui.Glyphs, f trace.Field, w int) ui.Line {
	l := ui.Tok(ui.Muted, f.Name)
	if f.Value == "" {
		return l
	}
	tok, value := ui.Text, f.Value
	if f.Hidden {
		tok, value = ui.Secret, strings.ReplaceAll(value, ui.GlyphsUnicode.Dot, g.Dot)
	}
	return l.Gap(max(w-ui.Width(f.Name), 0)+gap).Add(tok, value)
}

// selected is the field under the cursor.
func (d *details) selected() trace.Field {
	if n := d.tree.Node(); n != nil {
		return d.fields[n.Key]
	}
	return trace.Field{}
}

// point marks the bytes of the selected field and brings them into sight.
func (d *details) point() {
	f := d.selected()
	for i := range d.sides {
		d.sides[i].Marked = nil
	}
	if f.Len <= 0 {
		return
	}
	v := &d.sides[0]
	if f.Response {
		v = &d.sides[1]
	}
	v.Marked = []ui.Range{{From: f.Off, To: f.Off + f.Len}}
	if !d.onBytes() {
		v.SetCursor(f.Off)
	}
}

// lookUp selects the smallest field that holds the byte under the cursor.
func (d *details) lookUp() {
	response := d.focus == onResponse
	at := d.hex().Cursor()
	best, least := "", 0
	for key, f := range d.fields {
		if f.Response != response || at < f.Off || at >= f.Off+f.Len {
			continue
		}
		if best == "" || f.Len < least || f.Len == least && len(key) > len(best) {
			best, least = key, f.Len
		}
	}
	if best != "" {
		d.tree.Reveal(best)
		d.point()
	}
}

func (d *details) onBytes() bool { return d.focus == onCommand || d.focus == onResponse }

// hex is the view of the bytes that have the keys.
func (d *details) hex() *ui.HexView {
	if d.focus == onResponse {
		return &d.sides[1]
	}
	return &d.sides[0]
}

// next moves the keys on through the parts that there are.
func (d *details) next(on bool) {
	step := place(1)
	if !on {
		step = onResponse // one back, of four
	}
	for {
		d.focus = (d.focus + step) % (onResponse + 1)
		if !d.onBytes() || len(d.hex().Data) > 0 {
			break
		}
	}
	if d.onBytes() {
		d.lookUp()
	}
}

func (d *details) key(msg tea.KeyPressMsg) bool {
	if d.onBytes() {
		used := d.hex().Update(msg)
		if used {
			d.lookUp()
		}
		return used
	}
	used := d.tree.Update(msg)
	if used {
		d.point()
	}
	return used
}

func (d *details) position() string {
	if d.onBytes() {
		return d.hex().Position()
	}
	return d.tree.Position()
}

// wide is the width from which fields and bytes stand side by side; below it
// one of them is shown.
const wide = 100

const (
	fieldsShare = 38 // of a hundred cells, at least
	hexCells    = 73 // what 16 bytes a row need
)

func (m *Model) detailsView(w, h int) string {
	m.refresh()
	d, th := &m.details, m.env.Theme
	note := texts.Say("log.detail.row", "n", rowNumber(d.number))
	head := ui.Rule(th, d.line.Title, note, d.focus != onRows, w)
	h--
	d.tree.Focus = d.focus == onFields
	d.sides[0].Focus, d.sides[1].Focus = d.focus == onCommand, d.focus == onResponse
	switch {
	case h <= 0:
		return head
	case len(d.fields) == 0:
		return ui.Above(head, ui.RenderLines(th, m.bare(w), w, h))
	case w >= wide:
		left := max(w*fieldsShare/100, w-hexCells)
		body := ui.Beside(d.tree.View(th, left, h), m.bytesView(w-left, h))
		return ui.Above(head, body)
	case d.onBytes():
		return ui.Above(head, m.bytesView(w, h))
	}
	return ui.Above(head, d.tree.View(th, w, h))
}

// bare is what there is to say of a row without fields: an event.
func (m *Model) bare(w int) []ui.Line {
	var out []ui.Line
	for _, l := range ui.Wrap(m.details.line.Title, max(w-2, 1)) {
		out = append(out, ui.T(" "+l))
	}
	return append(out, nil, ui.Tok(ui.Muted, " "+texts.Say("log.detail.no_bytes")))
}

// bytesView stacks the bytes of both sides; where there is no room for both,
// it shows the one that has the keys or the selected field.
func (m *Model) bytesView(w, h int) string {
	d, th := &m.details, m.env.Theme
	cmd, resp := &d.sides[0], &d.sides[1]
	iw := w - 2
	second := d.focus == onResponse || !d.onBytes() && d.selected().Response
	switch {
	case len(cmd.Data) == 0, h < 5 && second && len(resp.Data) > 0:
		return ui.Above(m.sideLabel(true, w), pad(resp.View(th, iw, h-1), w, h-1))
	case len(resp.Data) == 0, h < 5:
		return ui.Above(m.sideLabel(false, w), pad(cmd.View(th, iw, h-1), w, h-1))
	}
	top := min(cmd.RowsFor(iw), max((h-3)/2, 1))
	blank := 0
	if h >= top+5 {
		blank = 1
	}
	rest := h - 2 - top - blank
	return ui.Above(
		m.sideLabel(false, w), pad(cmd.View(th, iw, top), w, top), ui.FitBlock("", w, blank),
		m.sideLabel(true, w), pad(resp.View(th, iw, rest), w, rest),
	)
}

// pad puts a blank before each line of a view.
func pad(view string, w, h int) string {
	return ui.FitBlock(" "+strings.ReplaceAll(view, "\n", "\n "), w, h)
}

// sideLabel names a side, its length and what of it is withheld.
func (m *Model) sideLabel(response bool, w int) string {
	d, g := &m.details, &m.env.Theme.Glyphs
	id, n, here := "log.detail.command", len(d.e.Command), d.focus == onCommand
	if response {
		id, n, here = "log.detail.response", len(d.e.Response), d.focus == onResponse
	}
	if d.e.Kind == card.ExchangeReset {
		id = "log.detail.reset"
	}
	tok := ui.Muted
	if here {
		tok = ui.Accent
	}
	size := texts.Say("log.detail.bytes", "n", n)
	switch sw := response && d.e.SW != 0; {
	case sw && n == 0:
		size = texts.Say("log.detail.status")
	case sw:
		size += texts.Say("log.detail.and_status")
	}
	l := ui.L(ui.S(tok, " "+texts.Say(id)), ui.S(ui.Muted, "  "+size))
	for _, s := range d.e.Hidden {
		if s.Response == response && s.Len > 0 {
			l = l.Gap(gap).Add(ui.Secret, dots(g)+" "+texts.Say("log.detail.withheld", "word", s.Word))
		}
	}
	return l.Render(m.env.Theme, w)
}
