//go:build linux && cgo

package e2e

import (
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"simscope/card/virtual"
)

type planDoc struct {
	Steps []struct{ File, State, SW string }
	Done  bool
	Undo  string
	Error struct{ ID, Answer, Next string }
}

func states(d planDoc) string {
	var out []string
	for _, s := range d.Steps {
		out = append(out, s.State)
	}
	return strings.Join(out, " ")
}

// The plan of these tests is "clear location": five steps, one UPDATE BINARY
// each.
const (
	locations = 5
	updateBin = "00D6"
)

var updatePrefix = []byte{0x00, 0xD6}

// keptPlan writes that plan into a file.
func (s *stack) keptPlan() string {
	s.t.Helper()
	name := s.file("plan.json")
	s.withPIN("clear", "location", "--plan", name)
	return name
}

func applying(plan string, more ...string) []string {
	return append([]string{"--verify", "pin1", "plan", "apply", plan, "--yes"}, more...)
}

// wantLocations holds that all of the plan is on the card.
func (s *stack) wantLocations() {
	s.t.Helper()
	s.wantRaw("ADF.USIM/EF.LOCI", 0, "FFFFFFFFFFFFFF0000FF01")
	s.wantRaw("ADF.USIM/EF.EPSLOCI", 0, ff(15)+"000001")
	s.wantRaw("ADF.USIM/DF.5GS/EF.5GSN3GPPLOCI", 0, ff(16)+"00000001")
}

// The card leaves in the middle of a plan: between two steps, or with an
// UPDATE in its hands, done or not. What is not known is called so, nothing is
// sent twice, and the plan goes on when the card is back.
func TestCardPulledDuringAPlan(t *testing.T) {
	for _, c := range []struct {
		name   string
		rule   deviation
		code   int
		id     string
		states string // the third step's is what it is about
		resume int    // UPDATEs that are left
	}{
		{"between two steps", deviation{Prefix: []byte{0x00, 0xA4}, Armed: updatePrefix, Times: 2, Fault: "die"}, 5, "gone", "done done failed todo todo", 3},
		{"before it is written", deviation{Prefix: updatePrefix, Armed: updatePrefix, Times: 2, Fault: "die"}, 12, "lost", "done done unknown todo todo", 3},
		{"after it was written", deviation{Prefix: updatePrefix, Armed: updatePrefix, Times: 2, Fault: "die", After: true}, 12, "lost", "done done unknown todo todo", 2},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := newStack(t)
			kept := s.input + "/kept.json"
			p, sent := s.deviant(deviant{Rules: []deviation{c.rule}, Save: kept})
			plan := s.keptPlan()
			r := s.run(lines(canaryPIN), applying(plan, "--json", "--undo", s.file("undo.json"))...)
			doc := into[planDoc](s, r)
			if r.code != c.code || doc.Error.ID != c.id || doc.Done || states(doc) != c.states {
				t.Errorf("want exit %d, error %s, %s; got %q: %v", c.code, c.id, c.states, states(doc), r)
			}
			if strings.Contains(doc.Error.Next, "pin status") {
				t.Errorf("a plan that was broken off sends the person to the PINs: %v", r)
			}
			begun := 2
			if c.rule.Prefix[1] == 0xD6 {
				begun++
			}
			if n := count(sent(), updateBin, 6); n != begun {
				t.Errorf("%d UPDATEs reached the card, want %d", n, begun)
			}
			until(t, "the card is gone", p.ended)
			s.unseen(0)
			_, sent = s.deviant(deviant{Image: kept})
			text := s.run(lines(canaryPIN), applying(plan)...)
			if text.code != 0 || !strings.Contains(text.err, "was there already") {
				t.Errorf("the plan does not go on: %v", text)
			}
			if n := count(sent(), updateBin, 6); n != c.resume {
				t.Errorf("going on took %d UPDATEs, want %d", n, c.resume)
			}
			s.wantLocations()
			s.wantPIN1("on", 3, 10)
			// What the first run did can be taken back by its own file.
			s.withPIN("plan", "apply", s.file("undo.json"), "--yes")
			s.wantRaw("ADF.USIM/EF.LOCI", 0, "5C0F3A2199F9991A2B0000")
		})
	}
}

// The service dies while the card writes.
func TestServiceKilledDuringAPlan(t *testing.T) {
	s := newStack(t)
	_, sent := s.deviant(deviant{Rules: []deviation{{Prefix: updatePrefix, Armed: updatePrefix, Times: 1, Delay: 700 * time.Millisecond, Once: true}}})
	plan := s.keptPlan()
	r := s.begin(lines(canaryPIN), applying(plan, "--json")...)
	until(t, "the second UPDATE is at the card", func() bool { return count(sent(), updateBin, 6) == 2 })
	if err := s.bench.Kill(); err != nil {
		t.Fatal(err)
	}
	got := r.end()
	doc := into[planDoc](s, got)
	if got.code != 12 || doc.Error.ID != "lost" || states(doc) != "done unknown todo todo todo" {
		t.Errorf("%q: %v", states(doc), got)
	}
	if err := s.bench.Restart(); err != nil {
		t.Fatal(err)
	}
	s.seen(0) // the card's program plugs itself in again
	if n := count(sent(), updateBin, 6); n != 2 {
		t.Errorf("%d UPDATEs reached the card, want 2", n)
	}
	s.ok(lines(canaryPIN), applying(plan)...)
	if n := count(sent(), updateBin, 6); n != locations {
		t.Errorf("in all %d UPDATEs reached the card, want %d", n, locations)
	}
	s.wantLocations()
}

// Another program resets the card after the PIN was verified and before the
// person has said yes: the right is gone, and that is said instead of writing.
func TestAnotherProgramResetsTheCardBeforeAPlan(t *testing.T) {
	s := newStack(t)
	_, sent := s.deviant(deviant{})
	x := s.screenIn(100, 40, nil, program, "--verify", "pin1", "clear", "fplmn")
	x.see(`PIN1: *\n`)
	x.secret(canaryPIN)
	x.Keys("Enter")
	x.see(`Type \S+`)
	o := s.connected()
	o.must("reset")
	if got := o.imsi(); got != "6982" {
		t.Fatalf("the reset did not take: %s", got)
	}
	x.Type("yes")
	x.Keys("Enter")
	if code := x.WaitEnd(soon); code != 7 && code != 9 {
		t.Errorf("exit code %d, want 7 or 9:\n%s", code, x.Screen())
	}
	if got := x.see(`not written|not begun|Nothing was changed|6982|reset`); strings.Contains(got, "done and read back") {
		t.Errorf("a plan without its right is done:\n%s", got)
	}
	if n := changing(sent()); n != 0 {
		t.Errorf("%d UPDATEs were sent", n)
	}
	s.withPIN("clear", "fplmn", "--yes")
	s.wantPIN1("on", 3, 10)
}

// Another program selects another application while the person reads the plan:
// the change still goes to the application that it is for.
func TestAnotherProgramSelectsAnotherApplication(t *testing.T) {
	s := newStack(t)
	same := virtual.Hex{0x00, 0xF1, 0x10}
	s.deviant(deviant{Image: s.image("everyday", withSecrets, func(img *virtual.Image) {
		fileOf(img, 0, 0x6F7B).Data, fileOf(img, 1, 0x6F7B).Data = same, same
	})})
	x := s.screenIn(100, 40, nil, program, "--verify", "pin1", "clear", "fplmn")
	x.see(`PIN1: *\n`)
	x.secret(canaryPIN)
	x.Keys("Enter")
	x.see(`Type \S+`)
	o := s.connected()
	if sw := o.must("apdu 00A4040010A0000000871002FF86FFFF8900000200"); !strings.HasPrefix(sw, "61") {
		t.Fatalf("SELECT ADF.USIM#2: %s", sw)
	}
	x.Type("yes")
	x.Keys("Enter")
	if code := x.WaitEnd(soon); code != 0 {
		t.Errorf("exit code %d:\n%s", code, x.Screen())
	}
	if got := s.raw("ADF.USIM#2/EF.FPLMN", 0); !strings.HasPrefix(got, "00F110") {
		t.Errorf("the other application was written: %s", got)
	}
	s.wantRaw("ADF.USIM/EF.FPLMN", 0, ff(12))
}

// Stopped while the card writes, the program waits for the answer, says how
// far it came and goes no further.
func TestStoppedDuringAPlan(t *testing.T) {
	s := newStack(t)
	_, sent := s.deviant(deviant{Rules: []deviation{{Prefix: updatePrefix, Armed: updatePrefix, Times: 1, Delay: 500 * time.Millisecond, Once: true}}})
	plan := s.keptPlan()
	r := s.begin(lines(canaryPIN), applying(plan, "--json")...)
	until(t, "the second UPDATE is at the card", func() bool { return count(sent(), updateBin, 6) == 2 })
	_ = r.cmd.Process.Signal(os.Interrupt)
	got := r.end()
	doc := into[planDoc](s, got)
	if got.code == 0 || doc.Done || !strings.HasPrefix(states(doc), "done ") || !strings.HasSuffix(states(doc), "todo todo") {
		t.Errorf("%q: %v", states(doc), got)
	}
	n := count(sent(), updateBin, 6)
	if n > 3 {
		t.Errorf("%d UPDATEs after Ctrl-C in the second", n)
	}
	s.ok(lines(canaryPIN), applying(plan)...)
	if all := count(sent(), updateBin, 6); all != locations {
		t.Errorf("in all %d UPDATEs, want %d", all, locations)
	}
	s.wantLocations()
}

// Cards whose answer to UPDATE RECORD is not what happened. The plan is a
// contact's deletion, whose last steps write records.
func TestUpdatesThatAreNotWhatTheySeem(t *testing.T) {
	record := []byte{0x00, 0xDC}
	for _, c := range []struct {
		name  string
		rule  deviation
		code  int
		id    string
		state string
		again int // UPDATE RECORDs that are left
	}{
		{"a lost answer", deviation{Prefix: record, Answer: []byte{0x90}, After: true, Once: true}, 12, "lost", "unknown", 2},
		{"acknowledged and not kept", deviation{Prefix: record, Answer: []byte{0x90, 0x00}, Once: true}, 9, "read_back", "failed", 3},
		{"refused for a right", deviation{Prefix: record, Answer: []byte{0x69, 0x82}, Once: true}, 7, "pin_needed", "failed", 3},
		{"memory problem", deviation{Prefix: record, Answer: []byte{0x65, 0x81}, Once: true}, 9, "card_error", "failed", 3},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := newStack(t)
			_, sent := s.deviant(deviant{Rules: []deviation{c.rule}})
			plan := s.file("plan.json")
			// Bob: EF.CC is counted, then EF.ADN and EF.UID lose their records.
			s.withPIN("contacts", "delete", "5", "--plan", plan)
			r := s.run(lines(canaryPIN), applying(plan, "--json")...)
			doc := into[planDoc](s, r)
			if r.code != c.code || doc.Error.ID != c.id || doc.Done {
				t.Errorf("want exit %d, error %s: %v", c.code, c.id, r)
			}
			i := slices.IndexFunc(doc.Steps, func(s struct{ File, State, SW string }) bool { return strings.Contains(s.File, "EF.ADN") })
			if i < 1 || doc.Steps[i].State != c.state || doc.Steps[i-1].State != "done" || doc.Steps[i+1].State != "todo" {
				t.Errorf("the states are %q: %v", states(doc), r)
			}
			if n := count(sent(), "00DC", 6); n != 1 {
				t.Errorf("UPDATE RECORD was sent %d times, want 1", n)
			}
			s.ok(lines(canaryPIN), applying(plan)...)
			if n := count(sent(), "00DC", 6); n != c.again {
				t.Errorf("in all %d UPDATE RECORD, want %d", n, c.again)
			}
			s.wantRaw(usimBook+"4F3A", 5, ff(32))
		})
	}
}

// What a plan waits for is named by its flag; a wrong PIN counts once, stops
// everything, and the last try needs its word.
func TestThePINOfAPlan(t *testing.T) {
	s := newStack(t)
	_, sent := s.deviant(deviant{})
	verifies := func() int { return count(sent(), "0020", 13) }
	for _, c := range []struct {
		args []string
		flag string
	}{
		{[]string{"clear", "fplmn", "--yes"}, "--verify pin1"},
		{[]string{"set", "spn", "Acme", "--yes"}, "--verify adm1"},
		{[]string{"write", "ADF.USIM/EF.LI", "66", "--yes"}, "--verify pin1"},
		{[]string{"contacts", "add", "--name", "A", "--yes"}, "--verify pin1"},
		{[]string{"write", "ADF.USIM/EF.ACL", "00", "--yes"}, "--verify pin2"},
	} {
		words := ""
		args := c.args
		if strings.Contains(c.flag, "pin2") { // reading it takes PIN1 alone
			args, words = append([]string{"--verify", "pin1"}, args...), lines(canaryPIN)
		}
		r := s.run(words, append(args, "--json")...)
		if r.code != 7 || !strings.Contains(r.out, c.flag) {
			t.Errorf("want exit 7 and %s: %v", c.flag, r)
		}
	}
	if n := changing(sent()); n != 0 {
		t.Fatalf("%d commands that write were sent without their right", n)
	}
	before := verifies()
	r := s.fails(11, "pin_wrong", lines(canaryWrong, canaryPIN, canaryPIN), "--verify", "pin1", "--verify", "pin1", "clear", "fplmn", "--yes")
	if n := verifies() - before; n != 1 {
		t.Errorf("a wrong PIN was sent %d times: %v", n, r)
	}
	s.wantPIN1("on", 2, 10)
	s.fails(11, "pin_wrong", lines(canaryWrong), "--verify", "pin1", "contacts", "list")
	s.wantPIN1("on", 1, 10)
	before = verifies()
	for _, words := range []string{lines(canaryPIN), lines("yes", canaryPIN), ""} {
		s.fails(13, "last_try", words, "--verify", "pin1", "clear", "fplmn", "--yes")
	}
	if n := verifies() - before; n != 0 {
		t.Fatalf("the last try was spent %d times without the word", n)
	}
	s.wantPIN1("on", 1, 10)
	s.ok(lines("LAST", canaryPIN), "--verify", "pin1", "clear", "fplmn", "--yes")
	s.wantPIN1("on", 3, 10)
	s.fails(2, "pin_ref", "", "--verify", "pin7", "contacts", "list")
	s.fails(2, "no_secret", "", "--verify", "pin1", "contacts", "list")
}
