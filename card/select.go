package card

import "simscope/card/tlv"

// Selected is what a SELECT brought.
type Selected struct {
	Path Path
	Info []byte // FCP template (62…) or 2G header, as sent; may be empty
	SW   SW
}

// descriptor is the file descriptor byte of an FCP template (tag 82), or one
// made from a 2G header's type of file (byte 7; 01 MF, 02 DF, 04 EF).
func descriptor(info []byte) (byte, bool) {
	if len(info) > 0 && (info[0] == 0x62 || info[0] == 0x6F) {
		if n, ok := fcpItem(info, 0x82); ok && len(n) > 0 {
			return n[0], true
		}
		return 0, false
	}
	if len(info) >= 7 {
		if info[6] == 0x04 {
			return 0x01, true
		}
		return 0x38, true
	}
	return 0, false
}

func dfName(info []byte) (AID, bool) {
	n, ok := fcpItem(info, 0x84)
	if !ok || len(n) < 5 || len(n) > 16 {
		return "", false
	}
	return AID(n), true
}

// fcpItem finds a data object in an FCP, FMD or FCI template.
func fcpItem(info []byte, tag tlv.Tag) ([]byte, bool) {
	nodes, _ := tlv.ParseFlat(info)
	if len(nodes) == 0 {
		return nil, false
	}
	items, _ := tlv.ParseFlat(nodes[0].Value)
	n, ok := tlv.Find(items, tag)
	return n.Value, ok
}

// SelectAID selects an application by its identifier, whole or its first
// bytes; next takes the one after the current among those that match. The
// path of the result has the identifier the card gave.
func (x *Tx) SelectAID(aid AID, next bool) (Selected, error) {
	p2 := byte(0x04)
	if next {
		p2 |= 0x02
	}
	return x.sendSelect(Command{INS: InsSelect, P1: 0x04, P2: p2, Data: []byte(aid), Le: MaxShortLe}, Path{App: aid})
}

// Select makes the file at p current and returns its description. Where the
// card lets it, that is one SELECT by path; a file that is current already is
// selected again, because its description is asked for.
func (x *Tx) Select(p Path) (Selected, error) {
	if x.s.Kind() == KindGSM {
		return x.walkSelect(p, 0xA0)
	}
	if p.IsRoot() {
		return x.selectRoot(p)
	}
	if err := x.enter(p.App); err != nil {
		return Selected{Path: p}, err
	}
	if x.s.path == pathRefused {
		return x.walkSelect(p, 0x00)
	}
	sel, err := x.selectByPath(p)
	switch {
	case err == nil:
		x.s.path = pathWorks
		return sel, nil
	case x.s.path == pathUntried && Refused(err):
		return x.tryWalk(p, sel, err)
	}
	return sel, err
}

// MakeSure finds out whether what was current when the last step ended still
// is, as far as Select(p) counts on it: between two steps another program may
// have selected something else, and from there the same identifiers lead to
// another file. Select does so itself where that is free of side effects; a
// step that is about to change a file calls MakeSure first, which is sure on
// every card.
func (x *Tx) MakeSure(p Path) error {
	cur := x.s.on(Command{})
	if !cur.known {
		return nil
	}
	var err error
	switch {
	case x.s.Kind() == KindGSM:
		_, err = x.selectFID(0xA0, FIDMF, Path{})
	case p.App != "" && cur.app.HasPrefix(p.App):
		_, err = x.selectRoot(Path{App: cur.app})
	case p.App == "" && x.s.path == pathRefused:
		_, err = x.selectRoot(Path{})
	}
	return err
}

// tryWalk finds out, at the first refusal, whether it was the way of
// selecting that was refused and not the file.
func (x *Tx) tryWalk(p Path, first Selected, refusal error) (Selected, error) {
	sel, err := x.walkSelect(p, 0x00)
	if err == nil {
		x.s.path = pathRefused
		return sel, nil
	}
	if !Refused(err) {
		return sel, err
	}
	return first, refusal
}

// enter makes the application current that a path lies in.
func (x *Tx) enter(app AID) error {
	if app == "" {
		return nil
	}
	cur := x.s.on(Command{})
	if cur.app == "" || !cur.app.HasPrefix(app) {
		_, err := x.SelectAID(app, false)
		return err
	}
	// A card that does not take 7FFF cannot be asked without beginning a new
	// session of the application, which may lock its second PIN again: to read,
	// it is believed. A step that writes calls MakeSure.
	if x.sureApp || x.s.noADF || !x.s.takesADF && x.s.holdsLocal(cur.app) {
		return nil
	}
	_, err := x.selectRoot(Path{App: cur.app})
	return err
}

func (x *Tx) selectRoot(p Path) (Selected, error) {
	if p.App == "" {
		return x.selectFID(0x00, FIDMF, p)
	}
	if cur := x.s.on(Command{}); cur.known && cur.app == p.App && !x.s.noADF {
		// By its FID: some cards take a SELECT by AID as the beginning of a
		// new session of the application, and its second PIN is locked again.
		sel, err := x.selectFID(0x00, FIDADF, p)
		name, told := dfName(sel.Info)
		switch {
		case err != nil && !Refused(err):
			return sel, err
		case err == nil && told && name.HasPrefix(p.App):
			x.sureApp, x.s.takesADF = true, true
			return sel, nil
		case err == nil && told:
			// Another program selected its application.
		default:
			x.s.noADF = true // not again on this card
		}
	}
	return x.SelectAID(p.App, false)
}

func (x *Tx) selectByPath(p Path) (Selected, error) {
	var data []byte
	if p.App != "" {
		data = fidBytes(FIDADF)
	}
	for _, f := range p.FIDs() {
		data = append(data, fidBytes(f)...)
	}
	return x.sendSelect(Command{INS: InsSelect, P1: 0x08, P2: 0x04, Data: data, Le: MaxShortLe}, p)
}

// walkSelect goes to p by FIDs, one level at a time, from the nearest
// directory that can be reached in one step: the current one, its parent, the
// directories beside it (ETSI TS 102 221 clause 8.4.2, TS 51.011 clause 6.5).
func (x *Tx) walkSelect(p Path, cla byte) (Selected, error) {
	cur := x.s.on(Command{CLA: cla})
	at := Path{App: p.App}
	up := cur.dir.Parent()
	switch {
	case p.IsRoot(), !cur.known, !x.sureDir, p.App != cur.dir.App:
	case p == cur.dir:
		return x.selectFID(cla, p.Last(), p)
	case p.Within(cur.dir):
		return x.hop(cla, cur.dir, p)
	case p == up:
		return x.selectFID(cla, up.Last(), up)
	case p.Within(up) && beside(p, up):
		return x.hop(cla, up, p)
	case p.Within(up):
		at = up
	}
	sel, err := x.selectFID(cla, at.Last(), at)
	if err != nil || p.IsRoot() {
		return sel, err
	}
	return x.hop(cla, at, p)
}

// beside reports whether the first step from up to p is a DF, which may be
// selected from a DF next to it; an EF may not.
func beside(p, up Path) bool {
	first := p.FIDs()[up.Depth()]
	return p.Depth() > up.Depth()+1 || first>>8 == 0x7F || first>>8 == 0x5F
}

// hop selects what leads from the directory at down to p.
func (x *Tx) hop(cla byte, at, p Path) (Selected, error) {
	var sel Selected
	for _, f := range p.FIDs()[at.Depth():] {
		at = at.Child(f)
		var err error
		if sel, err = x.selectFID(cla, f, at); err != nil {
			return sel, err
		}
	}
	return sel, nil
}

func (x *Tx) selectFID(cla byte, f FID, p Path) (Selected, error) {
	c := Command{CLA: cla, INS: InsSelect, Data: fidBytes(f)}
	if !ClassOf(cla).GSM {
		c.P2, c.Le = 0x04, MaxShortLe
	}
	return x.sendSelect(c, p)
}

func (x *Tx) sendSelect(c Command, p Path) (Selected, error) {
	x.want = &p
	r, err := x.Send(c)
	x.want = nil
	if err != nil {
		return Selected{Path: p}, err
	}
	sel := Selected{Path: p, Info: r.Data, SW: r.SW}
	if !r.OK() {
		return sel, refusal("SELECT", c, r.SW, p, true)
	}
	x.sureDir, x.sureApp = true, x.sureApp || c.P1 == 0x04
	if cur := x.s.on(c); c.P1 == 0x04 && cur.known {
		sel.Path = cur.dir
	}
	return sel, nil
}

func refusal(op string, c Command, sw SW, p Path, has bool) *StatusError {
	return &StatusError{Op: op, Header: [4]byte{c.CLA, c.INS, c.P1, c.P2}, File: p, HasFile: has, SW: sw}
}

func fidBytes(f FID) []byte { return []byte{byte(f >> 8), byte(f)} }

// SelectsByPath reports whether the card was seen to select by path, so that
// no identifier is taken for a file beside or above the one meant.
func (s *Session) SelectsByPath() bool { return s.path == pathWorks }
