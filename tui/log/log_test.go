package log

import (
	"context"
	"encoding/base64"
	"fmt"
	"slices"
	"strings"
	"testing"

	tea "charm.land/bubbletea/v2"

	"simscope/card"
	"simscope/card/trace"
	"simscope/tui/app"
	"simscope/tui/kit"
	"simscope/tui/kit/kittest"
	"simscope/tui/ui/uitest"
)

func TestFollowsTheCard(t *testing.T) {
	r := openCard(t)
	n := r.m.src.Len()
	if n < 5 || !r.m.list.Follow {
		t.Fatalf("%d rows, following %v", n, r.m.list.Follow)
	}
	if first, _ := r.m.src.view.At(0); first.Kind != card.ExchangeReset {
		t.Errorf("the first row is %+v", first)
	}
	iccid := card.PathOf("", card.FIDICCID)
	r.submit(func(ctx context.Context, c *app.Card) (any, error) {
		return nil, c.Session.Read(ctx, "test", func(x *card.Tx) error {
			if _, err := x.Select(iccid); err != nil {
				return err
			}
			_, err := x.ReadBinary(0, 10)
			return err
		})
	})
	if r.m.src.Len() <= n {
		t.Fatal("no rows came")
	}
	_, e, ok := r.m.selected()
	last, _ := r.m.src.view.At(r.m.src.Len() - 1)
	if !ok || e.Seq != last.Seq || e.Command[1] != card.InsReadBinary {
		t.Errorf("the selected row is %+v, the last %+v", e, last)
	}
	r.must("following", "READ BINARY EF.ICCID", "✓ 9000 done")
	if s := r.m.Strip(120, 6); !strings.Contains(s, "READ BINARY EF.ICCID") {
		t.Errorf("the strip shows\n%s", s)
	}
	// Staying, the selection does not move when rows come.
	r.key("f", "up", "up")
	n2, _, _ := r.m.selected()
	r.env.Hub.Log.Append(talk(t)[3])
	r.update(app.LogEvent{})
	if n3, _, _ := r.m.selected(); n3 != n2 || r.m.list.Follow {
		t.Errorf("the selection went from %d to %d", n2, n3)
	}
	r.must("staying")
}

func TestDropsKeepSelection(t *testing.T) {
	l := trace.NewLog(trace.LogOptions{MaxRows: 160})
	r := newRoot(t, l)
	add := func(n int) {
		for range n {
			l.Append(talk(t)[3])
		}
		r.update(app.LogEvent{})
	}
	add(150)
	r.m.View(120, 37)
	r.key("f", "up", "up", "space")
	at, _, _ := r.m.selected()
	for i := 0; l.Dropped() < at; i++ {
		add(5)
		got, _, ok := r.m.selected()
		if !ok || l.Dropped() <= at && got != at {
			t.Fatalf("row %d became %d with %d dropped", at, got, l.Dropped())
		}
		r.m.View(120, 37)
	}
	add(200)
	if got, _, ok := r.m.selected(); !ok || got != l.Dropped() {
		t.Errorf("the dropped row became %d, the oldest is %d", got, l.Dropped())
	}
	if len(r.m.marks) != 0 {
		t.Errorf("marks of dropped rows: %v", r.m.marks)
	}
	r.must(fmt.Sprintf("%d dropped", l.Dropped()))
	// With a filter the numbers of dropped rows go too.
	r.key("/")
	r.write("ins:read")
	r.key("enter")
	add(300)
	if r.m.src.Len() != l.Len() || r.m.src.number(0) != l.Dropped() {
		t.Errorf("%d rows from %d on pass, of %d from %d on", r.m.src.Len(), r.m.src.number(0), l.Len(), l.Dropped())
	}
}

func TestMarks(t *testing.T) {
	r := pick(t, 2, "space") // marks row 2 and goes on to row 3
	r.key("down", "down", "space", "down", "space")
	if fmt.Sprint(r.m.marks) != "map[2:true 5:true 7:true]" {
		t.Fatal(r.m.marks)
	}
	at := func(want uint64) {
		t.Helper()
		if n, _, _ := r.m.selected(); n != want {
			t.Errorf("at row %d, not %d", n, want)
		}
	}
	at(8)
	r.key("N")
	at(7)
	r.key("N", "N")
	at(2)
	r.key("N")
	at(2)
	if r.toast() != "No marked row further on." {
		t.Error(r.toast())
	}
	r.key("n")
	at(5)
	r.key("space", "n")
	at(7)
	if r.m.marks[5] {
		t.Error("the mark was not taken away")
	}
	// A row that the filter hides is not gone to.
	r.key("/")
	r.write("err")
	r.key("enter", "home", "n")
	if r.toast() != "No marked row further on." {
		t.Error(r.toast())
	}
}

func TestGoToFile(t *testing.T) {
	r := openCard(t)
	for i := range r.m.src.Len() {
		r.m.list.Follow = false
		r.m.list.SelectAt(i)
		_, e, _ := r.m.selected()
		r.msgs = nil
		r.key("o")
		if !e.HasFile {
			if r.toast() != "This row is not about a file." {
				t.Error(r.toast())
			}
			continue
		}
		want := kit.GoMsg{Screen: app.ScreenFiles, Path: e.File, HasPath: true}
		if len(r.msgs) != 1 || r.msgs[0] != want {
			t.Errorf("%v instead of %v", r.msgs, want)
		}
	}
	r = pick(t, 1, "o")
	if r.toast() != "No card is open." {
		t.Error(r.toast())
	}
}

func TestCopy(t *testing.T) {
	for row, want := range map[int]string{
		0: "3B 9F 96 80 1F C7 80 31 A0 73 BE 21 13 67 43 20 07 18 00 00 01 A5",
		1: "00 A4 08 04 04 7F FF 6F 07 > 611E",
		3: "00 B0 00 00 09 > 08 99 99 99 10 32 54 76 98 9000",
		5: "00 20 00 01 08 •••• > 63C2",
		7: "00 B0 00 00 21 > 07 •••• 9000",
		9: "80 F2 00 00 00",
	} {
		r := pick(t, row, "y")
		raw := slices.IndexFunc(r.msgs, func(m tea.Msg) bool { _, ok := m.(tea.RawMsg); return ok })
		if raw < 0 {
			t.Fatalf("row %d: nothing was sent: %v", row, r.msgs)
		}
		sent := fmt.Sprint(r.msgs[raw].(tea.RawMsg).Msg)
		if !strings.Contains(sent, base64.StdEncoding.EncodeToString([]byte(want))) {
			t.Errorf("row %d: %q does not hold %q", row, sent, want)
		}
		if !strings.Contains(r.toast(), "terminal") {
			t.Error(r.toast())
		}
	}
	r := pick(t, 8, "y")
	if r.toast() != "This row has no bytes to copy." {
		t.Error(r.toast())
	}
}

// TestFieldsAndBytes holds that the selected field's bytes are marked, and
// that the byte under the cursor selects its field.
func TestFieldsAndBytes(t *testing.T) {
	for row := range talk(t) {
		r := pick(t, row, "enter")
		d := &r.m.details
		for i := range d.tree.Len() {
			d.tree.SelectAt(i)
			d.point()
			f := d.selected()
			side := &d.sides[0]
			if f.Response {
				side = &d.sides[1]
			}
			if f.Len == 0 {
				if d.sides[0].Marked != nil || d.sides[1].Marked != nil {
					t.Errorf("row %d: %s has no bytes but marks some", row, f.Name)
				}
				continue
			}
			if len(side.Marked) != 1 || side.Marked[0].From != f.Off || side.Marked[0].To != f.Off+f.Len || side.Cursor() != f.Off {
				t.Errorf("row %d: %s at %d+%d marks %v, cursor %d", row, f.Name, f.Off, f.Len, side.Marked, side.Cursor())
			}
		}
		for _, p := range []place{onCommand, onResponse} {
			d.focus = p
			for i := range d.hex().Data {
				d.hex().SetCursor(i)
				d.lookUp()
				f := d.selected()
				if f.Response != (p == onResponse) || i < f.Off || i >= f.Off+f.Len {
					t.Errorf("row %d: byte %d of %v selects %s at %d+%d", row, i, p, f.Name, f.Off, f.Len)
				}
			}
		}
	}
}

// TestThemeKeepsPlace holds that another theme changes colours alone.
func TestThemeKeepsPlace(t *testing.T) {
	r := pick(t, 2, "enter", "tab", "tab", "right", "right", "right")
	before := r.screen(120, 37)
	r.env.Theme = kittest.Theme(t, "light", false)
	if after := r.screen(120, 37); after != before || r.m.details.hex().Cursor() != 3 {
		t.Errorf("byte %d:\n%s\n%s", r.m.details.hex().Cursor(), before, after)
	}
}

func TestDetailsKeys(t *testing.T) {
	r := pick(t, 3, "enter")
	d := &r.m.details
	if !d.open || d.focus != onFields {
		t.Fatal("the details are not open")
	}
	r.must("READ BINARY EF.IMSI", "row 4", "Response  9 bytes, then the status word", "08 99 99 99 10 32 54 76 98 90 00")
	for _, want := range []place{onCommand, onResponse, onRows, onFields, onCommand} {
		r.key("tab")
		if d.focus != want {
			t.Fatalf("the keys are at %v, not %v", d.focus, want)
		}
	}
	r.key("shift+tab", "shift+tab") // back to the rows
	r.key("down")
	if d.number != 4 || d.focus != onRows {
		t.Errorf("the details are of row %d", d.number)
	}
	r.must("VERIFY PIN1: tries?", "row 5")
	r.key("enter")
	if d.focus != onFields {
		t.Error("enter does not go on to the fields")
	}
	// Enter on a field goes to its bytes, esc closes all.
	r.key("down", "enter")
	if d.focus != onCommand {
		t.Errorf("the keys are at %v", d.focus)
	}
	r.key("esc")
	if d.open || d.focus != onRows {
		t.Error("esc does not close the details")
	}
	if used, _ := r.m.Key(uitest.Press("esc")); used {
		t.Error("esc is used where there is nothing to leave")
	}
	if used, _ := r.m.Key(uitest.Press("tab")); used {
		t.Error("tab is used without details")
	}
	// Opening the details ends following: the row stays.
	r.key("f", "enter")
	r.env.Hub.Log.Append(talk(t)[3])
	r.update(app.LogEvent{})
	if d.number != 11 {
		t.Errorf("the details went on to row %d", d.number)
	}
}

func TestEmptyStates(t *testing.T) {
	r := newRoot(t, nil)
	r.must("Nothing was said to a card yet.", "r choose a card")
	var s app.State
	if r.m.State(&s); s.HasRows {
		t.Error("there are no rows")
	}
	r.key("enter", "space", "y", "n")
	if r.toast() != "nothing was said to a card yet" {
		t.Error(r.toast())
	}
	r.env.Opening = true
	r.must("The card is being opened.")
	for _, id := range r.m.Hints() {
		if _, ok := app.FindVerb(id); !ok {
			t.Errorf("there is no verb %s", id)
		}
	}
}
