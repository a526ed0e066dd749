package pins

import (
	"errors"

	"simscope/card"
	"simscope/texts"
	"simscope/tui/app"
	"simscope/tui/ui"
)

// told is what an operation brought, in words.
type told struct {
	good  bool
	tok   ui.Token
	head  string
	lines []string
	// after is the count of the secret that was compared, as it is now.
	after card.Tries
}

// tell puts an outcome into words. The count it gives is the one asked for in
// the operation itself: rows that were read after it may be older.
func (d *guide) tell(got Done, err error) *told {
	out := got.Outcome
	t := &told{tok: ui.Bad, after: out.After}
	if !out.Sent && !t.after.Known && !t.after.Blocked {
		t.after = out.Before
		if !t.after.Known && !t.after.Blocked {
			t.after = d.tries()
		}
	}
	var pin *card.PINError
	var lost *card.LostError
	switch {
	case err == nil, out.Sent && out.SW.OK() && !out.Lost:
		// What failed after the card's answer does not change that answer.
		d.tellRight(t, got)
	case out.Lost, errors.As(err, &lost):
		d.tellLost(t, got)
	case errors.As(err, &pin):
		d.tellWrong(t, pin, out.Sent)
	case errors.Is(err, card.ErrOtherCard):
		d.say(t, "other_card")
	default:
		d.tellRefused(t, out, err)
	}
	return t
}

// rowAfter is the lock's row in the state that was read after the operation.
func (d *guide) rowAfter(pins []app.PIN) (app.PIN, bool) {
	for _, p := range pins {
		if lockKey(p) == d.lock.key {
			return p, true
		}
	}
	return app.PIN{}, false
}

// say sets head and lines from "pins.result.<id>" and its ".more".
func (d *guide) say(t *told, id string, args ...any) {
	args = append(args, d.secretArgs()...)
	t.head = texts.Say("pins.result."+id, args...)
	if more := texts.Maybe("pins.result."+id+".more", args...); more != "" {
		t.lines = append(t.lines, more)
	}
}

// secretArgs are the names that sentences use: {name} is the lock, {secret}
// what was typed for it, {puk} what unblocks it.
func (d *guide) secretArgs() []any { return d.lock.args("secret", d.secretName()) }

func (d *guide) secretName() string {
	if d.op == card.PINUnblock {
		return d.lock.puk
	}
	return d.lock.name
}

func (d *guide) tellRight(t *told, got Done) {
	t.good, t.tok = true, ui.Good
	d.say(t, operations[d.op].id+".right")
	if d.op != card.PINUnblock {
		return
	}
	// Rows that could not be read anew still say that it is blocked.
	if p, ok := d.rowAfter(got.PINs); ok && p.Tries.Known && !p.Tries.Blocked {
		t.lines = append(t.lines, texts.Say("pins.result.pin_now", "name", d.lock.name, "n", p.Tries.Left))
	}
}

func (d *guide) tellWrong(t *told, e *card.PINError, sent bool) {
	switch {
	case e.Blocked && e.Unblock:
		d.say(t, pick(sent, "puk_now_lost", "puk_lost"))
	case e.Blocked && d.lock.isKey():
		d.say(t, pick(sent, "key_now_lost", "key_lost"))
	case e.Blocked:
		d.say(t, pick(sent, "now_blocked", "blocked"))
	case e.Known:
		d.say(t, "wrong", "n", e.Left)
	default:
		d.say(t, "wrong_untold")
	}
}

func pick(b bool, yes, no string) string {
	if b {
		return yes
	}
	return no
}

// tellLost says what can be known of an operation whose answer was lost, from
// the state before it and the state since (the count, and whether the PIN is
// on).
func (d *guide) tellLost(t *told, got Done) {
	t.tok = ui.Warn
	d.say(t, "lost")
	id := lostMeans(got.Outcome.Before, got.Outcome.After)
	if p, ok := d.rowAfter(got.PINs); ok && p.Known && id != "untold" {
		want, toggles := d.op == card.PINEnable, d.op == card.PINEnable || d.op == card.PINDisable
		if toggles && p.Enabled == want {
			id = "took"
		}
	}
	args := append(d.secretArgs(), "before", got.Outcome.Before.Left, "n", got.Outcome.After.Left)
	t.lines = append(t.lines, texts.Say("pins.lost."+id, args...))
	if id == "same" && (d.op == card.PINChange || d.op == card.PINUnblock) {
		t.lines = append(t.lines, texts.Say("pins.lost.try_new", args...))
	}
}

// lostMeans compares the tries before an answer was lost with those since. A
// wrong secret takes one away, a right one brings the count to its full, and
// no card tells what its full count is: where nothing changed, nothing is
// known.
func lostMeans(before, after card.Tries) string {
	switch {
	case after.Blocked && !before.Blocked:
		return "blocked"
	case !after.Known || !before.Known:
		return "untold"
	case after.Left == before.Left-1:
		return "wrong"
	case after.Left > before.Left:
		return "right"
	case after.Left == before.Left:
		return "same"
	}
	return "odd"
}

// tellRefused is for everything that is no word about the secret itself.
func (d *guide) tellRefused(t *told, out card.PINOutcome, err error) {
	if errors.Is(err, card.ErrLastTry) {
		t.tok = ui.Warn
		d.say(t, "last_try")
		return
	}
	p := app.Explain(err, "")
	if !out.Sent {
		d.say(t, "not_sent")
		t.lines = append([]string{p.String()}, t.lines...)
		return
	}
	d.say(t, "refused")
	t.lines = append([]string{p.String()}, t.lines...)
	if out.Before.Known && out.After.Known && out.Before.Left == out.After.Left {
		t.lines = append(t.lines, texts.Say("pins.result.uncounted"))
	}
}
