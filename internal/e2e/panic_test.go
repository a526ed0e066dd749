package e2e

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"os"
	"sync"
	"testing"
	"time"

	"github.com/creack/pty"

	"simscope/card"
	"simscope/card/virtual"
	"simscope/tui"
	"simscope/tui/app"
	"simscope/tui/ui"
)

// screenBytes collects what a program writes to its terminal.
type screenBytes struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (s *screenBytes) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.b.Write(p)
}

func (s *screenBytes) has(text string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return bytes.Contains(s.b.Bytes(), []byte(text))
}

func waitUntil(t *testing.T, what string, ok func() bool) {
	t.Helper()
	for range 500 {
		if ok() {
			return
		}
		time.Sleep(20 * time.Millisecond)
	}
	t.Fatalf("%s does not come", what)
}

// This test runs the screens in its own process, because a fault has to be put
// in; it stands here because the framework's way out of a panic is not free of
// data races, and these tests run without the race detector.

// TestPanicRestoresTerminalAndLocksCard: a fault of the program itself leaves
// the terminal as it was and the card locked.
func TestPanicRestoresTerminalAndLocksCard(t *testing.T) {
	slots, err := virtual.BuiltinSlots()
	if err != nil {
		t.Fatal(err)
	}
	cards, err := virtual.NewProvider(slots...)
	if err != nil {
		t.Fatal(err)
	}
	readers := app.NewReaders(cards)
	list, err := readers.List(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	master, slave, err := pty.Open()
	if err != nil {
		t.Fatal(err)
	}
	defer master.Close()
	if err := pty.Setsize(master, &pty.Winsize{Cols: 100, Rows: 30}); err != nil {
		t.Fatal(err)
	}
	var screen screenBytes
	go func() { _, _ = io.Copy(&screen, master) }()
	// The framework tells of the panic on standard error.
	stderr := os.Stderr
	null, err := os.OpenFile(os.DevNull, os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	os.Stderr = null
	defer func() { os.Stderr = stderr }()

	th, err := ui.NewTheme(ui.ThemeOptions{Name: "dark"})
	if err != nil {
		t.Fatal(err)
	}
	done := make(chan error, 1)
	go func() {
		done <- tui.Run(context.Background(), tui.Options{
			Hub: app.NewHub(readers, app.OpenOptions{}), Theme: th, ThemeFixed: true, Demo: true,
			Vars: func(string) string { return "" }, Open: &list[0],
			OpenFile: func(string) (card.Reader, error) { panic("a fault") },
		}, slave, slave)
	}()
	press := func(keys string) {
		t.Helper()
		if _, err := io.WriteString(master, keys); err != nil {
			t.Fatal(err)
		}
		time.Sleep(150 * time.Millisecond)
	}
	waitUntil(t, "the overview", func() bool { return screen.has("ICCID") })
	press("3")
	press("\r")
	press("1234\r")
	press("\r")
	waitUntil(t, "the result", func() bool { return screen.has("was right") })
	press("\r")
	press("r")
	press(fmt.Sprint(len(list) + 1)) // "Open a recording" stands behind the cards
	press("x\r")
	select {
	case err := <-done:
		if err == nil {
			t.Error("Run does not tell of the panic")
		}
	case <-time.After(10 * time.Second):
		t.Fatal("the program does not end")
	}
	slave.Close()
	waitUntil(t, "the ordinary screen", func() bool { return screen.has("\x1b[?1049l") && screen.has("\x1b[?25h") })

	c, err := app.Open(t.Context(), readers, list[0], 2, app.OpenOptions{})
	if err != nil {
		t.Fatal(err)
	}
	dir, _ := c.Files.Subscriber()
	n, err := c.Files.ReadFile(t.Context(), dir.Child(0x6F07), false)
	if err != nil || n.SW != card.SWNotSatisfied {
		t.Errorf("EF.IMSI after the panic: %s, %v", n.SW, err)
	}
}
