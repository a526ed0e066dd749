package fs

import (
	"fmt"
	"strconv"
	"strings"
)

// Service says which services of a card's service table a file belongs to.
type Service struct {
	Text    string   // as the catalogue has it; empty: no condition
	Table   string   // "" for the application's own table (EF.UST, EF.IST); else the table's name
	All     bool     // all of Numbers are needed; else any of them
	Numbers []int    // from 1 up
	ByApp   []AppBit // instead of Numbers: a service of one table or of another
}

// AppBit is one service of one kind of application.
type AppBit struct {
	Kind   AppKind
	Number int
}

// ParseService reads the catalogue's service column: a number, [a, b] for any
// of them, (a, b) for all of them, PST:n for a service of that table,
// {'usim': a, 'isim': b} for either of two tables. Other text is an error.
func ParseService(s string) (Service, error) {
	v := Service{Text: s}
	var err error
	switch {
	case s == "":
	case strings.HasPrefix(s, "["):
		v.Numbers, err = numberList(strings.Trim(s, "[]"))
	case strings.HasPrefix(s, "("):
		v.All = true
		v.Numbers, err = numberList(strings.Trim(s, "()"))
	case strings.HasPrefix(s, "{"):
		v.ByApp, err = appBits(strings.Trim(s, "{}"))
	case strings.Contains(s, ":"):
		table, n, _ := strings.Cut(s, ":")
		v.Table = table
		v.Numbers, err = numberList(n)
	default:
		v.Numbers, err = numberList(s)
	}
	if err != nil {
		return v, fmt.Errorf("service %q: %w", s, err)
	}
	return v, nil
}

func numberList(s string) ([]int, error) {
	var out []int
	for part := range strings.SplitSeq(s, ",") {
		n, err := strconv.Atoi(strings.TrimSpace(part))
		if err != nil || n < 1 {
			return nil, fmt.Errorf("%q is no service number", part)
		}
		out = append(out, n)
	}
	return out, nil
}

func appBits(s string) ([]AppBit, error) {
	var out []AppBit
	for part := range strings.SplitSeq(s, ",") {
		name, num, _ := strings.Cut(part, ":")
		n, err := strconv.Atoi(strings.TrimSpace(num))
		if err != nil {
			return nil, fmt.Errorf("%q is no service number", num)
		}
		kind := map[string]AppKind{"usim": AppUSIM, "isim": AppISIM}[strings.Trim(strings.TrimSpace(name), "'")]
		if kind == AppNone {
			return nil, fmt.Errorf("%q is no application", name)
		}
		out = append(out, AppBit{kind, n})
	}
	return out, nil
}

// ServiceTable is the content of EF.UST, EF.IST or another table with one bit
// for each service, from bit 1 of the first byte on (3GPP TS 31.102 clause
// 4.2.8).
type ServiceTable []byte

// On reports whether service n is available. A service beyond the end of the
// table is not.
func (t ServiceTable) On(n int) bool {
	if n < 1 || (n-1)/8 >= len(t) {
		return false
	}
	return t[(n-1)/8]>>((n-1)%8)&1 == 1
}

// GSMServiceTable is the content of EF.SST: two bits for each service,
// allocated and activated (3GPP TS 51.011 clause 10.3.7).
type GSMServiceTable []byte

// On reports whether service n is both allocated and activated.
func (t GSMServiceTable) On(n int) bool {
	if n < 1 || (n-1)/4 >= len(t) {
		return false
	}
	return t[(n-1)/4]>>((n-1)%4*2)&3 == 3
}

// Answer is yes, no, or unknown where the card did not say.
type Answer int

// The answers.
const (
	Unknown Answer = iota
	No
	Yes
)

func (a Answer) String() string { return [...]string{"unknown", "no", "yes"}[a] }

// MarshalText writes the answer as a word.
func (a Answer) MarshalText() ([]byte, error) { return []byte(a.String()), nil }

// UnmarshalText reads what MarshalText wrote.
func (a *Answer) UnmarshalText(b []byte) error {
	for _, v := range []Answer{Unknown, No, Yes} {
		if v.String() == string(b) {
			*a = v
			return nil
		}
	}
	return fmt.Errorf("%q is neither yes, no nor unknown", b)
}

// on evaluates the condition; get gives the table that the condition is
// about, ok false where it is not known.
func (s Service) on(get func(table string) (ServiceTable, bool)) Answer {
	if len(s.Numbers) == 0 {
		return Unknown
	}
	t, ok := get(s.Table)
	if !ok {
		return Unknown
	}
	for _, n := range s.Numbers {
		if t.On(n) != s.All {
			if s.All {
				return No
			}
			return Yes
		}
	}
	if s.All {
		return Yes
	}
	return No
}
