package scp03

import (
	"crypto/aes"
	"fmt"

	"simscope/crypto/hidden"
	"simscope/crypto/scp"
)

// Card is the card's end of a channel, for a card made of software. It prints
// as dots.
type Card struct {
	box      hidden.Box[session]
	response scp.Response
}

// NewCard answers an INITIALIZE UPDATE. r carries what the card tells of
// itself: diversification data, key version, i, and the challenge, which for a
// pseudo-random one is Keys.CardChallenge of the sequence counter. The
// cryptogram is filled in.
func NewCard(k Keys, hostChallenge []byte, r scp.Response) (Card, error) {
	r.Protocol = Protocol
	s, err := newSession(k, ChallengeSize(r.I&scp.S16 != 0), hostChallenge, r.Challenge)
	if err != nil {
		return Card{}, err
	}
	r.Cryptogram = clone(s.card)
	return Card{box: hidden.New(*s), response: r}, nil
}

// Format hides the keys under every verb.
func (c Card) Format(w fmt.State, verb rune) { c.box.Format(w, verb) }

// Response is the data of the answer to INITIALIZE UPDATE.
func (c Card) Response() []byte { return c.response.Bytes() }

// Clear overwrites what it can of the session.
func (c Card) Clear() {
	if s := c.box.Get(); s != nil {
		s.clear()
	}
	c.box.Drop()
}

// Authenticate judges EXTERNAL AUTHENTICATE and gives the level it asks for.
// Any error ends the channel.
func (c Card) Authenticate(command []byte) (scp.Level, error) {
	s := c.box.Get()
	if s == nil || s.closed {
		return 0, scp.ErrClosed
	}
	level, err := s.authenticate(command, c.response.I)
	if err != nil {
		s.clear()
	}
	return level, err
}

func (s *session) authenticate(command []byte, i byte) (scp.Level, error) {
	p, err := scp.Split(command)
	switch {
	case err != nil:
		return 0, err
	case s.done:
		return 0, scp.ErrOrder
	case p.CLA != scp.Secure(p.CLA) || p.INS != 0x82 || len(p.Data) != 2*s.size:
		return 0, scp.ErrCommand
	}
	level := scp.Level(p.P1)
	if err := checkLevel(level, i); err != nil {
		return 0, err
	}
	host, mac := p.Data[:s.size], p.Data[s.size:]
	p.Data = host
	want := s.seal(p)
	if !equal(host, s.host) {
		return 0, scp.ErrCryptogram
	}
	if !equal(mac, want) {
		return 0, scp.ErrMAC
	}
	s.level, s.done = level, true
	return level, nil
}

// Unwrap takes the protection off a command and gives it in clear. Any error
// ends the channel.
func (c Card) Unwrap(command []byte) ([]byte, error) {
	s := c.box.Get()
	if s == nil || s.closed {
		return nil, scp.ErrClosed
	}
	out, err := s.unwrap(command)
	if err != nil {
		s.clear()
	}
	return out, err
}

func (s *session) unwrap(command []byte) ([]byte, error) {
	p, err := scp.Split(command)
	switch {
	case err != nil:
		return nil, err
	case !s.done:
		return nil, scp.ErrOrder
	case s.level == 0:
		return clone(command), nil
	case p.CLA != scp.Secure(p.CLA) || len(p.Data) < s.size:
		return nil, scp.ErrMAC
	}
	mac := p.Data[len(p.Data)-s.size:]
	p.Data = p.Data[:len(p.Data)-s.size]
	s.counter++
	if !equal(mac, s.seal(p)) {
		return nil, scp.ErrMAC
	}
	if s.level&scp.CDEC != 0 && len(p.Data) > 0 {
		if p.Data, err = s.decipher(p.Data, false); err != nil {
			return nil, err
		}
	}
	p.CLA = scp.Insecure(p.CLA)
	return p.Join(), nil
}

// Wrap protects the answer to the last command.
func (c Card) Wrap(data []byte, sw uint16) ([]byte, error) {
	s := c.box.Get()
	if s == nil || s.closed {
		return nil, scp.ErrClosed
	}
	if s.level&scp.RMAC == 0 {
		return clone(data), nil
	}
	if !scp.Protected(sw) {
		return nil, nil
	}
	out := clone(data)
	if s.level&scp.RENC != 0 && len(out) > 0 {
		out = s.encipher(out, true)
	}
	return append(out, s.answerMAC(out, sw)...), nil
}

// Room is how many bytes of data an answer of at most 256 may hold in clear.
func (c Card) Room() int {
	s := c.box.Get()
	switch {
	case s == nil || s.closed || s.level&scp.RMAC == 0:
		return 256
	case s.level&scp.RENC == 0:
		return 256 - s.size
	}
	return (256-s.size)/aes.BlockSize*aes.BlockSize - 1
}
