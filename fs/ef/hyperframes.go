package ef

import (
	"fmt"

	"simscope/texts"
)

// maxSTART is the greatest value of 20 bits.
const maxSTART = 1<<20 - 1

// START is the content of EF.START-HFN (TS 31.102 clause 4.2.51): the values
// of 20 bits with which the frame counters of 3G begin (TS 33.102).
type START struct {
	CS int `json:"start_cs"`
	PS int `json:"start_ps"`
	Carry
}

// Threshold is the content of EF.THRESHOLD (TS 31.102 clause 4.2.52): the
// START value from which new keys are needed.
type Threshold struct {
	Max int `json:"max_start"`
	Carry
}

// twentyBits reads a value of 20 bits; the half byte above it is F.
func (b *builder) twentyBits(id string, e []byte, off int) int {
	n := uint24(e) & maxSTART
	if e[0]>>4 != 0xF {
		b.flag("start.filler", off, 1)
	}
	b.addAs(id, fieldLabel(id), fmt.Sprint(n), off, 3).Note = texts.Say("ef.start.percent", "n", n*100/maxSTART)
	return n
}

func appendTwentyBits(dst []byte, what string, n int) ([]byte, error) {
	if err := inRange(what, n, maxSTART); err != nil {
		return nil, err
	}
	return appendUint24(dst, 0xF00000|n), nil
}

func decodeSTART(data []byte, _ Context, b *builder) START {
	v := START{Carry: Carry{data}}
	if !b.exactly(data, 6) {
		return v
	}
	v.CS, v.PS = b.twentyBits("start_cs", data[:3], 0), b.twentyBits("start_ps", data[3:6], 3)
	b.Summary = fmt.Sprintf("%d · %d", v.CS, v.PS)
	return v
}

func encodeSTART(v START, size int) ([]byte, error) {
	if err := sized(size, 6); err != nil {
		return nil, err
	}
	out, err := appendTwentyBits(nil, "start_cs", v.CS)
	if err != nil {
		return nil, err
	}
	return appendTwentyBits(out, "start_ps", v.PS)
}

func decodeThreshold(data []byte, _ Context, b *builder) Threshold {
	v := Threshold{Carry: Carry{data}}
	if !b.exactly(data, 3) {
		return v
	}
	v.Max = b.twentyBits("threshold", data[:3], 0)
	b.Summary = fmt.Sprint(v.Max)
	return v
}

func encodeThreshold(v Threshold, size int) ([]byte, error) {
	if err := sized(size, 3); err != nil {
		return nil, err
	}
	return appendTwentyBits(nil, "max_start", v.Max)
}
