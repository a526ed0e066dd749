package auth

import (
	"testing"
	"time"

	"simscope/card/auth"
	"simscope/card/safe"
	"simscope/tui/app"
	"simscope/tui/kit"
)

// TestWhatWasLentIsCleared: a question that never reached a card leaves no
// copies of keys and answers behind.
func TestWhatWasLentIsCleared(t *testing.T) {
	m := New(&kit.Env{Hub: app.NewHub(app.NewReaders(), app.OpenOptions{}), Now: time.Now})
	key, res := safe.NewSecret([]byte{1, 2, 3}), safe.NewSecret([]byte{4})
	m.keys = &held{sub: auth.Subscriber{K: key}}
	m.results = []*app.AuthResult{{Answer: &auth.Answer{RES: res}, Vector: &auth.Vector{}}}
	d := &guide{m: m, env: m.env}
	q, before := d.lend()
	if q.Keys == nil || q.Keys.K.Len() != 3 || len(before) != 1 || before[0].Answer.RES.Len() != 1 {
		t.Fatalf("%+v %+v", q, before)
	}
	d.answered(app.Answer{})
	if d.told == nil || q.Keys.K.Len() != 0 || before[0].Answer.RES.Len() != 0 {
		t.Errorf("copies are left: %d and %d bytes", q.Keys.K.Len(), before[0].Answer.RES.Len())
	}
	if key.Len() == 0 || res.Len() == 0 {
		t.Error("what is held was cleared with them")
	}
}
