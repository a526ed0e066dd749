package ef

import (
	"reflect"
	"slices"

	"simscope/card/safe"
)

// Sealed holds, out of sight, the bytes that a value with keys was decoded
// from, so that a value nobody edited is written back as it was. Unlike Carry
// it never shows: not in JSON, not in print.
type Sealed struct{ raw safe.Secret }

func seal(data []byte) Sealed { return Sealed{secretOf(data)} }

func (s Sealed) sealed() safe.Secret { return s.raw }

type sealer interface{ sealed() safe.Secret }

// guarded is writable for values with keys. A value that came through JSON has
// lost them, and is refused by enc.
func guarded[T sealer](name, spec string, dec func([]byte, Context, *builder) T, enc func(T, int) ([]byte, error)) Decoder {
	return exact(name, spec, dec, func(t T, size int) ([]byte, error) {
		if raw := opened(t.sealed()); len(raw) == size && size > 0 {
			var b builder
			if reflect.DeepEqual(dec(slices.Clone(raw), Context{}, &b), t) {
				return raw, nil
			}
		}
		return enc(t, size)
	})
}

// secretOf hides a copy of b.
func secretOf(b []byte) safe.Secret { return safe.NewSecret(slices.Clone(b)) }

// opened is a copy of what s holds.
func opened(s safe.Secret) (out []byte) {
	s.Use(func(b []byte) { out = slices.Clone(b) })
	return out
}

// needSecret refuses a key that has not the length that its place has.
func needSecret(s safe.Secret, what string, n int) error {
	if s.Len() != n {
		return refuse("key.masked", "what", what, "need", n)
	}
	return nil
}
