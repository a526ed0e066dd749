package fs

import (
	"bytes"
	"context"

	"simscope/card"
	"simscope/fs/ef"
	"simscope/texts"
)

// Files that are cleared.
const (
	fidFPLMN    card.FID = 0x6F7B
	fidLOCI     card.FID = 0x6F7E
	fidPSLOCI   card.FID = 0x6F73
	fidEPSLOCI  card.FID = 0x6FE3
	fidLOCIGPRS card.FID = 0x6F53
	fid5GS      card.FID = 0x5FC0
	fid5GS3GPP  card.FID = 0x4F01
	fid5GSN3GPP card.FID = 0x4F02
)

// locations are the files in which a phone leaves where it was last, below
// the directory of the subscriber, and what they hold when it was nowhere (3GPP
// TS 31.102 annex E, TS 51.011 annex D).
var locations = []struct {
	fids    []card.FID
	decoder string // whose encoder writes the value; none: value is the bytes
	value   any
}{
	{[]card.FID{fidLOCI}, "ADF.USIM/EF.LOCI", ef.ClearedLOCI()},
	{[]card.FID{fidPSLOCI}, "ADF.USIM/EF.PSLOCI", ef.ClearedPSLOCI()},
	{[]card.FID{fidEPSLOCI}, "ADF.USIM/EF.EPSLOCI", ef.ClearedEPSLOCI()},
	{[]card.FID{fidLOCIGPRS}, "ADF.USIM/EF.PSLOCI", ef.ClearedPSLOCI()},
	{[]card.FID{fid5GS, fid5GS3GPP}, "", ef.Cleared5GSLOCI()},
	{[]card.FID{fid5GS, fid5GSN3GPP}, "", ef.Cleared5GSLOCI()},
}

// Clearable says what clearing the file at p would be: "fplmn", "location" or
// nothing.
func (c *Card) Clearable(p card.Path) string {
	dir, ok := c.Subscriber()
	switch {
	case !ok || OfCDMA(dir) || !p.Within(dir) && p.App == "" || KindOf(p.App) != AppUSIM && p.App != "":
		return ""
	case p.Last() == fidFPLMN:
		return "fplmn"
	}
	home := card.PathOf(p.App)
	if p.App == "" {
		home = dir
	}
	for _, l := range locations {
		if descend(home, l.fids) == p {
			return "location"
		}
	}
	return ""
}

func descend(p card.Path, fids []card.FID) card.Path {
	for _, f := range fids {
		p = p.Child(f)
	}
	return p
}

// PlanClearFPLMN plans to empty the list of networks that refused the card,
// so that a phone tries them again. app is empty for the subscriber's.
func (c *Card) PlanClearFPLMN(ctx context.Context, app card.AID) (*Plan, error) {
	dir, err := c.HomeDir(app)
	if err != nil {
		return nil, err
	}
	at := dir.Child(fidFPLMN)
	n, err := c.Fetch(ctx, at)
	if err != nil {
		return nil, err
	}
	p := c.NewPlan(texts.Say("plan.title.fplmn"))
	return p, p.Change(c, at, 0, bytes.Repeat([]byte{0xFF}, len(n.Content.Binary)), texts.Say("plan.why.fplmn"))
}

// PlanClearLocation plans to forget where the card was last: the phone
// registers anew when it is turned on. Files that the card does not have are
// left out.
func (c *Card) PlanClearLocation(ctx context.Context, app card.AID) (*Plan, error) {
	dir, err := c.HomeDir(app)
	if err != nil {
		return nil, err
	}
	p := c.NewPlan(texts.Say("plan.title.location"))
	found := false
	for _, l := range locations {
		at := descend(dir, l.fids)
		n, ok, err := c.present(ctx, at)
		if err != nil {
			return nil, err
		}
		if !ok {
			continue
		}
		found = true
		b, err := clearedBytes(l.decoder, l.value, len(n.Content.Binary))
		if err != nil {
			return nil, refusePlan("cleared", "file", c.Name(at), "size", len(n.Content.Binary))
		}
		if err := p.Change(c, at, 0, b, texts.Say("plan.why.location")); err != nil {
			return nil, err
		}
	}
	if !found {
		return nil, refusePlan("no_location")
	}
	return p, nil
}

func clearedBytes(decoder string, value any, size int) ([]byte, error) {
	if decoder == "" {
		b := value.([]byte)
		if len(b) != size {
			return nil, ErrDoesNotFit
		}
		return b, nil
	}
	d, _ := ef.Lookup(decoder)
	return d.Encode(value, size)
}
