package tui

import (
	"context"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"

	"simscope/card"
	"simscope/tui/app"
)

// ticks are the ticks among what a message asks for, without waiting for any
// but those.
func (r *rig) ticks(msg tea.Msg) (every []time.Duration) {
	_, cmd := r.m.Update(msg)
	var look func(tea.Cmd)
	look = func(cmd tea.Cmd) {
		if cmd == nil {
			return
		}
		switch got := cmd().(type) {
		case tickMsg:
			every = append(every, got.every)
		case tea.BatchMsg:
			for _, c := range got {
				look(c)
			}
		}
	}
	look(cmd)
	return every
}

// At rest the screen is drawn seldom. A request has the faster tick begin with
// it, also where nothing is heard of it, and end after it.
func TestTickFollowsTheWorker(t *testing.T) {
	r := newRig(t, 120, 40, card.ReadOnly)
	r.open("1")
	r.m.ticking, r.m.o.Tick = false, tea.Tick // the rig leaves ticks alone
	for end := time.Now().Add(30 * time.Second); r.m.env.Hub.Busy() && time.Now().Before(end); {
		time.Sleep(time.Millisecond)
	}
	if got := r.ticks(tickMsg{restEvery}); len(got) != 1 || got[0] != restEvery {
		t.Fatalf("at rest: %v", got)
	}
	if got := r.ticks(tea.FocusMsg{}); len(got) != 0 {
		t.Fatalf("at rest a message makes ticks: %v", got)
	}
	release := make(chan struct{})
	r.m.env.Submit("test", func(context.Context, *app.Card) (any, error) { <-release; return nil, nil })
	if got := r.ticks(tea.FocusMsg{}); len(got) != 1 || got[0] != tickEvery {
		t.Fatalf("a request is under way: %v", got)
	}
	if got := r.ticks(tea.FocusMsg{}); len(got) != 0 {
		t.Fatalf("a second tick besides the first: %v", got)
	}
	if got := r.ticks(tickMsg{tickEvery}); len(got) != 1 || got[0] != tickEvery {
		t.Fatalf("it is still under way: %v", got)
	}
	close(release)
	for end := time.Now().Add(30 * time.Second); r.m.env.Hub.Busy() && time.Now().Before(end); {
		time.Sleep(time.Millisecond)
	}
	if got := r.ticks(tickMsg{tickEvery}); len(got) != 0 {
		t.Fatalf("after the request: %v", got)
	}
}
