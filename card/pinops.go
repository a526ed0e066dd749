package card

import (
	"bytes"
	"context"
	"errors"
	"time"

	"simscope/card/safe"
)

// PINOp is what is done with a PIN.
type PINOp int

// The operations (ETSI TS 102 221 clauses 11.1.9 to 11.1.13).
const (
	PINVerify PINOp = iota
	PINChange
	PINDisable
	PINEnable
	PINUnblock
)

var pinOps = [...]struct {
	name string
	ins  byte
}{
	{"verify", InsVerify},
	{"change", InsChangePIN},
	{"disable", InsDisablePIN},
	{"enable", InsEnablePIN},
	{"unblock", InsUnblockPIN},
}

func (o PINOp) String() string { return pinOps[o].name }

// PINRequest is one operation on one PIN. Secrets in it are cleared when the
// operation returns, however it ends.
type PINRequest struct {
	Op  PINOp
	Ref PINRef
	// App is the application in which the reference is meant; local
	// references need it. Ignored in class A0.
	App AID
	// Current is the PIN, or the PUK for PINUnblock; New is used by
	// PINChange and PINUnblock.
	Current, New safe.Secret
	// ICCID is EF.ICCID's content as it was when the person was asked. With
	// another card in the reader nothing is sent. Empty: not compared.
	ICCID []byte
	// LastTry says that the person has confirmed, by a typed word, to spend
	// a try that may be the last, or one of the last three of a PUK.
	LastTry bool
}

func (r *PINRequest) unblock() bool { return r.Op == PINUnblock }

func (r *PINRequest) clear() {
	r.Current.Clear()
	r.New.Clear()
}

// PINOutcome is what an operation on a PIN brought.
type PINOutcome struct {
	Before, After Tries // of the secret that was compared: the PIN, or the PUK
	SW            SW
	Sent          bool
	// Lost says that no answer came; whether it took effect is unknown, and
	// After is what the card tells since.
	Lost bool
}

// Errors of a PIN operation that is stopped before anything is sent.
var (
	ErrLastTry   = errors.New("this may be the last try")
	ErrOtherCard = errors.New("another card is in the reader")
	ErrNotInGSM  = errors.New("2G cards cannot do that")
	ErrNeedsApp  = errors.New("this PIN belongs to an application: say which")
)

// maxCarefulPUK is how few tries of a PUK count as the last: a PUK that is
// used up can never be brought back.
const maxCarefulPUK = 3

// PIN runs one operation on a PIN: in one transaction it makes sure that the
// card is the one meant, asks for the tries that are left, sends the command
// once and asks again. A wrong secret gives a *PINError, a lost answer a
// *LostError with Lost set in the outcome.
func (s *Session) PIN(ctx context.Context, req PINRequest) (PINOutcome, error) {
	defer req.clear()
	c, err := s.pinCommand(req)
	if err != nil {
		return PINOutcome{}, err
	}
	defer clear(c.Data)
	var out PINOutcome
	err = s.Act(ctx, "pin "+req.Op.String(), RiskCount, func(x *Tx) error {
		out = PINOutcome{}
		return x.pin(req, c, &out)
	})
	var lost *LostError
	if errors.As(err, &lost) {
		out.Lost = true
		s.afterLoss(ctx, req, &out)
	}
	return out, err
}

func (x *Tx) pin(req PINRequest, c Command, out *PINOutcome) error {
	if err := x.sameCard(req.ICCID); err != nil {
		return err
	}
	if err := x.enterForPIN(req.App); err != nil {
		return err
	}
	var err error
	if out.Before, err = x.tries(req.Ref, req.unblock()); err != nil {
		return err
	}
	if err := x.checkTries(req, out.Before); err != nil {
		return err
	}
	before := x.sends
	r, err := x.Send(c)
	out.Sent, out.SW = x.sends > before, r.SW
	if err != nil {
		return err
	}
	if out.After, err = x.tries(req.Ref, req.unblock()); err != nil {
		// The answer is known; only the count afterwards is not.
		out.After = Tries{}
	}
	return x.pinResult(req, r.SW, &out.After)
}

// checkTries refuses what would be spent without the person knowing.
func (x *Tx) checkTries(req PINRequest, t Tries) error {
	if t.Blocked {
		return &PINError{Ref: req.Ref, Unblock: req.unblock(), Known: true, Blocked: true, SW: SWBlocked}
	}
	if t.Absent {
		return refusal(InsName(Command{INS: pinOps[req.Op].ins}), Command{INS: pinOps[req.Op].ins, P2: byte(req.Ref)}, SWNoReference, Path{App: req.App}, req.App != "")
	}
	// The card says "open" also of a PIN that is off, whose count may be low;
	// only one that was right in this session is known to be at its full count.
	if req.LastTry || t.Verified && x.s.VerifiedIn(req.App, req.Ref) {
		return nil
	}
	limit := 1
	if req.unblock() {
		limit = maxCarefulPUK
	}
	// A card that does not tell may have one try left.
	if !t.Known || t.Left <= limit {
		return ErrLastTry
	}
	return nil
}

func (x *Tx) pinResult(req PINRequest, sw SW, after *Tries) error {
	if sw.OK() {
		return nil
	}
	e := &PINError{Ref: req.Ref, Unblock: req.unblock(), SW: sw}
	n, counted := sw.Counter()
	switch {
	case counted:
		e.Left, e.Known, e.Blocked = n, true, n == 0
		*after = Tries{Known: true, Left: n, Blocked: n == 0}
	case sw == SWBlocked, sw == SWGSMBlocked:
		e.Known, e.Blocked = true, true
		*after = Tries{Known: true, Blocked: true}
	case sw == SWGSMAccess, sw == SWVerifyFailed:
		e.Left, e.Known, e.Blocked = after.Left, after.Known, after.Blocked
	default:
		c := Command{INS: pinOps[req.Op].ins, P2: byte(req.Ref)}
		return refusal(InsName(c), c, sw, Path{App: req.App}, req.App != "")
	}
	return e
}

// SameCard reads EF.ICCID and fails with ErrOtherCard where it is not what it
// was when the person was asked. With nothing to compare nothing is sent.
func (x *Tx) SameCard(iccid []byte) error { return x.sameCard(iccid) }

// sameCard compares EF.ICCID with what it was when the person was asked.
func (x *Tx) sameCard(want []byte) error {
	if len(want) == 0 {
		return nil
	}
	if _, err := x.Select(PathOf("", FIDICCID)); err != nil {
		return err
	}
	got, err := x.ReadBinary(0, len(want))
	if err != nil {
		return err
	}
	if !bytes.Equal(got, want) {
		return ErrOtherCard
	}
	return nil
}

// enterForPIN makes the directory current in which a reference is meant.
func (x *Tx) enterForPIN(app AID) error {
	var err error
	switch {
	case x.s.Kind() == KindGSM:
	case app != "":
		_, err = x.Select(Path{App: app})
	default:
		_, err = x.Select(Path{})
	}
	return err
}

// pinCommand builds the command of a request. Its data is a secret.
func (s *Session) pinCommand(req PINRequest) (Command, error) {
	c := Command{INS: pinOps[req.Op].ins, P2: byte(req.Ref)}
	if s.Kind() != KindGSM {
		if req.Ref.Local() && req.App == "" {
			return Command{}, ErrNeedsApp
		}
	} else {
		var err error
		if c.CLA, c.P2, err = gsmReference(req); err != nil {
			return Command{}, err
		}
	}
	current, err := PadPIN(req.Ref, req.unblock(), req.Current)
	if err != nil {
		return Command{}, err
	}
	defer current.Clear()
	current.Use(func(b []byte) { c.Data = append(make([]byte, 0, 32), b...) })
	if req.Op == PINChange || req.Op == PINUnblock {
		next, err := PadPIN(req.Ref, false, req.New)
		if err != nil {
			clear(c.Data)
			return Command{}, err
		}
		defer next.Clear()
		next.Use(func(b []byte) { c.Data = append(c.Data, b...) })
	}
	return c, nil
}

// gsmReference is class and P2 of a CHV command (3GPP TS 51.011 clauses 9.2.9
// to 9.2.13): CHV1 is 01 and CHV2 02, but UNBLOCK CHV has 00 for CHV1. CHV2
// cannot be turned on or off.
func gsmReference(req PINRequest) (cla, p2 byte, err error) {
	switch {
	case req.Ref == RefPIN1 && req.Op == PINUnblock:
		return 0xA0, 0x00, nil
	case req.Ref == RefPIN1:
		return 0xA0, 0x01, nil
	case req.Ref == RefPIN2 && req.Op != PINDisable && req.Op != PINEnable:
		return 0xA0, 0x02, nil
	}
	return 0, 0, ErrNotInGSM
}

// Tries asks how often a PIN may still be wrong. Nothing is compared by it.
// On a UICC the directory in which the reference is meant must be current.
func (x *Tx) Tries(ref PINRef) (Tries, error) { return x.tries(ref, false) }

// UnblockTries asks how often the PUK of a PIN may still be wrong. On a card
// that does not know the question for the PIN it is not asked for the PUK,
// and the answer is unknown.
func (x *Tx) UnblockTries(ref PINRef) (Tries, error) { return x.tries(ref, true) }

func (x *Tx) tries(ref PINRef, unblock bool) (Tries, error) {
	if x.s.Kind() == KindGSM {
		return x.gsmTries(ref, unblock)
	}
	if !unblock || !x.s.tellsTries {
		t, err := x.askTries(InsVerify, ref)
		if err != nil {
			return t, err
		}
		x.s.tellsTries = x.s.tellsTries || t.Known || t.Verified
		switch {
		case !unblock, t.Absent:
			return t, nil
		case !x.s.tellsTries:
			return Tries{}, nil
		}
	}
	t, err := x.askTries(InsUnblockPIN, ref)
	t.Verified = false // a PUK is never open: such an answer tells no count
	return t, err
}

// askTries sends the PIN command without data: five bytes, and four only
// where the card calls five a wrong length.
func (x *Tx) askTries(ins byte, ref PINRef) (Tries, error) {
	c := Command{INS: ins, P2: byte(ref), Le: MaxShortLe}
	r, err := x.Send(c)
	if err == nil && r.SW == SWWrongLength {
		c.Le, c.Bare = 0, true
		r, err = x.Send(c)
	}
	if err != nil {
		return Tries{}, err
	}
	return triesFrom(r.SW), nil
}

func triesFrom(sw SW) Tries {
	if n, ok := sw.Counter(); ok {
		return Tries{Known: true, Left: n, Blocked: n == 0}
	}
	switch {
	case sw == SWBlocked:
		return Tries{Known: true, Blocked: true}
	case sw == SWNoReference:
		return Tries{Absent: true}
	case sw.OK():
		return Tries{Verified: true}
	}
	return Tries{}
}

func (x *Tx) gsmTries(ref PINRef, unblock bool) (Tries, error) {
	st, err := x.GSMStatus()
	if err != nil {
		return Tries{}, err
	}
	switch {
	case ref == RefPIN1 && unblock:
		return st.Unblock1, nil
	case ref == RefPIN1:
		return st.CHV1, nil
	case ref == RefPIN2 && unblock:
		return st.Unblock2, nil
	case ref == RefPIN2:
		return st.CHV2, nil
	}
	return Tries{}, nil
}

// GSMStatus selects DF.GSM, or the MF where there is none, and reads what its
// header says of the CHVs.
func (x *Tx) GSMStatus() (GSMStatus, error) {
	sel, err := x.Select(PathOf("", FIDGSM))
	if Refused(err) {
		sel, err = x.Select(Path{})
	}
	if err != nil {
		return GSMStatus{}, err
	}
	st, _ := ParseGSMStatus(sel.Info)
	return st, nil
}

// lossTimeout bounds how long afterLoss may take.
const lossTimeout = 5 * time.Second

// afterLoss brings the card back after an answer was lost and asks what it
// counts now. It only asks; what it finds stands in the outcome.
func (s *Session) afterLoss(ctx context.Context, req PINRequest, out *PINOutcome) {
	// Also when the step was given up: the person waits for the truth.
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), lossTimeout)
	defer cancel()
	ctx = WithHard(ctx, ctx) // the caller may have given its own up
	if err := s.Reset(ctx, ResetCold); err != nil {
		return
	}
	_ = s.Read(ctx, "tries after a lost answer", func(x *Tx) error {
		if err := x.sameCard(req.ICCID); err != nil {
			return err
		}
		if err := x.enterForPIN(req.App); err != nil {
			return err
		}
		t, err := x.tries(req.Ref, req.unblock())
		out.After = t
		return err
	})
}
