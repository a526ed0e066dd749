package ef

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"net/netip"
	"strings"
	"time"

	"simscope/card/tlv"
	"simscope/texts"
)

// Parameter is a data object of a file of settings (DF.ProSe, DF.5G_ProSe,
// DF.V2X). It has one content: further objects, or what its kind says, or
// plain bytes where the specification gives no finer coding or none is known
// here.
type Parameter struct {
	Tag     string         `json:"tag"`
	Name    string         `json:"name,omitempty"` // by the specification; the tag decides when it is written
	Objects []Parameter    `json:"objects,omitempty"`
	UTC     string         `json:"utc,omitempty"` // RFC 3339
	Seconds *uint16        `json:"seconds,omitempty"`
	Servers *ServerAddress `json:"servers,omitempty"`
	Value   Hex            `json:"value,omitempty"`
}

// ServerAddress is where a function of the network is reached (TS 24.555): any
// of its three lists may be missing.
type ServerAddress struct {
	IPv4 []string `json:"ipv4,omitempty"`
	IPv6 []string `json:"ipv6,omitempty"`
	FQDN string   `json:"fqdn,omitempty"`
}

func (a ServerAddress) String() string {
	out := append(append([]string{}, a.IPv4...), a.IPv6...)
	if a.FQDN != "" {
		out = append(out, a.FQDN)
	}
	return strings.Join(out, ", ")
}

// parameterKind is how the value of a primitive object is read.
type parameterKind byte

const (
	kindBytes   parameterKind = iota
	kindUTC                   // seconds since 1970, five bytes
	kindSeconds               // two bytes
	kindServers               // address information of TS 24.555
)

type parameterTag struct {
	name string
	kind parameterKind
}

// parameterTags names the objects of a file. Those of a template are named by
// the same table.
type parameterTags map[tlv.Tag]parameterTag

// ParameterTree is a file of settings that is nothing but data objects.
type ParameterTree struct {
	Objects []Parameter `json:"objects"`
	Carry
}

// parameterTree opens the objects of a file and names them by a table. Without
// a table they are shown by their tags alone and nothing is said of what they
// mean.
func parameterTree(tags parameterTags) func([]byte, Context, *builder) ParameterTree {
	return func(data []byte, _ Context, b *builder) ParameterTree {
		v := ParameterTree{Objects: []Parameter{}, Carry: Carry{data}}
		b.Columns = []string{""}
		if allFF(data) {
			b.erase()
			return v
		}
		v.Objects = b.parameters(data, 0, 0, tags)
		b.Summary = parameterSummary(v.Objects)
		b.Columns = []string{b.Summary}
		return v
	}
}

// parameters reads the objects in data, which lie at byte off of the file.
func (b *builder) parameters(data []byte, off, depth int, tags parameterTags) []Parameter {
	nodes, err := tlv.Parse(data)
	if err != nil {
		b.flag("tlv", off, len(data), "why", err.Error())
	}
	out := b.parameterNodes(nodes, data, off, depth, tags)
	if out == nil {
		out = []Parameter{}
	}
	return out
}

func (b *builder) parameterNodes(nodes []tlv.Node, data []byte, off, depth int, tags parameterTags) []Parameter {
	var out []Parameter
	for _, n := range nodes {
		known, ok := tags[n.Tag]
		if tags != nil && !ok {
			b.flag("parameter.tag", off+n.Offset, 1, "tag", n.Tag.String())
		}
		p := Parameter{Tag: n.Tag.String(), Name: known.name}
		label := texts.Say("ef.field.tag", "tag", p.Tag)
		if s := texts.Maybe("ef.field." + known.name); s != "" {
			label = s
		}
		shown := ""
		if !n.Tag.Constructed() {
			shown = p.read(n.Value, known.kind)
			if known.kind != kindBytes && p.Value != nil {
				b.flag("parameter.value", off+n.Offset, objectSize(data, n), "tag", p.Tag)
			}
		}
		f := b.addAs("parameter."+p.Tag, label, shown, off+n.Offset, objectSize(data, n))
		f.Depth = depth
		if p.Value != nil && known.kind == kindBytes {
			f.Note = valueNote(known.name, p.Value)
		}
		if n.Tag.Constructed() {
			p.Objects = b.parameterNodes(n.Children, data, off, depth+1, tags)
		}
		out = append(out, p)
	}
	return out
}

// valueNote says of a value that is not opened which document codes it. Where
// that is not known it says what the value looks like: the leaves of
// management objects are mostly text and networks.
func valueNote(name string, value []byte) string {
	switch {
	case strings.HasPrefix(name, "v2x_"):
		return texts.Say("ef.parameter.policy", "spec", "TS 24.588 clause 5")
	case strings.HasPrefix(name, "a2x_"):
		return texts.Say("ef.parameter.policy", "spec", "TS 24.578")
	case name != "":
		return texts.Say("ef.parameter.policy", "spec", "TS 24.555 clause 5")
	}
	return likeness(value)
}

// read sets the content by its kind and gives it in words. Bytes that do not
// fit the kind stay bytes.
func (p *Parameter) read(value []byte, kind parameterKind) string {
	switch kind {
	case kindUTC:
		if utc, ok := utcSeconds(value); ok {
			p.UTC = utc
			return utc
		}
	case kindSeconds:
		if len(value) == 2 {
			s := binary.BigEndian.Uint16(value)
			p.Seconds = &s
			return fmt.Sprintf("%d s", s)
		}
	case kindServers:
		if a, ok := parseServers(value); ok {
			p.Servers = &a
			return a.String()
		}
	}
	p.Value = value
	return p.Value.String()
}

// validityBytes is the length of a validity timer: seconds since 1970 without
// leap seconds (TS 24.555, TS 24.588).
const validityBytes = 5

// utcSeconds reads a validity timer; ok is false where it is none, or lies
// beyond the year 9999.
func utcSeconds(v []byte) (string, bool) {
	if len(v) != validityBytes {
		return "", false
	}
	t := time.Unix(int64(v[0])<<32|int64(binary.BigEndian.Uint32(v[1:])), 0).UTC()
	if t.Year() > 9999 {
		return "", false
	}
	return t.Format(time.RFC3339), true
}

func utcBytes(s string) ([]byte, error) {
	t, err := time.Parse(time.RFC3339, s)
	if err != nil || t.Unix() < 0 || t.Nanosecond() != 0 {
		return nil, refuse("parameter.utc", "time", s)
	}
	return binary.BigEndian.AppendUint64(nil, uint64(t.Unix()))[8-validityBytes:], nil
}

// Bits of the first byte of address information: which lists follow.
const (
	serversIPv4 = 1
	serversIPv6 = 2
	serversFQDN = 4
)

// parseServers reads address information: the bits that say which lists
// follow, two lists of addresses with their number before them, and a name
// with its length before it.
func parseServers(v []byte) (ServerAddress, bool) {
	var a ServerAddress
	if len(v) == 0 || v[0]&^(serversIPv4|serversIPv6|serversFQDN) != 0 {
		return a, false
	}
	bits, v := v[0], v[1:]
	for _, list := range []struct {
		bit  byte
		size int
		to   *[]string
	}{{serversIPv4, 4, &a.IPv4}, {serversIPv6, 16, &a.IPv6}} {
		if bits&list.bit == 0 {
			continue
		}
		if len(v) == 0 || v[0] == 0 || len(v) < 1+int(v[0])*list.size {
			return a, false
		}
		n := int(v[0])
		for i := range n {
			ip, _ := netip.AddrFromSlice(v[1+i*list.size : 1+(i+1)*list.size])
			*list.to = append(*list.to, ip.String())
		}
		v = v[1+n*list.size:]
	}
	if bits&serversFQDN != 0 {
		if len(v) < 2 || int(v[0]) != len(v)-1 || !printable(v[1:]) {
			return a, false
		}
		a.FQDN, v = string(v[1:]), nil
	}
	return a, len(v) == 0
}

func (a ServerAddress) bytes() ([]byte, error) {
	out := []byte{0}
	for _, list := range []struct {
		bit  byte
		size int
		from []string
	}{{serversIPv4, 4, a.IPv4}, {serversIPv6, 16, a.IPv6}} {
		if len(list.from) == 0 {
			continue
		}
		if len(list.from) > 0xFF {
			return nil, refuse("entries", "need", len(list.from), "limit", 0xFF)
		}
		out[0] |= list.bit
		out = append(out, byte(len(list.from)))
		for _, s := range list.from {
			ip, err := netip.ParseAddr(s)
			if err != nil || len(ip.AsSlice()) != list.size || ip.Zone() != "" {
				return nil, refuse("parameter.ip", "address", s)
			}
			out = append(out, ip.AsSlice()...)
		}
	}
	if a.FQDN != "" {
		if len(a.FQDN) > 0xFF || !printable([]byte(a.FQDN)) {
			return nil, refuse("parameter.fqdn", "limit", 0xFF)
		}
		out[0] |= serversFQDN
		out = append(append(out, byte(len(a.FQDN))), a.FQDN...)
	}
	return out, nil
}

// parameterSummary lists the objects that hold a value: by name where they
// have one, else by tag and value.
func parameterSummary(list []Parameter) string {
	var out []string
	var walk func([]Parameter)
	walk = func(list []Parameter) {
		for _, p := range list {
			if len(out) > maxParameterWords {
				return
			}
			if len(p.Objects) > 0 {
				walk(p.Objects)
				continue
			}
			out = append(out, p.short())
		}
	}
	walk(list)
	return shorten(out, maxParameterWords)
}

const maxParameterWords = 4

func (p Parameter) short() string {
	name := p.Tag
	if s := texts.Maybe("ef.field." + p.Name); s != "" {
		name = s
	}
	switch {
	case p.UTC != "":
		return name + " " + p.UTC
	case p.Seconds != nil:
		return fmt.Sprintf("%s %d s", name, *p.Seconds)
	case p.Servers != nil:
		return name + " " + p.Servers.String()
	case p.Name == "" && len(p.Value) >= shortestLikeness && printable(p.Value):
		return name + " “" + shortText(string(p.Value)) + "”"
	case p.Name == "" && len(p.Value) <= 8:
		return strings.TrimSpace(name + " " + p.Value.String())
	}
	return name
}

// shortText cuts a text to what fits into a line with others; it is ASCII.
func shortText(s string) string {
	const limit = 32
	if len(s) > limit {
		return s[:limit-1] + "…"
	}
	return s
}

func encodeParameterTree(v ParameterTree, size int) ([]byte, error) {
	out, err := encodeParameters(v.Objects)
	if err != nil {
		return nil, err
	}
	return padded(out, size)
}

func encodeParameters(list []Parameter) ([]byte, error) {
	var out []byte
	for _, p := range list {
		tag, err := parseTag(p.Tag)
		if err != nil {
			return nil, err
		}
		value, err := p.bytes(tag)
		if err != nil {
			return nil, err
		}
		out = tlv.Append(out, tag, value)
	}
	return out, nil
}

// bytes writes the one content that p has.
func (p Parameter) bytes(tag tlv.Tag) ([]byte, error) {
	contents := 0
	for _, there := range []bool{len(p.Objects) > 0, p.UTC != "", p.Seconds != nil, p.Servers != nil, len(p.Value) > 0} {
		if there {
			contents++
		}
	}
	if contents > 1 || (tag.Constructed() && contents == 1 && len(p.Objects) == 0) || (!tag.Constructed() && len(p.Objects) > 0) {
		return nil, refuse("parameter.content", "tag", p.Tag)
	}
	switch {
	case len(p.Objects) > 0:
		return encodeParameters(p.Objects)
	case p.UTC != "":
		return utcBytes(p.UTC)
	case p.Seconds != nil:
		return binary.BigEndian.AppendUint16(nil, *p.Seconds), nil
	case p.Servers != nil:
		return p.Servers.bytes()
	}
	return bytes.Clone(p.Value), nil
}
