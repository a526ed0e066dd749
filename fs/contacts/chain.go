package contacts

import (
	"strings"

	"simscope/card"
	"simscope/fs"
	"simscope/fs/ef"
)

// Chain is what the extension records of one number add (3GPP TS 31.102
// clause 4.4.2.4, TS 51.011 clause 10.5.10).
type Chain struct {
	Digits     string
	Subaddress ef.Hex // of the called party, as coded; nil: none
	Places     []Place
	// Fault says why the chain could not be followed to its end; what came
	// before it is kept.
	Fault *Fault

	digits   []Place // of Places, those with digits
	sub      int     // record of the subaddress, 0: none
	dangling int     // record that is pointed to and holds nothing
}

// Files of DF.TELECOM besides EF.ADN that keep the rest of long numbers in
// EF.EXT1: EF.MSISDN and EF.LND.
var othersWithEXT1 = []card.FID{0x6F40, 0x6F44}

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
// numbers: EF.EXT1 to EF.EXT8. Those of DF.PHONEBOOK are named by EF.PBR.
func ExtensionFile(c *fs.Card, p card.Path) (card.Path, bool) {
	if dir := p.Parent(); dir.Last() == bookFiles.phonebook {
		n, _ := c.Tree().Get(dir.Child(bookFiles.pbr))
		if n.Content == nil {
			return card.Path{}, false
		}
		for _, rec := range n.Content.Records {
			v, _ := decode[ef.PhoneBookReference]("EF.PBR", rec, false)
			s := setOf(dir, v)
			ext := s.find("EF.EXT1")
			for _, f := range s.files {
				if f.path == p && ext != nil && (f.what == "EF.ADN" || f.what == "EF.ANR") {
					return ext.path, true
				}
			}
		}
		return card.Path{}, false
	}
	e, ok := c.Entry(p)
	if !ok {
		return card.Path{}, false
	}
	fid, ok := extensionFiles[e.Path]
	return p.Parent().Child(fid), ok
}

// Follow joins the extension records of a number, from record first of the
// file at ext on, as far as they were read. Record 255 is none.
func Follow(c *fs.Card, ext card.Path, first int) Chain {
	n, _ := c.Tree().Get(ext)
	if n.Content == nil {
		return follow(c, ext, nil, first)
	}
	return follow(c, ext, n.Content.Records, first)
}

func follow(c *fs.Card, ext card.Path, records []fs.Hex, first int) Chain {
	var ch Chain
	if first == 0xFF || first == 0 {
		return ch
	}
	name := c.Name(ext)
	fail := func(id string, rec int) Chain {
		ch.Fault = &Fault{"contacts.fault." + id, []any{"file", name, "record", rec}}
		return ch
	}
	if records == nil {
		return fail("ext_unread", first)
	}
	var digits strings.Builder
	seen := map[int]bool{}
	for next := first; next != 0xFF; {
		if next < 1 || next > len(records) {
			return fail("dangling", next)
		}
		if seen[next] {
			return fail("circle", next)
		}
		seen[next] = true
		v, d := decode[ef.Extension]("EF.EXT1", records[next-1], false)
		place := Place{ext, next}
		switch {
		case d.Empty:
			ch.dangling = next
			return fail("dangling", next)
		case v.Type == "additional_data":
			digits.WriteString(v.Digits)
			ch.Digits = digits.String()
			ch.digits = append(ch.digits, place)
		case v.Type == "called_party_subaddress":
			if ch.sub == 0 {
				ch.sub, ch.Subaddress = next, v.Data
			}
		default:
			ch.dangling = next
			return fail("wrong_type", next)
		}
		ch.Places = append(ch.Places, place)
		next = int(v.Next)
	}
	return ch
}

// WholeNumber is the number in a record of a file of dialling numbers, joined
// with its extension records; the decoded record is that of the file's own
// decoder.
func WholeNumber(c *fs.Card, p card.Path, d ef.DialNumber) (string, Chain) {
	var ch Chain
	if d.Extension != 0xFF {
		if ext, ok := ExtensionFile(c, p); ok {
			ch = Follow(c, ext, int(d.Extension))
		}
	}
	d.Number += ch.Digits
	return d.Dial(), ch
}
