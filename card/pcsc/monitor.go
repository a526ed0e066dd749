package pcsc

import (
	"context"
	"errors"
	"reflect"
	"runtime"
	"slices"
	"sync"
	"time"

	"simscope/card"
)

// Times of the monitor.
const (
	statusWait   = time.Second            // longest wait for a change; bounds how late the monitor ends
	pollWait     = 250 * time.Millisecond // between questions where waiting inside the service is not safe
	minPause     = 10 * time.Millisecond  // between changes, against a reader that changes without end
	backoffFirst = 100 * time.Millisecond
	backoffMost  = time.Second
	stuckAfter   = 5 * time.Second // a call that takes longer says that the service hangs
)

// pollOnly: on Windows the binding keeps nothing alive during the call, so
// the call is made as short as it can be.
const pollOnly = runtime.GOOS == "windows"

// monitor watches all readers in one goroutine, which runs while somebody has
// subscribed. SCardCancel is not used: it is lost where the wait has not
// begun yet, so the waits are short instead.
type monitor struct {
	svc service

	mu      sync.Mutex
	subs    map[*subscription]bool
	running bool
	last    *card.Update
	inCall  time.Time // when the service was called; zero between calls
	wake    chan struct{}
}

func newMonitor(s service) *monitor {
	return &monitor{svc: s, subs: map[*subscription]bool{}, wake: make(chan struct{}, 1)}
}

// subscription receives the newest update; older ones that nobody took are
// dropped.
type subscription struct {
	news    chan card.Update // room for one
	waiting bool             // wants the next update even where nothing changed
}

// subscribe starts the monitor where it does not run. A present state that is
// known is delivered at once; with fresh, an error is not taken for one but
// asked for again.
func (m *monitor) subscribe(fresh bool) *subscription {
	m.mu.Lock()
	defer m.mu.Unlock()
	s := &subscription{news: make(chan card.Update, 1), waiting: true}
	if m.last != nil && (m.last.Err == nil || !fresh) {
		s.put(*m.last)
	}
	m.subs[s] = true
	if !m.running {
		m.running = true
		go m.run()
	}
	m.poke()
	return s
}

func (m *monitor) unsubscribe(s *subscription) {
	m.mu.Lock()
	defer m.mu.Unlock()
	delete(m.subs, s)
	m.poke()
}

func (m *monitor) poke() {
	select {
	case m.wake <- struct{}{}:
	default:
	}
}

// put is called with the monitor's lock held, so there is one sender.
func (s *subscription) put(u card.Update) {
	s.waiting = false
	select {
	case <-s.news:
	default:
	}
	s.news <- cloneUpdate(u)
}

func cloneUpdate(u card.Update) card.Update {
	u.Readers = slices.Clone(u.Readers)
	for i := range u.Readers {
		u.Readers[i].ATR = slices.Clone(u.Readers[i].ATR)
	}
	return u
}

func (m *monitor) publish(u card.Update) {
	m.mu.Lock()
	defer m.mu.Unlock()
	changed := m.last == nil || !reflect.DeepEqual(*m.last, u)
	m.last = &u
	for s := range m.subs {
		if changed || s.waiting {
			s.put(u)
		}
	}
}

func (m *monitor) fail(op string, err error) {
	m.publish(card.Update{Err: classify(op, err, true)})
}

// state is the last known state of a reader, without asking.
func (m *monitor) state(name string) card.ReaderState {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.last != nil {
		for _, r := range m.last.Readers {
			if r.ID.Name == name {
				return r.State
			}
		}
	}
	return card.ReaderUnknown
}

// stuck reports whether the service has not answered the monitor for long.
func (m *monitor) stuck() bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	return !m.inCall.IsZero() && time.Since(m.inCall) > stuckAfter
}

// call notes that the service is being asked.
func (m *monitor) call(f func() error) error {
	m.note(time.Now())
	defer m.note(time.Time{})
	return f()
}

func (m *monitor) note(t time.Time) {
	m.mu.Lock()
	m.inCall = t
	m.mu.Unlock()
}

// unwanted ends the monitor where nobody has subscribed. What it knew is
// forgotten, for it would be old when the next one subscribes.
func (m *monitor) unwanted() bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	if len(m.subs) > 0 {
		return false
	}
	m.running, m.last = false, nil
	return true
}

func (m *monitor) wanted() bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	return len(m.subs) > 0
}

func (m *monitor) sleep(d time.Duration) {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
	case <-m.wake:
	}
}

// run keeps a connection to the service for as long as somebody has
// subscribed, and makes a new one when the service was lost.
func (m *monitor) run() {
	pause := backoffFirst
	for {
		for m.wanted() {
			var c connection
			err := m.call(func() (err error) {
				c, err = m.svc.establish()
				return err
			})
			if err != nil {
				m.fail("establish", err)
				m.sleep(pause)
				pause = min(2*pause, backoffMost)
				continue
			}
			w := &watch{m: m, conn: c}
			op, err := w.loop()
			_ = m.call(c.release)
			if err == nil {
				continue
			}
			m.fail(op, err)
			if w.worked {
				pause = backoffFirst
			}
			m.sleep(pause)
			pause = min(2*pause, backoffMost)
		}
		if m.unwanted() {
			return
		}
	}
}

// watch is the monitor's work on one connection.
type watch struct {
	m        *monitor
	conn     connection
	states   []readerState
	names    []string // as listed, with duplicates
	pnp      pnpSupport
	pnpState uint32
	worked   bool
}

type pnpSupport int

const (
	pnpUntried pnpSupport = iota
	pnpYes
	pnpNo
)

// loop watches until nobody has subscribed any more (nil) or the connection
// is of no use.
func (w *watch) loop() (op string, err error) {
	for w.m.wanted() {
		err := w.m.call(func() (err error) {
			w.names, err = w.conn.readers()
			return err
		})
		if err != nil {
			return "list", err
		}
		w.merge()
		if w.pnp == pnpUntried {
			if err := w.tryPnP(); err != nil {
				return "status", err
			}
		}
		if !slices.ContainsFunc(w.states, func(s readerState) bool { return s.current == stateUnaware }) {
			w.worked = true
			w.m.publish(card.Update{Readers: w.list()})
		}
		if err := w.wait(); err != nil {
			return "status", err
		}
	}
	return "", nil
}

// merge takes over the listed names, once each, and keeps what is known of
// those that were there before.
func (w *watch) merge() {
	var next []readerState
	for _, n := range w.names {
		same := func(s readerState) bool { return s.name == n }
		if n == "" || n == pnpName || slices.ContainsFunc(next, same) {
			continue
		}
		s := readerState{name: n}
		if i := slices.IndexFunc(w.states, same); i >= 0 {
			s = w.states[i]
		}
		next = append(next, s)
	}
	w.states = next
}

// tryPnP finds out whether the service knows the pseudo reader; macOS does
// not.
func (w *watch) tryPnP() error {
	row := []readerState{{name: pnpName}}
	err := w.m.call(func() error { return w.conn.statusChange(row, 0) })
	switch {
	case errors.Is(err, codeTimeout):
		w.pnp = pnpYes
	case errors.Is(err, codeUnknownReader):
		w.pnp = pnpNo
	case err != nil:
		return err
	case row[0].event&stateUnknown != 0:
		w.pnp = pnpNo
	default:
		w.pnp = pnpYes
		w.pnpState = row[0].event &^ stateChanged
	}
	return nil
}

// wait blocks until a reader changes or the wait is over, and takes the
// changes over, event counters included, so that nothing that happens between
// two waits is lost. After a wait in which nothing happened it looks anew:
// that a card comes into use is no change to pcsc-lite.
func (w *watch) wait() error {
	if len(w.states) == 0 && w.pnp != pnpYes {
		w.m.sleep(statusWait)
		return nil
	}
	timeout := statusWait
	if pollOnly {
		timeout = 0
	}
	err := w.ask(w.states, timeout)
	if errors.Is(err, codeTimeout) {
		if pollOnly {
			w.m.sleep(pollWait)
		}
		fresh := slices.Clone(w.states)
		for i := range fresh {
			fresh[i].current = stateUnaware
		}
		err = w.ask(fresh, 0)
	}
	switch {
	case errors.Is(err, codeTimeout):
		return nil
	case errors.Is(err, codeUnknownReader), errors.Is(err, codeNoReaders):
		// A reader left between listing and asking; the next round lists anew.
		w.states = nil
	case errors.Is(err, codeCancelled):
	case err != nil:
		return err
	}
	time.Sleep(minPause)
	return nil
}

// ask asks for the states once, with the pseudo reader among them where there
// is one, and takes over what came.
func (w *watch) ask(states []readerState, timeout time.Duration) error {
	rows := slices.Clone(states)
	if w.pnp == pnpYes {
		rows = append(rows, readerState{name: pnpName, current: w.pnpState})
	}
	if len(rows) == 0 {
		return nil
	}
	if err := w.m.call(func() error { return w.conn.statusChange(rows, timeout) }); err != nil {
		return err
	}
	if w.pnp == pnpYes {
		w.pnpState = rows[len(rows)-1].event &^ stateChanged
		rows = rows[:len(rows)-1]
	}
	for i := range rows {
		rows[i].current = rows[i].event &^ stateChanged
	}
	w.states = rows
	return nil
}

// list is the readers as they are now, numbered where names repeat.
func (w *watch) list() []card.Reader {
	var out []card.Reader
	seen := map[string]int{}
	for _, n := range w.names {
		i := slices.IndexFunc(w.states, func(s readerState) bool { return s.name == n })
		if i < 0 {
			continue
		}
		s := w.states[i]
		r := card.Reader{
			ID:     card.ReaderID{Provider: Name, Name: n, Ordinal: seen[n]},
			State:  readerStateOf(s.current),
			Events: s.current >> 16,
		}
		if r.State.HasCard() {
			r.ATR = s.atr
		}
		seen[n]++
		out = append(out, r)
	}
	return out
}

// readerStateOf makes our state of the service's bits.
func readerStateOf(bits uint32) card.ReaderState {
	switch {
	case bits&(stateUnknown|stateUnavailable) != 0:
		return card.ReaderUnknown
	case bits&stateEmpty != 0:
		return card.ReaderEmpty
	case bits&statePresent == 0:
		return card.ReaderUnknown
	case bits&stateMute != 0:
		return card.ReaderMute
	case bits&stateExclusive != 0:
		return card.ReaderExclusive
	case bits&stateInUse != 0:
		return card.ReaderInUse
	default:
		return card.ReaderPresent
	}
}

// next waits for news.
func (m *monitor) next(ctx context.Context, s *subscription) (card.Update, error) {
	select {
	case u := <-s.news:
		return u, nil
	case <-ctx.Done():
	}
	kind := card.KindAbandoned
	if m.stuck() {
		kind = card.KindServiceDown
	}
	return card.Update{}, &card.TransportError{Kind: kind, Op: "list", Err: ctx.Err()}
}
