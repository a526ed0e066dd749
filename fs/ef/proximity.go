package ef

import "slices"

// proximityFiles is the folders for radio between devices and for radio beside
// the operator's own cells: DF.ProSe, DF.5G_ProSe, DF.V2X, DF.A2X, DF.MCS,
// DF.ACDC, DF.MMSS, DF.WLAN and DF.HNB.
func proximityFiles() []entry {
	return slices.Concat(proseFiles(), prose5GFiles(), vehicleFiles(), aircraftFiles(), missionFiles(), congestionFiles(),
		multimodeFiles(), wlanFiles(), homeCellFiles())
}

func proseFiles() []entry {
	const dir = "ADF.USIM/DF.ProSe/EF."
	discovery := func(name, clause string, announce bool) entry {
		d := writable("EF."+name, clause, proseDiscovery(announce), encodeProSeDiscovery)
		return at(records(d, "plmn", "prose_models"), dir+name)
	}
	tree := func(name, clause string, record bool) entry {
		d := writable("EF."+name, clause, parameterTree(nil), encodeParameterTree)
		if record {
			d = records(d, "parameters")
		}
		return outlined(Structure, at(d, dir+name))
	}
	radio := func(name, clause string, bits []string) entry {
		return at(writable("EF."+name, clause, proseRadio(bits), encodeProSeRadio(bits)), dir+name)
	}
	function := writable("EF.PROSEFUNC", "TS 31.102 clause 4.4.8.4", decodeProSeFunction, encodeProSeFunction)
	table := exact("EF.PST", "TS 31.102 clause 4.4.8.11", availability("PST"), encodeAvailability)
	return []entry{
		discovery("PROSE_MON", "TS 31.102 clause 4.4.8.2", false),
		discovery("PROSE_ANN", "TS 31.102 clause 4.4.8.3", true),
		at(records(function, "address"), dir+"PROSEFUNC"),
		radio("PROSE_RADIO_COM", "TS 31.102 clause 4.4.8.5", radioCommunication),
		radio("PROSE_RADIO_MON", "TS 31.102 clause 4.4.8.6", radioDiscovery),
		radio("PROSE_RADIO_ANN", "TS 31.102 clause 4.4.8.7", radioDiscovery),
		tree("PROSE_POLICY", "TS 31.102 clause 4.4.8.8", true),
		tree("PROSE_PLMN", "TS 31.102 clause 4.4.8.9", true),
		tree("PROSE_GC", "TS 31.102 clause 4.4.8.10", false),
		at(table, dir+"PST"),
		tree("UIRC", "TS 31.102 clause 4.4.8.12", false),
		tree("PROSE_GM_DISCOVERY", "TS 31.102 clause 4.4.8.13", true),
		tree("PROSE_RELAY", "TS 31.102 clause 4.4.8.14", true),
		tree("PROSE_RELAY_DISCOVERY", "TS 31.102 clause 4.4.8.15", false),
	}
}

func prose5GFiles() []entry {
	const dir = "ADF.USIM/DF.5G_ProSe/EF."
	table := exact("EF.5G_PROSE_ST", "TS 31.102 clause 4.4.13.2", availability("5G_PROSE_ST"), encodeAvailability)
	out := []entry{at(table, dir+"5G_PROSE_ST")}
	for _, f := range prose5GConfigurations {
		d := writable("EF."+f.name, f.clause, parameterTree(f.tags), encodeParameterTree)
		out = append(out, at(d, dir+f.name))
	}
	return out
}

func vehicleFiles() []entry {
	const dir = "MF/DF.TELECOM/DF.V2X/EF."
	table := exact("EF.VST", "TS 31.102 clause 4.6.5.2", codedAvailability("VST", v2xCodings), encodeCodedAvailability)
	config := writable("EF.V2X_CONFIG", "TS 31.102 clause 4.6.5.3", configurationObject(v2xDocuments), encodeConfigurationObject)
	policy := func(name, clause string, tags parameterTags) entry {
		return at(writable("EF."+name, clause, radioPolicy(timedPolicy, tags), encodeRadioPolicy(timedPolicy)), dir+name)
	}
	return []entry{
		at(table, dir+"VST"),
		at(objects(config), dir+"V2X_CONFIG"),
		policy("V2XP_PC5", "TS 31.102 clause 4.6.5.4", v2xPC5Tags),
		policy("V2XP_Uu", "TS 31.102 clause 4.6.5.5", v2xUuTags),
	}
}

func missionFiles() []entry {
	const dir = "MF/DF.TELECOM/DF.MCS/EF."
	table := exact("EF.MST", "TS 31.102 clause 4.6.4.1", codedAvailability("MST", mcsCodings), encodeCodedAvailability)
	config := writable("EF.MCS_CONFIG", "TS 31.102 clause 4.6.4.2", configurationObject(mcsDocuments), encodeConfigurationObject)
	return []entry{at(table, dir+"MST"), at(objects(config), dir+"MCS_CONFIG")}
}

func congestionFiles() []entry {
	const dir = "ADF.USIM/DF.ACDC/EF."
	return []entry{
		at(writable("EF.ACDC_LIST", "TS 31.102 clause 4.4.9.2", decodeACDCList, encodeACDCList), dir+"ACDC_LIST"),
		at(writable("EF.ACDC_OS_CONFIG", "TS 31.102 clause 4.4.9.3", decodeACDCConfig, encodeACDCConfig), dir+"ACDC_OS_CONFIG"),
	}
}

func multimodeFiles() []entry {
	const dir = "MF/DF.TELECOM/DF.MMSS/EF."
	return []entry{
		at(writable("EF.MLPL", "3GPP2 C.S0016-D, MMSS Location Associated Priority List", decodeMLPL, encodeMLPL), dir+"MLPL"),
		at(writable("EF.MSPL", "3GPP2 C.S0016-D, MMSS System Priority List", decodeMSPL, encodeMSPL), dir+"MSPL"),
		at(writable("EF.MMSSMODE", "3GPP2 C.S0074-A", decodeMMSSMode, encodeMMSSMode), dir+"MMSSMODE"),
	}
}

func wlanFiles() []entry {
	const dir = "ADF.USIM/DF.WLAN/EF."
	networks := func(name, clause string) entry {
		return at(writable("EF."+name, clause, networkList(3), encodeNetworks(3)), dir+name)
	}
	names := func(name, clause string) entry {
		return at(records(writable("EF."+name, clause, decodeWSID, encodeWSID), "wsid"), dir+name)
	}
	choice := func(name, clause string, values []string) entry {
		return at(writable("EF."+name, clause, wlanIndication(values), encodeWLANIndication(values)), dir+name)
	}
	return []entry{
		at(writable("EF.Pseudo", "TS 31.102 clause 4.4.5.1", decodePseudonym, encodePseudonym), dir+"Pseudo"),
		networks("UPLMNWLAN", "TS 31.102 clause 4.4.5.2"),
		networks("OPLMNWLAN", "TS 31.102 clause 4.4.5.3"),
		names("UWSIDL", "TS 31.102 clause 4.4.5.4"),
		names("OWSIDL", "TS 31.102 clause 4.4.5.5"),
		at(exact("EF.WRI", "TS 31.102 clause 4.4.5.6", decodeWRI, encodeWRI), dir+"WRI"),
		names("HWSIDL", "TS 31.102 clause 4.4.5.7"),
		choice("WEHPLMNPI", "TS 31.102 clause 4.4.5.8", wehplmnpiValues),
		choice("WHPI", "TS 31.102 clause 4.4.5.9", whpiValues),
		networks("WLRPLMN", "TS 31.102 clause 4.4.5.10"),
		choice("HPLMNDAI", "TS 31.102 clause 4.4.5.11", hplmndaiValues),
	}
}

func homeCellFiles() []entry {
	const dir = "ADF.USIM/DF.HNB/EF."
	list := func(name, clause string, operator bool) entry {
		return at(records(writable("EF."+name, clause, csgLists(operator), encodeCSGLists), "plmn", "csg"), dir+name)
	}
	kind := func(name string) entry {
		return at(records(writable("EF."+name, "TS 31.102 clause 4.4.6.3", decodeCSGType, encodeCSGType), "name"), dir+name)
	}
	cell := func(name string) entry {
		return at(records(writable("EF."+name, "TS 31.102 clause 4.4.6.4", decodeHNBName, encodeHNBName), "name"), dir+name)
	}
	return []entry{
		list("ACSGL", "TS 31.102 clause 4.4.6.2", false), kind("CSGT"), cell("HNBN"),
		list("OCSGL", "TS 31.102 clause 4.4.6.5", true), kind("OCSGT"), cell("OHNBN"),
	}
}
