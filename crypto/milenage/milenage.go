// Package milenage computes the authentication and key agreement functions of
// 3GPP TS 35.206 (f1, f1*, f2, f3, f4, f5, f5*). The tokens built from them,
// the conversion to a 2G triplet and sequence numbers are in crypto/aka.
//
// The block cipher is the standard library's AES-128.
package milenage

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/subtle"
	"encoding/binary"
	"errors"
	"fmt"

	"simscope/crypto/aka"
)

// Sizes in bytes (3GPP TS 35.206 clause 2.3).
const (
	KeySize = 16 // K, OP, OPc, RAND, CK, IK
	MACSize = 8
	RESSize = 8
)

// Errors. None of them names a key.
var (
	ErrKeySize = errors.New("keys K, OP and OPc are 16 bytes each")
	ErrCleared = errors.New("keys were cleared")
)

// Milenage holds one subscriber's keys and is its aka.Functions. It prints as
// dots. A Milenage may be used by several goroutines until Clear.
type Milenage struct {
	ek  cipher.Block // E_K
	opc *block
	c   *[5]block
	r   [5]uint
}

var _ aka.Functions = (*Milenage)(nil)

// block is 16 bytes as two numbers, the most significant bytes first.
type block struct{ hi, lo uint64 }

func load(b *[KeySize]byte) block {
	return block{binary.BigEndian.Uint64(b[:8]), binary.BigEndian.Uint64(b[8:])}
}

func (x block) store(b *[KeySize]byte) {
	binary.BigEndian.PutUint64(b[:8], x.hi)
	binary.BigEndian.PutUint64(b[8:], x.lo)
}

func (x block) xor(y block) block { return block{x.hi ^ y.hi, x.lo ^ y.lo} }

// rot rotates by r bits, from 0 to 127, towards the most significant bit.
func (x block) rot(r uint) block {
	if r >= 64 {
		x.hi, x.lo, r = x.lo, x.hi, r-64
	}
	return block{x.hi<<r | x.lo>>(64-r), x.lo<<r | x.hi>>(64-r)}
}

// New prepares the functions for K and OPc, 16 bytes each, with the constants
// of the specification. Both are copied; the caller clears its own.
func New(k, opc []byte) (*Milenage, error) { return NewVariant(k, opc, Standard()) }

// NewFromOP is New with the operator's OP instead of the card's OPc.
func NewFromOP(k, op []byte) (*Milenage, error) {
	opc, err := OPc(k, op)
	if err != nil {
		return nil, err
	}
	defer clear(opc[:])
	return New(k, opc[:])
}

// NewVariant is New with constants that an operator chose. Constants that
// cannot be used are refused with a *ConstantsError.
func NewVariant(k, opc []byte, c Constants) (*Milenage, error) {
	if len(k) != KeySize || len(opc) != KeySize {
		return nil, ErrKeySize
	}
	if err := c.Check(); err != nil {
		return nil, err
	}
	ek, err := aes.NewCipher(k)
	if err != nil {
		return nil, ErrKeySize
	}
	x := load((*[KeySize]byte)(opc))
	m := &Milenage{ek: ek, opc: &x, c: new([5]block)}
	for i := range m.c {
		m.c[i], m.r[i] = load(&c.C[i]), uint(c.R[i])
	}
	return m, nil
}

// OPc derives OPc = E_K(OP) xor OP (3GPP TS 35.206 clause 4.1).
func OPc(k, op []byte) (opc [KeySize]byte, err error) {
	if len(k) != KeySize || len(op) != KeySize {
		return opc, ErrKeySize
	}
	ek, err := aes.NewCipher(k)
	if err != nil {
		return opc, ErrKeySize
	}
	ek.Encrypt(opc[:], op)
	subtle.XORBytes(opc[:], opc[:], op)
	return opc, nil
}

// Clear overwrites OPc and the constants and lets go of the cipher, after
// which every function returns ErrCleared. The round keys inside the standard
// library's cipher cannot be overwritten from here; they go with the garbage
// collector.
func (m *Milenage) Clear() {
	if m.opc != nil {
		*m.opc, *m.c = block{}, [5]block{}
	}
	m.ek, m.opc, m.c, m.r = nil, nil, nil, [5]uint{}
}

// Format hides the keys under every verb.
func (m *Milenage) Format(w fmt.State, _ rune) { _, _ = w.Write([]byte("milenage(••••)")) }

// encrypt is E_K(x), through a buffer of the caller.
func (m *Milenage) encrypt(x block, buf *[KeySize]byte) block {
	x.store(buf)
	m.ek.Encrypt(buf[:], buf[:])
	return load(buf)
}

// temp is TEMP = E_K(RAND xor OPc).
func (m *Milenage) temp(rand, buf *[KeySize]byte) block {
	return m.encrypt(load(rand).xor(*m.opc), buf)
}

// out is OUT2 to OUT5, n from 1 to 4, left in a buffer:
// E_K(rot(TEMP xor OPc, r) xor c) xor OPc.
func (m *Milenage) out(temp block, n int, buf *[KeySize]byte) {
	m.encrypt(temp.xor(*m.opc).rot(m.r[n]).xor(m.c[n]), buf).xor(*m.opc).store(buf)
}

// F1 computes f1 and f1*: MAC-A and MAC-S of 8 bytes each.
func (m *Milenage) F1(rand [aka.RANDSize]byte, sqn aka.SQN, amf [aka.AMFSize]byte) (macA, macS []byte, err error) {
	if m.ek == nil {
		return nil, nil, ErrCleared
	}
	// The cipher is an interface: what is passed to it lies on the heap. The
	// answer is that buffer.
	buf := new([KeySize]byte)
	temp := m.temp(&rand, buf)
	half := uint64(sqn)<<16 | uint64(binary.BigEndian.Uint16(amf[:]))
	in1 := block{half, half}
	out1 := m.encrypt(in1.xor(*m.opc).rot(m.r[0]).xor(m.c[0]).xor(temp), buf)
	out1.xor(*m.opc).store(buf)
	return buf[:MACSize:MACSize], buf[MACSize:], nil
}

// F2345 computes f2 (8 bytes), f3, f4, f5 and f5*.
func (m *Milenage) F2345(rand [aka.RANDSize]byte) (k aka.Keys, err error) {
	if m.ek == nil {
		return k, ErrCleared
	}
	buf := new([4][KeySize]byte)
	temp := m.temp(&rand, &buf[3])
	m.out(temp, 4, &buf[3])
	copy(k.AKStar[:], buf[3][:])
	clear(buf[3][:])
	for i := range 3 {
		m.out(temp, 1+i, &buf[i])
	}
	copy(k.AK[:], buf[0][:])
	clear(buf[0][:KeySize-RESSize])
	k.RES, k.CK, k.IK = buf[0][KeySize-RESSize:], buf[1][:], buf[2][:]
	return k, nil
}
