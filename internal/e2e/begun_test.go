//go:build linux && cgo

package e2e

import (
	"bytes"
	"os/exec"
	"strings"
	"sync"
	"testing"
	"time"
)

// sayings collects what a program writes, to be read while it writes on.
type sayings struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (s *sayings) Write(b []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.b.Write(b)
}

func (s *sayings) text() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.b.String()
}

// begun is a run of the program that has begun.
type begun struct {
	t         testing.TB
	cmd       *exec.Cmd
	args      string
	start     time.Time
	outs      sayings
	errs      sayings
	ended     chan struct{}
	endedTime time.Time
}

// begin starts the program without waiting for its end.
func (s *stack) begin(stdin string, args ...string) *begun {
	s.t.Helper()
	r := &begun{t: s.t, cmd: exec.Command(program, args...), args: strings.Join(args, " "), ended: make(chan struct{})}
	r.cmd.Env, r.cmd.Dir = s.env(), s.dir
	r.cmd.Stdin, r.cmd.Stdout, r.cmd.Stderr = strings.NewReader(stdin), &r.outs, &r.errs
	r.start = time.Now()
	if err := r.cmd.Start(); err != nil {
		s.t.Fatal(err)
	}
	go func() {
		_ = r.cmd.Wait()
		r.endedTime = time.Now()
		close(r.ended)
	}()
	s.t.Cleanup(func() {
		_ = r.cmd.Process.Kill()
		<-r.ended
	})
	return r
}

// end waits for the program's end.
func (r *begun) end() result {
	r.t.Helper()
	select {
	case <-r.ended:
	case <-time.After(time.Minute):
		r.t.Fatalf("simscope %s does not end; it said:\n%s%s", r.args, r.outs.text(), r.errs.text())
	}
	got := result{args: r.args, code: r.cmd.ProcessState.ExitCode(), out: r.outs.text(), err: r.errs.text(), took: r.endedTime.Sub(r.start)}
	noSecret(r.t, "what simscope "+r.args+" says", []byte(got.out+got.err))
	return got
}
