package ef

import (
	"fmt"
	"strings"

	"simscope/texts"
)

// PRL is the content of EF.PRL and EF.EPRL (3GPP2 C.S0016 clause 3.5.5): on
// which channels a phone looks for networks, and which it takes. The extended
// list has Revision and Subnets.
type PRL struct {
	Size     int              `json:"pr_list_size"` // in bytes, with the CRC
	ID       int              `json:"pr_list_id"`
	Revision *int             `json:"cur_sspr_p_rev,omitempty"`
	PrefOnly bool             `json:"pref_only"`
	Roaming  int              `json:"def_roam_ind"`
	Acquired []PRLAcquisition `json:"acq_table"`
	Subnets  []PRLSubnet      `json:"common_subnet_table,omitempty"`
	Systems  []PRLSystem      `json:"sys_table"`
	CRC      uint16           `json:"pr_list_crc"`
	Carry
}

// PRLAcquisition is a record of channels (clauses 3.5.5.2.1 and 3.5.5.2.2).
type PRLAcquisition struct {
	Type     int          `json:"acq_type"`
	Kind     string       `json:"kind"`              // what Type says; Type decides when it is written
	AB       *int         `json:"a_b,omitempty"`     // 0 system A, 1 system B, 3 either
	PriSec   *int         `json:"pri_sec,omitempty"` // 1 primary, 2 secondary channel, 3 either
	Blocks   []int        `json:"blocks,omitempty"`  // 0 to 5: A to F, 7 any
	Channels []PRLChannel `json:"channels,omitempty"`
	Value    Hex          `json:"value,omitempty"` // of kinds that are not known here
}

// PRLChannel is a radio channel. The band is told in generic records only.
type PRLChannel struct {
	Band   *int `json:"band_class,omitempty"`
	Number int  `json:"channel_number"`
}

// PRLSubnet is the front part that subnets of HRPD systems share.
type PRLSubnet struct {
	Value Hex `json:"subnet_common"`
}

// PRLSystem is a record of a system (clauses 3.5.5.3.1 and 3.5.5.3.2).
type PRLSystem struct {
	Type        int             `json:"sys_record_type"` // 0 1x, 1 HRPD, 3 by country and network
	Kind        string          `json:"kind"`            // what Type says; Type decides when it is written
	Preferred   bool            `json:"pref_neg"`        // else the phone must not use it
	SameRegion  bool            `json:"geo"`             // as the record in front of it
	MoreThan    bool            `json:"pri"`             // more wanted than the record behind it
	Acquisition int             `json:"acq_index"`
	SID         *int            `json:"sid,omitempty"`
	NIDIncluded int             `json:"nid_incl,omitempty"` // 0: any, 1: NID, 2: public
	NID         *int            `json:"nid,omitempty"`
	Subtype     *int            `json:"sys_record_subtype,omitempty"`
	MCC         string          `json:"mcc,omitempty"`
	MNC         string          `json:"mnc,omitempty"`
	Pairs       []PRLPair       `json:"sid_nid,omitempty"`
	Subnets     []PRLSubnetPart `json:"subnets,omitempty"`
	Roaming     *int            `json:"roam_ind,omitempty"` // of systems that are taken
	Association *PRLAssociation `json:"association,omitempty"`
	Value       Hex             `json:"value,omitempty"` // of types that are not known here
}

// PRLPair is a system of a record by country and network; NID is of subtype 2.
type PRLPair struct {
	SID int  `json:"sid"`
	NID *int `json:"nid,omitempty"`
}

// PRLSubnetPart is the back part of a subnet; Common is where the shared part
// lies in the common subnet table.
type PRLSubnetPart struct {
	Common *int `json:"subnet_common_offset,omitempty"`
	Bits   int  `json:"subnet_lsb_length"`
	Value  Hex  `json:"subnet_lsb"` // filled with zero bits
}

// PRLAssociation ties systems together that serve one place.
type PRLAssociation struct {
	Tag  int  `json:"association_tag"`
	PN   bool `json:"pn_association"`
	Data bool `json:"data_association"`
}

// Kinds of records.
const (
	acqAnalog, acqStandard, acqCustom, acqPreferred = 1, 2, 3, 4
	acqBlocks, acqPCS, acqJTACS, acqJTACSCustom     = 5, 6, 7, 8
	acq2GHz, acqGeneric1x, acqGenericHRPD           = 9, 10, 11

	sys1x, sysHRPD, sysMCCMNC = 0, 1, 3

	subtypeSID, subtypePairs, subtypeSubnets = 1, 2, 3

	prlSmallest  = 10
	eprlSmallest = 14
)

var acqKinds = []string{
	"", "analog", "cellular_standard", "cellular_custom", "cellular_preferred", "pcs_blocks", "pcs_channels",
	"jtacs_standard", "jtacs_custom", "2ghz", "1x", "hrpd",
}

var sysKinds = []string{"1x", "hrpd", "", "mcc_mnc"}

func kindOf(n int, kinds []string) string {
	if n < len(kinds) && kinds[n] != "" {
		return kinds[n]
	}
	return reservedValue
}

func decodePRL(extended bool) func([]byte, Context, *builder) PRL {
	return func(data []byte, _ Context, b *builder) PRL {
		v := PRL{Acquired: []PRLAcquisition{}, Systems: []PRLSystem{}, Carry: Carry{data}}
		if len(data) > 0 && (allFF(data) || allZero(data)) {
			b.erase()
			return v
		}
		smallest := prlSmallest
		if extended {
			smallest = eprlSmallest
		}
		r, size, crc := b.listHead(data, smallest)
		if v.Size, v.CRC = size, crc; r == nil {
			return v
		}
		b.prl(r, &v, extended)
		b.listEnd(r)
		b.Summary = texts.Say("ef.cdma.prl", "id", v.ID, "systems", len(v.Systems), "channels", len(v.Acquired))
		return v
	}
}

func (b *builder) prl(r *bitReader, v *PRL, extended bool) {
	v.ID = int(r.take(16))
	b.add("prl_id", fmt.Sprint(v.ID), 2, 2)
	if extended {
		n := int(r.take(8))
		v.Revision = &n
		b.add("mmss_revision", fmt.Sprint(n), 4, 1)
	}
	from := r.at
	v.PrefOnly, v.Roaming = r.take(1) == 1, int(r.take(8))
	off, n := r.byteSpan(from)
	b.add("prl_pref_only", yesNo(v.PrefOnly), off, 1)
	b.add("prl_roaming", roaming(v.Roaming), off, n)
	acquired, subnets := int(r.take(9)), 0
	if extended {
		subnets = int(r.take(9))
	}
	systems := int(r.take(14))
	if extended {
		r.take(7)
	}
	for range acquired {
		if v.Acquired = append(v.Acquired, b.acquisition(r, len(v.Acquired), extended)); r.short {
			v.Acquired = v.Acquired[:len(v.Acquired)-1]
			break
		}
	}
	for range subnets {
		if r.short {
			break
		}
		v.Subnets = append(v.Subnets, b.commonSubnet(r))
	}
	for range systems {
		if r.short {
			break
		}
		if s := b.system(r, extended); !r.short {
			v.Systems = append(v.Systems, s)
		}
	}
	if r.short {
		b.flag("mmss.short", 0, len(r.b), "n", acquired+subnets+systems)
	}
}

func (b *builder) commonSubnet(r *bitReader) PRLSubnet {
	from := r.at
	if extra := int(r.take(4)); extra != 0 { // reserved
		b.flag("cdma.reserved", from/8, 1, "byte", fmt.Sprintf("%X", extra))
	}
	n := int(r.take(4))
	s := PRLSubnet{Hex(r.bits(8 * n))}
	if off, size := r.byteSpan(from); !r.short {
		b.add("prl_subnet", s.Value.String(), off, size)
	}
	return s
}

func (b *builder) acquisition(r *bitReader, index int, extended bool) PRLAcquisition {
	from := r.at
	a := PRLAcquisition{}
	body, end := r, 0
	if extended {
		a.Type = int(r.take(8))
		n := int(r.take(8))
		if end = r.at + 8*n; end > 8*len(r.b) {
			r.short = true
			return a
		}
		body = &bitReader{b: r.b[:end/8], at: r.at}
		r.at = end
	} else {
		a.Type = int(r.take(4))
	}
	a.Kind = kindOf(a.Type, acqKinds)
	if r.short {
		return a
	}
	body.acquisition(&a, extended)
	if r.short = r.short || body.short; r.short {
		return a
	}
	off, n := r.byteSpan(from)
	f := b.add("prl_acquisition", word("cdma.acq."+a.Kind), off, n)
	f.Note = joined(fmt.Sprint(index), a.String())
	if a.Kind == reservedValue {
		b.flag("cdma.acq", off, n, "type", a.Type)
		r.short = r.short || !extended // nothing says where the next one begins
	}
	return a
}

func (r *bitReader) small(bits int) *int {
	n := int(r.take(bits))
	return &n
}

// acquisition reads what a record of its type has.
func (r *bitReader) acquisition(a *PRLAcquisition, extended bool) {
	switch a.Type {
	case acqAnalog, acqPreferred:
		a.AB = r.small(2)
	case acqStandard, acqJTACS:
		a.AB, a.PriSec = r.small(2), r.small(2)
	case acqBlocks:
		for range r.take(3) {
			a.Blocks = append(a.Blocks, int(r.take(3)))
		}
	case acqCustom, acqPCS, acqJTACSCustom, acq2GHz:
		for range r.take(5) {
			a.Channels = append(a.Channels, PRLChannel{Number: int(r.take(11))})
		}
	case acqGeneric1x, acqGenericHRPD:
		if !extended {
			a.Kind = reservedValue
			return
		}
		for r.at+16 <= 8*len(r.b) {
			a.Channels = append(a.Channels, PRLChannel{r.small(5), int(r.take(11))})
		}
	default:
		if extended {
			a.Value = r.bits(8*len(r.b) - r.at)
		}
	}
}

// String is what the record lists.
func (a PRLAcquisition) String() string {
	var out []string
	if a.AB != nil {
		out = append(out, codeWord("cdma.ab", "a", "b", "", "either")(*a.AB))
	}
	if a.PriSec != nil {
		out = append(out, codeWord("cdma.channel", "", "primary", "secondary", "either")(*a.PriSec))
	}
	for _, n := range a.Blocks {
		out = append(out, pcsBlock(n))
	}
	for _, c := range a.Channels {
		if c.Band != nil {
			out = append(out, fmt.Sprintf("%d:%d", *c.Band, c.Number))
		} else {
			out = append(out, fmt.Sprint(c.Number))
		}
	}
	if len(a.Value) > 0 {
		out = append(out, a.Value.String())
	}
	return shorten(out, 8)
}

// roaming is what the phone shows in a system (C.R1001 table 8.1-1).
func roaming(n int) string {
	if n == 0 {
		return word("cdma.roam.on")
	}
	return texts.Say("ef.cdma.roam", "n", n, "what", codeWord("cdma.roam", "on", "off", "flashing", "neighbourhood", "building",
		"preferred", "available", "alliance", "premium", "full", "partial", "banner_on", "banner_off")(n))
}

// system reads a record of either list.
func (b *builder) system(r *bitReader, extended bool) PRLSystem {
	from := r.at
	var s PRLSystem
	if extended {
		s = b.extendedSystem(r)
	} else {
		s = r.plainSystem()
	}
	if s.Kind = kindOf(s.Type, sysKinds); r.short {
		return s
	}
	off, n := r.byteSpan(from)
	f := b.add("prl_system", s.String(), off, n)
	f.Note = s.note()
	if s.Kind == reservedValue {
		b.flag("cdma.system", off, n, "type", s.Type)
	}
	return s
}

func (r *bitReader) plainSystem() PRLSystem {
	s := PRLSystem{SID: r.small(15), NIDIncluded: int(r.take(2))}
	if s.NIDIncluded == 1 {
		s.NID = r.small(16)
	}
	r.choice(&s, false)
	if s.Preferred {
		s.Roaming = r.small(8)
	}
	return s
}

// choice reads what the phone does about a system. The plain list ranks only
// systems that are taken.
func (r *bitReader) choice(s *PRLSystem, extended bool) {
	s.Preferred, s.SameRegion = r.take(1) == 1, r.take(1) == 1
	if extended || s.Preferred {
		s.MoreThan = r.take(1) == 1
	}
	s.Acquisition = int(r.take(9))
}

// extendedSystem reads a record that says its length in bytes.
func (b *builder) extendedSystem(r *bitReader) PRLSystem {
	start := r.at
	n := int(r.take(5))
	var s PRLSystem
	if n == 0 || start+8*n > 8*len(r.b) {
		r.short = true
		return s
	}
	body := &bitReader{b: r.b[:start/8+n], at: r.at}
	r.at = start + 8*n
	s.Type = int(body.take(4))
	body.choice(&s, true)
	switch s.Type {
	case sys1x:
		body.take(1)
		s.NIDIncluded, s.SID = int(body.take(2)), body.small(15)
		if s.NIDIncluded == 1 {
			s.NID = body.small(16)
		}
	case sysHRPD:
		body.take(3)
		s.Subnets = []PRLSubnetPart{body.subnetPart()}
	case sysMCCMNC:
		body.byCountry(&s)
	default:
		s.Value = body.bits(8*len(body.b) - body.at)
		return s
	}
	body.roaming(&s)
	r.short = r.short || body.short
	return s
}

func (r *bitReader) subnetPart() PRLSubnetPart {
	var p PRLSubnetPart
	common := r.take(1) == 1
	p.Bits = int(r.take(7))
	p.Value = r.bits(p.Bits)
	if common {
		p.Common = r.small(12)
	}
	return p
}

func (r *bitReader) byCountry(s *PRLSystem) {
	s.Subtype = r.small(3)
	s.MCC, s.MNC = nibbleDigits(r.take(12)), nibbleDigits(r.take(12))
	switch *s.Subtype {
	case subtypeSID, subtypePairs:
		r.take(4)
		for range r.take(4) {
			r.take(1)
			p := PRLPair{SID: int(r.take(15))}
			if *s.Subtype == subtypePairs {
				p.NID = r.small(16)
			}
			s.Pairs = append(s.Pairs, p)
		}
	case subtypeSubnets:
		r.take(4)
		for range r.take(4) {
			n := int(r.take(8))
			s.Subnets = append(s.Subnets, PRLSubnetPart{Bits: n, Value: r.bits(n)})
		}
	}
}

// roaming reads what stands behind the part of its own that a record has.
func (r *bitReader) roaming(s *PRLSystem) {
	if s.Preferred {
		s.Roaming = r.small(8)
	}
	if r.take(1) == 1 {
		s.Association = &PRLAssociation{int(r.take(8)), r.take(1) == 1, r.take(1) == 1}
	}
}

// String is which system the record is about.
func (s PRLSystem) String() string {
	var out []string
	switch {
	case s.SID != nil && s.NID != nil:
		out = append(out, cdmaSystem(*s.SID, *s.NID))
	case s.SID != nil:
		out = append(out, fmt.Sprintf("SID %d", *s.SID))
	}
	if s.MCC != "" {
		out = append(out, strings.TrimSpace(s.MCC+" "+s.MNC))
	}
	for _, p := range s.Pairs {
		if p.NID != nil {
			out = append(out, cdmaSystem(p.SID, *p.NID))
		} else {
			out = append(out, fmt.Sprintf("SID %d", p.SID))
		}
	}
	for _, p := range s.Subnets {
		out = append(out, joined(word("cdma.sys.hrpd"), fmt.Sprintf("%s/%d", p.Value, p.Bits)))
	}
	if len(out) == 0 {
		return word("cdma.sys." + s.Kind)
	}
	return shorten(out, 4)
}

func (s PRLSystem) note() string {
	if !s.Preferred {
		return word("cdma.forbidden")
	}
	out := texts.Say("ef.cdma.acquisition", "n", s.Acquisition)
	if s.Roaming != nil {
		out = joined(out, roaming(*s.Roaming))
	}
	return out
}
