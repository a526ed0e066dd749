package fs

import (
	"fmt"
	"sync"
)

// Limits of one walk. They bound what a card can make this program do; a walk
// that meets one can be taken up again by another.
type Limits struct {
	Nodes int // files in the tree
	Depth int // of directories
	Bytes int // of content
	APDUs int // commands, without follow-ups
}

const maxDepth = 8

// maxEndless is how many files of one walk may make the session cut them off.
const maxEndless = 4

// DefaultLimits are what a walk uses unless told otherwise.
var DefaultLimits = Limits{Nodes: 2000, Depth: maxDepth, Bytes: 4 << 20, APDUs: 20000}

// LimitError says that a walk stopped at one of its limits.
type LimitError struct {
	What  string // "files", "bytes", "commands"
	Limit int
}

func (e *LimitError) Error() string {
	return fmt.Sprintf("stopped after %d %s", e.Limit, e.What)
}

// Stats counts the commands of a walk or of all that a Card did. FollowUps
// are not seen from here: count the session's exchanges.
type Stats struct {
	Selects int `json:"selects"` // of files that are there
	Absent  int `json:"absent"`  // SELECTs of files that are not
	Reads   int `json:"reads"`   // READ BINARY, READ RECORD, RETRIEVE DATA
	Ident   int `json:"ident"`   // to find out what the card is: applications probed
	Bytes   int `json:"bytes"`   // of content read
}

// Total is the number of commands.
func (s Stats) Total() int { return s.Selects + s.Absent + s.Reads + s.Ident }

// Sub is what came on top of earlier.
func (s Stats) Sub(earlier Stats) Stats {
	return Stats{
		s.Selects - earlier.Selects, s.Absent - earlier.Absent, s.Reads - earlier.Reads,
		s.Ident - earlier.Ident, s.Bytes - earlier.Bytes,
	}
}

// meter counts and stops.
type meter struct {
	limits  Limits
	start   Stats
	mu      *sync.Mutex // guards stats
	stats   *Stats
	endless int
}

// spend counts one command.
func (m *meter) spend(what *int) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.stats.Total()-m.start.Total() >= m.limits.APDUs {
		return &LimitError{"commands", m.limits.APDUs}
	}
	*what++
	return nil
}

func (m *meter) bytes(n int) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.stats.Bytes += n
	if m.stats.Bytes-m.start.Bytes > m.limits.Bytes {
		return &LimitError{"bytes", m.limits.Bytes}
	}
	return nil
}

// mayGoOn counts a command that the session had to cut off and says whether
// the card has not done that too often.
func (m *meter) mayGoOn() bool {
	m.endless++
	return m.endless <= maxEndless
}
