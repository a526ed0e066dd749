//go:build linux && cgo

package bench

import (
	"bytes"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/charmbracelet/x/ansi"
	"github.com/creack/pty"

	"simscope/texts"
)

// program is the built program, made once for all benchmarks of this process.
var program struct {
	once sync.Once
	dir  string
}

func built(b *testing.B) string {
	b.Helper()
	program.once.Do(func() {
		var err error
		if program.dir, err = os.MkdirTemp("", "simscope-bench"); err != nil {
			b.Fatal(err)
		}
		build(b, filepath.Join("..", ".."), filepath.Join(program.dir, "simscope"), ".")
	})
	return filepath.Join(program.dir, "simscope")
}

func build(b *testing.B, dir, out string, what ...string) {
	b.Helper()
	cmd := exec.Command("go", append([]string{"build", "-trimpath", "-buildvcs=false", "-o", out}, what...)...)
	cmd.Dir = dir
	if text, err := cmd.CombinedOutput(); err != nil {
		b.Fatalf("build: %v\n%s", err, text)
	}
}

// environment is what a program gets: an empty home and no card service.
func environment(b *testing.B) []string {
	return []string{
		"PATH=" + os.Getenv("PATH"), "HOME=" + b.TempDir(), "LANG=C.UTF-8", "TERM=xterm-256color",
		"PCSCLITE_CSOCK_NAME=/nonexistent/pcscd.comm",
	}
}

// painted reports whether the list of readers is on the screen.
func painted(stream []byte) bool {
	text := ansi.Strip(string(stream))
	for _, id := range []string{"readers.title", "verb.readers.open.hint"} {
		if !strings.Contains(text, texts.Say(id)) {
			return false
		}
	}
	return true
}

// firstFrame runs the program on a terminal that answers no query and returns
// how long it took until the list of readers was sent.
func firstFrame(b *testing.B, program string, env []string) time.Duration {
	b.Helper()
	cmd := exec.Command(program, "--demo")
	cmd.Env = env
	start := time.Now()
	terminal, err := pty.StartWithSize(cmd, &pty.Winsize{Rows: 24, Cols: 80})
	if err != nil {
		b.Fatal(err)
	}
	defer terminal.Close()
	defer func() {
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
	}()
	late := time.AfterFunc(10*time.Second, func() { _ = cmd.Process.Kill() })
	defer late.Stop()
	var stream []byte
	buf := make([]byte, 64<<10)
	for {
		n, err := terminal.Read(buf)
		stream = append(stream, buf[:n]...)
		if painted(stream) {
			return time.Since(start)
		}
		if err != nil {
			b.Fatalf("no first frame came: %v\n%q", err, stream)
		}
	}
}

// BenchmarkFirstFrame is the time from starting the program to its first
// frame.
func BenchmarkFirstFrame(b *testing.B) {
	simscope, env := built(b), environment(b)
	firstFrame(b, simscope, env) // from a warm disk
	var took []time.Duration
	for b.Loop() {
		took = append(took, firstFrame(b, simscope, env))
	}
	for len(took) < 15 {
		took = append(took, firstFrame(b, simscope, env))
	}
	only(b)
	b.ReportMetric(ms(median(took)), "ms-median(budget:150)")
	b.ReportMetric(ms(quantile(took, 0.9)), "ms-p90")
	b.ReportMetric(ms(quantile(took, 1)), "ms-max")
	b.ReportMetric(float64(len(took)), "runs")
}

// hello is what a Go program costs that does nothing.
const hello = "package main\n\nimport \"fmt\"\n\nfunc main() { fmt.Println(\"hello\") }\n"

// ran is what one run of a program took, and wrote.
type ran struct {
	took   time.Duration
	faults int // pages of memory that had to be brought in
	out    []byte
}

func run(b *testing.B, env []string, argv ...string) ran {
	b.Helper()
	cmd := exec.Command(argv[0], argv[1:]...)
	cmd.Env = env
	start := time.Now()
	out, err := cmd.CombinedOutput()
	r := ran{took: time.Since(start), out: out}
	if err != nil || len(out) == 0 {
		b.Fatalf("%v: %v: %s", argv, err, out)
	}
	if u, ok := cmd.ProcessState.SysUsage().(*syscall.Rusage); ok {
		r.faults = int(u.Minflt)
	}
	return r
}

// onTerminal is what the program writes to a terminal before it ends.
func onTerminal(b *testing.B, env []string, argv ...string) []byte {
	b.Helper()
	cmd := exec.Command(argv[0], argv[1:]...)
	cmd.Env = env
	terminal, err := pty.StartWithSize(cmd, &pty.Winsize{Rows: 24, Cols: 80})
	if err != nil {
		b.Fatal(err)
	}
	defer terminal.Close()
	out, _ := io.ReadAll(terminal) // ends with an error when the program does
	if err := cmd.Wait(); err != nil {
		b.Fatal(err)
	}
	return out
}

// BenchmarkVersion is simscope --version against a program that only says
// hello, one after the other. Neither to a pipe nor to a terminal may it send
// an escape sequence.
func BenchmarkVersion(b *testing.B) {
	simscope, env := built(b), environment(b)
	dir := b.TempDir()
	source := filepath.Join(dir, "hello.go")
	if err := os.WriteFile(source, []byte(hello), 0o600); err != nil {
		b.Fatal(err)
	}
	small := filepath.Join(dir, "hello")
	build(b, dir, small, source)
	out := onTerminal(b, env, simscope, "--version")
	piped := run(b, env, simscope, "--version").out
	if bytes.ContainsRune(out, '\x1b') || bytes.ContainsRune(piped, '\x1b') || !bytes.HasPrefix(out, []byte("simscope ")) {
		b.Fatalf("--version writes %q and %q", out, piped)
	}
	run(b, env, small)
	var ratios []float64
	var ours, theirs []time.Duration
	var faults, least []int
	pair := func() {
		o, h := run(b, env, simscope, "--version"), run(b, env, small)
		ours, theirs = append(ours, o.took), append(theirs, h.took)
		faults, least = append(faults, o.faults), append(least, h.faults)
		ratios = append(ratios, float64(o.took)/float64(h.took))
	}
	for b.Loop() {
		pair()
	}
	for len(ratios) < minPairs {
		pair()
	}
	only(b)
	b.ReportMetric(median(ratios), "ratio(budget:2)")
	b.ReportMetric(ms(median(ours)), "ms")
	b.ReportMetric(ms(median(theirs)), "ms-hello")
	b.ReportMetric(float64(median(faults)), "page-faults")
	b.ReportMetric(float64(median(least)), "page-faults-hello")
	b.ReportMetric(0, "escape-bytes(budget:0)")
	b.ReportMetric(float64(len(ratios)), "pairs")
}
