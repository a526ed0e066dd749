package overview

import (
	"context"
	"errors"
	"slices"
	"strconv"
	"strings"

	"simscope/card"
	"simscope/fs"
	"simscope/texts"
	"simscope/tui/app"
	"simscope/tui/ui"
)

// headline answers whose card it is and how it stands.
func (k *known) headline() headline {
	return headline{k.whose(), k.verdict()}
}

// whose names the operator and the network.
func (k *known) whose() group {
	if k.kind == card.KindOther && k.files.Nature() == fs.NatureOther {
		out := group{word{tok: ui.Title, text: texts.Say("overview.other")}}
		if len(k.id.Apps) > 0 && k.id.Apps[0].Title != "" {
			out = append(out, word{tok: ui.Muted, text: k.id.Apps[0].Title, sep: true})
		}
		return out
	}
	var out group
	add := func(text string) {
		w := word{tok: ui.Muted, text: text, sep: len(out) > 0}
		if len(out) == 0 {
			w.tok = ui.Title
		}
		out = append(out, w)
	}
	if k.id.SPN != "" {
		add(k.id.SPN)
	}
	if k.id.Operator != "" && k.id.Operator != k.id.SPN {
		add(k.id.Operator)
	}
	if k.id.MCC != "" {
		place := k.id.Country
		if place == "" {
			place = texts.Say("overview.country_unknown")
		}
		add(texts.Say("overview.place", "country", place, "network", strings.TrimSpace(k.id.MCC+" "+k.id.MNC)))
	}
	if len(out) > 0 {
		return out
	}
	if !k.hasDir && !k.reading() {
		return group{word{tok: ui.Title, text: texts.Say("overview.no_subscriber." + k.files.Nature().String())}}
	}
	if k.reading() && !k.read(k.files.IMSIFile(k.dir).Last()) {
		return group{word{mark: markMore}}
	}
	return group{word{tok: ui.Title, text: texts.Say("overview.unnamed")}}
}

// read reports whether it is known what the subscriber's file holds, or why
// it is not.
func (k *known) read(fid card.FID) bool {
	d, ok := k.child(k.dir, fid)
	return ok && d.state != fs.NotLookedAt && d.state != fs.Present
}

// verdict is how the card stands against who holds it.
func (k *known) verdict() group {
	if k.kind == card.KindOther {
		return group{muted(texts.Say("overview.verdict.other"))}
	}
	p1, ok := k.pin(card.RefPIN1)
	open, told := k.env.Card.Open()
	switch {
	case !k.hasDir && !k.reading() && !(ok && p1.Tries.Blocked):
		return group{muted(texts.Say("overview.verdict.nothing"))}
	case ok && p1.Tries.Blocked:
		return group{word{ui.Bad, texts.Say("overview.verdict.blocked"), markBad, 0, false}}
	case ok && told && open:
		return group{word{ui.Warn, texts.Say("overview.verdict.open"), markWarn, 0, false}}
	case ok && told && p1.Enabled:
		return group{word{ui.Text, texts.Say("overview.verdict.on"), markGood, 0, false}}
	case ok && told:
		return group{word{ui.Text, texts.Say("overview.verdict.universal"), markGood, 0, false}}
	case !k.asked && len(k.env.PINs) == 0:
		return group{word{mark: markMore}}
	}
	return group{word{ui.Muted, texts.Say("overview.verdict.unknown"), markDot, 0, false}}
}

// finding makes a row of the lower half.
func finding(id string, m mark, verb string, to target, args ...any) row {
	return row{
		id: "look." + id, finding: true, mark: m, to: to,
		text: texts.Say("overview.look."+strings.SplitN(id, "/", 2)[0], args...),
		verb: texts.Maybe("overview.verb." + verb),
	}
}

// findings are what a person should look at, the gravest first.
func (k *known) findings() []row {
	var out []row
	for _, f := range []func() []row{
		k.lookOther, k.lookEmptyChip, k.lookPINs, k.lookOpen, k.lookTries, k.lookLocked,
		k.lookForbidden, k.lookDeleted, k.lookCheckDigit, k.lookTwo, k.lookWalk,
	} {
		out = append(out, f()...)
	}
	slices.SortStableFunc(out, func(a, b row) int { return a.mark.rank() - b.mark.rank() })
	if len(out) > 0 {
		return out
	}
	if k.reading() || !k.asked {
		return []row{{id: "look", finding: true, mark: markMore, text: texts.Say("overview.look.reading")}}
	}
	return []row{finding("nothing", markGood, "", target{})}
}

func pinKey(p app.PIN) string { return strconv.Itoa(int(p.Ref)) + p.App.String() }

// lookPINs tells of what is blocked.
func (k *known) lookPINs() []row {
	var out []row
	for _, p := range k.env.PINs {
		name, puk := p.Ref.String(), p.Ref.UnblockName()
		switch {
		case p.Ref.Kind() == card.PINAdm || !p.Tries.Blocked:
		case p.Unblock.Blocked:
			out = append(out, finding("lost/"+pinKey(p), markBad, "see", toScreen(app.ScreenPINs), "pin", name, "puk", puk))
		case p.Ref == card.RefPIN1:
			out = append(out, finding("blocked1", markBad, "fix", toGuide(card.PINUnblock, p.Ref, p.App), "pin", name, "puk", puk))
		default:
			out = append(out, finding("blocked/"+pinKey(p), markBad, "fix", toGuide(card.PINUnblock, p.Ref, p.App), "pin", name, "puk", puk))
		}
	}
	return out
}

// lookOpen tells of PINs that are off.
func (k *known) lookOpen() []row {
	var out []row
	if open, told := k.env.Card.Open(); open && told {
		out = append(out, finding("open", markWarn, "fix", toGuide(card.PINEnable, card.RefPIN1, "")))
	}
	for _, p := range k.env.PINs {
		if p.Ref != card.RefPIN1 && p.App != "" && k.opens(p) && !p.Tries.Blocked {
			out = append(out, finding("open_app/"+pinKey(p), markWarn, "fix", toGuide(card.PINEnable, p.Ref, p.App),
				"pin", p.Ref, "app", k.appName(p.App)))
		}
	}
	return out
}

// fewTries is from how many tries left a PUK is told of; a new card has ten.
const fewTries = 3

// lookTries tells of counters that are nearly used up.
func (k *known) lookTries() []row {
	var out []row
	add := func(id string, p app.PIN, t card.Tries, name string) {
		if t.Left == 1 {
			id = "last_" + id
		}
		out = append(out, finding(id+"/"+pinKey(p), markWarn, "see", toScreen(app.ScreenPINs), "name", name, "n", t.Left, "pin", p.Ref))
	}
	for _, p := range k.env.PINs {
		if t := p.Tries; t.Known && !t.Blocked && t.Left > 0 && t.Left < fewTries {
			add("tries", p, t, p.Ref.String())
		}
		if t := p.Unblock; t.Known && !t.Blocked && t.Left > 0 && t.Left <= fewTries {
			add("puk", p, t, p.Ref.UnblockName())
		}
	}
	return out
}

// guards are the files of this screen that the card did not give away, those of
// the subscription that is spoken of first.
func (k *known) guards() []card.Path {
	var out []card.Path
	for p, d := range k.digests {
		if d.state == fs.Denied {
			out = append(out, p)
		}
	}
	slices.SortFunc(out, func(a, b card.Path) int {
		mine, its := a.Within(k.dir), b.Within(k.dir)
		switch {
		case mine && !its:
			return -1
		case its && !mine:
			return 1
		}
		return strings.Compare(a.String(), b.String())
	})
	return out
}

// lookLocked tells that the card keeps its identity behind a PIN.
func (k *known) lookLocked() []row {
	if !k.hasDir {
		return nil
	}
	p := k.files.IMSIFile(k.dir)
	d, ok := k.digests[p]
	cond := k.condition(p)
	if !ok || d.state != fs.Denied || cond == "" {
		return nil
	}
	if p1, ok := k.pin(card.RefPIN1); ok && p1.Tries.Blocked {
		return nil // what is to be done stands there already
	}
	id := "locked"
	if k.id.SPN != "" {
		id = "locked_rest"
	}
	to := toScreen(app.ScreenPINs)
	if n, ok := k.env.Opener([]card.Path{p}); ok {
		to = toGuide(card.PINVerify, n.Ref, n.App)
	}
	return []row{finding(id, markDot, "verify", to, "pin", cond)}
}

// lookForbidden tells of a card that refuses its own network.
func (k *known) lookForbidden() []row {
	d, ok := k.child(k.dir, fidFPLMN)
	if !ok {
		return nil
	}
	for _, h := range k.home() {
		if slices.Contains(d.networks, h) {
			return []row{finding("forbidden", markWarn, "see", toFile(d.path), "network", h.String())}
		}
	}
	return nil
}

// lookDeleted tells of messages that were deleted and are still there.
func (k *known) lookDeleted() []row {
	var out []row
	for _, d := range k.of("EF.SMS") {
		id := "deleted/" + d.path.String()
		switch {
		case d.deleted == 1:
			out = append(out, finding("one_"+id, markWarn, "see", toDeleted()))
		case d.deleted > 1:
			out = append(out, finding(id, markWarn, "see", toDeleted(), "n", d.deleted))
		}
	}
	return out
}

func (k *known) lookCheckDigit() []row {
	p := card.PathOf("", card.FIDICCID)
	if k.digests[p].text != "invalid" {
		return nil
	}
	return []row{finding("check", markWarn, "see", toFile(p))}
}

// lookTwo tells of several subscriptions.
func (k *known) lookTwo() []row {
	subs := k.subscriptions()
	if len(subs) < 2 {
		return nil
	}
	names := make([]string, len(subs))
	for i, s := range subs {
		names[i] = k.appName(s.App)
	}
	return []row{finding("several", markDot, "see", toFile(k.files.IMSIFile(subs[1])), "n", len(subs), "names", strings.Join(names, ", "))}
}

// lookOther says what can be done with a card that is no SIM.
func (k *known) lookOther() []row {
	if k.kind != card.KindOther || k.files.Nature() != fs.NatureOther {
		return nil
	}
	out := []row{finding("other", markDot, "", target{})}
	if k.atrErr != nil {
		out = append(out, finding("atr", markWarn, "", target{}, "why", k.atrErr))
	}
	return out
}

// lookEmptyChip tells of an eUICC with which no phone reaches a network now.
func (k *known) lookEmptyChip() []row {
	if k.hasDir || k.reading() || k.files.Nature() != fs.NatureEUICC {
		return nil
	}
	return []row{finding("no_profile", markDot, "", target{})}
}

// lookWalk tells of a reading that did not come to its end.
func (k *known) lookWalk() []row {
	err := k.env.Walk.Err
	var limit *fs.LimitError
	switch {
	case err == nil:
		return nil
	case errors.Is(err, context.Canceled):
		return []row{finding("stopped", markDot, "", target{})}
	case errors.As(err, &limit):
		return []row{finding("limit", markWarn, "", target{}, "limit", limit.Limit, "what", limit.What)}
	}
	p := app.Explain(err, "")
	return []row{finding("broken", markWarn, "", target{}, "why", p.Answer)}
}
