package ef

import (
	"unicode/utf16"
	"unicode/utf8"
)

// Codings of alpha identifiers (TS 102 221 annex A).
const (
	CodingGSM7   = "gsm7"    // TS 23.038 default alphabet, a character a byte
	CodingUCS280 = "ucs2-80" // 80, then two bytes a character
	CodingUCS281 = "ucs2-81" // 81, length, one base byte, then a byte a character
	CodingUCS282 = "ucs2-82" // 82, length, two base bytes, then a byte a character
)

// Alpha is a decoded alpha identifier. Flags have offsets from its own start.
type Alpha struct {
	Text   string
	Coding string // empty when there is no text
	Flags  []Flag
}

func (a *Alpha) flag(id string, off, n int) {
	// One flag of a kind is enough: a field full of nonsense is one fault.
	for _, f := range a.Flags {
		if f.ID == "flag."+id {
			return
		}
	}
	a.Flags = append(a.Flags, Flag{ID: "flag." + id, Offset: off, Length: n})
}

// DecodeAlpha reads an alpha identifier (TS 102 221 annex A). Characters that
// cannot be are U+FFFD, with a flag.
func DecodeAlpha(b []byte) Alpha {
	var a Alpha
	if len(b) == 0 || b[0] == 0xFF {
		if !allFF(b) {
			a.flag("alpha.trailing", 0, len(b))
		}
		return a
	}
	switch b[0] {
	case 0x80:
		a.Coding = CodingUCS280
		a.ucs2(b)
	case 0x81:
		a.Coding = CodingUCS281
		a.compressed(b, 3)
	case 0x82:
		a.Coding = CodingUCS282
		a.compressed(b, 4)
	default:
		a.Coding = CodingGSM7
		n := len(b)
		for i, c := range b {
			if c == 0xFF {
				n = i
				break
			}
		}
		a.septets(b[:n], 0)
		a.rest(b, n)
	}
	return a
}

// rest flags bytes behind the text that are not padding.
func (a *Alpha) rest(b []byte, n int) {
	if n < len(b) && !allFF(b[n:]) {
		a.flag("alpha.trailing", n, len(b)-n)
	}
}

func (a *Alpha) septets(b []byte, off int) {
	text, bad := gsmText(b)
	a.Text += text
	for _, p := range bad {
		a.flag(p.flag, off+p.at, 1)
	}
}

func (a *Alpha) ucs2(b []byte) {
	var units []uint16
	i := 1
	for ; i+1 < len(b); i += 2 {
		u := uint16(b[i])<<8 | uint16(b[i+1])
		if u == 0xFFFF {
			break
		}
		units = append(units, u)
	}
	a.units(units, 1)
	if i+1 == len(b) && b[i] != 0xFF {
		a.flag("alpha.truncated", i, 1)
		return
	}
	a.rest(b, i)
}

func (a *Alpha) units(units []uint16, off int) {
	text, bad := utf16Text(units)
	a.Text += text
	if bad >= 0 {
		a.flag("alpha.surrogate", off+2*bad, 2)
	}
}

// utf16Text decodes UTF-16; bad is the index of the first surrogate without
// its partner, or -1.
func utf16Text(units []uint16) (text string, bad int) {
	bad = -1
	for i := 0; i < len(units); i++ {
		if !utf16.IsSurrogate(rune(units[i])) {
			continue
		}
		if i+1 < len(units) && utf16.DecodeRune(rune(units[i]), rune(units[i+1])) != utf8.RuneError {
			i++
			continue
		}
		bad = i
		break
	}
	return string(utf16.Decode(units)), bad
}

func (a *Alpha) compressed(b []byte, head int) {
	if len(b) < head {
		a.flag("alpha.truncated", 0, len(b))
		return
	}
	base := rune(b[2]) << 7
	if head == 4 {
		base = rune(b[2])<<8 | rune(b[3])
	}
	end := head + int(b[1])
	if end > len(b) {
		a.flag("alpha.truncated", 1, 1)
		end = len(b)
	}
	for i := head; i < end; {
		if b[i]&0x80 != 0 {
			a.offset(base+rune(b[i]&0x7F), i)
			i++
			continue
		}
		n := 1
		for i+n < end && b[i+n]&0x80 == 0 {
			n++
		}
		a.septets(b[i:i+n], i)
		i += n
	}
	a.rest(b, end)
}

func (a *Alpha) offset(r rune, off int) {
	if r > 0xFFFF || utf16.IsSurrogate(r) {
		a.flag("alpha.surrogate", off, 1)
		r = utf8.RuneError
	}
	a.Text += string(r)
}

// EncodeAlpha writes text as an alpha identifier of exactly size bytes: in the
// default alphabet where that holds every character, else in the shortest of
// the UCS2 codings 80, 81 and 82; of equal ones 80, which every phone reads.
func EncodeAlpha(text string, size int) ([]byte, error) {
	b := shortestAlpha(text)
	if len(b) > size {
		return nil, refuse("alpha", "need", len(b), "limit", size)
	}
	return padded(b, size)
}

// AlphaLength is the number of bytes that EncodeAlpha needs for text.
func AlphaLength(text string) int { return len(shortestAlpha(text)) }

func shortestAlpha(text string) []byte {
	if text == "" {
		return nil
	}
	if b, ok := gsmBytes(text, true); ok {
		return b
	}
	b := []byte{0x80}
	for _, u := range utf16.Encode([]rune(text)) {
		b = append(b, byte(u>>8), byte(u))
	}
	if short, ok := compress(text); ok && len(short) < len(b) {
		return short
	}
	return b
}

// compress codes text as 81 or 82: characters of the default alphabet plus
// characters that lie within 128 of each other.
func compress(text string) ([]byte, bool) {
	lo, hi := rune(0x10000), rune(0)
	for _, r := range text {
		if _, ok := gsmByte(r); ok {
			continue
		}
		lo, hi = min(lo, r), max(hi, r)
	}
	if hi > 0xFFFF {
		return nil, false
	}
	var b []byte
	var base rune
	switch {
	case lo>>7 == hi>>7 && hi < 0x8000:
		base = lo >> 7 << 7
		b = []byte{0x81, 0, byte(lo >> 7)}
	case hi-lo < 0x80:
		base = lo
		b = []byte{0x82, 0, byte(lo >> 8), byte(lo)}
	default:
		return nil, false
	}
	n := 0
	for _, r := range text {
		c, ok := gsmByte(r)
		if !ok {
			c = byte(r-base) | 0x80
		}
		b = append(b, c)
		n++
	}
	if n > 0xFF {
		return nil, false
	}
	b[1] = byte(n)
	return b, true
}
