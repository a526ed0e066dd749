//go:build unix

package e2e

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"time"
)

// look is how often the screen is looked at while waiting for something.
const look = 40 * time.Millisecond

// Terminal is one program in one pane of a tmux server of its own.
type Terminal struct {
	t      testing.TB
	tmux   string // the tmux binary
	name   string // of the server's socket
	folder string // holds the socket, the raw output and the program's home
}

var servers atomic.Int64

// Start runs argv on a terminal of cols by rows cells. env is added to a small
// fixed environment with an empty home folder; nothing else of this process's
// environment reaches the program. The terminal is gone when the test ends.
func Start(t testing.TB, cols, rows int, env []string, argv ...string) *Terminal {
	t.Helper()
	tmux, err := exec.LookPath("tmux")
	if err != nil {
		t.Fatal("tmux is missing: install the package tmux (make test does)")
	}
	// Not t.TempDir: the path of a socket may have 107 bytes and no more.
	folder, err := os.MkdirTemp("", "e2e")
	if err != nil {
		t.Fatal(err)
	}
	tm := &Terminal{
		t: t, tmux: tmux, folder: folder,
		name: fmt.Sprintf("e2e-%d-%d", os.Getpid(), servers.Add(1)),
	}
	t.Cleanup(func() {
		tm.Kill()
		_ = os.RemoveAll(folder)
	})
	if err := os.Mkdir(tm.Home(), 0o700); err != nil {
		t.Fatal(err)
	}
	args := []string{
		"start-server", ";",
		"set-option", "-g", "default-terminal", "tmux-256color", ";",
		"set-option", "-g", "default-shell", "/bin/sh", ";",
		"set-option", "-g", "status", "off", ";",
		"set-option", "-g", "escape-time", "0", ";",
		"set-option", "-gw", "remain-on-exit", "on", ";",
		"set-option", "-gwq", "remain-on-exit-format", "", ";",
		"new-session", "-d", "-x", strconv.Itoa(cols), "-y", strconv.Itoa(rows), "-c", tm.Home(),
	}
	for _, e := range env {
		args = append(args, "-e", e)
	}
	args = append(args, "--", "exec "+quote(argv), ";",
		"pipe-pane", "-O", "exec cat >>"+quote([]string{tm.rawFile()}))
	tm.run(args...)
	return tm
}

// Home is the folder that the program has for its home.
func (tm *Terminal) Home() string { return filepath.Join(tm.folder, "home") }

func (tm *Terminal) rawFile() string { return filepath.Join(tm.folder, "raw") }

// call runs one tmux command and gives what it printed.
func (tm *Terminal) call(args ...string) (string, error) {
	cmd := exec.Command(tm.tmux, append([]string{"-u", "-L", tm.name, "-f", "/dev/null"}, args...)...)
	cmd.Env = []string{
		"PATH=" + os.Getenv("PATH"), "HOME=" + tm.Home(), "TMUX_TMPDIR=" + tm.folder,
		"LANG=C.UTF-8", "LC_ALL=C.UTF-8", "TZ=UTC", "TERM=xterm-256color", "SHELL=/bin/sh",
	}
	out, err := cmd.CombinedOutput()
	return string(out), err
}

func (tm *Terminal) run(args ...string) string {
	tm.t.Helper()
	out, err := tm.call(args...)
	if err != nil {
		tm.t.Fatalf("tmux %s: %v: %s", args[0], err, out)
	}
	return out
}

// Keys presses keys by tmux's names: Enter, Escape, Down, BSpace, C-c, j, ...
func (tm *Terminal) Keys(names ...string) {
	tm.t.Helper()
	for _, name := range names {
		tm.run("send-keys", "--", name)
	}
}

// Type types text as it stands, also where it is the name of a key.
func (tm *Terminal) Type(text string) {
	tm.t.Helper()
	tm.run("send-keys", "-l", "--", text)
}

// Spell types text a key at a time, so that no command line ever holds it.
func (tm *Terminal) Spell(text string) {
	tm.t.Helper()
	for _, r := range text {
		tm.run("send-keys", "-l", "--", string(r))
	}
}

// Screen is what the terminal shows: a line for each row, without the blanks
// at the end.
func (tm *Terminal) Screen() string {
	tm.t.Helper()
	return tm.run("capture-pane", "-p")
}

// Styled is the screen with its colours and attributes as escape sequences.
func (tm *Terminal) Styled() string {
	tm.t.Helper()
	return tm.run("capture-pane", "-p", "-e")
}

// WaitFor waits until the screen matches the regular expression and gives the
// screen. The test fails with the screen when it does not within patience, or
// when the program has ended without it.
func (tm *Terminal) WaitFor(expr string, patience time.Duration) string {
	tm.t.Helper()
	return tm.wait(expr, true, patience)
}

// WaitGone waits until the screen no longer matches.
func (tm *Terminal) WaitGone(expr string, patience time.Duration) string {
	tm.t.Helper()
	return tm.wait(expr, false, patience)
}

func (tm *Terminal) wait(expr string, want bool, patience time.Duration) string {
	tm.t.Helper()
	re, err := regexp.Compile(expr)
	if err != nil {
		tm.t.Fatal(err)
	}
	wish := "seen"
	if !want {
		wish = "gone"
	}
	deadline := time.Now().Add(patience)
	for {
		ended, code := tm.Ended() // before the screen is read: it is the last one then
		screen := tm.Screen()
		if re.MatchString(screen) == want {
			return screen
		}
		if ended {
			tm.t.Fatalf("the program ended with %d and %q was not %s; the screen:\n%s", code, expr, wish, screen)
		}
		if time.Now().After(deadline) {
			tm.t.Fatalf("%q was not %s within %v; the screen:\n%s", expr, wish, patience, screen)
		}
		time.Sleep(look)
	}
}

// Ended tells whether the program has ended, and its exit code: 128 and the
// signal's number when a signal ended it (128 alone with a tmux before 3.3,
// which does not name the signal).
func (tm *Terminal) Ended() (bool, int) {
	tm.t.Helper()
	nudged, gone := false, false
	for {
		fields := strings.Split(strings.TrimSpace(tm.run("display-message", "-p",
			"#{pane_dead},#{pane_dead_status},#{pane_dead_signal},#{pane_pid}")), ",")
		if fields[0] != "1" {
			return false, 0
		}
		if signal, err := strconv.Atoi(fields[2]); err == nil {
			return true, 128 + signal
		}
		if code, err := strconv.Atoi(fields[1]); err == nil {
			return true, code
		}
		if nudged {
			return gone, 128
		}
		// The terminal is closed and the exit code not there yet. tmux may miss
		// the end of a program; the end of another child makes it look again.
		tm.run("run-shell", "true")
		pid, err := strconv.Atoi(fields[3])
		nudged, gone = true, err == nil && !running(pid)
	}
}

// WaitEnd waits for the program's end and gives its exit code.
func (tm *Terminal) WaitEnd(patience time.Duration) int {
	tm.t.Helper()
	deadline := time.Now().Add(patience)
	for {
		ended, code := tm.Ended()
		if ended {
			return code
		}
		if time.Now().After(deadline) {
			tm.t.Fatalf("the program did not end within %v; the screen:\n%s", patience, tm.Screen())
		}
		time.Sleep(look)
	}
}

// Pid is the program's process.
func (tm *Terminal) Pid() int {
	tm.t.Helper()
	out := strings.TrimSpace(tm.run("display-message", "-p", "#{pane_pid}"))
	pid, err := strconv.Atoi(out)
	if err != nil || pid <= 1 {
		tm.t.Fatalf("tmux names %q as the program's process", out)
	}
	return pid
}

// Signal sends a signal to the program.
func (tm *Terminal) Signal(s syscall.Signal) {
	tm.t.Helper()
	if err := syscall.Kill(tm.Pid(), s); err != nil {
		tm.t.Fatalf("signal %v: %v", s, err)
	}
}

// HangUp sends SIGHUP to the program; the terminal stays, so that what it
// writes then is still seen.
func (tm *Terminal) HangUp() {
	tm.t.Helper()
	tm.Signal(syscall.SIGHUP)
}

// Cut takes the line away, as a lost connection does: the program gets SIGHUP
// from the kernel and every write fails. It waits until the program is gone.
func (tm *Terminal) Cut(patience time.Duration) {
	tm.t.Helper()
	pid := tm.Pid()
	tm.Kill()
	for deadline := time.Now().Add(patience); running(pid); time.Sleep(look) {
		if time.Now().After(deadline) {
			tm.t.Fatalf("process %d still runs %v after its terminal was taken away", pid, patience)
		}
	}
}

func running(pid int) bool { return syscall.Kill(pid, 0) == nil }

// Resize changes the size of the terminal.
func (tm *Terminal) Resize(cols, rows int) {
	tm.t.Helper()
	tm.run("resize-window", "-x", strconv.Itoa(cols), "-y", strconv.Itoa(rows))
}

// Raw is every byte that the program has written to its terminal so far.
func (tm *Terminal) Raw() []byte {
	tm.t.Helper()
	b, err := os.ReadFile(tm.rawFile())
	if err != nil {
		tm.t.Fatal(err)
	}
	return b
}

// Kill ends this terminal's tmux server and with it the program. It may be
// called again; Raw works afterwards.
func (tm *Terminal) Kill() { _, _ = tm.call("kill-server") }

// quote makes words that a shell takes as they are.
func quote(words []string) string {
	quoted := make([]string, len(words))
	for i, w := range words {
		quoted[i] = "'" + strings.ReplaceAll(w, "'", `'\''`) + "'"
	}
	return strings.Join(quoted, " ")
}
