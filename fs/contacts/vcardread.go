package contacts

import (
	"errors"
	"io"
	"mime/quotedprintable"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/emersion/go-vcard"
)

// property is a line of a vCard with the lines that continue it.
type property struct {
	line int // from 1 on
	text string
}

// begins reports whether a line begins a vCard.
func begins(l string) bool { return strings.EqualFold(strings.TrimSpace(l), "BEGIN:VCARD") }

func ends(l string) bool { return strings.EqualFold(strings.TrimSpace(l), "END:VCARD") }

// vcards reads vCards of version 4.0, 3.0 and 2.1. What a phone book has no
// place for is passed over; an entry that is broken is left out, and the next
// one is read.
func (f *File) vcards(lines []string) error {
	var card []property
	begin, depth, outside := 0, 0, false
	for _, p := range logical(lines) {
		switch {
		case begins(p.text) && begin > 0 && agent(card):
			depth++ // a card within a card: somebody else's
		case depth > 0:
			if ends(p.text) {
				depth--
			}
		case begins(p.text):
			if begin > 0 {
				f.leave(begin, "no_end")
			}
			begin, card, outside = p.line, nil, false
		case begin == 0:
			if strings.TrimSpace(p.text) != "" && !outside {
				f.leave(p.line, "outside")
				outside = true
			}
		case ends(p.text):
			if err := f.vcard(begin, card); err != nil {
				return err
			}
			begin = 0
		default:
			card = append(card, p)
		}
	}
	if begin > 0 {
		f.leave(begin, "no_end")
	}
	return nil
}

// agent reports whether the last property of a card announces another card
// within it (vCard 2.1).
func agent(card []property) bool {
	for _, p := range slices.Backward(card) {
		if strings.TrimSpace(p.text) != "" {
			return strings.HasPrefix(strings.ToUpper(p.text), "AGENT") && strings.HasSuffix(p.text, ":")
		}
	}
	return false
}

// vcard takes one card.
func (f *File) vcard(begin int, card []property) error {
	var b strings.Builder
	b.WriteString("BEGIN:VCARD\r\n")
	for _, p := range card {
		if strings.TrimSpace(p.text) == "" {
			continue
		}
		for _, l := range modern(p.text) {
			if !strings.Contains(l, ":") {
				f.leave(p.line, "property")
				continue
			}
			b.WriteString(l + "\r\n")
		}
	}
	b.WriteString("END:VCARD\r\n")
	c, err := vcard.NewDecoder(strings.NewReader(b.String())).Decode()
	if err != nil {
		f.leave(begin, "card")
		return nil
	}
	e, err := fromVCard(c)
	var coding *codingError
	if errors.As(err, &coding) {
		f.leave(begin, "coding", "coding", coding.name)
		return nil
	}
	if e.empty() && len(e.Numbers)+len(e.Emails) == 0 {
		f.leave(begin, "nothing")
		return nil
	}
	return f.take(begin, e)
}

// logical joins the lines of properties that go on: those that begin with a
// blank (RFC 6350 clause 3.2), quoted-printable ones that end with a sign of
// equality, and pictures of version 2.1.
func logical(lines []string) []property {
	var out []property
	for i := 0; i < len(lines); i++ {
		l := lines[i]
		last := len(out) - 1
		if (strings.HasPrefix(l, " ") || strings.HasPrefix(l, "\t")) && last >= 0 && out[last].text != "" {
			out[last].text += l[1:]
			continue
		}
		if last >= 0 && l != "" && !strings.Contains(l, ":") && encoded(out[last].text, "BASE64", "ENCODING=B") {
			continue
		}
		p := property{i + 1, l}
		for encoded(p.text, "QUOTED-PRINTABLE") && strings.HasSuffix(p.text, "=") && i+1 < len(lines) {
			i++
			p.text = strings.TrimSuffix(p.text, "=") + lines[i]
		}
		out = append(out, p)
	}
	return out
}

// encoded reports whether the parameters of a property name a coding.
func encoded(l string, names ...string) bool {
	head, _, ok := strings.Cut(l, ":")
	head = strings.ToUpper(head)
	return ok && slices.ContainsFunc(names, func(n string) bool { return strings.Contains(head, n) })
}

// modern brings a property of an older version into the form of the newer
// ones: parameters without a name get one, and what only older versions escape
// is not. Lists of groups become a property for each.
func modern(l string) []string {
	head, body, ok := strings.Cut(l, ":")
	if !ok {
		return []string{l}
	}
	if strings.Contains(head, `"`) { // the sign of the value may stand in quotes
		return []string{l}
	}
	if strings.Contains(head, ";") {
		head = namedParams(head)
	}
	name, _, _ := strings.Cut(head, ";")
	if _, after, grouped := strings.Cut(name, "."); grouped {
		name = after
	}
	switch strings.ToUpper(name) {
	case vcard.FieldName:
		return []string{head + ":" + body}
	case vcard.FieldCategories, vcard.FieldNickname:
		var out []string
		for _, s := range splitBare(body, ',') {
			out = append(out, head+":"+unescaped(s))
		}
		return out
	}
	return []string{head + ":" + unescaped(body)}
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

// unescaped takes the escapes away that the reader of vCards leaves.
func unescaped(s string) string {
	var out strings.Builder
	for i := 0; i < len(s); i++ {
		if s[i] == '\\' && i+1 < len(s) {
			i++
			switch s[i] {
			case ';', ':':
			case 'N':
				out.WriteString(`\n`)
				continue
			default:
				out.WriteByte('\\')
			}
		}
		out.WriteByte(s[i])
	}
	return out.String()
}

// splitBare splits at signs that have no backslash before them.
func splitBare(s string, sign byte) []string {
	var out []string
	begin := 0
	for i := 0; i < len(s); i++ {
		switch s[i] {
		case '\\':
			i++
		case sign:
			out, begin = append(out, s[begin:i]), i+1
		}
	}
	return append(out, s[begin:])
}

// codingError says that a text is in a coding that is not known.
type codingError struct{ name string }

func (e *codingError) Error() string { return "the text is in " + e.name }

// reader takes the values of one card and keeps the first error.
type reader struct {
	card vcard.Card
	err  error
}

func fromVCard(c vcard.Card) (Entry, error) {
	r := &reader{card: c}
	e := Entry{Name: r.name(), Numbers: r.numbers()}
	e.Nickname = r.first(vcard.FieldNickname)
	e.Emails = r.all(vcard.FieldEmail)
	e.URIs = r.all(vcard.FieldIMPP)
	e.Groups = r.all(vcard.FieldCategories)
	if e.Name == "" {
		org, _, _ := strings.Cut(r.first(vcard.FieldOrganization), ";")
		e.Name = strings.TrimSpace(org)
	}
	if len(e.Numbers) > 0 && plainNumber(e.Name) == e.Numbers[0].Number {
		e.Name = ""
	}
	return e, r.err
}

// name is the name as it is shown, or made of its parts.
func (r *reader) name() string {
	if s := r.first(vcard.FieldFormattedName); s != "" {
		return s
	}
	var parts []string
	for _, s := range splitBare(r.first(vcard.FieldName), ';') {
		parts = append(parts, strings.TrimSpace(unescaped(s)))
	}
	for len(parts) < 3 {
		parts = append(parts, "")
	}
	return strings.Join(strings.Fields(parts[1]+" "+parts[2]+" "+parts[0]), " ")
}

// numbers are the numbers, the preferred one first.
func (r *reader) numbers() []EntryNumber {
	labels := map[string]string{}
	for _, f := range r.card[fieldLabel] {
		labels[strings.ToLower(f.Group)] = strings.Trim(r.value(f), "_$!<>")
	}
	var out []EntryNumber
	preferred := 0
	for _, f := range r.card[vcard.FieldTelephone] {
		n := EntryNumber{Number: telephone(r.value(f)), Label: labels[strings.ToLower(f.Group)]}
		for _, t := range f.Params.Types() {
			if t = strings.ToLower(t); n.Label == "" && slices.Contains(vcardTypes, t) {
				n.Label = t
			}
		}
		if n.Number == "" {
			continue
		}
		if isPreferred(f) && preferred == 0 {
			preferred = len(out)
		}
		out = append(out, n)
	}
	if preferred > 0 {
		n := out[preferred]
		out = slices.Insert(slices.Delete(out, preferred, preferred+1), 0, n)
	}
	return out
}

func isPreferred(f *vcard.Field) bool {
	return f.Params.Get("PREF") == "1" || slices.ContainsFunc(f.Params.Types(), func(t string) bool { return strings.EqualFold(t, "pref") })
}

func (r *reader) all(name string) []string {
	var out []string
	for _, f := range r.card[name] {
		if s := r.value(f); s != "" {
			out = append(out, s)
		}
	}
	return out
}

func (r *reader) first(name string) string {
	if f := r.card.Get(name); f != nil {
		return r.value(f)
	}
	return ""
}

// value is a property's value; that of version 2.1 may be quoted-printable, in
// a coding of its own.
func (r *reader) value(f *vcard.Field) string {
	s := f.Value
	if strings.EqualFold(f.Params.Get("ENCODING"), "QUOTED-PRINTABLE") {
		if b, err := io.ReadAll(quotedprintable.NewReader(strings.NewReader(s))); err == nil {
			s = string(b)
		}
	}
	if !utf8.ValidString(s) {
		switch coding := f.Params.Get("CHARSET"); strings.ToUpper(coding) {
		case "", "UTF-8", "ISO-8859-1", "LATIN1", "WINDOWS-1252", "CP1252":
			s = fromWindows(s)
		default:
			if r.err == nil {
				r.err = &codingError{coding}
			}
		}
	}
	return oneLine(s)
}

// telephone is the number of a TEL property, which may be a tel: URI (RFC
// 3966); what follows its number there is left out.
func telephone(s string) string {
	if len(s) > 4 && strings.EqualFold(s[:4], "tel:") {
		s, _, _ = strings.Cut(s[4:], ";")
	}
	return plainNumber(s)
}
