package fs

import (
	"strings"
	"testing"

	"simscope/card"
)

func TestCompare(t *testing.T) {
	f := usimCard()
	const second = "A0000000871002FF44FF1299"
	for p, file := range f.files {
		if rest, ok := strings.CutPrefix(p, testUSIM); ok {
			copied := *file
			f.files[second+rest] = &copied
		}
	}
	f.files[second] = &fakeFile{info: fcp("7821", 0x7FF1, -1, "840C"+second), dir: true}
	f.files[second+"/6F46"] = binaryFile(0x6F46, pad([]byte("\x01Moon Mobile"), 17), "6F0601")
	f.files[second+"/6F42"] = recordFile(0x6F42, "6F0602", pad(nil, 28), pad(unhex("4DFFE1"), 28))
	f.files[second+"/6F40"] = recordFile(0x6F40, "6F0602", pad(nil, 28))
	delete(f.files, second+"/6F7E")
	f.files["3F00/2F00"] = recordFile(0x2F00, "2F0601",
		pad(unhex("61144F0C"+testUSIM+"50045553494D"), 32), pad(unhex("61144F0C"+second+"50045553494D"), 32))
	c := discovered(t, f)
	mustWalk(t, c, WalkOptions{All: true})
	left, right := usimPath(), card.PathOf(card.AID(unhex(second)))
	got := map[string]Difference{}
	for _, d := range c.Compare(left, right) {
		got[d.Name] = d
	}
	for name, want := range map[string]Same{
		"EF.IMSI": SameContent, "EF.SPN": Differs, "EF.SMSP": Differs, "EF.LOCI": OnlyLeft, "EF.MSISDN": OnlyRight,
		"EF.Keys": NotCompared, "DF.PHONEBOOK/EF.PBR": SameContent,
	} {
		if d, ok := got[name]; !ok || d.Result != want {
			t.Errorf("%s: %+v, want %s", name, d, want)
		}
	}
	if d := got["EF.SPN"]; d.Left != "Star Mobile" || d.Right != "Moon Mobile" || d.Records != nil {
		t.Errorf("%+v", d)
	}
	if d := got["EF.SMSP"]; len(d.Records) != 1 || d.Records[0] != 2 {
		t.Errorf("%+v", d)
	}
	if d := got["EF.Keys"]; d.Left != "" || d.Right != "" {
		t.Errorf("keys are shown: %+v", d)
	}
}
