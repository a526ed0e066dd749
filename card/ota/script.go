package ota

import (
	"fmt"
	"slices"
	"strings"

	"simscope/card"
	"simscope/crypto/scp80"
)

// Limits of a script.
const (
	MaxCommands = 64
	// MaxMessages is how many short messages a packet may take (3GPP TS
	// 23.040 clause 9.2.3.24.1).
	MaxMessages = 255
)

// Script is a list of command APDUs for a target, as a person writes them.
type Script [][]byte

// ParseScript reads commands in hex, one a line; blank lines and what follows
// # are left out.
func ParseScript(lines []string) (Script, error) {
	var s Script
	for i, l := range lines {
		l, _, _ = strings.Cut(l, "#")
		if strings.TrimSpace(l) == "" {
			continue
		}
		b, err := unhex(line(i), l)
		if err != nil {
			return nil, err
		}
		s = append(s, b)
		if err := checkCommand(line(i), b); err != nil {
			return nil, err
		}
	}
	return s, s.Check()
}

func line(i int) string { return fmt.Sprintf("line %d", i+1) }

func checkCommand(field string, b []byte) error {
	c, err := card.ParseCommand(b)
	switch {
	case len(b) < 4:
		return bad(field, "apdu_short")
	case err != nil, len(b) == 5 && b[4] != 0 && !answers(c):
		return bad(field, "apdu_length")
	case c.Extended() || len(b) > 261:
		return bad(field, "apdu_long")
	case holdsSecret(c):
		return bad(field, "apdu_secret", "name", card.InsName(c))
	}
	return nil
}

// answers reports whether P3 of a command without data is the length of its
// answer. In the compact form the card takes it for the length of data with
// any other instruction, and eats what follows.
func answers(c card.Command) bool {
	switch c.INS {
	case card.InsReadBinary, card.InsReadRecord, card.InsGetResponse, card.InsGetData, card.InsGetChallenge, card.InsStatus:
		return true
	}
	return false
}

// Check finds what is wrong with a script as a whole.
func (s Script) Check() error {
	switch {
	case len(s) == 0:
		return bad("script", "script_empty")
	case len(s) > MaxCommands:
		return bad("script", "script_many", "limit", MaxCommands)
	}
	for i, b := range s {
		if err := checkCommand(fmt.Sprintf("command %d", i+1), b); err != nil {
			return err
		}
	}
	if s.touchesKeys() {
		return bad("script", "script_keys")
	}
	return nil
}

// holdsSecret reports whether a command carries a PIN or a key. A script has
// none: it stands in logs and on screens.
func holdsSecret(c card.Command) bool {
	switch c.INS {
	case 0xD8, 0xE2: // PUT KEY, STORE DATA
		return len(c.Data) > 0
	}
	switch card.RiskOf(c) {
	case card.RiskCount, card.RiskAuth:
		return true
	}
	return false
}

// usim stands for the application whose files a script reaches by 7FFF.
const usim card.AID = "\xA0\x00\x00\x00\x87\x10\x02"

// touchesKeys reports whether a script selects a file of keys. Where it is not
// known which directory is current, all that hold keys count.
func (s Script) touchesKeys() bool {
	dirs := []card.Path{card.PathOf(usim), card.PathOf("", card.FIDGSM)}
	for _, d := range []card.FID{0x5F3B, 0x5FC0, 0x5F40, 0xA515} {
		dirs = append(dirs, card.PathOf(usim, d), card.PathOf("", d))
	}
	known := false // the current directory is one that was selected here
	cur := card.Path{}
	for _, b := range s {
		c, err := card.ParseCommand(b)
		if err != nil || c.INS != card.InsSelect || len(c.Data) < 2 || len(c.Data)%2 != 0 || c.P1 == 0x04 {
			continue
		}
		for i := 0; i < len(c.Data); i += 2 {
			fid := card.FID(c.Data[i])<<8 | card.FID(c.Data[i+1])
			switch {
			case fid == card.FIDMF:
				cur, known = card.Path{}, true
			case fid == card.FIDADF:
				cur, known = card.PathOf(usim), true
			case fid>>8 == 0x7F:
				cur, known = card.PathOf("", fid), true
			case fid>>8 == 0x5F || fid == 0xA515:
				cur = cur.Child(fid)
			case known && card.SecretFile(cur.Child(fid)):
				return true
			case !known && slices.ContainsFunc(dirs, func(d card.Path) bool { return card.SecretFile(d.Child(fid)) }):
				return true
			}
		}
	}
	return false
}

// Reads reports whether every command of the script only reads or selects.
func (s Script) Reads() bool {
	for _, b := range s {
		c, err := card.ParseCommand(b)
		if err != nil || card.RiskOf(c) != card.RiskNone {
			return false
		}
	}
	return len(s) > 0
}

// OnlyLast reports whether the compact form loses data: a command before the
// last one asks for some (ETSI TS 102 226 clause 5.2.1).
func (s Script) OnlyLast() bool {
	for _, b := range s[:max(len(s)-1, 0)] {
		c, err := card.ParseCommand(b)
		if err == nil && c.Case() == 2 && c.INS != card.InsStatus {
			return true
		}
	}
	return false
}

// Bytes writes the script in the expanded or the compact form. In the compact
// form Le behind data can only stand at the end.
func (s Script) Bytes(expanded bool) []byte {
	if expanded {
		return scp80.Expanded(s...)
	}
	var out [][]byte
	for i, b := range s {
		if c, err := card.ParseCommand(b); err == nil && c.Case() == 4 && i < len(s)-1 {
			b = b[:len(b)-1]
		}
		out = append(out, b)
	}
	return scp80.Commands(out...)
}

// ReadFile is the script that reads a transparent file or one record: a SELECT for
// each directory from the root (the MF, or 7FFF of an application) and the
// file, and a READ of n bytes, 0 to 255, where 0 asks for all there is.
func ReadFile(root card.FID, fids []card.FID, record, n byte) Script {
	var s Script
	for _, f := range append([]card.FID{root}, fids...) {
		s = append(s, []byte{0x00, card.InsSelect, 0x00, 0x04, 2, byte(f >> 8), byte(f)})
	}
	if record > 0 {
		return append(s, []byte{0x00, card.InsReadRecord, record, 0x04, n})
	}
	return append(s, []byte{0x00, card.InsReadBinary, 0x00, 0x00, n})
}

// GSM writes the script in class A0, for the files of a 2G SIM (3GPP TS 51.011
// clause 9.2).
func (s Script) GSM() Script {
	var out Script
	for _, b := range s {
		b = slices.Clone(b)
		if b[0] == 0x00 {
			b[0] = 0xA0
			if b[1] == card.InsSelect {
				b[2], b[3] = 0, 0
			}
		}
		out = append(out, b)
	}
	return out
}

// Questions are scripts for the manager of applications, by name
// (GlobalPlatform Card Specification 2.3 clauses 11.3 and 11.4, ETSI TS 102
// 226 clause 8.2.1.7).
var Questions = []struct {
	Name   string
	Script Script
}{
	{"status-domain", Script{{0x80, 0xF2, 0x80, 0x00, 2, 0x4F, 0x00}, getResponse}},
	{"status-applications", Script{{0x80, 0xF2, 0x40, 0x00, 2, 0x4F, 0x00}, getResponse}},
	{"status-packages", Script{{0x80, 0xF2, 0x20, 0x00, 2, 0x4F, 0x00}, getResponse}},
	{"card-data", Script{{0x80, 0xCA, 0x00, 0x66, 0x00}}},
	{"key-information", Script{{0x80, 0xCA, 0x00, 0xE0, 0x00}}},
	{"resources", Script{{0x80, 0xCA, 0xFF, 0x21, 0x00}}},
}

// getResponse fetches the data of the command before it, all there is: in the
// compact form no other way leads to the answer of a command with data.
var getResponse = []byte{0x00, card.InsGetResponse, 0x00, 0x00, 0x00}

// Question finds a script of Questions. length is how many bytes its last
// command asks for, 0 for all there are.
func Question(name string, length byte) (Script, error) {
	var names []string
	for _, q := range Questions {
		if q.Name == name {
			var s Script
			for _, b := range q.Script {
				s = append(s, slices.Clone(b))
			}
			last := s[len(s)-1]
			last[len(last)-1] = length
			return s, nil
		}
		names = append(names, q.Name)
	}
	return nil, bad("question", "question", "names", strings.Join(names, ", "))
}
