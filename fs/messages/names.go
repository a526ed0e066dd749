package messages

import (
	"strings"

	"simscope/fs/contacts"
)

const (
	// compared is how many digits from the end two numbers are compared by: as
	// many as tell subscribers of one country apart, so that the same number
	// in its national and international form agrees.
	compared = 9
	// leastDigits is how short a number can be and still be compared by its
	// end; shorter ones, codes of services, have to be the same.
	leastDigits = 7
)

// NamesFrom makes a lookup of the entries of a phone book. Numbers agree when
// their last nine digits do, or all of them where one has fewer, but at least
// seven; shorter ones when they are the same. An entry with all the same digits
// comes before others, then the first one. A sender that gave itself a name is found nowhere.
func NamesFrom(entries func(yield func(name, number string) bool)) NameOf {
	var book lookup
	entries(func(name, number string) bool {
		book.add(strings.TrimSpace(name), number)
		return true
	})
	return book.name
}

// lookup is names by numbers.
type lookup struct {
	whole map[string]string // by all digits
	ends  map[string]string // by the last nine of numbers that have them
	short []named           // those of seven and eight digits
	long  []named           // those with more
}

type named struct{ digits, name string }

func (l *lookup) add(name, number string) {
	digits := digitsOf(number)
	if name == "" || digits == "" {
		return
	}
	if l.whole == nil {
		l.whole, l.ends = map[string]string{}, map[string]string{}
	}
	first(l.whole, digits, name)
	switch {
	case len(digits) >= compared:
		first(l.ends, digits[len(digits)-compared:], name)
		l.long = append(l.long, named{digits, name})
	case len(digits) >= leastDigits:
		l.short = append(l.short, named{digits, name})
	}
}

func first(m map[string]string, key, name string) {
	if _, ok := m[key]; !ok {
		m[key] = name
	}
}

func (l *lookup) name(number string) string {
	digits := digitsOf(number)
	if digits == "" {
		return ""
	}
	if name, ok := l.whole[digits]; ok {
		return name
	}
	if len(digits) < leastDigits {
		return ""
	}
	if len(digits) >= compared {
		if name, ok := l.ends[digits[len(digits)-compared:]]; ok {
			return name
		}
		return byEnd(l.short, func(have string) bool { return strings.HasSuffix(digits, have) })
	}
	return byEnd(append(l.short[:len(l.short):len(l.short)], l.long...), func(have string) bool {
		return strings.HasSuffix(have, digits) || strings.HasSuffix(digits, have)
	})
}

func byEnd(list []named, agrees func(digits string) bool) string {
	for _, n := range list {
		if agrees(n.digits) {
			return n.name
		}
	}
	return ""
}

// digitsOf is a number without signs that only part its digits; empty for what
// is no number.
func digitsOf(number string) string {
	var b strings.Builder
	for i, r := range strings.TrimSpace(number) {
		switch {
		case r >= '0' && r <= '9', r == '*', r == '#':
			b.WriteRune(r)
		case r == '+' && i == 0, strings.ContainsRune(" -()./", r):
		default:
			return ""
		}
	}
	return b.String()
}

// FromBooks yields the names and numbers of phone books, for NamesFrom: the
// first name of a contact for each of its numbers. Contacts that are hidden are
// nobody's name.
func FromBooks(books []*contacts.Book) func(yield func(name, number string) bool) {
	return func(yield func(name, number string) bool) {
		for _, b := range books {
			for _, c := range b.Shown(false) {
				for _, n := range c.Numbers {
					if !yield(c.Name, n.Number) {
						return
					}
				}
			}
		}
	}
}
