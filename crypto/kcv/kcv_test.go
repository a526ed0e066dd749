package kcv

import (
	"encoding/hex"
	"testing"
)

func TestPublished(t *testing.T) {
	for _, v := range []struct {
		alg, key, value, source string
	}{
		{"aes", "000102030405060708090a0b0c0d0e0f", "c35280", "pySim tests/unittests/test_globalplatform.py"},
		{"aes", "101112131415161718191a1b1c1d1e1f", "013808", "pySim tests/unittests/test_globalplatform.py"},
		{"aes", "202122232425262728292a2b2c2d2e2f", "840de5", "pySim tests/unittests/test_globalplatform.py"},
		{"des", "404142434445464748494a4b4c4d4e4f", "8baf47", "GlobalPlatformPro, the default key's published check value"},
		{"des", "0123456789abcdef", "d5d44f", "the DES encryption of zeroes under this key, in many published tables"},
		{"des", "0123456789abcdef0123456789abcdef", "d5d44f", "two equal keys are one"},
		{"des", "0123456789abcdef0123456789abcdef0123456789abcdef", "d5d44f", "three equal keys are one"},
	} {
		key, err := hex.DecodeString(v.key)
		if err != nil {
			t.Fatal(err)
		}
		f := AES
		if v.alg == "des" {
			f = DES
		}
		got, err := f(key)
		if err != nil || hex.EncodeToString(got[:]) != v.value {
			t.Errorf("%s %s: %x, %v, want %s (%s)", v.alg, v.key, got, err, v.value, v.source)
		}
	}
}

func TestLengths(t *testing.T) {
	for n := range 40 {
		key := make([]byte, n)
		if _, err := AES(key); (err == nil) != (n == 16 || n == 24 || n == 32) {
			t.Errorf("AES, %d bytes: %v", n, err)
		}
		if _, err := DES(key); (err == nil) != (n == 8 || n == 16 || n == 24) {
			t.Errorf("DES, %d bytes: %v", n, err)
		}
	}
}
