package virtual

import (
	"bytes"
	"errors"
	"slices"

	"simscope/card"
	"simscope/card/safe"
	"simscope/crypto/milenage"
)

// Contexts of AUTHENTICATE (P2, 3GPP TS 31.102 clause 7.1.2.1).
const (
	contextGSM  = 0x80
	context3G   = 0x81
	tagSuccess  = 0xDB
	tagSyncFail = 0xDC
)

// Sequence numbers are SEQ || IND with an index of five bits; a jump beyond
// sqnJump in SEQ is refused (3GPP TS 33.102 annexes C.2.1 and C.3).
const (
	sqnIndexBits = 5
	sqnJump      = 1 << 28
)

// usimApp begins the AID of every USIM: only they know the GSM context.
const usimApp = "\xA0\x00\x00\x00\x87\x10\x02"

type subscriber struct {
	spec Subscriber // its secrets are copies
	auth *milenage.Milenage
	sqn  [sqnSlots]uint64
}

func newSubscriber(s Subscriber) (*subscriber, error) {
	out := &subscriber{spec: Subscriber{Apps: slices.Clone(s.Apps), GSM: s.GSM, GSMAccess: s.GSMAccess}}
	out.spec.K, out.spec.OPc = cloneSecret(s.K), cloneSecret(s.OPc)
	copy(out.sqn[:], s.SQN)
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
	if s.sqn != [sqnSlots]uint64{} {
		out.SQN = slices.Clone(s.sqn[:])
	}
	return out
}

func sqnUint(b [milenage.SQNSize]byte) (n uint64) {
	for _, c := range b {
		n = n<<8 | uint64(c)
	}
	return n
}

func sqnBytes(n uint64) (b [milenage.SQNSize]byte) {
	for i := range b {
		b[len(b)-1-i] = byte(n >> (8 * i))
	}
	return b
}

// highest is SQN_MS: the highest sequence number accepted so far.
func (s *subscriber) highest() uint64 { return slices.Max(s.sqn[:]) }

// accept judges a sequence number and keeps it (3GPP TS 33.102 annex C.2.2):
// it must be newer than the one kept at its index, and not far ahead.
func (s *subscriber) accept(sqn uint64) bool {
	seq, index := sqn>>sqnIndexBits, sqn%sqnSlots
	if seq <= s.sqn[index]>>sqnIndexBits {
		return false
	}
	if top := s.highest() >> sqnIndexBits; seq > top && seq-top > sqnJump {
		return false
	}
	s.sqn[index] = sqn
	return true
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
		rand, _, ok := takeValue(cmd.Data, milenage.KeySize)
		if !ok || len(cmd.Data) != 1+milenage.KeySize {
			return status(card.SWWrongLength)
		}
		return gsmContext(s, [16]byte(rand))
	}
	rand, rest, ok := takeValue(cmd.Data, milenage.KeySize)
	autn, rest, ok2 := takeValue(rest, milenage.AUTNSize)
	if !ok || !ok2 || len(rest) != 0 {
		return status(card.SWWrongLength)
	}
	return umtsContext(s, [16]byte(rand), [16]byte(autn))
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
	sres, kc, err := s.auth.GSM(rand)
	if err != nil {
		return status(swMute)
	}
	return done(appendValue(appendValue(nil, sres[:]), kc[:]))
}

// umtsContext checks AUTN and answers with the keys, or with AUTS when the
// sequence number is not fresh.
func umtsContext(s *subscriber, rand, autn [16]byte) reply {
	sqn, _, err := s.auth.OpenAUTN(rand, autn)
	if errors.Is(err, milenage.ErrMAC) {
		return status(swMAC)
	}
	if err != nil {
		return status(swMute)
	}
	if !s.accept(sqnUint(sqn)) {
		auts, err := s.auth.AUTS(rand, sqnBytes(s.highest()))
		if err != nil {
			return status(swMute)
		}
		return done(appendValue([]byte{tagSyncFail}, auts[:]))
	}
	k, err := s.auth.F2345(rand)
	if err != nil {
		return status(swMute)
	}
	defer k.Clear()
	out := []byte{tagSuccess}
	out = appendValue(out, k.RES[:])
	out = appendValue(out, k.CK[:])
	out = appendValue(out, k.IK[:])
	if s.spec.GSMAccess {
		kc := milenage.C3(k.CK, k.IK)
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
	case len(cmd.Data) != milenage.KeySize:
		return status(card.SWWrongLength | milenage.KeySize)
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
		sres, kc, err := s.auth.GSM([16]byte(cmd.Data))
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
