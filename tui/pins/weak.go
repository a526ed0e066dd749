package pins

import (
	"bytes"
	"crypto/subtle"

	"simscope/card/safe"
)

// A PIN that is among the first guesses is warned of by one of these parts of
// identifiers; it is not forbidden.
const (
	weakSame     = "same"     // as the one before
	weakRepeated = "repeated" // one digit, or a pair, over and over
	weakSeries   = "series"   // 1234, 8642
	weakYear     = "year"     // 1984, and dates with such a year in them
	weakCommon   = "common"   // lists of what people choose
)

// common are PINs that lead the published lists of what people choose
// (Markert et al., IEEE S&P 2020) and are neither a series nor repeated.
var common = [][]byte{
	[]byte("2580"), []byte("0852"), []byte("1357"), []byte("1397"), []byte("1470"), []byte("5683"),
	[]byte("1235"), []byte("1236"), []byte("1004"), []byte("159753"), []byte("147258"), []byte("147258369"),
	[]byte("123321"), []byte("112233"), []byte("1122"), []byte("696969"), []byte("142536"), []byte("789456"),
	[]byte("12341234"), []byte("11223344"), []byte("1324"), []byte("14789632"), []byte("741852"),
}

// weakness is why a PIN is easily guessed, empty when nothing is known
// against it.
func weakness(pin, before safe.Secret) string {
	found := ""
	pin.Use(func(b []byte) {
		switch {
		case sameSecret(pin, before):
			found = weakSame
		case repeated(b):
			found = weakRepeated
		case series(b):
			found = weakSeries
		case hasYear(b):
			found = weakYear
		case isCommon(b):
			found = weakCommon
		}
	})
	return found
}

// sameSecret reports whether two secrets are the same and not empty.
func sameSecret(a, b safe.Secret) bool {
	same := false
	a.Use(func(x []byte) {
		b.Use(func(y []byte) { same = len(x) > 0 && subtle.ConstantTimeCompare(x, y) == 1 })
	})
	return same
}

// repeated finds a beginning of at most half the length that makes up the
// whole: 0000, 1212, 123123.
func repeated(b []byte) bool {
	for n := 1; n <= len(b)/2; n++ {
		if len(b)%n == 0 && bytes.Equal(b[n:], b[:len(b)-n]) {
			return true
		}
	}
	return false
}

// series finds digits that rise or fall by the same step, also past 9 or 0.
func series(b []byte) bool {
	if len(b) < 3 {
		return false
	}
	step := (b[1] - b[0] + 10) % 10
	for i := 2; i < len(b); i++ {
		if (b[i]-b[i-1]+10)%10 != step {
			return false
		}
	}
	return step == 1 || step == 9 || step == 2 || step == 8
}

// hasYear finds a year of 1900 to 2099 that is the PIN, or begins or ends it
// beside what can be a day and a month.
func hasYear(b []byte) bool {
	year := func(y []byte) bool { return len(y) == 4 && (y[0] == '1' && y[1] == '9' || y[0] == '2' && y[1] == '0') }
	two := func(d []byte, most int) bool {
		n := int(d[0]-'0')*10 + int(d[1]-'0')
		return n >= 1 && n <= most
	}
	date := func(d []byte) bool {
		switch len(d) {
		case 0:
			return true
		case 2:
			return two(d, 31)
		case 4:
			return two(d[:2], 31) && two(d[2:], 12) || two(d[:2], 12) && two(d[2:], 31)
		}
		return false
	}
	if len(b) < 4 {
		return false
	}
	return year(b[len(b)-4:]) && date(b[:len(b)-4]) || year(b[:4]) && date(b[4:])
}

func isCommon(b []byte) bool {
	for _, c := range common {
		if bytes.Equal(b, c) {
			return true
		}
	}
	return false
}
