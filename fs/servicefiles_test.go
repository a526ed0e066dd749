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

// A service table in a folder speaks of the files beside it.
func TestServicesOfAFolder(t *testing.T) {
	f := usimCard()
	dir := testUSIM + "/5F90"
	f.files[dir] = &fakeFile{info: fcp("7821", 0x5F90, -1, ""), dir: true}
	f.files[dir+"/4F10"] = binaryFile(0x4F10, []byte{0b00001010}, "6F0601") // services 2 and 4
	f.files[dir+"/4F03"] = recordFile(0x4F03, "6F0602", pad(nil, 20))
	f.files[dir+"/4F09"] = binaryFile(0x4F09, pad(nil, 20), "6F0602")
	c := discovered(t, f)
	mustWalk(t, c, WalkOptions{All: true})
	table := usimPath(0x5F90, 0x4F10)
	for fid, want := range map[card.FID]struct {
		n  int
		on Answer
	}{0x4F01: {1, No}, 0x4F02: {1, No}, 0x4F03: {2, Yes}, 0x4F04: {3, No}, 0x4F05: {4, Yes}, 0x4F06: {5, No}, 0x4F07: {6, No}, 0x4F09: {7, No}} {
		p := usimPath(0x5F90, fid)
		of := c.ServicesOf(p)
		if len(of) != 1 || of[0].Number != want.n || of[0].On != want.on || of[0].Path != table || of[0].Table != "EF.PST" {
			t.Errorf("%s: %+v, want service %d %v", fid, of, want.n, want.on)
		}
		if got := c.ServiceOn(p); got != want.on {
			t.Errorf("%s: service %v, want %v", fid, got, want.on)
		}
	}
	for n, want := range map[int]string{2: "EF.PROSEFUNC", 4: "EF.PROSE_RADIO_MON (missing)", 7: "EF.PROSE_GC (idle)"} {
		files := c.ServiceFiles(table)[n]
		if len(files) != 1 {
			t.Errorf("service %d: %+v", n, files)
			continue
		}
		got := files[0].Name
		if files[0].Fault != "" {
			got += " (" + files[0].Fault + ")"
		}
		if got != want {
			t.Errorf("service %d: %s, want %s", n, got, want)
		}
	}
	// Without the table nothing is said.
	delete(f.files, dir+"/4F10")
	f.forget()
	c = discovered(t, f)
	mustWalk(t, c, WalkOptions{All: true})
	if got := c.ServiceOn(usimPath(0x5F90, 0x4F09)); got != Unknown {
		t.Errorf("without EF.PST: %v", got)
	}
}
