package fs

import (
	"context"

	"simscope/card"
	"simscope/card/tlv"
)

// Some files say which others there are: EF.PBR names those of the phone
// book, EF.IMG the images, EF.ACDC_LIST the lists of applications. What they
// point to is looked for in their own directory only.

// phoneBook are the files EF.PBR can name, by its tags (3GPP TS 31.102 clause
// 4.4.2.1).
var phoneBook = map[tlv.Tag]string{
	0xC0: "EF.ADN", 0xC1: "EF.IAP", 0xC2: "EF.EXT1", 0xC3: "EF.SNE", 0xC4: "EF.ANR",
	0xC5: "EF.PBC", 0xC6: "EF.GRP", 0xC7: "EF.AAS", 0xC8: "EF.GAS", 0xC9: "EF.UID",
	0xCA: "EF.EMAIL", 0xCB: "EF.CCP1", 0xCC: "EF.PURI",
}

// pointedTo lists the files that the files of a directory point to.
func (w *walker) pointedTo(dir card.Path) []candidate {
	n := w.c.node(dir)
	var out []candidate
	seen := map[card.FID]bool{}
	add := func(f card.FID, name string) {
		if _, known := Files().child(n.Catalogue, f); f == 0 || f == 0xFFFF || seen[f] || known && !inRange(n.Catalogue, f) {
			return
		}
		seen[f] = true
		out = append(out, candidate{dir.Child(f), n.Catalogue + "/" + name})
	}
	switch dir.Last() {
	case fidPhone:
		for _, rec := range w.recordsOf(dir.Child(fidPBR)) {
			phoneBookRefs(rec, add)
		}
	case fidGraphics:
		for _, rec := range w.recordsOf(dir.Child(fidIMG)) {
			imageRefs(rec, add)
		}
	case fidACDC:
		if list, ok := w.c.tree.Get(dir.Child(fidACDCList)); ok && list.Content != nil {
			acdcRefs(list.Content.Binary, add)
		}
	}
	return out
}

// namingFile is the file that names those beside it in a directory.
func namingFile(dir card.Path) (card.FID, bool) {
	switch dir.Last() {
	case fidPhone:
		return fidPBR, true
	case fidGraphics:
		return fidIMG, true
	case fidACDC:
		return fidACDCList, true
	}
	return 0, false
}

// readNaming reads the file that tells what the file at p is, where there is
// one and it was not read yet: by its identifier alone the catalogue takes it
// for another.
func (c *Card) readNaming(ctx context.Context, p card.Path) error {
	if p.IsRoot() {
		return nil
	}
	by, ok := namingFile(p.Parent())
	at := p.Parent().Child(by)
	if n, _ := c.tree.Get(at); !ok || p == at || n.State != NotLookedAt && n.State != Present && !(n.State == Denied && c.rightsChanged(at)) {
		return nil
	}
	_, err := c.ReadFile(ctx, at, false)
	return err
}

// named is the file at p as what the files beside it say that it is.
func (w *walker) named(p card.Path) candidate {
	if !p.IsRoot() {
		for _, d := range w.pointedTo(p.Parent()) {
			if d.path == p {
				return d
			}
		}
	}
	return candidate{path: p}
}

// inRange reports whether the catalogue knows f in dir only as one of a range.
func inRange(dir string, f card.FID) bool {
	e, ok := Files().child(dir, f)
	return ok && e.IsRange()
}

func (w *walker) recordsOf(p card.Path) []Hex {
	n, ok := w.c.tree.Get(p)
	if !ok || n.Content == nil {
		return nil
	}
	return n.Content.Records
}

func phoneBookRefs(rec []byte, add func(card.FID, string)) {
	groups, _ := tlv.ParseFlat(rec)
	for _, g := range groups {
		if g.Tag != 0xA8 && g.Tag != 0xA9 && g.Tag != 0xAA {
			continue
		}
		refs, _ := tlv.ParseFlat(g.Value)
		for _, r := range refs {
			if name, ok := phoneBook[r.Tag]; ok && len(r.Value) >= 2 {
				add(card.FID(r.Value[0])<<8|card.FID(r.Value[1]), name)
			}
		}
	}
}

// linked reports whether EF.PBR names the file as one of type 2, whose records
// end with the entry they belong to (3GPP TS 31.102 clause 4.4.2.1).
func (c *Card) linked(p card.Path) bool {
	dir := p.Parent()
	if dir.Last() != fidPhone {
		return false
	}
	n, _ := c.tree.Get(dir.Child(fidPBR))
	if n.Content == nil {
		return false
	}
	for _, rec := range n.Content.Records {
		groups, _ := tlv.ParseFlat(rec)
		for _, g := range groups {
			if g.Tag != 0xA9 {
				continue
			}
			refs, _ := tlv.ParseFlat(g.Value)
			for _, r := range refs {
				if len(r.Value) >= 2 && card.FID(r.Value[0])<<8|card.FID(r.Value[1]) == p.Last() {
					return true
				}
			}
		}
	}
	return false
}

// imageRefs reads a record of EF.IMG: a count, then nine bytes for each
// instance with the file at its fourth (3GPP TS 31.102 clause 4.6.1.1).
func imageRefs(rec []byte, add func(card.FID, string)) {
	if len(rec) == 0 || rec[0] == 0xFF {
		return
	}
	for i, at := 0, 1; i < int(rec[0]) && at+9 <= len(rec); i, at = i+1, at+9 {
		add(card.FID(rec[at+3])<<8|card.FID(rec[at+4]), "EF.IIDF")
	}
}

// acdcRefs reads EF.ACDC_LIST: objects of an operating system's identifier and
// the file of its applications (3GPP TS 31.102 clause 4.4.9.2).
func acdcRefs(list []byte, add func(card.FID, string)) {
	const osID = 16
	systems, _ := tlv.ParseFlat(list)
	for _, s := range systems {
		if s.Tag == 0xA0 && len(s.Value) >= osID+2 {
			add(card.FID(s.Value[osID])<<8|card.FID(s.Value[osID+1]), "EF.ACDC_OS_CONFIG")
		}
	}
}
