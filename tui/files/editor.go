package files

import (
	"bytes"
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
	"simscope/tui/change"
	"simscope/tui/kit"
	"simscope/tui/ui"
)

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
