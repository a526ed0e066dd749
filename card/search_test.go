package card_test

import (
	"errors"
	"fmt"
	"slices"
	"testing"

	"simscope/card"
	"simscope/card/cardtest"
)

func TestSearchRecord(t *testing.T) {
	after := byte(0x91)
	for _, tt := range []struct {
		name   string
		search card.Search
		script cardtest.Script
		want   []int
	}{
		{"simple", card.Search{Record: 1, Pattern: []byte{0xAB, 0xCD}}, cardtest.Script{{"00A2010402ABCD", "6102"}, {"00C0000002", "0307 9000"}}, []int{3, 7}},
		{"backward", card.Search{From: card.SearchBackward, Record: 254, Pattern: []byte{1}}, cardtest.Script{{"00A2FE0501 01", "6101"}, {"00C0000001", "FE 9000"}}, []int{254}},
		{"from the current record", card.Search{Pattern: []byte{1}}, cardtest.Script{{"00A2000401 01", "6101"}, {"00C0000001", "02 9000"}}, []int{2}},
		{"behind an offset", card.Search{Enhanced: true, Record: 2, Offset: 5, Pattern: []byte{9}}, cardtest.Script{{"00A2020603 0405 09", "6282"}}, nil},
		{"behind a value", card.Search{Enhanced: true, From: card.SearchNext, After: &after, Pattern: []byte{9}}, cardtest.Script{{"00A2000603 0E91 09", "6101"}, {"00C0000001", "05 9000"}}, []int{5}},
		{"previous", card.Search{Enhanced: true, From: card.SearchPrevious, Pattern: []byte{9}}, cardtest.Script{{"00A2000603 0700 09", "9000"}}, nil},
	} {
		s, _, _ := open(t, tt.script)
		err := read(t, s, func(x *card.Tx) error {
			got, err := x.SearchRecord(tt.search)
			if !slices.Equal(got, tt.want) {
				t.Errorf("%s: %v, want %v", tt.name, got, tt.want)
			}
			return err
		})
		if err != nil {
			t.Errorf("%s: %v", tt.name, err)
		}
	}
}

func TestSearchRecordOnT1(t *testing.T) {
	s, _, _ := open(t, cardtest.Script{{"00A2010401AB00", "03 9000"}}, withT1)
	err := read(t, s, func(x *card.Tx) error {
		got, err := x.SearchRecord(card.Search{Record: 1, Pattern: []byte{0xAB}})
		if !slices.Equal(got, []int{3}) {
			t.Errorf("%v", got)
		}
		return err
	})
	if err != nil {
		t.Error(err)
	}
}

func TestSearchRefused(t *testing.T) {
	s, _, _ := open(t, cardtest.Script{{"00A2010401AB", "6A83"}})
	err := read(t, s, func(x *card.Tx) error {
		_, err := x.SearchRecord(card.Search{Record: 1, Pattern: []byte{0xAB}})
		return err
	})
	if card.SWOf(err) != card.SWNoRecord {
		t.Errorf("%v", err)
	}
}

// What no card understands is not sent: the script is empty.
func TestSearchesThatCannotBe(t *testing.T) {
	one := []byte{1}
	s, _, _ := open(t, nil)
	_ = read(t, s, func(x *card.Tx) error {
		for _, bad := range []card.Search{
			{Record: 1},
			{Record: -1, Pattern: one},
			{Record: 256, Pattern: one},
			{From: card.SearchNext, Pattern: one},
			{From: 7, Enhanced: true, Pattern: one},
			{From: -1, Pattern: one},
			{Enhanced: true, Offset: 256, Pattern: one},
			{Enhanced: true, Offset: -1, Pattern: one},
			{Pattern: make([]byte, 256)},
			{Enhanced: true, Pattern: make([]byte, 254)},
		} {
			if _, err := x.SearchRecord(bad); !errors.Is(err, card.ErrLength) {
				t.Errorf("%+v: %v", bad, err)
			}
		}
		for _, n := range []int{0, 17} {
			if _, err := x.Seek(card.SearchForward, make([]byte, n)); !errors.Is(err, card.ErrLength) {
				t.Errorf("SEEK for %d bytes: %v", n, err)
			}
		}
		for _, n := range []int{0, 128} {
			if _, err := x.Increase(make([]byte, n)); !errors.Is(err, card.ErrLength) {
				t.Errorf("INCREASE by %d bytes: %v", n, err)
			}
		}
		return nil
	})
}

func TestSeek(t *testing.T) {
	s, _, _ := openGSM(t, cardtest.Script{
		{"A0A2001003 414243", "9F01"},
		{"A0C0000001", "04 9000"},
		{"A0A2001301 41", "9404"},
		{"A0A2001201 41", "9408"},
	})
	err := read(t, s, func(x *card.Tx) error {
		if n, err := x.Seek(card.SearchForward, []byte("ABC")); n != 4 || err != nil {
			t.Errorf("record %d, %v", n, err)
		}
		if n, err := x.Seek(card.SearchPrevious, []byte("A")); n != 0 || err != nil {
			t.Errorf("record %d, %v", n, err)
		}
		_, err := x.Seek(card.SearchNext, []byte("A"))
		return err
	})
	if card.SWOf(err) != 0x9408 {
		t.Errorf("%v", err)
	}
}

func TestIncrease(t *testing.T) {
	s, _, o := open(t, cardtest.Script{
		{"8032000003 000005", "6106"},
		{"00C0000006", "000017 000005 9000"},
		{"8032000003 FFFFFF", "9850"},
		{"8032000001 01", "9000"},
	}, armed)
	err := read(t, s, func(x *card.Tx) error {
		if sum, err := x.Increase([]byte{0, 0, 5}); fmt.Sprintf("%X", sum) != "000017" || err != nil {
			t.Errorf("sum % X, %v", sum, err)
		}
		if _, err := x.Increase([]byte{0xFF, 0xFF, 0xFF}); card.SWOf(err) != card.SWMaxReached {
			t.Errorf("beyond the maximum: %v", err)
		}
		sum, err := x.Increase([]byte{1})
		if sum != nil {
			t.Errorf("a sum nobody told: % X", sum)
		}
		return err
	})
	if err != nil {
		t.Error(err)
	}
	if ops := o.ops.Rows(); len(ops) != 3 || ops[0].Op.Risk != card.RiskChange || ops[1].Result.SW != 0x9850 {
		t.Errorf("recorded: %+v", ops)
	}
}

func TestIncreaseOfA2GCard(t *testing.T) {
	s, _, _ := openGSM(t, cardtest.Script{{"A032000003 000001", "9F06"}, {"A0C0000006", "000002 000001 9000"}}, armed)
	err := read(t, s, func(x *card.Tx) error {
		sum, err := x.Increase([]byte{0, 0, 1})
		if fmt.Sprintf("%X", sum) != "000002" {
			t.Errorf("% X", sum)
		}
		return err
	})
	if err != nil {
		t.Error(err)
	}
}

// A lost answer is unknown, a wrong length is not corrected by sending again,
// and a session that is not armed lets nothing through.
func TestIncreaseIsSentOnce(t *testing.T) {
	for _, answer := range []string{"!unknown", "6C06", "9300"} {
		s, _, _ := open(t, cardtest.Script{{"8032000001 01", answer}}, armed)
		err := read(t, s, func(x *card.Tx) error {
			_, err := x.Increase([]byte{1})
			return err
		})
		var lost *card.LostError
		if err == nil || errors.As(err, &lost) != (answer == "!unknown") {
			t.Errorf("%s: %v", answer, err)
		}
	}
	s, _, _ := open(t, nil)
	err := read(t, s, func(x *card.Tx) error {
		_, err := x.Increase([]byte{1})
		return err
	})
	var gate *card.GateError
	if !errors.As(err, &gate) {
		t.Errorf("read-only: %v", err)
	}
}
