package globalplatform

import (
	"errors"

	"simscope/card"
	"simscope/card/tlv"
)

// AIDARAM is the access rule application master.
const AIDARAM card.AID = "\xA0\x00\x00\x01\x51\x41\x43\x4C\x00"

// Bounds of what is read of rules.
const (
	maxRules    = 64 << 10 // bytes
	maxParts    = 1024
	maxARFFiles = 64
	maxARFFile  = 16 << 10
)

// Faults of a list of rules.
var (
	ErrShortRules = errors.New("fewer bytes came than the card stated")
	ErrLongRules  = errors.New("more bytes came than the card stated")
	ErrHugeRules  = errors.New("the card states more than is read")
)

// Master is what the access rule application master says.
type Master struct {
	// Found says that it could be selected; SW is how it was refused, or how
	// the reading of its rules ended.
	Found   bool
	SW      card.SW
	Refresh Hex
	Rules   []Rule
	// Changed says that the refresh tag was another one after the reading: the
	// rules are those of two states.
	Changed bool
	// Whole is false where something of the rules does not fit; Fault is nil
	// where they came to their stated end.
	Whole bool
	Fault error
	Raw   []byte
}

// ReadMaster selects the access rule application master and reads all of its
// rules: the first part says how long they are, more is asked for until that
// many bytes have come. The refresh tag is read before and after.
func ReadMaster(x *card.Tx) (Master, error) {
	var m Master
	if _, err := x.SelectAID(AIDARAM, false); err != nil {
		m.SW = card.SWOf(err)
		if card.Refused(err) {
			return m, nil
		}
		return m, err
	}
	m.Found = true
	r := reader{x, 0x80}
	o, err := r.get(TagRefreshTag)
	if err != nil {
		return m, err
	}
	if o.Read() {
		m.Refresh = Hex(valueOf(o.Data, TagRefreshTag))
	}
	if o, err = r.get(TagAllRules); err != nil {
		return m, err
	}
	m.SW, m.Fault, m.Whole = o.SW, o.Fault, true
	if !o.Read() {
		// 6A88 is how a master without rules answers.
		return m, nil
	}
	if err := m.rest(&r, o.Data); err != nil {
		return m, err
	}
	m.Rules, m.Whole = ParseRules(m.Raw)
	m.Whole = m.Whole && m.Fault == nil
	if m.Refresh != nil {
		// Only a phone that finds the tag unchanged knows that its rules are of
		// one state (GlobalPlatform Secure Element Access Control 1.1 clause 4).
		if o, err = r.get(TagRefreshTag); err != nil {
			return m, err
		}
		m.Changed = o.Read() && string(valueOf(o.Data, TagRefreshTag)) != string(m.Refresh)
		m.Whole = m.Whole && !m.Changed
	}
	return m, nil
}

// rest asks for what the first part did not bring.
func (m *Master) rest(r *reader, first []byte) error {
	m.Raw = first
	total, ok := statedLength(first)
	if !ok {
		return nil
	}
	want := min(total, maxRules)
	for part := 0; len(m.Raw) < want; part++ {
		o, err := r.get(TagMoreRules)
		if err != nil {
			return err
		}
		switch {
		case o.Fault != nil:
			m.Fault = o.Fault
			return nil
		case !o.Read() || part == maxParts:
			m.SW, m.Fault = o.SW, ErrShortRules
			return nil
		}
		m.Raw = append(m.Raw, o.Data...)
	}
	switch {
	case total > maxRules:
		m.Fault = ErrHugeRules
	case len(m.Raw) > total:
		m.Raw, m.Fault = m.Raw[:total], ErrLongRules
	}
	return nil
}

// statedLength is how long the whole list is by its first bytes, with tag and
// length. ok is false where it does not begin as a list.
func statedLength(b []byte) (int, bool) {
	tag, n, err := tlv.ReadTag(b)
	if err != nil || tag != TagAllRules || len(b) <= n {
		return 0, false
	}
	first := b[n]
	n++
	if first < 0x80 {
		return n + int(first), true
	}
	more := int(first & 0x7F)
	if more == 0 || more > 3 || len(b) < n+more {
		return 0, false
	}
	length := 0
	for _, c := range b[n : n+more] {
		length = length<<8 | int(c)
	}
	return n + more + length, true
}

// Files is what the access rule files say.
type Files struct {
	// Found says that a directory of them is there; Base is it.
	Found   bool
	Base    card.Path
	Refresh Hex
	Rules   []Rule
	Whole   bool
	// Stopped is the file at which the reading ended, SW how it was refused.
	Stopped string
	SW      card.SW
}

// AIDPKCS15 is the application that holds access rule files.
const AIDPKCS15 card.AID = "\xA0\x00\x00\x00\x63PKCS-15"

// FIDs of PKCS #15 and of the directory where cards without the application
// keep the files.
const (
	fidODF    card.FID = 0x5031
	fidPKCS15 card.FID = 0x7F50
)

// ReadFiles looks for access rule files, in the application of PKCS #15, where
// EF.DIR says it is, or in the directory 7F50, and follows them. Files are only
// selected and read.
func ReadFiles(x *card.Tx) (Files, error) {
	f := Files{Whole: true}
	base, found, err := findARF(x, &f)
	if err != nil || !found {
		return f, err
	}
	f.Found, f.Base = true, base
	odf, ok, err := f.read(x, base.Child(fidODF), "EF.ODF")
	if err != nil || !ok {
		return f, err
	}
	dodfs := ParseODF(odf)
	var mains []FilePath
	for _, p := range dodfs {
		b, ok, err := f.follow(x, p, "EF.DODF")
		if err != nil {
			return f, err
		}
		if ok {
			mains = append(mains, ParseDODF(b)...)
		}
	}
	if len(mains) != 1 {
		f.Whole = f.Whole && len(mains) == 0
		if f.Stopped == "" {
			f.Stopped = "EF.DODF"
		}
		return f, nil
	}
	return f, f.rules(x, mains[0])
}

// rules follows the main file.
func (f *Files) rules(x *card.Tx, main FilePath) error {
	b, ok, err := f.follow(x, main, "EF.ACMain")
	if err != nil || !ok {
		return err
	}
	refresh, path, ok := ParseACMain(b)
	f.Refresh = refresh
	if !ok {
		f.Whole, f.Stopped = false, "EF.ACMain"
		return nil
	}
	if b, ok, err = f.follow(x, path, "EF.ACRules"); err != nil || !ok {
		return err
	}
	list, whole := ParseACRules(b)
	f.Whole = f.Whole && whole
	read := map[string][]byte{}
	for _, c := range list {
		b, known := read[string(c.Path)]
		if !known && len(read) == maxARFFiles {
			f.Whole = false
			return nil
		}
		if !known {
			if b, ok, err = f.follow(x, c.Path, "EF.ACConditions"); err != nil {
				return err
			}
			if !ok {
				continue // what it says is not known: Stopped tells
			}
			read[string(c.Path)] = b
		}
		rules, whole := ParseACConditions(b, c)
		f.Whole = f.Whole && whole
		if f.Rules = append(f.Rules, rules...); len(f.Rules) > tlv.MaxNodes {
			f.Whole = false
			return nil
		}
	}
	return nil
}

// findARF finds the directory that holds EF.ODF.
func findARF(x *card.Tx, f *Files) (card.Path, bool, error) {
	places := []card.Path{card.PathOf("", fidPKCS15)}
	if x.Session().Kind() != card.KindGSM {
		sel, err := x.SelectAID(AIDPKCS15, false)
		if err == nil {
			app := AIDPKCS15
			if sel.Path.App.HasPrefix(app) {
				app = sel.Path.App
			}
			return card.PathOf(app), true, nil
		}
		if f.SW = card.SWOf(err); !card.Refused(err) {
			return card.Path{}, false, err
		}
		listed, found, err := placeInDIR(x)
		if err != nil {
			return listed, false, err
		}
		if found && listed != places[0] {
			places = append([]card.Path{listed}, places...)
		}
	}
	for _, p := range places {
		_, err := x.Select(p)
		if err == nil {
			return p, true, nil
		}
		if f.SW = card.SWOf(err); !card.Refused(err) {
			return p, false, err
		}
	}
	return card.Path{}, false, nil
}

// maxDIR bounds the records of EF.DIR that are looked at.
const maxDIR = 32

// placeInDIR is where EF.DIR says the files of PKCS #15 are (tag 51 of the
// template of its application).
func placeInDIR(x *card.Tx) (card.Path, bool, error) {
	sel, err := x.Select(card.PathOf("", card.FIDDir))
	if err != nil {
		return card.Path{}, false, unlessRefused(err)
	}
	for n := 1; n <= maxDIR; n++ {
		b, err := x.ReadRecord(n, recordLength(sel.Info))
		if err != nil {
			return card.Path{}, false, unlessRefused(err)
		}
		nodes, _ := tlv.ParseFlat(b)
		t, _ := tlv.Find(nodes, 0x61)
		items, _ := tlv.ParseFlat(t.Value)
		aid, _ := tlv.Find(items, 0x4F)
		path, has := tlv.Find(items, 0x51)
		if has && card.AID(aid.Value).HasPrefix(AIDPKCS15) {
			if p, ok := FilePath(path.Value).of(card.Path{}); ok {
				return p, true, nil
			}
		}
	}
	return card.Path{}, false, nil
}

// unlessRefused drops an answer of the card, and keeps a failure on the way.
func unlessRefused(err error) error {
	if card.Refused(err) {
		return nil
	}
	return err
}

// recordLength is that of the file by its description (tag 82), or as much as
// one command brings.
func recordLength(info []byte) int {
	nodes, _ := tlv.ParseFlat(info)
	items, _ := tlv.ParseFlat(firstValue(nodes))
	if n, ok := tlv.Find(items, 0x82); ok && len(n.Value) >= 4 {
		if l := int(n.Value[2])<<8 | int(n.Value[3]); l > 0 && l <= card.MaxShortLe {
			return l
		}
	}
	return card.MaxShortLe
}

// follow reads the file that a path of PKCS #15 leads to.
func (f *Files) follow(x *card.Tx, p FilePath, name string) ([]byte, bool, error) {
	path, ok := p.of(f.Base)
	if !ok {
		f.Whole, f.Stopped = false, name
		return nil, false, nil
	}
	return f.read(x, path, name)
}

// read reads a transparent file. A refusal is kept, with the file's name.
func (f *Files) read(x *card.Tx, p card.Path, name string) ([]byte, bool, error) {
	b, err := readTransparent(x, p)
	var endless *card.BudgetError
	if card.Refused(err) || errors.As(err, &endless) || errors.Is(err, card.ErrUntold) {
		f.Whole, f.Stopped, f.SW = false, name, card.SWOf(err)
		return nil, false, nil
	}
	return b, err == nil, err
}

// readTransparent reads a file whole, as long as its description says, or to
// where the card ends it.
func readTransparent(x *card.Tx, p card.Path) ([]byte, error) {
	sel, err := x.Select(p)
	if err != nil {
		return nil, err
	}
	size := sizeOf(sel.Info)
	var out []byte
	for len(out) < min(size, maxARFFile) {
		n := min(size-len(out), card.MaxShortLe-1)
		b, err := x.ReadBinary(len(out), n)
		if err != nil {
			if card.Refused(err) && len(out) > 0 {
				return out, nil // the card ends it before
			}
			return out, err
		}
		if len(b) == 0 {
			return out, nil
		}
		out = append(out, b...)
	}
	return out, nil
}

// sizeOf is a transparent file's size by its FCP (tag 80) or 2G header; where
// it is not told, one block is read.
func sizeOf(info []byte) int {
	if len(info) > 0 && (info[0] == 0x62 || info[0] == 0x6F) {
		nodes, _ := tlv.ParseFlat(info)
		items, _ := tlv.ParseFlat(firstValue(nodes))
		if n, ok := tlv.Find(items, 0x80); ok {
			if v, ok := number(n.Value); ok {
				return int(min(v, maxARFFile))
			}
		}
	} else if len(info) >= 4 {
		return int(info[2])<<8 | int(info[3])
	}
	return card.MaxShortLe - 1
}

func firstValue(nodes []tlv.Node) []byte {
	if len(nodes) == 0 {
		return nil
	}
	return nodes[0].Value
}
