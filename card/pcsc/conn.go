package pcsc

import (
	"errors"
	"fmt"
	"runtime"
	"slices"
	"sync"
	"time"

	"simscope/card"
)

// presenceWait is how long the service may take to notice that a card left:
// it looks about every 400 ms, and until then says only that the command
// failed.
const presenceWait = 600 * time.Millisecond

// slowFailure tells a card that let the reader wait for nothing from one
// whose answer the reader did not accept.
const slowFailure = 500 * time.Millisecond

// conn is the worker's side of a card: one context, one handle. Its methods
// run in the worker only, except info, isHeld and stuckKind.
type conn struct {
	p      *Provider
	id     card.ReaderID
	o      card.OpenOptions
	goos   string
	enter  func(op string) // tells the worker what is being asked
	ctx    connection
	handle handle
	// removed says that the card was taken away since the last connect.
	// pcsc-lite and Windows keep a handle failing after that until it is
	// reconnected, so a quick exchange of cards is never missed.
	removed bool

	mu   sync.Mutex
	inf  card.Info
	held bool // a transaction is ours
}

func (c *conn) info() card.Info {
	c.mu.Lock()
	defer c.mu.Unlock()
	i := c.inf
	i.ATR = slices.Clone(i.ATR)
	return i
}

func (c *conn) isHeld() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.held
}

func (c *conn) setHeld(h bool) {
	c.mu.Lock()
	c.held = h
	c.mu.Unlock()
}

// stuckKind says what a call that does not return most likely waits for. A
// reader gives a mute card up after a while; another program's transaction
// has no limit. So a call waits for another program unless none can be in
// the way.
func (c *conn) stuckKind(op string) card.TransportKind {
	switch op {
	case "establish":
		return card.KindServiceDown
	case "begin":
		return card.KindBusy
	case "connect":
		if c.p.mon.state(c.id.Name) == card.ReaderPresent {
			return card.KindMute // nobody else has it
		}
		return card.KindBusy
	}
	if c.isHeld() || c.o.Exclusive {
		return card.KindMute
	}
	return card.KindBusy
}

// fail classifies an error of an open card and remembers a removal.
func (c *conn) fail(op string, err error) error {
	te := classify(op, err, false)
	switch {
	case te.Kind == card.KindGone:
		c.removed = true
	case te.Kind == card.KindReset && c.goos == "darwin":
		c.removed = true // macOS says "reset" for a removal too
	}
	return te
}

func (c *conn) open(*conn) error {
	c.enter("establish")
	ctx, err := c.p.svc.establish()
	if err != nil {
		return classify("establish", err, true)
	}
	c.ctx = ctx
	c.enter("connect")
	err = c.choose(func(protocols uint32) (err error) {
		c.handle, err = c.ctx.connect(c.id.Name, c.o.Exclusive, protocols)
		return err
	})
	if err != nil {
		c.handle = nil
		return classify("connect", err, true)
	}
	return c.look(true)
}

// choose connects with T=0, and with T=1 where the card does not speak T=0
// and the caller left the choice.
func (c *conn) choose(connect func(protocols uint32) error) error {
	switch c.o.Protocol {
	case card.ProtocolT0:
		return connect(protocolT0)
	case card.ProtocolT1:
		return connect(protocolT1)
	}
	err := connect(protocolT0)
	if errors.Is(err, codeProtocolMismatch) {
		return connect(protocolT1)
	}
	return err
}

// look reads the ATR and the protocol of an activation.
func (c *conn) look(inserted bool) error {
	c.enter("status")
	s, err := c.handle.status()
	if err != nil {
		return c.fail("status", err)
	}
	var p card.Protocol
	switch c.handle.protocol() {
	case protocolT0:
		p = card.ProtocolT0
	case protocolT1:
		p = card.ProtocolT1
	default:
		return classify("connect", errNoProtocol, true)
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.inf.Reader, c.inf.ATR, c.inf.Protocol = c.id, s.atr, p
	if inserted {
		c.inf.Generation++
	}
	return nil
}

// transmit sends one command. cmd is the conn's own and is wiped.
func (c *conn) transmit(cmd []byte) ([]byte, error) {
	start := time.Now()
	answer, err := c.handle.transmit(cmd)
	clear(cmd)
	switch {
	case errors.Is(err, codeNotTransacted):
		te := c.fail("transmit", err).(*card.TransportError)
		if time.Since(start) >= slowFailure {
			te.Kind = card.KindMute
		}
		return nil, c.lookAfter(te)
	case err != nil:
		return nil, c.fail("transmit", err)
	case len(answer) < minResponse:
		n := len(answer)
		clear(answer)
		return nil, c.lookAfter(&card.TransportError{
			Kind: card.KindProtocol, Op: "transmit",
			Err: fmt.Errorf("an answer of %d bytes has no status word", n),
		})
	}
	return answer, nil
}

// lookAfter looks whether the card is still there after a command that did
// not come through: that is also the first answer after a card was pulled.
func (c *conn) lookAfter(te *card.TransportError) error {
	for end := time.Now().Add(presenceWait); time.Now().Before(end); time.Sleep(presenceWait / 20) {
		s, err := c.handle.status()
		if err == nil && c.present(s.state) {
			continue
		}
		if err == nil {
			err = codeRemoved
		}
		if now := c.fail("transmit", err).(*card.TransportError); now.Kind != card.KindUnknown {
			return now
		}
	}
	return te
}

// present reads the state of SCardStatus: bits in pcsc-lite and macOS, a
// number in Windows, whose 1 is "absent".
func (c *conn) present(state uint32) bool {
	if c.goos == "windows" {
		return state > 1
	}
	return state&statusPresent != 0
}

func (c *conn) begin(*conn) error {
	if c.isHeld() {
		return &card.TransportError{Op: "begin", Err: errNested}
	}
	if err := c.handle.begin(); err != nil {
		return c.fail("begin", err)
	}
	c.setHeld(true)
	return nil
}

func (c *conn) end(*conn) error {
	if !c.isHeld() {
		return &card.TransportError{Op: "end", Err: errNotHeld}
	}
	c.setHeld(false)
	if err := c.handle.end(); err != nil {
		return c.fail("end", err)
	}
	return nil
}

// giveBack ends a transaction that came after its caller had gone.
func (c *conn) giveBack() {
	if c.isHeld() {
		_ = c.end(c)
	}
}

var dispositions = map[card.ResetKind]uint32{
	card.ResetReconnect: leaveCard,
	card.ResetWarm:      resetCard,
	card.ResetCold:      unpowerCard,
}

// restart takes the connection up again, after a reset of the kind asked for.
// It first asks whether the card was taken away, for the reconnect itself
// would not say.
func (c *conn) restart(kind card.ResetKind) error {
	disposition, ok := dispositions[kind]
	if !ok {
		return &card.TransportError{Op: "reset", Err: fmt.Errorf("reset of kind %d", int(kind))}
	}
	if _, err := c.handle.status(); err != nil {
		if te := c.fail("reset", err).(*card.TransportError); te.Kind == card.KindServiceDown {
			return te
		}
	}
	err := c.choose(func(protocols uint32) error {
		return c.handle.reconnect(c.o.Exclusive, protocols, disposition)
	})
	if err != nil {
		return c.fail("reset", err)
	}
	inserted := c.removed
	c.removed = false
	return c.look(inserted)
}

// letGo gives the card and the context back. A card that is gone has
// forgotten everything, which is what a reset is for.
func (c *conn) letGo(reset bool) error {
	var err error
	if c.handle != nil {
		disposition := uint32(leaveCard)
		if reset {
			disposition = resetCard
		}
		if e := c.handle.disconnect(disposition); e != nil {
			err = c.fail("close", e)
		}
		c.handle = nil
		c.setHeld(false)
	}
	if c.ctx != nil {
		_ = c.ctx.release() // fails after the service died; there is nothing left to give back then
		c.ctx = nil
	}
	var te *card.TransportError
	if errors.As(err, &te) && (te.Kind == card.KindGone || te.Kind == card.KindReset) {
		return nil
	}
	if err != nil && !reset {
		return nil // the service drops what a lost client held
	}
	return err
}

func (c *conn) init(p *Provider, id card.ReaderID, o card.OpenOptions, enter func(string)) {
	c.p, c.id, c.o, c.goos, c.enter = p, id, o, runtime.GOOS, enter
}
