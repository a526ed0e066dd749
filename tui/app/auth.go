package app

import (
	"context"
	"crypto/rand"
	"errors"
	"slices"

	"simscope/card"
	"simscope/card/auth"
	"simscope/card/virtual"
	"simscope/crypto/aka"
	"simscope/fs"
)

// AuthQuestion is one question to a card's algorithm and to the host's.
type AuthQuestion struct {
	Context auth.Context
	App     card.AID
	RAND    [aka.RANDSize]byte
	// Keys are the subscriber's, nil where they are not known. Authenticate
	// clears them.
	Keys *auth.Subscriber
	// SQN and AMF go into the token that the host makes; AUTN is one that was
	// made elsewhere and is sent as it is.
	SQN  aka.SQN
	AMF  [aka.AMFSize]byte
	AUTN []byte
	// NAFID and IMPI are for auth.ContextNAF.
	NAFID, IMPI []byte
	// EAP is the log-on that is asked for, and More its further challenges: see
	// AuthenticateEAP.
	EAP  *auth.EAP
	More [][aka.RANDSize]byte
	// For says what is derived of an answer that agrees; what is empty is the
	// card's own subscriber in its own network.
	For auth.For
}

// AuthResult is what both sides said. Clear it after use.
type AuthResult struct {
	Context auth.Context
	App     card.AID
	RAND    [aka.RANDSize]byte
	AUTN    []byte // that was sent
	// Made says that the host made AUTN, with SQN and AMF.
	Made bool
	SQN  aka.SQN
	AMF  [aka.AMFSize]byte

	Answer  *auth.Answer
	Vector  *auth.Vector // nil without keys
	Fields  []auth.Field
	Finding auth.Finding // without ID where there are no keys
	// Derived follows from CK and IK, where both sides agree.
	Derived []auth.Derived
	// NAFID and IMPI are what the key of a service was asked for.
	NAFID, IMPI []byte
	// EAP is the log-on that the question was for. Its keys stand behind the
	// other fields; Rounds are the questions before this one, for its other
	// challenges.
	EAP       *auth.EAP
	Rounds    []*AuthResult
	eapFields []auth.Field // of the result's own
}

// Clear overwrites the secrets.
func (r *AuthResult) Clear() {
	if r != nil {
		r.Answer.Clear()
		r.Vector.Clear()
		auth.ClearDerived(r.Derived)
		auth.ClearFields(r.eapFields)
		for _, before := range r.Rounds {
			before.Clear()
		}
	}
}

// Evidence is the result as the explanation of later ones takes it.
func (r *AuthResult) Evidence() auth.Evidence {
	return auth.Evidence{RAND: r.RAND, AUTN: r.AUTN, Answer: r.Answer}
}

// RandomRAND is a RAND of the system's random numbers.
func RandomRAND() (out [aka.RANDSize]byte) {
	_, _ = rand.Read(out[:])
	return out
}

// Authenticate asks the card once and compares its answer with the host's.
// before is what earlier questions with the same keys brought. The error is
// the card's or the way's; nothing was sent where it is about the keys.
func (c *Card) Authenticate(ctx context.Context, q AuthQuestion, before []auth.Evidence) (*AuthResult, error) {
	out := &AuthResult{Context: q.Context, App: q.App, RAND: q.RAND, SQN: q.SQN, AMF: q.AMF, AUTN: q.AUTN, NAFID: q.NAFID, IMPI: q.IMPI}
	if q.Keys != nil {
		defer q.Keys.Clear()
		var err error
		if out.Vector, err = auth.Compute(*q.Keys, q.RAND, q.SQN, q.AMF); err != nil {
			return nil, err
		}
		// What keys are derived for is tried before anything is sent: an answer
		// that counted is not given up for a name that is too long.
		keys, err := auth.Derive(auth.Outcome{AUTN: out.Vector.AUTN, RES: out.Vector.RES, CK: out.Vector.CK, IK: out.Vector.IK}, q.For)
		auth.ClearDerived(keys)
		if err != nil {
			out.Clear()
			return nil, err
		}
	}
	if q.Context == auth.ContextNAF && out.Vector != nil {
		if err := out.Vector.ServiceKey(string(q.IMPI), q.NAFID); err != nil {
			out.Clear()
			return nil, err
		}
	}
	if q.Context.Token() && len(q.AUTN) == 0 {
		switch {
		case out.Vector == nil:
			return nil, ErrNoToken
		case len(out.Vector.AUTN) == 0:
			out.Clear()
			return nil, auth.ErrOnlyGSM
		}
		out.AUTN, out.Made = out.Vector.AUTN, true
		if q.Context == auth.ContextGBA {
			out.Vector.IK.Use(func(ik []byte) { out.AUTN = aka.Bootstrap(out.AUTN, ik) })
		}
	}
	req := auth.Request{
		Context: q.Context, App: q.App, RAND: q.RAND, AUTN: out.AUTN,
		NAFID: q.NAFID, IMPI: q.IMPI, ICCID: c.iccidBytes(),
	}
	var err error
	if out.Answer, err = auth.Run(ctx, c.Session, req); err != nil {
		out.Clear()
		return nil, err
	}
	if out.Answer.Result == auth.Success {
		out.Fields = auth.Compare(out.shown(), out.Answer)
	}
	switch {
	case q.Keys == nil:
	case q.Context == auth.ContextNAF:
		out.Finding = serviceFinding(out.Fields)
	default:
		out.Finding, err = auth.Explain(*q.Keys, append(slices.Clone(before), out.Evidence()), q.SQN)
	}
	if out.Finding.ID == auth.FoundNothing {
		out.Finding = auth.Finding{} // the result says what there is to say
	}
	if err == nil {
		c.derive(ctx, out, q.For)
	}
	c.noteSQN(out)
	return out, err
}

// serviceFinding compares the key of a service alone: what it is made of was
// explained by the bootstrapping before it.
func serviceFinding(fields []auth.Field) auth.Finding {
	if len(fields) != 1 || fields[0].State == auth.CardOnly {
		return auth.Finding{ID: auth.FoundNothing}
	}
	f := auth.Finding{ID: auth.FoundSame, On: "card", Bits: 8 * fields[0].Card.Len()}
	if fields[0].State != auth.Same {
		f.ID = auth.FoundUnknown
	}
	return f
}

// derive computes what follows from an answer that agrees in all it has. In
// GBA the card keeps CK and IK; RES proves that they are the host's. What does
// not follow is left out: the card has answered and counted.
func (c *Card) derive(ctx context.Context, r *AuthResult, f auth.For) {
	if r.Finding.ID != auth.FoundSame || r.Answer.Result != auth.Success || !r.Context.Token() {
		return
	}
	id := c.subscriber(ctx)
	if f.MCC == "" && id.MNC != "" { // not every card tells how long MNC is
		f.MCC, f.MNC = id.MCC, id.MNC
	}
	if f.IMSI == "" {
		f.IMSI = id.IMSI
	}
	switch r.Context {
	case auth.ContextIMS: // its keys are used as they are
		return
	case auth.ContextGBA:
		f.MCC, f.MNC = "", "" // no network gets such keys
	}
	r.Derived, _ = auth.Derive(auth.Outcome{RAND: r.RAND, AUTN: r.AUTN, RES: r.Vector.RES, CK: r.Vector.CK, IK: r.Vector.IK}, f)
}

// shown are the values of the vector that the context has: the host's SRES
// says nothing where the card was asked for RES.
func (r *AuthResult) shown() *auth.Vector {
	if r.Vector == nil {
		return nil
	}
	v := *r.Vector
	switch r.Context {
	case auth.ContextGSM, auth.ContextSIM:
		v = auth.Vector{SRES: v.SRES, Kc: v.Kc}
	case auth.ContextNAF:
		v = auth.Vector{KsNAF: v.KsNAF}
	case auth.ContextGBA:
		v = auth.Vector{RES: v.RES}
	default:
		v = auth.Vector{RES: v.RES, CK: v.CK, IK: v.IK, Kc: v.Kc}
		if r.Context == auth.ContextIMS {
			v = auth.Vector{RES: v.RES, CK: v.CK, IK: v.IK}
		}
	}
	return &v
}

// subscriber is whose card it is, with the IMSI and the length of its network
// code read where they were not yet. What the card does not give stays
// unknown.
func (c *Card) subscriber(ctx context.Context) fs.Identity {
	if dir, ok := c.Files.Subscriber(); ok && c.Files.Identity().IMSI == "" {
		for _, fid := range []card.FID{0x6F07, 0x6FAD} { // EF.IMSI, EF.AD
			_, _ = c.Files.ReadFile(ctx, dir.Child(fid), false)
		}
	}
	return c.Files.Identity()
}

// ErrNoToken says that AUTN can neither be made nor was given.
var ErrNoToken = errors.New("without keys the host cannot make AUTN")

// noteSQN keeps what an answer proves of the card's sequence numbers: only
// what agrees with the keys that were used.
func (c *Card) noteSQN(r *AuthResult) {
	var n aka.SQN
	switch {
	case r.Finding.HasSQN && r.Answer.Result == auth.SyncFailure:
		n = r.Finding.SQN
	case r.Made && r.Answer.Result == auth.Success && r.Finding.ID == auth.FoundSame:
		n = r.SQN
		if old, ok := c.SQN(r.App); ok {
			n = max(n, old)
		}
	default:
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.sqn == nil {
		c.sqn = map[card.AID]aka.SQN{}
	}
	c.sqn[r.App] = n
}

// SQN is SQN_MS of an application, as far as this session has learnt it.
func (c *Card) SQN(app card.AID) (aka.SQN, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	n, ok := c.sqn[app]
	return n, ok
}

// AuthApp is the application that a context asks: the chosen one where it
// fits, else the first that does. A 2G SIM has none.
func (c *Card) AuthApp(ctx auth.Context, chosen card.AID) (card.AID, bool) {
	kinds := []fs.AppKind{fs.AppUSIM}
	switch ctx {
	case auth.ContextSIM:
		return "", true
	case auth.ContextIMS:
		kinds = []fs.AppKind{fs.AppISIM}
	case auth.ContextGBA, auth.ContextNAF:
		kinds = append(kinds, fs.AppISIM)
	}
	if chosen != "" {
		return chosen, slices.Contains(kinds, fs.KindOf(chosen))
	}
	// The subscription that is spoken of comes before the first one.
	if sub, ok := c.Files.Subscriber(); ok && sub.App != "" && slices.Contains(kinds, fs.KindOf(sub.App)) {
		return sub.App, true
	}
	for _, kind := range kinds {
		for _, a := range c.Files.Applications() {
			if a.Kind == kind {
				return a.AID, true
			}
		}
	}
	return "", false
}

// ProbePlan lists the commands of a probe of this card.
func (c *Card) ProbePlan() []auth.ProbeStep {
	usim, _ := c.AuthApp(auth.Context3G, "")
	isim, _ := c.AuthApp(auth.ContextIMS, "")
	return auth.ProbeSteps(c.Session.Kind(), usim, isim)
}

// Probe asks the card what it tells without a key; see auth.RunProbe.
func (c *Card) Probe(ctx context.Context, steps []auth.ProbeStep) (auth.Probe, error) {
	return auth.RunProbe(ctx, c.Session, steps, c.iccidBytes())
}

// virtualCards are providers whose cards this program makes itself, and whose
// keys it therefore knows.
type virtualCards interface {
	Card(name string) *virtual.Card
}

// OwnKeys are what a virtual card knows of itself.
type OwnKeys struct {
	Keys      auth.Subscriber
	SQN       aka.SQN // SQN_MS
	IndexBits int
}

// OwnKeys are those that a virtual card has for an application. ok is false
// for every other card.
func (r *Readers) OwnKeys(id card.ReaderID, app card.AID) (out OwnKeys, ok bool) {
	v := r.virtualCard(id)
	if v == nil {
		return out, false
	}
	for _, s := range v.Image().Subscribers {
		if ok || !(slices.Contains(s.Apps, virtual.AID(app)) || app == "" && s.GSM) {
			s.K.Clear()
			s.OPc.Clear()
			s.TOPc.Clear()
			continue
		}
		out, ok = ownKeys(s), true
	}
	return out, ok
}

func ownKeys(s virtual.Subscriber) OwnKeys {
	out := OwnKeys{IndexBits: aka.DefaultIndexBits, Keys: auth.Subscriber{
		Algorithm: auth.Algorithm(s.Algorithm), K: s.K, OPc: s.OPc, TOPc: s.TOPc, Constants: s.Constants,
	}}
	if s.Algorithm == "" {
		out.Keys.Algorithm = auth.Milenage
	}
	if s.Tuak != nil {
		out.Keys.Params = *s.Tuak
	}
	if s.Sequence != nil {
		out.IndexBits = s.Sequence.IndexBits
	}
	for _, n := range s.SQN {
		out.SQN = max(out.SQN, aka.SQN(n))
	}
	return out
}

// virtualCard is the card in a reader where it is one of ours.
func (r *Readers) virtualCard(id card.ReaderID) *virtual.Card {
	for _, p := range r.providers {
		if p.Name() != id.Provider {
			continue
		}
		if e, ok := p.(*Extra); ok {
			e.mu.Lock()
			inner, ok := e.from[id].(renamed)
			e.mu.Unlock()
			if !ok {
				return nil
			}
			p, id = inner.Provider, inner.id
		}
		if v, ok := p.(virtualCards); ok {
			return v.Card(id.Name)
		}
	}
	return nil
}
