package files

import (
	"encoding/json"
	"errors"
	iofs "io/fs"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"

	"simscope/card"
	"simscope/card/safe"
	"simscope/fs"
	"simscope/texts"
	"simscope/tui/app"
	"simscope/tui/kit"
	"simscope/tui/ui"
)

// The format of an exported file.
const (
	exportFormat  = "simscope.file"
	exportVersion = 1
)

// exported is a file to be written to disk.
type exported struct {
	files  *fs.Card
	path   card.Path
	now    time.Time
	iccid  string
	secret *fs.Content // of a revealed file of keys
}

// exportedJSON is its form on disk: a file of a snapshot with its frame.
type exportedJSON struct {
	Format  string    `json:"format"`
	Version int       `json:"version"`
	Taken   time.Time `json:"taken"`
	ICCID   string    `json:"iccid,omitempty"`
	fs.SnapshotFile
}

var errNoFile = errors.New("the file is not known any more")

// encode makes the JSON.
func (e exported) encode() ([]byte, error) {
	f, ok := e.files.Snapshot(fs.SnapshotOptions{Taken: e.now}).File(e.path)
	if !ok {
		return nil, errNoFile
	}
	if e.secret != nil {
		f.Content, f.Masked = e.secret, false
	}
	b, err := json.MarshalIndent(exportedJSON{exportFormat, exportVersion, e.now.UTC(), e.iccid, f}, "", " ")
	return append(b, '\n'), err
}

// write writes to a new file that only its owner may read; one that is there
// already is left alone.
func (e exported) write(name string) error {
	b, err := e.encode()
	if err != nil {
		return err
	}
	return kit.WriteNew(name, b)
}

// exportDialog asks for the name of the file to write.
type exportDialog struct {
	file  string // name of the file on the card
	e     exported
	env   *kit.Env
	input ui.Input
	busy  bool
	wrong string
}

// exportedMsg says how writing went.
type exportedMsg struct {
	to   *exportDialog
	name string
	err  error
}

func newExportDialog(file string, e exported, env *kit.Env) *exportDialog {
	d := &exportDialog{file: file, e: e, env: env}
	d.input = ui.Input{Focus: true}
	d.input.SetValue(safe.FileName(strings.ReplaceAll(file, "/", "-")) + ".json")
	return d
}

// Size implements ui.Dialog.
func (d *exportDialog) Size(w, h int) (dw, dh int) { return min(72, w), min(10, h) }

// Update implements ui.Dialog.
func (d *exportDialog) Update(msg tea.Msg) (done bool, cmd tea.Cmd) {
	switch msg := msg.(type) {
	case exportedMsg:
		if msg.to != d {
			return false, nil
		}
		return d.written(msg)
	case tea.KeyPressMsg:
		if d.busy {
			return false, nil
		}
		if msg.String() == "enter" {
			return false, d.begin()
		}
	}
	if !d.busy {
		d.input.Update(msg)
	}
	return false, nil
}

// begin writes in a command; the dialog waits for how it went.
func (d *exportDialog) begin() tea.Cmd {
	name := d.env.FileName(d.input.Value())
	if name == "" {
		d.wrong = texts.Say("files.export.no_name")
		return nil
	}
	if _, wrong := app.Ending(name, "json"); wrong != "" {
		d.wrong = wrong
		return nil
	}
	d.busy, d.wrong = true, ""
	e := d.e
	return func() tea.Msg { return exportedMsg{d, name, e.write(name)} }
}

func (d *exportDialog) written(msg exportedMsg) (done bool, cmd tea.Cmd) {
	d.busy = false
	switch {
	case msg.err == nil:
		d.clear()
		return true, kit.Toast(ui.Good, texts.Say("files.export.done", "name", safe.Text(msg.name)))
	case errors.Is(msg.err, iofs.ErrExist):
		d.wrong = texts.Say("files.export.exists", "name", safe.Text(filepath.Base(msg.name)))
		d.input.SetValue(nextName(d.input.Value()))
	default:
		d.wrong = texts.Say("files.export.failed", "why", kit.Reason(msg.err))
	}
	return false, nil
}

// nextName counts a file name up: a.json, a-2.json, a-3.json.
func nextName(name string) string {
	ext := filepath.Ext(name)
	base := strings.TrimSuffix(name, ext)
	n := 2
	if i := strings.LastIndexByte(base, '-'); i > 0 {
		if k, err := strconv.Atoi(base[i+1:]); err == nil && k >= 2 && k < 1000 {
			base, n = base[:i], k+1
		}
	}
	return base + "-" + strconv.Itoa(n) + ext
}

// Escape implements ui.Escaper.
func (d *exportDialog) Escape() (leave bool, cmd tea.Cmd) {
	d.clear()
	return true, nil
}

// clear overwrites keys that were to be written.
func (d *exportDialog) clear() {
	if d.e.secret != nil && !d.busy {
		wipe(d.e.secret)
	}
}

// View implements ui.Dialog.
func (d *exportDialog) View(th *ui.Theme, w, h int) string {
	p := ui.Pane{Title: ui.Tok(ui.Title, texts.Say("files.export.title", "file", d.file)), Focus: true, Pad: 1, Danger: d.e.secret != nil}
	iw, ih := p.Inner(w, h)
	say, tok := texts.Say("files.export.text"), ui.Muted
	if d.e.secret != nil {
		say, tok = texts.Say("files.export.secret"), ui.Warn
	}
	out := append(ui.Paragraph(tok, say, iw), nil)
	out = append(out, append(ui.Tok(ui.Muted, texts.Say("files.export.name")+"  "), d.input.Line(&th.Glyphs, max(iw-8, 1))...))
	if d.wrong != "" {
		out = append(out, ui.Paragraph(ui.Warn, d.wrong, iw)...)
	}
	hint := ui.L(ui.S(ui.Accent, "enter"), ui.S(ui.Muted, " "+texts.Say("files.export.enter")+"  "),
		ui.S(ui.Accent, "esc"), ui.S(ui.Muted, " "+texts.Say("ui.close")))
	return p.View(th, w, h, ui.Above(ui.RenderLines(th, out, iw, max(ih-1, 0)), hint.Render(th, iw)))
}
