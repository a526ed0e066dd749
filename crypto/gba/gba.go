// Package gba derives the keys of the Generic Bootstrapping Architecture: Ks
// of a bootstrapping run and the keys for one application server (NAF) from
// it (3GPP TS 33.220 clauses 4.5.2, 5.3.2 and annex B.3).
package gba

import (
	"errors"
	"fmt"

	"simscope/crypto/kdf"
)

// Sizes in bytes.
const (
	KsSize       = 32 // CK || IK
	RANDSize     = 16
	ProtocolSize = 5 // Ua security protocol identifier
	keyPartSize  = 16
)

// fcNAF is the function code of annex B.3.
const fcNAF = 0x01

// Errors. None of them names a key.
var (
	ErrKeySize = errors.New("CK and IK are 16 bytes each")
	ErrNAF     = errors.New("a NAF_Id needs the name of the server")
)

// Ks is the key of a bootstrapping run, CK || IK. It prints as dots; Clear it
// after use.
type Ks [KsSize]byte

// NewKs joins CK and IK, 16 bytes each.
func NewKs(ck, ik []byte) (Ks, error) {
	var out Ks
	if len(ck) != keyPartSize || len(ik) != keyPartSize {
		return out, ErrKeySize
	}
	copy(out[:], ck)
	copy(out[keyPartSize:], ik)
	return out, nil
}

// Clear overwrites the key.
func (k *Ks) Clear() { clear(k[:]) }

// Format hides the key under every verb.
func (k Ks) Format(w fmt.State, _ rune) { _, _ = w.Write([]byte("Ks(••••)")) }

// MarshalText hides the key in JSON and other texts.
func (k Ks) MarshalText() ([]byte, error) { return []byte("••••"), nil }

// Protocol is a Ua security protocol identifier: the organization's byte, 01
// for 3GPP, and four bytes of its own (annex H).
type Protocol [ProtocolSize]byte

// Protocols of annex H.3.
var (
	SubscriberCertificates = Protocol{1, 0, 0, 0, 0} // TS 33.221
	MBMS                   = Protocol{1, 0, 0, 0, 1} // TS 33.246
	HTTPDigest             = Protocol{1, 0, 0, 0, 2} // TS 24.109
	GenericPushLayer       = Protocol{1, 0, 0, 0, 5} // TS 33.224
	TLS13                  = Protocol{1, 0, 0, 0, 7} // shared key TLS 1.3, TS 33.222 clause 5.4.0.2
)

// TLS is the protocol of shared keys in TLS with a cipher suite (annex H.3,
// TS 33.222 clauses 5.3 and 5.4).
func TLS(suite uint16) Protocol { return Protocol{1, 0, 1, byte(suite >> 8), byte(suite)} }

// NAFID is the NAF_Id: the server's full name in the domain name system,
// followed by the protocol (clause 4.5.2).
func NAFID(fqdn string, p Protocol) ([]byte, error) {
	if fqdn == "" {
		return nil, ErrNAF
	}
	return append([]byte(fqdn), p[:]...), nil
}

// KsNAF derives Ks_NAF, or Ks_ext_NAF where the card did the bootstrapping
// (GBA_U): both are the same function. rand is the RAND of the run, impi the
// private identity in UTF-8.
func KsNAF(ks Ks, rand [RANDSize]byte, impi string, nafID []byte) (kdf.Key, error) {
	return derive(ks, "gba-me", rand, impi, nafID)
}

// KsIntNAF derives Ks_int_NAF, which stays on the card in GBA_U.
func KsIntNAF(ks Ks, rand [RANDSize]byte, impi string, nafID []byte) (kdf.Key, error) {
	return derive(ks, "gba-u", rand, impi, nafID)
}

func derive(ks Ks, label string, rand [RANDSize]byte, impi string, nafID []byte) (kdf.Key, error) {
	defer ks.Clear()
	return kdf.Derive(ks[:], fcNAF, []byte(label), rand[:], []byte(impi), nafID)
}
