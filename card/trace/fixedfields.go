package trace

import (
	"fmt"

	"simscope/card"
	"simscope/card/safe"
)

// A fixedField is a part of a structure whose parts lie at fixed places.
type fixedField struct {
	off, len int
	id       string
	show     func([]byte) string // nil: hex says all
}

// 3GPP TS 51.011 clause 9.2.1, offsets counted from 0.
var (
	gsmDFFields = []fixedField{
		{2, 2, "gsm.free", bytesText},
		{4, 2, "f.fid", nil},
		{6, 1, "gsm.type", gsmType},
		{13, 1, "gsm.chv1off", chv1Off},
		{14, 1, "gsm.dfs", countText},
		{15, 1, "gsm.efs", countText},
		{16, 1, "gsm.chvs", countText},
		{18, 1, "gsm.chv1", chvState},
		{19, 1, "gsm.unblock1", chvState},
		{20, 1, "gsm.chv2", chvState},
		{21, 1, "gsm.unblock2", chvState},
	}
	gsmEFFields = []fixedField{
		{2, 2, "gsm.size", bytesText},
		{4, 2, "f.fid", nil},
		{6, 1, "gsm.type", gsmType},
		{8, 3, "gsm.access", nil},
		{11, 1, "gsm.filestatus", nil},
		{13, 1, "gsm.structure", gsmStructure},
		{14, 1, "gsm.reclen", bytesText},
	}
)

const gsmTypeEF = 4

func gsmHeaderFields(e card.Exchange) []Field {
	b := e.Response
	if len(b) < 14 {
		return nil
	}
	fields := gsmDFFields
	switch b[6] {
	case gsmTypeEF:
		fields = gsmEFFields
	case 1, 2:
	default:
		return nil
	}
	var out []Field
	for _, f := range fields {
		if f.off+f.len > len(b) {
			break
		}
		v := valueField(e, true, say(f.id), f.off, f.len)
		if f.show != nil {
			if s := f.show(b[f.off : f.off+f.len]); s != "" {
				v.Value += "  " + s
			}
		}
		out = append(out, v)
	}
	return out
}

func bytesText(v []byte) string { return say("f.bytes", "n", number(v)) }
func countText(v []byte) string { return fmt.Sprint(number(v)) }

func gsmType(v []byte) string {
	switch v[0] {
	case 1:
		return "MF"
	case 2:
		return "DF"
	case gsmTypeEF:
		return "EF"
	}
	return ""
}

func gsmStructure(v []byte) string {
	switch v[0] {
	case 0:
		return say("desc.transparent")
	case 1:
		return say("desc.linear")
	case 3:
		return say("desc.cyclic")
	}
	return ""
}

func chv1Off(v []byte) string {
	if v[0]&0x80 != 0 {
		return say("gsm.off")
	}
	return say("gsm.on")
}

func chvState(v []byte) string {
	if v[0]&0x80 == 0 {
		return say("gsm.notset")
	}
	return say("sw.query.left", "left", v[0]&0x0F)
}

// atrFields takes an ATR apart as far as its structure goes (ISO/IEC 7816-3
// clause 8.2): at most 33 bytes are looked at.
func atrFields(e card.Exchange) []Field {
	b := e.Response[:min(len(e.Response), 33)]
	if len(b) < 2 {
		return []Field{valueField(e, true, "ATR", 0, len(e.Response))}
	}
	sub := []Field{valueField(e, true, "TS", 0, 1), valueField(e, true, "T0", 1, 1)}
	y, at, tck := b[1]>>4, 2, false
	for i := 1; y != 0; i++ {
		next := byte(0)
		for bit, letter := range "ABCD" {
			if y&(1<<bit) == 0 || at >= len(b) {
				continue
			}
			if letter == 'D' {
				next = b[at] >> 4
				tck = tck || b[at]&0x0F != 0
			}
			sub = append(sub, valueField(e, true, fmt.Sprintf("T%c%d", letter, i), at, 1))
			at++
		}
		y = next
	}
	if n := min(int(b[1]&0x0F), len(b)-at); n > 0 {
		f := valueField(e, true, say("f.historical"), at, n)
		if !f.Hidden {
			f.Value += "  " + safe.Bytes(b[at:at+n])
		}
		sub = append(sub, f)
		at += n
	}
	if tck && at < len(b) {
		sub = append(sub, valueField(e, true, "TCK", at, 1))
	}
	return []Field{{Name: "ATR", Value: HexText(e, true, 0, len(e.Response)), Response: true, Len: len(e.Response), Sub: sub}}
}
