package virtual

import (
	"context"
	"slices"

	"simscope/card"
)

// transport is one program's connection to a virtual card. It belongs to the
// insertion it was opened in.
type transport struct {
	p         *Provider
	r         *reader
	card      *Card
	gone      chan struct{} // closed when the card is taken out
	lock      chan struct{}
	info      card.Info
	exclusive bool
	held      int    // how often Begin was called without End
	resets    uint32 // of the card, as far as this transport knows
	closed    bool
}

var _ card.Transport = (*transport)(nil)

// ready reports why the transport cannot be used for op: closed, the card
// taken out, or reset by somebody else.
func (t *transport) ready(op string, resetMatters bool) error {
	if t.closed {
		return transportError(card.KindUnknown, op)
	}
	select {
	case <-t.gone:
		return transportError(card.KindGone, op)
	default:
	}
	t.p.mu.Lock()
	defer t.p.mu.Unlock()
	if resetMatters && t.r.resets != t.resets {
		return transportError(card.KindReset, op)
	}
	return nil
}

// acquire waits for the card's lock, unless this transport has it.
func (t *transport) acquire(ctx context.Context, op string) error {
	if t.held > 0 {
		return nil
	}
	if err := ctx.Err(); err != nil {
		return abandoned(op, err)
	}
	select {
	case t.lock <- struct{}{}:
		return nil
	case <-t.gone:
		return transportError(card.KindGone, op)
	case <-ctx.Done():
		return abandoned(op, ctx.Err())
	}
}

func (t *transport) release() {
	if t.held == 0 {
		<-t.lock
	}
}

// Transmit implements card.Transport. It waits while another transport holds
// the card.
func (t *transport) Transmit(ctx context.Context, apdu []byte) ([]byte, error) {
	const op = "transmit"
	if err := t.ready(op, true); err != nil {
		return nil, err
	}
	if len(apdu) < 4 {
		return nil, transportError(card.KindProtocol, op)
	}
	if err := t.acquire(ctx, op); err != nil {
		return nil, err
	}
	defer t.release()
	if err := t.ready(op, true); err != nil {
		return nil, err
	}
	return t.card.Process(apdu), nil
}

// Begin implements card.Transport.
func (t *transport) Begin(ctx context.Context) error {
	const op = "begin"
	if err := t.ready(op, true); err != nil {
		return err
	}
	if err := t.acquire(ctx, op); err != nil {
		return err
	}
	if err := t.ready(op, true); err != nil {
		t.release()
		return err
	}
	t.held++
	return nil
}

// End implements card.Transport.
func (t *transport) End(context.Context) error {
	if t.held == 0 {
		return transportError(card.KindUnknown, "end")
	}
	t.held--
	t.release()
	return nil
}

// Reset implements card.Transport. Every other transport to the card learns
// of a warm or cold reset by its next call.
func (t *transport) Reset(ctx context.Context, kind card.ResetKind) error {
	const op = "reset"
	if err := t.ready(op, false); err != nil {
		return err
	}
	if err := t.acquire(ctx, op); err != nil {
		return err
	}
	defer t.release()
	t.p.mu.Lock()
	defer t.p.mu.Unlock()
	if kind != card.ResetReconnect {
		t.r.resets++
		if kind == card.ResetCold {
			t.card.PowerOff()
		}
		t.info.ATR = t.card.Reset()
	}
	t.resets = t.r.resets
	return nil
}

// Info implements card.Transport.
func (t *transport) Info() card.Info {
	i := t.info
	i.ATR = slices.Clone(i.ATR)
	return i
}

// Close implements card.Transport. Closing twice is harmless.
func (t *transport) Close(_ context.Context, reset bool) error {
	if t.closed {
		return nil
	}
	t.closed = true
	if t.held > 0 {
		t.held = 0
		t.release()
	}
	t.p.mu.Lock()
	defer t.p.mu.Unlock()
	if t.r.generation != t.info.Generation || t.r.card == nil {
		return nil // what is in the reader now is not ours
	}
	if t.r.opens > 0 {
		t.r.opens--
	}
	if reset {
		t.r.resets++
		t.card.Reset()
	}
	if t.exclusive {
		t.r.exclusive = false
		t.p.tell()
	}
	return nil
}
