package auth

import (
	"encoding/hex"
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"simscope/card/safe"
)

// A whole vector of EPS: Milenage from OP, K_ASME for the network 208 95. It
// is test_eutran_vector of github.com/magma/magma
// (lte/gateway/python/magma/subscriberdb/tests/crypto/milenage_tests.py),
// taken from the log of another network's implementation.
func TestKASME(t *testing.T) {
	s := Subscriber{Algorithm: Milenage, K: secret(t, "8BAF473F2F8FD09487CCCBD7097C6862"), OP: secret(t, strings.Repeat("11", 16))}
	rand := [16]byte(unhex(t, "000102030405060708090A0B0C0D0E0F"))
	v, err := Compute(s, rand, 7351, [2]byte{0x80, 0})
	if err != nil {
		t.Fatal(err)
	}
	if got := hex.EncodeToString(v.AUTN); got != "6fbfa3801f5780007bde59886e96e4fe" || hexOf(v.RES) != "2daf873d73f310c6" {
		t.Errorf("AUTN %s, XRES %s", got, hexOf(v.RES))
	}
	keys, err := Derive(Outcome{RAND: rand, AUTN: v.AUTN, RES: v.RES, CK: v.CK, IK: v.IK}, For{MCC: "208", MNC: "95"})
	if err != nil || len(keys) == 0 {
		t.Fatal(err)
	}
	if got := hexOf(keys[0].Value); keys[0].Name != "K_ASME" || got != "8748c1c0a2826fa405b1e27ea104434ae556c765e8f061ebdb8ae286c44616c2" {
		t.Errorf("%s is %s", keys[0].Name, got)
	}
}

// TestDerivedKeysAreAllThere, each of its length, for its network, and none
// is printed. What they are is held by the packages that derive them.
func TestDerivedKeysAreAllThere(t *testing.T) {
	s := right(t)
	v, err := Compute(s, testRAND, 0x20, [2]byte{0x80})
	if err != nil {
		t.Fatal(err)
	}
	o := Outcome{RAND: testRAND, AUTN: v.AUTN, RES: v.RES, CK: v.CK, IK: v.IK}
	keys, err := Derive(o, For{MCC: "999", MNC: "99", IMSI: "999990123456789", NAF: "naf.example.com", IMPI: "a@b"})
	if err != nil {
		t.Fatal(err)
	}
	want := []string{"K_ASME 32 999 99", "K_AUSF 32 5G:mnc099.mcc999.3gppnetwork.org", "K_SEAF 32 5G:mnc099.mcc999.3gppnetwork.org", "RES* 16 5G:mnc099.mcc999.3gppnetwork.org", "EAP-AKA MSK 64 0999990123456789@wlan.mnc099.mcc999.3gppnetwork.org", "EAP-AKA' MSK 64 6999990123456789@wlan.mnc099.mcc999.3gppnetwork.org", "Ks 32 GBA", "Ks_NAF 32 naf.example.com"}
	seen := map[string]bool{}
	var got []string
	for _, k := range keys {
		got = append(got, fmt.Sprintf("%s %d %s", k.Name, k.Value.Len(), k.Bound))
		if seen[hexOf(k.Value)] || strings.Trim(hexOf(k.Value), "0") == "" {
			t.Errorf("%s is empty or another one's", k.Name)
		}
		seen[hexOf(k.Value)] = true
	}
	if strings.Join(got, "\n") != strings.Join(want, "\n") {
		t.Errorf("%s", strings.Join(got, "\n"))
	}
	j, _ := json.Marshal(keys)
	text := strings.ToLower(fmt.Sprintf("%s %+v %#v", j, keys, o))
	for k := range seen {
		if strings.Contains(text, k) {
			t.Error("a derived key is printed")
		}
	}
	if keys, err := Derive(o, For{}); err != nil || len(keys) != 1 {
		t.Errorf("without a network: %v, %v", keys, err)
	}
	if _, err := Derive(o, For{MCC: "99", MNC: "9"}); err == nil {
		t.Error("a network of no form was taken")
	}
	o.CK = safe.NewSecret(make([]byte, 32))
	if keys, err := Derive(o, For{MCC: "999", MNC: "99"}); err != nil || len(keys) != 0 {
		t.Errorf("keys of 32 bytes: %v, %v", keys, err)
	}
	ClearDerived(keys)
	for _, k := range keys {
		if k.Value.Len() != 0 {
			t.Errorf("%s is left", k.Name)
		}
	}
}

// TestNetworksAreCoded as in TS 24.008: a third digit of F where there are
// two.
func TestNetworksAreCoded(t *testing.T) {
	for in, want := range map[string]string{"208-95": "02f859", "310-410": "130014", "001-01": "00f110"} {
		mcc, mnc, _ := strings.Cut(in, "-")
		if b, err := plmnBytes(mcc, mnc); err != nil || hex.EncodeToString(b[:]) != want {
			t.Errorf("%s is %x, %v", in, b, err)
		}
	}
}
