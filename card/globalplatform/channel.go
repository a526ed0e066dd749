package globalplatform

import (
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"slices"

	"simscope/card"
	"simscope/crypto/scp"
	"simscope/crypto/scp02"
	"simscope/crypto/scp03"
)

// Security is how commands and answers are protected.
type Security string

// The securities that may be asked for. The strongest is what the card's
// protocol offers.
const (
	SecurityMAC       Security = "mac"       // commands carry a MAC
	SecurityEncrypted Security = "encrypted" // and their data is enciphered
	SecurityStrongest Security = "strongest" // answers too, where the card can
)

// Securities are all of them.
var Securities = []Security{SecurityMAC, SecurityEncrypted, SecurityStrongest}

// Request says how a secure channel is to be opened.
type Request struct {
	// Domain is the security domain; empty is the issuer's, by the names that
	// are known.
	Domain card.AID
	// Version and Identifier name the key set; 0 leaves it to the card.
	Version, Identifier byte
	Keys                KeySet
	// KDF says that Keys are master keys, of which the card's are made.
	KDF      KDF
	Security Security
	// ICCID is EF.ICCID's content as it was when the person was asked. With
	// another card in the reader nothing that counts is sent, and the error is
	// card.ErrOtherCard. Empty: not compared.
	ICCID []byte
	// Random makes the host's challenge; nil is the system's.
	Random io.Reader
}

// Step is where the opening of a secure channel stands.
type Step string

// The steps, in their order.
const (
	StepSelect     Step = "select"
	StepOffer      Step = "offer" // what the card tells it offers cannot be done here
	StepInitialize Step = "initialize_update"
	StepResponse   Step = "response"   // the answer is none, or of a protocol not known here
	StepKeys       Step = "keys"       // the keys do not fit the protocol
	StepCryptogram Step = "cryptogram" // the card's cryptogram is not that of the keys
	StepExternal   Step = "external_authenticate"
)

// ChannelError says at which step the opening of a secure channel ended. After
// StepCryptogram and all before it the card was sent nothing that proves keys,
// after StepOffer and StepSelect nothing that counts.
type ChannelError struct {
	Step Step
	SW   card.SW // of StepSelect, StepInitialize and StepExternal
	// Response is the answer to INITIALIZE UPDATE, where there was one.
	Response *scp.Response
	// Asked is the key version that was asked for, 0 for none.
	Asked byte
	// Mistake names what the keys most likely are instead, found on the host
	// alone; empty where nothing that was tried fits.
	Mistake Mistake
	Err     error
}

func (e *ChannelError) Error() string {
	s := "secure channel: " + string(e.Step)
	if e.SW != 0 {
		s += ": " + e.SW.String()
	}
	if e.Err != nil {
		s += ": " + e.Err.Error()
	}
	return s
}

func (e *ChannelError) Unwrap() error { return e.Err }

// Channel is an open secure channel to a security domain. It belongs to the
// step that opened it.
type Channel struct {
	x        *card.Tx
	c        scp.Channel
	Domain   card.AID
	Response scp.Response
	// I is the protocol's parameter; Told says that the card told it, and it
	// was not taken for granted.
	I    byte
	Told bool
}

// ErrSecurity says that no such security can be asked for.
var ErrSecurity = errors.New("no such security of a secure channel")

// Open opens a secure channel (GlobalPlatform Card Specification 2.3.1 annex
// E, Amendment D): INITIALIZE UPDATE, then, only if the card's
// cryptogram is that of the keys, EXTERNAL AUTHENTICATE. Each is sent once.
// Both may count on the card, so the step must allow card.RiskCount. Where it
// does not come about the error is a *ChannelError, unless the way to the card
// failed.
func (r Request) Open(x *card.Tx) (*Channel, error) {
	if err := r.Keys.Check(); err != nil {
		return nil, &ChannelError{Step: StepKeys, Err: err}
	}
	if r.Security != "" && !slices.Contains(Securities, r.Security) {
		return nil, &ChannelError{Step: StepOffer, Err: ErrSecurity}
	}
	if err := x.SameCard(r.ICCID); err != nil {
		return nil, err
	}
	ch := &Channel{x: x}
	offered, whole, err := ch.choose(r.Domain)
	if err != nil {
		return nil, err
	}
	if whole {
		if err := r.offered(offered); err != nil {
			return nil, err
		}
	}
	challenge := make([]byte, scp03.ChallengeSize(s16(offered)))
	random := r.Random
	if random == nil {
		random = rand.Reader
	}
	if _, err := io.ReadFull(random, challenge); err != nil {
		return nil, err
	}
	cmd := card.Command{CLA: 0x80, INS: card.InsInitUpdate, P1: r.Version, P2: r.Identifier, Data: challenge, Le: card.MaxShortLe}
	res, err := x.Send(cmd)
	if err != nil {
		return nil, err
	}
	if !res.SW.OK() {
		return nil, &ChannelError{Step: StepInitialize, SW: res.SW, Asked: r.Version}
	}
	if ch.Response, err = scp.ParseResponse(res.Data); err != nil {
		return nil, &ChannelError{Step: StepResponse, Asked: r.Version, Err: err}
	}
	if err := ch.agree(r, offered, challenge); err != nil {
		return nil, err
	}
	return ch, ch.prove(r)
}

// choose selects the domain and asks which protocols it offers; whole says that
// all of them could be read.
func (ch *Channel) choose(domain card.AID) (offered []Protocol, whole bool, err error) {
	names := []card.AID{domain}
	if domain == "" {
		names = Candidates[0].AIDs
	}
	var refused card.SW
	for _, aid := range names {
		sel, err := ch.x.SelectAID(aid, false)
		if card.Refused(err) {
			refused = card.SWOf(err)
			continue
		}
		if err != nil {
			return nil, false, err
		}
		ch.Domain = aid
		if sel.Path.App.HasPrefix(aid) {
			ch.Domain = sel.Path.App
		}
		r := reader{ch.x, 0x80}
		o, err := r.get(TagCardData)
		if err != nil {
			return nil, false, err
		}
		recognised, whole, _ := ParseRecognition(o.Data)
		return recognised.Protocols, whole, nil
	}
	return nil, false, &ChannelError{Step: StepSelect, SW: refused}
}

// s16 reports whether SCP03 is offered with challenges of 16 bytes only.
func s16(offered []Protocol) bool {
	long, short := false, false
	for _, p := range offered {
		for _, i := range p.Options {
			if p.ID == scp03.Protocol {
				long, short = long || i&scp.S16 != 0, short || i&scp.S16 == 0
			}
		}
	}
	return long && !short
}

// agree opens the host's end, which checks the card's cryptogram.
func (ch *Channel) agree(r Request, offered []Protocol, challenge []byte) error {
	resp := ch.Response
	fail := func(step Step, err error) error {
		return &ChannelError{Step: step, Response: &resp, Asked: r.Version, Err: err}
	}
	ch.I, ch.Told = resp.I, resp.Protocol == scp03.Protocol
	if resp.Protocol == scp02.Protocol {
		ch.I, ch.Told = parameter02(offered)
	}
	level, err := levelOf(r.Security, resp.Protocol, ch.I)
	if err != nil {
		return fail(StepResponse, err)
	}
	keys, err := r.Keys.Derive(r.KDF, resp.Protocol, resp.Diversification)
	if err != nil {
		return fail(StepKeys, err)
	}
	if r.KDF != KDFNone {
		defer keys.Clear()
	}
	ch.c, err = openHost(keys, ch.I, challenge, resp, level)
	switch {
	case errors.Is(err, scp.ErrCryptogram):
		e := fail(StepCryptogram, err)
		var ce *ChannelError
		if errors.As(e, &ce) {
			ce.Mistake = likely(r.Keys, r.KDF, ch.I, challenge, resp)
		}
		return e
	case errors.Is(err, scp.ErrKeySize):
		return fail(StepKeys, err)
	case err != nil:
		return fail(StepResponse, err)
	}
	return nil
}

// parameter02 is the i of SCP02 by the card recognition data, the first that
// can be done, or the usual one.
func parameter02(offered []Protocol) (i byte, told bool) {
	for _, p := range offered {
		if p.ID != scp02.Protocol {
			continue
		}
		for _, o := range p.Options {
			if !told || scp02.CheckParameter(i) != nil {
				i, told = o, true
			}
		}
	}
	if !told {
		return scp02.Usual, false
	}
	return i, true
}

func levelOf(s Security, protocol, i byte) (scp.Level, error) {
	switch s {
	case SecurityMAC, "":
		return scp.CMAC, nil
	case SecurityEncrypted:
		return scp.CMAC | scp.CDEC, nil
	case SecurityStrongest:
	default:
		return 0, ErrSecurity
	}
	level := scp.CMAC | scp.CDEC
	if i&scp.WithRMAC != 0 { // the same bit in both protocols
		level |= scp.RMAC
	}
	if protocol == scp03.Protocol && i&(scp.WithRMAC|scp.WithRENC) == scp.WithRMAC|scp.WithRENC {
		level |= scp.RENC
	}
	return level, nil
}

// openHost makes the host's end of the protocol that the card chose.
func openHost(k KeySet, i byte, challenge []byte, r scp.Response, level scp.Level) (c scp.Channel, err error) {
	k.with(func(enc, mac, dek []byte) {
		switch r.Protocol {
		case scp02.Protocol:
			var keys scp02.Keys
			if keys, err = scp02.NewKeys(enc, mac, dek); err == nil {
				defer keys.Clear()
				c, err = scp02.Open(keys, i, challenge, r, level)
			}
		case scp03.Protocol:
			var keys scp03.Keys
			if keys, err = scp03.NewKeys(enc, mac, dek); err == nil {
				defer keys.Clear()
				c, err = scp03.Open(keys, challenge, r, level)
			}
		default:
			err = fmt.Errorf("%w: %02X", scp.ErrProtocol, r.Protocol)
		}
	})
	return c, err
}

// prove sends EXTERNAL AUTHENTICATE, once.
func (ch *Channel) prove(r Request) error {
	wire, err := ch.c.ExternalAuthenticate()
	if err != nil {
		ch.c.Clear()
		return err
	}
	cmd, err := card.ParseCommand(wire)
	if err != nil {
		ch.c.Clear()
		return err
	}
	res, err := ch.x.Send(cmd)
	if err == nil && res.SW != card.SWDone {
		resp := ch.Response
		err = &ChannelError{Step: StepExternal, SW: res.SW, Response: &resp, Asked: r.Version}
	}
	if err != nil {
		ch.c.Clear()
	}
	return err
}

// Level is how commands and answers are protected.
func (ch *Channel) Level() scp.Level { return ch.c.Level() }

// Send sends a command through the channel and opens its answer. Nothing is
// sent again: a command that was wrapped is part of a chain.
func (ch *Channel) Send(c card.Command) (card.Response, error) {
	b, err := c.Bytes()
	if err != nil {
		return card.Response{}, err
	}
	wire, err := ch.c.Wrap(b)
	if err != nil {
		return card.Response{}, err
	}
	cmd, err := card.ParseCommand(wire)
	if err != nil {
		return card.Response{}, err
	}
	res, err := ch.x.Send(cmd)
	if err != nil {
		return res, err
	}
	res.Data, err = ch.c.Unwrap(res.Data, uint16(res.SW))
	return res, err
}

// Close ends the channel: its keys are overwritten, and selecting the domain
// anew ends it on the card (GlobalPlatform Card Specification 2.3.1 clause
// 10.2.3). A refusal does not matter: the card is reset before it is left.
func (ch *Channel) Close() error {
	ch.c.Clear()
	_, err := ch.x.SelectAID(ch.Domain, false)
	return unlessRefused(err)
}
