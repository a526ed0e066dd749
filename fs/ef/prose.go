package ef

import (
	"net/netip"
	"strings"

	"simscope/card/tlv"
	"simscope/fs/plmn"
)

// ProSeDiscovery is a record of EF.PROSE_MON and EF.PROSE_ANN (TS 31.102
// clauses 4.4.8.2 and 4.4.8.3): a network in which the device may take part in
// direct discovery for public safety.
type ProSeDiscovery struct {
	PLMN plmn.PLMN `json:"plmn"`
	// PLMNCoding is "bcd" (TS 24.008 clause 10.5.1.13) or "text" (digits, as
	// the leaf of TS 24.333 holds them).
	PLMNCoding string   `json:"plmn_coding,omitempty"`
	Range      *byte    `json:"range,omitempty"` // of announcing
	Model      *byte    `json:"model,omitempty"` // absent: restricted model A alone
	Models     []string `json:"models"`          // what Model says; Model decides when it is written
	Other      []TLV    `json:"other,omitempty"`
	Carry
}

const (
	plmnBCD  = "bcd"
	plmnText = "text"
)

// What the bits of the model allow, lowest first.
var (
	monitoringModels = []string{"restricted_model_a_monitoring", "restricted_model_b_discoveree"}
	announcingModels = []string{"restricted_model_a_announcing", "restricted_model_b_discoverer"}
)

func proseDiscovery(announce bool) func([]byte, Context, *builder) ProSeDiscovery {
	models := monitoringModels
	if announce {
		models = announcingModels
	}
	return func(data []byte, _ Context, b *builder) ProSeDiscovery {
		v := ProSeDiscovery{Models: []string{}, Carry: Carry{data}}
		b.Columns = []string{"", ""}
		if allFF(data) {
			b.erase()
			return v
		}
		nodes, err := tlv.Parse(data)
		if err != nil {
			b.flag("tlv", 0, len(data), "why", err.Error())
		}
		tpl, ok := tlv.Find(nodes, 0xA0)
		if !ok || len(nodes) != 1 {
			b.flag("prose.template", 0, len(data))
		}
		for _, n := range tpl.Children {
			size := objectSize(data, n)
			switch {
			case n.Tag == 0x80 && v.PLMNCoding == "":
				v.readPLMN(n, size, b)
			case n.Tag == 0x81 && announce && len(n.Value) == 1 && v.Range == nil:
				v.Range = &n.Value[0]
				b.add("prose_range", proseRange(n.Value[0]), n.Offset, size)
			case n.Tag == 0x82 && len(n.Value) == 1 && v.Model == nil:
				v.Model = &n.Value[0]
				v.Models = bitNames(n.Value[0], models)
				if n.Value[0]>>len(models) != 0 {
					b.flag("prose.model", n.Offset, size)
				}
				b.add("prose_models", modelWords(v.Models), n.Offset, size)
			default:
				v.Other = append(v.Other, b.otherObject(n, size))
			}
		}
		if v.PLMNCoding == "" && ok {
			b.flag("prose.plmn", tpl.Offset, objectSize(data, tpl))
		}
		if v.Model == nil {
			v.Models = models[:1:1]
		}
		b.Columns = []string{v.PLMN.String(), modelWords(v.Models)}
		b.Summary = strings.TrimSpace(v.PLMN.String() + "  " + modelWords(v.Models))
		return v
	}
}

// otherObject shows an object that has no field of its own and flags it.
func (b *builder) otherObject(n tlv.Node, size int) TLV {
	b.flag("parameter.tag", n.Offset, 1, "tag", n.Tag.String())
	b.add("other_object", n.Tag.String()+"  "+Hex(n.Value).String(), n.Offset, size).Note = likeness(n.Value)
	return TLV{n.Tag.String(), n.Value}
}

func (v *ProSeDiscovery) readPLMN(n tlv.Node, size int, b *builder) {
	digits := len(n.Value) == 5 || len(n.Value) == 6
	for _, c := range n.Value {
		digits = digits && c >= '0' && c <= '9'
	}
	switch {
	case digits:
		v.PLMN, v.PLMNCoding = plmn.PLMN{MCC: string(n.Value[:3]), MNC: string(n.Value[3:])}, plmnText
	case len(n.Value) == 3:
		p, ok := plmn.ParsePLMN([3]byte(n.Value))
		if !ok {
			b.flag("plmn", n.Offset, size)
		}
		v.PLMN, v.PLMNCoding = p, plmnBCD
	default:
		v.Other = append(v.Other, b.otherObject(n, size))
		return
	}
	b.add("plmn", v.PLMN.String(), n.Offset, size).Note = v.PLMN.Describe()
}

func modelWords(models []string) string {
	out := make([]string, len(models))
	for i, m := range models {
		out[i] = word("prose." + m)
	}
	return strings.Join(out, ", ")
}

// proseRange names an announcing range of TS 24.333.
func proseRange(c byte) string {
	switch c {
	case 1:
		return word("prose.range_short")
	case 2:
		return word("prose.range_medium")
	case 3:
		return word("prose.range_long")
	}
	return hexByte(c)
}

func encodeProSeDiscovery(v ProSeDiscovery, size int) ([]byte, error) {
	if v.PLMN.Empty() && v.Model == nil && v.Range == nil && len(v.Other) == 0 {
		return fill(size), nil
	}
	p, err := v.PLMN.Encode()
	if err != nil {
		return nil, refuse("plmn", "plmn", v.PLMN.String())
	}
	code := p[:]
	if v.PLMNCoding == plmnText {
		code = []byte(v.PLMN.MCC + v.PLMN.MNC)
	}
	body := tlv.Append(nil, 0x80, code)
	if v.Range != nil {
		body = tlv.Append(body, 0x81, []byte{*v.Range})
	}
	if v.Model != nil {
		body = tlv.Append(body, 0x82, []byte{*v.Model})
	}
	if body, err = appendObjects(body, v.Other); err != nil {
		return nil, err
	}
	return padded(tlv.Append(nil, 0xA0, body), size)
}

// ProSeFunction is a record of EF.PROSEFUNC (TS 31.102 clause 4.4.8.4): an
// address of the home network's ProSe function, best record first.
type ProSeFunction struct {
	AddressType string `json:"address_type"` // "fqdn", "ipv4", "ipv6", "reserved"
	TypeByte    byte   `json:"address_type_byte"`
	Address     string `json:"address,omitempty"`
	Value       Hex    `json:"value,omitempty"` // of an address that cannot be read
	Other       []TLV  `json:"other,omitempty"`
	Carry
}

// functionAddressTypes are the types of an address, by their code.
var functionAddressTypes = []string{"fqdn", "ipv4", "ipv6"}

func decodeProSeFunction(data []byte, _ Context, b *builder) ProSeFunction {
	v := ProSeFunction{Carry: Carry{data}}
	b.Columns = []string{""}
	if allFF(data) {
		b.erase()
		return v
	}
	nodes := b.readObjects(data, 0)
	for _, n := range nodes {
		size := objectSize(data, n)
		if n.Tag != 0x80 || len(n.Value) == 0 || v.AddressType != "" {
			v.Other = append(v.Other, b.otherObject(n, size))
			continue
		}
		v.read(n.Value[0], n.Value[1:])
		if v.Address == "" {
			b.flag("prose.address", n.Offset, size)
		}
		b.add("prose_function", v.shown(), n.Offset, size)
	}
	b.Summary, b.Columns = v.shown(), []string{v.shown()}
	return v
}

func (v *ProSeFunction) read(kind byte, value []byte) {
	v.AddressType, v.TypeByte = "reserved", kind
	if int(kind) < len(functionAddressTypes) {
		v.AddressType = functionAddressTypes[kind]
	}
	ip, isIP := netip.AddrFromSlice(value)
	switch {
	case kind == 0 && len(value) > 0 && printable(value):
		v.Address = string(value)
	case kind == 1 && isIP && ip.Is4(), kind == 2 && isIP && ip.Is6():
		v.Address = ip.String()
	default:
		v.Value = value
	}
}

func (v ProSeFunction) shown() string {
	if v.Address == "" {
		return v.Value.String()
	}
	return v.Address
}

func encodeProSeFunction(v ProSeFunction, size int) ([]byte, error) {
	if v.Address == "" && len(v.Value) == 0 && len(v.Other) == 0 {
		return fill(size), nil
	}
	value := []byte{v.TypeByte}
	switch ip, err := netip.ParseAddr(v.Address); {
	case v.Address == "":
		value = append(value, v.Value...)
	case err == nil && ip.Zone() == "" && ip.Is4():
		value = append([]byte{1}, ip.AsSlice()...)
	case err == nil && ip.Zone() == "":
		value = append([]byte{2}, ip.AsSlice()...)
	case !printable([]byte(v.Address)):
		return nil, refuse("parameter.fqdn", "limit", size)
	default:
		value = append([]byte{0}, v.Address...)
	}
	out, err := appendObjects(tlv.Append(nil, 0x80, value), v.Other)
	if err != nil {
		return nil, err
	}
	return padded(out, size)
}
