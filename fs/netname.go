package fs

import (
	"slices"

	"simscope/card"
	"simscope/card/safe"
	"simscope/fs/ef"
	"simscope/fs/plmn"
	"simscope/texts"
)

// Files that name networks.
const (
	fidOPL    card.FID = 0x6FC6
	fidSPDI   card.FID = 0x6FCD
	fidEHPLMN card.FID = 0x6FD9
	fidOPL5G  card.FID = 0x4F08
	fidEPS    card.FID = 0x6FE3
	fid5GLOCI card.FID = 0x4F01
)

// NameAt is what a phone shows in one place. The names are fit for a terminal.
type NameAt struct {
	PLMN            plmn.PLMN `json:"plmn"`
	Area            Hex       `json:"area,omitempty"` // LAC or TAC; of 5G 3 bytes
	ServiceProvider string    `json:"serviceProvider,omitempty"`
	Network         string    `json:"network,omitempty"`
	FromCard        bool      `json:"fromCard"` // the network's name is the card's
	Why             []string  `json:"rules"`    // in the order they were taken
}

// Where is the network, with the area where one is known.
func (n NameAt) Where() string {
	if len(n.Area) == 0 {
		return n.PLMN.String()
	}
	return texts.Say("netname.where", "network", n.PLMN, "area", n.Area)
}

// Shown is both names as a phone puts them beside each other.
func (n NameAt) Shown() string {
	switch {
	case n.Network == "" || n.Network == n.ServiceProvider:
		return n.ServiceProvider
	case n.ServiceProvider == "":
		return n.Network
	}
	return n.Network + " " + n.ServiceProvider
}

// NetworkNames is what a phone shows with a subscriber of the card.
type NetworkNames struct {
	Place string  `json:"place"`
	Home  *NameAt `json:"home,omitempty"` // nil: the home network is not known
	Now   *NameAt `json:"now,omitempty"`  // where it was registered last; nil: nowhere known
	// Unread says of files that count and were not read what is missing.
	Unread []string `json:"unread,omitempty"`
}

// NetworkNames works out what a phone shows at home and where it was
// registered last, from what was read. It sends nothing.
func (c *Card) NetworkNames(dir card.Path) NetworkNames {
	f, unread := c.nameFiles(dir)
	out := NetworkNames{Place: c.Name(dir), Unread: unread}
	now, seen := c.registration(dir)
	if seen {
		out.Now = nameAt(f, now)
	} else {
		l := limit{c: c, dir: dir}
		if _, there := l.read(l.file(fidLOCI)); there == Unknown {
			out.Unread = append(out.Unread, l.r.Why)
		}
	}
	home := f.HPLMN
	if len(f.EHPLMN) > 0 && !slices.Contains(f.EHPLMN, home) {
		home = f.EHPLMN[0]
	}
	if home.Empty() {
		return out
	}
	r := ef.Registration{PLMN: home, Area: homeArea(f, home)}
	if seen && now.PLMN == home {
		r = now
	}
	out.Home = nameAt(f, r)
	return out
}

// NameIn works out what a phone shows in a network that is named. An area of
// 3 bytes is one of 5G. A nil area is one that EF.OPL speaks of.
func (c *Card) NameIn(dir card.Path, p plmn.PLMN, area []byte) NameAt {
	f, _ := c.nameFiles(dir)
	if area == nil {
		area = homeArea(f, p)
	}
	return *nameAt(f, ef.Registration{PLMN: p, Area: area, NGRAN: len(area) == 3})
}

func nameAt(f ef.NameFiles, r ef.Registration) *NameAt {
	n := ef.NetworkName(f, r)
	out := &NameAt{
		PLMN: r.PLMN, Area: Hex(r.Area), FromCard: n.FromCard,
		ServiceProvider: safe.Text(n.ServiceProvider), Network: safe.Text(n.Network), Why: []string{},
	}
	for _, s := range n.Steps {
		out.Why = append(out.Why, safe.Text(s.String()))
	}
	return out
}

// homeArea is an area of a network that EF.OPL speaks of, for a name without
// one; where it speaks of none there, the first there can be. Without EF.OPL
// the area does not matter.
func homeArea(f ef.NameFiles, p plmn.PLMN) []byte {
	for _, o := range f.OPL {
		if o.Covers(p, o.From) {
			return o.From
		}
	}
	if f.OPL == nil {
		return nil
	}
	return []byte{0, 1}
}

// nameFiles collects the files that name networks. One whose service is off is
// not there for a phone.
func (c *Card) nameFiles(dir card.Path) (f ef.NameFiles, unread []string) {
	l := limit{c: c, dir: dir}
	take := func(fids ...card.FID) (Decoded, bool) {
		p := l.file(fids...)
		if c.ServiceOn(p) == No {
			return Decoded{}, false
		}
		l.r.Why = ""
		d, there := l.read(p)
		if there == Unknown {
			unread = append(unread, l.r.Why)
		}
		return d, there == Yes
	}
	if d, ok := take(fidSPN); ok {
		f.SPN, _ = first[ef.SPN](d)
	}
	if d, ok := take(fidPNN); ok {
		f.PNN = every[ef.PNN](d)
	}
	if d, ok := take(fidOPL); ok {
		f.OPL = every[ef.OPL](d)
	}
	if d, ok := take(fidSPDI); ok {
		f.SPDI, _ = first[ef.SPDI](d)
	}
	if dir.App != "" {
		if d, ok := take(fid5GS, fidOPL5G); ok {
			f.OPL5G = every[ef.OPL](d)
		}
		if d, ok := take(fidEHPLMN); ok {
			if list, ok := first[ef.NetworkList](d); ok {
				for _, n := range list.Used() {
					f.EHPLMN = append(f.EHPLMN, n.PLMN())
				}
			}
		}
	}
	take(fidIMSI)
	f.HPLMN = c.homeNetwork(dir)
	return f, unread
}

// homeNetwork is the network of the IMSI; empty where it is not known how long
// its code is.
func (c *Card) homeNetwork(dir card.Path) plmn.PLMN {
	b, ok := c.binary(dir.Child(fidIMSI))
	if !ok {
		return plmn.PLMN{}
	}
	digits, ok := imsiDigits(b)
	n := c.MNCLength(dir.App)
	if !ok || n < 2 || n > 3 || len(digits) < 3+n {
		return plmn.PLMN{}
	}
	return plmn.PLMN{MCC: digits[:3], MNC: digits[3 : 3+n]}
}

// registration is where a phone was registered last: in 5G, in 4G, for data,
// for calls. A place that an update failed in counts only where no other is
// known.
func (c *Card) registration(dir card.Path) (ef.Registration, bool) {
	var found []ef.Registration
	var failed []ef.Registration
	add := func(p plmn.PLMN, area []byte, ng bool, status byte) {
		r := ef.Registration{PLMN: p, Area: area, NGRAN: ng}
		switch {
		case p.Empty():
		case status&7 == 0:
			found = append(found, r)
		default:
			failed = append(failed, r)
		}
	}
	if b, ok := c.binary(dir.Child(fid5GS).Child(fid5GLOCI)); ok && dir.App != "" && len(b) >= 20 {
		// The last TAI stands behind the identity (TS 31.102 clause 4.4.11.2).
		if p, ok := plmn.ParsePLMN([3]byte(b[13:16])); ok {
			add(p, b[16:19], true, b[19])
		}
	}
	if v, ok := content[ef.EPSLOCI](c, dir.Child(fidEPS)); ok {
		add(v.TAI.PLMN(), v.TAI.Code, false, v.StatusByte)
	}
	if v, ok := content[ef.PSLOCI](c, dir.Child(fidPSLOCI)); ok && dir.App != "" {
		add(v.RAI.PLMN(), v.RAI.Code, false, v.StatusByte)
	}
	if v, ok := content[ef.LOCI](c, dir.Child(fidLOCI)); ok {
		add(v.LAI.PLMN(), v.LAI.Code, false, v.StatusByte)
	}
	if found = append(found, failed...); len(found) == 0 {
		return ef.Registration{}, false
	}
	return found[0], true
}

// content is the decoded content of a transparent file that was read.
func content[T any](c *Card, p card.Path) (T, bool) {
	var zero T
	d, ok := c.Decode(p)
	if !ok {
		return zero, false
	}
	v, ok := first[T](d)
	if !ok {
		return zero, false
	}
	return *v, true
}

// first is the content of a transparent file.
func first[T any](d Decoded) (*T, bool) {
	if len(d.Parts) == 0 || d.Parts[0].Empty {
		return nil, false
	}
	v, ok := d.Parts[0].Value.(T)
	return &v, ok
}

// every is the content of all records, never nil.
func every[T any](d Decoded) []T {
	out := []T{}
	for _, p := range d.Parts {
		v, _ := p.Value.(T)
		out = append(out, v)
	}
	return out
}
