package trace

import (
	"fmt"

	"simscope/card"
	"simscope/card/tlv"
)

// searchStart is the first byte of the search indication of an enhanced
// search (ETSI TS 102 221 clause 11.1.7.2).
var searchStart = []paramText{
	{0x07, 0x04, "search.forward"},
	{0x07, 0x05, "search.backward"},
	{0x07, 0x06, "search.next"},
	{0x07, 0x07, "search.previous"},
}

// withinObject is where the table of tags lists those of BER-TLV files; what
// an object's tag means is the file's own affair.
const withinObject = "object"

const (
	searchEnhanced   = 0x06 // in P2
	searchAfterValue = 0x08 // in the search indication
)

// isFileSearch reports whether the command is SEARCH RECORD or SEEK.
func (h header) isFileSearch() bool {
	g := h.group()
	return h.ins == card.InsSearchRecord && (g == "iso" || g == "gsm")
}

// isIncrease reports whether the command adds to a cyclic file.
func (h header) isIncrease() bool {
	g := h.group()
	return h.ins == card.InsIncrease && (g == "prop" || g == "gsm")
}

// fileDataFields explains the data of commands that search, add and write
// objects.
func fileDataFields(e card.Exchange, h header, l layout) []Field {
	data := e.Command[l.dataOff : l.dataOff+l.dataLen]
	switch {
	case h.isIncrease():
		return []Field{valueField(e, false, say("f.added"), l.dataOff, l.dataLen)}
	case h.ins == card.InsSearchRecord:
		return searchFields(e, h, l)
	case h.p2&blockMask != blockFirst:
		return nil
	}
	if tag, n, err := tlv.ReadTag(data); err == nil && n == len(data) {
		f := valueField(e, false, say("f.tag"), l.dataOff, n)
		if h.ins == card.InsSetData {
			f.Value += "  " + say("f.tag.deleted", "tag", tag)
		}
		return []Field{f}
	}
	if looksTLV(data) {
		return tlvFields(e, false, data, l.dataOff, withinObject)
	}
	return nil // the first of several blocks
}

func searchFields(e card.Exchange, h header, l layout) []Field {
	const indication = 2
	if h.group() != "iso" || h.p2&0x07 != searchEnhanced || l.dataLen < indication {
		return []Field{valueField(e, false, say("f.pattern"), l.dataOff, l.dataLen)}
	}
	first, second := e.Command[l.dataOff], e.Command[l.dataOff+1]
	how := valueField(e, false, say("f.search"), l.dataOff, 1)
	how.Value = withCode(first, lookup(searchStart, first))
	where := valueField(e, false, say("f.search.offset"), l.dataOff+1, 1)
	if first&searchAfterValue != 0 {
		where.Name = say("f.search.after")
	} else {
		where.Value += "  " + fmt.Sprint(second)
	}
	return []Field{how, where, valueField(e, false, say("f.pattern"), l.dataOff+indication, l.dataLen-indication)}
}

// foundFields lists the records a search found.
func foundFields(e card.Exchange) []Field {
	var out []Field
	for i, n := range e.Response {
		f := valueField(e, true, say("f.found"), i, 1)
		f.Value += "  " + fmt.Sprint(n)
		out = append(out, f)
	}
	return out
}

// increasedFields takes the answer to INCREASE apart: the sum, then the value
// that was added, as long as the command's.
func increasedFields(e card.Exchange) []Field {
	n := layoutOf(e.Command).dataLen
	if n == 0 || n >= len(e.Response) {
		return nil
	}
	sum := len(e.Response) - n
	return []Field{
		valueField(e, true, say("f.sum"), 0, sum),
		valueField(e, true, say("f.added"), sum, n),
	}
}
