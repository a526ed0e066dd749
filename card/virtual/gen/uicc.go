package main

import (
	"bytes"

	"simscope/card/tlv"
	"simscope/card/virtual"
)

// Applications of the images.
const (
	aidUSIM  virtual.AID = "\xA0\x00\x00\x00\x87\x10\x02\xFF\x86\xFF\xFF\x89\x00\x00\x01\x00"
	aidUSIM2 virtual.AID = "\xA0\x00\x00\x00\x87\x10\x02\xFF\x86\xFF\xFF\x89\x00\x00\x02\x00"
	aidISIM  virtual.AID = "\xA0\x00\x00\x00\x87\x10\x04\xFF\x86\xFF\xFF\x89\x00\x00\x01\x00"
)

var pathUSIM = hexAID(aidUSIM)

func hexAID(a virtual.AID) string {
	b, err := a.MarshalText()
	if err != nil {
		panic(err)
	}
	return string(b)
}

const (
	telecom     = "3F00/7F10"
	imsi1       = "999990123456789"
	imsi2       = "999990987654321"
	number      = "+44 7700 900123"
	second      = "+44 7700 900124"
	operator    = "星辰移动"
	dirRecord   = 40
	serial      = "8999990012345678901"
	secondLabel = "Work line"
)

// master makes the MF with what lies below it. info is the UICC's
// characteristics.
func master(iccidBytes []byte, dirs [][]byte, children ...*virtual.File) *virtual.File {
	m := maker{arr: 0x2F06}
	mf := m.dir(0x3F00, "MF", readAll,
		m.ef(0x2FE2, "EF.ICCID", 2, frozen, 10, iccidBytes...),
		m.ef(0x2F05, "EF.PL", 5, allPIN, 4, []byte("zhen")...),
		m.lin(0x2F00, "EF.DIR", 30, readAll, dirRecord, 5, dirs...),
		arr(0x2F06, 6, virtual.RefPIN1, virtual.RefPIN2),
		m.ef(0x2F08, "EF.UMPC", 8, readAll, 5, 0x3C, 0x05, 0x00),
		m.ef(0x2F9A, "", 0, readAll, 16, []byte("batch 0417, row 9")[:16]...),
	)
	mf.Children = append(mf.Children, children...)
	mf.PINs = []virtual.Ref{virtual.RefPIN1, virtual.RefADM1}
	mf.Info = join(tagged(0x80, 0x71), tagged(0x83, 0x00, 0x01, 0x8D, 0x08), tagged(0x87, 0x01))
	return mf
}

func dirEntry(aid virtual.AID, label string) []byte {
	return tlv.Append(nil, 0x61, join(tlv.Append(nil, 0x4F, []byte(aid)), tlv.Append(nil, 0x50, []byte(label))))
}

func telecomDir(m maker) *virtual.File {
	d := m.dir(0x7F10, "DF.TELECOM", readAll,
		m.lin(0x6F3A, "EF.ADN", 0, pinPIN, adnRecord, adnCount, contactRecords(phoneBook)...),
		m.lin(0x6F3B, "EF.FDN", 0, pinPIN2, adnRecord, 10, contactRecords(fixedNumbers)...),
		m.lin(0x6F3C, "EF.SMS", 0, pinPIN, smsRecord, smsCount, messageFile(messages())...),
		m.lin(0x6F40, "EF.MSISDN", 0, pinPIN, adnRecord, 2, contact{"My number", codingGSM, number, 0}.record()),
		m.lin(0x6F42, "EF.SMSP", 0, pinPIN, 40, 1, parameters()),
		m.ef(0x6F43, "EF.SMSS", 0, pinPIN, 2, 0x07, 0xFF),
		m.cyc(0x6F44, "EF.LND", 0, pinPIN, adnRecord, 5, contactRecords(lastDialled)...),
		m.lin(0x6F47, "EF.SMSR", 0, pinPIN, 30, 5, delivered(5, 0x07, "+44 7700 900103", "260301120000"), freeReport(), freeReport(), freeReport(), freeReport()),
		m.lin(0x6F4A, "EF.EXT1", 0, pinPIN, 13, 5, extensions()...),
	)
	if !m.noAccess {
		d.Children = append(d.Children, emergencyFiles(m)...)
	}
	d.Children = append(d.Children, graphics(m))
	return d
}

func freeReport() []byte    { return pad([]byte{0x00}, 30) }
func freeExtension() []byte { return pad([]byte{0x00}, 13) }

// gsmDir is DF.GSM: names of the USIM's files where the contents are the
// same, and files of its own where they are not.
func gsmDir(m maker) *virtual.File {
	usim := func(fid virtual.FID, name string, r rule, from string) *virtual.File {
		return m.link(fid, name, 0, r, virtual.KindTransparent, pathUSIM+"/"+from)
	}
	return m.dir(0x7F20, "DF.GSM", readAll,
		m.ef(0x6F05, "EF.LP", 0, allPIN, 4, 0x01),
		usim(0x6F07, "EF.IMSI", pinADM, "6F07"),
		usim(0x6F20, "EF.Kc", pinPIN, "5F3B/4F20"),
		m.ef(0x6F30, "EF.PLMNsel", 0, pinPIN, 24, join(home, test001)...),
		usim(0x6F31, "EF.HPPLMN", pinADM, "6F31"),
		m.ef(0x6F38, "EF.SST", 0, pinADM, 15, sst(15, 1, 2, 3, 4, 7, 9, 10, 12, 13, 14, 17, 35, 38)...),
		usim(0x6F45, "EF.CBMI", pinPIN, "6F45"),
		usim(0x6F46, "EF.SPN", readAll, "6F46"),
		usim(0x6F52, "EF.KcGPRS", pinPIN, "5F3B/4F52"),
		usim(0x6F53, "EF.LOCIGPRS", pinPIN, "6F73"),
		m.ef(0x6F74, "EF.BCCH", 0, pinPIN, 16, bits(0x20, 16)...),
		usim(0x6F78, "EF.ACC", pinADM, "6F78"),
		usim(0x6F7B, "EF.FPLMN", pinPIN, "6F7B"),
		usim(0x6F7E, "EF.LOCI", pinPIN, "6F7E"),
		usim(0x6FAD, "EF.AD", readAll, "6FAD"),
		m.ef(0x6FAE, "EF.Phase", 0, readAll, 1, 0x03),
		m.ef(0x6FB7, "EF.ECC", 0, readAll, 15, emergencyList()...),
	)
}

func emergencyList() []byte {
	return join(pad(bcd("112"), 3), pad(bcd("110"), 3), pad(bcd("119"), 3), pad(bcd("120"), 3))
}

// usimServices are the services whose files stand in the first USIM (3GPP
// TS 31.102 clause 4.2.8).
var usimServices = []int{1, 2, 8, 9, 10, 11, 12, 15, 17, 19, 20, 21, 27, 33, 34, 35, 38, 42, 43, 45, 46, 47, 48, 51, 71, 85, 96, 122, 123, 124, 126, 132, 137}

// usimDir is the first USIM's directory.
func usimDir(m maker, pins ...virtual.Ref) *virtual.File {
	adf := m.dir(0x7FFF, "ADF.USIM", readAll, identity(m, imsi1)...)
	adf.Children = append(adf.Children, subscription(m)...)
	adf.Children = append(adf.Children, networks(m)...)
	adf.Children = append(adf.Children, personal(m)...)
	adf.Children = append(adf.Children, state(m)...)
	adf.Children = append(adf.Children, voiceMail(m)...)
	adf.Children = append(adf.Children, usage(m)...)
	adf.Children = append(adf.Children, phoneBookDir(m), gsmAccessDir(m), nrDir(m))
	adf.PINs = pins
	return adf
}

// identity is what every USIM has, by which a network knows it.
func identity(m maker, subscriber string) []*virtual.File {
	last := subscriber[len(subscriber)-1] - '0'
	class := uint16(1) << last
	return []*virtual.File{
		m.ef(0x6F07, "EF.IMSI", 7, pinADM, 9, imsi(subscriber)...),
		m.ef(0x6FAD, "EF.AD", 3, readAll, 4, 0x00, 0x00, 0x00, 0x02),
		m.ef(0x6F78, "EF.ACC", 6, pinADM, 2, byte(class>>8), byte(class)),
		m.ef(0x6F05, "EF.LI", 2, allPIN, 6, []byte("zhen")...),
		m.ef(0x6F31, "EF.HPPLMN", 18, pinADM, 1, 0x05),
		m.lin(0x6FB7, "EF.ECC", 1, readAll, 20, 4,
			emergency("112", "Emergency", codingGSM, 0x00), emergency("110", "公安", coding80, 0x01),
			emergency("119", "消防", coding80, 0x04), emergency("120", "急救", coding80, 0x02)),
	}
}

// subscription is what the operator says of itself and its services.
func subscription(m maker) []*virtual.File {
	gid := m.ef(0x6F3E, "EF.GID1", 0, pinADM, 4, 0x53, 0x4D, 0x01)
	if !m.noAccess {
		// One file shows the expanded form: its rule stands in its FCP.
		gid.Access = virtual.Access{Expanded: join(
			mode(amRead, tlv.Append(nil, 0xA0, join(key(virtual.RefPIN1), key(virtual.RefADM1)))),
			mode(amUpdate, key(virtual.RefADM1)))}
	}
	name := alpha(operator, coding80, 16)
	full := append([]byte{0x90}, ucs2(operator)...)
	return []*virtual.File{
		arr(0x6F06, 23, virtual.RefPIN1, virtual.RefPIN2),
		m.ef(0x6F38, "EF.UST", 4, pinADM, 18, services(18, usimServices...)...),
		m.ef(0x6F56, "EF.EST", 5, pinPIN2, 1, 0x00),
		m.ef(0x6F46, "EF.SPN", 0, readAll, 17, join([]byte{0x01}, name)...),
		gid,
		m.lin(0x6FC5, "EF.PNN", 25, readAll, 24, 2, join(tagged(0x43, full...), tagged(0x45, full...)),
			tagged(0x43, join([]byte{0x80}, pack(septets("Test Net"), 0))...)),
		m.lin(0x6FC6, "EF.OPL", 26, readAll, 8, 2, join(home, []byte{0x00, 0x00, 0xFF, 0xFE, 0x01}), join(test001, []byte{0x00, 0x00, 0xFF, 0xFE, 0x02})),
		m.ef(0x6FCD, "EF.SPDI", 27, readAll, 14, tagged(0xA3, tagged(0x80, join(home, test001)...)...)...),
		m.ef(0x6FD9, "EF.EHPLMN", 29, readAll, 12, home...),
	}
}

// networks are the lists by which a phone chooses a network.
func networks(m maker) []*virtual.File {
	return []*virtual.File{
		m.ef(0x6F60, "EF.PLMNwAcT", 10, pinPIN, 40, join(act(home, actNR|actEUTRAN|actUTRAN|actGSM), act(test001, actEUTRAN), noNetwork(6))...),
		m.ef(0x6F61, "EF.OPLMNwACT", 17, pinADM, 40, join(act(home, actEUTRAN), act(test001, actEUTRAN|actUTRAN), noNetwork(6))...),
		m.ef(0x6F62, "EF.HPLMNwAcT", 19, pinADM, 40, join(act(home, actNR), act(home, actEUTRAN), act(home, actUTRAN), act(home, actGSM), noNetwork(4))...),
		m.ef(0x6F7B, "EF.FPLMN", 13, pinPIN, 12, test001...),
	}
}

// personal are the user's numbers and messages: the files of DF.TELECOM by
// other names.
func personal(m maker) []*virtual.File {
	from := func(fid virtual.FID, name string, sfi int, r rule, k virtual.Kind) *virtual.File {
		return m.link(fid, name, sfi, r, k, telecom+"/"+name4(fid))
	}
	cbmi := m.ef(0x6F45, "EF.CBMI", 0, pinPIN, 10, 0x11, 0x12, 0x00, 0x32)
	if !m.noAccess {
		// One file shows the compact form: activate, deactivate, update, read.
		cbmi.Access = virtual.Access{Compact: []byte{amRead | amUpdate | amState, 0x21, 0x21, 0x11, 0x11}}
	}
	return []*virtual.File{
		from(0x6F3B, "EF.FDN", 0, pinPIN2, virtual.KindLinearFixed),
		from(0x6F3C, "EF.SMS", 0, pinPIN, virtual.KindLinearFixed),
		from(0x6F40, "EF.MSISDN", 0, pinPIN, virtual.KindLinearFixed),
		from(0x6F42, "EF.SMSP", 0, pinPIN, virtual.KindLinearFixed),
		from(0x6F43, "EF.SMSS", 0, pinPIN, virtual.KindTransparent),
		from(0x6F47, "EF.SMSR", 0, pinPIN, virtual.KindLinearFixed),
		cbmi,
	}
}

func name4(f virtual.FID) string {
	b, err := f.MarshalText()
	if err != nil {
		panic(err)
	}
	return string(b)
}

// state is what the phone keeps on the card while it is in use. The keys are
// patterns, no keys of anybody.
func state(m maker) []*virtual.File {
	return []*virtual.File{
		m.ef(0x6F08, "EF.Keys", 8, pinPIN, 33, join([]byte{0x01}, bits(0x31, 32))...),
		m.ef(0x6F09, "EF.KeysPS", 9, pinPIN, 33, join([]byte{0x02}, bits(0x52, 32))...),
		m.ef(0x6F5B, "EF.START-HFN", 15, pinPIN, 6, 0xF0, 0x00, 0x12, 0xF0, 0x00, 0x08),
		m.ef(0x6F5C, "EF.THRESHOLD", 16, pinADM, 3, 0xFF, 0xFF, 0xFF),
		m.ef(0x6F73, "EF.PSLOCI", 12, pinPIN, 14, psLoci...),
		m.ef(0x6F7E, "EF.LOCI", 11, pinPIN, 11, loci...),
		m.ef(0x6FC4, "EF.NETPAR", 0, pinPIN, 46),
		m.ef(0x6FE3, "EF.EPSLOCI", 30, pinPIN, 18, epsLoci...),
		m.lin(0x6FE4, "EF.EPSNSC", 24, pinPIN, 54, 1, context(0x01, 0x61)),
	}
}

func voiceMail(m maker) []*virtual.File {
	return []*virtual.File{
		m.lin(0x6FC7, "EF.MBDN", 0, pinPIN, adnRecord, 1, contact{"Voicemail", codingGSM, "+44 7700 900001", 0}.record()),
		m.lin(0x6FC8, "EF.EXT6", 0, pinPIN, 13, 1, freeExtension()),
		m.lin(0x6FC9, "EF.MBI", 0, pinPIN, 4, 1, []byte{0x01, 0x00, 0x00, 0x00}),
		m.lin(0x6FCA, "EF.MWIS", 0, pinPIN, 5, 1, []byte{0x01, 0x02, 0x00, 0x00, 0x00}),
	}
}

func gsmAccessDir(m maker) *virtual.File {
	return m.dir(0x5F3B, "DF.GSM-ACCESS", readAll,
		m.ef(0x4F20, "EF.Kc", 1, pinPIN, 9, join(bits(0x13, 8), []byte{0x03})...),
		m.ef(0x4F52, "EF.KcGPRS", 2, pinPIN, 9, join(bits(0x47, 8), []byte{0x04})...),
	)
}

func nrDir(m maker) *virtual.File {
	noLoci := join(fill(13), fill(6), []byte{0x01})
	return m.dir(0x5FC0, "DF.5GS", readAll,
		m.ef(0x4F01, "EF.5GS3GPPLOCI", 1, pinPIN, 20, nrLoci...),
		m.ef(0x4F02, "EF.5GSN3GPPLOCI", 2, pinPIN, 20, noLoci...),
		m.lin(0x4F03, "EF.5GS3GPPNSC", 3, pinPIN, 62, 1, context(0x02, 0x83, tagged(0x85, 0x12)...)),
		m.lin(0x4F04, "EF.5GSN3GPPNSC", 4, pinPIN, 62, 1),
		m.ef(0x4F05, "EF.5GAUTHKEYS", 5, pinPIN, 68, join(tagged(0x80, bits(0x9B, 32)...), tagged(0x81, bits(0xC5, 32)...))...),
		m.ef(0x4F06, "EF.UAC_AIC", 6, pinADM, 4, 0x00, 0x00, 0x00, 0x00),
		m.ef(0x4F07, "EF.SUCI_Calc_Info", 7, pinADM, 64, concealment()...),
		m.ef(0x4F0A, "EF.Routing_Indicator", 10, pinADM, 4, 0xF0, 0xFF, 0xFF, 0xFF),
		m.objects(0x4F0B, "EF.URSP", 11, pinADM, 128, routes()),
		m.ef(0x4F0D, "EF.CAG", 13, pinADM, 32, closedGroups()...),
	)
}

// isimDir is the ISIM; it shares PIN1 with the first USIM.
func isimDir(m maker, refs ...virtual.Ref) *virtual.File {
	const domain = "ims.mnc099.mcc999.3gppnetwork.org"
	text := func(s string) []byte { return tagged(0x80, []byte(s)...) }
	adf := m.dir(0x7FFF, "ADF.ISIM", readAll,
		arr(0x6F06, 6, virtual.RefPIN1, virtual.RefPIN2),
		m.ef(0x6F02, "EF.IMPI", 2, pinADM, 64, text(imsi1+"@"+domain)...),
		m.ef(0x6F03, "EF.DOMAIN", 5, pinADM, 48, text(domain)...),
		m.lin(0x6F04, "EF.IMPU", 4, pinADM, 72, 2, text("sip:"+imsi1+"@"+domain), text("tel:+447700900123")),
		m.ef(0x6F07, "EF.IST", 7, pinADM, 3, services(3, 1, 5, 18)...),
		m.lin(0x6F09, "EF.P-CSCF", 0, pinADM, 48, 1, tagged(0x80, append([]byte{0x00}, "pcscf."+domain...)...)),
		m.ef(0x6FAD, "EF.AD", 3, readAll, 3, 0x00, 0x00, 0x00),
		m.objects(0x6FF8, "EF.IMSConfigData", 0, readAll, 768, imsConfig()...),
	)
	adf.PINs = refs
	return adf
}

func zeroes(n int) []byte { return bytes.Repeat([]byte{0}, n) }
