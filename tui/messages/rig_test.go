package messages

import (
	"testing"

	"simscope/card/virtual"
	"simscope/tui/app"
	"simscope/tui/kit"
	"simscope/tui/kit/kittest"
)

// rig is the screen with a hub on a virtual card.
type rig struct {
	*kittest.Rig
	m *Model
}

// newRig opens a card and reads all of it.
func newRig(t testing.TB, img *virtual.Image) *rig {
	t.Helper()
	r := &rig{}
	r.Rig = kittest.New(t, app.ScreenMessages, img, func(env *kit.Env) kit.Screen {
		r.m = New(env)
		return r.m
	})
	r.Open("reader", true)
	r.Until("the list is made", func() bool { return r.m.built && !r.m.building })
	return r
}
