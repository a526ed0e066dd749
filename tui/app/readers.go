package app

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"sync"

	"simscope/card"
)

// Readers joins the lists of several providers.
type Readers struct {
	providers []card.Provider
}

// NewReaders joins providers, in the order in which they are to be listed.
func NewReaders(p ...card.Provider) *Readers { return &Readers{providers: p} }

// List asks every provider. The error joins those of the providers that
// could not say; the readers of the others are returned with it.
func (r *Readers) List(ctx context.Context) ([]card.Reader, error) {
	var all []card.Reader
	var errs []error
	for _, p := range r.providers {
		list, err := p.List(ctx)
		if err != nil {
			errs = append(errs, err)
		}
		all = append(all, list...)
	}
	return all, errors.Join(errs...)
}

// Seen is what Watch tells: all readers, and each provider's trouble.
type Seen struct {
	Readers  []card.Reader
	Problems map[string]error // by provider's name
}

// Watch tells of every change until ctx ends. tell is never called twice at
// the same time.
func (r *Readers) Watch(ctx context.Context, tell func(Seen)) {
	var mu sync.Mutex
	latest := make([]card.Update, len(r.providers))
	var wg sync.WaitGroup
	for i, p := range r.providers {
		wg.Add(1)
		go func() {
			defer wg.Done()
			p.Watch(ctx, func(u card.Update) {
				mu.Lock()
				defer mu.Unlock()
				latest[i] = u
				tell(r.join(latest))
			})
		}()
	}
	wg.Wait()
}

func (r *Readers) join(latest []card.Update) Seen {
	s := Seen{Problems: map[string]error{}}
	for i, u := range latest {
		s.Readers = append(s.Readers, u.Readers...)
		if u.Err != nil {
			s.Problems[r.providers[i].Name()] = u.Err
		}
	}
	return s
}

// Open opens the card in a reader.
func (r *Readers) Open(ctx context.Context, id card.ReaderID, o card.OpenOptions) (card.Transport, error) {
	for _, p := range r.providers {
		if p.Name() == id.Provider {
			return p.Open(ctx, id, o)
		}
	}
	return nil, &card.TransportError{Kind: card.KindNoReader, Op: "open"}
}

// ChoiceError says that a person's words fit no reader, or several.
type ChoiceError struct {
	Asked string
	Fits  []card.Reader // empty: none fits
	All   []card.Reader
}

func (e *ChoiceError) Error() string {
	if len(e.Fits) == 0 {
		return fmt.Sprintf("no reader is called %q", e.Asked)
	}
	return fmt.Sprintf("%d readers fit %q", len(e.Fits), e.Asked)
}

// Choose finds the reader a person means: by its number in the list (from 1),
// its whole name, or a part of it. With nothing asked it is the only reader
// that has a card, else the only reader.
func Choose(all []card.Reader, asked string) (card.Reader, error) {
	if len(all) == 0 {
		return card.Reader{}, &card.TransportError{Kind: card.KindNoReader, Op: "choose a reader"}
	}
	if asked == "" {
		return chooseDefault(all)
	}
	if n, err := strconv.Atoi(asked); err == nil && n >= 1 && n <= len(all) {
		return all[n-1], nil
	}
	var fits []card.Reader
	for _, r := range all {
		if r.ID.Name == asked {
			return r, nil
		}
		if strings.Contains(strings.ToLower(r.ID.Name), strings.ToLower(asked)) || r.About == asked {
			fits = append(fits, r)
		}
	}
	if len(fits) == 1 {
		return fits[0], nil
	}
	return card.Reader{}, &ChoiceError{Asked: asked, Fits: fits, All: all}
}

func chooseDefault(all []card.Reader) (card.Reader, error) {
	var full []card.Reader
	for _, r := range all {
		if r.State.HasCard() {
			full = append(full, r)
		}
	}
	switch {
	case len(full) == 1:
		return full[0], nil
	case len(full) > 1:
		// The demonstration cards come in a fixed order, the liveliest first.
		if full[0].ID.Provider == "virtual" || full[0].ID.Provider == "replay" {
			return full[0], nil
		}
		return card.Reader{}, &ChoiceError{Fits: full, All: all}
	case len(all) == 1:
		return all[0], nil
	}
	return card.Reader{}, &card.TransportError{Kind: card.KindNoCard, Op: "choose a reader"}
}

// Add puts one more provider at the end of the list. It must be done before
// the list is watched.
func (r *Readers) Add(p card.Provider) { r.providers = append(r.providers, p) }
