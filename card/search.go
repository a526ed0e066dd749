package card

import "fmt"

// SearchFrom says where a search for records begins and which way it goes
// (ETSI TS 102 221 tables 11.13 and 11.14).
type SearchFrom int

// The ways of searching. The last two begin beside the current record, or at
// the first and last record when there is none, and exist only in an enhanced
// search and in class A0.
const (
	SearchForward  SearchFrom = iota // from a record on
	SearchBackward                   // from a record back
	SearchNext                       // from behind the current record on
	SearchPrevious                   // from before the current record back
)

// Search is what to look for in the current file of records.
type Search struct {
	From SearchFrom
	// Record is where SearchForward and SearchBackward begin, 1 to 254; 0 is
	// the current record.
	Record  int
	Pattern []byte // 1 to 253 bytes
	// Enhanced takes Offset or After into account; without it the pattern may
	// stand anywhere in a record.
	Enhanced bool
	Offset   int // the pattern stands at this byte or behind it, 0 to 255
	// After is the value behind whose first occurrence the pattern stands; it
	// takes the place of Offset.
	After *byte
}

// Parameters of SEARCH RECORD (ETSI TS 102 221 clause 11.1.7.2).
const (
	searchEnhanced   = 0x06 // in P2
	searchAfterValue = 0x08 // in the first byte of the search indication
)

var searchModes = [...]byte{SearchForward: 4, SearchBackward: 5, SearchNext: 6, SearchPrevious: 7}

// command makes the SEARCH RECORD of s.
func (s Search) command() (Command, error) {
	if s.From < SearchForward || s.From > SearchPrevious || !s.Enhanced && s.From > SearchBackward {
		return Command{}, fmt.Errorf("direction %d is not one of a simple search: %w", s.From, ErrLength)
	}
	if s.Record < 0 || s.Record > maxRecord || s.Offset < 0 || s.Offset > 0xFF || len(s.Pattern) == 0 {
		return Command{}, fmt.Errorf("search for %d bytes from record %d, byte %d: %w", len(s.Pattern), s.Record, s.Offset, ErrLength)
	}
	c := Command{INS: InsSearchRecord, P1: byte(s.Record), P2: searchModes[s.From], Data: s.Pattern, Le: MaxShortLe}
	if s.Enhanced {
		indication := []byte{searchModes[s.From], byte(s.Offset)}
		if s.After != nil {
			indication = []byte{searchModes[s.From] | searchAfterValue, *s.After}
		}
		c.P2, c.Data = searchEnhanced, append(indication, s.Pattern...)
	}
	return c, fits(c.Data)
}

// SearchRecord gives the numbers of the records of the current EF that hold a
// pattern, in the order they were met; none when there is no such record. The
// card makes the first of them the current record.
func (x *Tx) SearchRecord(s Search) ([]int, error) {
	c, err := s.command()
	if err != nil {
		return nil, err
	}
	r, err := x.Send(c)
	if err != nil {
		return nil, err
	}
	if r.SW == SWEndReached && len(r.Data) == 0 {
		return nil, nil
	}
	if !r.OK() {
		return nil, x.refused("SEARCH RECORD", c, r.SW)
	}
	out := make([]int, 0, len(r.Data))
	for _, n := range r.Data {
		out = append(out, int(n))
	}
	return out, nil
}

// maxSeek is the longest pattern of SEEK (3GPP TS 51.011 clause 8.7).
const maxSeek = 16

// seekNumber asks SEEK for the number of the record (type 2).
const seekNumber = 0x10

// Seek looks in the current linear fixed EF of a 2G card for the record that
// begins with a pattern of 1 to 16 bytes, and makes it current. SearchForward
// begins at the first record here and SearchBackward at the last. The result
// is the number of the record, 0 when there is none.
func (x *Tx) Seek(from SearchFrom, pattern []byte) (int, error) {
	if from < SearchForward || from > SearchPrevious || len(pattern) == 0 || len(pattern) > maxSeek {
		return 0, fmt.Errorf("SEEK for %d bytes, 1 to %d: %w", len(pattern), maxSeek, ErrLength)
	}
	c := Command{CLA: 0xA0, INS: InsSearchRecord, P2: seekNumber | byte(from), Data: pattern, Le: 1}
	r, err := x.Send(c)
	switch {
	case err != nil:
		return 0, err
	case r.SW == SWGSMNotFound:
		return 0, nil
	case !r.OK() || len(r.Data) != 1:
		return 0, x.refused("SEEK", c, r.SW)
	}
	return int(r.Data[0]), nil
}

// maxIncrease is the longest value INCREASE adds (ETSI TS 102 221 clause
// 11.1.8.2).
const maxIncrease = 127

// Increase adds a value of 1 to 127 bytes (3 on a 2G card) to the newest
// record of the current cyclic EF; the sum becomes record 1 in the place of
// the oldest. It returns the sum as the card tells it, nil when the card does
// not. 9850 in the error's status word says that the sum would be too large.
func (x *Tx) Increase(value []byte) ([]byte, error) {
	if len(value) == 0 || len(value) > maxIncrease {
		return nil, fmt.Errorf("INCREASE by %d bytes, 1 to %d: %w", len(value), maxIncrease, ErrLength)
	}
	c := Command{CLA: x.fileClass(), INS: InsIncrease, Data: value, Le: MaxShortLe}
	r, err := x.Send(c)
	if err != nil {
		return nil, err
	}
	if _, retried := r.SW.Counter(); !r.OK() && !retried {
		return nil, x.refused("INCREASE", c, r.SW)
	}
	if len(r.Data) <= len(value) {
		return nil, nil
	}
	return r.Data[:len(r.Data)-len(value)], nil // the value added follows the sum
}

// fileClass is the class byte of the file commands that a UICC has in its
// proprietary class (ETSI TS 102 221 table 10.5).
func (x *Tx) fileClass() byte {
	if x.s.Kind() == KindGSM {
		return 0xA0
	}
	return 0x80
}
