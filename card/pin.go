package card

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"simscope/card/safe"
	"simscope/card/tlv"
)

// PINRef is a key reference of class 00 (ETSI TS 102 221 clause 9.5.1). In
// class A0, CHV1 is held as 01 and CHV2 as 81, so that both worlds name the
// same PIN alike.
type PINRef byte

// References used by name.
const (
	RefPIN1      PINRef = 0x01
	RefUniversal PINRef = 0x11
	RefADM1      PINRef = 0x0A
	RefPIN2      PINRef = 0x81
)

// PINKind sorts references.
type PINKind int

// The kinds of references.
const (
	PINUnknown PINKind = iota
	PINApplication
	PINSecond
	PINUniversal
	PINAdm
)

// Kind sorts the reference by the table of clause 9.5.1.
func (r PINRef) Kind() PINKind {
	switch {
	case r >= 0x01 && r <= 0x08:
		return PINApplication
	case r >= 0x81 && r <= 0x88:
		return PINSecond
	case r == RefUniversal:
		return PINUniversal
	case r >= 0x0A && r <= 0x0E, r >= 0x8A && r <= 0x8E:
		return PINAdm
	}
	return PINUnknown
}

// Local reports whether the reference belongs to the selected application;
// the ADF must be current before it is used.
func (r PINRef) Local() bool { return r&0x80 != 0 }

// String is the name in the specification's words: PIN1 and PIN2 for the
// first application, "PIN appl 2", "PIN2 appl 2" for others, ADM1 to ADM10.
func (r PINRef) String() string {
	switch r.Kind() {
	case PINApplication:
		if r == RefPIN1 {
			return "PIN1"
		}
		return fmt.Sprintf("PIN appl %d", r)
	case PINSecond:
		if r == RefPIN2 {
			return "PIN2"
		}
		return fmt.Sprintf("PIN2 appl %d", r&0x0F)
	case PINUniversal:
		return "Universal PIN"
	case PINAdm:
		n := int(r&0x0F) - 9
		if r.Local() {
			n += 5
		}
		return "ADM" + strconv.Itoa(n)
	}
	return fmt.Sprintf("reference %02X", byte(r))
}

// UnblockName is what the secret that unblocks this one is called.
func (r PINRef) UnblockName() string {
	switch r {
	case RefPIN1:
		return "PUK1"
	case RefPIN2:
		return "PUK2"
	}
	return "PUK of " + r.String()
}

// ErrPINRef says that text names no PIN.
var ErrPINRef = errors.New("not a PIN: use pin1, pin2, universal, adm1 to adm10, or a reference in hex such as 0x81")

// ParsePINRef reads what a person types for a PIN.
func ParsePINRef(s string) (PINRef, error) {
	l := strings.ToLower(strings.TrimSpace(s))
	switch l {
	case "pin1", "pin", "chv1":
		return RefPIN1, nil
	case "pin2", "chv2":
		return RefPIN2, nil
	case "universal", "upin":
		return RefUniversal, nil
	}
	if n, ok := strings.CutPrefix(l, "adm"); ok {
		if i, err := strconv.Atoi(n); err == nil && i >= 1 && i <= 10 {
			if i > 5 {
				return PINRef(0x8A + i - 6), nil
			}
			return PINRef(0x0A + i - 1), nil
		}
	}
	if h, ok := strings.CutPrefix(l, "0x"); ok {
		if v, err := strconv.ParseUint(h, 16, 8); err == nil && PINRef(v).Kind() != PINUnknown {
			return PINRef(v), nil
		}
	}
	return 0, ErrPINRef
}

// PINState is what the PIN status template says of one reference (ETSI
// TS 102 221 clauses 9.5.2 and 11.1.1.4.10). Whether the PIN is on comes from
// here only; tries come from an empty VERIFY.
type PINState struct {
	Ref      PINRef
	Enabled  bool
	Usage    byte // usage qualifier, when HasUsage
	HasUsage bool
	// Unknown says that the template names the reference and does not tell
	// whether it is on.
	Unknown bool
}

// ErrPINTemplate says that a PIN status template is malformed.
var ErrPINTemplate = errors.New("the PIN status template is malformed")

// Tags of the PIN status template.
const (
	tagPINStatus tlv.Tag = 0xC6
	tagPSDO      tlv.Tag = 0x90
	tagUsage     tlv.Tag = 0x95
	tagKeyRef    tlv.Tag = 0x83
)

// ParsePINStatus reads the value of tag C6: the PS_DO, one bit for each key
// reference that follows, from b8 of its first byte on; a usage qualifier
// stands before the reference it is about. Without a PS_DO the references are
// told and their state is not. What was read before an error is returned with
// it.
func ParsePINStatus(template []byte) ([]PINState, error) {
	nodes, err := tlv.ParseFlat(template)
	if err != nil {
		err = fmt.Errorf("%w: %w", ErrPINTemplate, err)
	}
	var bits []byte
	told := slices.ContainsFunc(nodes, func(n tlv.Node) bool { return n.Tag == tagPSDO })
	var out []PINState
	var usage PINState
	for _, n := range nodes {
		switch n.Tag {
		case tagPSDO:
			bits = n.Value
		case tagUsage:
			if len(n.Value) > 0 {
				usage.Usage, usage.HasUsage = n.Value[0], true
			}
		case tagKeyRef:
			if len(n.Value) != 1 {
				return out, fmt.Errorf("%w: key reference of %d bytes", ErrPINTemplate, len(n.Value))
			}
			i := len(out)
			if told && i/8 >= len(bits) {
				return out, fmt.Errorf("%w: PS_DO has no bit for reference %d", ErrPINTemplate, i+1)
			}
			usage.Ref, usage.Unknown = PINRef(n.Value[0]), !told
			usage.Enabled = told && bits[i/8]&(0x80>>(i%8)) != 0
			out = append(out, usage)
			usage = PINState{}
		}
	}
	return out, err
}

// PINStatusOf finds and reads the PIN status template in a file's
// description; none there gives an empty result.
func PINStatusOf(info []byte) ([]PINState, error) {
	v, ok := fcpItem(info, tagPINStatus)
	if !ok {
		return nil, nil
	}
	return ParsePINStatus(v)
}

// GSMStatus is what the header of the MF or a DF says of the CHVs (3GPP
// TS 51.011 clause 9.2.1, bytes 14 and 19 to 22).
type GSMStatus struct {
	CHV1Enabled                    bool
	CHV1, Unblock1, CHV2, Unblock2 Tries
	HasSecond                      bool
}

// ParseGSMStatus reads a 2G directory header; ok is false when it is too
// short to hold the status bytes.
func ParseGSMStatus(header []byte) (GSMStatus, bool) {
	if len(header) < 20 {
		return GSMStatus{}, false
	}
	at := func(i int) Tries {
		if i >= len(header) || header[i]&0x80 == 0 {
			return Tries{}
		}
		n := int(header[i] & 0x0F)
		return Tries{Known: true, Left: n, Blocked: n == 0}
	}
	return GSMStatus{
		CHV1Enabled: header[13]&0x80 == 0,
		CHV1:        at(18), Unblock1: at(19), CHV2: at(20), Unblock2: at(21),
		HasSecond: len(header) >= 22,
	}, true
}

// Tries is how often a secret may still be wrong. No card tells its maximum.
type Tries struct {
	Known    bool `json:"known"`
	Left     int  `json:"left"`
	Blocked  bool `json:"blocked"`
	Verified bool `json:"verified"` // the card takes it as verified already
	Absent   bool `json:"absent"`   // the card knows no such reference
}

// PINError says that a card refused a PIN, PUK or key.
type PINError struct {
	Ref     PINRef
	Unblock bool // it was the PUK
	Left    int  // tries left, when Known
	Known   bool
	Blocked bool
	SW      SW
}

func (e *PINError) Error() string {
	name := e.Ref.String()
	if e.Unblock {
		name = e.Ref.UnblockName()
	}
	switch {
	case e.Blocked:
		return name + " is blocked (" + e.SW.String() + ")"
	case e.Known:
		return fmt.Sprintf("%s is wrong, %d tries left (%s)", name, e.Left, e.SW)
	}
	return name + " was refused (" + e.SW.String() + ")"
}

// Lengths of a PIN in digits, and of the field that carries it (ETSI
// TS 102 221 clause 9.5.1).
const (
	MinPIN   = 4
	MaxPIN   = 8
	PINField = 8
)

// ErrPINForm says that a PIN, PUK or key has not the form it must have; it is
// found before anything is sent.
var ErrPINForm = errors.New("a PIN has 4 to 8 digits, a PUK 8 digits, an ADM key 8 bytes")

// PadPIN makes the 8-byte field of a PIN or PUK from digits: ASCII, filled
// with FF. An ADM key is taken as it is, up to 16 bytes, and filled to 8.
func PadPIN(ref PINRef, unblock bool, s safe.Secret) (safe.Secret, error) {
	var out []byte
	s.Use(func(b []byte) {
		if validPIN(ref, unblock, b) {
			out = make([]byte, 0, 16)
			out = append(out, b...)
			for len(out) < PINField {
				out = append(out, 0xFF)
			}
		}
	})
	if out == nil {
		return safe.Secret{}, ErrPINForm
	}
	return safe.NewSecret(out), nil
}

func validPIN(ref PINRef, unblock bool, b []byte) bool {
	if ref.Kind() == PINAdm && !unblock {
		return len(b) >= MinPIN && len(b) <= 16
	}
	for _, c := range b {
		if c < '0' || c > '9' {
			return false
		}
	}
	if unblock {
		return len(b) == PINField
	}
	return len(b) >= MinPIN && len(b) <= MaxPIN
}
