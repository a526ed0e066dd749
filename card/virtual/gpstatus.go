package virtual

import (
	"slices"
	"strings"

	"simscope/card"
	"simscope/card/tlv"
)

// swMoreStatus says that GET STATUS has more.
const swMoreStatus card.SW = 0x6310

// Parts of P1 and P2 of GET STATUS (Card Specification 2.3 tables 11-33 and
// 11-34).
const (
	statusISD      = 0x80
	statusApps     = 0x40
	statusPackages = 0x20
	statusModules  = 0x10
	statusNext     = 0x01
	statusTLV      = 0x02
)

// listing is how far a GET STATUS came that has more.
type listing struct {
	p1, form byte
	filter   string
	at       int
}

// statusRoom is how much of a list goes into one answer: less than 256 bytes,
// so that a protected one fits too.
const statusRoom = 216

// getStatus is GET STATUS (Card Specification 2.3 clause 11.4).
func (c *Card) getStatus(l *listing, cmd card.Command) reply {
	if cmd.P2&^(statusNext|statusTLV) != 0 || !slices.Contains([]byte{statusISD, statusApps, statusPackages, statusModules}, cmd.P1) {
		return status(card.SWWrongP1P2)
	}
	filter, ok := statusFilter(cmd.Data)
	if !ok {
		return status(swWrongData)
	}
	ask := listing{p1: cmd.P1, form: cmd.P2 & statusTLV, filter: filter}
	if cmd.P2&statusNext != 0 {
		if l.at == 0 || l.p1 != ask.p1 || l.form != ask.form || l.filter != ask.filter {
			return status(card.SWConditions)
		}
		ask.at = l.at
	}
	*l = listing{}
	found := c.statusEntries(ask)
	if len(found) == 0 {
		return status(card.SWNoReference)
	}
	var out []byte
	for ; ask.at < len(found); ask.at++ {
		if len(out)+len(found[ask.at]) > statusRoom && len(out) > 0 {
			*l = ask
			return reply{data: out, sw: swMoreStatus}
		}
		out = append(out, found[ask.at]...)
	}
	return done(out)
}

// statusFilter reads the search criterion: 4F with the beginning of an AID,
// and a list of tags, which changes nothing here.
func statusFilter(b []byte) (string, bool) {
	nodes, err := tlv.ParseFlat(b)
	if err != nil {
		return "", false
	}
	f, ok := tlv.Find(nodes, 0x4F)
	if !ok || len(f.Value) > 16 {
		return "", false
	}
	for _, n := range nodes {
		if n.Tag != 0x4F && n.Tag != 0x5C {
			return "", false
		}
	}
	return string(f.Value), true
}

// statusEntries are the entries that a command asks for, as it asks for them.
func (c *Card) statusEntries(ask listing) [][]byte {
	g := c.image.GP
	var out [][]byte
	add := func(e RegistryEntry, modules bool) {
		if !strings.HasPrefix(string(e.AID), ask.filter) {
			return
		}
		if ask.form == statusTLV {
			out = append(out, entryObject(e, modules))
			return
		}
		out = append(out, entryBytes(e, modules))
	}
	if ask.p1 == statusISD {
		add(RegistryEntry{AID: g.ISD, Kind: EntryDomain, State: g.State, Privileges: g.Privileges}, false)
		return out
	}
	for _, e := range g.Registry {
		switch isPackage := e.Kind == EntryPackage; {
		case ask.p1 == statusApps && !isPackage:
			if e.Domain == "" {
				e.Domain = g.ISD
			}
			add(e, false)
		case ask.p1 == statusPackages && isPackage, ask.p1 == statusModules && isPackage:
			if e.Domain == "" {
				e.Domain = g.ISD
			}
			add(e, ask.p1 == statusModules)
		}
	}
	return out
}

// entryObject is an entry as a template (Card Specification 2.3 table 11-36).
func entryObject(e RegistryEntry, modules bool) []byte {
	b := tlv.Append(nil, 0x4F, []byte(e.AID))
	b = tlv.Append(b, 0x9F70, []byte{byte(e.State)})
	if e.Kind != EntryPackage {
		b = tlv.Append(b, 0xC5, e.allPrivileges())
	}
	if e.Package != "" {
		b = tlv.Append(b, 0xC4, []byte(e.Package))
	}
	if len(e.Version) > 0 {
		b = tlv.Append(b, 0xCE, e.Version)
	}
	if modules {
		for _, m := range e.Modules {
			b = tlv.Append(b, 0x84, []byte(m))
		}
	}
	if e.Domain != "" {
		b = tlv.Append(b, 0xCC, []byte(e.Domain))
	}
	return tlv.Append(nil, 0xE3, b)
}

// entryBytes is an entry in the older form (tables 11-37 and 11-38): length
// and AID, state, one byte of privileges, and of modules their number and
// names.
func entryBytes(e RegistryEntry, modules bool) []byte {
	b := append([]byte{byte(len(e.AID))}, e.AID...)
	b = append(b, byte(e.State), e.allPrivileges()[0])
	if modules {
		b = append(b, byte(len(e.Modules)))
		for _, m := range e.Modules {
			b = append(append(b, byte(len(m))), m...)
		}
	}
	return b
}

// allPrivileges are the entry's, zeroes where it has none.
func (e RegistryEntry) allPrivileges() []byte {
	if len(e.Privileges) == 0 {
		return make([]byte, 3)
	}
	return e.Privileges
}
