package ef

import (
	"bytes"
	"errors"
	"fmt"
	"net/netip"
	"strings"
	"testing"

	"simscope/texts"
)

// What the files of an R-UIM and a CSIM look like on screen, and their traps:
// path, bytes, summary, flags.
func TestCDMAFiles(t *testing.T) {
	for _, c := range []struct{ path, in, summary, flags string }{
		{"MF/DF.CDMA/EF.COUNT", "FF00", "63", "cdma.reserved"},
		{"ADF.CSIM/EF.COUNT", "05", "", "short"},
		{"MF/DF.CDMA/EF.IMSI_M", "00000000000000000000", "not programmed", "cdma.imsi"},
		{"MF/DF.CDMA/EF.IMSI_M", "FFFFFFFFFFFFFFFFFFFF", "empty", ""},
		{"MF/DF.CDMA/EF.IMSI_M", "008D03CB11033480DE", "", "short"},
		{"ADF.CSIM/EF.IMSI_M", "028D07CB11033480DE03", "001 630101234560", "cdma.reserved cdma.reserved"},
		{"ADF.CSIM/EF.IMSI_T", "00FF03CB11033480DE03", "", "cdma.imsi"},
		{"ADF.CSIM/EF.IMSI_T", "008D03CB11037F80DE03", "", "cdma.imsi"},
		{"MF/DF.CDMA/EF.TMSI", "04112233440000000078563412000000", "12345678", ""},
		{"MF/DF.CDMA/EF.CDMAHOME", "0000000000", "none", ""},
		{"MF/DF.CDMA/EF.CDMAHOME", "61800300E0", "SID 97 NID 3", "cdma.reserved cdma.reserved"},
		{"MF/DF.CDMA/EF.ZNREGI", "0000000000000000", "none", ""},
		{"MF/DF.CDMA/EF.SNREGI", "01000000000000", "none", ""},
		{"MF/DF.CDMA/EF.DISTREGI", "0000000000000000", "none", ""},
		{"MF/DF.CDMA/EF.TERM", "00", "none", ""},
		{"MF/DF.CDMA/EF.TERM", "0C", "at home", "cdma.reserved"},
		{"MF/DF.CDMA/EF.USGIND", "00", "ESN, MEID", ""},
		{"MF/DF.CDMA/EF.SPCS", "01", "the code was changed", ""},
		{"MF/DF.CDMA/EF.3GPDOPM", "03", "reserved", ""},
		{"MF/DF.CDMA/EF.RUIMID", "0001020304050607", "empty", ""},
		{"MF/DF.CDMA/EF.RUIMID", "0501020304050607", "", "cdma.id"},
		{"MF/DF.CDMA/EF.RUIMID", "0901020304050607", "", "short"},
		{"MF/DF.CDMA/EF.MDN", "0921436587A9FFFFFF0A00", "1234567890", "cdma.mdn"},
		{"MF/DF.CDMA/EF.MDN", "0A2143658709FFFFFF0A00", "123456789?", "cdma.mdn"},
		{"MF/DF.CDMA/EF.MDN", "FFFFFFFFFFFFFFFFFFFFFF", "empty", ""},
		{"MF/DF.CDMA/EF.OTA", "020002", "", "short"},
		{"MF/DF.CDMA/EF.OTA", "010B01", "reserved feature", ""},
		{"MF/DF.CDMA/EF.LI", "02FF02FF", "empty", ""},
		{"MF/DF.CDMA/EF.LI", "020102", "English", "odd"},
		{"MF/DF.CDMA/EF.SIPCAP", "1508", "", "short"},
		{"MF/DF.CDMA/EF.MIPCAP", "1508404207", "1", "cdma.reserved"},
		{"MF/DF.CDMA/EF.SIPUPP", "00FF", "empty", ""},
		{"MF/DF.CDMA/EF.SIPUPP", "0510FF4142", "", "short"},
		{"MF/DF.CDMA/EF.SIPUPP", "0410FF4142", "", "cdma.profile"},
		{"MF/DF.CDMA/EF.HRPDUPP", "0403414210", "", "cdma.profile"},
		{"MF/DF.CDMA/EF.MIPUPP", "03800100", "", "cdma.profile"},
		{"MF/DF.CDMA/EF.PRL", "001200000000400121000280005000006EDB", "list 0: 1 system, 1 record of channels", "mmss.crc"},
		{"MF/DF.CDMA/EF.PRL", "FFFF", "empty", ""},
		{"MF/DF.CDMA/EF.PRL", "0013000000004001210002800050000000", "", "mmss.size"},
		{"ADF.CSIM/EF.EPRL", "000E000003000180000400000000", "list 0: 0 systems, 0 records of channels", "mmss.crc mmss.short"},
		{"MF/DF.CDMA/EF.OTAPASPC", "13", "not allowed, not allowed", "cdma.reserved"},
		{"MF/DF.CDMA/EF.NAMLOCK", "02", "not locked", ""},
		{"MF/DF.CDMA/EF.NAMLOCK", "01", "locked", ""},
		{"MF/DF.CDMA/EF.SP", "62", "system B first, CDMA only", ""},
		{"MF/DF.CDMA/EF.SP", "83", "reserved, no preference", "cdma.reserved"},
		{"MF/DF.CDMA/EF.ATC", "04", "0", "cdma.reserved"},
		{"MF/DF.CDMA/EF.MECRP", "0006", "", "short"},
		{"MF/DF.CDMA/EF.ME3GPDOPC", "00", "none", ""},
		{"MF/DF.CDMA/EF.ME3GPDOPC", "07", "simple IP, mobile IP, mobile IP, else simple IP", ""},
		{"MF/DF.CDMA/EF.SIPSP", "31", "3", "cdma.reserved"},
		{"MF/DF.CDMA/EF.MIPSP", "12", "", "short"},
		{"MF/DF.CDMA/EF.MIPSP", "112FFF", "1, 2", ""},
		{"MF/DF.CDMA/EF.MIPSP", "1012", "1", "file.trailing"},
		{"MF/DF.CDMA/EF.HRPDCAP", "20F980", "32", "cdma.reserved"},
		{"MF/DF.CDMA/EF.BCSMScfg", "00", "none", ""},
		{"MF/DF.CDMA/EF.BCSMSpref", "05", "those of the table", "cdma.reserved"},
		{"MF/DF.CDMA/EF.BCSMStable", "0000000000000000", "empty", ""},
		{"MF/DF.CDMA/EF.BCSMStable", "00FFFFFFFFFFFFFF", "empty", ""},
		{"MF/DF.CDMA/EF.BCSMStable", "0100100701010241E9", "4096  Aé", ""},
		{"MF/DF.CDMA/EF.BCSMStable", "0100", "", "short"},
		{"MF/DF.CDMA/EF.BCSMSP", "FFFF", "empty", ""},
		{"MF/DF.CDMA/EF.BCSMSP", "0003", "switched off", ""},
		{"MF/DF.CDMA/EF.SMSS", "0001FFFFFE", "1", ""},
		{"MF/DF.CDMA/EF.SMSS", "FFFFFFFFFF", "empty", ""},
		{"MF/DF.CDMA/EF.SMSS", "0001", "", "short"},
		{"MF/DF.CDMA/EF.SMSP", "00021002FFFF02FFFFFFFFFF", "WMT", ""},
		{"MF/DF.CDMA/EF.SMSP", "00021002FFFDFF0405FFFFFF", "WMT", "cdma.parameter"},
		{"MF/DF.CDMA/EF.SMSP", "00021002FFFFFFFFFFFF0105FF00", "WMT", "cdma.parameter"},
		{"MF/DF.CDMA/EF.SMSP", "00021002FFFFFFFFFFFF090100FF", "WMT", "cdma.unknown"},
		{"MF/DF.CDMA/EF.SMSP", "00031002FFFFFFFFFFFF", "", "cdma.size"},
		{"MF/DF.CDMA/EF.SMSP", "0002FFFFFFFFFFFFFFFF", "65535", ""},
		{"MF/DF.CDMA/EF.SSFC", "01FF7272FF", "1 code", "cdma.feature"},
		{"MF/DF.CDMA/EF.SSFC", "0172FFFF", "1 code", "odd"},
		{"ADF.CSIM/EF.AuthCapability", "0001", "multimedia messages (MMS)  CRAM-MD5", ""},
		{"ADF.CSIM/EF.AuthCapability", "0100", "reserved  none", ""},
		{"ADF.CSIM/EF.AuthCapability", "FFFF", "empty", ""},
		{"ADF.CSIM/EF.CDMACNL", "FFFFFFFFFFFFFF", "empty", ""},
		{"ADF.CSIM/EF.CDMACNL", "00F1101234010200", "00F110", "odd"},
		{"ADF.CSIM/EF.HOME_TAG", "0045486F6D", "", "short"},
		{"ADF.CSIM/EF.HOME_TAG", "0042486F6D", "Ho", "file.trailing"},
		{"ADF.CSIM/EF.LCSCP", "8003C00002FF", "", ""},
		{"ADF.CSIM/EF.LCSCP", "8204782E7920", "x.y ", ""},
		{"ADF.CSIM/EF.LCSCP", "FFFFFF", "empty", ""},
		{"ADF.CSIM/EF.MODEL", "0201", "", "short"},
		{"MF/DF.CDMA/EF.PUZL", "0000FFFF", "0 zones", ""},
		{"MF/DF.CDMA/EF.PUZL", "C000FFFF", "0 zones", "cdma.reserved"},
		{"MF/DF.CDMA/EF.PUZL", "00010000", "1 zone", "cdma.zone"},
		{"MF/DF.CDMA/EF.PUZL", "0001000700C4020001010010000000000000", "1 zone", "cdma.zone"},
		{"MF/DF.CDMA/EF.PUZL", "00", "empty", ""},
		{"MF/DF.CDMA/EF.PUZL", "01", "", "short"},
		{"ADF.CSIM/EF.GROUP_TAG", "00000001010100000000", "list 1: 1 byte of records", "mmss.size"},
		{"ADF.CSIM/EF.SPECIFIC_TAG", "000900010101", "", "short"},
		{"MF/DF.CDMA/EF.SPC", "00000A", "a key is stored", "cdma.spc"},
		{"MF/DF.CDMA/EF.SPC", "0000", "", "short"},
		{"MF/DF.CDMA/EF.SIPPAPSS", "FFFF", "empty", ""},
		{"ADF.CSIM/EF.3GCIK", "0102", "", "short"},
		{"ADF.CSIM/EF.CST", "02000000000002", "2 of 56 services available", "service.unassigned"},
	} {
		got := decode(t, c.path, c.in, Context{})
		if got.Summary != c.summary || flagIDs(got) != c.flags {
			t.Errorf("%s %s: %q flags %q, want %q flags %q", c.path, c.in, got.Summary, flagIDs(got), c.summary, c.flags)
		}
		checkDecoded(t, c.path, unhex(t, c.in), got)
	}
}

// Each group of digits says which digits it is, for all of them.
func TestCDMADigits(t *testing.T) {
	for n := range 1000 {
		digits, ok := cdmaDigits(n, 3)
		back, err := cdmaNumber(digits, 3, "mcc")
		if !ok || err != nil || back != n {
			t.Fatalf("%d is %q, and that %d, %v", n, digits, back, err)
		}
	}
	for n, want := range map[int]string{0: "111", 9: "110", 888: "999", 990: "001", 999: "000"} {
		if got, _ := cdmaDigits(n, 3); got != want {
			t.Errorf("%d is %q, want %q", n, got, want)
		}
	}
	if got, ok := cdmaDigits(1000, 3); ok {
		t.Errorf("1000 is %q", got)
	}
}

func TestCDMAEdits(t *testing.T) {
	for _, c := range []struct {
		path, in, want string
		edit           func(any) any
	}{
		{"ADF.CSIM/EF.IMSI_M", "008D03CB11033480DE03", "000A030008003480DE03", func(v any) any {
			x := v.(CDMAIMSI)
			x.S2, x.S1 = "889", "1112111"
			return x
		}},
		{"MF/DF.CDMA/EF.CDMAHOME", "E803AE0800", "6100FFFF05", func(v any) any {
			x := v.(CDMAHome)
			x.SID, x.NID, x.Band = 97, 0xFFFF, 5
			return x
		}},
		{"MF/DF.CDMA/EF.MDN", "0A21436587A9FFFFFF0A00", "035AF1FFFFFFFFFFFF0A00", func(v any) any {
			x := v.(MDN)
			x.Number = "051"
			return x
		}},
		{"MF/DF.CDMA/EF.HRPDUPP", "0D0B6162634078797A2E636F6D10", "03016110FFFF", func(v any) any {
			x := v.(DataProfile)
			x.Names[0].NAI = "a"
			return x
		}},
		{"MF/DF.CDMA/EF.DISTREGI", "0000000000000000", "FFFF3F0000400000", func(v any) any {
			x := v.(DistanceRegistration)
			x.Latitude, x.Longitude = -1, -(1 << 22)
			return x
		}},
		{"MF/DF.CDMA/EF.SMSS", "0001FFFFFB", "0002FFFFFA", func(v any) any {
			x := v.(SMSSCDMA)
			x.MessageID, x.Full = 2, true
			return x
		}},
		{"MF/DF.CDMA/EF.SMSP", "00021002FFFF02FFFFFFFFFFFFFFFFFFFFFFFFFF", "00021002FFEE020488809880FFFF8FFF", func(v any) any {
			x := v.(SMSPCDMA)
			n := 143
			x.Validity, x.Originating = &n, &CDMAAddress{DigitMode: 1, Type: 1, Plan: 1, Digits: "1"}
			return x
		}},
	} {
		d, _ := Lookup(c.path)
		in := unhex(t, c.in)
		out, err := d.Encode(c.edit(d.Decode(in, Context{}).Value), len(in))
		if err != nil {
			t.Errorf("%s: %v", c.path, err)
			continue
		}
		if got := fmt.Sprintf("%X", out); !strings.HasPrefix(got, c.want) {
			t.Errorf("%s was written as %s, want %s", c.path, got, c.want)
		}
		if again := d.Decode(out, Context{}); len(again.Flags) != 0 {
			t.Errorf("%s: %X has flags %s", c.path, out, flagIDs(again))
		}
	}
}

// A roaming list that is edited gets its size and checksum anew.
func TestPRLEdit(t *testing.T) {
	for _, v := range allVectors(t) {
		if v.Published() || !strings.HasSuffix(v.File, "PRL") || strings.HasSuffix(v.File, "MAX_PRL") {
			continue
		}
		d, _ := Lookup(v.File)
		p := d.Decode(v.bytes(t), Context{}).Value.(PRL)
		p.Systems = p.Systems[:1]
		p.ID = 77
		out, err := d.Encode(p, len(v.bytes(t)))
		if err != nil {
			t.Fatal(err)
		}
		got := d.Decode(out, Context{})
		q := got.Value.(PRL)
		if len(got.Flags) != 0 || q.ID != 77 || len(q.Systems) != 1 || q.Size >= p.Size {
			t.Errorf("%s: %+v flags %s", v.File, q, flagIDs(got))
		}
		p.Roaming = 256
		if _, err := d.Encode(p, len(out)); err == nil {
			t.Errorf("%s: a roaming indicator of 256 was written", v.File)
		}
	}
}

func TestCDMARefusals(t *testing.T) {
	one, v4 := 1, netip.MustParseAddr("192.0.2.1")
	for _, c := range []struct {
		path  string
		value any
		size  int
		id    string
	}{
		{"ADF.CSIM/EF.IMSI_M", CDMAIMSI{MCC: "99", D11D12: "99", S2: "012", S1: "3456789"}, 10, "cdma.digits"},
		{"ADF.CSIM/EF.IMSI_M", CDMAIMSI{MCC: "99A", D11D12: "99", S2: "012", S1: "3456789"}, 10, "digit"},
		{"ADF.CSIM/EF.IMSI_M", CDMAIMSI{Class: 2}, 10, "number.range"},
		{"ADF.CSIM/EF.CDMAHOME", CDMAHome{SID: 1 << 15}, 5, "number.range"},
		{"ADF.CSIM/EF.CDMAHOME", CDMAHome{}, 4, "size"},
		{"ADF.CSIM/EF.DISTREGI", DistanceRegistration{Latitude: 1 << 21}, 8, "cdma.signed"},
		{"ADF.CSIM/EF.TMSI", CDMATMSI{}, 16, "length"},
		{"ADF.CSIM/EF.RUIMID", DeviceID{Identifier: Hex{1}}, 8, "length"},
		{"ADF.CSIM/EF.SF_EUIMID", EUIMID{Identifier: Hex{1}}, 7, "length"},
		{"ADF.CSIM/EF.MDN", MDN{Number: "1234567890123456"}, 11, "cdma.long"},
		{"ADF.CSIM/EF.MDN", MDN{Number: "+1"}, 11, "digit"},
		{"ADF.CSIM/EF.MDN", MDN{Number: "1?"}, 11, "digit"},
		{"ADF.CSIM/EF.OTA", OTAFeatures{Features: make([]OTAFeature, 4)}, 5, "size"},
		{"ADF.CSIM/EF.LI", CDMALanguages{Languages: []CDMALanguage{{256, 1}}}, 2, "number.range"},
		{"ADF.CSIM/EF.SIPUPP", DataProfile{Names: make([]DataName, 16)}, 200, "number.range"},
		{"ADF.CSIM/EF.SIPUPP", DataProfile{Names: []DataName{{NAI: "long enough"}}}, 8, "size"},
		{"ADF.CSIM/EF.HRPDUPP", DataProfile{Names: make([]DataName, 2)}, 20, "entries"},
		{"ADF.CSIM/EF.MIPUPP", MobileIPProfile{Names: make([]MobileIPEntry, 1)}, 90, "cdma.address"},
		{"ADF.CSIM/EF.PRL", PRL{Size: 1, Revision: &one}, 90, "cdma.plain"},
		{"ADF.CSIM/EF.EPRL", PRL{Size: 1}, 90, "cdma.missing"},
		{"ADF.CSIM/EF.PRL", PRL{Size: 1, Systems: []PRLSystem{{Type: 3}}}, 90, "cdma.plain"},
		{"ADF.CSIM/EF.SP", ServicePreference{Kind: 8}, 1, "number.range"},
		{"ADF.CSIM/EF.MIPSP", ActiveNames{More: make([]int, 16)}, 20, "number.range"},
		{"ADF.CSIM/EF.MIPSP", ActiveNames{More: []int{16}}, 20, "number.range"},
		{"ADF.CSIM/EF.MIPSP", ActiveNames{More: []int{1}}, 1, "size"},
		{"ADF.CSIM/EF.SSFC", FeatureCodes{Codes: []FeatureCode{{Place: 3, Digits: "1"}}}, 5, "cdma.place"},
		{"ADF.CSIM/EF.SSFC", FeatureCodes{Codes: []FeatureCode{{Place: 1, Digits: "12345"}}}, 5, "cdma.feature"},
		{"ADF.CSIM/EF.SSFC", FeatureCodes{Codes: []FeatureCode{{Place: 1, Digits: "*72"}}}, 5, "digit"},
		{"ADF.CSIM/EF.SMSS", SMSSCDMA{WAPID: 1 << 16}, 5, "number.range"},
		{"ADF.CSIM/EF.SMSP", SMSPCDMA{Destination: &CDMAAddress{Digits: "+1"}}, 30, "digit"},
		{"ADF.CSIM/EF.SMSP", SMSPCDMA{Parameters: []SMSPParameter{{ID: 256}}}, 30, "number.range"},
		{"ADF.CSIM/EF.SMSP", SMSPCDMA{}, 9, "size"},
		{"ADF.CSIM/EF.BCSMStable", BroadcastService{Alert: 16}, 30, "number.range"},
		{"ADF.CSIM/EF.BCSMStable", BroadcastService{Encoding: 2, Label: "é"}, 30, "cdma.character"},
		{"ADF.CSIM/EF.AuthCapability", AuthMethods{Application: 256}, 5, "number.range"},
		{"ADF.CSIM/EF.CDMACNL", CDMANetworks{Networks: make([]CDMANetwork, 1)}, 7, "length"},
		{"ADF.CSIM/EF.HOME_TAG", HomeTag{Encoding: 2, Tag: "é"}, 12, "cdma.character"},
		{"ADF.CSIM/EF.HOME_TAG", HomeTag{Encoding: 2, Tag: strings.Repeat("x", 32)}, 40, "number.range"},
		{"ADF.CSIM/EF.HOME_TAG", HomeTag{Encoding: 2, Tag: "longer than that"}, 12, "size"},
		{"ADF.CSIM/EF.LCSCP", LocationServer{IPv6: &v4}, 40, "cdma.address"},
		{"ADF.CSIM/EF.MODEL", PhoneModel{Model: strings.Repeat("x", 33)}, 126, "cdma.long"},
		{"ADF.CSIM/EF.PUZL", UserZones{Zones: make([]UserZone, 1)}, 30, "cdma.plain"},
		{"ADF.CSIM/EF.PUZL", UserZones{Zones: []UserZone{{Type: 2, SID: 1 << 15}}}, 30, "number.range"},
		{"ADF.CSIM/EF.PUZL", UserZones{Zones: []UserZone{{Type: 2, Name: "é"}}}, 30, "cdma.character"},
		{"ADF.CSIM/EF.SPECIFIC_TAG", TagList{Size: 1, Count: 1 << 14}, 30, "number.range"},
		{"ADF.CSIM/EF.CALL_PROMPT", TagList{Size: 1}, 7, "size"},
		{"ADF.CSIM/EF.SPC", SPC{}, 3, "length"},
		{"ADF.CSIM/EF.3GCIK", CIK{}, 32, "length"},
	} {
		d, _ := Lookup(c.path)
		b, err := d.Encode(c.value, c.size)
		var refused *EncodeError
		if !errors.As(err, &refused) || refused.ID != "ef.refuse."+c.id {
			t.Errorf("%s %+v in %d bytes gave %X, %v, want the refusal %s", c.path, c.value, c.size, b, err, c.id)
		} else if s := err.Error(); strings.ContainsAny(s, "{<") {
			t.Errorf("%s: the refusal reads %q", c.path, s)
		}
	}
}

// Codes and keys are masked in every form a decoded file has, and written.
func TestCDMASecrets(t *testing.T) {
	key := strings.Repeat("5AC3", 16)
	for path, n := range map[string]int{
		"MF/DF.CDMA/EF.SPC": 3, "ADF.CSIM/EF.SPC": 3, "MF/DF.CDMA/EF.SIPPAPSS": 32, "ADF.CSIM/EF.SIPPAPSS": 32,
		"ADF.CSIM/EF.3GCIK": 32, "ADF.CSIM/EF.DCK": 16, "ADF.CSIM/EF.BAKPARA": 20, "ADF.CSIM/EF.UpBAKPARA": 20,
	} {
		in := unhex(t, key)[:n]
		d, _ := Lookup(path)
		got := d.Decode(in, Context{})
		for _, s := range []string{fmt.Sprintf("%+v", got), fmt.Sprintf("%#v", got.Value), mustJSON(t, got.Value)} {
			if strings.Contains(strings.ToUpper(s), "5AC3") || strings.Contains(s, "90 195") {
				t.Errorf("%s shows in %s", path, s)
			}
		}
		if out, err := d.Encode(got.Value, n); err != nil || !bytes.Equal(out, in) {
			t.Errorf("%s was written as %d bytes, %v", path, len(out), err)
		}
	}
}

// Every word that is put together has its text.
func TestCDMATexts(t *testing.T) {
	var ids []string
	add := func(prefix string, names ...string) {
		for _, s := range names {
			if s != "" {
				ids = append(ids, "ef.word."+prefix+s)
			}
		}
	}
	add("cdma.acq.", append(acqKinds, reservedValue)...)
	add("cdma.sys.", append(sysKinds, reservedValue)...)
	add("cdma.ota.", append(otaFeatures, reservedValue)...)
	add("cdma.block.", "a", "b", "c", "d", "e", "f", "any")
	add("cdma.roam.", "on", "off", "flashing", "neighbourhood", "building", "preferred", "available", "alliance",
		"premium", "full", "partial", "banner_on", "banner_off")
	add("cdma.ton.", "unknown", "international", "national", "network", "subscriber", "abbreviated")
	add("cdma.plan.", "unknown", "telephony", "data", "telex", "private")
	add("cdma.pi.", "allowed", "restricted", "unavailable")
	add("cdma.si.", "unscreened", "passed", "failed", "network")
	add("cdma.data.", "simple_ip", "mobile_ip_fallback", "mobile_ip")
	add("cdma.term.", "home", "foreign_sid", "foreign_nid")
	add("cdma.spc.", "changed", "default")
	add("cdma.feature.", featureCodes...)
	add("cdma.alert.", alertOptions...)
	add("cdma.bc.", "disallow", "table", "all", "off")
	add("cdma.priority.", "normal", "interactive", "urgent", "emergency")
	add("cdma.zone.", "on", "off")
	add("cdma.nai_auth.", "none", "chap", "pap", "chap_pap")
	add("cdma.auth.", authMethods...)
	add("cdma.application.", "mms")
	add("cdma.permit.", "allowed", "denied")
	add("cdma.nam.", "locked", "open")
	add("cdma.ota_mode.", "user", "network")
	add("cdma.sp.", "any", "a_first", "b_first", "a_only", "b_only", "analog_first", "cdma_first", "analog_only", "cdma_only")
	add("cdma.way.", "simple_ip", "mobile_ip", "fallback")
	add("cdma.ab.", "a", "b", "either")
	add("cdma.channel.", "primary", "secondary", "either")
	for n := range 22 {
		add("cdma.band.", fmt.Sprint(n))
	}
	for _, path := range Paths() {
		if !strings.HasPrefix(path, csimHome) && !strings.HasPrefix(path, ruimHome) {
			continue
		}
		d, _ := Lookup(path)
		for _, size := range []int{1, 2, 3, 4, 5, 7, 8, 10, 11, 16} {
			for _, f := range d.Decode(bytes.Repeat([]byte{1}, size), Context{}).Fields {
				if !strings.HasPrefix(f.ID, "service.") && strings.ContainsAny(f.Label, "<{") {
					t.Errorf("%s: the field %s reads %q", path, f.ID, f.Label)
				}
			}
		}
	}
	for _, id := range ids {
		if !texts.Has(id) {
			t.Errorf("no sentence for %s", id)
		}
	}
}
