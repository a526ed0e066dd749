package ef

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"simscope/texts"
)

// What the traps of network files look like on screen: path, bytes, summary,
// flags.
func TestNetworkFiles(t *testing.T) {
	const u, g, i = "ADF.USIM/EF.", "MF/DF.GSM/EF.", "ADF.ISIM/EF."
	for _, c := range []struct{ path, in, summary, flags string }{
		{u + "PNN", "430584CEB73D0CFFFF", "Nova", ""},
		{u + "PNN", "430584CEB73D0C450284 41", "Nova", "pnn.spare"},
		{u + "PNN", "4502904E", "", "alpha.truncated pnn.full"},
		{u + "PNN", "4305B0CEB73D0C", "", "pnn.coding"},
		{u + "PNN", "430590D83D0041", "\uFFFDA", "alpha.surrogate"},
		{u + "PNN", "4300", "", ""},
		{u + "PNN", "430584", "", "tlv pnn.full"},
		{u + "PNN", "FFFFFFFF", "empty", ""},
		{u + "OPL", "99F9990000FFFE01", "999 99  all areas → record 1", ""},
		{u + "OPL", "99F9991A2B1A2B00", "999 99  1A2B → no name from this card", ""},
		{u + "OPL", "99F99900200010FE", "999 99  0020–0010 → record 254", "opl.range"},
		{u + "OPL", "DDDDDD0000FFFE02", "*** ***  all areas → record 2", ""},
		{u + "OPL", "99FA990000FFFE01", "99A 99  all areas → record 1", "plmn"},
		{u + "OPL", "99F999", "", "short"},
		{u + "OPL", "FFFFFFFFFFFFFFFF", "empty", ""},
		{u + "SPDI", "A305800399F999FF", "999 99", ""},
		{u + "SPDI", "A306800499F99900", "999 99", "odd"},
		{u + "SPDI", "A3068003FFFFFF81", "empty", "tlv"},
		{u + "SPDI", "800399F999", "empty", "spdi.tag"},
		{u + "SPDI", "FFFF", "empty", ""},
		{u + "SPNI", "00FFFFFF", "empty", ""},
		{u + "SPNI", "81020305", "picture in record 5 of EF.IMG", "icon.qualifier"},
		{u + "SPNI", "810201", "", "tlv"},
		{u + "PNNI", "81020100", "picture in record 0 of EF.IMG", "icon"},
		{u + "NASCONFIG", "800102", "signalling has low priority: 2", "nas.reserved"},
		{u + "NASCONFIG", "80020101", "", "nas.value"},
		{u + "NASCONFIG", "8A01E0", "wait before a session is tried again: switched off", ""},
		{u + "NASCONFIG", "9E0101", "", ""},
		{u + "NASCONFIG", "FFFF", "empty", ""},
		{u + "EPSNSC", "A0038001 07FF", "no key stored · EEA0, EIA0", "net.irregular"},
		{u + "EPSNSC", "A0148001078100820400000000830400000000840122", "no key stored · EEA2 (AES), EIA2 (AES)", ""},
		{u + "EPSNSC", "A0058103000000", "no key stored · EEA0, EIA0", "net.length net.irregular"},
		{u + "GBABP", "000000FF", "empty", ""},
		{u + "GBABP", "0110", "", "gba.short"},
		{u + "GBABP", "01AA014101420C", "A  B", "net.rest"},
		{u + "GBANL", "80036E6166810141", "naf  A", "naf.protocol"},
		{u + "GBANL", "810141", "A", "gbanl"},
		{u + "GBAUAPI", "800405A0000003", "A00000", "tlv dir.aid gbauapi"},
		{u + "GBAUAPI", "8000", "", "dir.aid gbauapi"},
		{u + "MSK", "00F1100300010001000000030001000200000000", "domain 00F110, 3 keys", "msk.count"},
		{u + "MUK", "81020001", "", "net.length muk"},
		{u + "EHPLMNPI", "03", "03", "net.value"},
		{u + "PWS", "07", "warnings are ignored everywhere", "net.reserved"},
		{u + "PWS", "00", "warnings are shown", ""},
		{u + "eAKA", "", "", "short"},
		{u + "3GPPPSDATAOFF", "80000000", "none", "net.reserved"},
		{u + "IWL", "801099000000000090F999000000000000F1", "990000000000099–990000000000001", "imei.range"},
		{u + "IWL", "800199", "", "iwl"},
		{u + "IPD", "8008A900000000000010", "9A00000000000001", "imei"},
		{u + "IPS", "4F4F02FF", "4F4F", "ips"},
		{u + "IPS", "FFFFFFFF", "empty", ""},
		{u + "ePDGId", "80030101 02", "0102", "net.address"},
		{u + "ePDGId", "800405 0102 03", "010203", "net.address"},
		{u + "ePDGId", "FFFFFF", "empty", ""},
		{u + "ePDGSelection", "800699F999000102", "999 99", "epdg.format"},
		{u + "ePDGSelection", "8005DDDDDD0001", "", "odd"},
		{i + "P-CSCF", "8100", "", "net.address.tag"},
		{u + "EARFCNList", "A00A8004000100008102 0000", "65536", "odd net.polygon"},
		{u + "OCST", "00FFFF", "not in use", ""},
		{u + "OCST", "018003000369", "in use    -105 dBm", "act"},
		{u + "TVCONFIG", "99F999A00100", "999 99  0 services", "odd"},
		{u + "OPLMNwACT_LSP", "00FFFFFF000000", "empty", ""},
		{u + "OPLMNwACT_LSP", "0299F999600002", "999 99", "net.reserved net.reserved"},
		{u + "NETPAR", "A005800312 4400", "GSM", "odd"},
		{u + "NETPAR", "FFFFFFFF", "empty", ""},
		{g + "CPBCCH", "FFFFFFFF", "empty", ""},
		{g + "CPBCCH", "3409", "308", "net.reserved"},
		{g + "BCCH", "C0000000000000000000000000000000", "0 channels", "bcch.format"},
		{g + "BCCH", "FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF", "empty", ""},
		{g + "InvScan", "03", "in limited service and after a network was chosen", ""},
		{u + "UFC", "0000", "0 facilities kept for the phone", ""},
		{u + "UFC", strings.Repeat("00", 40) + "01", "1 facility kept for the phone", ""},
		{u + "NCP-IP", "83022140", "", "net.address"},
		{u + "NCP-IP", "800361626300", "abc", "net.irregular"},
		{u + "IMSConfigData", "8103C3283C", "", "utf8"},
		{u + "IMSConfigData", "81033C613E00", "a document, 3 bytes", "net.objects"},
		{u + "IMSConfigData", "8102686A", "text, 2 bytes", ""},
		{u + "IMSConfigData", "820101", "", "net.object"},
		{u + "XCAPConfigData", "9F100101", "0 policies", "net.object"},
		{u + "XCAPConfigData", "A003820101FF", "0 policies", "net.irregular"},
		{u + "USIM_AUTH_KEY", "19" + strings.Repeat("00", 32), "unknown algorithm", "auth.algorithm"},
		{u + "USIM_AUTH_KEY", "06" + strings.Repeat("00", 32), "Tuak", "short net.irregular"},
		{u + "USIM_AUTH_KEY", strings.Repeat("FF", 33), "empty", ""},
		{u + "USIM_SQN", "D503", "", "short"},
	} {
		got := decode(t, c.path, strings.ReplaceAll(c.in, " ", ""), Context{})
		if got.Summary != c.summary || flagIDs(got) != c.flags {
			t.Errorf("%s %s: %q flags %q, want %q flags %q", c.path, c.in, got.Summary, flagIDs(got), c.summary, c.flags)
		}
	}
}

// Every file of this part is decoded in each of its homes and can be written.
func TestNetworkPaths(t *testing.T) {
	for home, names := range map[string]string{
		"ADF.USIM": "PNN OPL SPDI SPNI PNNI NETPAR EPSNSC UFC NASCONFIG RPLMNAcTD EHPLMNPI LRPLMNSI OPLMNwACT_LSP LSPPLMN TVCONFIG PWS " +
			"EARFCNList eAKA OCST IWL IPS IPD NCP-IP UICCIARI FromPreferred ePDGId ePDGIdEm ePDGSelection ePDGSelectionEm 3GPPPSDATAOFF " +
			"3GPPPSDATAOFFservicelist IMSConfigData XCAPConfigData MuDMiDConfigData IMSDCI GBABP GBANL GBAUAPI NAFKCA MSK MUK " +
			"USIM_AUTH_KEY USIM_AUTH_KEY_2G USIM_SQN",
		"ADF.USIM/DF.GSM-ACCESS": "CPBCCH InvScan",
		"ADF.ISIM": "P-CSCF GBAUAPI IMSDCI GBABP GBANL NAFKCA UICCIARI FromPreferred IMSConfigData WebRTCURI XCAPConfigData " +
			"MuDMiDConfigData",
		"MF/DF.GSM": "PNN OPL SPDI LOCIGPRS CPBCCH InvScan BCCH",
	} {
		for name := range strings.FieldsSeq(names) {
			d, ok := Lookup(home + "/EF." + name)
			if !ok || d.Name != "EF."+name || d.Spec == "" || d.Encode == nil || d.Parse == nil {
				t.Errorf("%s/EF.%s: decoder %+v", home, name, d)
			}
			if d.Record == (len(d.Headers) == 0) {
				t.Errorf("%s: record %v with headers %v", d.Name, d.Record, d.Headers)
			}
			if d.Object != slices.Contains([]string{"IMSConfigData", "XCAPConfigData", "MuDMiDConfigData"}, name) {
				t.Errorf("%s: object %v", d.Name, d.Object)
			}
			for _, h := range d.Headers {
				if !texts.Has(h) {
					t.Errorf("%s: no sentence for %s", d.Name, h)
				}
			}
			if !texts.Has("file.EF." + name) {
				t.Errorf("no sentence says what EF.%s is for", name)
			}
		}
	}
}

// Names that tables build have their sentences.
func TestNetworkTexts(t *testing.T) {
	var ids []string
	for group, names := range map[string][]string{
		"icon": iconQualifiers, "epdg": epdgFormats, "cells": cellTypes, "exempt": exemptServices,
		"ehplmnpi": ehplmnIndications, "lrplmnsi": lrplmnIndications, "imsdci": imsdcIndications,
		"pws": {"shown", "home", "visited", "ignored"}, "scan": {"never", "limited", "selected", "always"},
		"pairing": {"OK", "KO"}, "auth": {"reserved"},
	} {
		for _, n := range names {
			ids = append(ids, "ef.word."+group+"."+n)
		}
	}
	for _, table := range []map[byte]string{usimAlgorithms, gsmAlgorithms} {
		for _, n := range table {
			ids = append(ids, "ef.word.auth."+n)
		}
	}
	for _, p := range nasParameters {
		ids = append(ids, "ef.field."+p.id)
		if p.show == nil {
			ids = append(ids, "ef.nas."+p.id+".0", "ef.nas."+p.id+".1")
		}
	}
	for _, n := range ncpNames {
		ids = append(ids, "ef.field.ncp."+n)
	}
	for _, names := range xcapNames {
		for _, n := range names {
			ids = append(ids, "ef.field.xcap."+n)
		}
	}
	for _, n := range []string{
		"presentation_indication", "selection_indication", "ims_dc_indication", "enhanced_sqn", "from_preferred", "network", "epdg_network",
		"full_name_for_network", "short_name_for_network", "gba_rand", "gba_b_tid", "gba_key_lifetime", "pcscf_address",
		"epdg_identifier", "pairing_imei", "pairing_imeisv", "auth_op", "auth_opc", "naf_key_centre_address", "iari", "icsi", "webrtc_uri",
	} {
		ids = append(ids, "ef.field."+n)
	}
	for _, id := range ids {
		if !texts.Has(id) {
			t.Errorf("no sentence for %s", id)
		}
	}
}

func TestTerminalProfileTable(t *testing.T) {
	seen := map[int]byte{}
	for _, p := range terminalProfile() {
		mask := byte(1<<p.width-1) << (p.bit - 1)
		if p.at < 1 || p.bit < 1 || p.width < 1 || p.bit+p.width > 9 || p.name == "" || seen[p.at]&mask != 0 {
			t.Errorf("row %+v", p)
		}
		seen[p.at] |= mask
	}
	if len(seen) < 25 {
		t.Errorf("%d bytes are named", len(seen))
	}
}

// Passwords and keys are masked in every form.
func TestNetworkSecretsStayHidden(t *testing.T) {
	key := strings.Repeat("5AC3", 16)
	for path, in := range map[string]string{
		"ADF.USIM/EF.EPSNSC":           "A0348001038120" + key + "820400000005830400000007840121",
		"ADF.USIM/EF.USIM_AUTH_KEY":    "14" + key,
		"ADF.USIM/EF.USIM_AUTH_KEY_2G": "03" + key,
		"ADF.USIM/EF.NCP-IP":           "8003616263" + "8220" + key,
		"ADF.USIM/EF.XCAPConfigData":   "A026A1248C20" + key + "8100",
		"ADF.ISIM/EF.XCAPConfigData":   "8020" + key,
	} {
		got := decode(t, path, in, Context{})
		secrets := 0
		for _, f := range got.Fields {
			if f.Secret {
				secrets++
			}
			if f.Secret && f.Value != "••••" {
				t.Errorf("%s: %s is shown as %s", path, f.ID, f.Value)
			}
		}
		if secrets == 0 && !strings.HasPrefix(path, "ADF.ISIM") {
			t.Errorf("%s: no field is secret", path)
		}
		for _, s := range []string{fmt.Sprintf("%+v", got), fmt.Sprintf("%#v", got.Value), mustJSON(t, got.Value)} {
			if strings.Contains(strings.ToUpper(s), "5AC3") || strings.Contains(s, "90 195") {
				t.Errorf("%s: the key shows in %s", path, s)
			}
		}
		d, _ := Lookup(path)
		if _, err := d.Parse([]byte(mustJSON(t, got.Value))); err == nil && secrets > 0 {
			t.Errorf("%s: a masked secret is read as one", path)
		}
	}
}

// What does not fit is refused with its limit.
func TestNetworkRefusals(t *testing.T) {
	n := -1
	big := 0x10000
	for _, c := range []struct {
		path  string
		value any
		size  int
		id    string
	}{
		{"PNN", label(strings.Repeat("A", 30)), 24, "size"},
		{"PNN", PNN{Other: []TLV{{Tag: "xx"}}}, 24, "tlv.tag"},
		{"OPL", area("99", "99", "0000", "FFFE", 1), 8, "plmn"},
		{"OPL", area("99E", "99", "0000", "FFFE", 1), 8, "plmn"},
		{"OPL", area("999", "99", "000000", "FFFFFE", 1), 8, "length"},
		{"OPL", area("999", "99", "0000", "FFFE", 255), 8, "net.record"},
		{"OPL", area("999", "99", "0000", "FFFE", 1), 7, "size"},
		{"SPDI", SPDI{Networks: []Network{{MCC: "9", MNC: "99"}}}, 20, "plmn"},
		{"SPDI", SPDI{Networks: make([]Network, 6)}, 20, "size"},
		{"SPNI", NameIcons{Icons: []NameIcon{{Qualifier: "self_explanatory"}}}, 20, "icon"},
		{"SPNI", NameIcons{Icons: []NameIcon{{Qualifier: "large", Record: 1}}}, 20, "net.choice"},
		{"NASCONFIG", NASConfig{SearchTimer: &n}, 20, "net.toobig"},
		{"NASCONFIG", NASConfig{DefaultDCNID: &big}, 20, "net.toobig"},
		{"EPSNSC", EPSNSC{Irregular: true}, 54, "net.irregular"},
		{"EPSNSC", EPSNSC{Context: &EPSContext{}}, 10, "size"},
		{"GBABP", GBABP{BTID: strings.Repeat("a", 255)}, 300, "size"},
		{"GBANL", GBANL{NAFID: &NAFID{FQDN: "a", Protocol: Hex{1}}}, 30, "length"},
		{"GBAUAPI", GBAUAPI{AID: Hex{1}}, 30, "net.aid"},
		{"MSK", MSK{Domain: Hex{1, 2, 3}, Stored: 1}, 20, "entries"},
		{"MUK", MUK{IDr: Hex{1}}, 20, "length"},
		{"EHPLMNPI", EHPLMNPI{Indication: "some"}, 1, "net.choice"},
		{"EHPLMNPI", EHPLMNPI{Indication: "reserved", Byte: 1}, 1, "net.choice"},
		{"3GPPPSDATAOFF", PSDataOff{Home: []string{"games"}}, 4, "net.choice"},
		{"IWL", IWL{Kind: "imei", From: "99", To: "99"}, 18, "imei"},
		{"IPD", IPD{Kind: "serial", Number: "1"}, 18, "net.choice"},
		{"IPS", IPS{Status: "NO"}, 4, "net.choice"},
		{"IPS", IPS{Status: "OK", Record: 256}, 4, "net.record"},
		{"ePDGId", EPDGIdentifiers{Addresses: []NodeAddress{{Type: "IPv4", Address: "::1"}}}, 30, "net.address"},
		{"ePDGId", EPDGIdentifiers{Addresses: []NodeAddress{{Type: "FQDN", Address: "\xff"}}}, 30, "utf8"},
		{"ePDGSelection", EPDGSelection{Entries: []EPDGEntry{{MCC: "9"}}}, 30, "plmn"},
		{"EARFCNList", EARFCNList{Entries: []EARFCNEntry{{Areas: [][]GeoPoint{{{Latitude: 1 << 24}}}}}}, 60, "net.toobig"},
		{"OCST", OCST{Thresholds: []SignalThreshold{{Act: []string{"6G"}}}}, 10, "act"},
		{"TVCONFIG", TVConfig{MCC: "999", MNC: "99", TMGIs: []TMGI{{MCC: "999", MNC: "99"}}}, 30, "length"},
		{"OPLMNwACT_LSP", LSPSelector{Networks: make([]LSPEntry, 2)}, 7, "entries"},
		{"OPLMNwACT_LSP", LSPSelector{}, 8, "multiple"},
		{"RPLMNAcTD", AccessHistory{Technologies: make([][]string, 3)}, 4, "entries"},
		{"NETPAR", NETPAR{Cells: []CellInformation{{Type: "lte"}}}, 40, "net.choice"},
		{"UFC", UFC{Facilities: []Facility{{Byte: 3, Bit: 1}}}, 2, "facility"},
		{"UFC", UFC{Facilities: []Facility{{Byte: 1, Bit: 8, Value: 2}}}, 2, "facility"},
		{"IMSConfigData", ConfigObject{Tag: "81", Document: "<a/>"}, 7, "net.objectsize"},
		{"NCP-IP", NCPIP{Parameters: []NCPParameter{{Tag: "80", Text: "a..b", Labels: true}}}, 20, "net.apn"},
		{"USIM_AUTH_KEY", AuthKey{Config: &AuthConfig{}}, 33, "length"},
		{"USIM_SQN", AuthSequence{DeltaMax: 1 << 48}, 20, "net.toobig"},
		{"GSM BCCH", BCCH{ARFCNs: []int{0, 200, 500}}, 16, "arfcns"},
		{"GSM BCCH", BCCH{ARFCNs: []int{1024}}, 16, "arfcn"},
		{"GSM CPBCCH", CPBCCH{Carriers: []CPBCCHCarrier{{ARFCN: 1024}}}, 2, "arfcn"},
	} {
		path := "ADF.USIM/EF." + c.path
		if name, ok := strings.CutPrefix(c.path, "GSM "); ok {
			path = "MF/DF.GSM/EF." + name
		}
		d, _ := Lookup(path)
		b, err := d.Encode(c.value, c.size)
		var refused *EncodeError
		if !errors.As(err, &refused) || refused.ID != "ef.refuse."+c.id {
			t.Errorf("%s %+v in %d bytes gave %X, %v, want the refusal %s", c.path, c.value, c.size, b, err, c.id)
		} else if s := err.Error(); strings.ContainsAny(s, "{<") {
			t.Errorf("%s: the refusal reads %q", c.path, s)
		}
	}
}

// Edited values are written in the canonical coding.
func TestNetworkEdits(t *testing.T) {
	one := 1
	for _, c := range []struct {
		path  string
		value any
		want  string
	}{
		{"ADF.USIM/EF.PNN", PNN{Full: &NetworkLabel{Text: "星"}}, "430390661FFFFF"},
		{"ADF.USIM/EF.PNN", PNN{}, "FFFFFF"},
		{"ADF.USIM/EF.PNN", PNN{Full: &NetworkLabel{Text: "1234567"}}, "430887 31D98C56B3DD00 FF"},
		{"ADF.USIM/EF.OPL", OPL{}, "FFFFFFFFFFFFFFFF"},
		{"ADF.USIM/EF.SPDI", SPDI{}, "FFFFFF"},
		{"ADF.USIM/EF.NASCONFIG", NASConfig{AttachWithIMSI: &one, Other: []TLV{{"9E", Hex{2}}}}, "8201019E0102FF"},
		{"ADF.USIM/EF.PWS", PWS{IgnoreHome: true, IgnoreVisited: true}, "03"},
		{"ADF.USIM/EF.ePDGId", EPDGIdentifiers{Addresses: []NodeAddress{{Type: "IPv4", Address: "192.0.2.1"}}}, "800501C0000201FF"},
		{"ADF.USIM/EF.IPS", IPS{Free: true}, "FFFFFFFF"},
		{"MF/DF.GSM/EF.BCCH", BCCH{ARFCNs: []int{1020, 3}, BAInd: true}, "9FFE0100000000000000000000000000"},
		{"MF/DF.GSM/EF.BCCH", BCCH{}, "00000000000000000000000000000000"},
	} {
		d, _ := Lookup(c.path)
		want := strings.ReplaceAll(c.want, " ", "")
		out, err := d.Encode(c.value, len(want)/2)
		if got := Hex(out).String(); err != nil || got != want {
			t.Errorf("%s %+v is written as %s, %v, want %s", c.path, c.value, got, err, want)
		}
	}
}

func TestGeoPoint(t *testing.T) {
	for _, c := range []struct {
		p        GeoPoint
		lat, lon float64
	}{
		{GeoPoint{0x400000, 0x400000}, 45, 90},
		{GeoPoint{0xC00000, 0xC00000}, -45, -90},
		{GeoPoint{0x000000, 0x800000}, 0, -180},
	} {
		if lat, lon := c.p.Degrees(); lat != c.lat || lon != c.lon {
			t.Errorf("%X lies at %v %v", c.p, lat, lon)
		}
	}
}
