package pcsc

import (
	"context"
	"errors"
	"testing"
	"time"

	"simscope/card"
)

// within is a context for one call that is expected to return by itself.
func within(t testing.TB, d time.Duration) context.Context {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), d)
	t.Cleanup(cancel)
	return ctx
}

// wantKind fails the test unless err is a transport error of the kind.
func wantKind(t testing.TB, err error, k card.TransportKind) *card.TransportError {
	t.Helper()
	var te *card.TransportError
	if !errors.As(err, &te) || te.Kind != k {
		t.Fatalf("error %v, want one of kind %s", err, k.ID())
	}
	return te
}

// eventually polls until ok or five seconds are over.
func eventually(t testing.TB, what string, ok func() bool) {
	t.Helper()
	for end := time.Now().Add(5 * time.Second); time.Now().Before(end); time.Sleep(5 * time.Millisecond) {
		if ok() {
			return
		}
	}
	t.Fatalf("not within five seconds: %s", what)
}
