package auth

import (
	"bytes"
	"crypto/subtle"
	"errors"
	"slices"

	"simscope/card/safe"
	"simscope/crypto/aka"
	"simscope/crypto/milenage"
	"simscope/crypto/tuak"
)

// Algorithm names a set of functions. The names are those of key files and of
// the command line.
type Algorithm string

// The algorithms.
const (
	Milenage  Algorithm = "milenage"
	TUAK      Algorithm = "tuak"
	XOR       Algorithm = "xor" // 3GPP TS 34.108 clause 8.1.2, for test cards
	COMP128v1 Algorithm = "comp128-v1"
	COMP128v2 Algorithm = "comp128-v2"
	COMP128v3 Algorithm = "comp128-v3"
	XOR2G     Algorithm = "xor-2g" // the exclusive or of 2G test cards
)

// Algorithms lists all of them.
var Algorithms = []Algorithm{Milenage, TUAK, XOR, COMP128v1, COMP128v2, COMP128v3, XOR2G}

// OnlyGSM reports whether the algorithm has no more than A3 and A8.
func (a Algorithm) OnlyGSM() bool {
	return a == COMP128v1 || a == COMP128v2 || a == COMP128v3 || a == XOR2G
}

// Subscriber is what a card's algorithm works with. Of OP and OPc one is
// enough, and of TOP and TOPc.
type Subscriber struct {
	Algorithm Algorithm
	K         safe.Secret         // 16 bytes; for TUAK 16 or 32
	OP, OPc   safe.Secret         // 16 bytes
	TOP, TOPc safe.Secret         // 32 bytes
	Constants *milenage.Constants // nil: milenage.Standard
	Params    tuak.Params         // zero: tuak.Default
}

// Clear overwrites the keys.
func (s *Subscriber) Clear() {
	for _, k := range s.secrets() {
		k.Clear()
	}
}

func (s *Subscriber) secrets() []safe.Secret {
	return []safe.Secret{s.K, s.OP, s.OPc, s.TOP, s.TOPc}
}

// Clone copies the keys, so that each copy is cleared by itself.
func (s Subscriber) Clone() Subscriber {
	for _, k := range []*safe.Secret{&s.K, &s.OP, &s.OPc, &s.TOP, &s.TOPc} {
		*k = mapped(*k, bytes.Clone)
	}
	return s
}

// mapped makes a new secret of an old one.
func mapped(s safe.Secret, f func([]byte) []byte) (out safe.Secret) {
	if s.Len() > 0 {
		s.Use(func(b []byte) { out = safe.NewSecret(f(b)) })
	}
	return out
}

// KeyError says that a key is missing or does not fit another.
type KeyError struct {
	Field string
	// Missing: it is needed; else it does not follow from Other and K.
	Other string
}

func (e *KeyError) Error() string {
	if e.Other == "" {
		return e.Field + " is missing"
	}
	return e.Field + " does not follow from K and " + e.Other
}

// ErrOnlyGSM says that an algorithm has neither AUTN nor CK and IK.
var ErrOnlyGSM = errors.New("this algorithm has no more than SRES and Kc")

// ErrAlgorithm says that an algorithm is not known.
var ErrAlgorithm = errors.New("no such algorithm")

// Check finds what is missing, has a wrong length, or does not follow from
// the rest.
func (s Subscriber) Check() error {
	if err := s.checkK(); err != nil {
		return err
	}
	for _, f := range []struct {
		name string
		s    safe.Secret
		n    int
	}{{"OP", s.OP, 16}, {"OPc", s.OPc, 16}, {"TOP", s.TOP, 32}, {"TOPc", s.TOPc, 32}} {
		if n := f.s.Len(); n != 0 && n != f.n {
			return &FieldError{Field: f.name, Min: f.n, Max: f.n, Got: n}
		}
	}
	switch s.Algorithm {
	case Milenage:
		if s.OP.Len() == 0 && s.OPc.Len() == 0 {
			return &KeyError{Field: "OP or OPc"}
		}
		if s.Constants != nil {
			if err := s.Constants.Check(); err != nil {
				return err
			}
		}
		return s.checkOPc()
	case TUAK:
		if s.TOP.Len() == 0 && s.TOPc.Len() == 0 {
			return &KeyError{Field: "TOP or TOPc"}
		}
		return s.params().Check()
	}
	return nil
}

func (s Subscriber) checkK() error {
	most := 16
	switch s.Algorithm {
	case TUAK:
		most = 32
	case Milenage, XOR, COMP128v1, COMP128v2, COMP128v3, XOR2G:
	default:
		return ErrAlgorithm
	}
	n := s.K.Len()
	if n == 0 {
		return &KeyError{Field: "K"}
	}
	if n != 16 && n != most {
		return &FieldError{Field: "K", Min: 16, Max: most, Sizes: slices.Compact([]int{16, most}), Got: n}
	}
	return nil
}

// checkOPc compares OP and OPc where both are given.
func (s Subscriber) checkOPc() (err error) {
	if s.OP.Len() == 0 || s.OPc.Len() == 0 {
		return nil
	}
	derived := deriveOPc(s.K, s.OP)
	defer derived.Clear()
	if !same(derived, s.OPc) {
		return &KeyError{Field: "OPc", Other: "OP"}
	}
	return nil
}

// deriveOPc is empty where the keys have wrong lengths.
func deriveOPc(k, op safe.Secret) (out safe.Secret) {
	k.Use(func(k []byte) {
		op.Use(func(op []byte) {
			if opc, err := milenage.OPc(k, op); err == nil {
				out = safe.NewSecret(bytes.Clone(opc[:]))
				clear(opc[:])
			}
		})
	})
	return out
}

// same compares in constant time.
func same(a, b safe.Secret) (eq bool) {
	a.Use(func(x []byte) {
		b.Use(func(y []byte) { eq = subtle.ConstantTimeCompare(x, y) == 1 })
	})
	return eq
}

// Functions are f1 to f5* with these keys. Clear them after use.
func (s Subscriber) Functions() (aka.Functions, error) {
	if err := s.Check(); err != nil {
		return nil, err
	}
	if s.Algorithm.OnlyGSM() {
		return nil, ErrOnlyGSM
	}
	return s.functions()
}
