// Package tlv reads and writes BER-TLV as cards use it (ISO/IEC 8825-1 as
// restricted by ISO/IEC 7816-4 clause 5.2.2 and ETSI TS 101 220 clause 7.1).
// It treats its input as hostile: depth, number of objects and lengths are
// bounded, and nothing is allocated by a declared size. It knows no tag's
// meaning.
package tlv

import (
	"errors"
	"fmt"
)

// Limits of what Parse accepts.
const (
	MaxDepth    = 32
	MaxNodes    = 4096
	maxTagLen   = 4
	maxLenBytes = 3
)

// Errors of Parse; the error returned wraps one of them with the offset.
var (
	ErrTruncated = errors.New("object is longer than the bytes that follow")
	ErrTag       = errors.New("tag field is malformed")
	ErrLength    = errors.New("length field is malformed")
	ErrTooDeep   = errors.New("objects are nested too deeply")
	ErrTooMany   = errors.New("too many objects")
)

// Tag is a tag field as it is written, its bytes read big-endian: 0x6F,
// 0x9F7F, 0x5F2D.
type Tag uint32

// Constructed reports whether the object holds further objects (bit 6 of the
// first tag byte).
func (t Tag) Constructed() bool {
	for t > 0xFF {
		t >>= 8
	}
	return t&0x20 != 0
}

func (t Tag) String() string { return fmt.Sprintf("%02X", uint32(t)) }

// Node is one object.
type Node struct {
	Tag      Tag
	Offset   int    // of the tag field, from the start of what Parse was given
	Value    []byte // shares the memory of the input
	Children []Node // of a constructed object
}

// Parse reads all of b, descending into constructed objects. Padding bytes 00
// and FF between objects are skipped; one FF before a byte that can end a tag
// of two bytes (1F to 7F) is that tag's first. What was read before an error
// is returned with it.
func Parse(b []byte) ([]Node, error) {
	p := parser{}
	return p.list(b, 0, 0, true)
}

// ParseFlat reads the objects of b without descending.
func ParseFlat(b []byte) ([]Node, error) {
	p := parser{}
	return p.list(b, 0, 0, false)
}

type parser struct{ nodes int }

func (p *parser) list(b []byte, base, depth int, descend bool) ([]Node, error) {
	if depth > MaxDepth {
		return nil, fmt.Errorf("at byte %d: %w", base, ErrTooDeep)
	}
	var out []Node
	for off := 0; off < len(b); {
		if n := padding(b[off:]); n > 0 {
			off += n
			continue
		}
		if p.nodes++; p.nodes > MaxNodes {
			return out, fmt.Errorf("at byte %d: %w", base+off, ErrTooMany)
		}
		h, err := header(b[off:])
		if err != nil {
			return out, fmt.Errorf("at byte %d: %w", base+off, err)
		}
		n := Node{Tag: h.tag, Offset: base + off, Value: b[off+h.size : off+h.size+h.length : off+h.size+h.length]}
		if descend && h.tag.Constructed() {
			n.Children, err = p.list(n.Value, base+off+h.size, depth+1, true)
			if err != nil {
				return append(out, n), err
			}
		}
		out = append(out, n)
		off += h.size + h.length
	}
	return out, nil
}

// padding is the number of bytes at the start of b that belong to no object.
func padding(b []byte) int {
	n := 0
	for n < len(b) && b[n] == 0xFF {
		n++
	}
	if n == 1 && len(b) > 1 && b[1] >= 0x1F && b[1] <= 0x7F {
		return 0
	}
	if n == 0 && b[0] == 0x00 {
		return 1
	}
	return n
}

type head struct {
	tag          Tag
	size, length int
}

// ReadTag reads the tag field that b begins with and the number of its bytes.
func ReadTag(b []byte) (Tag, int, error) {
	if len(b) == 0 {
		return 0, 0, ErrTruncated
	}
	tag, size := Tag(b[0]), 1
	if b[0]&0x1F != 0x1F {
		return tag, size, nil
	}
	for {
		if size >= len(b) {
			return tag, size, ErrTruncated
		}
		if size == maxTagLen {
			return tag, size, ErrTag
		}
		c := b[size]
		tag = tag<<8 | Tag(c)
		size++
		if c&0x80 == 0 {
			return tag, size, nil
		}
	}
}

func header(b []byte) (head, error) {
	var h head
	var err error
	if h.tag, h.size, err = ReadTag(b); err != nil {
		return h, err
	}
	if h.size >= len(b) {
		return h, ErrTruncated
	}
	first := b[h.size]
	h.size++
	switch n := int(first & 0x7F); {
	case first < 0x80:
		h.length = int(first)
	case n == 0 || n > maxLenBytes:
		return h, ErrLength
	case h.size+n > len(b):
		return h, ErrTruncated
	default:
		for _, c := range b[h.size : h.size+n] {
			h.length = h.length<<8 | int(c)
		}
		h.size += n
	}
	if h.length > len(b)-h.size {
		return h, ErrTruncated
	}
	return h, nil
}

// Find returns the first object among nodes that carries tag.
func Find(nodes []Node, tag Tag) (Node, bool) {
	for _, n := range nodes {
		if n.Tag == tag {
			return n, true
		}
	}
	return Node{}, false
}

// Append writes one object behind dst.
func Append(dst []byte, tag Tag, value []byte) []byte {
	for shift := 24; shift >= 0; shift -= 8 {
		if c := byte(tag >> shift); tag>>shift != 0 {
			dst = append(dst, c)
		}
	}
	switch n := len(value); {
	case n < 0x80:
		dst = append(dst, byte(n))
	case n <= 0xFF:
		dst = append(dst, 0x81, byte(n))
	case n <= 0xFFFF:
		dst = append(dst, 0x82, byte(n>>8), byte(n))
	default:
		dst = append(dst, 0x83, byte(n>>16), byte(n>>8), byte(n))
	}
	return append(dst, value...)
}
