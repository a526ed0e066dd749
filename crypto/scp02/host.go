package scp02

import (
	"fmt"

	"simscope/crypto/hidden"
	"simscope/crypto/scp"
)

// Channel is the host's end. It prints as dots.
type Channel struct{ box hidden.Box[session] }

var _ scp.Channel = Channel{}

// Open makes the host's end from the 8 byte challenge that was sent with
// INITIALIZE UPDATE and the card's answer. i is the protocol's parameter, which
// the card recognition data tells; Usual where it is not known. Where the
// card's cryptogram does not match the error is scp.ErrCryptogram and there is
// no channel: the keys are others, and asking the card again with them counts
// against it.
func Open(k Keys, i byte, hostChallenge []byte, r scp.Response, level scp.Level) (Channel, error) {
	if r.Protocol != Protocol {
		return Channel{}, fmt.Errorf("%w: the card says %02X, not 02", scp.ErrProtocol, r.Protocol)
	}
	if err := CheckParameter(i); err != nil {
		return Channel{}, err
	}
	if err := checkLevel(level, i); err != nil {
		return Channel{}, err
	}
	s, err := newSession(k, i, hostChallenge, r.Sequence, r.Challenge)
	if err != nil {
		return Channel{}, err
	}
	if !equal(s.card, r.Cryptogram) {
		s.clear()
		return Channel{}, scp.ErrCryptogram
	}
	s.level = level
	return Channel{hidden.New(*s)}, nil
}

// Format hides the keys under every verb.
func (c Channel) Format(w fmt.State, verb rune) { c.box.Format(w, verb) }

// live is the session, if it may be used.
func (c Channel) live() (*session, error) {
	s := c.box.Get()
	if s == nil || s.closed {
		return nil, scp.ErrClosed
	}
	return s, nil
}

// Level is the security level of the session.
func (c Channel) Level() scp.Level {
	if s := c.box.Get(); s != nil {
		return s.level
	}
	return 0
}

// Clear overwrites what it can of the session and closes the channel.
func (c Channel) Clear() {
	if s := c.box.Get(); s != nil {
		s.clear()
	}
	c.box.Drop()
}

// ExternalAuthenticate implements scp.Channel.
func (c Channel) ExternalAuthenticate() ([]byte, error) {
	s, err := c.live()
	if err != nil {
		return nil, err
	}
	if s.done {
		return nil, scp.ErrOrder
	}
	p := scp.Parts{CLA: 0x84, INS: 0x82, P1: byte(s.level), Data: clone(s.host)}
	p.Data = append(p.Data, s.seal(p)...)
	s.start(s.level)
	return p.Join(), nil
}

// Wrap implements scp.Channel.
func (c Channel) Wrap(command []byte) ([]byte, error) {
	s, err := c.live()
	if err != nil {
		return nil, err
	}
	if !s.done || s.waiting {
		return nil, scp.ErrOrder
	}
	p, err := scp.Split(command)
	if err != nil {
		return nil, err
	}
	size := len(p.Data)
	if s.level&scp.CDEC != 0 && size > 0 {
		size = (size/block + 1) * block
	}
	if s.level&scp.CMAC != 0 && size+macSize > 255 {
		return nil, scp.ErrTooLong
	}
	s.ask(p)
	if s.level&scp.CMAC != 0 {
		p.CLA = scp.Secure(p.CLA)
		mac := s.seal(p)
		if s.level&scp.CDEC != 0 && len(p.Data) > 0 {
			p.Data = s.encipher(p.Data)
		}
		p.Data = append(clone(p.Data), mac...)
	}
	s.waiting = s.level != 0
	return p.Join(), nil
}

// Unwrap implements scp.Channel. An answer whose MAC is wrong closes the
// channel.
func (c Channel) Unwrap(data []byte, sw uint16) ([]byte, error) {
	s, err := c.live()
	if err != nil {
		return nil, err
	}
	s.waiting = false
	switch {
	case s.level&scp.RMAC == 0:
		return clone(data), nil
	case !scp.Protected(sw) && len(data) == 0:
		// An error may come without a MAC. The vector stays as it is.
		return nil, nil
	case len(data) < macSize:
		s.clear()
		return nil, scp.ErrMAC
	}
	body, mac := data[:len(data)-macSize], data[len(data)-macSize:]
	s.ricv = s.answerMAC(body, sw)
	if !equal(mac, s.ricv) {
		s.clear()
		return nil, scp.ErrMAC
	}
	return clone(body), nil
}

// EncryptKey implements scp.Channel: triple DES in ECB mode with the session's
// DEK (clause E.4.7). key is whole blocks.
func (c Channel) EncryptKey(key []byte) ([]byte, error) {
	s, err := c.live()
	if err != nil {
		return nil, err
	}
	return s.encryptKey(key)
}

func (s *session) encryptKey(key []byte) ([]byte, error) {
	if len(key) == 0 || len(key)%block != 0 {
		return nil, scp.ErrKeySize
	}
	out := clone(key)
	for at := 0; at < len(out); at += block {
		s.dek.Encrypt(out[at:], out[at:])
	}
	return out, nil
}
