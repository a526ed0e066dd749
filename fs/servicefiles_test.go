package fs

import (
	"strings"
	"testing"

	"simscope/card"
	"simscope/fs/ef"
)

func TestServiceFilesAreInTheCatalogue(t *testing.T) {
	for table, list := range map[string]map[int][]string{"SST": gsmServices, "EST": enabledServices} {
		got := governed(table)
		for n, names := range list {
			if len(got[n]) != len(names) {
				t.Errorf("%s service %d: %d of %v are in the catalogue", table, n, len(got[n]), names)
			}
			if ef.ServiceName(table, n) == "" {
				t.Errorf("%s has no service %d", table, n)
			}
		}
	}
	// Every file with a service in the catalogue is found from the service.
	for _, e := range Files().All() {
		if !strings.HasPrefix(e.Path, "ADF.USIM/") || e.Service.Table != "" || e.IsRange() {
			continue
		}
		for _, n := range e.Service.Numbers {
			found := false
			for _, x := range governed("UST")[n] {
				found = found || x.Path == e.Path
			}
			if !found {
				t.Errorf("%s is not found by service %d", e.Path, n)
			}
		}
	}
}

func TestServiceFilesOfACard(t *testing.T) {
	f := usimCard() // services 1, 12, 19 and 85 are on
	f.files[testUSIM+"/6F3B"] = recordFile(0x6F3B, "6F0602", pad(nil, 28))
	delete(f.files, testUSIM+"/6F42")
	c := discovered(t, f)
	mustWalk(t, c, WalkOptions{All: true})
	files := c.ServiceFiles(usimPath(fidUST))
	fault := func(n int, name string) string {
		for _, g := range files[n] {
			if g.Name == name {
				return g.Fault
			}
		}
		return "not governed"
	}
	for _, tt := range []struct {
		n          int
		name, want string
	}{
		{12, "EF.SMSP", "missing"}, {2, "EF.FDN", "idle"}, {19, "EF.SPN", ""}, {17, "EF.GID1", ""}, {12, "EF.IMSI", "not governed"},
	} {
		if got := fault(tt.n, tt.name); got != tt.want {
			t.Errorf("service %d, %s: %q, want %q", tt.n, tt.name, got, tt.want)
		}
	}
	of := c.ServicesOf(usimPath(fidSPN))
	if len(of) != 1 || of[0].Number != 19 || of[0].On != Yes || !strings.Contains(of[0].String(), "on") {
		t.Errorf("EF.SPN: %+v", of)
	}
	if of := c.ServicesOf(usimPath(0x6F3B)); len(of) < 2 || of[0].On == Yes {
		t.Errorf("EF.FDN: %+v", of)
	}
	if of := c.ServicesOf(card.PathOf("", card.FIDICCID)); len(of) != 0 {
		t.Errorf("EF.ICCID: %+v", of)
	}
	if len(c.ServiceFiles(usimPath(fidIMSI))) != 0 {
		t.Error("EF.IMSI governs files")
	}
}
