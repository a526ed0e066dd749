package ef

import (
	"bytes"
	"slices"
	"time"
	"unicode/utf16"
)

// maxUserData is how many octets TP-UD holds (TS 23.040 clause 9.2.3.24).
const maxUserData = 140

// tpduWriter writes a TPDU field by field and keeps the first refusal.
type tpduWriter struct {
	b   []byte
	err error
}

func (w *tpduWriter) byte(c *byte) {
	if c == nil {
		w.b = append(w.b, 0)
		return
	}
	w.b = append(w.b, *c)
}

func (w *tpduWriter) refuse(id string, args ...any) {
	if w.err == nil {
		w.err = refuse(id, args...)
	}
}

// bytes writes the TPDU (TS 23.040 clause 9.2.2).
func (t *TPDU) bytes() ([]byte, error) {
	w := &tpduWriter{b: []byte{t.firstOctet()}}
	switch t.MTI {
	case "SMS-DELIVER":
		w.address(t.OA)
		w.byte(t.PID)
		w.byte(t.DCS)
		w.timestamp(t.SCTS)
		w.userData(t)
	case "SMS-SUBMIT":
		w.byte(t.MR)
		w.address(t.DA)
		w.byte(t.PID)
		w.byte(t.DCS)
		w.b = append(w.b, t.VP...)
		w.userData(t)
	case "SMS-STATUS-REPORT":
		w.byte(t.MR)
		w.address(t.RA)
		w.timestamp(t.SCTS)
		w.timestamp(t.DT)
		w.byte(t.ST)
		w.parameters(t)
	case "SMS-COMMAND":
		w.byte(t.MR)
		w.byte(t.PID)
		w.byte(t.CT)
		w.byte(t.MN)
		w.address(t.DA)
		w.b = append(append(w.b, byte(len(t.CD))), t.CD...)
	default:
		w.b = append(w.b, t.Rest...)
	}
	return w.b, w.err
}

// firstOctet is the octet the TPDU had with the bits that its fields say.
func (t *TPDU) firstOctet() byte {
	c := t.FirstOctet
	set := func(bit byte, on bool) {
		if c &^= bit; on {
			c |= bit
		}
	}
	set(0x40, t.UDHI)
	set(0x20, t.StatusReport)
	switch t.MTI {
	case "SMS-DELIVER":
		c &^= 3
		set(0x04, !t.MoreMessages)
		set(0x80, t.ReplyPath)
	case "SMS-SUBMIT":
		c = c&^3 | 1
		set(0x80, t.ReplyPath)
		switch vpf := c >> 3 & 3; {
		case len(t.VP) == 0:
			c &^= 0x18
		case len(t.VP) == 1:
			c = c&^0x18 | 0x10
		case vpf != 1 && vpf != 3:
			c |= 0x18
		}
	case "SMS-STATUS-REPORT":
		c = c&^3 | 2
		set(0x04, !t.MoreMessages)
	case "SMS-COMMAND":
		c = c&^3 | 2
	}
	return c
}

func (w *tpduWriter) address(a *Address) {
	if a == nil {
		w.refuse("sms.address")
		return
	}
	if a.TON == TONAlphanumeric {
		septets, ok := gsmBytes(a.Digits, true)
		if !ok || len(septets) > 11 {
			w.refuse("sms.sender", "limit", 11)
			return
		}
		packed := pack(septets, 0)
		w.b = append(append(w.b, byte((len(septets)*7+3)/4), a.typeByte()), packed...)
		return
	}
	if len(a.Digits) > maxDialDigits {
		w.refuse("digits", "n", len(a.Digits), "limit", maxDialDigits)
		return
	}
	digits, err := bcdBytes(a.Digits, addressDigits)
	if err != nil && w.err == nil {
		w.err = err
	}
	w.b = append(append(w.b, byte(len(a.Digits)), a.typeByte()), digits...)
}

func (w *tpduWriter) timestamp(s string) {
	t, err := time.Parse(time.RFC3339, s)
	if err != nil {
		w.refuse("sms.time")
		return
	}
	_, zone := t.Zone()
	negative := zone < 0
	quarters := zone / (15 * 60)
	if negative {
		quarters = -quarters
	}
	for _, n := range []int{t.Year() % 100, int(t.Month()), t.Day(), t.Hour(), t.Minute(), t.Second(), quarters} {
		w.b = append(w.b, byte(n/10)|byte(n%10)<<4)
	}
	if negative {
		w.b[len(w.b)-1] |= 8
	}
}

// parameters writes TP-PI and what it announces.
func (w *tpduWriter) parameters(t *TPDU) {
	var pi byte
	if t.PID != nil {
		pi |= 1
	}
	if t.DCS != nil {
		pi |= 2
	}
	if t.UDL != nil {
		pi |= 4
	}
	if pi == 0 {
		return
	}
	w.b = append(w.b, pi)
	if t.PID != nil {
		w.byte(t.PID)
	}
	if t.DCS != nil {
		w.byte(t.DCS)
	}
	if t.UDL != nil {
		w.userData(t)
	}
}

// userData writes the bytes that the text came from, or, where the text or the
// header were edited, their coding in the TPDU's alphabet.
func (w *tpduWriter) userData(t *TPDU) {
	if t.UDL == nil && t.Text == "" && len(t.UDH) == 0 {
		return
	}
	if t.UDL != nil && t.keepsData() {
		w.b = append(append(w.b, byte(*t.UDL)), t.UD...)
		return
	}
	var head []byte
	for _, e := range t.UDH {
		head = append(append(head, e.ID, byte(len(e.Data))), e.Data...)
	}
	if len(head) > 0 {
		head = append([]byte{byte(len(head))}, head...)
	}
	body, udl := t.body7(head)
	switch t.Alphabet {
	case "gsm7":
		if _, known := tablesOf(t.UDH); !known {
			w.refuse("sms.language")
			return
		}
		if body == nil {
			w.refuse("sms.alphabet")
			return
		}
	case "ucs2":
		body = slices.Clone(head)
		for _, u := range utf16.Encode([]rune(t.Text)) {
			body = append(body, byte(u>>8), byte(u))
		}
		udl = len(body)
	default:
		body = append(slices.Clone(head), t.Text...)
		udl = len(body)
	}
	if len(body) > maxUserData {
		w.refuse("sms.long", "need", len(body), "limit", maxUserData)
	}
	w.b = append(append(w.b, byte(udl)), body...)
}

// body7 is header and text in packed septets with the length in septets; nil
// where the alphabet, be it a national one, lacks a character.
func (t *TPDU) body7(head []byte) ([]byte, int) {
	tables, _ := tablesOf(t.UDH)
	septets, ok := tables.bytes(t.Text)
	if !ok {
		return nil, 0
	}
	used := (len(head)*8 + 6) / 7
	packed := pack(septets, used*7-len(head)*8)
	return append(slices.Clone(head), packed...), used + len(septets)
}

// keepsData reports whether the user data still says what text and header do.
func (t *TPDU) keepsData() bool {
	var b builder
	again := &TPDU{UDHI: t.UDHI, Alphabet: t.Alphabet}
	r := &tpduReader{cursor: cursor{b: append([]byte{byte(*t.UDL)}, t.UD...)}, out: &b}
	r.userData(again)
	return !r.short && again.Text == t.Text && sameJSON(again.UDH, t.UDH) && bytes.Equal(again.UD, t.UD)
}

// pack packs septets into octets, beginning at bit skip of the first (TS
// 23.038 clause 6.1.2.1). Bits that are left are 0.
func pack(septets []byte, skip int) []byte {
	out := make([]byte, (skip+len(septets)*7+7)/8)
	for i, s := range septets {
		bit := skip + i*7
		v := uint16(s&0x7F) << (bit % 8)
		out[bit/8] |= byte(v)
		if v > 0xFF {
			out[bit/8+1] |= byte(v >> 8)
		}
	}
	return out
}

func encodeSMS(v SMS, size int) ([]byte, error) {
	c, err := v.statusOctet()
	if err != nil {
		return nil, err
	}
	out := []byte{c}
	if v.TPDU == nil {
		return padded(out, size)
	}
	if v.Centre == nil {
		out = append(out, 0)
	} else {
		digits, err := bcdBytes(v.Centre.Digits, addressDigits)
		if err != nil {
			return nil, err
		}
		if len(digits) > 10 {
			return nil, refuse("digits", "n", len(v.Centre.Digits), "limit", maxDialDigits)
		}
		out = append(append(out, byte(1+len(digits)), v.Centre.typeByte()), digits...)
	}
	t, err := v.TPDU.bytes()
	if err != nil {
		return nil, err
	}
	return padded(append(out, t...), size)
}

// statusOctet is the byte for a status by name; the byte it had keeps its
// reserved bits.
func (v SMS) statusOctet() (byte, error) {
	bits, ok := map[string]byte{"free": 0, "received_read": 1, "received_unread": 3, "sent": 5, "to_be_sent": 7}[v.Status]
	if !ok {
		return 0, refuse("status", "status", v.Status)
	}
	if had, report := smsStatus(v.StatusByte); had == v.Status && report == v.StatusReport {
		return v.StatusByte, nil
	}
	if bits == 5 {
		i := slices.Index(statusReports[:], v.StatusReport)
		if i < 0 {
			return 0, refuse("status", "status", v.StatusReport)
		}
		bits |= byte(i) << 3
	}
	return bits, nil
}
