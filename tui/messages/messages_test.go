package messages

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	tea "charm.land/bubbletea/v2"

	"simscope/card"
	"simscope/card/virtual"
	"simscope/fs"
	"simscope/tui/app"
	"simscope/tui/change"
	"simscope/tui/kit"
	"simscope/tui/ui"
)

func everydayCard(t testing.TB) *virtual.Image { return cardWith(t, everyday, "00FF44") }

// sizes are the body of 80x24 with and without the log, of 120x40, and what is
// small.
var sizes = [][2]int{{120, 37}, {80, 21}, {80, 15}, {40, 12}}

// scenes are states of the screen that people meet.
var scenes = []struct {
	name string
	img  func(t testing.TB) *virtual.Image
	do   func(r *rig)
}{
	{"list", everydayCard, func(*rig) {}},
	{"detail", everydayCard, func(r *rig) { r.keys("down", "enter") }},
	{"sent", everydayCard, func(r *rig) { r.keys("b", "b", "enter") }},
	{"hostile", everydayCard, func(r *rig) { r.keys("/"); r.types("red"); r.keys("enter", "enter") }},
	{"find", everydayCard, func(r *rig) { r.keys("/"); r.types("lovelace") }},
	{"nomatch", everydayCard, func(r *rig) { r.keys("/"); r.types("zzz"); r.keys("enter") }},
	{"deleted", everydayCard, func(r *rig) { r.feed(kit.GoMsg{Screen: app.ScreenMessages, Filter: "deleted"}) }},
	{"empty", func(t testing.TB) *virtual.Image { return cardWith(t, []string{"00", "00"}, "00FF44") }, func(*rig) {}},
	{"emptybox", func(t testing.TB) *virtual.Image { return cardWith(t, everyday[6:7], "00FF44") }, func(r *rig) { r.keys("b") }},
	{"none", func(t testing.TB) *virtual.Image { return cardWith(t, nil, "00FF44") }, func(*rig) {}},
	{"denied", func(t testing.TB) *virtual.Image { return cardWith(t, everyday, "11FF44") }, func(*rig) {}},
	{"export", everydayCard, func(r *rig) {
		r.keys("x")
		r.dialog("the question is there", func(d ui.Dialog) bool { return d != nil })
	}},
}

func TestScreens(t *testing.T) {
	for _, s := range scenes {
		t.Run(s.name, func(t *testing.T) {
			r := newRig(t, s.img(t))
			r.m.View(120, 37)
			s.do(r)
			var b strings.Builder
			for _, ascii := range []bool{false, true} {
				r.env.Theme = theme(t, ascii)
				r.m.fill()
				for _, size := range sizes {
					if ascii && size[0] != 80 {
						continue
					}
					exact(t, s.name, r.m.View(size[0], size[1]), size[0], size[1])
					fmt.Fprintf(&b, "%dx%d\n%s\n", size[0], size[1], r.screen(size[0], size[1]))
				}
			}
			golden(t, s.name, b.String())
		})
	}
}

// planDialog stands in for the dialog of changes, which has its own tests.
type planDialog struct {
	ui.Notice
	plan *fs.Plan
}

func TestMain(m *testing.M) {
	showPlan = func(_ *kit.Env, p *fs.Plan) ui.Dialog { return &planDialog{plan: p} }
	os.Exit(m.Run())
}

// planned is the plan in the dialog on top.
func (r *rig) planned() *fs.Plan {
	r.t.Helper()
	var d *planDialog
	r.dialog("the plan is shown", func(x ui.Dialog) bool { p, ok := x.(*planDialog); d = p; return ok })
	r.dialogs.Remove(d)
	return d.plan
}

// apply carries out a plan as the dialog of changes does.
func (r *rig) apply(p *fs.Plan) {
	r.t.Helper()
	if err := r.env.Card.Session.SetMode(card.WriteArmed); err != nil {
		r.t.Fatal(err)
	}
	var res fs.Result
	done := make(chan error, 1)
	r.env.Submit("write", func(ctx context.Context, c *app.Card) (any, error) {
		var err error
		res, err = c.Files.Apply(ctx, p, nil)
		done <- err
		return nil, err
	})
	if err := <-done; err != nil {
		r.t.Fatal(err)
	}
	r.feed(change.DoneMsg{Plan: p, Result: res})
}

// pick puts the cursor on the message that holds a text.
func (r *rig) pick(text string) {
	r.t.Helper()
	for _, x := range r.m.rows {
		if strings.Contains(x.Text, text) && r.m.Table.Select(keyOf(x)) {
			return
		}
	}
	r.t.Fatalf("no message %q:\n%s", text, r.screen(120, 37))
}

func (r *rig) texts() string {
	var out []string
	for _, x := range r.m.list.Messages {
		out = append(out, x.Text)
	}
	return strings.Join(out, "|")
}

// A message is deleted with all its parts, and gone from the list afterwards.
func TestDelete(t *testing.T) {
	r := newRig(t, everydayCard(t))
	r.pick("The first half")
	r.keys("d")
	p := r.planned()
	if len(p.Steps) != 2 || p.Steps[0].Record+p.Steps[1].Record != 6 {
		t.Fatalf("%+v", p.Steps)
	}
	r.apply(p)
	r.until("it is gone", func() bool { return !strings.Contains(r.texts(), "The first half") && r.m.list.Files[0].Free == 5 })
}

// The report on a sent message goes with it.
func TestDeleteWithReport(t *testing.T) {
	r := newRig(t, everydayCard(t))
	r.pick("On my way")
	r.keys("d")
	if p := r.planned(); len(p.Steps) != 2 || r.env.Name(p.Steps[1].Path) != "MF/DF.TELECOM/EF.SMSR" {
		t.Errorf("%+v", p.Steps)
	}
}

func TestWipe(t *testing.T) {
	r := newRig(t, everydayCard(t))
	r.shows("1 deleted, still readable")
	r.keys("W")
	r.apply(r.planned())
	r.until("nothing deleted is left", func() bool { return r.m.list.Deleted() == 0 })
	r.keys("W")
	r.until("it is said", func() bool { return len(r.toasts) > 0 })
	if r.toasts[0] != "no deleted message can be read" {
		t.Error(r.toasts)
	}
}

func TestMarkRead(t *testing.T) {
	r := newRig(t, everydayCard(t))
	r.shows("1 new")
	r.pick("今晚")
	r.keys("m")
	r.apply(r.planned())
	r.until("it is read", func() bool { return !r.m.rows[0].Unread() })
	if s := r.screen(120, 37); strings.Contains(s, "1 new") {
		t.Error(s)
	}
	r.keys("m")
	if len(r.toasts) != 1 || r.toasts[0] != "the message is not new" {
		t.Error(r.toasts)
	}
}

// A message that is another one by now is not deleted in its place.
func TestChangedMeanwhile(t *testing.T) {
	r := newRig(t, everydayCard(t))
	r.pick("今晚")
	r.m.rows[0].Text = "what was shown"
	r.keys("d")
	r.until("it is refused", func() bool { return len(r.toasts) > 0 })
	if r.dialogs.Len() != 0 || r.m.Failed == nil {
		t.Error(r.toasts)
	}
}

// Where a screen has no room for both, enter opens and esc goes back.
func TestSwitch(t *testing.T) {
	r := newRig(t, everydayCard(t))
	r.pick("The first half")
	if s := r.screen(80, 21); strings.Contains(s, "second half of it.") || !strings.Contains(s, "482913") {
		t.Error(s)
	}
	for _, back := range []string{"esc", "backspace", "left"} {
		r.keys("enter")
		if s := r.screen(80, 21); !strings.Contains(s, "second half of it.") || strings.Contains(s, "482913") {
			t.Error(s)
		}
		r.keys(back)
		if r.m.Open {
			t.Errorf("%s does not go back", back)
		}
	}
	r.keys("enter")
	r.until("it is drawn", func() bool { r.m.View(80, 21); return len(r.m.lines) > 0 })
	for range r.m.lines {
		r.keys("down")
	}
	r.keys("o")
	r.until("the file is asked for", func() bool { return r.went != nil })
	if got := r.env.Name(r.went.Path); r.went.Screen != app.ScreenFiles || got != "MF/DF.TELECOM/EF.SMS" {
		t.Errorf("%s %s", r.went.Screen, got)
	}
}

// Each box holds its own, and what was deleted is only among the deleted.
func TestBoxes(t *testing.T) {
	r := newRig(t, everydayCard(t))
	for i, want := range []int{8, 4, 1, 1, 1, 1} {
		if got := len(r.m.rows); got != want {
			t.Errorf("box %s holds %d, want %d", boxes[i], got, want)
		}
		for _, x := range r.m.rows {
			if x.Deleted && r.m.box != boxDeleted && r.m.box != boxAll {
				t.Errorf("box %s holds a deleted message", boxes[i])
			}
		}
		r.keys("b")
	}
	if r.m.box != boxAll {
		t.Error("the boxes do not begin again")
	}
}

// Found are text, name and number, the number in any form.
func TestFind(t *testing.T) {
	r := newRig(t, everydayCard(t))
	for q, want := range map[string]int{"half of": 1, "LOVELACE": 5, "7700 900 124": 3, "nothing like it": 0} {
		r.keys("/")
		r.types(q)
		r.keys("enter")
		if len(r.m.rows) != want {
			t.Errorf("%q finds %d, want %d", q, len(r.m.rows), want)
		}
		r.keys("esc")
	}
	if len(r.m.rows) != 8 {
		t.Error("the search stays")
	}
}

func TestCopy(t *testing.T) {
	r := newRig(t, everydayCard(t))
	r.pick("482913")
	r.keys("y")
	r.until("it is said", func() bool { return len(r.toasts) > 0 })
	if !strings.Contains(r.toasts[0], "OSC 52") {
		t.Error(r.toasts)
	}
}

// What is shown is written: the box and what was searched for, as the end of
// the name says, to a new file of the person's own.
func TestExport(t *testing.T) {
	r := newRig(t, everydayCard(t))
	dir := t.TempDir()
	to := func(name string) string {
		r.keys("x")
		r.dialog("the question is there", func(d ui.Dialog) bool { return d != nil })
		r.keys("ctrl+u")
		r.types(filepath.Join(dir, name))
		r.keys("enter")
		return filepath.Join(dir, name)
	}
	written := func(name string) string {
		file := to(name)
		r.dialog("it is written", func(d ui.Dialog) bool { return d == nil })
		b, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if i, err := os.Stat(file); err != nil || i.Mode().Perm() != 0o600 {
			t.Errorf("%v %v", i.Mode(), err)
		}
		return string(b)
	}
	if s := written("all.txt"); !strings.Contains(s, "On my way\nsee you at the station") || strings.ContainsAny(s, "\x1b\x07\u202e") {
		t.Error(s)
	}
	r.keys("b", "b")
	var list []map[string]any
	if err := json.Unmarshal([]byte(written("sent.json")), &list); err != nil || len(list) != 1 || list[0]["name"] != longName {
		t.Errorf("%v %v", list, err)
	}
	if s := written("sent.CSV"); strings.Count(s, "\n") != 3 || !strings.HasPrefix(s, "n,box,status") {
		t.Error(s)
	}
	to("sent.CSV")
	r.until("it is refused", func() bool { return r.dialogs.Top().(*export).wrong != "" })
	r.shows("sent.CSV is there already and was left alone.")
}

// With --read-only nothing that changes the card can be begun, and without a
// message nothing that needs one.
func TestReasons(t *testing.T) {
	all := app.State{CardOpen: true, AnyMessage: true, HasMessage: true, NewMessage: true, HasDeleted: true}
	for _, id := range []string{"messages.delete", "messages.wipe", "messages.read"} {
		v, _ := app.FindVerb(id)
		if v.Reason(all) != "" {
			t.Errorf("%s: %s", id, v.Reason(all))
		}
		locked := all
		locked.Mode = card.ReadOnlyLocked
		if v.Reason(locked) == "" {
			t.Errorf("%s can be begun with --read-only", id)
		}
	}
	none := app.State{CardOpen: true}
	for _, v := range app.Verbs {
		if v.Screen == app.ScreenMessages && v.Reason(none) == "" {
			t.Errorf("%s can be done without messages", v.ID)
		}
	}
}

// The list is made anew only for files it comes from, once at a time, and
// never for another card.
func TestBuild(t *testing.T) {
	r := newRig(t, everydayCard(t))
	r.until("the list is made", func() bool { return !r.m.building })
	event := func(catalogue string) tea.Cmd {
		return r.m.Update(app.FilesEvent{Number: r.env.Number, Nodes: []fs.Node{{Catalogue: catalogue}}})
	}
	if event("MF/EF.ICCID") != nil || r.m.building {
		t.Error("the list is made for a file it does not come from")
	}
	first := event("MF/DF.TELECOM/EF.SMS")
	if first == nil || event("MF/DF.TELECOM/EF.ADN") != nil {
		t.Fatal("the list is made twice at a time")
	}
	if again := r.m.Update(first()); again == nil {
		t.Error("what came meanwhile is forgotten")
	}
	r.env.Card, r.env.Number = nil, r.env.Number+1
	r.m.Update(first())
	if r.m.built || len(r.m.rows) != 0 {
		t.Error("the messages of another card are shown")
	}
	exact(t, "gone", r.m.View(80, 21), 80, 21)
}

// BenchmarkView draws a list of 250 long messages, the cursor moving.
func BenchmarkView(b *testing.B) {
	var records []string
	for i := range 250 {
		records = append(records, deliver("01", ada, noon, ucs2(fmt.Sprintf("%03d 今晚七点老地方见，别迟到 and the rest of a text that is rather long", i))))
	}
	r := newRig(b, cardWith(b, records, "00FF44"))
	if len(r.m.rows) != 250 {
		b.Fatal(len(r.m.rows))
	}
	for b.Loop() {
		r.m.Key(press("down"))
		r.m.View(120, 37)
	}
}

// BenchmarkBuild makes that list.
func BenchmarkBuild(b *testing.B) {
	var records []string
	for i := range 250 {
		records = append(records, deliver("01", ada, noon, ucs2(fmt.Sprintf("%03d a text that is rather long, as texts of people are", i))))
	}
	r := newRig(b, cardWith(b, records, "00FF44"))
	for b.Loop() {
		r.env.Card.Messages()
	}
}
