package main

import (
	"encoding/hex"
	"slices"

	"simscope/card/safe"
	"simscope/card/virtual"
	"simscope/crypto/tuak"
)

// tuakLabel names the second USIM of the card for authentication.
const tuakLabel = "USIM TUAK"

// tuakLine is the USIM that authenticates with TUAK.
var tuakLine = line{
	imsi: "999990555000303", provider: "Star Tuak", number: contact{"Tuak", codingGSM, "+44 7700 900173", 0},
	pin: appPIN2, pin2: localSec, home: home,
}

func published(digits string) safe.Secret {
	b, err := hex.DecodeString(digits)
	if err != nil {
		panic(err)
	}
	return safe.NewSecret(b)
}

// lab is a card for trying authentication: a USIM and an ISIM with Milenage
// and the GBA context, a USIM with TUAK, and RUN GSM ALGORITHM with COMP128
// version 1. All keys are published ones and no PIN is asked for.
func lab() *virtual.Image {
	first := pin(virtual.RefPIN1, "", "1234", "12345678")
	second := pin(appPIN2, "", "2580", "25802580")
	first.Enabled, second.Enabled = false, false
	img := &virtual.Image{
		Note: command, Mode: virtual.ModeUICC, ATR: uiccATR(),
		PINs: []virtual.PIN{
			first, second,
			pin(pin2, aidUSIM, "5678", "87654321"), pin(localSec, aidUSIM2, "8765", "78563412"), admin(),
		},
		Subscribers: []virtual.Subscriber{keys(false, aidUSIM, aidISIM), tuakKeys(aidUSIM2), oldKeys()},
		Apps: []virtual.App{
			{AID: aidUSIM, Label: "USIM", ADF: usimDir(inApp, virtual.RefPIN1, pin2, virtual.RefADM1)},
			{AID: aidUSIM2, Label: tuakLabel, ADF: tuakLine.usim(inApp, appPIN2, localSec, virtual.RefADM1)},
			{AID: aidISIM, Label: "ISIM", ADF: isimDir(inApp, virtual.RefPIN1, virtual.RefADM1)},
		},
		MF: master(iccid("8999990012345678906"), [][]byte{dirEntry(aidUSIM, "USIM"), dirEntry(aidUSIM2, tuakLabel), dirEntry(aidISIM, "ISIM")},
			telecomDir(shared), gsmDir(shared)),
	}
	bootstrapping(img.Apps[0].ADF, 0x6F38, append(slices.Clone(usimServices), serviceGBA), 0x6FD6, 0x6FDA)
	bootstrapping(img.Apps[2].ADF, 0x6F07, []int{1, serviceISIMGBA, 5, 18}, 0x6FD5, 0x6FD7)
	return img
}

// Services of EF.UST and EF.IST.
const (
	serviceGBA     = 68
	serviceISIMGBA = 2
)

// bootstrapping gives an application the GBA context: its service and the two
// files, which are empty.
func bootstrapping(adf *virtual.File, table virtual.FID, available []int, parameters, servers virtual.FID) {
	i := slices.IndexFunc(adf.Children, func(f *virtual.File) bool { return f.FID == table })
	t := adf.Children[i]
	t.Data = trim(services(t.Size, available...))
	adf.Children = append(adf.Children,
		inApp.ef(parameters, "EF.GBABP", 0, pinPIN, 96),
		inApp.lin(servers, "EF.GBANL", 0, pinADM, 96, 3))
}

// tuakKeys are those of test set 1 of 3GPP TS 35.233.
func tuakKeys(apps ...virtual.AID) virtual.Subscriber {
	sizes := tuak.Params{MAC: 8, RES: 4, CK: 16, IK: 16, Iterations: 1}
	return virtual.Subscriber{
		Apps: apps, Algorithm: virtual.AlgorithmTuak, Tuak: &sizes,
		K:    published("abababababababababababababababab"),
		TOPc: published("bd04d9530e87513c5d837ac2ad954623a8e2330c115305a73eb45d1f40cccbff"),
	}
}

// oldKeys are those of 2G. The key is that of the first USIM, as on a card
// whose subscription was moved from one to the other.
func oldKeys() virtual.Subscriber {
	return virtual.Subscriber{
		GSM: true, Algorithm: virtual.AlgorithmComp128v1,
		K: published("465b5ce8b199b49faa5f0a2ee238a6bc"),
	}
}
