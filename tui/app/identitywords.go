package app

import (
	"encoding/hex"
	"errors"
	"fmt"

	"simscope/card/auth"
	"simscope/card/safe"
	"simscope/crypto/suci"
	"simscope/fs"
	"simscope/fs/plmn"
	"simscope/texts"
)

// identityFaults put errors that are known by themselves into words.
var identityFaults = []struct {
	err error
	id  string
}{
	{auth.ErrIdentityIMSI, "identity.fault.imsi"},
	{auth.ErrIdentityNetwork, "identity.fault.network"},
	{auth.ErrIdentityTag, "identity.fault.tag"},
	{auth.ErrIdentityTrail, "identity.fault.trail"},
	{suci.ErrPoint, "identity.fault.point"},
	{suci.ErrScalar, "identity.fault.scalar"},
	{suci.ErrScheme, "identity.fault.scheme"},
}

// identityFault says what is wrong with a SUCI, a key or what they are made
// of: the part by its name, and its limit.
func identityFault(err error) string {
	var fe *suci.FormError
	if errors.As(err, &fe) {
		part := texts.Say("identity.part." + string(fe.Part))
		say := texts.Say("identity.form."+string(fe.Fault), "part", part, "n", fe.Got)
		if limit := texts.Maybe("identity.limit." + string(fe.Part)); limit != "" {
			say += " " + limit
		}
		return say
	}
	for _, f := range identityFaults {
		if errors.Is(err, f.err) {
			return texts.Say(f.id)
		}
	}
	return safe.Text(err.Error())
}

// identityProblem explains the errors of this part.
func identityProblem(err error, tried string) (Problem, bool) {
	var fe *suci.FormError
	var odd *auth.IdentityAnswerError
	switch {
	case errors.Is(err, ErrNoSubscriber):
		return words("no_subscriber", tried), true
	case errors.Is(err, ErrNoUSIM):
		return words("no_usim", tried), true
	case errors.As(err, &odd):
		return words("identity_answer", tried, "why", texts.Say("identity.asked.odd", "n", odd.Len, "why", identityFault(odd.Err))), true
	case errors.As(err, &fe) && fe.Part == suci.PartPrivateKey, errors.Is(err, suci.ErrScalar):
		return words("home_key", tried, "why", identityFault(err)), true
	case errors.As(err, &fe):
		return words("suci_form", tried, "why", identityFault(err)), true
	}
	return Problem{}, false
}

// SchemeName is a protection scheme in words.
func SchemeName(s suci.Scheme) string {
	for name, n := range schemeNumbers {
		if n == s {
			return texts.Say("ef.word.suci." + name)
		}
	}
	return texts.Say("identity.scheme.own", "n", fmt.Sprintf("%X", byte(s)))
}

// Hidden is whether the identity is hidden on the air: unknown where there is
// no SUCI, or its scheme is an operator's own.
func (h HiddenIdentity) Hidden() fs.Answer {
	if h.From == "" {
		return fs.Unknown
	}
	return HiddenBy(h.SUCI)
}

// HiddenBy is whether a SUCI hides what is in it.
func HiddenBy(s suci.SUCI) fs.Answer {
	switch {
	case s.Scheme == suci.Null:
		return fs.No
	case s.Scheme.Hides():
		return fs.Yes
	}
	return fs.Unknown
}

// Answer is the one sentence that the screen begins with.
func (h HiddenIdentity) Answer() string {
	if h.From == "" {
		return texts.Say("identity.say.unknown")
	}
	return IdentitySays(h.SUCI)
}

// IdentitySays is the answer for a SUCI by itself.
func IdentitySays(s suci.SUCI) string {
	if HiddenBy(s) == fs.Unknown {
		return texts.Say("identity.say.own", "scheme", SchemeName(s.Scheme))
	}
	return texts.Say("identity.say."+HiddenBy(s).String(), "scheme", SchemeName(s.Scheme), "id", s.KeyID)
}

// Notes say how the SUCI came about, why it is as it is, and what is missing.
func (h HiddenIdentity) Notes() []string {
	var out []string
	add := func(id string, args ...any) { out = append(out, texts.Say(id, args...)) }
	if h.From != "" {
		out = append(out, texts.Say("identity.by."+h.From))
	}
	switch {
	case h.Asked != "":
		out = append(out, h.Asked)
		add("identity.asked.next." + h.Wanted)
	case h.Hiding == fs.No:
		add("identity.off")
	case h.From == IdentityByHost && h.Calc == nil:
		add("identity.empty")
	case h.From == IdentityByHost && h.SUCI.Scheme == suci.Null && len(h.Calc.Schemes) == 0:
		add("identity.no_list")
	case h.From == IdentityByHost && h.SUCI.Scheme == suci.Null && len(h.Skipped) < len(h.Calc.Schemes):
		add("identity.null_listed", "n", len(h.Skipped)+1)
	}
	for i, s := range h.Skipped {
		out = append(out, texts.Say("identity.skipped."+string(s.Fault), "n", i+1, "scheme", SchemeName(s.Scheme), "index", s.Index, "id", s.KeyID))
	}
	if h.From == IdentityByCard && h.Own != "" {
		out = append(out, h.ownAgrees()...)
	}
	if h.Odd != "" {
		out = append(out, h.Odd)
	}
	return append(out, h.Unread...)
}

// ownAgrees compares what the card's SUCI says in the clear with its files.
func (h HiddenIdentity) ownAgrees() []string {
	if home := h.SUCI.MCC + h.SUCI.MNC; h.SUCI.Type == suci.TypeIMSI && h.Type == suci.TypeIMSI && (len(h.Own) < len(home) || h.Own[:len(home)] != home) {
		return []string{texts.Say("identity.other_network", "network", h.SUCI.MCC+" "+h.SUCI.MNC)}
	}
	if opened, err := h.SUCI.Open(); err == nil && opened != h.Own {
		return []string{texts.Say("identity.other_number")}
	}
	return nil
}

// IdentityPart is one part of a SUCI, by the name of its line.
type IdentityPart struct{ Name, Value, Note string }

// IdentityParts take a SUCI apart for people.
func IdentityParts(s suci.SUCI) []IdentityPart {
	part := func(id, value, note string) IdentityPart {
		return IdentityPart{texts.Say("identity.part." + id), safe.Text(value), note}
	}
	out := []IdentityPart{part("supi_type", fmt.Sprint(s.Type), texts.Maybe("identity.type."+fmt.Sprint(s.Type)))}
	if s.Type == suci.TypeIMSI {
		p := plmn.PLMN{MCC: s.MCC, MNC: s.MNC}
		out = append(out, part("network", p.String(), p.Describe()))
	} else {
		out = append(out, part("realm", s.Realm, ""))
	}
	out = append(out,
		part("routing", s.Routing, ""),
		part("scheme", fmt.Sprintf("%X", byte(s.Scheme)), SchemeName(s.Scheme)),
		part("key_id", fmt.Sprint(s.KeyID), ""))
	switch sealed, err := s.Sealed(); {
	case err == nil:
		out = append(out,
			part("ephemeral", hex.EncodeToString(sealed.Ephemeral), texts.Say("identity.note.ephemeral")),
			part("ciphertext", hex.EncodeToString(sealed.Ciphertext), texts.Say("identity.note.ciphertext")),
			part("mac", hex.EncodeToString(sealed.MAC), texts.Say("identity.note.mac")))
	case s.Scheme == suci.Null:
		opened, err := s.Open()
		if err != nil {
			opened = hex.EncodeToString(s.Output)
		}
		out = append(out, part("readable", opened, texts.Say("identity.note.readable")))
	default:
		out = append(out, part("output", hex.EncodeToString(s.Output), ""))
	}
	return out
}

// ProofWords say what came of opening a SUCI with a key: the verdict, and what
// to do next.
func ProofWords(p auth.IdentityProof, s suci.SUCI, own string) (say, next string) {
	id := "identity.proof." + string(p.Verdict)
	fits := ""
	if p.Fits != nil {
		fits = fmt.Sprint(*p.Fits)
	}
	args := []any{"identity", safe.Text(p.Identity), "own", safe.Text(own), "id", s.KeyID, "fits", fits, "scheme", SchemeName(s.Scheme)}
	say = texts.Say(id, args...)
	if p.Verdict == auth.IdentityWrongCurve && p.Fits != nil {
		say += " " + texts.Say("identity.proof.fits_other", "fits", fits, "scheme", SchemeName(p.FitsIn))
	}
	return say, texts.Maybe(id+".next", args...)
}
