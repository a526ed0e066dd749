package scp02

import (
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
// itself: diversification data, key version, sequence counter and a challenge
// of six bytes. The cryptogram is filled in.
func NewCard(k Keys, i byte, hostChallenge []byte, r scp.Response) (Card, error) {
	if err := CheckParameter(i); err != nil {
		return Card{}, err
	}
	s, err := newSession(k, i, hostChallenge, r.Sequence, r.Challenge)
	if err != nil {
		return Card{}, err
	}
	r.Protocol, r.Cryptogram = Protocol, clone(s.card)
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
	level, err := s.authenticate(command)
	if err != nil {
		s.clear()
	}
	return level, err
}

func (s *session) authenticate(command []byte) (scp.Level, error) {
	p, err := scp.Split(command)
	switch {
	case err != nil:
		return 0, err
	case s.done:
		return 0, scp.ErrOrder
	case p.CLA != scp.Secure(p.CLA) || p.INS != 0x82 || len(p.Data) != 2*macSize:
		return 0, scp.ErrCommand
	}
	level := scp.Level(p.P1)
	if err := checkLevel(level, s.i); err != nil {
		return 0, err
	}
	host, mac := p.Data[:macSize], p.Data[macSize:]
	p.Data = host
	want := s.seal(p)
	if !equal(host, s.host) {
		return 0, scp.ErrCryptogram
	}
	if !equal(mac, want) {
		return 0, scp.ErrMAC
	}
	s.start(level)
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
	case s.level&scp.CMAC == 0:
		s.ask(p)
		return clone(command), nil
	case p.CLA != scp.Secure(p.CLA) || len(p.Data) < macSize:
		return nil, scp.ErrMAC
	}
	mac := p.Data[len(p.Data)-macSize:]
	p.Data = p.Data[:len(p.Data)-macSize]
	if s.level&scp.CDEC != 0 && len(p.Data) > 0 {
		if p.Data, err = s.decipher(p.Data); err != nil {
			return nil, scp.ErrMAC // the MAC is over what was not to be read
		}
	}
	if !equal(mac, s.seal(p)) {
		return nil, scp.ErrMAC
	}
	s.ask(p)
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
	s.ricv = s.answerMAC(data, sw)
	return append(clone(data), s.ricv...), nil
}

// Room is how many bytes of data an answer of at most 256 may hold in clear.
func (c Card) Room() int {
	if s := c.box.Get(); s != nil && !s.closed && s.level&scp.RMAC != 0 {
		return 256 - macSize
	}
	return 256
}
