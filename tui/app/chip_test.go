package app

import (
	"bufio"
	"bytes"
	"context"
	"reflect"
	"strings"
	"testing"
	"time"

	"simscope/card"
	"simscope/card/cardtest"
)

const atrTable = `# a comment
3B 65 00 00 9C 11 01 01 03
	A first card
	of two lines

3B 65 00 00 9C 1[01] 01 01 03
	By a class of digits

3B 65 .. 00 9C .. 01 01 03
	With dots	and a tab

3B 65 00 00 9C 12 01 01 03
	Another
[
	A broken pattern
3B 65 00(
	Another one
`

func TestATRNames(t *testing.T) {
	names := func(atr string) []string {
		return atrNames(context.Background(), bufio.NewScanner(strings.NewReader(atrTable)), cardtest.Hex(atr))
	}
	if got, want := names("3B 65 00 00 9C 11 01 01 03"), []string{"A first card", "of two lines", "By a class of digits", "With dots<U+0009>and a tab"}; !sameButControls(got, want) {
		t.Errorf("%q", got)
	}
	if got := names("3B 65 00 00 9C 11 01 01"); got != nil {
		t.Errorf("a shorter ATR is %q", got)
	}
	if got := ATRNames(context.Background(), func(string) string { return "" }, nil); len(got) > 0 {
		t.Errorf("no ATR is known as %q", got)
	}
}

// sameButControls compares all but how a control character is shown.
func sameButControls(got, want []string) bool {
	if len(got) != len(want) {
		return false
	}
	for i := range got {
		if strings.ContainsRune(got[i], '\t') || !strings.Contains(want[i], "<") && got[i] != want[i] {
			return false
		}
	}
	return true
}

// A domain is asked for by name only where the card does not answer by
// itself, and a card that has none is left at that.
func TestReadChip(t *testing.T) {
	cplc := cardtest.Hex("9F7F2A 4790518147912081350073610000001B0208481276128200000000041234500000000000000000000000 9000")
	isd := cardtest.Hex("A000000151000000")
	for name, c := range map[string]struct {
		needsISD, has bool
		serial        string
	}{
		"by itself": {false, true, "0000001B"}, "by name": {true, true, "0000001B"}, "nothing": {false, false, ""},
	} {
		selected := !c.needsISD
		answer := func(apdu []byte) ([]byte, error) {
			switch {
			case !c.has:
			case apdu[1] == 0xA4 && len(apdu) > 5 && bytes.HasPrefix(apdu[5:], isd):
				selected = true
				return cardtest.Hex("6F0A8408A000000151000000 9000"), nil
			case bytes.HasPrefix(apdu, cardtest.Hex("80CA9F7F")) && selected:
				return cplc, nil
			case bytes.HasPrefix(apdu, cardtest.Hex("80CA00E0")) && selected:
				return cardtest.Hex("E006 C004 01 01 80 08 9000"), nil
			}
			if apdu[0] == 0xA0 {
				return cardtest.Hex("6E00"), nil
			}
			return cardtest.Hex("6A82"), nil
		}
		s, err := card.Open(context.Background(), cardtest.NewFunc(t, answer), card.Options{Recorder: &card.MemoryRecorder{}})
		if err != nil {
			t.Fatal(name, err)
		}
		selected = !c.needsISD
		chip, err := (&Card{Session: s}).ReadChip(context.Background(), func(string) string { return "" })
		if err != nil {
			t.Fatal(name, err)
		}
		if (chip.CPLC != nil) != c.has || c.has && chip.CPLC.ICSerial != c.serial {
			t.Errorf("%s: %+v", name, chip)
		}
		chip.ATR = nil
		words := chip.Words(time.Date(2026, 11, 24, 0, 0, 0, 0, time.UTC))
		want := []string(nil)
		if c.has {
			want = []string{
				"NXP, type 5181, made 2017-12-27 (the year's last digit is known: 2007 may be meant)",
				"serial number 0000001B, batch 0208", "key 1 of set 1: DES of 8 bytes: single DES, which is weak",
			}
		}
		if !reflect.DeepEqual(words, want) {
			t.Errorf("%s: %q", name, words)
		}
	}
}
