package virtual

import (
	"bytes"

	"simscope/card"
	"simscope/card/tlv"
)

// proactiveSW says that a proactive command of 128 bytes waits.
const proactiveSW card.SW = 0x9180

// announce is 9000, or 91xx while a proactive command waits to be fetched.
func (c *Card) announce() card.SW {
	switch {
	case len(c.proactive) > 0 && !c.fetched:
		return 0x9100 | card.SW(len(c.proactive)&0xFF)
	case c.opt.Proactive:
		return proactiveSW
	}
	return card.SWDone
}

// fetch is FETCH: what waits for the phone, such as a message it has to send;
// with Options.Proactive a DISPLAY TEXT of exactly the length
// that 9180 announces, otherwise there is nothing.
func fetch(c *Card, _ *channel, cmd card.Command) reply {
	switch {
	case cmd.P1 != 0 || cmd.P2 != 0:
		return c.badParameters()
	case len(cmd.Data) > 0:
		return status(card.SWWrongLength)
	case len(c.proactive) > 0 && !c.fetched:
		r := done(bytes.Clone(c.proactive))
		c.fetched = len(c.shape(cmd, r).data) > 0
		return r
	case !c.opt.Proactive:
		return status(card.SWConditions)
	}
	return done(displayText())
}

// displayText is a proactive command DISPLAY TEXT of 128 bytes (3GPP
// TS 31.111 clause 6.6.1).
func displayText() []byte {
	text := bytes.Repeat([]byte("still here "), 11)[:114]
	var b []byte
	b = tlv.Append(b, 0x81, []byte{0x01, 0x21, 0x00})
	b = tlv.Append(b, 0x82, []byte{0x81, 0x02})
	b = tlv.Append(b, 0x8D, append([]byte{0x04}, text...))
	return tlv.Append(nil, 0xD0, b)
}

func terminalResponse(c *Card, _ *channel, cmd card.Command) reply {
	switch {
	case cmd.P1 != 0 || cmd.P2 != 0:
		return c.badParameters()
	case len(cmd.Data) == 0:
		return status(card.SWWrongLength)
	case c.fetched:
		c.proactive, c.fetched = nil, false
	case !c.opt.Proactive:
		return status(card.SWConditions)
	}
	return status(card.SWDone)
}
