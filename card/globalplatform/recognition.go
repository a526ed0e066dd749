package globalplatform

import (
	"bytes"
	"errors"

	"simscope/card/tlv"
)

// TagCardData asks GET DATA for the card recognition data.
const TagCardData tlv.Tag = 0x0066

// Recognition is the card recognition data (GlobalPlatform Card Specification
// 2.3.1 annex H.2, tag 73 in 66): which specification the card follows and how
// it may be managed.
type Recognition struct {
	// Version is that of the GlobalPlatform specification, "2.3.1".
	Version string `json:"version,omitempty"`
	// Management is the card management type and version as an object
	// identifier, Scheme the card identification scheme.
	Management string     `json:"card_management_type,omitempty"`
	Scheme     string     `json:"card_identification_scheme,omitempty"`
	Protocols  []Protocol `json:"secure_channel_protocols,omitempty"`
	// Configuration and Chip are object identifiers, or hex where the card
	// says it otherwise.
	Configuration string `json:"card_configuration_details,omitempty"`
	Chip          string `json:"card_chip_details,omitempty"`
	TrustPoint    Hex    `json:"trust_point_certificate_information,omitempty"`
	Certificate   Hex    `json:"certificate_information,omitempty"`
	// GlobalPlatform says that the data carries GlobalPlatform's identifier.
	GlobalPlatform bool `json:"globalplatform"`
	// Other objects that the specification does not name.
	Other []Unnamed `json:"other,omitempty"`
}

// Unnamed is an object whose meaning is not known here.
type Unnamed struct {
	Tag   string `json:"tag"`
	Value Hex    `json:"value"`
}

// ErrObject says that bytes are not the object that was asked for.
var ErrObject = errors.New("not the object that was asked for")

// ParseRecognition reads the answer to GET DATA 0066. whole is false where
// something in it does not fit; what does is given all the same.
func ParseRecognition(b []byte) (r Recognition, whole bool, err error) {
	nodes, parseErr := tlv.ParseFlat(b)
	whole = parseErr == nil
	outer, found := tlv.Find(nodes, 0x66)
	if !found {
		return r, false, ErrObject
	}
	if nodes, parseErr = tlv.ParseFlat(outer.Value); parseErr != nil {
		whole = false
	}
	inner, found := tlv.Find(nodes, 0x73)
	if !found {
		return r, false, ErrObject
	}
	if nodes, parseErr = tlv.ParseFlat(inner.Value); parseErr != nil {
		whole = false
	}
	for _, n := range nodes {
		whole = r.take(n) && whole
	}
	return r, whole, nil
}

// take reads one object of the template and reports whether it fits.
func (r *Recognition) take(n tlv.Node) bool {
	switch n.Tag {
	case 0x06:
		a, ok := gpArcs(n.Value)
		r.GlobalPlatform = ok && len(a) == 1 && a[0] == 1
		return r.GlobalPlatform
	case 0x60:
		oid, ok := oidIn(n.Value)
		r.Management = dotted(oid)
		if a, is := gpArcs(oid); is && len(a) > 1 && a[0] == 2 {
			r.Version = versionOf(a[1:])
		}
		return ok
	case 0x63:
		oid, ok := oidIn(n.Value)
		r.Scheme = dotted(oid)
		return ok
	case 0x64:
		oid, ok := oidIn(n.Value)
		p := protocolOf(oid)
		r.Protocols = append(r.Protocols, p)
		return p.ID != 0 && (ok || len(p.Options) > 0)
	case 0x65:
		oid, ok := oidIn(n.Value)
		r.Configuration = dotted(oid)
		return ok
	case 0x66:
		oid, ok := oidIn(n.Value)
		r.Chip = dotted(oid)
		return ok
	case 0x67:
		r.TrustPoint = Hex(n.Value)
	case 0x68:
		r.Certificate = Hex(n.Value)
	default:
		r.Other = append(r.Other, Unnamed{n.Tag.String(), Hex(n.Value)})
	}
	return true
}

// oidIn is the object identifier in an object; where there is none, ok is
// false and the value itself is given.
func oidIn(v []byte) (oid []byte, ok bool) {
	nodes, err := tlv.ParseFlat(v)
	n, found := tlv.Find(nodes, 0x06)
	if err != nil || !found {
		return v, false
	}
	_, ok = arcs(n.Value)
	return n.Value, ok
}

// gpOID is GlobalPlatform's own identifier, 1.2.840.114283.
var gpOID = []byte{0x2A, 0x86, 0x48, 0x86, 0xFC, 0x6B}

// protocolOf reads {globalPlatform 4 scp i}. Its numbers are those of the
// protocol read as hex: SCP80 is 128.
func protocolOf(oid []byte) Protocol {
	p := Protocol{OID: dotted(oid)}
	// Some cards write the number 128 in one byte, which is none by the rules.
	if rest, is := bytes.CutPrefix(oid, gpOID); is && len(rest) == 3 && rest[0] == 4 && rest[1] == 0x80 {
		p.ID, p.Options = rest[1], rest[2:]
		return p
	}
	a, ok := gpArcs(oid)
	if !ok || len(a) < 2 || a[0] != 4 || a[1] > 0xFF {
		return p
	}
	p.ID = byte(a[1])
	if len(a) > 2 && a[2] <= 0xFF {
		p.Options = []byte{byte(a[2])}
	}
	return p
}
