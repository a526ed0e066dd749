package virtual

import (
	"bytes"
	"slices"

	"simscope/card"
)

// Modes of SEARCH RECORD: the low three bits of P2, and in an enhanced search
// those of the first byte of the search indication (ETSI TS 102 221 clause
// 11.1.7.2).
const (
	searchForward  = 4
	searchBackward = 5
	searchEnhanced = 6 // in P2; in the indication, forward from the next record
	searchNext     = 6
	searchPrevious = 7

	searchModeMask   = 0x07
	searchAfterValue = 0x08
	searchReserved   = 0xF0
)

// query is a search as a command describes it.
type query struct {
	pattern  []byte
	from     int // the first record to look at, from 1
	backward bool
	// start gives the byte of a record from which the pattern may stand, or
	// -1 where it cannot.
	start func(record []byte) int
}

// searchRecord is SEARCH RECORD (ETSI TS 102 221 clause 11.1.7). The first
// record that is found becomes the current one.
func searchRecord(c *Card, ch *channel, cmd card.Command) reply {
	n, current := ch.ef, ch.record
	sfi := int(cmd.P2 >> 3)
	if sfi != 0 {
		if n = ch.df.bySFI(sfi); n == nil {
			return c.fault(faultNoSFI)
		}
		current = 0
	}
	mode := cmd.P2 & searchModeMask
	if mode < searchForward || mode > searchEnhanced {
		return c.badParameters()
	}
	if f, ok := c.open(ch, n, opRead, Kind.hasRecords); !ok {
		return c.fault(f)
	}
	q, bad := searchQuery(n, current, cmd)
	if bad != nil {
		return *bad
	}
	if q.from < 1 || q.from > len(n.body.records) {
		return c.fault(faultRecord)
	}
	if sfi != 0 {
		ch.ef, ch.record = n, 0
	}
	found := q.run(n.body.records, len(n.body.records))
	if len(found) == 0 {
		return status(swEndOfFile)
	}
	ch.record = int(found[0])
	return done(found)
}

// searchQuery reads the parameters and data of a SEARCH RECORD.
func searchQuery(n *node, current int, cmd card.Command) (query, *reply) {
	refuse := func(sw card.SW) (query, *reply) { r := status(sw); return query{}, &r }
	q := query{pattern: cmd.Data, start: func([]byte) int { return 0 }}
	mode := cmd.P2 & searchModeMask
	if mode == searchEnhanced {
		if len(cmd.Data) < 3 {
			return refuse(card.SWWrongLength)
		}
		first, second := cmd.Data[0], cmd.Data[1]
		if mode = first & searchModeMask; first&searchReserved != 0 || mode < searchForward {
			return refuse(swWrongData)
		}
		q.pattern, q.start = cmd.Data[2:], func([]byte) int { return int(second) }
		if first&searchAfterValue != 0 {
			q.start = func(record []byte) int {
				i := bytes.IndexByte(record, second)
				if i < 0 {
					return -1
				}
				return i + 1
			}
		}
		if mode >= searchNext && cmd.P1 != 0 {
			return refuse(card.SWWrongP1P2)
		}
	}
	if len(q.pattern) == 0 || len(q.pattern) > n.body.length {
		return refuse(card.SWWrongLength)
	}
	q.backward = mode == searchBackward || mode == searchPrevious
	q.from = startOf(mode, int(cmd.P1), current, len(n.body.records))
	return q, nil
}

// startOf is the record a search begins at, outside 1 to count when there is
// none. Without a current record the search beside it begins at an end.
func startOf(mode byte, number, current, count int) int {
	switch {
	case mode == searchNext:
		return current + 1
	case mode == searchPrevious && current == 0:
		return count
	case mode == searchPrevious:
		return current - 1
	case number == 0:
		return current
	}
	return number
}

// run lists the numbers of the records that fit, at most most of them, in the
// order they are met.
func (q query) run(records [][]byte, most int) []byte {
	var out []byte
	step := 1
	if q.backward {
		step = -1
	}
	for i := q.from; i >= 1 && i <= len(records) && len(out) < most; i += step {
		record := records[i-1]
		if at := q.start(record); at >= 0 && at <= len(record) && bytes.Contains(record[at:], q.pattern) {
			out = append(out, byte(i))
		}
	}
	return out
}

// Parameters of SEEK: the type in the high digit of P2, the mode in the low.
const (
	seekBackward = 1
	seekNext     = 2
	seekPrevious = 3
	seekNumber   = 0x10
	maxSeek      = 16
)

// seek is SEEK of class A0 (3GPP TS 51.011 clauses 8.7 and 9.2.7): it finds
// the next record that begins with the pattern.
func seek(c *Card, ch *channel, cmd card.Command) reply {
	mode := cmd.P2 & 0x0F
	if cmd.P1 != 0 || mode > seekPrevious || cmd.P2&0xF0 > seekNumber {
		return c.badParameters()
	}
	linear := func(k Kind) bool { return k == KindLinearFixed }
	if f, ok := c.open(ch, ch.ef, opRead, linear); !ok {
		return c.fault(f)
	}
	b := ch.ef.body
	if len(cmd.Data) == 0 || len(cmd.Data) > min(maxSeek, b.length) {
		return status(card.SWWrongLength)
	}
	at, step := 1, 1
	switch {
	case mode == seekNext:
		at = ch.record + 1
	case mode == seekBackward, mode == seekPrevious && ch.record == 0:
		at, step = len(b.records), -1
	case mode == seekPrevious:
		at, step = ch.record-1, -1
	}
	for ; at >= 1 && at <= len(b.records); at += step {
		if !bytes.HasPrefix(b.records[at-1], cmd.Data) {
			continue
		}
		ch.record = at
		if cmd.P2&0xF0 == seekNumber {
			return done([]byte{byte(at)})
		}
		return status(card.SWDone)
	}
	return status(card.SWGSMNotFound)
}

const (
	maxIncrease = 0x7F // bytes of a record that INCREASE can work on
	gsmIncrease = 3    // bytes of the value in class A0
)

// increase is INCREASE (ETSI TS 102 221 clause 11.1.8, 3GPP TS 51.011 clause
// 9.2.8): the sum of the newest record and the value becomes record 1 in the
// place of the oldest.
func increase(c *Card, ch *channel, cmd card.Command) reply {
	n, sfi := ch.ef, int(cmd.P1&0x1F)
	gsm := c.class == activationGSM
	switch {
	case cmd.P2 != 0, gsm && cmd.P1 != 0, cmd.P1 != 0 && cmd.P1&0xE0 != 0x80, cmd.P1 == 0x80:
		return c.badParameters()
	case cmd.P1 != 0:
		if n = ch.df.bySFI(sfi); n == nil {
			return c.fault(faultNoSFI)
		}
	}
	cyclic := func(k Kind) bool { return k == KindCyclic }
	if f, ok := c.open(ch, n, opIncrease, cyclic); !ok {
		return c.fault(f)
	}
	b := n.body
	switch {
	case b.length > maxIncrease:
		return c.fault(faultStructure)
	case len(b.records) == 0:
		return c.fault(faultRecord)
	case gsm && (len(cmd.Data) != gsmIncrease || b.length < gsmIncrease):
		return status(card.SWWrongLength | gsmIncrease)
	case len(cmd.Data) == 0 || len(cmd.Data) > b.length:
		return status(card.SWWrongLength)
	}
	sum, fits := add(b.records[0], cmd.Data)
	if !fits {
		return status(card.SWMaxReached)
	}
	if cmd.P1 != 0 {
		ch.ef = n
	}
	b.push(sum)
	ch.record = 1
	return done(append(slices.Clone(sum), cmd.Data...))
}

// add is the sum of two numbers, high byte first, in the bytes of the first;
// fits is false when it needs more. The second is not the longer one.
func add(a, b []byte) (sum []byte, fits bool) {
	sum = slices.Clone(a)
	carry := 0
	for i := 1; i <= len(a); i++ {
		v := carry + int(sum[len(a)-i])
		if i <= len(b) {
			v += int(b[len(b)-i])
		}
		sum[len(a)-i], carry = byte(v), v>>8
	}
	return sum, carry == 0
}

// push writes over the oldest record of a cyclic file, which becomes number 1.
func (b *body) push(record []byte) {
	last := len(b.records) - 1
	b.records = append([][]byte{record}, b.records[:last]...)
}
