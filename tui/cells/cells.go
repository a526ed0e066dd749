// Package cells has the framework's renderer take a character two cells wide
// for two characters of one cell.
//
// The renderer compares lines cell by cell and sends what differs, but paints
// a line that holds a wide character anew with every frame, changed or not. So
// Split gives it, in place of such a character, two private code points that
// stand for its halves, and File puts the character back on its way to the
// terminal. Both halves are the character's own: a cell that shows another
// character after a frame than before it differs in both, and the renderer
// never sends one of two halves that belong together, except to move over it.
package cells

import (
	"bytes"
	"strings"
	"sync"
	"unicode/utf8"

	"github.com/charmbracelet/x/ansi"
	"github.com/charmbracelet/x/term"
)

// The halves of a character are first + r and second + r: private planes, of
// which safe.Text lets nothing that came from outside through.
const (
	first  rune = 0xF0000
	second rune = 0x100000
	// blank is a space at the end of a line. Where it ends with a plain one,
	// the renderer would insert and delete cells, between two halves too.
	blank = first + ' '
)

// lowest is the first of the characters that are split.
const lowest = 0x2E80

// wide are the characters that every terminal shows two cells wide: radicals,
// signs and syllables of Chinese, Japanese and Korean. A few among them take no
// cell or are not assigned.
var wide = []struct{ from, to rune }{
	{lowest, 0x303E}, {0x3041, 0x4DBF}, {0x4E00, 0xA4CF}, {0xAC00, 0xD7A3}, {0xF900, 0xFAFF}, {0xFE30, 0xFE6F}, {0xFF01, 0xFF60}, {0xFFE0, 0xFFE6},
}

func isWide(r rune) bool {
	for _, w := range wide {
		if r >= w.from && r <= w.to {
			return true
		}
	}
	return false
}

// narrow reports whether private code points are one cell wide. A setting of
// the environment makes them wide; then nothing can be split.
var narrow = sync.OnceValue(func() bool {
	half := string(blank)
	return ansi.StringWidth(half) == 1 && ansi.StringWidthWc(half) == 1
})

// Split returns a frame of lines of w cells with its wide characters split.
// A line of another width is left as it is, as is one that ends with a wide
// character, and so is a character that is made of several code points.
func Split(frame string, w int) string {
	if !mayHold(frame) || !narrow() {
		return frame
	}
	lines := strings.Split(frame, "\n")
	for i, l := range lines {
		if mayHold(l) {
			lines[i] = splitLine(l, w)
		}
	}
	return strings.Join(lines, "\n")
}

// mayHold reports whether s has a character from lowest up: UTF-8 begins
// those with E2 BA, or with a byte beyond E2.
func mayHold(s string) bool {
	for i := 0; i < len(s); i++ {
		if s[i] >= 0xE3 || s[i] == 0xE2 && i+1 < len(s) && s[i+1] >= 0xBA {
			return true
		}
	}
	return false
}

func splitLine(l string, w int) string {
	var b strings.Builder
	b.Grow(len(l) + len(l)/4)
	var state byte
	width := 0
	lastCell, lastAt := "", 0
	for rest := l; rest != ""; {
		if plain(rest) { // as most are: no need to look for more
			width++
			lastCell, lastAt = rest[:1], b.Len()
			b.WriteByte(rest[0])
			rest = rest[1:]
			continue
		}
		seq, cells, n, next := ansi.DecodeSequence(rest, state, nil)
		state, rest = next, rest[n:]
		if cells > 0 {
			width += cells
			lastCell, lastAt = seq, b.Len()
		}
		if r, size := utf8.DecodeRuneInString(seq); cells == 2 && size == len(seq) && isWide(r) {
			b.WriteRune(first + r)
			b.WriteRune(second + r)
			continue
		}
		b.WriteString(seq)
	}
	out := b.String()
	switch {
	case width != w || ansi.StringWidth(lastCell) != 1:
		return l
	case lastCell == " ":
		return out[:lastAt] + string(blank) + out[lastAt+1:]
	}
	return out
}

// plain reports whether s begins with an ASCII character that nothing joins.
func plain(s string) bool {
	return s[0] >= ' ' && s[0] < 0x7F && (len(s) == 1 || s[1] < utf8.RuneSelf)
}

// File is a terminal that joins what Split took apart. Every Write must end
// between two characters, as those of the framework do.
type File struct{ term.File }

// Write implements io.Writer.
func (f File) Write(p []byte) (int, error) {
	if _, err := f.File.Write(join(p)); err != nil {
		return 0, err
	}
	return len(p), nil
}

// join puts characters in the place of their halves. A half that comes alone
// leaves the cursor where the renderer takes it to be: the first is followed
// by a step back, the second is stepped over.
func join(p []byte) []byte {
	if bytes.IndexByte(p, 0xF3) < 0 && bytes.IndexByte(p, 0xF4) < 0 { // the private planes
		return p
	}
	out := make([]byte, 0, len(p))
	for len(p) > 0 {
		r, n := utf8.DecodeRune(p)
		switch {
		case r == blank:
			out = append(out, ' ')
		case r >= first && r < second && isWide(r-first):
			out = utf8.AppendRune(out, r-first)
			if next, size := utf8.DecodeRune(p[n:]); next == r-first+second {
				n += size
			} else {
				out = append(out, '\b')
			}
		case r >= second && isWide(r-second):
			out = append(out, ansi.CUF1...)
		default:
			out = append(out, p[:n]...)
		}
		p = p[n:]
	}
	return out
}
