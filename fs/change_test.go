package fs

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"testing"

	"simscope/card"
	"simscope/card/safe"
	"simscope/card/tlv"
	"simscope/card/virtual"
	"simscope/fs/ef"
)

// cutter stands between a session and a virtual card and breaks the way to it
// at the update commands that it is told of.
type cutter struct {
	card.Transport
	updates int
	before  int // this update never reaches the card, 0: none
	after   int // the answer to this one is lost
	sent    int // commands of any kind
}

func (t *cutter) Transmit(ctx context.Context, apdu []byte) ([]byte, error) {
	t.sent++
	gone := &card.TransportError{Kind: card.KindGone, Op: "transmit"}
	if apdu[1] != card.InsUpdateBinary && apdu[1] != card.InsUpdateRecord && apdu[1] != card.InsSetData {
		return t.Transport.Transmit(ctx, apdu)
	}
	t.updates++
	if t.updates == t.before {
		return nil, gone
	}
	r, err := t.Transport.Transmit(ctx, apdu)
	if t.updates == t.after {
		return nil, gone
	}
	return r, err
}

// bench is a virtual card that can be opened again and again.
type bench struct {
	*testing.T
	p *virtual.Provider
	i int
}

func newBench(t *testing.T, id string) *bench {
	t.Helper()
	slots, err := virtual.BuiltinSlots()
	if err != nil {
		t.Fatal(err)
	}
	p, err := virtual.NewProvider(slots...)
	if err != nil {
		t.Fatal(err)
	}
	return &bench{t, p, slices.IndexFunc(virtual.Builtin(), func(b virtual.BuiltinInfo) bool { return b.ID == id })}
}

// open opens the card with its PINs verified as far as verify says.
func (b *bench) open(o card.Options, verify map[card.PINRef]string) (*Card, *cutter) {
	b.Helper()
	ctx := context.Background()
	readers, err := b.p.List(ctx)
	if err != nil {
		b.Fatal(err)
	}
	tr, err := b.p.Open(ctx, readers[b.i].ID, card.OpenOptions{})
	if err != nil {
		b.Fatal(err)
	}
	cut := &cutter{Transport: tr}
	s, err := card.Open(ctx, cut, o)
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _ = s.Close(ctx) })
	c := New(s, nil)
	if err := c.Discover(ctx); err != nil {
		b.Fatal(err)
	}
	for ref, secret := range verify {
		if _, err := s.PIN(ctx, card.PINRequest{Op: card.PINVerify, Ref: ref, Current: safe.NewSecret([]byte(secret))}); err != nil {
			b.Fatal(err)
		}
	}
	return c, cut
}

var userPIN = map[card.PINRef]string{card.RefPIN1: "1234"}

// everyStep is a plan with a step in a transparent file and one in a record.
func (b *bench) everyStep(c *Card) *Plan {
	b.Helper()
	ctx := context.Background()
	p, err := c.PlanClearFPLMN(ctx, "")
	if err != nil {
		b.Fatal(err)
	}
	adn := card.PathOf("", 0x7F10, 0x6F3A)
	n, err := c.Fetch(ctx, adn)
	if err != nil {
		b.Fatal(err)
	}
	blank := bytes.Repeat([]byte{0xFF}, n.FCP.RecordLen)
	for _, record := range []int{1, 2} {
		if err := p.Change(c, adn, record, blank, ""); err != nil {
			b.Fatal(err)
		}
	}
	if len(p.Steps) != 3 {
		b.Fatalf("%d steps", len(p.Steps))
	}
	return p
}

// The card loses power between two steps, or within one, and the plan is
// applied again on a new session: what was done is passed over, what was not
// is done, and all of it can be taken back.
func TestApplyAfterPowerLoss(t *testing.T) {
	for _, tt := range []struct {
		name         string
		before, lost int
		first, again []StepState
	}{
		{"before the first", 1, 0, []StepState{StepUnknown, StepTodo, StepTodo}, []StepState{StepDone, StepDone, StepDone}},
		{"first answer lost", 0, 1, []StepState{StepUnknown, StepTodo, StepTodo}, []StepState{StepAlready, StepDone, StepDone}},
		{"between the steps", 2, 0, []StepState{StepDone, StepUnknown, StepTodo}, []StepState{StepAlready, StepDone, StepDone}},
		{"last answer lost", 0, 3, []StepState{StepDone, StepDone, StepUnknown}, []StepState{StepAlready, StepAlready, StepAlready}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			b := newBench(t, "everyday")
			ctx := context.Background()
			c, cut := b.open(card.Options{}, userPIN)
			p := b.everyStep(c)
			cut.before, cut.after = tt.before, tt.lost
			first, err := c.Apply(ctx, p, nil)
			var lost *card.LostError
			if !errors.As(err, &lost) || !slices.Equal(states(first), tt.first) {
				t.Fatalf("%v %v, want %v", states(first), err, tt.first)
			}
			_ = c.Session().Close(ctx)

			c, _ = b.open(card.Options{}, userPIN)
			var told []int
			again, err := c.Apply(ctx, p, func(i int, _ StepResult) { told = append(told, i) })
			if err != nil || !again.Done() || !slices.Equal(states(again), tt.again) {
				t.Fatalf("again: %v %v, want %v", states(again), err, tt.again)
			}
			if !slices.Equal(told, []int{0, 1, 2}) {
				t.Errorf("progress %v", told)
			}
			undo := p.Undo(again.After(first))
			if len(undo.Steps) != 3 {
				t.Fatalf("undo has %d steps", len(undo.Steps))
			}
			if r, err := c.Apply(ctx, undo, nil); err != nil || !r.Done() {
				t.Fatalf("undo: %v %v", states(r), err)
			}
			n, err := c.Fetch(ctx, p.Steps[0].Path)
			if have, _ := n.bytesAt(p.Steps[0]); err != nil || !bytes.Equal(have, p.Steps[0].Old) {
				t.Errorf("after the undo: %X (%v)", have, err)
			}
		})
	}
}

// A session that is read-only for good sends nothing, not even a question.
func TestApplyLocked(t *testing.T) {
	b := newBench(t, "everyday")
	c, _ := b.open(card.Options{}, userPIN)
	p := b.everyStep(c)
	_ = c.Session().Close(context.Background())
	c, cut := b.open(card.Options{Mode: card.ReadOnlyLocked}, userPIN)
	before := cut.sent
	r, err := c.Apply(context.Background(), p, nil)
	if !errors.Is(err, card.ErrLocked) || cut.sent != before || r.Any(StepDone) {
		t.Errorf("%v %v, %d commands", states(r), err, cut.sent-before)
	}
}

func TestApplyOnOtherVirtualCard(t *testing.T) {
	b := newBench(t, "everyday")
	c, _ := b.open(card.Options{}, userPIN)
	p := b.everyStep(c)
	other := newBench(t, "empty")
	c, cut := other.open(card.Options{}, nil)
	if err := c.Prepare(context.Background(), p); err != nil {
		t.Fatal(err)
	}
	if pr, fatal := FatalIn(p.Check(c)); !fatal || pr.ID != "plan.other_card" {
		t.Errorf("%v", pr)
	}
	if _, err := c.Apply(context.Background(), p, nil); !errors.Is(err, ErrOtherCard) || cut.updates != 0 {
		t.Errorf("%v, %d updates", err, cut.updates)
	}
}

// Another program writes between the plan and its application.
func TestApplyChangedMeanwhile(t *testing.T) {
	b := newBench(t, "everyday")
	ctx := context.Background()
	c, _ := b.open(card.Options{}, userPIN)
	p := b.everyStep(c)
	other := c.NewPlan("")
	n, _ := c.Tree().Get(p.Steps[1].Path)
	if err := other.Change(c, p.Steps[1].Path, 1, bytes.Repeat([]byte{0x41}, n.FCP.RecordLen), ""); err != nil {
		t.Fatal(err)
	}
	if r, err := c.Apply(ctx, other, nil); err != nil || !r.Done() {
		t.Fatal(err)
	}
	if pr, fatal := FatalIn(p.Check(c)); !fatal || pr.ID != "plan.old_differs" {
		t.Errorf("not noticed: %v", pr)
	}
	r, err := c.Apply(ctx, p, nil)
	if want := []StepState{StepDone, StepFailed, StepTodo}; !errors.Is(err, ErrChanged) || !slices.Equal(states(r), want) {
		t.Errorf("%v %v", states(r), err)
	}
}

func TestNeeds(t *testing.T) {
	b := newBench(t, "everyday")
	ctx := context.Background()
	c, _ := b.open(card.Options{}, nil)
	_, err := c.PlanClearFPLMN(ctx, "")
	var re *RightError
	if !errors.As(err, &re) || !slices.Equal(re.Needs, []Need{{Ref: card.RefPIN1}}) || card.SWOf(err) != card.SWNotSatisfied {
		t.Fatalf("%v %+v", err, re)
	}
	c, _ = b.open(card.Options{}, userPIN)
	p := b.everyStep(c)
	if needs, ok := p.Needs(c); !ok || len(needs) != 0 {
		t.Errorf("with PIN1: %v %v", needs, ok)
	}
	spn, err := c.PlanSPN(ctx, "", "Moon Mobile", true, false)
	if err != nil {
		t.Fatal(err)
	}
	if needs, ok := spn.Needs(c); !ok || !slices.Equal(needs, []Need{{Ref: card.RefADM1}}) {
		t.Errorf("for EF.SPN: %v %v", needs, ok)
	}
	has := slices.ContainsFunc(spn.Check(c), func(pr Problem) bool {
		return pr.ID == "plan.right_missing" && pr.Severity == Confirm && strings.Contains(pr.String(), "ADM1")
	})
	if !has {
		t.Errorf("%v", spn.Check(c))
	}
	never := &Plan{ICCID: c.iccid(), Steps: []Step{{Path: card.PathOf("", card.FIDICCID), Old: Hex{0x98}, New: Hex{0x98}}}}
	if err := c.Prepare(ctx, never); err != nil {
		t.Fatal(err)
	}
	if cond := Words(c.Access(never.Steps[0].Path).For(OpUpdate)); cond == "never" {
		if _, ok := never.Needs(c); ok {
			t.Error("a PIN is named for what is never permitted")
		}
	}
}

// missing picks the fewest PINs, a person's before an issuer's.
func TestMissing(t *testing.T) {
	c := discovered(t, usimCard())
	key := func(ks ...byte) ef.Condition { return ef.Condition{Kind: ef.CondKey, Keys: ks} }
	or := func(cs ...ef.Condition) ef.Condition { return ef.Condition{Kind: ef.CondOr, Of: cs} }
	and := func(cs ...ef.Condition) ef.Condition { return ef.Condition{Kind: ef.CondAnd, Of: cs} }
	app := usimPath().App
	for _, tt := range []struct {
		name string
		cond ef.Condition
		want []Need
		ok   bool
	}{
		{"always", ef.Condition{Kind: ef.CondAlways}, nil, true},
		{"never", ef.Condition{Kind: ef.CondNever}, nil, false},
		{"PIN1", key(0x01), []Need{{Ref: card.RefPIN1}}, true},
		{"local, of the application", key(0x81), []Need{{card.PINRef(0x81), app}}, true},
		{"ADM1 or PIN1", or(key(0x0A), key(0x01)), []Need{{Ref: card.RefPIN1}}, true},
		{"never or ADM2", or(ef.Condition{Kind: ef.CondNever}, key(0x0B)), []Need{{Ref: card.PINRef(0x0B)}}, true},
		{"ADM1 and PIN1", and(key(0x0A), key(0x01)), []Need{{Ref: card.RefADM1}, {Ref: card.RefPIN1}}, true},
		{"never and PIN1", and(ef.Condition{Kind: ef.CondNever}, key(0x01)), nil, false},
		{"unknown", ef.Condition{Kind: ef.CondUnknown}, nil, true},
	} {
		if got, ok := c.missing(app, tt.cond); ok != tt.ok || !slices.Equal(got, tt.want) {
			t.Errorf("%s: %v %v", tt.name, got, ok)
		}
	}
}

func TestClearLocation(t *testing.T) {
	b := newBench(t, "everyday")
	ctx := context.Background()
	c, _ := b.open(card.Options{}, userPIN)
	p, err := c.PlanClearLocation(ctx, "")
	if err != nil || len(p.Steps) < 2 {
		t.Fatalf("%+v %v", p, err)
	}
	if _, bad := FatalIn(p.Check(c)); bad {
		t.Fatalf("%v", p.Check(c))
	}
	if r, err := c.Apply(ctx, p, nil); err != nil || !r.Done() {
		t.Fatal(err)
	}
	for path, want := range map[card.FID]string{
		fidLOCI: "FFFFFFFFFFFFFF0000FF01", fidPSLOCI: "FFFFFFFFFFFFFFFFFFFF0000FF01", fidEPSLOCI: "FFFFFFFFFFFFFFFFFFFFFFFFFFFFFF000001",
	} {
		dir, _ := c.Subscriber()
		n, ok, err := c.present(ctx, dir.Child(path))
		if err != nil || ok && n.Content.Binary.String() != want {
			t.Errorf("%s is %s (%v)", path, n.Content.Binary, err)
		}
	}
	if again, err := c.PlanClearLocation(ctx, ""); err != nil || len(again.Steps) != 0 {
		t.Errorf("a second time: %+v %v", again, err)
	}
	if got := Hex(ef.Cleared5GSLOCI()).String(); got != "FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF00000001" {
		t.Errorf("5G: %s", got) // the profile default of TS 31.102 annex E
	}
}

// A file of another size than its specification says is left alone.
func TestClearLocationOddSize(t *testing.T) {
	f := usimCard()
	f.files[testUSIM+"/6F7E"] = binaryFile(0x6F7E, make([]byte, 12), "6F0602")
	c := discovered(t, f)
	_, err := c.PlanClearLocation(context.Background(), "")
	var re *RefusalError
	if !errors.As(err, &re) || re.ID != "plan.refuse.cleared" {
		t.Errorf("%v", err)
	}
}

func TestClearable(t *testing.T) {
	c := discovered(t, usimCard())
	for p, want := range map[card.Path]string{
		usimPath(0x6F7B): "fplmn", usimPath(0x6F7E): "location", usimPath(0x5FC0, 0x4F01): "location",
		usimPath(0x6F07): "", usimPath(0x4F01): "", card.PathOf("", card.FIDGSM, 0x6F7E): "",
	} {
		if got := c.Clearable(p); got != want {
			t.Errorf("%s: %q, want %q", p, got, want)
		}
	}
}

func TestNetworks(t *testing.T) {
	a, b, z := ef.Network{MCC: "999", MNC: "70"}, ef.Network{MCC: "001", MNC: "01"}, ef.Network{MCC: "999", MNC: "99"}
	p := Preferred{Networks: []ef.Network{a, b}, Limit: 3, WithAct: true}
	names := func(l []ef.Network, err error) string {
		if err != nil {
			return err.(*RefusalError).ID
		}
		s := ""
		for _, n := range l {
			s += n.MCC + n.MNC + " "
		}
		return strings.TrimSpace(s)
	}
	full := Preferred{Networks: []ef.Network{a}, Limit: 1}
	for _, tt := range []struct{ what, got, want string }{
		{"add last", names(p.Add(z, 0)), "99970 00101 99999"},
		{"add first", names(p.Add(z, 1)), "99999 99970 00101"},
		{"add what is there", names(p.Add(b, 1)), "00101 99970"},
		{"add too far", names(p.Add(z, 4)), "plan.refuse.position"},
		{"add to a full list", names(full.Add(z, 0)), "plan.refuse.full"},
		{"radio on an old list", names(Preferred{Limit: 3}.Add(ef.Network{MCC: "999", MNC: "99", Act: []string{ef.ActGSM}}, 0)), "plan.refuse.no_act"},
		{"remove", names(p.Remove(1)), "00101"},
		{"remove none", names(p.Remove(3)), "plan.refuse.position"},
		{"move", names(p.Move(2, 1)), "00101 99970"},
		{"move from nowhere", names(p.Move(0, 1)), "plan.refuse.position"},
	} {
		if tt.got != tt.want {
			t.Errorf("%s: %s, want %s", tt.what, tt.got, tt.want)
		}
	}
	if p.Find("001", "01") != 2 || p.Find("001", "02") != 0 {
		t.Error("Find")
	}
}

func TestNetworksOnCards(t *testing.T) {
	for _, tt := range []struct {
		id      string
		withAct bool
	}{{"everyday", true}, {"gsm", false}} {
		b := newBench(t, tt.id)
		ctx := context.Background()
		c, _ := b.open(card.Options{}, userPIN)
		pref, err := c.PreferredNetworks(ctx, "")
		if err != nil || pref.WithAct != tt.withAct || pref.Limit < 8 {
			t.Fatalf("%s: %+v %v", tt.id, pref, err)
		}
		list, err := pref.Add(ef.Network{MCC: "999", MNC: "01"}, 1)
		if err != nil {
			t.Fatal(err)
		}
		p, err := c.PlanNetworks(pref, list)
		if err != nil {
			t.Fatal(err)
		}
		if r, err := c.Apply(ctx, p, nil); err != nil || !r.Done() {
			t.Fatalf("%s: %v", tt.id, err)
		}
		if now, err := c.PreferredNetworks(ctx, ""); err != nil || now.Find("999", "01") != 1 || len(now.Networks) != len(pref.Networks)+1 {
			t.Errorf("%s: %+v %v", tt.id, now, err)
		}
	}
}

func TestNetworkName(t *testing.T) {
	for text, want := range map[string]string{
		"":         "80",
		"hello":    "85E8329BFD06",     // 35 bits in 5 bytes, 5 left over
		"星":        "90661F",           // no character of the default alphabet
		"A£\\":     "84C1C0E605",       // the backslash takes two septets
		"Moon1":    "85CDF7DB1D03",     // a digit at the end
		"aaaaaaaa": "80E170381C0E87C3", // eight septets fill seven bytes
	} {
		if got := Hex(networkName(text)).String(); got != want {
			t.Errorf("%q is %s, want %s", text, got, want)
		}
	}
}

// tlvFile puts a BER-TLV file beside the others of the fake card: RETRIEVE
// DATA and SET DATA as in ETSI TS 102 221 clauses 11.3.1 and 11.3.2.
type tlvFile struct {
	objects map[tlv.Tag][]byte
	in      []byte // segments of a SET DATA so far
	out     []byte
	segs    int
	breakAt int // this segment is refused, 0: none
}

func tlvCard(t *testing.T, objects map[tlv.Tag][]byte) (*tlvFile, *Card, card.Path) {
	t.Helper()
	f := usimCard()
	path := usimPath(0x6F99)
	file := &fakeFile{info: fcp("3921", 0x6F99, 0x200, "8B036F0602A5048602 0300")}
	f.files[testUSIM+"/6F99"] = file
	v := &tlvFile{objects: objects}
	f.hook = func(a []byte) []byte {
		if f.cur != file {
			return nil
		}
		switch a[1] {
		case card.InsRetrieveData:
			return v.retrieve(a)
		case card.InsSetData:
			return v.set(a)
		}
		return nil
	}
	c := discovered(t, f)
	if _, err := c.Fetch(context.Background(), path); err != nil {
		t.Fatal(err)
	}
	return v, c, path
}

func (v *tlvFile) retrieve(a []byte) []byte {
	if a[3]&0x80 != 0 {
		tag := a[5 : 5+a[4]]
		if bytes.Equal(tag, []byte{0x5C}) {
			var list []byte
			for _, t := range []tlv.Tag{0x80, 0x81, 0x9F70} {
				if v.objects[t] != nil {
					list = append(list, card.TagBytes(t)...)
				}
			}
			return append(tlv.Append(nil, 0x5C, list), 0x90, 0)
		}
		n := tlv.Tag(0)
		for _, b := range tag {
			n = n<<8 | tlv.Tag(b)
		}
		if v.objects[n] == nil {
			return sw(0x6A88)
		}
		v.out = tlv.Append(nil, n, v.objects[n])
	}
	n := min(len(v.out), 200)
	part := bytes.Clone(v.out[:n])
	if v.out = v.out[n:]; len(v.out) > 0 {
		return append(part, 0x62, 0xF1)
	}
	return append(part, 0x90, 0)
}

func (v *tlvFile) set(a []byte) []byte {
	if v.segs++; v.segs == v.breakAt {
		return sw(0x6581)
	}
	if a[3] == 0x80 {
		v.in = nil
	}
	v.in = append(v.in, a[5:]...)
	n, ok := firstNode(v.in)
	switch {
	case ok:
		v.objects[n.Tag] = bytes.Clone(n.Value)
	case len(v.in) <= 2:
		tag := tlv.Tag(0)
		for _, b := range v.in {
			tag = tag<<8 | tlv.Tag(b)
		}
		delete(v.objects, tag)
	default:
		return sw(0x63F1)
	}
	return sw(0x9000)
}

func TestObjects(t *testing.T) {
	ctx := context.Background()
	v, c, path := tlvCard(t, map[tlv.Tag][]byte{0x80: {1, 2, 3}, 0x81: bytes.Repeat([]byte{7}, 300)})
	long := bytes.Repeat([]byte{0xA5}, 600)
	p := c.NewPlan("objects")
	for _, ch := range []struct {
		tag   tlv.Tag
		value []byte
	}{{0x80, nil}, {0x81, long}, {0x9F70, []byte{9}}} {
		if err := p.SetObject(c, path, ch.tag, ch.value, ""); err != nil {
			t.Fatal(err)
		}
	}
	var kept bytes.Buffer
	if err := json.NewEncoder(&kept).Encode(p); err != nil {
		t.Fatal(err)
	}
	p, err := ReadPlan(&kept)
	if err != nil {
		t.Fatal(err)
	}
	if pr, bad := FatalIn(p.Check(c)); bad {
		t.Fatalf("%v", pr)
	}
	v.breakAt = 3 // within the long object
	r, err := c.Apply(ctx, p, nil)
	if want := []StepState{StepDone, StepFailed, StepTodo}; err == nil || !slices.Equal(states(r), want) {
		t.Fatalf("%v %v, want %v", states(r), err, want)
	}
	again, err := c.Apply(ctx, p, nil)
	if want := []StepState{StepAlready, StepDone, StepDone}; err != nil || !slices.Equal(states(again), want) {
		t.Fatalf("going on: %v %v", states(again), err)
	}
	if v.objects[0x80] != nil || !bytes.Equal(v.objects[0x81], long) || !bytes.Equal(v.objects[0x9F70], []byte{9}) {
		t.Fatalf("objects %v", v.objects)
	}
	n, _ := c.Tree().Get(path)
	if n.Content.object(0x80) != nil || !bytes.Equal(n.Content.object(0x81), long) || len(n.Content.Objects) != 2 {
		t.Errorf("the tree has %v", n.Content.Objects)
	}
	undo := p.Undo(again.After(r))
	if r, err := c.Apply(ctx, undo, nil); err != nil || !r.Done() {
		t.Fatalf("undo: %v %v", states(r), err)
	}
	if !bytes.Equal(v.objects[0x80], []byte{1, 2, 3}) || len(v.objects[0x81]) != 300 || v.objects[0x9F70] != nil {
		t.Errorf("after the undo: %v", v.objects)
	}
	if got := p.Describe(c)[0]; got != "ADF.USIM/6F99, object 80: 010203 becomes not there" {
		t.Errorf("%q", got)
	}
}

func TestObjectChecks(t *testing.T) {
	v, c, path := tlvCard(t, map[tlv.Tag][]byte{0x80: {1}})
	for _, tt := range []struct {
		step Step
		want string
	}{
		{Step{Path: path, Tag: 0x80, Old: Hex{1}, New: bytes.Repeat(Hex{1}, 0x300)}, "plan.object_size"},
		{Step{Path: path, Tag: 0x80, Old: Hex{2}, New: Hex{3}}, "plan.old_differs"},
		{Step{Path: path, Tag: 0x81, Old: Hex{2}, New: Hex{3}}, "plan.old_differs"},
		{Step{Path: path, Tag: 0x82}, "plan.nothing"},
		{Step{Path: path, Tag: 0x80, Offset: 1, Old: Hex{1}, New: Hex{3}}, "plan.structure"},
		{Step{Path: usimPath(0x6F46), Tag: 0x80, Old: Hex{1}, New: Hex{3}}, "plan.structure"},
		{Step{Path: path, Old: Hex{1}, New: Hex{3}}, "plan.structure"},
	} {
		p := &Plan{ICCID: c.iccid(), Steps: []Step{tt.step}}
		if err := c.Prepare(context.Background(), p); err != nil {
			t.Fatal(err)
		}
		if got := p.Check(c); !slices.ContainsFunc(got, func(pr Problem) bool { return pr.ID == tt.want }) {
			t.Errorf("%+v: %v, want %s", tt.step, got, tt.want)
		}
	}
	v.objects[0x80] = []byte{5} // meanwhile
	p := &Plan{ICCID: c.iccid(), Steps: []Step{{Path: path, Tag: 0x80, Old: Hex{1}, New: Hex{3}}}}
	if r, err := c.Apply(context.Background(), p, nil); !errors.Is(err, ErrChanged) || v.segs != 0 {
		t.Errorf("%v %v", states(r), err)
	}
	if err := p.SetObject(c, usimPath(0x6F46), 0x80, []byte{1}, ""); !errors.Is(err, ErrStructure) {
		t.Errorf("an object in a transparent file: %v", err)
	}
}

func TestDeactivatedAndTerminated(t *testing.T) {
	for life, want := range map[string]string{"04": "plan.deactivated", "0C": "plan.terminated", "04 C0": "plan.deactivated_writable"} {
		f := usimCard()
		state, special, _ := strings.Cut(life, " ")
		v := unhex("82024121" + "83026F7E" + "8B036F0602")
		if special != "" {
			v = append(v, unhex("A503C00140")...)
		}
		v = append(v, unhex("8A01"+state+"8002000B")...)
		f.files[testUSIM+"/6F7E"].info = tlv.Append(nil, 0x62, v)
		c := discovered(t, f)
		p := &Plan{ICCID: "", Steps: []Step{{Path: usimPath(0x6F7E), Old: Hex{0xFF}, New: Hex{1}}}}
		if err := c.Prepare(context.Background(), p); err != nil {
			t.Fatal(err)
		}
		if got := p.Check(c); !slices.ContainsFunc(got, func(pr Problem) bool { return pr.ID == want }) {
			t.Errorf("%s: %v, want %s", life, got, want)
		}
	}
}

// What a step means is told by the decoder, what changed field by field.
func TestView(t *testing.T) {
	b := newBench(t, "everyday")
	ctx := context.Background()
	c, _ := b.open(card.Options{}, userPIN)
	p, err := c.PlanSPN(ctx, "", "Moon Mobile", true, true)
	if err != nil {
		t.Fatal(err)
	}
	v := p.View(c)[0]
	if !v.Decoded || v.Old != "星辰移动" || v.New != "Moon Mobile" || len(v.Fields) == 0 || v.File != "ADF.USIM/EF.SPN" {
		t.Errorf("%+v", v)
	}
	if v.Fields[0].Old == v.Fields[0].New {
		t.Errorf("a field that stays is listed: %+v", v.Fields)
	}
}

// Keys stay dots in every form in which a plan is shown.
func TestPlanOfKeysIsHidden(t *testing.T) {
	f := usimCard()
	c := discovered(t, f)
	mustWalk(t, c, WalkOptions{})
	p := c.NewPlan("keys")
	p.Steps = []Step{{Path: usimPath(0x6F08), Old: Hex{0x5A, 0x5A}, New: Hex{0xC3, 0x96}}}
	v := p.View(c)[0]
	for _, s := range append(p.Describe(c), v.OldHex, v.NewHex, v.Old, v.New, v.Place) {
		if strings.Contains(s, "5A5A") || strings.Contains(s, "C396") {
			t.Errorf("a key is shown: %q", s)
		}
	}
	if !v.Hidden || !p.Secret() {
		t.Error("the plan is not marked as secret")
	}
	if _, err := c.PlanBytes(context.Background(), Place{Path: usimPath(0x6F08)}, 0, []byte{1}); err == nil {
		t.Error("a key file is changed by its bytes")
	}
}

func TestPlanBytesLimits(t *testing.T) {
	c := discovered(t, usimCard())
	ctx := context.Background()
	for _, tt := range []struct {
		at     Place
		offset int
		n      int
		want   string
	}{
		{Place{Path: usimPath(0x6F7E)}, 0, 12, "size"},
		{Place{Path: usimPath(0x6F7E)}, 11, 1, "size"},
		{Place{Path: usimPath(0x6F7E)}, -1, 1, "size"},
		{Place{Path: usimPath(0x6F7E), Record: 1}, 0, 1, "no_records"},
		{Place{Path: usimPath(0x6F7E), Tag: 0x80}, 0, 1, "no_objects"},
		{Place{Path: usimPath(0x6F42)}, 0, 1, "needs_record"},
		{Place{Path: usimPath(0x6F42), Record: 3}, 0, 1, "record"},
		{Place{Path: usimPath(0x6F42), Record: 1}, 0, 29, "size"},
	} {
		_, err := c.PlanBytes(ctx, tt.at, tt.offset, make([]byte, tt.n))
		var re *RefusalError
		if !errors.As(err, &re) || re.ID != "plan.refuse."+tt.want || strings.Contains(err.Error(), "{") {
			t.Errorf("%+v at %d: %v, want %s", tt.at, tt.offset, err, tt.want)
		}
	}
	p, err := c.PlanBytes(ctx, Place{Path: usimPath(0x6F42), Record: 2}, 3, []byte{0xAA})
	if err != nil || len(p.Steps) != 1 || len(p.Steps[0].New) != 28 || p.Steps[0].New[3] != 0xAA || p.Steps[0].New[2] != 0xFF {
		t.Errorf("%+v %v", p, err)
	}
}
