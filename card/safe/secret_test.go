package safe_test

import (
	"bytes"
	"encoding/gob"
	"encoding/json"
	"encoding/xml"
	"errors"
	"fmt"
	"log"
	"log/slog"
	"strings"
	"testing"

	"simscope/card/safe"
)

const canary = "24681357"

// holder nests a secret where fmt cannot call its methods.
type holder struct {
	Name   string
	inner  safe.Secret
	ptr    *safe.Secret
	list   []safe.Secret
	byName map[string]safe.Secret
	any    any
}

type carrier struct{ s safe.Secret }

func (c carrier) Error() string { return fmt.Sprintf("failed with %v", c.s) }

func forms() map[string]any {
	s := safe.NewSecret([]byte(canary))
	h := holder{"h", s, &s, []safe.Secret{s}, map[string]safe.Secret{"a": s}, s}
	return map[string]any{
		"secret": s, "pointer": &s, "struct": h, "pointer to struct": &h, "slice": []safe.Secret{s},
		"map": map[string]safe.Secret{"a": s}, "array": [1]holder{h}, "any": []any{s, &s, h}, "error": carrier{s},
		"exported": struct{ S safe.Secret }{s}, "embedded": struct{ safe.Secret }{s},
	}
}

func check(t *testing.T, how, out string) {
	t.Helper()
	for _, leak := range []string{canary, fmt.Sprintf("%x", canary), fmt.Sprintf("%X", canary), fmt.Sprint([]byte(canary)), strings.Trim(fmt.Sprint([]byte(canary)), "[]")} {
		if strings.Contains(out, leak) {
			t.Errorf("%s tells the secret: %s", how, out)
		}
	}
}

func TestSecretIsNotPrinted(t *testing.T) {
	for name, v := range forms() {
		for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%x", "%X", "%q", "%d", "%o", "%T", "%p", "%10s", "% x", "%w", "%!"} {
			check(t, name+" "+verb, fmt.Sprintf(verb, v))
		}
		check(t, name+" Sprint", fmt.Sprint(v)+fmt.Sprintln(v))
		if b, err := json.Marshal(v); err == nil {
			check(t, name+" JSON", string(b))
		}
		if name != "embedded" { // encoding/xml cannot name it
			if b, err := xml.Marshal(v); err == nil {
				check(t, name+" XML", string(b))
			}
		}
		var buf bytes.Buffer
		if err := gob.NewEncoder(&buf).Encode(v); err == nil {
			check(t, name+" gob", buf.String())
		}
		buf.Reset()
		slog.New(slog.NewTextHandler(&buf, nil)).Info("x", "v", v, slog.Any("w", v))
		slog.New(slog.NewJSONHandler(&buf, nil)).Info("x", "v", v)
		log.New(&buf, "", 0).Print(v)
		check(t, name+" logs", buf.String())
		check(t, name+" error", fmt.Errorf("x: %v: %w", v, errors.New("y")).Error())
		check(t, name+" panic", panicText(v))
	}
}

func panicText(v any) (out string) {
	defer func() { out = fmt.Sprint(recover()) }()
	panic(v)
}

// TestCheckFindsLeaks keeps the test above honest.
func TestCheckFindsLeaks(t *testing.T) {
	for _, verb := range []string{"%v", "%s", "%x"} {
		if out := fmt.Sprintf(verb, []byte(canary)); !strings.Contains(out, canary) && !strings.Contains(out, fmt.Sprintf("%x", canary)) && !strings.Contains(out, "50 52") {
			t.Errorf("%s of the plain bytes is %s", verb, out)
		}
	}
	out, err := json.Marshal(struct{ S safe.Secret }{safe.NewSecret([]byte(canary))})
	if err != nil || !strings.Contains(string(out), "••••") {
		t.Errorf("%s, %v", out, err)
	}
	if a, b := fmt.Sprint(safe.NewSecret(nil)), fmt.Sprint(safe.NewSecret([]byte(canary))); a != b {
		t.Errorf("the dots tell the length: %s, %s", a, b)
	}
}

func TestSecretClear(t *testing.T) {
	b := append(make([]byte, 0, 32), canary...)
	whole := b[:cap(b)]
	copy(whole[len(b):], "tail")
	s := safe.NewSecret(b)
	other := s
	if s.Len() != len(canary) {
		t.Errorf("length %d", s.Len())
	}
	s.Use(func(b []byte) {
		if string(b) != canary {
			t.Errorf("lends %q", b)
		}
	})
	s.Clear()
	if s.Len() != 0 || other.Len() != 0 {
		t.Errorf("%d and %d bytes are left", s.Len(), other.Len())
	}
	if len(bytes.Trim(whole, "\x00")) != 0 {
		t.Errorf("the memory still holds %q", whole)
	}
	s.Clear() // again
	var zero safe.Secret
	zero.Clear()
	zero.Use(func(b []byte) {
		if b != nil {
			t.Error("the zero Secret lends bytes")
		}
	})
	if zero.Len() != 0 || zero.String() == "" {
		t.Error("the zero Secret")
	}
}
