package fs

import (
	"context"
	"strings"
	"testing"

	"simscope/card"
	"simscope/card/safe"
	"simscope/card/tlv"
	"simscope/card/trace"
	"simscope/card/virtual"
)

// openBuiltin opens an embedded card and counts what is exchanged with it.
func openBuiltin(t testing.TB, id string, count func(card.Exchange)) *Card {
	t.Helper()
	slots, err := virtual.BuiltinSlots()
	if err != nil {
		t.Fatal(err)
	}
	p, err := virtual.NewProvider(slots...)
	if err != nil {
		t.Fatal(err)
	}
	ctx := context.Background()
	readers, err := p.List(ctx)
	if err != nil {
		t.Fatal(err)
	}
	for i, b := range virtual.Builtin() {
		if b.ID != id {
			continue
		}
		tr, err := p.Open(ctx, readers[i].ID, card.OpenOptions{})
		if err != nil {
			t.Fatal(err)
		}
		s, err := card.Open(ctx, tr, card.Options{Observe: count})
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = s.Close(ctx) })
		return New(s, nil)
	}
	t.Fatalf("no built-in card %q", id)
	return nil
}

// tally is what a whole-card read sent, sorted by what it was for.
type tally struct {
	selects, reads, followUps, other int
	ident                            int // to find out the class, before anything else
}

func (n *tally) count(e card.Exchange) {
	switch {
	case e.Kind == card.ExchangeFollowUp:
		n.followUps++
	case e.Kind != card.ExchangeAPDU:
	case e.Command[1] == card.InsSelect:
		n.selects++
	case e.Command[1] == card.InsReadBinary, e.Command[1] == card.InsReadRecord, e.Command[1] == card.InsRetrieveData:
		n.reads++
	default:
		n.other++
	}
}

// floorOf is the fewest commands that can read the card: one SELECT for each
// file looked at, present or absent, and the reads its size allows; one for
// each file that was refused.
func floorOf(c *Card) (selects, reads int) {
	for _, n := range c.Tree().All() {
		if n.State == NotLookedAt || n.State == ServiceOff {
			continue
		}
		selects++
		switch {
		case n.Dir || n.FCP == nil:
		case n.State == Denied, n.State == Failed:
			reads++
		case n.State == Read && n.FCP.Structure.HasRecords():
			reads += n.FCP.Records
		case n.State == Read && n.FCP.Structure == Transparent:
			reads += (n.FCP.Size + chunk - 1) / chunk
		case n.State == Read && n.Content != nil:
			reads++ // the list of tags
			for _, o := range n.Content.Objects {
				reads += (len(tlv.Append(nil, o.Tag, o.Value)) + chunk - 1) / chunk
			}
		}
	}
	return selects, reads
}

func readWhole(t testing.TB, id string) (*Card, tally) {
	var n tally
	c := openBuiltin(t, id, n.count)
	n = tally{ident: n.selects + n.other}
	walkAll(t, c)
	return c, n
}

func walkAll(t testing.TB, c *Card) {
	t.Helper()
	ctx := context.Background()
	if err := c.Discover(ctx); err != nil {
		t.Fatal(err)
	}
	if err := c.Walk(ctx, WalkOptions{All: true}); err != nil {
		t.Fatal(err)
	}
}

// The budget of a whole-card read: at most 1.05 times the floor.
func TestWholeCardFloor(t *testing.T) {
	for _, b := range virtual.Builtin() {
		t.Run(b.ID, func(t *testing.T) {
			c, n := readWhole(t, b.ID)
			selects, reads := floorOf(c)
			ident := c.Stats().Ident
			ratio := float64(n.selects+n.reads-ident) / float64(selects+reads)
			t.Logf("%-9s floor %3d SELECT + %3d READ, sent %3d + %3d, ratio %.3f; follow-ups %d, identification %d, other %d",
				b.ID, selects, reads, n.selects-ident, n.reads, ratio, n.followUps, ident+n.ident, n.other)
			if ratio > 1.05 {
				t.Errorf("ratio %.3f", ratio)
			}
			for _, node := range c.Tree().All() {
				if node.State == Failed || node.State == Read && node.Content.Partial || len(node.Flags) > 0 {
					t.Errorf("%s is %v (%v), flags %v", c.Name(node.Path), node.State, node.SW, node.Flags)
				}
			}
		})
	}
}

// recorded is a reading of a built-in card from a recording of one before.
func recorded(t testing.TB, id string) (*Card, tally) {
	t.Helper()
	var text strings.Builder
	w, err := trace.NewWriter(&text, trace.Header{Time: taken})
	if err != nil {
		t.Fatal(err)
	}
	live := openBuiltin(t, id, func(e card.Exchange) {
		if err := w.Write(e); err != nil {
			t.Fatal(err)
		}
	})
	walkAll(t, live)
	rec, err := trace.ReadRecording(strings.NewReader(text.String()))
	if err != nil {
		t.Fatal(err)
	}
	p := trace.NewProvider(rec)
	readers, err := p.List(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	tr, err := p.Open(context.Background(), readers[0].ID, card.OpenOptions{})
	if err != nil {
		t.Fatal(err)
	}
	var n tally
	s, err := card.Open(context.Background(), tr, card.Options{Observe: n.count})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close(context.Background()) })
	n = tally{ident: n.selects + n.other}
	c := New(s, nil)
	walkAll(t, c)
	return c, n
}

// A recording is read with as few commands as the card it is of.
func TestRecordingFloor(t *testing.T) {
	c, n := recorded(t, "everyday")
	live, m := readWhole(t, "everyday")
	if n != m {
		t.Errorf("sent %+v, to the card itself %+v", n, m)
	}
	if got, want := c.Tree().Len(), live.Tree().Len(); got != want {
		t.Errorf("%d files of the recording, %d of the card", got, want)
	}
}

func BenchmarkWholeCard(b *testing.B) {
	run := func(name string, read func() (*Card, tally)) {
		b.Run(name, func(b *testing.B) {
			var c *Card
			var n tally
			for b.Loop() {
				c, n = read()
			}
			selects, reads := floorOf(c)
			b.ReportMetric(float64(n.selects+n.reads), "commands")
			b.ReportMetric(float64(n.followUps), "follow-ups")
			b.ReportMetric(float64(selects+reads), "floor")
			b.ReportMetric(float64(c.Stats().Ident+n.ident), "ident")
			b.ReportMetric(float64(n.selects+n.reads-c.Stats().Ident)/float64(selects+reads), "ratio")
		})
	}
	for _, img := range virtual.Builtin() {
		run(img.ID, func() (*Card, tally) { return readWhole(b, img.ID) })
	}
	run("recording of everyday", func() (*Card, tally) { return recorded(b, "everyday") })
}

// The whole of a lively card with its PIN verified: everything decodes into a
// snapshot that can be read back, and no key is in it.
func TestEverydaySnapshot(t *testing.T) {
	ctx := context.Background()
	c := openBuiltin(t, "everyday", nil)
	if err := c.Discover(ctx); err != nil {
		t.Fatal(err)
	}
	usim := c.Applications()[0]
	_, err := c.Session().PIN(ctx, card.PINRequest{Op: card.PINVerify, Ref: card.RefPIN1, App: usim.AID, Current: safe.NewSecret([]byte("1234"))})
	if err != nil {
		t.Fatal(err)
	}
	if err := c.Walk(ctx, WalkOptions{All: true, Secrets: true}); err != nil {
		t.Fatal(err)
	}
	keys := 0
	var text strings.Builder
	if err := c.Snapshot(SnapshotOptions{Taken: taken, Complete: true}).Write(&text); err != nil {
		t.Fatal(err)
	}
	for _, n := range c.Tree().All() {
		if !card.SecretFile(n.Path) || n.Content == nil || len(n.Content.Binary) < 9 {
			continue
		}
		key := n.Content.Binary[1:].String()
		if strings.Trim(key, "F0") == "" { // no key there yet
			continue
		}
		keys++
		if strings.Contains(text.String(), key) {
			t.Errorf("%s is in the snapshot", c.Name(n.Path))
		}
	}
	if keys == 0 {
		t.Error("the card has no file of keys that could leak")
	}
	s, err := ReadSnapshot(strings.NewReader(text.String()))
	if err != nil {
		t.Fatal(err)
	}
	decoded, readFiles := 0, 0
	for _, f := range s.Files {
		if f.Content != nil {
			readFiles++
		}
		if f.Decoded != nil {
			decoded++
		} else if f.Content != nil {
			t.Logf("not decoded: %s", f.Name)
		}
	}
	t.Logf("%d files, %d read, %d decoded, %d bytes of JSON", len(s.Files), readFiles, decoded, text.Len())
	if decoded < readFiles/2 {
		t.Errorf("only %d of %d files are decoded", decoded, readFiles)
	}
	id := c.Identity()
	if !strings.HasPrefix(id.ICCID, "8999") || id.IMSI == "" || id.SPN == "" || len(id.Numbers) == 0 {
		t.Errorf("identity %+v", id)
	}
	a := c.Access(card.PathOf(usim.AID, fidIMSI))
	if got := c.Security(usim.AID).Satisfied(a.For(OpRead)); got != Yes {
		t.Errorf("EF.IMSI may be read: %v (%s)", got, Words(a.For(OpRead)))
	}
}
