//go:build linux && cgo

package e2e

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// exported waits for a file below the program's home and gives its bytes.
func (x *screen) exported(name string) []byte {
	x.s.t.Helper()
	var b []byte
	until(x.s.t, name+" is written", func() bool {
		var err error
		b, err = os.ReadFile(filepath.Join(x.Home(), name))
		return err == nil && len(b) > 0
	})
	if st, err := os.Stat(filepath.Join(x.Home(), name)); err != nil || st.Mode().Perm() != 0o600 {
		x.s.t.Errorf("%s: %v, %v", name, st.Mode(), err)
	}
	return b
}

// clear empties the line that is typed and types another.
func (x *screen) instead(text string) {
	x.s.t.Helper()
	x.Keys("C-u")
	x.Type(text)
	x.see(`(?m)` + strings.ReplaceAll(text, ".", `\.`))
}

// Everything that a session with secrets leaves behind, in every form in
// which it can be written, is searched for them: the log as text, as JSON
// lines and as a script, the recording, a file of keys and a file beside it.
func TestWhatIsWrittenHoldsNoSecrets(t *testing.T) {
	s := newStack(t)
	s.card(0, "--image", s.image("everyday", withSecrets))
	x := s.screen(120, 34)
	x.opened()
	x.Keys("4")
	x.see(`SELECT`)
	x.Keys("R")
	x.see(`Record the session`)
	x.instead("session.jsonl")
	x.Keys("Enter")
	x.see(`RECORDING`)
	x.verify(canaryWrong)
	x.see(`PIN1 was wrong\. 2 tries are left`)
	x.Keys("Enter")
	x.gone(`PIN1 was wrong`)
	x.verified(canaryPIN)
	x.gone(`reading .*\d+ ?%`)
	x.Keys("2")
	x.see(`╭ Files ─`)
	x.choose("EF.IMSI")
	x.see(`IMSI +` + theIMSI)
	x.Keys("x")
	x.see(`Export .*IMSI`)
	x.instead("imsi.json")
	x.Keys("Enter")
	if b := x.exported("imsi.json"); !bytes.Contains(b, []byte("999990123456789")) {
		t.Errorf("EF.IMSI was exported as %s", b)
	}
	x.choose("EF.Keys")
	x.see(`(?i)keys`)
	for _, name := range []string{"log.txt", "log.jsonl", "log.apdu"} {
		x.Keys("4")
		x.see(`SELECT|READ`)
		x.Keys("x")
		x.see(`Export the log`)
		x.instead(name)
		x.Keys("Enter")
		b := x.exported(name)
		x.gone(`Export the log`)
		if !bytes.Contains(bytes.ToUpper(b), []byte("00 A4")) && !bytes.Contains(bytes.ToUpper(b), []byte("00A4")) {
			t.Errorf("%s holds no command: %.300s", name, b)
		}
	}
	x.quit()
	if b := x.exported("session.jsonl"); !bytes.Contains(b, []byte("PIN")) {
		t.Errorf("the recording does not speak of the PIN")
	}
	// All of these files lie below the home, which is searched at the end.
}

// A PIN is asked for without echo where there is a terminal.
func TestAPINTypedAtThePrompt(t *testing.T) {
	s := newStack(t)
	s.card(0, "--image", s.image("everyday", withSecrets))
	x := s.screenIn(100, 30, nil, program, "pin", "change")
	x.see(`3 left`)
	x.see(`PIN1: *$|PIN1: *\n`)
	x.secret(canaryPIN)
	x.Keys("Enter")
	x.see(`New PIN1: *\n`)
	x.secret(canaryNew)
	x.Keys("Enter")
	x.see(`New PIN1 once more: *\n`)
	x.secret(canaryNew)
	x.Keys("Enter")
	if code := x.WaitEnd(soon); code != 0 {
		t.Errorf("exit code %d:\n%s", code, x.Screen())
	}
	x.see(`PIN1 is changed`)
	s.ok(lines(canaryNew), "pin", "verify")
	// Stopped at the prompt, nothing is sent.
	y := s.screenIn(100, 30, nil, program, "pin", "verify")
	y.see(`PIN1: *\n`)
	y.secret(canaryWrong)
	y.Keys("C-c")
	if code := y.WaitEnd(soon); code != 130 {
		t.Errorf("exit code %d:\n%s", code, y.Screen())
	}
	s.wantPIN1("on", 3, 10)
	// The terminal shows again what is typed.
	z := s.screenIn(100, 30, nil, "sh", "-c", `trap : INT; "$0" pin verify; stty -a; cat`, program)
	z.see(`PIN1: *\n`)
	z.Keys("C-c")
	z.see(`(?s)[^-]echo\b`)
	z.see(`[^-]icanon\b`)
}

// The card dies, or falls silent, with the PIN in its hands: the screen says
// that this is not known, and nothing is sent again.
func TestLostOnTheScreen(t *testing.T) {
	for _, c := range []struct {
		name, says string
		rule       deviation
		left       int
	}{
		{"the card dies", `No answer came`, deviation{Fault: "die", After: true}, 0},
		{"a broken answer", `2 instead of 3|one try less`, deviation{Answer: []byte{0x63}, After: true, Once: true}, 2},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := newStack(t)
			c.rule.Prefix = []byte{0x00, 0x20, 0x00, 0x01, 0x08}
			_, sent := s.deviant(deviant{Rules: []deviation{c.rule}})
			x := s.screen(100, 30)
			x.opened()
			x.verify(canaryWrong)
			got := x.see(c.says)
			if strings.Contains(got, "was right.") || !strings.Contains(got, "Nothing was sent again") {
				t.Errorf("an answer that never came is told as one:\n%s", got)
			}
			if n := count(sent(), "00200001", 13); n != 1 {
				t.Errorf("VERIFY was sent %d times", n)
			}
			x.Keys("Enter")
			x.gone(`enter close`)
			x.quit()
			if c.left > 0 {
				s.wantPIN1("on", c.left, 10)
			}
		})
	}
}
