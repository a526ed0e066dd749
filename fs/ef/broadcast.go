package ef

import (
	"fmt"

	"simscope/texts"
)

// noMessage is an unused entry of a list of cell broadcast messages.
const noMessage = 0xFFFF

// MessageIDs is the content of EF.CBMI and EF.CBMID (TS 31.102 clauses 4.2.14
// and 4.2.20, TS 51.011 clauses 10.3.13 and 10.3.26): message identifiers of
// cell broadcast (TS 23.041 clause 9.4.1.2.2). 65535 is an unused entry.
type MessageIDs struct {
	IDs []int `json:"message_identifiers"`
	Carry
}

// MessageRanges is the content of EF.CBMIR (TS 31.102 clause 4.2.22, TS 51.011
// clause 10.3.28).
type MessageRanges struct {
	Ranges []MessageRange `json:"message_identifier_ranges"`
	Carry
}

// MessageRange is two message identifiers and all between them; 65535 twice is
// an unused entry.
type MessageRange struct {
	Lower int `json:"lower"`
	Upper int `json:"upper"`
}

// broadcastNames are the ranges of TS 23.041 clause 9.4.1.2.2: texts
// "ef.cb.…". The first that holds an identifier names it.
var broadcastNames = []struct {
	lower, upper int
	id           string
}{
	{0x0000, 0x03E7, "gsma"},
	{0x03E8, 0x03EB, "location"},
	{0x1000, 0x107F, "download_clear"},
	{0x1080, 0x10FF, "download_secured"},
	{0x1100, 0x1100, "etws_earthquake"},
	{0x1101, 0x1101, "etws_tsunami"},
	{0x1102, 0x1102, "etws_both"},
	{0x1103, 0x1103, "etws_test"},
	{0x1104, 0x1104, "etws_other"},
	{0x1105, 0x1107, "etws_reserved"},
	{0x1112, 0x1112, "pws_level1"},
	{0x1113, 0x1114, "pws_level2"},
	{0x1115, 0x111A, "pws_level3"},
	{0x111B, 0x111B, "pws_amber"},
	{0x111C, 0x111C, "pws_test"},
	{0x111D, 0x111D, "pws_exercise"},
	{0x111E, 0x111E, "pws_operator"},
	{0x111F, 0x112B, "pws_language"},
	{0x112C, 0x112D, "pws_safety"},
	{0x112E, 0x112F, "pws_local_test"},
	{0x1130, 0x1130, "pws_geofence"},
	{0x1131, 0x18FF, "pws_reserved"},
	{0xA000, 0xAFFF, "operator"},
}

// broadcastName says what kind of message an identifier stands for.
func broadcastName(id int) string {
	for _, r := range broadcastNames {
		if id >= r.lower && id <= r.upper {
			return texts.Say("ef.cb." + r.id)
		}
	}
	return ""
}

func word16(b []byte) int { return int(b[0])<<8 | int(b[1]) }

func decodeMessageIDs(data []byte, _ Context, b *builder) MessageIDs {
	v := MessageIDs{IDs: []int{}, Carry: Carry{data}}
	if len(data)%2 != 0 {
		b.flag("odd", len(data)-1, 1, "entry", 2)
	}
	var shown []string
	for i := 0; i+2 <= len(data); i += 2 {
		id := word16(data[i:])
		v.IDs = append(v.IDs, id)
		if id == noMessage {
			continue
		}
		b.add("message_identifier", fmt.Sprint(id), i, 2).Note = broadcastName(id)
		shown = append(shown, fmt.Sprint(id))
	}
	if b.Summary = shorten(shown, 8); len(shown) == 0 {
		b.erase()
	}
	return v
}

func encodeMessageIDs(v MessageIDs, size int) ([]byte, error) {
	if size%2 != 0 {
		return nil, refuse("multiple", "size", size, "entry", 2)
	}
	if len(v.IDs) > size/2 {
		return nil, refuse("entries", "need", len(v.IDs), "limit", size/2)
	}
	var out []byte
	for _, id := range v.IDs {
		if err := inRange("message_identifiers", id, noMessage); err != nil {
			return nil, err
		}
		out = append(out, byte(id>>8), byte(id))
	}
	return padded(out, size)
}

func decodeMessageRanges(data []byte, _ Context, b *builder) MessageRanges {
	v := MessageRanges{Ranges: []MessageRange{}, Carry: Carry{data}}
	if len(data)%4 != 0 {
		b.flag("odd", len(data)/4*4, len(data)%4, "entry", 4)
	}
	var shown []string
	for i := 0; i+4 <= len(data); i += 4 {
		r := MessageRange{word16(data[i:]), word16(data[i+2:])}
		v.Ranges = append(v.Ranges, r)
		if r.Lower == noMessage && r.Upper == noMessage {
			continue
		}
		s := fmt.Sprintf("%d–%d", r.Lower, r.Upper)
		b.add("message_identifier_range", s, i, 4).Note = broadcastName(r.Lower)
		if r.Upper < r.Lower {
			b.flag("cb.range", i, 4)
		}
		shown = append(shown, s)
	}
	if b.Summary = shorten(shown, 8); len(shown) == 0 {
		b.erase()
	}
	return v
}

func encodeMessageRanges(v MessageRanges, size int) ([]byte, error) {
	if size%4 != 0 {
		return nil, refuse("multiple", "size", size, "entry", 4)
	}
	if len(v.Ranges) > size/4 {
		return nil, refuse("entries", "need", len(v.Ranges), "limit", size/4)
	}
	var out []byte
	for _, r := range v.Ranges {
		for _, id := range []int{r.Lower, r.Upper} {
			if err := inRange("message_identifier_ranges", id, noMessage); err != nil {
				return nil, err
			}
			out = append(out, byte(id>>8), byte(id))
		}
		if r.Upper < r.Lower {
			return nil, refuse("cb.range", "lower", r.Lower, "upper", r.Upper)
		}
	}
	return padded(out, size)
}
