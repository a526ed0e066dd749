package plmn

import (
	"cmp"
	"slices"
	"strings"
)

// Parse reads a network as people write it: 999-99, 999 99, 999/99 or, the
// country code first, 99999.
func Parse(s string) (PLMN, bool) {
	s = strings.TrimSpace(s)
	mcc, mnc, ok := strings.Cut(strings.NewReplacer(" ", "-", "/", "-").Replace(s), "-")
	if !ok && len(s) >= 5 {
		mcc, mnc = s[:3], s[3:]
	}
	p := PLMN{mcc, mnc}
	if _, err := p.Encode(); err != nil || p.Empty() {
		return PLMN{}, false
	}
	return p, true
}

// Search lists at most limit networks for what a person typed: the network
// that is written out, known or not, then those whose code begins with it,
// then those with every word in the name of the operator or country, names
// that begin with it first.
func Search(words string, limit int) []PLMN {
	words = strings.ToLower(strings.Join(strings.Fields(words), " "))
	if words == "" || limit < 1 {
		return nil
	}
	type hit struct {
		p    PLMN
		rank int
		name string
	}
	var hits []hit
	typed, whole := Parse(words)
	digits := strings.NewReplacer(" ", "", "-", "", "/", "").Replace(words)
	for p, operator := range loaded().operators {
		if whole && p == typed {
			continue
		}
		country, _ := Country(p.MCC)
		name := strings.ToLower(operator + ", " + country.Name)
		switch {
		case decimal(digits) && strings.HasPrefix(p.MCC+p.MNC, digits):
			hits = append(hits, hit{p, 0, p.MCC + p.MNC})
		case !hasWords(name, words):
		case strings.HasPrefix(name, words):
			hits = append(hits, hit{p, 1, name})
		case hasWords(strings.ToLower(operator), words):
			hits = append(hits, hit{p, 2, name})
		default:
			hits = append(hits, hit{p, 3, name})
		}
	}
	slices.SortFunc(hits, func(a, b hit) int {
		return cmp.Or(cmp.Compare(a.rank, b.rank), strings.Compare(a.name, b.name), strings.Compare(a.p.MCC+a.p.MNC, b.p.MCC+b.p.MNC))
	})
	var out []PLMN
	if whole {
		out = append(out, typed)
	}
	for _, h := range hits[:min(len(hits), max(limit-len(out), 0))] {
		out = append(out, h.p)
	}
	return out
}

// hasWords reports whether each of the words stands in a name.
func hasWords(name, words string) bool {
	for w := range strings.FieldsSeq(words) {
		if !strings.Contains(name, w) {
			return false
		}
	}
	return true
}
