package aka_test

import (
	"bytes"
	"errors"
	"testing"

	"simscope/crypto/aka"
	"simscope/crypto/cryptotest"
	"simscope/crypto/milenage"
	"simscope/crypto/tuak"
)

// Test set 1 of 3GPP TS 35.208; AUTN, AUTS, SRES and Kc follow from it by
// 3GPP TS 33.102. Package milenage holds the other sets.
const (
	setK    = "465b5ce8b199b49faa5f0a2ee238a6bc"
	setOPc  = "cd63cb71954a9f4e48a5994e37a02baf"
	setRAND = "23553cbe9637a89d218ae64dae47bf35"
	setSQN  = 0xff9bb4d0b607
	setAUTN = "55f328b43577b9b94a9ffac354dfafb3"
	setAUTS = "ba853f3c123ccf44e93596e355c6" // AMF 0000
	setSRES = "46f8416a"
	setKc   = "eae4be823af9a08b"
)

var setAMF = [2]byte{0xb9, 0xb9}

func functions(t *testing.T) (aka.Functions, [16]byte) {
	t.Helper()
	f, err := milenage.New(cryptotest.Bytes(t, setK), cryptotest.Bytes(t, setOPc))
	if err != nil {
		t.Fatal(err)
	}
	return f, [16]byte(cryptotest.Bytes(t, setRAND))
}

func TestTokens(t *testing.T) {
	f, rand := functions(t)
	autn, err := aka.AUTN(f, rand, setSQN, setAMF)
	if err != nil {
		t.Fatal(err)
	}
	cryptotest.Equal(t, "AUTN", autn, setAUTN)
	if got, err := aka.OpenAUTN(f, rand, autn); err != nil || got.SQN != setSQN || got.AMF != setAMF {
		t.Errorf("AUTN opens to %v, %v", got, err)
	}
	auts, err := aka.AUTS(f, rand, setSQN)
	if err != nil {
		t.Fatal(err)
	}
	cryptotest.Equal(t, "AUTS", auts, setAUTS)
	if len(auts) != aka.AUTSSize {
		t.Errorf("AUTS has %d bytes, want %d", len(auts), aka.AUTSSize)
	}
	if got, err := aka.OpenAUTS(f, rand, auts); err != nil || got != setSQN {
		t.Errorf("AUTS opens to %v, %v", got, err)
	}
}

func TestGSM(t *testing.T) {
	f, rand := functions(t)
	sres, kc, err := aka.GSM(f, rand)
	if err != nil {
		t.Fatal(err)
	}
	cryptotest.Equal(t, "SRES", sres[:], setSRES)
	cryptotest.Equal(t, "Kc", kc[:], setKc)
	c := aka.Converted{Functions: f}
	cryptotest.Hidden(t, c, cryptotest.Bytes(t, setOPc))
	if sres, kc, err = c.Triplet(rand); err != nil {
		t.Fatal(err)
	}
	cryptotest.Equal(t, "SRES", sres[:], setSRES)
	cryptotest.Equal(t, "Kc", kc[:], setKc)
}

// TestFolding holds the lengths that Milenage does not have: RES of 4, 8, 12
// and 16 bytes, keys of 256 bits (3GPP TS 33.102 clause 6.8.1.2).
func TestFolding(t *testing.T) {
	for res, want := range map[string]string{
		"01020304":                         "01020304",
		"0102030410203040":                 "11223344",
		"010203041020304080808080":         "91a2b3c4",
		"01020304102030408080808001010101": "90a3b2c5",
		"01020304102030":                   "11223304",
	} {
		got := aka.C2(cryptotest.Bytes(t, res))
		cryptotest.Equal(t, "SRES of "+res, got[:], want)
	}
	ck := append(bytes.Repeat([]byte{1}, 8), bytes.Repeat([]byte{2}, 24)...)
	ik := append(bytes.Repeat([]byte{0x10}, 24), bytes.Repeat([]byte{0x20}, 8)...)
	got := aka.C3(ck, ik)
	cryptotest.Equal(t, "Kc", got[:], "3333333333333333")
}

func TestEveryBitOfATokenCounts(t *testing.T) {
	f, rand := functions(t)
	autn, auts := cryptotest.Bytes(t, setAUTN), cryptotest.Bytes(t, setAUTS)
	for bit := range 8 * len(autn) {
		bad := bytes.Clone(autn)
		bad[bit/8] ^= 1 << (bit % 8)
		if got, err := aka.OpenAUTN(f, rand, bad); !errors.Is(err, aka.ErrMAC) || got != (aka.Opened{}) {
			t.Fatalf("AUTN with bit %d turned: %v, %v", bit, got, err)
		}
	}
	for bit := range 8 * len(auts) {
		bad := bytes.Clone(auts)
		bad[bit/8] ^= 1 << (bit % 8)
		if sqn, err := aka.OpenAUTS(f, rand, bad); !errors.Is(err, aka.ErrMAC) || sqn != 0 {
			t.Fatalf("AUTS with bit %d turned: %v, %v", bit, sqn, err)
		}
	}
}

func TestWrongLengths(t *testing.T) {
	f, rand := functions(t)
	long, err := tuak.New(make([]byte, 16), make([]byte, 32), tuak.Params{MAC: 16, RES: 8, CK: 16, IK: 16, Iterations: 1})
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		f    aka.Functions
		mac  int
		name string
	}{{f, 8, "Milenage"}, {long, 16, "TUAK with MAC of 16 bytes"}} {
		for n := range 48 {
			if got, err := aka.OpenAUTN(c.f, rand, make([]byte, n)); n != 8+c.mac && (!errors.Is(err, aka.ErrTokenSize) || got != (aka.Opened{})) {
				t.Errorf("%s: AUTN of %d bytes: %v, %v", c.name, n, got, err)
			}
			if got, err := aka.OpenAUTS(c.f, rand, make([]byte, n)); n != 6+c.mac && (!errors.Is(err, aka.ErrTokenSize) || got != 0) {
				t.Errorf("%s: AUTS of %d bytes: %v, %v", c.name, n, got, err)
			}
		}
	}
}

func TestAfterClear(t *testing.T) {
	f, rand := functions(t)
	f.Clear()
	_, err1 := aka.AUTN(f, rand, 1, setAMF)
	_, err2 := aka.OpenAUTN(f, rand, cryptotest.Bytes(t, setAUTN))
	_, err3 := aka.AUTS(f, rand, 1)
	_, err4 := aka.OpenAUTS(f, rand, cryptotest.Bytes(t, setAUTS))
	_, _, err5 := aka.GSM(f, rand)
	for i, err := range []error{err1, err2, err3, err4, err5} {
		if !errors.Is(err, milenage.ErrCleared) {
			t.Errorf("function %d after Clear: %v", i, err)
		}
	}
}

func TestKeysAreHiddenAndCleared(t *testing.T) {
	f, rand := functions(t)
	k, err := f.F2345(rand)
	if err != nil {
		t.Fatal(err)
	}
	kept := [][]byte{k.RES, k.CK, k.IK}
	for _, b := range append(kept, k.AK[:], k.AKStar[:]) {
		cryptotest.Hidden(t, k, b)
	}
	k.Clear()
	for i, b := range kept {
		if !bytes.Equal(b, make([]byte, len(b))) {
			t.Errorf("key %d is still in memory after Clear", i)
		}
	}
	if k.RES != nil || k.AK != [6]byte{} {
		t.Error("Keys are not empty after Clear")
	}
}

// FuzzOpen holds that no token crashes and that none is believed without its
// code.
func FuzzOpen(f *testing.F) {
	f.Add([]byte{}, []byte{})
	m, err := milenage.New(make([]byte, 16), make([]byte, 16))
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, autn, auts []byte) {
		var rand [16]byte
		if got, err := aka.OpenAUTN(m, rand, autn); err == nil {
			if again, _ := aka.AUTN(m, rand, got.SQN, got.AMF); !bytes.Equal(again, autn) {
				t.Errorf("%X was opened, but is not %X", autn, again)
			}
		}
		if got, err := aka.OpenAUTS(m, rand, auts); err == nil {
			if again, _ := aka.AUTS(m, rand, got); !bytes.Equal(again, auts) {
				t.Errorf("%X was opened, but is not %X", auts, again)
			}
		}
	})
}

func TestBootstrap(t *testing.T) {
	autn := cryptotest.Bytes(t, setAUTN)
	ik := cryptotest.Bytes(t, "f769bcd751044604127672711c6d3441")
	star := aka.Bootstrap(autn, ik)
	// SHA-1 of IK begins with c6e0c5ce26e01df7 (by sha1sum).
	cryptotest.Equal(t, "AUTN*", star, "55f328b43577b9b9"+"8c7f3f0d723fb244")
	cryptotest.Equal(t, "AUTN", aka.Bootstrap(star, ik), setAUTN)
	cryptotest.Equal(t, "AUTN as it was", autn, setAUTN)
	cryptotest.Equal(t, "a short token", aka.Bootstrap(autn[:15], ik), setAUTN[:30])
}
