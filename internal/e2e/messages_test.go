//go:build linux && cgo

package e2e

import (
	"encoding/csv"
	"encoding/json"
	"os"
	"strings"
	"testing"
)

type messageDoc struct {
	N       int
	Box     string
	Party   string
	Text    string
	Deleted bool
	Parts   []struct {
		Path   string
		Record int
	}
}

const smsFile = "MF/DF.TELECOM/EF.SMS"

// wiped is a record of EF.SMS that says nothing any more.
var wiped = "00" + ff(175)

// Messages are listed, shown and written in all forms; those deleted and those
// found deleted are written over, as another process sees in the file.
func TestMessagesOnTheCard(t *testing.T) {
	s := newStack(t)
	_, sent := s.deviant(deviant{})
	closed := s.ok("", "messages", "list")
	for _, want := range []string{"! MF/DF.TELECOM/EF.SMS was not read", "! ADF.USIM/EF.SMS was not read"} {
		if !strings.Contains(closed.out, want) {
			t.Errorf("messages that cannot be read are passed over: %v", closed)
		}
	}
	list := s.withPIN("messages", "list").out
	for _, want := range []string{"10 messages; 12 of 23 records are free.", "2 of them were deleted", "记得给妈妈打电话", "StarMobile"} {
		if !strings.Contains(list, want) {
			t.Errorf("%q is not in\n%s", want, list)
		}
	}
	doc := into[struct{ Messages []messageDoc }](s, s.withPIN("messages", "list", "--json"))
	if len(doc.Messages) != 10 || len(doc.Messages[2].Parts) != 3 {
		t.Fatalf("%+v", doc)
	}
	long := doc.Messages[2]
	if !strings.HasPrefix(long.Text, "This is the first part") || !strings.HasSuffix(long.Text, "The end.") {
		t.Errorf("three parts make %q", long.Text)
	}
	if got := s.withPIN("messages", "show", "3").out; !strings.Contains(got, long.Text) || !strings.Contains(got, smsFile+" record 12") {
		t.Errorf("message 3:\n%s", got)
	}
	if one := into[messageDoc](s, s.withPIN("messages", "show", "6", "--json")); !one.Deleted || one.Text != "482913 is your code. Do not share it." {
		t.Errorf("message 6 is %+v", one)
	}
	if got := s.withPIN("messages", "list", "--box", "drafts").out; !strings.Contains(got, "в субботу") || strings.Contains(got, "Lunch") {
		t.Errorf("drafts:\n%s", got)
	}
	s.messagesWritten(long.Text)
	if n := count(sent(), "00DC", 6); n != 0 {
		t.Fatalf("%d records were written by looking", n)
	}

	if got := s.withPIN("find", "482913 is").out; !strings.Contains(got, smsFile) {
		t.Errorf("the deleted message is not found: %s", got)
	}
	s.fails(13, "not_confirmed", lines(canaryPIN), "--verify", "pin1", "messages", "wipe")
	s.withPIN("messages", "wipe", "--yes", "--undo", s.file("wiped.json"))
	deleted := doc.Messages[5].Parts[0].Record
	s.wantRaw(smsFile, deleted, wiped)
	s.wantRaw(smsFile, doc.Messages[6].Parts[0].Record, wiped)
	if n := count(sent(), "00DC", 6); n != 2 {
		t.Errorf("wiping two messages took %d UPDATE RECORD", n)
	}
	s.fails(8, "nothing_found", lines(canaryPIN), "--verify", "pin1", "find", "482913 is")
}

// messagesWritten holds the three forms of an export.
func (s *stack) messagesWritten(long string) {
	s.t.Helper()
	for _, name := range []string{"m.txt", "m.csv", "m.json"} {
		s.withPIN("messages", "export", "-o", s.file(name))
		b, err := os.ReadFile(s.file(name))
		if err != nil {
			s.t.Fatal(err)
		}
		if st, err := os.Stat(s.file(name)); err != nil || st.Mode().Perm() != 0o600 {
			s.t.Errorf("%s: %v, %v", name, st, err)
		}
		switch name {
		case "m.txt":
			if !strings.Contains(string(b), long) || !strings.Contains(string(b), "+447700900102") {
				s.t.Errorf("the text:\n%s", b)
			}
		case "m.csv":
			rows, err := csv.NewReader(strings.NewReader(string(b))).ReadAll()
			// A leading + is set apart, so that no table takes it for a sum.
			if err != nil || len(rows) != 11 || rows[3][7] != long {
				s.t.Errorf("the table: %v\n%q", err, rows)
			}
		case "m.json":
			var list []messageDoc
			if err := json.Unmarshal(b, &list); err != nil || len(list) != 10 || list[2].Text != long {
				s.t.Errorf("JSON: %v\n%s", err, b)
			}
		}
	}
}

// A message in three records is deleted whole, and comes back by the file
// that takes it back.
func TestDeleteAMessageAndTakeItBack(t *testing.T) {
	s := newStack(t)
	_, sent := s.deviant(deviant{})
	before := s.withPIN("messages", "show", "3", "--json")
	parts := into[messageDoc](s, before).Parts
	var old []string
	for _, p := range parts {
		old = append(old, s.raw(smsFile, p.Record))
	}
	s.withPIN("messages", "delete", "3", "--yes", "--undo", s.file("back.json"))
	for _, p := range parts {
		s.wantRaw(smsFile, p.Record, wiped)
	}
	if got := s.withPIN("messages", "list").out; !strings.Contains(got, "9 messages") || strings.Contains(got, "The end.") {
		t.Errorf("after the deletion:\n%s", got)
	}
	s.fails(8, "no_message", lines(canaryPIN), "--verify", "pin1", "messages", "delete", "10", "--yes")
	s.withPIN("plan", "apply", s.file("back.json"), "--yes")
	for i, p := range parts {
		s.wantRaw(smsFile, p.Record, old[i])
	}
	if n := count(sent(), "00DC", 6); n != 6 {
		t.Errorf("three records there and back took %d UPDATE RECORD", n)
	}
}
