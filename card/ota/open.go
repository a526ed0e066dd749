package ota

import (
	"errors"
	"fmt"

	"simscope/card"
	"simscope/crypto/scp80"
)

// Opened is a command packet as far as keys, or none, could open it.
type Opened struct {
	SPI      scp80.SPI
	KIc, KID byte
	TAR      scp80.TAR
	// Ciphered says that the packet is.
	Ciphered bool
	// State is Proven where a checksum with a key is right, Likely where that
	// is a short one, Plain where the
	// content is read and no key vouches for it, Unverified where it does not
	// open, and NoKeys where it could not be tried.
	State State
	Why   string
	// Content is what stood behind TAR, nil where it is not known.
	Content *scp80.Content
	// Inner are the fields of the content with offsets in InnerBytes, which
	// are the body in the clear.
	Inner      []Field
	InnerBytes []byte
}

// OpenCommand reads a command packet and, with keys, checks and deciphers it.
// Without keys what is not ciphered is shown unchecked.
func OpenCommand(packet []byte, k Keys) (*Opened, error) {
	p, err := scp80.ParsePacket(packet)
	if err != nil {
		return nil, ErrNotPacket
	}
	sec := p.SPI.Security()
	o := &Opened{SPI: p.SPI, KIc: p.KIc, KID: p.KID, TAR: p.TAR, Ciphered: sec.Ciphered, State: NoKeys}
	if keysOfCommand(p, k) != nil {
		if c, ok := p.Content(); ok {
			o.setContent(c, p.CheckSize)
		}
		return o, nil
	}
	var got scp80.Command
	err = k.use(func(keys scp80.Keys) (err error) {
		got, err = p.Open(keys)
		return err
	})
	switch {
	case errors.Is(err, scp80.ErrChecksum):
		o.State, o.Why = Unverified, "checksum"
		return o, nil
	case errors.Is(err, scp80.ErrCipher):
		o.State, o.Why = Unverified, "cipher"
		return o, nil
	case errors.Is(err, scp80.ErrAlgorithm):
		o.State, o.Why = Unverified, "algorithm"
		return o, nil
	case err != nil:
		o.State, o.Why = Unverified, "form"
		return o, nil
	}
	o.State = Plain
	if sec.Check == scp80.CC {
		o.State = provenBy(p.CheckSize)
	}
	padding := len(p.Body) - 6 - p.CheckSize - len(got.Data)
	o.setContent(scp80.Content{Counter: got.Counter, Padding: padding, Data: got.Data}, p.CheckSize)
	return o, nil
}

// keysOfCommand compares the keys with what a packet's own security takes.
func keysOfCommand(p scp80.Packet, k Keys) error {
	sec := p.SPI.Security()
	if sec.Ciphered {
		if err := CheckKey("KIc", scp80.Cipher(p.KIc), k.KIc.Len()); err != nil {
			return err
		}
	}
	if sec.Check == scp80.CC {
		return CheckKey("KID", scp80.Checksum(scp80.CC, p.KID), k.KID.Len())
	}
	return nil
}

func (o *Opened) setContent(c scp80.Content, check int) {
	o.Content = &c
	m := Message{}
	n := c.Counter
	m.Bytes = append(m.Bytes, byte(n>>32), byte(n>>24), byte(n>>16), byte(n>>8), byte(n), byte(c.Padding))
	if c.Check == nil && check > 0 {
		// What was ciphered is not given back; its place is.
		c.Check = make([]byte, check)
	}
	m.Bytes = append(append(m.Bytes, c.Check...), c.Data...)
	m.Bytes = append(m.Bytes, make([]byte, c.Padding)...)
	m.content(c, 0, 0)
	o.Inner, o.InnerBytes = m.Fields, m.Bytes
}

// Commands are the commands of the packet in words, with the bytes of those
// that hold no secret; nil where there is no script to read.
func (o *Opened) Commands() []CommandLine {
	if o.Content == nil {
		return nil
	}
	cmds, _, ok := commandsOf(o.Content.Data)
	if !ok {
		return nil
	}
	var out []CommandLine
	for _, b := range cmds {
		c, err := card.ParseCommand(b)
		if err != nil {
			out = append(out, CommandLine{Name: fmt.Sprintf("%d bytes", len(b)), Secret: true})
			continue
		}
		l := CommandLine{Name: commandWords(c), Bytes: b}
		if holdsSecret(c) {
			l.Secret, l.Bytes = true, b[:4]
		}
		out = append(out, l)
	}
	return out
}

// CommandLine is one command of a script.
type CommandLine struct {
	Name  string
	Bytes []byte
	// Secret says that data is left out, for it is a PIN or a key.
	Secret bool
}

// ReadsKeys reports whether the packet's script selects a file of keys, so
// that the answer to it is not to be shown.
func (o *Opened) ReadsKeys() bool {
	if o.Content == nil {
		return false
	}
	cmds, _, _ := commandsOf(o.Content.Data)
	return Script(cmds).touchesKeys()
}

// Script are the commands of the packet; nil where they are not known.
func (o *Opened) Script() Script {
	if o.Content == nil {
		return nil
	}
	cmds, _, ok := commandsOf(o.Content.Data)
	if !ok {
		return nil
	}
	return Script(cmds)
}

// Answers reports whether a response may be the one to this packet: its target
// is the same, and its counter, where that is known.
func (o *Opened) Answers(r scp80.Response) bool {
	return r.TAR == o.TAR && (o.Content == nil || r.Counter == o.Content.Counter)
}
