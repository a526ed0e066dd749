package messages

import (
	"context"
	"errors"
	"flag"
	"os"
	"path/filepath"
	"strings"
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
)

var update = flag.Bool("update", false, "write the golden files anew")

// rig is the screen with a hub on a virtual card, and in place of the root
// what the root does.
type rig struct {
	t       testing.TB
	m       *Model
	env     *kit.Env
	events  chan any
	walk    uint64
	dialogs ui.Dialogs
	toasts  []string
	went    *kit.GoMsg
	stopped chan struct{}
}

func theme(t testing.TB, ascii bool) *ui.Theme {
	t.Helper()
	th, err := ui.NewTheme(ui.ThemeOptions{Name: "monochrome", ASCII: ascii})
	if err != nil {
		t.Fatal(err)
	}
	return th
}

// newRig opens a card and reads all of it.
func newRig(t testing.TB, img *virtual.Image) *rig {
	t.Helper()
	cards, err := virtual.NewProvider(virtual.Slot{Name: "reader", Image: img})
	if err != nil {
		t.Fatal(err)
	}
	hub := app.NewHub(app.NewReaders(cards), app.OpenOptions{})
	r := &rig{t: t, events: make(chan any, 1024), stopped: make(chan struct{})}
	r.env = &kit.Env{
		Theme: theme(t, false), Hub: hub,
		Now:  func() time.Time { return time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC) },
		Vars: func(string) string { return "" },
	}
	r.m = New(r.env)
	ctx, cancel := context.WithCancel(context.Background())
	go hub.Run(ctx, func(e any) {
		select {
		case r.events <- e:
		case <-ctx.Done():
		}
	})
	t.Cleanup(func() {
		close(r.stopped)
		hub.Close(context.Background())
		cancel()
	})
	r.env.Number = hub.Open(card.Reader{ID: card.ReaderID{Provider: virtual.ProviderName, Name: "reader"}})
	r.until("the card is open", func() bool { return r.env.Card != nil })
	r.read()
	r.until("the list is made", func() bool { return r.m.built && !r.m.building })
	return r
}

func (r *rig) read() {
	r.t.Helper()
	r.walk = r.env.Hub.Background("read card", func(ctx context.Context, c *app.Card) (any, error) {
		return nil, c.Files.Walk(ctx, fs.WalkOptions{})
	})
	r.env.Walk.Running = true
	r.until("the card is read", func() bool { return !r.env.Walk.Running })
}

// feed does with a message what the root does, then gives it to the screen.
func (r *rig) feed(msg tea.Msg) {
	switch e := msg.(type) {
	case nil:
		return
	case tea.BatchMsg:
		for _, c := range e {
			r.run(c)
		}
		return
	case app.OpenedEvent:
		r.env.Card = e.Card
	case app.AnswerEvent:
		if e.Answer.ID == r.walk {
			r.env.Walk.Running, r.env.Walk.Finished = false, true
		}
	case kit.PushMsg:
		r.dialogs.Push(e.Dialog)
		return
	case kit.ToastMsg:
		r.toasts = append(r.toasts, e.Text)
		return
	case kit.GoMsg:
		r.went = &e
	}
	used, cmd := r.dialogs.Update(msg)
	r.run(cmd)
	if !used {
		r.run(r.m.Update(msg))
	}
}

// run does a command as the framework would: beside everything else.
func (r *rig) run(cmd tea.Cmd) {
	if cmd == nil {
		return
	}
	go func() {
		msg := cmd()
		select {
		case r.events <- msg:
		case <-r.stopped:
		}
	}()
}

// until works off events until ok.
func (r *rig) until(what string, ok func() bool) {
	r.t.Helper()
	late := time.After(20 * time.Second)
	for !ok() {
		select {
		case e := <-r.events:
			r.feed(e)
		case <-late:
			r.t.Fatalf("in vain waited until %s\n%s", what, r.screen(120, 37))
		}
	}
}

// press is a key press as a terminal reports it.
func press(key string) tea.KeyPressMsg {
	named := map[string]rune{
		"enter": tea.KeyEnter, "esc": tea.KeyEscape, "tab": tea.KeyTab, "up": tea.KeyUp, "down": tea.KeyDown,
		"left": tea.KeyLeft, "right": tea.KeyRight, "backspace": tea.KeyBackspace,
	}
	if key == "ctrl+u" {
		return tea.KeyPressMsg{Code: 'u', Mod: tea.ModCtrl}
	}
	if code, ok := named[key]; ok {
		return tea.KeyPressMsg{Code: code}
	}
	return tea.KeyPressMsg{Code: []rune(key)[0], Text: key}
}

// keys presses keys as the root routes them.
func (r *rig) keys(keys ...string) {
	r.t.Helper()
	for _, k := range keys {
		if used, cmd := r.dialogs.Update(press(k)); used {
			r.run(cmd)
			continue
		}
		handled, cmd := r.m.Key(press(k))
		r.run(cmd)
		if handled {
			continue
		}
		if v, ok := app.VerbFor(app.ScreenMessages, k); ok && v.Screen == app.ScreenMessages {
			s := app.State{CardOpen: r.env.Card != nil}
			r.m.State(&s)
			if why := v.Reason(s); why != "" {
				r.toasts = append(r.toasts, why)
				continue
			}
			r.run(r.m.Do(v.ID, ""))
		}
	}
}

// types types a text letter by letter.
func (r *rig) types(text string) {
	for _, c := range text {
		r.keys(string(c))
	}
}

// dialog waits until a dialog is on top, or none with want nil.
func (r *rig) dialog(what string, ok func(d ui.Dialog) bool) {
	r.t.Helper()
	r.until(what, func() bool { return ok(r.dialogs.Top()) })
}

// screen is the screen as a person sees it, without colours.
func (r *rig) screen(w, h int) string {
	lines := strings.Split(ansi.Strip(r.dialogs.View(r.env.Theme, r.m.View(w, h), w, h)), "\n")
	for i, l := range lines {
		lines[i] = strings.TrimRight(l, " ")
	}
	return strings.Join(lines, "\n")
}

func (r *rig) shows(want ...string) {
	r.t.Helper()
	s := r.screen(120, 37)
	for _, x := range want {
		if !strings.Contains(s, x) {
			r.t.Errorf("%q is not on the screen:\n%s", x, s)
		}
	}
}

// exact fails unless view is h lines of w cells that hold nothing a terminal
// would obey.
func exact(t *testing.T, what, view string, w, h int) {
	t.Helper()
	lines := strings.Split(view, "\n")
	if len(lines) != h {
		t.Fatalf("%s at %dx%d has %d lines:\n%s", what, w, h, len(lines), ansi.Strip(view))
	}
	for i, l := range lines {
		if n := ansi.StringWidth(l); n != w {
			t.Fatalf("%s at %dx%d: line %d has %d cells: %q", what, w, h, i, n, ansi.Strip(l))
		}
		if s := ansi.Strip(l); safe.Text(s) != s {
			t.Fatalf("%s at %dx%d: line %d holds %q", what, w, h, i, s)
		}
	}
}

// golden compares with testdata/name.golden.
func golden(t *testing.T, name, got string) {
	t.Helper()
	file := filepath.Join("testdata", name+".golden")
	if *update {
		if err := errors.Join(os.MkdirAll("testdata", 0o755), os.WriteFile(file, []byte(got), 0o644)); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("%s differs (run with -update to accept)\ngot:\n%s\nwant:\n%s", file, got, want)
	}
}
