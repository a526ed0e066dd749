package fs

import (
	"strings"
	"testing"

	"simscope/texts"
)

// Every file of the catalogue has a sentence of its own on what it is for: the
// description of the specification's table alone tells a person little.
func TestEveryFileHasASentence(t *testing.T) {
	for _, e := range Files().All() {
		s := texts.Maybe("file." + e.Name)
		switch {
		case s == "":
			t.Errorf("%s has no sentence", e.Path)
		case !strings.HasSuffix(s, ".") || len(s) < 20:
			t.Errorf("%s: %q is no sentence", e.Path, s)
		}
	}
}
