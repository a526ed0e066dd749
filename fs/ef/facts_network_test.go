package ef

import "fmt"

// Facts of published vectors in the values of network files.
var (
	_ = addFacts(func(m map[string]any, v OPL) {
		m["lai.mcc_mnc"], m["lai.lac_min"], m["lai.lac_max"] = v.MCC+"-"+v.MNC, hexFact(v.From), hexFact(v.To)
		m["pnn_record_id"] = v.Record
	})
	_ = addFacts(func(m map[string]any, v PNN) {
		// The vector has the element's octets.
		m["[0].full_name_for_network"] = hexFact(v.Raw[2 : 2+v.Raw[1]])
	})
	_ = addFacts(func(m map[string]any, v EHPLMNPI) { m["presentation_ind"] = v.Indication })
	_ = addFacts(func(m map[string]any, v PWS) {
		m["pws_configuration.ignore_pws_in_hplmn_and_equivalent"] = v.IgnoreHome
		m["pws_configuration.ignore_pws_in_vplmn"] = v.IgnoreVisited
	})
	_ = addFacts(func(m map[string]any, v EPDGIdentifiers) {
		m["e_pdg_id.type_of_ePDG_address"], m["e_pdg_id.ePDG_address"] = v.Addresses[0].Type, v.Addresses[0].Address
	})
	_ = addFacts(func(m map[string]any, v PCSCF) {
		m["pcscf_address.type_of_address"], m["pcscf_address.address"] = v.Address.Type, v.Address.Address
	})
	_ = addFacts(func(m map[string]any, v EPDGSelection) {
		for i, e := range v.Entries {
			at := fmt.Sprintf("e_pdg_selection[%d].", i)
			m[at+"plmn"], m[at+"epdg_priority"], m[at+"epdg_fqdn_format"] = e.MCC+"-"+e.MNC, e.Priority, e.Format
		}
	})
	_ = addFacts(func(m map[string]any, v EARFCNList) {
		for i, e := range v.Entries {
			at := fmt.Sprintf("[%d].earfcn_list_tlv", i)
			m[at+"[0].earfcn"] = e.EARFCN
			for j, area := range e.Areas {
				for k, p := range area {
					corner := fmt.Sprintf("%s[%d].geographical_area[%d].", at, j+1, k)
					m[corner+"latitude"], m[corner+"longitude"] = p.Latitude, p.Longitude
				}
			}
		}
	})
	_ = addFacts(func(m map[string]any, v NAFKCA) { m["naf_key_centre_address"] = v.Address })
	_ = addFacts(func(m map[string]any, v FromPreferred) { m["rfu"], m["from_preferred"] = v.Reserved, v.Preferred })
	_ = addFacts(func(m map[string]any, v EAKA) {
		m["rfu"], m["enhanced_sqn_calculation_supported"] = v.Reserved, v.Supported
	})
	_ = addFacts(authKeyFacts)
	_ = addFacts(sequenceFacts)
)

func authKeyFacts(m map[string]any, v AuthKey) {
	m["cfg.algorithm"], m["cfg.use_opc_instead_of_op"] = v.Config.Algorithm, v.Config.UseOPc
	m["cfg.only_4bytes_res_in_3g"], m["cfg.sres_deriv_func_in_2g"] = v.Config.Bit7, v.Config.SRESFunction
	v.Key.Use(func(b []byte) { m["key"] = hexFact(b) })
	v.OP.Use(func(b []byte) { m["op_opc"] = hexFact(b) })
}

func sequenceFacts(m map[string]any, v AuthSequence) {
	m["flag1.skip_next_sqn_check"], m["flag1.delta_max_check"] = v.SkipNext, v.DeltaCheck
	m["flag1.age_limit_check"], m["flag1.sqn_check"], m["flag1.ind_len"] = v.AgeCheck, v.Check, v.INDLength
	m["flag2.rfu"], m["flag2.dont_clear_amf_for_macs"] = v.Reserved, v.KeepAMF
	m["flag2.aus_concealed"], m["flag2.autn_concealed"] = v.AUSHidden, v.AUTNHidden
	m["delta_max"], m["age_limit"] = v.DeltaMax, v.AgeLimit
	for i, n := range v.Freshness {
		m[fmt.Sprintf("freshness[%d]", i)] = n
	}
}
