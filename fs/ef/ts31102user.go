package ef

// usimUserFiles is the files of ADF.USIM for the person: calls, messages,
// charges, groups, and their twins in DF.GSM and DF.TELECOM.
func usimUserFiles() []entry {
	out := []entry{named(NotPublic, "MF/DF.TELECOM/EF.RMA")}
	for _, part := range []func() []entry{chargingFiles, lockFiles, callFiles, groupFiles, mailboxFiles, mmsFiles, addressFiles} {
		out = append(out, part()...)
	}
	return out
}

// inUSIM and inGSM name a file in ADF.USIM, and in DF.GSM too.
func inUSIM(d Decoder) entry { return at(d, "ADF.USIM/"+d.Name) }

func inGSM(d Decoder) entry { return at(d, "ADF.USIM/"+d.Name, "MF/DF.GSM/"+d.Name) }

func chargingFiles() []entry {
	return []entry{
		inGSM(records(writable("EF.ACM", "TS 31.102 clause 4.2.9, TS 51.011 clause 10.3.8", decodeACM(false), encodeACM), "units")),
		inGSM(writable("EF.ACMmax", "TS 31.102 clause 4.2.7, TS 51.011 clause 10.3.6", decodeACM(true), encodeACM)),
		inGSM(writable("EF.PUCT", "TS 31.102 clause 4.2.13, TS 51.011 clause 10.3.12", decodePUCT, encodePUCT)),
	}
}

func lockFiles() []entry {
	gid := func(name, spec string) entry { return inGSM(writable(name, spec, decodeGID, encodeGID)) }
	return []entry{
		inGSM(exact("EF.DCK", "TS 31.102 clause 4.2.49, TS 51.011 clause 10.3.29", decodeDCK, encodeDCK)),
		inGSM(writable("EF.CNL", "TS 31.102 clause 4.2.50, TS 51.011 clause 10.3.30", decodeCNL, encodeCNL)),
		gid("EF.GID1", "TS 31.102 clause 4.2.10, TS 51.011 clause 10.3.9"),
		gid("EF.GID2", "TS 31.102 clause 4.2.11, TS 51.011 clause 10.3.10"),
		inUSIM(exact("EF.Hiddenkey", "TS 31.102 clause 4.2.42", decodeHiddenKey, encodeHiddenKey)),
		inUSIM(writable("EF.START-HFN", "TS 31.102 clause 4.2.51", decodeSTART, encodeSTART)),
		inUSIM(writable("EF.THRESHOLD", "TS 31.102 clause 4.2.52", decodeThreshold, encodeThreshold)),
	}
}

func callFiles() []entry {
	call := func(name, spec string, incoming bool) entry {
		d := writable(name, spec, decodeCall(incoming), encodeCall(incoming))
		return inUSIM(records(d, "name", "number", "time", "duration"))
	}
	timer := func(name, spec string) entry {
		return inUSIM(records(writable(name, spec, decodeCallTimer, encodeCallTimer), "duration"))
	}
	return []entry{
		call("EF.ICI", "TS 31.102 clause 4.2.33", true),
		call("EF.OCI", "TS 31.102 clause 4.2.34", false),
		timer("EF.ICT", "TS 31.102 clause 4.2.35"),
		timer("EF.OCT", "TS 31.102 clause 4.2.36"),
		inUSIM(capability("EF.CCP2", "TS 31.102 clause 4.2.38")),
		at(capability("EF.CCP", "TS 51.011 clause 10.5.4"), "MF/DF.TELECOM/EF.CCP"),
		at(capability("EF.ECCP", "TS 51.011 clause 10.5.14, TS 31.102 clause 4.5.3"), "MF/DF.TELECOM/EF.ECCP"),
		inGSM(records(writable("EF.NIA", "TS 31.102 clause 4.2.72, TS 51.011 clause 10.3.31", decodeNIA, encodeNIA), "alerting", "text")),
	}
}

func groupFiles() []entry {
	ids := func(name, spec string) entry { return inGSM(writable(name, spec, decodeGroupIDs, encodeGroupIDs)) }
	status := func(name, spec string) entry {
		return inGSM(writable(name, spec, decodeGroupStatus, encodeGroupStatus))
	}
	cipher := func(name, spec string) entry {
		return inUSIM(writable(name, spec, decodeGroupCiphers, encodeGroupCiphers))
	}
	broadcast := func(name, spec string) entry { return inGSM(writable(name, spec, decodeMessageIDs, encodeMessageIDs)) }
	return []entry{
		broadcast("EF.CBMI", "TS 31.102 clause 4.2.14, TS 51.011 clause 10.3.13"),
		broadcast("EF.CBMID", "TS 31.102 clause 4.2.20, TS 51.011 clause 10.3.26"),
		inGSM(writable("EF.CBMIR", "TS 31.102 clause 4.2.22, TS 51.011 clause 10.3.28", decodeMessageRanges, encodeMessageRanges)),
		ids("EF.VGCS", "TS 31.102 clause 4.2.73, TS 51.011 clause 10.3.20"),
		ids("EF.VBS", "TS 31.102 clause 4.2.75, TS 51.011 clause 10.3.22"),
		status("EF.VGCSS", "TS 31.102 clause 4.2.74, TS 51.011 clause 10.3.21"),
		status("EF.VBSS", "TS 31.102 clause 4.2.76, TS 51.011 clause 10.3.23"),
		cipher("EF.VGCSCA", "TS 31.102 clause 4.2.77"),
		cipher("EF.VBSCA", "TS 31.102 clause 4.2.78"),
		inGSM(writable("EF.eMLPP", "TS 31.102 clause 4.2.39, TS 51.011 clause 10.3.24", decodeEMLPP, encodeEMLPP)),
		inGSM(writable("EF.AAeM", "TS 31.102 clause 4.2.40, TS 51.011 clause 10.3.25", decodeAAeM, encodeAAeM)),
	}
}

func mailboxFiles() []entry {
	mbdn := writable("EF.MBDN", "TS 31.102 clause 4.2.60, TS 51.011 clause 10.3.43", dialNumber(false), encodeDialNumber(false))
	return []entry{
		inGSM(records(mbdn, "name", "number")),
		inGSM(records(writable("EF.MBI", "TS 31.102 clause 4.2.62, TS 51.011 clause 10.3.44", decodeMBI, encodeMBI), "mailboxes")),
		inGSM(records(writable("EF.MWIS", "TS 31.102 clause 4.2.63, TS 51.011 clause 10.3.45", decodeMWIS, encodeMWIS), "waiting")),
		inGSM(records(writable("EF.CFIS", "TS 31.102 clause 4.2.64, TS 51.011 clause 10.3.46", decodeCFIS, encodeCFIS), "profile", "forwarded", "number")),
	}
}

func mmsFiles() []entry {
	connect := func(name, spec string) entry {
		return inGSM(exact(name, spec, decodeMMSConnectivity, encodeMMSConnectivity))
	}
	return []entry{
		inGSM(records(writable("EF.MMSN", "TS 31.102 clause 4.2.67, TS 51.011 clause 10.3.51", decodeMMSN, encodeMMSN), "status", "party", "mms_subject")),
		inGSM(records(writable("EF.MMSUP", "TS 31.102 clause 4.2.70, TS 51.011 clause 10.3.54", decodeMMSUP, encodeMMSUP), "name")),
		connect("EF.MMSICP", "TS 31.102 clause 4.2.69, TS 51.011 clause 10.3.53"),
		connect("EF.MMSUCP", "TS 31.102 clause 4.2.71, TS 51.011 clause 10.3.55"),
	}
}

func addressFiles() []entry {
	uri := func(name, spec string, comparison bool) entry {
		return inUSIM(records(writable(name, spec, decodeDialURI(comparison), encodeDialURI(comparison)), "name", "address"))
	}
	ice := writable("EF.ICE_DN", "TS 31.102 clause 4.5.6", dialNumber(false), encodeDialNumber(false))
	cmi := writable("EF.CMI", "TS 31.102 clause 4.2.46, TS 51.011 clause 10.5.16", decodeCMI, encodeCMI)
	sume := writable("EF.SUME", "TS 51.011 clause 10.3.34, TS 31.102 clause 4.5.4", decodeSUME, encodeSUME)
	smsc := writable("EF.PSISMSC", "TS 31.102 clause 4.5.9, TS 31.103 clause 4.2.4", textObject("psismsc"), encodeTextObject)
	return []entry{
		inUSIM(writable("EF.ACL", "TS 31.102 clause 4.2.48", decodeACL, encodeACL)),
		uri("EF.FDNURI", "TS 31.102 clause 4.2.97", false),
		uri("EF.BDNURI", "TS 31.102 clause 4.2.98", true),
		uri("EF.SDNURI", "TS 31.102 clause 4.2.99", false),
		at(records(cmi, "name", "cmi_method"), "ADF.USIM/EF.CMI", "MF/DF.TELECOM/EF.CMI"),
		at(sume, "MF/DF.GSM/EF.SUME", "MF/DF.TELECOM/EF.SUME"),
		at(records(ice, "name", "number"), "MF/DF.TELECOM/EF.ICE_DN"),
		at(records(writable("EF.ICE_FF", "TS 31.102 clause 4.5.7", decodeICEFF, encodeICEFF), "label", "text"), "MF/DF.TELECOM/EF.ICE_FF"),
		at(records(smsc, "address"), "MF/DF.TELECOM/EF.PSISMSC"),
	}
}
