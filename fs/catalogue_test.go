package fs

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"simscope/card"
	"simscope/texts"
)

func TestCatalogue(t *testing.T) {
	if n := len(Files().All()); n < 440 {
		t.Errorf("%d entries", n)
	}
	for _, e := range Files().All() {
		if d := e.Dir(); d != "" {
			up, ok := Files().Lookup(d)
			if !ok || !up.Structure.IsDir() {
				t.Errorf("%s: %s is no directory of the catalogue", e.Path, d)
			}
			if e.FID == 0 {
				t.Errorf("%s has no identifier", e.Path)
			}
		}
		if e.Description == "" {
			t.Errorf("%s has no description", e.Path)
		}
	}
}

// The same identifier is another file in another directory.
func TestIdentifyByPath(t *testing.T) {
	tests := []struct {
		kind AppKind
		fids []card.FID
		want string
	}{
		{AppUSIM, []card.FID{0x6F07}, "ADF.USIM/EF.IMSI"},
		{AppISIM, []card.FID{0x6F07}, "ADF.ISIM/EF.IST"},
		{AppNone, []card.FID{0x7F20, 0x6F07}, "MF/DF.GSM/EF.IMSI"},
		{AppUSIM, []card.FID{0x5FC0, 0x4F01}, "ADF.USIM/DF.5GS/EF.5GS3GPPLOCI"},
		{AppUSIM, []card.FID{0x5FA0, 0x4F01}, "ADF.USIM/DF.ACDC/EF.ACDC_LIST"},
		{AppUSIM, []card.FID{0x5F3B}, "ADF.USIM/DF.GSM-ACCESS"},
		{AppNone, []card.FID{0x7F10, 0x5F3B}, "MF/DF.TELECOM/DF.MULTIMEDIA"},
		{AppUSIM, []card.FID{0x5F3A, 0x4F5A}, "ADF.USIM/DF.PHONEBOOK/EF.ADN"},
		{AppUSIM, []card.FID{0x1234}, ""},
		{AppNone, []card.FID{0x7F20, 0x1234, 0x6F07}, ""},
		{AppOther, []card.FID{0x6F07}, ""},
	}
	for _, tt := range tests {
		if e, _ := Files().Identify(tt.kind, tt.fids...); e.Path != tt.want {
			t.Errorf("%v %v is %q, want %q", tt.kind, tt.fids, e.Path, tt.want)
		}
	}
}

func TestBrokenCatalogue(t *testing.T) {
	head := "path\n"
	for _, rows := range []string{
		"MF\t3F00", "MF\tXX\t\tMF\tMF\t\t\t\t\t\t\t", "MF\t3F00\t\tMF\tround\t\t\t\t\t\t\t",
		"MF\t3F00\t\tMF\tMF\t\t\t\tsix\t\t\t", "MF\t3F00\t\tMF\tMF\t\t\t\t\t\t\t\nMF\t3F00\t\tMF\tMF\t\t\t\t\t\t\t",
	} {
		if _, err := parseCatalogue(head + rows); err == nil {
			t.Errorf("%q was taken", rows)
		}
	}
}

func TestServices(t *testing.T) {
	table := ServiceTable{0b00000011, 0b10000000} // 1, 2, 16
	for cell, want := range map[string]Answer{
		"1": Yes, "3": No, "16": Yes, "17": No, "[3, 2]": Yes, "[3, 4]": No, "(1, 2)": Yes, "(1, 3)": No, "": Unknown,
		"5G_PROSE_ST:2": Yes, "{'usim': 1, 'isim': 15}": Unknown,
	} {
		s, err := ParseService(cell)
		if err != nil {
			t.Errorf("%q: %v", cell, err)
		}
		if got := s.on(func(string) (ServiceTable, bool) { return table, true }); got != want {
			t.Errorf("%q is %v, want %v", cell, got, want)
		}
		if got := s.on(func(string) (ServiceTable, bool) { return nil, false }); got != Unknown {
			t.Errorf("%q without a table is %v", cell, got)
		}
	}
	for _, bad := range []string{"x", "[1, ", "0", "-1", "{'csim': 1}"} {
		if _, err := ParseService(bad); err == nil {
			t.Errorf("%q was taken", bad)
		}
	}
	sst := GSMServiceTable{0b00000111} // 1 allocated and activated, 2 allocated only
	if !sst.On(1) || sst.On(2) || sst.On(99) {
		t.Error("EF.SST is misread")
	}
}

func TestNameAID(t *testing.T) {
	for aid, want := range map[string]string{
		"A0000000871002FF33FF01":           "USIM",
		"A0000005591010FFFFFFFF8900000100": "ISD-R",
		"A0000005591010FFFFFFFF8900001000": "ISD-P (one",
		"A0000000031010":                   "Visa credit",
	} {
		a, err := card.ParseAID(aid)
		if err != nil {
			t.Fatal(err)
		}
		if k, ok := NameAID(a); !ok || !strings.HasPrefix(k.Name, want) {
			t.Errorf("%s is %q", aid, k.Name)
		}
	}
}

func TestResolve(t *testing.T) {
	c := discovered(t, usimCard())
	mustWalk(t, c, WalkOptions{})
	for typed, want := range map[string]card.Path{
		"EF.IMSI":                        usimPath(0x6F07),
		"imsi":                           usimPath(0x6F07),
		"6F07":                           usimPath(0x6F07),
		"6f07":                           usimPath(0x6F07),
		"ADF.USIM/EF.IMSI":               usimPath(0x6F07),
		"usim/imsi":                      usimPath(0x6F07),
		"7FFF/6F07":                      usimPath(0x6F07),
		"7FF0/6F07":                      usimPath(0x6F07),
		testUSIM + "/6F07":               usimPath(0x6F07),
		"3F00/2FE2":                      card.PathOf("", 0x2FE2),
		"MF/EF.ICCID":                    card.PathOf("", 0x2FE2),
		"MF":                             {},
		"3F00/7F10/6F3A":                 card.PathOf("", 0x7F10, 0x6F3A),
		"MF/DF.TELECOM/EF.ADN":           card.PathOf("", 0x7F10, 0x6F3A),
		"DF.PHONEBOOK":                   usimPath(0x5F3A),
		"DF.PHONEBOOK/4F3A":              usimPath(0x5F3A, 0x4F3A),
		"EF.ADN":                         usimPath(0x5F3A, 0x4F3A), // the only one the card has
		"ADF.USIM":                       usimPath(),
		"ADF.USIM/1234":                  usimPath(0x1234),
		"MF/DF.GSM/EF.Kc":                card.PathOf("", 0x7F20, 0x6F20),
		"ADF.USIM/DF.5GS/EF.5GS3GPPLOCI": usimPath(0x5FC0, 0x4F01),
	} {
		got, err := c.Resolve(typed)
		if err != nil || got != want {
			t.Errorf("%q is %s (%v), want %s", typed, got, err, want)
		}
	}
	var amb *AmbiguousError
	if _, err := c.Resolve("EF.ARR"); !errors.As(err, &amb) || len(amb.Candidates) != 2 {
		t.Errorf("EF.ARR: %v", err)
	}
	for _, bad := range []string{"", "/", "EF.NOSUCH", "ADF.USIM/EF.NOSUCH", "A0000000871004/6F07"} {
		if p, err := c.Resolve(bad); err == nil {
			t.Errorf("%q is %s", bad, p)
		}
	}
}

func TestNames(t *testing.T) {
	c := discovered(t, usimCard())
	second := card.AID(unhex("A0000000871002FF44FF1290"))
	c.addApplication(Application{AID: second})
	mustWalk(t, c, WalkOptions{})
	for want, p := range map[string]card.Path{
		"ADF.USIM/EF.IMSI":                   usimPath(0x6F07),
		"ADF.USIM#2/EF.IMSI":                 card.PathOf(second, 0x6F07),
		"MF/EF.ICCID":                        card.PathOf("", 0x2FE2),
		"MF":                                 {},
		"ADF.USIM/1234/5678":                 usimPath(0x1234, 0x5678),
		"ADF.USIM/DF.PHONEBOOK/EF.ADN(4F3A)": usimPath(0x5F3A, 0x4F3A),
		"ADF.USIM/DF.PHONEBOOK/EF.PBC(4F09)": usimPath(0x5F3A, 0x4F09),
		"ADF.USIM/EF.SPN":                    card.PathOf(card.AID(unhex("A0000000871002")), 0x6F46),
	} {
		if got := c.Name(p); got != want {
			t.Errorf("%s is %q, want %q", p, got, want)
		}
	}
	if got := Name(usimPath(0x6F07)); got != "ADF.USIM/EF.IMSI" {
		t.Errorf("without a card: %q", got)
	}
	if p, err := c.Resolve("ADF.USIM#2/EF.IMSI"); err != nil || p.App != second {
		t.Errorf("ADF.USIM#2/EF.IMSI is %s (%v)", p, err)
	}
	if p, err := c.Resolve("ADF.USIM/EF.IMSI"); err != nil || p != usimPath(0x6F07) {
		t.Errorf("ADF.USIM/EF.IMSI is %s (%v)", p, err)
	}
}

// Every identifier the code can give has its sentence.
func TestTexts(t *testing.T) {
	sources, _ := filepath.Glob("*.go")
	call := regexp.MustCompile(`(?:\bflag|\badd)\((?:Fatal, |Confirm, |Note, |sev, )?"([a-z_0-9]+)"`)
	whole := regexp.MustCompile(`"((?:access|plan|fcp|read|walk)\.[a-z_.0-9]+)"`)
	prefix := map[string]string{"fcp.go": "fcp.", "fcp_gsm.go": "fcp.", "read.go": "read.", "plan.go": "plan.", "check.go": "plan."}
	found := 0
	for _, name := range sources {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		b, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		ids := []string{}
		for _, m := range call.FindAllStringSubmatch(string(b), -1) {
			ids = append(ids, prefix[name]+m[1])
		}
		for _, m := range whole.FindAllStringSubmatch(string(b), -1) {
			if !strings.HasSuffix(m[1], ".") {
				ids = append(ids, m[1])
			}
		}
		for _, id := range ids {
			if found++; !texts.Has(id) {
				t.Errorf("%s: no sentence for %q", name, id)
			}
		}
	}
	for _, op := range opNames {
		if !texts.Has("access.op." + op) {
			t.Errorf("no word for %q", op)
		}
	}
	if found < 60 {
		t.Errorf("only %d identifiers found in the source", found)
	}
}

func TestAbout(t *testing.T) {
	for _, e := range Files().All() {
		if a := e.About(); a == "" || !strings.HasSuffix(a, ".") {
			t.Errorf("%s: %q", e.Path, a)
		}
	}
}

func TestIdentity(t *testing.T) {
	c := discovered(t, usimCard())
	id, err := c.Identify(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	if id.ICCID != "89999012345678901234" || id.IMSI != "999990123456789" || id.MCC != "999" || id.MNC != "99" || id.SPN != "Star Mobile" {
		t.Errorf("%+v", id)
	}
	if len(id.Apps) != 1 || id.Apps[0].Label != "USIM" || id.Apps[0].Name != "ADF.USIM" {
		t.Errorf("applications %+v", id.Apps)
	}
	if len(id.PINs) != 2 || !id.PINs[0].Enabled || id.PINs[1].Name != "PIN2" {
		t.Errorf("PINs %+v", id.PINs)
	}
}
