//go:build linux && cgo

package bench

import (
	"context"
	"os"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"
	"github.com/creack/pty"

	"simscope/card"
	"simscope/card/trace"
	"simscope/card/virtual"
	"simscope/texts"
	"simscope/tui"
	"simscope/tui/app"
	"simscope/tui/ui"
)

// Size of the terminal of these benchmarks.
const (
	cols  = 120
	lines = 40
)

// demo makes a hub over a built-in card, with the given log. If spn is not
// empty, it is the name of the card's operator.
func demo(b *testing.B, log *trace.Log, spn string) (*app.Hub, *virtual.Provider) {
	b.Helper()
	img, err := virtual.OpenBuiltin("everyday")
	if err != nil {
		b.Fatal(err)
	}
	if spn != "" {
		n := rename(img.MF, spn)
		for _, a := range img.Apps {
			n += rename(a.ADF, spn)
		}
		if n == 0 {
			b.Fatal("the card has no name of an operator")
		}
	}
	p, err := virtual.NewProvider(virtual.Slot{Name: "everyday", About: "everyday", Image: img})
	if err != nil {
		b.Fatal(err)
	}
	return app.NewHub(app.NewReaders(p), app.OpenOptions{Log: log}), p
}

// rename writes a name of ASCII letters into every EF.SPN (3GPP TS 31.102
// clause 4.2.12) and returns how many there are.
func rename(f *virtual.File, spn string) int {
	n := 0
	if f.FID == 0x6F46 && f.Link == "" {
		f.Data = append([]byte{0}, spn...)
		n++
	}
	for _, c := range f.Children {
		n += rename(c, spn)
	}
	return n
}

func everyday(b *testing.B, p card.Provider) card.Reader {
	b.Helper()
	rs, err := p.List(context.Background())
	if err != nil {
		b.Fatal(err)
	}
	return rs[0]
}

func options(b *testing.B, hub *app.Hub, p card.Provider) tui.Options {
	b.Helper()
	th, err := ui.NewTheme(ui.ThemeOptions{Name: "dark"})
	if err != nil {
		b.Fatal(err)
	}
	first := everyday(b, p)
	return tui.Options{
		Hub: hub, Theme: th, ThemeFixed: true, Vars: func(string) string { return "" }, Demo: true, Open: &first,
	}
}

// terminal runs the screens on a terminal that answers nothing and counts what
// they send.
type terminal struct {
	b     *testing.B
	hub   *app.Hub
	file  *os.File
	bytes atomic.Int64
	last  atomic.Int64 // time of the last byte
}

func openTerminal(b *testing.B, spn string) *terminal {
	b.Helper()
	b.Setenv("TERM", "xterm-256color")
	b.Setenv("COLORTERM", "")
	near, far, err := pty.Open()
	if err != nil {
		b.Fatal(err)
	}
	if err := pty.Setsize(near, &pty.Winsize{Cols: cols, Rows: lines}); err != nil {
		b.Fatal(err)
	}
	hub, p := demo(b, nil, spn)
	t := &terminal{b: b, hub: hub, file: near}
	go func() {
		buf := make([]byte, 64<<10)
		for {
			n, err := near.Read(buf)
			t.bytes.Add(int64(n))
			t.last.Store(time.Now().UnixNano())
			if err != nil {
				return
			}
		}
	}()
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- tui.Run(ctx, options(b, hub, p), far, far) }()
	b.Cleanup(func() {
		t.keys("q")
		select {
		case err := <-ended:
			if err != nil {
				b.Error(err)
			}
		case <-time.After(10 * time.Second):
			b.Error("the program does not end")
		}
		cancel()
		_ = far.Close()
		_ = near.Close()
	})
	t.quiet()
	if hub.Log.Len() < 100 {
		b.Fatalf("the card was not read: %d rows", hub.Log.Len())
	}
	return t
}

func (t *terminal) keys(s string) {
	if _, err := t.file.WriteString(s); err != nil {
		t.b.Error(err)
	}
}

// quiet waits until the card is at rest and nothing was sent for a while.
func (t *terminal) quiet() {
	t.b.Helper()
	rows := -1
	for end := time.Now().Add(20 * time.Second); time.Now().Before(end); time.Sleep(50 * time.Millisecond) {
		_, busy := t.hub.Current()
		still := time.Since(time.Unix(0, t.last.Load())) > 400*time.Millisecond
		if n := t.hub.Log.Len(); !busy && still && n == rows && n > 0 {
			return
		} else {
			rows = n
		}
	}
	t.b.Fatal("the screen does not come to rest")
}

// ask sends the card APDUs, through its worker as a person's request would go.
func (t *terminal) ask(cmds ...card.Command) {
	id := t.hub.Submit("apdu", func(ctx context.Context, c *app.Card) (any, error) {
		return c.SendRaw(ctx, cmds)
	})
	if id == 0 {
		t.b.Fatal("no card is open")
	}
}

// BenchmarkLogRow counts what a new row of the log sends to a terminal of 120
// by 40 cells, with an APDU every 50 ms: with the log at the bottom of a
// screen, and with the log itself being followed. At rest nothing is sent.
//
// A card whose operator has a name of wide characters is measured besides: the
// name stands in the first line of every screen, and left to itself the
// renderer would paint that line anew with each frame.
func BenchmarkLogRow(b *testing.B) {
	for _, s := range []struct{ name, keys, spn string }{
		{"strip", "1", "Northwind"},
		{"screen", "4", "Northwind"},
		{"strip-wide-name", "1", ""},
		{"screen-wide-name", "4", ""},
	} {
		b.Run(s.name, func(b *testing.B) {
			t := openTerminal(b, s.spn)
			t.keys(s.keys)
			t.ask(card.Command{INS: card.InsSelect, P1: 0x08, P2: 0x04, Data: []byte{0x2F, 0xE2}})
			t.quiet()
			follow(b, t)
		})
	}
}

func follow(b *testing.B, t *terminal) {
	const idle = 3 * time.Second
	before := t.bytes.Load()
	time.Sleep(idle)
	rest := t.bytes.Load() - before

	var sent, rows int64
	pass := func(n int) {
		start, first := t.bytes.Load(), t.hub.Log.Len()
		tick := time.NewTicker(50 * time.Millisecond)
		defer tick.Stop()
		for i := range n {
			<-tick.C
			t.ask(card.Command{INS: card.InsReadBinary, P2: byte(i % 8), Le: 1 + i%3})
		}
		t.quiet()
		sent += t.bytes.Load() - start
		rows += int64(t.hub.Log.Len() - first)
	}
	for b.Loop() {
		pass(20)
	}
	for rows < 40 {
		pass(20)
	}
	if sent == 0 {
		b.Fatal("rows were added and nothing was drawn")
	}
	only(b)
	b.ReportMetric(float64(sent)/float64(rows), "bytes/row(budget:300)")
	b.ReportMetric(float64(rest), "bytes-idle-3s(budget:0)")
	b.ReportMetric(float64(rows), "rows")
}

// fill appends rows like those of a card being read.
func fill(b *testing.B, log *trace.Log, rows int) {
	b.Helper()
	var seen []card.Exchange
	hub, p := demo(b, nil, "")
	c, err := app.Open(context.Background(), hub.Readers(), everyday(b, p), 1, app.OpenOptions{
		Observe: func(e card.Exchange) { seen = append(seen, e) },
	})
	if err != nil {
		b.Fatal(err)
	}
	if err := c.Close(context.Background()); err != nil {
		b.Fatal(err)
	}
	for i := range rows {
		e := seen[i%len(seen)]
		e.Seq = uint64(i)
		log.Append(e)
	}
}

// step is a message for the root model, and what it stands for.
type step struct {
	name string
	msg  func(i int) tea.Msg
}

func key(code rune) func(int) tea.Msg {
	return func(int) tea.Msg { return tea.KeyPressMsg{Code: code} }
}

// face is the root model over a full log, driven as the framework does.
type face struct {
	b    *testing.B
	m    tea.Model
	took []time.Duration
	msgs chan tea.Msg
}

// newFace opens the card, has it read, and shows the screens that the keys
// lead to.
func newFace(b *testing.B, log *trace.Log, keys string) *face {
	b.Helper()
	hub, p := demo(b, log, "")
	f := &face{b: b, m: tui.New(options(b, hub, p)), msgs: make(chan tea.Msg, 10_000)}
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		hub.Run(ctx, func(e any) { f.msgs <- e })
	}()
	b.Cleanup(func() {
		hub.Close(context.Background())
		cancel()
		<-ended
	})
	f.update(tea.WindowSizeMsg{Width: cols, Height: lines})
	f.run(f.m.Init())
	f.until("PIN1 "+texts.Say("pin.on"), func() bool {
		_, busy := hub.Current()
		return !busy
	})
	for _, r := range keys {
		if r == '\r' {
			f.update(tea.KeyPressMsg{Code: tea.KeyEnter})
		} else {
			f.update(tea.KeyPressMsg{Code: r, Text: string(r)})
		}
	}
	return f
}

// screen is what is seen.
func (f *face) screen() string { return ansi.Strip(f.m.View().Content) }

// until handles what comes until the screen holds a text and ok says yes.
func (f *face) until(text string, ok func() bool) {
	f.b.Helper()
	for end := time.Now().Add(20 * time.Second); time.Now().Before(end); time.Sleep(20 * time.Millisecond) {
		f.answers()
		if ok() && len(f.msgs) == 0 && strings.Contains(f.screen(), text) {
			return
		}
	}
	f.b.Fatalf("%q does not come:\n%s", text, f.screen())
}

// update times Update and View together. What Update wants done besides, such
// as filtering, is done on another goroutine.
func (f *face) update(msg tea.Msg) {
	start := time.Now()
	m, cmd := f.m.Update(msg)
	f.m = m
	_ = m.View()
	f.took = append(f.took, time.Since(start))
	f.run(cmd)
}

func (f *face) run(cmd tea.Cmd) {
	if cmd == nil {
		return
	}
	go func() {
		switch msg := cmd().(type) {
		case nil:
		case tea.BatchMsg:
			for _, c := range msg {
				f.run(c)
			}
		default:
			f.msgs <- msg
		}
	}()
}

// answers handles what came back meanwhile.
func (f *face) answers() {
	for {
		select {
		case msg := <-f.msgs:
			f.update(msg)
		default:
			return
		}
	}
}

// BenchmarkUpdateView times Update and View with a log that is full, of
// 1,000,000 rows, on a screen of 120 by 40 cells: moving about in the log,
// following it while rows come, with a filter, and with the log at the bottom
// of another screen.
func BenchmarkUpdateView(b *testing.B) {
	log := trace.NewLog(trace.LogOptions{})
	fill(b, log, trace.DefaultMaxRows)
	if log.Len() < trace.DefaultMaxRows*9/10 {
		b.Fatalf("%d rows are kept", log.Len())
	}
	last, _ := log.At(log.Len() - 1)
	row := step{"row", func(int) tea.Msg { return app.LogEvent{} }}
	up, down, home, end := step{"up", key(tea.KeyUp)}, step{"down", key(tea.KeyDown)}, step{"home", key(tea.KeyHome)}, step{"end", key(tea.KeyEnd)}
	for _, s := range []struct {
		name  string
		keys  string
		seen  string // on the screen
		steps []step
	}{
		{"move", "4", "GET RESPONSE", []step{down, {"page up", key(tea.KeyPgUp)}, home, {"page down", key(tea.KeyPgDown)}, up, end}},
		{"follow", "4", "GET RESPONSE", []step{row}},
		{"filter", "4/ins:B0\r", "READ BINARY", []step{row, up, home, row, end}},
		{"strip", "2", "EF.DIR", []step{row, down, row, up}},
	} {
		b.Run(s.name, func(b *testing.B) {
			f := newFace(b, log, s.keys)
			f.until(s.seen, func() bool { return true })
			f.took = nil
			n := 0
			pass := func() {
				st := s.steps[n%len(s.steps)]
				if st.name == "row" {
					log.Append(last)
				}
				f.update(st.msg(n))
				f.answers()
				n++
			}
			for b.Loop() {
				pass()
			}
			for n < 3000 {
				pass()
			}
			only(b)
			b.ReportMetric(ms(quantile(f.took, 0.99)), "ms-p99(budget:5)")
			b.ReportMetric(ms(median(f.took)), "ms-median")
			b.ReportMetric(ms(quantile(f.took, 1)), "ms-max")
			b.ReportMetric(float64(log.Len()), "rows")
		})
	}
}
