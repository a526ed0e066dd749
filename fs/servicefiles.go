package fs

import (
	"slices"
	"strings"

	"simscope/card"
	"simscope/fs/ef"
	"simscope/texts"
)

// GovernedFile is a file that a service of a table governs.
type GovernedFile struct {
	Path  card.Path `json:"-"`
	Name  string    `json:"path"`
	State State     `json:"state"`
	// Fault is "missing" where the service is on and the card does not have
	// the file, "idle" where it is off and the file is there, else empty.
	Fault string `json:"fault,omitempty"`
}

// FileService is a service that a file belongs to.
type FileService struct {
	Path   card.Path `json:"-"`     // of the table
	Table  string    `json:"table"` // its name: "EF.UST"
	Number int       `json:"service"`
	Name   string    `json:"name"`
	On     Answer    `json:"on"`
}

// gsmServices are the files that the services of EF.SST govern (3GPP TS 51.011
// clause 10.3.7): the catalogue's own column speaks of USIM and ISIM.
var gsmServices = map[int][]string{
	2: {"EF.ADN"}, 3: {"EF.FDN"}, 4: {"EF.SMS"}, 5: {"EF.ACM", "EF.ACMmax", "EF.PUCT"}, 6: {"EF.CCP"},
	7: {"EF.PLMNsel"}, 9: {"EF.MSISDN"}, 10: {"EF.EXT1"}, 11: {"EF.EXT2"}, 12: {"EF.SMSP"}, 13: {"EF.LND"},
	14: {"EF.CBMI"}, 15: {"EF.GID1"}, 16: {"EF.GID2"}, 17: {"EF.SPN"}, 18: {"EF.SDN"}, 19: {"EF.EXT3"},
	21: {"EF.VGCS", "EF.VGCSS"}, 22: {"EF.VBS", "EF.VBSS"}, 23: {"EF.eMLPP"}, 24: {"EF.AAeM"}, 25: {"EF.CBMID"},
	30: {"EF.CBMIR"}, 31: {"EF.BDN"}, 32: {"EF.EXT4"}, 33: {"EF.DCK"}, 34: {"EF.CNL"}, 35: {"EF.SMSR"},
	36: {"EF.NIA"}, 38: {"EF.KcGPRS", "EF.LOCIGPRS"}, 43: {"EF.PLMNwAcT"}, 44: {"EF.OPLMNwAcT"},
	45: {"EF.HPLMNwAcT"}, 46: {"EF.CPBCCH"}, 47: {"EF.InvScan"}, 48: {"EF.ECCP"}, 51: {"EF.PNN"}, 52: {"EF.OPL"},
	53: {"EF.MBDN", "EF.EXT6", "EF.MBI"}, 54: {"EF.MWIS"}, 55: {"EF.CFIS"}, 56: {"EF.SPDI"},
	57: {"EF.MMSN", "EF.MMSICP"}, 58: {"EF.EXT8"}, 59: {"EF.MMSUCP"},
}

// enabledServices are the files that the services of EF.EST turn on (3GPP TS
// 31.102 clause 4.2.47).
var enabledServices = map[int][]string{1: {"EF.FDN"}, 2: {"EF.BDN"}, 3: {"EF.ACL"}}

// serviceTables names the tables as package ef does, by their place in the
// catalogue.
var serviceTables = map[string]string{
	"ADF.USIM/EF.UST": "UST", "ADF.USIM/EF.EST": "EST", "ADF.ISIM/EF.IST": "IST", "MF/DF.GSM/EF.SST": "SST",
	"ADF.USIM/DF.5G_ProSe/EF.5G_PROSE_ST": "5G_PROSE_ST", "ADF.USIM/DF.ProSe/EF.PST": "PST",
}

// governed lists the files of a table's services, by number, as places in the
// catalogue.
func governed(table string) map[int][]Entry {
	out := map[int][]Entry{}
	add := func(n int, e Entry) { out[n] = append(out[n], e) }
	switch table {
	case "SST":
		named(gsmServices, []string{"MF/DF.GSM/", "MF/DF.TELECOM/"}, add)
		return out
	case "EST":
		named(enabledServices, []string{"ADF.USIM/"}, add)
		return out
	}
	_, inFolder := folderTables[table]
	root := "ADF.USIM/"
	if table == "IST" {
		root = "ADF.ISIM/"
	}
	for _, e := range Files().All() {
		ours := e.Service.Table == "" && !inFolder || e.Service.Table == table
		if !ours || e.IsRange() || !strings.HasPrefix(e.Path, root) {
			continue
		}
		for _, n := range e.Service.Numbers {
			add(n, e)
		}
	}
	return out
}

// named finds files by name in the directories of a table.
func named(list map[int][]string, dirs []string, add func(int, Entry)) {
	for n, names := range list {
		for _, name := range names {
			for _, dir := range dirs {
				if e, ok := Files().Lookup(dir + name); ok {
					add(n, e)
					break
				}
			}
		}
	}
}

// TableName tells which service table the file at p is, as package ef names
// it; empty for other files.
func (c *Card) TableName(p card.Path) string {
	e, _ := c.Entry(p)
	return serviceTables[e.Path]
}

// ServiceFiles lists the files that the services of a table govern, by the
// number of the service, with how each stands on this card. It is empty where
// the file at p is no service table.
func (c *Card) ServiceFiles(p card.Path) map[int][]GovernedFile {
	out := map[int][]GovernedFile{}
	table := c.TableName(p)
	if table == "" {
		return out
	}
	for n, entries := range governed(table) {
		for _, e := range entries {
			at := card.PathOf(p.App, Files().fids(e)...)
			out[n] = append(out[n], c.governedFile(table, p, n, at, e))
		}
		slices.SortFunc(out[n], func(a, b GovernedFile) int { return strings.Compare(a.Name, b.Name) })
	}
	return out
}

func (c *Card) governedFile(table string, at card.Path, n int, p card.Path, e Entry) GovernedFile {
	f := GovernedFile{Path: p, Name: e.Name}
	node, known := c.tree.Get(p)
	if f.State = node.State; !known && c.scannedAbove(p) {
		f.State = Absent
	}
	on := c.ServiceOn(p) // may need other services too
	if table == "SST" || table == "EST" {
		on = c.tableOn(at, n)
	}
	switch {
	case on == Yes && (f.State == Absent || f.State == ServiceOff):
		f.Fault = "missing"
	case on == No && f.State.Exists() && table != "EST":
		f.Fault = "idle"
	}
	return f
}

// tableOn reports whether a service of a table is on, as far as it was read.
func (c *Card) tableOn(table card.Path, n int) Answer {
	t, ok := content[ef.ServiceTable](c, table)
	if !ok {
		return Unknown
	}
	return answer(t.Has(n))
}

// ServicesOf lists the services that the file at p belongs to.
func (c *Card) ServicesOf(p card.Path) []FileService {
	e, ok := c.Entry(p)
	if !ok {
		return nil
	}
	var out []FileService
	for path, name := range serviceTables {
		table, _ := Files().Lookup(path)
		root, _, _ := strings.Cut(path, "/")
		if AppNone != c.kindOf(p) && c.kindOf(p).Root() != root || p.App == "" && root != "MF" {
			continue
		}
		at := card.PathOf(p.App, Files().fids(table)...)
		for n, entries := range governed(name) {
			if slices.ContainsFunc(entries, func(x Entry) bool { return x.Path == e.Path }) {
				out = append(out, FileService{at, table.Name, n, ef.ServiceName(name, n), c.tableOn(at, n)})
			}
		}
	}
	slices.SortFunc(out, func(a, b FileService) int {
		if a.Table != b.Table {
			return strings.Compare(b.Table, a.Table) // EF.UST before EF.EST
		}
		return a.Number - b.Number
	})
	return out
}

// String says it in a sentence.
func (s FileService) String() string {
	return texts.Say("service.of."+s.On.String(), "table", s.Table, "n", s.Number, "name", s.Name)
}

// String names the file, with what is wrong with it.
func (f GovernedFile) String() string {
	if f.Fault == "" {
		return f.Name
	}
	return texts.Say("service."+f.Fault, "file", f.Name)
}
