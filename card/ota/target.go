package ota

import (
	"strings"

	"simscope/crypto/scp80"
)

// Target is an application of the card that takes packets, by the name people
// use for it.
type Target struct {
	Name string
	TAR  scp80.TAR
	// Last is the last byte of the range that ETSI TS 101 220 annex D gives to
	// its kind.
	Last byte
}

// Targets are those that cards share.
var Targets = []Target{
	{"ram", scp80.TARRAM, 0x00},
	{"rfm-uicc", scp80.TARRFMUICC, 0x0F},
	{"rfm-usim", scp80.TARRFMUSIM, 0x1F},
	{"rfm-isim", scp80.TAR{0xB0, 0x00, 0x20}, 0x2F},
}

// ParseTAR reads a target's name or three bytes in hex.
func ParseTAR(s string) (scp80.TAR, error) {
	for _, t := range Targets {
		if strings.EqualFold(strings.TrimSpace(s), t.Name) {
			return t.TAR, nil
		}
	}
	b, err := unhex("TAR", s)
	if err != nil || len(b) != 3 {
		return scp80.TAR{}, bad("TAR", "tar", "names", TargetNames())
	}
	return scp80.TAR(b), nil
}

// TargetNames lists the names that ParseTAR knows.
func TargetNames() string {
	var names []string
	for _, t := range Targets {
		names = append(names, t.Name)
	}
	return strings.Join(names, ", ")
}

// TargetOf finds the kind of application that a TAR belongs to.
func TargetOf(t scp80.TAR) (Target, bool) {
	for _, x := range Targets {
		if t[0] == x.TAR[0] && t[1] == x.TAR[1] && t[2] >= x.TAR[2] && t[2] <= x.Last {
			return x, true
		}
	}
	return Target{}, false
}
