package app

import (
	"fmt"
	"strings"

	"simscope/card"
	"simscope/card/globalplatform"
	"simscope/texts"
)

// masterLines tell the rules of the access rule application master.
func (g GP) masterLines() []GPLine {
	m := g.Master
	if !m.Found {
		return []GPLine{notFound("ara", globalplatform.SWText(m.SW))}
	}
	var out []GPLine
	for _, r := range m.Rules {
		out = append(out, ruleLine(r))
	}
	if len(m.Rules) == 0 {
		switch {
		case m.SW.OK() && m.Fault == nil && m.Whole:
			out = append(out, GPLine{Text: texts.Say("gp.rules.none")})
		case m.SW == 0x6A88:
			out = append(out, GPLine{Text: texts.Say("gp.rules.none_sw", "sw", m.SW)})
		default:
			out = append(out, GPLine{Text: texts.Say("gp.refused", "sw", statusWords(globalplatform.SWText(m.SW))), Level: LevelUnknown})
		}
	}
	switch m.Fault {
	case nil:
		if m.Changed {
			out = append(out, GPLine{Text: texts.Say("gp.rules.changed"), Level: LevelUnknown})
		} else if !m.Whole {
			out = append(out, GPLine{Text: texts.Say("gp.rules.odd"), Level: LevelUnknown})
		}
	case globalplatform.ErrShortRules:
		out = append(out, GPLine{Text: texts.Say("gp.rules.short"), Level: LevelUnknown})
	case globalplatform.ErrLongRules:
		out = append(out, GPLine{Text: texts.Say("gp.rules.long"), Level: LevelUnknown})
	case globalplatform.ErrHugeRules:
		out = append(out, GPLine{Text: texts.Say("gp.rules.huge"), Level: LevelUnknown})
	default:
		out = append(out, GPLine{Text: texts.Say("gp.broken"), Level: LevelUnknown})
	}
	if len(m.Rules) > 0 {
		out = append(out, GPLine{Text: texts.Say("gp.rules.rest"), Level: LevelNote})
	}
	if m.Refresh != nil {
		out = append(out, GPLine{Label: texts.Say("gp.label.refresh"), Text: m.Refresh.String(), Level: LevelNote})
	}
	return out
}

func notFound(id, sw string) GPLine {
	if sw == "6A82" || sw == "9404" {
		return GPLine{Text: texts.Say("gp."+id+".absent", "sw", sw), Level: LevelNote}
	}
	return GPLine{Text: texts.Say("gp."+id+".refused", "sw", statusWords(sw)), Level: LevelUnknown}
}

// fileLines tell the rules of files.
func (g GP) fileLines() []GPLine {
	f := g.Files
	if !f.Found {
		return []GPLine{notFound("arf", globalplatform.SWText(f.SW))}
	}
	var out []GPLine
	for _, r := range f.Rules {
		out = append(out, ruleLine(r))
	}
	switch {
	case f.Stopped != "" && f.SW != 0:
		out = append(out, GPLine{Text: texts.Say("gp.arf.stopped", "file", f.Stopped, "sw", statusWords(globalplatform.SWText(f.SW))), Level: LevelUnknown})
	case f.Stopped != "":
		out = append(out, GPLine{Text: texts.Say("gp.arf.odd_file", "file", f.Stopped), Level: LevelUnknown})
	case !f.Whole:
		out = append(out, GPLine{Text: texts.Say("gp.rules.odd"), Level: LevelUnknown})
	case len(f.Rules) == 0:
		out = append(out, GPLine{Text: texts.Say("gp.rules.none")})
	}
	if f.Refresh != nil {
		out = append(out, GPLine{Label: texts.Say("gp.label.refresh"), Text: f.Refresh.String(), Level: LevelNote})
	}
	return out
}

// ruleLine says which apps a rule is about, and what they may do.
func ruleLine(r globalplatform.Rule) GPLine {
	does := strings.Join(actions(r), "; ")
	l := GPLine{Text: actor(r, globalplatform.Hex.String) + " " + does, Short: actor(r, shortHash) + " " + does}
	switch {
	case !r.Whole:
		l.Level = LevelUnknown
		l.More = append(l.More, texts.Say("gp.rule.odd"))
	case r.Everyone():
		l.Level = LevelLook
		l.More = append(l.More, texts.Say("gp.rule.everyone"))
	case r.Admits():
	default:
		l.Level = LevelGood
	}
	for _, u := range r.Other {
		l.More = append(l.More, texts.Say("gp.rule.other", "tag", u.Tag, "value", u.Value))
	}
	return l
}

// RuleWords is a rule as one sentence.
func RuleWords(r globalplatform.Rule) string { return ruleLine(r).Text }

// AskedWords is what the card said of one reference.
func AskedWords(a globalplatform.Asked) string {
	switch {
	case a.Rule != nil && !a.Rule.Whole:
		return RuleWords(*a.Rule) + ": " + texts.Say("gp.rule.odd")
	case a.Rule != nil:
		return RuleWords(*a.Rule)
	}
	who := actor(globalplatform.Rule{Device: a.Device}, globalplatform.Hex.String)
	args := []any{"who", who, "target", targetWords(a.Target, a.AID), "sw", statusWords(globalplatform.SWText(a.SW))}
	if a.None() {
		return texts.Say("gp.asked.none", args...)
	}
	return texts.Say("gp.asked.refused", args...)
}

// AskedVerdict says what follows from all answers.
func AskedVerdict(asked []globalplatform.Asked, found bool, sw card.SW) string {
	if !found {
		return notFound("ara", globalplatform.SWText(sw)).Text
	}
	none := true
	for i, a := range asked {
		switch {
		case a.Rule != nil && i > 0:
			return texts.Say("gp.asked.decides_unless")
		case a.Rule != nil:
			return texts.Say("gp.asked.decides")
		}
		none = none && a.None()
	}
	if none {
		return texts.Say("gp.asked.nothing")
	}
	return texts.Say("gp.asked.unknown")
}

func targetWords(t globalplatform.Target, aid globalplatform.Hex) string {
	switch t {
	case globalplatform.TargetAID:
		return gpName(aid)
	case globalplatform.TargetOthers:
		return texts.Say("gp.target.others")
	case globalplatform.TargetDefault:
		return texts.Say("gp.target.default")
	}
	return texts.Say("gp.target.none")
}

// shortHash is a hash by its ends.
func shortHash(h globalplatform.Hex) string {
	if s := h.String(); len(s) > 12 {
		return s[:4] + "…" + s[len(s)-4:]
	}
	return h.String()
}

// actor is the apps a rule is about; hash writes the certificate's.
func actor(r globalplatform.Rule, hash func(globalplatform.Hex) string) string {
	alg := map[int]string{20: "SHA-1", 32: "SHA-256"}[len(r.Device)]
	switch {
	case len(r.Device) == 0 && r.Package == "":
		return texts.Say("gp.rule.any")
	case len(r.Device) == 0:
		return texts.Say("gp.rule.any_named", "package", r.Package)
	case alg == "":
		return texts.Say("gp.rule.some", "id", hash(r.Device))
	case r.Package == "":
		return texts.Say("gp.rule.signed", "alg", alg, "hash", hash(r.Device))
	}
	return texts.Say("gp.rule.signed_named", "alg", alg, "hash", hash(r.Device), "package", r.Package)
}

func actions(r globalplatform.Rule) []string {
	var out []string
	target := targetWords(r.Target, r.AID)
	if r.APDU != globalplatform.AccessUntold {
		var filters []string
		for _, f := range r.Filters {
			filters = append(filters, filterWords(f))
		}
		out = append(out, texts.Say("gp.rule.apdu."+string(r.APDU), "target", target, "filters", strings.Join(filters, " "+texts.Say("gp.or")+" ")))
	}
	if r.NFC != globalplatform.AccessUntold {
		out = append(out, texts.Say("gp.rule.nfc."+string(r.NFC), "target", target))
	}
	if r.Carrier {
		out = append(out, texts.Say("gp.rule.carrier"))
	}
	if r.Permissions != nil && (!r.Carrier || r.Permissions.String() != "0000000000000001") {
		out = append(out, texts.Say("gp.rule.permissions", "mask", r.Permissions))
	}
	if len(out) == 0 {
		out = append(out, texts.Say("gp.rule.nothing", "target", target))
	}
	return out
}

// filterWords writes a filter as bytes, with dots for nibbles that do not
// count and the mask behind where it cuts one in two.
func filterWords(f globalplatform.Filter) string {
	var b strings.Builder
	odd := false
	for i := range min(len(f.Header), len(f.Mask)) {
		if i > 0 {
			b.WriteByte(' ')
		}
		for _, shift := range []uint{4, 0} {
			h, m := f.Header[i]>>shift&0xF, f.Mask[i]>>shift&0xF
			switch m {
			case 0x0:
				b.WriteByte('.')
			default:
				fmt.Fprintf(&b, "%X", h&m)
				odd = odd || m != 0xF
			}
		}
	}
	if odd {
		fmt.Fprintf(&b, " (%s)", texts.Say("gp.filter.mask", "mask", f.Mask))
	}
	return b.String()
}

// certificateLines tell the certificates of each domain.
func (g GP) certificateLines() []GPLine {
	var out []GPLine
	for _, d := range g.Domains {
		if !d.Selected {
			out = append(out, domainLine(d))
			continue
		}
		if l, is := missing(d, globalplatform.TagCertificate, d.ID); is && len(d.Certificates) == 0 {
			out = append(out, l)
		}
		for _, c := range d.Certificates {
			out = append(out, certificateLine(d.ID, c))
		}
	}
	return out
}

func certificateLine(domain string, c globalplatform.Certificate) GPLine {
	l := GPLine{Label: texts.Say("gp.label." + domain)}
	if c.Format == globalplatform.FormatUnknown {
		l.Text, l.Level = texts.Say("gp.cert.unknown", "length", c.Length), LevelUnknown
		return l
	}
	l.Text = texts.Say("gp.cert", "form", texts.Say("gp.cert."+c.Format), "subject", orNone(c.Subject), "issuer", orNone(c.Issuer))
	l.More = append(l.More, SignatureWords(c.Signature)) // first: there is room for few lines
	add := func(id string, args ...any) { l.More = append(l.More, texts.Say("gp.cert."+id, args...)) }
	if c.Serial != nil {
		add("serial", "serial", c.Serial)
	}
	if c.NotBefore != "" || c.NotAfter != "" {
		add("valid", "from", orNone(c.NotBefore), "to", orNone(c.NotAfter))
	}
	if c.Key != "" {
		key := strings.ToUpper(c.Key)
		if c.Curve != "" {
			key += " " + c.Curve
		}
		if c.Bits > 0 {
			key += ", " + texts.Say("gp.bits", "n", c.Bits)
		}
		add("key", "key", key)
	}
	if len(c.Usage) > 0 {
		add("usage", "usage", strings.ReplaceAll(strings.Join(c.Usage, ", "), "_", " "))
	}
	if c.Algorithm != "" {
		add("algorithm", "name", c.Algorithm)
	}
	if !c.Whole {
		l.Level = LevelUnknown
		add("odd")
	}
	if c.Signature.State == globalplatform.SignatureInvalid {
		l.Level = LevelLook
	}
	return l
}

// SignatureWords says what is known of a certificate's signature.
func SignatureWords(s globalplatform.Signature) string {
	id := "gp.signature." + s.State
	switch {
	case s.State == "":
		id = "gp.signature." + globalplatform.SignatureUnchecked
	case s.State == globalplatform.SignatureUnchecked && s.Why != "":
		id += "." + s.Why
	case s.Own:
		id += ".own"
	}
	return texts.Say(id, "what", s.What)
}

func orNone(s string) string {
	if s == "" {
		return texts.Say("gp.untold")
	}
	return s
}
