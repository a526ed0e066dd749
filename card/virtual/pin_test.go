package virtual

import (
	"fmt"
	"testing"
)

func TestVerify(t *testing.T) {
	r := everyday(t)
	r.usim()
	r.want("0020000100", "63C3")
	r.want("00200001", "63C3")
	r.want("00B0870009", "6982")
	r.want(verify(1, "1111"), "63C2")
	r.want("0020000100", "63C2")
	r.want(verify(1, "1234"), "9000")
	r.want("0020000100", "63C3")
	r.want("00B0870009", imsiBytes+"9000")
	r.want(verify(1, "9999"), "63C2") // and the right is lost
	r.want("00B0870009", "6982")
	r.want(verify(1, "1234"), "9000")
	r.card.Reset()
	r.usim()
	r.want("00B0870009", "6982")
	r.want("0020000104 31323334", "6700")
	r.want("0020010008"+pinHex("1234"), "6A86")
	r.want("0020000008"+pinHex("1234"), "6A88")
	r.want("0020003300", "6A88")
	r.want("0020000100", "63C3")
}

func TestBlocking(t *testing.T) {
	r := everyday(t)
	for _, want := range []string{"63C2", "63C1", "63C0", "6983", "6983"} {
		r.want(verify(1, "0000"), want)
	}
	r.want(verify(1, "1234"), "6983") // the right one is too late
	r.want("0020000100", "6983")
	r.card.PowerOff()
	r.card.PowerOn()
	r.want("0020000100", "6983") // neither does a reset help
	r.want("0024000110"+pinHex("1234")+pinHex("5555"), "6983")
	r.want("0026000108"+pinHex("1234"), "6983")
	r.want("0028000108"+pinHex("1234"), "6983")
	r.want("002C000100", "63CA")
	r.want("002C000110"+pinHex("12345678")+pinHex("4321"), "9000")
	r.want("0020000100", "63C3")
	r.usim()
	r.want("00B0870009", imsiBytes+"9000") // UNBLOCK verifies
	r.want(verify(1, "4321"), "9000")
}

func TestEveryCommandWithAWrongPINCosts(t *testing.T) {
	wrong := map[string]string{
		"VERIFY":  verify(1, "0000"),
		"CHANGE":  "0024000110" + pinHex("0000") + pinHex("4321"),
		"DISABLE": "0026000108" + pinHex("0000"),
	}
	for name, apdu := range wrong {
		r := everyday(t)
		r.want(apdu, "63C2")
		r.want(apdu, "63C1")
		r.want(apdu, "63C0")
		if r.want(apdu, "6983"); t.Failed() {
			t.Fatal(name)
		}
	}
	r := everyday(t)
	r.want("0026000108"+pinHex("1234"), "9000")
	r.want("0028000108"+pinHex("0000"), "63C2")
	r.want("0028000108"+pinHex("0000"), "63C1")
	r.want("0028000108"+pinHex("0000"), "63C0")
	r.want("0028000108"+pinHex("1234"), "6983")
}

func TestUnblockCounter(t *testing.T) {
	r := everyday(t)
	for left := 9; left >= 0; left-- {
		r.want("002C000110"+pinHex("00000000")+pinHex("4321"), fmt.Sprintf("63C%X", left))
	}
	r.want("002C000110"+pinHex("12345678")+pinHex("4321"), "6983")
	r.want("002C000100", "6983")
	r.want(verify(1, "1234"), "9000") // the PIN itself is not touched
}

func TestUnblockTurnsThePINOn(t *testing.T) {
	r := everyday(t)
	r.want("0026000108"+pinHex("1234"), "9000")
	r.want("002C000110"+pinHex("12345678")+pinHex("7777"), "9000")
	r.card.Reset()
	r.usim()
	r.want("00B0870009", "6982")
	r.want(verify(1, "7777"), "9000")
}

func TestChange(t *testing.T) {
	r := everyday(t)
	change := func(old, new string) string { return "0024000110" + pinHex(old) + pinHex(new) }
	r.want(change("1234", "12345678"), "9000")
	r.want(verify(1, "1234"), "63C2")
	r.want(verify(1, "12345678"), "9000")
	r.want("0024000110"+pinHex("12345678")+"31323300FFFFFFFF", "6A80") // no PIN, and no try spent
	r.want("0024000110"+pinHex("12345678")+"313233FFFFFFFFFF", "6A80")
	r.want("0024000110"+pinHex("12345678")+"31323334FF35FFFF", "6A80")
	r.want("0020000100", "63C3")
	r.want("0024000108"+pinHex("1234"), "6700")
	r.want("00240001", "6700")
	r.want("0024010110"+pinHex("12345678")+pinHex("1234"), "6A86")
	r.want("0026000108"+pinHex("12345678"), "9000")
	r.want(change("12345678", "1234"), "6984") // only while it is on
}

func TestDisableAndEnable(t *testing.T) {
	r := everyday(t)
	r.usim()
	r.want("0028000108"+pinHex("1234"), "6985") // is on
	r.want("0026000108"+pinHex("1234"), "9000")
	r.want("00B0870009", imsiBytes+"9000")
	r.want("0026000108"+pinHex("1234"), "6984")
	r.want(verify(1, "1234"), "6984")
	r.want(verify(1, "0000"), "6984")
	r.want("0020000100", "63C3")
	r.card.Reset()
	r.usim()
	r.want("00B0870009", imsiBytes+"9000")
	r.want("0028000108"+pinHex("1234"), "9000")
	r.card.Reset()
	r.usim()
	r.want("00B0870009", "6982")
	r.want("0026000104 31323334", "6700")
	r.want("0028000104 31323334", "6700")
	r.want("0026550108"+pinHex("1234"), "6A86")
	r.want("0028010108"+pinHex("1234"), "6A86")
}

func TestLocalPINs(t *testing.T) {
	r := everyday(t)
	r.want("0020008100", "6A88") // no application
	r.usim()
	r.want("0020008100", "63C3")
	r.want("0020008200", "6A88")
	r.want(verify(0x81, "5678"), "9000")
	r.ok("00A4040607A0000000871002")
	r.want("0020008100", "6A88")
	r.want("0020008200", "63C3")
	r.want(verify(0x82, "5678"), "63C2")
	r.usim()
	r.want("0020008100", "63C3") // its counter is another
	r.want("002C008110"+pinHex("87654321")+pinHex("0815"), "9000")
	r.want(verify(0x81, "0815"), "9000")
}

func TestADM(t *testing.T) {
	r := everyday(t)
	r.want("0020000A00", "63CA")
	r.want("0020000A08 0000000000000000", "63C9")
	r.adm()
	r.want("0026000A08 9F1C20D47A3B55E8", "6985")
	r.want("002C000A00", "6A88") // there is no PUK
	r.want("0024000A10 9F1C20D47A3B55E8 0001020304050607", "9000")
	r.want("0020000A08 0001020304050607", "9000")
}

func TestUniversalPIN(t *testing.T) {
	r := plug(t, "everyday", func(i *Image) {
		for k := range i.PINs {
			if i.PINs[k].Ref == RefUniversal || i.PINs[k].Ref == 0x02 {
				i.PINs[k].Enabled = true
			}
		}
	}, Options{})
	second := func() { t.Helper(); r.ok("00A404040FA0000000871002FF86FFFF89000002") }
	second()
	r.want("00B0870009", "6982")
	r.want("0026910208"+pinHex("4321"), "9000") // the Universal PIN stands in
	r.want("00B0870009", "6982")
	if got := tag(r.template(r.ok("80F2000000")), 0xC6); got != "900170"+"830102"+"950108830111"+"830182"+"83010A" {
		t.Errorf("PIN status template %s", got)
	}
	r.want(verify(0x11, "9999"), "9000")
	if a := r.raw("00B0870009"); a[len(a)-4:] != "9000" {
		t.Errorf("with the Universal PIN verified: %s", a)
	}
	r.card.Reset()
	second()
	r.want("00B0870009", "6982")
	r.want("0028000208"+pinHex("4321"), "9000")
	r.want("0026000208"+pinHex("4321"), "9000") // this time without a stand-in
	r.card.Reset()
	second()
	if a := r.raw("00B0870009"); a[len(a)-4:] != "9000" {
		t.Errorf("open card answers %s", a)
	}
	blocked := plug(t, "blocked", nil, Options{})
	blocked.want("0026910108"+pinHex("1234"), "6A86") // has none
}

// A rule for PIN1 alone holds while the Universal PIN stands in for it.
func TestUniversalPINWithoutPairedRules(t *testing.T) {
	r := plug(t, "everyday", func(i *Image) {
		for k := range i.PINs {
			if i.PINs[k].Ref == RefUniversal {
				i.PINs[k].Enabled = true
			}
		}
	}, Options{})
	r.usim()
	r.want("0026910108"+pinHex("1234"), "9000")
	r.want("00B0870009", "6982")
	r.want(verify(0x11, "9999"), "9000")
	r.want("00B0870009", imsiBytes+"9000")
}

func TestBlockedCard(t *testing.T) {
	r := plug(t, "blocked", nil, Options{})
	r.want("0020000100", "6983")
	r.want("002C000100", "63CA")
	r.usim()
	r.want("00B0870009", "6982")
}

func TestGSMPINs(t *testing.T) {
	r := plug(t, "gsm", nil, Options{})
	r.want("A0A40000027F20", "9F17")
	r.want("A0A40000026F07", "9F0F")
	r.want("A0B0000009", "9804")
	r.want("A020000108"+pinHex("0000"), "9804")
	r.want("A020000108"+pinHex("0000"), "9804")
	r.want("A020000108"+pinHex("0000"), "9840")
	r.want("A020000108"+pinHex("1234"), "9840")
	r.want("A02C000110"+pinHex("12345678")+pinHex("4321"), "6B00") // P2 is 00 for CHV1
	r.want("A02C000010"+pinHex("12345678")+pinHex("4321"), "9000")
	r.want("A0B0000009", "0809101010325476 98 9000")
	r.want("A020000108"+pinHex("4321"), "9000")
	r.want("A024000110"+pinHex("4321")+pinHex("1234"), "9000")
	r.want("A026000108"+pinHex("1234"), "9000")
	r.want("A026000108"+pinHex("1234"), "9808")
	r.want("A020000108"+pinHex("1234"), "9808")
	r.want("A028000108"+pinHex("1234"), "9000")
	r.want("A028000108"+pinHex("1234"), "9808")
	r.want("A026000208"+pinHex("5678"), "6B00") // CHV2 cannot be switched
	r.want("A020000308"+pinHex("5678"), "6B00")
	r.want("A020000208"+pinHex("5678"), "9000")
	r.want("A02C000210"+pinHex("87654321")+pinHex("0000"), "9000")
	r.want("A020000100", "6700") // no question for tries in this class
	r.want("A02C000000", "6700")
	none := plug(t, "gsm", func(i *Image) { i.PINs = nil }, Options{})
	none.want("A020000108"+pinHex("1234"), "9802")
}

func TestCHV2OfAUICC(t *testing.T) {
	r := everyday(t)
	r.want("A020000208"+pinHex("5678"), "9000")
	r.want("A020000208"+pinHex("0000"), "9804")
	r.card.Reset()
	r.usim()
	r.want("0020008100", "63C2") // the same counter
}

func TestQuestionsCostNothing(t *testing.T) {
	r := everyday(t)
	before := r.card.Image()
	for _, q := range []string{"00200001", "0020000100", "002C000100", "0020000A00", "0020001100"} {
		r.raw(q)
	}
	after := r.card.Image()
	for i := range before.PINs {
		if before.PINs[i].Tries != after.PINs[i].Tries || before.PINs[i].UnblockTries != after.PINs[i].UnblockTries {
			t.Errorf("PIN %02X: a question cost a try", byte(before.PINs[i].Ref))
		}
	}
}
