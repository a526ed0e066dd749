package ef

import (
	"simscope/card/tlv"
)

// encodeARR writes rules in expanded format (TS 102 221 clause 9.2.5.3): of
// each the access modes, then its conditions. What would not read back as the
// same rules is refused: a rule must never come out weaker than it was meant.
func encodeARR(v AccessRules, size int) ([]byte, error) {
	var out []byte
	for _, r := range v.Rules {
		modes, err := r.Modes.encode()
		if err != nil {
			return nil, err
		}
		condition, err := r.Condition.encode(true)
		if err != nil {
			return nil, err
		}
		out = append(append(out, modes...), condition...)
	}
	if back, _ := ParseARR(out); len(out) > 0 && !sameRules(back, v.Rules) {
		return nil, refuse("arr.lost")
	}
	return padded(out, size)
}

// templates are the tags of conditions that hold others, and of keys.
var templates = map[string]tlv.Tag{CondOr: 0xA0, CondNot: 0xA7, CondAnd: 0xAF, CondKey: 0xA4}

func sameRules(a, b []Rule) bool {
	if len(a) != len(b) {
		return false
	}
	for i := range a {
		if !sameJSON(a[i].named(), b[i].named()) {
			return false
		}
	}
	return true
}

// named fills in what a rule made by hand may leave out: the names of keys
// given by number, and the templates that go without saying.
func (r Rule) named() Rule {
	r.Condition = r.Condition.named(true)
	return r
}

func (c Condition) named(top bool) Condition {
	if c.Template == 0 && !(top && c.Kind == CondOr) {
		c.Template = byte(templates[c.Kind])
	}
	if len(c.KeyNames) == 0 {
		for _, k := range c.Keys {
			c.KeyNames = append(c.KeyNames, KeyReferenceName(k))
		}
	}
	of := make([]Condition, len(c.Of))
	for i := range c.Of {
		of[i] = c.Of[i].named(false)
	}
	c.Of = of
	return c
}

// encode writes the AM_DOs of a mode: one byte of bits and one object for each
// kind of command header. What is the card maker's own has two codings that
// look the same here, so it is not written.
func (m AccessMode) encode() ([]byte, error) {
	var out []byte
	if m.Bits != 0 {
		out = tlv.Append(out, 0x80, []byte{m.Bits})
	}
	for i := 0; i < len(m.Headers); {
		tag, value := m.Headers[i].encode()
		for i++; i < len(m.Headers); i++ {
			t, v := m.Headers[i].encode()
			if t != tag {
				break
			}
			value = append(value, v...)
		}
		if tag == 0x80 {
			return nil, refuse("arr.header")
		}
		out = tlv.Append(out, tag, value)
	}
	if len(m.Proprietary) > 0 {
		return nil, refuse("arr.proprietary")
	}
	if len(out) == 0 {
		return nil, refuse("arr.mode")
	}
	return out, nil
}

// encode gives the tag that says which parts follow, and the parts.
func (h CommandHeader) encode() (tlv.Tag, []byte) {
	tag, value := tlv.Tag(0x80), []byte(nil)
	for i, part := range []*byte{h.CLA, h.INS, h.P1, h.P2} {
		if part != nil {
			tag |= 8 >> i
			value = append(value, *part)
		}
	}
	return tag, value
}

// encode writes the SC_DO of a condition; at the top of a rule, alternatives
// without a template of their own stand one behind the other.
func (c Condition) encode(top bool) ([]byte, error) {
	switch c.Kind {
	case CondAlways:
		return tlv.Append(nil, 0x90, nil), nil
	case CondNever:
		return tlv.Append(nil, 0x97, nil), nil
	case CondSC:
		return tlv.Append(nil, 0x9E, []byte{c.SC}), nil
	case CondKey:
		return c.encodeKeys()
	case CondAnd, CondOr, CondNot:
		return c.encodeTemplate(top)
	}
	return nil, refuse("arr.condition", "kind", c.Kind)
}

func (c Condition) encodeKeys() ([]byte, error) {
	keys, err := c.keyReferences()
	if err != nil {
		return nil, err
	}
	var value []byte
	for _, k := range keys {
		value = tlv.Append(value, 0x83, []byte{k})
	}
	if c.Usage != 0 {
		value = tlv.Append(value, 0x95, []byte{c.Usage})
	}
	template := tlv.Tag(c.Template)
	if template == 0 {
		template = templates[CondKey]
	}
	return tlv.Append(nil, template, value), nil
}

// keyReferences are the numbers of the keys, by their names where it has
// them: those are what JSON carries.
func (c Condition) keyReferences() ([]byte, error) {
	if len(c.KeyNames) == 0 {
		if len(c.Keys) == 0 {
			return nil, refuse("arr.nokey")
		}
		return c.Keys, nil
	}
	var out []byte
	for _, name := range c.KeyNames {
		ref, ok := keyReference(name)
		if !ok {
			return nil, refuse("arr.key", "name", name)
		}
		out = append(out, ref)
	}
	return out, nil
}

// keyReference is the inverse of KeyReferenceName.
func keyReference(name string) (byte, bool) {
	for ref := range 256 {
		if KeyReferenceName(byte(ref)) == name {
			return byte(ref), true
		}
	}
	return 0, false
}

func (c Condition) encodeTemplate(top bool) ([]byte, error) {
	var value []byte
	for _, sub := range c.Of {
		b, err := sub.encode(false)
		if err != nil {
			return nil, err
		}
		value = append(value, b...)
	}
	if len(value) == 0 {
		return nil, refuse("arr.condition", "kind", c.Kind)
	}
	if top && c.Kind == CondOr && c.Template == 0 {
		return value, nil
	}
	return tlv.Append(nil, templates[c.Kind], value), nil
}
