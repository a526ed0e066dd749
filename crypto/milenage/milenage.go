// Package milenage computes the authentication and key agreement functions of
// 3GPP TS 35.206 (f1, f1*, f2, f3, f4, f5, f5*), the authentication token and
// resynchronisation token built from them (3GPP TS 33.102 clause 6.3), and
// their conversion to the 2G triplet (3GPP TS 33.102 clause 6.8.1.2).
//
// It knows numbers only: no card, no sequence number policy, no input or
// output. The block cipher is the standard library's AES-128.
package milenage

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/subtle"
	"errors"
	"fmt"
)

// Sizes in bytes (3GPP TS 35.206 clause 2.3, TS 33.102 clause 6.3).
const (
	KeySize  = 16 // K, OP, OPc, RAND, CK, IK
	SQNSize  = 6
	AMFSize  = 2
	MACSize  = 8
	RESSize  = 8
	AUTNSize = 16
	AUTSSize = 14
	SRESSize = 4
	KcSize   = 8
)

// Errors. None of them names a key.
var (
	ErrKeySize = errors.New("keys K, OP and OPc are 16 bytes each")
	ErrMAC     = errors.New("message authentication code does not match")
	ErrCleared = errors.New("keys were cleared")
)

// Milenage holds one subscriber's keys. It prints as dots. A Milenage may be
// used by several goroutines until Clear.
type Milenage struct {
	block cipher.Block
	opc   *[KeySize]byte
}

// New prepares the functions for K and OPc, 16 bytes each. Both are copied;
// the caller clears its own.
func New(k, opc []byte) (*Milenage, error) {
	if len(k) != KeySize || len(opc) != KeySize {
		return nil, ErrKeySize
	}
	block, err := aes.NewCipher(k)
	if err != nil {
		return nil, ErrKeySize
	}
	m := &Milenage{block: block, opc: new([KeySize]byte)}
	copy(m.opc[:], opc)
	return m, nil
}

// NewFromOP is New with the operator's OP instead of the card's OPc.
func NewFromOP(k, op []byte) (*Milenage, error) {
	opc, err := OPc(k, op)
	if err != nil {
		return nil, err
	}
	defer clear(opc[:])
	return New(k, opc[:])
}

// OPc derives OPc = E_K(OP) xor OP (3GPP TS 35.206 clause 3).
func OPc(k, op []byte) (opc [KeySize]byte, err error) {
	if len(k) != KeySize || len(op) != KeySize {
		return opc, ErrKeySize
	}
	block, err := aes.NewCipher(k)
	if err != nil {
		return opc, ErrKeySize
	}
	block.Encrypt(opc[:], op)
	subtle.XORBytes(opc[:], opc[:], op)
	return opc, nil
}

// Clear overwrites OPc and lets go of the cipher, after which every function
// returns ErrCleared. The round keys inside the standard library's cipher
// cannot be overwritten from here; they go with the garbage collector.
func (m *Milenage) Clear() {
	if m.opc != nil {
		clear(m.opc[:])
	}
	m.opc, m.block = nil, nil
}

// Format hides the keys under every verb.
func (m *Milenage) Format(w fmt.State, _ rune) { _, _ = w.Write([]byte("milenage(••••)")) }

// The constants r1..r5 of 3GPP TS 35.206 clause 4.1 in bytes, and the last
// byte of c1..c5, whose other bytes are zero.
var (
	rotation = [5]int{8, 0, 4, 8, 12}
	constant = [5]byte{0, 1, 2, 4, 8}
)

// temp is TEMP = E_K(RAND xor OPc).
func (m *Milenage) temp(rand [KeySize]byte) (t [KeySize]byte) {
	subtle.XORBytes(t[:], rand[:], m.opc[:])
	m.block.Encrypt(t[:], t[:])
	return t
}

// out is OUT2..OUT5, n from 1 to 4:
// E_K(rot(TEMP xor OPc, r) xor c) xor OPc.
func (m *Milenage) out(temp [KeySize]byte, n int) (o [KeySize]byte) {
	for i := range temp {
		o[(i+KeySize-rotation[n])%KeySize] = temp[i] ^ m.opc[i]
	}
	o[KeySize-1] ^= constant[n]
	m.block.Encrypt(o[:], o[:])
	subtle.XORBytes(o[:], o[:], m.opc[:])
	return o
}

// F1 computes f1 and f1*: the code that proves the network to the card
// (MAC-A) and the one that proves the card in a resynchronisation (MAC-S).
func (m *Milenage) F1(rand [KeySize]byte, sqn [SQNSize]byte, amf [AMFSize]byte) (macA, macS [MACSize]byte, err error) {
	if m.block == nil {
		return macA, macS, ErrCleared
	}
	temp := m.temp(rand)
	var in1, o [KeySize]byte
	copy(in1[0:], sqn[:])
	copy(in1[6:], amf[:])
	copy(in1[8:], in1[:8])
	for i := range in1 {
		o[(i+KeySize-rotation[0])%KeySize] = in1[i] ^ m.opc[i]
	}
	// c1 is all zero: nothing to add.
	subtle.XORBytes(o[:], o[:], temp[:])
	m.block.Encrypt(o[:], o[:])
	subtle.XORBytes(o[:], o[:], m.opc[:])
	copy(macA[:], o[:8])
	copy(macS[:], o[8:])
	clear(temp[:])
	clear(o[:])
	return macA, macS, nil
}

// Keys is what f2 to f5* give for one RAND. Clear it after use.
type Keys struct {
	RES    [RESSize]byte // f2
	CK, IK [KeySize]byte // f3, f4
	AK     [SQNSize]byte // f5
	AKStar [SQNSize]byte // f5*
}

// Clear overwrites the keys.
func (k *Keys) Clear() { *k = Keys{} }

// Format hides the keys under every verb.
func (k Keys) Format(w fmt.State, _ rune) { _, _ = w.Write([]byte("keys(••••)")) }

// F2345 computes f2, f3, f4, f5 and f5*.
func (m *Milenage) F2345(rand [KeySize]byte) (k Keys, err error) {
	if m.block == nil {
		return k, ErrCleared
	}
	temp := m.temp(rand)
	o := m.out(temp, 1)
	copy(k.AK[:], o[:6])
	copy(k.RES[:], o[8:])
	k.CK = m.out(temp, 2)
	k.IK = m.out(temp, 3)
	o = m.out(temp, 4)
	copy(k.AKStar[:], o[:6])
	clear(temp[:])
	clear(o[:])
	return k, nil
}
