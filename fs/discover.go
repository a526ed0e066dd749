package fs

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"simscope/card"
	"simscope/card/tlv"
)

// maxApps bounds the applications believed of one card.
const maxApps = 32

// Discover finds out what the card is: the ICCID, the applications of EF.DIR,
// and for each the operating mode with the length of the network code (EF.AD)
// and the services. On a card without an MF, or with one and nothing of a
// UICC, it asks for each application the table knows. What was read is in the
// tree and not read again by a walk.
func (c *Card) Discover(ctx context.Context) error {
	if c.s.Kind() == card.KindOther {
		return c.probe(ctx, KnownAIDs())
	}
	if err := c.readEach(ctx, "identify", card.Path{}, card.PathOf("", card.FIDICCID)); err != nil {
		return err
	}
	if c.s.Kind() == card.KindGSM {
		gsm := card.PathOf("", card.FIDGSM)
		err := c.readEach(ctx, "identify", gsm, gsm.Child(fidAD), gsm.Child(0x6F38))
		if n, _ := c.tree.Get(gsm); err != nil || n.State.Exists() {
			return err
		}
		cdma := card.PathOf("", fidCDMA) // an R-UIM
		return c.readEach(ctx, "identify", cdma, cdma.Child(fidCDMAAD), cdma.Child(fidCST))
	}
	dir := card.PathOf("", card.FIDDir)
	if err := c.readEach(ctx, "identify", dir); err != nil {
		return err
	}
	c.addApplications(dir)
	if len(c.Applications()) == 0 {
		if err := c.probe(ctx, subscriberAIDs()); err != nil {
			return err
		}
	}
	if c.Nature() == NatureFiles { // a passport or a key with an MF
		return c.probe(ctx, slices.DeleteFunc(slices.Clone(KnownAIDs()), asksSubscriber))
	}
	for _, a := range c.Applications() {
		files := []card.Path{card.PathOf(a.AID)}
		if a.Kind == AppUSIM || a.Kind == AppISIM {
			files = append(files, card.PathOf(a.AID, fidAD))
		}
		if t, ok := serviceTablePath(a.AID); ok {
			files = append(files, t)
		}
		if err := c.readEach(ctx, "identify", files...); err != nil {
			return err
		}
	}
	return nil
}

// readEach reads files in one step, those below the first only if that one is
// there.
func (c *Card) readEach(ctx context.Context, step string, files ...card.Path) error {
	w := c.walker(WalkOptions{All: true})
	return c.s.Read(ctx, step, func(x *card.Tx) error {
		for _, p := range files {
			if err := w.file(x, candidate{path: p}); err != nil {
				return err
			}
			if n, _ := c.tree.Get(files[0]); !n.State.Exists() {
				return nil
			}
		}
		return nil
	})
}

// addApplications reads the applications from EF.DIR's records (ETSI TS 102
// 221 clause 13.1).
func (c *Card) addApplications(dir card.Path) {
	n, ok := c.tree.Get(dir)
	if !ok || n.Content == nil {
		return
	}
	for _, rec := range n.Content.Records {
		tmpl, ok := firstNode(rec)
		if !ok || tmpl.Tag != 0x61 {
			continue
		}
		items, _ := tlv.ParseFlat(tmpl.Value)
		aid, ok := tlv.Find(items, 0x4F)
		if !ok || len(aid.Value) < 5 || len(aid.Value) > 16 {
			continue
		}
		label, _ := tlv.Find(items, 0x50)
		a := Application{AID: card.AID(aid.Value), Label: append(Hex(nil), label.Value...), InDIR: true}
		if d, ok := tlv.Find(items, 0x73); ok {
			a.EAP = eapFolder(d.Value)
		}
		c.addApplication(a)
	}
}

// eapFolder finds the identifier of DF.EAP in the discretionary template (ETSI
// TS 102 310 clause 7.2).
func eapFolder(b []byte) card.FID {
	outer, _ := tlv.ParseFlat(b)
	eap, ok := tlv.Find(outer, 0xA0)
	if !ok {
		return 0
	}
	items, _ := tlv.ParseFlat(eap.Value)
	if f, ok := tlv.Find(items, 0x81); ok && len(f.Value) == 2 {
		return card.FID(f.Value[0])<<8 | card.FID(f.Value[1])
	}
	return 0
}

// addApplication names the application and takes it in, once.
func (c *Card) addApplication(a Application) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if len(c.apps) >= maxApps {
		return
	}
	a.Kind = KindOf(a.AID)
	if k, ok := NameAID(a.AID); ok {
		a.Title = k.Name
	}
	ordinal := 1
	for _, b := range c.apps {
		if b.AID == a.AID {
			return
		}
		if b.Kind == a.Kind {
			ordinal++
		}
	}
	switch {
	case a.Kind == AppOther:
		a.Name = a.AID.String()
	case ordinal > 1:
		a.Name = fmt.Sprintf("%s#%d", a.Kind.Root(), ordinal)
	default:
		a.Name = a.Kind.Root()
	}
	c.apps = append(c.apps, a)
}

// subscriberAIDs are asked for when EF.DIR lists nothing: those of subscribers,
// and the root of an eUICC, which has no other application while no profile
// is enabled.
func subscriberAIDs() []KnownAID {
	return slices.DeleteFunc(slices.Clone(KnownAIDs()), func(k KnownAID) bool { return !asksSubscriber(k) })
}

func asksSubscriber(k KnownAID) bool {
	kind := KindOf(k.AID)
	return kind != AppOther && kind != AppNone || k.AID == isdR
}

// nobody is an AID that no application has: the range F0 is for private use
// and the rest is arbitrary.
const nobody card.AID = "\xF0simscope\x00none"

// probe asks the card for each application with one SELECT. A card that takes
// an application that does not exist takes anything: it is not believed.
func (c *Card) probe(ctx context.Context, known []KnownAID) error {
	m := c.meter(DefaultLimits)
	var found []Application
	err := c.s.Read(ctx, "look for applications", func(x *card.Tx) error {
		found = nil
		ok, _, err := ask(x, m, nobody)
		if err != nil || ok {
			return err
		}
		for _, k := range known {
			if k.Match == "nibble-prefix" || covered(found, k.AID) {
				continue
			}
			ok, sel, err := ask(x, m, k.AID)
			if err != nil {
				return err
			}
			if ok {
				found = append(found, Application{AID: fullAID(k.AID, sel)})
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	for _, a := range found {
		c.addApplication(a)
	}
	return nil
}

func ask(x *card.Tx, m *meter, aid card.AID) (bool, card.Selected, error) {
	if err := m.spend(&m.stats.Ident); err != nil {
		return false, card.Selected{}, err
	}
	sel, err := x.SelectAID(aid, false)
	var endless *card.BudgetError
	if card.Refused(err) || errors.As(err, &endless) {
		return false, sel, nil
	}
	return err == nil, sel, err
}

// covered reports whether an application found already has that beginning.
func covered(found []Application, prefix card.AID) bool {
	for _, a := range found {
		if a.AID.HasPrefix(prefix) {
			return true
		}
	}
	return false
}

// fullAID is the identifier the card gave, where it extends what was asked.
func fullAID(asked card.AID, sel card.Selected) card.AID {
	if f := ParseFCP(sel.Info); f.DFName.HasPrefix(asked) {
		return f.DFName
	}
	return asked
}
