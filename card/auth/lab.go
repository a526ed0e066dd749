package auth

import (
	"bytes"
	"crypto/subtle"

	"simscope/card/safe"
	"simscope/crypto/aka"
	"simscope/crypto/gba"
)

// Vector is everything the host computes for one RAND. What an algorithm does
// not have is empty.
type Vector struct {
	RAND [aka.RANDSize]byte
	SQN  aka.SQN
	AMF  [aka.AMFSize]byte
	AUTN []byte

	RES, CK, IK, AK, AKStar, SRES, Kc safe.Secret
	// KsNAF is Ks_ext_NAF, where ServiceKey was called.
	KsNAF safe.Secret
}

// Clear overwrites the secrets.
func (v *Vector) Clear() {
	if v == nil {
		return
	}
	for _, s := range []safe.Secret{v.RES, v.CK, v.IK, v.AK, v.AKStar, v.SRES, v.Kc, v.KsNAF} {
		s.Clear()
	}
}

// Compute makes the vector that a subscriber's keys give. The AUTN in it is
// valid for these keys, with the sequence number and AMF that were chosen.
func Compute(s Subscriber, rand [aka.RANDSize]byte, sqn aka.SQN, amf [aka.AMFSize]byte) (*Vector, error) {
	sres, kc, err := s.GSM(rand)
	if err != nil {
		return nil, err
	}
	v := &Vector{RAND: rand, SQN: sqn, AMF: amf, SRES: secretOf(sres[:]), Kc: secretOf(kc[:])}
	clear(sres[:])
	clear(kc[:])
	if s.Algorithm.OnlyGSM() {
		return v, nil
	}
	f, err := s.Functions()
	if err != nil {
		v.Clear()
		return nil, err
	}
	defer f.Clear()
	k, err := f.F2345(rand)
	if err == nil {
		v.AUTN, err = aka.AUTN(f, rand, sqn, amf)
	}
	if err != nil {
		v.Clear()
		return nil, err
	}
	defer k.Clear()
	v.RES, v.CK, v.IK = secretOf(k.RES), secretOf(k.CK), secretOf(k.IK)
	v.AK, v.AKStar = secretOf(k.AK[:]), secretOf(k.AKStar[:])
	return v, nil
}

// ServiceKey adds the key of a service of GBA, of a bootstrapping with the
// vector's RAND.
func (v *Vector) ServiceKey(impi string, nafID []byte) (err error) {
	both(v.CK, v.IK, func(ck, ik []byte) {
		ks, e := gba.NewKs(ck, ik)
		if err = e; err != nil {
			return
		}
		defer ks.Clear()
		k, e := gba.KsNAF(ks, v.RAND, impi, nafID)
		v.KsNAF, err = secretOf(k[:]), e
		k.Clear()
	})
	return err
}

func secretOf(b []byte) safe.Secret { return safe.NewSecret(bytes.Clone(b)) }

// State is how a field stands on both sides.
type State int

// The states of a field.
const (
	Same State = iota
	Differs
	CardOnly // the host has nothing to compare it with
	HostOnly // the card did not give it
)

// ID names a state; it is never translated.
func (s State) ID() string { return [...]string{"same", "differs", "card_only", "host_only"}[s] }

// Field is one value on both sides.
type Field struct {
	Name       string
	Card, Host safe.Secret
	State      State
}

// Compare sets the card's values beside the host's, in the order of the
// specification. v may be nil: then all is the card's alone.
func Compare(v *Vector, a *Answer) []Field {
	if v == nil {
		v = &Vector{}
	}
	if a == nil {
		a = &Answer{}
	}
	var out []Field
	for _, f := range []Field{
		{Name: "RES", Card: a.RES, Host: v.RES},
		{Name: "CK", Card: a.CK, Host: v.CK},
		{Name: "IK", Card: a.IK, Host: v.IK},
		{Name: "SRES", Card: a.SRES, Host: v.SRES},
		{Name: "Kc", Card: a.Kc, Host: v.Kc},
		{Name: "Ks_ext_NAF", Card: a.KsNAF, Host: v.KsNAF},
	} {
		out = appendField(out, f)
	}
	return out
}

// appendField adds a field in its state, where a side has it at all.
func appendField(out []Field, f Field) []Field {
	switch c, h := f.Card.Len() > 0, f.Host.Len() > 0; {
	case !c && !h:
		return out
	case !h:
		f.State = CardOnly
	case !c:
		f.State = HostOnly
	case same(f.Card, f.Host):
		f.State = Same
	default:
		f.State = Differs
	}
	return append(out, f)
}

// akUse says what hides a sequence number.
type akUse int

const (
	asSpecified akUse = iota // f5 in AUTN, f5* in AUTS
	theOther                 // the other one
	inClear
)

// model is one idea of what a card, or the maker of a token, computes.
type model struct {
	f   aka.Functions
	gsm func([aka.RANDSize]byte) ([aka.SRESSize]byte, [aka.KcSize]byte, error)

	anyRES    bool // RES may be longer or shorter than the host's
	swapped   bool // CK and IK have changed places
	sresFirst bool // SRES is the first half of RES (3GPP TS 55.205)
	token     akUse
	resync    akUse
	otherMAC  bool // f1 and f1* have changed places
	ownAMF    bool // MAC-S is made with the AMF of AUTN
	anyAMF    bool // MAC-A was made with another AMF than stands in AUTN
	noStar    bool // AUTN was sent to bootstrapping as it is, not as AUTN*
}

func (m model) clear() {
	if m.f != nil {
		m.f.Clear()
	}
}

// keys is what f2 to f5* give for a RAND, once for each proof.
func (m model) triplet(rand [aka.RANDSize]byte) (sres [aka.SRESSize]byte, kc [aka.KcSize]byte, err error) {
	if m.gsm != nil {
		return m.gsm(rand)
	}
	k, err := m.f.F2345(rand)
	if err != nil {
		return sres, kc, err
	}
	defer k.Clear()
	sres, kc = aka.C2(k.RES), aka.C3(k.CK, k.IK)
	if m.sresFirst {
		copy(sres[:], k.RES)
	}
	return sres, kc, nil
}

// hidden is the key that hides the number in a token.
func hidden(k aka.Keys, use akUse, resync bool) (ak [aka.SQNSize]byte) {
	switch {
	case use == inClear:
	case resync != (use == theOther):
		return k.AKStar
	default:
		return k.AK
	}
	return ak
}

// opened is what a token tells under a model.
type opened struct {
	sqn aka.SQN
	amf [aka.AMFSize]byte // that its code was made with
}

// openAUTN opens the network's token the way the model makes it.
func (m model) openAUTN(e Evidence) (opened, bool) {
	rand, autn := e.RAND, e.AUTN
	if m.f == nil || len(autn) < aka.SQNSize+aka.AMFSize {
		return opened{}, false
	}
	k, err := m.f.F2345(rand)
	if err != nil {
		return opened{}, false
	}
	defer k.Clear()
	if e.bootstraps() && !m.noStar {
		autn = aka.Bootstrap(autn, k.IK)
	}
	o := opened{sqn: unhide(autn, hidden(k, m.token, false)), amf: [aka.AMFSize]byte(autn[aka.SQNSize:])}
	code := autn[aka.SQNSize+aka.AMFSize:]
	if !m.anyAMF {
		return o, m.codeIs(rand, o, code, m.otherMAC)
	}
	stands := o.amf
	for n := range 1 << 16 {
		o.amf = [aka.AMFSize]byte{byte(n >> 8), byte(n)}
		if o.amf != stands && m.codeIs(rand, o, code, m.otherMAC) {
			return o, true
		}
	}
	return opened{}, false
}

// openAUTS opens the card's token; autn is the one it answers.
func (m model) openAUTS(rand [aka.RANDSize]byte, auts, autn []byte) (opened, bool) {
	if m.f == nil || len(auts) < aka.SQNSize {
		return opened{}, false
	}
	k, err := m.f.F2345(rand)
	if err != nil {
		return opened{}, false
	}
	defer k.Clear()
	o := opened{sqn: unhide(auts, hidden(k, m.resync, true))}
	if m.ownAMF && len(autn) >= aka.SQNSize+aka.AMFSize {
		o.amf = [aka.AMFSize]byte(autn[aka.SQNSize:])
	}
	return o, m.codeIs(rand, o, auts[aka.SQNSize:], !m.otherMAC)
}

func (m model) codeIs(rand [aka.RANDSize]byte, o opened, code []byte, star bool) bool {
	want, macS, err := m.f.F1(rand, o.sqn, o.amf)
	if star {
		want = macS
	}
	return err == nil && equal(want, code)
}

func unhide(b []byte, ak [aka.SQNSize]byte) aka.SQN {
	var out [aka.SQNSize]byte
	subtle.XORBytes(out[:], b, ak[:])
	return aka.SQNOf(out)
}

func equal(a, b []byte) bool { return subtle.ConstantTimeCompare(a, b) == 1 }
