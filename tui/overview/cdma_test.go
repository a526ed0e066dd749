package overview_test

import (
	"encoding/hex"
	"strings"
	"testing"

	"simscope/card/virtual"
	"simscope/fs/ef"
)

// csim makes a card of a CSIM alone, whose EF.IMSI_M and EF.IMSI_T hold what is
// given.
func csim(t *testing.T, m, imsiT ef.CDMAIMSI) func(*virtual.Image) {
	return func(img *virtual.Image) {
		const aid = "A0000003431002F310FFFF89020000FF"
		raw, _ := hex.DecodeString(aid)
		d, _ := ef.Lookup("ADF.CSIM/EF.IMSI_M")
		body := func(v ef.CDMAIMSI) virtual.Hex {
			b, err := d.Encode(v, 10)
			if err != nil {
				t.Fatal(err)
			}
			return b
		}
		dir := file(t, img, img.MF, 0x2F00)
		rec, _ := hex.DecodeString("6118" + "4F10" + aid + "5004" + "4353494D")
		dir.RecordLength, dir.RecordCount, dir.Records = len(rec), 1, []virtual.Hex{rec}
		img.Apps = img.Apps[:1]
		img.Apps[0].AID = virtual.AID(raw)
		img.Apps[0].ADF.Children = []*virtual.File{
			{FID: 0x6F22, Kind: virtual.KindTransparent, Size: 10, Data: body(m), Readable: true},
			{FID: 0x6F23, Kind: virtual.KindTransparent, Size: 10, Data: body(imsiT), Readable: true},
		}
	}
}

// The IMSI of a CDMA subscription is that of EF.IMSI_M, and that of EF.IMSI_T
// where the first is not programmed.
func TestCDMAIMSI(t *testing.T) {
	m := ef.CDMAIMSI{Programmed: true, MCC: "999", D11D12: "99", S2: "012", S1: "3456789"}
	second := ef.CDMAIMSI{Programmed: true, MCC: "001", D11D12: "01", S2: "987", S1: "6543210"}
	for _, programmed := range []bool{true, false} {
		m.Programmed = programmed
		r := builtin(t, "empty", csim(t, m, second))
		want, other := "999990123456789", "001019876543210"
		if !programmed {
			want, other = other, want
		}
		screen := r.view(120, 40)
		if got := strings.ReplaceAll(screen, " ", ""); !strings.Contains(got, "IMSI"+want) || strings.Contains(got, other) {
			t.Errorf("programmed %v: want %s\n%s", programmed, want, screen)
		}
	}
}
