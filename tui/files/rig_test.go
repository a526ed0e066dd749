package files

import (
	"context"
	"strings"
	"testing"

	"github.com/charmbracelet/x/ansi"

	"simscope/card"
	"simscope/card/safe"
	"simscope/card/virtual"
	"simscope/fs"
	"simscope/tui/app"
	"simscope/tui/kit"
	"simscope/tui/kit/kittest"
)

// rig is the screen with a hub on virtual cards. Dialogs are not put up.
type rig struct {
	*kittest.Rig
	m *Model
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
	r := &rig{}
	r.Rig = kittest.New(t, app.ScreenFiles, img, func(env *kit.Env) kit.Screen {
		r.m = New(env)
		return r.m
	})
	r.Apart = true
	r.Open("reader", walk)
	return r
}

// rest works off events until the file that was asked for has come.
func (r *rig) rest() {
	r.T.Helper()
	moves := r.m.moves
	r.Until("the selection has come to rest", func() bool {
		return r.m.asked.id == 0 && (moves == r.m.moves)
	})
}

// goTo shows a file by name.
func (r *rig) goTo(name string) {
	r.T.Helper()
	p, err := r.Env.Card.Files.Resolve(name)
	if err != nil {
		r.T.Fatal(err)
	}
	r.Feed(kit.GoMsg{Screen: app.ScreenFiles, Path: p, HasPath: true})
	r.rest()
}

func (r *rig) node(name string) fs.Node {
	r.T.Helper()
	p, err := r.Env.Card.Files.Resolve(name)
	if err != nil {
		r.T.Fatal(err)
	}
	n, _ := r.Env.Card.Files.Tree().Get(p)
	return n
}

// verify verifies PIN1 as the PINs screen does.
func (r *rig) verify(pin string) {
	r.T.Helper()
	id := r.Hub.SubmitCritical("verify", func(ctx context.Context, c *app.Card) (any, error) {
		var aid card.AID
		if apps := c.Files.Applications(); len(apps) > 0 {
			aid = apps[0].AID
		}
		_, err := c.DoPIN(ctx, card.PINRequest{Op: card.PINVerify, Ref: card.RefPIN1, App: aid, Current: safe.NewSecret([]byte(pin))})
		return c.PINs(), err
	})
	r.Until("the PIN is verified", func() bool {
		err, done := r.Answers[id]
		if err != nil {
			r.T.Fatal(err)
		}
		return done
	})
}

// screen is the screen without colours.
func (r *rig) screen(w, h int) string { return ansi.Strip(r.m.View(w, h)) }

// has fails unless the screen shows every text.
func (r *rig) has(w, h int, want ...string) {
	r.T.Helper()
	s := r.screen(w, h)
	for _, x := range want {
		if !strings.Contains(s, x) {
			r.T.Errorf("%q is not on the screen:\n%s", x, s)
		}
	}
}

func (r *rig) hasNot(w, h int, not ...string) {
	r.T.Helper()
	s := r.screen(w, h)
	for _, x := range not {
		if strings.Contains(s, x) {
			r.T.Errorf("%q is on the screen:\n%s", x, s)
		}
	}
}
