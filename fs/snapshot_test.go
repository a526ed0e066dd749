package fs

import (
	"bytes"
	"errors"
	"strings"
	"testing"
	"time"

	"simscope/card"
)

func written(t *testing.T, s *Snapshot) string {
	t.Helper()
	var b bytes.Buffer
	if err := s.Write(&b); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

var taken = time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)

func TestSnapshotRoundTrip(t *testing.T) {
	snap := func(secrets bool) string {
		c := discovered(t, usimCard())
		mustWalk(t, c, WalkOptions{Secrets: secrets})
		return written(t, c.Snapshot(SnapshotOptions{Taken: taken, Complete: true, Secrets: secrets}))
	}
	text := snap(false)
	if text != snap(false) {
		t.Error("two snapshots of the same card differ")
	}
	s, err := ReadSnapshot(strings.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	if again := written(t, s); again != text {
		t.Error("a snapshot that was read is written differently")
	}
	f, ok := s.File(usimPath(0x6F07))
	if !ok || f.Access["update"] != "ADM1 or ADM2" || !bytes.Equal(f.Content.Binary, unhex("089999991032547698")) {
		t.Errorf("%+v", f)
	}
	if got := ParseFCP(f.Header); got.Size != 9 {
		t.Errorf("header %v", f.Header)
	}
	if s.ICCID != "89999012345678901234" || s.Kind != "uicc" || len(s.Applications) != 1 {
		t.Errorf("%+v", s)
	}
}

// Keys are in no form in a snapshot unless they were asked for, even when the
// walk before has read them.
func TestSnapshotSecrets(t *testing.T) {
	c := discovered(t, usimCard())
	mustWalk(t, c, WalkOptions{Secrets: true})
	key := strings.Repeat("5A", 16)
	masked := c.Snapshot(SnapshotOptions{Taken: taken})
	if strings.Contains(strings.ToUpper(written(t, masked)), key) {
		t.Error("the key is in the snapshot")
	}
	f, _ := masked.File(usimPath(0x6F08))
	if !f.Masked || f.Content != nil || f.Decoded != nil {
		t.Errorf("%+v", f)
	}
	open := c.Snapshot(SnapshotOptions{Taken: taken, Secrets: true})
	if f, _ := open.File(usimPath(0x6F08)); f.Content == nil || f.Masked {
		t.Error("the key was asked for and is left out")
	}
}

func TestSnapshotDecoded(t *testing.T) {
	c := discovered(t, usimCard())
	mustWalk(t, c, WalkOptions{})
	f, _ := c.Snapshot(SnapshotOptions{Taken: taken}).File(usimPath(0x6F07))
	if !strings.Contains(string(f.Decoded), "999990123456789") {
		t.Errorf("EF.IMSI decoded as %s", f.Decoded)
	}
}

// HC-42.
func TestReadSnapshotHostile(t *testing.T) {
	good := `{"format":"simscope.snapshot","version":1,"taken":"2026-01-02T03:04:05Z","secrets":false,"complete":true,"kind":"uicc","atr":"","files":[]}`
	if _, err := ReadSnapshot(strings.NewReader(good)); err != nil {
		t.Fatal(err)
	}
	file := `{"path":"3F00/2FE2","name":"x","state":"read","structure":"transparent"}`
	tests := []struct {
		name, in string
		want     error
	}{
		{"nested", strings.Repeat(`{"a":`, 1_000_000), ErrTooNested},
		{"nested arrays", strings.Repeat(`[`, 1_000_000), ErrTooNested},
		{"huge", good + strings.Repeat(" ", MaxSnapshotSize), ErrTooLarge},
		{"same key twice", strings.Replace(good, `"version":1`, `"version":1,"version":1`, 1), ErrTwice},
		{"same key in another case", strings.Replace(good, `"version":1`, `"version":1,"Version":9`, 1), ErrTwice},
		{"unknown field", strings.Replace(good, `"version":1`, `"version":1,"more":1`, 1), ErrNotSnapshot},
		{"NaN", strings.Replace(good, `"version":1`, `"version":NaN`, 1), ErrNotSnapshot},
		{"newer", strings.Replace(good, `"version":1`, `"version":2`, 1), ErrTooNew},
		{"other format", strings.Replace(good, "simscope.snapshot", "other", 1), ErrNotSnapshot},
		{"two values", good + good, ErrNotSnapshot},
		{"cut short", good[:40], ErrNotSnapshot},
		{"empty", "", ErrNotSnapshot},
		{"not JSON", "PK\x03\x04", ErrNotSnapshot},
		{"file twice", strings.Replace(good, `[]`, `[`+file+`,`+file+`]`, 1), ErrTwice},
		{"bad path", strings.Replace(good, `[]`, `[`+strings.Replace(file, "2FE2", "../..", 1)+`]`, 1), ErrNotSnapshot},
	}
	for _, tt := range tests {
		if _, err := ReadSnapshot(strings.NewReader(tt.in)); !errors.Is(err, tt.want) {
			t.Errorf("%s: %v, want %v", tt.name, err, tt.want)
		}
	}
}

func TestReadPlan(t *testing.T) {
	in := `{"format":"simscope.plan","version":1,"iccid":"8999","steps":[{"path":"3F00/2FE2","old":"00","new":"01"}]}`
	p, err := ReadPlan(strings.NewReader(in))
	if err != nil || p.Steps[0].Path != card.PathOf("", 0x2FE2) || p.Steps[0].New[0] != 1 {
		t.Errorf("%+v %v", p, err)
	}
	for _, bad := range []string{`{}`, `{"format":"simscope.plan","version":9,"iccid":"","steps":[]}`, strings.Replace(in, "01", "0G", 1)} {
		if _, err := ReadPlan(strings.NewReader(bad)); err == nil {
			t.Errorf("%s was taken", bad)
		}
	}
}

func FuzzReadSnapshot(f *testing.F) {
	f.Add([]byte(`{"format":"simscope.snapshot","version":1,"files":[{"path":"3F00"}]}`))
	f.Add([]byte(`[[{"a":[`))
	f.Fuzz(func(t *testing.T, b []byte) {
		s, err := ReadSnapshot(bytes.NewReader(b))
		if err == nil && s.Format != SnapshotFormat {
			t.Fatal("taken without its format")
		}
	})
}
