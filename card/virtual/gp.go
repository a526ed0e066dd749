package virtual

import (
	"slices"
	"strings"

	"simscope/card"
	"simscope/card/tlv"
)

// This file is the issuer security domain and the applications without files:
// which one is selected on a channel, and GET DATA.

// Instructions of GlobalPlatform (Card Specification 2.3 table 11-1).
const (
	insInitUpdate = 0x50
	insGetStatus  = card.InsStatus
	insDelete     = 0xE4
	insInstall    = 0xE6
	insLoad       = 0xE8
	insPutKey     = 0xD8
	insSetStatus  = 0xF0
	insStoreData  = 0xE2
)

// applet is an application without files that is selected on a channel: the
// ISD, where entry is nil, or an entry of the registry.
type applet struct{ entry *RegistryEntry }

// selectable is the application without files that a SELECT by name means, or
// nil. The beginning of a name is enough; the ISD comes first.
func (c *Card) selectable(prefix string, which byte) *applet {
	g := c.image.GP
	if g == nil || which > 1 {
		return nil
	}
	var fit []*applet
	if strings.HasPrefix(string(g.ISD), prefix) {
		fit = append(fit, &applet{})
	}
	for i := range g.Registry {
		e := &g.Registry[i]
		if e.Kind != EntryPackage && e.State&0x07 == 0x07 && strings.HasPrefix(string(e.AID), prefix) {
			fit = append(fit, &applet{e})
		}
	}
	if len(fit) == 0 {
		return nil
	}
	if which == 1 {
		return fit[len(fit)-1]
	}
	return fit[0]
}

// selectApplet makes an application without files current. The MF stays the
// directory: a SELECT by identifier goes back to the files.
func (c *Card) selectApplet(ch *channel, a *applet, form byte) reply {
	ch.leave()
	ch.app, ch.df, ch.ef, ch.record = nil, c.mf, nil, 0
	ch.applet = a
	if form == returnNone {
		return status(card.SWDone)
	}
	return done(c.appletFCI(a))
}

// appletFCI is the answer to SELECT: the name and, of the ISD, the longest
// data of a command (Card Specification 2.3 table 11-82).
func (c *Card) appletFCI(a *applet) []byte {
	aid, more := c.image.GP.ISD, []byte{0xA5, 0x04, 0x9F, 0x65, 0x01, 0xFF}
	if e := a.entry; e != nil {
		if len(e.FCI) > 0 {
			return slices.Clone(e.FCI)
		}
		aid, more = e.AID, nil
	}
	return tlv.Append(nil, 0x6F, append(tlv.Append(nil, 0x84, []byte(aid)), more...))
}

// hasApplet reports whether an application without files is selected on a
// channel: only such ones judge protected commands.
func (c *Card) hasApplet(n int) bool { return n < channels && c.channels[n].applet != nil }

// leave ends what hangs on the application that was selected.
func (ch *channel) leave() {
	ch.applet, ch.listing, ch.rules = nil, listing{}, 0
	ch.leaveChannel()
}

// appletInstructions are commands of the card itself, which an application
// without files does not see.
var appletInstructions = map[byte]bool{
	card.InsSelect: true, card.InsManageChannel: true, card.InsGetResponse: true, card.InsTerminalCap: true,
	card.InsTerminalProfile: true, card.InsFetch: true, card.InsTerminalResp: true, card.InsEnvelope: true,
}

// toApplet gives a command to the application without files that is selected.
// ok is false where there is none, or the command is for the card.
func (c *Card) toApplet(ch *channel, cmd card.Command) (r reply, ok bool) {
	switch {
	case ch.applet == nil || c.class != activationUICC || appletInstructions[cmd.INS]:
		return reply{}, false
	case ch.applet.entry == nil:
		return c.domain(ch, cmd), true
	case len(ch.applet.entry.Rules) > 0:
		return c.accessRules(ch, cmd), true
	}
	return status(card.SWNoInstruction), true
}

// domain works off a command to the ISD: what is protected is opened first,
// and its answer protected again.
func (c *Card) domain(ch *channel, cmd card.Command) reply {
	switch cmd.INS {
	case insInitUpdate:
		return c.initializeUpdate(ch, cmd)
	case card.InsExternalAuth:
		return c.externalAuthenticate(ch, cmd)
	}
	if !card.ClassOf(cmd.CLA).Secure {
		if ch.secure.protects() {
			return status(card.SWNotSatisfied)
		}
		return c.domainCommand(ch, cmd)
	}
	if ch.secure == nil || !ch.secure.open {
		return status(card.SWNotSatisfied)
	}
	plain, sw := ch.secure.unwrap(cmd)
	if sw != 0 {
		ch.leaveChannel()
		return status(sw)
	}
	r := ch.secure.wrap(c.domainCommand(ch, plain))
	if r.sw == swMute {
		ch.leaveChannel()
	}
	return r
}

// leaveChannel ends the secure channel; the application stays selected.
func (ch *channel) leaveChannel() {
	if ch.secure == nil {
		return
	}
	ch.secure.Clear()
	ch.secure = nil
}

// domainCommand is a command to the ISD in clear.
func (c *Card) domainCommand(ch *channel, cmd card.Command) reply {
	authenticated := ch.secure != nil && ch.secure.open
	switch cmd.INS {
	case card.InsGetData:
		return c.domainData(cmd)
	case insGetStatus:
		if !authenticated {
			return status(card.SWNotSatisfied)
		}
		return c.getStatus(&ch.listing, cmd)
	case insDelete, insInstall, insLoad, insPutKey, insSetStatus, insStoreData:
		// The contents of this card are managed by its image alone.
		if !authenticated {
			return status(card.SWNotSatisfied)
		}
		return status(swNotSupported)
	}
	return status(card.SWNoInstruction)
}

// Tags of GET DATA that are made from the image.
const (
	tagKeyTemplate = 0x00E0
	tagSequence    = 0x00C1
)

// domainData is GET DATA (Card Specification 2.3 clause 11.3).
func (c *Card) domainData(cmd card.Command) reply {
	if len(cmd.Data) > 0 {
		return status(card.SWWrongLength)
	}
	g := c.image.GP
	for _, o := range g.Objects {
		if o.Tag[0] == cmd.P1 && o.Tag[1] == cmd.P2 {
			return done(slices.Clone(o.Data))
		}
	}
	switch int(cmd.P1)<<8 | int(cmd.P2) {
	case tagKeyTemplate:
		return done(keyTemplate(g.KeySets))
	case tagSequence:
		if k := g.channelKeys(0); k != nil {
			return done(tlv.Append(nil, tagSequence, k.counter()))
		}
	}
	return status(card.SWNoReference)
}

// keyTemplate lists the keys without their values (Card Specification 2.3
// table 11-30), in the basic form: identifier, version, type and length.
func keyTemplate(sets []KeySet) []byte {
	var list []byte
	for _, k := range sets {
		kind := byte(0x80) // DES; the length says how many keys
		if k.Protocol == ProtocolSCP03 || k.AES {
			kind = 0x88
		}
		for i, n := range []int{k.ENC.Len(), k.MAC.Len(), k.DEK.Len()} {
			if n > 0 {
				list = tlv.Append(list, 0xC0, []byte{byte(i + 1), byte(k.Version), kind, byte(n)})
			}
		}
	}
	return tlv.Append(nil, 0xE0, list)
}

// channelKeys is the key set of a secure channel with a version, or the first
// one for version 0.
func (g *GlobalPlatform) channelKeys(version byte) *KeySet {
	for i := range g.KeySets {
		k := &g.KeySets[i]
		if k.Protocol != ProtocolSCP80 && (version == 0 || byte(k.Version) == version) {
			return k
		}
	}
	return nil
}

// counter is the set's counter in bytes.
func (k *KeySet) counter() []byte {
	n := k.Protocol.counterBytes()
	b := make([]byte, n)
	for i := range b {
		b[n-1-i] = byte(k.Counter >> (8 * i))
	}
	return b
}
