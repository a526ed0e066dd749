package fs

import (
	"simscope/card"
	"simscope/card/tlv"
	"simscope/fs/ef"
	"simscope/fs/plmn"
)

// Decoded is a file's content decoded: one element for a transparent or
// BER-TLV file, one for each record else.
type Decoded struct {
	Decoder ef.Decoder
	Parts   []ef.Decoded
}

// Decode decodes what was read of the file at p. ok is false where nothing
// was read or no decoder knows the file.
func (c *Card) Decode(p card.Path) (Decoded, bool) {
	n, ok := c.tree.Get(p)
	if !ok || n.Content == nil {
		return Decoded{}, false
	}
	d, ok := c.Decoder(p)
	if !ok {
		return Decoded{}, false
	}
	out := Decoded{Decoder: d}
	ctx := c.DecodeContext(p)
	switch {
	case !d.Record && n.Structure() == BERTLV:
		for _, o := range n.Content.Objects {
			out.Parts = append(out.Parts, DecodeObject(d, o, ctx))
		}
	case d.Record && n.Structure().HasRecords():
		for _, r := range n.Content.Records {
			out.Parts = append(out.Parts, d.Decode(r, ctx))
		}
	case !d.Record && !d.Object && n.Structure() == Transparent:
		out.Parts = []ef.Decoded{d.Decode(n.Content.Binary, ctx)}
	default:
		// The card's structure is not the one the decoder is for.
		return Decoded{}, false
	}
	return out, true
}

// DecodeObject decodes one data object of a BER-TLV file. Offsets count from
// its value on. A decoder of a transparent file that holds one such object
// will do too: some cards keep EF.URSP in either structure.
func DecodeObject(d ef.Decoder, o Item, ctx ef.Context) ef.Decoded {
	whole := tlv.Append(nil, o.Tag, o.Value)
	out := d.Decode(whole, ctx)
	head := len(whole) - len(o.Value)
	from := func(at, n int) (int, int) {
		end := max(at+n-head, 0)
		at = max(at-head, 0)
		return at, end - at
	}
	for i := range out.Fields {
		f := &out.Fields[i]
		f.Offset, f.Length = from(f.Offset, f.Length)
	}
	for i := range out.Flags {
		f := &out.Flags[i]
		f.Offset, f.Length = from(f.Offset, f.Length)
	}
	return out
}

// Decoder finds the decoder of the file at p.
func (c *Card) Decoder(p card.Path) (ef.Decoder, bool) {
	e, ok := c.Entry(p)
	if !ok {
		return ef.Decoder{}, false
	}
	return ef.Lookup(e.Path)
}

// DecodeContext is what decoders need to know of the rest of the card.
func (c *Card) DecodeContext(p card.Path) ef.Context {
	app := KindOf(p.App).Root()
	if p.App == "" && p.Within(card.PathOf("", card.FIDGSM)) {
		app = "DF.GSM"
	}
	return ef.Context{
		MNCLength: c.MNCLength(p.App), GSM: c.s.Kind() == card.KindGSM, App: app, Linked: c.linked(p),
		Extend: func(extension byte) ef.Extended { return c.extended(p, extension) },
	}
}

// MNCLength is the number of digits of the network code in identities of an
// application: byte 4 of its EF.AD (3GPP TS 31.102 clause 4.2.18), else what
// is usual in the country of its IMSI, else 0.
func (c *Card) MNCLength(app card.AID) int {
	for _, p := range c.adPlaces(app) {
		if b, ok := c.binary(p); ok && len(b) >= 4 {
			if n := int(b[3] & 0x0F); n == 2 || n == 3 {
				return n
			}
		}
	}
	for _, p := range []card.Path{card.PathOf(app, fidIMSI), card.PathOf("", card.FIDGSM, fidIMSI)} {
		if b, ok := c.binary(p); ok && KindOf(p.App) != AppISIM {
			if digits, ok := imsiDigits(b); ok {
				return plmn.MNCLength(digits[:3])
			}
		}
	}
	return 0
}

// adPlaces are the files that tell the length of the network code: the
// application's own, the USIMs', that of DF.GSM.
func (c *Card) adPlaces(app card.AID) []card.Path {
	var out []card.Path
	if app != "" {
		out = append(out, card.PathOf(app, fidAD))
	}
	for _, a := range c.Applications() {
		if a.Kind == AppUSIM {
			out = append(out, card.PathOf(a.AID, fidAD))
		}
	}
	return append(out, card.PathOf("", card.FIDGSM, fidAD))
}

// imsiDigits reads EF.IMSI: a length, then digits with the lower half first
// and a parity nibble before the first (3GPP TS 31.102 clause 4.2.2).
func imsiDigits(b []byte) (string, bool) {
	if len(b) < 9 || b[0] < 4 || b[0] > 8 {
		return "", false
	}
	out := make([]byte, 0, 16)
	for i, c := range b[1 : 1+b[0]] {
		if i > 0 {
			out = append(out, c&0x0F)
		}
		out = append(out, c>>4)
	}
	if out[len(out)-1] == 0x0F {
		out = out[:len(out)-1]
	}
	for i := range out {
		if out[i] > 9 {
			return "", false
		}
		out[i] += '0'
	}
	return string(out), len(out) >= 6 && len(out) <= 15
}
