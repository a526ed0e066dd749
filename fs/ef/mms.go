package ef

import (
	"strings"

	"simscope/card/tlv"
)

// mmsImplementations are the implementations of MMS by bit (TS 31.102 clause
// 4.2.67); the last two are those of 3GPP2.
var mmsImplementations = []string{"wap", "m_imap", "sip"}

func (b *builder) mmsImplementation(c byte, off int) []string {
	list := bitNames(c, mmsImplementations)
	var shown []string
	for _, s := range list {
		shown = append(shown, word("mms."+s))
	}
	b.add("mms_implementation", strings.Join(shown, ", "), off, 1)
	if c>>len(mmsImplementations) != 0 {
		b.flag("mms.implementation", off, 1)
	}
	return list
}

// MMSNotification is a record of EF.MMSN (TS 31.102 clause 4.2.67, TS 51.011
// clause 10.3.51): the notification of a multimedia message that waits at the
// network. Its headers are read from the bytes of the notification, which go
// on in EF.EXT8 where there is an extension.
type MMSNotification struct {
	Status         []string    `json:"mms_status"` // "used", "read", and "retrieved", "rejected" or "forwarded"
	Implementation []string    `json:"mms_implementation"`
	Headers        []MMSHeader `json:"headers"`
	Notification   Hex         `json:"mms_notification"`
	Extension      byte        `json:"extension_file_record_number"` // FF: none
	Carry
}

// retrievals are the values of bits 3 and 4 of the status.
var retrievals = []string{"", "retrieved", "rejected", "forwarded"}

func decodeMMSN(data []byte, _ Context, b *builder) MMSNotification {
	v := MMSNotification{
		Status: []string{}, Implementation: []string{}, Headers: []MMSHeader{}, Notification: Hex{}, Extension: 0xFF, Carry: Carry{data},
	}
	b.Columns = []string{"", "", ""}
	if !b.expect(data, 4) {
		return v
	}
	last := len(data) - 1
	used := data[0]&1 != 0
	if !used && (allFF(data[3:]) || allZero(data[3:])) || allFF(data) {
		b.erase()
		return v
	}
	v.Status = mmsStatus(data[0])
	var shown []string
	for _, s := range v.Status {
		shown = append(shown, word("mms."+s))
	}
	b.add("mms_status", strings.Join(shown, ", "), 0, 2)
	if data[0]&0xF0 != 0 && data[0]&0xF0 != 0xF0 {
		b.flag("mms.status", 0, 1)
	}
	v.Implementation = b.mmsImplementation(data[2], 2)
	v.Notification, v.Extension = trimFF(data[3:last]), data[last]
	read := 0
	v.Headers, read = mmsHeaders(v.Notification)
	b.add("mms_notification", v.Notification.String(), 3, len(v.Notification))
	b.mmsHeaderFields(v.Headers, 3)
	if read < len(v.Notification) && v.Extension == 0xFF {
		b.flag("mms.headers", 3+read, len(v.Notification)-read)
	}
	if v.Extension != 0xFF {
		b.add("extension_record", hexByte(v.Extension), last, 1)
	}
	b.Columns = []string{strings.Join(shown, ", "), headerValue(v.Headers, "From"), headerValue(v.Headers, "Subject")}
	b.Summary = strings.Join(strings.Fields(strings.Join(b.Columns, "  ")), " ")
	return v
}

// mmsStatus names the bits of the first status byte.
func mmsStatus(c byte) []string {
	if c&1 == 0 {
		return []string{"free"}
	}
	out := []string{"used"}
	if c&2 != 0 {
		out = append(out, "read")
	}
	if s := retrievals[c>>2&3]; s != "" {
		out = append(out, s)
	}
	return out
}

func encodeMMSN(v MMSNotification, size int) ([]byte, error) {
	if size < 4 {
		return nil, refuse("size", "need", 4, "limit", size)
	}
	if headers, _ := mmsHeaders(v.Notification); len(v.Headers) > 0 && !sameJSON(headers, v.Headers) {
		return nil, refuse("mms.headers")
	}
	var status byte
	for _, s := range v.Status {
		switch s {
		case "free":
		case "used":
			status |= 1
		case "read":
			status |= 2
		case "retrieved":
			status |= 1 << 2
		case "rejected":
			status |= 2 << 2
		case "forwarded":
			status |= 3 << 2
		default:
			return nil, refuse("list.name", "name", s, "what", "mms_status")
		}
	}
	implementation, err := bitsOf(v.Implementation, mmsImplementations, "mms_implementation")
	if err != nil {
		return nil, err
	}
	out, err := padded(append([]byte{status, 0, implementation}, v.Notification...), size-1)
	return append(out, v.Extension), err
}

// MMSPreferences is a record of EF.MMSUP (TS 31.102 clause 4.2.70, TS 51.011
// clause 10.3.54): what the user sets for messages to be sent. The headers are
// read from the bytes of the information.
type MMSPreferences struct {
	Implementation []string    `json:"mms_implementation"`
	Profile        string      `json:"profile_name"`
	Headers        []MMSHeader `json:"preferences"`
	Information    Hex         `json:"preference_information"`
	Other          []TLV       `json:"other,omitempty"`
	Carry
}

func decodeMMSUP(data []byte, _ Context, b *builder) MMSPreferences {
	v := MMSPreferences{Implementation: []string{}, Headers: []MMSHeader{}, Information: Hex{}, Carry: Carry{data}}
	b.Columns = []string{""}
	if allFF(data) {
		b.erase()
		return v
	}
	nodes := b.readObjects(data, 0)
	for _, n := range nodes {
		at := valueOffset(data, n)
		size := at + len(n.Value) - n.Offset
		switch {
		case n.Tag == 0x80 && len(n.Value) == 1:
			v.Implementation = b.mmsImplementation(n.Value[0], at)
		case n.Tag == 0x81:
			v.Profile = b.alphaObject("mms_profile", n, at, size)
		case n.Tag == 0x82:
			v.Information = n.Value
			read := 0
			v.Headers, read = mmsHeaders(n.Value)
			b.add("mms_preferences", v.Information.String(), n.Offset, size)
			b.mmsHeaderFields(v.Headers, at)
			if read < len(n.Value) {
				b.flag("mms.headers", at+read, len(n.Value)-read)
			}
		default:
			v.Other = append(v.Other, b.plainObject(n, size))
		}
	}
	b.Summary, b.Columns = v.Profile, []string{v.Profile}
	return v
}

func encodeMMSUP(v MMSPreferences, size int) ([]byte, error) {
	if headers, _ := mmsHeaders(v.Information); len(v.Headers) > 0 && !sameJSON(headers, v.Headers) {
		return nil, refuse("mms.headers")
	}
	implementation, err := bitsOf(v.Implementation, mmsImplementations, "mms_implementation")
	if err != nil {
		return nil, err
	}
	profile, err := alphaBytes(v.Profile)
	if err != nil {
		return nil, err
	}
	out := tlv.Append(nil, 0x80, []byte{implementation})
	out = tlv.Append(out, 0x81, profile)
	out = tlv.Append(out, 0x82, v.Information)
	if out, err = appendObjects(out, v.Other); err != nil {
		return nil, err
	}
	return padded(out, size)
}
