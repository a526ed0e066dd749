package ef

import (
	"fmt"
	"strings"

	"simscope/texts"
)

// SMS is a record of EF.SMS (TS 31.102 clause 4.2.25, TS 51.011 clause
// 10.5.3): a status byte, the service centre's address and the TPDU.
type SMS struct {
	StatusByte   byte     `json:"status_byte"`
	Status       string   `json:"status"`                  // "free", "received_read", "received_unread", "to_be_sent", "sent", "rfu"
	StatusReport string   `json:"status_report,omitempty"` // of a sent message
	Deleted      bool     `json:"deleted"`                 // free, and a message can still be read
	Centre       *Address `json:"ts_service_centre_address,omitempty"`
	TPDU         *TPDU    `json:"tpdu,omitempty"`
	Carry
}

var statusReports = [4]string{"not_requested", "requested", "received_not_stored", "received_stored"}

// smsStatus reads a status byte; the bits above 5 are RFU.
func smsStatus(c byte) (status, report string) {
	switch c & 7 {
	case 1:
		return "received_read", ""
	case 3:
		return "received_unread", ""
	case 7:
		return "to_be_sent", ""
	case 5:
		return "sent", statusReports[c>>3&3]
	}
	return "free", ""
}

func decodeSMS(data []byte, _ Context, b *builder) SMS {
	v := SMS{Status: "free", Carry: Carry{data}}
	b.Columns = []string{"", "", "", ""}
	if !b.expect(data, 1) {
		return v
	}
	v.StatusByte = data[0]
	v.Status, v.StatusReport = smsStatus(data[0])
	body := data[1:]
	if v.Status == "free" && (allFF(body) || allZero(body)) {
		b.erase()
		return v
	}
	b.expect(data, 176)
	b.smsStatusField(v)
	r := &tpduReader{cursor: cursor{b: data, off: 1}, out: b}
	v.Centre = r.serviceCentre()
	v.TPDU = r.tpdu(v.Status)
	if v.Status == "free" {
		// What cannot be read any more is not a message that was left behind.
		v.Deleted = v.TPDU != nil && !r.short && v.TPDU.party() != nil
		if !v.Deleted {
			b.Flags, b.Fields = nil, b.Fields[:1]
			b.flag("sms.residue", 1, len(body))
			b.Summary = texts.Say("ef.sms.residue")
			b.Columns = []string{word("sms.free"), "", "", ""}
			return v
		}
		b.flag("sms.deleted", 0, 1)
	}
	b.smsSummary(v)
	return v
}

func allZero(b []byte) bool {
	for _, c := range b {
		if c != 0 {
			return false
		}
	}
	return true
}

func (b *builder) smsStatusField(v SMS) {
	f := b.add("sms_status", word("sms."+v.Status), 0, 1)
	if v.StatusReport != "" {
		f.Note = word("sms.report." + v.StatusReport)
	}
	if v.StatusByte&0xE0 != 0 {
		b.flag("sms.status", 0, 1, "status", hexByte(v.StatusByte))
	}
}

func (b *builder) smsSummary(v SMS) {
	status := word("sms." + v.Status)
	if v.Deleted {
		status = word("sms.deleted")
	}
	who, when, text := "", "", ""
	if t := v.TPDU; t != nil {
		if a := t.party(); a != nil {
			who = a.String()
		}
		when, text = t.SCTS, t.body()
		if c := t.Concatenation; c != nil {
			text = fmt.Sprintf("(%d/%d) %s", c.Sequence, c.Total, text)
		}
	}
	b.Columns = []string{status, who, when, text}
	b.Summary = strings.Join(strings.Fields(strings.Join([]string{status, who, when}, " ")), " ") + "  " + text
}

// cursor reads bytes one after the other and remembers when they ran out.
type cursor struct {
	b     []byte
	off   int
	short bool
}

func (c *cursor) byte() byte {
	if c.off >= len(c.b) {
		c.short = true
		return 0
	}
	c.off++
	return c.b[c.off-1]
}

func (c *cursor) take(n int) []byte {
	if n > len(c.b)-c.off {
		c.short = true
		n = len(c.b) - c.off
	}
	c.off += n
	return c.b[c.off-n : c.off]
}

// SMSP is a record of EF.SMSP (TS 31.102 clause 4.2.27, TS 51.011 clause
// 10.5.6). Parts that the indicators do not announce are shown all the same.
type SMSP struct {
	AlphaID    string         `json:"alpha_identifier"`
	Indicators SMSPIndicators `json:"parameter_indicators"`
	Dest       Address        `json:"tp_destination_address"`
	Centre     Address        `json:"ts_service_centre_address"`
	PID        byte           `json:"tp_pid"`
	DCS        byte           `json:"tp_dcs"`
	VP         byte           `json:"tp_validity_period"`
	VPMinutes  int            `json:"tp_validity_minutes"`
	Carry
}

// SMSPIndicators says which parameters a record holds.
type SMSPIndicators struct {
	Dest   bool `json:"tp_destination_address"`
	Centre bool `json:"ts_service_centre_address"`
	PID    bool `json:"tp_pid"`
	DCS    bool `json:"tp_dcs"`
	VP     bool `json:"tp_validity_period"`
}

// smspTail is the record without its alpha identifier.
const smspTail = 28

func decodeSMSP(data []byte, _ Context, b *builder) SMSP {
	v := SMSP{Carry: Carry{data}}
	b.Columns = []string{"", ""}
	if len(data) > 0 && allFF(data) {
		b.erase()
		return v
	}
	if !b.expect(data, smspTail) {
		return v
	}
	y := len(data) - smspTail
	a := DecodeAlpha(data[:y])
	v.AlphaID = a.Text
	b.alphaFlags(a, 0)
	p := data[y:]
	v.Indicators = SMSPIndicators{p[0]&1 == 0, p[0]&2 == 0, p[0]&4 == 0, p[0]&8 == 0, p[0]&16 == 0}
	v.Dest = b.fixedAddress(p[1:13], y+1, true)
	v.Centre = b.fixedAddress(p[13:25], y+13, false)
	v.PID, v.DCS, v.VP = p[25], p[26], p[27]
	v.VPMinutes = validityMinutes(v.VP)
	if y > 0 {
		b.add("alpha_identifier", v.AlphaID, 0, y)
	}
	in := v.Indicators
	b.smspField("tp_destination_address", v.Dest.String(), y+1, 12, in.Dest)
	b.smspField("ts_service_centre_address", v.Centre.String(), y+13, 12, in.Centre)
	b.smspField("tp_pid", hexByte(v.PID), y+25, 1, in.PID)
	b.smspField("tp_dcs", hexByte(v.DCS), y+26, 1, in.DCS)
	b.smspField("tp_validity_period", minutesText(v.VPMinutes), y+27, 1, in.VP)
	centre := ""
	if in.Centre {
		centre = v.Centre.String()
	}
	b.Columns = []string{v.AlphaID, centre}
	b.Summary = strings.TrimSpace(v.AlphaID + "  " + centre)
	return v
}

func (b *builder) smspField(id, value string, off, n int, present bool) {
	if !present {
		value = word("not_given")
	}
	b.add(id, value, off, n)
}

// fixedAddress reads the twelve bytes of an address in EF.SMSP. Its length is
// in digits for a destination (TS 23.040 clause 9.1.2.5) and in bytes for a
// service centre (TS 24.011 clause 8.2.5.2).
func (b *builder) fixedAddress(p []byte, off int, inDigits bool) Address {
	a := Address{Length: int(p[0])}
	a.setType(p[1])
	if p[0] == 0xFF {
		return a
	}
	n := int(p[0]) - 1
	if inDigits {
		n = (int(p[0]) + 1) / 2
	}
	if n > 10 || n < 0 {
		b.flag("number.length", off, 1, "n", p[0], "limit", map[bool]int{true: 20, false: 11}[inDigits])
		n = max(0, min(n, 10))
	}
	a.Digits, _ = bcd(p[2:2+n], addressDigits)
	return a
}

// validityMinutes reads a relative validity period (TS 23.040 clause
// 9.2.3.12.1).
func validityMinutes(c byte) int {
	n := int(c)
	switch {
	case n <= 143:
		return (n + 1) * 5
	case n <= 167:
		return 12*60 + (n-143)*30
	case n <= 196:
		return (n - 166) * 24 * 60
	}
	return (n - 192) * 7 * 24 * 60
}

func minutesText(n int) string {
	switch {
	case n%(24*60) == 0:
		return texts.Say("ef.days", "n", n/(24*60))
	case n%60 == 0:
		return texts.Say("ef.hours", "n", n/60)
	}
	return texts.Say("ef.minutes", "n", n)
}
