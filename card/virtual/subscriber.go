package virtual

import (
	"bytes"
	"errors"
	"slices"

	"simscope/card/safe"
	"simscope/crypto/aka"
	"simscope/crypto/comp128"
	"simscope/crypto/gba"
	"simscope/crypto/milenage"
	"simscope/crypto/tuak"
	"simscope/crypto/xor"
)

// Subscriber holds the keys of a subscription and how the card computes with
// them. Of the fields with keys only those of its algorithm are set.
type Subscriber struct {
	Apps []AID // the applications that authenticate with these keys
	GSM  bool  // RUN GSM ALGORITHM uses them too
	// GSMAccess says that AUTHENTICATE also returns Kc where the application
	// has no EF.UST to say so (service 27).
	GSMAccess bool
	Algorithm Algorithm // empty is Milenage
	K         safe.Secret
	OPc       safe.Secret         // of Milenage
	Constants *milenage.Constants // of Milenage; nil for the specification's
	TOPc      safe.Secret         // of TUAK
	Tuak      *tuak.Params        // of TUAK; nil for the usual ones
	RES       int                 // of XOR: the length of RES in bytes; 0 is 8
	// Sequence says how the card keeps sequence numbers; nil is as 3GPP
	// TS 33.102 annex C.3 proposes.
	Sequence *Sequence
	// SQN is the array of the highest accepted sequence numbers, by index
	// (3GPP TS 33.102 annex C.1.2): as many as there are indices, or none for
	// a card that never authenticated.
	SQN []uint64
	// Bootstrapped are the runs of GBA_U whose keys the card keeps, at most
	// one for each application.
	Bootstrapped []Bootstrapped
}

// Sequence is how a card keeps sequence numbers: see aka.Array.
type Sequence struct {
	IndexBits int    `json:"index_bits"` // 0 to 8
	Delta     uint64 `json:"delta"`      // 0 is no limit
	Age       uint64 `json:"age"`        // 0 is no limit
}

// Bootstrapped is what a run of GBA_U left on the card (3GPP TS 33.220 annex
// G.1), beside EF.GBABP.
type Bootstrapped struct {
	App  AID
	Ks   safe.Secret // CK || IK, 32 bytes
	RAND Hex         // 16 bytes
}

// Algorithm names what a subscriber authenticates with.
type Algorithm string

// The algorithms.
const (
	AlgorithmMilenage  Algorithm = "milenage"
	AlgorithmTuak      Algorithm = "tuak"
	AlgorithmXOR       Algorithm = "xor" // 3GPP TS 34.108 clause 8.1.2
	AlgorithmComp128v1 Algorithm = "comp128-v1"
	AlgorithmComp128v2 Algorithm = "comp128-v2"
	AlgorithmComp128v3 Algorithm = "comp128-v3"
	AlgorithmXOR2G     Algorithm = "xor-2g"
)

const defaultRES = 8 // of XOR, in bytes

// ErrOnly2G says that an algorithm has no functions f1 to f5.
var ErrOnly2G = errors.New("the algorithm knows the GSM context only")

// algorithm is how one is set up: with functions of 3G, or with triplets
// alone. fields are those of a subscriber, beside K, that belong to it.
type algorithm struct {
	functions func(s *Subscriber, k []byte) (aka.Functions, error)
	triplets  func(k []byte) (aka.Triplets, error)
	fields    []string
}

var algorithms = map[Algorithm]algorithm{
	"":                 {functions: newMilenage, fields: []string{"opc", "constants", "sequence", "gba"}},
	AlgorithmMilenage:  {functions: newMilenage, fields: []string{"opc", "constants", "sequence", "gba"}},
	AlgorithmTuak:      {functions: newTuak, fields: []string{"topc", "tuak", "sequence", "gba"}},
	AlgorithmXOR:       {functions: newXOR, fields: []string{"res", "sequence", "gba"}},
	AlgorithmComp128v1: {triplets: newComp128(comp128.V1)},
	AlgorithmComp128v2: {triplets: newComp128(comp128.V2)},
	AlgorithmComp128v3: {triplets: newComp128(comp128.V3)},
	AlgorithmXOR2G:     {triplets: func(k []byte) (aka.Triplets, error) { return xor.NewGSM(k) }},
}

func newMilenage(s *Subscriber, k []byte) (f aka.Functions, err error) {
	constants := milenage.Standard()
	if s.Constants != nil {
		constants = *s.Constants
	}
	err = milenage.ErrKeySize
	s.OPc.Use(func(opc []byte) { f, err = milenage.NewVariant(k, opc, constants) })
	return f, err
}

func newTuak(s *Subscriber, k []byte) (f aka.Functions, err error) {
	params := tuak.Default()
	if s.Tuak != nil {
		params = *s.Tuak
	}
	err = tuak.ErrKeySize
	s.TOPc.Use(func(topc []byte) { f, err = tuak.New(k, topc, params) })
	return f, err
}

func newXOR(s *Subscriber, k []byte) (aka.Functions, error) {
	res := s.RES
	if res == 0 {
		res = defaultRES
	}
	return xor.New(k, res)
}

func newComp128(v comp128.Version) func([]byte) (aka.Triplets, error) {
	return func(k []byte) (aka.Triplets, error) { return comp128.New(v, k) }
}

// Functions sets up f1 to f5* with the subscriber's keys; ErrOnly2G for an
// algorithm that has none. The caller clears them.
func (s *Subscriber) Functions() (f aka.Functions, err error) {
	a, ok := algorithms[s.Algorithm]
	switch {
	case !ok:
		return nil, errAlgorithm
	case a.functions == nil:
		return nil, ErrOnly2G
	}
	err = errNoK
	s.K.Use(func(k []byte) { f, err = a.functions(s, k) })
	return f, err
}

// Triplets sets up A3 and A8 with the subscriber's keys. The caller clears
// them.
func (s *Subscriber) Triplets() (t aka.Triplets, err error) {
	if a := algorithms[s.Algorithm]; a.triplets != nil {
		err = errNoK
		s.K.Use(func(k []byte) { t, err = a.triplets(k) })
		return t, err
	}
	f, err := s.Functions()
	if err != nil {
		return nil, err
	}
	return aka.Converted{Functions: f}, nil
}

var (
	errAlgorithm = errors.New("the algorithm is not known")
	errNoK       = errors.New("there is no key K")
)

// Array gives the subscriber's sequence numbers.
func (s *Subscriber) Array() aka.Array {
	a := aka.NewArray()
	if s.Sequence != nil {
		a = aka.Array{IndexBits: s.Sequence.IndexBits, Delta: s.Sequence.Delta, Age: s.Sequence.Age}
		a.Slots = make([]aka.SQN, 1<<a.IndexBits)
	}
	for i := range min(len(s.SQN), len(a.Slots)) {
		a.Slots[i] = aka.SQN(s.SQN[i])
	}
	return a
}

// maxIndexBits is the most that aka.Array takes.
const maxIndexBits = 8

// validate checks what a subscriber's fields say. Errors name no value of a
// key.
func (s *Subscriber) validate() error {
	a, ok := algorithms[s.Algorithm]
	if !ok {
		return errAlgorithm
	}
	if field := s.foreign(a.fields); field != "" {
		return errors.New("the field \"" + field + "\" does not belong to the algorithm " + string(s.Algorithm))
	}
	if q := s.Sequence; q != nil && (q.IndexBits < 0 || q.IndexBits > maxIndexBits) {
		return errors.New("\"index_bits\" is not 0 to 8")
	}
	slots := len((&Subscriber{Sequence: s.Sequence}).Array().Slots)
	if len(s.SQN) != 0 && len(s.SQN) != slots {
		return errors.New("there are not as many sequence numbers as indices")
	}
	if slices.ContainsFunc(s.SQN, func(n uint64) bool { return n > uint64(aka.MaxSQN) }) {
		return errors.New("a sequence number is longer than 48 bits")
	}
	if err := s.validateBootstrapped(); err != nil {
		return err
	}
	t, err := s.Triplets()
	if err == nil {
		t.Clear()
	}
	return err
}

// foreign names a field that is set and none of the allowed.
func (s *Subscriber) foreign(allowed []string) string {
	for _, f := range []struct {
		name string
		set  bool
	}{
		{"opc", s.OPc.Len() > 0},
		{"constants", s.Constants != nil},
		{"topc", s.TOPc.Len() > 0},
		{"tuak", s.Tuak != nil},
		{"res", s.RES != 0},
		{"sequence", s.Sequence != nil || len(s.SQN) > 0},
		{"gba", len(s.Bootstrapped) > 0},
	} {
		if f.set && !slices.Contains(allowed, f.name) {
			return f.name
		}
	}
	return ""
}

func (s *Subscriber) validateBootstrapped() error {
	seen := map[AID]bool{}
	for _, b := range s.Bootstrapped {
		switch {
		case b.Ks.Len() != gba.KsSize || len(b.RAND) != aka.RANDSize:
			return errors.New("a run of GBA has a Ks that is not 32 bytes or a RAND that is not 16")
		case seen[b.App] || !slices.Contains(s.Apps, b.App):
			return errors.New("a run of GBA belongs to no application of the subscriber, or is doubled")
		}
		seen[b.App] = true
	}
	return nil
}

// clone copies a subscriber with its secrets.
func (s *Subscriber) clone() Subscriber {
	out := *s
	out.Apps, out.SQN = slices.Clone(s.Apps), slices.Clone(s.SQN)
	out.K, out.OPc, out.TOPc = cloneSecret(s.K), cloneSecret(s.OPc), cloneSecret(s.TOPc)
	out.Constants, out.Tuak, out.Sequence = clonePointer(s.Constants), clonePointer(s.Tuak), clonePointer(s.Sequence)
	out.Bootstrapped = nil
	for _, b := range s.Bootstrapped {
		out.Bootstrapped = append(out.Bootstrapped, Bootstrapped{App: b.App, Ks: cloneSecret(b.Ks), RAND: slices.Clone(b.RAND)})
	}
	return out
}

func cloneSecret(s safe.Secret) (out safe.Secret) {
	s.Use(func(b []byte) { out = safe.NewSecret(bytes.Clone(b)) })
	return out
}

func clonePointer[T any](p *T) *T {
	if p == nil {
		return nil
	}
	v := *p
	return &v
}

// subscriber is one of a running card.
type subscriber struct {
	spec Subscriber    // a copy, as it was in the image
	f    aka.Functions // nil for a 2G algorithm
	t    aka.Triplets
	mac  int // bytes of MAC in AUTN
	// testUSIM asks for a resynchronisation where AMF is amfResynch.
	testUSIM bool
	array    aka.Array
	runs     map[AID]*run
}

func newSubscriber(s *Subscriber) (*subscriber, error) {
	out := &subscriber{spec: s.clone(), array: s.Array(), runs: map[AID]*run{}, testUSIM: s.Algorithm == AlgorithmXOR}
	f, err := s.Functions()
	switch {
	case errors.Is(err, ErrOnly2G):
		out.t, err = s.Triplets()
	case err == nil:
		out.f, out.t = f, aka.Converted{Functions: f}
		var mac []byte
		mac, _, err = f.F1([aka.RANDSize]byte{}, 0, [aka.AMFSize]byte{})
		out.mac = len(mac)
	}
	if err != nil {
		return nil, imageError("a subscriber's keys: %s", err)
	}
	for _, b := range s.Bootstrapped {
		r := &run{rand: [aka.RANDSize]byte(b.RAND)}
		b.Ks.Use(func(ks []byte) { copy(r.ks[:], ks) })
		out.runs[b.App] = r
	}
	return out, nil
}

// image is the subscriber as it stands now.
func (s *subscriber) image() Subscriber {
	out := s.spec.clone()
	out.SQN, out.Bootstrapped = nil, nil
	if s.array.Highest() != 0 {
		for _, n := range s.array.Slots {
			out.SQN = append(out.SQN, uint64(n))
		}
	}
	for _, app := range s.spec.Apps {
		if r := s.runs[app]; r != nil {
			out.Bootstrapped = append(out.Bootstrapped, Bootstrapped{
				App: app, Ks: safe.NewSecret(slices.Clone(r.ks[:])), RAND: slices.Clone(r.rand[:]),
			})
		}
	}
	return out
}
