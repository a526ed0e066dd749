package ef

import (
	"bytes"
	"encoding/hex"
	"errors"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func unhex(t testing.TB, s string) []byte {
	t.Helper()
	b, err := hex.DecodeString(strings.ReplaceAll(s, " ", ""))
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func TestDecodeAlpha(t *testing.T) {
	for _, c := range []struct{ in, text, coding, flag string }{
		{"", "", "", ""},
		{"FFFFFF", "", "", ""},
		{"416461FFFF", "Ada", CodingGSM7, ""},
		{"00FF", "@", CodingGSM7, ""},
		{"1B651B3C1B3E", "€[]", CodingGSM7, ""},
		{"411B", "A\uFFFD", CodingGSM7, "flag.alpha.escape"},
		{"1B1B41", "\uFFFDA", CodingGSM7, "flag.alpha.escape"},
		{"41C442", "A\uFFFDB", CodingGSM7, "flag.alpha.bit8"},
		{"41FF42", "A", CodingGSM7, "flag.alpha.trailing"},
		{"FF41", "", "", "flag.alpha.trailing"},
		{"80 661F 8FB0 FFFF", "星辰", CodingUCS280, ""},
		{"80 661F FF", "星", CodingUCS280, ""},
		{"80 661F 8F", "星", CodingUCS280, "flag.alpha.truncated"},
		{"80 D83D DE00", "😀", CodingUCS280, ""},
		{"80 D800 0041", "\uFFFDA", CodingUCS280, "flag.alpha.surrogate"},
		{"80 DC00", "\uFFFD", CodingUCS280, "flag.alpha.surrogate"},
		{"80 0041 FFFF 0042", "A", CodingUCS280, "flag.alpha.trailing"},
		// The two examples of TS 102 221 annex A.
		{"81 05 13 53 95 A6 28 D5", "S\u0995\u09A6(\u09D5", CodingUCS281, ""},
		{"82 05 0530 2D 82 D3 2D 31", "-\u0532\u0583-1", CodingUCS282, ""},
		{"81 05 13 53", "S", CodingUCS281, "flag.alpha.truncated"},
		{"81 01 FF 80", "\u7F80", CodingUCS281, ""},
		{"81 01", "", CodingUCS281, "flag.alpha.truncated"},
		{"82 01 FFFF FF", "\uFFFD", CodingUCS282, "flag.alpha.surrogate"},
		{"82 01 D7FF 81", "\uFFFD", CodingUCS282, "flag.alpha.surrogate"},
	} {
		a := DecodeAlpha(unhex(t, c.in))
		flag := ""
		if len(a.Flags) > 0 {
			flag = a.Flags[0].ID
		}
		if a.Text != c.text || a.Coding != c.coding || flag != c.flag || len(a.Flags) > 1 {
			t.Errorf("DecodeAlpha(%s) = %q %s %v, want %q %s %s", c.in, a.Text, a.Coding, a.Flags, c.text, c.coding, c.flag)
		}
	}
}

func TestEncodeAlpha(t *testing.T) {
	for _, c := range []struct {
		text string
		size int
		want string
	}{
		{"", 3, "FFFFFF"},
		{"Ada", 5, "416461FFFF"},
		{"€", 2, "1B65"},
		{"星辰", 6, "80661F8FB0FF"},
		{"Пётр Ильич", 14, "820A043E"},
		{"ψψψψψψψψ", 11, "810807C8"},
	} {
		b, err := EncodeAlpha(c.text, c.size)
		if err != nil || len(b) != c.size {
			t.Errorf("EncodeAlpha(%q, %d) = %X, %v", c.text, c.size, b, err)
			continue
		}
		if c.text != "Пётр Ильич" && !bytes.HasPrefix(b, unhex(t, c.want)) {
			t.Errorf("EncodeAlpha(%q, %d) = %X, want %s", c.text, c.size, b, c.want)
		}
		if a := DecodeAlpha(b); a.Text != c.text || len(a.Flags) > 0 {
			t.Errorf("%q came back as %q %v", c.text, a.Text, a.Flags)
		}
	}
	for text, size := range map[string]int{"Ada": 2, "星辰移动": 8, "€€": 3, "A": 0} {
		_, err := EncodeAlpha(text, size)
		var refused *EncodeError
		if !errors.As(err, &refused) || refused.ID != "ef.refuse.alpha" || strings.Contains(err.Error(), "{") {
			t.Errorf("EncodeAlpha(%q, %d) gave %v", text, size, err)
		}
	}
}

// What EncodeAlpha accepts comes back as it was.
func TestAlphaRoundTrip(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.StringOf(rapid.RuneFrom([]rune("Az09 @€{äß\u0414\u0436\u4E2D\u56FD\u09950\U0001F600"))).Draw(t, "text")
		size := rapid.IntRange(0, 40).Draw(t, "size")
		b, err := EncodeAlpha(text, size)
		if err != nil {
			return
		}
		if a := DecodeAlpha(b); len(b) != size || a.Text != text || len(a.Flags) > 0 {
			t.Fatalf("%q in %d bytes is %X and came back as %q %v", text, size, b, a.Text, a.Flags)
		}
	})
}

func TestGSMAlphabet(t *testing.T) {
	if len(gsmAlphabet) != 128 {
		t.Fatalf("the alphabet has %d characters", len(gsmAlphabet))
	}
	for code, want := range map[byte]rune{0x00: '@', 0x11: '_', 0x24: '¤', 0x40: '¡', 0x5B: 'Ä', 0x5F: '§', 0x60: '¿', 0x7B: 'ä', 0x7F: 'à'} {
		if gsmAlphabet[code] != want {
			t.Errorf("%02X is %q, want %q", code, gsmAlphabet[code], want)
		}
	}
}

func TestUnpack(t *testing.T) {
	text, _ := gsmText(unpack(unhex(t, "C8F71D14969741F977FD07"), 12, 0))
	if text != "How are you?" {
		t.Errorf("unpacked %q", text)
	}
	if got := unpack(unhex(t, "C8F7"), 100, 0); len(got) != 2 {
		t.Errorf("two bytes hold %d septets", len(got))
	}
	if got := unpack(nil, 5, 14); len(got) != 0 {
		t.Errorf("no bytes hold %d septets", len(got))
	}
}
