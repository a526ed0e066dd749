package cli

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestKeysAddTwice: a card that could not be told from one that is there is
// refused with that one's names, and no key is asked for.
func TestKeysAddTwice(t *testing.T) {
	const iccid, imsi = "89999900123456789013", "999700000000001"
	name := filepath.Join(t.TempDir(), "keys.age")
	mustRun(t, "words\nwords\n", "keys", "new", name)
	mustRun(t, "words\n"+demoKey+"\n", "keys", "add", name, "--label", "bench", "--iccid", iccid, "--imsi", imsi, "--algorithm", "xor-2g")
	before, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	for args, by := range map[string]string{
		"--label bench": "label", "--label other --iccid " + iccid: "ICCID", "--iccid " + iccid + " --imsi " + imsi: "ICCID", "--label " + imsi: "label",
	} {
		r := run("words\n", append([]string{"--json", "keys", "add", name, "--algorithm", "xor-2g"}, strings.Fields(args)...)...)
		if r.code != ExitUsage || !strings.Contains(r.out, "keys_twice") || !strings.Contains(r.out, "a card of this "+by+" already: bench, "+iccid+", "+imsi+".") {
			t.Errorf("%s: exit %d: %s%s", args, r.code, r.out, r.err)
		}
	}
	if after, err := os.ReadFile(name); err != nil || !bytes.Equal(after, before) {
		t.Errorf("the file is another (%v)", err)
	}
	// The card's second subscription is another entry.
	mustRun(t, "words\n"+demoKey+"\n", "keys", "add", name, "--iccid", iccid, "--imsi", "999700000000002", "--algorithm", "xor-2g")
}
