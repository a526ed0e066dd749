package files

import (
	"bytes"
	"encoding/hex"
	"encoding/json"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"

	tea "charm.land/bubbletea/v2"

	"simscope/card"
	"simscope/card/tlv"
	"simscope/card/virtual"
	"simscope/fs"
	"simscope/tui/app"
	"simscope/tui/kit"
	"simscope/tui/kit/kittest"
	"simscope/tui/ui"
	"simscope/tui/ui/uitest"
)

// A held arrow key must not become a stream of commands: only the file on
// which the selection comes to rest is read.
func TestHeldKeyReadsOneFile(t *testing.T) {
	r := newRig(t, "everyday", false)
	r.m.View(120, 37)
	before := r.Env.Card.Files.Stats()
	r.Keys("home")
	passed := 0
	for range 30 {
		r.Keys("down")
		if n, ok := r.m.selected(); ok && !n.Dir && n.State == fs.NotLookedAt {
			if passed++; passed == 5 {
				break
			}
		}
	}
	if passed < 5 {
		t.Fatal("there are too few files that were not looked at")
	}
	r.Until("the file is looked at", func() bool {
		n, _ := r.m.selected()
		return n.State != fs.NotLookedAt && r.m.asked.id == 0
	})
	did := r.Env.Card.Files.Stats().Sub(before)
	// The file itself, and the rule file it points to.
	if did.Selects+did.Absent > 2 {
		t.Errorf("%d files were selected for one that was rested on", did.Selects+did.Absent)
	}
}

// Rows that come while the card is read leave the selection on its file.
func TestWalkKeepsSelection(t *testing.T) {
	r := newRig(t, "everyday", false)
	r.m.View(120, 37)
	r.goTo("ADF.USIM/EF.SPN")
	r.Until("it is read", func() bool { n, _ := r.m.selected(); return n.State == fs.Read })
	before := r.m.tree.Len()
	r.StartRead()
	r.Until("the card is read", func() bool { return !r.Env.Walk.Running })
	if n, _ := r.m.selected(); n.Name != "EF.SPN" {
		t.Errorf("the selection moved to %s", n.Name)
	}
	if r.m.tree.Len() == before {
		t.Error("no row came or went: the test shows nothing")
	}
	r.has(120, 37, "星辰移动")
}

// After a PIN was verified, what it had kept closed is read by itself.
func TestPINOpensDeniedFiles(t *testing.T) {
	r := newRig(t, "everyday", true)
	r.goTo("ADF.USIM/EF.IMSI")
	r.has(120, 37, "# Reading needs PIN1, which is not verified.", "6982", "Key v verifies it", "read PIN1 (not verified)")
	r.verify("1234")
	r.Until("the rest is read", func() bool { return !r.reading() })
	r.has(120, 37, "999 99 0123456789", "read PIN1 (verified)", "update ADM1 (not verified)", "EF.ARR 2")
	if n := r.node("MF/DF.TELECOM/EF.SMS"); n.State != fs.Read {
		t.Errorf("EF.SMS is still %s", n.State)
	}
}

// keysOf is the hex of EF.Keys in the image, as pairs.
func keysOf(t *testing.T, img *virtual.Image) string {
	t.Helper()
	for _, a := range img.Apps {
		for _, f := range a.ADF.Children {
			if f.Name == "EF.Keys" {
				return pairs(f.Data[1:9])
			}
		}
	}
	t.Fatal("the image has no EF.Keys")
	return ""
}

func TestSecretStaysHidden(t *testing.T) {
	img, err := virtual.OpenBuiltin("everyday")
	if err != nil {
		t.Fatal(err)
	}
	secret := keysOf(t, img)
	r := newRigWith(t, img, true)
	r.verify("1234")
	r.Until("the rest is read", func() bool { return !r.reading() })
	r.goTo("ADF.USIM/EF.Keys")
	r.has(120, 37, "∎ Holds keys; not shown.")

	r.Keys("enter", "y", "x")
	r.Until("both are refused", func() bool { return len(r.Toasts) == 2 })
	if len(r.Pushed) != 0 {
		t.Fatal("a file of keys can be exported without being revealed")
	}

	r.Run(r.m.Do("files.reveal", ""))
	r.Until("it asks", func() bool { return len(r.Pushed) == 1 })
	r.Feed(ui.ConfirmedMsg{ID: confirmReveal, OK: false})
	if r.m.keys.asked != 0 {
		t.Fatal("it is read though the answer was no")
	}
	r.Feed(ui.ConfirmedMsg{ID: confirmReveal, OK: true})
	r.Until("it is shown", func() bool { return r.m.keys.content != nil })
	r.has(120, 37, secret, "Shown for 10 seconds.")
	if n := r.node("ADF.USIM/EF.Keys"); n.Content != nil || n.State != fs.Secret {
		t.Errorf("the keys are in the tree now: %s", n.State)
	}
	held := r.m.keys.content.Binary

	r.Feed(hideMsg{r.m.keys.shown - 1})
	r.has(120, 37, secret) // an old timer ends nothing
	r.Feed(hideMsg{r.m.keys.shown})
	r.hasNot(120, 37, secret)
	r.has(120, 37, "∎ Holds keys; not shown.")
	if len(bytes.Trim(held, "\x00")) != 0 {
		t.Error("the bytes were not overwritten")
	}
}

// Leaving the file hides it at once.
func TestSecretHidesOnLeaving(t *testing.T) {
	r := newRig(t, "everyday", true)
	r.verify("1234")
	r.Until("the rest is read", func() bool { return !r.reading() })
	r.goTo("ADF.USIM/EF.Keys")
	r.Run(r.m.Do("files.reveal", ""))
	r.Feed(ui.ConfirmedMsg{ID: confirmReveal, OK: true})
	r.Until("it is shown", func() bool { return r.m.keys.content != nil })
	r.Keys("down", "up")
	if r.m.keys.content != nil {
		t.Error("the keys are still there")
	}
	r.has(120, 37, "not shown")
}

func TestRevealOrdinaryFile(t *testing.T) {
	r := newRig(t, "everyday", true)
	r.Run(r.m.Do("files.reveal", ""))
	r.Until("it says so", func() bool { return len(r.Toasts) == 1 })
	if len(r.Pushed) != 0 {
		t.Error("it asks whether to reveal what is shown")
	}
}

func TestExport(t *testing.T) {
	dir := t.TempDir()
	r := newRig(t, "everyday", true)
	r.Keys("x")
	r.Until("it asks", func() bool { return len(r.Pushed) == 1 })
	d := r.Pushed[0].(*exportDialog)
	if got := d.input.Value(); got != "MF-EF.ICCID.json" {
		t.Errorf("it proposes %q", got)
	}
	uitest.Exact(t, "the dialog", d.View(r.Env.Theme, 60, 10), 60, 10)
	name := filepath.Join(dir, "out.json")
	write := func() (bool, tea.Cmd) {
		d.input.SetValue(name)
		done, cmd := d.Update(uitest.Press("enter"))
		if done || cmd == nil {
			t.Fatal("enter writes nothing")
		}
		return d.Update(cmd())
	}
	d.input.SetValue(filepath.Join(dir, "out.csv"))
	if done, cmd := d.Update(uitest.Press("enter")); done || cmd != nil || !strings.Contains(d.wrong, ".csv") {
		t.Errorf("a format that there is not: %q", d.wrong)
	}
	if done, _ := write(); !done {
		t.Fatalf("it was not written: %s", d.wrong)
	}
	st, err := os.Stat(name)
	if err != nil || st.Mode().Perm() != 0o600 {
		t.Fatalf("mode %v, %v", st.Mode(), err)
	}
	b, _ := os.ReadFile(name)
	var got struct {
		Format  string
		Name    string
		Content struct{ Binary string }
		Decoded struct{ ICCID string }
	}
	if err := json.Unmarshal(b, &got); err != nil {
		t.Fatal(err)
	}
	if got.Format != exportFormat || got.Name != "MF/EF.ICCID" || got.Content.Binary != "98999900214365870931" || got.Decoded.ICCID != "89999900123456789013" {
		t.Errorf("it wrote %s", b)
	}

	if done, _ := write(); done {
		t.Fatal("a file that was there was written over")
	}
	if again, _ := os.ReadFile(name); !bytes.Equal(again, b) {
		t.Error("a file that was there was changed")
	}
	if !strings.Contains(d.wrong, "left alone") || d.input.Value() != filepath.Join(dir, "out-2.json") {
		t.Errorf("it says %q and proposes %q", d.wrong, d.input.Value())
	}
	name = filepath.Join(dir, "none", "x.json")
	if done, _ := write(); done || !strings.Contains(d.wrong, "not written") {
		t.Errorf("a folder that is not there: %q", d.wrong)
	}
	d.input.SetValue("  ")
	if done, cmd := d.Update(uitest.Press("enter")); done || cmd != nil || d.wrong == "" {
		t.Error("an empty name is taken")
	}
}

func TestNextName(t *testing.T) {
	for in, want := range map[string]string{
		"a.json": "a-2.json", "a-2.json": "a-3.json", "EF.IMSI.json": "EF.IMSI-2.json",
		"a-x": "a-x-2", "-2": "-2-2", "a-1.json": "a-1-2.json",
	} {
		if got := nextName(in); got != want {
			t.Errorf("nextName(%q) = %q, not %q", in, got, want)
		}
	}
}

func TestFind(t *testing.T) {
	r := newRig(t, "everyday", true)
	r.m.View(120, 37)
	for _, c := range []struct{ typed, want string }{
		{"iccid", "EF.ICCID"},
		{"2f05", "EF.PL"},
		{"languages the user prefers, best", "EF.PL"},
		{"8999 9900 1234 5678 9013", "EF.ICCID"},
		{"89999900123456789013", "EF.ICCID"},
		{"9899 9900", "EF.ICCID"}, // its bytes
		{"work line", "EF.DIR"},
	} {
		r.Keys("/")
		if !r.m.Typing() {
			t.Fatal("/ takes no text")
		}
		r.Run(r.m.Paste(c.typed))
		n, _ := r.m.selected()
		if n.Name != c.want {
			t.Errorf("%q finds %s, not %s", c.typed, n.Name, c.want)
		}
		r.Keys("esc")
		if r.m.Typing() || r.m.find.active() {
			t.Fatal("esc does not end it")
		}
		r.Keys("home")
	}
	all := r.m.tree.Len()
	r.Keys("/", "z", "z", "z", "z")
	r.has(120, 37, "No file matches.")
	r.Keys("esc")
	if r.m.tree.Len() != all {
		t.Error("not all rows are back")
	}
}

// A path, in names or identifiers as the command line takes it, finds its file.
func TestFindByPath(t *testing.T) {
	r := newRig(t, "everyday", true)
	r.m.View(120, 37)
	for typed, want := range map[string]string{
		"adf.usim#2/ef.imsi": "ADF.USIM#2/EF.IMSI", "DF.GSM/EF.IMSI": "MF/DF.GSM/EF.IMSI", "3f00/7f20/6f07": "MF/DF.GSM/EF.IMSI",
	} {
		r.Keys("/")
		r.Run(r.m.Paste(typed))
		if n, _ := r.m.selected(); r.Env.Name(n.Path) != want {
			t.Errorf("%q finds %s, not %s", typed, r.Env.Name(n.Path), want)
		}
		r.Keys("esc", "home")
	}
}

func TestFindNext(t *testing.T) {
	r := newRig(t, "everyday", true)
	r.m.View(120, 37)
	if handled, _ := r.m.Key(uitest.Press("n")); handled {
		t.Error("n is taken without a search")
	}
	r.Keys("/", "E", "F", ".", "I", "M", "S", "I", "enter")
	var seen []string
	for range 4 {
		n, _ := r.m.selected()
		seen = append(seen, r.Env.Name(n.Path))
		r.Keys("n")
	}
	want := []string{"MF/DF.GSM/EF.IMSI", "ADF.USIM/EF.IMSI", "ADF.USIM#2/EF.IMSI", "MF/DF.GSM/EF.IMSI"}
	for i := range want {
		if !strings.HasPrefix(seen[i], want[i]) {
			t.Fatalf("n goes to %q, not %q", seen, want)
		}
	}
	r.Keys("N", "N")
	if n, _ := r.m.selected(); r.Env.Name(n.Path) != "ADF.USIM#2/EF.IMSI" {
		t.Errorf("N goes to %s", r.Env.Name(n.Path))
	}
	r.Keys("esc")
	if n, _ := r.m.selected(); r.m.find.active() || r.Env.Name(n.Path) != "ADF.USIM#2/EF.IMSI" {
		t.Errorf("after esc %s is selected", n.Name)
	}
}

// Keys of files are not found by their bytes.
func TestFindKnowsNoSecrets(t *testing.T) {
	img, err := virtual.OpenBuiltin("everyday")
	if err != nil {
		t.Fatal(err)
	}
	secret := keysOf(t, img)
	r := newRigWith(t, img, true)
	r.verify("1234")
	r.Until("the rest is read", func() bool { return !r.reading() })
	r.goTo("ADF.USIM/EF.Keys")
	r.Run(r.m.Do("files.reveal", ""))
	r.Feed(ui.ConfirmedMsg{ID: confirmReveal, OK: true})
	r.Until("it is shown", func() bool { return r.m.keys.content != nil })
	r.Keys("/")
	r.Run(r.m.Paste(secret))
	r.has(120, 37, "No file matches.")
}

func TestFocus(t *testing.T) {
	r := newRig(t, "everyday", true)
	r.m.View(120, 37)
	for _, want := range []pane{onValue, onBytes, onTree} {
		if r.Keys("tab"); r.m.focus != want {
			t.Fatalf("tab goes to %d, not %d", r.m.focus, want)
		}
	}
	if r.Keys("shift+tab"); r.m.focus != onBytes {
		t.Error("shift+tab does not go back")
	}
	r.Keys("esc")
	r.Keys("home")
	if handled, _ := r.m.Key(uitest.Press("tab")); handled {
		t.Error("tab is taken on a folder, where it moves nothing")
	}
	r.goTo("ADF.USIM/EF.LI")
	r.Keys("enter", "tab", "l", "l")
	if i, _ := r.m.values.Selected(); i != 1 {
		t.Errorf("byte 3 selects field %d, not the second language", i)
	}
	r.m.View(120, 37)
	if m := r.m.hex.Marked; len(m) != 1 || m[0] != (ui.Range{From: 2, To: 4}) {
		t.Errorf("bytes %v are marked", m)
	}
	r.has(120, 37, "Language  3/")
}

func TestNarrow(t *testing.T) {
	r := newRig(t, "everyday", true)
	r.has(80, 15, "EF.ICCID", "2FE2")
	r.hasNot(80, 15, "8999 9900")
	for _, leave := range []string{"esc", "backspace", "h"} {
		r.Keys("enter")
		r.has(80, 15, "8999 9900 1234 5678 9013")
		r.hasNot(80, 15, "EF.UMPC")
		r.Keys(leave)
		r.has(80, 15, "EF.UMPC")
	}
	if handled, _ := r.m.Key(uitest.Press("tab")); handled {
		t.Error("tab is taken where only the tree is seen")
	}
	r.goTo("ADF.USIM/EF.IMSI")
	r.has(80, 15, "Reading needs PIN1")
	r.Keys("esc")
	r.has(80, 15, "∎ EF.Keys")
}

func TestRecords(t *testing.T) {
	r := newRig(t, "everyday", true)
	r.m.View(120, 37)
	r.goTo("MF/EF.DIR")
	r.Keys("enter")
	r.has(120, 37, "Label", "USIM", "Work line", "ISIM", "free records are not listed")
	r.Keys("down", "enter")
	r.has(120, 37, "record 2", "A0000000871002FF86FFFF8900000200", "0000  61")
	r.Keys("esc")
	r.has(120, 37, "Work line", "ISIM")
	if row, _ := r.m.table.SelectedRow(); row.Key != "1" {
		t.Errorf("the table is at row %s again", row.Key)
	}
	r.Keys("b")
	r.has(120, 37, "Bytes", "61 ")
	r.Keys("b", "a")
	r.has(120, 37, "free")
	r.hasNot(120, 37, "not listed")
	r.Keys("backspace")
	if r.m.focus != onTree {
		t.Error("backspace does not go back to the tree")
	}
}

// A number that goes on in an extension record is shown whole, with where the
// rest stands.
func TestWholeNumber(t *testing.T) {
	r := newRig(t, "everyday", true)
	r.verify("1234")
	r.Until("the card is read again", func() bool { return !r.reading() })
	r.m.View(120, 37)
	r.goTo("MF/DF.TELECOM/EF.ADN")
	const whole = "+447700900150p1234567890"
	r.has(120, 37, whole)
	r.Keys("enter")
	for range 12 {
		r.Keys("j")
	}
	r.Keys("enter")
	r.has(120, 37, "Continues in", "EF.EXT1 record 1", "Whole number", whole)
}

func TestAbsent(t *testing.T) {
	r := newRig(t, "everyday", true)
	absent := ""
	for _, n := range r.Env.Card.Files.Tree().Children(r.node("ADF.USIM").Path) {
		if n.State == fs.Absent && !n.Dir {
			absent = n.Name
		}
	}
	if absent == "" {
		t.Fatal("the card has everything")
	}
	count := r.m.tree.Len()
	r.Keys("a")
	if r.m.tree.Len() == count {
		t.Fatal("a shows nothing more")
	}
	r.has(120, 300, "– "+absent)
	r.Keys("a")
	r.hasNot(120, 300, "– "+absent)
	r.goTo("ADF.USIM/" + absent)
	if n, _ := r.m.selected(); n.Name != absent {
		t.Errorf("%s is selected", n.Name)
	}
	r.has(120, 37, "This card does not have the file.")
}

func TestGoToUnknown(t *testing.T) {
	r := newRig(t, "everyday", true)
	p := card.PathOf("", 0x7F10, 0x6FFE)
	r.Feed(kit.GoMsg{Screen: app.ScreenFiles, Path: p, HasPath: true})
	if n, _ := r.m.selected(); n.Path != p {
		t.Fatalf("%s is selected", n.Path)
	}
	r.Until("it was looked for", func() bool { n, _ := r.m.selected(); return n.State == fs.Absent })
	r.has(120, 37, "6FFE", "does not have the file")

	// Below a folder that is not there, nothing can be shown.
	r.Feed(kit.GoMsg{Screen: app.ScreenFiles, Path: card.PathOf("A0000000000000", 0x6F07), HasPath: true})
	r.Until("it says so", func() bool { return len(r.Toasts) == 1 })
}

func TestServiceOff(t *testing.T) {
	r := newRig(t, "everyday", true)
	r.goTo("ADF.USIM#2/EF.GID2")
	r.has(120, 37, "Service off, not looked at.", "service off (")
	r.Until("nothing is asked", func() bool { return r.m.asked.id == 0 })
	if n := r.node("ADF.USIM#2/EF.GID2"); n.State != fs.ServiceOff {
		t.Fatalf("it was looked at: %s", n.State)
	}
	r.Keys("enter")
	r.Until("it was looked for", func() bool { return r.m.asked.id == 0 && r.node("ADF.USIM#2/EF.GID2").State == fs.Absent })
}

func TestReadAll(t *testing.T) {
	r := newRig(t, "everyday", true)
	r.Keys("A")
	if r.m.walk.id == 0 || r.m.Right() == nil {
		t.Fatal("A reads nothing, or tells nothing")
	}
	r.Until("all is read", func() bool { return len(r.Toasts) == 1 })
	if !strings.Contains(r.Toasts[0], "whole card") {
		t.Errorf("it says %q", r.Toasts[0])
	}
	for _, n := range r.Env.Card.Files.Tree().All() {
		if n.State == fs.ServiceOff {
			t.Fatalf("%s was left out", n.Name)
		}
	}
	if r.m.Right() != nil {
		t.Error("it still tells of progress")
	}
}

// Asked for while the card is read, the rest comes after it, and not at all
// when that was stopped.
func TestReadAllWaits(t *testing.T) {
	r := newRig(t, "everyday", false)
	r.StartRead()
	r.Keys("A")
	if r.m.walk.id != 0 {
		t.Fatal("it takes the place of what is being read")
	}
	r.Until("all is read", func() bool { return len(r.Toasts) == 2 })

	r = newRig(t, "everyday", false)
	r.StartRead()
	r.Keys("A")
	r.Hub.Cancel(r.Walk)
	r.Until("it has stopped", func() bool { return !r.Env.Walk.Running })
	if r.m.walk.id != 0 || r.m.walk.next != nil {
		t.Error("what was put off begins though the person stopped")
	}
	// What nobody looked for is listed now.
	r.m.tree.Open(key(card.Path{}), true)
	r.has(120, 37, "· EF.")
}

func TestOtherCard(t *testing.T) {
	r := newRig(t, "everyday", true)
	r.goTo("ADF.USIM/EF.SPN")
	r.Keys("/", "x")
	r.Env.Card, r.Env.PINs = nil, nil
	r.Env.Number++
	r.Env.Opening = true
	uitest.Exact(t, "opening", r.m.View(80, 15), 80, 15)
	r.has(80, 15, "is being opened")
	r.Env.Number--
	r.Open("other", false)
	r.m.Update(nil)
	if n, ok := r.m.selected(); !ok || n.Name != "EF.ICCID" || r.m.Typing() {
		t.Errorf("%s of the old card is left", n.Name)
	}
	// An answer of the card before is dropped.
	r.m.asked = request{id: 7}
	r.Feed(app.AnswerEvent{Answer: app.Answer{ID: 7, Card: r.Env.Number - 1}})
	if r.m.asked.id != 7 {
		t.Error("a stale answer is taken")
	}
}

func TestNoCard(t *testing.T) {
	r := newRig(t, "everyday", false)
	r.Env.Card = nil
	r.has(80, 15, "No card is open.", "r readers")
	p := app.Explain(&card.TransportError{Kind: card.KindGone}, "reader")
	r.Env.Trouble = &p
	r.has(80, 15, "taken out")
	if handled, _ := r.m.Key(uitest.Press("enter")); handled {
		t.Error("keys are taken without a card")
	}
	for _, v := range []string{"files.bytes", "files.all", "files.copy-path", "files.copy"} {
		r.Run(r.m.Do(v, ""))
	}
}

func TestCardGone(t *testing.T) {
	r := newRig(t, "everyday", false)
	if _, err := r.Cards.Remove("reader"); err != nil {
		t.Fatal(err)
	}
	r.goTo("ADF.USIM/EF.IMSI")
	r.Until("it fails", func() bool { return r.m.asked.wrong != "" })
	r.has(120, 37, "taken out")
}

// All files of all built-in cards fit any size.
func TestSizes(t *testing.T) {
	for _, b := range virtual.Builtin() {
		r := newRig(t, b.ID, true)
		everyFile(r, func(name string) {
			for _, s := range [][2]int{{120, 37}, {100, 9}, {99, 15}, {60, 12}, {40, 12}, {17, 5}, {7, 3}, {2, 2}, {1, 1}} {
				uitest.Exact(t, name, r.m.View(s[0], s[1]), s[0], s[1])
			}
		})
	}
	r := newRig(t, "everyday", true)
	r.Keys("enter")
	for w := 1; w < 130; w++ {
		for h := 1; h < 30; h += 3 {
			uitest.Exact(t, "EF.ICCID", r.m.View(w, h), w, h)
		}
	}
}

// everyFile selects every row in turn, with the file in front and its first
// record open.
func everyFile(r *rig, do func(name string)) {
	var keys []string
	r.m.eachRow(func(n *ui.Node) { keys = append(keys, n.Key) })
	for _, k := range keys {
		r.m.tree.Reveal(k)
		r.m.show()
		do(k)
		r.m.wide = true
		r.Keys("enter")
		do(k)
		r.Keys("enter", "b")
		do(k)
		r.Keys("b", "esc", "esc")
	}
}

// Whatever bytes a card has in its files, the screen stays whole.
func TestHostileContent(t *testing.T) {
	rnd := rand.New(rand.NewPCG(1, 2))
	nasty := []byte("\x1b[31m\x07\u202e\u0000\u0300\u0300\u0300🏳️‍🌈\xff\xfe")
	for range 2 {
		img, err := virtual.OpenBuiltin("everyday")
		if err != nil {
			t.Fatal(err)
		}
		img.PINs[0].Enabled = false
		fill := func(b []byte) {
			for i := range b {
				b[i] = byte(rnd.Uint32())
			}
			if len(b) > len(nasty)+4 && rnd.IntN(2) == 0 {
				copy(b[rnd.IntN(4):], nasty)
			}
		}
		var visit func(f *virtual.File)
		visit = func(f *virtual.File) {
			if f.Name != "EF.ARR" && f.Name != "EF.DIR" {
				if f.Kind == virtual.KindBERTLV { // its frame has to stay one
					f.Data = tlv.Append(nil, 0x81, f.Data)
					fill(f.Data[4:])
				} else {
					fill(f.Data)
				}
				for _, rec := range f.Records {
					fill(rec)
				}
			}
			for _, c := range f.Children {
				visit(c)
			}
		}
		visit(img.MF)
		for _, a := range img.Apps {
			visit(a.ADF)
		}
		r := newRigWith(t, img, true)
		everyFile(r, func(name string) {
			for _, s := range [][2]int{{120, 37}, {61, 15}} {
				v := r.m.View(s[0], s[1])
				uitest.Exact(t, name, v, s[0], s[1])
				for _, c := range r.screen(s[0], s[1]) {
					if c < 0x20 && c != '\n' || c == 0x7F || c == 0x202E {
						t.Fatalf("%s shows %U", name, c)
					}
				}
			}
		})
	}
}

// What is typed and drawn keeps to ASCII where it must.
func TestASCII(t *testing.T) {
	r := newRig(t, "everyday", true)
	r.Env.Theme = kittest.Theme(t, "monochrome", true)
	r.m.rebuild()
	for _, name := range []string{"ADF.USIM/EF.IMSI", "ADF.USIM/EF.Keys", "MF/EF.DIR", "ADF.USIM", "ADF.USIM#2/EF.GID2"} {
		r.goTo(name)
		for _, s := range [][2]int{{120, 37}, {80, 15}} {
			for _, c := range r.screen(s[0], s[1]) {
				if c >= 0x80 {
					t.Fatalf("%s shows %q with --ascii:\n%s", name, c, r.screen(s[0], s[1]))
				}
			}
		}
	}
}

func TestCopy(t *testing.T) {
	r := newRig(t, "everyday", true)
	r.Keys("y", "Y")
	r.Until("both are copied", func() bool { return len(r.Toasts) == 2 })
	r.goTo("ADF.USIM/EF.IMSI")
	r.Keys("y")
	r.Until("it says there is nothing", func() bool { return len(r.Toasts) == 3 })
	if !strings.Contains(r.Toasts[2], "no bytes") {
		t.Errorf("it says %q", r.Toasts[2])
	}
}

func TestPairs(t *testing.T) {
	for _, s := range []string{"", "0a", "0aff10"} {
		b, _ := hex.DecodeString(s)
		if got := strings.ReplaceAll(pairs(b), " ", ""); got != strings.ToUpper(s) {
			t.Errorf("pairs(%s) = %s", s, got)
		}
	}
}

// An answer that holds keys prints as nothing.
func TestKeysPrintAsNothing(t *testing.T) {
	k := keysRead{&fs.Content{Binary: fs.Hex{0xAB, 0xCD}}}
	for _, s := range []string{k.String(), k.GoString()} {
		if s != "" {
			t.Errorf("it prints %q", s)
		}
	}
}

// What a phone shows stands beside the files that decide it.
func TestNameNotes(t *testing.T) {
	r := newRig(t, "everyday", true)
	r.verify("1234")
	r.Until("the card is read again", func() bool { return !r.reading() })
	for _, file := range []string{"EF.SPN", "EF.PNN", "EF.OPL", "EF.SPDI"} {
		r.goTo("ADF.USIM/" + file)
		r.has(120, 37, "A phone shows at home:")
		r.has(80, 21, "A phone shows at home:")
	}
	r.goTo("ADF.USIM/EF.IMSI")
	r.hasNot(120, 37, "A phone shows")
}

// A service table names the files of its services, and a file its services.
func TestServiceNotes(t *testing.T) {
	r := newRig(t, "everyday", true)
	r.verify("1234")
	r.Until("the card is read again", func() bool { return !r.reading() })
	r.goTo("ADF.USIM/EF.UST")
	r.Keys("enter")
	r.has(120, 37, "EF.PNN", "EF.SMSP")
	r.goTo("ADF.USIM/EF.SPN")
	r.has(120, 37, "service 19 of EF.UST on: Service Provider Name")
	r.goTo("ADF.USIM#2/EF.GID2")
	r.has(120, 37, "service 18 of EF.UST off")
	r.goTo("MF/EF.ICCID")
	r.hasNot(120, 37, "service")
}

// A file that no decoder knows is said to look like something where it does,
// and to be empty only where all bytes are FF.
func TestLooks(t *testing.T) {
	for body, want := range map[string]string{
		"\x99\xF9\x99": "It looks like the network 999 99",
		"\x80\x03abc":  "It looks like data objects: 80",
		"\x99\x01\x02": "Not decoded: its bytes are shown as they are.",
		"":             "Not decoded, and nothing is stored: all bytes are FF.",
	} {
		img, err := virtual.OpenBuiltin("everyday")
		if err != nil {
			t.Fatal(err)
		}
		sst := &virtual.File{FID: 0x6F12, Kind: virtual.KindTransparent, Readable: true, Size: max(len(body), 3), Data: virtual.Hex(body)}
		for _, d := range img.MF.Children {
			if d.FID == 0x7F20 {
				d.Children = append(d.Children, sst)
			}
		}
		r := newRigWith(t, img, true)
		r.goTo("MF/DF.GSM/EF.CPHS-SST")
		r.has(120, 37, want, "No text that simscope")
	}
}

// What is not known of a file stands beside it, and why.
func TestGapNotes(t *testing.T) {
	img, err := virtual.OpenBuiltin("everyday")
	if err != nil {
		t.Fatal(err)
	}
	adf := img.Apps[0].ADF
	adf.Children = append(adf.Children, &virtual.File{FID: 0x5F90, Kind: virtual.KindDF, Children: []*virtual.File{{
		FID: 0x4F09, Kind: virtual.KindTransparent, Readable: true, Size: 16, Data: virtual.Hex{0xA0, 0x05, 0x80, 0x03, 0x31, 0x32, 0x33},
	}}})
	r := newRigWith(t, img, true)
	r.goTo("ADF.USIM/DF.ProSe/EF.PROSE_GC")
	for _, size := range sizes[:3] {
		r.has(size[0], size[1], "shown by their tags")
	}
	r.has(120, 37, "clause 4.4.8.10", "reads as “123”")
	r.goTo("MF/EF.ICCID")
	r.hasNot(120, 37, "made without")
}

// The file beside the tree is the one under the cursor, from the first letter
// that narrows the tree on.
func TestFindShowsTheFileUnderTheCursor(t *testing.T) {
	r := newRig(t, "empty", true)
	r.goTo("MF/EF.ICCID")
	for i, c := range "PLMNwAcT" {
		r.Keys(append([]string{"/"}[min(i, 1):], string(c))...)
		if n, ok := r.m.selected(); !ok || r.m.file.node.Path != n.Path {
			t.Fatalf("at %q the cursor is on %s, the file shown is %s", "PLMNwAcT"[:i+1], n.Name, r.m.file.node.Name)
		}
	}
	r.Keys("enter")
	r.rest()
	if n, _ := r.m.selected(); n.Name != "EF.PLMNwAcT" || r.m.file.node.Name != n.Name {
		t.Errorf("the cursor is on %s, the file shown is %s", n.Name, r.m.file.node.Name)
	}
}
