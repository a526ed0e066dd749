package virtual

import (
	"bytes"
	"slices"

	"simscope/card"
	"simscope/card/tlv"
	"simscope/crypto/aka"
	"simscope/crypto/gba"
)

// Modes of the GBA context: the first byte of its data (3GPP TS 31.102 clause
// 7.1.2.4, TS 31.103 clause 7.1.2.3).
const (
	tagBootstrap = 0xDD
	tagNAF       = 0xDE
)

// run is a bootstrapping run of GBA_U whose Ks the card keeps.
type run struct {
	ks   gba.Ks
	rand [aka.RANDSize]byte
	// used are the records of EF.GBANL, the one used last in front.
	used []int
}

// gbaContext does a bootstrapping run, or derives the key for a server from
// the last one.
func gbaContext(ch *channel, s *subscriber, data []byte) reply {
	kind := ch.app.kind()
	if s.f == nil || !ch.app.service(kind.gba, false) {
		return status(swNoContext)
	}
	if len(data) == 0 {
		return status(card.SWWrongLength)
	}
	switch data[0] {
	case tagBootstrap:
		return s.bootstrap(ch.app, data[1:])
	case tagNAF:
		return s.deriveNAF(ch.app, data[1:])
	}
	return status(swWrongData)
}

// bootstrap checks RAND and AUTN*, keeps Ks, and answers RES. EF.GBABP gets
// RAND; the phone writes the name and lifetime of the run itself.
func (s *subscriber) bootstrap(app *application, data []byte) reply {
	rand, star, ok := s.takeChallenge(data)
	if !ok {
		return status(card.SWWrongLength)
	}
	k, err := s.f.F2345(rand)
	if err != nil {
		return status(swMute)
	}
	defer k.Clear()
	ks, err := gba.NewKs(k.CK, k.IK)
	if err != nil { // keys of 256 bits: TS 33.220 has none
		return status(swNoContext)
	}
	defer ks.Clear()
	file := app.gbaFile(app.kind().gbabp, KindTransparent)
	content := append(appendValue(nil, rand[:]), 0, 0)
	if file == nil || len(file.body.data) < len(content) {
		return status(swNoGBAMemory)
	}
	if r := s.judge(rand, aka.Bootstrap(star, k.IK)); r.sw != 0 {
		return r
	}
	file.body.data = padded(content, len(file.body.data))
	s.runs[app.aid] = &run{ks: ks, rand: rand}
	return done(appendValue([]byte{tagSuccess}, k.RES))
}

// gbaFile is a file of the application that a run writes; nil where it is not
// there in this form.
func (a *application) gbaFile(fid card.FID, kind Kind) *node {
	n := a.adf.child(fid)
	if n == nil || n.spec.Kind != kind {
		return nil
	}
	return n
}

// deriveNAF answers Ks_ext_NAF for NAF_ID and IMPI, and notes the server and
// the name of the run in EF.GBANL. Ks_int_NAF, which nothing on this card
// uses, is not kept.
func (s *subscriber) deriveNAF(app *application, data []byte) reply {
	naf, rest, ok := takeAny(data)
	impi, rest, ok2 := takeAny(rest)
	if !ok || !ok2 || len(rest) != 0 {
		return status(card.SWWrongLength)
	}
	r := s.runs[app.aid]
	if r == nil {
		return status(card.SWConditions)
	}
	if !r.note(app, naf) {
		return status(swNoGBAMemory)
	}
	key, err := gba.KsNAF(r.ks, r.rand, string(impi), naf)
	if err != nil {
		return status(swMute)
	}
	defer key.Clear()
	return done(appendValue([]byte{tagSuccess}, key[:]))
}

// takeAny reads a length byte other than 0, and so many bytes.
func takeAny(b []byte) (v, rest []byte, ok bool) {
	if len(b) == 0 || b[0] == 0 {
		return nil, nil, false
	}
	return takeValue(b, int(b[0]))
}

// note writes a server and the name of the run to a record of EF.GBANL: the
// one that has this server, else an empty one, else the one that was not used
// for the longest time (3GPP TS 33.220 annex G.2). It reports whether there is
// room.
func (r *run) note(app *application, naf []byte) bool {
	file := app.gbaFile(app.kind().gbanl, KindLinearFixed)
	if file == nil || len(file.body.records) == 0 {
		return false
	}
	entry := tlv.Append(tlv.Append(nil, 0x80, naf), 0x81, app.transaction())
	if len(entry) > file.body.length {
		return false
	}
	i := r.place(file.body.records, naf)
	file.body.records[i] = padded(entry, file.body.length)
	r.used = slices.DeleteFunc(r.used, func(n int) bool { return n == i })
	r.used = slices.Insert(r.used, 0, i)
	return true
}

func (r *run) place(records [][]byte, naf []byte) int {
	begin := tlv.Append(nil, 0x80, naf)
	if i := slices.IndexFunc(records, func(b []byte) bool { return bytes.HasPrefix(b, begin) }); i >= 0 {
		return i
	}
	if i := slices.IndexFunc(records, func(b []byte) bool { return len(trimmed(b)) == 0 }); i >= 0 {
		return i
	}
	for i := range records { // written before this run, or before the card was saved
		if !slices.Contains(r.used, i) {
			return i
		}
	}
	return r.used[len(r.used)-1]
}

// transaction is the name of the run (B-TID) that the phone wrote to EF.GBABP;
// empty where it did not.
func (a *application) transaction() []byte {
	file := a.gbaFile(a.kind().gbabp, KindTransparent)
	if file == nil {
		return nil
	}
	_, rest, ok := takeAny(file.body.data)
	if !ok {
		return nil
	}
	name, _, _ := takeAny(rest)
	return name
}
