package messages

import (
	"bytes"
	"errors"
	iofs "io/fs"
	"path/filepath"

	tea "charm.land/bubbletea/v2"

	"simscope/card/safe"
	"simscope/fs/messages"
	"simscope/texts"
	"simscope/tui/app"
	"simscope/tui/kit"
	"simscope/tui/ui"
)

// export is the dialog that asks for the file to write messages to.
type export struct {
	env    *kit.Env
	number int // of the card
	list   []messages.Message
	box    string
	input  ui.Input
	busy   bool
	wrong  string
}

// exportedMsg says how writing went.
type exportedMsg struct {
	to   *export
	name string
	err  error
}

func newExport(env *kit.Env, list []messages.Message, box string) *export {
	d := &export{env: env, number: env.Number, list: list, box: box, input: ui.Input{Focus: true}}
	d.input.SetValue("messages.txt")
	return d
}

// Size implements ui.Dialog.
func (d *export) Size(w, h int) (dw, dh int) { return min(74, w), min(12, h) }

// Update implements ui.Dialog.
func (d *export) Update(msg tea.Msg) (done bool, cmd tea.Cmd) {
	if d.number != d.env.Number {
		return true, nil
	}
	switch msg := msg.(type) {
	case exportedMsg:
		if msg.to == d {
			return d.written(msg)
		}
		return false, nil
	case tea.KeyPressMsg:
		if !d.busy && msg.String() == "enter" {
			return false, d.begin()
		}
	}
	if !d.busy {
		d.input.Update(msg)
	}
	return false, nil
}

// begin writes in a command; the dialog waits for how it went.
func (d *export) begin() tea.Cmd {
	name := d.env.FileName(d.input.Value())
	if name == "" {
		d.wrong = texts.Say("files.export.no_name")
		return nil
	}
	format, wrong := app.Ending(name, messages.Formats()...)
	if wrong != "" {
		d.wrong = wrong
		return nil
	}
	d.busy, d.wrong = true, ""
	list := d.list
	return func() tea.Msg { return exportedMsg{d, name, write(name, messages.Format(format), list)} }
}

// write writes a new file that only its owner may read.
func write(name string, f messages.Format, list []messages.Message) error {
	var b bytes.Buffer
	if err := messages.Write(&b, f, list); err != nil {
		return err
	}
	return kit.WriteNew(name, b.Bytes())
}

func (d *export) written(msg exportedMsg) (done bool, cmd tea.Cmd) {
	d.busy = false
	if msg.err == nil {
		return true, kit.Toast(ui.Good, texts.Say("messages.export.done", "n", len(d.list), "name", safe.Text(msg.name)))
	}
	if errors.Is(msg.err, iofs.ErrExist) {
		d.wrong = texts.Say("messages.export.exists", "name", safe.Text(filepath.Base(msg.name)))
	} else {
		d.wrong = texts.Say("files.export.failed", "why", kit.Reason(msg.err))
	}
	return false, nil
}

// View implements ui.Dialog.
func (d *export) View(th *ui.Theme, w, h int) string {
	p := ui.Pane{Title: ui.Tok(ui.Title, texts.Say("messages.export.title")), Focus: true, Pad: 1}
	iw, ih := p.Inner(w, h)
	out := append(ui.Paragraph(ui.Muted, texts.Say("messages.export.text", "n", len(d.list), "box", d.box), iw), nil)
	out = append(out, append(ui.Tok(ui.Muted, texts.Say("files.export.name")+"  "), d.input.Line(&th.Glyphs, max(iw-8, 1))...))
	if d.wrong != "" {
		out = append(out, nil)
		out = append(out, ui.Paragraph(ui.Warn, d.wrong, iw)...)
	}
	hint := ui.L(ui.S(ui.Accent, "enter"), ui.S(ui.Muted, " "+texts.Say("files.export.enter")+"  "), ui.S(ui.Accent, "esc"), ui.S(ui.Muted, " "+texts.Say("ui.close")))
	return p.View(th, w, h, ui.Above(ui.RenderLines(th, out, iw, max(ih-1, 0)), hint.Render(th, iw)))
}
