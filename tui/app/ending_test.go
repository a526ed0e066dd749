package app

import (
	"strings"
	"testing"
)

func TestEnding(t *testing.T) {
	for name, want := range map[string]string{"a": "txt", "a.TXT": "txt", "b/c.d/a": "txt", "a.csv.json": "json", "a.": "txt"} {
		if got, wrong := Ending(name, "txt", "csv", "json"); got != want || wrong != "" {
			t.Errorf("%s: %q %q", name, got, wrong)
		}
	}
	for _, name := range []string{"a.xml", "a.cs\x1bv", "a.txt~"} {
		got, wrong := Ending(name, "txt", "csv", "json")
		if got != "" || !strings.Contains(wrong, "txt, csv, json") || strings.Contains(wrong, "\x1b") {
			t.Errorf("%q: %q %q", name, got, wrong)
		}
	}
}
