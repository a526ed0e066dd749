package globalplatform

import (
	"errors"

	"simscope/card"
	"simscope/card/tlv"
)

// Object is what came of asking for one object: its bytes, or how the card
// refused it.
type Object struct {
	Tag  tlv.Tag
	Data []byte
	SW   card.SW
	// Fault says why there is nothing though the card did not refuse: it did
	// not come to an end, or a recording does not hold it.
	Fault error
}

// Read reports whether the card gave the object.
func (o Object) Read() bool { return o.Fault == nil && o.SW.OK() && len(o.Data) > 0 }

// Absent reports whether the card says that it has no such object.
func (o Object) Absent() bool { return o.SW == card.SWNoReference }

// reader asks for objects of the selected application.
type reader struct {
	x   *card.Tx
	cla byte
}

// get asks for an object. Where class 80 is refused as a class, 00 is taken
// from then on: both are allowed (GlobalPlatform Card Specification 2.3.1
// table 11-24), and some cards have only one.
func (r *reader) get(tag tlv.Tag) (Object, error) { return r.ask(tag, nil) }

// ask is get with data that says which object is meant.
func (r *reader) ask(tag tlv.Tag, data []byte) (Object, error) {
	o := Object{Tag: tag}
	for {
		res, err := r.x.Send(card.Command{CLA: r.cla, INS: card.InsGetData, P1: byte(tag >> 8), P2: byte(tag), Data: data, Le: card.MaxShortLe})
		var endless *card.BudgetError
		switch {
		case errors.As(err, &endless), errors.Is(err, card.ErrUntold):
			o.Fault = err
			return o, nil
		case err != nil:
			return o, err
		}
		o.SW, o.Data = res.SW, res.Data
		if res.SW == card.SWNoClass && r.cla == 0x80 {
			r.cla = 0x00
			continue
		}
		return o, nil
	}
}

// Candidate is an application that may be a security domain of the card.
type Candidate struct {
	ID   string // "isd", "casd", "ecasd"
	AIDs []card.AID
	Tags []tlv.Tag
	// Current are asked of the application that the card selected by itself,
	// where none of AIDs is there.
	Current []tlv.Tag
}

// Candidates are the security domains that are looked for.
var Candidates = []Candidate{
	{
		ID: "isd", Current: []tlv.Tag{TagCardData, TagCapabilities, TagKeyInformation, TagSequence, TagCPLC},
		AIDs: []card.AID{"\xA0\x00\x00\x01\x51\x00\x00\x00", "\xA0\x00\x00\x01\x51\x00\x00", "\xA0\x00\x00\x00\x03\x00\x00\x00", "\xA0\x00\x00\x00\x18\x43\x4D\x00"},
		Tags: []tlv.Tag{
			TagCardData, TagCapabilities, TagKeyInformation, TagSequence, TagConfirm, TagCPLC, TagIIN, TagCIN, TagManagerURL, TagResources,
			TagCertificate,
		},
	},
	{
		ID: "casd", AIDs: []card.AID{"\xA0\x00\x00\x01\x51\x53\x50\x43\x41\x53\x44\x00"},
		Tags: []tlv.Tag{TagCardData, TagKeyInformation, TagIIN, TagCIN, TagCertificate},
	},
	{
		ID: "ecasd", AIDs: []card.AID{"\xA0\x00\x00\x05\x59\x10\x10\xFF\xFF\xFF\xFF\x89\x00\x00\x02\x00"},
		Tags: []tlv.Tag{TagCardData, TagKeyInformation, TagEID, TagIIN, TagCIN, TagCertificate},
	},
}

// Domain is what a security domain says of itself without a key.
type Domain struct {
	ID string
	// AID is the domain's, as the card gave it; empty where the application
	// that the card had selected by itself was asked.
	AID card.AID
	// Selected says that it could be selected, or answered by itself. SW is how
	// the last SELECT was refused.
	Selected bool
	SW       card.SW
	Objects  []Object
}

// Object is what came of one object.
func (d Domain) Object(tag tlv.Tag) (Object, bool) {
	for _, o := range d.Objects {
		if o.Tag == tag {
			return o, true
		}
	}
	return Object{}, false
}

// ReadDomain selects a candidate and asks for its objects. Nothing counts, and
// nothing changes but which application is selected. An error is of the way to
// the card.
func (c Candidate) ReadDomain(x *card.Tx) (Domain, error) {
	d := Domain{ID: c.ID}
	for _, aid := range c.AIDs {
		sel, err := x.SelectAID(aid, false)
		if card.Refused(err) {
			d.SW = card.SWOf(err)
			continue
		}
		if err != nil {
			return d, err
		}
		d.Selected, d.AID, d.SW = true, aid, sel.SW
		if name := sel.Path.App; name.HasPrefix(aid) {
			d.AID = name
		}
		break
	}
	tags := c.Tags
	if !d.Selected {
		tags = c.Current
	}
	r := reader{x, 0x80}
	for _, tag := range tags {
		o, err := r.get(tag)
		if err != nil {
			return d, err
		}
		// Production data is given by cards that have no security domain too.
		d.Selected = d.Selected || o.Read() && tag != TagCPLC
		d.Objects = append(d.Objects, o)
	}
	return d, nil
}
