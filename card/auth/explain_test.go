package auth

import (
	"context"
	"strings"
	"testing"

	"simscope/card/safe"
	"simscope/card/virtual"
	"simscope/crypto/aka"
	"simscope/crypto/milenage"
	"simscope/crypto/tuak"
)

// TestMistakesInKeys: the card has the right keys, the host mistaken ones.
// The card refuses the code, which tells nothing; its 2G answer tells which
// mistake it is.
func TestMistakesInKeys(t *testing.T) {
	odd := milenage.Standard()
	odd.C[1][0] = 0x77
	turn := func(field string, f func([]byte) []byte) func(*Subscriber) {
		return func(s *Subscriber) {
			if field == "K" {
				s.K = mapped(s.K, f)
			} else {
				s.OPc = mapped(s.OPc, f)
			}
		}
	}
	for id, spoil := range map[string]func(*Subscriber){
		"op_as_opc":    func(s *Subscriber) { s.OPc = secret(t, testOP) },
		"opc_as_op":    func(s *Subscriber) { s.OP, s.OPc = s.OPc, safe.Secret{} },
		"k_op_swapped": func(s *Subscriber) { s.K, s.OPc = s.OPc, s.K },
		"k_halves":     turn("K", halves),
		"op_halves":    turn("OPc", halves),
		"k_reversed":   turn("K", reversed),
		"op_reversed":  turn("OPc", reversed),
		"k_nibbles":    turn("K", nibbles),
		"op_nibbles":   turn("OPc", nibbles),
		"k_words":      turn("K", words),
		"op_words":     turn("OPc", words),
		"constants":    func(s *Subscriber) { s.Constants = &odd },
		"is_milenage":  func(s *Subscriber) { s.Algorithm = XOR },
	} {
		t.Run(id, func(t *testing.T) {
			r := newRig(t, "everyday", nil)
			s := right(t)
			spoil(&s)
			refused := r.run(t, Context3G, &s, 0x40, [2]byte{0x80})
			if refused.Answer.Result != MACFailure && id != "constants" {
				t.Fatalf("the card answers %v", refused.Answer.Result)
			}
			all := []Evidence{refused}
			f, err := Explain(s, all, 0x40)
			if err != nil || refused.Answer.Result == MACFailure && f.ID != FoundLittle {
				t.Errorf("a refusal alone gives %+v, %v", f, err)
			}
			all = append(all, r.run(t, ContextGSM, nil, 0, [2]byte{}))
			if f, err = Explain(s, all, 0x40); err != nil || f.ID != id || f.Bits < minBits {
				t.Errorf("%+v, %v", f, err)
			}
			if r.asked() != 2 {
				t.Errorf("%d questions went to the card", r.asked())
			}
		})
	}
}

// TestTwoMistakesAreUnknown: what is not tried is not named.
func TestTwoMistakesAreUnknown(t *testing.T) {
	r := newRig(t, "everyday", nil)
	s := right(t)
	s.K, s.OPc = mapped(s.K, halves), mapped(s.OPc, reversed)
	f, err := Explain(s, []Evidence{r.run(t, ContextGSM, nil, 0, [2]byte{})}, 0)
	if err != nil || f.ID != FoundUnknown {
		t.Errorf("%+v, %v", f, err)
	}
}

// TestRightKeys: nothing is made up where nothing is wrong, and the sequence
// number is told apart from the keys.
func TestRightKeys(t *testing.T) {
	r := newRig(t, "everyday", nil)
	s := right(t)
	amf := [2]byte{0x80}
	for _, step := range []struct {
		name    string
		context Context
		sqn     aka.SQN
		want    string
		ms      aka.SQN
	}{
		{"SQN 0 asks", Context3G, 0, FoundNotNew, 0},
		{"the next one", Context3G, 0x20, FoundSame, 0},
		{"the same again", Context3G, 0x20, FoundNotNew, 0x20},
		{"another index, same SEQ", Context3G, 0x21, FoundSame, 0},
		{"an old one at a new index", Context3G, 0x02, FoundNotNew, 0x21},
		{"too far", Context3G, (1<<28 + 2) << 5, FoundFar, 0x21},
		{"as far as it goes", Context3G, (1<<28 + 1) << 5, FoundSame, 0},
		{"2G", ContextGSM, 0, FoundSame, 0},
	} {
		e := r.run(t, step.context, &s, step.sqn, amf)
		f, err := Explain(s, []Evidence{e}, step.sqn)
		if err != nil || f.ID != step.want || f.HasSQN && f.SQN != step.ms {
			t.Errorf("%s: %+v, %v", step.name, f, err)
		}
		f.HasSQN = false
	}
}

// behave answers as a card with these keys and one peculiarity does.
func behave(t testing.TB, s Subscriber, autn []byte, sync bool, odd func(*aka.Keys, *Answer)) *Answer {
	t.Helper()
	f, err := s.Functions()
	if err != nil {
		t.Fatal(err)
	}
	k, err := f.F2345(testRAND)
	if err != nil {
		t.Fatal(err)
	}
	a := &Answer{Context: Context3G, SW: 0x9000}
	if sync {
		a.Result = SyncFailure
	} else {
		kc := aka.C3(k.CK, k.IK)
		a.RES, a.CK, a.IK, a.Kc = secretOf(k.RES), secretOf(k.CK), secretOf(k.IK), secretOf(kc[:])
	}
	odd(&k, a)
	return a
}

// TestPeculiarCards: right keys, and a card that does something else with
// them.
func TestPeculiarCards(t *testing.T) {
	s := right(t)
	f, err := s.Functions()
	if err != nil {
		t.Fatal(err)
	}
	const ms = aka.SQN(0x1234567)
	amf := [2]byte{0xB9, 0xB9}
	autn, _ := aka.AUTN(f, testRAND, 0x20, amf)
	auts := func(ak [6]byte, amf [2]byte, star bool) []byte {
		mac, macS, _ := f.F1(testRAND, ms, amf)
		if star {
			mac = macS
		}
		n := unhideBytes(ms, ak)
		return append(n, mac...)
	}
	for id, tc := range map[string]struct {
		sync bool
		odd  func(*aka.Keys, *Answer)
	}{
		"res_length":    {false, func(k *aka.Keys, a *Answer) { a.RES = secretOf(k.RES[:4]) }},
		"ck_ik_swapped": {false, func(_ *aka.Keys, a *Answer) { a.CK, a.IK = a.IK, a.CK }},
		"f5_in_auts":    {true, func(k *aka.Keys, a *Answer) { a.AUTS = auts(k.AK, [2]byte{}, true) }},
		"auts_in_clear": {true, func(k *aka.Keys, a *Answer) { a.AUTS = auts([6]byte{}, [2]byte{}, true) }},
		"amf_in_auts":   {true, func(k *aka.Keys, a *Answer) { a.AUTS = auts(k.AKStar, amf, true) }},
		"f1_in_auts":    {true, func(k *aka.Keys, a *Answer) { a.AUTS = auts(k.AKStar, [2]byte{}, false) }},
		FoundSame:       {false, func(*aka.Keys, *Answer) {}},
	} {
		a := behave(t, s, autn, tc.sync, tc.odd)
		got, err := Explain(s, []Evidence{{RAND: testRAND, AUTN: autn, Answer: a}}, 0x20)
		if err != nil || got.ID != id || tc.sync && got.SQN != ms {
			t.Errorf("%s: %+v, %v", id, got, err)
		}
	}
	k, _ := f.F2345(testRAND)
	kc := aka.C3(k.CK, k.IK)
	a := &Answer{Context: ContextGSM, SRES: secretOf(k.RES[:4]), Kc: secretOf(kc[:])}
	if got, err := Explain(s, []Evidence{{RAND: testRAND, Answer: a}}, 0); err != nil || got.ID != "sres_first" {
		t.Errorf("sres_first: %+v, %v", got, err)
	}
}

func unhideBytes(n aka.SQN, ak [6]byte) []byte {
	b := n.Bytes()
	for i := range b {
		b[i] ^= ak[i]
	}
	return b[:]
}

// TestForeignTokens: the token was made elsewhere; card and host refuse it.
func TestForeignTokens(t *testing.T) {
	r := newRig(t, "everyday", nil)
	s := right(t)
	f, err := s.Functions()
	if err != nil {
		t.Fatal(err)
	}
	k, _ := f.F2345(testRAND)
	token := func(ak [6]byte, made, stands [2]byte) []byte {
		mac, _, _ := f.F1(testRAND, 0x20, made)
		return append(append(unhideBytes(0x20, ak), stands[:]...), mac...)
	}
	wrong := right(t)
	wrong.OPc = secret(t, testOP)
	other, _ := wrong.Functions()
	byOP, _ := aka.AUTN(other, testRAND, 0x20, [2]byte{0x80})
	for id, autn := range map[string][]byte{
		"amf":            token(k.AK, [2]byte{0x12, 0x34}, [2]byte{0x80}),
		"f5star_in_autn": token(k.AKStar, [2]byte{0x80}, [2]byte{0x80}),
		"autn_in_clear":  token([6]byte{}, [2]byte{0x80}, [2]byte{0x80}),
		FoundBadToken:    byOP, // nobody's single mistake made OPc of OPc
	} {
		a, err := Run(context.Background(), r.s, Request{Context: Context3G, App: r.usim, RAND: testRAND, AUTN: autn})
		if err != nil || a.Result != MACFailure {
			t.Fatalf("%s: the card answers %+v, %v", id, a, err)
		}
		e := []Evidence{{RAND: testRAND, AUTN: autn, Answer: a}}
		got, err := Explain(s, e, 0)
		if err != nil || got.ID != id || got.On != "token" {
			t.Errorf("%s: %+v, %v", id, got, err)
		}
		if id == "amf" && (!got.HasAMF || got.AMF != [2]byte{0x12, 0x34}) {
			t.Errorf("the AMF is %x", got.AMF)
		}
	}
	// AUTN where AUTN* is wanted.
	plain, _ := aka.AUTN(f, testRAND, 0x20, [2]byte{0x80})
	e := []Evidence{{RAND: testRAND, AUTN: plain, Answer: &Answer{Context: ContextGBA, Result: MACFailure, SW: swMAC}}}
	if got, err := Explain(s, e, 0); err != nil || got.ID != "no_star" || got.On != "token" {
		t.Errorf("%+v, %v", got, err)
	}
	// The host's own keys are the mistaken ones: a good token tells which.
	good, _ := aka.AUTN(f, testRAND, 0x20, [2]byte{0x80})
	if got, err := Explain(wrong, []Evidence{{RAND: testRAND, AUTN: good}}, 0); err != nil || got.ID != "op_as_opc" || got.SQN != 0x20 {
		t.Errorf("%+v, %v", got, err)
	}
}

// TestTokenRefusedWithRightKeys: the 2G answer agrees and AUTN is refused:
// what differs lies in f1 or f5, and no more is said.
func TestTokenRefusedWithRightKeys(t *testing.T) {
	s := right(t)
	f, _ := s.Functions()
	sres, kc, _ := aka.GSM(f, testRAND)
	autn, _ := aka.AUTN(f, testRAND, 0x20, [2]byte{0x80})
	got, err := Explain(s, []Evidence{
		{RAND: testRAND, Answer: &Answer{Context: ContextGSM, SRES: secretOf(sres[:]), Kc: secretOf(kc[:])}},
		{RAND: testRAND, AUTN: autn, Answer: &Answer{Context: Context3G, Result: MACFailure, SW: swMAC}},
	}, 0x20)
	if err != nil || got.ID != FoundToken {
		t.Errorf("%+v, %v", got, err)
	}
}

// TestRefusedWithoutAWord: what earlier answers agreed in says nothing of one
// in which the card computed nothing.
func TestRefusedWithoutAWord(t *testing.T) {
	s := right(t)
	f, _ := s.Functions()
	sres, kc, _ := aka.GSM(f, testRAND)
	before := Evidence{RAND: testRAND, Answer: &Answer{Context: ContextGSM, SRES: secretOf(sres[:]), Kc: secretOf(kc[:])}}
	for _, r := range []Result{NoContext, NotNow} {
		got, err := Explain(s, []Evidence{before, {RAND: testRAND, Answer: &Answer{Context: ContextGBA, Result: r}}}, 0)
		if err != nil || got.ID != FoundNothing {
			t.Errorf("%s: %+v, %v", r.ID(), got, err)
		}
	}
}

// TestUncheckedCode: a card that takes any token is told as one.
func TestUncheckedCode(t *testing.T) {
	s := right(t)
	a := behave(t, s, nil, false, func(*aka.Keys, *Answer) {})
	got, err := Explain(s, []Evidence{{RAND: testRAND, AUTN: make([]byte, 16), Answer: a}}, 0)
	if err != nil || got.ID != FoundSame || !got.Unchecked {
		t.Errorf("%+v, %v", got, err)
	}
}

// TestOtherAlgorithms: each algorithm in the card, another on the host.
func TestOtherAlgorithms(t *testing.T) {
	all := Subscriber{K: secret(t, testK), OPc: secret(t, testOPc), TOPc: secret(t, testTOP)}
	for _, in := range Algorithms {
		for _, typed := range Algorithms {
			cardHas, host := all, all
			cardHas.Algorithm, host.Algorithm = in, typed
			sres, kc, err := cardHas.GSM(testRAND)
			if err != nil {
				t.Fatal(err)
			}
			a := &Answer{Context: ContextGSM, SRES: secretOf(sres[:]), Kc: secretOf(kc[:])}
			want := "is_" + strings.ReplaceAll(string(in), "-", "")
			if in == typed {
				want = FoundSame
			}
			got, err := Explain(host, []Evidence{{RAND: testRAND, Answer: a}}, 0)
			if err != nil || got.ID != want {
				t.Errorf("%s in the card, %s on the host: %+v, %v", in, typed, got, err)
			}
		}
	}
}

// TestOtherAlgorithmsOnTheCard is the same through the virtual card: right
// keys in it, the wrong algorithm on the host.
func TestOtherAlgorithmsOnTheCard(t *testing.T) {
	for _, in := range Algorithms {
		r := newRig(t, "everyday", func(img *virtual.Image) {
			for i := range img.Subscribers {
				s := &img.Subscribers[i]
				s.Algorithm, s.SQN = virtual.Algorithm(in), nil
				if in == TUAK {
					s.TOPc = secret(t, testTOP)
				}
				if in != Milenage {
					s.OPc = safe.Secret{}
				}
				s.K = secret(t, testK)
			}
		})
		all := []Evidence{r.run(t, ContextGSM, nil, 0, [2]byte{})}
		for _, typed := range Algorithms {
			host := Subscriber{Algorithm: typed, K: secret(t, testK), OPc: secret(t, testOPc), TOPc: secret(t, testTOP)}
			want := "is_" + strings.ReplaceAll(string(in), "-", "")
			if in == typed {
				want = FoundSame
			}
			if got, err := Explain(host, all, 0); err != nil || got.ID != want {
				t.Errorf("%s in the card, %s on the host: %+v, %v", in, typed, got, err)
			}
		}
	}
}

func TestTUAKLengths(t *testing.T) {
	s := Subscriber{Algorithm: TUAK, K: secret(t, testK), TOPc: secret(t, testTOP)}
	cardHas := s
	cardHas.Params = tuak.Params{RES: 4, MAC: 8, CK: 16, IK: 16, Iterations: 2}
	a := behave(t, cardHas, nil, false, func(*aka.Keys, *Answer) {})
	got, err := Explain(s, []Evidence{{RAND: testRAND, AUTN: make([]byte, 16), Answer: a}}, 0)
	if err != nil || got.ID != "lengths" {
		t.Errorf("%+v, %v", got, err)
	}
	// TOP for TOPc, the mistake of OP in TUAK.
	wrong := s
	wrong.TOP, wrong.TOPc = s.TOPc, safe.Secret{}
	a = behave(t, s, nil, false, func(*aka.Keys, *Answer) {})
	if got, err := Explain(wrong, []Evidence{{RAND: testRAND, AUTN: make([]byte, 16), Answer: a}}, 0); err != nil || got.ID != "opc_as_op" {
		t.Errorf("%+v, %v", got, err)
	}
}

// TestEqualHalves: a mistake that changes nothing is no explanation.
func TestEqualHalves(t *testing.T) {
	s := Subscriber{Algorithm: Milenage, K: secret(t, "00112233445566770011223344556677"), OPc: secret(t, testOPc)}
	wrong := s
	wrong.OPc = secret(t, testOP)
	sres, kc, _ := wrong.GSM(testRAND)
	got, err := Explain(s, []Evidence{{RAND: testRAND, Answer: &Answer{Context: ContextGSM, SRES: secretOf(sres[:]), Kc: secretOf(kc[:])}}}, 0)
	if err != nil || got.ID == "k_halves" || got.ID == FoundSame {
		t.Errorf("%+v, %v", got, err)
	}
}

func TestJumps(t *testing.T) {
	for _, tc := range []struct {
		known         bool
		ms, to        aka.SQN
		ahead, behind uint64
		far, end      bool
	}{
		{true, 0x20, 0x40, 1, 0, false, false},
		{true, 0x40, 0x20, 0, 1, false, false},
		{true, 0, aka.SQN(1<<28) << 5, 1 << 28, 0, false, false},
		{true, 0, aka.SQN(1<<28+1) << 5, 1<<28 + 1, 0, true, false},
		{false, 0x999999, aka.SQN(1<<28+1) << 5, 1<<28 + 1, 0, true, false},
		{true, aka.MaxSQN - 0x20, aka.MaxSQN, 1, 0, true, true},
	} {
		j := JumpTo(tc.known, tc.ms, tc.to, 5)
		if j.Ahead != tc.ahead || j.Behind != tc.behind || j.Far != tc.far || j.NearEnd != tc.end {
			t.Errorf("%+v gives %+v", tc, j)
		}
	}
	// A file may claim an index longer than the card's.
	if j := JumpTo(true, 0, aka.SQN(1<<28)<<8, 8); !j.Far || j.Ahead != 1<<28 {
		t.Errorf("%+v", j)
	}
	if n, ok := Next(0x47, 3, 5); !ok || n != 0x63 {
		t.Errorf("%v %v", n, ok)
	}
	if _, ok := Next(aka.MaxSQN, 0, 5); ok {
		t.Error("there is a number after the last")
	}
}
