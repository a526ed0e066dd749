package ef

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"simscope/card/safe"
	"simscope/card/tlv"
	"simscope/texts"
)

// EPSNSC is a record of EF.EPSNSC (TS 31.102 clause 4.2.92); nil is an erased
// one. Irregular bytes are shown but cannot be written again.
type EPSNSC struct {
	Context   *EPSContext `json:"eps_nas_security_context"`
	Irregular bool        `json:"irregular,omitempty"`
}

// EPSContext is the 4G security context. The key is masked wherever it is
// printed.
type EPSContext struct {
	KSI        byte        `json:"ksi_asme"` // 7: no key is available
	KASME      safe.Secret `json:"k_asme"`   // 32 bytes, or none
	Uplink     uint32      `json:"uplink_nas_count"`
	Downlink   uint32      `json:"downlink_nas_count"`
	Algorithms byte        `json:"nas_algorithms"` // TS 24.301 clause 9.9.3.23
}

var epsAlgorithms = []string{"0", "1 (SNOW 3G)", "2 (AES)", "3 (ZUC)", "4", "5", "6", "7"}

// Ciphering names the encryption algorithm, "EEA2 (AES)".
func (c EPSContext) Ciphering() string { return "EEA" + epsAlgorithms[c.Algorithms>>4&7] }

// Integrity names the integrity algorithm, "EIA2 (AES)".
func (c EPSContext) Integrity() string { return "EIA" + epsAlgorithms[c.Algorithms&7] }

func decodeEPSNSC(data []byte, _ Context, b *builder) EPSNSC {
	b.Columns = []string{"", ""}
	if allFF(data) {
		b.erase()
		return EPSNSC{}
	}
	c := EPSContext{KSI: 7}
	for _, o := range b.fileObjects(data, 0) {
		if o.Tag != 0xA0 {
			b.flag("net.object", o.off, o.size(), "tag", o.Tag.String())
			continue
		}
		for _, in := range b.fileObjects(o.Value, o.at) {
			b.epsObject(&c, in)
		}
	}
	v := EPSNSC{Context: &c}
	b.Summary = texts.Say("ef.keyset", "n", c.KSI)
	if c.KSI == 7 {
		b.Summary = word("no_key")
	}
	algorithms := c.Ciphering() + ", " + c.Integrity()
	b.Columns = []string{b.Summary, algorithms}
	b.Summary += " · " + algorithms
	v.Irregular = b.irregular(data, func() ([]byte, error) { return encodeEPSNSC(v, len(data)) })
	return v
}

func (b *builder) epsObject(c *EPSContext, o fileObject) {
	n := len(o.Value)
	switch {
	case o.Tag == 0x80 && n == 1:
		c.KSI = o.Value[0]
		b.add("ksi", fmt.Sprint(c.KSI), o.off, o.size())
	case o.Tag == 0x81:
		c.KASME = safe.NewSecret(slices.Clone(o.Value))
		b.secret("eps_k_asme", o.at, n)
		if n != 32 && n != 0 {
			b.flag("net.length", o.off, o.size(), "have", n, "need", 32)
		}
	case o.Tag == 0x82 && n == 4:
		c.Uplink = uint32(number(o.Value))
		b.add("eps_uplink_count", fmt.Sprint(c.Uplink), o.off, o.size())
	case o.Tag == 0x83 && n == 4:
		c.Downlink = uint32(number(o.Value))
		b.add("eps_downlink_count", fmt.Sprint(c.Downlink), o.off, o.size())
	case o.Tag == 0x84 && n == 1:
		c.Algorithms = o.Value[0]
		b.add("eps_algorithms", c.Ciphering()+", "+c.Integrity(), o.off, o.size())
	default:
		b.flag("net.object", o.off, o.size(), "tag", o.Tag.String())
	}
}

// irregular reports, with a flag, that the value would be written as other
// bytes than data: values with secrets do not carry the bytes they came from.
func (b *builder) irregular(data []byte, encode func() ([]byte, error)) bool {
	out, err := encode()
	if err == nil && bytes.Equal(out, data) {
		return false
	}
	b.flag("net.irregular", 0, len(data))
	return true
}

func encodeEPSNSC(v EPSNSC, size int) ([]byte, error) {
	switch {
	case v.Irregular:
		return nil, refuse("net.irregular")
	case v.Context == nil:
		return fill(size), nil
	}
	c := *v.Context
	uplink, _ := numberBytesOf(uint64(c.Uplink), 4, "")
	downlink, _ := numberBytesOf(uint64(c.Downlink), 4, "")
	in := tlv.Append(nil, 0x80, []byte{c.KSI})
	c.KASME.Use(func(key []byte) { in = tlv.Append(in, 0x81, key) })
	in = tlv.Append(tlv.Append(in, 0x82, uplink), 0x83, downlink)
	return padded(tlv.Append(nil, 0xA0, tlv.Append(in, 0x84, []byte{c.Algorithms})), size)
}

// GBABP is the content of EF.GBABP: what a bootstrapping run left (TS 31.102
// clause 4.2.79, TS 31.103 clause 4.2.9).
type GBABP struct {
	RAND     Hex    `json:"rand"`
	BTID     string `json:"b_tid"`
	Lifetime string `json:"key_lifetime"` // date and time, as text
	Carry
}

func decodeGBABP(data []byte, _ Context, b *builder) GBABP {
	v := GBABP{RAND: Hex{}, Carry: Carry{data}}
	if allFF(data) {
		b.erase()
		return v
	}
	c := cursor{b: data}
	part := func(id string) []byte {
		off := c.off
		p := c.take(int(c.byte()))
		if c.short {
			return p
		}
		shown := string(p)
		if id == "gba_rand" {
			shown = Hex(p).String()
		} else if !utf8.Valid(p) {
			b.flag("utf8", off+1, len(p))
		}
		b.add(id, shown, off, 1+len(p))
		return p
	}
	v.RAND = part("gba_rand")
	v.BTID = string(part("gba_b_tid"))
	v.Lifetime = string(part("gba_key_lifetime"))
	switch {
	case c.short:
		b.flag("gba.short", c.off, len(data)-c.off)
	case !allFF(data[c.off:]):
		b.flag("net.rest", c.off, len(data)-c.off)
	}
	if b.Summary = strings.TrimSpace(v.BTID + "  " + v.Lifetime); len(v.RAND)+len(v.BTID)+len(v.Lifetime) == 0 && !c.short {
		b.erase()
	}
	return v
}

func encodeGBABP(v GBABP, size int) ([]byte, error) {
	var out []byte
	for _, p := range [][]byte{v.RAND, []byte(v.BTID), []byte(v.Lifetime)} {
		if len(p) > 0xFE {
			return nil, refuse("size", "need", len(p), "limit", 0xFE)
		}
		out = append(append(out, byte(len(p))), p...)
	}
	if len(out) == 3 {
		return fill(size), nil
	}
	return padded(out, size)
}

// NAFID is the identifier of a network application function: its name and the
// security protocol used with it (TS 33.220 clause 3.1).
type NAFID struct {
	FQDN     string `json:"fqdn"`
	Protocol Hex    `json:"ua_security_protocol,omitempty"` // 5 bytes
}

// nafID splits an identifier. The protocol begins with a small number, a
// name with a letter or digit.
func (b *builder) nafID(value []byte, at int) NAFID {
	var v NAFID
	if n := len(value) - 5; n >= 0 && value[n] < 0x20 {
		v.Protocol = value[n:]
		value = value[:n]
	} else if len(value) > 0 {
		b.flag("naf.protocol", at, len(value))
	}
	v.FQDN = string(value)
	if !utf8.Valid(value) {
		b.flag("utf8", at, len(value))
	}
	return v
}

func (n NAFID) String() string { return strings.TrimSpace(n.FQDN + "  " + n.Protocol.String()) }

func (n NAFID) bytes() ([]byte, error) {
	if len(n.Protocol) != 5 && len(n.Protocol) != 0 {
		return nil, refuse("length", "what", "ua_security_protocol", "need", 5)
	}
	return append([]byte(n.FQDN), n.Protocol...), nil
}

// GBANL is a record of EF.GBANL: an application and the bootstrapping run its
// key came from (TS 31.102 clause 4.2.83, TS 31.103 clause 4.2.10).
type GBANL struct {
	NAFID *NAFID `json:"naf_id,omitempty"`
	BTID  string `json:"b_tid,omitempty"`
	Other []TLV  `json:"other,omitempty"`
	Carry
}

func decodeGBANL(data []byte, _ Context, b *builder) GBANL {
	v := GBANL{Carry: Carry{data}}
	b.Columns = []string{"", ""}
	if allFF(data) {
		b.erase()
		return v
	}
	for _, o := range b.fileObjects(data, 0) {
		switch {
		case o.Tag == 0x80 && v.NAFID == nil:
			id := b.nafID(o.Value, o.at)
			v.NAFID = &id
			b.add("gba_naf_id", id.String(), o.off, o.size())
			b.Columns[0] = id.FQDN
		case o.Tag == 0x81 && v.BTID == "":
			if v.BTID = string(o.Value); !utf8.Valid(o.Value) {
				b.flag("utf8", o.at, len(o.Value))
			}
			b.add("gba_b_tid", v.BTID, o.off, o.size())
			b.Columns[1] = v.BTID
		default:
			v.Other = append(v.Other, b.extra(o))
		}
	}
	if v.NAFID == nil || v.BTID == "" {
		b.flag("gbanl", 0, len(data))
	}
	b.Summary = strings.TrimSpace(b.Columns[0] + "  " + b.Columns[1])
	return v
}

func encodeGBANL(v GBANL, size int) ([]byte, error) {
	if v.NAFID == nil && v.BTID == "" && len(v.Other) == 0 {
		return fill(size), nil
	}
	var out []byte
	if v.NAFID != nil {
		id, err := v.NAFID.bytes()
		if err != nil {
			return nil, err
		}
		out = tlv.Append(out, 0x80, id)
	}
	if v.BTID != "" {
		out = tlv.Append(out, 0x81, []byte(v.BTID))
	}
	out, err := appendObjects(out, v.Other)
	if err != nil {
		return nil, err
	}
	return padded(out, size)
}

// GBAUAPI is a record of EF.GBAUAPI: which card application may use the key
// derived for a network application (TS 31.103 clause 4.2.22).
type GBAUAPI struct {
	AID   Hex    `json:"aid"`
	NAFID *NAFID `json:"naf_id,omitempty"`
	Other []TLV  `json:"other,omitempty"`
	Carry
}

func decodeGBAUAPI(data []byte, _ Context, b *builder) GBAUAPI {
	v := GBAUAPI{AID: Hex{}, Carry: Carry{data}}
	b.Columns = []string{"", ""}
	if allFF(data) {
		b.erase()
		return v
	}
	for _, o := range b.fileObjects(data, 0) {
		if o.Tag != 0x80 || v.NAFID != nil {
			v.Other = append(v.Other, b.extra(o))
			continue
		}
		c := cursor{b: o.Value}
		v.AID = c.take(int(c.byte()))
		b.add("gba_aid", v.AID.String(), o.at, c.off)
		if len(v.AID) < 5 || len(v.AID) > 16 {
			b.flag("dir.aid", o.off, o.size(), "n", len(v.AID))
		}
		off := c.off
		name := c.take(int(c.byte()))
		if c.short || c.off < len(o.Value) {
			b.flag("gbauapi", o.off, o.size())
		}
		id := b.nafID(name, min(o.at+off+1, len(data)))
		v.NAFID = &id
		b.add("gba_naf_id", id.String(), o.at+off, c.off-off)
	}
	if v.NAFID == nil {
		b.flag("gbauapi", 0, len(data))
		return v
	}
	b.Columns = []string{v.AID.String(), v.NAFID.FQDN}
	b.Summary = strings.TrimSpace(v.AID.String() + "  " + v.NAFID.FQDN)
	return v
}

func encodeGBAUAPI(v GBAUAPI, size int) ([]byte, error) {
	if len(v.AID) == 0 && v.NAFID == nil && len(v.Other) == 0 {
		return fill(size), nil
	}
	if len(v.AID) < 5 || len(v.AID) > 16 {
		return nil, refuse("net.aid", "n", len(v.AID))
	}
	var name []byte
	if v.NAFID != nil {
		var err error
		if name, err = v.NAFID.bytes(); err != nil {
			return nil, err
		}
	}
	if len(name) > 0xFF {
		return nil, refuse("size", "need", len(name), "limit", 0xFF)
	}
	in := append([]byte{byte(len(v.AID))}, v.AID...)
	in = append(append(in, byte(len(name))), name...)
	out, err := appendObjects(tlv.Append(nil, 0x80, in), v.Other)
	if err != nil {
		return nil, err
	}
	return padded(out, size)
}
