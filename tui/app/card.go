package app

import (
	"context"
	"sync"
	"time"

	"simscope/card"
	"simscope/card/trace"
	"simscope/crypto/aka"
	"simscope/fs"
)

// Card is an open card: its session, what is known of its files and PINs,
// and the log of what was said. Methods with a context talk to the card and
// belong on its worker, or on the only goroutine of a command line.
type Card struct {
	Number  int
	Reader  card.Reader
	Session *card.Session
	Files   *fs.Card
	Log     *trace.Log
	Ops     *card.MemoryRecorder

	mu   sync.Mutex
	pins []PIN
	sqn  map[card.AID]aka.SQN // SQN_MS of applications, where it was learnt
}

// OpenOptions say how cards are opened.
type OpenOptions struct {
	Mode     card.WriteMode
	Protocol card.Protocol
	Log      *trace.Log
	Now      func() time.Time // nil: time.Now
	// Bare leaves out which applications the card has and whose it is: for
	// commands that a person sends by hand.
	Bare bool
	// Observe is told of every exchange after it is in the log, on the
	// goroutine that talks to the card.
	Observe func(card.Exchange)
	// Changed is told of every file of which something new is known.
	Changed func(fs.Node)
}

// Open connects to the card in a reader, finds out how it is spoken to and
// which applications it has. A card that came so far is returned also with an
// error of the later part, so that it can still be looked at.
func Open(ctx context.Context, rs *Readers, r card.Reader, number int, o OpenOptions) (*Card, error) {
	t, err := rs.Open(ctx, r.ID, card.OpenOptions{Protocol: o.Protocol})
	if err != nil {
		return nil, err
	}
	c := &Card{Number: number, Reader: r, Log: o.Log, Ops: &card.MemoryRecorder{}}
	if c.Log == nil {
		c.Log = trace.NewLog(trace.LogOptions{})
	}
	c.Session, err = card.Open(ctx, t, card.Options{
		Recorder: c.Ops,
		Now:      o.Now,
		Mode:     o.Mode,
		Observe: func(e card.Exchange) {
			c.Log.Append(e)
			if o.Observe != nil {
				o.Observe(e)
			}
		},
	})
	if err != nil {
		_ = t.Close(ctx, false)
		return nil, err
	}
	c.Files = fs.New(c.Session, o.Changed)
	if o.Bare {
		return c, nil
	}
	return c, c.Identify(ctx)
}

// Identify reads what tells the card from others: its ICCID, its applications
// and the few files on which the reading of others depends.
func (c *Card) Identify(ctx context.Context) error {
	err := c.Files.Discover(ctx)
	if raw := c.iccidBytes(); raw != nil {
		c.Session.SetICCID(c.Files.Identity().ICCID)
	}
	return err
}

// iccidBytes is EF.ICCID's content, nil when it was not read.
func (c *Card) iccidBytes() []byte {
	n, ok := c.Files.Tree().Get(card.PathOf("", card.FIDICCID))
	if !ok || n.Content == nil {
		return nil
	}
	return n.Content.Binary
}

// Close lets go of the card; it is reset when something was verified.
func (c *Card) Close(ctx context.Context) error { return c.Session.Close(ctx) }
