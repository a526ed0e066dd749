package keyfile

import (
	"errors"
	"fmt"
	"testing"

	"simscope/card/safe"
)

// TestSet: by version, the only one without, and never one of two.
func TestSet(t *testing.T) {
	c := &Card{
		OTA: []KeySet{{Version: 1}, {Version: 2}, {Version: 3}, {Version: 3}},
		GP:  []KeySet{{Version: 48}},
		ADM: []ADM{{PIN: "adm1", Value: safe.NewSecret([]byte("12345678"))}},
	}
	for _, tc := range []struct {
		kind    string
		version int
		want    int // -1: refused
	}{{KindOTA, 1, 1}, {KindOTA, 2, 2}, {KindOTA, 3, -1}, {KindOTA, 4, -1}, {KindOTA, 0, -1}, {KindGP, 48, 48}, {KindGP, 0, 48}, {KindGP, 49, -1}} {
		s, err := c.Set(tc.kind, tc.version)
		var se *SetError
		if tc.want < 0 && !errors.As(err, &se) || tc.want >= 0 && (err != nil || s.Version != tc.want) {
			t.Errorf("%s %d: version %d, %v", tc.kind, tc.version, s.Version, err)
		}
	}
	if _, err := (&Card{}).Set(KindGP, 0); err == nil {
		t.Error("a set was taken where none is")
	}
	if s, err := c.Admin("ADM1"); err != nil || s.Len() != 8 {
		t.Error(s.Len(), err)
	}
	if _, err := c.Admin("ADM2"); !errors.Is(err, ErrNoAdmin) {
		t.Error(err)
	}
	for _, tc := range []struct {
		entry, card string
		want        bool
	}{{"8999", "8999", true}, {"", "8999", true}, {"8999", "", true}, {"8999", "8998", false}} {
		if got := (&Card{ICCID: tc.entry}).Of(tc.card); got != tc.want {
			t.Error(fmt.Sprint(tc, got))
		}
	}
}
