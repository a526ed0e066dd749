package log

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"simscope/card"
	"simscope/card/safe"
	"simscope/card/trace"
	"simscope/tui/app"
	"simscope/tui/kit/kittest"
)

// canary is what must be nowhere: as ASCII, as hex with and without blanks.
var canary = []byte("73915264")

func canaryForms() []string {
	h := fmt.Sprintf("%X", canary)
	pairs := fmt.Sprintf("% X", canary)
	// Parts are enough to betray: four bytes in a row, in any form.
	return []string{
		string(canary), h, pairs, strings.ToLower(h), strings.ToLower(pairs),
		string(canary[2:6]), h[4:12], pairs[6:17], "DEADC0DE11", "DE AD C0 DE 11",
	}
}

func noCanary(t *testing.T, what, text string) {
	t.Helper()
	for _, f := range canaryForms() {
		if strings.Contains(text, f) {
			t.Errorf("%s holds %q:\n%s", what, f, text)
		}
	}
}

// secretive is rows that hold the canary as they were sent, with and without
// being marked: PIN data and keys are withheld either way.
func secretive(t testing.TB) []card.Exchange {
	block := fmt.Sprintf("%X", canary)
	key := "DEADC0DE11" + block + block
	keys := at(apdu(t, "00 B0 00 00 15", key, 0x9000, ms), pathKeys)
	return []card.Exchange{
		apdu(t, "00 20 00 01 08"+block, "", 0x9000, ms),
		apdu(t, "00 24 00 01 10"+block+block, "", 0x9000, ms),
		apdu(t, "A0 2C 00 00 10"+block+block, "", 0x9000, ms),
		apdu(t, "80 D8 00 81 15"+key, "", 0x9000, ms),
		apdu(t, "00 88 00 81 00", key, 0x9000, ms),
		hidden(keys, true, 0, 21, "key"),
		hidden(at(apdu(t, "00 D6 00 00 15"+key, "", 0x6985, ms), pathKeys), false, 5, 21, "key"),
		// Spans beyond the bytes, doubled and in the wrong order.
		hidden(hidden(hidden(keys, true, 10, 99, "key"), true, -3, 14, "key"), true, 4, 8, "\x1b[31m"),
	}
}

// TestNoSecretIsShown looks for withheld bytes in every view of every row, at
// several widths, in what is copied and in every form of export.
func TestNoSecretIsShown(t *testing.T) {
	rows := secretive(t)
	for row := range rows {
		for _, ascii := range []bool{false, true} {
			r := newRoot(t, logOf(rows...))
			r.env.Theme = kittest.Theme(t, "dark", ascii)
			r.m.View(120, 37)
			r.key("f", "home")
			for range row {
				r.key("down")
			}
			r.key("enter")
			for _, w := range []int{40, 80, 120, 300} {
				for range 4 {
					noCanary(t, fmt.Sprint("row ", row), r.m.View(w, 37)+r.m.Strip(w, 20))
					r.key("tab")
				}
			}
			r.key("y")
			noCanary(t, "copy", fmt.Sprint(r.msgs))
			_, e, _ := r.m.selected()
			noCanary(t, "hex", rowHex(e))
			if s := rowHex(e); !strings.Contains(s, "••••") {
				t.Errorf("row %d is copied as %q", row, s)
			}
		}
	}
	dir := t.TempDir()
	for ending := range forms {
		r := newRoot(t, logOf(rows...))
		file := filepath.Join(dir, "x"+ending)
		r.key("x")
		r.name(file)
		r.key("enter")
		b, err := os.ReadFile(file)
		if err != nil || len(b) == 0 {
			t.Fatal(err)
		}
		noCanary(t, file, string(b))
	}
}

// TestNoSecretIsFound holds that a filter does not tell withheld bytes.
func TestNoSecretIsFound(t *testing.T) {
	for _, f := range canaryForms() {
		r := newRoot(t, logOf(secretive(t)...))
		r.key("/")
		r.write(strings.ReplaceAll(f, " ", ""))
		r.key("enter")
		if r.m.src.Len() != 0 {
			t.Errorf("%s finds %d rows", f, r.m.src.Len())
		}
	}
}

// pin1 is PIN1 of the everyday card.
const pin1 = "1234"

// TestNoSecretIsSent verifies a PIN and reads a key file on a card, by hand
// and otherwise: neither is on the screen, in the dialog or in its history.
func TestNoSecretIsSent(t *testing.T) {
	r, d := sender(t)
	var seen strings.Builder
	look := func() {
		seen.WriteString(r.screen(120, 37) + r.screen(300, 60) + r.m.Strip(200, 40))
	}
	keys := card.PathOf(r.env.Card.Files.Applications()[0].AID, 0x6F08)
	value := fmt.Sprint(r.submit(func(ctx context.Context, c *app.Card) (any, error) {
		_, err := c.Session.PIN(ctx, card.PINRequest{Op: card.PINVerify, Ref: card.RefPIN1, Current: safe.NewSecret([]byte(pin1))})
		if err != nil {
			return nil, err
		}
		return "", c.Session.Read(ctx, "test", func(x *card.Tx) error {
			_, err := x.Select(keys)
			return err
		})
	}))
	look()
	r.send(d, "00B0000021")
	look()
	if d.answer == nil || d.answer.SW != 0x9000 || !d.answer.Masked || len(d.answer.Data) == 0 {
		t.Fatalf("the key file was not read: %+v %s %s", d.answer, d.say, value)
	}
	r.must("•••• The answer holds secrets and is not shown.")
	secret := fmt.Sprintf("% X", d.answer.Data[1:9])
	r.key("esc", "enter", "tab")
	look()
	for _, form := range []string{secret, strings.ReplaceAll(secret, " ", ""), fmt.Sprintf("% X", []byte(pin1))} {
		if strings.Contains(seen.String(), form) {
			t.Errorf("%s is shown:\n%s", form, seen.String())
		}
	}
}

// TestWithheldLinesAreNotKept holds that a line whose bytes the log withheld is
// not in the history.
func TestWithheldLinesAreNotKept(t *testing.T) {
	l := trace.NewLog(trace.LogOptions{})
	r := newRoot(t, l)
	write := card.Command{CLA: 0x00, INS: 0xD6, Data: canary}
	if !r.m.withheld(write) {
		t.Error("a command that is not in the log is kept")
	}
	l.Append(hidden(apdu(t, "00 D6 00 00 08"+fmt.Sprintf("%X", canary), "", 0x9000, ms), false, 5, 8, "key"))
	if !r.m.withheld(write) {
		t.Error("a line with withheld bytes is kept")
	}
	l.Append(apdu(t, "01 D6 00 00 01 00", "", 0x9000, ms))
	if r.m.withheld(write) {
		t.Error("a line without withheld bytes is not kept")
	}
}
