package virtual

import (
	"bytes"
	"slices"

	"simscope/card"
)

// fault is a status word in both dialects.
type fault struct{ uicc, gsm card.SW }

var (
	faultNoEF      = fault{swNoEF, card.SWGSMNoEF}
	faultStructure = fault{swStructure, swGSMStructure}
	faultAccess    = fault{card.SWNotSatisfied, card.SWGSMAccess}
	faultInvalid   = fault{card.SWInvalidated, swGSMInvalid}
	faultOffset    = fault{card.SWWrongOffset, swGSMRange}
	faultRecord    = fault{card.SWNoRecord, swGSMRange}
	faultNoSFI     = fault{card.SWNotFound, card.SWGSMNotFound}
)

func (c *Card) fault(f fault) reply {
	if c.class == activationGSM {
		return status(f.gsm)
	}
	return status(f.uicc)
}

// open checks that n can be used for op by a command on files of some kinds.
func (c *Card) open(ch *channel, n *node, op operation, fits func(Kind) bool) (fault, bool) {
	switch {
	case n == nil:
		return faultNoEF, false
	case !fits(n.spec.Kind):
		return faultStructure, false
	case op == opRead && len(n.spec.Refuse) > 0:
		sw := card.SW(n.spec.Refuse[0])<<8 | card.SW(n.spec.Refuse[1])
		return fault{sw, sw}, false
	case !c.allowed(ch, n, op):
		return faultAccess, false
	case stateCodes[n.body.state] != stateCodes[StateActivated]:
		return faultInvalid, false
	}
	return fault{}, true
}

// target is the file that a binary command means, and its offset.
func (c *Card) target(ch *channel, cmd card.Command) (n *node, offset int, selects bool) {
	if cmd.P1&0x80 == 0 || c.class == activationGSM {
		return ch.ef, int(cmd.P1)<<8 | int(cmd.P2), false
	}
	return ch.df.bySFI(int(cmd.P1 & 0x1F)), int(cmd.P2), true
}

func isTransparent(k Kind) bool { return k == KindTransparent }

// binary is what READ BINARY and UPDATE BINARY have in common. A file named
// by its SFI becomes the current one when the command may go on.
func (c *Card) binary(ch *channel, cmd card.Command, op operation) (*node, int, *reply) {
	n, offset, selects := c.target(ch, cmd)
	if selects && n == nil {
		r := c.fault(faultNoSFI)
		return nil, 0, &r
	}
	if f, ok := c.open(ch, n, op, isTransparent); !ok {
		r := c.fault(f)
		return nil, 0, &r
	}
	if selects {
		ch.ef, ch.record = n, 0
	}
	if offset > 0 && offset >= len(n.body.data) {
		r := c.fault(faultOffset)
		return nil, 0, &r
	}
	return n, offset, nil
}

// readBinary is READ BINARY (ETSI TS 102 221 clause 11.1.3).
func readBinary(c *Card, ch *channel, cmd card.Command) reply {
	if len(cmd.Data) > 0 {
		return status(card.SWWrongLength)
	}
	n, offset, bad := c.binary(ch, cmd, opRead)
	if bad != nil {
		return *bad
	}
	rest := n.body.data[offset:]
	want := cmd.Le
	if want == 0 {
		want = card.MaxShortLe
	}
	if want <= len(rest) {
		return reply{data: slices.Clone(rest[:want]), sw: card.SWDone, shaped: true}
	}
	if !c.opt.Direct && len(rest) > 0 {
		return reply{sw: c.wrongLe(len(rest)), shaped: true}
	}
	r := reply{data: slices.Clone(rest), sw: card.SWDone, shaped: true}
	if want != card.MaxShortLe || len(rest) == 0 {
		r.sw = swEndOfFile
	}
	return r
}

// updateBinary is UPDATE BINARY (ETSI TS 102 221 clause 11.1.4).
func updateBinary(c *Card, ch *channel, cmd card.Command) reply {
	if len(cmd.Data) == 0 {
		return status(card.SWWrongLength)
	}
	n, offset, bad := c.binary(ch, cmd, opUpdate)
	if bad != nil {
		return *bad
	}
	if len(cmd.Data) > len(n.body.data)-offset {
		return status(card.SWWrongLength)
	}
	copy(n.body.data[offset:], cmd.Data)
	return status(card.SWDone)
}

// Modes of record commands (low three bits of P2).
const (
	recordNext     = 2
	recordPrevious = 3
	recordAbsolute = 4
)

// record finds the record that a record command means: its file and its
// number from 1.
func (c *Card) record(ch *channel, cmd card.Command, op operation) (*node, int, *reply) {
	fail := func(r reply) (*node, int, *reply) { return nil, 0, &r }
	n, current, sfi := ch.ef, ch.record, int(cmd.P2>>3)
	if sfi != 0 {
		if c.class == activationGSM {
			return fail(c.badParameters())
		}
		if n = ch.df.bySFI(sfi); n == nil {
			return fail(c.fault(faultNoSFI))
		}
		current = 0
	}
	mode := cmd.P2 & 0x07
	if mode < recordNext || mode > recordAbsolute || mode != recordAbsolute && cmd.P1 != 0 {
		return fail(c.badParameters())
	}
	if f, ok := c.open(ch, n, op, Kind.hasRecords); !ok {
		return fail(c.fault(f))
	}
	if op == opUpdate && n.spec.Kind == KindCyclic && mode != recordPrevious {
		return fail(c.badParameters())
	}
	number := int(cmd.P1)
	switch {
	case mode != recordAbsolute:
		number = step(n, current, mode)
	case number == 0:
		number = current
	}
	if number < 1 || number > len(n.body.records) {
		return fail(c.fault(faultRecord))
	}
	if sfi != 0 {
		ch.ef, ch.record = n, 0
	}
	return n, number, nil
}

// step is the record after or before the current one; 0 when there is none.
// A cyclic file goes round.
func step(n *node, current int, mode byte) int {
	count := len(n.body.records)
	number := current + 1
	if mode == recordPrevious {
		if number = current - 1; current == 0 {
			number = count
		}
	}
	if n.spec.Kind == KindCyclic && count > 0 {
		return (number-1+count)%count + 1
	}
	return number
}

// readRecord is READ RECORD (ETSI TS 102 221 clause 11.1.5).
func readRecord(c *Card, ch *channel, cmd card.Command) reply {
	if len(cmd.Data) > 0 {
		return status(card.SWWrongLength)
	}
	n, number, bad := c.record(ch, cmd, opRead)
	if bad != nil {
		return *bad
	}
	r := done(slices.Clone(n.body.records[number-1]))
	// A wrong length is corrected before the record pointer moves, so that
	// the repeated command reads the same record.
	if s := c.shape(cmd, r); len(s.data) == 0 {
		return s
	}
	if cmd.P2&0x07 != recordAbsolute {
		ch.record = number
	}
	return r
}

// updateRecord is UPDATE RECORD (ETSI TS 102 221 clause 11.1.6). In a cyclic
// file the oldest record is overwritten and becomes number 1.
func updateRecord(c *Card, ch *channel, cmd card.Command) reply {
	n, number, bad := c.record(ch, cmd, opUpdate)
	if bad != nil {
		return *bad
	}
	if len(cmd.Data) != n.body.length {
		return status(card.SWWrongLength)
	}
	rec := n.body.records
	if n.spec.Kind == KindCyclic {
		n.body.push(bytes.Clone(cmd.Data))
		ch.record = 1
		return status(card.SWDone)
	}
	copy(rec[number-1], cmd.Data)
	if cmd.P2&0x07 != recordAbsolute {
		ch.record = number
	}
	return status(card.SWDone)
}

// deactivate is DEACTIVATE FILE and INVALIDATE, activate is ACTIVATE FILE and
// REHABILITATE, of the current file (ETSI TS 102 221 clauses 11.1.14 and
// 11.1.15).
func deactivate(c *Card, ch *channel, cmd card.Command) reply {
	return c.setState(ch, cmd, opDeactivate, StateDeactivated)
}

func activate(c *Card, ch *channel, cmd card.Command) reply {
	return c.setState(ch, cmd, opActivate, StateActivated)
}

func (c *Card) setState(ch *channel, cmd card.Command, op operation, to State) reply {
	switch {
	case cmd.P1 != 0 || cmd.P2 != 0:
		return c.badParameters()
	case len(cmd.Data) > 0:
		return status(card.SWWrongLength)
	case ch.ef == nil:
		return c.fault(faultNoEF)
	case !c.allowed(ch, ch.ef, op):
		return c.fault(faultAccess)
	}
	now := stateCodes[ch.ef.body.state]
	if now != stateCodes[StateActivated] && now != stateCodes[StateDeactivated] {
		return c.fault(faultInvalid)
	}
	if c.class == activationGSM && now == stateCodes[to] {
		return status(swGSMInvalid)
	}
	ch.ef.body.state = to
	return status(card.SWDone)
}
