package cryptotest

import "testing"

func TestDifferences(t *testing.T) {
	if got := Differences([]byte{1, 2, 3}, []byte{1, 2, 3}); got != "" {
		t.Errorf("the same bytes: %q", got)
	}
	if got, want := Differences([]byte{1, 0xFF, 3, 4}, []byte{1, 2, 3, 0}), "byte 1 is FF, not 02, byte 3 is 04, not 00"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

// recorder takes the complaints of a check, to see that it complains.
type recorder struct {
	testing.TB
	failed bool
}

func (r *recorder) Helper()               {}
func (r *recorder) Errorf(string, ...any) { r.failed = true }

func TestChecksFail(t *testing.T) {
	for name, c := range map[string]struct {
		check func(t testing.TB)
		fails bool
	}{
		"equal":        {func(t testing.TB) { Equal(t, "x", []byte{1}, "01") }, false},
		"different":    {func(t testing.TB) { Equal(t, "x", []byte{1}, "02") }, true},
		"short":        {func(t testing.TB) { Equal(t, "x", nil, "02") }, true},
		"empty vector": {func(t testing.TB) { Equal(t, "x", nil, "") }, true},
		"hidden":       {func(t testing.TB) { Hidden(t, "••••", []byte("secret")) }, false},
		"plain":        {func(t testing.TB) { Hidden(t, "a secret", []byte("secret")) }, true},
		"numbers":      {func(t testing.TB) { Hidden(t, []byte("secret"), []byte("secret")) }, true},
		"a field":      {func(t testing.TB) { Hidden(t, struct{ k [6]byte }{[6]byte([]byte("secret"))}, []byte("secret")) }, true},
	} {
		r := &recorder{TB: t}
		c.check(r)
		if r.failed != c.fails {
			t.Errorf("%s: failed is %v, want %v", name, r.failed, c.fails)
		}
	}
}
