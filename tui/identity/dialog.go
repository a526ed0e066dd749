package identity

import (
	"errors"
	iofs "io/fs"
	"path/filepath"
	"strings"

	tea "charm.land/bubbletea/v2"

	"simscope/texts"
	"simscope/tui/app"
	"simscope/tui/kit"
	"simscope/tui/ui"
)

// keyDialog asks for the file with the home network's private key. The key is
// read, used once and cleared in one step beside the screen; the dialog sees
// what came of it.
type keyDialog struct {
	env   *kit.Env
	found app.HiddenIdentity
	num   int
	input ui.Input
	busy  bool
	wrong string
}

// provedMsg says what came of opening the SUCI with a key, or why no key was
// read.
type provedMsg struct {
	to     *keyDialog
	number int
	suci   string
	proof  proof
	err    error
}

func newKeyDialog(env *kit.Env, found app.HiddenIdentity) *keyDialog {
	return &keyDialog{env: env, found: found, num: env.Number, input: ui.Input{Focus: true}}
}

// Size implements ui.Dialog.
func (d *keyDialog) Size(w, h int) (dw, dh int) { return min(76, w), min(13, h) }

// Update implements ui.Dialog.
func (d *keyDialog) Update(msg tea.Msg) (done bool, cmd tea.Cmd) {
	if d.num != d.env.Number {
		return true, nil
	}
	switch msg := msg.(type) {
	case provedMsg:
		if msg.to != d {
			return false, nil
		}
		d.busy = false
		if msg.err == nil {
			return true, nil
		}
		d.wrong = why(msg.err)
	case tea.KeyPressMsg:
		switch {
		case d.busy:
		case msg.String() == "enter":
			return false, d.begin()
		default:
			d.input.Update(msg)
		}
	case tea.PasteMsg:
		if !d.busy {
			d.input.Update(msg)
		}
	}
	return false, nil
}

// begin reads the key and opens the SUCI beside everything else.
func (d *keyDialog) begin() tea.Cmd {
	name := strings.TrimSpace(d.input.Value())
	if name == "" {
		d.wrong = texts.Say("files.export.no_name")
		return nil
	}
	if rest, ok := strings.CutPrefix(name, "~/"); ok && d.env.Vars != nil && d.env.Vars("HOME") != "" {
		name = filepath.Join(d.env.Vars("HOME"), rest)
	}
	d.busy, d.wrong = true, ""
	found, num := d.found, d.num
	return func() tea.Msg {
		key, err := app.ReadHomeKey(name)
		if err != nil {
			return provedMsg{to: d, err: err}
		}
		defer key.Clear()
		return provedMsg{to: d, number: num, suci: found.SUCI.String(), proof: *prove(found, key)}
	}
}

// prove puts the verdict into words.
func prove(found app.HiddenIdentity, key app.HomeKey) *proof {
	p := found.Prove(key)
	out := &proof{works: p.Works(), clear: found.SUCI.Scheme == 0}
	out.say, out.next = app.ProofWords(p, found.SUCI, found.Own)
	return out
}

// why says why no key was read, without its path, which the person has before
// their eyes.
func why(err error) string {
	var pe *iofs.PathError
	if errors.As(err, &pe) {
		return texts.Say("identity.key.unread", "why", ui.Clean(pe.Err.Error()))
	}
	return app.Explain(err, "").String()
}

// View implements ui.Dialog.
func (d *keyDialog) View(th *ui.Theme, w, h int) string {
	p := ui.Pane{Title: ui.Tok(ui.Title, texts.Say("identity.key.title")), Focus: true, Pad: 1}
	iw, ih := p.Inner(w, h)
	out := append(ui.Paragraph(ui.Muted, texts.Say("identity.key.text"), iw), nil)
	name := texts.Say("identity.key.name") + "  "
	out = append(out, append(ui.Tok(ui.Muted, name), d.input.Line(&th.Glyphs, max(iw-ui.Width(name), 1))...))
	if d.wrong != "" {
		out = append(out, nil)
		out = append(out, ui.Paragraph(ui.Warn, d.wrong, iw)...)
	}
	hint := ui.L(ui.S(ui.Accent, "enter"), ui.S(ui.Muted, " "+texts.Say("identity.key.enter")+"  "),
		ui.S(ui.Accent, "esc"), ui.S(ui.Muted, " "+texts.Say("ui.close")))
	return p.View(th, w, h, ui.Above(ui.RenderLines(th, out, iw, max(ih-1, 0)), hint.Render(th, iw)))
}
