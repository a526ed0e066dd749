package globalplatform

import (
	"bytes"

	"simscope/card"
	"simscope/card/tlv"
)

// This file reads the files in which older cards keep access rules
// (GlobalPlatform Secure Element Access Control 1.1 clause 7 and annex C, in
// the structure of PKCS #15): EF.ODF names EF.DODF, that the main file, that
// the file of rules, and each rule a file of conditions.

// accessControlOID is {1.2.840.114283.200.1.1}, by which EF.DODF names the
// main file.
var accessControlOID = []byte{0x2A, 0x86, 0x48, 0x86, 0xFC, 0x6B, 0x81, 0x48, 0x01, 0x01}

// carrierAID stands in such rules for the privileges of a carrier on Android.
var carrierAID = []byte{0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF}

// FilePath is a path as PKCS #15 writes it: file identifiers, two bytes each,
// from the MF on when it begins with 3F00.
type FilePath []byte

// of resolves the path: below the application or the directory that holds the
// files, or below the MF.
func (f FilePath) of(base card.Path) (card.Path, bool) {
	if len(f) < 2 || len(f)%2 != 0 || len(f) > 16 {
		return card.Path{}, false
	}
	fids := make([]card.FID, 0, len(f)/2)
	for i := 0; i < len(f); i += 2 {
		fids = append(fids, card.FID(f[i])<<8|card.FID(f[i+1]))
	}
	if fids[0] == card.FIDMF {
		if len(fids) > 1 && fids[1] == card.FIDADF {
			return card.PathOf(base.App, fids[1:]...), len(fids) > 2
		}
		return card.PathOf("", fids...), len(fids) > 1
	}
	for _, fid := range fids {
		base = base.Child(fid)
	}
	return base, true
}

// pathIn is the path of a Path: an octet string in v.
func pathIn(v []byte) (FilePath, bool) {
	nodes, _ := tlv.ParseFlat(v)
	n, ok := tlv.Find(nodes, 0x04)
	return FilePath(n.Value), ok && len(n.Value) >= 2
}

// sequences are the objects 30 of v.
func sequences(v []byte) (out [][]byte, whole bool) {
	nodes, err := tlv.ParseFlat(v)
	whole = err == nil
	for _, n := range nodes {
		if n.Tag != 0x30 {
			whole = false
			continue
		}
		out = append(out, n.Value)
	}
	return out, whole
}

// ParseODF finds the paths of EF.DODF in EF.ODF.
func ParseODF(b []byte) []FilePath {
	var out []FilePath
	nodes, _ := tlv.ParseFlat(b)
	for _, n := range nodes {
		if n.Tag != 0xA7 {
			continue
		}
		seqs, _ := sequences(n.Value)
		for _, s := range seqs {
			if p, ok := pathIn(s); ok && len(out) < maxARFFiles {
				out = append(out, p)
			}
		}
	}
	return out
}

// ParseDODF finds the paths of the access control main file in EF.DODF. There
// must be one; with several nothing is to be allowed (clause 7.1.5).
func ParseDODF(b []byte) []FilePath {
	var out []FilePath
	nodes, _ := tlv.ParseFlat(b)
	for _, n := range nodes {
		if n.Tag != 0xA1 {
			continue
		}
		parts, _ := tlv.ParseFlat(n.Value)
		attributes, ok := tlv.Find(parts, 0xA1)
		if !ok {
			continue
		}
		seqs, _ := sequences(attributes.Value)
		for _, s := range seqs {
			oidDO, _ := tlv.ParseFlat(s)
			id, _ := tlv.Find(oidDO, 0x06)
			where, _ := tlv.Find(oidDO, 0x30)
			if p, ok := pathIn(where.Value); ok && bytes.Equal(id.Value, accessControlOID) && len(out) < maxARFFiles {
				out = append(out, p)
			}
		}
	}
	return out
}

// ParseACMain reads the main file: its refresh tag and the path of the rules.
func ParseACMain(b []byte) (refresh Hex, rules FilePath, ok bool) {
	seqs, _ := sequences(b)
	if len(seqs) == 0 {
		return nil, nil, false
	}
	nodes, _ := tlv.ParseFlat(seqs[0])
	tag, _ := tlv.Find(nodes, 0x04)
	where, _ := tlv.Find(nodes, 0x30)
	rules, ok = pathIn(where.Value)
	return Hex(tag.Value), rules, ok
}

// Conditioned is a rule of the file of rules: whom it is about, and where its
// conditions stand.
type Conditioned struct {
	Target Target
	AID    Hex
	Path   FilePath
}

// ParseACRules reads the file of rules.
func ParseACRules(b []byte) (out []Conditioned, whole bool) {
	seqs, whole := sequences(b)
	for _, s := range seqs {
		nodes, err := tlv.ParseFlat(s)
		c := Conditioned{}
		for _, n := range nodes {
			switch n.Tag {
			case 0xA0:
				inner, _ := tlv.ParseFlat(n.Value)
				aid, _ := tlv.Find(inner, 0x04)
				c.Target, c.AID = TargetAID, Hex(aid.Value)
			case 0x81:
				c.Target = TargetDefault
			case 0x82:
				c.Target = TargetOthers
			}
		}
		where, _ := tlv.Find(nodes, 0x30)
		p, ok := pathIn(where.Value)
		if c.Path = p; err != nil || !ok || c.Target == "" {
			whole = false
			continue
		}
		out = append(out, c)
	}
	return out, whole
}

// ParseACConditions reads a file of conditions as rules for what the file of
// rules names. A file without any lets nobody in, and is a rule that says so;
// a condition without a hash lets in every app (clause 7.1.7).
func ParseACConditions(b []byte, of Conditioned) (out []Rule, whole bool) {
	seqs, whole := sequences(b)
	base := Rule{Target: of.Target, AID: of.AID, Whole: true}
	if len(seqs) == 0 {
		base.APDU, base.NFC, base.Whole = AccessNever, AccessNever, whole
		return []Rule{base}, whole
	}
	for _, s := range seqs {
		r := base
		// What is not spoken of is allowed.
		r.APDU, r.NFC = AccessAlways, AccessAlways
		nodes, err := tlv.ParseFlat(s)
		r.Whole = err == nil
		for _, n := range nodes {
			r.Whole = r.condition(n) && r.Whole
		}
		if bytes.Equal(of.AID, carrierAID) {
			r.Carrier, r.Target = true, TargetNone
			r.APDU, r.NFC = AccessUntold, AccessUntold
		}
		whole = whole && r.Whole
		out = append(out, r)
	}
	return out, whole
}

func (r *Rule) condition(n tlv.Node) bool {
	switch n.Tag {
	case 0x04:
		r.Device = Hex(n.Value)
		return len(n.Value) == 0 || len(n.Value) == 20 || len(n.Value) == 32
	case 0xA0:
		fits := true
		nodes, err := tlv.ParseFlat(n.Value)
		for _, a := range nodes {
			fits = r.conditionAccess(a) && fits
		}
		return fits && err == nil
	}
	r.Other = append(r.Other, Unnamed{n.Tag.String(), Hex(n.Value)})
	return false
}

// conditionAccess reads an APDUAccessRule or an NFCAccessRule.
func (r *Rule) conditionAccess(n tlv.Node) bool {
	nodes, err := tlv.ParseFlat(n.Value)
	permission, has := tlv.Find(nodes, 0x80)
	access := AccessBroken
	if err == nil && has && len(permission.Value) == 1 {
		// A BOOLEAN of BER: 00 is false, anything else true.
		access = AccessAlways
		if permission.Value[0] == 0 {
			access = AccessNever
		}
	}
	switch n.Tag {
	case 0xA0:
		r.APDU = access
		if list, is := tlv.Find(nodes, 0xA1); is && !has {
			r.APDU, r.Filters = conditionFilters(list.Value)
		}
		return r.APDU != AccessBroken
	case 0xA1:
		r.NFC = access
		return access != AccessBroken
	}
	r.Other = append(r.Other, Unnamed{n.Tag.String(), Hex(n.Value)})
	return false
}

func conditionFilters(v []byte) (Access, []Filter) {
	var all []byte
	nodes, err := tlv.ParseFlat(v)
	for _, n := range nodes {
		if n.Tag != 0x04 || len(n.Value) != filterLen {
			return AccessBroken, nil
		}
		all = append(all, n.Value...)
	}
	if err != nil || len(all) == 0 {
		return AccessBroken, nil
	}
	return apduAccess(all)
}
