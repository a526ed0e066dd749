package app

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
)

// desk collects what a worker answers.
type desk struct {
	t       *testing.T
	w       *Worker
	answers chan Answer
	mu      sync.Mutex
	did     []string
}

func newDesk(t *testing.T) *desk {
	d := &desk{t: t, answers: make(chan Answer, 1000)}
	d.w = NewWorker(7, func(a Answer) { d.answers <- a })
	t.Cleanup(func() {
		d.w.Stop(nil)
		waitFor(t, "the worker ends", d.w.Done())
	})
	return d
}

func (d *desk) note(s string) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.did = append(d.did, s)
}

func (d *desk) notes() []string {
	d.mu.Lock()
	defer d.mu.Unlock()
	return slices.Clone(d.did)
}

// does is a request that only notes that it was run.
func (d *desk) does(name string) func(context.Context) (any, error) {
	return func(context.Context) (any, error) {
		d.note(name)
		return name, nil
	}
}

func (d *desk) next() Answer {
	d.t.Helper()
	select {
	case a := <-d.answers:
		return a
	case <-time.After(patience):
		d.t.Fatal("no answer came")
		return Answer{}
	}
}

// quiet fails if another answer comes: after one more request has been
// answered, all that was to come has come.
func (d *desk) quiet() {
	d.t.Helper()
	id := d.w.Submit("last", d.does("last"))
	for a := d.next(); a.ID != id; a = d.next() {
		d.t.Errorf("an answer too many: %+v", a)
	}
}

// stay is a request that waits until let go of or its context ends.
type stay struct{ begun, free chan struct{} }

func newStay() stay { return stay{make(chan struct{}), make(chan struct{})} }

func (s stay) run(ctx context.Context) (any, error) {
	close(s.begun)
	select {
	case <-s.free:
		return "stayed", nil
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

func TestWorkerKeepsOrder(t *testing.T) {
	d := newDesk(t)
	var ids []uint64
	for i := range 50 {
		run := d.does(fmt.Sprint(i))
		if i%3 == 0 {
			ids = append(ids, d.w.SubmitCritical("v"+fmt.Sprint(i), run))
		} else {
			ids = append(ids, d.w.Submit("v"+fmt.Sprint(i), run))
		}
	}
	for i, id := range ids {
		a := d.next()
		if a.ID != id || a.Card != 7 || a.Verb != "v"+fmt.Sprint(i) || a.Value != fmt.Sprint(i) || a.Err != nil || a.Took < 0 {
			t.Errorf("answer %d: %+v", i, a)
		}
		if i > 0 && ids[i] <= ids[i-1] {
			t.Errorf("ids do not grow: %v", ids[:i+1])
		}
	}
	if ids[0] == 0 {
		t.Error("the first id is 0, which stands for none")
	}
}

func TestWorkerAnswersOfSeveralAskers(t *testing.T) {
	d := newDesk(t)
	const n = 200
	var mu sync.Mutex
	ids := map[uint64]int{}
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			for range n / 4 {
				id := d.w.Submit("x", d.does("x"))
				mu.Lock()
				ids[id]++
				mu.Unlock()
			}
		})
	}
	wg.Wait()
	for range n {
		ids[d.next().ID]--
	}
	for id, left := range ids {
		if left != 0 {
			t.Errorf("id %d: %d", id, left)
		}
	}
}

func TestCancelWaitingRequest(t *testing.T) {
	d := newDesk(t)
	s := newStay()
	first := d.w.Submit("first", s.run)
	waitFor(t, "the first is begun", s.begun)
	second := d.w.Submit("second", d.does("second"))
	third := d.w.Submit("third", d.does("third"))
	if d.w.Waiting() != 2 {
		t.Errorf("%d wait", d.w.Waiting())
	}
	d.w.Cancel(second)
	d.w.Cancel(second)
	d.w.Cancel(9999)
	close(s.free)
	if a := d.next(); a.ID != first || a.Err != nil || a.Value != "stayed" {
		t.Errorf("first: %+v", a)
	}
	if a := d.next(); a.ID != second || !errors.Is(a.Err, context.Canceled) || a.Value != nil {
		t.Errorf("second: %+v", a)
	}
	if a := d.next(); a.ID != third || a.Err != nil {
		t.Errorf("third: %+v", a)
	}
	d.quiet()
	if got := d.notes(); slices.Contains(got, "second") {
		t.Errorf("what was cancelled was run: %v", got)
	}
}

// TestWithdraw: a request that waits can be taken back, and nothing comes of
// it any more; one that has begun, or is over, cannot.
func TestWithdraw(t *testing.T) {
	d := newDesk(t)
	s := newStay()
	first := d.w.Submit("first", s.run)
	waitFor(t, "the first is begun", s.begun)
	second := d.w.SubmitCritical("second", d.does("second"))
	third := d.w.Submit("third", d.does("third"))
	if d.w.Queued(first) || !d.w.Queued(second) || !d.w.Queued(third) || d.w.Queued(9999) {
		t.Error("what waits is not known")
	}
	if d.w.Withdraw(first) || !d.w.Withdraw(second) || d.w.Withdraw(second) || d.w.Withdraw(9999) {
		t.Error("what was taken back is not what waited")
	}
	close(s.free)
	if a := d.next(); a.ID != first || a.Err != nil {
		t.Errorf("first: %+v", a)
	}
	if a := d.next(); a.ID != third || a.Err != nil {
		t.Errorf("third: %+v", a)
	}
	d.quiet()
	if d.w.Queued(third) || d.w.Withdraw(third) {
		t.Error("what is over waits")
	}
	if got := d.notes(); slices.Contains(got, "second") {
		t.Errorf("what was taken back was run: %v", got)
	}
}

func TestCancelRunningRequest(t *testing.T) {
	d := newDesk(t)
	for _, submit := range []func(string, func(context.Context) (any, error)) uint64{d.w.Submit, d.w.SubmitCritical} {
		s := newStay()
		id := submit("stay", s.run)
		waitFor(t, "it is begun", s.begun)
		if job, ok := d.w.Current(); !ok || job.ID != id || job.Verb != "stay" || job.Since.IsZero() {
			t.Errorf("current: %+v, %v", job, ok)
		}
		d.w.Cancel(id)
		if a := d.next(); a.ID != id || !errors.Is(a.Err, context.Canceled) {
			t.Errorf("%+v", a)
		}
	}
	d.quiet()
	if job, ok := d.w.Current(); ok {
		t.Errorf("still at work: %+v", job)
	}
}

// walk is background work: it counts on from where it was.
type walk struct {
	mu      sync.Mutex
	done    int
	runs    int
	total   int
	step    chan struct{} // a token for each step
	started chan int      // tells the number of each run
}

func newWalk(total int) *walk {
	return &walk{total: total, step: make(chan struct{}, 1000), started: make(chan int, 100)}
}

func (k *walk) run(ctx context.Context) (any, error) {
	k.mu.Lock()
	k.runs++
	k.started <- k.runs
	k.mu.Unlock()
	for {
		k.mu.Lock()
		done := k.done
		k.mu.Unlock()
		if done == k.total {
			return done, nil
		}
		select {
		case <-ctx.Done():
			return nil, ctx.Err()
		case <-k.step:
			k.mu.Lock()
			k.done++
			k.mu.Unlock()
		}
	}
}

func (k *walk) steps(n int) {
	for range n {
		k.step <- struct{}{}
	}
}

// begun waits until the walk has been started that often.
func (k *walk) begun(t *testing.T, runs int) {
	t.Helper()
	select {
	case n := <-k.started:
		if n != runs {
			t.Fatalf("run %d began, not %d", n, runs)
		}
	case <-time.After(patience):
		t.Fatalf("run %d did not begin", runs)
	}
}

func TestBackgroundGivesWayAndGoesOn(t *testing.T) {
	d := newDesk(t)
	k := newWalk(10)
	id := d.w.Background("walk", k.run)
	k.begun(t, 1)
	k.steps(4)
	for i := range 3 {
		asked := d.w.Submit("ask", d.does("ask"))
		if a := d.next(); a.ID != asked || a.Err != nil {
			t.Fatalf("the request is answered before the walk: %+v", a)
		}
		k.begun(t, i+2)
	}
	k.steps(6)
	if a := d.next(); a.ID != id || a.Err != nil || a.Value != 10 || a.Card != 7 {
		t.Errorf("the walk: %+v", a)
	}
	d.quiet()
	if k.runs != 4 {
		t.Errorf("%d runs", k.runs)
	}
}

// What comes of a cancel must not depend on a request that comes between it
// and the end of the work.
func TestBackgroundCancelledAnswersOnce(t *testing.T) {
	for name, cancel := range map[string]func(d *desk, id uint64){
		"running":                  func(d *desk, id uint64) { d.w.Cancel(id) },
		"running, then a request":  func(d *desk, id uint64) { d.w.Cancel(id); d.w.Submit("ask", d.does("ask")) },
		"preempted, then":          func(d *desk, id uint64) { d.w.Submit("ask", d.does("ask")); d.w.Cancel(id) },
		"twice":                    func(d *desk, id uint64) { d.w.Cancel(id); d.w.Cancel(id) },
		"between several requests": func(d *desk, id uint64) { d.w.Submit("a", d.does("a")); d.w.Cancel(id); d.w.Submit("b", d.does("b")) },
	} {
		t.Run(name, func(t *testing.T) {
			d := newDesk(t)
			begun, free := make(chan struct{}), make(chan struct{})
			runs := 0
			id := d.w.Background("walk", func(ctx context.Context) (any, error) {
				if runs++; runs > 1 {
					return nil, errors.New("begun again")
				}
				close(begun)
				<-ctx.Done()
				<-free // the end of the work takes its time
				return nil, ctx.Err()
			})
			waitFor(t, "the walk begins", begun)
			cancel(d, id)
			close(free)
			last := d.w.Submit("last", d.does("last"))
			n := 0
			for a := d.next(); a.ID != last; a = d.next() {
				if a.ID == id {
					if n++; !errors.Is(a.Err, context.Canceled) {
						t.Errorf("%+v", a)
					}
				}
			}
			d.quiet()
			if n != 1 || runs != 1 {
				t.Errorf("%d answers, %d runs", n, runs)
			}
		})
	}
}

func TestBackgroundCancelledWhileItWaits(t *testing.T) {
	d := newDesk(t)
	s := newStay()
	first := d.w.Submit("first", s.run)
	waitFor(t, "the first is begun", s.begun)
	id := d.w.Background("walk", d.does("walk"))
	d.w.Cancel(id)
	close(s.free)
	got := map[uint64]Answer{}
	for range 2 {
		a := d.next()
		got[a.ID] = a
	}
	if got[first].Err != nil || !errors.Is(got[id].Err, context.Canceled) {
		t.Errorf("%+v", got)
	}
	d.quiet()
	if slices.Contains(d.notes(), "walk") {
		t.Error("what was cancelled was run")
	}
}

func TestNewBackgroundTakesThePlaceOfTheOld(t *testing.T) {
	d := newDesk(t)
	s := newStay()
	d.w.Submit("first", s.run)
	waitFor(t, "the first is begun", s.begun)
	old := d.w.Background("old", d.does("old"))
	next := d.w.Background("new", d.does("new"))
	close(s.free)
	got := map[uint64]Answer{}
	for range 3 {
		a := d.next()
		got[a.ID] = a
	}
	if !errors.Is(got[old].Err, context.Canceled) || got[next].Value != "new" {
		t.Errorf("%+v", got)
	}
	d.quiet()

	// The old one is at work and gives way: it does not come back.
	k := newWalk(5)
	old = d.w.Background("walk", k.run)
	k.begun(t, 1)
	next = d.w.Background("new", d.does("newer"))
	d.w.Submit("ask", d.does("ask"))
	got = map[uint64]Answer{}
	for range 3 {
		a := d.next()
		got[a.ID] = a
	}
	if !errors.Is(got[old].Err, context.Canceled) || got[next].Value != "newer" {
		t.Errorf("%+v", got)
	}
	d.quiet()
}

func TestBackgroundThatFailsIsAnswered(t *testing.T) {
	d := newDesk(t)
	broken := errors.New("broken")
	id := d.w.Background("walk", func(context.Context) (any, error) { return nil, broken })
	if a := d.next(); a.ID != id || !errors.Is(a.Err, broken) {
		t.Errorf("%+v", a)
	}
	d.quiet()
}

func TestStopLetsACriticalRequestEnd(t *testing.T) {
	d := newDesk(t)
	s := newStay()
	var ended error
	critical := d.w.SubmitCritical("change", func(ctx context.Context) (any, error) {
		v, err := s.run(ctx)
		ended = ctx.Err()
		d.note("change")
		return v, err
	})
	waitFor(t, "the change is begun", s.begun)
	waits := d.w.SubmitCritical("change 2", d.does("change 2"))
	reads := d.w.Submit("read", d.does("read"))
	idle := d.w.Background("walk", d.does("walk"))
	d.w.Stop(func(ctx context.Context) {
		d.note("last")
		if end, ok := ctx.Deadline(); !ok || time.Until(end) > closeTimeout || ctx.Err() != nil {
			t.Errorf("the context of the last: %v, %v", end, ctx.Err())
		}
	})
	d.w.Stop(func(context.Context) { d.note("another last") })
	for name, f := range map[string]func(string, func(context.Context) (any, error)) uint64{
		"Submit": d.w.Submit, "SubmitCritical": d.w.SubmitCritical, "Background": d.w.Background,
	} {
		if id := f("late", d.does("late")); id != 0 {
			t.Errorf("%s after Stop gives %d", name, id)
		}
	}
	select {
	case <-d.w.Done():
		t.Fatal("the worker ended before the change did")
	case <-time.After(30 * time.Millisecond):
	}
	close(s.free)
	waitFor(t, "the worker ends", d.w.Done())
	if ended != nil {
		t.Errorf("the change was told to end: %v", ended)
	}
	if got := d.notes(); !slices.Equal(got, []string{"change", "last"}) {
		t.Errorf("%v", got)
	}
	got := map[uint64]Answer{}
	for len(d.answers) > 0 {
		a := d.next()
		if _, twice := got[a.ID]; twice {
			t.Errorf("answered twice: %+v", a)
		}
		got[a.ID] = a
	}
	if len(got) != 4 || got[critical].Value != "stayed" || got[critical].Err != nil {
		t.Errorf("%+v", got)
	}
	for _, id := range []uint64{waits, reads, idle} {
		if !errors.Is(got[id].Err, context.Canceled) {
			t.Errorf("%d: %+v", id, got[id])
		}
	}
}

func TestStopEndsWhatIsNotCritical(t *testing.T) {
	for name, begin := range map[string]func(*Worker, func(context.Context) (any, error)) uint64{
		"request":    func(w *Worker, f func(context.Context) (any, error)) uint64 { return w.Submit("x", f) },
		"background": func(w *Worker, f func(context.Context) (any, error)) uint64 { return w.Background("x", f) },
	} {
		t.Run(name, func(t *testing.T) {
			d := newDesk(t)
			s := newStay()
			id := begin(d.w, s.run)
			waitFor(t, "it is begun", s.begun)
			d.w.Stop(func(context.Context) { d.note("last") })
			waitFor(t, "the worker ends", d.w.Done())
			if a := d.next(); a.ID != id || !errors.Is(a.Err, context.Canceled) {
				t.Errorf("%+v", a)
			}
			if !slices.Equal(d.notes(), []string{"last"}) || len(d.answers) != 0 {
				t.Errorf("%v, %d more answers", d.notes(), len(d.answers))
			}
		})
	}
}

func TestStopOfAnIdleWorker(t *testing.T) {
	w := NewWorker(1, func(a Answer) { t.Errorf("%+v", a) })
	w.Stop(nil)
	waitFor(t, "the worker ends", w.Done())
	if w.Submit("late", nil) != 0 {
		t.Error("taken on")
	}
	w.Cancel(1)
}

// A panic is an answer like any other, and tells nothing of what was at hand.
func TestPanicIsAnAnswer(t *testing.T) {
	d := newDesk(t)
	const pin = "47110815"
	var nobody *Card
	for _, tt := range []struct {
		name string
		f    func()
		kind string
	}{
		{"string", func() { panic("wrong: " + pin) }, "string"},
		{"error", func() { panic(fmt.Errorf("wrong: %w", errors.New(pin))) }, "*fmt.wrapError"},
		{"struct", func() { panic(struct{ PIN string }{pin}) }, "struct { PIN string }"},
		{"nil pointer", func() { _ = nobody.Number }, "nil pointer"},
		{"index", func() { _ = []byte(pin)[len(pin)+nobodyN()] }, "index out of range"},
		{"assertion", func() { _ = any(pin).(int) }, "interface {} is string"},
		{"nil", func() { panic(nil) }, "nil"},
	} {
		id := d.w.Submit("try", func(context.Context) (any, error) {
			tt.f()
			return pin, nil
		})
		a := d.next()
		var ie *InternalError
		if a.ID != id || !errors.As(a.Err, &ie) || a.Value != nil {
			t.Fatalf("%s: %+v", tt.name, a)
		}
		if ie.Verb != "try" || !strings.Contains(ie.Kind, tt.kind) {
			t.Errorf("%s: %+v", tt.name, ie)
		}
		for _, s := range []string{a.Err.Error(), fmt.Sprintf("%+v %#v", a, ie), Explain(a.Err, "").String()} {
			if strings.Contains(s, pin) {
				t.Errorf("%s: the value is told: %s", tt.name, s)
			}
		}
	}
	id := d.w.Background("walk", func(context.Context) (any, error) { panic("x") })
	var ie *InternalError
	if a := d.next(); a.ID != id || !errors.As(a.Err, &ie) {
		t.Errorf("in the background: %+v", a)
	}
	d.quiet()
}

func nobodyN() int { return 3 }
