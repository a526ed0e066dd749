package app

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"simscope/card"
	"simscope/card/auth"
	"simscope/card/globalplatform"
	"simscope/card/safe"
	"simscope/crypto/scp"
	"simscope/fs"
	"simscope/texts"
)

// GPSession is what a secure channel was, and what it told.
type GPSession struct {
	Domain     card.AID
	Protocol   string // "SCP03"
	I          byte
	Told       bool // the card told I
	KeyVersion byte
	Level      scp.Level
	Registry   *globalplatform.Registry // nil where it was not asked for
}

// OpenDomain opens a secure channel with keys of the person's, lists the
// registry if that is wanted, and ends the channel. It counts on the card; each
// command that does is recorded before and sent once. It is tied to the card by
// its ICCID, where that is known. The keys stay the caller's to clear.
func (c *Card) OpenDomain(ctx context.Context, req globalplatform.Request, list bool) (GPSession, error) {
	var out GPSession
	req.ICCID = c.iccidBytes()
	err := c.Session.Act(ctx, "secure channel", card.RiskCount, func(x *card.Tx) error {
		ch, err := req.Open(x)
		if err != nil {
			return err
		}
		out = GPSession{
			Domain: ch.Domain, Protocol: fmt.Sprintf("SCP%02X", ch.Response.Protocol), I: ch.I, Told: ch.Told,
			KeyVersion: ch.Response.KeyVersion, Level: ch.Level(),
		}
		if list {
			var r globalplatform.Registry
			if r, err = ch.List(); err == nil {
				out.Registry = &r
			}
		}
		return errors.Join(err, ch.Close())
	})
	return out, err
}

// channelProblem puts the end of an opening into words.
func channelProblem(e *globalplatform.ChannelError, tried string) Problem {
	p := words("gp_"+string(e.Step), tried, "sw", statusOf(e.SW), "why", causeOf(e.Err))
	switch e.Step {
	case globalplatform.StepInitialize:
		if id := "gp.initialize." + e.SW.String(); texts.Has(id) {
			p.Next = texts.Say(id)
		}
	case globalplatform.StepCryptogram:
		p.Next = texts.Say("problem.gp_cryptogram.next")
		if e.Mistake != "" {
			p.Next = texts.Say("gp.mistake." + string(e.Mistake))
		}
		if r := e.Response; r != nil {
			p.Next += " " + texts.Say("gp.answered", "protocol", fmt.Sprintf("SCP%02X", r.Protocol), "version", versionWords(int(r.KeyVersion)),
				"diversification", globalplatform.Hex(r.Diversification[:]))
			if e.Asked != 0 && e.Asked != r.KeyVersion {
				p.Next += " " + texts.Say("gp.other_version", "asked", versionWords(int(e.Asked)))
			}
		}
	case globalplatform.StepExternal:
		id := "gp.external.scp03"
		if e.Response != nil && e.Response.Protocol == 0x02 {
			id = "gp.external.scp02"
		}
		p.Next = texts.Say(id)
	}
	return p
}

func statusOf(sw card.SW) string {
	if sw == 0 {
		return ""
	}
	return statusWords(sw.String())
}

// causeOf is a cause that has a sentence, or that names the key itself.
func causeOf(err error) string {
	var field *auth.FieldError
	if errors.As(err, &field) {
		return field.Error() + "."
	}
	for _, c := range []struct {
		err error
		id  string
	}{
		{globalplatform.ErrKeyForm, "key_form"},
		{globalplatform.ErrKeyLength, "key_length"},
		{globalplatform.ErrKDF, "kdf"},
		{scp.ErrKeySize, "key_size"},
		{scp.ErrProtocol, "protocol"},
		{scp.ErrLevel, "level"},
		{scp.ErrResponse, "response"},
		{globalplatform.ErrSecurity, "level"},
	} {
		if errors.Is(err, c.err) {
			return texts.Say("gp.cause." + c.id)
		}
	}
	return ""
}

// Lines tell what the channel was and what is on the card, as a tree.
func (s GPSession) Lines() []GPLine {
	opened := GPLine{
		Label: texts.Say("gp.label.channel"), Level: LevelGood,
		Text: texts.Say("gp.opened", "protocol", s.Protocol, "version", versionWords(int(s.KeyVersion)), "level", s.Level),
	}
	if !s.Told {
		opened.More = append(opened.More, texts.Say("gp.i_assumed", "i", fmt.Sprintf("%02X", s.I)))
	}
	out := []GPLine{opened}
	if s.Registry == nil {
		return out
	}
	out = append(out, registryTree(s.Domain, s.Registry.Entries())...)
	for _, p := range s.Registry.Parts {
		name := texts.Say("gp.part." + p.Asked)
		switch {
		case p.SW == "6A88" && len(p.Entries) == 0:
			out = append(out, GPLine{Text: texts.Say("gp.part.none", "part", name), Level: LevelNote})
		case len(p.Entries) == 0 && p.SW != "9000":
			out = append(out, GPLine{Text: texts.Say("gp.part.refused", "part", name, "sw", statusWords(p.SW)), Level: LevelUnknown})
		case !p.Whole:
			out = append(out, GPLine{Text: texts.Say("gp.part.odd", "part", name), Level: LevelUnknown})
		}
	}
	return out
}

// registryTree puts entries below the domains that they belong to. What names
// no domain, or one that is not listed, stands below the one that was asked.
func registryTree(asked card.AID, entries []globalplatform.Entry) []GPLine {
	at := map[string]int{} // domains by AID
	for i, e := range entries {
		if e.Kind == globalplatform.KindIssuer || e.Kind == globalplatform.KindDomain {
			if _, twice := at[e.AID.String()]; !twice {
				at[e.AID.String()] = i
			}
		}
	}
	root, hasRoot := at[asked.String()]
	parent := make([]int, len(entries))
	for i, e := range entries {
		p, ok := at[e.Domain.String()]
		switch {
		case hasRoot && i == root:
			p = -1
		case !ok || p == i:
			p = -1
			if hasRoot {
				p = root
			}
		}
		parent[i] = p
	}
	// Domains that name each other in a circle have no way up: they are taken
	// out of it.
	for i := range entries {
		steps, p := 0, parent[i]
		for p >= 0 && steps <= len(entries) {
			p, steps = parent[p], steps+1
		}
		if p >= 0 {
			parent[i] = -1
			if hasRoot && i != root {
				parent[i] = root
			}
		}
	}
	var below func(at, depth int) []GPLine
	below = func(at, depth int) []GPLine {
		var out []GPLine
		for i, e := range entries {
			if parent[i] != at {
				continue
			}
			l := entryLine(e)
			if depth < maxDomains {
				l.Children = append(l.Children, below(i, depth+1)...)
			}
			out = append(out, l)
		}
		slices.SortStableFunc(out, func(a, b GPLine) int { return len(b.Children) - len(a.Children) })
		return out
	}
	return below(-1, 0)
}

// maxDomains bounds how deep domains are drawn in each other.
const maxDomains = 16

// entryLine tells one entry: what it is, its name, its state, what it may do.
func entryLine(e globalplatform.Entry) GPLine {
	l := GPLine{Label: texts.Say("gp.kind." + string(e.Kind)), Text: e.AID.String()}
	state := texts.Say("gp.untold")
	switch {
	case e.State != "":
		state = texts.Say("gp.state." + e.State)
	case e.LifeCycle != nil:
		state, l.Level = texts.Say("gp.state.odd", "code", fmt.Sprintf("%02X", *e.LifeCycle)), LevelUnknown
	}
	l.Text += ": " + state
	if e.Version != nil {
		l.Text += ", " + texts.Say("gp.version", "version", versionBytes(e.Version))
	}
	if known, ok := fs.NameAID(card.AID(e.AID)); ok && e.Kind != globalplatform.KindIssuer {
		l.Text += ", " + known.Name
	}
	if note := "gp.state." + e.State + ".note"; e.Kind == globalplatform.KindIssuer && texts.Has(note) {
		l.Level = LevelLook
		l.More = append(l.More, texts.Say(note))
	}
	for _, p := range e.Privileges {
		if p != "security_domain" {
			l.More = append(l.More, texts.Say("gp.privilege."+p))
		}
	}
	if e.Package != nil {
		l.More = append(l.More, texts.Say("gp.from", "package", gpName(e.Package)))
	}
	for _, m := range e.Modules {
		l.More = append(l.More, texts.Say("gp.module", "aid", gpName(m)))
	}
	if len(e.Implicit) > 0 {
		l.More = append(l.More, texts.Say("gp.implicit", "list", implicitWords(e.Implicit)))
	}
	if !e.Whole && l.Level == LevelPlain {
		l.Level = LevelUnknown
		l.More = append(l.More, texts.Say("gp.entry.odd"))
	}
	return l
}

func versionBytes(v globalplatform.Hex) string {
	parts := make([]string, len(v))
	for i, b := range v {
		parts[i] = fmt.Sprint(b)
	}
	return strings.Join(parts, ".")
}

// implicitWords are the interfaces and channels on which an application is
// selected without a name (GlobalPlatform Card Specification 2.3.1 table
// 11-49).
func implicitWords(list []globalplatform.Hex) string {
	var out []string
	for _, v := range list {
		if len(v) != 1 {
			out = append(out, v.String())
			continue
		}
		var on []string
		if v[0]&0x80 != 0 {
			on = append(on, texts.Say("gp.contactless"))
		}
		if v[0]&0x40 != 0 {
			on = append(on, texts.Say("gp.contact"))
		}
		out = append(out, strings.Join(append(on, fmt.Sprint(v[0]&0x1F)), " "))
	}
	return strings.Join(out, ", ")
}

// GPSecurities and GPKDFs are what a person may choose from.
var (
	GPSecurities = globalplatform.Securities
	GPKDFs       = append([]globalplatform.KDF{globalplatform.KDFNone}, globalplatform.KDFs...)
)

// GPOpening is how the screen opens a secure channel: keys ENC, MAC and DEK of
// a version, 0 leaving that to the card.
type GPOpening struct {
	Version  int
	Security globalplatform.Security
	KDF      globalplatform.KDF
	Keys     [3]safe.Secret
}

// Clear overwrites the keys.
func (o GPOpening) Clear() {
	for _, k := range o.Keys {
		k.Clear()
	}
}

// GPKey reads a key from hex digits and clears them. Its name, "ENC", stands in
// the error, a *globalplatform.ChannelError.
func GPKey(name string, typed safe.Secret) (key safe.Secret, err error) {
	defer typed.Clear()
	typed.Use(func(b []byte) { key, err = auth.HexKey(name, b, globalplatform.KeySizes...) })
	if err != nil {
		err = &globalplatform.ChannelError{Step: globalplatform.StepKeys, Err: err}
	}
	return key, err
}

// OpenDomainWith is OpenDomain for the issuer's domain, with its registry.
func (c *Card) OpenDomainWith(ctx context.Context, o GPOpening) (GPSession, error) {
	return c.OpenDomain(ctx, globalplatform.Request{
		Version: byte(o.Version), Security: o.Security, KDF: o.KDF,
		Keys: globalplatform.KeySet{ENC: o.Keys[0], MAC: o.Keys[1], DEK: o.Keys[2]},
	}, true)
}

// ChannelKeys are versions of keys that the issuer's domain lists, which by
// their numbers may be for a secure channel.
func (g GP) ChannelKeys() []int {
	var out []int
	d, _ := g.Issuer()
	for _, k := range d.Keys {
		switch k.Use() {
		case "", "scp02", "scp03":
			if !slices.Contains(out, k.Version) && k.Version > 0 && k.Version < 0x80 {
				out = append(out, k.Version)
			}
		}
	}
	return out
}
