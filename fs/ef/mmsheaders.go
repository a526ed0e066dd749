package ef

import (
	"fmt"
	"strings"
	"time"
)

// MMSHeader is one header of a multimedia message in the WAP encoding (OMA
// MMS encapsulation protocol, WAP-230-WSP): the name it has there and its
// value as text, a time in RFC 3339 or as seconds from then ("+3600s").
type MMSHeader struct {
	Name  string `json:"name"`
	Value string `json:"value"`
	// where the header stands in the bytes it was read from
	off, size int
}

// Kinds of header values.
const (
	mmsText    = iota // to a byte 00; or with a length and a character set before it
	mmsToken          // one byte that stands for a word
	mmsNumber         // a length, then a number
	mmsWhen           // a length, 80 or 81, then a date or a number of seconds
	mmsFrom           // a length, 80 and a text, or 81
	mmsVersion        // one byte, major and minor number
	mmsMedia          // one byte or a text; or with a length before it and parameters behind
)

type mmsField struct {
	name   string
	kind   int
	tokens map[byte]string
}

var (
	mmsYesNo = map[byte]string{0x80: "yes", 0x81: "no"}
	mmsTypes = map[byte]string{
		0x80: "m-send-req", 0x81: "m-send-conf", 0x82: "m-notification-ind", 0x83: "m-notifyresp-ind",
		0x84: "m-retrieve-conf", 0x85: "m-acknowledge-ind", 0x86: "m-delivery-ind",
		0x87: "m-read-rec-ind", 0x88: "m-read-orig-ind", 0x89: "m-forward-req", 0x8A: "m-forward-conf",
	}
	mmsMediaTypes = map[byte]string{
		0x83: "text/plain", 0xA3: "application/vnd.wap.multipart.mixed", 0xB3: "application/vnd.wap.multipart.related",
	}
	mmsClasses    = map[byte]string{0x80: "personal", 0x81: "advertisement", 0x82: "informational", 0x83: "auto"}
	mmsPriorities = map[byte]string{0x80: "low", 0x81: "normal", 0x82: "high"}
	mmsVisibility = map[byte]string{0x80: "hide", 0x81: "show"}
)

// mmsFields are the headers by their assigned number, without its highest bit.
var mmsFields = map[byte]mmsField{
	0x01: {name: "Bcc"},
	0x02: {name: "Cc"},
	0x03: {name: "X-Mms-Content-Location"},
	0x04: {"Content-Type", mmsMedia, mmsMediaTypes},
	0x05: {name: "Date", kind: mmsNumber},
	0x06: {"X-Mms-Delivery-Report", mmsToken, mmsYesNo},
	0x07: {name: "X-Mms-Delivery-Time", kind: mmsWhen},
	0x08: {name: "X-Mms-Expiry", kind: mmsWhen},
	0x09: {name: "From", kind: mmsFrom},
	0x0A: {"X-Mms-Message-Class", mmsToken, mmsClasses},
	0x0B: {name: "Message-ID"},
	0x0C: {"X-Mms-Message-Type", mmsToken, mmsTypes},
	0x0D: {name: "X-Mms-MMS-Version", kind: mmsVersion},
	0x0E: {name: "X-Mms-Message-Size", kind: mmsNumber},
	0x0F: {"X-Mms-Priority", mmsToken, mmsPriorities},
	0x10: {"X-Mms-Read-Reply", mmsToken, mmsYesNo},
	0x11: {"X-Mms-Report-Allowed", mmsToken, mmsYesNo},
	0x12: {name: "X-Mms-Response-Status", kind: mmsToken},
	0x13: {name: "X-Mms-Response-Text"},
	0x14: {"X-Mms-Sender-Visibility", mmsToken, mmsVisibility},
	0x15: {name: "X-Mms-Status", kind: mmsToken},
	0x16: {name: "Subject"},
	0x17: {name: "To"},
	0x18: {name: "X-Mms-Transaction-Id"},
	0x19: {name: "X-Mms-Retrieve-Status", kind: mmsToken},
	0x1A: {name: "X-Mms-Retrieve-Text"},
	0x1B: {name: "X-Mms-Read-Status", kind: mmsToken},
}

// wspReader reads values of WSP one after the other. What runs beyond the end
// makes it short and gives nothing.
type wspReader struct{ cursor }

// text reads to a byte 00, without the quote that may stand before it.
func (r *wspReader) text() string {
	start := r.off
	for r.off < len(r.b) && r.b[r.off] != 0 {
		r.off++
	}
	s := r.b[start:r.off]
	if r.byte(); r.short {
		return ""
	}
	if len(s) > 0 && s[0] == 0x7F {
		s = s[1:]
	}
	return string(s)
}

// length reads a value-length: up to 30 in one byte, or 31 and a uintvar.
func (r *wspReader) length() int {
	c := r.byte()
	if c < 31 {
		return int(c)
	}
	if c != 31 {
		r.short = true
		return 0
	}
	n := 0
	for range 3 {
		c := r.byte()
		n = n<<7 | int(c&0x7F)
		if c&0x80 == 0 {
			return n
		}
	}
	r.short = true
	return 0
}

// number reads a long integer: a length and that many bytes.
func (r *wspReader) number() uint64 {
	n := int(r.byte())
	if n > 8 {
		r.short = true
	}
	var v uint64
	for _, c := range r.take(min(n, 8)) {
		v = v<<8 | uint64(c)
	}
	return v
}

// isText reports whether a text starts here, and not a length or a token.
func (r *wspReader) isText() bool {
	return r.off < len(r.b) && r.b[r.off] > 31 && r.b[r.off] < 0x80 || r.off < len(r.b) && r.b[r.off] == 0
}

// encoded reads a text, or a length, a character set and a text.
func (r *wspReader) encoded() string {
	if r.isText() {
		return r.text()
	}
	n := r.length()
	if r.short || n > len(r.b)-r.off || n == 0 {
		r.short = true
		return ""
	}
	end := r.off + n
	r.byte() // the character set; UTF-8 is what there is
	if r.isText() {
		s := r.text()
		if r.off == end {
			return s
		}
	}
	r.short = true
	return ""
}

// when reads a point in time or a number of seconds from now.
func (r *wspReader) when() string {
	n := r.length()
	end := r.off + n
	kind := r.byte()
	v := r.number()
	if r.short || r.off != end || kind != 0x80 && kind != 0x81 {
		r.short = true
		return ""
	}
	if kind == 0x81 {
		return fmt.Sprintf("+%ds", v)
	}
	return dateText(v)
}

// dateText writes seconds since 1970; what is no date of our time stays a
// number.
func dateText(v uint64) string {
	const year10000 = 253402300800
	if v >= year10000 {
		return fmt.Sprint(v)
	}
	return time.Unix(int64(v), 0).UTC().Format(time.RFC3339)
}

func (r *wspReader) from() string {
	n := r.length()
	end := r.off + n
	switch kind := r.byte(); {
	case r.short || end > len(r.b):
	case kind == 0x81 && r.off == end:
		return "insert-address-token"
	case kind == 0x80:
		if s := r.encoded(); r.off == end {
			return s
		}
	}
	r.short = true
	return ""
}

// media reads a content type; its parameters are passed over.
func (r *wspReader) media(f mmsField) string {
	if r.isText() {
		return r.text()
	}
	end := -1
	if r.off < len(r.b) && r.b[r.off] < 0x80 {
		n := r.length()
		if end = r.off + n; r.short || n == 0 || end > len(r.b) {
			r.short = true
			return ""
		}
	}
	var s string
	if r.isText() {
		s = r.text()
	} else if c := r.byte(); f.tokens[c] != "" {
		s = f.tokens[c]
	} else {
		s = hexByte(c)
	}
	if end >= 0 {
		if r.off > end {
			r.short = true
		}
		r.off = end
	}
	return s
}

func (r *wspReader) value(f mmsField) string {
	switch f.kind {
	case mmsNumber:
		if v := r.number(); f.name != "Date" {
			return fmt.Sprint(v)
		} else {
			return dateText(v)
		}
	case mmsWhen:
		return r.when()
	case mmsFrom:
		return r.from()
	case mmsVersion:
		c := r.byte()
		return fmt.Sprintf("%d.%d", c>>4&7, c&0xF)
	case mmsMedia:
		return r.media(f)
	case mmsToken:
		if r.isText() { // a message class of the sender's own
			return r.text()
		}
		c := r.byte()
		if s, ok := f.tokens[c]; ok {
			return s
		}
		return hexByte(c)
	}
	return r.encoded()
}

// mmsHeaders reads headers up to the end, to the content type, behind which
// the message itself stands, or to what cannot be read; it says how many bytes
// it read.
func mmsHeaders(b []byte) (out []MMSHeader, read int) {
	out = []MMSHeader{}
	r := wspReader{cursor{b: b}}
	for r.off < len(b) {
		f, known := mmsFields[b[r.off]&0x7F]
		if !known {
			break
		}
		r.byte()
		value := r.value(f)
		if r.short {
			break
		}
		out, read = append(out, MMSHeader{f.name, value, read, r.off - read}), r.off
		if f.kind == mmsMedia {
			break
		}
	}
	return out, read
}

// mmsHeaderFields shows headers that were read from byte off on.
func (b *builder) mmsHeaderFields(list []MMSHeader, off int) {
	for _, h := range list {
		id := strings.ToLower(strings.TrimPrefix(h.Name, "X-Mms-"))
		b.addAs(id, h.Name, h.Value, off+h.off, h.size).Depth = 1
	}
}

func headerValue(list []MMSHeader, name string) string {
	for _, h := range list {
		if h.Name == name {
			return h.Value
		}
	}
	return ""
}
