package contacts

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"mime/quotedprintable"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/emersion/go-vcard"
)

// Bounds of what is imported.
const (
	maxImportBytes = 8 << 20
	maxImport      = 5000
	maxValues      = 16 // numbers, addresses or groups of one contact
)

// Errors of reading a file of contacts.
var (
	ErrTooMuch    = errors.New("the file is larger than a phone book can be")
	ErrNoContacts = errors.New("the file holds no contacts")
	ErrNoColumns  = errors.New("the first row names no column that is known: name, number, email …")
)

// vcardTypes are the kinds of numbers that a vCard has words for (RFC 6350
// clause 6.4.1); other labels go into a property beside the number, as address
// books do it.
var vcardTypes = []string{"work", "home", "cell", "fax", "pager", "video", "textphone", "text"}

const fieldLabel = "X-ABLABEL"

// WriteVCard writes contacts as vCard 4.0 (RFC 6350).
func WriteVCard(w io.Writer, list []Entry) error {
	e := vcard.NewEncoder(w)
	for _, x := range list {
		if err := e.Encode(toVCard(x)); err != nil {
			return err
		}
	}
	return nil
}

func toVCard(e Entry) vcard.Card {
	c := vcard.Card{}
	c.SetValue(vcard.FieldVersion, "4.0")
	name := e.Name
	if name == "" { // the property must be there; ReadVCard takes this back
		name = shown(e)
	}
	c.SetValue(vcard.FieldFormattedName, plainText(name))
	for i, n := range e.Numbers {
		if n.Number == "" {
			continue
		}
		f := &vcard.Field{Value: plainText(n.Number)}
		kind := strings.ToLower(n.Label)
		known := slices.Contains(vcardTypes, kind)
		if known {
			f.Params = vcard.Params{vcard.ParamType: {kind}}
		}
		// The word alone would lose how the label is written.
		if n.Label != "" && (!known || n.Label != kind) {
			f.Group = fmt.Sprintf("item%d", i+1)
			c.Add(fieldLabel, &vcard.Field{Group: f.Group, Value: plainText(n.Label)})
		}
		c.Add(vcard.FieldTelephone, f)
	}
	if e.Nickname != "" {
		c.SetValue(vcard.FieldNickname, plainText(e.Nickname))
	}
	for name, list := range map[string][]string{vcard.FieldEmail: e.Emails, vcard.FieldIMPP: e.URIs, vcard.FieldCategories: e.Groups} {
		for _, s := range list {
			c.AddValue(name, plainText(s))
		}
	}
	return c
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

// ReadVCard reads vCards of version 4.0, 3.0 and 2.1. What a phone book has no
// place for is left out.
func ReadVCard(r io.Reader) ([]Entry, error) {
	b, err := readAll(r)
	if err != nil {
		return nil, err
	}
	d := vcard.NewDecoder(bytes.NewReader(unfold(b)))
	var out []Entry
	for {
		c, err := d.Decode()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, fmt.Errorf("entry %d: %w", len(out)+1, err)
		}
		if len(out) == maxImport {
			return nil, ErrTooMuch
		}
		out = append(out, fromVCard(c).bounded())
	}
	if len(out) == 0 {
		return nil, ErrNoContacts
	}
	return out, nil
}

func readAll(r io.Reader) ([]byte, error) {
	b, err := io.ReadAll(io.LimitReader(r, maxImportBytes+1))
	if err != nil {
		return nil, err
	}
	if len(b) > maxImportBytes {
		return nil, ErrTooMuch
	}
	return bytes.TrimPrefix(b, []byte("\uFEFF")), nil
}

func fromVCard(c vcard.Card) Entry {
	var e Entry
	e.Name = firstValue(c, vcard.FieldFormattedName)
	if n := c.Get(vcard.FieldName); n != nil && e.Name == "" {
		parts := strings.Split(value(n), ";")
		for len(parts) < 2 {
			parts = append(parts, "")
		}
		e.Name = strings.TrimSpace(parts[1] + " " + parts[0])
	}
	labels := map[string]string{}
	for _, f := range c[fieldLabel] {
		labels[strings.ToLower(f.Group)] = strings.Trim(value(f), "_$!<>")
	}
	for _, f := range c[vcard.FieldTelephone] {
		n := EntryNumber{Number: telephone(value(f)), Label: labels[strings.ToLower(f.Group)]}
		for _, t := range f.Params.Types() {
			if t = strings.ToLower(t); n.Label == "" && slices.Contains(vcardTypes, t) {
				n.Label = t
			}
		}
		if n.Number != "" {
			e.Numbers = append(e.Numbers, n)
		}
	}
	e.Nickname = firstValue(c, vcard.FieldNickname)
	e.Emails = values(c[vcard.FieldEmail])
	e.URIs = values(c[vcard.FieldIMPP])
	e.Groups = values(c[vcard.FieldCategories])
	if len(e.Numbers) > 0 && plainNumber(e.Name) == e.Numbers[0].Number {
		e.Name = ""
	}
	return e
}

func values(fields []*vcard.Field) []string {
	var out []string
	for _, f := range fields {
		if s := value(f); s != "" {
			out = append(out, s)
		}
	}
	return out
}

func firstValue(c vcard.Card, name string) string {
	if f := c.Get(name); f != nil {
		return value(f)
	}
	return ""
}

// value is a property's value; that of version 2.1 may be quoted-printable.
func value(f *vcard.Field) string {
	s := f.Value
	if strings.EqualFold(f.Params.Get("ENCODING"), "QUOTED-PRINTABLE") {
		if b, err := io.ReadAll(quotedprintable.NewReader(strings.NewReader(s))); err == nil {
			s = string(b)
		}
	}
	return strings.TrimSpace(plainText(s))
}

// bounded leaves out what is more than any contact has.
func (e Entry) bounded() Entry {
	e.Numbers, e.Emails = e.Numbers[:min(len(e.Numbers), maxValues)], e.Emails[:min(len(e.Emails), maxValues)]
	e.URIs, e.Groups = e.URIs[:min(len(e.URIs), maxValues)], e.Groups[:min(len(e.Groups), maxValues)]
	return e
}

// telephone is the number of a TEL property, which may be a tel: URI (RFC
// 3966); what follows its number there is left out.
func telephone(s string) string {
	if len(s) > 4 && strings.EqualFold(s[:4], "tel:") {
		s, _, _ = strings.Cut(s[4:], ";")
	}
	return plainNumber(s)
}

// unfold brings the lines of older versions into the form of newer ones:
// quoted-printable lines that go on are joined, and parameters without a name
// get one.
func unfold(b []byte) []byte {
	var out bytes.Buffer
	lines := strings.Split(strings.ReplaceAll(string(b), "\r\n", "\n"), "\n")
	for i := 0; i < len(lines); i++ {
		l := lines[i]
		head, body, ok := strings.Cut(l, ":")
		if ok && strings.Contains(strings.ToUpper(head), "QUOTED-PRINTABLE") {
			var joined strings.Builder
			joined.WriteString(body)
			for strings.HasSuffix(lines[i], "=") && i+1 < len(lines) {
				i++
				joined.WriteString("\n" + lines[i])
			}
			body = strings.ReplaceAll(joined.String(), "=\n", "")
		}
		if ok && strings.Contains(head, ";") && !strings.Contains(head, `"`) && !strings.HasPrefix(l, " ") && !strings.HasPrefix(l, "\t") {
			head = namedParams(head)
			l = head + ":" + body
		}
		out.WriteString(l + "\r\n")
	}
	return out.Bytes()
}

// namedParams names the parameters of a property that have no name.
func namedParams(head string) string {
	parts := strings.Split(head, ";")
	for i, p := range parts[1:] {
		switch {
		case strings.Contains(p, "="):
		case strings.EqualFold(p, "QUOTED-PRINTABLE"), strings.EqualFold(p, "BASE64"):
			parts[i+1] = "ENCODING=" + p
		default:
			parts[i+1] = "TYPE=" + p
		}
	}
	return strings.Join(parts, ";")
}

// shortened is the longest beginning of a text that fits, by what measures it.
func shortened(s string, limit int, length func(string) int) string {
	for s != "" && length(s) > limit {
		_, n := utf8.DecodeLastRuneInString(s)
		s = s[:len(s)-n]
	}
	return strings.TrimSpace(s)
}
