//go:build unix

package term

import (
	"image/color"
	"os"
	"os/exec"
	"regexp"
	"strings"
	"testing"
	"time"
)

func start(t *testing.T, script string) *Terminal {
	t.Helper()
	tm, err := Start(Options{
		Cols: 40, Rows: 6, Argv: []string{"/bin/sh", "-c", script},
		Env:        []string{"PATH=" + os.Getenv("PATH"), "LANG=C.UTF-8"},
		Background: color.RGBA{R: 0x16, G: 0x18, B: 0x1d, A: 0xff},
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(tm.Close)
	return tm
}

func await(t *testing.T, tm *Terminal, re string) {
	t.Helper()
	if err := tm.WaitFor(regexp.MustCompile(re), 10*time.Second); err != nil {
		t.Fatal(err)
	}
}

func TestKeysReachTheProgramAndTheScreenIsSeen(t *testing.T) {
	tm := start(t, `printf '星辰 ready\n'; read a; echo "got <$a>"; cat`)
	await(t, tm, "星辰 ready")
	if err := tm.Press("hello", "Enter"); err != nil {
		t.Fatal(err)
	}
	await(t, tm, "got <hello>")
	if err := tm.Settle(5 * time.Second); err != nil {
		t.Fatal(err)
	}
	if first := tm.Screen().Cells[0]; first[0].Width != 2 || first[1].Width != 0 || first[5].Content != "r" {
		t.Errorf("wide characters do not keep their columns: %+v", first[:6])
	}
}

// A program that asks the terminal something gets an answer, and the answer
// names the colours of the picture.
func TestQueriesAreAnswered(t *testing.T) {
	tm := start(t, `stty raw -echo; printf '\033]11;?\007'; dd bs=1 count=21 2>/dev/null | od -An -c | tr -d ' \n'; cat`)
	await(t, tm, `rgb:1616/1818/1d1`)
}

func TestWaitForSaysWhatTheScreenShowed(t *testing.T) {
	tm := start(t, `echo something else; cat`)
	await(t, tm, "something")
	err := tm.WaitFor(regexp.MustCompile("never"), 100*time.Millisecond)
	if err == nil || !strings.Contains(err.Error(), "something else") {
		t.Errorf("error %v does not hold the screen", err)
	}
	ended := start(t, `echo last words`)
	if err := ended.WaitFor(regexp.MustCompile("never"), time.Minute); err == nil || !strings.Contains(err.Error(), "last words") {
		t.Errorf("error %v does not hold the last screen of a program that ended", err)
	}
}

func TestSettleGivesUp(t *testing.T) {
	tm := start(t, `while :; do echo x; sleep 0.05; done`)
	if err := tm.Settle(time.Second); err == nil {
		t.Error("a screen that never rests counts as settled")
	}
}

func TestCloseEndsAProgramThatIgnoresTheHangUp(t *testing.T) {
	tm, err := Start(Options{Cols: 20, Rows: 2, Argv: []string{"/bin/sh", "-c", `trap '' HUP; echo on; while :; do sleep 0.1; done`}})
	if err != nil {
		t.Fatal(err)
	}
	await(t, tm, "on")
	tm.Close()
	if tm.cmd.ProcessState == nil {
		t.Error("the program still runs")
	}
}

func TestCursorVisibility(t *testing.T) {
	tm := start(t, `printf 'a\033[?25lhidden'; read x; printf '\033[?25hshown'; cat`)
	await(t, tm, "hidden")
	if tm.Screen().Cursor.Visible {
		t.Error("a hidden cursor is visible")
	}
	_ = tm.Press("Enter")
	await(t, tm, "shown")
	if !tm.Screen().Cursor.Visible {
		t.Error("a shown cursor is not visible")
	}
}

func TestBadOptions(t *testing.T) {
	sh, err := exec.LookPath("sh")
	if err != nil {
		t.Fatal(err)
	}
	for name, o := range map[string]Options{
		"no program":      {Cols: 80, Rows: 24},
		"missing program": {Cols: 80, Rows: 24, Argv: []string{"/nonexistent/program"}},
		"no columns":      {Cols: 0, Rows: 24, Argv: []string{sh}},
		"too large":       {Cols: 80, Rows: 100000, Argv: []string{sh}},
	} {
		if tm, err := Start(o); err == nil {
			tm.Close()
			t.Errorf("%s: no error", name)
		}
	}
}

func TestKeyNames(t *testing.T) {
	for key, want := range map[string]string{
		"Enter": "\r", "Down": "\x1b[B", "C-c": "\x03", "C-l": "\x0c", "j": "j", "C-": "C-", "text": "text",
	} {
		if got := keyBytes(key); got != want {
			t.Errorf("%s gives %q, want %q", key, got, want)
		}
	}
}
