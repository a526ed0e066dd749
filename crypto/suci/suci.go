// Package suci is the subscription concealed identifier of 5G: how it is
// written and coded (3GPP TS 23.003 clauses 2.2B and 28.7.3, TS 24.501 clause
// 9.11.3.4), and the encryption that hides the subscriber's number in it (TS
// 33.501 annex C), both ways.
//
// It knows numbers only: no card, no input or output. Elliptic curves, AES,
// SHA-256 and HMAC are the standard library's.
package suci

import (
	"io"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Types of the identity that is hidden (TS 23.003 clause 2.2B).
const (
	TypeIMSI = 0
	TypeNSI  = 1 // a network specific identifier, name@realm
	TypeGCI  = 2 // a cable line
	TypeGLI  = 3 // another fixed line
)

// Limits of the parts.
const (
	MaxRouting = 4  // digits of the routing indicator
	MaxMSIN    = 10 // digits; with country and network an IMSI has 15
	MaxOutput  = 1 << 11
	MaxText    = 2*MaxOutput + 512
)

// SUCI is the identity as it goes over the air.
type SUCI struct {
	Type     byte   // of the identity that is hidden
	MCC, MNC string // of the home network, for TypeIMSI
	Realm    string // of the home network, for the other types
	Routing  string // routing indicator, 1 to 4 digits; "0" where none is set
	Scheme   Scheme
	KeyID    byte // home network public key identifier; 0 with the null scheme
	// Output is the scheme output: with the null scheme the coded digits or
	// the name as they are, with a profile ephemeral key, ciphertext and tag.
	Output []byte
}

// Check says what the SUCI lacks to be one.
func (s SUCI) Check() error {
	for _, part := range []struct {
		bad bool
		err FormError
	}{
		{s.Type > TypeGLI, FormError{Part: PartSUPIType, Fault: FaultUnknown}},
		{s.Type == TypeIMSI && len(s.MCC) != 3, FormError{Part: PartMCC, Fault: FaultLength, Got: len(s.MCC)}},
		{s.Type == TypeIMSI && !decimal(s.MCC), FormError{Part: PartMCC, Fault: FaultDigits}},
		{s.Type == TypeIMSI && (len(s.MNC) < 2 || len(s.MNC) > 3), FormError{Part: PartMNC, Fault: FaultLength, Got: len(s.MNC)}},
		{s.Type == TypeIMSI && !decimal(s.MNC), FormError{Part: PartMNC, Fault: FaultDigits}},
		{s.Type != TypeIMSI && s.Realm == "", FormError{Part: PartRealm, Fault: FaultMissing}},
		{s.Type != TypeIMSI && !printable(s.Realm), FormError{Part: PartRealm, Fault: FaultUnknown}},
		{len(s.Routing) == 0, FormError{Part: PartRouting, Fault: FaultMissing}},
		{len(s.Routing) > MaxRouting, FormError{Part: PartRouting, Fault: FaultLength, Got: len(s.Routing)}},
		{!decimal(s.Routing), FormError{Part: PartRouting, Fault: FaultDigits}},
		{s.Scheme > 0x0F, FormError{Part: PartScheme, Fault: FaultRange}},
		{len(s.Output) == 0, FormError{Part: PartOutput, Fault: FaultMissing}},
		{len(s.Output) > MaxOutput, FormError{Part: PartOutput, Fault: FaultLength, Got: len(s.Output)}},
	} {
		if part.bad {
			return &part.err
		}
	}
	return s.checkOutput()
}

// checkOutput says what the scheme output lacks for its scheme.
func (s SUCI) checkOutput() error {
	switch {
	case s.Scheme.Hides():
		_, err := ParseSealed(s.Scheme, s.Output)
		return err
	case s.Scheme == Null && s.Type == TypeIMSI:
		return checkMSIN(s.Output)
	case s.Scheme == Null && !printable(string(s.Output)):
		return &FormError{Part: PartOutput, Fault: FaultUnknown}
	}
	return nil
}

// printable reports whether a name can stand in a NAI: UTF-8 without controls,
// blanks and @ (RFC 7542 clause 2.2, which is narrower still).
func printable(s string) bool {
	return utf8.ValidString(s) && !strings.ContainsFunc(s, func(r rune) bool { return !unicode.IsGraphic(r) || unicode.IsSpace(r) || r == '@' })
}

func checkMSIN(b []byte) error {
	digits, err := DecodeDigits(b)
	if err == nil && len(digits) > MaxMSIN {
		return &FormError{Part: PartMSIN, Fault: FaultLength, Got: len(digits)}
	}
	return err
}

// Sealed is the scheme output of profile A or B, taken apart.
func (s SUCI) Sealed() (Sealed, error) { return ParseSealed(s.Scheme, s.Output) }

// Open gives the identity that a null scheme leaves readable: an IMSI, or
// name@realm. Any other scheme is ErrScheme.
func (s SUCI) Open() (string, error) {
	if s.Scheme != Null {
		return "", ErrScheme
	}
	return s.identity(s.Output)
}

// Reveal opens the SUCI with the home network's private key and gives the
// identity: an IMSI, or name@realm. Nothing is given unless the tag fits.
func (s SUCI) Reveal(key PrivateKey) (string, error) {
	if !s.Scheme.Hides() {
		return "", ErrScheme
	}
	plain, err := key.Reveal(s.Scheme, s.Output)
	if err != nil {
		return "", err
	}
	defer clear(plain)
	return s.identity(plain)
}

func (s SUCI) identity(plain []byte) (string, error) {
	if s.Type != TypeIMSI {
		if !printable(string(plain)) || len(plain) == 0 {
			return "", &FormError{Part: PartOutput, Fault: FaultUnknown}
		}
		return string(plain) + "@" + s.Realm, nil
	}
	if err := checkMSIN(plain); err != nil {
		return "", err
	}
	msin, err := DecodeDigits(plain)
	return s.MCC + s.MNC + msin, err
}

// Home is what the card keeps about its home network: the network, and how an
// identity is sent to it.
type Home struct {
	MCC, MNC string
	Routing  string // empty: not set, which is sent as 0
	Scheme   Scheme
	KeyID    byte
	Key      PublicKey // for profile A or B
}

// Conceal makes the SUCI of an IMSI, whose first digits are MCC and MNC.
// rand gives the ephemeral key: crypto/rand.Reader.
func (h Home) Conceal(imsi string, rand io.Reader) (SUCI, error) {
	s := SUCI{Type: TypeIMSI, MCC: h.MCC, MNC: h.MNC, Routing: h.Routing, Scheme: h.Scheme, KeyID: h.KeyID}
	if s.Routing == "" {
		s.Routing = "0"
	}
	home := h.MCC + h.MNC
	if len(imsi) <= len(home) || imsi[:len(home)] != home {
		return SUCI{}, &FormError{Part: PartMNC, Fault: FaultRange}
	}
	plain, err := EncodeDigits(imsi[len(home):])
	if err != nil {
		return SUCI{}, err
	}
	if err := checkMSIN(plain); err != nil {
		return SUCI{}, err
	}
	return h.conceal(s, plain, rand)
}

// ConcealName makes the SUCI of an identity of another type, name@realm, of
// which the name is hidden. MCC and MNC are not looked at. The identities of
// lines (TypeGCI, TypeGLI) go in the null scheme (TS 33.501 clause 6.12.2).
func (h Home) ConcealName(kind byte, nai string, rand io.Reader) (SUCI, error) {
	name, realm, found := strings.Cut(nai, "@")
	switch {
	case kind == TypeIMSI || kind > TypeGLI:
		return SUCI{}, &FormError{Part: PartSUPIType, Fault: FaultRange}
	case !found || name == "" || realm == "":
		return SUCI{}, &FormError{Part: PartRealm, Fault: FaultMissing}
	case kind != TypeNSI:
		h.Scheme = Null
	}
	s := SUCI{Type: kind, Realm: realm, Routing: h.Routing, Scheme: h.Scheme, KeyID: h.KeyID}
	if s.Routing == "" {
		s.Routing = "0"
	}
	return h.conceal(s, []byte(name), rand)
}

// conceal fills in the scheme output.
func (h Home) conceal(s SUCI, plain []byte, rand io.Reader) (SUCI, error) {
	switch {
	case h.Scheme == Null:
		s.KeyID, s.Output = 0, plain // the digits or the name, as they are
	case !h.Scheme.Hides():
		return SUCI{}, ErrScheme
	case h.Key.scheme != h.Scheme:
		return SUCI{}, ErrProfile
	default:
		defer clear(plain)
		sealed, err := h.Key.Conceal(plain, rand)
		if err != nil {
			return SUCI{}, err
		}
		s.Output = sealed.Bytes()
	}
	return s, s.Check()
}
