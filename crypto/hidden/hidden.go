// Package hidden keeps a value with keys in it out of every text. A Box prints
// as dots under every verb and encoding, also inside unexported fields, and
// its copies share what it holds, so that clearing one clears all.
package hidden

import (
	"fmt"
	"io"
	"log/slog"
)

// dots stand for what is held. Their number says nothing of its length.
const dots = "••••"

// Box holds a value behind two pointers: for a verb that does not fit, fmt
// follows one. The zero Box holds nothing.
type Box[T any] struct{ p **T }

// New makes a box that holds v.
func New[T any](v T) Box[T] {
	p := &v
	return Box[T]{&p}
}

// Get lends the value, nil where there is none or it was dropped.
func (b Box[T]) Get() *T {
	if b.p == nil {
		return nil
	}
	return *b.p
}

// Drop lets go of the value in every copy. Clearing what it holds comes first
// and is the owner's.
func (b Box[T]) Drop() {
	if b.p != nil {
		*b.p = nil
	}
}

// Format implements fmt.Formatter for every verb.
func (b Box[T]) Format(w fmt.State, _ rune) { _, _ = io.WriteString(w, dots) }

// String implements fmt.Stringer.
func (b Box[T]) String() string { return dots }

// GoString implements fmt.GoStringer.
func (b Box[T]) GoString() string { return dots }

// MarshalText implements encoding.TextMarshaler, and with it JSON and XML.
func (b Box[T]) MarshalText() ([]byte, error) { return []byte(dots), nil }

// LogValue implements slog.LogValuer.
func (b Box[T]) LogValue() slog.Value { return slog.StringValue(dots) }
