package tui

import (
	"context"
	"flag"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"

	"simscope/card"
	"simscope/card/virtual"
	"simscope/tui/app"
	"simscope/tui/ui"
)

var update = flag.Bool("update", false, "rewrite the golden screens")

// rig is the root model over the virtual cards, with the hub's events fed to
// it by the test, so that nothing happens behind its back.
type rig struct {
	t      *testing.T
	m      *Model
	events chan any
	late   chan tea.Msg // what commands answered that took their time
	cards  *virtual.Provider
}

func newRig(t *testing.T, w, h int, mode card.WriteMode) *rig {
	t.Helper()
	slots, err := virtual.BuiltinSlots()
	if err != nil {
		t.Fatal(err)
	}
	return newRigOf(t, w, h, mode, slots)
}

// noTick leaves ticks out: the rig does not wait for them.
func noTick(time.Duration, func(time.Time) tea.Msg) tea.Cmd { return nil }

// newRigOf is newRig with cards of one's own.
func newRigOf(t *testing.T, w, h int, mode card.WriteMode, slots []virtual.Slot) *rig {
	t.Helper()
	cards, err := virtual.NewProvider(slots...)
	if err != nil {
		t.Fatal(err)
	}
	// A clock that moves the same way in every run.
	at := time.Date(2026, 3, 2, 12, 3, 11, 0, time.UTC)
	tick := func() time.Time { at = at.Add(3700 * time.Microsecond); return at }
	hub := app.NewHub(app.NewReaders(cards), app.OpenOptions{Mode: mode, Now: tick})
	th, err := ui.NewTheme(ui.ThemeOptions{Name: "monochrome"})
	if err != nil {
		t.Fatal(err)
	}
	vars := func(string) string { return "" }
	r := &rig{t: t, events: make(chan any, 1024), late: make(chan tea.Msg), cards: cards}
	r.m = New(Options{Hub: hub, Theme: th, ThemeFixed: true, Vars: vars, Demo: true, Tick: noTick})
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan struct{})
	go func() {
		defer close(done)
		hub.Run(ctx, func(e any) { r.events <- e })
	}()
	t.Cleanup(func() {
		end, stop := context.WithTimeout(context.Background(), 5*time.Second)
		defer stop()
		hub.Close(end)
		cancel()
		for {
			select {
			case <-r.events:
			case <-done:
				return
			}
		}
	})
	r.send(tea.WindowSizeMsg{Width: w, Height: h})
	return r
}

// send gives the model a message and everything its commands answer at once;
// what commands that wait answer comes when the test waits.
func (r *rig) send(msg tea.Msg) {
	_, cmd := r.m.Update(msg)
	r.run(cmd)
}

func (r *rig) run(cmd tea.Cmd) {
	if cmd == nil {
		return
	}
	got := make(chan tea.Msg, 1)
	go func() { got <- cmd() }()
	select {
	case msg := <-got:
		r.answer(msg)
	case <-time.After(200 * time.Millisecond):
		// It comes when it is there, to who waits for something then.
		go func() {
			select {
			case r.late <- <-got:
			case <-r.t.Context().Done():
			}
		}()
	}
}

func (r *rig) answer(msg tea.Msg) {
	switch msg := msg.(type) {
	case nil, tickMsg, ui.ToastGoneMsg:
	case tea.BatchMsg:
		for _, c := range msg {
			r.run(c)
		}
	case tea.QuitMsg:
		r.m.quit = true
	default:
		r.send(msg)
	}
}

func (r *rig) keys(names ...string) {
	special := map[string]rune{"enter": tea.KeyEnter, "esc": tea.KeyEscape, "tab": tea.KeyTab, "down": tea.KeyDown}
	for _, n := range names {
		if code, ok := special[n]; ok {
			r.send(tea.KeyPressMsg{Code: code})
			continue
		}
		for _, c := range n {
			r.send(tea.KeyPressMsg{Code: c, Text: string(c)})
		}
	}
}

func (r *rig) screen() string {
	lines := strings.Split(regexp.MustCompile("\x1b\\[[0-9;:]*m").ReplaceAllString(r.m.content(), ""), "\n")
	for i := range lines {
		lines[i] = strings.TrimRight(lines[i], " ")
	}
	return strings.Join(lines, "\n")
}

// patience is long: other tests may keep the machine busy.
const patience = 30 * time.Second

// until feeds events until the screen matches.
func (r *rig) until(expr string) {
	r.t.Helper()
	re := regexp.MustCompile(expr)
	deadline := time.After(patience)
	for !re.MatchString(r.screen()) {
		select {
		case e := <-r.events:
			r.send(e)
		case msg := <-r.late:
			r.answer(msg)
		case <-time.After(50 * time.Millisecond):
		case <-deadline:
			r.t.Fatalf("%q does not come:\n%s", expr, r.screen())
		}
	}
}

// settle feeds events until the card is read.
func (r *rig) settle() {
	r.t.Helper()
	deadline := time.After(patience)
	for !r.m.env.Walk.Finished {
		select {
		case e := <-r.events:
			r.send(e)
		case msg := <-r.late:
			r.answer(msg)
		case <-deadline:
			r.t.Fatalf("the card is not read to its end:\n%s", r.screen())
		}
	}
	for {
		select {
		case e := <-r.events:
			r.send(e)
		case msg := <-r.late:
			r.answer(msg)
		case <-time.After(150 * time.Millisecond):
			return
		}
	}
}

func (r *rig) open(i string) {
	r.t.Helper()
	r.until(`Which card\?[\s\S]*Everyday|everyday`)
	r.keys(i)
	r.settle()
}

func golden(t *testing.T, name, got string) {
	t.Helper()
	file := filepath.Join("testdata", name+".golden")
	if *update {
		if err := os.MkdirAll("testdata", 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(got+"\n"), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if string(want) != got+"\n" {
		t.Errorf("%s differs; it is now\n%s", name, got)
	}
}

func TestGoldenScreens(t *testing.T) {
	for _, size := range []struct {
		name string
		w, h int
	}{{"120x40", 120, 40}, {"80x24", 80, 24}, {"60x15", 60, 15}, {"40x12", 40, 12}, {"20x5", 20, 5}} {
		r := newRig(t, size.w, size.h, card.ReadOnly)
		if size.w < minWidth {
			golden(t, "small-"+size.name, r.screen())
			continue
		}
		r.open("1")
		golden(t, "overview-"+size.name, r.screen())
		r.keys("2")
		r.settle()
		golden(t, "files-"+size.name, r.screen())
		r.keys("3")
		golden(t, "pins-"+size.name, r.screen())
		r.keys("4")
		golden(t, "log-"+size.name, r.screen())
		r.keys("?")
		golden(t, "help-"+size.name, r.screen())
	}
}

func TestEveryLineHasTheWidth(t *testing.T) {
	r := newRig(t, 100, 30, card.ReadOnly)
	r.open("1")
	for w := 1; w <= 130; w += 3 {
		for _, h := range []int{1, 2, 5, 14, 15, 16, 24, 40} {
			r.send(tea.WindowSizeMsg{Width: w, Height: h})
			for _, key := range []string{"1", "2", "3", "4", "X"} {
				r.keys(key)
				lines := strings.Split(r.m.content(), "\n")
				if len(lines) != h {
					t.Fatalf("%dx%d, screen %s: %d lines", w, h, key, len(lines))
				}
				for i, l := range lines {
					if got := ui.Width(l); got != w {
						t.Fatalf("%dx%d, screen %s: line %d has %d cells: %q", w, h, key, i, got, l)
					}
				}
			}
		}
	}
}

func TestCardGoneAndBack(t *testing.T) {
	r := newRig(t, 100, 30, card.ReadOnly)
	r.open("1")
	name := r.m.env.Reader.ID.Name
	number := r.m.env.Number
	taken, err := r.cards.Remove(name)
	if err != nil {
		t.Fatal(err)
	}
	r.until(`card gone`)
	if r.m.env.Card != nil {
		t.Error("the card is still open")
	}
	if err := r.cards.Insert(name, taken, "everyday"); err != nil {
		t.Fatal(err)
	}
	r.until(`PIN1 on`)
	if r.m.env.Number == number {
		t.Error("the card that was put back has the old card's number")
	}
}

func TestArming(t *testing.T) {
	r := newRig(t, 100, 30, card.ReadOnly)
	r.open("1")
	r.keys("w")
	r.keys("enter") // the harmless button
	if r.m.env.Card.Session.Mode() != card.ReadOnly {
		t.Error("Enter armed it")
	}
	r.keys("w", "tab", "enter")
	if r.m.env.Card.Session.Mode() != card.WriteArmed || !strings.Contains(r.screen(), "WRITE armed") {
		t.Errorf("not armed:\n%s", r.screen())
	}
	r.keys("w")
	if r.m.env.Card.Session.Mode() != card.ReadOnly {
		t.Error("w does not take it back")
	}
}

func TestReadOnlyCannotBeArmed(t *testing.T) {
	r := newRig(t, 100, 30, card.ReadOnlyLocked)
	r.open("1")
	r.keys("w")
	if r.m.dialogs.Len() != 0 || !strings.Contains(r.screen(), "--read-only") {
		t.Errorf("w in a read-only session:\n%s", r.screen())
	}
}

func TestVerbsThatCannotBeDoneSayWhy(t *testing.T) {
	r := newRig(t, 100, 30, card.ReadOnly)
	r.until(`Which card\?`)
	r.keys("w")
	if !strings.Contains(r.screen(), "no card is open") {
		t.Errorf("%s", r.screen())
	}
}

func TestPaletteRunsVerbs(t *testing.T) {
	r := newRig(t, 100, 30, card.ReadOnly)
	r.open("1")
	r.keys(":", "go pins", "enter")
	if r.m.shown != app.ScreenPINs {
		t.Errorf("shown is %s:\n%s", r.m.shown, r.screen())
	}
	r.keys("q")
	if !r.m.quit {
		t.Error("q does not leave")
	}
}

func TestForeignAnswersAreDropped(t *testing.T) {
	r := newRig(t, 100, 30, card.ReadOnly)
	r.open("1")
	before := len(r.m.env.PINs)
	r.send(app.AnswerEvent{Answer: app.Answer{ID: 99, Card: r.m.env.Number - 1, Verb: "pin status", Value: []app.PIN{{}}}})
	if len(r.m.env.PINs) != before {
		t.Error("an earlier card's answer counts")
	}
}
