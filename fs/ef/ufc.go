package ef

import (
	_ "embed"
	"fmt"
	"strconv"
	"strings"
	"sync"

	"simscope/texts"
)

//go:embed terminalprofile.tsv
var terminalProfileTSV string

// profileBits is one row of the table: a facility, or a number, in some bits
// of a byte.
type profileBits struct {
	at, bit, width int // byte and bit from 1
	name           string
}

// terminalProfile is what the bits of TERMINAL PROFILE announce, in order.
var terminalProfile = sync.OnceValue(func() []profileBits {
	var out []profileBits
	for line := range strings.Lines(terminalProfileTSV) {
		f := strings.Split(strings.TrimRight(line, "\r\n"), "\t")
		if len(f) != 4 || strings.HasPrefix(line, "#") {
			continue
		}
		var p profileBits
		for i, n := range []*int{&p.at, &p.bit, &p.width} {
			*n, _ = strconv.Atoi(f[i])
		}
		p.name = f[3]
		out = append(out, p)
	}
	return out
})

// UFC is the content of EF.UFC: toolkit facilities that only the phone itself
// may offer, not a computer at its modem port, coded as TERMINAL PROFILE (TS
// 31.102 clause 4.2.93).
type UFC struct {
	Facilities []Facility `json:"facility_list"`
	Carry
}

// Facility is what a set bit announces, or a number that is not 0.
type Facility struct {
	Byte  int    `json:"byte"`            // from 1
	Bit   int    `json:"bit"`             // from 1, of a number its lowest
	Value int    `json:"value,omitempty"` // of a number; 0: one bit
	Name  string `json:"name,omitempty"`
}

// maxFacilityBytes is how much of the list is read; the longest of the
// specifications has fewer.
const maxFacilityBytes = 64

func decodeUFC(data []byte, _ Context, b *builder) UFC {
	v := UFC{Facilities: []Facility{}, Carry: Carry{data}}
	if len(data) > 0 && allFF(data) {
		b.erase()
		return v
	}
	if len(data) > maxFacilityBytes {
		b.flag("service.many", maxFacilityBytes, len(data)-maxFacilityBytes, "limit", maxFacilityBytes)
		data = data[:maxFacilityBytes]
	}
	rest := append([]byte{}, data...) // what no row names
	for _, p := range terminalProfile() {
		if p.at > len(data) {
			continue
		}
		mask := byte(1<<p.width-1) << (p.bit - 1)
		n := int(data[p.at-1]&mask) >> (p.bit - 1)
		if rest[p.at-1] &^= mask; n == 0 {
			continue
		}
		f := Facility{Byte: p.at, Bit: p.bit, Name: p.name}
		shown := word("yes")
		if p.width > 1 {
			f.Value, shown = n, fmt.Sprint(n)
		}
		v.Facilities = append(v.Facilities, f)
		b.addAs("facility", p.name, shown, p.at-1, 1)
	}
	for i, c := range rest {
		for bit := range 8 {
			if c&(1<<bit) != 0 {
				v.Facilities = append(v.Facilities, Facility{Byte: i + 1, Bit: bit + 1})
				b.addAs("facility", texts.Say("ef.facility", "byte", i+1, "bit", bit+1), word("yes"), i, 1)
			}
		}
	}
	b.Summary = texts.Say("ef.facilities", "n", len(v.Facilities))
	return v
}

func encodeUFC(v UFC, size int) ([]byte, error) {
	out := make([]byte, size)
	for _, f := range v.Facilities {
		if f.Byte < 1 || f.Byte > size || f.Bit < 1 || f.Bit > 8 {
			return nil, refuse("facility", "byte", f.Byte, "bit", f.Bit, "limit", size)
		}
		n := max(f.Value, 1) << (f.Bit - 1)
		if n > 0xFF || f.Value < 0 {
			return nil, refuse("facility", "byte", f.Byte, "bit", f.Bit, "limit", size)
		}
		out[f.Byte-1] |= byte(n)
	}
	return out, nil
}
