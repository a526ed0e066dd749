package fs

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"

	"simscope/card"
	"simscope/fs/ef"
)

// chained is a card whose EF.MSISDN goes on in EF.EXT5, which holds the
// records.
func chained(t *testing.T, ext byte, records ...string) *Card {
	t.Helper()
	f := usimCard()
	rec := append([]byte("Ada"), unhex("0B 91 4477000921436587 0921 FF")...)
	f.files[testUSIM+"/6F40"] = recordFile(0x6F40, "01", append(rec, ext))
	var body [][]byte
	for _, r := range records {
		body = append(body, pad(unhex(r), 13))
	}
	if body != nil {
		f.files[testUSIM+"/6F4E"] = recordFile(0x6F4E, "01", body...)
	}
	c := discovered(t, f)
	mustWalk(t, c, WalkOptions{All: true})
	return c
}

func pathMSISDN() card.Path { return usimPath(fidMSISDN) }

// A number is shown whole wherever the file is: in the table, in one line, in
// the fields and for scripts; what is wrong with its chain is named.
func TestWholeNumbers(t *testing.T) {
	const start = "+44770090123456789012"
	for _, tt := range []struct {
		name    string
		ext     byte
		records []string
		number  string
		place   string
		flag    string
	}{
		{"none", 0xFF, nil, start, "", ""},
		{"one record", 2, []string{"00", "02 02 4365 FFFFFFFFFFFFFFFF FF"}, start + "3456", "EF.EXT5 record 2", ""},
		{"two records", 1, []string{"02 0A 33333333333333333333 02", "02 01 F4 FFFFFFFFFFFFFFFFFF FF"}, start + strings.Repeat("3", 20) + "4", "EF.EXT5 record 1, 2", ""},
		{"a subaddress alone", 1, []string{"01 0A 50 1122334455667788 99 FF FF"}, start, "EF.EXT5 record 1", ""},
		{"a circle", 1, []string{"02 01 F3 FFFFFFFFFFFFFFFFFF 01"}, start + "3", "EF.EXT5 record 1", "circle"},
		{"a free record", 1, []string{"00"}, start, "EF.EXT5 record 1", "dangling"},
		{"beyond the file", 9, []string{"00"}, start, "EF.EXT5 record 9", "dangling"},
		{"of no type", 1, []string{"08 01 F3 FFFFFFFFFFFFFFFFFF FF"}, start, "EF.EXT5 record 1", "wrong_type"},
	} {
		c := chained(t, tt.ext, tt.records...)
		d, ok := c.Decode(pathMSISDN())
		if !ok {
			t.Fatal("EF.MSISDN was not read")
		}
		p := d.Parts[0]
		if p.Columns[1] != tt.number || !strings.HasSuffix(p.Summary, tt.number) {
			t.Errorf("%s: %q, %q", tt.name, p.Columns, p.Summary)
		}
		if got := textField(p, "extension_record"); got != tt.place {
			t.Errorf("%s: continues in %q, want %q", tt.name, got, tt.place)
		}
		if got := textField(p, "whole_number"); got != "" && got != tt.number || got == "" && tt.number != start {
			t.Errorf("%s: whole number %q", tt.name, got)
		}
		flagged := slices.ContainsFunc(p.Flags, func(f ef.Flag) bool { return f.ID == "contacts.fault."+tt.flag })
		if flagged != (tt.flag != "") || len(p.Flags) > 1 {
			t.Errorf("%s: %v", tt.name, p.Flags)
		}
		if got := c.Identity().Numbers; !slices.Equal(got, []string{tt.number}) {
			t.Errorf("%s: the card's own numbers %v", tt.name, got)
		}
		whole := c.WholeNumbers(pathMSISDN())
		if w, ok := whole[1]; ok != (tt.ext != 0xFF) || ok && (w.Number != tt.number || (w.Fault != "") != (tt.flag != "") || w.File != "EF.EXT5") {
			t.Errorf("%s: %+v", tt.name, whole)
		}
	}
}

// Where no extension file is known for a file, the record is named and no flaw
// claimed; a phone book whose EF.PBR names none has one.
func TestNoExtensionFile(t *testing.T) {
	c := chained(t, 1)
	for p, want := range map[card.Path]bool{usimPath(0x6F99): false, card.PathOf("", fidTelecom, fidPhone, 0x4F3A): false} {
		if x := c.extended(p, 1); x.Fault.ID != "" != want || x.File != "" {
			t.Errorf("%s: %+v", p, x)
		}
	}
	book := usimPath(fidPhone)
	c.tree.put(Node{Path: book.Child(fidPBR), State: Read, Content: &Content{Records: []Hex{unhex("A804 C0024F3A")}}})
	if x := c.extended(book.Child(0x4F3A), 1); x.Fault.ID != "contacts.fault."+ChainNoFile {
		t.Errorf("%+v", x)
	}
}

// A chain that a card makes as long as its file is cut off.
func TestChainsEnd(t *testing.T) {
	var records []Hex
	for i := range 254 {
		records = append(records, append(pad(unhex("02 01 F3"), 12), byte(i+2)))
	}
	if ch := Follow(records, 1); ch.Fault != ChainTooLong || len(ch.Digits) != maxChain || len(ch.Records) != maxChain {
		t.Errorf("%d digits, %q", len(ch.Digits), ch.Fault)
	}
	records[maxChain-1][12] = 0xFF
	if ch := Follow(records, 1); ch.Fault != "" || len(ch.Records) != maxChain {
		t.Errorf("%d records, %q", len(ch.Records), ch.Fault)
	}
}

// Without its extension file a number is what there is of it, and no flaw of
// the card.
func TestWholeNumberUnread(t *testing.T) {
	c := chained(t, 1)
	d, _ := c.Decode(pathMSISDN())
	if p := d.Parts[0]; len(p.Flags) > 0 || p.Columns[1] != "+44770090123456789012" {
		t.Errorf("%v %v", p.Columns, p.Flags)
	}
	if w := c.WholeNumbers(pathMSISDN())[1]; w.Fault == "" {
		t.Errorf("%+v", w)
	}
}

// A number is changed by its own bytes: what is shown of it does not get into
// the value.
func TestWholeNumberStaysAsItIs(t *testing.T) {
	c := chained(t, 1, "02 02 4365 FFFFFFFFFFFFFFFF FF")
	d, _ := c.Decode(pathMSISDN())
	n, _ := c.Tree().Get(pathMSISDN())
	again, err := d.Decoder.Encode(d.Parts[0].Value, len(n.Content.Records[0]))
	if err != nil || !slices.Equal(again, n.Content.Records[0]) {
		t.Errorf("%X, %v", again, err)
	}
}

// The own numbers are whole before anything else of the card was read.
func TestIdentifyReadsOn(t *testing.T) {
	f := usimCard()
	rec := append([]byte("Ada"), unhex("0B 91 4477000921436587 0921 FF 01")...)
	f.files[testUSIM+"/6F40"] = recordFile(0x6F40, "01", rec)
	f.files[testUSIM+"/6F4E"] = recordFile(0x6F4E, "01", pad(unhex("02 02 4365"), 13))
	c := discovered(t, f)
	id, err := c.Identify(context.Background())
	if err != nil || fmt.Sprint(id.Numbers) != "[+447700901234567890123456]" {
		t.Errorf("%v %v", id.Numbers, err)
	}
}

// Each file of dialling numbers names an extension file of the catalogue.
func TestExtensionFiles(t *testing.T) {
	for catalogue, fid := range extensionFiles {
		dir, _, _ := strings.Cut(catalogue, "/EF.")
		if !slices.ContainsFunc(Files().Children(dir), func(e Entry) bool { return e.FID == fid && strings.HasPrefix(e.Name, "EF.EXT") }) {
			t.Errorf("%s goes on in %s, which is no extension file", catalogue, fid)
		}
	}
}
