package virtual

import (
	"bytes"
	"slices"

	"simscope/card"
	"simscope/card/tlv"
)

// Objects of the access rule application (GlobalPlatform Secure Element Access
// Control 1.1 clause 4.1).
const (
	rulesAll     = 0xFF40
	rulesOne     = 0xFF50
	rulesNext    = 0xFF60
	rulesRefresh = 0xDF20
	// rulesPart is how much of the rules one answer holds.
	rulesPart = 200
)

// accessRules is a command to the access rule application. Its rules are read
// by anyone and changed by no one here.
func (c *Card) accessRules(ch *channel, cmd card.Command) reply {
	switch {
	case card.ClassOf(cmd.CLA).Secure:
		return status(swSecure)
	case cmd.INS == insStoreData:
		return status(card.SWNotSatisfied)
	case cmd.INS != card.InsGetData:
		return status(card.SWNoInstruction)
	case int(cmd.P1)<<8|int(cmd.P2) == rulesOne:
		return oneRule(ch.applet.entry.Rules, cmd.Data)
	case len(cmd.Data) > 0:
		return status(card.SWWrongLength)
	}
	rules := ch.applet.entry.Rules
	switch int(cmd.P1)<<8 | int(cmd.P2) {
	case rulesRefresh:
		return done(tlv.Append(nil, rulesRefresh, rulesTag(rules)))
	case rulesAll:
		return c.rulesFrom(ch, cmd, tlv.Append(nil, rulesAll, rules), 0)
	case rulesNext:
		if ch.rules == 0 {
			return status(card.SWConditions)
		}
		return c.rulesFrom(ch, cmd, tlv.Append(nil, rulesAll, rules), ch.rules)
	}
	return status(card.SWNoReference)
}

// Tags of a rule: both parts of it, what it is about, and what it says.
const (
	ruleWhole  = 0xE2
	ruleObject = 0xE1
	ruleAccess = 0xE3
)

// oneRule gives what the rule with exactly this reference says.
func oneRule(rules, ref []byte) reply {
	want, err := tlv.ParseFlat(ref)
	if err != nil || len(want) != 1 || want[0].Tag != ruleObject {
		return status(swWrongData)
	}
	all, _ := tlv.ParseFlat(rules)
	for _, n := range all {
		parts, _ := tlv.ParseFlat(n.Value)
		about, ok := tlv.Find(parts, ruleObject)
		says, ok2 := tlv.Find(parts, ruleAccess)
		if n.Tag == ruleWhole && ok && ok2 && bytes.Equal(about.Value, want[0].Value) {
			return done(tlv.Append(nil, rulesOne, tlv.Append(nil, ruleAccess, says.Value)))
		}
	}
	return status(card.SWNoReference)
}

// rulesFrom gives a part of all, and keeps where the next one begins. On T=0
// the length is corrected first: the command that is sent again must find the
// same place.
func (c *Card) rulesFrom(ch *channel, cmd card.Command, all []byte, at int) reply {
	end := min(at+rulesPart, len(all))
	r := done(slices.Clone(all[at:end]))
	if len(c.shape(cmd, r).data) == 0 {
		return r
	}
	ch.rules = end
	if end == len(all) {
		ch.rules = 0
	}
	return r
}

// rulesTag changes with the rules: eight bytes by which a phone sees that it
// has to read them again.
func rulesTag(rules []byte) []byte {
	h := uint64(14695981039346656037) // FNV-1a
	for _, b := range rules {
		h = (h ^ uint64(b)) * 1099511628211
	}
	tag := make([]byte, 8)
	for i := range tag {
		tag[i] = byte(h >> (8 * i))
	}
	return tag
}
