package globalplatform

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"math/big"
	"slices"
	"testing"
	"time"

	"simscope/card/cardtest"
	"simscope/card/tlv"
)

// A key agreement certificate published with GlobalPlatformPro
// (TestGPCertificate).
const gpVector = "7F2181B99304010203044208A0000001510000005F2008A000000151535041950200805F250420" +
	"2601015F2404203612317F4946B04104951CEEA4AA1DAFEEE5CB52527C8362BF8639BAFB34DDF9D02FE242DC8D53AFB86EB977F0075" +
	"3A58A2592466EF5DFAD091BA4689D5FD6735CD6884FC39DBB7FEDF001005F3740392E53D1FC0715DE9769BF7D758A3188DAF80459D5" +
	"342246751394E7E67A0B8D1511A0BA96AF384E96E23FDC93B538F9E3B3B6F021100A4CE141EDD467A949B6"

func TestGPCertificate(t *testing.T) {
	all := ParseCertificates(cardtest.Hex(gpVector))
	if len(all) != 1 {
		t.Fatalf("%+v", all)
	}
	c := all[0]
	if !c.Whole || c.Format != FormatGP || c.Serial.String() != "01020304" || c.Issuer != "A000000151000000" || c.Subject != "A000000151535041" ||
		c.NotBefore != "2026-01-01" || c.NotAfter != "2036-12-31" || c.Key != "ecc" || c.Curve != "P-256" || c.Bits != 256 ||
		!slices.Equal(c.Usage, []string{"key_agreement"}) {
		t.Errorf("%+v", c)
	}
	for _, bad := range []string{
		"7F49 03 B00100", "7F21 05 930101", "7F21 06 930101930102", "7F21 0E 9301014201025F3701045F200103", "7F21 00", "FF", gpVector[:60],
		"7F21 0B 5F2001035F240420361299",
	} {
		for _, c := range ParseCertificates(cardtest.Hex(bad)) {
			if c.Whole {
				t.Errorf("%s: %+v", bad, c)
			}
		}
	}
	if got := gpDate(cardtest.Hex("20361299")); got != "20361299" {
		t.Error(got)
	}
	if len(ParseCertificates(nil)) != 0 {
		t.Error("nothing is a certificate")
	}
	deep := []byte{}
	for range 2000 {
		deep = tlv.Append(nil, TagCertificate, deep)
	}
	if got := ParseCertificates(deep); len(got) != 1 || got[0].Whole {
		t.Errorf("%+v", got)
	}
}

// X.509 of a curve the library reads, and of one that it refuses but eUICCs
// have.
func TestX509(t *testing.T) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := x509.Certificate{
		SerialNumber: big.NewInt(0x1234), Subject: pkix.Name{CommonName: "Test EUM", Organization: []string{"Example"}},
		NotBefore: time.Date(2026, 1, 2, 0, 0, 0, 0, time.UTC), NotAfter: time.Date(2056, 1, 2, 0, 0, 0, 0, time.UTC),
		KeyUsage: x509.KeyUsageCertSign | x509.KeyUsageDigitalSignature,
	}
	der, err := x509.CreateCertificate(rand.Reader, &template, &template, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	check := func(in []byte, curve string) {
		t.Helper()
		all := ParseCertificates(in)
		if len(all) != 1 {
			t.Fatalf("%+v", all)
		}
		c := all[0]
		if !c.Whole || c.Format != FormatX509 || c.Serial.String() != "1234" || c.Subject != "CN=Test EUM,O=Example" || c.Issuer != c.Subject ||
			c.NotAfter != "2056-01-02" || c.Curve != curve || c.Bits != 256 || c.Algorithm != "ECDSA with SHA-256" ||
			!slices.Equal(c.Usage, []string{"digital_signature", "certificate_sign"}) {
			t.Errorf("%+v", c)
		}
	}
	check(der, "P-256")
	check(tlv.Append(nil, TagCertificate, der), "P-256")

	var x x509DER
	if _, err := asn1.Unmarshal(der, &x); err != nil {
		t.Fatal(err)
	}
	curve, err := asn1.Marshal(asn1.ObjectIdentifier{1, 3, 36, 3, 3, 2, 8, 1, 1, 7})
	if err != nil {
		t.Fatal(err)
	}
	x.TBS.Key.Algorithm.Parameters = asn1.RawValue{FullBytes: curve}
	brainpool, err := asn1.Marshal(x)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := x509.ParseCertificate(brainpool); err == nil {
		t.Log("the library reads this curve by now")
	}
	check(brainpool, "brainpoolP256r1")
	for i := range der {
		broken := slices.Clone(der)
		broken[i] ^= 0xFF
		_ = ParseCertificates(broken)
		_ = ParseCertificates(der[:i])
	}
}
