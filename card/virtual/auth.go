package virtual

import (
	"bytes"
	"errors"
	"slices"

	"simscope/card"
	"simscope/card/safe"
	"simscope/crypto/aka"
	"simscope/crypto/milenage"
)

// Contexts of AUTHENTICATE (P2, 3GPP TS 31.102 clause 7.1.2.1).
const (
	contextGSM  = 0x80
	context3G   = 0x81
	tagSuccess  = 0xDB
	tagSyncFail = 0xDC

	autnSize = 16
)

// usimApp begins the AID of every USIM: only they know the GSM context.
const usimApp = "\xA0\x00\x00\x00\x87\x10\x02"

type subscriber struct {
	spec  Subscriber // its secrets are copies
	auth  aka.Functions
	array aka.Array
}

func newSubscriber(s Subscriber) (*subscriber, error) {
	out := &subscriber{spec: Subscriber{Apps: slices.Clone(s.Apps), GSM: s.GSM, GSMAccess: s.GSMAccess}, array: aka.NewArray()}
	out.spec.K, out.spec.OPc = cloneSecret(s.K), cloneSecret(s.OPc)
	for i, n := range s.SQN {
		out.array.Slots[i] = aka.SQN(n)
	}
	var err error
	s.K.Use(func(k []byte) {
		s.OPc.Use(func(opc []byte) { out.auth, err = milenage.New(k, opc) })
	})
	if err != nil {
		return nil, imageError("a subscriber's keys: %s", err)
	}
	return out, nil
}

func cloneSecret(s safe.Secret) (out safe.Secret) {
	s.Use(func(b []byte) { out = safe.NewSecret(bytes.Clone(b)) })
	return out
}

func (s *subscriber) image() Subscriber {
	out := s.spec
	out.Apps = slices.Clone(s.spec.Apps)
	out.K, out.OPc = cloneSecret(s.spec.K), cloneSecret(s.spec.OPc)
	if s.array.Highest() != 0 {
		for _, n := range s.array.Slots {
			out.SQN = append(out.SQN, uint64(n))
		}
	}
	return out
}

// subscriber is the one whose keys the application uses.
func (c *Card) subscriber(app *application) *subscriber {
	for _, s := range c.subs {
		if app != nil && slices.Contains(s.spec.Apps, app.aid) {
			return s
		}
	}
	return nil
}

// authenticate is AUTHENTICATE with an even instruction (3GPP TS 31.102
// clause 7.1, TS 31.103 clause 7.1).
func authenticate(c *Card, ch *channel, cmd card.Command) reply {
	s := c.subscriber(ch.app)
	isUSIM := ch.app != nil && len(ch.app.aid) >= len(usimApp) && ch.app.aid[:len(usimApp)] == usimApp
	switch {
	case cmd.P1 != 0 || cmd.P2 != context3G && (cmd.P2 != contextGSM || !isUSIM && s != nil):
		return status(card.SWWrongP1P2)
	case s == nil || ch.df.app != ch.app:
		return status(card.SWConditions)
	case !c.satisfied(ch, ch.app.adf, c.applicationPIN(ch.app.adf)):
		return status(card.SWNotSatisfied)
	}
	if cmd.P2 == contextGSM {
		rand, _, ok := takeValue(cmd.Data, aka.RANDSize)
		if !ok || len(cmd.Data) != 1+aka.RANDSize {
			return status(card.SWWrongLength)
		}
		return gsmContext(s, [16]byte(rand))
	}
	rand, rest, ok := takeValue(cmd.Data, aka.RANDSize)
	autn, rest, ok2 := takeValue(rest, autnSize)
	if !ok || !ok2 || len(rest) != 0 {
		return status(card.SWWrongLength)
	}
	return umtsContext(s, [16]byte(rand), autn)
}

// takeValue reads a length byte that must be n, and so many bytes.
func takeValue(b []byte, n int) (v, rest []byte, ok bool) {
	if len(b) < 1+n || int(b[0]) != n {
		return nil, nil, false
	}
	return b[1 : 1+n], b[1+n:], true
}

func appendValue(dst, v []byte) []byte { return append(append(dst, byte(len(v))), v...) }

func gsmContext(s *subscriber, rand [16]byte) reply {
	sres, kc, err := aka.GSM(s.auth, rand)
	if err != nil {
		return status(swMute)
	}
	return done(appendValue(appendValue(nil, sres[:]), kc[:]))
}

// umtsContext checks AUTN and answers with the keys, or with AUTS when the
// sequence number is not fresh.
func umtsContext(s *subscriber, rand [16]byte, autn []byte) reply {
	opened, err := aka.OpenAUTN(s.auth, rand, autn)
	if errors.Is(err, aka.ErrMAC) {
		return status(swMAC)
	}
	if err != nil {
		return status(swMute)
	}
	if s.array.Accept(opened.SQN) != aka.Fresh {
		auts, err := aka.AUTS(s.auth, rand, s.array.Highest())
		if err != nil {
			return status(swMute)
		}
		return done(appendValue([]byte{tagSyncFail}, auts))
	}
	k, err := s.auth.F2345(rand)
	if err != nil {
		return status(swMute)
	}
	defer k.Clear()
	out := []byte{tagSuccess}
	out = appendValue(out, k.RES)
	out = appendValue(out, k.CK)
	out = appendValue(out, k.IK)
	if s.spec.GSMAccess {
		kc := aka.C3(k.CK, k.IK)
		out = appendValue(out, kc[:])
	}
	return done(out)
}

// runGSMAlgorithm is RUN GSM ALGORITHM (3GPP TS 51.011 clause 9.2.16): DF.GSM
// or a directory below it is current and CHV1 is verified.
func runGSMAlgorithm(c *Card, ch *channel, cmd card.Command) reply {
	switch {
	case cmd.P1 != 0 || cmd.P2 != 0:
		return status(swGSMParameters)
	case len(cmd.Data) != aka.RANDSize:
		return status(card.SWWrongLength | aka.RANDSize)
	case !below(ch.df, card.FIDGSM):
		return status(swGSMStructure)
	}
	if p := c.chv(1); p != nil && p.enabled && !p.verified {
		return status(card.SWGSMAccess)
	}
	for _, s := range c.subs {
		if !s.spec.GSM {
			continue
		}
		sres, kc, err := aka.GSM(s.auth, [16]byte(cmd.Data))
		if err != nil {
			return status(swMute)
		}
		return done(append(sres[:], kc[:]...))
	}
	return status(swGSMStructure)
}

// below reports whether n is the directory fid or lies in it.
func below(n *node, fid card.FID) bool {
	for ; n != nil; n = n.parent {
		if n.fid() == fid {
			return true
		}
	}
	return false
}
