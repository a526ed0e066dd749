package globalplatform

import (
	"bytes"
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rsa"
	_ "crypto/sha256" // the hashes of certificates
	_ "crypto/sha512"
	"encoding/asn1"
	"math/big"

	"simscope/card/tlv"
)

// Signature says whether a certificate was signed by the issuer that it names,
// as far as the certificates on the card tell. It says nothing of who that
// issuer is: that takes a root from elsewhere.
type Signature struct {
	// State is SignatureValid, SignatureInvalid or SignatureUnchecked.
	State string `json:"state"`
	// Why is an identifier where it could not be checked: "no_issuer",
	// "recovery", "curve", "algorithm", "form", "unknown".
	Why string `json:"why,omitempty"`
	// Own says that the certificate's own key signed it.
	Own bool `json:"self_signed,omitempty"`
	// What is the curve or algorithm that cannot be computed here.
	What string `json:"what,omitempty"`
}

// States of a signature.
const (
	SignatureValid     = "valid"
	SignatureInvalid   = "invalid"
	SignatureUnchecked = "not_checkable"
)

// signed is what of a certificate is looked at to check its signature, and to
// check others with its key.
type signed struct {
	tbs, sig        []byte
	raw             bool   // sig is r and s as they are, not in DER
	issuer, subject string // as bytes, to compare
	hash            crypto.Hash
	scheme          string // "ecdsa", "rsa", or the algorithm's name where it is none of them
	key             publicKey
}

// publicKey is of one of two kinds; unusable says why neither is there.
type publicKey struct {
	ec       *ecdsa.PublicKey
	rsa      *rsa.PublicKey
	unusable string // the curve or algorithm
}

// CheckSignatures checks every certificate of all domains with the keys of those
// that are on the card, where one has the name of the issuer. A form without
// such a certificate, or with a key that is not computed here, stays unchecked.
func CheckSignatures(domains []Info) {
	var all []*Certificate
	for i := range domains {
		for j := range domains[i].Certificates {
			all = append(all, &domains[i].Certificates[j])
		}
	}
	for _, c := range all {
		c.Signature = c.check(all)
	}
}

// maxIssuers bounds how many certificates of one name are tried as the issuer's:
// a card may be full of them.
const maxIssuers = 8

func (c *Certificate) check(all []*Certificate) Signature {
	switch {
	case c.Format == FormatUnknown:
		return Signature{State: SignatureUnchecked, Why: "unknown"}
	case c.Format == FormatRecovery:
		return Signature{State: SignatureUnchecked, Why: "recovery"}
	case len(c.signed.tbs) == 0 || len(c.signed.sig) == 0 || c.signed.issuer == "":
		return Signature{State: SignatureUnchecked, Why: "form"}
	}
	out := Signature{State: SignatureUnchecked, Why: "no_issuer"}
	tried := 0
	for _, by := range all {
		if tried == maxIssuers {
			break
		}
		if by.Format != c.Format || by.signed.subject != c.signed.issuer {
			continue
		}
		// Several may have the name: one that fits is enough, and one that cannot
		// be computed leaves it open.
		tried++
		got := c.signed.by(by.signed.key)
		got.Own = by == c && got.State != SignatureUnchecked
		switch {
		case got.State == SignatureValid:
			return got
		case out.Why == "no_issuer", got.State == SignatureUnchecked:
			out = got
		}
	}
	return out
}

// by checks a signature with a key.
func (s signed) by(key publicKey) Signature {
	h := s.hash
	switch {
	case key.unusable != "":
		return Signature{State: SignatureUnchecked, Why: "curve", What: key.unusable}
	case s.scheme != "" && s.scheme != schemeECDSA && s.scheme != schemeRSA:
		return Signature{State: SignatureUnchecked, Why: "algorithm", What: s.scheme}
	case s.raw && key.ec != nil:
		h = hashFor(key.ec.Curve)
	}
	if h == 0 || !h.Available() {
		return Signature{State: SignatureUnchecked, Why: "algorithm", What: s.scheme}
	}
	sum := h.New()
	sum.Write(s.tbs)
	digest := sum.Sum(nil)
	ok := false
	switch {
	case key.ec != nil && s.raw:
		ok = verifyRaw(key.ec, digest, s.sig)
	case key.ec != nil && s.scheme == schemeECDSA:
		ok = ecdsa.VerifyASN1(key.ec, digest, s.sig)
	case key.rsa != nil && s.scheme == schemeRSA:
		ok = rsa.VerifyPKCS1v15(key.rsa, h, digest, s.sig) == nil
	}
	if !ok {
		return Signature{State: SignatureInvalid}
	}
	return Signature{State: SignatureValid}
}

// Schemes of signatures.
const (
	schemeECDSA = "ecdsa"
	schemeRSA   = "rsa"
)

// verifyRaw checks r and s, each as long as the curve's order (GlobalPlatform
// Card Specification 2.3.1 clause B.4.3).
func verifyRaw(key *ecdsa.PublicKey, digest, sig []byte) bool {
	n := (key.Curve.Params().N.BitLen() + 7) / 8
	if len(sig) != 2*n {
		return false
	}
	return ecdsa.Verify(key, digest, new(big.Int).SetBytes(sig[:n]), new(big.Int).SetBytes(sig[n:]))
}

// hashFor is the hash that goes with a curve (GlobalPlatform Card Specification
// 2.3.1 table B-1).
func hashFor(c elliptic.Curve) crypto.Hash {
	switch n := c.Params().BitSize; {
	case n >= 512:
		return crypto.SHA512
	case n >= 384:
		return crypto.SHA384
	}
	return crypto.SHA256
}

// computed are the curves that are computed here. Those of the Brainpool are
// not among them: the standard library has none.
var computed = map[string]elliptic.Curve{"P-256": elliptic.P256(), "P-384": elliptic.P384(), "P-521": elliptic.P521()}

// ecKey is the key of a point on a curve.
func ecKey(curve string, point []byte) publicKey {
	c, ok := computed[curve]
	if !ok {
		return publicKey{unusable: orUnnamed(curve)}
	}
	if x, y := elliptic.UnmarshalCompressed(c, point); x != nil {
		n := (c.Params().BitSize + 7) / 8
		point = append([]byte{4}, append(x.FillBytes(make([]byte, n)), y.FillBytes(make([]byte, n))...)...)
	}
	key, err := ecdsa.ParseUncompressedPublicKey(c, point)
	if err != nil {
		return publicKey{unusable: curve}
	}
	return publicKey{ec: key}
}

// orUnnamed stands in for a curve or key that has no name, so that it is not
// taken for one that can be used.
func orUnnamed(s string) string {
	if s == "" {
		return "?"
	}
	return s
}

// sign keeps of GlobalPlatform's objects what a signature is over: all of them
// before 5F37, as they stand (Amendment F table 6-1).
func (c *Certificate) sign(nodes []tlv.Node, v []byte, key []byte) {
	s := signed{raw: true, key: ecKey(c.Curve, key)}
	if c.Key != "ecc" {
		s.key = publicKey{unusable: orUnnamed(c.Key)}
	}
	for _, n := range nodes {
		switch n.Tag {
		case 0x42:
			s.issuer = string(n.Value)
		case 0x5F20:
			s.subject = string(n.Value)
		case 0x5F37:
			s.sig = n.Value
		}
	}
	if last := len(nodes) - 1; last >= 0 && nodes[last].Tag == 0x5F37 {
		end := tlv.Append(nil, 0x5F37, s.sig)
		if n := len(v) - len(end); n > 0 && string(v[n:]) == string(end) {
			s.tbs = v[:n:n]
		}
	}
	c.signed = s
}

// signX509 keeps of an X.509 certificate what its signature is over.
func (c *Certificate) signX509(der []byte, x *x509DER) {
	var parts struct {
		TBS asn1.RawValue
		Alg asn1.RawValue
		Sig asn1.BitString
	}
	var tbs struct {
		Version asn1.RawValue `asn1:"optional,explicit,tag:0"`
		Serial  asn1.RawValue
		Alg     asn1.RawValue
	}
	if _, err := asn1.Unmarshal(der, &parts); err != nil {
		return
	}
	if _, err := asn1.Unmarshal(parts.TBS.FullBytes, &tbs); err != nil {
		return
	}
	// The algorithm outside is not signed: it has to be the one inside (RFC 5280
	// clause 4.1.1.2).
	if !bytes.Equal(tbs.Alg.FullBytes, parts.Alg.FullBytes) || parts.Sig.BitLength != 8*len(parts.Sig.Bytes) {
		c.Whole = false
		return
	}
	c.signed = signed{
		tbs: parts.TBS.FullBytes, sig: parts.Sig.Bytes, issuer: string(x.TBS.Issuer.FullBytes), subject: string(x.TBS.Subject.FullBytes),
		scheme: c.Algorithm, key: publicKey{unusable: orUnnamed(c.Key)},
	}
	if a, ok := signatures[c.Algorithm]; ok {
		c.signed.scheme, c.signed.hash = a.scheme, a.hash
	}
	switch c.Key {
	case "ecc":
		c.signed.key = ecKey(c.Curve, x.TBS.Key.Key.Bytes)
	case "rsa":
		var key struct {
			N *big.Int
			E int
		}
		// Others are refused by the library, which is no statement about them.
		if _, err := asn1.Unmarshal(x.TBS.Key.Key.Bytes, &key); err == nil && key.N.Sign() > 0 &&
			key.N.BitLen() >= minRSA && key.N.BitLen() <= maxRSA && key.N.Bit(0) == 1 && key.E >= 3 && key.E < 1<<31 && key.E&1 == 1 {
			c.signed.key = publicKey{rsa: &rsa.PublicKey{N: key.N, E: key.E}}
		}
	}
}

// minRSA and maxRSA bound the keys that are computed with, in bits.
const (
	minRSA = 1024
	maxRSA = 8192
)

// signatures are the algorithms of X.509 that are computed here, by the names
// of oidNames.
var signatures = map[string]struct {
	scheme string
	hash   crypto.Hash
}{
	"ECDSA with SHA-256": {schemeECDSA, crypto.SHA256}, "ECDSA with SHA-384": {schemeECDSA, crypto.SHA384}, "ECDSA with SHA-512": {schemeECDSA, crypto.SHA512},
	"RSA with SHA-256": {schemeRSA, crypto.SHA256},
}
