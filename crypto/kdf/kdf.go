// Package kdf is the generic key derivation function of 3GPP TS 33.220 annex
// B.2, on which the keys of GBA, EPS and 5G stand, and the type that its
// results have.
package kdf

import (
	"crypto/hmac"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/binary"
	"errors"
	"fmt"
)

// Size is the length of a derived key in bytes.
const Size = sha256.Size

const maxParam = 1<<16 - 1

// ErrParam says that a parameter is longer than its length field can tell.
var ErrParam = errors.New("a parameter of a key derivation is at most 65535 bytes long")

// Key is a derived key. It prints as dots under every verb and in JSON; Clear
// it after use.
type Key [Size]byte

// Derive computes HMAC-SHA-256 of FC || P0 || L0 || P1 || L1 … under key,
// where each L is the length of its P in two bytes. FC is one byte: the
// two-byte form that starts with FF is not used by any key of this program.
func Derive(key []byte, fc byte, params ...[]byte) (Key, error) {
	mac := hmac.New(sha256.New, key)
	mac.Write([]byte{fc})
	for _, p := range params {
		if len(p) > maxParam {
			return Key{}, ErrParam
		}
		mac.Write(p)
		mac.Write(binary.BigEndian.AppendUint16(nil, uint16(len(p))))
	}
	var out Key
	mac.Sum(out[:0])
	return out, nil
}

// Equal compares two keys in constant time.
func (k Key) Equal(other Key) bool { return subtle.ConstantTimeCompare(k[:], other[:]) == 1 }

// Clear overwrites the key.
func (k *Key) Clear() { clear(k[:]) }

// Format hides the key under every verb.
func (k Key) Format(w fmt.State, _ rune) { _, _ = w.Write([]byte("key(••••)")) }

// MarshalText hides the key in JSON and other texts.
func (k Key) MarshalText() ([]byte, error) { return []byte("••••"), nil }
