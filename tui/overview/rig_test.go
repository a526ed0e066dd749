package overview_test

import (
	"context"
	"reflect"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"

	"simscope/card"
	"simscope/card/virtual"
	"simscope/fs"
	"simscope/tui/app"
	"simscope/tui/kit"
	"simscope/tui/kit/kittest"
	"simscope/tui/overview"
	"simscope/tui/ui/uitest"
)

// rig drives the screen as the root does, over a real hub.
type rig struct {
	t      *testing.T
	env    *kit.Env
	m      *overview.Model
	events chan any
	walk   uint64
}

func newRig(t *testing.T, p card.Provider) *rig {
	t.Helper()
	hub := app.NewHub(app.NewReaders(p), app.OpenOptions{})
	r := &rig{t: t, events: make(chan any, 1024), env: &kit.Env{
		Theme: kittest.Theme(t, "monochrome", false), Hub: hub, Now: time.Now, Vars: func(string) string { return "" },
	}}
	r.m = overview.New(r.env)
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan struct{})
	go func() {
		defer close(done)
		hub.Run(ctx, func(e any) {
			select {
			case r.events <- e:
			case <-ctx.Done():
			}
		})
	}()
	t.Cleanup(func() {
		hub.Close(context.Background())
		cancel()
		<-done
	})
	return r
}

// next waits for one event and hands it on as the root does.
func (r *rig) next() any {
	r.t.Helper()
	select {
	case e := <-r.events:
		r.feed(e)
		return e
	case <-time.After(20 * time.Second):
		r.t.Fatal("no event came")
	}
	return nil
}

func (r *rig) feed(e any) {
	switch e := e.(type) {
	case app.OpenedEvent:
		r.env.Opening, r.env.Card = false, e.Card
	case app.AnswerEvent:
		if pins, ok := e.Answer.Value.([]app.PIN); ok {
			r.env.PINs = pins
		}
		if e.Answer.ID == r.walk && r.walk != 0 {
			r.env.Walk = kit.Walk{Finished: e.Answer.Err == nil, Err: e.Answer.Err}
		}
	case kit.PINsMsg:
		r.env.PINs = e.PINs
	}
	if r.env.Card != nil {
		r.env.Identity = r.env.Card.Files.Identity()
	}
	r.m.Update(e)
}

// open opens the only reader and waits until it is open.
func (r *rig) open() {
	r.t.Helper()
	list, err := r.env.Hub.Readers().List(context.Background())
	if err != nil || len(list) == 0 {
		r.t.Fatal("no readers", err)
	}
	r.env.Card, r.env.PINs, r.env.Walk, r.env.Opening = nil, nil, kit.Walk{}, true
	r.env.Reader = list[0]
	r.env.Number = r.env.Hub.Open(list[0])
	for {
		if e, ok := r.next().(app.OpenedEvent); ok && e.Number == r.env.Number {
			if e.Card == nil {
				r.t.Fatal(e.Err)
			}
			return
		}
	}
}

// answer waits for the answer to a request.
func (r *rig) answer(id uint64) app.Answer {
	r.t.Helper()
	for {
		if e, ok := r.next().(app.AnswerEvent); ok && e.Answer.ID == id {
			return e.Answer
		}
	}
}

func (r *rig) readPINs() {
	r.t.Helper()
	r.answer(r.env.Submit("pin status", func(ctx context.Context, c *app.Card) (any, error) { return c.ReadPINs(ctx) }))
}

func (r *rig) readAll() {
	r.t.Helper()
	r.walk = r.env.Hub.Background("read card", func(ctx context.Context, c *app.Card) (any, error) {
		return nil, c.Files.Walk(ctx, fs.WalkOptions{})
	})
	r.env.Walk = kit.Walk{Running: true}
	r.answer(r.walk)
}

// builtin opens a built-in card that change has altered, and reads it whole.
func builtin(t *testing.T, id string, change func(*virtual.Image)) *rig {
	t.Helper()
	r := newRig(t, slot(t, id, change))
	r.open()
	r.readPINs()
	r.readAll()
	return r
}

func slot(t *testing.T, id string, change func(*virtual.Image)) card.Provider {
	t.Helper()
	img, err := virtual.OpenBuiltin(id)
	if err != nil {
		t.Fatal(err)
	}
	if change != nil {
		change(img)
	}
	p, err := virtual.NewProvider(virtual.Slot{Name: "Virtual " + id, About: id, Image: img})
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// pinOff turns a PIN of an image off.
func pinOff(ref virtual.Ref) func(*virtual.Image) {
	return func(img *virtual.Image) {
		for i := range img.PINs {
			if img.PINs[i].Ref == ref {
				img.PINs[i].Enabled = false
			}
		}
	}
}

// file finds a file of an image by the name people give it, below a directory
// that is named or an application with that label.
func file(t *testing.T, img *virtual.Image, dir *virtual.File, fid virtual.FID) *virtual.File {
	t.Helper()
	for _, f := range dir.Children {
		if f.FID == fid {
			return f
		}
	}
	t.Fatalf("the image has no %04X", fid)
	return nil
}

func (r *rig) view(w, h int) string {
	r.t.Helper()
	v := r.m.View(w, h)
	exact(r.t, v, w, h)
	return ansi.Strip(v)
}

// exact fails unless view is h lines of w cells.
func exact(t *testing.T, view string, w, h int) {
	t.Helper()
	uitest.Exact(t, "the view", view, w, h)
}

// golden compares with testdata/name.golden, which ends its last line.
func golden(t *testing.T, name, got string) {
	t.Helper()
	uitest.Golden(t, name, got+"\n")
}

// press is a key press as a terminal reports it.
func (r *rig) press(key string) tea.Cmd {
	r.t.Helper()
	named := map[string]rune{"up": tea.KeyUp, "down": tea.KeyDown, "home": tea.KeyHome, "end": tea.KeyEnd, "enter": tea.KeyEnter}
	msg := tea.KeyPressMsg{Code: []rune(key)[0], Text: key}
	if code, ok := named[key]; ok {
		msg = tea.KeyPressMsg{Code: code}
	}
	handled, cmd := r.m.Key(msg)
	if handled {
		return cmd
	}
	if v, ok := app.VerbFor(app.ScreenOverview, key); ok && v.Screen == app.ScreenOverview {
		return r.m.Do(v.ID, "")
	}
	return nil
}

// messages runs a command and everything it batches.
func messages(cmd tea.Cmd) []tea.Msg {
	if cmd == nil {
		return nil
	}
	msg := cmd()
	if v := reflect.ValueOf(msg); v.Kind() == reflect.Slice && v.Type().Elem() == reflect.TypeOf(tea.Cmd(nil)) {
		var out []tea.Msg
		for i := range v.Len() {
			out = append(out, messages(v.Index(i).Interface().(tea.Cmd))...)
		}
		return out
	}
	return []tea.Msg{msg}
}
