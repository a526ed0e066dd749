package ef

import (
	"strings"

	"simscope/texts"
)

// dialTail is what follows the alpha identifier in a dialling number record:
// length, TON/NPI, ten bytes of digits, capability and extension records.
const dialTail = 14

// maxDialDigits is how many digits fit without an extension record.
const maxDialDigits = 20

// DialNumber is a record of EF.ADN, FDN, SDN, LND, MSISDN (TS 51.011 clauses
// 10.5.1, 10.5.2, 10.5.5, 10.5.9) and BDN (10.5.13).
type DialNumber struct {
	AlphaID     string `json:"alpha_identifier"`
	Coding      string `json:"alpha_coding,omitempty"`
	LengthOfBCD int    `json:"length_of_bcd_number"`
	Ext         bool   `json:"ext"`
	TON         TON    `json:"type_of_number"`
	NPI         NPI    `json:"numbering_plan_id"`
	Number      string `json:"dialling_number"`
	Capability  byte   `json:"capability_configuration_record"` // FF: none
	Extension   byte   `json:"extension_record"`                // FF: none
	Comparison  *byte  `json:"comparison_method,omitempty"`     // of EF.BDN
	Carry
}

// Dial is the number as a person dials it, "+447700900123".
func (d DialNumber) Dial() string { return Address{TON: d.TON, Digits: d.Number}.String() }

func dialNumber(comparison bool) func([]byte, Context, *builder) DialNumber {
	tail := dialTail
	if comparison {
		tail++
	}
	return func(data []byte, _ Context, b *builder) DialNumber {
		v := DialNumber{Carry: Carry{data}, LengthOfBCD: 0xFF, Capability: 0xFF, Extension: 0xFF}
		if len(data) > 0 && allFF(data) {
			b.erase()
			b.Columns = []string{"", ""}
			return v
		}
		if !b.expect(data, tail) {
			return v
		}
		x := len(data) - tail
		a := DecodeAlpha(data[:x])
		v.AlphaID, v.Coding = a.Text, a.Coding
		b.alphaFlags(a, 0)
		if x > 0 {
			b.add("alpha_identifier", v.AlphaID, 0, x)
		}
		v.readNumber(data[x:], x, b)
		if comparison {
			v.Comparison = &data[len(data)-1]
			b.add("comparison_method", hexByte(*v.Comparison), len(data)-1, 1)
		}
		b.Columns = []string{v.AlphaID, b.dial(v)}
		b.Summary = strings.TrimSpace(v.AlphaID + "  " + b.dial(v))
		if v.AlphaID == "" && v.Number == "" {
			b.erase()
		}
		return v
	}
}

func (d *DialNumber) readNumber(t []byte, off int, b *builder) {
	d.LengthOfBCD, d.Capability, d.Extension = int(t[0]), t[12], t[13]
	var a Address
	a.setType(t[1])
	d.Ext, d.TON, d.NPI = a.Ext, a.TON, a.NPI
	n := d.LengthOfBCD - 1
	switch {
	case d.LengthOfBCD == 0xFF || d.LengthOfBCD == 0:
		n = 0
		if !allFF(t[2:12]) {
			b.flag("number.unlength", off, 12)
			n = 10
		}
	case n > 10:
		b.flag("number.length", off, 1, "n", d.LengthOfBCD, "limit", 11)
		n = 10
	}
	clean := true
	d.Number, clean = bcd(t[2:2+n], dialDigits)
	if !clean {
		b.flag("filler", off+2, n)
	}
	f := b.add("dialling_number", d.Dial(), off+2, n)
	f.Note = Address{TON: d.TON, Digits: d.Number}.typeNote()
	if d.Capability != 0xFF {
		b.add("capability_configuration", texts.Say("ef.record", "n", d.Capability), off+12, 1)
	}
	if d.Extension != 0xFF {
		b.extended(d, off+2, n, off+13)
	}
}

func encodeDialNumber(comparison bool) func(DialNumber, int) ([]byte, error) {
	tail := dialTail
	if comparison {
		tail++
	}
	return func(v DialNumber, size int) ([]byte, error) {
		if size < tail {
			return nil, refuse("size", "need", tail, "limit", size)
		}
		out, err := EncodeAlpha(v.AlphaID, size-tail)
		if err != nil {
			return nil, err
		}
		number, err := v.numberBytes()
		if err != nil {
			return nil, err
		}
		out = append(out, number...)
		out = append(out, v.Capability, v.Extension)
		if comparison {
			c := byte(0xFF)
			if v.Comparison != nil {
				c = *v.Comparison
			}
			out = append(out, c)
		}
		return out, nil
	}
}

// numberBytes is the length, the TON/NPI and the ten bytes of digits. A number
// written with + is international; one without keeps the type it had.
func (d DialNumber) numberBytes() ([]byte, error) {
	s := strings.NewReplacer(" ", "", "-", "").Replace(d.Number)
	if s == "" {
		return fill(12), nil
	}
	a := Address{Ext: true, TON: d.TON, NPI: d.NPI}
	if d.TON == tonReserved { // of a record that was empty
		a.TON, a.NPI = TONUnknown, 1
	}
	if strings.HasPrefix(s, "+") {
		s = s[1:]
		a.TON, a.NPI = TONInternational, 1
	}
	if len(s) > maxDialDigits {
		return nil, refuse("digits", "n", len(s), "limit", maxDialDigits)
	}
	digits, err := bcdBytes(s, dialDigits)
	if err != nil {
		return nil, err
	}
	out := append([]byte{byte(1 + len(digits)), a.typeByte()}, digits...)
	return padded(out, 12)
}

// Extension is a record of EF.EXT1 to EF.EXT8 (TS 51.011 clause 10.5.10).
type Extension struct {
	Type     string `json:"record_type"` // "called_party_subaddress", "additional_data", "free", "unknown"
	TypeByte byte   `json:"record_type_byte"`
	Data     Hex    `json:"extension_data"`
	Digits   string `json:"digits,omitempty"` // of additional data
	Next     byte   `json:"next_record"`      // FF: none
	Carry
}

// extensionSize is the length of a record of EF.EXT1 to EF.EXT8.
const extensionSize = 13

func decodeExtension(data []byte, _ Context, b *builder) Extension {
	v := Extension{Type: "free", Data: Hex{}, Next: 0xFF, Carry: Carry{data}}
	if !b.expect(data, extensionSize) {
		return v
	}
	v.TypeByte, v.Data, v.Next = data[0], data[1:12], data[12]
	b.Columns = []string{"", ""}
	switch {
	case allFF(data[1:]) && (data[0] == 0 || data[0] == 0xFF):
		b.erase()
		return v
	case data[0]&3 == 1:
		v.Type = "called_party_subaddress"
		b.add("subaddress", v.Data.String(), 1, 11)
	case data[0]&3 == 2:
		v.Type = "additional_data"
		n := int(data[1])
		if n > 10 {
			b.flag("number.length", 1, 1, "n", n, "limit", 10)
			n = 10
		}
		v.Digits, _ = bcd(data[2:2+n], dialDigits)
		b.add("digits", v.Digits, 2, n)
	default:
		v.Type = "unknown"
		b.flag("ext.type", 0, 1, "type", hexByte(data[0]))
		b.add("extension_data", v.Data.String(), 1, 11)
	}
	if v.Next != 0xFF {
		b.add("next_record", texts.Say("ef.record", "n", v.Next), 12, 1)
	}
	b.Columns = []string{word("ext." + v.Type), v.Digits}
	b.Summary = strings.TrimSpace(word("ext."+v.Type) + "  " + v.Digits)
	return v
}

// encodeExtension writes additional data from its digits, any other record
// from its data.
func encodeExtension(v Extension, size int) ([]byte, error) {
	body := v.Data
	switch v.Type {
	case "free":
		return padded(append([]byte{0}, fill(extensionSize-1)...), size)
	case "called_party_subaddress":
		v.TypeByte = 1
	case "additional_data":
		digits, err := bcdBytes(v.Digits, dialDigits)
		if err != nil {
			return nil, err
		}
		if len(digits) > 10 {
			return nil, refuse("digits", "n", len(v.Digits), "limit", MaxExtensionDigits)
		}
		v.TypeByte = 2
		body, _ = padded(append([]byte{byte(len(digits))}, digits...), 11)
	}
	if len(body) != 11 {
		return nil, refuse("length", "what", "extension_data", "need", 11)
	}
	out := append([]byte{v.TypeByte}, body...)
	return padded(append(out, v.Next), size)
}
