package contacts

import (
	"bytes"
	"errors"
	"io"
	"slices"
	"strings"
	"unicode"
	"unicode/utf16"
	"unicode/utf8"
)

// Bounds of what is imported.
const (
	maxImportBytes = 8 << 20
	maxImport      = 5000
	maxValues      = maxFiles // numbers, addresses or groups of one contact: a book has no more files for them
	maxLeft        = 100      // parts left out that are told
)

// File is what a file of contacts holds, as far as it can be understood.
type File struct {
	Entries []Entry
	Lines   []int // where each entry begins, from 1 on
	Left    []Left
}

// Left is a part of a file that was not taken, or not as it stands. ID is a
// text.
type Left struct {
	Line int // from 1 on
	ID   string
	Args []any
}

// String says the line and what is wrong with it.
func (l Left) String() string {
	return say("left.line", "line", l.Line, "why", say("left."+l.ID, l.Args...))
}

// losing are the reasons for which a whole entry is left out.
var losing = []string{"quote", "rounded", "no_end", "card", "coding", "nothing"}

// Lost counts the entries that could not be read.
func (f File) Lost() int {
	n := 0
	for _, l := range f.Left {
		if slices.Contains(losing, l.ID) {
			n++
		}
	}
	return n
}

func (f *File) leave(line int, id string, args ...any) {
	if len(f.Left) < maxLeft {
		f.Left = append(f.Left, Left{line, id, args})
	}
}

// take adds an entry, and says what is more than a contact can have.
func (f *File) take(line int, e Entry) error {
	if len(f.Entries) == maxImport {
		return ErrTooMuch
	}
	if slices.Max([]int{len(e.Numbers), len(e.Emails), len(e.URIs), len(e.Groups)}) > maxValues {
		f.leave(line, "many", "n", maxValues)
	}
	f.Entries, f.Lines = append(f.Entries, e.bounded()), append(f.Lines, line)
	return nil
}

// Errors of reading a file of contacts.
var (
	ErrTooMuch    = errors.New("the file is larger than a phone book can be")
	ErrNoContacts = errors.New("the file holds no contacts")
)

// ReadError says why nothing of a file can be taken.
type ReadError struct{ Left }

func (e *ReadError) Error() string { return e.String() }

// Problem is why a file of contacts could not be read, as a text of package
// texts, or empty.
func Problem(err error) string {
	var e *ReadError
	switch {
	case errors.Is(err, ErrTooMuch):
		return say("import.too_much")
	case errors.Is(err, ErrNoContacts):
		return say("import.no_contacts")
	case errors.As(err, &e):
		return e.String()
	}
	return ""
}

// Read reads contacts of either format: somewhere in a vCard a line says that
// it begins.
func Read(r io.Reader) (File, error) {
	f, lines, err := readLines(r)
	if err != nil {
		return File{}, err
	}
	if slices.ContainsFunc(lines, begins) {
		err = f.vcards(lines)
	} else {
		err = f.table(lines)
	}
	if err == nil && len(f.Entries) == 0 {
		if err = ErrNoContacts; len(f.Left) > 0 {
			err = &ReadError{f.Left[0]}
		}
	}
	return f, err
}

// readLines are the lines of a file in UTF-8, whatever it is written in.
func readLines(r io.Reader) (File, []string, error) {
	var f File
	b, err := io.ReadAll(io.LimitReader(r, maxImportBytes+1))
	if err != nil {
		return f, nil, err
	}
	if len(b) > maxImportBytes {
		return f, nil, ErrTooMuch
	}
	b = fromUTF16(b)
	b = bytes.TrimPrefix(b, []byte("\uFEFF"))
	if i := bytes.IndexByte(b, 0); i >= 0 {
		return f, nil, &ReadError{Left{bytes.Count(b[:i], []byte("\n")) + 1, "binary", nil}}
	}
	text := strings.ReplaceAll(string(b), "\r\n", "\n")
	if !strings.Contains(text, "\n") { // of an old Macintosh
		text = strings.ReplaceAll(text, "\r", "\n")
	}
	lines := strings.Split(text, "\n")
	told := false
	for i, l := range lines {
		if utf8.ValidString(l) {
			continue
		}
		lines[i] = fromWindows(l)
		if !told {
			f.leave(i+1, "windows")
		}
		told = true
	}
	return f, lines, nil
}

// fromUTF16 brings a text that begins with a mark of UTF-16 into UTF-8.
func fromUTF16(b []byte) []byte {
	if len(b) < 2 || b[0]^b[1] != 0xFE^0xFF || b[0] < 0xFE {
		return b
	}
	little := b[0] == 0xFF
	units := make([]uint16, 0, len(b)/2)
	for i := 2; i+1 < len(b); i += 2 {
		hi, lo := b[i], b[i+1]
		if little {
			hi, lo = lo, hi
		}
		units = append(units, uint16(hi)<<8|uint16(lo))
	}
	return []byte(string(utf16.Decode(units)))
}

// windows1252 are the characters 80 to 9F of Windows-1252; the others are
// those of ISO 8859-1.
var windows1252 = [32]rune{
	'€', 0xFFFD, '‚', 'ƒ', '„', '…', '†', '‡', 'ˆ', '‰', 'Š', '‹', 'Œ', 0xFFFD, 'Ž', 0xFFFD,
	0xFFFD, '‘', '’', '“', '”', '•', '–', '—', '˜', '™', 'š', '›', 'œ', 0xFFFD, 'ž', 'Ÿ',
}

// fromWindows reads bytes that are no UTF-8 as Windows-1252, which older
// spreadsheets and phones write.
func fromWindows(s string) string {
	var out strings.Builder
	for i := range len(s) {
		switch c := s[i]; {
		case c >= 0x80 && c < 0xA0:
			out.WriteRune(windows1252[c-0x80])
		default:
			out.WriteRune(rune(c))
		}
	}
	return out.String()
}

// bounded leaves out what is more than any contact has.
func (e Entry) bounded() Entry {
	e.Numbers, e.Emails = e.Numbers[:min(len(e.Numbers), maxValues)], e.Emails[:min(len(e.Emails), maxValues)]
	e.URIs, e.Groups = e.URIs[:min(len(e.URIs), maxValues)], e.Groups[:min(len(e.Groups), maxValues)]
	return e
}

// plainText drops what would end a line of a file or act on a terminal; a
// line feed stays.
func plainText(s string) string {
	return strings.Map(func(r rune) rune {
		if r != '\n' && unicode.IsControl(r) {
			return -1
		}
		return r
	}, strings.ToValidUTF8(s, "\uFFFD"))
}

// oneLine is a text of a file for a field of a phone book.
func oneLine(s string) string {
	return strings.TrimSpace(strings.ReplaceAll(plainText(s), "\n", " "))
}
