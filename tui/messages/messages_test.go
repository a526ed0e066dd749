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
	"simscope/tui/kit/kittest"
	"simscope/tui/ui"
	"simscope/tui/ui/uitest"
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
	{"detail", everydayCard, func(r *rig) { r.Keys("down", "enter") }},
	{"sent", everydayCard, func(r *rig) { r.Keys("b", "b", "enter") }},
	{"hostile", everydayCard, func(r *rig) { r.Keys("/"); r.Types("red"); r.Keys("enter", "enter") }},
	{"find", everydayCard, func(r *rig) { r.Keys("/"); r.Types("lovelace") }},
	{"nomatch", everydayCard, func(r *rig) { r.Keys("/"); r.Types("zzz"); r.Keys("enter") }},
	{"deleted", everydayCard, func(r *rig) { r.Feed(kit.GoMsg{Screen: app.ScreenMessages, Filter: "deleted"}) }},
	{"empty", func(t testing.TB) *virtual.Image { return cardWith(t, []string{"00", "00"}, "00FF44") }, func(*rig) {}},
	{"emptybox", func(t testing.TB) *virtual.Image { return cardWith(t, everyday[6:7], "00FF44") }, func(r *rig) { r.Keys("b") }},
	{"none", func(t testing.TB) *virtual.Image { return cardWith(t, nil, "00FF44") }, func(*rig) {}},
	{"denied", func(t testing.TB) *virtual.Image { return cardWith(t, everyday, "11FF44") }, func(*rig) {}},
	{"export", everydayCard, func(r *rig) {
		r.Keys("x")
		r.Dialog("the question is there", func(d ui.Dialog) bool { return d != nil })
	}},
}

func TestScreens(t *testing.T) {
	for _, s := range scenes {
		t.Run(s.name, func(t *testing.T) {
			r := newRig(t, s.img(t))
			r.m.View(120, 37)
			s.do(r)
			r.Pictures(s.name, sizes, r.m.fill)
		})
	}
}

func TestMain(m *testing.M) {
	showPlan = kittest.ShowPlan
	os.Exit(m.Run())
}

// planned is the plan in the dialog on top.
func (r *rig) planned() *fs.Plan {
	r.T.Helper()
	var d *kittest.PlanDialog
	r.Dialog("the plan is shown", func(x ui.Dialog) bool { p, ok := x.(*kittest.PlanDialog); d = p; return ok })
	r.Dialogs.Remove(d)
	return d.Plan
}

// apply carries out a plan as the dialog of changes does.
func (r *rig) apply(p *fs.Plan) {
	r.T.Helper()
	if err := r.Env.Card.Session.SetMode(card.WriteArmed); err != nil {
		r.T.Fatal(err)
	}
	var res fs.Result
	done := make(chan error, 1)
	r.Env.Submit("write", func(ctx context.Context, c *app.Card) (any, error) {
		var err error
		res, err = c.Files.Apply(ctx, p, nil)
		done <- err
		return nil, err
	})
	if err := <-done; err != nil {
		r.T.Fatal(err)
	}
	r.Feed(change.DoneMsg{Plan: p, Result: res})
}

// pick puts the cursor on the message that holds a text.
func (r *rig) pick(text string) {
	r.T.Helper()
	for _, x := range r.m.rows {
		if strings.Contains(x.Text, text) && r.m.Table.Select(keyOf(x)) {
			return
		}
	}
	r.T.Fatalf("no message %q:\n%s", text, r.See(120, 37))
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
	r.Keys("d")
	p := r.planned()
	if len(p.Steps) != 2 || p.Steps[0].Record+p.Steps[1].Record != 6 {
		t.Fatalf("%+v", p.Steps)
	}
	r.apply(p)
	r.Until("it is gone", func() bool { return !strings.Contains(r.texts(), "The first half") && r.m.list.Files[0].Free == 5 })
}

// The report on a sent message goes with it.
func TestDeleteWithReport(t *testing.T) {
	r := newRig(t, everydayCard(t))
	r.pick("On my way")
	r.Keys("d")
	if p := r.planned(); len(p.Steps) != 2 || r.Env.Name(p.Steps[1].Path) != "MF/DF.TELECOM/EF.SMSR" {
		t.Errorf("%+v", p.Steps)
	}
}

func TestWipe(t *testing.T) {
	r := newRig(t, everydayCard(t))
	r.Shows("1 deleted, still readable")
	r.Keys("W")
	r.apply(r.planned())
	r.Until("nothing deleted is left", func() bool { return r.m.list.Deleted() == 0 })
	r.Keys("W")
	r.Until("it is said", func() bool { return len(r.Toasts) > 0 })
	if r.Toasts[0] != "no deleted message can be read" {
		t.Error(r.Toasts)
	}
}

func TestMarkRead(t *testing.T) {
	r := newRig(t, everydayCard(t))
	r.Shows("1 new")
	r.pick("今晚")
	r.Keys("m")
	r.apply(r.planned())
	r.Until("it is read", func() bool { return !r.m.rows[0].Unread() })
	if s := r.See(120, 37); strings.Contains(s, "1 new") {
		t.Error(s)
	}
	r.Keys("m")
	if len(r.Toasts) != 1 || r.Toasts[0] != "the message is not new" {
		t.Error(r.Toasts)
	}
}

// A message that is another one by now is not deleted in its place.
func TestChangedMeanwhile(t *testing.T) {
	r := newRig(t, everydayCard(t))
	r.pick("今晚")
	r.m.rows[0].Text = "what was shown"
	r.Keys("d")
	r.Until("it is refused", func() bool { return len(r.Toasts) > 0 })
	if r.Dialogs.Len() != 0 || r.m.Failed == nil {
		t.Error(r.Toasts)
	}
}

// Where a screen has no room for both, enter opens and esc goes back.
func TestSwitch(t *testing.T) {
	r := newRig(t, everydayCard(t))
	r.pick("The first half")
	if s := r.See(80, 21); strings.Contains(s, "second half of it.") || !strings.Contains(s, "482913") {
		t.Error(s)
	}
	for _, back := range []string{"esc", "backspace", "left"} {
		r.Keys("enter")
		if s := r.See(80, 21); !strings.Contains(s, "second half of it.") || strings.Contains(s, "482913") {
			t.Error(s)
		}
		r.Keys(back)
		if r.m.Open {
			t.Errorf("%s does not go back", back)
		}
	}
	r.Keys("enter")
	r.Until("it is drawn", func() bool { r.m.View(80, 21); return len(r.m.lines) > 0 })
	for range r.m.lines {
		r.Keys("down")
	}
	r.Keys("o")
	r.Until("the file is asked for", func() bool { return r.Went != nil })
	if got := r.Env.Name(r.Went.Path); r.Went.Screen != app.ScreenFiles || got != "MF/DF.TELECOM/EF.SMS" {
		t.Errorf("%s %s", r.Went.Screen, got)
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
		r.Keys("b")
	}
	if r.m.box != boxAll {
		t.Error("the boxes do not begin again")
	}
}

// Found are text, name and number, the number in any form.
func TestFind(t *testing.T) {
	r := newRig(t, everydayCard(t))
	for q, want := range map[string]int{"half of": 1, "LOVELACE": 5, "7700 900 124": 3, "nothing like it": 0} {
		r.Keys("/")
		r.Types(q)
		r.Keys("enter")
		if len(r.m.rows) != want {
			t.Errorf("%q finds %d, want %d", q, len(r.m.rows), want)
		}
		r.Keys("esc")
	}
	if len(r.m.rows) != 8 {
		t.Error("the search stays")
	}
}

func TestCopy(t *testing.T) {
	r := newRig(t, everydayCard(t))
	r.pick("482913")
	r.Keys("y")
	r.Until("it is said", func() bool { return len(r.Toasts) > 0 })
	if !strings.Contains(r.Toasts[0], "OSC 52") {
		t.Error(r.Toasts)
	}
}

// What is shown is written: the box and what was searched for, as the end of
// the name says, to a new file of the person's own.
func TestExport(t *testing.T) {
	r := newRig(t, everydayCard(t))
	dir := t.TempDir()
	to := func(name string) string {
		r.Keys("x")
		r.Dialog("the question is there", func(d ui.Dialog) bool { return d != nil })
		r.Keys("ctrl+u")
		r.Types(filepath.Join(dir, name))
		r.Keys("enter")
		return filepath.Join(dir, name)
	}
	written := func(name string) string {
		file := to(name)
		r.Dialog("it is written", func(d ui.Dialog) bool { return d == nil })
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
	r.Keys("b", "b")
	var list []map[string]any
	if err := json.Unmarshal([]byte(written("sent.json")), &list); err != nil || len(list) != 1 || list[0]["name"] != longName {
		t.Errorf("%v %v", list, err)
	}
	if s := written("sent.CSV"); strings.Count(s, "\n") != 3 || !strings.HasPrefix(s, "n,box,status") {
		t.Error(s)
	}
	to("sent.CSV")
	r.Until("it is refused", func() bool { return r.Dialogs.Top().(*export).wrong != "" })
	r.Shows("sent.CSV is there already and was left alone.")
	r.Keys("esc")
	file := to("sent.xml")
	r.Shows("A file that ends in .xml is not what can be written: txt, csv, json.")
	if _, err := os.Stat(file); err == nil {
		t.Error("it was written all the same")
	}
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
	r.Until("the list is made", func() bool { return !r.m.building })
	event := func(catalogue string) tea.Cmd {
		return r.m.Update(app.FilesEvent{Number: r.Env.Number, Nodes: []fs.Node{{Catalogue: catalogue}}})
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
	r.Env.Card, r.Env.Number = nil, r.Env.Number+1
	r.m.Update(first())
	if r.m.built || len(r.m.rows) != 0 {
		t.Error("the messages of another card are shown")
	}
	uitest.Exact(t, "gone", r.m.View(80, 21), 80, 21)
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
		r.m.Key(uitest.Press("down"))
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
		r.Env.Card.Messages()
	}
}
