package kit

import (
	"time"

	tea "charm.land/bubbletea/v2"

	"simscope/texts"
	"simscope/tui/app"
	"simscope/tui/ui"
)

// Sent is a dialog's request that is with the card's worker.
type Sent struct {
	ID     uint64
	At     time.Time
	GaveUp bool // it was cancelled
}

// Waited is how long its answer has been awaited.
func (s *Sent) Waited(env *Env) time.Duration { return env.Now().Sub(s.At) }

// Queued reports whether it has not begun: the card is busy with something
// else, and nothing of it was sent.
func (s *Sent) Queued(env *Env) bool { return !s.GaveUp && env.Hub.Queued(s.ID) }

// Withdraw takes it back where it has not begun; then nothing was sent, no
// answer comes, and what went with it is the caller's again.
func (s *Sent) Withdraw(env *Env) bool { return !s.GaveUp && env.Hub.Withdraw(s.ID) }

// WithdrawHint is the key for that.
func WithdrawHint() ui.Hint { return ui.Hint{Key: "esc", Does: texts.Say("wait.hint")} }

// Withdrawn is told of it.
func Withdrawn() tea.Cmd { return Toast(ui.Good, texts.Say("wait.back")) }

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
