package app

import (
	"context"
	"errors"
	"testing"

	"simscope/card"
	"simscope/card/auth"
	"simscope/card/virtual"
	"simscope/crypto/aka"
	"simscope/fs"
	"simscope/fs/ef"
)

// TestAuthenticateEAP: each challenge is sent once, both sides get the same
// keys, and nothing is left when the result is cleared.
func TestAuthenticateEAP(t *testing.T) {
	rs, c := authCard(t, "lab")
	sent := 0
	for _, tc := range []struct {
		eap    auth.EAP
		more   int
		fields int
	}{
		{auth.EAP{Method: auth.EAPSIM, Identity: "1@x"}, 2, 10},
		{auth.EAP{Method: auth.EAPAKA, Identity: "0@x"}, 0, 8},
		{auth.EAP{Method: auth.EAPAKAPrime, Identity: "6@x", Network: "WLAN"}, 0, 9},
	} {
		q := AuthQuestion{Context: auth.Context3G, EAP: &tc.eap, RAND: [16]byte{1}, SQN: 0x20, AMF: [2]byte{0x80}}
		if tc.eap.Method.Triplets() {
			q.Context = auth.ContextGSM
		}
		for i := range tc.more {
			q.More = append(q.More, [16]byte{2, byte(i)})
		}
		q.App, _ = c.AuthApp(q.Context, "")
		q.SQN += aka.SQN(0x20 * sent)
		own, _ := rs.OwnKeys(c.Reader.ID, q.App)
		q.Keys = &own.Keys
		r, err := c.AuthenticateEAP(context.Background(), q, nil)
		if err != nil {
			t.Fatalf("%s: %v", tc.eap.Method, err)
		}
		sent += 1 + tc.more
		if n := len(c.Ops.Rows()); n != sent {
			t.Errorf("%s: %d questions were sent, not %d", tc.eap.Method, n, sent)
		}
		if r.Finding.ID != auth.FoundSame || len(r.Fields) != tc.fields || len(r.Derived) != 0 || len(r.Rounds) != tc.more {
			t.Errorf("%s: %s, %d fields, %d rounds", tc.eap.Method, r.Finding.ID, len(r.Fields), len(r.Rounds))
		}
		for _, f := range r.Fields {
			if f.State != auth.Same && f.State != auth.HostOnly {
				t.Errorf("%s: %s is %s", tc.eap.Method, f.Name, f.State.ID())
			}
		}
		fields := r.Fields
		r.Clear()
		for _, f := range fields {
			if f.Card.Len()+f.Host.Len() != 0 {
				t.Errorf("%s: %s is left", tc.eap.Method, f.Name)
			}
		}
		if own.Keys.K.Len() != 0 {
			t.Error("the keys are left")
		}
	}
}

// TestAuthenticateEAPStops: what is wrong with a name is told before anything
// is sent, and AUTS ends the questions without keys of a log-on.
func TestAuthenticateEAPStops(t *testing.T) {
	rs, c := authCard(t, "lab")
	in, _ := c.AuthApp(auth.Context3G, "")
	own, _ := rs.OwnKeys(c.Reader.ID, in)
	q := AuthQuestion{Context: auth.Context3G, App: in, EAP: &auth.EAP{Method: auth.EAPAKA}, Keys: &own.Keys}
	var bad *auth.FieldError
	if _, err := c.AuthenticateEAP(context.Background(), q, nil); !errors.As(err, &bad) || len(c.Ops.Rows()) != 0 || own.Keys.K.Len() != 0 {
		t.Errorf("%v, %d questions", err, len(c.Ops.Rows()))
	}
	own, _ = rs.OwnKeys(c.Reader.ID, in)
	q.EAP.Identity, q.Keys = "0@x", &own.Keys
	r, err := c.AuthenticateEAP(context.Background(), q, nil)
	if err != nil || r.Answer.Result != auth.SyncFailure || len(r.Fields) != 0 || r.EAP == nil {
		t.Errorf("%+v, %v", r, err)
	}
	r.Clear()
}

// TestAuthenticateEAPRound: where it ends between two questions, it is told
// which one did not come to an answer.
func TestAuthenticateEAPRound(t *testing.T) {
	img, err := virtual.OpenBuiltin("lab")
	if err != nil {
		t.Fatal(err)
	}
	p, err := virtual.NewProvider(virtual.Slot{Name: "test", Image: img})
	if err != nil {
		t.Fatal(err)
	}
	rs := NewReaders(p)
	list, _ := rs.List(context.Background())
	ctx, cancel := context.WithCancel(context.Background())
	c, err := Open(context.Background(), rs, list[0], 1, OpenOptions{Observe: func(e card.Exchange) {
		if len(e.Command) > 1 && e.Command[1] == card.InsAuthenticate {
			cancel()
		}
	}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = c.Close(context.Background()) })
	in, _ := c.AuthApp(auth.ContextGSM, "")
	own, _ := rs.OwnKeys(c.Reader.ID, in)
	q := AuthQuestion{
		Context: auth.ContextGSM, App: in, EAP: &auth.EAP{Method: auth.EAPSIM, Identity: "1@x"},
		More: [][16]byte{{1}, {2}}, Keys: &own.Keys,
	}
	var round *RoundError
	if _, err := c.AuthenticateEAP(ctx, q, nil); !errors.As(err, &round) || round.Round != 2 || round.Of != 3 || !errors.Is(err, context.Canceled) {
		t.Errorf("%v", err)
	}
	if n := len(c.Ops.Rows()); n != 1 || own.Keys.K.Len() != 0 {
		t.Errorf("%d questions were sent", n)
	}
}

// TestPrivateIdentity: an ISIM has its own, as far as it was read; else the one
// that is made of the IMSI.
func TestPrivateIdentity(t *testing.T) {
	_, c := authCard(t, "lab")
	usim, _ := c.AuthApp(auth.Context3G, "")
	isim, _ := c.AuthApp(auth.ContextIMS, "")
	if got := c.PrivateIdentity(usim); got != "" {
		t.Errorf("nothing was read, and there is %q", got)
	}
	ctx := context.Background()
	if got := c.EAPIdentity(ctx, auth.EAPSIM); got != "1999990123456789@wlan.mnc099.mcc999.3gppnetwork.org" {
		t.Error(got)
	}
	const made = "999990123456789@ims.mnc099.mcc999.3gppnetwork.org"
	if got := c.PrivateIdentity(usim); got != made {
		t.Error(got)
	}
	n, err := c.Files.ReadFile(ctx, card.PathOf(isim, fidIMPI), false)
	if err != nil || n.State != fs.Read {
		t.Fatalf("%+v, %v", n, err)
	}
	d, _ := c.Files.Decode(card.PathOf(isim, fidIMPI))
	own := d.Parts[0].Value.(ef.URI).Text
	if got := c.PrivateIdentity(isim); got != own || own == "" {
		t.Errorf("%q, not %q", got, own)
	}
}
