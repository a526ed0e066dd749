package fs

import (
	"context"
	"strings"

	"simscope/card"
	"simscope/fs/ef"
)

// A number of more than twenty digits goes on in records of an extension file,
// EF.EXT1 to EF.EXT8, each of which may name the next (3GPP TS 31.102 clause
// 4.4.2.4, TS 51.011 clause 10.5.10).

// Faults of a chain: texts "contacts.fault.…" with the file and record.
const (
	ChainUnread    = "ext_unread" // the extension file was not read
	ChainNoFile    = "no_ext"     // no file is named for extension records
	ChainDangling  = "dangling"   // a record that is free, or not there
	ChainCircle    = "circle"
	ChainWrongType = "wrong_type"
	ChainTooLong   = "too_long" // longer than is followed
)

// maxChain is how many records of one number are followed: 320 digits and
// more. A card could else make every record of two files lead to every other.
const maxChain = 16

// Chain is what extension records add to a number.
type Chain struct {
	Digits     string
	Subaddress ef.Hex // of the called party, as coded; nil: none
	Records    []int  // that were followed, in order
	WithDigits []int  // of Records, those that hold digits
	SubRecord  int    // that holds the subaddress, 0: none
	Dangling   int    // that is pointed to and holds nothing, 0: none
	// Fault says why the chain could not be followed to its end, empty where
	// it was, and FaultAt at which record. What came before is kept.
	Fault   string
	FaultAt int
}

// extensionFiles say in which file beside it a file of dialling numbers keeps
// what does not fit, by catalogue path.
var extensionFiles = map[string]card.FID{
	"ADF.USIM/EF.FDN": 0x6F4B, "ADF.USIM/EF.SDN": 0x6F4C, "ADF.USIM/EF.BDN": 0x6F55,
	"ADF.USIM/EF.MSISDN": 0x6F4E, "ADF.USIM/EF.ICI": 0x6F4E, "ADF.USIM/EF.OCI": 0x6F4E,
	"ADF.USIM/EF.MBDN": 0x6FC8, "ADF.USIM/EF.CFIS": 0x6FCC, "ADF.USIM/EF.MMSN": 0x6FCF,
	"MF/DF.GSM/EF.MBDN": 0x6FC8, "MF/DF.GSM/EF.CFIS": 0x6FCC, "MF/DF.GSM/EF.MMSN": 0x6FCF,
	"MF/DF.TELECOM/EF.ADN": 0x6F4A, "MF/DF.TELECOM/EF.MSISDN": 0x6F4A, "MF/DF.TELECOM/EF.LND": 0x6F4A,
	"MF/DF.TELECOM/EF.FDN": 0x6F4B, "MF/DF.TELECOM/EF.SDN": 0x6F4C, "MF/DF.TELECOM/EF.BDN": 0x6F4E,
}

// ExtensionFile is the file with the extension records of a file of dialling
// numbers. Those of DF.PHONEBOOK are named by EF.PBR.
func (c *Card) ExtensionFile(p card.Path) (card.Path, bool) {
	if p.Parent().Last() == fidPhone {
		return c.bookExtension(p)
	}
	e, ok := c.Entry(p)
	if !ok {
		return card.Path{}, false
	}
	fid, ok := extensionFiles[e.Path]
	return p.Parent().Child(fid), ok
}

// bookExtension finds the EF.EXT1 of the record of EF.PBR that names p as a
// file of numbers.
func (c *Card) bookExtension(p card.Path) (card.Path, bool) {
	n, _ := c.tree.Get(p.Parent().Child(fidPBR))
	if n.Content == nil {
		return card.Path{}, false
	}
	for _, rec := range n.Content.Records {
		var ext card.FID
		named := false
		phoneBookRefs(rec, func(f card.FID, name string) {
			switch name {
			case "EF.EXT1":
				ext = f
			case "EF.ADN", "EF.ANR":
				named = named || f == p.Last()
			}
		})
		if named && ext != 0 {
			return p.Parent().Child(ext), true
		}
	}
	return card.Path{}, false
}

// Chain joins the extension records that a record of the file at p points to
// with extension, as far as they were read. 255 is none.
func (c *Card) Chain(p card.Path, extension byte) Chain {
	if extension == 0xFF || extension == 0 {
		return Chain{}
	}
	ext, ok := c.ExtensionFile(p)
	if !ok {
		return Chain{Fault: ChainNoFile}
	}
	n, _ := c.tree.Get(ext)
	if n.Content == nil {
		return Follow(nil, int(extension))
	}
	return Follow(n.Content.Records, int(extension))
}

// Follow joins extension records, from record first on. No records at all
// means that their file was not read.
func Follow(records []Hex, first int) Chain {
	var ch Chain
	if first == 0xFF || first == 0 {
		return ch
	}
	decoder, _ := ef.Lookup("MF/DF.TELECOM/EF.EXT1")
	fail := func(fault string, rec int) Chain {
		ch.Fault, ch.FaultAt = fault, rec
		return ch
	}
	if records == nil {
		return fail(ChainUnread, first)
	}
	var digits strings.Builder
	seen := map[int]bool{}
	for next := first; next != 0xFF; {
		switch {
		case next < 1 || next > len(records):
			return fail(ChainDangling, next)
		case len(ch.Records) == maxChain:
			return fail(ChainTooLong, next)
		}
		if seen[next] {
			return fail(ChainCircle, next)
		}
		seen[next] = true
		d := decoder.Decode(records[next-1], ef.Context{})
		v, _ := d.Value.(ef.Extension)
		switch {
		case d.Empty:
			ch.Dangling = next
			return fail(ChainDangling, next)
		case v.Type == "additional_data":
			digits.WriteString(v.Digits)
			ch.Digits = digits.String()
			ch.WithDigits = append(ch.WithDigits, next)
		case v.Type == "called_party_subaddress":
			if ch.SubRecord == 0 {
				ch.SubRecord, ch.Subaddress = next, v.Data
			}
		default:
			ch.Dangling = next
			return fail(ChainWrongType, next)
		}
		ch.Records = append(ch.Records, next)
		next = int(v.Next)
	}
	return ch
}

// LoadExtensions reads the extension file of a file of numbers that was read,
// where one of them goes on there. What is known is not read again.
func (c *Card) LoadExtensions(ctx context.Context, p card.Path) error {
	if len(c.WholeNumbers(p)) == 0 {
		return nil
	}
	if dir := p.Parent(); dir.Last() == fidPhone {
		if err := c.readEach(ctx, "read extensions", dir, dir.Child(fidPBR)); err != nil {
			return err
		}
	}
	if ext, ok := c.ExtensionFile(p); ok {
		return c.readEach(ctx, "read extensions", ext.Parent(), ext)
	}
	return nil
}

// extended is what decoders are told of the records that a number of the file
// at p goes on in.
func (c *Card) extended(p card.Path, extension byte) ef.Extended {
	ch := c.Chain(p, extension)
	out := ef.Extended{Digits: ch.Digits, Subaddress: ch.Subaddress, Records: ch.Records}
	name := ""
	if ext, ok := c.ExtensionFile(p); ok {
		n, _ := c.tree.Get(ext)
		if name = n.Name; name == "" {
			name = c.Name(ext)
		}
		out.File = name
	}
	if ch.Fault == ChainNoFile && !c.namesExtensions(p) {
		return out
	}
	if ch.Fault != "" {
		out.Fault = ef.Flag{ID: "contacts.fault." + ch.Fault, Args: []any{"file", name, "record", ch.FaultAt}}
		out.Unread = ch.Fault == ChainUnread
	}
	return out
}

// namesExtensions reports whether a missing extension file is a flaw: of a
// phone book whose EF.PBR was read. Of other files it may only not be known.
func (c *Card) namesExtensions(p card.Path) bool {
	dir := p.Parent()
	n, _ := c.tree.Get(dir.Child(fidPBR))
	return dir.Last() == fidPhone && n.Content != nil
}

// WholeNumbers are the numbers of a file that go on in extension records, by
// record.
func (c *Card) WholeNumbers(p card.Path) map[int]WholeNumber {
	d, ok := c.Decode(p)
	if !ok || !d.Decoder.Record {
		return nil
	}
	out := map[int]WholeNumber{}
	for i, part := range d.Parts {
		v, ok := part.Value.(ef.Dialled)
		if !ok || part.Empty {
			continue
		}
		n := v.Dialling()
		if n.Extension == 0xFF || n.Extension == 0 {
			continue
		}
		x := c.extended(p, n.Extension)
		w := WholeNumber{File: x.File, Records: x.Records}
		n.Number += x.Digits
		w.Number = n.Dial()
		if x.Fault.ID != "" {
			w.Fault = x.Fault.String()
		}
		out[i+1] = w
	}
	return out
}

// WholeNumber is a number with what its extension records add.
type WholeNumber struct {
	Number  string `json:"number"`            // as it is dialled
	File    string `json:"file,omitempty"`    // of the extension records
	Records []int  `json:"records,omitempty"` // that were followed
	Fault   string `json:"fault,omitempty"`   // why it may not be all of it
}
