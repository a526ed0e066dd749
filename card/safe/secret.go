package safe

import (
	"bytes"
	"fmt"
	"io"
	"log/slog"
)

// dots stand for a secret wherever one would be printed. Their number says
// nothing of the secret's length.
const dots = "••••"

// Secret holds bytes that must not be shown: a PIN, a key. Every way of
// printing or encoding it gives dots, also when it lies in an unexported
// field, because the bytes are behind two pointers: for a verb that does not
// fit, fmt follows one.
// The zero Secret is empty. Copies share the bytes: clearing one clears all.
type Secret struct{ box **secretBox }

type secretBox struct{ b []byte }

// NewSecret takes b over; the caller must not keep or use it.
func NewSecret(b []byte) Secret {
	box := &secretBox{b}
	return Secret{&box}
}

// Len is the number of bytes held.
func (s Secret) Len() int {
	if s.box == nil {
		return 0
	}
	return len((*s.box).b)
}

// Use lends the bytes to f, which must not keep them.
func (s Secret) Use(f func(b []byte)) {
	if s.box == nil {
		f(nil)
		return
	}
	f((*s.box).b)
}

// Clone is a copy that is cleared by itself.
func (s Secret) Clone() (out Secret) {
	if s.Len() > 0 {
		s.Use(func(b []byte) { out = NewSecret(bytes.Clone(b)) })
	}
	return out
}

// Clear overwrites the bytes. The Secret is empty afterwards.
func (s Secret) Clear() {
	if s.box == nil {
		return
	}
	b := (*s.box).b
	clear(b[:cap(b)])
	(*s.box).b = nil
}

// Format implements fmt.Formatter for every verb.
func (s Secret) Format(w fmt.State, _ rune) { _, _ = io.WriteString(w, dots) }

func (s Secret) String() string { return dots }

// GoString implements fmt.GoStringer.
func (s Secret) GoString() string { return dots }

// MarshalText implements encoding.TextMarshaler, and with it JSON and XML.
func (s Secret) MarshalText() ([]byte, error) { return []byte(dots), nil }

// MarshalJSON implements json.Marshaler.
func (s Secret) MarshalJSON() ([]byte, error) { return []byte(`"` + dots + `"`), nil }

// LogValue implements slog.LogValuer.
func (s Secret) LogValue() slog.Value { return slog.StringValue(dots) }
