package ef

import (
	"fmt"
	"strings"

	"simscope/card/tlv"
	"simscope/fs/plmn"
	"simscope/texts"
)

// EARFCNList is the content of EF.EARFCNList: radio channels of NB-IoT and
// Category M networks and where they are used (TS 31.102 clause 4.2.112).
type EARFCNList struct {
	Entries []EARFCNEntry `json:"earfcn_list"`
	Other   []TLV         `json:"other,omitempty"`
	Carry
}

// EARFCNEntry is one channel; without areas it may be used anywhere.
type EARFCNEntry struct {
	EARFCN uint32       `json:"earfcn"`
	Areas  [][]GeoPoint `json:"geographical_areas"` // corners of polygons
}

// GeoPoint is a point of TS 23.032 clause 6.1: latitude with its sign in the
// highest bit, in steps of 90/2^23 degrees; longitude in two's complement, in
// steps of 360/2^24 degrees.
type GeoPoint struct {
	Latitude  uint32 `json:"latitude"`
	Longitude uint32 `json:"longitude"`
}

// Degrees are latitude, north positive, and longitude, east positive.
func (p GeoPoint) Degrees() (lat, lon float64) {
	lat = float64(p.Latitude&0x7FFFFF) * 90 / (1 << 23)
	if p.Latitude&0x800000 != 0 {
		lat = -lat
	}
	return lat, float64(int32(p.Longitude<<8)>>8) * 360 / (1 << 24)
}

func (p GeoPoint) String() string {
	lat, lon := p.Degrees()
	return fmt.Sprintf("%.4f° %.4f°", lat, lon)
}

const geoPoint = 6

func decodeEARFCNList(data []byte, _ Context, b *builder) EARFCNList {
	v := EARFCNList{Entries: []EARFCNEntry{}, Carry: Carry{data}}
	var shown []string
	for _, o := range b.fileObjects(data, 0) {
		if o.Tag != 0xA0 {
			v.Other = append(v.Other, b.extra(o))
			continue
		}
		e := EARFCNEntry{Areas: [][]GeoPoint{}}
		for _, in := range b.fileObjects(o.Value, o.at) {
			b.earfcnObject(&e, in)
		}
		v.Entries = append(v.Entries, e)
		shown = append(shown, fmt.Sprint(e.EARFCN))
	}
	if b.Summary = shorten(shown, 8); len(shown)+len(v.Other) == 0 && len(b.Flags) == 0 {
		b.erase()
	}
	return v
}

func (b *builder) earfcnObject(e *EARFCNEntry, o fileObject) {
	switch {
	case o.Tag == 0x80 && len(o.Value) == 4:
		e.EARFCN = uint32(number(o.Value))
		b.add("radio_earfcn", fmt.Sprint(e.EARFCN), o.off, o.size())
	case o.Tag == 0x81:
		n := len(o.Value) / geoPoint
		if len(o.Value)%geoPoint != 0 {
			b.flag("odd", o.at+n*geoPoint, len(o.Value)-n*geoPoint, "entry", geoPoint)
		}
		if n < 3 || n > 15 {
			b.flag("net.polygon", o.off, o.size(), "n", n)
		}
		area := make([]GeoPoint, n)
		for i := range area {
			p := o.Value[i*geoPoint:]
			area[i] = GeoPoint{uint32(number(p[:3])), uint32(number(p[3:6]))}
			b.add("area_corner", area[i].String(), o.at+i*geoPoint, geoPoint).Depth = 1
		}
		e.Areas = append(e.Areas, area)
	default:
		b.extra(o)
		b.flag("net.object", o.off, o.size(), "tag", o.Tag.String())
	}
}

func encodeEARFCNList(v EARFCNList, size int) ([]byte, error) {
	var out []byte
	for _, e := range v.Entries {
		channel, _ := numberBytesOf(uint64(e.EARFCN), 4, "")
		in := tlv.Append(nil, 0x80, channel)
		for _, area := range e.Areas {
			var corners []byte
			for _, p := range area {
				for _, part := range []uint32{p.Latitude, p.Longitude} {
					c, err := numberBytesOf(uint64(part), 3, "geographical_areas")
					if err != nil {
						return nil, err
					}
					corners = append(corners, c...)
				}
			}
			in = tlv.Append(in, 0x81, corners)
		}
		out = tlv.Append(out, 0xA0, in)
	}
	out, err := appendObjects(out, v.Other)
	if err != nil {
		return nil, err
	}
	return padded(out, size)
}

// OCST is the content of EF.OCST: below which signal strength a phone looks
// for a better network, by access technology (TS 31.102 clause 4.2.115, TS
// 23.122 clause 4.4.3.3.5).
type OCST struct {
	Enabled    bool              `json:"sense_enabled"`
	Indicator  byte              `json:"sense_byte"` // bits 2 to 8 reserved
	Thresholds []SignalThreshold `json:"ocst_parameters"`
	Other      []TLV             `json:"other,omitempty"`
	Carry
}

// SignalThreshold is a threshold in dBm below zero: 105 is -105 dBm.
type SignalThreshold struct {
	Act       []string `json:"act"`
	Threshold byte     `json:"operator_controlled_signal_threshold"`
}

func decodeOCST(data []byte, _ Context, b *builder) OCST {
	v := OCST{Thresholds: []SignalThreshold{}, Carry: Carry{data}}
	if len(data) > 0 && allFF(data) {
		b.erase()
		return v
	}
	if !b.expect(data, 1) {
		return v
	}
	v.Indicator, v.Enabled = data[0], data[0]&1 == 1
	b.add("sense_enabled", yesNo(v.Enabled), 0, 1)
	b.reservedBits(data[0], 0x01, 0)
	var shown []string
	for _, o := range b.fileObjects(data[1:], 1) {
		if o.Tag != 0x80 {
			v.Other = append(v.Other, b.extra(o))
			continue
		}
		if n := len(o.Value) % 3; n != 0 {
			b.flag("odd", o.at+len(o.Value)-n, n, "entry", 3)
		}
		for i := 0; i+3 <= len(o.Value); i += 3 {
			e := o.Value[i:]
			act := uint16(number(e[:2]))
			t := SignalThreshold{AccessTechnologies(act), e[2]}
			if act&^actAssigned != 0 {
				b.flag("act", o.at+i, 2)
			}
			v.Thresholds = append(v.Thresholds, t)
			text := fmt.Sprintf("%s  %d dBm", strings.Join(t.Act, ", "), -int(t.Threshold))
			b.add("signal_threshold", text, o.at+i, 3)
			shown = append(shown, text)
		}
	}
	b.Summary = word("sense.off")
	if v.Enabled {
		b.Summary = strings.TrimSpace(word("sense.on") + "  " + shorten(shown, 3))
	}
	return v
}

// reservedBits flags bits outside used.
func (b *builder) reservedBits(c, used byte, off int) {
	if c&^used != 0 {
		b.flag("net.reserved", off, 1, "byte", hexByte(c))
	}
}

func encodeOCST(v OCST, size int) ([]byte, error) {
	out := []byte{v.Indicator &^ 1}
	if v.Enabled {
		out[0] |= 1
	}
	var list []byte
	for _, t := range v.Thresholds {
		act, err := actIdentifier(t.Act)
		if err != nil {
			return nil, err
		}
		list = append(list, byte(act>>8), byte(act), t.Threshold)
	}
	if len(list) > 0 {
		out = tlv.Append(out, 0x80, list)
	}
	out, err := appendObjects(out, v.Other)
	if err != nil {
		return nil, err
	}
	return padded(out, size)
}

// TVConfig is a record of EF.TVCONFIG: television by broadcast in a network
// (TS 31.102 clause 4.2.108, TS 24.117). UiccBrowser reads its lists alike.
type TVConfig struct {
	MCC     string   `json:"mcc"`
	MNC     string   `json:"mnc"`
	TMGIs   []TMGI   `json:"tmgi_list"`
	EARFCNs []uint32 `json:"earfcn_list"`
	Other   []TLV    `json:"other,omitempty"`
	Carry
}

// TMGI is one television service: its temporary mobile group identity, the
// file that describes it, and what it is for.
type TMGI struct {
	Service Hex    `json:"mbms_service_id"` // 3 bytes
	MCC     string `json:"mcc"`
	MNC     string `json:"mnc"`
	USDFile Hex    `json:"usd_file_id"` // 2 bytes, of EF.TVUSD in DF.TV
	Type    byte   `json:"service_type"`
}

const tmgiEntry = 9

func decodeTVConfig(data []byte, _ Context, b *builder) TVConfig {
	v := TVConfig{TMGIs: []TMGI{}, EARFCNs: []uint32{}, Carry: Carry{data}}
	b.Columns = []string{"", ""}
	if len(data) > 0 && allFF(data) {
		b.erase()
		return v
	}
	if !b.expect(data, 3) {
		return v
	}
	n := b.network(data[:3], 0)
	v.MCC, v.MNC = n.MCC, n.MNC
	for _, o := range b.fileObjects(data[3:], 3) {
		switch o.Tag {
		case 0xA0:
			v.TMGIs = append(v.TMGIs, b.tmgis(o)...)
		case 0xA1:
			v.EARFCNs = append(v.EARFCNs, b.tvChannels(o)...)
		default:
			v.Other = append(v.Other, b.extra(o))
		}
	}
	services := texts.Say("ef.tv.services", "n", len(v.TMGIs))
	b.Columns = []string{n.PLMN().String(), services}
	b.Summary = strings.TrimSpace(n.PLMN().String() + "  " + services)
	return v
}

func (b *builder) tmgis(o fileObject) []TMGI {
	var out []TMGI
	if n := len(o.Value) % tmgiEntry; n != 0 {
		b.flag("odd", o.at+len(o.Value)-n, n, "entry", tmgiEntry)
	}
	for i := 0; i+tmgiEntry <= len(o.Value); i += tmgiEntry {
		e, at := o.Value[i:i+tmgiEntry], o.at+i
		p, ok := plmn.ParsePLMN([3]byte(e[3:6]))
		if !ok {
			b.flag("plmn", at+3, 3)
		}
		t := TMGI{Service: e[:3], MCC: p.MCC, MNC: p.MNC, USDFile: e[6:8], Type: e[8]}
		b.add("tv_tmgi", strings.TrimSpace(t.Service.String()+"  "+p.String()), at, 6).Note = p.Describe()
		b.add("tv_usd_file", t.USDFile.String(), at+6, 2).Depth = 1
		b.add("tv_service_type", hexByte(t.Type), at+8, 1).Depth = 1
		out = append(out, t)
	}
	return out
}

func (b *builder) tvChannels(o fileObject) []uint32 {
	var out []uint32
	if n := len(o.Value) % 4; n != 0 {
		b.flag("odd", o.at+len(o.Value)-n, n, "entry", 4)
	}
	for i := 0; i+4 <= len(o.Value); i += 4 {
		n := uint32(number(o.Value[i : i+4]))
		b.add("radio_earfcn", fmt.Sprint(n), o.at+i, 4)
		out = append(out, n)
	}
	return out
}

func encodeTVConfig(v TVConfig, size int) ([]byte, error) {
	p, err := plmn.PLMN{MCC: v.MCC, MNC: v.MNC}.Encode()
	if err != nil {
		return nil, refuse("plmn", "plmn", v.MCC+" "+v.MNC)
	}
	out := p[:]
	var list []byte
	for _, t := range v.TMGIs {
		q, err := plmn.PLMN{MCC: t.MCC, MNC: t.MNC}.Encode()
		if err != nil {
			return nil, refuse("plmn", "plmn", t.MCC+" "+t.MNC)
		}
		if len(t.Service) != 3 || len(t.USDFile) != 2 {
			return nil, refuse("length", "what", "mbms_service_id, usd_file_id", "need", "3, 2")
		}
		list = append(append(append(append(list, t.Service...), q[:]...), t.USDFile...), t.Type)
	}
	if len(list) > 0 {
		out = tlv.Append(out, 0xA0, list)
	}
	list = nil
	for _, n := range v.EARFCNs {
		channel, _ := numberBytesOf(uint64(n), 4, "")
		list = append(list, channel...)
	}
	if len(list) > 0 {
		out = tlv.Append(out, 0xA1, list)
	}
	out, err = appendObjects(out, v.Other)
	if err != nil {
		return nil, err
	}
	return padded(out, size)
}
