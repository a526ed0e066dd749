//go:build cgo && !windows && !darwin

package pcsc

// #cgo pkg-config: libpcsclite
// #include <winscard.h>
import "C"

import (
	"reflect"

	"github.com/ebfe/scard"
)

// maxAnswer is the longest answer the library can bring
// (MAX_BUFFER_SIZE_EXTENDED).
const maxAnswer = C.MAX_BUFFER_SIZE_EXTENDED

// sender sends commands to one card and has one buffer for their answers. The
// binding makes a new one of 64 KiB for every command; to make them and to
// collect them again takes longer than all else this program does for a
// command.
type sender struct {
	card   *scard.Card
	handle C.SCARDHANDLE
	known  bool // handle is; else the binding sends
	out    []byte
	// Of the call under way: here because what C is shown would be made anew
	// for every call.
	send, receive C.SCARD_IO_REQUEST
	n             C.DWORD
}

// newSender reads the card's handle, which the binding keeps to itself. It
// stays the same when the card is connected again.
func newSender(c *scard.Card) *sender {
	s := &sender{card: c}
	if f := reflect.ValueOf(c).Elem().FieldByName("handle"); f.Kind() == reflect.Uintptr {
		s.handle, s.known = C.SCARDHANDLE(f.Uint()), true
		s.out = make([]byte, maxAnswer)
	}
	return s
}

// transmit returns an answer that lies in the buffer of s: the caller copies
// and clears it. The card's protocol is T=0 or T=1, apdu is not empty.
func (s *sender) transmit(apdu []byte) ([]byte, error) {
	if !s.known {
		return s.card.Transmit(apdu)
	}
	s.send.dwProtocol = C.ulong(s.card.ActiveProtocol())
	s.send.cbPciLength = C.sizeof_SCARD_IO_REQUEST
	s.n = maxAnswer
	r := C.SCardTransmit(s.handle, &s.send, (*C.BYTE)(&apdu[0]), C.DWORD(len(apdu)), &s.receive, (*C.BYTE)(&s.out[0]), &s.n)
	if r != C.SCARD_S_SUCCESS {
		clear(s.out) // a part may have come
		return nil, scard.Error(r)
	}
	return s.out[:s.n:s.n], nil
}
