package scp80

import "fmt"

// Submit writes an SMS-SUBMIT with a user data header, 8 bit data and no
// validity period (3GPP TS 23.040 clause 9.2.2.2): the way back of a response
// that does not fit the answer of ENVELOPE. destination is as Address makes it.
func Submit(destination, userData []byte) ([]byte, error) {
	if len(userData) > maxUserData {
		return nil, fmt.Errorf("%w: %d bytes of user data", ErrTooLong, len(userData))
	}
	b := append([]byte{0x41, 0x00}, destination...)
	b = append(b, 0x00, 0xF6, byte(len(userData)))
	return append(b, userData...), nil
}

// validity is the length of TP-VP by its format, bits 5 and 4 of the first
// byte.
var validity = [4]int{0, 7, 1, 7}

// ParseSubmit reads an SMS-SUBMIT with a user data header: whom it is for, and
// its user data, which ParseReply understands.
func ParseSubmit(b []byte) (destination, userData []byte, err error) {
	if len(b) < 4 || b[0]&0x03 != 0x01 || b[0]&0x40 == 0 {
		return nil, nil, fmt.Errorf("%w: no SMS-SUBMIT with a user data header", ErrSMS)
	}
	da := 2 + (int(b[2])+1)/2
	vp := validity[b[0]>>3&3]
	if int(b[2]) > 20 || len(b) < 2+da+2+vp+1 {
		return nil, nil, fmt.Errorf("%w: cut short", ErrSMS)
	}
	rest := b[2+da+2+vp:]
	if len(rest)-1 != int(rest[0]) {
		return nil, nil, fmt.Errorf("%w: its user data has another length than it says", ErrSMS)
	}
	return append([]byte(nil), b[2:2+da]...), append([]byte(nil), rest[1:]...), nil
}
