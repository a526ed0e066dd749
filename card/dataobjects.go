package card

import (
	"fmt"
	"slices"

	"simscope/card/tlv"
)

// This file reads and writes the objects of BER-TLV files (ETSI TS 102 221
// clause 11.3), which go over the line in blocks where one command cannot
// carry them.

// Bits of P2 of RETRIEVE DATA and SET DATA (tables 11.32 and 11.34).
const (
	blockFirst = 0x80
	blockNext  = 0x00
)

// TagList is the object that lists the tags a file holds.
const TagList tlv.Tag = 0x5C

// maxBlocks bounds the commands one object may take: 64 KiB in the smallest
// blocks met on cards.
const maxBlocks = 1024

// errNoTag says that an object was named by the tag 00, which is padding.
var errNoTag = fmt.Errorf("tag 00 names no object: %w", ErrLength)

// Sender sends one command: Tx.Send, or what counts before it.
type Sender func(Command) (Response, error)

// RetrieveData reads an object of the current BER-TLV EF, whole: tag, length
// and value. A card that goes on beyond 64 KiB, or without giving anything,
// makes a *BudgetError; 6A88 in a *StatusError says that there is no such
// object.
func (x *Tx) RetrieveData(tag tlv.Tag) ([]byte, error) { return x.RetrieveDataBy(x.Send, tag) }

// RetrieveDataBy is RetrieveData for a caller that has bounds of its own: each
// command goes through send, whose error ends it. What came before an error is
// given as well.
func (x *Tx) RetrieveDataBy(send Sender, tag tlv.Tag) ([]byte, error) {
	if tag == 0 {
		return nil, errNoTag
	}
	c := Command{CLA: 0x80, INS: InsRetrieveData, P2: blockFirst, Data: TagBytes(tag), Le: MaxShortLe}
	var out []byte
	for n := 0; ; n++ {
		r, err := send(c)
		if err != nil {
			return out, err
		}
		if !r.OK() {
			return out, x.refused("RETRIEVE DATA", c, r.SW)
		}
		out = append(out, r.Data...)
		switch {
		case !r.SW.more():
			return out, nil
		case n == maxBlocks || len(r.Data) == 0:
			return out, &BudgetError{What: "blocks of RETRIEVE DATA", Limit: n, Got: out}
		case len(out) > maxResponse:
			return out, &BudgetError{What: "bytes", Limit: maxResponse, Got: out}
		}
		c = Command{CLA: 0x80, INS: InsRetrieveData, P2: blockNext, Le: MaxShortLe}
	}
}

// DataTags lists the tags of the objects in the current BER-TLV EF. Bytes
// that are no tags end the list.
func (x *Tx) DataTags() ([]tlv.Tag, error) {
	b, err := x.RetrieveData(TagList)
	if err != nil {
		return nil, err
	}
	tags, _ := ParseTagList(b)
	return tags, nil
}

// ParseTagList takes the object TagList apart. ok is false where it is not
// what the specification says: another object, bytes that are no tags, which
// end the list, or a tag that names no object or stands twice, which is left
// out.
func ParseTagList(b []byte) (tags []tlv.Tag, ok bool) {
	nodes, err := tlv.ParseFlat(b)
	list, found := tlv.Find(nodes, TagList)
	ok = found && err == nil && len(nodes) == 1
	for rest := list.Value; len(rest) > 0; {
		tag, n, err := tlv.ReadTag(rest)
		if err != nil {
			return tags, false
		}
		rest = rest[n:]
		if tag == 0 || tag == TagList || slices.Contains(tags, tag) {
			ok = false
			continue
		}
		tags = append(tags, tag)
	}
	return tags, ok
}

// SetData writes an object into the current BER-TLV EF, in the place of the
// one with its tag. A card that refuses one of several blocks drops those
// before it and keeps the old object. After a *LostError that is not known.
func (x *Tx) SetData(tag tlv.Tag, value []byte) error {
	object := tlv.Append(nil, tag, value)
	switch {
	case tag == 0:
		return errNoTag
	case len(object) > maxResponse:
		return fmt.Errorf("object of %d bytes, %d at most: %w", len(object), maxResponse, ErrLength)
	}
	return x.setBlocks(object)
}

// DeleteData removes an object from the current BER-TLV EF: its tag is sent
// alone, where a length of zero would leave an empty object.
func (x *Tx) DeleteData(tag tlv.Tag) error {
	if tag == 0 {
		return errNoTag
	}
	return x.setBlocks(TagBytes(tag))
}

func (x *Tx) setBlocks(b []byte) error {
	p2 := byte(blockFirst)
	for {
		n := min(len(b), MaxShortLc)
		c := Command{CLA: 0x80, INS: InsSetData, P2: p2, Data: b[:n]}
		r, err := x.Send(c)
		if err != nil {
			return err
		}
		b, p2 = b[n:], blockNext
		_, retried := r.SW.Counter()
		switch {
		case len(b) > 0 && r.SW.more():
		case len(b) == 0 && (r.OK() || retried):
			return nil
		default:
			// Also a card that takes less, or expects more, than the object.
			return x.refused("SET DATA", c, r.SW)
		}
	}
}

// more reports whether a status word says that the object goes on: 62F1 and
// 62F2 of RETRIEVE DATA, 63F1 and 63F2 of SET DATA.
func (s SW) more() bool {
	switch s {
	case 0x62F1, 0x62F2, 0x63F1, 0x63F2:
		return true
	}
	return false
}

// TagBytes is a tag field alone, as RETRIEVE DATA and SET DATA take it.
func TagBytes(tag tlv.Tag) []byte {
	b := tlv.Append(nil, tag, nil)
	return b[:len(b)-1]
}
