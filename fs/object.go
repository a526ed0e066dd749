package fs

import (
	"slices"

	"simscope/card"
	"simscope/card/tlv"
)

// Status words of RETRIEVE DATA and SET DATA (ETSI TS 102 221 clause 10.2).
const (
	swMoreExpected = 0x63F1 // SET DATA: further segments are expected
	swNoObject     = 0x6A88 // no data object with that tag
)

// retrieveObject reads the value of one data object of the current BER-TLV
// file, nil where there is none (ETSI TS 102 221 clause 11.3.1).
func retrieveObject(x *card.Tx, tag tlv.Tag) ([]byte, error) {
	var all []byte
	c := card.Command{CLA: 0x80, INS: card.InsRetrieveData, P2: 0x80, Data: tagBytes(tag), Le: chunk}
	for range maxBlocks {
		r, err := x.Send(c)
		if err != nil {
			return nil, err
		}
		switch {
		case r.SW == swNoObject && c.Data != nil:
			return nil, nil
		case !r.SW.OK() && r.SW != swMore:
			return nil, refusedObject("RETRIEVE DATA", c, r.SW)
		}
		all = append(all, r.Data...)
		if r.SW != swMore || len(r.Data) == 0 || len(all) > objectMax {
			break
		}
		c.P2, c.Data = 0x00, nil
	}
	n, ok := firstNode(all)
	if !ok || n.Tag != tag {
		return nil, ErrReadBack
	}
	return n.Value, nil
}

// setObject gives a data object of the current BER-TLV file its value, in
// segments of what one command carries; the tag alone deletes it (ETSI TS 102
// 221 clause 11.3.2). begun is called after each segment that others follow.
func setObject(x *card.Tx, tag tlv.Tag, value []byte, begun func()) error {
	data := tagBytes(tag)
	if len(value) > 0 {
		data = tlv.Append(nil, tag, value)
	}
	c := card.Command{CLA: 0x80, INS: card.InsSetData, P2: 0x80}
	for part := range slices.Chunk(data, card.MaxShortLc) {
		c.Data = part
		r, err := x.Send(c)
		if err != nil {
			return err
		}
		if !r.SW.OK() && r.SW != swMoreExpected {
			return refusedObject("SET DATA", c, r.SW)
		}
		begun()
		c.P2 = 0x00
	}
	return nil
}

func refusedObject(op string, c card.Command, sw card.SW) error {
	return &card.StatusError{Op: op, Header: [4]byte{c.CLA, c.INS, c.P1, c.P2}, SW: sw}
}

// tagBytes is the tag field alone.
func tagBytes(tag tlv.Tag) []byte {
	b := tlv.Append(nil, tag, nil)
	return b[:len(b)-1]
}

// withObject is the list with the value of one object set, or without it.
func withObject(list []Item, tag tlv.Tag, value []byte) []Item {
	out := slices.Clone(list)
	at := slices.IndexFunc(out, func(i Item) bool { return i.Tag == tag })
	switch {
	case len(value) == 0 && at >= 0:
		return slices.Delete(out, at, at+1)
	case len(value) == 0:
		return out
	case at < 0:
		return append(out, Item{tag, slices.Clone(value)})
	}
	out[at].Value = slices.Clone(value)
	return out
}
