package ef

import (
	"fmt"

	"simscope/texts"
)

// ruimZoneFiles is the places with services of their own.
func ruimZoneFiles() []entry {
	return []entry{inCDMA(writable("EF.PUZL", ruimSpec+", C.S0016 clause 3.5.7", decodeUserZones, encodeUserZones))}
}

// UserZones is the content of EF.PUZL, the list of C.S0016 clause 3.5.7 as
// Qualcomm's puzl.c and puzl_v.h (msm8909w) read it. That the file holds the
// list as it is, like EF.PRL, is taken for granted here; no source shows one.
type UserZones struct {
	Temporary bool       `json:"uz_temp_subsc"` // zones that offer a subscription for a time may be used
	Only      bool       `json:"uz_orig_only"`  // calls are made within the zone only
	Count     int        `json:"num_uz_entries"`
	Zones     []UserZone `json:"zones"`
	Rest      Hex        `json:"rest,omitempty"` // from the first zone of a kind that is not known here
	Carry
}

// UserZone is one zone.
type UserZone struct {
	Priority     int               `json:"uz_priority"`
	ID           int               `json:"uz_id"`
	SID          int               `json:"uz_sid"`
	Encoding     int               `json:"uz_name_encoding"` // C.R1001
	Name         string            `json:"uz_name"`
	Active       bool              `json:"active_flag"`
	Control      int               `json:"priority_control"`
	Notification bool              `json:"notification_flag"`
	Revision     int               `json:"uz_revision"`
	Type         int               `json:"uz_type"` // 2 is known here: told by what the base station sends
	Elements     []UserZoneElement `json:"elements"`
}

// UserZoneElement is networks of the system that a zone has. Its OHP_TYPE is 1,
// by system and network.
type UserZoneElement []UserZoneNetwork

// UserZoneNetwork is one network.
type UserZoneNetwork struct {
	NID        int `json:"nid"`
	Hysteresis int `json:"hysteresis"`
}

const (
	zoneByOverhead = 2 // UZ_TYPE
	ohpSIDNID      = 1 // OHP_TYPE
)

func decodeUserZones(data []byte, _ Context, b *builder) UserZones {
	v := UserZones{Zones: []UserZone{}, Carry: Carry{data}}
	if len(data) > 0 && (allFF(data) || allZero(data)) {
		b.erase()
		return v
	}
	if !b.expect(data, 2) {
		return v
	}
	if extra := data[0] >> 6; extra != 0 {
		b.flag("cdma.reserved", 0, 1, "byte", hexByte(extra<<6))
	}
	r := &bitReader{b: data, at: 2}
	v.Temporary, v.Only, v.Count = r.take(1) == 1, r.take(1) == 1, int(r.take(12))
	b.add("uz_temp_subsc", yesNo(v.Temporary), 0, 1)
	b.add("uz_orig_only", yesNo(v.Only), 0, 1)
	var shown []string
	for range v.Count {
		from := r.at / 8
		z, ok := b.userZone(r)
		if !ok {
			v.Rest = trimmed(data[from:])
			b.flag("cdma.zone", from, len(data)-from)
			break
		}
		v.Zones, shown = append(v.Zones, z), append(shown, z.String())
	}
	if end := r.at / 8; len(v.Rest) == 0 && !allFF(data[end:]) && !allZero(data[end:]) {
		b.behind(data, end)
	}
	if b.Summary = shorten(shown, 4); b.Summary == "" {
		b.Summary = texts.Say("ef.cdma.zones", "n", v.Count)
	}
	return v
}

// trimmed is bytes without the filling behind them.
func trimmed(b []byte) Hex {
	for len(b) > 0 && b[len(b)-1] == 0xFF {
		b = b[:len(b)-1]
	}
	return b
}

func (z UserZone) String() string {
	if z.Name != "" {
		return z.Name
	}
	return fmt.Sprintf("SID %d UZID %d", z.SID, z.ID)
}

// userZone reads a zone, which begins and ends where bytes do.
func (b *builder) userZone(r *bitReader) (UserZone, bool) {
	from := r.at
	z := UserZone{Priority: int(r.take(4)), ID: int(r.take(16)), SID: int(r.take(15)), Encoding: int(r.take(8))}
	at := r.at / 8
	z.Name = b.cdmaName(r.bits(8*int(r.take(5))), at, z.Encoding&0x1F == cdmaUnicode)
	z.Active, z.Control, z.Notification = r.take(1) == 1, int(r.take(3)), r.take(1) == 1
	z.Revision, z.Type = int(r.take(4)), int(r.take(3))
	elements := int(r.take(4))
	if r.short || z.Type != zoneByOverhead {
		return z, false
	}
	z.Elements = make([]UserZoneElement, elements)
	for i := range z.Elements {
		if r.take(3) != ohpSIDNID {
			return z, false
		}
		z.Elements[i] = make(UserZoneElement, r.take(5))
		for k := range z.Elements[i] {
			z.Elements[i][k] = UserZoneNetwork{int(r.take(16)), int(r.take(4))}
		}
	}
	for !r.short && r.at%8 != 0 {
		r.take(1)
	}
	if r.short {
		return z, false
	}
	off, n := r.byteSpan(from)
	b.add("user_zone", z.String(), off, n).Note = z.note()
	return z, true
}

// note is where the zone is and whether it is on.
func (z UserZone) note() string {
	var places []string
	for _, e := range z.Elements {
		for _, n := range e {
			places = append(places, cdmaSystem(z.SID, n.NID))
		}
	}
	state := word("cdma.zone.off")
	if z.Active {
		state = word("cdma.zone.on")
	}
	return joined(state, shorten(places, 4))
}

func encodeUserZones(v UserZones, size int) ([]byte, error) {
	count := len(v.Zones)
	if len(v.Rest) > 0 {
		count = v.Count
	}
	w := &bitWriter{}
	w.put(uint32(oneIf(v.Temporary))<<1|uint32(oneIf(v.Only)), 4)
	if err := w.field("num_uz_entries", count, 12); err != nil {
		return nil, err
	}
	for _, z := range v.Zones {
		if err := w.userZone(z); err != nil {
			return nil, err
		}
	}
	return padded(append(w.b, v.Rest...), size)
}

func (w *bitWriter) userZone(z UserZone) error {
	if z.Type != zoneByOverhead {
		return refuse("cdma.plain", "what", "uz_type")
	}
	name, err := cdmaText(z.Name, byte(z.Encoding))
	if err != nil {
		return err
	}
	octets, active, notify, elements := len(name), int(oneIf(z.Active)), int(oneIf(z.Notification)), len(z.Elements)
	if err := w.fields([]capabilityField{
		{"uz_priority", &z.Priority, 4},
		{"uz_id", &z.ID, 16},
		{"uz_sid", &z.SID, 15},
		{"uz_name_encoding", &z.Encoding, 8},
		{"uz_name", &octets, 5},
	}); err != nil {
		return err
	}
	w.bytes(name)
	if err := w.fields([]capabilityField{
		{"active_flag", &active, 1},
		{"priority_control", &z.Control, 3},
		{"notification_flag", &notify, 1},
		{"uz_revision", &z.Revision, 4},
		{"uz_type", &z.Type, 3},
		{"elements", &elements, 4},
	}); err != nil {
		return err
	}
	for _, e := range z.Elements {
		w.put(ohpSIDNID, 3)
		if err := w.field("elements", len(e), 5); err != nil {
			return err
		}
		for _, n := range e {
			if err := w.fields([]capabilityField{{"nid", &n.NID, 16}, {"hysteresis", &n.Hysteresis, 4}}); err != nil {
				return err
			}
		}
	}
	w.pad()
	return nil
}
