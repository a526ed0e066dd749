package overview

import (
	"fmt"
	"slices"
	"strings"

	"simscope/card"
	"simscope/card/safe"
	"simscope/fs"
	"simscope/fs/plmn"
	"simscope/texts"
	"simscope/tui/app"
	"simscope/tui/ui"
)

// facts are the rows of the upper half.
func (k *known) facts() []row {
	if k.kind == card.KindOther {
		return k.foreign()
	}
	return append([]row{k.iccid(), k.imsi(), k.card(), k.locks(), k.inside(), k.network()}, k.chipRows()...)
}

// chipRows are what the chip says of itself, once it was asked.
func (k *known) chipRows() []row {
	if k.chipSays == nil {
		return nil
	}
	lines := k.chipSays.Words(k.env.Now())
	if len(lines) == 0 {
		lines = []string{texts.Say("chip.nothing")}
	}
	var out []row
	for i, s := range lines {
		r := row{id: fmt.Sprint("chip.", i), copy: s, all: []group{{say(safe.Text(s))}}}
		if i == 0 {
			r.label = label("chip")
		}
		out = append(out, r)
	}
	return out
}

func label(id string) string { return texts.Say("overview.label." + id) }

// iccid is the number of the card, grouped by four, with its check digit.
func (k *known) iccid() row {
	p := card.PathOf("", card.FIDICCID)
	r := row{id: "iccid", label: label("iccid"), to: toFile(p), copy: k.id.ICCID}
	d := k.digests[p]
	switch why := k.missing(p); {
	case why != word{}:
		r.all = []group{{why}}
	case k.id.ICCID == "":
		r.all = []group{{muted(texts.Say("overview.empty"))}}
	default:
		r.all = []group{{say(fours(k.id.ICCID))}}
		switch d.text {
		case "valid":
			r.all = append(r.all, group{word{tok: ui.Muted, text: texts.Say("overview.check.valid"), mark: markGood}})
		case "invalid":
			r.all = append(r.all, group{word{tok: ui.Warn, text: texts.Say("overview.check.invalid"), mark: markWarn}})
		case "none":
			r.all = append(r.all, group{muted(texts.Say("overview.check.none"))})
		}
	}
	return r
}

// fours puts a blank after every fourth character.
func fours(s string) string {
	var b strings.Builder
	for i, c := range s {
		if i > 0 && i%4 == 0 {
			b.WriteByte(' ')
		}
		b.WriteRune(c)
	}
	return b.String()
}

// imsi is the subscriber's identity with the own numbers, and those of the
// other subscriptions on the card.
func (k *known) imsi() row {
	r := row{id: "imsi", label: label("imsi"), copy: k.id.IMSI}
	if !k.hasDir {
		why := muted(texts.Say("overview.no_subscriber"))
		if k.reading() {
			why = word{mark: markMore}
		}
		r.all = []group{{why}}
		return r
	}
	p := k.files.IMSIFile(k.dir)
	r.to = toFile(p)
	switch why := k.missing(p); {
	case why != word{}:
		r.all = []group{{why}}
	case k.id.IMSI == "":
		r.all = []group{{muted(texts.Say("overview.empty"))}}
	default:
		r.all = []group{{say(spaced(k.id.IMSI, len(k.id.MNC)))}}
	}
	for _, n := range k.id.Numbers {
		r.all = append(r.all, group{muted(texts.Say("overview.number")), say(n)})
	}
	for _, s := range k.subscriptions()[1:] {
		r.all = append(r.all, k.second(s))
	}
	return r
}

// second is another subscription: its name and IMSI.
func (k *known) second(dir card.Path) group {
	out := group{muted(k.appName(dir.App))}
	p := k.files.IMSIFile(dir)
	if why := k.missing(p); why != (word{}) {
		return append(out, why)
	}
	imsi := k.digests[p].text
	if imsi == "" {
		return append(out, muted(texts.Say("overview.empty")))
	}
	return append(out, say(spaced(imsi, k.files.MNCLength(dir.App))))
}

// spaced divides an IMSI into country, network and subscriber. Where the
// length of the network code is not known it stays with the subscriber.
func spaced(imsi string, mnc int) string {
	if len(imsi) <= 3+mnc || mnc < 0 {
		return safe.Text(imsi)
	}
	parts := []string{imsi[:3], imsi[3 : 3+mnc], imsi[3+mnc:]}
	if mnc == 0 {
		parts = []string{imsi[:3], imsi[3:]}
	}
	return safe.Text(strings.Join(parts, " "))
}

// moreApps is how many applications are named before the rest is counted.
const moreApps = 4

// card is what kind of card it is: applications, and what the ATR tells of
// the chip.
func (k *known) card() row {
	r := row{id: "card", label: label("card"), to: toFile(card.PathOf("", card.FIDDir))}
	if k.kind == card.KindGSM {
		r.to = toFile(card.PathOf("", card.FIDGSM))
	}
	what := texts.Say("tui.kind." + k.files.Nature().String())
	var names []string
	for _, a := range k.files.Applications() {
		names = append(names, k.appName(a.AID))
	}
	first := group{say(what)}
	if n := len(names); n > moreApps {
		names = append(names[:moreApps:moreApps], texts.Say("overview.more", "n", n-moreApps))
	}
	if len(names) > 0 {
		first = append(first, word{text: strings.Join(names, " + "), sep: true})
	}
	r.all = append([]group{first}, k.chip()...)
	return r
}

// assumedClock is the clock at which the speed is told, in kHz; the reader's
// is not known.
const assumedClock = 5000

// chip is what the ATR says: protocols, speed, supply.
func (k *known) chip() []group {
	if len(k.atr.Raw) < 2 {
		return nil
	}
	var ts []string
	for _, t := range k.atr.Protocols {
		ts = append(ts, texts.Say("overview.protocol", "t", t))
	}
	out := []group{
		{muted(strings.Join(ts, ", "))},
		{muted(texts.Say("overview.rate", "kbit", k.atr.Rate(assumedClock)/1000, "mhz", assumedClock/1000))},
	}
	if s := card.SupplyClasses(k.atr.Classes); s != "" {
		out = append(out, group{muted(s)})
	}
	return out
}

// locks are the PINs that people use, each with its PUK; the issuer's keys
// stand on the PIN screen.
func (k *known) locks() row {
	r := row{id: "locks", label: label("locks"), to: toScreen(app.ScreenPINs)}
	var pins []app.PIN
	names, states := 0, 0
	for _, p := range k.env.PINs {
		if p.Ref.Kind() == card.PINAdm || p.Ref.Kind() == card.PINUnknown {
			continue
		}
		pins = append(pins, p)
		names = max(names, ui.Width(k.lockName(p)))
		states = max(states, ui.Width(stateWord(p, false).text))
	}
	if len(pins) == 0 {
		why := word{mark: markMore}
		if k.asked {
			why = muted(texts.Say("overview.no_pins"))
		}
		r.all = []group{{why}}
		return r
	}
	for i, p := range pins {
		r.all = append(r.all, k.lock(p, names, states))
		if i < 2 {
			r.brief = append(r.brief, k.lock(p, 0, 0))
		}
	}
	if n := len(pins) - 2; n > 0 {
		r.brief = append(r.brief, group{muted(texts.Say("overview.more", "n", n))})
	}
	return r
}

// lockName is a PIN's name, with the application it is of where several have
// one of that name.
func (k *known) lockName(p app.PIN) string {
	name := p.Ref.String()
	if !slices.ContainsFunc(k.env.PINs, func(o app.PIN) bool { return o.Ref == p.Ref && o.App != p.App }) {
		return name
	}
	at := k.files.Name(card.Path{})
	if p.App != "" {
		at = k.appName(p.App)
	}
	return name + " " + at
}

// lock is one PIN: its name, state, tries, and those of its PUK.
func (k *known) lock(p app.PIN, name, state int) group {
	st := stateWord(p, k.opens(p))
	st.pad = state
	out := group{word{text: k.lockName(p), pad: name}, st, word{text: tries(p), tok: triesTok(p.Tries)}}
	if p.Unblock.Known || p.Unblock.Blocked {
		text := texts.Say("pin.puk_left", "n", p.Unblock.Left)
		if p.Unblock.Blocked {
			text = texts.Say("overview.puk_blocked")
		}
		out[2].text += ","
		out = append(out, word{tok: triesTok(p.Unblock), text: text})
	}
	return out
}

// opens reports whether a PIN that is off leaves something open.
func (k *known) opens(p app.PIN) bool {
	return p.Ref.Kind() == card.PINApplication && p.Known && !p.Enabled && !k.standIn(p.App)
}

// stateWord is how a PIN stands; open says that its being off matters.
func stateWord(p app.PIN, open bool) word {
	switch {
	case p.Tries.Blocked:
		return word{tok: ui.Bad, text: texts.Say("pin.blocked"), mark: markBad}
	case !p.Known:
		return word{tok: ui.Muted, text: texts.Say("pin.unknown"), mark: markDot}
	case p.Enabled:
		return word{text: texts.Say("pin.on"), mark: markGood}
	case open:
		return word{tok: ui.Warn, text: texts.Say("pin.off"), mark: markWarn}
	}
	return word{tok: ui.Muted, text: texts.Say("pin.off"), mark: markDot}
}

func tries(p app.PIN) string {
	switch {
	case p.Verified || p.Tries.Verified:
		return texts.Say("pin.verified")
	case p.Tries.Known:
		return texts.Say("pin.left", "n", p.Tries.Left)
	}
	return texts.Say("overview.tries_unknown")
}

func triesTok(t card.Tries) ui.Token {
	switch {
	case t.Blocked, t.Known && t.Left <= 1:
		return ui.Bad
	case t.Known && t.Left <= 2:
		return ui.Warn
	}
	return ui.Muted
}

// network is where a phone with this card was last, and what it may not use.
func (k *known) network() row {
	r := row{id: "network", label: label("network")}
	if !k.hasDir {
		why := muted(texts.Say("overview.no_subscriber"))
		if k.reading() {
			why = word{mark: markMore}
		}
		r.all = []group{{why}}
		return r
	}
	r.to = toFile(k.dir.Child(fidLOCI))
	r.all = append(k.lastSeen(), k.shownName()...)
	r.all = append(r.all, k.forbidden()...)
	r.all = append(r.all, k.hiding()...)
	return r
}

// lastSeen tells of EF.LOCI and EF.EPSLOCI.
func (k *known) lastSeen() []group {
	p := k.dir.Child(fidLOCI)
	if why := k.missing(p); why != (word{}) {
		return []group{{why}}
	}
	loci, eps := k.digests[p], k.digests[k.dir.Child(fidEPS)]
	at := loci.networks
	if len(at) == 0 {
		at = eps.networks
	}
	if len(at) == 0 {
		return []group{{muted(texts.Say("overview.never_seen"))}}
	}
	out := []group{k.seenAt(at[0])}
	if loci.area != "" {
		out = append(out, group{muted(texts.Say("overview.area")), say(loci.area)})
	}
	if s := loci.status; s != "" && s != "updated" && s != "reserved" {
		out = append(out, group{word{tok: ui.Warn, text: texts.Say("ef.word.loci." + s), mark: markWarn}})
	}
	if len(eps.networks) > 0 && eps.networks[0] != at[0] {
		out = append(out, append(group{muted(texts.Say("overview.4g"))}, k.seenAt(eps.networks[0])...))
	}
	if eps.area != "" {
		out = append(out, group{muted(texts.Say("overview.area_4g")), say(eps.area)})
	}
	return out
}

// seenAt names a network, and says when it is none of the card's own.
func (k *known) seenAt(p plmn.PLMN) group {
	out := group{muted(texts.Say("overview.last_seen")), say(p.String())}
	if d := p.Describe(); d != "" {
		out = append(out, muted(d))
	}
	home := k.home()
	for _, h := range home {
		if h == p {
			return out
		}
	}
	if len(home) > 0 {
		out = append(out, muted(texts.Say("overview.roaming")))
	}
	return out
}

// shownName is the name that a phone shows where it was last, where that is
// not the name in the headline anyway.
func (k *known) shownName() []group {
	now := k.files.NetworkNames(k.dir).Now
	if now == nil || now.Shown() == "" || now.Shown() == k.id.SPN {
		return nil
	}
	return []group{{muted(texts.Say("overview.phone_shows")), say(now.Shown())}}
}

// forbidden tells of EF.FPLMN.
func (k *known) forbidden() []group {
	d, ok := k.child(k.dir, fidFPLMN)
	if !ok || d.state != fs.Read {
		return nil
	}
	if len(d.networks) == 0 {
		return []group{{muted(texts.Say("overview.nothing_forbidden"))}}
	}
	var names []string
	for i, p := range d.networks {
		if i == 3 {
			names = append(names, texts.Say("overview.more", "n", len(d.networks)-i))
			break
		}
		names = append(names, p.String())
	}
	return []group{{muted(texts.Say("overview.forbidden")), say(strings.Join(names, ", "))}}
}

// Services of EF.UST (3GPP TS 31.102 clause 4.2.8).
const (
	serviceSUCI       = 124 // subscription identifier privacy
	serviceSUCIByUSIM = 125
)

// hiding tells whether the identity is hidden in 5G, and by whom: by the phone,
// with the first scheme of its file, or by the card itself, which then has to be
// asked for what it makes of it (the screen of the identity does). It is told
// only where the service table was read, and the schemes where the phone needs
// them.
func (k *known) hiding() []group {
	if k.dir.App == "" {
		return nil
	}
	ust, ok := k.child(k.dir, fidUST)
	if !ok || ust.state != fs.Read || !ust.services.Has(serviceSUCI) {
		return nil
	}
	if ust.services.Has(serviceSUCIByUSIM) {
		return []group{{muted(texts.Say("overview.5g_card"))}}
	}
	switch d, ok := k.child(k.dir.Child(fid5GS), fidSUCI); {
	case !ok || d.state != fs.Read:
		return nil
	case d.scheme == 0:
		return []group{{word{tok: ui.Warn, text: texts.Say("overview.5g_clear"), mark: markWarn}}}
	case d.scheme == 1 || d.scheme == 2:
		return []group{{word{tok: ui.Muted, text: texts.Say("overview.5g_hidden"), mark: markGood}}}
	}
	return nil
}
