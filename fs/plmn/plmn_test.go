package plmn

import (
	"strings"
	"testing"
)

func TestParsePLMN(t *testing.T) {
	for _, c := range []struct {
		in       [3]byte
		mcc, mnc string
		ok       bool
	}{
		{[3]byte{0x22, 0xF8, 0x60}, "228", "06", true},
		{[3]byte{0x33, 0x04, 0x20}, "334", "020", true},
		{[3]byte{0x00, 0x11, 0x00}, "001", "001", true},
		{[3]byte{0x99, 0xF9, 0x99}, "999", "99", true},
		{[3]byte{0xFF, 0xFF, 0xFF}, "", "", true},
		{[3]byte{0xFF, 0x0F, 0x00}, "", "000", false},
		{[3]byte{0x6A, 0xF0, 0x00}, "A60", "00", false},
		{[3]byte{0x64, 0xF0, 0xF0}, "460", "0F", false},
	} {
		p, ok := ParsePLMN(c.in)
		if p.MCC != c.mcc || p.MNC != c.mnc || ok != c.ok {
			t.Errorf("ParsePLMN(% X) = %q %q %v, want %q %q %v", c.in, p.MCC, p.MNC, ok, c.mcc, c.mnc, c.ok)
		}
		if !ok {
			continue
		}
		if back, err := p.Encode(); err != nil || back != c.in {
			t.Errorf("%v.Encode() = % X, %v, want % X", p, back, err, c.in)
		}
	}
}

func TestEncodeRefuses(t *testing.T) {
	for _, p := range []PLMN{{"99", "99"}, {"999", "9"}, {"999", "9999"}, {"99A", "99"}, {"", "01"}} {
		if b, err := p.Encode(); err == nil {
			t.Errorf("%+v.Encode() = % X, want a refusal", p, b)
		}
	}
}

func TestNames(t *testing.T) {
	for mnc, want := range map[string]string{
		"00": "China Mobile", "01": "China Unicom", "03": "China Telecom", "11": "China Telecom", "15": "China Broadnet",
	} {
		if got, ok := Operator("460", mnc); !ok || got != want {
			t.Errorf("460 %s is %q, want %q", mnc, got, want)
		}
	}
	if _, ok := Operator("460", "000"); ok {
		t.Error("460 000 was taken for 460 00")
	}
	for p, want := range map[PLMN]string{
		{"460", "00"}: "China Mobile, China",
		{"460", "77"}: "China",
		{"999", "99"}: "private or test network",
		{"001", "01"}: "test network",
		{"777", "01"}: "",
		{}:            "",
	} {
		if got := p.Describe(); got != want {
			t.Errorf("%v is described as %q, want %q", p, got, want)
		}
	}
	if got := (PLMN{"999", "99"}).String(); got != "999 99" {
		t.Errorf("String() = %q", got)
	}
}

func TestMNCLength(t *testing.T) {
	for mcc, want := range map[string]int{"310": 3, "302": 3, "334": 3, "722": 3, "460": 2, "262": 2, "405": 0, "999": 0, "777": 0} {
		if got := MNCLength(mcc); got != want {
			t.Errorf("MNCLength(%s) = %d, want %d", mcc, got, want)
		}
	}
}

func TestSplitIMSI(t *testing.T) {
	for _, c := range []struct {
		imsi   string
		length int
		plmn   PLMN
		msin   string
		sure   bool
	}{
		{"999990123456789", 2, PLMN{"999", "99"}, "0123456789", true},
		{"999990123456789", 3, PLMN{"999", "990"}, "123456789", true},
		{"999990123456789", 0, PLMN{"999", "99"}, "0123456789", false},
		{"460991234567890", 0, PLMN{"460", "99"}, "1234567890", true},
		{"310999123456789", 0, PLMN{"310", "999"}, "123456789", true},
		{"99999", 2, PLMN{}, "99999", false},
	} {
		p, msin, sure := SplitIMSI(c.imsi, c.length)
		if p != c.plmn || msin != c.msin || sure != c.sure {
			t.Errorf("SplitIMSI(%s, %d) = %v %s %v", c.imsi, c.length, p, msin, sure)
		}
	}
}

// Every line of the tables is used, and every network lies in a known country
// with a code length that the country allows.
func TestTables(t *testing.T) {
	count := func(table string) (n int) {
		for line := range strings.Lines(table) {
			if !strings.HasPrefix(line, "#") {
				n++
			}
		}
		return n
	}
	if got, want := len(rows(countriesTSV, 4)), count(countriesTSV); got != want || got < 230 {
		t.Errorf("%d of %d countries read", got, want)
	}
	if got, want := len(rows(operatorsTSV, 3)), count(operatorsTSV); got != want || got < 800 {
		t.Errorf("%d of %d operators read", got, want)
	}
	if got, want := len(rows(moreTSV, 3)), count(moreTSV); got != want {
		t.Errorf("%d of %d further operators read", got, want)
	}
	// The source writes these with a digit too few or too many.
	misprints := map[PLMN]bool{{"334", "03"}: true, {"334", "02"}: true, {"208", "260"}: true, {"722", "34"}: true, {"708", "02"}: true}
	for p, name := range loaded().operators {
		if _, ok := Country(p.MCC); !ok {
			t.Errorf("%v %s: country unknown", p, name)
		}
		if _, err := p.Encode(); err != nil {
			t.Errorf("%v %s: %v", p, name, err)
		}
		if n := MNCLength(p.MCC); n != 0 && len(p.MNC) != n && !misprints[p] {
			t.Errorf("%v %s: network codes of %s have %d digits", p, name, p.MCC, n)
		}
	}
}
