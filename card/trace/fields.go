package trace

import (
	"fmt"

	"simscope/card"
	"simscope/card/safe"
	"simscope/texts"
)

// say is the sentence or name of a field.
func say(id string, args ...any) string { return texts.Say("trace."+id, args...) }

// details lists the parts of an exchange with the bytes they come from.
func details(e card.Exchange, name Namer) []Field {
	var out []Field
	switch {
	case e.Kind == card.ExchangeNote:
		return out
	case e.Kind == card.ExchangeReset:
		return atrFields(e)
	case len(e.Command) >= 4:
		out = append(out, Field{Name: say("f.command"), Len: len(e.Command), Sub: commandFields(e, name)})
	default:
		out = append(out, valueField(e, false, say("f.command"), 0, len(e.Command)))
	}
	if len(e.Response) > 0 {
		out = append(out, responseField(e))
	}
	if e.SW != 0 || e.Err != "" {
		text, _ := status(e)
		f := Field{Name: say("f.status"), Value: text, Response: true, Off: len(e.Response)}
		if e.SW != 0 {
			f.Value, f.Len = e.SW.String()+"  "+text, 2
		}
		out = append(out, f)
	}
	if e.Step != "" {
		out = append(out, Field{Name: say("f.step"), Value: safe.Text(e.Step)})
	}
	return out
}

func commandFields(e card.Exchange, name Namer) []Field {
	h, l := headerOf(e.Command), layoutOf(e.Command)
	insName, known := h.name()
	if !known {
		insName = say("f.unknown")
	}
	p1, p2 := h.params()
	out := []Field{
		{Name: "CLA", Value: withCode(h.cla, className(h.cla)), Off: 0, Len: 1},
		{Name: "INS", Value: withCode(h.ins, insName), Off: 1, Len: 1},
		{Name: "P1", Value: withCode(h.p1, p1), Off: 2, Len: 1},
		{Name: "P2", Value: withCode(h.p2, p2), Off: 3, Len: 1},
	}
	if l.lcLen > 0 {
		out = append(out, Field{Name: "Lc", Value: say("f.bytes", "n", l.dataLen), Off: l.lcOff, Len: l.lcLen})
	}
	if !l.ok {
		out = append(out, Field{Name: say("f.malformed"), Value: say("f.malformed.lc")})
	}
	if l.dataLen > 0 {
		out = append(out, dataField(e, h, l))
	}
	if l.leLen > 0 {
		out = append(out, Field{Name: "Le", Value: leText(h, e.Command, l), Off: l.leOff, Len: l.leLen})
	}
	if e.HasFile {
		out = append(out, Field{Name: say("f.file"), Value: name.of(e.File)})
	}
	return out
}

func leText(h header, b []byte, l layout) string {
	if h.ins == card.InsVerify || h.ins == card.InsUnblockPIN {
		if l.leLen == 1 && b[l.leOff] == 0 {
			return say("f.bytes", "n", 0) // T=0 writes an empty Lc this way
		}
	}
	n := 0
	for _, c := range b[l.leOff : l.leOff+l.leLen] {
		n = n<<8 | int(c)
	}
	switch {
	case n == 0 && l.leLen == 1:
		n = card.MaxShortLe
	case n == 0:
		n = card.MaxExtendedLe
	}
	return say("f.upto", "n", n)
}

// valueField shows bytes as they are, or that they are withheld.
func valueField(e card.Exchange, response bool, name string, off, n int) Field {
	f := Field{Name: name, Response: response, Off: off, Len: n, Value: HexText(e, response, off, n)}
	if s, ok := overlaps(e.Hidden, response, off, n); ok {
		f.Hidden = true
		f.Value += " " + safe.Text(s.Word)
	}
	return f
}

// dataField explains a command's data by its instruction.
func dataField(e card.Exchange, h header, l layout) Field {
	f := valueField(e, false, say("f.data"), l.dataOff, l.dataLen)
	if f.Hidden || h.group() == "vendor" {
		return f
	}
	data := e.Command[l.dataOff : l.dataOff+l.dataLen]
	iso := h.group() != "prop"
	switch {
	case iso && h.ins == card.InsSelect:
		f.Sub = selectFields(e, h, l)
	case iso && h.ins == card.InsAuthenticate:
		f.Sub = authFields(e, h, l)
	case h.isFileSearch(), !iso && isDataObject(h.ins), h.isIncrease():
		f.Sub = fileDataFields(e, h, l)
	case h.ins == card.InsRetrieveData, h.ins == card.InsEnvelope, h.ins == card.InsTerminalCap,
		h.ins == card.InsAuthenticateTLV && iso, h.ins == 0xE2 && !iso:
		f.Sub = tlvFields(e, false, data, l.dataOff, "top")
	}
	return f
}

func selectFields(e card.Exchange, h header, l layout) []Field {
	if h.p1 == 0x04 {
		return []Field{valueField(e, false, say("f.aid"), l.dataOff, l.dataLen)}
	}
	var out []Field
	for off := 0; off < l.dataLen; off += 2 {
		out = append(out, valueField(e, false, say("f.fid"), l.dataOff+off, min(2, l.dataLen-off)))
	}
	return out
}

// contextVGCS is the authentication context of group and broadcast calls in
// P2 (3GPP TS 31.102 clause 7.1.2.1).
const contextVGCS = 2

// authFields takes RAND and AUTN, or what a group call sends instead, apart
// (3GPP TS 31.102 clause 7.1.2): each with a length byte on a UICC, 16 bytes
// RAND alone in class A0.
func authFields(e card.Exchange, h header, l layout) []Field {
	if h.group() == "gsm" {
		return []Field{valueField(e, false, "RAND", l.dataOff, l.dataLen)}
	}
	names := []string{"RAND", "AUTN"}
	if h.p2&0x07 == contextVGCS {
		names = []string{"VService_Id", "VK_Id", "VSTK_RAND"}
	}
	var out []Field
	for off, end := l.dataOff, l.dataOff+l.dataLen; off < end && len(out) < len(names); {
		n := int(e.Command[off])
		if n == 0 || off+1+n > end {
			break
		}
		out = append(out, valueField(e, false, names[len(out)], off+1, n))
		off += 1 + n
	}
	return out
}

// responseField explains response data by the command and by its own look.
func responseField(e card.Exchange) Field {
	f := valueField(e, true, say("f.response"), 0, len(e.Response))
	if f.Hidden || len(e.Command) < 4 {
		return f
	}
	h := headerOf(e.Command)
	switch {
	case h.group() == "vendor":
	case h.isFileSearch():
		f.Sub = foundFields(e)
	case h.isIncrease():
		f.Sub = increasedFields(e)
	case h.group() == "prop" && h.ins == card.InsRetrieveData:
		if looksTLV(e.Response) {
			f.Sub = tlvFields(e, true, e.Response, 0, withinObject)
		}
	case h.group() == "gsm" && (h.ins == card.InsSelect || h.ins == card.InsStatus || h.ins == card.InsGetResponse):
		f.Sub = gsmHeaderFields(e)
	case h.ins == card.InsSelect, h.ins == card.InsStatus, h.ins == card.InsGetResponse, h.ins == card.InsGetData,
		h.ins == card.InsRetrieveData, h.ins == card.InsFetch, h.ins == 0xE2, h.ins == card.InsAuthenticateTLV:
		if looksTLV(e.Response) || h.ins == card.InsSelect && isTemplate(e.Response) {
			f.Sub = tlvFields(e, true, e.Response, 0, "top")
		}
	case h.ins == card.InsAuthenticate && e.Response[0] == tagSyncFailure && len(e.Response) > 2:
		f.Sub = []Field{valueField(e, true, "AUTS", 2, len(e.Response)-2)}
	case h.ins == card.InsManageChannel && len(e.Response) == 1:
		f.Value = fmt.Sprintf("%02X  %s", e.Response[0], say("p.channel.number", "n", e.Response[0]))
	}
	return f
}
