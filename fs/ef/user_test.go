package ef

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"simscope/card/safe"
	"simscope/texts"
)

// What the traps of these files look like on screen: path, bytes, summary,
// flags.
func TestUserFiles(t *testing.T) {
	const number = "0791447700091032FFFFFFFFFFFF"
	for _, c := range []struct{ path, in, summary, flags string }{
		{"ADF.USIM/EF.ACM", "00012C", "300 units", ""},
		{"ADF.USIM/EF.ACM", "0001", "", "short"},
		{"ADF.USIM/EF.ACMmax", "000000", "no limit", ""},
		{"ADF.USIM/EF.ACMmax", "00000100", "1 units", "length.over"},
		{"ADF.USIM/EF.PUCT", "44454D0157", "DEM 0.23", ""},
		{"ADF.USIM/EF.PUCT", "FFFFFF0000", "empty", ""},
		{"ADF.USIM/EF.PUCT", "84454D0157", "\uFFFDEM 0.23", "alpha.bit8"},
		{"ADF.USIM/EF.PUCT", "47425000E1", "GBP 10000000", ""},
		{"ADF.USIM/EF.DCK", strings.Repeat("FF", 16), "empty", ""},
		{"ADF.USIM/EF.DCK", "2143658A" + strings.Repeat("FF", 12), "network lock", "dck.digit"},
		{"ADF.USIM/EF.DCK", "21436587", "", "short"},
		{"ADF.USIM/EF.CNL", "00F110FFFFFFFFFFFFFFFFFF", "001 01", ""},
		{"ADF.USIM/EF.CNL", "00F110214365FFFFFFFF01FF", "001 01 12/34/56", "cnl.ended"},
		{"ADF.USIM/EF.CNL", "0AF1101FFFFFFF", "A01 01", "odd plmn filler"},
		{"ADF.USIM/EF.GID1", "FFFF", "empty", ""},
		{"ADF.USIM/EF.GID1", "4D564E4FFF", "4D564E4F  MVNO", ""},
		{"ADF.USIM/EF.GID2", "1A", "1A", ""},
		{"ADF.USIM/EF.Hiddenkey", "12FFFFFF", "a key is stored", "hiddenkey"},
		{"ADF.USIM/EF.Hiddenkey", "FFFFFFFF", "empty", ""},
		{"ADF.USIM/EF.START-HFN", "000010F00020", "16 · 32", "start.filler"},
		{"ADF.USIM/EF.THRESHOLD", "FFFF", "", "short"},
		{"ADF.USIM/EF.ICI", number + "62203040506040" + "000030" + "00" + "FFFFFF", "+447700900123 2026-02-03T04:05:06+01:00 0:00:48", ""},
		{"ADF.USIM/EF.ICI", number + "62133040506040" + "000030" + "01" + "FFFFFF", "+447700900123 not answered", "timestamp"},
		{"ADF.USIM/EF.ICI", strings.Repeat("FF", 21) + "000000" + "00" + "01FFFF", "empty", ""},
		{"ADF.USIM/EF.OCI", number, "", "short"},
		{"ADF.USIM/EF.OCT", "000E11", "1:00:01", ""},
		{"ADF.USIM/EF.CCP2", strings.Repeat("FF", 15), "empty", ""},
		{"ADF.USIM/EF.CCP2", "07C2C88121136 3A3", "modem call (3.1 kHz audio), 2.4 kbit/s, V.22bis", ""},
		{"ADF.USIM/EF.CCP2", "09C2C88121136 3A3", "modem call (3.1 kHz audio), 2.4 kbit/s, V.22bis", "bearer.length"},
		{"ADF.USIM/EF.CCP2", "02C6C8", "value 6", "bearer.value"},
		{"ADF.USIM/EF.CCP2", "03C2C8E1", "modem call (3.1 kHz audio)", "bearer.octet"},
		{"ADF.USIM/EF.CCP2", "0160FF", "speech", "bearer.short"},
		{"ADF.USIM/EF.CCP2", "01A001", "speech", "bearer.trailing"},
		{"ADF.USIM/EF.CCP2", "00FF", "", "bearer.short"},
		{"ADF.USIM/EF.NIA", "03414243", "not assigned  ABC", "nia"},
		{"ADF.USIM/EF.NIA", "FF41", "none  A", ""},
		{"ADF.USIM/EF.CBMI", "00320F", "50", "odd"},
		{"ADF.USIM/EF.CBMIR", "00320031", "50–49", "cb.range"},
		{"ADF.USIM/EF.VGCS", "2143F5F6", "12345", "filler"},
		{"ADF.USIM/EF.VGCS", "2A43FFFF", "A234", "group.digit"},
		{"ADF.USIM/EF.VGCSS", "00000000000000", "none", "group.spare"},
		{"ADF.USIM/EF.VGCSCA", "0800", "1: not assigned, no ciphering", "group.cipher"},
		{"ADF.USIM/EF.eMLPP", "8001", "none", "emlpp.bit"},
		{"ADF.USIM/EF.AAeM", "", "", "short"},
		{"ADF.USIM/EF.MBI", "01000000", "voice messages: record 1", ""},
		{"ADF.USIM/EF.MWIS", "0100000000", "voice messages: yes", ""},
		{"ADF.USIM/EF.MWIS", "8003000000", "no messages wait", "mwis.bit"},
		{"ADF.USIM/EF.CFIS", "0101" + number, "calls to +447700900123", ""},
		{"ADF.USIM/EF.CFIS", "0508" + number, "not forwarded", "cfis.profile cfis.bit"},
		{"ADF.USIM/EF.CFIS", "0100", "", "short"},
		{"ADF.USIM/EF.MMSN", "000000FFFF", "empty", ""},
		{"ADF.USIM/EF.MMSN", "01000196414200FF", "stored AB", ""},
		{"ADF.USIM/EF.MMSN", "F100019641FF", "stored", "mms.headers"},
		{"ADF.USIM/EF.MMSN", "010001964103", "stored", ""}, // goes on in the extension
		{"ADF.USIM/EF.MMSUP", "8001018101418201FF", "A", "mms.headers"},
		{"ADF.USIM/EF.MMSUP", "80010181", "", "tlv"},
		{"ADF.USIM/EF.MMSICP", "FFFF", "empty", ""},
		{"ADF.USIM/EF.MMSICP", "AB09800101810161820108", "a", "mms.form"},
		{"ADF.USIM/EF.MMSICP", "AB0A80010181016182020E41", "a", "mms.setting mms.form"},
		{"ADF.USIM/EF.MMSICP", "800101", "", "mms.tag mms.form"},
		{"ADF.USIM/EF.FDNURI", "8003613A62FFFF41FF", "A  a:b", ""},
		{"ADF.USIM/EF.FDNURI", "8003613A62FF800416FF", "Ж  a:b", ""}, // 80 is a coding, not room
		{"ADF.USIM/EF.FDNURI", "8002C328", "\uFFFD(", "utf8"},
		{"ADF.USIM/EF.FDNURI", "80FF41", "", "tlv uri.tag"},
		{"ADF.USIM/EF.BDNURI", "FF", "empty", ""},
		{"ADF.USIM/EF.ACL", "00FFFF", "empty", ""},
		{"ADF.USIM/EF.ACL", "01DD0503617065", "", "tlv acl.count"},
		{"ADF.USIM/EF.ACL", "02DD0403617065DD0361706E", "ape, apn", "acl.apn"},
		{"ADF.USIM/EF.ACL", "01DD00DE00", "what the network provides", "acl.tag"},
		{"ADF.USIM/EF.CMI", "FF05", "5", ""},
		{"MF/DF.GSM/EF.SUME", "85044D656E75", "Menu", ""},
		{"MF/DF.GSM/EF.SUME", "85054D656E75", "", "tlv"},
		{"MF/DF.TELECOM/EF.ICE_FF", "82014100", "", ""},
		{"MF/DF.TELECOM/EF.PSISMSC", "8100", "", "uri.tag"},
		{"ADF.USIM/EF.Keys", "FF" + strings.Repeat("11", 32), "no key stored", ""},
		{"MF/DF.GSM/EF.Kc", strings.Repeat("11", 9) + "00", "key set 1", "length.over"},
	} {
		got := decode(t, c.path, strings.ReplaceAll(c.in, " ", ""), Context{})
		if got.Summary != c.summary || flagIDs(got) != c.flags {
			t.Errorf("%s %s: %q flags %q, want %q flags %q", c.path, c.in, got.Summary, flagIDs(got), c.summary, c.flags)
		}
	}
}

// What cannot be written is refused with its limit.
func TestUserRefusals(t *testing.T) {
	for _, c := range []struct {
		path, json string
		size       int
		id         string
	}{
		{"ADF.USIM/EF.ACM", `{"units":16777216}`, 3, "number.range"},
		{"ADF.USIM/EF.ACM", `{"units":1}`, 4, "size"},
		{"ADF.USIM/EF.PUCT", `{"currency_code":"EURO","eppu":1,"ex":0}`, 5, "currency"},
		{"ADF.USIM/EF.PUCT", `{"currency_code":"EUR","eppu":4096,"ex":0}`, 5, "number.range"},
		{"ADF.USIM/EF.PUCT", `{"currency_code":"EUR","eppu":1,"ex":-8}`, 5, "ex"},
		{"ADF.USIM/EF.DCK", `{"network":"214365"}`, 16, "length"},
		{"ADF.USIM/EF.CNL", `{"cooperative_networks":[{"mcc":"001","mnc":"01","network_subset":"123"}]}`, 6, "cnl.code"},
		{"ADF.USIM/EF.CNL", `{"cooperative_networks":[{"mcc":"1"}]}`, 6, "plmn"},
		{"ADF.USIM/EF.GID1", `{"group_identifier":"010203"}`, 2, "size"},
		{"ADF.USIM/EF.Hiddenkey", `{"hidden_key":"123F"}`, 4, "hiddenkey"},
		{"ADF.USIM/EF.Hiddenkey", `{"hidden_key":"1234567890"}`, 4, "hiddenkey"},
		{"ADF.USIM/EF.START-HFN", `{"start_cs":1048576,"start_ps":0}`, 6, "number.range"},
		{"ADF.USIM/EF.ICI", `{"date_and_time":"yesterday"}`, 28, "call.time"},
		{"ADF.USIM/EF.ICI", `{"date_and_time":"1989-01-01T00:00:00Z"}`, 28, "call.time"},
		{"ADF.USIM/EF.ICI", `{"date_and_time":"2026-01-01T00:00:00+00:07"}`, 28, "call.time"},
		{"ADF.USIM/EF.OCI", `{"duration_s":-1}`, 27, "number.range"},
		{"ADF.USIM/EF.OCI", `{}`, 26, "size"},
		{"ADF.USIM/EF.OCT", `{"accumulated_call_timer_s":-1}`, 3, "number.range"},
		{"ADF.USIM/EF.CCP2", `{"octets":[{"octet":"9","parameters":[]}]}`, 15, "bearer.octet"},
		{"ADF.USIM/EF.CCP2", `{"octets":[{"octet":"3","parameters":[{"name":"x","value":"1"}]}]}`, 15, "bearer.parameter"},
		{"ADF.USIM/EF.CCP2", `{"octets":[{"octet":"3","parameters":[{"name":"transfer_mode","value":"pigeon"}]}]}`, 15, "list.name"},
		{"ADF.USIM/EF.CCP2", `{"octets":[{"octet":"3","parameters":[{"name":"transfer_mode","value":"packet"}]}]}`, 15, "bearer.order"},
		{"ADF.USIM/EF.NIA", `{"alerting_category":3,"informative_text":"A"}`, 5, "nia"},
		{"ADF.USIM/EF.CBMI", `{"message_identifiers":[65536]}`, 4, "number.range"},
		{"ADF.USIM/EF.CBMI", `{"message_identifiers":[1,2,3]}`, 4, "entries"},
		{"ADF.USIM/EF.CBMIR", `{"message_identifier_ranges":[{"lower":2,"upper":1}]}`, 4, "cb.range"},
		{"ADF.USIM/EF.VGCS", `{"group_ids":["123456789"]}`, 4, "group"},
		{"ADF.USIM/EF.VGCS", `{"group_ids":["12A"]}`, 4, "digit"},
		{"ADF.USIM/EF.VGCSS", `{"active_groups":[51]}`, 7, "number.range"},
		{"ADF.USIM/EF.VGCSCA", `{"groups":[{"v_ki_1":8,"v_ki_2":0}]}`, 2, "number.range"},
		{"ADF.USIM/EF.eMLPP", `{"levels":["5"]}`, 2, "list.name"},
		{"ADF.USIM/EF.MBI", `{"mbi_voicemail":1}`, 3, "size"},
		{"ADF.USIM/EF.MWIS", `{"mwi_status":["pigeon"]}`, 5, "list.name"},
		{"ADF.USIM/EF.CFIS", `{"msp_number":5}`, 16, "cfis.profile"},
		{"ADF.USIM/EF.MMSN", `{"mms_status":["used"],"headers":[{"name":"Subject","value":"A"}],"mms_notification":""}`, 9, "mms.headers"},
		{"ADF.USIM/EF.MMSICP", `{"connectivity_parameters":[{"gateway":[{"name":"port","secret":"31"}]}]}`, 40, "mms.secret"},
		{"ADF.USIM/EF.MMSICP", `{"connectivity_parameters":[{"gateway":[{"name":"authentication_pw","value":"a"}]}]}`, 40, "mms.secret"},
		{"ADF.USIM/EF.MMSICP", `{"connectivity_parameters":[{"gateway":[{"name":"port","value":"ж"}]}]}`, 40, "mms.text"},
		{"ADF.USIM/EF.MMSICP", `{"connectivity_parameters":[],"irregular":true}`, 40, "mms.irregular"},
		{"ADF.USIM/EF.FDNURI", `{"uri":"","alpha_identifier":"A"}`, 9, "dial.uri"},
		{"ADF.USIM/EF.ACL", `{"apns":["a..b"]}`, 20, "acl.apn"},
		{"ADF.USIM/EF.ECC", `{"emergency_call_code":"1234567"}`, 6, "ecc"},
		{"ADF.USIM/EF.ECC", `{"emergency_call_code":"112","service_categories":["plumber"]}`, 6, "list.name"},
		{"MF/DF.GSM/EF.ECC", `{"emergency_call_codes":["112","911"]}`, 3, "entries"},
		{"MF/DF.GSM/EF.LP", `{"languages":["0102"]}`, 4, "lp"},
		{"MF/EF.UMPC", `{"max_current_mA":256}`, 5, "number.range"},
		{"MF/EF.DIR", `{"application_identifier":"A000"}`, 30, "aid"},
		{"MF/EF.DIR", `{"application_identifier":"A000000087","other":[{"tag":"XY","value":""}]}`, 30, "tlv.tag"},
		{"ADF.USIM/EF.Keys", `{"ksi":8,"ck":"00","ik":"00"}`, 33, "number.range"},
		{"ADF.USIM/EF.Keys", `{"ksi":1,"ck":"00","ik":"00"}`, 33, "length"},
		{"MF/DF.GSM/EF.Kc", `{"kc":"0011","cksn":1}`, 9, "length"},
		{"ADF.USIM/EF.UST", `{"table":"UST","services":[{"service":33,"allocated":true,"activated":true}]}`, 4, "service"},
		{"MF/EF.ARR", `{"rules":[{"modes":{},"condition":{"kind":"always"}}]}`, 20, "arr.mode"},
		{"MF/EF.ARR", `{"rules":[{"modes":{"access_mode":1},"condition":{"kind":"sometimes"}}]}`, 20, "arr.condition"},
		{"MF/EF.ARR", `{"rules":[{"modes":{"access_mode":1},"condition":{"kind":"and"}}]}`, 20, "arr.condition"},
		{"MF/EF.ARR", `{"rules":[{"modes":{"access_mode":1},"condition":{"kind":"control_reference_template"}}]}`, 20, "arr.nokey"},
		{"MF/EF.ARR", `{"rules":[{"modes":{"access_mode":1},"condition":{"kind":"control_reference_template","keys":["PIN77"]}}]}`, 20, "arr.key"},
		{"MF/EF.ARR", `{"rules":[{"modes":{"command_header":[{}]},"condition":{"kind":"never"}}]}`, 20, "arr.header"},
		{"MF/EF.ARR", `{"rules":[{"modes":{"proprietary":"81"},"condition":{"kind":"never"}}]}`, 20, "arr.proprietary"},
		{"MF/EF.ARR", `{"rules":[{"modes":{"access_mode":1},"condition":{"kind":"security_condition_byte"}}]}`, 20, "arr.lost"},
		{"MF/EF.ARR", `{"rules":[{"modes":{"access_mode":1},"condition":{"kind":"always"}}]}`, 4, "size"},
	} {
		d, ok := Lookup(c.path)
		if !ok {
			t.Fatal(c.path)
		}
		v, err := d.Parse([]byte(c.json))
		if err != nil {
			t.Errorf("%s %s: %v", c.path, c.json, err)
			continue
		}
		b, err := d.Encode(v, c.size)
		var refused *EncodeError
		if !errors.As(err, &refused) || refused.ID != "ef.refuse."+c.id {
			t.Errorf("%s %s in %d bytes gave %X, %v, want the refusal %s", c.path, c.json, c.size, b, err, c.id)
		} else if s := err.Error(); strings.ContainsAny(s, "{<") {
			t.Errorf("%s: the refusal reads %q", c.path, s)
		}
	}
}

// A value that was edited as JSON is written in the canonical coding.
func TestUserEdits(t *testing.T) {
	for _, c := range []struct{ path, in, from, to, want string }{
		{"ADF.USIM/EF.UST", "9E6B", `{"service":1,"name":"Local Phone Book","allocated":false,"activated":false}`, `{"service":1,"name":"","allocated":true,"activated":true}`, "9F6B"},
		{"ADF.USIM/EF.UST", "9E6B", `{"service":2,"name":"Fixed Dialling Numbers (FDN)","allocated":true,"activated":true}`, `{"service":2,"name":"","allocated":true,"activated":false}`, "9C6B"},
		{"MF/DF.GSM/EF.SST", "0D", `{"service":1,"name":"CHV1 disable function","allocated":true,"activated":false}`, `{"service":1,"name":"","allocated":false,"activated":true}`, "0F"},
		{"MF/EF.ARR", "800101A4068301019501089700FFFF", `"PIN1"`, `"ADM1"`, "800101A40683010A9501089700FFFF"},
		{"MF/EF.ARR", "8001019000FFFFFFFFFFFFFFFFFF", `{"kind":"always"}`, `{"kind":"control_reference_template","keys":["PIN1"],"usage_qualifier":8}`, "800101A406830101950108FFFFFF"},
		{"MF/EF.ARR", "8001019000FFFFFFFFFFFFFFFFFF", `{"kind":"always"}`, `{"kind":"not","of":[{"kind":"never"}]}`, "800101A7029700FFFFFFFFFFFFFF"},
		{"MF/EF.ARR", "80010190008401D49700FFFF", `"access_mode":1`, `"access_mode":3`, "80010390008401D49700FFFF"},
		{"MF/EF.DIR", "610B4F05A00000008750024142FF", `"AB"`, `"A"`, "610A4F05A000000087500141FFFF"},
		{"MF/EF.UMPC", "3CFF0200FF", `"req_inc_idle_current":false`, `"req_inc_idle_current":true`, "3CFF03FFFF"},
		{"MF/DF.GSM/EF.LP", "01FF", `"01"`, `"23"`, "23FF"},
		{"ADF.USIM/EF.ECC", "11F2FFFF01", `"police"`, `"ambulance"`, "11F2FFFF02"},
		{"ADF.USIM/EF.MWIS", "0102000000", `"mwi_status":["voicemail"],"num_waiting_voicemail":2`, `"mwi_status":[],"num_waiting_voicemail":0`, "0000000000"},
		{"ADF.USIM/EF.CFIS", "01010791447700091032FFFFFFFFFFFF", `["voice"]`, `[]`, "01000791447700091032FFFFFFFFFFFF"},
		{"ADF.USIM/EF.CCP2", "03C2C881FF", `"full_duplex"`, `"half_duplex"`, "03C2C081FF"},
		{"ADF.USIM/EF.ACL", "01DD0403617065FFFF", `"ape"`, `"a.b"`, "01DD0401610162FFFF"},
		{"MF/DF.GSM/EF.SUME", "05014100FF", `"A"`, `"Ж"`, "8503800416"},
	} {
		d, _ := Lookup(c.path)
		in := unhex(t, strings.ReplaceAll(c.in, " ", ""))
		s := mustJSON(t, d.Decode(in, Context{}).Value)
		edited := strings.Replace(s, c.from, c.to, 1)
		if edited == s {
			t.Errorf("%s: %s is not in %s", c.path, c.from, s)
			continue
		}
		v, err := d.Parse([]byte(edited))
		if err != nil {
			t.Errorf("%s %s: %v", c.path, edited, err)
			continue
		}
		got, err := d.Encode(v, len(in))
		if err != nil || !bytes.Equal(got, unhex(t, c.want)) {
			t.Errorf("%s %s was written as %X, %v, want %s", c.path, edited, got, err, c.want)
		}
	}
}

// Keys are written from hex, and neither come out again nor show in an error.
func TestUserKeys(t *testing.T) {
	const key = "5AC35AC35AC35AC3"
	for path, c := range map[string]struct{ json, want string }{
		"MF/DF.GSM/EF.Kc":       {`{"kc":"` + key + `","cksn":2,"rfu":0}`, key + "02"},
		"ADF.USIM/EF.Keys":      {`{"ksi":2,"ck":"` + key + key + `","ik":"` + key + key + `"}`, "02" + key + key + key + key},
		"ADF.USIM/EF.DCK":       {`{"corporate":"5AC35AC3"}`, "FFFFFFFFFFFFFFFFFFFFFFFF5AC35AC3"},
		"ADF.USIM/EF.Hiddenkey": {`{"hidden_key":"12345"}`, ""},
		"ADF.USIM/EF.MMSICP": {
			`{"connectivity_parameters":[{"mms_implementation":["wap"],"relay_server":"a","interface_to_core_network":[[{"name":"authentication_pw","secret":"5AC35AC3"}]],"gateway":null}]}`,
			"AB0E8001018101618206" + "0E5AC35AC300",
		},
	} {
		d, _ := Lookup(path)
		v, err := d.Parse([]byte(c.json))
		if c.want == "" {
			if err == nil || strings.Contains(err.Error(), "12345") {
				t.Errorf("%s: half a byte of a key gave %v", path, err)
			}
			continue
		}
		if err != nil {
			t.Errorf("%s: %v", path, err)
			continue
		}
		want := unhex(t, c.want)
		got, err := d.Encode(v, len(want))
		if err != nil || !bytes.Equal(got, want) {
			t.Errorf("%s was written as %X, %v, want %X", path, got, err, want)
		}
		dec := d.Decode(want, Context{})
		if !slices.ContainsFunc(dec.Fields, func(f Field) bool { return f.Secret }) {
			t.Errorf("%s: no field is secret", path)
		}
		for _, s := range []string{fmt.Sprintf("%+v %#v", dec, dec.Value), mustJSON(t, dec.Value), mustJSON(t, dec)} {
			if strings.Contains(strings.ToUpper(s), "5AC3") || strings.Contains(s, "90 195") {
				t.Errorf("%s: the key shows in %s", path, s)
			}
		}
		// What was masked must be given anew.
		if _, err := d.Parse([]byte(mustJSON(t, dec.Value))); err == nil {
			t.Errorf("%s: the mask was taken for a key", path)
		}
	}
	var k KeyBytes
	if err := json.Unmarshal([]byte(`"5AC"`), &k); err == nil || strings.Contains(err.Error(), "5A") {
		t.Errorf("a bad key gave %v", err)
	}
	if fmt.Sprint(KeyBytes{safe.NewSecret([]byte("5AC3"))}) != "••••" {
		t.Error("a key is printed")
	}
}

// Rules that are made in code, and not read, are written too.
func TestARRFromCode(t *testing.T) {
	ins := byte(0xD4)
	v := AccessRules{Rules: []Rule{
		{AccessMode{Bits: ModeRead}, Condition{Kind: CondOr, Of: []Condition{{Kind: CondKey, Keys: []byte{0x01}, Usage: 8}, {Kind: CondAlways}}}},
		{AccessMode{Headers: []CommandHeader{{INS: &ins}}}, Condition{Kind: CondAnd, Of: []Condition{{Kind: CondSC, SC: 0x10}, {Kind: CondNever}}}},
	}}
	want := unhex(t, "800101A40683010195010890008401D4AF059E01109700FFFF")
	if got, err := encodeARR(v, len(want)); err != nil || !bytes.Equal(got, want) {
		t.Errorf("written as %X, %v, want %X", got, err, want)
	}
}

// Labels and words that the code names by variables have their sentences.
func TestUserTexts(t *testing.T) {
	ids := []string{}
	for _, id := range dckNames {
		ids = append(ids, "ef.field."+id, "ef.word."+id)
	}
	for octet, fields := range bearerFields {
		used := 0
		for _, f := range fields {
			used += f.width
			if f.fixed == nil {
				ids = append(ids, "ef.field.bc_"+strings.ReplaceAll(f.id, ".", "_"))
			}
			for bits := range byte(1 << f.width) {
				if back, ok := f.bits(f.name(bits)); f.fixed == nil && (!ok || back != bits) {
					t.Errorf("octet %s: %s %d reads back as %d, %v", octet, f.id, bits, back, ok)
				}
			}
		}
		if used != 7 {
			t.Errorf("octet %s has %d bits", octet, used)
		}
	}
	for _, name := range wapNames {
		ids = append(ids, "ef.field.wap_"+name)
	}
	for _, r := range broadcastNames {
		ids = append(ids, "ef.cb."+r.id)
	}
	for _, kind := range mailboxKinds {
		ids = append(ids, "ef.word.mailbox."+kind)
	}
	for _, s := range forwardedServices {
		ids = append(ids, "ef.word.forward."+s)
	}
	for _, s := range append(slices.Concat(mmsImplementations, retrievals[1:]), "used", "read", "free") {
		ids = append(ids, "ef.word.mms."+s)
	}
	for _, id := range []string{
		"levels", "fast_call_setup", "auto_answer", "network_subset", "service_provider_id", "corporate_id", "start_cs", "start_ps",
		"threshold", "mms_interface", "mms_gateway", "mms_profile", "menu_title", "ice_label", "ice_text", "psismsc",
	} {
		ids = append(ids, "ef.field."+id)
	}
	for _, e := range usimUserFiles() {
		for _, p := range e.paths {
			ids = append(ids, "file."+p[strings.LastIndex(p, "/")+1:])
		}
		ids = append(ids, e.Headers...)
	}
	for _, id := range ids {
		if !texts.Has(id) {
			t.Errorf("no sentence for %s", id)
		}
	}
}

// Each file of this part stands at every path of the catalogue it should, and
// can be written.
func TestUserPaths(t *testing.T) {
	for home, names := range map[string]string{
		"ADF.USIM": "DCK CNL ACM ACMmax PUCT GID1 GID2 CBMI CBMID CBMIR CCP2 ACL CMI ICI OCI ICT OCT VGCS VGCSS VBS VBSS VGCSCA VBSCA " +
			"eMLPP AAeM Hiddenkey MBDN MBI MWIS CFIS MMSN MMSICP MMSUP MMSUCP NIA FDNURI BDNURI SDNURI START-HFN THRESHOLD " +
			"ECC UST EST Keys KeysPS ARR",
		"MF/DF.GSM": "DCK CNL ACM ACMmax PUCT GID1 GID2 CBMI CBMID CBMIR VGCS VGCSS VBS VBSS eMLPP AAeM MBDN MBI MWIS CFIS MMSN MMSICP " +
			"MMSUP MMSUCP NIA SUME ECC SST LP Phase Kc KcGPRS",
		"MF/DF.TELECOM": "CCP ECCP SUME CMI ICE_DN ICE_FF PSISMSC ARR",
		"MF":            "DIR ARR UMPC",
	} {
		for name := range strings.FieldsSeq(names) {
			path := home + "/EF." + name
			d, ok := Lookup(path)
			if !ok || d.Name != "EF."+name || d.Spec == "" || d.Encode == nil || d.Parse == nil {
				t.Errorf("%s: decoder %+v", path, d)
			}
		}
	}
}
