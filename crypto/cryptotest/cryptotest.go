// Package cryptotest is what the tests of algorithms share: reading vectors and
// showing each byte that differs from one.
package cryptotest

import (
	"encoding/hex"
	"encoding/json"
	"fmt"
	"os"
	"strings"
	"testing"
)

// Read reads a file of vectors into v; a field that v does not know is an
// error, so that no part of a vector is left out unseen.
func Read(t testing.TB, name string, v any) {
	t.Helper()
	f, err := os.Open(name)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = f.Close() }()
	d := json.NewDecoder(f)
	d.DisallowUnknownFields()
	if err := d.Decode(v); err != nil {
		t.Fatalf("%s: %v", name, err)
	}
}

// Bytes reads hex digits.
func Bytes(t testing.TB, s string) []byte {
	t.Helper()
	b, err := hex.DecodeString(s)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// Equal compares with what a vector says and shows the bytes that differ. A
// vector that says nothing ("") is an error.
func Equal(t testing.TB, name string, got []byte, want string) {
	t.Helper()
	w := Bytes(t, want)
	if len(w) == 0 || len(got) != len(w) {
		t.Errorf("%s has %d bytes, want %d: %X, want %X", name, len(got), len(w), got, w)
		return
	}
	if diff := Differences(got, w); diff != "" {
		t.Errorf("%s is %X, want %X; different: %s", name, got, w, diff)
	}
}

// Differences lists the bytes in which two values of one length differ.
func Differences(got, want []byte) string {
	var out []string
	for i := range want {
		if got[i] != want[i] {
			out = append(out, fmt.Sprintf("byte %d is %02X, not %02X", i, got[i], want[i]))
		}
	}
	return strings.Join(out, ", ")
}

// Hidden fails where a printed form of v, under any verb, holds a part of a
// secret: its bytes, its hex digits, or its numbers.
func Hidden(t testing.TB, v any, secret []byte) {
	t.Helper()
	forms := fmt.Sprintf("%v %+v %#v %s %x %X %q %d", v, v, v, v, v, v, v, v)
	part := secret[:4]
	for _, leak := range []string{
		string(part), hex.EncodeToString(part), strings.ToUpper(hex.EncodeToString(part)),
		strings.Trim(fmt.Sprint(part), "[]"),
	} {
		if strings.Contains(forms, leak) {
			t.Errorf("printed form %q holds %q", forms, leak)
		}
	}
}
