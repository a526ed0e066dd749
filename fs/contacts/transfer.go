package contacts

import (
	"io"
	"slices"
	"strings"

	"simscope/fs"
	"simscope/fs/ef"
	"simscope/texts"
)

// Format is a format of files of contacts.
type Format string

// The formats.
const (
	VCard Format = "vcf"
	CSV   Format = "csv"
)

// Formats are the names of all formats.
func Formats() []string { return []string{string(VCard), string(CSV)} }

// Write writes contacts in a format.
func Write(w io.Writer, f Format, list []Entry) error {
	if f == CSV {
		return WriteCSV(w, list)
	}
	return WriteVCard(w, list)
}

// Entries are contacts as a person would write them.
func Entries(list []Contact) []Entry {
	out := make([]Entry, 0, len(list))
	for _, c := range list {
		out = append(out, c.Entry())
	}
	return out
}

// Shown are the contacts that a phone shows without being asked for the hidden
// key; with hidden, all of them.
func (b *Book) Shown(hidden bool) []Contact {
	if hidden {
		return b.Contacts
	}
	return slices.DeleteFunc(slices.Clone(b.Contacts), func(c Contact) bool { return c.Hidden })
}

// What becomes of an entry that is imported.
const (
	Added     = "added"
	Shortened = "shortened" // added, without what Notes say
	Duplicate = "duplicate" // a contact with that name and number is there
	Skipped   = "skipped"   // it does not fit, as Notes say
)

// Item is one entry of an import. Notes are what does not fit of it.
type Item struct {
	Entry Entry
	State string
	Notes []Refusal
}

// Import is what becomes of a list of entries, and the plan that does it.
type Import struct {
	Items []Item
	Plan  *fs.Plan
}

// Count is the number of entries in a state.
func (m Import) Count(state string) int {
	n := 0
	for _, i := range m.Items {
		if i.State == state {
			n++
		}
	}
	return n
}

// Summary says in one line what becomes of the entries of a file.
func (m Import) Summary(f File) string {
	s := texts.Say("out.contacts.import", "added", m.Count(Added), "shortened", m.Count(Shortened),
		"duplicate", m.Count(Duplicate), "skipped", m.Count(Skipped))
	if n := f.Lost(); n > 0 {
		s += " " + texts.Say("out.contacts.lost", "n", n)
	}
	return s
}

// Import plans to add entries. One that does not fit is left out; with shorten
// what is too long is cut and what has no place is left out, but a number is
// never cut. The label of a first number is always left out: a card has no
// place for it.
func (b *Book) Import(list []Entry, shorten bool) (Import, error) {
	var m Import
	d := b.draft()
	known := map[string]bool{}
	for _, e := range Entries(b.Contacts) {
		known[identity(e)] = true
	}
	var fresh []slot
	for i, e := range list {
		e = e.clean()
		it := Item{Entry: e, State: Added}
		d.item = i
		if known[identity(e)] {
			it.State = Duplicate
			m.Items = append(m.Items, it)
			continue
		}
		if len(e.Numbers) > 0 && e.Numbers[0].Label != "" {
			e.Numbers = slices.Clone(e.Numbers)
			e.Numbers[0].Label = ""
		}
		s, ok := d.add(&it, e, shorten)
		if ok {
			known[identity(e)] = true
			fresh = append(fresh, s)
		}
		m.Items = append(m.Items, it)
	}
	d.count(len(fresh), fresh)
	var err error
	m.Plan, err = d.plan(say("plan.import", "n", len(fresh)))
	return m, err
}

// identity is what makes two contacts the same: name and first number.
func identity(e Entry) string {
	e = e.clean()
	number := ""
	if len(e.Numbers) > 0 {
		number = e.Numbers[0].Number
	}
	return strings.ToLower(oneLine(e.Name)) + "\x00" + number
}

// maxCuts bounds how often an entry is shortened anew.
const maxCuts = 4 * maxValues

// add creates an entry of an import, as it is or, with shorten, as much of it
// as fits.
func (d *draft) add(it *Item, e Entry, shorten bool) (slot, bool) {
	for range maxCuts {
		s, ok := d.create(e)
		if ok {
			if len(it.Notes) > 0 {
				it.State = Shortened
			}
			return s, true
		}
		refused := d.refusals
		d.refusals = nil
		for _, r := range refused {
			if !slices.ContainsFunc(it.Notes, func(o Refusal) bool { return o.String() == r.String() }) {
				it.Notes = append(it.Notes, r)
			}
		}
		if !shorten || !cut(&e, refused) {
			break
		}
		it.Entry = e
	}
	it.State = Skipped
	return slot{}, false
}

// cut takes the first thing that was refused from an entry, the others may be
// gone with it; it reports whether that can help.
func cut(e *Entry, refused []Refusal) bool {
	r := refused[0]
	kind := strings.TrimRight(r.Field, "0123456789")
	at := index(r.Field, kind)
	limit, hasLimit := argOf(r, "limit")
	switch {
	case kind == "name" && hasLimit:
		e.Name = shortened(e.Name, limit, ef.AlphaLength)
		return !e.empty()
	case kind == "nickname" && r.ID == "contacts.refuse.text":
		e.Nickname = shortened(e.Nickname, limit, ef.AlphaLength)
	case kind == "nickname":
		e.Nickname = ""
	case kind == "number" && at > 0 && at < len(e.Numbers):
		e.Numbers = slices.Clone(e.Numbers)
		if e.Numbers[at].Label != "" && strings.HasPrefix(r.ID, "ef.refuse") || labelRefused(r) {
			e.Numbers[at].Label = ""
		} else {
			e.Numbers = slices.Delete(e.Numbers, at, at+1)
		}
	case kind == "email" && at < len(e.Emails): // an address that is cut is none
		e.Emails = slices.Delete(slices.Clone(e.Emails), at, at+1)
	case kind == "uri" && at < len(e.URIs):
		e.URIs = slices.Delete(slices.Clone(e.URIs), at, at+1)
	case kind == "group" && len(e.Groups) > 0:
		e.Groups = e.Groups[:len(e.Groups)-1]
	default:
		return false
	}
	return true
}

// labelRefused reports whether a number was refused for its label alone.
func labelRefused(r Refusal) bool {
	for i := 0; i+1 < len(r.Args); i += 2 {
		s, ok := r.Args[i+1].(string)
		if ok && (s == say("what.AAS") || r.Args[i] == "file" && strings.Contains(s, "EF.AAS")) {
			return true
		}
	}
	return false
}

// index is the place of a numbered field: 0 for "email", 1 for "email2".
func index(field, kind string) int {
	n := 0
	for _, c := range field[len(kind):] {
		n = n*10 + int(c-'0')
	}
	return max(n-1, 0)
}

func argOf(r Refusal, name string) (int, bool) {
	for i := 0; i+1 < len(r.Args); i += 2 {
		if r.Args[i] == name {
			n, ok := r.Args[i+1].(int)
			return n, ok
		}
	}
	return 0, false
}
