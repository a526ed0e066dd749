package auth

import (
	"errors"
	"testing"
)

// TestHexKeyNamesTheField: each slip gets a sentence that names the key and
// the lengths there are, and nothing of what was typed.
func TestHexKeyNamesTheField(t *testing.T) {
	for _, c := range []struct {
		typed string
		sizes []int
		want  string
	}{
		{"00112233445566778899AABBCCDDEEFF0011223344556677", []int{16, 32}, "K has 24 bytes, not 16 or 32 bytes"},
		{"0011", []int{16, 24, 32}, "K has 2 bytes, not 16, 24 or 32 bytes"},
		{"0011", []int{16}, "K has 2 bytes, not 16 bytes"},
		{"00 11", []int{16}, "K has spaces in it; write 16 bytes as 32 hex digits without spaces"},
		{"001", []int{16}, "K has an odd number of hex digits; it has 16 bytes, two digits each"},
		{"secret", []int{16, 32}, "K is not written in hex digits; it has 16 or 32 bytes"},
	} {
		_, err := HexKey("K", []byte(c.typed), c.sizes...)
		var field *FieldError
		if !errors.As(err, &field) || err.Error() != c.want {
			t.Errorf("%q: %v, want %q", c.typed, err, c.want)
		}
	}
	s := Subscriber{Algorithm: TUAK, K: secret(t, "00112233445566778899AABBCCDDEEFF0011223344556677"), TOPc: secret(t, testTOP)}
	if err := s.Check(); err == nil || err.Error() != "K has 24 bytes, not 16 or 32 bytes" {
		t.Errorf("%v", err)
	}
}
