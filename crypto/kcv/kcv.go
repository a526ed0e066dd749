// Package kcv computes key check values: the first three bytes of a known
// block under a key, by which two parties compare keys without telling them
// (GlobalPlatform Card Specification 2.3 clause B.5 and Amendment D).
package kcv

import (
	"bytes"
	"crypto/aes"
	"crypto/cipher"
	"crypto/des"
	"errors"
)

// Size is the length of a check value in bytes.
const Size = 3

// ErrKeySize says that a key has a length its cipher does not know.
var ErrKeySize = errors.New("an AES key is 16, 24 or 32 bytes, a DES key 8, 16 or 24")

// AES encrypts sixteen bytes of 01.
func AES(key []byte) ([Size]byte, error) {
	b, err := aes.NewCipher(key)
	if err != nil {
		return [Size]byte{}, ErrKeySize
	}
	return first(b, 0x01), nil
}

// DES encrypts eight bytes of 00, with one, two or three keys of 8 bytes.
func DES(key []byte) ([Size]byte, error) {
	var b cipher.Block
	var err error
	switch len(key) {
	case 8:
		b, err = des.NewCipher(key)
	case 16:
		three := append(bytes.Clone(key), key[:8]...)
		defer clear(three)
		b, err = des.NewTripleDESCipher(three)
	default:
		b, err = des.NewTripleDESCipher(key)
	}
	if err != nil {
		return [Size]byte{}, ErrKeySize
	}
	return first(b, 0x00), nil
}

func first(b cipher.Block, fill byte) (v [Size]byte) {
	block := bytes.Repeat([]byte{fill}, b.BlockSize())
	b.Encrypt(block, block)
	copy(v[:], block)
	return v
}
