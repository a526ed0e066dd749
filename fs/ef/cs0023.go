package ef

import "fmt"

// SPNCDMA is the content of EF.SPN of DF.CDMA (3GPP2 C.S0023 clause 3.4.31).
type SPNCDMA struct {
	Condition byte   `json:"display_condition"`
	ShowInHSA bool   `json:"show_in_hsa"` // shown in the home service area
	Encoding  byte   `json:"char_encoding"`
	Language  byte   `json:"lang_ind"`
	SPN       string `json:"spn"`
}

// decodeSPNCDMA reads the name as it is coded: 4 is UCS-2 big endian, 8 Latin
// 1; others are shown where they are ASCII.
func decodeSPNCDMA(data []byte, _ Context, b *builder) SPNCDMA {
	var v SPNCDMA
	if !b.expect(data, 4) {
		return v
	}
	v.Condition, v.ShowInHSA, v.Encoding, v.Language = data[0], data[0]&1 != 0, data[1], data[2]
	name := data[3:]
	for len(name) > 0 && name[len(name)-1] == 0xFF {
		name = name[:len(name)-1]
	}
	if v.Encoding&0x1F == 4 {
		units := make([]uint16, 0, len(name)/2)
		for i := 0; i+1 < len(name); i += 2 {
			units = append(units, uint16(name[i])<<8|uint16(name[i+1]))
		}
		text, bad := utf16Text(units)
		v.SPN = text
		if bad >= 0 {
			b.flag("alpha.surrogate", 3+2*bad, 2)
		}
	} else {
		runes := make([]rune, len(name))
		for i, c := range name {
			runes[i] = rune(c)
		}
		v.SPN = string(runes)
	}
	b.add("spn", v.SPN, 3, len(data)-3)
	b.add("show_in_hsa", yesNo(v.ShowInHSA), 0, 1)
	b.add("char_encoding", fmt.Sprint(v.Encoding&0x1F), 1, 1)
	b.Summary = v.SPN
	return v
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
	b.Summary = word("ad." + mode)
	return v
}
