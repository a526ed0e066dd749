package auth

import (
	"bytes"

	"simscope/card/safe"
	"simscope/crypto/aka"
	"simscope/crypto/eap"
	"simscope/crypto/fiveg"
)

// EAPMethod is a way in which a phone logs on with its card, to a Wi-Fi or, by
// EAP-AKA', to 5G. Its name is that of the command line.
type EAPMethod string

// The methods.
const (
	EAPSIM      EAPMethod = "eap-sim"       // RFC 4186: two or three 2G triplets
	EAPAKA      EAPMethod = "eap-aka"       // RFC 4187
	EAPAKAPrime EAPMethod = "eap-aka-prime" // RFC 9048: bound to the network's name
)

// EAPMethods lists all of them.
var EAPMethods = []EAPMethod{EAPSIM, EAPAKA, EAPAKAPrime}

// Triplets reports whether the method takes SRES and Kc of several RAND, and no
// token.
func (m EAPMethod) Triplets() bool { return m == EAPSIM }

// EAP is a log-on whose keys are derived from what the card and the host
// answer.
type EAP struct {
	Method EAPMethod
	// Identity is what the phone gives for itself, a digit for the method, the
	// IMSI and a realm, or a name that the server gave it before: 1 to
	// MaxIdentity bytes.
	Identity string
	// Network is the name of the access network, 1 to MaxIdentity bytes; of
	// EAPAKAPrime only.
	Network string
	// Nonce is NONCE_MT of the phone, of EAPSIM only.
	Nonce [eap.NonceSize]byte
}

// MaxIdentity is how long a network access identifier can be (RFC 7542 clause
// 2.3), in bytes; the name of a network is not longer.
const MaxIdentity = 253

// WLANName is the name of a Wi-Fi's access network in EAP-AKA' (3GPP TS 24.302
// clause 8.1.1).
const WLANName = wlanNetwork

// Realm is the home network's realm for a Wi-Fi (3GPP TS 23.003 clause 14.2).
func Realm(mcc, mnc string) string {
	if len(mnc) == 2 {
		mnc = "0" + mnc
	}
	return "wlan.mnc" + mnc + ".mcc" + mcc + ".3gppnetwork.org"
}

// EAPIdentity is the permanent identity of a subscriber for a method: its digit
// says which one the phone asks for (3GPP TS 23.003 clauses 14.3 and 19.3.2).
func EAPIdentity(m EAPMethod, imsi, mcc, mnc string) string {
	return EAPDigit(m) + imsi + "@" + Realm(mcc, mnc)
}

// EAPDigit is the digit that a permanent identity begins with.
func EAPDigit(m EAPMethod) string {
	return map[EAPMethod]string{EAPSIM: "1", EAPAKA: "0", EAPAKAPrime: "6"}[m]
}

// Check finds a name that is missing or too long; a *FieldError.
func (e EAP) Check() error {
	if err := fieldSize("identity", []byte(e.Identity), 1, MaxIdentity); err != nil {
		return err
	}
	if e.Method == EAPAKAPrime {
		return fieldSize("network", []byte(e.Network), 1, MaxIdentity)
	}
	return nil
}

// EAPSide is what the card, or the host, has to derive from: Kc of each RAND
// for EAPSIM, else CK and IK and the token that they came with.
type EAPSide struct {
	Kcs    []safe.Secret
	CK, IK safe.Secret
	AUTN   []byte
}

// eapSIMVersion is the only version of EAP-SIM (RFC 4186 clause 10.8), and with
// it the list that a server offers.
const eapSIMVersion = 1

// keys derives what a side gets; false where it has not what it takes. Keys of
// 32 bytes, which TUAK may have, are none of EAP.
func (e EAP) keys(s EAPSide) (k eap.Keys, ok bool, err error) {
	if e.Method.Triplets() {
		return e.sim(s.Kcs)
	}
	if s.CK.Len() != 16 || s.IK.Len() != 16 || len(s.AUTN) < aka.SQNSize {
		return k, false, nil
	}
	both(s.CK, s.IK, func(ck, ik []byte) {
		if e.Method == EAPAKA {
			k, err = eap.AKA(e.Identity, ck, ik)
			return
		}
		primed, fault := fiveg.CKIKPrime(ck, ik, e.Network, [aka.SQNSize]byte(s.AUTN))
		if err = fault; err == nil {
			k = eap.AKAPrime(e.Identity, primed)
		}
		primed.Clear()
	})
	return k, err == nil, err
}

func (e EAP) sim(kcs []safe.Secret) (k eap.Keys, ok bool, err error) {
	var plain [][]byte
	for _, kc := range kcs {
		if kc.Len() != aka.KcSize {
			return k, false, nil
		}
		kc.Use(func(b []byte) { plain = append(plain, bytes.Clone(b)) })
	}
	if len(plain) == 0 {
		return k, false, nil
	}
	k, err = eap.SIM(e.Identity, plain, e.Nonce, []byte{0, eapSIMVersion}, eapSIMVersion)
	for _, kc := range plain {
		clear(kc)
	}
	return k, err == nil, err
}

// Fields derives the keys of both sides and sets them side by side: K_encr and
// K_aut, K_re of EAPAKAPrime, MSK and EMSK. A side that has nothing to derive
// from has none. They are to be cleared with ClearFields.
func (e EAP) Fields(onCard, onHost EAPSide) ([]Field, error) {
	c, _, err := e.keys(onCard)
	if err != nil {
		return nil, err
	}
	defer c.Clear()
	h, _, err := e.keys(onHost)
	if err != nil {
		return nil, err
	}
	defer h.Clear()
	var out []Field
	for _, f := range []struct {
		name       string
		card, host []byte
	}{
		{"K_encr", c.KEncr, h.KEncr},
		{"K_aut", c.KAut, h.KAut},
		{"K_re", c.KRe, h.KRe},
		{"MSK", c.MSK, h.MSK},
		{"EMSK", c.EMSK, h.EMSK},
	} {
		out = appendField(out, Field{Name: f.name, Card: secretOf(f.card), Host: secretOf(f.host)})
	}
	return out, nil
}

// ClearFields overwrites fields that are nobody else's.
func ClearFields(fields []Field) {
	for _, f := range fields {
		f.Card.Clear()
		f.Host.Clear()
	}
}
