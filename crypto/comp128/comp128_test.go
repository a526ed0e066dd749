package comp128

import (
	"errors"
	"fmt"
	"testing"

	"simscope/crypto/cryptotest"
)

type vector struct{ Ki, RAND, SRES, Kc, Source string }

func vectors(t testing.TB) map[Version][]vector {
	t.Helper()
	var f struct {
		V1 []vector `json:"comp128v1"`
		V2 []vector `json:"comp128v2"`
		V3 []vector `json:"comp128v3"`
	}
	cryptotest.Read(t, "testdata/vectors.json", &f)
	if len(f.V1) != 7 || len(f.V2) != 35 || len(f.V3) != 35 {
		t.Fatalf("have %d, %d and %d vectors, want 7, 35 and 35", len(f.V1), len(f.V2), len(f.V3))
	}
	return map[Version][]vector{V1: f.V1, V2: f.V2, V3: f.V3}
}

func TestVectors(t *testing.T) {
	for version, list := range vectors(t) {
		for i, v := range list {
			t.Run(fmt.Sprintf("v%d_%d", version, i), func(t *testing.T) {
				c, err := New(version, cryptotest.Bytes(t, v.Ki))
				if err != nil {
					t.Fatal(err)
				}
				sres, kc, err := c.Triplet([16]byte(cryptotest.Bytes(t, v.RAND)))
				if err != nil {
					t.Fatal(err)
				}
				cryptotest.Equal(t, "SRES", sres[:], v.SRES)
				cryptotest.Equal(t, "Kc", kc[:], v.Kc)
			})
		}
	}
}

// TestTenZeroBits holds what tells versions 1 and 2 from others: ten zero bits
// at the end of Kc, whatever is asked; version 3 uses them.
func TestTenZeroBits(t *testing.T) {
	for version, want := range map[Version]bool{V1: true, V2: true, V3: false} {
		var seen [2]byte
		for i := range 64 {
			c, err := New(version, []byte{15: byte(i)})
			if err != nil {
				t.Fatal(err)
			}
			_, kc, err := c.Triplet([16]byte{byte(3 * i)})
			if err != nil {
				t.Fatal(err)
			}
			seen[0] |= kc[6] & 0x03
			seen[1] |= kc[7]
		}
		if zero := seen == [2]byte{}; zero != want {
			t.Errorf("%v: the last ten bits of Kc are always zero: %v, want %v", version, zero, want)
		}
	}
}

func TestRefused(t *testing.T) {
	for _, n := range []int{0, 8, 15, 17, 32} {
		if _, err := New(V1, make([]byte, n)); !errors.Is(err, ErrKeySize) {
			t.Errorf("Ki of %d bytes: %v", n, err)
		}
	}
	for _, v := range []Version{-1, 0, 4} {
		if _, err := New(v, make([]byte, 16)); !errors.Is(err, ErrVersion) {
			t.Errorf("version %d: %v", int(v), err)
		}
	}
}

func TestClearAndPrint(t *testing.T) {
	ki := []byte("0123456789abcdef")
	c, err := New(V3, ki)
	if err != nil {
		t.Fatal(err)
	}
	cryptotest.Hidden(t, c, ki)
	kept := c.ki
	c.Clear()
	c.Clear() // twice is harmless
	if *kept != [16]byte{} {
		t.Error("Ki is still in memory after Clear")
	}
	if ki[0] != '0' {
		t.Error("the caller's key was changed")
	}
	if _, _, err := c.Triplet([16]byte{}); !errors.Is(err, ErrCleared) {
		t.Errorf("Triplet after Clear: %v", err)
	}
}

func BenchmarkComp128(b *testing.B) {
	for version := V1; version <= V3; version++ {
		b.Run(fmt.Sprintf("v%d", version), func(b *testing.B) {
			c, err := New(version, make([]byte, KeySize))
			if err != nil {
				b.Fatal(err)
			}
			var rand [16]byte
			for b.Loop() {
				sres, _, err := c.Triplet(rand)
				if err != nil {
					b.Fatal(err)
				}
				copy(rand[:], sres[:])
			}
		})
	}
}
