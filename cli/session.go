package cli

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"sync"
	"sync/atomic"
	"time"

	"simscope/card"
	"simscope/card/pcsc"
	"simscope/card/safe"
	"simscope/card/trace"
	"simscope/texts"
	"simscope/tui/app"
)

// recorder writes the session to a file while it is on. It may be turned on
// and off from another goroutine than the one that records.
type recorder struct {
	mu sync.Mutex
	w  *trace.Writer
}

func (r *recorder) start(name string, h trace.Header) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.w != nil {
		if err := r.w.Close(); err != nil {
			return err
		}
	}
	w, err := trace.CreateRecording(name, h, true)
	if err != nil {
		return fileProblem(err, texts.Say("tried.record"))
	}
	r.w = w
	return nil
}

func (r *recorder) stop() error {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.w == nil {
		return nil
	}
	w := r.w
	r.w = nil
	return w.Close()
}

func (r *recorder) observe(e card.Exchange) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.w != nil {
		_ = r.w.Write(e)
	}
}

// choose finds the reader that the flags mean.
func (p *program) choose(ctx context.Context) (card.Reader, error) {
	if p.rs == nil {
		rs, err := p.readers(false)
		if err != nil {
			return card.Reader{}, err
		}
		p.rs = rs
	}
	list, err := listReaders(ctx, p.rs)
	if err != nil {
		return card.Reader{}, err
	}
	return app.Choose(list, p.f.reader)
}

// listReaders gives a service that does not answer up after a while.
func listReaders(ctx context.Context, rs *app.Readers) ([]card.Reader, error) {
	ctx, cancel := context.WithTimeout(ctx, app.AbandonAfter)
	defer cancel()
	return rs.List(ctx)
}

// withCard opens the card the flags mean, runs f and lets go of the card. An
// answer that takes long is spoken of on standard error, and given up after a
// while unless f waits for the person.
func (p *program) withCard(ctx context.Context, f func(ctx context.Context, c *app.Card) error) error {
	refs, err := p.verifyRefs()
	if err != nil {
		return err
	}
	r, err := p.choose(ctx)
	if err != nil {
		return err
	}
	protocol, err := parseProtocol(p.f.protocol)
	if err != nil {
		return err
	}
	p.recorder = &recorder{}
	if p.f.record != "" {
		if err := p.recorder.start(p.f.record, trace.Header{ATR: r.ATR, Reader: r.ID, Time: time.Now()}); err != nil {
			return err
		}
	}
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	dog := p.watch(ctx, cancel)
	c, err := app.Open(ctx, p.rs, r, 1, app.OpenOptions{
		Mode: p.mode(), Protocol: protocol, Bare: p.bare && len(refs) == 0 && p.f.app == "" && !p.f.write,
		Observe: func(e card.Exchange) {
			dog.alive()
			p.recorder.observe(e)
		},
	})
	if c == nil {
		return orCause(ctx, err)
	}
	defer func() {
		end, stop := context.WithTimeout(context.WithoutCancel(ctx), 3*time.Second)
		defer stop()
		open := c.Session.NeedsReset()
		if err := c.Close(end); err != nil && open {
			p.linger()
		}
	}()
	// A card whose identification was refused can still be read.
	if err != nil && !card.Refused(err) {
		return orCause(ctx, err)
	}
	p.dog = dog
	if err := p.verifyFirst(ctx, c, refs); err != nil {
		return orCause(ctx, err)
	}
	return orCause(ctx, p.withFlags(c, f(ctx, c)))
}

// orCause prefers why the context ended over that it ended. A command whose
// effect is unknown stays that, whatever kept its answer away.
func orCause(ctx context.Context, err error) error {
	var lost *card.LostError
	if errors.As(err, &lost) {
		return err
	}
	var te *card.TransportError
	if err != nil && (errors.Is(err, context.Canceled) || errors.As(err, &te) && te.Kind == card.KindAbandoned) {
		if cause := context.Cause(ctx); cause != nil && !errors.Is(cause, context.Canceled) {
			return cause
		}
		if ctx.Err() != nil {
			return context.Canceled
		}
	}
	return err
}

func parseProtocol(s string) (card.Protocol, error) {
	switch s {
	case "", "any":
		return card.ProtocolAny, nil
	case "0", "t0", "T=0":
		return card.ProtocolT0, nil
	case "1", "t1", "T=1":
		return card.ProtocolT1, nil
	}
	return 0, usage("protocol")
}

// watchdog notices that a card does not answer.
type watchdog struct {
	last   atomic.Int64 // time of the last sign of life
	paused atomic.Bool  // the person is being asked
}

func (d *watchdog) alive() { d.last.Store(time.Now().UnixNano()) }

// asking runs f, which waits for the person and not for the card.
func (d *watchdog) asking(f func() error) error {
	if d == nil {
		return f()
	}
	d.paused.Store(true)
	defer func() {
		d.alive()
		d.paused.Store(false)
	}()
	return f()
}

func (p *program) watch(ctx context.Context, cancel context.CancelCauseFunc) *watchdog {
	d := &watchdog{}
	d.alive()
	go func() {
		told := false
		tick := time.NewTicker(200 * time.Millisecond)
		defer tick.Stop()
		for {
			select {
			case <-ctx.Done():
				return
			case <-tick.C:
			}
			// Looked at before the time, which is set anew before it ends.
			if d.paused.Load() {
				continue
			}
			quiet := time.Since(time.Unix(0, d.last.Load()))
			if quiet > app.NameAfter && !told {
				told = true
				fmt.Fprintln(p.words(p.io.Err), waitingFor())
			}
			if quiet > app.AbandonAfter {
				cancel(&card.TransportError{Kind: quietKind(), Op: texts.Say("tried.wait")})
				return
			}
		}
	}()
	return d
}

// waitingFor names what the program waits for, as far as it can tell.
func waitingFor() string {
	if a := pcsc.Activities(); len(a) > 0 {
		return texts.Say("out.waiting.for", "op", texts.Say("pcsc.wait."+a[0].Op), "reader", safe.Text(a[0].Reader.Name))
	}
	return texts.Say("out.waiting")
}

// quietKind tells a card that another program keeps from one that is mute: a
// transaction that cannot begin is somebody else's.
func quietKind() card.TransportKind {
	if a := pcsc.Activities(); len(a) > 0 && a[0].Op != "transmit" {
		return card.KindBusy
	}
	return card.KindMute
}

// lingerTime bounds how long the program stays for the sake of a card that is
// still open.
const lingerTime = 60 * time.Second

// linger stays until a card on which something was verified has been reset:
// another program holds it, and the reset waits in a call that ends with this
// process. Ctrl-C leaves at once.
func (p *program) linger() {
	// For a card that is mute there is nothing to wait for.
	if pcsc.Abandoned() == 0 || quietKind() == card.KindMute {
		return
	}
	fmt.Fprintln(p.io.Err, texts.Say("out.linger"))
	enough := make(chan os.Signal, 1)
	signal.Notify(enough, os.Interrupt)
	defer signal.Stop(enough)
	end := time.After(lingerTime)
	tick := time.NewTicker(100 * time.Millisecond)
	defer tick.Stop()
	for pcsc.Abandoned() > 0 {
		select {
		case <-tick.C:
		case <-enough:
			return
		case <-end:
			return
		}
	}
}
