package ef

import (
	"slices"
	"strconv"

	"simscope/card/tlv"
	"simscope/texts"
)

// fileObject is a data object of a file and where it lies.
type fileObject struct {
	Tag   tlv.Tag
	Value []byte
	off   int // of the tag
	at    int // of the value
}

// size is the number of bytes with tag and length.
func (o fileObject) size() int { return o.at - o.off + len(o.Value) }

// readObjects reads the objects in data, which begins at byte base of the file,
// without opening them. What cannot be read is flagged.
func (b *builder) readObjects(data []byte, base int) []tlv.Node {
	nodes, err := tlv.ParseFlat(data)
	if err != nil {
		b.flag("tlv", base, len(data), "why", err.Error())
	}
	return nodes
}

// fileObjects reads the objects in data, which begins at byte base of the file.
// It does not descend. What cannot be read is flagged.
func (b *builder) fileObjects(data []byte, base int) []fileObject {
	nodes := b.readObjects(data, base)
	out := make([]fileObject, 0, len(nodes))
	for _, n := range nodes {
		at := n.Offset + headSize(data[n.Offset:])
		out = append(out, fileObject{n.Tag, n.Value, base + n.Offset, base + at})
	}
	return out
}

// headSize is the number of bytes of tag and length of the object that b
// begins with, which was parsed before.
func headSize(b []byte) int {
	n := 1
	if b[0]&0x1F == 0x1F {
		for b[n]&0x80 != 0 {
			n++
		}
		n++
	}
	if first := b[n]; first > 0x80 {
		n += int(first & 0x7F)
	}
	return n + 1
}

// valueOffset is where the value of n begins in the bytes it was parsed from.
func valueOffset(data []byte, n tlv.Node) int { return n.Offset + headSize(data[n.Offset:]) }

// objectSize is the number of bytes of an object that was parsed from data,
// with tag and length.
func objectSize(data []byte, n tlv.Node) int { return headSize(data[n.Offset:]) + len(n.Value) }

// parseTag reads a tag as it is shown, in hex, and takes only one that an
// object can have.
func parseTag(s string) (tlv.Tag, error) {
	n, err := strconv.ParseUint(s, 16, 32)
	if err == nil {
		nodes, broken := tlv.ParseFlat(tlv.Append(nil, tlv.Tag(n), nil))
		if broken == nil && len(nodes) == 1 && nodes[0].Tag == tlv.Tag(n) {
			return tlv.Tag(n), nil
		}
	}
	return 0, refuse("tlv.tag", "tag", s)
}

// appendObjects writes objects that a specification does not name behind dst.
func appendObjects(dst []byte, list []TLV) ([]byte, error) {
	for _, o := range list {
		tag, err := parseTag(o.Tag)
		if err != nil {
			return nil, err
		}
		dst = tlv.Append(dst, tag, o.Value)
	}
	return dst, nil
}

// extra shows an object that its specification does not name.
func (b *builder) extra(o fileObject) TLV {
	tag := o.Tag.String()
	b.addAs("tag."+tag, texts.Say("ef.field.tag", "tag", tag), Hex(o.Value).String(), o.off, o.size())
	return TLV{tag, o.Value}
}

// number reads up to eight bytes, high byte first.
func number(b []byte) uint64 {
	var n uint64
	for _, c := range b {
		n = n<<8 | uint64(c)
	}
	return n
}

// numberBytesOf writes n in size bytes, high byte first; the error is a refusal.
func numberBytesOf(n uint64, size int, what string) ([]byte, error) {
	out := make([]byte, size)
	for i := size - 1; i >= 0; i-- {
		out[i] = byte(n)
		n >>= 8
	}
	if n != 0 {
		return nil, refuse("net.toobig", "what", what, "need", size)
	}
	return out, nil
}

// chosen is the name at the place of c in names, or "reserved".
func chosen(c byte, names []string) string {
	if int(c) < len(names) {
		return names[c]
	}
	return "reserved"
}

// choice is the place of name in names; a reserved one keeps the byte it had.
func choice(name string, had byte, names []string) (byte, error) {
	if name == "reserved" && chosen(had, names) == name {
		return had, nil
	}
	if i := slices.Index(names, name); i >= 0 {
		return byte(i), nil
	}
	return 0, refuse("net.choice", "name", name)
}
