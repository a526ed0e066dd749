package card

import (
	"context"
	"time"
)

// A call to a card that is broken off leaves the transport dead, because it
// cannot be called back. So a step that is to stop does so between two
// commands, and only who gives a card up breaks a call off.

type hardKey struct{}

// WithHard makes a context for steps: when ctx ends, a step stops before its
// next command; the call that is under way is broken off only when hard ends.
func WithHard(ctx, hard context.Context) context.Context {
	return context.WithValue(ctx, hardKey{}, hard)
}

// hardOf is the context that breaks calls off, which is ctx itself where
// WithHard gave none.
func hardOf(ctx context.Context) context.Context {
	if hard, ok := ctx.Value(hardKey{}).(context.Context); ok {
		return hard
	}
	return ctx
}

// lateAnswer is how long the answer to a command that counts or changes is
// waited for after the step was told to stop: to break it off would make its
// result unknown.
const lateAnswer = 5 * time.Second

// patient is the context for sending a command of a risk. Where nobody said
// what breaks calls off, the end of ctx does, for commands that count or
// change with some delay.
func patient(ctx context.Context, risk Risk) (context.Context, func()) {
	if _, told := ctx.Value(hardKey{}).(context.Context); told || risk == RiskNone {
		return hardOf(ctx), func() {}
	}
	late, cancel := context.WithCancel(context.WithoutCancel(ctx))
	stop := context.AfterFunc(ctx, func() { time.AfterFunc(lateAnswer, cancel) })
	return late, func() {
		stop()
		cancel()
	}
}
