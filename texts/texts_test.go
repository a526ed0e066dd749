package texts_test

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"simscope/texts"
)

func TestSay(t *testing.T) {
	for _, tt := range []struct {
		id   string
		args []any
		want string
	}{
		{"pin.left", []any{"n", 3}, "3 left"},
		{"pin.off", nil, "off"},
		{"pin.off", []any{"unused", 1}, "off"},
		{"pin.left", []any{"n"}, "{n} left"}, // a value is missing
		{"atr.ta1", []any{"fi", 512, "di", 8, "kbit", 78, "mhz", "5"}, "F = 512, D = 8: up to 78 kbit/s at 5 MHz"},
		{"atr.ta1", []any{"fi", "{di}", "di", 8, "kbit", 78, "mhz", "5"}, "F = {di}, D = 8: up to 78 kbit/s at 5 MHz"},
		{"change.steps", []any{"n", 1}, "1 step"},
		{"change.steps", []any{"n", 0}, "0 steps"},
		{"change.steps", []any{"n", 11}, "11 steps"},
		{"change.steps", nil, "{n} {n:step|steps}"},
		{"no.such", []any{"x", 1}, "<no.such>"},
		{"", nil, "<>"},
	} {
		if got := texts.Say(tt.id, tt.args...); got != tt.want {
			t.Errorf("%s: %q, want %q", tt.id, got, tt.want)
		}
	}
	if texts.Maybe("no.such") != "" || texts.Maybe("pin.off") == "" || texts.Has("no.such") || !texts.Has("pin.off") {
		t.Error("Maybe and Has")
	}
	if texts.Has("# identifier") || texts.Has("#") {
		t.Error("a comment is taken for a sentence")
	}
}

var identifier = regexp.MustCompile(`^[A-Za-z0-9_][A-Za-z0-9_. -]*$`)

// TestTables checks the form of all tables: an identifier is there once, has a
// sentence, and no byte that a terminal would act on.
func TestTables(t *testing.T) {
	names, err := filepath.Glob("en/*.tsv")
	if err != nil || len(names) == 0 {
		t.Fatal(names, err)
	}
	where := map[string]string{}
	for _, name := range names {
		b, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		for i, line := range strings.Split(strings.TrimSuffix(string(b), "\n"), "\n") {
			if strings.HasPrefix(line, "#") {
				continue
			}
			id, sentence, ok := strings.Cut(line, "\t")
			switch {
			case !ok || !identifier.MatchString(id):
				t.Errorf("%s:%d: no identifier: %q", name, i+1, line)
			case strings.TrimSpace(sentence) == "" || strings.ContainsAny(sentence, "\t\r\x1b"):
				t.Errorf("%s:%d: sentence %q", name, i+1, sentence)
			case strings.Count(sentence, "{") != strings.Count(sentence, "}"):
				t.Errorf("%s:%d: braces in %q", name, i+1, sentence)
			case where[id] != "":
				t.Errorf("%s:%d: %s stands in %s too", name, i+1, id, where[id])
			}
			where[id] = name
			if texts.Say(id) != sentence {
				t.Errorf("%s: %q, want %q", id, texts.Say(id), sentence)
			}
		}
	}
}
