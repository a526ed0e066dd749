package ef

import "sync"

// gsmAlphabet is the default alphabet of TS 23.038 clause 6.2.1 by code; 1B is
// the escape to gsmExtension.
var gsmAlphabet = []rune("@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞ\x1bÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?" +
	"¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà")

// gsmExtension is the extension table of TS 23.038 clause 6.2.1.1.
var gsmExtension = map[byte]rune{
	0x0A: '\f', 0x14: '^', 0x28: '{', 0x29: '}', 0x2F: '\\',
	0x3C: '[', 0x3D: '~', 0x3E: ']', 0x40: '|', 0x65: '€',
}

const gsmEscape = 0x1B

// gsmCodes gives the codes of the two tables by character.
var gsmCodes = sync.OnceValues(func() (codes, ext map[rune]byte) {
	codes, ext = map[rune]byte{}, map[rune]byte{}
	for i, r := range gsmAlphabet {
		if i != gsmEscape {
			codes[r] = byte(i)
		}
	}
	for c, r := range gsmExtension {
		ext[r] = c
	}
	return codes, ext
})

// gsmFault is a byte that is no character of the alphabet.
type gsmFault struct {
	flag string
	at   int
}

// gsmText decodes the default alphabet, one character a byte.
func gsmText(b []byte) (string, []gsmFault) { return defaultTables.text(b) }

func gsmByte(r rune) (byte, bool) {
	codes, _ := gsmCodes()
	c, ok := codes[r]
	return c, ok
}

// gsmBytes codes text in the default alphabet, a byte a septet; ok is false
// when a character is missing there. Characters of the extension table take
// two bytes where allowed.
func gsmBytes(text string, extension bool) (out []byte, ok bool) {
	codes, extensionCodes := gsmCodes()
	for _, r := range text {
		if c, ok := codes[r]; ok {
			out = append(out, c)
		} else if c, ok := extensionCodes[r]; ok && extension {
			out = append(out, gsmEscape, c)
		} else {
			return nil, false
		}
	}
	return out, true
}

// unpack reads septets that are packed into octets (TS 23.038 clause 6.1.2.1),
// beginning at bit skip of b. It stops where b ends.
func unpack(b []byte, septets, skip int) []byte {
	out := make([]byte, 0, min(septets, len(b)*8/7+1))
	for bit := skip; len(out) < septets && bit+7 <= len(b)*8; bit += 7 {
		i, shift := bit/8, bit%8
		v := uint16(b[i]) >> shift
		if shift > 1 {
			v |= uint16(b[i+1]) << (8 - shift)
		}
		out = append(out, byte(v)&0x7F)
	}
	return out
}
