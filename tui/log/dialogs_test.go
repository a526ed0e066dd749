package log

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"

	"simscope/card"
	"simscope/card/trace"
	"simscope/tui/app"
	"simscope/tui/ui/uitest"
)

// name puts a file name into the dialog's line.
func (r *root) name(text string) {
	r.key("end")
	for range 60 {
		r.key("backspace")
	}
	r.update(nil)
	_, cmd := r.dialogs.Update(tea.PasteMsg{Content: text})
	r.run(cmd)
}

func TestExport(t *testing.T) {
	dir := t.TempDir()
	for ending, want := range map[string]string{
		".txt":   "12:03:11.234  VERIFY PIN1  →  63C2 wrong, 2 tries left  (42.0 ms)\n    > 00 20 00 01 08 •••• (PIN)",
		".jsonl": `"title":"VERIFY PIN1"`,
		".apdu":  "00 B0 00 00 09  # READ BINARY EF.IMSI  9000 done",
		".TXT":   "SELECT ADF.USIM/EF.IMSI",
	} {
		r := pick(t, 3, "x")
		file := filepath.Join(dir, "all"+ending)
		r.name(file)
		r.key("enter")
		if want := "12 rows written to " + file; r.toast() != want || r.dialogs.Len() != 0 {
			t.Fatalf("%q instead of %q", r.toast(), want)
		}
		b, err := os.ReadFile(file)
		if err != nil || !strings.Contains(string(b), want) {
			t.Errorf("%s does not hold %q: %v\n%s", file, want, err, b)
		}
		if s, _ := os.Stat(file); s.Mode().Perm() != 0o600 {
			t.Errorf("%s has mode %v", file, s.Mode())
		}
	}
}

func TestExportFiltered(t *testing.T) {
	file := filepath.Join(t.TempDir(), "some.txt")
	r := pick(t, 3, "/")
	r.write("file:IMSI ins:read")
	r.key("enter", "x")
	r.must("The rows that pass the filter are written: 1.")
	// Rows that come after the question are not in the file.
	r.env.Hub.Log.Append(talk(t)[3])
	r.update(app.LogEvent{})
	r.name(file)
	r.key("enter")
	b, err := os.ReadFile(file)
	if err != nil || r.toast() != "1 row written to "+file {
		t.Fatal(r.toast(), err)
	}
	if n := strings.Count(string(b), "EF.IMSI"); n != 1 || strings.Contains(string(b), "VERIFY") {
		t.Errorf("the file holds\n%s", b)
	}
}

func TestExportRefusals(t *testing.T) {
	dir := t.TempDir()
	there := filepath.Join(dir, "there.txt")
	if err := os.WriteFile(there, []byte("mine"), 0o600); err != nil {
		t.Fatal(err)
	}
	link := filepath.Join(dir, "link.txt")
	if err := os.Symlink(filepath.Join(dir, "elsewhere"), link); err != nil {
		t.Fatal(err)
	}
	r := pick(t, 3, "x")
	for name, want := range map[string]string{
		there:                                "There is a file of that name.",
		link:                                 "There is a file of that name.",
		filepath.Join(dir, "no", "such.txt"): "There is no such folder.",
		filepath.Join(dir, "a.pdf"):          "End the name with .txt",
		filepath.Join(dir, "none"):           "End the name with .txt",
		"   ":                                "A file name is missing.",
		filepath.Join(there, "under.txt"):    "The file cannot be written: not a directory",
	} {
		r.name(name)
		r.key("enter")
		if r.dialogs.Len() != 1 {
			t.Fatalf("%s: the dialog is gone", name)
		}
		r.must(want)
	}
	if b, _ := os.ReadFile(there); string(b) != "mine" {
		t.Errorf("the file was written to: %s", b)
	}
	if left, _ := os.ReadDir(dir); len(left) != 2 {
		t.Errorf("files were left: %v", left)
	}
	// Typing takes the reason away, esc the dialog.
	r.key("a")
	r.mustNot("cannot be written")
	r.key("esc")
	if r.dialogs.Len() != 0 {
		t.Error("esc does not leave")
	}
}

// TestExportStopped holds that an export that was stopped leaves nothing.
func TestExportStopped(t *testing.T) {
	dir := t.TempDir()
	r := pick(t, 3)
	d := newExport(r.m)
	d.input.SetValue(filepath.Join(dir, "x.txt"))
	_, write := d.Update(uitest.Press("enter"))
	if write == nil || d.busy == "" {
		t.Fatal("nothing is written")
	}
	if _, again := d.Update(uitest.Press("enter")); again != nil {
		t.Error("it is written twice")
	}
	if leave, _ := d.Escape(); !leave {
		t.Error("esc does not leave")
	}
	if msg := write().(exportedMsg); msg.err == nil {
		t.Error("it was written to its end")
	}
	if left, _ := os.ReadDir(dir); len(left) != 0 {
		t.Errorf("files were left: %v", left)
	}
}

func TestExportHome(t *testing.T) {
	dir := t.TempDir()
	r := pick(t, 3, "x")
	r.env.Vars = func(k string) string { return map[string]string{"HOME": dir}[k] }
	r.name("~/x.txt")
	r.key("enter")
	if _, err := os.Stat(filepath.Join(dir, "x.txt")); err != nil {
		t.Error(err)
	}
}

func TestRecord(t *testing.T) {
	r := pick(t, 3, "R")
	r.must("Record the session", "session-20260304-120311.jsonl")
	r.name("")
	r.key("enter")
	r.must("A file name is missing.")
	r.name("mine.jsonl")
	r.key("enter")
	if len(r.msgs) != 1 || r.msgs[0] != (RecordMsg{Name: "mine.jsonl"}) || r.dialogs.Len() != 0 {
		t.Errorf("%v", r.msgs)
	}
	r.env.Recording, r.msgs = "mine.jsonl", nil
	r.key("R")
	if len(r.msgs) != 1 || r.msgs[0] != (RecordMsg{}) || r.dialogs.Len() != 0 {
		t.Errorf("%v", r.msgs)
	}
}

// sender opens the dialog on a card.
func sender(t *testing.T) (*root, *sendDialog) {
	t.Helper()
	r := openCard(t)
	r.key("S")
	d, ok := r.dialogs.Top().(*sendDialog)
	if !ok {
		t.Fatal("there is no dialog")
	}
	return r, d
}

// send types a command, sends it and waits for the answer.
func (r *root) send(d *sendDialog, text string) {
	r.t.Helper()
	d.input.Reset()
	r.write(text)
	r.key("enter")
	if d.asked.id == 0 {
		r.t.Fatalf("%s was not sent: %+v %s", text, d.check, d.say)
	}
	r.wait(func() bool { return d.asked.id == 0 })
}

func TestSend(t *testing.T) {
	r, d := sender(t)
	r.must("Write a command and send it", "CLA INS P1 P2")
	r.write("00a40")
	r.must("The last byte has only one digit.")
	r.write("8")
	r.must("Not a whole command yet")
	d.input.Reset()
	r.write("zz00 A4 08 04 02 2F E2") // letters that are no digits are not taken
	r.must("✓ SELECT 2FE2  reads only")
	r.key("enter")
	r.must("Sent, waiting for the answer…")
	r.wait(func() bool { return d.asked.id == 0 })
	r.must("0000  62 ")
	last, _ := r.m.src.view.At(r.m.src.Len() - 1)
	if last.Step != "apdu" {
		t.Errorf("the last row is %+v", last)
	}
	r.send(d, "00B000000A")
	r.must("9000", "10 bytes", "0000  98 ", "It acted on what is current on the card: MF/EF.ICCID")
	r.send(d, "00A40004026FFF")
	r.must("6A82 not found", "no data")
	if got := fmt.Sprint(r.m.history); got != "[00 A4 08 04 02 2F E2 00B000000A 00A40004026FFF]" {
		t.Errorf("the history is %s", got)
	}
	// Up and down go through it and back to what was being written.
	d.input.SetValue("00")
	for _, c := range []struct{ key, want string }{
		{"up", "00A40004026FFF"},
		{"up", "00B000000A"},
		{"up", "00 A4 08 04 02 2F E2"},
		{"up", "00 A4 08 04 02 2F E2"},
		{"down", "00B000000A"},
		{"down", "00A40004026FFF"},
		{"down", "00"},
		{"down", "00"},
	} {
		r.key(c.key)
		if got := d.input.Value(); got != c.want {
			t.Errorf("%s: the line holds %q, not %q", c.key, got, c.want)
		}
	}
	// Sent again it moves to the end.
	r.send(d, "00B000000A")
	if got := fmt.Sprint(r.m.history); got != "[00 A4 08 04 02 2F E2 00A40004026FFF 00B000000A]" {
		t.Errorf("the history is %s", got)
	}
	r.key("esc")
	if r.dialogs.Len() != 0 {
		t.Error("esc does not leave")
	}
}

// TestSendGuarded holds that a command with a secret goes nowhere.
func TestSendGuarded(t *testing.T) {
	r, d := sender(t)
	n := r.env.Hub.Log.Len()
	for _, c := range []struct{ text, want string }{
		{"0020000108 3132333435363738", "VERIFY PIN holds a secret"},
		{"0024000110 31323334FFFFFFFF 35363738FFFFFFFF", "holds a secret"},
		{"002C000110 31323334FFFFFFFF 35363738FFFFFFFF", "holds a secret"},
		{"0088008122 10" + strings.Repeat("AA", 16) + "10" + strings.Repeat("BB", 16), "AUTHENTICATE holds a secret"},
	} {
		d.input.Reset()
		r.write(c.text)
		r.must(c.want)
		r.key("enter")
		if d.asked.id != 0 || len(r.m.history) != 0 {
			t.Fatalf("%s was sent", c.text)
		}
	}
	if r.env.Hub.Log.Len() != n {
		t.Error("something was said to the card")
	}
}

func TestSendChange(t *testing.T) {
	r, d := sender(t)
	r.send(d, "00A40004026F05") // wherever it leads, nothing is changed yet
	d.input.Reset()
	r.write("00D6000001 65")
	r.must("UPDATE BINARY", "This may change the card, and the session is read-only.", "arm writing with w")
	r.key("enter")
	if d.asked.id != 0 {
		t.Fatal("a change was sent while reading only")
	}
	if err := r.env.Card.Session.SetMode(card.WriteArmed); err != nil {
		t.Fatal(err)
	}
	d.look()
	r.must("! UPDATE BINARY", "may change the card")
	r.mustNot("read-only")
	r.key("enter")
	if d.asked.id == 0 || !d.asked.critical {
		t.Fatalf("%+v", d.asked)
	}
	r.wait(func() bool { return d.asked.id == 0 })
	if d.answer == nil || d.answer.SW == 0 {
		t.Errorf("no answer: %s", d.say)
	}
}

// busy keeps the worker until the returned function is called.
func (r *root) busy() func() {
	free, begun := make(chan struct{}), make(chan struct{})
	r.env.Submit("busy", func(context.Context, *app.Card) (any, error) {
		close(begun)
		<-free
		return nil, nil
	})
	<-begun
	return func() { close(free) }
}

// TestSendLeaving holds that a reading command can be given up and one that
// may change the card is waited for while there is hope.
func TestSendLeaving(t *testing.T) {
	r, d := sender(t)
	free := r.busy()
	r.write("00B0000001")
	r.key("enter", "enter")
	if d.asked.id == 0 {
		t.Fatal("nothing was sent")
	}
	n := r.env.Hub.Log.Len()
	r.key("esc")
	if r.dialogs.Len() != 0 {
		t.Error("a reading command holds the dialog open")
	}
	free()
	r.submit(func(context.Context, *app.Card) (any, error) { return nil, nil })
	if r.env.Hub.Log.Len() != n || len(r.m.history) != 0 {
		t.Error("the command was sent all the same")
	}

	if err := r.env.Card.Session.SetMode(card.WriteArmed); err != nil {
		t.Fatal(err)
	}
	r.key("S")
	free = r.busy()
	r.write("00D600000165")
	r.key("enter", "esc")
	if r.dialogs.Len() != 1 {
		t.Fatal("a change was left before its answer")
	}
	r.must("its answer is waited for")
	r.clock = r.clock.Add(app.AbandonAfter + time.Second)
	r.key("esc")
	if r.dialogs.Len() != 0 {
		t.Error("there is no way out")
	}
	free()
}

// TestSendCardGone holds that answers of another card are not taken.
func TestSendCardGone(t *testing.T) {
	r, d := sender(t)
	free := r.busy()
	r.write("00B0000001")
	r.key("enter")
	id := d.asked.id
	r.env.Number++
	r.update(app.OpenedEvent{Number: r.env.Number, Card: r.env.Card})
	r.must("The card was changed before its answer came.")
	r.update(app.AnswerEvent{Answer: app.Answer{ID: id, Card: r.env.Number, Value: []app.Raw{{SW: 0x9000}}}})
	if d.answer != nil {
		t.Error("a stale answer was taken")
	}
	free()
	r.env.Card = nil
	r.update(app.OpenedEvent{Number: r.env.Number})
	r.must("No card is open.")
	r.key("enter")
	if d.asked.id != 0 {
		t.Error("sent without a card")
	}
}

// TestSendWithoutCard holds that the hub's own refusal is told too.
func TestSendWithoutCard(t *testing.T) {
	r, d := sender(t)
	r.env.Hub.Close(t.Context())
	r.write("00B0000001")
	r.key("enter")
	r.must("No card is open.")
	if d.asked.id != 0 {
		t.Error("sent without a card")
	}
}

// TestSendError holds that a failure is told in words.
func TestSendError(t *testing.T) {
	r, d := sender(t)
	free := r.busy()
	r.write("00B0000001")
	r.key("enter")
	r.update(app.AnswerEvent{Answer: app.Answer{
		ID: d.asked.id, Card: r.env.Number, Err: &card.TransportError{Kind: card.KindGone},
	}})
	r.must("The card was taken out.")
	if len(r.m.history) != 0 || d.asked.id != 0 {
		t.Error("it is kept as sent")
	}
	free()
}

// TestHistoryIsBounded holds that what was sent does not pile up.
func TestHistoryIsBounded(t *testing.T) {
	r := newRoot(t, trace.NewLog(trace.LogOptions{}))
	for i := range 3 * maxHistory {
		r.m.remember(fmt.Sprint(i))
	}
	if len(r.m.history) != maxHistory || r.m.history[maxHistory-1] != fmt.Sprint(3*maxHistory-1) {
		t.Errorf("%d lines", len(r.m.history))
	}
}
