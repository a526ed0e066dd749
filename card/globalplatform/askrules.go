package globalplatform

import (
	"encoding/hex"
	"fmt"
	"slices"
	"strings"

	"simscope/card"
	"simscope/card/tlv"
)

// TagOneRule asks GET DATA for what the rule of one reference says; its answer
// is an object of that tag around an AR-DO (GlobalPlatform Secure Element Access
// Control 1.1 table 4-1).
const TagOneRule tlv.Tag = 0xFF50

// Reference is what a rule is looked up by: an application of the card and an
// app of the phone.
type Reference struct {
	Target Target
	AID    Hex // of TargetAID, 5 to 16 bytes
	// Device is the hash of the certificate that the app is signed with, of 20
	// or 32 bytes; empty for a rule that is about any app.
	Device Hex
}

// ReferenceError says which value of a reference has another length than there
// is, or is not written in hex digits.
type ReferenceError struct {
	Field  string // "aid", "signer"
	Got    int
	NotHex bool
}

func (e *ReferenceError) Error() string {
	if e.NotHex {
		return e.Field + " is not written in hex digits"
	}
	if e.Field == "aid" {
		return fmt.Sprintf("an AID has 5 to 16 bytes, this one %d", e.Got)
	}
	return fmt.Sprintf("the hash of a certificate has 20 or 32 bytes, this one %d", e.Got)
}

// Check finds a value of a wrong length.
func (r Reference) Check() error {
	if n := len(r.AID); r.Target == TargetAID && (n < 5 || n > 16) {
		return &ReferenceError{Field: "aid", Got: n}
	}
	if n := len(r.Device); n != 0 && n != 20 && n != 32 {
		return &ReferenceError{Field: "signer", Got: n}
	}
	return nil
}

// ParseReference reads what a person asks about: aid is an AID in hex digits,
// "default" for the application that is selected without a name, or "others" or
// nothing for all that no rule of their own is for; signer is the hash of an
// app's certificate in hex digits, or nothing. Its errors are *ReferenceError.
func ParseReference(aid, signer string) (Reference, error) {
	r := Reference{Target: TargetOthers}
	digits := func(s string) ([]byte, error) { return hex.DecodeString(strings.Join(strings.Fields(s), "")) }
	if t := Target(aid); t == TargetDefault {
		r.Target = t
	} else if aid != "" && t != TargetOthers {
		b, err := digits(aid)
		if err != nil {
			return r, &ReferenceError{Field: "aid", NotHex: true}
		}
		r.Target, r.AID = TargetAID, b
	}
	b, err := digits(signer)
	if err != nil {
		return r, &ReferenceError{Field: "signer", NotHex: true}
	}
	r.Device = b
	return r, r.Check()
}

// object is the REF-DO of a reference.
func (r Reference) object() []byte {
	var v []byte
	switch r.Target {
	case TargetAID, TargetOthers:
		v = tlv.Append(v, 0x4F, r.AID)
	case TargetDefault:
		v = tlv.Append(v, 0xC0, nil)
	}
	return tlv.Append(nil, 0xE1, tlv.Append(v, 0xC1, r.Device))
}

// Lookups are the references that a phone looks up for an app and an application
// of the card, in its order: the rule for both, for the application and any
// app, for the app and all other applications, for all. The first that is there
// decides; a more general one only where the list of all rules has none for the
// same target and another app.
func Lookups(of Reference) []Reference {
	others := Reference{Target: TargetOthers}
	out := []Reference{of, {Target: of.Target, AID: of.AID}, {Target: TargetOthers, Device: of.Device}, others}
	return slices.CompactFunc(out, func(a, b Reference) bool {
		return a.Target == b.Target && string(a.AID) == string(b.AID) && string(a.Device) == string(b.Device)
	})
}

// Asked is what the access rule application master said of one reference.
type Asked struct {
	Reference
	SW    card.SW
	Fault error
	// Rule is what it has for exactly this reference; nil where it has none, or
	// did not say.
	Rule *Rule
}

// None reports whether the card said that it has no rule for the reference.
func (a Asked) None() bool { return a.Rule == nil && a.SW == card.SWNoReference }

// AskMaster selects the access rule application master and asks for each of the
// references, up to the first that has a rule. found is false where there is no
// such application; sw is how it was refused.
func AskMaster(x *card.Tx, refs []Reference) (asked []Asked, found bool, sw card.SW, err error) {
	if _, err := x.SelectAID(AIDARAM, false); err != nil {
		if sw = card.SWOf(err); card.Refused(err) {
			err = nil
		}
		return nil, false, sw, err
	}
	r := reader{x, 0x80}
	for _, ref := range refs {
		o, err := r.ask(TagOneRule, ref.object())
		if err != nil {
			return asked, true, 0, err
		}
		a := Asked{Reference: ref, SW: o.SW, Fault: o.Fault}
		if o.Read() {
			a.Rule = ref.rule(o.Data)
		}
		asked = append(asked, a)
		if a.Rule != nil {
			break
		}
	}
	return asked, true, 0, nil
}

// rule reads the answer about a reference. What does not fit is a rule that is
// not whole.
func (r Reference) rule(b []byte) *Rule {
	out := &Rule{Target: r.Target, AID: r.AID, Device: r.Device}
	nodes, err := tlv.ParseFlat(b)
	one, has := tlv.Find(nodes, TagOneRule)
	out.Whole = err == nil && has && len(nodes) == 1
	nodes, err = tlv.ParseFlat(one.Value)
	ar, has := tlv.Find(nodes, 0xE3)
	out.Whole = out.Whole && err == nil && has && len(nodes) == 1
	says, err := tlv.ParseFlat(ar.Value)
	out.Whole = out.Whole && err == nil && len(says) > 0
	for _, n := range says {
		out.Whole = out.allow(n) && out.Whole
	}
	return out
}
