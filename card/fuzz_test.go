package card_test

import (
	"bytes"
	"context"
	"testing"
	"time"

	"simscope/card"
	"simscope/card/cardtest"
)

// FuzzSession feeds a whole insertion from arbitrary bytes: each answer is a
// length and as many bytes. Nothing panics, no command goes on without end,
// no PIN command is sent twice and no PIN is told.
func FuzzSession(f *testing.F) {
	f.Add(cardtest.Hex("02 9000 02 9000 02 63C3 02 9000 02 63C3"), byte(0))
	f.Add(cardtest.Hex("02 6E00 02 9F16 02 9404"), byte(1))
	f.Add(cardtest.Hex("02 6110 02 6C05 02 6105 02 6C05"), byte(2))
	f.Add(cardtest.Hex("04 6200 6283 01 90 00"), byte(3))
	f.Add(cardtest.Hex("02 9000 06 6204 8202 9000 02 9300"), byte(4))
	f.Fuzz(func(t *testing.T, script []byte, protocol byte) {
		defer card.SetBusyPause(time.Microsecond)()
		at := 0
		c := cardtest.NewFunc(t, func([]byte) ([]byte, error) {
			if len(script) == 0 {
				return []byte{0x6F, 0x00}, nil
			}
			n := int(script[at%len(script)])
			if n == 0xFF {
				at++
				return nil, &card.TransportError{Kind: card.KindReset, Op: "transmit"}
			}
			out := make([]byte, 0, n)
			for i := range n {
				out = append(out, script[(at+1+i)%len(script)])
			}
			at += 1 + n
			return out, nil
		})
		c.SetInfo(func(i *card.Info) { i.Protocol = card.Protocol(protocol % 3) })
		s, o, err := openOn(t, c, card.Options{Mode: card.WriteArmed})
		if err == nil {
			exerciseAll(t.Context(), s)
		}
		if err := s.Close(context.Background()); err != nil {
			t.Error(err)
		}
		if n := len(c.Sent()); n > 40*70*3 {
			t.Errorf("%d APDUs", n)
		}
		tried := 0
		for _, b := range c.Sent() {
			if bytes.Contains(b, []byte("24681357")) {
				tried++
			}
		}
		if tried > 1 {
			t.Errorf("the PIN was sent %d times", tried)
		}
		checkCanary(t, o, nil, "24681357")
	})
}

// exerciseAll does once what a session can do; every failure is fine.
func exerciseAll(ctx context.Context, s *card.Session) {
	app, _ := card.ParseAID(usim)
	_, _ = s.PIN(ctx, card.PINRequest{Op: card.PINVerify, Ref: card.RefPIN1, App: app, Current: secret("24681357"), LastTry: true})
	_ = s.Read(ctx, "walk", func(x *card.Tx) error {
		for _, p := range []card.Path{{}, card.PathOf("", 0x2FE2), card.PathOf(app, 0x6F08), card.PathOf(app, 0x5FC0, 0x4F05), card.PathOf("", 0x7F20, 0x6F20)} {
			sel, err := x.Select(p)
			if err != nil && !card.Refused(err) {
				return err
			}
			_, _ = card.PINStatusOf(sel.Info)
			_, _ = x.ReadBinary(0, 16)
			_, _ = x.ReadRecord(1, 16)
		}
		_, _ = x.GSMStatus()
		_, _ = x.UnblockTries(card.RefPIN1)
		_, _ = x.SelectAID(app, true)
		return nil
	})
}
