package auth

import (
	"simscope/card/safe"
	"simscope/crypto/aka"
	"simscope/crypto/comp128"
	"simscope/crypto/milenage"
	"simscope/crypto/tuak"
	"simscope/crypto/xor"
)

// xorRES is how long RES of the XOR algorithm is on cards.
const xorRES = 8

// functions makes f1 to f5* of keys that were checked.
func (s Subscriber) functions() (f aka.Functions, err error) {
	switch s.Algorithm {
	case Milenage:
		return s.milenage()
	case TUAK:
		return s.tuak()
	}
	s.K.Use(func(k []byte) { f, err = own(xor.New(k, xorRES)) })
	return f, err
}

// own keeps a nil pointer from becoming an interface that is not nil.
func own[T aka.Functions](f T, err error) (aka.Functions, error) {
	if err != nil {
		return nil, err
	}
	return f, nil
}

func (s Subscriber) milenage() (f aka.Functions, err error) {
	c := milenage.Standard()
	if s.Constants != nil {
		c = *s.Constants
	}
	opc := s.OPc
	if opc.Len() == 0 {
		opc = deriveOPc(s.K, s.OP)
		defer opc.Clear()
	}
	both(s.K, opc, func(k, opc []byte) { f, err = own(milenage.NewVariant(k, opc, c)) })
	return f, err
}

// params are TUAK's, those of cards where none were given.
func (s Subscriber) params() tuak.Params {
	if s.Params == (tuak.Params{}) {
		return tuak.Default()
	}
	return s.Params
}

func (s Subscriber) tuak() (f aka.Functions, err error) {
	if s.TOPc.Len() > 0 {
		both(s.K, s.TOPc, func(k, topc []byte) { f, err = own(tuak.New(k, topc, s.params())) })
	} else {
		both(s.K, s.TOP, func(k, top []byte) { f, err = own(tuak.NewFromTOP(k, top, s.params())) })
	}
	return f, err
}

func both(a, b safe.Secret, f func(a, b []byte)) {
	a.Use(func(x []byte) { b.Use(func(y []byte) { f(x, y) }) })
}

// triplets are A3 and A8: the algorithm's own, or those that c2 and c3 make
// of RES, CK and IK. clear is to be called after use.
func (s Subscriber) triplets() (t aka.Triplets, done func(), err error) {
	if err := s.Check(); err != nil {
		return nil, nil, err
	}
	switch s.Algorithm {
	case COMP128v1, COMP128v2, COMP128v3:
		version := map[Algorithm]comp128.Version{COMP128v1: comp128.V1, COMP128v2: comp128.V2, COMP128v3: comp128.V3}[s.Algorithm]
		var c *comp128.Comp128
		s.K.Use(func(ki []byte) { c, err = comp128.New(version, ki) })
		if err != nil {
			return nil, nil, err
		}
		return c, c.Clear, nil
	case XOR2G:
		var g *xor.GSM
		s.K.Use(func(ki []byte) { g, err = xor.NewGSM(ki) })
		if err != nil {
			return nil, nil, err
		}
		return g, g.Clear, nil
	}
	f, err := s.functions()
	if err != nil {
		return nil, nil, err
	}
	return aka.Converted{Functions: f}, f.Clear, nil
}

// GSM computes SRES and Kc.
func (s Subscriber) GSM(rand [aka.RANDSize]byte) (sres [aka.SRESSize]byte, kc [aka.KcSize]byte, err error) {
	t, done, err := s.triplets()
	if err != nil {
		return sres, kc, err
	}
	defer done()
	return t.Triplet(rand)
}
