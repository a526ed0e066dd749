package globalplatform

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"

	"simscope/card"
	"simscope/card/cardtest"
)

// askMaster asks a card that answers GET DATA as the map says.
func askMaster(t *testing.T, of Reference, answers map[string]string) (asked []Asked, found bool, sw card.SW) {
	t.Helper()
	f := &fake{apps: map[string]map[string]string{master: answers}}
	if answers == nil {
		f.apps = nil
	}
	c := cardtest.NewFunc(t, f.answer)
	c.SetInfo(func(i *card.Info) { i.Protocol = card.ProtocolT1 })
	s, err := card.Open(context.Background(), c, card.Options{Recorder: &card.MemoryRecorder{}})
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Read(context.Background(), "test", func(x *card.Tx) (err error) {
		asked, found, sw, err = AskMaster(x, Lookups(of))
		return err
	}); err != nil {
		t.Fatal(err)
	}
	return asked, found, sw
}

// The references are asked for as they stand in the specification, in the order
// in which a phone looks, up to the first that has a rule.
func TestAskMaster(t *testing.T) {
	const aid, hash = "A0000000871002", "0102030405060708090A0B0C0D0E0F1011121314"
	of := Reference{Target: TargetAID, AID: cardtest.Hex(aid), Device: cardtest.Hex(hash)}
	both := "80CAFF5021E11F4F07" + aid + "C114" + hash
	any := "80CAFF500DE10B4F07" + aid + "C100"
	other := "80CAFF501AE1184F00C114" + hash
	all := "80CAFF5006E1044F00C100"
	rule := "FF5005E303D001019000"
	for name, c := range map[string]struct {
		answers map[string]string
		asked   int
		rule    bool
		whole   bool
		none    bool
	}{
		"the rule for both":   {map[string]string{both: rule}, 1, true, true, false},
		"for any app":         {map[string]string{both: "6A88", any: rule}, 2, true, true, false},
		"for the others":      {map[string]string{both: "6A88", any: "6A88", other: rule}, 3, true, true, false},
		"for all":             {map[string]string{both: "6A88", any: "6A88", other: "6A88", all: rule}, 4, true, true, false},
		"none":                {map[string]string{both: "6A88", any: "6A88", other: "6A88", all: "6A88"}, 4, false, false, true},
		"no such question":    {map[string]string{both: "6A86", any: "6A86", other: "6A86", all: "6A86"}, 4, false, false, false},
		"an empty rule":       {map[string]string{both: "FF50009000"}, 1, true, false, false},
		"an empty AR-DO":      {map[string]string{both: "FF5002E3009000"}, 1, true, false, false},
		"another object":      {map[string]string{both: "FF4005E303D001019000"}, 1, true, false, false},
		"more behind it":      {map[string]string{both: "FF5005E303D00101E3009000"}, 1, true, false, false},
		"a broken access":     {map[string]string{both: "FF5005E303D001079000"}, 1, true, false, false},
		"cut off":             {map[string]string{both: "FF5005E303D09000"}, 1, true, false, false},
		"9000 without data":   {map[string]string{both: "9000", any: "6A88", other: "6A88", all: "6A88"}, 4, false, false, false},
		"filters and NFC too": {map[string]string{both: "FF5010E30ED00880CA0000FFFF0000D10100D100" + "9000"}, 1, true, false, false},
	} {
		asked, found, _ := askMaster(t, of, c.answers)
		last := asked[len(asked)-1]
		if !found || len(asked) != c.asked || (last.Rule != nil) != c.rule || c.rule && last.Rule.Whole != c.whole {
			t.Errorf("%s: %d asked, %+v", name, len(asked), last)
		}
		none := true
		for _, a := range asked {
			none = none && a.None()
		}
		if none != c.none {
			t.Errorf("%s: none is %v", name, none)
		}
	}
	asked, _, _ := askMaster(t, of, map[string]string{both: rule})
	if r := asked[0].Rule; r.APDU != AccessAlways || r.Target != TargetAID || r.AID.String() != aid || r.Device.String() != hash {
		t.Errorf("%+v", r)
	}
	if _, found, sw := askMaster(t, of, nil); found || sw != 0x6A82 {
		t.Errorf("no master: %v %s", found, sw)
	}
}

func TestReferences(t *testing.T) {
	if n := len(Lookups(Reference{Target: TargetOthers})); n != 1 {
		t.Errorf("%d lookups for all", n)
	}
	if n := len(Lookups(Reference{Target: TargetDefault, Device: make(Hex, 32)})); n != 4 {
		t.Errorf("%d lookups", n)
	}
	if got := fmt.Sprintf("%X", Reference{Target: TargetDefault}.object()); got != "E104C000C100" {
		t.Error(got)
	}
	for _, bad := range []Reference{
		{Target: TargetAID}, {Target: TargetAID, AID: make(Hex, 4)}, {Target: TargetAID, AID: make(Hex, 17)}, {Target: TargetOthers, Device: make(Hex, 19)},
	} {
		var e *ReferenceError
		if err := bad.Check(); !errors.As(err, &e) || !strings.Contains(err.Error(), fmt.Sprint(e.Got)) {
			t.Errorf("%+v: %v", bad, err)
		}
	}
}

// A refresh tag that is another one after the reading says that the rules are
// not of one state.
func TestRulesChangedMeanwhile(t *testing.T) {
	n := 0
	f := &fake{apps: map[string]map[string]string{master: {"80CAFF40": "FF400BE209E1024F00E303D001009000"}}}
	c := cardtest.NewFunc(t, func(apdu []byte) ([]byte, error) {
		if len(apdu) > 3 && apdu[1] == card.InsGetData && apdu[2] == 0xDF {
			n++
			return cardtest.Hex(fmt.Sprintf("DF2008%016X9000", n)), nil
		}
		return f.answer(apdu)
	})
	c.SetInfo(func(i *card.Info) { i.Protocol = card.ProtocolT1 })
	s, err := card.Open(context.Background(), c, card.Options{Recorder: &card.MemoryRecorder{}})
	if err != nil {
		t.Fatal(err)
	}
	var m Master
	if err := s.Read(context.Background(), "test", func(x *card.Tx) (err error) {
		m, err = ReadMaster(x)
		return err
	}); err != nil || !m.Changed || m.Whole || len(m.Rules) != 1 || n != 2 {
		t.Errorf("%+v after %d tags, %v", m, n, err)
	}
}

func TestParseReference(t *testing.T) {
	for _, tt := range []struct {
		aid, signer string
		target      Target
		field       string // that is wrong
		notHex      bool
	}{
		{"", "", TargetOthers, "", false},
		{"others", "", TargetOthers, "", false},
		{"default", "", TargetDefault, "", false},
		{"A0 00 00 00 87", "", TargetAID, "", false},
		{"A0000000", "", TargetAID, "aid", false},
		{"moon", "", TargetOthers, "aid", true},
		{"", "00", TargetOthers, "signer", false},
		{"", "moon", TargetOthers, "signer", true},
	} {
		r, err := ParseReference(tt.aid, tt.signer)
		var e *ReferenceError
		if errors.As(err, &e) != (tt.field != "") || r.Target != tt.target {
			t.Errorf("%q, %q: %+v, %v", tt.aid, tt.signer, r, err)
		} else if e != nil && (e.Field != tt.field || e.NotHex != tt.notHex) {
			t.Errorf("%q, %q: %+v", tt.aid, tt.signer, e)
		}
	}
}
