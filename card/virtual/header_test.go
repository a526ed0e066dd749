package virtual

import (
	"bytes"
	"testing"

	"simscope/card/tlv"
)

func TestFCPOfFiles(t *testing.T) {
	r := everyday(t)
	r.usim()
	for _, c := range []struct {
		sel  string
		tags map[tlv.Tag]string
	}{
		{"00A40004026F07", map[tlv.Tag]string{
			0x82: "4121", 0x83: "6F07", 0x8A: "05", 0x8B: "6F0602", 0x80: "0009", 0x81: "0029", 0x88: "38", 0xC6: "-", 0x84: "-",
		}},
		{"00A40004026F3C", map[tlv.Tag]string{0x82: "422100B014", 0x80: "0DC0", 0x8B: "6F0603", 0x88: ""}},
		{"00A40804047F106F44", map[tlv.Tag]string{0x82: "4621002005", 0x80: "00A0", 0x8B: "2F0603"}},
		{"00A40804047FFF6F3E", map[tlv.Tag]string{0xAB: "800101A010A406830101950108A40683010A950108800102A40683010A950108", 0x8B: "-"}},
		{"00A40804047FFF6F45", map[tlv.Tag]string{0x8C: "1B21211111", 0x8B: "-", 0xAB: "-"}},
		{"00A40804022F00", map[tlv.Tag]string{0x82: "4221002805", 0x88: "F0"}},
	} {
		nodes := r.template(r.ok(c.sel))
		for k, want := range c.tags {
			if got := tag(nodes, k); got != want {
				t.Errorf("%s: tag %s is %s, want %s", c.sel, k, got, want)
			}
		}
	}
}

func TestFCPOfDirectories(t *testing.T) {
	r := everyday(t)
	mf := r.template(r.ok("00A40004023F00"))
	if tag(mf, 0x82) != "7821" || tag(mf, 0x83) != "3F00" || tag(mf, 0x8B) != "2F0601" ||
		tag(mf, 0xC6) != "9001C0"+"830101"+"83010A" || tag(mf, 0xA5) != "800171830400018D08870101" {
		t.Errorf("FCP of the MF: %v", mf)
	}
	adf := r.template(r.ok("00A4040407A0000000871002"))
	if tag(adf, 0x84) != "A0000000871002FF86FFFF8900000100" || tag(adf, 0x83) != "7FFF" ||
		tag(adf, 0xC6) != "9001E0"+"830101"+"830181"+"83010A" {
		t.Errorf("FCP of the first USIM: %v", adf)
	}
	second := r.template(r.ok("00A4040607A0000000871002"))
	if tag(second, 0xC6) != "900130"+"830102"+"950100830111"+"830182"+"83010A" {
		t.Errorf("PIN status template of the second USIM: %s", tag(second, 0xC6))
	}
	if rules := tag(r.template(r.ok("00A40004026F07")), 0x8B); rules != "6F0601020009" {
		t.Errorf("paired rules: %s", rules)
	}
}

func TestFCPFollowsState(t *testing.T) {
	r := everyday(t)
	r.usim()
	r.pin1()
	r.ok("0026000108" + pinHex("1234"))
	if got := tag(r.template(r.ok("80F2000000")), 0xC6); got[:6] != "900160" {
		t.Errorf("after DISABLE the template is %s", got)
	}
	r.adm()
	r.ok("00A40004026F07")
	r.want("00040000", "9000")
	data, sw := r.do("00A40004026F07")
	if sw != 0x6283 || tag(r.template(data), 0x8A) != "04" {
		t.Errorf("a deactivated file answers %s with % X", sw, data)
	}
	r.want("00A4000C026F07", "6283")
}

func TestGSMHeaders(t *testing.T) {
	r := everyday(t)
	mf := r.ok("A0A40000023F00")
	want := unhex(t, "0000 1C00 3F00 01 0000000000 0A 0B 02 06 04 00 83 8A 83 8A 00")
	if !bytes.Equal(mf, want) {
		t.Errorf("header of the MF: % X, want % X", mf, want)
	}
	if df := r.ok("A0A40000027F20"); df[6] != 0x02 || df[4] != 0x7F || df[5] != 0x20 || df[15] != 17 {
		t.Errorf("header of DF.GSM: % X", df)
	}
	if ef := r.ok("A0A40000026F07"); !bytes.Equal(ef, unhex(t, "0000 0009 6F07 04 00 14FF44 01 02 00 00")) {
		t.Errorf("header of EF.IMSI: % X", ef)
	}
	r.ok("A0A40000027F10")
	if ef := r.ok("A0A40000026F44"); !bytes.Equal(ef, unhex(t, "0000 00A0 6F44 04 00 11FF44 01 02 03 20")) {
		t.Errorf("header of EF.LND: % X", ef)
	}
	r.want("A0A40000026F3C", "9F0F")
	r.want("A0C0000010", "670F")
	r.want("A0C000000F", "00000DC06F3C040011FF4401020 1B0 9000")
	r.want("A0C000000F", "6F00") // only once
	r.want("A0F2000016", r.raw("A0F2000016"))
	r.want("A0F2000018", "6717")
	if got := r.ok("A0F2000005"); len(got) != 5 {
		t.Errorf("STATUS with P3 05 gives % X", got)
	}
}

func TestGSMHeaderShowsCHVState(t *testing.T) {
	r := everyday(t)
	r.want("A020000108"+pinHex("0000"), "9804")
	h := r.ok("A0F2000017")
	if h[18] != 0x82 || h[13]&0x80 != 0 {
		t.Errorf("after one wrong CHV1: % X", h)
	}
	r.want("A026000108"+pinHex("1234"), "9000")
	if h = r.ok("A0F2000017"); h[13]&0x80 == 0 || h[18] != 0x83 {
		t.Errorf("after DISABLE CHV: % X", h)
	}
	none := plug(t, "gsm", func(i *Image) { i.PINs = nil }, Options{})
	if h = none.ok("A0F2000017"); h[18] != 0 || h[20] != 0 || h[16] != 0 {
		t.Errorf("without CHVs: % X", h)
	}
}
