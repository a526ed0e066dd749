package pcsc

import (
	"context"
	"sync"
	"sync/atomic"
	"time"

	"simscope/card"
)

// grace is how long a call may still return after its caller's context ended:
// an answer that was about to come is not thrown away, and the transport
// lives on.
const grace = 250 * time.Millisecond

// job is one call for a card. out is for answers that must not outlive a
// caller who has gone.
type job struct {
	op   string
	run  func(*conn) error
	out  []byte
	err  error
	done chan struct{}

	finished, abandoned bool // under worker.mu
}

// worker runs the calls for one card, one after the other, in a goroutine of
// its own: the only one that touches the card's context.
type worker struct {
	conn   conn
	jobs   chan *job // room for one
	turn   chan struct{}
	exited chan struct{}

	mu     sync.Mutex
	op     string // what the service is being asked
	since  time.Time
	dead   *card.TransportError // why nothing more can be done
	closed bool
	given  bool  // the call under way is counted as abandoned
	reset  bool  // the card is to forget what was verified
	endErr error // of letting go; read after exited
}

var (
	abandonedCalls atomic.Int64
	workers        sync.Map // *transport → nothing
)

// Abandoned is the number of calls in this process that their callers gave
// up and that have not returned yet. Each keeps a thread.
func Abandoned() int { return int(abandonedCalls.Load()) }

// Activity is a call to the service that is under way.
type Activity struct {
	Reader card.ReaderID
	Op     string // as in TransportError.Op; its sentence is "pcsc.wait."+Op
	Since  time.Time
}

// Activities lists the calls for cards that are under way in this process,
// those of cards that are still being opened and abandoned ones among them.
func Activities() []Activity {
	var out []Activity
	workers.Range(func(k, _ any) bool {
		t := k.(*transport)
		if op, since := t.Busy(); op != "" {
			out = append(out, Activity{t.conn.id, op, since})
		}
		return true
	})
	return out
}

// Busy says what the worker is asking the service, and since when; op is
// empty while it waits for work.
func (w *worker) Busy() (op string, since time.Time) {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.op, w.since
}

func (w *worker) enter(op string) {
	w.mu.Lock()
	w.op, w.since = op, time.Now()
	w.mu.Unlock()
}

// do runs a call and waits for it or for ctx to end. Nothing is sent for a
// context that has ended already, except where the call gives something back.
func (w *worker) do(ctx context.Context, op string, run func(*conn) error) error {
	if err := ctx.Err(); err != nil {
		return &card.TransportError{Kind: card.KindAbandoned, Op: op, Err: err}
	}
	return w.submit(ctx, &job{op: op, run: run, done: make(chan struct{})})
}

func (w *worker) submit(ctx context.Context, j *job) error {
	w.turn <- struct{}{} // held for no longer than another caller's context and grace
	defer func() { <-w.turn }()
	w.mu.Lock()
	if err := w.usable(j.op); err != nil {
		w.mu.Unlock()
		return err
	}
	w.jobs <- j // there is room: one job at a time, and none after a dead one
	w.mu.Unlock()
	return w.await(ctx, j)
}

// usable is called with the lock held.
func (w *worker) usable(op string) error {
	switch {
	case w.closed:
		return &card.TransportError{Kind: card.KindAbandoned, Op: op, Err: errClosed}
	case w.dead == nil:
		return nil
	case w.dead.Kind == card.KindServiceDown:
		return &card.TransportError{Kind: card.KindServiceDown, Op: op, Code: w.dead.Code, Err: w.dead}
	default:
		return &card.TransportError{Kind: card.KindAbandoned, Op: op, Err: errGivenUp}
	}
}

func (w *worker) await(ctx context.Context, j *job) error {
	select {
	case <-j.done:
		return j.err
	case <-ctx.Done():
	}
	t := time.NewTimer(grace)
	defer t.Stop()
	select {
	case <-j.done:
		return j.err
	case <-t.C:
		return w.abandon(j, ctx.Err())
	}
}

// abandon gives a call up: the worker stays in it, the transport is dead.
func (w *worker) abandon(j *job, why error) error {
	w.mu.Lock()
	if j.finished {
		w.mu.Unlock()
		<-j.done
		return j.err
	}
	defer w.mu.Unlock()
	j.abandoned = true
	w.count(true)
	w.dead = &card.TransportError{Kind: w.conn.stuckKind(w.op), Op: w.op, Err: why}
	return w.dead
}

// work is the worker's goroutine. It ends when the jobs do, however long the
// last one takes.
func (w *worker) work() {
	defer close(w.exited)
	for j := range w.jobs {
		w.enter(j.op)
		j.err = j.run(&w.conn)
		w.finish(j)
	}
	w.enter("close")
	w.mu.Lock()
	reset := w.reset
	w.mu.Unlock()
	w.endErr = w.conn.letGo(reset)
	w.mu.Lock()
	w.count(false)
	w.mu.Unlock()
	w.enter("")
}

// count notes, with the lock held, whether the call under way is given up.
func (w *worker) count(given bool) {
	switch {
	case given && !w.given:
		abandonedCalls.Add(1)
	case !given && w.given:
		abandonedCalls.Add(-1)
	}
	w.given = given
}

// stuck reports whether a call was given up and has not returned.
func (w *worker) stuck() bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.given
}

// abandonClose gives the waiting for the worker's end up.
func (w *worker) abandonClose(why error) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	select {
	case <-w.exited:
		return w.endErr
	default:
	}
	w.count(true)
	return &card.TransportError{Kind: w.conn.stuckKind(w.op), Op: "close", Err: why}
}

func (w *worker) finish(j *job) {
	w.mu.Lock()
	j.finished = true
	if te, ok := j.err.(*card.TransportError); ok && te.Kind == card.KindServiceDown && w.dead == nil {
		w.dead = te
	}
	if abandoned := j.abandoned; abandoned {
		w.mu.Unlock()
		clear(j.out)
		w.conn.giveBack()
		w.mu.Lock()
		if !w.closed {
			w.count(false)
		}
	}
	w.mu.Unlock()
	w.enter("")
	close(j.done)
}

// end takes no more jobs and lets go of the card when the last one is done.
func (w *worker) end(reset bool) (already bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.closed {
		return true
	}
	w.closed, w.reset = true, reset
	close(w.jobs)
	return false
}
