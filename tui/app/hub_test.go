package app

import (
	"context"
	"errors"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"simscope/card"
	"simscope/card/safe"
	"simscope/card/virtual"
	"simscope/fs"
)

// stage runs a hub and collects what it tells.
type stage struct {
	t    *testing.T
	hub  *Hub
	news chan struct{}
	mu   sync.Mutex
	all  []any
}

func newStage(t *testing.T, p *tap, o OpenOptions) *stage {
	t.Helper()
	s := &stage{t: t, hub: NewHub(NewReaders(p), o), news: make(chan struct{}, 1)}
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan struct{})
	go func() {
		defer close(done)
		s.hub.Run(ctx, func(e any) {
			s.mu.Lock()
			s.all = append(s.all, e)
			s.mu.Unlock()
			select {
			case s.news <- struct{}{}:
			default:
			}
		})
	}()
	t.Cleanup(func() {
		s.hub.Close(context.Background())
		cancel()
		waitFor(t, "Run returns", done)
	})
	return s
}

// until waits for an event of the type that is wanted, among all that were
// told and are to come.
func until[E any](s *stage, what string, wanted func(E) bool) E {
	s.t.Helper()
	end := time.After(patience)
	for {
		for _, e := range s.told() {
			if want, ok := e.(E); ok && wanted(want) {
				return want
			}
		}
		select {
		case <-s.news:
		case <-end:
			s.t.Fatalf("waited too long: %s", what)
		}
	}
}

// open opens a card and waits until it is.
func (s *stage) open(name string) *Card {
	s.t.Helper()
	n := s.hub.Open(reader(name))
	e := until(s, name+" is open", func(e OpenedEvent) bool { return e.Number == n })
	if e.Err != nil || e.Card == nil || e.Card.Number != n || e.Reader.ID.Name != name || s.hub.Number() != n {
		s.t.Fatalf("%+v", e)
	}
	return e.Card
}

// ask has something done on the open card's worker and waits for the answer.
func (s *stage) ask(f func(context.Context, *Card) (any, error)) Answer {
	s.t.Helper()
	id := s.hub.Submit("ask", f)
	if id == 0 {
		s.t.Fatal("not taken on")
	}
	return s.answer(s.hub.Number(), id)
}

func (s *stage) answer(number int, id uint64) Answer {
	s.t.Helper()
	e := until(s, "an answer", func(e AnswerEvent) bool { return e.Answer.Card == number && e.Answer.ID == id })
	return e.Answer
}

func (s *stage) told() []any {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.all)
}

func pinOf(s string) safe.Secret { return safe.NewSecret([]byte(s)) }

// imsi reads EF.IMSI of the first USIM.
func imsi(ctx context.Context, c *Card) (any, error) {
	app := c.Files.Applications()[0].AID
	n, err := c.Files.ReadFile(ctx, card.PathOf(app, 0x6F07), false)
	if err == nil && n.State != fs.Read {
		err = &card.StatusError{Op: "READ BINARY", SW: n.SW}
	}
	return n, err
}

func verify1(pin string) func(context.Context, *Card) (any, error) {
	return func(ctx context.Context, c *Card) (any, error) {
		return c.DoPIN(ctx, card.PINRequest{Op: card.PINVerify, Ref: card.RefPIN1, Current: pinOf(pin)})
	}
}

func TestHubOpens(t *testing.T) {
	s := newStage(t, cards(t), OpenOptions{})
	if s.hub.Submit("early", imsi) != 0 || s.hub.SubmitCritical("early", imsi) != 0 || s.hub.Background("early", imsi) != 0 {
		t.Error("taken on without a card")
	}
	s.hub.Cancel(1)
	s.hub.Release()
	if _, busy := s.hub.Current(); busy || s.hub.Number() != 0 {
		t.Error("busy without a card")
	}
	for _, name := range []string{"everyday", "gsm", "blocked", "empty"} {
		c := s.open(name)
		want := card.KindUICC
		if name == "gsm" {
			want = card.KindGSM
		}
		if c.Session.Kind() != want || c.Log != s.hub.Log || s.hub.Log.Len() == 0 {
			t.Errorf("%s: %v, log of %d rows", name, c.Session.Kind(), c.Log.Len())
		}
		if id := c.Files.Identity(); name != "empty" && !strings.HasPrefix(id.ICCID, "8999") {
			t.Errorf("%s: ICCID %q", name, id.ICCID)
		}
	}
}

func TestHubTellsWhyACardCannotBeOpened(t *testing.T) {
	s := newStage(t, cards(t), OpenOptions{})
	n := s.hub.Open(reader("nowhere"))
	e := until(s, "the failure", func(e OpenedEvent) bool { return e.Number == n })
	if e.Card != nil || !errors.Is(e.Err, &card.TransportError{Kind: card.KindNoReader}) {
		t.Errorf("%+v", e)
	}
	if id := s.hub.Submit("x", imsi); id != 0 {
		t.Errorf("taken on: %d", id)
	}
	s.open("everyday") // the hub goes on
}

// A card whose later part fails is there all the same.
func TestHubOpensAHalfBrokenCard(t *testing.T) {
	p := edited(t, "everyday", nil)
	p.change = func(apdu, answer []byte) []byte {
		if apdu[1] == card.InsReadBinary || apdu[1] == card.InsReadRecord {
			return []byte{0x90}
		}
		return answer
	}
	s := newStage(t, p, OpenOptions{})
	n := s.hub.Open(reader("everyday"))
	e := until(s, "it is open", func(e OpenedEvent) bool { return e.Number == n })
	if e.Card == nil || e.Err == nil {
		t.Errorf("%+v", e)
	}
	if s.hub.Submit("x", imsi) == 0 {
		t.Error("nothing can be asked of it")
	}
}

// Opening that fails in itself is told of too: a screen that waits for it
// must not wait for ever.
func TestHubTellsOfAPanicWhileOpening(t *testing.T) {
	p := cards(t)
	p.change = func([]byte, []byte) []byte { panic("x") }
	s := newStage(t, p, OpenOptions{})
	n := s.hub.Open(reader("everyday"))
	e := until(s, "the failure", func(e OpenedEvent) bool { return e.Number == n })
	var ie *InternalError
	if e.Card != nil || !errors.As(e.Err, &ie) {
		t.Errorf("%+v", e)
	}
}

func TestHubGathersNews(t *testing.T) {
	// Without Run, so that all that happens is one telling.
	h := NewHub(NewReaders(cards(t)), OpenOptions{})
	defer h.Close(context.Background())
	n := h.Open(reader("everyday"))
	for h.Submit("wait", imsi) == 0 {
		time.Sleep(time.Millisecond)
	}
	changes := 0
	done := make(chan struct{})
	h.Submit("walk", func(ctx context.Context, c *Card) (any, error) {
		defer close(done)
		return nil, c.Files.Walk(ctx, fs.WalkOptions{Progress: func(fs.Progress) { changes++ }})
	})
	waitFor(t, "the walk ends", done)
	out := h.drain()
	if _, first := out[0].(LogEvent); !first {
		t.Errorf("the first is %T", out[0])
	}
	logs, files := 0, 0
	for _, e := range out {
		switch e := e.(type) {
		case LogEvent:
			logs++
		case FilesEvent:
			files++
			uniquePaths(t, e, n)
			if len(e.Nodes) < 30 || changes < len(e.Nodes)/2 {
				t.Errorf("%d files, %d changes", len(e.Nodes), changes)
			}
		}
	}
	if logs != 1 || files != 1 {
		t.Errorf("%d times the log, %d times files", logs, files)
	}
	if again := h.drain(); slices.ContainsFunc(again, func(e any) bool { _, ok := e.(FilesEvent); return ok }) {
		t.Errorf("told again: %+v", again)
	}
}

func uniquePaths(t *testing.T, e FilesEvent, number int) {
	t.Helper()
	if e.Number != number {
		t.Errorf("files of card %d, not %d", e.Number, number)
	}
	seen := map[card.Path]bool{}
	for _, n := range e.Nodes {
		if seen[n.Path] {
			t.Errorf("%s twice", n.Path)
		}
		seen[n.Path] = true
	}
}

// What the events say of a file at last is what the tree says.
func TestFilesEventsEndWithTheTruth(t *testing.T) {
	s := newStage(t, cards(t), OpenOptions{})
	c := s.open("everyday")
	s.ask(func(ctx context.Context, c *Card) (any, error) { return nil, c.Files.Walk(ctx, fs.WalkOptions{}) })
	last := map[card.Path]fs.Node{}
	logs, files := 0, 0
	for _, e := range s.told() {
		switch e := e.(type) {
		case LogEvent:
			logs++
		case FilesEvent:
			files++
			uniquePaths(t, e, c.Number)
			for _, n := range e.Nodes {
				last[n.Path] = n
			}
		}
	}
	if len(last) < 30 || files == 0 || logs == 0 || logs > s.hub.Log.Len()/4 {
		t.Errorf("%d files in %d events, %d events for %d rows", len(last), files, logs, s.hub.Log.Len())
	}
	for p, told := range last {
		if n, ok := c.Files.Tree().Get(p); !ok || n.State != told.State || n.SW != told.SW {
			t.Errorf("%s: told %v, is %v", p, told.State, n.State)
		}
	}
}

func TestTellKeepsTheLastOfAKind(t *testing.T) {
	type progress struct{ n int }
	type other struct{}
	h := NewHub(NewReaders(), OpenOptions{})
	for i := range 5 {
		h.Tell(progress{i})
	}
	h.Tell(other{})
	h.Tell(progress{9})
	h.put(ReadersEvent{})
	h.put(ReadersEvent{Seen{Readers: []card.Reader{reader("b")}}})
	got := h.drain()
	if len(got) != 4 || got[0] != any(progress{4}) || got[2] != any(progress{9}) || len(got[3].(ReadersEvent).Seen.Readers) != 1 {
		t.Errorf("%+v", got)
	}
}

func TestHubTellsOfReaders(t *testing.T) {
	p := cards(t)
	s := newStage(t, p, OpenOptions{})
	until(s, "all readers", func(e ReadersEvent) bool { return len(e.Seen.Readers) == len(virtual.Builtin()) })
	if _, err := p.Remove("gsm"); err != nil {
		t.Fatal(err)
	}
	until(s, "one is empty", func(e ReadersEvent) bool { return e.Seen.Readers[1].State == card.ReaderEmpty })
}

func TestAnswersOfAnEarlierCardCarryItsNumber(t *testing.T) {
	s := newStage(t, cards(t), OpenOptions{})
	first := s.open("everyday")
	begun := make(chan struct{})
	id := s.hub.Submit("long", func(ctx context.Context, c *Card) (any, error) {
		close(begun)
		<-ctx.Done()
		return c.Number, ctx.Err()
	})
	waitFor(t, "the request is begun", begun)
	if job, ok := s.hub.Current(); !ok || job.ID != id || job.Verb != "long" {
		t.Errorf("%+v, %v", job, ok)
	}
	n := s.hub.Open(reader("gsm"))
	if n == first.Number || s.hub.Number() != n {
		t.Fatalf("number %d after %d", n, first.Number)
	}
	a := s.answer(first.Number, id)
	if !errors.Is(a.Err, context.Canceled) || a.Value != first.Number {
		t.Errorf("%+v", a)
	}
	for _, e := range s.told() {
		if e, ok := e.(AnswerEvent); ok && e.Answer.Card == n && e.Answer.Verb == "long" {
			t.Errorf("the answer is told as the new card's: %+v", e)
		}
	}
}

// Opening a card while another is being opened closes the first, wherever it
// has come to, and it is never handed out.
func TestOpenWhileOpening(t *testing.T) {
	for _, at := range []int{0, 3, 12} {
		p := cards(t)
		free, reached := make(chan struct{}), make(chan struct{})
		var once sync.Once
		p.hold = func(reader string, n int, _ []byte) <-chan struct{} {
			if reader != "everyday" || n != at {
				return nil
			}
			once.Do(func() { close(reached) })
			return free
		}
		s := newStage(t, p, OpenOptions{})
		first := s.hub.Open(reader("everyday"))
		waitFor(t, "the first is being opened", reached)
		second := s.hub.Open(reader("gsm"))
		e := until(s, "the first is told of", func(e OpenedEvent) bool { return e.Number == first })
		if e.Card != nil || e.Err == nil {
			t.Errorf("at %d: the first is handed out: %+v", at, e)
		}
		e = until(s, "the second is open", func(e OpenedEvent) bool { return e.Number == second })
		if e.Card == nil || e.Err != nil {
			t.Errorf("at %d: %+v", at, e)
		}
		s.hub.Close(context.Background())
		var names []string
		for _, c := range p.closings() {
			names = append(names, c.reader)
		}
		slices.Sort(names)
		if !slices.Equal(names, []string{"everyday", "gsm"}) {
			t.Errorf("at %d: closed %v", at, names)
		}
		for _, e := range s.told() {
			if f, ok := e.(FilesEvent); ok && f.Number == second {
				for _, n := range f.Nodes {
					if n.Path.App != "" {
						t.Errorf("at %d: file %s of the first card is told as the second's", at, n.Path)
					}
				}
			}
		}
		close(free)
	}
}

func TestOpenBeforeTheFirstHasBegun(t *testing.T) {
	p, asked := cards(t), make(chan struct{})
	p.hold = func(string, int, []byte) <-chan struct{} { return asked }
	s := newStage(t, p, OpenOptions{})
	var last int
	for range 20 {
		last = s.hub.Open(reader("empty"))
	}
	close(asked) // before that no card can have been opened
	for n := 1; n <= last; n++ {
		until(s, "it is told of", func(e OpenedEvent) bool { return e.Number == n && (e.Card != nil) == (n == last) })
	}
	told := map[int]int{}
	for _, e := range s.told() {
		if e, ok := e.(OpenedEvent); ok {
			told[e.Number]++
			if e.Number != last && e.Card != nil {
				t.Errorf("card %d is handed out", e.Number)
			}
		}
	}
	for n := 1; n <= last; n++ {
		if told[n] != 1 {
			t.Errorf("card %d is told of %d times", n, told[n])
		}
	}
}

func TestReleaseResetsWhatWasVerified(t *testing.T) {
	p := cards(t)
	s := newStage(t, p, OpenOptions{})
	s.open("everyday")
	if a := s.ask(imsi); card.SWOf(a.Err) != card.SWNotSatisfied {
		t.Fatalf("EF.IMSI before the PIN: %+v", a)
	}
	if a := s.ask(verify1("1234")); a.Err != nil {
		t.Fatal(a.Err)
	}
	if a := s.ask(imsi); a.Err != nil {
		t.Fatalf("EF.IMSI after the PIN: %+v", a)
	}
	// Another program that shares the card profits from it meanwhile: without
	// a reset it would go on to.
	other := opened(t, p.Provider, "everyday", OpenOptions{})
	if _, err := imsi(t.Context(), other); err != nil {
		t.Fatalf("for another program: %v", err)
	}
	s.hub.Close(context.Background())
	if got := p.closings(); !slices.Equal(got, []closing{{"everyday", true}}) {
		t.Errorf("closed: %+v", got)
	}
	s.open("everyday")
	if a := s.ask(imsi); card.SWOf(a.Err) != card.SWNotSatisfied {
		t.Errorf("EF.IMSI after it was let go of: %+v", a)
	}
	s.hub.Close(context.Background())
	if got := p.closings(); got[len(got)-1].reset {
		t.Error("reset though nothing was verified")
	}
}

func TestReleaseTellsNoMoreOfTheCard(t *testing.T) {
	p := cards(t)
	s := newStage(t, p, OpenOptions{})
	s.open("everyday")
	reached, free := make(chan struct{}), make(chan struct{})
	s.hub.SubmitCritical("walk", func(ctx context.Context, c *Card) (any, error) {
		close(reached)
		<-free
		return nil, c.Files.Walk(ctx, fs.WalkOptions{})
	})
	waitFor(t, "the walk begins", reached)
	s.hub.Release()
	if _, busy := s.hub.Current(); busy || s.hub.Submit("x", imsi) != 0 {
		t.Error("the card is still offered")
	}
	before := len(s.told())
	close(free)
	s.hub.Close(context.Background())
	until(s, "the answer", func(e AnswerEvent) bool { return e.Answer.Verb == "walk" })
	for _, e := range s.told()[before:] {
		if _, ok := e.(FilesEvent); ok {
			t.Errorf("files of a card that was let go of: %+v", e)
		}
	}
}

func TestCloseWaitsForACriticalRequest(t *testing.T) {
	p := cards(t)
	s := newStage(t, p, OpenOptions{})
	s.open("everyday")
	st := newStay()
	id := s.hub.SubmitCritical("change", func(ctx context.Context, c *Card) (any, error) { return st.run(ctx) })
	waitFor(t, "the change is begun", st.begun)
	short, cancel := context.WithTimeout(context.Background(), 20*time.Millisecond)
	defer cancel()
	s.hub.Close(short) // gives up waiting, not the change
	if len(p.closings()) != 0 {
		t.Fatal("the card was closed in the middle of a change")
	}
	done := make(chan struct{})
	go func() {
		defer close(done)
		s.hub.Close(context.Background())
	}()
	select {
	case <-done:
		t.Fatal("Close did not wait")
	case <-time.After(30 * time.Millisecond):
	}
	close(st.free)
	waitFor(t, "Close returns", done)
	if len(p.closings()) != 1 {
		t.Errorf("closed: %+v", p.closings())
	}
	if a := s.answer(s.hub.Number(), id); a.Err != nil || a.Value != "stayed" {
		t.Errorf("%+v", a)
	}
}

func TestHubPassesExchangesOn(t *testing.T) {
	var rows []card.Exchange
	o := OpenOptions{Observe: func(e card.Exchange) { rows = append(rows, e) }, Mode: card.ReadOnlyLocked}
	s := newStage(t, cards(t), o)
	c := s.open("empty")
	s.hub.Close(context.Background())
	if len(rows) == 0 || len(rows) != s.hub.Log.Len() {
		t.Errorf("%d rows observed, %d in the log", len(rows), s.hub.Log.Len())
	}
	if c.Session.Mode() != card.ReadOnlyLocked {
		t.Errorf("mode %v", c.Session.Mode())
	}
}
