package scp80

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/des"
	"crypto/subtle"
	"errors"
	"fmt"
	"hash/crc32"

	"simscope/crypto/cmac"
	"simscope/crypto/hidden"
)

// Errors. None of them names a key.
var (
	ErrPacket    = errors.New("not a secured packet")
	ErrKeySize   = errors.New("the key has another length than its algorithm asks for")
	ErrAlgorithm = errors.New("the algorithm cannot be computed")
	ErrChecksum  = errors.New("the redundancy or cryptographic check does not match")
	ErrCipher    = errors.New("the ciphered part does not decipher to a packet")
	ErrTooLong   = errors.New("longer than a packet can be")
	ErrCleared   = errors.New("the keys were cleared")
	ErrCounter   = errors.New("the counter is longer than five bytes")
)

// Keys are the two keys of a key set: for ciphering (KIc) and for the check
// (KID). They print as dots; copies share the bytes.
type Keys struct{ box hidden.Box[keys] }

type keys struct{ kic, kid []byte }

// NewKeys copies the keys; the caller clears its own. Either may be empty
// where packets do not ask for it. Their length is compared with the algorithm
// that a packet names: DES 8 bytes, triple DES 16 or 24, AES 16, 24 or 32.
func NewKeys(kic, kid []byte) (Keys, error) {
	for _, k := range [][]byte{kic, kid} {
		switch len(k) {
		case 0, 8, 16, 24, 32:
		default:
			return Keys{}, fmt.Errorf("%w: %d bytes", ErrKeySize, len(k))
		}
	}
	return Keys{hidden.New(keys{append([]byte(nil), kic...), append([]byte(nil), kid...)})}, nil
}

// Clear overwrites the keys.
func (k Keys) Clear() {
	if s := k.box.Get(); s != nil {
		clear(s.kic)
		clear(s.kid)
	}
	k.box.Drop()
}

// Format hides the keys under every verb.
func (k Keys) Format(w fmt.State, verb rune) { k.box.Format(w, verb) }

// cipherOf makes the block cipher of an algorithm.
func cipherOf(a Algorithm, key []byte) (cipher.Block, error) {
	want := map[Algorithm]int{DESCBC: 8, DESECB: 8, TripleDES2: 16, TripleDES3: 24}[a]
	switch {
	case a == AES:
		b, err := aes.NewCipher(key)
		if err != nil {
			return nil, fmt.Errorf("%w: AES with %d bytes", ErrKeySize, len(key))
		}
		return b, nil
	case want == 0:
		return nil, fmt.Errorf("%w: %s", ErrAlgorithm, a)
	case len(key) != want:
		return nil, fmt.Errorf("%w: %s with %d bytes", ErrKeySize, a, len(key))
	case want == 8:
		return des.NewCipher(key)
	case want == 16:
		key = append(append([]byte(nil), key...), key[:8]...)
		defer clear(key)
	}
	return des.NewTripleDESCipher(key)
}

// crypt is what ciphers: whole blocks, in place, with a zero vector (TS 102
// 225 clause 5.1.2).
type crypt struct {
	block cipher.Block
	ecb   bool
}

func newCrypt(k Keys, kic byte) (crypt, error) {
	s := k.box.Get()
	if s == nil {
		return crypt{}, ErrCleared
	}
	a := Cipher(kic)
	b, err := cipherOf(a, s.kic)
	return crypt{b, a == DESECB}, err
}

func (c crypt) run(b []byte, encrypt bool) {
	n := c.block.BlockSize()
	switch iv := make([]byte, n); {
	case c.ecb:
		f := c.block.Decrypt
		if encrypt {
			f = c.block.Encrypt
		}
		for at := 0; at < len(b); at += n {
			f(b[at:], b[at:])
		}
	case encrypt:
		cipher.NewCBCEncrypter(c.block, iv).CryptBlocks(b, b)
	default:
		cipher.NewCBCDecrypter(c.block, iv).CryptBlocks(b, b)
	}
}

// checkSize is how long a check is when a packet is made.
func checkSize(c Check, kid byte) (int, error) {
	switch a := Checksum(c, kid); {
	case c == NoCheck:
		return 0, nil
	case a == CRC16:
		return 2, nil
	case a == CRC32:
		return 4, nil
	case c == CC && (a == DESCBC || a == TripleDES2 || a == TripleDES3 || a == AES):
		return 8, nil
	default:
		return 0, fmt.Errorf("%w: %s for %s", ErrAlgorithm, a, c)
	}
}

// checksum computes a check of size bytes over the parts. A cipher's MAC is
// over data filled with zeroes; AES has CMAC, of which the first bytes count
// (TS 102 225 clause 5.1.3).
func checksum(k Keys, c Check, kid byte, size int, parts ...[]byte) ([]byte, error) {
	s := k.box.Get()
	a := Checksum(c, kid)
	var data []byte
	for _, p := range parts {
		data = append(data, p...)
	}
	if c == RC {
		return redundancy(a, data)
	}
	if s == nil {
		return nil, ErrCleared
	}
	b, err := cipherOf(a, s.kid)
	if err != nil {
		return nil, err
	}
	if a == AES {
		if size != 4 && size != 8 {
			return nil, fmt.Errorf("%w: a CMAC of %d bytes", ErrPacket, size)
		}
		return cmac.Sum(b, data)[:size], nil
	}
	if size != 8 {
		return nil, fmt.Errorf("%w: a MAC of %d bytes", ErrPacket, size)
	}
	for len(data)%8 != 0 {
		data = append(data, 0)
	}
	cipher.NewCBCEncrypter(b, make([]byte, 8)).CryptBlocks(data, data)
	return data[len(data)-8:], nil
}

// redundancy computes the CRCs of ISO/IEC 13239 (TS 102 225 clause 5.1.3.2).
func redundancy(a Algorithm, data []byte) ([]byte, error) {
	switch a {
	case CRC16:
		v := crc16(data)
		return []byte{byte(v >> 8), byte(v)}, nil
	case CRC32:
		v := crc32.ChecksumIEEE(data)
		return []byte{byte(v >> 24), byte(v >> 16), byte(v >> 8), byte(v)}, nil
	}
	return nil, fmt.Errorf("%w: %s", ErrAlgorithm, a)
}

// crc16 is that of HDLC: x16+x12+x5+1, bits reversed, begun with ones, and
// inverted.
func crc16(data []byte) uint16 {
	v := uint16(0xFFFF)
	for _, b := range data {
		v ^= uint16(b)
		for range 8 {
			v = v>>1 ^ 0x8408*(v&1)
		}
	}
	return ^v
}

func equal(a, b []byte) bool { return subtle.ConstantTimeCompare(a, b) == 1 }
