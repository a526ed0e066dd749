package app

import (
	"context"
	"sync"

	"simscope/card"
)

// Extra is a provider whose readers are added while the program runs: those
// of files that were opened. It answers for the providers it was given.
type Extra struct {
	mu   sync.Mutex
	from map[card.ReaderID]card.Provider
	list []card.Reader
	n    int
	news chan struct{}
}

// ExtraName is the name of the provider in card.ReaderID.
const ExtraName = "file"

// Name implements card.Provider.
func (e *Extra) Name() string { return ExtraName }

// Use adds the readers of p and returns the first.
func (e *Extra) Use(p card.Provider) (card.Reader, error) {
	list, err := p.List(context.Background())
	if err != nil {
		return card.Reader{}, err
	}
	if len(list) == 0 {
		return card.Reader{}, &card.TransportError{Kind: card.KindNoReader, Op: "open"}
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.from == nil {
		e.from = map[card.ReaderID]card.Provider{}
	}
	first := len(e.list)
	for _, r := range list {
		e.n++
		r.About = r.ID.Provider
		inner := r.ID
		r.ID.Provider, r.ID.Ordinal = ExtraName, e.n
		e.from[r.ID] = renamed{p, inner}
		e.list = append(e.list, r)
	}
	if e.news != nil {
		close(e.news)
		e.news = nil
	}
	return e.list[first], nil
}

// renamed opens a reader under the name its own provider knows.
type renamed struct {
	card.Provider
	id card.ReaderID
}

func (r renamed) Open(ctx context.Context, _ card.ReaderID, o card.OpenOptions) (card.Transport, error) {
	return r.Provider.Open(ctx, r.id, o)
}

// List implements card.Provider.
func (e *Extra) List(context.Context) ([]card.Reader, error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	return append([]card.Reader(nil), e.list...), nil
}

// Watch implements card.Provider.
func (e *Extra) Watch(ctx context.Context, tell func(card.Update)) {
	for {
		e.mu.Lock()
		if e.news == nil {
			e.news = make(chan struct{})
		}
		news := e.news
		list := append([]card.Reader(nil), e.list...)
		e.mu.Unlock()
		tell(card.Update{Readers: list})
		select {
		case <-ctx.Done():
			return
		case <-news:
		}
	}
}

// Open implements card.Provider.
func (e *Extra) Open(ctx context.Context, id card.ReaderID, o card.OpenOptions) (card.Transport, error) {
	e.mu.Lock()
	p := e.from[id]
	e.mu.Unlock()
	if p == nil {
		return nil, &card.TransportError{Kind: card.KindNoReader, Op: "open"}
	}
	return p.Open(ctx, id, o)
}
