package ef

import (
	"slices"
	"unicode/utf16"

	"simscope/texts"
)

// Character codings of 3GPP2 C.R1001 table 9.1-1 that are read here.
const (
	cdmaOctet   = 0
	cdmaASCII   = 2
	cdmaIA5     = 3
	cdmaUnicode = 4
	cdmaLatin   = 8
	cdmaGSM7    = 9
)

var cdmaCodings = map[byte]string{
	cdmaOctet: "octet", 1: "is91", cdmaASCII: "ascii", cdmaIA5: "ia5", cdmaUnicode: "unicode", 5: "shift_jis", 6: "korean",
	7: "latin_hebrew", cdmaLatin: "latin", cdmaGSM7: "gsm7", 10: "gsm_dcs",
}

func cdmaCoding(c byte) string {
	if s, ok := cdmaCodings[c]; ok {
		return s
	}
	return "reserved"
}

// SPNCDMA is the content of EF.SPN of DF.CDMA (3GPP2 C.S0023 clause 3.4.31).
type SPNCDMA struct {
	Condition byte   `json:"display_condition"`
	ShowInHSA bool   `json:"show_in_hsa"` // bit 1 of the condition: shown in the home service area
	Encoding  byte   `json:"char_encoding"`
	Language  byte   `json:"lang_ind"`
	SPN       string `json:"spn"`
	Carry
}

// decodeSPNCDMA reads the name as it is coded: 4 is UCS-2 big endian, others
// are read as Latin 1, which holds ASCII.
func decodeSPNCDMA(data []byte, _ Context, b *builder) SPNCDMA {
	v := SPNCDMA{Carry: Carry{data}}
	if len(data) > 0 && allFF(data) {
		b.erase()
		return v
	}
	if !b.expect(data, 4) {
		return v
	}
	v.Condition, v.ShowInHSA, v.Encoding, v.Language = data[0], data[0]&1 != 0, data[1], data[2]
	v.SPN = b.cdmaName(data[3:], 3, v.Encoding&0x1F == cdmaUnicode)
	b.add("spn", v.SPN, 3, len(data)-3)
	b.add("show_in_hsa", yesNo(v.ShowInHSA), 0, 1)
	b.add("char_encoding", word("cdma.coding."+cdmaCoding(v.Encoding&0x1F)), 1, 1)
	if name := texts.Maybe("ef.cdma.language." + hexByte(v.Language)); name != "" {
		b.add("cdma_language", name, 2, 1)
	}
	b.Summary = v.SPN
	return v
}

func (b *builder) cdmaName(name []byte, off int, unicode bool) string {
	if !unicode {
		for len(name) > 0 && name[len(name)-1] == 0xFF {
			name = name[:len(name)-1]
		}
		runes := make([]rune, len(name))
		for i, c := range name {
			runes[i] = rune(c)
		}
		return string(runes)
	}
	units := make([]uint16, 0, len(name)/2)
	for i := 0; i+1 < len(name); i += 2 {
		units = append(units, uint16(name[i])<<8|uint16(name[i+1]))
	}
	for len(units) > 0 && units[len(units)-1] == 0xFFFF {
		units = units[:len(units)-1]
	}
	text, bad := utf16Text(units)
	if bad >= 0 {
		b.flag("alpha.surrogate", off+2*bad, 2)
	}
	return text
}

// encodeSPNCDMA writes the name in the coding the value names; text that it
// cannot hold is refused, so that the coding is changed knowingly.
func encodeSPNCDMA(v SPNCDMA, size int) ([]byte, error) {
	if size < 4 {
		return nil, refuse("size", "need", 4, "limit", size)
	}
	out := []byte{v.Condition&^1 | bitIf(v.ShowInHSA, 0), v.Encoding, v.Language}
	name, err := cdmaText(v.SPN, v.Encoding)
	if err != nil {
		return nil, err
	}
	return padded(append(out, name...), size)
}

// cdmaText writes text in a coding of C.R1001. Text that it cannot hold is
// refused.
func cdmaText(s string, encoding byte) ([]byte, error) {
	var out []byte
	if encoding&0x1F == cdmaUnicode {
		for _, u := range utf16.Encode([]rune(s)) {
			out = append(out, byte(u>>8), byte(u))
		}
		return out, nil
	}
	limit := rune(0x7F)
	if encoding&0x1F == cdmaLatin {
		limit = 0xFE
	}
	for _, r := range s {
		if r > limit {
			return nil, refuse("cdma.character", "char", string(r), "coding", word("cdma.coding."+cdmaCoding(encoding&0x1F)))
		}
		out = append(out, byte(r))
	}
	return out, nil
}

// ADCDMA is the content of EF.AD of DF.CDMA (3GPP2 C.S0023 clause 3.4.33).
type ADCDMA struct {
	OperationMode  string `json:"ms_operation_mode"`
	ModeByte       byte   `json:"ms_operation_mode_byte"`
	AdditionalInfo Hex    `json:"additional_info"`
	Reserved       Hex    `json:"rfu"`
}

func decodeADCDMA(data []byte, _ Context, b *builder) ADCDMA {
	v := ADCDMA{AdditionalInfo: Hex{}, Reserved: Hex{}}
	if !b.expect(data, 3) {
		return v
	}
	mode, known := adModes[data[0]]
	if !known {
		mode = "unknown"
		b.flag("ad.mode", 0, 1, "mode", hexByte(data[0]))
	}
	v.OperationMode, v.ModeByte, v.AdditionalInfo, v.Reserved = mode, data[0], data[1:3], data[3:]
	b.add("ms_operation_mode", word("ad."+mode), 0, 1)
	b.add("cdma_additional_info", v.AdditionalInfo.String(), 1, 2)
	b.Summary = word("ad." + mode)
	return v
}

func encodeADCDMA(v ADCDMA, size int) ([]byte, error) {
	if len(v.AdditionalInfo) != 2 {
		return nil, refuse("length", "what", "additional_info", "need", 2)
	}
	mode := v.ModeByte
	if adModes[mode] != v.OperationMode && v.OperationMode != "unknown" {
		found := false
		for c, name := range adModes {
			if name == v.OperationMode {
				mode, found = c, true
			}
		}
		if !found {
			return nil, refuse("ad.mode", "mode", v.OperationMode)
		}
	}
	out := slices.Concat([]byte{mode}, v.AdditionalInfo, v.Reserved)
	if len(out) != size {
		return nil, refuse("size", "need", len(out), "limit", size)
	}
	return out, nil
}
