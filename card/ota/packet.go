package ota

import (
	"errors"

	"simscope/card"
	"simscope/crypto/scp80"
)

// Request is a packet that is to be made.
type Request struct {
	TAR      scp80.TAR
	SPI      scp80.SPI
	KIc, KID byte
	Counter  uint64
	// Last is the counter that the card took last; nil where it is not known.
	Last     *uint64
	Script   Script
	Expanded bool
	// Originator is the number that the message comes from.
	Originator string
	Reference  byte // joins the messages of a long packet
}

// DefaultOriginator stands in the published examples.
const DefaultOriginator = "12345678"

// Needs says which keys the packet or its answer takes.
func (r Request) Needs() (kic, kid bool) { return needs(r.SPI) }

func needs(spi scp80.SPI) (kic, kid bool) {
	s := spi.Security()
	answers := s.PoR != scp80.NoPoR
	return s.Ciphered || answers && s.PoRCiphered, s.Check == scp80.CC || answers && s.PoRCheck == scp80.CC
}

// Check finds what is wrong with a request, before keys are asked for.
func (r Request) Check() error {
	if err := checkSPI(r.SPI); err != nil {
		return err
	}
	if err := checkIndicators(r.SPI, r.KIc, r.KID); err != nil {
		return err
	}
	if r.Counter > scp80.MaxCounter {
		return bad("counter", "counter", "limit", uint64(scp80.MaxCounter))
	}
	if _, err := scp80.NewDeliver(r.Originator); err != nil {
		return bad("originator", "originator")
	}
	if err := r.Script.Check(); err != nil {
		return err
	}
	// The longest a packet can get: header, counter, check and padding.
	if n := len(r.Script.Bytes(r.Expanded)); n+3+13+8+16 > MaxMessages*maxPart {
		return bad("script", "script_long", "n", n, "limit", MaxMessages*maxPart-3-13-8-16)
	}
	return nil
}

// maxPart is what a message of several carries of the packet at least.
const maxPart = 140 - 8

// checkIndicators refuses algorithms that the packet cannot be made with.
func checkIndicators(spi scp80.SPI, kic, kid byte) error {
	sec := spi.Security()
	needsC, needsD := needs(spi)
	if needsC && KeySizes(scp80.Cipher(kic)) == nil {
		return bad("KIc", "cipher_algorithm", "algorithm", scp80.Cipher(kic))
	}
	if needsD && KeySizes(scp80.Checksum(scp80.CC, kid)) == nil {
		return bad("KID", "check_algorithm", "algorithm", scp80.Checksum(scp80.CC, kid))
	}
	for _, c := range []scp80.Check{sec.Check, sec.PoRCheck} {
		if a := scp80.Checksum(c, kid); c == scp80.RC && a != scp80.CRC16 && a != scp80.CRC32 {
			return bad("KID", "rc_algorithm")
		}
	}
	return nil
}

// CheckKeys compares the keys with what the packet asks for.
func (r Request) CheckKeys(k Keys) error { return checkKeys(r.SPI, r.KIc, r.KID, k) }

func checkKeys(spi scp80.SPI, kic, kid byte, k Keys) error {
	c, d := needs(spi)
	if c {
		if err := CheckKey("KIc", scp80.Cipher(kic), k.KIc.Len()); err != nil {
			return err
		}
	}
	if d {
		return CheckKey("KID", scp80.Checksum(scp80.CC, kid), k.KID.Len())
	}
	return nil
}

// Built is a packet that is ready to be sent.
type Built struct {
	Request   Request
	Packet    []byte   // from CPL on
	TPDUs     [][]byte // SMS-DELIVER, one for each message
	Envelopes [][]byte // the data of ENVELOPE, one for each
}

// Build makes the packet and the messages around it.
func (r Request) Build(k Keys) (*Built, error) {
	if err := r.Check(); err != nil {
		return nil, err
	}
	if err := r.CheckKeys(k); err != nil {
		return nil, err
	}
	b := &Built{Request: r}
	c := scp80.Command{SPI: r.SPI, KIc: r.KIc, KID: r.KID, TAR: r.TAR, Counter: r.Counter, Data: r.Script.Bytes(r.Expanded)}
	err := k.use(func(keys scp80.Keys) (err error) {
		b.Packet, err = c.Seal(keys)
		return err
	})
	if err != nil {
		return nil, err
	}
	parts, err := scp80.Split(b.Packet, r.Reference)
	if errors.Is(err, scp80.ErrTooLong) {
		return nil, bad("script", "script_messages", "limit", MaxMessages)
	}
	if err != nil {
		return nil, err
	}
	d, err := scp80.NewDeliver(r.Originator)
	if err != nil {
		return nil, bad("originator", "originator")
	}
	for _, p := range parts {
		tpdu, err := d.TPDU(p)
		if err != nil {
			return nil, err
		}
		b.TPDUs = append(b.TPDUs, tpdu)
		b.Envelopes = append(b.Envelopes, scp80.Envelope(tpdu, nil))
	}
	return b, nil
}

// Command is the ENVELOPE of a message, in the class that the card speaks.
func (b *Built) Command(i int, kind card.Kind) card.Command {
	c := card.Command{CLA: 0x80, INS: card.InsEnvelope, Data: b.Envelopes[i], Le: card.MaxShortLe}
	if kind == card.KindGSM {
		c.CLA, c.Le = 0xA0, 0
	}
	return c
}

// Concern is what a person should know of a counter before it is sent.
type Concern string

// The concerns. The sentence is "ota.counter."+Concern.
const (
	CounterNone    Concern = "none"    // the card does not look at it
	CounterUnknown Concern = "unknown" // nothing is known of the card's own
	CounterLow     Concern = "low"     // the card refuses it
	CounterNext    Concern = "next"    // the one that follows
	CounterAhead   Concern = "ahead"   // the ones between can never be used again
	CounterEnd     Concern = "end"     // near the end, behind which a card takes nothing
	CounterSkips   Concern = "skips"   // not the next, which the SPI asks for
)

// nearEnd is how close to the highest counter one is warned of.
const nearEnd = 1 << 16

// Concern judges the counter of a request.
func (r Request) Concern() Concern {
	mode := r.SPI.Security().Counter
	switch {
	case mode == scp80.NoCounter || mode == scp80.CounterIgnored:
		return CounterNone
	case r.Last != nil && r.Counter <= *r.Last:
		return CounterLow
	case r.Counter > scp80.MaxCounter-nearEnd:
		return CounterEnd
	case r.Last == nil:
		return CounterUnknown
	case r.Counter == *r.Last+1:
		return CounterNext
	case mode == scp80.CounterNext:
		return CounterSkips
	}
	return CounterAhead
}

// Ahead is how many counters are left out, 0 where it is not known.
func (r Request) Ahead() uint64 {
	if r.Last == nil || r.Counter <= *r.Last {
		return 0
	}
	return r.Counter - *r.Last - 1
}

// Careful reports whether the counter needs a word typed by the person: it may
// take the card away from the server that administers it.
func (r Request) Careful() bool {
	switch r.Concern() {
	case CounterEnd:
		return true
	case CounterAhead:
		return r.Ahead() > maxAhead
	case CounterUnknown: // as if the card had taken none yet
		return r.Counter > maxAhead+1
	}
	return false
}

// maxAhead is how many counters may be left out without a word.
const maxAhead = 100
