package virtual

import (
	"context"
	"errors"
	"slices"
	"sync"

	"simscope/card"
)

// ProviderName is the provider's name in card.ReaderID.
const ProviderName = "virtual"

// Slot is one virtual reader and what is in it. Names are unique.
type Slot struct {
	Name    string // of the reader
	About   string // of the card: the identifier of a built-in one
	Image   *Image // nil: the reader is empty
	Options Options
}

// BuiltinSlots gives one reader for each built-in card.
func BuiltinSlots() ([]Slot, error) {
	var out []Slot
	for _, b := range Builtin() {
		img, err := OpenBuiltin(b.ID)
		if err != nil {
			return nil, err
		}
		out = append(out, Slot{Name: b.ID, About: b.ID, Image: img})
	}
	return out, nil
}

// Provider offers virtual cards as readers. It is safe for several
// goroutines.
type Provider struct {
	mu      sync.Mutex
	readers []*reader
	changed chan struct{} // closed and replaced with every change
}

// reader is a virtual reader. Its fields are guarded by the Provider's mu,
// except the lock, which is a channel so that waiting can be given up.
type reader struct {
	name, about string
	card        *Card
	generation  uint32
	events      uint32
	resets      uint32 // of the card in it, by anybody
	gone        chan struct{}
	lock        chan struct{} // holds one token while a transport has the card
	opens       int
	exclusive   bool
}

var _ card.Provider = (*Provider)(nil)

// NewProvider makes the readers of the slots.
func NewProvider(slots ...Slot) (*Provider, error) {
	p := &Provider{changed: make(chan struct{})}
	for _, s := range slots {
		if p.reader(s.Name) != nil {
			return nil, imageError("there are two virtual readers of the same name")
		}
		r := &reader{name: s.Name, lock: make(chan struct{}, 1)}
		p.readers = append(p.readers, r)
		if s.Image == nil {
			continue
		}
		c, err := New(s.Image, s.Options)
		if err != nil {
			return nil, err
		}
		r.insert(c, s.About)
	}
	return p, nil
}

func (r *reader) insert(c *Card, about string) {
	c.PowerOn()
	r.card, r.about, r.gone = c, about, make(chan struct{})
	r.generation++
	r.events++
}

// Name implements card.Provider.
func (p *Provider) Name() string { return ProviderName }

func (p *Provider) reader(name string) *reader {
	for _, r := range p.readers {
		if r.name == name {
			return r
		}
	}
	return nil
}

// tell wakes everybody who watches. The caller holds mu.
func (p *Provider) tell() {
	close(p.changed)
	p.changed = make(chan struct{})
}

// Card is the card in a reader, nil when there is none: for saving it, and
// for acting on it beside every transport.
func (p *Provider) Card(name string) *Card {
	p.mu.Lock()
	defer p.mu.Unlock()
	if r := p.reader(name); r != nil {
		return r.card
	}
	return nil
}

// Insert puts a card into a reader that is empty.
func (p *Provider) Insert(name string, c *Card, about string) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	r := p.reader(name)
	if r == nil {
		return transportError(card.KindNoReader, "insert")
	}
	if r.card != nil {
		return transportError(card.KindBusy, "insert")
	}
	r.insert(c, about)
	p.tell()
	return nil
}

// Remove takes the card out of a reader, as pulling it does: it loses its
// supply, and open transports answer that it is gone. It returns the card.
func (p *Provider) Remove(name string) (*Card, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	r := p.reader(name)
	if r == nil {
		return nil, transportError(card.KindNoReader, "remove")
	}
	if r.card == nil {
		return nil, transportError(card.KindNoCard, "remove")
	}
	c := r.card
	c.PowerOff()
	close(r.gone)
	r.card, r.about, r.exclusive, r.opens = nil, "", false, 0
	// Who held the old card holds nothing of the next one.
	r.lock = make(chan struct{}, 1)
	r.events++
	p.tell()
	return c, nil
}

func transportError(k card.TransportKind, op string) error {
	return &card.TransportError{Kind: k, Op: op}
}

func abandoned(op string, err error) error {
	kind := card.KindAbandoned
	if errors.Is(err, context.DeadlineExceeded) {
		kind = card.KindBusy
	}
	return &card.TransportError{Kind: kind, Op: op, Err: err}
}

func (p *Provider) list() []card.Reader {
	out := make([]card.Reader, 0, len(p.readers))
	for _, r := range p.readers {
		row := card.Reader{
			ID: card.ReaderID{Provider: ProviderName, Name: r.name}, State: card.ReaderEmpty,
			Events: r.events, About: r.about,
		}
		if r.card != nil {
			row.State, row.ATR = card.ReaderPresent, r.card.ATR()
		}
		if r.exclusive {
			row.State = card.ReaderExclusive
		}
		out = append(out, row)
	}
	return out
}

// List implements card.Provider. It never fails.
func (p *Provider) List(context.Context) ([]card.Reader, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.list(), nil
}

// Watch implements card.Provider.
func (p *Provider) Watch(ctx context.Context, tell func(card.Update)) {
	for {
		p.mu.Lock()
		readers, changed := p.list(), p.changed
		p.mu.Unlock()
		tell(card.Update{Readers: readers})
		select {
		case <-changed:
		case <-ctx.Done():
			return
		}
	}
}

// Open implements card.Provider. Virtual cards speak T=0.
func (p *Provider) Open(ctx context.Context, id card.ReaderID, o card.OpenOptions) (card.Transport, error) {
	const op = "connect"
	if err := ctx.Err(); err != nil {
		return nil, abandoned(op, err)
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	r := p.reader(id.Name)
	switch {
	case r == nil || id.Provider != ProviderName:
		return nil, transportError(card.KindNoReader, op)
	case r.card == nil:
		return nil, transportError(card.KindNoCard, op)
	case r.exclusive, o.Exclusive && r.opens > 0:
		return nil, transportError(card.KindBusy, op)
	case o.Protocol == card.ProtocolT1:
		return nil, transportError(card.KindProtocol, op)
	}
	r.opens++
	t := &transport{p: p, r: r, card: r.card, gone: r.gone, lock: r.lock, exclusive: o.Exclusive, resets: r.resets}
	t.info = card.Info{
		Reader: card.ReaderID{Provider: ProviderName, Name: r.name},
		ATR:    slices.Clone(r.card.ATR()), Protocol: card.ProtocolT0, Generation: r.generation,
	}
	if o.Exclusive {
		r.exclusive = true
		p.tell()
	}
	return t, nil
}
