//go:build linux && cgo

package e2e

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"os"
	"reflect"
	"strings"
	"testing"

	"simscope/card/virtual"
)

// withPIN runs a command that verifies PIN1 first, and must succeed.
func (s *stack) withPIN(args ...string) result {
	s.t.Helper()
	return s.ok(lines(canaryPIN), append([]string{"--verify", "pin1"}, args...)...)
}

// rawFile is what a process of its own reads of a file: the bytes of a
// transparent one, or its records.
type rawFile struct {
	Content struct {
		Binary  string
		Records []string
		Objects []struct{ Tag, Value string }
	}
}

// raw gives the bytes of a file, and of one record of it for record > 0.
func (s *stack) raw(path string, record int, args ...string) string {
	s.t.Helper()
	f := into[rawFile](s, s.withPIN(append([]string{"read", path, "--json"}, args...)...))
	text := f.Content.Binary
	if record > 0 {
		if record > len(f.Content.Records) {
			s.t.Fatalf("%s has %d records", path, len(f.Content.Records))
		}
		text = f.Content.Records[record-1]
	}
	return strings.ReplaceAll(text, " ", "")
}

func (s *stack) wantRaw(path string, record int, want string) {
	s.t.Helper()
	if got := s.raw(path, record); got != want {
		s.t.Errorf("%s record %d holds\n%s, want\n%s", path, record, got, want)
	}
}

const usimBook = "ADF.USIM/DF.PHONEBOOK/"

// ff is n bytes FF in hex.
func ff(n int) string { return strings.Repeat("FF", n) }

// A contact is added, changed and deleted by processes of their own; after
// each, another one reads the files themselves.
func TestContactsOnTheCard(t *testing.T) {
	s := newStack(t)
	_, sent := s.deviant(deviant{})
	r := s.fails(7, "pin_needed", "", "contacts", "list")
	if !strings.Contains(r.out, "--verify pin1") {
		t.Errorf("the flag that helps is not named: %v", r)
	}
	if got := s.withPIN("contacts", "list").out; !strings.Contains(got, "21 contacts, 50 places") || !strings.Contains(got, "Zoé Specimen") {
		t.Errorf("the list:\n%s", got)
	}
	if got := s.withPIN("contacts", "list", "Alice").out; !strings.Contains(got, "alice@example.org") || strings.Contains(got, "Bob") {
		t.Errorf("the search for Alice:\n%s", got)
	}
	updates := func() int { return count(sent(), "00DC", 6) + count(sent(), "00D6", 6) }
	if n := updates(); n != 0 {
		t.Fatalf("%d UPDATEs were sent by looking", n)
	}
	s.withPIN("contacts", "add", "--name", "星辰测试", "--number", "123456789012345678901234567890",
		"--email", "a.b@example.com", "--yes")
	if n := updates(); n != 7 {
		t.Errorf("a contact in seven files took %d UPDATEs", n)
	}
	s.wantRaw(usimBook+"4F3A", 22, "80661F8FB06D4B8BD5"+ff(9)+"0B8121436587092143658709"+"FF03")
	s.wantRaw("MF/DF.TELECOM/EF.ADN", 22, "80661F8FB06D4B8BD5"+ff(9)+"0B8121436587092143658709"+"FF03")
	s.wantRaw(usimBook+"4F4A", 3, "02052143658709"+ff(6))
	s.wantRaw(usimBook+"4F50", 6, "612E62006578616D706C652E636F6D"+ff(25)+"0116")
	s.wantRaw(usimBook+"4F25", 22, "06FF")
	s.wantRaw(usimBook+"4F21", 22, "0016")
	s.wantRaw(usimBook+"EF.PUID", 0, "0016")
	s.wantRaw(usimBook+"EF.CC", 0, "0011")
	s.wantRaw(usimBook+"EF.PSC", 0, "00000001")

	s.withPIN("contacts", "edit", "22", "--name", "Neu", "--number", "+44 7700 900199", "--yes")
	s.wantRaw(usimBook+"4F3A", 22, "4E6575"+ff(15)+"0791447700091099"+ff(4)+"FFFF")
	s.wantRaw(usimBook+"4F4A", 3, "00"+ff(12))
	s.wantRaw(usimBook+"4F50", 6, "612E62006578616D706C652E636F6D"+ff(25)+"0116")
	s.wantRaw(usimBook+"4F21", 22, "0016")
	s.wantRaw(usimBook+"EF.CC", 0, "0012")

	before := updates()
	s.withPIN("contacts", "edit", "22", "--name", "Neu", "--yes")
	if n := updates() - before; n != 0 {
		t.Errorf("a change that changes nothing sent %d UPDATEs", n)
	}
	s.withPIN("contacts", "delete", "22", "--yes")
	s.wantRaw(usimBook+"4F3A", 22, ff(32))
	s.wantRaw(usimBook+"4F50", 6, ff(42))
	s.wantRaw(usimBook+"4F25", 22, "FFFF")
	s.wantRaw(usimBook+"4F21", 22, "0000")
	s.wantRaw(usimBook+"EF.CC", 0, "0013")
	s.wantRaw(usimBook+"EF.PUID", 0, "0016") // a number is never given twice
	if r := s.run(lines(canaryPIN), "--verify", "pin1", "contacts", "show", "22", "--json"); r.code != 8 {
		t.Error(r)
	}
	s.wantPIN1("on", 3, 10)
}

type bookDoc struct {
	Books []struct {
		Slots, Free int
		Contacts    []struct {
			N                       int
			Name                    string
			Numbers                 []struct{ Number, Label string }
			Nicknames, Emails, URIs []string
			Groups                  []struct{ Name string }
		}
	}
}

// fileOf finds a file of an image: of application app, or of the MF for -1.
func fileOf(img *virtual.Image, app int, fids ...virtual.FID) *virtual.File {
	at := img.MF
	if app >= 0 {
		at = img.Apps[app].ADF
	}
	for _, fid := range fids {
		var next *virtual.File
		for _, c := range at.Children {
			if c.FID == fid {
				next = c
			}
		}
		if next == nil {
			panic(fmt.Sprintf("no file %04X in the image", fid))
		}
		at = next
	}
	return at
}

// otherCard gives the card another number.
func otherCard(img *virtual.Image) {
	fileOf(img, -1, 0x2FE2).Data = virtual.Hex{0x98, 0x99, 0x99, 0x00, 0x21, 0x43, 0x65, 0x87, 0x19, 0x02}
}

// noContacts erases the phone book.
func noContacts(img *virtual.Image) {
	fileOf(img, -1, 0x7F10, 0x6F3A).Records = nil
	ext := fileOf(img, -1, 0x7F10, 0x6F4A)
	for i := range ext.Records {
		ext.Records[i] = append(virtual.Hex{0x00}, bytes.Repeat([]byte{0xFF}, 12)...)
	}
	for _, fid := range []virtual.FID{0x4F09, 0x4F11, 0x4F50, 0x4F21, 0x4F25, 0x4F26, 0x4F19, 0x4F4B, 0x4F4C} {
		f := fileOf(img, 0, 0x5F3A, fid)
		if fid == 0x4F09 || fid == 0x4F21 || fid == 0x4F26 {
			for i := range f.Records {
				f.Records[i] = make(virtual.Hex, f.RecordLength)
			}
			continue
		}
		f.Records = nil
	}
	fileOf(img, 0, 0x5F3A, 0x4F24).Data = virtual.Hex{0, 0}
}

// A phone book goes from one card to another as vCards and as a table, and is
// the same there. A second import adds nothing.
func TestContactsFromCardToCard(t *testing.T) {
	s := newStack(t)
	s.card(0, "--image", s.image("everyday", withSecrets))
	other := s.card(1, "--image", s.image("everyday", withSecrets, otherCard, noContacts))
	type list = bookDoc
	from := into[list](s, s.withPIN("-r", "1", "contacts", "list", "--json"))
	for i, name := range []string{"all.vcf", "all.csv"} {
		s.withPIN("-r", "1", "contacts", "export", "-o", s.file(name))
		if st, err := os.Stat(s.file(name)); err != nil || st.Mode().Perm() != 0o600 {
			t.Errorf("%s: %v, %v", name, st, err)
		}
		s.fails(1, "file_exists", lines(canaryPIN), "--verify", "pin1", "-r", "1", "contacts", "export", "-o", s.file(name))
		if i == 1 { // on a card as empty as the first was
			other.pull()
			s.unseen(1)
			s.card(1, "--image", s.image("everyday", withSecrets, otherCard, noContacts))
		}
		if got := into[list](s, s.withPIN("-r", "2", "contacts", "list", "--json")); len(got.Books[0].Contacts) != 0 {
			t.Fatalf("the other card is not empty: %+v", got)
		}
		r := s.withPIN("-r", "2", "contacts", "import", s.file(name), "--yes")
		if !strings.Contains(r.err, "Added: 21.") {
			t.Error(r)
		}
		to := into[list](s, s.withPIN("-r", "2", "contacts", "list", "--json"))
		if !reflect.DeepEqual(from, to) {
			t.Errorf("%s: what came over is not what was:\n%+v\n%+v", name, from, to)
		}
		again := s.withPIN("-r", "2", "contacts", "import", s.file(name), "--yes")
		if !strings.Contains(again.err, "There already: 21.") || !strings.Contains(again.out, "Nothing to change") {
			t.Error(again)
		}
	}
	text, err := os.ReadFile(s.file("all.vcf"))
	if err != nil || bytes.Count(text, []byte("BEGIN:VCARD\r\n")) != 21 || !bytes.Contains(text, []byte("FN:韩梅梅\r\n")) {
		t.Errorf("the vCards: %v\n%s", err, text)
	}
	f, err := os.Open(s.file("all.csv"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if rows, err := csv.NewReader(f).ReadAll(); err != nil || len(rows) != 22 || rows[0][0] != "name" {
		t.Errorf("the table: %v\n%v", err, rows)
	}
}

// What does not fit is refused with the limit, before anything is sent.
func TestContactsThatDoNotFit(t *testing.T) {
	s := newDesk(t)
	full := s.image("everyday", withSecrets, off, func(img *virtual.Image) {
		fileOf(img, -1, 0x7F10, 0x6F3A).RecordCount = 21
	})
	roomy := s.image("everyday", withSecrets, off)
	for _, c := range []struct {
		image string
		args  []string
		says  string
	}{
		{full, []string{"--name", "One", "--number", "1"}, "The phone book is full: all 21 contacts are in use."},
		{roomy, []string{"--name", "A name that is far too long for the card"}, "The name needs 40 bytes; there is room for 18."},
		{roomy, []string{"--name", "星辰星辰星辰星辰星辰"}, "there is room for 18"},
		{roomy, []string{"--name", "A", "--number", strings.Repeat("1", 121)}, "The number has 121 digits; with the extension records that are free it can have 80."},
		{roomy, []string{"--name", "A", "--number", "one"}, "cannot stand in a number"},
		{roomy, []string{"--name", "A", "--email", strings.Repeat("a", 50) + "@example.org"}, "there is room for 40"},
		{roomy, []string{"--name", "A", "--uri", "sip:a@example.org"}, "no place for internet call addresses"},
	} {
		args := append([]string{"--image", c.image, "contacts", "add", "--yes"}, c.args...)
		r := s.fails(13, "contact_refused", "", args...)
		if !strings.Contains(r.out, c.says) {
			t.Errorf("%q is not said: %v", c.says, r)
		}
	}
	// An import goes on without the one that does not fit, and says so.
	table := s.file("long.csv")
	text := "name,number\nShort,5550100\nA name that is far too long for it,5550101\n"
	if err := os.WriteFile(table, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	r := s.ok("", "--image", roomy, "contacts", "import", table, "--yes")
	if !strings.Contains(r.err, "Added: 1. Shortened: 0. There already: 0. Left out: 1.") || !strings.Contains(r.err, "room for 18") {
		t.Error(r)
	}
	r = s.ok("", "--image", roomy, "contacts", "import", table, "--shorten", "--yes")
	if !strings.Contains(r.err, "Added: 1. Shortened: 1.") {
		t.Error(r)
	}
	for name, text := range map[string]string{"empty": "", "binary": "\x00\xff\x1b[31m", "page": "<html></html>", "cut.vcf": "BEGIN:VCARD\r\nVERSION:3.0\r\nFN:Cut"} {
		if err := os.WriteFile(s.file(name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		s.fails(2, "contact_file", "", "--image", roomy, "contacts", "import", s.file(name), "--yes")
	}
}
