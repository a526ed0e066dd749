package virtual

import (
	"bytes"
	"encoding/hex"
	"errors"
	"fmt"
	"strings"
	"testing"

	"simscope/card"
	"simscope/card/safe"
	"simscope/crypto/aka"
	"simscope/crypto/milenage"
	"simscope/crypto/tuak"
)

// keyed is the everyday card with another subscriber in its first USIM and for
// RUN GSM ALGORITHM.
func keyed(t *testing.T, s Subscriber) *rig {
	t.Helper()
	r := plug(t, "everyday", func(i *Image) {
		s.Apps, s.GSM = i.Subscribers[0].Apps, true
		i.Subscribers[0] = s
	}, Options{})
	return r
}

// TestTwoGAlgorithms takes vectors of crypto/comp128 and crypto/xor through the
// card: RUN GSM ALGORITHM, the GSM context, and the refusal of the others.
func TestTwoGAlgorithms(t *testing.T) {
	const ki, rand = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", "00102030405060708090A0B0C0D0E0F0"
	for _, c := range []struct {
		algorithm      Algorithm
		ki, rand       string
		sres, kc       string
		tenBitsAreZero bool
	}{
		{AlgorithmComp128v1, ki, rand, "A9D961AD", "C7633CE8768C4800", true},
		{AlgorithmComp128v2, ki, rand, "A892A8EF", "D6D33E3650372C00", true},
		{AlgorithmComp128v3, ki, rand, "A892A8EF", "D6D33E3650372F78", false},
		{AlgorithmXOR2G, "000102030405060708090A0B0C0D0E0F", rand, "00112233", "445566778899AABB", false},
	} {
		t.Run(string(c.algorithm), func(t *testing.T) {
			s := Subscriber{Algorithm: c.algorithm, K: secretOf(t, c.ki)}
			r := keyed(t, s)
			r.usim()
			r.pin1()
			r.gives(authenticating(0x80, value(c.rand)), value(c.sres)+value(c.kc))
			r.fails(challenge(t, 32), 0x9864)
			r.fails(authenticating(0x84, "DD"+value(c.rand)+value(c.rand)), 0x9864)
			r.ok("00A4040C07A0000000871004")
			r.fails(challenge(t, 32), 0x9864)
			r = keyed(t, s)
			r.ok("A0A40000027F20")
			r.ok("A020000108" + pinHex("1234"))
			r.want("A088000010"+c.rand, "9F0C")
			r.want("A0C000000C", c.sres+c.kc+"9000")
			zero := true
			for i := range 20 {
				a := r.ok(fmt.Sprintf("A088000010%030X%02X", 7*i, i))
				zero = zero && a[10]&0x03 == 0 && a[11] == 0
			}
			if zero != c.tenBitsAreZero {
				t.Errorf("the last ten bits of Kc are always zero: %v, want %v", zero, c.tenBitsAreZero)
			}
		})
	}
}

// exercise takes a card of any functions through an authentication: right,
// with a wrong MAC, again, and far ahead.
func exercise(t *testing.T, r *rig, n network, rand string, macSize int) {
	t.Helper()
	k, err := n.f.F2345([16]byte(unhex(t, rand)))
	if err != nil {
		t.Fatal(err)
	}
	want := "DB"
	for _, v := range [][]byte{k.RES, k.CK, k.IK} {
		want += value(strings.ToUpper(hex.EncodeToString(v)))
	}
	kc := aka.C3(k.CK, k.IK)
	want += value(strings.ToUpper(hex.EncodeToString(kc[:])))
	good := n.challenge(rand, 32)
	if got := len(unhex(t, good)); got != 5+1+16+1+8+macSize {
		t.Errorf("AUTHENTICATE has %d bytes", got)
	}
	bad := unhex(t, good)
	bad[len(bad)-1] ^= 0x80
	r.fails(hex.EncodeToString(bad), 0x9862)
	r.fails("0088008111"+value(rand), card.SWWrongLength)
	short := unhex(t, good)
	short = short[:len(short)-1]
	short[4]--
	r.fails(hex.EncodeToString(short), card.SWWrongLength)
	r.gives(good, want)
	if got := n.resync(rand, r.ok(good)); got != 32 {
		t.Errorf("SQN_MS is %v after a replay", got)
	}
	if got := n.resync(rand, r.ok(n.challenge(rand, aka.MaxSQN))); got != 32 {
		t.Errorf("SQN_MS is %v after a jump", got)
	}
	r.gives(n.challenge(rand, 64), want)
	sres := aka.C2(k.RES)
	r.gives(authenticating(0x80, value(rand)), value(strings.ToUpper(hex.EncodeToString(sres[:])))+value(strings.ToUpper(hex.EncodeToString(kc[:]))))
}

func TestThreeGAlgorithms(t *testing.T) {
	own := milenage.Standard()
	own.R = [5]uint8{8, 24, 33, 64, 127}
	own.C[0][0], own.C[4][3] = 0x03, 0x80
	long := tuak.Params{MAC: 32, RES: 32, CK: 32, IK: 32, Iterations: 2}
	usual := tuak.Default()
	topc := strings.Repeat("5A", 32)
	for name, c := range map[string]struct {
		s   Subscriber
		mac int
		f   func() (aka.Functions, error) // as the operator has them
	}{
		"Milenage with constants": {
			Subscriber{K: secretOf(t, setK), OPc: secretOf(t, setOPc), Constants: &own},
			8,
			func() (aka.Functions, error) { return milenage.NewVariant(unhex(t, setK), unhex(t, setOPc), own) },
		},
		"TUAK": {
			Subscriber{Algorithm: AlgorithmTuak, K: secretOf(t, setK), TOPc: secretOf(t, topc)},
			8,
			func() (aka.Functions, error) { return tuak.New(unhex(t, setK), unhex(t, topc), usual) },
		},
		"TUAK at its longest": {
			Subscriber{Algorithm: AlgorithmTuak, K: secretOf(t, setK+setOPc), TOPc: secretOf(t, topc), Tuak: &long},
			32,
			func() (aka.Functions, error) { return tuak.New(unhex(t, setK+setOPc), unhex(t, topc), long) },
		},
	} {
		t.Run(name, func(t *testing.T) {
			f, err := c.f()
			r := keyed(t, c.s)
			r.usim()
			r.pin1()
			exercise(t, r, operator(t, f, err), setRAND, c.mac)
		})
	}
}

// TestXOR takes the vector of crypto/xor through the card. Its sequence number
// is 1: of SEQ alone it is fresh, with an index of five bits it is not.
func TestXOR(t *testing.T) {
	const rand, autn = "34343434343434343434343434343434", "37303132333D8000343536373030B233"
	s := Subscriber{Algorithm: AlgorithmXOR, K: secretOf(t, "000102030405060708090A0B0C0D0E0F"), RES: 16}
	for _, c := range []struct {
		bits int
		want string
	}{
		{0, "DB 10 34353637303132333C3D3E3F38393A3B 10 353637303132333C3D3E3F38393A3B34 10 3637303132333C3D3E3F38393A3B3435 08 0000000000000000"},
		{5, "DC 0E 37303132333C 3435363730313233"}, // SQN 0 xor AK, MAC-S of SQN 0 and AMF 0
	} {
		s.Sequence = &Sequence{IndexBits: c.bits}
		r := keyed(t, s)
		r.usim()
		r.pin1()
		r.gives(authenticating(0x81, value(rand)+value(autn)), c.want)
	}
}

// TestAMFResynch holds that a test USIM asks for a resynchronisation when the
// network wants it, and that other cards do not.
func TestAMFResynch(t *testing.T) {
	for algorithm, asks := range map[Algorithm]bool{AlgorithmXOR: true, AlgorithmMilenage: false} {
		s := Subscriber{Algorithm: algorithm, K: secretOf(t, setK)}
		if !asks {
			s.OPc = secretOf(t, setOPc)
		}
		f, err := s.Functions()
		n := operator(t, f, err)
		autn, err := aka.AUTN(f, [16]byte(unhex(t, setRAND)), 64, [2]byte{0xFF, 0xFF})
		if err != nil {
			t.Fatal(err)
		}
		r := keyed(t, s)
		r.usim()
		r.pin1()
		r.ok(n.challenge(setRAND, 32))
		a := r.ok(authenticating(0x81, value(setRAND)+value(hex.EncodeToString(autn))))
		if (a[0] == 0xDC) != asks {
			t.Fatalf("%s: % X", algorithm, a)
		}
		if asks {
			if got := n.resync(setRAND, a); got != 32 {
				t.Errorf("SQN_MS is %v: the number of that AUTN was kept", got)
			}
		}
	}
}

// TestVectorsThroughTheLab takes published vectors through the lab card.
func TestVectorsThroughTheLab(t *testing.T) {
	r := plug(t, "lab", func(i *Image) {
		// The numbers of the test sets are far ahead of a new card.
		for n := range i.Subscribers[:2] {
			i.Subscribers[n].Sequence = &Sequence{IndexBits: 5}
		}
	}, Options{})
	r.usim()
	// 3GPP TS 35.208 test set 1.
	r.gives(authenticating(0x81, value(setRAND)+value("55F328B43577B9B94A9FFAC354DFAFB3")), success)
	// 3GPP TS 35.233 test set 1.
	r.ok("00A404040FA0000000871002FF86FFFF89000002")
	autn := "608E0F8A8145" + "FFFF" + "F9A54E6AEAA8618D" // 111111111111 xor 719F1E9B9054, AMF, f1
	r.gives(authenticating(0x81, value(strings.Repeat("42", 16))+value(autn)),
		"DB 04 657ACD64 10 D71A1E5C6CAFFE986A26F783E5C78BE1 10 BE849FA2564F869AECEE6F62D4337E72")
}

// TestImageOfSubscribers writes and reads each kind of subscriber.
func TestImageOfSubscribers(t *testing.T) {
	own := milenage.Standard()
	own.R[1] = 1
	p := tuak.Params{MAC: 16, RES: 4, CK: 16, IK: 32, Iterations: 3}
	img, err := OpenBuiltin("everyday")
	if err != nil {
		t.Fatal(err)
	}
	apps := img.Subscribers[0].Apps
	k := func() safe.Secret { return secretOf(t, setK) }
	img.Subscribers = []Subscriber{
		{Apps: apps, K: k(), OPc: secretOf(t, setOPc), Constants: &own, Sequence: &Sequence{IndexBits: 1, Delta: 3, Age: 4}, SQN: []uint64{2, 7}},
		{Algorithm: AlgorithmTuak, K: k(), TOPc: secretOf(t, strings.Repeat("11", 32)), Tuak: &p},
		{Algorithm: AlgorithmXOR, K: k(), RES: 12},
		{Algorithm: AlgorithmComp128v1, K: k(), GSM: true},
		{Algorithm: AlgorithmComp128v2, K: k()},
		{Algorithm: AlgorithmComp128v3, K: k()},
		{Algorithm: AlgorithmXOR2G, K: k()},
	}
	img.Subscribers[0].Bootstrapped = []Bootstrapped{{App: apps[0], Ks: secretOf(t, setCK+setIK), RAND: unhex(t, setRAND)}}
	var first, second bytes.Buffer
	if err := WriteImage(&first, img); err != nil {
		t.Fatal(err)
	}
	again, err := ReadImage(bytes.NewReader(first.Bytes()))
	if err != nil {
		t.Fatal(err)
	}
	c, err := New(again, Options{}) // through a running card as well
	if err != nil {
		t.Fatal(err)
	}
	if err := WriteImage(&second, c.Image()); err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(first.Bytes(), second.Bytes()) {
		t.Errorf("written\n%s\nand again\n%s", subscribersOf(first.String()), subscribersOf(second.String()))
	}
	if printed := fmt.Sprintf("%v %+v %#v", again.Subscribers, again.Subscribers, again.Subscribers); strings.Contains(strings.ToUpper(printed), setK[:8]) {
		t.Error("a printed subscriber holds its key")
	}
}

func subscribersOf(text string) string {
	_, text, _ = strings.Cut(text, `"subscribers"`)
	text, _, _ = strings.Cut(text, `"applications": [{`)
	return text
}

func TestSubscribersThatCannotBe(t *testing.T) {
	key, long := `"k":"`+setK+`"`, `"k":"`+setK+setK+`"`
	opc, topc := `,"opc":"`+setOPc+`"`, `,"topc":"`+setOPc+setOPc+`"`
	c := strings.TrimSuffix(strings.Repeat(`"`+setK+`",`, 5), ",")
	for name, text := range map[string]string{
		"no algorithm":             key + opc,
		"OPc for TUAK":             `"algorithm":"tuak",` + key + opc + topc,
		"TOPc for Milenage":        `"algorithm":"milenage",` + key + opc + topc,
		"no OPc":                   `"algorithm":"milenage",` + key,
		"no K":                     `"algorithm":"milenage"` + opc,
		"no TOPc":                  `"algorithm":"tuak",` + key,
		"K of 256 bits":            `"algorithm":"milenage",` + long + opc,
		"Ki of 256 bits":           `"algorithm":"comp128-v1",` + long,
		"OPc for COMP128":          `"algorithm":"comp128-v1",` + key + opc,
		"numbers for COMP128":      `"algorithm":"comp128-v2","sequence":{"index_bits":5,"delta":0,"age":0},` + key,
		"the same constants":       `"algorithm":"milenage","constants":{"c":[` + c + `],"r":[0,1,2,3,3]},` + key + opc,
		"four constants":           `"algorithm":"milenage","constants":{"c":[` + c + `],"r":[0,1,2,3]},` + key + opc,
		"a constant too short":     `"algorithm":"milenage","constants":{"c":["00","00","00","00","00"],"r":[0,1,2,3,4]},` + key + opc,
		"rotation of 128":          `"algorithm":"milenage","constants":{"c":[` + c + `],"r":[0,1,2,3,128]},` + key + opc,
		"rotation of 256":          `"algorithm":"milenage","constants":{"c":[` + c + `],"r":[0,1,2,3,256]},` + key + opc,
		"constants for XOR":        `"algorithm":"xor","constants":{"c":[` + c + `],"r":[0,1,2,3,4]},` + key,
		"MAC of 32 bits":           `"algorithm":"tuak","tuak":{"mac":4,"res":8,"ck":16,"ik":16,"iterations":1},` + key + topc,
		"a million iterations":     `"algorithm":"tuak","tuak":{"mac":8,"res":8,"ck":16,"ik":16,"iterations":1000000},` + key + topc,
		"RES of 3":                 `"algorithm":"xor","res":3,` + key,
		"RES of Milenage":          `"algorithm":"milenage","res":8,` + key + opc,
		"nine index bits":          `"algorithm":"milenage","sequence":{"index_bits":9,"delta":0,"age":0},` + key + opc,
		"negative index bits":      `"algorithm":"milenage","sequence":{"index_bits":-1,"delta":0,"age":0},` + key + opc,
		"negative delta":           `"algorithm":"milenage","sequence":{"index_bits":5,"delta":-1,"age":0},` + key + opc,
		"numbers for another size": `"algorithm":"milenage","sequence":{"index_bits":1,"delta":0,"age":0},"sqn":["000000000001"],` + key + opc,
		"a number too long":        `"algorithm":"milenage","sequence":{"index_bits":0,"delta":0,"age":0},"sqn":["01000000000000"],` + key + opc,
		"Ks of another app":        `"algorithm":"milenage","gba":[{"application":"A000000087100299","ks":"` + setCK + setIK + `","rand":"` + setRAND + `"}],` + key + opc,
		"Ks too short":             `"algorithm":"milenage","gba":[{"application":"A0000000871002","ks":"` + setCK + `","rand":"` + setRAND + `"}],` + key + opc,
		"two Ks":                   `"algorithm":"milenage","gba":[` + strings.TrimSuffix(strings.Repeat(`{"application":"A0000000871002","ks":"`+setCK+setIK+`","rand":"`+setRAND+`"},`, 2), ",") + `],` + key + opc,
	} {
		text = strings.Replace(small, `"pins":`, `"subscribers":[{"applications":["A0000000871002"],`+text+`}],"pins":`, 1)
		img, err := ReadImage(strings.NewReader(text))
		if !errors.Is(err, ErrImage) {
			t.Errorf("%s: error %v, %v", name, err, img)
		}
		if err != nil && strings.Contains(strings.ToUpper(err.Error()), setK[:6]) {
			t.Errorf("%s: the error names a key: %v", name, err)
		}
	}
	for name, text := range map[string]string{
		"constants": `"algorithm":"milenage","constants":{"c":[` + c + `],"r":[0,1,2,3,127]},` + key + opc,
		"numbers":   `"algorithm":"milenage","sequence":{"index_bits":0,"delta":0,"age":0},"sqn":["FFFFFFFFFFFF"],` + key + opc,
		"one Ks":    `"algorithm":"milenage","gba":[{"application":"A0000000871002","ks":"` + setCK + setIK + `","rand":"` + setRAND + `"}],` + key + opc,
	} { // what is refused above is refused for its one mistake
		text = strings.Replace(small, `"pins":`, `"subscribers":[{"applications":["A0000000871002"],`+text+`}],"pins":`, 1)
		if _, err := ReadImage(strings.NewReader(text)); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestSubscribersForHosts(t *testing.T) {
	s := Subscriber{Algorithm: AlgorithmComp128v1, K: secretOf(t, setK)}
	if _, err := s.Functions(); !errors.Is(err, ErrOnly2G) {
		t.Errorf("functions of COMP128: %v", err)
	}
	if _, err := (&Subscriber{}).Functions(); err == nil {
		t.Error("functions without a key")
	}
	if _, err := (&Subscriber{Algorithm: "rot13"}).Triplets(); err == nil {
		t.Error("triplets of an unknown algorithm")
	}
	s = Subscriber{K: secretOf(t, setK), OPc: secretOf(t, setOPc), SQN: make([]uint64, 99)}
	if a := s.Array(); len(a.Slots) != 32 {
		t.Errorf("%d numbers", len(a.Slots))
	}
}
