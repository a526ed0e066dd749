package auth

import "simscope/crypto/aka"

// Jump is how far a sequence number lies ahead of what the card holds, in
// steps of SEQ.
type Jump struct {
	// Known says that SQN_MS is known; else the card is taken to stand at 0,
	// which makes the jump the largest it can be.
	Known     bool
	From, To  aka.SQN
	IndexBits int
	// Ahead is SEQ of To less SEQ of From; Behind the other way round.
	Ahead, Behind uint64
	// Far says that the jump is beyond 2^28 or that To lies near the end of
	// the numbers: a card that takes it may be stranded for its own network.
	Far, NearEnd bool
}

// maxJump is the largest jump that goes without a typed word, and how near
// the end of all numbers one may go (3GPP TS 33.102 annex C.3 proposes it as
// the limit of cards).
const maxJump = aka.DefaultDelta

// JumpTo measures the way from SQN_MS, if that is known, to a number.
func JumpTo(known bool, ms, to aka.SQN, indexBits int) Jump {
	a := aka.Array{IndexBits: indexBits}
	j := Jump{Known: known, To: to, IndexBits: indexBits}
	if known {
		j.From = ms
	}
	from, seq := a.SEQ(j.From), a.SEQ(to)
	if seq >= from {
		j.Ahead = seq - from
	} else {
		j.Behind = from - seq
	}
	j.NearEnd, j.Far = far(j.From, to, min(indexBits, aka.DefaultIndexBits))
	return j
}

// far judges a jump by an index of no more bits than the usual: one that is
// said to be longer than the card's makes a jump look shorter than it is.
func far(from, to aka.SQN, indexBits int) (nearEnd, far bool) {
	a := aka.Array{IndexBits: indexBits}
	nearEnd = a.SEQ(aka.MaxSQN)-a.SEQ(to) < maxJump
	return nearEnd, nearEnd || to > from && a.SEQ(to)-a.SEQ(from) > maxJump
}

// Place is a sequence number taken apart as the array takes it.
type Place struct {
	SEQ uint64
	IND int
}

// PlaceOf takes a number apart.
func PlaceOf(n aka.SQN, indexBits int) Place {
	a := aka.Array{IndexBits: indexBits}
	return Place{SEQ: a.SEQ(n), IND: a.IND(n)}
}

// Next is the lowest number at an index that a card whose highest number is
// ms takes; ok is false where 48 bits do not hold it.
func Next(ms aka.SQN, index, indexBits int) (aka.SQN, bool) {
	a := aka.Array{IndexBits: indexBits, Slots: []aka.SQN{ms}}
	return a.Next(index)
}
