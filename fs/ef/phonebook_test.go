package ef

import (
	"bytes"
	"errors"
	"testing"
)

// What the files of a phone book look like on screen: path, bytes, whether a
// link is there, summary, flags.
func TestPhoneBookFiles(t *testing.T) {
	const usim = "ADF.USIM/DF.PHONEBOOK/EF."
	for _, c := range []struct {
		name, in       string
		linked         bool
		summary, flags string
	}{
		{"PBR", "A804C0024F58", false, "ADN", ""},
		{"PBR", "FFFF", false, "empty", ""},
		{"PBR", "0000", false, "", "pbr.empty"},
		{"PBR", "A805C0024F58", false, "", "tlv pbr.empty"},
		{"PBR", "AA04C0024F58", false, "ADN", "pbr.type"},
		{"PBR", "AB04C0024F58", false, "ADN", "pbr.group"},
		{"PBR", "A804DE024F58", false, "", "pbr.file"},
		{"PBR", "A803C0014F", false, "ADN", "pbr.reference"},
		{"PBR", "A8039F0100", false, "", "pbr.file pbr.reference"},
		{"IAP", "FF05", false, "2:5", ""},
		{"IAP", "0005", false, "2:5", "iap.zero"},
		{"IAP", "FFFF", false, "empty", ""},
		{"PBC", "0000", false, "always", ""},
		{"PBC", "0100", false, "always, changed by a 2G phone", ""},
		{"PBC", "8003", false, "hidden until application 3 of EF.DIR shows it", "pbc.reserved"},
		{"PBC", "01", false, "", "short"},
		{"GRP", "000000", false, "empty", ""},
		{"GRP", "0002FF", false, "2", ""},
		{"AAS", "FFFF", false, "empty", ""},
		{"AAS", "C4FF", false, "\uFFFD", "alpha.bit8"},
		{"ANR", "FFFFFFFFFFFFFFFFFFFFFFFFFFFFFF", false, "empty", ""},
		{"ANR", "000C91447700091032FFFFFFFFFFFF", false, "+447700900123", "number.length"},
		{"ANR", "0107", false, "", "short"},
		{"SNE", "426561FF0105", true, "Bea", ""},
		{"SNE", "426561FF0105", false, "Bea", "alpha.trailing"},
		{"SNE", "FFFF0105", true, "empty", ""},
		{"SNE", "42", true, "B", "short"},
		{"EMAIL", "6200780105", true, "b@x", ""},
		{"EMAIL", "80661F8FFF01", true, "星", "alpha.truncated"},
		{"PURI", "80017A0105", true, "z", ""},
		{"PURI", "8009", false, "", "tlv uri.tag"},
		{"PURI", "8101FF", false, "", "uri.tag"},
		{"UID", "0000", false, "empty", ""},
		{"UID", "0102", false, "258", ""},
		{"CC", "01", false, "", "short"},
		{"PSC", "0000000101", false, "1", "counter.long"},
	} {
		d := decode(t, usim+c.name, c.in, Context{Linked: c.linked})
		if d.Summary != c.summary || flagIDs(d) != c.flags {
			t.Errorf("%s %s: %q flags %q, want %q flags %q", c.name, c.in, d.Summary, flagIDs(d), c.summary, c.flags)
		}
		checkDecoded(t, usim+c.name, unhex(t, c.in), d)
		x, _ := Lookup(usim + c.name)
		if out, err := x.Encode(d.Value, len(c.in)/2); err == nil && !bytes.Equal(out, unhex(t, c.in)) {
			t.Errorf("%s %s was written as %X", c.name, c.in, out)
		}
	}
}

// A record of a type 2 file keeps its link, also when its text is edited.
func TestLinkedRecords(t *testing.T) {
	in := unhex(t, "6200780000FFFF0105")
	d, _ := Lookup("MF/DF.TELECOM/DF.PHONEBOOK/EF.EMAIL")
	v := d.Decode(in, Context{Linked: true}).Value.(LinkedText)
	if v.Entry == nil || v.Entry.Record != 5 || v.Entry.SFI != 1 || v.Text != "b@x@@" {
		t.Fatalf("%+v", v)
	}
	v.Text = "c@y"
	out, err := d.Encode(v, len(in))
	if want := unhex(t, "630079FFFFFFFF0105"); err != nil || !bytes.Equal(out, want) {
		t.Errorf("%X %v, want %X", out, err, want)
	}
	p, _ := Lookup("MF/DF.TELECOM/DF.PHONEBOOK/EF.PURI")
	out, err = p.Encode(PURI{URI: "z", Entry: &Entry{SFI: 0xFF, Record: 2}}, 6)
	if want := unhex(t, "80017AFFFF02"); err != nil || !bytes.Equal(out, want) {
		t.Errorf("%X %v, want %X", out, err, want)
	}
}

func TestPhoneBookRefusals(t *testing.T) {
	for _, c := range []struct {
		name  string
		value any
		size  int
		id    string
	}{
		{"PBR", PhoneBookReference{Groups: []PhoneBookGroup{{Type: 4}}}, 20, "pbr.type"},
		{"PBR", PhoneBookReference{Groups: []PhoneBookGroup{{Type: 1, Files: []PhoneBookFile{{File: "EF.ADN", FID: Hex{1}}}}}}, 20, "length"},
		{"PBR", PhoneBookReference{Groups: []PhoneBookGroup{{Type: 1, Files: []PhoneBookFile{{File: "EF.IMSI", FID: Hex{1, 2}}}}}}, 20, "pbr.file"},
		{"PBR", PhoneBookReference{Groups: []PhoneBookGroup{{Type: 1, Files: []PhoneBookFile{{File: "EF.ADN", FID: Hex{1, 2}}}}}}, 5, "size"},
		{"IAP", IAP{Records: []int{255}}, 1, "record"},
		{"IAP", IAP{Records: []int{1, 2}}, 1, "size"},
		{"PBC", PBC{Reserved: 0x80}, 2, "counter"},
		{"GRP", GRP{Groups: []int{1, 2}}, 1, "entries"},
		{"GRP", GRP{Groups: []int{0}}, 1, "record"},
		{"AAS", Label{Text: "Office"}, 4, "alpha"},
		{"ANR", ANR{Number: "123456789012345678901"}, 15, "digits"},
		{"ANR", ANR{Entry: &Entry{}}, 15, "size"},
		{"SNE", LinkedText{Text: "Bea", Entry: &Entry{}}, 4, "alpha"},
		{"SNE", LinkedText{Entry: &Entry{}}, 1, "size"},
		{"PURI", PURI{URI: "\xff"}, 9, "utf8"},
		{"UID", Counter{Value: 65536}, 2, "counter"},
		{"EXT1", Extension{Type: "additional_data", Digits: "123456789012345678901"}, 13, "digits"},
		{"EXT1", Extension{Type: "called_party_subaddress", Data: Hex{1}}, 13, "length"},
	} {
		d, _ := Lookup("ADF.USIM/DF.PHONEBOOK/EF." + c.name)
		b, err := d.Encode(c.value, c.size)
		var refused *EncodeError
		if !errors.As(err, &refused) || refused.ID != "ef.refuse."+c.id {
			t.Errorf("%s %+v in %d bytes gave %X, %v, want the refusal %s", c.name, c.value, c.size, b, err, c.id)
		}
	}
}

// The length that a form shows while a name is typed is what the name takes.
func TestAlphaLength(t *testing.T) {
	for text, want := range map[string]int{"": 0, "Ada": 3, "€": 2, "星辰": 5, "Пётр": 7, "Жук": 6, "ψ": 3} {
		if got := AlphaLength(text); got != want {
			t.Errorf("%q takes %d bytes, want %d", text, got, want)
		}
	}
}

// Every file that EF.PBR can name, and those beside it, is read and written at
// both places.
func TestPhoneBookPaths(t *testing.T) {
	names := []string{"EF.PBR", "EF.PSC", "EF.CC", "EF.PUID"}
	for _, name := range pbrNames {
		names = append(names, name)
	}
	for _, home := range phoneBooks {
		for _, name := range names {
			if d, ok := Lookup(home + name); !ok || d.Encode == nil || d.Name != name {
				t.Errorf("%s%s: %+v", home, name, d)
			}
		}
	}
}
