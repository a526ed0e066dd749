package pcsc

import (
	"fmt"
	"time"
)

// service is the PC/SC service as the rest of this package sees it. Errors
// of all methods are a code, a *crashError or another error of the binding's
// own. Methods may block without limit.
type service interface {
	establish() (connection, error)
}

// connection is a PC/SC context. One goroutine uses it at a time.
type connection interface {
	// readers lists names, an empty list where there are none.
	readers() ([]string, error)
	// statusChange waits up to timeout for a state to differ from current
	// and fills in event and atr.
	statusChange(states []readerState, timeout time.Duration) error
	connect(reader string, exclusive bool, protocols uint32) (handle, error)
	release() error
}

// handle is a connected card.
type handle interface {
	protocol() uint32
	status() (cardStatus, error)
	transmit(apdu []byte) ([]byte, error)
	begin() error
	end() error
	reconnect(exclusive bool, protocols, disposition uint32) error
	disconnect(disposition uint32) error
}

// readerState is one row of a status question.
type readerState struct {
	name    string
	current uint32 // as last seen, its event counter in the high word
	event   uint32
	atr     []byte
}

// cardStatus is what the service says of a connected card.
type cardStatus struct {
	state, protocol uint32
	atr             []byte
}

// Values of winscard.h, the same on every system.
const (
	protocolT0 = 1
	protocolT1 = 2

	leaveCard   = 0
	resetCard   = 1
	unpowerCard = 2

	statusPresent = 0x0004 // SCARD_PRESENT of SCardStatus, in pcsc-lite and macOS

	stateUnaware     = 0x0000
	stateChanged     = 0x0002
	stateUnknown     = 0x0004
	stateUnavailable = 0x0008
	stateEmpty       = 0x0010
	statePresent     = 0x0020
	stateExclusive   = 0x0080
	stateInUse       = 0x0100
	stateMute        = 0x0200
)

// Limits of what is believed from the service or asked of it.
const (
	maxATR      = 33
	maxReaders  = 64
	maxCommand  = 65544 // CLA to Le of an extended case 4 command
	minCommand  = 4
	minResponse = 2
)

// pnpName is a pseudo reader whose state changes when a reader comes or goes.
const pnpName = `\\?PnP?\Notification`

// crashError says that the binding panicked. It does not hold the panic's
// value, which could hold bytes of a command.
type crashError struct{ call string }

func (e *crashError) Error() string { return fmt.Sprintf("the PC/SC binding failed inside %s", e.call) }

// guard runs a call into the binding and makes an error of a panic.
func guard(call string, f func() error) (err error) {
	defer func() {
		if recover() != nil {
			err = &crashError{call}
		}
	}()
	return f()
}
