package ef

import (
	"strings"
	"unicode/utf8"

	"simscope/card/safe"
	"simscope/fs/plmn"
	"simscope/texts"
)

// nested reads the structures of 5G files: lists in rules in objects, each
// with a length of its own. It is what is left under one of those roofs. What
// would reach beyond the roof is flagged once and not read.
type nested struct {
	b     *builder
	data  []byte // the whole file or record
	at    int    // of the next byte
	end   int
	depth int // of the lines it adds
	cut   bool
}

func (b *builder) nested(data []byte) *nested { return &nested{b: b, data: data, end: len(data)} }

func (n *nested) left() int { return n.end - n.at }

// rest takes all that is left.
func (n *nested) rest() []byte {
	out := n.data[n.at:n.end:n.end]
	n.at = n.end
	return out
}

// take reads k bytes. Where fewer are left it flags them, takes them all and
// reports false.
func (n *nested) take(k int) ([]byte, bool) {
	if k > n.left() {
		n.short(k)
		return n.rest(), false
	}
	n.at += k
	return n.data[n.at-k : n.at : n.at], true
}

func (n *nested) short(need int) {
	if !n.cut {
		n.b.flag("nested.short", n.at, n.left(), "have", n.left(), "need", need)
	}
	n.cut = true
}

// number reads k bytes, at most 8, as an unsigned number.
func (n *nested) number(k int) (uint64, bool) {
	raw, ok := n.take(k)
	var v uint64
	for _, c := range raw {
		v = v<<8 | uint64(c)
	}
	return v, ok
}

// roof is the next k bytes as a part of their own, one level deeper.
func (n *nested) roof(k int) *nested {
	if k > n.left() {
		n.short(k)
		k = n.left()
	}
	n.at += k
	return &nested{b: n.b, data: n.data, at: n.at - k, end: n.at, depth: n.depth + 1}
}

// berLength reads a length field of ISO/IEC 8825-1.
func (n *nested) berLength() (int, bool) {
	c, ok := n.number(1)
	if !ok || c < 0x80 {
		return int(c), ok
	}
	k := int(c & 0x7F)
	if k == 0 || k > 3 {
		n.b.flag("nested.length", n.at-1, 1)
		n.rest()
		return 0, false
	}
	v, ok := n.number(k)
	return int(v), ok
}

// padding reports whether nothing but FF is left.
func (n *nested) padding() bool { return allFF(n.data[n.at:n.end]) }

// line adds a line for the bytes from one offset to here.
func (n *nested) line(id, value string, from int) *Field {
	f := n.b.add(id, value, from, n.at-from)
	f.Depth = n.depth
	return f
}

// head adds the line of a part that begins at from and whose own lines follow.
// When it has been read, say gives it its words and its length.
func (n *nested) head(id string, from int) (say func(value, note string)) {
	n.b.add(id, "", from, 0).Depth = n.depth
	i := len(n.b.Fields) - 1
	return func(value, note string) {
		f := &n.b.Fields[i]
		f.Value, f.Note, f.Length = safe.Text(value), safe.Text(note), n.at-from
	}
}

// object reads the tag, one byte, and the length of a data object and gives
// its value as a part of its own. At the end, and where only padding is left,
// ok is false.
func (n *nested) object() (tag byte, value *nested, ok bool) {
	if n.left() == 0 || n.padding() {
		return 0, nil, false
	}
	t, _ := n.number(1)
	length, ok := n.berLength()
	if !ok {
		return 0, nil, false
	}
	return byte(t), n.roof(length), true
}

// strange flags an object that does not belong where it stands, and shows it.
func (n *nested) strange(tag byte, value *nested, from int) {
	n.b.flag("nested.object", from, n.at-from, "tag", hexByte(tag))
	n.line("nested_object", hexByte(tag)+" "+Hex(value.rest()).String(), from)
}

// network reads three bytes as a network and adds its line.
func (n *nested) network(id string) (plmn.PLMN, bool) {
	from := n.at
	raw, ok := n.take(3)
	if !ok {
		return plmn.PLMN{}, false
	}
	p, clean := plmn.ParsePLMN([3]byte(raw))
	if !clean {
		n.b.flag("plmn", from, 3)
	}
	shown := p.String()
	if p.Empty() {
		shown = word("none")
	}
	n.line(id, shown, from).Note = p.Describe()
	return p, true
}

// text reads k bytes as UTF-8.
func (n *nested) text(k int) string {
	from := n.at
	raw, _ := n.take(k)
	if !utf8.Valid(raw) {
		n.b.flag("utf8", from, len(raw))
	}
	return string(raw)
}

// dnn reads a data network name of k bytes: labels that begin with their
// length (TS 23.003 clauses 9.1 and 9A).
func (n *nested) dnn(k int) string {
	from := n.at
	raw, _ := n.take(k)
	if len(raw) == 0 {
		n.b.flag("nested.dnn", from, 0)
	}
	var labels []string
	for rest := raw; len(rest) > 0; {
		l := int(rest[0])
		if l == 0 || l > 63 || l >= len(rest) || strings.ContainsRune(string(rest[1:1+l]), '.') {
			n.b.flag("nested.dnn", from, len(raw))
			return Hex(raw).String()
		}
		labels = append(labels, string(rest[1:1+l]))
		rest = rest[1+l:]
	}
	name := strings.Join(labels, ".")
	if !utf8.ValidString(name) {
		n.b.flag("utf8", from, len(raw))
	}
	return name
}

// dnnBytes is the inverse of nested.dnn, without the length in front.
func dnnBytes(name string) ([]byte, error) {
	var out []byte
	for label := range strings.SplitSeq(name, ".") {
		if label == "" || len(label) > 63 || !utf8.ValidString(label) {
			return nil, refuse("nested.dnn", "name", name)
		}
		out = append(append(out, byte(len(label))), label...)
	}
	if len(out) > 100 {
		return nil, refuse("nested.dnn", "name", name)
	}
	return out, nil
}

// lengthAndBytes puts a length of one byte in front; what says what is too
// long in the refusal.
func lengthAndBytes(what string, b []byte) ([]byte, error) {
	if len(b) > 0xFF {
		return nil, refuse("nested.long", "what", what, "need", len(b), "limit", 0xFF)
	}
	return append([]byte{byte(len(b))}, b...), nil
}

// longLengthAndBytes puts a length of two bytes in front.
func longLengthAndBytes(what string, b []byte) ([]byte, error) {
	if len(b) > 0xFFFF {
		return nil, refuse("nested.long", "what", what, "need", len(b), "limit", 0xFFFF)
	}
	return append([]byte{byte(len(b) >> 8), byte(len(b))}, b...), nil
}

// networkBytes is the three bytes of a network.
func networkBytes(mcc, mnc string) ([]byte, error) {
	p := plmn.PLMN{MCC: mcc, MNC: mnc}
	b, err := p.Encode()
	if err != nil {
		return nil, refuse("plmn", "plmn", p.String())
	}
	return b[:], nil
}

// badValue refuses a value that a named item cannot have.
func badValue(what string, value any) error {
	return refuse("nested.value", "what", what, "value", value)
}

// sentences joins at most k of the items with semicolons and counts the rest.
func sentences(items []string, k int) string {
	if len(items) <= k {
		return strings.Join(items, "; ")
	}
	return texts.Say("ef.nested.more", "list", strings.Join(items[:k], "; "), "n", len(items)-k)
}

// codes names the values of an enumeration by their code.
type codes map[byte]string

// name is the name of a code, or its two hex digits.
func (c codes) name(code byte) string {
	if s, ok := c[code]; ok {
		return s
	}
	return hexByte(code)
}

// code is the inverse of name.
func (c codes) code(name string) (byte, bool) {
	for k, v := range c {
		if v == name {
			return k, true
		}
	}
	var h Hex
	if err := h.UnmarshalText([]byte(name)); err != nil || len(h) != 1 {
		return 0, false
	}
	return h[0], true
}

// wordOr is the word of an enumeration's value, or the value itself where it
// has no name.
func wordOr(prefix, name string) string {
	if s := texts.Maybe("ef.word." + prefix + "." + name); s != "" {
		return s
	}
	return name
}
