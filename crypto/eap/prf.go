package eap

import (
	"bytes"
	"crypto/hmac"
	"crypto/sha1"
	"crypto/sha256"
	"encoding"
	"errors"
)

// ErrSHA1 says that the standard library's SHA-1 tells its inner state in
// another form than this program knows.
var ErrSHA1 = errors.New("the state of SHA-1 cannot be read")

// sha1State begins the saved state of the standard library's SHA-1; the five
// words of the state follow.
const sha1State = "sha\x01"

// compress is G(t, c) of FIPS 186-2 appendix 3.3: one step of SHA-1's
// compression over c and zeros behind it, without the padding of the whole
// hash. The standard library does that step and tells the state after it.
func compress(c [sha1.Size]byte) (out [sha1.Size]byte, err error) {
	h := sha1.New()
	var block [sha1.BlockSize]byte
	defer clear(block[:])
	copy(block[:], c[:])
	h.Write(block[:])
	m, ok := h.(encoding.BinaryMarshaler)
	if !ok {
		return out, ErrSHA1
	}
	state, err := m.MarshalBinary()
	if err != nil {
		return out, ErrSHA1
	}
	defer clear(state)
	words, ok := bytes.CutPrefix(state, []byte(sha1State))
	if !ok || len(words) < sha1.Size {
		return out, ErrSHA1
	}
	copy(out[:], words)
	return out, nil
}

// prf is the random number generator of FIPS 186-2 with change notice 1, as
// RFC 4186 appendix B takes it: n bytes from XKEY, without further seed.
func prf(xkey [sha1.Size]byte, n int) ([]byte, error) {
	out := make([]byte, 0, n+sha1.Size)
	for len(out) < n {
		w, err := compress(xkey)
		if err != nil {
			return nil, err
		}
		out = append(out, w[:]...)
		addOne(&xkey, w)
		clear(w[:])
	}
	clear(xkey[:])
	clear(out[n:])
	return out[:n], nil
}

// addOne is XKEY = (1 + XKEY + w) mod 2^160.
func addOne(xkey *[sha1.Size]byte, w [sha1.Size]byte) {
	carry := uint(1)
	for i := len(xkey) - 1; i >= 0; i-- {
		carry += uint(xkey[i]) + uint(w[i])
		xkey[i] = byte(carry)
		carry >>= 8
	}
}

// prfPrime is PRF' of RFC 9048 clause 3.4.1: T1 | T2 | …, where each T is
// HMAC-SHA-256 of the one before it, s and its number.
func prfPrime(key, s []byte, n int) []byte {
	out := make([]byte, 0, n+sha256.Size)
	var last []byte
	for i := byte(1); len(out) < n; i++ {
		mac := hmac.New(sha256.New, key)
		mac.Write(last)
		mac.Write(s)
		mac.Write([]byte{i})
		from := len(out)
		out = mac.Sum(out)
		last = out[from:]
	}
	clear(out[n:cap(out)])
	return out[:n]
}
