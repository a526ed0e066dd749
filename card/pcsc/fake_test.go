package pcsc

import (
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// fakeService does what no service here can be made to do. Its zero value is
// a service without readers and without the pseudo reader.
type fakeService struct {
	t *testing.T

	mu           sync.Mutex
	names        []string
	states       map[string]uint32
	pnp          bool
	establishErr error
	statusErr    []error // answered first, one a question
	storm        bool    // every state changes all the time
	hang         chan struct{}
	card         *fakeCard

	inside                        atomic.Int32
	established, listed, statuses atomic.Int64
	open                          atomic.Int32 // connections not released
}

func (f *fakeService) set(change func()) {
	f.mu.Lock()
	defer f.mu.Unlock()
	change()
}

func (f *fakeService) establish() (connection, error) {
	f.established.Add(1)
	f.mu.Lock()
	hang, err := f.hang, f.establishErr
	f.mu.Unlock()
	if hang != nil {
		<-hang
	}
	if err != nil {
		return nil, err
	}
	f.open.Add(1)
	return &fakeConnection{f}, nil
}

type fakeConnection struct{ *fakeService }

func (f *fakeConnection) release() error { f.open.Add(-1); return nil }

func (f *fakeConnection) readers() ([]string, error) {
	f.listed.Add(1)
	f.mu.Lock()
	defer f.mu.Unlock()
	return slices.Clone(f.names), nil
}

func (f *fakeConnection) statusChange(rows []readerState, d time.Duration) error {
	if f.inside.Add(1) != 1 {
		f.t.Error("two status questions at the same time")
	}
	defer f.inside.Add(-1)
	f.statuses.Add(1)
	if len(rows) == 0 {
		f.t.Error("a status question about no reader")
	}
	for end := time.Now().Add(d); ; time.Sleep(time.Millisecond) {
		changed, err := f.compare(rows)
		if changed || err != nil {
			return err
		}
		if !time.Now().Before(end) {
			return codeTimeout
		}
	}
}

func (f *fakeConnection) compare(rows []readerState) (changed bool, err error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if len(f.statusErr) > 0 {
		err, f.statusErr = f.statusErr[0], f.statusErr[1:]
		return false, err
	}
	changed = f.storm
	for i, r := range rows {
		if slices.ContainsFunc(rows[:i], func(o readerState) bool { return o.name == r.name }) {
			f.t.Errorf("%q is asked for twice", r.name)
		}
		s, known := f.states[r.name]
		if r.name == pnpName && f.pnp {
			continue
		}
		if !known {
			return false, codeUnknownReader
		}
		if r.current&stateChanged != 0 {
			f.t.Error("the changed bit is fed back")
		}
		rows[i].event = s
		if s != r.current {
			rows[i].event |= stateChanged
			changed = true
		}
	}
	return changed, nil
}

func (f *fakeConnection) connect(string, bool, uint32) (handle, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.card == nil {
		return nil, code(0x8010000C)
	}
	return f.card, nil
}

// fakeCard answers from functions; those that are nil succeed.
type fakeCard struct {
	active       uint32
	onTransmit   func([]byte) ([]byte, error)
	onStatus     func() (cardStatus, error)
	onBegin      func() error
	onReconnect  func(disposition uint32) error
	onDisconnect func(disposition uint32) error
	ended        atomic.Int32
}

func (c *fakeCard) protocol() uint32 { return c.active }

func (c *fakeCard) status() (cardStatus, error) {
	if c.onStatus != nil {
		return c.onStatus()
	}
	return cardStatus{state: 0x34, protocol: c.active, atr: []byte{0x3B, 0x00}}, nil
}

func (c *fakeCard) transmit(b []byte) ([]byte, error) { return c.onTransmit(b) }

func (c *fakeCard) begin() error {
	if c.onBegin != nil {
		return c.onBegin()
	}
	return nil
}

func (c *fakeCard) end() error { c.ended.Add(1); return nil }

func (c *fakeCard) reconnect(_ bool, _, d uint32) error {
	if c.onReconnect != nil {
		return c.onReconnect(d)
	}
	return nil
}

func (c *fakeCard) disconnect(d uint32) error {
	if c.onDisconnect != nil {
		return c.onDisconnect(d)
	}
	return nil
}
