// Package plmn knows mobile networks by their codes: the three-byte coding of
// 3GPP TS 24.008 clause 10.5.1.13, the country of a mobile country code
// (ITU-T E.212), how many digits its network codes have, and the operator's
// name. It is a table and a codec: it must not know cards, files or screens.
package plmn

import (
	_ "embed"
	"errors"
	"strings"
	"sync"
)

//go:generate go run ./gen

var (
	//go:embed countries.tsv
	countriesTSV string
	//go:embed operators.tsv
	operatorsTSV string
	//go:embed operators_more.tsv
	moreTSV string
)

// CountryInfo is what a mobile country code stands for. ISO is empty for codes
// that belong to no country: 001 (test), 901 (international), 999 (private).
type CountryInfo struct{ ISO, Name string }

type countryRow struct {
	CountryInfo
	digits int
}

type tables struct {
	countries map[string]countryRow
	operators map[PLMN]string
}

var loaded = sync.OnceValue(func() tables {
	t := tables{map[string]countryRow{}, map[PLMN]string{}}
	for _, f := range rows(countriesTSV, 4) {
		t.countries[f[0]] = countryRow{CountryInfo{f[1], f[2]}, int(f[3][0] - '0')}
	}
	for _, table := range []string{operatorsTSV, moreTSV} {
		for _, f := range rows(table, 3) {
			t.operators[PLMN{f[0], f[1]}] = f[2]
		}
	}
	return t
})

func rows(table string, columns int) [][]string {
	var out [][]string
	for line := range strings.Lines(table) {
		f := strings.Split(strings.TrimRight(line, "\r\n"), "\t")
		if len(f) == columns && !strings.HasPrefix(line, "#") {
			out = append(out, f)
		}
	}
	return out
}

// Country returns the country of a three-digit mobile country code.
func Country(mcc string) (CountryInfo, bool) {
	c, ok := loaded().countries[mcc]
	return c.CountryInfo, ok
}

// Operator returns the name of the network mcc mnc. A network code of two
// digits and one of three that begins with them are different networks.
func Operator(mcc, mnc string) (string, bool) {
	name, ok := loaded().operators[PLMN{mcc, mnc}]
	return name, ok
}

// MNCLength is the number of digits of network codes under mcc: 2 or 3, or 0
// where it is unknown because the country uses both.
func MNCLength(mcc string) int { return loaded().countries[mcc].digits }

// PLMN is a mobile network: country code of three digits, network code of two
// or three. The zero PLMN is an unused entry.
type PLMN struct {
	MCC string `json:"mcc"`
	MNC string `json:"mnc"`
}

const hexDigits = "0123456789ABCDEF"

// ParsePLMN reads the three bytes of TS 24.008 clause 10.5.1.13. FFFFFF is the
// zero PLMN. ok is false when a digit is none (A to F elsewhere than in the
// third place of the network code); such digits stay visible as hex, except
// that a country code of nothing but F is empty.
func ParsePLMN(b [3]byte) (p PLMN, ok bool) {
	if b == [3]byte{0xFF, 0xFF, 0xFF} {
		return PLMN{}, true
	}
	mcc := string([]byte{hexDigits[b[0]&0xF], hexDigits[b[0]>>4], hexDigits[b[1]&0xF]})
	mnc := string([]byte{hexDigits[b[2]&0xF], hexDigits[b[2]>>4]})
	if third := b[1] >> 4; third != 0xF {
		mnc += string(hexDigits[third])
	}
	ok = decimal(mcc) && decimal(mnc)
	if mcc == "FFF" {
		mcc = ""
	}
	return PLMN{mcc, mnc}, ok
}

// ErrCode says that a PLMN has not three digits of country code and two or
// three of network code.
var ErrCode = errors.New("a network is a country code of 3 digits and a network code of 2 or 3")

// Encode writes the three bytes of TS 24.008 clause 10.5.1.13; the zero PLMN
// gives FFFFFF. The error is ErrCode.
func (p PLMN) Encode() ([3]byte, error) {
	if p == (PLMN{}) {
		return [3]byte{0xFF, 0xFF, 0xFF}, nil
	}
	if len(p.MCC) != 3 || len(p.MNC) < 2 || len(p.MNC) > 3 || !decimal(p.MCC) || !decimal(p.MNC) {
		return [3]byte{}, ErrCode
	}
	third := byte(0xF)
	if len(p.MNC) == 3 {
		third = p.MNC[2] - '0'
	}
	return [3]byte{
		p.MCC[0] - '0' | (p.MCC[1]-'0')<<4,
		p.MCC[2] - '0' | third<<4,
		p.MNC[0] - '0' | (p.MNC[1]-'0')<<4,
	}, nil
}

func decimal(s string) bool {
	for i := 0; i < len(s); i++ {
		if s[i] < '0' || s[i] > '9' {
			return false
		}
	}
	return true
}

// Empty reports whether p is an unused entry.
func (p PLMN) Empty() bool { return p == PLMN{} }

// String writes "999 99"; the zero PLMN is empty.
func (p PLMN) String() string { return strings.TrimSpace(p.MCC + " " + p.MNC) }

// Describe names the network, "China Mobile, China", or its country alone;
// empty where nothing is known.
func (p PLMN) Describe() string {
	c, known := Country(p.MCC)
	op, named := Operator(p.MCC, p.MNC)
	switch {
	case named && known && c.ISO != "":
		return op + ", " + c.Name
	case named:
		return op
	default:
		return c.Name
	}
}

// SplitIMSI divides the digits of an IMSI. mncLength comes from the card
// (EF.AD); when it is neither 2 nor 3 the country's own length is taken. Where
// that is unknown too, two digits are taken and sure is false.
func SplitIMSI(imsi string, mncLength int) (p PLMN, msin string, sure bool) {
	if len(imsi) < 6 {
		return PLMN{}, imsi, false
	}
	if mncLength != 2 && mncLength != 3 {
		mncLength = MNCLength(imsi[:3])
	}
	sure = mncLength != 0
	if !sure {
		mncLength = 2
	}
	return PLMN{imsi[:3], imsi[3 : 3+mncLength]}, imsi[3+mncLength:], sure
}
