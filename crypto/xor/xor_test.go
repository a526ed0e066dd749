package xor

import (
	"errors"
	"testing"

	"simscope/crypto/aka"
	"simscope/crypto/cryptotest"
)

type vector2G struct{ Ki, RAND, SRES, Kc, Source string }

type vector3G struct {
	K, RAND, SQN, AMF        string
	F1, F2, F3, F4, F5, AUTN string
	F5Star                   string `json:"f5_star"`
	Spec, Source             string
}

func vectors(t testing.TB) ([]vector2G, []vector3G) {
	t.Helper()
	var f struct {
		XOR2G []vector2G `json:"xor2g"`
		XOR3G []vector3G `json:"xor3g"`
	}
	cryptotest.Read(t, "testdata/vectors.json", &f)
	if len(f.XOR2G) != 2 || len(f.XOR3G) != 1 {
		t.Fatalf("have %d and %d vectors, want 2 and 1", len(f.XOR2G), len(f.XOR3G))
	}
	return f.XOR2G, f.XOR3G
}

func TestVectors2G(t *testing.T) {
	list, _ := vectors(t)
	for _, v := range list {
		g, err := NewGSM(cryptotest.Bytes(t, v.Ki))
		if err != nil {
			t.Fatal(err)
		}
		sres, kc, err := g.Triplet([16]byte(cryptotest.Bytes(t, v.RAND)))
		if err != nil {
			t.Fatal(err)
		}
		cryptotest.Equal(t, "SRES", sres[:], v.SRES)
		cryptotest.Equal(t, "Kc", kc[:], v.Kc)
	}
}

func TestVectors3G(t *testing.T) {
	_, list := vectors(t)
	for _, v := range list {
		x, err := New(cryptotest.Bytes(t, v.K), MaxRESSize)
		if err != nil {
			t.Fatal(err)
		}
		rand, sqn, amf := [16]byte(cryptotest.Bytes(t, v.RAND)), aka.SQNOf([6]byte(cryptotest.Bytes(t, v.SQN))), [2]byte(cryptotest.Bytes(t, v.AMF))
		macA, macS, err := x.F1(rand, sqn, amf)
		if err != nil {
			t.Fatal(err)
		}
		cryptotest.Equal(t, "f1", macA, v.F1)
		cryptotest.Equal(t, "f1*", macS, v.F1) // TS 34.108 clause 8.1.2.2: f1* is f1
		k, err := x.F2345(rand)
		if err != nil {
			t.Fatal(err)
		}
		cryptotest.Equal(t, "f2", k.RES, v.F2)
		cryptotest.Equal(t, "f3", k.CK, v.F3)
		cryptotest.Equal(t, "f4", k.IK, v.F4)
		cryptotest.Equal(t, "f5", k.AK[:], v.F5)
		cryptotest.Equal(t, "f5*", k.AKStar[:], v.F5Star)
		autn, err := aka.AUTN(x, rand, sqn, amf)
		if err != nil {
			t.Fatal(err)
		}
		cryptotest.Equal(t, "AUTN", autn, v.AUTN)
		short, err := New(cryptotest.Bytes(t, v.K), 8)
		if err != nil {
			t.Fatal(err)
		}
		if k, err = short.F2345(rand); err != nil {
			t.Fatal(err)
		}
		cryptotest.Equal(t, "f2 of 8 bytes", k.RES, v.F2[:16])
	}
}

func TestRefused(t *testing.T) {
	for _, n := range []int{0, 15, 17, 32} {
		if _, err := New(make([]byte, n), 8); !errors.Is(err, ErrKeySize) {
			t.Errorf("K of %d bytes: %v", n, err)
		}
		if _, err := NewGSM(make([]byte, n)); !errors.Is(err, ErrKeySize) {
			t.Errorf("Ki of %d bytes: %v", n, err)
		}
	}
	for _, n := range []int{-1, 0, 3, 17} {
		if _, err := New(make([]byte, 16), n); !errors.Is(err, ErrRESSize) {
			t.Errorf("RES of %d bytes: %v", n, err)
		}
	}
}

func TestClearAndPrint(t *testing.T) {
	k := []byte("0123456789abcdef")
	x, err := New(k, 8)
	if err != nil {
		t.Fatal(err)
	}
	g, err := NewGSM(k)
	if err != nil {
		t.Fatal(err)
	}
	cryptotest.Hidden(t, x, k)
	cryptotest.Hidden(t, *x, k)
	cryptotest.Hidden(t, g, k)
	keptX, keptG := x.k, g.k
	x.Clear()
	g.Clear()
	x.Clear() // twice is harmless
	if *keptX != [16]byte{} || *keptG != [16]byte{} || k[0] != '0' {
		t.Error("a key is still in memory after Clear, or the caller's was changed")
	}
	if _, err := x.F2345([16]byte{}); !errors.Is(err, ErrCleared) {
		t.Errorf("F2345 after Clear: %v", err)
	}
	if _, _, err := x.F1([16]byte{}, 0, [2]byte{}); !errors.Is(err, ErrCleared) {
		t.Errorf("F1 after Clear: %v", err)
	}
	if _, _, err := g.Triplet([16]byte{}); !errors.Is(err, ErrCleared) {
		t.Errorf("Triplet after Clear: %v", err)
	}
}

func BenchmarkXOR2G(b *testing.B) {
	g, err := NewGSM(make([]byte, KeySize))
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		if _, _, err := g.Triplet([16]byte{}); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkXOR3G(b *testing.B) {
	x, err := New(make([]byte, KeySize), 8)
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		if _, _, err := x.F1([16]byte{}, 1, [2]byte{}); err != nil {
			b.Fatal(err)
		}
		if _, err := x.F2345([16]byte{}); err != nil {
			b.Fatal(err)
		}
	}
}
