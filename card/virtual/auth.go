package virtual

import (
	"errors"
	"slices"
	"strings"

	"simscope/card"
	"simscope/crypto/aka"
)

// Contexts of AUTHENTICATE (P2; 3GPP TS 31.102 clause 7.1.2.1, TS 31.103
// clause 7.1.2).
const (
	contextGSM  = 0x80
	context3G   = 0x81 // IMS AKA in an ISIM
	contextVGCS = 0x82 // voice group calls; HTTP Digest in an ISIM
	contextGBA  = 0x84

	tagSuccess  = 0xDB
	tagSyncFail = 0xDC
)

// Beginnings of the AIDs of applications that authenticate.
const (
	usimApp = "\xA0\x00\x00\x00\x87\x10\x02"
	isimApp = "\xA0\x00\x00\x00\x87\x10\x04"
)

// Services of EF.UST and EF.IST that govern AUTHENTICATE (3GPP TS 31.102
// clause 4.2.8, TS 31.103 clause 4.2.7).
const (
	serviceGSMAccess  = 27 // AUTHENTICATE in the 3G context returns Kc too
	serviceGSMContext = 38
	serviceGBA        = 68
	serviceISIMGBA    = 2
)

// appKind is what a kind of application has for authentication.
type appKind struct {
	begin    string   // of its AID
	contexts string   // values of P2
	services card.FID // its service table
	// The files that a run of GBA_U writes, and its service.
	gbabp, gbanl card.FID
	gba          int
	kc           bool // a USIM: AUTHENTICATE may return Kc
}

// appKinds are looked through from the front. The last is of applications that
// nothing more is known of.
var appKinds = []appKind{
	{begin: usimApp, contexts: "\x80\x81\x82\x84", services: 0x6F38, gbabp: 0x6FD6, gbanl: 0x6FDA, gba: serviceGBA, kc: true},
	{begin: isimApp, contexts: "\x81\x82\x84", services: 0x6F07, gbabp: 0x6FD5, gbanl: 0x6FD7, gba: serviceISIMGBA},
	{contexts: "\x81"},
}

// contexts are what each does. Group calls and HTTP Digest are answered as a
// card without them does.
var contexts = map[byte]func(ch *channel, s *subscriber, data []byte) reply{
	contextGSM: gsmContext, context3G: umtsContext, contextVGCS: noContext, contextGBA: gbaContext,
}

// kind finds what an application has; a USIM's where none is selected.
func (a *application) kind() *appKind {
	if a == nil {
		return &appKinds[0]
	}
	i := slices.IndexFunc(appKinds, func(k appKind) bool { return strings.HasPrefix(string(a.aid), k.begin) })
	return &appKinds[i]
}

// service reports whether the application's service table says that a service
// is available; without a table it is what otherwise says.
func (a *application) service(n int, otherwise bool) bool {
	table := a.adf.child(a.kind().services)
	if table == nil || table.isDF() || table.spec.Kind.hasRecords() {
		return otherwise
	}
	b := table.body.data
	return (n-1)/8 < len(b) && b[(n-1)/8]>>((n-1)%8)&1 == 1
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
	switch {
	case cmd.P1 != 0 || strings.IndexByte(ch.app.kind().contexts, cmd.P2) < 0:
		return status(card.SWWrongP1P2)
	case s == nil || ch.df.app != ch.app:
		return status(card.SWConditions)
	case !c.satisfied(ch, ch.app.adf, c.applicationPIN(ch.app.adf)):
		return status(card.SWNotSatisfied)
	}
	return contexts[cmd.P2](ch, s, cmd.Data)
}

// noContext refuses a context that the card does not have.
func noContext(*channel, *subscriber, []byte) reply { return status(swNoContext) }

// takeValue reads a length byte that must be n, and so many bytes.
func takeValue(b []byte, n int) (v, rest []byte, ok bool) {
	if len(b) < 1+n || int(b[0]) != n {
		return nil, nil, false
	}
	return b[1 : 1+n], b[1+n:], true
}

func appendValue(dst, v []byte) []byte { return append(append(dst, byte(len(v))), v...) }

// takeChallenge reads RAND and AUTN with their lengths, and nothing behind.
func (s *subscriber) takeChallenge(data []byte) (rand [aka.RANDSize]byte, autn []byte, ok bool) {
	r, rest, ok := takeValue(data, aka.RANDSize)
	if !ok {
		return rand, nil, false
	}
	autn, rest, ok = takeValue(rest, aka.SQNSize+aka.AMFSize+s.mac)
	return [aka.RANDSize]byte(r), autn, ok && len(rest) == 0
}

// gsmContext answers RAND with SRES and Kc.
func gsmContext(ch *channel, s *subscriber, data []byte) reply {
	if !ch.app.service(serviceGSMContext, true) {
		return status(swNoContext)
	}
	rand, rest, ok := takeValue(data, aka.RANDSize)
	if !ok || len(rest) != 0 {
		return status(card.SWWrongLength)
	}
	sres, kc, err := s.t.Triplet([aka.RANDSize]byte(rand))
	if err != nil {
		return status(swMute)
	}
	return done(appendValue(appendValue(nil, sres[:]), kc[:]))
}

// umtsContext checks AUTN and answers with the keys, or with AUTS when the
// sequence number is not fresh.
func umtsContext(ch *channel, s *subscriber, data []byte) reply {
	if s.f == nil {
		return status(swNoContext)
	}
	rand, autn, ok := s.takeChallenge(data)
	if !ok {
		return status(card.SWWrongLength)
	}
	if r := s.judge(rand, autn); r.sw != 0 {
		return r
	}
	k, err := s.f.F2345(rand)
	if err != nil {
		return status(swMute)
	}
	defer k.Clear()
	out := appendValue([]byte{tagSuccess}, k.RES)
	out = appendValue(out, k.CK)
	out = appendValue(out, k.IK)
	if ch.app.kind().kc && ch.app.service(serviceGSMAccess, s.spec.GSMAccess) {
		kc := aka.C3(k.CK, k.IK)
		out = appendValue(out, kc[:])
	}
	return done(out)
}

// amfResynch is the AMF with which a network asks a test USIM to begin a
// resynchronisation (3GPP TS 34.108 clauses 8.1.2.2 and 8.2).
var amfResynch = [aka.AMFSize]byte{0xFF, 0xFF}

// judge checks AUTN and keeps its sequence number. The status word is 0 when
// both are right; else the reply is what the card answers.
func (s *subscriber) judge(rand [aka.RANDSize]byte, autn []byte) reply {
	opened, err := aka.OpenAUTN(s.f, rand, autn)
	if errors.Is(err, aka.ErrMAC) {
		return status(swMAC)
	}
	if err != nil {
		return status(swMute)
	}
	asked := s.testUSIM && opened.AMF == amfResynch
	if !asked && s.array.Accept(opened.SQN) == aka.Fresh {
		return reply{}
	}
	auts, err := aka.AUTS(s.f, rand, s.array.Highest())
	if err != nil {
		return status(swMute)
	}
	return done(appendValue([]byte{tagSyncFail}, auts))
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
		sres, kc, err := s.t.Triplet([aka.RANDSize]byte(cmd.Data))
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
