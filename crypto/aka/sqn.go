package aka

import "fmt"

// SQNSize is the size of a sequence number in bytes.
const SQNSize = 6

// MaxSQN is the highest sequence number: after it a card accepts no more.
const MaxSQN SQN = 1<<48 - 1

// SQN is a sequence number of 48 bits. It is SEQ followed by IND, an index of
// some bits that says in which slot of its array a card keeps it (3GPP
// TS 33.102 annex C.1.1.1).
type SQN uint64

// SQNOf reads six bytes.
func SQNOf(b [SQNSize]byte) (n SQN) {
	for _, c := range b {
		n = n<<8 | SQN(c)
	}
	return n
}

// Bytes gives the six bytes; bits above them are lost.
func (n SQN) Bytes() (b [SQNSize]byte) {
	for i := range b {
		b[SQNSize-1-i] = byte(n >> (8 * i))
	}
	return b
}

// String gives twelve hex digits.
func (n SQN) String() string { return fmt.Sprintf("%012X", uint64(n)) }

// Array keeps a card's sequence numbers (3GPP TS 33.102 annexes C.1.2, C.2
// and C.3).
type Array struct {
	// IndexBits is how many bits of a number are IND; at most 8. Slots has
	// 1<<IndexBits numbers.
	IndexBits int
	Slots     []SQN
	// Delta is how far SEQ may jump ahead of the highest one accepted; 0 is
	// no limit. Age is how far it may lie behind it; 0 is no limit.
	Delta, Age uint64
}

// The values that 3GPP TS 33.102 annex C.3 proposes.
const (
	DefaultIndexBits = 5
	DefaultDelta     = 1 << 28
)

// NewArray makes an array with the proposed values and no number accepted yet.
func NewArray() Array {
	return Array{IndexBits: DefaultIndexBits, Slots: make([]SQN, 1<<DefaultIndexBits), Delta: DefaultDelta}
}

// Verdict is what an array says of a sequence number.
type Verdict int

// The verdicts. All but Fresh are a synchronisation failure to a card.
const (
	Fresh Verdict = iota
	// NotNew: SEQ is not above the one kept at the same index.
	NotNew
	// FarAhead: SEQ is above the highest one by more than Delta, or the number
	// has more than 48 bits.
	FarAhead
	// TooOld: SEQ is below the highest one by more than Age.
	TooOld
)

func (v Verdict) String() string {
	return [...]string{"fresh", "not new", "far ahead", "too old"}[v]
}

// SEQ and IND are the parts of a number in this array.
func (a *Array) SEQ(n SQN) uint64 { return uint64(n) >> a.IndexBits }

// IND is the index of a number in this array.
func (a *Array) IND(n SQN) int { return int(uint64(n) & (1<<a.IndexBits - 1)) }

// Highest is SQN_MS, the highest number accepted so far.
func (a *Array) Highest() (top SQN) {
	for _, n := range a.Slots {
		top = max(top, n)
	}
	return top
}

// Judge says whether a number would be accepted, and changes nothing.
func (a *Array) Judge(n SQN) Verdict {
	seq, top := a.SEQ(n), a.SEQ(a.Highest())
	switch {
	case n > MaxSQN || a.Delta > 0 && seq > top && seq-top > a.Delta:
		return FarAhead
	case a.Age > 0 && seq < top && top-seq > a.Age:
		return TooOld
	case seq <= a.SEQ(a.Slots[a.IND(n)]):
		return NotNew
	}
	return Fresh
}

// Accept judges a number and keeps one that is fresh.
func (a *Array) Accept(n SQN) Verdict {
	v := a.Judge(n)
	if v == Fresh {
		a.Slots[a.IND(n)] = n
	}
	return v
}

// Next is the lowest number at an index that this array would accept: one SEQ
// above the highest (3GPP TS 33.102 annex C.1.2). ok is false where 48 bits do
// not hold it.
func (a *Array) Next(index int) (n SQN, ok bool) {
	seq := a.SEQ(a.Highest()) + 1
	n = SQN(seq<<a.IndexBits | uint64(index)&(1<<a.IndexBits-1))
	return n, n <= MaxSQN
}
