package fs

import (
	"strings"
	"testing"

	"simscope/fs/ef"
	"simscope/texts"
)

// rawFiles are named and not decoded, each for a reason that counts.
var rawFiles = map[string]ef.Reason{
	"MF/DF.TELECOM/EF.RMA":              ef.NotPublic,
	"ADF.USIM/DF.ProSe/EF.PROSE_POLICY": ef.Structure, "ADF.USIM/DF.ProSe/EF.PROSE_PLMN": ef.Structure, "ADF.USIM/DF.ProSe/EF.PROSE_GC": ef.Structure,
	"ADF.USIM/DF.ProSe/EF.UIRC": ef.Structure, "ADF.USIM/DF.ProSe/EF.PROSE_GM_DISCOVERY": ef.Structure,
	"ADF.USIM/DF.ProSe/EF.PROSE_RELAY": ef.Structure, "ADF.USIM/DF.ProSe/EF.PROSE_RELAY_DISCOVERY": ef.Structure,
	"MF/DF.GSM/EF.CPHS-SST": ef.NotPublic,
	"ADF.CSIM/EF.GROUP_TAG": ef.Head, "ADF.CSIM/EF.SPECIFIC_TAG": ef.Head, "ADF.CSIM/EF.CALL_PROMPT": ef.Head,
}

// Every file of the catalogue is decoded and can be written, and a vector that
// was not made here holds it; of CDMA one is only named, and for some no bytes
// were published: their vectors were made by hand after a program that reads
// them, and count apart.
func TestCoverage(t *testing.T) {
	rows, err := Covered()
	if err != nil {
		t.Fatal(err)
	}
	if len(rows) < 415 {
		t.Errorf("%d files", len(rows))
	}
	seen, notYet := map[string]bool{}, 0
	for _, r := range rows {
		if seen[r.Path] || !r.Named || r.Spec == "" {
			t.Errorf("%+v", r)
		}
		seen[r.Path] = true
		if !r.Decoded && r.Reason == string(ef.NotYet) && ofCDMA(r.Path) {
			notYet++
			continue
		}
		if why, raw := rawFiles[r.Path]; raw {
			if r.Decoded || r.Reason != string(why) || !texts.Has("ef.reason."+r.Reason) {
				t.Errorf("%s: %+v, want it raw because of %s", r.Path, r, why)
			}
			continue
		}
		held := r.Vectors > 0 || r.SelfMade > 0 && ofCDMA(r.Path)
		if !r.Decoded || !r.Encoded || !held || r.Reason != "" {
			t.Errorf("%s: decoded %v, encoded %v, %d vectors, reason %q", r.Path, r.Decoded, r.Encoded, r.Vectors, r.Reason)
		}
	}
	if notYet > 1 || !texts.Has("ef.reason."+string(ef.NotYet)) {
		t.Errorf("%d files of CDMA are only named", notYet)
	}
	for p := range rawFiles {
		if !seen[p] {
			t.Errorf("%s is not in the catalogue", p)
		}
	}
}

func ofCDMA(path string) bool {
	return strings.HasPrefix(path, "ADF.CSIM/") || strings.HasPrefix(path, "MF/DF.CDMA/")
}

// A decoder without a file of the catalogue is never used.
func TestEveryDecoderHasItsFile(t *testing.T) {
	for _, p := range ef.Paths() {
		if _, ok := Files().Lookup(p); !ok {
			t.Errorf("%s is in no catalogue", p)
		}
	}
}

// Of a file that is not opened whole it is said what is known and why not
// more.
func TestGaps(t *testing.T) {
	rows, err := Covered()
	if err != nil {
		t.Fatal(err)
	}
	said := map[string]string{}
	for _, r := range rows {
		said[r.Path] = r.Gap
		if !r.Decoded && r.Gap == "" || strings.ContainsAny(r.Gap, "<{") {
			t.Errorf("%s: known of it %v, %q", r.Path, r.Decoded, r.Gap)
		}
	}
	for path, want := range map[string]string{
		"ADF.USIM/DF.ProSe/EF.PROSE_GC":       "TS 31.102 clause 4.4.8.10",
		"ADF.USIM/DF.ProSe/EF.PROSE_RELAY":    "TS 31.102 clause 4.4.8.14",
		"ADF.USIM/DF.5G_ProSe/EF.5G_PROSE_DD": "TS 24.555",
		"MF/DF.TELECOM/DF.V2X/EF.V2XP_Uu":     "TS 24.588",
		"MF/DF.TELECOM/DF.A2X/EF.A2XP_PC5":    "UiccBrowser",
		"MF/DF.TELECOM/DF.A2X/EF.A2X_CONFIG":  "TS 24.578",
		"ADF.USIM/DF.5GS/EF.SOR-CMCI":         "criteria",
		"ADF.CSIM/EF.CALL_PROMPT":             "checksum",
	} {
		if !strings.Contains(said[path], want) {
			t.Errorf("%s: %q does not tell of %s", path, said[path], want)
		}
	}
	for _, path := range []string{
		"ADF.USIM/EF.IMSI", "ADF.USIM/DF.ProSe/EF.PST", "ADF.USIM/DF.ProSe/EF.PROSE_MON",
		"MF/DF.TELECOM/DF.A2X/EF.AST", "ADF.USIM/DF.5G_ProSe/EF.5G_PROSE_ST",
	} {
		if said[path] != "" {
			t.Errorf("%s: %q", path, said[path])
		}
	}
}
