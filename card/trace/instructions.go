package trace

import (
	_ "embed"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"sync"

	"simscope/card"
	"simscope/texts"
)

//go:embed instructions.tsv
var instructionsTSV string

type insKey struct {
	group string
	ins   byte
}

var insNames = sync.OnceValue(func() map[insKey]string {
	m := map[insKey]string{}
	for _, f := range table(instructionsTSV, 3) {
		if ins, err := strconv.ParseUint(f[1], 16, 8); err == nil {
			m[insKey{f[0], byte(ins)}] = f[2]
		}
	}
	return m
})

// table splits tab separated lines of n columns, without the first.
func table(tsv string, n int) [][]string {
	var out [][]string
	for i, line := range strings.Split(tsv, "\n") {
		if f := strings.Split(strings.TrimRight(line, "\r"), "\t"); i > 0 && len(f) == n {
			out = append(out, f)
		}
	}
	return out
}

// name is the instruction's name, by the class that gives it its meaning; ok
// is false for one that no table knows.
func (h header) name() (string, bool) {
	if h.listsRegistry() {
		return getStatus, true
	}
	if name, ok := insNames()[insKey{h.group(), h.ins}]; ok {
		return name, true
	}
	return fmt.Sprintf("%02X %02X", h.cla, h.ins), false
}

// getStatus is GlobalPlatform's command of the same instruction as STATUS.
const getStatus = "GET STATUS"

// listsRegistry tells it from STATUS by P1, of which STATUS has 00 to 02 (ETSI
// TS 102 221 clause 11.1.2, GlobalPlatform Card Specification 2.3.1 table
// 11-30).
func (h header) listsRegistry() bool {
	return h.ins == card.InsStatus && h.group() == "prop" && h.p1&0xF0 != 0
}

// Instructions lists the names of all instructions known, each once, in
// order.
func Instructions() []string {
	out := []string{getStatus}
	for _, n := range insNames() {
		out = append(out, n)
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// PINName names a key reference of the class it is used in: "PIN1", "PIN2",
// "ADM1", "Universal PIN", "CHV1" (ETSI TS 102 221 clause 9.5.1, 3GPP
// TS 51.011 clause 9.3). unblock says that the command is UNBLOCK, whose
// references differ in class A0.
func PINName(cla, ref byte, unblock bool) string {
	if card.ClassOf(cla).GSM {
		switch {
		case ref == 1, ref == 0 && unblock:
			return "CHV1"
		case ref == 2:
			return "CHV2"
		}
		return texts.Say("trace.pin.other", "ref", fmt.Sprintf("%02X", ref))
	}
	return card.PINRef(ref).String()
}
