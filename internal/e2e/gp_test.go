//go:build linux && cgo

package e2e

import (
	"bytes"
	"encoding/hex"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"simscope/card/safe"
	"simscope/card/virtual"
)

// gpKeys are the keys of the domain under test, ENC, MAC and DEK.
var gpKeys = [3]string{"3C9B17E04D8A62F5B1D6700E95C4A82F", "71E2A95C0D4F8836BE12C7593FA0D46B", "A84F1D93C60B7E25940EB83D5217FAC9"}

// withGPKeys gives the security domain those keys, and one failure that it
// allows.
func withGPKeys(img *virtual.Image) {
	for i := range img.GP.KeySets {
		set := &img.GP.KeySets[i]
		if set.Protocol == virtual.ProtocolSCP80 {
			continue
		}
		for j, to := range []*safe.Secret{&set.ENC, &set.MAC, &set.DEK} {
			b, err := hex.DecodeString(gpKeys[j])
			if err != nil {
				panic(err)
			}
			*to = safe.NewSecret(b)
		}
	}
	img.GP.MaxFailures = 1
}

// Over the real stack: what the built-in card tells without keys, and nothing
// of it looks like a secret.
func TestManagementOfTheBuiltInCard(t *testing.T) {
	s := newStack(t)
	s.card(0, "--image", "everyday")
	if r := s.ok("", "gp", "info"); !strings.Contains(r.out, "set 0x30: AES-128") || !strings.Contains(r.out, "SCP03: AES") {
		t.Error(r)
	}
	if r := s.ok("", "gp", "rules"); strings.Count(r.out, "may act for the operator") < 2 {
		t.Error(r)
	}
}

// Over the real stack: what is installed is told with keys, and wrong keys cost
// the card nothing: it allows one failure, and still opens after several.
func TestSecureChannelOverTheStack(t *testing.T) {
	s := newStack(t)
	s.card(0, "--image", s.image("everyday", withGPKeys))
	right := lines(gpKeys[:]...)
	turned := lines(gpKeys[1], gpKeys[0], gpKeys[2])
	for range 3 {
		r := s.fails(11, "gp_cryptogram", turned, "gp", "list")
		if !strings.Contains(r.out, "ENC is the card's other key") {
			t.Error(r)
		}
	}
	s.fails(2, "gp_keys", lines(gpKeys[0][:30]), "gp", "list")
	s.fails(13, "locked_read_only", right, "--read-only", "gp", "list")
	for _, security := range []string{"mac", "encrypted", "strongest"} {
		r := s.ok(right, "gp", "list", "--security", security, "--record", s.file(security+".jsonl"))
		for _, want := range []string{"issuer domain", "A00000015141434C00: selectable", "package"} {
			if !strings.Contains(r.out, want) {
				t.Errorf("%q is missing: %v", want, r)
			}
		}
	}
	// No output and no file holds a key; each run's output is in the records.
	err := filepath.WalkDir(s.dir, func(name string, d os.DirEntry, err error) error {
		if err != nil || !d.Type().IsRegular() {
			return err
		}
		b, err := os.ReadFile(name)
		for _, k := range gpKeys {
			raw, _ := hex.DecodeString(k)
			bare := strings.ToUpper(strings.ReplaceAll(string(b), " ", ""))
			if strings.Contains(bare, k) || bytes.Contains(b, raw) {
				t.Errorf("%s holds a key", d.Name())
			}
		}
		return err
	})
	if err != nil {
		t.Error(err)
	}
}
