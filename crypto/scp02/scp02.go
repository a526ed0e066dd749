// Package scp02 is Secure Channel Protocol 02 with two-key triple DES in
// explicit initiation mode (GlobalPlatform Card Specification 2.3 annex E):
// the host's end, and the card's for a card made of software.
//
// Of the protocol's parameter i it does what has the bit 04 (explicit
// initiation, that is 04, 05, 14, 15 and the same with 20 for R-MAC and 40 for a
// pseudo-random card challenge), and neither 02 (C-MAC over the unmodified
// command) nor 08 (a vector made of the AID).
//
// It knows bytes only: no card, no input or output. Ciphers are the standard
// library's.
package scp02

import (
	"crypto/cipher"
	"crypto/des"
	"crypto/subtle"
	"fmt"

	"simscope/crypto/hidden"
	"simscope/crypto/scp"
)

// Protocol is the number of this protocol in the answer to INITIALIZE UPDATE.
const Protocol = 0x02

// Bits of i (table E-1). Bit 01, three keys or one, and bit 40, a challenge
// that is pseudo-random, change nothing here.
const (
	macUnmodified = 0x02
	explicit      = 0x04
	icvOfAID      = 0x08
	icvEncrypted  = 0x10
	withRMAC      = 0x20
)

// Usual is the parameter of most cards: three keys, C-MAC on the modified
// command, vectors enciphered, explicit. 55 is the same with a pseudo-random
// challenge.
const Usual = 0x15

const (
	keySize       = 16
	challengeSize = 8
	macSize       = 8
	block         = des.BlockSize
)

// Constants of the derivation (table E-4 and clause E.4.1).
const (
	deriveMAC  = 0x0101
	deriveRMAC = 0x0102
	deriveENC  = 0x0182
	deriveDEK  = 0x0181
)

// Keys are the static keys of a key set, 16 bytes each. A card with one base
// key is given it three times. They print as dots; copies share the bytes.
type Keys struct{ box hidden.Box[static] }

type static struct{ enc, mac, dek [keySize]byte }

// NewKeys copies the keys; the caller clears its own.
func NewKeys(enc, mac, dek []byte) (Keys, error) {
	if len(enc) != keySize || len(mac) != keySize || len(dek) != keySize {
		return Keys{}, fmt.Errorf("%w: for SCP02 16 bytes", scp.ErrKeySize)
	}
	return Keys{hidden.New(static{[16]byte(enc), [16]byte(mac), [16]byte(dek)})}, nil
}

// Clear overwrites the keys.
func (k Keys) Clear() {
	if s := k.box.Get(); s != nil {
		*s = static{}
	}
	k.box.Drop()
}

// Format hides the keys under every verb.
func (k Keys) Format(w fmt.State, verb rune) { k.box.Format(w, verb) }

func clone(b []byte) []byte { return append(make([]byte, 0, len(b)), b...) }

// triple is the cipher of a two-key triple DES key.
func triple(key []byte) (cipher.Block, error) {
	three := append(clone(key), key[:block]...)
	defer clear(three)
	return des.NewTripleDESCipher(three)
}

// derive makes a session key (clause E.4.1).
func derive(key []byte, constant uint16, sequence []byte) ([]byte, error) {
	b, err := triple(key)
	if err != nil {
		return nil, err
	}
	out := make([]byte, keySize)
	out[0], out[1] = byte(constant>>8), byte(constant)
	copy(out[2:], sequence)
	cipher.NewCBCEncrypter(b, make([]byte, block)).CryptBlocks(out, out)
	return out, nil
}

// retail is the MAC with a single DES in all blocks but the last, which is
// triple DES (clause B.1.2.2, ISO/IEC 9797-1 algorithm 3).
type retail struct{ one, three cipher.Block }

func newRetail(key []byte) (retail, error) {
	one, err := des.NewCipher(key[:block])
	if err != nil {
		return retail{}, err
	}
	three, err := triple(key)
	return retail{one, three}, err
}

func (r retail) sum(icv, data []byte) []byte {
	data = scp.Pad(data, block)
	state := clone(icv)
	for ; len(data) > block; data = data[block:] {
		subtle.XORBytes(state, state, data[:block])
		r.one.Encrypt(state, state)
	}
	subtle.XORBytes(state, state, data)
	r.three.Encrypt(state, state)
	return state
}

// session is what both ends keep.
type session struct {
	enc, dek   cipher.Block // of the session
	mac, rmac  retail
	icv        []byte // the last C-MAC, nil before the first
	ricv       []byte // the last R-MAC
	asked      []byte // what of the last command goes into its answer's MAC
	i          byte
	level      scp.Level
	host, card []byte // cryptograms
	closed     bool
	waiting    bool
	done       bool
}

// CheckParameter says with scp.ErrProtocol of an i that this package does not
// do: INITIALIZE UPDATE need not be sent to find it out.
func CheckParameter(i byte) error {
	if i&explicit == 0 || i&(macUnmodified|icvOfAID) != 0 || i&0x80 != 0 {
		return fmt.Errorf("%w: i is %02X", scp.ErrProtocol, i)
	}
	return nil
}

func checkLevel(l scp.Level, i byte) error {
	switch {
	case l.Check() != nil:
		return l.Check()
	case l&scp.RENC != 0:
		return fmt.Errorf("%w: SCP02 does not encipher answers", scp.ErrLevel)
	case l&scp.RMAC != 0 && i&withRMAC == 0:
		return fmt.Errorf("%w: its i is %02X", scp.ErrLevel, i)
	}
	return nil
}

// newSession derives the session keys and both cryptograms. cardChallenge is
// the six bytes behind the sequence counter.
func newSession(k Keys, i byte, hostChallenge, sequence, cardChallenge []byte) (*session, error) {
	st := k.box.Get()
	if st == nil {
		return nil, scp.ErrClosed
	}
	if len(hostChallenge) != challengeSize || len(sequence) != 2 || len(cardChallenge) != 6 {
		return nil, fmt.Errorf("%w: 8 bytes", scp.ErrChallenge)
	}
	s := &session{i: i}
	if err := s.derive(st, sequence); err != nil {
		return nil, err
	}
	own := append(clone(sequence), cardChallenge...)
	s.card = s.cryptogram(hostChallenge, own)
	s.host = s.cryptogram(own, hostChallenge)
	return s, nil
}

func (s *session) derive(st *static, sequence []byte) error {
	for _, d := range []struct {
		key      []byte
		constant uint16
		use      func([]byte) error
	}{
		{st.enc[:], deriveENC, func(k []byte) (err error) { s.enc, err = triple(k); return }},
		{st.dek[:], deriveDEK, func(k []byte) (err error) { s.dek, err = triple(k); return }},
		{st.mac[:], deriveMAC, func(k []byte) (err error) { s.mac, err = newRetail(k); return }},
		{st.mac[:], deriveRMAC, func(k []byte) (err error) { s.rmac, err = newRetail(k); return }},
	} {
		key, err := derive(d.key, d.constant, sequence)
		if err == nil {
			err = d.use(key)
		}
		clear(key)
		if err != nil {
			return scp.ErrKeySize
		}
	}
	return nil
}

// cryptogram is the MAC with triple DES in every block, under S-ENC (clauses
// E.4.2 and B.1.2.1).
func (s *session) cryptogram(a, b []byte) []byte {
	data := scp.Pad(append(clone(a), b...), block)
	cipher.NewCBCEncrypter(s.enc, make([]byte, block)).CryptBlocks(data, data)
	return clone(data[len(data)-block:])
}

// seal computes the C-MAC of a command with its secure class byte and its data
// in clear (clause E.4.4). It becomes the next vector.
func (s *session) seal(p scp.Parts) []byte {
	icv := make([]byte, block)
	if s.icv != nil {
		copy(icv, s.icv)
		if s.i&icvEncrypted != 0 {
			s.mac.one.Encrypt(icv, icv)
		}
	}
	head := []byte{scp.Unchanneled(p.CLA), p.INS, p.P1, p.P2, byte(len(p.Data) + macSize)}
	s.icv = s.mac.sum(icv, append(head, p.Data...))
	return s.icv
}

// ask keeps what of a command, unprotected, goes into its answer's MAC
// (clause E.4.5).
func (s *session) ask(p scp.Parts) {
	s.asked = append([]byte{scp.Unchanneled(scp.Insecure(p.CLA)), p.INS, p.P1, p.P2, byte(len(p.Data))}, p.Data...)
}

// answerMAC is the R-MAC of an answer to the last command, the next vector.
func (s *session) answerMAC(data []byte, sw uint16) []byte {
	b := append(append(clone(s.asked), byte(len(data))), data...)
	return s.rmac.sum(s.ricv, append(b, byte(sw>>8), byte(sw)))
}

func (s *session) encipher(data []byte) []byte {
	out := scp.Pad(data, block)
	cipher.NewCBCEncrypter(s.enc, make([]byte, block)).CryptBlocks(out, out)
	return out
}

func (s *session) decipher(data []byte) ([]byte, error) {
	if len(data) == 0 || len(data)%block != 0 {
		return nil, scp.ErrPadding
	}
	out := clone(data)
	cipher.NewCBCDecrypter(s.enc, make([]byte, block)).CryptBlocks(out, out)
	return scp.Unpad(out)
}

// start is the session after EXTERNAL AUTHENTICATE: its MAC is the first
// vector of answers (clause E.3.4).
func (s *session) start(level scp.Level) {
	s.level, s.done, s.ricv = level, true, clone(s.icv)
}

func (s *session) clear() {
	clear(s.icv)
	clear(s.ricv)
	clear(s.asked)
	clear(s.host)
	clear(s.card)
	*s = session{closed: true}
}

func equal(a, b []byte) bool { return subtle.ConstantTimeCompare(a, b) == 1 }
