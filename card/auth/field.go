package auth

import (
	"encoding/hex"
	"errors"
	"slices"
	"strings"

	"simscope/card/safe"
)

// HexField reads a value of least to most bytes that is no secret, written in
// hex digits without spaces. The error is a *FieldError.
func HexField(name, s string, least, most int) ([]byte, error) {
	bad := &FieldError{Field: name, Min: least, Max: most, Got: len(s) / 2}
	if strings.ContainsAny(s, " \t") {
		bad.HasSpaces = true
		return nil, bad
	}
	b, err := hex.DecodeString(s)
	if err != nil {
		bad.Odd = errors.Is(err, hex.ErrLength)
		bad.NotHex = !bad.Odd
		return nil, bad
	}
	if len(b) < least || len(b) > most {
		return nil, bad
	}
	return b, nil
}

// HexKey reads the hex digits of a key of one of the sizes in bytes. No string
// is made of them, and none of them stands in the *FieldError.
func HexKey(name string, b []byte, sizes ...int) (safe.Secret, error) {
	bad := &FieldError{Field: name, Min: slices.Min(sizes), Max: slices.Max(sizes), Sizes: slices.Sorted(slices.Values(sizes)), Got: len(b) / 2}
	for _, c := range b {
		if c == ' ' || c == '\t' {
			bad.HasSpaces = true
			return safe.Secret{}, bad
		}
	}
	key := make([]byte, hex.DecodedLen(len(b)))
	if _, err := hex.Decode(key, b); err != nil {
		clear(key)
		bad.Odd = errors.Is(err, hex.ErrLength)
		bad.NotHex = !bad.Odd
		return safe.Secret{}, bad
	}
	if !slices.Contains(sizes, len(key)) {
		clear(key)
		return safe.Secret{}, bad
	}
	return safe.NewSecret(key), nil
}
