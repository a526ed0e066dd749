package virtual

import (
	"errors"
	"io"

	"simscope/card"
	"simscope/crypto/scp"
	"simscope/crypto/scp02"
	"simscope/crypto/scp03"
)

// Status words of secure channels (Card Specification 2.3 tables 11-12, E-9).
const (
	swHostCryptogram card.SW = 0x6300
	swSecureObjects  card.SW = 0x6988 // a MAC that is wrong
)

// cardEnd is the card's end of a secure channel, of either protocol.
type cardEnd interface {
	Response() []byte
	Authenticate(command []byte) (scp.Level, error)
	Unwrap(command []byte) ([]byte, error)
	Wrap(data []byte, sw uint16) ([]byte, error)
	Room() int
	Clear()
}

// secureChannel is the secure channel of a logical channel, from INITIALIZE
// UPDATE on.
type secureChannel struct {
	cardEnd
	keys  *KeySet
	level scp.Level
	open  bool // EXTERNAL AUTHENTICATE was right
}

// protects reports whether every command has to be protected.
func (s *secureChannel) protects() bool { return s != nil && s.open && s.level&scp.CMAC != 0 }

// initializeUpdate is INITIALIZE UPDATE. It ends the channel there was.
func (c *Card) initializeUpdate(ch *channel, cmd card.Command) reply {
	g := c.image.GP
	ch.leaveChannel()
	k := g.channelKeys(cmd.P1)
	switch {
	case card.ClassOf(cmd.CLA).Secure:
		return status(card.SWConditions)
	case g.blocked():
		return status(card.SWBlocked)
	case cmd.P2 != 0:
		return status(card.SWWrongP1P2)
	case k == nil:
		return status(card.SWNoReference)
	case len(cmd.Data) != k.challengeSize():
		return status(card.SWWrongLength)
	}
	end, err := c.newCardEnd(k, cmd.Data)
	if err != nil {
		return status(swMute)
	}
	ch.secure = &secureChannel{cardEnd: end, keys: k}
	return done(end.Response())
}

func (g *GlobalPlatform) blocked() bool { return g.MaxFailures > 0 && g.Failures >= g.MaxFailures }

func (k *KeySet) challengeSize() int {
	if k.Protocol == ProtocolSCP03 {
		return scp03.ChallengeSize(byte(k.I)&scp.S16 != 0)
	}
	return 8
}

// newCardEnd makes the card's end with a random challenge or, where i says so,
// one from the sequence counter.
func (c *Card) newCardEnd(k *KeySet, host []byte) (end cardEnd, err error) {
	r := scp.Response{KeyVersion: byte(k.Version), I: byte(k.I)}
	copy(r.Diversification[:], k.Diversification)
	k.use(func(enc, mac, dek []byte) {
		if k.Protocol == ProtocolSCP02 {
			end, err = c.newSCP02(k, host, r, enc, mac, dek)
		} else {
			end, err = c.newSCP03(k, host, r, enc, mac, dek)
		}
	})
	return end, err
}

func (c *Card) newSCP02(k *KeySet, host []byte, r scp.Response, enc, mac, dek []byte) (cardEnd, error) {
	keys, err := scp02.NewKeys(enc, mac, dek)
	if err != nil {
		return nil, err
	}
	defer keys.Clear()
	r.Sequence, r.Challenge = k.counter(), make([]byte, 6)
	if _, err := io.ReadFull(c.opt.Rand, r.Challenge); err != nil {
		return nil, err
	}
	return scp02.NewCard(keys, byte(k.I), host, r)
}

func (c *Card) newSCP03(k *KeySet, host []byte, r scp.Response, enc, mac, dek []byte) (cardEnd, error) {
	keys, err := scp03.NewKeys(enc, mac, dek)
	if err != nil {
		return nil, err
	}
	defer keys.Clear()
	n := k.challengeSize()
	if r.I&scp.PseudoRandom != 0 {
		r.Sequence = k.counter()
		r.Challenge, err = keys.CardChallenge(r.Sequence, []byte(c.image.GP.ISD), n)
	} else {
		r.Challenge = make([]byte, n)
		_, err = io.ReadFull(c.opt.Rand, r.Challenge)
	}
	if err != nil {
		return nil, err
	}
	return scp03.NewCard(keys, host, r)
}

// externalAuthenticate is EXTERNAL AUTHENTICATE. A wrong cryptogram or MAC is
// counted; a channel that opens forgets the failures and moves the sequence
// counter on.
func (c *Card) externalAuthenticate(ch *channel, cmd card.Command) reply {
	s, g := ch.secure, c.image.GP
	if s == nil || s.open {
		ch.leaveChannel()
		return status(card.SWConditions)
	}
	raw, err := cmd.Bytes()
	if err != nil {
		return status(card.SWWrongLength)
	}
	level, err := s.Authenticate(raw)
	if err == nil {
		g.Failures, s.level, s.open = 0, level, true
		if top := uint64(1)<<(8*s.keys.Protocol.counterBytes()) - 1; s.keys.Counter < top {
			s.keys.Counter++
		}
		return status(card.SWDone)
	}
	ch.leaveChannel()
	switch {
	case errors.Is(err, scp.ErrCommand):
		return status(card.SWWrongLength)
	case errors.Is(err, scp.ErrLevel):
		return status(card.SWWrongP1P2)
	}
	if g.Failures < g.MaxFailures {
		g.Failures++
	}
	if errors.Is(err, scp.ErrCryptogram) {
		return status(swHostCryptogram)
	}
	return status(swSecureObjects)
}

// unwrap opens a protected command.
func (s *secureChannel) unwrap(cmd card.Command) (card.Command, card.SW) {
	raw, err := cmd.Bytes()
	if err != nil {
		return card.Command{}, card.SWWrongLength
	}
	plain, err := s.Unwrap(raw)
	if err != nil {
		return card.Command{}, swSecureObjects
	}
	out, err := card.ParseCommand(plain)
	if err != nil {
		return card.Command{}, card.SWWrongLength
	}
	return out, 0
}

// wrap protects an answer. What does not fit with its protection is a fault of
// the command that made it.
func (s *secureChannel) wrap(r reply) reply {
	if len(r.data) > s.Room() {
		return status(card.SWWrongLength)
	}
	data, err := s.Wrap(r.data, uint16(r.sw))
	if err != nil {
		return status(swMute)
	}
	r.data = data
	return r
}
