package app

import (
	"strconv"
	"strings"

	"simscope/card"
	"simscope/card/auth"
	"simscope/crypto/aka"
	"simscope/texts"
)

// Why puts a finding into words. sent is the sequence number that was sent.
func Why(f auth.Finding, sent aka.SQN) string {
	args := []any{"sqn", f.SQN, "sent", sent, "amf", strings.ToUpper(hexOf(f.AMF[:])), "others", othersWords(f.Others)}
	id := "auth.why." + f.ID
	if f.ID == auth.FoundNotNew && sent == 0 {
		id = "auth.why.sqn_told" // it was asked for
	}
	if f.On == "token" && texts.Has("auth.why.token."+f.ID) {
		id = "auth.why.token." + f.ID
	}
	s := texts.Say(id, args...)
	if f.On == "token" && id == "auth.why."+f.ID {
		s = texts.Say("auth.why.token_by", "why", s)
	}
	if f.Unchecked {
		s += " " + texts.Say("auth.why.unchecked")
	}
	return s
}

func hexOf(b []byte) string {
	const digits = "0123456789ABCDEF"
	var out strings.Builder
	for _, c := range b {
		out.WriteByte(digits[c>>4])
		out.WriteByte(digits[c&15])
	}
	return out.String()
}

func othersWords(ids []string) string {
	var out []string
	for _, id := range ids {
		out = append(out, texts.Say("auth.name."+id))
	}
	return strings.Join(out, "; ")
}

// AuthNext are the steps that a result leads to; each is the person's to
// take.
func AuthNext(r *AuthResult, indexBits int) []string {
	var out []string
	f := r.Finding
	switch {
	case f.ID == "":
	case r.Answer.Result == auth.SyncFailure && f.HasSQN:
		if next, ok := auth.Next(f.SQN, auth.PlaceOf(f.SQN, indexBits).IND, indexBits); ok {
			out = append(out, texts.Say("auth.next.resync", "sqn", next))
		}
	case (f.ID == auth.FoundLittle || f.ID == auth.FoundUnknown) && r.Answer.Result == auth.MACFailure && r.Context == auth.Context3G:
		out = append(out, texts.Say("auth.next.gsm"))
	}
	return out
}

// ProbeApp names the application of a step.
func ProbeApp(c *Card, s auth.ProbeStep) string {
	if s.App == "" {
		return ""
	}
	return c.Files.Name(card.PathOf(s.App))
}

// ProbeWords is a step of a probe before it is sent.
func ProbeWords(c *Card, s auth.ProbeStep) string {
	app := ProbeApp(c, s)
	if app == "" {
		app = texts.Say("auth.where.sim")
	}
	what := texts.Say("auth.probe.rand")
	if s.Context.Token() {
		what = texts.Say("auth.probe.token")
	}
	return texts.Say("auth.probe.step", "context", texts.Say("auth.context."+s.Context.String()), "app", app, "what", what)
}

// ProbeResult names what came of a step; it is never translated.
func ProbeResult(s auth.Probed) string {
	switch {
	case s.Malformed != nil:
		return "malformed"
	case !s.Answered:
		return "refused"
	}
	return s.Result.ID()
}

// ProbeResultWords is what came of a step.
func ProbeResultWords(s auth.Probed) string {
	if s.Malformed != nil {
		return texts.Say("problem.auth_answer", "what", s.Malformed.Error())
	}
	return texts.Say("auth.result." + ProbeResult(s))
}

// ProbeFound says what a probe taught, a sentence each.
func ProbeFound(_ *Card, p auth.Probe) []string {
	out := []string{}
	switch {
	case p.IgnoresMAC:
		out = append(out, texts.Say("auth.probe.ignores"))
	case p.ChecksMAC:
		out = append(out, texts.Say("auth.probe.checks"))
	}
	switch {
	case p.KcSeen > 1 && p.KcZero == p.KcSeen:
		out = append(out, texts.Say("auth.probe.weak", "n", p.KcSeen))
	case p.KcSeen > 0 && p.KcZero == 0:
		out = append(out, texts.Say("auth.probe.strong"))
	case p.KcSeen > 0:
		out = append(out, texts.Say("auth.probe.some"))
	}
	for _, s := range p.Steps {
		if s.RESBytes > 0 {
			out = append(out, texts.Say("auth.probe.res", "n", s.RESBytes))
		}
	}
	return out
}

// JumpWords says how far a sequence number lies from the card's.
func JumpWords(j auth.Jump) string {
	args := []any{"from", j.From, "to", j.To, "n", strconv.FormatUint(max(j.Ahead, j.Behind), 10)}
	switch {
	case j.NearEnd:
		return texts.Say("auth.jump.end", args...)
	case j.To == 0:
		return texts.Say("auth.jump.zero")
	case !j.Known:
		return texts.Say("auth.jump.unknown", args...)
	case j.Far:
		return texts.Say("auth.jump.far", args...)
	case j.Ahead == 0:
		return texts.Say("auth.jump.behind", args...)
	}
	return texts.Say("auth.jump.ahead", args...)
}
