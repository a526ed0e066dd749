//go:build linux && cgo

package e2e

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// homeKeyB is the public test key of 3GPP TS 33.501 annex C.4.4, to which the
// card with two subscriptions hides its second number.
const homeKeyB = "f1ab1074477ebcc7f554ea1c5fc368b1616730155e0041ac447d6301975fecda"

type identityDoc struct {
	Hidden string
	By     string `json:"computed_by"`
	Proof  struct {
		Verdict, Identity string
		Works             bool
	}
}

// A card behind pcscd computes its hidden identity: it is asked once, the key
// opens it, and the key itself is told nowhere.
func TestIdentityOfACard(t *testing.T) {
	s := newStack(t)
	s.card(0, "--image", "dual")
	key, recording := filepath.Join(s.dir, "home.key"), filepath.Join(s.dir, "suci.jsonl")
	if err := os.WriteFile(key, []byte(homeKeyB), 0o600); err != nil {
		t.Fatal(err)
	}
	r := s.ok("2580\n", "-r", readerOf(0), "--app", "ADF.USIM#2", "--verify", "0x02", "--record", recording, "suci", "--home-key", key, "--json")
	doc := into[identityDoc](s, r)
	if doc.Hidden != "yes" || doc.By != "card" || !doc.Proof.Works || doc.Proof.Identity != "001010555000202" {
		t.Errorf("%+v\n%v", doc, r)
	}
	b, err := os.ReadFile(recording)
	if err != nil {
		t.Fatal(err)
	}
	if n := strings.Count(strings.ToUpper(string(b)), "8078000100"); n != 1 {
		t.Errorf("GET IDENTITY stands %d times in the recording", n)
	}
	for where, text := range map[string]string{"output": r.out + r.err, "recording": string(b)} {
		if strings.Contains(strings.ToLower(text), homeKeyB) {
			t.Errorf("the key is in the %s", where)
		}
	}
	replayed := s.ok("", "--replay", recording, "--app", "ADF.USIM#2", "suci", "--home-key", key, "--json")
	if again := into[identityDoc](s, replayed); !again.Proof.Works {
		t.Errorf("walked again: %+v\n%v", again, replayed)
	}
	s.ok("2580\n", "-r", readerOf(0), "--app", "ADF.USIM#2", "--verify", "0x02", "--read-only", "suci")
}
