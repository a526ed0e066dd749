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

// TestLateAnswer: an answer that comes after its dialog was left is shown by the
// screen, since the card gave it; one of a card that is gone is cleared.
func TestLateAnswer(t *testing.T) {
	now := time.Now()
	m := New(&kit.Env{Hub: app.NewHub(app.NewReaders(), app.OpenOptions{}), Now: func() time.Time { return now }, Number: 3})
	for _, tc := range []struct {
		card int
		kept bool
	}{{3, true}, {2, false}} {
		m.results = nil
		d := &guide{m: m, env: m.env, sent: true, request: kit.Sent{ID: 7, At: now.Add(-3 * app.AbandonAfter)}}
		if leave, _ := d.Escape(); !leave || m.left != 7 {
			t.Fatal("the dialog cannot be left")
		}
		res := safe.NewSecret([]byte{4})
		m.answered(app.Answer{ID: 7, Card: tc.card, Value: &app.AuthResult{Answer: &auth.Answer{RES: res}, Vector: &auth.Vector{}}})
		if kept := len(m.results) == 1 && res.Len() == 1; kept != tc.kept || !kept && res.Len() != 0 {
			t.Errorf("card %d: %d results, %d bytes", tc.card, len(m.results), res.Len())
		}
	}
}
