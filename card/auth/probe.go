package auth

import (
	"context"
	"crypto/rand"
	"errors"

	"simscope/card"
	"simscope/card/safe"
	"simscope/crypto/aka"
)

// ProbeStep is one command of a probe: what a card tells of its algorithm to
// somebody who has no key.
type ProbeStep struct {
	Context Context
	App     card.AID
}

// ProbeSteps are the commands of a probe, all of them. A token in them is
// random, so that a card which checks it refuses it and moves no sequence
// number.
func ProbeSteps(kind card.Kind, usim, isim card.AID) (steps []ProbeStep) {
	if kind == card.KindGSM {
		return []ProbeStep{{Context: ContextSIM}, {Context: ContextSIM}}
	}
	if usim != "" {
		steps = append(steps,
			ProbeStep{ContextGSM, usim}, ProbeStep{ContextGSM, usim}, ProbeStep{Context3G, usim}, ProbeStep{ContextGBA, usim})
	}
	if isim != "" {
		steps = append(steps, ProbeStep{ContextIMS, isim})
	}
	return steps
}

// Probed is what came of one step.
type Probed struct {
	ProbeStep
	SW card.SW
	// Result is the answer's where Answered; else the card refused with SW.
	Answered bool
	Result   Result
	// RESBytes is how long RES was, where the card gave one.
	RESBytes int
	// Malformed says what was wrong with an answer.
	Malformed *AnswerError
}

// Probe is what was learnt. Each is known only where the card told.
type Probe struct {
	Steps []Probed
	// ChecksMAC says that a random token was refused for its code;
	// IgnoresMAC that one was taken.
	ChecksMAC, IgnoresMAC bool
	// KcSeen counts the keys Kc that were given, KcZero those that end in ten
	// zero bits: all of several say COMP128 version 1 or 2.
	KcSeen, KcZero int
	// unclear says that a card answered a random token with what is no answer:
	// it may have taken it.
	unclear bool
}

// kcWeakMask is of the last two bytes of Kc.
const kcWeakMask = 0x03FF

// RunProbe sends the steps in turn, each once. It stops at the first that is
// no word of the card, and returns what was learnt until then with the error.
// A PIN that is needed ends it too. Where a token was taken, or may have been, no
// other is sent: each would move the card's sequence number to anywhere.
func RunProbe(ctx context.Context, s *card.Session, steps []ProbeStep, iccid []byte) (Probe, error) {
	var out Probe
	for _, st := range steps {
		if st.Context.Token() && (out.IgnoresMAC || out.unclear) {
			continue
		}
		req := Request{Context: st.Context, App: st.App, ICCID: iccid}
		_, _ = rand.Read(req.RAND[:])
		if st.Context.Token() {
			req.AUTN = make([]byte, 16)
			_, _ = rand.Read(req.AUTN)
		}
		a, err := Run(ctx, s, req)
		if !out.take(st, a, err) {
			return out, err
		}
	}
	return out, nil
}

// take keeps what one step told; false says that it told nothing.
func (p *Probe) take(st ProbeStep, a *Answer, err error) bool {
	row := Probed{ProbeStep: st}
	var bad *AnswerError
	var refused *card.StatusError
	switch {
	case errors.As(err, &bad):
		row.Malformed, row.SW = bad, card.SWDone
		p.unclear = p.unclear || st.Context.Token()
	case errors.As(err, &refused) && refused.Op == opAuthenticate:
		row.SW = refused.SW
	case err != nil:
		return false
	default:
		row.SW, row.Answered, row.Result, row.RESBytes = a.SW, true, a.Result, a.RES.Len()
		p.learn(st.Context, a)
		a.Clear()
	}
	p.Steps = append(p.Steps, row)
	return true
}

func (p *Probe) learn(c Context, a *Answer) {
	if a.Kc.Len() == aka.KcSize {
		p.KcSeen++
		if weakKc(a.Kc) {
			p.KcZero++
		}
	}
	if c.Token() {
		p.ChecksMAC = p.ChecksMAC || a.Result == MACFailure
		p.IgnoresMAC = p.IgnoresMAC || a.Result == Success
	}
}

// weakKc reports whether Kc ends in ten zero bits.
func weakKc(kc safe.Secret) (weak bool) {
	kc.Use(func(b []byte) { weak = (int(b[6])<<8|int(b[7]))&kcWeakMask == 0 })
	return weak
}
