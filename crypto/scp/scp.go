// Package scp is what the secure channels of GlobalPlatform have in common:
// the security level, the answer to INITIALIZE UPDATE, the parts of a command,
// and errors. The protocols are in scp02 and scp03; the Channel of either is
// used in the same way.
//
// It knows bytes only: no card, no input or output.
package scp

import (
	"errors"
	"fmt"
	"strings"
)

// Level is the security level of a session, P1 of EXTERNAL AUTHENTICATE
// (GlobalPlatform Card Specification 2.3 table E-10, Amendment D table 7-5).
type Level byte

// The bits of a level.
const (
	CMAC Level = 0x01 // commands carry a MAC
	CDEC Level = 0x02 // the data of commands is enciphered
	RMAC Level = 0x10 // answers carry a MAC
	RENC Level = 0x20 // the data of answers is enciphered (SCP03)
)

// String names the parts in the specification's words.
func (l Level) String() string {
	var parts []string
	for _, p := range []struct {
		bit  Level
		name string
	}{{CMAC, "C-MAC"}, {CDEC, "C-DECRYPTION"}, {RMAC, "R-MAC"}, {RENC, "R-ENCRYPTION"}} {
		if l&p.bit != 0 {
			parts = append(parts, p.name)
		}
	}
	if len(parts) == 0 {
		return "no secure messaging"
	}
	return strings.Join(parts, ", ")
}

// Check says whether a level exists: encipherment stands on MACs, and that of
// answers on that of commands.
func (l Level) Check() error {
	switch l {
	case 0, CMAC, CMAC | CDEC, CMAC | RMAC, CMAC | CDEC | RMAC, CMAC | CDEC | RMAC | RENC, RMAC:
		return nil
	}
	return fmt.Errorf("%w: %02X", ErrLevel, byte(l))
}

// Errors. None of them names a key or a cryptogram.
var (
	ErrKeySize    = errors.New("the keys ENC, MAC and DEK have one length, which the protocol must know")
	ErrChallenge  = errors.New("the challenge has another length than the protocol asks for")
	ErrResponse   = errors.New("not an answer to INITIALIZE UPDATE")
	ErrProtocol   = errors.New("the card's secure channel protocol or its options are another")
	ErrLevel      = errors.New("no such security level for this protocol and card")
	ErrCryptogram = errors.New("the cryptogram does not match: the keys are others")
	ErrMAC        = errors.New("the message authentication code does not match")
	ErrPadding    = errors.New("the deciphered data does not end in its padding")
	ErrOrder      = errors.New("the secure channel is not at this step")
	ErrClosed     = errors.New("the secure channel is closed")
	ErrCommand    = errors.New("not a command in short form that can be protected")
	ErrTooLong    = errors.New("the command's data is longer than fits with its protection into 255 bytes")
)

// Channel is the host's end of a secure channel. A channel exists only after
// the card's cryptogram was right; after an error of Unwrap it is closed, and
// nothing is wrapped any more. It belongs to one goroutine and prints as dots.
type Channel interface {
	// ExternalAuthenticate is the command that proves the host to the card,
	// once, as the first command. Sending it again counts on the card: it is
	// given once only, and ErrOrder afterwards.
	ExternalAuthenticate() ([]byte, error)
	// Wrap protects a command APDU in short form. Every wrapped command has to
	// be sent, and its answer unwrapped, before the next one is wrapped.
	Wrap(command []byte) ([]byte, error)
	// Unwrap takes the answer to the command wrapped last, data without the
	// status word, and gives the data in clear. Where the level says that
	// answers are not protected, it gives back what it was given.
	Unwrap(data []byte, sw uint16) ([]byte, error)
	// Level is the security level of the session.
	Level() Level
	// EncryptKey enciphers a key or other sensitive data for PUT KEY and STORE
	// DATA, in whole blocks, with the session's or the static DEK as the
	// protocol has it.
	EncryptKey(key []byte) ([]byte, error)
	// Clear overwrites the session's keys; everything gives ErrClosed then.
	Clear()
}

// Response is the answer to INITIALIZE UPDATE (GlobalPlatform Card
// Specification 2.3 table E-7 for SCP02, Amendment D table 7-3 for SCP03).
// It holds nothing secret.
type Response struct {
	Diversification [10]byte
	KeyVersion      byte // of the keys that the card took
	Protocol        byte // 02 or 03
	// I is the protocol's parameter, which SCP03 tells here. SCP02 does not
	// tell it; it stands in the card recognition data.
	I          byte
	Sequence   []byte // 2 bytes in SCP02; 3 or none in SCP03
	Challenge  []byte // 6 in SCP02, which follow the sequence counter; 8 or 16 in SCP03
	Cryptogram []byte // 8, or 16 in SCP03's S16 mode
}

// Parameters of SCP03 (Amendment D 1.2 table 5-1).
const (
	S16          = 0x01 // challenges, cryptograms and MACs of 16 bytes
	PseudoRandom = 0x10 // the card's challenge is computed from a counter
	WithRMAC     = 0x20
	WithRENC     = 0x40
)

// ParseResponse reads the data of the answer to INITIALIZE UPDATE.
func ParseResponse(b []byte) (Response, error) {
	var r Response
	if len(b) < 12 {
		return r, fmt.Errorf("%w: %d bytes", ErrResponse, len(b))
	}
	copy(r.Diversification[:], b)
	r.KeyVersion, r.Protocol = b[10], b[11]
	b = append([]byte(nil), b[12:]...)
	switch {
	case r.Protocol == 0x02 && len(b) == 16:
		r.Sequence, r.Challenge, r.Cryptogram = b[:2], b[2:8], b[8:]
		return r, nil
	case r.Protocol == 0x03 && len(b) >= 17:
		r.I = b[0]
		n := 8
		if r.I&S16 != 0 {
			n = 16
		}
		b = b[1:]
		if want := 2*n + 3*int(r.I&PseudoRandom/PseudoRandom); len(b) == want {
			r.Challenge, r.Cryptogram, r.Sequence = b[:n], b[n:2*n], b[2*n:]
			return r, nil
		}
	}
	return Response{}, fmt.Errorf("%w: protocol %02X with %d bytes behind it", ErrResponse, r.Protocol, len(b))
}

// Bytes is the data of the answer, as a card gives it.
func (r Response) Bytes() []byte {
	b := append([]byte(nil), r.Diversification[:]...)
	b = append(b, r.KeyVersion, r.Protocol)
	if r.Protocol == 0x02 {
		return append(append(append(b, r.Sequence...), r.Challenge...), r.Cryptogram...)
	}
	b = append(b, r.I)
	return append(append(append(b, r.Challenge...), r.Cryptogram...), r.Sequence...)
}

// Parts are those of a command APDU in short form.
type Parts struct {
	CLA, INS, P1, P2 byte
	Data             []byte // shares the bytes of the command
	Le               []byte // none or one byte
}

// Split takes a command APDU in short form apart.
func Split(command []byte) (Parts, error) {
	var p Parts
	if len(command) < 4 {
		return p, ErrCommand
	}
	p = Parts{CLA: command[0], INS: command[1], P1: command[2], P2: command[3]}
	switch b := command[4:]; {
	case len(b) == 0:
	case len(b) == 1:
		p.Le = b
	default:
		n := int(b[0])
		if n == 0 || len(b) != 1+n && len(b) != 2+n {
			return Parts{}, ErrCommand
		}
		p.Data, p.Le = b[1:1+n], b[1+n:]
	}
	return p, nil
}

// Join writes a command, whose data is at most 255 bytes. Without data there
// is no Lc.
func (p Parts) Join() []byte {
	b := make([]byte, 0, 6+len(p.Data))
	b = append(b, p.CLA, p.INS, p.P1, p.P2)
	if len(p.Data) > 0 {
		b = append(b, byte(len(p.Data)))
		b = append(b, p.Data...)
	}
	return append(b, p.Le...)
}

// Secure is the class byte with the bit of GlobalPlatform's secure messaging:
// bit 3 on the first four channels, bit 6 on the further ones (Card
// Specification 2.3 clause 11.1.4).
func Secure(cla byte) byte {
	if cla&0x40 != 0 {
		return cla | 0x20
	}
	return cla | 0x04
}

// Insecure takes that bit away.
func Insecure(cla byte) byte {
	if cla&0x40 != 0 {
		return cla &^ 0x20
	}
	return cla &^ 0x04
}

// Unchanneled takes the number of the logical channel out of a class byte:
// MACs are computed as on the basic channel.
func Unchanneled(cla byte) byte {
	if cla&0x40 != 0 {
		base := cla & 0x80
		if cla&0x20 != 0 {
			base |= 0x04
		}
		return base
	}
	return cla &^ 0x03
}

// Pad appends 80 and as many 00 as fill the last block.
func Pad(b []byte, block int) []byte {
	out := make([]byte, (len(b)/block+1)*block)
	copy(out, b)
	out[len(b)] = 0x80
	return out
}

// Unpad takes that padding away.
func Unpad(b []byte) ([]byte, error) {
	for i := len(b) - 1; i >= 0; i-- {
		switch b[i] {
		case 0x00:
		case 0x80:
			return b[:i], nil
		default:
			return nil, ErrPadding
		}
	}
	return nil, ErrPadding
}

// Protected reports whether an answer with this status word carries a MAC: a
// success or a warning does, an error does not (Amendment D clause 6.2.5).
func Protected(sw uint16) bool {
	return sw == 0x9000 || sw>>8 == 0x62 || sw>>8 == 0x63
}
