package card_test

import (
	"bytes"
	"errors"
	"slices"
	"strings"
	"testing"

	"simscope/card"
	"simscope/card/cardtest"
	"simscope/texts"
)

// withTCK ends an ATR with its right check byte.
func withTCK(s string) []byte {
	b := cardtest.Hex(s)
	var x byte
	for _, c := range b[1:] {
		x ^= c
	}
	return append(b, x)
}

func TestParseATR(t *testing.T) {
	for _, tt := range []struct {
		name      string
		atr       []byte
		protocols []int
		fi, di    int
		hist      string
		classes   string
		inverse   bool
		tck       bool
		uicc      bool
		specific  bool
	}{
		{"least", cardtest.Hex("3B00"), []int{0}, 372, 1, "", "", false, false, false, false},
		{"T=0, no TA1", cardtest.Hex("3B02 1450"), []int{0}, 372, 1, "1450", "", false, false, false, false},
		{"T=0, TA1", cardtest.Hex("3B16 95 D00173 1100 00"), []int{0}, 512, 16, "D00173110000", "", false, false, false, false},
		{"inverse", cardtest.Hex("3F05 DCB2 1A 0002"), []int{0}, 372, 1, "DCB21A0002", "", true, false, false, false},
		{"UICC, T=0 and classes", withTCK("3B9F 96 80 1F C7 80 31 E0 73 FE 21 13 57 86 81 02 86 98 44 18"), []int{0}, 512, 32, "8031E073FE211357868102869844 18", "5 V, 3 V, 1.8 V", false, true, false, false},
		{"UICC, TB after T=15", withTCK("3B9E 97 80 3F C6 A0 80 31 E0 73 FE 21 1B 66 D0 01 77 97 0C 00"), []int{0}, 512, 64, "8031E073FE211B66D00177970C00", "3 V, 1.8 V", false, true, true, false},
		{"T=0 and T=1", withTCK("3BD5 18 FF 81 91 FE 1F C3 8073C821 13"), []int{1}, 372, 12, "8073C82113", "5 V, 3 V", false, true, false, false},
		{"T=1 with TA3", withTCK("3BF5 13 00 00 81 31 FE 45 4A434F5033"), []int{1}, 372, 4, "4A434F5033", "", false, true, false, false},
		{"specific mode", cardtest.Hex("3B90 11 10 01"), []int{0}, 372, 1, "", "", false, false, false, true},
	} {
		t.Run(tt.name, func(t *testing.T) {
			a, err := card.ParseATR(tt.atr)
			if err != nil {
				t.Fatalf("% X: %v", tt.atr, err)
			}
			if !slices.Equal(a.Protocols, tt.protocols) || a.Fi != tt.fi || a.Di != tt.di || a.Inverse != tt.inverse {
				t.Errorf("protocols %v, F %d D %d, inverse %v", a.Protocols, a.Fi, a.Di, a.Inverse)
			}
			if !bytes.Equal(a.Historical, cardtest.Hex(tt.hist)) || card.SupplyClasses(a.Classes) != tt.classes {
				t.Errorf("historical % X, classes %q", a.Historical, card.SupplyClasses(a.Classes))
			}
			if a.HasTCK != tt.tck || a.TCKRight != tt.tck || a.UICC != tt.uicc || a.Specific != tt.specific {
				t.Errorf("TCK %v %v, UICC %v, specific %v", a.HasTCK, a.TCKRight, a.UICC, a.Specific)
			}
			everyByteSaid(t, a)
		})
	}
}

// everyByteSaid checks that each byte is told once and has its sentence.
func everyByteSaid(t *testing.T, a card.ATR) {
	t.Helper()
	if len(a.Bytes) != len(a.Raw) {
		t.Errorf("%d of %d bytes are told", len(a.Bytes), len(a.Raw))
	}
	for i, b := range a.Bytes {
		s := texts.Say("atr."+b.ID, b.Args...)
		if b.Offset != i || b.Value != a.Raw[i] || !texts.Has("atr."+b.ID) || strings.ContainsAny(s, "{}<>") {
			t.Errorf("byte %d: %+v: %q", i, b, s)
		}
	}
}

func TestParseATRMalformed(t *testing.T) {
	whole := withTCK("3B9F 96 80 1F C7 80 31 E0 73 FE 21 13 57 86 81 02 86 98 44 18")
	wrong := bytes.Clone(whole)
	wrong[len(wrong)-1] ^= 1
	for _, tt := range []struct {
		name string
		b    []byte
	}{
		{"nothing", nil},
		{"one byte", []byte{0x3B}},
		{"TCK wrong", wrong},
		{"TCK missing", whole[:len(whole)-1]},
		{"historical bytes missing", whole[:10]},
		{"interface byte missing", whole[:3]},
		{"goes on", append(bytes.Clone(whole), 0)},
		{"34 bytes", append([]byte{0x3B, 0x00}, make([]byte, 32)...)},
		{"TD for ever", append([]byte{0x3B}, bytes.Repeat([]byte{0x80}, 32)...)},
	} {
		a, err := card.ParseATR(tt.b)
		if !errors.Is(err, card.ErrATR) {
			t.Errorf("%s: %v", tt.name, err)
		}
		if !bytes.Equal(a.Raw, tt.b) {
			t.Errorf("%s: the raw bytes are lost", tt.name)
		}
	}
	// What stood before the fault is told.
	if a, _ := card.ParseATR(whole[:10]); a.Fi != 512 || len(a.Historical) != 4 {
		t.Errorf("F %d, % X", a.Fi, a.Historical)
	}
}

func TestATRRate(t *testing.T) {
	a, err := card.ParseATR(cardtest.Hex("3B10 95"))
	if err != nil || a.Rate(5000) != 156250 || a.MaxClock != 5000 {
		t.Errorf("%d bit/s, %d kHz, %v", a.Rate(5000), a.MaxClock, err)
	}
	if a, _ := card.ParseATR(cardtest.Hex("3B10 7F")); a.Fi != 372 || a.Di != 1 {
		t.Errorf("a reserved TA1 gives F %d D %d", a.Fi, a.Di)
	}
	if (card.ATR{}).Rate(5000) != 0 {
		t.Error("an empty ATR has a rate")
	}
}

func FuzzParseATR(f *testing.F) {
	f.Add(withTCK("3B9F 96 80 1F C7 80 31 E0 73 FE 21 13 57 86 81 02 86 98 44 18"))
	f.Add(cardtest.Hex("3B16 95 D00173 1100 00"))
	f.Add(bytes.Repeat([]byte{0xFF}, 33))
	f.Fuzz(func(t *testing.T, b []byte) {
		a, err := card.ParseATR(b)
		if len(a.Bytes) > card.MaxATR || len(a.Historical) > 15 {
			t.Fatalf("% X tells %d bytes, %d historical", b, len(a.Bytes), len(a.Historical))
		}
		if err == nil && len(a.Bytes) != len(b) {
			t.Fatalf("% X: %d bytes told without an error", b, len(a.Bytes))
		}
	})
}
