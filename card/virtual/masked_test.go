package virtual

import (
	"bytes"
	"testing"

	"simscope/card"
)

// TestAuthenticationIsMasked sends every form of AUTHENTICATE through a session
// as the program does, and looks for challenges and keys in what it tells: in
// the command, in the answer, and in that of GET RESPONSE.
func TestAuthenticationIsMasked(t *testing.T) {
	secrets := map[string][]byte{}
	for name, digits := range map[string]string{
		"RES": setRES, "CK": setCK, "IK": setIK, "Kc": setKc, "SRES": setSRES, "RAND": setRAND,
		"SRES of COMP128": "27C443CA", "Kc of COMP128": "E8D311D15001", "Ks_ext_NAF": ksExtNAF(t, nafID(nafName)),
	} {
		secrets[name] = unhex(t, digits)[:4]
	}
	const bare = 6 // 61xx or nothing but the status word
	for name, c := range map[string]struct {
		gsm   bool
		apdus []string
	}{
		"3G, GSM and GBA": {false, []string{usimAID, challenge(t, 32), "0088008011 10" + setRAND, bootstrapping(t, 64), naf(nafID(nafName)), challenge(t, 32)}},
		"2G":              {true, []string{"A0A40000023F00", "A0A40000027F20", "A088000010" + setRAND}},
	} {
		t.Run(name, func(t *testing.T) {
			img, err := OpenBuiltin("lab")
			if err != nil {
				t.Fatal(err)
			}
			p, err := NewProvider(Slot{Name: "r", Image: img})
			if err != nil {
				t.Fatal(err)
			}
			tr, err := p.Open(t.Context(), card.ReaderID{Provider: ProviderName, Name: "r"}, card.OpenOptions{})
			if err != nil {
				t.Fatal(err)
			}
			var rows []card.Exchange
			s, err := card.Open(t.Context(), tr, card.Options{Mode: card.WriteArmed, ForceGSM: c.gsm, Observe: func(e card.Exchange) { rows = append(rows, e) }})
			if err != nil {
				t.Fatal(err)
			}
			answered := 0
			err = s.Read(t.Context(), "authenticate", func(x *card.Tx) error {
				for _, apdu := range c.apdus {
					cmd, err := card.ParseCommand(unhex(t, apdu))
					if err != nil {
						return err
					}
					r, err := x.Send(cmd)
					if err != nil {
						return err
					}
					if cmd.INS == card.InsAuthenticate && len(r.Data) > bare {
						answered++
					}
				}
				return nil
			})
			if err != nil || answered == 0 {
				t.Fatalf("%d answers, %v", answered, err)
			}
			hidden := 0
			for _, e := range rows {
				hidden += len(e.Hidden)
				for name, secret := range secrets {
					if bytes.Contains(e.Command, secret) || bytes.Contains(e.Response, secret) {
						t.Errorf("% X answered by % X tells %s", e.Command, e.Response, name)
					}
				}
			}
			if hidden < 2*answered { // the challenge and the answer
				t.Errorf("%d parts of %d authentications are masked", hidden, answered)
			}
		})
	}
}
