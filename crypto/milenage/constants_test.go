package milenage

import (
	"crypto/aes"
	"errors"
	"math/big"
	"strings"
	"testing"

	"simscope/crypto/aka"
	"simscope/crypto/cryptotest"
)

// TestStandardConstants holds that the variant with the specification's own
// constants is the specification's set of functions.
func TestStandardConstants(t *testing.T) {
	v := vectors(t)[0]
	m, err := NewVariant(cryptotest.Bytes(t, v.K), cryptotest.Bytes(t, v.OPC), Standard())
	if err != nil {
		t.Fatal(err)
	}
	checkFunctions(t, m, v)
}

// TestVariant compares constants of all shapes with the formulas of 3GPP
// TS 35.206 clause 4.1 on big numbers, which share nothing with our code.
func TestVariant(t *testing.T) {
	v := vectors(t)[3]
	k, opc := cryptotest.Bytes(t, v.K), cryptotest.Bytes(t, v.OPC)
	rand, sqn, amf := v.inputs(t)
	for _, r := range [][5]uint8{{64, 0, 32, 64, 96}, {0, 1, 2, 3, 4}, {127, 126, 65, 63, 7}, {8, 16, 24, 120, 64}} {
		c := Standard()
		c.R = r
		for i := range c.C {
			for j := range c.C[i] {
				c.C[i][j] ^= byte(17*i + 31*j + int(r[0]))
			}
		}
		m, err := NewVariant(k, opc, c)
		if err != nil {
			t.Fatal(err)
		}
		want := byFormula(t, k, opc, rand, sqn, amf, c)
		macA, macS, _ := m.F1(rand, sqn, amf)
		keys, _ := m.F2345(rand)
		got := [5][]byte{append(macA, macS...), append(keys.AK[:], keys.RES...), keys.CK, keys.IK, keys.AKStar[:]}
		for i, g := range got {
			w := want[i]
			switch i {
			case 1:
				w = append(append([]byte(nil), w[:6]...), w[8:]...)
			case 4:
				w = w[:6]
			}
			if d := cryptotest.Differences(g, w); d != "" {
				t.Errorf("rotations %v, OUT%d: %s", r, i+1, d)
			}
		}
	}
}

func byFormula(t *testing.T, k, opc []byte, rand [16]byte, sqn aka.SQN, amf [2]byte, c Constants) (out [5][]byte) {
	t.Helper()
	number := func(b []byte) *big.Int { return new(big.Int).SetBytes(b) }
	xor := func(a, b *big.Int) *big.Int { return new(big.Int).Xor(a, b) }
	modulus := new(big.Int).Lsh(big.NewInt(1), 128)
	rot := func(x *big.Int, r uint8) *big.Int {
		high, low := new(big.Int).DivMod(new(big.Int).Lsh(x, uint(r)), modulus, new(big.Int))
		return new(big.Int).Add(high, low)
	}
	encrypt := func(x *big.Int) *big.Int {
		e, err := aes.NewCipher(k)
		if err != nil {
			t.Fatal(err)
		}
		b := x.FillBytes(make([]byte, 16))
		e.Encrypt(b, b)
		return number(b)
	}
	o := number(opc)
	temp := encrypt(xor(number(rand[:]), o))
	s := sqn.Bytes()
	half := append(s[:], amf[:]...)
	in1 := number(append(append([]byte(nil), half...), half...))
	for i := range out {
		ci := number(c.C[i][:])
		x := xor(rot(xor(temp, o), c.R[i]), ci)
		if i == 0 {
			x = xor(temp, xor(rot(xor(in1, o), c.R[0]), ci))
		}
		out[i] = xor(encrypt(x), o).FillBytes(make([]byte, 16))
	}
	return out
}

func TestConstantsThatCoincideAreRefused(t *testing.T) {
	k := make([]byte, 16)
	for i := range 5 {
		for j := range i {
			c := Standard()
			c.C[i], c.R[i] = c.C[j], c.R[j]
			_, err := NewVariant(k, k, c)
			var bad *ConstantsError
			if !errors.As(err, &bad) || bad.I != j+1 || bad.J != i+1 {
				t.Errorf("constants %d and %d the same: %v", j+1, i+1, err)
			}
		}
		c := Standard()
		c.R[i] = 128
		_, err := NewVariant(k, k, c)
		var bad *ConstantsError
		if !errors.As(err, &bad) || bad.I != i+1 || bad.J != 0 || !strings.Contains(err.Error(), "above 127") {
			t.Errorf("r%d of 128: %v", i+1, err)
		}
	}
	c := Standard()
	c.R[2] = c.R[4] // the constants c differ still
	if _, err := NewVariant(k, k, c); err != nil {
		t.Errorf("the same rotation with other constants: %v", err)
	}
}

func TestConstantsArePrintedAsDots(t *testing.T) {
	c := Standard()
	copy(c.C[2][:], "secret")
	cryptotest.Hidden(t, c, []byte("secret"))
	cryptotest.Hidden(t, &c, []byte("secret"))
}
