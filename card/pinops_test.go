package card_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"simscope/card"
	"simscope/card/cardtest"
)

const (
	pin1234  = "31323334FFFFFFFF"
	pin5678  = "35363738FFFFFFFF"
	puk      = "3132333435363738"
	askPIN1  = "0020000100"
	tryPIN1  = "0020000108" + pin1234
	iccidHex = "98990000000000000080"
	selICCID = "00A40804022FE2"
)

// pinCase is one operation: what the card says, and what comes of it.
type pinCase struct {
	name   string
	req    card.PINRequest
	script cardtest.Script
	sent   bool
	lost   bool
	after  card.Tries
	check  func(error) bool
}

func isNil(err error) bool { return err == nil }

func is(target error) func(error) bool {
	return func(err error) bool { return errors.Is(err, target) }
}

func pinError(left int, blocked bool) func(error) bool {
	return func(err error) bool {
		var e *card.PINError
		return errors.As(err, &e) && e.Known && e.Left == left && e.Blocked == blocked
	}
}

func status(sw card.SW) func(error) bool {
	return func(err error) bool {
		var e *card.StatusError
		return errors.As(err, &e) && e.SW == sw
	}
}

func isLost(err error) bool {
	var e *card.LostError
	return errors.As(err, &e)
}

func verify(more ...func(*card.PINRequest)) card.PINRequest {
	r := card.PINRequest{Op: card.PINVerify, Ref: card.RefPIN1, Current: secret("1234")}
	for _, f := range more {
		f(&r)
	}
	return r
}

func lastTry(r *card.PINRequest)   { r.LastTry = true }
func sameICCID(r *card.PINRequest) { r.ICCID = cardtest.Hex(iccidHex) }

func op(o card.PINOp, ref card.PINRef, current, next string) card.PINRequest {
	r := card.PINRequest{Op: o, Ref: ref, Current: secret(current)}
	if next != "" {
		r.New = secret(next)
	}
	return r
}

// known is a count of tries.
func known(n int) card.Tries { return card.Tries{Known: true, Left: n, Blocked: n == 0} }

var app81 = func(r *card.PINRequest) { a, _ := card.ParseAID(usim); r.App = a }

func with(r card.PINRequest, more ...func(*card.PINRequest)) card.PINRequest {
	for _, f := range more {
		f(&r)
	}
	return r
}

// pinCases makes its requests anew, for they are cleared by use.
func pinCases() []pinCase {
	before := cardtest.Script{{selMF, "9000"}, {askPIN1, "63C3"}}
	then := func(more ...cardtest.Step) cardtest.Script { return append(slices.Clone(before), more...) }
	return []pinCase{
		{"right", verify(), then(cardtest.Step{tryPIN1, "9000"}, cardtest.Step{askPIN1, "63C3"}), true, false, known(3), isNil},
		{"right, then 9000 to the question", verify(), then(cardtest.Step{tryPIN1, "9000"}, cardtest.Step{askPIN1, "9000"}), true, false, card.Tries{Verified: true}, isNil},
		{"right, a proactive command waits", verify(), then(cardtest.Step{tryPIN1, "9180"}, cardtest.Step{askPIN1, "63C3"}), true, false, known(3), isNil},
		{"right, the question after it fails", verify(), then(cardtest.Step{tryPIN1, "9000"}, cardtest.Step{askPIN1, "!gone"}), true, false, card.Tries{}, isNil},
		{"61xx", verify(), then(cardtest.Step{tryPIN1, "6102"}, cardtest.Step{"00C0000002", "0102 9000"}, cardtest.Step{askPIN1, "63C3"}), true, false, known(3), isNil},
		{"6Cxx", verify(), then(cardtest.Step{tryPIN1, "6C08"}, cardtest.Step{askPIN1, "63C3"}), true, false, known(3), status(0x6C08)},
		{"wrong", verify(), then(cardtest.Step{tryPIN1, "63C2"}, cardtest.Step{askPIN1, "63C2"}), true, false, known(2), pinError(2, false)},
		{"wrong, the card lied about its count", verify(), then(cardtest.Step{tryPIN1, "6983"}, cardtest.Step{askPIN1, "63C3"}), true, false, known(0), pinError(0, true)},
		{"wrong without a count", verify(), then(cardtest.Step{tryPIN1, "6300"}, cardtest.Step{askPIN1, "63C2"}), true, false, known(2), pinError(2, false)},
		{"wrong for the last time", verify(lastTry), cardtest.Script{{selMF, "9000"}, {askPIN1, "63C1"}, {tryPIN1, "63C0"}, {askPIN1, "6983"}}, true, false, known(0), pinError(0, true)},
		{"off: 6984", verify(), then(cardtest.Step{tryPIN1, "6984"}, cardtest.Step{askPIN1, "63C3"}), true, false, known(3), status(0x6984)},
		{"off: 6985", verify(), then(cardtest.Step{tryPIN1, "6985"}, cardtest.Step{askPIN1, "63C3"}), true, false, known(3), status(0x6985)},
		{"off: 6F00", verify(), then(cardtest.Step{tryPIN1, "6F00"}, cardtest.Step{askPIN1, "63C3"}), true, false, known(3), status(0x6F00)},
		{"busy", verify(), then(cardtest.Step{tryPIN1, "9300"}, cardtest.Step{askPIN1, "63C3"}), true, false, known(3), status(0x9300)},
		{"four bytes only after 6700", verify(), cardtest.Script{{selMF, "9000"}, {askPIN1, "6700"}, {"00200001", "63C3"}, {tryPIN1, "9000"}, {askPIN1, "6700"}, {"00200001", "63C3"}}, true, false, known(3), isNil},

		{"the same card", verify(sameICCID), cardtest.Script{{selICCID, "9000"}, {"00B000000A", iccidHex + "9000"}, {selMF, "9000"}, {askPIN1, "63C3"}, {tryPIN1, "9000"}, {askPIN1, "63C3"}}, true, false, known(3), isNil},
		{"another card", verify(sameICCID), cardtest.Script{{selICCID, "9000"}, {"00B000000A", "98990000000000000099 9000"}}, false, false, card.Tries{}, is(card.ErrOtherCard)},
		{"ICCID cut short", verify(sameICCID), cardtest.Script{{selICCID, "9000"}, {"00B000000A", "9899 6282"}}, false, false, card.Tries{}, is(card.ErrOtherCard)},
		{"ICCID not to be read", verify(sameICCID), cardtest.Script{{selICCID, "9000"}, {"00B000000A", "6982"}}, false, false, card.Tries{}, status(0x6982)},
		{"blocked: 6983", verify(lastTry), cardtest.Script{{selMF, "9000"}, {askPIN1, "6983"}}, false, false, card.Tries{}, pinError(0, true)},
		{"blocked: 63C0", verify(lastTry), cardtest.Script{{selMF, "9000"}, {askPIN1, "63C0"}}, false, false, card.Tries{}, pinError(0, true)},
		{"no such PIN", verify(lastTry), cardtest.Script{{selMF, "9000"}, {askPIN1, "6A88"}}, false, false, card.Tries{}, status(0x6A88)},
		{"the last try", verify(), cardtest.Script{{selMF, "9000"}, {askPIN1, "63C1"}}, false, false, card.Tries{}, is(card.ErrLastTry)},
		{"tries unknown", verify(), cardtest.Script{{selMF, "9000"}, {askPIN1, "6F00"}}, false, false, card.Tries{}, is(card.ErrLastTry)},
		{"tries unknown: 9000", verify(), cardtest.Script{{selMF, "9000"}, {askPIN1, "9000"}}, false, false, card.Tries{}, is(card.ErrLastTry)},
		{"tries unknown, confirmed", verify(lastTry), cardtest.Script{{selMF, "9000"}, {askPIN1, "6985"}, {tryPIN1, "9000"}, {askPIN1, "6985"}}, true, false, card.Tries{}, isNil},
		{"the MF is refused", verify(), cardtest.Script{{selMF, "6F00"}}, false, false, card.Tries{}, status(0x6F00)},
		{"the card goes before", verify(), cardtest.Script{{selMF, "9000"}, {askPIN1, "!gone"}}, false, false, card.Tries{}, is(&card.TransportError{Kind: card.KindGone})},
		{"the form is wrong", op(card.PINVerify, card.RefPIN1, "12", ""), nil, false, false, card.Tries{}, is(card.ErrPINForm)},
		{"the new one's form is wrong", op(card.PINChange, card.RefPIN1, "1234", "12"), nil, false, false, card.Tries{}, is(card.ErrPINForm)},
		{"nothing new", op(card.PINUnblock, card.RefPIN1, "12345678", ""), nil, false, false, card.Tries{}, is(card.ErrPINForm)},
		{"a local reference without application", op(card.PINVerify, card.RefPIN2, "1234", ""), nil, false, false, card.Tries{}, is(card.ErrNeedsApp)},

		{"local: the ADF first", with(op(card.PINVerify, card.RefPIN2, "1234", ""), app81), cardtest.Script{{selUSIM, "9000"}, {"0020008100", "63C3"}, {"0020008108" + pin1234, "9000"}, {"0020008100", "63C3"}}, true, false, known(3), isNil},
		{"no such application", with(op(card.PINVerify, card.RefPIN2, "1234", ""), app81), cardtest.Script{{selUSIM, "6A82"}}, false, false, card.Tries{}, status(0x6A82)},
		{"change", op(card.PINChange, card.RefPIN1, "1234", "5678"), then(cardtest.Step{"0024000110" + pin1234 + pin5678, "9000"}, cardtest.Step{askPIN1, "63C3"}), true, false, known(3), isNil},
		{"disable", op(card.PINDisable, card.RefPIN1, "1234", ""), then(cardtest.Step{"0026000108" + pin1234, "9000"}, cardtest.Step{askPIN1, "6984"}), true, false, card.Tries{}, isNil},
		{"enable", op(card.PINEnable, card.RefPIN1, "1234", ""), then(cardtest.Step{"0028000108" + pin1234, "63C2"}, cardtest.Step{askPIN1, "63C2"}), true, false, known(2), pinError(2, false)},
		{"unblock", op(card.PINUnblock, card.RefPIN1, "12345678", "1234"), cardtest.Script{{selMF, "9000"}, {askPIN1, "6983"}, {"002C000100", "63CA"}, {"002C000110" + puk + pin1234, "9000"}, {"002C000100", "63CA"}}, true, false, known(10), isNil},
		{"wrong PUK", op(card.PINUnblock, card.RefPIN1, "12345678", "1234"), cardtest.Script{{selMF, "9000"}, {askPIN1, "6983"}, {"002C000100", "63C4"}, {"002C000110" + puk + pin1234, "63C3"}, {"002C000100", "63C3"}}, true, false, known(3), pinError(3, false)},
		{"three tries of a PUK", op(card.PINUnblock, card.RefPIN1, "12345678", "1234"), cardtest.Script{{selMF, "9000"}, {askPIN1, "63C0"}, {"002C000100", "63C3"}}, false, false, card.Tries{}, is(card.ErrLastTry)},
		{"PUK blocked", with(op(card.PINUnblock, card.RefPIN1, "12345678", "1234"), lastTry), cardtest.Script{{selMF, "9000"}, {askPIN1, "6983"}, {"002C000100", "6983"}}, false, false, card.Tries{}, pinError(0, true)},
		{"PUK's question answered 9000", op(card.PINUnblock, card.RefPIN1, "12345678", "1234"), cardtest.Script{{selMF, "9000"}, {askPIN1, "6983"}, {"002C000100", "9000"}}, false, false, card.Tries{}, is(card.ErrLastTry)},
		{"PUK not asked for where the PIN does not tell", op(card.PINUnblock, card.RefPIN1, "12345678", "1234"), cardtest.Script{{selMF, "9000"}, {askPIN1, "6F00"}}, false, false, card.Tries{}, is(card.ErrLastTry)},
		{"PUK of no PIN", with(op(card.PINUnblock, card.RefPIN1, "12345678", "1234"), lastTry), cardtest.Script{{selMF, "9000"}, {askPIN1, "6A88"}}, false, false, card.Tries{}, status(0x6A88)},
		{"ADM key", op(card.PINVerify, card.RefADM1, "\x01\x02\x03\x04\x05\x06\x07\x08", ""), cardtest.Script{{selMF, "9000"}, {"0020000A00", "63CA"}, {"0020000A08 0102030405060708", "9000"}, {"0020000A00", "63CA"}}, true, false, known(10), isNil},

		{"no answer", verify(), then(cardtest.Step{tryPIN1, "!gone"}, cardtest.Step{"reset cold", ""}, cardtest.Step{selMF, "9000"}, cardtest.Step{askPIN1, "63C2"}), true, true, known(2), isLost},
		{"half an answer", verify(), then(cardtest.Step{tryPIN1, "90"}, cardtest.Step{"reset cold", ""}, cardtest.Step{selMF, "9000"}, cardtest.Step{askPIN1, "63C3"}), true, true, known(3), isLost},
		{"reset in between", verify(), then(cardtest.Step{tryPIN1, "!reset"}, cardtest.Step{"reset cold", ""}, cardtest.Step{selMF, "9000"}, cardtest.Step{askPIN1, "63C3"}), true, true, known(3), isLost},
		{"61xx, then no answer", verify(), then(cardtest.Step{tryPIN1, "6110"}, cardtest.Step{"00C0000010", "!mute"}, cardtest.Step{"reset cold", ""}, cardtest.Step{selMF, "9000"}, cardtest.Step{askPIN1, "63C3"}), true, true, known(3), isLost},
		{"no answer, and no reset", verify(), then(cardtest.Step{tryPIN1, "!gone"}, cardtest.Step{"reset cold", "!no_card"}), true, true, card.Tries{}, isLost},
		{"no answer, and another card after", verify(sameICCID), cardtest.Script{{selICCID, "9000"}, {"00B000000A", iccidHex + "9000"}, {selMF, "9000"}, {askPIN1, "63C3"}, {tryPIN1, "!gone"}, {"reset cold", ""}, {selICCID, "9000"}, {"00B000000A", "00 9000"}}, true, true, card.Tries{}, isLost},
		{"no answer, then the question is answered by nothing", verify(), then(cardtest.Step{tryPIN1, "!gone"}, cardtest.Step{"reset cold", ""}, cardtest.Step{selMF, "9000"}, cardtest.Step{askPIN1, "!gone"}), true, true, card.Tries{}, isLost},
	}
}

func TestPINOperations(t *testing.T) {
	for _, tt := range pinCases() {
		t.Run(tt.name, func(t *testing.T) {
			s, c, o := open(t, tt.script)
			out, err := s.PIN(t.Context(), tt.req)
			if !tt.check(err) {
				t.Errorf("error is %v", err)
			}
			if out.Sent != tt.sent || out.Lost != tt.lost || out.After != tt.after {
				t.Errorf("%+v", out)
			}
			oncePerOperation(t, c.Sent(), tt.sent)
			if n := tt.req.Current.Len() + tt.req.New.Len(); n != 0 {
				t.Errorf("%d bytes of secrets are left", n)
			}
			checkCanary(t, o, err, "1234", "12345678", "5678")
			ops := o.ops.Rows()
			if (len(ops) == 1) != tt.sent || tt.sent && (!ops[0].Done || ops[0].Result.Lost != tt.lost || ops[0].Op.Risk != card.RiskCount) {
				t.Errorf("recorded: %+v", ops)
			}
		})
	}
}

// oncePerOperation checks that at most one PIN command with data was sent.
func oncePerOperation(t *testing.T, sent [][]byte, want bool) {
	t.Helper()
	n := 0
	for _, b := range sent {
		if slices.Contains([]byte{0x20, 0x24, 0x26, 0x28, 0x2C}, b[1]) && len(b) > 5 {
			n++
		}
	}
	if n > 1 || (n == 1) != want {
		t.Errorf("%d PIN commands were sent", n)
	}
}

// checkCanary looks for secrets, as text and hex, in all that a session told.
func checkCanary(t *testing.T, o *observed, err error, secrets ...string) {
	t.Helper()
	told := fmt.Sprintf("%v %+v %#v\n", err, err, err)
	for _, r := range o.ops.Rows() {
		told += fmt.Sprintf("%+v %#v\n", r, r)
	}
	for _, e := range o.rows {
		told += fmt.Sprintf("%s|%X|%s|%X\n", e.Command, e.Command, e.Response, e.Response)
		for _, h := range e.Hidden {
			field := e.Command
			if h.Response {
				field = e.Response
			}
			if h.Off < 0 || h.Len <= 0 || h.Off+h.Len > len(field) || h.Word == "" || strings.Trim(string(field[h.Off:h.Off+h.Len]), "\x00") != "" {
				t.Errorf("hidden span %+v of % X", h, field)
			}
		}
	}
	for _, s := range secrets {
		if strings.Contains(told, s) || strings.Contains(told, fmt.Sprintf("%X", s)) {
			t.Errorf("%q is told in:\n%s", s, told)
		}
	}
}

func TestPINCommandDataIsCleared(t *testing.T) {
	for _, answer := range []string{"9000", "63C2", "6F00", "!gone"} {
		script := cardtest.Script{{selMF, "9000"}, {askPIN1, "63C3"}, {tryPIN1, answer}}
		if answer == "!gone" {
			script = append(script, cardtest.Step{"reset cold", "!gone"})
		} else {
			script = append(script, cardtest.Step{askPIN1, "63C3"})
		}
		c := &keeping{Card: cardtest.New(t, append(cardtest.Script{{selMF, "9000"}}, script...))}
		s, _, err := openOn(t, c, card.Options{})
		if err != nil {
			t.Fatal(err)
		}
		_, _ = s.PIN(t.Context(), verify())
		for _, b := range c.kept {
			if strings.Contains(string(b), "1234") {
				t.Errorf("after %s the buffer still holds % X", answer, b)
			}
		}
		if len(c.kept) < 4 {
			t.Fatal("nothing was kept")
		}
	}
}

// keeping keeps the very slices that a session hands over.
type keeping struct {
	*cardtest.Card
	kept [][]byte
}

func (k *keeping) Transmit(ctx context.Context, apdu []byte) ([]byte, error) {
	k.kept = append(k.kept, apdu)
	return k.Card.Transmit(ctx, apdu)
}

func TestPINLocked(t *testing.T) {
	s, _, o := open(t, cardtest.Script{{selMF, "9000"}, {askPIN1, "63C3"}}, locked)
	out, err := s.PIN(t.Context(), op(card.PINChange, card.RefPIN1, "1234", "5678"))
	var g *card.GateError
	if !errors.As(err, &g) || out.Sent || len(o.ops.Rows()) != 0 {
		t.Errorf("%+v, %v", out, err)
	}
	s, _, _ = open(t, cardtest.Script{{selMF, "9000"}, {askPIN1, "63C3"}, {tryPIN1, "9000"}, {askPIN1, "63C3"}}, locked)
	if _, err := s.PIN(t.Context(), verify()); err != nil {
		t.Errorf("VERIFY: %v", err)
	}
}

func TestPINIntentFails(t *testing.T) {
	s, c, _ := open(t, cardtest.Script{{selMF, "9000"}, {askPIN1, "63C3"}}, func(s *setup) { s.options.Recorder = &failing{intent: errFull} })
	out, err := s.PIN(t.Context(), verify())
	if !errors.Is(err, errFull) || out.Sent || out.Lost || isLost(err) {
		t.Errorf("%+v, %v", out, err)
	}
	oncePerOperation(t, c.Sent(), false)
}

// TestPINCancelledBeforeItIsSent cancels while the intent is being recorded:
// nothing is sent, so nothing is lost either.
func TestPINCancelledBeforeItIsSent(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	rec := &cancelling{cancel: cancel}
	s, c, _ := open(t, cardtest.Script{{selMF, "9000"}, {askPIN1, "63C3"}}, func(s *setup) { s.options.Recorder = rec })
	out, err := s.PIN(ctx, verify())
	if !errors.Is(err, context.Canceled) || out.Sent || out.Lost {
		t.Errorf("%+v, %v", out, err)
	}
	if rows := rec.Rows(); len(rows) != 1 || rows[0].Result != (card.OpResult{}) || !rows[0].Done {
		t.Errorf("%+v", rows)
	}
	oncePerOperation(t, c.Sent(), false)
}

type cancelling struct {
	card.MemoryRecorder
	cancel func()
}

func (r *cancelling) Intent(ctx context.Context, op card.Op) (uint64, error) {
	r.cancel()
	return r.MemoryRecorder.Intent(ctx, op)
}

// TestPINCancelledWhileItIsSent gives up on the answer; the tries are asked
// for all the same.
func TestPINCancelledWhileItIsSent(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	s, c, _ := open(t, cardtest.Script{
		{selMF, "9000"},
		{askPIN1, "63C3"},
		{tryPIN1, "!abandoned"},
		{"reset cold", ""},
		{selMF, "9000"},
		{askPIN1, "63C2"},
	})
	c.Before(3, cancel)
	out, err := s.PIN(ctx, verify())
	if !isLost(err) || !out.Lost || out.After != known(2) {
		t.Errorf("%+v, %v", out, err)
	}
}

func TestPINAfterForeignReset(t *testing.T) {
	s, _, _ := open(t, cardtest.Script{
		{"begin", "!reset"},
		{"reset reconnect", ""},
		{"begin", ""},
		{selMF, "9000"},
		{askPIN1, "63C3"},
		{tryPIN1, "9000"},
		{askPIN1, "63C3"},
		{"end", ""},
	})
	if out, err := s.PIN(t.Context(), verify()); err != nil || !out.Sent {
		t.Errorf("%+v, %v", out, err)
	}
}

func TestPINIsOneTransaction(t *testing.T) {
	s, _, _ := open(t, cardtest.Script{
		{"begin", ""}, {selICCID, "9000"}, {"00B000000A", iccidHex + "9000"}, {selMF, "9000"}, {askPIN1, "63C3"}, {tryPIN1, "9000"}, {askPIN1, "63C3"}, {"end", ""},
	})
	if _, err := s.PIN(t.Context(), verify(sameICCID)); err != nil {
		t.Error(err)
	}
}

// TestPINOpenInThisSession: a card that says "open" of a PIN that this session
// has verified is at its full count.
func TestPINOpenInThisSession(t *testing.T) {
	s, _, _ := open(t, cardtest.Script{
		{selMF, "9000"},
		{askPIN1, "63C3"},
		{tryPIN1, "9000"},
		{askPIN1, "9000"},
		{selMF, "9000"},
		{askPIN1, "9000"},
		{"0024000110" + pin1234 + pin5678, "63C2"},
		{askPIN1, "63C2"},
		{selMF, "9000"},
		{askPIN1, "9000"},
	})
	if _, err := s.PIN(t.Context(), verify()); err != nil || !s.Verified(card.RefPIN1) {
		t.Error(err)
	}
	if _, err := s.PIN(t.Context(), op(card.PINChange, card.RefPIN1, "1234", "5678")); !pinError(2, false)(err) || s.Verified(card.RefPIN1) {
		t.Error(err)
	}
	if _, err := s.PIN(t.Context(), verify()); !errors.Is(err, card.ErrLastTry) {
		t.Error(err)
	}
}

func gsmHead(chv1, unblock1, chv2, unblock2 byte) string {
	return fmt.Sprintf("0000 0000 7F20 02 00 00 00 00 00 0A 13 05 0A 04 00 %02X %02X %02X %02X 9000", chv1, unblock1, chv2, unblock2)
}

func TestGSMPIN(t *testing.T) {
	ask := func(a, b, c, d byte) cardtest.Script {
		return cardtest.Script{{gsmDF, "9F16"}, {"A0C0000016", gsmHead(a, b, c, d)}}
	}
	full := ask(0x83, 0x8A, 0x83, 0x8A)
	for _, tt := range []struct {
		name  string
		req   card.PINRequest
		apdu  string // empty: nothing is sent
		sw    string
		pre   cardtest.Script
		post  cardtest.Script
		check func(error) bool
	}{
		{"verify CHV1", verify(), "A020000108" + pin1234, "9000", full, full, isNil},
		{"verify CHV2", op(card.PINVerify, card.RefPIN2, "1234", ""), "A020000208" + pin1234, "9000", full, full, isNil},
		{"change CHV1", op(card.PINChange, card.RefPIN1, "1234", "5678"), "A024000110" + pin1234 + pin5678, "9000", full, full, isNil},
		{"change CHV2", op(card.PINChange, card.RefPIN2, "1234", "5678"), "A024000210" + pin1234 + pin5678, "9000", full, full, isNil},
		{"disable CHV1", op(card.PINDisable, card.RefPIN1, "1234", ""), "A026000108" + pin1234, "9000", full, full, isNil},
		{"enable CHV1", op(card.PINEnable, card.RefPIN1, "1234", ""), "A028000108" + pin1234, "9808", full, full, status(0x9808)},
		{"unblock CHV1", op(card.PINUnblock, card.RefPIN1, "12345678", "1234"), "A02C000010" + puk + pin1234, "9000", full, full, isNil},
		{"unblock CHV2", op(card.PINUnblock, card.RefPIN2, "12345678", "1234"), "A02C000210" + puk + pin1234, "9000", full, full, isNil},
		{"disable CHV2", op(card.PINDisable, card.RefPIN2, "1234", ""), "", "", nil, nil, is(card.ErrNotInGSM)},
		{"enable CHV2", op(card.PINEnable, card.RefPIN2, "1234", ""), "", "", nil, nil, is(card.ErrNotInGSM)},
		{"an ADM key", op(card.PINVerify, card.RefADM1, "12345678", ""), "", "", nil, nil, is(card.ErrNotInGSM)},
		{"wrong: 9804", verify(), "A020000108" + pin1234, "9804", full, ask(0x82, 0x8A, 0x83, 0x8A), pinError(2, false)},
		{"wrong, blocked: 9840", with(verify(), lastTry), "A020000108" + pin1234, "9840", ask(0x81, 0x8A, 0x83, 0x8A), ask(0x80, 0x8A, 0x83, 0x8A), pinError(0, true)},
		{"wrong, blocked: 9804", with(verify(), lastTry), "A020000108" + pin1234, "9804", ask(0x81, 0x8A, 0x83, 0x8A), ask(0x80, 0x8A, 0x83, 0x8A), pinError(0, true)},
		{"wrong UNBLOCK: 9804", op(card.PINUnblock, card.RefPIN1, "12345678", "1234"), "A02C000010" + puk + pin1234, "9804", full, ask(0x80, 0x89, 0x83, 0x8A), pinError(9, false)},
		{"last try", verify(), "", "", ask(0x81, 0x8A, 0x83, 0x8A), nil, is(card.ErrLastTry)},
		{"blocked", with(verify(), lastTry), "", "", ask(0x80, 0x8A, 0x83, 0x8A), nil, pinError(0, true)},
		{"three tries of UNBLOCK", op(card.PINUnblock, card.RefPIN1, "12345678", "1234"), "", "", ask(0x80, 0x83, 0x83, 0x8A), nil, is(card.ErrLastTry)},
		{"CHV2 not initialised", op(card.PINVerify, card.RefPIN2, "1234", ""), "", "", ask(0x83, 0x8A, 0x03, 0x0A), nil, is(card.ErrLastTry)},
	} {
		t.Run(tt.name, func(t *testing.T) {
			script := slices.Clone(tt.pre)
			if len(tt.pre) > 0 { // the step begins at what is sure
				script = slices.Concat(cardtest.Script{{gsmMF, "9000"}}, tt.pre)
			}
			if tt.apdu != "" {
				script = slices.Concat(script, cardtest.Script{{tt.apdu, tt.sw}}, tt.post)
			}
			s, c, o := openGSM(t, script)
			out, err := s.PIN(t.Context(), tt.req)
			if !tt.check(err) || out.Sent != (tt.apdu != "") {
				t.Errorf("%+v, %v", out, err)
			}
			oncePerOperation(t, c.Sent(), tt.apdu != "")
			checkCanary(t, o, err, "1234", "5678")
			if tt.apdu != "" && err == nil && !s.Verified(tt.req.Ref) {
				t.Errorf("%s is not held as verified", tt.req.Ref)
			}
			if tt.req.Current.Len()+tt.req.New.Len() != 0 {
				t.Error("secrets are left")
			}
		})
	}
}

func TestGSMStatusWithoutDFGSM(t *testing.T) {
	s, _, _ := openGSM(t, cardtest.Script{{gsmMF, "9000"}, {gsmDF, "9404"}, {gsmMF, "9F16"}, {"A0C0000016", gsmHead(0x83, 0x8A, 0x82, 0x8A)}})
	err := read(t, s, func(x *card.Tx) error {
		st, err := x.GSMStatus()
		if st.CHV2.Left != 2 || !st.CHV1Enabled {
			t.Errorf("%+v", st)
		}
		return err
	})
	if err != nil {
		t.Error(err)
	}
}

func TestTriesQuestions(t *testing.T) {
	for _, tt := range []struct {
		name    string
		unblock bool
		script  cardtest.Script
		want    card.Tries
	}{
		{"left", false, cardtest.Script{{askPIN1, "63C3"}}, known(3)},
		{"left, the four-byte card", false, cardtest.Script{{askPIN1, "6700"}, {"00200001", "63C3"}}, known(3)},
		{"neither length", false, cardtest.Script{{askPIN1, "6700"}, {"00200001", "6700"}}, card.Tries{}},
		{"off", false, cardtest.Script{{askPIN1, "6984"}}, card.Tries{}},
		{"open", false, cardtest.Script{{askPIN1, "9000"}}, card.Tries{Verified: true}},
		{"open, proactive", false, cardtest.Script{{askPIN1, "9180"}}, card.Tries{Verified: true}},
		{"absent", false, cardtest.Script{{askPIN1, "6A88"}}, card.Tries{Absent: true}},
		{"blocked", false, cardtest.Script{{askPIN1, "6983"}}, known(0)},
		{"PUK", true, cardtest.Script{{askPIN1, "63C3"}, {"002C000100", "63CA"}}, known(10)},
		{"PUK, the four-byte card", true, cardtest.Script{{askPIN1, "6700"}, {"00200001", "63C3"}, {"002C000100", "6700"}, {"002C0001", "63CA"}}, known(10)},
		{"PUK, answered 9000", true, cardtest.Script{{askPIN1, "63C3"}, {"002C000100", "9000"}}, card.Tries{}},
		{"PUK where the PIN is not told", true, cardtest.Script{{askPIN1, "6F00"}}, card.Tries{}},
		{"PUK where there is no PIN", true, cardtest.Script{{askPIN1, "6A88"}}, card.Tries{Absent: true}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s, _, o := open(t, tt.script)
			err := read(t, s, func(x *card.Tx) error {
				f := x.Tries
				if tt.unblock {
					f = x.UnblockTries
				}
				got, err := f(card.RefPIN1)
				if got != tt.want {
					t.Errorf("%+v", got)
				}
				return err
			})
			if err != nil || len(o.ops.Rows()) != 0 {
				t.Errorf("%v, %d recorded", err, len(o.ops.Rows()))
			}
		})
	}
}

func TestPINDataField(t *testing.T) {
	s, _, _ := open(t, nil)
	c, err := s.PINData(op(card.PINChange, card.RefPIN1, "1234", "5678"))
	if err != nil || fmt.Sprintf("%X", c.Data) != pin1234+pin5678 || c.Le != 0 {
		t.Errorf("%X, %v", c.Data, err)
	}
}
