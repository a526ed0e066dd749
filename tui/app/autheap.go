package app

import (
	"context"
	"slices"
	"strconv"

	"simscope/card"
	"simscope/card/auth"
	"simscope/crypto/aka"
	"simscope/fs"
	"simscope/fs/ef"
)

// AuthenticateEAP asks the card for what an EAP method takes and derives the
// method's keys of both sides: q.EAP says which, and q.RAND and q.More are its
// challenges. Each is sent once, in turn; the first that brings no values ends
// it, and nothing is derived. before is what earlier questions with the same
// keys brought.
func (c *Card) AuthenticateEAP(ctx context.Context, q AuthQuestion, before []auth.Evidence) (*AuthResult, error) {
	if q.Keys != nil {
		defer q.Keys.Clear()
	}
	if err := q.EAP.Check(); err != nil {
		return nil, err
	}
	var runs []*AuthResult
	before = slices.Clone(before)
	for i, rand := range append([][aka.RANDSize]byte{q.RAND}, q.More...) {
		one := q
		one.RAND, one.EAP, one.More = rand, nil, nil
		if q.Keys != nil {
			keys := q.Keys.Clone() // each question clears its own
			one.Keys = &keys
		}
		r, err := c.Authenticate(ctx, one, before)
		if err != nil {
			for _, r := range runs {
				r.Clear()
			}
			if i > 0 {
				// What it is about was asked before: how far it came is told.
				err = &RoundError{Round: i + 1, Of: 1 + len(q.More), Err: err}
			}
			return nil, err
		}
		runs = append(runs, r)
		before = append(before, r.Evidence())
		if r.Answer.Result != auth.Success {
			break
		}
	}
	return joinEAP(q, runs)
}

// fidIMPI is EF.IMPI of an ISIM.
const fidIMPI card.FID = 0x6F02

// PrivateIdentity is the private identity of the subscriber of an application,
// as far as it is known without asking the card: that of an ISIM whose EF.IMPI
// was read, else the one that is made of the IMSI (3GPP TS 23.003 clause 13.3).
// It may be empty.
func (c *Card) PrivateIdentity(in card.AID) string {
	p := card.PathOf(in, fidIMPI)
	if n, ok := c.Files.Tree().Get(p); ok && n.State == fs.Read && fs.KindOf(in) == fs.AppISIM {
		if d, ok := c.Files.Decode(p); ok && len(d.Parts) > 0 {
			if u, ok := d.Parts[0].Value.(ef.URI); ok && u.Text != "" {
				return u.Text
			}
		}
	}
	id := c.Files.Identity()
	if id.IMSI == "" || id.MNC == "" {
		return ""
	}
	return id.IMSI + "@ims.mnc" + three(id.MNC) + ".mcc" + id.MCC + ".3gppnetwork.org"
}

// three writes a network code with three digits, as names have it.
func three(mnc string) string {
	if len(mnc) == 2 {
		return "0" + mnc
	}
	return mnc
}

// EAPIdentity is the permanent identity of the card's subscriber for a method,
// with the files that it is made of read where they were not yet; empty where
// they do not tell it.
func (c *Card) EAPIdentity(ctx context.Context, m auth.EAPMethod) string {
	id := c.subscriber(ctx)
	if id.IMSI == "" || id.MNC == "" {
		return ""
	}
	return auth.EAPIdentity(m, id.IMSI, id.MCC, id.MNC)
}

// RoundError says which of several questions failed; those before it were
// answered.
type RoundError struct {
	Round, Of int
	Err       error
}

func (e *RoundError) Error() string {
	return "question " + strconv.Itoa(e.Round) + " of " + strconv.Itoa(e.Of) + ": " + e.Err.Error()
}

func (e *RoundError) Unwrap() error { return e.Err }

// joinEAP makes one result of the questions of a method: all their values, and
// behind them the keys that follow.
func joinEAP(q AuthQuestion, runs []*AuthResult) (*AuthResult, error) {
	out := runs[len(runs)-1]
	out.Rounds, out.EAP = runs[:len(runs)-1], q.EAP
	auth.ClearDerived(out.Derived)
	out.Derived = nil // those of another use
	if len(runs) > 1 {
		var all []auth.Field
		for i, r := range runs {
			for _, f := range r.Fields {
				f.Name += " " + strconv.Itoa(i+1)
				all = append(all, f)
			}
		}
		out.Fields = all
	}
	if out.Answer.Result != auth.Success || q.EAP.Method.Triplets() && len(runs) != 1+len(q.More) {
		return out, nil
	}
	var onCard, onHost auth.EAPSide
	for _, r := range runs {
		onCard.Kcs = append(onCard.Kcs, r.Answer.Kc)
		if r.Vector != nil {
			onHost.Kcs = append(onHost.Kcs, r.Vector.Kc)
		}
	}
	onCard.CK, onCard.IK, onCard.AUTN = out.Answer.CK, out.Answer.IK, out.AUTN
	if v := out.Vector; v != nil {
		onHost.CK, onHost.IK, onHost.AUTN = v.CK, v.IK, out.AUTN
	}
	keys, err := q.EAP.Fields(onCard, onHost)
	if err != nil {
		out.Clear()
		return nil, err
	}
	out.eapFields = keys
	out.Fields = append(slices.Clone(out.Fields), keys...)
	return out, nil
}
