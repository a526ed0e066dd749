package main

import "fmt"

const (
	smsRecord   = 176
	smscNumber  = "+44 7700 900000"
	smscRelated = 0xA7 // validity period of 24 hours
)

// Status bytes of EF.SMS (3GPP TS 51.011 clause 10.5.3).
const (
	smsFree       = 0x00
	smsRead       = 0x01
	smsUnread     = 0x03
	smsSent       = 0x05
	smsToSend     = 0x07
	smsSentStatus = 0x1D // sent, its status report is in EF.SMSR
)

// address writes a service centre address: length in bytes.
func address(number string) []byte {
	t, digits := toa(number)
	b := bcd(digits)
	return append([]byte{byte(len(b) + 1), t}, b...)
}

// party writes an originating or destination address: length in digits.
func party(number string) []byte {
	t, digits := toa(number)
	return append([]byte{byte(len(digits)), t}, bcd(digits)...)
}

// senderName writes an alphanumeric originating address.
func senderName(name string) []byte {
	s := septets(name)
	packed := pack(s, 0)
	return append([]byte{byte((len(s)*7 + 3) / 4), 0xD0}, packed...)
}

// pack packs septets behind a number of fill bits.
func pack(s []byte, skip int) []byte {
	out := make([]byte, (skip+7*len(s)+7)/8)
	for i, c := range s {
		bit := skip + 7*i
		out[bit/8] |= c << (bit % 8)
		if bit%8 > 1 {
			out[bit/8+1] |= c >> (8 - bit%8)
		}
	}
	return out
}

// userData writes UDL and UD in the GSM alphabet or, where that does not do,
// in UCS2, behind a header that may be empty.
func userData(text string, header []byte) (dcs byte, ud []byte) {
	if plain7(text) {
		s := septets(text)
		head := (8*len(header) + 6) / 7 // septets the header takes
		skip := 7*head - 8*len(header)
		return 0x00, join([]byte{byte(head + len(s))}, header, pack(s, skip))
	}
	b := ucs2(text)
	return 0x08, join([]byte{byte(len(header) + len(b))}, header, b)
}

func plain7(s string) bool {
	for _, r := range s {
		if _, ok := gsm7[r]; !ok {
			return false
		}
	}
	return true
}

// scts writes a time stamp "YYMMDDhhmmss" with the time zone in quarters of
// an hour.
func scts(t string, zone int) []byte { return bcd(t + fmt.Sprintf("%02d", zone)) }

// received writes an SMS-DELIVER as a record of EF.SMS, in the GSM alphabet or
// in UCS2.
func received(status byte, from []byte, when, text string, header []byte) []byte {
	dcs, ud := userData(text, header)
	return deliver(status, from, when, dcs, ud, len(header) > 0)
}

// deliver writes an SMS-DELIVER as a record of EF.SMS (3GPP TS 23.040 clause
// 9.2.2.1); ud begins with its length.
func deliver(status byte, from []byte, when string, dcs byte, ud []byte, header bool) []byte {
	first := byte(0x04)
	if header {
		first |= 0x40
	}
	return pad(join([]byte{status}, address(smscNumber), []byte{first}, from, []byte{0x00, dcs}, scts(when, 32), ud), smsRecord)
}

// sent writes an SMS-SUBMIT as a record of EF.SMS (clause 9.2.2.2).
func sent(status, reference byte, to, text string, report bool) []byte {
	first := byte(0x11) // validity period in relative form
	if report {
		first |= 0x20
	}
	dcs, ud := userData(text, nil)
	return pad(join([]byte{status}, address(smscNumber), []byte{first, reference}, party(to), []byte{0x00, dcs, smscRelated}, ud), smsRecord)
}

// part is the header of part i of n of a concatenated message (clause
// 9.2.3.24.1).
func part(reference, n, i byte) []byte { return []byte{0x05, 0x00, 0x03, reference, n, i} }

// delivered writes a record of EF.SMSR: the SMS-STATUS-REPORT of the message
// in that record of EF.SMS (clause 9.2.2.3).
func delivered(record, reference byte, to, when string) []byte {
	return pad(join([]byte{record, 0x06, reference}, party(to), scts(when, 32), scts(when, 32), []byte{0x00}), 30)
}
