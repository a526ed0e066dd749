package fs

import (
	"context"
	"slices"
	"unicode/utf16"

	"simscope/card"
	"simscope/card/tlv"
	"simscope/fs/ef"
	"simscope/texts"
)

// PlanSPN plans to change the operator name that the card shows, and when it
// is shown. app is empty for the subscriber's.
func (c *Card) PlanSPN(ctx context.Context, app card.AID, name string, showInHome, hideRoaming bool) (*Plan, error) {
	dir, err := c.HomeDir(app)
	if err != nil {
		return nil, err
	}
	at := dir.Child(fidSPN)
	n, err := c.Fetch(ctx, at)
	if err != nil {
		return nil, err
	}
	d, ok := c.Decoder(at)
	if !ok || d.Encode == nil {
		return nil, refusePlan("no_encoder", "file", c.Name(at))
	}
	b, err := d.Encode(ef.SPN{ShowInHPLMN: showInHome, HideInOPLMN: hideRoaming, SPN: name}, len(n.Content.Binary))
	if err != nil {
		return nil, err
	}
	p := c.NewPlan(texts.Say("plan.title.spn"))
	return p, p.Change(c, at, 0, b, texts.Say("plan.why.spn"))
}

const fidPNN card.FID = 0x6FC5

// Tags of a record of EF.PNN (3GPP TS 31.102 clause 4.2.58).
const (
	tagFullName  tlv.Tag = 0x43
	tagShortName tlv.Tag = 0x45
)

// PlanPNN plans to change the names of a network in a record of EF.PNN. An
// empty short name leaves none; what else the record holds stays.
func (c *Card) PlanPNN(ctx context.Context, app card.AID, record int, full, short string) (*Plan, error) {
	dir, err := c.HomeDir(app)
	if err != nil {
		return nil, err
	}
	at := Place{Path: dir.Child(fidPNN), Record: record}
	n, err := c.Fetch(ctx, at.Path)
	if err != nil {
		return nil, err
	}
	size, err := c.size(n, at)
	if err != nil {
		return nil, err
	}
	names := tlv.Append(nil, tagFullName, networkName(full))
	if short != "" {
		names = tlv.Append(names, tagShortName, networkName(short))
	}
	old, _ := tlv.ParseFlat(n.Content.Records[record-1])
	for _, o := range old {
		if o.Tag != tagFullName && o.Tag != tagShortName {
			names = tlv.Append(names, o.Tag, o.Value)
		}
	}
	if len(names) > size {
		return nil, refusePlan("size", "file", c.Name(at.Path), "need", len(names), "limit", size)
	}
	for len(names) < size {
		names = append(names, 0xFF)
	}
	p := c.NewPlan(texts.Say("plan.title.pnn", "record", record))
	return p, p.Change(c, at.Path, record, names, texts.Say("plan.why.pnn"))
}

// Coding schemes of a network name (3GPP TS 24.008 clause 10.5.3.5a), with
// the extension bit that is always set.
const (
	nameGSM7 = 0x80
	nameUCS2 = 0x90
)

// networkName codes a name: the default alphabet in septets, with the number
// of unused bits of the last byte in the first, else UCS-2.
func networkName(text string) []byte {
	b, err := ef.EncodeAlpha(text, 2*len(text)+1)
	b = slices.DeleteFunc(b, func(c byte) bool { return c == 0xFF })
	if err != nil || slices.ContainsFunc(b, func(c byte) bool { return c > 0x7F }) {
		out := []byte{nameUCS2}
		for _, u := range utf16.Encode([]rune(text)) {
			out = append(out, byte(u>>8), byte(u))
		}
		return out
	}
	packed := pack7(b)
	return append([]byte{nameGSM7 | byte(8*len(packed)-7*len(b))}, packed...)
}

// pack7 puts septets into bytes, the first in the low bits (3GPP TS 23.038
// clause 6.1.2.1).
func pack7(septets []byte) []byte {
	out := make([]byte, (7*len(septets)+7)/8)
	for i, s := range septets {
		at := 7 * i
		v := uint16(s) << (at % 8)
		out[at/8] |= byte(v)
		if at/8+1 < len(out) {
			out[at/8+1] |= byte(v >> 8)
		}
	}
	return out
}
