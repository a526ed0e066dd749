package card

import (
	"errors"
	"fmt"
)

// StatusError says that the card refused a command.
type StatusError struct {
	Op      string  // what was tried, in short: "SELECT", "READ BINARY"
	Header  [4]byte // CLA INS P1 P2
	File    Path    // the file it was about
	HasFile bool
	SW      SW
}

func (e *StatusError) Error() string {
	s := e.Op
	if e.HasFile {
		s += " " + e.File.String()
	}
	s += ": " + e.SW.String()
	if m, ok := e.SW.Meaning(); ok {
		s += " " + m.Text
	}
	return s
}

// Is makes errors.Is(err, &StatusError{SW: sw}) compare status words.
func (e *StatusError) Is(target error) bool {
	t, ok := target.(*StatusError)
	return ok && t.SW == e.SW
}

// SWOf is the status word of a StatusError or PINError in err's chain, or 0.
func SWOf(err error) SW {
	var se *StatusError
	if errors.As(err, &se) {
		return se.SW
	}
	var pe *PINError
	if errors.As(err, &pe) {
		return pe.SW
	}
	return 0
}

// Refused reports whether err is an answer of the card, as against a failure
// on the way to it.
func Refused(err error) bool { return SWOf(err) != 0 }

// Absent reports whether err says that a file or application is not there.
func Absent(err error) bool {
	switch SWOf(err) {
	case SWNotFound, SWGSMNotFound, SWGSMNoEF:
		return true
	}
	return false
}

// Denied reports whether err says that an access right is missing.
func Denied(err error) bool {
	switch SWOf(err) {
	case SWNotSatisfied, SWBlocked, SWGSMAccess, SWGSMBlocked, 0x6900, SWGSMNoCHV:
		return true
	}
	return false
}

// ErrUntold is in the chain of a transport's error when it has no answer to
// this command but goes on to answer others: a recording that does not hold
// it, or holds it without its secrets.
var ErrUntold = errors.New("this answer is not there")

// LostError says that no answer came to a command that counts or changes:
// whether it took effect is unknown, and it is not sent again.
type LostError struct {
	Op  string
	Err error // what happened on the way
}

func (e *LostError) Error() string {
	return fmt.Sprintf("%s: no answer came, the result is unknown: %v", e.Op, e.Err)
}

func (e *LostError) Unwrap() error { return e.Err }

// GateError says that the session's mode does not permit a command.
type GateError struct {
	Risk   Risk
	Mode   WriteMode
	Header [4]byte
}

func (e *GateError) Error() string {
	return fmt.Sprintf("command %02X %02X is not permitted: it %s and the session is %s", e.Header[0], e.Header[1], e.Risk, e.Mode)
}

// BudgetError says that a card made a command go on without end.
type BudgetError struct {
	What  string // "GET RESPONSE rounds", "bytes", "busy answers"
	Limit int
	Got   []byte // what had come until then
}

func (e *BudgetError) Error() string {
	return fmt.Sprintf("the card does not come to an end: more than %d %s for one command", e.Limit, e.What)
}
