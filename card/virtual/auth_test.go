package virtual

import (
	"encoding/hex"
	"fmt"
	"strings"
	"testing"

	"simscope/card"
	"simscope/card/safe"
	"simscope/crypto/aka"
	"simscope/crypto/milenage"
)

// Test set 1 of 3GPP TS 35.208, whose keys the everyday card has.
const (
	setK    = "465B5CE8B199B49FAA5F0A2EE238A6BC"
	setOPc  = "CD63CB71954A9F4E48A5994E37A02BAF"
	setRAND = "23553CBE9637A89D218AE64DAE47BF35"
	setRES  = "A54211D5E3BA50BF"
	setCK   = "B40BA9A3C58B2A05BBF0D987B21BF8CB"
	setIK   = "F769BCD751044604127672711C6D3441"
	setKc   = "EAE4BE823AF9A08B"
	setSRES = "46F8416A"
)

// network is what the operator of a subscriber has.
type network struct {
	*testing.T
	f aka.Functions
}

func operator(t *testing.T, f aka.Functions, err error) network {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
	return network{t, f}
}

// setNetwork is that of test set 1.
func setNetwork(t *testing.T) network {
	t.Helper()
	m, err := milenage.New(unhex(t, setK), unhex(t, setOPc))
	return operator(t, m, err)
}

// challenge is an AUTHENTICATE in the 3G context with a sequence number.
func (n network) challenge(rand string, sqn aka.SQN) string {
	n.Helper()
	autn, err := aka.AUTN(n.f, [16]byte(unhex(n.T, rand)), sqn, [2]byte{0x80, 0x00})
	if err != nil {
		n.Fatal(err)
	}
	return authenticating(0x81, value(rand)+value(hex.EncodeToString(autn)))
}

// resync takes the answer DC apart and returns SQN_MS.
func (n network) resync(rand string, answer []byte) aka.SQN {
	n.Helper()
	if len(answer) < 2 || answer[0] != 0xDC || int(answer[1]) != len(answer)-2 {
		n.Fatalf("% X is no AUTS", answer)
	}
	sqn, err := aka.OpenAUTS(n.f, [16]byte(unhex(n.T, rand)), answer[2:])
	if err != nil {
		n.Fatal(err)
	}
	return sqn
}

// value is hex digits with their length in bytes before them.
func value(digits string) string { return fmt.Sprintf("%02X", len(digits)/2) + digits }

// authenticating is an AUTHENTICATE in a context.
func authenticating(context byte, data string) string {
	return fmt.Sprintf("008800%02X", context) + value(data)
}

func challenge(t *testing.T, sqn aka.SQN) string {
	t.Helper()
	return setNetwork(t).challenge(setRAND, sqn)
}

func resync(t *testing.T, answer []byte) aka.SQN {
	t.Helper()
	return setNetwork(t).resync(setRAND, answer)
}

const (
	successNoKc = "DB 08" + setRES + "10" + setCK + "10" + setIK
	success     = successNoKc + "08" + setKc
)

func TestAuthenticate(t *testing.T) {
	r := everyday(t)
	r.fails(challenge(t, 32), card.SWConditions) // no application
	r.usim()
	r.fails(challenge(t, 32), card.SWNotSatisfied)
	r.pin1()
	r.gives(challenge(t, 32), success)
	if got := resync(t, r.ok(challenge(t, 32))); got != 32 {
		t.Errorf("SQN_MS is %v after a repeated challenge, want 32", got)
	}
	r.card.Reset() // the sequence numbers stay
	r.usim()
	r.pin1()
	resync(t, r.ok(challenge(t, 32)))
	r.gives(challenge(t, 64), success)
}

// sequenced is the everyday card with its numbers kept in another way.
func sequenced(t *testing.T, q *Sequence) *rig {
	t.Helper()
	r := plug(t, "everyday", func(i *Image) { i.Subscribers[0].Sequence = q }, Options{})
	r.usim()
	r.pin1()
	return r
}

func TestSequenceNumbers(t *testing.T) {
	r := sequenced(t, nil)
	sqn := func(seq, ind aka.SQN) string { return challenge(t, seq<<5|ind) }
	r.gives(sqn(100, 3), success)
	r.gives(sqn(50, 4), success) // older, at another index
	if got := resync(t, r.ok(sqn(50, 4))); got != 100<<5|3 {
		t.Errorf("SQN_MS is %v", got)
	}
	resync(t, r.ok(sqn(99, 3)))
	r.gives(sqn(101, 3), success)
	r.gives(sqn(1, 31), success)
	const jump = aka.DefaultDelta
	if got := resync(t, r.ok(sqn(101+jump+1, 0))); got != 101<<5|3 { // too far ahead: nothing moved
		t.Errorf("SQN_MS is %v after a jump", got)
	}
	r.gives(sqn(101+jump, 0), success)
	q := r.card.Image().Subscribers[0].SQN
	if len(q) != 32 || q[31] != 1<<5|31 || q[0] != (101+jump)<<5 {
		t.Errorf("saved sequence numbers: %v", q)
	}
}

func TestSequenceOfTheImage(t *testing.T) {
	for name, c := range map[string]struct {
		q     Sequence
		steps string // sequence numbers in hex; ! before those that are refused
	}{
		"no index":          {Sequence{IndexBits: 0, Delta: 8}, "1 2 !2 !1 A !13 12"},
		"index of two bits": {Sequence{IndexBits: 2, Delta: 8}, "10 9 !8 !9 D E 2B !2B !50 !4F 48"},
		"no limit":          {Sequence{IndexBits: 5}, "7FFFFFFFFFE0 FFFFFFFFFFFF !0 FFFFFFFFFFE0 !FFFFFFFFFFFF !FFFFFFFFFFE0"},
		"age":               {Sequence{IndexBits: 5, Age: 4}, "200 183 !164 185 1A4 !1A4"},
		"no age":            {Sequence{IndexBits: 5}, "200 183 164 185"},
		"eight bits":        {Sequence{IndexBits: 8, Delta: 1 << 28}, "1FF 1FE 101 !1FE 2FE"},
	} {
		t.Run(name, func(t *testing.T) {
			r := sequenced(t, &c.q)
			var highest, n aka.SQN
			for _, step := range strings.Fields(c.steps) {
				digits, refused := strings.CutPrefix(step, "!")
				if _, err := fmt.Sscanf(digits, "%X", (*uint64)(&n)); err != nil {
					t.Fatal(err)
				}
				a := r.ok(challenge(t, n))
				if (a[0] == 0xDC) != refused {
					t.Fatalf("%s: % X", step, a)
				}
				if !refused {
					highest = max(highest, n)
				} else if got := resync(t, a); got != highest {
					t.Errorf("%s: SQN_MS is %v, want %v", step, got, highest)
				}
			}
			again, err := New(r.card.Image(), Options{})
			if err != nil {
				t.Fatal(err)
			}
			r = &rig{t, again}
			r.card.PowerOn()
			r.usim()
			r.pin1()
			if got := resync(t, r.ok(challenge(t, 0))); got != highest {
				t.Errorf("SQN_MS of the saved card is %v, want %v", got, highest)
			}
		})
	}
}

func TestAuthenticateRefusals(t *testing.T) {
	r := everyday(t)
	r.usim()
	r.pin1()
	good := challenge(t, 32)
	for bit := range 8 { // of the first byte of MAC
		bad := unhex(t, good)
		bad[len(bad)-8] ^= 1 << bit
		r.fails(hex.EncodeToString(bad), 0x9862)
	}
	for apdu, sw := range map[string]card.SW{
		"00880180" + good[8:]:               card.SWWrongP1P2,
		"00880082" + good[8:]:               0x9864, // no group calls
		"00880084" + good[8:]:               0x9864, // service 68 is off
		"00880083" + good[8:]:               card.SWWrongP1P2,
		"00880001" + good[8:]:               card.SWWrongP1P2,
		"0088008122 11" + good[12:]:         card.SWWrongLength,
		"0088008121" + good[10:len(good)-2]: card.SWWrongLength,
		"0088008123" + good[10:] + "00":     card.SWWrongLength,
		"0088008111 10" + setRAND:           card.SWWrongLength,
		"0088008010" + setRAND:              card.SWWrongLength,
		"0088008012 10" + setRAND + "00":    card.SWWrongLength,
		"00880081":                          card.SWWrongLength,
		"0088008100":                        card.SWWrongLength,
		fmt.Sprintf("0088008001%02X", 0x10): card.SWWrongLength,
	} {
		r.fails(apdu, sw)
	}
	r.gives(good, success) // nothing of that moved the sequence number
	r.ok("00A40004023F00")
	r.fails(challenge(t, 64), card.SWConditions) // outside the application
}

func TestGSMContext(t *testing.T) {
	r := everyday(t)
	r.usim()
	r.pin1()
	r.gives("0088008011 10"+setRAND, "04"+setSRES+"08"+setKc)
	r.ok("00A4040C07A0000000871004")
	r.fails("0088008011 10"+setRAND, card.SWWrongP1P2) // an ISIM knows no 2G
	r.fails("0088008211 10"+setRAND, 0x9864)           // nor HTTP Digest
	r.gives(challenge(t, 32), successNoKc)             // nor Kc
	empty := plug(t, "empty", nil, Options{})
	empty.usim()
	empty.fails(challenge(t, 32), card.SWConditions)
	empty.fails("0088008011 10"+setRAND, card.SWConditions)
}

// tableOf turns services of the first application's EF.UST on or off; without
// any the file is taken away.
func tableOf(img *Image, on bool, numbers ...int) {
	adf := img.Apps[0].ADF
	for i, f := range adf.Children {
		if f.FID != 0x6F38 {
			continue
		}
		if len(numbers) == 0 {
			adf.Children = append(adf.Children[:i:i], adf.Children[i+1:]...)
			return
		}
		for _, n := range numbers {
			f.Data[(n-1)/8] &^= 1 << ((n - 1) % 8)
			if on {
				f.Data[(n-1)/8] |= 1 << ((n - 1) % 8)
			}
		}
	}
}

func TestServicesGovernKcAndTheGSMContext(t *testing.T) {
	for name, c := range map[string]struct {
		change func(*Image)
		kc     bool
		gsm    bool
	}{
		"both":                          {func(*Image) {}, true, true},
		"no service 27":                 {func(i *Image) { tableOf(i, false, 27) }, false, true},
		"no service 27, but gsm_access": {func(i *Image) { tableOf(i, false, 27); i.Subscribers[0].GSMAccess = true }, false, true},
		"no service 38":                 {func(i *Image) { tableOf(i, false, 38) }, true, false},
		"no table":                      {func(i *Image) { tableOf(i, false) }, false, true},
		"no table, but gsm_access":      {func(i *Image) { tableOf(i, false); i.Subscribers[0].GSMAccess = true }, true, true},
	} {
		t.Run(name, func(t *testing.T) {
			r := plug(t, "everyday", c.change, Options{})
			r.usim()
			r.pin1()
			want := successNoKc
			if c.kc {
				want = success
			}
			r.gives(challenge(t, 32), want)
			if c.gsm {
				r.gives("0088008011 10"+setRAND, "04"+setSRES+"08"+setKc)
			} else {
				r.fails("0088008011 10"+setRAND, 0x9864)
			}
		})
	}
}

// TestServiceIsReadWhenAsked holds that an operator's change of EF.UST counts
// at once.
func TestServiceIsReadWhenAsked(t *testing.T) {
	r := everyday(t)
	r.usim()
	r.pin1()
	r.adm()
	r.gives(challenge(t, 32), success)
	r.ok("00A4000C026F38")
	table := unhex(t, hex.EncodeToString(r.ok("00B0000004")))
	table[3] &^= 1 << 2 // service 27
	r.ok("00D6000004" + hex.EncodeToString(table))
	r.gives(challenge(t, 64), successNoKc)
}

func TestSecondUSIMHasItsOwnKeys(t *testing.T) {
	r := everyday(t)
	r.ok("00A404040FA0000000871002FF86FFFF89000002")
	r.fails(challenge(t, 32), 0x9862)
	m, err := milenage.New(unhex(t, "0396EB317B6D1C36F19C1C84CD6FFD16"), unhex(t, "53C15671C60A4B731C55B4A441C0BDE2"))
	rand := "C00D603103DCEE52C4478119494202E8"
	r.gives(operator(t, m, err).challenge(rand, 32),
		"DB 08D3A628ED988620F0 10 58C433FF7A7082ACD424220F2B67C556 10 21A8C1F929702ADB3E738488B9F5C5DA") // no Kc: service 27 is off
}

func TestRunGSMAlgorithm(t *testing.T) {
	for id, want := range map[string]string{
		"gsm": setSRES + setKc, "everyday": setSRES + setKc,
		"lab": "27C443CA" + "E8D311D150017400", // COMP128 version 1
	} {
		r := plug(t, id, func(i *Image) { i.PINs[0].Enabled = true }, Options{})
		run := "A088000010" + setRAND
		r.want(run, "9408") // DF.GSM is not current
		r.ok("A0A40000027F20")
		r.want(run, "9804")
		r.ok("A020000108" + pinHex("1234"))
		r.want(run, "9F0C")
		r.want("A0C000000C", want+"9000")
		r.want("A08800000F"+setRAND[2:], "6710")
		r.want("A088000110"+setRAND, "6B00")
	}
	r := plug(t, "gsm", func(i *Image) { i.Subscribers = nil }, Options{})
	r.ok("A020000108" + pinHex("1234"))
	r.ok("A0A40000027F20")
	r.want("A088000010"+setRAND, "9408")
}

func secretOf(t *testing.T, digits string) safe.Secret {
	t.Helper()
	return safe.NewSecret(unhex(t, digits))
}
