package card

import (
	"context"
	"fmt"
)

// Protocol is the transmission protocol between reader and card.
type Protocol int

// The protocols of ISO/IEC 7816-3. ProtocolAny leaves the choice to the
// provider, which takes T=0 where a card offers both.
const (
	ProtocolAny Protocol = iota
	ProtocolT0
	ProtocolT1
)

func (p Protocol) String() string {
	switch p {
	case ProtocolT0:
		return "T=0"
	case ProtocolT1:
		return "T=1"
	default:
		return "any"
	}
}

// ResetKind is how a card is brought back to its beginning.
type ResetKind int

const (
	// ResetReconnect takes the connection up again after another program
	// reset the card, without a reset of our own.
	ResetReconnect ResetKind = iota
	// ResetWarm resets the card with its supply on.
	ResetWarm
	// ResetCold takes the supply away and gives it back.
	ResetCold
)

func (k ResetKind) String() string {
	return [...]string{"reconnect", "warm reset", "cold reset"}[k]
}

// Info is what a transport knows about its card and reader.
type Info struct {
	Reader   ReaderID
	ATR      []byte // of the present activation, up to 33 bytes
	Protocol Protocol
	// Generation counts insertions of a card into this reader as this
	// transport saw them. Answers that belong to an earlier one are stale.
	Generation uint32
}

// Transport carries APDUs to one card. It is used by one goroutine at a time,
// a Session's. Every method may block until its context ends; a call that
// cannot be cancelled underneath returns a TransportError of kind Mute or
// Busy then, and the transport is dead from there on.
type Transport interface {
	// Transmit sends one APDU, at least 4 bytes, and returns the response
	// with its status word, at least 2 bytes. The result is the caller's.
	Transmit(ctx context.Context, apdu []byte) ([]byte, error)
	// Begin waits until no other program uses the card and keeps it so
	// until End.
	Begin(ctx context.Context) error
	End(ctx context.Context) error
	// Reset restarts the card. The Info changes with it.
	Reset(ctx context.Context, kind ResetKind) error
	Info() Info
	// Close lets go of the card; with reset true the card forgets what was
	// verified.
	Close(ctx context.Context, reset bool) error
}

// ReaderID names a reader among all that all providers offer.
type ReaderID struct {
	Provider string `json:"provider"`       // "pcsc", "virtual", "replay"
	Host     string `json:"host,omitempty"` // empty: this machine
	Name     string `json:"name"`           // raw, as the provider has it: hostile text
	Ordinal  int    `json:"ordinal"`        // tells readers of the same name apart
}

// ReaderState is what a reader says of itself without its card being powered.
type ReaderState int

// The states of a reader.
const (
	ReaderUnknown   ReaderState = iota
	ReaderEmpty                 // no card
	ReaderPresent               // a card, used by nobody
	ReaderInUse                 // a card, shared with other programs
	ReaderExclusive             // a card that another program keeps to itself
	ReaderMute                  // a card that does not answer to reset
)

var readerStates = [...]string{"unknown", "empty", "present", "in_use", "exclusive", "mute"}

func (s ReaderState) String() string { return readerStates[s] }

// HasCard reports whether a card is in the reader.
func (s ReaderState) HasCard() bool { return s >= ReaderPresent }

// Reader is one row of a provider's list.
type Reader struct {
	ID    ReaderID
	State ReaderState
	ATR   []byte // what the provider knows without powering the card; may be empty
	// Events counts insertions and removals, where the provider says so.
	Events uint32
	// About is a short description for providers whose cards have one
	// (a demonstration card, a recording).
	About string
}

// OpenOptions say how a card is to be opened.
type OpenOptions struct {
	Protocol  Protocol
	Exclusive bool
}

// Update is a provider's news: its readers as they are now, or why it cannot
// say.
type Update struct {
	Readers []Reader
	Err     error // a *TransportError, or nil
}

// Provider gives readers and opens cards in them.
type Provider interface {
	Name() string
	// List asks once.
	List(ctx context.Context) ([]Reader, error)
	// Watch calls tell with the present state at once and after each change
	// until ctx ends. tell is never called twice at the same time.
	Watch(ctx context.Context, tell func(Update))
	Open(ctx context.Context, id ReaderID, o OpenOptions) (Transport, error)
}

// TransportKind sorts what can go wrong between this program and a card.
type TransportKind int

// The kinds of transport errors.
const (
	KindUnknown     TransportKind = iota
	KindGone                      // the card or its reader was taken away
	KindBusy                      // another program keeps the card to itself
	KindDenied                    // the service refused this program (polkit, mostly)
	KindReset                     // another program reset the card
	KindMute                      // the card does not answer
	KindServiceDown               // pcscd does not run, or stopped
	KindNoReader                  // no reader, or none of that name
	KindNoCard                    // the reader is empty
	KindProtocol                  // the reader or card broke the rules of the exchange
	KindAbandoned                 // this program gave up waiting
)

var kindIDs = [...]string{"unknown", "gone", "busy", "denied", "reset", "mute", "service_down", "no_reader", "no_card", "protocol", "abandoned"}

// ID is the kind's name in error identifiers and JSON.
func (k TransportKind) ID() string { return kindIDs[k] }

// TransportError says that an APDU or an operation on the reader did not come
// through. Whether a command that was under way took effect is unknown.
type TransportError struct {
	Kind TransportKind
	Op   string // what was tried: "connect", "transmit", …
	Code uint32 // the service's own code, 0 when there is none
	Err  error  // underlying, may be nil
}

func (e *TransportError) Error() string {
	s := e.Op + ": " + kindIDs[e.Kind]
	if e.Code != 0 {
		s += fmt.Sprintf(" (0x%08X)", e.Code)
	}
	if e.Err != nil {
		s += ": " + e.Err.Error()
	}
	return s
}

func (e *TransportError) Unwrap() error { return e.Err }

// Is makes errors.Is(err, &TransportError{Kind: k}) compare kinds.
func (e *TransportError) Is(target error) bool {
	t, ok := target.(*TransportError)
	return ok && t.Kind == e.Kind
}
