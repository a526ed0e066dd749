package pins

import (
	"bytes"
	"errors"
	"io"
	"testing"

	"simscope/card/safe"
	"simscope/card/virtual"
)

func TestWeakness(t *testing.T) {
	for pin, want := range map[string]string{
		"0000": weakRepeated, "1111": weakRepeated, "1212": weakRepeated, "12341234": weakRepeated, "777777": weakRepeated,
		"1234": weakSeries, "4321": weakSeries, "8901": weakSeries, "2468": weakSeries, "87654321": weakSeries,
		"1984": weakYear, "2007": weakYear, "19840312": weakYear, "12031984": weakYear, "311999": weakYear,
		"2580": weakCommon, "112233": weakCommon,
		"4071": "", "60495173": "", "19841399": "", "73901984": "", "3690": "", "1805": "",
		"83617294": weakSame,
	} {
		if got := weakness(secret(pin), secret("83617294")); got != want {
			t.Errorf("%s: %q, want %q", pin, got, want)
		}
	}
	if weakness(safe.Secret{}, safe.Secret{}) != "" || weakness(secret("12"), safe.Secret{}) != "" {
		t.Error("what is no PIN is judged")
	}
}

func secret(s string) safe.Secret { return safe.NewSecret([]byte(s)) }

func TestRandomPIN(t *testing.T) {
	// 250 to 255 would favour the digits 0 to 5: they are passed over.
	pin, err := randomPIN(bytes.NewReader([]byte{255, 13, 250, 249, 0, 27, 1}), 4)
	if err != nil || !sameSecret(pin, secret("3907")) {
		t.Errorf("%v", err)
	}
	if _, err := randomPIN(bytes.NewReader([]byte{1, 2}), 4); err == nil {
		t.Error("too few random bytes are enough")
	}
	if _, err := randomPIN(always(255), 4); !errors.Is(err, errRandom) {
		t.Errorf("a source stuck at 255: %v", err)
	}
	d := &proposal{random: always(0), digits: 4}
	if err := d.another(); !errors.Is(err, errRandom) || d.pin.Len() != 0 {
		t.Errorf("a source stuck at 0: %v", err)
	}
}

type always byte

func (a always) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = byte(a)
	}
	return len(p), nil
}

func TestPropose(t *testing.T) {
	r := newRig(t, "everyday", nil)
	r.m.random = bytes.NewReader([]byte{6, 0, 4, 9, 5, 1, 7, 3, 4, 0, 7, 1, 8, 3, 6, 1, 7, 2, 9, 4})
	r.do("pins.propose")
	r.sees("6049 5173", "It is shown this once", "Write it down now, at a place apart")
	r.keys("s")
	r.sees("4071")
	r.keys("s")
	r.sees("8361 7294")
	r.keys("u")
	if r.m.offer.pin.Len() != 0 {
		t.Error("the proposal keeps the PIN")
	}
	r.keys("<enter>1234<enter>")
	r.sees("The proposed PIN, from your note")
	r.keys("83617295<enter>")
	r.sees("That is not the proposed PIN")
	r.keys("83617294<enter>")
	r.sees("Change PIN1 of this card?")
	r.keys("<enter>")
	r.result()
	if !r.holds(virtual.RefPIN1, "83617294") {
		t.Error("the card has another PIN")
	}
}

func TestProposalIsCleared(t *testing.T) {
	r := newRig(t, "everyday", nil)
	for _, way := range []string{"<esc>", "<enter>", "<ctrl+c>"} {
		r.do("pins.propose")
		d := r.m.offer
		if d.pin.Len() != 8 {
			t.Fatal("nothing is proposed")
		}
		r.keys(way)
		if d.pin.Len() != 0 || r.dialogs.Len() != 0 {
			t.Errorf("%s leaves the PIN", way)
		}
	}
	r.do("pins.propose")
	if _, err := r.virt.Remove("bench"); err != nil {
		t.Fatal(err)
	}
	r.until("the card is gone", func() bool { return r.env.Card == nil })
	if r.m.offer.pin.Len() != 0 {
		t.Error("the PIN is kept without a card")
	}
	r.sees("The proposal is cleared")
	r.keys("nu<enter>")
	if r.dialogs.Len() != 0 {
		t.Error("it does not close")
	}
}

func TestProposalCannotBeUsed(t *testing.T) {
	r := newRig(t, "empty", nil)
	r.do("pins.propose")
	r.sees("PIN1 is off. Turn it on with the PIN it has")
	r.keys("u")
	if r.dialogs.Len() != 1 {
		t.Error("it was used")
	}
	r.keys("<esc>")
	r.m.table.Select("0A/")
	r.do("pins.propose")
	r.sees("A key of the issuer is not a PIN")
	r.keys("<esc>")
	r.m.random = io.LimitReader(always(0), 0)
	r.do("pins.propose")
	if len(r.toasts) != 1 || r.dialogs.Len() != 0 {
		t.Errorf("without random numbers: %q", r.toasts)
	}
}
