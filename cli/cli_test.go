package cli

import (
	"bytes"
	"encoding/json"
	"maps"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"simscope/store/keyfile"
	"simscope/texts"
	"simscope/tui/app"
)

// TestMain keeps the tests away from any card service of the machine.
func TestMain(m *testing.M) {
	os.Setenv("PCSCLITE_CSOCK_NAME", "/nonexistent/pcscd.comm")
	keyfile.Work = 10
	os.Exit(m.Run())
}

type result struct {
	code     int
	out, err string
}

func run(stdin string, args ...string) result {
	var out, err bytes.Buffer
	code := Main(args, IO{In: strings.NewReader(stdin), Out: &out, Err: &err, Vars: func(string) string { return "" }})
	return result{code, out.String(), err.String()}
}

func mustRun(t *testing.T, stdin string, args ...string) result {
	t.Helper()
	r := run(stdin, args...)
	if r.code != ExitOK {
		t.Fatalf("simscope %s: exit %d: %s%s", strings.Join(args, " "), r.code, r.out, r.err)
	}
	return r
}

// notImage is a file that is no card image and no recording.
func notImage(t *testing.T) string {
	t.Helper()
	name := filepath.Join(t.TempDir(), "x.json")
	if err := os.WriteFile(name, []byte(`{"format":"shopping list"}`), 0o600); err != nil {
		t.Fatal(err)
	}
	return name
}

// TestExitCodes holds the codes of the README, with the error's identifier in
// JSON. Those that need a real card service are held by the end-to-end tests.
func TestExitCodes(t *testing.T) {
	bad := notImage(t)
	for _, tc := range []struct {
		name, stdin, args string
		code              int
		id                string
	}{
		{"info", "", "--demo info", ExitOK, ""},
		{"unknown flag", "", "--frobnicate info", ExitUsage, "usage"},
		{"unknown command", "", "frobnicate", ExitUsage, "usage"},
		{"missing word", "", "--demo read", ExitUsage, "usage"},
		{"too many words", "", "--demo info 1234", ExitUsage, "usage"},
		{"pin without subcommand", "", "pin", ExitUsage, "usage"},
		{"bad protocol", "", "--demo --protocol T=7 info", ExitUsage, "usage"},
		{"no service", "", "info", ExitNoService, "service_down"},
		{"no service for readers", "", "readers", ExitNoService, "service_down"},
		{"unknown reader", "", "--demo -r nosuch info", ExitNoReader, "reader_unknown"},
		{"PIN needed", "", "--demo read ADF.USIM/EF.IMSI", ExitPINNeeded, "pin_needed"},
		{"PIN needed, 2G", "", "--demo -r 2G read EF.IMSI", ExitPINNeeded, "pin_needed"},
		{"no such file", "", "--demo read EF.NOSUCH", ExitNotFound, "not_found"},
		{"file that EF.PBR names", "1234\n", "--demo --verify pin1 read ADF.USIM/DF.PHONEBOOK/EF.ADN", ExitOK, ""},
		{"file that EF.PBR names, unread", "", "--demo read ADF.USIM/DF.PHONEBOOK/EF.ADN", ExitPINNeeded, "pin_needed"},
		{"several files of a name", "", "--demo read EF.IIDF", ExitUsage, "ambiguous_file"},
		{"absent file", "", "--demo read ADF.USIM/EF.ACMmax", ExitNotFound, "not_found"},
		{"no such PIN name", "", "--demo pin verify pin7", ExitUsage, "pin_ref"},
		{"keys", "", "--demo read ADF.USIM/EF.Keys", ExitNotAllowed, "secret_file"},
		{"keys, offline", "", "decode ADF.USIM/EF.Keys 07FF", ExitNotAllowed, "secret_file"},
		{"malformed hex", "", "--demo apdu 00A4x", ExitUsage, "not_hex"},
		{"odd hex", "", "decode EF.IMSI 089", ExitUsage, "not_hex"},
		{"no APDU", "", "--demo apdu 00A4", ExitUsage, "not_apdu"},
		{"guarded command", "", "--demo apdu 002000010831323334FFFFFFFF", ExitUsage, "guarded"},
		{"guarded command on a channel", "", "--demo apdu 012000010831323334FFFFFFFF", ExitUsage, "guarded"},
		{"writing not armed", "", "--demo apdu 00D6000001FF", ExitNotAllowed, "read_only"},
		{"writing forbidden", "", "--demo --read-only apdu --write 00D6000001FF", ExitNotAllowed, "locked_read_only"},
		{"not an image", "", "--image " + bad + " info", ExitUsage, "not_image"},
		{"not a recording", "", "--replay " + bad + " info", ExitUsage, "not_recording"},
		{"no file", "", "--image /nonexistent info", ExitError, "no_such_file"},
		{"wrong PIN", "0000\n", "--demo pin verify", ExitPINWrong, "pin_wrong"},
		{"blocked PIN", "1234\n", "--demo -r blocked pin verify", ExitPINWrong, "pin_blocked"},
		{"no secret", "", "--demo pin verify", ExitUsage, "no_secret"},
		{"malformed PIN", "12a4\n", "--demo pin verify", ExitUsage, "pin_form"},
		{"change forbidden", "1234\n4321\n4321\n", "--demo --read-only pin change", ExitNotAllowed, "locked_read_only"},
		{"not the same", "1234\n4321\n4322\n", "--demo pin change", ExitError, "not_same"},
		{"no such message", "", "--demo messages show 99", ExitNotFound, "no_message"},
		{"no such message to mark", "", "--demo messages mark-read 99", ExitNotFound, "no_message"},
		{"no number of a message", "", "--demo messages mark-read first", ExitUsage, "usage"},
		{"no such box", "", "--demo messages list --box attic", ExitUsage, "usage"},
		{"no such box to export", "", "--demo messages export --box attic", ExitUsage, "usage"},
		{"no such format", "", "--demo messages export --format pdf", ExitUsage, "usage"},
		{"marking forbidden", "1234\n", "--demo --read-only --verify pin1 messages mark-read 1", ExitNotAllowed, "locked_read_only"},
		{"screens in JSON", "", "--demo", ExitUsage, "usage"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			r := run(tc.stdin, append(strings.Fields(tc.args), "--json")...)
			if r.code != tc.code {
				t.Fatalf("exit %d, want %d: %s%s", r.code, tc.code, r.out, r.err)
			}
			var doc struct {
				Error *app.Problem `json:"error"`
			}
			if err := json.Unmarshal([]byte(r.out), &doc); err != nil {
				t.Fatalf("standard output is not one JSON document: %v\n%s", err, r.out)
			}
			switch {
			case tc.id == "" && doc.Error != nil:
				t.Fatalf("error %+v", doc.Error)
			case tc.id != "" && (doc.Error == nil || doc.Error.ID != tc.id || doc.Error.Answer == ""):
				t.Fatalf("error %+v, want %s", doc.Error, tc.id)
			}
			text := run(tc.stdin, strings.Fields(tc.args)...)
			if tc.name != "screens in JSON" && text.code != tc.code {
				t.Errorf("exit %d without --json", text.code)
			}
			if tc.id != "" && strings.Contains(text.err, "<") {
				t.Errorf("a sentence is missing: %s", text.err)
			}
		})
	}
}

// TestRefusedArgumentsAreNotRepeated: an argument that is refused could be a
// secret in the wrong place.
func TestRefusedArgumentsAreNotRepeated(t *testing.T) {
	const secret = "73914826"
	for _, args := range []string{
		secret, "pin " + secret, "pin verify " + secret, "pin verify pin1 " + secret, "--" + secret,
		"--reader " + secret + " --demo info", "--theme " + secret, "pin change --pin " + secret,
		"--demo read " + secret, "--demo apdu " + secret + "x", "--protocol " + secret + " --demo info",
		"--image " + secret + " info", "decode " + secret + " 00", "completion " + secret, "info " + secret,
		"--demo --app " + secret, "--demo pin verify --app " + secret,
	} {
		for _, flags := range []string{"", " --json"} {
			r := run("", strings.Fields(args+flags)...)
			if r.code == ExitOK {
				t.Errorf("%s: accepted", args)
			}
			if strings.Contains(r.out+r.err, secret) {
				t.Errorf("%s%s repeats the argument: %s%s", args, flags, r.out, r.err)
			}
		}
	}
}

// TestEveryProblemHasAnExitCode: a new problem is given a code, or stands
// here as an ordinary error.
func TestEveryProblemHasAnExitCode(t *testing.T) {
	ordinary := map[string]bool{
		"no_such_file": true, "file_denied": true, "file_exists": true, "file_error": true,
		"not_same": true, "vpcd": true, "plan_unfit": true, "plan_changed": true,
	}
	codes := maps.Clone(exitCodes)
	maps.Copy(codes, authExitCodes)
	if len(codes) != len(exitCodes)+len(authExitCodes) {
		t.Error("a problem stands in both tables")
	}
	for id := range texts.All() {
		name, ok := strings.CutPrefix(id, "problem.")
		if !ok || strings.HasSuffix(name, ".next") {
			continue
		}
		name = strings.TrimPrefix(name, "transport.")
		if _, has := codes[name]; !has && !ordinary[name] {
			t.Errorf("problem %q has no exit code", name)
		}
	}
	for id := range codes {
		if id != "usage" && !texts.Has("problem."+id) && !texts.Has("problem.transport."+id) && id != "card_error" && id != "pin_needed" {
			t.Errorf("exit code for %q, which no text names", id)
		}
	}
}

func TestPINChangeByLines(t *testing.T) {
	r := mustRun(t, "1234\n4826\n4826\n", "--demo", "pin", "change", "--json")
	var doc pinOutcomeJSON
	if err := json.Unmarshal([]byte(r.out), &doc); err != nil || !doc.Done || doc.SW != "9000" {
		t.Fatalf("%s %v", r.out, err)
	}
	if !strings.Contains(r.err, "3 left") {
		t.Errorf("the tries are not shown before: %q", r.err)
	}
	for _, pin := range []string{"4826", "31323334", "34383236"} { // the ICCID holds 1234
		if strings.Contains(r.out+r.err, pin) {
			t.Errorf("%s is in the output", pin)
		}
	}
}

func TestUnblockTakesTheWord(t *testing.T) {
	r := mustRun(t, "12345678\n1234\n1234\n", "--demo", "-r", "blocked", "pin", "unblock")
	if !strings.Contains(r.out, "unblocked") {
		t.Errorf("%s%s", r.out, r.err)
	}
}

func TestReadVerifiedInOneRun(t *testing.T) {
	r := mustRun(t, "", "--demo", "-r", "empty", "read", "ADF.USIM/EF.AD", "--json")
	var doc readJSON
	if err := json.Unmarshal([]byte(r.out), &doc); err != nil {
		t.Fatal(err)
	}
	if doc.Path != "ADF.USIM/EF.AD" || doc.Content == nil || len(doc.Decoded) == 0 || doc.Access["read"] == "" {
		t.Errorf("%s", r.out)
	}
}

func TestDecodeOffline(t *testing.T) {
	r := mustRun(t, "", "decode", "EF.IMSI", "08", "99", "99", "99", "10", "32", "54", "76", "98")
	if !strings.Contains(r.out, "999 99 0123456789") {
		t.Error(r.out)
	}
}

func TestDumpLeavesKeysOut(t *testing.T) {
	r := mustRun(t, "", "--demo", "-r", "empty", "dump")
	var doc struct {
		Files []struct {
			Name    string          `json:"name"`
			Masked  bool            `json:"masked"`
			Content json.RawMessage `json:"content"`
		} `json:"files"`
	}
	if err := json.Unmarshal([]byte(r.out), &doc); err != nil {
		t.Fatal(err)
	}
	seen := false
	for _, f := range doc.Files {
		if f.Name == "ADF.USIM/EF.Keys" {
			seen = true
			if !f.Masked || f.Content != nil {
				t.Errorf("EF.Keys is shown: %s", f.Content)
			}
		}
	}
	if !seen {
		t.Error("EF.Keys is not listed")
	}
	name := filepath.Join(t.TempDir(), "dump.json")
	mustRun(t, "", "--demo", "-r", "empty", "dump", "-o", name)
	st, err := os.Stat(name)
	if err != nil || st.Mode().Perm() != 0o600 {
		t.Errorf("%v %v", st.Mode(), err)
	}
	if r := run("", "--demo", "-r", "empty", "dump", "-o", name); r.code != ExitError || !strings.Contains(r.err, "exists") {
		t.Errorf("an existing file is overwritten: %+v", r)
	}
}

func TestRecordAndReplay(t *testing.T) {
	name := filepath.Join(t.TempDir(), "session.jsonl")
	first := mustRun(t, "", "--demo", "--record", name, "info")
	again := mustRun(t, "", "--replay", name, "info")
	if first.out != again.out {
		t.Errorf("the recording tells another story:\n%s\n%s", first.out, again.out)
	}
	if r := run("", "--replay", name, "read", "MF/DF.TELECOM/EF.SMSS"); r.code != ExitNotFound {
		t.Errorf("what was not recorded: %+v", r)
	}
	mustRun(t, "1234\n", "--demo", "--record", name+"2", "pin", "verify")
	b, err := os.ReadFile(name + "2")
	if err != nil || bytes.Contains(b, []byte("31323334")) || !bytes.Contains(b, []byte(`"PIN"`)) {
		t.Errorf("the recording holds the PIN, or no mark of it: %v", err)
	}
}

func TestHelpManCompletion(t *testing.T) {
	for _, args := range []string{"--help", "--version", "pin --help", "man", "completion bash", "completion zsh", "completion fish", "completion powershell"} {
		r := mustRun(t, "", strings.Fields(args)...)
		if r.out == "" || strings.ContainsAny(r.out, "\x1b") || strings.Contains(r.out, "<cmd.") || strings.Contains(r.out, "<flag.") {
			t.Errorf("%s: %q", args, r.out[:min(len(r.out), 200)])
		}
	}
}

func TestEveryCLIVerbIsACommand(t *testing.T) {
	p := &program{}
	root := p.rootCommand()
	for _, v := range app.Verbs {
		if v.CLI == "" {
			continue
		}
		cmd, rest, err := root.Find(strings.Fields(v.CLI))
		if err != nil || len(rest) != 0 || cmd == root {
			t.Errorf("verb %s names the command %q, which is not there", v.ID, v.CLI)
		}
	}
}

// What is not known of a file stands where the file is listed, decoded or
// refused.
func TestGapsAreTold(t *testing.T) {
	const clause = "TS 31.102 clause 4.4.8.10"
	for _, c := range []struct {
		line string
		want []string
	}{
		{"files prose_gc", []string{"Not known or not checked, and why:", "shown by their tags", clause}},
		{"files prose_gc --json", []string{`"gap":`, clause}},
		{"files sor-cmci", []string{"read and written (see below)", "TS 24.501"}},
		{"decode EF.PROSE_GC A0058003313233", []string{"reads as “123”", clause}},
		{"decode EF.PROSE_GC A0058003313233 --json", []string{`"gap":`, clause}},
	} {
		r := mustRun(t, "", strings.Fields(c.line)...)
		for _, w := range c.want {
			if !strings.Contains(r.out, w) {
				t.Errorf("%s: no %q in\n%s", c.line, w, r.out)
			}
		}
	}
	if r := mustRun(t, "", "files", "EF.IMSI"); strings.Contains(r.out, "see below") || strings.Contains(r.out, "Not known") {
		t.Error(r.out)
	}
	if r := run("", "decode", "EF.RMA", "00"); r.code != ExitNotFound || !strings.Contains(r.err, "No text that simscope") {
		t.Errorf("%+v", r)
	}
}
