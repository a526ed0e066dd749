package log_test

import (
	"context"
	"os"
	"sync/atomic"
	"testing"
	"time"

	"github.com/creack/pty"

	"simscope/card"
	"simscope/card/trace"
	"simscope/card/virtual"
	"simscope/tui"
	"simscope/tui/app"
	"simscope/tui/ui"
)

// exchange is row i of a session that reads a card.
func exchange(i int) card.Exchange {
	return card.Exchange{
		Seq: uint64(i), Command: []byte{0, 0xB0, 0, byte(i), 9}, SW: 0x9000, Step: "read card",
		Response: []byte{8, 0x99, 0x99, 0x99, 0x10, 0x32, 0x54, 0x76, 0x98}, HasFile: true,
		File: card.PathOf("", card.FIDICCID), Duration: 4 * time.Millisecond,
		Start: time.Date(2026, 3, 4, 12, 3, 11, 0, time.UTC).Add(time.Duration(i) * 17 * time.Millisecond),
	}
}

// TestRowBytesOfProgram measures the whole program on a terminal of 120x40
// that answers no query: at most 300 bytes for a row of the log, and nothing
// while nothing is said. The log is shown in full without a card, and at the
// bottom with one whose operator has a name of wide characters.
func TestRowBytesOfProgram(t *testing.T) {
	t.Run("screen", func(t *testing.T) {
		rowBytes(t, nil, ":", "go log", "\r") // the digits choose a reader here
	})
	t.Run("strip", func(t *testing.T) {
		img, err := virtual.OpenBuiltin("everyday")
		if err != nil {
			t.Fatal(err)
		}
		p, err := virtual.NewProvider(virtual.Slot{Name: "everyday", About: "everyday", Image: img})
		if err != nil {
			t.Fatal(err)
		}
		rowBytes(t, p, "1")
	})
}

// rowBytes opens the card of a provider, if there is one, and goes where the
// keys lead.
func rowBytes(t *testing.T, p card.Provider, keys ...string) {
	const budget, rows = 300, 12
	master, slave, err := pty.Open()
	if err != nil {
		t.Fatal(err)
	}
	defer master.Close()
	if err := pty.Setsize(slave, &pty.Winsize{Rows: 40, Cols: 120}); err != nil {
		t.Fatal(err)
	}
	t.Setenv("TERM", "xterm-256color")
	t.Setenv("COLORTERM", "truecolor")
	var sent atomic.Int64
	go func() {
		b := make([]byte, 1<<16)
		for {
			n, err := master.Read(b)
			if err != nil {
				return
			}
			sent.Add(int64(n))
		}
	}()
	l := trace.NewLog(trace.LogOptions{})
	for i := range 100 {
		l.Append(exchange(i))
	}
	th, err := ui.NewTheme(ui.ThemeOptions{Name: "dark"})
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	readers := app.NewReaders()
	o := tui.Options{Theme: th, ThemeFixed: true, Vars: func(string) string { return "" }, Demo: true}
	if p != nil {
		readers.Add(p)
		list, err := p.List(ctx)
		if err != nil {
			t.Fatal(err)
		}
		o.Open = &list[0]
	}
	hub := app.NewHub(readers, app.OpenOptions{Log: l})
	o.Hub = hub
	done := make(chan error, 1)
	go func() {
		done <- tui.Run(ctx, o, slave, slave)
	}()
	still := func() int64 {
		n, same := sent.Load(), 0
		for same < 8 {
			time.Sleep(20 * time.Millisecond)
			if now := sent.Load(); now == n && now > 0 {
				same++
			} else {
				n, same = now, 0
			}
		}
		return n
	}
	still()
	for _, key := range keys {
		press(t, master, key)
		still()
	}
	if p != nil && l.Len() < 200 {
		t.Fatalf("the card was not read: %d rows", l.Len())
	}
	before := still()
	for i := range rows {
		l.Append(exchange(100 + i))
		hub.Tell(app.LogEvent{})
		still()
	}
	each := float64(still()-before) / rows
	t.Logf("%.0f bytes a row", each)
	if each > budget || each < 20 {
		t.Errorf("a row takes %.0f bytes, budget %d", each, budget)
	}
	quiet := sent.Load()
	time.Sleep(1200 * time.Millisecond)
	if n := sent.Load() - quiet; n != 0 {
		t.Errorf("%d bytes while idle", n)
	}
	press(t, master, "q")
	select {
	case err := <-done:
		if err != nil {
			t.Error(err)
		}
	case <-time.After(20 * time.Second):
		t.Error("the program does not end")
	}
}

func press(t *testing.T, terminal *os.File, key string) {
	t.Helper()
	if _, err := terminal.WriteString(key); err != nil {
		t.Fatal(err)
	}
}
