package cmac

import (
	"bytes"
	"crypto/aes"
	"crypto/cipher"
	"crypto/des"
	"encoding/hex"
	"testing"
)

func unhex(t testing.TB, s string) []byte {
	t.Helper()
	b, err := hex.DecodeString(s)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

const message = "6bc1bee22e409f96e93d7e117393172aae2d8a571e03ac9c9eb76fac45af8e5130c81c46a35ce411e5fbc1191a0a52eff69f2445df4f9b17ad2b417be66c3710"

// RFC 4493 clause 4 has AES-128; the longer keys and triple DES are of NIST
// SP 800-38B annex D.
var published = []struct {
	cipher, key string
	length      int
	code        string
}{
	{"aes", "2b7e151628aed2a6abf7158809cf4f3c", 0, "bb1d6929e95937287fa37d129b756746"},
	{"aes", "2b7e151628aed2a6abf7158809cf4f3c", 16, "070a16b46b4d4144f79bdd9dd04a287c"},
	{"aes", "2b7e151628aed2a6abf7158809cf4f3c", 40, "dfa66747de9ae63030ca32611497c827"},
	{"aes", "2b7e151628aed2a6abf7158809cf4f3c", 64, "51f0bebf7e3b9d92fc49741779363cfe"},
	{"aes", "8e73b0f7da0e6452c810f32b809079e562f8ead2522c6b7b", 0, "d17ddf46adaacde531cac483de7a9367"},
	{"aes", "8e73b0f7da0e6452c810f32b809079e562f8ead2522c6b7b", 16, "9e99a7bf31e710900662f65e617c5184"},
	{"aes", "8e73b0f7da0e6452c810f32b809079e562f8ead2522c6b7b", 40, "8a1de5be2eb31aad089a82e6ee908b0e"},
	{"aes", "8e73b0f7da0e6452c810f32b809079e562f8ead2522c6b7b", 64, "a1d5df0eed790f794d77589659f39a11"},
	{"aes", "603deb1015ca71be2b73aef0857d77811f352c073b6108d72d9810a30914dff4", 0, "028962f61b7bf89efc6b551f4667d983"},
	{"aes", "603deb1015ca71be2b73aef0857d77811f352c073b6108d72d9810a30914dff4", 16, "28a7023f452e8f82bd4bf28d8c37c35c"},
	{"aes", "603deb1015ca71be2b73aef0857d77811f352c073b6108d72d9810a30914dff4", 40, "aaf3d8f1de5640c232f5b169b9c911e6"},
	{"aes", "603deb1015ca71be2b73aef0857d77811f352c073b6108d72d9810a30914dff4", 64, "e1992190549f6ed5696a2c056c315410"},
	{"tdes", "8aa83bf8cbda10620bc1bf19fbb6cd58bc313d4a371ca8b5", 0, "b7a688e122ffaf95"},
	{"tdes", "8aa83bf8cbda10620bc1bf19fbb6cd58bc313d4a371ca8b5", 8, "8e8f293136283797"},
	{"tdes", "8aa83bf8cbda10620bc1bf19fbb6cd58bc313d4a371ca8b5", 20, "743ddbe0ce2dc2ed"},
	{"tdes", "8aa83bf8cbda10620bc1bf19fbb6cd58bc313d4a371ca8b5", 32, "33e6b1092400eae5"},
}

func TestPublished(t *testing.T) {
	for _, v := range published {
		make := aes.NewCipher
		if v.cipher == "tdes" {
			make = des.NewTripleDESCipher
		}
		b, err := make(unhex(t, v.key))
		if err != nil {
			t.Fatal(err)
		}
		msg := unhex(t, message)[:v.length]
		if got := hex.EncodeToString(Sum(b, msg)); got != v.code {
			t.Errorf("%s, %d byte key, %d bytes: %s, want %s", v.cipher, len(v.key)/2, v.length, got, v.code)
		}
		split(t, b, msg, unhex(t, v.code))
	}
}

// split feeds the message in two parts, cut everywhere.
func split(t *testing.T, b cipher.Block, msg, want []byte) {
	t.Helper()
	for i := range msg {
		if got := Sum(b, msg[:i], nil, msg[i:]); !bytes.Equal(got, want) {
			t.Errorf("cut at %d: %x, want %x", i, got, want)
		}
	}
}

func TestAESTellsAWrongKeyLength(t *testing.T) {
	for n := range 40 {
		_, err := AES(make([]byte, n))
		if ok := n == 16 || n == 24 || n == 32; ok != (err == nil) {
			t.Errorf("%d bytes: %v", n, err)
		}
	}
}

func BenchmarkCMACAES128(b *testing.B) {
	block, err := aes.NewCipher(make([]byte, 16))
	if err != nil {
		b.Fatal(err)
	}
	msg := make([]byte, 64)
	for b.Loop() {
		Sum(block, msg)
	}
}
