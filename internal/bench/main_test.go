//go:build linux && cgo

package bench

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"slices"
	"sync"
	"testing"
	"time"

	"simscope/card"
	"simscope/card/pcsc"
	"simscope/card/virtual"
	"simscope/card/vpcd"
	"simscope/internal/pcscbench"
)

// imageVariable has this binary play a built-in card in the virtual reader
// instead of running benchmarks.
const imageVariable = "SIMSCOPE_BENCH_IMAGE"

func TestMain(m *testing.M) {
	if id := os.Getenv(imageVariable); id != "" {
		if err := play(id); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		os.Exit(0)
	}
	code := m.Run()
	if service.bench != nil {
		service.bench.Stop()
	}
	_ = os.RemoveAll(program.dir)
	os.Exit(code)
}

// play is a virtual card in the first slot until the reader goes away or
// standard input ends.
func play(id string) error {
	img, err := virtual.OpenBuiltin(id)
	if err != nil {
		return err
	}
	c, err := virtual.New(img, virtual.Options{})
	if err != nil {
		return err
	}
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	go func() {
		_, _ = io.Copy(io.Discard, os.Stdin)
		cancel()
	}()
	addr := net.JoinHostPort("127.0.0.1", fmt.Sprint(pcscbench.PortSlot0))
	s := vpcd.Server{Addr: addr, Card: c, Reconnect: 20 * time.Millisecond, Notify: func(err error) {
		if err == nil {
			fmt.Println("plugged")
		} else if !isDial(err) {
			cancel() // the reader was there and went away
		}
	}}
	return s.Serve(ctx)
}

// isDial reports whether the reader's port is not open yet.
func isDial(err error) bool {
	var op *net.OpError
	return errors.As(err, &op) && op.Op == "dial"
}

// service is the one pcscd of this process: libpcsclite reads the place of
// its socket once.
var service struct {
	once  sync.Once
	bench *pcscbench.Bench
	err   error
}

func startService(b *testing.B) *pcscbench.Bench {
	b.Helper()
	service.once.Do(func() {
		if service.bench, service.err = pcscbench.New(); service.err == nil {
			service.err = os.Setenv("PCSCLITE_CSOCK_NAME", service.bench.Socket())
		}
	})
	if service.err != nil {
		b.Fatal(service.err)
	}
	return service.bench
}

var slot0 = card.ReaderID{Provider: pcsc.Name, Name: pcscbench.Reader0}

// plug puts a built-in card into the virtual reader until the benchmark ends.
func plug(b *testing.B, id string) {
	b.Helper()
	s := startService(b)
	seen(b, false)
	exe, err := os.Executable()
	if err != nil {
		b.Fatal(err)
	}
	cmd := s.Command(exe)
	cmd.Env = append(os.Environ(), imageVariable+"="+id)
	cmd.Stderr = os.Stderr
	in, err := cmd.StdinPipe()
	if err != nil {
		b.Fatal(err)
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		b.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() {
		_ = in.Close()
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
	})
	if line, err := bufio.NewReader(out).ReadString('\n'); err != nil || line != "plugged\n" {
		b.Fatalf("the card says %q: %v", line, err)
	}
	seen(b, true)
}

// seen waits until the service sees a card in the reader, or none.
func seen(b *testing.B, want bool) {
	b.Helper()
	p := pcsc.New()
	for end := time.Now().Add(10 * time.Second); time.Now().Before(end); time.Sleep(10 * time.Millisecond) {
		ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
		rs, err := p.List(ctx)
		cancel()
		i := slices.IndexFunc(rs, func(r card.Reader) bool { return r.ID == slot0 })
		if err == nil && i >= 0 && rs[i].State.HasCard() == want {
			return
		}
	}
	b.Fatalf("a card in the reader: not %v within ten seconds\n%s", want, service.bench.Log())
}

// quantile is the value below which that part of the values lies.
func quantile[T int | float64 | time.Duration](values []T, part float64) T {
	s := slices.Clone(values)
	slices.Sort(s)
	return s[min(int(float64(len(s))*part), len(s)-1)]
}

func median[T int | float64 | time.Duration](values []T) T { return quantile(values, 0.5) }

func ms(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }

// only keeps the time of an iteration, which says nothing here, out of the
// line.
func only(b *testing.B) { b.ReportMetric(0, "ns/op") }
