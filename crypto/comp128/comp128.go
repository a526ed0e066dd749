// Package comp128 computes COMP128 in its versions 1, 2 and 3: A3 and A8 of 2G
// as most operators had them (the algorithms were never published by their
// owner; the tables and the order of steps are those that have been public
// since 1998 and 2013).
//
// None of them protects a key today: version 1 gives its key away to somebody
// who may ask the card some ten thousand questions, and versions 1 and 2 leave
// the last ten bits of Kc zero.
package comp128

import (
	"errors"
	"fmt"

	"simscope/crypto/aka"
)

// KeySize is the size of Ki in bytes.
const KeySize = 16

// Version is 1, 2 or 3.
type Version int

// The versions.
const (
	V1 Version = 1 + iota
	V2
	V3
)

func (v Version) String() string { return fmt.Sprintf("COMP128 version %d", int(v)) }

// Errors. None of them names a key.
var (
	ErrKeySize = errors.New("the key Ki is 16 bytes")
	ErrVersion = errors.New("COMP128 has versions 1, 2 and 3")
	ErrCleared = errors.New("the key was cleared")
)

// Comp128 holds one subscriber's Ki and is its aka.Triplets. It prints as
// dots. A Comp128 may be used by several goroutines until Clear.
type Comp128 struct {
	ki      *[KeySize]byte
	version Version
}

var _ aka.Triplets = (*Comp128)(nil)

// New prepares a version for Ki, 16 bytes, which is copied.
func New(version Version, ki []byte) (*Comp128, error) {
	switch {
	case version < V1 || version > V3:
		return nil, ErrVersion
	case len(ki) != KeySize:
		return nil, ErrKeySize
	}
	k := [KeySize]byte(ki)
	return &Comp128{ki: &k, version: version}, nil
}

// Clear overwrites the key.
func (c *Comp128) Clear() {
	if c.ki != nil {
		clear(c.ki[:])
	}
	c.ki = nil
}

// Format hides the key under every verb.
func (c *Comp128) Format(w fmt.State, _ rune) { _, _ = w.Write([]byte("comp128(••••)")) }

// zeroBits is what versions 1 and 2 leave of the last two bytes of Kc: the
// lower ten bits are zero.
var zeroBits = [2]byte{0xFC, 0x00}

// Triplet computes SRES and Kc for a RAND.
func (c *Comp128) Triplet(rand [aka.RANDSize]byte) (sres [aka.SRESSize]byte, kc [aka.KcSize]byte, err error) {
	if c.ki == nil {
		return sres, kc, ErrCleared
	}
	if c.version == V1 {
		sres, kc = v1(c.ki, &rand)
		return sres, kc, nil
	}
	sres, kc = v3(c.ki, &rand)
	if c.version == V2 {
		kc[6] &= zeroBits[0]
		kc[7] &= zeroBits[1]
	}
	return sres, kc, nil
}
