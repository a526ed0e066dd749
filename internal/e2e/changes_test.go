//go:build linux && cgo

package e2e

import (
	"bufio"
	"encoding/json"
	"os"
	"slices"
	"strings"
	"testing"
)

// commands are the headers of the commands that a recording holds, without
// the ones that follow an answer.
func (s *stack) commands(recording string) []string {
	s.t.Helper()
	f, err := os.Open(recording)
	if err != nil {
		s.t.Fatal(err)
	}
	defer f.Close()
	var out []string
	in := bufio.NewScanner(f)
	in.Buffer(nil, 1<<20)
	for in.Scan() {
		var row struct{ Kind, Cmd string }
		if err := json.Unmarshal(in.Bytes(), &row); err != nil {
			s.t.Fatalf("%s: %v: %s", recording, err, in.Text())
		}
		if row.Kind == "apdu" && len(row.Cmd) >= 8 {
			out = append(out, row.Cmd[:8])
		}
	}
	if in.Err() != nil || len(out) == 0 {
		s.t.Fatalf("%s holds %d commands: %v", recording, len(out), in.Err())
	}
	return out
}

// changing counts the commands that write: UPDATE BINARY and RECORD, SET
// DATA, INCREASE, and those of file management.
func changing(commands []string) int {
	n := 0
	for _, c := range commands {
		if len(c) < 4 {
			continue
		}
		switch c[2:4] {
		case "D6", "D7", "DC", "DD", "DB", "32", "E0", "E4", "04", "44", "D4":
			n++
		}
	}
	return n
}

// Each way of changing a card is planned without writing, then carried out,
// seen by another process, and taken back to the same bytes.
func TestChangesThereAndBack(t *testing.T) {
	s := newStack(t)
	_, sent := s.deviant(deviant{})
	adm := "d37c914ea825f06b"
	for _, c := range []struct {
		name    string
		args    []string
		secrets []string // "pin1", "adm1"
		file    string
		record  int
		after   string
	}{
		{"refused networks", []string{"clear", "fplmn"}, []string{"pin1"}, "ADF.USIM/EF.FPLMN", 0, ff(12)},
		{"location", []string{"clear", "location"}, []string{"pin1"}, "ADF.USIM/EF.LOCI", 0, "FFFFFFFFFFFFFF0000FF01"},
		{"a network more", []string{"networks", "add", "234-15", "--at", "1"}, []string{"pin1"}, "ADF.USIM/EF.PLMNwAcT", 0, "32F451F88499F999F88C00F11070"},
		{"a network less", []string{"networks", "remove", "001-01"}, []string{"pin1"}, "ADF.USIM/EF.PLMNwAcT", 0, "99F999F88CFFFFFF"},
		{"another order", []string{"networks", "move", "2", "1"}, []string{"pin1"}, "ADF.USIM/EF.PLMNwAcT", 0, "00F110700099F999F88C"},
		{"operator name", []string{"set", "spn", "Acme"}, []string{"adm1"}, "ADF.USIM/EF.SPN", 0, "0041636D65" + ff(12)},
		{"languages as JSON", []string{"edit", "ADF.USIM/EF.LI", "--from", "LANGUAGES"}, []string{"pin1"}, "ADF.USIM/EF.LI", 0, "6465656EFFFF"},
		{"bytes", []string{"write", "ADF.USIM/EF.LI", "66", "72", "--offset", "2"}, []string{"pin1"}, "ADF.USIM/EF.LI", 0, "7A686672FFFF"},
		{"a record", []string{"write", "MF/DF.TELECOM/EF.ADN", "--record-number", "30", "58" + ff(17) + "0581550501F0" + ff(8)}, []string{"pin1"}, "MF/DF.TELECOM/EF.ADN", 30, "58" + ff(17) + "0581550501F0" + ff(8)},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := &stack{t: t, bench: s.bench, dir: s.dir, input: s.input}
			stem := strings.ReplaceAll(c.name, " ", "-")
			words, flags := "", []string{}
			for _, name := range c.secrets {
				flags = append(flags, "--verify", name)
				words += map[string]string{"pin1": canaryPIN, "adm1": adm}[name] + "\n"
			}
			for i, a := range c.args {
				if a == "LANGUAGES" {
					c.args[i] = s.file("languages.json")
					if err := os.WriteFile(c.args[i], []byte(`{"languages":["de","en",""]}`), 0o600); err != nil {
						t.Fatal(err)
					}
				}
			}
			args := append(flags, c.args...)
			with := func(more ...string) []string { return append(slices.Clone(args), more...) }
			before := s.raw(c.file, c.record)
			writes := changing(sent())

			dry := s.ok(words, with("--record", s.file(stem+".jsonl"), "--dry-run")...)
			if !strings.Contains(dry.out, "→") {
				t.Errorf("the plan is not shown: %v", dry)
			}
			s.ok(words, with("--plan", s.file(stem+".json"))...)
			s.fails(13, "not_confirmed", words, args...)
			s.fails(13, "locked_read_only", words, with("--read-only", "--yes")...)
			if n := changing(sent()) - writes; n != 0 || changing(s.commands(s.file(stem+".jsonl"))) != 0 {
				t.Fatalf("%d commands that write were sent without a yes", n)
			}
			if st, err := os.Stat(s.file(stem + ".json")); err != nil || st.Mode().Perm() != 0o600 {
				t.Errorf("the plan's file: %v, %v", st, err)
			}

			s.ok(words, with("--yes", "--undo", s.file(stem+".undo"))...)
			if got := s.raw(c.file, c.record); !strings.HasPrefix(got, c.after) {
				t.Errorf("%s holds %s, want %s", c.file, got, c.after)
			}
			once := changing(sent())
			if once == writes {
				t.Error("nothing was written")
			}
			// The plan that was kept finds everything there already.
			again := s.ok(words, append([]string{"plan", "apply", s.file(stem + ".json"), "--yes", "--json"}, flags...)...)
			for _, step := range into[struct{ Steps []struct{ State string } }](s, again).Steps {
				if step.State != "already" {
					t.Errorf("a step of a plan that was applied is %s", step.State)
				}
			}
			if n := changing(sent()) - once; n != 0 {
				t.Errorf("applied twice, it wrote %d times more", n)
			}
			s.ok(words, append([]string{"plan", "apply", s.file(stem + ".undo"), "--yes"}, flags...)...)
			if got := s.raw(c.file, c.record); got != before {
				t.Errorf("taken back, %s holds\n%s, want\n%s", c.file, got, before)
			}
			// The plan itself can be turned round too; there it has nothing to do.
			s.ok(words, append([]string{"plan", "undo", s.file(stem + ".json"), "--yes"}, flags...)...)
			if got := s.raw(c.file, c.record); got != before {
				t.Errorf("turned round, %s holds %s", c.file, got)
			}
		})
	}
	s.wantPIN1("on", 3, 10)
}

// A plan for one card is refused by every other, before anything is written.
func TestAPlanForAnotherCard(t *testing.T) {
	s := newStack(t)
	s.deviant(deviant{})
	_, sent := s.deviant(deviant{Slot: 1, Image: s.image("everyday", withSecrets, otherCard)})
	s.withPIN("-r", "1", "clear", "location", "--plan", s.file("plan.json"))
	for _, args := range [][]string{{"plan", "apply"}, {"plan", "undo"}} {
		args = append([]string{"--verify", "pin1", "-r", "2"}, append(args, s.file("plan.json"), "--yes")...)
		s.fails(5, "other_card", lines(canaryPIN), args...)
	}
	if n := changing(sent()); n != 0 {
		t.Errorf("the other card was written %d times", n)
	}
	if text := s.ok("", "plan", "show", s.file("plan.json")).out; !strings.Contains(text, "8999 9900 1234 5678 9013") || !strings.Contains(text, "EF.LOCI") {
		t.Error(text)
	}
	for name, text := range map[string]string{
		"list": `["a"]`, "empty": "", "cut": `{"format":"simscope.plan","version":1,"iccid":"8999`,
		"newer": `{"format":"simscope.plan","version":2,"iccid":"89999900123456789013","steps":[]}`,
		"deep":  `{"format":"simscope.plan","version":1,"iccid":` + strings.Repeat(`[`, 100000),
		"types": `{"format":"simscope.plan","version":1,"iccid":"89999900123456789013","steps":[{"path":7}]}`,
	} {
		if err := os.WriteFile(s.file(name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		s.fails(2, "not_plan", "", "plan", "show", s.file(name))
	}
}

// A plan that was kept names the files of the phone book as it did when it was
// made, in a process that has not read the phone book.
func TestAPlanOfContactsNamesItsFiles(t *testing.T) {
	s := newDesk(t)
	image := s.image("everyday", withSecrets, off)
	made := s.ok("", "--image", image, "contacts", "delete", "5", "--dry-run")
	if !strings.Contains(made.out, "EF.ADN(4F3A), record 5") || !strings.Contains(made.out, "Bob Muster → none") {
		t.Fatal(made)
	}
	s.ok("", "--image", image, "contacts", "delete", "5", "--plan", s.file("plan.json"))
	kept := s.ok("", "--image", image, "plan", "apply", s.file("plan.json"), "--dry-run")
	if kept.out != made.out {
		t.Errorf("made:\n%s\nkept:\n%s", made.out, kept.out)
	}
	if one := s.ok("", "--image", image, "read", usimBook+"4F3A"); !strings.Contains(one.out, "EF.ADN(4F3A)") || !strings.Contains(one.out, "星辰  +447700900101") {
		t.Error(one)
	}
}
