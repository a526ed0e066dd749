package virtual

import "testing"

func TestClassesAreNotMixed(t *testing.T) {
	r := everyday(t)
	r.want("A0A40000023F00", "9F17")
	r.want("00A4000C023F00", "6E00")
	r.want("A0F2000017", r.raw("A0F2000017"))
	r.card.Reset()
	r.want("00A4000C023F00", "9000")
	r.want("A0A40000023F00", "6E00")
	r.want("00A4000C023F00", "9000")
	sim := plug(t, "gsm", nil, Options{})
	sim.want("00A4000C023F00", "6E00")
	sim.want("80F2000000", "6E00")
	sim.want("A0A40000023F00", "9F17")
	sim.want("00A4000C023F00", "6E00")
	sim.want("A0A40000027F10", "9F17")
}

func TestGSMFiles(t *testing.T) {
	r := plug(t, "gsm", nil, Options{})
	r.want("A0B0000009", "9400") // nothing selected
	r.want("A0A40000026F07", "9404")
	r.want("A0A40004023F00", "6B00")
	r.want("A0A40000033F0000", "6702")
	r.want("A0A4000000", "6702")
	r.ok("A0A40000027F20")
	r.ok("A0A40000026FAE")
	r.want("A0B0000001", "03 9000")
	r.want("A0B0000002", "6701")
	r.want("A0B0000101", "9402")
	r.want("A0B2010401", "9408")
	r.ok("A0A40000027F10") // from DF.GSM to its sibling
	r.ok("A0A40000026F3A")
	r.want("A0B0000001", "9408")
	r.want("A0B2010420", "9804")
	r.ok("A020000108" + pinHex("1234"))
	if got := r.raw("A0B2010420"); got[:4] != "8066" {
		t.Errorf("contact 1 is %s", got)
	}
	r.want("A0B2FF0420", "9402")
	r.want("A0B2010421", "6720")
	r.want("A0B2010C20", "6B00") // short identifiers are of the UICC
	r.ok("A0A40000027F20")
	r.ok("A0A40000026F7E")
	r.want("A0D600000B 00112233445566778899AA", "9000")
	r.want("A0B000000B", "00112233445566778899AA 9000")
	r.want("A0B0810001", "9402") // no short identifiers: an offset too far
	r.want("A084000008", "6D00")
	r.want("A0FA000000", "6D00")
}

func TestInvalidateAndRehabilitate(t *testing.T) {
	r := plug(t, "gsm", func(i *Image) { i.MF.Children[0].GSM = Hex{0x00, 0xFF, 0x00} }, Options{})
	r.want("A004000000", "9400")
	r.ok("A0A40000022FE2")
	r.want("A044000000", "9810") // is valid
	r.want("A004000000", "9000")
	r.want("A004000000", "9810")
	r.want("A0B000000A", "9810")
	if h := r.ok("A0A40000022FE2"); h[11]&1 != 0 {
		t.Errorf("status byte of an invalidated file: % X", h)
	}
	r.want("A044000000", "9000")
	if got := r.raw("A0B000000A"); got[20:] != "9000" {
		t.Errorf("rehabilitated file: %s", got)
	}
}

func TestBothModesSeeTheSameSubscriber(t *testing.T) {
	r := everyday(t)
	r.ok("A020000108" + pinHex("1234"))
	r.ok("A0A40000027F20")
	r.ok("A0A40000026F07")
	r.want("A0B0000009", imsiBytes+"9000")
	r.ok("A0A40000026F7B")
	r.want("A0D6000003 62F210", "9000")
	r.card.Reset()
	r.usim()
	r.pin1()
	r.want("00B08D0003", "62F210 9000")
}
