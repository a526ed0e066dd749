package virtual

import (
	"slices"

	"simscope/card/tlv"
)

// File descriptor bytes (ETSI TS 102 221 table 11.5): shareable, working EF.
var descriptors = map[Kind]byte{
	KindDF: 0x78, KindTransparent: 0x41, KindLinearFixed: 0x42, KindCyclic: 0x46, KindBERTLV: 0x79,
}

// dataCoding is the data coding byte behind the descriptor; all cards of the
// field have this one.
const dataCoding = 0x21

// Total file size (tag 81) counts what the operating system needs beside the
// bytes; this card pretends to need so much for each file.
const fileOverhead = 0x20

func be16(n int) []byte { return []byte{byte(n >> 8), byte(n)} }

// fcp is the content of the FCP template of n (ETSI TS 102 221 clause
// 11.1.1.3), its objects in the order the specification lists them.
func (c *Card) fcp(n *node) []byte {
	var b []byte
	b = tlv.Append(b, 0x82, n.descriptor())
	b = tlv.Append(b, 0x83, be16(int(n.spec.FID)))
	if n.app != nil && n == n.app.adf {
		b = tlv.Append(b, 0x84, []byte(n.app.aid))
	}
	if info := n.information(); len(info) > 0 {
		b = tlv.Append(b, 0xA5, info)
	}
	state := n.spec.State
	if !n.isDF() {
		state = n.body.state
	}
	b = tlv.Append(b, 0x8A, []byte{stateCodes[state]})
	b = append(b, n.spec.Access.attribute()...)
	if n.isDF() {
		if ps := c.pinStatus(n); len(ps) > 0 {
			b = tlv.Append(b, 0xC6, ps)
		}
		return tlv.Append(b, 0x81, be16(total(n)))
	}
	b = tlv.Append(b, 0x80, be16(n.size()))
	b = tlv.Append(b, 0x81, be16(total(n)))
	if n.spec.SFI == 0 {
		return tlv.Append(b, 0x88, nil)
	}
	return tlv.Append(b, 0x88, []byte{byte(n.spec.SFI << 3)})
}

// information is the content of tag A5. That of a BER-TLV file says by itself
// that objects are coded in DER, and how much they may take (ETSI TS 102 221
// clauses 11.1.1.4.6.5 to 11.1.1.4.6.7).
func (n *node) information() []byte {
	if n.spec.Kind != KindBERTLV || len(n.spec.Info) > 0 {
		return n.spec.Info
	}
	return slices.Concat(
		tlv.Append(nil, 0x84, []byte{0x01}),
		tlv.Append(nil, 0x85, be16(n.body.limit)),
		tlv.Append(nil, 0x86, be16(n.body.limit)))
}

func (n *node) descriptor() []byte {
	b := []byte{descriptors[n.spec.Kind], dataCoding}
	if n.spec.Kind.hasRecords() {
		b = append(b, be16(n.body.length)...)
		b = append(b, byte(len(n.body.records)))
	}
	return b
}

// total is the size of a file with all that lies below it, as far as two
// bytes can say it.
func total(n *node) int {
	sum := fileOverhead
	if !n.isDF() {
		sum += n.size()
	}
	for _, c := range n.children {
		sum += total(c)
	}
	return min(sum, 0xFFFF)
}

// attribute is the object that says where the access rule stands.
func (a Access) attribute() []byte {
	switch {
	case len(a.Compact) > 0:
		return tlv.Append(nil, 0x8C, a.Compact)
	case len(a.Expanded) > 0:
		return tlv.Append(nil, 0xAB, a.Expanded)
	case a.ARR == 0:
		return nil
	}
	v := be16(int(a.ARR))
	for _, r := range a.Rules {
		if r.SE != nil {
			v = append(v, byte(*r.SE))
		}
		v = append(v, byte(r.Record))
	}
	return tlv.Append(nil, 0x8B, v)
}

// pinStatus is the PIN status template of a directory (ETSI TS 102 221 clause
// 9.5.2): which of its PINs are on, one bit each, then their references. The
// Universal PIN has its usage qualifier before it. Where one is unknown, none
// is told.
func (c *Card) pinStatus(n *node) []byte {
	if len(n.spec.PINs) == 0 {
		return nil
	}
	var on byte
	var refs []byte
	told := true
	for i, ref := range n.spec.PINs {
		p := c.pin(ref, n.app)
		if p != nil && p.enabled {
			on |= 0x80 >> i
		}
		told = told && (p == nil || !p.unknown)
		if p != nil && ref == RefUniversal {
			refs = tlv.Append(refs, 0x95, []byte{p.usage})
		}
		refs = tlv.Append(refs, 0x83, []byte{byte(ref)})
	}
	if !told {
		return refs
	}
	return append(tlv.Append(nil, 0x90, []byte{on}), refs...)
}

// Types of files in class A0 headers (3GPP TS 51.011 clause 9.3).
const (
	gsmMF = 0x01
	gsmDF = 0x02
	gsmEF = 0x04
)

// gsmFree is the free memory that a class A0 header names.
const gsmFree = 0x1C00

func (c *Card) gsmHeader(n *node) []byte {
	if n.isDF() {
		return c.gsmDirectory(n)
	}
	return n.gsmFile()
}

// gsmDirectory is the header of the MF or a DF (3GPP TS 51.011 clause 9.2.1).
func (c *Card) gsmDirectory(n *node) []byte {
	b := make([]byte, 23)
	copy(b[2:], be16(gsmFree))
	copy(b[4:], be16(int(n.spec.FID)))
	if b[6] = gsmDF; n == c.mf {
		b[6] = gsmMF
	}
	b[12] = byte(len(b) - 13) // bytes that follow
	b[13] = 0x0B              // clock stop allowed, at low level
	if p := c.chv(1); p != nil && !p.enabled {
		b[13] |= 0x80
	}
	for _, k := range n.children {
		if k.isDF() {
			b[14]++
		} else {
			b[15]++
		}
	}
	for i, n := range []byte{1, 2} {
		p := c.chv(n)
		if p == nil || p.unknown {
			continue
		}
		b[18+2*i] = 0x80 | byte(p.tries.left)
		b[16]++
		if len(p.puk) > 0 {
			b[19+2*i] = 0x80 | byte(p.pukTries.left)
			b[16]++
		}
	}
	return b
}

// gsmFile is the header of an elementary file (3GPP TS 51.011 clause 9.2.1).
func (n *node) gsmFile() []byte {
	b := make([]byte, 15)
	copy(b[2:], be16(n.size()))
	copy(b[4:], be16(int(n.spec.FID)))
	b[6] = gsmEF
	copy(b[8:11], []byte{0xFF, 0xFF, 0xFF})
	copy(b[8:11], n.spec.GSM)
	if stateCodes[n.body.state] == stateCodes[StateActivated] {
		b[11] = 0x01
	}
	b[12] = 2 // bytes that follow
	switch n.spec.Kind {
	case KindLinearFixed:
		b[13] = 0x01
	case KindCyclic:
		b[13] = 0x03
	}
	b[14] = byte(n.body.length)
	return b
}
