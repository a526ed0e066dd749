//go:build linux && cgo

package pcsc

import (
	"bytes"
	"context"
	"encoding/hex"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"runtime"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/ebfe/scard"
	"go.uber.org/goleak"

	"simscope/card"
	"simscope/internal/pcscbench"
)

// bench is the private pcscd that all tests of this file talk to: libpcsclite
// reads the socket's place once in a process.
var bench *pcscbench.Bench

func TestMain(m *testing.M) {
	pcscbench.CardMain()
	if os.Getenv(diagnoseVariable) != "" {
		diagnoseMain()
	}
	os.Exit(withBench(m))
}

func withBench(m *testing.M) int {
	var err error
	if bench, err = pcscbench.New(); err != nil {
		fmt.Fprintln(os.Stderr, "the tests of card/pcsc need a private PC/SC service:", err)
		return 1
	}
	defer bench.Stop()
	if err := os.Setenv("PCSCLITE_CSOCK_NAME", bench.Socket()); err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	if code := m.Run(); code != 0 {
		return code
	}
	bench.Stop() // has goroutines of its own
	if err := goleak.Find(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	return 0
}

var reader0 = card.ReaderID{Provider: Name, Name: pcscbench.Reader0}

// stateOf asks for one reader's state.
func stateOf(t testing.TB, p *Provider, name string) card.Reader {
	t.Helper()
	rs, err := p.List(within(t, 5*time.Second))
	if err != nil {
		t.Fatal(err)
	}
	i := slices.IndexFunc(rs, func(r card.Reader) bool { return r.ID.Name == name })
	if i < 0 {
		t.Fatalf("no reader %q in %+v", name, rs)
	}
	return rs[i]
}

// plugged puts a card in and waits until the service sees it. The reader is
// emptied first: a card of the test before may still be seen.
func plugged(t testing.TB, s pcscbench.Spec) (*Provider, *pcscbench.Card) {
	t.Helper()
	p := New()
	eventually(t, "the reader is empty", func() bool { return stateOf(t, p, pcscbench.Reader0).State == card.ReaderEmpty })
	c := bench.Plug(t, s)
	eventually(t, "the card is seen", func() bool { return stateOf(t, p, pcscbench.Reader0).State.HasCard() })
	return p, c
}

func opened(t testing.TB, p *Provider, o card.OpenOptions) card.Transport {
	t.Helper()
	tr, err := p.Open(within(t, 5*time.Second), reader0, o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = tr.Close(context.Background(), false) })
	return tr
}

func send(t testing.TB, tr card.Transport, apdu string) (string, error) {
	t.Helper()
	b, err := hex.DecodeString(apdu)
	if err != nil {
		t.Fatal(err)
	}
	answer, err := tr.Transmit(within(t, 5*time.Second), b)
	return hex.EncodeToString(answer), err
}

func wantAnswer(t testing.TB, tr card.Transport, apdu, want string) {
	t.Helper()
	if got, err := send(t, tr, apdu); err != nil || got != want {
		t.Fatalf("%s: %s, %v, want %s", apdu, got, err, want)
	}
}

func TestList(t *testing.T) {
	p, _ := plugged(t, pcscbench.Spec{})
	rs, err := p.List(within(t, 5*time.Second))
	if err != nil {
		t.Fatal(err)
	}
	if len(rs) != 2 {
		t.Fatalf("readers: %+v", rs)
	}
	r := stateOf(t, p, pcscbench.Reader0)
	if r.State != card.ReaderPresent || r.ID != reader0 || r.Events == 0 {
		t.Errorf("slot 0: %+v", r)
	}
	if r := stateOf(t, p, pcscbench.Reader1); r.State != card.ReaderEmpty || r.ATR != nil {
		t.Errorf("slot 1: %+v", r)
	}
}

// watching collects a provider's updates until the test ends.
type watching struct {
	mu   sync.Mutex
	all  []card.Update
	stop func()
}

func watchAll(t testing.TB, p *Provider) *watching {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	w := &watching{}
	var inside sync.Mutex
	done := make(chan struct{})
	go func() {
		defer close(done)
		p.Watch(ctx, func(u card.Update) {
			if !inside.TryLock() {
				t.Error("tell is called twice at the same time")
				return
			}
			defer inside.Unlock()
			w.mu.Lock()
			w.all = append(w.all, u)
			w.mu.Unlock()
		})
	}()
	w.stop = func() { cancel(); <-done }
	t.Cleanup(w.stop)
	return w
}

func (w *watching) last() (card.Update, int) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if len(w.all) == 0 {
		return card.Update{}, 0
	}
	return w.all[len(w.all)-1], len(w.all)
}

func (w *watching) sees(name string, s card.ReaderState) func() bool {
	return func() bool {
		u, _ := w.last()
		return slices.ContainsFunc(u.Readers, func(r card.Reader) bool { return r.ID.Name == name && r.State == s })
	}
}

func TestWatchCards(t *testing.T) {
	p, c := plugged(t, pcscbench.Spec{})
	w := watchAll(t, p)
	eventually(t, "the card is told at once", w.sees(pcscbench.Reader0, card.ReaderPresent))
	before := stateOf(t, p, pcscbench.Reader0).Events
	c.Pull()
	eventually(t, "the removal is told", w.sees(pcscbench.Reader0, card.ReaderEmpty))
	u, _ := w.last()
	if u.Readers[0].ATR != nil {
		t.Errorf("an empty reader keeps the ATR %X", u.Readers[0].ATR)
	}
	bench.Plug(t, pcscbench.Spec{})
	eventually(t, "the insertion is told", w.sees(pcscbench.Reader0, card.ReaderPresent))
	if after := stateOf(t, p, pcscbench.Reader0).Events; after != before+2 {
		t.Errorf("event counter %d after a removal and an insertion, want %d", after, before+2)
	}
	tr := opened(t, p, card.OpenOptions{})
	eventually(t, "use is told", w.sees(pcscbench.Reader0, card.ReaderInUse))
	if err := tr.Close(within(t, time.Second), false); err != nil {
		t.Error(err)
	}
	eventually(t, "the end of use is told", w.sees(pcscbench.Reader0, card.ReaderPresent))
}

// countingService counts the questions of a service.
type countingService struct {
	service
	status atomic.Int64
}

func (c *countingService) establish() (connection, error) {
	conn, err := c.service.establish()
	if err != nil {
		return nil, err
	}
	return &countingConnection{conn, c}, nil
}

type countingConnection struct {
	connection
	c *countingService
}

func (c *countingConnection) statusChange(s []readerState, d time.Duration) error {
	c.c.status.Add(1)
	return c.connection.statusChange(s, d)
}

// A monitor that does not feed the states back runs in circles.
func TestMonitorIdles(t *testing.T) {
	plugged(t, pcscbench.Spec{})
	counter := &countingService{service: newService()}
	p := newProvider(counter)
	w := watchAll(t, p)
	eventually(t, "the card is told", w.sees(pcscbench.Reader0, card.ReaderPresent))
	start := counter.status.Load()
	time.Sleep(1500 * time.Millisecond)
	if n := counter.status.Load() - start; n > 5 {
		t.Errorf("%d questions in 1.5 s in which nothing happened", n)
	}
	if _, n := w.last(); n > 2 {
		t.Errorf("%d updates, at most 2 are news", n)
	}
	w.stop()
	eventually(t, "the monitor ends", func() bool {
		p.mon.mu.Lock()
		defer p.mon.mu.Unlock()
		return !p.mon.running
	})
}

func TestTransmit(t *testing.T) {
	p, _ := plugged(t, pcscbench.Spec{})
	tr := opened(t, p, card.OpenOptions{})
	i := tr.Info()
	if string(i.ATR) != string(pcscbench.ATRT0) || i.Protocol != card.ProtocolT0 || i.Generation != 1 || i.Reader != reader0 {
		t.Errorf("info %+v", i)
	}
	wantAnswer(t, tr, "80EC010203AABBCC", "80ec010203aabbcc9000")
	cmd := []byte{0x80, pcscbench.InsEcho, 1, 2, 0}
	answer, err := tr.Transmit(within(t, time.Second), cmd)
	if err != nil || cap(answer) > 64 {
		t.Errorf("answer %X of capacity %d, %v", answer, cap(answer), err)
	}
	if string(cmd) != "\x80\xEC\x01\x02\x00" {
		t.Errorf("the caller's command became %X", cmd)
	}
	_, err = tr.Transmit(within(t, time.Second), []byte{0x00, 0xA4, 0x00})
	wantKind(t, err, card.KindProtocol)
	_, err = tr.Transmit(within(t, time.Second), nil)
	wantKind(t, err, card.KindProtocol)
	wantAnswer(t, tr, "80EC000000", "80ec0000009000")
}

func TestProtocolChoice(t *testing.T) {
	for _, c := range []struct {
		name string
		atr  []byte
		ask  card.Protocol
		want card.Protocol // ProtocolAny: refused
	}{
		{"both, any", pcscbench.ATRBoth, card.ProtocolAny, card.ProtocolT0},
		{"both, T=0", pcscbench.ATRBoth, card.ProtocolT0, card.ProtocolT0},
		{"both, T=1", pcscbench.ATRBoth, card.ProtocolT1, card.ProtocolT1},
		{"T=1, any", pcscbench.ATRT1, card.ProtocolAny, card.ProtocolT1},
		{"T=1, T=0", pcscbench.ATRT1, card.ProtocolT0, card.ProtocolAny},
		{"T=0, T=1", pcscbench.ATRT0, card.ProtocolT1, card.ProtocolAny},
	} {
		t.Run(c.name, func(t *testing.T) {
			p, _ := plugged(t, pcscbench.Spec{ATR: c.atr})
			tr, err := p.Open(within(t, 5*time.Second), reader0, card.OpenOptions{Protocol: c.ask})
			if c.want == card.ProtocolAny {
				wantKind(t, err, card.KindProtocol)
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			defer tr.Close(context.Background(), false)
			if got := tr.Info().Protocol; got != c.want {
				t.Errorf("protocol %v, want %v", got, c.want)
			}
			wantAnswer(t, tr, "80EC000000", "80ec0000009000")
		})
	}
}

func TestResets(t *testing.T) {
	p, _ := plugged(t, pcscbench.Spec{})
	tr := opened(t, p, card.OpenOptions{})
	wantAnswer(t, tr, "80FC000000", "01009000")
	for _, c := range []struct {
		kind         card.ResetKind
		ask, counter string
	}{
		{card.ResetReconnect, "9000", "01009000"},
		{card.ResetWarm, "6982", "01019000"},
		{card.ResetCold, "6982", "02019000"},
	} {
		if err := tr.Begin(within(t, time.Second)); err != nil {
			t.Fatal(err)
		}
		wantAnswer(t, tr, "8020000000", "9000")
		if err := tr.Reset(within(t, 5*time.Second), c.kind); err != nil {
			t.Fatal(err)
		}
		wantAnswer(t, tr, "80FE000000", c.ask)
		wantAnswer(t, tr, "80FC000000", c.counter)
		if g := tr.Info().Generation; g != 1 {
			t.Errorf("generation %d after %v of the same card", g, c.kind)
		}
		if err := tr.End(within(t, time.Second)); err != nil {
			t.Error(err)
		}
	}
	if err := tr.Reset(within(t, time.Second), card.ResetKind(9)); err == nil {
		t.Error("a reset of no kind is done")
	}
}

func TestCloseForgets(t *testing.T) {
	p, _ := plugged(t, pcscbench.Spec{})
	for _, c := range []struct {
		reset bool
		want  string
	}{{false, "9000"}, {true, "6982"}} {
		tr := opened(t, p, card.OpenOptions{})
		wantAnswer(t, tr, "8020000000", "9000")
		if err := tr.Close(within(t, 5*time.Second), c.reset); err != nil {
			t.Fatal(err)
		}
		if err := tr.Close(within(t, 5*time.Second), c.reset); err != nil {
			t.Errorf("a second Close: %v", err)
		}
		_, err := tr.Transmit(within(t, time.Second), []byte{0, 0xA4, 0, 0})
		wantKind(t, err, card.KindAbandoned)
		wantAnswer(t, opened(t, p, card.OpenOptions{}), "80FE000000", c.want)
	}
}

func TestOpenRefused(t *testing.T) {
	p := New()
	eventually(t, "the reader is empty", func() bool { return stateOf(t, p, pcscbench.Reader0).State == card.ReaderEmpty })
	for _, c := range []struct {
		id   card.ReaderID
		want card.TransportKind
	}{
		{reader0, card.KindNoCard},
		{card.ReaderID{Provider: Name, Name: "Reader of Nobody 00 00"}, card.KindNoReader},
		{card.ReaderID{Provider: Name, Name: "\x1b[2J\x00\xff"}, card.KindNoReader},
		{card.ReaderID{Provider: Name}, card.KindNoReader},
		{card.ReaderID{Provider: "virtual", Name: pcscbench.Reader0}, card.KindNoReader},
		{card.ReaderID{Provider: Name, Host: "elsewhere", Name: pcscbench.Reader0}, card.KindNoReader},
		{card.ReaderID{Provider: Name, Name: pcscbench.Reader0, Ordinal: 1}, card.KindNoReader},
	} {
		_, err := p.Open(within(t, 5*time.Second), c.id, card.OpenOptions{})
		wantKind(t, err, c.want)
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	_, err := p.Open(ctx, reader0, card.OpenOptions{})
	wantKind(t, err, card.KindAbandoned)
}

func TestExclusive(t *testing.T) {
	p, _ := plugged(t, pcscbench.Spec{})
	one := opened(t, p, card.OpenOptions{Exclusive: true})
	start := time.Now()
	_, err := p.Open(within(t, 5*time.Second), reader0, card.OpenOptions{})
	wantKind(t, err, card.KindBusy)
	if d := time.Since(start); d > time.Second {
		t.Errorf("refused after %v only", d)
	}
	eventually(t, "the list says so", func() bool {
		return stateOf(t, p, pcscbench.Reader0).State == card.ReaderExclusive
	})
	wantAnswer(t, one, "80EC000000", "80ec0000009000")
	if err := one.Close(within(t, time.Second), false); err != nil {
		t.Fatal(err)
	}
	opened(t, p, card.OpenOptions{})
	_, err = p.Open(within(t, 5*time.Second), reader0, card.OpenOptions{Exclusive: true})
	wantKind(t, err, card.KindBusy)
}

// TestHeldByAnother: what cannot be cancelled underneath is named, given up
// when the caller's time is over, and gives everything back later.
func TestHeldByAnother(t *testing.T) {
	p, _ := plugged(t, pcscbench.Spec{})
	w := watchAll(t, p)
	holder := opened(t, p, card.OpenOptions{})
	waiter := opened(t, p, card.OpenOptions{})
	if err := holder.Begin(within(t, time.Second)); err != nil {
		t.Fatal(err)
	}
	result := make(chan error, 1)
	ctx, cancel := context.WithCancel(context.Background())
	go func() { result <- waiter.Begin(ctx) }()
	eventually(t, "the waiting is named", func() bool {
		op, since := waiter.(Busy).Busy()
		return op == "begin" && time.Since(since) > 100*time.Millisecond
	})
	if a := Activities(); len(a) != 1 || a[0].Op != "begin" || a[0].Reader != reader0 {
		t.Errorf("activities %+v", a)
	}
	_, n := w.last()
	bench.Plug(t, pcscbench.Spec{Slot: 1})
	eventually(t, "the monitor lives", func() bool { _, now := w.last(); return now > n })
	cancel()
	start := time.Now()
	wantKind(t, <-result, card.KindBusy)
	if d := time.Since(start); d > time.Second {
		t.Errorf("given up %v after the context ended", d)
	}
	if Abandoned() != 1 {
		t.Errorf("%d calls are counted as abandoned", Abandoned())
	}
	_, err := waiter.Transmit(within(t, time.Second), []byte{0, 0xA4, 0, 0})
	wantKind(t, err, card.KindAbandoned)

	short := within(t, 300*time.Millisecond)
	_, err = p.Open(short, reader0, card.OpenOptions{})
	wantKind(t, err, card.KindBusy)

	wantKind(t, waiter.Close(context.Background(), false), card.KindBusy)
	wantAnswer(t, holder, "80EC000000", "80ec0000009000")
	if err := holder.End(within(t, time.Second)); err != nil {
		t.Fatal(err)
	}
	eventually(t, "abandoned calls come back", func() bool { return Abandoned() == 0 })
	third := opened(t, p, card.OpenOptions{})
	if err := third.Begin(within(t, 2*time.Second)); err != nil {
		t.Errorf("the abandoned call kept the card: %v", err)
	}
}

func TestTransmitUnderAnothersTransaction(t *testing.T) {
	p, _ := plugged(t, pcscbench.Spec{})
	holder, other := opened(t, p, card.OpenOptions{}), opened(t, p, card.OpenOptions{})
	if err := holder.Begin(within(t, time.Second)); err != nil {
		t.Fatal(err)
	}
	_, err := other.Transmit(within(t, 200*time.Millisecond), []byte{0x80, 0xEC, 0, 0, 0})
	wantKind(t, err, card.KindBusy)
	if err := holder.End(within(t, time.Second)); err != nil {
		t.Fatal(err)
	}
	eventually(t, "it comes back", func() bool { return Abandoned() == 0 })
}

func TestEndAfterContext(t *testing.T) {
	p, _ := plugged(t, pcscbench.Spec{})
	one, two := opened(t, p, card.OpenOptions{}), opened(t, p, card.OpenOptions{})
	if err := one.Begin(within(t, time.Second)); err != nil {
		t.Fatal(err)
	}
	if err := one.Begin(within(t, time.Second)); err == nil {
		t.Error("a card is held twice")
	}
	ended, cancel := context.WithCancel(context.Background())
	cancel()
	if err := one.End(ended); err != nil {
		t.Fatal(err)
	}
	if err := one.End(ended); err == nil {
		t.Error("what is not held is given back")
	}
	if err := two.Begin(within(t, time.Second)); err != nil {
		t.Errorf("the card is still held: %v", err)
	}
}

func TestResetByAnother(t *testing.T) {
	p, _ := plugged(t, pcscbench.Spec{})
	tr, other := opened(t, p, card.OpenOptions{}), opened(t, p, card.OpenOptions{})
	wantAnswer(t, tr, "8020000000", "9000")
	if err := other.Reset(within(t, 5*time.Second), card.ResetWarm); err != nil {
		t.Fatal(err)
	}
	_, err := send(t, tr, "80FE000000")
	wantKind(t, err, card.KindReset)
	wantKind(t, tr.Begin(within(t, time.Second)), card.KindReset)
	if err := tr.Reset(within(t, 5*time.Second), card.ResetReconnect); err != nil {
		t.Fatal(err)
	}
	wantAnswer(t, tr, "80FE000000", "6982")
	if g := tr.Info().Generation; g != 1 {
		t.Errorf("generation %d for the card that never left", g)
	}
}

func TestPulledInTransaction(t *testing.T) {
	p, c := plugged(t, pcscbench.Spec{})
	tr := opened(t, p, card.OpenOptions{})
	if err := tr.Begin(within(t, time.Second)); err != nil {
		t.Fatal(err)
	}
	wantAnswer(t, tr, "80EC000000", "80ec0000009000")
	c.Pull()
	_, err := send(t, tr, "80EC000000")
	wantKind(t, err, card.KindGone)
	wantKind(t, tr.Reset(within(t, 5*time.Second), card.ResetReconnect), card.KindGone)
	_, err = send(t, tr, "80EC000000")
	wantKind(t, err, card.KindGone)
	_ = tr.End(within(t, time.Second))

	eventually(t, "the removal is seen", func() bool { return !stateOf(t, p, pcscbench.Reader0).State.HasCard() })
	bench.Plug(t, pcscbench.Spec{ATR: pcscbench.ATRBoth})
	eventually(t, "the new card is seen", func() bool { return stateOf(t, p, pcscbench.Reader0).State.HasCard() })
	_, err = send(t, tr, "80EC000000")
	wantKind(t, err, card.KindGone)
	if err := tr.Reset(within(t, 5*time.Second), card.ResetReconnect); err != nil {
		t.Fatal(err)
	}
	i := tr.Info()
	if i.Generation != 2 || string(i.ATR) != string(pcscbench.ATRBoth) {
		t.Errorf("info %+v of the second card", i)
	}
	wantAnswer(t, tr, "80EC000000", "80ec0000009000")
}

// A card that was exchanged while nothing was sent is found out by a reset.
func TestExchangedUnnoticed(t *testing.T) {
	p, c := plugged(t, pcscbench.Spec{})
	tr := opened(t, p, card.OpenOptions{})
	c.Pull()
	eventually(t, "it is gone", func() bool { return !stateOf(t, p, pcscbench.Reader0).State.HasCard() })
	bench.Plug(t, pcscbench.Spec{})
	eventually(t, "it is back", func() bool { return stateOf(t, p, pcscbench.Reader0).State.HasCard() })
	if err := tr.Reset(within(t, 5*time.Second), card.ResetWarm); err != nil {
		t.Fatal(err)
	}
	if g := tr.Info().Generation; g != 2 {
		t.Errorf("generation %d, want 2", g)
	}
}

func TestCardDiesInCommand(t *testing.T) {
	p, _ := plugged(t, pcscbench.Spec{Rules: []pcscbench.Rule{{Prefix: []byte{0x00, 0xB0}, Fault: pcscbench.FaultDie}}})
	tr := opened(t, p, card.OpenOptions{})
	_, err := send(t, tr, "00B0000000")
	wantKind(t, err, card.KindGone)
}

func TestShortAnswer(t *testing.T) {
	p, _ := plugged(t, pcscbench.Spec{Rules: []pcscbench.Rule{
		{Prefix: []byte{0x00, 0xB0}, Answer: []byte{0x61}},
	}})
	tr := opened(t, p, card.OpenOptions{})
	_, err := send(t, tr, "00B0000000")
	wantKind(t, err, card.KindProtocol)
	wantAnswer(t, tr, "80EC000000", "80ec0000009000")
}

func TestMuteCard(t *testing.T) {
	p, c := plugged(t, pcscbench.Spec{Rules: []pcscbench.Rule{{Prefix: []byte{0x00, 0xB0}, Fault: pcscbench.FaultMute}}})
	tr := opened(t, p, card.OpenOptions{})
	if err := tr.Begin(within(t, time.Second)); err != nil {
		t.Fatal(err)
	}
	start := time.Now()
	_, err := tr.Transmit(within(t, 300*time.Millisecond), []byte{0x00, 0xB0, 0, 0, 0})
	te := wantKind(t, err, card.KindMute)
	if te.Op != "transmit" || time.Since(start) > 2*time.Second {
		t.Errorf("%v after %v", te, time.Since(start))
	}
	if op, _ := tr.(Busy).Busy(); op != "transmit" || Abandoned() != 1 {
		t.Errorf("busy with %q, %d abandoned", op, Abandoned())
	}
	start = time.Now()
	wantKind(t, tr.Close(context.Background(), true), card.KindMute)
	if time.Since(start) > 2*time.Second {
		t.Errorf("Close took %v", time.Since(start))
	}
	c.Pull()
	eventually(t, "the stuck call comes back", func() bool { return Abandoned() == 0 && len(Activities()) == 0 })
}

// An answer that comes just after its caller's context ended is not lost, and
// the transport lives on.
func TestGrace(t *testing.T) {
	p, _ := plugged(t, pcscbench.Spec{Rules: []pcscbench.Rule{{Prefix: []byte{0x00, 0xB0}, Answer: []byte{0x90, 0x00}, Delay: 150 * time.Millisecond}}})
	tr := opened(t, p, card.OpenOptions{})
	answer, err := tr.Transmit(within(t, 60*time.Millisecond), []byte{0x00, 0xB0, 0, 0, 0})
	if err != nil || string(answer) != "\x90\x00" {
		t.Fatalf("%X, %v", answer, err)
	}
	wantAnswer(t, tr, "80EC000000", "80ec0000009000")
	ended, cancel := context.WithCancel(context.Background())
	cancel()
	_, err = tr.Transmit(ended, []byte{0x80, 0x20, 0, 0, 0})
	wantKind(t, err, card.KindAbandoned)
	wantAnswer(t, tr, "80FE000000", "6982")
}

func TestServiceDiesAndReturns(t *testing.T) {
	p, c := plugged(t, pcscbench.Spec{})
	w := watchAll(t, p)
	tr := opened(t, p, card.OpenOptions{})
	eventually(t, "the card is told", w.sees(pcscbench.Reader0, card.ReaderInUse))
	c.Pull()
	if err := bench.Kill(); err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := bench.Restart(); err != nil {
			t.Fatal(err)
		}
	}()
	_, err := send(t, tr, "80EC000000")
	wantKind(t, err, card.KindServiceDown)
	eventually(t, "the death is told", func() bool {
		u, _ := w.last()
		te, ok := u.Err.(*card.TransportError)
		return ok && te.Kind == card.KindServiceDown && len(u.Readers) == 0
	})
	_, err = p.List(within(t, 2*time.Second))
	wantKind(t, err, card.KindServiceDown)
	_, err = p.Open(within(t, 2*time.Second), reader0, card.OpenOptions{})
	wantKind(t, err, card.KindServiceDown)

	if err := bench.Restart(); err != nil {
		t.Fatal(err)
	}
	bench.Plug(t, pcscbench.Spec{})
	eventually(t, "the return is told", w.sees(pcscbench.Reader0, card.ReaderPresent))
	_, err = send(t, tr, "80EC000000")
	wantKind(t, err, card.KindServiceDown)
	wantKind(t, tr.Close(within(t, time.Second), true), card.KindServiceDown)
	wantAnswer(t, opened(t, p, card.OpenOptions{}), "80EC000000", "80ec0000009000")
}

// The service dies while a card keeps it waiting: the call comes back.
func TestServiceDiesInCommand(t *testing.T) {
	p, c := plugged(t, pcscbench.Spec{Rules: []pcscbench.Rule{{Prefix: []byte{0x00, 0xB0}, Fault: pcscbench.FaultMute}}})
	tr := opened(t, p, card.OpenOptions{})
	result := make(chan error, 1)
	go func() {
		_, err := tr.Transmit(within(t, 10*time.Second), []byte{0x00, 0xB0, 0, 0, 0})
		result <- err
	}()
	eventually(t, "the command is under way", func() bool { op, _ := tr.(Busy).Busy(); return op == "transmit" })
	time.Sleep(50 * time.Millisecond)
	if err := bench.Kill(); err != nil {
		t.Fatal(err)
	}
	c.Pull()
	wantKind(t, <-result, card.KindServiceDown)
	if err := bench.Restart(); err != nil {
		t.Fatal(err)
	}
}

// diagnoseVariable makes the test binary print a diagnosis and end: the place
// of the socket is read once in a process, so each needs one of its own.
const diagnoseVariable = "PCSC_TEST_DIAGNOSE"

func diagnoseMain() {
	ctx, cancel := context.WithTimeout(context.Background(), time.Second)
	defer cancel()
	m, _ := New().Diagnose(ctx).Missing()
	fmt.Println(m.ID)
	os.Exit(0)
}

// listenAs serves each connection to a socket by f, which says whether the
// connection is then closed; the others are when the test ends.
func listenAs(t *testing.T, f func(net.Conn) (hangUp bool)) string {
	t.Helper()
	name := t.TempDir() + "/s"
	l, err := net.Listen("unix", name)
	if err != nil {
		t.Fatal(err)
	}
	done := make(chan struct{})
	go func() {
		defer close(done)
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			if f(c) {
				c.Close()
			} else {
				defer c.Close()
			}
		}
	}()
	t.Cleanup(func() { l.Close(); <-done })
	return name
}

func TestDiagnoseServices(t *testing.T) {
	readOne := func(c net.Conn) { _, _ = c.Read(make([]byte, 1)) }
	for _, c := range []struct{ name, socket, want string }{
		{"bench without a card", bench.Socket(), "pcsc.card.none"},
		{"no socket", t.TempDir() + "/none", "pcsc.service.elsewhere"},
		// What is left unread when a line is closed makes it a reset: so does
		// pcscd with a client that polkit refuses.
		{"refused at once", listenAs(t, func(net.Conn) bool { return true }), "pcsc.access.denied"},
		{"refused", listenAs(t, func(c net.Conn) bool { readOne(c); return true }), "pcsc.access.denied"},
		{"hangs up after the first question", listenAs(t, func(c net.Conn) bool {
			_, _ = io.ReadFull(c, make([]byte, 20))
			return true
		}), "pcsc.access.denied"},
		{"never answers", listenAs(t, func(net.Conn) bool { return false }), "pcsc.service.hangs"},
		{"answers nonsense", listenAs(t, func(c net.Conn) bool {
			readOne(c)
			_, _ = c.Write(bytes.Repeat([]byte{0xFF}, 4096))
			return false
		}), "pcsc.service.error"},
		// The answer to the question for the protocol's version: two numbers
		// and a code.
		{"another version", listenAs(t, func(c net.Conn) bool {
			_, _ = io.ReadFull(c, make([]byte, 20))
			_, _ = c.Write([]byte{99, 0, 0, 0, 99, 0, 0, 0, 0x1E, 0, 0x10, 0x80})
			return false
		}), "pcsc.service.mismatch"},
	} {
		t.Run(c.name, func(t *testing.T) {
			exe, err := os.Executable()
			if err != nil {
				t.Fatal(err)
			}
			cmd := exec.Command(exe)
			cmd.Env = append(os.Environ(), diagnoseVariable+"=1", "PCSCLITE_CSOCK_NAME="+c.socket)
			out, err := cmd.Output()
			if err != nil {
				t.Fatalf("%v: %s", err, out)
			}
			if !strings.HasPrefix(string(out), c.want) {
				t.Errorf("missing is %q, want %s", out, c.want)
			}
		})
	}
}

// BenchmarkTransmit is one command through libpcsclite, pcscd, vpcd and a
// card that answers at once: through the worker, and without it.
// The handle is read from the binding's own type: another version of it may
// call it by another name. Then the binding sends, and makes 64 KiB for every
// answer.
func TestSendingTakesLittleMemory(t *testing.T) {
	if !newSender(&scard.Card{}).known {
		t.Error("the binding's handle is not found")
	}
	p, _ := plugged(t, pcscbench.Spec{})
	tr := opened(t, p, card.OpenOptions{})
	cmd := []byte{0x80, pcscbench.InsEcho, 1, 2, 3, 4, 5, 6}
	send := func() {
		answer, err := tr.Transmit(within(t, 5*time.Second), cmd)
		if err != nil || !bytes.Equal(answer, append(bytes.Clone(cmd), 0x90, 0x00)) {
			t.Fatalf("%X, %v", answer, err)
		}
	}
	send()
	const times, budget = 50, 4 << 10
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	for range times {
		send()
	}
	runtime.ReadMemStats(&after)
	if each := (after.TotalAlloc - before.TotalAlloc) / times; each > budget {
		t.Errorf("a command takes %d bytes of memory, budget %d", each, budget)
	}
}

func BenchmarkTransmit(b *testing.B) {
	cmd := []byte{0x00, 0xB0, 0x00, 0x00, 0x10}
	p, _ := plugged(b, pcscbench.Spec{})
	b.Run("worker", func(b *testing.B) {
		tr := opened(b, p, card.OpenOptions{})
		ctx := context.Background()
		measure(b, func() error { _, err := tr.Transmit(ctx, cmd); return err })
	})
	c, err := newService().establish()
	if err != nil {
		b.Fatal(err)
	}
	defer c.release()
	h, err := c.connect(pcscbench.Reader0, false, protocolT0)
	if err != nil {
		b.Fatal(err)
	}
	defer h.disconnect(leaveCard)
	b.Run("no-worker", func(b *testing.B) {
		measure(b, func() error { _, err := h.transmit(cmd); return err })
	})
	b.Run("binding", func(b *testing.B) {
		raw := h.(*scardHandle).card
		measure(b, func() error { _, err := raw.Transmit(cmd); return err })
	})
}

func measure(b *testing.B, f func() error) {
	var times []time.Duration
	for b.Loop() {
		start := time.Now()
		if err := f(); err != nil {
			b.Fatal(err)
		}
		times = append(times, time.Since(start))
	}
	slices.Sort(times)
	b.ReportMetric(float64(times[len(times)/2].Microseconds()), "µs-median")
	b.ReportMetric(float64(times[len(times)*99/100].Microseconds()), "µs-p99")
}
