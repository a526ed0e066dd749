package contacts

import (
	"bytes"
	"cmp"
	"errors"
	"slices"
	"strings"

	"simscope/card"
	"simscope/fs"
	"simscope/fs/ef"
	"simscope/texts"
)

// phase is the order of the steps that change one entry, so that a plan that
// is broken off between two of them leaves no entry that points to anything
// but its own data: what is new is written where nothing points yet, then what
// points to it, and what is not needed any more is erased last.
type phase int

const (
	counting phase = iota // the counters: a change too many counted does no harm
	leaving               // EF.ADN of an entry that is deleted
	filling               // records that nothing points to yet
	writing               // records that belong to the entry by their number
	pointing              // EF.IAP
	entering              // EF.ADN
	clearing              // records that nothing points to any more
)

// write is one record as it will be.
type write struct {
	item  int // which entry of several
	phase phase
	at    Place
	data  []byte
	why   string
}

// draft collects the writes of a change. What it has written already counts as
// being there.
type draft struct {
	b        *Book
	writes   []write
	where    map[Place]int  // index in writes
	taken    map[Place]bool // given away or in use
	item     int
	refusals []Refusal
	why      string // of the steps of the entry at work
}

func (b *Book) draft() *draft {
	d := &draft{b: b, where: map[Place]int{}, taken: map[Place]bool{}}
	for p, n := range b.refs {
		if n > 0 {
			d.taken[p] = true
		}
	}
	return d
}

func (d *draft) refuse(field, id string, args ...any) {
	d.refusals = append(d.refusals, Refusal{field, "contacts.refuse." + id, args})
}

// refuseErr takes over what an encoder says.
func (d *draft) refuseErr(field string, err error) {
	var e *ef.EncodeError
	if errors.As(err, &e) {
		d.refusals = append(d.refusals, Refusal{field, e.ID, e.Args})
		return
	}
	d.refuse(field, "other", "why", err.Error())
}

// refuseText is refuseErr for a text that may be too long for its record.
func (d *draft) refuseText(field string, err error) {
	var e *ef.EncodeError
	if errors.As(err, &e) && (e.ID == "ef.refuse.alpha" || e.ID == "ef.refuse.size") {
		d.refuse(field, "text", append([]any{"what", say("field." + strings.TrimRight(field, "0123456789"))}, e.Args...)...)
		return
	}
	d.refuseErr(field, err)
}

// at is a record as it will be.
func (d *draft) at(f *file, rec int) []byte {
	if i, ok := d.where[Place{f.path, rec}]; ok {
		return d.writes[i].data
	}
	data, _ := f.record(rec)
	return data
}

func (d *draft) put(ph phase, f *file, rec int, data []byte) {
	d.putPlace(ph, Place{f.path, rec}, data)
}

func (d *draft) putPlace(ph phase, at Place, data []byte) {
	if i, ok := d.where[at]; ok {
		w := &d.writes[i]
		w.data, w.phase, w.item = data, max(w.phase, ph), d.item
		return
	}
	d.where[at] = len(d.writes)
	d.writes = append(d.writes, write{d.item, ph, at, data, d.why})
}

// plan makes the plan of the writes, in the order of entries and phases.
func (d *draft) plan(title string) (*fs.Plan, error) {
	if len(d.refusals) > 0 {
		return nil, &RefusedError{d.refusals}
	}
	slices.SortStableFunc(d.writes, func(a, b write) int {
		return cmp.Or(cmp.Compare(a.item, b.item), cmp.Compare(a.phase, b.phase))
	})
	p := d.b.c.NewPlan(title)
	for _, w := range d.writes {
		if err := p.Change(d.b.c, w.at.Path, w.at.Record, w.data, w.why); err != nil {
			return nil, err
		}
	}
	return p, nil
}

// allocate finds a free record of a type 2 file, 0 where there is none.
func (d *draft) allocate(f *file) int {
	for i := range f.records {
		rec := i + 1
		p := Place{f.path, rec}
		if rec > 254 || d.taken[p] || !freeRecord(f, d.at(f, rec)) {
			continue
		}
		d.taken[p] = true
		return rec
	}
	return 0
}

// freeRecord reports whether a record of a type 2 file holds nothing.
func freeRecord(f *file, data []byte) bool {
	switch f.what {
	case "EF.ANR":
		_, x := decode[ef.ANR](f.what, data, true)
		return x.Empty
	case "EF.PURI":
		_, x := decode[ef.PURI](f.what, data, true)
		return x.Empty
	}
	_, x := decode[ef.LinkedText](f.what, data, true)
	return x.Empty
}

// freeExtensions lists the free records of EF.EXT1.
func (d *draft) freeExtensions(s *set) []Place {
	ext := s.find("EF.EXT1")
	if ext == nil {
		return nil
	}
	var out []Place
	for i, data := range ext.records {
		p := Place{ext.path, i + 1}
		if _, x := decode[ef.Extension]("EF.EXT1", d.at(ext, i+1), false); i < 254 && !d.taken[p] && x.Empty && len(data) == 13 {
			out = append(out, p)
		}
	}
	return out
}

// ownDigits are the extension records of a number that nothing else uses.
func (d *draft) ownDigits(n Number) []Place {
	var out []Place
	for _, p := range n.chain.digits {
		if d.b.refs[p] == 1 {
			out = append(out, p)
		}
	}
	return out
}

// erase frees a record; how a free one looks depends on the file.
func (d *draft) erase(ph phase, f *file, rec int) {
	data := d.at(f, rec)
	if len(data) == 0 {
		return
	}
	d.put(ph, f, rec, blank(f.what, len(data)))
}

// blank is a free record (3GPP TS 31.102 annex E).
func blank(what string, size int) []byte {
	out := bytes.Repeat([]byte{0xFF}, size)
	switch what {
	case "EF.EXT1":
		out[0] = 0
	case "EF.UID", "EF.PBC", "EF.GRP":
		clear(out)
	}
	return out
}

// drop frees the records of a number's extension that nothing else needs,
// except those in keep.
func (d *draft) drop(s *set, n Number, keep map[Place]bool, withSub bool) {
	ext := s.find("EF.EXT1")
	if ext == nil {
		return
	}
	for _, p := range n.chain.Places {
		if keep[p] || d.b.refs[p] > 1 || p.Path != ext.path || p.Record == n.chain.sub && !withSub {
			continue
		}
		d.erase(clearing, ext, p.Record)
	}
}

// unlink takes a record of a type 2 file, or one of type 1, from an entry.
func (d *draft) unlink(s *set, rec int, u use) {
	if u.f.kind == 1 {
		d.erase(writing, u.f, u.rec)
		return
	}
	d.setIndex(s, rec, u.f, 0)
	if !u.foreign && d.b.refs[u.place()] <= 1 {
		d.erase(clearing, u.f, u.rec)
	}
}

// setIndex writes the record of a type 2 file into EF.IAP; 0 is none.
func (d *draft) setIndex(s *set, rec int, f *file, n int) bool {
	old := d.at(s.iapOrNone(), rec)
	if f.index >= len(old) {
		return false
	}
	data := bytes.Clone(old)
	data[f.index] = 0xFF
	if n > 0 {
		data[f.index] = byte(n)
	}
	d.put(pointing, s.iap, rec, data)
	return true
}

// iapOrNone is EF.IAP, or a file without records.
func (s *set) iapOrNone() *file {
	if s.iap == nil {
		return &file{}
	}
	return s.iap
}

// name is the name of a file for people.
func (d *draft) name(p card.Path) string { return d.b.c.Name(p) }

func say(id string, args ...any) string { return texts.Say("contacts."+id, args...) }
