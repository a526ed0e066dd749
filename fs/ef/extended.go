package ef

import (
	"strconv"
	"strings"

	"simscope/texts"
)

// Extended is what the extension records of a dialling number add (TS 31.102
// clause 4.4.2.4).
type Extended struct {
	Digits     string
	Subaddress Hex    // of the called party, as coded
	File       string // that holds the records, "EF.EXT1"
	Records    []int  // that were followed, in order
	Fault      Flag   // why they could not be followed to the end; no ID: they were
	Unread     bool   // the fault is only that the file was not read
}

// Dialled is a value that holds a dialling number.
type Dialled interface{ Dialling() DialNumber }

// Dialling implements Dialled.
func (d DialNumber) Dialling() DialNumber { return d }

// Dialling implements Dialled.
func (v ANR) Dialling() DialNumber {
	return DialNumber{TON: v.TON, NPI: v.NPI, Number: v.Number, Capability: v.Capability, Extension: v.Extension}
}

// extended shows where a number goes on, and the whole of it.
func (b *builder) extended(d *DialNumber, digits, digitsLen, at int) {
	here := texts.Say("ef.record", "n", d.Extension)
	if b.ctx.Extend == nil || d.Extension == 0 {
		b.add("extension_record", here, at, 1).Note = word("more_digits")
		return
	}
	x := b.ctx.Extend(d.Extension)
	if x.File != "" {
		records := x.Records
		if len(records) == 0 {
			records = []int{int(d.Extension)}
		}
		here = texts.Say("ef.number.place", "file", x.File, "records", numberList(records))
	}
	f := b.add("extension_record", here, at, 1)
	switch {
	case x.File == "" && x.Fault.ID == "":
		f.Note = word("more_digits")
	case x.Unread:
		f.Note = texts.Say("ef.number.unread")
	case x.Fault.ID != "":
		x.Fault.Offset, x.Fault.Length = at, 1
		b.Flags = append(b.Flags, x.Fault)
	}
	if x.Digits != "" {
		b.more = x.Digits
		b.add("whole_number", b.dial(*d), digits, digitsLen)
	}
	if x.Subaddress != nil {
		b.add("subaddress", x.Subaddress.String(), at, 1)
	}
}

// dial is a number as it is dialled, with what its extension records add.
func (b *builder) dial(d DialNumber) string {
	d.Number += b.more
	return d.Dial()
}

func numberList(numbers []int) string {
	out := make([]string, len(numbers))
	for i, n := range numbers {
		out[i] = strconv.Itoa(n)
	}
	return strings.Join(out, ", ")
}
