package cli

import (
	"bytes"
	"encoding/json"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"simscope/card/virtual"
)

const (
	objectsFile = "ADF.ISIM/EF.IMSConfigData"
	bookFile    = "MF/DF.TELECOM/EF.ADN"
)

// TestReadPart: one record or object of a file, in words, in JSON and as
// bytes alone.
func TestReadPart(t *testing.T) {
	for _, tc := range []struct {
		args      string
		code      int
		has, lack string
	}{
		{bookFile + " --record-number 2", ExitOK, "+447700900102", "  1  "},
		{bookFile + " --record-number 2 --raw", ExitOK, "80674E96F7FFFFFF", "+447700900102"},
		{bookFile + " --record-number 51", ExitUsage, "", "+44"},
		{bookFile + " --record-number 0", ExitUsage, "", "+44"},
		{bookFile + " --tag 80", ExitUsage, "", "+44"},
		{objectsFile + " --tag 80", ExitOK, "80  00", "ims-config"},
		{objectsFile + " --tag 81 --raw", ExitOK, "3C3F786D6C", "ims-config"},
		{objectsFile + " --tag 99", ExitUsage, "", "ims-config"},
		{objectsFile + " --record-number 1", ExitUsage, "", "ims-config"},
		{"ADF.USIM/EF.IMSI --raw", ExitOK, "089999991032547698\n", "IMSI"},
		{"ADF.USIM/EF.IMSI --record-number 1", ExitUsage, "", "9999"},
		{"ADF.USIM/EF.Keys --raw", ExitNotAllowed, "", "3132"},
	} {
		r := run("1234\n", append([]string{"--demo", "--verify", "pin1", "read"}, strings.Fields(tc.args)...)...)
		if r.code != tc.code || !strings.Contains(r.out, tc.has) || strings.Contains(r.out, tc.lack) {
			t.Errorf("%s: %d, want %d\n%s%s", tc.args, r.code, tc.code, r.out, r.err)
		}
	}
}

// TestReadPartJSON: what a whole file gives stays; a part adds its number and
// has one value.
func TestReadPartJSON(t *testing.T) {
	read := func(args ...string) map[string]any {
		t.Helper()
		r := mustRun(t, "1234\n", append([]string{"--demo", "--verify", "pin1", "--json", "read"}, args...)...)
		var doc map[string]any
		if err := json.Unmarshal([]byte(r.out), &doc); err != nil {
			t.Fatal(err)
		}
		return doc
	}
	whole := read(bookFile)
	if list, ok := whole["decoded"].([]any); !ok || len(list) != 50 || whole["record"] != nil || whole["tag"] != nil {
		t.Errorf("the whole file: %d values", len(list))
	}
	one := read(bookFile, "--record-number", "2")
	value, _ := one["decoded"].(map[string]any)
	if one["record"] != 2.0 || value["dialling_number"] != "447700900102" {
		t.Errorf("a record: %v", one)
	}
	if free := read(bookFile, "--record-number", "50"); free["decoded"] != nil {
		t.Errorf("a free record: %v", free["decoded"])
	}
	object := read(objectsFile, "--tag", "80")
	if value, _ := object["decoded"].(map[string]any); object["tag"] == nil || value["tag"] != "80" {
		t.Errorf("an object: %v", object)
	}
	if raw := read(bookFile, "--raw"); raw["decoded"] != nil || raw["content"] == nil {
		t.Error("--raw decodes")
	}
}

// TestChangeObject: an object is edited by its meaning, written as bytes,
// deleted, and all of it taken back.
func TestChangeObject(t *testing.T) {
	undo := filepath.Join(t.TempDir(), "undo.json")
	const secrets = "1234\n9F1C20D47A3B55E8\n"
	do := func(in string, args ...string) planJSON {
		t.Helper()
		r := mustRun(t, secrets+in, append([]string{"--demo", "--verify", "pin1", "--verify", "adm1", "--json"}, args...)...)
		doc := planDoc(t, r.out)
		if !doc.Done || len(doc.Steps) != 1 || doc.Steps[0].Tag == 0 {
			t.Errorf("%v: %s", args, r.out)
		}
		return doc
	}
	doc := do(`{"tag":"81","document":"<a/>"}`, "edit", objectsFile, "--tag", "81", "--from", "-", "--yes", "--undo", undo)
	if doc.Steps[0].New != "3C612F3E" || doc.Steps[0].After == doc.Steps[0].Before {
		t.Errorf("%+v", doc.Steps[0])
	}
	do("", "write", objectsFile, "--tag", "9F70", "0102", "--yes")
	if doc := do("", "write", objectsFile, "--tag", "80", "--delete", "--yes"); doc.Steps[0].New != "" {
		t.Errorf("%+v", doc.Steps[0])
	}
	if r := run(secrets, "--demo", "--verify", "pin1", "--verify", "adm1", "edit", objectsFile, "--from", "-", "--yes"); r.code != ExitUsage {
		t.Errorf("without a tag: %+v", r)
	}
	if r := run("", "--demo", "plan", "show", undo); r.code != ExitOK || !strings.Contains(r.out, "object 81") {
		t.Errorf("%+v", r)
	}
}

// What does not fit is said where a file is read, with the record it is about,
// and a file that holds nothing says so. No row is wider than a terminal of 80.
func TestReadTellsWhatDoesNotFit(t *testing.T) {
	img, err := virtual.OpenBuiltin("lab")
	if err != nil {
		t.Fatal(err)
	}
	var visit func(f *virtual.File)
	visit = func(f *virtual.File) {
		switch {
		case f.Link != "":
		case f.Name == "EF.SPDI":
			f.Data = virtual.Hex{0xA3, 0x08, 0x80}
		case f.Name == "EF.ADN":
			copy(f.Records[1], []byte{0x80, 0xD8, 0x00})
			f.Records[2] = append(f.Records[2][:len(f.Records[2]):len(f.Records[2])], make([]byte, 32-len(f.Records[2]))...)
			f.Records[2][31] = 5
		case f.Name == "EF.EXT1":
			for len(f.Records) < 5 {
				f.Records = append(f.Records, nil)
			}
			f.Records[4] = virtual.Hex{2, 1, 0x11, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 5}
		}
		for _, c := range f.Children {
			visit(c)
		}
	}
	visit(img.MF)
	for _, a := range img.Apps {
		visit(a.ADF)
	}
	card := imageFile(t, img)
	for file, want := range map[string][]string{
		"ADF.USIM/EF.SPDI":     {"! The objects cannot be read to the end"},
		"MF/DF.TELECOM/EF.ADN": {"! record 2: A character is half of a pair", "! record 3: Record 5 of EF.EXT1 leads back to itself", "21 of 50 records are in use."},
		"ADF.USIM/EF.NETPAR":   {"Nothing is written in it."},
		"ADF.USIM/EF.GBANL":    {"Nothing is written in it.", "and 80 bytes FF"},
	} {
		r := mustRun(t, "", "--image", card, "read", file)
		for _, s := range want {
			if strings.Count(r.out, s) != 1 && s[0] != 'a' || !strings.Contains(r.out, s) {
				t.Errorf("%s: %q is not said once in\n%s", file, s, r.out)
			}
		}
		bytes := regexp.MustCompile(`^ {0,3}[0-9A-F]* ( [0-9A-F]{2})+$`)
		for _, l := range strings.Split(r.out, "\n") {
			if bytes.MatchString(l) && len(l) > 80 {
				t.Errorf("%s: %d wide: %s", file, len(l), l)
			}
		}
	}
	var doc struct{ Flags []string }
	r := mustRun(t, "", "--image", card, "read", "MF/DF.TELECOM/EF.ADN", "--record-number", "2", "--json")
	if err := json.Unmarshal([]byte(r.out), &doc); err != nil || len(doc.Flags) != 1 || !strings.HasPrefix(doc.Flags[0], "record 2: ") {
		t.Errorf("%v %q", err, doc.Flags)
	}
	if r = mustRun(t, "", "--image", card, "read", "MF/DF.TELECOM/EF.ADN", "--record-number", "30"); !strings.Contains(r.out, "Nothing is written in record 30.") {
		t.Errorf("%s", r.out)
	}
}

// A single long value does not push what stands behind the others out of
// sight, and an empty file says so in a sentence.
func TestDecodeColumns(t *testing.T) {
	r := mustRun(t, "", "decode", "ADF.USIM/DF.5GS/EF.SUCI_Calc_Info",
		"A0 02 01 01 A1 26 80 01 1E 81 21 02 72 DA 71 97 62 34 CE 83 3A 69 07 42 58 67 B8 2E 07 4D 44 EF 90 7D FB 4B 3E 21 C1 C2 25 6E BC D1")
	var scheme string
	for _, l := range strings.Split(r.out, "\n") {
		if strings.Contains(l, "Protection scheme") {
			scheme = l
		}
	}
	if !strings.Contains(r.out, "0272DA71976234CE833A6907425867B82E074D44EF907DFB4B3E21C1C2256EBCD1  33 bytes") || len(scheme) > 80 || !strings.Contains(scheme, "choice 1") {
		t.Errorf("%s", r.out)
	}
	if r = mustRun(t, "", "decode", "EF.SPDI", "FFFFFF"); !strings.Contains(r.out, "Nothing is written in it.") {
		t.Errorf("%s", r.out)
	}
}

// Only bytes FF are left to a word: others at the end of a long record stand
// there, also those that are no letters.
func TestBytesAtTheEndOfARecord(t *testing.T) {
	row := bytes.Repeat([]byte{0x11}, 16)
	for _, tt := range []struct {
		end  byte
		says bool
	}{{0xFF, true}, {0x80, false}} {
		var b strings.Builder
		printBytes(&b, "  1", append(slices.Clone(row), bytes.Repeat([]byte{tt.end}, 20)...))
		if got := strings.Contains(b.String(), "and 20 bytes FF"); got != tt.says {
			t.Errorf("bytes %02X: %s", tt.end, &b)
		}
	}
}
