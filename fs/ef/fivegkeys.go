package ef

import (
	"bytes"
	"fmt"
	"slices"

	"simscope/card/safe"
	"simscope/card/tlv"
	"simscope/fs/plmn"
	"simscope/texts"
)

// NASSecurityContext is a record of EF.5GS3GPPNSC and EF.5GSN3GPPNSC (TS
// 31.102 clauses 4.4.11.4 and 4.4.11.5): what protects the signalling between
// a phone and a 5G network. Whoever has K_AMF can read and forge it.
type NASSecurityContext struct {
	NgKSI            *int        `json:"ngksi,omitempty"` // 7: no key is available
	Mapped           bool        `json:"mapped_security_context,omitempty"`
	KAMF             safe.Secret `json:"k_amf"`
	Uplink           *uint32     `json:"uplink_nas_count,omitempty"`
	Downlink         *uint32     `json:"downlink_nas_count,omitempty"`
	Algorithms       *Algorithms `json:"nas_security_algorithms,omitempty"`
	EPSAlgorithms    *Algorithms `json:"eps_nas_security_algorithms,omitempty"` // after a move to 4G
	MCC              string      `json:"mcc,omitempty"`
	MNC              string      `json:"mnc,omitempty"`
	Other            []KeyObject `json:"other,omitempty"`
	NonCanonicalForm bool        `json:"non_canonical_form,omitempty"` // the bytes cannot be told from the fields
}

// Algorithms is a pair of NAS security algorithms: of 5G (TS 24.501 clause
// 9.11.3.34) or of 4G (TS 24.301 clause 9.9.3.23), by number.
type Algorithms struct {
	Ciphering int `json:"type_of_ciphering_algorithm"`
	Integrity int `json:"type_of_integrity_protection_algorithm"`
}

// KeyObject is an object that is not known, in a file of keys. It may be a
// key.
type KeyObject struct {
	Tag   string      `json:"tag"`
	Value safe.Secret `json:"value"`
}

// AuthKeys is the content of EF.5GAUTHKEYS (TS 31.102 clause 4.4.11.6).
type AuthKeys struct {
	KAUSF            safe.Secret `json:"k_ausf"`
	KSEAF            safe.Secret `json:"k_seaf"`                // for mobile radio
	KSEAFNon3GPP     safe.Secret `json:"k_seaf_non_3gpp"`       // for other access
	SORCounter       *uint16     `json:"sor_counter,omitempty"` // of steering messages
	UPUCounter       *uint16     `json:"ue_parameter_update_counter,omitempty"`
	Other            []KeyObject `json:"other,omitempty"`
	NonCanonicalForm bool        `json:"non_canonical_form,omitempty"` // the bytes cannot be told from the fields
}

// Tags 80 to 85 are as pySim (EF_5GS3GPPNSC) has them; UiccBrowser agrees but
// for 85, in which it looks for the security capabilities of the phone.
const (
	tagContext    = 0xA0
	tagNgKSI      = 0x80
	tagKAMF       = 0x81
	tagUplink     = 0x82
	tagDownlink   = 0x83
	tagAlgorithms = 0x84
	tagEPSAlgs    = 0x85
	tagContextNet = 0x86

	tagKAUSF        = 0x80
	tagKSEAF        = 0x81
	tagKSEAFNon3GPP = 0x82
	tagSORCounter   = 0x83
	tagUPUCounter   = 0x84
)

// fiveGKey is the length of K_AUSF, K_SEAF and K_AMF (TS 33.501 annex A).
const fiveGKey = 32

// keySink collects what both files have in common.
type keySink struct {
	b     *builder
	other []KeyObject
	seen  map[byte]bool
}

// usual reports whether an object comes for the first time and has the length
// it should have. Any other is kept as a secret.
func (k *keySink) usual(tag byte, part *nested, from, length int) bool {
	if !k.seen[tag] && part.left() == length {
		k.seen[tag] = true
		return true
	}
	k.keep(tag, part, from)
	return false
}

func (k *keySink) keep(tag byte, part *nested, from int) {
	k.b.flag("fiveg.object", from, part.end-from, "tag", hexByte(tag), "n", part.left())
	k.b.secret("fiveg_object", from, part.end-from)
	k.other = append(k.other, KeyObject{hexByte(tag), safe.NewSecret(slices.Clone(part.rest()))})
}

// key takes a key and adds its line.
func (k *keySink) key(id string, part *nested) safe.Secret {
	k.b.secret(id, part.at, part.left())
	return safe.NewSecret(slices.Clone(part.rest()))
}

func decodeNSC(data []byte, _ Context, b *builder) NASSecurityContext {
	var v NASSecurityContext
	b.Columns = []string{"", ""}
	n := b.nested(data)
	if n.padding() {
		b.erase()
		return v
	}
	k := &keySink{b: b, seen: map[byte]bool{}}
	for from := n.at; ; from = n.at {
		tag, part, ok := n.object()
		if !ok {
			break
		}
		if tag != tagContext || k.seen[tag] {
			k.keep(tag, part, from)
			continue
		}
		k.seen[tag] = true
		inner := &keySink{b: b, seen: map[byte]bool{}}
		part.depth = -1 // what lies in the only object is shown at the edge
		for from := part.at; ; from = part.at {
			tag, item, ok := part.object()
			if !ok {
				break
			}
			v.take(inner, tag, item, from)
		}
		v.Other = inner.other
	}
	v.NonCanonicalForm = len(k.other) > 0 || !b.canonical(data, func() ([]byte, error) { return encodeNSC(v, len(data)) })
	b.nscSummary(v)
	return v
}

func (v *NASSecurityContext) take(k *keySink, tag byte, part *nested, from int) {
	switch tag {
	case tagNgKSI:
		if k.usual(tag, part, from, 1) {
			v.takeKSI(k.b, part)
		}
	case tagKAMF:
		if k.usual(tag, part, from, fiveGKey) {
			v.KAMF = k.key("k_amf", part)
		}
	case tagUplink:
		if k.usual(tag, part, from, 4) {
			v.Uplink = part.count("uplink_nas_count")
		}
	case tagDownlink:
		if k.usual(tag, part, from, 4) {
			v.Downlink = part.count("downlink_nas_count")
		}
	case tagAlgorithms:
		if k.usual(tag, part, from, 1) {
			v.Algorithms = part.algorithms("nas_algorithms", "ef.nas.5g")
		}
	case tagEPSAlgs:
		if k.usual(tag, part, from, 1) {
			v.EPSAlgorithms = part.algorithms("eps_nas_algorithms", "ef.nas.4g")
		}
	case tagContextNet:
		if k.usual(tag, part, from, 3) {
			p, _ := part.network("fiveg_context_network")
			v.MCC, v.MNC = p.MCC, p.MNC
		}
	default:
		k.keep(tag, part, from)
	}
}

func (v *NASSecurityContext) takeKSI(b *builder, part *nested) {
	c, _ := part.number(1)
	v.NgKSI, v.Mapped = new(int(c&7)), c&8 != 0
	f := part.line("ngksi", fmt.Sprint(c&7), part.at-1)
	switch {
	case c&7 == 7:
		f.Note = word("no_key")
	case v.Mapped:
		f.Note = word("nas.mapped")
	}
	if c>>4 != 0 {
		b.flag("nested.spare", part.at-1, 1)
	}
}

func (n *nested) count(id string) *uint32 {
	c, _ := n.number(4)
	n.line(id, fmt.Sprint(c), n.at-4)
	return new(uint32(c))
}

func (n *nested) algorithms(id, names string) *Algorithms {
	c, _ := n.number(1)
	a := &Algorithms{Ciphering: int(c >> 4), Integrity: int(c & 0xF)}
	f := n.line(id, texts.Say(names, "c", a.Ciphering, "i", a.Integrity), n.at-1)
	if a.Ciphering == 0 {
		f.Note = word("nas.open")
	}
	return a
}

func (b *builder) nscSummary(v NASSecurityContext) {
	if v.NgKSI == nil || *v.NgKSI == 7 {
		b.Summary = word("no_key")
	} else {
		b.Summary = texts.Say("ef.keyset", "n", *v.NgKSI)
	}
	b.Columns[0] = b.Summary
	if v.Algorithms != nil {
		b.Columns[1] = texts.Say("ef.nas.5g", "c", v.Algorithms.Ciphering, "i", v.Algorithms.Integrity)
		b.Summary += ", " + b.Columns[1]
	}
}

// canonical reports whether encoding gives the very bytes that were read, and
// flags them where it does not. Files of keys cannot carry their bytes along.
func (b *builder) canonical(data []byte, encode func() ([]byte, error)) bool {
	out, err := encode()
	same := err == nil && bytes.Equal(out, data)
	clear(out)
	if !same {
		b.flag("fiveg.form", 0, len(data))
	}
	return same
}

func encodeNSC(v NASSecurityContext, size int) ([]byte, error) {
	if v.NonCanonicalForm {
		return nil, refuse("fiveg.form")
	}
	var in []byte
	if v.NgKSI != nil {
		ksi, err := numberUpTo("ngksi", v.NgKSI, 7)
		if err != nil {
			return nil, err
		}
		if v.Mapped {
			ksi |= 8
		}
		in = tlv.Append(in, tagNgKSI, []byte{byte(ksi)})
	}
	in = appendSecret(in, tagKAMF, v.KAMF)
	in = appendNumber(in, tagUplink, v.Uplink)
	in = appendNumber(in, tagDownlink, v.Downlink)
	for _, a := range []struct {
		tag tlv.Tag
		of  *Algorithms
	}{{tagAlgorithms, v.Algorithms}, {tagEPSAlgs, v.EPSAlgorithms}} {
		if a.of == nil {
			continue
		}
		if a.of.Ciphering|a.of.Integrity > 0xF || a.of.Ciphering < 0 || a.of.Integrity < 0 {
			return nil, refuse("nested.limit", "what", "type_of_ciphering_algorithm", "value", a.of.Ciphering, "limit", 0xF)
		}
		in = tlv.Append(in, a.tag, []byte{byte(a.of.Ciphering<<4 | a.of.Integrity)})
	}
	if p := (plmn.PLMN{MCC: v.MCC, MNC: v.MNC}); !p.Empty() {
		network, err := networkBytes(v.MCC, v.MNC)
		if err != nil {
			return nil, err
		}
		in = tlv.Append(in, tagContextNet, network)
	}
	in, err := appendKeyObjects(in, v.Other)
	if err != nil || len(in) == 0 {
		return fill(size), err
	}
	return padded(tlv.Append(nil, tagContext, in), size)
}

func appendSecret(dst []byte, tag tlv.Tag, s safe.Secret) []byte {
	if s.Len() > 0 {
		s.Use(func(b []byte) { dst = tlv.Append(dst, tag, b) })
	}
	return dst
}

// appendNumber writes a number of two or four bytes.
func appendNumber[T uint16 | uint32](dst []byte, tag tlv.Tag, v *T) []byte {
	if v == nil {
		return dst
	}
	var out []byte
	switch x := any(*v).(type) {
	case uint16:
		out = []byte{byte(x >> 8), byte(x)}
	case uint32:
		out = []byte{byte(x >> 24), byte(x >> 16), byte(x >> 8), byte(x)}
	}
	return tlv.Append(dst, tag, out)
}

func appendKeyObjects(dst []byte, objects []KeyObject) ([]byte, error) {
	for _, o := range objects {
		tag, ok := codes{}.code(o.Tag)
		if !ok {
			return nil, badValue("tag", o.Tag)
		}
		o.Value.Use(func(b []byte) { dst = tlv.Append(dst, tlv.Tag(tag), b) })
	}
	return dst, nil
}

func decodeAuthKeys(data []byte, _ Context, b *builder) AuthKeys {
	var v AuthKeys
	n := b.nested(data)
	if n.padding() {
		b.erase()
		return v
	}
	k := &keySink{b: b, seen: map[byte]bool{}}
	for from := n.at; ; from = n.at {
		tag, part, ok := n.object()
		if !ok {
			break
		}
		part.depth = 0
		v.take(k, tag, part, from)
	}
	v.Other = k.other
	v.NonCanonicalForm = !b.canonical(data, func() ([]byte, error) { return encodeAuthKeys(v, len(data)) })
	held := 0
	for _, s := range []safe.Secret{v.KAUSF, v.KSEAF, v.KSEAFNon3GPP} {
		if s.Len() > 0 {
			held++
		}
	}
	if b.Summary = texts.Say("ef.nas.keys", "n", held); held == 0 {
		b.Summary = word("no_key")
	}
	return v
}

func (v *AuthKeys) take(k *keySink, tag byte, part *nested, from int) {
	switch tag {
	case tagKAUSF:
		if k.usual(tag, part, from, fiveGKey) {
			v.KAUSF = k.key("k_ausf", part)
		}
	case tagKSEAF:
		if k.usual(tag, part, from, fiveGKey) {
			v.KSEAF = k.key("k_seaf", part)
		}
	case tagKSEAFNon3GPP:
		if k.usual(tag, part, from, fiveGKey) {
			v.KSEAFNon3GPP = k.key("k_seaf_non_3gpp", part)
		}
	case tagSORCounter:
		if k.usual(tag, part, from, 2) {
			v.SORCounter = part.counter("sor_counter")
		}
	case tagUPUCounter:
		if k.usual(tag, part, from, 2) {
			v.UPUCounter = part.counter("ue_parameter_update_counter")
		}
	default:
		k.keep(tag, part, from)
	}
}

func (n *nested) counter(id string) *uint16 {
	c, _ := n.number(2)
	n.line(id, fmt.Sprint(c), n.at-2)
	return new(uint16(c))
}

func encodeAuthKeys(v AuthKeys, size int) ([]byte, error) {
	if v.NonCanonicalForm {
		return nil, refuse("fiveg.form")
	}
	out := appendSecret(nil, tagKAUSF, v.KAUSF)
	out = appendSecret(out, tagKSEAF, v.KSEAF)
	out = appendSecret(out, tagKSEAFNon3GPP, v.KSEAFNon3GPP)
	out = appendNumber(out, tagSORCounter, v.SORCounter)
	out = appendNumber(out, tagUPUCounter, v.UPUCounter)
	out, err := appendKeyObjects(out, v.Other)
	if err != nil {
		return nil, err
	}
	return padded(out, size)
}
