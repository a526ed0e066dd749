package cli

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"simscope/tui/app"
)

// The keys of the demonstration cards.
const (
	demoKey  = "404142434445464748494A4B4C4D4E4F"
	demoKeys = demoKey + "\n\n\n" // in all three places
	otherKey = "1F1E1D1C1B1A19181716151413121110"
)

func withKeys(stdin, args string) result {
	return run(stdin, append([]string{"--demo", "--json"}, strings.Fields(args)...)...)
}

func TestGPList(t *testing.T) {
	for reader, protocol := range map[string]string{"everyday": "SCP03", "two": "SCP02"} {
		for _, stdin := range []string{demoKeys, demoKey + "\r\n\r\n\r\n", strings.ToLower(demoKey) + "\r\n" + demoKey + "\n" + demoKey + "\n"} {
			r := withKeys(stdin, "-r "+reader+" gp list")
			var doc struct {
				Domain   string `json:"security_domain"`
				Protocol string `json:"secure_channel_protocol"`
				Registry []struct {
					Asked    string
					Complete bool
					Entries  []map[string]any
				}
			}
			if err := json.Unmarshal([]byte(r.out), &doc); err != nil || r.code != ExitOK {
				t.Fatalf("%s: exit %d, %v: %s%s", reader, r.code, err, r.out, r.err)
			}
			if doc.Domain != "A000000151000000" || doc.Protocol != protocol || len(doc.Registry) != 3 || doc.Registry[0].Entries[0]["life_cycle"] != "secured" {
				t.Errorf("%s: %+v", reader, doc)
			}
		}
	}
	text := run(demoKeys, "--demo", "-r", "everyday", "gp", "list")
	has(t, text.out, "opened with SCP03, keys of version 0x30, C-MAC; ended again", "issuer domain", "SECURED", "may delete any application",
		"\n  application             A00000015141434C00: selectable")
	has(t, text.err, "counts on the card")
	if strings.Contains(text.out+text.err, "<gp.") {
		t.Errorf("a sentence is missing: %s%s", text.out, text.err)
	}
}

func TestGPAuthRefuses(t *testing.T) {
	for _, tc := range []struct {
		stdin, args string
		code        int
		id, says    string
	}{
		{demoKeys, "-r everyday gp auth --security strongest", ExitOK, "", ""},
		{demoKeys, "-r everyday gp auth --key-version 0x30", ExitOK, "", ""},
		{demoKeys, "-r everyday gp auth --domain A000000151000000", ExitOK, "", ""},
		{otherKey + "\n\n\n", "-r everyday gp auth", ExitPINWrong, "gp_cryptogram", "key version 0x30"},
		{demoKeys, "-r everyday gp auth --kdf kdf3", ExitPINWrong, "gp_cryptogram", "leave --kdf out"},
		{demoKeys, "-r everyday gp auth --kdf emv", ExitUsage, "gp_keys", ""},
		{demoKeys, "-r everyday gp auth --key-version 33", ExitCardError, "gp_initialize_update", "no keys of this version"},
		{demoKeys, "-r everyday gp auth --domain F000000001", ExitNotFound, "gp_select", ""},
		{demoKeys, "-r empty gp auth", -1, "", ""},
		{demoKey + demoKey + "\n\n\n", "-r two gp auth", ExitUsage, "gp_keys", ""},
		{demoKey + "\n" + demoKey + demoKey + "\n\n", "-r everyday gp auth", ExitUsage, "gp_keys", ""},
		{"40 41 42 43 44 45 46 47 48 49 4A 4B 4C 4D 4E 4F", "-r everyday gp auth", ExitUsage, "gp_keys", ""},
		{"404142", "-r everyday gp auth", ExitUsage, "gp_keys", ""},
		{strings.Repeat("zz", 16), "-r everyday gp auth", ExitUsage, "gp_keys", ""},
		{"", "-r everyday gp auth", ExitUsage, "gp_key_missing", "the end of the input does not"},
		{demoKeys, "-r everyday gp auth --key-version 128", ExitUsage, "usage", ""},
		{demoKeys, "-r everyday gp auth --key-version 0", ExitUsage, "usage", ""},
		{demoKeys, "-r everyday gp auth --key-version x", ExitUsage, "usage", ""},
		{demoKeys, "-r everyday gp auth --security none", ExitUsage, "usage", ""},
		{demoKeys, "-r everyday gp auth --kdf md5", ExitUsage, "usage", ""},
		{demoKeys, "-r everyday gp auth --domain 12", ExitUsage, "not_aid", ""},
		{demoKeys, "-r everyday gp auth " + demoKey, ExitUsage, "usage", ""},
		{demoKeys, "-r everyday --read-only gp auth", ExitNotAllowed, "locked_read_only", ""},
	} {
		r := withKeys(tc.stdin, tc.args)
		var doc struct {
			Error *app.Problem `json:"error"`
		}
		if err := json.Unmarshal([]byte(r.out), &doc); err != nil {
			t.Errorf("%s: %v\n%s", tc.args, err, r.out)
			continue
		}
		if tc.code < 0 { // a card that has no such domain, however it says so
			if r.code == ExitOK {
				t.Errorf("%s: opened", tc.args)
			}
			continue
		}
		if r.code != tc.code || tc.id == "" != (doc.Error == nil) || doc.Error != nil && (doc.Error.ID != tc.id || !strings.Contains(doc.Error.Next, tc.says)) {
			t.Errorf("%s: exit %d, want %d: %s%s", tc.args, r.code, tc.code, r.out, r.err)
		}
		for _, key := range []string{demoKey[:12], otherKey[:12], "zzzzzz"} {
			if strings.Contains(r.out+r.err, key) {
				t.Errorf("%s: a key is told: %s%s", tc.args, r.out, r.err)
			}
		}
	}
}

// The recording of a session with keys holds none of them.
func TestGPRecordingHoldsNoKey(t *testing.T) {
	name := filepath.Join(t.TempDir(), "session.jsonl")
	mustRun(t, demoKeys, "--demo", "-r", "everyday", "--record", name, "gp", "list", "--security", "strongest")
	b, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	text := strings.ToUpper(strings.ReplaceAll(string(b), " ", ""))
	if !strings.Contains(text, "8050000008") || strings.Contains(text, demoKey) || strings.Contains(text, demoKey[:16]) {
		t.Errorf("%d bytes, with a key: %v", len(text), strings.Contains(text, demoKey[:16]))
	}
}

// TestGPKeysAreNamed: what is typed wrong gets a sentence with its field.
func TestGPKeysAreNamed(t *testing.T) {
	for typed, want := range map[string]string{
		"404142":                    "ENC has 3 bytes, not 16, 24 or 32 bytes",
		demoKey + "\n40 41 42 43":   "MAC has spaces",
		demoKey + "\n\n40414":       "DEK has an odd number",
		demoKey + "\n" + "password": "MAC is not written in hex digits",
		demoKey[:31] + "g\n":        "ENC is not written in hex digits",
	} {
		if r := withKeys(typed, "-r everyday gp auth"); r.code != ExitUsage || !strings.Contains(r.out, want) || !strings.Contains(r.out, "gp_keys") {
			t.Errorf("%q: exit %d, want %q: %s%s", typed, r.code, want, r.out, r.err)
		}
	}
}

// TestGPKeysEnd: an input that ends early costs the card nothing; only an empty
// line repeats a key.
func TestGPKeysEnd(t *testing.T) {
	for typed, missing := range map[string]string{
		"": "ENC", "\n": "ENC", demoKey: "MAC", demoKey + "\n": "MAC", demoKey + "\r\n": "MAC",
		demoKey + "\n\n": "DEK", demoKey + "\n" + demoKey: "DEK", demoKey + "\n" + demoKey + "\n": "DEK",
		demoKey + "\n" + strings.Repeat("4", 2*maxKeyLine) + "\n\n": "",
	} {
		for _, reader := range []string{"everyday", "two"} {
			name := filepath.Join(t.TempDir(), "session.jsonl")
			r := run(typed, "--demo", "--json", "--record", name, "-r", reader, "gp", "auth")
			if r.code != ExitUsage || missing != "" && (!strings.Contains(r.out, missing+" was not given.") || !strings.Contains(r.out, "gp_key_missing")) {
				t.Errorf("%s, %d characters: exit %d, want %s missing: %s%s", reader, len(typed), r.code, missing, r.out, r.err)
			}
			sent, err := os.ReadFile(name)
			if err != nil || strings.Contains(strings.ReplaceAll(string(sent), " ", ""), "8050000008") {
				t.Errorf("%s, %d characters: INITIALIZE UPDATE was sent (%v)", reader, len(typed), err)
			}
		}
	}
}
