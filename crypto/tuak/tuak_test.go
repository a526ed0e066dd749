package tuak

import (
	"crypto/sha3"
	"errors"
	"strings"
	"testing"

	"simscope/crypto/aka"
	"simscope/crypto/cryptotest"
)

type vector struct {
	Name, Source       string
	K, RAND, SQN, AMF  string
	TOP, TOPC          string
	F1, F2, F3, F4, F5 string
	F1Star             string `json:"f1_star"`
	F5Star             string `json:"f5_star"`
	Iterations         int    `json:"keccak_iterations"`
	MACBits            int    `json:"mac_bits"`
	RESBits            int    `json:"res_bits"`
	CKBits             int    `json:"ck_bits"`
	IKBits             int    `json:"ik_bits"`
}

func (v vector) params() Params {
	return Params{MAC: v.MACBits / 8, RES: v.RESBits / 8, CK: v.CKBits / 8, IK: v.IKBits / 8, Iterations: v.Iterations}
}

type permutation struct {
	Input, Output, Spec, Source string
	ByteOrder                   string `json:"byte_order"`
}

func vectors(t testing.TB) ([]vector, []permutation) {
	t.Helper()
	var f struct {
		Tuak   []vector      `json:"tuak"`
		Keccak []permutation `json:"keccak_f1600"`
	}
	cryptotest.Read(t, "testdata/vectors.json", &f)
	if len(f.Tuak) != 5 || len(f.Keccak) != 5 {
		t.Fatalf("have %d sets and %d permutations, want 5 and 5", len(f.Tuak), len(f.Keccak))
	}
	return f.Tuak, f.Keccak
}

func TestVectors(t *testing.T) {
	sets, _ := vectors(t)
	for _, v := range sets {
		t.Run(v.Name, func(t *testing.T) {
			k, top := cryptotest.Bytes(t, v.K), cryptotest.Bytes(t, v.TOP)
			topc, err := TOPc(k, top, v.Iterations)
			if err != nil {
				t.Fatal(err)
			}
			cryptotest.Equal(t, "TOPc", topc[:], v.TOPC)
			fromTOPc, err := New(k, cryptotest.Bytes(t, v.TOPC), v.params())
			if err != nil {
				t.Fatal(err)
			}
			checkFunctions(t, fromTOPc, v)
			fromTOP, err := NewFromTOP(k, top, v.params())
			if err != nil {
				t.Fatal(err)
			}
			checkFunctions(t, fromTOP, v)
		})
	}
}

func checkFunctions(t *testing.T, f *Tuak, v vector) {
	t.Helper()
	rand, sqn, amf := [16]byte(cryptotest.Bytes(t, v.RAND)), aka.SQNOf([6]byte(cryptotest.Bytes(t, v.SQN))), [2]byte(cryptotest.Bytes(t, v.AMF))
	a, s, err := f.F1(rand, sqn, amf)
	if err != nil {
		t.Fatal(err)
	}
	cryptotest.Equal(t, "f1", a, v.F1)
	cryptotest.Equal(t, "f1*", s, v.F1Star)
	k, err := f.F2345(rand)
	if err != nil {
		t.Fatal(err)
	}
	cryptotest.Equal(t, "f2", k.RES, v.F2)
	cryptotest.Equal(t, "f3", k.CK, v.F3)
	cryptotest.Equal(t, "f4", k.IK, v.F4)
	cryptotest.Equal(t, "f5", k.AK[:], v.F5)
	cryptotest.Equal(t, "f5*", k.AKStar[:], v.F5Star)
}

// TestPermutation holds that what lies between two blocks of the standard
// library's SHAKE256 is Keccak-f[1600] on the whole state, by the permutations
// of 3GPP TS 35.232. The state is set and read in the library's stored form.
func TestPermutation(t *testing.T) {
	_, permutations := vectors(t)
	for i, v := range permutations {
		h := sha3.NewSHAKE256()
		stored, err := h.MarshalBinary()
		if err != nil {
			t.Fatal(err)
		}
		// Magic, rate, 200 bytes of state, position, direction.
		const head, state = 5, 200
		if len(stored) != head+state+2 || stored[head-1] != rate {
			t.Fatalf("the stored form of SHAKE256 has %d bytes with rate %d", len(stored), stored[head-1])
		}
		copy(stored[head:], cryptotest.Bytes(t, v.Input))
		stored[head+state] = rate // all of the block was read
		stored[head+state+1] = 1  // squeezing
		if err := h.UnmarshalBinary(stored); err != nil {
			t.Fatal(err)
		}
		if _, err := h.Read(make([]byte, 1)); err != nil {
			t.Fatal(err)
		}
		after, err := h.MarshalBinary()
		if err != nil {
			t.Fatal(err)
		}
		cryptotest.Equal(t, strings.Join([]string{v.Spec, "permutation", string(rune('1' + i))}, " "), after[head:head+state], v.Output)
	}
}

// TestSizesTellFunctionsApart holds that INSTANCE takes part: with other sizes
// even the common bytes of the answers are others.
func TestSizesTellFunctionsApart(t *testing.T) {
	k, topc := make([]byte, 32), make([]byte, 32)
	seen := map[string]Params{}
	for _, p := range []Params{
		Default(),
		{MAC: 8, RES: 4, CK: 16, IK: 16, Iterations: 1},
		{MAC: 8, RES: 16, CK: 16, IK: 16, Iterations: 1},
		{MAC: 8, RES: 32, CK: 16, IK: 16, Iterations: 1},
		{MAC: 8, RES: 8, CK: 32, IK: 16, Iterations: 1},
		{MAC: 8, RES: 8, CK: 16, IK: 32, Iterations: 1},
		{MAC: 8, RES: 8, CK: 16, IK: 16, Iterations: 2},
	} {
		f, err := New(k, topc, p)
		if err != nil {
			t.Fatal(err)
		}
		keys, err := f.F2345([16]byte{})
		if err != nil {
			t.Fatal(err)
		}
		if len(keys.RES) != p.RES || len(keys.CK) != p.CK || len(keys.IK) != p.IK {
			t.Errorf("%+v gives %d, %d and %d bytes", p, len(keys.RES), len(keys.CK), len(keys.IK))
		}
		if other, ok := seen[string(keys.AK[:])]; ok {
			t.Errorf("%+v and %+v give the same AK", p, other)
		}
		seen[string(keys.AK[:])] = p
	}
}

func TestTokens(t *testing.T) {
	sets, _ := vectors(t)
	for _, v := range sets {
		f, err := New(cryptotest.Bytes(t, v.K), cryptotest.Bytes(t, v.TOPC), v.params())
		if err != nil {
			t.Fatal(err)
		}
		rand := [16]byte(cryptotest.Bytes(t, v.RAND))
		autn, err := aka.AUTN(f, rand, 0x20, [2]byte{0x80})
		if err != nil || len(autn) != 8+v.MACBits/8 {
			t.Fatalf("%s: AUTN has %d bytes, %v", v.Name, len(autn), err)
		}
		if got, err := aka.OpenAUTN(f, rand, autn); err != nil || got.SQN != 0x20 || got.AMF != [2]byte{0x80} {
			t.Errorf("%s: AUTN opens to %v, %v", v.Name, got, err)
		}
	}
}

func TestRefused(t *testing.T) {
	k, topc := make([]byte, 16), make([]byte, 32)
	for _, n := range []int{0, 8, 15, 17, 24, 31, 33} {
		if _, err := New(make([]byte, n), topc, Default()); !errors.Is(err, ErrKeySize) {
			t.Errorf("K of %d bytes: %v", n, err)
		}
		if _, err := TOPc(make([]byte, n), topc, 1); !errors.Is(err, ErrKeySize) {
			t.Errorf("TOPc with K of %d bytes: %v", n, err)
		}
	}
	for _, n := range []int{0, 16, 31, 33} {
		if _, err := New(k, make([]byte, n), Default()); !errors.Is(err, ErrKeySize) {
			t.Errorf("TOPc of %d bytes: %v", n, err)
		}
		if _, err := NewFromTOP(k, make([]byte, n), Default()); !errors.Is(err, ErrKeySize) {
			t.Errorf("TOP of %d bytes: %v", n, err)
		}
	}
	for name, change := range map[string]func(*Params){
		"MAC":        func(p *Params) { p.MAC = 4 },
		"RES":        func(p *Params) { p.RES = 12 },
		"CK":         func(p *Params) { p.CK = 8 },
		"IK":         func(p *Params) { p.IK = 64 },
		"iterations": func(p *Params) { p.Iterations = 0 },
	} {
		p := Default()
		change(&p)
		_, err := New(k, topc, p)
		var bad *ParamError
		if !errors.As(err, &bad) || !strings.Contains(err.Error(), name) {
			t.Errorf("wrong %s: %v", name, err)
		}
		if _, err := NewFromTOP(k, topc, p); !errors.As(err, &bad) {
			t.Errorf("wrong %s with TOP: %v", name, err)
		}
	}
	if _, err := TOPc(k, topc, MaxIterations+1); err == nil {
		t.Error("more iterations than allowed were accepted")
	}
}

func TestClearAndPrint(t *testing.T) {
	k, topc := []byte("0123456789abcdef"), []byte("fedcba9876543210FEDCBA9876543210")
	f, err := New(k, topc, Default())
	if err != nil {
		t.Fatal(err)
	}
	cryptotest.Hidden(t, f, k)
	cryptotest.Hidden(t, f, topc)
	keptK, keptTOPc := f.k, f.topc
	f.Clear()
	f.Clear() // twice is harmless
	if string(keptK) != string(make([]byte, 16)) || string(keptTOPc) != string(make([]byte, 32)) {
		t.Error("a key is still in memory after Clear")
	}
	if string(k) != "0123456789abcdef" || topc[0] != 'f' {
		t.Error("the caller's keys were changed")
	}
	if _, err := f.F2345([16]byte{}); !errors.Is(err, ErrCleared) {
		t.Errorf("F2345 after Clear: %v", err)
	}
	if _, _, err := f.F1([16]byte{}, 0, [2]byte{}); !errors.Is(err, ErrCleared) {
		t.Errorf("F1 after Clear: %v", err)
	}
}
