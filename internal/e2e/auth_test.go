//go:build linux && cgo

package e2e

import (
	"bytes"
	"fmt"
	"os"
	"strings"
	"testing"
)

// The first set of 3GPP TS 35.208, whose keys are the everyday card's.
const (
	authK    = "465B5CE8B199B49FAA5F0A2EE238A6BC"
	authOPc  = "CD63CB71954A9F4E48A5994E37A02BAF"
	authOP   = "CDC202D5123E20F62B6D676AC72CB318"
	authRAND = "23553CBE9637A89D218AE64DAE47BF35"
	// What the card answers to authRAND: RES, CK, IK, SRES, Kc.
	authAnswers = "A54211D5E3BA50BF B40BA9A3C58B2A05BBF0D987B21BF8CB F769BCD751044604127672711C6D3441 46F8416A EAE4BE823AF9A08B"
)

// authJSON is what the tests read of an answer.
type authJSON struct {
	Result, SW, SQNMS string
	Finding           struct {
		ID   string
		Bits int
	}
	Derived []struct{ Name, Value string }
}

// noAnswer searches an output for what the card answered.
func noAnswer(t *testing.T, what string, b []byte) {
	t.Helper()
	upper := bytes.ToUpper(b)
	for _, v := range append(strings.Fields(authAnswers), authOP) {
		if bytes.Contains(upper, []byte(v)) {
			t.Errorf("%s holds %s…", what, v[:4])
		}
	}
}

// A card behind pcscd is asked from the command line: AUTS is opened, the
// next question is sent by hand, a mistaken key is named; and neither keys nor
// answers stand in any output or recording.
func TestAuthentication(t *testing.T) {
	s := newStack(t)
	s.card(0, "--image", s.image("everyday", withSecrets))
	keys := []string{canaryPIN, authK, authOPc}
	asked := 0
	ask := func(in []string, code int, args ...string) authJSON {
		t.Helper()
		all := append([]string{"--verify", "pin1", "auth"}, args...)
		asked++
		all = append(all, "--algorithm", "milenage", "--rand", authRAND, "--json", "--record", s.file(fmt.Sprintf("asked%d.jsonl", asked)))
		r := s.run(lines(in...), all...)
		if r.code != code {
			t.Fatalf("exit %d: %v", r.code, r)
		}
		noAnswer(t, strings.Join(args, " "), []byte(r.out+r.err))
		return into[authJSON](s, r)
	}
	if d := ask(keys, 0, "run"); d.Result != "sync_failure" || d.SQNMS != "000000000000" || d.Finding.ID != "sqn_not_new" {
		t.Errorf("%+v", d)
	}
	if d := ask(keys, 0, "run", "--yes", "--sqn", "000000000020"); d.Result != "success" || d.Finding.ID != "same" || len(d.Derived) < 7 {
		t.Errorf("%+v", d)
	}
	// The card has taken it: the same number is old now.
	if d := ask(keys, 0, "run", "--yes", "--sqn", "000000000020"); d.Result != "sync_failure" || d.SQNMS != "000000000020" {
		t.Errorf("%+v", d)
	}
	wrong := []string{canaryPIN, authK, authOP}
	if d := ask(wrong, 9, "run"); d.Result != "mac_failure" || d.Finding.ID != "little" {
		t.Errorf("%+v", d)
	}
	if d := ask(wrong, 1, "gsm"); d.Finding.ID != "op_as_opc" || d.Finding.Bits != 96 {
		t.Errorf("%+v", d)
	}
	s.fails(13, "auth_not_confirmed", lines(append(keys, "no")...), "--verify", "pin1", "auth", "run", "--algorithm", "milenage", "--sqn", "7FFFFFFFFFFF")
	s.fails(13, "locked_read_only", lines(keys...), "--read-only", "--verify", "pin1", "auth", "gsm", "--algorithm", "milenage")
	s.wantPIN1("on", 3, 10)
	for n := range asked {
		b, err := os.ReadFile(s.file(fmt.Sprintf("asked%d.jsonl", n+1)))
		if err != nil || !bytes.Contains(b, []byte(`"challenge"`)) {
			t.Errorf("recording %d: %v, without a word for what it withholds", n+1, err)
		}
		noAnswer(t, "a recording", b)
	}
}

// The Auth screen over pcscd: keys typed as dots, the reason in the first
// line, values shown where that is asked for and hidden again.
func TestAuthScreen(t *testing.T) {
	s := newStack(t)
	s.card(0, "--image", s.image("everyday", withSecrets))
	x := s.screen(120, 40)
	x.opened()
	x.verified(canaryPIN)
	x.gone(`reading .*\d+ ?%`)
	x.Keys("5")
	x.see(`Nothing was asked yet`)
	x.Keys("Enter")
	x.see(`What is the card asked\?`)
	x.Keys("Down", "Enter") // GSM
	x.see(`Where do the keys come from\?`)
	x.Keys("Down", "Enter") // Milenage with OPc: no virtual card's own keys here
	x.see(`Type K\.`)
	for _, c := range authK {
		x.Keys(string(c))
	}
	x.see(`32 of 32`)
	x.Keys("Enter")
	x.see(`Type OPc\.`)
	for _, c := range authOP {
		x.Keys(string(c))
	}
	x.see(`32 of 32`)
	x.Keys("Enter")
	x.see(`With which numbers\?`)
	x.Keys("Enter")
	x.see(`no sequence number moves`)
	x.Keys("Enter")
	x.see(`OP was given as OPc`)
	x.see(`SRES +•••• +•••• +✗ differs`)
	x.quit()
}
