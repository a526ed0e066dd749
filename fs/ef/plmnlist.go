package ef

import (
	"slices"
	"strings"

	"simscope/fs/plmn"
	"simscope/texts"
)

// Access technologies of TS 31.102 clause 4.2.5, by the name they have there.
const (
	ActUTRAN                 = "UTRAN"
	ActEUTRANWB              = "E-UTRAN WB-S1"
	ActEUTRANNB              = "E-UTRAN NB-S1"
	ActNGRAN                 = "NG-RAN"
	ActSatelliteNGRAN        = "satellite NG-RAN"
	ActSatelliteWB           = "satellite E-UTRAN WB-S1"
	ActSatelliteNB           = "satellite E-UTRAN NB-S1"
	ActGSM                   = "GSM"
	ActGSMCompact            = "GSM COMPACT"
	ActHRPD                  = "cdma2000 HRPD"
	Act1xRTT                 = "cdma2000 1xRTT"
	ActECGSM                 = "EC-GSM-IoT"
	actEUTRAN         uint16 = 0x4000
	actWB             uint16 = 0x2000
	actNB             uint16 = 0x1000
	actGSM            uint16 = 0x0080
	actECOnly         uint16 = 0x0008
	actGSMOnly        uint16 = 0x0004
	actAssigned       uint16 = 0xFFFC
)

var actBits = []struct {
	bit  uint16
	name string
}{
	{0x8000, ActUTRAN},
	{0x0800, ActNGRAN},
	{0x0400, ActSatelliteNGRAN},
	{0x0200, ActSatelliteWB},
	{0x0100, ActSatelliteNB},
	{0x0040, ActGSMCompact},
	{0x0020, ActHRPD},
	{0x0010, Act1xRTT},
}

// AccessTechnologies reads an access technology identifier. E-UTRAN without
// either of its two mode bits means both modes, likewise GSM with and without
// EC-GSM-IoT (tables 4.2.5.1 and 4.2.5.2).
func AccessTechnologies(act uint16) []string {
	out := []string{}
	for _, a := range actBits {
		if act&a.bit != 0 {
			out = append(out, a.name)
		}
	}
	if act&actEUTRAN != 0 {
		if act&actWB != 0 || act&actNB == 0 {
			out = append(out, ActEUTRANWB)
		}
		if act&actNB != 0 || act&actWB == 0 {
			out = append(out, ActEUTRANNB)
		}
	}
	if act&actGSM != 0 {
		if act&actGSMOnly != 0 || act&actECOnly == 0 {
			out = append(out, ActGSM)
		}
		if act&actECOnly != 0 || act&actGSMOnly == 0 {
			out = append(out, ActECGSM)
		}
	}
	slices.Sort(out)
	return out
}

// actIdentifier is the inverse of AccessTechnologies, with the mode bits
// written out.
func actIdentifier(names []string) (uint16, error) {
	var act uint16
	for _, name := range names {
		switch name {
		case ActEUTRANWB:
			act |= actEUTRAN | actWB
		case ActEUTRANNB:
			act |= actEUTRAN | actNB
		case ActGSM:
			act |= actGSM | actGSMOnly
		case ActECGSM:
			act |= actGSM | actECOnly
		default:
			i := slices.IndexFunc(actBits, func(a struct {
				bit  uint16
				name string
			},
			) bool {
				return a.name == name
			})
			if i < 0 {
				return 0, refuse("act", "name", name)
			}
			act |= actBits[i].bit
		}
	}
	return act, nil
}

// Network is an entry of a network list; an unused one has no MCC.
type Network struct {
	MCC string   `json:"mcc"`
	MNC string   `json:"mnc"`
	Act []string `json:"act,omitempty"` // access technologies, of lists that have them
}

// PLMN is the entry's network.
func (n Network) PLMN() plmn.PLMN { return plmn.PLMN{MCC: n.MCC, MNC: n.MNC} }

// NetworkList is the content of EF.FPLMN, EF.EHPLMN, EF.PLMNsel (entries of
// three bytes) and of EF.PLMNwAcT, EF.OPLMNwAcT, EF.HPLMNwAcT (five), best
// first, unused entries included.
type NetworkList struct {
	Networks []Network `json:"plmns"`
	Carry
}

// Used lists the entries that name a network.
func (l NetworkList) Used() []Network {
	return slices.DeleteFunc(slices.Clone(l.Networks), func(n Network) bool { return n.PLMN().Empty() })
}

func networkList(entry int) func([]byte, Context, *builder) NetworkList {
	return func(data []byte, _ Context, b *builder) NetworkList {
		v := NetworkList{Networks: []Network{}, Carry: Carry{data}}
		if len(data)%entry != 0 {
			b.flag("odd", len(data)/entry*entry, len(data)%entry, "entry", entry)
		}
		var shown []string
		for i := 0; i+entry <= len(data); i += entry {
			n := b.network(data[i:i+entry], i)
			v.Networks = append(v.Networks, n)
			if !n.PLMN().Empty() {
				shown = append(shown, n.PLMN().String())
			}
		}
		if len(shown) == 0 {
			b.erase()
			return v
		}
		b.Summary = shorten(shown, 8)
		return v
	}
}

func (b *builder) network(e []byte, off int) Network {
	p, ok := plmn.ParsePLMN([3]byte(e[:3]))
	n := Network{MCC: p.MCC, MNC: p.MNC}
	if !ok {
		b.flag("plmn", off, 3)
	}
	if p.Empty() {
		return n
	}
	f := b.add("plmn", p.String(), off, len(e))
	f.Note = p.Describe()
	if len(e) == 5 {
		act := uint16(e[3])<<8 | uint16(e[4])
		n.Act = AccessTechnologies(act)
		f.Value += "  " + strings.Join(n.Act, ", ")
		if act&^actAssigned != 0 {
			b.flag("act", off+3, 2)
		}
	}
	return n
}

// shorten joins at most n of the items and counts the rest.
func shorten(items []string, n int) string {
	if len(items) <= n {
		return strings.Join(items, ", ")
	}
	return texts.Say("ef.more", "list", strings.Join(items[:n], ", "), "n", len(items)-n)
}

func encodeNetworks(entry int) func(NetworkList, int) ([]byte, error) {
	return func(v NetworkList, size int) ([]byte, error) {
		if size%entry != 0 {
			return nil, refuse("multiple", "size", size, "entry", entry)
		}
		if len(v.Networks) > size/entry {
			return nil, refuse("entries", "need", len(v.Networks), "limit", size/entry)
		}
		var out []byte
		for i := range size / entry {
			var n Network
			if i < len(v.Networks) {
				n = v.Networks[i]
			}
			p, err := n.PLMN().Encode()
			if err != nil {
				return nil, refuse("plmn", "plmn", n.PLMN().String())
			}
			out = append(out, p[:]...)
			if entry == 5 {
				act, err := actIdentifier(n.Act)
				if err != nil {
					return nil, err
				}
				out = append(out, byte(act>>8), byte(act))
			}
		}
		return out, nil
	}
}
