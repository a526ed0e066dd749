//go:build unix

package e2e

import (
	"bytes"
	"fmt"
	"os"
	"runtime"
	"strings"
	"syscall"
	"testing"
	"time"
)

const patience = 10 * time.Second

func TestKeysAndScreen(t *testing.T) {
	tm := Start(t, 60, 8, []string{"WORD=it's 星辰"}, "sh", "-c", `printf '%s|%s|%s\n' "$WORD" "$HOME" "$1"; cat`, "sh", "a 'quoted' argument")
	tm.WaitFor(`it's 星辰\|`+tm.Home()+`\|a 'quoted' argument`, patience)
	tm.Type("Enter")
	tm.Keys("Enter")
	tm.WaitFor(`(?m)^Enter\nEnter$`, patience) // typed as text, and given back by cat
	tm.Keys("C-d")
	if code := tm.WaitEnd(patience); code != 0 {
		t.Errorf("exit code %d, want 0", code)
	}
	if !strings.Contains(tm.Screen(), "星辰") {
		t.Errorf("the last screen is not kept:\n%s", tm.Screen())
	}
}

func TestNothingElseOfTheEnvironment(t *testing.T) {
	t.Setenv("E2E_SECRET", "leaks")
	tm := Start(t, 100, 40, nil, "env")
	tm.WaitEnd(patience)
	if screen := tm.Screen(); strings.Contains(screen, "leaks") || !strings.Contains(screen, "TERM=tmux-256color") {
		t.Errorf("the environment:\n%s", screen)
	}
}

func TestRawHoldsEveryByte(t *testing.T) {
	tm := Start(t, 40, 5, nil, "sh", "-c", `printf 'first\033[2J\033[31mcanary\033[0m'; exit 3`)
	if code := tm.WaitEnd(patience); code != 3 {
		t.Errorf("exit code %d, want 3", code)
	}
	want := []byte("first\x1b[2J\x1b[31mcanary\x1b[0m")
	for deadline := time.Now().Add(patience); !bytes.Contains(tm.Raw(), want); time.Sleep(look) {
		if time.Now().After(deadline) {
			t.Fatalf("raw output %q does not hold %q", tm.Raw(), want)
		}
	}
	if strings.Contains(tm.Screen(), "first") {
		t.Errorf("the screen was cleared, and shows\n%s", tm.Screen())
	}
	if !strings.Contains(tm.Styled(), "\x1b[31m") {
		t.Errorf("no colour in %q", tm.Styled())
	}
}

func TestHangUpAndSignal(t *testing.T) {
	script := `trap 'echo hung up; exit 7' HUP; trap 'echo terminated; exit 8' TERM; echo ready; while :; do sleep 0.05; done`
	tm := Start(t, 40, 5, nil, "sh", "-c", script)
	tm.WaitFor("ready", patience)
	tm.HangUp()
	tm.WaitFor("hung up", patience)
	if code := tm.WaitEnd(patience); code != 7 {
		t.Errorf("exit code %d, want 7", code)
	}
	other := Start(t, 40, 5, nil, "sh", "-c", script)
	other.WaitFor("ready", patience)
	other.Signal(syscall.SIGTERM)
	if code := other.WaitEnd(patience); code != 8 {
		t.Errorf("exit code %d, want 8", code)
	}
	killed := Start(t, 40, 5, nil, "sh", "-c", script)
	killed.WaitFor("ready", patience)
	killed.Signal(syscall.SIGKILL)
	if code := killed.WaitEnd(patience); code != 137 {
		t.Errorf("exit code %d, want 137", code)
	}
}

func TestCutTakesTheLineAway(t *testing.T) {
	tm := Start(t, 40, 5, nil, "sh", "-c", `trap 'echo noted >"$HOME/hup"; exit' HUP; echo ready; while :; do sleep 0.05; done`)
	tm.WaitFor("ready", patience)
	tm.Cut(patience)
	if b, err := os.ReadFile(tm.Home() + "/hup"); err != nil || string(b) != "noted\n" {
		t.Errorf("the program did not hear of the hang-up: %q, %v", b, err)
	}
	if !bytes.Contains(tm.Raw(), []byte("ready")) {
		t.Error("the raw output is gone with the terminal")
	}
}

func TestResize(t *testing.T) {
	tm := Start(t, 80, 24, nil, "sh", "-c", `while :; do stty size; sleep 0.1; done`)
	tm.WaitFor("24 80", patience)
	tm.Resize(60, 15)
	tm.WaitFor("15 60", patience)
}

func TestWaitGone(t *testing.T) {
	tm := Start(t, 40, 5, nil, "sh", "-c", `echo there; read x; clear; printf away; cat`)
	tm.WaitFor("there", patience)
	tm.Keys("Enter")
	tm.WaitGone("there", patience)
	tm.WaitFor("away", patience)
}

// spy is a test that notes its failure and goes no further.
type spy struct {
	testing.TB
	message string
}

func (s *spy) Helper() {}

func (s *spy) Fatal(args ...any) {
	s.message = fmt.Sprint(args...)
	runtime.Goexit()
}

func (s *spy) Fatalf(format string, args ...any) {
	s.message = fmt.Sprintf(format, args...)
	runtime.Goexit()
}

// failure gives the message with which f fails.
func failure(t *testing.T, f func(tb testing.TB)) string {
	t.Helper()
	s := &spy{TB: t}
	done := make(chan struct{})
	go func() {
		defer close(done)
		f(s)
	}()
	<-done
	return s.message
}

func TestFailuresSayWhatWasSeen(t *testing.T) {
	got := failure(t, func(tb testing.TB) {
		Start(tb, 40, 5, nil, "sh", "-c", `echo what is there; cat`).WaitFor("what is not", time.Second)
	})
	if !strings.Contains(got, "what is there") || !strings.Contains(got, "what is not") {
		t.Errorf("message %q", got)
	}
	got = failure(t, func(tb testing.TB) {
		Start(tb, 40, 5, nil, "sh", "-c", `echo last words; exit 4`).WaitFor("never", time.Minute)
	})
	if !strings.Contains(got, "last words") || !strings.Contains(got, "ended with 4") {
		t.Errorf("message %q", got)
	}
}

func TestMissingTmuxIsAFailure(t *testing.T) {
	t.Setenv("PATH", t.TempDir())
	got := failure(t, func(tb testing.TB) { Start(tb, 40, 5, nil, "true") })
	if !strings.Contains(got, "install the package tmux") {
		t.Errorf("message %q", got)
	}
}
