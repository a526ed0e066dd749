package app

import (
	"errors"
	"strings"
	"testing"

	"simscope/card/auth"
	"simscope/crypto/suci"
	"simscope/fs"
)

func sound(t *testing.T, what, say string) {
	t.Helper()
	if say == "" || strings.ContainsAny(say, "<>{}") {
		t.Errorf("%s: %q", what, say)
	}
}

// Whatever can be found out has its sentence.
func TestIdentityIsInWords(t *testing.T) {
	id := byte(9)
	for _, v := range []auth.IdentityVerdict{
		auth.IdentityProved, auth.IdentityOpened, auth.IdentityOther, auth.IdentityClear, auth.IdentityClearOther, auth.IdentityWrongCurve,
		auth.IdentityWrongKey, auth.IdentityUnknownKey, auth.IdentityTag, auth.IdentityBroken, auth.IdentityUnreadable, auth.IdentityForeignOnly, auth.IdentityBadPoint,
	} {
		for _, fits := range []*byte{nil, &id} {
			say, next := ProofWords(auth.IdentityProof{Verdict: v, Identity: "1", Fits: fits}, suci.SUCI{Scheme: suci.ProfileA}, "2")
			sound(t, string(v), say)
			sound(t, string(v), say+next)
		}
	}
	for _, part := range []suci.Part{
		suci.PartForm, suci.PartSUPIType, suci.PartMCC, suci.PartMNC, suci.PartRealm, suci.PartRouting,
		suci.PartScheme, suci.PartKeyID, suci.PartOutput, suci.PartMSIN, suci.PartPublicKey, suci.PartPrivateKey,
	} {
		for _, fault := range []suci.Fault{
			suci.FaultMissing, suci.FaultDigits, suci.FaultHex, suci.FaultLength, suci.FaultRange,
			suci.FaultUnknown, suci.FaultPublic, suci.FaultCurve, suci.FaultPEM, suci.FaultLocked,
		} {
			sound(t, string(part)+" "+string(fault), identityFault(&suci.FormError{Part: part, Fault: fault, Got: 7}))
		}
	}
	for _, err := range []error{
		auth.ErrIdentityIMSI, auth.ErrIdentityNetwork, auth.ErrIdentityTag, auth.ErrIdentityTrail, suci.ErrPoint, suci.ErrScalar, suci.ErrScheme, errors.New("x"),
	} {
		sound(t, err.Error(), identityFault(err))
	}
	for s := range suci.Scheme(16) {
		sound(t, "scheme", SchemeName(s)+IdentitySays(suci.SUCI{Scheme: s}))
	}
}

func TestIdentityNotes(t *testing.T) {
	null := suci.SUCI{MCC: "999", MNC: "99", Routing: "0", Output: []byte{0x10}}
	keys := []auth.IdentityKey{{ID: 1}}
	for want, h := range map[string]HiddenIdentity{
		"Service 124":         {From: IdentityByHost, Hiding: fs.No},
		"missing or empty":    {From: IdentityByHost, Hiding: fs.Yes},
		"no scheme that uses": {From: IdentityByHost, Hiding: fs.Yes, Calc: &auth.IdentityCalc{Keys: keys}},
		"choice 1":            {From: IdentityByHost, Hiding: fs.Yes, Calc: &auth.IdentityCalc{Schemes: []auth.IdentityScheme{{}}}},
		"cannot register":     {Asked: "It refuses.", Wanted: WantSUCI},
		"for Wi-Fi":           {Asked: "It refuses.", Wanted: WantNSWO},
		"names network":       {From: IdentityByCard, Own: "001010123456789", SUCI: null},
		"not that of its":     {From: IdentityByCard, Own: "999990123456789", SUCI: null},
		"EF.X is not":         {Unread: []string{"EF.X is not read."}},
		"the key 3 of":        {Odd: "the key 3 of"},
	} {
		got := strings.Join(h.Notes(), "\n")
		if !strings.Contains(got, want) || strings.ContainsAny(got, "<>{}") {
			t.Errorf("%q is not in %q", want, got)
		}
	}
	for _, fault := range []auth.IdentityFault{auth.IdentityNoKey, auth.IdentityBadKey, auth.IdentityForeign} {
		h := HiddenIdentity{From: IdentityByHost, Hiding: fs.Yes, Calc: &auth.IdentityCalc{}, Skipped: []auth.IdentitySkipped{{Fault: fault}}}
		sound(t, string(fault), strings.Join(h.Notes(), " "))
	}
}

// What a card says cannot reach the terminal as it is.
func TestIdentityPartsAreSafe(t *testing.T) {
	s := suci.SUCI{Type: suci.TypeNSI, Realm: "a\x1b[2Jb", Routing: "0", Output: []byte("x\x07")}
	for _, p := range IdentityParts(s) {
		if strings.ContainsAny(p.Value+p.Note, "\x1b\x07") {
			t.Errorf("%s: %q", p.Name, p.Value)
		}
	}
	say, _ := ProofWords(auth.IdentityProof{Verdict: auth.IdentityOther, Identity: "\x1b[2J"}, s, "\x1b")
	if strings.Contains(say, "\x1b") {
		t.Errorf("%q", say)
	}
}
