package ef

import (
	"slices"

	"simscope/fs/plmn"
	"simscope/texts"
)

// NameFiles is what a card says of network names. A nil slice or pointer is a
// file that is not there; EF.OPL that is there but empty is an empty slice.
type NameFiles struct {
	SPN    *SPN
	PNN    []PNN // by record, erased ones included
	OPL    []OPL // best first
	OPL5G  []OPL
	SPDI   *SPDI
	HPLMN  plmn.PLMN   // of the IMSI
	EHPLMN []plmn.PLMN // empty: EF.EHPLMN is absent or empty
}

// Registration is where a phone is registered.
type Registration struct {
	PLMN  plmn.PLMN
	Area  []byte // LAC or TAC, 2 bytes; in 5G 3 bytes
	NGRAN bool   // on 5G radio, where EF.OPL5G counts in place of EF.OPL
}

// NameStep is one rule that led to a name.
type NameStep struct {
	ID   string // of a sentence in package texts, "ef.netname.…"
	Args []any  // names and values for texts.Say
}

// String is the step's sentence.
func (s NameStep) String() string { return texts.Say(s.ID, s.Args...) }

// ShownName is what a phone shows while it is registered. Both names may be
// shown; the texts are as the card has them.
type ShownName struct {
	ServiceProvider string     // of EF.SPN; empty: not shown
	Network         string     // of the registered network; empty: not shown
	FromCard        bool       // the network's name is of EF.PNN, not of the network or the phone's list
	Home            bool       // the HPLMN or one that counts as such
	Partner         bool       // in the list of EF.SPDI
	Steps           []NameStep // in the order in which they were taken
}

func (n *ShownName) step(id string, args ...any) {
	n.Steps = append(n.Steps, NameStep{"ef.netname." + id, args})
}

// NetworkName works out which names a phone shows (TS 22.101 clauses A.3 and
// A.4, TS 31.102 clauses 4.2.12, 4.2.58, 4.2.59, 4.2.66 and 4.4.11.9; the home
// network after TS 23.122 clause 1.2). Where the card names nothing, the phone
// takes the name that the network sent (TS 24.008 clause 9.2.15a, TS 24.301
// clause 8.2.13) or that of its own list; ours stands in for it.
func NetworkName(f NameFiles, r Registration) ShownName {
	var n ShownName
	n.place(f, r)
	network := n.networkName(f, r)
	spn := ""
	if f.SPN != nil {
		spn = f.SPN.SPN
	}
	switch {
	case spn == "":
		n.Network = network
		n.step("spn.none")
	case n.Home || n.Partner:
		n.ServiceProvider = spn
		if f.SPN.ShowInHPLMN {
			n.Network = network
			n.step("spn.both", "spn", spn)
		} else {
			n.step("spn.alone", "spn", spn)
		}
	case f.SPN.HideInOPLMN:
		n.Network = network
		n.step("spn.hidden", "spn", spn)
	default:
		n.Network, n.ServiceProvider = network, spn
		n.step("spn.abroad", "spn", spn)
	}
	if n.Network != "" && n.Network == n.ServiceProvider {
		n.step("same", "name", spn)
	}
	return n
}

// place says what the registered network is to the card.
func (n *ShownName) place(f NameFiles, r Registration) {
	switch {
	case len(f.EHPLMN) > 0:
		if n.Home = slices.Contains(f.EHPLMN, r.PLMN); n.Home {
			n.step("home.ehplmn", "plmn", r.PLMN)
		}
	case !f.HPLMN.Empty():
		if n.Home = f.HPLMN == r.PLMN; n.Home {
			n.step("home.hplmn", "plmn", r.PLMN)
		}
	}
	if !n.Home && f.SPDI != nil && f.SPDI.Has(r.PLMN) {
		n.Partner = true
		n.step("partner", "plmn", r.PLMN)
	}
	if !n.Home && !n.Partner {
		n.step("visited", "plmn", r.PLMN)
	}
}

// networkName is the name of the registered network, wherever it comes from.
func (n *ShownName) networkName(f NameFiles, r Registration) string {
	if name := n.cardName(f, r); name != "" {
		n.FromCard = true
		return name
	}
	if name, ok := plmn.Operator(r.PLMN.MCC, r.PLMN.MNC); ok {
		n.step("elsewhere", "name", name)
		return name
	}
	n.step("code", "plmn", r.PLMN)
	return r.PLMN.String()
}

// cardName is the name that EF.PNN gives the registered network.
func (n *ShownName) cardName(f NameFiles, r Registration) string {
	list, file := f.OPL, "EF.OPL"
	if r.NGRAN {
		list, file = f.OPL5G, "EF.OPL5G"
	}
	switch {
	case f.PNN == nil:
		n.step("pnn.none")
		return ""
	case list == nil && n.Home:
		// Without the list the first name is the home network's.
		return n.record(f.PNN, 1, "pnn.first", "file", file)
	case list == nil:
		n.step("opl.none", "file", file)
		return ""
	}
	i := slices.IndexFunc(list, func(o OPL) bool { return o.Covers(r.PLMN, r.Area) })
	if i < 0 {
		n.step("opl.nothing", "file", file, "plmn", r.PLMN, "area", Hex(r.Area))
		return ""
	}
	if list[i].Record == 0 {
		n.step("opl.zero", "file", file, "n", i+1)
		return ""
	}
	return n.record(f.PNN, list[i].Record, "opl.match", "file", file, "n", i+1)
}

// record is the name in record number of EF.PNN, with the step that led there.
func (n *ShownName) record(list []PNN, number int, id string, args ...any) string {
	name := ""
	if number <= len(list) {
		name = list[number-1].Name()
	}
	if name == "" {
		n.step("pnn.missing", "record", number)
		return ""
	}
	n.step(id, append(args, "record", number, "name", name)...)
	return name
}
