package card

import (
	"context"
	"errors"
	"sync"
	"time"
)

// Kind is how a card is spoken to.
type Kind int

// The kinds of cards.
const (
	// KindUICC answers class 00 at its MF (ETSI TS 102 221).
	KindUICC Kind = iota
	// KindGSM answers class A0 only (3GPP TS 51.011).
	KindGSM
	// KindOther has no MF that either class reaches: a bank card, a key.
	KindOther
)

func (k Kind) String() string { return [...]string{"UICC", "2G SIM", "other card"}[k] }

// WriteMode is what a session lets through beyond reading.
type WriteMode int

const (
	// ReadOnly lets reading through, and what an acting step was allowed.
	ReadOnly WriteMode = iota
	// WriteArmed lets every command through.
	WriteArmed
	// ReadOnlyLocked is ReadOnly that cannot be armed.
	ReadOnlyLocked
)

func (m WriteMode) String() string {
	return [...]string{"read-only", "armed for writing", "read-only for good"}[m]
}

// Options of a session.
type Options struct {
	Recorder Recorder       // nil: a MemoryRecorder
	Observe  func(Exchange) // called for every APDU, on the session's goroutine
	Now      func() time.Time
	Mode     WriteMode
	// ForceGSM opens the card in class A0 even when it answers class 00.
	ForceGSM bool
}

// Session is the one owner of a card. It knows which class the card speaks,
// which file is current and what was verified; it holds a transaction for
// exactly one logical step, follows 61xx, 6Cxx and 9Fxx within a budget and
// never sends anything twice that counts or changes.
//
// Steps are run one at a time; Mode, SetMode, Info and Kind may be called
// from any goroutine.
type Session struct {
	t   Transport
	o   Options
	run sync.Mutex // one step at a time

	mu        sync.Mutex // guards what follows for readers on other goroutines
	kind      Kind
	mode      WriteMode
	info      Info
	iccid     string
	proactive bool
	verified  map[verifiedPIN]bool
	unsure    bool // a command that counts may have been done: reset before leaving

	seq        uint64
	generation uint32 // of the card this session was opened on
	channels   map[int]*selection
	secretSFIs map[Path]uint32 // SFIs of key files by directory, a bit each, as FCPs told them
	path       pathSupport
	noADF      bool   // the card refuses 7FFF
	takesADF   bool   // the card was seen to take it
	tellsTries bool   // an empty VERIFY was answered as such a question
	tainted    string // word for the data a GET RESPONSE would bring
}

// selection is what is current on one logical channel.
type selection struct {
	known bool
	app   AID  // current application, empty when none
	dir   Path // current MF, ADF or DF
	ef    Path // current EF
	hasEF bool
	// secretEF says that the current EF holds keys, or may: an SFI made it
	// current, or a command that failed may have.
	secretEF bool
	last     FID // the FID selected last, for when the path is not known
}

// pathSupport is what is known of SELECT by path (P1 = 08).
type pathSupport int

const (
	pathUntried pathSupport = iota
	pathWorks
	pathRefused
)

// Open activates the card behind t and finds out which class it speaks: 00
// first, A0 only after the card has refused that class, in an activation of
// its own (ETSI TS 102 221 clause 11, card_facts on class and activation).
func Open(ctx context.Context, t Transport, o Options) (*Session, error) {
	if o.Recorder == nil {
		o.Recorder = &MemoryRecorder{}
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Observe == nil {
		o.Observe = func(Exchange) {}
	}
	s := &Session{t: t, o: o, mode: o.Mode, kind: KindUICC, secretSFIs: map[Path]uint32{}}
	s.forget()
	s.generation = s.info.Generation
	s.noteReset(0)
	if o.ForceGSM {
		return s, s.openGSM(ctx)
	}
	return s, s.identify(ctx)
}

func (s *Session) identify(ctx context.Context) error {
	sw, info, err := s.askClass(ctx)
	switch {
	case err != nil:
		return err
	case sw.OK() && !gsmRoot(info):
		return nil
	case classRefused(sw):
		// Another program may have begun this activation in class A0, in
		// which a UICC refuses class 00: asked again in one of our own.
		if err := s.Reset(ctx, ResetWarm); err != nil {
			return err
		}
		if sw, info, err = s.askClass(ctx); err != nil || sw.OK() && !gsmRoot(info) {
			return err
		}
	}
	if !sw.OK() && !mayBeGSM(sw) {
		s.setKind(KindOther)
		return nil
	}
	if sw.OK() {
		s.note("note.like_gsm")
	} else {
		s.note("note.class_a0")
	}
	if err := s.openGSM(ctx); !Refused(err) {
		return err
	}
	s.setKind(KindOther)
	if sw.OK() {
		s.setKind(KindUICC)
	}
	return s.Reset(ctx, ResetWarm)
}

// askClass selects the MF in class 00 and returns what the card said.
func (s *Session) askClass(ctx context.Context) (sw SW, info []byte, err error) {
	err = s.Read(ctx, "identify", func(x *Tx) error {
		sel, err := x.Select(Path{})
		sw, info = sel.SW, sel.Info
		if Refused(err) {
			sw, err = SWOf(err), nil
		}
		return err
	})
	return sw, info, err
}

func classRefused(sw SW) bool { return sw.SW1() == 0x6E || sw.SW1() == 0x6D }

// mayBeGSM reports whether a refusal of class 00 may be that of a 2G SIM: of
// the class, or of a parameter by one that does not look at the class (3GPP
// TS 51.011 clause 9.4).
func mayBeGSM(sw SW) bool {
	switch sw.SW1() {
	case 0x67, 0x6B, 0x94, 0x98:
		return true
	}
	return classRefused(sw) || sw == SWWrongP1P2
}

// gsmRoot reports whether the MF was described by a 2G header: so it is by a
// SIM that does not look at the class (3GPP TS 51.011 clause 9.2.1).
func gsmRoot(info []byte) bool {
	return len(info) >= 13 && info[4] == 0x3F && info[5] == 0x00 && info[6] == 0x01
}

func (s *Session) openGSM(ctx context.Context) error {
	if err := s.Reset(ctx, ResetWarm); err != nil {
		return err
	}
	s.setKind(KindGSM)
	return s.Read(ctx, "identify", func(x *Tx) error {
		_, err := x.Select(Path{})
		return err
	})
}

func (s *Session) setKind(k Kind) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.kind = k
}

// Kind is how the card is spoken to.
func (s *Session) Kind() Kind {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.kind
}

// Info is the transport's, as of the last activation.
func (s *Session) Info() Info {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.info
}

// Mode is what the session lets through.
func (s *Session) Mode() WriteMode {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.mode
}

// ErrLocked says that the session was started read-only for good.
var ErrLocked = errors.New("the session was started with --read-only and cannot be armed")

// SetMode arms the session or takes that back.
func (s *Session) SetMode(m WriteMode) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.mode == ReadOnlyLocked && m != ReadOnlyLocked {
		return ErrLocked
	}
	s.mode = m
	return nil
}

// SetICCID tells the session which card it has, for the Recorder.
func (s *Session) SetICCID(iccid string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.iccid = iccid
}

// Proactive reports whether the card has said, by 91xx, that a toolkit
// command waits. It is left waiting.
func (s *Session) Proactive() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.proactive
}

// verifiedPIN is a PIN that was verified: a local reference is another PIN in
// each application.
type verifiedPIN struct {
	ref PINRef
	app AID // of a local reference
}

func (r PINRef) in(app AID) verifiedPIN {
	if !r.Local() {
		app = ""
	}
	return verifiedPIN{r, app}
}

// Verified reports whether this session has verified ref since the card was
// activated last, a local reference in any application. Another program may
// have done so too: false is no proof that the card refuses.
func (s *Session) Verified(ref PINRef) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	for v := range s.verified {
		if v.ref == ref {
			return true
		}
	}
	return false
}

// VerifiedIn is Verified for one application, which matters for local
// references.
func (s *Session) VerifiedIn(app AID, ref PINRef) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.verified[ref.in(app)]
}

// holdsLocal reports whether a local PIN of an application was verified: a new
// session of the application would lock it again.
func (s *Session) holdsLocal(app AID) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	for v := range s.verified {
		if v.app == app && v.ref.Local() {
			return true
		}
	}
	return false
}

func (s *Session) setUnsure() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.unsure = true
}

func (s *Session) setVerified(v verifiedPIN, ok bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if ok {
		s.verified[v] = true
	} else {
		delete(s.verified, v)
	}
}

// leave drops the second PINs of an application that is selected no more.
func (s *Session) leave(app AID) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for v := range s.verified {
		if v.app == app && v.ref.Local() {
			delete(s.verified, v)
			// Whether the card took it back too is its own affair.
			s.unsure = true
		}
	}
}

// NeedsReset reports whether the card has to be reset before it is left:
// something was verified, or may have been.
func (s *Session) NeedsReset() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.verified) > 0 || s.unsure || s.o.ForceGSM
}

// forget drops what an activation had: selections and verified PINs.
func (s *Session) forget() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.channels = map[int]*selection{}
	s.verified = map[verifiedPIN]bool{}
	s.tainted = ""
	s.proactive = false
	s.info = s.t.Info()
}

// Reset activates the card anew. What was selected and verified is gone.
func (s *Session) Reset(ctx context.Context, kind ResetKind) error {
	s.run.Lock()
	defer s.run.Unlock()
	return s.reset(ctx, kind)
}

func (s *Session) reset(ctx context.Context, kind ResetKind) error {
	start := s.o.Now()
	err := s.t.Reset(hardOf(ctx), kind)
	s.forget()
	if err != nil {
		return err
	}
	if err := s.sameInsertion("reset"); err != nil {
		return err
	}
	s.mu.Lock()
	s.unsure = false
	s.mu.Unlock()
	s.noteReset(s.o.Now().Sub(start))
	return nil
}

func (s *Session) noteReset(d time.Duration) {
	i := s.t.Info()
	s.seq++
	s.o.Observe(Exchange{
		Seq: s.seq, Generation: i.Generation, Kind: ExchangeReset,
		Start: s.o.Now(), Duration: d, Response: append([]byte(nil), i.ATR...),
	})
}

func (s *Session) note(id string) {
	s.seq++
	s.o.Observe(Exchange{Seq: s.seq, Generation: s.t.Info().Generation, Kind: ExchangeNote, Start: s.o.Now(), Note: id})
}

// sameInsertion reports a card that was put in after the session was opened
// as gone: what is known of the first one must not meet the second.
func (s *Session) sameInsertion(op string) error {
	if s.t.Info().Generation == s.generation {
		return nil
	}
	return &TransportError{Kind: KindGone, Op: op, Err: ErrOtherCard}
}

// Close lets go of the card. A card on which something was verified, or may
// have been, is reset first, so that the next program finds it locked; so is
// one that was made to speak class A0, for it stays so until a reset.
func (s *Session) Close(ctx context.Context) error {
	s.run.Lock()
	defer s.run.Unlock()
	return s.t.Close(ctx, s.NeedsReset())
}

// Read runs f as one logical reading step inside one transaction. After
// another program's reset the step is started once more from the top, so f
// must not keep results of a run that failed.
func (s *Session) Read(ctx context.Context, step string, f func(*Tx) error) error {
	return s.step(ctx, step, RiskNone, true, f)
}

// Act runs f as one step that may send commands up to the risk allow, also
// when the session is read-only. It is never started again once a command
// was sent.
func (s *Session) Act(ctx context.Context, step string, allow Risk, f func(*Tx) error) error {
	return s.step(ctx, step, allow, false, f)
}

// maxRestarts bounds how often a reading step begins again after resets by
// other programs.
const maxRestarts = 2

func (s *Session) step(ctx context.Context, name string, allow Risk, restart bool, f func(*Tx) error) error {
	s.run.Lock()
	defer s.run.Unlock()
	for try := 0; ; try++ {
		x := &Tx{s: s, ctx: ctx, step: name, allow: allow}
		err := s.once(x, f)
		if !errors.Is(err, &TransportError{Kind: KindReset}) {
			return err
		}
		s.forget()
		var lost *LostError
		if try == maxRestarts || (x.sends > 0 && !restart) || x.acted || errors.As(err, &lost) {
			return err
		}
		s.note("note.foreign_reset")
		if err := s.reset(ctx, ResetReconnect); err != nil {
			return err
		}
	}
}

func (s *Session) once(x *Tx, f func(*Tx) error) (err error) {
	if err := x.ctx.Err(); err != nil {
		return err
	}
	if err := s.t.Begin(hardOf(x.ctx)); err != nil {
		return err
	}
	defer func() {
		// The transaction must end also when the step's own context has.
		ctx, cancel := context.WithTimeout(context.WithoutCancel(x.ctx), endTimeout)
		defer cancel()
		if e := s.t.End(ctx); err == nil && e != nil && !errors.Is(e, &TransportError{Kind: KindReset}) {
			err = e
		}
	}()
	if err := s.sameInsertion("begin"); err != nil {
		return err
	}
	return f(x)
}

// endTimeout bounds how long a step waits for its transaction to end.
const endTimeout = 2 * time.Second
