// Package tuak computes the second set of authentication and key agreement
// functions, TUAK of 3GPP TS 35.231: f1, f1*, f2, f3, f4, f5, f5*, for keys of
// 128 and 256 bits and all lengths of the answers. The tokens built from them
// are in crypto/aka.
//
// TUAK fills the state of Keccak-f[1600] with 96 bytes and the padding of
// SHAKE256, and reads the first 102 bytes after one or more permutations. That
// is SHAKE256 of the standard library: a permutation lies between each two of
// its blocks of 136 bytes.
package tuak

import (
	"crypto/sha3"
	"errors"
	"fmt"
	"slices"

	"simscope/crypto/aka"
)

// TOPSize is the size of TOP and TOPc in bytes; K has 16 or 32.
const TOPSize = 32

// MaxIterations is the highest number of permutations that is accepted here.
// The specification knows no limit; a card's file must not keep us busy.
const MaxIterations = 255

// Errors. None of them names a key.
var (
	ErrKeySize = errors.New("the key K is 16 or 32 bytes, TOP and TOPc are 32")
	ErrCleared = errors.New("keys were cleared")
)

// Params are what an operator chooses (3GPP TS 35.231 clause 6.2). Sizes are
// in bytes.
type Params struct {
	MAC        int // 8, 16 or 32
	RES        int // 4, 8, 16 or 32
	CK, IK     int // 16 or 32
	Iterations int // of Keccak-f, at least 1
}

// Default gives the sizes that 3GPP TS 33.102 uses: a MAC of 64 bits, keys of
// 128, and a RES of 64; one permutation.
func Default() Params { return Params{MAC: 8, RES: 8, CK: 16, IK: 16, Iterations: 1} }

// ParamError names a parameter whose value is not one of the allowed.
type ParamError struct {
	Name    string
	Allowed string
}

func (e *ParamError) Error() string { return e.Name + " must be " + e.Allowed }

// Check refuses parameters outside the specification, with a *ParamError.
func (p Params) Check() error {
	for _, c := range []struct {
		name    string
		size    int
		allowed []int
		words   string
	}{
		{"the size of MAC", p.MAC, []int{8, 16, 32}, "8, 16 or 32 bytes"},
		{"the size of RES", p.RES, []int{4, 8, 16, 32}, "4, 8, 16 or 32 bytes"},
		{"the size of CK", p.CK, []int{16, 32}, "16 or 32 bytes"},
		{"the size of IK", p.IK, []int{16, 32}, "16 or 32 bytes"},
	} {
		if !slices.Contains(c.allowed, c.size) {
			return &ParamError{c.name, c.words}
		}
	}
	return checkIterations(p.Iterations)
}

func checkIterations(n int) error {
	if n < 1 || n > MaxIterations {
		return &ParamError{"the number of iterations", fmt.Sprintf("from 1 to %d", MaxIterations)}
	}
	return nil
}

// Tuak holds one subscriber's keys and is its aka.Functions. It prints as
// dots. A Tuak may be used by several goroutines until Clear.
type Tuak struct {
	k, topc []byte // empty once cleared
	p       Params
}

var _ aka.Functions = (*Tuak)(nil)

// New prepares the functions for K, 16 or 32 bytes, and TOPc. Both are copied;
// the caller clears its own.
func New(k, topc []byte, p Params) (*Tuak, error) {
	if !keySizes(k, topc) {
		return nil, ErrKeySize
	}
	if err := p.Check(); err != nil {
		return nil, err
	}
	return &Tuak{k: slices.Clone(k), topc: slices.Clone(topc), p: p}, nil
}

// NewFromTOP is New with the operator's TOP instead of the card's TOPc.
func NewFromTOP(k, top []byte, p Params) (*Tuak, error) {
	if err := p.Check(); err != nil {
		return nil, err
	}
	topc, err := TOPc(k, top, p.Iterations)
	if err != nil {
		return nil, err
	}
	defer clear(topc[:])
	return New(k, topc[:], p)
}

func keySizes(k, top []byte) bool {
	return (len(k) == 16 || len(k) == 32) && len(top) == TOPSize
}

// TOPc derives TOPc from K and TOP (3GPP TS 35.231 clause 6.3).
func TOPc(k, top []byte, iterations int) (topc [TOPSize]byte, err error) {
	if !keySizes(k, top) {
		return topc, ErrKeySize
	}
	if err := checkIterations(iterations); err != nil {
		return topc, err
	}
	var out output
	out.compute(k, top, 0, nil, nil, nil, iterations)
	out.read(0, topc[:])
	out.clear()
	return topc, nil
}

// Clear overwrites the keys; every function returns ErrCleared afterwards.
func (t *Tuak) Clear() {
	clear(t.k)
	clear(t.topc)
	t.k, t.topc = nil, nil
}

// Format hides the keys under every verb.
func (t *Tuak) Format(w fmt.State, _ rune) { _, _ = w.Write([]byte("tuak(••••)")) }

// INSTANCE, the byte that tells the functions and sizes apart (3GPP TS 35.231
// clauses 6.3 to 6.7): in the upper bits the function, below it the size of MAC
// or RES in units of 8 bytes (4 bytes are 0), CK, IK and K of 256 bits.
const (
	instanceF1     = 0x00
	instanceF2345  = 0x40
	instanceF1Star = 0x80
	instanceF5Star = 0xC0

	sizeUnit = 0x08
	longCK   = 0x04
	longIK   = 0x02
	longK    = 0x01
)

func (t *Tuak) instance(function byte, size int) byte {
	function |= byte(size/8) * sizeUnit
	if function&0xC0 == instanceF2345 {
		if t.p.CK == 32 {
			function |= longCK
		}
		if t.p.IK == 32 {
			function |= longIK
		}
	}
	return function
}

// F1 computes f1 and f1*: MAC-A and MAC-S of Params.MAC bytes each.
func (t *Tuak) F1(rand [aka.RANDSize]byte, sqn aka.SQN, amf [aka.AMFSize]byte) (macA, macS []byte, err error) {
	if len(t.k) == 0 {
		return nil, nil, ErrCleared
	}
	var out output
	defer out.clear()
	s := sqn.Bytes()
	macs := [2][]byte{make([]byte, t.p.MAC), make([]byte, t.p.MAC)}
	for i, f := range [2]byte{instanceF1, instanceF1Star} {
		out.compute(t.k, t.topc, t.instance(f, t.p.MAC), rand[:], amf[:], s[:], t.p.Iterations)
		out.read(0, macs[i])
	}
	return macs[0], macs[1], nil
}

// Where the answers lie in the state, in bytes (3GPP TS 35.231 clause 6.5).
const (
	offsetRES = 0
	offsetCK  = 32
	offsetIK  = 64
	offsetAK  = 96
)

// F2345 computes f2, f3, f4, f5 and f5*, in the sizes of Params.
func (t *Tuak) F2345(rand [aka.RANDSize]byte) (k aka.Keys, err error) {
	if len(t.k) == 0 {
		return k, ErrCleared
	}
	var out output
	defer out.clear()
	out.compute(t.k, t.topc, t.instance(instanceF2345, t.p.RES), rand[:], nil, nil, t.p.Iterations)
	k = aka.Keys{RES: make([]byte, t.p.RES), CK: make([]byte, t.p.CK), IK: make([]byte, t.p.IK)}
	out.read(offsetRES, k.RES)
	out.read(offsetCK, k.CK)
	out.read(offsetIK, k.IK)
	out.read(offsetAK, k.AK[:])
	out.compute(t.k, t.topc, instanceF5Star, rand[:], nil, nil, t.p.Iterations)
	out.read(offsetAK, k.AKStar[:])
	return k, nil
}

const (
	algorithmName = "TUAK1.0"
	inputSize     = 96
	rate          = 136 // of SHAKE256
)

// output is the state after the last permutation, as much as one block shows:
// 34 bytes more than TUAK reads.
type output [rate]byte

// compute fills the state and permutes it. Every value has its last byte first;
// rand, amf and sqn may be nil for zeros.
func (o *output) compute(k, topc []byte, instance byte, rand, amf, sqn []byte, iterations int) {
	var in [inputSize]byte
	if len(k) == 32 {
		instance |= longK
	}
	put(in[0:32], topc)
	in[32] = instance
	put(in[33:40], []byte(algorithmName))
	put(in[40:56], rand)
	put(in[56:58], amf)
	put(in[58:64], sqn)
	put(in[64:], k)
	h := sha3.NewSHAKE256()
	_, _ = h.Write(in[:])
	for range iterations {
		_, _ = h.Read(o[:])
	}
	h.Reset()
	clear(in[:])
}

func put(dst, v []byte) {
	for i, b := range v {
		dst[len(v)-1-i] = b
	}
}

func (o *output) read(offset int, v []byte) {
	for i := range v {
		v[i] = o[offset+len(v)-1-i]
	}
}

func (o *output) clear() { clear(o[:]) }
