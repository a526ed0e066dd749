// Package aka is what the authentication and key agreement of 3GPP TS 33.102
// has in common, whatever set of functions computes it: the tokens AUTN and
// AUTS, the conversion to the 2G triplet, and sequence numbers with the array
// in which a card keeps them.
//
// It knows numbers only: no card, no input or output, and of an algorithm no
// more than Functions.
package aka

import (
	"crypto/subtle"
	"errors"
	"fmt"
)

// Sizes in bytes (3GPP TS 33.102 clause 6.3).
const (
	RANDSize = 16
	AMFSize  = 2
	AUTSSize = SQNSize + 8 // with MAC-S of 64 bits
	SRESSize = 4
	KcSize   = 8
)

// ErrMAC says that a token's code is not the one that the keys give.
var ErrMAC = errors.New("message authentication code does not match")

// ErrTokenSize says that a token is not as long as the functions make it.
var ErrTokenSize = errors.New("the token has another length than these functions give it")

// Functions are f1 to f5* of one subscriber, with the keys in them (3GPP
// TS 33.102 clause 6.3). They print as dots, and may be used by several
// goroutines until Clear.
type Functions interface {
	// F1 computes f1 and f1*: MAC-A, which proves the network to the card, and
	// MAC-S, which proves the card in a resynchronisation.
	F1(rand [RANDSize]byte, sqn SQN, amf [AMFSize]byte) (macA, macS []byte, err error)
	// F2345 computes f2, f3, f4, f5 and f5*.
	F2345(rand [RANDSize]byte) (Keys, error)
	// Clear overwrites the keys; every function fails afterwards.
	Clear()
}

// Keys is what f2 to f5* give for one RAND. Clear it after use.
type Keys struct {
	RES, CK, IK []byte
	AK, AKStar  [SQNSize]byte
}

// Clear overwrites the keys.
func (k *Keys) Clear() {
	clear(k.RES)
	clear(k.CK)
	clear(k.IK)
	*k = Keys{}
}

// Format hides the keys under every verb.
func (k Keys) Format(w fmt.State, _ rune) { _, _ = w.Write([]byte("keys(••••)")) }

// AUTN makes the network's token: SQN xor AK, AMF, MAC-A.
func AUTN(f Functions, rand [RANDSize]byte, sqn SQN, amf [AMFSize]byte) ([]byte, error) {
	k, err := f.F2345(rand)
	if err != nil {
		return nil, err
	}
	defer k.Clear()
	mac, _, err := f.F1(rand, sqn, amf)
	if err != nil {
		return nil, err
	}
	return append(append(conceal(sqn, k.AK), amf[:]...), mac...), nil
}

// Opened is what a token of the network said. Its MAC is compared before
// anything of it is believed: see OpenAUTN.
type Opened struct {
	SQN SQN
	AMF [AMFSize]byte
}

// OpenAUTN takes the network's token apart. What it holds is returned only
// with a code that matches; otherwise the error is ErrMAC or ErrTokenSize.
func OpenAUTN(f Functions, rand [RANDSize]byte, autn []byte) (Opened, error) {
	if len(autn) < SQNSize+AMFSize {
		return Opened{}, ErrTokenSize
	}
	k, err := f.F2345(rand)
	if err != nil {
		return Opened{}, err
	}
	defer k.Clear()
	out := Opened{SQN: reveal(autn[:SQNSize], k.AK), AMF: [AMFSize]byte(autn[SQNSize:])}
	want, _, err := f.F1(rand, out.SQN, out.AMF)
	if err != nil {
		return Opened{}, err
	}
	return out, matched(want, autn[SQNSize+AMFSize:], &out)
}

// resyncAMF is the AMF that f1* takes in a resynchronisation (3GPP TS 33.102
// clause 6.3.3).
var resyncAMF [AMFSize]byte

// AUTS makes the card's token for a resynchronisation from its highest
// sequence number: SQN_MS xor AK*, MAC-S.
func AUTS(f Functions, rand [RANDSize]byte, sqnMS SQN) ([]byte, error) {
	k, err := f.F2345(rand)
	if err != nil {
		return nil, err
	}
	defer k.Clear()
	_, mac, err := f.F1(rand, sqnMS, resyncAMF)
	if err != nil {
		return nil, err
	}
	return append(conceal(sqnMS, k.AKStar), mac...), nil
}

// OpenAUTS takes the card's token apart and returns SQN_MS, or ErrMAC or
// ErrTokenSize.
func OpenAUTS(f Functions, rand [RANDSize]byte, auts []byte) (SQN, error) {
	if len(auts) < SQNSize {
		return 0, ErrTokenSize
	}
	k, err := f.F2345(rand)
	if err != nil {
		return 0, err
	}
	defer k.Clear()
	out := Opened{SQN: reveal(auts[:SQNSize], k.AKStar)}
	_, want, err := f.F1(rand, out.SQN, resyncAMF)
	if err != nil {
		return 0, err
	}
	err = matched(want, auts[SQNSize:], &out)
	return out.SQN, err
}

// matched compares a token's code and forgets what it said where it differs.
func matched(want, got []byte, said *Opened) error {
	switch {
	case len(want) != len(got):
		*said = Opened{}
		return ErrTokenSize
	case subtle.ConstantTimeCompare(want, got) != 1:
		*said = Opened{}
		return ErrMAC
	}
	return nil
}

func conceal(sqn SQN, ak [SQNSize]byte) []byte {
	b := sqn.Bytes()
	subtle.XORBytes(b[:], b[:], ak[:])
	return b[:]
}

func reveal(b []byte, ak [SQNSize]byte) SQN {
	var out [SQNSize]byte
	subtle.XORBytes(out[:], b, ak[:])
	return SQNOf(out)
}

// GSM computes the 2G answer and key of a USIM: SRES by c2, Kc by c3 (3GPP
// TS 33.102 clause 6.8.1.2).
func GSM(f Functions, rand [RANDSize]byte) (sres [SRESSize]byte, kc [KcSize]byte, err error) {
	k, err := f.F2345(rand)
	if err != nil {
		return sres, kc, err
	}
	defer k.Clear()
	return C2(k.RES), C3(k.CK, k.IK), nil
}

// C2 folds RES, zeros behind it up to 16 bytes, to SRES.
func C2(res []byte) (sres [SRESSize]byte) {
	for i, b := range res {
		sres[i%SRESSize] ^= b
	}
	return sres
}

// C3 folds CK and IK to Kc.
func C3(ck, ik []byte) (kc [KcSize]byte) {
	for _, k := range [][]byte{ck, ik} {
		for i, b := range k {
			kc[i%KcSize] ^= b
		}
	}
	return kc
}

// Triplets are A3 and A8 of one 2G subscriber, with the key in them (3GPP
// TS 43.020 clause C). They print as dots, and may be used by several
// goroutines until Clear.
type Triplets interface {
	// Triplet computes SRES by A3 and Kc by A8.
	Triplet(rand [RANDSize]byte) (sres [SRESSize]byte, kc [KcSize]byte, err error)
	// Clear overwrites the key; Triplet fails afterwards.
	Clear()
}

// Converted are the triplets of a 3G subscriber: see GSM.
type Converted struct{ Functions }

// Triplet converts what f2 to f4 give.
func (c Converted) Triplet(rand [RANDSize]byte) ([SRESSize]byte, [KcSize]byte, error) {
	return GSM(c.Functions, rand)
}

// Format hides the keys under every verb.
func (c Converted) Format(w fmt.State, _ rune) { _, _ = w.Write([]byte("triplets(••••)")) }
