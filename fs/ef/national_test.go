package ef

import (
	"errors"
	"strings"
	"testing"
	"unicode/utf8"
)

// Entries of every table, by code, as TS 23.038 annex A has them.
func TestNationalTables(t *testing.T) {
	locking := map[byte]map[byte]rune{
		langTurkish:    {0x04: '€', 0x07: 'ı', 0x0B: 'Ğ', 0x1C: 'Ş', 0x40: 'İ', 0x60: 'ç', 0x7F: 'à'},
		langPortuguese: {0x04: 'ê', 0x12: 'ª', 0x15: '∞', 0x16: '^', 0x18: '€', 0x1A: '|', 0x24: 'º', 0x40: 'Í', 0x60: '~', 0x7D: '`'},
		langBengali:    {0x00: 0x981, 0x03: 0x985, 0x0B: 0x98C, 0x0C: 0, 0x0F: 0x98F, 0x13: 0x993, 0x2F: 0x9A8, 0x3C: 0, 0x46: 0x9B2, 0x5F: 0x9CD, 0x60: 0x9CE, 0x7F: 0x9F1},
		langGujarati:   {0x0C: 0xA8D, 0x0E: 0, 0x11: 0xA91, 0x46: 0xAB2, 0x49: 0xAB5, 0x57: 0xAC5, 0x58: 0, 0x60: 0xAD0, 0x7F: 0xAF1},
		langHindi:      {0x00: 0x901, 0x0E: 0x90E, 0x1A: 0x91A, 0x1C: 0x91B, 0x22: 0x91F, 0x28: ')', 0x29: '(', 0x2A: 0x925, 0x3C: 0x929, 0x4E: 0x93C, 0x57: 0x945, 0x7B: 0x972, 0x7F: 0x97F},
		langKannada:    {0x00: 0, 0x01: 0xC82, 0x0E: 0xC8E, 0x24: 0xCA1, 0x45: 0xCB1, 0x48: 0, 0x4E: 0xCBC, 0x60: 0xCD5, 0x7B: 0xCD6},
		langMalayalam:  {0x01: 0xD02, 0x48: 0xD34, 0x4E: 0, 0x4F: 0xD3D, 0x60: 0xD57, 0x7F: 0xD79},
		langOriya:      {0x00: 0xB01, 0x0E: 0, 0x47: 0xB33, 0x49: 0xB35, 0x60: 0xB56, 0x7B: 0xB57},
		langPunjabi:    {0x08: 0xA0A, 0x09: 0, 0x0B: 0, 0x47: 0xA33, 0x4A: 0xA36, 0x4B: 0, 0x4E: 0xA3C, 0x4F: 0, 0x54: 0xA42, 0x55: 0, 0x60: 0xA51, 0x7F: 0xA74},
		langTamil:      {0x00: 0, 0x15: 0xB95, 0x16: 0, 0x19: 0xB99, 0x1D: 0xB9C, 0x22: 0xB9F, 0x26: 0xBA3, 0x2A: 0, 0x3C: 0xBA9, 0x42: 0xBAE, 0x4D: 0xBB9, 0x4E: 0, 0x60: 0xBD0, 0x7F: 0xBF9},
		langTelugu:     {0x00: 0xC01, 0x45: 0xC31, 0x48: 0, 0x4E: 0, 0x60: 0xC55, 0x7B: 0xC56},
		langUrdu:       {0x00: 0x627, 0x0B: 0x679, 0x1A: 0x62F, 0x1C: 0x68C, 0x2A: 0x699, 0x2F: 0x698, 0x3E: 0x634, 0x4D: 0x644, 0x60: 0x654, 0x7F: 0x670},
	}
	single := map[byte]map[byte]rune{
		langTurkish:    {0x47: 'Ğ', 0x69: 'ı', 0x73: 'ş', 0x65: '€', 0x3C: '['},
		langSpanish:    {0x09: 'ç', 0x4F: 'Ó', 0x75: 'ú', 0x14: '^'},
		langPortuguese: {0x05: 'ê', 0x12: 'Φ', 0x14: '^', 0x1F: 'Ê', 0x7F: 'â', 0x40: '|'},
		langBengali:    {0x00: '@', 0x04: '¿', 0x0A: '\f', 0x0D: 0, 0x19: 0x9E6, 0x1C: 0x9E8, 0x24: 0x9DF, 0x2A: 0x9E3, 0x34: 0x9FA, 0x41: 'A', 0x5A: 'Z'},
		langGujarati:   {0x19: 0x964, 0x1C: 0xAE6, 0x25: 0xAEF, 0x26: 0},
		langHindi:      {0x1C: 0x966, 0x27: 0x952, 0x28: '{', 0x2C: 0x958, 0x2F: '\\', 0x30: 0x95B, 0x3A: 0x971, 0x3B: 0},
		langKannada:    {0x26: 0xCDE, 0x27: 0xCF1, 0x2A: 0xCF2, 0x2B: 0},
		langMalayalam:  {0x2E: 0xD7A, 0x34: 0xD7F, 0x35: 0},
		langOriya:      {0x27: 0xB5D, 0x2A: 0xB5F, 0x2C: 0xB71},
		langPunjabi:    {0x26: 0xA59, 0x2C: 0xA5E, 0x2D: 0xA75, 0x2E: 0},
		langTamil:      {0x24: 0xBEE, 0x2E: 0xBFA, 0x30: 0},
		langTelugu:     {0x19: 0, 0x1A: 0, 0x1C: 0xC66, 0x22: 0xC6C, 0x2E: 0xC7C, 0x32: 0xC7F},
		langUrdu:       {0x19: 0x600, 0x25: 0x6F9, 0x2E: 0x612, 0x3B: 0x6CD, 0x3C: '[', 0x3F: 0x6D4},
	}
	check := func(what string, tables map[byte]*[128]rune, want map[byte]map[byte]rune) {
		if len(tables) != len(want) {
			t.Errorf("%d %s tables, %d are checked", len(tables), what, len(want))
		}
		for language, entries := range want {
			for code, r := range entries {
				if got := tables[language][code]; got != r {
					t.Errorf("%s table %d has %04X at %02X, not %04X", what, language, got, code, r)
				}
			}
		}
	}
	check("locking", lockingTables(), locking)
	check("single", singleTables(), single)
	for language, table := range lockingTables() {
		seen := map[rune]bool{}
		for c, r := range table {
			if r != 0 && seen[r] {
				t.Errorf("locking table %d has %04X twice", language, r)
			}
			seen[r] = true
			if want := gsmAlphabet[c]; (c == '\n' || c == '\r' || c == ' ' || c >= '0' && c <= '9' || c >= 'a' && c <= 'z') && r != want {
				t.Errorf("locking table %d has %04X at %02X", language, r, c)
			}
		}
	}
}

// userData decodes user data of packed septets behind a header.
func userData(t *testing.T, header string, septets ...byte) (*TPDU, []Flag) {
	h := append([]byte{0}, unhex(t, header)...)
	h[0] = byte(len(h) - 1)
	used := (len(h)*8 + 6) / 7
	ud := append(h, pack(septets, used*7-len(h)*8)...)
	var b builder
	v := &TPDU{UDHI: true, Alphabet: "gsm7"}
	r := &tpduReader{cursor: cursor{b: append([]byte{byte(used + len(septets))}, ud...)}, out: &b}
	r.userData(v)
	return v, b.Flags
}

func TestNationalText(t *testing.T) {
	for _, tt := range []struct {
		header  string
		septets []byte
		text    string
		flags   string
	}{
		{"250106", []byte{0x2F, 0x42}, "\u0928\u092e", ""},
		{"240102", []byte{'a', 0x1B, 0x61}, "aá", ""},
		{"250106 240106", []byte{0x1B, 0x1D, 0x1B, 'A'}, "\u0967A", ""},
		{"25010C", []byte{0x48, 'a'}, "\uFFFDa", "flag.alpha.empty"},
		{"240105", []byte{0x1B, 0x26, 'a'}, "\uFFFDa", "flag.alpha.escape"},
		{"25010E", []byte{'a'}, "a", "flag.sms.language"},
		{"250102", []byte{'a'}, "a", "flag.sms.language"}, // Spanish has no locking table
		{"240100", []byte{'a'}, "a", "flag.sms.language"},
		{"25020101", []byte{'a'}, "a", "flag.sms.language"},
	} {
		got, flags := userData(t, tt.header, tt.septets...)
		var ids []string
		for _, f := range flags {
			ids = append(ids, f.ID)
		}
		if got.Text != tt.text || strings.Join(ids, " ") != tt.flags {
			t.Errorf("%s: %q %v, want %q %s", tt.header, got.Text, ids, tt.text, tt.flags)
		}
	}
}

// A text that was edited is coded in the alphabet of its message, or refused.
func TestNationalEncode(t *testing.T) {
	v, _ := userData(t, "240101", 'a')
	v.MTI, v.UDHI, v.SCTS = "SMS-DELIVER", true, "2025-11-22T14:35:00+08:00"
	v.OA = &Address{Digits: "447700900123", TON: TONInternational, NPI: 1}
	edit := func(text string) (*TPDU, error) {
		w := *v
		w.Text = text
		b, err := w.bytes()
		if err != nil {
			return nil, err
		}
		var out builder
		return (&tpduReader{cursor: cursor{b: b}, out: &out}).tpdu("received_read"), nil
	}
	back, err := edit("Işık ğ")
	if err != nil || back.Text != "Işık ğ" || *back.UDL != 5+9 {
		t.Errorf("%+v, %v", back, err)
	}
	var refused *EncodeError
	if _, err := edit("星"); !errors.As(err, &refused) || refused.ID != "ef.refuse.sms.alphabet" {
		t.Errorf("a character that no table has: %v", err)
	}
	v.UDH[0].Data = Hex{0x0E}
	if _, err := edit("b"); !errors.As(err, &refused) || refused.ID != "ef.refuse.sms.language" {
		t.Errorf("an alphabet that is not known: %v", err)
	}
}

// Whatever the septets and the language: text is valid, a character for each
// septet but escapes, and what has no fault is coded to the same text.
func FuzzNational(f *testing.F) {
	f.Add([]byte{0x41, 0x1B, 0x65}, byte(1), byte(1))
	f.Add([]byte{0x1B}, byte(13), byte(14))
	f.Fuzz(func(t *testing.T, b []byte, lock, single byte) {
		g, _ := tablesOf([]Element{{ieiLockingShift, Hex{lock}}, {ieiSingleShift, Hex{single}}})
		s, bad := g.text(b)
		if !utf8.ValidString(s) || utf8.RuneCountInString(s) > len(b) {
			t.Fatalf("%X is %q", b, s)
		}
		if len(bad) > 0 {
			return
		}
		again, ok := g.bytes(s)
		if back, _ := g.text(again); !ok || back != s {
			t.Errorf("%q was coded as %X, %v", s, again, ok)
		}
	})
}
