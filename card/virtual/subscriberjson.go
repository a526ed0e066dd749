package virtual

import (
	"bytes"
	"encoding/hex"
	"fmt"

	"simscope/card/safe"
	"simscope/crypto/aka"
	"simscope/crypto/milenage"
	"simscope/crypto/tuak"
)

type wireSubscriber struct {
	Apps      []AID          `json:"applications"`
	GSM       bool           `json:"gsm,omitempty"`
	GSMAccess bool           `json:"gsm_access,omitempty"`
	Algorithm Algorithm      `json:"algorithm"`
	K         Hex            `json:"k"`
	OPc       Hex            `json:"opc,omitempty"`
	Constants *wireConstants `json:"constants,omitempty"`
	TOPc      Hex            `json:"topc,omitempty"`
	Tuak      *wireTuak      `json:"tuak,omitempty"`
	RES       int            `json:"res,omitempty"`
	Sequence  *Sequence      `json:"sequence,omitempty"`
	SQN       []string       `json:"sqn,omitempty"`
	GBA       []wireRun      `json:"gba,omitempty"`
}

type wireConstants struct {
	C []Hex `json:"c"`
	R []int `json:"r"`
}

type wireTuak struct {
	MAC        int `json:"mac"`
	RES        int `json:"res"`
	CK         int `json:"ck"`
	IK         int `json:"ik"`
	Iterations int `json:"iterations"`
}

type wireRun struct {
	App  AID `json:"application"`
	Ks   Hex `json:"ks"`
	RAND Hex `json:"rand"`
}

func (w *wireSubscriber) subscriber() (Subscriber, error) {
	if w.Algorithm == "" {
		return Subscriber{}, imageError("a subscriber has no algorithm")
	}
	out := Subscriber{
		Apps: w.Apps, GSM: w.GSM, GSMAccess: w.GSMAccess, Algorithm: w.Algorithm, RES: w.RES, Sequence: w.Sequence,
		K: safe.NewSecret(w.K), OPc: safe.NewSecret(w.OPc), TOPc: safe.NewSecret(w.TOPc),
	}
	if w.Constants != nil {
		c, err := w.Constants.constants()
		if err != nil {
			return out, err
		}
		out.Constants = &c
	}
	if w.Tuak != nil {
		p := tuak.Params(*w.Tuak)
		out.Tuak = &p
	}
	for _, q := range w.SQN {
		v, err := hex.DecodeString(q)
		if err != nil || len(v) != aka.SQNSize {
			return out, imageError("a sequence number is not 12 hex digits")
		}
		out.SQN = append(out.SQN, uint64(aka.SQNOf([aka.SQNSize]byte(v))))
	}
	for _, g := range w.GBA {
		out.Bootstrapped = append(out.Bootstrapped, Bootstrapped{App: g.App, Ks: safe.NewSecret(g.Ks), RAND: g.RAND})
	}
	return out, nil
}

func (w *wireConstants) constants() (c milenage.Constants, err error) {
	if len(w.C) != len(c.C) || len(w.R) != len(c.R) {
		return c, imageError("the constants of Milenage are not five c and five r")
	}
	for i := range c.C {
		if len(w.C[i]) != milenage.KeySize {
			return c, imageError("the constant c%d is not 16 bytes", i+1)
		}
		if w.R[i] < 0 || w.R[i] > 0xFF {
			return c, imageError("the constant r%d is not 0 to 127", i+1)
		}
		copy(c.C[i][:], w.C[i])
		c.R[i] = uint8(w.R[i])
	}
	return c, nil
}

// wireSub is the reverse of subscriber.
func wireSub(s *Subscriber) wireSubscriber {
	out := wireSubscriber{
		Apps: s.Apps, GSM: s.GSM, GSMAccess: s.GSMAccess, Algorithm: s.Algorithm, RES: s.RES, Sequence: s.Sequence,
		K: plain(s.K), OPc: plain(s.OPc), TOPc: plain(s.TOPc),
	}
	if s.Algorithm == "" {
		out.Algorithm = AlgorithmMilenage
	}
	if s.Constants != nil {
		out.Constants = &wireConstants{}
		for i := range s.Constants.C {
			out.Constants.C = append(out.Constants.C, bytes.Clone(s.Constants.C[i][:]))
			out.Constants.R = append(out.Constants.R, int(s.Constants.R[i]))
		}
	}
	if s.Tuak != nil {
		p := wireTuak(*s.Tuak)
		out.Tuak = &p
	}
	for _, q := range s.SQN {
		out.SQN = append(out.SQN, fmt.Sprintf("%012X", q))
	}
	for _, b := range s.Bootstrapped {
		out.GBA = append(out.GBA, wireRun{b.App, plain(b.Ks), b.RAND})
	}
	return out
}

// plain is a copy of a secret's bytes, for the file that holds them.
func plain(s safe.Secret) (out Hex) {
	s.Use(func(b []byte) { out = bytes.Clone(b) })
	return out
}
