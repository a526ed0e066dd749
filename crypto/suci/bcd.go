package suci

// filler stands in the high half of the last byte of an odd number of digits
// (TS 33.501 annex C.3.1).
const filler = 0x0F

// EncodeDigits packs decimal digits two to a byte, the first in the low half,
// as TS 24.501 figure 9.11.3.4.3a codes a MSIN.
func EncodeDigits(digits string) ([]byte, error) {
	if !decimal(digits) {
		return nil, &FormError{Part: PartMSIN, Fault: FaultDigits}
	}
	out := make([]byte, 0, (len(digits)+1)/2)
	for i := 0; i < len(digits); i += 2 {
		b := byte(filler) << 4
		if i+1 < len(digits) {
			b = (digits[i+1] - '0') << 4
		}
		out = append(out, b|(digits[i]-'0'))
	}
	return out, nil
}

// DecodeDigits unpacks what EncodeDigits made. A half that is no digit is an
// error, except the filler at the very end.
func DecodeDigits(b []byte) (string, error) {
	out := make([]byte, 0, 2*len(b))
	for i, c := range b {
		low, high := c&0x0F, c>>4
		if low > 9 || high > 9 && (high != filler || i != len(b)-1) {
			return "", &FormError{Part: PartMSIN, Fault: FaultDigits}
		}
		if out = append(out, '0'+low); high != filler {
			out = append(out, '0'+high)
		}
	}
	return string(out), nil
}

func decimal(s string) bool {
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return false
		}
	}
	return true
}
