package ef

import (
	"fmt"
	"strings"
)

// DataCoding is a data coding scheme of short messages (TS 23.038 clause 4).
type DataCoding struct {
	Alphabet string `json:"alphabet"` // "gsm7", "8bit", "ucs2", "reserved", "compressed"
	// Class is where the message belongs: 0 is shown at once and not kept, 1
	// is the phone's, 2 the card's, 3 that of what is connected. Nil: none told.
	Class *int `json:"class,omitempty"`
	// AutomaticDeletion says that the message is to be deleted once it is read.
	AutomaticDeletion bool `json:"automatic_deletion,omitempty"`
	// Indication is what waits elsewhere: "voicemail", "fax", "email", "other".
	Indication string `json:"indication,omitempty"`
	Waiting    bool   `json:"waiting,omitempty"` // something does wait
	Discard    bool   `json:"discard,omitempty"` // the message itself need not be kept
}

var waitingKinds = [4]string{"voicemail", "fax", "email", "other"}

// ParseDCS reads a data coding scheme.
func ParseDCS(dcs byte) DataCoding {
	d := DataCoding{Alphabet: alphabet(dcs)}
	class := func() { n := int(dcs & 3); d.Class = &n }
	switch group := dcs >> 4; {
	case group < 8:
		d.AutomaticDeletion = group >= 4
		if dcs&0x10 != 0 {
			class()
		}
	case group >= 0xC && group <= 0xE:
		d.Indication, d.Waiting, d.Discard = waitingKinds[dcs&3], dcs&8 != 0, group == 0xC
	case group == 0xF:
		class()
	}
	return d
}

// words says in a few words how the text is coded and what becomes of it.
func (d DataCoding) words() string {
	out := []string{word("alphabet." + d.Alphabet)}
	if d.Class != nil {
		out = append(out, word(fmt.Sprint("sms.class.", *d.Class)))
	}
	if d.AutomaticDeletion {
		out = append(out, word("sms.autodelete"))
	}
	if d.Indication != "" {
		id := "sms.waiting."
		if !d.Waiting {
			id = "sms.none."
		}
		out = append(out, word(id+d.Indication))
	}
	return strings.Join(out, ", ")
}

// pidNote says what a protocol identifier means where that matters to the
// person who holds the card (TS 23.040 clause 9.2.3.9).
func pidNote(pid byte) string {
	switch {
	case pid == 0x40:
		return word("sms.pid.silent")
	case pid >= 0x41 && pid <= 0x47:
		return word("sms.pid.replace")
	case pid == 0x7F:
		return word("sms.pid.sim")
	case pid == 0x7D, pid == 0x7E:
		return word("sms.pid.phone")
	case pid == 0x5E, pid == 0x5F:
		return word("sms.pid.callback")
	case pid&0xE0 == 0x20:
		return word("sms.pid.telematic")
	}
	return ""
}

// udhNames names information elements of a user data header (TS 23.040 clause
// 9.2.3.24): the first and last identifier, and the word.
var udhNames = []struct {
	from, to byte
	name     string
}{
	{0x00, 0x00, "part"},
	{0x01, 0x01, "waiting"},
	{0x04, 0x05, "ports"},
	{0x06, 0x06, "control"},
	{0x07, 0x07, "source"},
	{0x08, 0x08, "part"},
	{0x09, 0x09, "wap"},
	{0x0A, 0x0A, "format"},
	{0x0B, 0x12, "media"},
	{0x13, 0x1F, "media"},
	{0x20, 0x20, "email"},
	{0x21, 0x21, "link"},
	{0x22, 0x22, "reply"},
	{0x23, 0x23, "voicemail"},
	{0x24, 0x24, "shift"},
	{0x25, 0x25, "locking"},
	{0x70, 0x7F, "toolkit"},
}

func udhName(id byte) string {
	for _, n := range udhNames {
		if id >= n.from && id <= n.to {
			return word("udh." + n.name)
		}
	}
	return hexByte(id)
}

// String says in a few words how a text is coded and what becomes of it.
func (d DataCoding) String() string { return d.words() }

// ProtocolText is a protocol identifier with what it means, where that
// matters; empty for an ordinary message.
func ProtocolText(pid byte) string {
	if pid == 0 {
		return ""
	}
	if note := pidNote(pid); note != "" {
		return hexByte(pid) + "  " + note
	}
	return hexByte(pid)
}

// ValidityText is the validity period of a message in words: relative,
// enhanced, or until a time, as its first byte says (TS 23.040 clauses 9.2.3.3
// and 9.2.3.12); bytes where it is none of these.
func ValidityText(first byte, vp Hex) string {
	if first>>3&3 == 1 {
		if s, ok := enhancedValidity(vp); ok {
			return s
		}
		return vp.String()
	}
	switch len(vp) {
	case 0:
		return ""
	case 1:
		return minutesText(validityMinutes(vp[0]))
	case 7:
		if t, ok := scts([7]byte(vp)); ok {
			return t.Format("2006-01-02 15:04:05 -07:00")
		}
	}
	return vp.String()
}
