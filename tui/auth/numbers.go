package auth

import (
	"bytes"

	tea "charm.land/bubbletea/v2"

	"simscope/card"
	"simscope/card/auth"
	"simscope/crypto/aka"
	"simscope/texts"
	"simscope/tui/app"
	"simscope/tui/ui"
)

// field is one value that is typed: bytes in hex, or a name.
type field struct {
	name     string // as it stands before it, and in "auth.about."
	in       ui.Input
	text     bool // it is a name
	optional bool // it may be empty
	min, max int  // bytes
}

// Names of fields that are no terms of a specification's formulas.
const (
	fieldIdentity = "identity"
	fieldNetwork  = "network"
	fieldService  = "service"
	fieldProtocol = "protocol"
)

// maxService is how long the name of a service can be, so that it and its
// protocol fit the card's command.
const maxService = auth.MaxNAFID - protocolSize

// protocolSize is that of a Ua security protocol identifier (3GPP TS 33.220
// annex H).
const protocolSize = 5

// httpDigest is the protocol of services over HTTP (3GPP TS 33.220 annex H.3).
var httpDigest = []byte{1, 0, 0, 0, 2}

// maxTyped bounds what is taken in, so that a line too long is told and not
// cut.
const maxTyped = 320

func hexField(name, hint, value string, size int) field {
	f := field{name: name, min: size, max: size, in: ui.Input{Hint: hint, Limit: 3 * size, Focus: true, Accept: ui.HexOnly}}
	f.in.SetValue(value)
	f.optional = hint != ""
	return f
}

func textField(name, value string, limit int) field {
	f := field{name: name, text: true, min: 1, max: limit, in: ui.Input{Limit: maxTyped, Focus: true}}
	f.in.SetValue(value)
	return f
}

// toNumbers offers what goes into the question: RAND, for a token the sequence
// number and AMF, and the names that keys are bound to.
func (d *guide) toNumbers() {
	d.at, d.fault, d.field = stepNumbers, "", 0
	a := d.ask()
	random := texts.Say("auth.hint.rand")
	switch {
	case a.context == auth.ContextNAF:
		d.fields = d.serviceFields()
		return
	case a.eap == auth.EAPSIM:
		d.fields = []field{
			hexField("RAND 1", random, "", aka.RANDSize), hexField("RAND 2", random, "", aka.RANDSize),
			hexField("RAND 3", texts.Say("auth.hint.rand3"), "", aka.RANDSize), hexField("NONCE_MT", random, "", aka.RANDSize),
		}
	default:
		d.fields = []field{hexField("RAND", random, "", aka.RANDSize)}
	}
	d.fields = append(d.fields, d.tokenFields()...)
	if a.eap != "" {
		f := textField(fieldIdentity, d.m.eapIdentity(a.eap), auth.MaxIdentity)
		f.in.Hint = texts.Say("auth.hint.identity", "n", auth.EAPDigit(a.eap))
		d.fields = append(d.fields, f)
	}
	if a.eap == auth.EAPAKAPrime {
		d.fields = append(d.fields, textField(fieldNetwork, auth.WLANName, auth.MaxIdentity))
	}
}

// tokenFields are what a token is made of, or the token.
func (d *guide) tokenFields() []field {
	a := d.ask()
	if !a.context.Token() {
		return nil
	}
	if d.source.none {
		f := hexField("AUTN", "", "", 16)
		f.max, f.in.Hint, f.in.Limit = 40, texts.Say("auth.hint.autn"), 3*40
		return []field{f}
	}
	sqn := ""
	if ms, known := d.m.used(a.app); known {
		if n, ok := auth.Next(ms, auth.PlaceOf(ms, d.m.indexBits()).IND, d.m.indexBits()); ok {
			sqn = n.String()
		}
	}
	amf := d.amf()
	return []field{hexField("SQN", texts.Say("auth.hint.sqn"), sqn, aka.SQNSize), hexField("AMF", "", hexOf(amf[:]), aka.AMFSize)}
}

// serviceFields are what the key of a service is asked for with. RAND is that of
// the bootstrapping before it, which only the host needs to be told.
func (d *guide) serviceFields() []field {
	service := textField(fieldService, "", maxService)
	service.in.Hint = texts.Say("auth.hint.service")
	out := []field{
		service, hexField(fieldProtocol, "", hexOf(httpDigest), protocolSize),
		textField("IMPI", d.m.env.Card.PrivateIdentity(d.ask().app), auth.MaxIMPI),
	}
	if d.source.none {
		return out
	}
	rand := ""
	if r := d.m.bootstrapped(d.ask().app); r != nil {
		rand = hexOf(r.RAND[:])
	}
	f := hexField("RAND", "", rand, aka.RANDSize)
	f.in.Hint = texts.Say("auth.hint.rand_boot")
	return append(out, f)
}

// bootstrapped is the latest bootstrapping that the application took, as far as
// this screen knows.
func (m *Model) bootstrapped(in card.AID) *app.AuthResult {
	for i := len(m.results) - 1; i >= 0; i-- {
		if r := m.results[i]; r.App == in && r.Context == auth.ContextGBA && r.Answer.Result == auth.Success {
			return r
		}
	}
	return nil
}

// eapIdentity is the identity that a phone gives first; empty where the card's
// is not known.
func (m *Model) eapIdentity(method auth.EAPMethod) string {
	id := m.env.Identity
	if id.IMSI == "" || id.MNC == "" {
		return ""
	}
	return auth.EAPIdentity(method, id.IMSI, id.MCC, id.MNC)
}

func (d *guide) numbersKey(k string, msg tea.KeyPressMsg) {
	n := len(d.fields)
	switch k {
	case "shift+tab":
		d.toKeys()
	case "tab", "down":
		d.field = (d.field + 1) % n
	case "up":
		d.field = (d.field + n - 1) % n
	case "enter":
		if err := d.takeNumbers(); err != nil {
			d.fault = faultWords(err)
			return
		}
		d.toCheck()
	default:
		d.fault = ""
		d.fields[d.field].in.Update(msg)
	}
}

// value is what was typed, checked; nil where it may be empty and is.
func (f *field) value() ([]byte, error) {
	s := f.in.Value()
	switch {
	case s == "" && f.optional:
		return nil, nil
	case !f.text:
		return auth.HexField(f.name, s, f.min, f.max)
	case s == "":
		return nil, &auth.KeyError{Field: f.name}
	case len(s) > f.max:
		return nil, &auth.FieldError{Field: f.name, Min: f.min, Max: f.max, Got: len(s)}
	}
	return []byte(s), nil
}

// takeNumbers reads what was typed; a fault moves to its field.
func (d *guide) takeNumbers() error {
	a := d.ask()
	q := app.AuthQuestion{Context: a.context, App: a.app, RAND: d.m.random()}
	got := map[string][]byte{}
	for i := range d.fields {
		b, err := d.fields[i].value()
		if err != nil {
			d.field = i
			return err
		}
		got[d.fields[i].name] = b
	}
	if b := got["RAND"]; b != nil {
		q.RAND = [aka.RANDSize]byte(b)
	}
	if b := got["SQN"]; b != nil {
		q.SQN = aka.SQNOf([aka.SQNSize]byte(b))
	}
	if b := got["AMF"]; b != nil {
		q.AMF = [aka.AMFSize]byte(b)
	}
	q.AUTN = got["AUTN"]
	if a.context == auth.ContextNAF {
		q.NAFID, q.IMPI = append(bytes.Clone(got[fieldService]), got[fieldProtocol]...), got["IMPI"]
	}
	if a.eap != "" {
		d.takeEAP(&q, got)
	}
	d.q = q
	return nil
}

// takeEAP adds the names and challenges of a log-on.
func (d *guide) takeEAP(q *app.AuthQuestion, got map[string][]byte) {
	a := d.ask()
	q.EAP = &auth.EAP{Method: a.eap, Identity: string(got[fieldIdentity]), Network: string(got[fieldNetwork])}
	if a.eap != auth.EAPSIM {
		return
	}
	or := func(name string) [aka.RANDSize]byte {
		if b := got[name]; b != nil {
			return [aka.RANDSize]byte(b)
		}
		return d.m.random()
	}
	q.RAND, q.More = or("RAND 1"), [][aka.RANDSize]byte{or("RAND 2")}
	if got["RAND 3"] != nil {
		q.More = append(q.More, or("RAND 3"))
	}
	q.EAP.Nonce = or("NONCE_MT")
}
