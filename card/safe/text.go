// Package safe makes what comes from outside harmless: text that a card, a
// reader or a file supplied becomes fit for a terminal, and secrets are held
// in a type that cannot be printed. It imports nothing of this program.
package safe

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

// maxMarks is how many combining marks one character may carry.
const maxMarks = 4

// Text returns s as one line without control characters, so that it cannot
// move the cursor, ring, colour, change the direction of text or hide.
// Controls become visible pictures (␛ for ESC), bidirectional and other
// format characters their code point (<U+202E>), invalid UTF-8 U+FFFD, and
// combining marks beyond four on a character are dropped.
func Text(s string) string {
	if isPlain(s) {
		return s
	}
	var b strings.Builder
	marks := 0
	for _, r := range s {
		if unicode.Is(unicode.Variation_Selector, r) {
			// Selectors change widths in some terminals and not in others.
			continue
		}
		if unicode.In(r, unicode.Mn, unicode.Me, unicode.Mc) {
			if marks++; marks > maxMarks || b.Len() == 0 {
				continue
			}
			b.WriteRune(r)
			continue
		}
		marks = 0
		writeRune(&b, r)
	}
	return b.String()
}

func isPlain(s string) bool {
	for i := 0; i < len(s); i++ {
		if s[i] < 0x20 || s[i] >= 0x7F {
			return false
		}
	}
	return true
}

func writeRune(b *strings.Builder, r rune) {
	switch {
	case r < 0x20:
		b.WriteRune(0x2400 + r) // control pictures
	case r == 0x7F:
		b.WriteRune(0x2421)
	case r == utf8.RuneError:
		b.WriteRune(utf8.RuneError)
	case !unicode.IsGraphic(r), unicode.Is(unicode.Other_Default_Ignorable_Code_Point, r), joins(r):
		// Controls, formats, line ends, private and unassigned code points,
		// and letters that are drawn as nothing.
		fmt.Fprintf(b, "<U+%04X>", r)
	case unicode.Is(unicode.Zs, r):
		b.WriteByte(' ')
	default:
		b.WriteRune(r)
	}
}

// joins reports whether r melts with its neighbour into one wide picture in
// some terminals and not in others: halves of flags and skin tones.
func joins(r rune) bool {
	return unicode.Is(unicode.Regional_Indicator, r) || r >= 0x1F3FB && r <= 0x1F3FF
}

// Bytes is Text of raw bytes shown as ASCII, for the right column of a hex
// view: anything that is not printable ASCII is a dot.
func Bytes(p []byte) string {
	out := make([]byte, len(p))
	for i, c := range p {
		if c < 0x20 || c >= 0x7F {
			c = '.'
		}
		out[i] = c
	}
	return string(out)
}

// FileName makes a file name of s: letters, digits, dot, dash and underscore,
// never empty, never hidden, never a path.
func FileName(s string) string {
	var b strings.Builder
	for _, r := range s {
		if r < 0x80 && (unicode.IsLetter(r) || unicode.IsDigit(r) || strings.ContainsRune("._-", r)) {
			b.WriteRune(r)
		} else {
			b.WriteByte('_')
		}
		if b.Len() >= 64 {
			break
		}
	}
	name := strings.TrimLeft(b.String(), ".")
	if name == "" {
		return "unnamed"
	}
	return name
}
