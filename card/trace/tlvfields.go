package trace

import (
	_ "embed"
	"fmt"
	"strconv"
	"sync"

	"simscope/card"
	"simscope/card/tlv"
)

//go:embed tags.tsv
var tagsTSV string

type tagKey struct {
	within string
	tag    tlv.Tag
}

// tagInfo is a tag's name and the kind of its value: how a primitive one is
// read, or what a constructed one holds.
type tagInfo struct{ kind, name string }

var tagTable = sync.OnceValue(func() map[tagKey]tagInfo {
	m := map[tagKey]tagInfo{}
	for _, f := range table(tagsTSV, 4) {
		if tag, err := strconv.ParseUint(f[1], 16, 32); err == nil {
			m[tagKey{f[0], tlv.Tag(tag)}] = tagInfo{f[2], f[3]}
		}
	}
	return m
})

// isTemplate reports whether b begins as an FCP or FCI does.
func isTemplate(b []byte) bool { return len(b) > 0 && (b[0] == 0x62 || b[0] == 0x6F) }

// looksTLV reports whether b is one BER-TLV object and nothing else.
func looksTLV(b []byte) bool {
	nodes, err := tlv.ParseFlat(b)
	return err == nil && len(nodes) == 1 && nodes[0].Offset == 0
}

// tlvFields lists the objects of b, which lies at base in its side.
func tlvFields(e card.Exchange, response bool, b []byte, base int, within string) []Field {
	nodes, err := tlv.Parse(b)
	out := nodeFields(e, response, nodes, base, within)
	if err != nil {
		out = append(out, Field{Name: say("f.malformed"), Value: err.Error(), Response: response})
	}
	return out
}

// nodeFields recurses no deeper than tlv.MaxDepth, which Parse keeps.
func nodeFields(e card.Exchange, response bool, nodes []tlv.Node, base int, within string) []Field {
	var out []Field
	for _, n := range nodes {
		info, known := tagTable()[tagKey{within, n.Tag}]
		if !known {
			info = tagInfo{"hex", say("f.tag.unknown")}
		}
		valueOff := base + n.Offset + headLen(side(e, response)[base+n.Offset:])
		f := valueField(e, response, fmt.Sprintf("%s  %s", n.Tag, info.name), valueOff, len(n.Value))
		f.Off, f.Len = base+n.Offset, valueOff-base-n.Offset+len(n.Value)
		switch {
		case f.Hidden:
		case n.Tag.Constructed():
			f.Value = ""
			f.Sub = nodeFields(e, response, n.Children, base, info.kind)
		case info.kind == "pin":
			// C6 has no constructed bit but holds objects (TS 102 221 clause
			// 11.1.1.4.10).
			f.Value = ""
			children, _ := tlv.ParseFlat(n.Value)
			f.Sub = nodeFields(e, response, children, valueOff, info.kind)
		default:
			if s := tagValue(info.kind, n.Value); s != "" {
				f.Value += "  " + s
			}
		}
		out = append(out, f)
	}
	return out
}

// headLen is the length of the tag and length fields at the start of b, which
// tlv.Parse has accepted.
func headLen(b []byte) int {
	n := 1
	if b[0]&0x1F == 0x1F {
		for n < len(b) && b[n]&0x80 != 0 {
			n++
		}
		n++
	}
	if n < len(b) && b[n] >= 0x80 {
		return n + 1 + int(b[n]&0x7F)
	}
	return n + 1
}

// tagValue says a primitive value in words; empty where hex says all.
func tagValue(kind string, v []byte) string {
	switch kind {
	case "size":
		if len(v) >= 1 && len(v) <= 4 {
			return say("f.bytes", "n", number(v))
		}
	case "sfi":
		if len(v) == 1 {
			return say("p.sfi", "sfi", v[0]>>3)
		}
	case "lcs":
		if len(v) == 1 {
			return lifeCycle(v[0])
		}
	case "desc":
		return fileDescriptor(v)
	case "keyref":
		if len(v) == 1 {
			return PINName(0, v[0], false)
		}
	case "arr":
		if len(v) == 3 {
			return say("f.arr", "fid", fmt.Sprintf("%02X%02X", v[0], v[1]), "n", v[2])
		}
	}
	return ""
}

func number(v []byte) uint64 {
	var n uint64
	for _, c := range v {
		n = n<<8 | uint64(c)
	}
	return n
}

// lifeCycle reads ETSI TS 102 221 table 11.7b.
func lifeCycle(v byte) string {
	switch {
	case v == 0x01:
		return say("lcs.creation")
	case v == 0x03:
		return say("lcs.initialisation")
	case v&0xFD == 0x05:
		return say("lcs.activated")
	case v&0xFD == 0x04:
		return say("lcs.deactivated")
	case v&0xFC == 0x0C:
		return say("lcs.terminated")
	}
	return ""
}

// fileDescriptor reads ETSI TS 102 221 clause 11.1.1.4.3.
func fileDescriptor(v []byte) string {
	if len(v) == 0 {
		return ""
	}
	switch d := v[0]; {
	case d&0xBF == 0x38:
		return say("desc.df")
	case d&0xBF == 0x39:
		return say("desc.bertlv")
	case d&0x07 == 0x01:
		return say("desc.transparent")
	case d&0x07 == 0x02, d&0x07 == 0x06:
		id := "desc.linear"
		if d&0x07 == 0x06 {
			id = "desc.cyclic"
		}
		if len(v) < 5 {
			return say(id)
		}
		return say(id) + ", " + say("desc.records", "n", v[4], "len", number(v[2:4]))
	}
	return ""
}
