package fs

import (
	_ "embed"
	"fmt"
	"strconv"
	"strings"
	"sync"

	"simscope/card"
	"simscope/texts"
)

// Structure is how an EF is organised, or that a file is a directory.
type Structure int

// The structures of ETSI TS 102 221 clause 8.2 and 3GPP TS 51.011 clause 6.4.
const (
	StructureUnknown Structure = iota
	Transparent
	LinearFixed
	Cyclic
	BERTLV
	StructureMF
	StructureDF
	StructureADF
)

var structureNames = [...]string{"unknown", "transparent", "linear-fixed", "cyclic", "ber-tlv", "MF", "DF", "ADF"}

func (s Structure) String() string { return structureNames[s] }

// IsDir reports whether the file holds other files.
func (s Structure) IsDir() bool { return s >= StructureMF }

// HasRecords reports whether the file is read and written record by record.
func (s Structure) HasRecords() bool { return s == LinearFixed || s == Cyclic }

// MarshalText writes the structure's name.
func (s Structure) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// UnmarshalText reads what MarshalText wrote.
func (s *Structure) UnmarshalText(b []byte) error {
	for i, n := range structureNames {
		if n == string(b) {
			*s = Structure(i)
			return nil
		}
	}
	return fmt.Errorf("%q is no file structure", b)
}

// Entry is what the catalogue knows of one file. Size, Record and Records are
// the specification's text ("9", "3..4", "entries of 3"), for reading: the
// card's own FCP decides.
type Entry struct {
	Path        string   // "ADF.USIM/DF.5GS/EF.UAC_AIC", "MF/EF.DIR"
	FID, FIDEnd card.FID // FIDEnd is above FID for a range of identifiers; both 0 for an ADF
	SFI         byte     // 0: none
	Name        string
	Structure   Structure
	Size        string
	Record      string
	Records     string
	Service     Service
	Spec        string
	Description string
	Notes       string
}

// IsRange reports whether the entry stands for any file of a range of
// identifiers, which other files of the card point to.
func (e Entry) IsRange() bool { return e.FIDEnd > e.FID }

// Dir is the catalogue path of the directory that holds the file.
func (e Entry) Dir() string {
	if i := strings.LastIndexByte(e.Path, '/'); i >= 0 {
		return e.Path[:i]
	}
	return ""
}

//go:embed files.tsv
var filesTSV string

// Catalogue is the table of known files. It does not change.
type Catalogue struct {
	entries  []Entry
	byPath   map[string]int
	children map[string][]int
}

// Files is the catalogue this program carries.
var Files = sync.OnceValue(func() *Catalogue {
	c, err := parseCatalogue(filesTSV)
	if err != nil {
		panic("the embedded file catalogue is damaged: " + err.Error())
	}
	return c
})

func parseCatalogue(tsv string) (*Catalogue, error) {
	c := &Catalogue{byPath: map[string]int{}, children: map[string][]int{}}
	for i, line := range strings.Split(strings.TrimRight(tsv, "\n"), "\n") {
		if i == 0 {
			continue
		}
		f := strings.Split(line, "\t")
		if len(f) != 12 {
			return nil, fmt.Errorf("row %d has %d columns, not 12", i+1, len(f))
		}
		e, err := parseEntry(f)
		if err != nil {
			return nil, fmt.Errorf("row %d: %w", i+1, err)
		}
		if _, twice := c.byPath[e.Path]; twice {
			return nil, fmt.Errorf("row %d: %s stands twice", i+1, e.Path)
		}
		c.byPath[e.Path] = len(c.entries)
		if d := e.Dir(); d != "" {
			c.children[d] = append(c.children[d], len(c.entries))
		}
		c.entries = append(c.entries, e)
	}
	return c, nil
}

func parseEntry(f []string) (Entry, error) {
	e := Entry{
		Path: f[0], Name: f[3], Size: f[5], Record: f[6], Records: f[7],
		Spec: f[9], Description: f[10], Notes: strings.TrimPrefix(f[11], "; "),
	}
	var err error
	if e.FID, e.FIDEnd, err = parseFIDCell(f[1]); err != nil {
		return e, err
	}
	if f[2] != "" {
		n, err := strconv.ParseUint(f[2], 16, 5)
		if err != nil {
			return e, fmt.Errorf("short file identifier %q", f[2])
		}
		e.SFI = byte(n)
	}
	if f[4] != "" {
		if err := e.Structure.UnmarshalText([]byte(f[4])); err != nil {
			return e, err
		}
	}
	e.Service, err = ParseService(f[8])
	return e, err
}

func parseFIDCell(s string) (lo, hi card.FID, err error) {
	s, _, _ = strings.Cut(s, " ")
	if s == "" {
		return 0, 0, nil
	}
	a, b, isRange := strings.Cut(s, "-")
	if lo, err = card.ParseFID(a); err != nil {
		return 0, 0, err
	}
	if !isRange {
		return lo, lo, nil
	}
	hi, err = card.ParseFID(b)
	return lo, hi, err
}

// All lists every entry in the catalogue's order.
func (c *Catalogue) All() []Entry { return append([]Entry(nil), c.entries...) }

// Lookup finds an entry by its catalogue path.
func (c *Catalogue) Lookup(path string) (Entry, bool) {
	i, ok := c.byPath[path]
	if !ok {
		return Entry{}, false
	}
	return c.entries[i], true
}

// Children lists the entries directly below a directory given by its
// catalogue path.
func (c *Catalogue) Children(dir string) []Entry {
	out := make([]Entry, 0, len(c.children[dir]))
	for _, i := range c.children[dir] {
		out = append(out, c.entries[i])
	}
	return out
}

// Identify finds the entry of a file by where it is: the kind of the
// application that holds it and the identifiers from there. An identifier
// alone says nothing, for many repeat in other directories.
func (c *Catalogue) Identify(kind AppKind, fids ...card.FID) (Entry, bool) {
	e, ok := c.Lookup(kind.Root())
	for _, f := range fids {
		if !ok {
			return Entry{}, false
		}
		e, ok = c.child(e.Path, f)
	}
	return e, ok
}

// child prefers an entry for exactly that identifier to a range around it.
func (c *Catalogue) child(dir string, f card.FID) (Entry, bool) {
	found := -1
	for _, i := range c.children[dir] {
		e := &c.entries[i]
		if e.FID == f && !e.IsRange() {
			return *e, true
		}
		if e.IsRange() && f >= e.FID && f <= e.FIDEnd && found < 0 {
			found = i
		}
	}
	if found < 0 {
		return Entry{}, false
	}
	return c.entries[found], true
}

// fids are the identifiers from the MF or ADF down to e.
func (c *Catalogue) fids(e Entry) []card.FID {
	var out []card.FID
	for e.Dir() != "" {
		out = append([]card.FID{e.FID}, out...)
		up, ok := c.Lookup(e.Dir())
		if !ok {
			break
		}
		e = up
	}
	return out
}

// About is one or two sentences on what the file is for.
func (e Entry) About() string {
	if s := texts.Maybe("file." + e.Name); s != "" {
		return s
	}
	if e.Description == "" {
		return ""
	}
	return e.Description + "."
}
