//go:build linux && cgo

package e2e

import (
	"strings"
	"syscall"
	"testing"
	"time"

	"simscope/internal/pcscbench"
)

// alive holds that keys still do what they do, whatever the card does.
func (x *screen) alive() {
	x.s.t.Helper()
	start := time.Now()
	x.help()
	x.Keys("4")
	x.see(`READ|SELECT`)
	x.Keys(":")
	x.see(`find a verb|go readers`)
	x.back(`go readers`)
	if took := time.Since(start); took > 8*time.Second {
		x.s.t.Errorf("a few keys took %v", took)
	}
}

func TestCardPulledAndPutBack(t *testing.T) {
	s := newStack(t)
	img := s.image("everyday", withSecrets)
	c := s.card(0, "--image", img)
	x := s.screen(100, 30)
	x.opened()
	x.verified(canaryPIN)
	c.pull()
	x.see(`card gone`)
	x.alive()
	s.card(0, "--image", img)
	x.opened()
	x.gone(`card gone`)
	x.Keys("3")
	got := x.see(`Lock +State +Tries`)
	if strings.Contains(got, "verified") {
		t.Errorf("a card that was put back counts as verified:\n%s", got)
	}
	s.wantPIN1("on", 3, 10)
	x.quit()
}

// The card leaves while a PIN is being typed: nothing is sent to the next one.
func TestCardExchangedWhileAPINIsTyped(t *testing.T) {
	s := newStack(t)
	c, _ := s.deviant(deviant{})
	x := s.screen(100, 30)
	x.opened()
	x.Keys("3")
	x.see(`Lock +State +Tries`)
	x.Keys("Enter")
	x.see(`Verify PIN1 of 8999`)
	x.secret(canaryPIN)
	c.pull()
	x.see(`taken out or changed`)
	_, sent := s.deviant(deviant{Image: s.image("gsm", withSecrets)})
	x.Keys("Enter")
	x.gone(`taken out or changed`)
	x.see(`2G SIM`)
	if n := count(sent(), "A020", 13) + count(sent(), "0020", 13); n != 0 {
		t.Errorf("%d commands with a PIN went to the other card", n)
	}
	x.quit()
}

func TestServiceKilledAndRestarted(t *testing.T) {
	s := newStack(t)
	c := s.card(0)
	x := s.screen(100, 30)
	x.opened()
	if err := s.bench.Kill(); err != nil {
		t.Fatal(err)
	}
	c.pull()
	x.see(`card gone`)
	x.alive()
	x.Keys("r")
	x.see(`Which card\?`)
	x.see(`service`)
	if err := s.bench.Restart(); err != nil {
		t.Fatal(err)
	}
	s.card(0)
	x.opened()
	x.Keys("1")
	x.see(`ICCID +8999 9900 1234 5678 9013`)
	x.quit()
}

func TestAnotherProgramResetsTheCard(t *testing.T) {
	s := newStack(t)
	s.card(0, "--image", s.image("everyday", withSecrets))
	x := s.screen(100, 30)
	x.opened()
	x.verified(canaryPIN)
	o := s.connected()
	if got := o.imsi(); got != "0899999910325476989000" {
		t.Fatalf("the PIN does not hold for others: %s", got)
	}
	o.must("reset")
	if got := o.imsi(); got != "6982" {
		t.Fatalf("the reset did not take: %s", got)
	}
	x.Keys("C-r") // a reading step begins again from the top
	x.gone(`on, verified`)
	x.see(`PIN1 is on, 3 tries left`)
	x.Keys("2")
	x.see(`╭ Files ─`)
	x.choose("EF.IMSI")
	x.Keys("C-r")
	x.see(`6982`)
	s.wantPIN1("on", 3, 10)
	x.quit()
}

func TestAnotherProgramHoldsTheCard(t *testing.T) {
	s := newStack(t)
	s.card(0, "--image", s.image("everyday", withSecrets))
	x := s.screen(120, 30)
	x.opened()
	x.Keys("3")
	x.see(`PIN1 is on, 3 tries left`)
	o := s.connected()
	o.must("begin")
	x.Keys("C-r")
	x.WaitFor(`waiting \d+ s for Virtual PCD 00 00`, namedWithin)
	x.alive()
	x.see(`waiting \d+ s for Virtual PCD 00 00`)
	o.must("end")
	x.gone(`waiting \d+ s`)
	x.Keys("C-r")
	x.Keys("2")
	x.see(`╭ Files ─`)
	x.choose("EF.ICCID")
	x.see(`8999 9900 1234 5678 9013`)
	// Held on, it can be given up; nothing was taken by force.
	o.must("begin")
	x.Keys("3")
	x.Keys("C-r")
	x.see(`waiting \d+ s for Virtual PCD 00 00`)
	x.see(`The card does not answer`) // after 15 s
	x.Keys("Tab")
	x.see(`▌ Give up waiting`)
	x.Keys("Enter")
	x.gone(`The card does not answer`)
	x.gone(`PIN1 on`) // the card is let go of
	x.gone(`waiting \d+ s`)
	x.help()
	o.must("end")
	x.Keys("r")
	x.see(`Which card\?`)
	x.Keys("Enter")
	x.opened()
	x.quit()
	s.wantPIN1("on", 3, 10)
}

func TestHeldByAnotherAtTheStart(t *testing.T) {
	s := newStack(t)
	s.card(0)
	o := s.connected()
	o.must("begin")
	x := s.screen(100, 30)
	x.WaitFor(`waiting \d+ s for Virtual PCD 00 00`, namedWithin+time.Second)
	x.help()
	o.must("end")
	x.opened()
	x.quit()
}

func TestKeptByAnotherAtTheStart(t *testing.T) {
	s := newStack(t)
	s.card(0)
	o := s.client()
	o.must("exclusive %s", pcscbench.Reader0)
	x := s.screen(100, 30)
	x.see(`Virtual PCD 00 00 +card, kept by another program`)
	x.help()
	o.must("leave")
	x.see(`Virtual PCD 00 00 +card *\n`)
	x.Keys("Enter")
	x.opened()
	x.quit()
}

// A card that breaks the rules is said to do so, and the screen goes on.
func TestOneByteAnswersOnTheScreen(t *testing.T) {
	s := newStack(t)
	s.bench.Plug(t, pcscbench.Spec{Rules: []pcscbench.Rule{{Answer: []byte{0x61}}}})
	s.seen(0)
	x := s.screen(100, 30)
	x.see(`broke the rules of the exchange`)
	x.help()
	x.quit()
}

func TestMuteCardOnTheScreen(t *testing.T) {
	s := newStack(t)
	c := s.bench.Plug(t, pcscbench.Spec{Rules: []pcscbench.Rule{{Prefix: []byte{0x00, 0xA4}, Fault: pcscbench.FaultMute}}})
	s.seen(0)
	x := s.screen(100, 30)
	x.WaitFor(`waiting \d+ s for Virtual PCD 00 00`, namedWithin+time.Second)
	x.help()
	start := time.Now()
	x.quit()
	if took := time.Since(start); took > 12*time.Second {
		t.Errorf("leaving a mute card took %v", took)
	}
	c.Pull()
}

// However the program is ended, a card on which a PIN was verified is reset:
// the next program finds it closed.
func TestHangUpResetsTheCard(t *testing.T) {
	for _, c := range []struct {
		name string
		end  func(x *screen)
	}{
		{"SIGHUP", func(x *screen) {
			x.HangUp()
			x.ended()
		}},
		{"the line is cut", func(x *screen) { x.Cut(soon) }},
		{"SIGTERM", func(x *screen) {
			x.Signal(syscall.SIGTERM)
			x.ended()
		}},
		{"q", func(x *screen) { x.quit() }},
		{"ctrl+c", func(x *screen) {
			x.Keys("C-c")
			x.WaitEnd(soon)
			x.restored()
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := newStack(t)
			s.card(0, "--image", s.image("everyday", withSecrets))
			x := s.screen(100, 30)
			x.opened()
			x.verified(canaryPIN)
			o := s.connected()
			if got := o.imsi(); got != "0899999910325476989000" {
				t.Fatalf("EF.IMSI is closed before the end: %s; nothing is proved", got)
			}
			c.end(x)
			next := s.connected()
			if got := next.imsi(); got != "6982" {
				t.Errorf("after the end EF.IMSI answers %s, want 6982", got)
			}
			s.wantPIN1("on", 3, 10)
		})
	}
}

// Asked to end in the middle of a change, the program waits for the card's
// answer, resets the card and ends: the change is whole.
func TestEndedInTheMiddleOfAChange(t *testing.T) {
	for name, sig := range map[string]syscall.Signal{"SIGTERM": syscall.SIGTERM, "SIGHUP": syscall.SIGHUP} {
		t.Run(name, func(t *testing.T) {
			s := newStack(t)
			_, sent := s.deviant(deviant{Rules: []deviation{{Prefix: []byte{0x00, 0x24, 0x00, 0x01}, Delay: 1500 * time.Millisecond}}})
			x := s.screen(100, 30)
			x.opened()
			x.Keys("3")
			x.see(`Lock +State +Tries`)
			x.Keys("c")
			x.see(`Change PIN1 of 8999`)
			x.Keys("Enter")
			x.see(`PIN1 as it is now`)
			x.secret(canaryPIN)
			x.Keys("Enter")
			x.see(`The new PIN1`)
			x.secret(canaryNew)
			x.Keys("Enter")
			x.see(`The new PIN1 once more`)
			x.secret(canaryNew)
			x.Keys("Enter")
			x.see(`Change PIN1 of this card\?`)
			x.Keys("Enter")
			until(t, "the change is sent", func() bool { return count(sent(), "0024", 21) == 1 })
			x.Signal(sig)
			x.ended()
			if n := count(sent(), "0024", 21); n != 1 {
				t.Errorf("CHANGE PIN was sent %d times", n)
			}
			s.ok(lines(canaryNew), "pin", "verify")
			s.wantPIN1("on", 3, 10)
		})
	}
}

// The line is hung up while another program holds the card: the program does
// not break in, but stays until the card is free, so that the PIN it verified
// is not left open.
func TestHangUpWhileAnotherHoldsTheCard(t *testing.T) {
	s := newStack(t)
	s.card(0, "--image", s.image("everyday", withSecrets))
	x := s.screen(100, 30)
	x.opened()
	x.verified(canaryPIN)
	o := s.connected()
	o.must("begin")
	x.Keys("C-r")
	x.see(`waiting \d+ s for Virtual PCD 00 00`)
	x.HangUp()
	x.see(`another program holds the card`)
	if got := o.must("apdu 00A40004023F00"); !strings.HasPrefix(got, "61") {
		t.Errorf("the holder's card answers %s", got)
	}
	o.must("end")
	x.ended()
	o.must("again")
	if got := o.imsi(); got != "6982" {
		t.Errorf("after the end EF.IMSI answers %s, want 6982", got)
	}
}

// The smallest terminal is enough for the guided check of a PIN.
func TestAPINOnASmallTerminal(t *testing.T) {
	s := newStack(t)
	s.card(0, "--image", s.image("everyday", withSecrets))
	x := s.screen(60, 15)
	x.see(`PIN1 on`)
	x.gone(`reading .*\d+ ?%|opening`)
	x.verify(canaryWrong)
	x.see(`(?s)was wrong.*2 tries`)
	x.Keys("Enter")
	x.gone(`enter close`)
	x.quit()
	s.wantPIN1("on", 2, 10)
}
