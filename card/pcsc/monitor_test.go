package pcsc

import (
	"context"
	"errors"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"simscope/card"
)

func list(t *testing.T, p *Provider) []card.Reader {
	t.Helper()
	rs, err := p.List(within(t, 5*time.Second))
	if err != nil {
		t.Fatal(err)
	}
	return rs
}

// idle waits until the provider's monitor has ended and given everything back.
func idle(t *testing.T, p *Provider, f *fakeService) {
	t.Helper()
	eventually(t, "the monitor ends", func() bool {
		p.mon.mu.Lock()
		defer p.mon.mu.Unlock()
		return !p.mon.running
	})
	if n := f.open.Load(); n != 0 {
		t.Errorf("%d connections are left open", n)
	}
}

func TestOneCallerOfStatusChange(t *testing.T) {
	f := &fakeService{t: t, pnp: true, names: []string{"A"}, states: map[string]uint32{"A": stateEmpty}}
	p := newProvider(f)
	var wg sync.WaitGroup
	for range 16 {
		wg.Go(func() {
			for range 5 {
				if rs := list(t, p); len(rs) != 1 || rs[0].State != card.ReaderEmpty {
					t.Errorf("readers %+v", rs)
				}
			}
		})
	}
	wg.Wait()
	idle(t, p, f)
}

func TestSameNames(t *testing.T) {
	f := &fakeService{t: t, pnp: true, names: []string{"A", "B", "A", "", pnpName}, states: map[string]uint32{"A": statePresent | 7<<16, "B": stateEmpty}}
	p := newProvider(f)
	rs := list(t, p)
	var got []string
	for _, r := range rs {
		got = append(got, r.ID.Name+string(rune('0'+r.ID.Ordinal)))
	}
	if want := []string{"A0", "B0", "A1"}; !slices.Equal(got, want) {
		t.Errorf("readers %v, want %v", got, want)
	}
	if rs[2].Events != 7 || rs[2].State != card.ReaderPresent {
		t.Errorf("%+v", rs[2])
	}
	idle(t, p, f)
}

// Without the pseudo reader (macOS) readers still come and go, and a machine
// without any does not make the monitor run in circles.
func TestHotPlugWithoutPseudoReader(t *testing.T) {
	f := &fakeService{t: t, states: map[string]uint32{}}
	p := newProvider(f)
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	news := make(chan card.Update, 10)
	go p.Watch(ctx, func(u card.Update) { news <- u })
	if u := <-news; u.Err != nil || len(u.Readers) != 0 {
		t.Fatalf("%+v", u)
	}
	time.Sleep(300 * time.Millisecond)
	if n := f.listed.Load(); n > 4 {
		t.Errorf("listed %d times in 0.3 s", n)
	}
	f.set(func() { f.names, f.states = []string{"A"}, map[string]uint32{"A": stateEmpty} })
	if u := <-news; len(u.Readers) != 1 {
		t.Fatalf("%+v", u)
	}
	f.set(func() { f.names, f.states = nil, map[string]uint32{} })
	if u := <-news; u.Err != nil || len(u.Readers) != 0 {
		t.Fatalf("%+v", u)
	}
	cancel()
	idle(t, p, f)
}

func TestReaderLeavesBetweenListAndStatus(t *testing.T) {
	f := &fakeService{t: t, pnp: true, names: []string{"A"}, states: map[string]uint32{"A": stateEmpty}, statusErr: []error{codeTimeout, codeUnknownReader, codeCancelled}}
	p := newProvider(f)
	if rs := list(t, p); len(rs) != 1 {
		t.Errorf("%+v", rs)
	}
	if n := f.established.Load(); n != 1 {
		t.Errorf("%d connections were needed", n)
	}
	idle(t, p, f)
}

// A quick removal and insertion is one change whose counter moved by two.
func TestEventsAreNotLost(t *testing.T) {
	f := &fakeService{t: t, pnp: true, names: []string{"A"}, states: map[string]uint32{"A": statePresent | 1<<16}}
	p := newProvider(f)
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	news := make(chan card.Update, 10)
	go p.Watch(ctx, func(u card.Update) { news <- u })
	<-news
	f.set(func() { f.states["A"] = statePresent | 3<<16 })
	if u := <-news; u.Readers[0].Events != 3 {
		t.Errorf("%+v", u)
	}
	cancel()
	idle(t, p, f)
}

// A reader that changes without end costs at most a hundred questions a
// second.
func TestStorm(t *testing.T) {
	f := &fakeService{t: t, pnp: true, storm: true, names: []string{"A"}, states: map[string]uint32{"A": stateEmpty}}
	p := newProvider(f)
	ctx, cancel := context.WithCancel(context.Background())
	go p.Watch(ctx, func(card.Update) {})
	time.Sleep(300 * time.Millisecond)
	cancel()
	idle(t, p, f)
	if n := f.statuses.Load(); n > 40 {
		t.Errorf("%d questions in 0.3 s", n)
	}
}

func TestServiceDown(t *testing.T) {
	f := &fakeService{t: t, establishErr: code(0x8010001D)}
	p := newProvider(f)
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	news := make(chan card.Update, 10)
	go p.Watch(ctx, func(u card.Update) { news <- u })
	wantKind(t, (<-news).Err, card.KindServiceDown)
	time.Sleep(500 * time.Millisecond)
	if n := f.established.Load(); n > 5 {
		t.Errorf("%d attempts in half a second", n)
	}
	if len(news) != 0 {
		t.Error("the same news is told twice")
	}
	_, err := p.List(within(t, 5*time.Second))
	wantKind(t, err, card.KindServiceDown)
	f.set(func() { f.establishErr = nil })
	if rs := list(t, p); len(rs) != 0 {
		t.Errorf("%+v", rs)
	}
	cancel()
	idle(t, p, f)
}

// A code that no table knows has been seen from a mismatched library.
func TestUnknownCode(t *testing.T) {
	f := &fakeService{t: t, establishErr: code(0x53204253)}
	p := newProvider(f)
	_, err := p.List(within(t, 5*time.Second))
	te := wantKind(t, err, card.KindUnknown)
	if !strings.Contains(te.Error(), "0x53204253") {
		t.Errorf("%v does not name the code", te)
	}
	idle(t, p, f)
}

func TestServiceHangs(t *testing.T) {
	f := &fakeService{t: t, hang: make(chan struct{}), pnp: true}
	p := newProvider(f)
	_, err := p.List(within(t, 50*time.Millisecond))
	if te := wantKind(t, err, card.KindAbandoned); !errors.Is(te, context.DeadlineExceeded) {
		t.Errorf("%v does not say why", te)
	}
	p.mon.note(time.Now().Add(-2 * stuckAfter))
	_, err = p.List(within(t, 50*time.Millisecond))
	wantKind(t, err, card.KindServiceDown)
	d := p.diagnose(within(t, 50*time.Millisecond), debianHost(), true)
	if m, ok := d.Missing(); !ok || m.ID != "pcsc.service.hangs" {
		t.Errorf("diagnosis %+v", d)
	}
	_, err = p.Open(within(t, 50*time.Millisecond), card.ReaderID{Provider: Name, Name: "A"}, card.OpenOptions{})
	wantKind(t, err, card.KindServiceDown)
	close(f.hang)
	idle(t, p, f)
	eventually(t, "abandoned calls come back", func() bool { return Abandoned() == 0 && f.open.Load() == 0 })
}

func TestReaderStates(t *testing.T) {
	for bits, want := range map[uint32]card.ReaderState{
		0x00050022:          card.ReaderPresent,
		0x0122:              card.ReaderInUse,
		0x00a2:              card.ReaderExclusive,
		0x01a2:              card.ReaderExclusive,
		0x0012:              card.ReaderEmpty,
		0x0222:              card.ReaderMute,
		0x0322:              card.ReaderMute,
		0x000e:              card.ReaderUnknown,
		0x0004:              card.ReaderUnknown,
		0:                   card.ReaderUnknown,
		0xFFFF0000:          card.ReaderUnknown,
		statePresent | 1<<9: card.ReaderMute,
	} {
		if got := readerStateOf(bits); got != want {
			t.Errorf("%08X is %v, want %v", bits, got, want)
		}
	}
}
