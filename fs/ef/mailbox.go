package ef

import (
	"fmt"
	"strings"

	"simscope/texts"
)

// mailboxKinds are the kinds of messages that wait in a mailbox, in the order
// that EF.MBI and EF.MWIS have them (TS 23.040 clause 9.2.3.24.2).
var mailboxKinds = []string{"voicemail", "fax", "email", "other", "videomail"}

// MailboxIdentifier is a record of EF.MBI (TS 31.102 clause 4.2.62, TS 51.011
// clause 10.3.44), one for each subscriber profile: which record of EF.MBDN
// has the number of the mailbox; 0 is none.
type MailboxIdentifier struct {
	Voicemail byte  `json:"mbi_voicemail"`
	Fax       byte  `json:"mbi_fax"`
	EMail     byte  `json:"mbi_email"`
	Other     byte  `json:"mbi_other"`
	Videomail *byte `json:"mbi_videomail,omitempty"` // of records with five bytes
	Carry
}

func decodeMBI(data []byte, _ Context, b *builder) MailboxIdentifier {
	v := MailboxIdentifier{Carry: Carry{data}}
	b.Columns = []string{""}
	if !b.expect(data, 4) {
		return v
	}
	v.Voicemail, v.Fax, v.EMail, v.Other = data[0], data[1], data[2], data[3]
	if len(data) > 4 {
		v.Videomail = &data[4]
	}
	var shown []string
	for i, kind := range mailboxKinds[:min(len(data), len(mailboxKinds))] {
		if data[i] == 0 || data[i] == 0xFF {
			continue
		}
		record := texts.Say("ef.record", "n", data[i])
		b.addAs("mailbox_"+kind, word("mailbox."+kind), record, i, 1)
		shown = append(shown, word("mailbox."+kind)+": "+record)
	}
	if b.Summary = strings.Join(shown, ", "); len(shown) == 0 {
		b.Summary = word("none")
	}
	b.Columns = []string{b.Summary}
	return v
}

func encodeMBI(v MailboxIdentifier, size int) ([]byte, error) {
	out := []byte{v.Voicemail, v.Fax, v.EMail, v.Other}
	if v.Videomail != nil {
		out = append(out, *v.Videomail)
	}
	return zeroed(out, size)
}

// zeroed returns b in size bytes, the rest 00.
func zeroed(b []byte, size int) ([]byte, error) {
	if len(b) > size {
		return nil, refuse("size", "need", len(b), "limit", size)
	}
	return append(b, make([]byte, size-len(b))...), nil
}

// MessagesWaiting is a record of EF.MWIS (TS 31.102 clause 4.2.63, TS 51.011
// clause 10.3.45), one for each subscriber profile: the kinds whose sign the
// phone shows, and how many messages of each wait; 0 also says that their
// number is not known.
type MessagesWaiting struct {
	Indicators []string `json:"mwi_status"`
	Voicemail  byte     `json:"num_waiting_voicemail"`
	Fax        byte     `json:"num_waiting_fax"`
	EMail      byte     `json:"num_waiting_email"`
	Other      byte     `json:"num_waiting_other"`
	Videomail  *byte    `json:"num_waiting_videomail,omitempty"` // of records with six bytes
	Carry
}

func decodeMWIS(data []byte, _ Context, b *builder) MessagesWaiting {
	v := MessagesWaiting{Indicators: []string{}, Carry: Carry{data}}
	b.Columns = []string{""}
	if !b.expect(data, 5) {
		return v
	}
	v.Indicators = bitNames(data[0], mailboxKinds)
	v.Voicemail, v.Fax, v.EMail, v.Other = data[1], data[2], data[3], data[4]
	if len(data) > 5 {
		v.Videomail = &data[5]
	}
	if data[0]&0xE0 != 0 {
		b.flag("mwis.bit", 0, 1)
	}
	var shown []string
	for i, kind := range mailboxKinds {
		on := data[0]&(1<<i) != 0
		n := 0
		if 1+i < len(data) {
			n = int(data[1+i])
		}
		if !on && n == 0 {
			continue
		}
		s := fmt.Sprint(n)
		if n == 0 {
			s = word("yes")
		}
		if !on {
			s = texts.Say("ef.mwis.hidden", "n", n)
		}
		b.addAs("waiting_"+kind, word("mailbox."+kind), s, min(1+i, len(data)-1), 1)
		if on {
			shown = append(shown, word("mailbox."+kind)+": "+s)
		}
	}
	if b.Summary = strings.Join(shown, ", "); len(shown) == 0 {
		b.Summary = word("no_messages")
	}
	b.Columns = []string{b.Summary}
	return v
}

func encodeMWIS(v MessagesWaiting, size int) ([]byte, error) {
	status, err := bitsOf(v.Indicators, mailboxKinds, "mwi_status")
	if err != nil {
		return nil, err
	}
	out := []byte{status, v.Voicemail, v.Fax, v.EMail, v.Other}
	if v.Videomail != nil {
		out = append(out, *v.Videomail)
	}
	return zeroed(out, size)
}

// CallForwarding is a record of EF.CFIS (TS 31.102 clause 4.2.64, TS 51.011
// clause 10.3.46): for which services all calls of a subscriber profile are
// forwarded, and to which number.
type CallForwarding struct {
	MSP       byte     `json:"msp_number"`           // profile, 1 to 4
	Status    byte     `json:"cfu_indicator_byte"`   // as coded
	Forwarded []string `json:"cfu_indicator_status"` // "voice", "fax", "data"
	DialNumber
}

var forwardedServices = []string{"voice", "fax", "data"}

const cfisLen = 2 + dialTail

func decodeCFIS(data []byte, _ Context, b *builder) CallForwarding {
	v := CallForwarding{
		Forwarded:  []string{},
		DialNumber: DialNumber{Carry: Carry{data}, LengthOfBCD: 0xFF, Capability: 0xFF, Extension: 0xFF},
	}
	b.Columns = []string{"", "", ""}
	if len(data) > 0 && allFF(data) {
		b.erase()
		return v
	}
	if !b.exactly(data, cfisLen) {
		return v
	}
	v.MSP, v.Status, v.Forwarded = data[0], data[1], bitNames(data[1], forwardedServices)
	b.add("msp_number", fmt.Sprint(v.MSP), 0, 1)
	if v.MSP < 1 || v.MSP > 4 {
		b.flag("cfis.profile", 0, 1, "n", v.MSP)
	}
	if v.Status>>len(forwardedServices) != 0 {
		b.flag("cfis.bit", 1, 1)
	}
	var on []string
	for _, s := range v.Forwarded {
		on = append(on, word("forward."+s))
	}
	state := strings.Join(on, ", ")
	if len(on) == 0 {
		state = word("not_forwarded")
	}
	b.add("cfu_indicator_status", state, 1, 1)
	v.readNumber(data[2:cfisLen], 2, b)
	b.Columns = []string{fmt.Sprint(v.MSP), state, b.dial(v.DialNumber)}
	b.Summary = state
	if v.Number != "" && len(on) > 0 {
		b.Summary = texts.Say("ef.cfis.to", "what", state, "number", b.dial(v.DialNumber))
	}
	return v
}

func encodeCFIS(v CallForwarding, size int) ([]byte, error) {
	if size < cfisLen {
		return nil, refuse("size", "need", cfisLen, "limit", size)
	}
	if v.MSP < 1 || v.MSP > 4 {
		return nil, refuse("cfis.profile", "n", v.MSP)
	}
	status, err := bitsOf(v.Forwarded, forwardedServices, "cfu_indicator_status")
	if err != nil {
		return nil, err
	}
	number, err := v.numberBytes()
	if err != nil {
		return nil, err
	}
	return padded(append(append([]byte{v.MSP, status}, number...), v.Capability, v.Extension), size)
}
