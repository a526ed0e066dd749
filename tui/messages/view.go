package messages

import (
	"fmt"
	"strings"
	"time"

	"simscope/card"
	"simscope/fs"
	"simscope/fs/ef"
	"simscope/fs/messages"
	"simscope/texts"
	"simscope/tui/kit"
	"simscope/tui/ui"
)

// firstRunes is how much of a text the list looks at: more than fits a line.
const firstRunes = 120

// cells are the columns of a message.
func (m *Model) cells(x messages.Message) []ui.Line {
	s := stateOf(&m.env.Theme.Glyphs, x)
	text := ui.T(oneLine(x.Essence()))
	switch {
	case len(x.Missing) > 0:
		text = append(ui.Tok(ui.Warn, "! "), text...)
	case x.Text == "":
		text[0].Tok = ui.Muted
	}
	return []ui.Line{
		ui.Tok(s.tok, s.sign), ui.Tok(s.tok, s.word), ui.Tok(ui.Muted, m.shortTime(x.Time)), ui.T(nameOf(x)), text,
	}
}

// nameOf is the other side in short: its name, else its number.
func nameOf(x messages.Message) string {
	if x.Name != "" {
		return x.Name
	}
	return x.Party
}

// oneLine is the beginning of a text, without its line breaks.
func oneLine(s string) string {
	n := 0
	for i := range s {
		if n++; n > firstRunes {
			s = s[:i]
			break
		}
	}
	return strings.Join(strings.FieldsFunc(s, func(r rune) bool { return r == '\n' || r == '\r' || r == ' ' }), " ")
}

// local is a time of a message where the person is.
func (m *Model) local(s string) (time.Time, bool) {
	t, err := time.Parse(time.RFC3339, s)
	return t.In(m.env.Now().Location()), err == nil
}

// shortTime is a time in eleven cells: without the year in the year it is.
func (m *Model) shortTime(s string) string {
	t, ok := m.local(s)
	switch {
	case !ok:
		return ""
	case t.Year() == m.env.Now().Year():
		return t.Format("01-02 15:04")
	}
	return t.Format("2006-01-02")
}

// longTime is a time here, and as the centre told it where that is another
// zone.
func (m *Model) longTime(s string) (here, there string) {
	t, ok := m.local(s)
	if !ok {
		return s, ""
	}
	told, _ := time.Parse(time.RFC3339, s)
	_, a := t.Zone()
	if _, b := told.Zone(); a != b {
		there = texts.Say("messages.show.centre_time", "time", told.Format("15:04 -07:00"))
	}
	return t.Format("2006-01-02 15:04:05"), there
}

// The lines of the pane of a message.
type (
	detailLine  = kit.DetailLine[messages.Place]
	detailLines = kit.DetailLines[messages.Place]
)

// labelWidth is what a label takes, with the blanks behind it.
const labelWidth = 15

// describe is a message in lines of at most w cells: who and when, the whole
// text, then what a phone does not show.
func (m *Model) describe(x messages.Message, w int) detailLines {
	var out detailLines
	g := &m.env.Theme.Glyphs
	add := func(l ui.Line) { out = append(out, detailLine{Left: l}) }
	field := func(label, value, note string) {
		for i, l := range ui.Wrap(strings.TrimSpace(value+"  "+note), max(w-labelWidth, 8)) {
			if i > 0 {
				label = ""
			}
			add(ui.L(ui.S(ui.Muted, g.Pad(label, labelWidth)), ui.S(ui.Text, l)))
		}
	}
	if nameOf(x) != "" {
		id := "messages.show.from"
		if x.Box == messages.Sent || x.Box == messages.Drafts || x.Box == messages.Reports {
			id = "messages.show.to"
		}
		number := ""
		if x.Name != "" {
			number = x.Party
		}
		field(texts.Say(id), nameOf(x), number)
	}
	if x.Time != "" {
		here, there := m.longTime(x.Time)
		field(texts.Say("messages.show.time"), here, there)
	}
	s := stateOf(g, x)
	add(ui.L(ui.S(ui.Muted, g.Pad(texts.Say("messages.show.state"), labelWidth)), ui.S(s.tok, strings.TrimSpace(s.sign+" "+texts.Say("messages.state_long."+stateID(x))))))
	add(nil)
	for _, l := range body(x, w) {
		add(l)
	}
	add(nil)
	for _, d := range x.Details() {
		field(d.Label, d.Value, "")
	}
	for i := range x.Parts {
		p := &x.Parts[i]
		out = append(out, detailLine{
			Left:  ui.L(ui.S(ui.Muted, g.Pad(texts.Say("messages.detail.record"), labelWidth)), ui.S(ui.Muted, g.TruncateMiddle(m.env.Name(p.Path), max(w-labelWidth-6, 4)))),
			Right: ui.Tok(ui.Muted, fmt.Sprint(p.Record)), Place: p,
		})
	}
	for _, f := range x.Flags {
		for i, l := range ui.Wrap(f, max(w-2, 8)) {
			mark := "  "
			if i == 0 {
				mark = g.Warn + " "
			}
			add(ui.Tok(ui.Warn, mark+l))
		}
	}
	return out
}

// stateID is the state of a message in the sentences that explain it.
func stateID(x messages.Message) string {
	switch {
	case x.Deleted:
		return "deleted"
	case x.Unread():
		return "new"
	case x.Box == messages.Inbox:
		return "read"
	}
	return string(x.Box)
}

// body is the whole text, broken to lines.
func body(x messages.Message, w int) []ui.Line {
	tok, text := ui.Text, x.Essence()
	switch {
	case text == "":
		tok, text = ui.Muted, texts.Say("messages.show.no_text")
	case x.Text == "":
		tok = ui.Muted
	}
	text = strings.NewReplacer("\r\n", "\n", "\r", "\n").Replace(text)
	var out []ui.Line
	for _, l := range ui.Wrap(text, max(w, 1)) {
		out = append(out, ui.Tok(tok, l))
	}
	return out
}

// follow fills the pane with the message under the cursor, for w cells.
func (m *Model) follow(w int) {
	key := m.Table.SelectedKey()
	if m.shown == key && m.width == w && key != "" {
		return
	}
	moved := m.shown != key
	m.shown, m.width, m.lines = key, w, nil
	if x, ok := m.selected(); ok {
		m.lines = m.describe(x, max(w-2, 1)) // the list keeps a cell at each side
	}
	m.Detail.SetSource(m.lines)
	if moved && !m.Open {
		m.Detail.SelectAt(0)
	}
}

// View implements kit.Screen.
func (m *Model) View(w, h int) string {
	return m.Browser.View(m.env.Theme, w, h, kit.Parts{Nothing: m.nothing, Head: m.head, List: m.listView, Pane: m.pane, Share: 50})
}

// head answers the screen's question: how many messages there are, how many of
// them are new or were deleted, and how much room is left. Where that does not
// fit it is told in fewer words.
func (m *Model) head(w int) string {
	g := &m.env.Theme.Glyphs
	right := ui.Tok(ui.Muted, m.box.title()+" ")
	if q := m.Find.Value(); q != "" || m.Browser.Typing {
		left := ui.L(ui.S(ui.Text, " "))
		left = append(left, m.Find.Line(g, 30)...)
		left = left.Add(ui.Muted, "  "+texts.Say("messages.found", "n", len(m.rows)))
		return ui.Spread(g, left, right, w, 24).Render(m.env.Theme, w)
	}
	left := m.counts("")
	if left.Width()+right.Width()+2 > w {
		left = m.counts(".brief")
	}
	return ui.Spread(g, left, right, w, left.Width()).Render(m.env.Theme, w)
}

func (m *Model) counts(form string) ui.Line {
	fresh, slots, free := 0, 0, 0
	for _, x := range m.list.Messages {
		if x.Unread() {
			fresh++
		}
	}
	for _, f := range m.list.Files {
		slots, free = slots+f.Slots, free+f.Free
	}
	n := len(m.list.Messages)
	out := ui.L(ui.S(ui.Text, " "), ui.S(ui.Title, texts.Say("messages.head", "n", n)))
	if fresh > 0 {
		out = out.Add(ui.Text, "  ").Add(ui.Accent, texts.Say("messages.head.new", "n", fresh))
	}
	if d := m.list.Deleted(); d > 0 {
		out = out.Add(ui.Text, "  ").Add(ui.Warn, texts.Say("messages.head.deleted"+form, "n", d)+" "+m.env.Theme.Glyphs.Warn)
	}
	out = out.Add(ui.Text, "  ").Add(ui.Muted, texts.Say("messages.head.free"+form, "free", free, "slots", slots))
	if denied := m.denied(); len(denied) > 0 {
		out = out.Add(ui.Text, "  ").Add(ui.Warn, m.env.Theme.Glyphs.Warn+" "+texts.Say("messages.head.denied"+form, "file", m.env.Name(denied[0]), "needs", m.needs(denied)))
	}
	return out
}

// listView is the table, or why it is empty.
func (m *Model) listView(w, h int) string {
	p := ui.Pane{Title: ui.T(texts.Say("tab.messages")), Focus: !m.Open}
	iw, ih := p.Inner(w, h)
	if len(m.rows) > 0 {
		return p.View(m.env.Theme, w, h, m.Table.View(m.env.Theme, iw, ih))
	}
	say, hint := m.box.empty(), ui.Hint{Key: "b", Does: texts.Say("verb.messages.box.hint")}
	switch {
	case m.Find.Value() != "":
		say, hint = texts.Say("messages.empty.match", "text", m.Find.Value()), ui.Hint{Key: "esc", Does: texts.Say("messages.find.leave")}
	case m.box == boxAll:
		hint = ui.Hint{Key: "ctrl+r", Does: texts.Say("verb.refresh.hint")}
	}
	return p.View(m.env.Theme, w, h, ui.Empty(m.env.Theme, say, []ui.Hint{hint}, iw, ih))
}

// pane is the message under the cursor.
func (m *Model) pane(w, h int) string {
	p := ui.Pane{Focus: m.Open}
	if x, ok := m.selected(); ok {
		p.Title = ui.T(texts.Say("messages.one", "n", x.N))
	}
	iw, ih := p.Inner(w, h)
	m.follow(iw)
	return p.View(m.env.Theme, w, h, m.Detail.View(m.env.Theme, iw, ih))
}

// nothing is the sentence where there is no file of messages to show, with the
// key that leads on.
func (m *Model) nothing() (string, []ui.Hint) {
	if say, hints := m.env.NoCard(); say != "" {
		return say, hints
	}
	again := ui.Hint{Key: "ctrl+r", Does: texts.Say("verb.refresh.hint")}
	denied := m.denied()
	switch {
	case len(denied) > 0 && len(m.list.Messages) == 0:
		return m.closed(denied)
	case len(m.list.Files) > 0:
		return "", nil
	case m.env.Walk.Running || m.Asking != 0 || m.building:
		return texts.Say("messages.empty.reading"), nil
	case m.Failed != nil:
		return m.Failed.String(), []ui.Hint{again}
	case !m.env.Walk.Finished:
		return texts.Say("messages.empty.unknown"), []ui.Hint{again}
	case len(m.list.Closed) > 0:
		return texts.Say("messages.empty.failed", "file", m.env.Name(m.list.Closed[0])), []ui.Hint{{Key: "2", Does: texts.Say("tab.files")}}
	}
	return texts.Say("messages.empty.no_file"), []ui.Hint{{Key: "2", Does: texts.Say("tab.files")}}
}

// denied are the files of messages that the card refused to read.
func (m *Model) denied() []card.Path {
	if m.env.Card == nil {
		return nil
	}
	var out []card.Path
	for _, p := range m.list.Closed {
		if n, _ := m.env.Card.Files.Tree().Get(p); n.State == fs.Denied {
			out = append(out, p)
		}
	}
	return out
}

// Guards implements kit.Guarded.
func (m *Model) Guards() []card.Path { return m.denied() }

// closed names the files that need something, and what.
func (m *Model) closed(denied []card.Path) (string, []ui.Hint) {
	var names []string
	for _, p := range denied[:min(len(denied), 3)] {
		names = append(names, m.env.Name(p))
	}
	say := texts.Say("messages.empty.denied", "needs", m.needs(denied), "files", strings.Join(names, ", "))
	return say, []ui.Hint{m.env.VerifyHint(denied)}
}

// needs is what reading the files needs, in words: "PIN1".
func (m *Model) needs(denied []card.Path) string {
	for _, p := range denied {
		if a := m.env.Card.Files.Access(p); a.Known {
			if c := a.For(fs.OpRead); c.Kind != ef.CondAlways && c.Kind != ef.CondUnknown {
				return fs.Words(c)
			}
		}
	}
	return texts.Say("messages.empty.a_pin")
}
