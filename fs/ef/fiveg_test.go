package ef

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"os"
	"regexp"
	"runtime"
	"slices"
	"strings"
	"testing"

	"simscope/card/safe"
	"simscope/fs/ef/vectors"
	"simscope/texts"
)

const (
	dir5G   = "ADF.USIM/DF.5GS/EF."
	dirRail = "MF/DF.GSM/DF.EIRENE/EF."
)

// The names of the files this part answers for.
var fiveGPaths = map[string]string{
	"ADF.USIM/DF.5GS": "5GS3GPPLOCI 5GSN3GPPLOCI 5GS3GPPNSC 5GSN3GPPNSC 5GAUTHKEYS UAC_AIC SUCI_Calc_Info OPL5G SUPI_NAI " +
		"Routing_Indicator URSP TN3GPPSNN CAG SOR-CMCI DRI 5GSEDRX 5GNSWO_CONF MCHPPLMN KAUSF_DERIVATION",
	"ADF.USIM/DF.SNPN":         "PWS_SNPN NID",
	"ADF.USIM/DF.SAIP":         "SUCI_Calc_Info",
	"ADF.USIM/DF.5MBSUECONFIG": "5MBSUECONFIG",
	"MF/DF.GSM/DF.EIRENE": "NW 5to8digits 2digits 8digits 9digits SSSSS LLLLL FreeNumber FC Service Call FctTeam Gateway IC CT SC " +
		"Location Controller FN CallconfC CallconfI Shunting GsmrPLMN",
}

// Every file has its decoder and encoder, a sentence for people, and a vector
// that the encoder did not make.
func TestFiveGPaths(t *testing.T) {
	all, err := vectors.All()
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	for home, names := range fiveGPaths {
		for name := range strings.FieldsSeq(names) {
			n++
			path := home + "/EF." + name
			d, ok := Lookup(path)
			if !ok || d.Decode == nil || d.Encode == nil || d.Name != "EF."+name || d.Spec == "" {
				t.Errorf("%s: decoder %+v", path, d)
				continue
			}
			for _, h := range d.Headers {
				if !texts.Has(h) {
					t.Errorf("%s: no sentence for %s", path, h)
				}
			}
			if d.Record == (len(d.Headers) == 0) {
				t.Errorf("%s: record %v with headers %v", path, d.Record, d.Headers)
			}
			if !texts.Has("file." + d.Name) {
				t.Errorf("%s: no sentence for people", path)
			}
			if !slices.ContainsFunc(all, func(v vectors.Vector) bool {
				return !v.SelfMade && !v.Published() && slices.Contains(v.Paths(), path)
			}) {
				t.Errorf("%s: no vector", path)
			}
		}
	}
	if n != 46 {
		t.Errorf("%d files, want 46", n)
	}
}

// What each file's own traps look like on screen: path, bytes, summary, flags.
func TestFiveGFiles(t *testing.T) {
	key := strings.Repeat("5AC3", 16)
	for _, c := range []struct{ path, in, summary, flags string }{
		{dir5G + "5GS3GPPLOCI", "000BF299F999", "", "short"},
		{dir5G + "5GS3GPPLOCI", "000BE29AF999400045DEADBEEFFFFFFF00000005", "reserved", "nested.spare plmn loci.status"},
		{dir5G + "5GS3GPPLOCI", "000CF299F999400045DEADBEEFFFFFFF00000001", "not updated", "nested.short"},
		{dir5G + "5GS3GPPLOCI", "0000F299F999400045DEADBEEFFFFFFF00000001", "not updated", "nested.trailing fiveg.identity"},
		{dir5G + "5GS3GPPLOCI", "0003F299F9FFFFFFFFFFFFFFFFFFFFFF00000001", "not updated", "fiveg.identity"},
		{dir5G + "5GS3GPPNSC", "A03580010781" + "20" + key + "820400000000830400000000840101", "no key stored, 5G-EA0, 5G-IA1", "nested.short fiveg.form"},
		{dir5G + "5GS3GPPNSC", "A003800103", "key set 3", ""},
		{dir5G + "5GS3GPPNSC", "A0810380010300FF", "key set 3", "nested.length fiveg.form"},
		{dir5G + "5GS3GPPNSC", "A003800117FF", "no key stored", "nested.spare fiveg.form"},
		{dir5G + "5GS3GPPNSC", "A006800103800104", "key set 3", "fiveg.object"},
		{dir5G + "5GS3GPPNSC", "A0058603" + "99F999FFFF", "no key stored", ""},
		{dir5G + "5GS3GPPNSC", "8102" + "5AC3", "no key stored", "fiveg.object"},
		{dir5G + "5GAUTHKEYS", "80105AC35AC35AC35AC35AC35AC35AC35AC3", "no key stored", "fiveg.object"},
		{dir5G + "5GAUTHKEYS", "8320" + key, "no key stored", "fiveg.object"},
		{dir5G + "5GAUTHKEYS", "8320" + key[:32], "no key stored", "nested.short fiveg.object fiveg.form"},
		{dir5G + "5GAUTHKEYS", "FFFF", "empty", ""},
		{dir5G + "UAC_AIC", "04000000", "no special access identity", "nested.spare"},
		{dir5G + "UAC_AIC", "03", "multimedia priority service, mission critical services", "short"},
		{dir5G + "SUCI_Calc_Info", "FFFFFFFF", "empty", ""},
		{dir5G + "SUCI_Calc_Info", "A0040101020FFFFF", "profile A, profile B", "suci.index suci.index"},
		{dir5G + "SUCI_Calc_Info", "A0020001", "null scheme (not hidden)", "suci.nullkey"},
		{dir5G + "SUCI_Calc_Info", "A0020C00", "0C", "suci.scheme suci.index"},
		{dir5G + "SUCI_Calc_Info", "A003010100", "profile A", "nested.short suci.index"},
		{dir5G + "SUCI_Calc_Info", "A0020101A107800101810201 02", "profile A with key 1", "suci.keylength"},
		{dir5G + "SUCI_Calc_Info", "A0020101A103800101", "profile A with key 1", "suci.nokey suci.keylength"},
		{dir5G + "SUCI_Calc_Info", "A0020201A126800101812104" + key + "", "profile B with key 1", "suci.keylength"},
		{dir5G + "SUCI_Calc_Info", "A000B00100", "none", "nested.object"},
		{dir5G + "SUCI_Calc_Info", "A0020000A0020101A100A100", "null scheme (not hidden)", "nested.object nested.object"},
		{dir5G + "SUCI_Calc_Info", "A084", "empty", "nested.length"},
		{dir5G + "OPL5G", "FFFFFFFFFFFFFFFFFFFF", "empty", ""},
		{dir5G + "OPL5G", "99F9990000020000010A", "999 99  000002 - 000001  record 10", "opl5g.range"},
		{dir5G + "OPL5G", "9AF99900000000000100", "A99 99  000000 - 000001  name from elsewhere", "plmn"},
		{dir5G + "OPL5G", "99F999", "", "short"},
		{dir5G + "SUPI_NAI", "8003616263", "abc", "supi.nai"},
		{dir5G + "SUPI_NAI", "8004614062FF", "a@b\uFFFD", "utf8"},
		{dir5G + "SUPI_NAI", "8004611B4062", "a␛@b", ""},
		{dir5G + "SUPI_NAI", "800361406281036340648403614062", "a@b", "nested.object nested.object"},
		{dir5G + "Routing_Indicator", "F0FFFFFF", "0", ""},
		{dir5G + "Routing_Indicator", "F021FFFF", "0", "filler"},
		{dir5G + "Routing_Indicator", "1AF2FFFF", "A12", "routing.digit"},
		{dir5G + "Routing_Indicator", "FFFFFFFF", "empty", ""},
		{dir5G + "Routing_Indicator", "F0", "", "short"},
		{dir5G + "TN3GPPSNN", "02800161", "a", "tn3gpp.count"},
		{dir5G + "TN3GPPSNN", "01810161", "none", "nested.object tn3gpp.count"},
		{dir5G + "TN3GPPSNN", "FFFF", "empty", ""},
		{dir5G + "CAG", "0000FFFF", "none", ""},
		{dir5G + "CAG", "FFFF", "empty", ""},
		{dir5G + "CAG", "00080799F99902000000", "999 99: none", "nested.spare nested.short"},
		{dir5G + "CAG", "00090499F99900", "999 99: none", "nested.short"},
		{dir5G + "CAG", "00010000", ": none", "nested.short nested.trailing"},
		{dir5G + "CAG", "00", "", "short"},
		{dir5G + "SOR-CMCI", "FFFF", "empty", ""},
		{dir5G + "SOR-CMCI", "800500030A0901", "09 01: timer 10, unit 0", "sor.criterion"},
		{dir5G + "SOR-CMCI", "800500030A0501", "voice call: timer 10, unit 0", "nested.trailing"},
		{dir5G + "SOR-CMCI", "80020000", "00: not given", "nested.short sor.criterion"},
		{dir5G + "SOR-CMCI", "800400022505", "voice call: timer 5, unit 1", ""},
		{dir5G + "SOR-CMCI", "80050003000100", "DNN: at once", "nested.dnn"},
		{dir5G + "DRI", "01", "", "short"},
		{dir5G + "DRI", "03FFFFFFFFFFFF", "on", "nested.spare"},
		{dir5G + "DRI", "00F7FFFFFFFFFF", "off", "dri.networks"},
		{dir5G + "DRI", "01FFFFFFFFFFFF800399F999", "on  999 99", "dri.networks"},
		{dir5G + "DRI", "01F7FFFFFFFFFF800499F99911", "on  999 99", "nested.short"},
		{dir5G + "5GSEDRX", "0002", "off", ""},
		{dir5G + "5GSEDRX", "0700", "value 0", "nested.spare"},
		{dir5G + "5GSEDRX", "0191", "10.24 s", "nested.spare"},
		{dir5G + "5GNSWO_CONF", "00", "off", ""},
		{dir5G + "5GNSWO_CONF", "02", "off", "nested.spare"},
		{dir5G + "MCHPPLMN", "00", "not given", ""},
		{dir5G + "KAUSF_DERIVATION", "00", "EMSK", ""},
		{dir5G + "KAUSF_DERIVATION", "", "", "short"},
		{"ADF.USIM/DF.SNPN/EF.PWS_SNPN", "00", "all warnings are shown", ""},
		{"ADF.USIM/DF.SNPN/EF.PWS_SNPN", "03", "no warnings in private networks", ""},
		{"ADF.USIM/DF.SNPN/EF.NID", "FFFFFFFFFFFF", "empty", ""},
		{"ADF.USIM/DF.SNPN/EF.NID", "030000000001", "0000000001  03", "nested.reserved"},
		{"ADF.USIM/DF.5MBSUECONFIG/EF.5MBSUECONFIG", "FF", "empty", ""},
		{"ADF.USIM/DF.5MBSUECONFIG/EF.5MBSUECONFIG", "A000", ": broadcast services 0", "mbs.network"},
		{"ADF.USIM/DF.5MBSUECONFIG/EF.5MBSUECONFIG", "A008800399F9998101AA", "999 99: broadcast services 0", "nested.short"},
		{"ADF.USIM/DF.5MBSUECONFIG/EF.5MBSUECONFIG", "A00B800499F999018401018500", "999 99: broadcast services 0", "nested.short nested.object nested.object"},
		{dir5G + "URSP", "FFFFFF", "empty", ""},
		{dir5G + "URSP", "8000", "empty", ""},
		{dir5G + "URSP", "810100", "empty", "nested.object"},
		{dir5G + "URSP", "800499F99900", "no rules", ""},
		{dir5G + "URSP", "800299F9", "no rules", "nested.short"},
		{dir5G + "URSP", "800D99F999090007010000000200 00", "nothing → any route", "ursp.traffic nested.short"},
		{dir5G + "URSP", "8011 99F999 0D 000B 01 0001 01 0005 0003 01 00", "all traffic → any route", "nested.short nested.short nested.short nested.short nested.short nested.short"},
		{dir5G + "URSP", "801299F9990E000C0100027799000500030000 00", "traffic unknown kind 77 → any route", "ursp.type"},
		{dir5G + "URSP", "8015 99F999 11 000F 01 0001 01 0009 0007 01 0004 0101 09F0 FF", "all traffic → SSC mode 1, unknown kind 09", "ursp.type"},
		{dir5G + "URSP", "8010 99F999 0C 000A 01 0005 51 0050 004F 0000 FFFF", "traffic ports 80-79 → ", "ursp.range ursp.route"},
		{dirRail + "FN", "FFFFFFFFFFFFFFFFFF", "empty", ""},
		{dirRail + "FN", "1A32FFFFFFFFFF8F01", "A123  permanent", "rail.digits"},
		{dirRail + "FN", "12", "", "short"},
		{dirRail + "CallconfC", "06" + strings.Repeat("FF", 8) + "0000000600000012" + strings.Repeat("FF", 7), "none", "nested.reserved"},
		{dirRail + "CallconfI", "0000000000000703FFFFFFFF2143FFFFFFFFFFFF", "", "short"},
		{dirRail + "CallconfI", "00000000000000070321FFFFFF2143FFFFFFFFFFFF", "12  1234", "nested.reserved"},
		{dirRail + "Shunting", "0100000000000000", "common group 1, shunting groups none", ""},
		{dirRail + "Shunting", "01", "", "short"},
		{dirRail + "GsmrPLMN", "9AF999000000000001", "A99 99", "plmn"},
		{dirRail + "GsmrPLMN", "FFFFFFFFFFFFFFFFFF", "empty", ""},
		{dirRail + "IC", "AA6F8E40F10001", "041 → EF.CT", "rail.table"},
		{dirRail + "IC", "F06F8E40F1000100", "041 → EF.CT", "rail.rest"},
		{dirRail + "NW", "80FFFFFFFFFFFFFF", "\uFFFD", "alpha.bit8"},
		{dirRail + "NW", "FFFFFFFFFFFFFFFF", "empty", ""},
		{dirRail + "CT", "F0AAAA1F2F03", "→ AAAA", "rail.digits"},
		{dirRail + "FC", "F26F85FFFFFFFFFFFFFF", "→ EF.SSSSS", ""},
		{dirRail + "FC", "12F301414141FFFFFFFF", "213 (text 1)", "rail.rest"},
		{dirRail + "FC", "F26F", "", "short"},
		{dirRail + "2digits", "F16F88", "", "short"},
	} {
		in := strings.ReplaceAll(c.in, " ", "")
		got := decode(t, c.path, in, Context{})
		if got.Summary != c.summary || flagIDs(got) != c.flags {
			t.Errorf("%s %s: %q flags %q, want %q flags %q", c.path, in, got.Summary, flagIDs(got), c.summary, c.flags)
		}
		checkShown(t, c.path, unhex(t, in), got)
	}
	for _, v := range allVectors(t) {
		if d, ok := Lookup(v.File); ok && (strings.HasPrefix(v.File, dir5G) || strings.HasPrefix(v.File, dirRail)) {
			checkShown(t, v.File, v.bytes(t), d.Decode(v.bytes(t), Context{}))
		}
	}
}

// checkShown is checkDecoded, and no gap in the texts.
func checkShown(t *testing.T, path string, data []byte, d Decoded) {
	t.Helper()
	checkDecoded(t, path, data, d)
	for _, f := range d.Fields {
		if s := f.Label + f.Value + f.Note; strings.Contains(s, "<ef.") || strings.Contains(s, "{") {
			t.Errorf("%s %X: field %s shows %q", path, data, f.ID, s)
		}
	}
	for _, f := range d.Flags {
		if s := f.String(); strings.ContainsAny(s, "{<") {
			t.Errorf("%s %X: flag %s reads %q", path, data, f.ID, s)
		}
	}
	if s := d.Summary + strings.Join(d.Columns, ""); strings.Contains(s, "<ef.") || strings.Contains(s, "{") {
		t.Errorf("%s %X: summary %q", path, data, s)
	}
}

// A rule reads as a sentence, and its parts lie where they are.
func TestURSPTree(t *testing.T) {
	const in = "80 2A 99F999 26 0024 01 000E 10C0000200FFFFFF00 5001BB 3006 0011 000F 01 000C 0204 0100007B 04 04 03696D73 FF"
	d := decode(t, dir5G+"URSP", strings.ReplaceAll(in, " ", ""), Context{})
	var lines []string
	for _, f := range d.Fields {
		lines = append(lines, fmt.Sprintf("%d %s @%d+%d", f.Depth, f.Value, f.Offset, f.Length))
	}
	want := []string{
		"0 999 99 @2+3",
		"1 traffic to 192.0.2.0/24, port 443, TCP → slice SST 1 SD 00007B, DNN ims @6+38",
		"2 traffic to 192.0.2.0/24, port 443, TCP @9+16",
		"3 to 192.0.2.0/24 @11+9",
		"3 port 443 @20+3",
		"3 TCP @23+2",
		"2 slice SST 1 SD 00007B, DNN ims @27+17",
		"3 slice SST 1 SD 00007B @32+6",
		"3 DNN ims @38+6",
	}
	if !slices.Equal(lines, want) || len(d.Flags) != 0 {
		t.Errorf("shows\n%s\nflags %q, want\n%s", strings.Join(lines, "\n"), flagIDs(d), strings.Join(want, "\n"))
	}
}

// Keys are masked in every form, and the bytes come back all the same.
func TestFiveGKeysStayHidden(t *testing.T) {
	key := strings.Repeat("5AC3", 16)
	for path, in := range map[string]string{
		dir5G + "5GS3GPPNSC":  "A0378001038120" + key + "820400000000830400000000840122850121FFFF",
		dir5G + "5GSN3GPPNSC": "A02A8001038120" + key + "87035AC35A",
		dir5G + "5GAUTHKEYS":  "8020" + key + "8120" + key + "8220" + key + "83020001840200025502" + "5AC3FF",
	} {
		d, _ := Lookup(path)
		got := decode(t, path, in, Context{})
		secrets := 0
		for _, f := range got.Fields {
			if f.Secret {
				secrets++
			}
			if strings.Contains(f.Value+f.Note+f.Label, "5AC3") || f.Secret && f.Value != safe.NewSecret(nil).String() {
				t.Errorf("%s: %s is shown as %s", path, f.ID, f.Value)
			}
		}
		if secrets == 0 {
			t.Errorf("%s: no field is secret", path)
		}
		for _, s := range []string{fmt.Sprintf("%+v", got), fmt.Sprintf("%#v", got.Value), mustJSON(t, got.Value)} {
			if strings.Contains(strings.ToUpper(s), "5AC3") || strings.Contains(s, "90 195") {
				t.Errorf("%s: the key shows in %s", path, s)
			}
		}
		out, err := d.Encode(got.Value, len(in)/2)
		if err != nil || !bytes.Equal(out, unhex(t, in)) {
			t.Errorf("%s: written as %X, %v", path, out, err)
		}
		// What was masked cannot come back from JSON and pass for a key.
		if v, err := d.Parse([]byte(mustJSON(t, got.Value))); err == nil {
			t.Errorf("%s: masked keys were taken as %+v", path, v)
		}
		v, err := d.Parse([]byte("{}"))
		if err != nil {
			t.Fatal(err)
		}
		if out, err := d.Encode(v, 8); err != nil || !allFF(out) {
			t.Errorf("%s: cleared as %X, %v", path, out, err)
		}
	}
}

func TestFiveGCleared(t *testing.T) {
	d, _ := Lookup(dir5G + "5GS3GPPLOCI")
	out, err := d.Encode(ClearedFiveGSLOCI(), 20)
	if want := unhex(t, strings.Repeat("FF", 16)+"00000001"); err != nil || !bytes.Equal(out, want) {
		t.Errorf("cleared as %X, %v, want %X", out, err, want)
	}
}

// Damaged files: no panic, offsets inside, written back as they were; and what
// was not flagged reads the same when it is written anew from JSON.
func TestFiveGMutants(t *testing.T) {
	type job struct {
		path string
		in   []byte
	}
	var jobs []job
	for _, v := range allVectors(t) {
		for _, path := range v.Paths() {
			home, name, _ := strings.Cut(path, "/EF.")
			if slices.Contains(strings.Fields(fiveGPaths[home]), name) {
				jobs = append(jobs, job{path, v.bytes(t)})
			}
		}
	}
	r := rand.New(rand.NewPCG(5, 31102))
	clean := 0
	for range 40_000 {
		j := jobs[r.IntN(len(jobs))]
		in := mutate(r, bytes.Clone(j.in), jobs[r.IntN(len(jobs))].in)
		if len(in) == 0 {
			continue
		}
		d, _ := Lookup(j.path)
		got := d.Decode(in, Context{})
		checkDecoded(t, j.path, in, got)
		out, err := d.Encode(got.Value, len(in))
		if err == nil && !bytes.Equal(out, in) || err != nil && len(got.Flags) == 0 {
			t.Fatalf("%s %X was written as %X, %v", j.path, in, out, err)
		}
		was := mustJSON(t, got.Value)
		if len(got.Flags) > 0 || got.Empty || strings.Contains(was, "••••") {
			continue
		}
		clean++
		out, err = d.Encode(viaJSON(t, got.Value, false), len(in))
		if err != nil {
			t.Fatalf("%s %X cannot be written anew: %v", j.path, in, err)
		}
		if is := mustJSON(t, d.Decode(out, Context{}).Value); canonical(t, []byte(is)) != canonical(t, []byte(was)) {
			t.Fatalf("%s %X was written anew as %X:\n%s\nis now\n%s", j.path, in, out, was, is)
		}
	}
	if clean < 4000 {
		t.Errorf("only %d files were whole", clean)
	}
}

// mutate damages b in a few places, or adds a part of another file.
func mutate(r *rand.Rand, b, other []byte) []byte {
	for range 1 + r.IntN(4) {
		if len(b) == 0 {
			break
		}
		i := r.IntN(len(b))
		switch r.IntN(6) {
		case 0:
			b[i] = byte(r.UintN(256))
		case 1:
			b[i] ^= 1 << r.IntN(8)
		case 2:
			b = b[:i]
		case 3:
			b = slices.Insert(b, i, byte(r.UintN(256)))
		case 4:
			b = slices.Delete(b, i, i+1)
		case 5:
			b = append(b, other[:r.IntN(len(other)+1)]...)
		}
	}
	return b
}

// As many parts as a file can hold take memory in proportion to it.
func TestFiveGCrowded(t *testing.T) {
	const size = 64 << 10
	for path, in := range map[string]string{
		"URSP": "8082FFFB" + "99F99982FFF4" + "0000", "SOR-CMCI": "8082FFFB" + "0000", "CAG": "FFFD" + "00",
		"SUCI_Calc_Info": "A082FFFB" + "0101", "TN3GPPSNN": "FF" + "8000", "5GAUTHKEYS": "8700",
	} {
		head := unhex(t, in)
		data := append(head, bytes.Repeat(head[len(head)-2:], size/2)...)[:size]
		if path == "CAG" {
			data = append(head[:2:2], make([]byte, size-2)...)
		}
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		d, _ := Lookup(dir5G + path)
		got := d.Decode(data, Context{})
		runtime.ReadMemStats(&after)
		if used := (after.TotalAlloc - before.TotalAlloc) >> 20; used > 128 || len(got.Fields) < 30_000 || len(got.Summary) > 1000 {
			t.Errorf("%s: %d MiB for %d lines, %d bytes of summary", path, used, len(got.Fields), len(got.Summary))
		}
	}
}

// Every identifier that the helpers of these files take has its sentence.
func TestFiveGTexts(t *testing.T) {
	field := regexp.MustCompile(`\.(?:line|head|network|plain|railValue|count|counter|key|secret|trackingArea|waitRange|add)\("([a-z0-9_]+)"`)
	setting := regexp.MustCompile(`\.settings\(data\[0\], ([^)]*)\)`)
	quoted := regexp.MustCompile(`"([^"]+)"`)
	found := 0
	for _, pattern := range []string{"nested.go", "ursp*.go", "suci.go", "sor.go", "cag.go", "mbs.go", "fiveg*.go", "eirene*.go"} {
		for _, name := range glob(t, pattern) {
			b, err := os.ReadFile(name)
			if err != nil {
				t.Fatal(err)
			}
			var ids []string
			for _, m := range field.FindAllSubmatch(b, -1) {
				ids = append(ids, string(m[1]))
			}
			for _, m := range setting.FindAllSubmatch(b, -1) {
				for _, q := range quoted.FindAllSubmatch(m[1], -1) {
					ids = append(ids, string(q[1]))
				}
			}
			for _, id := range ids {
				found++
				if !texts.Has("ef.field." + id) {
					t.Errorf("%s: no label for %s", name, id)
				}
			}
		}
	}
	if found < 80 {
		t.Errorf("only %d labels found", found)
	}
	var words []string
	for prefix, c := range map[string]codes{
		"suci": protectionSchemes, "supi": supiTypes, "nid": assignmentModes, "sor": sorCriteria, "ursp.session": pduSessionTypes,
		"ursp.access": accessTypes, "ursp.cap": connectionCapabilities, "rail.table": nextTables, "rail": callCauses,
	} {
		for _, name := range c {
			words = append(words, prefix+"."+name)
		}
	}
	for _, w := range words {
		if !texts.Has("ef.word." + w) {
			t.Errorf("no word for %s", w)
		}
	}
	for _, k := range trafficKinds {
		if !texts.Has("ef.ursp.td." + k.name) {
			t.Errorf("no words for %s", k.name)
		}
	}
	for _, k := range routeKinds {
		if !texts.Has("ef.ursp.rsd." + k.name) {
			t.Errorf("no words for %s", k.name)
		}
	}
}

func glob(t *testing.T, pattern string) []string {
	t.Helper()
	entries, err := os.ReadDir(".")
	if err != nil {
		t.Fatal(err)
	}
	re := regexp.MustCompile("^" + strings.ReplaceAll(regexp.QuoteMeta(pattern), `\*`, ".*") + "$")
	var out []string
	for _, e := range entries {
		if re.MatchString(e.Name()) && !strings.HasSuffix(e.Name(), "_test.go") {
			out = append(out, e.Name())
		}
	}
	if len(out) == 0 {
		t.Fatalf("no file is called %s", pattern)
	}
	return out
}

// Seconds of RFC 5905 on both sides of the turn of their era.
func TestNTP(t *testing.T) {
	for _, s := range []string{"1968-01-20T03:14:08Z", "2026-01-01T00:00:00Z", "2036-02-07T06:28:15.5Z", "2036-02-07T06:28:16Z", "2104-02-26T09:42:23Z"} {
		b, err := ntpBytes("start_time", s)
		if err != nil {
			t.Errorf("%s: %v", s, err)
			continue
		}
		var v uint64
		for _, c := range b {
			v = v<<8 | uint64(c)
		}
		if got := ntpTime(v).Format("2006-01-02T15:04:05.999999999Z07:00"); got != s {
			t.Errorf("%s became %s (%X)", s, got, b)
		}
	}
	if _, err := ntpBytes("start_time", "1960-01-01T00:00:00Z"); err == nil {
		t.Error("a time before the era was taken")
	}
}
