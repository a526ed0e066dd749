package milenage

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"simscope/crypto/aka"
	"simscope/crypto/cryptotest"
)

type vector struct {
	Set                        int
	Spec, Source               string
	K, RAND, SQN, AMF, OP, OPC string
	F1, F2, F3, F4, F5         string
	F1Star                     string `json:"f1_star"`
	F5Star                     string `json:"f5_star"`
	DerivedKc                  string `json:"derived_kc_c3"`
	DerivedSRES                string `json:"derived_sres_c2"`
	DerivedAUTN                string `json:"derived_autn"`
	DerivedAUTS                string `json:"derived_auts_resync_amf0000"`
}

func vectors(t testing.TB) []vector {
	t.Helper()
	var f struct {
		Milenage []vector `json:"milenage"`
		Extra    []vector `json:"milenage_extra"`
	}
	cryptotest.Read(t, "testdata/vectors.json", &f)
	if len(f.Milenage) != 15 || len(f.Extra) != 5 {
		t.Fatalf("have %d and %d sets, want 15 and 5", len(f.Milenage), len(f.Extra))
	}
	return append(f.Milenage, f.Extra...)
}

func (v vector) name() string { return strings.ReplaceAll(v.Spec, " ", "_") + fmt.Sprint(v.Set) }

func (v vector) inputs(t testing.TB) (rand [16]byte, sqn aka.SQN, amf [2]byte) {
	t.Helper()
	return [16]byte(cryptotest.Bytes(t, v.RAND)), aka.SQNOf([6]byte(cryptotest.Bytes(t, v.SQN))), [2]byte(cryptotest.Bytes(t, v.AMF))
}

func TestVectors(t *testing.T) {
	for _, v := range vectors(t) {
		t.Run(v.name(), func(t *testing.T) {
			k, op := cryptotest.Bytes(t, v.K), cryptotest.Bytes(t, v.OP)
			opc, err := OPc(k, op)
			if err != nil {
				t.Fatal(err)
			}
			cryptotest.Equal(t, "OPc", opc[:], v.OPC)
			m, err := New(k, cryptotest.Bytes(t, v.OPC))
			if err != nil {
				t.Fatal(err)
			}
			checkFunctions(t, m, v)
			fromOP, err := NewFromOP(k, op)
			if err != nil {
				t.Fatal(err)
			}
			checkFunctions(t, fromOP, v)
			if strings.Contains(v.Spec, "35.208") {
				checkDerived(t, m, v)
			}
		})
	}
}

func checkFunctions(t *testing.T, m *Milenage, v vector) {
	t.Helper()
	rand, sqn, amf := v.inputs(t)
	a, s, err := m.F1(rand, sqn, amf)
	if err != nil {
		t.Fatal(err)
	}
	cryptotest.Equal(t, "f1", a, v.F1)
	cryptotest.Equal(t, "f1*", s, v.F1Star)
	ks, err := m.F2345(rand)
	if err != nil {
		t.Fatal(err)
	}
	cryptotest.Equal(t, "f2", ks.RES, v.F2)
	cryptotest.Equal(t, "f3", ks.CK, v.F3)
	cryptotest.Equal(t, "f4", ks.IK, v.F4)
	cryptotest.Equal(t, "f5", ks.AK[:], v.F5)
	cryptotest.Equal(t, "f5*", ks.AKStar[:], v.F5Star)
}

func checkDerived(t *testing.T, m *Milenage, v vector) {
	t.Helper()
	rand, sqn, amf := v.inputs(t)
	sres, kc, err := aka.GSM(m, rand)
	if err != nil {
		t.Fatal(err)
	}
	cryptotest.Equal(t, "SRES", sres[:], v.DerivedSRES)
	cryptotest.Equal(t, "Kc", kc[:], v.DerivedKc)
	autn, err := aka.AUTN(m, rand, sqn, amf)
	if err != nil {
		t.Fatal(err)
	}
	cryptotest.Equal(t, "AUTN", autn, v.DerivedAUTN)
	auts, err := aka.AUTS(m, rand, sqn)
	if err != nil {
		t.Fatal(err)
	}
	cryptotest.Equal(t, "AUTS", auts, v.DerivedAUTS)
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
	cryptotest.Hidden(t, m, opc)
	cryptotest.Hidden(t, m, k)
	ks, err := m.F2345([16]byte{1})
	if err != nil {
		t.Fatal(err)
	}
	for _, secret := range [][]byte{ks.RES, ks.CK, ks.IK, ks.AK[:], ks.AKStar[:]} {
		cryptotest.Hidden(t, ks, secret)
		cryptotest.Hidden(t, &ks, secret)
	}
	keptOPc, keptC := m.opc, m.c
	m.Clear()
	if *keptOPc != (block{}) || *keptC != ([5]block{}) {
		t.Error("OPc or the constants are still in memory after Clear")
	}
	m.Clear() // twice is harmless
	if _, err := m.F2345([16]byte{}); !errors.Is(err, ErrCleared) {
		t.Errorf("F2345 after Clear: %v", err)
	}
	if _, _, err := m.F1([16]byte{}, 0, [2]byte{}); !errors.Is(err, ErrCleared) {
		t.Errorf("F1 after Clear: %v", err)
	}
	if string(k) != "0123456789abcdef" || string(opc) != "fedcba9876543210" {
		t.Error("the caller's keys were changed")
	}
}
