package log

import (
	"context"
	"errors"
	"io"
	"io/fs"
	"iter"
	"path/filepath"
	"strings"

	tea "charm.land/bubbletea/v2"

	"simscope/card"
	"simscope/card/safe"
	"simscope/card/trace"
	"simscope/texts"
	"simscope/tui/kit"
	"simscope/tui/ui"
)

// forms are the forms of export by the ending of the file's name.
var forms = map[string]trace.Format{
	".txt":   trace.FormatText,
	".jsonl": trace.FormatJSON,
	".apdu":  trace.FormatHex,
}

// fileDialog asks for the name of a file.
type fileDialog struct {
	m            *Model
	title, about string
	does         string
	input        ui.Input
	problem      string
	busy         string // what is being done
}

const (
	fileDialogWidth  = 72
	fileDialogHeight = 12
)

func newFileDialog(m *Model, id, about, name string) fileDialog {
	d := fileDialog{m: m, title: texts.Say(id + ".title"), about: about, does: texts.Say(id + ".do")}
	d.input.Prompt = texts.Say(id+".ask") + "  "
	d.input.SetValue(name)
	d.input.Focus = true
	return d
}

// Size implements ui.Dialog.
func (d *fileDialog) Size(w, h int) (dw, dh int) {
	return min(fileDialogWidth, w), min(fileDialogHeight, h)
}

// View implements ui.Dialog.
func (d *fileDialog) View(th *ui.Theme, w, h int) string {
	pane := ui.Pane{Title: ui.Tok(ui.Title, d.title), Focus: true, Pad: 1}
	iw, ih := pane.Inner(w, h)
	lines := append([]ui.Line{d.input.Line(&th.Glyphs, iw), nil}, ui.Paragraph(ui.Muted, d.about, iw)...)
	switch {
	case d.busy != "":
		lines = append(lines, nil, ui.Tok(ui.Text, d.busy))
	case d.problem != "":
		lines = append(append(lines, nil), ui.Paragraph(ui.Warn, d.problem, iw)...)
	}
	hints := []ui.Hint{{Key: "enter", Does: d.does}, {Key: "esc", Does: texts.Say("log.close")}}
	return pane.View(th, w, h, withHints(th, lines, hints, iw, ih))
}

// withHints draws lines with the keys below them.
func withHints(th *ui.Theme, lines []ui.Line, hints []ui.Hint, w, h int) string {
	if h < 3 {
		return ui.RenderLines(th, lines, w, h)
	}
	return ui.Above(ui.RenderLines(th, lines, w, h-1), ui.HintLine(th, hints, nil, w))
}

// edit handles what is typed and reports whether enter was pressed.
func (d *fileDialog) edit(msg tea.Msg) (enter bool) {
	if d.busy != "" {
		return false
	}
	if k, ok := msg.(tea.KeyPressMsg); ok && k.String() == "enter" {
		if d.name() == "" {
			d.problem = texts.Say("log.file.name")
			return false
		}
		return true
	}
	if d.input.Update(msg) {
		d.problem = ""
	}
	return false
}

// name is the file's name.
func (d *fileDialog) name() string { return d.m.env.FileName(d.input.Value()) }

// stamp makes a file name of its own for now.
func (m *Model) stamp(begin, end string) string {
	return begin + m.env.Now().Format("20060102-150405") + end
}

// fileProblem says why a file was not written.
func fileProblem(err error) string {
	switch {
	case errors.Is(err, fs.ErrExist):
		return texts.Say("log.file.exists")
	case errors.Is(err, fs.ErrPermission):
		return texts.Say("log.file.denied")
	case errors.Is(err, fs.ErrNotExist):
		return texts.Say("log.file.folder")
	}
	return texts.Say("log.file.failed", "why", kit.Reason(err))
}

// exportDialog writes the rows that the filter shows to a file, beside the
// screen.
type exportDialog struct {
	fileDialog
	rows   iter.Seq[card.Exchange]
	namer  trace.Namer
	cancel context.CancelFunc
}

// exportedMsg says how an export ended.
type exportedMsg struct {
	of   *exportDialog
	name string
	n    int
	err  error
}

// newExport asks where to; what is written are the rows of this moment.
func newExport(m *Model) *exportDialog {
	id, n := "log.export.about.all", m.src.Len()
	v, numbers := m.src.view, m.src.numbers
	rows := func(yield func(card.Exchange) bool) {
		for _, e := range v.All() {
			if !yield(e) {
				return
			}
		}
	}
	if m.src.filtered {
		id, rows = "log.export.about.some", v.Rows(numbers[:len(numbers):len(numbers)])
	}
	about := texts.Say(id, "n", count(n)) + " " + texts.Say("log.export.forms")
	return &exportDialog{
		fileDialog: newFileDialog(m, "log.export", about, m.stamp("log-", ".txt")),
		rows:       rows, namer: m.namer(),
	}
}

// Update implements ui.Dialog.
func (d *exportDialog) Update(msg tea.Msg) (bool, tea.Cmd) {
	if msg, ok := msg.(exportedMsg); ok && msg.of == d {
		return d.done(msg)
	}
	if !d.edit(msg) {
		return false, nil
	}
	name := d.name()
	form, ok := forms[strings.ToLower(filepath.Ext(name))]
	if !ok {
		d.problem = texts.Say("log.export.form")
		return false, nil
	}
	ctx, cancel := context.WithCancel(context.Background())
	d.cancel, d.busy = cancel, texts.Say("log.export.running")
	rows, namer := d.rows, d.namer
	return false, func() tea.Msg {
		n, err := writeRows(ctx, name, form, rows, namer)
		return exportedMsg{d, name, n, err}
	}
}

func (d *exportDialog) done(msg exportedMsg) (bool, tea.Cmd) {
	d.cancel()
	d.busy = ""
	if msg.err != nil {
		d.problem = fileProblem(msg.err)
		return false, nil
	}
	say := texts.Say("log.export.done", "n", count(msg.n), "name", safe.Text(msg.name))
	return true, kit.Toast(ui.Good, say)
}

// Escape implements ui.Escaper: an export that runs is stopped.
func (d *exportDialog) Escape() (bool, tea.Cmd) {
	if d.cancel != nil {
		d.cancel()
	}
	return true, nil
}

// writeRows writes rows into a new file and counts them.
func writeRows(ctx context.Context, name string, form trace.Format, rows iter.Seq[card.Exchange], namer trace.Namer) (n int, err error) {
	counted := func(yield func(card.Exchange) bool) {
		for e := range rows {
			n++
			if !yield(e) {
				return
			}
		}
	}
	err = kit.WriteNewBy(name, func(w io.Writer) error { return trace.Export(ctx, w, form, counted, namer) })
	return n, err
}

// recordDialog asks which file to record to; the root does it.
type recordDialog struct{ fileDialog }

// record starts a recording, or stops the one that runs.
func (m *Model) record() tea.Cmd {
	if m.env.Recording != "" {
		return func() tea.Msg { return RecordMsg{} }
	}
	about := texts.Say("log.record.about")
	return kit.Push(&recordDialog{newFileDialog(m, "log.record", about, m.stamp("session-", ".jsonl"))})
}

// Update implements ui.Dialog.
func (d *recordDialog) Update(msg tea.Msg) (bool, tea.Cmd) {
	if !d.edit(msg) {
		return false, nil
	}
	name := d.name()
	return true, func() tea.Msg { return RecordMsg{Name: name} }
}
