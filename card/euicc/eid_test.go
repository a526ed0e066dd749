package euicc

import (
	"testing"

	"simscope/fs/ef/vectors"
)

func TestPublishedEIDs(t *testing.T) {
	all, err := vectors.All()
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	for _, v := range all {
		if v.File != "EID" {
			continue
		}
		n++
		if got := ValidEID(v.Hex); got != v.Facts["valid"] || len(v.Facts) != 1 {
			t.Errorf("%s: %v, want %v", v.Hex, got, v.Facts)
		}
	}
	if n != 3 {
		t.Errorf("%d vectors, want 3", n)
	}
	for _, s := range []string{"", "8904903212345123451234567890123", "890490321234512345123456789012351", "8904903212345123451234567890123A"} {
		if ValidEID(s) {
			t.Errorf("%q is taken for an EID", s)
		}
	}
}
