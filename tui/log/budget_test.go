package log

import (
	"bytes"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/colorprofile"

	"simscope/card"
	"simscope/card/trace"
	"simscope/tui/app"
	"simscope/tui/kit/kittest"
	"simscope/tui/ui"
)

// fullLog is a log of a million rows.
var fullLog = sync.OnceValue(func() *trace.Log {
	l := trace.NewLog(trace.LogOptions{})
	e := card.Exchange{
		File: pathIMSI, HasFile: true, Step: "read card", SW: 0x9000, Duration: 4 * ms, Start: testTime,
		Response: []byte{8, 0x99, 0x99, 0x99, 0x10, 0x32, 0x54, 0x76, 0x98},
	}
	for i := range trace.DefaultMaxRows {
		e.Command = []byte{0, 0xB0, byte(i >> 8), byte(i), 9}
		e.SW = 0x9000
		if i%100 == 0 {
			e.SW = 0x6982
		}
		l.Append(e)
	}
	return l
})

// BenchmarkUpdateView must stay below 5 ms at the 99th percentile with a full
// log, while rows arrive and keys are pressed.
func BenchmarkUpdateView(b *testing.B) {
	const budget = 5 * time.Millisecond
	for _, c := range []struct {
		name string
		keys []string
	}{
		{"following", nil},
		{"moving", []string{"up"}},
		{"jumping", []string{"home", "end", "pgup"}},
		{"details", []string{"enter", "down", "tab"}},
		{"filtered", []string{"home", "down", "end"}},
	} {
		b.Run(c.name, func(b *testing.B) {
			r := newRoot(b, fullLog())
			r.env.Theme = kittest.Theme(b, "dark", false)
			if c.name == "filtered" {
				r.key("/", "e", "r", "r", "enter")
			}
			var took []time.Duration
			for i := 0; b.Loop(); i++ {
				r.env.Hub.Log.Append(talk(b)[3])
				if c.keys != nil {
					r.key(c.keys[i%len(c.keys)])
				}
				t := time.Now()
				cmd := r.m.Update(app.LogEvent{})
				if i%2 == 0 {
					r.m.View(120, 37)
				} else {
					r.m.View(120, 31)
					r.m.Strip(120, 6)
				}
				took = append(took, time.Since(t))
				r.run(cmd)
			}
			slices.Sort(took)
			p99 := took[len(took)*99/100]
			b.ReportMetric(float64(p99)/float64(budget), "p99-of-budget")
			b.ReportMetric(float64(took[len(took)/2])/float64(time.Millisecond), "median-ms")
			b.ReportMetric(0, "ns/op")
		})
	}
}

// page is a program with the log on it, as the root draws it.
type page struct {
	r     *root
	strip bool
	w, h  int
}

// appendMsg adds a row and tells of it.
type appendMsg struct{ e card.Exchange }

func (p *page) Init() tea.Cmd { return nil }

func (p *page) Update(msg tea.Msg) (tea.Model, tea.Cmd) {
	switch msg := msg.(type) {
	case tea.WindowSizeMsg:
		p.w, p.h = msg.Width, msg.Height
	case appendMsg:
		p.r.env.Hub.Log.Append(msg.e)
		return p, p.r.m.Update(app.LogEvent{})
	}
	return p, nil
}

func (p *page) View() tea.View {
	th := p.r.env.Theme
	head := ui.Header(th, []ui.Part{{Line: ui.Tok(ui.Title, "simscope")}}, p.w)
	tabs := ui.Tabs(th, []ui.Tab{{Key: "1", Name: "Overview"}, {Key: "4", Name: "Log"}}, 1, nil, p.w)
	body, right := p.r.m.View(p.w, max(p.h-3, 1)), p.r.m.Right()
	if p.strip {
		rest := max(p.h-9, 0)
		body = ui.Above(ui.FitBlock(strings.Repeat("what the screen shows\n", rest), p.w, rest), p.r.m.Strip(p.w, 6))
		right = nil
	}
	v := tea.NewView(ui.Above(head, tabs, body, ui.HintLine(th, []ui.Hint{{Key: "q", Does: "quit"}}, right, p.w)))
	v.AltScreen = true
	return v
}

// counter counts what is sent to a terminal.
type counter struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (c *counter) Write(p []byte) (int, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.b.Write(p)
}

func (c *counter) len() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.b.Len()
}

// still waits until nothing has been sent for some frames and returns the
// number of bytes so far.
func (c *counter) still() int {
	n, same := c.len(), 0
	for same < 6 {
		time.Sleep(20 * time.Millisecond)
		if now := c.len(); now == n {
			same++
		} else {
			n, same = now, 0
		}
	}
	return n
}

// rowBytes runs the page on a terminal of 120x40 and returns the bytes that
// one further row costs, the mean of several, and those of an idle while.
func rowBytes(t testing.TB, strip bool, rows int) (each float64, idle int) {
	l := trace.NewLog(trace.LogOptions{})
	for i := range 10 {
		for _, e := range talk(t) {
			e.Start = e.Start.Add(time.Duration(i-20) * time.Minute)
			l.Append(e)
		}
	}
	r := newRoot(t, l)
	r.env.Theme = kittest.Theme(t, "dark", false)
	out := &counter{}
	p := tea.NewProgram(&page{r: r, strip: strip}, tea.WithOutput(out), tea.WithInput(nil), tea.WithWindowSize(120, 40),
		tea.WithFPS(30), tea.WithColorProfile(colorprofile.TrueColor), tea.WithoutSignals(),
		tea.WithEnvironment([]string{"TERM=xterm-256color", "COLORTERM=truecolor"}))
	done := make(chan error, 1)
	go func() {
		_, err := p.Run()
		done <- err
	}()
	before := out.still()
	es := talk(t)
	for i := range rows {
		e := es[i%len(es)]
		e.Start = testTime.Add(time.Duration(i) * 17 * ms)
		p.Send(appendMsg{e})
		out.still()
	}
	after := out.still()
	time.Sleep(300 * time.Millisecond)
	idle = out.len() - after
	p.Quit()
	if err := <-done; err != nil {
		t.Fatal(err)
	}
	return float64(after-before) / float64(rows), idle
}

// TestRowBytes holds that following the log is cheap on a slow line: 300 bytes
// for a row at 120x40, and nothing while nothing is said.
func TestRowBytes(t *testing.T) {
	const budget = 300
	for name, strip := range map[string]bool{"screen": false, "strip": true} {
		each, idle := rowBytes(t, strip, 12)
		t.Logf("%s: %.0f bytes a row", name, each)
		if each > budget || each < 20 {
			t.Errorf("%s: a row takes %.0f bytes, budget %d", name, each, budget)
		}
		if idle != 0 {
			t.Errorf("%s: %d bytes while idle", name, idle)
		}
	}
}

// BenchmarkRowBytes prints the same as a share of the budget.
func BenchmarkRowBytes(b *testing.B) {
	for b.Loop() {
		each, _ := rowBytes(b, false, 12)
		b.ReportMetric(each, "bytes/row")
		b.ReportMetric(each/300, "of-budget")
	}
}
