//go:build cgo && linux

package pcsc

import (
	"errors"
	"testing"
)

// A service that hangs up refuses, whichever code the library makes of it; one
// that does not listen does not run.
func TestRefused(t *testing.T) {
	const noService, commError, timeout = code(0x8010001D), code(0x80100013), code(0x8010000A)
	listening := host{goos: "linux", getenv: func(string) string { return "" }, dial: func(string) error { return nil }}
	silent := listening
	silent.dial = func(string) error { return errors.New("nobody there") }
	for _, c := range []struct {
		name string
		err  error
		h    host
		want error
	}{
		{"hung up before the question", noService, listening, codeDenied},
		{"hung up after it", commError, listening, codeDenied},
		{"does not run", noService, silent, noService},
		{"another version", codeStopped, listening, codeStopped},
		{"something else", timeout, listening, timeout},
	} {
		if got := refused(c.err, c.h); !errors.Is(got, c.want) {
			t.Errorf("%s: %v, want %v", c.name, got, c.want)
		}
	}
}
