package ef

import (
	"errors"
	"strings"
	"testing"
)

// What does not fit is refused by name, never bent.
func TestFiveGRefusals(t *testing.T) {
	for _, c := range []struct {
		path, value string
		size        int
		id          string
	}{
		{"5GS3GPPLOCI", `{"5g_guti":{"type":"none"},"5gs_update_status":"updated"}`, 20, "length"},
		{"5GS3GPPLOCI", `{"5g_guti":{"type":"none"},"last_visited_registered_tai_in_5gs":{"mcc":"","mnc":"","tac":"000000"},"5gs_update_status":"x"}`, 20, "status"},
		{"5GS3GPPLOCI", `{"5g_guti":{"type":"5g_guti","mcc":"999","mnc":"99","amf_region_id":256,"amf_set_id":1,"amf_pointer":1,"5g_tmsi":"00000000"}}`, 20, "nested.limit"},
		{"5GS3GPPLOCI", `{"5g_guti":{"type":"5g_guti","mcc":"999","mnc":"99","amf_region_id":1,"amf_set_id":1,"5g_tmsi":"00000000"}}`, 20, "nested.missing"},
		{"5GS3GPPLOCI", `{}`, 19, "size"},
		{"5GS3GPPNSC", `{"ngksi":8}`, 57, "nested.limit"},
		{"5GS3GPPNSC", `{"non_canonical_form":true}`, 57, "fiveg.form"},
		{"5GS3GPPNSC", `{"ngksi":1}`, 4, "size"},
		{"5GAUTHKEYS", `{"sor_counter":1,"other":[{"tag":"zz"}]}`, 57, "nested.value"},
		{"SUCI_Calc_Info", `{"protection_scheme_identifier_list":[{"protection_scheme_identifier":"profile_a","key_index":1}]}`, 50, "suci.index"},
		{"SUCI_Calc_Info", `{"protection_scheme_identifier_list":[{"protection_scheme_identifier":"profile_a","key_index":1}],"home_network_public_key_list":[{"home_network_public_key_identifier":1,"home_network_public_key":"00"}]}`, 50, "suci.keylength"},
		{"SUCI_Calc_Info", `{"protection_scheme_identifier_list":[{"protection_scheme_identifier":"rot13","key_index":0}]}`, 50, "nested.value"},
		{"OPL5G", `{"mcc":"999","mnc":"9"}`, 10, "plmn"},
		{"OPL5G", `{"mcc":"999","mnc":"9F"}`, 10, "plmn"},
		{"OPL5G", `{"mcc":"999","mnc":"99","tac_from":"000002","tac_to":"000001"}`, 10, "nested.value"},
		{"SUPI_NAI", `{"supi_type":"imsi","network_access_identifier":"a@b"}`, 10, "nested.value"},
		{"Routing_Indicator", `{"routing_indicator":"12345"}`, 4, "nested.value"},
		{"Routing_Indicator", `{"routing_indicator":"1A"}`, 4, "digit"},
		{"TN3GPPSNN", `{"serving_network_names":["abcdef"]}`, 4, "size"},
		{"CAG", `{"cag_information_list":[{"mcc":"99","mnc":"99","cag_ids":[]}]}`, 40, "plmn"},
		{"CAG", `{"cag_ids":[]}`, 40, "json"},
		{"SOR-CMCI", `{"sor_cmci_rules":[{"tsor_cm_timer_value":"","criterion_type":"match_all"}]}`, 40, "length"},
		{"SOR-CMCI", `{"sor_cmci_rules":[{"tsor_cm_timer_value":"01","criterion_type":"weather"}]}`, 40, "nested.value"},
		{"SOR-CMCI", `{"sor_cmci_rules":[{"tsor_cm_timer_value":"01","criterion_type":"dnn","dnn":"a..b"}]}`, 40, "nested.dnn"},
		{"SOR-CMCI", `{"sor_cmci_rules":[{"tsor_cm_timer_value":"01","criterion_type":"s_nssai_sst","s_nssai":{"sst":1,"sd":"000001"}}]}`, 40, "length"},
		{"5GSEDRX", `{"edrx_cycle_length":16}`, 2, "nested.limit"},
		{"URSP", ruleJSON(`{"type":"single_remote_port","port":65536}`, `{"type":"rsn","rsn":1}`), 90, "nested.limit"},
		{"URSP", ruleJSON(`{"type":"single_remote_port"}`, `{"type":"rsn","rsn":1}`), 90, "nested.missing"},
		{"URSP", ruleJSON(`{"type":"remote_port_range","port_range_low":2,"port_range_high":1}`, `{"type":"rsn","rsn":1}`), 90, "nested.value"},
		{"URSP", ruleJSON(`{"type":"ipv4_remote_address","ipv4_address":"2001:db8::1"}`, `{"type":"rsn","rsn":1}`), 90, "nested.value"},
		{"URSP", ruleJSON(`{"type":"ipv6_remote_address","ipv6_address":"2001:db8::1","ipv6_prefix_length":129}`, `{"type":"rsn","rsn":1}`), 90, "nested.limit"},
		{"URSP", ruleJSON(`{"type":"os_id_and_os_app_id","os_id":"12","os_app_id":"a"}`, `{"type":"rsn","rsn":1}`), 90, "nested.value"},
		{"URSP", ruleJSON(`{"type":"destination_mac_address","mac_address":"02:00:00:00:00"}`, `{"type":"rsn","rsn":1}`), 90, "nested.value"},
		{"URSP", ruleJSON(`{"type":"ip_3_tuple"}`, `{"type":"rsn","rsn":1}`), 90, "nested.value"},
		{"URSP", ruleJSON(`{"type":"moon"}`, `{"type":"rsn","rsn":1}`), 90, "nested.value"},
		{"URSP", ruleJSON(`{"type":"connection_capabilities","connection_capabilities":["moon"]}`, `{"type":"rsn","rsn":1}`), 90, "nested.value"},
		{"URSP", ruleJSON(`{"type":"match_all"}`, `{"type":"s_nssai"}`), 90, "nested.missing"},
		{"URSP", ruleJSON(`{"type":"match_all"}`, `{"type":"s_nssai","s_nssai":{"sst":256}}`), 90, "nested.limit"},
		{"URSP", ruleJSON(`{"type":"match_all"}`, `{"type":"s_nssai","s_nssai":{"sst":1,"mapped_hplmn_sd":"000001"}}`), 90, "nested.value"},
		{"URSP", ruleJSON(`{"type":"match_all"}`, `{"type":"time_window","start_time":"soon","stop_time":"later"}`), 90, "nested.value"},
		{"URSP", ruleJSON(`{"type":"match_all"}`, `{"type":"pdu_session_type","pdu_session_type":"ipx"}`), 90, "nested.value"},
		{"URSP", ruleJSON(`{"type":"match_all"}`, `{"type":"location_criteria","location_criteria":[{"type":"nr_cells","identities":[{"mcc":"999","mnc":"99","identity":"00"}]}]}`), 90, "length"},
		{"URSP", ruleJSON(`{"type":"match_all"}`, `{"type":"rsn","rsn":1}`), 10, "size"},
		{"URSP", `{"ursp_rules":[{"mcc":"999","mnc":"99","rules":[{"precedence_value":1}]}]}`, 90, "ursp.empty"},
		{"/NID", `{"assignment_mode":"self_assignment","network_identifier":"00"}`, 6, "length"},
		{"/FN", `{"functional_number":"1234567890123456"}`, 9, "rail.digits"},
		{"/CallconfC", `{"pl_conf":"9","conf_nr":"1"}`, 24, "nested.value"},
		{"/Shunting", `{"shunting_gids":[57]}`, 8, "nested.limit"},
		{"/GsmrPLMN", `{"mcc":"999","mnc":"99","preference":8}`, 9, "nested.limit"},
		{"/NW", `{"network_name":"Bahnfunk1"}`, 8, "size"},
		{"/NW", `{"network_name":"星"}`, 8, "nested.value"},
		{"/IC", `{"next_table_type":"ic","id_of_next_table":"6F"}`, 7, "length"},
		{"/CT", `{"next_table_type":"ic","id_of_next_table":"6F8D","decision_value":"12345"}`, 6, "rail.digits"},
		{"/FC", `{"next_table":{"next_table_type":"ic","id_of_next_table":"6F8D"},"predefined_value":"1"}`, 3, "nested.value"},
	} {
		path := dir5G + c.path
		if name, rail := strings.CutPrefix(c.path, "/"); rail {
			path = dirRail + name
			if name == "NID" {
				path = "ADF.USIM/DF.SNPN/EF.NID"
			}
		}
		d, _ := Lookup(path)
		v, err := d.Parse([]byte(c.value))
		var b []byte
		if err == nil {
			b, err = d.Encode(v, c.size)
		}
		var refused *EncodeError
		if !errors.As(err, &refused) || refused.ID != "ef.refuse."+c.id {
			t.Errorf("%s %s gave %X, %v, want the refusal %s", path, c.value, b, err, c.id)
		} else if s := err.Error(); c.id != "json" && strings.ContainsAny(s, "{<") {
			t.Errorf("%s: the refusal reads %q", path, s)
		}
	}
}

func ruleJSON(traffic, route string) string {
	return `{"ursp_rules":[{"mcc":"999","mnc":"99","rules":[{"precedence_value":1,"traffic_descriptor":[` + traffic +
		`],"route_selection_descriptors":[{"precedence_value":1,"contents":[` + route + `]}]}]}]}`
}

// An edited rule is written anew and reads as it was edited.
func TestFiveGEdit(t *testing.T) {
	d, _ := Lookup(dir5G + "URSP")
	v, err := d.Parse([]byte(ruleJSON(`{"type":"destination_fqdn","destination_fqdn":"example.com"}`, `{"type":"s_nssai","s_nssai":{"sst":1}}`)))
	if err != nil {
		t.Fatal(err)
	}
	edited := v.(URSP)
	edited.Policies[0].Rules[0].Traffic[0].FQDN = "example.org"
	out, err := d.Encode(edited, 60)
	if err != nil {
		t.Fatal(err)
	}
	got := d.Decode(out, Context{})
	if got.Summary != "traffic to example.org → slice SST 1" || len(got.Flags) != 0 {
		t.Errorf("%X reads %q, %s", out, got.Summary, flagIDs(got))
	}
}
