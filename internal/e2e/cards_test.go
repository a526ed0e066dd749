//go:build linux && cgo

package e2e

import (
	"encoding/hex"
	"strings"
	"testing"
	"time"

	"simscope/card/virtual"
	"simscope/internal/pcscbench"
)

func unhex(t testing.TB, s string) []byte {
	t.Helper()
	b, err := hex.DecodeString(strings.ReplaceAll(s, " ", ""))
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// rest answers everything else with a status word.
func rest(sw ...byte) pcscbench.Rule { return pcscbench.Rule{Answer: sw} }

// Cards that are no SIM: they are named, shown as far as they tell, and none
// of their secrets is touched.
func TestForeignCards(t *testing.T) {
	for _, c := range []struct {
		name  string
		atr   string
		rules func(t testing.TB) []pcscbench.Rule
	}{
		{"bank", "3B65000020631B4100", func(t testing.TB) []pcscbench.Rule {
			return []pcscbench.Rule{
				{Prefix: unhex(t, "00A404000E315041592E5359532E4444463031"), Answer: unhex(t, "6F1E840E315041592E5359532E4444463031A50C88010A5F2D04656E7A689000")},
				rest(0x6D, 0x00),
			}
		}},
		{"transit", "3B8F8001804F0CA000000306030001000000006A", func(testing.TB) []pcscbench.Rule {
			return []pcscbench.Rule{rest(0x6E, 0x00)}
		}},
		{"identity document", "3B8880010000000000718100F9", func(t testing.TB) []pcscbench.Rule {
			return []pcscbench.Rule{
				{Prefix: unhex(t, "00A4040C07A0000002471001"), Answer: unhex(t, "9000")},
				{Prefix: unhex(t, "00A40000023F00"), Answer: unhex(t, "6A82")},
				rest(0x6A, 0x86),
			}
		}},
		{"not a word", "3B80800101", func(testing.TB) []pcscbench.Rule { return []pcscbench.Rule{rest(0x6F, 0x00)} }},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := newStack(t)
			s.bench.Plug(t, pcscbench.Spec{ATR: unhex(t, c.atr), Rules: c.rules(t)})
			s.seen(0)
			r := s.ok("", "info", "--json")
			doc := into[struct {
				Kind string
				ATR  struct{ Raw string }
				PINs []any
			}](s, r)
			if doc.Kind != "other" || !strings.EqualFold(doc.ATR.Raw, c.atr) || len(doc.PINs) != 0 {
				t.Error(r)
			}
			text := s.ok("", "info")
			if !strings.Contains(text.out, "other card") || !strings.Contains(strings.ReplaceAll(text.out, " ", ""), c.atr) || text.took > 10*time.Second {
				t.Error(text)
			}
			if r := s.ok("", "pin", "status"); !strings.Contains(r.out, "names no PINs") {
				t.Error(r)
			}
			s.fails(8, "not_found", "", "read", "ADF.USIM/EF.IMSI")
			if r := s.ok("", "apdu", "00B0000000"); !strings.Contains(r.out, "READ BINARY") {
				t.Error(r)
			}
			if r := s.run(lines(canaryPIN), "pin", "verify"); r.code == 0 {
				t.Errorf("a PIN is sent to a card that names none: %v", r)
			}
		})
	}
}

// wholeCard goes through what a card is asked for, and holds that it brings
// what it brings without the deviation.
func (s *stack) wholeCard() {
	s.t.Helper()
	info := s.ok("", "info").out
	for _, want := range []string{"8999 9900 1234 5678 9013", "PIN1  on, 3 left, PUK 10 left", "ADF.USIM#2", "星辰移动"} {
		if !strings.Contains(info, want) {
			s.t.Errorf("%q is not in\n%s", want, info)
		}
	}
	s.fails(7, "pin_needed", "", "read", "ADF.USIM/EF.IMSI")
	s.fails(11, "pin_wrong", lines(canaryWrong), "pin", "verify")
	s.wantPIN1("on", 2, 10)
	s.ok(lines(canaryPIN), "pin", "disable")
	if text := s.ok("", "read", "ADF.USIM/EF.IMSI").out; !strings.Contains(text, theIMSI) {
		s.t.Error(text)
	}
	dump := into[struct {
		Complete bool
		Files    []struct {
			Name    string
			State   string
			Content any
		}
	}](s, s.ok("", "dump"))
	read := 0
	for _, f := range dump.Files {
		if f.Content != nil {
			read++
		}
	}
	if !dump.Complete || read < 80 {
		s.t.Errorf("the dump is complete: %v, with %d files read", dump.Complete, read)
	}
}

// Cards that keep the rules in other ways than ours does.
func TestDeviatingCards(t *testing.T) {
	query4 := unhex(t, "00200001")
	for _, c := range []struct {
		name string
		d    deviant
	}{
		{"as it is", deviant{}},
		{"data at once and strict", deviant{Options: virtual.Options{Direct: true}, Strict: true}},
		{"9180 and data at once", deviant{Options: virtual.Options{Direct: true, Proactive: true}}},
		{"strict TPDU", deviant{Strict: true}},
		{"no answer to the four-byte query", deviant{Rules: []deviation{{Prefix: query4, Len: 4, Answer: []byte{0x67, 0x00}}}}},
		{"no 7FFF by path", deviant{Rules: []deviation{{Prefix: unhex(t, "00A40804"), Answer: []byte{0x6A, 0x86}}}}},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := newStack(t)
			_, sent := s.deviant(c.d)
			s.wholeCard()
			for _, line := range sent() {
				if c.d.Strict && strings.HasSuffix(line, " 4") {
					t.Errorf("a command of four bytes was sent, which such a reader refuses: %s", line)
				}
				if strings.HasPrefix(line, "8010") || strings.HasPrefix(line, "8012") {
					t.Errorf("a TERMINAL PROFILE or FETCH was sent: %s", line)
				}
			}
		})
	}
}

// The deviations that the program's own virtual card offers by flags.
func TestVirtualCardFlags(t *testing.T) {
	for _, flag := range []string{"--direct", "--proactive"} {
		t.Run(flag, func(t *testing.T) {
			s := newStack(t)
			s.card(0, "--image", s.image("everyday", withSecrets), flag)
			r := s.ok("", "apdu", "00A40004023F00")
			if want := map[string]string{"--direct": "9000", "--proactive": "91"}[flag]; !strings.Contains(r.out, want) {
				t.Errorf("%s does nothing: %v", flag, r)
			}
			s.wholeCard()
		})
	}
}

// A card that knows the tries query in four bytes only, one that does not
// know it, and ones that speak differently of a PIN that is off.
func TestDeviatingPINs(t *testing.T) {
	t.Run("6700 to the five-byte query", func(t *testing.T) {
		s := newStack(t)
		s.deviant(deviant{Rules: []deviation{
			{Prefix: unhex(t, "0020000100"), Len: 5, Answer: []byte{0x67, 0x00}},
			{Prefix: unhex(t, "002C000100"), Len: 5, Answer: []byte{0x67, 0x00}},
		}})
		s.wantPIN1("on", 3, 10)
		s.fails(11, "pin_wrong", lines(canaryWrong), "pin", "verify")
		s.wantPIN1("on", 2, 10)
	})
	t.Run("tries are not told", func(t *testing.T) {
		s := newStack(t)
		_, sent := s.deviant(deviant{Rules: []deviation{
			{Prefix: unhex(t, "00200001"), Len: 5, Answer: []byte{0x6D, 0x00}},
			{Prefix: unhex(t, "00200001"), Len: 4, Answer: []byte{0x6D, 0x00}},
		}})
		s.wantPIN1("on", -1, -1)
		// It could be the last try, so the word is asked for.
		s.fails(13, "last_try", lines(canaryPIN), "pin", "verify")
		if n := count(sent(), "0020", 13); n != 0 {
			t.Errorf("%d VERIFY were sent without the word", n)
		}
		s.ok(lines("LAST", canaryPIN), "pin", "verify")
	})
	for _, sw := range []string{"6985", "6984", "6F00"} {
		t.Run(sw+" on a PIN that is off", func(t *testing.T) {
			s := newStack(t)
			_, sent := s.deviant(deviant{
				Image: s.image("everyday", withSecrets, off),
				Rules: []deviation{{Prefix: unhex(t, "0020000108"), Answer: unhex(t, sw)}},
			})
			if text := s.ok("", "info").out; !strings.Contains(text, "PIN1  off") {
				t.Error(text)
			}
			r := s.run(lines(canaryPIN), "pin", "verify", "--json")
			if r.code == 0 || r.code == 11 || strings.Contains(r.out, "wrong") {
				t.Errorf("a PIN that is off is called wrong or right: %v", r)
			}
			if n := count(sent(), "00200001", 13); n > 1 {
				t.Errorf("VERIFY was sent %d times", n)
			}
			s.wantPIN1("off", 3, 10)
		})
	}
}

// A card that promises records of length 0, and one that promises without end.
func TestDeviatingFiles(t *testing.T) {
	s := newStack(t)
	img := s.image("everyday", withSecrets, off)
	_, sent := s.deviant(deviant{Image: img, Options: virtual.Options{Direct: true}, Rules: []deviation{
		// EF.MSISDN by path, and every record of it.
		{Prefix: unhex(t, "00A40804047FFF6F40"), Answer: unhex(t, "621C8205422100000083026F408A01058B036F060280020000880100"+"9000")},
		{Prefix: unhex(t, "00B2"), Answer: unhex(t, "6A83")},
	}})
	r := s.run("", "read", "ADF.USIM/EF.MSISDN", "--json")
	if r.code != 0 && r.code != 8 && r.code != 9 {
		t.Error(r)
	}
	if r := s.ok("", "dump"); r.took > 30*time.Second {
		t.Errorf("the dump took %v", r.took)
	}
	if n := len(sent()); n > 4000 {
		t.Errorf("%d commands were sent", n)
	}
}

// 61xx without end is given up.
func TestEndlessAnswer(t *testing.T) {
	s := newStack(t)
	s.bench.Plug(t, pcscbench.Spec{Rules: []pcscbench.Rule{
		{Prefix: []byte{0x00, 0xC0}, Answer: []byte{0xAA, 0x61, 0x01}},
		{Prefix: []byte{0xA0, 0xC0}, Answer: []byte{0xAA, 0x9F, 0x01}},
		rest(0x61, 0x01),
	}})
	s.seen(0)
	r := s.fails(9, "endless", "", "info")
	if r.took > 10*time.Second {
		t.Errorf("after %v", r.took)
	}
}
