package suci

import (
	"bytes"
	"crypto/ecdh"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/x509"
	"encoding/hex"
	"encoding/pem"
	"fmt"
	"strings"
)

// MaxKeyFile is how many bytes a file of a private key may have.
const MaxKeyFile = 16 << 10

// PrivateKey is a home network's private key. It prints as dots; Clear it
// after use. The standard library's own copy of it cannot be overwritten from
// here; it is made anew for each use and goes with the garbage collector.
type PrivateKey struct{ box *privateBox }

type privateBox struct {
	b      [PrivateKeySize]byte
	scheme Scheme // Null: no profile is said, either may be
}

// NewPrivateKey takes 32 bytes as private key of a profile, or with Null of
// whichever a SUCI names. The bytes are copied.
func NewPrivateKey(s Scheme, b []byte) (PrivateKey, error) {
	if s != Null && !s.Hides() {
		return PrivateKey{}, ErrScheme
	}
	if len(b) != PrivateKeySize {
		return PrivateKey{}, &FormError{Part: PartPrivateKey, Fault: FaultLength, Got: len(b)}
	}
	k := PrivateKey{&privateBox{b: [PrivateKeySize]byte(b), scheme: s}}
	if s != Null {
		if _, err := k.on(s); err != nil {
			k.Clear()
			return PrivateKey{}, err
		}
	}
	return k, nil
}

// Clear overwrites the key, in all its copies.
func (k PrivateKey) Clear() {
	if k.box != nil {
		clear(k.box.b[:])
		k.box.scheme = cleared
	}
}

const cleared Scheme = 0xFF

// Format hides the key under every verb.
func (k PrivateKey) Format(w fmt.State, _ rune) { _, _ = w.Write([]byte("key(••••)")) }

// MarshalText hides the key in JSON and other texts.
func (k PrivateKey) MarshalText() ([]byte, error) { return []byte("••••"), nil }

// Scheme is the profile that the key is for, Null if it does not say.
func (k PrivateKey) Scheme() Scheme {
	if k.box == nil {
		return Null
	}
	return k.box.scheme
}

// Public is the public key that belongs to it in a profile.
func (k PrivateKey) Public(s Scheme) (PublicKey, error) {
	own, err := k.on(s)
	if err != nil {
		return PublicKey{}, err
	}
	return PublicKey{s, own.PublicKey()}, nil
}

// on is the key on the curve of a profile.
func (k PrivateKey) on(s Scheme) (*ecdh.PrivateKey, error) {
	switch {
	case k.box == nil || k.box.scheme == cleared:
		return nil, ErrCleared
	case !s.Hides():
		return nil, ErrScheme
	case k.box.scheme != Null && k.box.scheme != s:
		return nil, ErrProfile
	}
	key, err := s.curve().NewPrivateKey(k.box.b[:])
	if err != nil {
		return nil, ErrScalar
	}
	return key, nil
}

// ParsePrivateKey reads the contents of a key file: 64 hexadecimal digits,
// which may serve either profile, or PEM with PKCS #8 ("PRIVATE KEY") or SEC 1
// ("EC PRIVATE KEY"), which says its curve. Lines that start with # are not
// looked at. The caller clears b.
func ParsePrivateKey(b []byte) (PrivateKey, error) {
	if len(b) > MaxKeyFile {
		return PrivateKey{}, &FormError{Part: PartPrivateKey, Fault: FaultLength, Got: len(b)}
	}
	if bytes.Contains(b, []byte("-----BEGIN")) {
		return parsePEM(b)
	}
	text := withoutComments(b)
	defer clear(text)
	if len(text) == 0 {
		return PrivateKey{}, &FormError{Part: PartPrivateKey, Fault: FaultMissing}
	}
	raw := make([]byte, hex.DecodedLen(len(text)))
	defer clear(raw)
	if _, err := hex.Decode(raw, text); err != nil || len(text)%2 != 0 {
		return PrivateKey{}, &FormError{Part: PartPrivateKey, Fault: FaultHex}
	}
	if len(raw) == PublicBSize || len(raw) == uncompressedSize { // what a P-256 public key is long
		return PrivateKey{}, &FormError{Part: PartPrivateKey, Fault: FaultPublic}
	}
	return NewPrivateKey(Null, raw)
}

func withoutComments(b []byte) []byte {
	out := make([]byte, 0, len(b)+1) // never grown, which would leave copies behind
	for line := range bytes.Lines(b) {
		if line = bytes.TrimSpace(line); !bytes.HasPrefix(line, []byte("#")) {
			out = append(append(out, line...), '\n')
		}
	}
	return bytes.TrimSpace(out)
}

// parsePEM takes the first block that is not a list of curve parameters, which
// OpenSSL writes before a SEC 1 key.
func parsePEM(b []byte) (PrivateKey, error) {
	for {
		block, rest := pem.Decode(b)
		if block == nil {
			return PrivateKey{}, &FormError{Part: PartPrivateKey, Fault: FaultPEM}
		}
		if block.Type != "EC PARAMETERS" {
			defer clear(block.Bytes)
			return parseBlock(block)
		}
		b = rest
	}
}

func parseBlock(block *pem.Block) (PrivateKey, error) {
	fault := func(f Fault) (PrivateKey, error) {
		return PrivateKey{}, &FormError{Part: PartPrivateKey, Fault: f}
	}
	switch {
	case strings.HasPrefix(block.Type, "ENCRYPTED") || block.Headers["DEK-Info"] != "":
		return fault(FaultLocked)
	case strings.Contains(block.Type, "PUBLIC KEY") || block.Type == "CERTIFICATE":
		return fault(FaultPublic)
	}
	var key any
	var err error
	switch block.Type {
	case "PRIVATE KEY":
		key, err = x509.ParsePKCS8PrivateKey(block.Bytes)
	case "EC PRIVATE KEY":
		key, err = x509.ParseECPrivateKey(block.Bytes)
	default:
		return fault(FaultPEM)
	}
	if err != nil {
		return fault(FaultPEM)
	}
	if ec, ok := key.(*ecdsa.PrivateKey); ok {
		if ec.Curve != elliptic.P256() {
			return fault(FaultCurve)
		}
		if key, err = ec.ECDH(); err != nil {
			return fault(FaultCurve)
		}
	}
	dh, ok := key.(*ecdh.PrivateKey)
	if !ok {
		return fault(FaultCurve)
	}
	raw := dh.Bytes()
	defer clear(raw)
	switch dh.Curve() {
	case ecdh.X25519():
		return NewPrivateKey(ProfileA, raw)
	case ecdh.P256():
		return NewPrivateKey(ProfileB, raw)
	}
	return fault(FaultCurve)
}
