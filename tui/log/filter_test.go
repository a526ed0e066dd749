package log

import (
	"slices"
	"sync"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"

	"simscope/card/trace"
	"simscope/tui/app"
	"simscope/tui/ui/uitest"
)

func (r *root) numbers() []uint64 {
	var out []uint64
	for i := range r.m.src.Len() {
		out = append(out, r.m.src.number(i))
	}
	return out
}

func TestFilter(t *testing.T) {
	for _, c := range []struct {
		text string
		want []uint64
	}{
		{"err !sw:6982", []uint64{5, 9, 11}},
		{"sw:6x", []uint64{1, 4, 5, 6, 10, 11}},
		{"hidden", []uint64{5, 7}},
		{"ins:read !hidden", []uint64{3, 6}},
		{"file:IMSI", []uint64{1, 2, 3}},
		{">1s | note", []uint64{8, 9}},
		{"5A5A", nil}, // withheld bytes are not found
	} {
		r := newRoot(t, logOf(talk(t)...))
		r.key("/")
		r.write(c.text)
		r.key("enter")
		if got := r.numbers(); !slices.Equal(got, c.want) {
			t.Errorf("%s lets %v pass, not %v", c.text, got, c.want)
		}
		r.key("esc")
		if r.m.src.Len() != len(talk(t)) || r.m.Typing() || r.m.filter.active() {
			t.Errorf("%s: esc leaves %d rows", c.text, r.m.src.Len())
		}
	}
}

// TestFilterKeepsSelection holds that the selection comes back to its row
// while the filter is written, and goes to its neighbour while it is hidden.
func TestFilterKeepsSelection(t *testing.T) {
	r := pick(t, 7)
	at := func(want uint64) {
		t.Helper()
		if n, _, _ := r.m.selected(); n != want {
			t.Errorf("at row %d, not %d", n, want)
		}
	}
	r.key("/")
	r.write("note")
	at(8)
	r.key("backspace", "backspace", "backspace", "backspace")
	at(7)
	r.write("sw:6982")
	at(6)
	r.key("enter", "esc")
	at(6)
	r.key("/")
	r.write("hidden")
	at(7)
	r.key("enter", "up")
	at(5)
	r.key("esc")
	at(5)
}

func TestFilterMistake(t *testing.T) {
	r := newRoot(t, logOf(talk(t)...))
	r.key("/")
	r.write("err sw")
	before := r.numbers()
	r.write(":zz")
	if got := r.numbers(); !slices.Equal(got, before) {
		t.Errorf("a filter that cannot be read shows %v", got)
	}
	r.must("↑ \"zz\" is no status word.")
	if f := r.m.filter.err; f == nil || f.Off != 4 {
		t.Errorf("%+v", f)
	}
	r.key("enter")
	if !r.m.Typing() {
		t.Error("enter takes a filter that cannot be read")
	}
	r.key("backspace", "backspace")
	r.write("6985")
	r.key("enter")
	if got := r.numbers(); !slices.Equal(got, []uint64{11}) || r.m.Typing() {
		t.Errorf("%v", got)
	}
	// The line opens with the filter in force.
	r.key("/")
	if got := r.m.filter.input.Value(); got != "err sw:6985" {
		t.Errorf("the line holds %q", got)
	}
}

func TestComplete(t *testing.T) {
	r := newRoot(t, logOf(talk(t)...))
	r.key("/")
	r.must("tab", "sw:", "file:", "status word, x for any digit")
	r.write("fi")
	r.key("tab")
	value := func(want string) {
		t.Helper()
		if got := r.m.filter.input.Value(); got != want {
			t.Errorf("the line holds %q, not %q", got, want)
		}
	}
	value("file:")
	r.key("tab")
	value("fi") // after the last comes what was typed
	r.key("tab")
	r.write("IM")
	r.key("tab")
	value("file:EF.IMSI")
	if got := r.numbers(); !slices.Equal(got, []uint64{1, 2, 3}) {
		t.Errorf("%v", got)
	}
	r.write(" sw:61")
	r.key("backspace", "tab", "shift+tab", "shift+tab")
	if len(r.m.filter.sugg) < 3 {
		t.Fatal(r.m.filter.sugg)
	}
	value(r.m.filter.sugg[len(r.m.filter.sugg)-1].Text)
	r.run(r.m.Paste(" | note\n"))
	r.must("note")
}

// TestFilterStale holds that the answer of an earlier search changes nothing,
// and that it is ended when it is not wanted any more.
func TestFilterStale(t *testing.T) {
	l := trace.NewLog(trace.LogOptions{})
	for range 5000 {
		l.Append(talk(t)[3])
	}
	r := newRoot(t, l)
	r.key("/")
	used, first := r.m.Key(uitest.Press("e"))
	if !used || first == nil {
		t.Fatal("nothing is searched")
	}
	if r.m.src.filtered {
		t.Fatal("rows were filtered before the answer")
	}
	r.clock = r.clock.Add(time.Second)
	r.must("filtering…")
	r.key("r")
	want := r.numbers()
	msg := first()
	if m, ok := msg.(matchedMsg); !ok || m.err == nil {
		t.Errorf("the first search was not ended: %+v", msg)
	}
	r.take(msg)
	if !slices.Equal(r.numbers(), want) || r.m.filter.running {
		t.Error("a stale answer was taken")
	}
	r.mustNot("filtering…")
}

// TestFilterWhileRowsArrive runs searches on goroutines of their own, as the
// program does, while another one appends.
func TestFilterWhileRowsArrive(t *testing.T) {
	l := trace.NewLog(trace.LogOptions{MaxRows: 4000})
	r := newRoot(t, l)
	answers := make(chan tea.Msg, 100)
	var searches sync.WaitGroup
	var start func(cmd tea.Cmd)
	start = func(cmd tea.Cmd) {
		if cmd == nil {
			return
		}
		searches.Go(func() {
			switch m := cmd().(type) {
			case tea.BatchMsg:
				for _, c := range m {
					start(c)
				}
			default:
				answers <- m
			}
		})
	}
	es := talk(t)
	written := make(chan struct{})
	go func() {
		defer close(written)
		for i := range 20000 {
			l.Append(es[i%len(es)])
		}
	}()
	start(r.m.Do("log.find", ""))
	for _, c := range "err" {
		_, cmd := r.m.Key(uitest.Press(string(c)))
		start(cmd)
	}
	done := false
	for !done || r.m.filter.running {
		select {
		case m := <-answers:
			start(r.m.Update(m))
		case <-time.After(time.Millisecond):
			start(r.m.Update(app.LogEvent{}))
			select {
			case <-written:
				done = r.m.filter.upto == r.m.src.end()
			default:
			}
		}
		r.m.View(120, 37)
	}
	searches.Wait()
	f, err := trace.ParseFilter("err")
	if err != nil {
		t.Fatal(err)
	}
	want, err := f.Matcher(nil).Run(t.Context(), l.View(), 0)
	if err != nil || len(want) == 0 || l.Dropped() == 0 {
		t.Fatal(len(want), err)
	}
	if got := r.numbers(); !slices.Equal(got, want) {
		t.Errorf("%d rows pass, %d should; %d dropped", len(got), len(want), l.Dropped())
	}
	n, _, ok := r.m.selected()
	if !ok || n != want[len(want)-1] {
		t.Errorf("following shows row %d, the newest is %d", n, want[len(want)-1])
	}
}
