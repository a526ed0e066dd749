package trace

import (
	"bytes"
	"context"
	"strings"
	"time"

	"simscope/card"
)

// probe is the row being looked at.
type probe struct {
	epoch uint64 // changes with the block; caches by string or path end with it
	b     *block
	i     int
	r     *row
}

func (p *probe) header() (header, bool) {
	if p.r.cmd < 4 || p.r.kind == uint8(card.ExchangeReset) || p.r.kind == uint8(card.ExchangeNote) {
		return header{}, false
	}
	return headerOf(p.b.command(p.r)), true
}

// node is an expr with the memory that lets it answer without making text.
type node interface{ match(*probe) bool }

// Matcher runs a filter over rows. It remembers what it learned of names and
// status words, so it is used by one goroutine at a time.
type Matcher struct {
	root  node
	epoch uint64
}

// Matcher makes a matcher that knows files by name.
func (f Filter) Matcher(name Namer) *Matcher {
	m := &Matcher{}
	if f.root != nil {
		m.root = f.root.bind(name)
	}
	return m
}

// Match reports whether one exchange passes.
func (m *Matcher) Match(e card.Exchange) bool {
	if m.root == nil {
		return true
	}
	var b block
	b.add(newWriting(), Redact(e))
	m.epoch++
	return m.root.match(&probe{m.epoch, &b, 0, &b.rows[0]})
}

// checkEvery is how many rows are looked at between two looks at the context.
const checkEvery = 1024

// Run returns the numbers of the rows of v that pass, from row number from
// on, oldest first. It stops with the context's error when that ends.
func (m *Matcher) Run(ctx context.Context, v View, from uint64) ([]uint64, error) {
	var out []uint64
	for b := range v.each() {
		end := b.first + uint64(len(b.rows))
		if end <= from {
			continue
		}
		m.epoch++
		p := probe{epoch: m.epoch, b: b}
		for p.i = int(max(from, b.first) - b.first); p.i < len(b.rows); p.i++ {
			if p.i%checkEvery == 0 && ctx.Err() != nil {
				return nil, ctx.Err()
			}
			p.r = &b.rows[p.i]
			if m.root == nil || m.root.match(&p) {
				out = append(out, b.first+uint64(p.i))
			}
		}
	}
	return out, ctx.Err()
}

type (
	andNode []node
	orNode  []node
	notNode struct{ of node }
)

func bindAll(xs []expr, name Namer) []node {
	out := make([]node, len(xs))
	for i, x := range xs {
		out[i] = x.bind(name)
	}
	return out
}

func (x andExpr) bind(n Namer) node { return andNode(bindAll(x, n)) }
func (x orExpr) bind(n Namer) node  { return orNode(bindAll(x, n)) }
func (x notExpr) bind(n Namer) node { return notNode{x.of.bind(n)} }

func (n andNode) match(p *probe) bool {
	for _, x := range n {
		if !x.match(p) {
			return false
		}
	}
	return true
}

func (n orNode) match(p *probe) bool {
	for _, x := range n {
		if x.match(p) {
			return true
		}
	}
	return false
}

func (n notNode) match(p *probe) bool { return !n.of.match(p) }

func (x swExpr) bind(Namer) node       { return x }
func (x byteExpr) bind(Namer) node     { return x }
func (x channelExpr) bind(Namer) node  { return x }
func (x durationExpr) bind(Namer) node { return x }

func (x swExpr) match(p *probe) bool {
	return p.r.sw != 0 && card.SW(p.r.sw)&x.mask == x.value
}

func (x byteExpr) match(p *probe) bool {
	_, ok := p.header()
	return ok && p.b.arena[int(p.r.off)+x.at]&x.mask == x.value
}

func (x channelExpr) match(p *probe) bool {
	_, ok := p.header()
	return ok && p.r.channel == x.n
}

func (x durationExpr) match(p *probe) bool {
	d := time.Duration(p.r.dur)
	if x.more {
		return d > x.than
	}
	return d < x.than && p.r.kind != uint8(card.ExchangeNote)
}

// insNode knows for each class group and instruction whether its name fits.
type insNode struct {
	text string
	seen map[insKey]bool
}

func (x insNameExpr) bind(Namer) node { return insNode{x.text, map[insKey]bool{}} }

func (n insNode) match(p *probe) bool {
	h, ok := p.header()
	if !ok {
		return false
	}
	k := insKey{h.group(), h.ins}
	fit, ok := n.seen[k]
	if !ok {
		name, known := h.name()
		fit = known && strings.Contains(strings.ToLower(name), n.text)
		n.seen[k] = fit
	}
	return fit
}

// ids numbers values, from 1, the same in all blocks; a block's own index of a
// value is translated once.
type ids[T comparable] struct {
	epoch uint64
	block []uint32
	all   map[T]uint32
}

func (x *ids[T]) of(p *probe, table []T, i uint32) uint32 {
	if x.epoch != p.epoch {
		x.epoch, x.block = p.epoch, make([]uint32, len(table))
	}
	if x.block[i] == 0 {
		if x.all == nil {
			x.all = map[T]uint32{}
		}
		id, ok := x.all[table[i]]
		if !ok {
			id = uint32(len(x.all) + 1)
			x.all[table[i]] = id
		}
		x.block[i] = id
	}
	return x.block[i]
}

// indexNode answers by a row's step or file, each looked at once.
type indexNode struct {
	paths ids[card.Path]
	steps ids[string]
	seen  []int8 // by id; 0 not looked at, 1 fits, -1 does not
	file  bool
	text  string
	name  Namer
}

func (x textExpr) bind(n Namer) node { return &indexNode{file: x.key == "file", text: x.text, name: n} }

func (n *indexNode) match(p *probe) bool {
	i, id := p.r.step, uint32(0)
	if n.file {
		if !p.r.hasFile {
			return false
		}
		i = p.r.file
		id = n.paths.of(p, p.b.paths, i)
	} else {
		id = n.steps.of(p, p.b.strs, i)
	}
	for len(n.seen) <= int(id) {
		n.seen = append(n.seen, 0)
	}
	if n.seen[id] == 0 {
		n.seen[id] = -1
		if n.fits(p.b, i) {
			n.seen[id] = 1
		}
	}
	return n.seen[id] == 1
}

func (n *indexNode) fits(b *block, i uint32) bool {
	if !n.file {
		return strings.Contains(strings.ToLower(b.strs[i]), n.text)
	}
	path := b.paths[i]
	return strings.Contains(strings.ToLower(n.name.of(path)), n.text) ||
		strings.Contains(strings.ToLower(path.String()), n.text)
}

// flagNode answers err, note, reset and hidden.
type flagNode struct {
	key  string
	seen map[statusKey]bool
}

type statusKey struct {
	header header
	sw     uint16
}

func (x flagExpr) bind(Namer) node { return flagNode{x.key, map[statusKey]bool{}} }

func (n flagNode) match(p *probe) bool {
	switch n.key {
	case "note":
		return p.r.kind == uint8(card.ExchangeNote)
	case "reset":
		return p.r.kind == uint8(card.ExchangeReset)
	case "hidden":
		return p.r.hidden > 0
	}
	if p.b.strs[p.r.err] != "" {
		return true
	}
	h, ok := p.header()
	if !ok {
		_, class := status(p.b.exchange(p.i))
		return isRefusal(class, card.SW(p.r.sw))
	}
	h.p1, h.p2 = 0, 0 // no meaning depends on them
	k := statusKey{h, p.r.sw}
	bad, ok := n.seen[k]
	if !ok {
		bad = p.r.sw == 0 || isRefusal(meaning(h, card.SW(p.r.sw)).Class, card.SW(p.r.sw))
		n.seen[k] = bad
	}
	return bad
}

// wordNode looks for a word in the title, the status and the bytes. Titles
// repeat, so each is made once for all rows that share it.
type wordNode struct {
	text  string
	hex   []byte // the word as bytes; nil when it is not hex
	half  bool   // the last byte of hex is only a high nibble
	name  Namer
	paths ids[card.Path]
	strs  ids[string]
	seen  map[textKey]bool
}

// textKey is all that a row's title and status are made of.
type textKey struct {
	header    header
	kind      uint8
	sw        uint16
	file      uint32 // 0 for none
	note, err uint32
}

func (x wordExpr) bind(name Namer) node {
	n := &wordNode{text: x.text, name: name, seen: map[textKey]bool{}}
	digits := strings.ReplaceAll(x.text, " ", "")
	if len(digits) < 2 {
		return n
	}
	n.half = len(digits)%2 == 1
	if n.half {
		digits += "0"
	}
	for i := 0; i < len(digits); i += 2 {
		_, v, ok := hexPattern(digits[i:i+2], 2)
		if !ok || strings.ContainsRune(digits[i:i+2], 'x') {
			n.hex = nil
			return n
		}
		n.hex = append(n.hex, byte(v))
	}
	return n
}

func (n *wordNode) match(p *probe) bool {
	if n.inText(p) {
		return true
	}
	if n.hex == nil {
		return false
	}
	if p.r.hidden > 0 {
		spans := p.b.spans(p.r)
		return n.inBytes(p.b.command(p.r), spans, false) || n.inBytes(p.b.response(p.r), spans, true)
	}
	return n.inBytes(p.b.command(p.r), nil, false) || n.inBytes(p.b.response(p.r), nil, true)
}

func (n *wordNode) inText(p *probe) bool {
	h, ok := p.header()
	command := p.r.kind < uint8(card.ExchangeReset)
	if command && (!ok || h.ins == card.InsSelect && !p.r.hasFile) {
		return n.fits(p.b.exchange(p.i)) // the title tells data
	}
	k := textKey{header: h, kind: p.r.kind, sw: p.r.sw}
	k.note, k.err = n.strs.of(p, p.b.strs, p.r.note), n.strs.of(p, p.b.strs, p.r.err)
	if p.r.hasFile {
		k.file = n.paths.of(p, p.b.paths, p.r.file)
	}
	fit, ok := n.seen[k]
	if !ok {
		fit = n.fits(p.b.exchange(p.i))
		n.seen[k] = fit
	}
	return fit
}

func (n *wordNode) fits(e card.Exchange) bool {
	if strings.Contains(strings.ToLower(title(e, n.name)), n.text) {
		return true
	}
	text, _ := status(e)
	return strings.Contains(strings.ToLower(text), n.text) ||
		e.SW != 0 && strings.Contains(strings.ToLower(e.SW.String()), n.text)
}

// inBytes searches whole bytes; withheld ones are never found.
func (n *wordNode) inBytes(b []byte, spans []card.Span, response bool) bool {
	full := n.hex
	if n.half {
		full = full[:len(full)-1]
	}
	for at := 0; ; at++ {
		i := bytes.Index(b[at:], full)
		if i < 0 {
			return false
		}
		at += i
		end := at + len(full)
		if n.half && (end >= len(b) || b[end]&0xF0 != n.hex[len(n.hex)-1]) {
			continue
		}
		if _, hidden := overlaps(spans, response, at, len(n.hex)); !hidden {
			return true
		}
	}
}

// isRefusal is what the word err looks for: what went wrong, and a right that
// is missing, which is shown with less alarm.
func isRefusal(c Class, sw card.SW) bool {
	return c == ClassBad || card.Denied(&card.StatusError{SW: sw})
}
