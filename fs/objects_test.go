package fs

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"maps"
	"slices"
	"strings"
	"testing"

	"simscope/card"
	"simscope/card/tlv"
)

// fileConfig is a BER-TLV file: an object of one byte in tag 80, and a
// document that takes more than one command in tag 81.
const fileConfig card.FID = 0x6FF8

var issuerKey = map[card.PINRef]string{card.RefPIN1: "1234", card.RefADM1: "\x9F\x1C\x20\xD4\x7A\x3B\x55\xE8"}

// config is the bench's file of objects, read on an open card.
func config(t *testing.T, c *Card) Place {
	t.Helper()
	for _, a := range c.Applications() {
		if a.Kind == AppISIM {
			at := Place{Path: card.PathOf(a.AID, fileConfig)}
			if n, err := c.Fetch(context.Background(), at.Path); err != nil || len(n.Content.Objects) != 2 || len(n.Flags) > 0 {
				t.Fatalf("%+v %v", n, err)
			}
			return at
		}
	}
	t.Fatal("no ISIM")
	return Place{}
}

// objectSteps is a plan with an object of more than one command, one that is
// new, and one that is deleted.
func objectSteps(t *testing.T, c *Card) *Plan {
	t.Helper()
	at := config(t, c)
	p := c.NewPlan("objects")
	for _, o := range []Item{{0x81, bytes.Repeat([]byte{'x'}, 520)}, {0x9F70, []byte{7}}, {0x80, nil}} {
		if err := p.SetObject(c, at.Path, o.Tag, o.Value, ""); err != nil {
			t.Fatal(err)
		}
	}
	return p
}

// objectsOf reads the file again from the card.
func objectsOf(t *testing.T, c *Card, p card.Path) map[tlv.Tag]int {
	t.Helper()
	n, err := c.ReadFile(context.Background(), p, false)
	if err != nil || len(n.Flags) > 0 {
		t.Fatalf("%v %v", n.Flags, err)
	}
	out := map[tlv.Tag]int{}
	for _, o := range n.Content.Objects {
		out[o.Tag] = len(o.Value)
	}
	return out
}

// Objects are set, made and deleted on the virtual card, whatever answer is
// lost: the plan goes on where it was, and all of it can be taken back.
func TestObjectsOnVirtualCard(t *testing.T) {
	for _, tt := range []struct {
		name         string
		before, lost int // of the SET DATA commands, of which the first step takes three
		first, again []StepState
	}{
		{"nothing lost", 0, 0, []StepState{StepDone, StepDone, StepDone}, []StepState{StepAlready, StepAlready, StepAlready}},
		{"before the first", 1, 0, []StepState{StepUnknown, StepTodo, StepTodo}, []StepState{StepDone, StepDone, StepDone}},
		{"between the blocks", 2, 0, []StepState{StepUnknown, StepTodo, StepTodo}, []StepState{StepDone, StepDone, StepDone}},
		{"a block's answer", 0, 2, []StepState{StepUnknown, StepTodo, StepTodo}, []StepState{StepDone, StepDone, StepDone}},
		{"the last block's answer", 0, 3, []StepState{StepUnknown, StepTodo, StepTodo}, []StepState{StepAlready, StepDone, StepDone}},
		{"the answer of deleting", 0, 5, []StepState{StepDone, StepDone, StepUnknown}, []StepState{StepAlready, StepAlready, StepAlready}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			b, ctx := newBench(t, "everyday"), context.Background()
			c, cut := b.open(card.Options{}, issuerKey)
			p := objectSteps(t, c)
			old := objectsOf(t, c, p.Steps[0].Path)
			if pr, bad := FatalIn(p.Check(c)); bad {
				t.Fatal(pr)
			}
			cut.before, cut.after = tt.before, tt.lost
			first, err := c.Apply(ctx, p, nil)
			var lost *card.LostError
			if cut := tt.before+tt.lost > 0; errors.As(err, &lost) != cut || !slices.Equal(states(first), tt.first) {
				t.Fatalf("%v %v, want %v", states(first), err, tt.first)
			}
			_ = c.Session().Close(ctx)

			c, _ = b.open(card.Options{}, issuerKey)
			again, err := c.Apply(ctx, p, nil)
			if err != nil || !slices.Equal(states(again), tt.again) {
				t.Fatalf("again: %v %v, want %v", states(again), err, tt.again)
			}
			if got := objectsOf(t, c, p.Steps[0].Path); !maps.Equal(got, map[tlv.Tag]int{0x81: 520, 0x9F70: 1}) {
				t.Errorf("the card has %v", got)
			}
			if r, err := c.Apply(ctx, p.Undo(again.After(first)), nil); err != nil || !r.Done() {
				t.Fatalf("undo: %v %v", states(r), err)
			}
			if got := objectsOf(t, c, p.Steps[0].Path); !maps.Equal(got, old) {
				t.Errorf("after the undo the card has %v, before %v", got, old)
			}
		})
	}
}

// The value of an object is edited by its meaning, longer or shorter than it
// was.
func TestEditObject(t *testing.T) {
	c, _ := newBench(t, "everyday").open(card.Options{}, issuerKey)
	at, ctx := config(t, c), context.Background()
	at.Tag = 0x81
	for _, doc := range []string{"<a/>", "<a>" + strings.Repeat("b", 600) + "</a>"} {
		value, _ := json.Marshal(map[string]string{"tag": "81", "document": doc})
		p, err := c.PlanEdit(ctx, at, value)
		if err != nil {
			t.Fatal(err)
		}
		if r, err := c.Apply(ctx, p, nil); err != nil || !r.Done() || string(p.Steps[0].New) != doc {
			t.Fatalf("%v %v %q", states(r), err, p.Steps[0].New)
		}
		if v := p.View(c)[0]; !v.Decoded || v.Old == v.New {
			t.Errorf("the step says %+v", v)
		}
	}
	for _, tt := range []struct {
		tag  tlv.Tag
		json string
	}{
		{0x80, `{"tag":"81","document":"<a/>"}`}, // another object's value
		{0x81, `{"tag":"81","dokument":"<a/>"}`},
		{0, `{"tag":"81","document":"<a/>"}`},
	} {
		if _, err := c.PlanEdit(ctx, Place{Path: at.Path, Tag: tt.tag}, []byte(tt.json)); err == nil {
			t.Errorf("object %s takes %s", tt.tag, tt.json)
		}
	}
	// More than the file has room for.
	p, err := c.PlanBytes(ctx, at, 0, make([]byte, 800))
	if err != nil {
		t.Fatal(err)
	}
	if _, bad := FatalIn(p.Check(c)); !bad {
		t.Error("an object that does not fit is not refused")
	}
}

// What a card can answer to RETRIEVE DATA: the reading ends, says what was
// wrong and keeps the rest.
func TestHostileObjects(t *testing.T) {
	object := func(a []byte) []byte { return append(tlv.Append(nil, tlv.Tag(a[5]), []byte{1}), 0x90, 0) }
	for _, tt := range []struct {
		name, list, flag string
		answer           func(a []byte) []byte
		objects          int
	}{
		{"two objects", "5C028081 9000", "", object, 2},
		{"no list", "8001FF 9000", "read.tag_list", object, 0},
		{"list cut short", "5C0380819F 9000", "read.tag_list", object, 2},
		{"one tag twice", "5C03808080 9000", "read.tag_list", object, 1},
		{"padding and the list itself as tags", "5C0300805C 9000", "read.tag_list", object, 1},
		{"bytes behind the list", "5C01808001FF 9000", "read.tag_list", object, 1},
		{"another object than asked for", "5C028081 9000", "read.object_malformed", func([]byte) []byte { return unhex("800101 9000") }, 1},
		{"one refused", "5C028081 9000", "read.object_refused", func(a []byte) []byte {
			if a[5] == 0x80 {
				return sw(0x6982)
			}
			return object(a)
		}, 1},
		{"an object without end", "5C018162F1", "read.endless", func([]byte) []byte { return append(bytes.Repeat([]byte{0xAA}, 200), 0x62, 0xF1) }, 0},
		{"blocks of nothing", "5C0181 9000", "read.endless", func([]byte) []byte { return sw(0x62F1) }, 0},
		{"announced by a warning of the other kind", "5C0181 9000", "", func(a []byte) []byte {
			if a[3] == 0x80 {
				return unhex("8104010262F2")
			}
			return unhex("0304 9000")
		}, 1},
	} {
		f := usimCard()
		file := &fakeFile{info: fcp("3921", 0x6F99, 0x200, "8B036F0602A5048602 0300")}
		f.files[testUSIM+"/6F99"] = file
		sent := 0
		f.hook = func(a []byte) []byte {
			switch {
			case f.cur != file || a[1] != card.InsRetrieveData:
				return nil
			case a[3] == 0x80 && a[5] == 0x5C:
				return unhex(tt.list)
			}
			sent++
			return tt.answer(a)
		}
		c := discovered(t, f)
		n, err := c.ReadFile(context.Background(), usimPath(0x6F99), false)
		if err != nil || sent > 2*maxBlocks {
			t.Errorf("%s: %d commands, %v", tt.name, sent, err)
			continue
		}
		got := 0
		if n.Content != nil {
			got = len(n.Content.Objects)
		}
		if tt.flag != "" != hasFlag(n, tt.flag) || got != tt.objects || tt.flag == "" && len(n.Flags) > 0 {
			t.Errorf("%s: %d objects, flags %v", tt.name, got, flagIDs(n.Flags))
		}
	}
}
