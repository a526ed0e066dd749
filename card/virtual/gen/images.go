package main

import (
	"simscope/card/safe"
	"simscope/card/virtual"
)

// command is what made the images, as it stands in each of them.
const command = "made by: go run ./card/virtual/gen"

// images are the embedded ones by their identifiers.
var images = map[string]func() *virtual.Image{
	"everyday": everyday,
	"gsm":      gsmOnly,
	"blocked":  blocked,
	"empty":    empty,
	"dual":     dual,
	"lab":      lab,
	"other":    other,
}

const (
	pin2     = virtual.RefPIN2
	localSec = virtual.Ref(0x82)
	appPIN2  = virtual.Ref(0x02)
)

var (
	shared = maker{arr: 0x2F06}
	inApp  = maker{arr: 0x6F06}
	paired = maker{arr: 0x6F06, paired: true}
	only2G = maker{noAccess: true}
)

// keys are the subscriber keys of test set 1 of 3GPP TS 35.208: published,
// so that any program can check the answers.
func keys(gsm bool, apps ...virtual.AID) virtual.Subscriber {
	return virtual.Subscriber{
		Apps: apps, GSM: gsm,
		K:   safe.NewSecret([]byte{0x46, 0x5B, 0x5C, 0xE8, 0xB1, 0x99, 0xB4, 0x9F, 0xAA, 0x5F, 0x0A, 0x2E, 0xE2, 0x38, 0xA6, 0xBC}),
		OPc: safe.NewSecret([]byte{0xCD, 0x63, 0xCB, 0x71, 0x95, 0x4A, 0x9F, 0x4E, 0x48, 0xA5, 0x99, 0x4E, 0x37, 0xA0, 0x2B, 0xAF}),
	}
}

// secondKeys are those of test set 2 of 3GPP TS 35.207.
func secondKeys(apps ...virtual.AID) virtual.Subscriber {
	return virtual.Subscriber{
		Apps: apps,
		K:    safe.NewSecret([]byte{0x03, 0x96, 0xEB, 0x31, 0x7B, 0x6D, 0x1C, 0x36, 0xF1, 0x9C, 0x1C, 0x84, 0xCD, 0x6F, 0xFD, 0x16}),
		OPc:  safe.NewSecret([]byte{0x53, 0xC1, 0x56, 0x71, 0xC6, 0x0A, 0x4B, 0x73, 0x1C, 0x55, 0xB4, 0xA4, 0x41, 0xC0, 0xBD, 0xE2}),
	}
}

// everyday is a card in use. The PIN of its second USIM is off, so that the
// rules of security environment 00 are the ones in force there.
func everyday() *virtual.Image {
	second := pin(appPIN2, "", "4321", "44332211")
	second.Enabled = false
	universal := pin(virtual.RefUniversal, "", "9999", "99887766")
	universal.Enabled = false
	return &virtual.Image{
		Note: command, Mode: virtual.ModeUICC, ATR: uiccATR(),
		PINs: []virtual.PIN{
			pin(virtual.RefPIN1, "", "1234", "12345678"), second, universal,
			pin(pin2, aidUSIM, "5678", "87654321"), pin(localSec, aidUSIM2, "8765", "78563412"), admin(),
		},
		Subscribers: []virtual.Subscriber{keys(true, aidUSIM, aidISIM), secondKeys(aidUSIM2)},
		Apps: []virtual.App{
			{AID: aidUSIM, Label: "USIM", ADF: usimDir(inApp, virtual.RefPIN1, pin2, virtual.RefADM1)},
			{AID: aidUSIM2, Label: secondLabel, ADF: workLine.usim(paired, appPIN2, virtual.RefUniversal, localSec, virtual.RefADM1)},
			{AID: aidISIM, Label: "ISIM", ADF: isimDir(inApp, virtual.RefPIN1, virtual.RefADM1)},
		},
		MF: master(iccid(serial), [][]byte{dirEntry(aidUSIM, "USIM"), dirEntry(aidUSIM2, secondLabel), dirEntry(aidISIM, "ISIM")},
			telecomDir(shared), gsmDir(shared)),
		GP: manager(),
	}
}

// oneUSIM is a UICC with a single USIM.
func oneUSIM(number string) *virtual.Image {
	return &virtual.Image{
		Note: command, Mode: virtual.ModeUICC, ATR: uiccATR(),
		PINs: []virtual.PIN{
			pin(virtual.RefPIN1, "", "1234", "12345678"), pin(pin2, aidUSIM, "5678", "87654321"), admin(),
		},
		Subscribers: []virtual.Subscriber{keys(true, aidUSIM)},
		Apps:        []virtual.App{{AID: aidUSIM, Label: "USIM", ADF: usimDir(inApp, virtual.RefPIN1, pin2, virtual.RefADM1)}},
		MF:          master(iccid(number), [][]byte{dirEntry(aidUSIM, "USIM")}, telecomDir(shared), gsmDir(shared)),
	}
}

// blocked has no tries of PIN1 left and ten of its PUK.
func blocked() *virtual.Image {
	img := oneUSIM("8999990012345678902")
	img.PINs[0].Tries = 0
	return img
}

// empty is a card before its first use: the files are there and erased. Only
// what the card needs to be found and to judge access is written.
func empty() *virtual.Image {
	img := oneUSIM("8999990012345678903")
	img.PINs[0].Enabled = false
	img.Subscribers = nil
	kept := map[virtual.FID]bool{0x2F00: true, 0x2F06: true, 0x6F06: true}
	img.MF.Children = img.MF.Children[:len(img.MF.Children)-2]
	erase(img.MF, kept)
	img.Apps[0].ADF.Children = identity(inApp, imsi1)
	img.Apps[0].ADF.Children = append(img.Apps[0].ADF.Children, subscription(inApp)...)
	img.Apps[0].ADF.Children = append(img.Apps[0].ADF.Children, networks(inApp)...)
	img.Apps[0].ADF.Children = append(img.Apps[0].ADF.Children, state(inApp)...)
	erase(img.Apps[0].ADF, kept)
	return img
}

func erase(f *virtual.File, kept map[virtual.FID]bool) {
	for _, c := range f.Children {
		if !kept[c.FID] {
			blank(c)
			erase(c, kept)
		}
	}
}

// gsmOnly is a SIM of the second generation.
func gsmOnly() *virtual.Image {
	m := only2G
	second := pin(pin2, "", "5678", "87654321")
	second.Fixed = true // CHV2 cannot be switched off
	return &virtual.Image{
		Note: command, Mode: virtual.ModeGSM, ATR: gsmATR(),
		PINs:        []virtual.PIN{pin(virtual.RefPIN1, "", "1234", "12345678"), second, admin()},
		Subscribers: []virtual.Subscriber{keys(true)},
		MF: m.dir(0x3F00, "MF", readAll,
			m.ef(0x2FE2, "EF.ICCID", 0, frozen, 10, iccid("8999990012345678904")...),
			telecomDir(m),
			m.dir(0x7F20, "DF.GSM", readAll, append(gsmFiles(m), cphs(m)...)...),
		),
	}
}

// gsmFiles are the files of DF.GSM with contents of their own.
func gsmFiles(m maker) []*virtual.File {
	return []*virtual.File{
		m.ef(0x6F05, "EF.LP", 0, allPIN, 4, 0x01),
		m.ef(0x6F07, "EF.IMSI", 0, pinADM, 9, imsi("001010123456789")...),
		m.ef(0x6F20, "EF.Kc", 0, pinPIN, 9, join(bits(0x13, 8), []byte{0x03})...),
		m.ef(0x6F30, "EF.PLMNsel", 0, pinPIN, 24, join(test001, home)...),
		m.ef(0x6F31, "EF.HPPLMN", 0, pinADM, 1, 0x05),
		m.ef(0x6F38, "EF.SST", 0, pinADM, 10, sst(10, 1, 2, 3, 4, 5, 7, 9, 10, 12, 13, 14, 15, 17, 35)...),
		m.cyc(0x6F39, "EF.ACM", 0, counted, 3, 3, zeroes(3), zeroes(3), zeroes(3)),
		m.ef(0x6F3E, "EF.GID1", 0, pinADM, 4, 0x53, 0x4D, 0x02),
		m.ef(0x6F45, "EF.CBMI", 0, pinPIN, 10, 0x00, 0x32),
		m.ef(0x6F46, "EF.SPN", 0, readAll, 17, join([]byte{0x01}, alpha("Star 2G", codingGSM, 16))...),
		m.ef(0x6F74, "EF.BCCH", 0, pinPIN, 16, bits(0x20, 16)...),
		m.ef(0x6F78, "EF.ACC", 0, pinADM, 2, 0x02, 0x00),
		m.ef(0x6F7B, "EF.FPLMN", 0, pinPIN, 12, home...),
		m.ef(0x6F7E, "EF.LOCI", 0, pinPIN, 11, join([]byte{0x5C, 0x0F, 0x3A, 0x21}, test001, []byte{0x1A, 0x2B, 0x00, 0x00})...),
		m.ef(0x6FAD, "EF.AD", 0, readAll, 4, 0x00, 0x00, 0x00, 0x02),
		m.ef(0x6FAE, "EF.Phase", 0, readAll, 1, 0x03),
		m.ef(0x6FB7, "EF.ECC", 0, readAll, 15, emergencyList()...),
	}
}
