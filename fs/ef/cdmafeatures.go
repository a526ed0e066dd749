package ef

import (
	"fmt"

	"simscope/texts"
)

// ruimFeatureFiles is the codes that are dialled to switch services. The
// coding is that of SsIccFileFetcher (MediaTek) and of ExpFile.cpp
// (huyun12041204/Local).
func ruimFeatureFiles() []entry {
	return []entry{inCDMA(writable("EF.SSFC", ruimSpec, decodeFeatureCodes, encodeFeatureCodes))}
}

// FeatureCodes is the content of EF.SSFC. The places of the first 51 codes are
// fixed; what others are for is the operator's business.
type FeatureCodes struct {
	Count int           `json:"number_of_feature_codes"`
	Codes []FeatureCode `json:"feature_codes"` // those that are set
	Carry
}

// FeatureCode is a code of up to four digits.
type FeatureCode struct {
	Place   int    `json:"place"`             // from 1
	Feature string `json:"feature,omitempty"` // what Place says; Place decides when it is written
	Digits  string `json:"digits"`
}

// featureCodes are the services of the places. In front of a service "d"
// deactivates, "act" and "dact" switch on and off without a number, "v" checks.
var featureCodes = []string{
	"cd", "dcd", "cfb", "vcfb", "dcfb", "actcfb", "dactcfb", "cfd", "vcfd", "dcfd", "actcfd", "dactcfd", "cfna", "vcfna",
	"dcfna", "actcfna", "dactcfna", "cfu", "vcfu", "dcfu", "actcfu", "dactcfu", "cw", "dcw", "ccw", "cnir", "dcnir", "cc",
	"dcc", "dnd", "ddnd", "amwn", "damwn", "mwn", "dmwn", "cmwn", "paca", "vmr", "cnap", "dcnap", "cnar", "dcnar", "ac",
	"dac", "ar", "dar", "uscf", "ruac", "druac", "aoc", "cot",
}

const (
	featureBytes  = 2
	featureDigits = 4
)

func featureName(place int) string {
	if place >= 1 && place <= len(featureCodes) {
		return featureCodes[place-1]
	}
	return ""
}

func decodeFeatureCodes(data []byte, _ Context, b *builder) FeatureCodes {
	v := FeatureCodes{Codes: []FeatureCode{}, Carry: Carry{data}}
	if len(data) > 0 && allFF(data) {
		b.erase()
		return v
	}
	if !b.expect(data, 1) {
		return v
	}
	v.Count = int(data[0])
	b.add("ssfc_count", fmt.Sprint(v.Count), 0, 1)
	if len(data)%featureBytes == 0 {
		b.flag("odd", len(data)-1, 1, "entry", featureBytes)
	}
	for i := 1; i+featureBytes <= len(data); i += featureBytes {
		code := data[i : i+featureBytes]
		if allFF(code) {
			continue
		}
		f := FeatureCode{Place: 1 + (i-1)/featureBytes}
		f.Feature = featureName(f.Place)
		var clean bool
		if f.Digits, clean = bcd(swapped(code), plainDigits); !clean {
			b.flag("cdma.feature", i, featureBytes)
			continue
		}
		what := texts.Say("ef.cdma.feature", "n", f.Place)
		if f.Feature != "" {
			what = word("cdma.feature." + f.Feature)
		}
		b.addAs("ssfc_code", what, f.Digits, i, featureBytes)
		v.Codes = append(v.Codes, f)
	}
	b.Summary = texts.Say("ef.cdma.features", "n", len(v.Codes))
	return v
}

// swapped is bytes with their nibbles exchanged.
func swapped(b []byte) []byte {
	out := make([]byte, len(b))
	for i, c := range b {
		out[i] = c<<4 | c>>4
	}
	return out
}

func encodeFeatureCodes(v FeatureCodes, size int) ([]byte, error) {
	if v.Count == 0 && len(v.Codes) == 0 && len(v.Raw) > 0 && allFF(v.Raw) {
		return fill(size), nil
	}
	if err := inRange("number_of_feature_codes", v.Count, 0xFF); err != nil {
		return nil, err
	}
	if size < 1 {
		return nil, refuse("size", "need", 1, "limit", size)
	}
	out := append([]byte{byte(v.Count)}, fill(size-1)...)
	for _, f := range v.Codes {
		if f.Place < 1 || featureBytes*f.Place > size-1 {
			return nil, refuse("cdma.place", "n", f.Place, "limit", (size-1)/featureBytes)
		}
		if f.Digits == "" || len(f.Digits) > featureDigits {
			return nil, refuse("cdma.feature", "limit", featureDigits)
		}
		digits, err := bcdBytes(f.Digits, plainDigits)
		if err != nil {
			return nil, err
		}
		copy(out[featureBytes*f.Place-1:], swapped(digits))
	}
	return out, nil
}
