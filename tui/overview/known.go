package overview

import (
	"slices"
	"strings"

	"simscope/card"
	"simscope/card/safe"
	"simscope/fs"
	"simscope/fs/ef"
	"simscope/fs/plmn"
	"simscope/texts"
	"simscope/tui/app"
	"simscope/tui/kit"
)

// known is what is known of the open card at one moment.
type known struct {
	env      *kit.Env
	files    *fs.Card
	id       fs.Identity
	kind     card.Kind
	digests  map[card.Path]digest
	asked    bool      // about the PINs
	dir      card.Path // of the subscriber
	hasDir   bool
	atr      card.ATR
	atrErr   error
	chipSays *app.Chip
	book     holding
}

func gather(env *kit.Env, digests map[card.Path]digest, asked bool, chip *app.Chip) *known {
	k := &known{
		env: env, files: env.Card.Files, id: env.Identity, digests: digests, asked: asked,
		kind: env.Card.Session.Kind(), chipSays: chip,
	}
	k.dir, k.hasDir = k.files.Subscriber()
	k.atr, k.atrErr = card.ParseATR(env.Card.Session.Info().ATR)
	return k
}

// reading reports whether what is not known may still come.
func (k *known) reading() bool {
	return !k.env.Walk.Finished && k.env.Walk.Err == nil
}

// child is what was taken of a file directly below a directory.
func (k *known) child(dir card.Path, fid card.FID) (digest, bool) {
	d, ok := k.digests[dir.Child(fid)]
	return d, ok
}

// Files of a subscriber, by their identifiers in ADF.USIM and DF.GSM (3GPP
// TS 31.102 clause 4.2, TS 51.011 clause 10.3).
const (
	fidUST    card.FID = 0x6F38
	fidMSISDN card.FID = 0x6F40
	fidSPN    card.FID = 0x6F46
	fidFPLMN  card.FID = 0x6F7B
	fidLOCI   card.FID = 0x6F7E
	fidEHPLMN card.FID = 0x6FD9
	fidEPS    card.FID = 0x6FE3
	fid5GS    card.FID = 0x5FC0
	fidSUCI   card.FID = 0x4F07
)

// missing says why nothing is known of a file: it is not read yet, needs
// something, or is not there. For a file that was read it is empty.
func (k *known) missing(p card.Path) word {
	d, ok := k.digests[p]
	switch {
	case ok && d.state == fs.Read:
		return word{}
	case ok && d.state == fs.Denied:
		return muted(k.needs(p))
	case ok && (d.state == fs.Absent || d.state == fs.ServiceOff):
		return muted(texts.Say("overview.none"))
	case ok && d.state == fs.Failed && k.undescribed(p):
		return muted(texts.Say("overview.undescribed"))
	case ok && d.state == fs.Failed:
		return muted(texts.Say("overview.refused"))
	case k.reading():
		return word{mark: markMore}
	}
	return muted(texts.Say("overview.not_read"))
}

// undescribed reports whether a file was not read because the card does not
// say how.
func (k *known) undescribed(p card.Path) bool {
	n, _ := k.files.Tree().Get(p)
	return n.State == fs.Failed && n.SW == 0
}

// condition is what reading a file that was denied still needs, in words:
// "PIN1". It is empty where that is not known, or where it is there by now
// and the file only has to be read again.
func (k *known) condition(p card.Path) string {
	a := k.files.Access(p)
	if !a.Known {
		return ""
	}
	c := a.For(fs.OpRead)
	if c.Kind == ef.CondAlways || c.Kind == ef.CondNever || c.Kind == ef.CondUnknown ||
		k.files.Security(p.App).Satisfied(c) == fs.Yes {
		return ""
	}
	return fs.Words(c)
}

// needs says why a file that was denied is not shown: "needs PIN1".
func (k *known) needs(p card.Path) string {
	if c := k.condition(p); c != "" {
		return texts.Say("overview.needs", "what", c)
	}
	return texts.Say("overview.refused")
}

// of lists what was taken of the files of a name in the given directories of
// the catalogue, in a fixed order, each content once: cards show one file at
// two places.
func (k *known) of(name string, places ...string) []digest {
	var out []digest
	for _, d := range k.digests {
		if n, _ := k.files.Tree().Get(d.path); !strings.HasSuffix(n.Catalogue, "/"+name) || !d.state.Exists() {
			continue
		}
		if len(places) == 0 || slices.Contains(places, d.place) {
			out = append(out, d)
		}
	}
	slices.SortFunc(out, func(a, b digest) int { return strings.Compare(a.path.String(), b.path.String()) })
	seen := map[string]bool{}
	return slices.DeleteFunc(out, func(d digest) bool {
		double := d.content != "" && seen[d.content]
		seen[d.content] = true
		return double
	})
}

// home is the networks that are the subscriber's own; empty while the network
// is not known.
func (k *known) home() []plmn.PLMN {
	if k.id.MCC == "" || k.id.MNC == "" {
		return nil
	}
	out := []plmn.PLMN{{MCC: k.id.MCC, MNC: k.id.MNC}}
	if d, ok := k.child(k.dir, fidEHPLMN); ok {
		out = append(out, d.networks...)
	}
	return out
}

// subscriptions are the directories of the subscribers on the card, the one
// that headers speak of first. DF.GSM shows the first USIM again.
func (k *known) subscriptions() []card.Path {
	if !k.hasDir {
		return nil
	}
	out := []card.Path{k.dir}
	for _, a := range k.files.Applications() {
		p := card.PathOf(a.AID)
		n, _ := k.files.Tree().Get(p)
		if (a.Kind == fs.AppUSIM || a.Kind == fs.AppCSIM) && p != k.dir && n.State.Exists() {
			out = append(out, p)
		}
	}
	return out
}

// appName is what people call an application: its label where that says more
// than its kind.
func (k *known) appName(aid card.AID) string {
	for _, a := range k.id.Apps {
		if a.AID != aid.String() {
			continue
		}
		name := strings.TrimPrefix(a.Name, "ADF.")
		kind, _, _ := strings.Cut(name, "#")
		switch {
		case a.Name == a.AID && a.Title != "":
			name = a.Title
		case a.Label != "" && !strings.EqualFold(a.Label, kind) && a.Name != a.AID:
			name = texts.Say("overview.app", "kind", kind, "label", a.Label)
		}
		return safe.Text(name)
	}
	return aid.String()
}

// pin finds a PIN by reference.
func (k *known) pin(ref card.PINRef) (app.PIN, bool) {
	i := slices.IndexFunc(k.env.PINs, func(p app.PIN) bool { return p.Ref == ref })
	if i < 0 {
		return app.PIN{}, false
	}
	return k.env.PINs[i], true
}

// standIn reports whether the Universal PIN of an application takes the place
// of its own PIN (ETSI TS 102 221 clause 9.5.1, usage qualifier 08).
func (k *known) standIn(aid card.AID) bool {
	return slices.ContainsFunc(k.env.PINs, func(p app.PIN) bool {
		return p.Ref == card.RefUniversal && slices.Contains(append(p.In, p.App), aid) &&
			p.Known && p.Enabled && p.HasUsage && p.Usage&0x08 != 0
	})
}
