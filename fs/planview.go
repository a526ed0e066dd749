package fs

import (
	"slices"
	"strings"

	"simscope/card"
	"simscope/card/safe"
	"simscope/card/tlv"
	"simscope/fs/ef"
	"simscope/texts"
)

// dots stand for bytes that are not shown.
const dots = "••••"

// StepView is one step for people. All of it is fit for a terminal.
type StepView struct {
	File    string   // "ADF.USIM/EF.SPN"
	Place   string   // "from byte 1", "record 3", "object 80"
	Why     string   // the step's own sentence
	Hidden  bool     // keys: the bytes are dots and nothing is decoded
	Decoded bool     // Old, New and Fields say what the bytes mean
	Old     string   // the essence of the file or record before
	New     string   // and after
	Fields  []Change // what differs, field by field
	OldHex  string
	NewHex  string
}

// Change is one decoded field before and after.
type Change struct {
	Label string `json:"label"`
	Old   string `json:"old"`
	New   string `json:"new"`
}

// View makes each step fit for people. Without a card (nil) files are named
// by the catalogue alone, and what needs the bytes around it is not decoded.
func (p *Plan) View(c *Card) []StepView {
	out := make([]StepView, len(p.Steps))
	for i, s := range p.Steps {
		out[i] = c.viewStep(s)
	}
	return out
}

func (c *Card) viewStep(s Step) StepView {
	v := StepView{File: safe.Text(nameOn(c, s.Path)), Why: safe.Text(s.Why), OldHex: s.Old.String(), NewHex: s.New.String()}
	switch {
	case s.Tag > 0:
		v.Place = texts.Say("plan.place.object", "tag", s.Tag)
	case s.Record > 0:
		v.Place = texts.Say("plan.place.record", "record", s.Record)
	default:
		v.Place = texts.Say("plan.place.binary", "offset", s.Offset)
	}
	if Hidden(s.Path) {
		v.Hidden, v.OldHex, v.NewHex = true, dots, dots
		return v
	}
	before, after, ok := c.decodeStep(s)
	if !ok {
		return v
	}
	v.Decoded, v.Old, v.New = true, essence(before), essence(after)
	v.Fields = changes(before.Fields, after.Fields)
	return v
}

func nameOn(c *Card, p card.Path) string {
	if c == nil {
		return Name(p)
	}
	return c.Name(p)
}

func essence(d ef.Decoded) string {
	if d.Summary == "" && d.Empty {
		return texts.Say("ef.empty")
	}
	return d.Summary
}

// decodeStep decodes what a step is about before and after it. In a
// transparent file that takes the bytes around it.
func (c *Card) decodeStep(s Step) (before, after ef.Decoded, ok bool) {
	if c == nil {
		e, ok := Files().Identify(KindOf(s.Path.App), s.Path.FIDs()...)
		d, known := ef.Lookup(e.Path)
		if !ok || !known || !d.Record || s.Record == 0 {
			return before, after, false
		}
		ctx := ef.Context{App: KindOf(s.Path.App).Root()}
		return d.Decode(s.Old, ctx), d.Decode(s.New, ctx), true
	}
	d, ok := c.Decoder(s.Path)
	n, known := c.tree.Get(s.Path)
	if !ok || !known || d.Record != (s.Record > 0) || d.Object && s.Tag == 0 {
		return before, after, false
	}
	ctx := c.DecodeContext(s.Path)
	switch {
	case s.Tag > 0:
		return decodeObject(d, s.Tag, s.Old, ctx), decodeObject(d, s.Tag, s.New, ctx), true
	case s.Record > 0:
		return d.Decode(s.Old, ctx), d.Decode(s.New, ctx), true
	case n.Content == nil || s.Offset < 0 || s.Offset+max(len(s.Old), len(s.New)) > len(n.Content.Binary):
		return before, after, false
	}
	with := func(b []byte) []byte {
		whole := slices.Clone([]byte(n.Content.Binary))
		copy(whole[s.Offset:], b)
		return whole
	}
	return d.Decode(with(s.Old), ctx), d.Decode(with(s.New), ctx), true
}

func decodeObject(d ef.Decoder, tag tlv.Tag, value []byte, ctx ef.Context) ef.Decoded {
	if len(value) == 0 {
		return ef.Decoded{Empty: true, Summary: texts.Say("plan.no_object")}
	}
	return DecodeObject(d, Item{tag, value}, ctx)
}

// maxChanges bounds the fields that are compared; a list of networks can have
// more.
const maxChanges = 100

// changes pairs the fields of two decodings, the nth of a name with the nth.
func changes(before, after []ef.Field) []Change {
	type key struct {
		id string
		n  int
	}
	count := func(fs []ef.Field) ([]key, map[key]ef.Field) {
		seen, m := map[string]int{}, map[key]ef.Field{}
		var order []key
		for _, f := range fs[:min(len(fs), maxChanges)] {
			seen[f.ID]++
			k := key{f.ID, seen[f.ID]}
			order, m[k] = append(order, k), f
		}
		return order, m
	}
	orderOld, old := count(before)
	orderNew, now := count(after)
	var out []Change
	add := func(k key) {
		a, b := old[k], now[k]
		if shown(a) == shown(b) {
			return
		}
		label := b.Label
		if label == "" {
			label = a.Label
		}
		out = append(out, Change{label, shown(a), shown(b)})
	}
	for _, k := range orderNew {
		add(k)
	}
	for _, k := range orderOld {
		if _, ok := now[k]; !ok {
			add(k)
		}
	}
	return out
}

func shown(f ef.Field) string { return strings.TrimSpace(f.Value) }

// Describe writes each step for people in one line. Bytes of files with keys
// are hidden.
func (p *Plan) Describe(c *Card) []string {
	out := make([]string, len(p.Steps))
	for i, v := range p.View(c) {
		from, to := v.OldHex, v.NewHex
		if from == "" {
			from = texts.Say("plan.no_object")
		}
		if to == "" {
			to = texts.Say("plan.no_object")
		}
		out[i] = texts.Say("plan.step", "file", v.File, "place", v.Place, "from", from, "to", to)
	}
	return out
}
