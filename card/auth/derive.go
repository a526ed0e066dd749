package auth

import (
	"bytes"

	"simscope/card/safe"
	"simscope/crypto/aka"
	"simscope/crypto/eap"
	"simscope/crypto/fiveg"
	"simscope/crypto/gba"
	"simscope/crypto/kdf"
)

// Outcome is what a successful authentication left on both sides: the values that
// everything else is derived from.
type Outcome struct {
	RAND        [aka.RANDSize]byte
	AUTN        []byte // its first six bytes are SQN xor AK
	RES, CK, IK safe.Secret
}

// For says for which networks and services keys are derived. What is empty is
// left out.
type For struct {
	// MCC and MNC are of the serving network, three and two or three digits.
	MCC, MNC string
	// IMSI is the subscriber's; with the network's codes it makes the names
	// by which EAP knows the subscriber (3GPP TS 23.003 clause 14.3).
	IMSI string
	// NAF is the full name of a service of GBA; IMPI the subscriber's private
	// identity there. The protocol is HTTP digest.
	NAF, IMPI string
}

// Derived is a key that follows from CK and IK.
type Derived struct {
	Name string // "K_ASME", "K_AUSF", …
	// Bound is what the key holds for: a network, a name, a service.
	Bound string
	Value safe.Secret
}

// EAPKeys takes over what a run of an EAP method gave: MSK and EMSK, for an
// identity.
func EAPKeys(method, identity string, k *eap.Keys) []Derived {
	d := &deriver{}
	d.add(method+" MSK", identity, bytes.Clone(k.MSK), nil)
	d.add(method+" EMSK", identity, bytes.Clone(k.EMSK), nil)
	k.Clear()
	return d.out
}

// fcKASME is FC of K_ASME (3GPP TS 33.401 annex A.2).
const fcKASME = 0x10

// wlanNetwork is the name of the access network that a Wi-Fi has in EAP-AKA'
// (3GPP TS 24.302 clause 8.1.1).
const wlanNetwork = "WLAN"

// Derive computes what follows from an authentication: K_ASME of EPS, K_AUSF,
// K_SEAF and RES* of 5G, MSK of EAP-AKA and EAP-AKA', Ks and Ks_NAF of GBA.
// Keys of 32 bytes, which TUAK may have, derive nothing in these networks.
func Derive(o Outcome, f For) ([]Derived, error) {
	if o.CK.Len() != 16 || o.IK.Len() != 16 || len(o.AUTN) < aka.SQNSize {
		return nil, nil
	}
	var out []Derived
	var err error
	o.CK.Use(func(ck []byte) {
		o.IK.Use(func(ik []byte) {
			o.RES.Use(func(res []byte) { out, err = derive(o, f, ck, ik, res) })
		})
	})
	if err != nil {
		ClearDerived(out)
		return nil, err
	}
	return out, nil
}

// ClearDerived overwrites derived keys.
func ClearDerived(keys []Derived) {
	for _, k := range keys {
		k.Value.Clear()
	}
}

// deriver collects keys until one fails.
type deriver struct {
	out []Derived
	err error
}

func (d *deriver) add(name, bound string, key []byte, err error) {
	if d.err == nil {
		d.err = err
	}
	if err == nil {
		d.out = append(d.out, Derived{name, bound, safe.NewSecret(bytes.Clone(key))})
	}
	clear(key)
}

func derive(o Outcome, f For, ck, ik, res []byte) ([]Derived, error) {
	d := &deriver{}
	sqnAK := [aka.SQNSize]byte(o.AUTN)
	if f.MCC != "" {
		d.networks(o, f, ck, ik, res, sqnAK)
	}
	if f.MCC != "" && f.IMSI != "" {
		d.eap(f, ck, ik, sqnAK)
	}
	d.gba(o, f, ck, ik)
	return d.out, d.err
}

func (d *deriver) networks(o Outcome, f For, ck, ik, res []byte, sqnAK [aka.SQNSize]byte) {
	kasme, err := KASME(ck, ik, f.MCC, f.MNC, sqnAK)
	d.add("K_ASME", f.MCC+" "+f.MNC, kasme[:], err)
	name, err := fiveg.ServingNetworkName(f.MCC, f.MNC)
	if err != nil {
		d.add("", "", nil, err)
		return
	}
	kausf, err := fiveg.KAUSF(ck, ik, name, sqnAK)
	if err == nil {
		kseaf, err := fiveg.KSEAF(kausf, name)
		d.add("K_AUSF", name, bytes.Clone(kausf[:]), nil)
		d.add("K_SEAF", name, kseaf[:], err)
	}
	kausf.Clear()
	if len(res) <= 16 {
		star, err := fiveg.RESStar(ck, ik, name, o.RAND, res)
		d.add("RES*", name, star[:], err)
	}
}

// eap derives the keys with which a phone logs on to a Wi-Fi; the digit before
// the IMSI says which method the name asks for (3GPP TS 23.003 clause 19.3.2).
func (d *deriver) eap(f For, ck, ik []byte, sqnAK [aka.SQNSize]byte) {
	name := EAPIdentity(EAPAKA, f.IMSI, f.MCC, f.MNC)
	k, err := eap.AKA(name, ck, ik)
	d.add("EAP-AKA MSK", name, bytes.Clone(k.MSK), err)
	k.Clear()
	primed, err := fiveg.CKIKPrime(ck, ik, wlanNetwork, sqnAK)
	if err != nil {
		d.add("", "", nil, err)
		return
	}
	name = EAPIdentity(EAPAKAPrime, f.IMSI, f.MCC, f.MNC)
	k = eap.AKAPrime(name, primed)
	primed.Clear()
	d.add("EAP-AKA' MSK", name, bytes.Clone(k.MSK), nil)
	k.Clear()
}

func (d *deriver) gba(o Outcome, f For, ck, ik []byte) {
	ks, err := gba.NewKs(ck, ik)
	d.add("Ks", "GBA", bytes.Clone(ks[:]), err)
	defer ks.Clear()
	if f.NAF == "" || err != nil {
		return
	}
	id, err := gba.NAFID(f.NAF, gba.HTTPDigest)
	if err != nil {
		d.add("", "", nil, err)
		return
	}
	naf, err := gba.KsNAF(ks, o.RAND, f.IMPI, id)
	d.add("Ks_NAF", f.NAF, naf[:], err)
}

// KASME derives the key of EPS from CK and IK, 16 bytes each, the serving
// network and SQN xor AK (3GPP TS 33.401 annex A.2).
func KASME(ck, ik []byte, mcc, mnc string, sqnAK [aka.SQNSize]byte) (kdf.Key, error) {
	plmn, err := plmnBytes(mcc, mnc)
	if err != nil {
		return kdf.Key{}, err
	}
	ks, err := gba.NewKs(ck, ik) // CK || IK, the key of every derivation
	if err != nil {
		return kdf.Key{}, err
	}
	defer ks.Clear()
	return kdf.Derive(ks[:], fcKASME, plmn[:], sqnAK[:])
}

// plmnBytes codes a network's codes as in 3GPP TS 24.008 clause 10.5.1.3.
func plmnBytes(mcc, mnc string) (b [3]byte, err error) {
	if _, err := fiveg.ServingNetworkName(mcc, mnc); err != nil {
		return b, err
	}
	third := byte(0xF)
	if len(mnc) == 3 {
		third = mnc[2] - '0'
	}
	d := func(s string, i int) byte { return s[i] - '0' }
	return [3]byte{d(mcc, 1)<<4 | d(mcc, 0), third<<4 | d(mcc, 2), d(mnc, 1)<<4 | d(mnc, 0)}, nil
}
