package change

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"

	"simscope/card"
	"simscope/card/safe"
	"simscope/card/virtual"
	"simscope/fs"
	"simscope/tui/app"
	"simscope/tui/kit"
	"simscope/tui/ui"
	"simscope/tui/ui/uitest"
)

// tap is a provider that counts what changes the card, and can lose or hold
// an answer.
type tap struct {
	card.Provider
	mu      sync.Mutex
	updates int
	lose    int           // the answer to this update is lost, 0: none
	hold    chan struct{} // waited for before an update is passed on
}

func (p *tap) Open(ctx context.Context, id card.ReaderID, o card.OpenOptions) (card.Transport, error) {
	t, err := p.Provider.Open(ctx, id, o)
	if err != nil {
		return nil, err
	}
	return &tapped{t, p}, nil
}

type tapped struct {
	card.Transport
	p *tap
}

func (t *tapped) Transmit(ctx context.Context, apdu []byte) ([]byte, error) {
	if apdu[1] != card.InsUpdateBinary && apdu[1] != card.InsUpdateRecord {
		return t.Transport.Transmit(ctx, apdu)
	}
	t.p.mu.Lock()
	t.p.updates++
	n, lose, hold := t.p.updates, t.p.lose, t.p.hold
	t.p.mu.Unlock()
	if hold != nil {
		select {
		case <-hold:
		case <-ctx.Done():
			return nil, &card.TransportError{Kind: card.KindAbandoned, Op: "transmit", Err: ctx.Err()}
		}
	}
	r, err := t.Transport.Transmit(ctx, apdu)
	if n == lose {
		return nil, &card.TransportError{Kind: card.KindMute, Op: "transmit"}
	}
	return r, err
}

func (p *tap) sent() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.updates
}

// rig drives the dialog as the root does, over a real hub and a virtual card.
type rig struct {
	t       *testing.T
	env     *kit.Env
	dialogs ui.Dialogs
	events  chan any
	tap     *tap
	now     time.Time
	done    []DoneMsg
	verify  []kit.GuideMsg
	seen    strings.Builder
}

func newRig(t *testing.T, mode card.WriteMode, pins ...string) *rig {
	t.Helper()
	img, err := virtual.OpenBuiltin("everyday")
	if err != nil {
		t.Fatal(err)
	}
	virt, err := virtual.NewProvider(virtual.Slot{Name: "bench", Image: img})
	if err != nil {
		t.Fatal(err)
	}
	p := &tap{Provider: virt}
	hub := app.NewHub(app.NewReaders(p), app.OpenOptions{Mode: mode})
	th, err := ui.NewTheme(ui.ThemeOptions{Name: "monochrome"})
	if err != nil {
		t.Fatal(err)
	}
	r := &rig{t: t, tap: p, events: make(chan any, 4096), now: time.Unix(1_700_000_000, 0)}
	r.env = &kit.Env{Theme: th, Hub: hub, Now: func() time.Time { return r.now }, Vars: func(string) string { return "" }}
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		hub.Run(ctx, func(e any) { r.events <- e })
	}()
	t.Cleanup(func() {
		hub.Close(context.Background())
		cancel()
		<-ended
	})
	rd := card.Reader{ID: card.ReaderID{Provider: virtual.ProviderName, Name: "bench"}, State: card.ReaderPresent}
	r.env.Number = hub.Open(rd)
	r.until("the card is open", func() bool { return r.env.Card != nil })
	r.env.Identity = r.env.Card.Files.Identity()
	for _, pin := range pins {
		r.check(card.RefPIN1, pin)
	}
	return r
}

// check verifies a PIN through the worker.
func (r *rig) check(ref card.PINRef, secret string) {
	r.t.Helper()
	r.ask(func(ctx context.Context, c *app.Card) error {
		_, err := c.DoPIN(ctx, card.PINRequest{Op: card.PINVerify, Ref: ref, Current: safe.NewSecret([]byte(secret))})
		return err
	})
}

// ask runs f on the card's worker and waits for it.
func (r *rig) ask(f func(ctx context.Context, c *app.Card) error) {
	r.t.Helper()
	got := make(chan error, 1)
	r.env.Submit("test", func(ctx context.Context, c *app.Card) (any, error) {
		err := f(ctx, c)
		got <- err
		return nil, err
	})
	if err := <-got; err != nil {
		r.t.Fatal(err)
	}
}

// plan makes a plan on the worker.
func (r *rig) plan(make func(c *fs.Card, ctx context.Context, app card.AID) (*fs.Plan, error)) *fs.Plan {
	r.t.Helper()
	var p *fs.Plan
	r.ask(func(ctx context.Context, c *app.Card) error {
		var err error
		p, err = make(c.Files, ctx, "")
		return err
	})
	return p
}

// show puts the dialog up and waits until it has looked at the card.
func (r *rig) show(p *fs.Plan) *dialog {
	r.t.Helper()
	d := New(r.env, p).(*dialog)
	r.dialogs.Push(d)
	r.until("the plan was looked at", func() bool { return d.ready || d.ended })
	return d
}

func (r *rig) top() *dialog {
	d, _ := r.dialogs.Top().(*dialog)
	return d
}

func (r *rig) feed(msg tea.Msg) {
	_, cmd := r.dialogs.Update(msg)
	r.run(cmd)
	switch msg := msg.(type) {
	case app.OpenedEvent:
		r.env.Card = msg.Card
	case kit.PushMsg:
		r.dialogs.Push(msg.Dialog)
	case kit.GuideMsg:
		r.verify = append(r.verify, msg)
	case DoneMsg:
		r.done = append(r.done, msg)
	}
}

func (r *rig) run(cmd tea.Cmd) {
	if cmd == nil {
		return
	}
	switch msg := cmd().(type) {
	case nil:
	case tea.BatchMsg:
		for _, c := range msg {
			r.run(c)
		}
	default:
		r.feed(msg)
	}
}

func (r *rig) until(what string, ok func() bool) {
	r.t.Helper()
	deadline := time.After(30 * time.Second)
	for !ok() {
		select {
		case e := <-r.events:
			r.feed(e)
		case <-deadline:
			r.t.Fatalf("waited too long until %s\n%s", what, r.screen(80, 24))
		}
	}
}

func (r *rig) keys(names ...string) {
	for _, name := range names {
		r.feed(uitest.Press(name))
		r.screen(80, 24)
		fmt.Fprintf(&r.seen, "%v %+v\n", r.dialogs.Top(), r.dialogs.Top())
	}
}

func (r *rig) screen(w, h int) string {
	s := ansi.Strip(r.dialogs.View(r.env.Theme, "", w, h))
	r.seen.WriteString(s)
	return s
}

func (r *rig) sees(want ...string) {
	r.t.Helper()
	got := r.screen(120, 40)
	for _, w := range want {
		if !strings.Contains(got, w) {
			r.t.Errorf("%q is not seen in\n%s", w, got)
		}
	}
}

// golden compares with testdata/name.golden, without blanks at ends of lines.
func golden(t *testing.T, name, got string) {
	t.Helper()
	var b strings.Builder
	for line := range strings.Lines(got) {
		b.WriteString(strings.TrimRight(line, " \n") + "\n")
	}
	uitest.Golden(t, name, b.String())
}

func pinsMsg(r *rig) kit.PINsMsg { return kit.PINsMsg{PINs: r.env.Card.PINs()} }
