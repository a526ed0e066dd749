package log

import (
	"context"
	"encoding/hex"
	"os"
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"

	"simscope/card"
	"simscope/card/trace"
	"simscope/card/virtual"
	"simscope/tui/app"
	"simscope/tui/kit"
	"simscope/tui/kit/kittest"
	"simscope/tui/ui"
	"simscope/tui/ui/uitest"
)

// TestMain sets the zone in which times are shown.
func TestMain(m *testing.M) {
	time.Local = time.UTC
	os.Exit(m.Run())
}

// root does for one screen what the root model does for all.
type root struct {
	t       testing.TB
	env     *kit.Env
	m       *Model
	dialogs ui.Dialogs
	toasts  []string
	msgs    []tea.Msg // what else was asked of the root
	clock   time.Time
	events  chan any
}

var testTime = time.Date(2026, 3, 4, 12, 3, 11, 120e6, time.UTC)

// newRoot is a screen over a log with rows, without a card.
func newRoot(t testing.TB, l *trace.Log, p ...card.Provider) *root {
	t.Helper()
	if l == nil {
		l = trace.NewLog(trace.LogOptions{})
	}
	r := &root{t: t, clock: testTime, events: make(chan any, 1000)}
	r.env = &kit.Env{
		Theme: kittest.Theme(t, "monochrome", false), Hub: app.NewHub(app.NewReaders(p...), app.OpenOptions{Log: l}),
		Now: func() time.Time { return r.clock }, Vars: func(string) string { return "" },
	}
	r.m = New(r.env)
	return r
}

func logOf(es ...card.Exchange) *trace.Log {
	l := trace.NewLog(trace.LogOptions{})
	for _, e := range es {
		l.Append(e)
	}
	return l
}

// openCard opens the everyday card and waits until it is known.
func openCard(t testing.TB) *root {
	t.Helper()
	img, err := virtual.OpenBuiltin("everyday")
	if err != nil {
		t.Fatal(err)
	}
	p, err := virtual.NewProvider(virtual.Slot{Name: "Virtual 00", Image: img})
	if err != nil {
		t.Fatal(err)
	}
	r := newRoot(t, nil, p)
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan struct{})
	go func() {
		r.env.Hub.Run(ctx, func(e any) {
			select {
			case r.events <- e:
			case <-ctx.Done():
			}
		})
		close(done)
	}()
	t.Cleanup(func() {
		end, stop := context.WithTimeout(context.Background(), 5*time.Second)
		defer stop()
		r.env.Hub.Close(end)
		cancel()
		<-done
	})
	list, err := p.List(ctx)
	if err != nil || len(list) != 1 {
		t.Fatal(list, err)
	}
	r.env.Reader = list[0]
	r.env.Number = r.env.Hub.Open(list[0])
	r.wait(func() bool { return r.env.Card != nil })
	return r
}

// wait takes events until something is so.
func (r *root) wait(until func() bool) {
	r.t.Helper()
	late := time.After(20 * time.Second)
	for !until() {
		select {
		case e := <-r.events:
			if o, ok := e.(app.OpenedEvent); ok {
				if o.Err != nil {
					r.t.Fatal(o.Err)
				}
				r.env.Card = o.Card
			}
			r.update(e)
		case <-late:
			r.t.Fatal("waited too long for an event")
		}
	}
}

// submit runs something on the card's worker and waits for its answer.
func (r *root) submit(run func(ctx context.Context, c *app.Card) (any, error)) any {
	r.t.Helper()
	id := r.env.Submit("test", run)
	var got *app.Answer
	late := time.After(20 * time.Second)
	for got == nil {
		select {
		case e := <-r.events:
			r.update(e)
			if a, ok := e.(app.AnswerEvent); ok && a.Answer.ID == id {
				got = &a.Answer
			}
		case <-late:
			r.t.Fatal("no answer")
		}
	}
	if got.Err != nil {
		r.t.Fatal(got.Err)
	}
	return got.Value
}

func (r *root) update(msg tea.Msg) {
	_, cmd := r.dialogs.Update(msg)
	r.run(cmd)
	r.run(r.m.Update(msg))
}

// run does what a command does, at once.
func (r *root) run(cmd tea.Cmd) {
	if cmd == nil {
		return
	}
	r.take(cmd())
}

func (r *root) take(msg tea.Msg) {
	switch msg := msg.(type) {
	case nil:
	case tea.BatchMsg:
		for _, c := range msg {
			r.run(c)
		}
	case kit.PushMsg:
		r.dialogs.Push(msg.Dialog)
	case kit.ToastMsg:
		r.toasts = append(r.toasts, msg.Text)
	default:
		r.msgs = append(r.msgs, msg)
		r.update(msg)
	}
}

func (r *root) toast() string {
	if len(r.toasts) == 0 {
		return ""
	}
	return r.toasts[len(r.toasts)-1]
}

// key presses keys, one after the other, as the root hands them on.
func (r *root) key(keys ...string) {
	r.t.Helper()
	for _, k := range keys {
		msg := uitest.Press(k)
		if used, cmd := r.dialogs.Update(msg); used {
			r.run(cmd)
			continue
		}
		used, cmd := r.m.Key(msg)
		r.run(cmd)
		if used || r.m.Typing() {
			continue
		}
		v, ok := app.VerbFor(app.ScreenLog, k)
		if !ok || v.Screen != app.ScreenLog {
			continue
		}
		s := app.State{CardOpen: r.env.Card != nil, Recording: r.env.Recording != ""}
		r.m.State(&s)
		if why := v.Reason(s); why != "" {
			r.toasts = append(r.toasts, why)
			continue
		}
		r.run(r.m.Do(v.ID, ""))
	}
}

// write types text.
func (r *root) write(text string) {
	r.t.Helper()
	for _, c := range text {
		if c == ' ' {
			r.key("space")
			continue
		}
		r.key(string(c))
	}
}

// screen is what is seen, without colours.
func (r *root) screen(w, h int) string {
	return ansi.Strip(r.dialogs.View(r.env.Theme, r.m.View(w, h), w, h))
}

func (r *root) must(parts ...string) {
	r.t.Helper()
	s := r.screen(120, 37)
	for _, p := range parts {
		if !strings.Contains(s, p) {
			r.t.Errorf("%q is not on the screen:\n%s", p, s)
		}
	}
}

func (r *root) mustNot(parts ...string) {
	r.t.Helper()
	s := r.screen(120, 37)
	for _, p := range parts {
		if strings.Contains(s, p) {
			r.t.Errorf("%q is on the screen:\n%s", p, s)
		}
	}
}

// golden compares with testdata/name.golden, which ends its last line.
func golden(t *testing.T, name, got string) {
	t.Helper()
	uitest.Golden(t, name, got+"\n")
}

func unhex(t testing.TB, s string) []byte {
	t.Helper()
	b, err := hex.DecodeString(strings.ReplaceAll(s, " ", ""))
	if err != nil {
		t.Fatal(err)
	}
	return b
}

var (
	usim     = card.AID("\xA0\x00\x00\x00\x87\x10\x02\xFF\x86\xFF\xFF\x89\xFF\xFF\xFF\xFF")
	pathIMSI = card.PathOf(usim, 0x6F07)
	pathKeys = card.PathOf(usim, 0x6F08)
	pathADN  = card.PathOf("", 0x7F10, 0x6F3A)
)

func apdu(t testing.TB, cmd, rsp string, sw card.SW, d time.Duration) card.Exchange {
	return card.Exchange{Command: unhex(t, cmd), Response: unhex(t, rsp), SW: sw, Duration: d}
}

func at(e card.Exchange, p card.Path) card.Exchange {
	e.File, e.HasFile = p, true
	return e
}

func hidden(e card.Exchange, response bool, off, n int, word string) card.Exchange {
	e.Hidden = append(e.Hidden, card.Span{Response: response, Off: off, Len: n, Word: word})
	return e
}

const ms = time.Millisecond

// talk is a conversation with a row of every kind.
func talk(t testing.TB) []card.Exchange {
	out := []card.Exchange{
		{Kind: card.ExchangeReset, Response: unhex(t, "3B9F96801FC78031A073BE21136743200718000001A5"), Duration: 85 * ms},
		at(apdu(t, "00 A4 08 04 04 7F FF 6F 07", "", 0x611E, 11*ms), pathIMSI),
		{
			Kind: card.ExchangeFollowUp, Command: unhex(t, "00C000001E"), SW: 0x9000, Duration: 6 * ms, File: pathIMSI, HasFile: true,
			Response: unhex(t, "621C8202412183026F07A503C00140 8A01058B036F060280020009880138"),
		},
		at(apdu(t, "00 B0 00 00 09", "08 99 99 99 10 32 54 76 98", 0x9000, 4300*time.Microsecond), pathIMSI),
		apdu(t, "00 20 00 01 00", "", 0x63C3, 3*ms),
		hidden(apdu(t, "00 20 00 01 08 31 32 33 34 FF FF FF FF", "", 0x63C2, 42*ms), false, 5, 8, "PIN"),
		at(apdu(t, "00 B2 03 04 1E", "", 0x6982, 5*ms), pathADN),
		hidden(at(apdu(t, "00 B0 00 00 21", "07"+strings.Repeat("5A", 32), 0x9000, 9*ms), pathKeys), true, 1, 32, "key"),
		{Kind: card.ExchangeNote, Note: "note.foreign_reset"},
		{Command: unhex(t, "80 F2 00 00 00"), Err: "mute", Duration: 2 * time.Second},
		at(apdu(t, "00 A4 08 04 02 2F 05", "", 0x6A82, 12*ms), card.PathOf("", 0x2F05)),
		at(apdu(t, "00 D6 00 00 02 01 02", "", 0x6985, 1200*time.Microsecond), card.PathOf("", 0x2F05)),
	}
	when := testTime
	for i := range out {
		out[i].Seq, out[i].Step, out[i].Start, out[i].Generation = uint64(i+1), "read card", when, 1
		when = when.Add(out[i].Duration + ms)
	}
	return out
}

// chinese names files as a card with such labels would.
func chinese(t testing.TB) []card.Exchange {
	out := talk(t)
	for i := range out {
		out[i].Note = map[bool]string{true: "星辰移动 took the card 星辰移动", false: ""}[out[i].Kind == card.ExchangeNote]
	}
	return out
}
