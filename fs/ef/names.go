package ef

import (
	"fmt"
	"strings"
	"unicode/utf16"

	"simscope/card/tlv"
	"simscope/fs/plmn"
	"simscope/texts"
)

// PNN is a record of EF.PNN, the name of a network (TS 31.102 clause 4.2.58,
// TS 51.011 clause 10.3.41).
type PNN struct {
	Full       *NetworkLabel `json:"full_name_for_network,omitempty"`
	Short      *NetworkLabel `json:"short_name_for_network,omitempty"`
	Additional *string       `json:"plmn_additional_information,omitempty"` // shown when a network is chosen by hand
	Other      []TLV         `json:"other,omitempty"`
	Carry
}

// NetworkLabel is a network name element (TS 24.008 clause 10.5.3.5a).
type NetworkLabel struct {
	Text            string `json:"text"`
	Coding          string `json:"coding_scheme"` // "gsm7", "ucs2", "reserved"
	CountryInitials bool   `json:"add_ci"`        // the phone puts the country's letters before it
}

// Name is the name to show: the full one, else the short one.
func (p PNN) Name() string {
	for _, l := range []*NetworkLabel{p.Full, p.Short} {
		if l != nil && l.Text != "" {
			return l.Text
		}
	}
	return ""
}

const (
	tagFullName   tlv.Tag = 0x43
	tagShortName  tlv.Tag = 0x45
	tagAdditional tlv.Tag = 0x80
)

func decodePNN(data []byte, _ Context, b *builder) PNN {
	v := PNN{Carry: Carry{data}}
	b.Columns = []string{"", ""}
	if allFF(data) {
		b.erase()
		return v
	}
	for _, o := range b.fileObjects(data, 0) {
		switch {
		case o.Tag == tagFullName && v.Full == nil:
			v.Full = b.networkLabel("full_name_for_network", o)
			b.Columns[0] = v.Full.Text
		case o.Tag == tagShortName && v.Short == nil:
			v.Short = b.networkLabel("short_name_for_network", o)
			b.Columns[1] = v.Short.Text
		case o.Tag == tagAdditional && v.Additional == nil:
			a := DecodeAlpha(o.Value)
			b.alphaFlags(a, o.at)
			b.add("plmn_additional_information", a.Text, o.off, o.size())
			v.Additional = &a.Text
		default:
			v.Other = append(v.Other, b.extra(o))
		}
	}
	if v.Full == nil {
		b.flag("pnn.full", 0, len(data))
	}
	b.Summary = v.Name()
	if b.Columns[1] != "" && b.Columns[1] != b.Summary {
		b.Summary += "  (" + b.Columns[1] + ")"
	}
	return v
}

// networkLabel reads octets 3 to n of a network name element: coding scheme in
// bits 7 to 5, country initials in bit 4, unused bits of the last octet in
// bits 3 to 1, then the text.
func (b *builder) networkLabel(id string, o fileObject) *NetworkLabel {
	v := &NetworkLabel{Coding: "reserved"}
	if len(o.Value) == 0 {
		v.Coding = CodingGSM7
		b.add(id, "", o.off, o.size())
		return v
	}
	head, text := o.Value[0], o.Value[1:]
	v.CountryInitials = head&0x08 != 0
	shown := ""
	switch head >> 4 & 7 {
	case 0:
		v.Coding = CodingGSM7
		v.Text = b.packedText(text, int(head&7), o.at)
		shown = v.Text
	case 1:
		v.Coding = "ucs2"
		v.Text = b.ucs2Text(text, o.at+1)
		shown = v.Text
	default:
		b.flag("pnn.coding", o.at, 1, "coding", head>>4&7)
		shown = Hex(text).String()
	}
	f := b.add(id, shown, o.off, o.size())
	if v.CountryInitials {
		f.Note = word("add_ci")
	}
	return v
}

// packedText reads septets; at is where the octet with the number of spare
// bits lies.
func (b *builder) packedText(packed []byte, spare, at int) string {
	bits := max(0, len(packed)*8-spare)
	if bits%7 != 0 {
		b.flag("pnn.spare", at, 1, "n", spare)
	}
	text, bad := gsmText(unpack(packed, bits/7, 0))
	if len(bad) > 0 {
		b.flag("alpha.escape", at+1, len(packed))
	}
	return text
}

func (b *builder) ucs2Text(raw []byte, at int) string {
	if len(raw)%2 != 0 {
		b.flag("alpha.truncated", at+len(raw)-1, 1)
	}
	units := make([]uint16, len(raw)/2)
	for i := range units {
		units[i] = uint16(raw[2*i])<<8 | uint16(raw[2*i+1])
	}
	text, bad := utf16Text(units)
	if bad >= 0 {
		b.flag("alpha.surrogate", at+2*bad, 2)
	}
	return text
}

func encodePNN(v PNN, size int) ([]byte, error) {
	if v.Full == nil && v.Short == nil && v.Additional == nil && len(v.Other) == 0 {
		return fill(size), nil
	}
	var out []byte
	if v.Full != nil {
		out = tlv.Append(out, tagFullName, v.Full.bytes())
	}
	if v.Short != nil {
		out = tlv.Append(out, tagShortName, v.Short.bytes())
	}
	if v.Additional != nil {
		out = tlv.Append(out, tagAdditional, plainAlpha(*v.Additional))
	}
	out, err := appendObjects(out, v.Other)
	if err != nil {
		return nil, err
	}
	return padded(out, size)
}

// bytes codes the label in the default alphabet where that holds it, else in
// UCS2.
func (l NetworkLabel) bytes() []byte {
	head := byte(0x80)
	if l.CountryInitials {
		head |= 0x08
	}
	if septets, ok := gsmBytes(l.Text, true); ok {
		packed, spare := packSeptets(septets)
		return append([]byte{head | byte(spare)}, packed...)
	}
	out := []byte{head | 0x10}
	for _, u := range utf16.Encode([]rune(l.Text)) {
		out = append(out, byte(u>>8), byte(u))
	}
	return out
}

// packSeptets packs septets into octets (TS 23.038 clause 6.1.2.1); spare is
// how many bits of the last octet are unused.
func packSeptets(septets []byte) (out []byte, spare int) {
	out = make([]byte, (len(septets)*7+7)/8)
	for i, c := range septets {
		at := i * 7
		out[at/8] |= c << (at % 8)
		if at%8 > 1 {
			out[at/8+1] |= c >> (8 - at%8)
		}
	}
	return out, len(out)*8 - len(septets)*7
}

// plainAlpha is text as an alpha identifier without padding.
func plainAlpha(text string) []byte {
	if b, ok := gsmBytes(text, true); ok {
		return b
	}
	out := []byte{0x80}
	for _, u := range utf16.Encode([]rune(text)) {
		out = append(out, byte(u>>8), byte(u))
	}
	return out
}

// OPL is a record of EF.OPL (TS 31.102 clause 4.2.59, TS 51.011 clause
// 10.3.42) or EF.OPL5G (TS 31.102 clause 4.4.11.9): which record of EF.PNN
// names a network in a range of areas. A digit D of the network stands for any.
type OPL struct {
	MCC    string `json:"mcc"`
	MNC    string `json:"mnc"`
	From   Hex    `json:"lac_tac_start"` // 2 bytes, of EF.OPL5G 3
	To     Hex    `json:"lac_tac_end"`
	Record int    `json:"pnn_record_identifier"` // 0: the name comes from elsewhere
	Carry
}

// Covers reports whether the record speaks of the area code, which must have
// as many bytes as the record's, of network p.
func (o OPL) Covers(p plmn.PLMN, code []byte) bool {
	if o.MCC == "" || !matchDigits(o.MCC, p.MCC) || !matchDigits(o.MNC, p.MNC) || len(code) != len(o.From) {
		return false
	}
	n := number(code)
	return n >= number(o.From) && n <= number(o.To)
}

// matchDigits compares a pattern with digits; D is any digit, also the third
// of a network code that has none.
func matchDigits(pattern, digits string) bool {
	for i := range max(len(pattern), len(digits)) {
		switch {
		case i < len(pattern) && pattern[i] == 'D':
		case i >= len(pattern) || i >= len(digits) || pattern[i] != digits[i]:
			return false
		}
	}
	return true
}

// operatorList decodes records with area codes of area bytes.
func operatorList(area int) func([]byte, Context, *builder) OPL {
	return func(data []byte, _ Context, b *builder) OPL {
		v := OPL{From: Hex{}, To: Hex{}, Carry: Carry{data}}
		b.Columns = []string{"", "", ""}
		if len(data) > 0 && allFF(data) {
			b.erase()
			return v
		}
		need := 4 + 2*area
		if !b.expect(data, need) {
			return v
		}
		v.From, v.To, v.Record = data[3:3+area], data[3+area:3+2*area], int(data[need-1])
		var shown string
		v.MCC, v.MNC, shown = b.plmnPattern("network", data[:3], 0)
		areas := v.From.String() + "–" + v.To.String()
		f := b.add("opl_areas", areas, 3, 2*area)
		switch {
		case number(v.From) > number(v.To):
			b.flag("opl.range", 3, 2*area)
		case number(v.From) == 0 && number(v.To) >= uint64(1)<<(8*area)-2:
			f.Note = word("net.all_areas")
			areas = f.Note
		case v.From.String() == v.To.String():
			areas = v.From.String()
		}
		record := texts.Say("ef.record", "n", v.Record)
		if v.Record == 0 {
			record = word("name_from_elsewhere")
		}
		b.add("pnn_record_identifier", record, need-1, 1)
		b.Columns = []string{shown, areas, record}
		b.Summary = fmt.Sprintf("%s  %s → %s", shown, areas, record)
		return v
	}
}

// plmnPattern shows a network that may have the digit D for any digit.
func (b *builder) plmnPattern(id string, e []byte, off int) (mcc, mnc, shown string) {
	p, _ := plmn.ParsePLMN([3]byte(e))
	shown = strings.ReplaceAll(p.String(), "D", "*")
	f := b.add(id, shown, off, 3)
	switch digits := p.MCC + p.MNC; {
	case strings.ContainsAny(digits, "ABCEF"), p.MCC == "" && !allFF(e):
		b.flag("plmn", off, 3)
	case strings.Trim(digits, "D") == "" && digits != "":
		f.Note = word("net.any")
	case !strings.Contains(digits, "D"):
		f.Note = p.Describe()
	case !strings.Contains(p.MCC, "D"):
		c, _ := plmn.Country(p.MCC)
		f.Note = c.Name
	}
	return p.MCC, p.MNC, shown
}

// patternBytes codes a network that may have wildcards.
func patternBytes(mcc, mnc string) ([]byte, error) {
	if mcc == "" && mnc == "" {
		return fill(3), nil
	}
	nibble := func(c byte) byte { return byte(strings.IndexByte("0123456789ABCDEF", c)) }
	if len(mcc) != 3 || len(mnc) < 2 || len(mnc) > 3 || strings.Trim(mcc+mnc, "0123456789D") != "" {
		return nil, refuse("plmn", "plmn", mcc+" "+mnc)
	}
	third := byte(0xF)
	if len(mnc) == 3 {
		third = nibble(mnc[2])
	}
	return []byte{nibble(mcc[0]) | nibble(mcc[1])<<4, nibble(mcc[2]) | third<<4, nibble(mnc[0]) | nibble(mnc[1])<<4}, nil
}

func encodeOperatorList(area int) func(OPL, int) ([]byte, error) {
	return func(v OPL, size int) ([]byte, error) {
		if v.MCC == "" && v.MNC == "" && v.Record == 0 {
			return fill(size), nil
		}
		out, err := patternBytes(v.MCC, v.MNC)
		if err != nil {
			return nil, err
		}
		if len(v.From) != area || len(v.To) != area {
			return nil, refuse("length", "what", "lac_tac_start, lac_tac_end", "need", area)
		}
		if v.Record < 0 || v.Record > 0xFE {
			return nil, refuse("net.record", "n", v.Record, "limit", 0xFE)
		}
		out = append(append(append(out, v.From...), v.To...), byte(v.Record))
		return padded(out, size)
	}
}

// SPDI is the content of EF.SPDI: the networks in which the operator's own
// name is shown as if at home (TS 31.102 clause 4.2.66, TS 51.011 clause
// 10.3.50).
type SPDI struct {
	Networks []Network `json:"service_provider_plmn_list"`
	Other    []TLV     `json:"other,omitempty"`
	Carry
}

// Has reports whether p is in the list.
func (s SPDI) Has(p plmn.PLMN) bool {
	for _, n := range s.Networks {
		if !p.Empty() && n.PLMN() == p {
			return true
		}
	}
	return false
}

const (
	tagSPDI     tlv.Tag = 0xA3
	tagSPDIList tlv.Tag = 0x80
)

func decodeSPDI(data []byte, _ Context, b *builder) SPDI {
	v := SPDI{Networks: []Network{}, Carry: Carry{data}}
	if allFF(data) {
		b.erase()
		return v
	}
	found := false
	for _, o := range b.fileObjects(data, 0) {
		if o.Tag != tagSPDI || found {
			v.Other = append(v.Other, b.extra(o))
			continue
		}
		found = true
		for _, in := range b.fileObjects(o.Value, o.at) {
			if in.Tag != tagSPDIList {
				b.extra(in)
				b.flag("spdi.unknown", in.off, in.size(), "tag", in.Tag.String())
				continue
			}
			v.Networks = append(v.Networks, b.networksIn(in.Value, in.at)...)
		}
	}
	if !found {
		b.flag("spdi.tag", 0, len(data))
	}
	var shown []string
	for _, n := range v.Networks {
		if !n.PLMN().Empty() {
			shown = append(shown, n.PLMN().String())
		}
	}
	if b.Summary = shorten(shown, 8); len(shown) == 0 {
		b.erase()
	}
	return v
}

// networksIn reads networks of three bytes.
func (b *builder) networksIn(data []byte, off int) []Network {
	if len(data)%3 != 0 {
		b.flag("odd", off+len(data)/3*3, len(data)%3, "entry", 3)
	}
	out := []Network{}
	for i := 0; i+3 <= len(data); i += 3 {
		out = append(out, b.network(data[i:i+3], off+i))
	}
	return out
}

func encodeSPDI(v SPDI, size int) ([]byte, error) {
	if len(v.Networks) == 0 && len(v.Other) == 0 {
		return fill(size), nil
	}
	var list []byte
	for _, n := range v.Networks {
		p, err := n.PLMN().Encode()
		if err != nil {
			return nil, refuse("plmn", "plmn", n.PLMN().String())
		}
		list = append(list, p[:]...)
	}
	out, err := appendObjects(tlv.Append(nil, tagSPDI, tlv.Append(nil, tagSPDIList, list)), v.Other)
	if err != nil {
		return nil, err
	}
	return padded(out, size)
}
