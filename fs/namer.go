package fs

import (
	"strings"

	"simscope/card"
)

// Name writes a path for people: "ADF.USIM/EF.IMSI", "MF/EF.ICCID", with two
// USIMs "ADF.USIM#2/EF.IMSI", FIDs for what no table knows. Files of a phone
// book that share a name carry their FID: "EF.ADN(4F3A)".
func (c *Card) Name(p card.Path) string {
	root := "MF"
	if p.App != "" {
		if a, ok := c.appFor(p.App); ok {
			root, p = a.Name, card.PathOf(a.AID, p.FIDs()...)
		} else {
			root = nameApp(p.App)
		}
	}
	return nameBelow(root, p, func(at card.Path) string {
		n, _ := c.tree.Get(at)
		return n.Catalogue
	})
}

// appFor finds an application by its identifier or the beginning of it.
func (c *Card) appFor(aid card.AID) (Application, bool) {
	apps := c.Applications()
	for _, a := range apps {
		if a.AID == aid {
			return a, true
		}
	}
	for _, a := range apps {
		if a.AID.HasPrefix(aid) || aid.HasPrefix(a.AID) {
			return a, true
		}
	}
	return Application{}, false
}

// Name is Card.Name where no card is at hand, as in a recording.
func Name(p card.Path) string {
	root := "MF"
	if p.App != "" {
		root = nameApp(p.App)
	}
	return nameBelow(root, p, func(card.Path) string { return "" })
}

func nameApp(aid card.AID) string {
	if k := KindOf(aid); k != AppOther {
		return k.Root()
	}
	return aid.String()
}

func nameBelow(root string, p card.Path, told func(card.Path) string) string {
	var b strings.Builder
	b.WriteString(root)
	dir := KindOf(p.App).Root()
	at := card.PathOf(p.App)
	for _, f := range p.FIDs() {
		at = at.Child(f)
		b.WriteByte('/')
		e, ok := Files().Lookup(told(at))
		if !ok {
			e, ok = Files().child(dir, f)
		}
		if !ok {
			dir = ""
			b.WriteString(f.String())
			continue
		}
		b.WriteString(e.Name)
		if e.IsRange() {
			b.WriteString("(" + f.String() + ")")
		}
		dir = e.Path
	}
	return b.String()
}
