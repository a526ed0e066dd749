package overview_test

import (
	"bytes"
	"context"
	b64 "encoding/base64"
	"strings"
	"testing"

	tea "charm.land/bubbletea/v2"

	"simscope/card"
	"simscope/card/cardtest"
	"simscope/card/safe"
	"simscope/fs"
	"simscope/tui/app"
	"simscope/tui/kit"
)

var keyDown = tea.KeyPressMsg{Code: tea.KeyDown}

func base64(s string) string { return b64.StdEncoding.EncodeToString([]byte(s)) }

// provider offers one reader with a card that a function answers for.
type provider struct {
	t      *testing.T
	answer cardtest.Answer
	atr    []byte
}

func (p *provider) Name() string { return "test" }

func (p *provider) List(context.Context) ([]card.Reader, error) {
	return []card.Reader{{ID: card.ReaderID{Provider: "test", Name: "Reader"}, State: card.ReaderPresent, ATR: p.atr}}, nil
}

func (p *provider) Watch(ctx context.Context, _ func(card.Update)) { <-ctx.Done() }

func (p *provider) Open(context.Context, card.ReaderID, card.OpenOptions) (card.Transport, error) {
	c := cardtest.NewFunc(p.t, p.answer)
	c.SetInfo(func(i *card.Info) { i.ATR = p.atr })
	return c, nil
}

// bankCard answers to a payment application by its name and to nothing else.
func bankCard(apdu []byte) ([]byte, error) {
	aid := cardtest.Hex("A0000000031010")
	if len(apdu) > 5 && apdu[0] == 0x00 && apdu[1] == 0xA4 && apdu[2] == 0x04 && bytes.HasPrefix(apdu[5:], aid) {
		return cardtest.Hex("6F09 8407 A0000000031010 9000"), nil
	}
	if len(apdu) > 0 && apdu[0] == 0xA0 {
		return cardtest.Hex("6E00"), nil
	}
	return cardtest.Hex("6A82"), nil
}

// foreign is a card that is no SIM: a T=0 ATR with objects in its historical
// bytes.
func foreign(t *testing.T) *rig {
	t.Helper()
	r := newRig(t, &provider{t: t, answer: bankCard, atr: cardtest.Hex("3B 6A 00 00 80 31 C0 73 84 21 13 52 4F 4B")})
	r.open()
	r.readPINs()
	r.readAll()
	if k := r.env.Card.Session.Kind(); k != card.KindOther {
		t.Fatal("the card is taken for a", k)
	}
	return r
}

// stopWalk begins to read the card and stops it at once.
func (r *rig) stopWalk() {
	r.t.Helper()
	r.walk = r.env.Hub.Background("read card", func(ctx context.Context, c *app.Card) (any, error) {
		ctx, cancel := context.WithCancel(ctx)
		defer cancel()
		return nil, c.Files.Walk(ctx, fs.WalkOptions{Progress: func(p fs.Progress) {
			if p.Done >= 3 {
				cancel()
			}
		}})
	})
	r.env.Walk = kit.Walk{Running: true}
	r.answer(r.walk)
}

// verifyPIN1 verifies PIN1 of a built-in card.
func (r *rig) verifyPIN1() {
	r.t.Helper()
	a := r.answer(r.env.Hub.SubmitCritical("pin verify", func(ctx context.Context, c *app.Card) (any, error) {
		_, err := c.DoPIN(ctx, card.PINRequest{Op: card.PINVerify, Ref: card.RefPIN1, Current: safe.NewSecret([]byte("1234"))})
		return c.PINs(), err
	}))
	if a.Err != nil {
		r.t.Fatal(a.Err)
	}
}

// A card without a subscription in use is not called open, and an eSIM chip
// without a profile not in order.
func TestEmptyChip(t *testing.T) {
	for name, f := range map[string]cardtest.Files{"with an MF": cardtest.EmptyChip(), "without": cardtest.BareChip()} {
		t.Run(name, func(t *testing.T) { emptyChip(t, f) })
	}
}

func emptyChip(t *testing.T, f cardtest.Files) {
	t.Helper()
	r := newRig(t, &cardtest.Provider{T: t, Answer: func() cardtest.Answer { return f.Answer(true) }})
	r.open()
	r.readPINs()
	r.readAll()
	screen := r.view(100, 30)
	for _, s := range []string{"An eSIM chip; no subscriber on it answers", "eUICC", "most likely no profile on it is enabled"} {
		if !strings.Contains(screen, s) {
			t.Errorf("%q is not shown", s)
		}
	}
	for _, s := range []string{"is open", "receives your codes", "in order"} {
		if strings.Contains(screen, s) {
			t.Errorf("%q is shown", s)
		}
	}
	if t.Failed() {
		t.Log(screen)
	}
}

// A card that takes every command and describes no file refuses nothing, and
// what it keeps is not known.
func TestCardThatDescribesNothing(t *testing.T) {
	yes := func([]byte) ([]byte, error) { return []byte{0x90, 0x00}, nil }
	r := newRig(t, &cardtest.Provider{T: t, Answer: func() cardtest.Answer { return yes }})
	r.open()
	r.readPINs()
	r.readAll()
	screen := r.view(100, 30)
	for s, want := range map[string]bool{
		"does not say how to read it": true, "contacts not read": true, "messages not read": true,
		"refuses it": false, "no contacts": false,
	} {
		if strings.Contains(screen, s) != want {
			t.Errorf("%q is shown: %v\n%s", s, !want, screen)
		}
	}
}
