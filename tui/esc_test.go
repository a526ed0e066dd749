package tui

import (
	"context"
	"testing"
	"time"

	"simscope/card"
	"simscope/tui/app"
)

// Esc shows the whole list again before it stops what is being read, on every
// screen with a search; the next one stops the reading.
func TestEscClearsTheSearchFirst(t *testing.T) {
	for name, key := range map[string]string{
		app.ScreenContacts: "C", app.ScreenMessages: "M", app.ScreenFiles: "2", app.ScreenLog: "4",
	} {
		t.Run(name, func(t *testing.T) {
			r := newRig(t, 120, 40, card.ReadOnly)
			r.open("1")
			r.keys(key)
			switch name {
			case app.ScreenFiles, app.ScreenLog:
				r.keys("/", "imsi", "enter")
			default: // the keys need what only a PIN opens
				r.m.active().Do(name+".find", "imsi")
			}
			if r.m.shown != name {
				t.Fatalf("%s is shown", r.m.shown)
			}
			stopped := make(chan struct{})
			r.m.env.Submit("read test", func(ctx context.Context, _ *app.Card) (any, error) {
				<-ctx.Done()
				close(stopped)
				return nil, ctx.Err()
			})
			for deadline := time.Now().Add(5 * time.Second); ; time.Sleep(time.Millisecond) {
				if job, ok := r.m.env.Hub.Current(); ok && job.Verb == "read test" {
					break
				}
				if time.Now().After(deadline) {
					t.Fatal("the reading does not begin")
				}
			}
			narrowed := func() bool { return r.m.active().(interface{ EscClears() bool }).EscClears() }
			if !narrowed() {
				t.Fatalf("nothing is searched for:\n%s", r.screen())
			}
			r.keys("esc")
			select {
			case <-stopped:
				t.Fatal("the reading was stopped")
			case <-time.After(20 * time.Millisecond):
			}
			if narrowed() {
				t.Fatal("the search is still there")
			}
			r.keys("esc")
			select {
			case <-stopped:
			case <-time.After(5 * time.Second):
				t.Fatal("the reading goes on")
			}
		})
	}
}
