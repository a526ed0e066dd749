package app

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"

	"simscope/card"
	"simscope/card/virtual"
)

// stub is a provider whose list a test changes.
type stub struct {
	name string
	mu   sync.Mutex
	list []card.Reader
	err  error
	news chan struct{}
}

func newStub(provider string, names ...string) *stub {
	s := &stub{name: provider, news: make(chan struct{}, 1)}
	for _, n := range names {
		s.list = append(s.list, named(provider, n, card.ReaderPresent))
	}
	return s
}

func named(provider, name string, st card.ReaderState) card.Reader {
	return card.Reader{ID: card.ReaderID{Provider: provider, Name: name}, State: st}
}

func (s *stub) Name() string { return s.name }

func (s *stub) List(context.Context) ([]card.Reader, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.list, s.err
}

func (s *stub) set(list []card.Reader, err error) {
	s.mu.Lock()
	s.list, s.err = list, err
	s.mu.Unlock()
	s.news <- struct{}{}
}

func (s *stub) Watch(ctx context.Context, tell func(card.Update)) {
	for {
		list, err := s.List(ctx)
		tell(card.Update{Readers: list, Err: err})
		select {
		case <-ctx.Done():
			return
		case <-s.news:
		}
	}
}

func (s *stub) Open(_ context.Context, id card.ReaderID, _ card.OpenOptions) (card.Transport, error) {
	return nil, fmt.Errorf("%s was asked for %s", s.name, id.Name)
}

func readerNames(rs []card.Reader) string {
	var out []string
	for _, r := range rs {
		out = append(out, r.ID.Provider+":"+r.ID.Name)
	}
	return strings.Join(out, " ")
}

var errDown = &card.TransportError{Kind: card.KindServiceDown, Op: "list"}

func TestReadersJoin(t *testing.T) {
	a, b := newStub("pcsc", "x", "y"), newStub("virtual", "x")
	rs := NewReaders(a)
	rs.Add(b)
	list, err := rs.List(t.Context())
	if got := readerNames(list); got != "pcsc:x pcsc:y virtual:x" || err != nil {
		t.Errorf("%s, %v", got, err)
	}
	a.list, a.err = nil, errDown
	list, err = rs.List(t.Context())
	if got := readerNames(list); got != "virtual:x" || !errors.Is(err, errDown) {
		t.Errorf("one provider down: %s, %v", got, err)
	}
	for id, want := range map[card.ReaderID]string{
		{Provider: "virtual", Name: "x"}: "virtual was asked for x",
		{Provider: "pcsc", Name: "q"}:    "pcsc was asked for q",
	} {
		if _, err := rs.Open(t.Context(), id, card.OpenOptions{}); err == nil || err.Error() != want {
			t.Errorf("%+v: %v", id, err)
		}
	}
	if _, err := rs.Open(t.Context(), card.ReaderID{Provider: "else", Name: "x"}, card.OpenOptions{}); !errors.Is(err, &card.TransportError{Kind: card.KindNoReader}) {
		t.Error(err)
	}
}

func TestReadersWatch(t *testing.T) {
	a, b := newStub("pcsc", "x"), newStub("virtual", "v")
	rs := NewReaders(a, b)
	ctx, cancel := context.WithCancel(t.Context())
	seen := make(chan Seen, 100)
	done := make(chan struct{})
	go func() {
		defer close(done)
		rs.Watch(ctx, func(s Seen) { seen <- s })
	}()
	wait := func(want string, problems int) {
		t.Helper()
		for {
			select {
			case s := <-seen:
				if readerNames(s.Readers) == want && len(s.Problems) == problems {
					if problems > 0 && !errors.Is(s.Problems["pcsc"], errDown) {
						t.Errorf("%v", s.Problems)
					}
					return
				}
			case <-done:
				t.Fatal("Watch returned")
			}
		}
	}
	wait("pcsc:x virtual:v", 0)
	a.set(nil, errDown)
	wait("virtual:v", 1)
	b.set([]card.Reader{named("virtual", "v", 0), named("virtual", "w", 0)}, nil)
	wait("virtual:v virtual:w", 1)
	a.set([]card.Reader{named("pcsc", "y", 0)}, nil)
	wait("pcsc:y virtual:v virtual:w", 0)
	cancel()
	waitFor(t, "Watch returns", done)
}

func TestChoose(t *testing.T) {
	p := func(name string, st card.ReaderState) card.Reader { return named("pcsc", name, st) }
	two := []card.Reader{p("Gemalto PC Twin 00 00", card.ReaderEmpty), p("ACS ACR39U 01 00", card.ReaderPresent)}
	demo := []card.Reader{named("virtual", "everyday", card.ReaderPresent), named("virtual", "gsm", card.ReaderPresent)}
	demo[0].About = "lively"
	for _, tt := range []struct {
		all   []card.Reader
		asked string
		want  string // name; else the kind of error
	}{
		{nil, "", "no_reader"},
		{nil, "x", "no_reader"},
		{two[:1], "", "Gemalto PC Twin 00 00"}, // the only one, though empty
		{two, "", "ACS ACR39U 01 00"},          // the only one with a card
		{[]card.Reader{two[0], two[0]}, "", "no_card"},
		{[]card.Reader{two[1], p("b", card.ReaderMute)}, "", "2 fit"},
		{demo, "", "everyday"},
		{two, "1", "Gemalto PC Twin 00 00"},
		{two, "2", "ACS ACR39U 01 00"},
		{two, "7", "0 fit"},
		{two, "0", "2 fit"}, // no number of a row, but a part of both names
		{two, "-1", "0 fit"},
		{two, "39", "ACS ACR39U 01 00"}, // a part, not a number of a row
		{two, "ACS ACR39U 01 00", "ACS ACR39U 01 00"},
		{two, "acr39", "ACS ACR39U 01 00"},
		{two, "TWIN", "Gemalto PC Twin 00 00"},
		{two, "a", "2 fit"},
		{two, "omnikey", "0 fit"},
		{two, "1234", "0 fit"},
		{[]card.Reader{p("Reader", 0), p("Reader 2", 0)}, "Reader", "Reader"}, // whole before part
		{demo, "lively", "everyday"},
		{demo, "gsm", "gsm"},
	} {
		r, err := Choose(tt.all, tt.asked)
		got := r.ID.Name
		var ce *ChoiceError
		var te *card.TransportError
		switch {
		case errors.As(err, &ce):
			got = fmt.Sprintf("%d fit", len(ce.Fits))
			if ce.Asked != tt.asked || len(ce.All) != len(tt.all) || ce.Error() == "" {
				t.Errorf("%q: %+v", tt.asked, ce)
			}
		case errors.As(err, &te):
			got = te.Kind.ID()
		}
		if got != tt.want {
			t.Errorf("%q of %s: %q, want %q", tt.asked, readerNames(tt.all), got, tt.want)
		}
	}
}

// files makes a provider of one virtual card as opening an image does.
func imageFile(t *testing.T, name, id string) *virtual.Provider {
	t.Helper()
	img, err := virtual.OpenBuiltin(id)
	if err != nil {
		t.Fatal(err)
	}
	v, err := virtual.NewProvider(virtual.Slot{Name: name, About: "image", Image: img})
	if err != nil {
		t.Fatal(err)
	}
	return v
}

func TestExtra(t *testing.T) {
	e := &Extra{}
	rs := NewReaders(newStub("pcsc"), e)
	ctx, cancel := context.WithCancel(t.Context())
	seen := make(chan Seen, 100)
	done := make(chan struct{})
	go func() {
		defer close(done)
		rs.Watch(ctx, func(s Seen) { seen <- s })
	}()
	defer waitFor(t, "Watch returns", done)
	defer cancel()
	// Two files of the same name in different folders.
	first, err := e.Use(imageFile(t, "card.json", "everyday"))
	if err != nil {
		t.Fatal(err)
	}
	second, err := e.Use(imageFile(t, "card.json", "gsm"))
	if err != nil {
		t.Fatal(err)
	}
	if first.ID == second.ID || first.ID.Provider != ExtraName || first.About != virtual.ProviderName {
		t.Errorf("%+v, %+v", first, second)
	}
	for s := range seen {
		if len(s.Readers) == 2 {
			if !slices.ContainsFunc(s.Readers, func(r card.Reader) bool { return r.ID == second.ID }) {
				t.Errorf("%+v", s.Readers)
			}
			break
		}
	}
	for r, want := range map[card.ReaderID]card.Kind{first.ID: card.KindUICC, second.ID: card.KindGSM} {
		c, err := Open(t.Context(), rs, card.Reader{ID: r}, 1, OpenOptions{})
		if err != nil || c.Session.Kind() != want {
			t.Fatalf("%+v: %v", r, err)
		}
		if err := c.Close(t.Context()); err != nil {
			t.Error(err)
		}
	}
	if _, err := e.Use(newStub("none")); !errors.Is(err, &card.TransportError{Kind: card.KindNoReader}) {
		t.Error(err)
	}
	if _, err := e.Use(&stub{err: errDown}); !errors.Is(err, errDown) {
		t.Error(err)
	}
	if _, err := e.Open(t.Context(), card.ReaderID{Provider: ExtraName, Name: "card.json"}, card.OpenOptions{}); !errors.Is(err, &card.TransportError{Kind: card.KindNoReader}) {
		t.Error(err)
	}
	several, err := e.Use(newStub("replay", "a", "b"))
	if err != nil || several.ID.Name != "a" {
		t.Errorf("%+v, %v", several, err)
	}
	if list, err := e.List(t.Context()); len(list) != 4 || err != nil {
		t.Errorf("%+v, %v", list, err)
	}
}
