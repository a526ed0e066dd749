// Package xor computes the test algorithms that are nothing but exclusive or:
// that of 3GPP TS 34.108 clause 8.1.2 for test USIMs, and the one of 2G test
// cards. They protect nothing.
package xor

import (
	"crypto/subtle"
	"errors"
	"fmt"

	"simscope/crypto/aka"
)

// Sizes in bytes. RES may be 4 to 16 long.
const (
	KeySize    = 16
	MACSize    = 8
	MinRESSize = 4
	MaxRESSize = 16
)

// Errors. None of them names a key.
var (
	ErrKeySize = errors.New("the key is 16 bytes")
	ErrRESSize = errors.New("RES is 4 to 16 bytes")
	ErrCleared = errors.New("the key was cleared")
)

// key is a copy of K or Ki that prints as dots.
type key struct{ k *[KeySize]byte }

func newKey(k []byte) (key, error) {
	if len(k) != KeySize {
		return key{}, ErrKeySize
	}
	b := [KeySize]byte(k)
	return key{&b}, nil
}

// Clear overwrites the key.
func (k *key) Clear() {
	if k.k != nil {
		clear(k.k[:])
	}
	k.k = nil
}

// Format hides the key under every verb.
func (k key) Format(w fmt.State, _ rune) { _, _ = w.Write([]byte("xor(••••)")) }

// mixed is XDOUT, the exclusive or of key and RAND.
func (k *key) mixed(rand [aka.RANDSize]byte) (x [KeySize]byte, err error) {
	if k.k == nil {
		return x, ErrCleared
	}
	subtle.XORBytes(x[:], k.k[:], rand[:])
	return x, nil
}

// XOR is the algorithm of a test USIM (3GPP TS 34.108 clause 8.1.2) and its
// aka.Functions. That such a USIM asks for a resynchronisation when the AMF has
// a certain value is the card's business.
type XOR struct {
	key
	res int
}

var _ aka.Functions = (*XOR)(nil)

// New prepares the functions for K, 16 bytes, which is copied, and a size of
// RES in bytes.
func New(k []byte, res int) (*XOR, error) {
	if res < MinRESSize || res > MaxRESSize {
		return nil, ErrRESSize
	}
	own, err := newKey(k)
	if err != nil {
		return nil, err
	}
	return &XOR{own, res}, nil
}

// F1 computes f1, and f1*, which is the same here: XDOUT xor SQN xor AMF,
// 8 bytes.
func (x *XOR) F1(rand [aka.RANDSize]byte, sqn aka.SQN, amf [aka.AMFSize]byte) (macA, macS []byte, err error) {
	out, err := x.mixed(rand)
	if err != nil {
		return nil, nil, err
	}
	cdout := sqn.Bytes()
	mac := append(cdout[:], amf[:]...)
	subtle.XORBytes(mac, mac, out[:MACSize])
	return mac, append([]byte(nil), mac...), nil
}

// F2345 computes f2 to f5*: XDOUT, turned left by one byte for CK, by two for
// IK; AK is its bytes 3 to 8, and f5* is f5.
func (x *XOR) F2345(rand [aka.RANDSize]byte) (k aka.Keys, err error) {
	out, err := x.mixed(rand)
	if err != nil {
		return k, err
	}
	k.RES = append(k.RES, out[:x.res]...)
	k.CK = append(append(k.CK, out[1:]...), out[:1]...)
	k.IK = append(append(k.IK, out[2:]...), out[:2]...)
	copy(k.AK[:], out[3:])
	k.AKStar = k.AK
	clear(out[:])
	return k, nil
}

// GSM is the algorithm of a 2G test card and its aka.Triplets: SRES is the
// first four bytes of Ki xor RAND, Kc the eight behind them.
type GSM struct{ key }

var _ aka.Triplets = (*GSM)(nil)

// NewGSM prepares the algorithm for Ki, 16 bytes, which is copied.
func NewGSM(ki []byte) (*GSM, error) {
	own, err := newKey(ki)
	if err != nil {
		return nil, err
	}
	return &GSM{own}, nil
}

// Triplet computes SRES and Kc.
func (g *GSM) Triplet(rand [aka.RANDSize]byte) (sres [aka.SRESSize]byte, kc [aka.KcSize]byte, err error) {
	out, err := g.mixed(rand)
	if err != nil {
		return sres, kc, err
	}
	copy(sres[:], out[:])
	copy(kc[:], out[aka.SRESSize:])
	clear(out[:])
	return sres, kc, nil
}
