package ef

import (
	"encoding/hex"
	"strings"
	"testing"

	"simscope/card/safe"
)

// What no decoder knows is said to look like something only where it does.
func TestLooks(t *testing.T) {
	for in, want := range map[string]string{
		"":                                   "",
		"FFFFFFFF":                           "",
		"00000000":                           "",
		"48656C6C6FFFFF":                     "reads as “Hello”",
		"99F99900F110FFFFFF":                 "looks like networks 999 99 (private or test network), 001 01 (test network)",
		"A00480020102FFFF":                   "looks like data objects: 80 0102",
		"8003616263 8101FF":                  "", // the last byte goes with what is unused
		"8003616263 810105":                  "looks like data objects: 80 “abc”, 81 05",
		"A004800201":                         "",
		"30020500":                           "", // a length can be anything
		"046E616D65 076578616D706C65":        "looks like the name name.example",
		"0870DBD880":                         "",
		"0102030405060708":                   "",
		"1B5B324A":                           "",
		"80041B5B324A":                       "looks like data objects: 80 1B5B324A",
		"99F999 99F999 99F999 99F999 99F999": "looks like networks 999 99 (private or test network), 999 99 (private or test network), 999 99 (private or test network), 999 99 (private or test network) and 1 more",
	} {
		b, err := hex.DecodeString(strings.ReplaceAll(in, " ", ""))
		if err != nil {
			t.Fatal(err)
		}
		if got := Looks(b); got != want {
			t.Errorf("%s %q, want %q", in, got, want)
		}
	}
}

func FuzzLooks(f *testing.F) {
	f.Add([]byte("\xA0\x04\x80\x02\x01\x02"))
	f.Add([]byte("\x99\xF9\x99"))
	f.Fuzz(func(t *testing.T, data []byte) {
		s := Looks(data)
		if s != safe.Text(s) {
			t.Errorf("%q is not fit for a terminal", s)
		}
		if len(s) > 2000+len(data) {
			t.Errorf("%d bytes of words for %d bytes", len(s), len(data))
		}
	})
}
