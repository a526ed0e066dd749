package card

import (
	_ "embed"
	"fmt"
	"strconv"
	"strings"
	"sync"
)

// SW is a status word, SW1 in the high byte.
type SW uint16

// Status words this program reacts to.
const (
	SWDone          SW = 0x9000
	SWEndReached    SW = 0x6282
	SWDeactivated   SW = 0x6283
	SWVerifyFailed  SW = 0x6300
	SWWrongLength   SW = 0x6700
	SWNotSatisfied  SW = 0x6982
	SWBlocked       SW = 0x6983
	SWInvalidated   SW = 0x6984
	SWConditions    SW = 0x6985
	SWNotFound      SW = 0x6A82
	SWNoRecord      SW = 0x6A83
	SWWrongP1P2     SW = 0x6A86
	SWNoReference   SW = 0x6A88
	SWWrongOffset   SW = 0x6B00
	SWNoInstruction SW = 0x6D00
	SWNoClass       SW = 0x6E00
	SWToolkitBusy   SW = 0x9300

	SWMaxReached SW = 0x9850 // INCREASE

	SWGSMNoEF       SW = 0x9400
	SWGSMNotFound   SW = 0x9404
	SWGSMNoCHV      SW = 0x9802
	SWGSMAccess     SW = 0x9804
	SWGSMContradict SW = 0x9808
	SWGSMBlocked    SW = 0x9840
)

// SW1 is the first byte.
func (s SW) SW1() byte { return byte(s >> 8) }

// SW2 is the second byte.
func (s SW) SW2() byte { return byte(s) }

func (s SW) String() string { return fmt.Sprintf("%04X", uint16(s)) }

// OK reports whether the command was done: 9000, 91xx (a proactive command
// waits), 92xx, 61xx, 9Fxx and the warnings 62xx. 63xx is not among them,
// for most of it says that a secret was wrong.
func (s SW) OK() bool {
	switch s.SW1() {
	case 0x90:
		return s == SWDone
	case 0x61, 0x62, 0x91, 0x9F:
		return true
	case 0x92:
		return s != 0x9240
	}
	return false
}

// Proactive reports whether the card says that a toolkit command waits: 91xx,
// and 62F2 and 63F2 between the blocks of an object.
func (s SW) Proactive() bool { return s.SW1() == 0x91 || s == 0x62F2 || s == 0x63F2 }

// Counter is the x of 63Cx.
func (s SW) Counter() (int, bool) {
	if s&0xFFF0 != 0x63C0 {
		return 0, false
	}
	return int(s & 0x0F), true
}

// SWMeaning is what a status word says in general.
type SWMeaning struct {
	Pattern string // "9000", "61xx", "63cx"
	Class   string // "ok", "warning", "busy", "error", "checking", "security"
	Text    string
	Spec    string
}

//go:embed status_words.tsv
var statusWordsTSV string

type swRow struct {
	from, to SW
	mask     int // number of free digits; the most exact row wins
	m        SWMeaning
}

var swTable = sync.OnceValue(func() []swRow {
	var rows []swRow
	for line := range strings.Lines(statusWordsTSV) {
		f := strings.Split(strings.TrimRight(line, "\n"), "\t")
		if len(f) < 4 {
			continue
		}
		if r, ok := parseSWPattern(f[0]); ok {
			r.m = SWMeaning{Pattern: f[0], Class: f[1], Text: f[2], Spec: f[3]}
			rows = append(rows, r)
		}
	}
	return rows
})

func parseSWPattern(p string) (swRow, bool) {
	if lo, hi, ok := strings.Cut(p, "-"); ok {
		a, err1 := strconv.ParseUint(lo, 16, 16)
		b, err2 := strconv.ParseUint(hi, 16, 16)
		return swRow{from: SW(a), to: SW(b), mask: 1}, err1 == nil && err2 == nil
	}
	if len(p) != 4 {
		return swRow{}, false
	}
	free := strings.Count(p, "x")
	a, err := strconv.ParseUint(strings.ReplaceAll(p, "x", "0"), 16, 16)
	b, err2 := strconv.ParseUint(strings.ReplaceAll(p, "x", "f"), 16, 16)
	return swRow{from: SW(a), to: SW(b), mask: free}, err == nil && err2 == nil
}

// Meaning looks the status word up in the table of all status words; ok is
// false for one that no source names.
func (s SW) Meaning() (SWMeaning, bool) {
	best, found := swRow{mask: 5}, false
	for _, r := range swTable() {
		if s >= r.from && s <= r.to && r.mask < best.mask {
			best, found = r, true
		}
	}
	return best.m, found
}
