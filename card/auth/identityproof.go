package auth

import (
	"errors"

	"simscope/crypto/suci"
)

// IdentityVerdict is what came of opening a SUCI with a home network's key.
type IdentityVerdict string

// The verdicts.
const (
	IdentityProved      IdentityVerdict = "proved"        // it opens to the card's own IMSI
	IdentityOpened      IdentityVerdict = "opened"        // it opens; the card's IMSI is not known
	IdentityOther       IdentityVerdict = "other_imsi"    // it opens to another identity
	IdentityClear       IdentityVerdict = "clear"         // nothing is hidden, no key is needed
	IdentityClearOther  IdentityVerdict = "clear_other"   // and what is readable is not the card's IMSI
	IdentityWrongCurve  IdentityVerdict = "wrong_profile" // the key is one of the other profile
	IdentityWrongKey    IdentityVerdict = "wrong_key"     // the key belongs to another identifier of the card
	IdentityUnknownKey  IdentityVerdict = "unknown_key"   // the key belongs to none of the card's keys
	IdentityTag         IdentityVerdict = "tag"           // the tag does not fit; the card's keys are not known
	IdentityBroken      IdentityVerdict = "broken"        // the key is the right one and the tag does not fit all the same
	IdentityUnreadable  IdentityVerdict = "unreadable"    // it opens to what is no identity
	IdentityForeignOnly IdentityVerdict = "foreign"       // an operator's own scheme
	IdentityBadPoint    IdentityVerdict = "bad_point"     // the ephemeral key is no point of the curve
)

// IdentityProof is a verdict and what it speaks of.
type IdentityProof struct {
	Verdict  IdentityVerdict
	Identity string      // what the SUCI opened to
	Fits     *byte       // the identifier on the card whose private key was given
	FitsIn   suci.Scheme // and the profile it is for
}

// Works reports whether hiding works from end to end.
func (p IdentityProof) Works() bool { return p.Verdict == IdentityProved }

// IdentityProve opens a SUCI with the home network's private key and compares
// what is in it with the card's own identity, an IMSI or name@realm, empty
// where it is not known. calc is what the card says of its keys, nil where that
// is not known: with it the likely mistake is named. Nothing is told of an
// output whose tag does not fit.
func IdentityProve(s suci.SUCI, key suci.PrivateKey, own string, calc *IdentityCalc) IdentityProof {
	if s.Scheme == suci.Null {
		return proveClear(s, own)
	}
	identity, err := s.Reveal(key)
	p := IdentityProof{Identity: identity}
	if calc != nil {
		p.fit(s, *calc, key)
	}
	switch {
	case err == nil && own == "":
		p.Verdict = IdentityOpened
	case err == nil && identity != own:
		p.Verdict = IdentityOther
	case err == nil:
		p.Verdict = IdentityProved
	case errors.Is(err, suci.ErrScheme):
		p.Verdict = IdentityForeignOnly
	case errors.Is(err, suci.ErrPoint):
		p.Verdict = IdentityBadPoint
	case errors.Is(err, suci.ErrProfile):
		p.Verdict = IdentityWrongCurve
	case errors.Is(err, suci.ErrMAC):
		p.Verdict = p.whyNot(s, calc)
	case errors.Is(err, suci.ErrScalar):
		p.Verdict = IdentityWrongCurve // bytes that cannot be a key of this curve
	default:
		p.Verdict = IdentityUnreadable
	}
	return p
}

func proveClear(s suci.SUCI, own string) IdentityProof {
	identity, err := s.Open()
	switch {
	case err != nil:
		return IdentityProof{Verdict: IdentityUnreadable}
	case own != "" && identity != own:
		return IdentityProof{Verdict: IdentityClearOther, Identity: identity}
	}
	return IdentityProof{Verdict: IdentityClear, Identity: identity}
}

// fit finds the identifier on the card that the key belongs to; of several the
// one that the SUCI names.
func (p *IdentityProof) fit(s suci.SUCI, calc IdentityCalc, key suci.PrivateKey) {
	ids, schemes := calc.find(key)
	for i := range ids {
		if p.Fits == nil || ids[i] == s.KeyID && schemes[i] == s.Scheme {
			p.Fits, p.FitsIn = &ids[i], schemes[i]
		}
	}
}

// whyNot is why the tag does not fit a key of the right profile.
func (p *IdentityProof) whyNot(s suci.SUCI, calc *IdentityCalc) IdentityVerdict {
	switch {
	case p.Fits != nil && p.FitsIn != s.Scheme:
		return IdentityWrongCurve
	case p.Fits != nil && *p.Fits != s.KeyID:
		return IdentityWrongKey
	case p.Fits != nil:
		return IdentityBroken
	case calc == nil || len(calc.Keys) == 0:
		return IdentityTag
	}
	return IdentityUnknownKey
}
