package scp80

import (
	"bytes"
	"errors"
	"fmt"
	"testing"
)

func TestScripts(t *testing.T) {
	apdus := [][]byte{
		unhex(t, "00a40004023f00"), unhex(t, "00a40004022fe2"), unhex(t, "00d6000002abcd"), unhex(t, "00b000000a"),
	}
	script := Commands(apdus...)
	got, err := SplitCommands(script)
	if err != nil || fmt.Sprintf("%x", got) != fmt.Sprintf("%x", apdus) {
		t.Errorf("compact: %x, %v", got, err)
	}
	withLe, err := SplitCommands(unhex(t, "80f24002024f0000"))
	if err != nil || len(withLe) != 1 || len(withLe[0]) != 8 {
		t.Errorf("GET STATUS with Le: %x, %v", withLe, err)
	}
	status, err := SplitCommands(unhex(t, "80f2000000"+"00a40004023f00"))
	if err != nil || len(status) != 2 {
		t.Errorf("STATUS: %x, %v", status, err)
	}
	for _, bad := range []string{"", "00", "00a40004", "00a40004033f00", "00a40004023f0000a4"} {
		if got, err := SplitCommands(unhex(t, bad)); !errors.Is(err, ErrScript) {
			t.Errorf("%s: %x, %v", bad, got, err)
		}
	}
	expanded := Expanded(apdus...)
	if !IsExpanded(expanded) || IsExpanded(script) {
		t.Error("the forms are not told apart")
	}
	if got, err = SplitExpanded(expanded); err != nil || fmt.Sprintf("%x", got) != fmt.Sprintf("%x", apdus) {
		t.Errorf("expanded: %x, %v", got, err)
	}
	if got, err = SplitExpanded(unhex(t, "ae80220700a40004023f000000")); err != nil || len(got) != 1 {
		t.Errorf("indefinite: %x, %v", got, err)
	}
	for _, bad := range []string{"", "aa", "aa0122", "aa03810101", "ae8022", "ab00"} {
		if got, err := SplitExpanded(unhex(t, bad)); !errors.Is(err, ErrScript) {
			t.Errorf("%s: %x, %v", bad, got, err)
		}
	}
}

func TestResults(t *testing.T) {
	r := Result{Executed: 2, Answers: []Answer{{nil, 0x9000}, {[]byte{1, 2, 3}, 0x9000}}}
	check(t, "compact", r.Bytes(), "029000010203")
	got, err := ParseResult(r.Bytes())
	if err != nil || got.Executed != 2 || len(got.Answers) != 1 || got.Answers[0].SW != 0x9000 || !bytes.Equal(got.Answers[0].Data, []byte{1, 2, 3}) {
		t.Errorf("%+v, %v", got, err)
	}
	check(t, "expanded", r.ExpandedBytes(), "ab0e800102"+"23029000"+"23050102039000")
	if got, err = ParseExpandedResult(r.ExpandedBytes()); err != nil || fmt.Sprint(got) != fmt.Sprint(r) {
		t.Errorf("%+v, %v", got, err)
	}
	bad := Result{Executed: 1, BadFormat: []byte{1}}
	if got, err = ParseExpandedResult(bad.ExpandedBytes()); err != nil || fmt.Sprint(got) != fmt.Sprint(bad) {
		t.Errorf("%+v, %v", got, err)
	}
	for _, s := range []string{"", "0290", "ab", "ab0323"} {
		if _, err := ParseResult(unhex(t, s)); err == nil && len(s) < 6 {
			t.Errorf("%s is an answer", s)
		}
		if _, err := ParseExpandedResult(unhex(t, s)); !errors.Is(err, ErrScript) {
			t.Errorf("%s: %v", s, err)
		}
	}
}
