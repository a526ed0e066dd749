package globalplatform

import (
	"errors"
	"slices"

	"simscope/card"
	"simscope/card/tlv"
)

// Kind is what an entry of the registry is.
type Kind string

// The kinds of entries.
const (
	KindIssuer      Kind = "issuer"      // the issuer security domain
	KindDomain      Kind = "domain"      // another security domain
	KindApplication Kind = "application" // an applet that is installed
	KindPackage     Kind = "package"     // an executable load file
)

// Entry is one object of the registry (GlobalPlatform Card Specification
// 2.3.1 clause 11.4.3.1).
type Entry struct {
	Kind Kind `json:"kind"`
	AID  Hex  `json:"aid"`
	// LifeCycle is the state as the card codes it, State its identifier; empty
	// where the code is none of the specification's.
	LifeCycle *byte  `json:"life_cycle_code,omitempty"`
	State     string `json:"life_cycle,omitempty"`
	// Privileges are identifiers, of the bytes in PrivilegeBytes.
	Privileges     []string `json:"privileges,omitempty"`
	PrivilegeBytes Hex      `json:"privilege_bytes,omitempty"`
	Package        Hex      `json:"executable_load_file,omitempty"`
	Domain         Hex      `json:"security_domain,omitempty"`
	Version        Hex      `json:"version,omitempty"`
	Modules        []Hex    `json:"modules,omitempty"`
	// Implicit are the parameters by which it is selected without a name.
	Implicit []Hex     `json:"implicit_selection,omitempty"`
	Other    []Unnamed `json:"other,omitempty"`
	// Whole is false where something of the entry does not fit.
	Whole bool `json:"whole"`
}

// Part is what came of asking for one kind of entries.
type Part struct {
	Asked   string  `json:"asked"` // "issuer", "applications", "packages"
	SW      string  `json:"sw"`    // how it ended
	Entries []Entry `json:"entries"`
	// Whole is false where something does not fit, or the list did not come to
	// its end.
	Whole bool `json:"complete"`
}

// Registry is what a security domain tells of what is on the card. A domain
// that is not the issuer's tells what belongs to it.
type Registry struct{ Parts []Part }

// Entries are those of all parts.
func (r Registry) Entries() []Entry {
	var out []Entry
	for _, p := range r.Parts {
		out = append(out, p.Entries...)
	}
	return out
}

// Bounds of a list.
const (
	maxStatusRounds = 256
	maxStatusBytes  = 64 << 10
	maxEntries      = 2048
)

// swMore says that GET STATUS goes on.
const swMore card.SW = 0x6310

// List reads the whole registry by GET STATUS.
func (ch *Channel) List() (Registry, error) {
	var r Registry
	for _, ask := range []struct {
		name string
		p1   []byte
		kind Kind
	}{{"issuer", []byte{0x80}, KindIssuer}, {"applications", []byte{0x40}, KindApplication}, {"packages", []byte{0x10, 0x20}, KindPackage}} {
		p := Part{Asked: ask.name}
		for _, p1 := range ask.p1 {
			var err error
			if p, err = ch.status(ask.name, p1, ask.kind); err != nil {
				return r, err
			}
			// Packages with their modules, or without where the card does not.
			if len(p.Entries) > 0 || p.SW == card.SWDone.String() || p.SW == card.SWNoReference.String() {
				break
			}
		}
		r.Parts = append(r.Parts, p)
	}
	return r, nil
}

// status reads one part, in the form of objects (P2 02), or in the older one
// where the card refuses that.
func (ch *Channel) status(name string, p1 byte, kind Kind) (Part, error) {
	p, err := ch.statusIn(name, p1, 0x02, kind)
	if err == nil && len(p.Entries) == 0 && p.SW == card.SWWrongP1P2.String() {
		return ch.statusIn(name, p1, 0x00, kind)
	}
	return p, err
}

func (ch *Channel) statusIn(name string, p1, p2 byte, kind Kind) (Part, error) {
	p := Part{Asked: name, Entries: []Entry{}}
	var all []byte
	sw := card.SW(0)
	complete := false
	for round := range maxStatusRounds {
		next := byte(0)
		if round > 0 {
			next = 1
		}
		res, err := ch.Send(card.Command{CLA: 0x80, INS: card.InsStatus, P1: p1, P2: p2 | next, Data: []byte{0x4F, 0x00}, Le: card.MaxShortLe})
		var endless *card.BudgetError
		if errors.As(err, &endless) {
			break
		}
		if err != nil {
			return p, err
		}
		sw = res.SW
		if sw.OK() || sw == swMore {
			all = append(all, res.Data...)
		}
		if sw != swMore {
			complete = sw == card.SWDone || sw == card.SWNoReference && round == 0
			break
		}
		if len(res.Data) == 0 || len(all) > maxStatusBytes {
			break
		}
	}
	whole := true
	if p2 == 0x02 {
		p.Entries, whole = ParseStatus(all, kind)
	} else {
		p.Entries, whole = ParseOldStatus(all, kind, p1 == 0x10)
	}
	p.SW, p.Whole = SWText(sw), whole && complete
	return p, nil
}

// ParseStatus reads entries in the form of objects, templates E3.
func ParseStatus(b []byte, kind Kind) (out []Entry, whole bool) {
	nodes, err := tlv.ParseFlat(b)
	whole = err == nil
	out = []Entry{}
	for _, n := range nodes {
		if n.Tag != 0xE3 || len(out) == maxEntries {
			whole = false
			continue
		}
		e := entry(n.Value, kind)
		whole = whole && e.Whole
		out = append(out, e)
	}
	return out, whole
}

func entry(v []byte, kind Kind) Entry {
	e := Entry{Kind: kind}
	nodes, err := tlv.ParseFlat(v)
	for _, n := range nodes {
		switch n.Tag {
		case 0x4F:
			e.AID = Hex(n.Value)
		case 0x9F70:
			if len(n.Value) > 0 {
				e.LifeCycle = &n.Value[0]
			}
		case 0xC5:
			e.PrivilegeBytes, e.Privileges = Hex(n.Value), Privileges(n.Value)
		case 0xC4:
			e.Package = Hex(n.Value)
		case 0xCC:
			e.Domain = Hex(n.Value)
		case 0xCE:
			e.Version = Hex(n.Value)
		case 0x84:
			e.Modules = append(e.Modules, Hex(n.Value))
		case 0xCF:
			e.Implicit = append(e.Implicit, Hex(n.Value))
		default:
			e.Other = append(e.Other, Unnamed{n.Tag.String(), Hex(n.Value)})
		}
	}
	e.settle()
	e.Whole = e.Whole && err == nil
	return e
}

// settle names the state once kind and privileges are known.
func (e *Entry) settle() {
	if e.Kind == KindApplication && slices.Contains(e.Privileges, "security_domain") {
		e.Kind = KindDomain
	}
	e.Whole = len(e.AID) >= 5 && len(e.AID) <= 16 && e.LifeCycle != nil
	if e.LifeCycle != nil {
		e.State = lifeCycle(e.Kind, *e.LifeCycle)
		e.Whole = e.Whole && e.State != ""
	}
}

// lifeCycle identifies a state (tables 11-3 to 11-6).
func lifeCycle(kind Kind, c byte) string {
	switch kind {
	case KindIssuer:
		return map[byte]string{0x01: "op_ready", 0x07: "initialized", 0x0F: "secured", 0x7F: "card_locked", 0xFF: "terminated"}[c]
	case KindPackage:
		return map[byte]string{0x01: "loaded", 0x00: "deleted"}[c]
	}
	switch {
	case c&0x83 == 0x83:
		return "locked"
	case c == 0x03:
		return "installed"
	case c == 0x07:
		return "selectable"
	case c == 0x0F && kind == KindDomain:
		return "personalized"
	case kind == KindApplication && c&0x87 == 0x07:
		return "application_specific"
	}
	return ""
}

// ParseOldStatus reads entries in the form of GlobalPlatform 2.1.1 clause
// 9.4.3.1: length and AID, life cycle, privileges, and for packages with their
// modules a number of further AIDs.
func ParseOldStatus(b []byte, kind Kind, modules bool) (out []Entry, whole bool) {
	out = []Entry{}
	take := func(n int) ([]byte, bool) {
		if n > len(b) {
			return nil, false
		}
		v := b[:n:n]
		b = b[n:]
		return v, true
	}
	aid := func() (Hex, bool) {
		n, ok := take(1)
		if !ok {
			return nil, false
		}
		v, ok := take(int(n[0]))
		return Hex(v), ok
	}
	for len(b) > 0 && len(out) < maxEntries {
		e := Entry{Kind: kind}
		var ok bool
		if e.AID, ok = aid(); !ok {
			return out, false
		}
		rest, ok := take(2)
		if !ok {
			return out, false
		}
		e.LifeCycle, e.PrivilegeBytes = &rest[0], Hex(rest[1:])
		if kind != KindPackage {
			e.Privileges = Privileges(rest[1:])
		}
		if modules {
			n, ok := take(1)
			for i := 0; ok && i < int(n[0]); i++ {
				var m Hex
				if m, ok = aid(); ok {
					e.Modules = append(e.Modules, m)
				}
			}
			if !ok {
				return append(out, e), false
			}
		}
		e.settle()
		out = append(out, e)
	}
	whole = len(b) == 0
	for _, e := range out {
		whole = whole && e.Whole
	}
	return out, whole
}
