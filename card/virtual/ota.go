package virtual

import (
	"errors"
	"slices"

	"simscope/card"
	"simscope/card/tlv"
	"simscope/crypto/scp80"
)

// This file receives short messages for the card and judges the secured
// packets in them; otarun.go does what they ask for.

const (
	// maxMessages is how many parts of packets that are not whole yet are kept.
	maxMessages = 16
	// porBytes is the most that a response may be: the user data of an
	// SMS-DELIVER-REPORT (3GPP TS 23.040 clause 9.2.2.1a).
	porBytes = 131
	// submitBytes is the user data of an SMS-SUBMIT.
	submitBytes = 140
)

// envelope is ENVELOPE (ETSI TS 102 221 clause 11.2.2). Of what a phone may
// send only SMS-PP download is known: a secured packet in a short message.
func envelope(c *Card, _ *channel, cmd card.Command) reply {
	switch {
	case c.image.GP == nil || len(c.image.GP.Remote) == 0:
		return status(card.SWNoInstruction)
	case cmd.P1 != 0 || cmd.P2 != 0:
		return c.badParameters()
	case len(cmd.Data) == 0:
		return status(card.SWWrongLength)
	}
	tpdu, _, err := scp80.ParseEnvelope(cmd.Data)
	if err != nil {
		return status(swWrongData)
	}
	from, u, err := scp80.ParseDeliver(tpdu)
	if err != nil {
		return status(swWrongData)
	}
	packet, whole, err := c.messages.take(u)
	switch {
	case err != nil:
		return status(swWrongData)
	case !whole:
		return status(card.SWDone)
	}
	return c.secured(packet, from)
}

// messages are the parts of packets that are not whole yet.
type messages struct{ parts []scp80.UserData }

// take keeps a part, and gives the packet when it is whole.
func (m *messages) take(u scp80.UserData) (packet []byte, whole bool, err error) {
	if u.Parts == 1 {
		packet, err = scp80.Join([]scp80.UserData{u})
		return packet, err == nil, err
	}
	// A part that comes again stands in the place of the first.
	m.parts = slices.DeleteFunc(m.parts, func(p scp80.UserData) bool {
		return p.Reference == u.Reference && (p.Parts != u.Parts || p.Part == u.Part)
	})
	if len(m.parts) == maxMessages {
		m.parts = m.parts[1:]
	}
	m.parts = append(m.parts, u)
	var own []scp80.UserData
	for _, p := range m.parts {
		if p.Reference == u.Reference {
			own = append(own, p)
		}
	}
	if len(own) < u.Parts {
		return nil, false, nil
	}
	m.parts = slices.DeleteFunc(m.parts, func(p scp80.UserData) bool { return p.Reference == u.Reference })
	packet, err = scp80.Join(own)
	return packet, err == nil, err
}

// secured judges a packet (ETSI TS 102 225 clause 5.2), does what it asks for
// and answers as its SPI says.
func (c *Card) secured(packet []byte, from scp80.Deliver) reply {
	p, err := scp80.ParsePacket(packet)
	if err != nil {
		return status(swWrongData)
	}
	sec := p.SPI.Security()
	keys, why := c.packetKeys(p)
	defer keys.Clear()
	answer := scp80.Response{TAR: p.TAR, Status: why}
	app := c.image.GP.remote(p.TAR)
	if app == nil {
		answer.Status = scp80.TARUnknown
	}
	if answer.Status == scp80.PoROK {
		var cmd scp80.Command
		if cmd, answer.Status = c.openPacket(p, keys, app); answer.Status == scp80.PoROK {
			answer.Counter = cmd.Counter
			answer.Data = c.runScript(app, cmd.Data, answerRoom(p, keys, sec.PoRSubmit))
		} else {
			answer.Counter = cmd.Counter
		}
	}
	return c.prove(p, answer, keys, from)
}

func (g *GlobalPlatform) remote(tar scp80.TAR) *RemoteApp {
	for i := range g.Remote {
		if string(g.Remote[i].TAR) == string(tar[:]) {
			return &g.Remote[i]
		}
	}
	return nil
}

// packetSet is the key set of packets with a version.
func (g *GlobalPlatform) packetSet(version int) *KeySet {
	for i := range g.KeySets {
		if k := &g.KeySets[i]; k.Protocol == ProtocolSCP80 && int(k.Version) == version {
			return k
		}
	}
	return nil
}

// packetKeys are the keys that a packet names, for its own security and for
// that of the answer. A key that does not exist, or is of the other cipher, is
// a security error.
func (c *Card) packetKeys(p scp80.Packet) (scp80.Keys, scp80.Status) {
	sec := p.SPI.Security()
	var kic, kid []byte
	fits := func(version byte, a scp80.Algorithm) *KeySet {
		k := c.image.GP.packetSet(scp80.KeyVersion(version))
		if k == nil || k.AES != (a == scp80.AES) {
			return nil
		}
		return k
	}
	if sec.Ciphered || sec.PoRCiphered {
		k := fits(p.KIc, scp80.Cipher(p.KIc))
		if k == nil {
			return scp80.Keys{}, scp80.SecurityError
		}
		k.ENC.Use(func(b []byte) { kic = slices.Clone(b) })
		defer clear(kic)
	}
	if sec.Check == scp80.CC || sec.PoRCheck == scp80.CC {
		k := fits(p.KID, scp80.Checksum(scp80.CC, p.KID))
		if k == nil {
			return scp80.Keys{}, scp80.SecurityError
		}
		k.MAC.Use(func(b []byte) { kid = slices.Clone(b) })
		defer clear(kid)
	}
	keys, err := scp80.NewKeys(kic, kid)
	if err != nil {
		return scp80.Keys{}, scp80.SecurityError
	}
	return keys, scp80.PoROK
}

// openPacket compares a packet's security with what its receiver asks for,
// deciphers and checks it, and judges its counter, which is kept.
func (c *Card) openPacket(p scp80.Packet, keys scp80.Keys, app *RemoteApp) (scp80.Command, scp80.Status) {
	if !enough(p.SPI, scp80.SPI{byte(app.Security)}) {
		return scp80.Command{}, scp80.InsufficientSecurity
	}
	cmd, err := p.Open(keys)
	switch {
	case errors.Is(err, scp80.ErrChecksum):
		return scp80.Command{}, scp80.CheckFailed
	case errors.Is(err, scp80.ErrCipher):
		return scp80.Command{}, scp80.CipheringError
	case err != nil:
		return scp80.Command{}, scp80.SecurityError
	}
	mode := p.SPI.Security().Counter
	if mode != scp80.CounterHigher && mode != scp80.CounterNext {
		return cmd, scp80.PoROK
	}
	set := c.image.GP.packetSet(scp80.KeyVersion(p.KID))
	if set == nil {
		return scp80.Command{}, scp80.SecurityError
	}
	verdict := mode.Accept(set.Counter, cmd.Counter)
	if verdict == scp80.PoROK {
		set.Counter = cmd.Counter
		return cmd, verdict
	}
	return scp80.Command{Counter: cmd.Counter}, verdict
}

// enough compares an SPI with the weakest one that is taken.
func enough(got, least scp80.SPI) bool {
	g, l := got.Security(), least.Security()
	return g.Check >= l.Check && (g.Ciphered || !l.Ciphered) && g.Counter >= l.Counter
}

// unsecured are statuses whose answer goes in the clear: the card cannot know
// with which keys, or that it may.
func unsecured(s scp80.Status) bool {
	switch s {
	case scp80.CheckFailed, scp80.CipheringError, scp80.SecurityError, scp80.TARUnknown, scp80.InsufficientSecurity:
		return true
	}
	return false
}

// prove sends the response as SPI says: in the answer of ENVELOPE, or by a
// SEND SHORT MESSAGE that the phone fetches.
func (c *Card) prove(p scp80.Packet, answer scp80.Response, keys scp80.Keys, from scp80.Deliver) reply {
	sec := p.SPI.Security()
	if sec.PoR != scp80.AlwaysPoR && (sec.PoR != scp80.ErrorPoR || answer.Status == scp80.PoROK) {
		return status(card.SWDone)
	}
	spi := p.SPI
	if unsecured(answer.Status) {
		sec.PoRCheck, sec.PoRCiphered = scp80.NoCheck, false
		spi = sec.SPI()
	}
	userData, err := answer.Seal(spi, p.KIc, p.KID, keys)
	if err != nil {
		return status(swMute)
	}
	if !sec.PoRSubmit {
		return done(userData)
	}
	tpdu, err := scp80.Submit(from.Originator, userData)
	if err != nil {
		return status(swMute)
	}
	c.proactive = sendMessage(tpdu)
	return status(card.SWDone)
}

// sendMessage is a proactive command SEND SHORT MESSAGE (3GPP TS 31.111 clause
// 6.6.9).
func sendMessage(tpdu []byte) []byte {
	b := tlv.Append(nil, 0x81, []byte{0x01, 0x13, 0x00})
	b = tlv.Append(b, 0x82, []byte{0x81, 0x83})
	b = tlv.Append(b, 0x8B, tpdu)
	return tlv.Append(nil, 0xD0, b)
}

// answerRoom is how many bytes of data a response may hold, so that it fits
// the message it goes in.
func answerRoom(p scp80.Packet, keys scp80.Keys, submit bool) int {
	most := porBytes
	if submit {
		most = submitBytes
	}
	for n := most; n > 0; n-- {
		b, err := scp80.Response{Data: make([]byte, n)}.Seal(p.SPI, p.KIc, p.KID, keys)
		if err != nil {
			return 0
		}
		if len(b) <= most {
			return n
		}
		n -= len(b) - most - 1
	}
	return 0
}
