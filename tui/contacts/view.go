package contacts

import (
	"fmt"
	"strings"

	"simscope/card"
	"simscope/fs/contacts"
	"simscope/texts"
	"simscope/tui/kit"
	"simscope/tui/ui"
)

// cells are the columns of a contact.
func cells(c contacts.Contact) []ui.Line {
	number, more := "", []string{}
	for i, n := range c.Numbers {
		switch {
		case i == 0:
			number = n.Number
		case n.Label != "":
			more = append(more, n.Number+" "+n.Label)
		default:
			more = append(more, n.Number)
		}
	}
	for _, list := range [][]contacts.Text{c.Nicknames, c.Emails, c.URIs} {
		for _, t := range list {
			more = append(more, t.Text)
		}
	}
	for _, g := range c.Groups {
		more = append(more, g.Name)
	}
	last := ui.Tok(ui.Muted, strings.Join(more, ", "))
	if len(c.Faults) > 0 {
		last = append(ui.Tok(ui.Warn, "! "), last...)
	}
	return []ui.Line{ui.T(c.Name), ui.T(number), last}
}

// The lines of the pane of a contact.
type (
	detailLine  = kit.DetailLine[contacts.Place]
	detailLines = kit.DetailLines[contacts.Place]
)

// Cells of a label, and of a line that tells what does not fit: what the pane
// has beside the list on a terminal of 120.
const (
	labelWidth = 15
	faultWidth = 40
)

// describe is a contact in lines: what it holds, then where it lies.
func (m *Model) describe(c contacts.Contact) detailLines {
	var out detailLines
	g := &m.env.Theme.Glyphs
	at := map[string][]contacts.Place{}
	for _, p := range c.Parts {
		at[p.What] = append(at[p.What], p.Place)
	}
	add := func(id, what, value, note string) {
		if value == "" {
			return
		}
		l := detailLine{Left: ui.L(ui.S(ui.Muted, g.Pad(texts.Say("contacts.show."+id), labelWidth)), ui.S(ui.Text, value))}
		if note != "" {
			l.Left = l.Left.Add(ui.Muted, "  "+note)
		}
		if places := at[what]; len(places) > 0 {
			l.Place = &places[0]
			if len(places) > 1 {
				at[what] = places[1:]
			}
		}
		out = append(out, l)
	}
	entry := at["EF.ADN"]
	add("name", "EF.ADN", c.Name, "")
	for i, n := range c.Numbers {
		what := "EF.ANR"
		if i == 0 {
			what, at["EF.ADN"] = "EF.ADN", entry
		}
		add("number", what, n.Number, strings.TrimSpace(n.Label+" "+n.Bearer))
		if n.Subaddress != nil {
			add("subaddress", "EF.EXT1", n.Subaddress.String(), "")
		}
	}
	for _, t := range c.Nicknames {
		add("nickname", "EF.SNE", t.Text, "")
	}
	for _, t := range c.Emails {
		add("email", "EF.EMAIL", t.Text, "")
	}
	for _, t := range c.URIs {
		add("uri", "EF.PURI", t.Text, "")
	}
	for _, g := range c.Groups {
		add("group", "EF.GRP", g.Name, "")
	}
	if c.UID > 0 {
		add("uid", "EF.UID", fmt.Sprint(c.UID), "")
	}
	if c.Hidden {
		add("hidden", "EF.PBC", texts.Say("contacts.show.yes"), "")
	}
	if c.Uncounted {
		add("uncounted", "EF.PBC", texts.Say("contacts.show.yes"), "")
	}
	for _, f := range c.Faults {
		for i, l := range ui.Wrap(f.String(), faultWidth) {
			mark := "  "
			if i == 0 {
				mark = "! "
			}
			out = append(out, detailLine{Left: ui.Tok(ui.Warn, mark+l)})
		}
	}
	out = append(out, detailLine{})
	for _, p := range c.Parts {
		name := m.env.Name(p.Path)
		out = append(out, detailLine{
			Left:  ui.L(ui.S(ui.Muted, name[strings.LastIndexByte(name, '/')+1:])),
			Right: ui.Tok(ui.Muted, texts.Say("ef.record", "n", p.Record)), Place: &p.Place,
		})
	}
	return out
}

// View implements kit.Screen.
func (m *Model) View(w, h int) string {
	m.look()
	return m.Browser.View(m.env.Theme, w, h, kit.Parts{Nothing: m.nothing, Head: m.head, List: m.list, Pane: m.pane, Share: 60})
}

// head answers the screen's question: how many contacts there are, and where.
func (m *Model) head(w int) string {
	b := m.book()
	left := ui.L(ui.S(ui.Text, " "), ui.S(ui.Title, texts.Say("contacts.head", "n", len(b.Contacts), "free", b.Free())))
	if q := m.Find.Value(); q != "" || m.Browser.Typing {
		in := m.Find
		left = left.Add(ui.Muted, "  ")
		left = append(left, in.Line(&m.env.Theme.Glyphs, 30)...)
		left = left.Add(ui.Muted, "  "+texts.Say("contacts.found", "n", len(m.rows)))
	}
	switch {
	case m.hidden:
		left = left.Add(ui.Warn, "  "+texts.Say("contacts.hidden.shown"))
	case m.withheld(true) > 0:
		left = left.Add(ui.Muted, "  "+texts.Say("contacts.hidden", "n", m.withheld(true)))
	}
	if len(b.Denied)+len(b.Faults) > 0 {
		left = left.Add(ui.Warn, "  ! "+m.trouble(b))
	}
	right := ui.Tok(ui.Muted, b.Name()+" ")
	return ui.Spread(&m.env.Theme.Glyphs, left, right, w, 40).Render(m.env.Theme, w)
}

// trouble is what keeps the book from being whole.
func (m *Model) trouble(b *contacts.Book) string {
	if len(b.Denied) > 0 {
		return texts.Say("out.contacts.denied", "file", m.env.Name(b.Denied[0]))
	}
	return b.Faults[0].String()
}

// list is the table, or why it is empty.
func (m *Model) list(w, h int) string {
	p := ui.Pane{Title: ui.T(texts.Say("tab.contacts")), Focus: !m.Open}
	iw, ih := p.Inner(w, h)
	if len(m.rows) > 0 {
		return p.View(m.env.Theme, w, h, m.Table.View(m.env.Theme, iw, ih))
	}
	say, hint := texts.Say("contacts.empty.none"), ui.Hint{Key: "n", Does: texts.Say("verb.contacts.new.hint")}
	if m.withheld(true) > 0 && m.Find.Value() == "" {
		say, hint = texts.Say("contacts.empty.hidden"), ui.Hint{Key: "H", Does: texts.Say("verb.contacts.hidden.hint")}
	}
	if m.Find.Value() != "" {
		say, hint = texts.Say("contacts.empty.match", "text", m.Find.Value()), ui.Hint{Key: "esc", Does: texts.Say("contacts.find.leave")}
	}
	return p.View(m.env.Theme, w, h, ui.Empty(m.env.Theme, say, []ui.Hint{hint}, iw, ih))
}

// pane is the contact under the cursor.
func (m *Model) pane(w, h int) string {
	p := ui.Pane{Focus: m.Open}
	if c, ok := m.selected(); ok {
		p.Title = ui.T(texts.Say("contacts.one", "n", c.N))
	}
	iw, ih := p.Inner(w, h)
	return p.View(m.env.Theme, w, h, m.Detail.View(m.env.Theme, iw, ih))
}

// nothing is the sentence where there is no phone book to show, with the keys
// that lead on.
func (m *Model) nothing() (string, []ui.Hint) {
	if say, hints := m.env.NoCard(); say != "" {
		return say, hints
	}
	again := ui.Hint{Key: "ctrl+r", Does: texts.Say("verb.refresh.hint")}
	files := ui.Hint{Key: "2", Does: texts.Say("tab.files")}
	b := m.book()
	switch {
	case b != nil && b.Slots == 0 && len(b.Denied) > 0, b == nil && len(m.survey.Denied) > 0:
		return m.denied()
	case b != nil:
		return "", nil
	case m.env.Walk.Running || m.Asking != 0:
		return texts.Say("contacts.empty.reading"), nil
	case m.Failed != nil:
		return m.Failed.String(), []ui.Hint{again}
	case len(m.survey.Off) > 0:
		return texts.Say("contacts.empty.off", "file", m.env.Name(m.survey.Off[0])), []ui.Hint{again, files}
	case len(m.survey.Unread) > 0:
		return texts.Say("contacts.empty.undescribed", "file", m.env.Name(m.survey.Unread[0])), []ui.Hint{again, files}
	case !m.survey.Known:
		return texts.Say("contacts.empty.unknown"), []ui.Hint{again}
	}
	return texts.Say("contacts.empty.no_book"), []ui.Hint{files, {Key: "r", Does: texts.Say("verb.go.readers.hint")}}
}

// Guards implements kit.Guarded.
func (m *Model) Guards() []card.Path {
	if b := m.book(); b != nil && len(b.Denied) > 0 {
		return b.Denied
	}
	return m.survey.Denied
}

// denied names the files that the card does not give away.
func (m *Model) denied() (string, []ui.Hint) {
	var names []string
	for _, p := range m.survey.Denied[:min(len(m.survey.Denied), 3)] {
		names = append(names, m.env.Name(p))
	}
	return texts.Say("contacts.empty.denied", "files", strings.Join(names, ", ")), []ui.Hint{m.env.VerifyHint(m.Guards())}
}
