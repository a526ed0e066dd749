//go:build linux && cgo

package e2e

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"simscope/card/safe"
	"simscope/card/virtual"
	"simscope/internal/pcscbench"
)

// program is the built binary that all tests of this package drive.
var program string

// atOnce is how many tests run at the same time: most of their time is
// waiting, and each has a PC/SC service of its own.
const atOnce = 8

func TestMain(m *testing.M) {
	pcscbench.CardMain()
	deviantMain()
	clientMain()
	os.Exit(runAll(m))
}

func runAll(m *testing.M) int {
	flag.Parse()
	_ = flag.Set("test.parallel", strconv.Itoa(atOnce))
	dir, err := os.MkdirTemp("", "simscope-e2e-")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	defer os.RemoveAll(dir)
	program = filepath.Join(dir, "simscope")
	build := exec.Command("go", "build", "-buildvcs=false", "-o", program, "simscope")
	if out, err := build.CombinedOutput(); err != nil {
		fmt.Fprintf(os.Stderr, "the program cannot be built: %v\n%s", err, out)
		return 1
	}
	lines := watchCommandLines()
	code := m.Run()
	if seen := lines.end(); len(seen) > 0 {
		fmt.Fprintf(os.Stderr, "secrets stood in command lines:\n%s\n", strings.Join(seen, "\n"))
		return 1
	}
	return code
}

// soon is how long things may take that need no more than a moment. It is
// generous: the machine may be busy.
const soon = 20 * time.Second

// stack is a private PC/SC service, a folder for the program's files and the
// built program.
type stack struct {
	t     testing.TB
	bench *pcscbench.Bench
	dir   string // what the program writes; searched for secrets at the end
	input string // what the program is given; may hold secrets
}

// newStack brings a stack up for a test and runs it beside others.
func newStack(t *testing.T) *stack {
	t.Helper()
	s := newDesk(t)
	s.bench = pcscbench.Start(t)
	return s
}

// newDesk is a stack without a service, for what needs no reader.
func newDesk(t *testing.T) *stack {
	t.Helper()
	t.Parallel()
	s := &stack{t: t, dir: t.TempDir(), input: t.TempDir()}
	if err := os.Mkdir(filepath.Join(s.dir, "home"), 0o700); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { noSecretFiles(t, s.dir) })
	return s
}

// socket is where the program looks for the service.
func (s *stack) socket() string {
	if s.bench == nil {
		return filepath.Join(s.dir, "no-service")
	}
	return s.bench.Socket()
}

// file is a path for a file that the program writes.
func (s *stack) file(name string) string { return filepath.Join(s.dir, name) }

// env is the whole environment of the program.
func (s *stack) env(more ...string) []string {
	return append([]string{
		"PCSCLITE_CSOCK_NAME=" + s.socket(), "HOME=" + filepath.Join(s.dir, "home"),
		"PATH=" + os.Getenv("PATH"), "LANG=C.UTF-8", "TZ=UTC",
	}, more...)
}

// result is what one run of the program brought.
type result struct {
	args     string
	code     int
	out, err string
	took     time.Duration
	memory   int64 // KiB that were resident at most
}

func (r result) String() string {
	return fmt.Sprintf("simscope %s: exit %d after %v\n%s%s", r.args, r.code, r.took.Round(time.Millisecond), r.out, r.err)
}

// run runs the program with lines on standard input, and searches what it
// says for secrets.
func (s *stack) run(stdin string, args ...string) result {
	s.t.Helper()
	return s.runIn(s.env(), stdin, args...)
}

func (s *stack) runIn(env []string, stdin string, args ...string) result {
	s.t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	var out, complaint bytes.Buffer
	c := exec.CommandContext(ctx, program, args...)
	c.Env, c.Dir = env, s.dir
	c.Stdin, c.Stdout, c.Stderr = strings.NewReader(stdin), &out, &complaint
	start := time.Now()
	err := c.Run()
	r := result{args: strings.Join(args, " "), out: out.String(), err: complaint.String(), took: time.Since(start)}
	var ended *exec.ExitError
	if err != nil && !errors.As(err, &ended) {
		s.t.Fatalf("%v: %v", r, err)
	}
	r.code = c.ProcessState.ExitCode()
	if u, ok := c.ProcessState.SysUsage().(*syscall.Rusage); ok {
		r.memory = u.Maxrss
	}
	if r.code < 0 {
		s.t.Fatalf("%v: ended by %v", r, c.ProcessState)
	}
	noSecret(s.t, "what simscope "+r.args+" says", []byte(r.out+r.err))
	return r
}

// ok is run for what must succeed.
func (s *stack) ok(stdin string, args ...string) result {
	s.t.Helper()
	r := s.run(stdin, args...)
	if r.code != 0 {
		s.t.Fatal(r)
	}
	return r
}

// fails is run for what must end with an exit code and, in JSON, with an
// error of an identifier. It gives that error's answer and the words of
// standard error.
func (s *stack) fails(code int, id, stdin string, args ...string) result {
	s.t.Helper()
	return s.failsIn(s.env(), code, id, stdin, args...)
}

func (s *stack) failsIn(env []string, code int, id, stdin string, args ...string) result {
	s.t.Helper()
	r := s.runIn(env, stdin, append(args, "--json")...)
	var doc struct {
		Error struct{ ID, Tried, Answer, Next string }
	}
	if err := json.Unmarshal([]byte(r.out), &doc); err != nil {
		s.t.Fatalf("no JSON document: %v\n%v", err, r)
	}
	if r.code != code || doc.Error.ID != id || doc.Error.Answer == "" {
		s.t.Fatalf("want exit %d and error %s:\n%v", code, id, r)
	}
	return r
}

// into reads the JSON that a run printed.
func into[T any](s *stack, r result) T {
	s.t.Helper()
	var v T
	if err := json.Unmarshal([]byte(r.out), &v); err != nil {
		s.t.Fatalf("no JSON document: %v\n%v", err, r)
	}
	return v
}

// until polls until ok, or fails the test.
func until(t testing.TB, what string, ok func() bool) {
	t.Helper()
	for end := time.Now().Add(soon); time.Now().Before(end); time.Sleep(look) {
		if ok() {
			return
		}
	}
	t.Fatalf("not within %v: %s", soon, what)
}

type readersDoc struct {
	Readers []struct {
		ID    struct{ Name string }
		State string
		ATR   string
	}
}

// reader is the state of a reader as the program lists it; empty where it is
// not listed.
func (s *stack) reader(name string) string {
	s.t.Helper()
	r := s.run("", "readers", "--json")
	if r.code != 0 {
		return ""
	}
	for _, x := range into[readersDoc](s, r).Readers {
		if x.ID.Name == name {
			return x.State
		}
	}
	return ""
}

func readerOf(slot int) string {
	return []string{pcscbench.Reader0, pcscbench.Reader1}[slot]
}

func (s *stack) seen(slot int) {
	s.t.Helper()
	until(s.t, "the card is seen", func() bool {
		state := s.reader(readerOf(slot))
		return state != "" && state != "empty"
	})
}

func (s *stack) unseen(slot int) {
	s.t.Helper()
	until(s.t, "the reader is empty", func() bool { return s.reader(readerOf(slot)) == "empty" })
}

// plugged is a card program in a slot.
type plugged struct {
	s    *stack
	slot int
	cmd  *exec.Cmd
	said bytes.Buffer
	out  chan struct{}
}

// card plugs the program's own virtual card in, and waits until it is seen.
func (s *stack) card(slot int, args ...string) *plugged {
	s.t.Helper()
	port := fmt.Sprint("127.0.0.1:", pcscbench.PortSlot0+slot)
	args = append([]string{"virtual-card", "--address", port}, args...)
	// The port opens a moment after the service does: then the card is told
	// so and plugged in anew.
	var p *plugged
	until(s.t, "the card is plugged in", func() bool {
		if p == nil || p.ended() {
			p = s.spawn(slot, nil, program, args...)
		}
		state := s.reader(readerOf(slot))
		return state != "" && state != "empty" && !p.ended()
	})
	return p
}

// spawn runs a card program inside the service's network.
func (s *stack) spawn(slot int, env []string, name string, args ...string) *plugged {
	s.t.Helper()
	p := &plugged{s: s, slot: slot, cmd: s.bench.Command(name, args...), out: make(chan struct{})}
	p.cmd.Env, p.cmd.Stdout, p.cmd.Stderr, p.cmd.Dir = s.env(env...), &p.said, &p.said, s.dir
	if err := p.cmd.Start(); err != nil {
		s.t.Fatal(err)
	}
	go func() {
		_ = p.cmd.Wait()
		close(p.out)
	}()
	s.t.Cleanup(func() {
		_ = p.cmd.Process.Kill()
		<-p.out
		noSecret(s.t, "what the virtual card says", p.said.Bytes())
	})
	return p
}

func (p *plugged) ended() bool {
	select {
	case <-p.out:
		return true
	default:
		return false
	}
}

// pull takes the card out, at once and without a word.
func (p *plugged) pull() {
	p.s.t.Helper()
	_ = p.cmd.Process.Kill()
	<-p.out
}

// takeOut ends the card's program as Ctrl-C does, so that it can save.
func (p *plugged) takeOut() {
	p.s.t.Helper()
	_ = p.cmd.Process.Signal(syscall.SIGTERM)
	select {
	case <-p.out:
	case <-time.After(soon):
		p.s.t.Fatal("the virtual card does not end")
	}
}

// image writes a built-in card with secrets of our own as an image file.
func (s *stack) image(builtin string, change ...func(*virtual.Image)) string {
	s.t.Helper()
	img, err := virtual.OpenBuiltin(builtin)
	if err != nil {
		s.t.Fatal(err)
	}
	for _, f := range change {
		f(img)
	}
	f, err := os.CreateTemp(s.input, "image-*.json")
	if err != nil {
		s.t.Fatal(err)
	}
	if err := errors.Join(virtual.WriteImage(f, img), f.Close()); err != nil {
		s.t.Fatal(err)
	}
	return f.Name()
}

// withSecrets gives the card the secrets that are searched for everywhere.
func withSecrets(img *virtual.Image) {
	secret := func(s string) safe.Secret { return safe.NewSecret([]byte(s)) }
	for i := range img.PINs {
		p := &img.PINs[i]
		switch p.Ref {
		case virtual.RefPIN1:
			p.Value, p.Unblock = secret(canaryPIN), secret(canaryPUK)
		case virtual.RefPIN2:
			p.Value, p.Unblock = secret(canaryPIN2), secret(canaryPUK2)
		case 0x0A:
			p.Value = secret(string(canaryKey))
		}
	}
}

// tries sets how often PIN1 may still be wrong.
func tries(n int) func(*virtual.Image) {
	return func(img *virtual.Image) { pin1(img).Tries = n }
}

// off turns PIN1 off.
func off(img *virtual.Image) { pin1(img).Enabled = false }

func pin1(img *virtual.Image) *virtual.PIN {
	return &img.PINs[slices.IndexFunc(img.PINs, func(p virtual.PIN) bool { return p.Ref == virtual.RefPIN1 })]
}

// lines joins what is typed into standard input.
func lines(words ...string) string { return strings.Join(words, "\n") + "\n" }

// runUnsearched is run for what shows secrets because it was asked to.
func (s *stack) runUnsearched(stdin string, args ...string) result {
	s.t.Helper()
	c := exec.Command(program, args...)
	c.Env, c.Dir, c.Stdin = s.env(), s.dir, strings.NewReader(stdin)
	out, err := c.Output()
	if err != nil {
		s.t.Fatalf("simscope %s: %v", strings.Join(args, " "), err)
	}
	return result{args: strings.Join(args, " "), out: string(out)}
}
