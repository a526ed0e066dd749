package ef

import (
	"fmt"
	"strings"
)

// Digits of dialling numbers by nibble. F ends a number in both codings.
const (
	dialDigits    = "0123456789*#p?e" // TS 51.011 clause 10.5.1: p pause, ? wild, e expansion
	addressDigits = "0123456789*#abc" // TS 23.040 clause 9.1.2.3
	plainDigits   = "0123456789ABCDE" // hex digits as they are
)

// bcd reads swapped nibbles up to the first F; clean is false when something
// else than F follows it.
func bcd(b []byte, digits string) (s string, clean bool) {
	out := make([]byte, 0, 2*len(b))
	ended := false
	for _, c := range b {
		for _, n := range [2]byte{c & 0xF, c >> 4} {
			switch {
			case n == 0xF:
				ended = true
			case ended:
				return string(out), false
			default:
				out = append(out, digits[n])
			}
		}
	}
	return string(out), true
}

// bcdBytes writes swapped nibbles, an odd number of digits filled with F.
func bcdBytes(s, digits string) ([]byte, error) {
	var out []byte
	for i := 0; i < len(s); i++ {
		n := strings.IndexByte(digits, s[i])
		if n < 0 {
			return nil, refuse("digit", "digit", string(s[i]), "allowed", digits)
		}
		if i%2 == 0 {
			out = append(out, 0xF0|byte(n))
		} else {
			out[i/2] = out[i/2]&0xF | byte(n)<<4
		}
	}
	return out, nil
}

// TON is the type of number (TS 24.008 clause 10.5.4.7, TS 23.040 clause
// 9.1.2.5), bits 7 to 5 of the TON/NPI byte.
type TON byte

// Types of number that matter here.
const (
	TONUnknown       TON = 0
	TONInternational TON = 1
	TONAlphanumeric  TON = 5
	tonReserved      TON = 7
)

var tonNames = [8]string{
	"unknown", "international", "national", "network_specific",
	"short_code", "alphanumeric", "abbreviated", "reserved_for_extension",
}

func (t TON) String() string { return tonNames[t&7] }

// MarshalText writes the specification's name.
func (t TON) MarshalText() ([]byte, error) { return []byte(t.String()), nil }

// UnmarshalText reads what MarshalText wrote.
func (t *TON) UnmarshalText(b []byte) error {
	for i, s := range tonNames {
		if s == string(b) {
			*t = TON(i)
			return nil
		}
	}
	return fmt.Errorf("%q is no type of number", b)
}

// NPI is the numbering plan (TS 24.008 clause 10.5.4.7), bits 4 to 1.
type NPI byte

var npiNames = map[NPI]string{
	0: "unknown", 1: "isdn_e164", 3: "data_x121", 4: "telex_f69", 5: "service_centre_5", 6: "service_centre_6",
	8: "national", 9: "private", 10: "ermes", 15: "reserved_for_extension",
}

func (n NPI) String() string {
	if s, ok := npiNames[n]; ok {
		return s
	}
	return fmt.Sprintf("reserved_%d", byte(n))
}

// MarshalText writes the specification's name.
func (n NPI) MarshalText() ([]byte, error) { return []byte(n.String()), nil }

// UnmarshalText reads what MarshalText wrote.
func (n *NPI) UnmarshalText(b []byte) error {
	for i := range NPI(16) {
		if i.String() == string(b) {
			*n = i
			return nil
		}
	}
	return fmt.Errorf("%q is no numbering plan", b)
}

// Address is a number with its type: of a subscriber, a sender, a service
// centre. Digits of an alphanumeric address are its text.
type Address struct {
	Length int    `json:"length"` // as coded: bytes or digits, by the file
	Ext    bool   `json:"ext"`    // bit 8 of TON/NPI, 1 by the specifications
	TON    TON    `json:"type_of_number"`
	NPI    NPI    `json:"numbering_plan_id"`
	Digits string `json:"call_number"`
}

func (a *Address) setType(c byte) { a.Ext, a.TON, a.NPI = c&0x80 != 0, TON(c>>4&7), NPI(c&0xF) }

func (a Address) typeByte() byte {
	c := byte(a.TON&7)<<4 | byte(a.NPI&0xF)
	if a.Ext {
		c |= 0x80
	}
	return c
}

// String writes the number as a person dials it.
func (a Address) String() string {
	if a.TON == TONInternational && a.Digits != "" {
		return "+" + a.Digits
	}
	return a.Digits
}

// typeNote is the type in words, where there is a number.
func (a Address) typeNote() string {
	if a.Digits == "" || a.TON == TONUnknown {
		return ""
	}
	return word("ton." + a.TON.String())
}
