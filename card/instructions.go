package card

import (
	_ "embed"
	"fmt"
	"strconv"
	"strings"
	"sync"
)

//go:embed instructions.tsv
var instructionsTSV string

type insRow struct{ classes, name string }

var insTable = sync.OnceValue(func() map[byte][]insRow {
	t := map[byte][]insRow{}
	for line := range strings.Lines(instructionsTSV) {
		f := strings.Split(strings.TrimRight(line, "\n"), "\t")
		if len(f) < 3 {
			continue
		}
		if ins, err := strconv.ParseUint(f[1], 16, 8); err == nil {
			t[byte(ins)] = append(t[byte(ins)], insRow{classes: f[0], name: shortName(f[2])})
		}
	}
	return t
})

// shortName is an instruction's name without remarks and second names.
func shortName(s string) string {
	s, _, _ = strings.Cut(s, " (")
	s, _, _ = strings.Cut(s, " /")
	return s
}

// InsName is the name of a command's instruction in its class, or "command
// 00 FF" for one that no source names.
func InsName(c Command) string {
	rows := insTable()[c.INS]
	family := classFamily(c.CLA)
	for _, r := range rows {
		for cl := range strings.SplitSeq(r.classes, ",") {
			if strings.HasPrefix(cl, family) {
				return r.name
			}
		}
	}
	if len(rows) > 0 && rows[0].classes == "00" {
		return rows[0].name
	}
	return fmt.Sprintf("command %02X %02X", c.CLA, c.INS)
}

// classFamily is the class under which the table of instructions lists a
// command: its logical channel and secure messaging taken away.
func classFamily(cla byte) string {
	switch k := ClassOf(cla); {
	case k.GSM:
		return "A0"
	case k.Proprietary && cla&0x70 == 0x10:
		return "90"
	case k.Proprietary:
		return "80"
	default:
		return "00"
	}
}
