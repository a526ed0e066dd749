package trace

import (
	"encoding/binary"
	"math"
	"strings"
	"time"
	"unsafe"

	"simscope/card"
)

// row is one exchange without its bytes and strings: 64 bytes.
type row struct {
	seq, start, dur  int64
	off              uint32 // of the command in the arena; response and spans follow it
	cmd, resp        uint32 // lengths
	generation       uint32
	step, note, err  uint32 // in strs
	file             uint32 // in paths
	sw               uint16
	channel          int16
	hidden           uint16 // number of spans
	kind             uint8
	hasFile, hasTime bool
}

const (
	rowSize  = int64(unsafe.Sizeof(row{}))
	spanSize = 13 // side, offset, length, word
)

// block is a run of rows with its own bytes and its own table of strings, so
// that it can be dropped whole. Rows are only ever added behind what readers
// have seen.
type block struct {
	first uint64 // number of its first row
	rows  []row
	arena []byte
	strs  []string
	paths []card.Path
	size  int64 // bytes it holds
}

// writing is what the writer needs while a block is open.
type writing struct {
	strs  map[string]uint32
	paths map[card.Path]uint32
}

func newWriting() writing {
	return writing{map[string]uint32{}, map[card.Path]uint32{}}
}

// add puts a redacted exchange behind the rows of b.
func (b *block) add(w writing, e card.Exchange) {
	r := row{
		seq: int64(e.Seq), dur: int64(e.Duration),
		off: uint32(len(b.arena)), cmd: uint32(len(e.Command)), resp: uint32(len(e.Response)),
		generation: e.Generation,
		step:       b.str(w, e.Step), note: b.str(w, e.Note), err: b.str(w, e.Err),
		file: b.path(w, e.File),
		sw:   uint16(e.SW), channel: int16(min(max(e.Channel, math.MinInt16), math.MaxInt16)),
		hidden: uint16(min(len(e.Hidden), math.MaxUint16)),
		kind:   uint8(e.Kind), hasFile: e.HasFile,
	}
	if !e.Start.IsZero() {
		r.start, r.hasTime = e.Start.UnixNano(), true
	}
	b.arena = append(append(b.arena, e.Command...), e.Response...)
	for _, s := range e.Hidden[:r.hidden] {
		var rec [spanSize]byte
		if s.Response {
			rec[0] = 1
		}
		binary.LittleEndian.PutUint32(rec[1:], uint32(s.Off))
		binary.LittleEndian.PutUint32(rec[5:], uint32(s.Len))
		binary.LittleEndian.PutUint32(rec[9:], b.str(w, s.Word))
		b.arena = append(b.arena, rec[:]...)
	}
	b.rows = append(b.rows, r)
	b.size += rowSize + int64(len(b.arena)) - int64(r.off)
}

func (b *block) str(w writing, s string) uint32 {
	if i, ok := w.strs[s]; ok {
		return i
	}
	s = strings.Clone(s)
	i := uint32(len(b.strs))
	b.strs = append(b.strs, s)
	w.strs[s] = i
	b.size += int64(unsafe.Sizeof(s)) + int64(len(s))
	return i
}

func (b *block) path(w writing, p card.Path) uint32 {
	if i, ok := w.paths[p]; ok {
		return i
	}
	i := uint32(len(b.paths))
	b.paths = append(b.paths, p)
	w.paths[p] = i
	b.size += int64(unsafe.Sizeof(p)) + int64(len(p.App)+2*p.Depth())
	return i
}

// sealed is b with no room to spare.
func (b *block) sealed() *block {
	c := *b
	c.rows = append([]row(nil), b.rows...)
	c.arena = append([]byte(nil), b.arena...)
	c.strs = append([]string(nil), b.strs...)
	c.paths = append([]card.Path(nil), b.paths...)
	return &c
}

func (b *block) command(r *row) []byte {
	end := r.off + r.cmd
	return b.arena[r.off:end:end]
}

func (b *block) response(r *row) []byte {
	off := r.off + r.cmd
	return b.arena[off : off+r.resp : off+r.resp]
}

func (b *block) spans(r *row) []card.Span {
	if r.hidden == 0 {
		return nil
	}
	out := make([]card.Span, r.hidden)
	at := b.arena[r.off+r.cmd+r.resp:]
	for i := range out {
		rec := at[i*spanSize : (i+1)*spanSize]
		out[i] = card.Span{
			Response: rec[0] == 1,
			Off:      int(binary.LittleEndian.Uint32(rec[1:])),
			Len:      int(binary.LittleEndian.Uint32(rec[5:])),
			Word:     b.strs[binary.LittleEndian.Uint32(rec[9:])],
		}
	}
	return out
}

// exchange unpacks row i. Its bytes are the block's.
func (b *block) exchange(i int) card.Exchange {
	r := &b.rows[i]
	e := card.Exchange{
		Seq: uint64(r.seq), Generation: r.generation, Kind: card.ExchangeKind(r.kind),
		Channel: int(r.channel), Step: b.strs[r.step], File: b.paths[r.file], HasFile: r.hasFile,
		Duration: time.Duration(r.dur), SW: card.SW(r.sw), Hidden: b.spans(r),
		Note: b.strs[r.note], Err: b.strs[r.err],
	}
	if r.hasTime {
		e.Start = time.Unix(0, r.start)
	}
	if r.cmd > 0 {
		e.Command = b.command(r)
	}
	if r.resp > 0 {
		e.Response = b.response(r)
	}
	return e
}
