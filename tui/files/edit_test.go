package files

import (
	"bytes"
	"encoding/hex"
	"strings"
	"testing"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"

	"simscope/card"
	"simscope/fs"
	"simscope/fs/ef"
	"simscope/tui/app"
	"simscope/tui/kit"
	"simscope/tui/ui/uitest"
)

// editing opens the editor on a file of the everyday card.
func editing(t *testing.T, file string, keys ...string) (*rig, *editor) {
	t.Helper()
	r := newRigWith(t, everyday(t), true)
	r.verify("1234")
	r.Until("the card is read again", func() bool { return !r.reading() })
	r.m.View(120, 37)
	r.goTo(file)
	r.Keys(keys...)
	r.Keys("e")
	r.Until("the editor is up", func() bool { return len(r.Pushed) > 0 })
	return r, r.Pushed[0].(*editor)
}

func (r *rig) edit(e *editor, keys ...string) (done bool) {
	for _, k := range keys {
		switch k {
		case "ctrl+s":
			var cmd tea.Cmd
			done, cmd = e.Update(tea.KeyPressMsg{Code: 's', Mod: tea.ModCtrl})
			r.Run(cmd)
		default:
			_, cmd := e.Update(uitest.Press(k))
			r.Run(cmd)
		}
		e.View(r.Env.Theme, 80, 24)
	}
	return done
}

// set replaces the whole text of the value.
func (e *editor) set(s string) {
	e.area.SetValue(s)
	e.changed()
}

func editorView(r *rig, e *editor, w, h int) string {
	dw, dh := e.Size(w, h)
	return ansi.Strip(e.View(r.Env.Theme, dw, dh))
}

func TestEditorPictures(t *testing.T) {
	for _, p := range []struct {
		name, file string
		keys       []string
		do         func(r *rig, e *editor)
	}{
		{"edit-value", "ADF.USIM/EF.LOCI", nil, func(_ *rig, e *editor) {
			e.set(strings.Replace(e.area.Value(), "5C0F3A21", "01020304", 1))
		}},
		{"edit-refused", "ADF.USIM/EF.LOCI", nil, func(_ *rig, e *editor) {
			e.set(strings.Replace(e.area.Value(), "5C0F3A21", "0102", 1))
		}},
		{"edit-bytes", "ADF.USIM/EF.LOCI", nil, func(r *rig, e *editor) { r.edit(e, "tab", "right", "a", "b", "c") }},
		{"edit-record", "MF/DF.TELECOM/EF.ADN", []string{"enter", "j", "enter"}, func(*rig, *editor) {}},
	} {
		t.Run(p.name, func(t *testing.T) {
			r, e := editing(t, p.file, p.keys...)
			p.do(r, e)
			uitest.Golden(t, p.name, editorView(r, e, 80, 24)+"\n"+editorView(r, e, 120, 40)+"\n")
			for _, size := range [][2]int{{100, 30}, {40, 12}, {12, 4}, {1, 1}} {
				uitest.Exact(t, p.name, e.View(r.Env.Theme, size[0], size[1]), size[0], size[1])
			}
		})
	}
}

// What nobody edited is what the card has, and makes no plan.
func TestEditorUnchanged(t *testing.T) {
	for _, file := range []string{"ADF.USIM/EF.LOCI", "ADF.USIM/EF.SPN", "ADF.USIM/EF.PLMNwAcT", "ADF.USIM/EF.FPLMN"} {
		r, e := editing(t, file)
		if !e.value || e.refused != "" || !bytes.Equal(e.new, e.old) {
			t.Errorf("%s: %q, %X becomes %X", file, e.refused, e.old, e.new)
		}
		if strings.Contains(e.area.Value(), `"raw"`) {
			t.Errorf("%s: the bytes stand in the value:\n%s", file, e.area.Value())
		}
		if r.edit(e, "ctrl+s") {
			t.Errorf("%s: a plan of nothing", file)
		}
	}
}

// An edited value becomes a plan in its own dialog; nothing is sent before.
func TestEditorMakesAPlan(t *testing.T) {
	r, e := editing(t, "ADF.USIM/EF.LOCI")
	e.set(strings.Replace(e.area.Value(), "5C0F3A21", "01020304", 1))
	if len(e.diff()) == 0 || e.refused != "" {
		t.Fatalf("%q %v", e.refused, e.diff())
	}
	sent := r.Env.Card.Log.Len()
	if !r.edit(e, "ctrl+s") {
		t.Fatal("the editor stays")
	}
	r.Until("the plan is shown", func() bool { return len(r.Pushed) == 2 })
	if _, editor := r.Pushed[1].(*editor); editor {
		t.Error("another editor")
	}
	plan := ansi.Strip(r.Pushed[1].View(r.Env.Theme, 100, 30))
	if !strings.Contains(plan, "EF.LOCI") {
		t.Errorf("%s", plan)
	}
	for i := sent; i < r.Env.Card.Log.Len(); i++ {
		if row, ok := r.Env.Card.Log.At(i); ok && len(row.Command) > 1 && row.Command[1] == card.InsUpdateBinary {
			t.Error("an update was sent")
		}
	}
}

// A value that does not fit says why, with the limit, and cannot be accepted.
func TestEditorRefuses(t *testing.T) {
	r, e := editing(t, "ADF.USIM/EF.SPN")
	for _, text := range []string{
		`{"spn":"a name that is far too long for it"}`, `{"spn":`, `{"name":"Moon"}`, `[]`, ``,
	} {
		e.set(text)
		if e.refused == "" || strings.ContainsAny(e.refused, "<") {
			t.Errorf("%s: %q", text, e.refused)
		}
		if r.edit(e, "ctrl+s") {
			t.Errorf("%s was accepted", text)
		}
	}
	r.edit(e, "tab")
	if !e.value {
		t.Error("the bytes of a value that is none are shown")
	}
	e.set(`{"spn":"Moon"}`)
	if e.refused != "" || len(e.new) != 17 {
		t.Errorf("%q, %d bytes", e.refused, len(e.new))
	}
}

// Bytes are overwritten half by half, and their meaning is taken over.
func TestEditorBytes(t *testing.T) {
	r, e := editing(t, "ADF.USIM/EF.LOCI")
	r.edit(e, "tab", "a", "B", "c", "right", "0", "x")
	if got := e.new[:3]; !bytes.Equal(got, []byte{0xAB, 0xCF, 0x0A}) {
		t.Errorf("%X", got)
	}
	r.edit(e, "tab")
	if !e.value || !strings.Contains(e.area.Value(), "ABCF0A") {
		t.Errorf("the value does not follow:\n%s", e.area.Value())
	}
	// At the end nothing grows.
	r.edit(e, "tab", "end", "f", "f", "f", "f", "f")
	if len(e.new) != len(e.old) {
		t.Errorf("%d bytes", len(e.new))
	}
}

// Where the card has another structure than the decoder knows there are the
// bytes.
func TestEditorWithoutEncoder(t *testing.T) {
	_, e := editing(t, "ADF.USIM/EF.SMSR")
	if e.value || e.means {
		t.Error("a value of what is not decoded")
	}
}

// An object of a BER-TLV file is edited by its meaning and may become longer;
// its bytes are its value, without tag and length.
func TestEditorOfAnObject(t *testing.T) {
	r, e := editing(t, "ADF.ISIM/EF.IMSConfigData", "enter", "j", "enter")
	if !e.value || e.refused != "" || e.at.Tag != 0x81 || !bytes.Equal(e.new, e.old) {
		t.Fatalf("object %s: %q, %d bytes become %d", e.at.Tag, e.refused, len(e.old), len(e.new))
	}
	doc := strings.Replace(e.area.Value(), "ims.mnc099", "longer.name.of.the.ims.mnc099", 1)
	e.set(doc)
	if e.refused != "" || len(e.new) != len(e.old)+len("longer.name.of.the.") {
		t.Fatalf("%q, %d bytes become %d", e.refused, len(e.old), len(e.new))
	}
	e.set(strings.Replace(doc, `"tag": "81"`, `"tag": "82"`, 1))
	if e.refused == "" {
		t.Error("the value of another object is taken")
	}
	e.set(doc)
	r.edit(e, "tab")
	if e.value || !bytes.HasPrefix(e.hex.Data, []byte("<?xml")) {
		t.Errorf("its bytes are %X", e.hex.Data[:8])
	}
	if view := editorView(r, e, 120, 40); !strings.Contains(view, "ims-config") {
		t.Errorf("what the bytes mean is missing:\n%s", view)
	}
	r.edit(e, "tab")
	if !e.value || !r.edit(e, "ctrl+s") {
		t.Fatal("no plan")
	}
	r.Until("the plan is shown", func() bool { return len(r.Pushed) == 2 })
	if view := ansi.Strip(r.Pushed[1].View(r.Env.Theme, 100, 30)); !strings.Contains(view, "1 step") {
		t.Errorf("%s", view)
	}
}

func TestEditorEsc(t *testing.T) {
	r, e := editing(t, "ADF.USIM/EF.LOCI")
	if leave, _ := e.Escape(); !leave {
		t.Error("nothing was typed, and Esc does not leave")
	}
	r.edit(e, "x")
	if leave, _ := e.Escape(); leave {
		t.Error("what was typed is dropped at once")
	}
	if !strings.Contains(editorView(r, e, 80, 24), "Esc again") {
		t.Error("it is not said")
	}
	if leave, _ := e.Escape(); !leave {
		t.Error("the second Esc does not leave")
	}
	r.edit(e, "y")
	if leave, _ := e.Escape(); leave {
		t.Error("typing did not take the warning back")
	}
	r.Env.Card, r.Env.Number = nil, r.Env.Number+1
	r.edit(e, "z")
	if leave, _ := e.Escape(); !leave || !strings.Contains(editorView(r, e, 80, 24), "gone") {
		t.Error("the card is gone and the editor stays")
	}
}

// Why a file cannot be edited or cleared stands in words.
func TestEditReasons(t *testing.T) {
	r := newRig(t, "everyday", true)
	r.m.View(120, 37)
	reason := func(verb, file string) string {
		r.goTo(file)
		s := app.State{CardOpen: true}
		r.m.State(&s)
		v, _ := app.FindVerb(verb)
		return v.Why(s)
	}
	if got := reason("files.edit", "ADF.USIM/EF.LOCI"); got != "reason.not_read" {
		t.Errorf("denied: %q", got)
	}
	r.verify("1234")
	r.Until("the card is read again", func() bool { return !r.reading() })
	for _, tt := range []struct{ verb, file, want string }{
		{"files.edit", "ADF.USIM/EF.LOCI", ""},
		{"files.edit", "ADF.USIM/EF.Keys", "reason.holds_keys"},
		{"files.edit", "MF/DF.TELECOM/EF.LND", "reason.cyclic"},
		{"files.edit", "ADF.USIM", "reason.no_file"},
		{"files.clear", "ADF.USIM/EF.LOCI", ""},
		{"files.clear", "ADF.USIM/EF.FPLMN", ""},
		{"files.clear", "ADF.USIM/EF.SPN", "reason.not_clearable"},
	} {
		if got := reason(tt.verb, tt.file); got != tt.want {
			t.Errorf("%s on %s: %q, want %q", tt.verb, tt.file, got, tt.want)
		}
	}
}

// Clearing makes its plan on the worker and shows it.
func TestClearVerb(t *testing.T) {
	r := newRig(t, "everyday", true)
	r.verify("1234")
	r.Until("the card is read again", func() bool { return !r.reading() })
	r.m.View(120, 37)
	r.goTo("ADF.USIM/EF.LOCI")
	r.Run(r.m.Do("files.clear", ""))
	r.Until("the plan is shown", func() bool { return len(r.Pushed) == 1 })
	if view := ansi.Strip(r.Pushed[0].View(r.Env.Theme, 100, 30)); !strings.Contains(view, "Forget the last location") {
		t.Errorf("%s", view)
	}
}

// The screen shows what a plan wrote as soon as it is done.
func TestScreenFollowsAChange(t *testing.T) {
	r, e := editing(t, "ADF.USIM/EF.LOCI")
	e.set(strings.Replace(e.area.Value(), "5C0F3A21", "01020304", 1))
	r.edit(e, "ctrl+s")
	r.Until("the plan is shown", func() bool { return len(r.Pushed) == 2 })
	d := r.Pushed[1]
	press := func(keys ...tea.KeyPressMsg) {
		for _, k := range keys {
			_, cmd := d.Update(k)
			r.Run(cmd)
		}
	}
	tab, enter := tea.KeyPressMsg{Code: tea.KeyTab}, tea.KeyPressMsg{Code: tea.KeyEnter}
	d.Update(kit.PINsMsg{})
	press(tab, enter)
	r.Watch = func(msg tea.Msg) {
		_, cmd := d.Update(msg)
		r.Run(cmd)
	}
	r.Until("the plan was looked at", func() bool { return !strings.Contains(ansi.Strip(d.View(r.Env.Theme, 100, 30)), "Looking at") })
	press(tab, enter)
	r.Until("it is done", func() bool { return strings.Contains(ansi.Strip(d.View(r.Env.Theme, 100, 30)), "Done, and read back") })
	r.Until("the screen follows", func() bool { return bytes.HasPrefix(r.m.file.parts[0].data, []byte{1, 2, 3, 4}) })
}

// What a terminal obeys is written as JSON does, so that the form of any
// bytes is what they are.
func TestEditorOfHostileText(t *testing.T) {
	r := newRig(t, "everyday", true)
	r.verify("1234")
	r.Until("the card is read again", func() bool { return !r.reading() })
	for _, name := range []string{
		"800085202E0041FFFFFFFFFFFFFFFFFF", "80D83DDE00200DD83DFFFFFFFFFFFFFF", "1B1B1B414D0A0D0A41FFFFFFFFFFFFFF", "C3C3C3C3C3C3C3C3C3C3C3C3C3C3C3C3", "8003010041FFFFFFFFFFFFFFFFFFFFFF",
	} {
		b, err := hex.DecodeString("01" + name)
		if err != nil {
			t.Fatal(err)
		}
		sub, _ := r.Env.Card.Files.Subscriber()
		d, _ := r.Env.Card.Files.Decoder(sub.Child(0x6F46))
		e := newEditor(r.Env, fs.Place{Path: sub.Child(0x6F46)}, &part{data: b, Decoded: d.Decode(b, ef.Context{})})
		if strings.ContainsAny(e.area.Value(), "\x1b\u0085\u202e\u200d") {
			t.Errorf("%s: %q", name, e.area.Value())
		}
		if !bytes.Equal(e.new, b) {
			t.Errorf("%s becomes %X unedited (%s)\n%s", name, e.new, e.refused, e.area.Value())
		}
		uitest.Exact(t, name, e.View(r.Env.Theme, 80, 24), 80, 24)
	}
}
