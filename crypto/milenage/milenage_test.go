package milenage

import (
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"strings"
	"testing"
)

type vector struct {
	Set                        int
	Spec                       string
	K, RAND, SQN, AMF, OP, OPC string
	F1, F2, F3, F4, F5         string
	F1Star                     string `json:"f1_star"`
	F5Star                     string `json:"f5_star"`
	DerivedKc                  string `json:"derived_kc_c3"`
	DerivedSRES                string `json:"derived_sres_c2"`
	DerivedAUTN                string `json:"derived_autn"`
	DerivedAUTS                string `json:"derived_auts_resync_amf0000"`
	Source                     string
}

func vectors(t *testing.T) []vector {
	t.Helper()
	b, err := os.ReadFile("testdata/vectors.json")
	if err != nil {
		t.Fatal(err)
	}
	var f struct {
		Milenage []vector `json:"milenage"`
		Extra    []vector `json:"milenage_extra"`
	}
	if err := json.Unmarshal(b, &f); err != nil {
		t.Fatal(err)
	}
	if len(f.Milenage) != 15 || len(f.Extra) != 5 {
		t.Fatalf("have %d and %d sets, want 15 and 5", len(f.Milenage), len(f.Extra))
	}
	return append(f.Milenage, f.Extra...)
}

func unhex(t *testing.T, s string) []byte {
	t.Helper()
	b, err := hex.DecodeString(s)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func check(t *testing.T, name string, got []byte, want string) {
	t.Helper()
	if want == "" {
		return
	}
	if g := hex.EncodeToString(got); g != want {
		t.Errorf("%s is %s, want %s", name, g, want)
	}
}

func TestVectors(t *testing.T) {
	for _, v := range vectors(t) {
		t.Run(strings.ReplaceAll(v.Spec, " ", "_")+fmt.Sprint(v.Set), func(t *testing.T) {
			k, op := unhex(t, v.K), unhex(t, v.OP)
			opc, err := OPc(k, op)
			if err != nil {
				t.Fatal(err)
			}
			check(t, "OPc", opc[:], v.OPC)
			m, err := New(k, unhex(t, v.OPC))
			if err != nil {
				t.Fatal(err)
			}
			checkFunctions(t, m, v)
			fromOP, err := NewFromOP(k, op)
			if err != nil {
				t.Fatal(err)
			}
			checkFunctions(t, fromOP, v)
		})
	}
}

func checkFunctions(t *testing.T, m *Milenage, v vector) {
	t.Helper()
	rand, sqn, amf := [16]byte(unhex(t, v.RAND)), [6]byte(unhex(t, v.SQN)), [2]byte(unhex(t, v.AMF))
	a, s, err := m.F1(rand, sqn, amf)
	if err != nil {
		t.Fatal(err)
	}
	check(t, "f1", a[:], v.F1)
	check(t, "f1*", s[:], v.F1Star)
	ks, err := m.F2345(rand)
	if err != nil {
		t.Fatal(err)
	}
	check(t, "f2", ks.RES[:], v.F2)
	check(t, "f3", ks.CK[:], v.F3)
	check(t, "f4", ks.IK[:], v.F4)
	check(t, "f5", ks.AK[:], v.F5)
	check(t, "f5*", ks.AKStar[:], v.F5Star)
	sres, kc, err := m.GSM(rand)
	if err != nil {
		t.Fatal(err)
	}
	check(t, "SRES", sres[:], v.DerivedSRES)
	check(t, "Kc", kc[:], v.DerivedKc)
	autn, err := m.AUTN(rand, sqn, amf)
	if err != nil {
		t.Fatal(err)
	}
	check(t, "AUTN", autn[:], v.DerivedAUTN)
	auts, err := m.AUTS(rand, sqn)
	if err != nil {
		t.Fatal(err)
	}
	check(t, "AUTS", auts[:], v.DerivedAUTS)
	if got, gotAMF, err := m.OpenAUTN(rand, autn); err != nil || got != sqn || gotAMF != amf {
		t.Errorf("OpenAUTN gives %x %x %v, want %x %x", got, gotAMF, err, sqn, amf)
	}
	if got, err := m.OpenAUTS(rand, auts); err != nil || got != sqn {
		t.Errorf("OpenAUTS gives %x %v, want %x", got, err, sqn)
	}
}

func TestEveryBitOfATokenCounts(t *testing.T) {
	v := vectors(t)[0]
	m, err := New(unhex(t, v.K), unhex(t, v.OPC))
	if err != nil {
		t.Fatal(err)
	}
	rand := [16]byte(unhex(t, v.RAND))
	autn := [16]byte(unhex(t, v.DerivedAUTN))
	auts := [14]byte(unhex(t, v.DerivedAUTS))
	for bit := range 8 * len(autn) {
		bad := autn
		bad[bit/8] ^= 1 << (bit % 8)
		if sqn, _, err := m.OpenAUTN(rand, bad); !errors.Is(err, ErrMAC) || sqn != [6]byte{} {
			t.Fatalf("AUTN with bit %d turned: sqn %x, error %v", bit, sqn, err)
		}
	}
	for bit := range 8 * len(auts) {
		bad := auts
		bad[bit/8] ^= 1 << (bit % 8)
		if sqn, err := m.OpenAUTS(rand, bad); !errors.Is(err, ErrMAC) || sqn != [6]byte{} {
			t.Fatalf("AUTS with bit %d turned: sqn %x, error %v", bit, sqn, err)
		}
	}
}

func TestWrongKeySizes(t *testing.T) {
	for _, n := range []int{0, 15, 17, 24, 32} {
		if _, err := New(make([]byte, n), make([]byte, 16)); !errors.Is(err, ErrKeySize) {
			t.Errorf("K of %d bytes: %v", n, err)
		}
		if _, err := New(make([]byte, 16), make([]byte, n)); !errors.Is(err, ErrKeySize) {
			t.Errorf("OPc of %d bytes: %v", n, err)
		}
		if _, err := OPc(make([]byte, n), make([]byte, 16)); !errors.Is(err, ErrKeySize) {
			t.Errorf("OPc from K of %d bytes: %v", n, err)
		}
		if _, err := NewFromOP(make([]byte, 16), make([]byte, n)); !errors.Is(err, ErrKeySize) {
			t.Errorf("OP of %d bytes: %v", n, err)
		}
	}
}

func TestClearAndPrint(t *testing.T) {
	k, opc := []byte("0123456789abcdef"), []byte("fedcba9876543210")
	m, err := New(k, opc)
	if err != nil {
		t.Fatal(err)
	}
	ks, err := m.F2345([16]byte{1})
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range []string{fmt.Sprintf("%v %+v %#v %x %s", m, m, m, m, m), fmt.Sprintf("%v %+v %#v %x", ks, ks, ks, ks)} {
		for _, leak := range []string{"fedc", "6665646362", "102 101", hex.EncodeToString(ks.CK[:3])} {
			if strings.Contains(s, leak) {
				t.Errorf("printed form %q holds %q", s, leak)
			}
		}
	}
	kept := m.opc
	m.Clear()
	if *kept != [16]byte{} {
		t.Error("OPc is still in memory after Clear")
	}
	m.Clear() // twice is harmless
	if _, _, err := m.GSM([16]byte{}); !errors.Is(err, ErrCleared) {
		t.Errorf("GSM after Clear: %v", err)
	}
	if _, _, err := m.F1([16]byte{}, [6]byte{}, [2]byte{}); !errors.Is(err, ErrCleared) {
		t.Errorf("F1 after Clear: %v", err)
	}
	if string(k) != "0123456789abcdef" || string(opc) != "fedcba9876543210" {
		t.Error("the caller's keys were changed")
	}
	ks.Clear()
	if ks != (Keys{}) {
		t.Error("Keys are not empty after Clear")
	}
}
