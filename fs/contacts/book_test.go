package contacts

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"

	"simscope/card/virtual"
	"simscope/fs"
	"simscope/internal/phonebook"
)

func (c Contact) line() string {
	out := fmt.Sprintf("%d %s", c.N, c.Name)
	for _, n := range c.Numbers {
		out += " " + n.Number
		if n.Label != "" {
			out += "(" + n.Label + ")"
		}
	}
	for _, list := range [][]Text{c.Nicknames, c.Emails, c.URIs} {
		for _, t := range list {
			out += " " + t.Text
		}
	}
	for _, g := range c.Groups {
		out += " [" + g.Name + "]"
	}
	for _, f := range c.Faults {
		out += " !" + strings.TrimPrefix(strings.TrimPrefix(f.ID, "contacts.fault."), "flag.")
	}
	return out
}

func lines(b *Book) []string {
	var out []string
	for _, c := range b.Contacts {
		out = append(out, c.line())
	}
	return out
}

var everybody = []string{
	"1 Ada +447700900123456789012345",
	"2 星辰 +447700900123 +447700900456(work) Stary x@y.ex [Friends]",
	"4 Bea 5550100 5550102(home) sip:b@x.y",
	"9 Cem 5550103",
}

func want(t *testing.T, got, want []string) {
	t.Helper()
	if !slices.Equal(got, want) {
		t.Errorf("\n is  %s\nnot  %s", strings.Join(got, "\n     "), strings.Join(want, "\n     "))
	}
}

func TestBook(t *testing.T) {
	r := insert(t, image())
	b := r.book()
	want(t, lines(b), everybody)
	if b.Kind != Global || b.Slots != 12 || b.Free() != 8 || len(b.Faults)+len(b.Denied)+len(b.Unread) > 0 {
		t.Errorf("%s with %d slots, %d free, %v %v %v", b.Kind, b.Slots, b.Free(), b.Faults, b.Denied, b.Unread)
	}
	c, _ := b.Get(2)
	if c.UID != 2 || c.Hidden || c.Uncounted {
		t.Errorf("%+v", c)
	}
	var parts []string
	for _, p := range c.Parts {
		parts = append(parts, fmt.Sprintf("%s/%s/%d", p.What, p.Path.Last(), p.Record))
	}
	if got := strings.Join(parts, " "); got != "EF.ADN/4F3A/2 EF.PBC/4F60/2 EF.UID/4F88/2 EF.GRP/4F90/2 EF.ANR/4F68/2 EF.EMAIL/4F78/1 EF.SNE/4F80/1" {
		t.Error(got)
	}
	if c, _ = b.Get(4); !c.Uncounted {
		t.Error("the sign of a 2G phone is not seen")
	}
	if _, ok := b.Get(3); ok {
		t.Error("a free entry is a contact")
	}
}

// Loading the book reads it and nothing else.
func TestLoadIsFrugal(t *testing.T) {
	r := insert(t, image())
	before := r.c.Stats()
	r.load()
	used := r.c.Stats().Sub(before)
	// DF.TELECOM, DF.PHONEBOOK twice, its 20 files, and DF.PHONEBOOK of the USIM,
	// which is absent; a read for each record.
	if used.Selects > 25 || used.Absent > 2 {
		t.Errorf("%+v", used)
	}
}

func TestPlainBook(t *testing.T) {
	r := insert(t, phonebook.Plain(phonebook.Always))
	b := r.book()
	want(t, lines(b), []string{"1 Ada +447700900123456789012345", "3 Bea 5550100"})
	if b.Kind != GSM || b.Slots != 6 {
		t.Errorf("%s %d", b.Kind, b.Slots)
	}
	// EF.MSISDN shares EF.EXT1: its record is not given away, nor Ada's.
	p, err := b.Create(Entry{Name: "Dan", Numbers: []EntryNumber{{Number: strings.Repeat("1234567890", 6)}}})
	b = r.apply(p, err)
	if c, _ := b.Get(2); c.Numbers[0].Number != strings.Repeat("1234567890", 6) || len(c.Numbers[0].chain.Places) != 2 || c.Numbers[0].chain.Places[0].Record < 3 {
		t.Errorf("%+v", c.Numbers)
	}
	p, err = b.Delete(1)
	b = r.apply(p, err)
	want(t, lines(b), []string{"2 Dan " + strings.Repeat("1234567890", 6), "3 Bea 5550100"})
}

func TestClosedBook(t *testing.T) {
	r := insert(t, phonebook.Image(phonebook.AfterPIN1))
	s := Find(r.c)
	if len(s.Books) != 0 || len(s.Denied) != 1 || !s.Known || r.c.Name(s.Denied[0]) != "MF/DF.TELECOM/DF.PHONEBOOK/EF.PBR" {
		t.Errorf("%+v", s)
	}
}

func TestNoBook(t *testing.T) {
	img := image()
	img.MF.Children = img.MF.Children[:len(img.MF.Children)-1]
	r := insert(t, img)
	if s := Find(r.c); len(s.Books) != 0 || len(s.Denied) != 0 || !s.Known {
		t.Errorf("%+v", s)
	}
}

// What does not fit is named, and what is known is kept.
func TestFaults(t *testing.T) {
	set := func(fid virtual.FID, rec int, data ...byte) func(*virtual.Image) {
		return func(img *virtual.Image) {
			f := phonebook.File(img, fid)
			copy(f.Records[rec-1][len(f.Records[rec-1])-len(data):], data)
		}
	}
	for _, c := range []struct {
		name   string
		change func(*virtual.Image)
		line   int
		want   string
	}{
		{"to nothing", set(phonebook.ADN1, 1, 3), 0, "1 Ada +44770090012345678901 !dangling"},
		{"beyond the end", set(phonebook.EXT1, 1, 99), 0, "1 Ada +447700900123456789012345 !dangling"},
		{"a circle", set(phonebook.EXT1, 1, 1), 0, "1 Ada +447700900123456789012345 !circle"},
		{"no type", set(phonebook.EXT1, 1, 4, 2, 0x32, 0x54, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF), 0, "1 Ada +44770090012345678901 !wrong_type"},
		{"no e-mail there", set(phonebook.IAP, 2, 9, 1, 0xFF, 0xFF), 1, "2 星辰 +447700900123 +447700900456(work) Stary [Friends] !dangling"},
		{"somebody else's e-mail", set(phonebook.IAP, 4, 1, 0xFF, 2, 1), 2, "4 Bea 5550100 5550102(home) x@y.ex sip:b@x.y !foreign"},
	} {
		img := image()
		c.change(img)
		if got := lines(insert(t, img).book())[c.line]; got != c.want {
			t.Errorf("%s: %s, want %s", c.name, got, c.want)
		}
	}
}

// A file that EF.PBR names as two things is only the first.
func TestFilesNamedTwice(t *testing.T) {
	img := image()
	// EF.EMAIL's identifier becomes that of EF.ADN, EF.ADN of the second record
	// that of the first.
	pbr := phonebook.File(img, 0x4F30).Records
	copy(pbr[0][30:], []byte{0xCA, 0x02, 0x4F, 0x3A})
	copy(pbr[1][2:], []byte{0xC0, 0x03, 0x4F, 0x3A})
	r := insert(t, img)
	b := r.book()
	want(t, lines(b), []string{everybody[0], strings.Replace(everybody[1], " x@y.ex", "", 1), everybody[2]})
	var faults []string
	for _, f := range b.Faults {
		faults = append(faults, strings.TrimPrefix(f.ID, "contacts.fault."))
	}
	want(t, faults, []string{"twice", "twice", "no_adn"})
}

// A card that names the same files over and over is read once.
func TestManyRecords(t *testing.T) {
	img := image()
	pbr := phonebook.File(img, 0x4F30)
	first := pbr.Records[0]
	pbr.Records = nil
	for range 254 {
		pbr.Records = append(pbr.Records, first)
	}
	pbr.RecordCount = 254
	b := insert(t, img).book()
	if len(b.sets) != 1 || len(b.Contacts) != 3 {
		t.Errorf("%d sets, %d contacts", len(b.sets), len(b.Contacts))
	}
}

func TestMatches(t *testing.T) {
	b := insert(t, image()).book()
	for text, want := range map[string]int{"": 4, "bea": 1, "7700 900 456": 1, "friends": 1, "X@Y": 1, "stary": 1, "work": 1, "zzz": 0} {
		n := 0
		for _, c := range b.Contacts {
			if c.Matches(text) {
				n++
			}
		}
		if n != want {
			t.Errorf("%q finds %d, want %d", text, n, want)
		}
	}
}

// inUSIM moves the phone book into the application.
func inUSIM() *virtual.Image {
	img := image()
	t := img.MF.Children[len(img.MF.Children)-1]
	img.MF.Children = img.MF.Children[:len(img.MF.Children)-1]
	adf := img.Apps[0].ADF
	adf.Children = append(adf.Children, t.Children...)
	return img
}

func TestBookOfUSIM(t *testing.T) {
	r := insert(t, inUSIM())
	b := r.book()
	want(t, lines(b), everybody)
	if b.Kind != USIM || b.Name() != "ADF.USIM/DF.PHONEBOOK" {
		t.Errorf("%s %s", b.Kind, b.Name())
	}
	p, err := b.Create(Entry{Name: "Dan", Emails: []string{"d@x"}})
	want(t, lines(r.apply(p, err)), slices.Insert(slices.Clone(everybody), 2, "3 Dan  d@x"))
}

// A phone book whose service is off is not read by a walk, and the survey says
// why it is not there.
func TestServiceOff(t *testing.T) {
	img := inUSIM()
	for _, f := range img.Apps[0].ADF.Children {
		if f.FID == 0x6F38 {
			f.Data = make([]byte, f.Size) // no service at all
			f.Access = virtual.Access{Expanded: phonebook.File(image(), phonebook.ADN1).Access.Expanded}
		}
	}
	p, err := virtual.NewProvider(virtual.Slot{Name: "x", Image: img})
	if err != nil {
		t.Fatal(err)
	}
	c := opened(t, p)
	if err := c.Walk(context.Background(), fs.WalkOptions{}); err != nil {
		t.Fatal(err)
	}
	if s := Find(c); len(s.Books) != 0 || len(s.Off) != 1 || c.Name(s.Off[0]) != "ADF.USIM/DF.PHONEBOOK" {
		t.Errorf("%+v", s)
	}
}

// A 2G card: everything in class A0.
func TestGSMCard(t *testing.T) {
	img := phonebook.Plain(phonebook.Always)
	img.Mode, img.Apps, img.Subscribers = virtual.ModeGSM, nil, nil
	img.PINs = slices.DeleteFunc(img.PINs, func(p virtual.PIN) bool { return p.App != "" })
	for _, f := range img.MF.Children {
		if f.FID == 0x2FE2 {
			f.GSM = []byte{0x04, 0xFF, 0x44}
		}
	}
	r := insert(t, img)
	want(t, lines(r.book()), []string{"1 Ada +447700900123456789012345", "3 Bea 5550100"})
	p, err := r.book().Edit(1, Entry{Name: "Ada", Numbers: numbers(strings.Repeat("1234567890", 4))})
	want(t, lines(r.apply(p, err)), []string{"1 Ada " + strings.Repeat("1234567890", 4), "3 Bea 5550100"})
}

func TestExtensionFile(t *testing.T) {
	r := insert(t, image())
	if p, ok := r.c.ExtensionFile(path(phonebook.ADN1)); !ok || p != path(phonebook.EXT1) {
		t.Errorf("%s %v", p, ok)
	}
	if _, ok := r.c.ExtensionFile(path(phonebook.EMAIL)); ok {
		t.Error("e-mail addresses have extension records")
	}
}
