package auth

import (
	"crypto/rand"
	"errors"
	"fmt"
	"io"

	"simscope/card"
	"simscope/card/tlv"
	"simscope/crypto/suci"
)

// Contexts of GET IDENTITY (P2, 3GPP TS 31.102 clause 7.5.1).
const (
	IdentityContextSUCI = 0x01
	IdentityContextNSWO = 0x02 // for Wi-Fi without the 5G core's services
)

// identityTag is the SUCI data object of the answer (clause 7.5.2).
const identityTag = 0xA1

// IdentityAnswerError says that a card answered GET IDENTITY with something
// that is no SUCI. Err says what it lacks.
type IdentityAnswerError struct {
	Len int // bytes that it answered
	Err error
}

func (e *IdentityAnswerError) Error() string {
	return fmt.Sprintf("the answer to GET IDENTITY, %d bytes, is no SUCI: %v", e.Len, e.Err)
}

func (e *IdentityAnswerError) Unwrap() error { return e.Err }

// Faults of an answer before it is a SUCI.
var (
	ErrIdentityTag   = errors.New("no data object with tag A1")
	ErrIdentityTrail = errors.New("bytes follow the data object")
)

// IdentityCommand is GET IDENTITY in a context.
func IdentityCommand(context byte) card.Command {
	return card.Command{CLA: 0x80, INS: card.InsGetIdentity, P2: context, Le: card.MaxShortLe}
}

// IdentityGet asks a USIM for its SUCI: the application is made current and
// asked once. It changes nothing on the card; each answer differs, because
// the card takes a new key for it. A refusal is a *card.StatusError, an answer
// that is no SUCI an *IdentityAnswerError.
func IdentityGet(x *card.Tx, app card.AID, context byte) (suci.SUCI, error) {
	if _, err := x.Select(card.Path{App: app}); err != nil {
		return suci.SUCI{}, err
	}
	c := IdentityCommand(context)
	r, err := x.Send(c)
	if err != nil {
		return suci.SUCI{}, err
	}
	if !r.OK() {
		return suci.SUCI{}, &card.StatusError{Op: "GET IDENTITY", Header: [4]byte{c.CLA, c.INS, c.P1, c.P2}, SW: r.SW}
	}
	return IdentityParse(r.Data)
}

// IdentityParse reads the answer to GET IDENTITY.
func IdentityParse(b []byte) (suci.SUCI, error) {
	fail := func(err error) (suci.SUCI, error) { return suci.SUCI{}, &IdentityAnswerError{len(b), err} }
	nodes, err := tlv.ParseFlat(b)
	switch {
	case err != nil || len(nodes) == 0 || nodes[0].Tag != identityTag:
		return fail(ErrIdentityTag)
	case len(nodes) > 1:
		return fail(ErrIdentityTrail)
	}
	s, err := suci.ParseOctets(nodes[0].Value)
	if err != nil {
		// In the context for Wi-Fi the value may be the NAI alone.
		nai, again := suci.Parse(string(nodes[0].Value))
		if again != nil {
			return fail(err)
		}
		s = nai
	}
	return s, nil
}

// IdentityCalc is EF.SUCI_Calc_Info: the ways to hide the identity, best
// first, and the keys for them (3GPP TS 31.102 clause 4.4.11.8).
type IdentityCalc struct {
	Schemes []IdentityScheme
	Keys    []IdentityKey
}

// IdentityScheme is a way to hide the identity and which key it uses: 1 is the
// first of the list, 0 none.
type IdentityScheme struct {
	Scheme suci.Scheme
	Index  int
}

// IdentityKey is a public key of the home network.
type IdentityKey struct {
	ID  byte
	Key []byte
}

// IdentityFiles is what the files of a USIM say that a phone computes with.
type IdentityFiles struct {
	IMSI      string
	MNCLength int    // digits of the network code, 2 or 3
	Type      byte   // of the identity, suci.TypeIMSI or that of NAI
	NAI       string // name@realm of EF.SUPI_NAI, for the other types
	Routing   string // digits of EF.Routing_Indicator, empty where none is set
	Calc      *IdentityCalc
}

// IdentityFault says why a scheme of the list cannot be used.
type IdentityFault string

// The faults.
const (
	IdentityNoKey   IdentityFault = "no_key"  // its key is not in the list
	IdentityBadKey  IdentityFault = "bad_key" // the bytes are no key of its curve
	IdentityForeign IdentityFault = "foreign" // an operator's own scheme, unknown here
)

// IdentitySkipped is a scheme that stands before the one that is used.
type IdentitySkipped struct {
	IdentityScheme
	Fault IdentityFault
	KeyID byte // where the key is there and bad
}

// Errors of computing.
var (
	ErrIdentityIMSI    = errors.New("the IMSI is not known")
	ErrIdentityNetwork = errors.New("the length of the network code is not known")
)

// IdentityCompute makes the SUCI that a phone makes of the card's files (TS
// 33.501 clause 6.12.2): by the first scheme of the list that it knows and has
// a key for, by the null scheme where there is none. skipped are the schemes
// before it.
func IdentityCompute(f IdentityFiles) (s suci.SUCI, skipped []IdentitySkipped, err error) {
	return identityCompute(f, rand.Reader)
}

func identityCompute(f IdentityFiles, random io.Reader) (s suci.SUCI, skipped []IdentitySkipped, err error) {
	n := 3 + f.MNCLength
	switch {
	case f.Type != suci.TypeIMSI:
		home := suci.Home{Routing: f.Routing}
		if f.Calc != nil {
			skipped = f.Calc.choose(&home)
		}
		s, err = home.ConcealName(f.Type, f.NAI, random)
		return s, skipped, err
	case f.IMSI == "":
		return s, nil, ErrIdentityIMSI
	case f.MNCLength < 2 || f.MNCLength > 3 || len(f.IMSI) <= n:
		return s, nil, ErrIdentityNetwork
	}
	home := suci.Home{MCC: f.IMSI[:3], MNC: f.IMSI[3:n], Routing: f.Routing}
	if f.Calc != nil {
		skipped = f.Calc.choose(&home)
	}
	s, err = home.Conceal(f.IMSI, random)
	return s, skipped, err
}

// choose sets scheme and key of h, and says what stands before them.
func (c IdentityCalc) choose(h *suci.Home) (skipped []IdentitySkipped) {
	for _, s := range c.Schemes {
		if s.Scheme == suci.Null {
			return skipped
		}
		skip := IdentitySkipped{IdentityScheme: s}
		switch {
		case !s.Scheme.Hides():
			skip.Fault = IdentityForeign
		case s.Index < 1 || s.Index > len(c.Keys):
			skip.Fault = IdentityNoKey
		default:
			k := c.Keys[s.Index-1]
			key, err := suci.NewPublicKey(s.Scheme, k.Key)
			if err == nil {
				h.Scheme, h.KeyID, h.Key = s.Scheme, k.ID, key
				return skipped
			}
			skip.Fault, skip.KeyID = IdentityBadKey, k.ID
		}
		skipped = append(skipped, skip)
	}
	return skipped
}

// find names the keys of the list that a private key belongs to.
func (c IdentityCalc) find(key suci.PrivateKey) (ids []byte, schemes []suci.Scheme) {
	for _, s := range []suci.Scheme{suci.ProfileA, suci.ProfileB} {
		own, err := key.Public(s)
		if err != nil {
			continue
		}
		for _, k := range c.Keys {
			if other, err := suci.NewPublicKey(s, k.Key); err == nil && other.Equal(own) {
				ids, schemes = append(ids, k.ID), append(schemes, s)
			}
		}
	}
	return ids, schemes
}
