package trace

import (
	"iter"
	"sort"
	"sync"

	"simscope/card"
)

// Limits of a Log where its options give none.
const (
	DefaultMaxRows  = 1_000_000
	DefaultMaxBytes = 256 << 20
)

// A block is closed at these sizes, or at a sixteenth of the log's limits if
// that is less.
const (
	maxBlockRows  = 2048
	maxBlockBytes = 1 << 20
)

// LogOptions bound a Log. Zero stands for the default.
type LogOptions struct {
	MaxRows  int
	MaxBytes int64 // memory of rows and their bytes
}

// Log keeps exchanges in the order they came. When it is full the oldest are
// dropped, some thousand at a time, and counted. One goroutine appends, any
// number read.
type Log struct {
	maxRows, blockRows   int
	maxBytes, blockBytes int64

	mu     sync.RWMutex
	blocks []*block // closed; the slice is replaced, never written to
	open   block
	w      writing
	rows   int
	bytes  int64 // of the closed blocks
	first  uint64
}

// NewLog makes an empty log.
func NewLog(o LogOptions) *Log {
	if o.MaxRows <= 0 {
		o.MaxRows = DefaultMaxRows
	}
	if o.MaxBytes <= 0 {
		o.MaxBytes = DefaultMaxBytes
	}
	return &Log{
		maxRows: o.MaxRows, blockRows: min(max(o.MaxRows/16, 1), maxBlockRows),
		maxBytes: o.MaxBytes, blockBytes: min(max(o.MaxBytes/16, 1), maxBlockBytes),
		w: newWriting(),
	}
}

// Append adds a copy of e, redacted. The newest row is always kept, even if
// it alone is beyond the limit of bytes.
func (l *Log) Append(e card.Exchange) {
	e = Redact(e)
	l.mu.Lock()
	defer l.mu.Unlock()
	size := l.open.size + int64(len(e.Command)+len(e.Response))
	if n := len(l.open.rows); n >= l.blockRows || n > 0 && size >= l.blockBytes {
		l.seal()
	}
	l.open.add(l.w, e)
	l.rows++
	for len(l.blocks) > 0 && (l.rows > l.maxRows || l.bytes+l.open.size > l.maxBytes) {
		l.drop()
	}
}

func (l *Log) seal() {
	b := l.open.sealed()
	l.blocks = append(l.blocks[:len(l.blocks):len(l.blocks)], b)
	l.bytes += b.size
	l.open = block{first: b.first + uint64(len(b.rows))}
	l.w = newWriting()
}

func (l *Log) drop() {
	old := l.blocks[0]
	// A fresh slice: one that only moves its start would keep the dropped
	// blocks alive.
	l.blocks = append([]*block(nil), l.blocks[1:]...)
	l.rows -= len(old.rows)
	l.bytes -= old.size
	l.first += uint64(len(old.rows))
}

// Len is the number of rows kept.
func (l *Log) Len() int {
	l.mu.RLock()
	defer l.mu.RUnlock()
	return l.rows
}

// Dropped is the number of rows that were dropped since the beginning.
func (l *Log) Dropped() uint64 {
	l.mu.RLock()
	defer l.mu.RUnlock()
	return l.first
}

// Bytes is the memory the rows and their data take.
func (l *Log) Bytes() int64 {
	l.mu.RLock()
	defer l.mu.RUnlock()
	return l.bytes + l.open.size
}

// At returns row i, 0 for the oldest kept; ok is false outside the log. The
// exchange's bytes are the log's and must not be written to.
func (l *Log) At(i int) (e card.Exchange, ok bool) { return l.View().At(i) }

// View is the log as it is now. It does not change and costs nothing to make;
// it keeps rows alive that the log drops meanwhile.
func (l *Log) View() View {
	l.mu.RLock()
	defer l.mu.RUnlock()
	return View{blocks: l.blocks, open: l.open, first: l.first, n: l.rows}
}

// View is a log at one moment. Each row has a number that it keeps for ever:
// the first row ever appended has number 0.
type View struct {
	blocks []*block
	open   block
	first  uint64
	n      int
}

// Len is the number of rows.
func (v View) Len() int { return v.n }

// First is the number of the oldest row, which is how many were dropped.
func (v View) First() uint64 { return v.first }

// At returns row i, 0 for the oldest.
func (v View) At(i int) (card.Exchange, bool) {
	if i < 0 || i >= v.n {
		return card.Exchange{}, false
	}
	return v.Row(v.first + uint64(i))
}

// Row returns the row with that number; ok is false when it was dropped or
// has not come yet.
func (v View) Row(number uint64) (card.Exchange, bool) {
	if number < v.first || number >= v.first+uint64(v.n) {
		return card.Exchange{}, false
	}
	b := &v.open
	if number < v.open.first {
		i := sort.Search(len(v.blocks), func(i int) bool { return v.blocks[i].first > number })
		b = v.blocks[i-1]
	}
	return b.exchange(int(number - b.first)), true
}

// All runs through the rows and their numbers, oldest first.
func (v View) All() iter.Seq2[uint64, card.Exchange] {
	return func(yield func(uint64, card.Exchange) bool) {
		for b := range v.each() {
			for i := range b.rows {
				if !yield(b.first+uint64(i), b.exchange(i)) {
					return
				}
			}
		}
	}
}

// each runs through the blocks.
func (v View) each() iter.Seq[*block] {
	return func(yield func(*block) bool) {
		for _, b := range v.blocks {
			if !yield(b) {
				return
			}
		}
		yield(&v.open)
	}
}
