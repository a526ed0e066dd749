package card_test

import (
	"bytes"
	"context"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"simscope/card"
	"simscope/card/cardtest"
)

// readTen sends READ BINARY of 10 bytes.
func readTen(t *testing.T, s *card.Session) (r card.Response, err error) {
	t.Helper()
	return send(t, s, card.Command{INS: 0xB0, Le: 10})
}

func TestFollowing(t *testing.T) {
	for _, tt := range []struct {
		name   string
		script cardtest.Script
		c      card.Command
		data   string
		sw     card.SW
	}{
		{"nothing to follow", cardtest.Script{{"00B000000A", "0102 9000"}}, card.Command{INS: 0xB0, Le: 10}, "0102", 0x9000},
		{"6Cxx to a read", cardtest.Script{{"00B000000A", "6C02"}, {"00B0000002", "0102 9000"}}, card.Command{INS: 0xB0, Le: 10}, "0102", 0x9000},
		{"6C00 is 256", cardtest.Script{{"00B000000A", "6C00"}, {"00B0000000", "0102 9000"}}, card.Command{INS: 0xB0, Le: 10}, "0102", 0x9000},
		{"61xx", cardtest.Script{{"80CA9F7F00", "6102"}, {"00C0000002", "0102 9000"}}, card.Command{CLA: 0x80, INS: 0xCA, P1: 0x9F, P2: 0x7F, Le: 256}, "0102", 0x9000},
		{"61xx in parts", cardtest.Script{{"80CA000000", "6100"}, {"00C0000000", "0102 6101"}, {"00C0000001", "03 9000"}}, card.Command{CLA: 0x80, INS: 0xCA, Le: 256}, "010203", 0x9000},
		{"9Fxx", cardtest.Script{{"A0A40000027F20", "9F02"}, {"A0C0000002", "0102 9000"}}, card.Command{CLA: 0xA0, INS: 0xA4, Data: []byte{0x7F, 0x20}}, "0102", 0x9000},
		{"9F00 is 256", cardtest.Script{{"A0A40000027F20", "9F00"}, {"A0C0000000", "0102 9000"}}, card.Command{CLA: 0xA0, INS: 0xA4, Data: []byte{0x7F, 0x20}}, "0102", 0x9000},
		{"6Cxx to GET RESPONSE", cardtest.Script{{"80CA000000", "6110"}, {"00C0000010", "6C02"}, {"00C0000002", "0102 9000"}}, card.Command{CLA: 0x80, INS: 0xCA, Le: 256}, "0102", 0x9000},
		{"GET RESPONSE on its channel", cardtest.Script{{"82CA000000", "6101"}, {"02C0000001", "01 9000"}}, card.Command{CLA: 0x82, INS: 0xCA, Le: 256}, "01", 0x9000},
		{"on a further channel", cardtest.Script{{"E3CA000000", "6101"}, {"43C0000001", "01 9000"}}, card.Command{CLA: 0xE3, INS: 0xCA, Le: 256}, "01", 0x9000},
		{"a proactive command waits", cardtest.Script{{"00B000000A", "0102 9180"}}, card.Command{INS: 0xB0, Le: 10}, "0102", 0x9180},
		{"after GET RESPONSE", cardtest.Script{{"00A40004022FE2", "6102"}, {"00C0000002", "6200 9110"}}, card.Command{INS: 0xA4, P2: 4, Data: []byte{0x2F, 0xE2}, Le: 256}, "6200", 0x9110},
		{"SELECT with a warning", cardtest.Script{{"00A40004022FE2", "6283"}, {"00C0000000", "6C02"}, {"00C0000002", "6200 9000"}}, card.Command{INS: 0xA4, P2: 4, Data: []byte{0x2F, 0xE2}, Le: 256}, "6200", 0x6283},
		{"SELECT with a warning and nothing to fetch", cardtest.Script{{"00A40004022FE2", "6283"}, {"00C0000000", "6985"}}, card.Command{INS: 0xA4, P2: 4, Data: []byte{0x2F, 0xE2}, Le: 256}, "", 0x6283},
		{"busy, then not", cardtest.Script{{"00B000000A", "9300"}, {"00B000000A", "9300"}, {"00B000000A", "01 9000"}}, card.Command{INS: 0xB0, Le: 10}, "01", 0x9000},
		{"HC-03: 6Cxx again", cardtest.Script{{"00B000000A", "6C10"}, {"00B0000010", "6C11"}}, card.Command{INS: 0xB0, Le: 10}, "", 0x6C11},
		{"HC-04: 61xx and 6Cxx in turn", cardtest.Script{{"80CA000000", "6105"}, {"00C0000005", "6C05"}, {"00C0000005", "6105"}, {"00C0000005", "6C05"}}, card.Command{CLA: 0x80, INS: 0xCA, Le: 256}, "", 0x6C05},
		{"a refusal", cardtest.Script{{"00B000000A", "6982"}}, card.Command{INS: 0xB0, Le: 10}, "", 0x6982},
	} {
		t.Run(tt.name, func(t *testing.T) {
			defer card.SetBusyPause(time.Millisecond)()
			s, _, _ := open(t, tt.script)
			r, err := send(t, s, tt.c)
			if err != nil || r.SW != tt.sw || !bytes.Equal(r.Data, cardtest.Hex(tt.data)) {
				t.Errorf("% X %s, %v", r.Data, r.SW, err)
			}
			if s.Proactive() != tt.sw.Proactive() {
				t.Errorf("proactive is %v", s.Proactive())
			}
		})
	}
}

// endless answers SELECT of the MF, and every other APDU with answer.
func endless(t *testing.T, answer string) (*card.Session, *cardtest.Func) {
	t.Helper()
	f := cardtest.NewFunc(t, func(b []byte) ([]byte, error) {
		if b[1] == 0xA4 && bytes.HasSuffix(b, []byte{0x3F, 0x00}) {
			return []byte{0x90, 0x00}, nil
		}
		return cardtest.Hex(answer), nil
	})
	s, _, err := openOn(t, f, card.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return s, f
}

func TestBudgets(t *testing.T) {
	defer card.SetBusyPause(time.Millisecond)()
	full := strings.Repeat("5A", 256)
	for _, tt := range []struct {
		name, answer string
		c            card.Command
		apdus        int // at most, for the one command
		got          int // bytes that had come
	}{
		{"HC-01: endless data", full + "6100", card.Command{CLA: 0x80, INS: 0xCA, Le: 256}, 65, 65 * 256},
		{"HC-02: no data", "6110", card.Command{CLA: 0x80, INS: 0xCA, Le: 256}, 3, 0},
		{"HC-05: 9F00", full + "9F00", card.Command{CLA: 0xA0, INS: 0xA4, Data: []byte{0x7F, 0x20}}, 65, 65 * 256},
		{"HC-05: 9F00 without data", "9F00", card.Command{CLA: 0xA0, INS: 0xA4, Data: []byte{0x7F, 0x20}}, 3, 0},
		{"more than 64 KiB", strings.Repeat("5A", 40000) + "6100", card.Command{CLA: 0x80, INS: 0xCA, Le: 256}, 2, 40000},
		{"HC-07: busy for ever", "9300", card.Command{INS: 0xB0, Le: 10}, 4, 0},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s, f := endless(t, tt.answer)
			before := len(f.Sent())
			r, err := send(t, s, tt.c)
			var be *card.BudgetError
			if !errors.As(err, &be) {
				t.Fatalf("%v", err)
			}
			if n := len(f.Sent()) - before; n != tt.apdus {
				t.Errorf("%d APDUs", n)
			}
			if len(be.Got) != tt.got || len(r.Data) != tt.got {
				t.Errorf("%d bytes in the error, %d in the response", len(be.Got), len(r.Data))
			}
		})
	}
}

func TestNoFetchEver(t *testing.T) { // HC-06
	s, f := endless(t, "9110")
	for range 5 {
		if _, err := readTen(t, s); err != nil {
			t.Fatal(err)
		}
	}
	for _, b := range f.Sent() {
		if slices.Contains([]byte{0x10, 0x12, 0x14}, b[1]) {
			t.Errorf("sent % X", b)
		}
	}
	if !s.Proactive() {
		t.Error("that a command waits is not told")
	}
}

func TestEverythingProactive(t *testing.T) {
	f := cardtest.NewFunc(t, func(b []byte) ([]byte, error) {
		switch b[1] {
		case 0xA4:
			return cardtest.Hex("9180"), nil
		case 0xB0:
			return cardtest.Hex("0102 9180"), nil
		}
		return cardtest.Hex("9180"), nil
	})
	s, _, err := openOn(t, f, card.Options{Mode: card.WriteArmed})
	if err != nil || s.Kind() != card.KindUICC {
		t.Fatal(s.Kind(), err)
	}
	err = read(t, s, func(x *card.Tx) error {
		if _, err := x.Select(card.PathOf("", 0x2FE2)); err != nil {
			return err
		}
		if b, err := x.ReadBinary(0, 2); err != nil || len(b) != 2 {
			t.Errorf("% X, %v", b, err)
		}
		return errors.Join(x.UpdateBinary(0, []byte{1}), x.UpdateRecord(1, []byte{1}))
	})
	if err != nil {
		t.Error(err)
	}
}

func TestShortAnswers(t *testing.T) { // HC-13
	for _, answer := range []string{"", "90"} {
		s, _, o := open(t, cardtest.Script{{"00B000000A", answer}})
		_, err := readTen(t, s)
		if !errors.Is(err, &card.TransportError{Kind: card.KindProtocol}) {
			t.Errorf("%q: %v", answer, err)
		}
		if e := o.rows[len(o.rows)-1]; e.Err != "protocol" || e.SW != 0 {
			t.Errorf("%q is told as %+v", answer, e)
		}
	}
}

func TestLongAnswer(t *testing.T) { // HC-14
	s, _ := endless(t, strings.Repeat("5A", 65536)+"9000")
	r, err := readTen(t, s)
	if err != nil || len(r.Data) != 65536 || cap(r.Data) != 65536 {
		t.Errorf("%d bytes of %d, %v", len(r.Data), cap(r.Data), err)
	}
}

func TestReadReturnsMoreThanAsked(t *testing.T) { // HC-15
	s, _, o := open(t, cardtest.Script{{"00B0000002", "01020304 9000"}, {"00B2010402", "01020304 9000"}})
	err := read(t, s, func(x *card.Tx) error {
		b, err := x.ReadBinary(0, 2)
		r, err2 := x.ReadRecord(1, 2)
		if len(b) != 2 || len(r) != 2 {
			t.Errorf("% X, % X", b, r)
		}
		return errors.Join(err, err2)
	})
	if err != nil {
		t.Error(err)
	}
	if e := o.rows[len(o.rows)-1]; len(e.Response) != 4 {
		t.Errorf("the log has % X", e.Response)
	}
}

func TestFileCommands(t *testing.T) {
	s, _, _ := open(t, cardtest.Script{
		{"00B07FFF01", "01 9000"},
		{"00B0010000", "6282"},
		{"00B2FF0401", "01 9000"},
		{"00D67FFF01FF", "9000"},
		{"00D6000001FF", "63C1"}, // done after a try inside
		{"00DC010401FF", "6581"},
	}, armed)
	err := read(t, s, func(x *card.Tx) error {
		if b, err := x.ReadBinary(0x7FFF, 1); err != nil || len(b) != 1 {
			t.Errorf("% X, %v", b, err)
		}
		if b, err := x.ReadBinary(256, 256); err != nil || len(b) != 0 {
			t.Errorf("% X, %v", b, err)
		}
		if b, err := x.ReadRecord(255, 1); err != nil || len(b) != 1 {
			t.Errorf("% X, %v", b, err)
		}
		if err := errors.Join(x.UpdateBinary(0x7FFF, []byte{0xFF}), x.UpdateBinary(0, []byte{0xFF})); err != nil {
			t.Error(err)
		}
		return x.UpdateRecord(1, []byte{0xFF})
	})
	if card.SWOf(err) != 0x6581 {
		t.Error(err)
	}
}

func TestFileCommandsOutOfRange(t *testing.T) {
	s, _, _ := open(t, nil, armed)
	_ = read(t, s, func(x *card.Tx) error {
		for name, f := range map[string]func() error{
			"offset 32768":        func() error { _, err := x.ReadBinary(0x8000, 1); return err },
			"offset -1":           func() error { _, err := x.ReadBinary(-1, 1); return err },
			"record 0":            func() error { _, err := x.ReadRecord(0, 1); return err },
			"record 256":          func() error { _, err := x.ReadRecord(256, 1); return err },
			"update offset 32768": func() error { return x.UpdateBinary(0x8000, []byte{1}) },
			"update 256 bytes":    func() error { return x.UpdateBinary(0, rep(256)) },
			"update record 0":     func() error { return x.UpdateRecord(0, []byte{1}) },
			"update record 256":   func() error { return x.UpdateRecord(256, []byte{1}) },
			"record of 256 bytes": func() error { return x.UpdateRecord(1, rep(256)) },
			"a negative Le":       func() error { _, err := x.ReadBinary(0, -1); return err },
		} {
			if err := f(); !errors.Is(err, card.ErrLength) {
				t.Errorf("%s: %v", name, err)
			}
		}
		return nil
	})
}

func TestStrictTPDUCard(t *testing.T) {
	asked := 0
	f := cardtest.NewFunc(t, cardtest.StrictTPDU(func(b []byte) ([]byte, error) {
		switch b[1] {
		case 0xA4:
			return cardtest.Hex("6104"), nil
		case 0xC0:
			return cardtest.Hex("6202 8200 9000"), nil
		case 0x20:
			if len(b) > 5 {
				return cardtest.Hex("9000"), nil
			}
			asked++
			return cardtest.Hex("63C3"), nil
		}
		return cardtest.Hex("9000"), nil
	}))
	s, _, err := openOn(t, f, card.Options{Mode: card.WriteArmed})
	if err != nil {
		t.Fatal(err)
	}
	out, err := s.PIN(t.Context(), card.PINRequest{Op: card.PINVerify, Ref: card.RefPIN1, Current: secret("1234")})
	if err != nil || out.Before.Left != 3 || asked != 2 {
		t.Errorf("%+v, %v, asked %d times", out, err, asked)
	}
	err = read(t, s, func(x *card.Tx) error { _, err := x.Send(card.Command{INS: 0x04}); return err })
	if err != nil {
		t.Errorf("a case 1 command: %v", err)
	}
}

func TestT1SendsISOForms(t *testing.T) {
	s, _, _ := open(t, cardtest.Script{{"00A40804022FE200", "6282 9000"}, {"00A40804022FE200", "6283"}, {"00040000", "9000"}}, withT1, armed)
	_ = read(t, s, func(x *card.Tx) error {
		if sel, err := x.Select(card.PathOf("", 0x2FE2)); err != nil || len(sel.Info) != 2 {
			t.Errorf("%+v, %v", sel, err)
		}
		if sel, err := x.Select(card.PathOf("", 0x2FE2)); err != nil || sel.SW != 0x6283 {
			t.Errorf("%+v, %v", sel, err)
		}
		_, err := x.Send(card.Command{INS: 0x04})
		return err
	})
}

func TestFailedSelectForgetsWhereItIs(t *testing.T) {
	app := aid(t, usim)
	for _, failure := range []cardtest.Script{
		{{"00A40804047FFF6F07", "90"}},
		{{"00A40804047FFF6F07", "6110"}, {"00C0000010", "6F00"}},
	} {
		script := append(cardtest.Script{{selUSIM, "9000"}, {"00A40804047FFF6F38", "9000"}}, failure...)
		s, _, _ := open(t, append(script, cardtest.Script{{selUSIM, "9000"}, {"00A40804047FFF6F38", "9000"}}...))
		_ = read(t, s, func(x *card.Tx) error {
			if _, err := x.Select(card.PathOf(app, 0x6F38)); err != nil {
				t.Error(err)
			}
			if _, err := x.Select(card.PathOf(app, 0x6F07)); err == nil {
				t.Error("no error")
			}
			_, err := x.Select(card.PathOf(app, 0x6F38))
			if err != nil {
				t.Error(err)
			}
			return nil
		})
	}
}

// lastFile sends raw APDUs in one step and returns the file of the last row.
func lastFile(t *testing.T, s *card.Session, o *observed, apdus ...string) card.Path {
	t.Helper()
	err := read(t, s, func(x *card.Tx) error {
		for _, a := range apdus {
			if _, err := x.Send(raw(t, a)); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return o.rows[len(o.rows)-1].File
}

func TestBERTLVFileIsNoDirectory(t *testing.T) {
	s, _, o := open(t, cardtest.Script{
		{"00A40804047F104F10", "6106"},
		{"00C0000006", "6204 8202 3921 9000"},
		{"00A40004026F3A", "9000"},
	})
	if p := lastFile(t, s, o, "00A40804047F104F10", "00A40004026F3A"); p != card.PathOf("", 0x7F10, 0x6F3A) {
		t.Errorf("beside it lies %s", p)
	}
}

func TestFilesOfRawCommands(t *testing.T) {
	app := aid(t, usim)
	for _, tt := range []struct {
		name  string
		apdus string
		want  card.Path
	}{
		{"the MF", "00A40004023F00", card.Path{}},
		{"an EF below it", "00A40004022FE2", card.PathOf("", 0x2FE2)},
		{"a DF beside", "00A40004027F20 00A40004027F10 00A40004026F3A", card.PathOf("", 0x7F10, 0x6F3A)},
		{"a DF beside in an ADF", selUSIM + " 00A40004025F3A 00A40004025F3B", card.PathOf(app, 0x5F3B)},
		{"the parent", "00A40004027F10 00A40004025F3A 00A40004027F10", card.PathOf("", 0x7F10)},
		{"the parent by P1", "00A40004027F10 00A40004025F3A 00A4030400 00B0000001", card.PathOf("", 0x7F10)},
		{"the ADF again", selUSIM + " 00A40004025F3A 00A40004027FFF", card.Path{App: app}},
		{"by path from the current DF", "00A40004027F10 00A40904045F3A4F3A", card.PathOf("", 0x7F10, 0x5F3A, 0x4F3A)},
		{"by SFI: its directory", selUSIM + " 00B0870001", card.Path{App: app}},
		{"the current EF", selUSIM + " 00A40004026F07 00B0000001", card.PathOf(app, 0x6F07)},
		{"a refused SELECT changes nothing", "00A40004027F10 00A40004026FFF 00B2010401", card.PathOf("", 0x7F10)},
		{"another channel has its own", selUSIM + " 01A40004023F00 00B0000001", card.Path{App: app}},
	} {
		f := cardtest.NewFunc(t, func(b []byte) ([]byte, error) {
			if bytes.HasSuffix(b, []byte{0x6F, 0xFF}) {
				return cardtest.Hex("6A82"), nil
			}
			return cardtest.Hex("9000"), nil
		})
		s, o, err := openOn(t, f, card.Options{})
		if err != nil {
			t.Fatal(err)
		}
		if got := lastFile(t, s, o, strings.Fields(tt.apdus)...); got != tt.want {
			t.Errorf("%s: %s, want %s", tt.name, got, tt.want)
		}
	}
}

// failing is a recorder that refuses an intent or an outcome.
type failing struct {
	card.MemoryRecorder
	intent, outcome error
}

func (r *failing) Intent(ctx context.Context, op card.Op) (uint64, error) {
	if r.intent != nil {
		return 0, r.intent
	}
	return r.MemoryRecorder.Intent(ctx, op)
}

func (r *failing) Outcome(ctx context.Context, id uint64, res card.OpResult) error {
	_ = r.MemoryRecorder.Outcome(ctx, id, res)
	return r.outcome
}

var errFull = errors.New("no space left")

func TestIntentComesFirst(t *testing.T) {
	var rec card.MemoryRecorder
	s, c, _ := open(t, cardtest.Script{{"00D600000101", "9000"}}, armed, func(s *setup) { s.options.Recorder = &rec })
	s.SetICCID("8999000000000000008")
	c.Before(1, func() {
		rows := rec.Rows()
		if len(rows) != 1 || rows[0].Done || rows[0].Op.Header != [4]byte{0, 0xD6, 0, 0} || rows[0].Op.ICCID == "" || rows[0].Op.Risk != card.RiskChange {
			t.Errorf("before it is sent: %+v", rows)
		}
	})
	if err := read(t, s, func(x *card.Tx) error { return x.UpdateBinary(0, []byte{1}) }); err != nil {
		t.Fatal(err)
	}
	if rows := rec.Rows(); len(rows) != 1 || !rows[0].Done || rows[0].Result != (card.OpResult{SW: 0x9000}) {
		t.Errorf("after: %+v", rows)
	}
}

func TestFailingIntentStops(t *testing.T) {
	s, _, _ := open(t, nil, armed, func(s *setup) { s.options.Recorder = &failing{intent: errFull} })
	if err := read(t, s, func(x *card.Tx) error { return x.UpdateBinary(0, []byte{1}) }); !errors.Is(err, errFull) {
		t.Error(err)
	}
}

func TestFailingOutcomeIsTold(t *testing.T) {
	s, _, _ := open(t, cardtest.Script{{"0020000108*", "9000"}}, armed, func(s *setup) { s.options.Recorder = &failing{outcome: errFull} })
	_, err := send(t, s, raw(t, "002000010831323334FFFFFFFF"))
	if !errors.Is(err, errFull) || !s.Verified(card.RefPIN1) {
		t.Errorf("%v, verified %v", err, s.Verified(card.RefPIN1))
	}
}

func TestLostOutcomes(t *testing.T) {
	for _, script := range []cardtest.Script{
		{{"00D600000101", "!gone"}},
		{{"00D600000101", "!mute"}},
		{{"00D600000101", "90"}},
		{{"00D600000101", "6110"}, {"00C0000010", "!gone"}},
		{{"00D600000101", "!reset"}},
	} {
		s, _, o := open(t, script, armed)
		err := read(t, s, func(x *card.Tx) error { return x.UpdateBinary(0, []byte{1}) })
		var lost *card.LostError
		if !errors.As(err, &lost) {
			t.Errorf("%v: %v", script, err)
		}
		if rows := o.ops.Rows(); len(rows) != 1 || !rows[0].Done || !rows[0].Result.Lost {
			t.Errorf("%v: %+v", script, rows)
		}
	}
}

func TestNothingAtRiskIsSentTwice(t *testing.T) {
	for _, apdu := range []string{
		"0020000100", "002C000100", "002000010831323334FFFFFFFF", "0024000110" + strings.Repeat("31", 16),
		"0026000108" + strings.Repeat("31", 8), "0028000108" + strings.Repeat("31", 8), "002C000110" + strings.Repeat("31", 16),
		"0088008102" + "0000", "00D600000101", "00DC010401FF", "8032000003" + "000001", "80E2910003BF2E00", "8082000008" + strings.Repeat("31", 8), "00FF000000",
	} {
		for _, sw := range []string{"6C08", "9300", "6700", "6F00"} {
			s, _, _ := open(t, cardtest.Script{{apdu, sw}}, armed)
			r, err := send(t, s, raw(t, apdu))
			if err != nil || r.SW.String() != sw {
				t.Errorf("%s answered %s: %s, %v", apdu, sw, r.SW, err)
			}
		}
	}
}
