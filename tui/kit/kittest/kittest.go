// Package kittest drives a screen in tests: over a real hub and virtual cards,
// with what the root does in place of the root.
//
// It does what the root promises its screens (package kit) and nothing more.
// Only tests import it.
package kittest

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"

	"simscope/card"
	"simscope/card/virtual"
	"simscope/fs"
	"simscope/tui/app"
	"simscope/tui/kit"
	"simscope/tui/ui"
	"simscope/tui/ui/uitest"
)

// late is how long a test waits for what must come.
const late = 20 * time.Second

// Rig is a screen with a hub.
type Rig struct {
	T       testing.TB
	Env     *kit.Env
	Screen  kit.Screen
	Name    string // of the screen, in the table of verbs
	Hub     *app.Hub
	Cards   *virtual.Provider
	Events  chan any
	Walk    uint64 // the request that reads the card
	Answers map[uint64]error
	Dialogs ui.Dialogs
	Pushed  []ui.Dialog // all that were
	Apart   bool        // dialogs are not put up: the test drives them
	Toasts  []string
	Went    *kit.GoMsg
	Watch   func(tea.Msg) // sees every message before the screen
	stopped chan struct{}
}

// Theme is a theme by its name.
func Theme(t testing.TB, name string, ascii bool) *ui.Theme {
	t.Helper()
	th, err := ui.NewTheme(ui.ThemeOptions{Name: name, ASCII: ascii})
	if err != nil {
		t.Fatal(err)
	}
	return th
}

// New makes a rig with two readers, "reader" and "other", that hold the same
// card. The screen is made for its environment.
func New(t testing.TB, name string, img *virtual.Image, screen func(*kit.Env) kit.Screen) *Rig {
	t.Helper()
	cards, err := virtual.NewProvider(virtual.Slot{Name: "reader", Image: img}, virtual.Slot{Name: "other", Image: img})
	if err != nil {
		t.Fatal(err)
	}
	r := &Rig{
		T: t, Name: name, Cards: cards, Events: make(chan any, 1024), stopped: make(chan struct{}), Answers: map[uint64]error{},
		Hub: app.NewHub(app.NewReaders(cards), app.OpenOptions{}),
	}
	r.Env = &kit.Env{
		Theme: Theme(t, "monochrome", false), Hub: r.Hub,
		Now:  func() time.Time { return time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC) },
		Vars: func(string) string { return "" },
	}
	r.Screen = screen(r.Env)
	ctx, cancel := context.WithCancel(context.Background())
	go r.Hub.Run(ctx, func(e any) {
		select {
		case r.Events <- e:
		case <-ctx.Done():
		}
	})
	t.Cleanup(func() {
		close(r.stopped)
		r.Hub.Close(context.Background())
		cancel()
	})
	return r
}

// Open opens the card in a reader; walk also reads all of it.
func (r *Rig) Open(reader string, walk bool) {
	r.T.Helper()
	r.Env.Card, r.Env.Walk = nil, kit.Walk{}
	r.Env.Reader = card.Reader{ID: card.ReaderID{Provider: virtual.ProviderName, Name: reader}}
	r.Env.Opening = true
	r.Env.Number = r.Hub.Open(r.Env.Reader)
	r.Until("the card is open", func() bool { return r.Env.Card != nil })
	if r.Env.Card.Session.Kind() != card.KindOther { // which has none
		r.Until("the PINs are read", func() bool { return r.Env.PINs != nil })
	}
	if walk {
		r.Read()
	}
}

// StartRead begins to read the whole card.
func (r *Rig) StartRead() {
	r.Walk = r.Hub.Background("read card", func(ctx context.Context, c *app.Card) (any, error) {
		return nil, c.Files.Walk(ctx, fs.WalkOptions{})
	})
	r.Env.Walk.Running = true
}

// Read reads the whole card.
func (r *Rig) Read() {
	r.T.Helper()
	r.StartRead()
	r.Until("the card is read", func() bool { return !r.Env.Walk.Running })
}

// Feed does with a message what the root does, then gives it to the screen.
func (r *Rig) Feed(msg tea.Msg) {
	if r.Watch != nil {
		r.Watch(msg)
	}
	switch e := msg.(type) {
	case nil:
		return
	case tea.BatchMsg:
		for _, c := range e {
			r.Run(c)
		}
		return
	case app.OpenedEvent:
		if e.Number == r.Env.Number {
			r.Env.Card, r.Env.Opening = e.Card, false
			r.Env.Submit("pin status", func(ctx context.Context, c *app.Card) (any, error) { return c.ReadPINs(ctx) })
		}
	case app.AnswerEvent:
		r.answered(e.Answer)
	case kit.PushMsg:
		if r.Pushed = append(r.Pushed, e.Dialog); !r.Apart {
			r.Dialogs.Push(e.Dialog)
		}
		return
	case kit.ToastMsg:
		r.Toasts = append(r.Toasts, e.Text)
		return
	case kit.GoMsg:
		r.Went = &e
	}
	if r.Env.Card != nil {
		r.Env.Identity = r.Env.Card.Files.Identity()
	}
	used, cmd := r.Dialogs.Update(msg)
	r.Run(cmd)
	if !used {
		r.Run(r.Screen.Update(msg))
	}
}

func (r *Rig) answered(a app.Answer) {
	r.Answers[a.ID] = a.Err
	if pins, ok := a.Value.([]app.PIN); ok {
		r.Env.PINs = pins
	}
	if a.ID == r.Walk && a.Verb == "read card" {
		r.Env.Walk.Running, r.Env.Walk.Finished = false, a.Err == nil
	}
}

// Run does a command as the framework would: beside everything else.
func (r *Rig) Run(cmd tea.Cmd) {
	if cmd == nil {
		return
	}
	go func() {
		msg := cmd()
		select {
		case r.Events <- msg:
		case <-r.stopped:
		}
	}()
}

// Until works off events until ok.
func (r *Rig) Until(what string, ok func() bool) {
	r.T.Helper()
	end := time.After(late)
	for !ok() {
		select {
		case e := <-r.Events:
			r.Feed(e)
		case <-end:
			r.T.Fatalf("in vain waited until %s\n%s", what, r.See(120, 37))
		}
	}
}

// Keys presses keys as the root routes them.
func (r *Rig) Keys(keys ...string) {
	r.T.Helper()
	for _, k := range keys {
		if used, cmd := r.Dialogs.Update(uitest.Press(k)); used {
			r.Run(cmd)
			continue
		}
		handled, cmd := r.Screen.Key(uitest.Press(k))
		if r.Run(cmd); handled {
			continue
		}
		v, ok := app.VerbFor(r.Name, k)
		if !ok || v.Screen != r.Name {
			continue
		}
		s := app.State{CardOpen: r.Env.Card != nil}
		r.Screen.State(&s)
		if why := v.Reason(s); why != "" {
			r.Toasts = append(r.Toasts, why)
			continue
		}
		r.Run(r.Screen.Do(v.ID, ""))
	}
}

// Types types a text letter by letter.
func (r *Rig) Types(text string) {
	r.T.Helper()
	for _, c := range text {
		r.Keys(string(c))
	}
}

// Dialog waits until what is on top, or nil, is the one that is wanted.
func (r *Rig) Dialog(what string, ok func(d ui.Dialog) bool) {
	r.T.Helper()
	r.Until(what, func() bool { return ok(r.Dialogs.Top()) })
}

// See is what a person sees, without colours.
func (r *Rig) See(w, h int) string {
	lines := strings.Split(ansi.Strip(r.Dialogs.View(r.Env.Theme, r.Screen.View(w, h), w, h)), "\n")
	for i, l := range lines {
		lines[i] = strings.TrimRight(l, " ")
	}
	return strings.Join(lines, "\n")
}

// Shows fails unless every text is seen.
func (r *Rig) Shows(want ...string) {
	r.T.Helper()
	s := r.See(120, 37)
	for _, x := range want {
		if !strings.Contains(s, x) {
			r.T.Errorf("%q is not on the screen:\n%s", x, s)
		}
	}
}

// Pictures compares the screen at each size, and that of 80 columns in ASCII
// too, with one golden file. again draws anew what holds signs of the theme.
func (r *Rig) Pictures(name string, sizes [][2]int, again func()) {
	r.T.Helper()
	var b strings.Builder
	for _, ascii := range []bool{false, true} {
		r.Env.Theme = Theme(r.T, "monochrome", ascii)
		again()
		for _, size := range sizes {
			if w, h := size[0], size[1]; !ascii || w == 80 {
				uitest.Exact(r.T, name, r.Screen.View(w, h), w, h)
				fmt.Fprintf(&b, "%dx%d\n%s\n", w, h, r.See(w, h))
			}
		}
	}
	uitest.Golden(r.T, name, b.String())
}

// PlanDialog stands in for the dialog of changes, which has its own tests.
type PlanDialog struct {
	ui.Notice
	Plan *fs.Plan
}

// ShowPlan puts one up.
func ShowPlan(_ *kit.Env, p *fs.Plan) ui.Dialog { return &PlanDialog{Plan: p} }
