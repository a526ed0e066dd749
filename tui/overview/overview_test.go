package overview_test

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"simscope/card"
	"simscope/card/virtual"
	"simscope/fs"
	"simscope/tui/app"
	"simscope/tui/kit"
	"simscope/tui/kit/kittest"
)

var sizes = [][2]int{{80, 15}, {120, 31}, {60, 12}}

func (r *rig) all() string {
	r.t.Helper()
	var parts []string
	for _, z := range sizes {
		parts = append(parts, fmt.Sprintf("%dx%d\n%s", z[0], z[1], r.view(z[0], z[1])))
	}
	return strings.Join(parts, "\n")
}

// scenes are cards in states that a person meets.
var scenes = []struct {
	name string
	open func(t *testing.T) *rig
}{
	{"everyday", func(t *testing.T) *rig { return builtin(t, "everyday", nil) }},
	{"everyday-open", func(t *testing.T) *rig { return builtin(t, "everyday", pinOff(virtual.RefPIN1)) }},
	{"gsm", func(t *testing.T) *rig { return builtin(t, "gsm", nil) }},
	{"gsm-open", func(t *testing.T) *rig { return builtin(t, "gsm", pinOff(virtual.RefPIN1)) }},
	{"blocked", func(t *testing.T) *rig { return builtin(t, "blocked", nil) }},
	{"empty", func(t *testing.T) *rig { return builtin(t, "empty", nil) }},
	{"worn", func(t *testing.T) *rig { return builtin(t, "everyday", worn(t)) }},
	{"foreign", foreign},
}

// worn is a card on which nearly everything asks for a look.
func worn(t *testing.T) func(*virtual.Image) {
	return func(img *virtual.Image) {
		pinOff(virtual.RefPIN1)(img)
		for i := range img.PINs {
			switch img.PINs[i].Ref {
			case virtual.RefPIN1:
				img.PINs[i].UnblockTries = 1
			case virtual.RefPIN2:
				img.PINs[i].Tries = 2
			}
		}
		file(t, img, img.MF, 0x2FE2).Data[9] = 0x13
		// Its own network 999 99 among the forbidden ones, another one seen
		// last, and that refused it.
		adf := img.Apps[0].ADF
		copy(file(t, img, adf, 0x6F7B).Data, []byte{0x99, 0xF9, 0x99})
		loci := file(t, img, adf, 0x6F7E).Data
		copy(loci[4:], []byte{0x64, 0xF0, 0x99})
		loci[10] = 2
		suci := file(t, img, file(t, img, adf, 0x5FC0), 0x4F07).Data
		suci[2], suci[3] = 0, 0
	}
}

func TestGolden(t *testing.T) {
	for _, s := range scenes {
		t.Run(s.name, func(t *testing.T) { golden(t, s.name, s.open(t).all()) })
	}
}

func TestGoldenThemes(t *testing.T) {
	r := builtin(t, "everyday", pinOff(virtual.RefPIN1))
	r.env.Theme = kittest.Theme(t, "monochrome", true)
	golden(t, "ascii", r.all())
	ours := strings.NewReplacer("星辰移动", "")
	for _, c := range ours.Replace(r.all()) {
		if c >= 0x80 {
			t.Errorf("%q with --ascii", c)
		}
	}
	for _, name := range []string{"dark", "monochrome"} {
		r.env.Theme = kittest.Theme(t, name, false)
		v := r.m.View(80, 15)
		exact(t, v, 80, 15)
		golden(t, "colour-"+name, strings.ReplaceAll(v, "\x1b", "␛"))
		if coloured := strings.Contains(v, "38;"); coloured != (name == "dark") {
			t.Errorf("%s: colours %v", name, coloured)
		}
	}
}

// TestEverySize holds that the screen fits exactly, however small, wherever
// the cursor is.
func TestEverySize(t *testing.T) {
	for _, s := range scenes {
		t.Run(s.name, func(t *testing.T) {
			r := s.open(t)
			for _, key := range []string{"home", "end"} {
				r.press(key)
				for w := 1; w <= 130; w += 11 {
					for h := 1; h <= 34; h += 3 {
						exact(t, r.m.View(w, h), w, h)
					}
				}
			}
			if r.m.View(0, 5) != "" || r.m.View(5, 0) != "" {
				t.Error("nothing is not empty")
			}
		})
	}
}

// TestSelectionSeen holds that the selected row is on the screen.
func TestSelectionSeen(t *testing.T) {
	r := foreign(t)
	for _, h := range []int{4, 7, 12} {
		r.press("home")
		for range 40 {
			if v := r.view(60, h); !strings.Contains(v, "▌") {
				t.Fatalf("no cursor at height %d:\n%s", h, v)
			}
			r.press("down")
		}
	}
}

// find moves to the first row with words in it.
func (r *rig) find(words string) {
	r.t.Helper()
	r.press("home")
	for range 60 {
		for _, l := range strings.Split(r.view(200, 60), "\n") {
			if strings.HasPrefix(l, "▌") && strings.Contains(l, words) {
				return
			}
		}
		r.press("down")
	}
	r.t.Fatalf("no row says %q:\n%s", words, r.view(200, 60))
}

func TestEnter(t *testing.T) {
	r := builtin(t, "everyday", worn(t))
	usim := card.AID(r.env.Card.Files.Applications()[0].AID)
	second := card.AID(r.env.Card.Files.Applications()[1].AID)
	pins := kit.GoMsg{Screen: app.ScreenPINs}
	to := func(p card.Path) kit.GoMsg { return kit.GoMsg{Screen: app.ScreenFiles, Path: p, HasPath: true} }
	for _, tt := range []struct {
		words string
		want  any
	}{
		{"ICCID  ", to(card.PathOf("", card.FIDICCID))},
		{"IMSI  ", to(card.PathOf(usim, 0x6F07))},
		{"Card  ", to(card.PathOf("", card.FIDDir))},
		{"Locks  ", pins},
		{"Network  ", to(card.PathOf(usim, 0x6F7E))},
		{"PIN1 is off", kit.GuideMsg{Op: card.PINEnable, Ref: card.RefPIN1}},
		{"PIN appl 2 is off", kit.GuideMsg{Op: card.PINEnable, Ref: card.RefPIN1 + 1, App: second}},
		{"PIN2 has 2 tries", pins},
		{"PUK1 has one try left; then nothing unblocks PIN1", pins},
		{"can still be read", kit.GoMsg{Screen: app.ScreenMessages, Filter: "deleted"}},
		{"Inside  ", kit.GoMsg{Screen: app.ScreenMessages}},
		{"2 subscriptions: ", to(card.PathOf(second, 0x6F07))},
		{"among the forbidden", to(card.PathOf(usim, 0x6F7B))},
		{"check digit of the ICCID", to(card.PathOf("", card.FIDICCID))},
	} {
		r.find(tt.words)
		msgs := messages(r.press("enter"))
		if len(msgs) != 1 || msgs[0] != tt.want {
			t.Errorf("%q: %+v, not %+v", tt.words, msgs, tt.want)
		}
	}
	for _, tt := range []struct {
		id   string
		want kit.GuideMsg
	}{
		{"blocked", kit.GuideMsg{Op: card.PINUnblock, Ref: card.RefPIN1}},
		{"gsm", kit.GuideMsg{Op: card.PINVerify, Ref: card.RefPIN1}},
	} {
		r := builtin(t, tt.id, nil)
		if msgs := messages(r.press("enter")); len(msgs) != 1 || msgs[0] != tt.want {
			t.Errorf("%s: the first finding leads to %+v", tt.id, msgs)
		}
	}
}

func TestCopy(t *testing.T) {
	r := builtin(t, "everyday", pinOff(virtual.RefPIN1))
	for words, want := range map[string]string{
		"ICCID  ":     "89999900123456789013",
		"IMSI  ":      "999990123456789",
		"PIN1 is off": "PIN1 is off: whoever has this card receives your codes",
		"Inside  ":    "21 of 50 contacts   10 messages, 2 new (2 deleted, still readable) !   3 numbers dialled",
	} {
		r.find(words)
		got := fmt.Sprint(messages(r.press("y")))
		if !strings.Contains(got, base64(want)) {
			t.Errorf("%q copies %q", words, got)
		}
	}
}

// TestInPlace holds that rows stay where they are while the card is read, and
// that nothing is said before it is known.
func TestInPlace(t *testing.T) {
	r := newRig(t, slot(t, "everyday", pinOff(virtual.RefPIN1)))
	if v := r.view(80, 15); !strings.Contains(v, "No card is open.") {
		t.Errorf("without a card:\n%s", v)
	}
	r.open()
	first := strings.Split(r.view(120, 31), "\n")
	for _, what := range []string{"PIN1", "forbidden", "open", "contacts and no"} {
		if strings.Contains(strings.Join(first, "\n"), what) {
			t.Errorf("%q is said too early:\n%s", what, strings.Join(first, "\n"))
		}
	}
	r.readPINs()
	r.press("home")
	r.press("down")
	r.readAll()
	last := strings.Split(r.view(120, 31), "\n")
	labels := func(lines []string) (out []string) {
		for _, l := range lines {
			if f := strings.Fields(strings.TrimPrefix(l, "▌")); len(f) > 0 && !strings.HasPrefix(l, "  ") {
				out = append(out, f[0])
			}
		}
		return out
	}
	if a, b := labels(first)[1:], labels(last)[1:]; strings.Join(a, " ") != strings.Join(b, " ") {
		t.Errorf("rows come and go: %v, %v", a, b)
	}
	if !strings.HasPrefix(last[3], "▌IMSI") {
		t.Errorf("the cursor did not stay:\n%s", strings.Join(last, "\n"))
	}
}

// TestOtherCard holds that nothing of a card is shown when another is opened
// or the card is gone.
func TestOtherCard(t *testing.T) {
	r := builtin(t, "everyday", pinOff(virtual.RefPIN1))
	stale := app.FilesEvent{Number: r.env.Number, Nodes: r.env.Card.Files.Tree().All()}
	r.env.Card, r.env.PINs, r.env.Opening = nil, nil, true
	r.env.Number++
	r.feed(stale)
	for _, trouble := range []*app.Problem{nil, {Answer: "The card was taken out."}} {
		r.env.Trouble = trouble
		if v := r.view(80, 15); strings.Contains(v, "8999") || strings.Contains(v, "星辰") {
			t.Errorf("another card's values:\n%s", v)
		}
		if cmd := r.m.Do("overview.open", ""); cmd != nil {
			t.Error("a row of a card that is gone can be opened")
		}
		r.env.Opening = false
	}
	if v := r.view(80, 15); !strings.Contains(v, "The card was taken out.") || !strings.Contains(v, "r ") {
		t.Errorf("a lost card:\n%s", v)
	}
	if handled, _ := r.m.Key(keyDown); handled {
		t.Error("keys move on a screen without rows")
	}
}

// TestStopped holds that a reading that was stopped is told of, and what it
// did not reach is not claimed.
func TestStopped(t *testing.T) {
	r := newRig(t, slot(t, "everyday", pinOff(virtual.RefPIN1)))
	r.open()
	r.readPINs()
	r.stopWalk()
	v := r.view(120, 31)
	if !strings.Contains(v, "The reading was stopped") || !strings.Contains(v, "not read") {
		t.Errorf("a stopped reading:\n%s", v)
	}
	for _, claim := range []string{"no network", "no contacts", "0 messages", "Nothing:"} {
		if strings.Contains(v, claim) {
			t.Errorf("%q is claimed:\n%s", claim, v)
		}
	}
}

// TestCalm holds that a card that is well gets one sentence.
func TestCalm(t *testing.T) {
	r := builtin(t, "empty", func(img *virtual.Image) {
		for i := range img.PINs {
			img.PINs[i].Enabled = true
		}
	})
	r.verifyPIN1()
	r.readAll()
	v := r.view(80, 15)
	if !strings.Contains(v, "Nothing: what was read is in order.") {
		t.Errorf("a card that is well:\n%s", v)
	}
}

// TestVerified holds that the screen follows what is done on the PIN screen.
func TestVerified(t *testing.T) {
	r := builtin(t, "gsm", nil)
	r.verifyPIN1()
	v := r.view(120, 31)
	if !strings.Contains(v, "verified") || strings.Contains(v, "needs PIN1") || strings.Contains(v, "only after PIN1") {
		t.Errorf("PIN1 is verified and still asked for:\n%s", v)
	}
	r.readAll()
	if v := r.view(120, 31); !strings.Contains(v, "001 01 0123456789") || !strings.Contains(v, "21 of 50 contacts") {
		t.Errorf("after reading again:\n%s", v)
	}
}

// TestBroken holds that every way in which a reading can end early is told of
// in a sentence.
func TestBroken(t *testing.T) {
	r := builtin(t, "gsm", pinOff(virtual.RefPIN1))
	for _, tt := range []struct {
		err  error
		want string
	}{
		{&fs.LimitError{What: "files", Limit: 2000}, "stopped after 2000 files"},
		{&card.TransportError{Kind: card.KindReset}, "broke off: Another program reset the card."},
		{context.Canceled, "was stopped:"},
	} {
		r.env.Walk = kit.Walk{Err: tt.err}
		r.feed(kit.PINsMsg{PINs: r.env.PINs})
		if v := r.view(160, 31); !strings.Contains(v, tt.want) || strings.Contains(v, "<overview") {
			t.Errorf("%v:\n%s", tt.err, v)
		}
	}
}

// TestLost holds that a PIN whose PUK is used up is not offered to be fixed,
// and that other PINs are told of by name.
func TestLost(t *testing.T) {
	r := builtin(t, "everyday", func(img *virtual.Image) {
		for i := range img.PINs {
			switch img.PINs[i].Ref {
			case virtual.RefPIN1:
				img.PINs[i].Tries, img.PINs[i].UnblockTries = 0, 0
			case virtual.RefPIN2:
				img.PINs[i].Tries = 0
			}
		}
	})
	v := r.view(120, 31)
	for _, want := range []string{"✗ PIN1 and PUK1 are blocked for good", "PUK blocked", "✗ PIN2 is blocked; PUK2 unblocks it", "PIN1 is blocked ✗"} {
		if !strings.Contains(v, want) {
			t.Errorf("%q is not said:\n%s", want, v)
		}
	}
}
