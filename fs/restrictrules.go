package fs

import (
	"fmt"
	"slices"
	"strings"

	"simscope/card"
	"simscope/fs/ef"
	"simscope/texts"
)

// Files that limit, by their identifiers (3GPP TS 31.102, TS 51.011).
const (
	fidEST     card.FID = 0x6F56
	fidFDN     card.FID = 0x6F3B
	fidBDN     card.FID = 0x6F4D
	fidADN     card.FID = 0x6F3A
	fidACL     card.FID = 0x6F57
	fidACMmax  card.FID = 0x6F37
	fidACM     card.FID = 0x6F39
	fidACC     card.FID = 0x6F78
	fidGID1    card.FID = 0x6F3E
	fidGID2    card.FID = 0x6F3F
	fidCNL     card.FID = 0x6F32
	fidDCK     card.FID = 0x6F2C
	fidNAS     card.FID = 0x6FE8
	fidDataOff card.FID = 0x6FF9
	fidSoLSA   card.FID = 0x5F70
	fidSAI     card.FID = 0x4F30
	fidHNB     card.FID = 0x5F50
	fidACSGL   card.FID = 0x4F81
	fidOCSGL   card.FID = 0x4F84
	fidUAC     card.FID = 0x4F06
	fidCAG     card.FID = 0x4F0D
)

// limitRules are the restrictions looked for, in the order they are shown.
var limitRules = []limitRule{
	{"fdn", true, true, false, func(l *limit) Answer { return l.dialling(2, 1, fidFDN) }},
	{"fdn", true, false, true, findGSMFixed},
	{"bdn", true, true, false, func(l *limit) Answer { return l.dialling(6, 2, fidBDN) }},
	{"bdn", true, false, true, findGSMBarred},
	{"operation", true, false, false, findOperation},
	{"charge", true, false, false, findCharge},
	{"deactivated", true, false, false, findDeactivated},
	{"noclass", true, false, false, findOrdinary},
	{"special", false, false, false, findSpecial},
	{"fplmn", false, false, false, findForbidden},
	{"acl", false, true, false, findACL},
	{"lsa", false, false, false, findLSA},
	{"csg", false, true, false, findCSG},
	{"cag", false, true, false, findCAG},
	{"uac", false, true, false, findUAC},
	{"nas", false, true, false, findNAS},
	{"dataoff", false, true, false, findDataOff},
	{"gid", false, false, false, findGroups},
	{"cnl", false, false, false, findCooperative},
	{"dck", false, false, false, findControlKeys},
	{"switchedoff", false, false, false, findSwitchedOff},
}

// dialling is fixed or barred dialling of a USIM: a service of EF.UST that
// allows it and one of EF.EST that turns it on (TS 31.102 clause 4.2.47).
func (l *limit) dialling(allowed, enabled int, numbers card.FID) Answer {
	state := l.service(l.file(fidUST), allowed)
	if state != No {
		state = both(state, l.service(l.file(fidEST), enabled))
	}
	return l.numbered(state, l.file(numbers))
}

// numbered adds the numbers of a restriction that is on or may be.
func (l *limit) numbered(state Answer, list card.Path) Answer {
	if state != No {
		there := l.entries(list, "number", "dialling_number")
		switch {
		case state != Yes:
		case there == Unknown:
			l.say = "yes_unread"
		case len(l.r.Values) > 0:
		case l.r.ID == "bdn": // nothing stands in the list that is barred
			state = No
		default:
			l.say = "yes_none"
		}
	}
	l.args = append(l.args, "n", len(l.r.Values))
	return state
}

// findGSMFixed: fixed dialling of 2G is on while EF.ADN is invalidated (TS
// 51.011 clause 11.5.1).
func findGSMFixed(l *limit) Answer {
	state := l.service(l.file(fidUST), 3) // EF.SST has the identifier of EF.UST
	if state != No {
		state = both(state, l.deactivated(card.PathOf("", fidTelecom, fidADN)))
	}
	return l.numbered(state, card.PathOf("", fidTelecom, fidFDN))
}

// findGSMBarred: barred dialling of 2G is off while EF.BDN is invalidated (TS
// 51.011 clause 11.5.1).
func findGSMBarred(l *limit) Answer {
	list := card.PathOf("", fidTelecom, fidBDN)
	state := l.service(l.file(fidUST), 31)
	if state != No {
		switch l.deactivated(list) {
		case Yes:
			state = No
		case Unknown:
			state = Unknown
		}
	}
	return l.numbered(state, list)
}

func findACL(l *limit) Answer {
	state := l.service(l.file(fidUST), 35)
	if state != No {
		state = both(state, l.service(l.file(fidEST), 3))
	}
	if state == No {
		return No
	}
	names, _ := value[ef.APNs](l, l.file(fidACL))
	for _, n := range names.APNs {
		if n == "" {
			n = texts.Say("limit.acl.network")
		}
		l.r.Values = append(l.r.Values, n)
	}
	l.args = []any{"n", len(l.r.Values)}
	return state
}

func findCharge(l *limit) Answer {
	limit, there := value[ef.ACM](l, l.file(fidACMmax))
	switch {
	case there != Yes:
		return there
	case limit.Units == 0: // there is none (3GPP TS 27.007, +CAMM)
		return No
	}
	used, there := value[ef.ACM](l, l.file(fidACM))
	spent := texts.Say("limit.charge.unknown")
	if there == Yes {
		spent = fmt.Sprint(used.Units)
		if used.Units >= limit.Units {
			l.r.Values = []string{texts.Say("limit.charge.reached")}
		}
	}
	l.args = []any{"used", spent, "max", limit.Units}
	return Yes
}

// classes are the access classes: 0 to 9 ordinary, 11 to 15 special (TS 22.011
// clause 4.2).
func (l *limit) classes() (ordinary, special []string, there Answer) {
	acc, there := value[ef.ACC](l, l.file(fidACC))
	if there == No {
		l.r.Why = texts.Say("limit.why.absent", "file", l.c.Name(l.file(fidACC)))
	}
	for _, c := range acc.Classes {
		switch {
		case c <= 9:
			ordinary = append(ordinary, fmt.Sprint(c))
		case c >= 11:
			special = append(special, texts.Say(fmt.Sprintf("limit.class.%d", c)))
		}
	}
	return ordinary, special, there
}

func findOrdinary(l *limit) Answer {
	ordinary, _, there := l.classes()
	if there != Yes {
		return Unknown
	}
	l.args = []any{"classes", strings.Join(ordinary, ", ")}
	return answer(len(ordinary) == 0)
}

func findSpecial(l *limit) Answer {
	_, special, there := l.classes()
	if there != Yes {
		return Unknown
	}
	l.r.Values = special
	return answer(len(special) > 0)
}

func findForbidden(l *limit) Answer {
	list, there := value[ef.NetworkList](l, l.file(fidFPLMN))
	if there != Yes {
		return there
	}
	for _, n := range list.Used() {
		name := n.PLMN().String()
		if d := n.PLMN().Describe(); d != "" {
			name += " " + d
		}
		l.r.Values = append(l.r.Values, name)
	}
	l.args = []any{"n", len(l.r.Values)}
	return answer(len(l.r.Values) > 0)
}

func findOperation(l *limit) Answer {
	ad, there := value[ef.AD](l, l.file(fidAD))
	if there != Yes {
		return there
	}
	l.args = []any{"mode", texts.Say("ef.word.ad." + ad.OperationMode)}
	return answer(ad.OperationModeByte != 0)
}

func findLSA(l *limit) Answer {
	sai, there := value[ef.SAI](l, l.file(fidSoLSA, fidSAI))
	if there != Yes {
		return there
	}
	l.args = []any{"text", sai.Text}
	return answer(sai.LSAOnly)
}

// findCSG tells of lists of closed groups of cells that the user or the
// operator keeps on the card (TS 31.102 clauses 4.4.6.2 and 4.4.6.5).
func findCSG(l *limit) Answer {
	state := No
	for _, f := range []card.FID{fidACSGL, fidOCSGL} {
		d, there := l.read(l.file(fidHNB, f))
		if there == Unknown && state == No {
			state = Unknown
		}
		for _, part := range d.Parts {
			if !part.Empty && part.Summary != "" {
				l.r.Values = append(l.r.Values, part.Summary)
			}
		}
	}
	if len(l.r.Values) > 0 {
		return Yes
	}
	return state
}

func findCAG(l *limit) Answer {
	p := l.file(fid5GS, fidCAG)
	d, there := l.read(p)
	for _, part := range d.Parts {
		if !part.Empty && part.Summary != "" {
			l.r.Values = append(l.r.Values, part.Summary)
		}
	}
	if there == Unknown {
		// Without a decoder the bytes tell as much: whether there is a list.
		if b, ok := l.c.binary(p); ok {
			return answer(slices.ContainsFunc(b, func(c byte) bool { return c != 0xFF && c != 0 }))
		}
	}
	if there != Yes || len(d.Parts) == 0 {
		return there
	}
	// The list says of each network whether other cells are barred.
	list, ok := d.Parts[0].Value.(ef.CAG)
	if !ok {
		return answer(len(l.r.Values) > 0)
	}
	if len(list.Entries) == 0 {
		return No
	}
	if !slices.ContainsFunc(list.Entries, func(e ef.CAGEntry) bool { return e.Only }) {
		l.say = "open"
		return No
	}
	return Yes
}

// findUAC reads bits 1 and 2 of the first byte: access identities 1 and 2 (TS
// 31.102 clause 4.4.11.7, TS 22.261 clause 6.22.2.2).
func findUAC(l *limit) Answer {
	p := l.file(fid5GS, fidUAC)
	if _, there := l.read(p); there == No {
		return No
	}
	b, ok := l.c.binary(p)
	if !ok {
		return Unknown
	}
	for i := range 2 {
		if b[0]>>i&1 == 1 {
			l.r.Values = append(l.r.Values, texts.Say(fmt.Sprintf("limit.uac.%d", i+1)))
		}
	}
	return answer(len(l.r.Values) > 0)
}

// findNAS picks the settings of EF.NASCONFIG by which a phone holds back.
func findNAS(l *limit) Answer {
	v, there := value[ef.NASConfig](l, l.file(fidNAS))
	if there != Yes {
		return there
	}
	for _, s := range []struct {
		id   string
		have *int
		at   int // the value that limits
	}{
		{"nas_signalling_priority", v.SignallingPriority, 1},
		{"extended_access_barring", v.AccessBarring, 1},
		{"eutra_disabling_allowed_for_emm_cause_15", v.EUTRADisabling, 1},
	} {
		if s.have != nil && *s.have == s.at {
			l.r.Values = append(l.r.Values, texts.Say(fmt.Sprintf("ef.nas.%s.%d", s.id, s.at)))
		}
	}
	return answer(len(l.r.Values) > 0)
}

func findDataOff(l *limit) Answer {
	d, there := l.read(l.file(fidDataOff))
	if there != Yes {
		return there
	}
	if len(d.Parts) > 0 {
		l.r.Values = []string{d.Parts[0].Summary}
	}
	return Yes
}

func findGroups(l *limit) Answer {
	state := No
	for _, f := range []card.FID{fidGID1, fidGID2} {
		v, there := value[ef.GroupIdentifier](l, l.file(f))
		switch {
		case len(v.Identifier) > 0:
			l.r.Values = append(l.r.Values, v.Identifier.String())
		case there == Unknown:
			state = Unknown
		}
	}
	if len(l.r.Values) > 0 {
		return Yes
	}
	return state
}

func findCooperative(l *limit) Answer {
	d, there := l.read(l.file(fidCNL))
	if there != Yes || len(d.Parts) == 0 {
		return there
	}
	if !d.Parts[0].Empty {
		l.r.Values = []string{d.Parts[0].Summary}
	}
	return answer(!d.Parts[0].Empty)
}

// findControlKeys tells that keys that take a phone's locks off stand on the
// card, never which.
func findControlKeys(l *limit) Answer {
	p := l.file(fidDCK)
	n, ok := l.c.tree.Get(p)
	switch {
	case ok && n.State.Exists():
		l.r.Files = []card.Path{p}
		return Yes
	case ok && n.State != NotLookedAt, l.c.scannedAbove(p):
		return No
	}
	l.r.Files, l.r.Why = []card.Path{p}, l.c.whyUnread(p)
	return Unknown
}

// findDeactivated lists files that were deactivated. Fixed dialling of 2G does
// that to EF.ADN, EF.IMSI and EF.LOCI.
func findDeactivated(l *limit) Answer {
	l.r.Safety = false
	for _, n := range l.within() {
		if n.FCP != nil && (n.FCP.LifeCycle == LifeDeactivated || n.FCP.LifeCycle == LifeTerminated) {
			l.r.Values = append(l.r.Values, l.c.Name(n.Path))
			l.r.Files = append(l.r.Files, n.Path)
			l.r.Safety = l.r.Safety || decidesReach(n.Path)
		}
	}
	l.args = []any{"n", len(l.r.Values)}
	return answer(len(l.r.Values) > 0)
}

// decidesReach reports whether without a file a phone does not register, or
// people, emergency numbers or messages are out of reach.
func decidesReach(p card.Path) bool {
	switch p.Last() {
	case fidIMSI, fidLOCI, fidFDN, fidADN, 0x6FB7, 0x6F3C, 0x6F42: // EF.ECC, EF.SMS, EF.SMSP
		return true
	}
	return p.Parent().Last() == fidPhone
}

// findSwitchedOff lists files that are there although their service is off.
func findSwitchedOff(l *limit) Answer {
	if l.dir.App == "" {
		l.none = true // EF.SST names services, not files
		return No
	}
	if _, there := l.read(l.file(fidUST)); there != Yes {
		return Unknown
	}
	l.r.Files = nil
	for _, n := range l.within() {
		if n.State.Exists() && !n.Dir && l.c.ServiceOn(n.Path) == No {
			l.r.Values = append(l.r.Values, n.Name)
			l.r.Files = append(l.r.Files, n.Path)
		}
	}
	l.args = []any{"n", len(l.r.Values)}
	return answer(len(l.r.Values) > 0)
}

// within lists the files of the subscriber: of 2G those of DF.TELECOM too.
func (l *limit) within() []Node {
	var out []Node
	for _, n := range l.c.tree.All() {
		if n.Path.Within(l.dir) || l.dir.App == "" && n.Path.Within(card.PathOf("", fidTelecom)) {
			out = append(out, n)
		}
	}
	return out
}

func answer(yes bool) Answer {
	if yes {
		return Yes
	}
	return No
}
