//go:build linux && cgo

package e2e

import (
	"bytes"
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/charmbracelet/x/ansi"
)

// screen is the program's full-screen face on a terminal, searched for
// secrets as long as it runs and after.
type screen struct {
	*Terminal
	s          *stack
	cols, rows int
}

// screen starts the screens.
func (s *stack) screen(cols, rows int, args ...string) *screen {
	s.t.Helper()
	return s.screenIn(cols, rows, nil, append([]string{program}, args...)...)
}

func (s *stack) screenIn(cols, rows int, env []string, argv ...string) *screen {
	s.t.Helper()
	env = append([]string{"PCSCLITE_CSOCK_NAME=" + s.socket(), "LANG=C.UTF-8", "TZ=UTC"}, env...)
	x := &screen{Start(s.t, cols, rows, env, argv...), s, cols, rows}
	s.t.Cleanup(func() {
		noSecret(s.t, "the last screen", []byte(x.last()))
		x.Kill()
		noSecret(s.t, "the terminal's stream", x.Raw())
		noSecretFiles(s.t, x.Home())
	})
	return x
}

// last is the screen as it is, empty where the terminal is gone.
func (x *screen) last() string {
	out, err := x.call("capture-pane", "-p")
	if err != nil {
		return ""
	}
	return out
}

// see waits for the screen to match and searches it for secrets.
func (x *screen) see(expr string) string {
	x.s.t.Helper()
	got := x.WaitFor(expr, soon)
	noSecret(x.s.t, "the screen", []byte(got))
	return got
}

// gone waits until the screen no longer matches.
func (x *screen) gone(expr string) {
	x.s.t.Helper()
	x.WaitGone(expr, soon)
}

// secret types a secret and looks at the screen after every key.
func (x *screen) secret(digits string) {
	x.s.t.Helper()
	for i := range digits {
		x.Spell(digits[i : i+1])
		noSecret(x.s.t, "the screen", []byte(x.Screen()))
	}
}

// opened waits until the everyday card is open and read.
func (x *screen) opened() {
	x.s.t.Helper()
	x.see(`8999.+9013 .*PIN1 (on|off|blocked)`)
	x.gone(`reading .*\d+ ?%|opening`)
}

// verify leads through the guided check of PIN1 and stops at its result.
func (x *screen) verify(pin string) {
	x.s.t.Helper()
	x.Keys("3")
	x.see(`Lock +State +Tries`)
	x.Keys("Enter")
	x.see(`Verify PIN1 of 8999`)
	x.secret(pin)
	x.Keys("Enter")
	x.see(`Send PIN1 to this card\?`)
	x.Keys("Enter")
}

// verified is verify with the right PIN, back on the screen.
func (x *screen) verified(pin string) {
	x.s.t.Helper()
	x.verify(pin)
	x.see(`PIN1 was right`)
	x.Keys("Enter")
	x.gone(`PIN1 was right\.`)
	x.see(`on, verified`)
}

// back leaves a dialog and waits until what it says is gone: another key too
// soon after an escape would be a key with alt.
func (x *screen) back(says string) {
	x.s.t.Helper()
	x.Keys("Escape")
	x.gone(says)
}

// help looks at the help and leaves it.
func (x *screen) help() {
	x.s.t.Helper()
	x.Keys("?")
	x.see(`show all keys and verbs`)
	x.back(`show all keys and verbs`)
}

// cursorRow is the row of the tree on which the cursor stands, with the name
// of its file.
var cursorRow = regexp.MustCompile(`(?m)^│?[▌>][^│\n]*? ([A-Z0-9][^ │]+) `)

// cursor is where the cursor stands in the tree: its row on the screen and
// the file. What else the row says changes while the card is read.
func (x *screen) cursor() (row int, file string) {
	x.s.t.Helper()
	got := x.Screen()
	at := cursorRow.FindStringSubmatchIndex(got)
	if at == nil {
		return -1, ""
	}
	return strings.Count(got[:at[0]], "\n"), got[at[2]:at[3]]
}

// choose moves down the tree until the cursor stands on a file. It waits for
// the cursor itself: other parts of the screen change meanwhile.
func (x *screen) choose(file string) {
	x.s.t.Helper()
	x.Keys("Home")
	x.see(`(?m)^│?[▌>][^│]* MF `)
	for range 80 {
		row, name := x.cursor()
		if name == file {
			return
		}
		x.Keys("Down")
		until(x.s.t, "the cursor moves", func() bool {
			r, n := x.cursor()
			return n != "" && (r != row || n != name)
		})
	}
	x.s.t.Fatalf("%s cannot be reached:\n%s", file, x.Screen())
}

// quit leaves by q and holds that the terminal is as it was.
func (x *screen) quit() {
	x.s.t.Helper()
	x.Keys("q")
	if code := x.WaitEnd(soon); code != 0 {
		x.s.t.Errorf("exit code %d, want 0; the screen:\n%s", code, x.Screen())
	}
	x.restored()
}

// ended waits for the end that a signal asked for: an orderly one.
func (x *screen) ended() {
	x.s.t.Helper()
	if code := x.WaitEnd(soon); code != 0 {
		x.s.t.Errorf("exit code %d after a signal; the screen:\n%s", code, x.Screen())
	}
	x.restored()
}

const (
	enterAlt, leaveAlt = "\x1b[?1049h", "\x1b[?1049l"
	hide, show         = "\x1b[?25l", "\x1b[?25h"
)

// restored holds that the alternate screen was left, the cursor shown and
// nothing left turned on, by what went to the terminal.
func (x *screen) restored() {
	x.s.t.Helper()
	var raw []byte
	until(x.s.t, "the alternate screen is left", func() bool {
		raw = x.Raw()
		return bytes.LastIndex(raw, []byte(leaveAlt)) > bytes.LastIndex(raw, []byte(enterAlt))
	})
	if !bytes.Contains(raw, []byte(enterAlt)) {
		x.s.t.Error("the alternate screen was never entered; nothing is proved")
	}
	if bytes.LastIndex(raw, []byte(show)) < bytes.LastIndex(raw, []byte(hide)) {
		x.s.t.Error("the cursor is left hidden")
	}
	for _, mode := range []string{"1000", "1002", "1003", "1006", "2004", "1004", "2026"} {
		if bytes.LastIndex(raw, []byte("\x1b[?"+mode+"l")) < bytes.LastIndex(raw, []byte("\x1b[?"+mode+"h")) {
			x.s.t.Errorf("mode %s is left on", mode)
		}
	}
}

// fits holds that a screen is what it should be at a size: the header, the
// tabs, the hints, and no line that is too long.
func (x *screen) fits(cols, rows int) {
	x.s.t.Helper()
	got := x.see(`(?s)simscope.*(Overview|Files|PINs|Log).*\? help`)
	all := strings.Split(strings.TrimSuffix(got, "\n"), "\n")
	if len(all) != rows {
		x.s.t.Errorf("%d lines on %dx%d", len(all), cols, rows)
	}
	for i, line := range all {
		if w := ansi.StringWidth(line); w > cols {
			x.s.t.Errorf("line %d is %d cells wide on %dx%d: %q", i+1, w, cols, rows, line)
		}
	}
	if strings.TrimSpace(all[len(all)-1]) == "" {
		x.s.t.Errorf("no hints in the last line of %dx%d:\n%s", cols, rows, got)
	}
}

func TestBrowseToTheIMSI(t *testing.T) {
	s := newStack(t)
	s.card(0, "--image", s.image("everyday", withSecrets))
	x := s.screen(140, 40, "--record", s.file("screens.jsonl"))
	x.opened()
	got := x.see(`ICCID +8999 9900 1234 5678 9013`)
	for _, want := range []string{"Virtual PCD 00 00", "PIN1 on ✓ 3 left", "星辰移动", "needs PIN1", "RECORDING"} {
		if !strings.Contains(got, want) {
			t.Errorf("%q is not on the overview:\n%s", want, got)
		}
	}
	x.verified(canaryPIN)
	x.Keys("2")
	x.see(`╭ Files ─`)
	x.choose("EF.IMSI")
	x.see(`IMSI +` + theIMSI)
	x.see(`08 99 99 99 10 32 54 76 98`)
	x.see(`read PIN1`)
	x.Keys("C-r") // read again: its rows are the last ones
	x.see(`(?s)─ Log ─.*SELECT ADF.USIM/EF.IMSI .*9000.*READ BINARY.*IMSI .*9000`)
	x.Keys("4")
	x.see(`(?s)SELECT ADF.USIM/EF.IMSI .*READ BINARY.*EF.IMSI`)
	x.Keys("1")
	x.see(`IMSI +` + theIMSI)
	x.quit()
	s.fails(7, "pin_needed", "", "read", "ADF.USIM/EF.IMSI") // the card was reset on the way out
	recorded, err := os.ReadFile(s.file("screens.jsonl"))
	if err != nil || !bytes.Contains(bytes.ToUpper(recorded), []byte("089999991032547698")) {
		t.Errorf("the recording does not hold what was read: %v", err)
	}
	if out := s.ok("", "--replay", s.file("screens.jsonl"), "info").out; !strings.Contains(out, "8999 9900 1234 5678 9013") {
		t.Errorf("the recording of the screens tells another story:\n%s", out)
	}
}

func TestChangeThePINByTheScreens(t *testing.T) {
	s := newStack(t)
	_, sent := s.deviant(deviant{})
	x := s.screen(100, 30)
	x.opened()
	x.Keys("3")
	x.see(`Lock +State +Tries`)
	x.Keys("c")
	x.see(`Change PIN1 of 8999`)
	x.Keys("Enter")
	x.see(`PIN1 as it is now`)
	x.secret(canaryPIN)
	x.Keys("Enter")
	x.see(`The new PIN1`)
	x.secret(canaryNew)
	x.Keys("Enter")
	x.see(`The new PIN1 once more`)
	x.secret(canaryPUK2) // a slip
	x.Keys("Enter")
	x.see(`were not the same`)
	x.secret(canaryNew)
	x.Keys("Enter")
	x.see(`The new PIN1 once more`)
	x.secret(canaryNew)
	x.Keys("Enter")
	got := x.see(`Change PIN1 of this card\?`)
	for _, want := range []string{"8999 9900 1234 5678 9013", "3 left", "Leave, send nothing"} {
		if !strings.Contains(got, want) {
			t.Errorf("%q is not on the check page:\n%s", want, got)
		}
	}
	if n := count(sent(), "0024", 13) + count(sent(), "0020", 13); n != 0 {
		t.Fatalf("%d commands with a PIN were sent before the check page was answered", n)
	}
	x.Keys("Enter")
	x.see(`PIN1 was changed`)
	if n := count(sent(), "0024", 21); n != 1 {
		t.Errorf("CHANGE PIN was sent %d times", n)
	}
	x.Keys("Enter")
	x.quit()
	s.fails(11, "pin_wrong", lines(canaryPIN), "pin", "verify")
	s.ok(lines(canaryNew), "pin", "verify")
	s.wantPIN1("on", 3, 10)
}

func TestAWrongPINSpendsOneTry(t *testing.T) {
	s := newStack(t)
	_, sent := s.deviant(deviant{})
	s.wantPIN1("on", 3, 10)
	x := s.screen(80, 24)
	x.opened()
	x.verify(canaryWrong)
	x.see(`PIN1 was wrong\. 2 tries are left`)
	s.wantPIN1("on", 2, 10)
	x.Keys("Enter")
	x.see(`PIN1 is on, 2 tries left`)
	x.see(`PIN1 on ✓ 2 left`)
	x.quit()
	s.wantPIN1("on", 2, 10)
	if n := count(sent(), "00200001", 13); n != 1 {
		t.Errorf("VERIFY was sent %d times", n)
	}
}

func TestTheLastTryIsGuarded(t *testing.T) {
	s := newStack(t)
	_, sent := s.deviant(deviant{Image: s.image("everyday", withSecrets, tries(1))})
	x := s.screen(100, 30)
	x.opened()
	for _, word := range []string{"", "yes", "last"} {
		x.Keys("3")
		x.see(`only one try is left`)
		x.Keys("Enter")
		x.see(`Verify PIN1 of 8999`)
		x.see(`the last try`)
		x.secret(canaryWrong)
		x.Keys("Enter")
		x.see(`Type LAST to spend it`)
		if word == "" { // enter is never the dangerous button
			x.Keys("Enter")
			x.gone(`Type LAST to spend it`)
			continue
		}
		x.Type(word)
		x.see(`to spend it: ` + word)
		x.Keys("Enter", "BSpace") // the second tells that the first did nothing
		x.see(`to spend it: ` + word[:len(word)-1] + `\b`)
		x.back(`Type LAST to spend it`)
	}
	if n := count(sent(), "00200001", 13); n != 0 {
		t.Fatalf("VERIFY was sent %d times without the word", n)
	}
	s.wantPIN1("on", 1, 10)
	x.Keys("Enter")
	x.see(`Verify PIN1 of 8999`)
	x.secret(canaryPIN)
	x.Keys("Enter")
	x.see(`Type LAST to spend it`)
	x.Type("LAST")
	x.Keys("Enter")
	x.see(`PIN1 was right`)
	x.Keys("Enter")
	x.quit()
	s.wantPIN1("on", 3, 10)
}
