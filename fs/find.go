package fs

import (
	"bytes"
	"context"
	"encoding/hex"
	"slices"
	"strings"
	"unicode"
	"unicode/utf16"
	"unicode/utf8"

	"simscope/card"
	"simscope/fs/ef"
	"simscope/fs/plmn"
	"simscope/texts"
)

// MaxHits bounds what one search gives.
const MaxHits = 1000

// Query is what to look for on a card. A part that is empty is not looked for.
type Query struct {
	Text   string // in decoded values, without regard to case
	Number string // digits of a phone or other number, at least 3
	Bytes  [][]byte
	// nibbles are digits as cards pack them, the low half of a byte first, for
	// numbers that begin in either half of a byte.
	nibbles []string
	network bool // Text is a network, which stands by itself
}

// Hit is a place where what was looked for stands.
type Hit struct {
	Path   card.Path
	Record int    // from 1 on, 0 where the file has none
	Object string // tag of a BER-TLV file's object
	// Field is the label of the field that holds it, empty where only the
	// bytes do. Value is the field's value, or the bytes around in hex.
	Field  string
	Value  string
	Offset int // of the bytes, from the start of the file, record or object
	Length int
}

// ParseQuery reads what a person typed: a name, a number, a network ("999 99"),
// bytes ("hex:" before them, or two or more pairs of hex digits with blanks
// between). Digits are looked for as a number, as a network and as text. ok is
// false where nothing is left to look for.
func ParseQuery(s string) (q Query, ok bool) {
	s = strings.TrimSpace(s)
	if rest, is := strings.CutPrefix(s, "hex:"); is {
		b, err := hex.DecodeString(strings.Join(strings.Fields(rest), ""))
		if err != nil || len(b) == 0 {
			return q, false
		}
		return Query{Bytes: [][]byte{b}}, true
	}
	if s == "" {
		return q, false
	}
	q.Text = strings.ToLower(s)
	q.Bytes = append(q.Bytes, textBytes(s)...)
	if b, err := hex.DecodeString(strings.Join(strings.Fields(s), "")); err == nil && len(b) >= 2 && looksHex(s) {
		q.Bytes = append(q.Bytes, b)
	}
	digits := numberDigits(s)
	if len(digits) >= 3 && !isNetwork(s) {
		q.Number = digits
		if len(digits) >= 4 {
			q.nibbles = []string{digits}
		}
	}
	if isNetwork(s) { // as values write it, whatever stands between
		q.Text, q.network = s[:3]+" "+s[4:], true
	}
	if p, err := networkOf(s); err == nil {
		q.Bytes = append(q.Bytes, p[:])
	}
	return q, true
}

// isNetwork reports whether s is a network as it is written: a country code
// of three digits, a blank or a sign, a code of two or three.
func isNetwork(s string) bool {
	i := strings.IndexAny(s, " /-")
	return i == 3 && (len(s) == 6 || len(s) == 7) && strings.Trim(s[:i]+s[i+1:], "0123456789") == ""
}

// looksHex tells bytes from a number or a word: pairs with blanks between
// them, or hex with a letter and a digit.
func looksHex(s string) bool {
	pairs := strings.Fields(s)
	if len(pairs) > 1 {
		for _, p := range pairs {
			if len(p)%2 != 0 {
				return false
			}
		}
		return true
	}
	return strings.ContainsAny(s, "ABCDEFabcdef") && strings.ContainsAny(s, "0123456789")
}

// numberDigits are the digits of s when it can be a number, empty otherwise.
// Zeros and a plus before it depend on where one dials.
func numberDigits(s string) string {
	var b strings.Builder
	for i, r := range s {
		switch {
		case r >= '0' && r <= '9', r == '*', r == '#':
			b.WriteRune(r)
		case r == '+' && i == 0, r == ' ', r == '-', r == '(', r == ')', r == '/', r == '.':
		default:
			return ""
		}
	}
	if t := strings.TrimLeft(b.String(), "0"); len(t) >= 6 {
		return t
	}
	return b.String()
}

func networkOf(s string) ([3]byte, error) {
	d := strings.Join(strings.FieldsFunc(s, func(r rune) bool { return r == ' ' || r == '-' || r == '/' }), "")
	if len(d) < 5 || len(d) > 6 {
		return [3]byte{}, plmn.ErrCode
	}
	return plmn.PLMN{MCC: d[:3], MNC: d[3:]}.Encode()
}

// textBytes are the codings in which cards hold a text unpacked: one byte a
// character, UTF-8, two bytes a character.
func textBytes(s string) [][]byte {
	if utf8.RuneCountInString(s) < 2 {
		return nil
	}
	out := [][]byte{[]byte(s)}
	var wide []byte
	for _, u := range utf16.Encode([]rune(s)) {
		wide = append(wide, byte(u>>8), byte(u))
	}
	return append(out, wide)
}

// Find looks through everything that was read of the card, in decoded values
// and in bytes. Files of keys are left out. It sends nothing.
func (c *Card) Find(ctx context.Context, q Query) []Hit {
	var out []Hit
	for _, n := range c.tree.All() {
		if ctx.Err() != nil || len(out) >= MaxHits {
			break
		}
		if n.Content == nil || card.SecretFile(n.Path) {
			continue
		}
		out = append(out, c.findIn(n, q)...)
	}
	return out[:min(len(out), MaxHits)]
}

// part is one piece of a file's content.
type part struct {
	record int
	object string
	data   []byte
}

func (n Node) parts() []part {
	out := []part{}
	if len(n.Content.Binary) > 0 {
		out = append(out, part{data: n.Content.Binary})
	}
	for i, r := range n.Content.Records {
		out = append(out, part{record: i + 1, data: r})
	}
	for _, o := range n.Content.Objects {
		out = append(out, part{object: o.Tag.String(), data: o.Value})
	}
	return out
}

func (c *Card) findIn(n Node, q Query) []Hit {
	var out []Hit
	d, decoded := c.Decode(n.Path)
	for i, p := range n.parts() {
		at := Hit{Path: n.Path, Record: p.record, Object: p.object}
		found := false
		if decoded && i < len(d.Parts) {
			for _, h := range q.inFields(d.Parts[i]) {
				h.Path, h.Record, h.Object = at.Path, at.Record, at.Object
				out, found = append(out, h), true
			}
		}
		if found { // the bytes say the same again
			continue
		}
		for _, h := range q.inBytes(p.data) {
			h.Path, h.Record, h.Object = at.Path, at.Record, at.Object
			out = append(out, h)
		}
	}
	return out
}

func (q Query) inFields(d ef.Decoded) []Hit {
	var out []Hit
	for _, f := range d.Fields {
		if f.Secret || !q.fits(f.Value) && !q.fits(f.Note) {
			continue
		}
		// A part of a field that was found says nothing new.
		if n := len(out); n > 0 && f.Offset >= out[n-1].Offset && f.Offset+f.Length <= out[n-1].Offset+out[n-1].Length {
			continue
		}
		out = append(out, Hit{Field: f.Label, Value: f.Value, Offset: f.Offset, Length: f.Length})
	}
	return out
}

// fits reports whether a decoded value holds the text, or the number however
// it is written.
func (q Query) fits(value string) bool {
	if value == "" {
		return false
	}
	if q.network {
		return standsAlone(value, q.Text)
	}
	if q.Text != "" && strings.Contains(strings.ToLower(value), q.Text) {
		return true
	}
	return q.Number != "" && strings.Contains(strings.Map(func(r rune) rune {
		if unicode.IsDigit(r) || r == '*' || r == '#' {
			return r
		}
		return -1
	}, value), q.Number)
}

// standsAlone reports whether a network stands in a value and is not part of a
// longer number there, such as the digits of a serial number in groups.
func standsAlone(value, network string) bool {
	digit := func(i int) bool { return i >= 0 && i < len(value) && value[i] >= '0' && value[i] <= '9' }
	for from := 0; ; {
		at := strings.Index(value[from:], network)
		if at < 0 {
			return false
		}
		at += from
		if !digit(at-1) && !digit(at+len(network)) {
			return true
		}
		from = at + 1
	}
}

func (q Query) inBytes(data []byte) []Hit {
	for _, b := range q.Bytes {
		if at := bytes.Index(data, b); at >= 0 {
			return []Hit{around(data, at, len(b))}
		}
	}
	for _, digits := range q.nibbles {
		if at := strings.Index(unpack(data), digits); at >= 0 {
			return []Hit{around(data, at/2, (at%2+len(digits)+1)/2)}
		}
	}
	return nil
}

// unpack writes every byte as two digits, the low half first.
func unpack(data []byte) string {
	const digits = "0123456789*#abc\x00"
	out := make([]byte, 0, 2*len(data))
	for _, b := range data {
		out = append(out, digits[b&0xF], digits[b>>4])
	}
	return string(out)
}

// around shows the bytes found with a few before and behind.
func around(data []byte, at, n int) Hit {
	from, to := max(0, at-4), min(len(data), at+n+4)
	return Hit{Value: Hex(data[from:to]).String(), Offset: at, Length: n}
}

// Unsearched counts the files that Find does not look into, by the reason.
type Unsearched struct {
	Denied int      // an access right is missing
	Needs  []string // what would open them, in words, without repeats
	Keys   int      // they hold keys
	Failed int      // the card refused for another reason
	Unread int      // nobody has read them yet, or looked whether they are there
}

// Files is the number of files that were asked for and not looked into.
func (u Unsearched) Files() int { return u.Denied + u.Keys + u.Failed }

// Unsearched tells what Find leaves out now. It sends nothing.
func (c *Card) Unsearched() Unsearched {
	var u Unsearched
	for _, n := range c.tree.All() {
		switch {
		case n.Dir && n.State != Denied:
		case n.State.Exists() && card.SecretFile(n.Path):
			u.Keys++
		case n.State == Denied:
			u.Denied++
			if a := c.Access(n.Path); a.Known {
				if what := Words(a.For(OpRead)); !slices.Contains(u.Needs, what) {
					u.Needs = append(u.Needs, what)
				}
			}
		case n.State == Failed:
			u.Failed++
		case n.State == Present, n.State == ServiceOff, n.State == NotLookedAt:
			u.Unread++
		}
	}
	return u
}

// Reasons says which files are left out, a sentence for each reason.
func (u Unsearched) Reasons() []string {
	var out []string
	switch {
	case u.Denied > 0 && len(u.Needs) > 0:
		out = append(out, texts.Say("find.left.denied", "n", u.Denied, "needs", strings.Join(u.Needs, "; ")))
	case u.Denied > 0:
		out = append(out, texts.Say("find.left.closed", "n", u.Denied))
	}
	if u.Keys > 0 {
		out = append(out, texts.Say("find.left.keys", "n", u.Keys))
	}
	if u.Failed > 0 {
		out = append(out, texts.Say("find.left.failed", "n", u.Failed))
	}
	return out
}
