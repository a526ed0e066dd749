package pins

import (
	"strings"
	"testing"
	"time"

	"simscope/card"
	"simscope/card/virtual"
	"simscope/tui/app"
	"simscope/tui/ui"
)

func TestChange(t *testing.T) {
	r := newRig(t, "everyday", nil)
	r.do("pins.change")
	r.sees("Change PIN1 of 8999…9013", "A wrong PIN1 costs one of 3 tries", "PIN1 3 left")
	r.keys("<enter>12")
	r.sees("PIN1 as it is now", "• • _ _")
	r.keys("<enter>")
	r.sees("not complete yet")
	r.keys("34<enter>60495173<enter>60495174<enter>")
	r.sees("The two were not the same", "The new PIN1")
	r.keys("60495173<enter>60495173<enter>")
	r.sees("Change PIN1 of this card?", "8999…9013", "8999 9900 1234 5678 9013", "bench", "Leave, send nothing")
	if r.tap.all() != 0 {
		t.Fatal("something was sent before the check page was left")
	}
	r.keys("<enter>")
	r.result()
	r.sees("PIN1 was changed", "From now on the new one is asked for", "now 3 left")
	if !r.holds(virtual.RefPIN1, "60495173") || r.tap.count(card.InsChangePIN) != 1 || r.tap.all() != 1 {
		t.Errorf("the card was not changed by one command: %v", r.tap.sent)
	}
	if len(r.told) != 1 || len(r.env.PINs) == 0 {
		t.Error("the root was not told of the PINs")
	}
	r.keys("<enter>")
	if r.dialogs.Len() != 0 {
		t.Error("the result does not close")
	}
}

func TestWrongPINCostsOne(t *testing.T) {
	r := newRig(t, "everyday", nil)
	r.do("pins.verify")
	r.keys("7390<enter><enter>")
	r.result()
	r.sees("PIN1 was wrong. 2 tries are left.", "now 2 left")
	if n, _, _ := r.tries(virtual.RefPIN1); n != 2 || r.tap.count(card.InsVerify) != 1 || r.tap.all() != 1 {
		t.Errorf("%d tries after %v", n, r.tap.sent)
	}
	r.keys("<enter>")
	r.until("the rows are told", func() bool { return r.env.PINs[0].Tries.Left == 2 })
	r.sees("PIN1 is on, 2 tries left.")
}

func TestVerify(t *testing.T) {
	r := newRig(t, "everyday", nil)
	r.do("pins.verify")
	r.keys("1234<enter><enter>")
	r.result()
	r.sees("PIN1 was right", "stays open until the card is reset")
	r.keys("<enter>")
	r.sees("on, verified", "PIN1 is on and was verified")
	// Now its count is known to be full, also on a card that does not tell.
	l, _ := r.m.selected()
	l.pin.Tries = card.Tries{Verified: true}
	if newGuide(r.env, card.PINVerify, l).careful() {
		t.Error("a PIN that was right in this session needs a word")
	}
	l.pin.Verified = false
	if !newGuide(r.env, card.PINVerify, l).careful() {
		t.Error("a PIN of unknown tries needs no word")
	}
}

func TestLastTry(t *testing.T) {
	r := newRig(t, "everyday", edit(virtual.RefPIN1, func(p *virtual.PIN) { p.Tries = 1 }))
	r.sees("PIN1 is on, and only one try is left", "1 left !")
	r.do("pins.verify")
	r.keys("7390<enter>")
	r.sees("This is the last try", "Type LAST to spend it")
	r.keys("<enter>")
	if r.dialogs.Len() != 0 || r.tap.all() != 0 {
		t.Fatal("enter alone is not the harmless action")
	}
	r.do("pins.verify")
	r.keys("7390<enter>LAS<enter>")
	if r.dialogs.Len() == 0 || r.tap.all() != 0 || r.m.guide.sent {
		t.Fatal("half a word was taken")
	}
	r.keys("T<enter>")
	r.result()
	r.sees("PIN1 was wrong and is now blocked", "PUK1 from the operator's papers", "now 0 left ✗")
	if n, _, _ := r.tries(virtual.RefPIN1); n != 0 || r.tap.all() != 1 {
		t.Errorf("%d tries after %d commands", n, r.tap.all())
	}
}

// TestTriesChangedMeanwhile holds that the session's own guard stands where
// the screen's knowledge is stale.
func TestTriesChangedMeanwhile(t *testing.T) {
	r := newRig(t, "everyday", nil)
	r.do("pins.verify")
	r.keys("1234<enter>")
	wrong := append([]byte{0, 0x20, 0, 1, 8}, "7777\xff\xff\xff\xff"...)
	r.virt.Card("bench").Process(wrong)
	r.virt.Card("bench").Process(wrong)
	r.keys("<enter>")
	r.result()
	r.sees("Nothing was sent: this may be the last try", "now 1 left !")
	if r.tap.all() != 0 {
		t.Error("the last try was spent")
	}
}

func TestUnblock(t *testing.T) {
	r := newRig(t, "blocked", nil)
	r.sees("PIN1 is blocked; PUK1 has 10 tries left.", "✗ blocked")
	if why := r.do("pins.verify"); why != "reason.pin_blocked" {
		t.Errorf("verify of a blocked PIN: %q", why)
	}
	r.do("pins.unblock")
	r.sees("also turns it on", "A wrong PUK1 costs one of 10 tries; after the last wrong one the card is lost for good")
	r.keys("<enter>12345678<enter>60495173<enter>60495173<enter>")
	r.sees("The right PUK1 also turns PIN1 on", "enter leave")
	r.keys("<tab><enter>")
	r.result()
	r.sees("PUK1 was right: PIN1 has its new value and is on.", "PIN1 has 3 tries again")
	if n, _, on := r.tries(virtual.RefPIN1); n != 3 || !on || !r.holds(virtual.RefPIN1, "60495173") || r.tap.all() != 1 {
		t.Errorf("%d tries, on %v, %v", n, on, r.tap.sent)
	}
}

func TestUnblockDefaultIsHarmless(t *testing.T) {
	r := newRig(t, "blocked", nil)
	r.do("pins.unblock")
	r.keys("<enter>12345678<enter>60495173<enter>60495173<enter><enter>")
	if r.dialogs.Len() != 0 || r.tap.all() != 0 {
		t.Error("enter sent the PUK")
	}
}

func TestLastTriesOfPUK(t *testing.T) {
	r := newRig(t, "blocked", edit(virtual.RefPIN1, func(p *virtual.PIN) { p.UnblockTries = 3 }))
	r.do("pins.unblock")
	r.keys("<enter>87654321<enter>60495173<enter>60495173<enter>")
	r.sees("A wrong PUK1 costs one of 3 tries", "Type LAST to spend it")
	r.keys("<tab><enter>")
	if r.tap.all() != 0 {
		t.Fatal("a PUK with 3 tries was sent without the word")
	}
	r.do("pins.unblock")
	r.keys("<enter>87654321<enter>60495173<enter>60495173<enter>LAST<enter>")
	r.result()
	r.sees("PUK1 was wrong. 2 tries are left.", "now 2 left !")
}

func TestUnblockLostForGood(t *testing.T) {
	r := newRig(t, "blocked", edit(virtual.RefPIN1, func(p *virtual.PIN) { p.UnblockTries = 1 }))
	r.do("pins.unblock")
	r.keys("<enter>87654321<enter>60495173<enter>60495173<enter>LAST<enter>")
	r.result()
	r.sees("PUK1 was wrong, and that was its last try", "Ask the operator for a new card")
	r.keys("<enter>")
	r.until("the rows are told", func() bool { return r.env.PINs[0].Unblock.Blocked })
	r.sees("PIN1 and PUK1 are blocked: this card cannot be used ever again.", "✗ lost")
	r.do("pins.unblock")
	r.sees("PUK1 is used up")
	r.keys("<enter>")
	if r.tap.all() != 1 {
		t.Error("another PUK was sent")
	}
}

func TestDisableEnable(t *testing.T) {
	r := newRig(t, "everyday", nil)
	r.do("pins.toggle")
	r.sees("Turn off PIN1", "anyone who holds this card can use it")
	r.keys("<enter>1234<enter>")
	r.sees("Anyone who holds the card can use it then", "enter leave")
	r.keys("<tab><enter>")
	r.result()
	r.sees("PIN1 is off.")
	r.keys("<enter>")
	r.sees("PIN1 is off: anyone who holds this card can use it.", "! off")
	if why := r.do("pins.change"); why != "reason.pin_off" {
		t.Errorf("change of a PIN that is off: %q", why)
	}
	r.do("pins.toggle")
	r.sees("Turn on PIN1", "takes the PIN1 it already has", "change it after it is on")
	r.keys("<enter>")
	r.sees("The PIN1 the card already has")
	r.keys("1234<enter><enter>")
	r.result()
	r.sees("PIN1 is on.", "c change it now")
	if _, _, on := r.tries(virtual.RefPIN1); !on || r.tap.count(card.InsDisablePIN) != 1 || r.tap.count(card.InsEnablePIN) != 1 {
		t.Errorf("on %v after %v", on, r.tap.sent)
	}
	r.keys("c")
	r.sees("Change PIN1 of 8999…9013", "You type PIN1 as it is now")
}

// TestEscSendsNothing leaves every operation at every step.
func TestEscSendsNothing(t *testing.T) {
	paths := map[string]string{
		"pins.verify":  "7390<enter>",
		"pins.change":  "<enter>7390<enter>60495173<enter>60495173<enter>",
		"pins.toggle":  "<enter>7390<enter>",
		"pins.unblock": "<enter>29418376<enter>60495173<enter>60495173<enter>",
	}
	r := newRig(t, "everyday", nil)
	r.quiet = true
	for verb, path := range paths {
		for n := 0; n <= len(path); n++ {
			if i := strings.LastIndexAny(path[:n], "<>"); i >= 0 && path[i] == '<' {
				continue // in the middle of a name
			}
			r.do(verb)
			r.keys(path[:n])
			r.keys("<esc>")
			if r.dialogs.Len() != 0 {
				t.Fatalf("%s stays open after %q", verb, path[:n])
			}
			d := r.m.guide
			if d.in.Len() != 0 || d.current.Len() != 0 || d.next.Len() != 0 {
				t.Fatalf("%s keeps digits after %q", verb, path[:n])
			}
		}
	}
	if r.tap.all() != 0 {
		t.Errorf("sent: %v", r.tap.sent)
	}
	for i := range r.env.Hub.Log.Len() {
		e, _ := r.env.Hub.Log.At(i)
		if len(e.Command) > 5 && e.Command[1] >= 0x20 && e.Command[1] <= 0x2C {
			t.Errorf("the log has % X", e.Command[:5])
		}
	}
}

func TestCardRemovedAtCheck(t *testing.T) {
	r := newRig(t, "everyday", nil)
	r.do("pins.change")
	r.keys("<enter>1234<enter>60495173<enter>60495173<enter>")
	if _, err := r.virt.Remove("bench"); err != nil {
		t.Fatal(err)
	}
	r.until("the card is gone", func() bool { return r.env.Card == nil })
	r.sees("The card was taken out or changed", "Nothing was sent", "esc close")
	d := r.m.guide
	if d.current.Len() != 0 || d.next.Len() != 0 || d.in.Len() != 0 {
		t.Error("digits are kept")
	}
	r.keys("<tab>LAST1234")
	if d.sent || r.dialogs.Len() != 1 {
		t.Error("it goes on without a card")
	}
	r.keys("<enter>")
	if r.dialogs.Len() != 0 || r.tap.all() != 0 {
		t.Error("it does not close, or something was sent")
	}
	r.sees("The card was taken out.")
}

// TestCardSwapped sends after the card was changed behind the screen's back.
func TestCardSwapped(t *testing.T) {
	r := newRig(t, "everyday", nil)
	r.do("pins.verify")
	r.keys("1234<enter>")
	if _, err := r.virt.Remove("bench"); err != nil {
		t.Fatal(err)
	}
	img, err := virtual.OpenBuiltin("blocked")
	if err != nil {
		t.Fatal(err)
	}
	other, err := virtual.New(img, virtual.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if err := r.virt.Insert("bench", other, "blocked"); err != nil {
		t.Fatal(err)
	}
	r.keys("<enter>")
	r.result()
	r.sees("no try was spent")
	if r.tap.all() != 0 || r.m.guide.current.Len() != 0 {
		t.Error("the PIN went to another card, or is kept")
	}
}

// TestAnotherCardOpened holds that a dialog is about one card alone.
func TestAnotherCardOpened(t *testing.T) {
	r := newRig(t, "everyday", nil)
	r.do("pins.verify")
	r.keys("1234<enter>")
	r.open()
	r.keys("<enter>")
	if r.tap.all() != 0 || r.m.guide.sent {
		t.Error("the PIN went to a card opened later")
	}
}

func TestLostAnswer(t *testing.T) {
	mute := &card.TransportError{Kind: card.KindMute, Op: "transmit"}
	for _, c := range []struct {
		name    string
		tries   int
		deliver bool
		verb    string
		keys    string
		want    []string
	}{
		{"wrong and counted", 3, true, "pins.verify", "7390<enter><enter>", []string{"2 instead of 3", "PIN1 was wrong"}},
		{"right, count restored", 2, true, "pins.verify", "1234<enter><enter>", []string{"counts 3 tries, more than before", "was right"}},
		{"not told", 3, false, "pins.verify", "1234<enter><enter>", []string{"counts 3 tries, as before", "cannot be told"}},
		{"change, not told", 3, true, "pins.change", "<enter>1234<enter>60495173<enter>60495173<enter><enter>", []string{"cannot be told", "try the new PIN1 first, and only while at least 2"}},
		{"off, seen in the state", 3, true, "pins.toggle", "<enter>1234<enter><tab><enter>", []string{"has changed as was asked for"}},
		{"last one", 1, true, "pins.verify", "7390<enter>LAST<enter>", []string{"PIN1 is blocked now"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := newRig(t, "everyday", edit(virtual.RefPIN1, func(p *virtual.PIN) { p.Tries = c.tries }))
			r.tap.lose = func(byte) (bool, error) { return c.deliver, mute }
			r.do(c.verb)
			r.keys(c.keys)
			r.result()
			r.sees(append(c.want, "No answer came. Nothing was sent again.")...)
			if r.tap.all() != 1 || r.m.guide.told.good {
				t.Errorf("%d commands, good %v", r.tap.all(), r.m.guide.told.good)
			}
		})
	}
}

func TestLostMeans(t *testing.T) {
	left := func(n int) card.Tries { return card.Tries{Known: true, Left: n, Blocked: n == 0} }
	for _, c := range []struct {
		before, after card.Tries
		want          string
	}{
		{left(3), left(2), "wrong"},
		{left(1), left(0), "blocked"},
		{left(2), left(3), "right"},
		{left(3), left(3), "same"},
		{left(3), left(1), "odd"},
		{left(3), card.Tries{}, "untold"},
		{card.Tries{}, left(3), "untold"},
		{card.Tries{}, card.Tries{Blocked: true}, "blocked"},
		{left(3), card.Tries{Verified: true}, "untold"},
	} {
		if got := lostMeans(c.before, c.after); got != c.want {
			t.Errorf("%+v then %+v: %s, want %s", c.before, c.after, got, c.want)
		}
	}
}

// TestOlderRows holds that rows from before an operation, which are all there
// is when the card could not be asked since, are not taken for the truth.
func TestOlderRows(t *testing.T) {
	r := newRig(t, "blocked", nil)
	d := newGuide(r.env, card.PINUnblock, r.m.locks[0])
	before := card.Tries{Known: true, Left: 10}
	got := d.tell(Done{Outcome: card.PINOutcome{Before: before, SW: card.SWDone, Sent: true}, PINs: r.env.PINs}, nil)
	if !got.good || got.after.Known || strings.Contains(strings.Join(got.lines, " "), "tries again") {
		t.Errorf("%+v", got)
	}
	lost := &card.LostError{Op: "x", Err: &card.TransportError{Kind: card.KindGone}}
	got = d.tell(Done{Outcome: card.PINOutcome{Before: before, Sent: true, Lost: true}, PINs: r.env.PINs}, lost)
	if got.good || got.after.Known || !strings.Contains(strings.Join(got.lines, " "), "has not told its tries since") {
		t.Errorf("%+v", got)
	}
	// The card said yes and was taken out before its transaction ended.
	got = d.tell(Done{Outcome: card.PINOutcome{Before: before, SW: card.SWDone, Sent: true}}, &card.TransportError{Kind: card.KindGone, Op: "end"})
	if !got.good {
		t.Errorf("an answer that came is doubted: %+v", got)
	}
}

func TestWaitsForTheTruth(t *testing.T) {
	r := newRig(t, "everyday", nil)
	r.tap.hold = make(chan struct{})
	r.do("pins.verify")
	r.keys("1234<enter><enter>")
	r.until("it is sent", func() bool { return r.tap.all() == 1 || pause() })
	r.sees("The card is being asked. Waiting")
	r.keys("<esc><enter>x")
	if r.dialogs.Len() != 1 {
		t.Fatal("it was left before the answer came")
	}
	r.sees("cannot be called back")
	r.now = r.now.Add(5 * time.Second)
	r.m.guide.asked = false
	r.sees("5 s")
	r.m.Wipe() // must not touch what the worker has
	close(r.tap.hold)
	r.result()
	r.sees("PIN1 was right")
}

func TestGivesUpWaiting(t *testing.T) {
	r := newRig(t, "everyday", nil)
	r.tap.hold = make(chan struct{})
	r.do("pins.verify")
	r.keys("1234<enter><enter>")
	r.until("it is sent", func() bool { return r.tap.all() == 1 || pause() })
	r.now = r.now.Add(app.AbandonAfter)
	r.sees("has not answered for 15 s")
	r.keys("<esc>")
	r.result()
	r.sees("No answer came. Nothing was sent again", "cannot be told")
	if r.tap.all() != 1 {
		t.Error("it was sent again")
	}
}

// pause gives another goroutine time, and is never what is waited for.
func pause() bool {
	time.Sleep(5 * time.Millisecond)
	return false
}

func TestLeavesWhatNeverAnswers(t *testing.T) {
	r := newRig(t, "everyday", nil)
	d := newGuide(r.env, card.PINVerify, r.m.locks[0])
	d.sent, d.request.At = true, r.now
	if leave, _ := d.Escape(); leave {
		t.Error("left at once")
	}
	r.now = r.now.Add(2 * app.AbandonAfter)
	if leave, _ := d.Escape(); !leave {
		t.Error("a dialog that nothing answers holds the keys for ever")
	}
}

func TestCtrlC(t *testing.T) {
	r := newRig(t, "everyday", nil)
	r.do("pins.verify")
	r.keys("1234<ctrl+c>")
	if !r.quit || r.dialogs.Len() != 0 || r.m.guide.in.Len() != 0 {
		t.Error("ctrl-c does not leave, or leaves digits")
	}
}

func TestPasteIsRefused(t *testing.T) {
	r := newRig(t, "everyday", nil)
	r.do("pins.verify")
	r.feed(pasted("60495173"))
	if r.m.guide.in.Len() != 0 {
		t.Error("a paste was taken")
	}
	if view := r.screen(80, 24); !strings.Contains(flatten(view), "Pasting is refused") {
		t.Errorf("the refusal is not seen:\n%s", view)
	}
}

func TestBack(t *testing.T) {
	r := newRig(t, "everyday", nil)
	r.do("pins.change")
	r.keys("<enter>1234<enter>1984<enter>")
	r.sees("looks like a year", "shift+tab goes back")
	r.keys("<shift+tab>")
	if r.m.guide.step() != stepNew || r.m.guide.next.Len() != 0 || r.m.guide.weak != "" {
		t.Error("back does not ask for the new PIN again")
	}
	r.keys("<shift+tab><shift+tab><shift+tab>")
	if r.m.guide.step() != stepWhat || r.m.guide.current.Len() != 0 {
		t.Error("back does not lead to the beginning")
	}
}

func TestSameAsBefore(t *testing.T) {
	r := newRig(t, "everyday", nil)
	r.do("pins.change")
	r.keys("<enter>83617294<enter>83617294<enter>")
	r.sees("The new PIN is the same as the old one")
	r.keys("83617294<enter>")
	r.sees("The new PIN is the same as the old one", "Change PIN1 of this card?")
}

func TestKey(t *testing.T) {
	r := newRig(t, "everyday", nil)
	r.m.table.Select("0A/")
	r.sees("∎ closed", "10 left", "cannot be administered ever again")
	if why := r.do("pins.change"); why != "reason.is_key" {
		t.Errorf("change of a key: %q", why)
	}
	r.do("pins.verify")
	r.keys("9F1C20D47A3B55E9<enter>")
	r.sees("Send ADM1 to this card?")
	r.keys("<enter>")
	r.result()
	r.sees("ADM1 was wrong. 9 tries are left.")
	r.keys("<enter>")
	r.do("pins.verify")
	r.keys("9<tab>")
	r.sees("ADM1 as 8 decimal digits")
	if r.m.guide.in.Mode != ui.PUKDigits || r.m.guide.in.Len() != 0 {
		t.Error("tab does not switch to digits")
	}
	r.keys("<tab>9f1c20d47a3b55e8<enter><enter>")
	r.result()
	r.sees("ADM1 was right")
	r.keys("<enter>")
	r.m.table.Select("0A/")
	r.sees("! verified")
}

func TestAskForKey(t *testing.T) {
	r := newRig(t, "everyday", noTemplates)
	r.sees("The card tells of no PIN, so whether it is locked is not known.", "ADM1", "– not asked", "ask: a")
	l, _ := r.m.selected()
	if d := newGuide(r.env, card.PINVerify, l); !d.careful() {
		t.Error("a key of unknown tries needs no word")
	}
	before := r.tap.all()
	r.do("pins.ask")
	r.sees("asking")
	r.until("the tries are told", func() bool { return r.env.PINs[0].Tries.Known })
	r.sees("10 left", "∎ closed")
	if r.tap.all() != before {
		t.Error("asking sent a secret")
	}
}

// noTemplates takes the PIN status templates away.
func noTemplates(img *virtual.Image) {
	img.MF.PINs = nil
	for _, a := range img.Apps {
		a.ADF.PINs = nil
	}
}

func TestGSM(t *testing.T) {
	r := newRig(t, "gsm", nil)
	r.sees("PIN1 is on, 3 tries left.", "(CHV1)", "(CHV2)")
	r.do("pins.change")
	r.keys("<enter>1234<enter>60495173<enter>60495173<enter><enter>")
	r.result()
	r.sees("PIN1 was changed")
	r.keys("<enter><down>")
	r.sees("a 2G SIM cannot turn it off")
	r.do("pins.toggle")
	r.sees("PIN2 stays on", "no command that turns CHV2 off")
	r.keys("<enter>")
	r.do("pins.verify")
	r.keys("7390<enter><enter>")
	r.result()
	r.sees("PIN2 was wrong. 2 tries are left.")
	if n, _, _ := r.tries(virtual.RefPIN2); n != 2 || r.tap.all() != 2 {
		t.Errorf("%d tries after %d commands", n, r.tap.all())
	}
}

func TestReadOnlyForGood(t *testing.T) {
	r := newRig(t, "everyday", nil)
	if err := r.env.Card.Session.SetMode(card.ReadOnlyLocked); err != nil {
		t.Fatal(err)
	}
	for _, verb := range []string{"pins.change", "pins.toggle", "pins.unblock"} {
		if why := r.do(verb); why != "reason.locked" {
			t.Errorf("%s: %q", verb, why)
		}
	}
	r.do("pins.verify")
	r.keys("1234<enter><enter>")
	r.result()
	r.sees("PIN1 was right")
}

// TestRefused shows what the card says when it refuses an operation.
func TestRefused(t *testing.T) {
	r := newRig(t, "everyday", edit(virtual.RefPIN1, func(p *virtual.PIN) { p.Fixed = true }))
	r.do("pins.toggle")
	r.keys("<enter>1234<enter><tab><enter>")
	r.result()
	r.sees("The card refused.", "6985", "No try was spent.")
}
