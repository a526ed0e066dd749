package ef

import (
	"fmt"

	"simscope/texts"
)

// tagListFiles is lists of names and announcements. Of their coding only the
// head is known, from ExpFile.cpp (huyun12041204/Local), which takes the
// records for parts of an answer to the network.
func tagListFiles() []entry {
	list := func(name string, bits int) entry {
		d := writable(name, csimSpec+", C.S0016 clause 3.5.10", decodeTagList(bits), encodeTagList(bits))
		return outlined(Head, inCSIM(d))
	}
	return []entry{list("EF.GROUP_TAG", 8), list("EF.SPECIFIC_TAG", 14), list("EF.CALL_PROMPT", 0)}
}

// TagList is the content of EF.GROUP_TAG, EF.SPECIFIC_TAG and EF.CALL_PROMPT.
// The checksum is not made anew when it is written.
type TagList struct {
	Size     int `json:"list_size"`
	ID       int `json:"list_id"`
	Revision int `json:"tag_p_rev"`
	Encoding int `json:"def_tag_encoding"` // C.R1001
	Count    int `json:"num_recs"`         // not of EF.CALL_PROMPT
	Records  Hex `json:"records"`
	CRC      int `json:"crc"`
	Carry
}

const tagListHead = 6

// fields is the head; the number of records has so many bits of whole bytes.
func (v *TagList) fields(bits int) []capabilityField {
	out := []capabilityField{{"list_size", &v.Size, 16}, {"list_id", &v.ID, 16}, {"tag_p_rev", &v.Revision, 8}, {"def_tag_encoding", &v.Encoding, 8}}
	if bits > 0 {
		out = append(out, capabilityField{"num_recs", &v.Count, bits})
	}
	return out
}

func decodeTagList(bits int) func([]byte, Context, *builder) TagList {
	return func(data []byte, _ Context, b *builder) TagList {
		v := TagList{Records: Hex{}, Carry: Carry{data}}
		if len(data) > 0 && (allFF(data) || allZero(data)) {
			b.erase()
			return v
		}
		head := tagListHead + (bits+7)/8
		if !b.expect(data, head+2) {
			return v
		}
		r := &bitReader{b: data}
		for _, f := range v.fields(bits) {
			from := r.at
			*f.n = int(r.take(f.bits))
			off, n := r.byteSpan(from)
			line := b.add("tag_list."+f.id, fmt.Sprint(*f.n), off, n)
			if f.id == "def_tag_encoding" {
				line.Note = word("cdma.coding." + cdmaCoding(byte(v.Encoding&0x1F)))
			}
		}
		end := v.Size
		if end < head+2 || end > len(data) {
			b.flag("mmss.size", 0, 2, "size", v.Size, "have", len(data))
			end = len(data)
		}
		v.Records, v.CRC = data[head:end-2], int(data[end-2])<<8|int(data[end-1])
		if len(v.Records) > 0 {
			b.add("tag_list.records", v.Records.String(), head, len(v.Records))
		}
		b.Summary = texts.Say("ef.cdma.tags", "id", v.ID, "n", len(v.Records))
		return v
	}
}

func encodeTagList(bits int) func(TagList, int) ([]byte, error) {
	return func(v TagList, size int) ([]byte, error) {
		if v.Size == 0 && len(v.Records) == 0 {
			return make([]byte, size), nil
		}
		v.Size = tagListHead + (bits+7)/8 + len(v.Records) + 2
		w := &bitWriter{}
		if err := w.fields(v.fields(bits)); err != nil {
			return nil, err
		}
		w.pad()
		w.bytes(v.Records)
		if err := w.field("crc", v.CRC, 16); err != nil {
			return nil, err
		}
		return padded(w.b, size)
	}
}
