package auth

import (
	"bytes"

	"simscope/card/safe"
	"simscope/crypto/aka"
	"simscope/crypto/tuak"
)

// Evidence is one thing that is known of a card's algorithm: what it answered
// to a RAND and, where there was one, an AUTN. Without an answer it is a token
// that is known to be good for the card, from a network's log.
type Evidence struct {
	RAND   [aka.RANDSize]byte
	AUTN   []byte
	Answer *Answer
	// GBA says that AUTN is AUTN*, that of bootstrapping. The context of the
	// answer says so too.
	GBA bool
}

func (e Evidence) bootstraps() bool {
	return e.GBA || e.Answer != nil && e.Answer.Context == ContextGBA
}

// Finding says how card and host stand to each other. ID names it; the
// sentence is "auth.why.<id>" of the texts.
type Finding struct {
	ID string
	// On says what the finding is about: "card", or "token" where the card is
	// right in refusing a token that was made otherwise.
	On string
	// Bits is how many bits of the card's answers it explains: what a chance
	// would have to hit.
	Bits int
	// Others are the mistakes that fit as well; then ID is "several".
	Others []string
	// SQN is SQN_MS where the card gave AUTS and it could be opened, or the
	// sequence number of a known token.
	SQN    aka.SQN
	HasSQN bool
	// AMF is the one a token's code was made with.
	AMF    [aka.AMFSize]byte
	HasAMF bool
	// Unchecked says that the card took a token which its own keys, as found,
	// would refuse: it does not check the code.
	Unchecked bool
}

// IDs of findings that are no mistake of the list.
const (
	FoundSame     = "same"
	FoundNothing  = "nothing"      // there is no evidence
	FoundLittle   = "little"       // only refusals: which mistake it is cannot be told
	FoundUnknown  = "unknown"      // no single mistake explains it
	FoundSeveral  = "several"      // more than one does
	FoundNotNew   = "sqn_not_new"  // the keys agree; the number is not above the card's
	FoundFar      = "sqn_far"      // the keys agree; the number is too far above
	FoundToken    = "token"        // keys agree in the 2G values, yet AUTN is refused
	FoundBadToken = "token_agreed" // both sides refuse a token of somebody else
)

// Explain compares all that is known of a card with the subscriber's keys,
// and tries the mistakes that people make, each alone, where they differ.
// sent is the sequence number of the latest token that the host made, for the
// findings about it.
func Explain(s Subscriber, all []Evidence, sent aka.SQN) (Finding, error) {
	if err := s.Check(); err != nil {
		return Finding{}, err
	}
	base, err := s.model()
	if err != nil {
		return Finding{}, err
	}
	defer base.clear()
	if len(all) == 0 {
		return Finding{ID: FoundNothing}, nil
	}
	if f, ok := badToken(s, base, all); ok {
		return f, nil
	}
	whole, f := base.explains(all)
	if whole {
		return agreed(f, all, sent), nil
	}
	// Where all the card's values agree, a mistake that fits too proves
	// nothing: only a refusal is left to explain.
	if f, only := onlyRefused(base, all); only {
		return f, nil
	}
	found := hypotheses(s, all, nil)
	switch {
	case len(found) == 1:
		return found[0], nil
	case len(found) > 1:
		return severalOf(found), nil
	}
	f = Finding{ID: FoundUnknown, On: "card"}
	for _, e := range all {
		f.Bits += e.bits()
	}
	return f, nil
}

// model is the host's idea without any mistake.
func (s Subscriber) model() (model, error) {
	if s.Algorithm.OnlyGSM() {
		return model{gsm: s.GSM}, s.Check()
	}
	f, err := s.Functions()
	return model{f: f}, err
}

// agreed is the finding where nothing contradicts the keys.
func agreed(f Finding, all []Evidence, sent aka.SQN) Finding {
	f.ID, f.On = FoundSame, "card"
	last := all[len(all)-1].Answer
	switch {
	case last != nil && last.Result != Success && last.Result != SyncFailure:
		f.ID = FoundNothing // the card compared nothing: earlier answers are not this one's
	case last != nil && last.Result == SyncFailure && f.HasSQN:
		f.ID = FoundNotNew
		if sent > f.SQN {
			f.ID = FoundFar
		}
	case f.Bits == 0:
		f.ID = FoundNothing
	}
	return f
}

// onlyRefused is the finding where the base contradicts nothing but that the
// card refuses a token; only is false where a value differs.
func onlyRefused(base model, all []Evidence) (f Finding, only bool) {
	var rest []Evidence
	for _, e := range all {
		if e.Answer == nil || e.Answer.Result != MACFailure {
			rest = append(rest, e)
		}
	}
	whole, f := base.explains(rest)
	f.ID, f.On = FoundToken, "card"
	if f.Bits == 0 {
		f.ID = FoundLittle
	}
	return f, whole
}

// badToken is about a token that somebody else made and the card refuses.
// Where the host's keys refuse it as well, card and host agree, and the
// question is how the token was made.
func badToken(s Subscriber, base model, all []Evidence) (Finding, bool) {
	e := all[len(all)-1]
	if e.Answer == nil || e.Answer.Result != MACFailure {
		return Finding{}, false
	}
	if _, opens := base.openAUTN(e); opens || base.f == nil {
		return Finding{}, false
	}
	rest, _ := base.explains(all[:len(all)-1])
	if !rest {
		return Finding{}, false
	}
	made := []Evidence{{RAND: e.RAND, AUTN: e.AUTN, GBA: e.bootstraps()}}
	found := hypotheses(s, made, tokenMistakes)
	f := Finding{ID: FoundBadToken}
	switch {
	case len(found) == 1:
		f = found[0]
	case len(found) > 1:
		f = severalOf(found)
	}
	f.On = "token"
	return f, true
}

func severalOf(found []Finding) Finding {
	out := Finding{ID: FoundSeveral, On: "card", Bits: found[0].Bits}
	for _, f := range found {
		out.Others = append(out.Others, f.ID)
	}
	return out
}

// minBits is the least that names a mistake: 32 bits, an SRES.
const minBits = 32

// hypotheses tries each mistake alone and returns those that explain all the
// evidence. more are mistakes of behaviour beyond those of cards.
func hypotheses(s Subscriber, all []Evidence, more []behaviour) (found []Finding) {
	try := func(id string, m model) {
		if whole, f := m.explains(all); whole && f.Bits >= minBits {
			f.ID, f.On = id, "card"
			found = append(found, f)
		}
	}
	for _, b := range append(more, behaviours...) {
		m, err := s.model()
		if err != nil {
			continue
		}
		b.set(&m)
		try(b.id, m)
		m.clear()
	}
	seen := []Subscriber{s}
	for _, w := range wrongKeys {
		for _, t := range w.make(s) {
			m, err := t.model() // checks the keys
			if err != nil || already(seen, t) {
				m.clear()
				t.Clear()
				continue
			}
			before := len(found)
			try(w.id, m)
			m.clear()
			seen = append(seen, t)
			if len(found) > before {
				break
			}
		}
	}
	for i := range seen[1:] {
		seen[i+1].Clear()
	}
	return found
}

// already finds a change that changes nothing: keys whose halves are equal,
// or a mistake that comes to the same as one before it.
func already(seen []Subscriber, t Subscriber) bool {
	for _, s := range seen {
		if s.Algorithm != t.Algorithm || s.Params != t.Params || (s.Constants == nil) != (t.Constants == nil) {
			continue
		}
		x, y := s.secrets(), t.secrets()
		equal := true
		for i := range x {
			equal = equal && x[i].Len() == y[i].Len() && same(x[i], y[i])
		}
		if equal {
			return true
		}
	}
	return false
}

// explains reports whether a model predicts all that is known, and how much
// of it is a proof.
func (m model) explains(all []Evidence) (bool, Finding) {
	var out Finding
	for _, e := range all {
		if !m.one(e, &out) {
			return false, Finding{}
		}
		out.Bits += e.bits()
	}
	return true, out
}

// bits is how much a match of this evidence proves.
func (e Evidence) bits() int {
	a := e.Answer
	if a == nil {
		return 8 * max(len(e.AUTN)-aka.SQNSize-aka.AMFSize, 0)
	}
	n := 8 * (a.RES.Len() + a.CK.Len() + a.IK.Len() + a.SRES.Len() + a.Kc.Len())
	if a.Result == SyncFailure {
		n += 8 * max(len(a.AUTS)-aka.SQNSize, 0)
	}
	return n
}

// one checks a single piece of evidence.
func (m model) one(e Evidence, out *Finding) bool {
	a := e.Answer
	switch {
	case a == nil:
		o, ok := m.openAUTN(e)
		out.SQN, out.HasSQN = o.sqn, ok
		out.AMF, out.HasAMF = o.amf, ok
		return ok
	case a.Result == SyncFailure:
		o, ok := m.openAUTS(e.RAND, a.AUTS, e.AUTN)
		out.SQN, out.HasSQN = o.sqn, ok
		return ok
	case a.Result == MACFailure:
		_, ok := m.openAUTN(e)
		return !ok
	case a.Result != Success, a.Context == ContextNAF:
		return true
	case a.Context == ContextGSM, a.Context == ContextSIM:
		return m.gives2G(e.RAND, a)
	}
	return m.gives3G(e, out)
}

func (m model) gives2G(rand [aka.RANDSize]byte, a *Answer) bool {
	sres, kc, err := m.triplet(rand)
	defer func() { clear(sres[:]); clear(kc[:]) }()
	return err == nil && holds(a.SRES, sres[:]) && holds(a.Kc, kc[:])
}

func (m model) gives3G(e Evidence, out *Finding) bool {
	if m.f == nil {
		return false
	}
	k, err := m.f.F2345(e.RAND)
	if err != nil {
		return false
	}
	defer k.Clear()
	a := e.Answer
	if m.swapped {
		k.CK, k.IK = k.IK, k.CK
	}
	kc := aka.C3(k.CK, k.IK)
	defer clear(kc[:])
	if _, ok := m.openAUTN(e); !ok {
		out.Unchecked = true
	}
	return m.givesRES(a, k.RES) && given(a.CK, k.CK) && given(a.IK, k.IK) && given(a.Kc, kc[:])
}

func (m model) givesRES(a *Answer, res []byte) (ok bool) {
	if !m.anyRES {
		return given(a.RES, res)
	}
	a.RES.Use(func(b []byte) {
		n := min(len(b), len(res))
		ok = len(b) != len(res) && n >= 4 && equal(b[:n], res[:n])
	})
	return ok
}

// given compares a value that an answer may not have.
func given(s safe.Secret, want []byte) bool { return s.Len() == 0 || holds(s, want) }

func holds(s safe.Secret, want []byte) (ok bool) {
	s.Use(func(b []byte) { ok = equal(b, want) })
	return ok
}

// behaviour is a mistake in what is done with the right keys.
type behaviour struct {
	id  string
	set func(*model)
}

// behaviours are those that cards are met with.
var behaviours = []behaviour{
	{"res_length", func(m *model) { m.anyRES = true }},
	{"ck_ik_swapped", func(m *model) { m.swapped = true }},
	{"sres_first", func(m *model) { m.sresFirst = true }},
	{"f5_in_auts", func(m *model) { m.resync = theOther }},
	{"auts_in_clear", func(m *model) { m.resync = inClear }},
	{"amf_in_auts", func(m *model) { m.ownAMF = true }},
	{"f1_in_auts", func(m *model) { m.otherMAC = true }},
}

// tokenMistakes are those that a token is made with.
var tokenMistakes = []behaviour{
	{"amf", func(m *model) { m.anyAMF = true }},
	{"f5star_in_autn", func(m *model) { m.token = theOther }},
	{"autn_in_clear", func(m *model) { m.token = inClear }},
	{"no_star", func(m *model) { m.noStar = true }},
}

// wrongKey is a mistake in the keys: it makes of what was typed what may be
// in the card. Several ways of one mistake are tried in turn.
type wrongKey struct {
	id   string
	make func(Subscriber) []Subscriber
}

// wrongKeys are the mistakes in keys, the likeliest first.
var wrongKeys = []wrongKey{
	{"op_as_opc", func(s Subscriber) []Subscriber { return s.retake(true) }},
	{"opc_as_op", func(s Subscriber) []Subscriber { return s.retake(false) }},
	{"k_op_swapped", swapKeys},
	{"k_halves", onK(halves)},
	{"op_halves", onOperator(halves)},
	{"k_reversed", onK(reversed)},
	{"op_reversed", onOperator(reversed)},
	{"k_nibbles", onK(nibbles)},
	{"op_nibbles", onOperator(nibbles)},
	{"k_words", onK(words)},
	{"op_words", onOperator(words)},
	{"constants", func(s Subscriber) []Subscriber {
		if s.Algorithm != Milenage || s.Constants == nil {
			return nil
		}
		t := s.Clone()
		t.Constants = nil
		return []Subscriber{t}
	}},
	{"lengths", otherLengths},
	{"is_milenage", as(Milenage)},
	{"is_tuak", as(TUAK)},
	{"is_xor", as(XOR)},
	{"is_comp128v1", as(COMP128v1)},
	{"is_comp128v2", as(COMP128v2)},
	{"is_comp128v3", as(COMP128v3)},
	{"is_xor2g", as(XOR2G)},
}

// operator is the value of the operator that the functions use: which one,
// and whether it is the derived one.
func (s *Subscriber) operator() (v *safe.Secret, derived bool) {
	plain, c := &s.OP, &s.OPc
	if s.Algorithm == TUAK {
		plain, c = &s.TOP, &s.TOPc
	}
	if c.Len() > 0 {
		return c, true
	}
	return plain, false
}

// retake takes the operator's value for the other of its two kinds.
func (s Subscriber) retake(wasDerived bool) []Subscriber {
	t := s.Clone()
	_, derived := t.operator()
	if derived != wasDerived {
		t.Clear()
		return nil
	}
	plain, c := &t.OP, &t.OPc
	if t.Algorithm == TUAK {
		plain, c = &t.TOP, &t.TOPc
	}
	if derived {
		plain.Clear()
		*plain, *c = *c, safe.Secret{}
	} else {
		*plain, *c = safe.Secret{}, *plain
	}
	return []Subscriber{t}
}

func swapKeys(s Subscriber) []Subscriber {
	t := s.Clone()
	v, derived := t.operator()
	if v.Len() == 0 {
		return nil
	}
	t.K, *v = *v, t.K
	if derived { // the other kind follows from K and would contradict
		t.OP.Clear()
	}
	return []Subscriber{t}
}

func onK(f func([]byte) []byte) func(Subscriber) []Subscriber {
	return func(s Subscriber) []Subscriber {
		t := s.Clone()
		t.K.Clear()
		t.K = mapped(s.K, f)
		if v, derived := t.operator(); derived && v == &t.OPc {
			t.OP.Clear()
		}
		return []Subscriber{t}
	}
}

func onOperator(f func([]byte) []byte) func(Subscriber) []Subscriber {
	return func(s Subscriber) []Subscriber {
		t := s.Clone()
		v, derived := t.operator()
		if v.Len() == 0 {
			return nil
		}
		old := *v
		*v = mapped(old, f)
		old.Clear()
		if derived {
			t.OP.Clear()
		}
		return []Subscriber{t}
	}
}

func halves(b []byte) []byte {
	n := len(b) / 2
	return append(bytes.Clone(b[n:]), b[:n]...)
}

func reversed(b []byte) []byte {
	out := make([]byte, len(b))
	for i, c := range b {
		out[len(b)-1-i] = c
	}
	return out
}

func nibbles(b []byte) []byte {
	out := make([]byte, len(b))
	for i, c := range b {
		out[i] = c<<4 | c>>4
	}
	return out
}

// words turns the bytes of each word of 32 bits round.
func words(b []byte) []byte {
	out := make([]byte, len(b))
	for i := range b {
		out[i] = b[(i&^3|3-i&3)%len(b)]
	}
	return out
}

// as takes the keys for another algorithm's.
func as(a Algorithm) func(Subscriber) []Subscriber {
	return func(s Subscriber) []Subscriber {
		if s.Algorithm == a {
			return nil
		}
		t := s.Clone()
		t.Algorithm, t.Constants, t.Params = a, nil, tuak.Params{}
		return []Subscriber{t}
	}
}

// otherLengths tries the other lengths and iterations of TUAK: they go into
// what is computed, so that a shorter value is no part of the longer one.
func otherLengths(s Subscriber) (out []Subscriber) {
	if s.Algorithm != TUAK {
		return nil
	}
	for _, res := range []int{4, 8, 16, 32} {
		for _, mac := range []int{8, 16, 32} {
			for _, ck := range []int{16, 32} {
				for _, n := range []int{1, 2} {
					t := s.Clone()
					t.Params = tuak.Params{RES: res, MAC: mac, CK: ck, IK: ck, Iterations: n}
					out = append(out, t)
				}
			}
		}
	}
	return out
}
