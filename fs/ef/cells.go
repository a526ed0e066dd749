package ef

import (
	"fmt"
	"strings"

	"simscope/card/tlv"
	"simscope/texts"
)

// NETPAR is the content of EF.NETPAR: the radio channels of cells seen last,
// kept to find service faster (TS 31.102 clause 4.2.57). Frequencies are those
// the phone receives on, in steps of 200 kHz from 0. What lies in A0 and A1 is
// on the page 3gpp-31-102-b-3 of itecspec.com, and UiccBrowser reads it so.
type NETPAR struct {
	Cells []CellInformation `json:"cell_information"`
	Other []TLV             `json:"other,omitempty"`
	Carry
}

// CellInformation is what is known of cells of one technology.
type CellInformation struct {
	Type       string      `json:"type"` // "gsm", "fdd", "tdd"
	Camping    *uint16     `json:"current_camped_cell_bcch_frequency,omitempty"`
	Neighbours []uint16    `json:"neighbour_cell_bcch_frequencies,omitempty"`
	Intra      []CellCodes `json:"intra_frequency,omitempty"`
	Inter      []CellCodes `json:"inter_frequency,omitempty"`
	Other      []TLV       `json:"other,omitempty"`
}

// CellCodes is a carrier with the codes of its cells: primary scrambling codes
// of FDD, cell parameter identities of TDD.
type CellCodes struct {
	Frequency uint16   `json:"carrier_frequency"`
	Codes     []uint16 `json:"codes"`
}

var cellTypes = []string{"gsm", "fdd", "tdd"} // tags A0, A1, A2

// megahertz is a frequency in steps of 200 kHz.
func megahertz(n uint16) string { return fmt.Sprintf("%.1f MHz", float64(n)/5) }

func decodeNETPAR(data []byte, _ Context, b *builder) NETPAR {
	v := NETPAR{Cells: []CellInformation{}, Carry: Carry{data}}
	var shown []string
	for _, o := range b.fileObjects(data, 0) {
		if o.Tag < 0xA0 || o.Tag > 0xA2 {
			v.Other = append(v.Other, b.extra(o))
			continue
		}
		c := CellInformation{Type: cellTypes[o.Tag-0xA0]}
		b.add("cell_type", word("cells."+c.Type), o.off, o.size())
		for _, in := range b.fileObjects(o.Value, o.at) {
			b.cellObject(&c, in)
		}
		v.Cells = append(v.Cells, c)
		shown = append(shown, word("cells."+c.Type))
	}
	if b.Summary = strings.Join(shown, ", "); len(shown)+len(v.Other) == 0 && len(b.Flags) == 0 {
		b.erase()
	}
	return v
}

func (b *builder) cellObject(c *CellInformation, o fileObject) {
	odd := len(o.Value)%2 != 0
	switch {
	case odd || len(o.Value) == 0 || (o.Tag != 0x80 && o.Tag != 0x81):
		c.Other = append(c.Other, b.extra(o))
		if odd {
			b.flag("odd", o.at+len(o.Value)-1, 1, "entry", 2)
		}
	case c.Type == "gsm" && o.Tag == 0x80 && len(o.Value) == 2 && c.Camping == nil:
		n := uint16(number(o.Value))
		c.Camping = &n
		b.add("camping_frequency", megahertz(n), o.off, o.size()).Depth = 1
	case c.Type == "gsm" && o.Tag == 0x81 && c.Neighbours == nil:
		c.Neighbours = pairs(o.Value)
		b.add("neighbour_frequencies", listOf(c.Neighbours, megahertz), o.off, o.size()).Depth = 1
	case c.Type == "gsm":
		c.Other = append(c.Other, b.extra(o))
	default:
		n := pairs(o.Value)
		cc := CellCodes{n[0], n[1:]}
		var f *Field
		if o.Tag == 0x80 {
			c.Intra = append(c.Intra, cc)
			f = b.add("intra_frequency", megahertz(cc.Frequency), o.off, o.size())
		} else {
			c.Inter = append(c.Inter, cc)
			f = b.add("inter_frequency", megahertz(cc.Frequency), o.off, o.size())
		}
		f.Depth, f.Note = 1, texts.Say("ef.cell_codes", "list", listOf(cc.Codes, func(n uint16) string { return fmt.Sprint(n) }))
	}
}

// listOf shows the used places of a list.
func listOf(list []uint16, show func(uint16) string) string {
	var out []string
	for _, n := range list {
		if n != 0xFFFF {
			out = append(out, show(n))
		}
	}
	return shorten(out, 8)
}

// pairs reads numbers of two bytes.
func pairs(b []byte) []uint16 {
	out := make([]uint16, len(b)/2)
	for i := range out {
		out[i] = uint16(b[2*i])<<8 | uint16(b[2*i+1])
	}
	return out
}

func appendPairs(dst []byte, list []uint16) []byte {
	for _, n := range list {
		dst = append(dst, byte(n>>8), byte(n))
	}
	return dst
}

func encodeNETPAR(v NETPAR, size int) ([]byte, error) {
	var out []byte
	for _, c := range v.Cells {
		var in []byte
		if c.Camping != nil {
			in = tlv.Append(in, 0x80, appendPairs(nil, []uint16{*c.Camping}))
		}
		if len(c.Neighbours) > 0 {
			in = tlv.Append(in, 0x81, appendPairs(nil, c.Neighbours))
		}
		for tag, list := range [][]CellCodes{c.Intra, c.Inter} {
			for _, cc := range list {
				in = tlv.Append(in, tlv.Tag(0x80+tag), appendPairs(nil, append([]uint16{cc.Frequency}, cc.Codes...)))
			}
		}
		in, err := appendObjects(in, c.Other)
		if err != nil {
			return nil, err
		}
		t, err := choice(c.Type, 0, cellTypes)
		if err != nil {
			return nil, err
		}
		out = tlv.Append(out, 0xA0+tlv.Tag(t), in)
	}
	out, err := appendObjects(out, v.Other)
	if err != nil {
		return nil, err
	}
	return padded(out, size)
}

// CPBCCH is the content of EF.CPBCCH (TS 51.011 clause 10.3.38, TS 31.102
// clause 4.4.3.3).
type CPBCCH struct {
	Carriers []CPBCCHCarrier `json:"cpbcch_carrier_list"`
	Carry
}

// CPBCCHCarrier is one channel of packet broadcast.
type CPBCCHCarrier struct {
	ARFCN    int  `json:"arfcn"`
	HighBand bool `json:"high_band"` // of two bands with this number the higher one, PCS 1900
	Empty    bool `json:"empty"`
	Reserved byte `json:"rfu"` // bits 4 to 7 of byte 2
}

func decodeCPBCCH(data []byte, _ Context, b *builder) CPBCCH {
	v := CPBCCH{Carriers: []CPBCCHCarrier{}, Carry: Carry{data}}
	if n := len(data) % 2; n != 0 {
		b.flag("odd", len(data)-n, n, "entry", 2)
	}
	var shown []string
	for i := 0; i+2 <= len(data); i += 2 {
		c := CPBCCHCarrier{
			ARFCN: int(data[i]) | int(data[i+1]&3)<<8, HighBand: data[i+1]&4 != 0,
			Empty: data[i+1]&0x80 != 0, Reserved: data[i+1] >> 3 & 0xF,
		}
		v.Carriers = append(v.Carriers, c)
		if c.Empty {
			continue
		}
		if c.Reserved != 0 {
			b.flag("net.reserved", i+1, 1, "byte", hexByte(data[i+1]))
		}
		f := b.add("radio_arfcn", fmt.Sprint(c.ARFCN), i, 2)
		if c.HighBand {
			f.Note = word("net.high_band")
		}
		shown = append(shown, fmt.Sprint(c.ARFCN))
	}
	if b.Summary = shorten(shown, 8); len(shown) == 0 {
		b.erase()
	}
	return v
}

func encodeCPBCCH(v CPBCCH, size int) ([]byte, error) {
	if len(v.Carriers)*2 > size {
		return nil, refuse("entries", "need", len(v.Carriers), "limit", size/2)
	}
	var out []byte
	for _, c := range v.Carriers {
		if c.ARFCN < 0 || c.ARFCN > 1023 || c.Reserved > 0xF {
			return nil, refuse("arfcn", "n", c.ARFCN)
		}
		hi := byte(c.ARFCN>>8) | c.Reserved<<3
		if c.HighBand {
			hi |= 4
		}
		if c.Empty {
			hi |= 0x80
		}
		out = append(out, byte(c.ARFCN), hi)
	}
	return padded(out, size)
}
