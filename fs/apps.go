package fs

import (
	_ "embed"
	"encoding/hex"
	"strings"
	"sync"

	"simscope/card"
)

// AppKind is the kind of application that holds a file; AppNone is the MF.
type AppKind int

// The kinds of applications whose files the catalogue tells apart.
const (
	AppNone AppKind = iota
	AppUSIM
	AppISIM
	AppHPSIM
	AppCSIM
	AppARAM
	AppOther
)

var appKinds = []struct {
	kind   AppKind
	prefix string // of the AID, in hex
	root   string // catalogue path
}{
	{AppUSIM, "A0000000871002", "ADF.USIM"},
	{AppUSIM, "A000000087100B", "ADF.USIM"}, // USIM without IMSI
	{AppISIM, "A0000000871004", "ADF.ISIM"},
	{AppHPSIM, "A000000087100A", "ADF.HPSIM"},
	{AppCSIM, "A0000003431002", "ADF.CSIM"},
	{AppARAM, "A00000015141434C00", "ADF.ARA-M"},
}

// KindOf tells the kind of an application by the beginning of its AID.
func KindOf(aid card.AID) AppKind {
	if aid == "" {
		return AppNone
	}
	hexAID := aid.String()
	for _, k := range appKinds {
		if strings.HasPrefix(hexAID, k.prefix) {
			return k.kind
		}
	}
	return AppOther
}

// Root is the catalogue path of the MF or of the kind's ADF.
func (k AppKind) Root() string {
	if k == AppNone {
		return "MF"
	}
	for _, r := range appKinds {
		if r.kind == k {
			return r.root
		}
	}
	return "ADF"
}

// Name is the kind's short name: "USIM".
func (k AppKind) Name() string {
	if k == AppNone {
		return "MF"
	}
	return strings.TrimPrefix(k.Root(), "ADF.")
}

func kindByRoot(root string) (AppKind, bool) {
	if root == "MF" {
		return AppNone, true
	}
	for _, k := range appKinds {
		if k.root == root {
			return k.kind, true
		}
	}
	return AppNone, false
}

// KnownAID is a row of the table of known applications.
type KnownAID struct {
	AID    card.AID // whole bytes of the pattern
	Match  string   // "exact", "prefix" or "nibble-prefix"
	Name   string
	Family string // "SIM", "eUICC", "GP", "EMV", …
	hex    string
}

//go:embed aids.tsv
var aidsTSV string

// KnownAIDs is the table of known applications.
var KnownAIDs = sync.OnceValue(func() []KnownAID {
	var out []KnownAID
	for line := range strings.Lines(aidsTSV) {
		f := strings.Split(strings.TrimRight(line, "\n"), "\t")
		if len(f) < 4 || f[0] == "aid" {
			continue
		}
		b, err := hex.DecodeString(f[0][:len(f[0])/2*2])
		if err != nil {
			continue
		}
		out = append(out, KnownAID{card.AID(b), f[1], f[2], f[3], f[0]})
	}
	return out
})

// NameAID names an application by the longest pattern that its AID fits.
func NameAID(aid card.AID) (KnownAID, bool) {
	best, found := KnownAID{}, false
	s := aid.String()
	for _, k := range KnownAIDs() {
		fits := s == k.hex || k.Match != "exact" && strings.HasPrefix(s, k.hex)
		if fits && len(k.hex) > len(best.hex) {
			best, found = k, true
		}
	}
	return best, found
}
