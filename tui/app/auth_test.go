package app

import (
	"context"
	"strings"
	"testing"

	"simscope/card"
	"simscope/card/auth"
	"simscope/card/virtual"
	"simscope/crypto/aka"
)

// authCard opens a built-in card with its PINs off.
func authCard(t *testing.T, image string) (*Readers, *Card) {
	t.Helper()
	return authCardWith(t, image, func(*virtual.Image) {})
}

func authCardWith(t *testing.T, image string, change func(*virtual.Image)) (*Readers, *Card) {
	t.Helper()
	img, err := virtual.OpenBuiltin(image)
	if err != nil {
		t.Fatal(err)
	}
	for i := range img.PINs {
		img.PINs[i].Enabled = false
	}
	change(img)
	p, err := virtual.NewProvider(virtual.Slot{Name: "test", Image: img})
	if err != nil {
		t.Fatal(err)
	}
	rs := NewReaders(p)
	list, _ := rs.List(context.Background())
	c, err := Open(context.Background(), rs, list[0], 1, OpenOptions{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = c.Close(context.Background()) })
	return rs, c
}

// TestAuthenticateInEveryContext: card and host agree wherever the card has
// the context, and SQN_MS is remembered.
func TestAuthenticateInEveryContext(t *testing.T) {
	rs, c := authCard(t, "lab")
	sqn := aka.SQN(0x20)
	for _, ctx := range []auth.Context{auth.ContextGSM, auth.Context3G, auth.ContextGBA, auth.ContextNAF, auth.ContextIMS} {
		in, ok := c.AuthApp(ctx, "")
		if !ok {
			t.Fatalf("no application for %s", ctx)
		}
		own, ok := rs.OwnKeys(c.Reader.ID, in)
		if !ok {
			t.Fatalf("no keys for %s", ctx)
		}
		sqn += 0x20
		q := AuthQuestion{
			Context: ctx, App: in, Keys: &own.Keys, RAND: [16]byte{1, 2, 3}, SQN: sqn, AMF: [2]byte{0x80},
			NAFID: []byte("naf.example.com\x01\x00\x00\x00\x02"), IMPI: []byte("a@b"), For: auth.For{NAF: "naf.example.com", IMPI: "a@b"},
		}
		r, err := c.Authenticate(context.Background(), q, nil)
		if err != nil {
			t.Fatalf("%s: %v", ctx, err)
		}
		if r.Finding.ID != auth.FoundSame || r.Finding.Unchecked || len(r.Fields) == 0 {
			t.Errorf("%s: %+v, fields %+v", ctx, r.Finding, r.Fields)
		}
		if own.Keys.K.Len() != 0 {
			t.Errorf("%s: the keys are not cleared", ctx)
		}
		if n, known := c.SQN(in); ctx.Token() && (!known || n != sqn) {
			t.Errorf("%s: SQN_MS %v %v, want %v", ctx, n, known, sqn)
		}
		if derived := map[auth.Context]int{auth.Context3G: 8, auth.ContextGBA: 2}[ctx]; len(r.Derived) != derived {
			t.Errorf("%s: %d keys are derived, not %d", ctx, len(r.Derived), derived)
		}
		r.Clear()
	}
}

// TestAuthenticateNeedsAToken: without keys the host makes none, and sends
// nothing.
func TestAuthenticateNeedsAToken(t *testing.T) {
	_, c := authCard(t, "everyday")
	in, _ := c.AuthApp(auth.Context3G, "")
	if _, err := c.Authenticate(context.Background(), AuthQuestion{Context: auth.Context3G, App: in}, nil); err != ErrNoToken {
		t.Errorf("%v", err)
	}
	if len(c.Ops.Rows()) != 0 {
		t.Error("something was sent")
	}
	// A token that was made elsewhere is sent as it is.
	r, err := c.Authenticate(context.Background(), AuthQuestion{Context: auth.Context3G, App: in, AUTN: make([]byte, 16)}, nil)
	if err != nil || r.Answer.Result != auth.MACFailure || r.Finding.ID != "" || r.Made {
		t.Errorf("%+v, %v", r, err)
	}
}

// TestOnlyVirtualCardsTellTheirKeys.
func TestOnlyVirtualCardsTellTheirKeys(t *testing.T) {
	rs, c := authCard(t, "everyday")
	if _, ok := rs.OwnKeys(card.ReaderID{Provider: "pcsc", Name: "test"}, ""); ok {
		t.Error("a reader of another kind told keys")
	}
	if _, ok := rs.OwnKeys(c.Reader.ID, "\xA0none"); ok {
		t.Error("an application that has none told keys")
	}
	x := &Extra{}
	for _, p := range rs.providers {
		if _, err := x.Use(p); err != nil {
			t.Fatal(err)
		}
	}
	list, _ := x.List(context.Background())
	in, _ := c.AuthApp(auth.Context3G, "")
	if _, ok := NewReaders(x).OwnKeys(list[0].ID, in); !ok {
		t.Error("the card of an image that was opened later told none")
	}
}

// TestAnAnswerIsNeverGivenUp: what keys are derived for is refused before
// anything is sent; what cannot be derived of a card's own words leaves the
// answer as it is.
func TestAnAnswerIsNeverGivenUp(t *testing.T) {
	rs, c := authCard(t, "lab")
	in, _ := c.AuthApp(auth.Context3G, "")
	own, _ := rs.OwnKeys(c.Reader.ID, in)
	q := AuthQuestion{Context: auth.Context3G, App: in, Keys: &own.Keys, SQN: 0x40, For: auth.For{NAF: strings.Repeat("a", 1<<16)}}
	if _, err := c.Authenticate(context.Background(), q, nil); err == nil {
		t.Error("a name of 64 KiB was taken")
	}
	if n := len(c.Ops.Rows()); n != 0 || own.Keys.K.Len() != 0 {
		t.Errorf("%d commands that count were sent", n)
	}

	// An IMSI of a country that is in no list, and an EF.AD without the length
	// of its network code.
	rs, c = authCardWith(t, "lab", func(img *virtual.Image) {
		for i := range img.Apps {
			if !card.AID(img.Apps[i].AID).HasPrefix("\xA0\x00\x00\x00\x87\x10\x02") {
				continue
			}
			for _, f := range img.Apps[i].ADF.Children {
				switch f.FID {
				case 0x6F07:
					f.Data = virtual.Hex{0x08, 0x09, 0x00, 0x10, 0x10, 0x32, 0x54, 0x76, 0x98}
				case 0x6FAD:
					f.Data, f.Size = virtual.Hex{0, 0, 0}, 3
				}
			}
		}
	})
	in, _ = c.AuthApp(auth.Context3G, "")
	own, _ = rs.OwnKeys(c.Reader.ID, in)
	r, err := c.Authenticate(context.Background(), AuthQuestion{Context: auth.Context3G, App: in, Keys: &own.Keys, SQN: 0x40}, nil)
	if err != nil || r.Answer.Result != auth.Success || r.Finding.ID != auth.FoundSame {
		t.Fatalf("%+v, %v", r, err)
	}
	defer r.Clear()
	for _, k := range r.Derived {
		if k.Name != "Ks" {
			t.Errorf("%s was derived for a network that is not known", k.Name)
		}
	}
	if id := c.Files.Identity(); id.MCC != "000" || id.MNC != "" {
		t.Errorf("the card is not the one meant: %q %q", id.MCC, id.MNC)
	}
}
