package ef

import (
	"strings"

	"simscope/fs/plmn"
)

// GroupIdentifier is the content of EF.GID1 and EF.GID2 (TS 31.102 clauses
// 4.2.10 and 4.2.11, TS 51.011 clauses 10.3.9 and 10.3.10). Its bytes are the
// operator's own; what the specification gives is that FF is none.
type GroupIdentifier struct {
	Identifier Hex `json:"group_identifier"` // without the filler behind it
	Carry
}

func decodeGID(data []byte, _ Context, b *builder) GroupIdentifier {
	v := GroupIdentifier{Identifier: trimFF(data), Carry: Carry{data}}
	if !b.expect(data, 1) {
		return v
	}
	if len(v.Identifier) == 0 {
		b.erase()
		return v
	}
	b.Summary = v.Identifier.String()
	f := b.add("group_identifier", b.Summary, 0, len(v.Identifier))
	if s := asciiText(v.Identifier); s != "" {
		f.Note = s
		b.Summary += "  " + s
	}
	return v
}

// asciiText is b as text where it is two or more printable ASCII characters:
// fewer say nothing.
func asciiText(b []byte) string {
	for _, c := range b {
		if c < 0x20 || c > 0x7E {
			return ""
		}
	}
	if len(b) < 2 {
		return ""
	}
	return string(b)
}

func encodeGID(v GroupIdentifier, size int) ([]byte, error) { return padded(v.Identifier, size) }

// CooperativeNetworks is the content of EF.CNL (TS 31.102 clause 4.2.50, TS
// 51.011 clause 10.3.30): networks whose cards a locked phone takes too (TS
// 22.022). The list ends at the first entry without a country.
type CooperativeNetworks struct {
	Networks []CooperativeNetwork `json:"cooperative_networks"`
	Carry
}

// CooperativeNetwork is one entry. Codes of two digits narrow the network
// down; an empty one is not used, and an entry without MCC is free.
type CooperativeNetwork struct {
	MCC             string `json:"mcc"`
	MNC             string `json:"mnc"`
	NetworkSubset   string `json:"network_subset"`
	ServiceProvider string `json:"service_provider_id"`
	Corporate       string `json:"corporate_id"`
}

const cnlEntry = 6

func (n *CooperativeNetwork) codes() []*string {
	return []*string{&n.NetworkSubset, &n.ServiceProvider, &n.Corporate}
}

func decodeCNL(data []byte, _ Context, b *builder) CooperativeNetworks {
	v := CooperativeNetworks{Networks: []CooperativeNetwork{}, Carry: Carry{data}}
	if len(data)%cnlEntry != 0 {
		b.flag("odd", len(data)/cnlEntry*cnlEntry, len(data)%cnlEntry, "entry", cnlEntry)
	}
	var shown []string
	for i := 0; i+cnlEntry <= len(data); i += cnlEntry {
		n, s := b.cooperative(data[i:i+cnlEntry], i)
		v.Networks = append(v.Networks, n)
		if s != "" {
			shown = append(shown, s)
		}
	}
	if b.Summary = shorten(shown, 6); len(shown) == 0 {
		b.erase()
	}
	return v
}

func (b *builder) cooperative(e []byte, off int) (CooperativeNetwork, string) {
	p, ok := plmn.ParsePLMN([3]byte(e))
	n := CooperativeNetwork{MCC: p.MCC, MNC: p.MNC}
	if !ok {
		b.flag("plmn", off, 3)
	}
	for i, code := range n.codes() {
		clean := true
		if *code, clean = bcd(e[3+i:4+i], plainDigits); !clean {
			b.flag("filler", off+3+i, 1)
		}
	}
	if p.Empty() {
		if !allFF(e[3:]) {
			b.flag("cnl.ended", off, cnlEntry)
		}
		return n, ""
	}
	b.add("plmn", p.String(), off, 3).Note = p.Describe()
	shown := p.String()
	for i, id := range []string{"network_subset", "service_provider_id", "corporate_id"} {
		if code := *n.codes()[i]; code != "" {
			b.addAs(id, fieldLabel(id), code, off+3+i, 1).Depth = 1
		}
	}
	if s := strings.Join([]string{n.NetworkSubset, n.ServiceProvider, n.Corporate}, "/"); s != "//" {
		shown += " " + s
	}
	return n, shown
}

func encodeCNL(v CooperativeNetworks, size int) ([]byte, error) {
	if size%cnlEntry != 0 {
		return nil, refuse("multiple", "size", size, "entry", cnlEntry)
	}
	if len(v.Networks) > size/cnlEntry {
		return nil, refuse("entries", "need", len(v.Networks), "limit", size/cnlEntry)
	}
	var out []byte
	for _, n := range v.Networks {
		p := plmn.PLMN{MCC: n.MCC, MNC: n.MNC}
		b, err := p.Encode()
		if err != nil {
			return nil, refuse("plmn", "plmn", p.String())
		}
		out = append(out, b[:]...)
		for _, code := range n.codes() {
			if len(*code) > 2 {
				return nil, refuse("cnl.code", "code", *code)
			}
			digits, err := bcdBytes(strings.ToUpper(*code), plainDigits)
			if err != nil {
				return nil, err
			}
			if digits, err = padded(digits, 1); err != nil {
				return nil, err
			}
			out = append(out, digits...)
		}
	}
	return padded(out, size)
}
