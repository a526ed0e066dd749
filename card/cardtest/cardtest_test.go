package cardtest_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"

	"simscope/card"
	"simscope/card/cardtest"
)

// spy is a test that keeps its failures.
type spy struct {
	failures []string
	cleanups []func()
}

func (s *spy) Helper() {}

func (s *spy) Errorf(format string, args ...any) {
	s.failures = append(s.failures, fmt.Sprintf(format, args...))
}
func (s *spy) Cleanup(f func()) { s.cleanups = append(s.cleanups, f) }

func (s *spy) finish() string {
	for _, f := range s.cleanups {
		f()
	}
	return strings.Join(s.failures, "\n")
}

func TestScript(t *testing.T) {
	ctx := context.Background()
	apdu := func(s string) func(*cardtest.Card) error {
		return func(c *cardtest.Card) error { _, err := c.Transmit(ctx, cardtest.Hex(s)); return err }
	}
	begin := func(c *cardtest.Card) error { return c.Begin(ctx) }
	end := func(c *cardtest.Card) error { return c.End(ctx) }
	cold := func(c *cardtest.Card) error { return c.Reset(ctx, card.ResetCold) }
	for _, tt := range []struct {
		name   string
		script cardtest.Script
		calls  []func(*cardtest.Card) error
		want   string // in the failure; empty: none
	}{
		{"as written", cardtest.Script{{"00A4 0000 02 3F00", "9000"}}, []func(*cardtest.Card) error{begin, apdu("00A40000023F00"), end}, ""},
		{"any digits", cardtest.Script{{"00A4????023F0?", "9000"}, {"0020*", "9000"}}, []func(*cardtest.Card) error{begin, apdu("00A40804023F07"), apdu("00200001"), end}, ""},
		{"with its transaction", cardtest.Script{{"begin", ""}, {"00B00000", "9000"}, {"end", ""}}, []func(*cardtest.Card) error{begin, apdu("00B00000"), end}, ""},
		{"with a reset", cardtest.Script{{"reset cold", ""}}, []func(*cardtest.Card) error{cold}, ""},
		{"another byte", cardtest.Script{{"00A40000023F00", "9000"}}, []func(*cardtest.Card) error{begin, apdu("00A40004023F00"), end}, "want 00 A4 00 00 02 3F 00\ngot  00 A4 00 04 02 3F 00\n              ^^ byte 3"},
		{"too short", cardtest.Script{{"00B0000000", "9000"}}, []func(*cardtest.Card) error{begin, apdu("00B00000"), end}, "^^ byte 4"},
		{"too long", cardtest.Script{{"00B00000", "9000"}}, []func(*cardtest.Card) error{begin, apdu("00B0000000"), end}, "^^ byte 4"},
		{"one too many", nil, []func(*cardtest.Card) error{begin, apdu("00B00000"), end}, "after the end"},
		{"one too few", cardtest.Script{{"00B00000", "9000"}, {"00B20000", "9000"}}, []func(*cardtest.Card) error{begin, apdu("00B00000"), end}, "step 1"},
		{"outside a transaction", cardtest.Script{{"00B00000", "9000"}}, []func(*cardtest.Card) error{apdu("00B00000")}, "outside a transaction"},
		{"left open", nil, []func(*cardtest.Card) error{begin}, "left open"},
		{"begun twice", nil, []func(*cardtest.Card) error{begin, begin, end, end}, "within another"},
		{"ended twice", nil, []func(*cardtest.Card) error{begin, end, end}, "did not begin"},
		{"a reset that is not expected", nil, []func(*cardtest.Card) error{cold}, "after the end"},
		{"another reset", cardtest.Script{{"reset warm", ""}}, []func(*cardtest.Card) error{cold}, "resetwarm"},
		{"an APDU in place of a reset", cardtest.Script{{"reset warm", ""}}, []func(*cardtest.Card) error{begin, apdu("00B00000"), end}, "another call"},
		{"a reset within a transaction", cardtest.Script{{"reset cold", ""}}, []func(*cardtest.Card) error{begin, cold, end}, "a reset within"},
		{"closed within a transaction", nil, []func(*cardtest.Card) error{begin, func(c *cardtest.Card) error { return c.Close(ctx, false) }, end}, "closed within"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s := &spy{}
			c := cardtest.New(s, tt.script)
			for _, f := range tt.calls {
				_ = f(c)
			}
			got := s.finish()
			if tt.want == "" && got != "" || !strings.Contains(got, tt.want) {
				t.Errorf("failures: %s", got)
			}
		})
	}
}

func TestScriptErrors(t *testing.T) {
	ctx := context.Background()
	c := cardtest.New(t, cardtest.Script{{"begin", "!reset"}, {"begin", ""}, {"00B00000", "!gone"}, {"00B00000", "01 9000"}, {"end", "!service_down"}})
	if err := c.Begin(ctx); !errors.Is(err, &card.TransportError{Kind: card.KindReset}) {
		t.Error(err)
	}
	if err := c.Begin(ctx); err != nil {
		t.Error(err)
	}
	if _, err := c.Transmit(ctx, cardtest.Hex("00B00000")); !errors.Is(err, &card.TransportError{Kind: card.KindGone}) {
		t.Error(err)
	}
	reached := false
	c.Before(3, func() { reached = true })
	if b, err := c.Transmit(ctx, cardtest.Hex("00B00000")); err != nil || len(b) != 3 || !reached {
		t.Errorf("% X, %v, %v", b, err, reached)
	}
	if err := c.End(ctx); !errors.Is(err, &card.TransportError{Kind: card.KindServiceDown}) {
		t.Error(err)
	}
	if c.Rest() != 0 || len(c.Sent()) != 2 || len(c.Resets()) != 0 {
		t.Errorf("%d left, %d sent", c.Rest(), len(c.Sent()))
	}
}

func TestFunc(t *testing.T) {
	ctx := context.Background()
	s := &spy{}
	f := cardtest.NewFunc(s, cardtest.StrictTPDU(func([]byte) ([]byte, error) { return cardtest.Hex("9000"), nil }))
	kinds := 0
	f.OnReset(func(card.ResetKind) error { kinds++; return nil })
	if err := errors.Join(f.Reset(ctx, card.ResetWarm), f.Begin(ctx)); err != nil || kinds != 1 {
		t.Error(err, kinds)
	}
	for apdu, ok := range map[string]bool{"00A40000023F00": true, "00B0000000": true, "00B00000": false, "00A40000023F0000": false, "00": false, "00B00000000100": false} {
		if _, err := f.Transmit(ctx, cardtest.Hex(apdu)); (err == nil) != ok {
			t.Errorf("%s: %v", apdu, err)
		}
	}
	if err := f.End(ctx); err != nil {
		t.Error(err)
	}
	if got := s.finish(); got != "" {
		t.Error(got)
	}
	_ = f.Begin(ctx)
	if got := s.finish(); !strings.Contains(got, "left open") {
		t.Errorf("failures: %q", got)
	}
}
