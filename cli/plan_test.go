package cli

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"simscope/fs"
)

func planDoc(t *testing.T, out string) planJSON {
	t.Helper()
	var doc planJSON
	if err := json.Unmarshal([]byte(out), &doc); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	return doc
}

// TestChangeExitCodes: how commands that change a card end, in words and in
// JSON.
func TestChangeExitCodes(t *testing.T) {
	dir := t.TempDir()
	plan := filepath.Join(dir, "plan.json")
	mustRun(t, "1234\n", "--demo", "--verify", "pin1", "clear", "location", "--plan", plan)
	unfit := filepath.Join(dir, "unfit.json")
	b, err := os.ReadFile(plan)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(unfit, []byte(strings.Replace(string(b), `"new": "`, `"new": "00`, 1)), 0o600); err != nil {
		t.Fatal(err)
	}
	bad := notImage(t)
	for _, tc := range []struct {
		name, stdin, args string
		code              int
		id                string
	}{
		{"done", "1234\n", "--demo --verify pin1 clear fplmn --yes", ExitOK, ""},
		{"nothing to change", "1234\n", "--demo --verify pin1 clear location --plan " + filepath.Join(dir, "none") + " --dry-run", ExitOK, ""},
		{"dry run", "1234\n", "--demo --verify pin1 clear location --dry-run", ExitOK, ""},
		{"PIN needed to read", "", "--demo clear fplmn --yes", ExitPINNeeded, "pin_needed"},
		{"key needed to write", "1234\n", "--demo --verify pin1 set spn Moon --yes", ExitPINNeeded, "pin_needed"},
		{"key needed, dry run", "1234\n", "--demo --verify pin1 set spn Moon --dry-run", ExitPINNeeded, ""},
		{"not confirmed", "1234\n", "--demo --verify pin1 clear fplmn", ExitNotAllowed, "not_confirmed"},
		{"a line is no confirmation", "1234\nyes\n", "--demo --verify pin1 clear fplmn", ExitNotAllowed, "not_confirmed"},
		{"read-only for good", "1234\n", "--demo --read-only --verify pin1 clear fplmn --yes", ExitNotAllowed, "locked_read_only"},
		{"read-only, dry run", "1234\n", "--demo --read-only --verify pin1 clear fplmn --dry-run", ExitOK, ""},
		{"wrong PIN before", "0000\n", "--demo --verify pin1 clear fplmn --yes", ExitPINWrong, "pin_wrong"},
		{"no secret", "", "--demo --verify pin1 info", ExitUsage, "no_secret"},
		{"no such PIN", "", "--demo --verify pin7 info", ExitUsage, "pin_ref"},
		{"blocked PIN", "1234\n", "--demo -r blocked --verify pin1 info", ExitPINWrong, "pin_blocked"},
		{"unknown application", "", "--demo --app 73914826 info", ExitNotFound, "not_found"},
		{"no plan", "", "--demo plan apply " + bad, ExitUsage, "not_plan"},
		{"no plan to show", "", "plan show " + bad, ExitUsage, "not_plan"},
		{"no file", "", "plan show /nonexistent", ExitError, "no_such_file"},
		{"plan without subcommand", "", "plan", ExitUsage, "usage"},
		{"plan applied", "1234\n", "--demo --verify pin1 plan apply --yes " + plan, ExitOK, ""},
		{"plan that was never applied taken back", "1234\n", "--demo --verify pin1 plan undo --yes " + plan, ExitOK, ""},
		{"plan for another card", "", "--demo -r empty plan apply --yes " + plan, ExitNoCard, "other_card"},
		{"plan that does not fit", "1234\n", "--demo --verify pin1 plan apply --yes " + unfit, ExitError, "plan_unfit"},
		{"plan without the PIN", "", "--demo plan apply --yes " + plan, ExitPINNeeded, "pin_needed"},
		{"undo file is there", "1234\n", "--demo --verify pin1 clear fplmn --yes --undo " + plan, ExitError, "file_exists"},
		{"list full of bytes", "1234\n", "--demo --verify pin1 write ADF.USIM/EF.LOCI --offset 11 00 --yes", ExitUsage, "refused"},
		{"no record named", "1234\n", "--demo --verify pin1 write MF/DF.TELECOM/EF.ADN 00 --yes", ExitUsage, "refused"},
		{"keys", "1234\n", "--demo --verify pin1 write ADF.USIM/EF.Keys 00 --yes", ExitUsage, "refused"},
		{"bytes missing", "", "--demo write ADF.USIM/EF.LOCI", ExitUsage, "usage"},
		{"deleting without a tag", "", "--demo write ADF.USIM/EF.LOCI --delete", ExitUsage, "usage"},
		{"value missing", "", "--demo edit ADF.USIM/EF.LOCI", ExitUsage, "usage"},
		{"malformed value", "1234\n{\"tmsi\":", "--demo --verify pin1 edit ADF.USIM/EF.LOCI --from - --yes", ExitUsage, "refused"},
		{"misspelt value", "1234\n{\"tmzi\":1}", "--demo --verify pin1 edit ADF.USIM/EF.LOCI --from - --yes", ExitUsage, "refused"},
		{"no network", "", "--demo networks add moon", ExitUsage, "usage"},
		{"no radio", "", "--demo networks add 999-99 --act 6g", ExitUsage, "usage"},
		{"network not listed", "1234\n", "--demo --verify pin1 networks remove 999-42 --yes", ExitNotFound, "not_listed"},
		{"position not there", "1234\n", "--demo --verify pin1 networks remove 99 --yes", ExitUsage, "refused"},
		{"networks", "1234\n", "--demo --verify pin1 networks list", ExitOK, ""},
		{"networks, 2G", "1234\n", "--demo -r 2G --verify pin1 networks add 999-42 --yes", ExitOK, ""},
		{"encode", "", `encode ADF.USIM/EF.SPN --size 17 {"spn":"Moon"}`, ExitOK, ""},
		{"encode, too long", "", `encode ADF.USIM/EF.SPN --size 3 {"spn":"Moon"}`, ExitUsage, "refused"},
		{"encode without a size", "", `encode EF.SPN {"spn":"Moon"}`, ExitUsage, "usage"},
		{"encode keys", "", `encode EF.Keys --size 33 {}`, ExitNotAllowed, "secret_file"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			os.Remove(filepath.Join(dir, "none"))
			r := run(tc.stdin, append(strings.Fields(tc.args), "--json")...)
			var doc struct {
				Error *struct{ ID, Answer string } `json:"error"`
			}
			if err := json.Unmarshal([]byte(r.out), &doc); err != nil {
				t.Fatalf("not one JSON document: %v\n%s%s", err, r.out, r.err)
			}
			if r.code != tc.code {
				t.Fatalf("exit %d, want %d: %s%s", r.code, tc.code, r.out, r.err)
			}
			switch {
			case tc.id == "" && doc.Error != nil:
				t.Fatalf("error %+v", doc.Error)
			case tc.id != "" && (doc.Error == nil || doc.Error.ID != tc.id || doc.Error.Answer == ""):
				t.Fatalf("error %+v, want %s", doc.Error, tc.id)
			}
			os.Remove(filepath.Join(dir, "none"))
			text := run(tc.stdin, strings.Fields(tc.args)...)
			if text.code != tc.code {
				t.Errorf("exit %d without --json: %s", text.code, text.err)
			}
			if strings.Contains(text.out+text.err, "<") || strings.Contains(text.out+text.err, "{") {
				t.Errorf("a sentence is missing: %s%s", text.out, text.err)
			}
			for _, secret := range []string{"31323334", "73914826"} {
				if strings.Contains(r.out+r.err+text.out+text.err, secret) {
					t.Errorf("%s is in the output", secret)
				}
			}
		})
	}
}

// TestVerifyFlagIsNamed: the error of a missing PIN says what to add, and
// with that it works, secrets a line each in the order of the flags.
func TestVerifyFlagIsNamed(t *testing.T) {
	r := run("", "--demo", "read", "ADF.USIM/EF.IMSI")
	if r.code != ExitPINNeeded || !strings.Contains(r.err, "--verify pin1") {
		t.Errorf("%+v", r)
	}
	mustRun(t, "1234\n", "--demo", "--verify", "pin1", "read", "ADF.USIM/EF.IMSI")
	r = run("1234\n", "--demo", "--verify", "pin1", "set", "spn", "Moon Mobile", "--yes")
	if r.code != ExitPINNeeded || !strings.Contains(r.err, "--verify adm1") {
		t.Errorf("%+v", r)
	}
	r = mustRun(t, "1234\n9F1C20D47A3B55E8\n", "--demo", "--verify", "pin1", "--verify", "adm1", "set", "spn", "Moon Mobile", "--yes", "--json")
	doc := planDoc(t, r.out)
	if !doc.Done || len(doc.Steps) != 1 || doc.Steps[0].State != "done" || doc.Steps[0].After != "Moon Mobile" || doc.Steps[0].Before != "星辰移动" {
		t.Errorf("%s", r.out)
	}
	if !strings.Contains(r.err, "3 left") || !strings.Contains(r.err, "10 left") {
		t.Errorf("the tries are not shown before: %s", r.err)
	}
	if strings.Contains(r.out+r.err, "9F1C20D4") {
		t.Error("the key is in the output")
	}
}

// A PIN that is off takes its line all the same: the next line is another
// secret, and must not be tried on it.
func TestVerifyOfAPINThatIsOff(t *testing.T) {
	r := mustRun(t, "7777\n", "--demo", "-r", "empty", "--verify", "pin1", "info")
	if !strings.Contains(r.err, "is off") {
		t.Errorf("%s", r.err)
	}
	if r := run("", "--demo", "-r", "empty", "--verify", "pin1", "info"); r.code != ExitUsage {
		t.Errorf("%+v", r)
	}
}

func TestPlanFiles(t *testing.T) {
	dir := t.TempDir()
	plan, undo := filepath.Join(dir, "plan.json"), filepath.Join(dir, "undo.json")
	mustRun(t, "1234\n", "--demo", "--verify", "pin1", "clear", "location", "--plan", plan)
	r := mustRun(t, "1234\n", "--demo", "--verify", "pin1", "plan", "apply", plan, "--yes", "--undo", undo)
	if !strings.Contains(r.err, "EF.LOCI") || !strings.Contains(r.err, "→") && !strings.Contains(r.err, "->") {
		t.Errorf("the plan is not shown: %s", r.err)
	}
	for _, name := range []string{plan, undo} {
		if st, err := os.Stat(name); err != nil || st.Mode().Perm() != 0o600 {
			t.Errorf("%v %v", st, err)
		}
		show := mustRun(t, "", "plan", "show", name)
		if !strings.Contains(show.out, "ADF.USIM/EF.LOCI") {
			t.Errorf("%s", show.out)
		}
	}
	f, err := os.Open(undo)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	back, err := fs.ReadPlan(f)
	if err != nil || len(back.Steps) < 2 {
		t.Fatalf("%+v %v", back, err)
	}
	first := planDoc(t, mustRun(t, "", "plan", "show", plan, "--json").out)
	if last := back.Steps[len(back.Steps)-1]; last.New.String() != first.Steps[0].Old {
		t.Errorf("the undo does not write the old bytes: %+v", last)
	}
	r = mustRun(t, "1234\n", "--demo", "--verify", "pin1", "plan", "undo", plan, "--yes", "--json")
	for _, s := range planDoc(t, r.out).Steps {
		if s.State != "already" {
			t.Errorf("%s: %s", s.File, s.State)
		}
	}
}

// Nothing to take back leaves no file.
func TestUndoFileOfNothing(t *testing.T) {
	dir := t.TempDir()
	plan, undo := filepath.Join(dir, "p"), filepath.Join(dir, "u")
	mustRun(t, "1234\n", "--demo", "--verify", "pin1", "clear", "fplmn", "--plan", plan)
	mustRun(t, "1234\n", "--demo", "--verify", "pin1", "plan", "undo", plan, "--yes", "--undo", undo)
	if _, err := os.Stat(undo); !os.IsNotExist(err) {
		t.Errorf("an empty plan was left: %v", err)
	}
}

// What `read` gives, `edit` takes; a value nobody edited changes nothing.
func TestEditTakesWhatReadGives(t *testing.T) {
	var doc readJSON
	r := mustRun(t, "1234\n", "--demo", "--verify", "pin1", "read", "ADF.USIM/EF.LOCI", "--json")
	if err := json.Unmarshal([]byte(r.out), &doc); err != nil {
		t.Fatal(err)
	}
	same := mustRun(t, "1234\n"+string(doc.Decoded), "--demo", "--verify", "pin1", "edit", "ADF.USIM/EF.LOCI", "--from", "-", "--yes", "--json")
	if d := planDoc(t, same.out); len(d.Steps) != 0 || !d.Done {
		t.Errorf("%s", same.out)
	}
	var v map[string]any
	if err := json.Unmarshal(doc.Decoded, &v); err != nil {
		t.Fatal(err)
	}
	v["tmsi"] = "01020304"
	b, _ := json.Marshal(v)
	r = mustRun(t, "1234\n"+string(b), "--demo", "--verify", "pin1", "edit", "ADF.USIM/EF.LOCI", "--from", "-", "--yes", "--json")
	if d := planDoc(t, r.out); len(d.Steps) != 1 || !strings.HasPrefix(d.Steps[0].New, "0102030") || !d.Done {
		t.Errorf("%s", r.out)
	}
}

// encode is the reverse of decode.
func TestEncodeReversesDecode(t *testing.T) {
	const loci = "FFFFFFFF99F9991A2BFF00"
	r := mustRun(t, "", "decode", "ADF.USIM/EF.LOCI", loci, "--json")
	var doc struct {
		Value json.RawMessage `json:"value"`
	}
	if err := json.Unmarshal([]byte(r.out), &doc); err != nil {
		t.Fatal(err)
	}
	if r = mustRun(t, "", "encode", "ADF.USIM/EF.LOCI", "--size", "11", string(doc.Value)); strings.TrimSpace(r.out) != loci {
		t.Errorf("%s, want %s", r.out, loci)
	}
}

func TestNetworksInOneRun(t *testing.T) {
	dir := t.TempDir()
	image := filepath.Join(dir, "plan")
	r := mustRun(t, "1234\n", "--demo", "--verify", "pin1", "networks", "add", "999-42", "--at", "1", "--act", "4g,5g", "--dry-run")
	if !strings.Contains(r.out, "999 42") {
		t.Errorf("%s", r.out)
	}
	mustRun(t, "1234\n", "--demo", "--verify", "pin1", "networks", "move", "2", "1", "--plan", image)
	if r = mustRun(t, "1234\n", "--demo", "--verify", "pin1", "plan", "apply", image, "--yes"); !strings.Contains(r.out, "Done") {
		t.Errorf("%s%s", r.out, r.err)
	}
}

// A plan that writes keys is shown and not carried out, even where its old
// bytes are right, and the refusal says why.
func TestPlanOfKeysIsRefused(t *testing.T) {
	const keys = "01314E6B88A5C2DFFC193653708DAAC7E4011E3B587592AFCCE90623405D7A97B4"
	if r := mustRun(t, "", "--image", "lab", "read", "ADF.USIM/EF.Keys", "--secrets", "--raw"); strings.TrimSpace(r.out) != keys {
		t.Fatalf("EF.Keys is %s", r.out)
	}
	name := filepath.Join(t.TempDir(), "keys.plan")
	if err := os.WriteFile(name, []byte(`{"format":"simscope.plan","version":1,"iccid":"89999900123456789062","title":"Keys","steps":[
	 {"path":"A0000000871002FF86FFFF8900000100/6F08","old":"`+keys[:4]+`","new":"0199","why":"x"}]}`), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, args := range [][]string{{"--yes"}, {"--dry-run"}} {
		r := run("", append([]string{"--image", "lab", "plan", "apply", name}, args...)...)
		if r.code != ExitNotAllowed || !strings.Contains(r.err, "ADF.USIM/EF.Keys, which holds keys") || strings.Contains(r.out+r.err, "not written") || strings.Contains(r.out+r.err, keys[:4]) {
			t.Errorf("%v: %d %s%s", args, r.code, r.out, r.err)
		}
	}
	if r := run("", "--image", "lab", "write", "ADF.USIM/EF.Keys", "01", "--yes"); r.code != ExitUsage || !strings.Contains(r.err, "Neither an edit nor a plan changes it") {
		t.Errorf("%d %s", r.code, r.err)
	}
}
