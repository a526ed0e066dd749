package ef

import (
	"strings"

	"simscope/card/tlv"
	"simscope/texts"
)

// IMEIs are written as they lie in the file, swapped nibbles filled with F. An
// IMEI has 15 digits, an IMEISV 16.
const imeiBytes = 8

const (
	tagIMEI   tlv.Tag = 0x80
	tagIMEISV tlv.Tag = 0x81
)

// imeiKind is the kind of number under a tag, "imei" or "imeisv".
func imeiKind(tag tlv.Tag) string {
	if tag == tagIMEISV {
		return "imeisv"
	}
	return "imei"
}

// imeiTag is the tag of a kind.
func imeiTag(kind string) (tlv.Tag, error) {
	switch kind {
	case "imei":
		return tagIMEI, nil
	case "imeisv":
		return tagIMEISV, nil
	}
	return 0, refuse("net.choice", "name", kind)
}

// imei reads one number and flags digits that are none.
func (b *builder) imei(raw []byte, off int) string {
	s, clean := bcd(raw, plainDigits)
	if !clean || strings.Trim(s, "0123456789") != "" {
		b.flag("imei", off, len(raw))
	}
	return s
}

// imeiNumber codes a number of a kind.
func imeiNumber(s, kind string) ([]byte, error) {
	want := 15
	if kind == "imeisv" {
		want = 16
	}
	if len(s) != want || strings.Trim(s, "0123456789") != "" {
		return nil, refuse("imei", "n", len(s), "need", want)
	}
	return bcdBytes(s, plainDigits)
}

// IWL is a record of EF.IWL, newer releases call it EF.IAL: a range of devices
// that the card may be used in (TS 31.102 clause 4.2.100).
type IWL struct {
	Kind  string `json:"range_of,omitempty"` // "imei", "imeisv"
	From  string `json:"lower_value,omitempty"`
	To    string `json:"upper_value,omitempty"`
	Other []TLV  `json:"other,omitempty"`
	Carry
}

func decodeIWL(data []byte, _ Context, b *builder) IWL {
	v := IWL{Carry: Carry{data}}
	b.Columns = []string{"", ""}
	if allFF(data) {
		b.erase()
		return v
	}
	for _, o := range b.fileObjects(data, 0) {
		if (o.Tag != tagIMEI && o.Tag != tagIMEISV) || v.Kind != "" || len(o.Value) != 2*imeiBytes {
			v.Other = append(v.Other, b.extra(o))
			continue
		}
		v.Kind = imeiKind(o.Tag)
		v.From, v.To = b.imei(o.Value[:imeiBytes], o.at), b.imei(o.Value[imeiBytes:], o.at+imeiBytes)
		b.add("lower_value", v.From, o.at, imeiBytes)
		b.add("upper_value", v.To, o.at+imeiBytes, imeiBytes)
		if v.From > v.To {
			b.flag("imei.range", o.at, len(o.Value))
		}
		b.Columns = []string{v.From, v.To}
		b.Summary = v.From + "–" + v.To
	}
	if v.Kind == "" {
		b.flag("iwl", 0, len(data))
	}
	return v
}

func encodeIWL(v IWL, size int) ([]byte, error) {
	if v.Kind == "" && len(v.Other) == 0 {
		return fill(size), nil
	}
	var out []byte
	if v.Kind != "" {
		tag, err := imeiTag(v.Kind)
		if err != nil {
			return nil, err
		}
		from, err := imeiNumber(v.From, v.Kind)
		if err != nil {
			return nil, err
		}
		to, err := imeiNumber(v.To, v.Kind)
		if err != nil {
			return nil, err
		}
		out = tlv.Append(out, tag, append(from, to...))
	}
	out, err := appendObjects(out, v.Other)
	if err != nil {
		return nil, err
	}
	return padded(out, size)
}

// IPD is a record of EF.IPD: the device of a pairing (TS 31.102 clause
// 4.2.102).
type IPD struct {
	Kind   string `json:"kind,omitempty"` // "imei", "imeisv"
	Number string `json:"number,omitempty"`
	Other  []TLV  `json:"other,omitempty"`
	Carry
}

func decodeIPD(data []byte, _ Context, b *builder) IPD {
	v := IPD{Carry: Carry{data}}
	b.Columns = []string{""}
	if allFF(data) {
		b.erase()
		return v
	}
	for _, o := range b.fileObjects(data, 0) {
		if (o.Tag != tagIMEI && o.Tag != tagIMEISV) || v.Kind != "" || len(o.Value) < imeiBytes {
			v.Other = append(v.Other, b.extra(o))
			continue
		}
		v.Kind, v.Number = imeiKind(o.Tag), b.imei(o.Value, o.at)
		id := "pairing_" + v.Kind
		b.add(id, v.Number, o.off, o.size())
		b.Summary, b.Columns = v.Number, []string{v.Number}
	}
	if v.Kind == "" {
		b.flag("iwl", 0, len(data))
	}
	return v
}

func encodeIPD(v IPD, size int) ([]byte, error) {
	if v.Kind == "" && len(v.Other) == 0 {
		return fill(size), nil
	}
	var out []byte
	if v.Kind != "" {
		tag, err := imeiTag(v.Kind)
		if err != nil {
			return nil, err
		}
		n, err := imeiNumber(v.Number, v.Kind)
		if err != nil {
			return nil, err
		}
		out = tlv.Append(out, tag, n)
	}
	out, err := appendObjects(out, v.Other)
	if err != nil {
		return nil, err
	}
	return padded(out, size)
}

// IPS is a record of EF.IPS: how a pairing with a device ended (TS 31.102
// clause 4.2.101).
type IPS struct {
	Status   string `json:"status"`     // "OK", "KO"; else the bytes as hex
	Record   int    `json:"link_ipd"`   // of EF.IPD; 0 and 255: none
	Reserved byte   `json:"rfu_byte"`   // FF
	Free     bool   `json:"free_place"` // an unused record
}

func decodeIPS(data []byte, _ Context, b *builder) IPS {
	v := IPS{Record: 0xFF, Reserved: 0xFF}
	b.Columns = []string{"", ""}
	if len(data) > 0 && allFF(data) {
		b.erase()
		v.Free = true
		return v
	}
	if !b.expect(data, 4) {
		return v
	}
	v.Record, v.Reserved = int(data[2]), data[3]
	v.Status = string(data[:2])
	shown := word("pairing." + v.Status)
	if v.Status != "OK" && v.Status != "KO" {
		v.Status = Hex(data[:2]).String()
		shown = v.Status
		b.flag("ips", 0, 2)
	}
	b.add("pairing_status", shown, 0, 2)
	b.Summary, b.Columns[0] = shown, shown
	if v.Record != 0 && v.Record != 0xFF {
		b.Columns[1] = texts.Say("ef.record", "n", v.Record)
		b.add("link_ipd", b.Columns[1], 2, 1)
	}
	if len(data) > 4 {
		b.flag("net.rest", 4, len(data)-4)
	}
	return v
}

func encodeIPS(v IPS, size int) ([]byte, error) {
	switch {
	case v.Free:
		return fill(size), nil
	case size != 4:
		return nil, refuse("size", "need", 4, "limit", size)
	case v.Status != "OK" && v.Status != "KO":
		return nil, refuse("net.choice", "name", v.Status)
	case v.Record < 0 || v.Record > 0xFF:
		return nil, refuse("net.record", "n", v.Record, "limit", 0xFE)
	}
	return append([]byte(v.Status), byte(v.Record), v.Reserved), nil
}
