package kit

import (
	"time"

	"simscope/tui/app"
)

// Sent is a dialog's request that is with the card's worker.
type Sent struct {
	ID     uint64
	At     time.Time
	GaveUp bool // it was cancelled
}

// Waited is how long its answer has been awaited.
func (s *Sent) Waited(env *Env) time.Duration { return env.Now().Sub(s.At) }

// TooEarly reports whether it cannot be given up yet.
func (s *Sent) TooEarly(env *Env) bool { return s.Waited(env) < app.AbandonAfter }

// Escape is Esc while the answer is awaited. A request that does not come back
// can be given up after a while, and the dialog left when even that has no
// answer.
func (s *Sent) Escape(env *Env) (leave bool) {
	if !s.TooEarly(env) && !s.GaveUp {
		s.GaveUp = true
		env.Hub.Abandon(s.ID)
	}
	return s.Waited(env) >= 2*app.AbandonAfter
}
