package pcsc

import (
	"context"
	"sync"

	"simscope/card"
)

// Name is this provider's name in a card.ReaderID.
const Name = "pcsc"

// Provider offers the readers of the PC/SC service. Its methods may be called
// from any goroutine.
type Provider struct {
	svc service
	mon *monitor
}

// shared is the one monitor of the process.
var shared = sync.OnceValue(func() *monitor { return newMonitor(newService()) })

// New returns the provider. All providers of a process share one monitor.
func New() *Provider { return &Provider{svc: newService(), mon: shared()} }

func newProvider(s service) *Provider { return &Provider{svc: s, mon: newMonitor(s)} }

// Name is "pcsc".
func (p *Provider) Name() string { return Name }

// List asks once for the readers. No card is powered for it. Errors are a
// *card.TransportError: KindServiceDown, KindDenied, or KindAbandoned when
// ctx ended first.
func (p *Provider) List(ctx context.Context) ([]card.Reader, error) {
	s := p.mon.subscribe(true)
	defer p.mon.unsubscribe(s)
	u, err := p.mon.next(ctx, s)
	if err != nil {
		return nil, err
	}
	return u.Readers, u.Err
}

// Watch calls tell, in this goroutine, with the present state and after each
// change until ctx ends. States that follow each other faster than tell
// returns are told as the last of them; Reader.Events shows that more
// happened. While the service is away, Update.Err says why, and Watch goes on
// trying.
func (p *Provider) Watch(ctx context.Context, tell func(card.Update)) {
	s := p.mon.subscribe(false)
	defer p.mon.unsubscribe(s)
	for {
		u, err := p.mon.next(ctx, s)
		if err != nil || ctx.Err() != nil {
			return
		}
		tell(u)
	}
}

// Open connects to the card in a reader, shared with other programs unless
// o.Exclusive. Where a card offers both protocols and o.Protocol leaves the
// choice, T=0 is taken. Errors are a *card.TransportError: KindNoReader,
// KindNoCard, KindMute, KindProtocol (a protocol the card does not speak),
// KindDenied, KindServiceDown, KindBusy at once when another program keeps
// the card to itself, and KindBusy when ctx ended while one held it.
func (p *Provider) Open(ctx context.Context, id card.ReaderID, o card.OpenOptions) (card.Transport, error) {
	if id.Provider != Name || id.Host != "" || id.Name == "" {
		return nil, &card.TransportError{Kind: card.KindNoReader, Op: "connect"}
	}
	if id.Ordinal != 0 {
		return nil, &card.TransportError{Kind: card.KindNoReader, Op: "connect", Err: errDuplicate}
	}
	t := newTransport(p, id, o)
	if err := t.do(ctx, "connect", t.conn.open); err != nil {
		t.abort()
		return nil, err
	}
	return t, nil
}
