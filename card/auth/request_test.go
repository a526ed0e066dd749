package auth

import (
	"bytes"
	"context"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"

	"simscope/card"
	"simscope/card/virtual"
	"simscope/crypto/aka"
)

func pins(enabled bool) func(*virtual.Image) {
	return func(img *virtual.Image) {
		for i := range img.PINs {
			img.PINs[i].Enabled = enabled
		}
	}
}

// TestLockedApplication: nothing is sent while the PIN is closed.
func TestLockedApplication(t *testing.T) {
	r := newRig(t, "everyday", pins(true))
	_, err := Run(context.Background(), r.s, Request{Context: ContextGSM, App: r.usim, RAND: testRAND})
	var pin *PINNeededError
	if !errors.As(err, &pin) || pin.Answered || len(pin.Refs) == 0 || pin.Refs[0] != card.RefPIN1 {
		t.Fatalf("%v", err)
	}
	if r.asked() != 0 || len(r.ops.Rows()) != 0 {
		t.Error("something was sent")
	}
}

// TestReadOnlyForGood: --read-only sends none.
func TestReadOnlyForGood(t *testing.T) {
	r := newRig(t, "everyday", nil)
	if err := r.s.SetMode(card.ReadOnlyLocked); err != nil {
		t.Fatal(err)
	}
	_, err := Run(context.Background(), r.s, Request{Context: ContextGSM, App: r.usim, RAND: testRAND})
	var gate *card.GateError
	if !errors.As(err, &gate) || r.asked() != 0 {
		t.Errorf("%v, %d asked", err, r.asked())
	}
}

// TestOtherCard: nothing goes to a card that was put in meanwhile.
func TestOtherCard(t *testing.T) {
	r := newRig(t, "everyday", nil)
	_, err := Run(context.Background(), r.s, Request{Context: ContextGSM, App: r.usim, RAND: testRAND, ICCID: make([]byte, 10)})
	if !errors.Is(err, card.ErrOtherCard) || r.asked() != 0 {
		t.Errorf("%v", err)
	}
}

// TestContextsThatDoNotFit: they are refused before the card is spoken to.
func TestContextsThatDoNotFit(t *testing.T) {
	r := newRig(t, "everyday", nil)
	before := len(r.seen)
	for _, tc := range []struct {
		req  Request
		want error
	}{
		{Request{Context: ContextSIM}, ErrNoSIM},
		{Request{Context: ContextGSM}, ErrNeedsApp},
	} {
		if _, err := Run(context.Background(), r.s, tc.req); !errors.Is(err, tc.want) {
			t.Errorf("%v", err)
		}
	}
	var field *FieldError
	if _, err := Run(context.Background(), r.s, Request{Context: Context3G, App: r.usim, AUTN: make([]byte, 15)}); !errors.As(err, &field) || field.Field != "AUTN" {
		t.Errorf("%v", err)
	}
	if len(r.seen) != before {
		t.Error("something was sent")
	}
	if g := newRig(t, "gsm", nil); g.s.Kind() == card.KindGSM {
		if _, err := Run(context.Background(), g.s, Request{Context: ContextGSM, App: r.usim}); !errors.Is(err, ErrNoUICC) {
			t.Errorf("%v", err)
		}
	}
}

// TestRunGSMAlgorithm compares a 2G SIM with the host.
func TestRunGSMAlgorithm(t *testing.T) {
	r := newRig(t, "gsm", nil)
	a, err := Run(context.Background(), r.s, Request{Context: ContextSIM, RAND: testRAND})
	if err != nil {
		t.Fatal(err)
	}
	s := right(t)
	sres, kc, _ := s.GSM(testRAND)
	if !holds(a.SRES, sres[:]) || !holds(a.Kc, kc[:]) {
		t.Error("the 2G values differ")
	}
	locked := newRig(t, "gsm", pins(true))
	var pin *PINNeededError
	if _, err := Run(context.Background(), locked.s, Request{Context: ContextSIM, RAND: testRAND}); !errors.As(err, &pin) {
		t.Errorf("%v", err)
	}
}

// TestLostAnswer: it is unknown whether the card has counted; nothing goes
// out again, and the outcome is recorded as lost.
func TestLostAnswer(t *testing.T) {
	img, err := virtual.OpenBuiltin("everyday")
	if err != nil {
		t.Fatal(err)
	}
	pins(false)(img)
	p, err := virtual.NewProvider(virtual.Slot{Name: "test", Image: img})
	if err != nil {
		t.Fatal(err)
	}
	inner, err := p.Open(context.Background(), card.ReaderID{Provider: virtual.ProviderName, Name: "test"}, card.OpenOptions{})
	if err != nil {
		t.Fatal(err)
	}
	lossy := &lossy{Transport: inner}
	ops := &card.MemoryRecorder{}
	s, err := card.Open(context.Background(), lossy, card.Options{Recorder: ops})
	if err != nil {
		t.Fatal(err)
	}
	usim := newRig(t, "everyday", nil).usim
	_, err = Run(context.Background(), s, Request{Context: ContextGSM, App: usim, RAND: testRAND})
	var lost *card.LostError
	if !errors.As(err, &lost) || lossy.asked != 1 {
		t.Errorf("%v, sent %d times", err, lossy.asked)
	}
	rows := ops.Rows()
	if len(rows) != 1 || !rows[0].Result.Lost || rows[0].Op.Risk != card.RiskAuth {
		t.Errorf("%+v", rows)
	}
}

// lossy loses the answer of AUTHENTICATE.
type lossy struct {
	card.Transport
	asked int
}

func (l *lossy) Transmit(ctx context.Context, apdu []byte) ([]byte, error) {
	raw, err := l.Transport.Transmit(ctx, apdu)
	if apdu[1] == card.InsAuthenticate {
		l.asked++
		return nil, &card.TransportError{Kind: card.KindMute, Op: "transmit"}
	}
	return raw, err
}

// hoarder keeps the buffers in which answers of AUTHENTICATE came, which it
// gives in parts of a few bytes, and without end where that is asked for.
type hoarder struct {
	card.Transport
	rest    []byte
	endless bool
	kept    [][]byte
}

func (h *hoarder) Transmit(ctx context.Context, apdu []byte) ([]byte, error) {
	switch {
	case apdu[1] == card.InsAuthenticate:
		h.rest = append([]byte{0xDB, 8}, bytes.Repeat([]byte{0xA1}, 8)...)
		for range 2 {
			h.rest = append(append(h.rest, 16), bytes.Repeat([]byte{0xB2}, 16)...)
		}
		return []byte{0x61, 7}, nil
	case apdu[1] == card.InsGetResponse && h.rest != nil:
		n := min(7, len(h.rest))
		part := append([]byte(nil), h.rest[:n]...)
		if h.rest = h.rest[n:]; len(h.rest) > 0 || h.endless {
			part = append(part, 0x61, 7)
		} else {
			part, h.rest = append(part, 0x90, 0x00), nil
		}
		h.kept = append(h.kept, part[:n])
		return part, nil
	}
	return h.Transport.Transmit(ctx, apdu)
}

// TestPartsAreCleared: no part in which the keys came is left.
func TestPartsAreCleared(t *testing.T) {
	for _, endless := range []bool{false, true} {
		img, err := virtual.OpenBuiltin("lab")
		if err != nil {
			t.Fatal(err)
		}
		p, err := virtual.NewProvider(virtual.Slot{Name: "test", Image: img})
		if err != nil {
			t.Fatal(err)
		}
		inner, err := p.Open(context.Background(), card.ReaderID{Provider: virtual.ProviderName, Name: "test"}, card.OpenOptions{})
		if err != nil {
			t.Fatal(err)
		}
		h := &hoarder{Transport: inner, endless: endless}
		s, err := card.Open(context.Background(), h, card.Options{})
		if err != nil {
			t.Fatal(err)
		}
		a, err := Run(context.Background(), s, Request{Context: Context3G, App: newRig(t, "lab", nil).usim, RAND: testRAND, AUTN: make([]byte, 16)})
		var lost *card.LostError
		switch {
		case endless && !errors.As(err, &lost):
			t.Errorf("an answer without end: %v", err)
		case !endless && (err != nil || hexOf(a.CK) != strings.Repeat("b2", 16)):
			t.Errorf("%+v, %v", a, err)
		}
		for _, part := range h.kept {
			if strings.Trim(string(part), "\x00") != "" {
				t.Errorf("endless %v: %X is left", endless, part)
			}
		}
		var be *card.BudgetError
		if errors.As(err, &be) && strings.Trim(string(be.Got), "\x00") != "" {
			t.Errorf("the error keeps %X", be.Got)
		}
		if len(h.kept) < 6 {
			t.Errorf("%d parts", len(h.kept))
		}
		a.Clear()
	}
}

// believer takes every token in the 3G context.
type believer struct {
	card.Transport
	tokens int
	odd    bool // the answer has no known form
}

func (b *believer) Transmit(ctx context.Context, apdu []byte) ([]byte, error) {
	if apdu[1] != card.InsAuthenticate || apdu[3] == 0x80 {
		return b.Transport.Transmit(ctx, apdu)
	}
	b.tokens++
	if b.odd {
		return []byte{0x11, 0x22, 0x90, 0x00}, nil
	}
	out := append([]byte{0xDB, 8}, make([]byte, 8)...)
	for range 2 {
		out = append(append(out, 16), make([]byte, 16)...)
	}
	return append(out, 0x90, 0x00), nil
}

// TestProbeStopsAtATakenToken: a card that believes a random token is sent no
// second one.
func TestProbeStopsAtATakenToken(t *testing.T) {
	img, err := virtual.OpenBuiltin("lab")
	if err != nil {
		t.Fatal(err)
	}
	p, err := virtual.NewProvider(virtual.Slot{Name: "test", Image: img})
	if err != nil {
		t.Fatal(err)
	}
	inner, err := p.Open(context.Background(), card.ReaderID{Provider: virtual.ProviderName, Name: "test"}, card.OpenOptions{})
	if err != nil {
		t.Fatal(err)
	}
	b := &believer{Transport: inner}
	s, err := card.Open(context.Background(), b, card.Options{})
	if err != nil {
		t.Fatal(err)
	}
	r := newRig(t, "lab", nil)
	got, err := RunProbe(context.Background(), s, ProbeSteps(card.KindUICC, r.usim, r.isim), nil)
	if err != nil || !got.IgnoresMAC || b.tokens != 1 {
		t.Errorf("%d tokens, %+v, %v", b.tokens, got, err)
	}
	// Nor is one that answers a token with what nobody can read.
	b.tokens, b.odd = 0, true
	got, err = RunProbe(context.Background(), s, ProbeSteps(card.KindUICC, r.usim, r.isim), nil)
	if err != nil || got.IgnoresMAC || got.ChecksMAC || b.tokens != 1 {
		t.Errorf("%d tokens, %+v, %v", b.tokens, got, err)
	}
}

// TestAnswers holds the form of answers, field by field.
func TestAnswers(t *testing.T) {
	res, ck, ik, kc := strings.Repeat("A1", 8), strings.Repeat("B2", 16), strings.Repeat("C3", 16), strings.Repeat("D4", 8)
	auts := strings.Repeat("E5", 14)
	full := "DB08" + res + "10" + ck + "10" + ik
	for _, tc := range []struct {
		name  string
		c     Context
		data  string
		field string // of the error, empty: none
	}{
		{"3G without Kc", Context3G, full, ""},
		{"3G with Kc", Context3G, full + "08" + kc, ""},
		{"RES of 4 bytes", Context3G, "DB04A1A2A3A4" + "10" + ck + "10" + ik, ""},
		{"AUTS", Context3G, "DC0E" + auts, ""},
		{"GSM", ContextGSM, "04A1A2A3A4" + "08" + kc, ""},
		{"2G SIM", ContextSIM, "A1A2A3A4" + kc, ""},
		{"GBA", ContextGBA, "DB08" + res, ""},
		{"NAF", ContextNAF, "DB20" + ck + ik, ""},
		{"nothing", Context3G, "", "the data field"},
		{"wrong tag", Context3G, "DA08" + res, "tag"},
		{"AUTS to a 2G question", ContextGSM, "DC0E" + auts, "SRES"},
		{"AUTS in NAF", ContextNAF, "DC0E" + auts, "tag"},
		{"RES too short", Context3G, "DB03A1A2A3", "RES"},
		{"RES cut off", Context3G, "DB08A1A2", "RES"},
		{"RES too long", Context3G, "DB21" + strings.Repeat("A1", 33), "RES"},
		{"no CK", Context3G, "DB08" + res, "CK"},
		{"CK of 15", Context3G, "DB08" + res + "0F" + ck[2:], "CK"},
		{"CK of 24", Context3G, "DB08" + res + "18" + ck + kc, "CK"},
		{"no IK", Context3G, "DB08" + res + "10" + ck, "IK"},
		{"Kc of 7", Context3G, full + "07" + kc[2:], "Kc"},
		{"too much", Context3G, full + "08" + kc + "00", "end"},
		{"Kc in IMS", ContextIMS, full + "08" + kc, "end"},
		{"AUTS of 13", Context3G, "DC0D" + auts[2:], "AUTS"},
		{"AUTS and more", Context3G, "DC0E" + auts + "00", "end"},
		{"GSM without Kc", ContextGSM, "04A1A2A3A4", "Kc"},
		{"2G SIM short", ContextSIM, "A1A2A3A4", "SRES and Kc"},
	} {
		a := &Answer{Context: tc.c}
		err := a.parse(unhex(t, tc.data))
		var bad *AnswerError
		switch {
		case tc.field == "" && err != nil:
			t.Errorf("%s: %v", tc.name, err)
		case tc.field != "" && (!errors.As(err, &bad) || bad.Field != tc.field):
			t.Errorf("%s: %v, want an error about %s", tc.name, err, tc.field)
		}
	}
}

// TestBadAnswerGivesNothing: values before the fault are not given on.
func TestBadAnswerGivesNothing(t *testing.T) {
	req := Request{Context: Context3G}
	a, err := req.read(card.Command{}, card.Response{Data: unhex(t, "DB08"+strings.Repeat("A1", 8)), SW: 0x9000}, nil)
	if a != nil || err == nil {
		t.Errorf("%v, %v", a, err)
	}
}

func FuzzAnswer(f *testing.F) {
	for _, s := range []string{"", "DB", "DC0E" + strings.Repeat("00", 14), "DB08" + strings.Repeat("A1", 8) + "10" + strings.Repeat("B2", 16) + "10" + strings.Repeat("C3", 16), "0400000000080000000000000000"} {
		b, _ := hex.DecodeString(s)
		for c := range contexts {
			f.Add(byte(c), b)
		}
	}
	f.Fuzz(func(t *testing.T, c byte, b []byte) {
		a := &Answer{Context: Context(int(c) % len(contexts))}
		before := clone(b)
		if err := a.parse(b); err == nil {
			// Whatever is taken comes to the lengths that stand in it.
			n := a.RES.Len() + a.CK.Len() + a.IK.Len() + a.SRES.Len() + a.Kc.Len() + a.KsNAF.Len() + len(a.AUTS)
			if n == 0 || n > len(b) {
				t.Fatalf("%x gives %d bytes", b, n)
			}
		}
		if string(before) != string(b) {
			t.Fatal("the answer was changed")
		}
		a.Clear()
	})
}

// TestNothingLeaks: keys and what they give stand in no log, record, error,
// JSON or print.
func TestNothingLeaks(t *testing.T) {
	r := newRig(t, "everyday", nil)
	s := right(t)
	e := r.run(t, Context3G, &s, 0x20, [2]byte{0x80})
	v, err := Compute(s, testRAND, 0x20, [2]byte{0x80})
	if err != nil {
		t.Fatal(err)
	}
	wrong := s
	wrong.OPc = secret(t, testOP)
	f, err := Explain(wrong, []Evidence{e}, 0x20)
	if err != nil {
		t.Fatal(err)
	}
	var out strings.Builder
	j, err := json.Marshal([]any{e, v, s, f, Compare(v, e.Answer)})
	if err != nil {
		t.Fatal(err)
	}
	fmt.Fprintf(&out, "%s %v %+v %#v %x %+v %+v %+v", j, e, e.Answer, v, *v, s, f, Compare(v, e.Answer))
	for _, x := range r.seen {
		fmt.Fprintf(&out, " %X %X %s", x.Command, x.Response, x.Err)
	}
	fmt.Fprintf(&out, " %+v", r.ops.Rows())
	text := strings.ToLower(out.String())
	secrets := map[string]string{"K": testK, "OPc": testOPc, "RES": hexOf(v.RES), "CK": hexOf(v.CK), "IK": hexOf(v.IK), "Kc": hexOf(v.Kc), "SRES": hexOf(v.SRES)}
	for name, s := range secrets {
		if len(s) < 8 || strings.Contains(text, strings.ToLower(s)) {
			t.Errorf("%s is told", name)
		}
	}
	if r.asked() != 1 || !strings.Contains(hex.EncodeToString(r.seen[len(r.seen)-1].Response), "0000") {
		t.Error("the answer was not masked where it is looked for")
	}
}

// TestPublishedVector: the first set of 3GPP TS 35.208, on both sides.
func TestPublishedVector(t *testing.T) {
	s := right(t)
	v, err := Compute(s, testRAND, aka.SQNOf([6]byte{0xFF, 0x9B, 0xB4, 0xD0, 0xB6, 0x07}), [2]byte{0xB9, 0xB9})
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range []struct{ name, got, want string }{
		{"RES", hexOf(v.RES), "a54211d5e3ba50bf"},
		{"CK", hexOf(v.CK), "b40ba9a3c58b2a05bbf0d987b21bf8cb"},
		{"IK", hexOf(v.IK), "f769bcd751044604127672711c6d3441"},
		{"AK", hexOf(v.AK), "aa689c648370"},
		{"AK*", hexOf(v.AKStar), "451e8beca43b"},
		{"SRES", hexOf(v.SRES), "46f8416a"},
		{"Kc", hexOf(v.Kc), "eae4be823af9a08b"},
		{"AUTN", hex.EncodeToString(v.AUTN), "55f328b43577b9b94a9ffac354dfafb3"},
	} {
		if f.got != f.want {
			t.Errorf("%s is %s, want %s", f.name, f.got, f.want)
		}
	}
}

// TestKeysAreChecked: what is wrong is named, and no value repeated.
func TestKeysAreChecked(t *testing.T) {
	both := right(t)
	both.OP = secret(t, strings.Repeat("77", 16))
	for name, tc := range map[string]struct {
		s    Subscriber
		want string
	}{
		"no K":        {Subscriber{Algorithm: Milenage}, "K is missing"},
		"short K":     {Subscriber{Algorithm: Milenage, K: secret(t, "0011")}, "K has 2 bytes, not 16 bytes"},
		"no OPc":      {Subscriber{Algorithm: Milenage, K: secret(t, testK)}, "OP or OPc is missing"},
		"long OPc":    {Subscriber{Algorithm: Milenage, K: secret(t, testK), OPc: secret(t, testTOP)}, "OPc has 32 bytes, not 16 bytes"},
		"contradict":  {both, "OPc does not follow from K and OP"},
		"no TOPc":     {Subscriber{Algorithm: TUAK, K: secret(t, testK)}, "TOP or TOPc is missing"},
		"K for TUAK":  {Subscriber{Algorithm: TUAK, K: secret(t, testK[:30])}, "K has 15 bytes, not 16 or 32 bytes"},
		"no such one": {Subscriber{Algorithm: "rot13", K: secret(t, testK)}, "no such algorithm"},
	} {
		if err := tc.s.Check(); err == nil || err.Error() != tc.want {
			t.Errorf("%s: %v", name, err)
		}
	}
	good := right(t)
	good.OP = secret(t, testOP)
	if err := good.Check(); err != nil {
		t.Error(err)
	}
}

// TestProbe learns without a key, and says each command before.
func TestProbe(t *testing.T) {
	r := newRig(t, "everyday", nil)
	steps := ProbeSteps(r.s.Kind(), r.usim, r.isim)
	before := r.asked()
	got, err := RunProbe(context.Background(), r.s, steps, nil)
	if err != nil || r.asked()-before != len(steps) || len(got.Steps) != len(steps) {
		t.Fatalf("%v, %d commands for %d steps", err, r.asked()-before, len(steps))
	}
	if !got.ChecksMAC || got.IgnoresMAC || got.KcSeen != 2 {
		t.Errorf("%+v", got)
	}
	g := newRig(t, "gsm", nil)
	if got, err = RunProbe(context.Background(), g.s, ProbeSteps(g.s.Kind(), "", ""), nil); err != nil || got.KcSeen != 2 || got.ChecksMAC {
		t.Errorf("%+v, %v", got, err)
	}
	locked := newRig(t, "everyday", pins(true))
	if got, err := RunProbe(context.Background(), locked.s, steps, nil); err == nil || len(got.Steps) != 0 || locked.asked() != 0 {
		t.Errorf("%+v, %v", got, err)
	}
}

// TestWeakKc: ten zero bits, not nine.
func TestWeakKc(t *testing.T) {
	for s, want := range map[string]bool{"FFFFFFFFFFFFFC00": true, "0000000000000000": true, "FFFFFFFFFFFFF800": true, "FFFFFFFFFFFFFE00": false, "FFFFFFFFFFFFFD00": false, "FFFFFFFFFFFFFC01": false} {
		if got := weakKc(secret(t, s)); got != want {
			t.Errorf("%s: %v", s, got)
		}
	}
}

// TestRefusals: status words that are answers, and those that are not.
func TestRefusals(t *testing.T) {
	req := Request{Context: Context3G, App: "x"}
	for sw, want := range map[card.SW]Result{0x9862: MACFailure, 0x9864: NoContext, 0x6985: NotNow} {
		if a, err := req.read(card.Command{}, card.Response{SW: sw}, nil); err != nil || a.Result != want {
			t.Errorf("%s: %v, %v", sw, a, err)
		}
	}
	var pin *PINNeededError
	if _, err := req.read(card.Command{}, card.Response{SW: 0x6982}, []card.PINRef{1}); !errors.As(err, &pin) || !pin.Answered {
		t.Errorf("%v", err)
	}
	for _, sw := range []card.SW{0x6982, 0x6700, 0x6A86, 0x6F00, 0x9865} {
		if _, err := req.read(card.Command{}, card.Response{SW: sw}, nil); card.SWOf(err) != sw {
			t.Errorf("%s: %v", sw, err)
		}
	}
}
