package ef

import (
	"fmt"
	"net/netip"
	"slices"
	"strings"

	"simscope/card/safe"
	"simscope/card/tlv"
	"simscope/texts"
)

// NAFKCA is a record of EF.NAFKCA: where the keys of network applications are
// managed (TS 31.102 clause 4.2.87, TS 31.103 clause 4.2.11).
type NAFKCA struct {
	Address string `json:"naf_key_centre_address"` // a name, UTF-8
	Carry
}

func decodeNAFKCA(data []byte, c Context, b *builder) NAFKCA {
	u := textObject("naf_key_centre_address")(data, c, b)
	return NAFKCA{u.Text, u.Carry}
}

func encodeNAFKCA(v NAFKCA, size int) ([]byte, error) {
	return encodeTextObject(URI{Text: v.Address}, size)
}

// NCPIP is a record of EF.NCP-IP: how the card's own data connections are set
// up (TS 31.102 clause 4.2.90). The password is masked wherever it is printed.
// Irregular bytes are shown but cannot be written again.
type NCPIP struct {
	Parameters []NCPParameter `json:"parameters"`
	Irregular  bool           `json:"irregular,omitempty"`
}

// NCPParameter is one object of the record.
type NCPParameter struct {
	Tag    string        `json:"tag"`
	Name   string        `json:"name,omitempty"`   // "access_point_name", "login", …
	Text   string        `json:"text,omitempty"`   // of what can be read as text
	Labels bool          `json:"labels,omitempty"` // an access point name in labels (TS 23.003 clause 9.1)
	Range  *AddressRange `json:"range,omitempty"`
	Secret *safe.Secret  `json:"secret,omitempty"`
	Value  Hex           `json:"value,omitempty"` // of everything else
}

// AddressRange is the addresses that begin with a prefix.
type AddressRange struct {
	Type   string `json:"type_of_address"` // "IPv4", "IPv6"
	Length byte   `json:"prefix_length"`   // bits
	Prefix Hex    `json:"prefix"`          // the bytes as they are
}

var ncpNames = map[tlv.Tag]string{
	0x80: "access_point_name", 0x81: "login", 0x82: "password", 0x83: "data_destination_address_range", 0x84: "bearer_description",
}

func decodeNCPIP(data []byte, _ Context, b *builder) NCPIP {
	v := NCPIP{Parameters: []NCPParameter{}}
	b.Columns = []string{"", ""}
	if len(data) == 0 || allFF(data) {
		b.erase()
		return v
	}
	for _, o := range b.fileObjects(data, 0) {
		p := b.ncpParameter(o)
		v.Parameters = append(v.Parameters, p)
		switch p.Name {
		case "access_point_name":
			b.Columns[0] = p.Text
		case "data_destination_address_range":
			if p.Range != nil {
				b.Columns[1] = p.Range.String()
			}
		}
	}
	b.Summary = strings.TrimSpace(b.Columns[0] + "  " + b.Columns[1])
	v.Irregular = b.irregular(data, func() ([]byte, error) { return encodeNCPIP(v, len(data)) })
	return v
}

func (b *builder) ncpParameter(o fileObject) NCPParameter {
	p := NCPParameter{Tag: o.Tag.String(), Name: ncpNames[o.Tag]}
	if p.Name == "" {
		p.Value = o.Value
		b.extra(o)
		return p
	}
	shown := Hex(o.Value).String()
	label := texts.Say("ef.field.ncp." + p.Name)
	switch p.Name {
	case "password":
		s := safe.NewSecret(slices.Clone(o.Value))
		p.Secret = &s
		b.addAs(p.Name, label, s.String(), o.off, o.size()).Secret = true
		return p
	case "access_point_name":
		if name, ok := dnsLabels(o.Value); ok {
			p.Text, p.Labels, shown = name, true, name
		} else if isText(o.Value) {
			p.Text, shown = string(o.Value), string(o.Value)
		} else {
			p.Value = o.Value
		}
	case "data_destination_address_range":
		if p.Range = addressRange(o.Value); p.Range == nil {
			p.Value = o.Value
			b.flag("net.address", o.off, o.size())
		} else {
			shown = p.Range.String()
		}
	case "login":
		if p.Value = o.Value; isText(o.Value) {
			p.Text, p.Value, shown = string(o.Value), nil, string(o.Value)
		}
	default:
		p.Value = o.Value
	}
	b.addAs(p.Name, label, shown, o.off, o.size())
	return p
}

// dnsLabels reads a name whose parts have their length before them.
func dnsLabels(b []byte) (string, bool) {
	var parts []string
	for len(b) > 0 {
		n := int(b[0])
		if n == 0 || n > 63 || n >= len(b) || !isText(b[1:1+n]) || strings.Contains(string(b[1:1+n]), ".") {
			return "", false
		}
		parts = append(parts, string(b[1:1+n]))
		b = b[1+n:]
	}
	return strings.Join(parts, "."), len(parts) > 0
}

func labelBytes(name string) ([]byte, error) {
	var out []byte
	for part := range strings.SplitSeq(name, ".") {
		if part == "" || len(part) > 63 {
			return nil, refuse("net.apn", "name", name)
		}
		out = append(append(out, byte(len(part))), part...)
	}
	return out, nil
}

// Types of address of the other-address object (TS 31.111 clause 8.58).
var rangeTypes = map[byte]string{0x21: "IPv4", 0x57: "IPv6"}

func addressRange(b []byte) *AddressRange {
	if len(b) < 2 || rangeTypes[b[0]] == "" {
		return nil
	}
	r := AddressRange{rangeTypes[b[0]], b[1], b[2:]}
	if int(r.Length) > r.bits() || len(r.Prefix)*8 > r.bits() {
		return nil
	}
	return &r
}

func (r AddressRange) bits() int {
	if r.Type == "IPv4" {
		return 32
	}
	return 128
}

// String is the range as people write it, "10.0.0.0/8".
func (r AddressRange) String() string {
	full := make([]byte, r.bits()/8)
	copy(full, r.Prefix)
	a, _ := netip.AddrFromSlice(full)
	return fmt.Sprintf("%s/%d", a, r.Length)
}

func encodeNCPIP(v NCPIP, size int) ([]byte, error) {
	if v.Irregular {
		return nil, refuse("net.irregular")
	}
	var out []byte
	for _, p := range v.Parameters {
		value, err := p.bytes()
		if err != nil {
			return nil, err
		}
		if out, err = appendObjects(out, []TLV{{p.Tag, value}}); err != nil {
			return nil, err
		}
	}
	return padded(out, size)
}

func (p NCPParameter) bytes() (Hex, error) {
	switch {
	case p.Secret != nil:
		var out Hex
		p.Secret.Use(func(b []byte) { out = slices.Clone(b) })
		return out, nil
	case p.Range != nil:
		for c, name := range rangeTypes {
			if name == p.Range.Type && int(p.Range.Length) <= p.Range.bits() && len(p.Range.Prefix)*8 <= p.Range.bits() {
				return append(Hex{c, p.Range.Length}, p.Range.Prefix...), nil
			}
		}
		return nil, refuse("net.address", "address", p.Range.Prefix, "type", p.Range.Type)
	case p.Labels:
		return labelBytes(p.Text)
	case p.Text != "":
		return Hex(p.Text), nil
	}
	return p.Value, nil
}
