package app

import (
	"context"
	"slices"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	"simscope/card"
	"simscope/card/virtual"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// patience bounds every wait of these tests; none is expected to come near.
const patience = 30 * time.Second

func waitFor(t *testing.T, what string, c <-chan struct{}) {
	t.Helper()
	select {
	case <-c:
	case <-time.After(patience):
		t.Fatalf("waited too long: %s", what)
	}
}

// tap stands between the program and virtual cards: it counts what passes,
// can keep an APDU waiting and can change an answer.
type tap struct {
	*virtual.Provider
	mu sync.Mutex
	// hold, if not nil, keeps every APDU for which it returns a channel
	// waiting until that is closed or the caller gives up.
	hold func(reader string, n int, apdu []byte) <-chan struct{}
	// change, if not nil, has its way with an answer.
	change func(apdu, answer []byte) []byte
	sent   []sent
	closed []closing
}

type sent struct {
	reader string
	apdu   []byte
}

type closing struct {
	reader string
	reset  bool
}

func (p *tap) Open(ctx context.Context, id card.ReaderID, o card.OpenOptions) (card.Transport, error) {
	t, err := p.Provider.Open(ctx, id, o)
	if err != nil {
		return nil, err
	}
	return &tapped{Transport: t, p: p, reader: id.Name}, nil
}

type tapped struct {
	card.Transport
	p      *tap
	reader string
	n      int
}

func (t *tapped) Transmit(ctx context.Context, apdu []byte) ([]byte, error) {
	t.p.mu.Lock()
	t.p.sent = append(t.p.sent, sent{t.reader, slices.Clone(apdu)})
	hold, change := t.p.hold, t.p.change
	t.p.mu.Unlock()
	if hold != nil {
		if c := hold(t.reader, t.n, apdu); c != nil {
			select {
			case <-c:
			case <-ctx.Done():
				return nil, &card.TransportError{Kind: card.KindAbandoned, Op: "transmit", Err: ctx.Err()}
			}
		}
	}
	t.n++
	r, err := t.Transport.Transmit(ctx, apdu)
	if err == nil && change != nil {
		r = change(apdu, r)
	}
	return r, err
}

func (t *tapped) Close(ctx context.Context, reset bool) error {
	t.p.mu.Lock()
	t.p.closed = append(t.p.closed, closing{t.reader, reset})
	t.p.mu.Unlock()
	return t.Transport.Close(ctx, reset)
}

func (p *tap) log() []sent {
	p.mu.Lock()
	defer p.mu.Unlock()
	return slices.Clone(p.sent)
}

func (p *tap) closings() []closing {
	p.mu.Lock()
	defer p.mu.Unlock()
	return slices.Clone(p.closed)
}

func (p *tap) set(f func()) {
	p.mu.Lock()
	defer p.mu.Unlock()
	f()
}

// cards offers the built-in cards, one reader for each.
func cards(t *testing.T) *tap {
	t.Helper()
	slots, err := virtual.BuiltinSlots()
	if err != nil {
		t.Fatal(err)
	}
	v, err := virtual.NewProvider(slots...)
	if err != nil {
		t.Fatal(err)
	}
	return &tap{Provider: v}
}

// edited offers one built-in card after change had its way with its image.
func edited(t *testing.T, id string, change func(*virtual.Image)) *tap {
	t.Helper()
	img, err := virtual.OpenBuiltin(id)
	if err != nil {
		t.Fatal(err)
	}
	if change != nil {
		change(img)
	}
	v, err := virtual.NewProvider(virtual.Slot{Name: id, About: id, Image: img})
	if err != nil {
		t.Fatal(err)
	}
	return &tap{Provider: v}
}

func reader(name string) card.Reader {
	return card.Reader{ID: card.ReaderID{Provider: virtual.ProviderName, Name: name}, State: card.ReaderPresent}
}

// opened opens a card without a hub and closes it with the test.
func opened(t *testing.T, p card.Provider, name string, o OpenOptions) *Card {
	t.Helper()
	c, err := Open(t.Context(), NewReaders(p), reader(name), 1, o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = c.Close(context.Background()) })
	return c
}
