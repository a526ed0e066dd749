package contacts

import (
	"bytes"
	"os"

	tea "charm.land/bubbletea/v2"

	"simscope/card/safe"
	"simscope/fs/contacts"
	"simscope/texts"
	"simscope/tui/app"
	"simscope/tui/kit"
	"simscope/tui/ui"
)

// transfer is the dialog that asks for the file to write or read.
type transfer struct {
	env     *kit.Env
	book    *contacts.Book
	shown   []contacts.Contact // what is exported
	number  int                // of the card
	imports bool
	shorten bool
	input   ui.Input
	busy    bool
	asked   uint64
	wrong   string
	file    contacts.File
	// An import that was planned: what becomes of the entries.
	plan  *planned
	lines []string
	top   int
}

// fileMsg says how reading or writing the file went.
type fileMsg struct {
	to   *transfer
	name string
	file contacts.File
	n    int
	err  error
}

func newExport(env *kit.Env, b *contacts.Book, shown []contacts.Contact) *transfer {
	d := &transfer{env: env, book: b, shown: shown, number: env.Number}
	d.input = ui.Input{Focus: true}
	d.input.SetValue("contacts.vcf")
	return d
}

func newImport(env *kit.Env, b *contacts.Book) *transfer {
	return &transfer{env: env, book: b, number: env.Number, imports: true, input: ui.Input{Focus: true}}
}

// Size implements ui.Dialog.
func (d *transfer) Size(w, h int) (dw, dh int) { return min(74, w), min(14, h) }

// Update implements ui.Dialog.
func (d *transfer) Update(msg tea.Msg) (done bool, cmd tea.Cmd) {
	if d.number != d.env.Number {
		return true, nil
	}
	switch msg := msg.(type) {
	case fileMsg:
		if msg.to == d {
			return d.came(msg)
		}
	case app.AnswerEvent:
		if d.asked != 0 && msg.Answer.ID == d.asked {
			d.asked, d.busy = 0, false
			d.planned(msg.Answer)
		}
	case tea.KeyPressMsg:
		if d.busy {
			return false, nil
		}
		return d.key(msg)
	case tea.PasteMsg:
		if !d.busy && d.plan == nil {
			d.input.Update(msg)
		}
	}
	return false, nil
}

func (d *transfer) key(msg tea.KeyPressMsg) (done bool, cmd tea.Cmd) {
	k := msg.String()
	switch {
	case d.plan != nil && k == "enter":
		if len(d.plan.plan.Steps) == 0 {
			return true, nil
		}
		return true, kit.Push(showPlan(d.env, d.plan.plan))
	case d.plan != nil && (k == "down" || k == "j"):
		d.top = min(d.top+1, max(len(d.lines)-1, 0))
	case d.plan != nil && (k == "up" || k == "k"):
		d.top = max(d.top-1, 0)
	case k == "tab" && d.plan != nil:
		d.shorten = !d.shorten
		d.replan()
	case d.plan != nil:
	case k == "enter":
		return false, d.begin()
	case k == "tab" && d.imports:
		d.shorten = !d.shorten
	default:
		d.input.Update(msg)
	}
	return false, nil
}

// begin reads or writes the file beside everything else.
func (d *transfer) begin() tea.Cmd {
	name := d.env.FileName(d.input.Value())
	if name == "" {
		d.wrong = texts.Say("files.export.no_name")
		return nil
	}
	d.busy, d.wrong = true, ""
	if d.imports {
		return func() tea.Msg {
			f, err := os.Open(name)
			if err != nil {
				return fileMsg{to: d, name: name, err: err}
			}
			defer f.Close()
			file, err := contacts.Read(f)
			return fileMsg{to: d, name: name, file: file, err: err}
		}
	}
	format, wrong := app.Ending(name, contacts.Formats()...)
	if wrong != "" {
		d.busy, d.wrong = false, wrong
		return nil
	}
	list := contacts.Entries(d.shown)
	return func() tea.Msg {
		return fileMsg{to: d, name: name, n: len(list), err: write(name, contacts.Format(format), list)}
	}
}

// write writes a new file that only its owner may read.
func write(name string, f contacts.Format, list []contacts.Entry) error {
	var b bytes.Buffer
	if err := contacts.Write(&b, f, list); err != nil {
		return err
	}
	return kit.WriteNew(name, b.Bytes())
}

// came goes on with a file that was read, or tells that it was written.
func (d *transfer) came(msg fileMsg) (done bool, cmd tea.Cmd) {
	if msg.err != nil {
		d.busy, d.wrong = false, fileTrouble(msg.err, d.imports)
		return false, nil
	}
	if !d.imports {
		return true, kit.Toast(ui.Good, texts.Say("contacts.export.done", "n", msg.n, "name", safe.Text(msg.name)))
	}
	d.file = msg.file
	d.replan()
	return false, nil
}

// replan asks the worker what becomes of the entries of the file.
func (d *transfer) replan() {
	list, shorten := d.file.Entries, d.shorten
	d.asked = plan(d.env, d.book, func(b *contacts.Book) (planned, error) {
		m, err := b.Import(list, shorten)
		return planned{plan: m.Plan, items: m.Items}, err
	})
	d.busy = d.asked != 0
}

// fileTrouble is an error of a file without its path, which the person has
// before their eyes.
func fileTrouble(err error, imports bool) string {
	if s := contacts.Problem(err); s != "" {
		return s
	}
	if imports {
		return texts.Say("contacts.import.failed", "why", kit.Reason(err))
	}
	return texts.Say("files.export.failed", "why", kit.Reason(err))
}

// planned tells what becomes of each entry before the plan is shown.
func (d *transfer) planned(a app.Answer) {
	v, ok := a.Value.(planned)
	switch {
	case a.Err != nil:
		d.wrong = app.Explain(a.Err, texts.Say("tried.contacts")).String()
		return
	case ok && v.refused != nil:
		d.wrong = v.refused.Error()
		return
	case !ok:
		return
	}
	m := contacts.Import{Items: v.items}
	d.plan, d.top = &v, 0
	d.lines = []string{m.Summary(d.file)}
	for _, l := range d.file.Left {
		d.lines = append(d.lines, l.String())
	}
	for i, it := range v.items {
		if it.State == contacts.Added {
			continue
		}
		line := texts.Say("out.contacts."+it.State, "line", d.file.Lines[i], "name", it.Entry.Name)
		for _, n := range it.Notes {
			line += " " + n.String()
		}
		d.lines = append(d.lines, line)
	}
}

// shortening says what becomes of what does not fit.
func (d *transfer) shortening() string {
	if d.shorten {
		return texts.Say("contacts.import.shorten_on")
	}
	return texts.Say("contacts.import.shorten_off")
}

// View implements ui.Dialog.
func (d *transfer) View(th *ui.Theme, w, h int) string {
	id := "contacts.export."
	if d.imports {
		id = "contacts.import."
	}
	p := ui.Pane{Title: ui.Tok(ui.Title, texts.Say(id+"title")), Focus: true, Pad: 1}
	iw, ih := p.Inner(w, h)
	hint := ui.L(ui.S(ui.Accent, "enter"), ui.S(ui.Muted, " "+texts.Say(id+"enter")+"  "))
	var out []ui.Line
	if d.plan != nil {
		hint = ui.L(ui.S(ui.Accent, "enter"), ui.S(ui.Muted, " "+texts.Say("contacts.form.plan")+"  "))
		for _, l := range d.lines[d.top:] {
			out = append(out, ui.Paragraph(ui.Text, l, iw)...)
		}
		out = append(out, nil, ui.Tok(ui.Muted, d.shortening()))
		hint = hint.Add(ui.Accent, "tab").Add(ui.Muted, " "+texts.Say("contacts.import.shorten")+"  ")
	} else {
		out = append(ui.Paragraph(ui.Muted, texts.Say(id+"text", "n", len(d.shown)), iw), nil)
		out = append(out, append(ui.Tok(ui.Muted, texts.Say("files.export.name")+"  "), d.input.Line(&th.Glyphs, max(iw-8, 1))...))
		if d.imports {
			out = append(out, ui.Tok(ui.Text, d.shortening()))
			hint = hint.Add(ui.Accent, "tab").Add(ui.Muted, " "+texts.Say("contacts.import.shorten")+"  ")
		}
		if d.wrong != "" {
			out = append(out, nil)
			out = append(out, ui.Paragraph(ui.Warn, d.wrong, iw)...)
		}
	}
	hint = hint.Add(ui.Accent, "esc").Add(ui.Muted, " "+texts.Say("ui.close"))
	return p.View(th, w, h, ui.Above(ui.RenderLines(th, out, iw, max(ih-1, 0)), hint.Render(th, iw)))
}
