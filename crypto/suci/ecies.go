package suci

import (
	"crypto/aes"
	"crypto/ecdh"
	"crypto/elliptic"
	"crypto/hmac"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/binary"
	"io"
	"math/big"
)

// Scheme is a protection scheme identifier (TS 33.501 annex C.1).
type Scheme byte

// The schemes that the specification defines. C to F are left to the operator.
const (
	Null     Scheme = 0
	ProfileA Scheme = 1 // X25519
	ProfileB Scheme = 2 // P-256
)

// Sizes in bytes (TS 33.501 annex C.3.4).
const (
	PrivateKeySize   = 32 // of both profiles
	PublicASize      = 32
	PublicBSize      = 33 // compressed, as a SUCI carries it
	uncompressedSize = 65
	MACSize          = 8
	encKeySize       = 16
	icbSize          = 16
	macKeySize       = 32
	coordinateSize   = 32
)

// Known reports whether the specification defines the scheme.
func (s Scheme) Known() bool { return s <= ProfileB }

// Hides reports whether the scheme is one of the two profiles that hide the
// identity by a method that is known here.
func (s Scheme) Hides() bool { return s == ProfileA || s == ProfileB }

// EphemeralSize is the length of the ephemeral public key in a scheme output,
// 0 for schemes that have none or are not known.
func (s Scheme) EphemeralSize() int {
	switch s {
	case ProfileA:
		return PublicASize
	case ProfileB:
		return PublicBSize
	}
	return 0
}

func (s Scheme) curve() ecdh.Curve {
	switch s {
	case ProfileA:
		return ecdh.X25519()
	case ProfileB:
		return ecdh.P256()
	}
	return nil
}

// PublicKey is a home network's public key.
type PublicKey struct {
	scheme Scheme
	key    *ecdh.PublicKey
}

// NewPublicKey reads a public key of a profile: 32 bytes for A, for B 33 bytes
// compressed or 65 uncompressed.
func NewPublicKey(s Scheme, b []byte) (PublicKey, error) {
	if !s.Hides() {
		return PublicKey{}, ErrScheme
	}
	want := s.EphemeralSize()
	if len(b) != want && (s != ProfileB || len(b) != uncompressedSize) {
		return PublicKey{}, &FormError{Part: PartPublicKey, Fault: FaultLength, Got: len(b)}
	}
	if len(b) == PublicBSize {
		x, y := elliptic.UnmarshalCompressed(elliptic.P256(), b)
		if x == nil {
			return PublicKey{}, ErrPoint
		}
		b = uncompressed(x, y)
	}
	key, err := s.curve().NewPublicKey(b)
	if err != nil {
		return PublicKey{}, ErrPoint
	}
	return PublicKey{s, key}, nil
}

func uncompressed(x, y *big.Int) []byte {
	out := make([]byte, uncompressedSize)
	out[0] = 4
	x.FillBytes(out[1 : 1+coordinateSize])
	y.FillBytes(out[1+coordinateSize:])
	return out
}

// Scheme is the profile that the key is for.
func (p PublicKey) Scheme() Scheme { return p.scheme }

// Bytes is the key as a SUCI carries it: 32 bytes, or 33 compressed. It is nil
// for no key.
func (p PublicKey) Bytes() []byte {
	if p.key == nil {
		return nil
	}
	b := p.key.Bytes()
	if p.scheme != ProfileB {
		return b
	}
	return append([]byte{2 | b[len(b)-1]&1}, b[1:1+coordinateSize]...)
}

// Equal compares two public keys.
func (p PublicKey) Equal(other PublicKey) bool {
	return p.scheme == other.scheme && subtle.ConstantTimeCompare(p.Bytes(), other.Bytes()) == 1
}

// Sealed is a scheme output of profile A or B, taken apart.
type Sealed struct {
	Ephemeral  []byte // the sender's public key for this one message
	Ciphertext []byte
	MAC        []byte
}

// Bytes is the scheme output: ephemeral key, ciphertext, tag.
func (s Sealed) Bytes() []byte {
	return append(append(append([]byte{}, s.Ephemeral...), s.Ciphertext...), s.MAC...)
}

// ParseSealed takes a scheme output of profile A or B apart. The parts share
// the bytes of b.
func ParseSealed(s Scheme, b []byte) (Sealed, error) {
	n := s.EphemeralSize()
	switch {
	case n == 0:
		return Sealed{}, ErrScheme
	case len(b) <= n+MACSize:
		return Sealed{}, &FormError{Part: PartOutput, Fault: FaultLength, Got: len(b)}
	}
	end := len(b) - MACSize
	return Sealed{Ephemeral: b[:n:n], Ciphertext: b[n:end:end], MAC: b[end:]}, nil
}

// Conceal hides plain for the home network. rand gives the ephemeral key's
// bytes: crypto/rand.Reader, or in tests those of a vector.
func (p PublicKey) Conceal(plain []byte, rand io.Reader) (Sealed, error) {
	if p.key == nil {
		return Sealed{}, ErrScheme
	}
	own, err := ephemeral(p.scheme, rand)
	if err != nil {
		return Sealed{}, err
	}
	public := PublicKey{p.scheme, own.PublicKey()}.Bytes()
	shared, err := own.ECDH(p.key)
	if err != nil {
		return Sealed{}, ErrPoint
	}
	defer clear(shared)
	k := derive(shared, public)
	defer k.clear()
	out := Sealed{Ephemeral: public, Ciphertext: make([]byte, len(plain))}
	if err := k.xor(out.Ciphertext, plain); err != nil {
		return Sealed{}, err
	}
	out.MAC = k.tag(out.Ciphertext)
	return out, nil
}

// maxTries is how many times random bytes may be no key of the curve; P-256
// refuses one in 2^32.
const maxTries = 8

func ephemeral(s Scheme, rand io.Reader) (*ecdh.PrivateKey, error) {
	var b [PrivateKeySize]byte
	defer clear(b[:])
	for range maxTries {
		if _, err := io.ReadFull(rand, b[:]); err != nil {
			return nil, err
		}
		if key, err := s.curve().NewPrivateKey(b[:]); err == nil {
			return key, nil
		}
	}
	return nil, ErrScalar
}

// Reveal opens a scheme output with the home network's private key. It returns
// the plain bytes only with a tag that fits: ErrMAC says that it does not,
// ErrProfile that the key is one of the other profile.
func (k PrivateKey) Reveal(s Scheme, out []byte) ([]byte, error) {
	sealed, err := ParseSealed(s, out)
	if err != nil {
		return nil, err
	}
	own, err := k.on(s)
	if err != nil {
		return nil, err
	}
	public, err := NewPublicKey(s, sealed.Ephemeral)
	if err != nil {
		return nil, err
	}
	shared, err := own.ECDH(public.key)
	if err != nil {
		return nil, ErrPoint
	}
	defer clear(shared)
	keys := derive(shared, sealed.Ephemeral)
	defer keys.clear()
	if subtle.ConstantTimeCompare(keys.tag(sealed.Ciphertext), sealed.MAC) != 1 {
		return nil, ErrMAC
	}
	plain := make([]byte, len(sealed.Ciphertext))
	return plain, keys.xor(plain, sealed.Ciphertext)
}

// keys are what ECIES derives for one message.
type streamKeys [encKeySize + icbSize + macKeySize]byte

func (k *streamKeys) clear() { clear(k[:]) }

// derive is the ANSI X9.63 key derivation function with SHA-256: hashes of the
// shared secret, a counter from 1 in four bytes, and the ephemeral public key
// (SEC 1 clause 3.6.1, TS 33.501 annex C.3.4).
func derive(shared, info []byte) (k streamKeys) {
	for i := 0; i*sha256.Size < len(k); i++ {
		h := sha256.New()
		h.Write(shared)
		h.Write(binary.BigEndian.AppendUint32(nil, uint32(i+1)))
		h.Write(info)
		copy(k[i*sha256.Size:], h.Sum(nil))
	}
	return k
}

// xor is AES-128 in counter mode from the initial counter block, of which the
// last 32 bits count (TS 33.501 annex C.3.4.0). The standard library's mode
// counts in all 128, which is another stream where those 32 run over.
func (k *streamKeys) xor(dst, src []byte) error {
	block, err := aes.NewCipher(k[:encKeySize])
	if err != nil {
		return err
	}
	counter := [icbSize]byte(k[encKeySize:])
	count := counter[icbSize-4:]
	var stream [aes.BlockSize]byte
	defer clear(stream[:])
	for i := 0; i < len(src); i += len(stream) {
		block.Encrypt(stream[:], counter[:])
		subtle.XORBytes(dst[i:], src[i:], stream[:])
		binary.BigEndian.PutUint32(count, binary.BigEndian.Uint32(count)+1)
	}
	return nil
}

// tag is the first bytes of HMAC-SHA-256 over the ciphertext.
func (k *streamKeys) tag(ciphertext []byte) []byte {
	mac := hmac.New(sha256.New, k[encKeySize+icbSize:])
	mac.Write(ciphertext)
	return mac.Sum(nil)[:MACSize]
}
