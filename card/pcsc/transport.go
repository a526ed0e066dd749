package pcsc

import (
	"context"
	"slices"
	"time"

	"simscope/card"
)

// transport is an open card. Every error it returns is a
// *card.TransportError.
//
// A call that has not returned when its caller's context ends (and a short
// grace after it) is given up: the error is KindBusy where another program
// holds the card, KindMute where none can, and the transport is dead: later
// calls answer KindAbandoned. Close still counts then: it says whether the
// card is reset when the stuck call returns.
type transport struct {
	worker
}

var _ card.Transport = (*transport)(nil)

// Busy is what a transport of this package can tell beyond card.Transport:
// the call under way and since when; op is empty while there is none.
type Busy interface {
	Busy() (op string, since time.Time)
}

var _ Busy = (*transport)(nil)

func newTransport(p *Provider, id card.ReaderID, o card.OpenOptions) *transport {
	t := &transport{worker{
		jobs:   make(chan *job, 1),
		turn:   make(chan struct{}, 1),
		exited: make(chan struct{}),
	}}
	t.conn.init(p, id, o, t.enter)
	workers.Store(t, nil)
	go func() {
		defer workers.Delete(t)
		t.work()
	}()
	return t
}

// abort ends a transport that was never opened, without waiting.
func (t *transport) abort() { t.end(false) }

// Transmit sends one APDU of 4 to 65544 bytes, with a copy of its own that is
// wiped afterwards, and returns the answer of at least 2 bytes.
func (t *transport) Transmit(ctx context.Context, apdu []byte) ([]byte, error) {
	if len(apdu) < minCommand || len(apdu) > maxCommand {
		return nil, &card.TransportError{Kind: card.KindProtocol, Op: "transmit", Err: errCommandLength}
	}
	if err := ctx.Err(); err != nil {
		return nil, &card.TransportError{Kind: card.KindAbandoned, Op: "transmit", Err: err}
	}
	cmd := slices.Clone(apdu)
	j := &job{op: "transmit", done: make(chan struct{})}
	j.run = func(c *conn) (err error) {
		j.out, err = c.transmit(cmd)
		return err
	}
	if err := t.submit(ctx, j); err != nil {
		return nil, err
	}
	return j.out, nil
}

// Begin waits until no other program holds the card, and holds it.
func (t *transport) Begin(ctx context.Context) error { return t.do(ctx, "begin", t.conn.begin) }

// End lets other programs use the card again, also where ctx has ended.
func (t *transport) End(ctx context.Context) error {
	return t.submit(ctx, &job{op: "end", run: t.conn.end, done: make(chan struct{})})
}

// Reset restarts the card. A transaction that was held stays held.
func (t *transport) Reset(ctx context.Context, kind card.ResetKind) error {
	return t.do(ctx, "reset", func(c *conn) error { return c.restart(kind) })
}

// Info is what is known of the card since it was opened or last reset.
func (t *transport) Info() card.Info { return t.conn.info() }

// Close lets go of the card, also where ctx has ended; with reset true it is
// reset, so that what was verified is forgotten. An error says that this has
// not happened (yet): the service is gone, or a call is stuck. After that,
// and for a second Close, nothing is left to do.
func (t *transport) Close(ctx context.Context, reset bool) error {
	if t.end(reset) {
		return nil
	}
	wait := ctx.Done()
	if t.stuck() {
		wait = closedChannel
	}
	select {
	case <-t.exited:
		return t.endErr
	case <-wait:
	}
	timer := time.NewTimer(grace)
	defer timer.Stop()
	select {
	case <-t.exited:
		return t.endErr
	case <-timer.C:
		return t.abandonClose(ctx.Err())
	}
}

// closedChannel is a context that has ended.
var closedChannel = func() chan struct{} {
	c := make(chan struct{})
	close(c)
	return c
}()
