package globalplatform

import (
	"crypto/aes"
	"crypto/des"
	"errors"
	"slices"

	"simscope/card/safe"
	"simscope/crypto/cmac"
)

// KeySet is the keys with which a person opens a secure channel: ENC, MAC and
// DEK, of 16, 24 or 32 bytes each. They print as dots.
type KeySet struct{ ENC, MAC, DEK safe.Secret }

// One is a set in which one key stands in all three places.
func One(key safe.Secret) KeySet { return KeySet{key, key, key} }

// Clear overwrites the keys.
func (k KeySet) Clear() {
	k.ENC.Clear()
	k.MAC.Clear()
	k.DEK.Clear()
}

// KeySizes are the lengths of ENC, MAC and DEK in bytes.
var KeySizes = []int{16, 24, 32}

// Errors of keys.
var (
	ErrKeyForm   = errors.New("a key has 16, 24 or 32 bytes")
	ErrKeyLength = errors.New("the keys ENC, MAC and DEK have to be of one length")
	ErrKDF       = errors.New("no such way of making a card's keys, or not with keys of this length")
)

// Check says whether the keys can be a set.
func (k KeySet) Check() error {
	n := k.ENC.Len()
	if !slices.Contains(KeySizes, n) {
		return ErrKeyForm
	}
	if k.MAC.Len() != n || k.DEK.Len() != n {
		return ErrKeyLength
	}
	return nil
}

// with lends the bytes of all three to f.
func (k KeySet) with(f func(enc, mac, dek []byte)) {
	k.ENC.Use(func(enc []byte) {
		k.MAC.Use(func(mac []byte) { k.DEK.Use(func(dek []byte) { f(enc, mac, dek) }) })
	})
}

// KDF is a way in which issuers make the keys of a card from a master key and
// the diversification data that the card tells. Cards know nothing of it.
type KDF string

// The ways that are known here, as GlobalPlatformPro names them: two of EMV
// and Visa for triple DES, and the counter mode of NIST SP 800-108 for AES.
const (
	KDFNone  KDF = ""
	KDFEMV   KDF = "emv"
	KDFVISA2 KDF = "visa2"
	KDF3     KDF = "kdf3"
)

// KDFs are all of them.
var KDFs = []KDF{KDFEMV, KDFVISA2, KDF3}

// Derive makes the keys of the card with that diversification data of the
// master keys in k, protocol 02 or 03 being what they are for.
func (k KeySet) Derive(kdf KDF, protocol byte, diversification [10]byte) (KeySet, error) {
	if kdf == KDFNone {
		return k, nil
	}
	if err := k.Check(); err != nil {
		return KeySet{}, err
	}
	var out [3][]byte
	var err error
	k.with(func(enc, mac, dek []byte) {
		for i, master := range [][]byte{enc, mac, dek} {
			var e error
			if out[i], e = derived(kdf, protocol, master, diversification[:], byte(i+1)); e != nil {
				err = e
			}
		}
	})
	set := KeySet{safe.NewSecret(out[0]), safe.NewSecret(out[1]), safe.NewSecret(out[2])}
	if err != nil {
		set.Clear()
		return KeySet{}, err
	}
	return set, nil
}

// derived makes the key of a purpose: 1 ENC, 2 MAC, 3 DEK.
func derived(kdf KDF, protocol byte, master, d []byte, purpose byte) ([]byte, error) {
	var half []byte
	switch {
	case kdf == KDF3 && protocol == 0x03:
		return counterMode(master, []byte{0, 0, 0, purpose, 0}, d)
	case kdf == KDFEMV && protocol == 0x02 && len(master) == 16:
		half = d[4:10]
	case kdf == KDFVISA2 && protocol == 0x02 && len(master) == 16:
		half = append(append([]byte{}, d[0:2]...), d[4:8]...)
	default:
		return nil, ErrKDF
	}
	block := append(append([]byte{}, half...), 0xF0, purpose)
	block = append(append(block, half...), 0x0F, purpose)
	three := append(append([]byte{}, master...), master[:8]...)
	defer clear(three)
	c, err := des.NewTripleDESCipher(three)
	if err != nil {
		return nil, ErrKDF
	}
	for at := 0; at < len(block); at += des.BlockSize {
		c.Encrypt(block[at:], block[at:])
	}
	return block, nil
}

// counterMode is NIST SP 800-108 with CMAC, a counter of one byte first.
func counterMode(master []byte, fixed ...[]byte) ([]byte, error) {
	c, err := aes.NewCipher(master)
	if err != nil {
		return nil, ErrKDF
	}
	var out []byte
	for i := byte(1); len(out) < len(master); i++ {
		out = append(out, cmac.Sum(c, append([][]byte{{i}}, fixed...)...)...)
	}
	return out[:len(master)], nil
}

// exchanged is the set with the halves of keys of 16 bytes in each other's
// place.
func exchanged(k KeySet) (KeySet, bool) {
	if k.ENC.Len() != 16 {
		return KeySet{}, false
	}
	var out KeySet
	k.with(func(enc, mac, dek []byte) {
		turn := func(b []byte) safe.Secret {
			return safe.NewSecret(append(append(make([]byte, 0, 16), b[8:]...), b[:8]...))
		}
		out = KeySet{turn(enc), turn(mac), turn(dek)}
	})
	return out, true
}
