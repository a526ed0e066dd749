package globalplatform

import (
	"encoding/json"
	"os"
	"slices"
	"testing"

	"simscope/card/cardtest"
	"simscope/card/tlv"
)

// certificateVectors are X.509 certificates of SGP.26, and others that openssl
// made and verified; the file says how.
type certificateVectors struct {
	SGP26, X509, GP map[string]string
}

func certificateFile(t *testing.T) (v certificateVectors) {
	t.Helper()
	b, err := os.ReadFile("testdata/certificates.json")
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(b, &v); err != nil || len(v.SGP26) != 3 || len(v.X509) != 4 || len(v.GP) != 3 {
		t.Fatalf("%v: %d, %d, %d", err, len(v.SGP26), len(v.X509), len(v.GP))
	}
	return v
}

// domainsOf puts certificates on a card, each in a domain of its own, and checks
// them.
func domainsOf(certs ...[]byte) []Certificate {
	var domains []Info
	for _, c := range certs {
		domains = append(domains, Info{Certificates: ParseCertificates(c)})
	}
	CheckSignatures(domains)
	var out []Certificate
	for _, d := range domains {
		out = append(out, d.Certificates...)
	}
	return out
}

// TestSignatures: what is valid, what is not and what cannot be told, each by the
// certificates that are there.
func TestSignatures(t *testing.T) {
	v := certificateFile(t)
	der := func(m map[string]string, name string) []byte { return cardtest.Hex(m[name]) }
	valid, own := Signature{State: SignatureValid}, Signature{State: SignatureValid, Own: true}
	no := func(why, what string) Signature { return Signature{State: SignatureUnchecked, Why: why, What: what} }
	for name, c := range map[string]struct {
		certs [][]byte
		want  []Signature
	}{
		"SGP.26, leaf and root":          {[][]byte{der(v.SGP26, "dp_tls_nist"), der(v.SGP26, "ci_nist")}, []Signature{valid, own}},
		"SGP.26, another root, named so": {[][]byte{der(v.SGP26, "dp_tls_nist"), der(v.SGP26, "ci_brainpool"), der(v.SGP26, "ci_nist")}, []Signature{valid, no("curve", "brainpoolP256r1"), own}},
		"SGP.26, the other root alone":   {[][]byte{der(v.SGP26, "dp_tls_nist"), der(v.SGP26, "ci_brainpool")}, []Signature{no("curve", "brainpoolP256r1"), no("curve", "brainpoolP256r1")}},
		"no issuer":                      {[][]byte{der(v.SGP26, "dp_tls_nist")}, []Signature{no("no_issuer", "")}},
		"a chain of two curves":          {[][]byte{der(v.X509, "leaf"), der(v.X509, "middle"), der(v.X509, "root")}, []Signature{valid, valid, own}},
		"a chain in one answer":          {[][]byte{slices.Concat(der(v.X509, "leaf"), der(v.X509, "middle"))}, []Signature{valid, no("no_issuer", "")}},
		"RSA":                            {[][]byte{der(v.X509, "rsa")}, []Signature{own}},
		"GlobalPlatform, three":          {[][]byte{der(v.GP, "leaf"), der(v.GP, "middle"), der(v.GP, "root")}, []Signature{valid, valid, own}},
		"GlobalPlatform, no issuer":      {[][]byte{cardtest.Hex(gpVector)}, []Signature{no("no_issuer", "")}},
		"forms do not mix":               {[][]byte{der(v.GP, "leaf"), der(v.X509, "middle")}, []Signature{no("no_issuer", ""), no("no_issuer", "")}},
		"bytes of no certificate":        {[][]byte{{0x04, 0x01, 0x00}}, []Signature{no("unknown", "")}},
	} {
		for i, got := range domainsOf(c.certs...) {
			if got.Signature != c.want[i] {
				t.Errorf("%s: certificate %d is %+v, not %+v", name, i+1, got.Signature, c.want[i])
			}
		}
	}
}

// TestChangedCertificates: a bit that is another one anywhere in what is signed,
// or in the signature, makes it invalid; it is never valid and never checked by
// something else.
func TestChangedCertificates(t *testing.T) {
	v := certificateFile(t)
	for name, pair := range map[string][2]string{
		"X.509": {v.X509["middle"], v.X509["root"]}, "GlobalPlatform": {v.GP["leaf"], v.GP["middle"]}, "RSA": {v.X509["rsa"], v.X509["rsa"]},
	} {
		whole := cardtest.Hex(pair[0])
		invalid := 0
		for i := range whole {
			b := slices.Clone(whole)
			b[i] ^= 1 << (i % 8)
			got := domainsOf(b, cardtest.Hex(pair[1]))[0]
			if got.Signature.State == SignatureValid && got.Whole {
				t.Errorf("%s: bit %d of byte %d may be either", name, i%8, i)
			}
			if got.Signature.State == SignatureInvalid {
				invalid++
			}
		}
		if invalid < len(whole)/2 {
			t.Errorf("%s: only %d of %d changes are invalid", name, invalid, len(whole))
		}
	}
}

// TestSignatureForms: what is signed has to stand where it belongs.
func TestSignatureForms(t *testing.T) {
	v := certificateFile(t)
	nodes, err := tlv.ParseFlat(cardtest.Hex(v.GP["leaf"]))
	if err != nil {
		t.Fatal(err)
	}
	objects, err := tlv.ParseFlat(nodes[0].Value)
	if err != nil {
		t.Fatal(err)
	}
	build := func(change func([]tlv.Node) []tlv.Node) []byte {
		var v []byte
		for _, n := range change(slices.Clone(objects)) {
			v = tlv.Append(v, n.Tag, n.Value)
		}
		return tlv.Append(nil, TagCertificate, v)
	}
	issuer := cardtest.Hex(v.GP["middle"])
	for name, c := range map[string]struct {
		change func([]tlv.Node) []tlv.Node
		want   Signature
	}{
		"as it is":                    {func(n []tlv.Node) []tlv.Node { return n }, Signature{State: SignatureValid}},
		"something behind it":         {func(n []tlv.Node) []tlv.Node { return append(n, tlv.Node{Tag: 0x53}) }, Signature{State: SignatureUnchecked, Why: "form"}},
		"objects have changed places": {func(n []tlv.Node) []tlv.Node { n[0], n[3] = n[3], n[0]; return n }, Signature{State: SignatureInvalid}},
		"a short signature": {func(n []tlv.Node) []tlv.Node {
			n[len(n)-1].Value = n[len(n)-1].Value[:95]
			return n
		}, Signature{State: SignatureInvalid}},
		"an empty signature": {func(n []tlv.Node) []tlv.Node { n[len(n)-1].Value = nil; return n }, Signature{State: SignatureUnchecked, Why: "form"}},
		"no issuer named":    {func(n []tlv.Node) []tlv.Node { return slices.Delete(n, 1, 2) }, Signature{State: SignatureUnchecked, Why: "form"}},
	} {
		if got := domainsOf(build(c.change), issuer)[0].Signature; got != c.want {
			t.Errorf("%s: %+v, not %+v", name, got, c.want)
		}
	}
	// The issuer's key on another curve, without a curve, and no point at all.
	for curve, want := range map[string]string{"03": "brainpoolP256r1", "": "?", "02": "P-521"} {
		b := []byte{0xB0, 1, 4}
		if curve != "" {
			b = tlv.Append(b, 0xF0, cardtest.Hex(curve))
		}
		var v []byte
		nodes, _ := tlv.ParseFlat(issuer)
		objects, _ := tlv.ParseFlat(nodes[0].Value)
		for _, n := range objects {
			if n.Tag == 0x7F49 {
				n.Value = b
			}
			v = tlv.Append(v, n.Tag, n.Value)
		}
		got := domainsOf(build(func(n []tlv.Node) []tlv.Node { return n }), tlv.Append(nil, TagCertificate, v))[0].Signature
		if got != (Signature{State: SignatureUnchecked, Why: "curve", What: want}) {
			t.Errorf("curve %q: %+v", curve, got)
		}
	}
}
