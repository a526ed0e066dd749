package files

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
	t       *testing.T
	m       *Model
	env     *kit.Env
	hub     *app.Hub
	cards   *virtual.Provider
	events  chan any
	walk    uint64
	pushed  []ui.Dialog
	toasts  []string
	answers map[uint64]error
	stopped chan struct{}
	watch   func(tea.Msg) // sees every message before the screen
}

func theme(t testing.TB, name string, ascii bool) *ui.Theme {
	t.Helper()
	th, err := ui.NewTheme(ui.ThemeOptions{Name: name, ASCII: ascii})
	if err != nil {
		t.Fatal(err)
	}
	return th
}

// newRig opens a built-in card; walk also reads all of it.
func newRig(t *testing.T, image string, walk bool) *rig {
	t.Helper()
	img, err := virtual.OpenBuiltin(image)
	if err != nil {
		t.Fatal(err)
	}
	return newRigWith(t, img, walk)
}

func newRigWith(t *testing.T, img *virtual.Image, walk bool) *rig {
	t.Helper()
	cards, err := virtual.NewProvider(virtual.Slot{Name: "reader", Image: img}, virtual.Slot{Name: "other", Image: img})
	if err != nil {
		t.Fatal(err)
	}
	r := &rig{t: t, cards: cards, events: make(chan any, 1024), stopped: make(chan struct{}), answers: map[uint64]error{}}
	r.hub = app.NewHub(app.NewReaders(cards), app.OpenOptions{})
	r.env = &kit.Env{
		Theme: theme(t, "monochrome", false), Hub: r.hub,
		Now:  func() time.Time { return time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC) },
		Vars: func(string) string { return "" },
	}
	r.m = New(r.env)
	ctx, cancel := context.WithCancel(context.Background())
	go r.hub.Run(ctx, func(e any) {
		select {
		case r.events <- e:
		case <-ctx.Done():
		}
	})
	t.Cleanup(func() {
		close(r.stopped)
		r.hub.Close(context.Background())
		cancel()
	})
	r.open("reader", walk)
	return r
}

func (r *rig) open(reader string, walk bool) {
	r.t.Helper()
	r.env.Card, r.env.Walk = nil, kit.Walk{}
	r.env.Reader = card.Reader{ID: card.ReaderID{Provider: virtual.ProviderName, Name: reader}}
	r.env.Opening = true
	r.env.Number = r.hub.Open(r.env.Reader)
	r.until("the card is open", func() bool { return r.env.Card != nil })
	if r.env.Card.Session.Kind() != card.KindOther { // which has none
		r.until("the PINs are read", func() bool { return r.env.PINs != nil })
	}
	if walk {
		r.startWalk()
		r.until("the card is read", func() bool { return !r.env.Walk.Running })
	}
}

func (r *rig) startWalk() {
	r.walk = r.hub.Background("read card", func(ctx context.Context, c *app.Card) (any, error) {
		return nil, c.Files.Walk(ctx, fs.WalkOptions{})
	})
	r.env.Walk.Running = true
}

// feed does with a message what the root does, then gives it to the screen.
func (r *rig) feed(msg tea.Msg) {
	if r.watch != nil {
		r.watch(msg)
	}
	switch e := msg.(type) {
	case nil:
		return
	case tea.BatchMsg:
		for _, c := range e {
			r.run(c)
		}
		return
	case app.OpenedEvent:
		if e.Number == r.env.Number {
			r.env.Card, r.env.Opening = e.Card, false
			r.env.Submit("pin status", func(ctx context.Context, c *app.Card) (any, error) { return c.ReadPINs(ctx) })
		}
	case app.AnswerEvent:
		r.answers[e.Answer.ID] = e.Answer.Err
		if pins, ok := e.Answer.Value.([]app.PIN); ok {
			r.env.PINs = pins
		}
		if e.Answer.ID == r.walk && e.Answer.Verb == "read card" {
			r.env.Walk.Running = false
		}
	case kit.PushMsg:
		r.pushed = append(r.pushed, e.Dialog)
		return
	case kit.ToastMsg:
		r.toasts = append(r.toasts, e.Text)
		return
	}
	if r.env.Card != nil {
		r.env.Identity = r.env.Card.Files.Identity()
	}
	r.run(r.m.Update(msg))
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

// rest works off events until the file that was asked for has come.
func (r *rig) rest() {
	r.t.Helper()
	moves := r.m.moves
	r.until("the selection has come to rest", func() bool {
		return r.m.asked.id == 0 && (moves == r.m.moves)
	})
}

// press is a key press as a terminal reports it.
func press(key string) tea.KeyPressMsg {
	named := map[string]rune{
		"enter": tea.KeyEnter, "esc": tea.KeyEscape, "tab": tea.KeyTab, "up": tea.KeyUp, "down": tea.KeyDown,
		"left": tea.KeyLeft, "right": tea.KeyRight, "backspace": tea.KeyBackspace, "home": tea.KeyHome,
		"end": tea.KeyEnd, "pgdown": tea.KeyPgDown,
	}
	if key == "shift+tab" {
		return tea.KeyPressMsg{Code: tea.KeyTab, Mod: tea.ModShift}
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
		handled, cmd := r.m.Key(press(k))
		r.run(cmd)
		if handled {
			continue
		}
		v, ok := app.VerbFor(app.ScreenFiles, k)
		if !ok || v.Screen != app.ScreenFiles {
			continue
		}
		s := app.State{CardOpen: r.env.Card != nil}
		r.m.State(&s)
		if v.Reason(s) == "" {
			r.run(r.m.Do(v.ID, ""))
		}
	}
}

// goTo shows a file by name.
func (r *rig) goTo(name string) {
	r.t.Helper()
	p, err := r.env.Card.Files.Resolve(name)
	if err != nil {
		r.t.Fatal(err)
	}
	r.feed(kit.GoMsg{Screen: app.ScreenFiles, Path: p, HasPath: true})
	r.rest()
}

func (r *rig) node(name string) fs.Node {
	r.t.Helper()
	p, err := r.env.Card.Files.Resolve(name)
	if err != nil {
		r.t.Fatal(err)
	}
	n, _ := r.env.Card.Files.Tree().Get(p)
	return n
}

// verify verifies PIN1 as the PINs screen does.
func (r *rig) verify(pin string) {
	r.t.Helper()
	id := r.hub.SubmitCritical("verify", func(ctx context.Context, c *app.Card) (any, error) {
		var aid card.AID
		if apps := c.Files.Applications(); len(apps) > 0 {
			aid = apps[0].AID
		}
		_, err := c.DoPIN(ctx, card.PINRequest{Op: card.PINVerify, Ref: card.RefPIN1, App: aid, Current: safe.NewSecret([]byte(pin))})
		return c.PINs(), err
	})
	r.until("the PIN is verified", func() bool {
		err, done := r.answers[id]
		if err != nil {
			r.t.Fatal(err)
		}
		return done
	})
}

// screen is the screen without colours.
func (r *rig) screen(w, h int) string { return ansi.Strip(r.m.View(w, h)) }

// has fails unless the screen shows every text.
func (r *rig) has(w, h int, want ...string) {
	r.t.Helper()
	s := r.screen(w, h)
	for _, x := range want {
		if !strings.Contains(s, x) {
			r.t.Errorf("%q is not on the screen:\n%s", x, s)
		}
	}
}

func (r *rig) hasNot(w, h int, not ...string) {
	r.t.Helper()
	s := r.screen(w, h)
	for _, x := range not {
		if strings.Contains(s, x) {
			r.t.Errorf("%q is on the screen:\n%s", x, s)
		}
	}
}

// exact fails unless view is h lines of w cells.
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
