package fs

import (
	"context"
	"strings"
	"testing"

	"simscope/card"
)

func TestParseQuery(t *testing.T) {
	for in, want := range map[string]struct {
		number string
		bytes  int
		ok     bool
	}{
		"":                 {"", 0, false},
		"  ":               {"", 0, false},
		"hex:":             {"", 0, false},
		"hex:0":            {"", 0, false},
		"hex:00 11":        {"", 1, true},
		"Ada":              {"", 2, true},
		"+44 7700 900123":  {"447700900123", 2, true},
		"0044 7700 900123": {"447700900123", 3, true},
		"999 99":           {"", 3, true},
		"99999":            {"99999", 3, true},
		"08 99 F9":         {"", 3, true},
		"99F999":           {"", 3, true},
		"112":              {"112", 2, true},
		"deed":             {"", 2, true},
	} {
		q, ok := ParseQuery(in)
		if ok != want.ok || q.Number != want.number || len(q.Bytes) != want.bytes {
			t.Errorf("%q: %+v, %v", in, q, ok)
		}
	}
}

func TestFind(t *testing.T) {
	f := usimCard()
	f.files[testUSIM+"/AA01"] = binaryFile(0xAA01, unhex("0102 44770009002143 99F999"), "6F0601")
	f.files["3F00/2FE2"] = binaryFile(0x2FE2, unhex("98999900103254769810"), "2F0601") // 8999 9900 …: not the network 999 99
	f.files[testUSIM+"/6F40"] = recordFile(0x6F40, "6F0601", pad(nil, 28), pad(unhex("416461FFFFFFFFFFFFFFFFFFFFFF 07 91 447700091032"), 28))
	c := discovered(t, f)
	mustWalk(t, c, WalkOptions{All: true})
	if err := NewScan(usimPath()).Run(context.Background(), c, nil); err != nil {
		t.Fatal(err)
	}
	for in, want := range map[string]string{
		"ada":              "ADF.USIM/EF.MSISDN:2",
		"star mobile":      "ADF.USIM/EF.SPN:0",
		"+44 7700 900123":  "ADF.USIM/EF.MSISDN:2",
		"07700 900123":     "ADF.USIM/EF.MSISDN:2",
		"999 99":           "ADF.USIM/EF.IMSI:0 ADF.USIM/EF.LOCI:0 ADF.USIM/AA01:0",
		"999-99":           "ADF.USIM/EF.IMSI:0 ADF.USIM/EF.LOCI:0 ADF.USIM/AA01:0",
		"hex:99F999":       "ADF.USIM/EF.LOCI:0 ADF.USIM/AA01:0",
		"0123456789":       "MF/EF.ICCID:0 ADF.USIM/EF.IMSI:0",
		"hex:5A5A":         "", // the key
		"nothing at all":   "",
		"hex:010244770009": "ADF.USIM/AA01:0",
	} {
		q, ok := ParseQuery(in)
		if !ok {
			t.Fatal(in)
		}
		var got []string
		for _, h := range c.Find(context.Background(), q) {
			got = append(got, c.Name(h.Path)+":"+string(rune('0'+h.Record)))
			n, _ := c.Tree().Get(h.Path)
			if card.SecretFile(h.Path) || n.Content == nil {
				t.Error(h)
			}
		}
		if s := strings.Join(got, " "); s != want {
			t.Errorf("%q is in %q, want %q", in, s, want)
		}
	}
}

// What a card holds cannot make a search slow without bound, and a search that
// was ended gives what it had.
func TestFindEnds(t *testing.T) {
	c := discovered(t, usimCard())
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	q, _ := ParseQuery("99")
	if hits := c.Find(ctx, q); len(hits) > 0 {
		t.Error(hits)
	}
}
