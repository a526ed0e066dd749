package fs

import (
	"bytes"
	"context"
	"errors"
	"slices"
	"strings"
	"testing"

	"simscope/card"
)

// planCard has everything read and a plan of two changes for it.
func planCard(t *testing.T) (*fakeCard, *Card, *Plan) {
	t.Helper()
	f := usimCard()
	c := discovered(t, f)
	mustWalk(t, c, WalkOptions{})
	p := c.NewPlan("test")
	for _, ch := range []struct {
		path   card.Path
		record int
		data   []byte
	}{
		{usimPath(0x6F46), 0, pad([]byte("\x01Moon Mobile"), 17)},
		{usimPath(0x6F42), 2, bytes.Repeat([]byte{0xAA}, 28)},
		{usimPath(0x6F7E), 0, unhex("FFFFFFFF99F9990000FF03")},
	} {
		if err := p.Change(c, ch.path, ch.record, ch.data, "because"); err != nil {
			t.Fatal(err)
		}
	}
	return f, c, p
}

func states(r Result) []StepState {
	out := []StepState{}
	for _, s := range r.Steps {
		out = append(out, s.State)
	}
	return out
}

func TestPlanLeavesOutWhatStays(t *testing.T) {
	_, _, p := planCard(t)
	if len(p.Steps) != 3 {
		t.Fatalf("%d steps", len(p.Steps))
	}
	if s := p.Steps[0]; s.Offset != 1 || string(s.Old) != "Star" || string(s.New) != "Moon" {
		t.Errorf("%+v", s)
	}
}

func TestApply(t *testing.T) {
	f, c, p := planCard(t)
	r, err := c.Apply(context.Background(), p, nil)
	if err != nil || !r.Done() {
		t.Fatalf("%v %v", states(r), err)
	}
	if got := f.files[testUSIM+"/6F46"].body; !bytes.HasPrefix(got, []byte("\x01Moon Mobile")) {
		t.Errorf("EF.SPN is %q", got)
	}
	n, _ := c.Tree().Get(usimPath(0x6F42))
	if n.Content.Records[1][0] != 0xAA || n.Content.Records[0][0] != 0xFF {
		t.Error("the tree does not show what was written")
	}
	updates := f.count(card.InsUpdateBinary) + f.count(card.InsUpdateRecord)
	r, err = c.Apply(context.Background(), p, nil)
	if err != nil || !slices.Equal(states(r), []StepState{StepAlready, StepAlready, StepAlready}) {
		t.Errorf("a second time: %v %v", states(r), err)
	}
	if f.count(card.InsUpdateBinary)+f.count(card.InsUpdateRecord) != updates {
		t.Error("the second time something was written")
	}
	for _, pr := range p.Check(c) {
		if pr.ID == "plan.old_differs" {
			t.Errorf("a plan that was applied counts as differing: %v", pr)
		}
	}
}

// The card refuses midway; what was done is told, and going on does the rest.
func TestApplyRefusedMidway(t *testing.T) {
	f, c, p := planCard(t)
	f.files[testUSIM+"/6F42"].writeSW = 0x6982
	r, err := c.Apply(context.Background(), p, nil)
	var pe *PlanError
	if !errors.As(err, &pe) || pe.Step != 1 || card.SWOf(err) != 0x6982 {
		t.Fatalf("error %v", err)
	}
	if want := []StepState{StepDone, StepFailed, StepTodo}; !slices.Equal(states(r), want) || r.Steps[1].SW != 0x6982 {
		t.Errorf("%v, want %v", states(r), want)
	}
	undo := p.Undo(r)
	if len(undo.Steps) != 1 || string(undo.Steps[0].New) != "Star" {
		t.Errorf("undo %+v", undo.Steps)
	}
	f.files[testUSIM+"/6F42"].writeSW = 0
	r, err = c.Apply(context.Background(), p, nil)
	if want := []StepState{StepAlready, StepDone, StepDone}; err != nil || !slices.Equal(states(r), want) {
		t.Errorf("going on: %v %v", states(r), err)
	}
}

func TestApplyOldBytesChanged(t *testing.T) {
	f, c, p := planCard(t)
	f.files[testUSIM+"/6F46"].body[1] = 'X'
	before := f.count(card.InsUpdateBinary)
	r, err := c.Apply(context.Background(), p, nil)
	if !errors.Is(err, ErrChanged) || r.Steps[0].State != StepFailed || f.count(card.InsUpdateBinary) != before {
		t.Errorf("%v %v", states(r), err)
	}
}

func TestApplyReadBack(t *testing.T) {
	f, c, p := planCard(t)
	f.hook = func(a []byte) []byte {
		if a[1] == card.InsUpdateBinary {
			return sw(0x9000) // says yes and writes nothing
		}
		return nil
	}
	r, err := c.Apply(context.Background(), p, nil)
	if !errors.Is(err, ErrReadBack) || r.Steps[0].State != StepFailed {
		t.Errorf("%v %v", states(r), err)
	}
}

func TestApplyLostAnswer(t *testing.T) {
	f, c, p := planCard(t)
	f.fail = func(a []byte) error {
		if a[1] == card.InsUpdateBinary {
			return &card.TransportError{Kind: card.KindGone, Op: "transmit"}
		}
		return nil
	}
	r, err := c.Apply(context.Background(), p, nil)
	var lost *card.LostError
	if !errors.As(err, &lost) || r.Steps[0].State != StepUnknown {
		t.Errorf("%v %v", states(r), err)
	}
	if n := f.count(card.InsUpdateBinary); n != 1 {
		t.Errorf("the update was sent %d times", n)
	}
}

// HC-12: another card of the same make.
func TestApplyOtherCard(t *testing.T) {
	f, c, p := planCard(t)
	f.files["3F00/2FE2"].body = unhex("98990921436587092153")
	if _, err := c.Apply(context.Background(), p, nil); !errors.Is(err, ErrOtherCard) {
		t.Errorf("ICCID changed: %v", err)
	}
	f, c, p = planCard(t)
	f.fail = func(a []byte) error {
		if a[1] == card.InsUpdateBinary {
			f.gen++
			return &card.TransportError{Kind: card.KindReset, Op: "transmit"}
		}
		return nil
	}
	if _, err := c.Apply(context.Background(), p, nil); err == nil {
		t.Error("the card was changed during the write and nothing is said")
	}
	if n := f.count(card.InsUpdateRecord); n != 0 {
		t.Errorf("%d records written on the other card", n)
	}
}

// A file larger than one command: broken off between two commands, it is
// taken up where it stopped.
func TestApplyLargeFileGoesOn(t *testing.T) {
	f := usimCard()
	c := discovered(t, f)
	mustWalk(t, c, WalkOptions{})
	p := c.NewPlan("test")
	if err := p.Change(c, usimPath(0x6F05), 0, bytes.Repeat([]byte{'a'}, 600), ""); err != nil {
		t.Fatal(err)
	}
	n := 0
	f.hook = func(a []byte) []byte {
		if a[1] == card.InsUpdateBinary {
			if n++; n == 2 {
				return sw(0x6581)
			}
		}
		return nil
	}
	r, err := c.Apply(context.Background(), p, nil)
	if err == nil || r.Steps[0].State != StepUnknown {
		t.Fatalf("%v %v", states(r), err)
	}
	if r, err = c.Apply(context.Background(), p, nil); err != nil || r.Steps[0].State != StepDone {
		t.Errorf("going on: %v %v", states(r), err)
	}
	if n != 4 {
		t.Errorf("%d updates, one of three twice is enough", n)
	}
}

func TestCheck(t *testing.T) {
	f, c, _ := planCard(t)
	f.files[testUSIM+"/6F39"] = nil
	iccid := c.Identity().ICCID
	tests := []struct {
		step Step
		want string
	}{
		{Step{Path: usimPath(0x6F46), Old: Hex{0}, New: Hex{2}}, "plan.old_differs"},
		{Step{Path: usimPath(0x6F46), New: Hex{1}}, "plan.old_unknown"},
		{Step{Path: usimPath(0x6F46), Old: Hex{1}}, "plan.nothing"},
		{Step{Path: usimPath(0x6F46), Offset: 17, Old: Hex{1}, New: Hex{1}}, "plan.size"},
		{Step{Path: usimPath(0x6F46), Offset: -1, Old: Hex{1}, New: Hex{1}}, "plan.structure"},
		{Step{Path: usimPath(0x6F46), Record: 1, Old: Hex{1}, New: Hex{1}}, "plan.structure"},
		{Step{Path: usimPath(0x6F42), Record: 3, Old: Hex{1}, New: Hex{1}}, "plan.record"},
		{Step{Path: usimPath(0x6F42), Record: 1, Old: Hex{1}, New: Hex{1}}, "plan.record_length"},
		{Step{Path: usimPath(0x6F42), Old: Hex{1}, New: Hex{1}}, "plan.structure"},
		{Step{Path: usimPath(0x6FE3), Old: Hex{1}, New: Hex{1}}, "plan.no_file"},
		{Step{Path: usimPath(0x6F08), Old: Hex{1}, New: Hex{1}}, "plan.sensitive"}, // HC-45
		{Step{Path: usimPath(0x6F06), Record: 1, Old: Hex{1}, New: Hex{1}}, "plan.sensitive"},
		{Step{Path: usimPath(0x6F46), Old: Hex{1}, New: Hex{2}}, "plan.right_missing"}, // ADM1
	}
	for _, tt := range tests {
		p := &Plan{Format: PlanFormat, Version: 1, ICCID: iccid, Steps: []Step{tt.step}}
		got := p.Check(c)
		if !slices.ContainsFunc(got, func(pr Problem) bool { return pr.ID == tt.want }) {
			t.Errorf("%+v: %v, want %s", tt.step, got, tt.want)
		}
		for _, pr := range got {
			if strings.Contains(pr.String(), "{") || strings.HasPrefix(pr.String(), "<") {
				t.Errorf("sentence %q", pr)
			}
		}
	}
	p := &Plan{ICCID: iccid, Steps: []Step{{Path: usimPath(0x6F46), Old: Hex{1}, New: Hex{2}}, {Path: usimPath(0x6F46), Old: Hex{1}, New: Hex{3}}}}
	if !slices.ContainsFunc(p.Check(c), func(pr Problem) bool { return pr.ID == "plan.overlap" }) {
		t.Error("two steps on the same byte are taken")
	}
	p.ICCID = "89990000000000000000"
	if _, err := c.Apply(context.Background(), p, nil); !errors.Is(err, ErrOtherCard) {
		t.Errorf("plan for another card: %v", err)
	}
}

func TestDescribe(t *testing.T) {
	_, c, p := planCard(t)
	p.Steps = append(p.Steps, Step{Path: usimPath(0x6F08), Old: Hex{0x5A}, New: Hex{0xA5}})
	lines := p.Describe(c)
	if lines[0] != "ADF.USIM/EF.SPN, from byte 1: 53746172 becomes 4D6F6F6E" {
		t.Errorf("%q", lines[0])
	}
	if strings.Contains(lines[3], "5A") || strings.Contains(lines[3], "A5") {
		t.Errorf("a key is shown: %q", lines[3])
	}
}
