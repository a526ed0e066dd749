package ota

import (
	"encoding/hex"
	"errors"
	"strings"
	"unicode"

	"simscope/texts"
)

// InputError says which value of a packet cannot be taken, and its limit. It
// repeats nothing of what was given: that may be a key in the wrong place.
type InputError struct {
	Field string // "TAR", "KIc", "line 3"
	ID    string // the sentence "ota.bad."+ID
	Args  []any
}

func (e *InputError) Error() string {
	return texts.Say("ota.bad."+e.ID, append([]any{"field", e.Field}, e.Args...)...)
}

func bad(field, id string, args ...any) error { return &InputError{field, id, args} }

// unhex reads hex digits with spaces or colons between them.
func unhex(field, s string) ([]byte, error) {
	s = strings.Map(func(r rune) rune {
		if unicode.IsSpace(r) || r == ':' {
			return -1
		}
		return r
	}, s)
	b, err := hex.DecodeString(s)
	switch {
	case errors.Is(err, hex.ErrLength):
		return nil, bad(field, "odd")
	case err != nil:
		return nil, bad(field, "hex")
	}
	return b, nil
}
