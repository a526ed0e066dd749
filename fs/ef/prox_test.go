package ef

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"simscope/texts"
)

const (
	proseDir = "ADF.USIM/DF.ProSe/EF."
	fiveGDir = "ADF.USIM/DF.5G_ProSe/EF."
	v2xDir   = "MF/DF.TELECOM/DF.V2X/EF."
	a2xDir   = "MF/DF.TELECOM/DF.A2X/EF."
	mcsDir   = "MF/DF.TELECOM/DF.MCS/EF."
	mmssDir  = "MF/DF.TELECOM/DF.MMSS/EF."
	wlanDir  = "ADF.USIM/DF.WLAN/EF."
	hnbDir   = "ADF.USIM/DF.HNB/EF."
	acdcPath = "ADF.USIM/DF.ACDC/EF.ACDC_LIST"
	acdcApps = "ADF.USIM/DF.ACDC/EF.ACDC_OS_CONFIG"
)

// The traps of these files: path, bytes, summary, flags.
func TestProximityFiles(t *testing.T) {
	for _, c := range []struct{ path, in, summary, flags string }{
		{proseDir + "PROSE_MON", "A0088003 99F999 820103", "999 99  monitor (model A), be found (model B)", ""},
		{proseDir + "PROSE_MON", "A0088003 99F999 820104", "999 99", "prose.model"},
		{proseDir + "PROSE_MON", "A0088003 9AF999 820101", "A99 99  monitor (model A)", "plmn"},
		{proseDir + "PROSE_MON", "A003 820101", "monitor (model A)", "prose.plmn"},
		{proseDir + "PROSE_MON", "A00A 80039 9F999 810101 FFFF", "999 99  monitor (model A)", "parameter.tag"},
		{proseDir + "PROSE_MON", "8003 99F999", "monitor (model A)", "prose.template"},
		{proseDir + "PROSE_MON", "A0FF", "monitor (model A)", "tlv prose.template"},
		{proseDir + "PROSE_ANN", "A0088003 99F999 820103", "999 99  announce (model A), seek (model B)", ""},
		{proseDir + "PROSE_ANN", "FFFFFF", "empty", ""},
		{proseDir + "PROSEFUNC", "8003 01 C000", "C000", "prose.address"},
		{proseDir + "PROSEFUNC", "8002 03 41", "41", "prose.address"},
		{proseDir + "PROSEFUNC", "8003 00 611B", "611B", "prose.address"},
		{proseDir + "PROSEFUNC", "8000", "", "parameter.tag"},
		{proseDir + "PROSE_GC", "A003 800105 FF", "80 05", ""},
		{proseDir + "PROSE_GC", "A003 8005", "", "tlv"},
		{proseDir + "PST", "81", "2 of 8 services available", "availability.unnamed"},
		{proseDir + "PST", "", "", "short"},
		{fiveGDir + "5G_PROSE_DD", "A006 85050000000000", "Direct discovery", "tlv"},
		{fiveGDir + "5G_PROSE_DD", "A007 85050000000000", "Valid until 1970-01-01T00:00:00Z", ""},
		{fiveGDir + "5G_PROSE_DD", "A007 8505FFFFFFFFFF", "Valid until", "parameter.value"},
		{fiveGDir + "5G_PROSE_DD", "A003 98 01 00", "98 00", "parameter.tag"},
		{fiveGDir + "5G_PROSE_DD", "A008 87 06 08 01 C0000201", "Address of the home discovery function", "parameter.value"},
		{fiveGDir + "5G_PROSE_UIR", "A005 97 03 04 01 61", "Address for reports a", ""},
		{fiveGDir + "5G_PROSE_UIR", "A005 97 03 04 02 61", "Address for reports", "parameter.value"},
		{v2xDir + "VST", "0101", "1 of 8 services available", ""},
		{v2xDir + "VST", "0200", "0 of 8 services available", "availability.coding"},
		{v2xDir + "VST", "00", "", "short"},
		{mcsDir + "MST", "0100", "0 of 8 services available", "availability.coding"},
		{mcsDir + "MST", "000080", "1 of 16 services available", "availability.unnamed"},
		{v2xDir + "V2XP_PC5", "A006 0000000000 00", "until 1970-01-01T00:00:00Z", ""},
		{v2xDir + "V2XP_PC5", "A003 800100", "In coverage", "v2x.prefix"},
		{v2xDir + "V2XP_Uu", "A002 0102", "", "v2x.prefix"},
		{v2xDir + "V2XP_Uu", "A106 0000000000 00", "", "prose.template"},
		{v2xDir + "V2X_CONFIG", "8004 3C612F3E", "Vehicle communication settings", ""},
		{v2xDir + "V2X_CONFIG", "8003 3C613E", "Vehicle communication settings", "configuration.xml"},
		{v2xDir + "V2X_CONFIG", "8002 C328", "Vehicle communication settings", "utf8"},
		{v2xDir + "V2X_CONFIG", "8104 3C612F3E", "Object 81", "parameter.tag"},
		{mcsDir + "MCS_CONFIG", "8A04 3C612F3E 8000", "MCVideo service settings", "configuration.more"},
		{mcsDir + "MCS_CONFIG", "8A05 3C", "empty", "tlv"},
		{a2xDir + "AST", "20", "1 of 8 services available", "availability.unnamed"},
		{a2xDir + "A2X_CONFIG", "A003 8001AA", "1 configuration", "v2x.prefix"},
		{a2xDir + "A2X_CONFIG", "A004 018001AA 8100", "1 configuration", "parameter.tag"},
		{a2xDir + "A2X_CONFIG", "A004 01", "0 configurations", "tlv"},
		{a2xDir + "A2X_CONFIG", "FFFF", "empty", ""},
		{a2xDir + "A2X_DDAAP_PC5", "A004 00 8101AA", "Detect and avoid, broadcast services", ""},
		{a2xDir + "A2X_DDAAP_PC5", "A003 8101AA", "Detect and avoid, broadcast services", "v2x.prefix"},
		{a2xDir + "A2X_DC2P_PC5", "A003 8101AA", "Control link out of coverage", ""},
		{a2xDir + "A2X_DC2P_PC5", "A000", "", ""},
		{a2xDir + "A2XP_Uu", "A006 0000000000 00", "until 1970-01-01T00:00:00Z", ""},
		{acdcPath, "A002 0102", "0 operating systems", "parameter.tag"},
		{acdcPath, "FFFF", "empty", ""},
		{acdcApps, "A007 800101 81026162 A005 800102 8100", "2 applications", "parameter.tag acdc.app"},
		{acdcApps, "A007 80020101 810161", "1 applications", "parameter.tag acdc.app"},
		{acdcApps, "A106 800101 810161", "0 applications", "parameter.tag"},
		{acdcApps, "A006 8001", "0 applications", "tlv"},
		{acdcApps, "FFFF", "empty", ""},
		{mmssDir + "MLPL", "0009", "", "short"},
		{mmssDir + "MLPL", "FFFF 01 0001 01 00 0000", "", "mmss.size"},
		{mmssDir + "MLPL", "0009 01 0001 01 00 0000", "0 locations (list 1)", "mmss.crc"},
		{mmssDir + "MSPL", "0008 01 0001 01 0000", "0: ", "mmss.crc mmss.short"},
		{mmssDir + "MSPL", "00000000", "empty", ""},
		{mmssDir + "MMSSMODE", "FF", "empty", ""},
		{wlanDir + "Pseudo", "0003 6162", "ab", "wlan.length"},
		{wlanDir + "Pseudo", "0001 61 00", "a", "wlan.unused"},
		{wlanDir + "Pseudo", "0002 C328", "\uFFFD(", "utf8"},
		{wlanDir + "Pseudo", "0000 FF", "empty", ""},
		{wlanDir + "UWSIDL", "FF6162", "ab", "wlan.length"},
		{wlanDir + "UWSIDL", "03 1B5B6D", "␛[m", ""},
		{wlanDir + "WHPI", "02", "reserved", "wlan.indication"},
		{wlanDir + "WHPI", "0000", "try the last network first", "wlan.unused"},
		{wlanDir + "WHPI", "", "", "short"},
		{wlanDir + "WLRPLMN", "FFFFFF", "empty", ""},
		{wlanDir + "WRI", "FFFF", "empty", ""},
		{wlanDir + "WRI", "800161 8100 820102", "a", ""},
		{wlanDir + "WRI", "820102 800161 8100", "a", "wri.coding"},
		{wlanDir + "WRI", "80810161 8100 820102", "a", "wri.coding"},
		{wlanDir + "WRI", "800161 8100 820102 830100", "a", "parameter.tag wri.coding"},
		{wlanDir + "WRI", "8005 61", "", "tlv wri.coding"},
		{hnbDir + "ACSGL", "A005 8003 99F999", "999 99", "hnb.list"},
		{hnbDir + "ACSGL", "A00D 8003 99F999 8106 0000 00000021", "999 99  0000001", "hnb.filler"},
		{hnbDir + "ACSGL", "A00C 8003 99F999 8105 0000 000021", "999 99  000021", "hnb.id"},
		{hnbDir + "ACSGL", "A010 8003 99F999 8106 0000 0000003F 820100", "999 99  0000001", "parameter.tag"},
		{hnbDir + "OCSGL", "A010 8003 99F999 8106 0000 0000003F 820102", "999 99  0000001", "hnb.display"},
		{hnbDir + "CSGT", "8903 666F6F", "foo", "hnb.ucs2"},
		{hnbDir + "CSGT", "8903 80D800", "\uFFFD", "alpha.surrogate"},
		{hnbDir + "HNBN", "8104 80004100", "", "parameter.tag"},
		{hnbDir + "HNBN", "8009 80", "", "tlv"},
	} {
		got := decode(t, c.path, strings.ReplaceAll(c.in, " ", ""), Context{})
		if got.Summary != c.summary || flagIDs(got) != c.flags {
			t.Errorf("%s %s: %q flags %q, want %q flags %q", c.path, c.in, got.Summary, flagIDs(got), c.summary, c.flags)
		}
		in := unhex(t, strings.ReplaceAll(c.in, " ", ""))
		checkDecoded(t, c.path, in, got)
		d, _ := Lookup(c.path)
		if len(in) == 0 || strings.HasSuffix(c.path, "EF.WRI") { // a masked key does not come back
			continue
		}
		out, err := d.Encode(viaJSON(t, got.Value, true), len(in))
		if refused := err != nil && c.flags == "short"; !refused && (err != nil || !bytes.Equal(out, in)) {
			t.Errorf("%s %s: through JSON it is written as %X, %v", c.path, c.in, out, err)
		}
	}
}

// Every file of these folders is decoded, has its sentence and a clause.
func TestProximityPaths(t *testing.T) {
	counts := map[string]int{}
	for _, e := range proximityFiles() {
		for _, p := range e.paths {
			dir, name, _ := strings.Cut(p, "/EF.")
			counts[dir]++
			d, ok := Lookup(p)
			if !ok || d.Encode == nil || d.Parse == nil || !strings.Contains(d.Spec, "TS 31.102 clause ") && !strings.HasPrefix(d.Spec, "3GPP2 C.S00") {
				t.Errorf("%s: decoder %+v", p, d)
			}
			if !texts.Has("file.EF." + name) {
				t.Errorf("%s: no sentence", p)
			}
			if folder := dir[strings.LastIndex(dir, "/")+1:]; !texts.Has("file." + folder) {
				t.Errorf("%s: no sentence for %s", p, folder)
			}
			for _, h := range d.Headers {
				if !texts.Has(h) {
					t.Errorf("%s: no sentence for %s", p, h)
				}
			}
		}
	}
	want := map[string]int{
		"ADF.USIM/DF.ProSe": 14, "ADF.USIM/DF.5G_ProSe": 8, "MF/DF.TELECOM/DF.V2X": 4, "MF/DF.TELECOM/DF.A2X": 6, "MF/DF.TELECOM/DF.MCS": 2,
		"ADF.USIM/DF.ACDC": 2, "MF/DF.TELECOM/DF.MMSS": 3, "ADF.USIM/DF.WLAN": 11, "ADF.USIM/DF.HNB": 6,
	}
	if fmt.Sprint(counts) != fmt.Sprint(want) {
		t.Errorf("%v, want %v", counts, want)
	}
}

// Every name of the tables has its words.
func TestProximityWords(t *testing.T) {
	var ids []string
	for _, c := range prose5GConfigurations {
		for _, p := range c.tags {
			ids = append(ids, "ef.field."+p.name)
		}
	}
	for _, tags := range []parameterTags{v2xPC5Tags, v2xUuTags, a2xConfigTags, a2xPC5Tags, a2xDDAATags, a2xDC2Tags, a2xUuTags} {
		for _, p := range tags {
			ids = append(ids, "ef.field."+p.name)
		}
	}
	for _, name := range mcsDocuments {
		ids = append(ids, "ef.field."+name)
	}
	for prefix, names := range map[string][]string{
		"prose.":  slices.Concat(monitoringModels, announcingModels),
		"mmss.":   append(slices.Clone(mmssSystems), reservedValue),
		"wlan.":   slices.Concat(wehplmnpiValues, whpiValues, hplmndaiValues, []string{reservedValue}),
		"coding.": append(slices.Clone(v2xCodings), "reserved"),
	} {
		for _, n := range names {
			ids = append(ids, "ef.word."+prefix+n)
		}
	}
	for _, id := range append(ids, "ef.field.v2x_config", "ef.field.csg_type", "ef.field.hnb_name", "ef.field.csg_type_record",
		"ef.field.csg_name_record", "ef.field.wlan_pseudonym", "ef.field.wlan_wsid") {
		if !texts.Has(id) {
			t.Errorf("no sentence for %s", id)
		}
	}
}

// The bytes that a line names hold what the line says.
func TestProximityOffsets(t *testing.T) {
	for _, c := range []struct{ path, in, id, value, at string }{
		{fiveGDir + "5G_PROSE_UIR", "A08107 8505000000000A", "parameter.85", "1970-01-01T00:00:10Z", "8505000000000A"},
		{v2xDir + "V2XP_PC5", "FF A009 0000000000 A0 830105", "parameter.83", "05", "830105"},
		{v2xDir + "V2XP_PC5", "A009 0000000000 A0 830105", "v2x_indicators", "10100000", "A0"},
		{hnbDir + "ACSGL", "A00D 8003 99F999 8106 0102 0000003F", "csg_type_record", "record 1", "01"},
		{hnbDir + "ACSGL", "A00D 8003 99F999 8106 0102 0000003F", "csg_name_record", "record 2", "02"},
		{acdcPath, "A013 000102030405060708090A0B0C0D0E0F 4F0A 0B", "acdc_file_id", "4F0A", "4F0A"},
		{v2xDir + "V2X_CONFIG", "800B 3C613E726F61643C2F613E", "element", "road", "726F6164"},
		{wlanDir + "UWSIDL", "02 6162 FF", "wlan_wsid", "ab", "6162"},
	} {
		in := strings.ReplaceAll(c.in, " ", "")
		got := decode(t, c.path, in, Context{})
		i := slices.IndexFunc(got.Fields, func(f Field) bool { return f.ID == c.id })
		if i < 0 {
			t.Errorf("%s: no line %s in %+v", c.path, c.id, got.Fields)
			continue
		}
		f := got.Fields[i]
		at := Hex(unhex(t, in)[f.Offset : f.Offset+f.Length]).String()
		if f.Value != c.value || at != c.at {
			t.Errorf("%s: %s is %q at %s, want %q at %s", c.path, c.id, f.Value, at, c.value, c.at)
		}
	}
}

// Values given as JSON are written in the canonical coding.
func TestProximityEdit(t *testing.T) {
	for _, c := range []struct{ path, value, want string }{
		{proseDir + "PROSE_MON", `{"plmn":{"mcc":"001","mnc":"01"},"model":1}`, "A008800300F110820101FF"},
		{proseDir + "PROSEFUNC", `{"address":"2001:db8::1"}`, "80110220010DB8000000000000000000000001"},
		{proseDir + "PROSEFUNC", `{"address":"a.example"}`, "800A00612E6578616D706C65"},
		{proseDir + "PST", `{"services":[{"service":2,"activated":true}]}`, "02"},
		{fiveGDir + "5G_PROSE_DD", `{"objects":[{"tag":"A0","objects":[{"tag":"85","utc":"1970-01-01T00:00:01Z"}]}]}`, "A00785050000000001FF"},
		{v2xDir + "VST", `{"table":"VST","coding":"policy","services":[{"service":1,"activated":true}]}`, "0101"},
		{v2xDir + "V2XP_Uu", `{"validity_timer":"1970-01-01T00:00:02Z","parameters":[{"tag":"81","value":"07"}]}`, "A009000000000200810107"},
		{mcsDir + "MCS_CONFIG", `{"tag":"82","document":"<a/>"}`, "82043C612F3E"},
		{acdcPath, `{"acdc_os":[{"os_id":"97A498E3-FC92-5C94-8986-0333D06E4E47","file_id":"4F0A"}]}`, "A01397A498E3FC925C9489860333D06E4E474F0A00"},
		{wlanDir + "WHPI", `{"indication":"home"}`, "01"},
		{wlanDir + "Pseudo", `{"pseudonym":"ab"}`, "00026162FF"},
		{wlanDir + "Pseudo", `{}`, "FFFF"},
		{wlanDir + "UWSIDL", `{"wsid":"ab"}`, "026162FF"},
		{wlanDir + "WRI", `{"reauthentication_identity":"a","master_key":"0102","counter":"0003"}`, "80016181020102820200 03FF"},
		{hnbDir + "ACSGL", `{"csg_lists":[{"plmn":{"mcc":"999","mnc":"99"},"csg_information":[{"csg_id":1}]}]}`, "A00D800399F999810600000000003FFF"},
		{hnbDir + "CSGT", `{"text_csg_type":"äö","graphics_csg_type_ef_img":3}`, "8905810200" + "7B7C" + "810103"},
		{hnbDir + "HNBN", `{"hnb_name":"Дом"}`, "800681030894BEBC"},
		{hnbDir + "HNBN", `{"hnb_name":"星辰"}`, "800580661F8FB0"},
	} {
		d, _ := Lookup(c.path)
		v, err := d.Parse([]byte(c.value))
		if err != nil {
			t.Errorf("%s %s: %v", c.path, c.value, err)
			continue
		}
		want := unhex(t, strings.ReplaceAll(c.want, " ", ""))
		if got, err := d.Encode(v, len(want)); err != nil || !bytes.Equal(got, want) {
			t.Errorf("%s %s is written as %X, %v, want %X", c.path, c.value, got, err, want)
		}
	}
}

// An edited list gets its size and the kind of checksum that it had.
func TestMMSSChecksum(t *testing.T) {
	body := unhex(t, "000B01000101010005")
	for _, custom := range []crcXor{crcInverted, crcPlain} {
		crc := mmssCRC(body, custom)
		in := append(slices.Clone(body), byte(crc>>8), byte(crc))
		d, _ := Lookup(mmssDir + "MLPL")
		got := d.Decode(in, Context{})
		if len(got.Flags) != 0 {
			t.Fatalf("%X: %v", in, got.Flags)
		}
		v := got.Value.(MLPL)
		v.Records = append([]MLPLRecord{{MCC: "999", MNC: "99", MSPLIndex: 1}}, v.Records...)
		out, err := d.Encode(v, 20)
		if err != nil {
			t.Fatal(err)
		}
		again := d.Decode(out, Context{})
		if len(again.Flags) != 0 || len(again.Value.(MLPL).Records) != 2 || again.Fields[4].Value != "999 99" {
			t.Errorf("%X reads %+v", out, again)
		}
		size := int(out[1])
		if want := mmssCRC(out[:size-2], custom); want != again.Value.(MLPL).CRC {
			t.Errorf("%X: the checksum is %04X, want %04X", out, again.Value.(MLPL).CRC, want)
		}
	}
	if crc := mmssCRC([]byte("123456789"), crcPlain); crc != 0x29B1 { // the check value of this CRC
		t.Errorf("the checksum is %04X", crc)
	}
}

func TestProximityRefusals(t *testing.T) {
	for _, c := range []struct {
		path, value string
		size        int
		id          string
	}{
		{proseDir + "PROSE_MON", `{"plmn":{"mcc":"1","mnc":"01"}}`, 20, "plmn"},
		{proseDir + "PROSE_MON", `{"plmn":{"mcc":"001","mnc":"01"}}`, 6, "size"},
		{proseDir + "PROSE_MON", `{"plmn":{"mcc":"001","mnc":"01"},"other":[{"tag":"FF","value":""}]}`, 20, "tlv.tag"},
		{proseDir + "PROSEFUNC", `{"address":"ä.example"}`, 30, "parameter.fqdn"},
		{proseDir + "PROSE_GC", `{"objects":[{"tag":"80","objects":[{"tag":"81"}]}]}`, 30, "parameter.content"},
		{proseDir + "PROSE_GC", `{"objects":[{"tag":"80","value":"01","seconds":1}]}`, 30, "parameter.content"},
		{proseDir + "PROSE_GC", `{"objects":[{"tag":"1F","value":"01"}]}`, 30, "tlv.tag"},
		{proseDir + "PST", `{"services":[{"service":9,"activated":true}]}`, 1, "availability.number"},
		{proseDir + "PST", `{"services":[]}`, 65, "size"},
		{fiveGDir + "5G_PROSE_DD", `{"objects":[{"tag":"85","utc":"tomorrow"}]}`, 30, "parameter.utc"},
		{a2xDir + "A2X_DDAAP_PC5", `{"validity_timer":"2030-01-31T12:00:00Z","parameters":[]}`, 30, "policy.timer"},
		{a2xDir + "A2X_DC2P_PC5", `{"indicators":1,"parameters":[]}`, 30, "policy.indicators"},
		{fiveGDir + "5G_PROSE_DD", `{"objects":[{"tag":"87","servers":{"ipv4":["2001:db8::1"]}}]}`, 30, "parameter.ip"},
		{mcsDir + "MST", `{"table":"MST","coding":"policy","services":[]}`, 3, "availability.coding"},
		{mcsDir + "MST", `{"table":"MST","coding":"xml","services":[]}`, 1, "size"},
		{mcsDir + "MCS_CONFIG", `{"tag":"80","document":"<a/>"}`, 5, "size"},
		{acdcPath, `{"acdc_os":[{"os_id":"1234","file_id":"4F0A"}]}`, 30, "acdc.uuid"},
		{acdcApps, `{"acdc_apps":[{"acdc_category":1,"os_app_id":"a","os_app_id_bytes":"61"}]}`, 30, "acdc.app"},
		{acdcApps, `{"acdc_apps":[{"acdc_category":1,"os_app_id":"com.example.a"}]}`, 19, "size"},
		{acdcPath, `{"acdc_os":[{"os_id":"97a498e3-fc92-5c94-8986-0333d06e4e47","file_id":"4F"}]}`, 30, "length"},
		{mmssDir + "MLPL", `{"records":[{"mcc":"9x9"}]}`, 30, "digit"},
		{mmssDir + "MLPL", `{"records":[{"mcc":"999"}]}`, 8, "size"},
		{mmssDir + "MLPL", `{"records":[{"sys_loc_tags":[{"sys_type":2,"sys_loc_tag_size":9,"value":"01"}]}]}`, 30, "length"},
		{mmssDir + "MSPL", `{"mspls":[{"records":[{"pri_class":16}]}]}`, 30, "mmss.system"},
		{wlanDir + "WHPI", `{"indication":"maybe"}`, 1, "wlan.indication"},
		{wlanDir + "Pseudo", `{"pseudonym":"abc"}`, 4, "size"},
		{wlanDir + "UWSIDL", `{"wsid":"abc"}`, 3, "size"},
		{wlanDir + "WRI", `{"reauthentication_identity":"a","uncanonical":"01"}`, 1, "wri.uncanonical"},
		{hnbDir + "ACSGL", `{"csg_lists":[{"plmn":{"mcc":"999","mnc":"99"},"csg_information":[{"csg_id":134217728}]}]}`, 30, "hnb.id"},
		{hnbDir + "ACSGL", `{"csg_lists":[{"plmn":{"mcc":"999","mnc":"99"},"csg_information":[{}]}]}`, 30, "length"},
		{hnbDir + "HNBN", `{"hnb_name":"Watch room"}`, 8, "size"},
	} {
		d, _ := Lookup(c.path)
		v, err := d.Parse([]byte(c.value))
		if err != nil {
			t.Errorf("%s %s: %v", c.path, c.value, err)
			continue
		}
		b, err := d.Encode(v, c.size)
		var refused *EncodeError
		if !errors.As(err, &refused) || refused.ID != "ef.refuse."+c.id {
			t.Errorf("%s %s in %d bytes gave %X, %v, want the refusal %s", c.path, c.value, c.size, b, err, c.id)
		} else if s := err.Error(); strings.ContainsAny(s, "{<") {
			t.Errorf("%s: the refusal reads %q", c.path, s)
		}
	}
}

// The master key of EF.WRI shows nowhere, and a masked one cannot be written.
func TestWRIKeyStaysHidden(t *testing.T) {
	key := strings.Repeat("5AC3", 8)
	d, _ := Lookup(wlanDir + "WRI")
	for _, in := range []string{"8001618110" + key + "820101", "8110" + key + "800161820101", "8001618110" + key + "8201018310" + key} {
		got := d.Decode(unhex(t, in), Context{})
		for _, s := range []string{fmt.Sprintf("%+v", got), fmt.Sprintf("%#v", got.Value), fmt.Sprintf("%v", got.Value), mustJSON(t, got.Value)} {
			if strings.Contains(strings.ToUpper(s), "5AC3") || strings.Contains(s, "90 195") {
				t.Errorf("%s: the key shows in %s", in, s)
			}
		}
		if !slices.ContainsFunc(got.Fields, func(f Field) bool { return f.Secret && f.Value == "••••" }) {
			t.Errorf("%s: no line is secret", in)
		}
		out, err := d.Encode(got.Value, len(in)/2)
		if err != nil || Hex(out).String() != in {
			t.Errorf("%s is written as %X, %v", in, out, err)
		}
		b, _ := json.Marshal(got.Value)
		if _, err := d.Parse(b); err == nil {
			t.Errorf("%s: %s was read back", in, b)
		}
	}
}

// A value that is not opened says which document codes it, or what it reads as.
func TestUnopenedValues(t *testing.T) {
	for _, c := range []struct{ path, in, id, note string }{
		{fiveGDir + "5G_PROSE_DD", "A004 80020102", "parameter.80", "coded by TS 24.555 clause 5, not opened here"},
		{fiveGDir + "5G_PROSE_DD", "A007 85050000000000", "parameter.85", ""},
		{v2xDir + "V2XP_Uu", "A009 0000000000 00 810105", "parameter.81", "coded by TS 24.588 clause 5, not opened here"},
		{proseDir + "PROSE_GC", "A005 8003616263", "parameter.80", "reads as “abc”"},
		{proseDir + "PROSE_GC", "A004 80026162", "parameter.80", ""},
		{proseDir + "PROSE_PLMN", "A005 8003 99F999", "parameter.80", "looks like the network 999 99 (private or test network)"},
		{proseDir + "PROSE_PLMN", "A00B 8009 99F999 00F110 FFFFFF", "parameter.80", "looks like networks 999 99 (private or test network), 001 01 (test network)"},
		{proseDir + "PROSE_PLMN", "A007 8005 3939393939", "parameter.80", "reads as “99999”, looks like the network 999 99 (private or test network)"},
		{proseDir + "PROSE_PLMN", "A007 8005 3030303030", "parameter.80", "reads as “00000”"},
		{proseDir + "PROSE_PLMN", "A005 8003 123456", "parameter.80", ""}, // codes of 214 have two digits
		{proseDir + "PROSE_PLMN", "A005 8003 333333", "parameter.80", "reads as “333”"},
		{proseDir + "PROSE_PLMN", "A005 8003 FFFFFF", "parameter.80", ""},
		{proseDir + "PROSE_PLMN", "A008 8006 99F999 010203", "parameter.80", ""},
		{proseDir + "PROSE_RELAY", "A00C 800A 0161 07 6578616D706C65", "parameter.80", "looks like the name a.example"},
		{proseDir + "PROSE_RELAY", "A007 8005 0070DBD880", "parameter.80", "looks like the time 2030-01-01T00:00:00Z"},
		{proseDir + "PROSE_RELAY", "A007 8005 FF70DBD880", "parameter.80", ""},
		{proseDir + "PROSE_MON", "A00A 8003 99F999 8703 616263", "other_object", "reads as “abc”"},
		{proseDir + "PROSE_GC", "A005 8003611B63", "parameter.80", ""},
		{proseDir + "PROSE_RADIO_ANN", "01 A006 8000 81020102", "prose_radio", "SL-Preconfiguration of TS 36.331, not opened here"},
	} {
		got := decode(t, c.path, strings.ReplaceAll(c.in, " ", ""), Context{})
		i := slices.IndexFunc(got.Fields, func(f Field) bool { return f.ID == c.id })
		if i < 0 || got.Fields[i].Note != c.note {
			t.Errorf("%s %s: no line %s with the note %q in %+v", c.path, c.in, c.id, c.note, got.Fields)
		}
	}
}

// A document cannot make the outline endless.
func TestOutlineLimits(t *testing.T) {
	var doc strings.Builder
	for range 2000 {
		doc.WriteString("<a>1</a>")
	}
	deep := strings.Repeat("<a>", 2000)
	for name, c := range map[string]struct {
		doc   string
		lines int
		flags string
	}{
		"wide": {"<r>" + doc.String() + "</r>", maxOutlineLines + 1, ""},
		"deep": {deep, 1, "configuration.deep"},
		"long": {"<a>" + strings.Repeat("é", 1000) + "</a>", 2, ""},
	} {
		d, _ := Lookup(v2xDir + "V2X_CONFIG")
		in, err := d.Encode(Configuration{Tag: "80", Document: c.doc}, 1<<16)
		if err != nil {
			t.Fatal(err)
		}
		got := d.Decode(in, Context{})
		if len(got.Fields) != c.lines || flagIDs(got) != c.flags {
			t.Errorf("%s: %d lines, flags %s", name, len(got.Fields), flagIDs(got))
		}
		checkDecoded(t, v2xDir+"V2X_CONFIG", in, got)
	}
}
