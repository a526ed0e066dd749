package ef

import (
	"slices"
	"strconv"
	"strings"
)

// FiveGSLOCI is the content of EF.5GS3GPPLOCI and EF.5GSN3GPPLOCI (TS 31.102
// clauses 4.4.11.2 and 4.4.11.3).
type FiveGSLOCI struct {
	GUTI       FiveGSIdentity `json:"5g_guti"`
	TAI        TAI            `json:"last_visited_registered_tai_in_5gs"`
	StatusByte byte           `json:"5gs_update_status_byte"`
	Status     string         `json:"5gs_update_status"`
	Carry
}

// Types of a FiveGSIdentity.
const (
	IdentityErased = "none"
	IdentityGUTI   = "5g_guti"
	IdentitySUCI   = "suci"
)

// FiveGSIdentity is a 5GS mobile identity (TS 24.501 clause 9.11.3.4). Type
// says which of the other members count.
type FiveGSIdentity struct {
	Type string `json:"type"`
	// Of a 5G-GUTI: the network, which of its access functions gave the
	// identity, and the temporary identity itself.
	MCC       string `json:"mcc,omitempty"`
	MNC       string `json:"mnc,omitempty"`
	AMFRegion *int   `json:"amf_region_id,omitempty"` // 8 bits
	AMFSet    *int   `json:"amf_set_id,omitempty"`    // 10 bits
	AMF       *int   `json:"amf_pointer,omitempty"`   // 6 bits
	TMSI      Hex    `json:"5g_tmsi,omitempty"`       // 4 bytes
	SUCI      *SUCI  `json:"suci,omitempty"`
	Value     Hex    `json:"value,omitempty"` // of any other: the contents as they are
}

// SUCI is a subscriber's identity as it goes over the air: hidden, or with the
// null scheme in the open.
type SUCI struct {
	MCC              string `json:"mcc"`
	MNC              string `json:"mnc"`
	RoutingIndicator string `json:"routing_indicator"`
	Scheme           string `json:"protection_scheme_id"`
	KeyID            int    `json:"home_network_public_key_identifier"`
	MSIN             string `json:"msin,omitempty"`          // of the null scheme
	Output           Hex    `json:"scheme_output,omitempty"` // of any other
}

const (
	identityField = 13 // bytes: a length of two and at most eleven
	fiveGSLOCI    = 20
)

// identityTypes are the low three bits of an identity's first byte.
var identityTypes = [8]string{"no_identity", IdentitySUCI, IdentityGUTI, "imei", "5g_s_tmsi", "imeisv", "mac_address", "eui_64"}

func decodeFiveGSLOCI(data []byte, _ Context, b *builder) FiveGSLOCI {
	v := FiveGSLOCI{GUTI: FiveGSIdentity{Type: IdentityErased}, Carry: Carry{data}}
	if !b.expect(data, fiveGSLOCI) {
		return v
	}
	n := b.nested(data[:fiveGSLOCI])
	v.GUTI = n.fiveGSIdentity()
	v.TAI = n.trackingArea("fiveg_tai")
	v.StatusByte = data[19]
	v.Status = b.updateStatus(data[19], 19, epsStatus)
	b.Summary = word("loci." + v.Status)
	if !plmnOf(v.TAI.MCC, v.TAI.MNC).Empty() {
		b.Summary = v.TAI.String() + " · " + b.Summary
	}
	return v
}

// ClearedFiveGSLOCI is a location file without identity and area (TS 31.102
// annex E).
func ClearedFiveGSLOCI() FiveGSLOCI {
	return FiveGSLOCI{
		GUTI: FiveGSIdentity{Type: IdentityErased}, TAI: TAI{TAC: Hex{0, 0, 0}}, StatusByte: 1, Status: "not_updated",
	}
}

func (n *nested) fiveGSIdentity() FiveGSIdentity {
	v := FiveGSIdentity{Type: IdentityErased}
	from := n.at
	say := n.head("fiveg_guti", from)
	field := n.roof(identityField)
	if field.padding() {
		say(word("none"), "")
		return v
	}
	length, _ := field.number(2)
	in := field.roof(int(length))
	in.depth--
	if !field.padding() {
		n.b.flag("nested.trailing", field.at, field.left())
	}
	if in.left() == 0 {
		n.b.flag("fiveg.identity", from, 2)
		v.Type, v.Value = identityTypes[0], Hex{}
		say(word("none"), "")
		return v
	}
	first := n.data[in.at]
	v.Type = identityTypes[first&7]
	switch {
	case v.Type == IdentityGUTI && in.left() == 11:
		in.guti(&v)
		say(v.TMSI.String(), "")
	case v.Type == IdentitySUCI && in.left() >= 8 && first&0x70 == 0:
		// A file of locations holds temporary identities only.
		n.b.flag("fiveg.identity", in.at, 1)
		v.SUCI = in.suci()
		say(wordOr("fiveg.identity", v.Type), "")
	default:
		n.b.flag("fiveg.identity", in.at, 1)
		if v.Type == IdentityGUTI || v.Type == IdentitySUCI {
			v.Type = hexByte(first)
		}
		v.Value = in.rest()
		say(v.Value.String(), wordOr("fiveg.identity", v.Type))
	}
	return v
}

func (n *nested) guti(v *FiveGSIdentity) {
	from := n.at
	if first, _ := n.number(1); first != 0xF2 {
		n.b.flag("nested.spare", from, 1)
	}
	p, _ := n.network("fiveg_guti_network")
	v.MCC, v.MNC = p.MCC, p.MNC
	region, _ := n.number(1)
	n.line("amf_region_id", strconv.Itoa(int(region)), n.at-1)
	both, _ := n.number(2)
	n.line("amf_set_id", strconv.Itoa(int(both>>6)), n.at-2)
	n.line("amf_pointer", strconv.Itoa(int(both&0x3F)), n.at-1)
	v.AMFRegion, v.AMFSet, v.AMF = new(int(region)), new(int(both>>6)), new(int(both&0x3F))
	v.TMSI, _ = n.take(4)
	n.line("fiveg_tmsi", v.TMSI.String(), n.at-4)
}

// suci reads a SUCI whose SUPI is an IMSI.
func (n *nested) suci() *SUCI {
	from := n.at
	if first, _ := n.number(1); first&^7 != 0 {
		n.b.flag("nested.spare", from, 1)
	}
	v := &SUCI{}
	p, _ := n.network("fiveg_guti_network")
	v.MCC, v.MNC = p.MCC, p.MNC
	raw, _ := n.take(2)
	clean := true
	if v.RoutingIndicator, clean = bcd(raw, plainDigits); !clean {
		n.b.flag("filler", n.at-2, 2)
	}
	n.line("suci_routing_indicator", v.RoutingIndicator, n.at-2)
	v.Scheme = n.enumerated(4, protectionSchemes)
	n.line("suci_scheme", wordOr("suci", v.Scheme), n.at-1)
	key, _ := n.number(1)
	v.KeyID = int(key)
	n.line("suci_key_identifier", strconv.Itoa(v.KeyID), n.at-1)
	from = n.at
	v.Output = n.rest()
	shown := v.Output.String()
	if v.Scheme == schemeNull {
		if v.MSIN, clean = bcd(v.Output, plainDigits); !clean {
			n.b.flag("filler", from, n.at-from)
		}
		v.Output, shown = nil, v.MSIN
	}
	n.line("suci_output", shown, from)
	return v
}

// trackingArea reads a network and the three bytes of a tracking area code.
func (n *nested) trackingArea(id string) TAI {
	from := n.at
	say := n.head(id, from)
	raw, _ := n.take(6)
	in := &nested{b: n.b, data: n.data, at: from, end: n.at, depth: n.depth + 1}
	p, _ := in.network("fiveg_tai_network")
	t := TAI{MCC: p.MCC, MNC: p.MNC, TAC: raw[3:]}
	note := ""
	if tac := t.TAC.String(); p.Empty() || tac == "000000" || tac == "FFFFFE" {
		note = word("no_area")
	}
	say(t.String(), note)
	return t
}

func (t TAI) bytes() ([]byte, error) {
	network, err := networkBytes(t.MCC, t.MNC)
	if err != nil {
		return nil, err
	}
	tac, err := ofLength("tac", t.TAC, 3)
	return append(network, tac...), err
}

func encodeFiveGSLOCI(v FiveGSLOCI, size int) ([]byte, error) {
	if size < fiveGSLOCI {
		return nil, refuse("size", "need", fiveGSLOCI, "limit", size)
	}
	guti, err := v.GUTI.field()
	if err != nil {
		return nil, err
	}
	tai, err := v.TAI.bytes()
	if err != nil {
		return nil, err
	}
	status, err := statusByte(v.Status, v.StatusByte, epsStatus)
	if err != nil {
		return nil, err
	}
	return padded(append(slices.Concat(guti, tai), status), size)
}

// field is the identity with its length in the thirteen bytes it has on the
// card.
func (v FiveGSIdentity) field() ([]byte, error) {
	if v.Type == IdentityErased {
		return fill(identityField), nil
	}
	contents, err := v.contents()
	if err != nil {
		return nil, err
	}
	return padded(append([]byte{0, byte(len(contents))}, contents...), identityField)
}

func (v FiveGSIdentity) contents() ([]byte, error) {
	switch {
	case v.Type == IdentitySUCI && v.SUCI != nil:
		return v.SUCI.bytes()
	case v.Type != IdentityGUTI:
		return v.Value, nil
	}
	network, err := networkBytes(v.MCC, v.MNC)
	if err != nil {
		return nil, err
	}
	var numbers [3]int
	for i, part := range []struct {
		name  string
		value *int
		limit int
	}{{"amf_region_id", v.AMFRegion, 0xFF}, {"amf_set_id", v.AMFSet, 0x3FF}, {"amf_pointer", v.AMF, 0x3F}} {
		if numbers[i], err = numberUpTo(part.name, part.value, part.limit); err != nil {
			return nil, err
		}
	}
	tmsi, err := ofLength("5g_tmsi", v.TMSI, 4)
	both := numbers[1]<<6 | numbers[2]
	return slices.Concat([]byte{0xF2}, network, []byte{byte(numbers[0]), byte(both >> 8), byte(both)}, tmsi), err
}

func (s SUCI) bytes() ([]byte, error) {
	network, err := networkBytes(s.MCC, s.MNC)
	if err != nil {
		return nil, err
	}
	routing, err := routingBytes(s.RoutingIndicator)
	if err != nil {
		return nil, err
	}
	scheme, ok := protectionSchemes.code(s.Scheme)
	if !ok || scheme > 0xF {
		return nil, badValue("protection_scheme_id", s.Scheme)
	}
	key, err := numberUpTo("home_network_public_key_identifier", &s.KeyID, 0xFF)
	if err != nil {
		return nil, err
	}
	output := []byte(s.Output)
	if s.Scheme == schemeNull {
		if output, err = bcdBytes(s.MSIN, plainDigits[:10]); err != nil {
			return nil, err
		}
	}
	return slices.Concat([]byte{1}, network, routing, []byte{scheme, byte(key)}, output), nil
}

// routingBytes is the two bytes of a routing indicator of one to four digits.
func routingBytes(digits string) ([]byte, error) {
	digits = strings.TrimSpace(digits)
	if len(digits) < 1 || len(digits) > 4 {
		return nil, badValue("routing_indicator", digits)
	}
	b, err := bcdBytes(digits, plainDigits[:10])
	if err != nil {
		return nil, err
	}
	return padded(b, 2)
}
