package ef

// usim5GFiles is DF.5GS, DF.SNPN, DF.SAIP and DF.5MBSUECONFIG.
func usim5GFiles() []entry {
	const df = "ADF.USIM/DF.5GS/EF."
	loci := func(name, clause string) entry {
		return at(writable("EF."+name, "TS 31.102 clause "+clause, decodeFiveGSLOCI, encodeFiveGSLOCI), df+name)
	}
	nsc := func(name, clause string) entry {
		return at(records(exact("EF."+name, "TS 31.102 clause "+clause, decodeNSC, encodeNSC), "fiveg.keyset", "fiveg.algorithms"), df+name)
	}
	return []entry{
		loci("5GS3GPPLOCI", "4.4.11.2"),
		loci("5GSN3GPPLOCI", "4.4.11.3"),
		nsc("5GS3GPPNSC", "4.4.11.4"),
		nsc("5GSN3GPPNSC", "4.4.11.5"),
		at(exact("EF.5GAUTHKEYS", "TS 31.102 clause 4.4.11.6", decodeAuthKeys, encodeAuthKeys), df+"5GAUTHKEYS"),
		at(writable("EF.UAC_AIC", "TS 31.102 clause 4.4.11.7", decodeUACAIC, encodeUACAIC), df+"UAC_AIC"),
		at(writable("EF.SUCI_Calc_Info", "TS 31.102 clause 4.4.11.8", decodeSUCICalcInfo, encodeSUCICalcInfo),
			df+"SUCI_Calc_Info", "ADF.USIM/DF.SAIP/EF.SUCI_Calc_Info"),
		at(records(writable("EF.OPL5G", "TS 31.102 clause 4.4.11.9", decodeOPL5G, encodeOPL5G), "fiveg.network", "fiveg.areas", "fiveg.name"), df+"OPL5G"),
		at(writable("EF.SUPI_NAI", "TS 31.102 clause 4.4.11.10", decodeSUPINAI, encodeSUPINAI), df+"SUPI_NAI"),
		at(writable("EF.Routing_Indicator", "TS 31.102 clause 4.4.11.11", decodeRoutingIndicator, encodeRoutingIndicator), df+"Routing_Indicator"),
		at(writable("EF.URSP", "TS 31.102 clause 4.4.11.12, TS 24.526 clause 5.2", decodeURSP, encodeURSP), df+"URSP"),
		at(writable("EF.TN3GPPSNN", "TS 31.102 clause 4.4.11.13", decodeTN3GPPSNN, encodeTN3GPPSNN), df+"TN3GPPSNN"),
		at(writable("EF.CAG", "TS 31.102 clause 4.4.11.14, TS 24.501 clause 9.11.3.18A", decodeCAG, encodeCAG), df+"CAG"),
		at(writable("EF.SOR-CMCI", "TS 31.102 clause 4.4.11.15, TS 24.501 clause 9.11.3.51", decodeSORCMCI, encodeSORCMCI), df+"SOR-CMCI"),
		at(writable("EF.DRI", "TS 31.102 clause 4.4.11.17", decodeDRI, encodeDRI), df+"DRI"),
		at(writable("EF.5GSEDRX", "TS 31.102 clause 4.4.11.18", decode5GSEDRX, encode5GSEDRX), df+"5GSEDRX"),
		at(writable("EF.5GNSWO_CONF", "TS 31.102 clause 4.4.11.19", decodeNSWO, encodeNSWO), df+"5GNSWO_CONF"),
		at(writable("EF.MCHPPLMN", "TS 31.102 clause 4.4.11.20", decodeMCHPPLMN, encodeMCHPPLMN), df+"MCHPPLMN"),
		at(writable("EF.KAUSF_DERIVATION", "TS 31.102 clause 4.4.11.21", decodeKAUSFDerivation, encodeKAUSFDerivation), df+"KAUSF_DERIVATION"),
		at(writable("EF.PWS_SNPN", "TS 31.102 clause 4.4.12.2", decodePWSSNPN, encodePWSSNPN), "ADF.USIM/DF.SNPN/EF.PWS_SNPN"),
		at(records(writable("EF.NID", "TS 31.102 clause 4.4.12.3", decodeNID, encodeNID), "fiveg.nid", "fiveg.mode"), "ADF.USIM/DF.SNPN/EF.NID"),
		at(writable("EF.5MBSUECONFIG", "TS 31.102 clause 4.4.14.2", decodeMBSConfig, encodeMBSConfig), "ADF.USIM/DF.5MBSUECONFIG/EF.5MBSUECONFIG"),
	}
}
