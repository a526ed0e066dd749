package ef

import "sync"

// registry gives every file that can be decoded, by its path in the catalogue,
// and of those that are named only, or opened in part, why they are. It is made
// when it is first asked for: it would be a good part of the time that simscope
// --version takes.
var registry = sync.OnceValues(func() (map[string]Decoder, map[string]Reason) {
	m, r := map[string]Decoder{}, map[string]Reason{}
	for _, e := range entries() {
		for _, p := range e.paths {
			if e.Decode != nil {
				m[p] = e.Decoder
			}
			if e.reason != "" {
				r[p] = e.reason
			}
		}
	}
	return m, r
})

type entry struct {
	Decoder
	paths  []string
	reason Reason
}

func at(d Decoder, paths ...string) entry { return entry{Decoder: d, paths: paths} }

// Reason is why a file is only named: texts "ef.reason.…".
type Reason string

// The only reasons there are.
const (
	FreeForm  Reason = "free_form"  // any content fits the specification
	Operator  Reason = "operator"   // the operator defines the content
	NotPublic Reason = "not_public" // no text that was to be had tells the coding
	NotYet    Reason = "not_yet"    // a specification tells the coding; what could be had of it does not
	Structure Reason = "structure"  // its objects are opened, their meaning is not known here
	Head      Reason = "head"       // its head is read, what follows is not known here
)

// named is an entry for files that are named and shown as bytes.
func named(why Reason, paths ...string) entry { return entry{paths: paths, reason: why} }

// outlined is an entry for files of which only the structure is shown.
func outlined(why Reason, e entry) entry {
	e.Outline, e.reason = true, why
	return e
}

// WhyRaw says why a file of the catalogue has no decoder, or one that shows
// its structure alone; it is empty where it has one, or where nothing speaks
// against one.
func WhyRaw(path string) Reason {
	_, reasons := registry()
	return reasons[path]
}

// parts are the tables of files, each beside its decoders.
var parts = []func() []entry{
	uiccFiles, identityFiles, networkFiles, serviceFiles, dialFiles, messageFiles, imsFiles, secretFiles, cdmaFiles,
	ruimFiles, usimUserFiles, usimNetworkFiles, usim5GFiles, proximityFiles, gsmFiles, railFiles, phonebookFiles, mediaFiles, otherFiles,
}

func entries() []entry {
	var out []entry
	for _, part := range parts {
		out = append(out, part()...)
	}
	return out
}

func uiccFiles() []entry {
	languages := func(name, spec string) Decoder { return writable(name, spec, decodeLanguages, encodeLanguages) }
	return []entry{
		at(writable("EF.ICCID", "TS 102 221 clause 13.2", decodeICCID, encodeICCID), "MF/EF.ICCID"),
		at(records(writable("EF.DIR", "TS 102 221 clause 13.1", decodeDIR, encodeDIR), "label", "aid"), "MF/EF.DIR"),
		at(records(writable("EF.ARR", "TS 102 221 clauses 9.2.5.3 and 13.4", decodeARR, encodeARR), "rules"),
			"MF/EF.ARR", "ADF.USIM/EF.ARR", "ADF.ISIM/EF.ARR", "ADF.HPSIM/EF.ARR", "MF/DF.TELECOM/EF.ARR"),
		at(languages("EF.PL", "TS 102 221 clause 13.3"), "MF/EF.PL"),
		at(languages("EF.LI", "TS 31.102 clause 4.2.1"), "ADF.USIM/EF.LI"),
		at(writable("EF.LP", "TS 51.011 clause 10.3.1", decodeLP, encodeLP), "MF/DF.GSM/EF.LP"),
		at(writable("EF.UMPC", "TS 102 221 clause 13.6", decodeUMPC, encodeUMPC), "MF/EF.UMPC"),
		at(writable("EF.Phase", "TS 51.011 clause 10.3.19", decodePhase, encodePhase), "MF/DF.GSM/EF.Phase"),
	}
}

func identityFiles() []entry {
	return []entry{
		at(writable("EF.IMSI", "TS 31.102 clause 4.2.2, TS 51.011 clause 10.3.2", decodeIMSI, encodeIMSI),
			"ADF.USIM/EF.IMSI", "MF/DF.GSM/EF.IMSI", "ADF.HPSIM/EF.IMSI"),
		at(writable("EF.AD", "TS 31.102 clause 4.2.18, TS 51.011 clause 10.3.18, TS 31.103 clause 4.2.5", decodeAD, encodeAD),
			"ADF.USIM/EF.AD", "MF/DF.GSM/EF.AD", "ADF.ISIM/EF.AD", "ADF.HPSIM/EF.AD"),
		at(writable("EF.SPN", "TS 31.102 clause 4.2.12, TS 51.011 clause 10.3.11", decodeSPN, encodeSPN),
			"ADF.USIM/EF.SPN", "MF/DF.GSM/EF.SPN"),
		at(writable("EF.ACC", "TS 31.102 clause 4.2.15, TS 51.011 clause 10.3.15", decodeACC, encodeACC),
			"ADF.USIM/EF.ACC", "MF/DF.GSM/EF.ACC"),
	}
}

func networkFiles() []entry {
	plain := func(name, spec string, paths ...string) entry {
		return at(writable(name, spec, networkList(3), encodeNetworks(3)), paths...)
	}
	withAct := func(name, spec string) entry {
		return at(writable(name, spec, networkList(5), encodeNetworks(5)), "ADF.USIM/"+name, "MF/DF.GSM/"+name)
	}
	return []entry{
		plain("EF.PLMNsel", "TS 51.011 clause 10.3.4", "MF/DF.GSM/EF.PLMNsel"),
		plain("EF.FPLMN", "TS 31.102 clause 4.2.16, TS 51.011 clause 10.3.16", "ADF.USIM/EF.FPLMN", "MF/DF.GSM/EF.FPLMN"),
		plain("EF.EHPLMN", "TS 31.102 clause 4.2.84", "ADF.USIM/EF.EHPLMN"),
		withAct("EF.PLMNwAcT", "TS 31.102 clause 4.2.5, TS 51.011 clause 10.3.35"),
		withAct("EF.OPLMNwAcT", "TS 31.102 clause 4.2.53, TS 51.011 clause 10.3.36"),
		withAct("EF.HPLMNwAcT", "TS 31.102 clause 4.2.54, TS 51.011 clause 10.3.37"),
		at(writable("EF.HPPLMN", "TS 31.102 clause 4.2.6, TS 51.011 clause 10.3.5", decodeHPPLMN, encodeHPPLMN),
			"ADF.USIM/EF.HPPLMN", "MF/DF.GSM/EF.HPPLMN"),
		at(writable("EF.LOCI", "TS 31.102 clause 4.2.17, TS 51.011 clause 10.3.17", decodeLOCI, encodeLOCI),
			"ADF.USIM/EF.LOCI", "MF/DF.GSM/EF.LOCI"),
		at(writable("EF.PSLOCI", "TS 31.102 clause 4.2.23", decodePSLOCI, encodePSLOCI), "ADF.USIM/EF.PSLOCI"),
		at(writable("EF.EPSLOCI", "TS 31.102 clause 4.2.91", decodeEPSLOCI, encodeEPSLOCI), "ADF.USIM/EF.EPSLOCI"),
	}
}

func serviceFiles() []entry {
	table := func(name, spec string, bits int, path string) entry {
		return at(writable("EF."+name, spec, serviceTable(name, bits), encodeServices(bits)), path+"/EF."+name)
	}
	return []entry{
		table("UST", "TS 31.102 clause 4.2.8", 1, "ADF.USIM"),
		table("EST", "TS 31.102 clause 4.2.47", 1, "ADF.USIM"),
		table("IST", "TS 31.103 clause 4.2.7", 1, "ADF.ISIM"),
		table("SST", "TS 51.011 clause 10.3.7", 2, "MF/DF.GSM"),
		table("CST", "3GPP2 C.S0023 clause 3.4.18", 2, "MF/DF.CDMA"),
	}
}

func dialFiles() []entry {
	dial := func(name, spec string, paths ...string) entry {
		d := writable(name, spec, dialNumber(false), encodeDialNumber(false))
		return at(records(d, "name", "number"), paths...)
	}
	bdn := writable("EF.BDN", "TS 31.102 clause 4.2.44, TS 51.011 clause 10.5.13", dialNumber(true), encodeDialNumber(true))
	out := []entry{
		dial("EF.ADN", "TS 31.102 clause 4.4.2.3, TS 51.011 clause 10.5.1",
			"MF/DF.TELECOM/EF.ADN", "MF/DF.TELECOM/DF.PHONEBOOK/EF.ADN", "ADF.USIM/DF.PHONEBOOK/EF.ADN"),
		dial("EF.FDN", "TS 31.102 clause 4.2.24, TS 51.011 clause 10.5.2", "ADF.USIM/EF.FDN", "MF/DF.TELECOM/EF.FDN"),
		dial("EF.SDN", "TS 31.102 clause 4.2.29, TS 51.011 clause 10.5.9", "ADF.USIM/EF.SDN", "MF/DF.TELECOM/EF.SDN"),
		dial("EF.LND", "TS 51.011 clause 10.5.8", "MF/DF.TELECOM/EF.LND"),
		dial("EF.MSISDN", "TS 31.102 clause 4.2.26, TS 51.011 clause 10.5.5", "ADF.USIM/EF.MSISDN", "MF/DF.TELECOM/EF.MSISDN"),
		at(records(bdn, "name", "number"), "ADF.USIM/EF.BDN", "MF/DF.TELECOM/EF.BDN"),
		at(writable("EF.ECC", "TS 51.011 clause 10.3.27", decodeECC2G, encodeECC2G), "MF/DF.GSM/EF.ECC"),
		at(records(writable("EF.ECC", "TS 31.102 clause 4.2.21", decodeECC, encodeECC), "number", "name", "service"), "ADF.USIM/EF.ECC"),
	}
	for name, paths := range map[string][]string{
		"EF.EXT1": {"MF/DF.TELECOM/EF.EXT1", "MF/DF.TELECOM/DF.PHONEBOOK/EF.EXT1", "ADF.USIM/DF.PHONEBOOK/EF.EXT1"},
		"EF.EXT2": {"ADF.USIM/EF.EXT2", "MF/DF.TELECOM/EF.EXT2"},
		"EF.EXT3": {"ADF.USIM/EF.EXT3", "MF/DF.TELECOM/EF.EXT3"},
		"EF.EXT4": {"ADF.USIM/EF.EXT4", "MF/DF.TELECOM/EF.EXT4"},
		"EF.EXT5": {"ADF.USIM/EF.EXT5"},
		"EF.EXT6": {"ADF.USIM/EF.EXT6", "MF/DF.GSM/EF.EXT6"},
		"EF.EXT7": {"ADF.USIM/EF.EXT7", "MF/DF.GSM/EF.EXT7"},
		"EF.EXT8": {"ADF.USIM/EF.EXT8", "MF/DF.GSM/EF.EXT8"},
	} {
		d := writable(name, "TS 31.102 clause 4.4.2.4, TS 51.011 clause 10.5.10", decodeExtension, encodeExtension)
		out = append(out, at(records(d, "kind", "number"), paths...))
	}
	return out
}

func messageFiles() []entry {
	sms := writable("EF.SMS", "TS 31.102 clause 4.2.25, TS 51.011 clause 10.5.3", decodeSMS, encodeSMS)
	smsp := writable("EF.SMSP", "TS 31.102 clause 4.2.27, TS 51.011 clause 10.5.6", decodeSMSP, encodeSMSP)
	smss := writable("EF.SMSS", "TS 31.102 clause 4.2.28, TS 51.011 clause 10.5.7", decodeSMSS, encodeSMSS)
	smsr := writable("EF.SMSR", "TS 31.102 clause 4.2.32, TS 51.011 clause 10.5.8", decodeSMSR, encodeSMSR)
	return []entry{
		at(records(sms, "status", "party", "time", "text"), "ADF.USIM/EF.SMS", "ADF.ISIM/EF.SMS", "MF/DF.TELECOM/EF.SMS"),
		at(records(smsp, "name", "centre"), "ADF.USIM/EF.SMSP", "ADF.ISIM/EF.SMSP", "MF/DF.TELECOM/EF.SMSP"),
		at(records(smsr, "record", "party", "time", "outcome"), "ADF.USIM/EF.SMSR", "ADF.ISIM/EF.SMSR", "MF/DF.TELECOM/EF.SMSR"),
		at(smss, "ADF.USIM/EF.SMSS", "ADF.ISIM/EF.SMSS", "MF/DF.TELECOM/EF.SMSS"),
	}
}

func imsFiles() []entry {
	text := func(name, spec, id string) Decoder { return writable(name, spec, textObject(id), encodeTextObject) }
	return []entry{
		at(text("EF.IMPI", "TS 31.103 clause 4.2.2", "impi"), "ADF.ISIM/EF.IMPI"),
		at(text("EF.DOMAIN", "TS 31.103 clause 4.2.3", "domain"), "ADF.ISIM/EF.DOMAIN"),
		at(records(text("EF.IMPU", "TS 31.103 clause 4.2.4", "impu"), "address"), "ADF.ISIM/EF.IMPU"),
	}
}

func secretFiles() []entry {
	return []entry{
		at(exact("EF.Keys", "TS 31.102 clause 4.2.3", decodeKeys, encodeKeys), "ADF.USIM/EF.Keys"),
		at(exact("EF.KeysPS", "TS 31.102 clause 4.2.4", decodeKeys, encodeKeys), "ADF.USIM/EF.KeysPS"),
		at(exact("EF.Kc", "TS 31.102 clause 4.4.3.1, TS 51.011 clause 10.3.3", decodeKc, encodeKc),
			"MF/DF.GSM/EF.Kc", "ADF.USIM/DF.GSM-ACCESS/EF.Kc"),
		at(exact("EF.KcGPRS", "TS 31.102 clause 4.4.3.2, TS 51.011 clause 10.3.32", decodeKc, encodeKc),
			"MF/DF.GSM/EF.KcGPRS", "ADF.USIM/DF.GSM-ACCESS/EF.KcGPRS"),
	}
}

func cdmaFiles() []entry {
	return []entry{
		at(writable("EF.SPN", "3GPP2 C.S0023 clause 3.4.31", decodeSPNCDMA, encodeSPNCDMA), "MF/DF.CDMA/EF.SPN"),
		at(exact("EF.AD", "3GPP2 C.S0023 clause 3.4.33", decodeADCDMA, encodeADCDMA), "MF/DF.CDMA/EF.AD"),
	}
}
