package virtual

import (
	"slices"

	"simscope/card/tlv"
)

// operation is what a command wants to do with a file, as the bit of the
// access mode byte of ISO/IEC 7816-4 clause 5.4.3.1 for elementary files.
type operation byte

const (
	opRead       operation = 0x01
	opUpdate     operation = 0x02
	opDeactivate operation = 0x08
	opActivate   operation = 0x10
	// opIncrease has no bit: only a list of instructions allows it (ETSI
	// TS 102 221 clause 9.2.4), and the digit of its own in class A0.
	opIncrease operation = 0x00
)

// allowed reports whether the access rule of n lets the channel do op now.
func (c *Card) allowed(ch *channel, n *node, op operation) bool {
	if op == opRead && n.spec.Readable {
		return true
	}
	if c.class == activationGSM {
		return c.allowedGSM(n, op)
	}
	a := n.spec.Access
	switch {
	case len(a.Compact) > 0:
		return c.compact(ch, n, a.Compact, op)
	case len(a.Expanded) > 0:
		return c.expanded(ch, n, a.Expanded, op)
	}
	return c.expanded(ch, n, c.arrRecord(n), op)
}

// arrRecord is the record of EF.ARR that holds for n in the present security
// environment; nil when there is none, which forbids everything.
func (c *Card) arrRecord(n *node) []byte {
	a := n.spec.Access
	if a.ARR == 0 {
		return nil
	}
	record, se := 0, c.environment(n)
	for _, r := range a.Rules {
		if r.SE == nil || *r.SE == se {
			record = r.Record
			break
		}
	}
	arr := c.arrFile(n, a.ARR)
	if arr == nil || record < 1 || record > len(arr.body.records) {
		return nil
	}
	return arr.body.records[record-1]
}

// arrFile looks for EF.ARR in the directory of n and then upwards (ETSI
// TS 102 221 clause 13.4).
func (c *Card) arrFile(n *node, fid FID) *node {
	dir := n
	if !n.isDF() {
		dir = n.parent
	}
	for ; dir != nil; dir = dir.parent {
		for _, f := range dir.children {
			if f.spec.FID == fid && f.spec.Kind == KindLinearFixed {
				return f
			}
		}
	}
	return nil
}

// environment is the security environment in force for n: 01 while the PIN of
// its application is on, 00 while it is off (ETSI TS 102 221 annex G.2).
func (c *Card) environment(n *node) int {
	for ; n != nil; n = n.parent {
		for _, ref := range n.spec.PINs {
			if !ref.application() {
				continue
			}
			if p := c.pin(ref, n.app); p != nil && !p.enabled {
				return 0
			}
			return 1
		}
	}
	return 1
}

// expanded judges an access rule in expanded format (ETSI TS 102 221 clause
// 9.2.4): access mode objects, each followed by security conditions of which
// one is enough.
func (c *Card) expanded(ch *channel, n *node, rule []byte, op operation) bool {
	nodes, err := tlv.Parse(rule)
	if err != nil {
		return false
	}
	applies := false
	for _, d := range nodes {
		switch {
		case d.Tag == 0x80:
			applies = len(d.Value) == 1 && d.Value[0]&byte(op) != 0
		case d.Tag >= 0x81 && d.Tag <= 0x8F:
			applies = d.Tag == 0x84 && slices.Contains(d.Value, opInstruction[op])
		case applies && c.condition(ch, n, d):
			return true
		}
	}
	return false
}

// opInstruction is the instruction that does an operation, for access mode
// objects that list instructions (tag 84).
var opInstruction = map[operation]byte{opRead: 0xB0, opUpdate: 0xD6, opDeactivate: 0x04, opActivate: 0x44, opIncrease: 0x32}

// condition judges one security condition object.
func (c *Card) condition(ch *channel, n *node, d tlv.Node) bool {
	switch d.Tag {
	case 0x90:
		return true // ALWAYS
	case 0xA4:
		ref, ok := tlv.Find(d.Children, 0x83)
		return ok && len(ref.Value) == 1 && c.satisfied(ch, n, Ref(ref.Value[0]))
	case 0xA0:
		return slices.ContainsFunc(d.Children, func(k tlv.Node) bool { return c.condition(ch, n, k) })
	case 0xAF:
		return len(d.Children) > 0 &&
			!slices.ContainsFunc(d.Children, func(k tlv.Node) bool { return !c.condition(ch, n, k) })
	case 0xA7:
		return len(d.Children) > 0 &&
			!slices.ContainsFunc(d.Children, func(k tlv.Node) bool { return c.condition(ch, n, k) })
	}
	return false // 97 NEVER and what is not known
}

// compact judges an access rule in compact format (ISO/IEC 7816-4 clause
// 5.4.3.1): the access mode byte, then one condition for each bit set, from
// bit 7 down.
func (c *Card) compact(ch *channel, n *node, rule []byte, op operation) bool {
	next := 1
	for bit := byte(0x40); bit != 0; bit >>= 1 {
		if rule[0]&bit == 0 {
			continue
		}
		if next >= len(rule) {
			return false
		}
		if bit == byte(op) {
			return c.compactCondition(ch, n, rule[next])
		}
		next++
	}
	return false
}

// compactCondition judges a condition byte: 00 always, FF never; bit 5 user
// authentication, here the application's PIN; bit 6 external authentication,
// here ADM1; bit 8 asks for all that are named, else one is enough. Secure
// messaging (bit 7) is never satisfied.
func (c *Card) compactCondition(ch *channel, n *node, sc byte) bool {
	if sc == 0x00 || sc == 0xFF {
		return sc == 0x00
	}
	user := c.satisfied(ch, n, c.applicationPIN(n))
	adm := c.satisfied(ch, n, RefADM1)
	if sc&0x80 == 0 {
		return sc&0x10 != 0 && user || sc&0x20 != 0 && adm
	}
	return sc&0x40 == 0 && sc&0x30 != 0 && (sc&0x10 == 0 || user) && (sc&0x20 == 0 || adm)
}

// applicationPIN is the reference of the PIN that guards the application of
// n: the first one its directories name.
func (c *Card) applicationPIN(n *node) Ref {
	for ; n != nil; n = n.parent {
		for _, ref := range n.spec.PINs {
			if ref.application() {
				return ref
			}
		}
	}
	return RefPIN1
}

// satisfied reports whether the condition "PIN or key ref" holds. A PIN that
// is off counts as verified, unless the Universal PIN stands in for it
// (ETSI TS 102 221 clause 9.4.1).
func (c *Card) satisfied(ch *channel, n *node, ref Ref) bool {
	app := n.app
	if app == nil {
		app = ch.app
	}
	p := c.pin(ref, app)
	switch {
	case p == nil:
		return false
	case ref == RefUniversal:
		return p.verified || !p.enabled || p.usage != usageVerify
	case p.enabled:
		return p.verified
	case ref.application():
		u := c.pin(RefUniversal, nil)
		return u == nil || !u.enabled || u.usage != usageVerify || u.verified
	}
	return true
}

// allowedGSM judges the access bytes of class A0 (3GPP TS 51.011 clause 9.3).
func (c *Card) allowedGSM(n *node, op operation) bool {
	a := n.spec.GSM
	if len(a) != 3 {
		return false
	}
	level := map[operation]byte{
		opRead: a[0] >> 4, opUpdate: a[0] & 0x0F, opIncrease: a[1] >> 4, opActivate: a[2] >> 4, opDeactivate: a[2] & 0x0F,
	}[op]
	switch {
	case level == 0:
		return true // ALW
	case level == 1, level == 2:
		p := c.chv(level)
		return p != nil && (p.verified || !p.enabled)
	case level >= 4 && level <= 0x0E:
		p := c.pin(RefADM1, nil)
		return p != nil && p.verified
	}
	return false // NEV
}
