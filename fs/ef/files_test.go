package ef

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"regexp"
	"runtime"
	"slices"
	"strings"
	"testing"

	"simscope/card/safe"
	"simscope/texts"
)

func decode(t testing.TB, path, in string, c Context) Decoded {
	t.Helper()
	d, ok := Lookup(path)
	if !ok {
		t.Fatalf("%s cannot be decoded", path)
	}
	return d.Decode(unhex(t, in), c)
}

func flagIDs(d Decoded) string {
	var out []string
	for _, f := range d.Flags {
		out = append(out, strings.TrimPrefix(f.ID, "flag."))
	}
	return strings.Join(out, " ")
}

// What each file's own traps look like on screen: path, bytes, summary, flags.
func TestFiles(t *testing.T) {
	for _, c := range []struct{ path, in, summary, flags string }{
		{"MF/EF.ICCID", "98991000214365870931", "89990100123456789013", ""},
		{"MF/EF.ICCID", "989910F02143658709F1", "8999010", "filler iccid.length"},
		{"MF/EF.ICCID", "989910002143658709FF", "899901001234567890", ""},
		{"MF/EF.ICCID", "98995B00214365870931", "8999B500123456789013", ""},
		{"MF/EF.ICCID", "9899FFFFFFFFFFFFFFFF", "8999", "iccid.length"},
		{"MF/EF.ICCID", "FFFFFFFFFFFFFFFFFFFF", "empty", ""},
		{"MF/EF.ICCID", "9899", "8999", "short iccid.length"},
		{"ADF.USIM/EF.IMSI", "089999991032547698", "999 99 0123456789", ""},
		{"ADF.USIM/EF.IMSI", "0809101010325476F8", "001 01 012345678", "imsi.parity"},
		{"ADF.USIM/EF.IMSI", "080110101032547698", "001 01 0123456789", "imsi.parity"},
		{"ADF.USIM/EF.IMSI", "099999991032547698", "999 99 0123456789", "imsi.length"},
		{"ADF.USIM/EF.IMSI", "089A99991032547698", "999 99 0123456789", "imsi.type"},
		{"ADF.USIM/EF.IMSI", "0899A9991032547698", "99A 99 0123456789", "imsi.digit"},
		{"ADF.USIM/EF.AD", "00000004", "normal", "ad.mnc"},
		{"ADF.USIM/EF.AD", "33000002", "unknown", "ad.mode"},
		{"MF/DF.GSM/EF.AD", "0000", "", "short"},
		{"MF/EF.PL", "656E7A68FFFF", "English, Chinese", ""},
		{"ADF.USIM/EF.LI", "656E31", "English", "odd"},
		{"ADF.USIM/EF.LI", "3132", "12", "language"},
		{"MF/DF.GSM/EF.LP", "010423FF", "English, Spanish, Russian", ""},
		{"MF/DF.GSM/EF.LP", "77", "77", "lp"},
		{"ADF.USIM/EF.FPLMN", "99F99964F000FFFFFF64F0", "999 99, 460 00", "odd"},
		{"ADF.USIM/EF.FPLMN", "9AF999", "A99 99", "plmn"},
		{"ADF.USIM/EF.PLMNwAcT", "99F9994000FFFFFF0000", "999 99", ""},
		{"ADF.USIM/EF.PLMNwAcT", "99F9990001", "999 99", "act"},
		{"ADF.USIM/EF.HPPLMN", "0A", "1 h", ""},
		{"ADF.USIM/EF.HPPLMN", "00", "never", ""},
		{"ADF.USIM/EF.HPPLMN", "51", "486 min", "hpplmn"},
		{"ADF.USIM/EF.ACC", "0400", "10", "acc.10"},
		{"ADF.USIM/EF.ACC", "8008", "3, 15", ""},
		{"ADF.USIM/EF.LOCI", "FFFFFFFFFFFFFF0000FF01", "not updated", ""},
		{"ADF.USIM/EF.LOCI", "0102030499F9991A2BFF05", "999 99  1A2B · reserved", "loci.status"},
		{"ADF.USIM/EF.PSLOCI", "FFFFFFFFFFFFFF99F9991A2B0100", "999 99  1A2B · updated", ""},
		{"ADF.USIM/EF.EPSLOCI", "0BF699F9990001020304050699F9991A2B00", "999 99  1A2B · updated", ""},
		{"ADF.USIM/EF.EPSLOCI", "0CF699F9990001020304050699F9991A2B00", "999 99  1A2B · updated", "guti"},
		{"ADF.USIM/EF.EPSLOCI", "FFFFFFFFFFFFFFFFFFFFFFFFFFFFFF000001", "not updated", ""},
		{"ADF.USIM/EF.SPN", "0180661F8FB079FB52A8FFFFFFFFFFFFFF", "星辰移动", ""},
		{"ADF.USIM/EF.SPN", "031B5B4D", "\uFFFDM", "short alpha.escape"},
		{"ADF.USIM/EF.SPN", "000A4D0D4DFFFFFFFFFFFFFFFFFFFFFFFF", "␊M␍M", ""},
		{"MF/DF.TELECOM/EF.ADN", "416461FF0791447700091032FFFFFFFFFFFF", "Ada  +447700900123", ""},
		{"MF/DF.TELECOM/EF.ADN", "410C91447700091032FFFFFFFFFFFF", "A  +447700900123", "number.length"},
		{"MF/DF.TELECOM/EF.ADN", "41FF91447700091032FFFFFFFFFFFF", "A  +447700900123", "number.unlength"},
		{"MF/DF.TELECOM/EF.ADN", "FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF", "empty", ""},
		{"ADF.USIM/EF.BDN", "420781447700091032FFFFFFFFFFFF01", "B  447700900123", ""},
		{"ADF.USIM/EF.EXT2", "0203214365FFFFFFFFFFFFFFFF", "further digits  123456", ""},
		{"ADF.USIM/EF.EXT2", "00FFFFFFFFFFFFFFFFFFFFFFFF", "empty", ""},
		{"ADF.USIM/EF.EXT2", "04FFFFFFFFFFFFFFFFFFFFFF01", "unknown", "ext.type"},
		{"ADF.USIM/EF.ECC", "11F2FF506F6C696365FF01", "112  Police  police", ""},
		{"ADF.USIM/EF.ECC", "11F2FF80", "112", "ecc.category"},
		{"MF/DF.GSM/EF.ECC", "11F2FF19F1FFFFFFFF", "112, 911", ""},
		{"ADF.ISIM/EF.IMPI", "80054061622E63FFFF", "@ab.c", ""},
		{"ADF.ISIM/EF.IMPI", "8105406162", "", "tlv uri.tag"},
		{"ADF.ISIM/EF.DOMAIN", "8002C328", "\uFFFD(", "utf8"},
		{"ADF.ISIM/EF.IMPU", "FFFFFF", "empty", ""},
		{"MF/EF.DIR", "610B4F05A00000008750024142", "AB  A000000087", ""},
		{"MF/EF.DIR", "61044F02A000", "A000", "dir.aid"},
		{"MF/EF.DIR", "4F02A000", "", "dir.template"},
		{"MF/EF.DIR", "61104F05A0", "", "tlv dir.template"},
		{"ADF.USIM/EF.SMSS", "07FF", "room for messages", ""},
		{"ADF.USIM/EF.SMSS", "07FE", "message memory is full", ""},
		{"MF/DF.GSM/EF.Phase", "03", "phase 2, with PROFILE DOWNLOAD", ""},
		{"MF/DF.GSM/EF.Phase", "77", "77", "phase"},
		{"MF/EF.UMPC", "FFFF00FFFF", "not given", ""},
		{"ADF.USIM/EF.EST", "05", "2 of 8 services available", ""},
		{"ADF.USIM/EF.EST", "08", "1 of 8 services available", "service.unassigned"},
		{"ADF.USIM/EF.UST", "0000000000", "0 of 40 services available", "ust.33"},
		{"MF/DF.GSM/EF.SST", "0D", "1 of 4 services available", ""},
	} {
		got := decode(t, c.path, c.in, Context{MNCLength: 2})
		if got.Summary != c.summary || flagIDs(got) != c.flags {
			t.Errorf("%s %s: %q flags %q, want %q flags %q", c.path, c.in, got.Summary, flagIDs(got), c.summary, c.flags)
		}
	}
}

func TestIMSIWithoutKnownLength(t *testing.T) {
	d := decode(t, "ADF.USIM/EF.IMSI", "089999991032547698", Context{MNCLength: 3})
	if d.Fields[1].Value != "999 990" {
		t.Errorf("with three digits the network is %s", d.Fields[1].Value)
	}
	d = decode(t, "ADF.USIM/EF.IMSI", "089999991032547698", Context{})
	if !strings.Contains(d.Fields[1].Note, "guess") || !strings.Contains(d.Fields[1].Note, "private") {
		t.Errorf("a guessed network says %q", d.Fields[1].Note)
	}
}

func TestDialDigits(t *testing.T) {
	d := decode(t, "MF/DF.TELECOM/EF.ADN", "0381A1CBFFFFFFFFFFFFFFFFFFFF", Context{})
	if v := d.Value.(DialNumber); v.Number != "1*#p" {
		t.Errorf("A1 CB reads %q", v.Number)
	}
	d = decode(t, "MF/DF.TELECOM/EF.ADN", "0381D1E2FFFFFFFFFFFFFFFF0307", Context{})
	v := d.Value.(DialNumber)
	if v.Number != "1?2e" || v.Capability != 3 || v.Extension != 7 {
		t.Errorf("D1 E2 reads %+v", v)
	}
	last := d.Fields[len(d.Fields)-1]
	if last.ID != "extension_record" || last.Value != "record 7" || last.Note == "" {
		t.Errorf("the extension record is shown as %+v", last)
	}
}

// Keys are masked in every form a decoded file has.
func TestKeysStayHidden(t *testing.T) {
	key := strings.Repeat("5AC3", 8)
	for path, in := range map[string]string{
		"ADF.USIM/EF.Keys": "03" + key + key, "ADF.USIM/EF.KeysPS": "03" + key + key,
		"MF/DF.GSM/EF.Kc": key[:16] + "03", "MF/DF.GSM/EF.KcGPRS": key[:16] + "03",
		"ADF.USIM/DF.GSM-ACCESS/EF.Kc": key[:16] + "03", "ADF.USIM/DF.GSM-ACCESS/EF.KcGPRS": key[:16] + "03",
	} {
		got := decode(t, path, in, Context{})
		secrets := 0
		for _, f := range got.Fields {
			if f.Secret {
				secrets++
				if f.Value != "••••" {
					t.Errorf("%s: %s is shown as %s", path, f.ID, f.Value)
				}
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
	}
}

func TestCleared(t *testing.T) {
	for _, c := range []struct {
		path  string
		value any
		want  string
	}{
		{"ADF.USIM/EF.LOCI", ClearedLOCI(), "FFFFFFFFFFFFFF0000FF01"},
		{"ADF.USIM/EF.PSLOCI", ClearedPSLOCI(), "FFFFFFFFFFFFFFFFFFFF0000FF01"},
		{"ADF.USIM/EF.EPSLOCI", ClearedEPSLOCI(), "FFFFFFFFFFFFFFFFFFFFFFFFFFFFFF000001"},
		{"ADF.USIM/EF.FPLMN", NetworkList{}, "FFFFFFFFFFFF"},
		{"MF/DF.TELECOM/EF.ADN", DialNumber{Capability: 0xFF, Extension: 0xFF}, "FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF"},
		{"MF/EF.PL", &Languages{Languages: []string{"zh"}}, "7A68FFFF"},
	} {
		d, _ := Lookup(c.path)
		got, err := d.Encode(c.value, len(c.want)/2)
		if err != nil || !bytes.Equal(got, unhex(t, c.want)) {
			t.Errorf("%s is cleared as %X, %v, want %s", c.path, got, err, c.want)
		}
	}
}

// An edited value is written anew and reads as it was edited.
func TestEdit(t *testing.T) {
	in := unhex(t, "416461FF0791447700091032FFFFFFFFFFFF")
	d, _ := Lookup("MF/DF.TELECOM/EF.ADN")
	v := d.Decode(in, Context{}).Value.(DialNumber)
	v.AlphaID, v.Number = "Bea", "+44 7700 900456"
	out, err := d.Encode(v, len(in))
	if err != nil {
		t.Fatal(err)
	}
	if got := d.Decode(out, Context{}); got.Summary != "Bea  +447700900456" {
		t.Errorf("%X reads %q", out, got.Summary)
	}
}

func TestRefusals(t *testing.T) {
	two := 4
	for _, c := range []struct {
		path  string
		value any
		size  int
		id    string
	}{
		{"MF/DF.TELECOM/EF.ADN", DialNumber{AlphaID: "Adalbert"}, 18, "alpha"},
		{"MF/DF.TELECOM/EF.ADN", DialNumber{Number: strings.Repeat("1", 21)}, 18, "digits"},
		{"MF/DF.TELECOM/EF.ADN", DialNumber{Number: "12x"}, 18, "digit"},
		{"MF/DF.TELECOM/EF.ADN", DialNumber{}, 10, "size"},
		{"MF/DF.TELECOM/EF.ADN", "a string", 18, "type"},
		{"MF/DF.TELECOM/EF.ADN", (*DialNumber)(nil), 18, "type"},
		{"MF/EF.ICCID", ICCID{ICCID: "8999"}, 10, "iccid"},
		{"MF/EF.ICCID", ICCID{ICCID: "8999010012345678901X"}, 10, "digit"},
		{"ADF.USIM/EF.IMSI", IMSI{IMSI: "99999"}, 9, "imsi"},
		{"ADF.USIM/EF.IMSI", IMSI{IMSI: "9999901234A6789"}, 9, "digit"},
		{"ADF.USIM/EF.AD", AD{OperationMode: "loud"}, 4, "ad.mode"},
		{"ADF.USIM/EF.AD", AD{OperationMode: "normal", MNCLength: &two}, 4, "ad.mnc"},
		{"ADF.USIM/EF.ACC", ACC{Classes: []int{10}}, 2, "acc"},
		{"ADF.USIM/EF.ACC", ACC{Classes: []int{-1}}, 2, "acc"},
		{"ADF.USIM/EF.HPPLMN", HPPLMN{Period: 81}, 1, "hpplmn"},
		{"ADF.USIM/EF.FPLMN", NetworkList{Networks: make([]Network, 5)}, 12, "entries"},
		{"ADF.USIM/EF.FPLMN", NetworkList{}, 11, "multiple"},
		{"ADF.USIM/EF.FPLMN", NetworkList{Networks: []Network{{MCC: "99"}}}, 12, "plmn"},
		{"ADF.USIM/EF.PLMNwAcT", NetworkList{Networks: []Network{{MCC: "999", MNC: "99", Act: []string{"6G"}}}}, 40, "act"},
		{"ADF.USIM/EF.LI", Languages{Languages: []string{"eng"}}, 4, "language"},
		{"ADF.USIM/EF.LI", Languages{Languages: []string{"en", "zh"}}, 2, "size"},
		{"ADF.USIM/EF.LOCI", LOCI{TMSI: fill(4), LAI: Area{Code: Hex{0, 0}}, Status: "sleepy"}, 11, "status"},
		{"ADF.USIM/EF.LOCI", LOCI{TMSI: fill(4), Status: "updated"}, 11, "length"},
		{"ADF.USIM/EF.LOCI", LOCI{}, 11, "size"},
		{"ADF.USIM/EF.SPN", SPN{SPN: "星辰移动星辰移动星"}, 17, "alpha"},
		{"ADF.ISIM/EF.IMPI", URI{Text: "0123456789"}, 5, "size"},
		{"ADF.ISIM/EF.IMPI", URI{Text: "\xff"}, 50, "utf8"},
	} {
		d, _ := Lookup(c.path)
		b, err := d.Encode(c.value, c.size)
		var refused *EncodeError
		if !errors.As(err, &refused) || refused.ID != "ef.refuse."+c.id {
			t.Errorf("%s %+v in %d bytes gave %X, %v, want the refusal %s", c.path, c.value, c.size, b, err, c.id)
		} else if s := err.Error(); strings.ContainsAny(s, "{<") {
			t.Errorf("%s: the refusal reads %q", c.path, s)
		}
	}
}

// Every file that the identity and everyday content of a card needs has its
// decoder in each of its homes.
func TestPaths(t *testing.T) {
	paths := Paths()
	if !slices.IsSorted(paths) {
		t.Error("paths are not sorted")
	}
	for home, names := range map[string]string{
		"MF": "ICCID DIR ARR PL UMPC",
		"ADF.USIM": "ARR IMSI AD UST EST SPN MSISDN FDN SDN BDN SMS SMSP SMSS LOCI PSLOCI EPSLOCI PLMNwAcT OPLMNwAcT HPLMNwAcT EHPLMN FPLMN " +
			"ACC LI HPPLMN ECC Keys KeysPS EXT2 EXT3 EXT4 EXT5",
		"ADF.USIM/DF.PHONEBOOK":      "ADN EXT1",
		"ADF.USIM/DF.GSM-ACCESS":     "Kc KcGPRS",
		"ADF.ISIM":                   "IMPI IMPU DOMAIN IST AD ARR SMS SMSP SMSS",
		"ADF.HPSIM":                  "ARR IMSI AD",
		"MF/DF.GSM":                  "IMSI AD SST SPN LOCI PLMNsel PLMNwAcT OPLMNwAcT HPLMNwAcT FPLMN ACC LP HPPLMN ECC Kc KcGPRS Phase",
		"MF/DF.TELECOM":              "ARR ADN FDN SDN LND BDN MSISDN SMS SMSP SMSS EXT1 EXT2 EXT3 EXT4",
		"MF/DF.TELECOM/DF.PHONEBOOK": "ADN EXT1",
		"MF/DF.CDMA":                 "CST SPN AD",
	} {
		for name := range strings.FieldsSeq(names) {
			path := home + "/EF." + name
			d, ok := Lookup(path)
			if !ok || d.Decode == nil || d.Name != "EF."+name || d.Spec == "" || !slices.Contains(paths, path) {
				t.Errorf("%s: decoder %+v", path, d)
			}
			if d.Record == (len(d.Headers) == 0) {
				t.Errorf("%s: record %v with headers %v", path, d.Record, d.Headers)
			}
			for _, h := range d.Headers {
				if !texts.Has(h) {
					t.Errorf("%s: no sentence for %s", path, h)
				}
			}
		}
	}
	if _, ok := Lookup("MF/EF.NONE"); ok {
		t.Error("a file that does not exist has a decoder")
	}
}

// Every identifier in the source has its sentence.
func TestTexts(t *testing.T) {
	names, err := os.ReadDir(".")
	if err != nil {
		t.Fatal(err)
	}
	patterns := map[string]*regexp.Regexp{
		"ef.field.":  regexp.MustCompile(`\.(?:add|secret|temporary|smspField|keySet|area|address|timestamp)\("([a-z_]+)"`),
		"flag.":      regexp.MustCompile(`(?:flag\(|"flag\.)"?([a-z0-9.]+)"`),
		"ef.refuse.": regexp.MustCompile(`refuse\("([a-z0-9.]+)"`),
		"ef.word.":   regexp.MustCompile(`word\("([a-z0-9._]+)"\)`),
		"":           regexp.MustCompile(`Say\("(ef\.[a-z0-9.]+[a-z0-9])"`),
	}
	found := 0
	for _, e := range names {
		if !strings.HasSuffix(e.Name(), ".go") || strings.HasSuffix(e.Name(), "_test.go") {
			continue
		}
		b, err := os.ReadFile(e.Name())
		if err != nil {
			t.Fatal(err)
		}
		for prefix, re := range patterns {
			for _, m := range re.FindAllSubmatch(b, -1) {
				found++
				if id := prefix + string(m[1]); !texts.Has(id) {
					t.Errorf("%s: no sentence for %s", e.Name(), id)
				}
			}
		}
	}
	if found < 150 {
		t.Errorf("only %d identifiers found", found)
	}
	var ids []string
	for _, list := range [][]string{lociStatus, pslociStatus, epsStatus} {
		for _, s := range list {
			ids = append(ids, "loci."+s)
		}
	}
	for _, s := range adModes {
		ids = append(ids, "ad."+s)
	}
	for _, s := range emergencyCategories {
		ids = append(ids, "ecc."+s)
	}
	for _, s := range statusReports {
		ids = append(ids, "sms.report."+s)
	}
	for _, s := range tonNames[1:] {
		ids = append(ids, "ton."+s)
	}
	for _, s := range []string{
		CondAlways, CondNever, CondAnd, CondOr, CondNot, CondUnknown,
	} {
		ids = append(ids, "cond."+s)
	}
	for c := range 256 {
		ids = append(ids, "alphabet."+alphabet(byte(c)))
		s, _ := smsStatus(byte(c))
		ids = append(ids, "sms."+s)
	}
	for _, id := range ids {
		if !texts.Has("ef.word." + id) {
			t.Errorf("no word for %s", id)
		}
	}
}

// A long file is decoded in memory in proportion to its length.
func TestLongFiles(t *testing.T) {
	const (
		size = 16 << 10
		most = size << 10
	)
	for _, path := range Paths() {
		d, _ := Lookup(path)
		for _, pattern := range []string{"00", "9A", "8101", "61", "99F999"} {
			data := bytes.Repeat(unhex(t, pattern), size)[:size]
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			d.Decode(data, Context{})
			runtime.ReadMemStats(&after)
			if used := after.TotalAlloc - before.TotalAlloc; used > most {
				t.Errorf("%s of %s: %d MiB", path, pattern, used>>20)
			}
		}
	}
}

// Whatever the bytes: no panic, nothing but safe text, offsets inside, no gap
// in the texts, and an unedited value is written back as it was.
func FuzzDecode(f *testing.F) {
	paths := Paths()
	for _, v := range allVectors(f) {
		if i := slices.Index(paths, v.File); i >= 0 {
			f.Add(i, v.bytes(f))
		}
	}
	f.Add(slices.Index(paths, "ADF.USIM/EF.SMS"), record(f, "01"+centre+"44"+sender+"00 00"+theTime+"09 050003CC0302 90 65"))
	f.Fuzz(func(t *testing.T, i int, data []byte) {
		if i < 0 {
			return
		}
		path := paths[i%len(paths)]
		d, _ := Lookup(path)
		before := bytes.Clone(data)
		got := d.Decode(data, Context{MNCLength: i % 4})
		checkDecoded(t, path, data, got)
		if !bytes.Equal(before, data) {
			t.Errorf("%s: the input was changed", path)
		}
		if d.Encode == nil || len(data) == 0 {
			return
		}
		if out, err := d.Encode(got.Value, len(data)); (err == nil && !bytes.Equal(out, data)) || (err != nil && len(flagIDs(got)) == 0) {
			t.Errorf("%s: %X was written as %X, %v", path, data, out, err)
		}
	})
}

// A text that is no UTF-8 comes back from JSON as it was.
func TestUneditedTextThatIsNoUTF8(t *testing.T) {
	d, _ := Lookup("ADF.ISIM/EF.IMPI")
	in := []byte{0x80, 3, 'a', 0xFE, 'b'}
	if got, err := d.Encode(viaJSON(t, d.Decode(in, Context{}).Value, true), len(in)); err != nil || !bytes.Equal(got, in) {
		t.Errorf("%X was written as %X, %v", in, got, err)
	}
}

func checkDecoded(t *testing.T, path string, data []byte, d Decoded) {
	t.Helper()
	shown := append([]string{d.Summary}, d.Columns...)
	for _, f := range d.Fields {
		if f.Offset < 0 || f.Length < 0 || f.Offset+f.Length > len(data) {
			t.Errorf("%s %X: field %s lies at %d+%d", path, data, f.ID, f.Offset, f.Length)
		}
		shown = append(shown, f.Value, f.Note, f.Label)
	}
	for _, f := range d.Flags {
		if f.Offset < 0 || f.Length < 0 || f.Offset+f.Length > len(data) {
			t.Errorf("%s %X: flag %s lies at %d+%d", path, data, f.ID, f.Offset, f.Length)
		}
		if !texts.Has(f.ID) {
			t.Errorf("%s: no sentence for %s", path, f.ID)
		}
	}
	for _, s := range shown {
		if strings.ContainsAny(s, "\x00\x07\x08\t\n\r\x1b\x7f\u009b\u202e") || safe.Text(s) != s && !strings.Contains(s, "<U+") {
			t.Errorf("%s %X: shows %q", path, data, s)
		}
	}
	if mustJSON(t, d.Value) == "" {
		t.Errorf("%s: no JSON", path)
	}
}

func mustJSON(t testing.TB, v any) string {
	t.Helper()
	b, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}
