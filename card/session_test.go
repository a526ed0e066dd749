package card_test

import (
	"context"
	"errors"
	"fmt"
	"testing"

	"simscope/card"
	"simscope/card/cardtest"
)

func TestOpenFindsClass(t *testing.T) {
	const mfHeader = "0000 0000 3F00 01 00 00 00 00 00 0A 13 05 0A 04 00 83 8A 83 8A"
	for _, tt := range []struct {
		name   string
		script cardtest.Script
		kind   card.Kind
	}{
		{"UICC", cardtest.Script{{selMF, "6103"}, {"00C0000003", "6201009000"}}, card.KindUICC},
		{"UICC with a proactive command", cardtest.Script{{selMF, "9180"}}, card.KindUICC},
		{"2G after 6E00", cardtest.Script{{selMF, "6E00"}, {"reset warm", ""}, {selMF, "6E00"}, {"reset warm", ""}, {gsmMF, "9F16"}, {"A0C0000016", gsmHeader + "9000"}}, card.KindGSM},
		{"2G after 6D00", cardtest.Script{{selMF, "6D00"}, {"reset warm", ""}, {selMF, "6E00"}, {"reset warm", ""}, {gsmMF, "9000"}}, card.KindGSM},
		{"2G that refuses the parameters", cardtest.Script{{selMF, "6B00"}, {"reset warm", ""}, {gsmMF, "9F16"}, {"A0C0000016", gsmHeader + "9000"}}, card.KindGSM},
		{"2G that does not look at the class", cardtest.Script{{selMF, "9F16"}, {"00C0000016", mfHeader + "9000"}, {"reset warm", ""}, {gsmMF, "9F16"}, {"A0C0000016", gsmHeader + "9000"}}, card.KindGSM},
		{"a header like that of 2G, and class 00 alone", cardtest.Script{{selMF, "9F16"}, {"00C0000016", mfHeader + "9000"}, {"reset warm", ""}, {gsmMF, "6E00"}, {"reset warm", ""}}, card.KindUICC},
		{"no MF", cardtest.Script{{selMF, "6A82"}}, card.KindOther},
		{"no MF, other answer", cardtest.Script{{selMF, "6F00"}}, card.KindOther},
		{"UICC left in class A0 by another program", cardtest.Script{{selMF, "6E00"}, {"reset warm", ""}, {selMF, "9000"}}, card.KindUICC},
		{"neither class", cardtest.Script{{selMF, "6E00"}, {"reset warm", ""}, {selMF, "6E00"}, {"reset warm", ""}, {gsmMF, "6E00"}, {"reset warm", ""}}, card.KindOther},
		{"reset by another program", cardtest.Script{{selMF, "!reset"}, {"reset reconnect", ""}, {selMF, "9000"}}, card.KindUICC},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s, _, _ := open(t, tt.script, unopened)
			if s.Kind() != tt.kind {
				t.Errorf("%s", s.Kind())
			}
		})
	}
}

func TestOpenForcedGSM(t *testing.T) {
	s, c, o := open(t, cardtest.Script{{"reset warm", ""}, {gsmMF, "9000"}}, unopened, func(s *setup) { s.options.ForceGSM = true })
	if s.Kind() != card.KindGSM {
		t.Errorf("%s", s.Kind())
	}
	for _, r := range o.rows {
		if r.Kind == card.ExchangeNote {
			t.Errorf("a note says %q", r.Note)
		}
	}
	if err := s.Close(t.Context()); err != nil {
		t.Fatal(err)
	}
	if _, reset := c.Closed(); !reset {
		t.Error("a card left in class A0 was not reset")
	}
}

func TestOpenFails(t *testing.T) {
	for _, kind := range []string{"!gone", "!mute", "!denied"} {
		c := cardtest.New(t, cardtest.Script{{selMF, kind}})
		if _, _, err := openOn(t, c, card.Options{}); err == nil || card.Refused(err) {
			t.Errorf("%s: %v", kind, err)
		}
	}
}

func TestSelectByPath(t *testing.T) {
	app := aid(t, usim)
	s, _, o := open(t, cardtest.Script{
		{selUSIM, "6116"},
		{"00C0000016", usimFCP + "9000"},
		{"00A40804047FFF6F07", "9000"},
		{"00A40804047FFF6F38", "9000"}, // no second SELECT by AID
		{"00A40804047F106F3A", "9000"}, // below the MF: the application stays
		{"00A40804067FFF5FC04F01", "9000"},
	})
	paths := []card.Path{
		card.PathOf(app, 0x6F07), card.PathOf(app, 0x6F38), card.PathOf("", 0x7F10, 0x6F3A), card.PathOf(app, 0x5FC0, 0x4F01),
	}
	err := read(t, s, func(x *card.Tx) error {
		for _, p := range paths {
			sel, err := x.Select(p)
			if err != nil || sel.Path != p {
				t.Errorf("%s: %+v, %v", p, sel, err)
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range o.rows[len(o.rows)-6:] {
		t.Log(e.File, e.Kind)
		if !e.HasFile {
			t.Errorf("% X tells no file", e.Command)
		}
	}
	// The follow-up of a SELECT is about the file selected.
	if e := o.rows[len(o.rows)-5]; e.Kind != card.ExchangeFollowUp || e.File != (card.Path{App: app}) {
		t.Errorf("GET RESPONSE is about %s", e.File)
	}
}

func TestSelectPartialAID(t *testing.T) {
	part := aid(t, "A0000000871002")
	s, _, _ := open(t, cardtest.Script{
		{"00A4040407A0000000871002", "6116"},
		{"00C0000016", usimFCP + "9000"},
		{"00A40804047FFF6F07", "9000"},
		{"00A4040607A0000000871002", "6A82"},
	})
	err := read(t, s, func(x *card.Tx) error {
		sel, err := x.SelectAID(part, false)
		if err != nil || sel.Path.App.String() != usim {
			t.Errorf("%s, %v", sel.Path, err)
		}
		if _, err := x.Select(card.PathOf(part, 0x6F07)); err != nil {
			t.Error(err)
		}
		_, err = x.SelectAID(part, true)
		return err
	})
	if !card.Absent(err) {
		t.Errorf("the next one: %v", err)
	}
}

func TestSelectFallsBackToWalking(t *testing.T) {
	app := aid(t, usim)
	s, _, _ := open(t, cardtest.Script{
		{selUSIM, "9000"},
		{"00A40804047FFF6F07", "6A86"},
		{"00A40004026F07", "9000"}, // the ADF is current
		{"00A40004026F38", "9000"}, // the way is known now
		{"00A40004023F00", "9000"},
		{"00A40004027F10", "9000"},
		{"00A40004026F3A", "9000"},
	})
	err := read(t, s, func(x *card.Tx) error {
		for _, p := range []card.Path{card.PathOf(app, 0x6F07), card.PathOf(app, 0x6F38), card.PathOf("", 0x7F10, 0x6F3A)} {
			if _, err := x.Select(p); err != nil {
				t.Errorf("%s: %v", p, err)
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

func TestAbsentFileDoesNotFlipPathSupport(t *testing.T) {
	s, _, _ := open(t, cardtest.Script{
		{"00A40804022FE2", "6A82"},
		{selMF, "9000"}, // the walk begins at what is sure
		{"00A40004022FE2", "6A82"},
		{"00A40804022F05", "9000"},
		{"00A40804022F06", "6A82"}, // known to work: no second way is tried
	})
	err := read(t, s, func(x *card.Tx) error {
		if _, err := x.Select(card.PathOf("", 0x2FE2)); !card.Absent(err) {
			t.Errorf("absent: %v", err)
		}
		if _, err := x.Select(card.PathOf("", 0x2F05)); err != nil {
			t.Error(err)
		}
		_, err := x.Select(card.PathOf("", 0x2F06))
		return err
	})
	if !card.Absent(err) {
		t.Error(err)
	}
}

func TestWalkOn2G(t *testing.T) {
	s, _, o := openGSM(t, cardtest.Script{
		{gsmMF, "9000"},
		{gsmDF, "9000"},
		{"A0A40000026F07", "9000"},
		{"A0A40000026FAE", "9000"}, // beside it
		{gsmOther, "9000"},
		{"A0A40000026F3A", "9000"}, // a DF beside the current one
		{"A0A40000025F3A", "9000"},
		{"A0A40000024F3A", "9000"}, // and below
		{gsmOther, "9000"},
		{"A0A40000026F3C", "9000"}, // the parent directory
		{gsmMF, "9000"},
		{"A0A40000022FE2", "9000"}, // an EF beside it is not reached
		{gsmMF, "9000"},
	})
	paths := []card.Path{
		card.PathOf("", 0x7F20, 0x6F07), card.PathOf("", 0x7F20, 0x6FAE), card.PathOf("", 0x7F10, 0x6F3A),
		card.PathOf("", 0x7F10, 0x5F3A, 0x4F3A), card.PathOf("", 0x7F10, 0x6F3C), card.PathOf("", 0x2FE2),
		{},
	}
	selectAll(t, s, o, paths)
}

// selectAll selects files one after another in one step.
func selectAll(t *testing.T, s *card.Session, o *observed, paths []card.Path) {
	t.Helper()
	err := read(t, s, func(x *card.Tx) error {
		for _, p := range paths {
			if _, err := x.Select(p); err != nil {
				return fmt.Errorf("%s: %w", p, err)
			}
			if e := o.rows[len(o.rows)-1]; e.File != p {
				t.Errorf("%s is told as %s", p, e.File)
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// Between two steps another program may have selected something else: each step
// finds out what is current before it counts on it, once.
func TestEachStepMakesSure(t *testing.T) {
	imsi, loci := card.PathOf("\xA0\x00\x00\x00\x87\x10\x02\xFF", 0x6F07), card.PathOf("\xA0\x00\x00\x00\x87\x10\x02\xFF", 0x6F7E)
	const (
		selAID  = "00A4040408 A0000000871002FF"
		selADF  = "00A40004027FFF"
		ours    = "620E 8202 7821 8408 A0000000871002FF 9000"
		another = "620E 8202 7821 8408 A0000000871004FF 9000"
	)
	for name, tc := range map[string]struct {
		script cardtest.Script
		steps  [][]card.Path
	}{
		"the application is ours": {cardtest.Script{
			{selAID, ours},
			{"00A40804047FFF6F07", "9000"},
			{selADF, ours},
			{"00A40804047FFF6F07", "9000"},
			{"00A40804047FFF6F7E", "9000"},
		}, [][]card.Path{{imsi}, {imsi, loci}}},
		"another program's application": {cardtest.Script{
			{selAID, ours},
			{"00A40804047FFF6F07", "9000"},
			{selADF, another},
			{selAID, ours},
			{"00A40804047FFF6F07", "9000"},
			{selADF, ours},
			{"00A40804047FFF6F07", "9000"},
		}, [][]card.Path{{imsi}, {imsi}, {imsi}}},
		"a card that does not take 7FFF is believed": {cardtest.Script{
			{selAID, ours},
			{"00A40804047FFF6F07", "9000"},
			{selADF, "6A82"},
			{selAID, ours},
			{"00A40804047FFF6F07", "9000"},
			{"00A40804047FFF6F7E", "9000"},
		}, [][]card.Path{{imsi}, {imsi}, {loci}}},
		"files of the MF need nothing": {cardtest.Script{
			{"00A40804022FE2", "9000"}, {"00A40804022F00", "9000"},
		}, [][]card.Path{{card.PathOf("", 0x2FE2)}, {card.PathOf("", 0x2F00)}}},
	} {
		t.Run(name, func(t *testing.T) {
			s, _, o := open(t, tc.script)
			for _, paths := range tc.steps {
				selectAll(t, s, o, paths)
			}
		})
	}
	t.Run("a second PIN is not put at stake", func(t *testing.T) {
		verify := "0020008108" + pin1234
		s, _, o := open(t, cardtest.Script{
			{selAID, ours},
			{verify, "9000"},
			{"00A40804047FFF6F07", "9000"}, // whether the card takes 7FFF is not known
		})
		err := s.Act(t.Context(), "verify", card.RiskCount, func(x *card.Tx) error {
			if _, err := x.Select(card.PathOf(imsi.App)); err != nil {
				return err
			}
			_, err := x.Send(card.Command{INS: card.InsVerify, P2: 0x81, Data: cardtest.Hex(pin1234)})
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		selectAll(t, s, o, []card.Path{imsi})
	})
	t.Run("2G", func(t *testing.T) {
		s, _, o := openGSM(t, cardtest.Script{
			{gsmMF, "9000"},
			{gsmDF, "9000"},
			{"A0A40000026F07", "9000"},
			{"A0A40000026FAE", "9000"},
			{gsmMF, "9000"},
			{gsmDF, "9000"},
			{"A0A40000026F07", "9000"},
		})
		imsi := card.PathOf("", 0x7F20, 0x6F07)
		selectAll(t, s, o, []card.Path{imsi, card.PathOf("", 0x7F20, 0x6FAE)})
		selectAll(t, s, o, []card.Path{imsi})
	})
}

// TestWalkBesideByWhatLiesBelow goes from a DF to one beside it whose FID does
// not tell that it is one.
func TestWalkBesideByWhatLiesBelow(t *testing.T) {
	s, _, o := openGSM(t, cardtest.Script{
		{gsmMF, "9000"},
		{gsmDF, "9000"},
		{"A0A40000026F07", "9000"},
		{"A0A4000002A515", "9000"},
		{"A0A40000026F55", "9000"},
		{"A0A40000026F56", "9000"},
	})
	selectAll(t, s, o, []card.Path{card.PathOf("", 0x7F20, 0x6F07), card.PathOf("", 0xA515, 0x6F55), card.PathOf("", 0xA515, 0x6F56)})
}

func TestUpdatesOn2GUseItsClass(t *testing.T) {
	s, _, _ := openGSM(t, cardtest.Script{
		{"A0D600000101", "9000"}, {"A0DC01040101", "9200"}, {"A0B0000001", "019000"},
	}, armed)
	err := s.Act(t.Context(), "write", card.RiskChange, func(x *card.Tx) error {
		return errors.Join(x.UpdateBinary(0, []byte{1}), x.UpdateRecord(1, []byte{1}), func() error { _, err := x.ReadBinary(0, 1); return err }())
	})
	if err != nil {
		t.Error(err)
	}
}

func TestForeignResetRestartsReading(t *testing.T) {
	s, _, o := open(t, cardtest.Script{
		{"00A40804022FE2", "9000"},
		{"00B000000A", "!reset"},
		{"reset reconnect", ""},
		{"00A40804022FE2", "9000"},
		{"00B000000A", "01020304050607080910 9000"},
	})
	runs := 0
	err := read(t, s, func(x *card.Tx) error {
		runs++
		if _, err := x.Select(card.PathOf("", 0x2FE2)); err != nil {
			return err
		}
		_, err := x.ReadBinary(0, 10)
		return err
	})
	if err != nil || runs != 2 {
		t.Errorf("%d runs, %v", runs, err)
	}
	noted := false
	for _, e := range o.rows {
		noted = noted || e.Note == "note.foreign_reset"
	}
	if !noted {
		t.Error("no note tells of the reset")
	}
}

func TestRestartsAreBounded(t *testing.T) {
	f := cardtest.NewFunc(t, func(b []byte) ([]byte, error) {
		if b[1] == 0xA4 {
			return []byte{0x90, 0x00}, nil
		}
		return nil, &card.TransportError{Kind: card.KindReset, Op: "transmit"}
	})
	s, _, err := openOn(t, f, card.Options{})
	if err != nil {
		t.Fatal(err)
	}
	runs := 0
	err = read(t, s, func(x *card.Tx) error { runs++; _, err := x.ReadBinary(0, 1); return err })
	if !errors.Is(err, &card.TransportError{Kind: card.KindReset}) || runs != 3 || len(f.Resets()) != 2 {
		t.Errorf("%d runs, %d resets, %v", runs, len(f.Resets()), err)
	}
}

func TestActIsNotRestarted(t *testing.T) {
	t.Run("after something was sent", func(t *testing.T) {
		s, _, _ := open(t, cardtest.Script{{"00A40804022FE2", "!reset"}})
		runs := 0
		err := s.Act(t.Context(), "act", card.RiskNone, func(x *card.Tx) error {
			runs++
			_, err := x.Select(card.PathOf("", 0x2FE2))
			return err
		})
		if !errors.Is(err, &card.TransportError{Kind: card.KindReset}) || runs != 1 {
			t.Errorf("%d runs, %v", runs, err)
		}
	})
	t.Run("but when its beginning tells of the reset", func(t *testing.T) {
		s, _, _ := open(t, cardtest.Script{{"begin", "!reset"}, {"reset reconnect", ""}, {"begin", ""}, {"00D600000101", "9000"}, {"end", ""}})
		err := s.Act(t.Context(), "act", card.RiskChange, func(x *card.Tx) error { return x.UpdateBinary(0, []byte{1}) })
		if err != nil {
			t.Error(err)
		}
	})
	t.Run("nor a reading step that wrote", func(t *testing.T) {
		s, _, _ := open(t, cardtest.Script{{"00D600000101", "9000"}, {"00B0000001", "!reset"}}, armed)
		err := read(t, s, func(x *card.Tx) error {
			if err := x.UpdateBinary(0, []byte{1}); err != nil {
				return err
			}
			_, err := x.ReadBinary(0, 1)
			return err
		})
		if !errors.Is(err, &card.TransportError{Kind: card.KindReset}) {
			t.Error(err)
		}
	})
}

func TestForeignResetForgets(t *testing.T) {
	app := aid(t, usim)
	s, _, _ := open(t, cardtest.Script{
		{selUSIM, "9000"},
		{"00A40804047FFF6F07", "9000"},
		{"begin", "!reset"},
		{"reset reconnect", ""},
		{selUSIM, "9000"},
		{"00A40804047FFF6F07", "9000"},
	})
	for range 2 {
		if err := read(t, s, func(x *card.Tx) error { _, err := x.Select(card.PathOf(app, 0x6F07)); return err }); err != nil {
			t.Fatal(err)
		}
	}
}

func TestAnotherInsertionEndsTheSession(t *testing.T) {
	insert := func(c *cardtest.Card) func() {
		return func() { c.SetInfo(func(i *card.Info) { i.Generation = 2 }) }
	}
	t.Run("seen at the beginning of a step", func(t *testing.T) {
		s, c, _ := open(t, nil)
		insert(c)()
		err := read(t, s, func(*card.Tx) error { t.Error("the step runs"); return nil })
		if !errors.Is(err, card.ErrOtherCard) || !errors.Is(err, &card.TransportError{Kind: card.KindGone}) {
			t.Error(err)
		}
	})
	t.Run("seen when a step begins again", func(t *testing.T) {
		s, c, _ := open(t, cardtest.Script{{"00B0000001", "!reset"}, {"reset reconnect", ""}})
		c.Before(2, insert(c))
		err := read(t, s, func(x *card.Tx) error { _, err := x.ReadBinary(0, 1); return err })
		if !errors.Is(err, card.ErrOtherCard) {
			t.Error(err)
		}
	})
}

func TestCancelBetweenAPDUs(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	s, c, _ := open(t, cardtest.Script{{"00B0000001", "01 9000"}})
	c.Before(1, cancel)
	err := s.Read(ctx, "test", func(x *card.Tx) error {
		if _, err := x.ReadBinary(0, 1); err != nil {
			t.Errorf("the one under way: %v", err)
		}
		_, err := x.ReadBinary(1, 1)
		return err
	})
	if !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
}

func TestCancelBetweenFollowUps(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	s, c, _ := open(t, cardtest.Script{{"00B000000A", "6C05"}})
	c.Before(1, cancel)
	err := s.Read(ctx, "test", func(x *card.Tx) error { _, err := x.ReadBinary(0, 10); return err })
	if !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
}

func TestPanicEndsTransaction(t *testing.T) {
	s, _, _ := open(t, cardtest.Script{{"begin", ""}, {"end", ""}, {"begin", ""}, {"00B0000001", "01 9000"}, {"end", ""}})
	func() {
		defer func() { _ = recover() }()
		_ = read(t, s, func(*card.Tx) error { panic("in the step") })
	}()
	if err := read(t, s, func(x *card.Tx) error { _, err := x.ReadBinary(0, 1); return err }); err != nil {
		t.Error(err)
	}
}

func TestEndFailureIsTold(t *testing.T) {
	s, _, _ := open(t, cardtest.Script{{"end", ""}, {"begin", ""}, {"end", "!gone"}})
	if err := read(t, s, func(*card.Tx) error { return nil }); !errors.Is(err, &card.TransportError{Kind: card.KindGone}) {
		t.Error(err)
	}
}

// TestGates has, for each risk, a command and what lets it through.
func TestGates(t *testing.T) {
	verify, auth, update := "0020000108"+"3132333435363738", "00880081 02 0000", "00D6000001FF"
	for _, tt := range []struct {
		name  string
		mode  card.WriteMode
		allow card.Risk
		apdu  string
		ok    bool
	}{
		{"a read", card.ReadOnly, card.RiskNone, "00B0000001", true},
		{"a read, locked", card.ReadOnlyLocked, card.RiskNone, "00B0000001", true},
		{"tries, locked", card.ReadOnlyLocked, card.RiskNone, "0020000100", true},
		{"VERIFY in a reading step", card.ReadOnly, card.RiskNone, verify, false},
		{"VERIFY in its step", card.ReadOnly, card.RiskCount, verify, true},
		{"VERIFY in its step, locked", card.ReadOnlyLocked, card.RiskCount, verify, true},
		{"VERIFY in a reading step, locked", card.ReadOnlyLocked, card.RiskNone, verify, false},
		{"CHANGE in its step", card.ReadOnly, card.RiskCount, "00240001" + "10" + "31313131FFFFFFFF32323232FFFFFFFF", true},
		{"CHANGE in its step, locked", card.ReadOnlyLocked, card.RiskCount, "00240001" + "10" + "31313131FFFFFFFF32323232FFFFFFFF", false},
		{"AUTHENTICATE in its step", card.ReadOnly, card.RiskAuth, auth, true},
		{"AUTHENTICATE where PINs are allowed", card.ReadOnly, card.RiskCount, auth, false},
		{"AUTHENTICATE, locked", card.ReadOnlyLocked, card.RiskAuth, auth, false},
		{"UPDATE read-only", card.ReadOnly, card.RiskAuth, update, false},
		{"UPDATE in its step", card.ReadOnly, card.RiskChange, update, true},
		{"UPDATE armed", card.WriteArmed, card.RiskNone, update, true},
		{"UPDATE, locked", card.ReadOnlyLocked, card.RiskChange, update, false},
		{"unknown, read-only", card.ReadOnly, card.RiskAuth, "00FF000000", false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var script cardtest.Script
			if tt.ok {
				script = cardtest.Script{{"*", "9000"}}
			}
			s, _, o := open(t, script, func(s *setup) { s.options.Mode = tt.mode })
			err := s.Act(t.Context(), "gate", tt.allow, func(x *card.Tx) error { _, err := x.Send(raw(t, tt.apdu)); return err })
			var g *card.GateError
			if errors.As(err, &g) == tt.ok || (err == nil) != tt.ok {
				t.Errorf("%v", err)
			}
			if !tt.ok && len(o.ops.Rows()) != 0 {
				t.Error("a command that is not sent is recorded")
			}
		})
	}
}

func TestSetMode(t *testing.T) {
	s, _, _ := open(t, nil)
	if err := s.SetMode(card.WriteArmed); err != nil || s.Mode() != card.WriteArmed {
		t.Error(err)
	}
	s, _, _ = open(t, nil, locked)
	if err := s.SetMode(card.WriteArmed); !errors.Is(err, card.ErrLocked) || s.Mode() != card.ReadOnlyLocked {
		t.Error(err)
	}
}

func TestCloseResetsWhatWasVerified(t *testing.T) {
	verify := "0020000108" + "31323334FFFFFFFF"
	for _, tt := range []struct {
		name   string
		script cardtest.Script
		apdu   string
		want   bool
	}{
		{"nothing", nil, "", false},
		{"verified", cardtest.Script{{verify, "9000"}}, verify, true},
		{"verified, a proactive command waits", cardtest.Script{{verify, "9110"}}, verify, true},
		{"wrong", cardtest.Script{{verify, "63C2"}}, verify, false},
		{"no answer", cardtest.Script{{verify, "!mute"}}, verify, true},
		{"asked only", cardtest.Script{{"0020000100", "9000"}}, "0020000100", false},
		{"an ADM key", cardtest.Script{{"0020000A08*", "9000"}}, "0020000A08 0102030405060708", true},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s, c, _ := open(t, tt.script)
			if tt.apdu != "" {
				_ = s.Act(t.Context(), "act", card.RiskCount, func(x *card.Tx) error { _, err := x.Send(raw(t, tt.apdu)); return err })
			}
			if err := s.Close(t.Context()); err != nil {
				t.Fatal(err)
			}
			if closed, reset := c.Closed(); !closed || reset != tt.want {
				t.Errorf("closed %v, reset %v", closed, reset)
			}
		})
	}
}

func TestVerifiedIsForgottenByReset(t *testing.T) {
	s, c, _ := open(t, cardtest.Script{{"0020000108*", "9000"}, {"reset cold", ""}})
	_ = s.Act(t.Context(), "act", card.RiskCount, func(x *card.Tx) error { _, err := x.Send(raw(t, "002000010831323334FFFFFFFF")); return err })
	if !s.Verified(card.RefPIN1) || !s.NeedsReset() {
		t.Error("VERIFY is not kept account of")
	}
	if err := s.Reset(t.Context(), card.ResetCold); err != nil {
		t.Fatal(err)
	}
	if s.Verified(card.RefPIN1) || s.NeedsReset() {
		t.Error("a reset leaves it verified")
	}
	if err := s.Close(t.Context()); err != nil {
		t.Fatal(err)
	}
	if _, reset := c.Closed(); reset {
		t.Error("a card that was reset already is reset again")
	}
}
