package auth

import (
	"bytes"
	"context"
	"encoding/hex"
	"testing"

	"simscope/card"
	"simscope/card/safe"
	"simscope/card/virtual"
	"simscope/crypto/aka"
)

// The first set of 3GPP TS 35.207 and 35.208 (clause 4.3), which is in the
// demonstration cards.
const (
	testK   = "465B5CE8B199B49FAA5F0A2EE238A6BC"
	testOP  = "CDC202D5123E20F62B6D676AC72CB318"
	testOPc = "CD63CB71954A9F4E48A5994E37A02BAF"
	testTOP = "5555555555555555555555555555555555555555555555555555555555555555"
)

func secret(t testing.TB, s string) safe.Secret { return safe.NewSecret(unhex(t, s)) }

// right are the keys that the card has.
func right(t testing.TB) Subscriber {
	return Subscriber{Algorithm: Milenage, K: secret(t, testK), OPc: secret(t, testOPc)}
}

// rig is the everyday card with its PIN off, and a record of what was sent.
type rig struct {
	s    *card.Session
	card *virtual.Card
	usim card.AID
	isim card.AID
	seen []card.Exchange
	ops  *card.MemoryRecorder
}

func newRig(t testing.TB, image string, change func(*virtual.Image)) *rig {
	t.Helper()
	img, err := virtual.OpenBuiltin(image)
	if err != nil {
		t.Fatal(err)
	}
	for i := range img.PINs {
		img.PINs[i].Enabled = false
	}
	if change != nil {
		change(img)
	}
	p, err := virtual.NewProvider(virtual.Slot{Name: "test", Image: img})
	if err != nil {
		t.Fatal(err)
	}
	r := &rig{card: p.Card("test"), ops: &card.MemoryRecorder{}}
	for _, a := range img.Apps {
		switch aid := card.AID(a.AID); {
		case aid.HasPrefix("\xA0\x00\x00\x00\x87\x10\x02") && r.usim == "":
			r.usim = aid
		case aid.HasPrefix("\xA0\x00\x00\x00\x87\x10\x04") && r.isim == "":
			r.isim = aid
		}
	}
	tr, err := p.Open(context.Background(), card.ReaderID{Provider: virtual.ProviderName, Name: "test"}, card.OpenOptions{})
	if err != nil {
		t.Fatal(err)
	}
	r.s, err = card.Open(context.Background(), tr, card.Options{
		Observe: func(e card.Exchange) { r.seen = append(r.seen, e) }, Recorder: r.ops,
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = r.s.Close(context.Background()) })
	return r
}

// asked counts the AUTHENTICATE commands that went to the card.
func (r *rig) asked() (n int) {
	for _, e := range r.seen {
		if e.Kind == card.ExchangeAPDU && len(e.Command) > 1 && e.Command[1] == card.InsAuthenticate {
			n++
		}
	}
	return n
}

var testRAND = [aka.RANDSize]byte{0x23, 0x55, 0x3C, 0xBE, 0x96, 0x37, 0xA8, 0x9D, 0x21, 0x8A, 0xE6, 0x4D, 0xAE, 0x47, 0xBF, 0x35}

// run asks with a token of these keys, or none, and gives the evidence.
func (r *rig) run(t testing.TB, c Context, s *Subscriber, sqn aka.SQN, amf [aka.AMFSize]byte) Evidence {
	t.Helper()
	req := Request{Context: c, App: r.usim, RAND: testRAND}
	if c.Token() {
		f, err := s.Functions()
		if err != nil {
			t.Fatal(err)
		}
		if req.AUTN, err = aka.AUTN(f, req.RAND, sqn, amf); err != nil {
			t.Fatal(err)
		}
	}
	if c == ContextIMS {
		req.App = r.isim
	}
	a, err := Run(context.Background(), r.s, req)
	if err != nil {
		t.Fatal(err)
	}
	return Evidence{RAND: req.RAND, AUTN: req.AUTN, Answer: a}
}

func hexOf(s safe.Secret) (out string) {
	s.Use(func(b []byte) { out = hex.EncodeToString(b) })
	return out
}

func clone(b []byte) []byte { return bytes.Clone(b) }
