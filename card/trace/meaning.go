package trace

import (
	"strconv"
	"strings"

	"simscope/card"
	"simscope/texts"
)

// Class is how an answer is to be taken at a glance.
type Class int

// The classes, from neutral to bad.
const (
	ClassNone Class = iota // an event, or a question of the exchange itself
	ClassOK                // done
	ClassWarn              // look here: done with a remark, or not there
	ClassBad               // refused, failed or lost
)

func (c Class) String() string { return [...]string{"none", "ok", "warn", "bad"}[c] }

// Status is what a status word says behind a certain command.
type Status struct {
	Text  string
	Class Class
}

// A meaningRow gives a status word, x standing for any digit, its meaning
// behind commands of one kind. The sentence is "trace.sw." and the id; {left}
// is the last digit, {n} the number of bytes in the second byte.
type meaningRow struct {
	kind, pattern string
	class         Class
	id            string
}

// meanings is searched from the top; the kind "" fits every command.
var meanings = []meaningRow{
	{"query", "9000", ClassOK, "query.open"},
	{"query", "63C0", ClassBad, "query.none"},
	{"query", "63Cx", ClassOK, "query.left"},
	{"query", "6983", ClassBad, "query.none"},
	{"query", "6984", ClassWarn, "query.off"},
	{"query", "6985", ClassWarn, "query.off"},
	{"query", "6F00", ClassWarn, "query.off"},
	{"query", "6A88", ClassWarn, "query.nopin"},
	{"query", "6700", ClassWarn, "query.length"},

	{"verify", "9000", ClassOK, "verify.right"},
	{"unblock", "9000", ClassOK, "unblock.done"},
	{"enable", "9000", ClassOK, "enable.done"},
	{"disable", "9000", ClassOK, "disable.done"},
	{"change", "9000", ClassOK, "change.done"},
	{"unblock", "63C0", ClassBad, "puk.last"},
	{"unblock", "63Cx", ClassBad, "puk.wrong"},
	{"unblock", "6983", ClassBad, "puk.blocked"},
	{"unblock", "9804", ClassBad, "puk.gsm"},
	{"unblock", "9840", ClassBad, "puk.last"},
	{"pin", "63C0", ClassBad, "pin.last"},
	{"pin", "63Cx", ClassBad, "pin.wrong"},
	{"pin", "6983", ClassBad, "pin.blocked"},
	{"pin", "6984", ClassWarn, "pin.off"},
	{"pin", "6985", ClassWarn, "pin.off"},
	{"pin", "6F00", ClassWarn, "pin.off"},
	{"pin", "6A88", ClassWarn, "query.nopin"},
	{"pin", "9804", ClassBad, "pin.gsm"},
	{"pin", "9808", ClassWarn, "pin.contradict"},
	{"pin", "9840", ClassBad, "pin.last"},

	{"select", "6283", ClassWarn, "select.deactivated"},
	{"select", "6A82", ClassNone, "select.absent"},
	{"select", "9404", ClassNone, "select.absent"},
	{"read", "6282", ClassWarn, "read.end"},
	{"read", "6982", ClassWarn, "read.denied"},
	{"read", "9804", ClassWarn, "read.denied"},
	{"read", "6A83", ClassWarn, "read.norecord"},
	{"read", "6B00", ClassWarn, "read.offset"},
	{"read", "6981", ClassWarn, "read.structure"},
	{"read", "9408", ClassWarn, "read.structure"},
	{"read", "9402", ClassWarn, "read.range"},
	{"object", "62F1", ClassOK, "object.more"},
	{"object", "62F2", ClassOK, "object.more.toolkit"},
	{"object", "63F1", ClassOK, "object.expected"},
	{"object", "63F2", ClassOK, "object.expected.toolkit"},
	{"object", "6A84", ClassBad, "object.memory"},
	{"object", "6A88", ClassWarn, "object.none"},
	{"increase", "9850", ClassBad, "increase.max"},
	{"update", "6A83", ClassBad, "read.norecord"},
	{"update", "6981", ClassBad, "read.structure"},
	{"update", "9408", ClassBad, "read.structure"},
	{"update", "9402", ClassBad, "read.range"},
	{"update", "63C0", ClassOK, "done"},
	{"update", "63Cx", ClassOK, "update.retries"},
	{"update", "6982", ClassBad, "update.denied"},
	{"update", "9804", ClassBad, "update.denied"},
	{"update", "6581", ClassBad, "update.memory"},
	{"update", "9240", ClassBad, "update.memory"},
	{"search", "6282", ClassWarn, "search.none"},
	{"search", "9404", ClassWarn, "search.none"},
	{"search", "6A83", ClassWarn, "read.norecord"},
	{"search", "6981", ClassWarn, "read.structure"},
	{"search", "9408", ClassWarn, "read.structure"},
	{"search", "6982", ClassWarn, "read.denied"},
	{"search", "9804", ClassWarn, "read.denied"},
	{"auth", "9862", ClassBad, "auth.mac"},
	{"auth", "6985", ClassBad, "auth.context"},
	{"channel", "6881", ClassWarn, "channel.none"},
	{"channel", "6A81", ClassWarn, "channel.none"},
	{"profile", "6xxx", ClassWarn, "profile.refused"},

	{"", "9000", ClassOK, "done"},
	{"", "61xx", ClassOK, "waits"},
	{"", "9Fxx", ClassOK, "waits"},
	{"", "6Cxx", ClassNone, "le"},
	{"", "62F1", ClassOK, "object.more"}, // to the GET RESPONSE behind RETRIEVE DATA
	{"", "62F2", ClassOK, "object.more.toolkit"},
	{"", "91xx", ClassOK, "proactive"},
	{"", "6982", ClassBad, "denied"},
	{"", "6A82", ClassWarn, "select.absent"},
	{"", "6D00", ClassWarn, "noins"},
	{"", "6E00", ClassWarn, "nocla"},
	{"", "9300", ClassWarn, "busy"},
}

// kinds lists the kinds of meaningRow that fit a command, most exact first.
func (h header) kinds() []string {
	switch h.group() {
	case "vendor":
		return nil
	case "prop":
		switch h.ins {
		case card.InsTerminalCap:
			return []string{"profile"}
		case card.InsRetrieveData:
			return []string{"object", "read"}
		case card.InsSetData:
			return []string{"object", "update"}
		case card.InsIncrease:
			return []string{"increase", "update"}
		}
		return nil
	}
	return isoKinds(h)
}

func isoKinds(h header) []string {
	gsm := h.group() == "gsm"
	switch h.ins {
	case card.InsVerify, card.InsUnblockPIN:
		kind := "verify"
		if h.ins == card.InsUnblockPIN {
			kind = "unblock"
		}
		if h.empty && !gsm {
			return []string{"query"}
		}
		return []string{kind, "pin"}
	case card.InsChangePIN:
		return []string{"change", "pin"}
	case card.InsDisablePIN:
		return []string{"disable", "pin"}
	case card.InsEnablePIN:
		return []string{"enable", "pin"}
	case card.InsSelect:
		return []string{"select"}
	case card.InsReadBinary, card.InsReadRecord:
		return []string{"read"}
	case card.InsUpdateBinary, card.InsUpdateRecord, card.InsActivate, card.InsDeactivate:
		return []string{"update"}
	case card.InsIncrease:
		return []string{"increase", "update"}
	case card.InsSearchRecord:
		return []string{"search"}
	case card.InsAuthenticate, card.InsAuthenticateTLV:
		return []string{"auth"}
	case card.InsManageChannel:
		return []string{"channel"}
	}
	return nil
}

// Meaning says what sw means as an answer to c: the same 63C2 says "wrong, 2
// tries left" behind a PIN and "2 tries left" behind the question for them.
// Only the header of c and whether it carries data are looked at.
func Meaning(c card.Command, sw card.SW) Status {
	return meaning(header{c.CLA, c.INS, c.P1, c.P2, len(c.Data) == 0}, sw)
}

func meaning(h header, sw card.SW) Status {
	for _, kind := range append(h.kinds(), "") {
		for _, m := range meanings {
			if m.kind == kind && fits(m.pattern, sw) {
				return Status{texts.Say("trace.sw."+m.id, "left", int(sw&0x0F), "n", waiting(sw)), m.class}
			}
		}
	}
	return general(sw)
}

// general is the meaning of a status word whatever the command.
func general(sw card.SW) Status {
	m, ok := sw.Meaning()
	if !ok {
		return Status{texts.Say("trace.sw.unknown"), ClassBad}
	}
	text := m.Text
	switch m.Class {
	case "ok":
		return Status{text, ClassOK}
	case "warning", "busy":
		return Status{text, ClassWarn}
	}
	return Status{text, ClassBad}
}

// waiting is the number of bytes that the second byte of a status word tells.
func waiting(sw card.SW) int {
	if n := int(sw.SW2()); n != 0 {
		return n
	}
	return card.MaxShortLe
}

// fits compares a status word with a pattern of up to four hex digits, x for
// any; digits left out at the end count as x.
func fits(pattern string, sw card.SW) bool {
	for i := range len(pattern) {
		if c := pattern[i]; c != 'x' && c != 'X' {
			d, err := strconv.ParseUint(strings.ToUpper(pattern[i:i+1]), 16, 4)
			if err != nil || d != uint64(sw>>(12-4*i)&0x0F) {
				return false
			}
		}
	}
	return true
}
