package virtual

import (
	"strings"

	"simscope/card"
	"simscope/card/tlv"
)

// P1 of SELECT (ETSI TS 102 221 table 11.1).
const (
	selectFID      = 0x00
	selectChild    = 0x01
	selectParent   = 0x03
	selectAID      = 0x04
	selectFromMF   = 0x08
	selectFromHere = 0x09
)

// P2 of SELECT and STATUS (ETSI TS 102 221 table 11.2): what to return, and
// for applications which of several and whether the session ends.
const (
	returnMask = 0x0C
	returnFCI  = 0x00
	returnFCP  = 0x04
	returnNone = 0x0C
	occurMask  = 0x03
	terminates = 0x40
)

// selectUICC is SELECT (ETSI TS 102 221 clause 11.1.1).
func selectUICC(c *Card, ch *channel, cmd card.Command) reply {
	if cmd.P1 == selectAID {
		return c.selectApplication(ch, cmd)
	}
	form := cmd.P2 & returnMask
	if cmd.P2&^returnMask != 0 || form == 0x08 {
		return status(card.SWWrongP1P2)
	}
	n, r := c.selected(ch, cmd)
	if r != nil {
		return *r
	}
	if n == nil {
		return status(card.SWNotFound)
	}
	answer := c.describe(n, form)
	// A wrong length is corrected before anything is selected, so that the
	// repeated command starts from the same place.
	if s := c.shape(cmd, answer); len(cmd.Data) == 0 && len(answer.data) > 0 && len(s.data) == 0 {
		return s
	}
	ch.enter(n)
	return answer
}

// selected is the file that a SELECT without AID names, nil when there is
// none.
func (c *Card) selected(ch *channel, cmd card.Command) (*node, *reply) {
	length := status(card.SWWrongLength)
	switch cmd.P1 {
	case selectFID, selectChild:
		if len(cmd.Data) != 2 {
			return nil, &length
		}
		fid := card.FID(cmd.Data[0])<<8 | card.FID(cmd.Data[1])
		if cmd.P1 == selectFID {
			return c.near(ch, fid), nil
		}
		if n := ch.df.child(fid); n != nil && n.isDF() {
			return n, nil
		}
		return nil, nil
	case selectParent:
		if len(cmd.Data) != 0 {
			return nil, &length
		}
		return ch.df.parent, nil
	case selectFromMF, selectFromHere:
		if len(cmd.Data) == 0 || len(cmd.Data)%2 != 0 {
			return nil, &length
		}
		start := c.mf
		if cmd.P1 == selectFromHere {
			start = ch.df
		}
		return c.walk(ch, start, cmd.Data), nil
	}
	r := status(card.SWWrongP1P2)
	return nil, &r
}

// enter makes n current.
func (ch *channel) enter(n *node) {
	ch.leave()
	ch.record = 0
	if !n.isDF() {
		// The directory of a file that a path named becomes current too.
		ch.df, ch.ef = n.parent, n
		return
	}
	ch.df, ch.ef = n, nil
	if n.app != nil {
		ch.app = n.app
	}
}

// near finds a file by its identifier as the rules of ETSI TS 102 221 clause
// 8.4.1 have it: the children of the current directory first, then itself,
// its parent, its siblings that are directories, the MF and the current
// application.
func (c *Card) near(ch *channel, fid card.FID) *node {
	switch fid {
	case card.FIDMF:
		return c.mf
	case card.FIDADF:
		if ch.app == nil {
			return nil
		}
		return ch.app.adf
	}
	if n := ch.df.child(fid); n != nil {
		return n
	}
	if ch.df.fid() == fid {
		return ch.df
	}
	parent := ch.df.parent
	if parent == nil {
		return nil
	}
	if parent.fid() == fid {
		return parent
	}
	if n := parent.child(fid); n != nil && n.isDF() {
		return n
	}
	return nil
}

// walk follows a path of identifiers from start.
func (c *Card) walk(ch *channel, start *node, path []byte) *node {
	n := start
	for i := 0; i+1 < len(path); i += 2 {
		fid := card.FID(path[i])<<8 | card.FID(path[i+1])
		switch {
		case i == 0 && fid == card.FIDADF && ch.app != nil:
			n = ch.app.adf
		case i == 0 && fid == card.FIDMF && start == c.mf:
		default:
			n = n.child(fid)
		}
		if n == nil {
			return nil
		}
	}
	return n
}

// selectApplication is SELECT by AID, full or its beginning, with the choice
// among several that begin alike.
func (c *Card) selectApplication(ch *channel, cmd card.Command) reply {
	if cmd.P2&^(returnMask|occurMask|terminates) != 0 || cmd.P2&returnMask == 0x08 {
		return status(card.SWWrongP1P2)
	}
	if len(cmd.Data) == 0 || len(cmd.Data) > 16 {
		return status(card.SWWrongLength)
	}
	a := c.occurrence(ch, string(cmd.Data), cmd.P2&occurMask)
	if a == nil {
		if applet := c.selectable(string(cmd.Data), cmd.P2&occurMask); applet != nil && cmd.P2&terminates == 0 {
			return c.selectApplet(ch, applet, cmd.P2&returnMask)
		}
		return status(card.SWNotFound)
	}
	if cmd.P2&terminates != 0 {
		if ch.app == a {
			ch.app = nil
			ch.enter(c.mf)
		}
		return status(card.SWDone)
	}
	ch.enter(a.adf)
	return c.describe(a.adf, cmd.P2&returnMask)
}

// occurrence picks the first, last, next or previous of the applications
// whose AID begins with prefix.
func (c *Card) occurrence(ch *channel, prefix string, which byte) *application {
	var fit []*application
	at := -1
	for _, a := range c.apps {
		if strings.HasPrefix(string(a.aid), prefix) {
			if a == ch.app {
				at = len(fit)
			}
			fit = append(fit, a)
		}
	}
	i := 0
	switch which {
	case 1: // last
		i = len(fit) - 1
	case 2: // next
		i = at + 1
	case 3: // previous
		if i = at - 1; at < 0 {
			i = len(fit) - 1
		}
	}
	if i < 0 || i >= len(fit) {
		return nil
	}
	return fit[i]
}

// describe is the answer to a SELECT that found n.
func (c *Card) describe(n *node, form byte) reply {
	r := reply{sw: card.SWDone}
	if !n.isDF() && stateCodes[n.body.state] == stateCodes[StateDeactivated] {
		r.sw = card.SWDeactivated
	}
	switch form {
	case returnFCP:
		r.data = tlv.Append(nil, 0x62, c.fcp(n))
	case returnFCI:
		r.data = tlv.Append(nil, 0x6F, fci(n))
	}
	return r
}

// fci is the content of the control information of ISO/IEC 7816-4 clause
// 5.3.3, which programs for other cards ask for: the name of an application,
// the identifier of a file.
func fci(n *node) []byte {
	if n.app != nil && n == n.app.adf {
		return tlv.Append(nil, 0x84, []byte(n.app.aid))
	}
	return tlv.Append(nil, 0x83, []byte{byte(n.spec.FID >> 8), byte(n.spec.FID)})
}

// statusUICC is STATUS (ETSI TS 102 221 clause 11.1.2). P1 tells the card
// that an application starts or ends; nothing follows from it here.
func statusUICC(c *Card, ch *channel, cmd card.Command) reply {
	if cmd.P1 > 2 {
		return status(card.SWWrongP1P2)
	}
	if len(cmd.Data) > 0 {
		return status(card.SWWrongLength)
	}
	switch cmd.P2 {
	case 0x00:
		return done(tlv.Append(nil, 0x62, c.fcp(ch.df)))
	case 0x01:
		if ch.app == nil {
			return status(card.SWConditions)
		}
		return done(tlv.Append(nil, 0x84, []byte(ch.app.aid)))
	case returnNone:
		return status(card.SWDone)
	}
	return status(card.SWWrongP1P2)
}

// selectGSM is SELECT of class A0 (3GPP TS 51.011 clauses 8.1 and 9.2.1).
func selectGSM(c *Card, ch *channel, cmd card.Command) reply {
	if cmd.P1 != 0 || cmd.P2 != 0 {
		return status(swGSMParameters)
	}
	if len(cmd.Data) != 2 {
		return status(card.SWWrongLength | 2)
	}
	fid := card.FID(cmd.Data[0])<<8 | card.FID(cmd.Data[1])
	n := c.near(ch, fid)
	if n == nil {
		return status(card.SWGSMNotFound)
	}
	ch.enter(n)
	return done(c.gsmHeader(n))
}

// statusGSM is STATUS of class A0: the header of the current directory, or
// its beginning.
func statusGSM(c *Card, ch *channel, cmd card.Command) reply {
	switch {
	case cmd.P1 != 0 || cmd.P2 != 0:
		return status(swGSMParameters)
	case len(cmd.Data) > 0:
		return status(card.SWWrongLength)
	}
	return reply{data: c.gsmHeader(ch.df), sw: card.SWDone, part: true}
}
