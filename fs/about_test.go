package fs

import (
	"slices"
	"strings"
	"testing"

	"simscope/texts"
)

// unwritten are directories whose sentences come with their decoders.
var unwritten = []string{
	"ADF.USIM/DF.5GS", "ADF.USIM/DF.SNPN", "ADF.USIM/DF.SAIP", "ADF.USIM/DF.5MBSUECONFIG", "ADF.USIM/DF.PHONEBOOK", "MF/DF.GSM/DF.EIRENE",
}

// Every file of the catalogue has a sentence of its own on what it is for: the
// description of the specification's table alone tells a person little.
func TestEveryFileHasASentence(t *testing.T) {
	for _, e := range Files().All() {
		s := texts.Maybe("file." + e.Name)
		switch {
		case s == "" && slices.ContainsFunc(unwritten, func(dir string) bool { return strings.HasPrefix(e.Path+"/", dir+"/") }):
		case s == "":
			t.Errorf("%s has no sentence", e.Path)
		case !strings.HasSuffix(s, ".") || len(s) < 20:
			t.Errorf("%s: %q is no sentence", e.Path, s)
		}
	}
}
