package contacts

import (
	"encoding/binary"
	"math"
	"slices"

	"simscope/card"
	"simscope/fs"
)

// counters are the files that tell phones that a phone book changed (3GPP TS
// 31.102 clauses 4.4.2.12.1 to 4.4.2.12.4). EF.PUID holds the unique
// identifier given last and EF.CC counts changes; where either would go beyond
// FFFF, EF.PSC goes on by one, so that the phone book counts as another one:
// then all unique identifiers are given anew from 1, and EF.CC begins at 1.
type counters struct {
	psc, cc, puid          uint32
	hasPSC, hasCC, hasPUID bool
}

// counter reads a counter of size bytes.
func (d *draft) counter(fid card.FID, size int) (uint32, bool) {
	n, _ := d.b.c.Tree().Get(d.b.Dir.Child(fid))
	switch {
	case n.State == fs.Denied, n.State == fs.Failed, n.State == fs.Present:
		d.refuse("", "unread", "file", d.name(n.Path))
		return 0, false
	case n.State != fs.Read || n.Content == nil || len(n.Content.Binary) < size:
		return 0, false
	}
	var v uint32
	for _, c := range n.Content.Binary[:size] {
		v = v<<8 | uint32(c)
	}
	return v, true
}

// count counts n changes and gives new entries their unique identifiers. Where
// a counter would go beyond two bytes a new synchronisation counter stands for
// a new book (TS 31.102 clause 4.4.2.12).
func (d *draft) count(n int, fresh []slot) {
	if d.b.Kind == GSM || n == 0 || len(d.refusals) > 0 {
		return
	}
	d.item, d.why = -1, say("why.count")
	var k counters
	k.psc, k.hasPSC = d.counter(bookFiles.psc, 4)
	k.cc, k.hasCC = d.counter(bookFiles.cc, 2)
	k.puid, k.hasPUID = d.counter(bookFiles.puid, 2)
	last := k.puid
	if !k.hasPUID {
		last = d.highestUID()
	}
	fresh = d.withUID(fresh)
	first := last
	k.cc += uint32(n)
	if int(last)+len(fresh) > math.MaxUint16 {
		fresh, first = append(d.others(fresh), fresh...), 0
		k.psc, k.cc, d.why = k.psc+1, 1, say("why.renumber")
	} else if k.cc > math.MaxUint16 {
		k.psc, k.cc, d.why = k.psc+1, 1, say("why.overflow")
	}
	last = first + uint32(len(fresh))
	// EF.PUID before what it counts, so that no identifier is given twice.
	if k.hasPSC {
		d.setCounter(bookFiles.psc, k.psc, 4)
	}
	if k.hasPUID {
		d.setCounter(bookFiles.puid, last, 2)
	}
	for i, s := range fresh {
		d.uid(s, first+uint32(i)+1)
	}
	if k.hasCC {
		d.setCounter(bookFiles.cc, k.cc, 2)
	}
}

// withUID leaves the slots that have a place for a unique identifier.
func (d *draft) withUID(slots []slot) []slot {
	var out []slot
	for _, s := range slots {
		if f := d.b.sets[s.set].find("EF.UID"); f != nil && len(d.at(f, s.rec)) >= 2 {
			out = append(out, s)
		}
	}
	return out
}

func (d *draft) highestUID() uint32 {
	v := 0
	for _, c := range d.b.Contacts {
		if c.UID != math.MaxUint16 {
			v = max(v, c.UID)
		}
	}
	return uint32(v)
}

// uid writes a unique identifier. It belongs before the entry it is for.
func (d *draft) uid(s slot, v uint32) {
	f := d.b.sets[s.set].find("EF.UID")
	data := append([]byte(nil), d.at(f, s.rec)...)
	binary.BigEndian.PutUint16(data, uint16(v))
	d.put(counting, f, s.rec, data)
}

// others are the entries with a unique identifier that are not among fresh.
func (d *draft) others(fresh []slot) []slot {
	var out []slot
	for _, c := range d.b.Contacts {
		if s := (slot{c.set, c.rec}); !slices.Contains(fresh, s) && len(d.at(d.b.sets[c.set].adn, c.rec)) > 0 {
			out = append(out, s)
		}
	}
	return d.withUID(out)
}

func (d *draft) setCounter(fid card.FID, v uint32, size int) {
	p := d.b.Dir.Child(fid)
	n, _ := d.b.c.Tree().Get(p)
	data := append([]byte(nil), n.Content.Binary...)
	for i := range size {
		data[i] = byte(v >> (8 * (size - 1 - i)))
	}
	d.putPlace(counting, Place{p, 0}, data)
}
