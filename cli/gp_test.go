package cli

import (
	"encoding/json"
	"strings"
	"testing"
)

// gpImage is a card of security domains and access rules.
const gpImage = "../card/globalplatform/testdata/card.json"

func gp(t *testing.T, args ...string) (text string, doc map[string]any) {
	t.Helper()
	args = append([]string{"--image", gpImage, "gp"}, args...)
	text = mustRun(t, "", args...).out
	if err := json.Unmarshal([]byte(mustRun(t, "", append(args, "--json")...).out), &doc); err != nil {
		t.Fatal(err)
	}
	if i := strings.IndexFunc(text, func(r rune) bool { return r < ' ' && r != '\n' }); i >= 0 || strings.Contains(text, "<gp.") {
		t.Errorf("in words: %q", text)
	}
	return text, doc
}

func has(t *testing.T, text string, wants ...string) {
	t.Helper()
	for _, want := range wants {
		if !strings.Contains(text, want) {
			t.Errorf("%q is missing in\n%s", want, text)
		}
	}
}

func TestGPInfo(t *testing.T) {
	text, doc := gp(t, "info")
	has(t, text, "Who can manage this card", "single DES", "2.3.1", "! SCP02", "SCP03: AES", "option 70:", "167", "76800 bytes", "NXP (4790)", "EID",
		"the card says it has none (6A88)")
	domains, _ := doc["domains"].([]any)
	isd, _ := domains[0].(map[string]any)
	if len(domains) != 3 || isd["aid"] != "A000000151000000" || isd["sequence_counter"] != 167.0 || isd["selected"] != true {
		t.Errorf("%v", isd)
	}
}

func TestGPKeys(t *testing.T) {
	text, doc := gp(t, "keys")
	has(t, text, "set 0x30: AES-128; keys 01 ciphers, 02 makes MACs, 03 ciphers keys", "! set 0x01: single DES (8 bytes)", "A domain lists its own keys only",
		"weak ones included")
	domains, _ := doc["domains"].([]any)
	isd, _ := domains[0].(map[string]any)
	ecasd, _ := domains[1].(map[string]any)
	// That nothing weak is listed by a domain that lists nothing is not good.
	if isd["single_des"] != true || ecasd["single_des"] != nil || ecasd["state"] != "absent" || ecasd["sw"] != "6A88" {
		t.Errorf("%v", doc)
	}
}

func TestGPCerts(t *testing.T) {
	text, doc := gp(t, "certs")
	has(t, text, "certificate of GlobalPlatform's form for A000000151535041", "valid from 2026-01-01 to 2036-12-31", "ECC P-256", "Its signature is not checkable: no certificate of its issuer is on this card.")
	domains, _ := doc["domains"].([]any)
	casd, _ := domains[1].(map[string]any)
	if casd["selected"] != false || casd["sw"] != "6A82" {
		t.Errorf("%v", casd)
	}
}

func TestGPRules(t *testing.T) {
	text, doc := gp(t, "rules")
	has(t, text, "any app signed with certificate SHA-1 A90D0190BFC879DBE161A3DF66B6352C68B85C18, package com.example.operator, may act for the operator",
		"! any app, whoever signed it, may send any command to F053434F504501", "only commands that begin with 80 CA .. ..", "There are no rule files on this card (6A82).")
	ara, _ := doc["ara_m"].(map[string]any)
	rules, _ := ara["rules"].([]any)
	if ara["complete"] != true || len(rules) != 5 {
		t.Fatalf("%v", ara)
	}
	if r, _ := rules[2].(map[string]any); r["admits_everyone"] != true || r["apdu"] != "always" {
		t.Errorf("%v", r)
	}
}

// A card that refuses all of it: nothing is called absent that was refused, and
// the commands end well.
func TestGPRefused(t *testing.T) {
	text := mustRun(t, "", "--demo", "-r", "2G", "gp", "rules").out
	has(t, text, "its rules are not known", "6E00")
	for _, sub := range []string{"info", "keys", "certs", "rules"} {
		for _, reader := range []string{"everyday", "2G", "blocked", "other"} {
			mustRun(t, "", "--demo", "-r", reader, "gp", sub)
		}
	}
	for _, bad := range []string{"gp", "gp frobnicate", "gp info 1", "gp rules --all"} {
		if r := run("", append([]string{"--demo"}, strings.Fields(bad)...)...); r.code != ExitUsage {
			t.Errorf("%s: exit %d", bad, r.code)
		}
	}
}

// One rule is asked for as a phone looks it up; what decides, and that nothing
// does, is told and is the exit code.
func TestGPAskRules(t *testing.T) {
	const vault, signer = "F053434F50451101", "EA38E15AAFB101A740B17758091B491A397E0E9C1C443181AB6683A65F852B96"
	for _, tc := range []struct {
		args string
		code int
		says []string
	}{
		{"--aid " + vault + " --signer " + signer, ExitOK, []string{"may send any command to " + vault, "This rule decides: a phone"}},
		{"--aid " + vault, ExitNotFound, []string{"no rule for any app, whoever signed it, and " + vault, "No rule decides"}},
		{"--signer " + strings.Repeat("00", 20), ExitNotFound, []string{"no rule for any app signed with certificate SHA-1 0000", "No rule decides"}},
		{"--aid default", ExitNotFound, []string{"No rule decides"}},
		{"--aid 00", ExitUsage, nil},
		{"--aid xyz", ExitUsage, nil},
		{"--signer 00", ExitUsage, nil},
	} {
		r := run("", append([]string{"--demo", "-r", "everyday", "gp", "rules"}, strings.Fields(tc.args)...)...)
		if r.code != tc.code {
			t.Errorf("%s: exit %d: %s%s", tc.args, r.code, r.out, r.err)
		}
		has(t, r.out, tc.says...)
	}
	r := run("", "--demo", "-r", "empty", "gp", "rules", "--aid", vault)
	if r.code != ExitNotFound || !strings.Contains(r.out, "There is no rule master on this card") {
		t.Errorf("%+v", r)
	}
	r = run("", "--demo", "--json", "-r", "everyday", "gp", "rules", "--aid", vault, "--signer", signer)
	has(t, r.out, `"state": "rule"`, `"apdu": "always"`, `"found": true`)
}
