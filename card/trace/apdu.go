package trace

import "simscope/card"

// header is what of a command decides its name, parameters and the meaning of
// its answer. It holds no data, so it is the same for a redacted command.
type header struct {
	cla, ins, p1, p2 byte
	empty            bool // no data bytes
}

// headerOf needs at least 4 bytes.
func headerOf(b []byte) header {
	return header{b[0], b[1], b[2], b[3], dataOffset(b) >= len(b)}
}

// layout says where the parts of a command APDU lie. Parts that are not there
// have length 0.
type layout struct {
	lcOff, lcLen     int
	dataOff, dataLen int
	leOff, leLen     int
	ok               bool // the lengths agree with each other
}

// layoutOf takes a command of at least 4 bytes apart as ISO/IEC 7816-3 clause
// 12.1 has it. Where the lengths contradict, all that follows the first
// length byte counts as data.
func layoutOf(b []byte) layout {
	n := len(b)
	l := layout{lcOff: 4, dataOff: n, leOff: n}
	switch {
	case n <= 4:
		l.lcOff, l.ok = n, true
	case n == 5:
		l.lcOff, l.leOff, l.leLen, l.ok = n, 4, 1, true
	case b[4] != 0:
		l = l.body(n, 5, int(b[4]), 1)
	case n == 7:
		l.lcOff, l.leOff, l.leLen, l.ok = n, 4, 3, true
	case n > 7:
		l = l.body(n, 7, int(b[5])<<8|int(b[6]), 2)
	default:
		l.lcLen, l.dataOff, l.dataLen = 1, 5, n-5
	}
	return l
}

func (l layout) body(n, dataOff, lc, leLen int) layout {
	l.lcLen, l.dataOff, l.dataLen = dataOff-4, dataOff, n-dataOff
	switch n - dataOff - lc {
	case 0:
		l.dataLen, l.ok = lc, true
	case leLen:
		l.dataLen, l.leOff, l.leLen, l.ok = lc, n-leLen, leLen, true
	}
	return l
}

// dataOffset is where a command's data begins; len(b) or more when there is
// none.
func dataOffset(b []byte) int {
	if len(b) <= 5 {
		return len(b)
	}
	return layoutOf(b).dataOff
}

// group sorts commands by the class that gives the instruction its meaning.
func (h header) group() string {
	switch c := card.ClassOf(h.cla); {
	case c.GSM:
		return "gsm"
	case h.cla == 0x90, h.cla == 0x94:
		return "vendor"
	case c.Proprietary:
		return "prop"
	default:
		return "iso"
	}
}
