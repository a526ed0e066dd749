//go:build linux && cgo

package e2e

import (
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"simscope/internal/pcscbench"
)

// What the program promises about cards that do not answer.
const (
	namedWithin  = 4 * time.Second  // 2 s, and what starting takes on a busy machine
	givenUpAfter = 15 * time.Second // and no earlier
)

func TestExitNoService(t *testing.T) {
	s := newStack(t)
	if err := s.bench.Kill(); err != nil {
		t.Fatal(err)
	}
	for _, args := range [][]string{{"info"}, {"readers"}, {"ls"}, {"read", "EF.IMSI"}, {"dump"}, {"pin", "status"}, {"apdu", "00A40004023F00"}} {
		r := s.fails(3, "service_down", "", args...)
		if !strings.Contains(r.out, `"next": "`) || strings.Contains(r.out, `"next": ""`) {
			t.Errorf("no next step: %v", r)
		}
	}
	if r := s.run("", "info"); r.code != 3 || r.out != "" || !strings.HasPrefix(r.err, "simscope: ") {
		t.Error(r)
	}
}

func TestExitNoReader(t *testing.T) {
	s := newStack(t)
	s.card(0)
	s.fails(4, "reader_unknown", "", "-r", "nosuch", "info")
	s.fails(2, "reader_ambiguous", "", "-r", "Virtual PCD", "info")
	if err := s.bench.RemoveReaders(); err != nil {
		t.Fatal(err)
	}
	s.fails(4, "no_reader", "", "info")
	if r := s.ok("", "readers"); !strings.Contains(r.out, "There is no reader") {
		t.Error(r)
	}
}

func TestExitNoCard(t *testing.T) {
	s := newStack(t)
	s.unseen(0)
	s.fails(5, "no_card", "", "info")
	s.fails(5, "no_card", "", "-r", "1", "info")
	s.fails(5, "no_card", "", "-r", pcscbench.Reader1, "read", "EF.ICCID")
	c, _ := s.deviant(deviant{Rules: []deviation{{Prefix: []byte{0x00, 0xB0}, Fault: "die"}}})
	_ = c
	s.fails(5, "gone", "", "read", "EF.ICCID")
}

// A service that hangs up on a client refuses it, as pcscd does where polkit
// says no.
func TestExitDenied(t *testing.T) {
	dir, err := os.MkdirTemp("", "e2e")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	name := filepath.Join(dir, "s")
	l, err := net.Listen("unix", name)
	if err != nil {
		t.Fatal(err)
	}
	done := make(chan struct{})
	go func() {
		defer close(done)
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			_, _ = c.Read(make([]byte, 1))
			_ = c.Close()
		}
	}()
	t.Cleanup(func() { _ = l.Close(); <-done })
	s := newStack(t)
	env := append(s.env(), "PCSCLITE_CSOCK_NAME="+name)
	for _, args := range [][]string{{"info"}, {"readers"}} {
		s.failsIn(env, 6, "denied", "", args...)
	}
	if r := s.runIn(env, "", "doctor"); r.code != 0 || !strings.Contains(r.out, "✗") {
		t.Error(r)
	}
}

func TestExitPINNeededAndNotFound(t *testing.T) {
	s := newStack(t)
	s.card(0)
	s.fails(7, "pin_needed", "", "read", "ADF.USIM/EF.IMSI")
	if r := s.run("", "read", "ADF.USIM/EF.IMSI"); !strings.Contains(r.err, "6982") || !strings.Contains(r.err, "PIN") {
		t.Error(r)
	}
	s.fails(8, "not_found", "", "read", "EF.NOSUCH")
	s.fails(8, "not_found", "", "read", "ADF.USIM/EF.ACMmax")
	s.fails(8, "not_found", lines("1234"), "pin", "verify", "adm5")
	s.fails(13, "secret_file", "", "read", "ADF.USIM/EF.Keys")
	s.fails(13, "locked_read_only", lines("1234", "4321", "4321"), "--read-only", "pin", "change")
	s.fails(2, "pin_ref", "", "pin", "verify", "pin7")
	s.fails(2, "pin_form", lines("12a4"), "pin", "verify")
	s.fails(2, "no_secret", "", "pin", "verify")
	s.fails(1, "not_same", lines("1234", "4321", "4322"), "pin", "change")
	s.wantPIN1("on", 3, 10)
}

func TestExitNotAnImage(t *testing.T) {
	s := newStack(t)
	for name, text := range map[string]string{
		"text": "milk, bread", "other.json": `{"format":"shopping list"}`, "empty": "",
		"cut.json": `{"format": "simscope-card-image", "version": 1, "mode": "uicc", "atr": "3B9F`,
		"binary":   "\x00\x01\x02\xff\x1b[31m",
	} {
		file := s.file(name)
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		for _, args := range [][]string{{"--image", file, "info"}, {"--image", file, "virtual-card"}} {
			r := s.fails(2, "not_image", "", args...)
			if strings.Contains(r.out+r.err, "\x1b") {
				t.Errorf("an escape sequence came through: %q", r.out+r.err)
			}
		}
		s.fails(2, "not_recording", "", "--replay", file, "info")
	}
	s.fails(1, "no_such_file", "", "--image", s.file("none"), "info")
}

// One-byte answers break the exchange; that is said at once.
func TestExitOneByteAnswers(t *testing.T) {
	s := newStack(t)
	s.bench.Plug(t, pcscbench.Spec{Rules: []pcscbench.Rule{{Answer: []byte{0x61}}}})
	s.seen(0)
	r := s.fails(9, "protocol", "", "info")
	if r.took > 10*time.Second {
		t.Errorf("after %v", r.took)
	}
	s.fails(9, "protocol", "", "apdu", "00A40004023F00")
	s.fails(9, "protocol", lines(canaryPIN), "pin", "verify")
}

func TestExitWrongProtocol(t *testing.T) {
	s := newStack(t)
	s.card(0)
	s.fails(9, "protocol", "", "--protocol", "T=1", "info")
	s.ok("", "--protocol", "T=0", "info")
}

// named tells that the program has spoken of what it waits for in time, and
// goes on waiting.
func (s *stack) waitsFor(r *begun, what string) {
	s.t.Helper()
	start := time.Now()
	for !strings.Contains(r.errs.text(), what) {
		if time.Since(start) > namedWithin {
			s.t.Fatalf("%q is not named within %v; standard error:\n%s", what, namedWithin, r.errs.text())
		}
		time.Sleep(look)
	}
}

func TestExitMuteCard(t *testing.T) {
	s := newStack(t)
	s.bench.Plug(t, pcscbench.Spec{Rules: []pcscbench.Rule{{Prefix: []byte{0x00, 0xA4}, Fault: pcscbench.FaultMute}}})
	s.seen(0)
	r := s.begin("", "info", "--json")
	s.waitsFor(r, pcscbench.Reader0)
	got := r.end()
	if got.code != 9 || !strings.Contains(got.out, `"mute"`) {
		t.Errorf("want exit 9 and error mute: %v", got)
	}
	if got.took < givenUpAfter-time.Second || got.took > givenUpAfter+5*time.Second {
		t.Errorf("given up after %v, want %v", got.took, givenUpAfter)
	}
}

func TestExitInUse(t *testing.T) {
	s := newStack(t)
	s.card(0)
	c := s.client()
	c.must("exclusive %s", pcscbench.Reader0)
	r := s.fails(10, "busy", "", "info")
	if r.took > 5*time.Second {
		t.Errorf("an exclusive user is told after %v", r.took)
	}
	if r := s.ok("", "readers"); !strings.Contains(r.out, "kept by another program") {
		t.Error(r)
	}
	c.must("leave")
	s.ok("", "info")
}

// Another program's transaction has no limit: it is named, waited for and
// given up.
func TestExitTransactionHeld(t *testing.T) {
	s := newStack(t)
	s.card(0)
	c := s.connected()
	c.must("begin")
	r := s.begin("", "info", "--json")
	s.waitsFor(r, pcscbench.Reader0)
	got := r.end()
	if got.code != 10 || !strings.Contains(got.out, `"busy"`) {
		t.Errorf("want exit 10 and error busy: %v", got)
	}
	if got.took < givenUpAfter-time.Second || got.took > givenUpAfter+5*time.Second {
		t.Errorf("given up after %v, want %v", got.took, givenUpAfter)
	}
	// Released in the meantime, it goes on as if nothing had been.
	r = s.begin("", "info")
	s.waitsFor(r, pcscbench.Reader0)
	c.must("end")
	if got := r.end(); got.code != 0 {
		t.Error(got)
	}
}

// The card dies in the middle of a VERIFY: whether it counted is not known,
// and nothing is sent again.
func TestExitLost(t *testing.T) {
	s := newStack(t)
	verify := []byte{0x00, 0x20, 0x00, 0x01, 0x08}
	c, sent := s.deviant(deviant{Rules: []deviation{{Prefix: verify, Fault: "die", After: true}}})
	s.fails(12, "lost", lines(canaryPIN), "pin", "verify")
	if n := count(sent(), "00200001", 13); n != 1 {
		t.Errorf("VERIFY was sent %d times", n)
	}
	if !c.ended() {
		t.Error("the card did not die; nothing was proved")
	}
	s.unseen(0)
}

// The answer to a VERIFY is broken but the card lives: what it counts now is
// told, and nothing is sent again.
func TestExitLostAnswer(t *testing.T) {
	s := newStack(t)
	verify := []byte{0x00, 0x20, 0x00, 0x01, 0x08}
	_, sent := s.deviant(deviant{Rules: []deviation{{Prefix: verify, Answer: []byte{0x63}, After: true, Once: true}}})
	r := s.run(lines(canaryWrong), "pin", "verify", "--json")
	if r.code != 12 || !strings.Contains(r.out, "lost") || !strings.Contains(r.out, "2 tries") {
		t.Errorf("want exit 12 and the tries that are left: %v", r)
	}
	if n := count(sent(), "00200001", 13); n != 1 {
		t.Errorf("VERIFY was sent %d times", n)
	}
	s.wantPIN1("on", 2, 10)
}

// The card takes a VERIFY and falls silent: that is not "mute" alone, for the
// try may be spent.
func TestExitLostInSilence(t *testing.T) {
	s := newStack(t)
	verify := []byte{0x00, 0x20, 0x00, 0x01, 0x08}
	_, sent := s.deviant(deviant{Rules: []deviation{{Prefix: verify, Fault: "mute", After: true}}})
	r := s.begin(lines(canaryPIN), "pin", "verify", "--json")
	s.waitsFor(r, pcscbench.Reader0)
	got := r.end()
	if got.code != 12 || !strings.Contains(got.out, `"lost"`) {
		t.Errorf("want exit 12 and error lost: %v", got)
	}
	if n := count(sent(), "00200001", 13); n != 1 {
		t.Errorf("VERIFY was sent %d times", n)
	}
}

// Ctrl-C while the card is mute.
func TestExitStopped(t *testing.T) {
	s := newStack(t)
	s.bench.Plug(t, pcscbench.Spec{Rules: []pcscbench.Rule{{Prefix: []byte{0x00, 0xA4}, Fault: pcscbench.FaultMute}}})
	s.seen(0)
	r := s.begin("", "info")
	s.waitsFor(r, pcscbench.Reader0)
	_ = r.cmd.Process.Signal(os.Interrupt)
	got := r.end()
	if got.code != 130 || got.took > givenUpAfter-2*time.Second {
		t.Errorf("want exit 130 soon: %v", got)
	}
}
