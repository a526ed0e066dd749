package ef

import (
	"fmt"
	"strings"
	"time"

	"simscope/texts"
)

// TPDU is a short message as it lies on the card (TS 23.040 clause 9.2.2):
// SMS-DELIVER, SMS-SUBMIT, SMS-STATUS-REPORT or SMS-COMMAND.
type TPDU struct {
	MTI           string         `json:"tp_mti"`
	FirstOctet    byte           `json:"first_octet"`
	MoreMessages  bool           `json:"tp_mms,omitempty"`  // more wait at the centre
	StatusReport  bool           `json:"tp_sr,omitempty"`   // a report is asked for, or (SRQ) answers a command
	UDHI          bool           `json:"tp_udhi,omitempty"` // the user data begins with a header
	ReplyPath     bool           `json:"tp_rp,omitempty"`
	MR            *byte          `json:"tp_mr,omitempty"`
	OA            *Address       `json:"tp_oa,omitempty"`
	DA            *Address       `json:"tp_da,omitempty"`
	RA            *Address       `json:"tp_ra,omitempty"`
	PID           *byte          `json:"tp_pid,omitempty"`
	DCS           *byte          `json:"tp_dcs,omitempty"`
	Alphabet      string         `json:"alphabet,omitempty"` // "gsm7", "8bit", "ucs2", "reserved", "compressed"
	Coding        *DataCoding    `json:"data_coding,omitempty"`
	SCTS          string         `json:"tp_scts,omitempty"` // RFC 3339
	DT            string         `json:"tp_dt,omitempty"`   // discharge time
	ST            *byte          `json:"tp_st,omitempty"`
	CT            *byte          `json:"tp_ct,omitempty"` // of a command: what is asked of the centre
	MN            *byte          `json:"tp_mn,omitempty"` // of a command: the message it is about
	CD            Hex            `json:"tp_cd,omitempty"`
	VP            Hex            `json:"tp_vp,omitempty"`
	UDL           *int           `json:"tp_udl,omitempty"` // septets or octets, by the alphabet
	UDH           []Element      `json:"tp_udh,omitempty"`
	Concatenation *Concatenation `json:"concatenation,omitempty"`
	UD            Hex            `json:"tp_ud,omitempty"`
	Text          string         `json:"text,omitempty"`
	Rest          Hex            `json:"rest,omitempty"` // of a TPDU that cannot be read further
}

// Element is an information element of a user data header.
type Element struct {
	ID   byte `json:"iei"`
	Data Hex  `json:"data"`
}

// Concatenation says which part of a longer message this is.
type Concatenation struct {
	Reference int `json:"reference"`
	Total     int `json:"total"`
	Sequence  int `json:"sequence"`
}

// party is the other side: sender, receiver.
func (t *TPDU) party() *Address {
	for _, a := range []*Address{t.OA, t.DA, t.RA} {
		if a != nil {
			return a
		}
	}
	return nil
}

// Body is the user data behind its header.
func (t *TPDU) Body() Hex {
	if n := 0; t.UDHI && len(t.UD) > 0 {
		if n = 1 + int(t.UD[0]); n <= len(t.UD) {
			return t.UD[n:]
		}
	}
	return t.UD
}

// body is what there is to read: the text, else the bytes.
func (t *TPDU) body() string {
	switch {
	case t.Text != "":
		return t.Text
	case len(t.UD) > 0:
		return t.UD.String()
	case t.ST != nil:
		return texts.Say("ef.sms.st", "st", hexByte(*t.ST))
	}
	return ""
}

type tpduReader struct {
	cursor
	out *builder
}

// serviceCentre reads the TS-Service-Centre-Address (TS 24.011 clause 8.2.5.2).
func (r *tpduReader) serviceCentre() *Address {
	off := r.off
	n := int(r.byte())
	if n == 0 || n == 0xFF {
		return nil
	}
	a := Address{Length: n}
	if n > 11 {
		r.out.flag("number.length", off, 1, "n", n, "limit", 11)
	}
	body := r.take(n)
	if len(body) == 0 {
		return nil
	}
	a.setType(body[0])
	a.Digits, _ = bcd(body[1:], addressDigits)
	r.out.add("ts_service_centre_address", a.String(), off, r.off-off)
	return &a
}

func (r *tpduReader) tpdu(status string) *TPDU {
	off := r.off
	t := &TPDU{FirstOctet: r.byte()}
	if r.short {
		r.out.flag("sms.short", off, 0)
		return nil
	}
	t.UDHI = t.FirstOctet&0x40 != 0
	switch outgoing := status == "sent" || status == "to_be_sent"; t.FirstOctet & 3 {
	case 0:
		t.MTI = "SMS-DELIVER"
		r.out.add("tp_mti", t.MTI, off, 1)
		r.deliver(t)
	case 1:
		t.MTI = "SMS-SUBMIT"
		r.out.add("tp_mti", t.MTI, off, 1)
		r.submit(t)
	case 2:
		t.MTI = "SMS-STATUS-REPORT"
		if outgoing {
			t.MTI = "SMS-COMMAND"
		}
		r.out.add("tp_mti", t.MTI, off, 1)
		r.report(t, outgoing)
	default:
		t.MTI = "reserved"
		t.Rest = r.take(len(r.b) - r.off)
		r.out.flag("sms.mti", off, 1)
	}
	if r.short {
		r.out.flag("sms.short", off, len(r.b)-off)
	}
	return t
}

func (r *tpduReader) deliver(t *TPDU) {
	t.MoreMessages = t.FirstOctet&4 == 0
	t.StatusReport, t.ReplyPath = t.FirstOctet&0x20 != 0, t.FirstOctet&0x80 != 0
	t.OA = r.address("tp_oa")
	r.protocol(t)
	t.SCTS = r.timestamp("tp_scts")
	r.userData(t)
}

func (r *tpduReader) submit(t *TPDU) {
	t.StatusReport, t.ReplyPath = t.FirstOctet&0x20 != 0, t.FirstOctet&0x80 != 0
	t.MR = r.reference()
	t.DA = r.address("tp_da")
	r.protocol(t)
	off := r.off
	switch t.FirstOctet >> 3 & 3 { // TP-VPF, TS 23.040 clause 9.2.3.3
	case 2:
		t.VP = r.take(1)
		if len(t.VP) == 1 {
			r.out.add("tp_validity_period", minutesText(validityMinutes(t.VP[0])), off, 1)
		}
	case 1:
		t.VP = r.take(7)
		r.out.add("tp_validity_period", ValidityText(t.FirstOctet, t.VP), off, len(t.VP))
	case 3:
		r.timestamp("tp_validity_period")
		t.VP = Hex(r.b[off:r.off])
	}
	r.userData(t)
}

// reference reads TP-MR, or nil where the bytes end.
func (r *tpduReader) reference() *byte {
	mr := r.byte()
	if r.short {
		return nil
	}
	return &mr
}

func (r *tpduReader) report(t *TPDU, command bool) {
	t.StatusReport = t.FirstOctet&0x20 != 0
	t.MR = r.reference()
	if command {
		r.command(t)
		return
	}
	t.MoreMessages = t.FirstOctet&4 == 0
	t.RA = r.address("tp_ra")
	t.SCTS = r.timestamp("tp_scts")
	t.DT = r.timestamp("tp_dt")
	off := r.off
	st := r.byte()
	if r.short {
		return
	}
	t.ST = &st
	r.out.add("tp_st", statusText(st), off, 1)
	if r.off >= len(r.b) {
		return
	}
	pi := r.b[r.off] // TP-PI: which of PID, DCS, UDL follow
	if pi == 0xFF || pi&7 == 0 {
		return
	}
	r.off++
	if pi&1 != 0 {
		c := r.byte()
		t.PID = &c
	}
	dcs := byte(0)
	if pi&2 != 0 {
		dcs = r.byte()
		t.DCS = &dcs
	}
	t.Alphabet = alphabet(dcs)
	if pi&4 != 0 {
		r.userData(t)
	}
}

// command reads the rest of an SMS-COMMAND (TS 23.040 clause 9.2.2.4).
func (r *tpduReader) command(t *TPDU) {
	off := r.off
	pid, ct, mn := r.byte(), r.byte(), r.byte()
	if r.short {
		return
	}
	t.PID, t.CT, t.MN = &pid, &ct, &mn
	r.out.add("tp_ct", commandText(ct), off+1, 1)
	r.out.add("tp_mn", fmt.Sprint(mn), off+2, 1)
	t.DA = r.address("tp_da")
	if n := int(r.byte()); !r.short {
		t.CD = r.take(n)
	}
}

// commandText is TP-Command-Type in words (TS 23.040 clause 9.2.3.19).
func commandText(ct byte) string {
	if ct < 4 {
		return word(fmt.Sprint("sms.command.", ct))
	}
	return hexByte(ct)
}

// DeliveryText is TP-Status in words (TS 23.040 clause 9.2.3.15).
func DeliveryText(st byte) string { return statusText(st) }

// statusText is TP-Status in words (TS 23.040 clause 9.2.3.15).
func statusText(st byte) string {
	switch {
	case st == 0:
		return word("st.received")
	case st < 0x20:
		return word("st.done")
	case st < 0x40:
		return word("st.trying")
	case st < 0x60:
		return word("st.failed")
	case st < 0x80:
		return word("st.gave_up")
	}
	return hexByte(st)
}

func (r *tpduReader) protocol(t *TPDU) {
	off := r.off
	pid, dcs := r.byte(), r.byte()
	if r.short {
		return
	}
	coding := ParseDCS(dcs)
	t.PID, t.DCS, t.Alphabet, t.Coding = &pid, &dcs, coding.Alphabet, &coding
	r.out.add("tp_pid", hexByte(pid), off, 1).Note = pidNote(pid)
	r.out.add("tp_dcs", hexByte(dcs), off+1, 1).Note = coding.words()
}

// alphabet reads a data coding scheme (TS 23.038 clause 4).
func alphabet(dcs byte) string {
	switch {
	case dcs < 0x80 && dcs&0x20 != 0:
		return "compressed"
	case dcs < 0x80:
		return [4]string{"gsm7", "8bit", "ucs2", "reserved"}[dcs>>2&3]
	case dcs < 0xC0:
		return "reserved"
	case dcs < 0xE0:
		return "gsm7"
	case dcs < 0xF0:
		return "ucs2"
	case dcs&4 != 0:
		return "8bit"
	}
	return "gsm7"
}

// address reads an address field (TS 23.040 clause 9.1.2.5); its length is in
// digits, for an alphanumeric one in used half-bytes.
func (r *tpduReader) address(id string) *Address {
	off := r.off
	n := int(r.byte())
	c := r.byte()
	if r.short {
		return nil
	}
	if n > 20 {
		r.out.flag("number.length", off, 1, "n", n, "limit", 20)
	}
	a := &Address{Length: n}
	a.setType(c)
	body := r.take((n + 1) / 2)
	if a.TON == TONAlphanumeric {
		text, bad := gsmText(unpack(body, n*4/7, 0))
		a.Digits = text
		if len(bad) > 0 {
			r.out.flag(bad[0].flag, off+2, len(body))
		}
	} else {
		clean := true
		if a.Digits, clean = bcd(body, addressDigits); !clean || len(a.Digits) != n {
			r.out.flag("filler", off+2, len(body))
		}
	}
	r.out.add(id, a.String(), off, r.off-off).Note = a.typeNote()
	return a
}

// timestamp reads seven bytes of TS 23.040 clause 9.2.3.11 as RFC 3339. What
// is no date gives a flag and an empty string.
func (r *tpduReader) timestamp(id string) string {
	off := r.off
	b := r.take(7)
	if len(b) < 7 {
		return ""
	}
	t, ok := scts([7]byte(b))
	if !ok {
		r.out.flag("timestamp", off, 7)
		r.out.add(id, Hex(b).String(), off, 7)
		return ""
	}
	s := t.Format(time.RFC3339)
	r.out.add(id, s, off, 7)
	return s
}

func scts(b [7]byte) (time.Time, bool) {
	var v [6]int
	for i := range v {
		lo, hi := int(b[i]&0xF), int(b[i]>>4)
		if lo > 9 || hi > 9 {
			return time.Time{}, false
		}
		v[i] = lo*10 + hi
	}
	quarters := int(b[6]&7)*10 + int(b[6]>>4)
	if b[6]>>4 > 9 || quarters > 56 { // no zone is further than 14 hours away
		return time.Time{}, false
	}
	if b[6]&8 != 0 {
		quarters = -quarters
	}
	year := 2000 + v[0]
	if v[0] >= 90 {
		year = 1900 + v[0]
	}
	zone := time.FixedZone("", quarters*15*60)
	t := time.Date(year, time.Month(v[1]), v[2], v[3], v[4], v[5], 0, zone)
	if int(t.Month()) != v[1] || t.Day() != v[2] || t.Hour() != v[3] || t.Minute() != v[4] || t.Second() != v[5] {
		return time.Time{}, false
	}
	return t, true
}

// userData reads TP-UDL and TP-UD with its header (TS 23.040 clause 9.2.3.24).
func (r *tpduReader) userData(t *TPDU) {
	if r.short {
		return
	}
	lenOff := r.off
	udl := int(r.byte())
	t.UDL = &udl
	octets := udl
	if t.Alphabet == "gsm7" {
		octets = (udl*7 + 7) / 8
	}
	if octets > 140 {
		r.out.flag("sms.udl", lenOff, 1, "n", udl)
	}
	off := r.off
	t.UD = r.take(octets)
	body, skip := t.UD, 0
	if t.UDHI && len(t.UD) > 0 {
		n := 1 + int(t.UD[0])
		if n > len(t.UD) {
			r.out.flag("sms.udh", off, 1)
			return
		}
		r.header(t, off)
		body, skip = t.UD[n:], n
	}
	r.text(t, body, udl, skip)
	if t.Text != "" {
		r.out.add("text", t.Text, off+skip, len(body))
	} else if len(body) > 0 {
		r.out.add("tp_ud", Hex(body).String(), off+skip, len(body))
	}
}

func (r *tpduReader) text(t *TPDU, body []byte, udl, skip int) {
	switch t.Alphabet {
	case "gsm7":
		// The text begins at the septet border behind the header.
		used := (skip*8 + 6) / 7
		tables, _ := tablesOf(t.UDH)
		s, bad := tables.text(unpack(t.UD, max(0, udl-used), used*7))
		t.Text = s
		if len(bad) > 0 {
			r.out.flag(bad[0].flag, r.off-len(body), len(body))
		}
	case "ucs2":
		units := make([]uint16, 0, len(body)/2)
		for i := 0; i+1 < len(body); i += 2 {
			units = append(units, uint16(body[i])<<8|uint16(body[i+1]))
		}
		s, bad := utf16Text(units)
		t.Text = s
		if bad >= 0 || len(body)%2 != 0 {
			r.out.flag("alpha.surrogate", r.off-len(body), len(body))
		}
	case "8bit":
		if printable(body) {
			t.Text = string(body)
		}
	}
}

func printable(b []byte) bool {
	for _, c := range b {
		if c < 0x20 || c > 0x7E {
			return false
		}
	}
	return true
}

// header reads the information elements of the user data header and what
// they say of concatenation and of alphabets that are not known.
func (r *tpduReader) header(t *TPDU, off int) {
	h := t.UD[1 : 1+int(t.UD[0])]
	var list []string
	for i := 0; i < len(h); {
		if i+2 > len(h) || i+2+int(h[i+1]) > len(h) {
			r.out.flag("sms.udh", off, len(h)+1)
			break
		}
		e := Element{h[i], Hex(h[i+2 : i+2+int(h[i+1])])}
		t.UDH = append(t.UDH, e)
		list = append(list, udhName(e.ID))
		r.element(t, e, off+1+i)
		i += 2 + len(e.Data)
	}
	r.out.add("tp_udh", strings.Join(list, ", "), off, len(h)+1)
}

func (r *tpduReader) element(t *TPDU, e Element, off int) {
	d := e.Data
	switch {
	case e.ID == 0x00 && len(d) == 3:
		t.Concatenation = &Concatenation{int(d[0]), int(d[1]), int(d[2])}
	case e.ID == 0x08 && len(d) == 4:
		t.Concatenation = &Concatenation{int(d[0])<<8 | int(d[1]), int(d[2]), int(d[3])}
	case e.ID == ieiSingleShift || e.ID == ieiLockingShift:
		if _, known := tablesOf([]Element{e}); !known {
			r.out.flag("sms.language", off, 2+len(d))
		}
		return
	default:
		return
	}
	c := t.Concatenation
	if c.Total == 0 || c.Sequence == 0 || c.Sequence > c.Total {
		r.out.flag("sms.part", off, 2+len(d), "part", c.Sequence, "of", c.Total)
	}
	r.out.add("concatenation", fmt.Sprintf("%d/%d", c.Sequence, c.Total), off, 2+len(d)).Depth = 1
}
