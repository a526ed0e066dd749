package auth

import (
	"context"
	"errors"

	"simscope/card"
	"simscope/crypto/aka"
)

// Context is what a card is asked for.
type Context int

// The contexts. The values of P2 are those of 3GPP TS 31.102 clause 7.1.2.1
// and TS 31.103 clause 7.1.2.1.
const (
	// Context3G is UMTS, EPS and 5G: RES, CK and IK for RAND and AUTN.
	Context3G Context = iota
	// ContextGSM is the 2G triplet of a USIM: SRES and Kc for RAND.
	ContextGSM
	// ContextIMS is IMS AKA of an ISIM.
	ContextIMS
	// ContextGBA is the bootstrapping of 3GPP TS 33.220: the card keeps the
	// keys and gives RES.
	ContextGBA
	// ContextNAF derives a key for a service from a bootstrapping before it.
	ContextNAF
	// ContextSIM is RUN GSM ALGORITHM of a 2G SIM.
	ContextSIM
)

var contexts = [...]struct {
	name string
	p2   byte
	// network says that the card checks AUTN and moves its sequence numbers.
	network bool
}{
	Context3G:  {"3g", 0x81, true},
	ContextGSM: {"gsm", 0x80, false},
	ContextIMS: {"ims", 0x81, true},
	ContextGBA: {"gba", 0x84, true},
	ContextNAF: {"naf", 0x84, false},
	ContextSIM: {"sim", 0x00, false},
}

// String is the name that the command line takes.
func (c Context) String() string { return contexts[c].name }

// Token reports whether the context takes AUTN, and with it a sequence
// number that the card keeps.
func (c Context) Token() bool { return contexts[c].network }

// ParseContext reads a name.
func ParseContext(s string) (Context, bool) {
	for c := range contexts {
		if contexts[c].name == s {
			return Context(c), true
		}
	}
	return 0, false
}

// Longest values of ContextNAF in bytes: together with their lengths and the tag
// they fit one command.
const (
	MaxNAFID = 120
	MaxIMPI  = 120
)

// Request is one question to the card's algorithm.
type Request struct {
	Context Context
	// App is the USIM or ISIM that is asked; ContextSIM has none.
	App  card.AID
	RAND [aka.RANDSize]byte
	// AUTN is the network's token, of 16 bytes but with TUAK's longer codes.
	AUTN []byte
	// NAFID and IMPI are for ContextNAF: the identity of the service and the
	// private identity of the subscriber.
	NAFID, IMPI []byte
	// ICCID is EF.ICCID's content when the person was asked. With another
	// card in the reader nothing is sent. Empty: not compared.
	ICCID []byte
}

// Errors of a request that is stopped before anything is sent.
var (
	ErrNeedsApp = errors.New("say which USIM or ISIM is asked")
	ErrNoUICC   = errors.New("this card has no class for AUTHENTICATE")
	ErrNoSIM    = errors.New("RUN GSM ALGORITHM belongs to cards of class A0")
)

// PINNeededError says that an application's PIN is on and not verified, so
// that AUTHENTICATE would be refused. Nothing was sent.
type PINNeededError struct {
	Refs []card.PINRef // any one of them opens the application
	App  card.AID
	// Answered says that the card itself refused.
	Answered bool
}

func (e *PINNeededError) Error() string {
	s := "AUTHENTICATE needs"
	for i, r := range e.Refs {
		if i > 0 {
			s += " or"
		}
		s += " " + r.String()
	}
	return s
}

// Tags of the data fields in ContextGBA and ContextNAF (3GPP TS 31.102 clause
// 7.1.2.1).
const (
	tagBootstrap = 0xDD
	tagNAF       = 0xDE
)

// command builds the APDU. Fields that do not fit are a *FieldError.
func (r Request) command() (card.Command, error) {
	c := card.Command{INS: card.InsAuthenticate, P2: contexts[r.Context].p2, Le: card.MaxShortLe}
	switch r.Context {
	case ContextSIM:
		return card.Command{CLA: 0xA0, INS: card.InsAuthenticate, Data: r.RAND[:], Le: aka.SRESSize + aka.KcSize}, nil
	case ContextGSM:
		c.Data = lv(nil, r.RAND[:])
		return c, nil
	case ContextNAF:
		if err := fieldSize("NAF_ID", r.NAFID, 1, MaxNAFID); err != nil {
			return c, err
		}
		if err := fieldSize("IMPI", r.IMPI, 1, MaxIMPI); err != nil {
			return c, err
		}
		c.Data = lv(lv([]byte{tagNAF}, r.NAFID), r.IMPI)
		return c, nil
	}
	if err := fieldSize("AUTN", r.AUTN, aka.SQNSize+aka.AMFSize+8, aka.SQNSize+aka.AMFSize+32); err != nil {
		return c, err
	}
	if r.Context == ContextGBA {
		c.Data = []byte{tagBootstrap}
	}
	c.Data = lv(lv(c.Data, r.RAND[:]), r.AUTN)
	return c, nil
}

func lv(dst, v []byte) []byte { return append(append(dst, byte(len(v))), v...) }

// Run makes sure that the card is the one meant, enters the application, looks
// whether its PIN is open, and asks once. The answer is complete or an error:
// a *PINNeededError, a *card.StatusError, an *AnswerError, or a
// *card.LostError after which it is unknown whether the card has counted.
func Run(ctx context.Context, s *card.Session, req Request) (*Answer, error) {
	c, err := req.command()
	if err != nil {
		return nil, err
	}
	if err := req.fits(s.Kind()); err != nil {
		return nil, err
	}
	var out *Answer
	err = s.Act(ctx, "authenticate "+req.Context.String(), card.RiskAuth, func(x *card.Tx) error {
		if err := x.SameCard(req.ICCID); err != nil {
			return err
		}
		refs, err := enter(x, req)
		if err != nil {
			return err
		}
		r, err := x.Send(c)
		defer clear(r.Data) // also of an answer that did not come to an end
		if err != nil {
			return err
		}
		out, err = req.read(c, r, refs)
		return err
	})
	if err != nil {
		return nil, err
	}
	return out, nil
}

// fits refuses a context that the card has no class for.
func (r Request) fits(k card.Kind) error {
	switch {
	case r.Context == ContextSIM && k != card.KindGSM:
		return ErrNoSIM
	case r.Context != ContextSIM && k != card.KindUICC:
		return ErrNoUICC
	case r.Context != ContextSIM && r.App == "":
		return ErrNeedsApp
	}
	return nil
}

// enter makes the application, or DF.GSM, current and returns the references
// that open it. Where one is on and was not verified in this session it is an
// error and nothing is sent: the tries that a card tells say nothing about
// whether its PIN is open.
func enter(x *card.Tx, req Request) ([]card.PINRef, error) {
	path := card.Path{App: req.App}
	if req.Context == ContextSIM {
		path = card.PathOf("", card.FIDGSM)
	}
	sel, err := x.Select(path)
	if err != nil {
		return nil, err
	}
	refs := locks(req, sel.Info)
	if len(refs) == 0 {
		return nil, nil
	}
	for _, ref := range refs {
		if x.Session().VerifiedIn(req.App, ref) {
			return refs, nil
		}
		// Some cards do say that it is open.
		if t, err := x.Tries(ref); err != nil || t.Verified {
			return refs, err
		}
	}
	return nil, &PINNeededError{Refs: refs, App: req.App}
}

// locks are the PINs that are on, as the card's directory tells; none where
// it tells nothing, and then the card is left to answer.
func locks(req Request, info []byte) []card.PINRef {
	if req.Context == ContextSIM {
		if st, ok := card.ParseGSMStatus(info); ok && st.CHV1Enabled {
			return []card.PINRef{card.RefPIN1}
		}
		return nil
	}
	states, err := card.PINStatusOf(info)
	if err != nil {
		return nil
	}
	return opens(states)
}

// usageVerify says in a usage qualifier that the PIN is asked for (ETSI
// TS 102 221 clause 9.5.2).
const usageVerify = 0x08

// opens lists the PINs of a template of which one has to be verified: the
// application's own where it is on, and the Universal PIN where it stands in.
func opens(states []card.PINState) (refs []card.PINRef) {
	for _, st := range states {
		switch st.Ref.Kind() {
		case card.PINAdm:
		case card.PINUniversal:
			if st.Enabled && st.HasUsage && st.Usage&usageVerify != 0 {
				refs = append(refs, st.Ref)
			}
		default:
			if st.Enabled && !st.Ref.Local() {
				refs = append(refs, st.Ref)
			}
		}
	}
	return refs
}
