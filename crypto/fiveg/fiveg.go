// Package fiveg derives what 5G makes of an authentication run: CK' and IK',
// RES*, HRES*, and the chain K_AUSF, K_SEAF, K_AMF (3GPP TS 33.501 annex A).
package fiveg

import (
	"crypto/sha256"
	"errors"
	"fmt"

	"simscope/crypto/kdf"
)

// Sizes in bytes.
const (
	KeySize     = 16 // CK, IK, CK', IK'
	RANDSize    = 16
	RESStarSize = 16
	SQNSize     = 6
	minRES      = 4
	maxRES      = 16
	minEMSK     = kdf.Size
)

// Function codes (TS 33.402 annex A.2, TS 33.501 annex A).
const (
	fcCKIKPrime = 0x20
	fcKAUSF     = 0x6A
	fcRESStar   = 0x6B
	fcKSEAF     = 0x6C
	fcKAMF      = 0x6D
)

// Errors. None of them names a key.
var (
	ErrKeySize = errors.New("CK and IK are 16 bytes each")
	ErrRES     = errors.New("RES is 4 to 16 bytes")
	ErrEMSK    = errors.New("an EMSK of EAP-AKA' is 64 bytes, of which K_AUSF takes the first 32")
	ErrPLMN    = errors.New("a network code is three digits of country and two or three of network")
	ErrNetwork = errors.New("a serving network name is needed")
	ErrSUPI    = errors.New("a subscriber's identity is needed")
)

// ServingNetworkName builds the name that every derivation is bound to, from
// the country's three digits and the network's two or three (TS 24.501 clause
// 9.12.1, TS 33.501 clause 6.1.1.4): a network code of two digits gets a zero
// before it.
func ServingNetworkName(mcc, mnc string) (string, error) {
	if len(mcc) != 3 || len(mnc) < 2 || len(mnc) > 3 || !digits(mcc) || !digits(mnc) {
		return "", ErrPLMN
	}
	return fmt.Sprintf("5G:mnc%03s.mcc%s.3gppnetwork.org", mnc, mcc), nil
}

func digits(s string) bool {
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return false
		}
	}
	return true
}

// Primed are CK' and IK'. They print as dots; Clear them after use.
type Primed struct{ CK, IK [KeySize]byte }

// Clear overwrites the keys.
func (p *Primed) Clear() { *p = Primed{} }

// Format hides the keys under every verb.
func (p Primed) Format(w fmt.State, _ rune) { _, _ = w.Write([]byte("keys(••••)")) }

// MarshalText hides the keys in JSON and other texts.
func (p Primed) MarshalText() ([]byte, error) { return []byte("••••"), nil }

// CKIKPrime derives CK' and IK' of EAP-AKA' from CK and IK, 16 bytes each, the
// name of the access network, in 5G the serving network name, and SQN xor AK
// (TS 33.402 annex A.2, TS 33.501 annex A.3).
func CKIKPrime(ck, ik []byte, network string, sqnAK [SQNSize]byte) (Primed, error) {
	out, err := fromCKIK(ck, ik, fcCKIKPrime, network, sqnAK[:])
	if err != nil {
		return Primed{}, err
	}
	defer out.Clear()
	return Primed{CK: [KeySize]byte(out[:KeySize]), IK: [KeySize]byte(out[KeySize:])}, nil
}

// KAUSF derives K_AUSF in 5G AKA (annex A.2).
func KAUSF(ck, ik []byte, network string, sqnAK [SQNSize]byte) (kdf.Key, error) {
	return fromCKIK(ck, ik, fcKAUSF, network, sqnAK[:])
}

// KAUSFOfEAP takes K_AUSF from the EMSK of EAP-AKA': its first 256 bits (clause
// 6.1.3.1).
func KAUSFOfEAP(emsk []byte) (kdf.Key, error) {
	if len(emsk) < minEMSK {
		return kdf.Key{}, ErrEMSK
	}
	return kdf.Key(emsk[:kdf.Size]), nil
}

// RESStar derives RES*, the card's answer as 5G AKA sends it, or XRES*, the
// expected one, from RES or XRES of 4 to 16 bytes (annex A.4).
func RESStar(ck, ik []byte, network string, rand [RANDSize]byte, res []byte) (out [RESStarSize]byte, err error) {
	if len(res) < minRES || len(res) > maxRES {
		return out, ErrRES
	}
	k, err := fromCKIK(ck, ik, fcRESStar, network, rand[:], res)
	if err != nil {
		return out, err
	}
	defer k.Clear()
	return [RESStarSize]byte(k[kdf.Size-RESStarSize:]), nil
}

// HRESStar hashes RES* to HRES*, or XRES* to HXRES*, with which the serving
// network checks an answer without knowing the expected one (annex A.5).
func HRESStar(rand [RANDSize]byte, resStar [RESStarSize]byte) [RESStarSize]byte {
	sum := sha256.Sum256(append(rand[:], resStar[:]...))
	return [RESStarSize]byte(sum[len(sum)-RESStarSize:])
}

// KSEAF derives the serving network's anchor key (annex A.6).
func KSEAF(kausf kdf.Key, network string) (kdf.Key, error) {
	if network == "" {
		return kdf.Key{}, ErrNetwork
	}
	defer kausf.Clear()
	return kdf.Derive(kausf[:], fcKSEAF, []byte(network))
}

// KAMF derives the key of the access and mobility function. supi is the
// identity without its type: the digits of an IMSI, or a NAI; abba the
// parameter against bidding down, 0000 in use (annex A.7).
func KAMF(kseaf kdf.Key, supi string, abba []byte) (kdf.Key, error) {
	if supi == "" {
		return kdf.Key{}, ErrSUPI
	}
	defer kseaf.Clear()
	return kdf.Derive(kseaf[:], fcKAMF, []byte(supi), abba)
}

// fromCKIK derives from CK || IK with the network's name as first parameter.
func fromCKIK(ck, ik []byte, fc byte, network string, params ...[]byte) (kdf.Key, error) {
	switch {
	case len(ck) != KeySize || len(ik) != KeySize:
		return kdf.Key{}, ErrKeySize
	case network == "":
		return kdf.Key{}, ErrNetwork
	}
	var key [2 * KeySize]byte
	defer clear(key[:])
	copy(key[:], ck)
	copy(key[KeySize:], ik)
	return kdf.Derive(key[:], fc, append([][]byte{[]byte(network)}, params...)...)
}
