package pcsc

import (
	"errors"
	"fmt"

	"simscope/card"
)

// code is a number that the PC/SC service or, on Windows, the system below it
// answered.
type code uint32

func (c code) Error() string { return CodeName(uint32(c)) }

// Codes that this package reacts to.
const (
	codeUnknownReader    code = 0x80100009
	codeTimeout          code = 0x8010000A
	codeProtocolMismatch code = 0x8010000F
	codeNotTransacted    code = 0x80100016
	codeStopped          code = 0x8010001E
	codeNoReaders        code = 0x8010002E
	codeCancelled        code = 0x80100002
	codeDenied           code = 0x8010006A
	codeRemoved          code = 0x80100069
)

// Identifiers of sentences in texts/en/pcsc.tsv that errors point to.
const (
	TextUnavailable = "pcsc.build.none"
)

// ErrUnavailable says that this build cannot talk to PC/SC. Its sentence is
// TextUnavailable.
var ErrUnavailable = errors.New("this build has no PC/SC")

// Errors of this program's own, below a *card.TransportError.
var (
	errCommandLength = fmt.Errorf("a command has %d to %d bytes", minCommand, maxCommand)
	errNoProtocol    = errors.New("the card speaks neither T=0 nor T=1")
	errClosed        = errors.New("the card was let go of")
	errGivenUp       = errors.New("an earlier call was given up")
	errNested        = errors.New("the card is already held")
	errNotHeld       = errors.New("the card is not held")
	errDuplicate     = errors.New("readers of the same name cannot be told apart by the service")
)

// codeRow says what a code means: in general, and while a card is being
// opened, when nothing can have been taken away yet.
type codeRow struct {
	code code
	name string
	kind card.TransportKind // with a card open
	open card.TransportKind // while listing and opening
}

// codeTable holds the codes of winscard.h with their kinds, and the plain
// Win32 codes that Windows' smart card service lets through.
var codeTable = []codeRow{
	{0x80100001, "SCARD_F_INTERNAL_ERROR", card.KindUnknown, card.KindUnknown},
	{codeCancelled, "SCARD_E_CANCELLED", card.KindAbandoned, card.KindAbandoned},
	{0x80100003, "SCARD_E_INVALID_HANDLE", card.KindServiceDown, card.KindServiceDown},
	{0x80100004, "SCARD_E_INVALID_PARAMETER", card.KindUnknown, card.KindUnknown},
	{0x80100005, "SCARD_E_INVALID_TARGET", card.KindUnknown, card.KindUnknown},
	{0x80100006, "SCARD_E_NO_MEMORY", card.KindUnknown, card.KindUnknown},
	{0x80100007, "SCARD_F_WAITED_TOO_LONG", card.KindMute, card.KindMute},
	{0x80100008, "SCARD_E_INSUFFICIENT_BUFFER", card.KindProtocol, card.KindProtocol},
	{codeUnknownReader, "SCARD_E_UNKNOWN_READER", card.KindGone, card.KindNoReader},
	{codeTimeout, "SCARD_E_TIMEOUT", card.KindMute, card.KindMute},
	{0x8010000B, "SCARD_E_SHARING_VIOLATION", card.KindBusy, card.KindBusy},
	{0x8010000C, "SCARD_E_NO_SMARTCARD", card.KindGone, card.KindNoCard},
	{0x8010000D, "SCARD_E_UNKNOWN_CARD", card.KindProtocol, card.KindProtocol},
	{0x8010000E, "SCARD_E_CANT_DISPOSE", card.KindUnknown, card.KindUnknown},
	{codeProtocolMismatch, "SCARD_E_PROTO_MISMATCH", card.KindProtocol, card.KindProtocol},
	{0x80100010, "SCARD_E_NOT_READY", card.KindBusy, card.KindBusy},
	{0x80100011, "SCARD_E_INVALID_VALUE", card.KindUnknown, card.KindUnknown},
	{0x80100012, "SCARD_E_SYSTEM_CANCELLED", card.KindServiceDown, card.KindServiceDown},
	{0x80100013, "SCARD_F_COMM_ERROR", card.KindServiceDown, card.KindServiceDown},
	{0x80100014, "SCARD_F_UNKNOWN_ERROR", card.KindUnknown, card.KindUnknown},
	{0x80100015, "SCARD_E_INVALID_ATR", card.KindProtocol, card.KindProtocol},
	{codeNotTransacted, "SCARD_E_NOT_TRANSACTED", card.KindProtocol, card.KindMute},
	{0x80100017, "SCARD_E_READER_UNAVAILABLE", card.KindGone, card.KindNoReader},
	{0x80100018, "SCARD_P_SHUTDOWN", card.KindServiceDown, card.KindServiceDown},
	{0x80100019, "SCARD_E_PCI_TOO_SMALL", card.KindProtocol, card.KindProtocol},
	{0x8010001A, "SCARD_E_READER_UNSUPPORTED", card.KindNoReader, card.KindNoReader},
	{0x8010001B, "SCARD_E_DUPLICATE_READER", card.KindNoReader, card.KindNoReader},
	{0x8010001C, "SCARD_E_CARD_UNSUPPORTED", card.KindProtocol, card.KindProtocol},
	{0x8010001D, "SCARD_E_NO_SERVICE", card.KindServiceDown, card.KindServiceDown},
	{codeStopped, "SCARD_E_SERVICE_STOPPED", card.KindServiceDown, card.KindServiceDown},
	// pcsc-lite's SCARD_E_UNSUPPORTED_FEATURE has this number, Windows' has 22.
	{0x8010001F, "SCARD_E_UNEXPECTED", card.KindUnknown, card.KindUnknown},
	{0x80100022, "SCARD_E_UNSUPPORTED_FEATURE", card.KindUnknown, card.KindUnknown},
	{0x80100027, "SCARD_E_NO_ACCESS", card.KindDenied, card.KindDenied},
	{codeNoReaders, "SCARD_E_NO_READERS_AVAILABLE", card.KindGone, card.KindNoReader},
	{0x8010002F, "SCARD_E_COMM_DATA_LOST", card.KindProtocol, card.KindProtocol},
	{0x80100031, "SCARD_E_SERVER_TOO_BUSY", card.KindBusy, card.KindBusy},
	{0x80100065, "SCARD_W_UNSUPPORTED_CARD", card.KindProtocol, card.KindProtocol},
	{0x80100066, "SCARD_W_UNRESPONSIVE_CARD", card.KindMute, card.KindMute},
	{0x80100067, "SCARD_W_UNPOWERED_CARD", card.KindReset, card.KindMute},
	{0x80100068, "SCARD_W_RESET_CARD", card.KindReset, card.KindReset},
	{codeRemoved, "SCARD_W_REMOVED_CARD", card.KindGone, card.KindNoCard},
	// pcsc-lite answers this whenever pcscd closes the line at once: polkit,
	// mostly.
	{codeDenied, "SCARD_W_SECURITY_VIOLATION", card.KindDenied, card.KindDenied},
	{0x8010006E, "SCARD_W_CANCELLED_BY_USER", card.KindAbandoned, card.KindAbandoned},

	{5, "ERROR_ACCESS_DENIED", card.KindDenied, card.KindDenied},
	{6, "ERROR_INVALID_HANDLE", card.KindServiceDown, card.KindServiceDown},
	{31, "ERROR_GEN_FAILURE", card.KindProtocol, card.KindMute},
	{109, "ERROR_BROKEN_PIPE", card.KindServiceDown, card.KindServiceDown},
	{121, "ERROR_SEM_TIMEOUT", card.KindMute, card.KindMute},
	{170, "ERROR_BUSY", card.KindBusy, card.KindBusy},
	{1117, "ERROR_IO_DEVICE", card.KindProtocol, card.KindMute},
	{1167, "ERROR_DEVICE_NOT_CONNECTED", card.KindGone, card.KindNoReader},
}

func lookUp(c code) (codeRow, bool) {
	for _, r := range codeTable {
		if r.code == c {
			return r, true
		}
	}
	return codeRow{}, false
}

// CodeName is a PC/SC code's name in winscard.h, or its number in hex for one
// that is in no table: services have been seen to answer such.
func CodeName(c uint32) string {
	if r, ok := lookUp(code(c)); ok {
		return r.name
	}
	return fmt.Sprintf("0x%08X", c)
}

// classify makes a *card.TransportError of an error of the service. opening
// is true while no card is open yet.
func classify(op string, err error, opening bool) *card.TransportError {
	var te *card.TransportError
	if errors.As(err, &te) {
		return te
	}
	t := &card.TransportError{Kind: card.KindUnknown, Op: op, Err: err}
	var c code
	var crash *crashError
	switch {
	case errors.As(err, &c):
		t.Code = uint32(c)
		if r, ok := lookUp(c); ok {
			t.Kind = r.kind
			if opening {
				t.Kind = r.open
			}
		}
	case errors.Is(err, ErrUnavailable):
		t.Kind = card.KindServiceDown
	case errors.As(err, &crash), errors.Is(err, errCommandLength), errors.Is(err, errNoProtocol):
		t.Kind = card.KindProtocol
	}
	return t
}
