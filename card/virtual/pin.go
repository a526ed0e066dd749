package virtual

import (
	"bytes"
	"crypto/subtle"
	"slices"

	"simscope/card"
	"simscope/card/safe"
)

// usageVerify is the usage qualifier of a Universal PIN that stands in for
// disabled application PINs (ETSI TS 102 221 clause 9.5.2).
const usageVerify = 0x08

// replaceByUniversal is the P1 of DISABLE PIN that puts the Universal PIN in
// the place of the disabled one (ETSI TS 102 221 clause 11.1.11).
const replaceByUniversal = 0x80 | byte(RefUniversal)

// pin is a PIN of a running card.
type pin struct {
	ref      Ref
	app      AID
	value    []byte
	enabled  bool
	verified bool
	fixed    bool
	unknown  bool
	usage    byte
	tries    counter

	puk      []byte // nil where there is none
	pukTries counter
}

// counter is a retry counter.
type counter struct{ left, max int }

func newPIN(p PIN) *pin {
	out := &pin{
		ref: p.Ref, app: p.App, enabled: p.Enabled, unknown: p.Unknown, fixed: p.Fixed, usage: p.Usage,
		tries: counter{p.Tries, p.Max}, pukTries: counter{p.UnblockTries, p.UnblockMax},
	}
	p.Value.Use(func(b []byte) { out.value = bytes.Clone(b) })
	p.Unblock.Use(func(b []byte) { out.puk = bytes.Clone(b) })
	return out
}

func (p *pin) image() PIN {
	out := PIN{
		Ref: p.ref, App: p.app, Value: safe.NewSecret(bytes.Clone(p.value)), Enabled: p.enabled, Unknown: p.unknown,
		Tries: p.tries.left, Max: p.tries.max, Fixed: p.fixed, Usage: p.usage,
	}
	if len(p.puk) > 0 {
		out.Unblock = safe.NewSecret(bytes.Clone(p.puk))
		out.UnblockTries, out.UnblockMax = p.pukTries.left, p.pukTries.max
	}
	return out
}

// goodPIN reports whether b is 4 to 8 digits padded with FF (ETSI TS 102 221
// clause 11.1.9).
func goodPIN(b []byte) bool {
	digits := 0
	for digits < len(b) && b[digits] >= '0' && b[digits] <= '9' {
		digits++
	}
	return len(b) == pinBytes && digits >= 4 &&
		!slices.ContainsFunc(b[digits:], func(c byte) bool { return c != 0xFF })
}

// pin looks a PIN up. A local reference belongs to app, or to the whole card.
func (c *Card) pin(ref Ref, app *application) *pin {
	var found *pin
	for _, p := range c.pins {
		switch {
		case p.ref != ref:
		case p.app == "":
			if found == nil {
				found = p
			}
		case app != nil && p.app == app.aid:
			found = p
		}
	}
	return found
}

// chv is CHV1 or CHV2 of class A0: the PIN 01, and the second PIN 81 of the
// card or of its first application that has one.
func (c *Card) chv(n byte) *pin {
	if n == 1 {
		return c.pin(RefPIN1, nil)
	}
	if p := c.pin(RefPIN2, nil); p != nil {
		return p
	}
	for _, p := range c.pins {
		if p.ref == RefPIN2 {
			return p
		}
	}
	return nil
}

// named is the PIN that a command's P2 names; P1 has been judged.
func (c *Card) named(ch *channel, cmd card.Command) (*pin, card.SW) {
	if c.class != activationGSM {
		p := c.pin(Ref(cmd.P2), ch.app)
		switch {
		case p == nil:
			return nil, card.SWNoReference
		case p.unknown:
			return nil, card.SWNoInstruction
		}
		return p, 0
	}
	n := cmd.P2
	if cmd.INS == card.InsUnblockPIN && n == 0 {
		n = 1
	} else if cmd.INS == card.InsUnblockPIN && n == 1 {
		return nil, swGSMParameters
	}
	onlyFirst := cmd.INS == card.InsDisablePIN || cmd.INS == card.InsEnablePIN
	if n != 1 && n != 2 || n == 2 && onlyFirst {
		return nil, swGSMParameters
	}
	if p := c.chv(n); p != nil && !p.unknown {
		return p, 0
	}
	return nil, card.SWGSMNoCHV
}

var (
	faultBlocked  = fault{card.SWBlocked, card.SWGSMBlocked}
	faultOff      = fault{card.SWInvalidated, card.SWGSMContradict}
	faultOn       = fault{card.SWConditions, card.SWGSMContradict}
	faultBadValue = fault{swWrongData, card.SWGSMAccess}
)

// try compares a presented value with a secret and keeps its counter: a wrong
// one costs a try, a right one restores them. The status word is 0 when it
// was right.
func (c *Card) try(presented, secret []byte, t *counter) card.SW {
	if t.left == 0 {
		return c.fault(faultBlocked).sw
	}
	if subtle.ConstantTimeCompare(presented, secret) == 1 {
		t.left = t.max
		return 0
	}
	t.left--
	switch {
	case c.class != activationGSM:
		return 0x63C0 | card.SW(t.left)
	case t.left == 0:
		return card.SWGSMBlocked
	}
	return card.SWGSMAccess
}

// check is try on the PIN itself; a wrong value also takes back what was
// verified.
func (c *Card) check(p *pin, presented []byte) card.SW {
	sw := c.try(presented, p.value, &p.tries)
	p.verified = sw == 0
	return sw
}

// left is the answer to an empty VERIFY or UNBLOCK: the tries.
func left(t counter) reply {
	if t.left == 0 {
		return status(card.SWBlocked)
	}
	return status(0x63C0 | card.SW(t.left))
}

// verifyPIN is VERIFY PIN (ETSI TS 102 221 clause 11.1.9) and VERIFY CHV.
func verifyPIN(c *Card, ch *channel, cmd card.Command) reply {
	if cmd.P1 != 0 {
		return c.badParameters()
	}
	p, sw := c.named(ch, cmd)
	switch {
	case sw != 0:
		return status(sw)
	case len(cmd.Data) == 0 && c.class != activationGSM:
		return left(p.tries)
	case len(cmd.Data) != pinBytes:
		return status(card.SWWrongLength)
	case p.tries.left == 0:
		return c.fault(faultBlocked)
	case !p.enabled:
		return c.fault(faultOff)
	}
	return ended(c.check(p, cmd.Data))
}

// ended is the reply to a check that gave sw, 0 for right.
func ended(sw card.SW) reply {
	if sw == 0 {
		sw = card.SWDone
	}
	return status(sw)
}

// changePIN is CHANGE PIN (ETSI TS 102 221 clause 11.1.10): the old value and
// the new one, of a PIN that is on.
func changePIN(c *Card, ch *channel, cmd card.Command) reply {
	if cmd.P1 != 0 {
		return c.badParameters()
	}
	p, sw := c.named(ch, cmd)
	switch {
	case sw != 0:
		return status(sw)
	case len(cmd.Data) != 2*pinBytes:
		return status(card.SWWrongLength)
	case p.tries.left == 0:
		return c.fault(faultBlocked)
	case !p.enabled:
		return c.fault(faultOff)
	case !p.takes(cmd.Data[pinBytes:]):
		return c.fault(faultBadValue)
	}
	if sw := c.check(p, cmd.Data[:pinBytes]); sw != 0 {
		return status(sw)
	}
	copy(p.value, cmd.Data[pinBytes:])
	return status(card.SWDone)
}

// takes reports whether the PIN may get this value.
func (p *pin) takes(v []byte) bool { return p.ref.admin() || goodPIN(v) }

// disablePIN is DISABLE PIN (ETSI TS 102 221 clause 11.1.11).
func disablePIN(c *Card, ch *channel, cmd card.Command) reply {
	universal := c.pin(RefUniversal, nil)
	replaced := cmd.P1 == replaceByUniversal && universal != nil && c.class != activationGSM
	if cmd.P1 != 0 && !replaced {
		return c.badParameters()
	}
	p, sw := c.named(ch, cmd)
	switch {
	case sw != 0:
		return status(sw)
	case len(cmd.Data) != pinBytes:
		return status(card.SWWrongLength)
	case p.tries.left == 0:
		return c.fault(faultBlocked)
	case p.fixed || p.ref.admin():
		return c.fault(faultOn)
	case !p.enabled:
		return c.fault(faultOff)
	}
	if sw := c.check(p, cmd.Data); sw != 0 {
		return status(sw)
	}
	p.enabled, p.verified = false, false
	if universal != nil && p.ref.application() {
		universal.usage = 0
		if replaced {
			universal.usage = usageVerify
		}
	}
	return status(card.SWDone)
}

// enablePIN is ENABLE PIN (ETSI TS 102 221 clause 11.1.12). It takes the
// value the PIN has.
func enablePIN(c *Card, ch *channel, cmd card.Command) reply {
	if cmd.P1 != 0 {
		return c.badParameters()
	}
	p, sw := c.named(ch, cmd)
	switch {
	case sw != 0:
		return status(sw)
	case len(cmd.Data) != pinBytes:
		return status(card.SWWrongLength)
	case p.tries.left == 0:
		return c.fault(faultBlocked)
	case p.enabled:
		return c.fault(faultOn)
	}
	if sw := c.check(p, cmd.Data); sw != 0 {
		return status(sw)
	}
	p.enabled = true
	return status(card.SWDone)
}

// unblockPIN is UNBLOCK PIN (ETSI TS 102 221 clause 11.1.13): the PUK and a
// new value. It also turns the PIN on.
func unblockPIN(c *Card, ch *channel, cmd card.Command) reply {
	if cmd.P1 != 0 {
		return c.badParameters()
	}
	p, sw := c.named(ch, cmd)
	switch {
	case sw != 0:
		return status(sw)
	case len(p.puk) == 0:
		return c.fault(fault{card.SWNoReference, card.SWGSMNoCHV})
	case len(cmd.Data) == 0 && c.class != activationGSM:
		return left(p.pukTries)
	case len(cmd.Data) != 2*pinBytes:
		return status(card.SWWrongLength)
	case p.pukTries.left == 0:
		return c.fault(faultBlocked)
	case !p.takes(cmd.Data[pinBytes:]):
		return c.fault(faultBadValue)
	}
	if sw := c.try(cmd.Data[:pinBytes], p.puk, &p.pukTries); sw != 0 {
		return status(sw)
	}
	copy(p.value, cmd.Data[pinBytes:])
	p.tries.left = p.tries.max
	p.enabled, p.verified = true, true
	return status(card.SWDone)
}
