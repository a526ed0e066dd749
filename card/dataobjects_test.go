package card_test

import (
	"bytes"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"simscope/card"
	"simscope/card/cardtest"
	"simscope/card/tlv"
)

func TestRetrieveData(t *testing.T) {
	for _, tt := range []struct {
		name   string
		script cardtest.Script
		want   string
	}{
		{"in one block", cardtest.Script{{"80CB008001 80", "6104"}, {"00C0000004", "80020102 9000"}}, "80020102"},
		{"at once", cardtest.Script{{"80CB008001 80", "80020102 9000"}}, "80020102"},
		{
			"in three blocks", cardtest.Script{
				{"80CB008001 80", "6102"},
				{"00C0000002", "8004 62F1"},
				{"80CB000000", "0102 62F1"},
				{"80CB000000", "6C02"},
				{"80CB000002", "0304 9000"},
			}, "800401020304",
		},
		{
			"announced by a warning", cardtest.Script{
				{"80CB008001 80", "62F1"},
				{"00C0000000", "6C02"},
				{"00C0000002", "8002 9000"},
				{"80CB000000", "0102 9000"},
			}, "80020102",
		},
	} {
		s, _, _ := open(t, tt.script)
		err := read(t, s, func(x *card.Tx) error {
			got, err := x.RetrieveData(0x80)
			if fmt.Sprintf("%X", got) != tt.want {
				t.Errorf("%s: % X, want %s", tt.name, got, tt.want)
			}
			return err
		})
		if err != nil {
			t.Errorf("%s: %v", tt.name, err)
		}
	}
}

func TestRetrieveDataOnT1(t *testing.T) {
	s, _, _ := open(t, cardtest.Script{{"80CB0080025F2D00", "5F2D02 62F1"}, {"80CB000000", "656E 9000"}}, withT1)
	err := read(t, s, func(x *card.Tx) error {
		got, err := x.RetrieveData(0x5F2D)
		if fmt.Sprintf("%X", got) != "5F2D02656E" {
			t.Errorf("% X", got)
		}
		return err
	})
	if err != nil {
		t.Error(err)
	}
}

// A card that never ends, and one that gives nothing, are given up.
func TestRetrieveDataWithoutEnd(t *testing.T) {
	for _, block := range []string{strings.Repeat("AA", 250), "AA", ""} {
		n := 0
		f := cardtest.NewFunc(t, func(b []byte) ([]byte, error) {
			if b[1] != 0xCB {
				return cardtest.Hex("9000"), nil
			}
			n++
			return cardtest.Hex(block + "62F1"), nil
		})
		s, _, err := openOn(t, f, card.Options{})
		if err != nil {
			t.Fatal(err)
		}
		err = read(t, s, func(x *card.Tx) error {
			_, err := x.RetrieveData(0x80)
			return err
		})
		var budget *card.BudgetError
		if !errors.As(err, &budget) || n > 1100 || len(budget.Got) > 66<<10 {
			t.Errorf("%d bytes a block: %d commands, %v", len(block)/2, n, err)
		}
	}
}

func TestDataTags(t *testing.T) {
	for answer, want := range map[string][]tlv.Tag{
		"5C048081BF21":      {0x80, 0x81, 0xBF21},
		"5C00":              nil,
		"5C0380BF":          nil, // the list is cut short
		"5C0280BF":          {0x80},
		"8001FF":            nil,
		"5C0680 9F81828283": {0x80},
	} {
		s, _, _ := open(t, cardtest.Script{{"80CB008001 5C", answer + "9000"}})
		err := read(t, s, func(x *card.Tx) error {
			got, err := x.DataTags()
			if !slices.Equal(got, want) {
				t.Errorf("%s: %v, want %v", answer, got, want)
			}
			return err
		})
		if err != nil {
			t.Errorf("%s: %v", answer, err)
		}
	}
}

func TestSetData(t *testing.T) {
	value := bytes.Repeat([]byte{0x5A}, 300)
	text := strings.ToUpper(hex.EncodeToString(tlv.Append(nil, 0x80, value)))
	s, _, o := open(t, cardtest.Script{
		{"80DB008003 8001FF", "9000"},
		{"80DB0080FF" + text[:510], "63F1"},
		{"80DB000031" + text[510:], "9000"},
		{"80DB008001 80", "9000"},
		{"80DB008003 BF2100", "63C2"},
		{"80DB0080FF" + text[:510], "63F2"},
		{"80DB000031" + text[510:], "6A84"},
		{"80DB0080FF" + text[:510], "9000"}, // it takes less than the object
		{"80DB008003 8001FF", "63F1"},       // it waits for what is not there
		{"80DB008001 81", "6A88"},
	}, armed)
	err := read(t, s, func(x *card.Tx) error {
		for i, tt := range []struct {
			err  error
			want card.SW
		}{
			{x.SetData(0x80, []byte{0xFF}), 0},
			{x.SetData(0x80, value), 0},
			{x.DeleteData(0x80), 0},
			{x.SetData(0xBF21, nil), 0},
			{x.SetData(0x80, value), 0x6A84},
			{x.SetData(0x80, value), 0x9000},
			{x.SetData(0x80, []byte{0xFF}), 0x63F1},
			{x.DeleteData(0x81), 0x6A88},
		} {
			if card.SWOf(tt.err) != tt.want || tt.want == 0 && tt.err != nil {
				t.Errorf("write %d: %v, want %s", i, tt.err, tt.want)
			}
		}
		for _, err := range []error{x.SetData(0, nil), x.DeleteData(0), x.SetData(0x80, make([]byte, 65537))} {
			if !errors.Is(err, card.ErrLength) {
				t.Errorf("%v", err)
			}
		}
		return nil
	})
	if err != nil {
		t.Error(err)
	}
	if n := len(o.ops.Rows()); n != 10 {
		t.Errorf("%d commands were recorded, want each of 10", n)
	}
	if !s.Proactive() {
		t.Error("63F2 says that a toolkit command waits")
	}
}

func TestSetDataIsSentOnce(t *testing.T) {
	s, _, o := open(t, cardtest.Script{{"80DB0080FF *", "63F1"}, {"80DB0000*", "!gone"}}, armed)
	err := read(t, s, func(x *card.Tx) error { return x.SetData(0x80, make([]byte, 300)) })
	var lost *card.LostError
	if !errors.As(err, &lost) {
		t.Errorf("%v", err)
	}
	if ops := o.ops.Rows(); len(ops) != 2 || !ops[1].Result.Lost {
		t.Errorf("recorded: %+v", ops)
	}
	s, _, _ = open(t, nil)
	err = read(t, s, func(x *card.Tx) error { return x.DeleteData(0x80) })
	var gate *card.GateError
	if !errors.As(err, &gate) {
		t.Errorf("read-only: %v", err)
	}
}
