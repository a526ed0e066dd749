//go:build linux && cgo

package e2e

import (
	"os/exec"
	"syscall"
	"testing"
	"time"

	"github.com/creack/pty"
)

// A terminal that takes nothing any more, as over a line that stands still,
// does not keep the program and its card from ending when it is asked to.
func TestEndsOnStalledTerminal(t *testing.T) {
	s := newStack(t)
	cmd := exec.Command(program, "--demo")
	cmd.Env = append(s.env(), "TERM=xterm-256color")
	f, err := pty.StartWithSize(cmd, &pty.Winsize{Rows: 40, Cols: 120})
	if err != nil {
		t.Fatal(err)
	}
	ended := make(chan error, 1)
	go func() { ended <- cmd.Wait() }()
	t.Cleanup(func() { _ = cmd.Process.Kill(); _ = f.Close() })
	time.Sleep(2 * time.Second)
	for range 5 { // whole screens, of which none is read
		for _, key := range []byte("2341") {
			_, _ = f.Write([]byte{key})
			time.Sleep(100 * time.Millisecond)
		}
	}
	if err := cmd.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	select {
	case err := <-ended:
		if err != nil {
			t.Error(err)
		}
	case <-time.After(soon):
		t.Fatal("the program does not end")
	}
}
