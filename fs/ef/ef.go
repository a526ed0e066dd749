// Package ef says what the bytes of a card's files mean: a decoder to a plain
// struct in the specifications' own terms for each file it knows, and an
// encoder where a person may write the file. Its sources are ETSI TS 102 221,
// 3GPP TS 31.102, TS 31.103, TS 51.011, TS 23.038, TS 23.040 and TS 24.008.
//
// It works on bytes that were already read: it must not know cards, commands
// or screens, and it treats every byte as hostile. A decoder never fails and
// never bends a value: what does not fit its specification is shown as it is
// and named by a flag.
package ef

import (
	"bytes"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"

	"simscope/card/safe"
	"simscope/texts"
)

// Context is what other files of the card say that a decoder needs.
type Context struct {
	MNCLength int    // digits of the network code from EF.AD, 0 when unknown
	GSM       bool   // the card is read in its 2G form (class A0)
	App       string // where the file lies: "ADF.USIM", "ADF.ISIM", "DF.GSM"
	Linked    bool   // a type 2 file of the phone book: its records end with the entry they belong to
	// Extend joins the extension records that a dialling number goes on in,
	// from the record it names on; nil where they are not known. Values do not
	// depend on it, only what is shown of them.
	Extend func(extension byte) Extended
}

// Field is one line on screen: which bytes say what.
type Field struct {
	ID     string // specification field name, the last part of a text "ef.field."
	Label  string
	Value  string // fit for a terminal
	Note   string // what the value means, where it says more than itself
	Offset int    // of the first byte, from the start of the file or record
	Length int    // in bytes
	Depth  int    // of nesting
	Secret bool   // the value is masked; the bytes are a key
}

// Flag says what does not fit the specification; the value is shown, not bent.
type Flag struct {
	ID             string // of a sentence in package texts, "flag.…"
	Args           []any  // names and values for texts.Say
	Offset, Length int
}

// String is the flag's sentence.
func (f Flag) String() string { return texts.Say(f.ID, f.Args...) }

// Decoded is what a decoder makes of a file or record.
type Decoded struct {
	// Value is a plain struct with JSON tags in the specification's terms. Its
	// texts are as the card has them: pass them through safe.Text before
	// showing them. Everything else here is fit for a terminal.
	Value   any
	Summary string   // the essence in one line
	Columns []string // of a record: cells for the table, below Decoder.Headers
	Fields  []Field
	Flags   []Flag
	Empty   bool // erased, or a free record
}

// Decoder knows one file.
type Decoder struct {
	Name    string   // "EF.IMSI"
	Spec    string   // document and clause
	Record  bool     // decodes one record at a time
	Object  bool     // of a BER-TLV file: decodes one data object at a time, tag and length included
	Outline bool     // shows the structure alone: what its parts mean is not known here
	Headers []string // text identifiers for Decoded.Columns
	// Decode never fails: impossible bytes give flags.
	Decode func(data []byte, c Context) Decoded
	// Encode writes a value of the type that Decode gives into size bytes. A
	// value that was not edited gives the bytes it came from; an edited one
	// the canonical coding. The error is an *EncodeError. It is nil where
	// simscope cannot write the file.
	Encode func(v any, size int) ([]byte, error)
	// Parse reads the JSON of a value for Encode. Names it does not know are
	// an error: a misspelt one must not be lost. It is nil without Encode.
	Parse func(b []byte) (any, error)
}

// EncodeError says why a value cannot be written; it carries the limit.
type EncodeError struct {
	ID   string // of a sentence in package texts, "ef.refuse.…"
	Args []any
}

func (e *EncodeError) Error() string { return texts.Say(e.ID, e.Args...) }

// Need is the number of bytes that the value takes, where it was refused for
// their number.
func (e *EncodeError) Need() (int, bool) {
	if e.ID != "ef.refuse.size" && e.ID != "ef.refuse.net.objectsize" {
		return 0, false
	}
	for i := 0; i+1 < len(e.Args); i += 2 {
		if e.Args[i] == "need" {
			n, ok := e.Args[i+1].(int)
			return n, ok
		}
	}
	return 0, false
}

func refuse(id string, args ...any) error { return &EncodeError{"ef.refuse." + id, args} }

// Lookup finds the decoder for a file of the catalogue: "ADF.USIM/EF.IMSI",
// "MF/DF.TELECOM/EF.ADN".
func Lookup(path string) (Decoder, bool) {
	known, _ := registry()
	d, ok := known[path]
	return d, ok
}

// Paths lists every file that can be decoded, sorted.
func Paths() []string {
	known, _ := registry()
	return slices.Sorted(maps.Keys(known))
}

// Hex is bytes that JSON shows as upper-case hex.
type Hex []byte

func (h Hex) String() string { return strings.ToUpper(hex.EncodeToString(h)) }

// MarshalText writes upper-case hex.
func (h Hex) MarshalText() ([]byte, error) { return []byte(h.String()), nil }

// UnmarshalText reads hex.
func (h *Hex) UnmarshalText(b []byte) error {
	out, err := hex.DecodeString(string(b))
	if err != nil {
		return fmt.Errorf("not hex: %w", err)
	}
	*h = out
	return nil
}

// Carry holds the bytes a writable value was decoded from, so that a value
// nobody edited is written back as it was, unused bytes and all.
type Carry struct {
	Raw Hex `json:"raw,omitempty"`
}

func (c Carry) carried() Hex { return c.Raw }

type carrier interface{ carried() Hex }

// builder collects the lines and flags of one decoding.
type builder struct {
	Decoded
	ctx  Context
	more string // digits that a dialling number has in extension records
}

func (b *builder) add(id, value string, off, n int) *Field {
	return b.addAs(id, texts.Say("ef.field."+id), value, off, n)
}

func (b *builder) addAs(id, label, value string, off, n int) *Field {
	b.Fields = append(b.Fields, Field{ID: id, Label: label, Value: safe.Text(value), Offset: off, Length: n})
	return &b.Fields[len(b.Fields)-1]
}

// secret adds a line whose value is a key.
func (b *builder) secret(id string, off, n int) {
	f := b.add(id, safe.NewSecret(nil).String(), off, n)
	f.Secret = true
}

// maxFlags is how many flags one file gets: a file of nonsense says the same
// thing at every byte.
const maxFlags = 128

func (b *builder) flag(id string, off, n int, args ...any) {
	if len(b.Flags) >= maxFlags {
		return
	}
	b.Flags = append(b.Flags, Flag{ID: "flag." + id, Args: args, Offset: off, Length: n})
}

// expect flags a file that has fewer bytes than its specification says.
func (b *builder) expect(data []byte, n int) bool {
	if len(data) >= n {
		return true
	}
	b.flag("short", 0, len(data), "have", len(data), "need", n)
	return false
}

func (b *builder) erase() { b.Empty, b.Summary = true, texts.Say("ef.empty") }

// readOnly makes a decoder of a function that gives the value.
func readOnly[T any](name, spec string, dec func([]byte, Context, *builder) T) Decoder {
	return Decoder{Name: name, Spec: spec, Decode: func(data []byte, c Context) Decoded {
		b := builder{ctx: c}
		// Values share the memory of what they were read from.
		b.Value = dec(slices.Clone(data), c, &b)
		b.Summary = safe.Text(b.Summary)
		for i := range b.Columns {
			b.Columns[i] = safe.Text(b.Columns[i])
		}
		return b.Decoded
	}}
}

// writable is readOnly with an encoder. The value must not depend on the
// context, or an unedited one would not be recognised.
func writable[T carrier](name, spec string, dec func([]byte, Context, *builder) T, enc func(T, int) ([]byte, error)) Decoder {
	return exact(name, spec, dec, func(t T, size int) ([]byte, error) {
		if raw := t.carried(); len(raw) == size && size > 0 {
			var b builder
			if sameJSON(dec(slices.Clone(raw), Context{}, &b), t) {
				return slices.Clone(raw), nil
			}
		}
		return enc(t, size)
	})
}

// exact is writable for values whose fields hold all there is, so that they
// need not carry the bytes they came from: those with keys above all.
func exact[T any](name, spec string, dec func([]byte, Context, *builder) T, enc func(T, int) ([]byte, error)) Decoder {
	d := readOnly(name, spec, dec)
	d.Encode = func(v any, size int) ([]byte, error) {
		t, ok := v.(T)
		if p, isPointer := v.(*T); isPointer && p != nil {
			t, ok = *p, true
		}
		if !ok {
			return nil, refuse("type", "file", name)
		}
		return enc(t, size)
	}
	d.Parse = func(b []byte) (any, error) {
		var t T
		in := json.NewDecoder(bytes.NewReader(b))
		in.DisallowUnknownFields()
		if err := in.Decode(&t); err != nil {
			return nil, refuse("json", "why", err.Error())
		}
		if in.More() {
			return nil, refuse("json", "why", texts.Say("ef.refuse.json.more"))
		}
		return t, nil
	}
	return d
}

// objects marks d as a decoder of the data objects of a BER-TLV file.
func objects(d Decoder) Decoder {
	d.Object = true
	return d
}

// records marks d as a decoder of single records with a table.
func records(d Decoder, headers ...string) Decoder {
	d.Record = true
	for _, h := range headers {
		d.Headers = append(d.Headers, "ef.column."+h)
	}
	return d
}

func sameJSON(a, b any) bool {
	x, err1 := json.Marshal(a)
	y, err2 := json.Marshal(b)
	return err1 == nil && err2 == nil && bytes.Equal(oneReplacement(x), oneReplacement(y))
}

// oneReplacement writes U+FFFD in one way: JSON escapes it where it stands for
// bytes that are no UTF-8, and no more once it has been read back.
func oneReplacement(b []byte) []byte {
	return bytes.ReplaceAll(b, []byte(`\ufffd`), []byte("\uFFFD"))
}

// padded returns b in size bytes, the rest FF.
func padded(b []byte, size int) ([]byte, error) {
	if len(b) > size {
		return nil, refuse("size", "need", len(b), "limit", size)
	}
	return append(b, fill(size-len(b))...), nil
}

func fill(n int) []byte {
	out := make([]byte, n)
	for i := range out {
		out[i] = 0xFF
	}
	return out
}

func allFF(b []byte) bool {
	for _, c := range b {
		if c != 0xFF {
			return false
		}
	}
	return true
}

// word is a word of the specification for people: texts "ef.word.…".
func word(id string) string {
	if s := texts.Maybe("ef.word." + id); s != "" {
		return s
	}
	return id
}

func hexByte(c byte) string { return fmt.Sprintf("%02X", c) }
