package contacts

import (
	"strings"

	"simscope/fs/ef"
)

// use is a record that holds something of a contact.
type use struct {
	f   *file
	rec int // 0: none
	// foreign says that the record names another entry as its own: it is
	// shown, and never written or erased for this one.
	foreign bool
}

func (u use) place() Place { return Place{u.f.path, u.rec} }

// record is the content of a record; ok is false where there is none.
func (f *file) record(n int) ([]byte, bool) {
	if f == nil || n < 1 || n > len(f.records) {
		return nil, false
	}
	return f.records[n-1], true
}

func (f *file) linked() bool { return f.kind == 2 }

// contact reads entry rec of a set; ok is false for a free one.
func (b *Book) contact(i, rec int) (Contact, bool) {
	s := &b.sets[i]
	data, _ := s.adn.record(rec)
	v, d := decode[ef.DialNumber]("EF.ADN", data, false)
	if d.Empty {
		return Contact{}, false
	}
	c := Contact{N: s.base + rec, Name: v.AlphaID, set: i, rec: rec}
	c.part(s.adn, rec)
	c.flags(d)
	c.Numbers = []Number{b.number(s, &c, dialled{
		digits: v.Number, ton: v.TON, npi: v.NPI, bearer: v.Capability, ext: v.Extension,
	}, use{f: s.adn, rec: rec})}
	for _, f := range s.files {
		b.further(&c, s, f)
	}
	return c, true
}

func (c *Contact) part(f *file, rec int) {
	c.Parts = append(c.Parts, Part{f.what, Place{f.path, rec}})
}

func (c *Contact) fault(id string, args ...any) {
	c.Faults = append(c.Faults, Fault{"contacts.fault." + id, args})
}

func (c *Contact) flags(d ef.Decoded) {
	for _, f := range d.Flags {
		c.Faults = append(c.Faults, Fault{f.ID, f.Args})
	}
}

// further reads what a file adds to a contact.
func (b *Book) further(c *Contact, s *set, f *file) {
	switch f.what {
	case "EF.ADN", "EF.IAP", "EF.EXT1", "EF.AAS", "EF.GAS", "EF.CCP1":
		return
	}
	u, data, ok := b.belongs(c, s, f)
	if !ok {
		return
	}
	switch f.what {
	case "EF.ANR":
		b.anr(c, s, u, data)
	case "EF.SNE", "EF.EMAIL":
		v, d := decode[ef.LinkedText](f.what, data, f.linked())
		if d.Empty {
			return
		}
		u.foreign = foreign(v.Entry, s, c.rec)
		list := &c.Emails
		if f.what == "EF.SNE" {
			list = &c.Nicknames
		}
		c.text(b, list, v.Text, u, d)
	case "EF.PURI":
		v, d := decode[ef.PURI](f.what, data, f.linked())
		if d.Empty {
			return
		}
		u.foreign = foreign(v.Entry, s, c.rec)
		c.text(b, &c.URIs, v.URI, u, d)
	case "EF.GRP":
		v, _ := decode[ef.GRP](f.what, data, false)
		for _, n := range v.Groups {
			c.Groups = append(c.Groups, Group{n, b.label(c, s, "EF.GAS", n)})
		}
		if len(v.Groups) > 0 {
			c.part(f, u.rec)
		}
	case "EF.PBC":
		v, d := decode[ef.PBC](f.what, data, false)
		if !d.Empty {
			c.Hidden, c.Uncounted = v.Hidden != 0, v.Modified
			c.part(f, u.rec)
		}
	case "EF.UID":
		v, d := decode[ef.Counter](f.what, data, false)
		if !d.Empty {
			c.UID = int(v.Value)
			c.part(f, u.rec)
		}
	}
}

func (c *Contact) text(b *Book, list *[]Text, text string, u use, d ef.Decoded) {
	*list = append(*list, Text{text, u})
	c.part(u.f, u.rec)
	c.flags(d)
	if u.foreign {
		c.fault("foreign", "file", b.c.Name(u.f.path), "record", u.rec)
	}
}

// belongs finds the record of a file that goes with a contact: the same
// number, or the one that EF.IAP names.
func (b *Book) belongs(c *Contact, s *set, f *file) (use, []byte, bool) {
	u := use{f: f, rec: c.rec}
	switch f.kind {
	case 1:
		data, ok := f.record(c.rec)
		return u, data, ok
	case 2:
		u.rec = s.index(c.rec, f)
		if u.rec == 0 {
			return u, nil, false
		}
		data, ok := f.record(u.rec)
		if !ok && f.records != nil {
			c.fault("dangling", "file", b.c.Name(f.path), "record", u.rec)
		}
		return u, data, ok
	}
	return u, nil, false
}

// index is the record of a type 2 file that EF.IAP names for an entry, 0 for
// none.
func (s *set) index(rec int, f *file) int {
	data, ok := s.iap.record(rec)
	if !ok || f.index >= len(data) || data[f.index] == 0xFF {
		return 0
	}
	return int(data[f.index])
}

// foreign reports whether a record names another entry than rec as its own.
func foreign(e *ef.Entry, s *set, rec int) bool {
	switch {
	case e == nil || e.Record == 0xFF || e.Record == 0:
		return false
	case int(e.Record) != rec:
		return true
	}
	return e.SFI != 0xFF && e.SFI != 0 && s.adn.sfi != 0xFF && e.SFI != s.adn.sfi
}

// dialled is what the records of EF.ADN and EF.ANR have in common.
type dialled struct {
	digits      string
	ton         ef.TON
	npi         ef.NPI
	bearer, ext byte
}

func (b *Book) anr(c *Contact, s *set, u use, data []byte) {
	v, d := decode[ef.ANR]("EF.ANR", data, u.f.linked())
	if d.Empty {
		return
	}
	u.foreign = foreign(v.Entry, s, c.rec)
	c.part(u.f, u.rec)
	c.flags(d)
	if u.foreign {
		c.fault("foreign", "file", b.c.Name(u.f.path), "record", u.rec)
	}
	n := b.number(s, c, dialled{v.Number, v.TON, v.NPI, v.Capability, v.Extension}, u)
	if v.Label != 0 && v.Label != 0xFF {
		n.labelAt = int(v.Label)
		n.Label = b.label(c, s, "EF.AAS", int(v.Label))
	}
	c.Numbers = append(c.Numbers, n)
}

// number makes a number whole.
func (b *Book) number(s *set, c *Contact, v dialled, u use) Number {
	n := Number{TON: v.ton, npi: v.npi, use: u}
	if v.ext != 0xFF && v.ext != 0 {
		ext := s.find("EF.EXT1")
		if ext == nil {
			n.chain.Fault = &Fault{"contacts.fault.no_ext", nil}
		} else {
			n.chain = follow(b.c, ext.path, ext.records, int(v.ext))
		}
		for _, p := range n.chain.Places {
			c.Parts = append(c.Parts, Part{"EF.EXT1", p})
		}
		if n.chain.Fault != nil {
			c.Faults = append(c.Faults, *n.chain.Fault)
		}
	}
	n.Subaddress = n.chain.Subaddress
	n.Number = ef.Address{TON: v.ton, Digits: v.digits + n.chain.Digits}.String()
	if v.bearer != 0xFF && v.bearer != 0 {
		n.Bearer = b.bearer(c, s, int(v.bearer))
	}
	return n
}

// bearer is a record of EF.CCP1 in one line.
func (b *Book) bearer(c *Contact, s *set, rec int) string {
	f := s.find("EF.CCP1")
	data, ok := f.record(rec)
	if !ok {
		if f != nil && f.records != nil {
			c.fault("dangling", "file", b.c.Name(f.path), "record", rec)
		}
		return ""
	}
	c.part(f, rec)
	d, ok := ef.Lookup("MF/DF.TELECOM/DF.PHONEBOOK/EF.CCP1")
	if !ok {
		return ef.Hex(data).String()
	}
	return d.Decode(data, ef.Context{}).Summary
}

// label is the text of a record of EF.AAS or EF.GAS.
func (b *Book) label(c *Contact, s *set, what string, rec int) string {
	f := s.find(what)
	data, ok := f.record(rec)
	if !ok {
		if f != nil && f.records != nil {
			c.fault("dangling", "file", b.c.Name(f.path), "record", rec)
		}
		return ""
	}
	v, _ := decode[ef.Label](what, data, false)
	return v.Text
}

// labels lists the texts of EF.AAS or EF.GAS with their records.
func (s *set) labels(what string) []Group {
	var out []Group
	f := s.find(what)
	if f == nil {
		return nil
	}
	for i, data := range f.records {
		if v, _ := decode[ef.Label](what, data, false); v.Text != "" {
			out = append(out, Group{i + 1, v.Text})
		}
	}
	return out
}

// count counts how often each record is pointed to, so that none is erased or
// given away that something still needs.
func (b *Book) count() {
	b.refs = map[Place]int{}
	for _, c := range b.Contacts {
		s := &b.sets[c.set]
		for _, f := range s.files {
			if f.kind == 2 {
				if n := s.index(c.rec, f); n > 0 {
					b.refs[Place{f.path, n}]++
				}
			}
		}
		for _, n := range c.Numbers {
			for _, p := range n.chain.Places {
				b.refs[p]++
			}
			if n.chain.dangling > 0 {
				if ext := s.find("EF.EXT1"); ext != nil {
					b.refs[Place{ext.path, n.chain.dangling}]++
				}
			}
		}
	}
	b.countOthers()
}

// countOthers counts the extension records that other files beside EF.ADN use:
// those of DF.TELECOM share one EF.EXT1.
func (b *Book) countOthers() {
	if b.Kind != GSM {
		return
	}
	for _, fid := range othersWithEXT1 {
		n, _ := b.c.Tree().Get(b.Dir.Child(fid))
		if n.Content == nil {
			continue
		}
		for _, rec := range n.Content.Records {
			v, d := decode[ef.DialNumber]("EF.ADN", rec, false)
			if d.Empty {
				continue
			}
			for _, rec := range b.c.Chain(n.Path, v.Extension).Records {
				b.refs[Place{b.Dir.Child(bookFiles.ext1), rec}]++
			}
		}
	}
}

// plainNumber is a number without what people write between its digits.
func plainNumber(s string) string {
	return strings.Map(func(r rune) rune {
		switch r {
		case ' ', '-', '(', ')', '.', '/', '\u00A0', '\u2011', '\u202F':
			return -1
		case ',', 'P':
			return 'p'
		}
		return r
	}, strings.TrimSpace(s))
}
