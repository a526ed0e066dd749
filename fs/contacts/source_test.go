package contacts

import (
	"fmt"
	"strings"
	"testing"
)

// vcf is a vCard of lines.
func vcf(lines ...string) string {
	return "BEGIN:VCARD\r\n" + strings.Join(lines, "\r\n") + "\r\nEND:VCARD\r\n"
}

// What phones and spreadsheets write is taken, and what of it cannot be is told
// with its line.
func TestReadWhatOthersWrite(t *testing.T) {
	for _, c := range []struct{ name, in, want, left string }{
		{"iPhone", vcf("VERSION:3.0", "PRODID:-//Apple Inc.//iPhone OS 17.0//EN", "N:Muster;Bob;;;", "FN:Bob\\; Muster", "ORG:Example;",
			"TEL;type=HOME:+44 7700 900558", "item1.TEL;type=pref:+44 7700 900559", "item1.X-ABLabel:_$!<Mobile>!$_", "NOTE:x\\, y\\n z",
			"PHOTO;ENCODING=b;TYPE=JPEG:/9j/4AAQSkZ", " JRgABAQ"), "[{Bob; Muster [{+447700900559 Mobile} {+447700900558 home}]  [] [] []}]", ""},
		{
			"Android 2.1", vcf("VERSION:2.1", "N;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:=4D=C3=BC=6C=6C=65=72;=4A=C3=B6=72=67;;;",
				"TEL;CELL;PREF:+447700900555", "PHOTO;ENCODING=BASE64;JPEG:/9j/4AAQSkZJRgABAQAAAQ", "ICAgUEBAMEBgUGBgYFBgYGBwkI", "", "EMAIL;HOME:j@example.org"),
			"[{Jörg Müller [{+447700900555 cell}]  [j@example.org] [] []}]", "",
		},
		{"Latin letters", vcf("VERSION:2.1", "N;CHARSET=ISO-8859-1;ENCODING=QUOTED-PRINTABLE:M=FCller;J=F6rg", "TEL:1"), "[{Jörg Müller [{1 }]  [] [] []}]", ""},
		{"raw Latin", vcf("VERSION:3.0", "FN:J\xF6rg \x80", "TEL:1"), "[{Jörg € [{1 }]  [] [] []}]", "Line 3: Not written in UTF-8; read as Windows-1252."},
		{
			"unknown coding", vcf("VERSION:2.1", "N;CHARSET=GB2312;ENCODING=QUOTED-PRINTABLE:=D0=C7", "TEL:1") + vcf("FN:B", "TEL:2"),
			"[{B [{2 }]  [] [] []}]", "Line 1: The entry that begins here is written in GB2312, which is not known; it is left out.",
		},
		{"groups", vcf("FN:A", "TEL:1", "CATEGORIES:Friends,Work\\, new", "NICKNAME:x,y"), "[{A [{1 }] x [] [] [Friends Work, new]}]", ""},
		{"a firm", vcf("ORG:Firm Ltd;Sales", "TEL:1"), "[{Firm Ltd [{1 }]  [] [] []}]", ""},
		{"two lines", vcf("FN:A\\nB", "TEL:1"), "[{A B [{1 }]  [] [] []}]", ""},
		{"a card within", vcf("N:Outer", "TEL:1", "AGENT:", "BEGIN:VCARD", "N:Inner", "TEL:2", "END:VCARD"), "[{Outer [{1 }]  [] [] []}]", ""},
		{"cut off", vcf("FN:A", "TEL:1") + "BEGIN:VCARD\r\nFN:B\r\nTEL:07700", "[{A [{1 }]  [] [] []}]", "Line 5: The entry that begins here has no end (END:VCARD); it is left out."},
		{"no end amid", "BEGIN:VCARD\nFN:A\nTEL:1\n" + vcf("FN:B", "TEL:2"), "[{B [{2 }]  [] [] []}]", "Line 1: The entry that begins here has no end (END:VCARD); it is left out."},
		{"no line", vcf("FN:A", "and so on", "TEL:1"), "[{A [{1 }]  [] [] []}]", "Line 3: This is no line of a vCard, which has a colon; it is passed over."},
		{"words before", "From: me\nhello\n" + vcf("FN:A", "TEL:1"), "[{A [{1 }]  [] [] []}]", "Line 1: This stands outside of any entry and is passed over."},
		{"empty entry", vcf("NOTE:x") + vcf("FN:A"), "[{A []  [] [] []}]", "Line 1: The entry that begins here has no name and no number; it is left out."},

		{"Excel", "\uFEFFsep=;\r\nName;Phone;E-mail\r\n\"Müller; J\";0123;a@x.ex\r\n", "[{Müller; J [{0123 }]  [a@x.ex] [] []}]", ""},
		{"UTF-16", "\xFF\xFEN\x00a\x00m\x00e\x00\t\x00T\x00e\x00l\x00\n\x00\x1f\x66\t\x001\x00", "[{星 [{1 }]  [] [] []}]", ""},
		{"UTF-16, the other order", "\xFE\xFF\x00N\x00a\x00m\x00e\x00\n\x66\x1f", "[{星 []  [] [] []}]", ""},
		{"Windows-1252", "Name;Phone\r\nJ\xF6rg;1\r\n", "[{Jörg [{1 }]  [] [] []}]", "Line 2: Not written in UTF-8; read as Windows-1252."},
		{"Google", "First Name,Middle Name,Last Name,Nickname,Labels,E-mail 1 - Label,E-mail 1 - Value,Phone 1 - Label,Phone 1 - Value,Phone 2 - Label,Phone 2 - Value\n" +
			"Jo,M,Ex,Jojo,* myContacts ::: Friends,* Home,jo@x.ex,Mobile,1 ::: 2,Work,3\n", "[{Jo M Ex [{1 Mobile} {2 } {3 Work}] Jojo [jo@x.ex] [] [Friends]}]", ""},
		{
			"Outlook", "\"First Name\",\"Last Name\",\"Company\",\"Mobile Phone\",\"Business Phone\",\"E-mail Address\"\n\"Jo\",\"Ex\",\"F\",\"1\",\"2\",\"jo@x.ex\"\n,,F,1,,\n",
			"[{Jo Ex [{1 cell} {2 work}]  [jo@x.ex] [] []} {F [{1 cell}]  [] [] []}]", "",
		},
		{"a cell of two lines", "name,number\n\"A\nB\",1\nC,2\n", "[{A B [{1 }]  [] [] []} {C [{2 }]  [] [] []}]", ""},
		{"quotes within", "name,number\nAn\"na,1\n\"B \"\"b\"\"\",2\n", "[{An\"na [{1 }]  [] [] []} {B \"b\" [{2 }]  [] [] []}]", ""},
		{"quotes that do not close", "name,number\n\"A,1\nB,2\n", "[{B [{2 }]  [] [] []}]", "Line 2: A quotation mark opens or closes in the wrong place; the row is left out."},
		{"quotes that close too soon", "name,number\n\"A\"x,1\n\"B\",2\n", "[{B [{2 }]  [] [] []}]", "Line 2: A quotation mark opens or closes in the wrong place; the row is left out."},
		{"rounded", "name;number\nA;4,47701E+11\nB;2\n", "[{B [{2 }]  [] [] []}]", "Line 2: A spreadsheet has rounded the number to 4,47701E+11; its last digits are lost, so the row is left out."},
		{"a place that is free", "name,number,number2\nA,,2\n", "[{A [{ } {2 }]  [] [] []}]", ""},
	} {
		got, err := Read(strings.NewReader(c.in))
		var left []string
		for _, l := range got.Left {
			left = append(left, l.String())
		}
		if s := fmt.Sprint(got.Entries); err != nil || s != c.want || !strings.HasPrefix(strings.Join(left, " "), c.left) || c.left == "" && left != nil {
			t.Errorf("%s is %s, %q, %v\nnot %s", c.name, s, left, err, c.want)
		}
		if lost := strings.Contains(c.left, "left out"); lost != (got.Lost() == 1) {
			t.Errorf("%s: %d entries are lost", c.name, got.Lost())
		}
	}
}

// A file of which nothing can be taken gets a sentence with the line.
func TestReadNothing(t *testing.T) {
	for in, want := range map[string]string{
		"\x89PNG\r\n\x1a\n\x00":    "Line 3: Bytes that are no text.",
		"Jo,0123\n":                "Line 1: This is no vCard (BEGIN:VCARD), and as the first row",
		"\n\n\"name,number\nA,1\n": "Line 3: A quotation mark opens or closes in the wrong place",
		"BEGIN:VCARD\nFN:A\n":      "Line 1: The entry that begins here has no end",
		"name,number\n\"A,1\n":     "Line 2: A quotation mark",
		"name\n\n\n":               "The file holds no contacts.",
	} {
		got, err := Read(strings.NewReader(in))
		if err == nil || !strings.HasPrefix(Problem(err), want) || len(got.Entries) > 0 {
			t.Errorf("%q: %v %v", in, err, got)
		}
	}
}

// A contact with more numbers than any card has is taken as far as it goes,
// and what is missing is told.
func TestReadMany(t *testing.T) {
	var tel []string
	for i := range maxValues + 1 {
		tel = append(tel, fmt.Sprintf("TEL:%d", 100+i))
	}
	got, err := Read(strings.NewReader(vcf(append(tel, "FN:A")...)))
	if err != nil || len(got.Entries) != 1 || len(got.Entries[0].Numbers) != maxValues || len(got.Left) != 1 || !strings.Contains(got.Left[0].String(), "more numbers") {
		t.Errorf("%v %v", got.Left, err)
	}
	if maxValues < maxFiles {
		t.Errorf("a card can hold %d of a kind, a file %d", maxFiles, maxValues)
	}
}

// Rows that are broken one after the other do not make it slow.
func TestReadBrokenRows(t *testing.T) {
	in := "name,number\n" + strings.Repeat("\"A,1\"x\n", 200000) + "B,2\n"
	got, err := Read(strings.NewReader(in))
	if err != nil || len(got.Entries) != 1 || got.Lines[0] != 200002 || len(got.Left) != maxLeft {
		t.Errorf("%d entries, %d left out, %v", len(got.Entries), len(got.Left), err)
	}
}
