package ef

import (
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"simscope/card/tlv"
	"simscope/texts"
)

// Digits that a dialling number record and an extension record hold.
const (
	MaxDialDigits      = maxDialDigits
	MaxExtensionDigits = 20
)

// IAP is a record of EF.IAP (TS 31.102 clause 4.4.2.2): for each type 2 file
// of the record of EF.PBR, in its order, the record that belongs to this entry.
type IAP struct {
	Records []int `json:"record_numbers"` // 0: none
	Carry
}

func decodeIAP(data []byte, _ Context, b *builder) IAP {
	v := IAP{Records: []int{}, Carry: Carry{data}}
	b.Columns = []string{""}
	var shown []string
	for i, c := range data {
		n := int(c)
		switch c {
		case 0xFF:
			n = 0
		case 0:
			b.flag("iap.zero", i, 1)
		default:
			f := b.add("iap_record", texts.Say("ef.record", "n", c), i, 1)
			f.Note = texts.Say("ef.iap.file", "n", i+1)
			shown = append(shown, fmt.Sprintf("%d:%d", i+1, c))
		}
		v.Records = append(v.Records, n)
	}
	b.Summary = strings.Join(shown, " ")
	b.Columns = []string{b.Summary}
	if allFF(data) {
		b.erase()
	}
	return v
}

func encodeIAP(v IAP, size int) ([]byte, error) {
	out := make([]byte, 0, len(v.Records))
	for _, n := range v.Records {
		if n < 0 || n > 254 {
			return nil, refuse("record", "n", n, "limit", 254)
		}
		if n == 0 {
			n = 0xFF
		}
		out = append(out, byte(n))
	}
	return padded(out, size)
}

// PBC is a record of EF.PBC (TS 31.102 clause 4.4.2.5). Phones read its bytes
// alike: 01 of the first and the whole second (PBM_PBC_MODIFIED_MASK,
// SI_PB_DecodeEFPBCRecord).
type PBC struct {
	Modified bool `json:"modified"` // a 2G phone changed the entry; the change counter has not counted it yet
	Reserved byte `json:"reserved"` // bits 8 to 2 of the entry control information
	// Hidden is the record of EF.DIR of the application whose hidden key shows
	// the entry; 0 for an entry that is not hidden.
	Hidden byte `json:"hidden_information"`
	Carry
}

func decodePBC(data []byte, _ Context, b *builder) PBC {
	v := PBC{Carry: Carry{data}}
	b.Columns = []string{""}
	if len(data) > 0 && allFF(data) {
		b.erase()
		return v
	}
	if !b.expect(data, 2) {
		return v
	}
	v.Modified, v.Reserved, v.Hidden = data[0]&1 != 0, data[0]>>1, data[1]
	if v.Reserved != 0 {
		b.flag("pbc.reserved", 0, 1)
	}
	b.add("pbc_modified", yesNo(v.Modified), 0, 1)
	hidden := word("pbc.visible")
	if v.Hidden != 0 {
		hidden = texts.Say("ef.pbc.hidden", "n", v.Hidden)
	}
	b.add("pbc_hidden", hidden, 1, 1)
	b.Summary = hidden
	if v.Modified {
		b.Summary += ", " + word("pbc.modified")
	}
	b.Columns = []string{b.Summary}
	return v
}

func encodePBC(v PBC, size int) ([]byte, error) {
	if v.Reserved > 0x7F {
		return nil, refuse("counter", "value", v.Reserved, "limit", 0x7F)
	}
	c := v.Reserved << 1
	if v.Modified {
		c |= 1
	}
	return padded([]byte{c, v.Hidden}, size)
}

// GRP is a record of EF.GRP (TS 31.102 clause 4.4.2.6): the groups of an
// entry, as records of EF.GAS.
type GRP struct {
	Groups []int `json:"group_name_identifiers"`
	Carry
}

func decodeGRP(data []byte, _ Context, b *builder) GRP {
	v := GRP{Groups: []int{}, Carry: Carry{data}}
	b.Columns = []string{""}
	var shown []string
	for i, c := range data {
		if c == 0 || c == 0xFF { // 00 is none; erased files have FF
			continue
		}
		v.Groups = append(v.Groups, int(c))
		b.add("group_record", texts.Say("ef.record", "n", c), i, 1)
		shown = append(shown, fmt.Sprint(c))
	}
	if len(v.Groups) == 0 {
		b.erase()
		return v
	}
	b.Summary = strings.Join(shown, ", ")
	b.Columns = []string{b.Summary}
	return v
}

func encodeGRP(v GRP, size int) ([]byte, error) {
	if len(v.Groups) > size {
		return nil, refuse("entries", "need", len(v.Groups), "limit", size)
	}
	out := make([]byte, size)
	for i, n := range v.Groups {
		if n < 1 || n > 254 {
			return nil, refuse("record", "n", n, "limit", 254)
		}
		out[i] = byte(n)
	}
	return out, nil
}

// Label is a record of EF.AAS (what an additional number is) and of EF.GAS
// (the name of a group; TS 31.102 clauses 4.4.2.7 and 4.4.2.8).
type Label struct {
	Text   string `json:"text"`
	Coding string `json:"alpha_coding,omitempty"`
	Carry
}

func decodeLabel(id string) func([]byte, Context, *builder) Label {
	return func(data []byte, _ Context, b *builder) Label {
		a := DecodeAlpha(data)
		v := Label{Text: a.Text, Coding: a.Coding, Carry: Carry{data}}
		b.alphaFlags(a, 0)
		b.Columns = []string{a.Text}
		if a.Text == "" {
			b.erase()
			return v
		}
		b.addAs(id, texts.Say("ef.field."+id), a.Text, 0, len(data))
		b.Summary = a.Text
		return v
	}
}

func encodeLabel(v Label, size int) ([]byte, error) { return EncodeAlpha(v.Text, size) }

// Entry links a record of a type 2 file back to the entry it belongs to.
type Entry struct {
	SFI    byte `json:"adn_file_sfi"`               // of EF.ADN as EF.PBR has it; FF: none
	Record byte `json:"adn_file_record_identifier"` // FF: free
}

func (b *builder) entry(t []byte, off int) *Entry {
	e := &Entry{t[0], t[1]}
	if e.Record != 0xFF {
		b.add("adn_entry", texts.Say("ef.record", "n", e.Record), off, 2).Note = texts.Say("ef.sfi", "sfi", hexByte(e.SFI))
	}
	return e
}

// column is the entry for a table.
func (e *Entry) column() string {
	if e == nil || e.Record == 0xFF {
		return ""
	}
	return fmt.Sprint(e.Record)
}

// linkSize is the length of a link back to an entry.
const linkSize = 2

type linkedCarrier interface {
	carrier
	linked() bool
}

// linkable is writable for records that end with a link to their entry where
// the file is of type 2, which Context tells.
func linkable[T linkedCarrier](name, spec string, dec func([]byte, Context, *builder) T, enc func(T, int) ([]byte, error)) Decoder {
	return exact(name, spec, dec, func(t T, size int) ([]byte, error) {
		if raw := t.carried(); len(raw) == size && size > 0 {
			var b builder
			if sameJSON(dec(slices.Clone(raw), Context{Linked: t.linked()}, &b), t) {
				return slices.Clone(raw), nil
			}
		}
		return enc(t, size)
	})
}

// LinkedText is a record of EF.SNE (second name) and EF.EMAIL (TS 31.102
// clauses 4.4.2.10 and 4.4.2.13).
type LinkedText struct {
	Text   string `json:"text"`
	Coding string `json:"alpha_coding,omitempty"`
	Entry  *Entry `json:"entry,omitempty"` // of a type 2 file
	Carry
}

func (v LinkedText) linked() bool { return v.Entry != nil }

func decodeLinkedText(id string) func([]byte, Context, *builder) LinkedText {
	return func(data []byte, c Context, b *builder) LinkedText {
		v := LinkedText{Carry: Carry{data}}
		b.Columns = []string{"", ""}
		linked := c.Linked && b.expect(data, linkSize)
		x := len(data)
		if linked {
			x -= linkSize
		}
		a := DecodeAlpha(data[:x])
		v.Text, v.Coding = a.Text, a.Coding
		b.alphaFlags(a, 0)
		if a.Text == "" {
			b.erase()
		} else {
			b.addAs(id, texts.Say("ef.field."+id), a.Text, 0, x)
			b.Summary = a.Text
		}
		if linked {
			v.Entry = b.entry(data[x:], x)
		}
		b.Columns = []string{a.Text, v.Entry.column()}
		return v
	}
}

func encodeLinkedText(v LinkedText, size int) ([]byte, error) {
	return withEntry(v.Entry, size, func(room int) ([]byte, error) { return EncodeAlpha(v.Text, room) })
}

// withEntry writes what enc gives for the room before the link, and the link.
func withEntry(e *Entry, size int, enc func(room int) ([]byte, error)) ([]byte, error) {
	if e == nil {
		return enc(size)
	}
	if size < linkSize {
		return nil, refuse("size", "need", linkSize, "limit", size)
	}
	out, err := enc(size - linkSize)
	if err != nil {
		return nil, err
	}
	return append(out, e.SFI, e.Record), nil
}

// PURI is a record of EF.PURI (TS 31.102 clause 4.4.2.15): a text object with
// tag 80, UTF-8.
type PURI struct {
	URI   string `json:"uri"`
	Entry *Entry `json:"entry,omitempty"` // of a type 2 file
	Carry
}

func (v PURI) linked() bool { return v.Entry != nil }

func decodePURI(data []byte, c Context, b *builder) PURI {
	v := PURI{Carry: Carry{data}}
	linked := c.Linked && b.expect(data, linkSize)
	x := len(data)
	if linked {
		x -= linkSize
	}
	u := textObject("uri")(data[:x], c, b)
	v.URI = u.Text
	if linked {
		v.Entry = b.entry(data[x:], x)
	}
	b.Columns = []string{v.URI, v.Entry.column()}
	return v
}

func encodePURI(v PURI, size int) ([]byte, error) {
	if !utf8.ValidString(v.URI) {
		return nil, refuse("utf8")
	}
	return withEntry(v.Entry, size, func(room int) ([]byte, error) {
		if v.URI == "" {
			return fill(room), nil
		}
		return padded(tlv.Append(nil, 0x80, []byte(v.URI)), room)
	})
}

// Lengths of a record of EF.ANR: of a type 1 file, and of one with a link.
const (
	anrSize       = 15
	anrLinkedSize = anrSize + linkSize
)

// ANR is a record of EF.ANR (TS 31.102 clause 4.4.2.9): one more number of an
// entry.
type ANR struct {
	// Label is the record of EF.AAS that says what number it is; 0: none.
	Label       byte   `json:"additional_number_identifier"`
	LengthOfBCD int    `json:"length_of_bcd_number"`
	Ext         bool   `json:"ext"`
	TON         TON    `json:"type_of_number"`
	NPI         NPI    `json:"numbering_plan_id"`
	Number      string `json:"additional_number"`
	Capability  byte   `json:"capability_configuration_record"` // FF: none
	Extension   byte   `json:"extension_record"`                // FF: none
	Entry       *Entry `json:"entry,omitempty"`                 // of a type 2 file
	Carry
}

// Dial is the number as a person dials it.
func (v ANR) Dial() string { return Address{TON: v.TON, Digits: v.Number}.String() }

func decodeANR(data []byte, _ Context, b *builder) ANR {
	v := ANR{LengthOfBCD: 0xFF, Capability: 0xFF, Extension: 0xFF, Carry: Carry{data}}
	b.Columns = []string{"", ""}
	if len(data) > 0 && allFF(data) {
		b.erase()
		return v
	}
	if !b.expect(data, anrSize) {
		return v
	}
	v.Label = data[0]
	d := DialNumber{}
	d.readNumber(data[1:anrSize], 1, b)
	v.LengthOfBCD, v.Ext, v.TON, v.NPI, v.Number = d.LengthOfBCD, d.Ext, d.TON, d.NPI, d.Number
	v.Capability, v.Extension = d.Capability, d.Extension
	if v.Label != 0 && v.Label != 0xFF {
		b.add("number_label", texts.Say("ef.record", "n", v.Label), 0, 1)
		b.Columns[1] = texts.Say("ef.record", "n", v.Label)
	}
	if len(data) >= anrLinkedSize {
		v.Entry = b.entry(data[anrSize:anrLinkedSize], anrSize)
	}
	b.Columns[0] = b.dial(d)
	b.Summary = b.Columns[0]
	if v.Number == "" {
		b.erase()
	}
	return v
}

func encodeANR(v ANR, size int) ([]byte, error) {
	need := anrSize
	if v.Entry != nil {
		need = anrLinkedSize
	}
	if size < need {
		return nil, refuse("size", "need", need, "limit", size)
	}
	number, err := DialNumber{TON: v.TON, NPI: v.NPI, Number: v.Number}.numberBytes()
	if err != nil {
		return nil, err
	}
	out := append([]byte{v.Label}, number...)
	out = append(out, v.Capability, v.Extension)
	if v.Entry != nil {
		out = append(out, v.Entry.SFI, v.Entry.Record)
	}
	return padded(out, size)
}
