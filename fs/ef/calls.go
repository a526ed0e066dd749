package ef

import (
	"fmt"
	"strings"
	"time"

	"simscope/texts"
)

// Call is a record of EF.ICI or EF.OCI (TS 31.102 clauses 4.2.33 and 4.2.34):
// a call that came in or went out.
type Call struct {
	DialNumber
	Time     string    `json:"date_and_time"`      // RFC 3339, without a zone where none is stored; empty: not known
	Duration int       `json:"duration_s"`         // in seconds
	Answered *bool     `json:"answered,omitempty"` // of EF.ICI
	Status   *byte     `json:"status,omitempty"`   // of EF.ICI; bit 1 says that nobody answered
	Link     *CallLink `json:"link_to_phone_book,omitempty"`
}

// CallLink points to a contact: to records of EF.PBR and EF.ADN.
type CallLink struct {
	Book byte `json:"phone_book"` // bit 1: 0 that of DF.TELECOM, 1 the application's own
	PBR  byte `json:"pbr_record"`
	ADN  byte `json:"adn_record"`
}

const (
	callTimeLen     = 7
	callDurationLen = 3
	callLinkLen     = 3
)

// callTail is what follows the number in a record.
func callTail(incoming bool) int {
	n := callTimeLen + callDurationLen + callLinkLen
	if incoming {
		n++
	}
	return n
}

func decodeCall(incoming bool) func([]byte, Context, *builder) Call {
	return func(data []byte, _ Context, b *builder) Call {
		v := Call{DialNumber: DialNumber{Carry: Carry{data}, LengthOfBCD: 0xFF, Capability: 0xFF, Extension: 0xFF}}
		b.Columns = []string{"", "", "", ""}
		if len(data) > 0 && allFF(data) {
			b.erase()
			return v
		}
		if !b.expect(data, dialTail+callTail(incoming)) {
			return v
		}
		x := len(data) - dialTail - callTail(incoming)
		v.readParty(data, x, b)
		v.readCall(data[x+dialTail:], x+dialTail, incoming, b)
		if v.AlphaID == "" && v.Number == "" && v.Time == "" && v.Duration == 0 {
			b.erase()
			return v
		}
		took := durationText(v.Duration)
		if v.Answered != nil && !*v.Answered {
			took = word("call.missed")
		}
		b.Columns = []string{v.AlphaID, b.dial(v.DialNumber), v.Time, took}
		b.Summary = strings.Join(strings.Fields(strings.Join(b.Columns, " ")), " ")
		return v
	}
}

// readParty reads the name before byte x and the number there.
func (d *DialNumber) readParty(data []byte, x int, b *builder) {
	a := DecodeAlpha(data[:x])
	d.AlphaID, d.Coding = a.Text, a.Coding
	b.alphaFlags(a, 0)
	if x > 0 {
		b.add("alpha_identifier", d.AlphaID, 0, x)
	}
	d.readNumber(data[x:], x, b)
}

func (v *Call) readCall(t []byte, off int, incoming bool, b *builder) {
	ok := false
	if v.Time, ok = callTime([callTimeLen]byte(t)); !ok {
		b.flag("timestamp", off, callTimeLen)
	}
	b.add("call_time", v.Time, off, callTimeLen)
	v.Duration = uint24(t[callTimeLen:])
	if v.Duration == maxUint24 {
		v.Duration = 0
	}
	b.add("call_duration", durationText(v.Duration), off+callTimeLen, callDurationLen)
	at := callTimeLen + callDurationLen
	if incoming {
		answered := t[at]&1 == 0
		v.Answered, v.Status = &answered, &t[at]
		b.add("call_answered", yesNo(answered), off+at, 1)
		at++
	}
	link := t[at : at+callLinkLen]
	if link[1] == 0xFF && link[2] == 0xFF {
		return
	}
	v.Link = &CallLink{link[0], link[1], link[2]}
	book := word("book.telecom")
	if link[0]&1 != 0 {
		book = word("book.usim")
	}
	b.add("phone_book_link", texts.Say("ef.booklink", "book", book, "pbr", link[1], "adn", link[2]), off+at, callLinkLen)
}

const localTime = "2006-01-02T15:04:05"

// callTime reads a time in the coding of TS 23.040 clause 9.2.3.11. The zone
// is FF where the phone does not know it; all FF, or zeros, is no time.
func callTime(b [callTimeLen]byte) (s string, ok bool) {
	if allFF(b[:]) || allZero(b[:]) {
		return "", true
	}
	layout := time.RFC3339
	if b[6] == 0xFF {
		b[6], layout = 0, localTime
	}
	t, ok := scts(b)
	if !ok {
		return "", false
	}
	return t.Format(layout), true
}

// callTimeBytes is the inverse of callTime.
func callTimeBytes(s string) ([]byte, error) {
	if s == "" {
		return fill(callTimeLen), nil
	}
	t, err := time.Parse(time.RFC3339, s)
	zoned := err == nil
	if !zoned {
		if t, err = time.Parse(localTime, s); err != nil {
			return nil, refuse("call.time", "time", s)
		}
	}
	if t.Year() < 1990 || t.Year() > 2089 {
		return nil, refuse("call.time", "time", s)
	}
	var out []byte
	for _, n := range []int{t.Year() % 100, int(t.Month()), t.Day(), t.Hour(), t.Minute(), t.Second()} {
		out = append(out, byte(n%10)<<4|byte(n/10))
	}
	if !zoned {
		return append(out, 0xFF), nil
	}
	_, seconds := t.Zone()
	sign := byte(0)
	if seconds < 0 {
		seconds, sign = -seconds, 8
	}
	quarters := seconds / (15 * 60)
	if seconds%(15*60) != 0 || quarters > 56 {
		return nil, refuse("call.time", "time", s)
	}
	return append(out, byte(quarters%10)<<4|byte(quarters/10)|sign), nil
}

// durationText writes seconds as hours, minutes and seconds.
func durationText(s int) string { return fmt.Sprintf("%d:%02d:%02d", s/3600, s/60%60, s%60) }

func encodeCall(incoming bool) func(Call, int) ([]byte, error) {
	return func(v Call, size int) ([]byte, error) {
		n := callTail(incoming)
		if size < dialTail+n {
			return nil, refuse("size", "need", dialTail+n, "limit", size)
		}
		out, err := encodeDialNumber(false)(v.DialNumber, size-n)
		if err != nil {
			return nil, err
		}
		at, err := callTimeBytes(v.Time)
		if err != nil {
			return nil, err
		}
		if err := inRange("duration_s", v.Duration, maxUint24-1); err != nil {
			return nil, err
		}
		out = appendUint24(append(out, at...), v.Duration)
		if incoming {
			out = append(out, v.statusByte())
		}
		if v.Link == nil {
			return append(out, fill(callLinkLen)...), nil
		}
		return append(out, v.Link.Book, v.Link.PBR, v.Link.ADN), nil
	}
}

// statusByte is the status of an incoming call; the bits above the first stay.
func (v Call) statusByte() byte {
	var c byte
	if v.Status != nil {
		c = *v.Status
	}
	if v.Answered != nil {
		c = c&^1 | oneIf(!*v.Answered)
	}
	return c
}

// CallTimer is a record of EF.ICT or EF.OCT (TS 31.102 clauses 4.2.35 and
// 4.2.36): the time of all calls.
type CallTimer struct {
	Seconds int `json:"accumulated_call_timer_s"`
	Carry
}

func decodeCallTimer(data []byte, _ Context, b *builder) CallTimer {
	v := CallTimer{Carry: Carry{data}}
	b.Columns = []string{""}
	if !b.exactly(data, 3) {
		return v
	}
	v.Seconds = uint24(data)
	b.Summary = durationText(v.Seconds)
	b.add("call_timer", b.Summary, 0, 3)
	b.Columns = []string{b.Summary}
	return v
}

func encodeCallTimer(v CallTimer, size int) ([]byte, error) {
	if err := sized(size, 3); err != nil {
		return nil, err
	}
	if err := inRange("accumulated_call_timer_s", v.Seconds, maxUint24); err != nil {
		return nil, err
	}
	return appendUint24(nil, v.Seconds), nil
}
