package scp80

import (
	"errors"
	"fmt"
)

// Information elements of a user data header (3GPP TS 23.040 clause 9.2.3.24,
// TS 31.115 clauses 4.2 and 4.3).
const (
	ieConcat   = 0x00
	ieConcat16 = 0x08
	ieCommand  = 0x70
	ieResponse = 0x71
)

// maxUserData is the length of the user data of one message in bytes.
const maxUserData = 140

// Errors of the short message around a packet.
var (
	ErrSMS      = errors.New("not a short message with a secured packet")
	ErrEnvelope = errors.New("not the data of ENVELOPE (SMS-PP download)")
	ErrAddress  = errors.New("an address is 1 to 20 digits")
)

// UserData is that of one message, header and rest.
type UserData struct {
	Command  bool // the header names a command packet (first message only)
	Response bool
	// Parts says of how many messages this is one, 1 where it is alone; Part
	// counts from 1.
	Reference, Parts, Part int
	Data                   []byte
}

// ParseUserData reads user data that begins with a header.
func ParseUserData(b []byte) (UserData, error) {
	if len(b) < 1 || len(b) < 1+int(b[0]) {
		return UserData{}, fmt.Errorf("%w: its header does not fit", ErrSMS)
	}
	u := UserData{Parts: 1, Part: 1, Data: append([]byte(nil), b[1+int(b[0]):]...)}
	for ies := b[1 : 1+int(b[0])]; len(ies) > 0; {
		if len(ies) < 2 || len(ies) < 2+int(ies[1]) {
			return UserData{}, fmt.Errorf("%w: its header does not fit", ErrSMS)
		}
		v := ies[2 : 2+int(ies[1])]
		switch {
		case ies[0] == ieCommand:
			u.Command = true
		case ies[0] == ieResponse:
			u.Response = true
		case ies[0] == ieConcat && len(v) == 3:
			u.Reference, u.Parts, u.Part = int(v[0]), int(v[1]), int(v[2])
		case ies[0] == ieConcat16 && len(v) == 4:
			u.Reference, u.Parts, u.Part = int(v[0])<<8|int(v[1]), int(v[2]), int(v[3])
		}
		ies = ies[2+len(v):]
	}
	if u.Parts < 1 || u.Part < 1 || u.Part > u.Parts {
		return UserData{}, fmt.Errorf("%w: part %d of %d", ErrSMS, u.Part, u.Parts)
	}
	return u, nil
}

// Split lays a command packet into the user data of as many messages as it
// needs, at most 255 (TS 31.115 clause 4.2). reference joins them.
func Split(packet []byte, reference byte) ([][]byte, error) {
	alone := []byte{2, ieCommand, 0}
	if len(alone)+len(packet) <= maxUserData {
		return [][]byte{append(alone, packet...)}, nil
	}
	var out [][]byte
	for rest := packet; len(rest) > 0; {
		head := []byte{5, ieConcat, 3, reference, 0, byte(len(out) + 1)}
		if len(out) == 0 {
			head = append(head, ieCommand, 0)
			head[0] = 7
		}
		n := min(len(rest), maxUserData-len(head))
		out = append(out, append(head, rest[:n]...))
		rest = rest[n:]
	}
	if len(out) > 255 {
		return nil, fmt.Errorf("%w: %d messages", ErrTooLong, len(out))
	}
	for _, b := range out {
		b[4] = byte(len(out))
	}
	return out, nil
}

// Join puts the packet of several messages together, in any order. All parts
// have to be there, once each; only the first names the packet.
func Join(parts []UserData) ([]byte, error) {
	if len(parts) == 0 {
		return nil, fmt.Errorf("%w: no part", ErrSMS)
	}
	at := make([]*UserData, parts[0].Parts)
	for i := range parts {
		p := &parts[i]
		if p.Parts != len(at) || p.Reference != parts[0].Reference || p.Part < 1 || p.Part > len(at) || at[p.Part-1] != nil {
			return nil, fmt.Errorf("%w: the parts do not belong together", ErrSMS)
		}
		at[p.Part-1] = p
	}
	var out []byte
	for i, p := range at {
		if p == nil {
			return nil, fmt.Errorf("%w: part %d is missing", ErrSMS, i+1)
		}
		out = append(out, p.Data...)
	}
	if !at[0].Command && !at[0].Response {
		return nil, fmt.Errorf("%w: its header names no packet", ErrSMS)
	}
	return out, nil
}

// Deliver is what surrounds the user data in an SMS-DELIVER (3GPP TS 23.040
// clause 9.2.2.1).
type Deliver struct {
	Originator []byte  // TP-OA as Address makes it
	PID        byte    // 7F: for the card
	DCS        byte    // F6: 8 bit data of class 2
	Time       [7]byte // TP-SCTS
}

// NewDeliver is one for the card, from the given number, at a time that every
// card accepts.
func NewDeliver(originator string) (Deliver, error) {
	oa, err := Address(originator)
	return Deliver{Originator: oa, PID: 0x7F, DCS: 0xF6, Time: [7]byte{0x22, 0x70, 0x52}}, err
}

// Address codes digits as TP-OA: their number, type of number, and the digits
// in swapped halves. A plus at the beginning makes it an international one.
func Address(digits string) ([]byte, error) {
	ton := byte(0x81)
	if len(digits) > 0 && digits[0] == '+' {
		ton, digits = 0x91, digits[1:]
	}
	if len(digits) == 0 || len(digits) > 20 {
		return nil, ErrAddress
	}
	out := []byte{byte(len(digits)), ton}
	for i := 0; i < len(digits); i += 2 {
		lo, hi := digits[i], byte('0'+0xF)
		if i+1 < len(digits) {
			hi = digits[i+1]
			if hi < '0' || hi > '9' {
				return nil, ErrAddress
			}
		}
		if lo < '0' || lo > '9' {
			return nil, ErrAddress
		}
		out = append(out, (hi-'0')<<4|(lo-'0'))
	}
	return out, nil
}

// TPDU writes an SMS-DELIVER with a user data header.
func (d Deliver) TPDU(userData []byte) ([]byte, error) {
	if len(userData) > maxUserData {
		return nil, fmt.Errorf("%w: %d bytes of user data", ErrTooLong, len(userData))
	}
	b := append([]byte{0x40}, d.Originator...)
	b = append(b, d.PID, d.DCS)
	b = append(b, d.Time[:]...)
	b = append(b, byte(len(userData)))
	return append(b, userData...), nil
}

// ParseDeliver reads an SMS-DELIVER with a user data header and 8 bit data.
func ParseDeliver(b []byte) (Deliver, UserData, error) {
	if len(b) < 3 || b[0]&0x03 != 0 || b[0]&0x40 == 0 {
		return Deliver{}, UserData{}, fmt.Errorf("%w: no SMS-DELIVER with a user data header", ErrSMS)
	}
	oa := 2 + (int(b[1])+1)/2
	if int(b[1]) > 20 || len(b) < 1+oa+2+7+1 {
		return Deliver{}, UserData{}, fmt.Errorf("%w: cut short", ErrSMS)
	}
	d := Deliver{Originator: append([]byte(nil), b[1:1+oa]...)}
	rest := b[1+oa:]
	d.PID, d.DCS, d.Time = rest[0], rest[1], [7]byte(rest[2:9])
	if len(rest)-10 != int(rest[9]) {
		return Deliver{}, UserData{}, fmt.Errorf("%w: its user data has another length than it says", ErrSMS)
	}
	u, err := ParseUserData(rest[10:])
	return d, u, err
}

// Tags of ENVELOPE (SMS-PP download) (3GPP TS 31.111 clauses 7.1 and 8).
const (
	tagDownload = 0xD1
	tagDevices  = 0x82
	tagAddress  = 0x06
	tagTPDU     = 0x8B
)

// Envelope makes the data of ENVELOPE (SMS-PP download): from the network to
// the card. smsc is the address of the service centre as the specification
// codes it (type of number and digits), or nothing.
func Envelope(tpdu, smsc []byte) []byte {
	b := object(nil, tagDevices, []byte{0x83, 0x81})
	if len(smsc) > 0 {
		b = object(b, tagAddress, smsc)
	}
	return object(nil, tagDownload, object(b, tagTPDU, tpdu))
}

func object(dst []byte, tag byte, v []byte) []byte {
	dst = append(dst, tag)
	switch n := len(v); {
	case n < 0x80:
		dst = append(dst, byte(n))
	case n < 0x100:
		dst = append(dst, 0x81, byte(n))
	default:
		dst = append(dst, 0x82, byte(n>>8), byte(n))
	}
	return append(dst, v...)
}

// ParseEnvelope takes the data of ENVELOPE apart: the message and the service
// centre's address, empty where there is none.
func ParseEnvelope(b []byte) (tpdu, smsc []byte, err error) {
	tag, v, rest, ok := next(b)
	if !ok || tag != tagDownload || len(rest) != 0 {
		return nil, nil, ErrEnvelope
	}
	for len(v) > 0 {
		var value []byte
		if tag, value, v, ok = next(v); !ok {
			return nil, nil, ErrEnvelope
		}
		switch tag &^ 0x80 { // the comprehension bit may be set or not
		case tagAddress:
			smsc = append([]byte(nil), value...)
		case tagTPDU &^ 0x80:
			tpdu = append([]byte(nil), value...)
		}
	}
	if tpdu == nil {
		return nil, nil, fmt.Errorf("%w: there is no TPDU", ErrEnvelope)
	}
	return tpdu, smsc, nil
}

// next reads one object with a tag of one byte.
func next(b []byte) (tag byte, v, rest []byte, ok bool) {
	if len(b) < 2 {
		return 0, nil, nil, false
	}
	n, at := int(b[1]), 2
	switch {
	case b[1] == 0x81 && len(b) >= 3:
		n, at = int(b[2]), 3
	case b[1] == 0x82 && len(b) >= 4:
		n, at = int(b[2])<<8|int(b[3]), 4
	case b[1] >= 0x80:
		return 0, nil, nil, false
	}
	if len(b) < at+n {
		return 0, nil, nil, false
	}
	return b[0], b[at : at+n], b[at+n:], true
}
