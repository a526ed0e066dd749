package ota

import (
	"simscope/card"
	"simscope/card/ota"
	"simscope/card/safe"
	"simscope/texts"
	"simscope/tui/ui"
)

// shownField is a field of the bytes, or of what stands ciphered in one.
type shownField struct {
	ota.Field
	inner bool // Off and Len are of the ciphered field; the value is deciphered
}

// bytesView is the right side: fields and bytes.
type bytesView struct {
	fields []shownField
	at     int
	hex    ui.HexView
	top    int
}

// set shows other bytes; the selection stays on its place.
func (v *bytesView) set(b []byte, fields []shownField, hidden []ui.Range) {
	v.fields = fields
	v.hex = ui.HexView{Data: b, Hidden: hidden}
	v.at = max(min(v.at, len(fields)-1), 0)
	v.mark()
}

// mark highlights the bytes of the selected field.
func (v *bytesView) mark() {
	v.hex.Marked = nil
	if v.at < len(v.fields) {
		f := v.fields[v.at]
		v.hex.Marked = []ui.Range{{From: f.Off, To: f.Off + f.Len}}
		v.hex.SetCursor(f.Off)
	}
}

func (v *bytesView) key(k string) bool {
	by, page := 0, 8
	switch k {
	case "up", "k":
		by = -1
	case "down", "j":
		by = 1
	case "pgup":
		by = -page
	case "pgdown":
		by = page
	case "home", "g":
		by = -len(v.fields)
	case "end", "G":
		by = len(v.fields)
	default:
		return false
	}
	v.at = max(min(v.at+by, len(v.fields)-1), 0)
	v.mark()
	return true
}

func (v *bytesView) position() string {
	if len(v.fields) == 0 {
		return ""
	}
	return texts.Say("ota.position", "n", v.at+1, "of", len(v.fields))
}

// logged is a packet from a log.
type logged struct {
	message *ota.Message
	opened  *ota.Opened // of a command packet
	answer  *ota.Answer // of a response, read as the answer to our own packet
}

// newLogged reads a packet and opens it with the keys there are.
func newLogged(b []byte, r ota.Request, k ota.Keys) (*logged, error) {
	m, err := ota.Read(b)
	if err != nil {
		return nil, err
	}
	l := &logged{message: m}
	l.open(r, k)
	return l, nil
}

func (l *logged) open(r ota.Request, k ota.Keys) {
	l.opened, l.answer = nil, nil
	if _, of := l.message.Parts(); of > 1 {
		return
	}
	if l.message.Reply {
		a := ota.OpenReply(r.SPI, r.KIc, r.KID, k, l.message.Packet)
		l.answer = &a
		return
	}
	l.opened, _ = ota.OpenCommand(l.message.Packet, k)
}

// showBytes fills the right side: with the packet from a log, with our own, or
// with as much of it as is known without keys.
func (m *Model) showBytes() {
	switch {
	case m.log != nil:
		m.show(m.log.message, m.log.opened, false)
	case m.built != nil:
		m.showBuilt(m.built, m.keys, false)
	default:
		k := blankKeys(m.req)
		b, err := m.req.Build(k)
		if err != nil {
			m.bytes.set(nil, nil, nil)
			return
		}
		m.showBuilt(b, k, true)
	}
}

// blankKeys have the right lengths, so that a packet can be laid out before
// its keys are known. What they make is not shown.
func blankKeys(r ota.Request) ota.Keys {
	kic, kid := r.KeyBytes()
	return ota.Keys{KIc: safe.NewSecret(make([]byte, kic)), KID: safe.NewSecret(make([]byte, kid))}
}

func (m *Model) showBuilt(b *ota.Built, k ota.Keys, preview bool) {
	apdu, err := b.Command(0, card.KindUICC).Bytes()
	if err != nil {
		return
	}
	msg, err := ota.Read(apdu)
	if err != nil {
		m.bytes.set(apdu, nil, nil)
		return
	}
	var opened *ota.Opened
	if !preview && len(b.Envelopes) == 1 {
		opened, _ = ota.OpenCommand(b.Packet, k)
	}
	m.show(msg, opened, preview)
}

// show lays the fields of a message out. Those of a preview that keys would
// make are hidden, and so are secrets.
func (m *Model) show(msg *ota.Message, opened *ota.Opened, preview bool) {
	var fields []shownField
	var hidden []ui.Range
	for _, f := range msg.Fields {
		fields = append(fields, shownField{Field: f})
		whole := ui.Range{From: f.Off, To: f.Off + f.Len}
		if f.Secret || preview && madeByKeys[f.ID] {
			hidden = append(hidden, whole)
		}
		if f.ID != "ciphered" || opened == nil || opened.Content == nil {
			continue
		}
		for _, in := range opened.Inner {
			in.Off, in.Len, in.Depth = f.Off, f.Len, in.Depth+f.Depth+1
			fields = append(fields, shownField{Field: in, inner: true})
		}
	}
	m.bytes.set(msg.Bytes, fields, hidden)
}

// madeByKeys are the fields that cannot be known without keys, or without the
// counter.
var madeByKeys = map[string]bool{"ciphered": true, "check": true, "cntr": true, "part": true}
