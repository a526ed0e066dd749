package ef

import (
	"fmt"
	"slices"
	"strings"

	"simscope/card/tlv"
	"simscope/texts"
)

// phoneBooks are the two homes of DF.PHONEBOOK.
var phoneBooks = []string{"ADF.USIM/DF.PHONEBOOK/", "MF/DF.TELECOM/DF.PHONEBOOK/"}

// inPhoneBooks registers a decoder in both homes under its own name.
func inPhoneBooks(d Decoder) entry {
	paths := make([]string, 0, len(phoneBooks))
	for _, home := range phoneBooks {
		paths = append(paths, home+d.Name)
	}
	return at(d, paths...)
}

// phonebookFiles is DF.PHONEBOOK (TS 31.102 clause 4.4.2), without EF.ADN and
// EF.EXT1, which are coded as those of DF.TELECOM.
func phonebookFiles() []entry {
	clause := func(n string) string { return "TS 31.102 clause 4.4.2." + n }
	counter := func(name, n, id string, size int) entry {
		return inPhoneBooks(writable(name, clause(n), decodeCounter(id, size), encodeCounter(size)))
	}
	label := func(name, n, id string) entry {
		return inPhoneBooks(records(writable(name, clause(n), decodeLabel(id), encodeLabel), "label"))
	}
	out := []entry{
		inPhoneBooks(records(writable("EF.PBR", clause("1"), decodePBR, encodePBR), "files")),
		inPhoneBooks(records(writable("EF.IAP", clause("2"), decodeIAP, encodeIAP), "records")),
		inPhoneBooks(records(writable("EF.PBC", clause("5"), decodePBC, encodePBC), "status")),
		inPhoneBooks(records(writable("EF.GRP", clause("6"), decodeGRP, encodeGRP), "groups")),
		label("EF.AAS", "7", "number_label"),
		label("EF.GAS", "8", "group_name"),
		inPhoneBooks(records(writable("EF.ANR", clause("9"), decodeANR, encodeANR), "number", "label")),
		inPhoneBooks(records(linkable("EF.SNE", clause("10"), decodeLinkedText("second_name"), encodeLinkedText), "name", "entry")),
		inPhoneBooks(records(linkable("EF.EMAIL", clause("13"), decodeLinkedText("email"), encodeLinkedText), "address", "entry")),
		inPhoneBooks(records(linkable("EF.PURI", clause("15"), decodePURI, encodePURI), "address", "entry")),
		inPhoneBooks(records(writable("EF.UID", clause("12.1"), decodeCounter("unique_identifier", 2), encodeCounter(2)), "number")),
		counter("EF.PSC", "12.2", "phone_book_synchronisation_counter", 4),
		counter("EF.CC", "12.3", "change_counter", 2),
		counter("EF.PUID", "12.4", "previous_unique_identifier", 2),
	}
	return append(out, inPhoneBooks(capability("EF.CCP1", "TS 31.102 clause 4.4.2.11")))
}

// PhoneBookFile is one reference of EF.PBR.
type PhoneBookFile struct {
	File string `json:"file"` // "EF.ADN"; empty for a tag that is not defined
	Tag  Hex    `json:"tag"`
	FID  Hex    `json:"file_identifier"`
	SFI  *byte  `json:"short_file_identifier,omitempty"` // 1 to 30
}

// PhoneBookGroup is the references of one kind: files whose records go with
// those of EF.ADN by number (type 1, A8), by EF.IAP (type 2, A9), or by a
// record number in another file (type 3, AA).
type PhoneBookGroup struct {
	Type  int             `json:"type"` // 1 to 3; 0 for a tag that is not defined
	Tag   Hex             `json:"tag"`
	Files []PhoneBookFile `json:"files"`
}

// PhoneBookReference is a record of EF.PBR (TS 31.102 clause 4.4.2.1): the
// files that hold one part of the phone book.
type PhoneBookReference struct {
	Groups []PhoneBookGroup `json:"groups"`
	Carry
}

// pbrNames are the files that EF.PBR can name, pbrTypes the types they can
// have there.
var pbrNames = map[tlv.Tag]string{
	0xC0: "EF.ADN", 0xC1: "EF.IAP", 0xC2: "EF.EXT1", 0xC3: "EF.SNE", 0xC4: "EF.ANR",
	0xC5: "EF.PBC", 0xC6: "EF.GRP", 0xC7: "EF.AAS", 0xC8: "EF.GAS", 0xC9: "EF.UID",
	0xCA: "EF.EMAIL", 0xCB: "EF.CCP1", 0xCC: "EF.PURI",
}

var pbrTypes = map[string]string{
	"EF.ADN": "1", "EF.IAP": "1", "EF.PBC": "1", "EF.UID": "1", "EF.GRP": "1",
	"EF.SNE": "12", "EF.ANR": "12", "EF.EMAIL": "12", "EF.PURI": "12",
	"EF.EXT1": "3", "EF.AAS": "3", "EF.GAS": "3", "EF.CCP1": "3",
}

func decodePBR(data []byte, _ Context, b *builder) PhoneBookReference {
	v := PhoneBookReference{Groups: []PhoneBookGroup{}, Carry: Carry{data}}
	b.Columns = []string{""}
	if allFF(data) {
		b.erase()
		return v
	}
	groups, err := tlv.ParseFlat(data)
	if err != nil {
		b.flag("tlv", 0, len(data), "why", err.Error())
	}
	var names []string
	for _, g := range groups {
		group := PhoneBookGroup{Tag: tagBytes(g.Tag), Files: []PhoneBookFile{}}
		if g.Tag >= 0xA8 && g.Tag <= 0xAA {
			group.Type = int(g.Tag-0xA8) + 1
		} else {
			b.flag("pbr.group", g.Offset, 1, "tag", g.Tag.String())
		}
		at := g.Offset + objectHead(data[g.Offset:])
		b.add("phone_book_files", word(fmt.Sprintf("pbr.type%d", group.Type)), g.Offset, at-g.Offset+len(g.Value))
		files, err := tlv.ParseFlat(g.Value)
		if err != nil {
			b.flag("tlv", at, len(g.Value), "why", err.Error())
		}
		for _, f := range files {
			file := b.pbrFile(f, group.Type, at)
			group.Files = append(group.Files, file)
			names = append(names, strings.TrimPrefix(file.File, "EF."))
		}
		v.Groups = append(v.Groups, group)
	}
	if len(v.Groups) == 0 {
		b.flag("pbr.empty", 0, len(data))
	}
	b.Summary = strings.Join(names, ", ")
	b.Columns = []string{b.Summary}
	return v
}

// pbrFile reads one reference; at is where the group's value begins.
func (b *builder) pbrFile(n tlv.Node, group, at int) PhoneBookFile {
	f := PhoneBookFile{File: pbrNames[n.Tag], Tag: tagBytes(n.Tag), FID: Hex(n.Value)}
	off, size := at+n.Offset, 2+len(n.Value)
	label := f.File
	switch {
	case f.File == "":
		label = word("pbr.unknown")
		b.flag("pbr.file", off, 1, "tag", n.Tag.String())
	case group > 0 && !strings.Contains(pbrTypes[f.File], fmt.Sprint(group)):
		b.flag("pbr.type", off, 1, "file", f.File, "type", group)
	}
	switch len(n.Value) {
	case 2:
	case 3:
		sfi := n.Value[2]
		f.FID, f.SFI = f.FID[:2], &sfi
	default:
		b.flag("pbr.reference", off, 1, "n", len(n.Value))
	}
	l := b.addAs("phone_book_file", label, f.FID.String(), off, min(size, 2+len(n.Value)))
	l.Depth = 1
	if f.SFI != nil {
		l.Note = texts.Say("ef.sfi", "sfi", hexByte(*f.SFI))
	}
	return f
}

func encodePBR(v PhoneBookReference, size int) ([]byte, error) {
	var out []byte
	for _, g := range v.Groups {
		tag, err := groupTag(g)
		if err != nil {
			return nil, err
		}
		var body []byte
		for _, f := range g.Files {
			if len(f.FID) != 2 {
				return nil, refuse("length", "what", "file_identifier", "need", 2)
			}
			ftag, err := fileTag(f)
			if err != nil {
				return nil, err
			}
			ref := slices.Clone(f.FID)
			if f.SFI != nil {
				ref = append(ref, *f.SFI)
			}
			body = tlv.Append(body, ftag, ref)
		}
		out = tlv.Append(out, tag, body)
	}
	return padded(out, size)
}

// groupTag is the tag of a group: the one it came with, or that of its type.
func groupTag(g PhoneBookGroup) (tlv.Tag, error) {
	if g.Type >= 1 && g.Type <= 3 {
		return tlv.Tag(0xA7 + g.Type), nil
	}
	if len(g.Tag) != 1 {
		return 0, refuse("pbr.type", "type", g.Type)
	}
	return tlv.Tag(g.Tag[0]), nil
}

func fileTag(f PhoneBookFile) (tlv.Tag, error) {
	for t, name := range pbrNames {
		if name == f.File {
			return t, nil
		}
	}
	if f.File != "" || len(f.Tag) != 1 {
		return 0, refuse("pbr.file", "file", f.File)
	}
	return tlv.Tag(f.Tag[0]), nil
}

// tagBytes is a tag field as it is written.
func tagBytes(t tlv.Tag) Hex {
	b := tlv.Append(nil, t, nil)
	return Hex(b[:len(b)-1])
}

// objectHead is the length of the tag and length fields at the start of b, which
// were read before.
func objectHead(b []byte) int {
	n := 1
	if b[0]&0x1F == 0x1F {
		for n < len(b) && b[n]&0x80 != 0 {
			n++
		}
		n++
	}
	if n < len(b) && b[n] > 0x80 {
		return min(n+1+int(b[n]&0x7F), len(b))
	}
	return min(n+1, len(b))
}

// Counter is EF.PSC, EF.CC, EF.PUID and a record of EF.UID (TS 31.102 clauses
// 4.4.2.12.1 to 4.4.2.12.4): a number, highest byte first. A unique identifier
// of 0 is none.
type Counter struct {
	Value uint32 `json:"value"`
	Carry
}

func decodeCounter(id string, size int) func([]byte, Context, *builder) Counter {
	return func(data []byte, _ Context, b *builder) Counter {
		v := Counter{Carry: Carry{data}}
		b.Columns = []string{""}
		if !b.expect(data, size) {
			return v
		}
		for _, c := range data[:size] {
			v.Value = v.Value<<8 | uint32(c)
		}
		if len(data) > size && !allFF(data[size:]) {
			b.flag("counter.long", size, len(data)-size)
		}
		if id == "unique_identifier" && (v.Value == 0 || allFF(data)) {
			b.erase()
			return v
		}
		b.Summary = fmt.Sprint(v.Value)
		b.addAs(id, texts.Say("ef.field."+id), b.Summary, 0, size)
		b.Columns = []string{b.Summary}
		return v
	}
}

func encodeCounter(size int) func(Counter, int) ([]byte, error) {
	return func(v Counter, have int) ([]byte, error) {
		if uint64(v.Value)>>(8*size) != 0 {
			return nil, refuse("counter", "value", v.Value, "limit", uint64(1)<<(8*size)-1)
		}
		out := make([]byte, size)
		for i := range out {
			out[i] = byte(v.Value >> (8 * (size - 1 - i)))
		}
		return padded(out, have)
	}
}
