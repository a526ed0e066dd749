package cli

import (
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// The keys of the demonstration cards: the first set of 3GPP TS 35.208.
const (
	demoK   = "465B5CE8B199B49FAA5F0A2EE238A6BC"
	demoOPc = "CD63CB71954A9F4E48A5994E37A02BAF"
	demoOP  = "CDC202D5123E20F62B6D676AC72CB318"
)

// TestAuthExitCodes holds how each way of asking ends.
func TestAuthExitCodes(t *testing.T) {
	open := "1234\n"
	for _, tc := range []struct {
		name, stdin, args string
		code              int
		id, says          string
	}{
		{"no subcommand", "", "auth", ExitUsage, "usage", ""},
		{"bad context", "", "--demo auth run --context 4g", ExitUsage, "usage", "--context"},
		{"two sources", "", "--demo auth run --key-from-card --algorithm milenage", ExitUsage, "usage", "one source"},
		{"bad algorithm", "", "--demo auth run --algorithm a5", ExitUsage, "usage", "milenage"},
		{"entry alone", "", "--demo auth run --entry x", ExitUsage, "usage", "--keys"},
		{"short RAND", "", "--demo auth gsm --rand 00", ExitUsage, "auth_field", "RAND has 1 byte, not 16"},
		{"odd RAND", "", "--demo auth gsm --rand 000", ExitUsage, "auth_field", "odd number"},
		{"RAND with spaces", "", "--demo auth gsm --rand 00_11", ExitUsage, "auth_field", "RAND has spaces"},
		{"RAND that is text", "", "--demo auth gsm --rand hello", ExitUsage, "auth_field", "RAND"},
		{"short SQN", "", "--demo auth run --sqn 20 --key-from-card", ExitUsage, "auth_field", "SQN"},
		{"short AMF", "", "--demo auth run --amf 80 --key-from-card", ExitUsage, "auth_field", "AMF"},
		{"AUTN and SQN", "", "--demo auth run --autn 00000000000000000000000000000000 --sqn 000000000000", ExitUsage, "usage", "--autn"},
		{"service too long", "", "auth compute --algorithm milenage --naf " + strings.Repeat("n", 254), ExitUsage, "usage", "at most 253 bytes; this one has 254"},
		{"identity too long", "", "auth compute --algorithm milenage --naf naf.example.org --impi " + strings.Repeat("n", 254), ExitUsage, "usage", "at most 253 bytes; this one has 254"},
		{"service for a card too long", "", "--demo auth run --context naf --impi u@x --naf " + strings.Repeat("n", 200), ExitUsage, "auth_field", "NAF_ID has 205 bytes, not 1 to 120 bytes"},
		{"NAF by name, not bootstrapped", open, "--demo auth run --context naf --impi u@x --naf naf.example.org --verify pin1", ExitCardError, "auth_refused", "9864"},
		{"NAF by name and by bytes", "", "--demo auth run --context naf --impi u@x --naf naf.example.org --naf-id 00", ExitUsage, "usage", "not both"},
		{"locked", "", "--demo auth run --key-from-card", ExitPINNeeded, "pin_needed", "PIN1"},
		{"read-only", open, "--demo --read-only auth gsm --verify pin1", ExitNotAllowed, "locked_read_only", ""},
		{"no token", open, "--demo auth run --verify pin1", ExitUsage, "auth_no_token", "AUTN"},
		{"agree", open, "--demo auth gsm --key-from-card --verify pin1", ExitOK, "", ""},
		{"AUTS", open, "--demo auth run --key-from-card --verify pin1", ExitOK, "", ""},
		{"next, not asked for", open, "--demo auth run --key-from-card --sqn next --verify pin1", ExitNotAllowed, "auth_not_confirmed", "--yes"},
		{"next, the word", open + "yes\n", "--demo auth run --key-from-card --sqn next --verify pin1", ExitOK, "", ""},
		{"next, by flag", open, "--demo auth run --key-from-card --sqn next --verify pin1 --yes", ExitOK, "", ""},
		{"far, by flag", open, "--demo auth run --key-from-card --sqn 7FFFFFFFFFFF --verify pin1 --yes", ExitNotAllowed, "auth_not_confirmed", ""},
		{"far, no word", open, "--demo auth run --key-from-card --sqn 7FFFFFFFFFFF --verify pin1", ExitNotAllowed, "auth_not_confirmed", ""},
		{"far, wrong word", open + "yes\n", "--demo auth run --key-from-card --sqn 7FFFFFFFFFFF --verify pin1", ExitNotAllowed, "auth_not_confirmed", ""},
		{"far, the word", open + "FAR\n", "--demo auth run --key-from-card --sqn 7FFFFFFFFFFF --verify pin1", ExitOK, "", ""},
		{"typed keys", open + demoK + "\n" + demoOPc + "\n", "--demo auth gsm --algorithm milenage --verify pin1", ExitOK, "", ""},
		{"typed OP", open + demoK + "\n" + demoOP + "\n", "--demo auth gsm --algorithm milenage --operator op --verify pin1", ExitOK, "", ""},
		{"OP as OPc", open + demoK + "\n" + demoOP + "\n", "--demo auth gsm --algorithm milenage --verify pin1", ExitError, "auth_differs", ""},
		{"OP as OPc, 3G", open + demoK + "\n" + demoOP + "\n", "--demo auth run --algorithm milenage --verify pin1", ExitCardError, "auth_refused", ""},
		{"K with spaces", open + "46 5B 5C E8 B1 99 B4 9F AA 5F 0A 2E E2 38 A6 BC\n", "--demo auth gsm --algorithm milenage --verify pin1", ExitUsage, "auth_field", "K has spaces"},
		{"K too short", open + "465B5C\n", "--demo auth gsm --algorithm milenage --verify pin1", ExitUsage, "auth_field", "K has 3 bytes"},
		{"K that is text", open + strings.Repeat("hello!!!", 4) + "\n", "--demo auth gsm --algorithm milenage --verify pin1", ExitUsage, "auth_field", "K is not written in hex"},
		{"OPc too long", open + demoK + "\n" + demoOPc + demoOPc + "\n", "--demo auth gsm --algorithm milenage --verify pin1", ExitUsage, "auth_field", "OPc has 32 bytes"},
		{"no K", open, "--demo auth gsm --algorithm milenage --verify pin1", ExitUsage, "no_secret", ""},
		{"2G SIM", "1234\n", "--demo -r 2G auth gsm --key-from-card --verify pin1", ExitOK, "", ""},
		{"2G SIM, 3G", "1234\n", "--demo -r 2G auth run --key-from-card --verify pin1", ExitNotFound, "auth_no_app", ""},
		{"probe, no word", open, "--demo auth probe --verify pin1", ExitNotAllowed, "auth_not_confirmed", ""},
		{"probe", open + "PROBE\n", "--demo auth probe --verify pin1", ExitOK, "", ""},
		{"compute, no keys", "", "auth compute", ExitUsage, "usage", "--keys"},
		{"compute", demoK + "\n" + demoOPc + "\n", "auth compute --algorithm milenage", ExitOK, "", ""},
		{"resync, nothing", "", "auth resync", ExitUsage, "usage", "--auts"},
		{"resync, wrong", demoK + "\n" + demoOPc + "\n", "auth resync --algorithm milenage --rand 00000000000000000000000000000000 --auts 0000000000000000000000000000", ExitError, "auth_not_opened", ""},
		{"keys of nobody", "", "--demo auth gsm --keys /nonexistent", ExitError, "no_such_file", ""},
	} {
		args := strings.Fields(tc.args)
		for i := range args {
			args[i] = strings.ReplaceAll(args[i], "_", " ")
		}
		r := run(tc.stdin, append(args, "--json")...)
		if r.code != tc.code || tc.says != "" && !strings.Contains(r.out, tc.says) {
			t.Errorf("%s: exit %d, want %d: %s%s", tc.name, r.code, tc.code, r.out, r.err)
		}
		if tc.id != "" && !strings.Contains(r.out, `"id": "`+tc.id+`"`) && tc.id != "auth_differs" && tc.id != "auth_refused" && tc.id != "auth_not_opened" {
			t.Errorf("%s: no %s in %s", tc.name, tc.id, r.out)
		}
	}
}

// TestMistakeIsNamed on the command line too, in both outputs.
func TestMistakeIsNamed(t *testing.T) {
	in := "1234\n" + demoK + "\n" + demoOP + "\n"
	r := run(in, "--demo", "auth", "gsm", "--algorithm", "milenage", "--verify", "pin1", "--json")
	var d struct {
		Finding struct {
			ID   string
			Bits int
		}
		Fields []struct{ Name, Card, Host, State string }
	}
	if err := json.Unmarshal([]byte(r.out), &d); err != nil {
		t.Fatal(err, r.out)
	}
	if d.Finding.ID != "op_as_opc" || d.Finding.Bits != 96 || len(d.Fields) != 2 || d.Fields[0].State != "differs" || d.Fields[0].Card != "••••" {
		t.Errorf("%+v", d)
	}
	if r := run(in, "--demo", "auth", "gsm", "--algorithm", "milenage", "--verify", "pin1"); !strings.Contains(r.out, "OP was given as OPc") {
		t.Errorf("%+v", r)
	}
}

// TestComputeGivesThePublishedVector, and opens what it made.
func TestComputeGivesThePublishedVector(t *testing.T) {
	keys := demoK + "\n" + demoOPc + "\n"
	rand := "23553CBE9637A89D218AE64DAE47BF35"
	r := mustRun(t, keys, "auth", "compute", "--algorithm", "milenage", "--rand", rand, "--sqn", "FF9BB4D0B607", "--amf", "B9B9", "--reveal")
	for _, want := range []string{"55F328B43577B9B94A9FFAC354DFAFB3", "A54211D5E3BA50BF", "B40BA9A3C58B2A05BBF0D987B21BF8CB", "F769BCD751044604127672711C6D3441"} {
		if !strings.Contains(r.out, want) {
			t.Errorf("no %s in %s", want, r.out)
		}
	}
	masked := mustRun(t, keys, "auth", "compute", "--algorithm", "milenage", "--rand", rand, "--sqn", "FF9BB4D0B607", "--amf", "B9B9")
	if strings.Contains(masked.out, "A54211D5") || !strings.Contains(masked.out, "••••") {
		t.Errorf("%s", masked.out)
	}
	r = mustRun(t, keys, "auth", "compute", "--algorithm", "milenage", "--rand", rand, "--autn", "55F328B43577B9B94A9FFAC354DFAFB3", "--json")
	if !strings.Contains(r.out, `"FF9BB4D0B607"`) || !strings.Contains(r.out, `"B9B9"`) {
		t.Errorf("%s", r.out)
	}
}

// TestAUTSIsOpenedLater: what the card gave is opened without it.
func TestAUTSIsOpenedLater(t *testing.T) {
	rand := "23553CBE9637A89D218AE64DAE47BF35"
	r := mustRun(t, "1234\n", "--demo", "auth", "run", "--key-from-card", "--rand", rand, "--verify", "pin1")
	m := regexp.MustCompile(`AUTS +([0-9A-F]{28})`).FindStringSubmatch(r.out)
	if m == nil {
		t.Fatal(r.out)
	}
	r = mustRun(t, demoK+"\n"+demoOPc+"\n", "auth", "resync", "--algorithm", "milenage", "--rand", rand, "--auts", m[1])
	if !strings.Contains(r.out, "SQN_MS 000000000000") || !strings.Contains(r.out, "000000000020") {
		t.Errorf("%s", r.out)
	}
	r = run(demoK+"\n"+demoOP+"\n", "auth", "resync", "--algorithm", "milenage", "--rand", rand, "--auts", m[1])
	if r.code != ExitError || !strings.Contains(r.out, "OP was given as OPc") {
		t.Errorf("%+v", r)
	}
}

// TestKeyFiles goes the whole way: new, add, list, show, and a card asked
// with it.
func TestKeyFiles(t *testing.T) {
	name := filepath.Join(t.TempDir(), "keys.age")
	mustRun(t, "secret words\nsecret words\n", "keys", "new", name)
	if r := run("a\na\n", "keys", "new", name); r.code == ExitOK {
		t.Error("a key file was written over")
	}
	if r := run("a\nb\n", "keys", "new", name+"2"); r.code == ExitOK {
		t.Error("two passphrases were taken")
	}
	st, err := os.Stat(name)
	if err != nil || st.Mode().Perm() != 0o600 {
		t.Fatalf("%v %v", st, err)
	}
	mustRun(t, "secret words\n"+demoK+"\n"+demoOPc+"\n3132333435363738\n404142434445464748494A4B4C4D4E4F\n", "keys", "add", name,
		"--label", "bench", "--iccid", "89999900123456789013", "--algorithm", "milenage", "--with", "adm1", "--with", "gp48.enc")
	for _, args := range [][]string{{"keys", "list", name}, {"keys", "list", name, "--json"}, {"keys", "show", name, "bench"}, {"keys", "show", name, "bench", "--json"}} {
		r := mustRun(t, "secret words\n", args...)
		if !strings.Contains(r.out, "bench") || !strings.Contains(r.out, "gp48.enc") || strings.Contains(strings.ToUpper(r.out+r.err), demoK[:12]) || strings.Contains(r.out+r.err, "secret words") {
			t.Errorf("%v: %s%s", args, r.out, r.err)
		}
	}
	if r := mustRun(t, "secret words\n", "keys", "show", name, "bench", "--reveal"); !strings.Contains(r.out, demoK) || !strings.Contains(r.out, "404142434445464748494A4B4C4D4E4F") {
		t.Errorf("%s", r.out)
	}
	if r := run("wrong\n", "keys", "list", name); r.code != ExitPINWrong {
		t.Errorf("%+v", r)
	}
	if r := run("secret words\n", "keys", "show", name, "nobody"); r.code != ExitNotFound {
		t.Errorf("%+v", r)
	}
	mustRun(t, "1234\nsecret words\n", "--demo", "auth", "gsm", "--keys", name, "--verify", "pin1")
	mustRun(t, "secret words\n", "auth", "compute", "--keys", name)
	plain := filepath.Join(t.TempDir(), "plain.json")
	if err := os.WriteFile(plain, []byte(`{"format":"simscope-keys","version":1,"cards":[{"label":"test","algorithm":"milenage","k":"`+demoK+`","opc":"`+demoOPc+`"}]}`), 0o600); err != nil {
		t.Fatal(err)
	}
	if r := run("", "auth", "compute", "--keys", plain); r.code != ExitNotAllowed || !strings.Contains(r.err, "not encrypted") {
		t.Errorf("%+v", r)
	}
	mustRun(t, "", "auth", "compute", "--keys", plain, "--plain")
	for _, args := range [][]string{{"keys"}, {"keys", "add", name}, {"keys", "add", name, "--label", "x"}, {"keys", "add", name, "--label", "x", "--with", "adm11"}} {
		if r := run("", args...); r.code != ExitUsage {
			t.Errorf("%v: %+v", args, r)
		}
	}
}

// TestAFilesNumberBoundsNoJump: what a key file says of the card's number is
// not the card's word, so that a number that follows it may still be far.
func TestAFilesNumberBoundsNoJump(t *testing.T) {
	name := filepath.Join(t.TempDir(), "plain.json")
	text := `{"format":"simscope-keys","version":1,"cards":[{"label":"other","algorithm":"milenage","k":"` + demoK + `","opc":"` + demoOPc + `","sqn":{"last":"700000000000"}}]}`
	if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	args := []string{"--demo", "auth", "run", "--keys", name, "--plain", "--entry", "other", "--sqn", "next", "--verify", "pin1"}
	if r := run("1234\n", args...); r.code != ExitNotAllowed || !strings.Contains(r.err, "not known") || !strings.Contains(r.err, "nothing was sent") {
		t.Errorf("%+v", r)
	}
	if r := run("1234\nFAR\n", args...); r.code != ExitOK || !strings.Contains(r.out, "700000000020") {
		t.Errorf("%+v", r)
	}
}

// TestAuthLeaksNothing: keys and answers stand in no output without --reveal,
// and in no recording.
func TestAuthLeaksNothing(t *testing.T) {
	rand := "23553CBE9637A89D218AE64DAE47BF35"
	secrets := []string{demoK, demoOPc, demoOP, "A54211D5E3BA50BF", "B40BA9A3C58B2A05BBF0D987B21BF8CB", "F769BCD751044604127672711C6D3441", "EAE4BE823AF9A08B", "46F8416A"}
	rec := filepath.Join(t.TempDir(), "session.simscope")
	var all strings.Builder
	for _, args := range [][]string{
		{"auth", "run", "--sqn", "next"}, {"auth", "run", "--sqn", "next", "--json"}, {"auth", "gsm"}, {"auth", "gsm", "--json"},
	} {
		for i, keys := range []string{demoOPc, demoOP} {
			if i == 1 && args[1] == "run" {
				args = []string{"auth", "run"}
			}
			from := []string{"--demo", "--algorithm", "milenage", "--rand", rand, "--verify", "pin1"}
			if args[1] == "run" && i == 0 {
				from = []string{"--demo", "--key-from-card", "--rand", rand, "--verify", "pin1", "--record", rec + args[len(args)-1]}
			}
			r := run("1234\n"+demoK+"\n"+keys+"\n", append(args, from...)...)
			if r.code == ExitUsage {
				t.Fatalf("%v: %+v", args, r)
			}
			all.WriteString(r.out + r.err)
		}
	}
	files, err := filepath.Glob(rec + "*")
	if err != nil || len(files) == 0 {
		t.Fatal("nothing was recorded", err)
	}
	for _, f := range files {
		b, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		all.Write(b)
	}
	text := strings.ToUpper(all.String())
	for _, s := range secrets {
		if strings.Contains(text, s) {
			t.Errorf("%s… is told", s[:4])
		}
	}
	if !strings.Contains(text, "••••") {
		t.Error("there are no dots: nothing was looked at")
	}
}

// TestEAPSIM gives the example of RFC 4186 appendix A: with the XOR of 2G test
// cards and a K of zeros, Kc is the middle of RAND.
func TestEAPSIM(t *testing.T) {
	args := []string{"auth", "eap-sim", "--algorithm", "xor-2g", "--nonce", "0123456789abcdeffedcba9876543210", "--eap-identity", "1244070100000001@eapsim.foo"}
	for _, kc := range []string{"a0a1a2a3a4a5a6a7", "b0b1b2b3b4b5b6b7", "c0c1c2c3c4c5c6c7"} {
		args = append(args, "--rand", "00000000"+kc+"00000000")
	}
	k := strings.Repeat("00", 16) + "\n"
	msk := "39D45AEAF4E30601983E972B6CFD46D1C363773365690D09CD44976B525F47D3A60A985E955C53B090B2E4B73719196A402542968FD14A888F46B9A7886E4488"
	if r := mustRun(t, k, append(args, "--reveal")...); !strings.Contains(r.out, msk) {
		t.Errorf("%s", r.out)
	}
	if r := mustRun(t, k, append(args, "--json")...); strings.Contains(r.out, msk[:12]) || !strings.Contains(r.out, "••••") {
		t.Errorf("%s", r.out)
	}
	if r := run(k, args[:9]...); r.code != ExitUsage {
		t.Errorf("%+v", r)
	}
}

// TestDerivedFlags: what keys are derived for, and what is no network.
func TestDerivedFlags(t *testing.T) {
	keys := "8BAF473F2F8FD09487CCCBD7097C6862\n" + strings.Repeat("11", 16) + "\n"
	args := []string{"auth", "compute", "--algorithm", "milenage", "--operator", "op", "--rand", "000102030405060708090A0B0C0D0E0F", "--sqn", "000000001CB7"}
	r := mustRun(t, keys, append(args, "--network", "208-95", "--reveal")...)
	if !strings.Contains(r.out, "8748C1C0A2826FA405B1E27EA104434AE556C765E8F061EBDB8AE286C44616C2") {
		t.Errorf("%s", r.out)
	}
	for _, bad := range []string{"20895", "208-9", "2o8-95", "208-"} {
		if r := run(keys, append(args, "--network", bad)...); r.code != ExitUsage {
			t.Errorf("%s: %+v", bad, r)
		}
	}
	if r := run(keys, append(args, "--imsi", "x")...); r.code != ExitUsage {
		t.Errorf("%+v", r)
	}
}

// TestATokenWithoutKeys: nothing is said of keys that nobody gave.
func TestATokenWithoutKeys(t *testing.T) {
	r := run("FAR\n", "--image", "lab", "auth", "run", "--rand", strings.Repeat("0", 32), "--autn", strings.Repeat("0", 32))
	if r.code != ExitCardError || !strings.Contains(r.err, "No keys here open this AUTN") || !strings.Contains(r.err, "FAR") {
		t.Errorf("%+v", r)
	}
}
