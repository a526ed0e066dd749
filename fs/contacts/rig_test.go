package contacts

import (
	"bytes"
	"context"
	"strings"

	"simscope/card"
	"simscope/card/virtual"
	"simscope/fs"
	"simscope/internal/phonebook"
)

// fatal is what a test and a property test have in common.
type fatal interface {
	Helper()
	Fatal(args ...any)
	Fatalf(format string, args ...any)
}

// rig is a virtual card with its phone books read.
type rig struct {
	t fatal
	c *fs.Card
}

func insert(t fatal, img *virtual.Image) *rig {
	t.Helper()
	p, err := virtual.NewProvider(virtual.Slot{Name: "x", Image: img})
	if err != nil {
		t.Fatal(err)
	}
	r := &rig{t, opened(t, p)}
	r.load()
	return r
}

// opened is the card of which the applications are known and nothing else.
func opened(t fatal, p *virtual.Provider) *fs.Card {
	t.Helper()
	ctx := context.Background()
	tr, err := p.Open(ctx, card.ReaderID{Provider: virtual.ProviderName, Name: "x"}, card.OpenOptions{})
	if err != nil {
		t.Fatal(err)
	}
	s, err := card.Open(ctx, tr, card.Options{Recorder: &card.MemoryRecorder{}, Mode: card.WriteArmed})
	if err != nil {
		t.Fatal(err)
	}
	c := fs.New(s, nil)
	if err := c.Discover(ctx); err != nil {
		t.Fatal(err)
	}
	return c
}

func (r *rig) load() Survey {
	r.t.Helper()
	s, err := Load(context.Background(), r.c, true)
	if err != nil {
		r.t.Fatal(err)
	}
	return s
}

// book is the first phone book as the tree has it now.
func (r *rig) book() *Book {
	r.t.Helper()
	s := Find(r.c)
	if len(s.Books) == 0 {
		r.t.Fatalf("no phone book: %+v", s)
	}
	return s.Books[0]
}

// apply carries a plan out and reads the book anew from the card.
func (r *rig) apply(p *fs.Plan, err error) *Book {
	r.t.Helper()
	if err != nil {
		r.t.Fatal(err)
	}
	if err := LoadRights(context.Background(), r.c, p); err != nil {
		r.t.Fatal(err)
	}
	for _, pr := range p.Check(r.c) {
		r.t.Fatalf("the plan has a problem: %s\n%s", pr, strings.Join(p.Describe(r.c), "\n"))
	}
	if _, err := r.c.Apply(context.Background(), p, nil); err != nil {
		r.t.Fatalf("%v\n%s", err, strings.Join(p.Describe(r.c), "\n"))
	}
	r.load()
	return r.book()
}

// bytes are the records of all files of the phone book.
func (r *rig) bytes() map[Place][]byte {
	out := map[Place][]byte{}
	for _, n := range r.c.Tree().All() {
		if n.Content == nil {
			continue
		}
		for i, rec := range n.Content.Records {
			out[Place{n.Path, i + 1}] = bytes.Clone(rec)
		}
		if len(n.Content.Records) == 0 {
			out[Place{n.Path, 0}] = bytes.Clone(n.Content.Binary)
		}
	}
	return out
}

func path(fid virtual.FID) card.Path {
	return card.PathOf("", 0x7F10, 0x5F3A, card.FID(fid))
}

func image() *virtual.Image { return phonebook.Image(phonebook.Always) }
