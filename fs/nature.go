package fs

import "simscope/card"

// isdR is the root of an eUICC's profile management (GSMA SGP.22 clause 5.7).
const isdR card.AID = "\xA0\x00\x00\x05\x59\x10\x10\xFF\xFF\xFF\xFF\x89\x00\x00\x01\x00"

// Nature is what a card is by what it answered, beyond how it is spoken to:
// many smart cards that are no UICC have an MF in class 00.
type Nature int

// The natures of cards.
const (
	NatureOther Nature = iota // no MF in either class
	NatureFiles               // an MF, and nothing that only a UICC has
	NatureUICC
	NatureEUICC // its ISD-R answered
	NatureGSM
)

var natureNames = [...]string{"other", "files", "uicc", "euicc", "gsm"}

func (n Nature) String() string { return natureNames[n] }

// Nature tells what the card is, as far as is known of it.
func (c *Card) Nature() Nature {
	_, chip := c.Application(isdR)
	switch k := c.s.Kind(); {
	case k == card.KindGSM:
		return NatureGSM
	case chip:
		return NatureEUICC
	case k == card.KindOther:
		return NatureOther
	}
	for _, a := range c.Applications() {
		if a.Kind != AppOther {
			return NatureUICC
		}
	}
	for _, f := range []card.FID{card.FIDICCID, card.FIDGSM, fidTelecom, fidCDMA} {
		// A card that takes every SELECT and describes nothing says nothing.
		if n, ok := c.tree.Get(card.PathOf("", f)); ok && n.State.Exists() && n.FCP != nil && n.FCP.HasFID {
			return NatureUICC
		}
	}
	return NatureFiles
}
