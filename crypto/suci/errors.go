package suci

import (
	"errors"
	"fmt"
)

// Errors of revealing an identity.
var (
	// ErrMAC says that the tag does not fit: another key, or bytes that were
	// changed on the way.
	ErrMAC = errors.New("the tag of the hidden identity does not fit this key")
	// ErrScheme says that the operation needs a scheme that it has not.
	ErrScheme = errors.New("no such protection scheme is known")
	// ErrProfile says that the key is one of the other profile's curve.
	ErrProfile = errors.New("the key belongs to the other profile")
	// ErrPoint says that the bytes of a key are no point of its curve, or one
	// that gives everybody the same secret.
	ErrPoint = errors.New("the bytes are no usable point of the curve")
	// ErrScalar says that a private key is zero or beyond the curve's order.
	ErrScalar = errors.New("the private key is outside the curve's range")
	// ErrCleared says that the key was cleared.
	ErrCleared = errors.New("the key was cleared")
)

// Part names a part of a SUCI or of a key.
type Part string

// The parts.
const (
	PartForm       Part = "form" // the whole of it
	PartSUPIType   Part = "supi_type"
	PartMCC        Part = "mcc"
	PartMNC        Part = "mnc"
	PartRealm      Part = "realm"
	PartRouting    Part = "routing"
	PartScheme     Part = "scheme"
	PartKeyID      Part = "key_id"
	PartOutput     Part = "output"
	PartMSIN       Part = "msin"
	PartPublicKey  Part = "public_key"
	PartPrivateKey Part = "private_key"
)

// Fault says in what way a part is not as it should be.
type Fault string

// The faults.
const (
	FaultMissing Fault = "missing"
	FaultDigits  Fault = "digits"  // is not all decimal digits
	FaultHex     Fault = "hex"     // is not hexadecimal in pairs
	FaultLength  Fault = "length"  // has Got bytes or digits
	FaultRange   Fault = "range"   // is beyond what the part can say
	FaultUnknown Fault = "unknown" // is none of the values that are defined
	FaultPublic  Fault = "public"  // a public key where a private one is needed
	FaultCurve   Fault = "curve"   // a key of another curve or kind
	FaultPEM     Fault = "pem"     // a PEM block of another type, or one that does not parse
	FaultLocked  Fault = "locked"  // encrypted under a password
)

// FormError says which part of a SUCI, or of the bytes of a key, does not have
// its form.
type FormError struct {
	Part  Part
	Fault Fault
	Got   int // the length found, for FaultLength
}

func (e *FormError) Error() string {
	if e.Fault == FaultLength {
		return fmt.Sprintf("%s: %s %d", e.Part, e.Fault, e.Got)
	}
	return fmt.Sprintf("%s: %s", e.Part, e.Fault)
}
