package fs

import (
	"fmt"

	"simscope/card"
	"simscope/card/tlv"
	"simscope/texts"
)

// MaxFileSize bounds what a card's declared sizes are believed, in bytes.
const MaxFileSize = 64 << 10

// maxRecords is the highest record number READ RECORD can address.
const maxRecords = 254

// Flag is an oddity: something a card said that does not fit its
// specification. ID is a text identifier, Args its arguments in turn.
type Flag struct {
	ID   string `json:"id"`
	Args []any  `json:"args,omitempty"`
}

// String is the flag's sentence.
func (f Flag) String() string { return texts.Say(f.ID, f.Args...) }

// FCP is what a card says of a file when it is selected: the FCP template of
// a UICC (ETSI TS 102 221 clause 11.1.1.3) or the header of a 2G card (3GPP
// TS 51.011 clause 9.2.1). Sizes are clamped to MaxFileSize; what was clamped
// or contradictory is in Flags.
type FCP struct {
	Raw       Hex       `json:"raw"`
	GSM       bool      `json:"gsm,omitempty"`
	Structure Structure `json:"structure"`
	FID       card.FID  `json:"-"`
	HasFID    bool      `json:"-"`
	DFName    card.AID  `json:"-"`
	Size      int       `json:"size"`      // of the content in bytes
	TotalSize int       `json:"totalSize"` // with structural information; 0: not told
	RecordLen int       `json:"recordLen,omitempty"`
	Records   int       `json:"records,omitempty"`
	untold    bool      // the length or the number of its records is found by reading
	SFI       byte      `json:"sfi,omitempty"` // 0: none
	LifeCycle LifeCycle `json:"lifeCycle"`
	Shareable bool      `json:"shareable,omitempty"`

	References  []RuleReference `json:"references,omitempty"` // tag 8B
	Compact     Hex             `json:"compact,omitempty"`    // value of tag 8C
	Expanded    Hex             `json:"expanded,omitempty"`   // value of tag AB
	PINStatus   Hex             `json:"pinStatus,omitempty"`  // value of tag C6
	Proprietary []Item          `json:"proprietary,omitempty"`
	GSMInfo     *GSMHeader      `json:"gsmHeader,omitempty"`
	Flags       []Flag          `json:"flags,omitempty"`
}

// RuleReference points to a record of an EF.ARR (tag 8B). SE is the security
// environment it counts in, -1 where the card names none.
type RuleReference struct {
	File   card.FID `json:"file"`
	SE     int      `json:"se"`
	Record int      `json:"record"`
}

// Item is one object of the proprietary template A5.
type Item struct {
	Tag   tlv.Tag `json:"tag"`
	Value Hex     `json:"value"`
}

// LifeCycle is the life cycle status of a file (ISO/IEC 7816-4, table 14).
type LifeCycle int

// The states of a file.
const (
	LifeUnknown LifeCycle = iota
	LifeCreation
	LifeInitialisation
	LifeActivated
	LifeDeactivated
	LifeTerminated
)

var lifeNames = [...]string{"unknown", "creation", "initialisation", "activated", "deactivated", "terminated"}

func (l LifeCycle) String() string { return lifeNames[l] }

// MarshalText writes the state's name.
func (l LifeCycle) MarshalText() ([]byte, error) { return []byte(l.String()), nil }

// UnmarshalText reads what MarshalText wrote.
func (l *LifeCycle) UnmarshalText(b []byte) error {
	for i, n := range lifeNames {
		if n == string(b) {
			*l = LifeCycle(i)
			return nil
		}
	}
	return fmt.Errorf("%q is no life cycle status", b)
}

func lifeCycle(b byte) LifeCycle {
	switch {
	case b == 0x01:
		return LifeCreation
	case b == 0x03:
		return LifeInitialisation
	case b&0xFD == 0x05:
		return LifeActivated
	case b&0xFD == 0x04:
		return LifeDeactivated
	case b&0xFC == 0x0C:
		return LifeTerminated
	}
	return LifeUnknown
}

func (f *FCP) flag(id string, args ...any) {
	f.Flags = append(f.Flags, Flag{"fcp." + id, args})
}

// ParseFCP reads an FCP template. It never fails: what cannot be read is left
// empty and flagged, and Raw keeps the bytes.
func ParseFCP(b []byte) FCP {
	f := FCP{Raw: append([]byte(nil), b...)}
	top, err := tlv.ParseFlat(b)
	if err != nil {
		f.flag("malformed")
	}
	tmpl, ok := tlv.Find(top, 0x62)
	if !ok {
		if tmpl, ok = tlv.Find(top, 0x6F); !ok {
			f.flag("no_template")
			return f
		}
		f.flag("fci")
	}
	items, err := tlv.ParseFlat(tmpl.Value)
	if err != nil {
		f.flag("malformed")
	}
	p := fcpParser{f: &f, seen: map[tlv.Tag]bool{}}
	for _, n := range items {
		p.item(n)
	}
	p.finish()
	return f
}

type fcpParser struct {
	f        *FCP
	seen     map[tlv.Tag]bool
	noNumber bool // tag 82 has a record length and no number of records
}

func (p *fcpParser) item(n tlv.Node) {
	// The first of two wins: a second one is more likely an accident of the
	// issuer's tool than a correction.
	if p.seen[n.Tag] {
		p.f.flag("duplicate", "tag", n.Tag.String())
		return
	}
	p.seen[n.Tag] = true
	v := n.Value
	switch n.Tag {
	case 0x80:
		p.f.Size = p.size(v, "size")
	case 0x81:
		p.f.TotalSize = p.size(v, "total size")
	case 0x82:
		p.fileDescriptor(v)
	case 0x83:
		if len(v) != 2 {
			p.f.flag("bad_length", "tag", "83", "length", len(v))
			return
		}
		p.f.FID, p.f.HasFID = card.FID(v[0])<<8|card.FID(v[1]), true
	case 0x84:
		if len(v) >= 1 && len(v) <= 16 {
			p.f.DFName = card.AID(v)
		} else {
			p.f.flag("bad_length", "tag", "84", "length", len(v))
		}
	case 0x88:
		p.shortID(v)
	case 0x8A:
		if len(v) == 1 {
			p.f.LifeCycle = lifeCycle(v[0])
		} else {
			p.f.flag("bad_length", "tag", "8A", "length", len(v))
		}
	default:
		p.security(n)
	}
}

func (p *fcpParser) security(n tlv.Node) {
	v := append([]byte(nil), n.Value...)
	switch n.Tag {
	case 0x8B:
		p.references(v)
	case 0x8C:
		p.f.Compact = v
	case 0xAB:
		p.f.Expanded = v
	case 0xC6:
		p.f.PINStatus = v
	case 0xA5:
		nodes, err := tlv.ParseFlat(v)
		if err != nil {
			p.f.flag("malformed_a5")
		}
		for _, i := range nodes {
			p.f.Proprietary = append(p.f.Proprietary, Item{i.Tag, i.Value})
		}
	}
}

// size reads a length of any number of bytes and clamps it.
func (p *fcpParser) size(v []byte, what string) int {
	if len(v) == 0 {
		p.f.flag("bad_length", "tag", what, "length", 0)
		return 0
	}
	if len(v) > 4 {
		p.f.flag("long_size", "what", what, "length", len(v))
	}
	n := uint64(0)
	for _, c := range v {
		if n = n<<8 | uint64(c); n > MaxFileSize {
			p.f.flag("clamped", "what", what, "limit", MaxFileSize)
			return MaxFileSize
		}
	}
	return int(n)
}

// fileDescriptor reads tag 82. Of a UICC it has 2 bytes, or 5 with the length
// and number of records (ETSI TS 102 221 clause 11.1.1.4.3); other cards write
// the descriptor alone, the length in one byte, no number, or one of two bytes
// (ISO/IEC 7816-4 table 12).
func (p *fcpParser) fileDescriptor(v []byte) {
	if len(v) == 0 || len(v) > 6 {
		p.f.flag("bad_length", "tag", "82", "length", len(v))
	}
	if len(v) == 0 {
		return
	}
	p.f.Shareable = v[0]&0x40 != 0
	p.f.Structure = structureOf(v[0])
	if p.f.Structure == StructureUnknown {
		p.f.flag("descriptor", "byte", fmt.Sprintf("%02X", v[0]))
	}
	switch len(v) {
	case 1, 2:
		p.f.untold = true
	case 3:
		p.f.RecordLen = int(v[2])
	default:
		p.f.RecordLen = int(v[2])<<8 | int(v[3])
	}
	switch len(v) {
	case 5:
		p.f.Records = int(v[4])
	case 6:
		p.f.Records = int(v[4])<<8 | int(v[5])
	}
	p.noNumber = len(v) == 3 || len(v) == 4
}

func structureOf(d byte) Structure {
	switch {
	case d&0x80 != 0:
		return StructureUnknown
	case d&0x3F == 0x39:
		return BERTLV
	case d&0x38 == 0x38:
		return StructureDF
	}
	switch d & 0x07 {
	case 1:
		return Transparent
	case 2, 3:
		return LinearFixed
	case 6, 7:
		return Cyclic
	}
	return StructureUnknown
}

func (p *fcpParser) shortID(v []byte) {
	switch {
	case len(v) == 0: // present and empty: the file has none
	case len(v) == 1:
		if p.f.SFI = v[0] >> 3; v[0]&7 != 0 || p.f.SFI > 30 {
			p.f.flag("sfi", "byte", fmt.Sprintf("%02X", v[0]))
		}
	default:
		p.f.flag("bad_length", "tag", "88", "length", len(v))
	}
}

// references reads tag 8B: file and record, or file and pairs of security
// environment and record.
func (p *fcpParser) references(v []byte) {
	if len(v) < 3 {
		p.f.flag("bad_length", "tag", "8B", "length", len(v))
		return
	}
	fid := card.FID(v[0])<<8 | card.FID(v[1])
	if len(v) == 3 {
		p.f.References = []RuleReference{{fid, -1, int(v[2])}}
		return
	}
	if len(v)%2 != 0 {
		p.f.flag("bad_length", "tag", "8B", "length", len(v))
	}
	for i := 2; i+1 < len(v); i += 2 {
		p.f.References = append(p.f.References, RuleReference{fid, int(v[i]), int(v[i+1])})
	}
}

// finish settles what depends on several objects.
func (p *fcpParser) finish() {
	f := p.f
	for _, t := range []tlv.Tag{0x82, 0x8A} {
		if !p.seen[t] {
			f.flag("missing", "tag", t.String())
		}
	}
	if f.Structure == StructureDF {
		switch {
		case f.HasFID && f.FID == card.FIDMF:
			f.Structure = StructureMF
		case f.DFName != "":
			f.Structure = StructureADF
		}
	}
	if !f.HasFID && f.Structure != StructureADF {
		f.flag("missing", "tag", "83")
	}
	if p.seen[0x82] && !f.Structure.IsDir() && !p.seen[0x80] {
		f.flag("missing", "tag", "80")
	}
	switch {
	case !f.Structure.HasRecords():
		f.RecordLen, f.Records, f.untold = 0, 0, false
	case f.untold: // its size is what is known
	default:
		f.untold = p.noNumber && !p.seen[0x80]
		f.settleRecords(p.seen[0x80])
	}
	if f.Structure.IsDir() {
		f.Size = 0
	}
	if f.LifeCycle == LifeUnknown && p.seen[0x8A] {
		f.flag("life_cycle")
	}
}

// readable reports whether the description of an EF tells how to read it.
func (f FCP) readable() bool {
	switch {
	case f.Structure == StructureUnknown:
		return false
	case f.Structure.HasRecords():
		return f.RecordLen > 0 || f.untold
	}
	return true
}

// settleRecords makes record length, number and size agree: the smaller
// number of records is believed.
func (f *FCP) settleRecords(hasSize bool) {
	if f.RecordLen <= 0 || f.RecordLen > 255 {
		f.flag("record_length", "length", f.RecordLen)
		f.RecordLen, f.Records, f.untold = 0, 0, false
		return
	}
	if hasSize {
		if bySize := f.Size / f.RecordLen; bySize*f.RecordLen != f.Size || f.Records != 0 && bySize != f.Records {
			f.flag("records_disagree", "size", f.Size, "records", f.Records, "length", f.RecordLen)
			if f.Records == 0 || bySize < f.Records {
				f.Records = bySize
			}
		} else {
			f.Records = bySize
		}
	}
	if f.Records > maxRecords {
		f.flag("clamped", "what", "records", "limit", maxRecords)
		f.Records = maxRecords
	}
	f.Size = f.Records * f.RecordLen
}
