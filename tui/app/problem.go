package app

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"simscope/card"
	"simscope/card/globalplatform"
	"simscope/card/ota"
	"simscope/card/safe"
	"simscope/card/trace"
	"simscope/card/virtual"
	"simscope/fs"
	"simscope/texts"
)

// Problem is an error put into words: what was tried, what came back, what to
// do next. ID is stable and never translated.
type Problem struct {
	ID     string `json:"id"`
	Tried  string `json:"tried"`
	Answer string `json:"answer"`
	Next   string `json:"next"`
}

func (p Problem) String() string {
	s := p.Tried
	if s != "" && p.Answer != "" {
		s += ": "
	}
	s += p.Answer
	if p.Next != "" {
		if s != "" && !strings.ContainsAny(s[len(s)-1:], ".!?:") {
			s += "."
		}
		s += " " + p.Next
	}
	return strings.TrimSpace(s)
}

// words fills a Problem from the texts "problem.<id>" and
// "problem.<id>.next".
func words(id, tried string, args ...any) Problem {
	return Problem{
		ID: id, Tried: tried,
		Answer: texts.Say("problem."+id, args...),
		Next:   texts.Maybe("problem."+id+".next", args...),
	}
}

// simple errors are known by themselves.
var simple = []struct {
	err error
	id  string
}{
	{card.ErrLastTry, "last_try"},
	{card.ErrOtherCard, "other_card"},
	{card.ErrNotInGSM, "not_in_gsm"},
	{card.ErrPINForm, "pin_form"},
	{card.ErrPINRef, "pin_ref"},
	{card.ErrNeedsApp, "needs_app"},
	{card.ErrLocked, "locked_read_only"},
	{card.ErrNotAPDU, "not_apdu"},
	{card.ErrPath, "not_path"},
	{card.ErrAID, "not_aid"},
	{fs.ErrNoSuchFile, "not_found"},
	{fs.ErrNotAFile, "not_file"},
	{fs.ErrOtherCard, "other_card"},
	{fs.ErrChanged, "plan_changed"},
	{fs.ErrReadBack, "read_back"},
	{ErrGuarded, "guarded"},
	{ota.ErrNotPacket, "ota_not_packet"},
	{virtual.ErrImage, "not_image"},
}

// givenUp are the errors of a context, told only where nothing is known of
// what it was that took so long.
var givenUp = []struct {
	err error
	id  string
}{
	{context.Canceled, "stopped"},
	{context.DeadlineExceeded, "no_answer"},
}

// Explain puts an error into words. tried says what the person wanted.
func Explain(err error, tried string) Problem {
	var (
		te *card.TransportError
		se *card.StatusError
		pe *card.PINError
		le *card.LostError
		ge *card.GateError
		be *card.BudgetError
		ce *ChoiceError
		li *fs.LimitError
		ie *InternalError
		re *trace.RecordingError
		rp *trace.ReplayError
		ae *fs.AmbiguousError
		st *fs.PlanError
		sc *globalplatform.ChannelError
		oi *ota.InputError
	)
	if errors.As(err, &sc) { // its cause may name a key, and be known by itself too
		return channelProblem(sc, tried)
	}
	if p, ok := authProblem(err, tried); ok {
		return p
	}
	switch {
	case errors.As(err, &rp):
		// Before what it led to: a recording has nothing to lose.
		return replayProblem(rp, tried)
	case errors.As(err, &pe):
		return pinProblem(pe, tried)
	case errors.As(err, &le):
		p := words("lost", tried)
		if errors.As(err, &st) {
			p.Next = texts.Say("plan.next.lost")
		}
		return p
	case errors.As(err, &ge):
		return gateProblem(ge, tried)
	case errors.As(err, &be):
		return words("endless", tried, "limit", be.Limit, "what", be.What)
	case errors.As(err, &se):
		return statusProblem(se, tried)
	case errors.As(err, &ce):
		return choiceProblem(ce, tried)
	case errors.As(err, &li):
		return words("limit", tried, "limit", li.Limit, "what", li.What)
	case errors.As(err, &re):
		return Problem{ID: "not_recording", Tried: tried, Answer: safe.Text(re.Error()), Next: texts.Say("problem.not_recording.next")}
	case errors.As(err, &ae):
		return words("ambiguous_file", tried, "names", strings.Join(ae.Names, ", "))
	case errors.As(err, &oi):
		return otaProblem(oi, tried)
	case errors.As(err, &ie):
		return Problem{ID: "internal", Tried: tried, Answer: safe.Text(ie.Error())}
	}
	if p, ok := identityProblem(err, tried); ok {
		return p
	}
	for _, s := range simple {
		if errors.Is(err, s.err) {
			return words(s.id, tried)
		}
	}
	if errors.As(err, &te) && te.Kind != card.KindAbandoned && te.Kind != card.KindUnknown {
		return transportProblem(te, tried)
	}
	for _, s := range givenUp {
		if errors.Is(err, s.err) {
			return words(s.id, tried)
		}
	}
	if te != nil {
		return transportProblem(te, tried)
	}
	return Problem{ID: "error", Tried: tried, Answer: safe.Text(err.Error())}
}

func replayProblem(e *trace.ReplayError, tried string) Problem {
	if errors.Is(e, trace.ErrWithheld) {
		p := words("withheld", tried)
		p.ID = "not_in_recording"
		return p
	}
	return words("not_in_recording", tried)
}

func pinProblem(e *card.PINError, tried string) Problem {
	name := e.Ref.String()
	if e.Unblock {
		name = e.Ref.UnblockName()
	}
	switch {
	case e.Blocked && e.Unblock:
		return words("puk_blocked", tried, "name", name)
	case e.Blocked:
		return words("pin_blocked", tried, "name", name, "puk", e.Ref.UnblockName())
	case e.Known:
		return words("pin_wrong", tried, "name", name, "left", e.Left)
	}
	return words("pin_refused", tried, "name", name)
}

func gateProblem(e *card.GateError, tried string) Problem {
	if e.Mode == card.ReadOnlyLocked {
		return words("locked_read_only", tried)
	}
	return words("read_only", tried)
}

// needs are status words that say a PIN is missing.
func needsPIN(sw card.SW) bool {
	switch sw {
	case card.SWNotSatisfied, card.SWGSMAccess:
		return true
	}
	return false
}

func statusProblem(e *card.StatusError, tried string) Problem {
	id := "card_error"
	switch {
	case needsPIN(e.SW):
		id = "pin_needed"
	case card.Absent(e), e.SW == card.SWNoRecord, e.SW == card.SWNoReference:
		id = "not_found"
	}
	what := tried
	if what == "" {
		what = e.Op
		if e.HasFile {
			what += " " + fs.Name(e.File)
		}
	}
	p := Problem{ID: id, Tried: what, Answer: Status(e.Header, true, e.SW)}
	if m := card.NextID(e.Header, true, e.SW); m != "" {
		p.Next = texts.Say("next." + m)
	}
	return p
}

// Status writes what a status word says after a command, with the code behind
// it: "not found (6A82)".
func Status(header [4]byte, hasData bool, sw card.SW) string {
	c := card.Command{CLA: header[0], INS: header[1], P1: header[2], P2: header[3]}
	if hasData {
		c.Data = []byte{0}
	}
	return fmt.Sprintf("%s (%s)", trace.Meaning(c, sw).Text, sw)
}

func choiceProblem(e *ChoiceError, tried string) Problem {
	names := ""
	list := e.Fits
	if len(list) == 0 {
		list = e.All
	}
	for i, r := range list {
		if i > 0 {
			names += ", "
		}
		names += safe.Text(r.ID.Name)
	}
	if len(e.Fits) == 0 {
		// The asked name is not repeated: it could be anything, a PIN too.
		return words("reader_unknown", tried, "names", names)
	}
	return words("reader_ambiguous", tried, "names", names)
}

func transportProblem(e *card.TransportError, tried string) Problem {
	code := ""
	if e.Code != 0 {
		code = fmt.Sprintf("0x%08X", e.Code)
	}
	if tried == "" {
		tried = e.Op
	}
	p := words("transport."+e.Kind.ID(), tried)
	p.ID = e.Kind.ID()
	if code != "" {
		p.Answer += " (" + code + ")"
	}
	return p
}
