// Package contacts makes one phone book of the many files that hold it: EF.PBR
// and what it names (3GPP TS 31.102 clause 4.4.2), or EF.ADN of DF.TELECOM
// (3GPP TS 51.011 clause 10.5.1). It reads them from what fs has of a card,
// turns changes into plans of fs, and imports and exports them.
//
// It must not write a card by any other way than a plan, and it treats what
// the card holds as hostile: a link that leads nowhere, into a circle or to
// somebody else's record is named and not followed.
package contacts

import (
	"slices"
	"strings"

	"simscope/card"
	"simscope/fs"
	"simscope/fs/ef"
	"simscope/texts"
)

// Kind says where a phone book lies.
type Kind string

// The kinds of phone books, in the order in which they are offered.
const (
	Global Kind = "global" // MF/DF.TELECOM/DF.PHONEBOOK
	USIM   Kind = "usim"   // DF.PHONEBOOK of a USIM
	GSM    Kind = "gsm"    // MF/DF.TELECOM/EF.ADN alone
)

// Place is a record of a file.
type Place struct {
	Path   card.Path `json:"path"`
	Record int       `json:"record"`
}

// Part is a place that holds something of a contact; What is the file's name
// without its copy, "EF.EMAIL".
type Part struct {
	What string `json:"what"`
	Place
}

// Fault is something in a phone book that does not fit. ID is a text.
type Fault struct {
	ID   string
	Args []any
}

func (f Fault) String() string { return texts.Say(f.ID, f.Args...) }

// MarshalText writes the fault's sentence.
func (f Fault) MarshalText() ([]byte, error) { return []byte(f.String()), nil }

// Number is one number of a contact, whole: with what its extension records
// add.
type Number struct {
	Number     string `json:"number"` // as it is dialled, "+447700900123"
	TON        ef.TON `json:"type_of_number"`
	Label      string `json:"label,omitempty"` // of EF.AAS
	Subaddress ef.Hex `json:"subaddress,omitempty"`
	Bearer     string `json:"bearer,omitempty"` // what the call is for, of EF.CCP1
	labelAt    int    // record of EF.AAS
	npi        ef.NPI
	chain      Chain
	use        use
}

// Group is a group that a contact belongs to.
type Group struct {
	Record int    `json:"record"` // of EF.GAS
	Name   string `json:"name"`   // empty where the group has none
}

// Text is a name or address besides the first, with where it lies.
type Text struct {
	Text string
	use  use
}

// MarshalText writes the text alone.
func (t Text) MarshalText() ([]byte, error) { return []byte(t.Text), nil }

// Contact is one entry. Its texts are as the card has them: pass them through
// safe.Text before showing them.
type Contact struct {
	N         int      `json:"n"` // number in its book, 1 up; stays while the entry stays
	Name      string   `json:"name"`
	Numbers   []Number `json:"numbers"` // the first one is that of EF.ADN, possibly empty
	Nicknames []Text   `json:"nicknames,omitempty"`
	Emails    []Text   `json:"emails,omitempty"`
	URIs      []Text   `json:"uris,omitempty"`
	Groups    []Group  `json:"groups,omitempty"`
	UID       int      `json:"uid,omitempty"` // 0: none
	Hidden    bool     `json:"hidden,omitempty"`
	// Uncounted says that a 2G phone changed the entry and that the change
	// counter does not know of it yet.
	Uncounted bool    `json:"uncounted,omitempty"`
	Parts     []Part  `json:"parts"`
	Faults    []Fault `json:"faults,omitempty"`
	set, rec  int     // record of EF.PBR from 0, record of EF.ADN from 1
}

// Place is the record of EF.ADN.
func (c Contact) Place() Place { return c.Parts[0].Place }

// Book is one phone book of a card.
type Book struct {
	Kind     Kind
	Dir      card.Path
	Contacts []Contact
	Slots    int         // records of EF.ADN
	Denied   []card.Path // files of the book that the card refused to read
	Unread   []card.Path // files of the book that were not read for another reason
	Faults   []Fault

	c    *fs.Card
	sets []set
	refs map[Place]int // how often entries point to a record
}

// set is the files that one record of EF.PBR names.
type set struct {
	files []*file
	adn   *file
	iap   *file
	base  int // number of the entry before its first
}

// file is a file of a set.
type file struct {
	what    string
	kind    int // 1, 2, 3
	path    card.Path
	sfi     byte // FF: none
	index   int  // of a type 2 file: its byte of EF.IAP
	records []fs.Hex
}

func (s *set) find(what string) *file {
	for _, f := range s.files {
		if f.what == what {
			return f
		}
	}
	return nil
}

func (s *set) all(what string) []*file {
	var out []*file
	for _, f := range s.files {
		if f.what == what {
			out = append(out, f)
		}
	}
	return out
}

// Bounds of what a card can make a book of.
const (
	maxSets   = 254
	maxFiles  = 64 // of one record of EF.PBR
	maxFaults = 32 // of one book
)

var bookFiles = struct{ telecom, phonebook, pbr, adn, ext1, ccp, psc, cc, puid card.FID }{
	0x7F10, 0x5F3A, 0x4F30, 0x6F3A, 0x6F4A, 0x6F3D, 0x4F22, 0x4F23, 0x4F24,
}

// Dirs are where phone books with EF.PBR can lie on a card: below DF.TELECOM
// and in each USIM.
func Dirs(c *fs.Card) []card.Path {
	out := []card.Path{card.PathOf("", bookFiles.telecom, bookFiles.phonebook)}
	for _, a := range c.Applications() {
		if a.Kind == fs.AppUSIM {
			out = append(out, card.PathOf(a.AID, bookFiles.phonebook))
		}
	}
	return out
}

// Survey is what is known of a card's phone books.
type Survey struct {
	Books  []*Book
	Denied []card.Path // files that the card refused to read
	Unread []card.Path // files that the card does not describe or refuses otherwise
	// Off are phone books whose service is off; they were not looked at.
	Off []card.Path
	// Known says that every place where a phone book can be was looked at.
	Known bool
}

// Find makes the phone books of what is known of a card: those with EF.PBR,
// and where there is none that of EF.ADN below DF.TELECOM.
func Find(c *fs.Card) Survey {
	s := Survey{Known: true}
	tree := c.Tree()
	for _, dir := range Dirs(c) {
		d, _ := tree.Get(dir)
		pbr, _ := tree.Get(dir.Child(bookFiles.pbr))
		switch {
		case d.State == fs.ServiceOff:
			s.Off = append(s.Off, dir)
		case pbr.State == fs.Read && pbr.Content != nil:
			s.Books = append(s.Books, newBook(c, dir, pbr.Content.Records))
		case pbr.State == fs.Denied:
			s.Denied = append(s.Denied, pbr.Path)
		case pbr.State == fs.Failed:
			s.Unread = append(s.Unread, pbr.Path)
		case d.State == fs.NotLookedAt && !absentAbove(c, dir):
			s.Known = false
		}
	}
	if len(s.Books)+len(s.Denied) == 0 {
		s.plain(c)
	}
	for _, b := range s.Books {
		for _, p := range b.Denied {
			if !slices.Contains(s.Denied, p) {
				s.Denied = append(s.Denied, p)
			}
		}
	}
	return s
}

// Pick is the phone book of a kind; without one, the first that has contacts,
// or the first. It is nil where there is none.
func (s Survey) Pick(kind Kind) *Book {
	for _, b := range s.Books {
		if b.Kind == kind || kind == "" && len(b.Contacts) > 0 {
			return b
		}
	}
	if kind == "" && len(s.Books) > 0 {
		return s.Books[0]
	}
	return nil
}

// absentAbove reports whether a directory above p is known not to be there.
func absentAbove(c *fs.Card, p card.Path) bool {
	if p.App == "" && c.Session().Kind() == card.KindOther {
		return true // it has no MF
	}
	tree := c.Tree()
	for !p.IsRoot() {
		if n, ok := tree.Get(p); ok && (n.State == fs.Absent || n.State == fs.Failed) {
			return true
		}
		p = p.Parent()
	}
	n, ok := tree.Get(p)
	return ok && !n.State.Exists()
}

// plain is the phone book of EF.ADN below DF.TELECOM.
func (s *Survey) plain(c *fs.Card) {
	dir := card.PathOf("", bookFiles.telecom)
	adn, ok := c.Tree().Get(dir.Child(bookFiles.adn))
	switch {
	case adn.State == fs.Read && adn.Content != nil:
		s.Books = append(s.Books, newPlainBook(c, dir))
	case adn.State == fs.Denied:
		s.Denied = append(s.Denied, adn.Path)
	case adn.State == fs.Failed:
		s.Unread = append(s.Unread, adn.Path)
	case !ok && !absentAbove(c, dir):
		s.Known = false
	}
}

func newPlainBook(c *fs.Card, dir card.Path) *Book {
	b := &Book{Kind: GSM, Dir: dir, c: c}
	s := set{}
	for _, f := range []struct {
		what string
		kind int
		fid  card.FID
	}{{"EF.ADN", 1, bookFiles.adn}, {"EF.EXT1", 3, bookFiles.ext1}, {"EF.CCP1", 3, bookFiles.ccp}} {
		s.files = append(s.files, &file{what: f.what, kind: f.kind, path: dir.Child(f.fid), sfi: 0xFF})
	}
	b.sets = []set{s}
	b.fill()
	return b
}

// newBook makes the phone book of a directory with EF.PBR.
func newBook(c *fs.Card, dir card.Path, records []fs.Hex) *Book {
	b := &Book{Kind: USIM, Dir: dir, c: c}
	if dir.App == "" {
		b.Kind = Global
	}
	for i, rec := range records {
		if len(b.sets) == maxSets {
			break
		}
		v, d := decode[ef.PhoneBookReference]("EF.PBR", rec, false)
		if d.Empty {
			continue
		}
		for _, fl := range d.Flags {
			b.fault("contacts.fault.pbr", "record", i+1, "why", fl.String())
		}
		s := b.keepApart(setOf(dir, v))
		if s.find("EF.ADN") == nil {
			b.fault("contacts.fault.no_adn", "record", i+1)
			continue
		}
		b.sets = append(b.sets, s)
	}
	b.fill()
	return b
}

// setOf lists the files of one record of EF.PBR. References that no file can
// have are left out; those of a second EF.ADN too.
func setOf(dir card.Path, v ef.PhoneBookReference) set {
	var s set
	index := 0
	for _, g := range v.Groups {
		for _, ref := range g.Files {
			f := &file{what: ref.File, kind: g.Type, sfi: 0xFF}
			if g.Type == 2 {
				f.index = index
				index++
			}
			if len(ref.FID) != 2 || ref.File == "" || g.Type == 0 || len(s.files) == maxFiles ||
				ref.File == "EF.ADN" && (s.find("EF.ADN") != nil || g.Type != 1) {
				continue
			}
			f.path = dir.Child(card.FID(ref.FID[0])<<8 | card.FID(ref.FID[1]))
			if ref.SFI != nil {
				f.sfi = *ref.SFI
			}
			s.files = append(s.files, f)
		}
	}
	return s
}

// keepApart leaves out files that a card names twice, as two things or for two
// entries: a change of one would be one of the other. Records of type 2 and 3
// files may serve several records of EF.PBR.
func (b *Book) keepApart(s set) set {
	var out set
	for _, f := range s.files {
		twice := slices.ContainsFunc(out.files, func(o *file) bool { return o.path == f.path })
		for i := range b.sets {
			for _, o := range b.sets[i].files {
				twice = twice || o.path == f.path && (o.what != f.what || o.kind != f.kind || f.kind == 1)
			}
		}
		switch f.path.Last() {
		case bookFiles.pbr, bookFiles.psc, bookFiles.cc, bookFiles.puid:
			twice = true
		}
		if twice {
			b.fault("contacts.fault.twice", "file", b.c.Name(f.path), "what", f.what)
			continue
		}
		out.files = append(out.files, f)
	}
	return out
}

// fill reads the files of the sets and makes the contacts.
func (b *Book) fill() {
	base := 0
	for i := range b.sets {
		s := &b.sets[i]
		for _, f := range s.files {
			b.open(f)
		}
		s.adn, s.iap, s.base = s.find("EF.ADN"), s.find("EF.IAP"), base
		base += len(s.adn.records)
	}
	b.Slots = base
	b.Contacts = []Contact{}
	for i := range b.sets {
		for r := range b.sets[i].adn.records {
			if c, ok := b.contact(i, r+1); ok {
				b.Contacts = append(b.Contacts, c)
			}
		}
	}
	b.count()
}

// open takes what was read of a file.
func (b *Book) open(f *file) {
	n, _ := b.c.Tree().Get(f.path)
	switch {
	case n.State == fs.Read && n.Content != nil && n.Structure() == fs.LinearFixed:
		f.records = n.Content.Records
	case n.State == fs.Denied:
		if !slices.Contains(b.Denied, f.path) {
			b.Denied = append(b.Denied, f.path)
		}
	case n.State == fs.Absent && b.Kind == GSM && f.what != "EF.ADN":
		// No file said that it would be there.
	case n.State == fs.Absent:
		b.fault("contacts.fault.absent", "file", b.c.Name(f.path))
	default:
		if !slices.Contains(b.Unread, f.path) {
			b.Unread = append(b.Unread, f.path)
		}
	}
}

func (b *Book) fault(id string, args ...any) {
	if len(b.Faults) == maxFaults {
		return
	}
	for _, f := range b.Faults {
		if f.ID == id && texts.Say(id, args...) == f.String() {
			return
		}
	}
	b.Faults = append(b.Faults, Fault{id, args})
}

// Free is the number of entries that are not in use.
func (b *Book) Free() int { return b.Slots - len(b.Contacts) }

// Get finds a contact by its number.
func (b *Book) Get(n int) (Contact, bool) {
	i, ok := slices.BinarySearchFunc(b.Contacts, n, func(c Contact, n int) int { return c.N - n })
	if !ok {
		return Contact{}, false
	}
	return b.Contacts[i], true
}

// Name is the directory's name for people.
func (b *Book) Name() string { return b.c.Name(b.Dir) }

// decode reads a record as a file of the phone book.
func decode[T any](what string, data []byte, linked bool) (T, ef.Decoded) {
	var zero T
	d, ok := ef.Lookup("MF/DF.TELECOM/DF.PHONEBOOK/" + what)
	if !ok {
		return zero, ef.Decoded{Empty: true}
	}
	out := d.Decode(data, ef.Context{Linked: linked})
	v, ok := out.Value.(T)
	if !ok {
		return zero, ef.Decoded{Empty: true}
	}
	return v, out
}

// encode writes a value as a record of a file of the phone book.
func encode(what string, v any, size int) ([]byte, error) {
	d, ok := ef.Lookup("MF/DF.TELECOM/DF.PHONEBOOK/" + what)
	if !ok || d.Encode == nil {
		return nil, &ef.EncodeError{ID: "ef.refuse.type", Args: []any{"file", what}}
	}
	return d.Encode(v, size)
}

// Matches reports whether a contact has the text in a name, number or
// address; numbers are compared without blanks and signs between digits.
func (c Contact) Matches(text string) bool {
	text = strings.ToLower(strings.TrimSpace(text))
	if text == "" {
		return true
	}
	has := func(s string) bool { return strings.Contains(strings.ToLower(s), text) }
	if has(c.Name) {
		return true
	}
	digits := plainNumber(text)
	for _, n := range c.Numbers {
		if digits != "" && strings.Contains(n.Number, digits) || has(n.Label) {
			return true
		}
	}
	for _, list := range [][]Text{c.Nicknames, c.Emails, c.URIs} {
		if slices.ContainsFunc(list, func(t Text) bool { return has(t.Text) }) {
			return true
		}
	}
	return slices.ContainsFunc(c.Groups, func(g Group) bool { return has(g.Name) })
}
