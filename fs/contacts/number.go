package contacts

import (
	"strings"

	"simscope/card/safe"
	"simscope/fs/ef"
)

// dialSigns are what a number can be made of, besides a plus in front.
const dialSigns = "0123456789*#p?e"

// further writes the numbers after the first, in EF.ANR.
func (d *draft) further(s *set, c Contact, e Entry) {
	have := c.Numbers[1:]
	var want []EntryNumber
	if len(e.Numbers) > 1 {
		want = e.Numbers[1:]
	}
	var uses []use
	for i, n := range have {
		uses = append(uses, n.use)
		if i >= len(want) {
			d.drop(s, n, nil, true)
		}
	}
	same := func(i int) bool {
		return have[i].Number == want[i].Number && strings.EqualFold(strings.TrimSpace(have[i].Label), want[i].Label)
	}
	d.assign(s, c, "EF.ANR", "number", withMain(uses), len(want)+1,
		func(i int) bool { return i == 0 || same(i-1) },
		func(i int, u use, old []byte) ([]byte, bool) {
			var was Number
			if old != nil && i-1 < len(have) {
				was = have[i-1]
			}
			return d.anr(s, c, numbered("number", i), u, old, was, want[i-1])
		})
}

// withMain puts the number of EF.ADN, which is not assigned, before others.
func withMain(uses []use) []use { return append([]use{{f: &file{kind: 1}}}, uses...) }

// anr writes one further number.
func (d *draft) anr(s *set, c Contact, field string, u use, old []byte, was Number, want EntryNumber) ([]byte, bool) {
	v := ef.ANR{Capability: 0xFF, Extension: 0xFF, Entry: s.link(c.rec, u.f)}
	if old != nil {
		v, _ = decode[ef.ANR]("EF.ANR", old, u.f.linked())
		if v.Entry == nil || v.Entry.Record == 0xFF {
			v.Entry = s.link(c.rec, u.f)
		}
	}
	if want.Label == "" {
		v.Label = 0
	} else if !strings.EqualFold(want.Label, strings.TrimSpace(was.Label)) || v.Label == 0xFF {
		v.Label = byte(d.labelRecord(s, "EF.AAS", field, want.Label))
	}
	if old == nil || was.Number != want.Number {
		n, ok := d.digits(s, field, was, want.Number)
		if !ok {
			return nil, false
		}
		v.Number, v.TON, v.NPI, v.Extension = n.digits, n.ton, n.npi, n.ext
	}
	data, err := encode("EF.ANR", v, recordLen(u.f))
	if err != nil {
		d.refuseErr(field, err)
		return nil, false
	}
	return data, true
}

// adn writes the record of EF.ADN: the name and the first number, each only
// where it changed.
func (d *draft) adn(c Contact, e Entry, fresh bool) {
	s := &d.b.sets[c.set]
	old := d.at(s.adn, c.rec)
	v, _ := decode[ef.DialNumber]("EF.ADN", old, false)
	if fresh {
		v = ef.DialNumber{Capability: 0xFF, Extension: 0xFF}
	}
	was := c.Numbers[0]
	number := ""
	if len(e.Numbers) > 0 {
		number = e.Numbers[0].Number
		if e.Numbers[0].Label != "" {
			d.refuse("number", "main_label")
		}
	}
	sameName := e.Name == strings.TrimSpace(c.Name)
	if !fresh && sameName && number == was.Number {
		return
	}
	if fresh || number != was.Number {
		n, ok := d.digits(s, "number", was, number)
		if !ok {
			return
		}
		v.Number, v.TON, v.NPI, v.Extension = n.digits, n.ton, n.npi, n.ext
	}
	x := len(old) - adnTail
	v.AlphaID = e.Name
	if !fresh && sameName {
		v.AlphaID = "" // its bytes are put back below
	}
	if need := ef.AlphaLength(v.AlphaID); need > x {
		d.refuse("name", "name", "need", need, "limit", x)
		return
	}
	data, err := encode("EF.ADN", v, len(old))
	if err != nil {
		d.refuseErr("number", err)
		return
	}
	if !fresh { // what was not touched keeps its bytes
		if sameName {
			copy(data[:x], old[:x])
		}
		if number == was.Number {
			copy(data[x:], old[x:])
		}
	}
	d.put(entering, s.adn, c.rec, data)
}

// digits writes what of a number does not fit its record into extension
// records, and gives what stays.
func (d *draft) digits(s *set, field string, was Number, number string) (dialled, bool) {
	out := dialled{ton: was.TON, npi: was.npi, ext: 0xFF}
	rest, plus := strings.CutPrefix(number, "+")
	switch {
	case plus:
		out.ton, out.npi = ef.TONInternational, 1
	case was.Number == "" || was.TON == ef.TONInternational || was.TON > 6:
		out.ton, out.npi = ef.TONUnknown, 1
	}
	if i := strings.IndexFunc(rest, func(r rune) bool { return !strings.ContainsRune(dialSigns, r) }); i >= 0 || plus && rest == "" {
		d.refuse(field, "digit", "digit", safe.Text(string([]rune(rest[max(i, 0):] + "+")[0])))
		return out, false
	}
	if len(rest) > ef.MaxDialDigits {
		out.digits, rest = rest[:ef.MaxDialDigits], rest[ef.MaxDialDigits:]
	} else {
		out.digits, rest = rest, ""
	}
	ext, ok := d.extend(s, field, was, rest, len(out.digits))
	out.ext = ext
	return out, ok
}

// extend writes the rest of a number into extension records and gives the
// first one; 255 is none. A subaddress that was there stays at the end. Free
// records come before the number's own, so that the number is whole at every
// moment.
func (d *draft) extend(s *set, field string, was Number, rest string, before int) (byte, bool) {
	end := byte(0xFF)
	if was.chain.sub > 0 && before > 0 {
		end = byte(was.chain.sub)
	}
	if rest == "" {
		d.drop(s, was, nil, end == 0xFF)
		return end, true
	}
	own := d.ownDigits(was)
	if rest == was.chain.Digits && was.chain.Fault == nil && len(own) == len(was.chain.digits) && len(own) > 0 {
		return byte(was.chain.Places[0].Record), true
	}
	free := append(d.freeExtensions(s), own...)
	need := (len(rest) + ef.MaxExtensionDigits - 1) / ef.MaxExtensionDigits
	if need > len(free) {
		d.refuse(field, "long", "n", before+len(rest), "limit", before+ef.MaxExtensionDigits*len(free))
		return end, false
	}
	f := s.find("EF.EXT1")
	keep := map[Place]bool{}
	for i := need - 1; i >= 0; i-- {
		part := rest[i*ef.MaxExtensionDigits : min((i+1)*ef.MaxExtensionDigits, len(rest))]
		data, err := encode("EF.EXT1", ef.Extension{Type: "additional_data", Digits: part, Next: end}, recordLen(f))
		if err != nil {
			d.refuseErr(field, err)
			return end, false
		}
		d.put(filling, f, free[i].Record, data)
		d.taken[free[i]], keep[free[i]] = true, true
		end = byte(free[i].Record)
	}
	d.drop(s, was, keep, false)
	return end, true
}
