package auth

import (
	"encoding/json"
	"errors"
	"os"
	"strings"
	"testing"

	"simscope/card/safe"
)

// eapVector is one of the vectors of the RFCs, in the form of the package that
// derives the keys.
type eapVector struct {
	Spec, Identity string
	Kc             []string
	Nonce          string `json:"nonce_mt"`
	Network        string `json:"network_name"`
	AUTN, CK, IK   string
	KEncr          string `json:"k_encr"`
	KAut           string `json:"k_aut"`
	KRe            string `json:"k_re"`
	MSK, EMSK      string
}

// TestEAPBesideEachOther: what the card's values give stands beside what the
// host's give, both as the RFCs have it; a side that differs in a bit differs in
// every key, and a side without values has none.
func TestEAPBesideEachOther(t *testing.T) {
	b, err := os.ReadFile("../../crypto/eap/testdata/vectors.json")
	if err != nil {
		t.Fatal(err)
	}
	var v struct {
		SIM   []eapVector `json:"eap_sim"`
		AKA   []eapVector `json:"eap_aka"`
		Prime []eapVector `json:"eap_aka_prime"`
	}
	if err := json.Unmarshal(b, &v); err != nil {
		t.Fatal(err)
	}
	n := 0
	for method, list := range map[EAPMethod][]eapVector{EAPSIM: v.SIM, EAPAKA: v.AKA, EAPAKAPrime: v.Prime} {
		for _, c := range list {
			n++
			c.check(t, method)
		}
	}
	if n < 6 {
		t.Errorf("only %d vectors", n)
	}
}

func (c eapVector) check(t *testing.T, m EAPMethod) {
	t.Helper()
	e := EAP{Method: m, Identity: c.Identity, Network: c.Network}
	if m == EAPSIM {
		e.Nonce = [16]byte(unhex(t, c.Nonce))
	}
	if err := e.Check(); err != nil {
		t.Fatal(err)
	}
	side := func(flip byte) (s EAPSide) {
		for _, kc := range c.Kc {
			b := unhex(t, kc)
			b[0] ^= flip
			s.Kcs = append(s.Kcs, safe.NewSecret(b))
		}
		ck := unhex(t, c.CK)
		if len(ck) > 0 {
			ck[0] ^= flip
		}
		autn := unhex(t, c.AUTN)
		if len(autn) == 0 {
			autn = make([]byte, 16) // EAP-AKA does not look at it
		}
		s.CK, s.IK, s.AUTN = safe.NewSecret(ck), secret(t, c.IK), autn
		return s
	}
	for _, tc := range []struct {
		onHost EAPSide
		want   State
	}{{side(0), Same}, {side(1), Differs}, {EAPSide{}, CardOnly}} {
		fields, err := e.Fields(side(0), tc.onHost)
		if err != nil {
			t.Fatal(err)
		}
		want := map[string]string{"K_encr": c.KEncr, "K_aut": c.KAut, "MSK": c.MSK, "EMSK": c.EMSK}
		if m == EAPAKAPrime {
			want["K_re"] = c.KRe
		}
		if len(fields) != len(want) {
			t.Errorf("%s: %d keys", c.Spec, len(fields))
		}
		for _, f := range fields {
			if hexOf(f.Card) != want[f.Name] || f.State != tc.want || (f.State == Same) != (hexOf(f.Host) == want[f.Name]) {
				t.Errorf("%s: %s is %s beside %s, %s", c.Spec, f.Name, hexOf(f.Card), hexOf(f.Host), f.State.ID())
			}
		}
		ClearFields(fields)
		if fields[0].Card.Len() != 0 || fields[len(fields)-1].Card.Len() != 0 {
			t.Errorf("%s: keys are left", c.Spec)
		}
	}
}

func TestEAPNames(t *testing.T) {
	if got := EAPIdentity(EAPSIM, "001010123456789", "001", "01"); got != "1001010123456789@wlan.mnc001.mcc001.3gppnetwork.org" {
		t.Error(got)
	}
	if got := EAPIdentity(EAPAKAPrime, "999990123456789", "999", "990"); got != "6999990123456789@wlan.mnc990.mcc999.3gppnetwork.org" {
		t.Error(got)
	}
	for _, e := range []EAP{
		{Method: EAPAKA},
		{Method: EAPSIM, Identity: strings.Repeat("1", MaxIdentity+1)},
		{Method: EAPAKAPrime, Identity: "6"},
		{Method: EAPAKAPrime, Identity: "6", Network: strings.Repeat("W", MaxIdentity+1)},
	} {
		var bad *FieldError
		if err := e.Check(); !errors.As(err, &bad) {
			t.Errorf("%+v: %v", e, err)
		}
	}
	// Keys of 256 bits derive nothing.
	long := EAPSide{CK: safe.NewSecret(make([]byte, 32)), IK: safe.NewSecret(make([]byte, 32)), AUTN: make([]byte, 16)}
	if f, err := (EAP{Method: EAPAKA, Identity: "0"}).Fields(long, long); err != nil || len(f) != 0 {
		t.Errorf("%v %v", f, err)
	}
	if f, err := (EAP{Method: EAPSIM, Identity: "1"}).Fields(EAPSide{}, EAPSide{Kcs: []safe.Secret{{}}}); err != nil || len(f) != 0 {
		t.Errorf("%v %v", f, err)
	}
}
