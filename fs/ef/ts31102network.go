package ef

// usimNetworkFiles is the files of ADF.USIM for the network: names, keys,
// settings; with their twins of DF.GSM, DF.GSM-ACCESS and ADF.ISIM.
func usimNetworkFiles() []entry {
	var out []entry
	for _, part := range []func() []entry{nameFiles, securityFiles, settingFiles, radioFiles, imsNetworkFiles, vendorFiles} {
		out = append(out, part()...)
	}
	return out
}

func usim(name string) string { return "ADF.USIM/" + name }

func nameFiles() []entry {
	opl := writable("EF.OPL", "TS 31.102 clause 4.2.59, TS 51.011 clause 10.3.42", operatorList(2), encodeOperatorList(2))
	pnn := writable("EF.PNN", "TS 31.102 clause 4.2.58, TS 51.011 clause 10.3.41", decodePNN, encodePNN)
	icons := func(name, spec string) Decoder { return writable(name, spec, decodeNameIcons, encodeNameIcons) }
	return []entry{
		at(records(pnn, "pnn_full", "pnn_short"), usim("EF.PNN"), "MF/DF.GSM/EF.PNN"),
		at(records(opl, "opl_network", "opl_areas", "opl_record"), usim("EF.OPL"), "MF/DF.GSM/EF.OPL"),
		at(writable("EF.SPDI", "TS 31.102 clause 4.2.66, TS 51.011 clause 10.3.50", decodeSPDI, encodeSPDI),
			usim("EF.SPDI"), "MF/DF.GSM/EF.SPDI"),
		at(icons("EF.SPNI", "TS 31.102 clause 4.2.88"), usim("EF.SPNI")),
		at(records(icons("EF.PNNI", "TS 31.102 clause 4.2.89"), "name_icons"), usim("EF.PNNI")),
	}
}

func securityFiles() []entry {
	bp := writable("EF.GBABP", "TS 31.102 clause 4.2.79, TS 31.103 clause 4.2.9", decodeGBABP, encodeGBABP)
	nl := writable("EF.GBANL", "TS 31.102 clause 4.2.83, TS 31.103 clause 4.2.10", decodeGBANL, encodeGBANL)
	api := writable("EF.GBAUAPI", "TS 31.103 clause 4.2.22", decodeGBAUAPI, encodeGBAUAPI)
	kca := writable("EF.NAFKCA", "TS 31.102 clause 4.2.87, TS 31.103 clause 4.2.11", decodeNAFKCA, encodeNAFKCA)
	return []entry{
		at(records(exact("EF.EPSNSC", "TS 31.102 clause 4.2.92", decodeEPSNSC, encodeEPSNSC), "eps_key_set", "eps_algorithms"), usim("EF.EPSNSC")),
		at(bp, usim("EF.GBABP"), "ADF.ISIM/EF.GBABP"),
		at(records(nl, "gba_naf", "gba_b_tid"), usim("EF.GBANL"), "ADF.ISIM/EF.GBANL"),
		at(records(api, "aid", "gba_naf"), usim("EF.GBAUAPI"), "ADF.ISIM/EF.GBAUAPI"),
		at(records(kca, "address"), usim("EF.NAFKCA"), "ADF.ISIM/EF.NAFKCA"),
		at(records(writable("EF.MSK", "TS 31.102 clause 4.2.80", decodeMSK, encodeMSK), "msk_domain", "msk_stored"), usim("EF.MSK")),
		at(records(writable("EF.MUK", "TS 31.102 clause 4.2.81", decodeMUK, encodeMUK), "muk_idr", "muk_idi"), usim("EF.MUK")),
	}
}

func settingFiles() []entry {
	from := writable("EF.FromPreferred", "TS 31.102 clause 4.2.106, TS 31.103 clause 4.2.17", decodeFromPreferred, encodeFromPreferred)
	dc := writable("EF.IMSDCI", "TS 31.103 clause 4.2.23", decodeIMSDCI, encodeIMSDCI)
	scan := writable("EF.InvScan", "TS 51.011 clause 10.3.39, TS 31.102 clause 4.4.3.4", decodeInvScan, encodeInvScan)
	return []entry{
		at(writable("EF.EHPLMNPI", "TS 31.102 clause 4.2.85", decodeEHPLMNPI, encodeEHPLMNPI), usim("EF.EHPLMNPI")),
		at(writable("EF.LRPLMNSI", "TS 31.102 clause 4.2.86", decodeLRPLMNSI, encodeLRPLMNSI), usim("EF.LRPLMNSI")),
		at(writable("EF.UFC", "TS 31.102 clause 4.2.93, TS 31.111 clause 5.2", decodeUFC, encodeUFC), usim("EF.UFC")),
		at(writable("EF.NASCONFIG", "TS 31.102 clause 4.2.94, TS 24.368 clause 5", decodeNASConfig, encodeNASConfig), usim("EF.NASCONFIG")),
		at(writable("EF.PWS", "TS 31.102 clause 4.2.96", decodePWS, encodePWS), usim("EF.PWS")),
		at(records(writable("EF.IWL", "TS 31.102 clause 4.2.100", decodeIWL, encodeIWL), "pairing_from", "pairing_to"), usim("EF.IWL")),
		at(records(exact("EF.IPS", "TS 31.102 clause 4.2.101", decodeIPS, encodeIPS), "pairing", "link_ipd"), usim("EF.IPS")),
		at(records(writable("EF.IPD", "TS 31.102 clause 4.2.102", decodeIPD, encodeIPD), "pairing_imei"), usim("EF.IPD")),
		at(from, usim("EF.FromPreferred"), "ADF.ISIM/EF.FromPreferred"),
		at(writable("EF.3GPPPSDATAOFF", "TS 31.102 clause 4.2.109", decodePSDataOff, encodePSDataOff), usim("EF.3GPPPSDATAOFF")),
		at(writable("EF.eAKA", "TS 31.102 clause 4.2.114", decodeEAKA, encodeEAKA), usim("EF.eAKA")),
		at(dc, usim("EF.IMSDCI"), "ADF.ISIM/EF.IMSDCI"),
		at(scan, "MF/DF.GSM/EF.InvScan", "ADF.USIM/DF.GSM-ACCESS/EF.InvScan"),
	}
}

func radioFiles() []entry {
	cpbcch := writable("EF.CPBCCH", "TS 51.011 clause 10.3.38, TS 31.102 clause 4.4.3.3", decodeCPBCCH, encodeCPBCCH)
	tv := writable("EF.TVCONFIG", "TS 31.102 clause 4.2.108", decodeTVConfig, encodeTVConfig)
	return []entry{
		at(writable("EF.NETPAR", "TS 31.102 clause 4.2.57", decodeNETPAR, encodeNETPAR), usim("EF.NETPAR")),
		at(writable("EF.RPLMNAcTD", "TS 31.102 Release 99 clause 4.2.56", decodeAccessHistory, encodeAccessHistory), usim("EF.RPLMNAcTD")),
		at(records(tv, "opl_network", "tv_services"), usim("EF.TVCONFIG")),
		at(writable("EF.EARFCNList", "TS 31.102 clause 4.2.112, TS 23.032 clause 6.1", decodeEARFCNList, encodeEARFCNList), usim("EF.EARFCNList")),
		at(writable("EF.OCST", "TS 31.102 clause 4.2.115", decodeOCST, encodeOCST), usim("EF.OCST")),
		at(writable("EF.OPLMNwACT_LSP", "TS 31.102 Release 19 clause 4.2.118", decodeLSPSelector, encodeLSPSelector), usim("EF.OPLMNwACT_LSP")),
		at(writable("EF.LSPPLMN", "TS 31.102 Release 19 clause 4.2.119", decodeHPPLMN, encodeHPPLMN), usim("EF.LSPPLMN")),
		at(writable("EF.LOCIGPRS", "TS 51.011 clause 10.3.33", decodePSLOCI, encodePSLOCI), "MF/DF.GSM/EF.LOCIGPRS"),
		at(cpbcch, "MF/DF.GSM/EF.CPBCCH", "ADF.USIM/DF.GSM-ACCESS/EF.CPBCCH"),
		at(writable("EF.BCCH", "TS 51.011 clause 10.3.14, TS 44.018 clause 10.5.2.22", decodeBCCH, encodeBCCH), "MF/DF.GSM/EF.BCCH"),
	}
}

func imsNetworkFiles() []entry {
	text := func(name, spec, id string) Decoder {
		return records(writable(name, spec, textObject(id), encodeTextObject), "address")
	}
	epdg := func(name, spec string) entry {
		return at(writable(name, spec, decodeEPDGIdentifiers, encodeEPDGIdentifiers), usim(name))
	}
	selection := func(name, spec string) entry {
		return at(writable(name, spec, decodeEPDGSelection, encodeEPDGSelection), usim(name))
	}
	config := func(name, spec string) entry {
		return at(objects(writable(name, spec, decodeConfigObject, encodeConfigObject)), usim(name), "ADF.ISIM/"+name)
	}
	pcscf := writable("EF.P-CSCF", "TS 31.103 clause 4.2.8", decodePCSCF, encodePCSCF)
	ncp := exact("EF.NCP-IP", "TS 31.102 clause 4.2.90", decodeNCPIP, encodeNCPIP)
	xcap := exact("EF.XCAPConfigData", "TS 31.103 clause 4.2.19", decodeXCAPConfig, encodeXCAPConfig)
	return []entry{
		at(records(ncp, "ncp_apn", "ncp_range"), usim("EF.NCP-IP")),
		at(text("EF.UICCIARI", "TS 31.102 clause 4.2.95, TS 31.103 clause 4.2.16", "iari"), usim("EF.UICCIARI"), "ADF.ISIM/EF.UICCIARI"),
		epdg("EF.ePDGId", "TS 31.102 clause 4.2.103"),
		selection("EF.ePDGSelection", "TS 31.102 clause 4.2.104"),
		epdg("EF.ePDGIdEm", "TS 31.102 clause 4.2.104a"),
		selection("EF.ePDGSelectionEm", "TS 31.102 clause 4.2.104b"),
		at(text("EF.3GPPPSDATAOFFservicelist", "TS 31.102 clause 4.2.110", "icsi"), usim("EF.3GPPPSDATAOFFservicelist")),
		config("EF.IMSConfigData", "TS 31.103 clause 4.2.18"),
		at(objects(xcap), usim("EF.XCAPConfigData"), "ADF.ISIM/EF.XCAPConfigData"),
		config("EF.MuDMiDConfigData", "TS 31.103 clause 4.2.21"),
		at(records(pcscf, "address", "kind"), "ADF.ISIM/EF.P-CSCF"),
		at(text("EF.WebRTCURI", "TS 31.103 clause 4.2.20", "webrtc_uri"), "ADF.ISIM/EF.WebRTCURI"),
	}
}

func vendorFiles() []entry {
	const spec = "sysmocom user manual sysmoISIM-SJA2, SJA5"
	return []entry{
		at(exact("EF.USIM_AUTH_KEY", spec, authKey(usimAlgorithms), encodeAuthKey), usim("EF.USIM_AUTH_KEY")),
		at(exact("EF.USIM_AUTH_KEY_2G", spec, authKey(gsmAlgorithms), encodeAuthKey), usim("EF.USIM_AUTH_KEY_2G")),
		at(writable("EF.USIM_SQN", spec, decodeAuthSequence, encodeAuthSequence), usim("EF.USIM_SQN")),
	}
}
