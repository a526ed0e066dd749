package files

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf16"
	"unicode/utf8"

	tea "charm.land/bubbletea/v2"

	"simscope/fs"
	"simscope/fs/ef"
	"simscope/texts"
	"simscope/tui/app"
	"simscope/tui/change"
	"simscope/tui/kit"
	"simscope/tui/ui"
)

// chosen is the part of the selected file that a change is about: what is
// open, or under the cursor in the table.
func (m *Model) chosen() *part {
	if p := m.file.part(); p != nil || m.table == nil || !m.file.records {
		return p
	}
	if i, err := strconv.Atoi(m.table.SelectedKey()); err == nil && i >= 0 && i < len(m.file.parts) {
		return &m.file.parts[i]
	}
	return nil
}

// place is where a change of a part goes.
func (m *Model) place(p *part) fs.Place {
	at := fs.Place{Path: m.file.node.Path}
	switch m.file.node.Structure() {
	case fs.LinearFixed, fs.Cyclic:
		at.Record, _ = strconv.Atoi(p.name)
	case fs.BERTLV:
		for i, o := range m.file.node.Content.Objects {
			if i < len(m.file.parts) && &m.file.parts[i] == p {
				at.Tag = o.Tag
			}
		}
	}
	return at
}

// noEdit is the identifier of the reason why what is chosen cannot be edited,
// empty where it can.
func (m *Model) noEdit() string {
	n, ok := m.selected()
	switch {
	case !ok || n.Dir:
		return "reason.no_file"
	case fs.Hidden(n.Path):
		return "reason.holds_keys"
	case m.file.state != "" || n.Content == nil:
		return "reason.not_read"
	case n.Structure() == fs.Cyclic:
		return "reason.cyclic"
	case n.Content.Partial:
		return "reason.partly_read"
	case m.chosen() == nil:
		return "reason.no_record"
	}
	return ""
}

// clearable says what emptying the selected file would be.
func (m *Model) clearable() string {
	n, ok := m.selected()
	if !ok || n.Dir || m.env.Card == nil || !n.State.Exists() {
		return ""
	}
	return m.env.Card.Files.Clearable(n.Path)
}

// edit opens the editor on what is chosen.
func (m *Model) edit() tea.Cmd {
	p := m.chosen()
	if p == nil || m.env.Card == nil {
		return nil
	}
	return kit.Push(newEditor(m.env, m.place(p), p))
}

// clearFile makes the plan of emptying the file, on the card's worker.
func (m *Model) clearFile() tea.Cmd {
	n, ok := m.selected()
	what := m.clearable()
	if !ok || what == "" {
		return nil
	}
	aid := n.Path.App
	m.planAsked = m.env.Submit("plan", func(ctx context.Context, c *app.Card) (any, error) {
		if what == "fplmn" {
			return c.Files.PlanClearFPLMN(ctx, aid)
		}
		return c.Files.PlanClearLocation(ctx, aid)
	})
	return nil
}

// planned shows a plan that was asked for.
func (m *Model) planned(a app.Answer) tea.Cmd {
	m.planAsked = 0
	plan, ok := a.Value.(*fs.Plan)
	if a.Err != nil || !ok {
		return kit.Toast(ui.Warn, app.Explain(a.Err, texts.Say("files.plan.tried")).String())
	}
	return kit.Push(change.New(m.env, plan))
}

// editor changes one file, record or object: its meaning as JSON where there
// is an encoder, or its bytes. Nothing is sent by it: what was typed becomes a
// plan, which has its own dialog.
type editor struct {
	env    *kit.Env
	number int
	at     fs.Place
	old    []byte
	raw    json.RawMessage // what the value carries of its bytes, kept apart

	means bool // there is an encoder
	value bool // the value is edited, not the bytes
	area  ui.Area
	hex   ui.HexView
	low   bool // the low half of the byte under the cursor is typed next

	new     []byte // what would be written
	refused string
	touched bool
	warned  bool // Esc was pressed once although something was typed
	ended   bool
}

func newEditor(env *kit.Env, at fs.Place, p *part) *editor {
	e := &editor{env: env, number: env.Number, at: at, old: bytes.Clone(p.data)}
	e.hex = ui.HexView{Data: bytes.Clone(p.data), Focus: true}
	if d, ok := env.Card.Files.Decoder(at.Path); ok && fs.Serves(d, at) && p.Value != nil {
		if text, raw, ok := form(p.Value); ok {
			e.area.Focus = true
			e.area.SetValue(text)
			// A text that cannot be shown as it is could not be edited without
			// changing it.
			e.means = e.area.Value() == text
			e.value, e.raw = e.means, raw
		}
	}
	e.check()
	return e
}

// form writes a value as JSON for a person: without the bytes it carries.
func form(v any) (text string, raw json.RawMessage, ok bool) {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	if enc.Encode(v) != nil {
		return "", nil, false
	}
	text = escape(strings.TrimSpace(b.String()))
	var top map[string]json.RawMessage
	if json.Unmarshal(b.Bytes(), &top) != nil {
		return text, nil, true
	}
	if raw = top["raw"]; raw == nil {
		return text, nil, true
	}
	lines := strings.Split(text, "\n")
	for i, l := range lines {
		if !strings.HasPrefix(l, `  "raw": `) {
			continue
		}
		last := !strings.HasSuffix(l, ",")
		lines = append(lines[:i:i], lines[i+1:]...)
		if last && i > 0 {
			lines[i-1] = strings.TrimSuffix(lines[i-1], ",")
		}
		break
	}
	return strings.Join(lines, "\n"), raw, true
}

// escape writes what a terminal obeys or hides the way JSON does: what stands
// in the form is then what is edited.
func escape(text string) string {
	var b strings.Builder
	for _, r := range text {
		switch {
		case r == '\n' || r != utf8.RuneError && unicode.IsPrint(r) && ui.Clean(string(r)) == string(r):
			b.WriteRune(r)
		case r > 0xFFFF:
			hi, lo := utf16.EncodeRune(r)
			fmt.Fprintf(&b, `\u%04x\u%04x`, hi, lo)
		default:
			fmt.Fprintf(&b, `\u%04x`, r)
		}
	}
	return b.String()
}

// typed is the value as it is to be read: with the bytes it carries, so that
// what nobody edited stays as it is.
func (e *editor) typed() []byte {
	text := []byte(e.area.Value())
	var top map[string]json.RawMessage
	if e.raw == nil || json.Unmarshal(text, &top) != nil || top == nil {
		return text
	}
	if _, has := top["raw"]; !has {
		top["raw"] = e.raw
	}
	b, err := json.Marshal(top)
	if err != nil {
		return text
	}
	return b
}

// check works out what would be written, or why not.
func (e *editor) check() {
	e.refused = ""
	if !e.value {
		e.new = e.hex.Data
		return
	}
	if e.gone() {
		return
	}
	b, err := e.env.Card.Files.Encode(e.at, e.typed())
	if err != nil {
		e.refused = err.Error()
		return
	}
	e.new = b
}

func (e *editor) gone() bool {
	e.ended = e.ended || e.env.Card == nil || e.env.Number != e.number
	return e.ended
}

// Escape implements ui.Escaper: what was typed is dropped at the second Esc.
func (e *editor) Escape() (leave bool, cmd tea.Cmd) {
	if !e.touched || e.warned || e.ended {
		return true, nil
	}
	e.warned = true
	return false, nil
}

// Update implements ui.Dialog.
func (e *editor) Update(msg tea.Msg) (done bool, cmd tea.Cmd) {
	switch msg := msg.(type) {
	case tea.PasteMsg:
		if e.value && e.area.Update(msg) {
			e.changed()
		}
	case tea.KeyPressMsg:
		return e.key(msg)
	default:
		e.gone()
	}
	return false, nil
}

func (e *editor) changed() {
	e.touched, e.warned = true, false
	e.check()
}

func (e *editor) key(msg tea.KeyPressMsg) (done bool, cmd tea.Cmd) {
	k := msg.Keystroke()
	switch {
	case k == "ctrl+c":
		return true, kit.Do("quit")
	case e.gone():
		return k == "enter", nil
	case k == "ctrl+s":
		return e.accept()
	case k == "tab" && e.means:
		e.turn()
	case e.value:
		before := e.area.Value()
		if e.area.Update(msg) && e.area.Value() != before {
			e.changed()
		}
	default:
		e.hexKey(msg)
	}
	return false, nil
}

// turn goes from the value to its bytes, and back with what the bytes mean.
func (e *editor) turn() {
	switch {
	case e.value && e.refused != "":
		return // there are no bytes of this value
	case e.value:
		e.value, e.low = false, false
		e.hex.Data = bytes.Clone(e.new)
	default:
		d, ok := e.env.Card.Files.Decoder(e.at.Path)
		if !ok {
			return
		}
		text, raw, ok := form(e.decode(d).Value)
		if !ok {
			return
		}
		e.value, e.raw = true, raw
		e.area.SetValue(text)
	}
	e.check()
}

// decode says what the bytes mean.
func (e *editor) decode(d ef.Decoder) ef.Decoded {
	x := e.env.Card.Files.DecodeContext(e.at.Path)
	if e.at.Tag > 0 {
		return fs.DecodeObject(d, fs.Item{Tag: e.at.Tag, Value: e.hex.Data}, x)
	}
	return d.Decode(e.hex.Data, x)
}

// hexKey overwrites half a byte, or moves.
func (e *editor) hexKey(msg tea.KeyPressMsg) {
	i := e.hex.Cursor()
	if v, err := strconv.ParseUint(msg.Text, 16, 8); err == nil && len(msg.Text) == 1 && i < len(e.hex.Data) {
		b := e.hex.Data[i]
		if e.low {
			e.hex.Data[i] = b&0xF0 | byte(v)
			e.hex.SetCursor(i + 1)
		} else {
			e.hex.Data[i] = b&0x0F | byte(v)<<4
		}
		e.low = !e.low
		e.changed()
		return
	}
	switch msg.Keystroke() {
	case "left", "right", "up", "down", "home", "end", "pgup", "pgdown":
		e.low = false
		e.hex.Update(msg)
	case "backspace":
		e.low = false
		e.hex.SetCursor(i - 1)
	}
}

// accept makes the plan of what was typed and hands it to its dialog.
func (e *editor) accept() (done bool, cmd tea.Cmd) {
	if e.refused != "" {
		return false, nil
	}
	files := e.env.Card.Files
	plan := files.NewPlan(texts.Say("plan.title.edit", "file", e.env.Name(e.at.Path)))
	var err error
	if e.at.Tag > 0 {
		err = plan.SetObject(files, e.at.Path, e.at.Tag, e.new, "")
	} else {
		err = plan.Change(files, e.at.Path, e.at.Record, e.new, "")
	}
	switch {
	case err != nil:
		e.refused = err.Error()
		return false, nil
	case len(plan.Steps) == 0:
		return false, kit.Toast(ui.Text, texts.Say("edit.same"))
	}
	return true, kit.Push(change.New(e.env, plan))
}

// Size implements ui.Dialog.
func (e *editor) Size(w, h int) (dw, dh int) { return min(100, w), min(max(h-2, 16), h, 36) }

// String keeps what is edited out of prints.
func (e *editor) String() string { return "edit" }

// diff are the ranges of bytes that differ from the old ones.
func (e *editor) diff() []ui.Range {
	var out []ui.Range
	for i, b := range e.new {
		if i < len(e.old) && e.old[i] == b {
			continue
		}
		if n := len(out); n > 0 && out[n-1].To == i {
			out[n-1].To++
		} else {
			out = append(out, ui.Range{From: i, To: i + 1})
		}
	}
	return out
}

// View implements ui.Dialog.
func (e *editor) View(th *ui.Theme, w, h int) string {
	name := e.env.Name(e.at.Path)
	switch {
	case e.at.Record > 0:
		name += ", " + texts.Say("plan.place.record", "record", e.at.Record)
	case e.at.Tag > 0:
		name += ", " + texts.Say("plan.place.object", "tag", e.at.Tag)
	}
	p := ui.Pane{Title: ui.Tok(ui.Title, texts.Say("edit.title", "file", name)), Focus: true, Pad: 1}
	iw, ih := p.Inner(w, h)
	if iw <= 0 || ih <= 0 {
		return ui.FitBlock("", w, h)
	}
	foot := append(ui.Paragraph(e.statusTok(), e.status(), iw), e.hints())
	foot = foot[max(len(foot)-max(ih-2, 1), 0):]
	room := max(ih-len(foot), 0)
	return p.View(th, w, h, ui.Above(e.body(th, iw, room), ui.RenderLines(th, foot, iw, len(foot))))
}

// body has the value above and its bytes below, or the bytes alone.
func (e *editor) body(th *ui.Theme, w, h int) string {
	if e.ended {
		return ui.RenderLines(th, ui.Paragraph(ui.Bad, texts.Say("change.ended"), w), w, h)
	}
	e.hex.Marked = e.diff()
	if !e.value {
		return e.bytesBody(th, w, h)
	}
	shown := ui.HexView{Data: e.new, Marked: e.diff()}
	lower := min(shown.RowsFor(w), h/3)
	if e.refused != "" {
		lower = 0 // no bytes belong to what stands above
	}
	if lower < 1 {
		return e.area.View(th, w, h)
	}
	rule := ui.Tok(ui.Muted, texts.Say("edit.bytes", "n", len(e.new))).Render(th, w)
	return ui.Above(e.area.View(th, w, h-lower-1), rule, shown.View(th, w, lower))
}

// bytesBody has the bytes above and what they mean below, as far as a decoder
// knows.
func (e *editor) bytesBody(th *ui.Theme, w, h int) string {
	e.hex.Focus = true
	var lines []ui.Line
	if d, ok := e.env.Card.Files.Decoder(e.at.Path); ok && d.Record == (e.at.Record > 0) && (e.at.Tag > 0 || !d.Object) {
		got := e.decode(d)
		for _, f := range got.Flags {
			lines = append(lines, ui.Tok(ui.Warn, th.Glyphs.Warn+" "+f.String()))
		}
		for _, f := range got.Fields {
			l := ui.Tok(ui.Muted, strings.Repeat("  ", f.Depth)+f.Label+"  ").Add(ui.Text, f.Value)
			if i := e.hex.Cursor(); i >= f.Offset && i < f.Offset+f.Length {
				l[0].Tok = ui.Accent
			}
			lines = append(lines, l)
		}
	}
	upper := min(e.hex.RowsFor(w), max(h-len(lines)-1, h/2))
	if len(lines) == 0 || upper < 1 || h-upper < 2 {
		return e.hex.View(th, w, h)
	}
	for i := range lines {
		lines[i] = lines[i].Truncate(&th.Glyphs, w)
	}
	return ui.Above(e.hex.View(th, w, upper), ui.RenderLines(th, nil, w, 1), ui.RenderLines(th, lines, w, h-upper-1))
}

func (e *editor) statusTok() ui.Token {
	switch {
	case e.warned || e.refused != "":
		return ui.Warn
	case len(e.diff()) > 0:
		return ui.Text
	}
	return ui.Muted
}

func (e *editor) status() string {
	switch {
	case e.warned:
		return texts.Say("edit.esc_again")
	case e.refused != "":
		return e.refused
	}
	n := 0
	for _, r := range e.diff() {
		n += r.To - r.From
	}
	if n == 0 && len(e.new) == len(e.old) {
		return texts.Say("edit.unchanged")
	}
	return texts.Say("edit.differ", "n", n, "of", len(e.new))
}

func (e *editor) hints() ui.Line {
	var l ui.Line
	hint := func(key, id string, off bool) {
		tok := ui.Accent
		if off {
			tok = ui.Muted
		}
		l = l.Add(tok, key).Add(ui.Muted, " "+texts.Say(id)+"  ")
	}
	hint("ctrl+s", "edit.hint.accept", e.refused != "")
	if e.means {
		id := "edit.hint.bytes"
		if !e.value {
			id = "edit.hint.value"
		}
		hint("tab", id, e.value && e.refused != "")
	}
	hint("esc", "change.hint.leave", false)
	if e.value {
		row, col := e.area.Position()
		return l.Add(ui.Muted, " "+strconv.Itoa(row)+":"+strconv.Itoa(col))
	}
	return l.Add(ui.Muted, " "+e.hex.Position())
}
