package trace

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"testing"

	"simscope/card"
)

func export(t *testing.T, f Format, es ...card.Exchange) string {
	t.Helper()
	var b bytes.Buffer
	if err := Export(context.Background(), &b, f, slices.Values(es), testNames); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestExportText(t *testing.T) {
	got := export(t, FormatText, session(t)...)
	for _, w := range []string{
		"12:03:11.120  READ BINARY EF.IMSI  →  9000 done  (11.0 ms)\n    > 00 B0 00 00 09\n    < 08 99 99 99 10 32 54 76 98\n",
		"VERIFY PIN1  →  63C2 wrong, 2 tries left  (11.0 ms)\n    > 00 20 00 01 08 •••• (PIN)\n",
		"STATUS  →  the card does not answer",
		"another program reset the card",
	} {
		if !strings.Contains(got, w) {
			t.Errorf("no %q in\n%s", w, got)
		}
	}
}

func TestExportHex(t *testing.T) {
	got := export(t, FormatHex, session(t)...)
	sc := bufio.NewScanner(strings.NewReader(got))
	var sent []string
	for sc.Scan() {
		cmd, _, _ := strings.Cut(sc.Text(), "#")
		if cmd = strings.TrimSpace(cmd); cmd != "" {
			sent = append(sent, cmd)
		}
	}
	want := []string{"00 A4 08 04 04 7F FF 6F 07", "00 B0 00 00 09", "00 20 00 01 00", "00 B2 03 04 1E", "80 F2 00 00 00"}
	if !slices.Equal(sent, want) {
		t.Errorf("the script sends %q, want %q:\n%s", sent, want, got)
	}
	if !strings.Contains(got, "\n# 00 20 00 01 08 ••••  (not sent: PIN withheld)") {
		t.Errorf("the PIN command is no remark:\n%s", got)
	}
}

func TestExportJSON(t *testing.T) {
	es := session(t)
	got := export(t, FormatJSON, es...)
	lines := strings.Split(strings.TrimSpace(got), "\n")
	if len(lines) != len(es) {
		t.Fatalf("%d lines", len(lines))
	}
	var l map[string]any
	if err := json.Unmarshal([]byte(lines[4]), &l); err != nil {
		t.Fatal(err)
	}
	if l["title"] != "VERIFY PIN1" || l["status"] != "wrong, 2 tries left" || l["cmd"] != "0020000108****************" || l["sw"] != "63C2" {
		t.Errorf("%v", l)
	}
	// With a header it is a recording.
	rec, err := ReadRecording(strings.NewReader(headerJSON + got))
	if err != nil || rec.Log.Len() != len(es) {
		t.Errorf("%v", err)
	}
}

// Text from a card, a reader or a file cannot control a terminal, end a line
// or leave its place in a script.
func TestExportIsSafe(t *testing.T) {
	const evil = "x\n00 D6 00 00\x1b]52;c;AAAA\a\u202e\u009b31m"
	e := apdu(t, "00 B0 00 00 01", "00", 0x9000)
	e.Step, e.Err, e.File, e.HasFile = evil, evil, pathIMSI, true
	e.Hidden = []card.Span{{Response: true, Off: 0, Len: 1, Word: evil}}
	note := card.Exchange{Kind: card.ExchangeNote, Note: evil, Err: evil}
	for _, f := range []Format{FormatText, FormatJSON, FormatHex} {
		var b bytes.Buffer
		err := Export(context.Background(), &b, f, slices.Values([]card.Exchange{e, note}), func(card.Path) string { return evil })
		if err != nil {
			t.Fatal(err)
		}
		for _, r := range strings.TrimSuffix(b.String(), "\n") {
			if r < 0x20 && r != '\n' || r >= 0x7F && r < 0xA0 || r == 0x202E {
				t.Errorf("format %d holds %U", f, r)
			}
		}
		if strings.Contains(b.String(), "\n00 D6") {
			t.Errorf("format %d: a line was made by foreign text:\n%s", f, b.String())
		}
	}
}

func TestExportStops(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	l, _ := bigLog(t, 10_000)
	seen := 0
	rows := func(yield func(card.Exchange) bool) {
		for _, e := range l.View().All() {
			if seen++; seen == 2000 {
				cancel()
			}
			if !yield(e) {
				return
			}
		}
	}
	if err := Export(ctx, &bytes.Buffer{}, FormatText, rows, nil); !errors.Is(err, context.Canceled) || seen > 4000 {
		t.Errorf("%v after %d rows", err, seen)
	}
	if err := Export(context.Background(), &failing{0}, FormatText, rows, nil); err == nil {
		t.Error("a full disk is no error")
	}
	v := l.View()
	var seqs []uint64
	for e := range v.Rows([]uint64{3, 99999, 7}) {
		seqs = append(seqs, e.Seq)
	}
	if !slices.Equal(seqs, []uint64{3, 7}) {
		t.Errorf("rows %v", seqs)
	}
}
