//go:build linux && cgo

package e2e

import (
	"encoding/hex"
	"os"
	"strings"
	"testing"
)

// One key file serves all that takes keys of a card behind pcscd: its domain,
// its packets, its administrator, and its algorithm, whose sequence number the
// file remembers from one run to the next.
func TestKeyFileOverTheStack(t *testing.T) {
	const pass = "Heron-Basalt-4Tq"
	s := newStack(t)
	s.card(0, "--image", s.image("everyday", withSecrets, withGPKeys))
	name := s.file("keys.age")
	s.ok(lines(pass, pass), "keys", "new", name)
	s.ok(lines(pass, authK, authOPc, hex.EncodeToString(canaryKey), gpKeys[0], gpKeys[1], gpKeys[2]),
		"keys", "add", name, "--iccid", "89999900123456789013", "--algorithm", "milenage",
		"--with", "adm1", "--with", "gp48.enc", "--with", "gp48.mac", "--with", "gp48.dek")
	if r := s.ok(lines(pass), "gp", "list", "--keys", name, "--record", s.file("gp.jsonl")); !strings.Contains(r.out, "issuer domain") {
		t.Error(r)
	}
	s.fails(8, "keys_no_set", lines(pass), "gp", "auth", "--keys", name, "--key-version", "49")
	s.fails(8, "keys_no_sets", lines(pass), "ota", "send", "--write", "--tar", "rfm-uicc", "--counter", "9", "--last", "8", "--keys", name, "00A40004023F00")
	if r := s.ok(lines(pass), "pin", "verify", "adm1", "--keys", name, "--record", s.file("adm.jsonl")); !strings.Contains(r.out, "ADM1 is right") {
		t.Error(r)
	}
	s.fails(11, "keys_wrong", lines("Heron"), "pin", "verify", "adm1", "--keys", name)
	ask := func(args ...string) authJSON {
		t.Helper()
		all := append([]string{"--verify", "pin1", "auth", "run", "--keys", name, "--remember", "--json"}, args...)
		return into[authJSON](s, s.ok(lines(canaryPIN, pass, "yes"), all...)) // yes: where the number moves
	}
	if d := ask(); d.Result != "sync_failure" || d.SQNMS != "000000000000" {
		t.Errorf("%+v", d)
	}
	for range 2 { // each goes on where the run before ended
		if d := ask("--sqn", "next"); d.Result != "success" || d.Finding.ID != "same" {
			t.Errorf("%+v", d)
		}
	}
	if r := s.ok(lines(pass), "keys", "list", name, "--json"); !strings.Contains(r.out, `"sqn": "000000000040"`) {
		t.Error(r)
	}
	for _, f := range []string{"keys.age", "gp.jsonl", "adm.jsonl"} {
		b, err := os.ReadFile(s.file(f))
		if err != nil {
			t.Fatal(err)
		}
		bare := strings.ToUpper(strings.ReplaceAll(string(b), " ", ""))
		for _, k := range append([]string{authK, authOPc, strings.ToUpper(pass)}, gpKeys[:]...) {
			if strings.Contains(bare, k) {
				t.Errorf("%s holds %s…", f, k[:4])
			}
		}
	}
}
