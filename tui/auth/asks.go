package auth

import (
	"cmp"
	"slices"
	"strings"

	"simscope/card"
	"simscope/card/auth"
	"simscope/texts"
)

// ask is a question that the card can be asked.
type ask struct {
	context auth.Context
	eap     auth.EAPMethod // the log-on that it is for, if any
	app     card.AID
	name    string // of the application
}

// id is the last part of its sentences' identifiers.
func (a ask) id() string {
	if a.eap != "" {
		return string(a.eap)
	}
	return a.context.String()
}

// noGSM reports whether an algorithm with no more than SRES and Kc is none for
// it: it takes CK and IK, or follows from them.
func (a ask) noGSM() bool { return a.context.Token() || a.context == auth.ContextNAF }

// kinds are the questions in the order in which they are offered; those of a 2G
// SIM stand by themselves.
var kinds = []struct {
	context, gsm auth.Context // gsm is the one of a 2G SIM
	eap          auth.EAPMethod
	onGSM        bool // a 2G SIM has it
	onUICC       bool
}{
	{context: auth.Context3G, onUICC: true},
	{context: auth.ContextGSM, gsm: auth.ContextSIM, onUICC: true, onGSM: true},
	{context: auth.ContextIMS, onUICC: true},
	{context: auth.ContextGBA, onUICC: true},
	{context: auth.ContextNAF, onUICC: true},
	{context: auth.Context3G, eap: auth.EAPAKA, onUICC: true},
	{context: auth.Context3G, eap: auth.EAPAKAPrime, onUICC: true},
	{context: auth.ContextGSM, gsm: auth.ContextSIM, eap: auth.EAPSIM, onUICC: true, onGSM: true},
}

// questions are those that the open card has an application for.
func (m *Model) questions() (out []ask) {
	gsm := m.env.Card.Session.Kind() == card.KindGSM
	for _, k := range kinds {
		c, has := k.context, k.onUICC
		if gsm {
			c, has = k.gsm, k.onGSM
		}
		if !has {
			continue
		}
		if in, ok := m.env.Card.AuthApp(c, ""); ok {
			out = append(out, ask{context: c, eap: k.eap, app: in, name: m.appName(in)})
		}
	}
	return out
}

// appName is the name of an application, or of the 2G SIM.
func (m *Model) appName(in card.AID) string {
	if in == "" {
		return texts.Say("auth.where.sim")
	}
	name := m.env.Name(card.PathOf(in))
	if !strings.Contains(name, "#") {
		return name
	}
	// A number tells nobody which it is.
	for _, a := range m.env.Identity.Apps {
		if label := cmp.Or(a.Label, a.Title); a.Name == name && label != "" {
			return name + " " + label
		}
	}
	return name
}

// places are the applications that a context can be asked in.
func (m *Model) places(c auth.Context) (out []card.AID) {
	for _, a := range m.env.Card.Files.Applications() {
		if in, fits := m.env.Card.AuthApp(c, a.AID); fits && !slices.Contains(out, in) {
			out = append(out, in)
		}
	}
	return out
}

// elsewhere is the same question to the next application that it fits.
func (m *Model) elsewhere(a ask) ask {
	if a.app == "" {
		return a
	}
	places := m.places(a.context)
	if len(places) < 2 {
		return a
	}
	a.app = places[(slices.Index(places, a.app)+1)%len(places)]
	a.name = m.appName(a.app)
	return a
}
