package plmn

import "testing"

func TestParse(t *testing.T) {
	for s, want := range map[string]PLMN{
		"999 99": {"999", "99"}, "999-99": {"999", "99"}, "999/999": {"999", "999"}, " 99999 ": {"999", "99"}, "999999": {"999", "999"},
		"": {}, "999": {}, "9999": {}, "999 9": {}, "999 9999": {}, "99 999": {}, "abc de": {}, "9999999": {}, "999 99 1": {},
	} {
		got, ok := Parse(s)
		if got != want || ok == want.Empty() {
			t.Errorf("%q: %v %v, want %v", s, got, ok, want)
		}
	}
}

func TestSearch(t *testing.T) {
	for _, tt := range []struct {
		words string
		first PLMN
	}{
		{"999 99", PLMN{"999", "99"}}, // unknown, and offered as typed
		{"46000", PLMN{"460", "00"}},
		{"460 0", PLMN{"460", "00"}},
		{"china mobile, china", PLMN{"460", "00"}},
	} {
		got := Search(tt.words, 8)
		if len(got) == 0 || len(got) > 8 || got[0] != tt.first {
			t.Errorf("%q: %v, want %v first", tt.words, got, tt.first)
		}
	}
	for _, p := range Search("germany", 100) {
		if c, _ := Country(p.MCC); c.Name != "Germany" {
			t.Errorf("germany: %v", p)
		}
	}
	for _, words := range []string{"", "   ", "zzzz", "\x1b[31m"} {
		if got := Search(words, 8); got != nil {
			t.Errorf("%q: %v", words, got)
		}
	}
	a, b := Search("mobile", 50), Search("mobile", 50)
	for i := range a {
		if a[i] != b[i] {
			t.Fatalf("the order changes: %v, %v", a, b)
		}
	}
	if len(a) != 50 || len(Search("mobile", 0)) != 0 {
		t.Errorf("%d networks", len(a))
	}
}
