package ef

import (
	"fmt"
	"strings"

	"simscope/card"
	"simscope/card/tlv"
)

// Bits of an access mode byte (TS 102 221 clause 9.2.2, ISO/IEC 7816-4 tables
// 16 and 17). Bits 1 to 3 mean other things for a directory.
const (
	ModeRead       = 0x01 // EF: read, search; DF: delete a child
	ModeUpdate     = 0x02 // EF: update, erase, increase; DF: create an EF
	ModeWrite      = 0x04 // EF: write, append; DF: create a DF
	ModeDeactivate = 0x08
	ModeActivate   = 0x10
	ModeTerminate  = 0x20
	ModeDelete     = 0x40 // the file itself

	modeProprietary = 0x80
)

// CommandHeader is a command that an access mode names by parts of its header;
// nil parts may be anything.
type CommandHeader struct {
	CLA *byte `json:"CLA,omitempty"`
	INS *byte `json:"INS,omitempty"`
	P1  *byte `json:"P1,omitempty"`
	P2  *byte `json:"P2,omitempty"`
}

// AccessMode is what a rule speaks of: a byte of Mode bits, command headers,
// or both.
type AccessMode struct {
	Bits        byte            `json:"access_mode,omitempty"`
	Headers     []CommandHeader `json:"command_header,omitempty"`
	Proprietary Hex             `json:"proprietary,omitempty"` // bit 8 set, or a state machine (tag 9C)
}

// Kinds of Condition.
const (
	CondAlways  = "always"
	CondNever   = "never"
	CondKey     = "control_reference_template" // key references, any usage
	CondAnd     = "and"
	CondOr      = "or"
	CondNot     = "not"
	CondSC      = "security_condition_byte"
	CondUnknown = "unknown" // cannot be read; never counts as satisfied
)

// Condition is a tree of what must be fulfilled.
type Condition struct {
	Kind string `json:"kind"`
	// Of the kinds and, or, not.
	Of []Condition `json:"of,omitempty"`
	// Of the kind control_reference_template: tag A4 authentication, B4
	// checksum, B6 signature, B8 confidentiality.
	Template byte   `json:"template,omitempty"`
	Keys     []byte `json:"-"` // key references (tag 83)
	KeyNames Names  `json:"keys,omitempty"`
	Usage    byte   `json:"usage_qualifier,omitempty"` // tag 95; 08 is user authentication
	// Of the kind security_condition_byte.
	SC  byte `json:"security_condition,omitempty"`
	Raw Hex  `json:"raw,omitempty"` // of the kind unknown
}

// Names is a list of names.
type Names []string

// Security condition byte (ISO/IEC 7816-4 table 20).
const (
	SCAll          = 0x80 // every condition set, else at least one
	SCSecure       = 0x40 // secure messaging
	SCExternalAuth = 0x20
	SCUserAuth     = 0x10 // PIN
	SCEnvironment  = 0x0F // number of the security environment that names the keys
)

// Rule is one access rule: some modes and the condition under which they are
// allowed.
type Rule struct {
	Modes     AccessMode `json:"modes"`
	Condition Condition  `json:"condition"`
}

// KeyReferenceName names a key reference as TS 102 221 clause 9.5.1 does: PIN1
// to PIN8 are the PINs of application 1 to 8, 2PIN1 to 2PIN8 their second PINs.
func KeyReferenceName(ref byte) string {
	switch {
	case ref >= 0x01 && ref <= 0x08:
		return fmt.Sprintf("PIN%d", ref)
	case ref >= 0x0A && ref <= 0x0E:
		return fmt.Sprintf("ADM%d", ref-0x09)
	case ref == 0x11:
		return "UniversalPIN"
	case ref >= 0x81 && ref <= 0x88:
		return fmt.Sprintf("2PIN%d", ref-0x80)
	case ref >= 0x8A && ref <= 0x8E:
		return fmt.Sprintf("ADM%d", ref-0x84)
	}
	return fmt.Sprintf("key %02X", ref)
}

// ParseARR reads a record of EF.ARR (TS 102 221 clauses 9.2.5.3 and 13.4).
func ParseARR(record []byte) ([]Rule, []Flag) { return ParseExpanded(record) }

// ParseExpanded reads security attributes in expanded format, the value of
// FCP tag AB (TS 102 221 clause 9.2.5.3): access modes, each followed by its
// conditions. Several conditions behind one mode are alternatives.
func ParseExpanded(b []byte) ([]Rule, []Flag) {
	nodes, err := tlv.Parse(b)
	var flags []Flag
	var rules []Rule
	open := false // the last rule still collects modes
	for _, n := range nodes {
		if m, ok := accessMode(n); ok {
			if !open {
				rules = append(rules, Rule{Condition: Condition{Kind: CondNever}})
				open = true
			}
			rules[len(rules)-1].Modes.merge(m)
			continue
		}
		if len(rules) == 0 {
			flags = append(flags, Flag{ID: "flag.arr.orphan", Offset: n.Offset, Length: 1, Args: []any{"tag", n.Tag.String()}})
			continue
		}
		c, f := condition(n)
		flags = append(flags, f...)
		rules[len(rules)-1].also(c, open)
		open = false
	}
	if open {
		flags = append(flags, Flag{ID: "flag.arr.nocondition", Length: len(b)})
	}
	if err != nil {
		if n := len(nodes); n > 0 && len(rules) > 0 && brokenInside(nodes[n-1]) {
			// Half a template may ask for less than the whole one.
			rules[len(rules)-1].Condition = Condition{Kind: CondUnknown, Raw: nodes[n-1].Value}
		}
		flags = append(flags, Flag{ID: "flag.tlv", Length: len(b), Args: []any{"why", err.Error()}})
	}
	return rules, flags
}

func brokenInside(n tlv.Node) bool {
	if !n.Tag.Constructed() {
		return false
	}
	_, err := tlv.Parse(n.Value)
	return err != nil
}

func (r *Rule) also(c Condition, first bool) {
	switch {
	case first:
		r.Condition = c
	case r.Condition.Kind == CondOr && r.Condition.Template == 0:
		r.Condition.Of = append(r.Condition.Of, c)
	default:
		r.Condition = Condition{Kind: CondOr, Of: []Condition{r.Condition, c}}
	}
}

func (m *AccessMode) merge(x AccessMode) {
	m.Bits |= x.Bits
	m.Headers = append(m.Headers, x.Headers...)
	m.Proprietary = append(m.Proprietary, x.Proprietary...)
}

// accessMode reads an AM_DO: 80 is a byte of bits, 81 to 8F name the parts of
// a command header that follow, 9C is the card maker's own.
func accessMode(n tlv.Node) (AccessMode, bool) {
	switch {
	case n.Tag == 0x9C:
		return AccessMode{Proprietary: n.Value}, true
	case n.Tag < 0x80 || n.Tag > 0x8F:
		return AccessMode{}, false
	case n.Tag == 0x80 && len(n.Value) == 1 && n.Value[0]&modeProprietary == 0:
		return AccessMode{Bits: n.Value[0]}, true
	case n.Tag == 0x80:
		return AccessMode{Proprietary: n.Value}, true
	}
	var m AccessMode
	v := n.Value
	for len(v) > 0 {
		h, rest := commandHeader(byte(n.Tag), v)
		m.Headers = append(m.Headers, h)
		v = rest
	}
	return m, true
}

// commandHeader takes the parts that the tag's low bits announce: 8 CLA, 4
// INS, 2 P1, 1 P2.
func commandHeader(tag byte, v []byte) (CommandHeader, []byte) {
	var h CommandHeader
	for _, part := range []struct {
		bit byte
		to  **byte
	}{{8, &h.CLA}, {4, &h.INS}, {2, &h.P1}, {1, &h.P2}} {
		if tag&part.bit != 0 && len(v) > 0 {
			c := v[0]
			*part.to = &c
			v = v[1:]
		}
	}
	return h, v
}

// condition reads an SC_DO. tlv.Parse has bounded the depth.
func condition(n tlv.Node) (Condition, []Flag) {
	switch n.Tag {
	case 0x90:
		return Condition{Kind: CondAlways}, nil
	case 0x97:
		return Condition{Kind: CondNever}, nil
	case 0x9E:
		if len(n.Value) == 1 {
			return conditionByte(n.Value[0]), nil
		}
	case 0xA4, 0xB4, 0xB6, 0xB8:
		return keyCondition(n)
	case 0xA0, 0xA7, 0xAF:
		kind := map[tlv.Tag]string{0xA0: CondOr, 0xA7: CondNot, 0xAF: CondAnd}[n.Tag]
		c := Condition{Kind: kind, Template: byte(n.Tag)}
		var flags []Flag
		for _, child := range n.Children {
			sub, f := condition(child)
			c.Of = append(c.Of, sub)
			flags = append(flags, f...)
		}
		if len(c.Of) == 0 {
			flags = append(flags, Flag{ID: "flag.arr.emptytemplate", Offset: n.Offset, Length: 2})
			c = Condition{Kind: CondUnknown}
		}
		return c, flags
	}
	return Condition{Kind: CondUnknown, Raw: tlv.Append(nil, n.Tag, n.Value)},
		[]Flag{{ID: "flag.arr.unknown", Offset: n.Offset, Length: 1, Args: []any{"tag", n.Tag.String()}}}
}

func keyCondition(n tlv.Node) (Condition, []Flag) {
	c := Condition{Kind: CondKey, Template: byte(n.Tag)}
	for _, child := range n.Children {
		switch {
		case child.Tag == 0x83 && len(child.Value) == 1:
			c.Keys = append(c.Keys, child.Value[0])
			c.KeyNames = append(c.KeyNames, KeyReferenceName(child.Value[0]))
		case child.Tag == 0x95 && len(child.Value) == 1:
			c.Usage = child.Value[0]
		}
	}
	if len(c.Keys) == 0 {
		return Condition{Kind: CondUnknown, Template: c.Template, Raw: n.Value},
			[]Flag{{ID: "flag.arr.nokey", Offset: n.Offset, Length: 2 + len(n.Value)}}
	}
	return c, nil
}

func conditionByte(c byte) Condition {
	switch c {
	case 0x00:
		return Condition{Kind: CondAlways}
	case 0xFF:
		return Condition{Kind: CondNever}
	}
	return Condition{Kind: CondSC, SC: c}
}

// ParseCompact reads security attributes in compact format, the value of FCP
// tag 8C (TS 102 221 clause 9.2.5.2, ISO/IEC 7816-4 clause 5.4.3.1): an access
// mode byte and one security condition byte for each bit set, highest first.
func ParseCompact(b []byte) ([]Rule, []Flag) {
	var rules []Rule
	for i := 0; i < len(b); {
		mode := b[i]
		if mode&modeProprietary != 0 {
			rules = append(rules, Rule{AccessMode{Proprietary: b[i:]}, Condition{Kind: CondUnknown, Raw: b[i:]}})
			return rules, []Flag{{ID: "flag.arr.proprietary", Offset: i, Length: len(b) - i}}
		}
		i++
		for bit := byte(ModeDelete); bit != 0; bit >>= 1 {
			if mode&bit == 0 {
				continue
			}
			if i >= len(b) {
				return rules, []Flag{{ID: "flag.arr.short", Length: len(b)}}
			}
			rules = append(rules, Rule{AccessMode{Bits: bit}, conditionByte(b[i])})
			i++
		}
	}
	return rules, nil
}

// modeWords lists a mode in the specification's words for an EF.
func (m AccessMode) modeWords() []string {
	var out []string
	for _, w := range []struct {
		bit byte
		id  string
	}{
		{ModeRead, "read"},
		{ModeUpdate, "update"},
		{ModeWrite, "write"},
		{ModeDeactivate, "deactivate"},
		{ModeActivate, "activate"},
		{ModeTerminate, "terminate"},
		{ModeDelete, "delete"},
	} {
		if m.Bits&w.bit != 0 {
			out = append(out, word("mode."+w.id))
		}
	}
	for _, h := range m.Headers {
		if h.INS != nil {
			out = append(out, "INS "+hexByte(*h.INS))
		}
	}
	if len(m.Proprietary) > 0 {
		out = append(out, word("mode.proprietary"))
	}
	return out
}

// String writes the condition shortly: "PIN1", "PIN1 or ADM1".
func (c Condition) String() string {
	switch c.Kind {
	case CondKey:
		names := make([]string, len(c.Keys))
		for i, k := range c.Keys {
			names[i] = card.PINRef(k).String() // as the rest of the program says it
		}
		return strings.Join(names, "/")
	case CondAnd, CondOr:
		parts := make([]string, len(c.Of))
		for i, sub := range c.Of {
			parts[i] = sub.String()
			if len(sub.Of) > 1 {
				parts[i] = "(" + parts[i] + ")"
			}
		}
		return strings.Join(parts, " "+word("cond."+c.Kind)+" ")
	case CondNot:
		parts := make([]string, len(c.Of))
		for i, sub := range c.Of {
			parts[i] = sub.String()
		}
		return word("cond.not") + " (" + strings.Join(parts, ", ") + ")"
	case CondSC:
		return "SC " + hexByte(c.SC)
	}
	return word("cond." + c.Kind)
}
