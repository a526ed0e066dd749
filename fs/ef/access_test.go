package ef

import (
	"strings"
	"testing"
)

func describeRules(rules []Rule) string {
	var out []string
	for _, r := range rules {
		out = append(out, strings.Join(r.Modes.modeWords(), "+")+": "+r.Condition.String())
	}
	return strings.Join(out, "; ")
}

func TestParseExpanded(t *testing.T) {
	for _, c := range []struct{ in, want, flag string }{
		{"800101 9000 800102 9700", "read: always; update: never", ""},
		{"800101 A406 830101 950108", "read: PIN1", ""},
		{"800102 A010 A406830181950108 A40683010A950108", "update: PIN2 or ADM1", ""},
		{"800101 AF10 A406830101950108 A40683010A950108", "read: PIN1 and ADM1", ""},
		{"800101 A708 A406830111950108", "read: not (Universal PIN)", ""},
		{"800101 A01A AF10 A406830101950108 A40683010A950108 A406830102950108", "read: (PIN1 and ADM1) or PIN appl 2", ""},
		// Two conditions behind one mode are alternatives.
		{"800101 A406830101950108 A40683010B950108 800102 9700", "read: PIN1 or ADM2; update: never", ""},
		// Two modes before one condition share it.
		{"800101 8401D4 9000", "read+INS D4: always", ""},
		{"8C02800E 9700", "INS 0E: never", ""},
		{"800181 9000", "card maker's own: always", ""},
		{"9C0100 9000", "card maker's own: always", ""},
		{"800101 9E0100", "read: always", ""},
		{"800101 9E0112", "read: SC 12", ""},
		{"800101", "read: never", "flag.arr.nocondition"},
		{"9000 800101 9000", "read: always", "flag.arr.orphan"},
		{"800101 A000", "read: unknown", "flag.arr.emptytemplate"},
		{"800101 A403 950108", "read: unknown", "flag.arr.nokey"},
		{"800101 E000", "read: unknown", "flag.arr.unknown"},
		// Half of "PIN1 and ADM1" must not become PIN1.
		{"800101 AF0B A406830101950108 A4FF 01", "read: unknown", "flag.tlv"},
		{"800101 9000 80", "read: always", "flag.tlv"},
	} {
		rules, flags := ParseExpanded(unhex(t, c.in))
		if got := describeRules(rules); got != c.want {
			t.Errorf("%s reads %q, want %q", c.in, got, c.want)
		}
		if (c.flag == "") != (len(flags) == 0) || len(flags) > 0 && flags[0].ID != c.flag {
			t.Errorf("%s has the flags %v, want %s", c.in, flags, c.flag)
		}
	}
}

func TestCommandHeader(t *testing.T) {
	rules, _ := ParseExpanded(unhex(t, "8F04 80E20001 9000 8404 D6DC 2020 9000"))
	h := rules[0].Modes.Headers
	if len(h) != 1 || *h[0].CLA != 0x80 || *h[0].INS != 0xE2 || *h[0].P1 != 0 || *h[0].P2 != 1 {
		t.Errorf("8F reads %+v", h)
	}
	if h = rules[1].Modes.Headers; len(h) != 4 || *h[1].INS != 0xDC || h[1].CLA != nil {
		t.Errorf("84 with four commands reads %+v", h)
	}
}

func TestParseCompact(t *testing.T) {
	for _, c := range []struct{ in, want, flag string }{
		// As in the FCP 62 30 … 8C 04 26 1A 00 00 of a real card.
		{"261A0000", "terminate: SC 1A; write: always; update: always", ""},
		{"0300FF", "update: always; read: never", ""},
		{"0100 02FF", "read: always; update: never", ""},
		{"0300", "update: always", "flag.arr.short"},
		{"8100", "card maker's own: unknown", "flag.arr.proprietary"},
		{"", "", ""},
	} {
		rules, flags := ParseCompact(unhex(t, c.in))
		if got := describeRules(rules); got != c.want {
			t.Errorf("%s reads %q, want %q", c.in, got, c.want)
		}
		if (c.flag == "") != (len(flags) == 0) || len(flags) > 0 && flags[0].ID != c.flag {
			t.Errorf("%s has the flags %v, want %s", c.in, flags, c.flag)
		}
	}
}

func TestKeyReferenceName(t *testing.T) {
	for ref, want := range map[byte]string{
		0x01: "PIN1", 0x08: "PIN8", 0x0A: "ADM1", 0x0E: "ADM5", 0x11: "UniversalPIN", 0x81: "2PIN1", 0x88: "2PIN8", 0x8A: "ADM6", 0x8E: "ADM10", 0x1E: "key 1E",
	} {
		if got := KeyReferenceName(ref); got != want {
			t.Errorf("%02X is %s, want %s", ref, got, want)
		}
	}
}
