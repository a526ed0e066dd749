package cli

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestRemember: what AUTS tells and what the card takes goes into the key
// file, encrypted as before and for its owner alone; without --remember it is
// told and nothing is written.
func TestRemember(t *testing.T) {
	name := filepath.Join(t.TempDir(), "keys.age")
	mustRun(t, "words\nwords\n", "keys", "new", name)
	mustRun(t, "words\n"+demoK+"\n"+demoOPc+"\n", "keys", "add", name, "--label", "bench", "--iccid", "89999900123456789013", "--algorithm", "milenage")
	mustRun(t, "words\n"+demoK+"\n"+demoOPc+"\n", "keys", "add", name, "--label", "other", "--iccid", "89990000000000000001", "--algorithm", "milenage")
	last := func() string {
		t.Helper()
		for l := range strings.Lines(mustRun(t, "words\n", "keys", "show", name, "bench").out) {
			if f := strings.Fields(l); len(f) == 2 && f[0] == "SQN" {
				return f[1]
			}
		}
		return ""
	}
	ask := func(args ...string) result {
		return run("1234\nwords\n", append([]string{"--demo", "auth", "run", "--verify", "pin1", "--keys", name}, args...)...)
	}
	before, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	if r := ask(); r.code != ExitOK || !strings.Contains(r.out, "is known now: 000000000000. --remember would") {
		t.Errorf("%+v", r)
	}
	if after, _ := os.ReadFile(name); string(after) != string(before) {
		t.Error("the file was written without being asked to")
	}
	if r := ask("--remember", "--sqn", "next"); r.code != ExitNotAllowed {
		t.Errorf("next of an unknown number: %+v", r)
	}
	if r := ask("--remember"); r.code != ExitOK || !strings.Contains(r.out, "It stands in the key file.") || last() != "000000000000" {
		t.Errorf("%s: %+v", last(), r)
	}
	// The demonstration card begins anew with each run.
	if r := ask("--remember", "--sqn", "next", "--yes", "--json"); r.code != ExitOK || !strings.Contains(r.out, `"remembered": true`) || last() != "000000000020" {
		t.Errorf("%s: %+v", last(), r)
	}
	if r := ask("--remember"); r.code != ExitOK || last() != "000000000000" {
		t.Errorf("what the card says of itself counts: %s: %+v", last(), r)
	}
	if st, err := os.Stat(name); err != nil || st.Mode().Perm() != 0o600 {
		t.Errorf("%v %v", st, err)
	}
	if r := ask("--remember", "--entry", "other"); r.code != ExitNotAllowed || !strings.Contains(r.err, "another card") || strings.Contains(r.out, "AUTS") {
		t.Errorf("%+v", r)
	}
	if r := ask("--remember", "--context", "gsm"); r.code != ExitOK || strings.Contains(r.out, "known now") {
		t.Errorf("%+v", r)
	}
	for _, args := range [][]string{{"--key-from-card", "--remember"}, {"--keys", name, "--plain", "--remember"}} {
		if r := run("1234\n", append([]string{"--demo", "auth", "run"}, args...)...); r.code != ExitUsage {
			t.Errorf("%v: %+v", args, r)
		}
	}
}
