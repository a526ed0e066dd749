package fs

import (
	"fmt"
	"strings"

	"simscope/card"
	"simscope/fs/ef"
	"simscope/texts"
)

// Operation is what an access rule speaks of.
type Operation int

// The operations on files (ETSI TS 102 221 clause 9.2.2, 3GPP TS 51.011
// clause 9.3). Those of a directory differ from those of an EF.
const (
	OpRead Operation = iota
	OpUpdate
	OpIncrease // 2G only; a UICC has it under update
	OpWrite
	OpDeactivate
	OpActivate
	OpTerminate
	OpDelete
	OpDeleteChild
	OpCreateEF
	OpCreateDF
)

var opNames = [...]string{"read", "update", "increase", "write", "deactivate", "activate", "terminate", "delete", "delete-child", "create-ef", "create-df"}

func (o Operation) String() string { return opNames[o] }

// Word is the operation for people.
func (o Operation) Word() string { return texts.Say("access.op." + opNames[o]) }

var efModes = []struct {
	bit byte
	op  Operation
}{
	{ef.ModeRead, OpRead},
	{ef.ModeUpdate, OpUpdate},
	{ef.ModeWrite, OpWrite},
	{ef.ModeDeactivate, OpDeactivate},
	{ef.ModeActivate, OpActivate},
	{ef.ModeTerminate, OpTerminate},
	{ef.ModeDelete, OpDelete},
}

// dirMeaning is what the low bits mean for a directory.
var dirMeaning = map[Operation]Operation{OpRead: OpDeleteChild, OpUpdate: OpCreateEF, OpWrite: OpCreateDF}

// condAdmLevel is an administrative level of a 2G card, in SC.
const condAdmLevel = "adm_level"

// Grant says under which condition an operation is permitted.
type Grant struct {
	Op        Operation
	Condition ef.Condition
}

// Access is who may do what with a file. Known is false where the card gave
// no rule that can be read; Why is the text identifier of the reason.
type Access struct {
	Known  bool
	Why    string
	Source string // "EF.ARR 2": where the rule stands
	Grants []Grant
	Flags  []ef.Flag
}

// For is the condition for an operation. A rule that does not name it forbids
// it (ETSI TS 102 221 clause 9.2.4).
func (a Access) For(op Operation) ef.Condition {
	for _, g := range a.Grants {
		if g.Op == op {
			return g.Condition
		}
	}
	if a.Known {
		return ef.Condition{Kind: ef.CondNever}
	}
	return ef.Condition{Kind: ef.CondUnknown}
}

// accessFrom makes an Access of rules; of two rules for one operation either
// is enough.
func accessFrom(rules []ef.Rule, flags []ef.Flag, dir bool) Access {
	a := Access{Known: true, Flags: flags}
	for _, r := range rules {
		for _, m := range efModes {
			if r.Modes.Bits&m.bit == 0 {
				continue
			}
			op := m.op
			if d, ok := dirMeaning[op]; ok && dir {
				op = d
			}
			a.grant(op, r.Condition)
		}
		for _, h := range r.Modes.Headers {
			if op, ok := opOfINS(h.INS); ok {
				a.grant(op, r.Condition)
			}
		}
	}
	return a
}

// opOfINS names the operation of a command that a rule gives by its header.
func opOfINS(ins *byte) (Operation, bool) {
	if ins == nil {
		return 0, false
	}
	switch *ins {
	case card.InsReadBinary, card.InsReadRecord, card.InsRetrieveData:
		return OpRead, true
	case card.InsUpdateBinary, card.InsUpdateRecord, card.InsSetData:
		return OpUpdate, true
	case card.InsIncrease:
		return OpIncrease, true
	}
	return 0, false
}

func (a *Access) grant(op Operation, c ef.Condition) {
	for i := range a.Grants {
		if a.Grants[i].Op == op {
			a.Grants[i].Condition = ef.Condition{Kind: ef.CondOr, Of: []ef.Condition{a.Grants[i].Condition, c}}
			return
		}
	}
	a.Grants = append(a.Grants, Grant{op, c})
}

// gsmOps is the order of the access nibbles in a 2G header.
var gsmOps = [6]Operation{OpRead, OpUpdate, OpIncrease, -1, OpActivate, OpDeactivate}

// gsmAccess makes an Access of the nibbles of a 2G header.
func gsmAccess(f FCP) Access {
	a := Access{Known: true}
	for i, op := range gsmOps {
		if op < 0 || op == OpIncrease && f.Structure != Cyclic {
			continue
		}
		a.Grants = append(a.Grants, Grant{op, gsmCondition(f.GSMInfo.Access[i])})
	}
	return a
}

func gsmCondition(nibble byte) ef.Condition {
	key := func(r card.PINRef) ef.Condition {
		return ef.Condition{Kind: ef.CondKey, Keys: []byte{byte(r)}, KeyNames: ef.Names{r.String()}}
	}
	switch nibble {
	case 0:
		return ef.Condition{Kind: ef.CondAlways}
	case 1:
		return key(card.RefPIN1)
	case 2:
		return key(card.RefPIN2)
	case 3:
		return ef.Condition{Kind: ef.CondUnknown, Raw: ef.Hex{nibble}}
	case 15:
		return ef.Condition{Kind: ef.CondNever}
	}
	return ef.Condition{Kind: condAdmLevel, SC: nibble}
}

// Words writes a condition for people: "PIN1", "always", "PIN1 or ADM2".
func Words(c ef.Condition) string {
	switch c.Kind {
	case ef.CondKey:
		parts := make([]string, len(c.Keys))
		for i, k := range c.Keys {
			parts[i] = card.PINRef(k).String()
		}
		return strings.Join(parts, texts.Say("access.and"))
	case ef.CondOr, ef.CondAnd:
		join := texts.Say("access." + c.Kind)
		parts := make([]string, len(c.Of))
		for i, sub := range c.Of {
			if parts[i] = Words(sub); len(sub.Of) > 1 && sub.Kind != c.Kind {
				parts[i] = "(" + parts[i] + ")"
			}
		}
		return strings.Join(parts, join)
	case ef.CondNot:
		parts := make([]string, len(c.Of))
		for i, sub := range c.Of {
			parts[i] = Words(sub)
		}
		return texts.Say("access.not", "what", strings.Join(parts, texts.Say("access.or")))
	case ef.CondSC:
		return scWords(c.SC)
	case condAdmLevel:
		return texts.Say("access.adm_level", "level", c.SC)
	case ef.CondAlways, ef.CondNever:
		return texts.Say("access." + c.Kind)
	}
	return texts.Say("access.unknown")
}

// scWords writes a security condition byte (ISO/IEC 7816-4 table 20).
func scWords(sc byte) string {
	var parts []string
	for _, b := range []struct {
		bit byte
		id  string
	}{{ef.SCUserAuth, "user"}, {ef.SCExternalAuth, "external"}, {ef.SCSecure, "secure"}} {
		if sc&b.bit != 0 {
			parts = append(parts, texts.Say("access.sc."+b.id))
		}
	}
	if len(parts) == 0 {
		return texts.Say("access.sc.other", "byte", fmt.Sprintf("%02X", sc))
	}
	join := texts.Say("access.or")
	if sc&ef.SCAll != 0 {
		join = texts.Say("access.and")
	}
	return strings.Join(parts, join)
}

// Standing is how one PIN or key stands.
type Standing struct {
	Known     bool // whether it is on is known
	Enabled   bool
	Verified  bool // by this session
	Universal bool // off, and the Universal PIN stands for it (usage qualifier 08)
}

// Security is how the PINs and keys stand for one application.
type Security map[card.PINRef]Standing

// Satisfied says whether the condition is fulfilled now. A PIN that is on and
// was not verified by this session counts as not fulfilled; what is not known
// of the card stays unknown.
func (s Security) Satisfied(c ef.Condition) Answer {
	switch c.Kind {
	case ef.CondAlways:
		return Yes
	case ef.CondNever:
		return No
	case ef.CondKey:
		answers := make([]Answer, len(c.Keys))
		for i, k := range c.Keys {
			answers[i] = s.key(card.PINRef(k))
		}
		return allOf(answers)
	case ef.CondAnd:
		return allOf(s.each(c.Of))
	case ef.CondOr:
		return anyOf(s.each(c.Of))
	case ef.CondNot:
		return not(anyOf(s.each(c.Of)))
	case ef.CondSC:
		if c.SC&^(ef.SCEnvironment|ef.SCAll) == ef.SCUserAuth {
			return s.user()
		}
	}
	return Unknown
}

func (s Security) each(cs []ef.Condition) []Answer {
	out := make([]Answer, len(cs))
	for i, c := range cs {
		out[i] = s.Satisfied(c)
	}
	return out
}

func (s Security) key(r card.PINRef) Answer {
	st := s[r]
	switch {
	case st.Verified:
		return Yes
	case st.Universal:
		return s.key(card.RefUniversal)
	case st.Known && !st.Enabled:
		return Yes
	case st.Known, r.Kind() == card.PINAdm:
		return No
	}
	return Unknown
}

// user is whether any application PIN is fulfilled, for rules that do not say
// which.
func (s Security) user() Answer {
	var answers []Answer
	for r := range s {
		if r.Kind() == card.PINApplication {
			answers = append(answers, s.key(r))
		}
	}
	if len(answers) == 0 {
		return Unknown
	}
	return anyOf(answers)
}

func allOf(as []Answer) Answer {
	out := Yes
	for _, a := range as {
		out = min3(out, a)
	}
	if len(as) == 0 {
		return Unknown
	}
	return out
}

// min3 orders no, unknown, yes.
func min3(a, b Answer) Answer {
	if a == No || b == No {
		return No
	}
	if a == Unknown || b == Unknown {
		return Unknown
	}
	return Yes
}

func anyOf(as []Answer) Answer {
	flipped := make([]Answer, len(as))
	for i, a := range as {
		flipped[i] = not(a)
	}
	return not(allOf(flipped))
}

func not(a Answer) Answer {
	switch a {
	case Yes:
		return No
	case No:
		return Yes
	}
	return Unknown
}

// environment is the security environment in force: 01 while the application
// PIN is on, or off with a Universal PIN that is on but does not stand for it;
// else 00 (ETSI TS 102 221 clause 9.4). ok is false where that is not known.
func (s Security) environment() (se int, ok bool) {
	for r, st := range s {
		if r.Kind() != card.PINApplication || !st.Known {
			continue
		}
		if st.Enabled || s[card.RefUniversal].Enabled && !st.Universal {
			return 1, true
		}
		se, ok = 0, true
	}
	return se, ok
}
