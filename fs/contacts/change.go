package contacts

import (
	"bytes"
	"fmt"
	"maps"
	"slices"
	"strings"

	"simscope/card/safe"
	"simscope/fs"
	"simscope/fs/ef"
)

// Create plans a new contact. The error is a *RefusedError where something
// does not fit.
func (b *Book) Create(e Entry) (*fs.Plan, error) {
	d := b.draft()
	if s, ok := d.create(e); ok {
		d.count(1, []slot{s})
	}
	return d.plan(say("plan.create", "name", shown(e)))
}

// Edit plans to change contact n to e. What is the same in both keeps its
// bytes.
func (b *Book) Edit(n int, e Entry) (*fs.Plan, error) {
	c, ok := b.Get(n)
	if !ok {
		return nil, &RefusedError{[]Refusal{{"", "contacts.refuse.no_contact", []any{"n", n}}}}
	}
	d := b.draft()
	d.edit(c, e)
	if len(d.writes) > 0 {
		d.control(c)
		var fresh []slot
		if c.UID == 0 {
			fresh = []slot{{c.set, c.rec}}
		}
		d.count(1, fresh)
	}
	return d.plan(say("plan.edit", "name", shown(e)))
}

// Delete plans to erase contact n with all that is its own.
func (b *Book) Delete(n int) (*fs.Plan, error) {
	c, ok := b.Get(n)
	if !ok {
		return nil, &RefusedError{[]Refusal{{"", "contacts.refuse.no_contact", []any{"n", n}}}}
	}
	d := b.draft()
	d.remove(c)
	d.count(1, nil)
	return d.plan(say("plan.delete", "name", shown(c.Entry())))
}

// shown is what an entry is called in a sentence.
func shown(e Entry) string {
	if e.Name != "" || len(e.Numbers) == 0 {
		return safe.Text(e.Name)
	}
	return safe.Text(e.Numbers[0].Number)
}

// create puts an entry into the first free slot that can hold it. Where none
// can, the refusals are those of the first.
func (d *draft) create(e Entry) (slot, bool) {
	if e = e.clean(); e.empty() {
		d.refuse("name", "empty")
		return slot{}, false
	}
	first := []Refusal(nil)
	tried := map[int]bool{}
	for _, s := range d.b.freeSlots() {
		set := &d.b.sets[s.set]
		if tried[s.set] || d.taken[Place{set.adn.path, s.rec}] {
			continue
		}
		tried[s.set] = true
		try := d.copy()
		try.fill(s, e)
		if len(try.refusals) == 0 {
			*d = *try
			d.taken[Place{set.adn.path, s.rec}] = true
			return s, true
		}
		if first == nil {
			first = try.refusals
		}
	}
	if first == nil {
		d.refuse("", "full", "n", d.b.Slots)
		return slot{}, false
	}
	d.refusals = append(d.refusals, first...)
	return slot{}, false
}

// copy is a draft that can be thrown away.
func (d *draft) copy() *draft {
	c := *d
	c.writes, c.where, c.taken = slices.Clone(d.writes), maps.Clone(d.where), maps.Clone(d.taken)
	c.refusals = nil
	return &c
}

// fill writes an entry into a free slot.
func (d *draft) fill(at slot, e Entry) {
	s := &d.b.sets[at.set]
	d.why = say("why.create", "name", shown(e))
	// What a broken-off change or another program left there goes first.
	for _, f := range s.files {
		if f.kind == 1 && f != s.adn {
			d.erase(writing, f, at.rec)
		}
	}
	c := Contact{set: at.set, rec: at.rec, Numbers: []Number{{TON: 0, npi: 1, use: use{f: s.adn, rec: at.rec}}}}
	d.fields(c, e)
	d.adn(c, e, true)
}

// edit changes what differs.
func (d *draft) edit(c Contact, e Entry) {
	e = e.clean()
	if e.empty() {
		d.refuse("name", "empty")
		return
	}
	d.why = say("why.edit", "name", shown(e))
	d.fields(c, e)
	d.adn(c, e, false)
}

// fields writes all but EF.ADN.
func (d *draft) fields(c Contact, e Entry) {
	s := &d.b.sets[c.set]
	d.further(s, c, e)
	var nick []string
	if e.Nickname != "" {
		nick = []string{e.Nickname}
	}
	if len(c.Nicknames) > 1 && nick != nil { // only the first one is edited
		for _, t := range c.Nicknames[1:] {
			nick = append(nick, t.Text)
		}
	}
	d.texts(s, c, "EF.SNE", "nickname", c.Nicknames, nick, encodeText("EF.SNE"))
	d.texts(s, c, "EF.EMAIL", "email", c.Emails, e.Emails, encodeText("EF.EMAIL"))
	d.texts(s, c, "EF.PURI", "uri", c.URIs, e.URIs, func(v string, link *ef.Entry, size int) ([]byte, error) {
		return encode("EF.PURI", ef.PURI{URI: v, Entry: link}, size)
	})
	d.groups(s, c, e)
}

func encodeText(what string) func(string, *ef.Entry, int) ([]byte, error) {
	return func(v string, link *ef.Entry, size int) ([]byte, error) {
		return encode(what, ef.LinkedText{Text: v, Entry: link}, size)
	}
}

// texts makes the texts of one kind what is wanted: those that stay keep their
// record and bytes.
func (d *draft) texts(s *set, c Contact, what, field string, have []Text, want []string, enc func(string, *ef.Entry, int) ([]byte, error)) {
	var uses []use
	for _, t := range have {
		uses = append(uses, t.use)
	}
	d.assign(s, c, what, field, uses, len(want), func(i int) bool { return strings.TrimSpace(have[i].Text) == want[i] },
		func(i int, u use, _ []byte) ([]byte, bool) {
			data, err := enc(want[i], s.link(c.rec, u.f), recordLen(u.f))
			if err != nil {
				d.refuseText(numbered(field, i), err)
				return nil, false
			}
			return data, true
		})
}

// link is what the record of a type 2 file says of its entry.
func (s *set) link(rec int, f *file) *ef.Entry {
	if !f.linked() {
		return nil
	}
	return &ef.Entry{SFI: s.adn.sfi, Record: byte(rec)}
}

// assign gives the wanted values of one kind of file their records. make
// writes value i for a record; old is nil for a new one.
func (d *draft) assign(s *set, c Contact, what, field string, have []use, want int, same func(i int) bool, make func(i int, u use, old []byte) ([]byte, bool)) {
	busy := map[*file]bool{}
	for i, u := range have {
		switch {
		case i >= want:
			d.unlink(s, c.rec, u)
			continue
		case same(i):
		case u.foreign || d.b.refs[u.place()] > 1 && u.f.kind == 2:
			// Another entry's record: this one gets a record of its own.
			if rec := d.allocate(u.f); rec == 0 {
				d.refuse(numbered(field, i), "no_slot", "file", d.name(u.f.path))
			} else if data, ok := make(i, use{f: u.f, rec: rec}, nil); ok {
				d.put(filling, u.f, rec, data)
				d.setIndex(s, c.rec, u.f, rec)
			}
		default:
			if data, ok := make(i, u, d.at(u.f, u.rec)); ok {
				d.put(writing, u.f, u.rec, data)
			}
		}
		busy[u.f] = true
	}
	for i := len(have); i < want; i++ {
		d.give(s, c, what, numbered(field, i), busy, func(u use) ([]byte, bool) { return make(i, u, nil) })
	}
}

// give finds a record for a new value in a file of its kind that the entry
// does not use yet.
func (d *draft) give(s *set, c Contact, what, field string, busy map[*file]bool, make func(u use) ([]byte, bool)) {
	files := s.all(what)
	if len(files) == 0 {
		d.refuse(field, "no_field", "what", say("what."+what[3:]))
		return
	}
	full := ""
	for _, f := range files {
		if busy[f] {
			continue
		}
		u := use{f: f, rec: c.rec}
		ph := writing
		if f.kind == 2 {
			if iap, ok := s.iapOrNone().record(c.rec); !ok || f.index >= len(iap) {
				continue
			}
			u.rec, ph = d.allocate(f), filling
		}
		if data, ok := f.record(u.rec); !ok || len(data) == 0 || u.rec > 254 {
			full = d.name(f.path)
			continue
		}
		busy[f] = true
		if data, ok := make(u); ok {
			d.put(ph, f, u.rec, data)
			if f.kind == 2 {
				d.setIndex(s, c.rec, f, u.rec)
			}
		}
		return
	}
	if full != "" {
		d.refuse(field, "no_slot", "file", full)
		return
	}
	d.refuse(field, "many", "what", say("what."+what[3:]), "limit", len(files))
}

// numbered is the name of the i-th field of a kind: "email", "email2".
func numbered(field string, i int) string {
	if i == 0 {
		return field
	}
	return fmt.Sprintf("%s%d", field, i+1)
}

// groups writes EF.GRP; groups without a name of their own stay.
func (d *draft) groups(s *set, c Contact, e Entry) {
	var had []string
	var ids []int
	for _, g := range c.Groups {
		if g.Name == "" {
			ids = append(ids, g.Record)
			continue
		}
		had = append(had, strings.TrimSpace(g.Name))
	}
	if slices.Equal(had, e.Groups) {
		return
	}
	grp := s.find("EF.GRP")
	if grp == nil || len(d.at(grp, c.rec)) == 0 {
		d.refuse("group", "no_field", "what", say("what.GRP"))
		return
	}
	for _, name := range e.Groups {
		if id := d.labelRecord(s, "EF.GAS", "group", name); id > 0 && !slices.Contains(ids, id) {
			ids = append(ids, id)
		}
	}
	data, err := encode("EF.GRP", ef.GRP{Groups: ids}, len(d.at(grp, c.rec)))
	if err != nil {
		d.refuse("group", "many", "what", say("what.GRP"), "limit", recordLen(grp))
		return
	}
	d.put(writing, grp, c.rec, data)
}

// labelRecord is the record of EF.AAS or EF.GAS with a text; a new text gets a
// free record.
func (d *draft) labelRecord(s *set, what, field, text string) int {
	f := s.find(what)
	if f == nil {
		d.refuse(field, "no_field", "what", say("what."+what[3:]))
		return 0
	}
	free := 0
	for i := range f.records {
		v, x := decode[ef.Label](what, d.at(f, i+1), false)
		switch {
		case i > 253:
		case strings.EqualFold(strings.TrimSpace(v.Text), text):
			return i + 1
		case x.Empty && free == 0:
			free = i + 1
		}
	}
	if free == 0 {
		d.refuse(field, "no_slot", "file", d.name(f.path))
		return 0
	}
	data, err := encode(what, ef.Label{Text: text}, len(d.at(f, free)))
	if err != nil {
		d.refuseErr(field, err)
		return 0
	}
	d.put(filling, f, free, data)
	return free
}

// remove takes an entry away: EF.ADN first, then what belonged to it.
func (d *draft) remove(c Contact) {
	s := &d.b.sets[c.set]
	d.why = say("why.delete", "name", shown(c.Entry()))
	d.erase(leaving, s.adn, c.rec)
	for _, n := range c.Numbers {
		d.drop(s, n, nil, true)
	}
	for _, f := range s.files {
		switch {
		case f.what == "EF.ADN" || f.what == "EF.IAP":
		case f.kind == 1:
			d.erase(writing, f, c.rec)
		case f.kind == 2:
			rec := s.index(c.rec, f)
			if data, ok := f.record(rec); ok {
				d.unlink(s, c.rec, use{f: f, rec: rec, foreign: foreign(entryOf(f, data), s, c.rec)})
			}
		}
	}
	if s.iap != nil {
		d.erase(pointing, s.iap, c.rec)
	}
}

// entryOf is the entry that a record of a type 2 file names.
func entryOf(f *file, data []byte) *ef.Entry {
	switch f.what {
	case "EF.ANR":
		v, _ := decode[ef.ANR](f.what, data, true)
		return v.Entry
	case "EF.PURI":
		v, _ := decode[ef.PURI](f.what, data, true)
		return v.Entry
	}
	v, _ := decode[ef.LinkedText](f.what, data, true)
	return v.Entry
}

// control takes back the sign that a 2G phone changed the entry: the change is
// counted now.
func (d *draft) control(c Contact) {
	s := &d.b.sets[c.set]
	f := s.find("EF.PBC")
	data := d.at(fileOrNone(f), c.rec)
	if len(data) < 2 || data[0]&1 == 0 || bytes.Equal(data, bytes.Repeat([]byte{0xFF}, len(data))) {
		return
	}
	data = bytes.Clone(data)
	data[0] &^= 1
	d.put(clearing, f, c.rec, data)
}

func fileOrNone(f *file) *file {
	if f == nil {
		return &file{}
	}
	return f
}
