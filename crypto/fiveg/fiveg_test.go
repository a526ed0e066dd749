package fiveg

import (
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"strings"
	"testing"

	"simscope/crypto/kdf"
)

type chain struct {
	Source                               string
	MCC, MNC, Network, CK, IK, RAND, RES string
	SQNAK                                string `json:"sqn_ak"`
	SUPI, ABBA                           string
	RESStar                              string `json:"res_star"`
	HRESStar                             string `json:"hres_star"`
	KAUSF                                string `json:"k_ausf"`
	KSEAF                                string `json:"k_seaf"`
	KAMF                                 string `json:"k_amf"`
}

type primed struct {
	Spec         string
	Network      string `json:"network_name"`
	AUTN, CK, IK string
	CKPrime      string `json:"ck_prime"`
	IKPrime      string `json:"ik_prime"`
	EMSK         string
}

func vectors(t *testing.T) (chains []chain, primes []primed) {
	t.Helper()
	b, err := os.ReadFile("testdata/vectors.json")
	if err != nil {
		t.Fatal(err)
	}
	var f struct {
		Chains []chain
		Primes []primed `json:"eap_aka_prime"`
	}
	if err := json.Unmarshal(b, &f); err != nil {
		t.Fatal(err)
	}
	if len(f.Chains) != 3 || len(f.Primes) != 4 {
		t.Fatalf("have %d and %d vectors, want 3 and 4", len(f.Chains), len(f.Primes))
	}
	return f.Chains, f.Primes
}

func unhex(t *testing.T, s string) []byte {
	t.Helper()
	b, err := hex.DecodeString(s)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func check(t *testing.T, name string, got []byte, err error, want string) {
	t.Helper()
	if g := hex.EncodeToString(got); err != nil || g != want {
		t.Errorf("%s is %s (%v), want %s", name, g, err, want)
	}
}

func TestChains(t *testing.T) {
	chains, _ := vectors(t)
	for _, v := range chains {
		name, err := ServingNetworkName(v.MCC, v.MNC)
		if err != nil || name != v.Network {
			t.Fatalf("%s: the network's name is %q (%v), want %q", v.Source, name, err, v.Network)
		}
		ck, ik, rand := unhex(t, v.CK), unhex(t, v.IK), [RANDSize]byte(unhex(t, v.RAND))
		star, err := RESStar(ck, ik, name, rand, unhex(t, v.RES))
		check(t, "RES*", star[:], err, v.RESStar)
		if v.HRESStar != "" {
			hashed := HRESStar(rand, star)
			check(t, "HRES*", hashed[:], nil, v.HRESStar)
		}
		if v.KAUSF == "" {
			continue
		}
		kausf, err := KAUSF(ck, ik, name, [SQNSize]byte(unhex(t, v.SQNAK)))
		check(t, "K_AUSF", kausf[:], err, v.KAUSF)
		kseaf, err := KSEAF(kausf, name)
		check(t, "K_SEAF", kseaf[:], err, v.KSEAF)
		kamf, err := KAMF(kseaf, v.SUPI, unhex(t, v.ABBA))
		check(t, "K_AMF", kamf[:], err, v.KAMF)
	}
}

func TestCKIKPrime(t *testing.T) {
	_, primes := vectors(t)
	for _, v := range primes {
		got, err := CKIKPrime(unhex(t, v.CK), unhex(t, v.IK), v.Network, [SQNSize]byte(unhex(t, v.AUTN)))
		check(t, v.Spec+" CK'", got.CK[:], err, v.CKPrime)
		check(t, v.Spec+" IK'", got.IK[:], err, v.IKPrime)
		k, err := KAUSFOfEAP(unhex(t, v.EMSK))
		check(t, v.Spec+" K_AUSF", k[:], err, v.EMSK[:2*kdf.Size])
		if s := fmt.Sprintf("%v %x %+v", got, got, &got); strings.Contains(s, v.CKPrime[:4]) {
			t.Errorf("CK' prints as %s", s)
		}
		if got.Clear(); got != (Primed{}) {
			t.Error("CK' is there after Clear")
		}
	}
}

func TestServingNetworkName(t *testing.T) {
	for in, want := range map[[2]string]string{
		{"999", "99"}:  "5G:mnc099.mcc999.3gppnetwork.org",
		{"310", "410"}: "5G:mnc410.mcc310.3gppnetwork.org",
	} {
		if got, err := ServingNetworkName(in[0], in[1]); err != nil || got != want {
			t.Errorf("%v: %q %v, want %q", in, got, err, want)
		}
	}
	for _, bad := range [][2]string{{"", ""}, {"99", "99"}, {"9999", "99"}, {"999", "9"}, {"999", "9999"}, {"99x", "99"}, {"999", "9 "}} {
		if got, err := ServingNetworkName(bad[0], bad[1]); !errors.Is(err, ErrPLMN) || got != "" {
			t.Errorf("%v: %q %v", bad, got, err)
		}
	}
}

func TestRefusals(t *testing.T) {
	k := make([]byte, KeySize)
	for n, want := range map[int]error{3: ErrRES, 4: nil, 16: nil, 17: ErrRES} {
		if _, err := RESStar(k, k, "5G:x", [16]byte{}, make([]byte, n)); !errors.Is(err, want) {
			t.Errorf("RES of %d bytes: %v", n, err)
		}
	}
	for name, f := range map[string]func() error{
		"CK":      func() error { _, err := KAUSF(k[1:], k, "5G:x", [6]byte{}); return err },
		"IK":      func() error { _, err := KAUSF(k, append(k, 0), "5G:x", [6]byte{}); return err },
		"CK'":     func() error { _, err := CKIKPrime(nil, k, "5G:x", [6]byte{}); return err },
		"network": func() error { _, err := KAUSF(k, k, "", [6]byte{}); return err },
		"K_SEAF":  func() error { _, err := KSEAF(kdf.Key{}, ""); return err },
		"K_AMF":   func() error { _, err := KAMF(kdf.Key{}, "", nil); return err },
		"EMSK":    func() error { _, err := KAUSFOfEAP(make([]byte, 31)); return err },
	} {
		if f() == nil {
			t.Errorf("%s was taken", name)
		}
	}
}

func BenchmarkRESStar(b *testing.B) {
	k := make([]byte, KeySize)
	for b.Loop() {
		if _, err := RESStar(k, k, "5G:mnc099.mcc999.3gppnetwork.org", [16]byte{}, k[:8]); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkKeysToKAMF(b *testing.B) {
	k := make([]byte, KeySize)
	const name = "5G:mnc099.mcc999.3gppnetwork.org"
	for b.Loop() {
		kausf, err := KAUSF(k, k, name, [6]byte{})
		if err != nil {
			b.Fatal(err)
		}
		kseaf, err := KSEAF(kausf, name)
		if err != nil {
			b.Fatal(err)
		}
		if _, err := KAMF(kseaf, "999990123456789", []byte{0, 0}); err != nil {
			b.Fatal(err)
		}
	}
}
