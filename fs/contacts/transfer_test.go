package contacts

import (
	"bytes"
	"fmt"
	"reflect"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func TestVCard(t *testing.T) {
	var out bytes.Buffer
	list := Entries(insert(t, image()).book().Contacts)
	if err := WriteVCard(&out, list[1:3]); err != nil {
		t.Fatal(err)
	}
	want := strings.ReplaceAll(`BEGIN:VCARD
VERSION:4.0
CATEGORIES:Friends
EMAIL:x@y.ex
FN:星辰
NICKNAME:Stary
TEL:+447700900123
TEL;TYPE=work:+447700900456
END:VCARD
BEGIN:VCARD
VERSION:4.0
FN:Bea
IMPP:sip:b@x.y
TEL:5550100
TEL;TYPE=home:5550102
END:VCARD
`, "\n", "\r\n")
	if out.String() != want {
		t.Errorf("%s", out.String())
	}
}

// Files of other programs.
func TestReadForeign(t *testing.T) {
	for _, c := range []struct{ in, want string }{
		{"BEGIN:VCARD\r\nVERSION:3.0\r\nFN:Ada\r\nTEL;TYPE=CELL,VOICE:+44 (7700) 900-123\r\nEND:VCARD\r\n", "[{Ada [{+447700900123 cell}]  [] [] []}]"},
		{"BEGIN:VCARD\nVERSION:2.1\nN:Love;Ada\nTEL;HOME;VOICE:5550100\nEND:VCARD", "[{Ada Love [{5550100 home}]  [] [] []}]"},
		{"BEGIN:VCARD\nVERSION:2.1\nN;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:=E6=98=9F=E8=\n=BE=B0;\nTEL:1\nEND:VCARD\n", "[{星辰 [{1 }]  [] [] []}]"},
		{"\uFEFFBEGIN:VCARD\nVERSION:4.0\nFN:Lo\n ng\nTEL;VALUE=uri:tel:+1-555-0100;ext=5\nitem1.TEL:2\nitem1.X-ABLabel:_$!<Boat>!$_\nEND:VCARD\n", "[{Long [{+15550100 } {2 Boat}]  [] [] []}]"},
		{"\uFEFFName;Phone;E-mail\r\nAda;+44 7700 900123;a@x.ex\r\n", "[{Ada [{+447700900123 }]  [a@x.ex] [] []}]"},
		{"name,number,number2,label2,group,group2\n\"A, B\",1,2,work,x,y\n,,,,,\n", "[{A, B [{1 } {2 work}]  [] [] [x y]}]"},
		{"tel\tname\n1\tA\n", "[{A [{1 }]  [] [] []}]"},
	} {
		got, err := Read(strings.NewReader(c.in))
		if s := fmt.Sprint(got.Entries); err != nil || s != c.want {
			t.Errorf("%q\n is %s, %v\nnot %s", c.in, s, err, c.want)
		}
	}
	for in, want := range map[string]string{
		"": "The file holds no contacts.", "name\n": "The file holds no contacts.", "a,b\n1,2\n": "Line 1: This is no vCard (BEGIN:VCARD), and as the first row of a table it names no column that is known: name, number, email, group.",
		strings.Repeat("x", maxImportBytes+1): "The file is larger than a phone book can be.",
	} {
		if _, err := Read(strings.NewReader(in)); err == nil || Problem(err) != want {
			t.Errorf("%.20q: %v", in, err)
		}
	}
}

// A cell that a spreadsheet would take for a formula is guarded, a number is
// not; both come back.
func TestFormulas(t *testing.T) {
	in := []Entry{{Name: "=1+1", Numbers: numbers("+447700900123", "+1p2/-x"), Nickname: "'quoted", Emails: []string{"@x"}, Groups: []string{"'=a"}}}
	var out bytes.Buffer
	if err := WriteCSV(&out, in); err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(out.String(), "'=1+1,+447700900123,'+1p2,'-x,''quoted,'@x,,''=a") {
		t.Errorf("%s", out.String())
	}
	got, err := Read(&out)
	if err != nil || !reflect.DeepEqual(got.Entries, in) {
		t.Errorf("%+v %v", got, err)
	}
}

// Control characters of card text do not reach a file.
func TestNoControlsInFiles(t *testing.T) {
	e := []Entry{{Name: "A\r\nTEL:666\r\x1b[2J\u009b", Numbers: numbers("1")}}
	for _, f := range []Format{VCard, CSV} {
		var out bytes.Buffer
		if err := Write(&out, f, e); err != nil {
			t.Fatal(err)
		}
		if s := strings.ReplaceAll(out.String(), "\r\n", ""); strings.ContainsAny(s, "\r\x1b\u009b") || strings.Contains(out.String(), "\r\nTEL:666") {
			t.Errorf("%q", out.String())
		}
	}
}

func TestRoundTrips(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.StringOfN(rapid.RuneFrom([]rune("aZ9@ä星€,;:\\'\"=+-.")), 1, 8, -1)
		var list []Entry
		for range rapid.IntRange(1, 4).Draw(t, "entries") {
			e := Entry{Name: text.Draw(t, "name"), Numbers: numbers(rapid.SampledFrom([]string{"+447700900123", "*#06#", "5550100"}).Draw(t, "number"))}
			for range rapid.IntRange(0, 2).Draw(t, "more") {
				e.Numbers = append(e.Numbers, EntryNumber{"12", text.Draw(t, "label")})
			}
			e.Emails = rapid.SliceOfN(text, 0, 2).Draw(t, "emails")
			e.Groups = rapid.SliceOfN(text, 0, 2).Draw(t, "groups")
			e.Nickname, e.URIs = text.Draw(t, "nickname"), rapid.SliceOfN(text, 0, 2).Draw(t, "uris")
			list = append(list, e.clean())
		}
		for _, f := range []Format{VCard, CSV} {
			var out bytes.Buffer
			if err := Write(&out, f, list); err != nil {
				t.Fatal(err)
			}
			file := out.String()
			got, err := Read(&out)
			if err != nil || got.Left != nil || fmt.Sprintf("%q", got.Entries) != fmt.Sprintf("%q", list) {
				t.Fatalf("%s: %q\nbecame %q, %v\nby %s", f, list, got.Entries, err, file)
			}
		}
	})
}

func TestImport(t *testing.T) {
	long := Entry{Name: "A name of many letters", Numbers: numbers("1", "2/work", "3", "4", "5"), Emails: []string{strings.Repeat("e", 30)}, Groups: []string{"Friends"}}
	list := []Entry{
		{Name: "ada", Numbers: numbers("+44 7700 900 123 456 789 012 345")},
		{Name: "Dan", Numbers: numbers("5550104/cell")},
		{Name: "Dan", Numbers: numbers("5550104")},
		long,
		{Name: "Eve", Numbers: numbers(strings.Repeat("1", 200))},
		{Name: "Fay", Numbers: numbers("5550105")},
	}
	for _, shorten := range []bool{false, true} {
		r := insert(t, image())
		m, err := r.book().Import(list, shorten)
		if err != nil {
			t.Fatal(err)
		}
		var states []string
		for _, i := range m.Items {
			states = append(states, i.State)
		}
		wantStates := "duplicate added duplicate skipped skipped added"
		wantLines := []string{everybody[0], everybody[1], "3 Dan 5550104", everybody[2], "5 Fay 5550105", everybody[3]}
		if shorten {
			wantStates = "duplicate added duplicate shortened skipped added"
			wantLines = []string{everybody[0], everybody[1], "3 Dan 5550104", everybody[2], "5 A name of many 1 2(work) 3 [Friends]", "6 Fay 5550105", everybody[3]}
		}
		if got := strings.Join(states, " "); got != wantStates {
			t.Errorf("%s, want %s", got, wantStates)
		}
		if len(m.Items[3].Notes) == 0 || !strings.Contains(m.Items[3].Notes[0].String(), " 22 bytes") && !strings.Contains(fmt.Sprint(m.Items[3].Notes), "22 bytes") {
			t.Errorf("%v", m.Items[3].Notes)
		}
		b := r.apply(m.Plan, nil)
		want(t, lines(b), wantLines)
		ids := map[int]bool{}
		for _, c := range b.Contacts {
			if c.UID == 0 || ids[c.UID] {
				t.Errorf("contact %d has the identifier %d", c.N, c.UID)
			}
			ids[c.UID] = true
		}
	}
}

// A list that is longer than the book fills it and says what has no room.
func TestImportIntoFullBook(t *testing.T) {
	r := insert(t, image())
	var list []Entry
	for i := range 20 {
		list = append(list, Entry{Name: fmt.Sprint("N", i), Numbers: numbers("1")})
	}
	m, err := r.book().Import(list, false)
	if err != nil || m.Count(Added) != 8 || m.Count(Skipped) != 12 {
		t.Fatalf("%d added, %d skipped, %v", m.Count(Added), m.Count(Skipped), err)
	}
	if b := r.apply(m.Plan, nil); b.Free() != 0 {
		t.Errorf("%d free", b.Free())
	}
}

// FuzzImport reads any file and plans to add what it says.
func FuzzImport(f *testing.F) {
	for _, s := range []string{
		"BEGIN:VCARD\nVERSION:2.1\nN;ENCODING=QUOTED-PRINTABLE:=E6=\n;\nTEL;CELL:1\nEND:VCARD", "name,number\n=A,+1\n",
		"BEGIN:VCARD\nTEL;TYPE=\"a\":1\nitem.X-ABLabel:x\nEND:VCARD\n", "name;number\n\"\n", "BEGIN:VCARD\nFN\n;=:\nEND:VCARD",
	} {
		f.Add([]byte(s), true)
	}
	b := insert(f, image()).book()
	f.Fuzz(func(t *testing.T, data []byte, shorten bool) {
		file, err := Read(bytes.NewReader(data))
		for _, l := range file.Left {
			if strings.HasPrefix(l.String(), "<") || l.Line < 1 {
				t.Errorf("no sentence for %s", l.ID)
			}
		}
		if err != nil {
			return
		}
		list := file.Entries
		if len(list) != len(file.Lines) {
			t.Fatal("a line is missing")
		}
		m, err := b.Import(list[:min(len(list), 20)], shorten)
		if err != nil {
			t.Fatal(err)
		}
		for _, i := range m.Items {
			for _, n := range i.Notes {
				if strings.HasPrefix(n.String(), "<") {
					t.Errorf("no sentence for %s", n.ID)
				}
			}
		}
		for _, f := range []Format{VCard, CSV} {
			var out bytes.Buffer
			if err := Write(&out, f, list); err != nil {
				t.Fatal(err)
			}
		}
	})
}

// What is exported and imported into an emptied phone book of the same make is
// what it was.
func TestExportAndImport(t *testing.T) {
	want := Entries(insert(t, image()).book().Contacts)
	for _, f := range []Format{VCard, CSV} {
		r := insert(t, image())
		var out bytes.Buffer
		if err := Write(&out, f, Entries(r.book().Contacts)); err != nil {
			t.Fatal(err)
		}
		b := r.book()
		for len(b.Contacts) > 0 {
			p, err := b.Delete(b.Contacts[0].N)
			if err != nil {
				t.Fatal(err)
			}
			b = r.apply(p, nil)
		}
		file, err := Read(&out)
		if err != nil || file.Left != nil {
			t.Fatalf("%v %v", file.Left, err)
		}
		m, err := b.Import(file.Entries, false)
		if err != nil || m.Count(Added) != len(want) {
			t.Fatalf("%s: %+v %v", f, m.Items, err)
		}
		if got := Entries(r.apply(m.Plan, nil).Contacts); fmt.Sprintf("%+v", got) != fmt.Sprintf("%+v", want) {
			t.Errorf("%s: %+v\nwas %+v", f, got, want)
		}
	}
}
