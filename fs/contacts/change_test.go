package contacts

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"simscope/card/virtual"
	"simscope/fs"
	"simscope/internal/phonebook"
)

func numbers(list ...string) []EntryNumber {
	var out []EntryNumber
	for _, s := range list {
		n, label, _ := strings.Cut(s, "/")
		out = append(out, EntryNumber{n, label})
	}
	return out
}

func TestCreate(t *testing.T) {
	r := insert(t, image())
	before := r.bytes()
	p, err := r.book().Create(Entry{
		Name: "Dilan Ö", Numbers: numbers("+44 7700 900 789", "0155501 04/home", "5550105/boat"),
		Nickname: "Dil", Emails: []string{"d@x.ex"}, URIs: []string{"sip:d@x"}, Groups: []string{"Friends", "Crew"},
	})
	b := r.apply(p, err)
	want(t, lines(b), slices.Insert(slices.Clone(everybody), 2, "3 Dilan Ö +447700900789 015550104(home) 5550105(boat) Dil d@x.ex sip:d@x [Friends] [Crew]"))
	c, _ := b.Get(3)
	if c.UID != 5 {
		t.Errorf("the unique identifier is %d", c.UID)
	}
	after := r.bytes()
	for at, want := range map[Place]string{
		{path(phonebook.CC), 0}: "000A", {path(phonebook.PUID), 0}: "0005", {path(phonebook.PSC), 0}: "00000005",
		{path(phonebook.UID1), 3}: "0005", {path(phonebook.IAP), 3}: "02020102",
	} {
		if got := fmt.Sprintf("%X", after[at]); got != want {
			t.Errorf("%s record %d is %s, want %s", r.c.Name(at.Path), at.Record, got, want)
		}
	}
	others(t, b, 3, before, after)
}

// others fails where a record of another contact changed.
func others(t fatal, b *Book, but int, before, after map[Place][]byte) {
	for _, c := range b.Contacts {
		for _, p := range c.Parts {
			if c.N != but && p.What != "EF.GAS" && !bytes.Equal(before[p.Place], after[p.Place]) {
				t.Fatalf("contact %d: %s record %d was %X and is %X", c.N, p.What, p.Record, before[p.Place], after[p.Place])
			}
		}
	}
}

// The order of the steps: counters, data that nothing points to, EF.IAP,
// EF.ADN; when a contact goes, EF.ADN first.
func TestOrder(t *testing.T) {
	r := insert(t, image())
	order := func(p *fs.Plan, err error) string {
		if err != nil {
			t.Fatal(err)
		}
		var out []string
		for _, s := range p.Steps {
			n := strings.TrimPrefix(r.c.Name(s.Path), "MF/DF.TELECOM/DF.PHONEBOOK/EF.")
			n, _, _ = strings.Cut(n, "(")
			out = append(out, n)
		}
		return strings.Join(out, " ")
	}
	b := r.book()
	if got := order(b.Create(Entry{Name: "E", Numbers: numbers(strings.Repeat("12345", 9)), Emails: []string{"e@x"}})); got != "PUID CC UID EMAIL EXT1 EXT1 IAP ADN" {
		t.Error(got)
	}
	if got := order(b.Delete(1)); got != "CC ADN UID EXT1" {
		t.Error(got)
	}
	if got := order(b.Delete(2)); got != "CC ADN UID GRP ANR IAP EMAIL SNE" {
		t.Error(got)
	}
	c, _ := b.Get(1)
	e := c.Entry()
	e.Numbers[0].Number = "+" + strings.Repeat("9876543210", 3)
	if got := order(b.Edit(1, e)); got != "CC EXT1 ADN EXT1" {
		t.Error(got)
	}
}

func TestEdit(t *testing.T) {
	r := insert(t, image())
	for _, c := range []struct {
		n      int
		change func(e *Entry)
		line   string
	}{
		{1, func(e *Entry) { e.Name = "Ada L." }, "1 Ada L. +447700900123456789012345"},
		{1, func(e *Entry) { e.Numbers[0].Number = "0770" }, "1 Ada L. 0770"},
		{1, func(e *Entry) { e.Numbers[0].Number = strings.Repeat("12345", 12) }, "1 Ada L. " + strings.Repeat("12345", 12)},
		{2, func(e *Entry) { e.Emails[0] = "new@y.ex"; e.Groups = nil }, "2 星辰 +447700900123 +447700900456(work) Stary new@y.ex"},
		{2, func(e *Entry) { e.Numbers[1].Label = "home" }, "2 星辰 +447700900123 +447700900456(home) Stary new@y.ex"},
		{2, func(e *Entry) { e.Numbers = numbers("+447700900123", "5550109"); e.Emails = nil }, "2 星辰 +447700900123 5550109 Stary"},
		{4, func(e *Entry) { e.Numbers = e.Numbers[:1]; e.URIs = nil; e.Nickname = "B" }, "4 Bea 5550100 B"},
		{9, func(e *Entry) { e.Name = "Cemile" }, "9 Cemile 5550103"},
	} {
		b := r.book()
		x, _ := b.Get(c.n)
		e := x.Entry()
		c.change(&e)
		before := r.bytes()
		p, err := b.Edit(c.n, e)
		b = r.apply(p, err)
		x, _ = b.Get(c.n)
		if x.line() != c.line {
			t.Errorf("%s, want %s", x.line(), c.line)
		}
		others(t, b, c.n, before, r.bytes())
	}
	if x, _ := r.book().Get(4); x.Uncounted {
		t.Error("the change of a 2G phone was counted and is still marked")
	}
}

// Nothing changed is no step at all, not even a counter's; a changed name
// leaves the bytes of the number as they are.
func TestUntouchedBytesStay(t *testing.T) {
	img := image()
	rec := phonebook.File(img, phonebook.ADN1).Records[3]
	rec[15], rec[25] = 0x85, 0xE0 // a numbering plan and filler that nobody writes
	r := insert(t, img)
	b := r.book()
	for _, n := range []int{1, 2, 9} {
		c, _ := b.Get(n)
		if p, err := b.Edit(n, c.Entry()); err != nil || len(p.Steps) != 0 {
			t.Errorf("contact %d, not changed: %v %v", n, p, err)
		}
	}
	c, _ := b.Get(4)
	e := c.Entry()
	e.Name = "Beatrix"
	before := r.bytes()[Place{path(phonebook.ADN1), 4}]
	p, err := b.Edit(4, e)
	r.apply(p, err)
	if after := r.bytes()[Place{path(phonebook.ADN1), 4}]; !bytes.Equal(after[14:], before[14:]) || bytes.Equal(after, before) {
		t.Errorf("%X became %X", before, after)
	}
}

func TestDelete(t *testing.T) {
	r := insert(t, image())
	b := r.book()
	for _, n := range []int{2, 1, 9, 4} {
		before := r.bytes()
		p, err := b.Delete(n)
		b = r.apply(p, err)
		others(t, b, n, before, r.bytes())
	}
	if len(b.Contacts) != 0 || b.Free() != 12 {
		t.Fatal(lines(b))
	}
	for at, data := range r.bytes() {
		name := r.c.Name(at.Path)
		if !strings.HasPrefix(name, "MF/DF.TELECOM/DF.PHONEBOOK/") || at.Record == 0 ||
			strings.Contains(name, "PBR") || strings.Contains(name, "AAS") || strings.Contains(name, "GAS") {
			continue
		}
		if strings.Trim(fmt.Sprintf("%X", data), "F") != "" && strings.Trim(fmt.Sprintf("%X", data), "0") != "" &&
			fmt.Sprintf("%X", data) != "00FFFFFFFFFFFFFFFFFFFFFFFF" {
			t.Errorf("%s record %d still holds %X", name, at.Record, data)
		}
	}
}

func TestRefusals(t *testing.T) {
	b := insert(t, image()).book()
	full := insert(t, image())
	for i := 0; full.book().Free() > 0; i++ {
		p, err := full.book().Create(Entry{Name: fmt.Sprint(i), Numbers: numbers("1")})
		full.apply(p, err)
	}
	for _, c := range []struct {
		name  string
		b     *Book
		entry Entry
		want  string
	}{
		{"nothing", b, Entry{}, "A contact needs a name or a first number."},
		{"name", b, Entry{Name: "Fifteen letters"}, "The name needs 15 bytes; there is room for 14."},
		{"wide name", b, Entry{Name: "星辰移动星辰移动"}, "The name needs 17 bytes; there is room for 14."},
		{"number", b, Entry{Name: "A", Numbers: numbers(strings.Repeat("1", 101))}, "The number has 101 digits; with the extension records that are free it can have 100."},
		{"letter", b, Entry{Name: "A", Numbers: numbers("12x4")}, "x cannot stand in a number. Digits, * # and a plus in front can."},
		{"numbers", b, Entry{Name: "A", Numbers: numbers("1", "2", "3", "4")}, "The contact has no more places for further numbers; it has 2."},
		{"e-mails", b, Entry{Name: "A", Emails: []string{"a@x", "b@x"}}, "The contact has no more places for e-mail addresses; it has 1."},
		{"e-mail", b, Entry{Name: "A", Emails: []string{strings.Repeat("a", 23)}}, "The e-mail address needs 23 bytes; there is room for 22."},
		{"label", b, Entry{Name: "A", Numbers: numbers("1", "2/holidays!")}, "The name needs 9 bytes; this record has room for 8. Shorten it."},
		{"label of the first", b, Entry{Name: "A", Numbers: numbers("1/work")}, "The first number of a contact cannot have a label on a card; further ones can."},
		{"groups", b, Entry{Name: "A", Groups: []string{"a", "b"}}, "No record is free in MF/DF.TELECOM/DF.PHONEBOOK/EF.GAS(4F48)."},
		{"full", full.book(), Entry{Name: "A"}, "The phone book is full: all 12 contacts are in use."},
	} {
		p, err := c.b.Create(c.entry)
		var refused *RefusedError
		if !errors.As(err, &refused) || err.Error() != c.want {
			t.Errorf("%s: %v, %v, want %s", c.name, p, err, c.want)
		}
	}
	plain := insert(t, phonebook.Plain(phonebook.Always)).book()
	if _, err := plain.Create(Entry{Name: "A", Emails: []string{"a@x"}}); err == nil || err.Error() != "This phone book has no place for e-mail addresses." {
		t.Error(err)
	}
}

func TestLimits(t *testing.T) {
	b := insert(t, image()).book()
	l := b.Limits(0)
	if l.Name != 14 || l.Digits != 100 || l.Numbers != 3 || l.Emails != 1 || l.Email != 22 || l.Nickname != 10 || l.URI != 26 || l.Groups != 3 || l.NewLabel != 8 || len(l.Labels) != 2 {
		t.Errorf("%+v", l)
	}
	if l = b.Limits(1); l.Digits != 120 {
		t.Errorf("Ada's own extension record does not count: %+v", l)
	}
	if l = b.Limits(9); l.Name != 6 || l.Emails != 0 || l.Nickname != 0 {
		t.Errorf("%+v", l)
	}
}

// Counters that come to their end: EF.PSC goes on, so that the book counts as
// another one.
func TestCountersOverflow(t *testing.T) {
	get := func(r *rig, fid virtual.FID, rec int) string {
		return fmt.Sprintf("%X", r.bytes()[Place{path(fid), rec}])
	}
	img := image()
	copy(phonebook.File(img, phonebook.CC).Data, []byte{0xFF, 0xFF})
	r := insert(t, img)
	p, err := r.book().Delete(9)
	r.apply(p, err)
	if got := get(r, phonebook.CC, 0) + " " + get(r, phonebook.PSC, 0) + " " + get(r, phonebook.PUID, 0); got != "0001 00000006 0004" {
		t.Errorf("the change counter: %s", got)
	}
	img = image()
	copy(phonebook.File(img, phonebook.PUID).Data, []byte{0xFF, 0xFF})
	r = insert(t, img)
	p, err = r.book().Create(Entry{Name: "New"})
	b := r.apply(p, err)
	if got := get(r, phonebook.CC, 0) + " " + get(r, phonebook.PSC, 0) + " " + get(r, phonebook.PUID, 0); got != "0001 00000006 0005" {
		t.Errorf("the unique identifiers: %s", got)
	}
	var ids []int
	for _, c := range b.Contacts {
		ids = append(ids, c.UID)
	}
	if !slices.Equal(ids, []int{1, 2, 5, 3, 4}) {
		t.Errorf("unique identifiers %v", ids)
	}
}

// A break-off after any step leaves no contact that shows somebody else's
// data, and the rest of the plan completes it.
func TestBrokenOff(t *testing.T) {
	for step := range 9 {
		r := insert(t, image())
		b := r.book()
		p, err := b.Create(Entry{Name: "E", Numbers: numbers(strings.Repeat("12345", 9), "7/work"), Emails: []string{"e@x"}})
		if err != nil {
			t.Fatal(err)
		}
		if step >= len(p.Steps) {
			break
		}
		part := *p
		part.Steps = p.Steps[:step]
		if _, err := r.c.Apply(context.Background(), &part, nil); err != nil {
			t.Fatal(err)
		}
		r.load()
		want(t, lines(r.book()), everybody)
		if _, err := r.c.Apply(context.Background(), p, nil); err != nil {
			t.Fatal(err)
		}
		r.load()
		if c, _ := r.book().Get(3); c.line() != "3 E "+strings.Repeat("12345", 9)+" 7(work) e@x" {
			t.Errorf("after step %d: %s", step, c.line())
		}
	}
}

// Whatever is created, edited and deleted: the others stay byte for byte, each
// contact reads as it was written, and what is deleted leaves no slot behind.
func TestSequences(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		r := insert(t, image())
		free := freeOf(r.book())
		var mine []int
		for range rapid.IntRange(1, 8).Draw(t, "changes") {
			b := r.book()
			before := r.bytes()
			var n int
			var e Entry
			var p *fs.Plan
			var err error
			what := rapid.SampledFrom([]string{"create", "edit", "delete"}).Draw(t, "what")
			if what != "create" && len(mine) == 0 {
				continue
			}
			switch what {
			case "create":
				e = drawEntry(t)
				p, err = b.Create(e)
			case "edit":
				n, e = rapid.SampledFrom(mine).Draw(t, "n"), drawEntry(t)
				p, err = b.Edit(n, e)
			case "delete":
				n = rapid.SampledFrom(mine).Draw(t, "n")
				p, err = b.Delete(n)
			}
			var refused *RefusedError
			if errors.As(err, &refused) {
				if what == "delete" {
					t.Fatalf("deleting %d was refused: %v", n, err)
				}
				continue
			}
			was := lines(b)
			b = r.apply(p, err)
			if what == "create" {
				for _, c := range b.Contacts {
					if _, old := (&Book{Contacts: mustBefore(was, b)}).Get(c.N); !old {
						n = c.N
					}
				}
				mine = append(mine, n)
			}
			others(t, b, n, before, r.bytes())
			if what == "delete" {
				mine = slices.DeleteFunc(mine, func(m int) bool { return m == n })
				continue
			}
			c, ok := b.Get(n)
			if got := c.Entry().clean(); !ok || fmt.Sprint(got) != fmt.Sprint(e.clean()) {
				t.Fatalf("%s of %d: %+v, want %+v", what, n, got, e.clean())
			}
			if len(c.Faults) > 0 {
				t.Fatalf("%s of %d: %v", what, n, c.Faults)
			}
		}
		for _, n := range mine {
			p, err := r.book().Delete(n)
			r.apply(p, err)
		}
		if got := freeOf(r.book()); got != free {
			t.Fatalf("free at the end: %s, at the beginning: %s", got, free)
		}
		if got := lines(r.book()); !slices.Equal(got, everybody) {
			t.Fatalf("at the end: %v", got)
		}
	})
}

// mustBefore are the contacts of b that were there before, by their lines.
func mustBefore(was []string, b *Book) []Contact {
	var out []Contact
	for _, c := range b.Contacts {
		if slices.ContainsFunc(was, func(l string) bool { return strings.HasPrefix(l, fmt.Sprintf("%d ", c.N)) }) {
			out = append(out, c)
		}
	}
	return out
}

// freeOf counts what is free in the files that give records away.
func freeOf(b *Book) string {
	d := b.draft()
	out := fmt.Sprint(b.Free(), len(d.freeExtensions(&b.sets[0])))
	for _, f := range b.sets[0].files {
		n := 0
		for f.kind == 2 && d.allocate(f) > 0 {
			n++
		}
		out += fmt.Sprintf(" %s %d", f.what, n)
	}
	return out
}

func drawEntry(t *rapid.T) Entry {
	digits := func(label string, most int) string {
		n := rapid.StringOfN(rapid.RuneFrom([]rune("0123456789*#")), 1, most, -1).Draw(t, label)
		if rapid.Bool().Draw(t, "plus") {
			return "+" + n
		}
		return n
	}
	text := rapid.StringOfN(rapid.RuneFrom([]rune("aZ9@ äЖ星€")), 1, 6, -1)
	e := Entry{Name: text.Draw(t, "name"), Numbers: numbers(digits("number", 70))}
	for range rapid.IntRange(0, 2).Draw(t, "numbers") {
		e.Numbers = append(e.Numbers, EntryNumber{digits("number", 45), rapid.SampledFrom([]string{"", "work", "home"}).Draw(t, "label")})
	}
	if rapid.Bool().Draw(t, "nick") {
		e.Nickname = text.Draw(t, "nickname")
	}
	if rapid.Bool().Draw(t, "mail") {
		e.Emails = []string{text.Draw(t, "email")}
	}
	if rapid.Bool().Draw(t, "uri") {
		e.URIs = []string{text.Draw(t, "uri")}
	}
	if rapid.Bool().Draw(t, "group") {
		e.Groups = []string{"Friends"}
	}
	return e
}
