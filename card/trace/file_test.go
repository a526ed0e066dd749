package trace

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"testing/iotest"
	"time"

	"simscope/card"
)

func TestRecordingRoundTrip(t *testing.T) {
	want := session(t)
	raw := recordingOf(t, want...)
	rec, err := ReadRecording(iotest.HalfReader(bytes.NewReader(raw)))
	if err != nil {
		t.Fatal(err)
	}
	h := rec.Header
	if !bytes.Equal(h.ATR, []byte{0x3B, 0}) || h.Protocol != card.ProtocolT0 || !h.Time.Equal(testTime) ||
		h.Reader.Name != "Test␛[2J reader" || h.Reader.Provider != "pcsc" {
		t.Errorf("header %+v", h)
	}
	if rec.Log.Len() != len(want) || rec.CutShort {
		t.Fatalf("%d rows, cut short %v", rec.Log.Len(), rec.CutShort)
	}
	for n, got := range rec.Log.View().All() {
		w := want[n]
		if !got.Start.Equal(w.Start) {
			t.Errorf("row %d: time %v", n, got.Start)
		}
		got.Start, w.Start = time.Time{}, time.Time{}
		if len(w.Response) == 0 {
			w.Response = nil
		}
		if !reflect.DeepEqual(got, w) {
			t.Errorf("row %d\n got %+v\nwant %+v", n, got, w)
		}
	}
	if again := recordingOf(t, logRows(rec.Log)...); !bytes.Equal(again, raw) {
		t.Errorf("written again it differs:\n%s\n%s", again, raw)
	}
	if !bytes.Contains(raw, []byte(`"0020000108****************"`)) {
		t.Errorf("withheld bytes are not starred:\n%s", raw)
	}
}

func logRows(l *Log) []card.Exchange {
	var out []card.Exchange
	for _, e := range l.View().All() {
		out = append(out, e)
	}
	return out
}

func TestCreateRecording(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a.jsonl")
	if err := os.WriteFile(path, []byte("older and longer than the header that replaces it"+strings.Repeat(".", 500)), 0o644); err != nil {
		t.Fatal(err)
	}
	if _, err := CreateRecording(path, Header{}, true); !errors.Is(err, fs.ErrExist) {
		t.Errorf("an existing file: %v", err)
	}
	w, err := CreateRecording(path, Header{Time: testTime}, false)
	if err != nil {
		t.Fatal(err)
	}
	if err := w.Write(session(t)[2]); err != nil {
		t.Fatal(err)
	}
	// The row is there before the file is closed.
	raw, err := os.ReadFile(path)
	if err != nil || bytes.Count(raw, []byte("\n")) != 2 || !bytes.HasPrefix(raw, []byte(`{"format":"simscope-recording","version":1`)) {
		t.Errorf("%v: %s", err, raw)
	}
	if st, _ := os.Stat(path); st.Mode().Perm() != 0o600 {
		t.Errorf("mode %v", st.Mode())
	}
	if w.Rows() != 1 || w.Close() != nil || w.Close() != nil {
		t.Error("closing failed")
	}
	link := filepath.Join(t.TempDir(), "link")
	if err := os.Symlink(path, link); err != nil {
		t.Fatal(err)
	}
	if _, err := CreateRecording(link, Header{}, true); !errors.Is(err, fs.ErrExist) {
		t.Errorf("a link: %v", err)
	}
}

type failing struct{ left int }

func (f *failing) Write(b []byte) (int, error) {
	if f.left--; f.left < 0 {
		return 0, errors.New("disk full")
	}
	return len(b), nil
}

func TestWriterKeepsItsError(t *testing.T) {
	w, err := NewWriter(&failing{2}, Header{})
	if err != nil {
		t.Fatal(err)
	}
	e := session(t)[1]
	if w.Write(e) != nil || w.Write(e) == nil || w.Write(e) == nil || w.Close() == nil || w.Rows() != 2 {
		t.Errorf("rows %d, error %v", w.Rows(), w.err)
	}
}

const headerJSON = `{"format":"simscope-recording","version":1}` + "\n"

func TestHostileRecordings(t *testing.T) {
	for name, c := range map[string]struct {
		text, id string
		line     int
	}{
		"empty":          {"", "format", 1},
		"other":          {"PK\x03\x04", "format", 1},
		"other JSON":     {`{"format":"x","version":1}`, "format", 1},
		"newer":          {`{"format":"simscope-recording","version":2}` + "\n", "version", 1},
		"version 0":      {`{"format":"simscope-recording"}` + "\n", "format", 1},
		"long ATR":       {`{"format":"simscope-recording","version":1,"atr":"` + strings.Repeat("00", 34) + `"}`, "line", 1},
		"no JSON":        {headerJSON + "x\n" + `{"kind":"apdu"}` + "\n", "line", 2},
		"kind":           {headerJSON + `{"kind":"what"}` + "\n", "line", 2},
		"odd hex":        {headerJSON + `{"kind":"apdu","cmd":"000"}` + "\n", "line", 2},
		"no hex":         {headerJSON + `{"kind":"apdu","cmd":"00zz"}` + "\n", "line", 2},
		"x in hex":       {headerJSON + `{"kind":"apdu","cmd":"00xx"}` + "\n", "line", 2},
		"askew stars":    {headerJSON + `{"kind":"apdu","cmd":"0**000"}` + "\n", "line", 2},
		"SW":             {headerJSON + `{"kind":"apdu","sw":"90x0"}` + "\n", "line", 2},
		"SW 0":           {headerJSON + `{"kind":"apdu","sw":"0000"}` + "\n", "line", 2},
		"channel":        {headerJSON + `{"kind":"apdu","ch":20}` + "\n", "line", 2},
		"path":           {headerJSON + `{"kind":"apdu","file":"../../etc"}` + "\n", "line", 2},
		"deep path":      {headerJSON + `{"kind":"apdu","file":"3F00` + strings.Repeat("/5F01", 40) + `"}` + "\n", "line", 2},
		"long step":      {headerJSON + `{"kind":"apdu","step":"` + strings.Repeat("x", 5000) + `"}` + "\n", "line", 2},
		"side":           {headerJSON + `{"kind":"apdu","hidden":[{"in":"x"}]}` + "\n", "line", 2},
		"many spans":     {headerJSON + `{"kind":"apdu","hidden":[` + strings.Repeat(`{"in":"cmd"},`, 2000) + `{"in":"cmd"}]}` + "\n", "line", 2},
		"scattered":      {headerJSON + `{"kind":"apdu","rsp":"` + strings.Repeat("**00", 2000) + `"}` + "\n", "line", 2},
		"huge number":    {headerJSON + `{"kind":"apdu","seq":1e99}` + "\n", "line", 2},
		"nested deeply":  {headerJSON + strings.Repeat("[", 200_000) + "\n", "line", 2},
		"long line":      {headerJSON + strings.Repeat(" ", 600_000), "long", 2},
		"long first":     {strings.Repeat(" ", 600_000), "long", 1},
		"secret, broken": {headerJSON + `{"kind":"apdu","cmd":"31323334zz"}` + "\n", "line", 2},
	} {
		_, err := ReadRecording(strings.NewReader(c.text))
		var re *RecordingError
		if !errors.As(err, &re) || re.ID != c.id || re.Line != c.line {
			t.Errorf("%s: %#v, want %s in line %d", name, err, c.id, c.line)
			continue
		}
		if s := fmt.Sprint(err, re.Err); strings.Contains(s, "3132") || strings.Contains(s, "<trace") || strings.Contains(s, "{") {
			t.Errorf("%s: %s", name, s)
		}
	}
}

func TestRecordingTolerates(t *testing.T) {
	good := `{"kind":"apdu","cmd":"0020000104****3334","sw":"9000","us":-5,"later":{"x":1},"hidden":[{"in":"cmd","off":-9,"len":9999999999,"word":"PIN"}]}`
	for name, c := range map[string]struct {
		text string
		cut  bool
	}{
		"no end":  {headerJSON + good, false},
		"CR":      {strings.ReplaceAll(headerJSON+good+"\n", "\n", "\r\n"), false},
		"cut":     {headerJSON + good + "\n" + good[:40], true},
		"cut hex": {headerJSON + good + "\n" + `{"kind":"apdu","cmd":"0`, true},
	} {
		rec, err := ReadRecording(strings.NewReader(c.text))
		if err != nil || rec.CutShort != c.cut || rec.Log.Len() != 1 {
			t.Errorf("%s: %v %+v", name, err, rec)
			continue
		}
		e, _ := rec.Log.At(0)
		if !bytes.Equal(e.Command, make([]byte, len(e.Command))) || e.Duration != 0 {
			t.Errorf("%s: % X took %v", name, e.Command, e.Duration)
		}
	}
	boom := errors.New("boom")
	if rec, err := ReadRecording(iotest.ErrReader(boom)); !errors.Is(err, boom) || rec != nil {
		t.Errorf("%v %v", rec, err)
	}
}

func FuzzReadRecording(f *testing.F) {
	f.Add(recordingOf(f, session(f)...))
	f.Add(recordingOf(f, canaries(f)...))
	f.Add([]byte(headerJSON + `{"kind":"apdu","cmd":"00**","hidden":[{"in":"rsp","off":1,"len":-1}]}`))
	f.Fuzz(func(t *testing.T, b []byte) {
		rec, err := ReadRecording(bytes.NewReader(b))
		if rec == nil {
			if err == nil {
				t.Fatal("neither recording nor error")
			}
			return
		}
		rows := logRows(rec.Log)
		for _, e := range rows {
			check(t, e, Explain(e, nil).Detail)
		}
		// What was read can be written, and reads back the same.
		raw := recordingOf(t, rows...)
		again, err := ReadRecording(bytes.NewReader(raw))
		if err != nil {
			t.Fatal(err)
		}
		if second := recordingOf(t, logRows(again.Log)...); !bytes.Equal(raw, second) {
			t.Fatalf("differs:\n%s\n%s", raw, second)
		}
		drive(t, NewProvider(rec), rows)
	})
}
