package virtual

import (
	"strings"
	"testing"
)

// withRule gives EF.PL of the MF an access rule and verified PINs, and tells
// what then may be done: r, u, d and a for read, update, deactivate and
// activate.
func withRule(t *testing.T, a Access, verified string) string {
	t.Helper()
	r := plug(t, "everyday", func(i *Image) { i.MF.Children[1].Access = a }, Options{})
	if strings.Contains(verified, "1") {
		r.pin1()
	}
	if strings.Contains(verified, "A") {
		r.adm()
	}
	r.want("00A4000C022F05", "9000")
	var out string
	for _, c := range []struct{ letter, apdu string }{
		{"r", "00B0000004"}, {"u", "00D6000001 7A"}, {"d", "00040000"}, {"a", "00440000"},
	} {
		if a := r.raw(c.apdu); strings.HasSuffix(a, "9000") || strings.HasSuffix(a, "6984") {
			out += c.letter
		}
	}
	return out
}

const (
	key1 = "A406 830101 950108"
	keyA = "A406 83010A 950108"
)

func TestExpandedRules(t *testing.T) {
	for _, c := range []struct{ name, rule, none, pin, adm, both string }{
		{"always", "80011B 9000", "ruda", "ruda", "ruda", "ruda"},
		{"never", "80011B 9700", "", "", "", ""},
		{"PIN", "800101" + key1, "", "r", "", "r"},
		{"read PIN, rest ADM", "800101" + key1 + "80011A" + keyA, "", "r", "uda", "ruda"},
		{"either", "800101 A010" + key1 + keyA, "", "r", "r", "r"},
		{"both", "800101 AF10" + key1 + keyA, "", "", "", "r"},
		{"not", "800101 A708" + key1, "r", "", "r", ""},
		{"two conditions, one is enough", "800101" + key1 + keyA, "", "r", "r", "r"},
		{"both of always and PIN", "800102 AF0A 9000" + key1, "", "u", "", "u"},
		{"instructions by name", "8401B0 9000 8401D6" + keyA, "r", "r", "ru", "ru"},
		{"mode without condition", "80011B", "", "", "", ""},
		{"condition without mode", "9000", "", "", "", ""},
		{"unknown reference", "800101 A406 830105 950108", "", "", "", ""},
		{"template without reference", "800101 A403 950108", "", "", "", ""},
		{"empty AND", "800101 AF00", "", "", "", ""},
		{"no TLV", "80FF", "", "", "", ""},
	} {
		a := Access{Expanded: unhex(t, c.rule)}
		for v, want := range map[string]string{"": c.none, "1": c.pin, "A": c.adm, "1A": c.both} {
			if got := withRule(t, a, v); got != want {
				t.Errorf("%s, verified %q: %q is allowed, want %q", c.name, v, got, want)
			}
		}
	}
}

func TestCompactRules(t *testing.T) {
	for _, c := range []struct{ name, rule, none, pin, adm, both string }{
		{"all by PIN", "1B 10101010", "", "ruda", "", "ruda"},
		{"order from the highest bit", "1B 20 FF 10 00", "r", "ru", "ra", "rua"},
		{"either", "01 30", "", "r", "r", "r"},
		{"both", "01 B0", "", "", "", "r"},
		{"secure messaging is never there", "01 D0", "", "", "", ""},
		{"condition byte missing", "03 00", "u", "u", "u", "u"[0:1]},
		{"create bit set too", "43 FF 00 10", "u", "ru", "u", "ru"},
	} {
		a := Access{Compact: unhex(t, c.rule)}
		for v, want := range map[string]string{"": c.none, "1": c.pin, "A": c.adm, "1A": c.both} {
			if got := withRule(t, a, v); got != want {
				t.Errorf("%s, verified %q: %q is allowed, want %q", c.name, v, got, want)
			}
		}
	}
}

func TestARRReferences(t *testing.T) {
	rec := func(n int) []Rule { return []Rule{{Record: n}} }
	for _, c := range []struct {
		name string
		a    Access
		want string
	}{
		{"record of EF.ARR", Access{ARR: 0x2F06, Rules: rec(7)}, "r"},
		{"file that is not there", Access{ARR: 0x2F99, Rules: rec(1)}, ""},
		{"file that is no record file", Access{ARR: 0x2F05, Rules: rec(1)}, ""},
		{"record that is not there", Access{ARR: 0x2F06, Rules: rec(99)}, ""},
		{"no rule at all", Access{}, ""},
	} {
		if got := withRule(t, c.a, "1A"); got != c.want {
			t.Errorf("%s: %q is allowed, want %q", c.name, got, c.want)
		}
	}
}

func TestSecurityEnvironments(t *testing.T) {
	one, zero := 1, 0
	rules := Access{ARR: 0x2F06, Rules: []Rule{{SE: &one, Record: 6}, {SE: &zero, Record: 7}}}
	r := plug(t, "everyday", func(i *Image) { i.MF.Children[1].Access = rules }, Options{})
	r.want("00A4000C022F05", "9000")
	r.want("00B0000004", "6982") // PIN1 on: record 6, ADM
	r.want("0026000108"+pinHex("1234"), "9000")
	r.want("00B0000004", "7A68656E 9000") // off: record 7, always
	r.want("00D6000001 7A", "6982")       // and never
}

// The built-in rules, file by file as a phone meets them.
func TestEverydayRules(t *testing.T) {
	r := everyday(t)
	r.usim()
	check := func(sfi, want string) {
		t.Helper()
		if got := r.raw("00B0" + sfi + "0001"); got[len(got)-4:] != want {
			t.Errorf("SFI %s answers %s, want %s", sfi, got, want)
		}
	}
	check("83", "9000") // AD: always
	check("87", "6982") // IMSI: PIN1
	check("88", "6982") // Keys: PIN1
	r.want("00D6820001 7A", "6982")
	r.pin1()
	check("87", "9000")
	r.want("00D6820001 7A", "9000") // LI
	r.want("00D6870001 08", "6982") // IMSI: ADM
	r.want("00A4000C026F3B", "9000")
	r.want("00DC010420"+strings.Repeat("FF", 32), "6982") // FDN: PIN2
	r.ok(verify(0x81, "5678"))
	r.want("00DC010420"+strings.Repeat("FF", 32), "9000")
	r.adm()
	r.want("00D6870001 08", "9000")
	r.ok("00A40004023F00")
	r.want("00A4000C022FE2", "9000")
	r.want("00D6000001 98", "6982") // ICCID: never
	// The second USIM has its PIN off: open to read, not to administer.
	r.card.Reset()
	r.ok("00A404040FA0000000871002FF86FFFF89000002")
	check("87", "9000")
	r.want("00D6870001 08", "6982")
}

func TestGSMAccess(t *testing.T) {
	for nibbles, want := range map[string][3]string{ // nothing, CHV1, CHV1 and ADM
		"00FF00": {"ruda", "ruda", "ruda"},
		"11FF11": {"", "ruda", "ruda"},
		"14FF44": {"", "r", "ruda"},
		"0FFFFF": {"r", "r", "r"},
		"33FF33": {"", "", ""},
		"12FF21": {"", "rd", "rd"},
	} {
		for i, v := range []string{"", "1", "1A"} {
			r := plug(t, "gsm", func(img *Image) {
				img.MF.Children = append(img.MF.Children, &File{
					FID: 0x2F05, Kind: KindTransparent, Size: 4, GSM: unhex(t, nibbles),
				})
			}, Options{})
			if strings.Contains(v, "1") {
				r.ok("A020000108" + pinHex("1234"))
			}
			if strings.Contains(v, "A") {
				// No command of class A0 verifies an administrative key.
				r.card.pin(RefADM1, nil).verified = true
			}
			r.ok("A0A40000022F05")
			got := ""
			for _, c := range []struct{ letter, apdu string }{
				{"r", "A0B0000004"}, {"u", "A0D6000001 7A"}, {"d", "A004000000"}, {"a", "A044000000"},
			} {
				if !strings.HasSuffix(r.raw(c.apdu), "9804") {
					got += c.letter
				}
			}
			if got != want[i] {
				t.Errorf("%s, verified %q: %q is allowed, want %q", nibbles, v, got, want[i])
			}
		}
	}
}
