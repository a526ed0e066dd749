package app

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"time"

	"simscope/card"
)

// Times after which a call that does not return is spoken of, and may be
// abandoned.
const (
	NameAfter    = 2 * time.Second
	AbandonAfter = 15 * time.Second
)

// stopPatience is how long a command under way is waited for when the worker
// is stopped.
const stopPatience = time.Second

// closeTimeout bounds how long letting go of a card may take.
const closeTimeout = 3 * time.Second

// Answer is what came of a request.
type Answer struct {
	ID    uint64 // of the request
	Card  int    // number of the card it was made to
	Verb  string
	Value any
	Err   error
	Took  time.Duration
}

// Job is a request that is being worked on or waits.
type Job struct {
	ID   uint64
	Verb string
	// Critical says that it must be let come to its end when the program
	// is asked to go: a PIN change, a write.
	Critical bool
	// Background says that it takes its time and gives way by itself.
	Background bool
	Since      time.Time // when it was begun; zero while it waits
}

// Worker runs requests to one card, one after the other, on a goroutine of
// its own.
type Worker struct {
	card    int
	deliver func(Answer)
	now     func() time.Time

	mu      sync.Mutex
	next    uint64
	queue   []*work
	idle    *work // background work that waits
	current *work
	closed  bool
	last    func(context.Context)
	wake    chan struct{}
	done    chan struct{}
}

type work struct {
	job Job
	// preempted says that background work gave way and is to go on after.
	preempted bool
	cancelled bool // by Cancel: it is not begun again
	ctx       context.Context
	cancel    context.CancelFunc // stops it between two commands
	abandon   context.CancelFunc // breaks the call to the card off that is under way
	run       func(context.Context) (any, error)
}

// arm gives the request its contexts.
func (q *work) arm() {
	hard, abandon := context.WithCancel(context.Background())
	soft, cancel := context.WithCancel(hard)
	q.ctx, q.cancel, q.abandon = card.WithHard(soft, hard), cancel, abandon
}

// NewWorker starts a worker. deliver is called on the worker's goroutine for
// every answer and must not wait for it.
func NewWorker(number int, deliver func(Answer)) *Worker {
	w := &Worker{card: number, deliver: deliver, now: time.Now, wake: make(chan struct{}, 1), done: make(chan struct{})}
	go w.loop()
	return w
}

// Submit puts a request at the end of the queue and returns its id. After
// Stop nothing is taken on, and the id is 0.
func (w *Worker) Submit(verb string, run func(context.Context) (any, error)) uint64 {
	return w.submit(Job{Verb: verb}, run)
}

// Background gives the worker something to do while nothing else is asked
// for: reading the rest of the card. A request that arrives in the meantime
// ends its context, and it is run again after that request; run must go on
// from where it was. Its one answer comes when it ends by itself, is cancelled
// or the worker is stopped. There is one at a time: a new one cancels an old
// one that waits.
func (w *Worker) Background(verb string, run func(context.Context) (any, error)) uint64 {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.closed {
		return 0
	}
	w.next++
	w.dropIdle()
	w.idle = &work{job: Job{ID: w.next, Verb: verb, Background: true}, run: run}
	w.poke()
	return w.next
}

// SubmitCritical is Submit for a request that Stop lets come to its end once
// it has begun.
func (w *Worker) SubmitCritical(verb string, run func(context.Context) (any, error)) uint64 {
	return w.submit(Job{Verb: verb, Critical: true}, run)
}

func (w *Worker) submit(job Job, run func(context.Context) (any, error)) uint64 {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.closed {
		return 0
	}
	w.next++
	job.ID = w.next
	if w.current != nil && w.current.job.Background {
		w.current.preempted = true
		w.current.cancel()
	}
	q := &work{job: job, run: run}
	q.arm()
	w.queue = append(w.queue, q)
	w.poke()
	return w.next
}

func (w *Worker) poke() {
	select {
	case w.wake <- struct{}{}:
	default:
	}
}

// Abandon is Cancel that also breaks off the call to the card that is under
// way. The card is lost with it: its reader has to be opened anew.
func (w *Worker) Abandon(id uint64) {
	w.Cancel(id)
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.current != nil && w.current.job.ID == id {
		w.current.abandon()
	}
}

// Cancel ends a request: one that waits never starts, one that runs has its
// context ended and stops before its next command. Its answer comes all the
// same.
func (w *Worker) Cancel(id uint64) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.current != nil && w.current.job.ID == id {
		w.current.cancelled = true
		w.current.cancel()
	}
	for _, q := range w.queue {
		if q.job.ID == id {
			q.cancel()
		}
	}
	if w.idle != nil && w.idle.job.ID == id {
		w.dropIdle()
		w.poke()
	}
}

// Withdraw takes a request back that has not begun: it never starts, and no
// answer to it comes. False says that it has begun, or is over, or was never
// there.
func (w *Worker) Withdraw(id uint64) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	i := w.queued(id)
	if i < 0 {
		return false
	}
	w.queue[i].abandon() // also its soft context
	w.queue = slices.Delete(w.queue, i, i+1)
	return true
}

// Queued reports whether a request has not begun yet.
func (w *Worker) Queued(id uint64) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.queued(id) >= 0
}

// queued is the place of a request in the queue, -1 where it is not in it. The
// caller holds mu.
func (w *Worker) queued(id uint64) int {
	return slices.IndexFunc(w.queue, func(q *work) bool { return q.job.ID == id })
}

// dropIdle puts the background work that waits at the end of the queue with
// its context ended, so that all that comes of it is its answer. The caller
// holds mu.
func (w *Worker) dropIdle() {
	q := w.idle
	if q == nil {
		return
	}
	w.idle = nil
	q.cancelled = true
	q.arm()
	q.cancel()
	w.queue = append(w.queue, q)
}

// Current is the request being worked on.
func (w *Worker) Current() (Job, bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.current == nil {
		return Job{}, false
	}
	return w.current.job, true
}

// Busy reports whether a request is being worked on or waits.
func (w *Worker) Busy() bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.current != nil || len(w.queue) > 0 || w.idle != nil
}

// Waiting is the number of requests behind the current one.
func (w *Worker) Waiting() int {
	w.mu.Lock()
	defer w.mu.Unlock()
	return len(w.queue)
}

// Stop ends every request but a critical one that has begun, and then, after
// last has run, the worker. It does not wait; Done is closed when the
// goroutine has ended.
func (w *Worker) Stop(last func(context.Context)) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.closed {
		return
	}
	w.closed, w.last = true, last
	w.dropIdle()
	if q := w.current; q != nil && !q.job.Critical {
		q.cancel()
		time.AfterFunc(stopPatience, q.abandon)
	}
	for _, q := range w.queue {
		q.cancel()
	}
	w.poke()
}

// Done is closed when the worker has ended.
func (w *Worker) Done() <-chan struct{} { return w.done }

func (w *Worker) loop() {
	defer close(w.done)
	for {
		next, ok := w.take()
		if !ok {
			if w.last != nil {
				ctx, cancel := context.WithTimeout(context.Background(), closeTimeout)
				defer cancel()
				w.last(ctx)
			}
			return
		}
		if next == nil {
			<-w.wake
			continue
		}
		w.answer(next)
	}
}

// take moves the first request of the queue to current. ok is false when the
// worker is stopped and nothing is left.
func (w *Worker) take() (*work, bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	var next *work
	switch {
	case len(w.queue) > 0:
		next = w.queue[0]
		w.queue = w.queue[1:]
	case w.closed:
		return nil, false
	case w.idle != nil:
		next, w.idle = w.idle, nil
		next.preempted = false
		next.arm()
	default:
		return nil, true
	}
	next.job.Since = w.now()
	w.current = next
	return next, true
}

func (w *Worker) answer(q *work) {
	value, err := any(nil), q.ctx.Err()
	if err == nil {
		value, err = guard(q)
	}
	q.cancel()
	q.abandon()
	w.mu.Lock()
	w.current = nil
	// A new background request that came meanwhile takes its place.
	again := q.preempted && !q.cancelled && err != nil && !w.closed && w.idle == nil
	if again {
		w.idle = q
	}
	w.mu.Unlock()
	if again {
		return
	}
	w.deliver(Answer{ID: q.job.ID, Card: w.card, Verb: q.job.Verb, Value: value, Err: err, Took: w.now().Sub(q.job.Since)})
}

// InternalError says that the program itself failed. It tells where, and the
// kind of failure, but no values: they could be secrets.
type InternalError struct{ Verb, Kind string }

func (e *InternalError) Error() string { return "internal error in " + e.Verb + ": " + e.Kind }

// guard keeps a panic in card work from taking the program, and with it the
// terminal and a half-done change, down.
func guard(q *work) (value any, err error) {
	defer func() {
		if r := recover(); r != nil {
			kind := fmt.Sprintf("%T", r)
			if e, ok := r.(interface {
				error
				RuntimeError()
			}); ok {
				kind = e.Error() // indexes and types, never contents
			}
			value, err = nil, &InternalError{Verb: q.job.Verb, Kind: kind}
		}
	}()
	return q.run(q.ctx)
}
