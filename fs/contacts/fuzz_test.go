package contacts

import (
	"bytes"
	"testing"

	"simscope/fs"
	"simscope/internal/phonebook"
)

// FuzzBook puts any bytes into the files of a phone book: making the book and
// planning changes of it neither panics nor gives a plan that cannot be
// carried out, and a change touches nobody else's EF.ADN.
func FuzzBook(f *testing.F) {
	f.Add([]byte{}, uint16(0), byte(1))
	f.Add([]byte{0xA8, 0x04, 0xC0, 0x02, 0x4F, 0x78, 0xA9, 0x08, 0xCA, 0x02, 0x4F, 0x78, 0xC4, 0x02, 0x4F, 0x78}, uint16(0), byte(2))
	f.Add([]byte{0xA8, 0x0C, 0xC0, 0x02, 0x4F, 0x3A, 0xC1, 0x02, 0x4F, 0x3A, 0xC2, 0x02, 0x4F, 0x3A}, uint16(0), byte(1))
	f.Add([]byte{0xA8, 0x08, 0xC0, 0x02, 0x4F, 0x3A, 0xC0, 0x02, 0x4F, 0x3A, 0xAA, 0x04, 0xC4, 0x02, 0x4F, 0x3A}, uint16(70), byte(9))
	f.Add([]byte{1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1}, uint16(400), byte(4))
	// EF.PBR that names itself for everything; noise over all of the book.
	f.Add([]byte{0xA8, 0x0C, 0xC0, 0x02, 0x4F, 0x30, 0xC1, 0x02, 0x4F, 0x30, 0xC2, 0x02, 0x4F, 0x30}, uint16(0), byte(1))
	f.Add(bytes.Repeat([]byte{0xFE, 0x01, 0x02, 0x80, 0x81}, 400), uint16(140), byte(3))
	f.Fuzz(func(t *testing.T, data []byte, at uint16, n byte) {
		img := image()
		skip := int(at)
		for _, file := range phonebook.Dir(img).Children {
			for _, rec := range append(file.Records, file.Data) {
				if skip >= len(rec) {
					skip -= len(rec)
					continue
				}
				k := copy(rec[skip:], data)
				data, skip = data[k:], 0
			}
		}
		r := insert(t, img)
		for _, b := range Find(r.c).Books {
			for _, f := range b.Faults {
				_ = f.String()
			}
			b.Limits(0)
			b.Limits(int(n))
			e := Entry{Name: "N", Numbers: numbers("+123456789012345678901234", "2/work"), Nickname: "x", Emails: []string{"e"}, URIs: []string{"u"}, Groups: []string{"g"}}
			plan(t, r, b, 0, b.Create, e)
			edit := func(e Entry) (*fs.Plan, error) { return b.Edit(int(n), e) }
			plan(t, r, b, int(n), edit, e)
			if c, ok := b.Get(int(n)); ok {
				same := c.Entry()
				same.Name += "x"
				plan(t, r, b, int(n), edit, same)
			}
			plan(t, r, b, int(n), func(Entry) (*fs.Plan, error) { return b.Delete(int(n)) }, e)
		}
	})
}

func plan(t *testing.T, r *rig, b *Book, n int, f func(Entry) (*fs.Plan, error), e Entry) {
	p, err := f(e)
	if err != nil {
		return
	}
	for _, pr := range p.Check(r.c) {
		if pr.Severity == fs.Fatal {
			t.Fatalf("%s", pr)
		}
	}
	for _, c := range b.Contacts {
		for _, s := range p.Steps {
			if at := c.Place(); c.N != n && s.Path == at.Path && s.Record == at.Record {
				t.Fatalf("a change of contact %d writes that of %d: %X becomes %X", n, c.N, []byte(s.Old), []byte(s.New))
			}
		}
	}
}
