package fs

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"slices"

	"simscope/card"
)

// StepState is how far one step of a plan came.
type StepState int

// The states of a step.
const (
	StepTodo    StepState = iota
	StepAlready           // the new bytes were there before
	StepDone              // written, read back, equal
	StepFailed            // not written
	StepUnknown           // sent without an answer, or could not be read back: look again
)

func (s StepState) String() string {
	return [...]string{"to do", "already there", "done", "failed", "unknown"}[s]
}

// MarshalText writes the state as a word without spaces.
func (s StepState) MarshalText() ([]byte, error) {
	return []byte([...]string{"todo", "already", "done", "failed", "unknown"}[s]), nil
}

// StepResult is the result of one step.
type StepResult struct {
	State StepState
	SW    card.SW // of a refusal
}

// Result is what Apply did; Steps has one element for each step of the plan.
type Result struct {
	Steps []StepResult
}

// Done reports whether every step is done or was already.
func (r Result) Done() bool {
	return !slices.ContainsFunc(r.Steps, func(s StepResult) bool { return s.State != StepDone && s.State != StepAlready })
}

// Any reports whether the result has a step in that state.
func (r Result) Any(state StepState) bool {
	return slices.ContainsFunc(r.Steps, func(s StepResult) bool { return s.State == state })
}

// After is the result of a plan that was applied again, taken together with
// what an earlier run did: a step that is there already was done by that run
// if it said so, or did not know.
func (r Result) After(earlier Result) Result {
	out := Result{Steps: slices.Clone(r.Steps)}
	for i := range out.Steps {
		if i >= len(earlier.Steps) {
			break
		}
		was := earlier.Steps[i].State
		if out.Steps[i].State == StepAlready && (was == StepDone || was == StepUnknown) {
			out.Steps[i].State = StepDone
		}
		if out.Steps[i].State == StepTodo && was != StepFailed {
			out.Steps[i] = earlier.Steps[i]
		}
	}
	return out
}

// AllDone is the result of a plan that came out whole. What takes that back
// takes back any part of it: steps that were not done are found to be so.
func AllDone(p *Plan) Result {
	r := Result{Steps: make([]StepResult, len(p.Steps))}
	for i := range r.Steps {
		r.Steps[i].State = StepDone
	}
	return r
}

// Errors of plans.
var (
	ErrNotPlan    = errors.New("not a plan of changes")
	ErrNotRead    = errors.New("the file was not read")
	ErrDoesNotFit = errors.New("the new content is longer than the file")
	ErrOtherCard  = errors.New("the plan is for another card")
	ErrChanged    = errors.New("the card has other bytes there than the plan expects")
	ErrReadBack   = errors.New("the card does not give back what was written")
	ErrUnfit      = errors.New("the plan does not fit the card")
	ErrStructure  = errors.New("the file has another structure than the change is for")
)

// PlanError says at which step a plan stopped and why.
type PlanError struct {
	Step int
	File string
	Err  error
}

func (e *PlanError) Error() string { return fmt.Sprintf("step %d, %s: %v", e.Step+1, e.File, e.Err) }

func (e *PlanError) Unwrap() error { return e.Err }

// Apply carries the plan out, each step in an acting step of the session of
// its own: see that the old bytes are still there, write, read back. It stops
// at the first step that does not come out; nothing is written twice by
// itself. Apply can be called again with the same plan: steps whose new bytes
// are there already are passed over. progress, if given, is told the index of
// each step that ended.
//
// The call itself is what arms the session, for this plan alone: whoever
// makes it has shown the plan and was told to go on. In a session that is
// read-only for good nothing is sent and the error is card.ErrLocked.
func (c *Card) Apply(ctx context.Context, p *Plan, progress func(step int, r StepResult)) (Result, error) {
	res := Result{Steps: make([]StepResult, len(p.Steps))}
	if c.s.Mode() == card.ReadOnlyLocked {
		return res, card.ErrLocked
	}
	if p.ICCID == "" || p.ICCID != c.iccid() {
		return res, ErrOtherCard
	}
	generation := c.s.Info().Generation
	if err := c.sameCard(ctx, p.ICCID); err != nil {
		return res, err
	}
	if err := c.Prepare(ctx, p); err != nil {
		return res, err
	}
	for _, pr := range p.Check(c) {
		// What is there counts when the step is done, not what was read once.
		if pr.Severity == Fatal && pr.ID != "plan.old_differs" {
			return res, &PlanError{max(pr.Step, 0), c.stepFile(p, pr.Step), fmt.Errorf("%w: %s", ErrUnfit, pr)}
		}
	}
	twins := c.twins(p)
	defer func() {
		if res.Any(StepDone) || res.Any(StepUnknown) {
			c.readAgain(ctx, twins)
		}
	}()
	for i, s := range p.Steps {
		r, err := c.applyStep(ctx, s, generation)
		res.Steps[i] = r
		if progress != nil {
			progress(i, r)
		}
		if err != nil {
			return res, &PlanError{i, c.Name(s.Path), err}
		}
	}
	return res, nil
}

func (c *Card) stepFile(p *Plan, step int) string {
	if step < 0 || step >= len(p.Steps) {
		return ""
	}
	return c.Name(p.Steps[step].Path)
}

// sameCard reads the ICCID from the card itself, not from the tree.
func (c *Card) sameCard(ctx context.Context, iccid string) error {
	n, err := c.ReadFile(ctx, card.PathOf("", card.FIDICCID), false)
	if err != nil {
		return err
	}
	if n.State != Read || c.iccid() != iccid {
		return ErrOtherCard
	}
	return nil
}

func (c *Card) applyStep(ctx context.Context, s Step, generation uint32) (StepResult, error) {
	r := StepResult{State: StepFailed}
	err := c.s.Act(ctx, "write "+c.Name(s.Path), card.RiskChange, func(x *card.Tx) error {
		if c.s.Info().Generation != generation {
			return ErrOtherCard
		}
		return c.writeStep(x, s, &r)
	})
	r.SW = card.SWOf(err)
	if r.State == StepDone || r.State == StepAlready {
		c.remember(s)
	}
	return r, err
}

// writeStep runs inside the acting step.
func (c *Card) writeStep(x *card.Tx, s Step, r *StepResult) error {
	if err := x.MakeSure(s.Path); err != nil {
		return err
	}
	sel, err := x.Select(s.Path)
	if err != nil {
		return err
	}
	f := ParseFCP(sel.Info)
	if c.s.Kind() == card.KindGSM {
		f = ParseGSM(sel.Info)
	}
	if _, other := otherFile(s.Path, f); other {
		return ErrChanged
	}
	now, err := readAt(x, s)
	switch {
	case err != nil:
		return err
	case bytes.Equal(now, s.New):
		r.State = StepAlready
		return nil
	}
	from, ok := s.written(now)
	if !ok {
		return ErrChanged
	}
	if s.Tag > 0 && f.Structure != BERTLV {
		return ErrStructure
	}
	if err := write(x, s, from, r); err != nil {
		if s.Tag > 0 && card.Refused(err) {
			r.State = afterRefusal(x, s)
		}
		return err
	}
	r.State = StepUnknown
	now, err = readAt(x, s)
	if err != nil {
		return err
	}
	if !bytes.Equal(now, s.New) {
		r.State = StepFailed
		return ErrReadBack
	}
	r.State = StepDone
	return nil
}

// written tells how many bytes of a step were written before, when it was
// broken off between two of its commands: the new bytes up to there, the old
// ones behind. ok is false where the file holds something else.
func (s Step) written(now []byte) (n int, ok bool) {
	if s.Tag > 0 {
		// A data object is set as a whole, from its first segment on.
		return 0, bytes.Equal(now, s.Old)
	}
	if len(now) != len(s.New) || len(s.Old) != len(s.New) {
		return 0, false
	}
	for n = 0; n < len(now); n += card.MaxShortLc {
		if bytes.Equal(now[n:], s.Old[n:]) {
			return n, true
		}
		end := min(n+card.MaxShortLc, len(now))
		if s.Record > 0 || !bytes.Equal(now[n:end], s.New[n:end]) {
			return 0, false
		}
	}
	return 0, false
}

// write sends the update, in several commands where a transparent file needs
// more than one. Once one of several was done, or an answer was lost, what
// the file holds is unknown.
func write(x *card.Tx, s Step, from int, r *StepResult) error {
	switch {
	case s.Record > 0:
		return noteLost(x.UpdateRecord(s.Record, s.New), r)
	case s.Tag > 0:
		return noteLost(setObject(x, s.Tag, s.New), r)
	}
	for off := from; off < len(s.New); off += card.MaxShortLc {
		end := min(off+card.MaxShortLc, len(s.New))
		if err := noteLost(x.UpdateBinary(s.Offset+off, s.New[off:end]), r); err != nil {
			return err
		}
		r.State = StepUnknown
	}
	return nil
}

// afterRefusal tells what a refused SET DATA left. A card is to keep the old
// object when it refuses one of several blocks; it is asked all the same.
func afterRefusal(x *card.Tx, s Step) StepState {
	now, err := readAt(x, s)
	if err != nil || !bytes.Equal(now, s.Old) {
		return StepUnknown
	}
	return StepFailed
}

func noteLost(err error, r *StepResult) error {
	var lost *card.LostError
	if errors.As(err, &lost) {
		r.State = StepUnknown
	}
	return err
}

// readAt reads the bytes a step is about.
func readAt(x *card.Tx, s Step) ([]byte, error) {
	switch {
	case s.Record > 0:
		return x.ReadRecord(s.Record, len(s.New))
	case s.Tag > 0:
		return retrieveObject(x, s.Tag)
	}
	out := make([]byte, 0, min(len(s.New), MaxFileSize))
	for len(out) < len(s.New) {
		b, err := x.ReadBinary(s.Offset+len(out), min(chunk, len(s.New)-len(out)))
		if err != nil {
			return nil, err
		}
		if len(b) == 0 {
			return out, nil
		}
		out = append(out, b...)
	}
	return out, nil
}

// remember puts the new bytes into the tree.
func (c *Card) remember(s Step) {
	n, ok := c.tree.Get(s.Path)
	if !ok || n.Content == nil {
		return
	}
	if _, ok := n.bytesAt(s); !ok {
		return
	}
	content := *n.Content
	switch {
	case s.Tag > 0:
		content.Objects = withObject(content.Objects, s.Tag, s.New)
	case s.Record > 0:
		content.Records = slices.Clone(content.Records)
		content.Records[s.Record-1] = slices.Clone(s.New)
	default:
		content.Binary = slices.Clone(content.Binary)
		copy(content.Binary[s.Offset:], s.New)
	}
	n.Content = &content
	c.tree.put(n)
}
