package suci

import "bytes"

// Coding of a SUCI as 5GS mobile identity, from octet 4 on (TS 24.501 clause
// 9.11.3.4), which is also the value that a card answers to GET IDENTITY (TS
// 31.102 clause 7.5.2).
const (
	identitySUCI   = 1 // type of identity, bits 1 to 3
	typeMask       = 0x07
	formatShift    = 4
	spareMask      = 0x88 // bits that are zero
	headerSize     = 8    // before the scheme output
	routingSize    = 2
	plmnSize       = 3
	routingFrom    = 1 + plmnSize
	schemeAt       = routingFrom + routingSize
	noDigit        = 0x0F
	unsetRoutingID = "0"
)

// Octets is the SUCI as 5GS mobile identity, from octet 4 on.
func (s SUCI) Octets() ([]byte, error) {
	if err := s.Check(); err != nil {
		return nil, err
	}
	first := s.Type<<formatShift | identitySUCI
	if s.Type != TypeIMSI {
		return append([]byte{first}, s.NAI()...), nil
	}
	third := byte(noDigit)
	if len(s.MNC) == 3 {
		third = s.MNC[2] - '0'
	}
	d := func(s string, i int) byte { return s[i] - '0' }
	out := []byte{first, d(s.MCC, 1)<<4 | d(s.MCC, 0), third<<4 | d(s.MCC, 2), d(s.MNC, 1)<<4 | d(s.MNC, 0), 0xFF, 0xFF}
	for i := range len(s.Routing) {
		at, shift := routingFrom+i/2, 4*(i%2)
		out[at] = out[at]&^(noDigit<<shift) | d(s.Routing, i)<<shift
	}
	return append(append(out, byte(s.Scheme), s.KeyID), s.Output...), nil
}

// ParseOctets reads a SUCI as 5GS mobile identity, from octet 4 on. The output
// is a copy.
func ParseOctets(b []byte) (SUCI, error) {
	if len(b) == 0 {
		return SUCI{}, &FormError{Part: PartForm, Fault: FaultMissing}
	}
	if b[0]&typeMask != identitySUCI || b[0]&spareMask != 0 {
		return SUCI{}, &FormError{Part: PartForm, Fault: FaultUnknown}
	}
	format := b[0] >> formatShift
	switch {
	case format > TypeGLI:
		return SUCI{}, &FormError{Part: PartSUPIType, Fault: FaultUnknown}
	case format != TypeIMSI:
		s, err := Parse(string(b[1:]))
		if err == nil && s.Type != format {
			err = &FormError{Part: PartSUPIType, Fault: FaultRange}
		}
		if err != nil {
			return SUCI{}, err
		}
		return s, nil
	case len(b) <= headerSize:
		return SUCI{}, &FormError{Part: PartForm, Fault: FaultLength, Got: len(b)}
	}
	s := SUCI{Type: TypeIMSI, Scheme: Scheme(b[schemeAt]), KeyID: b[schemeAt+1], Output: bytes.Clone(b[headerSize:])}
	s.MCC = digitsOf(b[1]&0x0F, b[1]>>4, b[2]&0x0F)
	s.MNC = digitsOf(b[3]&0x0F, b[3]>>4, b[2]>>4)
	s.Routing = digitsOf(b[4]&0x0F, b[4]>>4, b[5]&0x0F, b[5]>>4)
	if s.Routing == "" { // none is set, which counts as 0
		s.Routing = unsetRoutingID
	}
	return s, s.Check()
}

// digitsOf writes halves of bytes as digits; those at the end that are F are
// no digit, any other value above 9 shows as a letter, which Check refuses.
func digitsOf(halves ...byte) string {
	const letters = "0123456789abcdef"
	for len(halves) > 0 && halves[len(halves)-1] == noDigit {
		halves = halves[:len(halves)-1]
	}
	out := make([]byte, len(halves))
	for i, h := range halves {
		out[i] = letters[h]
	}
	return string(out)
}
