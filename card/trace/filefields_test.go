package trace

import (
	"strings"
	"testing"

	"simscope/card"
)

func TestFileCommandsExplained(t *testing.T) {
	for _, c := range []struct {
		cmd, rsp string
		sw       card.SW
		title    string
		text     string
		class    Class
		want     []string
	}{
		{
			"00 A2 02 04 02 91 44", "03 07", 0x9000, "SEARCH RECORD EF.ADN", "done", ClassOK,
			[]string{"P1@c2+1=02  record 2", "P2@c3+1=04  forward from P1", "Search pattern@c5+2=91 44", "Record found@r1+1=07  7"},
		},
		{
			"00 A2 00 0E 04 0F 91 44 77", "", 0x6282, "SEARCH RECORD EF.ADN SFI 01", "nothing found", ClassWarn,
			[]string{"enhanced search", "Search from@c5+1=0F  backward from the previous record", "Behind the value@c6+1=91", "Search pattern@c7+2=44 77"},
		},
		{"00 A2 01 06 03 04 0A 44", "", 0x6A83, "SEARCH RECORD EF.ADN", "no such record", ClassWarn, []string{"From byte@c6+1=0A  10"}},
		{"00 A2 01 06 01 04", "", 0x6A86, "SEARCH RECORD EF.ADN", "", ClassBad, []string{"Search pattern@c5+1=04"}},
		{
			"A0 A2 00 12 01 41", "02", 0x9000, "SEEK EF.ADN", "done", ClassOK,
			[]string{"P2@c3+1=12  from the next record forward, answers with the record number", "Record found@r0+1=02  2"},
		},
		{"A0 A2 00 01 01 41", "", 0x9404, "SEEK EF.ADN", "nothing found", ClassWarn, []string{"only makes the record current"}},
		{
			"80 32 81 00 03 00 00 05", "00 00 17 00 00 05", 0x9000, "INCREASE EF.ADN SFI 01", "done", ClassOK,
			[]string{"P1@c2+1=81  SFI 1", "Value added@c5+3=00 00 05", "New value@r0+3=00 00 17", "Value added@r3+3=00 00 05"},
		},
		{"80 32 00 00 01 FF", "", 0x9850, "INCREASE EF.ADN", "not added: the sum would pass the maximum", ClassBad, nil},
		{"A0 32 00 00 03 00 00 01", "", 0x9402, "INCREASE EF.ADN", "no such place or record in the file", ClassBad, nil},
		{"80 CB 00 80 01 5C", "5C 01 80", 0x9000, "RETRIEVE DATA EF.ADN", "done", ClassOK, []string{"P2@c3+1=80  first block", "Tag@c5+1=5C", "5C  Tag list@r0+3=80"}},
		{"80 CB 00 05 00", "AA", 0x62F1, "RETRIEVE DATA EF.ADN SFI 05 next block", "done so far: the object goes on", ClassOK, []string{"next block"}},
		{"00 C0 00 00 02", "AA BB", 0x62F1, "GET RESPONSE", "done so far: the object goes on", ClassOK, nil},
		{"80 CB 00 40 00", "AA", 0x9000, "RETRIEVE DATA EF.ADN the previous block again", "done", ClassOK, nil},
		{"80 CB 00 80 01 80", "", 0x6A88, "RETRIEVE DATA EF.ADN", "no object with this tag in the file", ClassWarn, nil},
		{"80 DB 00 80 01 80", "", 0x9000, "SET DATA EF.ADN", "done", ClassOK, []string{"Tag@c5+1=80  alone: the object 80 is deleted"}},
		{"80 DB 00 80 04 80 02 01 02", "", 0x9000, "SET DATA EF.ADN", "done", ClassOK, []string{"80  not a known tag"}},
		{"80 DB 00 80 03 80 05 01", "", 0x63F1, "SET DATA EF.ADN", "taken: the rest of the object is expected", ClassOK, nil},
		{"80 DB 00 00 03 01 02 03", "", 0x6A84, "SET DATA EF.ADN next block", "no room for this object in the file", ClassBad, nil},
	} {
		l := Explain(at(apdu(t, c.cmd, c.rsp, c.sw), pathADN), testNames)
		if l.Title != c.title || c.text != "" && l.SWText != c.text || l.Class != c.class {
			t.Errorf("%s: %q, %q, %s", c.cmd, l.Title, l.SWText, l.Class)
		}
		got := flat(l.Detail)
		for _, w := range c.want {
			if !strings.Contains(got, w) {
				t.Errorf("%s: no %q in\n%s", c.cmd, w, got)
			}
		}
		if strings.Contains(got, "<trace.") {
			t.Errorf("a sentence is missing:\n%s", got)
		}
	}
}

// What is withheld appears in no field, whatever the command would be
// explained as.
func TestFileCommandsWithheld(t *testing.T) {
	for _, cmd := range []string{
		"00 A2 01 06 04 04 0A C0 FF", "80 DB 00 80 04 80 02 C0 FF", "80 32 00 00 04 00 00 C0 FF", "80 DB 00 80 01 C0",
	} {
		e := apdu(t, cmd, "C0 FF C0 FF C0", 0x9000)
		e.Hidden = []card.Span{{Off: 5, Len: len(e.Command) - 5, Word: "key"}, {Response: true, Len: len(e.Response), Word: "key"}}
		l := Explain(e, testNames)
		for _, text := range []string{flat(l.Detail), l.Bytes, l.Response} {
			if strings.Contains(text, "C0") || strings.Contains(text, "192") {
				t.Errorf("%s tells\n%s", cmd, text)
			}
		}
	}
}
