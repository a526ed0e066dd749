package cardtest

import (
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"

	"simscope/card"
)

// TB is what a test lends a card: *testing.T has it.
type TB interface {
	Helper()
	Errorf(format string, args ...any)
	Cleanup(f func())
}

// Step is one call that is expected, and its answer.
//
// The first is an APDU in hex, where ? stands for any digit and a trailing *
// for any rest, or "begin", "end", "reset reconnect", "reset warm", "reset
// cold". Begin and End may be left out of a script; a reset may not.
//
// The second is the response with its status word in hex. "!gone" and the
// like, by TransportKind.ID, give a transport error; calls other than APDUs
// have "" or such an error. Blanks in both are ignored.
type Step [2]string

// Script is the exact order of calls that a card expects.
type Script []Step

// ATR is that of a card of New and NewFunc: T=0 only, no historical bytes.
var ATR = []byte{0x3B, 0x00}

// Card is a card.Transport that follows a script. Its test fails when another
// call comes, a call is missing at the end of the test, an APDU comes outside
// a transaction, or transactions do not balance.
type Card struct {
	base
	script Script
	next   int
	before map[int]func()
	failed bool
}

// New makes a card for the script that speaks T=0 and is generation 1.
func New(t TB, script Script) *Card {
	c := &Card{base: newBase(t), script: slices.Clone(script), before: map[int]func(){}}
	t.Cleanup(func() {
		t.Helper()
		c.finish()
	})
	return c
}

// Before has f called when the step of that number, from 0, is reached, before
// its answer is given.
func (c *Card) Before(step int, f func()) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.before[step] = f
}

// Rest is the number of steps that have not been met.
func (c *Card) Rest() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return len(c.script) - c.next
}

func (c *Card) finish() {
	c.t.Helper()
	c.balanced()
	c.mu.Lock()
	defer c.mu.Unlock()
	if !c.failed && c.next < len(c.script) {
		c.t.Errorf("the script goes on: step %d %q and %d more were not reached", c.next, c.script[c.next][0], len(c.script)-c.next-1)
	}
}

// Transmit implements card.Transport.
func (c *Card) Transmit(ctx context.Context, apdu []byte) ([]byte, error) {
	if err := ctx.Err(); err != nil {
		return nil, &card.TransportError{Kind: card.KindAbandoned, Op: "transmit", Err: err}
	}
	c.note(apdu)
	answer, err := c.meet("transmit", func(want string) string { return diffAPDU(want, apdu) })
	if err != nil {
		return nil, err
	}
	b, err := hex.DecodeString(answer)
	if err != nil {
		c.t.Errorf("the script's answer %q is not hex", answer)
	}
	return b, nil
}

// Begin implements card.Transport.
func (c *Card) Begin(context.Context) error {
	if err := c.control("begin"); err != nil {
		return err
	}
	c.begun()
	return nil
}

// End implements card.Transport.
func (c *Card) End(context.Context) error {
	c.ended()
	return c.control("end")
}

// Reset implements card.Transport. The script must expect it.
func (c *Card) Reset(_ context.Context, kind card.ResetKind) error {
	name := "reset " + strings.TrimSuffix(kind.String(), " reset")
	_, err := c.meet(name, func(want string) string {
		if want == strip(name) {
			return ""
		}
		return fmt.Sprintf("want %s\ngot  %s", want, name)
	})
	c.wasReset(kind)
	return err
}

// control meets a call that the script may leave out.
func (c *Card) control(name string) error {
	c.mu.Lock()
	due := c.next < len(c.script) && strip(c.script[c.next][0]) == name
	c.mu.Unlock()
	if !due {
		return nil
	}
	_, err := c.meet(name, func(string) string { return "" })
	return err
}

// meet takes the script's next step and gives its answer.
func (c *Card) meet(op string, differs func(want string) string) (string, error) {
	c.mu.Lock()
	i := c.next
	if c.failed || i >= len(c.script) {
		if !c.failed {
			c.t.Errorf("after the end of the script: %s %s", op, c.last())
		}
		c.failed = true
		c.mu.Unlock()
		return "", &card.TransportError{Kind: card.KindProtocol, Op: op, Err: errScript}
	}
	step := c.script[i]
	c.next++
	if d := differs(strip(step[0])); d != "" {
		c.failed = true
		c.mu.Unlock()
		c.t.Errorf("step %d: another call than the script's\n%s", i, d)
		return "", &card.TransportError{Kind: card.KindProtocol, Op: op, Err: errScript}
	}
	f := c.before[i]
	c.mu.Unlock()
	if f != nil {
		f()
	}
	return answerOf(op, strip(step[1]))
}

var errScript = errors.New("not in the script")

func answerOf(op, s string) (string, error) {
	id, failed := strings.CutPrefix(s, "!")
	if !failed {
		return s, nil
	}
	for k := card.KindUnknown; k <= card.KindAbandoned; k++ {
		if k.ID() == id {
			return "", &card.TransportError{Kind: k, Op: op}
		}
	}
	return "", &card.TransportError{Kind: card.KindUnknown, Op: op}
}

func strip(s string) string { return strings.Join(strings.Fields(s), "") }

// diffAPDU is empty when got is what want stands for; else both, with a mark
// under the first byte that differs.
func diffAPDU(want string, got []byte) string {
	w, g := strings.ToUpper(want), strings.ToUpper(hex.EncodeToString(got))
	w, open := strings.CutSuffix(w, "*")
	at := 0
	for at < len(w) && at < len(g) && (w[at] == g[at] || w[at] == '?') {
		at++
	}
	if at == len(w) && (open || at == len(g)) {
		return ""
	}
	at /= 2
	return fmt.Sprintf("want %s\ngot  %s\n     %s^^ byte %d", spaced(w), spaced(g), strings.Repeat("   ", at), at)
}

func spaced(s string) string {
	var b strings.Builder
	for i, r := range s {
		if i > 0 && i%2 == 0 {
			b.WriteByte(' ')
		}
		b.WriteRune(r)
	}
	return b.String()
}

// base is what both cards keep account of.
type base struct {
	t      TB
	mu     sync.Mutex
	info   card.Info
	open   int
	sent   [][]byte
	resets []card.ResetKind
	closed bool
	reset  bool
}

func newBase(t TB) base {
	return base{t: t, info: card.Info{
		Reader:     card.ReaderID{Provider: "test", Name: "scripted"},
		ATR:        slices.Clone(ATR),
		Protocol:   card.ProtocolT0,
		Generation: 1,
	}}
}

// Info implements card.Transport.
func (b *base) Info() card.Info {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.info
}

// SetInfo changes what Info tells: another protocol, another card's
// generation.
func (b *base) SetInfo(f func(*card.Info)) {
	b.mu.Lock()
	defer b.mu.Unlock()
	f(&b.info)
}

// Sent lists the APDUs that came, oldest first.
func (b *base) Sent() [][]byte {
	b.mu.Lock()
	defer b.mu.Unlock()
	return slices.Clone(b.sent)
}

// Resets lists the resets that were asked for.
func (b *base) Resets() []card.ResetKind {
	b.mu.Lock()
	defer b.mu.Unlock()
	return slices.Clone(b.resets)
}

// Closed reports whether the card was let go of, and with a reset.
func (b *base) Closed() (closed, reset bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.closed, b.reset
}

// Close implements card.Transport.
func (b *base) Close(_ context.Context, reset bool) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.open != 0 {
		b.t.Errorf("closed within a transaction")
	}
	if b.closed {
		b.t.Errorf("closed twice")
	}
	b.closed, b.reset = true, reset
	return nil
}

func (b *base) note(apdu []byte) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.sent = append(b.sent, slices.Clone(apdu))
	switch {
	case b.closed:
		b.t.Errorf("an APDU after Close: % X", apdu)
	case b.open == 0:
		b.t.Errorf("an APDU outside a transaction: % X", apdu)
	}
}

// last is the APDU that came last; the lock is held.
func (b *base) last() string {
	if len(b.sent) == 0 {
		return ""
	}
	return spaced(strings.ToUpper(hex.EncodeToString(b.sent[len(b.sent)-1])))
}

func (b *base) begun() {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.open++; b.open > 1 {
		b.t.Errorf("a transaction begins within another")
	}
}

func (b *base) ended() {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.open--; b.open < 0 {
		b.t.Errorf("a transaction ends that did not begin")
		b.open = 0
	}
}

// balanced reports a transaction that was left open.
func (b *base) balanced() {
	b.t.Helper()
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.open != 0 {
		b.t.Errorf("%d transactions were left open", b.open)
	}
}

func (b *base) wasReset(kind card.ResetKind) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.open != 0 {
		b.t.Errorf("a reset within a transaction")
	}
	b.resets = append(b.resets, kind)
}
