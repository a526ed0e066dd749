package contacts

import (
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

// follow joins the extension records of a number, from record first of the
// file at ext on. Record 255 is none.
func follow(c *fs.Card, ext card.Path, records []fs.Hex, first int) Chain {
	got := fs.Follow(records, first)
	places := func(list []int) []Place {
		var out []Place
		for _, rec := range list {
			out = append(out, Place{ext, rec})
		}
		return out
	}
	ch := Chain{
		Digits: got.Digits, Subaddress: got.Subaddress, Places: places(got.Records),
		digits: places(got.WithDigits), sub: got.SubRecord, dangling: got.Dangling,
	}
	if got.Fault != "" {
		ch.Fault = &Fault{"contacts.fault." + got.Fault, []any{"file", c.Name(ext), "record", got.FaultAt}}
	}
	return ch
}
