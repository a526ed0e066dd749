package contacts

import (
	"errors"
	"fmt"
	"strings"

	tea "charm.land/bubbletea/v2"

	"simscope/fs/contacts"
	"simscope/fs/ef"
	"simscope/texts"
	"simscope/tui/app"
	"simscope/tui/kit"
	"simscope/tui/ui"
)

// field is a line of the form.
type field struct {
	id, label string
	input     ui.Input
	// limit and measure say how much of it is used; limit 0 shows nothing.
	limit   int
	measure func(string) int
	unit    string
}

// form is the dialog in which a contact is written.
type form struct {
	env    *kit.Env
	book   *contacts.Book
	n      int // of the contact that is changed, 0: a new one
	fields []field
	at     int
	wrong  map[string]string // by field
	whole  string            // what is wrong with none of them
	asked  uint64
	number int // of the card
}

func newForm(env *kit.Env, b *contacts.Book, c *contacts.Contact) *form {
	f := &form{env: env, book: b, number: env.Number, wrong: map[string]string{}}
	var e contacts.Entry
	if c != nil {
		f.n, e = c.N, c.Entry()
	}
	l := b.Limits(f.n)
	f.text("name", e.Name, l.Name)
	for i := range max(l.Numbers, len(e.Numbers), 1) {
		var n contacts.EntryNumber
		if i < len(e.Numbers) {
			n = e.Numbers[i]
		}
		f.add(numbered("number", i), numberLabel("number", i), n.Number, l.Digits, digits, "contacts.form.digits")
		if i > 0 && len(l.Labels)+l.NewLabel > 0 {
			f.add(numbered("label", i), numberLabel("label", i), n.Label, l.NewLabel, ef.AlphaLength, "contacts.form.bytes")
			f.fields[len(f.fields)-1].input.Hint = strings.Join(l.Labels, ", ")
		}
	}
	if l.Nickname > 0 {
		f.text("nickname", e.Nickname, l.Nickname)
	}
	f.list("email", e.Emails, l.Emails, l.Email)
	f.list("uri", e.URIs, l.URIs, l.URI)
	if l.Groups > 0 {
		f.add("group", texts.Say("contacts.show.group"), strings.Join(e.Groups, ", "), l.Groups, func(s string) int { return len(split(s)) }, "contacts.form.groups")
	}
	f.focus(0)
	return f
}

func (f *form) text(id, value string, limit int) {
	f.add(id, texts.Say("contacts.show."+id), value, limit, ef.AlphaLength, "contacts.form.bytes")
}

func (f *form) list(id string, values []string, count, limit int) {
	for i := range max(count, len(values)) {
		v := ""
		if i < len(values) {
			v = values[i]
		}
		measure := ef.AlphaLength
		if id == "uri" {
			measure = func(s string) int { return len(s) }
		}
		f.add(numbered(id, i), numberLabel(id, i), v, limit, measure, "contacts.form.bytes")
	}
}

func (f *form) add(id, label, value string, limit int, measure func(string) int, unit string) {
	x := field{id: id, label: label, limit: limit, measure: measure, unit: unit, input: ui.Input{Limit: 250}}
	x.input.SetValue(value)
	f.fields = append(f.fields, x)
}

func numbered(id string, i int) string {
	if i == 0 {
		return id
	}
	return fmt.Sprintf("%s%d", id, i+1)
}

func numberLabel(id string, i int) string {
	s := texts.Say("contacts.show." + id)
	if i == 0 {
		return s
	}
	return fmt.Sprintf("%s %d", s, i+1)
}

// digits counts what of a number is stored.
func digits(s string) int {
	return len(strings.TrimPrefix(strings.NewReplacer(" ", "", "-", "", "(", "", ")", "").Replace(s), "+"))
}

func split(s string) []string {
	var out []string
	for p := range strings.SplitSeq(s, ",") {
		if p = strings.TrimSpace(p); p != "" {
			out = append(out, p)
		}
	}
	return out
}

func (f *form) focus(i int) {
	f.fields[f.at].input.Focus = false
	f.at = (i + len(f.fields)) % len(f.fields)
	f.fields[f.at].input.Focus = true
}

// entry is the contact as it is written now. Texts that were not touched are
// taken from the contact, with signs that a line of text cannot hold.
func (f *form) entry() contacts.Entry {
	var e contacts.Entry
	var was contacts.Entry
	if c, ok := f.book.Get(f.n); ok {
		was = c.Entry()
	}
	var fresh ui.Input
	same := func(typed, before string) string {
		fresh.SetValue(before)
		if typed == fresh.Value() {
			return before
		}
		return typed
	}
	old := func(list []string, i int) string {
		if i < len(list) {
			return list[i]
		}
		return ""
	}
	for _, x := range f.fields {
		v := x.input.Value()
		switch strings.TrimRight(x.id, "0123456789") {
		case "name":
			e.Name = same(v, was.Name)
		case "number":
			e.Numbers = append(e.Numbers, contacts.EntryNumber{Number: v})
		case "label":
			e.Numbers[len(e.Numbers)-1].Label = v
		case "nickname":
			e.Nickname = same(v, was.Nickname)
		case "email":
			e.Emails = append(e.Emails, same(v, old(was.Emails, len(e.Emails))))
		case "uri":
			e.URIs = append(e.URIs, same(v, old(was.URIs, len(e.URIs))))
		case "group":
			if e.Groups = split(v); same(v, strings.Join(was.Groups, ", ")) == strings.Join(was.Groups, ", ") {
				e.Groups = was.Groups
			}
		}
	}
	return e
}

// Size implements ui.Dialog.
func (f *form) Size(w, h int) (dw, dh int) { return min(76, w), min(len(f.fields)+8, h) }

// Update implements ui.Dialog.
func (f *form) Update(msg tea.Msg) (done bool, cmd tea.Cmd) {
	if f.number != f.env.Number {
		return true, nil // its card is gone
	}
	switch msg := msg.(type) {
	case app.AnswerEvent:
		if f.asked != 0 && msg.Answer.ID == f.asked {
			f.asked = 0
			return f.planned(msg.Answer)
		}
	case tea.KeyPressMsg:
		if f.asked != 0 {
			return false, nil
		}
		switch msg.String() {
		case "enter":
			f.submit()
			return false, nil
		case "tab", "down":
			f.focus(f.at + 1)
			return false, nil
		case "shift+tab", "up":
			f.focus(f.at - 1)
			return false, nil
		}
		f.fields[f.at].input.Update(msg)
	case tea.PasteMsg:
		if f.asked == 0 {
			f.fields[f.at].input.Update(msg)
		}
	}
	return false, nil
}

// submit asks the worker for the plan.
func (f *form) submit() {
	e, n := f.entry(), f.n
	f.wrong, f.whole = map[string]string{}, ""
	f.asked = plan(f.env, f.book, func(b *contacts.Book) (planned, error) {
		if n == 0 {
			p, err := b.Create(e)
			return planned{plan: p}, err
		}
		p, err := b.Edit(n, e)
		return planned{plan: p}, err
	})
}

// planned shows the plan, or what does not fit beside its field.
func (f *form) planned(a app.Answer) (done bool, cmd tea.Cmd) {
	v, ok := a.Value.(planned)
	switch {
	case a.Err != nil || !ok:
		if a.Err == nil {
			a.Err = errors.ErrUnsupported
		}
		f.whole = app.Explain(a.Err, texts.Say("tried.contacts")).String()
	case v.refused != nil:
		f.refused(v.refused)
	case len(v.plan.Steps) == 0:
		return true, kit.Toast(ui.Text, texts.Say("out.contacts.same"))
	default:
		return true, kit.Push(showPlan(f.env, v.plan))
	}
	return false, nil
}

func (f *form) refused(e *contacts.RefusedError) {
	for i, r := range e.Refusals {
		known := false
		for j, x := range f.fields {
			if x.id == r.Field {
				f.wrong[x.id], known = r.String(), true
				if i == 0 {
					f.focus(j)
				}
			}
		}
		if !known && f.whole == "" {
			f.whole = r.String()
		}
	}
}

// View implements ui.Dialog.
func (f *form) View(th *ui.Theme, w, h int) string {
	title := texts.Say("contacts.form.new")
	if f.n > 0 {
		title = texts.Say("contacts.form.edit", "n", f.n)
	}
	p := ui.Pane{Title: ui.Tok(ui.Title, title), Focus: true, Pad: 1}
	iw, ih := p.Inner(w, h)
	foot := f.foot(iw)
	room := max(ih-len(foot), 1)
	var out []ui.Line
	for i, x := range f.fields {
		out = append(out, f.line(th, x, i == f.at, iw))
	}
	from := min(max(f.at-room+2, 0), max(len(out)-room, 0))
	out = out[from:min(from+room, len(out))]
	return p.View(th, w, h, ui.Above(ui.RenderLines(th, out, iw, room), ui.RenderLines(th, foot, iw, len(foot))))
}

// foot is what is wrong with the field under the cursor or the whole, and the
// keys.
func (f *form) foot(w int) []ui.Line {
	say := f.wrong[f.fields[f.at].id]
	if say == "" {
		say = f.whole
	}
	lines := []ui.Line{nil, nil}
	if say != "" {
		lines = ui.Paragraph(ui.Warn, say, w)
		lines = append(lines[:min(len(lines), 3)], nil)
	}
	return append(lines, ui.L(
		ui.S(ui.Accent, "tab"), ui.S(ui.Muted, " "+texts.Say("contacts.form.next")+"  "),
		ui.S(ui.Accent, "enter"), ui.S(ui.Muted, " "+texts.Say("contacts.form.plan")+"  "),
		ui.S(ui.Accent, "esc"), ui.S(ui.Muted, " "+texts.Say("ui.close")),
	))
}

func (f *form) line(th *ui.Theme, x field, here bool, w int) ui.Line {
	g := &th.Glyphs
	tok, mark := ui.Muted, "  "
	if here {
		tok, mark = ui.Text, g.Cursor+" "
	}
	left := ui.L(ui.S(ui.Accent, mark), ui.S(tok, g.Pad(x.label, labelWidth)+" "))
	var right ui.Line
	if used := x.measure(x.input.Value()); x.limit > 0 && (here || used > x.limit) {
		right = ui.Tok(ui.Muted, texts.Say(x.unit, "n", used, "limit", x.limit))
		if used > x.limit {
			right[0].Tok = ui.Bad
		}
	}
	if f.wrong[x.id] != "" && right == nil {
		right = ui.Tok(ui.Warn, "!")
	}
	left = append(left, x.input.Line(g, max(w-left.Width()-right.Width()-1, 4))...)
	return ui.Spread(g, left, right, w, left.Width())
}
