package ef

// prose5GConfigurations are the files of DF.5G_ProSe beside its service table
// (TS 31.102 clauses 4.4.13.3 to 4.4.13.9): one template A0 each, whose
// objects are parts of the UE policies of TS 24.555.
var prose5GConfigurations = []struct {
	name, clause string
	tags         parameterTags
}{
	{"5G_PROSE_DD", "TS 31.102 clause 4.4.13.3", parameterTags{
		0xA0: {name: "prose_direct_discovery"},
		0x80: proseServed,
		0x81: proseNotServed,
		0x82: {name: "prose_identifiers"},
		0x83: {name: "prose_id_to_destination_discovery"},
		0x84: {name: "prose_group_member_discovery"},
		0x85: proseValidity,
		0x86: {name: "prose_discovery_ue_id"},
		0x87: {name: "prose_ddnmf_address", kind: kindServers},
	}},
	{"5G_PROSE_DC", "TS 31.102 clause 4.4.13.4", parameterTags{
		0xA0: {name: "prose_direct_communication"},
		0x80: proseServed,
		0x81: proseNotServed,
		0x85: proseValidity,
		0x87: {name: "prose_privacy_config"},
		0x88: {name: "prose_nr_pc5"},
		0x89: {name: "prose_path_preference"},
		0x91: {name: "prose_tx_profile"},
	}},
	{"5G_PROSE_U2NRU", "TS 31.102 clause 4.4.13.5", parameterTags{
		0xA0: {name: "prose_network_relay"},
		0x80: proseServed,
		0x81: proseNotServed,
		0x85: proseValidity,
		0x8A: {name: "prose_id_to_destination"},
		0x8B: proseRSC,
		0x8C: {name: "prose_qos_mapping"},
		0x8D: {name: "prose_application_servers"},
		0x8E: proseUserInfo,
		0x92: prosePrivacyTimer,
		0x93: prosePKMF,
	}},
	{"5G_PROSE_RU", "TS 31.102 clause 4.4.13.6", parameterTags{
		0xA0: {name: "prose_remote_ue"},
		0x80: proseServed,
		0x81: proseNotServed,
		0x85: proseValidity,
		0x8B: proseRSC,
		0x8E: proseUserInfo,
		0x8F: {name: "prose_default_destinations"},
		0x90: {name: "prose_n3iwf_selection"},
		0x92: prosePrivacyTimer,
		0x93: prosePKMF,
	}},
	{"5G_PROSE_UIR", "TS 31.102 clause 4.4.13.7", parameterTags{
		0xA0: {name: "prose_usage_reporting"},
		0x85: proseValidity,
		0x94: {name: "prose_collection_period"},
		0x95: {name: "prose_reporting_window"},
		0x96: {name: "prose_reporting_indicators"},
		0x97: {name: "prose_ctf_address", kind: kindServers},
	}},
	{"5G_PROSE_U2URU", "TS 31.102 clause 4.4.13.8", parameterTags{
		0xA0: {name: "prose_ue_relay"},
		0x80: proseServed,
		0x81: proseNotServed,
		0x85: proseValidity,
		0x8B: proseRSC,
		0x8E: proseUserInfo,
		0x99: proseDiscoveryDestinations,
		0x9A: proseDirectDestinations,
	}},
	{"5G_PROSE_EU", "TS 31.102 clause 4.4.13.9", parameterTags{
		0xA0: {name: "prose_end_ue"},
		0x80: proseServed,
		0x81: proseNotServed,
		0x85: proseValidity,
		0x8B: proseRSC,
		0x8E: proseUserInfo,
		0x93: prosePKMF,
		0x99: proseDiscoveryDestinations,
		0x9A: proseDirectDestinations,
	}},
}

// Objects that several of the files have.
var (
	proseServed                = parameterTag{name: "prose_served"}
	proseNotServed             = parameterTag{name: "prose_not_served"}
	proseValidity              = parameterTag{name: "validity_timer", kind: kindUTC}
	proseRSC                   = parameterTag{name: "prose_rsc_info"}
	proseUserInfo              = parameterTag{name: "prose_user_info_id"}
	prosePrivacyTimer          = parameterTag{name: "prose_privacy_timer", kind: kindSeconds}
	prosePKMF                  = parameterTag{name: "prose_pkmf_address", kind: kindServers}
	proseDiscoveryDestinations = parameterTag{name: "prose_discovery_destinations"}
	proseDirectDestinations    = parameterTag{name: "prose_direct_destinations"}
)
