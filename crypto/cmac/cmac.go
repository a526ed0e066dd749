// Package cmac computes the cipher-based message authentication code of NIST
// SP 800-38B, which for AES is RFC 4493. The cipher is the caller's: AES
// (16 byte codes) or triple DES (8 byte codes).
package cmac

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/subtle"
)

// What is added when a subkey's highest bit falls out (SP 800-38B clause 5.3).
const (
	rb64  = 0x1B
	rb128 = 0x87
)

// AES computes the 16 byte code of the parts, one behind the other, with a key
// of 16, 24 or 32 bytes. A key of another length is an error of crypto/aes,
// which names the length only.
func AES(key []byte, parts ...[]byte) ([]byte, error) {
	b, err := aes.NewCipher(key)
	if err != nil {
		return nil, err
	}
	return Sum(b, parts...), nil
}

// Sum computes the code of the parts, one behind the other. It is as long as
// the cipher's block, which is 8 or 16 bytes.
func Sum(b cipher.Block, parts ...[]byte) []byte {
	var sub, last [16]byte
	n := b.BlockSize()
	state, buf := make([]byte, n), last[:n]
	defer clear(sub[:])
	have := 0
	for _, p := range parts {
		for len(p) > 0 {
			// A full block is worked off only when something follows: the last
			// one is treated in its own way.
			if have == n {
				subtle.XORBytes(state, state, buf)
				b.Encrypt(state, state)
				have = 0
			}
			k := copy(buf[have:], p)
			have, p = have+k, p[k:]
		}
	}
	key := sub[:n]
	b.Encrypt(key, key)
	double(key) // K1
	if have < n {
		double(key) // K2
		buf[have] = 0x80
		clear(buf[have+1:])
	}
	subtle.XORBytes(state, state, buf)
	subtle.XORBytes(state, state, key)
	b.Encrypt(state, state)
	clear(last[:])
	return state
}

// double is the multiplication by two that makes the subkeys, without a branch
// on the key's bits.
func double(k []byte) {
	rb := byte(rb128)
	if len(k) == 8 {
		rb = rb64
	}
	carry := byte(0)
	for i := len(k) - 1; i >= 0; i-- {
		next := k[i] >> 7
		k[i] = k[i]<<1 | carry
		carry = next
	}
	k[len(k)-1] ^= -carry & rb
}
