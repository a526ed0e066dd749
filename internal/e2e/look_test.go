//go:build linux && cgo

package e2e

import (
	"bytes"
	"regexp"
	"strings"
	"testing"

	"simscope/internal/pcscbench"
)

func TestSizes(t *testing.T) {
	s := newStack(t)
	s.card(0)
	x := s.screen(100, 30)
	x.opened()
	for _, tab := range []string{"1", "2", "3", "4"} {
		x.Keys(tab)
		for _, size := range [][2]int{{60, 15}, {80, 24}, {120, 40}} {
			x.Resize(size[0], size[1])
			x.WaitGone(`needs 60x15`, soon)
			until(t, "the screen is drawn at its new size", func() bool {
				lines := strings.Split(strings.TrimSuffix(x.Screen(), "\n"), "\n")
				return len(lines) == size[1] && strings.TrimSpace(lines[len(lines)-1]) != "" && strings.Contains(lines[0], "simscope")
			})
			x.fits(size[0], size[1])
		}
	}
	x.Resize(20, 5)
	x.see(`(?s)needs.*60x15`)
	x.see(`(?s)20x5`)
	x.Resize(80, 24)
	x.fits(80, 24)
	x.quit()
	small := s.screen(20, 5)
	small.see(`(?s)needs.*60x15`)
	small.quit()
}

// colour finds sequences that set one.
var colour = regexp.MustCompile(`\x1b\[(?:[0-9;:]*[;:])?(?:3[0-8]|4[0-8]|9[0-7]|10[0-7])(?:[;:][0-9;:]*)?m`)

func TestNoColour(t *testing.T) {
	for _, c := range []struct {
		name string
		env  []string
		args []string
	}{
		{"NO_COLOR", []string{"NO_COLOR=1"}, nil},
		{"--no-color", nil, []string{"--no-color"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := newStack(t)
			s.card(0)
			x := s.screenIn(100, 30, c.env, append([]string{program}, c.args...)...)
			x.opened()
			for _, k := range []string{"2", "3", "4"} {
				x.Keys(k)
			}
			x.help()
			x.quit()
			if found := colour.Find(x.Raw()); found != nil {
				t.Errorf("a colour is set: %q", found)
			}
		})
	}
	t.Run("with colours", func(t *testing.T) {
		s := newStack(t)
		s.card(0)
		x := s.screen(100, 30)
		x.opened()
		x.quit()
		if !colour.Match(x.Raw()) {
			t.Error("no colour is set at all; the search for colours proves nothing")
		}
	})
}

func TestASCII(t *testing.T) {
	s := newStack(t)
	s.card(0, "--image", "empty") // of which every text is ASCII
	x := s.screen(100, 30, "--ascii")
	x.see(`PIN1 off ! 3 left`)
	for _, k := range []string{"2", "3", "4"} {
		x.Keys(k)
	}
	x.see(`(?m)^.*SELECT`)
	x.help()
	x.Keys("3")
	x.see(`Lock +State +Tries`)
	x.Keys("t")
	x.see(`Turn on PIN1`)
	x.back(`Turn on PIN1`)
	x.Keys("r")
	x.see(`Which card\?`)
	x.quit()
	for line := range bytes.Lines(x.Raw()) {
		if i := bytes.IndexFunc(line, func(r rune) bool { return r >= 0x80 }); i >= 0 {
			t.Fatalf("a sign beyond ASCII: %q", line[max(0, i-40):min(len(line), i+20)])
		}
	}
}

// Without a terminal that can show screens, plain text says the same.
func TestWithoutATerminal(t *testing.T) {
	s := newStack(t)
	s.card(0)
	r := s.ok("")
	if !strings.Contains(r.out, "8999 9900 1234 5678 9013") || !strings.Contains(r.err, "no terminal") || strings.Contains(r.out+r.err, "\x1b") {
		t.Error(r)
	}
	x := s.screenIn(100, 40, nil, "env", "TERM=dumb", program)
	if code := x.WaitEnd(soon); code != 0 {
		t.Errorf("exit code %d:\n%s", code, x.Screen())
	}
	until(t, "the plain text is there", func() bool { return bytes.Contains(x.Raw(), []byte("8999 9900 1234 5678 9013")) })
	if bytes.Contains(x.Raw(), []byte("\x1b")) {
		t.Errorf("escape sequences on a terminal that knows none: %q", x.Raw())
	}
	if err := s.bench.Kill(); err != nil {
		t.Fatal(err)
	}
	if r := s.run(""); r.code != 3 {
		t.Error(r)
	}
}

// The first thing a new user sees: what is missing, the command that mends
// it, and the demonstration cards one key away.
func TestFirstRunWithoutAService(t *testing.T) {
	s := newStack(t)
	if err := s.bench.Kill(); err != nil {
		t.Fatal(err)
	}
	x := s.screen(100, 30)
	x.see(`Which card\?`)
	got := x.see(`(?s)Everyday SIM.*service`)
	if !regexp.MustCompile(`(?m)^ {4,}\S`).MatchString(got) {
		t.Errorf("no command that mends it:\n%s", got)
	}
	x.Keys("d")
	x.see(`This build can talk`)
	x.back(`This build can talk`)
	x.see(`Everyday SIM`)
	x.Keys("Enter")
	x.see(`DEMO`)
	x.see(`ICCID +8999`)
	x.quit()
}

func TestFirstRunWithoutAReader(t *testing.T) {
	s := newStack(t)
	if err := s.bench.RemoveReaders(); err != nil {
		t.Fatal(err)
	}
	x := s.screen(100, 30)
	x.see(`(?is)Everyday SIM.*reader`)
	x.quit()
}

// Cards come while one looks.
func TestReadersWhileOneLooks(t *testing.T) {
	s := newStack(t)
	x := s.screen(100, 30)
	x.see(`Virtual PCD 00 00 +no card`)
	s.card(0)
	x.see(`Virtual PCD 00 00 +card`)
	s.card(1, "--image", "gsm")
	x.see(`Virtual PCD 00 01 +card`)
	x.Keys("Enter")
	x.opened()
	x.quit()
	two := s.screen(100, 30) // two cards: the person chooses
	two.see(`(?s)Which card\?.*Virtual PCD 00 01 +card`)
	two.Keys("Down", "Enter")
	two.see(`2G SIM`)
	two.quit()
	named := s.screen(100, 30, "-r", pcscbench.Reader1)
	named.see(`Virtual PCD 00 01 .*2G SIM`)
	named.quit()
}

// A card that is no SIM has its place on the screens too.
func TestForeignCardOnTheScreen(t *testing.T) {
	s := newStack(t)
	s.bench.Plug(t, pcscbench.Spec{ATR: pcscbench.ATRT1, Rules: []pcscbench.Rule{rest(0x6D, 0x00)}})
	s.seen(0)
	x := s.screen(100, 30)
	x.see(`other card`)
	for _, k := range []string{"2", "3", "4", "1"} {
		x.Keys(k)
	}
	x.see(`3B ?80 ?01 ?81|other card`)
	x.quit()
}

func TestBlockedCardOnTheScreen(t *testing.T) {
	s := newStack(t)
	s.card(0, "--image", s.image("blocked", withSecrets))
	x := s.screen(100, 30)
	x.see(`8999\S+9021 .*PIN1 blocked ✗`)
	x.Keys("3")
	x.see(`PIN1 is blocked; PUK1 has 10 tries left`)
	x.Keys("u")
	x.see(`Unblock PIN1 of 8999`)
	x.Keys("Enter")
	x.see(`PUK1`)
	x.secret(canaryPUK)
	x.Keys("Enter")
	x.see(`The new PIN1`)
	x.secret(canaryNew)
	x.Keys("Enter")
	x.see(`The new PIN1 once more`)
	x.secret(canaryNew)
	x.Keys("Enter")
	x.see(`Unblock PIN1 of this card\?`)
	x.Keys("Tab") // the cursor stands on leaving
	x.see(`[▌>] *Unblock PIN1`)
	x.Keys("Enter")
	x.see(`PUK1 was right`)
	x.Keys("Enter")
	x.quit()
	s.wantPIN1("on", 3, 10)
	s.ok(lines(canaryNew), "pin", "verify")
}
