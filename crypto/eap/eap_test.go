package eap

import (
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"strings"
	"testing"

	"simscope/crypto/fiveg"
)

type reauth struct {
	Spec, Identity string
	Counter        uint16
	NonceS         string `json:"nonce_s"`
	KRe            string `json:"k_re"`
	MSK, EMSK      string
}

type full struct {
	Spec, Identity string
	Kc             []string
	NonceMT        string `json:"nonce_mt"`
	Versions       string `json:"version_list"`
	Network        string `json:"network_name"`
	AUTN, CK, IK   string
	CKPrime        string `json:"ck_prime"`
	IKPrime        string `json:"ik_prime"`
	MK             string
	KEncr          string `json:"k_encr"`
	KAut           string `json:"k_aut"`
	KRe            string `json:"k_re"`
	MSK, EMSK      string
	Reauth         *reauth
}

type vectors struct {
	SIM         []full   `json:"eap_sim"`
	AKA         []full   `json:"eap_aka"`
	Prime       []full   `json:"eap_aka_prime"`
	PrimeReauth []reauth `json:"eap_aka_prime_reauth"`
	FIPS        []struct{ Key, Out string }
}

func read(t *testing.T) (v vectors) {
	t.Helper()
	b, err := os.ReadFile("testdata/vectors.json")
	if err != nil {
		t.Fatal(err)
	}
	var f struct {
		vectors
		FIPS []struct{ Key, Out string } `json:"fips186"`
	}
	if err := json.Unmarshal(b, &f); err != nil {
		t.Fatal(err)
	}
	f.vectors.FIPS = f.FIPS
	if len(f.SIM) != 1 || len(f.AKA) != 1 || len(f.Prime) != 4 || len(f.PrimeReauth) != 1 || len(f.FIPS) != 1 {
		t.Fatal("a vector is missing")
	}
	return f.vectors
}

func unhex(t *testing.T, s string) []byte {
	t.Helper()
	b, err := hex.DecodeString(s)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func (v full) check(t *testing.T, k Keys) {
	t.Helper()
	for _, c := range []struct {
		name string
		got  []byte
		want string
	}{{"MK", k.MK, v.MK}, {"K_encr", k.KEncr, v.KEncr}, {"K_aut", k.KAut, v.KAut}, {"K_re", k.KRe, v.KRe}, {"MSK", k.MSK, v.MSK}, {"EMSK", k.EMSK, v.EMSK}} {
		if g := hex.EncodeToString(c.got); g != c.want && (c.want != "" || c.name != "MK") {
			t.Errorf("%s: %s is %s, want %s", v.Spec, c.name, g, c.want)
		}
	}
}

func (v reauth) check(t *testing.T, k Keys, err error) {
	t.Helper()
	if hex.EncodeToString(k.MSK) != v.MSK || hex.EncodeToString(k.EMSK) != v.EMSK || err != nil {
		t.Errorf("%s: MSK %x, EMSK %x (%v)", v.Spec, k.MSK, k.EMSK, err)
	}
}

func TestVectors(t *testing.T) {
	v := read(t)
	for _, c := range v.FIPS {
		if got, err := prf([MKSize]byte(unhex(t, c.Key)), len(c.Out)/2); hex.EncodeToString(got) != c.Out || err != nil {
			t.Errorf("FIPS 186-2 gives %x (%v), want %s", got, err, c.Out)
		}
	}
	for _, c := range v.SIM {
		var kcs [][]byte
		for _, kc := range c.Kc {
			kcs = append(kcs, unhex(t, kc))
		}
		k, err := SIM(c.Identity, kcs, [NonceSize]byte(unhex(t, c.NonceMT)), unhex(t, c.Versions), 1)
		if err != nil {
			t.Fatal(err)
		}
		c.check(t, k)
		re, err := k.Reauth(c.Reauth.Identity, c.Reauth.Counter, [NonceSize]byte(unhex(t, c.Reauth.NonceS)))
		c.Reauth.check(t, re, err)
	}
	for _, c := range v.AKA {
		k, err := AKA(c.Identity, unhex(t, c.CK), unhex(t, c.IK))
		if err != nil {
			t.Fatal(err)
		}
		c.check(t, k)
	}
	for _, c := range v.Prime {
		p, err := fiveg.CKIKPrime(unhex(t, c.CK), unhex(t, c.IK), c.Network, [6]byte(unhex(t, c.AUTN)))
		if err != nil {
			t.Fatal(err)
		}
		c.check(t, AKAPrime(c.Identity, p))
	}
	for _, c := range v.PrimeReauth {
		k := Keys{KRe: unhex(t, c.KRe)}
		re, err := k.ReauthPrime(c.Identity, c.Counter, [NonceSize]byte(unhex(t, c.NonceS)))
		c.check(t, re, err)
	}
}

func TestRefusals(t *testing.T) {
	kc, k := make([]byte, 8), make([]byte, 16)
	for _, bad := range [][][]byte{nil, {kc}, {kc, kc, kc, kc}, {kc, kc[1:]}, {kc, nil}} {
		if _, err := SIM("x", bad, [16]byte{}, []byte{0, 1}, 1); !errors.Is(err, ErrTriplets) {
			t.Errorf("%d triplets: %v", len(bad), err)
		}
	}
	for _, bad := range [][]byte{nil, {0}, {0, 1, 0}} {
		if _, err := SIM("x", [][]byte{kc, kc}, [16]byte{}, bad, 1); !errors.Is(err, ErrVersions) {
			t.Errorf("versions %x: %v", bad, err)
		}
	}
	if _, err := AKA("x", k[1:], k); !errors.Is(err, ErrKeySize) {
		t.Errorf("CK of 15 bytes: %v", err)
	}
	if _, err := AKA("x", k, append(k, 0)); !errors.Is(err, ErrKeySize) {
		t.Errorf("IK of 17 bytes: %v", err)
	}
}

func TestClearAndPrint(t *testing.T) {
	k, err := AKA("0999990123456789@wlan.mnc099.mcc999.3gppnetwork.org", make([]byte, 16), make([]byte, 16))
	if err != nil {
		t.Fatal(err)
	}
	j, err := json.Marshal(k)
	if err != nil {
		t.Fatal(err)
	}
	if s := fmt.Sprintf("%v %+v %x %s", k, k, k, &k) + string(j); strings.Contains(s, hex.EncodeToString(k.MSK[:2])) || len(s) > 200 {
		t.Errorf("keys print as %s", s)
	}
	kept := k.MSK
	k.Clear()
	if [MSKSize]byte(kept) != [MSKSize]byte{} {
		t.Error("the MSK is in memory after Clear")
	}
	if _, err := k.Reauth("x", 1, [16]byte{}); !errors.Is(err, ErrCleared) {
		t.Errorf("Reauth after Clear: %v", err)
	}
	if _, err := k.ReauthPrime("x", 1, [16]byte{}); !errors.Is(err, ErrCleared) {
		t.Errorf("ReauthPrime after Clear: %v", err)
	}
}

func TestEveryPartIsItsOwn(t *testing.T) {
	k := AKAPrime("x", fiveg.Primed{})
	before := hex.EncodeToString(k.KAut)
	_ = append(k.KEncr, 1, 2, 3)
	if hex.EncodeToString(k.KAut) != before {
		t.Error("what is put behind K_encr overwrites K_aut")
	}
}

func BenchmarkSIM(b *testing.B) {
	kcs := [][]byte{make([]byte, 8), make([]byte, 8), make([]byte, 8)}
	for b.Loop() {
		if _, err := SIM("1999990123456789@wlan.mnc099.mcc999.3gppnetwork.org", kcs, [16]byte{}, []byte{0, 1}, 1); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkAKA(b *testing.B) {
	key := make([]byte, 16)
	for b.Loop() {
		if _, err := AKA("0999990123456789@wlan.mnc099.mcc999.3gppnetwork.org", key, key); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkAKAPrime(b *testing.B) {
	for b.Loop() {
		_ = AKAPrime("6999990123456789@wlan.mnc099.mcc999.3gppnetwork.org", fiveg.Primed{})
	}
}
