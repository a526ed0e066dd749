package ef

import (
	"fmt"

	"simscope/texts"
)

// languages are the national languages of 3GPP TS 23.038 clause 6.2.1.2.4.
var languages = map[byte]string{
	1: "turkish", 2: "spanish", 3: "portuguese", 4: "bengali", 5: "gujarati", 6: "hindi", 7: "kannada",
	8: "malayalam", 9: "oriya", 10: "punjabi", 11: "tamil", 12: "telugu", 13: "urdu",
}

// Words says what an element of a user data header means (3GPP TS 23.040
// clause 9.2.3.24); bytes where that is not known.
func (e Element) Words() string {
	value := ""
	d := e.Data
	switch {
	case e.ID == 0x01 && len(d) == 2:
		// Clause 9.2.3.24.2: what waits, and how many.
		kind := waitingKinds[min(d[0]&0x1F, 3)]
		if d[1] == 0 {
			return word("sms.none." + kind)
		}
		return texts.Say("ef.udh.waiting", "what", word("sms.waiting."+kind), "n", d[1])
	case e.ID == 0x04 && len(d) == 2:
		return texts.Say("ef.udh.ports", "to", d[0], "from", d[1])
	case e.ID == 0x05 && len(d) == 4:
		return texts.Say("ef.udh.ports", "to", be(d[:2]), "from", be(d[2:]))
	case (e.ID == 0x24 || e.ID == 0x25) && len(d) == 1 && languages[d[0]] != "":
		value = word("language." + languages[d[0]])
	case e.ID == 0x22 && len(d) >= 2:
		var b builder
		r := tpduReader{cursor: cursor{b: d}, out: &b}
		if a := r.address("tp_oa"); a != nil && !r.short {
			value = a.String()
		}
	}
	if value == "" {
		value = d.String()
	}
	return texts.Say("ef.udh.element", "name", udhName(e.ID), "value", value)
}

// be is a number of two bytes.
func be(b []byte) int { return int(b[0])<<8 | int(b[1]) }

// Joins reports whether the element does no more than join the parts of a
// longer message.
func (e Element) Joins() bool { return e.ID == 0x00 || e.ID == 0x08 }

// CommandText is TP-Command-Type in words (TS 23.040 clause 9.2.3.19).
func CommandText(ct byte) string { return commandText(ct) }

// enhancedValidity is a validity period of 7 bytes in the enhanced format (TS
// 23.040 clause 9.2.3.12.3); ok is false where its form is reserved.
func enhancedValidity(vp Hex) (s string, ok bool) {
	if len(vp) != 7 || vp[0]&0x80 != 0 { // another indicator follows
		return "", false
	}
	switch vp[0] & 7 {
	case 0:
		s = texts.Say("ef.validity.none")
	case 1:
		s = minutesText(validityMinutes(vp[1]))
	case 2:
		s = texts.Say("ef.validity.seconds", "n", vp[1])
	case 3:
		digits, clean := bcd(vp[1:4], plainDigits)
		if !clean || len(digits) != 6 {
			return "", false
		}
		s = fmt.Sprintf("%s:%s:%s", digits[:2], digits[2:4], digits[4:])
	default:
		return "", false
	}
	if vp[0]&0x40 != 0 {
		s += ", " + texts.Say("ef.validity.once")
	}
	return s, true
}
