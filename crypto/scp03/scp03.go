// Package scp03 is Secure Channel Protocol 03 with AES (GlobalPlatform Card
// Specification Amendment D, versions 1.1.2 and 1.2) in the modes S8 and S16:
// the host's end, and the card's for a card made of software.
//
// It knows bytes only: no card, no input or output. Ciphers are the standard
// library's.
package scp03

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/subtle"
	"fmt"

	"simscope/crypto/cmac"
	"simscope/crypto/hidden"
	"simscope/crypto/scp"
)

// Protocol is the number of this protocol in the answer to INITIALIZE UPDATE.
const Protocol = 0x03

// Constants of the derivation (Amendment D clause 4.1.5 and table 4-1).
const (
	deriveCardCryptogram = 0x00
	deriveHostCryptogram = 0x01
	deriveCardChallenge  = 0x02
	deriveENC            = 0x04
	deriveMAC            = 0x06
	deriveRMAC           = 0x07
)

// Keys are the static keys of a key set: Key-ENC, Key-MAC and Key-DEK of 16,
// 24 or 32 bytes each. They print as dots; copies share the bytes.
type Keys struct{ box hidden.Box[static] }

type static struct{ enc, mac, dek []byte }

// NewKeys copies the keys; the caller clears its own. They have one length.
func NewKeys(enc, mac, dek []byte) (Keys, error) {
	n := len(enc)
	if n != 16 && n != 24 && n != 32 || len(mac) != n || len(dek) != n {
		return Keys{}, fmt.Errorf("%w: for SCP03 16, 24 or 32 bytes", scp.ErrKeySize)
	}
	return Keys{hidden.New(static{clone(enc), clone(mac), clone(dek)})}, nil
}

// Clear overwrites the keys.
func (k Keys) Clear() {
	if s := k.box.Get(); s != nil {
		clear(s.enc)
		clear(s.mac)
		clear(s.dek)
	}
	k.box.Drop()
}

// Format hides the keys under every verb.
func (k Keys) Format(w fmt.State, verb rune) { k.box.Format(w, verb) }

func clone(b []byte) []byte { return append(make([]byte, 0, len(b)), b...) }

// derive is the key derivation of Amendment D clause 4.1.5: NIST SP 800-108 in
// counter mode with AES-CMAC. bits is the length of what comes out.
func derive(key []byte, constant byte, bits int, context ...[]byte) ([]byte, error) {
	b, err := aes.NewCipher(key)
	if err != nil {
		return nil, scp.ErrKeySize
	}
	var out []byte
	for i := byte(1); len(out)*8 < bits; i++ {
		label := [16]byte{11: constant, 13: byte(bits >> 8), 14: byte(bits), 15: i}
		out = append(out, cmac.Sum(b, append([][]byte{label[:]}, context...)...)...)
	}
	return out[:bits/8], nil
}

// CardChallenge is the pseudo-random challenge of a card whose i has the bit
// 10 set: from its sequence counter (3 bytes) and the AID of the application
// that was asked (Amendment D clause 6.2.2.1). size is 8 or 16.
func (k Keys) CardChallenge(sequence, aid []byte, size int) ([]byte, error) {
	s := k.box.Get()
	if s == nil {
		return nil, scp.ErrClosed
	}
	return derive(s.enc, deriveCardChallenge, size*8, sequence, aid)
}

// session is what both ends keep. Its zero counter belongs to EXTERNAL
// AUTHENTICATE, whose data is never enciphered.
type session struct {
	enc, dek        cipher.Block
	mac, rmac       cipher.Block
	chain           []byte // MAC chaining value, 16 bytes
	counter         uint64 // of commands after EXTERNAL AUTHENTICATE
	size            int    // of MACs on the wire: 8 or 16
	level           scp.Level
	host, card      []byte // cryptograms
	closed, waiting bool
	done            bool // EXTERNAL AUTHENTICATE was made, or accepted
}

// newSession derives the session keys and both cryptograms.
func newSession(k Keys, size int, hostChallenge, cardChallenge []byte) (*session, error) {
	st := k.box.Get()
	if st == nil {
		return nil, scp.ErrClosed
	}
	if len(hostChallenge) != size || len(cardChallenge) != size {
		return nil, fmt.Errorf("%w: %d bytes", scp.ErrChallenge, size)
	}
	s := &session{size: size, chain: make([]byte, aes.BlockSize)}
	bits := len(st.enc) * 8
	enc, err := derive(st.enc, deriveENC, bits, hostChallenge, cardChallenge)
	if err != nil {
		return nil, err
	}
	defer clear(enc)
	mac, err := derive(st.mac, deriveMAC, bits, hostChallenge, cardChallenge)
	if err != nil {
		return nil, err
	}
	defer clear(mac)
	rmac, err := derive(st.mac, deriveRMAC, bits, hostChallenge, cardChallenge)
	if err != nil {
		return nil, err
	}
	defer clear(rmac)
	for _, c := range []struct {
		to  *cipher.Block
		key []byte
	}{{&s.enc, enc}, {&s.mac, mac}, {&s.rmac, rmac}, {&s.dek, st.dek}} {
		if *c.to, err = aes.NewCipher(c.key); err != nil {
			return nil, scp.ErrKeySize
		}
	}
	if s.card, err = derive(mac, deriveCardCryptogram, size*8, hostChallenge, cardChallenge); err != nil {
		return nil, err
	}
	s.host, err = derive(mac, deriveHostCryptogram, size*8, hostChallenge, cardChallenge)
	return s, err
}

// seal computes the C-MAC of a command that has its secure class byte and
// whose data does not hold the MAC yet, and moves the chaining value on.
func (s *session) seal(p scp.Parts) []byte {
	head := []byte{scp.Unchanneled(p.CLA), p.INS, p.P1, p.P2, byte(len(p.Data) + s.size)}
	s.chain = cmac.Sum(s.mac, s.chain, head, p.Data)
	return s.chain[:s.size]
}

// answerMAC is the R-MAC over an answer to the last command (Amendment D
// clause 6.2.5). It does not move the chaining value.
func (s *session) answerMAC(data []byte, sw uint16) []byte {
	return cmac.Sum(s.rmac, s.chain, data, []byte{byte(sw >> 8), byte(sw)})[:s.size]
}

// icv is the initial vector of a command or, with its highest bit set, of an
// answer (Amendment D clauses 6.2.6 and 6.2.7).
func (s *session) icv(answer bool) []byte {
	var b [aes.BlockSize]byte
	for i := range 8 {
		b[len(b)-1-i] = byte(s.counter >> (8 * i))
	}
	if answer {
		b[0] = 0x80
	}
	s.enc.Encrypt(b[:], b[:])
	return b[:]
}

// encipher enciphers data with padding, decipher is its inverse.
func (s *session) encipher(data []byte, answer bool) []byte {
	out := scp.Pad(data, aes.BlockSize)
	cipher.NewCBCEncrypter(s.enc, s.icv(answer)).CryptBlocks(out, out)
	return out
}

func (s *session) decipher(data []byte, answer bool) ([]byte, error) {
	if len(data) == 0 || len(data)%aes.BlockSize != 0 {
		return nil, scp.ErrPadding
	}
	out := clone(data)
	cipher.NewCBCDecrypter(s.enc, s.icv(answer)).CryptBlocks(out, out)
	return scp.Unpad(out)
}

func (s *session) clear() {
	clear(s.chain)
	clear(s.host)
	clear(s.card)
	*s = session{closed: true}
}

func equal(a, b []byte) bool { return subtle.ConstantTimeCompare(a, b) == 1 }
