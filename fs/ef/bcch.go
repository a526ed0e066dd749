package ef

import (
	"fmt"
	"slices"

	"simscope/texts"
)

// BCCH is the content of EF.BCCH: the neighbour cells description a phone
// received last (TS 51.011 clause 10.3.14), octets 2 to 17 of the element of
// TS 44.018 clause 10.5.2.22.
type BCCH struct {
	Format string `json:"format_identifier"` // a frequency list format below
	ExtInd bool   `json:"ext_ind"`           // the cell sends more in an extended list
	BAInd  bool   `json:"ba_ind"`            // changes with the list
	ARFCNs []int  `json:"arfcns"`            // in rising order
	Carry
}

// Formats of a frequency list (TS 44.018 clause 10.5.2.13.1).
const (
	listBitmap0  = "bit map 0"
	list1024     = "1024 range"
	list512      = "512 range"
	list256      = "256 range"
	list128      = "128 range"
	listVariable = "variable bit map"
)

const bcchBytes = 16

// arfcnRange is how many channel numbers there are.
const arfcnRange = 1024

func decodeBCCH(data []byte, _ Context, b *builder) BCCH {
	v := BCCH{ARFCNs: []int{}, Carry: Carry{data}}
	if len(data) > 0 && allFF(data) {
		b.erase()
		return v
	}
	if !b.expect(data, bcchBytes) {
		return v
	}
	list := data[:bcchBytes]
	v.ExtInd, v.BAInd = list[0]&0x20 != 0, list[0]&0x10 != 0
	v.Format, v.ARFCNs = frequencyList(list)
	slices.Sort(v.ARFCNs)
	v.ARFCNs = slices.Compact(v.ARFCNs)
	if v.Format == "" {
		b.flag("bcch.format", 0, 1)
	}
	if len(data) > bcchBytes && !allFF(data[bcchBytes:]) {
		b.flag("net.rest", bcchBytes, len(data)-bcchBytes)
	}
	b.add("bcch_format", v.Format, 0, 1)
	b.add("bcch_ext_ind", yesNo(v.ExtInd), 0, 1)
	b.add("bcch_ba_ind", yesNo(v.BAInd), 0, 1)
	var shown []string
	for _, n := range v.ARFCNs {
		shown = append(shown, fmt.Sprint(n))
	}
	b.add("radio_arfcns", shorten(shown, 64), 0, bcchBytes)
	b.Summary = texts.Say("ef.net.arfcns", "n", len(shown))
	if len(shown) > 0 {
		b.Summary = shorten(shown, 10)
	}
	return v
}

// frequencyList reads the channel numbers of a list of 16 octets. An unknown
// format is empty.
func frequencyList(b []byte) (format string, arfcns []int) {
	arfcns = []int{}
	switch head := b[0]; {
	case head&0xC0 == 0x00:
		for n := 1; n <= 124; n++ {
			if at := 128 - n; b[at/8]&(0x80>>(at%8)) != 0 {
				arfcns = append(arfcns, n)
			}
		}
		return listBitmap0, arfcns
	case head&0xC8 == 0x80:
		if head&0x04 != 0 {
			arfcns = append(arfcns, 0)
		}
		return list1024, append(arfcns, rangeARFCNs(weights(b, 6, 10), 1024, 0)...)
	case head&0xC8 == 0x88:
		origin := int(head&1)<<9 | int(b[1])<<1 | int(b[2]>>7)
		arfcns = append(arfcns, origin)
		switch head >> 1 & 3 {
		case 0:
			return list512, append(arfcns, rangeARFCNs(weights(b, 17, 9), 512, origin)...)
		case 1:
			return list256, append(arfcns, rangeARFCNs(weights(b, 17, 8), 256, origin)...)
		case 2:
			return list128, append(arfcns, rangeARFCNs(weights(b, 17, 7), 128, origin)...)
		}
		for at := 17; at < len(b)*8; at++ {
			if b[at/8]&(0x80>>(at%8)) != 0 {
				arfcns = append(arfcns, (origin+at-16)%arfcnRange)
			}
		}
		return listVariable, arfcns
	}
	return "", arfcns
}

// weights reads the numbers W(1), W(2), … from bit at on: one of width bits, two
// of one bit fewer, four of two fewer, and so on. A zero ends them.
func weights(b []byte, at, width int) []int {
	var out []int
	for many := 1; width > 0; many, width = many*2, width-1 {
		for range many {
			if at+width > len(b)*8 {
				return out
			}
			w := 0
			for range width {
				w = w<<1 | int(b[at/8]>>(7-at%8)&1)
				at++
			}
			if w == 0 {
				return out
			}
			out = append(out, w)
		}
	}
	return out
}

// rangeARFCNs turns the numbers W into channel numbers. They form a binary
// tree, each relative to its parent, in the order of TS 44.018 annex J: a child
// in the left half is counted from the middle of its parent's range on.
func rangeARFCNs(w []int, size, origin int) []int {
	var out []int
	for k := 1; k <= len(w); k++ {
		j := 1
		for 2*j <= k {
			j *= 2
		}
		n := w[k-1]
		for at := k; at > 1; j /= 2 {
			if 2*at < 3*j {
				at -= j / 2
				n -= size / j
			} else {
				at -= j
			}
			// The parents of k lie at at; their W counts within 1 to 2*size/j-1.
			n = wrap(n+w[at-1], 2*size/j-1)
		}
		out = append(out, (origin+n)%arfcnRange)
	}
	return out
}

// wrap brings n into 1 to m.
func wrap(n, m int) int {
	n %= m
	if n <= 0 {
		n += m
	}
	return n
}

func encodeBCCH(v BCCH, size int) ([]byte, error) {
	if size < bcchBytes {
		return nil, refuse("size", "need", bcchBytes, "limit", size)
	}
	list := slices.Clone(v.ARFCNs)
	slices.Sort(list)
	list = slices.Compact(list)
	if len(list) > 0 && (list[0] < 0 || list[len(list)-1] >= arfcnRange) {
		return nil, refuse("arfcn", "n", list[len(list)-1])
	}
	out, ok := bitmap0(list)
	if !ok {
		if out, ok = variableBitmap(list); !ok {
			return nil, refuse("arfcns")
		}
	}
	if v.ExtInd {
		out[0] |= 0x20
	}
	if v.BAInd {
		out[0] |= 0x10
	}
	return padded(out, size)
}

// bitmap0 holds the channels 1 to 124 of GSM 900.
func bitmap0(list []int) ([]byte, bool) {
	out := make([]byte, bcchBytes)
	for _, n := range list {
		if n < 1 || n > 124 {
			return nil, false
		}
		at := 128 - n
		out[at/8] |= 0x80 >> (at % 8)
	}
	return out, true
}

// variableBitmap holds channels that lie within 112 of the first.
func variableBitmap(list []int) ([]byte, bool) {
	out := make([]byte, bcchBytes)
	for _, origin := range list {
		clear(out)
		out[0], out[1], out[2] = 0x8E|byte(origin>>9), byte(origin>>1), byte(origin&1)<<7
		fits := true
		for _, n := range list {
			at := 16 + (n-origin+arfcnRange)%arfcnRange
			if fits = fits && at < bcchBytes*8; fits && at > 16 {
				out[at/8] |= 0x80 >> (at % 8)
			}
		}
		if fits {
			return out, true
		}
	}
	return nil, false
}
