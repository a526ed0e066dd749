package app

import (
	"context"
	"reflect"
	"sync"
	"sync/atomic"
	"time"

	"simscope/card"
	"simscope/card/trace"
	"simscope/fs"
)

// Events that a Hub tells of. Those of a card carry its number.
type (
	// ReadersEvent says which readers there are now.
	ReadersEvent struct{ Seen Seen }
	// OpenedEvent says how opening a card ended; it comes once for each Open.
	// Card may be there together with Err: it was opened but not fully looked
	// at. It is not there when the card was let go of meanwhile.
	OpenedEvent struct {
		Number int
		Reader card.Reader
		Card   *Card
		Err    error
	}
	// AnswerEvent brings the answer to a request.
	AnswerEvent struct{ Answer Answer }
	// FilesEvent says that something new is known of these files; one that
	// changed several times in between is told of once.
	FilesEvent struct {
		Number int
		Nodes  []fs.Node
	}
	// LogEvent says that rows were added to the log.
	LogEvent struct{}
)

// Hub holds what is running for the screens: the list of readers, the card
// that is open and its worker. Its methods return at once.
type Hub struct {
	rs   *Readers
	o    OpenOptions
	Log  *trace.Log
	tell chan struct{}

	mu       sync.Mutex
	queue    []any
	logDirty bool
	files    map[card.Path]fs.Node
	order    []card.Path
	number   int
	slot     *slot // of the open card, nil without one
	closing  sync.WaitGroup
	leftOpen atomic.Bool
}

// slot is a card being used: its worker, and the card once it was opened.
type slot struct {
	worker *Worker
	mu     sync.Mutex
	card   *Card
}

func (s *slot) set(c *Card) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.card = c
}

func (s *slot) get() *Card {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.card
}

// NewHub makes a Hub. o.Log, if nil, becomes a new log that lives as long as
// the Hub.
func NewHub(rs *Readers, o OpenOptions) *Hub {
	if o.Log == nil {
		o.Log = trace.NewLog(trace.LogOptions{})
	}
	return &Hub{rs: rs, o: o, Log: o.Log, tell: make(chan struct{}, 1), files: map[card.Path]fs.Node{}}
}

// Readers is what the Hub opens cards in.
func (h *Hub) Readers() *Readers { return h.rs }

// gather is how long news of the log and of files is gathered before it is
// told, so that a fast card does not cost a frame for each APDU.
const gather = 40 * time.Millisecond

// Run watches the readers and tells of events until ctx ends. send may block.
func (h *Hub) Run(ctx context.Context, send func(any)) {
	go h.rs.Watch(ctx, func(s Seen) { h.put(ReadersEvent{s}) })
	for {
		select {
		case <-ctx.Done():
			return
		case <-h.tell:
		}
		for _, e := range h.drain() {
			send(e)
		}
		select {
		case <-ctx.Done():
			return
		case <-time.After(gather):
		}
	}
}

// Tell passes an event of a request's own on. Of several of the same type that
// follow each other, the last one is told.
func (h *Hub) Tell(e any) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if n := len(h.queue); n > 0 && reflect.TypeOf(h.queue[n-1]) == reflect.TypeOf(e) {
		h.queue[n-1] = e
	} else {
		h.queue = append(h.queue, e)
	}
	h.poke()
}

func (h *Hub) put(e any) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if _, ok := e.(ReadersEvent); ok && len(h.queue) > 0 {
		if _, same := h.queue[len(h.queue)-1].(ReadersEvent); same {
			h.queue = h.queue[:len(h.queue)-1]
		}
	}
	h.queue = append(h.queue, e)
	h.poke()
}

func (h *Hub) poke() {
	select {
	case h.tell <- struct{}{}:
	default:
	}
}

// drain takes what is to be told: rows and files first, because answers are
// about them.
func (h *Hub) drain() []any {
	h.mu.Lock()
	defer h.mu.Unlock()
	var out []any
	if h.logDirty {
		out = append(out, LogEvent{})
		h.logDirty = false
	}
	if len(h.order) > 0 {
		nodes := make([]fs.Node, 0, len(h.order))
		for _, p := range h.order {
			nodes = append(nodes, h.files[p])
		}
		out = append(out, FilesEvent{h.number, nodes})
		clear(h.files)
		h.order = nil
	}
	out = append(out, h.queue...)
	h.queue = nil
	return out
}

// Open lets go of the card that is open and opens the one in r. The number
// it returns is the new card's.
func (h *Hub) Open(r card.Reader) int {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.release()
	h.number++
	n, sl, opened := h.number, &slot{}, false
	sl.worker = NewWorker(n, func(a Answer) {
		// Opening is the first request. It is told of here and not by the
		// request itself, which may never be begun, or fail in itself.
		if !opened {
			opened = true
			h.opened(sl, OpenedEvent{Number: n, Reader: r, Card: sl.get(), Err: a.Err})
		}
		h.put(AnswerEvent{a})
	})
	h.slot = sl
	sl.worker.Submit("open", func(ctx context.Context) (any, error) {
		c, err := Open(ctx, h.rs, r, n, h.options(sl))
		sl.set(c)
		return c, err
	})
	return n
}

// opened tells how opening ended. A card that was let go of meanwhile is not
// handed out: it is closed, or about to be.
func (h *Hub) opened(sl *slot, e OpenedEvent) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.slot != sl {
		e.Card = nil
		if e.Err == nil {
			e.Err = context.Canceled
		}
	}
	h.queue = append(h.queue, e)
	h.poke()
}

func (h *Hub) options(sl *slot) OpenOptions {
	o := h.o
	o.Observe = func(e card.Exchange) {
		if h.o.Observe != nil {
			h.o.Observe(e)
		}
		h.mu.Lock()
		defer h.mu.Unlock()
		h.logDirty = true
		h.poke()
	}
	o.Changed = func(node fs.Node) {
		h.mu.Lock()
		defer h.mu.Unlock()
		if h.slot != sl {
			return
		}
		if _, waits := h.files[node.Path]; !waits {
			h.order = append(h.order, node.Path)
		}
		h.files[node.Path] = node
		h.poke()
	}
	return o
}

// Release lets go of the open card, if any. A critical request that has begun
// comes to its end first; the card is reset when something was verified.
func (h *Hub) Release() {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.release()
}

// release is Release for callers that hold mu.
func (h *Hub) release() {
	sl := h.slot
	if sl == nil {
		return
	}
	h.slot = nil
	clear(h.files)
	h.order = nil
	h.closing.Add(1)
	sl.worker.Stop(func(ctx context.Context) {
		c := sl.get()
		if c == nil {
			return
		}
		open := c.Session.NeedsReset()
		if err := c.Close(ctx); err != nil && open {
			h.leftOpen.Store(true)
		}
	})
	go func() {
		<-sl.worker.Done()
		h.closing.Done()
	}()
}

// LeftOpen reports whether a card on which something was verified could not be
// reset when it was let go of: another program holds it.
func (h *Hub) LeftOpen() bool { return h.leftOpen.Load() }

// Close is Release that waits until the card has been let go of, or ctx ends.
func (h *Hub) Close(ctx context.Context) {
	h.Release()
	done := make(chan struct{})
	go func() {
		h.closing.Wait()
		close(done)
	}()
	select {
	case <-done:
	case <-ctx.Done():
	}
}

// Submit gives a request to the open card's worker. Without an open card, or
// when it is being let go of, the id is 0 and nothing is done.
func (h *Hub) Submit(verb string, run func(ctx context.Context, c *Card) (any, error)) uint64 {
	return h.submit(verb, false, run)
}

// SubmitCritical is Submit for what must come to its end once begun.
func (h *Hub) SubmitCritical(verb string, run func(ctx context.Context, c *Card) (any, error)) uint64 {
	return h.submit(verb, true, run)
}

// Background is Worker.Background for the open card.
func (h *Hub) Background(verb string, run func(ctx context.Context, c *Card) (any, error)) uint64 {
	sl := h.current()
	if sl == nil || sl.get() == nil {
		return 0
	}
	c := sl.get()
	return sl.worker.Background(verb, func(ctx context.Context) (any, error) { return run(ctx, c) })
}

func (h *Hub) submit(verb string, critical bool, run func(context.Context, *Card) (any, error)) uint64 {
	sl := h.current()
	if sl == nil || sl.get() == nil {
		return 0
	}
	c := sl.get()
	f := func(ctx context.Context) (any, error) { return run(ctx, c) }
	if critical {
		return sl.worker.SubmitCritical(verb, f)
	}
	return sl.worker.Submit(verb, f)
}

func (h *Hub) current() *slot {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.slot
}

// Cancel ends a request of the open card.
func (h *Hub) Cancel(id uint64) {
	if sl := h.current(); sl != nil {
		sl.worker.Cancel(id)
	}
}

// Abandon is Cancel that breaks off the call under way; the card is lost.
func (h *Hub) Abandon(id uint64) {
	if sl := h.current(); sl != nil {
		sl.worker.Abandon(id)
	}
}

// Withdraw takes a request back that has not begun; see Worker.Withdraw.
func (h *Hub) Withdraw(id uint64) bool {
	sl := h.current()
	return sl != nil && sl.worker.Withdraw(id)
}

// Queued reports whether a request has not begun yet.
func (h *Hub) Queued(id uint64) bool {
	sl := h.current()
	return sl != nil && sl.worker.Queued(id)
}

// Current is what the open card's worker does now.
func (h *Hub) Current() (Job, bool) {
	if sl := h.current(); sl != nil {
		return sl.worker.Current()
	}
	return Job{}, false
}

// Busy reports whether the open card's worker has something to do.
func (h *Hub) Busy() bool {
	sl := h.current()
	return sl != nil && sl.worker.Busy()
}

// Number is the open card's, or that of the card being opened.
func (h *Hub) Number() int {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.number
}
