package ef

import (
	"strconv"
	"strings"
	"unicode/utf8"

	"simscope/card/tlv"
	"simscope/texts"
)

// SUCICalcInfo is the content of EF.SUCI_Calc_Info (TS 31.102 clause
// 4.4.11.8): the ways to hide the subscriber's identity, best first, and the
// home network's public keys for them.
type SUCICalcInfo struct {
	Schemes []ProtectionScheme     `json:"protection_scheme_identifier_list"`
	Keys    []HomeNetworkPublicKey `json:"home_network_public_key_list"`
	Carry
}

// ProtectionScheme is one way, and which of the keys it uses: 1 is the first
// of the list, 0 none.
type ProtectionScheme struct {
	Scheme   string `json:"protection_scheme_identifier"`
	KeyIndex int    `json:"key_index"`
}

// HomeNetworkPublicKey is a public key and the identifier by which the network
// knows it.
type HomeNetworkPublicKey struct {
	Identifier int `json:"home_network_public_key_identifier"`
	Key        Hex `json:"home_network_public_key"`
}

const (
	schemeNull     = "null_scheme"
	schemeProfileA = "profile_a"
	schemeProfileB = "profile_b"
)

// protectionSchemes are those of TS 33.501 annex C.1.
var protectionSchemes = codes{0: schemeNull, 1: schemeProfileA, 2: schemeProfileB}

const (
	tagSchemes   = 0xA0
	tagKeys      = 0xA1
	tagKeyID     = 0x80
	tagPublicKey = 0x81
)

func decodeSUCICalcInfo(data []byte, _ Context, b *builder) SUCICalcInfo {
	v := SUCICalcInfo{Schemes: []ProtectionScheme{}, Keys: []HomeNetworkPublicKey{}, Carry: Carry{data}}
	n := b.nested(data)
	seen := map[byte]bool{}
	var indexes []int // where the index of each scheme lies
	for from := n.at; ; from = n.at {
		tag, part, ok := n.object()
		if !ok {
			break
		}
		part.depth = 0
		switch {
		case tag == tagSchemes && !seen[tag]:
			indexes = part.schemes(&v)
		case tag == tagKeys && !seen[tag]:
			part.publicKeys(&v)
		default:
			n.strange(tag, part, from)
		}
		seen[tag] = true
	}
	if len(seen) == 0 {
		b.erase()
		return v
	}
	b.checkSchemes(v, indexes)
	var shown []string
	for _, s := range v.Schemes {
		shown = append(shown, s.words(v.Keys))
	}
	b.Summary = shorten(shown, 4)
	if len(shown) == 0 {
		b.Summary = word("none")
	}
	return v
}

func (n *nested) schemes(v *SUCICalcInfo) (indexes []int) {
	for n.left() > 0 {
		from := n.at
		pair, ok := n.take(2)
		if !ok {
			break
		}
		s := ProtectionScheme{Scheme: protectionSchemes.name(pair[0]), KeyIndex: int(pair[1])}
		if _, known := protectionSchemes[pair[0]]; !known {
			n.b.flag("suci.scheme", from, 1, "scheme", s.Scheme)
		}
		v.Schemes = append(v.Schemes, s)
		indexes = append(indexes, from+1)
		f := n.line("suci_scheme", wordOr("suci", s.Scheme), from)
		f.Note = texts.Say("ef.suci.choice", "n", len(v.Schemes))
		if s.KeyIndex != 0 {
			f.Note += ", " + texts.Say("ef.suci.index", "n", s.KeyIndex)
		}
	}
	return indexes
}

func (n *nested) publicKeys(v *SUCICalcInfo) {
	open := false // an identifier waits for its key
	for from := n.at; ; from = n.at {
		tag, part, ok := n.object()
		if !ok {
			break
		}
		switch {
		case tag == tagKeyID && !open && part.left() == 1:
			id, _ := part.number(1)
			v.Keys = append(v.Keys, HomeNetworkPublicKey{Identifier: int(id), Key: Hex{}})
			n.line("suci_key_identifier", strconv.Itoa(int(id)), from)
			open = true
		case tag == tagPublicKey && open:
			k := &v.Keys[len(v.Keys)-1]
			k.Key = part.rest()
			f := n.line("suci_public_key", k.Key.String(), from)
			f.Note, f.Depth = texts.Say("ef.suci.bytes", "n", len(k.Key)), n.depth+1
			open = false
		default:
			n.strange(tag, part, from)
		}
	}
	if open {
		n.b.flag("suci.nokey", n.at, 0)
	}
}

// checkSchemes flags schemes whose key is missing or cannot be one of theirs.
func (b *builder) checkSchemes(v SUCICalcInfo, indexes []int) {
	for i, s := range v.Schemes {
		switch {
		case s.Scheme == schemeNull && s.KeyIndex != 0:
			b.flag("suci.nullkey", indexes[i], 1)
		case s.Scheme == schemeNull:
		case s.KeyIndex < 1 || s.KeyIndex > len(v.Keys):
			b.flag("suci.index", indexes[i], 1, "n", s.KeyIndex, "limit", len(v.Keys))
		case !fitsScheme(s.Scheme, v.Keys[s.KeyIndex-1].Key):
			b.flag("suci.keylength", indexes[i], 1, "n", len(v.Keys[s.KeyIndex-1].Key), "scheme", wordOr("suci", s.Scheme))
		}
	}
}

// fitsScheme reports whether a key can be one of a scheme: 32 bytes of X25519
// (RFC 7748), or a point of secp256r1, 33 bytes compressed or 65 not (RFC
// 5480).
func fitsScheme(scheme string, key []byte) bool {
	switch scheme {
	case schemeProfileA:
		return len(key) == 32
	case schemeProfileB:
		return len(key) == 33 && (key[0] == 2 || key[0] == 3) || len(key) == 65 && key[0] == 4
	}
	return true
}

func (s ProtectionScheme) words(keys []HomeNetworkPublicKey) string {
	name := wordOr("suci", s.Scheme)
	if s.KeyIndex < 1 || s.KeyIndex > len(keys) {
		return name
	}
	return texts.Say("ef.suci.scheme", "scheme", name, "id", keys[s.KeyIndex-1].Identifier)
}

func encodeSUCICalcInfo(v SUCICalcInfo, size int) ([]byte, error) {
	if len(v.Schemes) == 0 && len(v.Keys) == 0 {
		return fill(size), nil
	}
	var schemes, keys []byte
	for _, s := range v.Schemes {
		code, ok := protectionSchemes.code(s.Scheme)
		if !ok {
			return nil, badValue("protection_scheme_identifier", s.Scheme)
		}
		if err := s.check(v.Keys); err != nil {
			return nil, err
		}
		schemes = append(schemes, code, byte(s.KeyIndex))
	}
	for _, k := range v.Keys {
		id, err := numberUpTo("home_network_public_key_identifier", &k.Identifier, 0xFF)
		if err != nil {
			return nil, err
		}
		keys = tlv.Append(keys, tagKeyID, []byte{byte(id)})
		keys = tlv.Append(keys, tagPublicKey, k.Key)
	}
	out := tlv.Append(nil, tagSchemes, schemes)
	if len(keys) > 0 {
		out = tlv.Append(out, tagKeys, keys)
	}
	return padded(out, size)
}

func (s ProtectionScheme) check(keys []HomeNetworkPublicKey) error {
	switch {
	case s.Scheme == schemeNull && s.KeyIndex != 0,
		s.Scheme != schemeNull && (s.KeyIndex < 1 || s.KeyIndex > len(keys)):
		return refuse("suci.index", "n", s.KeyIndex, "limit", len(keys))
	case s.KeyIndex > 0 && !fitsScheme(s.Scheme, keys[s.KeyIndex-1].Key):
		return refuse("suci.keylength", "n", len(keys[s.KeyIndex-1].Key), "scheme", wordOr("suci", s.Scheme))
	}
	return nil
}

// SUPINAI is the content of EF.SUPI_NAI (TS 31.102 clause 4.4.11.10): the
// identity of a subscriber without an IMSI.
type SUPINAI struct {
	Type string `json:"supi_type"`
	NAI  string `json:"network_access_identifier"`
	Carry
}

// supiTypes are the tags of EF.SUPI_NAI: a network specific identifier, the
// identifier of a line or of a cable connection (TS 23.003 clauses 28.7.2,
// 28.16 and 28.15).
var supiTypes = codes{0x80: "network_specific_identifier", 0x81: "global_line_identifier", 0x82: "global_cable_identifier"}

func decodeSUPINAI(data []byte, _ Context, b *builder) SUPINAI {
	v := SUPINAI{Carry: Carry{data}}
	n := b.nested(data)
	some := false
	for from := n.at; ; from = n.at {
		tag, part, ok := n.object()
		if !ok {
			break
		}
		name, known := supiTypes[tag]
		if !known || some {
			n.strange(tag, part, from)
			continue
		}
		some = true
		v.Type, v.NAI = name, part.text(part.left())
		n.line("supi_nai", v.NAI, from).Note = wordOr("supi", name)
		if local, realm, found := strings.Cut(v.NAI, "@"); !found || local == "" || realm == "" {
			b.flag("supi.nai", from, n.at-from)
		}
	}
	if b.Summary = v.NAI; !some {
		b.erase()
	}
	return v
}

func encodeSUPINAI(v SUPINAI, size int) ([]byte, error) {
	if v.NAI == "" && v.Type == "" {
		return fill(size), nil
	}
	tag, ok := supiTypes.code(v.Type)
	if !ok {
		return nil, badValue("supi_type", v.Type)
	}
	if !utf8.ValidString(v.NAI) {
		return nil, refuse("utf8")
	}
	return padded(tlv.Append(nil, tlv.Tag(tag), []byte(v.NAI)), size)
}

// RoutingIndicator is the content of EF.Routing_Indicator (TS 31.102 clause
// 4.4.11.11): one to four digits.
type RoutingIndicator struct {
	Digits string `json:"routing_indicator"`
	RFU    Hex    `json:"rfu,omitempty"`
	Carry
}

func decodeRoutingIndicator(data []byte, _ Context, b *builder) RoutingIndicator {
	v := RoutingIndicator{Carry: Carry{data}}
	if !b.expect(data, 2) {
		return v
	}
	clean := true
	if v.Digits, clean = bcd(data[:2], plainDigits); !clean {
		b.flag("filler", 0, 2)
	}
	if strings.ContainsAny(v.Digits, "ABCDE") {
		b.flag("routing.digit", 0, 2)
	}
	v.RFU = data[2:]
	b.add("suci_routing_indicator", v.Digits, 0, 2)
	if b.Summary = v.Digits; v.Digits == "" {
		b.erase()
	}
	return v
}

func encodeRoutingIndicator(v RoutingIndicator, size int) ([]byte, error) {
	if size < 2 {
		return nil, refuse("size", "need", 2, "limit", size)
	}
	digits := fill(2)
	if v.Digits != "" {
		var err error
		if digits, err = routingBytes(v.Digits); err != nil {
			return nil, err
		}
	}
	return padded(append(digits, v.RFU...), size)
}
