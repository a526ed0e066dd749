package card_test

import (
	"bytes"
	"encoding/hex"
	"errors"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"simscope/card"
	"simscope/card/cardtest"
)

func rep(n int) []byte { return bytes.Repeat([]byte{0x5A}, n) }

var commandForms = []struct {
	name string
	c    card.Command
	iso  string // # stands for the data
	t0   string
}{
	{"case 1", card.Command{INS: 0x04}, "00040000", "0004000000"},
	{"case 1 bare", card.Command{INS: 0x20, P2: 1, Bare: true}, "00200001", "00200001"},
	{"case 2", card.Command{INS: 0xB0, P1: 1, P2: 2, Le: 10}, "00B001020A", "00B001020A"},
	{"case 2, 256", card.Command{INS: 0xB0, Le: 256}, "00B0000000", "00B0000000"},
	{"case 2, 257", card.Command{INS: 0xB0, Le: 257}, "00B00000000101", "00B00000000101"},
	{"case 2, 65536", card.Command{INS: 0xB0, Le: 65536}, "00B00000000000", "00B00000000000"},
	{"case 3", card.Command{CLA: 0xA0, INS: 0xA4, Data: rep(2)}, "A0A4000002#", "A0A4000002#"},
	{"case 3, 255", card.Command{INS: 0xD6, Data: rep(255)}, "00D60000FF#", "00D60000FF#"},
	{"case 3, 256", card.Command{INS: 0xD6, Data: rep(256)}, "00D60000000100#", "00D60000000100#"},
	{"case 3, 65535", card.Command{INS: 0xD6, Data: rep(65535)}, "00D6000000FFFF#", "00D6000000FFFF#"},
	{"case 4", card.Command{INS: 0xA4, P1: 4, P2: 4, Data: rep(7), Le: 256}, "00A4040407#00", "00A4040407#"},
	{"case 4, 1", card.Command{INS: 0x88, Data: rep(17), Le: 1}, "0088000011#01", "0088000011#"},
	{"case 4, Le 257", card.Command{INS: 0x88, Data: rep(2), Le: 257}, "00880000000002#0101", "00880000000002#0101"},
	{"case 4, Lc 256", card.Command{INS: 0x88, Data: rep(256), Le: 65536}, "00880000000100#0000", "00880000000100#0000"},
}

func TestCommandForms(t *testing.T) {
	for _, tt := range commandForms {
		t.Run(tt.name, func(t *testing.T) {
			data := strings.ToUpper(hex.EncodeToString(tt.c.Data))
			check := func(what string, got []byte, err error, want string) {
				t.Helper()
				if want = strings.Replace(want, "#", data, 1); err != nil || !strings.EqualFold(hex.EncodeToString(got), want) {
					t.Errorf("%s = %.40X… (%d bytes), %v; want %.40s… (%d)", what, got, len(got), err, want, len(want)/2)
				}
			}
			b, err := tt.c.Bytes()
			check("Bytes", b, err, tt.iso)
			w, err := tt.c.Wire(card.ProtocolT0)
			check("Wire(T=0)", w, err, tt.t0)
			w, err = tt.c.Wire(card.ProtocolT1)
			check("Wire(T=1)", w, err, tt.iso)
			back, err := card.ParseCommand(b)
			if tt.c.Bare = false; err != nil || !sameCommand(back, tt.c) {
				t.Errorf("ParseCommand gives %+v, %v", back, err)
			}
		})
	}
}

func sameCommand(a, b card.Command) bool {
	return a.CLA == b.CLA && a.INS == b.INS && a.P1 == b.P1 && a.P2 == b.P2 && a.Le == b.Le && bytes.Equal(a.Data, b.Data)
}

func TestCommandRoundTrip(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.OneOf(rapid.IntRange(0, 300), rapid.SampledFrom([]int{255, 256, 65535})).Draw(t, "Lc")
		c := card.Command{
			CLA: rapid.Byte().Draw(t, "CLA"), INS: rapid.Byte().Draw(t, "INS"),
			P1: rapid.Byte().Draw(t, "P1"), P2: rapid.Byte().Draw(t, "P2"),
			Data: rep(n),
			Le:   rapid.OneOf(rapid.IntRange(0, 300), rapid.IntRange(0, 65536)).Draw(t, "Le"),
		}
		b, err := c.Bytes()
		if err != nil {
			t.Fatal(err)
		}
		back, err := card.ParseCommand(b)
		if err != nil || !sameCommand(c, back) {
			t.Fatalf("%+v came back as %+v, %v", c, back, err)
		}
	})
}

func TestCommandOutOfRange(t *testing.T) {
	for _, c := range []card.Command{{Le: -1}, {Le: 65537}, {Data: rep(65536)}} {
		if _, err := c.Bytes(); !errors.Is(err, card.ErrLength) {
			t.Errorf("Lc %d, Le %d: %v", len(c.Data), c.Le, err)
		}
		if _, err := c.Wire(card.ProtocolT0); !errors.Is(err, card.ErrLength) {
			t.Errorf("wire of Lc %d, Le %d: %v", len(c.Data), c.Le, err)
		}
	}
}

func TestParseCommandRefuses(t *testing.T) {
	for _, s := range []string{
		"", "00", "00A400",
		"00A40000023F",       // data missing
		"00A40000023F00FFFF", // too much behind
		"00A400000001",       // extended length cut short
		"00A40000000000FF",   // extended Lc 0000
		"00A4000000000201",   // extended data missing
		"00A400000000020102FF",
	} {
		if c, err := card.ParseCommand(cardtest.Hex(s)); !errors.Is(err, card.ErrNotAPDU) {
			t.Errorf("%s: %+v, %v", s, c, err)
		}
	}
}

func FuzzParseCommand(f *testing.F) {
	for _, tt := range commandForms {
		if b, err := tt.c.Bytes(); err == nil && len(b) < 300 {
			f.Add(b)
		}
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		c, err := card.ParseCommand(b)
		if err != nil {
			return
		}
		again, err := c.Bytes()
		if err != nil {
			t.Fatal(err)
		}
		back, err := card.ParseCommand(again)
		if err != nil || !sameCommand(c, back) {
			t.Fatalf("%X parses, its own form %X does not: %v", b, again, err)
		}
	})
}

func TestClassOf(t *testing.T) {
	for _, tt := range []struct {
		cla  byte
		want card.Class
	}{
		{0x00, card.Class{}},
		{0x03, card.Class{Channel: 3}},
		{0x0C, card.Class{Secure: true}},
		{0x04, card.Class{Secure: true}},
		{0x11, card.Class{Channel: 1, Chained: true}},
		{0x40, card.Class{Channel: 4}},
		{0x4F, card.Class{Channel: 19}},
		{0x61, card.Class{Channel: 5, Secure: true}},
		{0x80, card.Class{Proprietary: true}},
		{0x84, card.Class{Proprietary: true, Secure: true}},
		{0x82, card.Class{Proprietary: true, Channel: 2}},
		{0xC5, card.Class{Proprietary: true, Channel: 9}},
		{0xE0, card.Class{Proprietary: true, Channel: 4, Secure: true}},
		{0xA0, card.Class{Proprietary: true, GSM: true}},
	} {
		if got := card.ClassOf(tt.cla); got != tt.want {
			t.Errorf("%02X: %+v, want %+v", tt.cla, got, tt.want)
		}
	}
}
