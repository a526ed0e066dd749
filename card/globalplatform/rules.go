package globalplatform

import (
	"simscope/card/tlv"
)

// What GET DATA is asked for of an access rule application master
// (GlobalPlatform Secure Element Access Control 1.1 table 4-1).
const (
	TagAllRules   tlv.Tag = 0xFF40
	TagMoreRules  tlv.Tag = 0xFF60
	TagRefreshTag tlv.Tag = 0xDF20
)

// Target says which applications of the card a rule is about.
type Target string

// Targets. A specific one goes before the others.
const (
	TargetAID     Target = "aid"     // one application, or those whose AIDs begin so
	TargetOthers  Target = "others"  // all that no rule of their own is for
	TargetDefault Target = "default" // the one selected without a name
	TargetNone    Target = "none"    // no application: the rule is about the phone
)

// Access is what a rule says of one way to a card's application.
type Access string

// The ways a rule may decide.
const (
	AccessUntold   Access = ""         // the rule does not speak of it
	AccessNever    Access = "never"    // refused
	AccessAlways   Access = "always"   // allowed
	AccessFiltered Access = "filtered" // allowed for commands that pass a filter
	AccessBroken   Access = "broken"   // not as the specification has it
)

// Filter is a command header and the bits of it that count.
type Filter struct {
	Header Hex `json:"header"`
	Mask   Hex `json:"mask"`
}

// Rule is an access rule (GlobalPlatform Secure Element Access Control 1.1
// clauses 6.1 and 7.1): which apps of the phone may do what.
type Rule struct {
	Target Target `json:"target"`
	AID    Hex    `json:"aid,omitempty"`
	// Device is the hash of the certificate that the app is signed with: 20
	// bytes of SHA-1, 32 of SHA-256. Empty: any app.
	Device  Hex    `json:"device_app_id,omitempty"`
	Package string `json:"package,omitempty"` // raw, as the card has it
	// APDU says whether commands may be sent, NFC whether events are told of.
	APDU    Access   `json:"apdu,omitempty"`
	Filters []Filter `json:"apdu_filters,omitempty"`
	NFC     Access   `json:"nfc_event,omitempty"`
	// Permissions is Android's mask of 8 bytes (PERM-AR-DO); its last bit are
	// the privileges of a carrier.
	Permissions Hex       `json:"permissions,omitempty"`
	Carrier     bool      `json:"carrier_privileges"`
	Other       []Unnamed `json:"other,omitempty"`
	// Whole is false where something of the rule does not fit: what a phone
	// makes of it is not known.
	Whole bool `json:"whole"`
}

// Everyone reports whether the rule lets in an app whoever signed it. A
// package's name alone keeps nobody out: any app can take it.
func (r Rule) Everyone() bool { return len(r.Device) == 0 && r.Admits() }

// Admits reports whether the rule allows anything.
func (r Rule) Admits() bool {
	return r.APDU == AccessAlways || r.APDU == AccessFiltered || r.NFC == AccessAlways || r.Carrier
}

// ParseRules reads what GET DATA FF40 brought, all of its parts joined. whole
// is false where something does not fit; the rules that were read are given.
func ParseRules(b []byte) (rules []Rule, whole bool) {
	nodes, err := tlv.ParseFlat(b)
	whole = err == nil && len(nodes) == 1
	list, found := tlv.Find(nodes, TagAllRules)
	if !found {
		return nil, len(b) == 0
	}
	nodes, err = tlv.ParseFlat(list.Value)
	whole = whole && err == nil
	for _, n := range nodes {
		if n.Tag != 0xE2 {
			whole = false
			continue
		}
		r := rule(n.Value)
		whole = whole && r.Whole
		rules = append(rules, r)
	}
	return rules, whole
}

// rule reads a REF-AR-DO.
func rule(v []byte) Rule {
	r := Rule{Target: TargetNone}
	nodes, err := tlv.ParseFlat(v)
	ref, hasRef := tlv.Find(nodes, 0xE1)
	ar, hasAR := tlv.Find(nodes, 0xE3)
	r.Whole = err == nil && hasRef && hasAR && len(nodes) == 2
	refs, err := tlv.ParseFlat(ref.Value)
	r.Whole = r.Whole && err == nil
	for _, n := range refs {
		r.Whole = r.refer(n) && r.Whole
	}
	says, err := tlv.ParseFlat(ar.Value)
	r.Whole = r.Whole && err == nil && (len(says) > 0 || !hasAR)
	for _, n := range says {
		r.Whole = r.allow(n) && r.Whole
	}
	return r
}

// refer reads an object of REF-DO.
func (r *Rule) refer(n tlv.Node) bool {
	switch n.Tag {
	case 0x4F:
		r.Target, r.AID = TargetAID, Hex(n.Value)
		if len(n.Value) == 0 {
			r.Target = TargetOthers
		}
		return len(n.Value) == 0 || len(n.Value) >= 5 && len(n.Value) <= 16
	case 0xC0:
		r.Target = TargetDefault
		return len(n.Value) == 0
	case 0xC1:
		r.Device = Hex(n.Value)
		return len(n.Value) == 0 || len(n.Value) == 20 || len(n.Value) == 32
	case 0xCA:
		r.Package = string(n.Value)
		return len(n.Value) > 0 && len(n.Value) <= 127
	}
	r.Other = append(r.Other, Unnamed{n.Tag.String(), Hex(n.Value)})
	return true
}

// allow reads an object of AR-DO.
func (r *Rule) allow(n tlv.Node) bool {
	switch n.Tag {
	case 0xD0:
		r.APDU, r.Filters = apduAccess(n.Value)
		return r.APDU != AccessBroken
	case 0xD1:
		r.NFC = AccessBroken
		if len(n.Value) == 1 {
			r.NFC = yesNo(n.Value[0])
		}
		return r.NFC != AccessBroken
	case 0xDB:
		r.Permissions = Hex(n.Value)
		r.Carrier = len(n.Value) == 8 && n.Value[7]&1 == 1
		return len(n.Value) == 8
	}
	r.Other = append(r.Other, Unnamed{n.Tag.String(), Hex(n.Value)})
	return true
}

func yesNo(b byte) Access {
	switch b {
	case 0:
		return AccessNever
	case 1:
		return AccessAlways
	}
	return AccessBroken
}

// filterLen is a header of four bytes and its mask.
const filterLen = 8

func apduAccess(v []byte) (Access, []Filter) {
	if len(v) == 1 {
		return yesNo(v[0]), nil
	}
	if len(v) == 0 || len(v)%filterLen != 0 {
		return AccessBroken, nil
	}
	var out []Filter
	for ; len(v) > 0; v = v[filterLen:] {
		out = append(out, Filter{Hex(v[:4:4]), Hex(v[4:filterLen:filterLen])})
	}
	return AccessFiltered, out
}
