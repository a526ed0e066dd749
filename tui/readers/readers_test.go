package readers

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"simscope/card"
	"simscope/card/pcsc"
	"simscope/card/virtual"
	"simscope/tui/app"
	"simscope/tui/kit"
	"simscope/tui/ui"
	"simscope/tui/ui/uitest"
)

func TestDigitsOpen(t *testing.T) {
	r := newRig(t, false)
	a, b := reader("A 00 00", card.ReaderPresent), reader("B 00 00", card.ReaderInUse)
	r.see(a, b)
	for key, want := range map[string]string{"1": a.ID.Name, "2": b.ID.Name, "3": "Everyday SIM", "6": "Empty SIM"} {
		if m := message[kit.OpenMsg](t, r.key(key)); m.Reader.ID.Name != want {
			t.Errorf("%s opens %s, want %s", key, m.Reader.ID.Name, want)
		}
		if got, _ := r.m.selected(); got.reader.ID.Name != want {
			t.Errorf("%s leaves the cursor on %s", key, got.reader.ID.Name)
		}
		wants(t, r.view(80, 21), fmt.Sprintf("▌%s  %s", key, want))
	}
	if cmd := r.key("0"); cmd != nil || r.m.Typing() {
		t.Errorf("0 has no row and does something")
	}
	r.see(a)
	if r.key(fmt.Sprint(len(virtual.Builtin()) + 2)); !r.m.Typing() {
		t.Error("the digit behind the demonstration cards does not ask for a file")
	}
}

// Whatever the order of the providers, numbers and keys follow the rows.
func TestGroupsFollowOneAnother(t *testing.T) {
	r := newRig(t, false)
	file := card.Reader{ID: card.ReaderID{Provider: app.ExtraName, Name: "bench", Ordinal: 1}, State: card.ReaderPresent, About: "virtual"}
	image := card.Reader{ID: card.ReaderID{Provider: virtual.ProviderName, Name: "my.json"}, State: card.ReaderPresent, About: "image"}
	r.see(file, reader("A 00 00", card.ReaderPresent), image)
	view := r.view(80, 30)
	files := len(virtual.Builtin()) + 2
	order := []string{"Readers", "1  A 00 00", "Demonstration cards", "2  Everyday", "Files", fmt.Sprintf("%d  bench", files), "   my.json", "Open a rec"}
	at := -1
	for _, s := range order {
		i := strings.Index(view, s)
		if i <= at {
			t.Errorf("%q is at %d, after %d:\n%s", s, i, at, view)
		}
		at = i
	}
	if m := message[kit.OpenMsg](t, r.key(fmt.Sprint(files))); m.Reader.ID != file.ID {
		t.Error(files, "opens", m.Reader.ID)
	}
}

func TestMoreRowsThanDigits(t *testing.T) {
	r := newRig(t, false)
	var many []card.Reader
	for i := range 16 {
		many = append(many, reader(fmt.Sprintf("R %02d", i), card.ReaderPresent))
	}
	r.see(many...)
	r.key("end")
	wants(t, r.view(60, 12), "▌   Open a recording")
	r.key("home")
	wants(t, r.view(60, 12), "▌1  R 00", " 9  R 08", "    R 09")
	for range 11 {
		r.key("down")
	}
	wants(t, r.view(60, 6), "▌   R 11")
}

func TestNothingToOpen(t *testing.T) {
	r := newRig(t, false)
	r.see(reader("A 00 00", card.ReaderEmpty), reader("B 00 00", card.ReaderExclusive), reader("C 00 00", card.ReaderMute))
	wants(t, message[kit.ToastMsg](t, r.key("1")).Text, "no card in this reader")
	m := message[kit.ToastMsg](t, r.key("2"))
	wants(t, m.Text, "keeps this card to itself")
	if m.Tok != ui.Warn {
		t.Error(m.Tok)
	}
	// A card that did not answer may answer now.
	if m := message[kit.OpenMsg](t, r.key("3")); m.Reader.ID.Name != "C 00 00" {
		t.Error(m)
	}
}

func TestSelectionStaysOnItsReader(t *testing.T) {
	r := newRig(t, false)
	a, b, c := reader("A 00 00", card.ReaderPresent), reader("B 00 00", card.ReaderPresent), reader("C 00 00", card.ReaderPresent)
	r.see(b)
	r.keys("down", "up")
	wants(t, r.view(80, 21), "▌1  B 00 00")
	r.see(a, b, c)
	wants(t, r.view(80, 21), "▌2  B 00 00")
	r.see(c, b)
	wants(t, r.view(80, 21), "▌2  B 00 00")
	r.see(a, c) // gone: the cursor stays at its place
	wants(t, r.view(80, 21), "▌2  C 00 00")
	r.see()
	if _, ok := r.m.selected(); !ok {
		t.Error("nothing is selected")
	}
}

// Until the person moves, the cursor is on the likeliest card.
func TestTheLikeliestCard(t *testing.T) {
	r := newRig(t, false)
	empty, full := reader("A 00 00", card.ReaderEmpty), reader("B 00 00", card.ReaderPresent)
	r.see(empty)
	wants(t, r.view(80, 21), "▌2  Everyday SIM")
	r.see(empty, full)
	wants(t, r.view(80, 21), "▌2  B 00 00")
	r.env.Reader = empty // its card was open and was taken out
	r.see(empty, full)
	wants(t, r.view(80, 21), "▌1  A 00 00")
}

func TestFileName(t *testing.T) {
	r := newRig(t, false)
	r.see()
	r.keys("end", "enter")
	if !r.m.Typing() {
		t.Fatal("enter on the row does not ask for a name")
	}
	r.keys("1", "d") // are letters now
	r.m.Paste("/tmp/a b.jsonl\n")
	wants(t, r.view(80, 21), "File 1d/tmp/a b.jsonl", "enter open", "esc cancel")
	r.key("esc")
	if r.m.Typing() {
		t.Error("esc does not leave the name")
	}
	lacks(t, r.view(80, 21), "esc cancel")
	r.key("enter") // what was typed is still there
	if m := message[kit.OpenFileMsg](t, r.key("enter")); m.Name != "1d/tmp/a b.jsonl" || r.m.Typing() {
		t.Errorf("%+v", m)
	}
	r.env.Card = &app.Card{}
	r.m.Update(app.OpenedEvent{Card: r.env.Card})
	r.keys("end", "enter")
	wants(t, r.view(80, 21), "name of a recording")
	if cmd := r.key("enter"); cmd != nil || r.m.Typing() {
		t.Error("an empty name opens something")
	}
	if r.m.Paste("x"); r.m.name.Value() != "" {
		t.Error("a paste goes into a line that is not there")
	}
}

// However few the lines, the name that is typed is seen.
func TestFileNameIsSeen(t *testing.T) {
	r := newRig(t, false)
	r.refused(card.KindDenied)
	r.found(buildOK, serviceOK, denied)
	r.keys("end", "enter")
	r.m.Paste("bench.jsonl")
	for h := 1; h < 30; h++ {
		wants(t, r.view(60, h), "File bench.jsonl")
	}
}

func TestDoctor(t *testing.T) {
	r := newRig(t, false)
	r.refused(card.KindDenied)
	if r.key("d") == nil {
		t.Error("d does not look anew")
	}
	wants(t, r.view(80, 21), "Looking at the service")
	r.found(buildOK, socket, serviceOK, denied)
	top := r.view(80, 21)
	wants(t, top, "Between this program and a card", "This build can talk", "scroll")
	lacks(t, top, "journalctl")
	if got := r.m.Right().Plain(); got != "1-16/23" {
		t.Errorf("position %q", got)
	}
	seen := top
	for range 30 {
		r.key("down")
		seen += r.view(80, 21)
	}
	for _, c := range denied.Fixes {
		for _, x := range c.Commands {
			for line := range strings.SplitSeq(x, "\n") {
				wants(t, seen, strings.TrimSpace(line))
			}
		}
	}
	wants(t, r.view(80, 21), "journalctl -u pcscd -n 20")
	r.key("home")
	if r.view(80, 21) != top {
		t.Error("home does not go to the top")
	}
	r.keys("pgdown", "pgup", "end", "up", "down")
	wants(t, r.view(80, 21), "journalctl")
	lacks(t, r.view(80, 60), "scroll")
	// Keys of the list behind it do nothing.
	for _, k := range []string{"1", "enter", "i"} {
		if cmd := r.key(k); cmd != nil || r.m.Typing() {
			t.Errorf("%s acts on the list behind", k)
		}
	}
	r.key("esc")
	wants(t, r.view(80, 21), "Which card?")
	r.keys("d", "d")
	wants(t, r.view(80, 21), "Which card?")
	r.key("d")
	r.env.Card = &app.Card{}
	r.m.Update(app.OpenedEvent{Card: r.env.Card})
	wants(t, r.view(80, 21), "Which card?")
}

// The commands that mend stand whole on the screen, as they are to be typed.
func TestCommandsAreWhole(t *testing.T) {
	r := newRig(t, false)
	r.refused(card.KindServiceDown)
	r.found(buildOK, absent)
	for _, size := range [][2]int{{80, 21}, {120, 37}, {80, 15}} {
		view := r.view(size[0], size[1])
		wants(t, view, "      sudo apt install pcscd libccid ", "Everyday SIM", "1  ")
		if !strings.Contains(view, "sudo systemctl enable --now pcscd.socket ") && !strings.Contains(view, "d shows all") {
			t.Errorf("a command is left out and nothing says so:\n%s", view)
		}
	}
	// A command longer than the line goes on, further in; no word is lost.
	for w := 14; w < 80; w++ {
		words := ""
		for i, l := range command(denied.Fixes[0].Commands[1], w) {
			if l.Width() > w || i > 0 && !strings.HasPrefix(l.Plain(), spaces(indent+2+hang)) {
				t.Fatalf("%d cells, line %d: %q", w, i, l.Plain())
			}
			words += strings.TrimSpace(l.Plain())
		}
		if want := strings.ReplaceAll(denied.Fixes[0].Commands[1], " ", ""); strings.ReplaceAll(words, " ", "") != want {
			t.Fatalf("%d cells: %q", w, words)
		}
	}
}

func TestNothingIsSaidWhereAllIsWell(t *testing.T) {
	r := newRig(t, false)
	r.see(reader("A 00 00", card.ReaderEmpty))
	r.found(buildOK, serviceOK, accessOK, readerOK, noCard)
	wants(t, r.view(80, 21), "There is no card in any reader", "need no reader: 2 opens one")
	// A card that is put in counts at once, before it was looked anew.
	if r.see(reader("A 00 00", card.ReaderPresent)) == nil {
		t.Error("nobody looks anew when a card is put in")
	}
	lacks(t, r.view(80, 21), "There is no card", "need no reader", "opens one", "!")
	// An answer to the question before the last is stale.
	r.m.Update(diagnosedMsg{r.m.asks - 1, pcsc.Diagnosis{Facts: []pcsc.Fact{absent}}})
	r.see(reader("A 00 00", card.ReaderEmpty))
	lacks(t, r.view(80, 21), "not installed")
	if r.see(reader("A 00 00", card.ReaderEmpty)) != nil {
		t.Error("looks anew although nothing changed")
	}
	demo := newRig(t, false)
	demo.env.Demo = true
	if demo.see() != nil {
		t.Error("looks for a service although only demonstration cards are offered")
	}
	demo.found(buildOK, absent)
	lacks(t, demo.view(80, 21), "not installed", "need no reader")
}

func TestTroubleIsToldOnce(t *testing.T) {
	trouble := func(r *rig, kind card.TransportKind) string {
		p := app.Explain(&card.TransportError{Kind: kind}, "A 00 00")
		r.env.Trouble = &p
		return r.view(80, 24)
	}
	r := newRig(t, false)
	r.refused(card.KindServiceDown)
	r.found(buildOK, stopped)
	view := trouble(r, card.KindServiceDown)
	if n := strings.Count(view, "does not run"); n != 1 || strings.Count(view, "enable --now pcscd.socket") != 1 {
		t.Errorf("told %d times:\n%s", n, view)
	}
	wants(t, view, "A 00 00: The smart card service does not run")
	// Two different things are both told.
	wants(t, trouble(r, card.KindGone), "The card was taken out", "service does not run")
	r.see(reader("A 00 00", card.ReaderEmpty))
	r.found(buildOK, serviceOK, accessOK, readerOK, noCard)
	view = trouble(r, card.KindGone)
	wants(t, view, "✗ A 00 00: The card was taken out.", "Put it back")
	lacks(t, view, "There is no card in any reader")
}

func TestOpening(t *testing.T) {
	r := newRig(t, false)
	a, b := reader("A 00 00", card.ReaderPresent), reader("B 00 00", card.ReaderPresent)
	r.see(a, b)
	r.env.Reader, r.env.Opening = a, true
	p := app.Problem{Answer: "an old story"}
	r.env.Trouble = &p
	var busy []pcsc.Activity
	r.m.activities = func() []pcsc.Activity { return busy }
	wants(t, r.view(80, 21), "Opening the card in A 00 00…", "1  A 00 00", "being opened")
	lacks(t, r.view(80, 21), "an old story")
	for _, c := range []struct {
		reader card.Reader
		op     string
		since  time.Duration
		shown  bool
	}{
		{a, "begin", app.NameAfter + time.Second, true},
		{a, "begin", 0, false},
		{b, "begin", app.NameAfter + time.Second, false},
	} {
		busy = []pcsc.Activity{{Reader: c.reader.ID, Op: c.op, Since: time.Now().Add(-c.since)}}
		view := r.view(80, 21)
		if strings.Contains(view, "Waiting for another program to let go") != c.shown || strings.Contains(view, "esc gives up") != c.shown {
			t.Errorf("%+v:\n%s", c, view)
		}
	}
	busy[0] = pcsc.Activity{Reader: a.ID, Op: "something new", Since: time.Now().Add(-time.Minute)}
	wants(t, r.view(80, 21), "esc gives up waiting")
	lacks(t, r.view(80, 21), "pcsc.wait")
}

func TestDetailsKey(t *testing.T) {
	r := newRig(t, false)
	r.see(reader("A 00 00", card.ReaderPresent))
	d := message[kit.PushMsg](t, r.key("i")).Dialog
	view := d.View(r.env.Theme, 72, 40)
	wants(t, view, "A 00 00", "TS ", "TCK", "State: card")
	var dialogs ui.Dialogs
	dialogs.Push(d)
	dialogs.Update(uitest.Press("down"))
	dialogs.Update(uitest.Press("esc"))
	if dialogs.Len() != 0 {
		t.Error("esc does not close it")
	}
	r.key("end")
	wants(t, message[kit.ToastMsg](t, r.key("i")).Text, "recording")
	// A reader that is unknown to the texts, with an ATR that is none.
	odd := reader("x", card.ReaderMute)
	odd.ID.Provider, odd.ATR = "elsewhere", []byte{0x3B, 0xFF}
	view = r.m.details(odd).View(r.env.Theme, 72, 20)
	wants(t, view, "ATR  3B FF", "malformed")
	lacks(t, view, "<", "Comes from")
	odd.ATR = nil
	wants(t, r.m.details(odd).View(r.env.Theme, 72, 20), "No answer to reset")
}

// Names of readers and paths of the environment come from outside.
func TestHostileText(t *testing.T) {
	r := newRig(t, false)
	bad := reader("evil\x1b]0;x\a\r\n\u202e name", card.ReaderPresent)
	r.see(bad)
	p := app.Explain(&card.TransportError{Kind: card.KindMute}, bad.ID.Name)
	r.env.Trouble = &p
	look := func(what, v string) {
		t.Helper()
		if strings.ContainsAny(v, "\x1b\a\r\u202e") {
			t.Errorf("%s lets it through: %q", what, v)
		}
	}
	look("list", r.view(80, 21))
	r.env.Reader, r.env.Opening = bad, true
	look("opening", r.view(80, 21))
	f := socket
	f.Args = []any{"path", "/run/\x1b[31m.sock"}
	r.key("d")
	r.found(f)
	look("doctor", r.view(80, 21))
	wants(t, r.view(80, 21), "/run/")
}

func TestHintsAndState(t *testing.T) {
	r := newRig(t, false)
	r.see()
	var s app.State
	if r.m.State(&s); !s.HasReaders {
		t.Error("no readers")
	}
	if got := r.m.Right().Plain(); got != fmt.Sprintf("1/%d", len(virtual.Builtin())+1) {
		t.Errorf("position %q", got)
	}
	for _, doctor := range []bool{false, true} {
		r.m.doctor = doctor
		for _, id := range r.m.Hints() {
			if _, ok := app.FindVerb(id); !ok {
				t.Errorf("no verb %s", id)
			}
		}
		if slices.Contains(r.m.Hints(), "readers.open") == doctor {
			t.Error("hints of the list and of what is before it are mixed up")
		}
	}
}
