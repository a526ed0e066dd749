package fs

import (
	"bytes"
	"fmt"
	"io"
	"slices"

	"simscope/card"
	"simscope/card/tlv"
)

// The format of a plan that is kept in a file.
const (
	PlanFormat  = "simscope.plan"
	PlanVersion = 1
	maxSteps    = 5000
)

// Step changes some bytes of one file: from Offset on in a transparent EF
// (Record 0 and Tag 0), one whole record (1 to 254), or the value of one data
// object of a BER-TLV EF (Tag). Old is what must be there before. In a
// transparent file and a record Old is as long as New; of a data object an
// empty Old says that there is none before, an empty New that it is deleted.
type Step struct {
	Path   card.Path `json:"path"`
	Record int       `json:"record,omitempty"`
	Offset int       `json:"offset,omitempty"`
	Tag    tlv.Tag   `json:"tag,omitempty"`
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
	if n.Structure() == BERTLV || record > 0 != n.Structure().HasRecords() {
		return fmt.Errorf("%s: %w", c.Name(path), ErrStructure)
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

// SetObject plans to give the data object tag of a BER-TLV file that was read
// another value. An empty value deletes the object. Nothing to change adds
// nothing.
func (p *Plan) SetObject(c *Card, path card.Path, tag tlv.Tag, value []byte, why string) error {
	n, ok := c.tree.Get(path)
	if !ok || n.State != Read || n.Content == nil {
		return fmt.Errorf("%s: %w", c.Name(path), ErrNotRead)
	}
	if n.Structure() != BERTLV {
		return fmt.Errorf("%s: %w", c.Name(path), ErrStructure)
	}
	old := n.Content.object(tag)
	if !bytes.Equal(old, value) {
		p.Steps = append(p.Steps, Step{Path: path, Tag: tag, Old: slices.Clone(old), New: slices.Clone(value), Why: why})
	}
	return nil
}

// object is the value of a data object, nil where there is none.
func (c *Content) object(tag tlv.Tag) Hex {
	for _, o := range c.Objects {
		if o.Tag == tag {
			return o.Value
		}
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

// Reverse is the plan that takes back all of p, whatever of it was done: what
// was not is there already when it is applied.
func (p *Plan) Reverse() *Plan {
	all := Result{Steps: make([]StepResult, len(p.Steps))}
	for i := range all.Steps {
		all.Steps[i].State = StepDone
	}
	return p.Undo(all)
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
