package virtual

import (
	"encoding/hex"
	"fmt"
	"strings"
	"testing"

	"simscope/card"
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

func network(t *testing.T) aka.Functions {
	t.Helper()
	m, err := milenage.New(unhex(t, setK), unhex(t, setOPc))
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// challenge is an AUTHENTICATE in the 3G context with a sequence number.
func challenge(t *testing.T, sqn uint64) string {
	t.Helper()
	autn, err := aka.AUTN(network(t), [16]byte(unhex(t, setRAND)), aka.SQN(sqn), [2]byte{0x80, 0x00})
	if err != nil {
		t.Fatal(err)
	}
	return "0088008122 10" + setRAND + "10" + hex.EncodeToString(autn)
}

// resync takes the answer DC apart and returns SQN_MS.
func resync(t *testing.T, answer []byte) uint64 {
	t.Helper()
	if len(answer) != 16 || answer[0] != 0xDC || answer[1] != 14 {
		t.Fatalf("% X is no AUTS", answer)
	}
	sqn, err := aka.OpenAUTS(network(t), [16]byte(unhex(t, setRAND)), answer[2:])
	if err != nil {
		t.Fatal(err)
	}
	return uint64(sqn)
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
	r.gives(challenge(t, 1<<aka.DefaultIndexBits), success)
	if got := resync(t, r.ok(challenge(t, 1<<aka.DefaultIndexBits))); got != 32 {
		t.Errorf("SQN_MS is %d after a repeated challenge, want 32", got)
	}
	r.card.Reset() // the sequence numbers stay
	r.usim()
	r.pin1()
	resync(t, r.ok(challenge(t, 32)))
	r.gives(challenge(t, 2<<aka.DefaultIndexBits), success)
}

func TestSequenceNumbers(t *testing.T) {
	r := everyday(t)
	r.usim()
	r.pin1()
	sqn := func(seq, ind uint64) string { return challenge(t, seq<<aka.DefaultIndexBits|ind) }
	r.gives(sqn(100, 3), success)
	r.gives(sqn(50, 4), success) // older, at another index
	if got := resync(t, r.ok(sqn(50, 4))); got != 100<<aka.DefaultIndexBits|3 {
		t.Errorf("SQN_MS is %d.%d", got>>aka.DefaultIndexBits, got%32)
	}
	resync(t, r.ok(sqn(99, 3)))
	r.gives(sqn(101, 3), success)
	r.gives(sqn(1, 31), success)
	resync(t, r.ok(sqn(101+aka.DefaultDelta+1, 0))) // too far ahead
	r.gives(sqn(101+aka.DefaultDelta, 0), success)
	img := r.card.Image()
	if q := img.Subscribers[0].SQN; len(q) != 32 || q[31] != 1<<aka.DefaultIndexBits|31 || q[0] != (101+aka.DefaultDelta)<<aka.DefaultIndexBits {
		t.Errorf("saved sequence numbers: %v", q)
	}
}

func TestAuthenticateRefusals(t *testing.T) {
	r := everyday(t)
	r.usim()
	r.pin1()
	bad := []byte(challenge(t, 32))
	bad[len(bad)-1] ^= 1
	r.fails(string(bad), 0x9862)
	good := strings.ReplaceAll(challenge(t, 32), " ", "")
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

func TestSecondUSIMHasItsOwnKeys(t *testing.T) {
	r := everyday(t)
	r.ok("00A404040FA0000000871002FF86FFFF89000002")
	r.fails(challenge(t, 32), 0x9862)
	m, err := milenage.New(unhex(t, "0396EB317B6D1C36F19C1C84CD6FFD16"), unhex(t, "53C15671C60A4B731C55B4A441C0BDE2"))
	if err != nil {
		t.Fatal(err)
	}
	rand := "C00D603103DCEE52C4478119494202E8"
	autn, err := aka.AUTN(m, [16]byte(unhex(t, rand)), 32, [2]byte{})
	if err != nil {
		t.Fatal(err)
	}
	r.gives("0088008122 10"+rand+"10"+hex.EncodeToString(autn),
		"DB 08D3A628ED988620F0 10 58C433FF7A7082ACD424220F2B67C556 10 21A8C1F929702ADB3E738488B9F5C5DA") // no Kc: service 27 is off
}

func TestRunGSMAlgorithm(t *testing.T) {
	for _, id := range []string{"gsm", "everyday"} {
		r := plug(t, id, nil, Options{})
		run := "A088000010" + setRAND
		r.want(run, "9408") // DF.GSM is not current
		r.ok("A0A40000027F20")
		r.want(run, "9804")
		r.ok("A020000108" + pinHex("1234"))
		r.want(run, "9F0C")
		r.want("A0C000000C", setSRES+setKc+"9000")
		r.want("A08800000F"+setRAND[2:], "6710")
		r.want("A088000110"+setRAND, "6B00")
	}
	r := plug(t, "gsm", func(i *Image) { i.Subscribers = nil }, Options{})
	r.ok("A020000108" + pinHex("1234"))
	r.ok("A0A40000027F20")
	r.want("A088000010"+setRAND, "9408")
}
