package globalplatform

import "simscope/card/tlv"

// TagKeyInformation asks GET DATA for the key information template.
const TagKeyInformation tlv.Tag = 0x00E0

// KeyInformation says of one key which it is, never its value (GlobalPlatform
// Card Specification 2.3 clause 11.3.3.1, tag C0). The template lists the keys
// of the selected security domain only.
type KeyInformation struct {
	Identifier int            `json:"key_identifier"`
	Version    int            `json:"key_version_number"`
	Components []KeyComponent `json:"key_types"`
}

// KeyComponent is a part of a key: its type and its length in bytes.
type KeyComponent struct {
	Type     string `json:"type"` // "des", "aes", "unknown" …
	TypeByte byte   `json:"type_byte"`
	Length   int    `json:"length"`
}

// keyTypes are the codes of clause 11.1.8, table 11-16. 80 is DES in a mode that
// is known otherwise, and the usual type of keys of triple DES too, which their
// length tells; 81 is reserved, for triple DES. Version 2.1.1 had 80 alone, and
// Open Platform 2.0.1 meant DES in ECB by 81 and in CBC by 82.
var keyTypes = map[byte]string{
	0x80: "des", 0x81: "triple_des", 0x82: "triple_des_cbc", 0x83: "des_ecb", 0x84: "des_cbc", 0x85: "tls_psk",
	0x88: "aes", 0x90: "hmac_sha1", 0x91: "hmac_sha1_160", 0xA0: "rsa_public_exponent", 0xA1: "rsa_modulus", 0xA2: "rsa_modulus_2",
	0xA3: "rsa_private_exponent", 0xA4: "rsa_crt_p", 0xA5: "rsa_crt_q", 0xA6: "rsa_crt_pq", 0xA7: "rsa_crt_dp1", 0xA8: "rsa_crt_dq1",
	0xB0: "ecc_public", 0xB1: "ecc_private", 0xB2: "ecc_p", 0xB3: "ecc_a", 0xB4: "ecc_b", 0xB5: "ecc_g", 0xB6: "ecc_n", 0xB7: "ecc_k",
	0xF0: "ecc_parameters_reference", 0xFF: "not_available",
}

func keyType(c byte) string {
	if s, ok := keyTypes[c]; ok {
		return s
	}
	return "unknown"
}

// ParseKeyInformation reads a template E0, or its objects C0 alone. What does
// not fit is left out; ok is false where anything was.
func ParseKeyInformation(b []byte) (keys []KeyInformation, ok bool) {
	nodes, err := tlv.ParseFlat(b)
	ok = err == nil
	if t, is := tlv.Find(nodes, 0xE0); is {
		nodes, err = tlv.ParseFlat(t.Value)
		ok = ok && err == nil
	}
	for _, n := range nodes {
		k, fits := keyInformation(n)
		if !fits {
			ok = false
			continue
		}
		keys = append(keys, k)
	}
	return keys, ok
}

// keyInformation reads one object in the basic form (type and length in a byte
// each) or the extended one, which begins its components with FF and writes
// lengths in two bytes.
func keyInformation(n tlv.Node) (KeyInformation, bool) {
	v := n.Value
	if n.Tag != 0xC0 || len(v) < 4 {
		return KeyInformation{}, false
	}
	k := KeyInformation{Identifier: int(v[0]), Version: int(v[1])}
	for v = v[2:]; len(v) >= 2; {
		if v[0] == 0xFF && len(v) >= 4 {
			k.Components = append(k.Components, KeyComponent{keyType(v[1]), v[1], int(v[2])<<8 | int(v[3])})
			v = v[4:]
			if len(v) == 4 || len(v) == 2 { // usage and access, each with a length before it
				v = nil
			}
			continue
		}
		k.Components = append(k.Components, KeyComponent{keyType(v[0]), v[0], int(v[1])})
		v = v[2:]
	}
	return k, len(v) == 0
}

// DES reports whether the component is a key of DES or triple DES, in whatever
// mode (types 80 to 84).
func (c KeyComponent) DES() bool { return c.TypeByte >= 0x80 && c.TypeByte <= 0x84 }

// Weak reports whether the key is worth no more than single DES: of any type of
// DES, and eight bytes long. Triple DES of eight bytes is three times the same
// key. A length of 0 says nothing.
func (k KeyInformation) Weak() bool {
	for _, c := range k.Components {
		if c.DES() && c.Length > 0 && c.Length <= 8 {
			return true
		}
	}
	return false
}

// Use identifies what keys of this version are for by the numbers that
// GlobalPlatform's UICC Configuration and ETSI TS 102 225 give them; a card
// may number them otherwise. Empty for the rest.
func (k KeyInformation) Use() string {
	switch v := k.Version; {
	case v >= 0x01 && v <= 0x0F:
		return "scp80"
	case v >= 0x20 && v <= 0x2F:
		return "scp02"
	case v >= 0x30 && v <= 0x3F:
		return "scp03"
	case v >= 0x40 && v <= 0x4F:
		return "scp81"
	case v == 0x70:
		return "token"
	case v == 0x71:
		return "receipt"
	case v == 0x73:
		return "dap"
	case v == 0x74:
		return "casd"
	}
	return ""
}

// Role identifies what a key does in its set for a secure channel: 1 ciphers,
// 2 makes MACs, 3 ciphers keys. Empty for others.
func (k KeyInformation) Role() string {
	switch k.Use() {
	case "scp02", "scp03", "":
		if k.Version != 0 && (k.Use() != "" || k.Version == 0xFF) {
			return map[int]string{1: "enc", 2: "mac", 3: "dek"}[k.Identifier]
		}
	case "scp80":
		return map[int]string{1: "kic", 2: "kid", 3: "kik"}[k.Identifier]
	}
	return ""
}
