package fs

import (
	"bytes"
	"fmt"
	"io"
	"slices"

	"simscope/card"
	"simscope/fs/ef"
	"simscope/texts"
)

// The format of a plan that is kept in a file.
const (
	PlanFormat  = "simscope.plan"
	PlanVersion = 1
	maxSteps    = 5000
)

// Step changes some bytes of one file: from Offset on in a transparent EF
// (Record 0), or one whole record (1 to 254). Old is what must be there
// before; an empty Old has to be filled in before the plan can be applied.
type Step struct {
	Path   card.Path `json:"path"`
	Record int       `json:"record,omitempty"`
	Offset int       `json:"offset,omitempty"`
	Old    Hex       `json:"old"`
	New    Hex       `json:"new"`
	Why    string    `json:"why,omitempty"` // a sentence for people
}

// Plan is the one way to change files: pure data, seen before it is applied.
type Plan struct {
	Format  string `json:"format"`
	Version int    `json:"version"`
	ICCID   string `json:"iccid"` // of the card it is for
	Title   string `json:"title,omitempty"`
	Steps   []Step `json:"steps"`
}

// NewPlan makes an empty plan for the card.
func (c *Card) NewPlan(title string) *Plan {
	return &Plan{Format: PlanFormat, Version: PlanVersion, ICCID: c.iccid(), Title: title}
}

// Change plans to write data over what was read of a file: the whole content
// of a transparent EF (record 0) or one record. Bytes at the beginning and
// end that stay the same are left out in a transparent file. Nothing to
// change adds nothing.
func (p *Plan) Change(c *Card, path card.Path, record int, data []byte, why string) error {
	n, ok := c.tree.Get(path)
	if !ok || n.State != Read || n.Content == nil {
		return fmt.Errorf("%s: %w", c.Name(path), ErrNotRead)
	}
	if record > 0 {
		if record > len(n.Content.Records) {
			return fmt.Errorf("%s record %d: %w", c.Name(path), record, ErrNotRead)
		}
		old := n.Content.Records[record-1]
		if !bytes.Equal(old, data) {
			p.Steps = append(p.Steps, Step{Path: path, Record: record, Old: slices.Clone(old), New: slices.Clone(data), Why: why})
		}
		return nil
	}
	old := n.Content.Binary
	if len(data) > len(old) {
		return fmt.Errorf("%s: %w", c.Name(path), ErrDoesNotFit)
	}
	from, to := 0, len(data)
	for from < to && old[from] == data[from] {
		from++
	}
	for to > from && old[to-1] == data[to-1] {
		to--
	}
	if from < to {
		p.Steps = append(p.Steps, Step{Path: path, Offset: from, Old: slices.Clone(old[from:to]), New: slices.Clone(data[from:to]), Why: why})
	}
	return nil
}

// Undo is the plan that takes back the steps of p that were done.
func (p *Plan) Undo(r Result) *Plan {
	u := &Plan{Format: PlanFormat, Version: PlanVersion, ICCID: p.ICCID, Title: p.Title}
	for i := len(p.Steps) - 1; i >= 0; i-- {
		if i < len(r.Steps) && r.Steps[i].State == StepDone {
			s := p.Steps[i]
			s.Old, s.New = s.New, s.Old
			u.Steps = append(u.Steps, s)
		}
	}
	return u
}

// ReadPlan reads a plan from JSON; like ReadSnapshot it does not trust it.
func ReadPlan(r io.Reader) (*Plan, error) {
	var p Plan
	if err := readJSON(r, &p); err != nil {
		return nil, err
	}
	if p.Format != PlanFormat || p.Version < 1 {
		return nil, ErrNotPlan
	}
	if p.Version > PlanVersion {
		return nil, ErrTooNew
	}
	if len(p.Steps) > maxSteps {
		return nil, ErrTooLarge
	}
	return &p, nil
}

// Severity of a problem.
type Severity int

// Severities: what is only worth knowing, what a person must confirm, and
// what makes a plan impossible.
const (
	Note Severity = iota
	Confirm
	Fatal
)

// Problem is something Check found. ID is a text identifier.
type Problem struct {
	Step     int // index, -1 for the plan itself
	Severity Severity
	ID       string
	Args     []any
}

func (p Problem) String() string { return texts.Say(p.ID, p.Args...) }

// Check compares the plan with what is known of the card: the card it is for,
// sizes, rights, the bytes that are there. It sends nothing.
func (p *Plan) Check(c *Card) []Problem {
	var out []Problem
	if p.ICCID == "" || p.ICCID != c.iccid() {
		out = append(out, Problem{-1, Fatal, "plan.other_card", nil})
	}
	for i, s := range p.Steps {
		add := func(sev Severity, id string, args ...any) {
			out = append(out, Problem{i, sev, "plan." + id, append([]any{"file", c.Name(s.Path)}, args...)})
		}
		c.checkStep(s, add)
		for _, earlier := range p.Steps[:i] {
			if s.overlaps(earlier) {
				add(Fatal, "overlap")
				break
			}
		}
	}
	return out
}

func (s Step) overlaps(o Step) bool {
	if s.Path != o.Path || s.Record != o.Record {
		return false
	}
	return s.Record > 0 || s.Offset < o.Offset+len(o.New) && o.Offset < s.Offset+len(s.New)
}

func (c *Card) checkStep(s Step, add func(Severity, string, ...any)) {
	n, ok := c.tree.Get(s.Path)
	if !ok || n.FCP == nil || !n.State.Exists() {
		add(Fatal, "no_file")
		return
	}
	switch {
	case len(s.New) == 0:
		add(Fatal, "nothing")
		return
	case len(s.Old) != len(s.New):
		add(Fatal, "old_unknown")
	}
	c.checkPlace(s, *n.FCP, add)
	if have, ok := n.bytesAt(s); ok && len(s.Old) > 0 && !bytes.Equal(have, s.Old) && !bytes.Equal(have, s.New) {
		add(Fatal, "old_differs")
	}
	if n.FCP.LifeCycle == LifeDeactivated {
		add(Note, "deactivated")
	}
	if sensitive(s.Path) {
		add(Confirm, "sensitive")
	}
	cond := c.Access(s.Path).For(OpUpdate)
	switch c.Security(s.Path.App).Satisfied(cond) {
	case No:
		sev := Confirm
		if cond.Kind == ef.CondNever {
			sev = Fatal
		}
		add(sev, "right_missing", "condition", Words(cond))
	case Unknown:
		add(Note, "right_unknown", "condition", Words(cond))
	}
}

func (c *Card) checkPlace(s Step, f FCP, add func(Severity, string, ...any)) {
	switch {
	case f.Structure == Cyclic:
		add(Fatal, "cyclic")
	case s.Record > 0 && f.Structure != LinearFixed, s.Record == 0 && f.Structure != Transparent, s.Record < 0 || s.Offset < 0:
		add(Fatal, "structure", "structure", f.Structure)
	case s.Record > f.Records && s.Record > 0:
		add(Fatal, "record", "record", s.Record, "records", f.Records)
	case s.Record > 0 && len(s.New) != f.RecordLen:
		add(Fatal, "record_length", "length", len(s.New), "want", f.RecordLen)
	case s.Record == 0 && (s.Offset > maxOffset || s.Offset+len(s.New) > f.Size):
		add(Fatal, "size", "end", s.Offset+len(s.New), "size", f.Size)
	}
}

// bytesAt is what the tree has where a step writes.
func (n Node) bytesAt(s Step) ([]byte, bool) {
	switch {
	case n.Content == nil:
		return nil, false
	case s.Record > 0:
		if s.Record > len(n.Content.Records) {
			return nil, false
		}
		return n.Content.Records[s.Record-1], true
	case s.Offset < 0 || s.Offset+len(s.New) > len(n.Content.Binary):
		return nil, false
	}
	return n.Content.Binary[s.Offset : s.Offset+len(s.New)], true
}

// sensitive reports whether a wrong write to the file can lock the card or
// open it: keys, PINs, access rules, the list of applications, identity.
func sensitive(p card.Path) bool {
	if card.SecretFile(p) {
		return true
	}
	for _, f := range p.FIDs() {
		if f == 0xA515 { // DF.SYSTEM of some cards: PINs and keys in files
			return true
		}
	}
	switch p.Last() {
	case fidMFARR, fidARR, card.FIDDir, card.FIDICCID:
		return p.Depth() == 1 || p.Last() == fidARR
	case fidIMSI:
		return p.Depth() == 1 && p.App != "" || p.Parent().Last() == card.FIDGSM
	}
	return false
}

// Describe writes each step for people. Bytes of files with keys are hidden.
func (p *Plan) Describe(c *Card) []string {
	out := make([]string, len(p.Steps))
	for i, s := range p.Steps {
		id := "plan.step.binary"
		if s.Record > 0 {
			id = "plan.step.record"
		}
		from, to := s.Old.String(), s.New.String()
		if card.SecretFile(s.Path) || slices.Contains(s.Path.FIDs(), card.FID(0xA515)) {
			from, to = "••••", "••••"
		}
		out[i] = texts.Say(id, "file", c.Name(s.Path), "record", s.Record, "offset", s.Offset, "from", from, "to", to)
	}
	return out
}
