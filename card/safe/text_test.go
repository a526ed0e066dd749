package safe_test

import (
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"github.com/charmbracelet/x/ansi"
	"pgregory.net/rapid"

	"simscope/card/safe"
)

func TestText(t *testing.T) {
	for _, tt := range []struct{ name, in, want string }{
		{"plain", "Star Mobile +44", "Star Mobile +44"},
		{"empty", "", ""},
		{"accents and Chinese", "Café 星辰移动", "Café 星辰移动"},
		{"HC-29 CSI", "\x1b[2J\x1b[31mPIN?", "␛[2J␛[31mPIN?"},
		{"HC-30 C1 CSI", "a\u009b31mb", "a<U+009B>31mb"},
		{"HC-30 NEL", "a\u0085b", "a<U+0085>b"},
		{"HC-31 OSC 52", "\x1b]52;c;aGk=\a", "␛]52;c;aGk=␇"},
		{"HC-32 title report", "\x1b[21t\x1bP$qm\x1b\\\x05", "␛[21t␛P$qm␛\\␅"},
		{"HC-33 lines", "Bank\rEvil\n\t\b\x00\x7f", "Bank␍Evil␊␉␈␀␡"},
		{"HC-33 line separators", "a\u2028b\u2029c", "a<U+2028>b<U+2029>c"},
		{"HC-34 override", "\u202edrowssaP", "<U+202E>drowssaP"},
		{"HC-34 isolates and marks", "\u061c\u200e\u200f\u202a\u202c\u2066\u2069", "<U+061C><U+200E><U+200F><U+202A><U+202C><U+2066><U+2069>"},
		{"HC-35 zero width", "a\u200b\u200c\u200d\ufeff\u2060b", "a<U+200B><U+200C><U+200D><U+FEFF><U+2060>b"},
		{"HC-35 drawn as nothing", "a\u115f\u3164\uffa0b", "a<U+115F><U+3164><U+FFA0>b"},
		{"HC-35 combining storm", "Z" + strings.Repeat("\u0301", 200) + "a", "Z" + strings.Repeat("\u0301", 4) + "a"},
		{"HC-35 marks on nothing", strings.Repeat("\u0301", 20) + "a", "a"},
		{"HC-36 ZWJ", "👩\u200d👧", "👩<U+200D>👧"},
		{"HC-36 flag", "🇦🇶", "<U+1F1E6><U+1F1F6>"},
		{"HC-36 skin tone", "👍🏽", "👍<U+1F3FD>"},
		{"HC-36 tags block", "a\U000E0041b", "a<U+E0041>b"},
		{"HC-36 variation selector", "❤\ufe0f", "❤"},
		{"HC-36 U+FFFD", "\ufffd", "\ufffd"},
		{"HC-37 invalid UTF-8", "a\xff\xc3(b", "a\ufffd\ufffd(b"},
		{"HC-37 lone surrogate in UTF-8", "\xed\xa0\x80", "\ufffd\ufffd\ufffd"},
		{"private use and unassigned", "\ue000\U0010fffd\ufdd0\uffff", "<U+E000><U+10FFFD><U+FDD0><U+FFFF>"},
		{"spaces", "a\u00a0b\u3000c", "a b c"},
	} {
		if got := safe.Text(tt.in); got != tt.want {
			t.Errorf("%s: %q, want %q", tt.name, got, tt.want)
		}
	}
}

// harmless says why s must not reach a terminal.
func harmless(s string) string {
	marks := 0
	for _, r := range s {
		switch {
		case unicode.In(r, unicode.Cc, unicode.Cf, unicode.Zl, unicode.Zp, unicode.Cs, unicode.Co):
			return "a control"
		case unicode.Is(unicode.Bidi_Control, r), unicode.Is(unicode.Variation_Selector, r):
			return "a direction or selector"
		case unicode.In(r, unicode.Mn, unicode.Me, unicode.Mc):
			if marks++; marks > 4 {
				return "a storm of marks"
			}
		default:
			marks = 0
		}
	}
	switch {
	case !utf8.ValidString(s):
		return "invalid UTF-8"
	case ansi.Strip(s) != s:
		return "an escape sequence"
	}
	return ""
}

func TestTextIsHarmless(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := rapid.OneOf(
			rapid.String(),
			rapid.Map(rapid.SliceOf(rapid.Byte()), func(b []byte) string { return string(b) }),
			rapid.Map(rapid.SliceOf(rapid.SampledFrom([]rune("\x1b[]P\\m\u009b\u202e\u0301\u200d\ufe0f\r\na星"))), func(r []rune) string { return string(r) }),
		).Draw(t, "text")
		if why := harmless(safe.Text(s)); why != "" {
			t.Fatalf("%q became %q: %s", s, safe.Text(s), why)
		}
	})
	if harmless("\x1b[m") == "" || harmless("a\u202e") == "" || harmless("\xff") == "" {
		t.Error("the check finds nothing")
	}
}

func FuzzText(f *testing.F) {
	for _, s := range []string{"\x1b[2J", "\u009b31m", "\xff\xfe", "e\u0301\u0301"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		if why := harmless(safe.Text(s)); why != "" {
			t.Fatalf("%q: %s", s, why)
		}
	})
}

func TestTextIsStable(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		once := safe.Text(rapid.String().Draw(t, "text"))
		if twice := safe.Text(once); twice != once {
			t.Fatalf("%q became %q", once, twice)
		}
	})
}

func TestBytes(t *testing.T) {
	if got := safe.Bytes([]byte("A\x1b\x00\x7f\x80~ ")); got != "A....~ " {
		t.Errorf("%q", got)
	}
}

func TestFileName(t *testing.T) {
	for in, want := range map[string]string{
		"8999000000000000008":        "8999000000000000008",
		"../../.ssh/authorized_keys": "_.._.ssh_authorized_keys",
		"":                           "unnamed",
		"...":                        "unnamed",
		".bashrc":                    "bashrc",
		"a/b\\c:d\x00e\n":            "a_b_c_d_e_",
		"星":                          "_",
		strings.Repeat("x", 300):     strings.Repeat("x", 64),
	} {
		if got := safe.FileName(in); got != want {
			t.Errorf("%q: %q, want %q", in, got, want)
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		n := safe.FileName(rapid.String().Draw(t, "name"))
		if n == "" || len(n) > 64 || n[0] == '.' || strings.ContainsAny(n, "/\\\x00") {
			t.Fatalf("%q", n)
		}
	})
}
