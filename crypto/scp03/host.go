package scp03

import (
	"crypto/aes"
	"crypto/cipher"
	"fmt"

	"simscope/crypto/hidden"
	"simscope/crypto/scp"
)

// ChallengeSize is the length of the host's challenge: 16 bytes for the mode
// S16, 8 otherwise.
func ChallengeSize(s16 bool) int {
	if s16 {
		return 16
	}
	return 8
}

// Channel is the host's end. It prints as dots.
type Channel struct{ box hidden.Box[session] }

var _ scp.Channel = Channel{}

// Open makes the host's end from the challenge that was sent with INITIALIZE
// UPDATE and the card's answer. Where the card's cryptogram does not match the
// error is scp.ErrCryptogram and there is no channel: the keys are others, and
// asking the card again with them counts against it.
func Open(k Keys, hostChallenge []byte, r scp.Response, level scp.Level) (Channel, error) {
	if r.Protocol != Protocol {
		return Channel{}, fmt.Errorf("%w: the card says %02X, not 03", scp.ErrProtocol, r.Protocol)
	}
	if err := checkLevel(level, r.I); err != nil {
		return Channel{}, err
	}
	s, err := newSession(k, ChallengeSize(r.I&scp.S16 != 0), hostChallenge, r.Challenge)
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

// checkLevel compares a level with what the card's i offers.
func checkLevel(l scp.Level, i byte) error {
	switch {
	case l.Check() != nil:
		return l.Check()
	case l == scp.RMAC: // C-MAC is part of every level but 00
		return fmt.Errorf("%w: R-MAC alone", scp.ErrLevel)
	case l&scp.RMAC != 0 && i&scp.WithRMAC == 0, l&scp.RENC != 0 && i&scp.WithRENC == 0:
		return fmt.Errorf("%w: its i is %02X", scp.ErrLevel, i)
	}
	return nil
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
	s.done = true
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
	if s.level == 0 {
		return clone(command), nil
	}
	size := len(p.Data)
	if s.level&scp.CDEC != 0 && size > 0 {
		size = (size/aes.BlockSize + 1) * aes.BlockSize
	}
	if size+s.size > 255 {
		return nil, scp.ErrTooLong
	}
	s.counter++
	if s.level&scp.CDEC != 0 && len(p.Data) > 0 {
		p.Data = s.encipher(p.Data, false)
	}
	p.CLA = scp.Secure(p.CLA)
	p.Data = append(clone(p.Data), s.seal(p)...)
	s.waiting = true
	return p.Join(), nil
}

// Unwrap implements scp.Channel. The MAC and, with it, the data of an answer
// that is wrong close the channel.
func (c Channel) Unwrap(data []byte, sw uint16) ([]byte, error) {
	s, err := c.live()
	if err != nil {
		return nil, err
	}
	s.waiting = false
	if s.level&scp.RMAC == 0 {
		return clone(data), nil
	}
	if !scp.Protected(sw) {
		if len(data) > 0 { // an error has no data: what it came with proves nothing
			s.clear()
			return nil, scp.ErrMAC
		}
		return nil, nil
	}
	out, err := s.open(data, sw)
	if err != nil {
		s.clear()
		return nil, err
	}
	return out, nil
}

func (s *session) open(data []byte, sw uint16) ([]byte, error) {
	if len(data) < s.size {
		return nil, scp.ErrMAC
	}
	body, mac := data[:len(data)-s.size], data[len(data)-s.size:]
	if !equal(mac, s.answerMAC(body, sw)) {
		return nil, scp.ErrMAC
	}
	if s.level&scp.RENC == 0 || len(body) == 0 {
		return clone(body), nil
	}
	return s.decipher(body, true)
}

// EncryptKey implements scp.Channel: AES CBC with the static Key-DEK and a
// zero vector (Amendment D clause 6.2.8). key is whole blocks; a key of 24
// bytes is padded by the caller as PUT KEY has it.
func (c Channel) EncryptKey(key []byte) ([]byte, error) {
	s, err := c.live()
	if err != nil {
		return nil, err
	}
	if len(key) == 0 || len(key)%aes.BlockSize != 0 {
		return nil, scp.ErrKeySize
	}
	out := clone(key)
	cipher.NewCBCEncrypter(s.dek, make([]byte, aes.BlockSize)).CryptBlocks(out, out)
	return out, nil
}
