package ef

import (
	"fmt"
	"math"
	"strings"

	"simscope/card/tlv"
	"simscope/texts"
)

// ProSeRadio is the content of EF.PROSE_RADIO_COM, EF.PROSE_RADIO_MON and
// EF.PROSE_RADIO_ANN (TS 31.102 clauses 4.4.8.5 to 4.4.8.7): what a phone may
// do by radio between devices where no 4G cell serves it, and where.
type ProSeRadio struct {
	Permitted []string    `json:"not_served_by_e_utran"` // "model_a", "model_b"; "communication"
	Reserved  byte        `json:"rfu,omitempty"`
	Areas     []RadioArea `json:"prose_radio_parameters"`
	Carry
}

// RadioArea is an area and the radio parameters that hold in it; these are
// SL-Preconfiguration of TS 36.331 and stay bytes.
type RadioArea struct {
	Polygon []Coordinate `json:"geographical_area,omitempty"`
	Area    Hex          `json:"geographical_area_bytes,omitempty"` // of an area that is no polygon
	Radio   Hex          `json:"radio_parameters"`
	Other   []TLV        `json:"other,omitempty"`
}

// Coordinate is a point in degrees (TS 23.032 clause 6.1).
type Coordinate struct {
	Latitude  float64 `json:"latitude"`
	Longitude float64 `json:"longitude"`
}

func (c Coordinate) String() string { return fmt.Sprintf("%.4f %.4f", c.Latitude, c.Longitude) }

const (
	tagRadioArea    tlv.Tag = 0xA0
	tagPolygon      tlv.Tag = 0x80
	tagRadio        tlv.Tag = 0x81
	coordinateBytes         = 6
)

// radioPermissions are the bits of the first byte, lowest first.
var (
	radioDiscovery     = []string{"model_a", "model_b"}
	radioCommunication = []string{"communication"}
)

func proseRadio(bits []string) func([]byte, Context, *builder) ProSeRadio {
	return func(data []byte, _ Context, b *builder) ProSeRadio {
		v := ProSeRadio{Permitted: []string{}, Areas: []RadioArea{}, Carry: Carry{data}}
		if len(data) > 0 && allFF(data) {
			b.erase()
			return v
		}
		if !b.expect(data, 1) {
			return v
		}
		known := byte(1)<<len(bits) - 1
		v.Permitted, v.Reserved = bitNames(data[0]&known, bits), data[0]&^known
		if v.Reserved != 0 {
			b.flag("prose.radio", 0, 1)
		}
		var shown []string
		for _, s := range v.Permitted {
			shown = append(shown, word("prose."+s))
		}
		if len(shown) == 0 {
			shown = []string{word("none")}
		}
		b.Summary = strings.Join(shown, ", ")
		b.add("prose_not_served", b.Summary, 0, 1)
		nodes, err := tlv.Parse(data[1:])
		if err != nil {
			b.flag("tlv", 1, len(data)-1, "why", err.Error())
		}
		for _, n := range nodes {
			if n.Tag != tagRadioArea {
				b.flag("parameter.tag", 1+n.Offset, 1, "tag", n.Tag.String())
				continue
			}
			v.Areas = append(v.Areas, b.radioArea(n, data[1:]))
		}
		return v
	}
}

func (b *builder) radioArea(n tlv.Node, data []byte) RadioArea {
	a := RadioArea{Radio: Hex{}}
	for _, o := range n.Children {
		off, size := 1+o.Offset, objectSize(data, o)
		switch o.Tag {
		case tagPolygon:
			points, ok := polygon(o.Value)
			if !ok {
				a.Area = o.Value
				b.add("prose_area", Hex(o.Value).String(), off, size)
				continue
			}
			a.Polygon = points
			var shown []string
			for _, p := range points {
				shown = append(shown, p.String())
			}
			b.add("prose_area", strings.Join(shown, ", "), off, size)
		case tagRadio:
			a.Radio = o.Value
			b.add("prose_radio", a.Radio.String(), off, size).Note = texts.Say("ef.prose.radio")
		default:
			a.Other = append(a.Other, b.plainObject(tlv.Node{Tag: o.Tag, Offset: off, Value: o.Value}, size))
		}
	}
	return a
}

// polygon reads points of three bytes latitude, its highest bit the sign, and
// three bytes longitude; ok is false for anything else.
func polygon(v []byte) (out []Coordinate, ok bool) {
	if len(v) == 0 || len(v)%coordinateBytes != 0 {
		return nil, false
	}
	for ; len(v) > 0; v = v[coordinateBytes:] {
		lat := int(v[0]&0x7F)<<16 | int(v[1])<<8 | int(v[2])
		long := int(int8(v[3]))<<16 | int(v[4])<<8 | int(v[5])
		c := Coordinate{float64(lat) * 90 / (1 << 23), float64(long) * 360 / (1 << 24)}
		if v[0]&0x80 != 0 {
			c.Latitude = -c.Latitude
		}
		out = append(out, c)
	}
	return out, true
}

func (c Coordinate) bytes() ([]byte, error) {
	if math.Abs(c.Latitude) >= 90 || c.Longitude < -180 || c.Longitude >= 180 || c.Latitude != c.Latitude || c.Longitude != c.Longitude {
		return nil, refuse("prose.coordinate")
	}
	lat := int(math.Round(math.Abs(c.Latitude) * (1 << 23) / 90))
	long := int(math.Round(c.Longitude * (1 << 24) / 360))
	lat, long = min(lat, 1<<23-1), min(long, 1<<23-1)
	out := []byte{byte(lat >> 16), byte(lat >> 8), byte(lat), byte(long >> 16), byte(long >> 8), byte(long)}
	if c.Latitude < 0 {
		out[0] |= 0x80
	}
	return out, nil
}

func encodeProSeRadio(bits []string) func(ProSeRadio, int) ([]byte, error) {
	return func(v ProSeRadio, size int) ([]byte, error) {
		c, err := bitsOf(v.Permitted, bits, "not_served_by_e_utran")
		if err != nil {
			return nil, err
		}
		out := []byte{c | v.Reserved&^(byte(1)<<len(bits)-1)}
		for _, a := range v.Areas {
			area := []byte(a.Area)
			for _, p := range a.Polygon {
				b, err := p.bytes()
				if err != nil {
					return nil, err
				}
				area = append(area, b...)
			}
			body := tlv.Append(tlv.Append(nil, tagPolygon, area), tagRadio, a.Radio)
			if body, err = appendObjects(body, a.Other); err != nil {
				return nil, err
			}
			out = tlv.Append(out, tagRadioArea, body)
		}
		return padded(out, size)
	}
}
