package ef

import (
	"fmt"
	"strings"

	"simscope/card/tlv"
	"simscope/texts"
)

// MSK is a record of EF.MSK: which broadcast service keys are stored for a key
// domain; the keys themselves stay in the card (TS 31.102 clause 4.2.80).
type MSK struct {
	Domain Hex      `json:"key_domain_id"` // 3 bytes, coded as a network
	Stored int      `json:"number_of_stored_msk_ids"`
	Keys   []MSKRef `json:"msk_ids"` // every place of the record, also unused ones
	Carry
}

// MSKRef is one key: the group and number of its identifier (TS 33.246) and
// the counter against replays.
type MSKRef struct {
	ID      Hex    `json:"msk_id"` // 4 bytes: key group, key number
	Counter uint32 `json:"time_stamp_counter"`
}

func decodeMSK(data []byte, _ Context, b *builder) MSK {
	v := MSK{Domain: Hex{}, Keys: []MSKRef{}, Carry: Carry{data}}
	b.Columns = []string{"", ""}
	if len(data) > 0 && allFF(data) {
		b.erase()
		return v
	}
	if !b.expect(data, 20) {
		return v
	}
	v.Domain, v.Stored = data[:3], int(data[3])
	b.add("key_domain_id", v.Domain.String(), 0, 3)
	b.add("stored_keys", fmt.Sprint(v.Stored), 3, 1)
	places := (len(data) - 4) / 8
	if (len(data)-4)%8 != 0 {
		b.flag("odd", 4+places*8, len(data)-4-places*8, "entry", 8)
	}
	if v.Stored > places {
		b.flag("msk.count", 3, 1, "n", v.Stored, "limit", places)
	}
	for i := range places {
		off := 4 + 8*i
		k := MSKRef{ID: data[off : off+4], Counter: uint32(number(data[off+4 : off+8]))}
		v.Keys = append(v.Keys, k)
		if i < v.Stored {
			b.add("msk_id", k.ID.String(), off, 8).Note = texts.Say("ef.msk.counter", "n", k.Counter)
		}
	}
	b.Summary = texts.Say("ef.msk", "domain", v.Domain, "n", v.Stored)
	b.Columns = []string{v.Domain.String(), fmt.Sprint(v.Stored)}
	return v
}

func encodeMSK(v MSK, size int) ([]byte, error) {
	if len(v.Domain) == 0 && len(v.Keys) == 0 {
		return fill(size), nil
	}
	if len(v.Domain) != 3 {
		return nil, refuse("length", "what", "key_domain_id", "need", 3)
	}
	if v.Stored < 0 || v.Stored > len(v.Keys) {
		return nil, refuse("entries", "need", v.Stored, "limit", len(v.Keys))
	}
	out := append(append([]byte{}, v.Domain...), byte(v.Stored))
	for _, k := range v.Keys {
		if len(k.ID) != 4 {
			return nil, refuse("length", "what", "msk_id", "need", 4)
		}
		counter, _ := numberBytesOf(uint64(k.Counter), 4, "")
		out = append(append(out, k.ID...), counter...)
	}
	return padded(out, size)
}

// MUK is a record of EF.MUK: which broadcast user key was used last and its
// counter; the key itself is derived in the card (TS 31.102 clause 4.2.81).
type MUK struct {
	IDr     Hex   `json:"muk_idr"`
	IDi     Hex   `json:"muk_idi"`
	Counter Hex   `json:"time_stamp_counter"` // 4 bytes
	Other   []TLV `json:"other,omitempty"`
	Carry
}

func decodeMUK(data []byte, _ Context, b *builder) MUK {
	v := MUK{Carry: Carry{data}}
	b.Columns = []string{"", ""}
	if allFF(data) {
		b.erase()
		return v
	}
	for _, o := range b.fileObjects(data, 0) {
		switch {
		case o.Tag == 0xA0 && v.IDr == nil && v.IDi == nil:
			b.mukIdentity(&v, o)
		case o.Tag == 0x81 && v.Counter == nil:
			v.Counter = o.Value
			if len(o.Value) != 4 {
				b.flag("net.length", o.off, o.size(), "have", len(o.Value), "need", 4)
			}
			b.add("muk_counter", v.Counter.String(), o.off, o.size())
		default:
			v.Other = append(v.Other, b.extra(o))
		}
	}
	b.Columns = []string{mukText(v.IDr), mukText(v.IDi)}
	b.Summary = strings.TrimSpace(b.Columns[0] + "  " + b.Columns[1])
	if v.IDr == nil || v.IDi == nil {
		b.flag("muk", 0, len(data))
	}
	return v
}

func (b *builder) mukIdentity(v *MUK, o fileObject) {
	for _, in := range b.fileObjects(o.Value, o.at) {
		switch {
		case in.Tag == 0x80 && v.IDr == nil:
			v.IDr = in.Value
			b.add("muk_idr", mukText(v.IDr), in.off, in.size())
		case in.Tag == 0x82 && v.IDi == nil:
			v.IDi = in.Value
			b.add("muk_idi", mukText(v.IDi), in.off, in.size())
		default:
			b.extra(in)
			b.flag("net.object", in.off, in.size(), "tag", in.Tag.String())
		}
	}
}

// mukText shows an identity as the text it usually is, else as bytes.
func mukText(id Hex) string {
	for _, c := range id {
		if c < 0x20 || c > 0x7E {
			return id.String()
		}
	}
	return string(id)
}

func encodeMUK(v MUK, size int) ([]byte, error) {
	if len(v.IDr)+len(v.IDi)+len(v.Counter)+len(v.Other) == 0 {
		return fill(size), nil
	}
	out := tlv.Append(nil, 0xA0, tlv.Append(tlv.Append(nil, 0x80, v.IDr), 0x82, v.IDi))
	if len(v.Counter) != 4 {
		return nil, refuse("length", "what", "time_stamp_counter", "need", 4)
	}
	out, err := appendObjects(tlv.Append(out, 0x81, v.Counter), v.Other)
	if err != nil {
		return nil, err
	}
	return padded(out, size)
}
