package globalplatform

import (
	"crypto/x509/pkix"
	"encoding/asn1"
	"math/big"
	"strings"
	"time"

	"simscope/card/tlv"
)

// TagCertificate asks GET DATA for a certificate or a chain of them.
const TagCertificate tlv.Tag = 0x7F21

// Formats of certificates.
const (
	FormatGP       = "gp"       // GlobalPlatform Amendment A table 3-6, Amendment F table 6-1, SGP.02
	FormatRecovery = "recovery" // with message recovery, Amendment A table 3-4: most of it is in the signature
	FormatX509     = "x509"     // RFC 5280
	FormatUnknown  = "unknown"
)

// Certificate is what a certificate says. CheckSignatures looks whether it was
// signed by a certificate that is on the card as well.
type Certificate struct {
	Format  string `json:"format"`
	Serial  Hex    `json:"serial_number,omitempty"`
	Issuer  string `json:"issuer,omitempty"`  // a distinguished name, or hex
	Subject string `json:"subject,omitempty"` // a distinguished name, or hex
	// NotBefore and NotAfter are days, 2026-11-24, or as the card has them
	// where they are none.
	NotBefore string `json:"not_before,omitempty"`
	NotAfter  string `json:"not_after,omitempty"`
	// Usage are identifiers: "verification", "key_agreement" …
	Usage []string `json:"key_usage,omitempty"`
	// Key is the kind of the public key, Curve or Bits what it is of.
	Key       string    `json:"public_key,omitempty"` // "ecc", "rsa", or an object identifier
	Curve     string    `json:"curve,omitempty"`
	Bits      int       `json:"key_bits,omitempty"`
	Algorithm string    `json:"signature_algorithm,omitempty"`
	Image     Hex       `json:"image_number,omitempty"`
	Other     []Unnamed `json:"other,omitempty"`
	Length    int       `json:"length"` // of the certificate in bytes
	// Whole is false where something in it does not fit.
	Whole bool `json:"whole"`
	// Signature is filled in by CheckSignatures.
	Signature Signature `json:"signature"`
	signed    signed
	point     []byte // of the public key
}

// maxCertificates bounds a chain.
const maxCertificates = 16

// ParseCertificates reads the answer to GET DATA 7F21: certificates of
// GlobalPlatform's own form, of X.509, or both. Where b holds none, one of
// FormatUnknown is given. An empty b holds none.
func ParseCertificates(b []byte) []Certificate { return certificates(b, false) }

// certificates reads a chain; within is true for what stands in 7F21 already,
// which some cards put around it twice.
func certificates(b []byte, within bool) []Certificate {
	var out []Certificate
	nodes, err := tlv.ParseFlat(b)
	for _, n := range nodes {
		if len(out) == maxCertificates {
			break
		}
		switch n.Tag {
		case TagCertificate:
			out = append(out, inner(n.Value, within)...)
		case 0x30:
			out = append(out, x509Certificate(tlv.Append(nil, 0x30, n.Value)))
		default:
			out = append(out, Certificate{Format: FormatUnknown, Length: len(n.Value)})
		}
	}
	if err != nil {
		if len(out) == 0 {
			out = append(out, Certificate{Format: FormatUnknown, Length: len(b)})
		}
		out[len(out)-1].Whole = false
	}
	return out
}

// inner reads what stands in 7F21: X.509 in DER, or GlobalPlatform's objects.
func inner(v []byte, within bool) []Certificate {
	if !within && len(v) > 1 && (v[0] == 0x30 || v[0] == 0x7F && v[1] == 0x21) {
		return certificates(v, true)
	}
	return []Certificate{gpCertificate(v)}
}

func gpCertificate(v []byte) Certificate {
	c := Certificate{Format: FormatUnknown, Length: len(v)}
	nodes, err := tlv.ParseFlat(v)
	c.Whole = err == nil
	seen := map[tlv.Tag]bool{}
	for _, n := range nodes {
		c.Whole = c.Whole && !seen[n.Tag]
		seen[n.Tag] = true
		c.take(n)
	}
	switch {
	case seen[0x5F38]:
		c.Format = FormatRecovery
	case seen[0x5F37] && (seen[0x7F49] || seen[0x5F20]):
		c.Format = FormatGP
		c.Whole = c.Whole && nodes[len(nodes)-1].Tag == 0x5F37
	default:
		c.Whole = false
	}
	c.sign(nodes, v, c.point)
	return c
}

func (c *Certificate) take(n tlv.Node) {
	switch n.Tag {
	case 0x93:
		c.Serial = Hex(n.Value)
	case 0x42:
		c.Issuer = Hex(n.Value).String()
	case 0x5F20:
		c.Subject = Hex(n.Value).String()
	case 0x95:
		c.Usage = gpUsage(n.Value)
	case 0x5F25:
		c.NotBefore = gpDate(n.Value)
	case 0x5F24:
		c.NotAfter = gpDate(n.Value)
	case 0x45:
		c.Image = Hex(n.Value)
	case 0x7F49:
		c.publicKey(n.Value)
	case 0x5F37, 0x5F38:
	default:
		c.Other = append(c.Other, Unnamed{n.Tag.String(), Hex(n.Value)})
	}
}

// gpUsage are the bits of the two bytes of tag 95 (GlobalPlatform Card
// Specification 2.3.1 tables 11-17 and 11-18).
func gpUsage(v []byte) []string {
	var out []string
	for _, u := range []struct {
		at   int
		mask byte
		id   string
	}{
		{0, 0x80, "verification"},
		{0, 0x40, "computation"},
		{0, 0x20, "sm_response"},
		{0, 0x10, "sm_command"},
		{0, 0x08, "confidentiality"},
		{0, 0x04, "checksum"},
		{0, 0x02, "digital_signature"},
		{0, 0x01, "authorization"},
		{1, 0x80, "key_agreement"},
	} {
		if u.at < len(v) && v[u.at]&u.mask != 0 {
			out = append(out, u.id)
		}
	}
	return out
}

// gpDate reads YYYYMMDD in BCD. What is no date stays as it is.
func gpDate(v []byte) string {
	s := Hex(v).String()
	t, err := time.Parse("20060102", s)
	if err != nil {
		return s
	}
	return t.Format(time.DateOnly)
}

// curves are key parameter references (GlobalPlatform Card Specification
// 2.3.1 table B-2).
var curves = map[byte]string{
	0x00: "P-256", 0x01: "P-384", 0x02: "P-521", 0x03: "brainpoolP256r1", 0x04: "brainpoolP256t1",
	0x05: "brainpoolP384r1", 0x06: "brainpoolP384t1", 0x07: "brainpoolP512r1", 0x08: "brainpoolP512t1",
}

// publicKey reads 7F49. Its tag B0 has the bit of a constructed object, but
// holds a point.
func (c *Certificate) publicKey(v []byte) {
	nodes, err := tlv.ParseFlat(v)
	c.Whole = c.Whole && err == nil
	for _, n := range nodes {
		switch {
		case n.Tag == 0xB0:
			c.Key, c.Bits, c.point = "ecc", pointBits(n.Value), n.Value
		case n.Tag == 0xF0 && len(n.Value) == 1:
			c.Curve = curves[n.Value[0]]
			if c.Curve == "" {
				c.Curve = Hex(n.Value).String()
			}
		case n.Tag == 0x81 || n.Tag == 0xA1:
			c.Key, c.Bits = "rsa", 8*len(n.Value)
		}
	}
}

// pointBits is the size of the field that a point's coordinates are of.
func pointBits(p []byte) int {
	switch {
	case len(p) > 1 && p[0] == 4:
		return 8 * (len(p) / 2)
	case len(p) > 1 && (p[0] == 2 || p[0] == 3):
		return 8 * (len(p) - 1)
	}
	return 0
}

// x509DER is as much of a certificate as is told (RFC 5280 clause 4.1). The
// library's own reader refuses the curves that eUICCs use.
type x509DER struct {
	TBS struct {
		Version   int `asn1:"optional,explicit,default:0,tag:0"`
		Serial    *big.Int
		Algorithm pkix.AlgorithmIdentifier
		Issuer    asn1.RawValue
		Validity  struct{ NotBefore, NotAfter time.Time }
		Subject   asn1.RawValue
		Key       struct {
			Algorithm pkix.AlgorithmIdentifier
			Key       asn1.BitString
		}
		IssuerID   asn1.BitString   `asn1:"optional,tag:1"`
		SubjectID  asn1.BitString   `asn1:"optional,tag:2"`
		Extensions []pkix.Extension `asn1:"omitempty,optional,explicit,tag:3"`
	}
	Algorithm pkix.AlgorithmIdentifier
	Signature asn1.BitString
}

func x509Certificate(der []byte) Certificate {
	c := Certificate{Format: FormatX509, Length: len(der)}
	var x x509DER
	rest, err := asn1.Unmarshal(der, &x)
	if err != nil {
		c.Format = FormatUnknown
		return c
	}
	c.Whole = len(rest) == 0
	c.Serial = Hex(x.TBS.Serial.Bytes())
	if len(c.Serial) == 0 {
		c.Serial = Hex{0}
	}
	c.Issuer, c.Subject = distinguished(x.TBS.Issuer.FullBytes), distinguished(x.TBS.Subject.FullBytes)
	c.NotBefore, c.NotAfter = x.TBS.Validity.NotBefore.UTC().Format(time.DateOnly), x.TBS.Validity.NotAfter.UTC().Format(time.DateOnly)
	c.Algorithm = oidName(x.Algorithm.Algorithm)
	c.Key = oidName(x.TBS.Key.Algorithm.Algorithm)
	switch c.Key {
	case "ecc":
		var curve asn1.ObjectIdentifier
		if _, err := asn1.Unmarshal(x.TBS.Key.Algorithm.Parameters.FullBytes, &curve); err == nil {
			c.Curve = oidName(curve)
		}
		c.Bits = pointBits(x.TBS.Key.Key.Bytes)
	case "rsa":
		var key struct{ N, E *big.Int }
		if _, err := asn1.Unmarshal(x.TBS.Key.Key.Bytes, &key); err == nil {
			c.Bits = key.N.BitLen()
		}
	}
	c.Usage = x509Usage(x.TBS.Extensions)
	c.signX509(der, &x)
	return c
}

// distinguished writes a name of X.501, or its bytes where it is none.
func distinguished(der []byte) string {
	var seq pkix.RDNSequence
	if rest, err := asn1.Unmarshal(der, &seq); err != nil || len(rest) > 0 {
		return Hex(der).String()
	}
	return seq.String()
}

// usageNames are the bits of KeyUsage (RFC 5280 clause 4.2.1.3).
var usageNames = []string{
	"digital_signature", "non_repudiation", "key_encipherment", "data_encipherment", "key_agreement", "certificate_sign", "crl_sign",
	"encipher_only", "decipher_only",
}

func x509Usage(ext []pkix.Extension) []string {
	for _, e := range ext {
		var bits asn1.BitString
		if e.Id.String() != "2.5.29.15" {
			continue
		}
		if _, err := asn1.Unmarshal(e.Value, &bits); err != nil {
			return nil
		}
		var out []string
		for i, name := range usageNames {
			if bits.At(i) == 1 {
				out = append(out, name)
			}
		}
		return out
	}
	return nil
}

var oidNames = map[string]string{
	"1.2.840.10045.2.1": "ecc", "1.2.840.113549.1.1.1": "rsa",
	"1.2.840.10045.3.1.7": "P-256", "1.3.132.0.34": "P-384", "1.3.132.0.35": "P-521",
	"1.3.36.3.3.2.8.1.1.7": "brainpoolP256r1", "1.3.36.3.3.2.8.1.1.11": "brainpoolP384r1", "1.3.36.3.3.2.8.1.1.13": "brainpoolP512r1",
	"1.2.250.1.223.101.256.1": "FRP256v1",
	"1.2.840.10045.4.3.2":     "ECDSA with SHA-256", "1.2.840.10045.4.3.3": "ECDSA with SHA-384", "1.2.840.10045.4.3.4": "ECDSA with SHA-512",
	"1.2.840.113549.1.1.5": "RSA with SHA-1", "1.2.840.113549.1.1.11": "RSA with SHA-256",
}

func oidName(o asn1.ObjectIdentifier) string {
	s := o.String()
	if name, ok := oidNames[s]; ok {
		return name
	}
	return strings.TrimSpace(s)
}
