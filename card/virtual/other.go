package virtual

import (
	"slices"

	"simscope/card"
)

// This file is the card that is no SIM: it has no files, only applications
// that are selected by their names and data objects that GET DATA gives.

// DataObject is what GET DATA answers for a tag.
type DataObject struct {
	Tag  Hex `json:"tag"`  // P1 and P2, two bytes: 9F7F, 004F
	Data Hex `json:"data"` // the whole answer, up to 256 bytes
}

// Limits of such a card.
const (
	maxObjects = 64
	maxAnswer  = card.MaxShortLe
)

// otherInstructions are the commands such a card knows.
var otherInstructions = map[byte]instruction{
	card.InsSelect:      {classISO, selectOther},
	card.InsGetData:     {classISO | classETSI, getData},
	card.InsGetResponse: {classISO | classETSI, getResponse},
}

// enterOther judges the class byte: there is one channel and no class A0.
func (c *Card) enterOther(cla byte) (*channel, card.SW) {
	cl := card.ClassOf(cla)
	switch {
	case cl.GSM, !validClass(cla):
		return nil, card.SWNoClass
	case cl.Secure:
		return nil, swSecure
	case cl.Chained:
		return nil, swChaining
	case cl.Channel != 0:
		return nil, swChannel
	}
	c.class = activationUICC
	return &c.channels[0], 0
}

// selectOther is SELECT by name, full or its beginning (ISO/IEC 7816-4 clause
// 11.2.2). Nothing has a file identifier here.
func selectOther(c *Card, ch *channel, cmd card.Command) reply {
	if cmd.P1 != selectAID {
		return status(card.SWNotFound)
	}
	form := cmd.P2 & returnMask
	if cmd.P2&^(returnMask|occurMask) != 0 {
		return status(card.SWWrongP1P2)
	}
	if len(cmd.Data) == 0 || len(cmd.Data) > 16 {
		return status(card.SWWrongLength)
	}
	a := c.occurrence(ch, string(cmd.Data), cmd.P2&occurMask)
	if a == nil {
		return status(card.SWNotFound)
	}
	ch.app = a
	if form == returnNone {
		return status(card.SWDone)
	}
	return done(slices.Clone(a.fci))
}

// getData is GET DATA (ISO/IEC 7816-4 clause 11.4.3): the objects of the
// selected application, then those of the card.
func getData(c *Card, ch *channel, cmd card.Command) reply {
	if len(cmd.Data) > 0 {
		return status(card.SWWrongLength)
	}
	lists := [][]DataObject{c.image.Objects}
	if ch.app != nil {
		lists = [][]DataObject{ch.app.objects, c.image.Objects}
	}
	for _, list := range lists {
		for _, o := range list {
			if o.Tag[0] == cmd.P1 && o.Tag[1] == cmd.P2 {
				return done(slices.Clone(o.Data))
			}
		}
	}
	return status(card.SWNoReference)
}

// other checks an image of such a card.
func (v *validator) other() error {
	if v.img.MF != nil || len(v.img.PINs) > 0 || len(v.img.Subscribers) > 0 {
		return imageError("a card of the mode %q has no files, PINs and subscribers", ModeOther)
	}
	for _, a := range v.img.Apps {
		if a.ADF != nil || len(a.FCI) > maxAnswer {
			return imageError("application %s has files, or an answer longer than %d bytes", card.AID(a.AID), maxAnswer)
		}
		if err := validateObjects(a.Objects); err != nil {
			return err
		}
	}
	return validateObjects(v.img.Objects)
}

func validateObjects(list []DataObject) error {
	if len(list) > maxObjects {
		return imageError("there are more than %d data objects in one place", maxObjects)
	}
	seen := map[string]bool{}
	for _, o := range list {
		if len(o.Tag) != 2 || seen[string(o.Tag)] || len(o.Data) == 0 || len(o.Data) > maxAnswer {
			return imageError("a data object's tag is doubled or not two bytes, or its data is not 1 to %d bytes", maxAnswer)
		}
		seen[string(o.Tag)] = true
	}
	return nil
}

func cloneObjects(list []DataObject) []DataObject {
	var out []DataObject
	for _, o := range list {
		out = append(out, DataObject{slices.Clone(o.Tag), slices.Clone(o.Data)})
	}
	return out
}
