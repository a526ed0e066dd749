package ef

import (
	"bytes"
	"fmt"
	"strings"
	"time"
	"unicode/utf16"

	"simscope/texts"
)

// SMSCDMA is a record of EF.SMS of DF.CDMA (3GPP2 C.S0023 clause 3.4.27): a
// status, a length, and a message of the transport layer (C.S0015 clause 3.4).
type SMSCDMA struct {
	StatusByte byte         `json:"status_byte"`
	Status     string       `json:"status"` // "free", "received_read", "received_unread", "to_be_sent", "sent"
	Message    Hex          `json:"message"`
	SMS        *CDMAMessage `json:"sms,omitempty"` // what the message says
	Carry
}

// CDMAMessage is a message of the SMS transport layer with its bearer data.
type CDMAMessage struct {
	Type            string       `json:"sms_msg_type"` // "point_to_point", "broadcast", "acknowledge", "reserved"
	Teleservice     *int         `json:"teleservice_id,omitempty"`
	TeleserviceName string       `json:"teleservice,omitempty"`
	ServiceCategory *int         `json:"service_category,omitempty"`
	Originating     *CDMAAddress `json:"originating_address,omitempty"`
	Destination     *CDMAAddress `json:"destination_address,omitempty"`
	ReplyOption     *int         `json:"bearer_reply_option,omitempty"`
	MessageType     string       `json:"message_type,omitempty"` // "deliver", "submit" …
	MessageID       *int         `json:"message_id,omitempty"`
	UserDataHeader  bool         `json:"header_ind,omitempty"`
	Coding          string       `json:"msg_encoding,omitempty"`
	Text            string       `json:"text,omitempty"`
	UserData        Hex          `json:"user_data,omitempty"` // of a coding that is no text
	Centre          string       `json:"message_center_time_stamp,omitempty"`
	Callback        *CDMAAddress `json:"callback_number,omitempty"`
	Priority        *int         `json:"priority,omitempty"`
	Messages        *int         `json:"number_of_messages,omitempty"`
	Others          []Element    `json:"other_parameters,omitempty"` // subparameters that are only listed
}

// CDMAAddress is an address of C.S0015 clause 3.4.3.3.
type CDMAAddress struct {
	DigitMode  int    `json:"digit_mode"` // 0: digits of four bits
	NumberMode int    `json:"number_mode"`
	Type       int    `json:"number_type"`
	Plan       int    `json:"number_plan"`
	Digits     string `json:"digits"`
}

func (a *CDMAAddress) String() string {
	if a == nil {
		return ""
	}
	if a.DigitMode == 1 && a.NumberMode == 0 && a.Type == int(TONInternational) {
		return "+" + a.Digits
	}
	return a.Digits
}

var (
	cdmaTypes        = []string{"point_to_point", "broadcast", "acknowledge"}
	cdmaMessageTypes = []string{"reserved", "deliver", "submit", "cancellation", "delivery_ack", "user_ack", "read_ack", "deliver_report", "submit_report"}
	cdmaTeleservices = map[int]string{4096: "CMT-91", 4097: "WPT", 4098: "WMT", 4099: "VMN", 4100: "WAP", 4101: "WEMT", 4102: "SCPT", 4103: "CATPT"}
)

func decodeSMSCDMA(data []byte, _ Context, b *builder) SMSCDMA {
	v := SMSCDMA{Status: "free", Message: Hex{}, Carry: Carry{data}}
	b.Columns = []string{"", "", "", ""}
	if !b.expect(data, 2) {
		return v
	}
	v.StatusByte = data[0]
	v.Status, _ = smsStatus(data[0])
	if v.Status == "free" && (allFF(data[1:]) || allZero(data[1:])) {
		b.erase()
		return v
	}
	b.add("sms_status", word("sms."+v.Status), 0, 1)
	n := int(data[1])
	if n > len(data)-2 {
		b.flag("cdma.length", 1, 1, "n", n, "limit", len(data)-2)
		n = len(data) - 2
	}
	v.Message = data[2 : 2+n]
	if rest := data[2+n:]; !allFF(rest) && !allZero(rest) {
		b.behind(data, 2+n)
	}
	if n > 0 {
		r := &cdmaReader{out: b, off: 2}
		v.SMS = r.message(v.Message)
	}
	b.cdmaSummary(v)
	return v
}

func (b *builder) cdmaSummary(v SMSCDMA) {
	status, who, when, text := word("sms."+v.Status), "", "", ""
	if m := v.SMS; m != nil {
		who, when, text = m.Originating.String(), m.Centre, m.Text
		if who == "" {
			who = m.Destination.String()
		}
		if text == "" {
			text = m.UserData.String()
		}
	}
	b.Columns = []string{status, who, when, text}
	b.Summary = strings.TrimSpace(strings.Join(strings.Fields(strings.Join([]string{status, who, when}, " ")), " ") + "  " + text)
}

// encodeSMSCDMA writes status and message. What the message says follows from
// its bytes; a value in which the two disagree is refused.
func encodeSMSCDMA(v SMSCDMA, size int) ([]byte, error) {
	if len(v.Message) > 0xFF || size < 2 {
		return nil, refuse("size", "need", len(v.Message)+2, "limit", min(size, 0xFF))
	}
	var says *CDMAMessage
	if len(v.Message) > 0 {
		r := &cdmaReader{out: &builder{}}
		says = r.message(v.Message)
	}
	if !sameJSON(says, v.SMS) {
		return nil, refuse("cdma.message")
	}
	status := v.StatusByte
	if had, _ := smsStatus(status); had != v.Status {
		code := map[string]byte{"free": 0, "received_read": 1, "received_unread": 3, "to_be_sent": 7, "sent": 5}
		c, ok := code[v.Status]
		if !ok {
			return nil, refuse("status", "status", v.Status)
		}
		status = status&^7 | c
	}
	if len(v.Message) == 0 && v.Status == "free" {
		return append([]byte{status}, fill(size-1)...), nil
	}
	return padded(append([]byte{status, byte(len(v.Message))}, v.Message...), size)
}

// cdmaReader reads a message that begins at off of the record.
type cdmaReader struct {
	out *builder
	off int
}

// each calls f for every parameter: an identifier, a length, a value.
func (r *cdmaReader) each(data []byte, off int, f func(id byte, value []byte, off int)) {
	c := cursor{b: data}
	for c.off < len(data) {
		start := c.off
		id, n := c.byte(), int(c.byte())
		at := c.off
		value := c.take(n)
		if c.short {
			r.out.flag("cdma.parameter", off+start, len(data)-start, "id", id)
			return
		}
		f(id, value, off+at)
	}
}

func (r *cdmaReader) message(data []byte) *CDMAMessage {
	m := &CDMAMessage{Type: "reserved"}
	if int(data[0]) < len(cdmaTypes) {
		m.Type = cdmaTypes[data[0]]
	} else {
		r.out.flag("cdma.type", r.off, 1, "type", hexByte(data[0]))
	}
	r.out.add("cdma_msg_type", word("cdma."+m.Type), r.off, 1)
	r.each(data[1:], r.off+1, func(id byte, value []byte, off int) { r.parameter(m, id, value, off) })
	return m
}

func (r *cdmaReader) parameter(m *CDMAMessage, id byte, value []byte, off int) {
	switch id {
	case 0:
		m.Teleservice = r.number("cdma_teleservice", value, off, 2)
		if m.Teleservice != nil {
			m.TeleserviceName = cdmaTeleservices[*m.Teleservice]
			r.out.Fields[len(r.out.Fields)-1].Note = m.TeleserviceName
		}
	case 1:
		m.ServiceCategory = r.number("cdma_category", value, off, 2)
	case 2:
		m.Originating = r.address("tp_oa", value, off, true)
	case 4:
		m.Destination = r.address("tp_da", value, off, true)
	case 6:
		if n := r.number("cdma_reply_option", value, off, 1); n != nil {
			*n >>= 2
			m.ReplyOption = n
		}
	case 8:
		r.each(value, off, func(id byte, value []byte, off int) { r.bearer(m, id, value, off) })
	case 3, 5, 7:
		r.out.addAs("parameter", texts.Say("ef.cdma.parameter", "id", id), Hex(value).String(), off, len(value))
	default:
		r.out.flag("cdma.unknown", off, len(value), "id", id)
	}
}

// number reads a whole number of n bytes.
func (r *cdmaReader) number(id string, value []byte, off, n int) *int {
	if len(value) != n {
		r.out.flag("cdma.size", off, len(value), "need", n)
		return nil
	}
	v := 0
	for _, c := range value {
		v = v<<8 | int(c)
	}
	r.out.addAs(id, texts.Say("ef.field."+id), fmt.Sprint(v), off, n)
	return &v
}

// bearer reads a subparameter of the bearer data (C.S0015 clause 4.5).
func (r *cdmaReader) bearer(m *CDMAMessage, id byte, value []byte, off int) {
	switch id {
	case 0:
		b := bitCursor{b: value}
		kind := b.take(4)
		n := b.take(16)
		m.UserDataHeader = b.take(1) == 1
		if b.short {
			r.out.flag("cdma.size", off, len(value), "need", 3)
			return
		}
		m.MessageType = "reserved"
		if kind < len(cdmaMessageTypes) {
			m.MessageType = cdmaMessageTypes[kind]
		}
		m.MessageID = &n
		r.out.add("cdma_message_type", word("cdma.message."+m.MessageType), off, 1)
		r.out.add("cdma_message_id", fmt.Sprint(n), off, 3)
	case 1:
		r.userData(m, value, off)
	case 3:
		m.Centre = r.time(value, off)
	case 8:
		if n := r.number("cdma_priority", value, off, 1); n != nil {
			*n >>= 6
			m.Priority = n
			r.out.Fields[len(r.out.Fields)-1].Value = fmt.Sprint(*n)
		}
	case 11:
		if n := r.number("cdma_messages", value, off, 1); n != nil {
			*n = *n>>4*10 + *n&0xF
			m.Messages = n
			r.out.Fields[len(r.out.Fields)-1].Value = fmt.Sprint(*n)
		}
	case 14:
		m.Callback = r.address("cdma_callback", value, off, false)
	default:
		m.Others = append(m.Others, Element{ID: id, Data: value})
		r.out.addAs("subparameter", texts.Say("ef.cdma.subparameter", "id", id), Hex(value).String(), off, len(value))
	}
}

// address reads an address parameter, or (mode false) a callback number, which
// has no number mode.
func (r *cdmaReader) address(id string, value []byte, off int, mode bool) *CDMAAddress {
	b := bitCursor{b: value}
	a := &CDMAAddress{DigitMode: b.take(1)}
	if mode {
		a.NumberMode = b.take(1)
	}
	if a.DigitMode == 1 {
		a.Type = b.take(3)
		if a.NumberMode == 0 {
			a.Plan = b.take(4)
		}
	}
	n := b.take(8)
	var digits strings.Builder
	for i := 0; i < n && !b.short; i++ {
		if a.DigitMode == 1 {
			digits.WriteByte(byte(b.take(8)))
			continue
		}
		digits.WriteByte("?1234567890*#???"[b.take(4)])
	}
	a.Digits = strings.ToValidUTF8(digits.String(), "\uFFFD")
	if b.short {
		r.out.flag("cdma.address", off, len(value), "n", n)
	}
	r.out.addAs(id, texts.Say("ef.field."+id), a.String(), off, len(value))
	return a
}

func (r *cdmaReader) userData(m *CDMAMessage, value []byte, off int) {
	b := bitCursor{b: value}
	coding := byte(b.take(5))
	m.Coding = cdmaCoding(coding)
	if m.Coding == "is91" || m.Coding == "gsm_dcs" {
		b.take(8) // its own message type
	}
	n := b.take(8)
	switch {
	case m.UserDataHeader, coding == cdmaOctet:
		m.UserData = b.bytes((len(value)*8-b.at)/8, 8)
	case coding == cdmaASCII, coding == cdmaIA5:
		m.Text = string(b.runes(n, 7))
	case coding == cdmaGSM7:
		// These septets are packed as GSM packs them, from the lowest bit up.
		septets := unpack(b.bytes((n*7+7)/8, 8), n, 0)
		b.short = b.short || len(septets) < n
		m.Text, _ = gsmText(septets)
	case coding == cdmaLatin:
		m.Text = string(b.runes(n, 8))
	case coding == cdmaUnicode:
		m.Text = string(utf16.Decode(b.units(n)))
	default:
		m.UserData = b.bytes(n, 8)
	}
	if b.short {
		r.out.flag("cdma.text", off, len(value), "n", n)
	}
	shown := m.Text
	if shown == "" {
		shown = m.UserData.String()
	}
	r.out.add("text", shown, off, len(value)).Note = word("cdma.coding." + m.Coding)
}

// time reads a time stamp of six bytes in BCD; years from 96 on are of the
// last century (C.S0015 clause 4.5.4).
func (r *cdmaReader) time(value []byte, off int) string {
	var n [6]int
	bad := len(value) != 6
	if !bad {
		for i, c := range value {
			n[i] = int(c>>4)*10 + int(c&0xF)
			bad = bad || c>>4 > 9 || c&0xF > 9
		}
	}
	year := 2000 + n[0]
	if n[0] >= 96 {
		year = 1900 + n[0]
	}
	t := time.Date(year, time.Month(n[1]), n[2], n[3], n[4], n[5], 0, time.UTC)
	if bad || t.Month() != time.Month(n[1]) || t.Day() != n[2] || t.Hour() != n[3] || t.Minute() != n[4] || t.Second() != n[5] {
		r.out.flag("timestamp", off, len(value))
		return ""
	}
	s := t.Format("2006-01-02T15:04:05") // the time zone is not told
	r.out.add("tp_scts", s, off, 6)
	return s
}

// bitCursor reads numbers of bits, the highest first.
type bitCursor struct {
	b     []byte
	at    int
	short bool
}

func (r *bitCursor) take(n int) int {
	if r.at+n > len(r.b)*8 {
		r.short = true
		r.at = len(r.b) * 8
		return 0
	}
	v := 0
	for range n {
		v = v<<1 | int(r.b[r.at/8]>>(7-r.at%8)&1)
		r.at++
	}
	return v
}

// bytes reads n values of some bits each, as many as there are.
func (r *bitCursor) bytes(n, bits int) []byte {
	var out bytes.Buffer
	for range n {
		v := r.take(bits)
		if r.short {
			break
		}
		out.WriteByte(byte(v))
	}
	return out.Bytes()
}

func (r *bitCursor) units(n int) []uint16 {
	var out []uint16
	for range n {
		v := r.take(16)
		if r.short {
			break
		}
		out = append(out, uint16(v))
	}
	return out
}

func (r *bitCursor) runes(n, bits int) []rune {
	var out []rune
	for _, c := range r.bytes(n, bits) {
		out = append(out, rune(c))
	}
	return out
}

func cdmaMessageFiles() []entry {
	sms := writable("EF.SMS", "3GPP2 C.S0023 clause 3.4.27, C.S0015 clauses 3.4 and 4.5", decodeSMSCDMA, encodeSMSCDMA)
	return []entry{at(records(sms, "status", "party", "time", "text"), "MF/DF.CDMA/EF.SMS")}
}
