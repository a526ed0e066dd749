package globalplatform

import (
	"encoding/hex"
	"strconv"
	"strings"
)

// Hex is bytes that are written as upper-case hex.
type Hex []byte

func (h Hex) String() string { return strings.ToUpper(hex.EncodeToString(h)) }

// MarshalText implements encoding.TextMarshaler.
func (h Hex) MarshalText() ([]byte, error) { return []byte(h.String()), nil }

// maxArcs bounds an object identifier; those of cards have a dozen.
const maxArcs = 32

// arcs takes the value of an OBJECT IDENTIFIER apart (ISO/IEC 8825-1 clause
// 8.19). ok is false for what is none, or for a number beyond 56 bits.
func arcs(b []byte) (out []uint64, ok bool) {
	if len(b) == 0 || b[len(b)-1]&0x80 != 0 {
		return nil, false
	}
	var n uint64
	for i, c := range b {
		if n >= 1<<49 || c == 0x80 && (i == 0 || b[i-1]&0x80 == 0) {
			return nil, false
		}
		n = n<<7 | uint64(c&0x7F)
		if c&0x80 != 0 {
			continue
		}
		if len(out) == 0 {
			first := min(n/40, 2)
			out = append(out, first)
			n -= first * 40
		}
		out = append(out, n)
		n = 0
		if len(out) > maxArcs {
			return nil, false
		}
	}
	return out, true
}

// dotted writes an object identifier in dotted form, or as hex where it is
// none.
func dotted(b []byte) string {
	a, ok := arcs(b)
	if !ok {
		return Hex(b).String()
	}
	parts := make([]string, len(a))
	for i, n := range a {
		parts[i] = strconv.FormatUint(n, 10)
	}
	return strings.Join(parts, ".")
}

// gpArcs are the numbers behind GlobalPlatform's own, 1.2.840.114283.
func gpArcs(b []byte) ([]uint64, bool) {
	a, ok := arcs(b)
	if !ok || len(a) < 5 || a[0] != 1 || a[1] != 2 || a[2] != 840 || a[3] != 114283 {
		return nil, false
	}
	return a[4:], true
}

// versionOf writes numbers as a version: 2.2.1.
func versionOf(a []uint64) string {
	parts := make([]string, len(a))
	for i, n := range a {
		parts[i] = strconv.FormatUint(n, 10)
	}
	return strings.Join(parts, ".")
}
