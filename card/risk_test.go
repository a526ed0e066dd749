package card_test

import (
	"os"
	"strconv"
	"strings"
	"testing"

	"simscope/card"
)

func TestRiskOf(t *testing.T) {
	data := []byte{1, 2, 3, 4, 5, 6, 7, 8}
	inter := []byte{0x00, 0x03, 0x0C, 0x40, 0x4F, 0x60}
	prop := []byte{0x80, 0x83, 0x84, 0xC0, 0xCF, 0xE0}
	gsm := []byte{0xA0}
	join := func(bs ...[]byte) (out []byte) {
		for _, b := range bs {
			out = append(out, b...)
		}
		return out
	}
	for _, tt := range []struct {
		name string
		clas []byte
		ins  []byte
		p1   byte
		data []byte
		want card.Risk
	}{
		{"reading and selecting", join(inter, gsm), []byte{0xA4, 0xB0, 0xB2, 0xC0, 0xF2, 0xA2}, 0, nil, card.RiskNone},
		{"odd reads, challenges, channels", inter, []byte{0xB1, 0xB3, 0x84, 0x70, 0xCA, 0xCB}, 0, nil, card.RiskNone},
		{"UICC and GlobalPlatform queries", prop, []byte{0xCA, 0xCB, 0xF2, 0xAA, 0x78, 0x7A, 0xC0}, 0, data, card.RiskNone},
		{"asking for tries", inter, []byte{0x20, 0x2C}, 0, nil, card.RiskNone},
		{"no such question in class A0", gsm, []byte{0x20, 0x2C}, 0, nil, card.RiskCount},
		{"nor in a proprietary class", prop, []byte{0x20, 0x2C}, 0, nil, card.RiskCount},
		{"nor with another P1: a counter is reset", inter, []byte{0x20, 0x2C}, 3, nil, card.RiskCount},
		{"PINs", join(inter, prop, gsm), []byte{0x20, 0x21, 0x24, 0x25, 0x2D, 0x26, 0x28, 0x2C}, 0, data, card.RiskCount},
		{"without data", join(inter, gsm), []byte{0x24, 0x26, 0x28}, 0, nil, card.RiskCount},
		{"keys", join(inter, prop), []byte{0x82, 0x86, 0x87, 0x2A}, 0, data, card.RiskCount},
		{"AUTHENTICATE", join(inter, gsm), []byte{0x88, 0x89}, 0, data, card.RiskAuth},
		{"writing", join(inter, gsm), []byte{0xD6, 0xDC, 0x04, 0x44, 0x32, 0xD7, 0xDD, 0xDB, 0xDA}, 0, data, card.RiskChange},
		{"management", join(inter, prop), []byte{0xE0, 0xE2, 0xE4, 0xE6, 0xE8, 0xD8, 0xF0, 0xFE, 0xD4}, 0, data, card.RiskChange},
		{"the beginning of a secure channel", prop, []byte{0x50}, 0, data, card.RiskCount},
		{"nothing known outside GlobalPlatform", join(inter, gsm), []byte{0x50}, 0, data, card.RiskChange},
		{"toolkit", join(prop, gsm), []byte{0x10, 0x12, 0x14, 0xC2}, 0, data, card.RiskChange},
		{"other secure and suspend", prop, []byte{0x73, 0x75, 0x76, 0x7C}, 0, data, card.RiskChange},
		{"in a class where it is not known", prop, []byte{0xA4, 0xB0, 0xB2, 0x84, 0x70}, 0, nil, card.RiskChange},
		{"chained or DESFire", []byte{0x90, 0x10}, []byte{0x60, 0xB0, 0xCA, 0xAF}, 0, nil, card.RiskChange},
		{"A0 with more bits", []byte{0xA1, 0xAF}, []byte{0xA4, 0xB0}, 0, nil, card.RiskChange},
		{"2G has no such", gsm, []byte{0xCA, 0x78, 0xAA, 0x70}, 0, nil, card.RiskChange},
		{"unknown", join(inter, prop, gsm), []byte{0xFF, 0x55, 0x00}, 0, nil, card.RiskChange},
	} {
		for _, cla := range tt.clas {
			for _, ins := range tt.ins {
				c := card.Command{CLA: cla, INS: ins, P1: tt.p1, Data: tt.data}
				if got := card.RiskOf(c); got != tt.want {
					t.Errorf("%s: %02X %02X: %s, want %s", tt.name, cla, ins, got, tt.want)
				}
				if card.Repeatable(c) && (tt.want != card.RiskNone || ins == 0x20 || ins == 0x2C) {
					t.Errorf("%s: %02X %02X may be repeated", tt.name, cla, ins)
				}
			}
		}
	}
}

// A command with a MAC is part of a chain: sent again it would break it.
func TestProtectedCommandsAreNotRepeated(t *testing.T) {
	for cla, want := range map[byte]bool{0x80: true, 0x84: false, 0xE0: false, 0x87: false, 0xC0: true} {
		c := card.Command{CLA: cla, INS: 0xF2, P1: 0x80, Data: []byte{0x4F, 0}}
		if card.RiskOf(c) != card.RiskNone || card.Repeatable(c) != want {
			t.Errorf("%02X F2: %s, repeatable %v", cla, card.RiskOf(c), card.Repeatable(c))
		}
	}
}

// TestEveryListedInstructionIsSorted goes through the table of instructions:
// only those named here are free of risk.
func TestEveryListedInstructionIsSorted(t *testing.T) {
	free := map[string]bool{}
	for _, s := range strings.Fields("00A4 A0A4 00B0 A0B0 00B1 00B2 A0B2 00B3 00C0 A0C0 00CA 80CA 00CB 80CB 80F2 A0F2 00A2 A0A2 0084 0070 80AA 8078 807A") {
		free[s] = true
	}
	b, err := os.ReadFile("instructions.tsv")
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	for line := range strings.Lines(string(b)) {
		f := strings.Split(line, "\t")
		ins, err := strconv.ParseUint(f[1], 16, 8)
		if err != nil {
			continue
		}
		for cl := range strings.SplitSeq(f[0], ",") {
			cla, err := strconv.ParseUint(cl[:2], 16, 8)
			if err != nil {
				t.Fatalf("%q", line)
			}
			n++
			risk := card.RiskOf(card.Command{CLA: byte(cla), INS: byte(ins), Data: []byte{1}})
			if key := cl[:2] + f[1]; (risk == card.RiskNone) != free[key] {
				t.Errorf("%s (%s): %s", key, f[2], risk)
			}
		}
	}
	if n < 90 {
		t.Errorf("only %d instructions were read", n)
	}
}
