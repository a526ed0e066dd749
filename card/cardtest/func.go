package cardtest

import (
	"context"
	"encoding/hex"
	"errors"

	"simscope/card"
)

// Answer gives the response to an APDU, with its status word, or a transport
// error.
type Answer func(apdu []byte) ([]byte, error)

// Func is a card.Transport whose answers a function gives. Its test fails when
// an APDU comes outside a transaction or transactions do not balance.
type Func struct {
	base
	answer  Answer
	onReset func(card.ResetKind) error
}

// NewFunc makes a card of a function; it speaks T=0 and is generation 1. The
// function is called by one goroutine at a time.
func NewFunc(t TB, answer Answer) *Func {
	f := &Func{base: newBase(t), answer: answer}
	t.Cleanup(func() {
		t.Helper()
		f.balanced()
	})
	return f
}

// OnReset has f called at each reset; its error is the reset's.
func (c *Func) OnReset(f func(card.ResetKind) error) { c.onReset = f }

// Transmit implements card.Transport.
func (c *Func) Transmit(ctx context.Context, apdu []byte) ([]byte, error) {
	if err := ctx.Err(); err != nil {
		return nil, &card.TransportError{Kind: card.KindAbandoned, Op: "transmit", Err: err}
	}
	c.note(apdu)
	return c.answer(apdu)
}

// Begin implements card.Transport.
func (c *Func) Begin(ctx context.Context) error {
	if err := ctx.Err(); err != nil {
		return &card.TransportError{Kind: card.KindAbandoned, Op: "begin", Err: err}
	}
	c.begun()
	return nil
}

// End implements card.Transport.
func (c *Func) End(context.Context) error {
	c.ended()
	return nil
}

// Reset implements card.Transport.
func (c *Func) Reset(_ context.Context, kind card.ResetKind) error {
	c.wasReset(kind)
	if c.onReset != nil {
		return c.onReset(kind)
	}
	return nil
}

var errTPDU = errors.New("not a TPDU of T=0")

// StrictTPDU makes of a card one whose reader passes TPDUs of T=0 only: four
// bytes, or a command with both data and Le, is a transport error.
func StrictTPDU(next Answer) Answer {
	return func(apdu []byte) ([]byte, error) {
		c, err := card.ParseCommand(apdu)
		if err != nil || len(apdu) < 5 || c.Case() == 4 || len(apdu) > 5 && apdu[4] == 0 {
			return nil, &card.TransportError{Kind: card.KindProtocol, Op: "transmit", Code: 0x80100016, Err: errTPDU}
		}
		return next(apdu)
	}
}

// Hex is the bytes of a literal in hex, blanks ignored; it panics at anything
// else.
func Hex(s string) []byte {
	b, err := hex.DecodeString(strip(s))
	if err != nil {
		panic("cardtest: " + err.Error())
	}
	return b
}
