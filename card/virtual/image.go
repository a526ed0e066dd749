package virtual

import (
	"encoding/hex"
	"errors"
	"fmt"
	"strings"

	"simscope/card"
	"simscope/card/safe"
)

// Limits of an image. A card of the field has some hundreds of files.
const (
	MaxImageBytes = 16 << 20
	MaxDepth      = 8
	MaxFiles      = 4096
	maxFileBytes  = 0xFFFF
	maxRecordLen  = 0xFF
	maxRecords    = 0xFE
)

// ErrImage says that bytes are no card image, or one that contradicts itself.
// The error that wraps it names the place.
var ErrImage = errors.New("not a card image")

func imageError(format string, args ...any) error {
	return fmt.Errorf("%w: %s", ErrImage, fmt.Sprintf(format, args...))
}

// Image is everything that makes up a card. Its text form is described in
// IMAGE.md.
type Image struct {
	Note        string // free text: what made the image
	Mode        Mode
	ATR         []byte
	PINs        []PIN
	Subscribers []Subscriber
	Apps        []App
	MF          *File           // nil in ModeOther
	Objects     []DataObject    // of the card, in ModeOther
	GP          *GlobalPlatform // nil where there is no security domain
}

// Mode says which commands a card answers.
type Mode string

// The modes.
const (
	ModeUICC Mode = "uicc" // class 00 and 80; class A0 in an activation of its own
	ModeGSM  Mode = "gsm"  // class A0 only
	// ModeOther is a card that is no SIM: it has applications that are
	// selected by name and data objects, and neither files nor PINs.
	ModeOther Mode = "other"
)

// App is an application and the directory it opens.
type App struct {
	AID   AID    `json:"aid"`
	Label string `json:"label,omitempty"` // for people; EF.DIR holds its own
	ADF   *File  `json:"adf,omitempty"`
	// SUCI is what a USIM computes its hidden identity from, coded as
	// EF.SUCI_Calc_Info is. Without it that is the file in DF.SAIP.
	SUCI Hex `json:"suci,omitempty"`
	// FCI is what SELECT answers in ModeOther, and Objects what GET DATA gives
	// while the application is selected; there is no ADF then.
	FCI     Hex          `json:"fci,omitempty"`
	Objects []DataObject `json:"data_objects,omitempty"`
}

// Kind is what a file is.
type Kind string

// The kinds of files.
const (
	KindDF          Kind = "df"
	KindTransparent Kind = "transparent"
	KindLinearFixed Kind = "linear-fixed"
	KindCyclic      Kind = "cyclic"
	KindBERTLV      Kind = "ber-tlv"
)

func (k Kind) hasRecords() bool { return k == KindLinearFixed || k == KindCyclic }

// State is the life cycle of a file (ETSI TS 102 221 clause 11.1.1.4.9).
type State string

// The states. An empty State is activated.
const (
	StateActivated   State = "activated"
	StateDeactivated State = "deactivated"
	StateTerminated  State = "terminated"
	StateCreation    State = "creation"
	StateInit        State = "initialisation"
)

// stateCodes are the values of tag 8A.
var stateCodes = map[State]byte{
	"": 0x05, StateActivated: 0x05, StateDeactivated: 0x04,
	StateTerminated: 0x0C, StateCreation: 0x01, StateInit: 0x03,
}

// File is a directory or an elementary file.
type File struct {
	FID    FID    `json:"fid"`
	Name   string `json:"name,omitempty"` // for people
	Kind   Kind   `json:"kind"`
	SFI    int    `json:"sfi,omitempty"` // 1 to 30, 0 for none
	State  State  `json:"state,omitempty"`
	Access Access `json:"access,omitzero"`
	// GSM is the three access bytes of class A0 (3GPP TS 51.011 clause
	// 9.2.1, bytes 9 to 11). Without them class A0 may do nothing.
	GSM Hex `json:"gsm,omitempty"`
	// Readable lets the file be read whatever its access rule says, and Refuse
	// is the status word with which reading it is refused. They make a card of
	// what was read of one whose PINs and keys are not known.
	Readable bool `json:"readable,omitempty"`
	Refuse   Hex  `json:"refuse,omitempty"`
	// Info is the content of tag A5 of the FCP.
	Info Hex `json:"info,omitempty"`
	// PINs of a directory are the references its PIN status template names,
	// in order.
	PINs []Ref `json:"pins,omitempty"`
	// Link makes the file another name of one that stands elsewhere: a path
	// like 3F00/7F20/6F07 or AID/6F07. Such a file has no content of its own.
	Link string `json:"link,omitempty"`

	// Size is the length of a transparent file; bytes that Data lacks are FF.
	// Of a BER-TLV file it is the most that its objects may take, and Data
	// holds them one behind the other.
	Size int `json:"size,omitempty"`
	Data Hex `json:"data,omitempty"`
	// RecordLength and RecordCount give the size of a record file; records
	// and bytes that Records lacks are FF. Record 1 comes first.
	RecordLength int   `json:"record_length,omitempty"`
	RecordCount  int   `json:"record_count,omitempty"`
	Records      []Hex `json:"records,omitempty"`

	Children []*File `json:"children,omitempty"`
}

// Access says where the access rule of a file stands. At most one of the
// three forms is used; without any, everything is forbidden.
type Access struct {
	// ARR is the EF.ARR that holds the rule and Rules the record for each
	// security environment (tag 8B).
	ARR   FID    `json:"arr,omitempty"`
	Rules []Rule `json:"rules,omitempty"`
	// Compact is the value of tag 8C.
	Compact Hex `json:"compact,omitempty"`
	// Expanded is the value of tag AB.
	Expanded Hex `json:"expanded,omitempty"`
}

// Rule names a record of EF.ARR. SE is the security environment it holds in;
// nil stands for all of them.
type Rule struct {
	SE     *int `json:"se,omitempty"`
	Record int  `json:"record"`
}

// PIN is a PIN or an administrative key and its state. The value is 8 bytes.
type PIN struct {
	Ref Ref
	// App is the application a local reference (81 and up) belongs to; empty
	// for the whole card.
	App     AID
	Value   safe.Secret
	Enabled bool
	// Unknown marks a PIN of which nothing is known but that there is one: the
	// card keeps nothing closed with it, tells neither its state nor its tries,
	// and refuses every command about it.
	Unknown bool
	Tries   int
	Max     int // 1 to 15
	// Fixed marks a PIN that DISABLE refuses.
	Fixed bool
	// Usage is the usage qualifier of the Universal PIN: 08 when it replaces
	// disabled application PINs, 00 when it is not used.
	Usage byte

	Unblock      safe.Secret // 8 bytes, or empty where there is no PUK
	UnblockTries int
	UnblockMax   int
}

// Hex is bytes that are written as hex.
type Hex []byte

// MarshalText implements encoding.TextMarshaler.
func (h Hex) MarshalText() ([]byte, error) {
	return []byte(strings.ToUpper(hex.EncodeToString(h))), nil
}

// UnmarshalText implements encoding.TextUnmarshaler. Spaces are allowed.
func (h *Hex) UnmarshalText(b []byte) error {
	v, err := hex.DecodeString(strings.ReplaceAll(string(b), " ", ""))
	if err != nil {
		return errors.New("not hex")
	}
	*h = v
	return nil
}

// FID is a file identifier, written as four hex digits.
type FID card.FID

// MarshalText implements encoding.TextMarshaler.
func (f FID) MarshalText() ([]byte, error) { return []byte(card.FID(f).String()), nil }

// UnmarshalText implements encoding.TextUnmarshaler.
func (f *FID) UnmarshalText(b []byte) error {
	v, err := card.ParseFID(string(b))
	*f = FID(v)
	return err
}

// AID is an application identifier, written in hex.
type AID string

// MarshalText implements encoding.TextMarshaler.
func (a AID) MarshalText() ([]byte, error) { return Hex(a).MarshalText() }

// UnmarshalText implements encoding.TextUnmarshaler.
func (a *AID) UnmarshalText(b []byte) error {
	v, err := card.ParseAID(string(b))
	*a = AID(v)
	return err
}

// Ref is a key reference (ETSI TS 102 221 table 9.3), written as two hex
// digits.
type Ref byte

// References this package treats by name.
const (
	RefPIN1      Ref = 0x01
	RefUniversal Ref = 0x11
	RefPIN2      Ref = 0x81
	RefADM1      Ref = 0x0A
)

// MarshalText implements encoding.TextMarshaler.
func (r Ref) MarshalText() ([]byte, error) { return fmt.Appendf(nil, "%02X", byte(r)), nil }

// UnmarshalText implements encoding.TextUnmarshaler.
func (r *Ref) UnmarshalText(b []byte) error {
	v, err := hex.DecodeString(string(b))
	if err != nil || len(v) != 1 {
		return errors.New("not a key reference of two hex digits")
	}
	*r = Ref(v[0])
	return nil
}

// application reports whether the reference is the PIN of an application.
func (r Ref) application() bool { return r >= 0x01 && r <= 0x08 }

// local reports whether the reference belongs to the current application.
func (r Ref) local() bool { return r&0x80 != 0 }

// admin reports whether the reference is an administrative key, whose value
// may be any bytes.
func (r Ref) admin() bool { return r&0x7F >= 0x0A && r&0x7F <= 0x0E }
