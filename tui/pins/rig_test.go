package pins

import (
	"bytes"
	"context"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"

	"simscope/card"
	"simscope/card/virtual"
	"simscope/tui/app"
	"simscope/tui/kit"
	"simscope/tui/ui"
	"simscope/tui/ui/uitest"
)

// tap is a provider that counts the PIN commands that carry a secret and can
// lose the answer to one.
type tap struct {
	card.Provider
	mu   sync.Mutex
	sent map[byte]int
	// lose is called for each of them; deliver says whether the card gets it,
	// and an error is what comes back in the answer's place.
	lose func(ins byte) (deliver bool, err error)
	// hold, if not nil, is waited for before such a command is passed on.
	hold chan struct{}
}

func (p *tap) Open(ctx context.Context, id card.ReaderID, o card.OpenOptions) (card.Transport, error) {
	t, err := p.Provider.Open(ctx, id, o)
	if err != nil {
		return nil, err
	}
	return &tapped{Transport: t, p: p}, nil
}

type tapped struct {
	card.Transport
	p *tap
}

func (t *tapped) Transmit(ctx context.Context, apdu []byte) ([]byte, error) {
	ins := apdu[1]
	if len(apdu) <= 5 || ins < 0x20 || ins > 0x2C || ins&1 != 0 {
		return t.Transport.Transmit(ctx, apdu)
	}
	t.p.mu.Lock()
	t.p.sent[ins]++
	lose, hold := t.p.lose, t.p.hold
	t.p.mu.Unlock()
	if hold != nil {
		select {
		case <-hold:
		case <-ctx.Done():
			return nil, &card.TransportError{Kind: card.KindAbandoned, Op: "transmit", Err: ctx.Err()}
		}
	}
	if lose == nil {
		return t.Transport.Transmit(ctx, apdu)
	}
	deliver, err := lose(ins)
	if deliver {
		r, e := t.Transport.Transmit(ctx, apdu)
		if err == nil {
			return r, e
		}
	}
	return nil, err
}

func (p *tap) count(ins byte) int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.sent[ins]
}

// all is the number of commands sent that carried a secret.
func (p *tap) all() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	n := 0
	for _, c := range p.sent {
		n += c
	}
	return n
}

// rig drives the screen as the root does, over a real hub and virtual cards.
type rig struct {
	t       *testing.T
	env     *kit.Env
	m       *Model
	dialogs ui.Dialogs
	events  chan any
	virt    *virtual.Provider
	tap     *tap
	now     time.Time
	told    []kit.PINsMsg
	toasts  []string
	seen    strings.Builder // every message and every picture
	quit    bool
	quiet   bool // nothing is kept after each key
	pins    bool // the state of the PINs was read
}

// newRig opens the built-in card of that name, after change had its way.
func newRig(t *testing.T, image string, change func(*virtual.Image)) *rig {
	t.Helper()
	img, err := virtual.OpenBuiltin(image)
	if err != nil {
		t.Fatal(err)
	}
	if change != nil {
		change(img)
	}
	virt, err := virtual.NewProvider(virtual.Slot{Name: "bench", Image: img})
	if err != nil {
		t.Fatal(err)
	}
	return rigOver(t, virt, virt)
}

// rigOver opens the card "bench" of a provider.
func rigOver(t *testing.T, provider card.Provider, virt *virtual.Provider) *rig {
	t.Helper()
	p := &tap{Provider: provider, sent: map[byte]int{}}
	hub := app.NewHub(app.NewReaders(p), app.OpenOptions{})
	th, err := ui.NewTheme(ui.ThemeOptions{Name: "monochrome"})
	if err != nil {
		t.Fatal(err)
	}
	r := &rig{t: t, virt: virt, tap: p, events: make(chan any, 4096), now: time.Unix(1_700_000_000, 0)}
	r.env = &kit.Env{Theme: th, Hub: hub, Now: func() time.Time { return r.now }, Vars: func(string) string { return "" }}
	r.m = New(r.env)
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan struct{})
	go func() {
		defer close(done)
		hub.Run(ctx, func(e any) { r.events <- e })
	}()
	t.Cleanup(func() {
		hub.Close(context.Background())
		cancel()
		<-done
	})
	r.open()
	return r
}

func (r *rig) open() {
	r.t.Helper()
	rd := card.Reader{ID: card.ReaderID{Provider: virtual.ProviderName, Name: "bench"}, State: card.ReaderPresent}
	r.env.Reader, r.env.Opening, r.env.PINs, r.env.Trouble = rd, true, nil, nil
	r.env.Number = r.env.Hub.Open(rd)
	r.until("the card is open", func() bool { return r.env.Card != nil && r.pins })
	r.env.Identity = r.env.Card.Files.Identity()
	r.m.Update(nil)
}

// feed does with a message what the root does: dialogs first, then what the
// screens share, then the screens.
func (r *rig) feed(msg tea.Msg) {
	if _, key := msg.(tea.KeyPressMsg); !key {
		fmt.Fprintf(&r.seen, "%v %+v %#v\n", msg, msg, msg)
	}
	used, cmd := r.dialogs.Update(msg)
	r.run(cmd)
	if used {
		return
	}
	if key, ok := msg.(tea.KeyPressMsg); ok {
		if handled, cmd := r.m.Key(key); handled {
			r.run(cmd)
		}
		return
	}
	r.share(msg)
	r.run(r.m.Update(msg))
}

func (r *rig) share(msg tea.Msg) {
	switch msg := msg.(type) {
	case app.OpenedEvent:
		if msg.Number == r.env.Number {
			r.env.Card, r.env.Opening = msg.Card, false
			r.env.Submit("pin status", func(ctx context.Context, c *app.Card) (any, error) { return c.ReadPINs(ctx) })
		}
	case app.AnswerEvent:
		if p, ok := msg.Answer.Value.([]app.PIN); ok && msg.Answer.Card == r.env.Number {
			r.env.PINs, r.pins = p, true
		}
	case app.ReadersEvent:
		for _, rd := range msg.Seen.Readers {
			if r.env.Card != nil && !rd.State.HasCard() {
				r.env.Hub.Release()
				p := app.Explain(&card.TransportError{Kind: card.KindGone}, "bench")
				r.env.Card, r.env.PINs, r.env.Trouble = nil, nil, &p
			}
		}
	case kit.PINsMsg:
		r.env.PINs = msg.PINs
		r.told = append(r.told, msg)
	case kit.PushMsg:
		r.dialogs.Push(msg.Dialog)
	case kit.ToastMsg:
		r.toasts = append(r.toasts, msg.Text)
	case kit.DoMsg:
		r.do(msg.Verb)
	}
}

// run runs a command and feeds what it gives, as the framework does.
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

// do runs a verb if its precondition holds, and gives the reason otherwise.
func (r *rig) do(verb string) string {
	if verb == "quit" {
		r.quit = true
		return ""
	}
	v, ok := app.FindVerb(verb)
	if !ok {
		r.t.Fatalf("no verb %q", verb)
	}
	s := app.State{CardOpen: r.env.Card != nil}
	if r.env.Card != nil {
		s.Kind, s.Mode = r.env.Card.Session.Kind(), r.env.Card.Session.Mode()
	}
	r.m.State(&s)
	if why := v.Why(s); why != "" {
		return why
	}
	r.run(r.m.Do(verb, ""))
	return ""
}

// until pumps events until ok, or fails.
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

// keys presses keys: names in angle brackets, others letter by letter.
func (r *rig) keys(s string) {
	r.t.Helper()
	for s != "" {
		if name, rest, ok := strings.Cut(strings.TrimPrefix(s, "<"), ">"); ok && strings.HasPrefix(s, "<") {
			r.feed(uitest.Press(name))
			s = rest
		} else {
			r.feed(uitest.Press(s[:1]))
			s = s[1:]
		}
		if !r.quiet {
			r.screen(80, 24)
			r.print()
		}
	}
}

// print keeps what every way of printing gives of the screen's state.
func (r *rig) print() {
	all := []any{r.m, *r.m}
	if r.m.guide != nil {
		all = append(all, r.m.guide, *r.m.guide, &r.m.guide.in)
	}
	for _, x := range all {
		for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%x", "%d", "%q"} {
			fmt.Fprintf(&r.seen, verb+"\n", x)
		}
	}
}

// screen is what is seen, without colours.
func (r *rig) screen(w, h int) string {
	view := ansi.Strip(r.dialogs.View(r.env.Theme, r.m.View(w, h), w, h))
	r.seen.WriteString(view)
	return view
}

// sees fails unless every text is seen, whatever its line breaks.
func (r *rig) sees(want ...string) {
	r.t.Helper()
	got := r.screen(80, 24)
	flat := flatten(got)
	for _, w := range want {
		if !strings.Contains(flat, flatten(w)) {
			r.t.Errorf("%q is not seen in\n%s", w, got)
		}
	}
}

// flatten takes borders, the column of steps and line breaks out.
func flatten(s string) string {
	var b strings.Builder
	for line := range strings.Lines(s) {
		if cells := []rune(line); len(cells) > 20 && strings.ContainsRune(string(cells[:4]), '│') {
			line = string(cells[4:])
			for _, name := range []string{"what", "current", "PIN", "PUK", "key", "new", "again", "check", "result"} {
				for _, sign := range []string{"✓ ", "✗ ", "· ", "▌ "} {
					line = strings.TrimPrefix(line, sign+name+"  ")
				}
			}
		}
		b.WriteString(strings.Trim(line, "│\n ") + " ")
	}
	return strings.Join(strings.Fields(b.String()), " ")
}

// result waits for the last page.
func (r *rig) result() {
	r.t.Helper()
	r.until("the answer is there", func() bool { return r.m.guide.told != nil })
}

// holds looks into the virtual card, where a check costs nothing.
func (r *rig) holds(ref virtual.Ref, want string) bool {
	for _, p := range r.virt.Card("bench").Image().PINs {
		if p.Ref == ref {
			same := false
			p.Value.Use(func(b []byte) {
				same = strings.HasPrefix(string(b), want) && !bytes.ContainsAny(b[len(want):], "0123456789")
			})
			return same
		}
	}
	return false
}

func (r *rig) tries(ref virtual.Ref) (pin, puk int, on bool) {
	for _, p := range r.virt.Card("bench").Image().PINs {
		if p.Ref == ref {
			return p.Tries, p.UnblockTries, p.Enabled
		}
	}
	r.t.Fatalf("the card has no %02X", byte(ref))
	return 0, 0, false
}

// edit changes a PIN of an image.
func edit(ref virtual.Ref, f func(*virtual.PIN)) func(*virtual.Image) {
	return func(img *virtual.Image) {
		for i := range img.PINs {
			if img.PINs[i].Ref == ref {
				f(&img.PINs[i])
			}
		}
	}
}

// golden compares with testdata/name.golden, which ends its last line.
func golden(t *testing.T, name, got string) {
	t.Helper()
	uitest.Golden(t, name, got+"\n")
}

// oneCard opens the same transport whatever is asked for.
type oneCard struct {
	card.Provider
	t card.Transport
}

func (p *oneCard) Open(context.Context, card.ReaderID, card.OpenOptions) (card.Transport, error) {
	return p.t, nil
}
