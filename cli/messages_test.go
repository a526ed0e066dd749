package cli

import (
	"encoding/json"
	"strings"
	"testing"
)

// The list names senders from the phone book and says which files it could not
// read.
func TestMessagesList(t *testing.T) {
	r := run("", strings.Fields("--demo messages list")...)
	if r.code != ExitOK || !strings.Contains(r.out, "ADF.USIM/EF.SMS was not read") || !strings.Contains(r.out, "0 messages in what could be read") {
		t.Errorf("%d %s%s", r.code, r.out, r.err)
	}
	r = run("1234\n", strings.Fields("--demo --verify pin1 messages list --json")...)
	var doc struct {
		Messages []struct {
			Name, Party, Status string
			Deleted             bool
		}
		Denied []string
	}
	if err := json.Unmarshal([]byte(r.out), &doc); err != nil || len(doc.Messages) != 10 || len(doc.Denied) != 0 {
		t.Fatalf("%v %+v", err, doc)
	}
	if m := doc.Messages[3]; m.Name != "李雷" || m.Party != "+447700900102" || m.Status != "received_unread" {
		t.Errorf("%+v", m)
	}
}

// A new message is marked as read in each of its records, and one that is not
// new is left alone.
func TestMessagesMarkRead(t *testing.T) {
	r := run("1234\n", strings.Fields("--demo --verify pin1 messages mark-read 2 --dry-run")...)
	if r.code != ExitOK || !strings.Contains(r.out, "EF.SMS") {
		t.Errorf("%d %s%s", r.code, r.out, r.err)
	}
	r = run("1234\n", strings.Fields("--demo --verify pin1 messages mark-read 2 --yes")...)
	if r.code != ExitOK {
		t.Errorf("%d %s%s", r.code, r.out, r.err)
	}
	r = run("1234\n", strings.Fields("--demo --verify pin1 messages mark-read 3 --yes")...)
	if r.code != ExitOK || !strings.Contains(r.out, "Nothing to change") {
		t.Errorf("%d %s%s", r.code, r.out, r.err)
	}
}
