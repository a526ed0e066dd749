package ef

import (
	"fmt"
	"strconv"
	"strings"
)

// bearerField is one parameter of an octet of the bearer capability.
type bearerField struct {
	id           string
	shift, width int
	names        []string // by number, empty where it has none; a number where names is nil
	fixed        *byte    // bits that tell which octet it is
}

func (f bearerField) name(bits byte) string {
	if f.names == nil {
		return fmt.Sprint(bits)
	}
	if int(bits) < len(f.names) && f.names[bits] != "" {
		return f.names[bits]
	}
	return fmt.Sprintf("value_%d", bits)
}

// bits is the inverse of name.
func (f bearerField) bits(name string) (byte, bool) {
	for bits := range byte(1 << f.width) {
		if f.name(bits) == name {
			return bits, true
		}
	}
	if n, err := strconv.Atoi(strings.TrimPrefix(name, "value_")); err == nil && n >= 0 && n < 1<<f.width {
		return byte(n), true
	}
	return 0, false
}

func fixedBits(shift, width int, value byte) bearerField {
	return bearerField{shift: shift, width: width, fixed: &value}
}

// bearerFields are the parameters of each octet but its highest bit, which
// says whether the octet is the last of its group (TS 24.008 tables 10.5.102
// to 10.5.115). Spare bits are kept as numbers, so that nothing is lost.
var bearerFields = map[string][]bearerField{
	"3": {
		{"radio_channel_requirement", 5, 2, []string{"reserved", "full_rate_only", "half_rate_preferred", "full_rate_preferred"}, nil},
		{"coding_standard", 4, 1, []string{"gsm", "reserved_standard"}, nil},
		{"transfer_mode", 3, 1, []string{"circuit", "packet"}, nil},
		{"information_transfer_capability", 0, 3, []string{
			0: "speech", 1: "unrestricted_digital", 2: "audio_3k1_ex_plmn", 3: "facsimile_group_3", 5: "other_itc", 7: "reserved_itc",
		}, nil},
	},
	"3a_speech": {
		{"coding", 6, 1, []string{"speech_version", "other_extension"}, nil},
		{"ctm_text_telephony", 5, 1, []string{"not_supported", "supported"}, nil},
		{"spare", 4, 1, nil, nil},
		{"speech_version", 0, 4, speechVersions, nil},
	},
	"3a": {{"extension", 0, 7, nil, nil}},
	"3b": {
		{"coding", 6, 1, []string{"speech_version", "other_extension"}, nil},
		{"spare", 4, 2, nil, nil},
		{"speech_version", 0, 4, speechVersions, nil},
	},
	"4": {
		{"compression", 6, 1, []string{"not_allowed", "allowed"}, nil},
		{"structure", 4, 2, []string{0: "sdu_integrity", 3: "unstructured"}, nil},
		{"duplex_mode", 3, 1, []string{"half_duplex", "full_duplex"}, nil},
		{"configuration", 2, 1, []string{"point_to_point", "reserved_configuration"}, nil},
		{"nirr", 1, 1, []string{"no_meaning", "negotiation_6k"}, nil},
		{"establishment", 0, 1, []string{"demand", "reserved_establishment"}, nil},
	},
	"5": {
		fixedBits(5, 2, 0),
		{"rate_adaption", 3, 2, []string{"no_rate_adaption", "v110", "x31_flag_stuffing", "other_rate_adaption"}, nil},
		{"signalling_access_protocol", 0, 3, []string{1: "i440_450", 6: "x32"}, nil},
	},
	"5a": {
		{"other_itc", 5, 2, []string{"restricted_digital"}, nil},
		{"other_rate_adaption", 3, 2, []string{"v120", "h223_h245", "piafs"}, nil},
		{"spare", 0, 3, nil, nil},
	},
	"5b": {
		{"rate_adaption_header", 6, 1, []string{"not_included", "included"}, nil},
		{"multiple_frame_establishment", 5, 1, []string{"not_supported", "supported"}, nil},
		{"mode_of_operation", 4, 1, []string{"bit_transparent", "protocol_sensitive"}, nil},
		{"logical_link_identifier_negotiation", 3, 1, []string{"default_256", "full_negotiation"}, nil},
		{"assignor", 2, 1, []string{"default_assignee", "assignor_only"}, nil},
		{"in_band_negotiation", 1, 1, []string{"user_information_message", "in_band"}, nil},
		{"spare", 0, 1, nil, nil},
	},
	"6": {
		fixedBits(5, 2, 1),
		{"user_information_layer_1", 1, 4, []string{"default_layer_1"}, nil},
		{"synchronous", 0, 1, []string{"synchronous", "asynchronous"}, nil},
	},
	"6a": {
		{"number_of_stop_bits", 6, 1, []string{"1_bit", "2_bits"}, nil},
		{"negotiation", 5, 1, []string{"not_possible", "reserved_negotiation"}, nil},
		{"number_of_data_bits", 4, 1, []string{"7_bits", "8_bits"}, nil},
		{"user_rate", 0, 4, []string{1: "0.3_kbit/s", 2: "1.2_kbit/s", 3: "2.4_kbit/s", 4: "4.8_kbit/s", 5: "9.6_kbit/s", 6: "12.0_kbit/s", 7: "1.2/0.075_kbit/s"}, nil},
	},
	"6b": {
		{"intermediate_rate", 5, 2, []string{0: "reserved", 1: "reserved_rate", 2: "8_kbit/s", 3: "16_kbit/s"}, nil},
		{"nic_tx", 4, 1, []string{"not_required", "required"}, nil},
		{"nic_rx", 3, 1, []string{"cannot_accept", "can_accept"}, nil},
		{"parity", 0, 3, []string{0: "odd", 2: "even", 3: "no_parity", 4: "forced_0", 5: "forced_1"}, nil},
	},
	"6c": {
		{"connection_element", 5, 2, []string{"transparent", "non_transparent", "both_transparent_preferred", "both_non_transparent_preferred"}, nil},
		{"modem_type", 0, 5, []string{"none", "V.21", "V.22", "V.22bis", "V.23", "V.26ter", "V.32", "undefined_interface", "autobauding_1"}, nil},
	},
	"6d": {
		{"other_modem_type", 5, 2, []string{0: "none", 2: "V.34"}, nil},
		{"fixed_network_user_rate", 0, 5, []string{
			"not_applicable", "9.6_kbit/s", "14.4_kbit/s", "19.2_kbit/s", "28.8_kbit/s", "38.4_kbit/s",
			"48.0_kbit/s", "56.0_kbit/s", "64.0_kbit/s", "33.6_kbit/s", "32.0_kbit/s", "31.2_kbit/s",
		}, nil},
	},
	"6e": {
		{"tch_f14.4", 6, 1, []string{"not_acceptable", "acceptable"}, nil},
		{"spare", 5, 1, nil, nil},
		{"tch_f9.6", 4, 1, []string{"not_acceptable", "acceptable"}, nil},
		{"tch_f4.8", 3, 1, []string{"not_acceptable", "acceptable"}, nil},
		{"maximum_number_of_traffic_channels", 0, 3, []string{"1_tch", "2_tch", "3_tch", "4_tch", "5_tch", "6_tch", "7_tch", "8_tch"}, nil},
	},
	"6f": {
		{"user_initiated_modification", 4, 3, []string{"not_allowed", "up_to_1_tch", "up_to_2_tch", "up_to_3_tch", "up_to_4_tch"}, nil},
		{"wanted_air_interface_user_rate", 0, 4, []string{
			0: "not_applicable", 1: "9.6_kbit/s", 2: "14.4_kbit/s", 3: "19.2_kbit/s", 5: "28.8_kbit/s", 6: "38.4_kbit/s", 7: "43.2_kbit/s", 8: "57.6_kbit/s",
		}, nil},
	},
	"6g": {
		{"tch_f28.8", 6, 1, []string{"not_acceptable", "acceptable"}, nil},
		{"tch_f32.0", 5, 1, []string{"not_acceptable", "acceptable"}, nil},
		{"tch_f43.2", 4, 1, []string{"not_acceptable", "acceptable"}, nil},
		{"asymmetry", 2, 2, []string{"no_preference", "up_link_biased", "down_link_biased"}, nil},
		{"spare", 0, 2, nil, nil},
	},
	"7": {
		fixedBits(5, 2, 2),
		{"user_information_layer_2", 0, 5, []string{6: "x25_link_level", 8: "iso_6429_codeset_0", 9: "reserved_layer_2", 10: "videotex_profile_1", 12: "cop_no_flow_control", 13: "x75_modified_capi"}, nil},
	},
}

var speechVersions = []string{
	0: "fr_version_1", 1: "hr_version_1", 2: "fr_version_2", 4: "fr_version_3", 5: "hr_version_3",
	6: "fr_version_4", 7: "hr_version_4", 8: "fr_version_5", 11: "hr_version_6", 15: "no_speech_version",
}

// bearerLabel is the label of a parameter; names hold dots, identifiers do not.
func bearerLabel(id string) string { return fieldLabel("bc_" + strings.ReplaceAll(id, ".", "_")) }
