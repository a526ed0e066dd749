package suci

import (
	"crypto/ecdh"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/hex"
	"encoding/json"
	"encoding/pem"
	"errors"
	"fmt"
	"os"
	"strings"
	"testing"
)

func file(t *testing.T, name string) []byte {
	t.Helper()
	b, err := os.ReadFile("testdata/" + name)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func pkcs8(t *testing.T, key any) []byte {
	t.Helper()
	der, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	return pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der})
}

func TestKeyFiles(t *testing.T) {
	v := read(t).IMSI
	ecKey, err := ecdh.P256().NewPrivateKey(bin(t, v[1].HNPriv))
	if err != nil {
		t.Fatal(err)
	}
	der, err := x509.MarshalPKCS8PrivateKey(ecKey)
	if err != nil {
		t.Fatal(err)
	}
	parsed, err := x509.ParsePKCS8PrivateKey(der)
	if err != nil {
		t.Fatal(err)
	}
	sec1, err := x509.MarshalECPrivateKey(parsed.(*ecdsa.PrivateKey))
	if err != nil {
		t.Fatal(err)
	}
	withParameters := append(pem.EncodeToMemory(&pem.Block{Type: "EC PARAMETERS", Bytes: []byte{6, 0}}),
		pem.EncodeToMemory(&pem.Block{Type: "EC PRIVATE KEY", Bytes: sec1})...)
	for name, c := range map[string]struct {
		file   []byte
		scheme Scheme
		works  Scheme
	}{
		"hexadecimal":             {file(t, "home-a.hex"), Null, ProfileA},
		"hexadecimal for B":       {[]byte(" " + strings.ToUpper(v[1].HNPriv) + "\r\n"), Null, ProfileB},
		"PKCS 8 with X25519":      {file(t, "home-a.pem"), ProfileA, ProfileA},
		"PKCS 8 with P-256":       {file(t, "home-b.pem"), ProfileB, ProfileB},
		"SEC 1 behind parameters": {withParameters, ProfileB, ProfileB},
	} {
		k, err := ParsePrivateKey(c.file)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if k.Scheme() != c.scheme {
			t.Errorf("%s: is for %d, want %d", name, k.Scheme(), c.scheme)
		}
		pub, err := k.Public(c.works)
		if err != nil || hex.EncodeToString(pub.Bytes()) != v[c.works-1].HNPub {
			t.Errorf("%s: public key %x, %v", name, pub.Bytes(), err)
		}
	}
}

func TestKeyFilesThatAreNone(t *testing.T) {
	p384, err := ecdsa.GenerateKey(elliptic.P384(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	_, ed, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	large, err := rsa.GenerateKey(rand.Reader, 1024)
	if err != nil {
		t.Skip("no RSA key of 1024 bits here")
	}
	spki, err := x509.MarshalPKIXPublicKey(p384.Public())
	if err != nil {
		t.Fatal(err)
	}
	x := strings.Repeat("ab", 32)
	block := func(kind string, der []byte) []byte { return pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: der}) }
	for name, c := range map[string]struct {
		file []byte
		want FormError
	}{
		"empty":             {nil, FormError{Part: PartPrivateKey, Fault: FaultMissing}},
		"comments only":     {[]byte("# a\n#b\n"), FormError{Part: PartPrivateKey, Fault: FaultMissing}},
		"text":              {[]byte("secret"), FormError{Part: PartPrivateKey, Fault: FaultHex}},
		"odd":               {[]byte(x[1:]), FormError{Part: PartPrivateKey, Fault: FaultHex}},
		"spaces inside":     {[]byte(x[:32] + " " + x[:32]), FormError{Part: PartPrivateKey, Fault: FaultHex}},
		"31 bytes":          {[]byte(x[2:]), FormError{Part: PartPrivateKey, Fault: FaultLength, Got: 31}},
		"64 bytes":          {[]byte(x + x), FormError{Part: PartPrivateKey, Fault: FaultLength, Got: 64}},
		"33 bytes":          {[]byte("02" + x), FormError{Part: PartPrivateKey, Fault: FaultPublic}},
		"65 bytes":          {[]byte("04" + x + x), FormError{Part: PartPrivateKey, Fault: FaultPublic}},
		"too large":         {make([]byte, MaxKeyFile+1), FormError{Part: PartPrivateKey, Fault: FaultLength, Got: MaxKeyFile + 1}},
		"PEM, public":       {block("PUBLIC KEY", spki), FormError{Part: PartPrivateKey, Fault: FaultPublic}},
		"PEM, certificate":  {block("CERTIFICATE", spki), FormError{Part: PartPrivateKey, Fault: FaultPublic}},
		"PEM, encrypted":    {block("ENCRYPTED PRIVATE KEY", spki), FormError{Part: PartPrivateKey, Fault: FaultLocked}},
		"PEM, other":        {block("OPENSSH PRIVATE KEY", spki), FormError{Part: PartPrivateKey, Fault: FaultPEM}},
		"PEM, broken":       {block("PRIVATE KEY", spki[:9]), FormError{Part: PartPrivateKey, Fault: FaultPEM}},
		"PEM, cut":          {file(t, "home-a.pem")[:220], FormError{Part: PartPrivateKey, Fault: FaultPEM}},
		"PEM, P-384":        {pkcs8(t, p384), FormError{Part: PartPrivateKey, Fault: FaultCurve}},
		"PEM, Ed25519":      {pkcs8(t, ed), FormError{Part: PartPrivateKey, Fault: FaultCurve}},
		"PEM, RSA":          {pkcs8(t, large), FormError{Part: PartPrivateKey, Fault: FaultCurve}},
		"PEM, SEC 1 broken": {block("EC PRIVATE KEY", []byte{1, 2}), FormError{Part: PartPrivateKey, Fault: FaultPEM}},
	} {
		_, err := ParsePrivateKey(c.file)
		var got *FormError
		if !errors.As(err, &got) || *got != c.want {
			t.Errorf("%s: %v, want %v", name, err, &c.want)
		}
	}
}

func TestPrivateKeysOutOfRange(t *testing.T) {
	order := elliptic.P256().Params().N.Bytes()
	for name, b := range map[string][]byte{"zero": make([]byte, 32), "the order": order} {
		if _, err := NewPrivateKey(ProfileB, b); !errors.Is(err, ErrScalar) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := NewPrivateKey(3, order); !errors.Is(err, ErrScheme) {
		t.Errorf("scheme 3: %v", err)
	}
	if _, err := NewPublicKey(Null, order); !errors.Is(err, ErrScheme) {
		t.Errorf("public key of the null scheme: %v", err)
	}
}

func TestKeyIsNotPrinted(t *testing.T) {
	v := read(t).IMSI[0]
	k := v.private(t)
	j, err := json.Marshal(map[string]any{"k": k})
	if err != nil {
		t.Fatal(err)
	}
	type nested struct{ inner PrivateKey }
	all := strings.ToLower(fmt.Sprintf("%v %+v %#v %x %s %d %v %+v %x", k, k, k, k, k, k, &k, nested{k}, nested{k}) + string(j))
	for _, leak := range []string{v.HNPriv[:6], "197 60", "c5, 0x3c"} {
		if strings.Contains(all, leak) {
			t.Errorf("%s holds %s", all, leak)
		}
	}
	k.Clear()
	if k.box.b != [32]byte{} {
		t.Error("the key is in memory after Clear")
	}
	if _, err := k.Public(ProfileA); !errors.Is(err, ErrCleared) {
		t.Errorf("after Clear: %v", err)
	}
}
