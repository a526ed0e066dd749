// Package eap derives the keys of EAP-SIM (RFC 4186), EAP-AKA (RFC 4187) and
// EAP-AKA' (RFC 9048), with which a phone logs on to Wi-Fi by its SIM card.
package eap

import (
	"crypto/sha1"
	"encoding/binary"
	"errors"
	"fmt"

	"simscope/crypto/fiveg"
)

// Sizes in bytes.
const (
	MKSize       = sha1.Size // MK of EAP-SIM and EAP-AKA
	KEncrSize    = 16
	KAutSize     = 16
	KAutPrime    = 32 // K_aut of EAP-AKA'
	KRePrime     = 32 // K_re of EAP-AKA'
	MSKSize      = 64
	EMSKSize     = 64
	KcSize       = 8
	NonceSize    = 16 // NONCE_MT, NONCE_S
	keySize      = 16 // CK, IK
	labelPrime   = "EAP-AKA'"
	labelReauth  = "EAP-AKA' re-auth"
	maxTriplets  = 3
	minTriplets  = 2
	versionBytes = 2
)

// Errors. None of them names a key.
var (
	ErrTriplets = errors.New("EAP-SIM takes two or three triplets with a Kc of 8 bytes each")
	ErrVersions = errors.New("the list of versions is one or more numbers of two bytes")
	ErrKeySize  = errors.New("CK and IK are 16 bytes each")
	ErrCleared  = errors.New("keys were cleared")
)

// Keys is what one full authentication gives. It prints as dots; Clear it
// after use.
type Keys struct {
	MK          []byte // 20 bytes; EAP-AKA' keeps none
	KEncr, KAut []byte
	KRe         []byte // EAP-AKA' only
	MSK, EMSK   []byte
}

// Clear overwrites the keys.
func (k *Keys) Clear() {
	for _, b := range [][]byte{k.MK, k.KEncr, k.KAut, k.KRe, k.MSK, k.EMSK} {
		clear(b)
	}
	*k = Keys{}
}

// Format hides the keys under every verb.
func (k Keys) Format(w fmt.State, _ rune) { _, _ = w.Write([]byte("keys(••••)")) }

// MarshalText hides the keys in JSON and other texts.
func (k Keys) MarshalText() ([]byte, error) { return []byte("••••"), nil }

// SIM derives the keys of EAP-SIM (RFC 4186 clause 7): MK is SHA-1 of identity,
// the Kc of each triplet, NONCE_MT, the versions that the server offers and
// the one taken.
func SIM(identity string, kcs [][]byte, nonceMT [NonceSize]byte, versions []byte, selected uint16) (Keys, error) {
	if len(kcs) < minTriplets || len(kcs) > maxTriplets {
		return Keys{}, ErrTriplets
	}
	if len(versions) == 0 || len(versions)%versionBytes != 0 {
		return Keys{}, ErrVersions
	}
	h := sha1.New()
	h.Write([]byte(identity))
	for _, kc := range kcs {
		if len(kc) != KcSize {
			return Keys{}, ErrTriplets
		}
		h.Write(kc)
	}
	h.Write(nonceMT[:])
	h.Write(versions)
	h.Write(binary.BigEndian.AppendUint16(nil, selected))
	return fromMK(h.Sum(nil))
}

// AKA derives the keys of EAP-AKA (RFC 4187 clause 7): MK is SHA-1 of identity,
// IK and CK.
func AKA(identity string, ck, ik []byte) (Keys, error) {
	if len(ck) != keySize || len(ik) != keySize {
		return Keys{}, ErrKeySize
	}
	h := sha1.New()
	h.Write([]byte(identity))
	h.Write(ik)
	h.Write(ck)
	return fromMK(h.Sum(nil))
}

// fromMK expands MK, which it takes over, to the keys of EAP-SIM and EAP-AKA.
func fromMK(mk []byte) (Keys, error) {
	out, err := prf([MKSize]byte(mk), KEncrSize+KAutSize+MSKSize+EMSKSize)
	if err != nil {
		return Keys{}, err
	}
	k := Keys{MK: mk}
	split(out, &k.KEncr, KEncrSize, &k.KAut, KAutSize, &k.MSK, MSKSize, &k.EMSK, EMSKSize)
	return k, nil
}

// split takes b apart; parts are places and lengths in turn. Each part can
// hold no more than its own bytes.
func split(b []byte, parts ...any) {
	for i := 0; i+1 < len(parts); i += 2 {
		n := parts[i+1].(int)
		*parts[i].(*[]byte) = b[:n:n]
		b = b[n:]
	}
}

// Reauth derives MSK and EMSK of a fast re-authentication of EAP-SIM or
// EAP-AKA from the MK of the full one; identity is the one of the
// re-authentication (RFC 4186 clause 7, RFC 4187 clause 7).
func (k Keys) Reauth(identity string, counter uint16, nonceS [NonceSize]byte) (Keys, error) {
	if len(k.MK) != MKSize {
		return Keys{}, ErrCleared
	}
	h := sha1.New()
	h.Write([]byte(identity))
	h.Write(binary.BigEndian.AppendUint16(nil, counter))
	h.Write(nonceS[:])
	h.Write(k.MK)
	out, err := prf([MKSize]byte(h.Sum(nil)), MSKSize+EMSKSize)
	if err != nil {
		return Keys{}, err
	}
	var re Keys
	split(out, &re.MSK, MSKSize, &re.EMSK, EMSKSize)
	return re, nil
}

// AKAPrime derives the keys of EAP-AKA' from CK' and IK' (RFC 9048 clause 3.3),
// which fiveg.CKIKPrime gives.
func AKAPrime(identity string, primed fiveg.Primed) Keys {
	key := append(primed.IK[:], primed.CK[:]...)
	defer clear(key)
	defer primed.Clear()
	out := prfPrime(key, []byte(labelPrime+identity), KEncrSize+KAutPrime+KRePrime+MSKSize+EMSKSize)
	var k Keys
	split(out, &k.KEncr, KEncrSize, &k.KAut, KAutPrime, &k.KRe, KRePrime, &k.MSK, MSKSize, &k.EMSK, EMSKSize)
	return k
}

// ReauthPrime derives MSK and EMSK of a fast re-authentication of EAP-AKA' from
// K_re of the full one (RFC 9048 clause 3.3).
func (k Keys) ReauthPrime(identity string, counter uint16, nonceS [NonceSize]byte) (Keys, error) {
	if len(k.KRe) != KRePrime {
		return Keys{}, ErrCleared
	}
	s := binary.BigEndian.AppendUint16([]byte(labelReauth+identity), counter)
	out := prfPrime(k.KRe, append(s, nonceS[:]...), MSKSize+EMSKSize)
	var re Keys
	split(out, &re.MSK, MSKSize, &re.EMSK, EMSKSize)
	return re, nil
}
