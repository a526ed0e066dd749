package contacts

import (
	"testing"

	"simscope/card"
	"simscope/card/cardtest"
	"simscope/fs"
)

// A card without an MF has no phone book, and that is known: nothing more is
// waited for.
func TestFindWithoutMF(t *testing.T) {
	f := cardtest.Token()
	s, err := card.Open(t.Context(), cardtest.NewFunc(t, f.Answer(true)), card.Options{})
	if err != nil {
		t.Fatal(err)
	}
	c := fs.New(s, nil)
	if err := c.Discover(t.Context()); err != nil {
		t.Fatal(err)
	}
	if got := Find(c); !got.Known || len(got.Books) > 0 {
		t.Errorf("%+v", got)
	}
}
