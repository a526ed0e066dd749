package ef

import (
	"fmt"
	"strings"
)

// SMSR is a record of EF.SMSR (TS 31.102 clause 4.2.32, TS 51.011 clause
// 10.5.8): a status report and the record of EF.SMS it is about.
type SMSR struct {
	Record int   `json:"sms_record_identifier"` // 0: the record is free
	Report *TPDU `json:"sms_status_report,omitempty"`
	Carry
}

// smsrLength is the length of a record.
const smsrLength = 30

func decodeSMSR(data []byte, _ Context, b *builder) SMSR {
	v := SMSR{Carry: Carry{data}}
	b.Columns = []string{"", "", "", ""}
	if !b.expect(data, 1) {
		return v
	}
	if data[0] == 0 || data[0] == 0xFF {
		b.erase()
		return v
	}
	b.expect(data, smsrLength)
	v.Record = int(data[0])
	b.add("sms_record", fmt.Sprint(v.Record), 0, 1)
	r := &tpduReader{cursor: cursor{b: data, off: 1}, out: b}
	v.Report = r.tpdu("received_read")
	if t := v.Report; t != nil && t.MTI != "SMS-STATUS-REPORT" {
		b.flag("sms.not_report", 1, len(data)-1)
	}
	who, when, how := "", "", ""
	if t := v.Report; t != nil {
		if a := t.party(); a != nil {
			who = a.String()
		}
		when = t.DT
		if t.ST != nil {
			how = statusText(*t.ST)
		}
	}
	b.Columns = []string{fmt.Sprint(v.Record), who, when, how}
	b.Summary = strings.Join(strings.Fields(strings.Join(b.Columns[1:], " ")), " ")
	return v
}

func encodeSMSR(v SMSR, size int) ([]byte, error) {
	if v.Record < 0 || v.Record > 254 {
		return nil, refuse("record", "n", v.Record, "limit", 254)
	}
	out := []byte{byte(v.Record)}
	if v.Record > 0 && v.Report != nil {
		t, err := v.Report.bytes()
		if err != nil {
			return nil, err
		}
		out = append(out, t...)
	}
	return padded(out, size)
}

func encodeSMSP(v SMSP, size int) ([]byte, error) {
	if size < smspTail {
		return nil, refuse("size", "need", smspTail, "limit", size)
	}
	out, err := EncodeAlpha(v.AlphaID, size-smspTail)
	if err != nil {
		return nil, err
	}
	in := v.Indicators
	bits := byte(0xE0)
	for i, there := range []bool{in.Dest, in.Centre, in.PID, in.DCS, in.VP} {
		if !there {
			bits |= 1 << i
		}
	}
	dest, err := v.Dest.fixed(true)
	if err != nil {
		return nil, err
	}
	centre, err := v.Centre.fixed(false)
	if err != nil {
		return nil, err
	}
	out = append(append(append(out, bits), dest...), centre...)
	return append(out, v.PID, v.DCS, v.VP), nil
}

// fixed writes the twelve bytes of an address in EF.SMSP.
func (a Address) fixed(inDigits bool) ([]byte, error) {
	if a.Digits == "" {
		return fill(12), nil
	}
	digits, err := bcdBytes(a.Digits, addressDigits)
	if err != nil {
		return nil, err
	}
	if len(digits) > 10 {
		return nil, refuse("digits", "n", len(a.Digits), "limit", maxDialDigits)
	}
	n := byte(1 + len(digits))
	if inDigits {
		n = byte(len(a.Digits))
	}
	return padded(append([]byte{n, a.typeByte()}, digits...), 12)
}

func encodeSMSS(v SMSS, size int) ([]byte, error) {
	c := byte(0xFF)
	if v.Exceeded {
		c = 0xFE
	}
	return padded([]byte{v.LastMR, c}, size)
}
