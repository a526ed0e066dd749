package trace

import (
	"context"
	"fmt"
	"slices"
	"sync"

	"simscope/card"
	"simscope/texts"
)

// ProviderName is the provider of all readers made from recordings.
const ProviderName = "replay"

// ReplayError is why a recording has no answer.
type ReplayError struct{ ID string } // the sentence "trace.replay."+ID

func (e *ReplayError) Error() string { return texts.Say("trace.replay." + e.ID) }

// Is says that the card behind the recording is still there.
func (e *ReplayError) Is(target error) bool { return target == card.ErrUntold }

// Reasons of the card.TransportError, of kind protocol, that a replayed card
// gives.
var (
	// ErrNotRecorded says that this command was not recorded here, or that
	// all its answers have been given and none may be given twice.
	ErrNotRecorded = &ReplayError{"absent"}
	// ErrWithheld says that the answer was recorded without its secrets.
	ErrWithheld = &ReplayError{"withheld"}
)

// Provider offers recordings as readers with a card in them. A recording
// that saw several cards offers each as a reader of its own.
type Provider struct{ cards []*recorded }

// recorded is the card of one insertion.
type recorded struct {
	id   card.ReaderID
	rows int
	rec  *Recording
	gen  uint32
	atr  []byte
}

// NewProvider makes a provider of recordings. Recordings made in the same
// reader are told apart by ordinal.
func NewProvider(recs ...*Recording) *Provider {
	p := &Provider{}
	ordinals := map[string]int{}
	for _, rec := range recs {
		for _, c := range insertions(rec) {
			c.id = card.ReaderID{Provider: ProviderName, Name: rec.Header.Reader.Name, Ordinal: ordinals[rec.Header.Reader.Name]}
			ordinals[rec.Header.Reader.Name]++
			p.cards = append(p.cards, c)
		}
	}
	return p
}

// insertions lists the cards a recording saw, in order; one that holds no
// APDU still shows its ATR.
func insertions(rec *Recording) []*recorded {
	var out []*recorded
	for _, e := range rec.Log.View().All() {
		if e.Kind == card.ExchangeNote {
			continue
		}
		i := slices.IndexFunc(out, func(c *recorded) bool { return c.gen == e.Generation })
		if i < 0 {
			if len(out) == maxInsertions {
				continue
			}
			i = len(out)
			out = append(out, &recorded{rec: rec, gen: e.Generation})
		}
		if c := out[i]; c.atr == nil && e.Kind == card.ExchangeReset && len(e.Hidden) == 0 {
			c.atr = e.Response
		}
		out[i].rows++
	}
	if len(out) == 0 {
		out = append(out, &recorded{rec: rec})
	}
	if out[0].atr == nil {
		out[0].atr = rec.Header.ATR
	}
	return out
}

// maxInsertions bounds the readers that one recording can make.
const maxInsertions = 64

// Name is "replay".
func (p *Provider) Name() string { return ProviderName }

// List gives the recordings.
func (p *Provider) List(context.Context) ([]card.Reader, error) {
	out := make([]card.Reader, len(p.cards))
	for i, c := range p.cards {
		out[i] = card.Reader{
			ID: c.id, State: card.ReaderPresent, ATR: slices.Clone(c.atr), Events: 1,
			About: texts.Say("trace.replay.about", "n", c.rows),
		}
	}
	return out, nil
}

// Watch tells the list once; it never changes.
func (p *Provider) Watch(ctx context.Context, tell func(card.Update)) {
	readers, err := p.List(ctx)
	tell(card.Update{Readers: readers, Err: err})
	<-ctx.Done()
}

// Open makes a card that answers from the recording, from its beginning.
func (p *Provider) Open(_ context.Context, id card.ReaderID, _ card.OpenOptions) (card.Transport, error) {
	for _, c := range p.cards {
		if c.id == id {
			return newTransport(c), nil
		}
	}
	return nil, &card.TransportError{Kind: card.KindNoReader, Op: "connect"}
}

// transport answers from an index.
type transport struct {
	mu     sync.Mutex
	info   card.Info
	index  *index
	at     state
	atr    []byte // of the insertion
	reset  int    // activations replayed
	closed bool
}

func newTransport(c *recorded) *transport {
	ix := newIndex(c.rec.Log.View(), c.gen)
	return &transport{
		info: card.Info{
			Reader: c.id, ATR: slices.Clone(c.atr), Protocol: protocolOf(c.rec.Header.Protocol), Generation: 1,
		},
		index: ix, at: newState(), atr: c.atr,
	}
}

// protocolOf takes T=0 where a recording does not say.
func protocolOf(p card.Protocol) card.Protocol {
	if p == card.ProtocolAny {
		return card.ProtocolT0
	}
	return p
}

func (t *transport) usable(ctx context.Context, op string) error {
	if err := ctx.Err(); err != nil {
		return &card.TransportError{Kind: card.KindAbandoned, Op: op, Err: err}
	}
	if t.closed {
		return &card.TransportError{Kind: card.KindGone, Op: op}
	}
	return nil
}

// Transmit answers what was recorded for this command on its channel with
// the same file selected. Where one command had several answers they come in
// their order, then the last again. A command that was recorded without its
// secrets is known by header and length, and each of its answers is given
// once: what a second try would have brought, nobody knows.
func (t *transport) Transmit(ctx context.Context, apdu []byte) ([]byte, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if err := t.usable(ctx, "transmit"); err != nil {
		return nil, err
	}
	if len(apdu) < 4 {
		return nil, &card.TransportError{Kind: card.KindProtocol, Op: ProviderName, Err: card.ErrNotAPDU}
	}
	a, err := t.index.answer(t.at, apdu)
	if err != nil {
		return nil, &card.TransportError{Kind: card.KindProtocol, Op: ProviderName, Err: err}
	}
	t.at.last = a
	if a.err != "" {
		return nil, &card.TransportError{Kind: kindOf(a.err), Op: ProviderName, Err: fmt.Errorf("as recorded")}
	}
	t.at.follow(apdu, a)
	return append(slices.Clone(a.data), a.sw.SW1(), a.sw.SW2()), nil
}

// kindOf reads a transport error's identifier.
func kindOf(id string) card.TransportKind {
	for k := card.KindUnknown; k <= card.KindAbandoned; k++ {
		if k.ID() == id {
			return k
		}
	}
	return card.KindUnknown
}

// Begin and End have nobody to keep out.
func (t *transport) Begin(ctx context.Context) error {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.usable(ctx, "begin")
}

func (t *transport) End(ctx context.Context) error {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.usable(ctx, "end")
}

// Reset goes back to the MF and gives the ATR recorded next, or the last
// one again.
func (t *transport) Reset(ctx context.Context, _ card.ResetKind) error {
	t.mu.Lock()
	defer t.mu.Unlock()
	if err := t.usable(ctx, "reset"); err != nil {
		return err
	}
	t.at = newState()
	atr := t.atr
	if atrs := t.index.atrs; len(atrs) > 0 {
		// The first activation is the one that Open stands for.
		t.reset = min(t.reset+1, len(atrs)-1)
		atr = atrs[t.reset]
	}
	t.info.ATR = slices.Clone(atr)
	return nil
}

// Info describes the recorded card.
func (t *transport) Info() card.Info {
	t.mu.Lock()
	defer t.mu.Unlock()
	i := t.info
	i.ATR = slices.Clone(i.ATR)
	return i
}

// Close ends the replay.
func (t *transport) Close(context.Context, bool) error {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.closed = true
	return nil
}
