package virtual

import (
	"bytes"
	"slices"

	"simscope/card"
	"simscope/card/tlv"
)

// Bits of P2 of RETRIEVE DATA and SET DATA (ETSI TS 102 221 tables 11.32 and
// 11.34).
const (
	blockFirst = 0x80
	blockNext  = 0x00
	blockAgain = 0x40
	blockMask  = 0xE0
)

// tagList is the object that lists the tags in a file; a file holds none of
// that tag itself.
const tagList tlv.Tag = 0x5C

// transfer is an object that is on its way in blocks on a channel.
type transfer struct {
	ins  byte
	file *node
	all  []byte // of RETRIEVE DATA the object, of SET DATA what came of it
	// last and next are where the block that was sent last begins and ends.
	last, next int
	size       int // of the object that SET DATA announced
}

// on reports whether the transfer is one of this instruction and file.
func (t *transfer) on(ins byte, n *node) bool { return t.file != nil && t.ins == ins && t.file == n }

func isObjects(k Kind) bool { return k == KindBERTLV }

// objects finds the file and block that RETRIEVE DATA or SET DATA means.
func (c *Card) objects(ch *channel, cmd card.Command, op operation) (n *node, block byte, bad *reply) {
	fail := func(r reply) (*node, byte, *reply) { return nil, 0, &r }
	block = cmd.P2 & blockMask
	if cmd.P1 != 0 || block != blockFirst && block != blockNext && block != blockAgain {
		return fail(c.badParameters())
	}
	n = ch.ef
	sfi := int(cmd.P2 & 0x1F)
	if sfi != 0 {
		if n = ch.df.bySFI(sfi); n == nil {
			return fail(c.fault(faultNoSFI))
		}
	}
	if f, ok := c.open(ch, n, op, isObjects); !ok {
		return fail(c.fault(f))
	}
	if block != blockFirst && !ch.transfer.on(cmd.INS, n) {
		return fail(status(card.SWConditions))
	}
	if sfi != 0 {
		ch.ef, ch.record = n, 0
	}
	return n, block, nil
}

// retrieveData is RETRIEVE DATA (ETSI TS 102 221 clause 11.3.1). An object
// that does not fit the answer comes in blocks, all but the last with 62F1.
func retrieveData(c *Card, ch *channel, cmd card.Command) reply {
	n, block, bad := c.objects(ch, cmd, opRead)
	if bad != nil {
		return *bad
	}
	t := &ch.transfer
	switch block {
	case blockFirst:
		object, sw := n.body.object(cmd.Data)
		if sw != 0 {
			return status(sw)
		}
		*t = transfer{ins: cmd.INS, file: n, all: object}
	case blockAgain:
		t.next = t.last
		fallthrough
	default:
		if len(cmd.Data) > 0 {
			return status(card.SWWrongLength)
		}
		if t.next == len(t.all) {
			return status(card.SWConditions)
		}
	}
	rest := t.all[t.next:]
	size := cmd.Le
	if size == 0 {
		size = card.MaxShortLe
	}
	// On T=0 a command without data is told the right length first.
	if len(cmd.Data) == 0 && size > len(rest) && !c.opt.Direct {
		return reply{sw: c.wrongLe(len(rest)), shaped: true}
	}
	size = min(size, len(rest))
	t.last, t.next = t.next, t.next+size
	r := reply{data: slices.Clone(rest[:size]), sw: card.SWDone, shaped: len(cmd.Data) == 0}
	if t.next < len(t.all) {
		r.sw = swMoreData
	}
	return r
}

// setData is SET DATA (ETSI TS 102 221 clause 11.3.2): an object at once or
// in blocks, or a tag alone, whose object is deleted. Nothing is changed
// before the last block.
func setData(c *Card, ch *channel, cmd card.Command) reply {
	n, block, bad := c.objects(ch, cmd, opUpdate)
	if bad != nil {
		return *bad
	}
	t := &ch.transfer
	if len(cmd.Data) == 0 {
		*t = transfer{}
		return status(card.SWWrongLength)
	}
	if block == blockAgain {
		t.all, t.next = t.all[:t.last], t.last
	}
	if block == blockFirst || t.next == 0 {
		*t = transfer{}
		tag, size, sw := announced(cmd.Data)
		switch {
		case sw != 0:
			return status(sw)
		case size == 0:
			return status(n.body.remove(tag))
		case !n.body.room(tag, size):
			return status(swNoMemory)
		}
		*t = transfer{ins: cmd.INS, file: n, size: size}
	}
	if t.next+len(cmd.Data) > t.size {
		*t = transfer{}
		return status(swWrongData)
	}
	t.all = append(t.all, cmd.Data...)
	t.last, t.next = t.next, len(t.all)
	if t.next < t.size {
		return status(swMoreExpected)
	}
	n.body.put(t.all)
	*t = transfer{}
	return status(card.SWDone)
}

// announced reads the beginning of an object: its tag and the number of its
// bytes in all, 0 for a tag alone.
func announced(b []byte) (tag tlv.Tag, size int, sw card.SW) {
	tag, n, err := tlv.ReadTag(b)
	if err != nil || tag == tagList || b[0] == 0x00 || b[0] == 0xFF {
		return 0, 0, swWrongData
	}
	rest := b[n:]
	if len(rest) == 0 {
		return tag, 0, 0
	}
	more := 0
	length := int(rest[0])
	if rest[0] >= 0x80 {
		if more = int(rest[0] & 0x7F); more == 0 || more > 3 || len(rest) <= more {
			return 0, 0, swWrongData
		}
		length = 0
		for _, c := range rest[1 : 1+more] {
			length = length<<8 | int(c)
		}
	}
	return tag, n + 1 + more + length, 0
}

// span finds the object of a tag in the bytes of a file.
func (b *body) span(tag tlv.Tag) (from, to int, ok bool) {
	for at := 0; at < len(b.data); {
		t, size, sw := announced(b.data[at:])
		if sw != 0 || size == 0 {
			return 0, 0, false
		}
		if t == tag {
			return at, at + size, true
		}
		at += size
	}
	return 0, 0, false
}

// object is the object whose tag field field is, or the list of tags.
func (b *body) object(field []byte) ([]byte, card.SW) {
	if len(field) == 0 {
		return nil, card.SWWrongLength
	}
	tag, n, err := tlv.ReadTag(field)
	if err != nil || n != len(field) {
		return nil, swWrongData
	}
	if tag == tagList {
		return b.tags(), 0
	}
	from, to, ok := b.span(tag)
	if !ok {
		return nil, card.SWNoReference
	}
	return bytes.Clone(b.data[from:to]), 0
}

func (b *body) tags() []byte {
	var list []byte
	for at := 0; at < len(b.data); {
		_, size, sw := announced(b.data[at:])
		if sw != 0 || size == 0 {
			break
		}
		_, n, _ := tlv.ReadTag(b.data[at:])
		list = append(list, b.data[at:at+n]...)
		at += size
	}
	return tlv.Append(nil, tagList, list)
}

// room reports whether the file can hold an object of size bytes in the place
// of the one with its tag.
func (b *body) room(tag tlv.Tag, size int) bool {
	from, to, _ := b.span(tag)
	return len(b.data)-(to-from)+size <= b.limit
}

// put writes an object in the place of the one with its tag, or behind all.
func (b *body) put(object []byte) {
	tag, _, _ := announced(object)
	if from, to, ok := b.span(tag); ok {
		b.data = slices.Replace(b.data, from, to, object...)
		return
	}
	b.data = append(b.data, object...)
}

func (b *body) remove(tag tlv.Tag) card.SW {
	from, to, ok := b.span(tag)
	if !ok {
		return card.SWNoReference
	}
	b.data = slices.Delete(b.data, from, to)
	return card.SWDone
}

// checkObjects finds out whether b is a row of objects as a BER-TLV file may
// hold them: complete, each tag once, nothing between them.
func checkObjects(b []byte) bool {
	seen := map[tlv.Tag]bool{}
	for at := 0; at < len(b); {
		tag, size, sw := announced(b[at:])
		if sw != 0 || size == 0 || size > len(b)-at || seen[tag] {
			return false
		}
		seen[tag] = true
		at += size
	}
	return true
}
