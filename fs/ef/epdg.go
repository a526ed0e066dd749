package ef

import (
	"fmt"
	"net/netip"
	"strings"
	"unicode/utf8"

	"simscope/card/tlv"
)

// NodeAddress is where a server of the network is: a name or an IP address
// with its type (TS 31.103 clause 4.2.8, TS 31.102 clause 4.2.103).
type NodeAddress struct {
	Type     string `json:"type_of_address"` // "FQDN", "IPv4", "IPv6", "reserved"
	TypeByte byte   `json:"type_of_address_byte"`
	Address  string `json:"address"`         // text; of a reserved type empty
	Raw      Hex    `json:"bytes,omitempty"` // bytes that are no address of the type
}

var nodeAddressTypes = []string{"FQDN", "IPv4", "IPv6"}

// serverAddress reads the type and the address in the value of o.
func (b *builder) serverAddress(id string, o fileObject) NodeAddress {
	if len(o.Value) == 0 {
		b.flag("net.address", o.off, o.size())
		return NodeAddress{Type: "reserved", TypeByte: 0xFF}
	}
	c, body := o.Value[0], o.Value[1:]
	v := NodeAddress{Type: chosen(c, nodeAddressTypes), TypeByte: c}
	ip, isIP := netip.AddrFromSlice(body)
	switch {
	case v.Type == "FQDN":
		if v.Address = string(body); !utf8.Valid(body) {
			b.flag("utf8", o.at+1, len(body))
		}
	case v.Type == "IPv4" && len(body) == 4 && isIP, v.Type == "IPv6" && len(body) == 16 && isIP:
		v.Address = ip.String()
	default:
		v.Raw = body
		b.flag("net.address", o.at, len(o.Value))
	}
	b.add(id, v.text(), o.off, o.size()).Note = v.Type
	return v
}

func (s NodeAddress) text() string {
	if s.Address == "" {
		return s.Raw.String()
	}
	return s.Address
}

// bytes is the type and the address.
func (s NodeAddress) bytes() ([]byte, error) {
	c, err := choice(s.Type, s.TypeByte, nodeAddressTypes)
	if err != nil {
		return nil, err
	}
	if len(s.Raw) > 0 && s.Address == "" {
		return append([]byte{c}, s.Raw...), nil
	}
	if s.Type == "FQDN" {
		if !utf8.ValidString(s.Address) {
			return nil, refuse("utf8")
		}
		return append([]byte{c}, s.Address...), nil
	}
	ip, err := netip.ParseAddr(s.Address)
	if err != nil || ip.Zone() != "" || (s.Type == "IPv4") != ip.Is4() || s.Type == "reserved" {
		return nil, refuse("net.address", "address", s.Address, "type", s.Type)
	}
	return append([]byte{c}, ip.AsSlice()...), nil
}

// PCSCF is a record of EF.P-CSCF (TS 31.103 clause 4.2.8).
type PCSCF struct {
	Address *NodeAddress `json:"pcscf_address,omitempty"`
	Other   []TLV        `json:"other,omitempty"`
	Carry
}

func decodePCSCF(data []byte, _ Context, b *builder) PCSCF {
	v := PCSCF{Carry: Carry{data}}
	b.Columns = []string{"", ""}
	if allFF(data) {
		b.erase()
		return v
	}
	for _, o := range b.fileObjects(data, 0) {
		if o.Tag != 0x80 || v.Address != nil {
			v.Other = append(v.Other, b.extra(o))
			continue
		}
		a := b.serverAddress("pcscf_address", o)
		v.Address = &a
		b.Columns = []string{a.text(), a.Type}
		b.Summary = a.text()
	}
	if v.Address == nil {
		b.flag("net.address.tag", 0, len(data))
	}
	return v
}

func encodePCSCF(v PCSCF, size int) ([]byte, error) {
	list := []NodeAddress{}
	if v.Address != nil {
		list = append(list, *v.Address)
	}
	return encodeAddresses(list, v.Other, size)
}

func encodeAddresses(list []NodeAddress, other []TLV, size int) ([]byte, error) {
	var out []byte
	for _, a := range list {
		value, err := a.bytes()
		if err != nil {
			return nil, err
		}
		out = tlv.Append(out, 0x80, value)
	}
	out, err := appendObjects(out, other)
	if err != nil {
		return nil, err
	}
	return padded(out, size)
}

// EPDGIdentifiers is the content of EF.ePDGId and EF.ePDGIdEm: the gateways
// for calls, or emergency calls, over Wi-Fi (TS 31.102 clauses 4.2.103 and
// 4.2.104a).
type EPDGIdentifiers struct {
	Addresses []NodeAddress `json:"epdg_identifiers"`
	Other     []TLV         `json:"other,omitempty"`
	Carry
}

func decodeEPDGIdentifiers(data []byte, _ Context, b *builder) EPDGIdentifiers {
	v := EPDGIdentifiers{Addresses: []NodeAddress{}, Carry: Carry{data}}
	var shown []string
	for _, o := range b.fileObjects(data, 0) {
		if o.Tag != 0x80 {
			v.Other = append(v.Other, b.extra(o))
			continue
		}
		a := b.serverAddress("epdg_identifier", o)
		v.Addresses = append(v.Addresses, a)
		shown = append(shown, a.text())
	}
	if b.Summary = shorten(shown, 4); len(shown)+len(v.Other) == 0 && len(b.Flags) == 0 {
		b.erase()
	}
	return v
}

func encodeEPDGIdentifiers(v EPDGIdentifiers, size int) ([]byte, error) {
	return encodeAddresses(v.Addresses, v.Other, size)
}

// EPDGSelection is the content of EF.ePDGSelection and EF.ePDGSelectionEm: in
// which networks a gateway is looked for, and under which name (TS 31.102
// clauses 4.2.104 and 4.2.104b).
type EPDGSelection struct {
	Entries []EPDGEntry `json:"epdg_selection"`
	Other   []TLV       `json:"other,omitempty"`
	Carry
}

// EPDGEntry is one network; a digit D stands for any.
type EPDGEntry struct {
	MCC        string `json:"mcc"`
	MNC        string `json:"mnc"`
	Priority   uint16 `json:"epdg_priority"`    // the lower number is preferred
	Format     string `json:"epdg_fqdn_format"` // "operator_identified", "location_based", "reserved"
	FormatByte byte   `json:"epdg_fqdn_format_byte"`
}

var epdgFormats = []string{"operator_identified", "location_based"}

const epdgEntry = 6

func decodeEPDGSelection(data []byte, _ Context, b *builder) EPDGSelection {
	v := EPDGSelection{Entries: []EPDGEntry{}, Carry: Carry{data}}
	var shown []string
	for _, o := range b.fileObjects(data, 0) {
		if o.Tag != 0x80 {
			v.Other = append(v.Other, b.extra(o))
			continue
		}
		if n := len(o.Value) % epdgEntry; n != 0 {
			b.flag("odd", o.at+len(o.Value)-n, n, "entry", epdgEntry)
		}
		for i := 0; i+epdgEntry <= len(o.Value); i += epdgEntry {
			e, name := b.epdgEntry(o.Value[i:i+epdgEntry], o.at+i)
			v.Entries = append(v.Entries, e)
			shown = append(shown, name)
		}
	}
	if b.Summary = shorten(shown, 6); len(shown)+len(v.Other) == 0 && len(b.Flags) == 0 {
		b.erase()
	}
	return v
}

func (b *builder) epdgEntry(e []byte, off int) (EPDGEntry, string) {
	v := EPDGEntry{Priority: uint16(number(e[3:5])), Format: chosen(e[5], epdgFormats), FormatByte: e[5]}
	name := ""
	v.MCC, v.MNC, name = b.plmnPattern("epdg_network", e[:3], off)
	b.add("epdg_priority", fmt.Sprint(v.Priority), off+3, 2).Depth = 1
	b.add("epdg_fqdn_format", word("epdg."+v.Format), off+5, 1).Depth = 1
	if v.Format == "reserved" {
		b.flag("epdg.format", off+5, 1)
	}
	return v, strings.TrimSpace(name)
}

func encodeEPDGSelection(v EPDGSelection, size int) ([]byte, error) {
	if len(v.Entries) == 0 && len(v.Other) == 0 {
		return fill(size), nil
	}
	var list []byte
	for _, e := range v.Entries {
		p, err := patternBytes(e.MCC, e.MNC)
		if err != nil {
			return nil, err
		}
		format, err := choice(e.Format, e.FormatByte, epdgFormats)
		if err != nil {
			return nil, err
		}
		list = append(append(list, p...), byte(e.Priority>>8), byte(e.Priority), format)
	}
	out, err := appendObjects(tlv.Append(nil, 0x80, list), v.Other)
	if err != nil {
		return nil, err
	}
	return padded(out, size)
}
